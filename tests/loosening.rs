//! What loosens a policy: every row of docs/loosening.md is true, no key is forgotten, and what a base declares final
//! is never opened by what extends it.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;
#[path = "common/tiny.rs"]
mod tiny;

use std::cell::Cell;
use std::collections::BTreeSet;

use common::{Folder, NOW, Ran, Run, repository};
use portcullis::gates;
use portcullis::policy::schema;
use portcullis::verdict::{Check, Status, Verdict};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

struct Row {
    key: String,
    from: Option<String>,
    to: Option<String>,
    both_ways: bool,
}

/// The rows of the tables.
fn rows() -> Vec<Row> {
    let page = std::fs::read_to_string(repository().join("docs/loosening.md")).unwrap();
    let cell = |text: &str| text.trim().strip_prefix('`').and_then(|t| t.strip_suffix('`')).map(str::to_owned);
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim().trim_matches('|').split(" | ").collect();
        let [key, from, to, ways] = cells[..] else { panic!("{line}") };
        Row { key: cell(key).unwrap(), from: cell(from), to: cell(to), both_ways: ways.trim() == "both ways" }
    };
    page.lines().filter(|l| l.starts_with("| `")).map(row).collect()
}

/// Where a key is written: the table around it, and the key itself.
fn place(key: &str) -> (&str, &str) {
    match key {
        "coverage" | "coverage.scope.x" | "evidence.unit" | "enforce-from" | "waiver" => (key, ""),
        "timings.limits.build" => ("timings", "limits"),
        _ => key.rsplit_once('.').unwrap(),
    }
}

/// A policy in which a key is written so, among what its table needs.
fn policy(key: &str, written: Option<&str>) -> String {
    let (table, name) = place(key);
    let mut tables = vec![
        ("steps", vec!["required = [\"fmt\"]"]),
        ("evidence.unit", vec!["path = \"unit.xml\""]),
        ("evidence.e2e", vec!["path = \"e2e.xml\""]),
    ];
    let mut top = vec!["version = 1"];
    let need: &[&str] = match table {
        "coverage" if matches!(name, "trend" | "") => &[],
        "coverage" | "tests" | "security" | "lints" | "dependencies" if name == "tolerance" => &["trend = \"stable\""],
        "coverage.scope.x" if matches!(name, "min-lines" | "unmeasured") => &["changed = true", "lines = 85"],
        "coverage.scope.x" if name == "paths" => &["lines = 85"],
        "coverage.scope.x" if !name.is_empty() => &["lines = 85", "paths = [\"core/**\"]"],
        "coverage.scope.x" => &["paths = [\"core/**\"]"],
        "security.scope.x" if name == "new" => &["high = 0", "paths = [\"core/**\"]"],
        "security.scope.x" | "security" => &["high = 0"],
        "licenses" if name == "allow" => &[],
        "licenses" => &["allow = [\"MIT\"]"],
        "baseline" => &["path = \"b.json\""],
        _ => &[],
    };
    let mut lines: Vec<&str> = need.iter().copied().filter(|l| l.split(" = ").next() != Some(name)).collect();
    lines.extend(written);
    match table {
        "enforce-from" => top.extend(written),
        "vex" if written.is_none() => {}
        "waiver" => {}
        // The table is what is gone.
        _ if name.is_empty() && written.is_none() => tables.retain(|(t, _)| *t != table),
        _ => match tables.iter_mut().find(|(t, _)| *t == table) {
            Some((_, known)) => {
                known.retain(|l| l.split(" = ").next() != Some(name) && !(name.is_empty() && lines.contains(l)));
                known.extend(lines);
            }
            None => tables.push((table, lines)),
        },
    }
    let mut text = top.join("\n") + "\n";
    for (table, lines) in &tables {
        text += &format!("[{table}]\n{}\n", lines.join("\n"));
    }
    if let ("waiver", Some(written)) = (table, written) {
        text += &format!("[[waiver]]\n{}\n", written.replace(", ", "\n"));
    }
    text
}

fn diff(old: &str, new: &str) -> Ran {
    let folder = Folder::new();
    folder.write("old.toml", old).write("new.toml", new);
    folder.run(&["policy", "diff", "old.toml", "new.toml", "--now", NOW])
}

#[test]
fn every_row_is_true() {
    let rows = rows();
    assert!(rows.len() > 70, "{}", rows.len());
    for Row { key, from, to, both_ways } in &rows {
        let (old, new) = (policy(key, from.as_deref()), policy(key, to.as_deref()));
        let shown = if key == "waiver" { "waiver" } else { key };
        let ran = diff(&old, &new);
        let loosened = |ran: &Ran| ran.code == Some(1) && ran.out.contains(&format!("loosened   {shown}"));
        assert!(loosened(&ran), "{key}: {from:?} -> {to:?}\n{ran:?}\n{old}\n{new}");
        let back = diff(&new, &old);
        let tightened = back.code == Some(0) && back.out.contains(&format!("tightened  {shown}"));
        assert!(if *both_ways { loosened(&back) } else { tightened }, "{key}: {to:?} -> {from:?}\n{back:?}");
    }
}

/// A base whose key is final, and a policy that extends it. What that does not write is inherited.
fn child(base: &str, key: &str, own: &str) -> (Ran, Ran) {
    let folder = Folder::new();
    folder.write("free.toml", base);
    folder.write("base.toml", base.replacen("version = 1\n", &format!("version = 1\nfinal = [\"{key}\"]\n"), 1));
    let extends = |base: &str| own.replacen("version = 1\n", &format!("version = 1\nextends = [\"{base}.toml\"]\n"), 1);
    folder.write("own.toml", extends("base")).write("freed.toml", extends("free"));
    let check = folder.run(&["policy", "check", "-p", "own.toml", "--now", NOW]);
    (check, folder.run(&["policy", "diff", "free.toml", "freed.toml", "--now", NOW]))
}

#[test]
fn final_refuses_every_row_and_lets_the_way_back() {
    let mut refused = 0;
    for Row { key, from, to, both_ways } in rows() {
        let (old, new) = (policy(&key, from.as_deref()), policy(&key, to.as_deref()));
        let first = key.split('.').next().unwrap();
        // Where it is inherited what the child leaves out, as the step that fails, nothing is loosened.
        let (ran, looser) = child(&old, first, &new);
        let is_refused = ran.code == Some(2) && ran.err.contains("final");
        assert_eq!(is_refused, looser.code == Some(1), "{key}: {from:?} -> {to:?}\n{ran:?}\n{looser:?}");
        refused += usize::from(is_refused);
        if from.is_some() && !both_ways && key != "evidence.unit" {
            let (ran, _) = child(&new, first, &old);
            assert_eq!(ran.code, Some(0), "{key}: {to:?} -> {from:?}\n{ran:?}");
        }
    }
    assert!(refused > 55, "{refused}");
}

#[test]
fn no_key_is_forgotten() {
    let page = std::fs::read_to_string(repository().join("docs/loosening.md")).unwrap();
    let keys: BTreeSet<String> = rows().into_iter().map(|r| r.key).collect();
    let known = |table: &str, name: &str| {
        let ends = |k: &&String| k.starts_with(table) && k.split('.').any(|part| part == name);
        keys.iter().any(|k| ends(&k))
            || page.contains(&format!("`{name}`"))
            || page.contains(&format!("`{table}.{name}`"))
    };
    for kind in gates::ALL {
        for name in kind.keys() {
            assert!(known(kind.name, &name), "{}.{name}", kind.name);
        }
    }
    let schema = serde_json::to_value(schema()).unwrap();
    let top = schema["properties"].as_object().unwrap();
    let plain = ["$schema", "version", "name", "extends", "final", "profile"];
    for name in top.keys().filter(|n| !plain.contains(&n.as_str())) {
        assert!(keys.iter().any(|k| k.split('.').next() == Some(name)), "{name}");
    }
    for (table, at) in [
        ("evidence", "/properties/evidence/additionalProperties"),
        ("waivers", "/properties/waivers"),
        ("baseline", "/properties/baseline"),
        ("vex", "/properties/vex"),
    ] {
        let mut node = schema.pointer(at).unwrap_or_else(|| panic!("{at}"));
        if let Some(reference) = node["$ref"].as_str() {
            node = schema.pointer(reference.trim_start_matches('#')).unwrap();
        }
        let properties = node["properties"].as_object().unwrap_or_else(|| panic!("{at}: {node}"));
        for name in properties.keys() {
            assert!(known(table, name), "{table}.{name}");
        }
    }
}

/// Tables, keys, and what may be written for each: for a base and for what extends it.
const WRITTEN: &[(&str, &str, &[&str])] = &[
    (
        "coverage",
        "lines",
        &["50", "70", "85", "{ warn-below = 70 }", "{ fail-below = 60, warn-below = 90 }", "\"off\""],
    ),
    ("coverage", "trend", &["\"improving\"", "\"stable\""]),
    ("tests", "trend", &["\"improving\"", "\"stable\""]),
    ("security", "tolerance", &["1", "\"1%\""]),
    ("security", "trend", &["\"improving\"", "\"stable\""]),
    ("lints", "trend", &["\"improving\"", "\"stable\""]),
    ("coverage.scope.core", "lines", &["50", "99", "{ fail-below = 85, effective = 2027-01-01 }"]),
    ("coverage.scope.core", "paths", &["[\"core/**\"]", "[\"nothing/**\"]", "[\"core/**\", \"vm/**\"]"]),
    ("coverage.scope.core", "evidence", &["[\"unit\"]"]),
    ("tests", "failed", &["0", "1", "{ warn-above = 0 }", "\"off\""]),
    ("tests", "skipped", &["0", "5", "{ warn-above = 1 }"]),
    ("tests", "flaky", &["0", "{ fail-above = 1, warn-above = 0 }"]),
    ("tests", "total", &["{ fail-below = 2 }", "{ fail-below = 4 }", "{ fail-below = 4, effective = 2026-12-24 }"]),
    ("security", "critical", &["0", "1"]),
    ("security", "high", &["0", "1", "{ fail-above = 2, warn-above = 0 }", "{ warn-above = 0 }", "\"off\""]),
    ("security", "medium", &["0", "2"]),
    ("security", "unknown", &["0", "2"]),
    ("security", "severity", &["\"tool\"", "\"worst\""]),
    ("security", "requires", &["[]", "[\"scanner\"]", "[\"scanner\", \"other\"]", "{ remove = [\"scanner\"] }"]),
    ("security.scope.some", "tools", &["[\"scanner\"]", "[\"nobody\"]"]),
    ("security.scope.some", "high", &["0", "9"]),
    (
        "dependencies",
        "vulnerable",
        &["\"fail\"", "\"warn\"", "\"allow\"", "{ level = \"fail\", effective = 2026-12-24 }"],
    ),
    (
        "licenses",
        "allow",
        &["[\"MIT\"]", "[\"MIT\", \"ISC\"]", "{ add = [\"GPL-3.0-only\"] }", "{ remove = [\"MIT\"] }"],
    ),
    ("licenses", "deny", &["[\"GPL-3.0\"]", "[]", "{ add = [\"ISC\"] }"]),
    ("licenses", "unlisted", &["\"fail\"", "\"warn\"", "\"allow\""]),
    ("licenses", "exceptions", &["[{ package = \"p\", allow = [\"GPL-3.0-only\"], reason = \"r\" }]"]),
    ("lints", "warnings", &["0", "1", "{ warn-above = 0 }", "\"off\""]),
    ("steps", "required", &["[\"fmt\"]", "[\"fmt\", \"doc\"]", "{ remove = [\"doc\"] }"]),
    ("timings", "limits", &["{ fmt = \"1s\" }", "{ fmt = \"1m\" }", "{ fmt = { warn-above = \"1s\" } }"]),
    ("security", "enforce-from", &["2026-12-24"]),
    ("", "enforce-from", &["2026-12-24", "2026-11-01"]),
    ("evidence.unit", "optional", &["true", "false"]),
    ("evidence.unit", "max-age", &["\"1h\"", "\"300d\""]),
    ("evidence.tests", "accept-failed-run", &["true"]),
    ("waivers", "max-days", &["10", "180"]),
    ("vex", "evidence", &["[\"unit\"]"]),
];

/// Of each key what is written, if anything.
fn choices(often: f64) -> impl Strategy<Value = Vec<Option<usize>>> {
    let one = |(_, _, values): &(&str, &str, &[&str])| proptest::option::weighted(often, 0..values.len());
    WRITTEN.iter().map(one).collect::<Vec<_>>()
}

fn written(chosen: &[Option<usize>], head: &str, waiver: bool) -> String {
    let (mut top, mut tables) = (String::new(), String::new());
    let mut names: Vec<&str> = WRITTEN.iter().map(|(table, ..)| *table).collect();
    names.dedup();
    let names: BTreeSet<&str> = names.into_iter().collect();
    for name in names {
        let lines: String = (WRITTEN.iter().zip(chosen))
            .filter(|((table, ..), _)| *table == name)
            .filter_map(|((_, key, values), n)| n.map(|n| format!("{key} = {}\n", values[n])))
            .collect();
        if name.is_empty() {
            top = lines;
        } else if !lines.is_empty() {
            tables += &format!("[{name}]\n{lines}");
        }
    }
    let waiver = if waiver {
        "[[waiver]]\nid = \"rule\"\nreason = \"r\"\nowner = \"@o\"\ncreated = 2026-11-20\nexpires = 2026-12-24\n"
    } else {
        ""
    };
    format!("version = 1\n{head}{top}{tables}{waiver}")
}

/// Reports that break one threshold or another.
#[derive(Debug, Clone)]
struct Reports {
    hits: Vec<u32>,
    tests: Vec<usize>,
    levels: Vec<usize>,
    licenses: Vec<usize>,
    warnings: usize,
    doc: bool,
}

fn reports() -> impl Strategy<Value = Reports> {
    let list = |n: usize, most: usize| proptest::collection::vec(0..n, 0..most);
    (proptest::collection::vec(0..2u32, 1..12), list(4, 6), list(4, 4), list(3, 4), 0..3usize, any::<bool>()).prop_map(
        |(hits, tests, levels, licenses, warnings, doc)| Reports { hits, tests, levels, licenses, warnings, doc },
    )
}

impl Reports {
    fn write(&self, folder: &Folder) {
        folder.write("unit.xml", tiny::cobertura(&[("core/a.rs", &self.hits), ("vm/b.rs", &[1, 0])]));
        let outcomes = ["passed", "failed", "skipped", "flaky"];
        let names: Vec<String> = (0..self.tests.len()).map(|n| format!("t{n}")).collect();
        let cases: Vec<_> = names.iter().zip(&self.tests).map(|(name, n)| (&**name, outcomes[*n])).collect();
        folder.write("tests.xml", tiny::junit(&cases));
        let results: Vec<_> = (1..)
            .zip(&self.levels)
            .map(|(line, n)| ("rule", ["error", "warning", "note", ""][*n], "core/a.rs", line))
            .collect();
        folder.write("scan.sarif", tiny::sarif("scanner", &results));
        let names: Vec<String> = (0..self.licenses.len()).map(|n| format!("p{n}")).collect();
        let packages: Vec<_> =
            names.iter().zip(&self.licenses).map(|(name, n)| (&**name, ["MIT", "ISC", "GPL-3.0-only"][*n])).collect();
        folder.write("licenses.json", tiny::licenses(&packages));
        let audit: &[(&str, &str, Option<&str>, &[&str])] = &[("RUSTSEC-2021-0001", "a 1.0.0", None, &[])];
        folder.write("audit.json", tiny::audit(&audit[..usize::from(self.doc)]));
        folder.write("clippy.ndjson", tiny::clippy(&["core/a.rs", "vm/b.rs"][..self.warnings], true));
        let outcome = if self.doc { "success" } else { "failure" };
        let steps = [("fmt", "success", "2026-11-23T08:00:00Z", 30.0), ("doc", outcome, "2026-11-23T08:00:00Z", 1.0)];
        folder.write("steps.jsonl", tiny::record(&steps));
    }
}

const EVIDENCE: [(&str, &str); 3] = [
    ("[evidence.unit]", "path = \"unit.xml\""),
    ("[evidence.tests]", "path = \"tests.xml\""),
    (
        "[evidence.rest]",
        "paths = [\"scan.sarif\", \"licenses.json\", \"audit.json\", \"clippy.ndjson\", \"steps.jsonl\"]",
    ),
];

/// The verdict of the policy in a file, if it is one.
fn verdict(folder: &Folder, file: &str) -> Option<Verdict> {
    let text = folder.read(file);
    let run = Run::of(folder.path(), &text);
    let policy = run.load().ok()?;
    Some(run.judge(&policy))
}

/// A base of which everything is final, with the evidence that the reports are.
fn final_base(chosen: &[Option<usize>]) -> String {
    let more = ["evidence", "waivers", "waiver", "vex", "enforce-from", "baseline"];
    let finals: Vec<String> = gates::ALL.iter().map(|g| g.name).chain(more).map(|t| format!("\"{t}\"")).collect();
    let base = written(chosen, &format!("final = [{}]\n", finals.join(", ")), false);
    EVIDENCE.iter().fold(base, |base, (table, path)| match base.contains(table) {
        true => base.replacen(table, &format!("{table}\n{path}"), 1),
        false => format!("{base}{table}\n{path}\n"),
    })
}

/// Whatever a child of a final base says: it is refused, or what the base shuts stays shut.
#[test]
fn a_child_never_opens_what_a_final_base_shuts() {
    let config = ProptestConfig { cases: 800, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new(config);
    let held = Cell::new(0);
    let all = (choices(0.4), choices(0.07), reports(), proptest::bool::weighted(0.1));
    let outcome = runner.run(&all, |(base, own, reports, waiver)| {
        let folder = Folder::new();
        reports.write(&folder);
        let base = final_base(&base);
        let own = written(&own, "extends = [\"base.toml\"]\n", waiver);
        folder.write("base.toml", &base).write("own.toml", &own);
        let (Some(shut), Some(own_verdict)) = (verdict(&folder, "base.toml"), verdict(&folder, "own.toml")) else {
            return Ok(());
        };
        let broken = shut.counts.fail + shut.counts.error > 0 && shut.exit_code != 0;
        held.set(held.get() + usize::from(broken));
        let policies = format!("base:\n{base}\nown:\n{own}");
        prop_assert!(!broken || own_verdict.exit_code != 0, "{policies}\n{}", common::statuses(&own_verdict));
        // Each gate too: what fails in it by the base fails in it, or cannot be judged.
        for check in shut.checks.iter().filter(|c| c.status == Status::Fail) {
            let shuts = |c: &Check| c.gate == check.gate && matches!(c.status, Status::Fail | Status::Error);
            prop_assert!(own_verdict.checks.iter().any(shuts), "{}\n{policies}", check.id);
        }
        Ok(())
    });
    outcome.unwrap_or_else(|e| panic!("{e}"));
    assert!(held.get() > 40, "only {} of the children were let and had something to hold", held.get());
}
