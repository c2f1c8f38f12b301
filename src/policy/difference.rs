//! What one policy lets through that another does not, in words.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::finals::Final;
use super::show::inline;
use super::{Policy, loosening, source};
use crate::toml_tree::{Node, Value};
use crate::verdict::SourceRef;

/// In which direction a key moved. What cannot be compared (another selection of what is judged) counts as
/// loosened: somebody should look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// The new policy lets more through.
    Loosened,
    /// The new policy lets less through.
    Tightened,
    /// It says something else and lets through the same.
    Changed,
}

impl Turn {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Loosened => "loosened",
            Self::Tightened => "tightened",
            Self::Changed => "changed",
        }
    }

    /// By how the strictness of before stands to that of after.
    const fn of(order: Ordering) -> Self {
        match order {
            Ordering::Less => Self::Tightened,
            Ordering::Equal => Self::Changed,
            Ordering::Greater => Self::Loosened,
        }
    }

    const fn turned(self) -> Self {
        match self {
            Self::Loosened => Self::Tightened,
            Self::Tightened => Self::Loosened,
            Self::Changed => Self::Changed,
        }
    }
}

/// One difference between two policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// In which direction.
    pub turn: Turn,
    /// The key: `coverage.scope.unit.lines`, or the id of a waiver.
    pub key: String,
    /// From what to what.
    pub words: String,
    /// Where the new value is written, or the old one that is gone.
    pub place: Option<SourceRef>,
}

/// Keys of evidence that ask for less of it.
const EVIDENCE_LENIENT: [&str; 3] = ["optional", "accept-failed-run", "when-changed"];
/// Keys that take something out of what is judged, so that without them more is.
const TAKES_AWAY: [&str; 5] = ["exceptions", "enforce-from", "min-lines", "tolerance", "allow"];

/// Every difference, loosenings first.
#[must_use]
pub fn differences(old: &Policy, new: &Policy) -> Vec<Difference> {
    let mut out = Vec::new();
    let tables = (old.tree.table(), new.tree.table());
    let keys: BTreeSet<&String> = [tables.0, tables.1].into_iter().flatten().flat_map(|t| t.keys()).collect();
    for key in keys.into_iter().filter(|k| !["name", "version"].contains(&k.as_str())) {
        let (a, b) = (old.tree.get(key), new.tree.get(key));
        match key.as_str() {
            "waiver" => waivers(a, b, &mut out),
            _ => walk(&mut vec![key.clone()], (a, b), false, &mut out),
        }
    }
    finals(old, new, &mut out);
    out.sort_by(|a, b| (a.turn, &a.key).cmp(&(b.turn, &b.key)));
    out
}

/// What two policies write under a key.
type Both<'n> = (Option<&'n Node>, Option<&'n Node>);

/// `alone`: only one of them has the gate or scope at all, so that nothing in it takes anything from the other.
fn walk(path: &mut Vec<String>, (old, new): Both<'_>, alone: bool, out: &mut Vec<Difference>) {
    if let (Some(a), Some(b)) = (old, new)
        && a.says_the_same(b)
    {
        return;
    }
    let tables = |n: Option<&Node>| n.filter(|n| !n.is_steps()).and_then(Node::table).cloned();
    // A gate, a scope or a table of limits is entered, also where only one of the policies has it.
    let enters = |n: Option<&Node>| n.is_none() || tables(n).is_some();
    let is_block =
        |n: Option<&Node>| tables(n).is_some() && path.first().is_some_and(|f| f != "evidence" || path.len() == 1);
    if enters(old) && enters(new) && (tables(old).is_some() && tables(new).is_some() || is_block(old) || is_block(new))
    {
        let (a, b) = (tables(old).unwrap_or_default(), tables(new).unwrap_or_default());
        let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
        let is_scope = path.len() == 3 && path.get(1).is_some_and(|p| p == "scope");
        let is_gate = path.len() == 1 && path.first().is_some_and(|gate| super::is_gate(gate));
        let alone = alone || (is_scope || is_gate) && (old.is_none() || new.is_none());
        // Without either list nothing was judged by them.
        let unlisted = |t: &BTreeMap<String, Node>| !["allow", "deny"].iter().any(|k| t.contains_key(*k));
        let lists = path.as_slice() == ["licenses"] && (unlisted(&a) || unlisted(&b));
        // What a scope looks at that only one of them has is part of that scope.
        for key in keys.into_iter().filter(|k| !(alone && is_scope && loosening::SELECTS.contains(&k.as_str()))) {
            path.push(key.clone());
            walk(path, (a.get(key), b.get(key)), alone || lists && key == "allow", out);
            path.pop();
        }
        return;
    }
    let shown = |n: Option<&Node>| n.map_or_else(|| "not there".to_owned(), inline);
    out.push(Difference {
        turn: turn(path, old, new, alone),
        key: path.join("."),
        words: format!("{} -> {}", shown(old), shown(new)),
        place: new.or(old).map(|n| source(n.start())),
    });
}

fn turn(path: &[String], old: Option<&Node>, new: Option<&Node>, alone: bool) -> Turn {
    let key = loosening::key(path);
    let first = path.first().map(String::as_str).unwrap_or_default();
    if let (Some(implied), true) = (loosening::implied(key), first != "evidence" && !alone) {
        return Turn::of(loosening::strictness(old, implied).cmp(&loosening::strictness(new, implied)));
    }
    if (first, key) == ("waivers", "max-days") {
        return Turn::of(horizon(new).cmp(&horizon(old)));
    }
    let added = match (old, new) {
        (None, Some(node)) => Some((Turn::Tightened, node)),
        (Some(node), None) => Some((Turn::Loosened, node)),
        _ => None,
    };
    if let Some((strict, node)) = added {
        let off = node.string() == Some("off") || matches!(node.value, Value::Boolean(false));
        return match (first, key) {
            _ if off => Turn::Changed,
            _ if alone => strict,
            ("evidence", k) if k == "matrix" || loosening::MORE_OF_EVIDENCE.contains(&k) => strict,
            ("evidence" | "baseline", k) if EVIDENCE_LENIENT.contains(&k) => strict.turned(),
            ("evidence", _) if path.len() > 2 => Turn::Changed,
            ("vex", _) => strict.turned(),
            (_, k) if TAKES_AWAY.contains(&k) => strict.turned(),
            ("security", "unknown") if !loosening::allows_none(node) => Turn::Loosened,
            ("waivers", _) => Turn::Changed,
            (_, k) if loosening::SELECTS.contains(&k) => Turn::Loosened,
            _ => strict,
        };
    }
    let (forward, back) = (loosening::find(path, old, new).is_some(), loosening::find(path, new, old).is_some());
    match (first, key, forward, back) {
        ("evidence", "path" | "paths" | "format" | "strip" | "base" | "matrix", ..) => Turn::Changed,
        ("waivers", "warn-days" | "file", ..) | ("baseline", "path", ..) => Turn::Changed,
        ("vex", ..) => Turn::Loosened,
        (_, _, true, _) => Turn::Loosened,
        (_, _, false, true) => Turn::Tightened,
        (_, _, false, false) => Turn::Changed,
    }
}

/// What a base declares final holds its children: fewer of them may loosen it, or more.
fn finals(old: &Policy, new: &Policy, out: &mut Vec<Difference>) {
    for (here, there, turn, verb) in
        [(old, new, Turn::Loosened, "is final no more"), (new, old, Turn::Tightened, "is final")]
    {
        let covered = |f: &Final| there.finals.iter().any(|o| f.path.starts_with(&o.path));
        let gone: BTreeMap<String, &Final> =
            here.finals.iter().filter(|f| !covered(f)).map(|f| (f.name(), f)).collect();
        out.extend(gone.into_iter().map(|(name, declared)| Difference {
            turn,
            key: format!("final {name}"),
            words: verb.to_owned(),
            place: Some(source(&declared.origin)),
        }));
    }
}

/// How many days ahead a waiver may end.
fn horizon(node: Option<&Node>) -> i64 {
    match node.map(|n| &n.value) {
        Some(Value::Integer(days)) => *days,
        _ => super::WaiverRules::default().max_days.into(),
    }
}

/// Waivers come and go as a whole.
fn waivers(old: Option<&Node>, new: Option<&Node>, out: &mut Vec<Difference>) {
    let list = |n: Option<&Node>| n.and_then(Node::array).unwrap_or_default().to_vec();
    let (old, new) = (list(old), list(new));
    let text = |n: &Node, key: &str| n.get(key).map(inline).unwrap_or_default();
    for (here, there, turn, verb) in
        [(&new, &old, Turn::Loosened, "is waived"), (&old, &new, Turn::Tightened, "is waived no more")]
    {
        for waiver in here.iter().filter(|w| !there.iter().any(|o| o.says_the_same(w))) {
            out.push(Difference {
                turn,
                key: format!("waiver {}", text(waiver, "id")),
                words: format!(
                    "{verb}, until {}, {}: {}",
                    text(waiver, "expires"),
                    text(waiver, "owner"),
                    text(waiver, "reason")
                ),
                place: Some(source(waiver.start())),
            });
        }
    }
}
