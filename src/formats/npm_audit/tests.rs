use serde_json::{Value, json};

use super::*;
use crate::facts::SeverityRule;
use crate::input::Window;

fn read_text(text: &str) -> Result<Report> {
    FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "audit.json" })
}

fn read_json(document: &Value) -> Report {
    read_text(&document.to_string()).unwrap()
}

fn advisory(source: u64, severity: &str) -> Value {
    json!({"source": source, "name": "p", "dependency": "p", "title": format!("title {source}"),
           "url": format!("https://github.com/advisories/GHSA-aaaa-bbbb-{source}"), "severity": severity, "cwe": [],
           "cvss": {"score": 0, "vectorString": null}, "range": "<2"})
}

fn entry(severity: &str, via: Value) -> Value {
    json!({"name": "p", "severity": severity, "isDirect": true, "via": via, "effects": [], "range": "*",
           "nodes": [], "fixAvailable": {"name": "q", "version": "2.0.0", "isSemVerMajor": true}})
}

/// One package `p` of high severity, and `q` that depends on it.
fn new(change: impl FnOnce(&mut Value)) -> Value {
    let mut document = json!({
        "auditReportVersion": 2,
        "vulnerabilities": {"p": entry("high", json!([advisory(1, "high"), advisory(2, "low")])), "q": entry("high", json!(["p"]))},
        "metadata": {"vulnerabilities": {"info": 0, "low": 0, "moderate": 0, "high": 2, "critical": 0, "total": 2},
                     "dependencies": {"prod": 4, "dev": 1, "optional": 0, "peer": 0, "peerOptional": 0, "total": 4}},
    });
    change(&mut document);
    document
}

fn old(change: impl FnOnce(&mut Value)) -> Value {
    let mut document = json!({
        "actions": [], "muted": [],
        "advisories": {"106": {"findings": [{"version": "0.5.3", "paths": ["a>p", "b>p"]}, {"version": "0.5.4", "paths": ["c>p"]}],
            "id": 106, "title": "t", "module_name": "p", "cves": ["CVE-2016-1"], "severity": "moderate",
            "patched_versions": "<0.0.0", "url": "https://nodesecurity.io/advisories/106"}},
        "metadata": {"vulnerabilities": {"info": 0, "low": 0, "moderate": 3, "high": 0, "critical": 0},
                     "dependencies": 9, "devDependencies": 0, "optionalDependencies": 0, "totalDependencies": 9},
    });
    change(&mut document);
    document
}

fn severities(report: &Report) -> Vec<&'static str> {
    let list = &report.facts.findings.as_ref().unwrap().list;
    list.iter().map(|f| f.rating.severity(SeverityRule::Tool).name()).collect()
}

#[test]
fn advisories_count_once_and_not_the_packages_that_depend_on_them() {
    let report = read_json(&new(|_| {}));
    assert_eq!(severities(&report), ["high", "low"]);
    assert_eq!(report.tools, ["npm-audit".into()]);
    let (findings, dependencies) = (report.facts.findings.unwrap(), report.facts.dependencies.unwrap());
    assert_eq!((findings.scanned, findings.unlisted, dependencies.packages), (Some(4), 0, Some(4)));
    assert_eq!(dependencies.of(DependencyIssue::Vulnerable), Some(findings.list.as_slice()));
    let first = &findings.list[0];
    assert_eq!((&*first.id, &*first.message, first.fix.as_deref()), ("GHSA-aaaa-bbbb-1", "title 1", Some("q 2.0.0")));
    assert_eq!(first.package, Some(Package { name: "p".into(), version: None }));
}

#[test]
fn a_score_of_zero_without_a_vector_is_no_statement() {
    for (cvss, claims) in [
        (json!({"score": 0, "vectorString": null}), 1),
        (json!({"score": 0}), 1),
        (Value::Null, 1),
        (json!({"score": 7.5, "vectorString": null}), 2),
        (json!({"vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}), 2),
        (json!({"score": 9.9, "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}), 2),
    ] {
        let report = read_json(&new(|d| d["vulnerabilities"]["p"]["via"][0]["cvss"] = cvss.clone()));
        assert_eq!(report.facts.findings.unwrap().list[0].rating.claims().len(), claims, "{cvss}");
    }
}

#[test]
fn the_words_of_npm_are_known_and_another_is_unknown() {
    for (word, severity) in
        [("moderate", "medium"), ("info", "info"), ("low", "low"), ("critical", "critical"), ("urgent", "unknown")]
    {
        let report = read_json(&new(|d| d["vulnerabilities"]["p"]["via"][1]["severity"] = json!(word)));
        assert_eq!(severities(&report)[1], severity);
    }
}

#[test]
fn what_is_missing_in_the_body_counts() {
    type Change = fn(&mut Value);
    let cases: [(Change, &[&str], &str); 6] = [
        // The entry is worse than what is left of it.
        (
            |d| drop(d["vulnerabilities"]["p"]["via"].as_array_mut().unwrap().remove(0)),
            &["low", "high"],
            "nothing in its `via`",
        ),
        (|d| d["vulnerabilities"]["p"]["via"] = json!([]), &["high"], "nothing in its `via`"),
        (|d| d["vulnerabilities"]["q"]["via"] = json!([]), &["high", "low", "high"], "nothing in its `via`"),
        // metadata admits more packages than there are entries.
        (
            |d| d["metadata"]["vulnerabilities"]["critical"] = json!(2),
            &["high", "low", "critical", "critical"],
            "critical severity: metadata counts 2",
        ),
        (
            |d| drop(d["vulnerabilities"].as_object_mut().unwrap().remove("q")),
            &["high", "low", "high"],
            "high severity: metadata counts 2",
        ),
        (|d| d["vulnerabilities"] = json!({}), &["high", "high"], "high severity: metadata counts 2, and 0"),
    ];
    for (change, expected, words) in cases {
        let report = read_json(&new(change));
        assert_eq!(severities(&report), expected, "{words}");
        assert!(report.notes.iter().any(|n| n.contains(words)), "{:?}", report.notes);
    }
    let report = read_json(&new(|d| d["metadata"]["vulnerabilities"]["total"] = json!(5)));
    assert_eq!(report.facts.findings.unwrap().unlisted, 3);
    assert_eq!(report.facts.dependencies.unwrap().unlisted(DependencyIssue::Vulnerable), 3);
}

#[test]
fn npm_6_is_counted_by_installed_version() {
    let report = read_json(&old(|_| {}));
    assert_eq!(severities(&report), ["medium", "medium"]);
    let findings = report.facts.findings.unwrap();
    let first = &findings.list[0];
    assert_eq!(
        (&*first.id, first.aliases.as_slice(), first.fix.as_deref()),
        ("106", ["CVE-2016-1".into()].as_slice(), None)
    );
    assert_eq!(first.package, Some(Package { name: "p".into(), version: Some("0.5.3".into()) }));
    assert_eq!(findings.scanned, Some(9));
    let report = read_json(&old(|d| d["metadata"]["vulnerabilities"]["high"] = json!(4)));
    assert_eq!(severities(&report), ["medium", "medium", "high", "high", "high", "high"]);
    let report = read_json(&old(|d| d["advisories"]["106"]["github_advisory_id"] = json!("GHSA-1-2-3")));
    assert_eq!(&*report.facts.findings.unwrap().list[0].id, "GHSA-1-2-3");
}

#[test]
fn it_is_known_by_what_stands_in_front() {
    for (text, known) in [
        (r#"{"auditReportVersion":2,"vulnerabilities":{"#, true),
        (r#"{"actions":[],"advisories":{"1":{"#, true),
        (r#"{"advisories":{},"metadata":{"#, true),
        (r#"{"advisories":{},"database":{}}"#, false),
        (r#"{"error":{"code":"404","message":"not found"}}"#, false),
        (r#"{"audit":{"auditReportVersion":2}}"#, false),
    ] {
        assert_eq!(recognise(&Head::of(text.as_bytes(), "x")), known, "{text}");
    }
}

#[test]
fn nothing_looked_at_is_no_zero_findings() {
    let report = read_json(&new(|d| {
        d["vulnerabilities"] = json!({});
        d["metadata"]["vulnerabilities"] =
            json!({"info": 0, "low": 0, "moderate": 0, "high": 0, "critical": 0, "total": 0});
        d["metadata"]["dependencies"] = json!({"total": 0});
    }));
    assert_eq!(report.facts.findings.unwrap().scanned, Some(0));
    assert_eq!(report.facts.dependencies.unwrap().packages, Some(0));
}

#[test]
fn what_npm_answers_where_it_could_not_audit_is_refused_by_name() {
    for (text, words) in [
        (r#"{"error":{"code":"ENOAUDIT","summary":"no endpoint","detail":""}}"#, "ENOAUDIT: no endpoint"),
        (
            r#"{"message":"405 Not Allowed","method":"POST","statusCode":405,"body":"","error":{"summary":"","detail":""}}"#,
            "405 Not Allowed",
        ),
        (r#"{"error":{"code":"ERR_PNPM_AUDIT","message":"no answer"}}"#, "ERR_PNPM_AUDIT: no answer"),
    ] {
        assert!(recognise(&Head::of(text.as_bytes(), "x")), "{text}");
        let error = read_text(text).unwrap_err().to_string();
        assert!(error.contains("npm could not audit") && error.contains(words), "{error}");
    }
    let report = read_json(&new(|d| d["error"] = json!({"code": "EAUDIT"})));
    assert_eq!(report.failed_run.len(), 1);
}

#[test]
fn what_lacks_a_key_or_contradicts_itself_is_refused() {
    type Change = fn(&mut Value);
    fn without(d: &mut Value, key: &str) {
        d.as_object_mut().unwrap().remove(key).unwrap();
    }
    let changes: [Change; 17] = [
        |d| without(d, "vulnerabilities"),
        |d| d["vulnerabilities"] = Value::Null,
        |d| d["vulnerabilities"] = json!([]),
        |d| without(d, "auditReportVersion"),
        |d| d["auditReportVersion"] = json!(3),
        |d| without(d, "metadata"),
        |d| without(&mut d["metadata"], "vulnerabilities"),
        |d| without(&mut d["metadata"], "dependencies"),
        |d| without(&mut d["metadata"]["dependencies"], "total"),
        |d| without(&mut d["metadata"]["vulnerabilities"], "critical"),
        |d| d["metadata"]["vulnerabilities"]["high"] = json!(-1),
        |d| without(&mut d["vulnerabilities"]["p"], "via"),
        |d| without(&mut d["vulnerabilities"]["p"], "severity"),
        |d| without(&mut d["vulnerabilities"]["p"]["via"][0], "severity"),
        |d| without(&mut d["vulnerabilities"], "p"),
        |d| d["vulnerabilities"]["q"]["via"] = json!([7]),
        |d| d["advisories"] = json!({}),
    ];
    for (n, change) in changes.into_iter().enumerate() {
        let document = new(change).to_string();
        assert!(read_text(&document).is_err(), "{n}: {document}");
    }
    let changes: [Change; 5] = [
        |d| without(d, "metadata"),
        |d| without(&mut d["advisories"]["106"]["findings"][0], "version"),
        |d| without(&mut d["metadata"], "totalDependencies"),
        |d| without(&mut d["advisories"]["106"], "findings"),
        |d| without(&mut d["advisories"]["106"], "module_name"),
    ];
    for (n, change) in changes.into_iter().enumerate() {
        assert!(read_text(&old(change).to_string()).is_err(), "old {n}");
    }
    for text in ["", "null", "[]", "{}", r#"{"auditReportVersion":2,"vulnerabilities":{},"vulnerabilities":{}}"#] {
        assert!(read_text(text).is_err(), "{text}");
    }
}
