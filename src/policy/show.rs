//! The policy in force, as TOML, with where each value is written.

use std::fmt::Write;

use super::Policy;
use crate::toml_tree::{Node, Value};

/// The whole policy, each value followed by its place.
pub(super) fn show(policy: &Policy) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "# policy {} sha256 {}", policy.path, policy.sha256);
    for base in &policy.extends {
        let _ = writeln!(out, "# extends {base}");
    }
    if let Some(profile) = &policy.profile {
        let _ = writeln!(out, "# profile {profile}");
    }
    for off in &policy.off {
        let _ = writeln!(out, "# {} is off ({}:{})", off.id(), off.place.path, off.place.line);
    }
    table(&policy.tree, &mut Vec::new(), &mut out);
    out
}

fn table(node: &Node, path: &mut Vec<String>, out: &mut String) {
    let Some(entries) = node.table() else { return };
    let plain: Vec<_> = entries.iter().filter(|(_, n)| !is_block(n)).collect();
    if !path.is_empty() && (!plain.is_empty() || entries.is_empty()) {
        let _ = writeln!(out, "\n[{}]", path.join("."));
    }
    for (key, value) in plain {
        let line = format!("{} = {}", quoted_key(key), inline(value));
        let _ = writeln!(out, "{line:<40} # {}:{}", value.origin.file.path, value.origin.line());
    }
    for (key, value) in entries.iter().filter(|(_, n)| is_block(n)) {
        path.push(quoted_key(key));
        match value.array() {
            Some(list) => {
                for item in list {
                    let _ =
                        writeln!(out, "\n[[{}]] # {}:{}", path.join("."), item.origin.file.path, item.origin.line());
                    for (key, value) in item.table().into_iter().flatten() {
                        let _ = writeln!(out, "{} = {}", quoted_key(key), inline(value));
                    }
                }
            }
            None => table(value, path, out),
        }
        path.pop();
    }
}

/// Tables of their own: those that hold no threshold, and lists of tables.
fn is_block(node: &Node) -> bool {
    match &node.value {
        Value::Table(_) => !node.is_steps(),
        Value::Array(list) => !list.is_empty() && list.iter().all(|n| n.get("reason").is_some()),
        _ => false,
    }
}

pub(super) fn inline(node: &Node) -> String {
    match &node.value {
        Value::String(text) => basic(text),
        Value::Integer(n) => n.to_string(),
        Value::Float(n) => n.to_string(),
        Value::Boolean(b) => b.to_string(),
        Value::Datetime(text) => text.clone(),
        Value::Array(list) => format!("[{}]", list.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Table(t) => {
            // The day behind what it is the day of.
            let (late, first): (Vec<_>, Vec<_>) = t.iter().partition(|(k, _)| *k == super::effective::KEY);
            let entries = first.into_iter().chain(late).map(|(k, n)| format!("{} = {}", quoted_key(k), inline(n)));
            let entries: Vec<String> = entries.collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}

fn quoted_key(key: &str) -> String {
    let bare = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if bare { key.to_owned() } else { basic(key) }
}

/// A string of TOML in one line, every control character escaped.
fn basic(text: &str) -> String {
    let escaped = text.chars().map(|c| match c {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        c if c.is_control() => format!("\\u{:04X}", u32::from(c)),
        c => c.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}
