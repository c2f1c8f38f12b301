//! One layer laid over another.

use std::collections::BTreeMap;

use crate::toml_tree::{Node, Value};

/// Tables are joined key by key; waivers append; lists are replaced or edited; all else is replaced.
pub(super) fn merge(base: Node, over: Node) -> Node {
    let Node { value, origin, key } = over;
    match (base.value, value) {
        (Value::Table(mut below), Value::Table(above)) => {
            for (name, node) in above {
                let joined = match below.remove(&name) {
                    Some(old) if name == "waiver" => append(old, node),
                    Some(old) => merge(old, node),
                    None => fresh(node),
                };
                below.insert(name, joined);
            }
            Node { value: Value::Table(below), origin, key }
        }
        (Value::Array(below), Value::Table(edit)) if is_edit(&edit) => {
            Node { value: Value::Array(edited(below, edit)), origin, key }
        }
        (plain, Value::Table(mut steps)) => {
            // A plain threshold is the one that fails: a table that only warns leaves it standing.
            for (warn, fail) in [("warn-below", "fail-below"), ("warn-above", "fail-above")] {
                if steps.contains_key(warn) && !steps.contains_key(fail) && is_plain(&plain) {
                    let kept = Node { value: plain.clone(), origin: base.origin.clone(), key: base.key.clone() };
                    steps.insert(fail.to_owned(), kept);
                }
            }
            Node { value: Value::Table(steps), origin, key }
        }
        (_, value) => Node { value, origin, key },
    }
}

fn is_plain(value: &Value) -> bool {
    match value {
        Value::Integer(_) | Value::Float(_) => true,
        Value::String(text) => text != "off",
        _ => false,
    }
}

fn is_edit(table: &BTreeMap<String, Node>) -> bool {
    !table.is_empty() && table.iter().all(|(k, n)| matches!(k.as_str(), "add" | "remove") && n.array().is_some())
}

/// A list edit with nothing to edit is a list.
fn fresh(node: Node) -> Node {
    match node.value {
        Value::Table(edit) if is_edit(&edit) => Node { value: Value::Array(edited(Vec::new(), edit)), ..node },
        Value::Table(table) => {
            Node { value: Value::Table(table.into_iter().map(|(k, n)| (k, fresh(n))).collect()), ..node }
        }
        value => Node { value, ..node },
    }
}

fn edited(mut list: Vec<Node>, mut edit: BTreeMap<String, Node>) -> Vec<Node> {
    let mut items = |key: &str| match edit.remove(key).map(|n| n.value) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    };
    let (remove, add) = (items("remove"), items("add"));
    list.retain(|n| !remove.iter().any(|r| r.value == n.value));
    list.extend(add);
    list
}

fn append(base: Node, over: Node) -> Node {
    match (base.value, over.value) {
        (Value::Array(mut below), Value::Array(above)) => {
            below.extend(above);
            Node { value: Value::Array(below), origin: over.origin, key: over.key }
        }
        (_, value) => Node { value, origin: over.origin, key: over.key },
    }
}
