//! Every check is explained, in every part, and the documentation says the same.
//!
//! `UPDATE_DOCS=1 cargo test --test explain` writes docs/checks.md anew.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;

use std::collections::BTreeMap;

use common::{Folder, NOW};
use portcullis::evaluate::FAMILIES;
use portcullis::gates::{self, Measure, OFF, REQUIRES};

/// An id for every check there is, with its description.
fn all() -> Vec<(String, &'static Measure)> {
    let name = |m: &'static Measure| match m.name {
        "*" => "some-name",
        "requires" => "requires.trivy",
        "regression" => "regression.build",
        other => other,
    };
    let of = |gate: &'static str, measures: &'static [Measure]| -> Vec<(String, &'static Measure)> {
        measures.iter().map(|m| (format!("{gate}.{}", name(m)), m)).collect()
    };
    let gates = gates::ALL.iter().flat_map(|g| of(g.name, g.measures));
    let common = gates::ALL
        .iter()
        .flat_map(|g| [(format!("{}.requires.trivy", g.name), &REQUIRES), (format!("{}.off", g.name), &OFF)]);
    let families = FAMILIES.iter().flat_map(|f| of(f.name, f.measures));
    gates.chain(common).chain(families).collect()
}

#[test]
fn every_check_is_explained_in_every_part() {
    let folder = Folder::new();
    let all = all();
    assert!(all.len() >= 50, "{}", all.len());
    for (id, measure) in &all {
        let ran = folder.run(&["explain", id]);
        assert_eq!(ran.code, Some(0), "{id}: {}", ran.err);
        let flat = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in [measure.what, measure.why, measure.how, measure.fix] {
            assert!(part.len() > 10, "{id}: {part:?}");
            assert!(flat.contains(&part.split_whitespace().collect::<Vec<_>>().join(" ")), "{id}: {part}\n{}", ran.out);
        }
        for line in measure.example.lines().filter(|l| !l.is_empty()) {
            assert!(ran.out.lines().any(|l| l.ends_with(line)), "{id}: {line}\n{}", ran.out);
        }
        assert!(!measure.links.is_empty() && !measure.example.is_empty(), "{id}");
        for (name, url) in measure.links {
            assert!(ran.out.contains(url) && url.starts_with("https://") && !name.is_empty(), "{id}: {url}");
        }
        for label in ["what", "why", "how", "rules", "mend", "policy", "docs"] {
            assert!(ran.out.lines().any(|l| l.starts_with(&format!("  {label} "))), "{id}: {label}\n{}", ran.out);
        }
        assert!(ran.out.lines().all(|l| l.chars().count() <= 130), "{id}\n{}", ran.out);
    }
}

#[test]
fn no_two_checks_are_explained_alike() {
    type Part = (&'static str, fn(&Measure) -> &'static str);
    let parts: [Part; 4] = [("what", |m| m.what), ("why", |m| m.why), ("how", |m| m.how), ("example", |m| m.example)];
    for (label, part) in parts {
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        let shared = [REQUIRES.name, OFF.name];
        // What every waiver looks like is shown once or more.
        for (id, m) in all().iter().filter(|(_, m)| !shared.contains(&m.name)) {
            if let Some(other) = seen.insert(part(m), id) {
                panic!("the {label} of {other} is that of {id}: {}", part(m));
            }
        }
    }
}

/// What a run judges can be asked about by the very id it prints.
#[test]
fn every_check_of_a_verdict_can_be_explained() {
    let folder = Folder::of("neo-rs/failing");
    let json = folder.run(&["check", "-p", "builtin:neo-rs", "--now", NOW, "-f", "json"]);
    let verdict: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    let checks = verdict["checks"].as_array().unwrap();
    assert!(checks.len() > 30, "{}", checks.len());
    for id in checks.iter().map(|c| c["id"].as_str().unwrap()) {
        let ran = folder.run(&["explain", id]);
        assert_eq!(ran.code, Some(0), "{id}: {}", ran.err);
        assert!(id.starts_with(ran.out.split('.').next().unwrap()), "{id}\n{}", ran.out);
    }
    let scoped = folder.run(&["explain", "coverage.unit.lines"]).out;
    assert!(scoped.contains("[coverage.scope.unit]") && scoped.starts_with("coverage.lines\n"), "{scoped}");
}

#[test]
fn an_unknown_check_is_answered_by_the_nearest() {
    let folder = Folder::new();
    for (id, guess) in [
        ("coverage.lnies", "coverage.lines"),
        ("coverge.lines", "coverage.lines"),
        ("securty", "security"),
        ("failed", "tests.failed"),
        ("waivers.expird", "waivers.expired"),
    ] {
        let ran = folder.run(&["explain", id]);
        assert_eq!(ran.code, Some(2), "{id}");
        assert!(
            ran.err.contains(&format!("did you mean `{guess}`?")) && ran.err.contains("known here: "),
            "{id}: {}",
            ran.err
        );
    }
    assert!(!folder.run(&["explain", "beauty"]).err.contains("did you mean"));
}

#[test]
fn the_documentation_says_the_same() {
    let page = common::repository().join("docs/checks.md");
    let new = Folder::new().run(&["explain", "--all", "-f", "markdown"]).out;
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&page, &new).unwrap();
    }
    let old = std::fs::read_to_string(&page).unwrap_or_default();
    assert!(old == new, "docs/checks.md differs: UPDATE_DOCS=1 cargo test --test explain writes it");
    for (id, measure) in all() {
        assert!(new.contains(measure.what) && new.contains(measure.fix), "{id}");
    }
}
