//! Whether one layer of a policy asks for less than the one below it.

use std::collections::BTreeSet;

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

/// Lists that a longer value makes stricter.
const STRICTER_WHEN_LONGER: [&str; 3] = ["deny", "required", "requires"];
/// Lists that a longer value makes looser. Every other list must stay as it is: it chooses what is judged.
const LOOSER_WHEN_LONGER: [&str; 2] = ["allow", "exceptions"];
/// Keys by which a scope chooses what it judges.
pub(crate) const SELECTS: [&str; 6] = ["evidence", "tools", "paths", "packages", "changed", "new"];
/// New keys that may take something away, as those of [`SELECTS`] do; every other new key of a gate adds something to
/// be judged.
///
/// A list of allowed licences is one of them: without it every licence that is not denied is unlisted.
const MAY_TAKE_AWAY: [&str; 5] = ["enforce-from", "exceptions", "tolerance", "min-lines", "allow"];

/// Keys of evidence that ask for more of it.
pub(super) const MORE_OF_EVIDENCE: [&str; 3] = ["max-age", "files", "step"];

/// What a key means where it is absent.
const IMPLIED: [(&str, &str); 5] =
    [("severity", "tool"), ("unlisted", "fail"), ("unlicensed", "fail"), ("unmeasured", "warn"), ("unused", "warn")];

/// The word that a key means where it is absent.
pub(super) fn implied(key: &str) -> Option<&'static str> {
    IMPLIED.iter().find(|(k, _)| *k == key).map(|(_, word)| *word)
}

/// The last key of a path, where it has a meaning of its own: the name of a step that is limited has none.
pub(super) fn key(path: &[String]) -> &str {
    match path {
        [gate, limits, _] | [gate, _, _, limits, _] if gate == "timings" && limits == "limits" => "",
        _ => path.last().map(String::as_str).unwrap_or_default(),
    }
}

/// The first thing below `path` by which `after` asks for less than `before`.
pub(crate) fn find(path: &[String], before: Option<&Node>, after: Option<&Node>) -> Option<Loosening> {
    let name = path.join(".");
    let key = key(path);
    let loose = |why: String, node: Option<&Node>| Some(Loosening { why, origin: node.map(|n| n.start().clone()) });
    match (before, after) {
        (None, None) => None,
        // What is off is not there.
        (Some(off), _) if off.string() == Some("off") && after.is_none_or(|new| !off.says_the_same(new)) => {
            find(path, None, after)
        }
        (Some(_), None) => loose(format!("`{name}` is gone"), None),
        (None, Some(new)) if added_is_harmless(path, key, new) => None,
        (None, Some(new)) => loose(format!("`{name}` is new and may take something away"), Some(new)),
        (Some(old), Some(new)) if old.says_the_same(new) => None,
        (Some(old), Some(new)) => match (&old.value, &new.value) {
            (Value::Table(a), Value::Table(b)) if !old.is_steps() && !new.is_steps() => {
                let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
                // Without either list nothing was judged by them.
                let unlisted = path == ["licenses"] && !["allow", "deny"].iter().any(|k| a.contains_key(*k));
                keys.into_iter().filter(|k| !unlisted || *k != "allow").find_map(|k| {
                    let mut inner = path.to_vec();
                    inner.push(k.clone());
                    find(&inner, a.get(k), b.get(k))
                })
            }
            (Value::Array(a), Value::Array(b)) => {
                let within =
                    |small: &[Node], large: &[Node]| small.iter().all(|n| large.iter().any(|m| m.says_the_same(n)));
                let kept = STRICTER_WHEN_LONGER.contains(&key) && within(a, b)
                    || LOOSER_WHEN_LONGER.contains(&key) && within(b, a);
                if kept { None } else { loose(format!("the list `{name}` lets more through"), Some(new)) }
            }
            _ if is_tighter(key, old, new) => None,
            _ => loose(format!("`{name}` is looser than its base"), Some(new)),
        },
    }
}

/// Whether a key that the base does not have only adds something to be judged: a threshold of a gate
/// or of its limits, a whole scope, a whole gate.
fn added_is_harmless(path: &[String], key: &str, new: &Node) -> bool {
    let Some((first, rest)) = path.split_first() else { return false };
    if first == "evidence" && path.len() == 3 {
        return MORE_OF_EVIDENCE.contains(&key);
    }
    if !super::is_gate(first) || new.string() == Some("off") {
        return false;
    }
    match rest {
        [] => true,
        // A scope that nobody had: what it chooses is its own.
        [scope] if scope == "scope" => true,
        [scope, _] if scope == "scope" => true,
        _ if key == "unknown" => allows_none(new),
        _ => match implied(key) {
            Some(word) => strictness(None, word) <= strictness(Some(new), word),
            None => !MAY_TAKE_AWAY.contains(&key) && !SELECTS.contains(&key),
        },
    }
}

/// Whether a threshold lets none through. With it findings without a severity need not count as high any more; with
/// any other more of them may pass than before.
pub(super) fn allows_none(node: &Node) -> bool {
    step(node, true) == Some(0.0) && day(node).is_empty()
}

/// Whether the threshold or level `new` lets through no more than `old`. What cannot be compared is
/// not tighter.
fn is_tighter(key: &str, old: &Node, new: &Node) -> bool {
    if let (Some(a), Some(b)) = (level(old), level(new)) {
        return b > a || b == a && day(new) <= day(old);
    }
    if let (Value::Boolean(_), Value::Boolean(now)) = (&old.value, &new.value) {
        // Both of the known ones are lenient when true.
        return matches!(key, "optional" | "accept-failed-run") && !now;
    }
    if key == "enforce-from" {
        return date(new).is_some() && date(new) <= date(old);
    }
    if key == "tolerance" && old.string().is_some() != new.string().is_some() {
        // A count and a share of it say which is more only once there is a baseline.
        return false;
    }
    let floor = matches!(key, "lines" | "branches" | "functions" | "total" | "files" | "fail-below" | "warn-below");
    let steps = |node: &Node| (step(node, true), step(node, false));
    let better = |a: f64, b: f64| if floor { b >= a } else { b <= a };
    match (steps(old), steps(new)) {
        ((None, None), _) | (_, (None, None)) => false,
        ((fail, warn), (new_fail, new_warn)) => {
            // What fails from a later day on lets through what fails until then.
            let in_time = day(new) <= day(old);
            let fails = fail.is_none_or(|a| in_time && new_fail.is_some_and(|b| better(a, b)));
            // A failure in time is worth more than a warning, and warns until then.
            let warns = warn.is_none_or(|a| new_warn.or(new_fail).is_some_and(|b| better(a, b)));
            // Growth below the floor is let through whatever share it is.
            fails && warns && floor_of(new) <= floor_of(old)
        }
    }
}

fn level(node: &Node) -> Option<u8> {
    level_of(node.string().or_else(|| node.get("level")?.string())?)
}

/// The day from which a threshold fails, which as text has the order of days; without one it always does.
fn day(node: &Node) -> &str {
    node.get(super::effective::KEY).and_then(date).unwrap_or_default()
}

/// A day, which as text has the order of days.
pub(super) fn date(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Datetime(text) | Value::String(text) => Some(text),
        _ => None,
    }
}

/// How strict a level is, and from when on; `implied` where it is not written.
pub(super) fn strictness<'n>(node: Option<&'n Node>, implied: &str) -> (Option<u8>, std::cmp::Reverse<&'n str>) {
    (node.map_or_else(|| level_of(implied), level), std::cmp::Reverse(node.map_or("", day)))
}

/// How strict a word is, where it is one that says so.
pub(crate) fn level_of(word: &str) -> Option<u8> {
    match word {
        "off" | "allow" => Some(0),
        "warn" | "stable" | "tool" => Some(1),
        "fail" | "improving" | "worst" => Some(2),
        _ => None,
    }
}

/// A share, also one beyond 100 % or below 1 %, which only what grows has.
fn share(text: &str) -> Option<f64> {
    let percent = crate::units::Percent::parse(text).ok().map(crate::units::Percent::value);
    percent.or_else(|| crate::units::Growth::try_from(text.to_owned()).ok().map(crate::units::Growth::percent))
}

fn number(node: &Node) -> Option<f64> {
    match &node.value {
        #[expect(clippy::as_conversions, reason = "a threshold; policies hold no counts beyond 2^53")]
        Value::Integer(i) => Some(*i as f64),
        Value::Float(f) => Some(*f),
        Value::String(text) => match crate::units::Span::parse(text) {
            Ok(span) => Some(span.seconds()),
            Err(_) => share(text),
        },
        _ => None,
    }
}

/// The growth that is let through whatever share it is, in seconds.
fn floor_of(node: &Node) -> f64 {
    node.get("floor").and_then(number).unwrap_or(0.0)
}

/// The number that fails, or that warns.
fn step(node: &Node, failing: bool) -> Option<f64> {
    match &node.value {
        Value::Table(table) => {
            let prefix = if failing { "fail-" } else { "warn-" };
            table.iter().find(|(k, _)| k.starts_with(prefix)).and_then(|(_, n)| number(n))
        }
        _ if failing => number(node),
        _ => None,
    }
}
