//! What a base declares final: itself, and what stands beside it and says how much it means.

use std::collections::BTreeSet;

use super::loosening::{self, SELECTS};
use crate::diagnostic::{Diagnostic, Origin};
use crate::gates::GateKind;
use crate::toml_tree::Node;

/// A key that may not be loosened.
#[derive(Debug, Clone)]
pub(crate) struct Final {
    /// Its path.
    pub(crate) path: Vec<String>,
    /// Where it is declared so.
    pub(crate) origin: Origin,
}

impl Final {
    /// # Errors
    /// It is no key. It need not be written, so that nobody may add it.
    pub(super) fn of(path: &str, origin: Origin) -> Result<Self, Diagnostic> {
        let parts = path.split('.').map(str::to_owned).collect();
        unknown(path, &origin).map_or(Ok(Self { path: parts, origin }), Err)
    }

    /// The key as it is written.
    pub(crate) fn name(&self) -> String {
        self.path.join(".")
    }

    /// What it is about: the key, and the keys by which another layer could take it out of force.
    fn guarded(&self, before: &Node) -> Vec<Vec<String>> {
        let mut out = vec![self.path.clone()];
        let keys: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let [gate, rest @ ..] = keys.as_slice() else { return out };
        let Some(kind) = GateKind::named(gate) else { return out };
        out.extend(["enforce-from", "vex"].map(|key| vec![key.to_owned()]));
        let mut beside =
            |table: &[&str], key: &str| out.push(table.iter().copied().chain([key]).map(str::to_owned).collect());
        if !rest.is_empty() {
            beside(&[gate], "enforce-from");
        }
        let (table, key) = match rest {
            ["scope", scope, key, ..] => (vec![*gate, "scope", scope], Some(*key)),
            [key, ..] if *key != "scope" => (vec![*gate], Some(*key)),
            _ => (keys.clone(), None),
        };
        if let Some(key) = key {
            let chooses = SELECTS.iter().filter(|_| table.len() > 1);
            for other in chooses.chain(&["enforce-from"]).chain(depends_on(kind.name, key)).filter(|k| **k != key) {
                beside(&table, other);
            }
        }
        // What a scope does not write it has of its gate.
        if rest.first() == Some(&"scope") {
            let own = |other: &str| before.at(table.iter().copied().chain([other])).is_some();
            let meant = |other: &&&str| key.is_none_or(|key| depends_on(kind.name, key).contains(*other));
            kind.inherited.iter().filter(meant).filter(|k| !own(k)).for_each(|other| beside(&[gate], other));
        }
        out
    }

    /// What of it `after` asks less of than `before`, each key once.
    pub(super) fn loosened(&self, before: &Node, after: &Node, said: &mut BTreeSet<Vec<String>>) -> Vec<Diagnostic> {
        let at = |tree: &Node, path: &[String]| tree.at(path.iter().map(String::as_str)).cloned();
        let mut mistakes = Vec::new();
        for path in self.guarded(before) {
            let Some(loose) = loosening::find(&path, at(before, &path).as_ref(), at(after, &path).as_ref()) else {
                continue;
            };
            if said.insert(path.clone()) {
                let place = loose.origin.unwrap_or_else(|| after.origin.clone());
                let declared = format!("{}:{}", self.origin.file.path, self.origin.line());
                let help = format!("{declared} declares it final; tighten it or leave it");
                mistakes.push(Diagnostic::error(self.refusal(&path, &loose.why), Some(place)).help(help));
            }
        }
        mistakes
    }

    fn refusal(&self, path: &[String], why: &str) -> String {
        let (own, other) = (self.name(), path.join("."));
        if path == self.path {
            return format!("`{own}` is final and may not be loosened: {why}");
        }
        let does = match path.last().map(String::as_str) {
            Some("enforce-from") => "put off",
            Some("vex") => "take out of the count",
            _ => "loosen",
        };
        format!("`{other}` would {does} what a base declares final, `{own}`: {why}")
    }
}

/// The keys of the same table that say how much a key means.
fn depends_on(gate: &str, key: &str) -> &'static [&'static str] {
    match (gate, key) {
        (_, "trend") => &["tolerance"],
        ("coverage", "lines" | "branches" | "functions") => &["min-lines", "unmeasured"],
        // Without a line for them findings of unknown severity count as high.
        ("security", "high") => &["severity", "unknown"],
        ("security", "critical" | "medium" | "low" | "info") => &["severity"],
        ("licenses", "allow") => &["exceptions", "unlisted"],
        ("licenses", "unlisted") => &["allow", "exceptions"],
        ("licenses", "deny" | "unlicensed") => &["exceptions"],
        _ => &[],
    }
}

fn unknown(path: &str, origin: &Origin) -> Option<Diagnostic> {
    let mut keys = path.split('.');
    let first = keys.next().unwrap_or_default();
    let top = super::read::top_keys();
    let wrong = |key: &str, known: &[&str]| {
        let message = format!("`{path}` is declared final, and `{key}` is no key of a policy");
        Some(Diagnostic::error(message, Some(origin.clone())).help(crate::toml_tree::known(key, known)))
    };
    if !top.contains(&first) {
        return wrong(first, &top);
    }
    let (kind, second) = (GateKind::named(first)?, keys.next()?);
    let own = kind.keys();
    let known: Vec<&str> = own.iter().map(String::as_str).chain(["scope", "requires", "enforce-from"]).collect();
    if known.contains(&second) { None } else { wrong(second, &known) }
}
