//! The gates of a policy, and the scopes that every gate may have.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

use super::PathGlob;
use super::effective::{self, Announced};
use crate::diagnostic::{Diagnostic, Origin};
use crate::gates::{self, Gate, GateKind};
use crate::toml_tree::{Day, Node, Value, known, read};

/// A gate of the policy, or a scope of one.
#[derive(Debug)]
pub struct Entry {
    /// What kind of gate it is.
    pub kind: &'static GateKind,
    /// Its scope's name, if it is one.
    pub scope: Option<String>,
    /// What it looks at.
    pub selector: Selector,
    /// Tools that must have reported.
    pub requires: Vec<String>,
    /// Until this day it only warns.
    pub enforce_from: Option<Date>,
    /// Where that is written.
    pub(super) enforce_from_origin: Option<(Date, Origin)>,
    /// Its thresholds that fail from a day on.
    pub(super) announced: Vec<Announced>,
    /// The gate itself.
    pub gate: Box<dyn Gate>,
}

impl std::fmt::Debug for GateKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Entry {
    /// The id of one of its checks.
    #[must_use]
    pub fn id(&self, measure: &str) -> String {
        match &self.scope {
            Some(scope) => format!("{}.{scope}.{measure}", self.kind.name),
            None => format!("{}.{measure}", self.kind.name),
        }
    }

    /// The first day on which the threshold at this key fails, where it is announced; before that it warns.
    #[must_use]
    pub fn effective(&self, key: &[String]) -> Option<Date> {
        self.announced.iter().find(|a| a.key == key).map(|a| a.day)
    }

    /// The path of keys to one of its own.
    #[must_use]
    pub fn path<'a>(&'a self, key: &[&'a str]) -> Vec<&'a str> {
        let mut path = vec![self.kind.name];
        if let Some(scope) = &self.scope {
            path.extend(["scope", scope]);
        }
        path.extend_from_slice(key);
        path
    }
}

/// What a scope looks at; everything where it chooses nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Selector {
    /// Only evidence of these names.
    pub evidence: Option<Vec<String>>,
    /// Only what these tools say.
    pub tools: Option<Vec<String>>,
    /// Only files that match one of these.
    pub paths: Option<Vec<PathGlob>>,
    /// Only these packages.
    pub packages: Option<Vec<String>>,
    /// Only changed lines.
    pub changed: bool,
    /// Only what the baseline does not have.
    pub new: bool,
}

/// The keys of a [`Selector`].
const SELECTORS: [&str; 6] = ["evidence", "tools", "paths", "packages", "changed", "new"];

/// Takes every gate out of `tree`.
pub(super) fn read_all(
    tree: &mut Node,
    evidence: &[String],
    today: Date,
    mistakes: &mut Vec<Diagnostic>,
) -> Vec<Entry> {
    let mut out = Vec::new();
    for kind in gates::ALL {
        let Some(mut node) = tree.take(kind.name) else { continue };
        if node.table().is_none() {
            let wrong = format!("{} where the table [{}] is expected", node.describe(), kind.name);
            mistakes.push(Diagnostic::error(wrong, Some(node.origin.clone())));
            continue;
        }
        let scopes = node.take("scope");
        let whole = node.clone();
        out.extend(one(kind, None, node, Selector::default(), today, mistakes));
        let Some(scopes) = scopes else { continue };
        let Some(table) = scopes.table() else {
            let wrong = Diagnostic::error("`scope` holds tables", Some(scopes.origin.clone()));
            mistakes.push(wrong.help(format!("write [{}.scope.NAME]", kind.name)));
            continue;
        };
        for (name, scope) in table {
            out.extend(read_scope(kind, (name, scope), &whole, evidence, today, mistakes));
        }
    }
    out
}

/// Reads one table of a gate.
fn one(
    kind: &'static GateKind,
    scope: Option<&str>,
    mut node: Node,
    selector: Selector,
    today: Date,
    mistakes: &mut Vec<Diagnostic>,
) -> Option<Entry> {
    let requires = match node.take("requires") {
        Some(list) => {
            let names = read::<Vec<String>>(&list, mistakes).unwrap_or_default();
            if let Some(twice) = names.iter().enumerate().find_map(|(n, a)| names.iter().take(n).find(|b| *b == a)) {
                let wrong = Diagnostic::error(format!("{twice:?} stands twice"), Some(list.origin.clone()));
                mistakes.push(wrong.help("name each tool once"));
            }
            names
        }
        None => Vec::new(),
    };
    let enforce_from_origin =
        node.take("enforce-from").and_then(|n| Some((read::<Day>(&n, mistakes)?.0, n.origin.clone())));
    let announced = effective::take(&mut node, mistakes);
    let days = announced.iter().map(|a| (a.day, &a.origin));
    for (day, origin) in enforce_from_origin.iter().map(|(day, origin)| (*day, origin)).chain(days) {
        super::read::check_notice(day, today, origin, mistakes);
    }
    let gate = (kind.read)(&node, mistakes)?;
    Some(Entry {
        kind,
        scope: scope.map(str::to_owned),
        selector,
        requires,
        enforce_from: enforce_from_origin.as_ref().map(|(day, _)| *day),
        enforce_from_origin,
        announced,
        gate,
    })
}

fn read_scope(
    kind: &'static GateKind,
    (name, scope): (&str, &Node),
    whole: &Node,
    evidence: &[String],
    today: Date,
    mistakes: &mut Vec<Diagnostic>,
) -> Option<Entry> {
    let place = || Some(scope.start().clone());
    if let Some(wrong) = wrong_name(kind, name, scope.start()) {
        mistakes.push(wrong);
        return None;
    }
    let mut own = scope.clone();
    let Some(table) = own.table_mut() else {
        mistakes.push(Diagnostic::error(format!("{} where a scope's table is expected", scope.describe()), place()));
        return None;
    };
    let mut chosen = BTreeMap::new();
    for key in SELECTORS {
        if let Some(node) = table.remove(key) {
            chosen.insert(key.to_owned(), node);
        }
    }
    check_chosen(kind, &chosen, mistakes);
    if chosen.is_empty() {
        let wrong = Diagnostic::error(format!("the scope `{name}` chooses nothing"), place());
        mistakes.push(wrong.help(format!("add one of: {}", SELECTORS.join(", "))));
    }
    check_part(kind, &chosen, table, mistakes);
    for key in kind.inherited.iter().chain(&["enforce-from"]) {
        if let (None, Some(inherited)) = (table.get(*key), whole.get(key)) {
            table.insert((*key).to_owned(), inherited.clone());
        }
    }
    let selector = Node { value: Value::Table(chosen), origin: scope.origin.clone(), key: scope.key.clone() };
    let names = selector.get("evidence").cloned();
    let selector: Option<Selector> = read(&selector, mistakes);
    check_evidence(names.as_ref(), evidence, mistakes);
    one(kind, Some(name), own, selector?, today, mistakes)
}

/// Why a scope may not be called so.
fn wrong_name(kind: &'static GateKind, name: &str, start: &Origin) -> Option<Diagnostic> {
    let place = Some(start.clone());
    if !super::read::is_name(name) || name.contains('.') {
        let wrong = Diagnostic::error(format!("{name:?} is no name of a scope"), place);
        return Some(wrong.help("use ASCII letters, digits, `-` and `_`"));
    }
    let reserved = ["scope", "requires", "enforce-from", "off"];
    let own = kind.keys().iter().any(|k| k == name) || kind.measures.iter().any(|m| m.name == name);
    if own || reserved.contains(&name) {
        let wrong = Diagnostic::error(format!("a scope may not be called `{name}`, as a key of its gate is"), place);
        return Some(wrong.help("its checks would have the names of others: rename it"));
    }
    None
}

/// What a scope is chosen by must be something that its gate can choose by, and must choose something.
fn check_chosen(kind: &'static GateKind, chosen: &BTreeMap<String, Node>, mistakes: &mut Vec<Diagnostic>) {
    for (key, node) in chosen.iter().filter(|(k, _)| !["evidence", "tools"].contains(&k.as_str())) {
        let of_some =
            ["paths", "packages", "changed", "new"].contains(&key.as_str()) && node.value != Value::Boolean(false);
        if of_some && !kind.selects.contains(&key.as_str()) {
            let wrong =
                Diagnostic::error(format!("{} cannot be chosen by `{key}`", kind.name), Some(node.start().clone()));
            let able = ["evidence", "tools"].iter().chain(kind.selects).copied().collect::<Vec<_>>();
            mistakes.push(wrong.help(format!("a scope of this gate is chosen by: {}", able.join(", "))));
        } else if node.array().is_some_and(<[Node]>::is_empty) {
            let wrong = Diagnostic::error(format!("`{key}` chooses nothing"), Some(node.start().clone()));
            mistakes.push(wrong.help("name at least one, or leave the key out"));
        }
    }
}

/// What is of the whole cannot be judged of a part.
fn check_part(
    kind: &'static GateKind,
    chosen: &BTreeMap<String, Node>,
    table: &BTreeMap<String, Node>,
    mistakes: &mut Vec<Diagnostic>,
) {
    for (selector, part) in [("changed", "changed lines"), ("new", "new findings")] {
        let chosen = chosen.get(selector).is_some_and(|n| matches!(n.value, Value::Boolean(true)));
        for (key, node) in table.iter().filter(|(key, _)| chosen && kind.of_the_whole.contains(&key.as_str())) {
            let wrong = format!("`{key}` cannot be judged of {part}");
            let wrong = Diagnostic::error(wrong, Some(node.start().clone()));
            mistakes.push(wrong.help(format!("write it in the gate, or in a scope without `{selector}`")));
        }
    }
}

/// A scope chooses evidence that the policy names.
fn check_evidence(names: Option<&Node>, evidence: &[String], mistakes: &mut Vec<Diagnostic>) {
    for node in names.into_iter().filter_map(Node::array).flatten() {
        if let Some(wanted) = node.string().filter(|n| !evidence.iter().any(|e| e == n)) {
            let names: Vec<&str> = evidence.iter().map(String::as_str).collect();
            let wrong = Diagnostic::error(format!("no evidence is called {wanted:?}"), Some(node.origin.clone()));
            mistakes.push(wrong.help(match names.is_empty() {
                true => format!("write [evidence.{wanted}] with a `path`"),
                false => known(wanted, &names),
            }));
        }
    }
}
