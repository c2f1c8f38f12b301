//! Whether one layer of a policy asks for less than the one below it.

use std::collections::BTreeMap;

use crate::diagnostic::Origin;
use crate::toml_tree::{Node, Value};

/// A key that asks for less than before.
#[derive(Debug)]
pub(crate) struct Loosening {
    /// What is loosened, in words.
    pub(crate) why: String,
    /// Where the looser value is written, if it is written anywhere.
    pub(crate) origin: Option<Origin>,
}

/// Lists that a longer value makes stricter. Every other list a longer value makes looser.
const STRICTER_WHEN_LONGER: [&str; 3] = ["deny", "required", "requires"];
/// New keys that only add something to be judged. Any other new key may take something away.
const MAY_BE_ADDED: [&str; 30] = [
    "lines",
    "branches",
    "functions",
    "trend",
    "failed",
    "skipped",
    "flaky",
    "total",
    "critical",
    "high",
    "medium",
    "low",
    "info",
    "known-exploited",
    "vulnerable",
    "unmaintained",
    "unsound",
    "yanked",
    "notice",
    "outdated",
    "banned",
    "duplicate",
    "source",
    "errors",
    "warnings",
    "deny",
    "requires",
    "required",
    "scope",
    "limits",
];

/// The first thing below `path` by which `after` asks for less than `before`.
pub(crate) fn find(path: &[String], before: Option<&Node>, after: Option<&Node>) -> Option<Loosening> {
    let name = path.join(".");
    let key = path.last().map(String::as_str).unwrap_or_default();
    let loose = |why: String, node: Option<&Node>| Some(Loosening { why, origin: node.map(|n| n.start().clone()) });
    match (before, after) {
        (None, None) => None,
        (Some(_), None) => loose(format!("`{name}` is gone"), None),
        (None, Some(new)) => {
            let inside = path.iter().any(|p| p == "scope" || p == "limits");
            let harmless = inside || MAY_BE_ADDED.contains(&key) || path.len() == 1 && super::is_gate(key);
            if harmless { None } else { loose(format!("`{name}` is new and may take something away"), Some(new)) }
        }
        (Some(old), Some(new)) if old.value == new.value => None,
        (Some(old), Some(new)) => match (&old.value, &new.value) {
            (Value::Table(a), Value::Table(b)) if !is_steps(a) && !is_steps(b) => {
                let keys: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
                keys.into_iter().find_map(|k| {
                    let mut inner = path.to_vec();
                    inner.push(k.clone());
                    find(&inner, a.get(k), b.get(k))
                })
            }
            (Value::Array(a), Value::Array(b)) => {
                let (small, large) = if STRICTER_WHEN_LONGER.contains(&key) { (a, b) } else { (b, a) };
                let kept = small.iter().all(|n| large.iter().any(|m| m.value == n.value));
                if kept { None } else { loose(format!("the list `{name}` lets more through"), Some(new)) }
            }
            _ if is_tighter(key, old, new) => None,
            _ => loose(format!("`{name}` is looser than its base"), Some(new)),
        },
    }
}

fn is_steps(table: &BTreeMap<String, Node>) -> bool {
    table.keys().any(|k| k.starts_with("fail-") || k.starts_with("warn-"))
}

/// Whether the threshold or level `new` lets through no more than `old`.
fn is_tighter(key: &str, old: &Node, new: &Node) -> bool {
    if let (Some(a), Some(b)) = (level(old), level(new)) {
        return b >= a;
    }
    let floor = matches!(key, "lines" | "branches" | "functions" | "total" | "fail-below" | "warn-below");
    [true, false].into_iter().all(|failing| match (step(old, failing), step(new, failing)) {
        (None, _) => true,
        (Some(_), None) => !failing && step(new, true).is_some_and(|f| step(old, false) == Some(f)),
        (Some(a), Some(b)) => {
            if floor {
                b >= a
            } else {
                b <= a
            }
        }
    })
}

fn level(node: &Node) -> Option<u8> {
    match node.string()? {
        "off" | "allow" => Some(0),
        "warn" | "stable" => Some(1),
        "fail" | "improving" => Some(2),
        _ => None,
    }
}

/// The number that fails, or that warns.
fn step(node: &Node, failing: bool) -> Option<f64> {
    let number = |n: &Node| match &n.value {
        #[expect(clippy::as_conversions, reason = "a threshold; policies hold no counts beyond 2^53")]
        Value::Integer(i) => Some(*i as f64),
        Value::Float(f) => Some(*f),
        Value::String(text) => match crate::units::Span::parse(text) {
            Ok(span) => Some(span.seconds()),
            Err(_) => crate::units::Percent::parse(text).ok().map(crate::units::Percent::value),
        },
        _ => None,
    };
    match &node.value {
        Value::Table(table) => {
            let prefix = if failing { "fail-" } else { "warn-" };
            table.iter().find(|(k, _)| k.starts_with(prefix)).and_then(|(_, n)| number(n))
        }
        _ if failing => number(node),
        _ => None,
    }
}
