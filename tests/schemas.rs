//! The published JSON Schemas are what the program prints, take what it writes, and nothing else.
//!
//! `UPDATE_SCHEMAS=1 cargo test --test schemas` writes schemas/ anew.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;

use std::collections::BTreeSet;

use common::{Folder, NOW, builtin, files_below, repository};
use jsonschema::Validator;
use serde_json::Value;

fn published(what: &str) -> Value {
    let text = std::fs::read_to_string(repository().join(format!("schemas/{what}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn validator(what: &str) -> Validator {
    jsonschema::validator_for(&published(what)).unwrap()
}

#[test]
fn what_is_published_is_what_the_program_prints() {
    let folder = Folder::new();
    for what in ["policy", "verdict", "inspect"] {
        let printed = folder.run(&["schema", what]).out;
        let path = repository().join(format!("schemas/{what}.json"));
        if std::env::var_os("UPDATE_SCHEMAS").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &printed).unwrap();
        }
        let same = std::fs::read_to_string(&path).is_ok_and(|text| text == printed);
        assert!(same, "schemas/{what}.json differs: UPDATE_SCHEMAS=1 cargo test --test schemas writes it");
    }
    assert_eq!(folder.run(&["policy", "schema"]).out, folder.run(&["schema", "policy"]).out);
}

/// Verdicts with everything in them: passing, failing, waived, in parts, with a baseline and without.
fn verdicts() -> Vec<Value> {
    let mut out = Vec::new();
    let waiver = "[[waiver]]\nid = \"CVE-2021-25900\"\nreason = \"r\"\nowner = \"@o\"\nexpires = 2026-12-24\n";
    let more = "[evidence.gone]\npath = \"gone.xml\"\n";
    for set in ["neo-rs/passing", "neo-rs/failing"] {
        let folder = Folder::of(set);
        folder.write("p.toml", format!("{}\n{more}{waiver}", builtin("neo-rs")));
        let all: [&[&str]; 5] = [
            &["-p", "builtin:neo-rs"],
            &["-p", "p.toml", "--only", "lints,security", "--profile", "nightly", "--commit", "abcdef0123"],
            &["-p", "p.toml", "--baseline", "none"],
            &["-p", "builtin:strict", "."],
            &["-p", "builtin:minimal", "gone"],
        ];
        for args in all {
            let ran = folder.run(&[&["check", "--now", NOW, "-f", "json"], args].concat());
            out.push(serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{args:?}: {e}: {}", ran.err)));
        }
    }
    out
}

/// Every sample there is, inspected.
fn inspection() -> Value {
    let ran = Folder::new().run(&["inspect", "-f", "json", &common::testdata("").to_string_lossy()]);
    serde_json::from_str(&ran.out).unwrap()
}

#[test]
fn what_the_program_writes_is_valid() {
    let verdict = validator("verdict");
    let verdicts = verdicts();
    let words: BTreeSet<&str> = verdicts.iter().map(|v| v["verdict"].as_str().unwrap()).collect();
    assert_eq!(words.len(), 3, "{words:?}");
    for v in &verdicts {
        let errors: Vec<String> = verdict.iter_errors(v).map(|e| format!("{} at {}", e, e.instance_path())).collect();
        assert_eq!(errors, Vec::<String>::new());
    }
    let inspection = inspection();
    let errors: Vec<String> =
        validator("inspect").iter_errors(&inspection).map(|e| format!("{} at {}", e, e.instance_path())).collect();
    assert_eq!(errors, Vec::<String>::new());
    let facts = inspection["reports"].as_array().unwrap().iter().flat_map(|r| r["facts"].as_array().unwrap());
    let kinds: BTreeSet<&str> = facts.map(|f| f["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds.len(), 13, "every kind of fact is there: {kinds:?}");
}

/// The way to a value, with the numbers of a list left out.
fn shape(path: &[String]) -> String {
    path.iter().map(|p| if p.parse::<usize>().is_ok() { "[]" } else { p }).collect::<Vec<_>>().join("/")
}

/// Every object of a document, by its path.
fn objects(value: &Value, path: &mut Vec<String>, out: &mut Vec<Vec<String>>) {
    let mut go = |key: String, child: &Value, out: &mut Vec<Vec<String>>| {
        path.push(key);
        objects(child, path, out);
        path.pop();
    };
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(key, child)| go(key.clone(), child, out));
            out.push(path.clone());
        }
        Value::Array(list) => list.iter().enumerate().for_each(|(n, child)| go(n.to_string(), child, out)),
        _ => {}
    }
}

fn at<'v>(value: &'v mut Value, path: &[String]) -> &'v mut Value {
    path.iter().fold(value, |value, part| match value {
        Value::Array(list) => &mut list[part.parse::<usize>().unwrap()],
        other => &mut other[part.as_str()],
    })
}

/// Objects whose keys are the report's own.
const FREE: &str = "expressions";

/// Takes each key away, adds one, and puts a word and a value of another kind in the place of each; what the schema lets
/// pass is returned. One object of each shape is enough.
fn let_through(validator: &Validator, document: &Value, seen: &mut BTreeSet<String>) -> (usize, Vec<String>) {
    let (mut tried, mut bad) = (0, Vec::new());
    let mut all = Vec::new();
    objects(document, &mut Vec::new(), &mut all);
    for path in all {
        let mut copy = document.clone();
        let object = at(&mut copy, &path).clone();
        let kind = object["kind"].as_str().unwrap_or_default();
        let shape = format!("{}{kind}", shape(&path));
        if path.last().is_some_and(|p| p == FREE) || !seen.insert(shape.clone()) {
            continue;
        }
        let mut refuses = |what: String, object: Value| {
            *at(&mut copy, &path) = object;
            tried += 1;
            if validator.is_valid(&copy) {
                bad.push(format!("{shape}: {what}"));
            }
        };
        let mut more = object.clone();
        more["extra"] = 1.into();
        refuses("an extra key".into(), more);
        for (key, value) in object.as_object().unwrap() {
            let mut less = object.clone();
            less.as_object_mut().unwrap().remove(key);
            refuses(format!("without {key}"), less);
            let mut other = object.clone();
            other[key] = if value.is_array() { 1.into() } else { serde_json::json!([1]) };
            refuses(format!("{key} of another kind"), other);
        }
        let closed = ["schema", "verdict", "status", "unit", "outcome", "kind", "sha256", "exit_code", "would_exit"];
        for key in closed.into_iter().filter(|key| object.get(key).is_some()) {
            let mut other = object.clone();
            other[key] = if object[key].is_number() { 7.into() } else { "nonsense".into() };
            refuses(format!("{key} = {}", other[key]), other);
        }
    }
    (tried, bad)
}

#[test]
fn what_is_changed_is_not() {
    let (verdict, inspect) = (validator("verdict"), validator("inspect"));
    let (mut seen, mut tried, mut bad) = (BTreeSet::new(), 0, Vec::new());
    for document in &verdicts() {
        let (n, silent) = let_through(&verdict, document, &mut seen);
        tried += n;
        bad.extend(silent);
    }
    let mut small = inspection();
    // A report of each kind of fact is enough, and what cannot be read.
    let mut kinds = BTreeSet::new();
    let reports = small["reports"].as_array_mut().unwrap();
    reports.retain(|r| {
        kinds.insert(r["facts"].as_array().unwrap().iter().map(|f| f["kind"].to_string()).collect::<String>())
    });
    let (n, silent) = let_through(&inspect, &small, &mut BTreeSet::new());
    assert!(tried > 200 && n > 100, "{tried} and {n} were tried");
    assert_eq!([bad, silent].concat(), Vec::<String>::new(), "the schemas let these pass");
}

fn as_json(text: &str) -> Option<Value> {
    fn convert(value: toml::Value) -> Value {
        match value {
            toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, convert(value))).collect(),
            toml::Value::Array(list) => list.into_iter().map(convert).collect(),
            toml::Value::Datetime(day) => day.to_string().into(),
            toml::Value::Integer(n) => n.into(),
            toml::Value::Float(n) => n.into(),
            toml::Value::Boolean(b) => b.into(),
            toml::Value::String(text) => text.into(),
        }
    }
    toml::from_str(text).ok().map(|table| convert(toml::Value::Table(table)))
}

/// Every policy in the repository: files that say `version`, and blocks of the documentation.
fn policies() -> Vec<(String, String)> {
    let mut out = Vec::new();
    for folder in ["policies", "tests/cli", "testdata"] {
        for file in files_below(&repository().join(folder)).into_iter().filter(|f| f.ends_with(".toml")) {
            let text = std::fs::read_to_string(repository().join(folder).join(&file)).unwrap();
            out.push((format!("{folder}/{file}"), text));
        }
    }
    let docs = files_below(&repository().join("docs")).into_iter().filter(|f| f.ends_with(".md"));
    for page in docs.map(|f| format!("docs/{f}")).chain(["README.md".to_owned()]) {
        let text = std::fs::read_to_string(repository().join(&page)).unwrap();
        let blocks = text.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
        out.extend(blocks.enumerate().map(|(n, block)| (format!("{page} block {n}"), block.to_owned())));
    }
    out
}

#[test]
fn the_schema_of_a_policy_takes_the_good_ones_and_no_other() {
    let validator = validator("policy");
    let folder = Folder::new();
    let (mut good, mut wrong, mut bad) = (0, 0, Vec::new());
    for (name, text) in policies() {
        let Some(json) = as_json(&text) else { continue };
        folder.write("p.toml", &text).write("waivers.toml", "");
        let loads = folder.run(&["policy", "check", "-p", "p.toml", "--now", NOW]).code == Some(0);
        let ours = json.get("version").is_some() || loads;
        let errors: Vec<String> = validator.iter_errors(&json).map(|e| e.to_string()).collect();
        match (loads, errors.is_empty()) {
            (true, true) => good += 1,
            (true, false) => bad.push(format!("{name} is good: {errors:?}")),
            (false, true) if ours => bad.push(format!("{name} is wrong, and valid")),
            (false, _) => wrong += usize::from(ours),
        }
    }
    assert!(good >= 40 && wrong >= 3, "{good} good, {wrong} wrong");
    assert_eq!(bad, Vec::<String>::new());
}

/// Each mistake of the sample is seen, not only one of them.
#[test]
fn every_mistake_that_a_schema_can_see_is_seen() {
    let validator = validator("policy");
    for (good, wrong) in [
        ("[evidence.u]\npath = \"u.xml\"", "[evidence.u]\npaht = \"u.xml\""),
        (
            "[evidence.u]\npath = \"u.xml\"\nformat = \"cobertura\"",
            "[evidence.u]\npath = \"u.xml\"\nformat = \"coberture\"",
        ),
        ("[coverage]\nbranches = 85", "[coverage]\nbranches = 185"),
        ("[coverage]\nlines = 85", "[coverage]\nlines = 0.85"),
        ("[tests]\nfailed = 0", "[tests]\nfailed = -1"),
        ("[tests]\nfailed = 0", "[tests]\nfaild = 0"),
        ("[tests]\ntotal = { fail-below = 1 }", "[tests]\ntotal = { fail-above = 1 }"),
        ("[dependencies]\nyanked = \"warn\"", "[dependencies]\nyanked = \"deny\""),
        ("tests = \"off\"", "tests = \"none\""),
        (
            "[[waiver]]\nid = \"A-1\"\nreason = \"r\"\nowner = \"o\"\nexpires = 2027-01-01",
            "[[waiver]]\nid = \"A-1\"\nowner = \"o\"\nexpires = 2027-01-01",
        ),
        (
            "[[waiver]]\nid = \"A-1\"\nreason = \"r\"\nowner = \"o\"\nexpires = 2027-01-01",
            "[[waiver]]\nid = \"A-*\"\nreason = \"r\"\nowner = \"o\"\nexpires = 2027-01-01",
        ),
        (
            "[[waiver]]\nid = \"A-1\"\ngate = \"lints\"\nreason = \"r\"\nowner = \"o\"\nexpires = 2027-01-01",
            "[[waiver]]\nid = \"A-1\"\ngate = \"lint\"\nreason = \"r\"\nowner = \"o\"\nexpires = 2027-01-01",
        ),
    ] {
        let valid = |text: &str| validator.is_valid(&as_json(&format!("version = 1\n{text}\n")).unwrap());
        assert!(valid(good), "{good}");
        assert!(!valid(wrong), "{wrong}");
    }
}

/// What editors understand (taplo: draft 7 at most), and where they find it.
#[test]
fn the_schema_of_a_policy_is_for_editors() {
    let schema = published("policy");
    let text = schema.to_string();
    assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
    for word in ["$dynamicRef", "$dynamicAnchor", "unevaluatedProperties", "unevaluatedItems", "$defs", "prefixItems"] {
        assert!(!text.contains(word), "{word}");
    }
    let starter = Folder::of("neo-rs/passing").run(&["init", "-o", "-"]).out;
    let first = starter.lines().next().unwrap();
    assert_eq!(first.strip_prefix("#:schema "), schema["$id"].as_str());
    assert!(jsonschema::draft7::meta::is_valid(&schema));
}
