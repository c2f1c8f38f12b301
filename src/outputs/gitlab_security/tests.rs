use std::collections::BTreeSet;

use pulldown_cmark::{Event, Parser};
use serde_json::{Value, json};

use super::*;
use crate::formats::{self, Input};
use crate::input::Window;
use crate::outputs::fixture::{HOSTILE, check, hostile, judged, open, rich, trial};
use crate::outputs::tests::{huge, written};
use crate::verdict::{Check, Place};

fn report(verdict: &Verdict) -> Value {
    serde_json::from_str(&written("gitlab-security", verdict, 80)).unwrap()
}

/// What version 15.2.1 of GitLab's schema demands: what is required, types, words, patterns and lengths. The schema
/// itself is not at hand in a registry; this is written from it by hand.
fn schema() -> jsonschema::Validator {
    let text = json!({ "type": "string", "minLength": 1 });
    let tool = json!({
        "type": "object",
        "required": ["id", "name", "version", "vendor"],
        "properties": {
            "id": text, "name": text, "version": text,
            "vendor": { "type": "object", "required": ["name"], "properties": { "name": text } },
        },
    });
    let time = json!({ "type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}$" });
    let identifier = json!({
        "type": "object", "required": ["type", "name", "value"],
        "properties": { "type": text, "name": text, "value": text },
    });
    let dependency = json!({
        "type": "object", "required": ["package", "version"],
        "properties": {
            "package": { "type": "object", "required": ["name"], "properties": { "name": text } },
            "version": { "type": "string" },
        },
    });
    let vulnerability = json!({
        "type": "object", "required": ["id", "identifiers", "location"],
        "properties": {
            "id": { "type": "string", "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$" },
            "name": { "type": "string", "minLength": 1, "maxLength": 255 },
            "description": { "type": "string", "maxLength": 1_048_576 },
            "severity": { "enum": ["Info", "Unknown", "Low", "Medium", "High", "Critical"] },
            "solution": { "type": "string", "maxLength": 7000 },
            "identifiers": { "type": "array", "minItems": 1, "items": identifier },
            "location": {
                "type": "object", "required": ["file", "dependency"],
                "properties": { "file": text, "dependency": dependency },
            },
        },
    });
    let message = json!({
        "type": "object", "required": ["level", "value"],
        "properties": { "level": { "enum": ["info", "warn", "fatal"] }, "value": text },
    });
    let scan = json!({
        "type": "object",
        "required": ["analyzer", "end_time", "scanner", "start_time", "status", "type"],
        "properties": {
            "end_time": time, "start_time": time, "analyzer": tool, "scanner": tool,
            "messages": { "type": "array", "items": message },
            "status": { "enum": ["success", "failure"] },
            "type": { "enum": ["dependency_scanning"] },
        },
    });
    jsonschema::validator_for(&json!({
        "type": "object", "required": ["scan", "version", "vulnerabilities"],
        "properties": {
            "scan": scan,
            "version": { "type": "string", "pattern": "^[0-9]+\\.[0-9]+\\.[0-9]+$" },
            "vulnerabilities": { "type": "array", "items": vulnerability },
        },
    }))
    .unwrap()
}

fn finding(id: &str, n: usize) -> Violation {
    Violation {
        package: Some(format!("p{n}").into()),
        version: Some("1.0.0".into()),
        severity: Some("critical".into()),
        location: Some(Place { path: "Cargo.lock".into(), line: Some(3) }),
        ..Violation::new(id, "m")
    }
}

fn failing(violations: Vec<Violation>) -> Verdict {
    judged(vec![Check { violations, ..check("security.critical", Status::Fail, "m") }])
}

#[test]
fn every_report_is_one_that_gitlab_takes() {
    let schema = schema();
    let many = failing((0..26_000).map(|n| finding("CVE-2026-1", n)).collect());
    let mean = HOSTILE.into_iter().map(hostile);
    for verdict in [rich(), open(), trial(), judged(Vec::new()), huge(), many].into_iter().chain(mean) {
        let report = report(&verdict);
        let errors: Vec<String> = schema.iter_errors(&report).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert_eq!(errors, Vec::<String>::new());
        let list = report["vulnerabilities"].as_array().unwrap();
        let ids: BTreeSet<&str> = list.iter().map(|v| v["id"].as_str().unwrap()).collect();
        assert!(ids.len() == list.len() && list.len() <= 25_000);
    }
    assert!(!schema.is_valid(&json!({ "scan": {}, "version": "15.2.1", "vulnerabilities": [] })));
}

#[test]
fn the_rich_verdict() {
    insta::assert_snapshot!("gitlab-security", written("gitlab-security", &rich(), 80));
}

#[test]
fn only_what_has_a_package_a_version_and_a_file_is_there_and_the_rest_is_counted() {
    let whole = finding("CVE-2026-1", 1);
    let mut cases = vec![(whole.clone(), true)];
    for spoil in [
        |v: &mut Violation| v.package = None,
        |v: &mut Violation| v.version = None,
        |v: &mut Violation| v.location = None,
        |v: &mut Violation| v.location = Some(Place { path: "/abs/Cargo.lock".into(), line: None }),
        |v: &mut Violation| v.location = Some(Place { path: "../Cargo.lock".into(), line: None }),
    ] {
        let mut spoilt = whole.clone();
        spoil(&mut spoilt);
        cases.push((spoilt, false));
    }
    for (violation, there) in cases {
        let report = report(&failing(vec![violation.clone()]));
        assert_eq!(report["vulnerabilities"].as_array().unwrap().len(), usize::from(there), "{violation:?}");
        let said = json!([{
            "level": "info",
            "value": "1 finding is left out here: of no package with a version in a file of the repository. The other outputs have them.",
        }]);
        let messages = report["scan"].get("messages");
        assert_eq!(messages, Some(&said).filter(|_| !there));
    }
}

#[test]
fn a_scan_fails_where_something_was_not_judged() {
    let status = |verdict: &Verdict| report(verdict)["scan"]["status"].as_str().unwrap().to_owned();
    assert_eq!(status(&failing(vec![finding("CVE-2026-1", 1)])), "success");
    assert_eq!(status(&rich()), "failure");
    assert_eq!(status(&judged(Vec::new())), "failure");
    assert_eq!(status(&open()), "success");
    assert_eq!(report(&judged(Vec::new()))["scan"]["messages"][0]["level"], "fatal");
}

#[test]
fn what_reports_say_is_code_in_gitlabs_markdown() {
    for raw in HOSTILE {
        let mut violation = finding("CVE-2026-1", 1);
        (violation.message, violation.fix, violation.tool) = (raw.into(), Some(raw.into()), Some(raw.into()));
        let report = report(&failing(vec![violation]));
        for key in ["description", "solution"] {
            let Some(markdown) = report["vulnerabilities"][0][key].as_str() else { continue };
            for event in Parser::new(markdown) {
                let harmless = matches!(&event, Event::Code(_) | Event::Text(_) | Event::Start(_) | Event::End(_));
                let link = matches!(
                    &event,
                    Event::Start(pulldown_cmark::Tag::Link { .. } | pulldown_cmark::Tag::Image { .. })
                );
                assert!(harmless && !link, "{event:?} in {markdown}");
            }
        }
    }
}

#[test]
fn our_own_reader_finds_the_same_vulnerabilities() {
    let mut report = report(&failing(vec![finding("CVE-2026-1", 1), finding("RUSTSEC-2026-0002", 2)]));
    // Our reader wants to know how many dependencies were looked at, which is not ours to say.
    report["dependency_files"] = json!([{
        "path": "Cargo.lock",
        "package_manager": "cargo",
        "dependencies": [{ "package": { "name": "p1" }, "version": "1.0.0" }],
    }]);
    let bytes = report.to_string();
    let format = formats::ALL.iter().find(|f| f.name == "gitlab-security").unwrap();
    let read = format.read(&mut Input { window: &mut Window::of(bytes.as_bytes()), path: "gl.json" }).unwrap();
    let seen: Vec<String> = read
        .facts
        .findings
        .unwrap()
        .list
        .iter()
        .map(|f| {
            let package = f.package.as_ref().unwrap();
            let severity = f.rating.severity(crate::facts::SeverityRule::Tool).name();
            let path = &f.location.as_ref().unwrap().path;
            format!("{} {severity} {} {} {path}", f.id, package.name, package.version.as_deref().unwrap())
        })
        .collect();
    let expected = ["CVE-2026-1 critical p1 1.0.0 Cargo.lock", "RUSTSEC-2026-0002 critical p2 1.0.0 Cargo.lock"];
    assert_eq!(seen, expected);
}
