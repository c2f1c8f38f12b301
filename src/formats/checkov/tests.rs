use serde_json::{Value, json};

use super::*;
use crate::facts::SeverityRule;
use crate::input::Window;

fn read_text(text: &str) -> Result<Report> {
    FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "checkov.json" })
}

fn check(id: &str, severity: Value) -> Value {
    json!({"check_id": id, "bc_check_id": null, "check_name": "Encrypt it", "check_result": {"result": "FAILED"},
           "code_block": [[1, "password = secret"]], "file_path": "/main.tf", "file_line_range": [1, 3], "resource": "aws.a",
           "severity": severity, "vulnerability_details": null})
}

fn document(change: impl FnOnce(&mut Value)) -> Value {
    let mut document = json!({
        "check_type": "terraform",
        "results": {"passed_checks": [check("CKV_0", Value::Null)], "failed_checks": [check("CKV_1", Value::Null)],
                    "skipped_checks": [check("CKV_2", Value::Null)], "parsing_errors": []},
        "summary": {"passed": 1, "failed": 1, "skipped": 1, "parsing_errors": 0, "resource_count": 1, "checkov_version": "3.3.30"},
        "url": "x",
    });
    change(&mut document);
    document
}

fn read_one(change: impl FnOnce(&mut Value)) -> Report {
    read_text(&document(change).to_string()).unwrap()
}

fn seen(report: &Report) -> Vec<(&str, bool)> {
    let list = &report.facts.findings.as_ref().unwrap().list;
    list.iter().map(|f| (&*f.id, f.suppressed)).collect()
}

#[test]
fn failed_and_skipped_checks_are_findings() {
    let report = read_one(|_| {});
    assert_eq!(seen(&report), [("CKV_1", false), ("CKV_2", true)]);
    let findings = report.facts.findings.unwrap();
    assert_eq!((findings.scanned, findings.unlisted), (Some(2), 0));
    assert_eq!(findings.list[0].location, Some(Location { path: "main.tf".into(), line: Some(1) }));
    assert_eq!(&*findings.list[0].message, "Encrypt it (aws.a)");
    let several = json!([document(|_| {}), document(|d| d["check_type"] = json!("dockerfile"))]);
    let report = read_text(&several.to_string()).unwrap();
    assert_eq!(report.facts.findings.unwrap().scanned, Some(4));
}

#[test]
fn no_severity_is_unknown_and_so_is_none() {
    for (word, severity) in [
        (Value::Null, "unknown"),
        (json!("NONE"), "unknown"),
        (json!("CRITICAL"), "critical"),
        (json!("MEDIUM"), "medium"),
        (json!("INFO"), "info"),
    ] {
        let report = read_one(|d| d["results"]["failed_checks"] = json!([check("CKV_1", word.clone())]));
        assert_eq!(
            report.facts.findings.unwrap().list[0].rating.severity(SeverityRule::Tool).name(),
            severity,
            "{word}"
        );
    }
}

#[test]
fn a_package_is_known_by_its_advisory() {
    let report = read_one(|d| {
        d["results"]["failed_checks"][0]["check_id"] = json!("CKV_CVE_2021_1");
        d["results"]["failed_checks"][0]["vulnerability_details"] = json!({"id": "CVE-2021-1", "package_name": "p",
            "package_version": "1.0", "vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "lowest_fixed_version": "1.1"});
    });
    let findings = report.facts.findings.unwrap();
    let one = &findings.list[0];
    assert_eq!((&*one.id, one.aliases.as_slice()), ("CVE-2021-1", ["CKV_CVE_2021_1".into()].as_slice()));
    assert_eq!(one.package, Some(Package { name: "p".into(), version: Some("1.0".into()) }));
    assert_eq!((one.fix.as_deref(), one.rating.severity(SeverityRule::Tool).name()), (Some("1.1"), "critical"));
}

#[test]
fn what_the_summary_counts_beyond_the_list_counts() {
    let report = read_one(|d| d["summary"]["failed"] = json!(3));
    assert_eq!(seen(&report), [("CKV_1", false), ("CKV_2", true), ("unlisted", false), ("unlisted", false)]);
    assert_eq!(report.facts.findings.unwrap().scanned, Some(4));
    // --quiet
    let report = read_one(|d| d["results"] = json!({"failed_checks": [check("CKV_1", Value::Null)]}));
    assert_eq!(seen(&report), [("CKV_1", false), ("unlisted", false)]);
    assert_eq!(report.facts.findings.unwrap().scanned, Some(2));
}

#[test]
fn a_file_that_does_not_parse_is_a_failed_run() {
    let report = read_one(|d| {
        d["results"]["parsing_errors"] = json!(["/main.tf"]);
        d["summary"]["parsing_errors"] = json!(1);
    });
    assert_eq!(report.failed_run, ["terraform: /main.tf could not be parsed".into()]);
    let report = read_one(|d| d["summary"]["parsing_errors"] = json!(1));
    assert_eq!(report.failed_run.len(), 1);
}

const BARE: &str =
    r#"{"passed":0,"failed":0,"skipped":0,"parsing_errors":0,"resource_count":0,"checkov_version":"3.3.30"}"#;

#[test]
fn bare_counts_looked_at_nothing() {
    for text in [BARE, "[]"] {
        let report = read_text(text).unwrap();
        assert_eq!(report.facts.findings.unwrap().scanned, Some(0), "{text}");
        assert!(report.notes[0].contains("nothing was looked at"));
    }
    assert!(recognise(&Head::of(BARE.as_bytes(), "x")) && !recognise(&Head::of(b"[]", "x")));
    assert!(read_text(&BARE.replace(r#""passed":0"#, r#""passed":7"#)).is_err());
    assert!(read_text(&BARE.replace(r#""failed":0,"#, "")).is_err());
    assert!(read_text(&BARE.replace("checkov_version", "version")).is_err());
}

#[test]
fn what_lacks_a_key_is_refused() {
    type Change = fn(&mut Value);
    fn without(d: &mut Value, key: &str) {
        d.as_object_mut().unwrap().remove(key).unwrap();
    }
    let changes: [Change; 10] = [
        |d| without(d, "check_type"),
        |d| without(d, "results"),
        |d| without(d, "summary"),
        |d| without(&mut d["results"], "failed_checks"),
        |d| d["results"]["failed_checks"] = Value::Null,
        |d| without(&mut d["summary"], "failed"),
        |d| without(&mut d["summary"], "skipped"),
        |d| d["summary"]["failed"] = json!(-1),
        |d| without(&mut d["results"]["failed_checks"][0], "check_id"),
        |d| without(&mut d["results"]["failed_checks"][0], "file_path"),
    ];
    for (n, change) in changes.into_iter().enumerate() {
        assert!(read_text(&document(change).to_string()).is_err(), "{n}");
    }
    let good = document(|_| {}).to_string();
    for n in 0..good.len() {
        assert!(read_text(&good[..n]).is_err(), "{n}");
    }
    assert!(read_text("null").is_err() && read_text("[null]").is_err());
}
