//! The layers of a policy: what it extends, the file itself, the profile; one over the other.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::finals::Final;
use super::library::Library;
use super::merge::merge;
use crate::diagnostic::{Diagnostic, Origin, SourceFile};
use crate::toml_tree::{Node, Value};

/// How many files a policy may extend, directly and through others.
const MOST_BASES: usize = 32;

/// A policy with all its layers laid over one another.
#[derive(Debug)]
pub(crate) struct Layered {
    /// What is in force.
    pub(crate) tree: Node,
    /// Keys that were unset by `"off"`, as paths, and where.
    pub(crate) off: Vec<(Vec<String>, Origin)>,
    /// What any layer declares final.
    pub(crate) finals: Vec<Final>,
    /// The names of its profiles.
    pub(crate) profiles: Vec<String>,
    /// Every file read, the policy itself last.
    pub(crate) files: Vec<Arc<SourceFile>>,
}

impl Layered {
    /// SHA-256 over the text of every file, in the order they were laid.
    /// Of a policy that extends nothing it is the digest of its file.
    pub(crate) fn sha256(&self) -> String {
        let mut hasher = Sha256::new();
        for file in &self.files {
            if self.files.len() > 1 {
                hasher.update(file.text.len().to_le_bytes());
            }
            hasher.update(&file.text);
        }
        hex(hasher)
    }
}

/// SHA-256 of a text.
pub(super) fn sha256(text: &str) -> String {
    hex(Sha256::new_with_prefix(text))
}

fn hex(hasher: Sha256) -> String {
    hasher.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

/// What is gathered while layers are laid.
struct Loader<'a> {
    library: &'a dyn Library,
    files: Vec<Arc<SourceFile>>,
    open: Vec<String>,
    finals: Vec<Final>,
    mistakes: Vec<Diagnostic>,
}

/// Reads `file` and what it extends, and lays `profile` over it.
pub(crate) fn load(file: Arc<SourceFile>, profile: Option<&str>, library: &dyn Library) -> (Layered, Vec<Diagnostic>) {
    let mut loader = Loader { library, files: Vec::new(), open: Vec::new(), finals: Vec::new(), mistakes: Vec::new() };
    let mut tree = loader.layer(file);
    let profiles = tree.take("profile");
    let names: Vec<String> =
        profiles.as_ref().and_then(Node::table).map(|t| t.keys().cloned().collect()).unwrap_or_default();
    if let Some(name) = profile {
        match profiles.as_ref().and_then(|p| p.get(name)) {
            Some(over) => tree = loader.lay(tree, over.clone(), loader.finals.len()),
            None => loader.mistakes.push(no_profile(name, profiles.as_ref())),
        }
    }
    let mut off = Vec::new();
    if let Value::Table(tables) = &mut tree.value {
        let judged = |name: &str| super::is_gate(name) || name == "evidence";
        for (name, node) in tables.iter_mut().filter(|(name, _)| judged(name)) {
            take_off(node, &mut vec![name.clone()], &mut off);
        }
        tables.retain(|name, node| !(judged(name) && node.string() == Some("off")));
    }
    (Layered { tree, off, finals: loader.finals, profiles: names, files: loader.files }, loader.mistakes)
}

fn no_profile(name: &str, profiles: Option<&Node>) -> Diagnostic {
    let names: Vec<&str> =
        profiles.and_then(Node::table).map(|t| t.keys().map(String::as_str).collect()).unwrap_or_default();
    let error = Diagnostic::error(format!("the policy has no profile {name:?}"), profiles.map(|p| p.start().clone()));
    match names.is_empty() {
        true => error.help(format!("write a table [profile.{name}]")),
        false => error.help(crate::toml_tree::known(name, &names)),
    }
}

/// Takes every `"off"` out of a gate's table and notes it.
fn take_off(node: &mut Node, path: &mut Vec<String>, off: &mut Vec<(Vec<String>, Origin)>) {
    if node.string() == Some("off") {
        off.push((path.clone(), node.origin.clone()));
        return;
    }
    let Some(table) = node.table_mut() else { return };
    for (key, child) in table.iter_mut() {
        path.push(key.clone());
        take_off(child, path, off);
        path.pop();
    }
    table.retain(|_, child| child.string() != Some("off"));
}

impl Loader<'_> {
    /// A file over everything it extends.
    fn layer(&mut self, file: Arc<SourceFile>) -> Node {
        let mut own = Node::parse(&file, &mut self.mistakes);
        let extends = own.take("extends");
        let finals = own.take("final");
        self.waivers(&file, &mut own);
        self.open.push(file.path.clone());
        let mut base: Option<Node> = None;
        for (name, origin) in self.names(extends.as_ref(), "extends") {
            let Some(file) = self.open_base(&file, &name, &origin) else { continue };
            let below_finals = self.finals.len();
            let layer = self.layer(file);
            base = Some(match base {
                Some(below) => self.lay(below, layer, below_finals),
                None => layer,
            });
        }
        self.open.pop();
        self.files.push(file);
        let tree = match base {
            Some(below) => self.lay(below, own, self.finals.len()),
            None => own,
        };
        for (path, origin) in self.names(finals.as_ref(), "final") {
            match Final::of(&path, origin) {
                Ok(known) => self.finals.push(known),
                Err(wrong) => self.mistakes.push(wrong),
            }
        }
        tree
    }

    /// Adds the waivers of the file that a policy names for them.
    fn waivers(&mut self, from: &SourceFile, own: &mut Node) {
        let Some(name) = own.get("waivers").and_then(|w| w.get("file")).cloned() else { return };
        // What is no text is found wrong where the table is read.
        let Some(text) = name.string() else { return };
        let Some(file) = self.open_base(from, text, &name.origin) else { return };
        let mut held = Node::parse(&file, &mut self.mistakes);
        self.files.push(file);
        let more = held.take("waiver");
        for (key, node) in held.table().into_iter().flatten() {
            let wrong = Diagnostic::error(format!("`{key}` in a file of waivers"), Some(node.start().clone()));
            self.mistakes.push(wrong.help("it holds [[waiver]] tables and nothing else"));
        }
        let Some(more) = more else { return };
        let lists = (own.take("waiver"), more);
        let joined = match lists {
            (Some(mut mine), mut more) => {
                if let (Value::Array(mine), Value::Array(more)) = (&mut mine.value, &mut more.value) {
                    mine.append(more);
                }
                mine
            }
            (None, more) => more,
        };
        own.insert("waiver", joined);
    }

    /// The strings of a list, each with its place.
    fn names(&mut self, list: Option<&Node>, key: &str) -> Vec<(String, Origin)> {
        let Some(list) = list else { return Vec::new() };
        let items = list.array().unwrap_or_default();
        let names: Vec<_> = items.iter().filter_map(|n| Some((n.string()?.to_owned(), n.origin.clone()))).collect();
        if list.array().is_none() || names.len() != items.len() {
            let wrong = Diagnostic::error(format!("`{key}` is a list of strings"), Some(list.origin.clone()));
            self.mistakes.push(wrong);
        }
        names
    }

    /// The file that `name` means, seen from the file `from`.
    fn open_base(&mut self, from: &SourceFile, name: &str, origin: &Origin) -> Option<Arc<SourceFile>> {
        let mut wrong = |message: String, help: &str| {
            self.mistakes.push(Diagnostic::error(message, Some(origin.clone())).help(help));
            None
        };
        if let Some(builtin) = name.strip_prefix("builtin:") {
            return match super::builtin(builtin) {
                Some(text) => Some(Arc::new(SourceFile { path: name.to_owned(), text: text.to_owned() })),
                None => wrong(format!("there is no {name}"), "`portcullis init --list` names the built-in policies"),
            };
        }
        if Path::new(name).is_absolute() {
            return wrong(
                format!("{name:?} is an absolute path"),
                "a policy extends files of its own repository: write a relative path",
            );
        }
        if name.contains("://") {
            return wrong(format!("{name:?} is no local file"), "a policy is never fetched: check the file out first");
        }
        let path = match from.path.starts_with("builtin:") {
            true => name.to_owned(),
            false => self.library.path(&from.path, name),
        };
        if self.open.iter().any(|open| self.library.same(open, &path)) {
            return wrong(format!("{name:?} extends itself, directly or through another"), "break the circle");
        }
        if self.files.len() + self.open.len() > MOST_BASES {
            return wrong(format!("more than {MOST_BASES} files are extended"), "flatten the chain of policies");
        }
        match self.library.text(&path) {
            Ok(text) => Some(Arc::new(SourceFile { path, text })),
            Err(e) => wrong(format!("{path} cannot be read: {e}"), "the path is relative to this file"),
        }
    }

    /// Lays `over` over `base`, and refuses what loosens a final key: the first `below_finals` are
    /// declared below, and `over` may not loosen them; the others are `over`'s own, and what lies below
    /// may not weaken them.
    fn lay(&mut self, base: Node, over: Node, below_finals: usize) -> Node {
        let (below, above) = (base.clone(), over.clone());
        let tree = merge(base, over);
        let mut said = BTreeSet::new();
        for (n, declared) in self.finals.iter().enumerate() {
            let before = if n < below_finals { &below } else { &above };
            self.mistakes.extend(declared.loosened(before, &tree, &mut said));
        }
        tree
    }
}
