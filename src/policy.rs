//! The policy: TOML in layers, every mistake found at once, each at its place.

mod evidence;
mod gate;
mod layers;
mod lint;
mod loosening;
mod schema;
mod show;
mod waivers;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;

pub use evidence::{Age, BaselineSpec, EvidenceSpec};
pub use gate::{Entry, Selector};
pub use schema::schema;
pub use waivers::{PathGlob, Waiver, WaiverRules};

use crate::diagnostic::{Diagnostic, Origin, SourceFile, sort};
use crate::formats::{self, Format};
use crate::gates;
use crate::text::Text;
use crate::toml_tree::{Day, Node, known, read};
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
/// How far ahead a rule may be announced before it binds, in days.
const LONGEST_NOTICE: i32 = 180;
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
    /// What it extends, directly or through others.
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
    /// Until this day the exit is 0.
    pub enforce_from: Option<Date>,
    /// Check ids that `"off"` unset, and where.
    pub off: Vec<(String, SourceRef)>,
    tree: Node,
}

/// Whether a table of the policy is a gate.
fn is_gate(name: &str) -> bool {
    gates::GateKind::named(name).is_some()
}

/// The policy file that holds for `from`: the nearest of [`NAMES`] up to the folder with `.git`.
#[must_use]
pub fn find(from: &Path) -> Option<PathBuf> {
    for folder in from.ancestors() {
        if let Some(found) = NAMES.iter().map(|n| folder.join(n)).find(|p| p.is_file()) {
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
        None => std::fs::read(path)
            .map_err(|e| e.to_string())
            .and_then(|b| String::from_utf8(b).map_err(|_| "it is not UTF-8: write it as UTF-8".to_owned()))
            .map_err(|e| Diagnostic::error(format!("the policy {path} cannot be read: {e}"), None))?,
    };
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    Ok(Arc::new(SourceFile { path: path.to_owned(), text }))
}

impl Policy {
    /// Reads a policy and all it extends, and lays `profile` over it. `today` decides what is too
    /// far ahead.
    ///
    /// # Errors
    /// Every mistake in it.
    pub fn load(file: Arc<SourceFile>, profile: Option<&str>, today: Date) -> Result<Self, Vec<Diagnostic>> {
        let path = file.path.clone();
        let layered = layers::load(file, profile, &builtin)?;
        let sha256 = layered.sha256();
        let mut mistakes = Vec::new();
        let policy = Reader { tree: layered.tree.clone(), mistakes: &mut mistakes, today }.read();
        let names = |f: &Arc<SourceFile>| Text::new(&f.path);
        let extends = layered.files.iter().filter(|f| f.path != path).map(names).collect();
        let off = layered.off.iter().map(|(key, origin)| (check_id(key), source(origin))).collect();
        sort(&mut mistakes);
        match policy {
            Some(policy) if mistakes.is_empty() => {
                let profile = profile.map(Text::new);
                Ok(Self { path, sha256, extends, profile, off, tree: layered.tree, ..policy })
            }
            _ => Err(mistakes),
        }
    }

    /// Where a key is written: the value itself, or the nearest table around it.
    #[must_use]
    pub fn place(&self, path: &[&str]) -> Option<SourceRef> {
        (1..=path.len()).rev().find_map(|n| self.tree.at(path.iter().take(n).copied()).map(|node| source(node.start())))
    }

    /// What cannot work although it is well written.
    #[must_use]
    pub fn lint(&self) -> Vec<Diagnostic> {
        lint::lint(self)
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

/// The check id that a path of keys stands for: `coverage.scope.unit.lines` is `coverage.unit.lines`.
fn check_id(path: &[String]) -> String {
    let parts: Vec<&str> = match path {
        [gate] => vec![gate, "off"],
        [gate, key, rest @ ..] if key == "scope" || key == "limits" => {
            std::iter::once(gate).chain(rest).map(String::as_str).collect()
        }
        all => all.iter().map(String::as_str).collect(),
    };
    parts.join(".")
}

/// A policy while it is read.
struct Reader<'a> {
    tree: Node,
    mistakes: &'a mut Vec<Diagnostic>,
    today: Date,
}

impl Reader<'_> {
    fn read(mut self) -> Option<Policy> {
        self.version();
        let name = self.tree.take("name").and_then(|n| read::<String>(&n, self.mistakes));
        let enforce_from = self.enforce_from();
        let evidence = self.evidence();
        let baseline = self.tree.take("baseline").and_then(|n| read(&n, self.mistakes));
        let waiver_rules = self.tree.take("waivers").and_then(|n| read(&n, self.mistakes)).unwrap_or_default();
        let waivers = self.waivers();
        let gates = gate::read_all(&mut self.tree, &evidence, self.mistakes);
        for entry in &gates {
            if let Some((day, origin)) = &entry.enforce_from_origin {
                check_notice(*day, self.today, origin, self.mistakes);
            }
        }
        self.unknown_keys();
        if gates.is_empty() && self.mistakes.is_empty() {
            let names: Vec<&str> = gates::ALL.iter().map(|g| g.name).collect();
            let nothing =
                Diagnostic::error("the policy has no gate: it would judge nothing", Some(self.tree.origin.clone()));
            self.mistakes.push(nothing.help(format!("write at least one of these tables: {}", names.join(", "))));
        }
        let name = name.map(|n| Text::new(&n));
        Some(Policy {
            name,
            path: String::new(),
            sha256: String::new(),
            extends: Vec::new(),
            profile: None,
            evidence,
            baseline,
            gates,
            waiver_rules,
            waivers,
            enforce_from,
            off: Vec::new(),
            tree: self.tree,
        })
    }

    fn version(&mut self) {
        let wrong = match self.tree.take("version") {
            None => Some((self.tree.origin.clone(), "the policy states no version".to_owned())),
            Some(node) => match node.value {
                crate::toml_tree::Value::Integer(1) => None,
                _ => Some((node.origin, "this version of the policy language is not known".to_owned())),
            },
        };
        if let Some((origin, message)) = wrong {
            self.mistakes.push(Diagnostic::error(message, Some(origin)).help("write `version = 1` as its first line"));
        }
    }

    fn enforce_from(&mut self) -> Option<Date> {
        let node = self.tree.take("enforce-from")?;
        let day: Day = read(&node, self.mistakes)?;
        check_notice(day.0, self.today, &node.origin, self.mistakes);
        Some(day.0)
    }

    fn evidence(&mut self) -> BTreeMap<String, EvidenceSpec> {
        let Some(all) = self.tree.take("evidence") else { return BTreeMap::new() };
        let Some(table) = all.table() else {
            let wrong = Diagnostic::error("`evidence` holds tables", Some(all.origin.clone()));
            self.mistakes.push(wrong.help("write [evidence.NAME] with a `path`"));
            return BTreeMap::new();
        };
        let mut out = BTreeMap::new();
        for (name, node) in table {
            if let Some(spec) = read::<EvidenceSpec>(node, self.mistakes) {
                self.check_evidence(name, &spec, node);
                out.insert(name.clone(), spec);
            }
        }
        out
    }

    fn check_evidence(&mut self, name: &str, spec: &EvidenceSpec, node: &Node) {
        let mut wrong = |key: &str, message: String, help: String| {
            let origin = node.get(key).map_or_else(|| node.start().clone(), |n| n.origin.clone());
            self.mistakes.push(Diagnostic::error(message, Some(origin)).help(help));
        };
        if name == UNNAMED {
            wrong("", format!("evidence may not be called `{UNNAMED}`"), "give it a name of its own".into());
        }
        if let Some(format) = spec.format.as_deref().filter(|f| Format::named(f).is_none()) {
            let names: Vec<&str> = formats::ALL.iter().map(|f| f.name).collect();
            wrong("format", format!("unknown format {format:?}"), known(format, &names));
        }
        for key in spec.matrix.keys() {
            if !spec.path.iter().chain(&spec.paths).any(|p| p.contains(&format!("{{{key}}}"))) {
                wrong("matrix", format!("no path holds {{{key}}}"), format!("write {{{key}}} where its values go"));
            }
        }
        for pattern in spec.patterns() {
            if let Err(e) = PathGlob::parse(&pattern) {
                wrong("path", e, "see the syntax of globs".into());
            }
            if Path::new(&pattern).is_absolute() || pattern.split('/').any(|p| p == "..") {
                wrong("path", format!("{pattern:?} leaves the root"), "write a path below --root".into());
            }
        }
        for glob in &spec.when_changed {
            if let Err(e) = PathGlob::parse(glob) {
                wrong("when-changed", e, "see the syntax of globs".into());
            }
        }
    }

    fn waivers(&mut self) -> Vec<(Waiver, Origin)> {
        let Some(all) = self.tree.take("waiver") else { return Vec::new() };
        let Some(list) = all.array() else {
            let wrong = Diagnostic::error("`waiver` is a list of tables", Some(all.origin.clone()));
            self.mistakes.push(wrong.help("write [[waiver]]"));
            return Vec::new();
        };
        let mut out = Vec::new();
        for node in list {
            let Some(waiver) = read::<Waiver>(node, self.mistakes) else { continue };
            if let Some(gate) = waiver.gate.as_deref().filter(|g| !is_gate(g)) {
                let names: Vec<&str> = gates::ALL.iter().map(|g| g.name).collect();
                let origin = node.get("gate").map(|n| n.origin.clone());
                self.mistakes
                    .push(Diagnostic::error(format!("there is no gate {gate:?}"), origin).help(known(gate, &names)));
            }
            out.push((waiver, node.origin.clone()));
        }
        out
    }

    /// What is left in the tree is known to nobody.
    fn unknown_keys(&mut self) {
        let mut expected = vec![
            "version",
            "name",
            "extends",
            "final",
            "enforce-from",
            "evidence",
            "baseline",
            "waivers",
            "waiver",
            "profile",
        ];
        expected.extend(gates::ALL.iter().map(|g| g.name));
        for (key, node) in self.tree.table().into_iter().flatten() {
            let wrong = Diagnostic::error(format!("unknown key `{key}`"), Some(node.start().clone()));
            self.mistakes.push(wrong.help(known(key, &expected)));
        }
    }
}

fn check_notice(day: Date, today: Date, origin: &Origin, mistakes: &mut Vec<Diagnostic>) {
    if day_count(today, day) > LONGEST_NOTICE {
        let far = format!("{day} is more than {LONGEST_NOTICE} days ahead");
        mistakes.push(Diagnostic::error(far, Some(origin.clone())).help("announce a rule for at most half a year"));
    }
}

/// Days from `a` to `b`.
#[must_use]
pub fn day_count(a: Date, b: Date) -> i32 {
    a.until(b).map_or(i32::MAX, |span| span.get_days())
}
