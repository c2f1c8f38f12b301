use super::*;
use crate::facts::{DependencyIssue, Severity, SeverityRule};
use crate::input::Window;

fn parse(text: &str) -> Result<Report> {
    FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "p" })
}

/// A report of a scan of a type, with fields of the scan and of the document behind.
fn document(kind: &str, vulnerabilities: &str, scan: &str, more: &str) -> String {
    format!(
        r#"{{"version":"15.0.4","vulnerabilities":[{vulnerabilities}],"scan":{{"type":"{kind}","status":"success",
            "scanner":{{"id":"s","name":"Scanner","version":"1"}},"start_time":"2026-01-02T03:04:05","end_time":"2026-01-02T03:05:06"{scan}}}{more}}}"#
    )
}

fn sast(fields: &str) -> String {
    format!(
        r#"{{"id":"u","category":"sast","cve":"fingerprint","identifiers":[{{"type":"semgrep_id","name":"r","value":"rule"}}],
            "location":{{"file":"a.py","start_line":3}}{fields}}}"#
    )
}

fn dependency(identifiers: &str, file: &str, name: &str) -> String {
    format!(
        r#"{{"id":"u","identifiers":[{identifiers}],"severity":"High","solution":"Upgrade to 2","message":"m",
            "location":{{"file":"{file}","dependency":{{"package":{{"name":"{name}"}},"version":"1.0"}}}}}}"#
    )
}

const CVE: &str = r#"{"type":"cve","name":"CVE-1","value":"CVE-1","url":"https://x"}"#;

fn only(text: &str) -> Finding {
    let list = parse(text).unwrap().facts.findings.unwrap().list;
    let [finding] = list.as_slice() else { panic!("{text}: {list:?}") };
    finding.clone()
}

#[test]
fn a_finding_has_its_place_its_time_and_its_tool() {
    let text = document("sast", &sast(r#","name":"n","severity":"Medium","scanner":{"id":"other"}"#), "", "");
    let report = parse(&text).unwrap();
    assert_eq!(report.made_at, Some("2026-01-02T03:05:06Z".parse().unwrap()));
    assert_eq!((report.tools.as_slice(), report.failed_run.len()), ([Text::new("Scanner")].as_slice(), 0));
    assert!(report.facts.dependencies.is_none() && report.notes[0].contains("does not say how much"));
    let finding = only(&text);
    assert_eq!((&*finding.id, &*finding.message, &*finding.tool), ("rule", "n", "other"));
    assert_eq!(finding.location, Some(Location { path: "a.py".into(), line: Some(3) }));
    assert_eq!(finding.rating.severity(SeverityRule::Tool), Severity::Medium);
}

#[test]
fn the_signatures_that_gitlab_tracks_by_are_fingerprints_and_a_line_is_none() {
    let tracking = r#","tracking":{"type":"source","items":[{"file":"a.py","line_start":3,"signatures":[
        {"algorithm":"scope_offset","value":"a.py|run|0:2"},{"algorithm":"location","value":"a.py:3:9999"},{"value":"none of it"}]}]}"#;
    let finding = only(&document("sast", &sast(tracking), "", ""));
    assert_eq!(finding.aliases, [Text::new("fingerprint:scope_offset=a.py|run|0:2")]);
    for other in
        [r#","tracking":null"#, r#","tracking":{"type":"source","items":[]}"#, r#","tracking":{"type":"source"}"#]
    {
        assert_eq!(only(&document("sast", &sast(other), "", "")).aliases, []);
    }
}

#[test]
fn advisories_name_a_vulnerability_and_classes_do_not() {
    let of = |kind: &str, value: &str| format!(r#"{{"type":"{kind}","name":"x","value":"{value}"}}"#);
    for (identifiers, id, aliases) in [
        (
            vec![of("gemnasium", "1-2-3"), of("cve", "CVE-1"), of("ghsa", "GHSA-1"), of("cwe", "79")],
            "CVE-1",
            &["GHSA-1"][..],
        ),
        (vec![of("cwe", "79"), of("semgrep_id", "rule"), of("owasp", "A1")], "rule", &[]),
        (vec![of("cwe", "79")], "79", &[]),
        (vec![of("cve", "CVE-1"), of("cve", "CVE-1"), of("usn", "USN-1-1")], "CVE-1", &["USN-1-1"]),
        (vec![of("cve", "CVE-1"), of("cve", "CVE-2"), of("ghsa", "GHSA-1")], "GHSA-1", &["CVE-1", "CVE-2"]),
    ] {
        let finding = only(&document("container_scanning", &dependency(&identifiers.join(","), "f", "p"), "", ""));
        assert_eq!((&*finding.id, finding.aliases.iter().map(|a| &**a).collect::<Vec<_>>().as_slice()), (id, aliases));
    }
}

#[test]
fn packages_are_vulnerable_where_packages_were_scanned() {
    let files = |n: usize| {
        let all = vec![r#"{"package":{"name":"x"},"version":"1"}"#; n].join(",");
        format!(r#","dependency_files":[{{"path":"pom.xml","package_manager":"maven","dependencies":[{all}]}}]"#)
    };
    for (kind, more, vulnerable, looked_at) in [
        ("dependency_scanning", files(3), true, Some(3)),
        ("dependency_scanning", files(0), true, Some(0)),
        ("container_scanning", String::new(), true, None),
        ("cluster_image_scanning", String::new(), true, None),
        ("sast", files(3), false, None),
        ("secret_detection", String::new(), false, None),
    ] {
        let report = parse(&document(kind, &dependency(CVE, "pom.xml", "g/a"), "", &more)).unwrap();
        let findings = report.facts.findings.unwrap();
        assert_eq!(findings.scanned, looked_at, "{kind} {more}");
        let dependencies = report.facts.dependencies;
        let listed = dependencies.as_ref().and_then(|d| d.of(DependencyIssue::Vulnerable)).map(<[Finding]>::len);
        assert_eq!(listed, vulnerable.then_some(1), "{kind}");
        assert_eq!(dependencies.and_then(|d| d.packages), looked_at.filter(|_| vulnerable));
        let name = findings.list[0].package.clone().unwrap().name;
        assert_eq!(&*name, if more.is_empty() { "g/a" } else { "g:a" }, "Maven's coordinates");
    }
    let clean = parse(&document("container_scanning", "", "", "")).unwrap().facts.dependencies.unwrap();
    assert_eq!(clean.of(DependencyIssue::Vulnerable), Some([].as_slice()), "none is not unknown");
    let dast = document("dast", "", r#","scanned_resources":[{"method":"GET","type":"url","url":"http://x"}]"#, "");
    assert_eq!(parse(&dast).unwrap().facts.findings.unwrap().scanned, Some(1));
}

#[test]
fn a_scan_that_failed_is_a_failed_run_and_one_in_part_is_said() {
    for (from, to, failed, note) in [
        ("\"success\"", "\"failure\"", "the status of the sast scan is \"failure\"", ""),
        ("\"success\"", "\"skipped\"", "the status of the sast scan is \"skipped\"", ""),
        ("\"success\"", r#""success","messages":[{"level":"fatal","value":"no files"}]"#, "no files", ""),
        ("\"success\"", r#""success","messages":[{"level":"Fatal","value":"no files"}]"#, "no files", ""),
        (
            "\"success\"",
            r#""success","messages":[{"level":"warn","value":"slow"},{"level":"info","value":"x"}]"#,
            "",
            "slow",
        ),
        ("\"success\"", r#""success","partial_scan":{"mode":"differential"}"#, "", "a partial scan (differential)"),
        ("\"success\"", "\"success\"", "", ""),
    ] {
        let report = parse(&document("sast", &sast(""), "", "").replace(from, to)).unwrap();
        assert_eq!(report.failed_run.first().map_or("", |f| &**f), failed, "{to}");
        assert!(report.notes.iter().any(|n| n.contains(note)), "{to}: {:?}", report.notes);
        assert_eq!(report.facts.findings.unwrap().list.len(), 1, "findings of a failed run count");
    }
}

#[test]
fn severities_are_words_then_vectors_and_unknown_is_none() {
    let vector = r#","cvss_vectors":[{"vendor":"NVD","vector":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}]"#;
    for (fields, severity) in [
        (r#","severity":"Critical""#.to_owned(), Severity::Critical),
        (r#","severity":"Info""#.to_owned(), Severity::Info),
        (r#","severity":"Unknown""#.to_owned(), Severity::Unknown),
        (format!(r#","severity":"Unknown"{vector}"#), Severity::Critical),
        (format!(r#","severity":"Low"{vector}"#), Severity::Low),
        (String::new(), Severity::Unknown),
    ] {
        let finding = only(&document("sast", &sast(&fields), "", ""));
        assert_eq!(finding.rating.severity(SeverityRule::Tool), severity, "{fields}");
    }
}

#[test]
fn what_is_flagged_counts_and_is_suppressed() {
    for (fields, suppressed) in [
        (r#","flags":[{"type":"flagged-as-likely-false-positive","origin":"o","description":"d"}]"#, true),
        (r#","flags":[]"#, false),
        (r#","confidence":"Ignore""#, true),
        (r#","confidence":"High""#, false),
    ] {
        assert_eq!(only(&document("sast", &sast(fields), "", "")).suppressed, suppressed, "{fields}");
    }
}

#[test]
fn two_ways_into_one_page_are_two_findings_and_a_secret_is_not_kept() {
    let page = |param: &str| {
        format!(
            r#"{{"id":"u","identifiers":[{CVE}],"location":{{"hostname":"http://h","path":"/x","method":"GET","param":"{param}"}},
                "raw_source_code_extract":"hunter2"}}"#
        )
    };
    let text = document("dast", &format!("{},{},{}", page("a"), page("b"), page("a")), "", "");
    let list = parse(&text).unwrap().facts.findings.unwrap().list;
    assert_eq!(list.len(), 2);
    assert_eq!(list[0].location.as_ref().map(|l| &*l.path), Some("http://h/x"));
    assert!(!format!("{list:?}").contains("hunter2"));
}

#[test]
fn what_proves_nothing_is_refused() {
    let good = document("container_scanning", &dependency(CVE, "f", "p"), "", "");
    assert!(parse(&good).is_ok());
    for (text, why) in [
        ("{}".to_owned(), "missing field"),
        (good.replace("\"vulnerabilities\":[", "\"other\":["), "missing field `vulnerabilities`"),
        (document("sast", "", "", "").replace("\"vulnerabilities\":[]", "\"vulnerabilities\":null"), "invalid type"),
        (good.replace("\"scan\"", "\"other\""), "missing field `scan`"),
        (good.replace("\"status\"", "\"other\""), "missing field `status`"),
        (good.replace("\"version\":\"15.0.4\"", "\"version\":\"16.0.0\""), "14 and 15 are read"),
        (good.replace("container_scanning", "dependency_scanning"), "no `dependency_files`"),
        (good.replace("container_scanning", "Container_Scanning"), "none of GitLab's"),
        (good.replace(CVE, ""), "without identifiers"),
        (good.replace("\"identifiers\"", "\"other\""), "missing field `identifiers`"),
        (good.replace("\"location\"", "\"other\""), "missing field `location`"),
        (good.replace("\"name\":\"p\"", "\"name\":\"\""), "package without a name"),
        (good.replace("\"vulnerabilities\":[", "\"vulnerabilities\":[],\"vulnerabilities\":["), "stands twice"),
        (good[..good.len() - 1].to_owned(), "ends too early"),
    ] {
        let error = parse(&text).unwrap_err().to_string();
        assert!(error.contains(why), "{text}: {error}");
    }
}

#[test]
fn it_is_recognised_by_its_scan_or_by_a_vulnerability() {
    for (text, is) in [
        (document("sast", "", "", ""), true),
        (format!(r#"{{"version":"15.0.4","vulnerabilities":[{}"#, sast("")), true),
        (r#"{"version":"15.0.4","vulnerabilities":[]}"#.to_owned(), false),
        (r#"{"vulnerabilities":[],"scan":{"type":"sast","status":"success"}}"#.to_owned(), false),
    ] {
        assert_eq!(recognise(&Head::of(text.as_bytes(), "p")), is, "{text}");
    }
}
