use super::*;
use crate::facts::{DependencyIssue, Severity, SeverityRule};
use crate::input::Window;

fn parse(text: &str) -> Result<Report> {
    FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "p" })
}

fn document(matches: &str, more: &str) -> String {
    format!(
        r#"{{"matches":[{matches}],"source":{{"type":"directory","target":"."}},"distro":{{"name":"","version":"","idLike":null}},
            "descriptor":{{"name":"grype","version":"0.94.0","timestamp":"2026-01-02T03:04:05.678-05:00"{more}}}}}"#
    )
}

fn found(vulnerability: &str, related: &str) -> String {
    format!(
        r#"{{"vulnerability":{{"id":"GHSA-a-b-c"{vulnerability}}},"relatedVulnerabilities":[{related}],"matchDetails":[],
            "artifact":{{"name":"b","version":"1.0","purl":"pkg:npm/%40a/b@1.0","locations":[{{"path":"/x/package-lock.json"}}]}}}}"#
    )
}

fn only(text: &str) -> Finding {
    let list = parse(text).unwrap().facts.findings.unwrap().list;
    let [finding] = list.as_slice() else { panic!("{text}: {list:?}") };
    finding.clone()
}

const HIGH: &str =
    r#"{"version":"3.1","vector":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H","metrics":{"baseScore":7.5}}"#;

#[test]
fn a_match_is_a_finding_under_all_its_names() {
    let related = r#"{"id":"CVE-1","severity":"Low","description":"long\nmore"},{"id":"CVE-1"},{"id":"GHSA-a-b-c"}"#;
    let report =
        parse(&document(&found(r#","severity":"High","fix":{"versions":["1.1","2.0"],"state":"fixed"}"#, related), ""))
            .unwrap();
    assert_eq!(report.made_at, Some("2026-01-02T08:04:05.678Z".parse().unwrap()));
    let findings = report.facts.findings.unwrap();
    assert_eq!(report.facts.dependencies.unwrap().of(DependencyIssue::Vulnerable), Some(findings.list.as_slice()));
    let finding = &findings.list[0];
    assert_eq!((&*finding.id, finding.aliases.as_slice()), ("GHSA-a-b-c", [Text::new("CVE-1")].as_slice()));
    let package = finding.package.clone().unwrap();
    assert_eq!((&*package.name, package.version.as_deref(), &*finding.message), ("@a/b", Some("1.0"), "long"));
    assert_eq!(finding.location.as_ref().map(|l| &*l.path), Some("x/package-lock.json"));
    assert_eq!((finding.fix.as_deref(), findings.scanned), (Some("1.1, 2.0"), None));
    assert!(report.notes.iter().any(|n| n.contains("one scan of .")), "{:?}", report.notes);
}

#[test]
fn what_is_exploited_is_said() {
    for (fields, message) in [
        (r#","description":"d","knownExploited":[{"cve":"CVE-1","urls":[]}]"#, "d (known to be exploited)"),
        (r#","description":"d","knownExploited":[]"#, "d"),
        (r#","knownExploited":null"#, "GHSA-a-b-c"),
    ] {
        assert_eq!(&*only(&document(&found(fields, ""), "")).message, message);
    }
}

#[test]
fn the_word_of_the_match_counts_then_that_of_the_others_then_the_scores() {
    for (own, related, tool, worst) in [
        (format!(r#","severity":"Critical","cvss":[{HIGH}]"#), String::new(), Severity::Critical, Severity::Critical),
        (format!(r#","severity":"Negligible","cvss":[{HIGH}]"#), String::new(), Severity::Info, Severity::High),
        (
            r#","severity":"Medium","cvss":[]"#.into(),
            format!(r#"{{"id":"CVE-1","severity":"Critical","cvss":[{HIGH}]}}"#),
            Severity::Medium,
            Severity::Critical,
        ),
        (
            r#","severity":"Unknown""#.into(),
            format!(r#"{{"id":"CVE-1","severity":"Low","cvss":[{HIGH}]}}"#),
            Severity::Low,
            Severity::High,
        ),
        (format!(r#","severity":"Unknown","cvss":[{HIGH}]"#), String::new(), Severity::High, Severity::High),
        (String::new(), format!(r#"{{"id":"CVE-1","cvss":[{HIGH}]}}"#), Severity::High, Severity::High),
        (r#","severity":"Unknown""#.into(), String::new(), Severity::Unknown, Severity::Unknown),
        (
            r#","cvss":[{"vector":"","metrics":{"baseScore":9.1}}]"#.into(),
            String::new(),
            Severity::Critical,
            Severity::Critical,
        ),
    ] {
        let rating = only(&document(&found(&own, &related), "")).rating;
        assert_eq!(
            (rating.severity(SeverityRule::Tool), rating.severity(SeverityRule::Worst)),
            (tool, worst),
            "{own} {related}"
        );
    }
}

#[test]
fn ignored_matches_count_and_are_suppressed() {
    let ignored = found(r#","severity":"High""#, "")
        .replace("\"matchDetails\"", r#""appliedIgnoreRules":[{"vex-status":"not_affected"}],"matchDetails""#);
    let text = document("", "").replace("\"source\"", &format!("\"ignoredMatches\":[{ignored}],\"source\""));
    let report = parse(&text).unwrap();
    assert_eq!(report.facts.dependencies.unwrap().of(DependencyIssue::Vulnerable).unwrap().len(), 1);
    assert!(only(&text).suppressed);
}

#[test]
fn the_database_is_noted_and_one_that_is_not_valid_is_a_failed_run() {
    for (db, note, failed) in [
        (r#"{"built":"2026-01-01","schemaVersion":5,"error":null}"#, "database of 2026-01-01", false),
        (r#"{"status":{"built":"2026-01-01","valid":true},"providers":{}}"#, "database of 2026-01-01", false),
        (r#"{"built":"2026-01-01","error":"checksum"}"#, "database of 2026-01-01", true),
        (r#"{"status":{"valid":false}}"#, "one scan", true),
        (r#"{"status":{"error":"gone"}}"#, "one scan", true),
        (r#"{"error":null}"#, "one scan", true),
        ("null", "one scan", true),
    ] {
        let report = parse(&document("", &format!(r#","db":{db}"#))).unwrap();
        assert!(report.notes.iter().any(|n| n.contains(note)), "{db}: {:?}", report.notes);
        assert_eq!(!report.failed_run.is_empty(), failed, "{db}");
    }
    let report = parse(&document("", r#","configuration":{"only-fixed":true,"check-for-app-update":true}"#)).unwrap();
    assert!(report.notes.iter().any(|n| n.contains("only-fixed")));
}

#[test]
fn what_was_scanned_is_a_path_or_an_image() {
    for (source, words) in [
        (r#"{"type":"image","target":{"userInput":"alpine:3","layers":[{"size":1}]}}"#, "one scan of alpine:3"),
        (r#"{"type":"file","target":"a.tar"}"#, "one scan of a.tar"),
        (r#"{"type":"purl","target":null}"#, "one scan:"),
        ("null", "one scan:"),
    ] {
        let text = document(&found("", ""), "").replace(r#"{"type":"directory","target":"."}"#, source);
        let report = parse(&text).unwrap();
        assert!(report.notes[0].starts_with(words), "{source}: {:?}", report.notes);
        // Only below a folder a path begins at the folder.
        let finding = &report.facts.findings.unwrap().list[0];
        assert_eq!(finding.location.as_ref().map(|l| &*l.path), Some("/x/package-lock.json"), "{source}");
    }
}

#[test]
fn what_proves_nothing_is_refused() {
    let good = document(&found("", ""), "");
    assert!(parse(&good).is_ok());
    for (text, why) in [
        ("{}".to_owned(), "matches"),
        (good.replacen("\"matches\"", "\"other\"", 1), "missing field `matches`"),
        (document("", "").replace("[],\"source\"", "null,\"source\""), "`matches` is null"),
        (good.replace("\"descriptor\"", "\"other\""), "missing field `descriptor`"),
        (good.replace("\"name\":\"grype\"", "\"name\":\"other\""), "not \"grype\""),
        (good.replace("\"id\":\"GHSA-a-b-c\"", "\"id\":\" \""), "empty `vulnerability.id`"),
        (good.replace("\"name\":\"b\"", "\"name\":\"\""), "empty `artifact.name`"),
        (good.replace("\"artifact\"", "\"other\""), "missing field `artifact`"),
        (good.replace("\"id\":\"GHSA-a-b-c\"", "\"id\":7"), "invalid type"),
        (good.replacen("\"matches\"", "\"matches\":[],\"matches\"", 1), "stands twice"),
        (good[..good.len() - 1].to_owned(), "ends too early"),
    ] {
        let error = parse(&text).unwrap_err().to_string();
        assert!(error.contains(why), "{text}: {error}");
    }
}

#[test]
fn it_is_recognised_by_its_descriptor_or_by_a_match() {
    for (text, is) in [
        (document("", ""), true),
        (r#"{"matches":[{"vulnerability":{"id":"a","dataSource":"b"},"matchDetails":[{"type":"x"}],"artifact":{"name":"c""#.to_owned(), true),
        (r#"{"matches":[],"descriptor":{"name":"syft"}}"#.to_owned(), false),
        (r#"{"matches":[]}"#.to_owned(), false),
        (r#"{"descriptor":{"name":"grype"}}"#.to_owned(), false),
    ] {
        assert_eq!(recognise(&Head::of(text.as_bytes(), "p")), is, "{text}");
    }
}
