//! `effective` on a threshold: until that day what breaks it only warns.
//!
//! `lines = { fail-below = 85, effective = 2027-01-01 }`, `yanked = { level = "fail", effective = 2027-01-01 }`. It is
//! taken out before a gate reads its table: no gate knows of it.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::diagnostic::{Diagnostic, Origin};
use crate::toml_tree::{Day, Node, read};

/// The key.
pub(super) const KEY: &str = "effective";
/// Words of a level.
const LEVELS: [&str; 3] = ["allow", "warn", "fail"];

/// A threshold that is announced.
#[derive(Debug)]
pub(super) struct Announced {
    /// Its keys below the gate's table: `["lines"]`, `["limits", "build"]`.
    pub(super) key: Vec<String>,
    /// The first day on which it fails, in UTC.
    pub(super) day: Date,
    /// Where that is written.
    pub(super) origin: Origin,
}

/// Takes every `effective` out of a gate's table; a level beside it becomes the plain word that it is.
pub(super) fn take(table: &mut Node, mistakes: &mut Vec<Diagnostic>) -> Vec<Announced> {
    if let Some(node) = table.take(KEY) {
        let wrong = Diagnostic::error("`effective` stands beside a threshold", Some(node.start().clone()));
        mistakes.push(wrong.help("write { fail-above = 0, effective = 2027-02-28 }; a whole gate has `enforce-from`"));
    }
    let mut out = Vec::new();
    walk(table, &mut Vec::new(), &mut out, mistakes);
    out
}

fn walk(node: &mut Node, path: &mut Vec<String>, out: &mut Vec<Announced>, mistakes: &mut Vec<Diagnostic>) {
    let Some(entries) = node.table_mut() else { return };
    let mut emptied = Vec::new();
    for (key, entry) in entries.iter_mut().filter(|(_, n)| n.table().is_some()) {
        path.push(key.clone());
        // What is limited there may have any name, this one too.
        if key == "limits" {
            walk(entry, path, out, mistakes);
        } else if let Some(node) = entry.take(KEY) {
            out.extend(one(entry, &node, path, mistakes));
            emptied.extend(entry.table().is_some_and(BTreeMap::is_empty).then(|| key.clone()));
        } else if entry.get("level").and_then(Node::string).is_some_and(|word| LEVELS.contains(&word)) {
            plain(entry);
        }
        path.pop();
    }
    // What held nothing else was noted above.
    entries.retain(|key, _| !emptied.contains(key));
}

/// The day, and whether anything fails from then on.
fn one(entry: &mut Node, day: &Node, path: &[String], mistakes: &mut Vec<Diagnostic>) -> Option<Announced> {
    let level = entry.get("level").and_then(Node::string).map(str::to_owned);
    let steps = entry.table().is_some_and(|t| t.keys().any(|k| k.starts_with("fail-")));
    let remedy = match level.as_deref() {
        None if !steps => Some("write what fails beside it: `fail-below`, `fail-above` or `level = \"fail\"`"),
        Some("allow" | "warn") => Some("write `level = \"fail\"` beside it, or leave it out"),
        _ => None,
    };
    if let Some(remedy) = remedy {
        let wrong = "`effective` announces a failure, and nothing here fails";
        mistakes.push(Diagnostic::error(wrong, Some(day.start().clone())).help(remedy));
    }
    if level.is_some_and(|word| LEVELS.contains(&word.as_str())) {
        plain(entry);
    }
    let Day(date) = read(day, mistakes)?;
    Some(Announced { key: path.to_vec(), day: date, origin: day.origin.clone() })
}

/// The threshold as a gate reads it, without the day.
pub(crate) fn threshold(node: &Node) -> Node {
    let mut node = node.clone();
    drop(node.take(KEY));
    plain(&mut node);
    node
}

/// Puts a level in the place of the table that holds nothing else.
fn plain(entry: &mut Node) {
    let alone = entry.table().is_some_and(|t| t.len() == 1);
    if let Some(level) = entry.get("level").filter(|_| alone) {
        entry.value = level.value.clone();
    }
}
