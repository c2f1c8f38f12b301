use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::facts::{Package, SeverityRule};
use crate::input::Window;

fn read_text(text: &str) -> Result<Report> {
    FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "audit.json" })
}

fn read_json(document: &Value) -> Report {
    read_text(&document.to_string()).unwrap()
}

fn advisory(id: &str, cvss: Value, informational: Value) -> Value {
    json!({"id": id, "package": "p", "title": format!("title of {id}"), "description": "long", "aliases": ["CVE-2020-1"],
           "cvss": cvss, "informational": informational, "references": [], "withdrawn": null})
}

fn package(name: &str) -> Value {
    json!({"name": name, "version": "1.0.0", "source": "registry+x", "dependencies": [{"name": "q"}], "replace": null})
}

fn vulnerability(id: &str, cvss: Value) -> Value {
    json!({"advisory": advisory(id, cvss, Value::Null), "versions": {"patched": [">=1.2", "^0.9"], "unaffected": []},
           "affected": null, "package": package("p")})
}

fn warning(kind: &str, advisory: Value) -> Value {
    json!({"kind": kind, "package": package("w"), "advisory": advisory, "affected": null, "versions": null})
}

/// The present shape with one vulnerability, and `settings` and `warnings` changed by `change`.
fn document(change: impl FnOnce(&mut Value)) -> Value {
    let mut document = json!({
        "database": {"advisory-count": 700, "last-commit": null, "last-updated": "2026-05-27T17:33:53+02:00"},
        "lockfile": {"dependency-count": 55},
        "settings": {"target_arch": [], "target_os": [], "severity": null, "ignore": [],
                     "informational_warnings": ["unmaintained", "unsound", "notice"]},
        "vulnerabilities": {"found": true, "count": 1, "list": [vulnerability("RUSTSEC-2020-0001", Value::Null)]},
        "warnings": {},
    });
    change(&mut document);
    document
}

/// How many of vulnerable, unmaintained, unsound, notice, yanked.
fn counts(report: &Report) -> [Option<usize>; 5] {
    let dependencies = report.facts.dependencies.as_ref().unwrap();
    for issue in DependencyIssue::ALL {
        assert!(OF_ADVISORIES.contains(&issue) || issue == DependencyIssue::Yanked || dependencies.of(issue).is_none());
    }
    let [v, u, s, n] = OF_ADVISORIES;
    [v, u, s, n, DependencyIssue::Yanked]
        .map(|i| dependencies.of(i).map(|list| list.len() + usize::try_from(dependencies.unlisted(i)).unwrap()))
}

#[test]
fn a_vulnerability_is_a_finding_and_a_dependency() {
    let report = read_json(&document(|_| {}));
    assert_eq!(counts(&report), [Some(1), Some(0), Some(0), Some(0), None]);
    let (findings, dependencies) = (report.facts.findings.unwrap(), report.facts.dependencies.unwrap());
    assert_eq!((findings.scanned, findings.unlisted, findings.floor), (Some(55), 0, None));
    assert_eq!(dependencies.packages, Some(55));
    let [finding] = findings.list.as_slice() else { panic!("one finding") };
    assert_eq!(dependencies.of(DependencyIssue::Vulnerable), Some(findings.list.as_slice()));
    assert_eq!((&*finding.id, &*finding.message), ("RUSTSEC-2020-0001", "title of RUSTSEC-2020-0001"));
    assert_eq!(finding.package, Some(Package { name: "p".into(), version: Some("1.0.0".into()) }));
    assert_eq!(finding.location.as_ref().map(|l| (&*l.path, l.line)), Some(("Cargo.lock", None)));
    assert_eq!(finding.fix.as_deref(), Some(">=1.2 OR ^0.9"));
    assert_eq!((finding.aliases.as_slice(), &*finding.tool), (["CVE-2020-1".into()].as_slice(), "cargo-audit"));
    assert_eq!(report.tools, ["cargo-audit".into()]);
    assert!(report.notes[0].contains("700 advisories, last updated 2026"), "{:?}", report.notes);
}

#[test]
fn severities_come_from_vectors_of_every_version() {
    for (cvss, severity) in [
        (json!("AV:N/AC:L/Au:N/C:N/I:N/A:C"), Severity::High),
        (json!("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N"), Severity::Medium),
        (json!("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"), Severity::Critical),
        (json!("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N"), Severity::Info),
        (json!("CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"), Severity::High),
        (json!("CVSS:3.1/garbage"), Severity::Unknown),
        (json!(""), Severity::Unknown),
        (Value::Null, Severity::Unknown),
    ] {
        let list = json!([vulnerability("RUSTSEC-2020-0001", cvss.clone())]);
        let report = read_json(&document(|d| d["vulnerabilities"]["list"] = list));
        let findings = report.facts.findings.unwrap();
        assert_eq!(findings.list[0].rating.severity(SeverityRule::Tool), severity, "{cvss}");
    }
}

#[test]
fn warnings_are_dependencies_by_kind_and_no_findings() {
    let critical = json!("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H");
    let report = read_json(&document(|d| {
        d["warnings"] = json!({
            "unsound": [warning("unsound", advisory("RUSTSEC-2021-0001", critical, json!("unsound")))],
            "yanked": [warning("yanked", Value::Null), warning("yanked", Value::Null)],
            "gone": [warning("gone", Value::Null)],
        });
    }));
    // The same package yanked twice is one.
    assert_eq!(counts(&report), [Some(1), Some(0), Some(1), Some(0), Some(1)]);
    assert_eq!(report.facts.findings.unwrap().list.len(), 1);
    let dependencies = report.facts.dependencies.unwrap();
    let unsound = &dependencies.of(DependencyIssue::Unsound).unwrap()[0];
    assert_eq!(unsound.rating.severity(SeverityRule::Tool), Severity::Critical);
    let yanked = &dependencies.of(DependencyIssue::Yanked).unwrap()[0];
    assert_eq!((&*yanked.id, &*yanked.package.as_ref().unwrap().name), ("yanked", "w"));
    assert!(report.notes.iter().any(|n| n.contains("\"gone\"")));
}

#[test]
fn what_settings_leave_out_is_not_zero() {
    let clean = json!({"found": false, "count": 0, "list": []});
    type Change = fn(&mut Value);
    let table: &[(Change, [Option<usize>; 5], &str)] = &[
        (|_| {}, [Some(0), Some(0), Some(0), Some(0), None], "warnings.yanked"),
        (
            |d| d["settings"]["informational_warnings"] = json!(["unmaintained"]),
            [Some(0), Some(0), None, None, None],
            "unsound crates were not asked for",
        ),
        (|d| d["settings"] = Value::Null, [Some(0), None, None, None, None], "notice crates were not asked for"),
        (|d| d["warnings"] = Value::Null, [Some(0), None, None, None, None], "unmaintained crates were not asked"),
        (|d| d["settings"]["severity"] = json!("high"), [None; 5], "scored below high"),
        (|d| d["settings"]["severity"] = json!("none"), [Some(0), Some(0), Some(0), Some(0), None], ""),
        (|d| d["database"]["advisory-count"] = json!(0), [None; 5], "nothing was looked up"),
        (|d| d["settings"]["target_os"] = json!(["linux"]), [Some(0), Some(0), Some(0), Some(0), None], "target_os"),
        (|d| d["settings"]["target_arch"] = json!("x86"), [Some(0), Some(0), Some(0), Some(0), None], "target_arch"),
        (
            |d| d["settings"]["ignore"] = json!(["RUSTSEC-2020-0071", "RUSTSEC-2020-0072"]),
            [Some(0), Some(0), Some(0), Some(0), None],
            "2 ignored by cargo-audit's own settings and not in the report: RUSTSEC-2020-0071, RUSTSEC-2020-0072",
        ),
    ];
    for (change, expected, note) in table {
        let report = read_json(&document(|d| {
            d["vulnerabilities"] = clean.clone();
            change(d);
        }));
        assert_eq!(counts(&report), *expected, "{note}");
        assert!(report.notes.iter().any(|n| n.contains(note)), "{note}: {:?}", report.notes);
    }
    let floor = |d: &mut Value| d["settings"]["severity"] = json!("medium");
    let report = read_json(&document(floor));
    assert_eq!(counts(&report), [Some(1), None, None, None, None]);
    assert_eq!(report.facts.findings.unwrap().floor, Some(Severity::Medium));
}

#[test]
fn an_empty_lock_file_or_database_is_no_work() {
    let none = read_json(&document(|d| d["lockfile"]["dependency-count"] = json!(0)));
    assert_eq!(none.facts.findings.unwrap().scanned, Some(0));
    assert_eq!(none.facts.dependencies.unwrap().packages, Some(0));
    let none = read_json(&document(|d| d["database"]["advisory-count"] = json!(0)));
    assert_eq!(none.facts.findings.unwrap().scanned, Some(0));
    let unknown = read_json(&document(|d| d["database"] = Value::Null));
    assert_eq!(unknown.facts.findings.unwrap().scanned, Some(55));
}

#[test]
fn a_header_that_admits_more_counts() {
    for (found, count, unlisted) in [
        (json!(true), json!(3), 2),
        (json!(false), json!(3), 2),
        (json!(true), json!(1), 0),
        (json!(true), Value::Null, 0),
        (Value::Null, Value::Null, 0),
        (json!(false), json!(0), 0),
    ] {
        let report = read_json(&document(|d| {
            d["vulnerabilities"]["found"] = found;
            d["vulnerabilities"]["count"] = count;
        }));
        assert_eq!(counts(&report)[0], Some(1 + unlisted));
        assert_eq!(usize::try_from(report.facts.findings.unwrap().unlisted).unwrap(), unlisted);
    }
    let report = read_json(&document(|d| d["vulnerabilities"] = json!({"found": true, "count": 0, "list": []})));
    assert_eq!(counts(&report)[0], Some(1));
}

/// The shape of 2021 (rustsec 0.23): nulls and single words in `settings`, a `package_scope`.
#[test]
fn the_shape_of_2021_is_read() {
    let report = read_json(&document(|d| {
        d["settings"] = json!({"target_arch": null, "target_os": null, "package_scope": null, "severity": null,
                               "ignore": [], "informational_warnings": ["unmaintained"]});
        d["warnings"] = json!({"unmaintained": [warning("unmaintained", advisory("RUSTSEC-2016-0005", Value::Null, json!("unmaintained")))]});
    }));
    assert_eq!(counts(&report), [Some(1), Some(1), None, None, None]);
}

#[test]
fn documents_of_several_binaries_are_joined() {
    let one = document(|d| d["warnings"] = json!({"yanked": [warning("yanked", Value::Null)]}));
    let two = document(|d| {
        d["vulnerabilities"] = json!({"found": true, "count": 3, "list": [
            vulnerability("RUSTSEC-2020-0001", Value::Null), vulnerability("RUSTSEC-2020-0002", Value::Null)]});
        d["settings"]["informational_warnings"] = json!(["notice"]);
    });
    for between in ["", "\n", "\n\n"] {
        let report = read_text(&format!("{one}{between}{two}\n")).unwrap();
        assert_eq!(counts(&report), [Some(3), None, None, Some(0), Some(1)]);
        let findings = report.facts.findings.unwrap();
        assert_eq!((findings.list.len(), findings.unlisted, findings.scanned), (2, 1, Some(110)));
    }
    for between in [",", "x", "[]", "null", "\u{0}"] {
        assert!(read_text(&format!("{one}{between}{two}")).is_err(), "{between:?}");
    }
}

#[test]
fn what_lacks_a_key_or_contradicts_itself_is_refused() {
    type Change = fn(&mut Value);
    let table: &[Change] = &[
        |d| *d = json!({}),
        |d| *d = json!([]),
        |d| *d = Value::Null,
        |d| d["vulnerabilities"]["list"] = Value::Null,
        |d| d["vulnerabilities"]["list"] = json!({}),
        |d| d["vulnerabilities"] = json!({"found": false, "count": 0}),
        |d| d["vulnerabilities"]["count"] = json!(-1),
        |d| d["vulnerabilities"]["found"] = json!("false"),
        |d| d["lockfile"] = json!({}),
        |d| d["lockfile"] = Value::Null,
        |d| d["lockfile"]["dependency-count"] = json!(1.5),
        |d| d["lockfile"]["dependency-count"] = json!("55"),
        |d| d["vulnerabilities"]["list"][0]["advisory"]["id"] = Value::Null,
        |d| d["vulnerabilities"]["list"][0]["advisory"]["id"] = json!(" "),
        |d| d["vulnerabilities"]["list"][0]["advisory"] = Value::Null,
        |d| d["vulnerabilities"]["list"][0]["package"] = Value::Null,
        |d| d["vulnerabilities"]["list"][0]["package"] = json!({"name": "p"}),
        |d| d["vulnerabilities"]["List"] = json!([]),
        |d| d["settings"]["severity"] = json!("awful"),
        |d| d["warnings"] = json!([]),
        |d| d["warnings"] = json!({"unsound": [{"kind": "unsound"}]}),
    ];
    for (n, change) in table.iter().enumerate() {
        let broken = document(change).to_string();
        assert!(read_text(&broken).is_err(), "{n}: {broken}");
    }
    let twice = document(|_| {}).to_string().replacen("\"list\":", "\"list\":[],\"list\":", 1);
    assert!(read_text(&twice).unwrap_err().to_string().contains("stands twice"));
}

#[test]
fn it_is_recognised_by_its_list_and_its_lock_file() {
    let whole = document(|_| {}).to_string();
    assert!(recognise(&Head::of(whole.as_bytes(), "x")));
    for other in ["{\"vulnerabilities\":[]}", "{\"vulnerabilities\":{\"list\":[]}}", "{\"lockfile\":{}}", "[]"] {
        assert!(!recognise(&Head::of(other.as_bytes(), "x")), "{other}");
    }
}

proptest! {
    #[test]
    fn a_cut_report_is_refused(cut in any::<prop::sample::Index>()) {
        let whole = document(|d| d["warnings"] = json!({"yanked": [warning("yanked", Value::Null)]})).to_string();
        prop_assert!(read_text(&whole[..cut.index(whole.len())]).is_err());
    }

    #[test]
    fn the_worse_of_header_and_list_counts(count in 0u64..9, listed in 0u64..9, found: bool) {
        let list: Vec<Value> = (0..listed).map(|n| vulnerability(&format!("RUSTSEC-2020-{n:04}"), Value::Null)).collect();
        let report = read_json(&document(|d| d["vulnerabilities"] = json!({"found": found, "count": count, "list": list})));
        let findings = report.facts.findings.unwrap();
        prop_assert_eq!(size(findings.list.len()) + findings.unlisted, count.max(listed).max(u64::from(found)));
    }
}
