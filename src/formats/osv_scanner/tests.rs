use super::*;
use crate::facts::{Declared, DependencyIssue, Severity, SeverityRule};
use crate::input::Window;

fn parse(text: &str) -> Result<Report> {
    FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "p" })
}

fn document(packages: &str) -> String {
    format!(
        r#"{{"results":[{{"source":{{"path":"Cargo.lock","type":"lockfile"}},"packages":[{packages}]}}],
            "experimental_config":{{"licenses":{{"summary":false,"allowlist":null}}}}}}"#
    )
}

fn package_with(fields: &str) -> String {
    format!(r#"{{"package":{{"name":"p","version":"1.0","ecosystem":"crates.io"}}{fields}}}"#)
}

/// A package with one group of two entries.
fn vulnerable(entry: &str, group: &str) -> String {
    package_with(&format!(
        r#","vulnerabilities":[{{"id":"GHSA-1","aliases":["CVE-1"]{entry}}},{{"id":"RUSTSEC-1","aliases":["CVE-1","GHSA-1"]}}],
           "groups":[{{"ids":["GHSA-1","RUSTSEC-1"]{group}}}]"#
    ))
}

fn only(text: &str) -> Finding {
    let list = parse(text).unwrap().facts.findings.unwrap().list;
    let [finding] = list.as_slice() else { panic!("{text}: {list:?}") };
    finding.clone()
}

#[test]
fn a_group_is_a_finding_under_all_its_names() {
    let entry = r#","upstream":["DSA-1"],"summary":"s","affected":[{"package":{"name":"p"},"ranges":[{"type":"SEMVER","events":[{"fixed":"1.1"}]}]}]"#;
    let report =
        parse(&document(&vulnerable(entry, r#","aliases":["CVE-1","GHSA-1","PYSEC-1","RUSTSEC-1"]"#))).unwrap();
    let findings = report.facts.findings.unwrap();
    assert_eq!(report.facts.dependencies.unwrap().of(DependencyIssue::Vulnerable), Some(findings.list.as_slice()));
    assert_eq!((findings.scanned, report.facts.licenses.is_none()), (None, true));
    let finding = &findings.list[0];
    assert_eq!((&*finding.id, &*finding.message, finding.fix.as_deref()), ("GHSA-1", "s", Some("1.1")));
    let names: Vec<&str> = finding.aliases.iter().map(|a| &**a).collect();
    assert_eq!(names, ["RUSTSEC-1", "CVE-1", "PYSEC-1", "DSA-1"]);
    assert_eq!(finding.location.as_ref().map(|l| &*l.path), Some("Cargo.lock"));
    assert!(report.notes.iter().any(|n| n.contains("1 packages of 1 sources")), "{:?}", report.notes);
}

#[test]
fn the_severity_is_the_word_then_the_groups_score_then_a_vector() {
    let high = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H";
    let vector = format!(r#","severity":[{{"type":"CVSS_V3","score":"{high}"}}]"#);
    for (entry, group, tool, worst) in [
        (
            r#","database_specific":{"severity":"MODERATE"}"#.to_owned(),
            r#","max_severity":"9.8""#,
            Severity::Medium,
            Severity::Critical,
        ),
        (vector.clone(), r#","max_severity":"9.8""#, Severity::Critical, Severity::Critical),
        (vector.clone(), r#","max_severity":"""#, Severity::High, Severity::High),
        (vector, "", Severity::High, Severity::High),
        (String::new(), r#","max_severity":"NaN""#, Severity::Unknown, Severity::Unknown),
        (String::new(), r#","max_severity":"inf""#, Severity::Unknown, Severity::Unknown),
        (String::new(), "", Severity::Unknown, Severity::Unknown),
    ] {
        let rating = only(&document(&vulnerable(&entry, group))).rating;
        let seen = (rating.severity(SeverityRule::Tool), rating.severity(SeverityRule::Worst));
        assert_eq!(seen, (tool, worst), "{entry} {group}");
    }
}

#[test]
fn what_is_not_called_counts_and_says_so() {
    for (analysis, words) in [
        (
            r#","experimentalAnalysis":{"GHSA-1":{"called":false,"unimportant":false}}"#,
            "(not called, says osv-scanner)",
        ),
        (
            r#","experimental_analysis":{"GHSA-1":{"called":true,"unimportant":true}}"#,
            "(unimportant, says osv-scanner)",
        ),
        (r#","experimental_analysis":{"GHSA-1":{"called":true}}"#, ""),
        (r#","experimental_analysis":{}"#, ""),
    ] {
        let finding = only(&document(&vulnerable(r#","summary":"s""#, analysis)));
        assert_eq!(&*finding.message, format!("s {words}").trim());
        assert!(!finding.suppressed);
    }
}

#[test]
fn how_much_was_looked_at_is_known_where_a_package_is_sound() {
    let bad = vulnerable("", "");
    let forbidden = package_with(r#","licenses":["GPL-3.0"],"license_violations":["GPL-3.0"]"#);
    let sound = package_with(r#","licenses":["MIT","Zlib"]"#);
    for (packages, scanned, licensed) in [
        (String::new(), None, None),
        (bad.clone(), None, None),
        (format!("{bad},{forbidden}"), None, None),
        (format!("{bad},{}", package_with("")), Some(2), None),
        (format!("{bad},{forbidden},{sound}"), Some(3), Some(3)),
    ] {
        let report = parse(&document(&packages)).unwrap();
        assert_eq!(report.facts.findings.unwrap().scanned, scanned, "{packages}");
        assert_eq!(report.facts.dependencies.unwrap().packages, scanned, "{packages}");
        assert_eq!(report.facts.licenses.as_ref().map(|l| l.packages.len()), licensed, "{packages}");
        assert_eq!(report.notes.iter().any(|n| n.contains("p (GPL-3.0)")), packages.contains("violations"));
        let licences = report.facts.licenses.map(|l| l.packages[2].declared.clone());
        assert!(licences.is_none_or(|l| l == Declared::Words("MIT AND Zlib".into())));
    }
    let none = parse(r#"{"results":[],"experimental_config":{"licenses":{}}}"#).unwrap();
    assert_eq!((none.facts.findings.unwrap().list.len(), none.notes.len()), (0, 1));
}

#[test]
fn code_that_is_known_by_its_commit_is_named_by_it() {
    let text =
        document(&vulnerable("", "").replace(
            r#""name":"p","version":"1.0","ecosystem":"crates.io""#,
            r#""name":"","version":"","commit":"abc""#,
        ));
    let package = only(&text).package.unwrap();
    assert_eq!((&*package.name, package.version), ("abc", None));
}

#[test]
fn what_proves_nothing_or_contradicts_itself_is_refused() {
    let good = document(&vulnerable("", ""));
    assert!(parse(&good).is_ok());
    for (text, why) in [
        (String::new(), "ends too early"),
        ("{}".to_owned(), "missing field `results`"),
        (r#"{"results":null}"#.to_owned(), "`results` is null"),
        (good.replace("\"packages\"", "\"other\""), "missing field `packages`"),
        (good.replace("\"groups\"", "\"other\""), "do not hold the same ids"),
        (good.replace("\"vulnerabilities\"", "\"other\""), "do not hold the same ids"),
        (good.replace("\"ids\":[\"GHSA-1\",\"RUSTSEC-1\"]", "\"ids\":[\"GHSA-1\"]"), "RUSTSEC-1 is in one only"),
        (good.replace("\"ids\":[\"GHSA-1\",\"RUSTSEC-1\"]", "\"ids\":[]"), "without `ids`"),
        (good.replace("\"ids\"", "\"other\""), "missing field `ids`"),
        (good.replace("\"name\":\"p\"", "\"name\":\"\""), "neither a name nor a commit"),
        (good.replace("\"id\":\"GHSA-1\",", ""), "missing field `id`"),
        (good.replace("\"groups\"", "\"groups\":[],\"groups\""), "stands twice"),
        (good[..good.len() - 1].to_owned(), "ends too early"),
    ] {
        let error = parse(&text).unwrap_err().to_string();
        assert!(error.contains(why), "{text}: {error}");
    }
}

#[test]
fn empty_results_alone_are_nobodys() {
    for (text, is) in [
        (document(&vulnerable("", "")), true),
        (r#"{"results":[],"experimental_config":{"licenses":{"summary":false,"allowlist":null}}}"#.to_owned(), true),
        (document("").replace("experimental_config", "other"), false),
        (document(&package_with("")).replace("experimental_config", "other"), true),
        (r#"{"results":[]}"#.to_owned(), false),
    ] {
        assert_eq!(recognise(&Head::of(text.as_bytes(), "p")), is, "{text}");
    }
}
