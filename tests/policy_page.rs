//! docs/policy.md is what the schema of the policy language says. `UPDATE_DOCS=1 cargo test --test policy_page` writes it.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;

use std::fmt::Write as _;

use common::repository;
use portcullis::gates;
use portcullis::policy::schema;
use serde_json::Value;

const HEAD: &str = "# The policy

Every table and key of a policy, generated from its JSON Schema (`portcullis policy schema`, `schemas/policy.json`). What a check means and how it is
computed is in [Checks](checks.md), or `portcullis explain CHECK`. An unknown key, an impossible value, a date that is none: each is a mistake that names
file, line and remedy, and nothing is judged.

- A number is the value that fails. A table has two steps: `{ fail-below = 60, warn-below = 75 }`, `{ fail-above = 2, warn-above = 0 }`.
- `effective = DAY` beside a step that fails announces it: until that day in UTC it warns. A level can be announced too:
  `{ level = \"fail\", effective = DAY }`.
- `\"off\"` unsets a key that a base sets, or a whole gate; it stays in the report as skipped.
- A list replaces an inherited one; `{ add = [...], remove = [...] }` edits it.
- `[profile.NAME]` holds any of these tables and is laid over them by `--profile NAME`.
- `[GATE.scope.NAME]` takes the keys of its gate and chooses what it judges.
";

/// The keys by which a scope chooses, which the schema holds for every gate alike.
const CHOICES: [&str; 6] = ["evidence", "tools", "paths", "packages", "changed", "new"];

struct Page {
    schema: Value,
    text: String,
}

impl Page {
    fn resolved<'s>(&'s self, node: &'s Value) -> &'s Value {
        match node["$ref"].as_str() {
            Some(reference) => self.schema.pointer(reference.trim_start_matches('#')).unwrap(),
            None => node,
        }
    }

    /// What may be written, in words.
    fn takes(&self, node: &Value) -> String {
        // What a type says of itself tells how it is written; what a key says tells what it means.
        let shared = node["$ref"].is_string();
        let node = self.resolved(node);
        let branches = ["anyOf", "oneOf", "allOf"].iter().find_map(|key| node[*key].as_array());
        if let Some(branches) = branches {
            let mut all: Vec<String> = branches.iter().filter(|b| !is_plumbing(b)).map(|b| self.takes(b)).collect();
            all.dedup();
            return all.join(" or ");
        }
        if let Some(word) = node.get("const") {
            return format!("`{word}`");
        }
        if let Some(words) = node["enum"].as_array() {
            return if words.len() > 9 {
                "a name".into()
            } else {
                words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(" or ")
            };
        }
        let types: Vec<&str> = match &node["type"] {
            Value::String(one) => vec![one],
            Value::Array(all) => all.iter().filter_map(Value::as_str).filter(|t| *t != "null").collect(),
            _ => Vec::new(),
        };
        if types.contains(&"object") && node["properties"].is_object() {
            let keys: Vec<&str> = node["properties"].as_object().unwrap().keys().map(String::as_str).collect();
            return format!("`{{ {} }}`", keys.join(", "));
        }
        match (&types[..], node["description"].as_str()) {
            (["array"], _) => match self.takes(&node["items"]) {
                text if text == "text" => "a list".into(),
                item => format!("a list of {item}"),
            },
            (["object"], _) if node["additionalProperties"].is_object() => {
                format!("a table by name: {}", self.takes(&node["additionalProperties"]))
            }
            (["boolean"], _) => "`true` or `false`".into(),
            (_, Some(words)) if shared => words.trim_end_matches('.').to_owned(),
            (_, Some(words)) if words.contains("2027-02-28") => "a day in UTC".into(),
            (["integer"], _) => "a whole number".into(),
            (["number"], _) => "a number".into(),
            _ => "text".into(),
        }
    }

    fn meaning(&self, node: &Value) -> String {
        let inside = |n: &Value| {
            n["anyOf"].as_array().and_then(|b| b.iter().find_map(|b| b["description"].as_str().map(str::to_owned)))
        };
        let own = node["description"].as_str().map(str::to_owned);
        own.or_else(|| inside(node)).or_else(|| inside(&node["anyOf"][0])).unwrap_or_default()
    }

    fn table(&mut self, properties: &Value, leave_out: &[&str]) {
        let mut rows = String::from("\n| key | what is written | meaning |\n|---|---|---|\n");
        for (name, node) in properties.as_object().unwrap().iter().filter(|(n, _)| !leave_out.contains(&n.as_str())) {
            let words = |text: String| text.replace('|', "\\|").replace('\n', " ").trim_end_matches('.').to_owned();
            let _ = writeln!(rows, "| `{name}` | {} | {} |", words(self.takes(node)), words(self.meaning(node)));
        }
        self.text += &rows;
    }
}

/// What holds for every key and is said once: `"off"`, the edit of a list, an announced level, null.
fn is_plumbing(node: &Value) -> bool {
    let keys =
        node["properties"].as_object().map(|p| p.keys().map(String::as_str).collect::<Vec<_>>()).unwrap_or_default();
    node["const"] == "off" || node["type"] == "null" || keys == ["add", "remove"] || keys == ["effective", "level"]
}

fn page() -> String {
    let mut page = Page { schema: serde_json::to_value(schema()).unwrap(), text: HEAD.to_owned() };
    let all = page.schema["properties"].clone();
    let gates: Vec<&str> = gates::ALL.iter().map(|g| g.name).collect();
    page.text += "\n## At the top\n\n| key | meaning |\n|---|---|\n";
    for (key, meaning) in [
        ("version", "`1`; required"),
        ("name", "what the policy is called in reports; a baseline of another one is refused"),
        ("extends", "files, relative to this one, or `builtin:NAME`, that this policy is laid over"),
        ("final", "keys that whoever extends this policy may [tighten and not loosen](loosening.md)"),
        ("enforce-from", "until this day, at most 180 ahead, all is judged and shown, and the exit is 0"),
    ] {
        assert!(all.get(key).is_some(), "{key}");
        let _ = writeln!(page.text, "| `{key}` | {meaning} |");
    }
    for (heading, key, pointer) in [
        ("[evidence.NAME]", "evidence", "/additionalProperties"),
        ("[baseline]", "baseline", ""),
        ("[waivers]", "waivers", ""),
        ("[[waiver]]", "waiver", "/items"),
        ("[vex]", "vex", ""),
    ] {
        let node = page.resolved(all[key].pointer(pointer).unwrap()).clone();
        let about = node["description"].as_str().unwrap_or_default();
        let _ = write!(page.text, "\n## `{heading}`\n\n{about}\n");
        page.table(&node["properties"], &[]);
    }
    for gate in &gates {
        let node = all[*gate].clone();
        let about = node["description"].as_str().unwrap();
        let _ = write!(page.text, "\n## `[{gate}]`\n\nIt judges {about}.\n");
        page.table(&node["properties"], &["scope"]);
    }
    page.text += "\n## `[GATE.scope.NAME]`\n\nThe keys of the gate, and:\n";
    let scope = all["coverage"]["properties"]["scope"]["additionalProperties"]["properties"].clone();
    let others: Vec<&str> =
        scope.as_object().unwrap().keys().map(String::as_str).filter(|k| !CHOICES.contains(k)).collect();
    page.table(&scope, &others);
    let told = [
        "version",
        "name",
        "extends",
        "final",
        "enforce-from",
        "evidence",
        "baseline",
        "waivers",
        "waiver",
        "vex",
        "profile",
    ];
    for key in all.as_object().unwrap().keys() {
        assert!(told.contains(&key.as_str()) || gates.contains(&key.as_str()), "{key} is in the schema and on no page");
    }
    page.text
}

#[test]
fn the_page_is_what_the_schema_says() {
    let (path, page) = (repository().join("docs/policy.md"), page());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "docs/policy.md differs: UPDATE_DOCS=1 cargo test --test policy_page writes it");
    // Every row says what may be written and what it means.
    for line in page.lines().filter(|l| l.starts_with("| `")) {
        assert!(line.split(" | ").all(|cell| !cell.trim_matches(['|', ' ']).is_empty()), "{line}");
    }
}
