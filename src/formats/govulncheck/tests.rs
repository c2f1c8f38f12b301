use super::*;
use crate::facts::{DependencyIssue, Severity, SeverityRule};
use crate::input::Window;

fn parse(text: &str) -> Result<Report> {
    FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "p" })
}

fn config(fields: &str) -> String {
    format!(
        r#"{{"config":{{"protocol_version":"v1.0.0","scanner_name":"govulncheck","db_last_modified":"2026-01-01T00:00:00Z"{fields}}}}}"#
    )
}

const SBOM: &str =
    r#"{"SBOM":{"go_version":"go1.22.2","modules":[{"path":"m"},{"path":"a.b/c","version":"v1.0.0"}],"roots":["m"]}}"#;
const PROGRESS: &str = r#"{"progress":{"message":"Checking the code against the vulnerabilities..."}}"#;
const OSV: &str = r#"{"osv":{"schema_version":"1.3.1","id":"GO-1","aliases":["GHSA-1","CVE-1"],"summary":"s",
    "affected":[{"package":{"name":"a.b/c","ecosystem":"Go"}}],"database_specific":{"url":"https://x","review_status":"REVIEWED"}}}"#;

/// A finding on a frame, with other frames behind it.
fn finding(frame: &str, more: &str) -> String {
    format!(
        r#"{{"finding":{{"osv":"GO-1","fixed_version":"v1.0.1","trace":[{{"module":"a.b/c","version":"v1.0.0"{frame}}}{more}]}}}}"#
    )
}

fn stream(messages: &[&str]) -> String {
    std::iter::once(config(r#","scan_level":"symbol","scan_mode":"source""#))
        .chain(messages.iter().map(|m| (*m).to_owned()))
        .collect::<Vec<_>>()
        .join("\n")
}

fn only(text: &str) -> Finding {
    let list = parse(text).unwrap().facts.findings.unwrap().list;
    let [finding] = list.as_slice() else { panic!("{text}: {list:?}") };
    finding.clone()
}

#[test]
fn findings_of_one_vulnerability_are_one_by_the_most_exact() {
    let module = finding("", "");
    let package = finding(r#","package":"a.b/c/d""#, "");
    let called = finding(
        r#","package":"a.b/c/d","function":"F","receiver":"*T","position":{"filename":"t.go","offset":1,"line":1,"column":1}"#,
        r#",{"module":"m","package":"m","function":"main","position":{"filename":"main.go","offset":9,"line":7,"column":3}}"#,
    );
    let (module, package, called) = (module.as_str(), package.as_str(), called.as_str());
    for (messages, words, place) in [
        (vec![module], "required, but not imported: the vulnerable function is not called", None),
        (vec![module, package], "imported, and the vulnerable function is not called", None),
        (vec![called, package, module, called], "called: a.b/c/d.T.F", Some(("main.go", Some(7)))),
        (vec![module, package, called], "called: a.b/c/d.T.F", Some(("main.go", Some(7)))),
    ] {
        let finding = only(&stream(&[&[SBOM, OSV][..], &messages].concat()));
        assert_eq!(&*finding.message, format!("s ({words})"));
        assert_eq!(finding.location.as_ref().map(|l| (&*l.path, l.line)), place);
        assert_eq!((&*finding.id, finding.fix.as_deref()), ("GO-1", Some("v1.0.1")));
        assert_eq!(finding.aliases, [Text::new("CVE-1"), Text::new("GHSA-1")]);
        assert_eq!(finding.package, Some(Package { name: "a.b/c".into(), version: Some("v1.0.0".into()) }));
        assert_eq!(finding.rating.severity(SeverityRule::Tool), Severity::Unknown);
    }
}

#[test]
fn a_scan_that_did_not_look_for_calls_does_not_say_that_there_are_none() {
    for (level, words) in [
        ("module", "at the scan level module calls were not looked for"),
        ("package", "required, but not imported"),
        ("symbol", "required, but not imported"),
    ] {
        let text = stream(&[SBOM, OSV, &finding("", "")]).replace("\"symbol\"", &format!("{level:?}"));
        assert!(only(&text).message.contains(words), "{level}");
    }
}

#[test]
fn modules_and_versions_are_told_apart_and_an_entry_is_no_finding() {
    let other = finding("", "").replace("a.b/c", "x.y/z");
    let later = finding("", "").replace("v1.0.0", "v1.0.0-rc");
    let report = parse(&stream(&[SBOM, OSV, &finding("", ""), &other, &later])).unwrap();
    let findings = report.facts.findings.unwrap();
    let dependencies = report.facts.dependencies.unwrap();
    assert_eq!((findings.list.len(), findings.scanned, dependencies.packages), (3, Some(2), Some(2)));
    assert_eq!(dependencies.of(DependencyIssue::Vulnerable), Some(findings.list.as_slice()));
    assert!(parse(&stream(&[SBOM, PROGRESS, OSV])).unwrap().facts.findings.unwrap().list.is_empty());
}

#[test]
fn a_severity_that_a_database_adds_counts() {
    let osv = OSV.replace("\"review_status\":\"REVIEWED\"", "\"severity\":\"CRITICAL\"");
    assert_eq!(only(&stream(&[SBOM, &osv, &finding("", "")])).rating.severity(SeverityRule::Tool), Severity::Critical);
    let report = parse(&stream(&[SBOM, &finding("", "")])).unwrap();
    assert!(report.notes.iter().any(|n| n.contains("the entry of GO-1 is missing")));
}

#[test]
fn what_was_looked_at_is_the_modules_and_a_stream_that_stops_at_its_config_is_nothing() {
    for (messages, mode, scanned, note) in [
        (vec![SBOM, PROGRESS], "source", Some(2), "no mark at its end"),
        (vec![PROGRESS], "source", None, "no `SBOM`"),
        (vec![OSV], "binary", None, "no `SBOM`"),
        (vec![r#"{"SBOM":{"go_version":"go1.22.2"}}"#], "source", Some(0), ""),
        (vec![], "source", Some(0), "could not be loaded"),
        (vec![OSV], "query", Some(0), "looks at no code"),
    ] {
        let report = parse(&stream(&messages).replace("\"source\"", &format!("{mode:?}"))).unwrap();
        assert_eq!(report.facts.findings.unwrap().scanned, scanned, "{messages:?}");
        assert_eq!(report.facts.dependencies.unwrap().packages, scanned, "{messages:?}");
        assert!(report.notes.iter().any(|n| n.contains(note)), "{messages:?}: {:?}", report.notes);
    }
}

#[test]
fn messages_may_be_written_over_many_lines() {
    let pretty =
        format!("{}\n{SBOM}\n{OSV}\n{}", config(""), finding("", "")).replace("{\"", "{\n  \"").replace("},", "},\n");
    assert_eq!(&*only(&pretty).id, "GO-1");
    assert!(recognise(&Head::of(pretty.as_bytes(), "p")));
}

#[test]
fn what_is_no_stream_is_refused() {
    let good = stream(&[SBOM, OSV, &finding("", "")]);
    assert!(parse(&good).is_ok());
    for (text, why) in [
        (String::new(), "ends too early"),
        (SBOM.to_owned(), "does not begin with `config`"),
        (format!("{good}{good}"), "more than one run"),
        (good.replace("v1.0.0\",\"scanner", "v2.0.0\",\"scanner"), "v1 is read"),
        (good.replace("\"protocol_version\"", "\"other\""), "missing field `protocol_version`"),
        (good.replace("\"source\"", "\"extract\""), "the input of a scan"),
        (good.replace("\"finding\"", "\"found\""), "a message that is not one of"),
        (
            good.replace("\"progress\"", "\"osv\"").replace("\"SBOM\":", "\"progress\":{},\"SBOM\":"),
            "a message that is not one of",
        ),
        (good.replace("\"osv\":\"GO-1\",", ""), "missing field `osv`"),
        (good.replace("\"osv\":\"GO-1\"", "\"osv\":\"\""), "without an advisory"),
        (stream(&[r#"{"finding":{"osv":"GO-1","trace":[]}}"#]), "without an advisory or without a module"),
        (good.replace("\"trace\"", "\"other\""), "missing field `trace`"),
        (good.replace("{\"module\":\"a.b/c\",", "{"), "missing field `module`"),
        (format!("{good}[]"), "something other than a JSON document"),
        (good[..good.len() - 1].to_owned(), "ends too early"),
    ] {
        let error = parse(&text).unwrap_err().to_string();
        assert!(error.contains(why), "{text}: {error}");
    }
}
