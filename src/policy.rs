//! The policy: TOML in layers, every mistake found at once, each at its place.

mod difference;
mod effective;
mod evidence;
mod finals;
mod gate;
mod layers;
mod library;
mod lint;
mod loosening;
mod merge;
mod read;
mod schema;
mod show;
mod vex;
mod waivers;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;

pub use difference::{Difference, Turn, differences};
pub use evidence::{Age, BaselineSpec, EvidenceSpec};
pub use gate::{Entry, Selector};
pub use library::Revision;
pub use schema::{SCHEMA_URL, schema};
pub use vex::VexRules;
pub use waivers::{PathGlob, Waiver, WaiverRules};

use library::{Disk, Library};

use crate::diagnostic::{Diagnostic, Origin, SourceFile, sort};
use crate::gates;
use crate::text::Text;
use crate::toml_tree::{Node, known};
use crate::verdict::SourceRef;

/// The policies that are built in, by name.
pub const BUILTIN: &[(&str, &str)] = &[
    ("minimal", include_str!("../policies/minimal.toml")),
    ("neo-rs", include_str!("../policies/neo-rs.toml")),
    ("rust", include_str!("../policies/rust.toml")),
    ("strict", include_str!("../policies/strict.toml")),
];
/// Where a policy is looked for, from the working directory upwards.
pub const NAMES: [&str; 3] = ["portcullis.toml", ".portcullis.toml", ".config/portcullis.toml"];
/// The name that evidence without one goes by in check ids.
pub const UNNAMED: &str = "unnamed";

/// A policy, all layers laid.
#[derive(Debug)]
pub struct Policy {
    /// Its name.
    pub name: Option<Text>,
    /// Its file, as it was given.
    pub path: String,
    /// SHA-256 of its files.
    pub sha256: String,
    /// What it extends, directly or through others, and its file of waivers: each as `PATH@sha256:DIGEST`.
    pub extends: Vec<Text>,
    /// The profile that was laid over it.
    pub profile: Option<Text>,
    /// The evidence it names.
    pub evidence: BTreeMap<String, EvidenceSpec>,
    /// The baseline it compares with.
    pub baseline: Option<BaselineSpec>,
    /// Its gates, each followed by its scopes.
    pub gates: Vec<Entry>,
    /// The rules for waivers.
    pub waiver_rules: WaiverRules,
    /// The waivers.
    pub waivers: Vec<(Waiver, Origin)>,
    /// Whose statements on vulnerabilities it adopts.
    pub vex: VexRules,
    /// Until this day the exit is 0.
    pub enforce_from: Option<Date>,
    /// What `"off"` unset.
    pub off: Vec<Off>,
    finals: Vec<finals::Final>,
    tree: Node,
}

/// Whether a table of the policy is a gate.
fn is_gate(name: &str) -> bool {
    gates::GateKind::named(name).is_some()
}

/// The policy file that holds for `from`: the nearest of [`NAMES`] up to the folder with `.git`. One that cannot be
/// read is found all the same: what holds further up may be laxer.
#[must_use]
pub fn find(from: &Path) -> Option<PathBuf> {
    for folder in from.ancestors() {
        if let Some(found) = NAMES.iter().map(|n| folder.join(n)).find(|p| !crate::input::is_absent(p)) {
            return Some(found);
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

/// The text of a built-in policy.
#[must_use]
pub fn builtin(name: &str) -> Option<&'static str> {
    BUILTIN.iter().find(|(n, _)| *n == name).map(|(_, text)| *text)
}

/// Reads a file, or `builtin:NAME`.
///
/// # Errors
/// It cannot be read, or there is no such built-in policy.
pub fn open(path: &str) -> Result<Arc<SourceFile>, Diagnostic> {
    let text = match path.strip_prefix("builtin:") {
        Some(name) => builtin(name).map(str::to_owned).ok_or_else(|| {
            let names: Vec<&str> = BUILTIN.iter().map(|(n, _)| *n).collect();
            Diagnostic::error(format!("there is no built-in policy {name:?}"), None).help(known(name, &names))
        })?,
        None => Disk.text(path).map_err(|e| unreadable(path, &e))?,
    };
    Ok(Arc::new(SourceFile { path: path.to_owned(), text }))
}

/// What is said of a policy that cannot be read, with what may have been meant.
fn unreadable(path: &str, why: &str) -> Diagnostic {
    let file = Path::new(path);
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (why, help) = if file.is_dir() {
        let inside = NAMES.iter().map(|n| file.join(n)).find(|p| p.is_file());
        let inside = inside.map_or_else(|| "name a file".into(), |p| format!("did you mean {}?", p.display()));
        ("it is a folder".to_owned(), inside)
    } else if file.exists() {
        (why.to_owned(), "it must be a file of at most 1 MiB of UTF-8 text".to_owned())
    } else {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
        names.retain(|n| n.ends_with(".toml"));
        names.sort();
        let wanted = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let near = crate::diagnostic::nearest(&wanted, names.iter().map(String::as_str));
        let built = builtin(&wanted).map(|_| format!("did you mean builtin:{wanted}?"));
        let near = near.map(|n| format!("did you mean {}?", file.with_file_name(n).display()));
        let init = "`portcullis init` writes a policy, `portcullis init --list` shows the built-in ones";
        ("there is no such file".to_owned(), built.or(near).unwrap_or_else(|| init.to_owned()))
    };
    Diagnostic::error(format!("the policy {path} cannot be read: {why}"), None).help(help)
}

impl Policy {
    /// Reads a policy and all it extends, and lays `profile` over it. `today` decides what is too
    /// far ahead.
    ///
    /// # Errors
    /// Every mistake in it.
    pub fn load(file: Arc<SourceFile>, profile: Option<&str>, today: Date) -> Result<Self, Vec<Diagnostic>> {
        Self::from(file, profile, today, &Disk)
    }

    /// Reads a policy, and all it extends, as a commit holds them. `path` is one of [`Revision::find`].
    ///
    /// # Errors
    /// Every mistake in it, or that the commit does not hold it.
    pub fn load_at(
        revision: &Revision,
        path: &str,
        profile: Option<&str>,
        today: Date,
    ) -> Result<Self, Vec<Diagnostic>> {
        let text = revision
            .text(path)
            .map_err(|e| vec![Diagnostic::error(format!("the policy {path} cannot be read: {e}"), None)])?;
        Self::from(Arc::new(SourceFile { path: path.to_owned(), text }), profile, today, revision)
    }

    fn from(
        file: Arc<SourceFile>,
        profile: Option<&str>,
        today: Date,
        library: &dyn Library,
    ) -> Result<Self, Vec<Diagnostic>> {
        let path = file.path.clone();
        let (layered, mut mistakes) = layers::load(Arc::clone(&file), profile, library);
        let sha256 = layered.sha256();
        let sound = mistakes.is_empty();
        let policy = read::Reader { tree: layered.tree.clone(), mistakes: &mut mistakes, today, whole: sound }.read();
        // A mistake in a profile is one now, not on the night that it is first laid.
        for other in layered.profiles.iter().filter(|p| Some(p.as_str()) != profile) {
            let (laid, mut wrong) = layers::load(Arc::clone(&file), Some(other), library);
            mistakes.append(&mut wrong);
            drop(read::Reader { tree: laid.tree, mistakes: &mut mistakes, today, whole: false }.read());
        }
        let pinned = |f: &Arc<SourceFile>| Text::new(&format!("{}@sha256:{}", f.path, layers::sha256(&f.text)));
        let extends = layered.files.iter().filter(|f| f.path != path).map(pinned).collect();
        let off = layered.off.iter().map(|(key, origin)| Off::of(key, source(origin))).collect();
        sort(&mut mistakes);
        match policy {
            Some(policy) if mistakes.is_empty() => {
                let profile = profile.map(Text::new);
                let (finals, tree) = (layered.finals, layered.tree);
                Ok(Self { path, sha256, extends, profile, off, finals, tree, ..policy })
            }
            _ => Err(mistakes),
        }
    }

    /// Where a key is written: the value itself, or the nearest table around it.
    #[must_use]
    pub fn place(&self, path: &[&str]) -> Option<SourceRef> {
        (1..=path.len()).rev().find_map(|n| self.tree.at(path.iter().take(n).copied()).map(|node| source(node.start())))
    }

    /// What is written under a key.
    pub(crate) fn node(&self, path: &[&str]) -> Option<&Node> {
        self.tree.at(path.iter().copied())
    }

    /// The threshold under a key, without the day from which it fails.
    pub(crate) fn threshold(&self, path: &[&str]) -> Option<Node> {
        self.node(path).map(effective::threshold)
    }

    /// What cannot work although it is well written.
    #[must_use]
    pub fn lint(&self, today: Date) -> Vec<Diagnostic> {
        lint::lint(self, today)
    }

    /// What is in force, as TOML, with where each value is written.
    #[must_use]
    pub fn show(&self) -> String {
        show::show(self)
    }
}

/// A place as a verdict states it.
fn source(origin: &Origin) -> SourceRef {
    SourceRef { path: Text::new(&origin.file.path), line: origin.line() }
}

/// Something that `"off"` unset; it is shown as a skipped check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Off {
    /// The gate, or `evidence`.
    pub gate: String,
    /// The scope.
    pub scope: Option<String>,
    /// The measure; `off` where all of them are.
    pub measure: String,
    /// Where that is written.
    pub place: SourceRef,
}

impl Off {
    /// What a path of keys stands for: `coverage.scope.unit.lines` is `lines` of the scope `unit`.
    fn of(path: &[String], place: SourceRef) -> Self {
        let (gate, rest) = path.split_first().map(|(g, r)| (g.clone(), r)).unwrap_or_default();
        let (scope, rest) = match rest {
            [key, name, rest @ ..] if key == "scope" => (Some(name.clone()), rest),
            rest => (None, rest),
        };
        let rest = match rest {
            [key, rest @ ..] if key == "limits" && !rest.is_empty() => rest,
            rest => rest,
        };
        let measure = if rest.is_empty() { "off".to_owned() } else { rest.join(".") };
        Self { gate, scope, measure, place }
    }

    /// The id of its check.
    #[must_use]
    pub fn id(&self) -> String {
        let parts = [Some(&self.gate), self.scope.as_ref(), Some(&self.measure)];
        parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(".")
    }
}

/// Days from `a` to `b`.
#[must_use]
pub fn day_count(a: Date, b: Date) -> i32 {
    a.until(b).map_or(i32::MAX, |span| span.get_days())
}
