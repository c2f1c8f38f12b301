use super::*;
use crate::facts::{Declared, DependencyIssue, LicensedPackage, Severity, SeverityRule};
use crate::input::Window;
use crate::text::Text;

fn parse(text: &str) -> Result<Report> {
    FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "p" })
}

/// A report with these results.
fn of(results: &str) -> String {
    format!(r#"{{"SchemaVersion":2,"CreatedAt":"2026-01-02T03:04:05.678Z","ArtifactName":"a","Results":[{results}]}}"#)
}

fn packages(fields: &str) -> String {
    format!(r#"{{"Target":"Cargo.lock","Class":"lang-pkgs","Type":"cargo"{fields}}}"#)
}

fn vulnerability(fields: &str) -> String {
    packages(&format!(
        r#","Vulnerabilities":[{{"VulnerabilityID":"CVE-2024-1","PkgName":"p","InstalledVersion":"1.0"{fields}}}]"#
    ))
}

fn only(text: &str) -> Finding {
    let list = parse(text).unwrap().facts.findings.unwrap().list;
    let [finding] = list.as_slice() else { panic!("{text}: {list:?}") };
    finding.clone()
}

#[test]
fn a_vulnerability_is_a_finding_and_a_vulnerable_package() {
    let fields = r#","PkgIdentifier":{"PURL":"pkg:npm/%40a/p@1.0"},"FixedVersion":"1.1, 2.0","Title":"t","Status":"will_not_fix",
        "VendorIDs":["DSA-1-1"],"Severity":"HIGH""#;
    let report = parse(&of(&vulnerability(fields))).unwrap();
    assert_eq!(report.made_at, Some("2026-01-02T03:04:05.678Z".parse().unwrap()));
    let dependencies = report.facts.dependencies.unwrap();
    let findings = report.facts.findings.unwrap();
    assert_eq!(dependencies.of(DependencyIssue::Vulnerable), Some(findings.list.as_slice()));
    assert_eq!((findings.scanned, dependencies.packages), (Some(1), None));
    let finding = &findings.list[0];
    let package = finding.package.clone().unwrap();
    assert_eq!((&*finding.id, &*package.name, package.version.as_deref()), ("CVE-2024-1", "@a/p", Some("1.0")));
    assert_eq!((&*finding.message, finding.fix.as_deref(), &*finding.tool), ("t", Some("1.1, 2.0"), "Trivy"));
    // One notice of a distribution mends many vulnerabilities: it is none of them.
    assert!(finding.aliases.is_empty() && !finding.suppressed);
}

#[test]
fn the_severity_is_the_word_then_the_score_of_the_database_of_the_word() {
    let (low, high) = ("CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H");
    for (fields, tool, worst) in [
        (r#","Severity":"LOW""#.to_owned(), Severity::Low, Severity::Low),
        (String::new(), Severity::Unknown, Severity::Unknown),
        (r#","Severity":"UNKNOWN""#.to_owned(), Severity::Unknown, Severity::Unknown),
        (
            format!(
                r#","Severity":"UNKNOWN","SeveritySource":"nvd","CVSS":{{"ghsa":{{"V3Vector":"{high}"}},"nvd":{{"V3Vector":"{low}"}}}}"#
            ),
            Severity::Low,
            Severity::Critical,
        ),
        (
            format!(r#","CVSS":{{"nvd":{{"V2Vector":"AV:N/AC:L/Au:N/C:C/I:C/A:C","V3Vector":"{low}"}}}}"#),
            Severity::Low,
            Severity::Low,
        ),
        (r#","CVSS":{"nvd":{"V2Score":9.3}}"#.to_owned(), Severity::Critical, Severity::Critical),
        (r#","CVSS":{"nvd":{"V40Score":9.3,"V3Score":5}}"#.to_owned(), Severity::Critical, Severity::Critical),
        (
            format!(r#","Severity":"LOW","CVSS":{{"nvd":{{"V3Vector":"{high}","V3Score":9.8}}}}"#),
            Severity::Low,
            Severity::Critical,
        ),
    ] {
        let rating = only(&of(&vulnerability(&fields))).rating;
        assert_eq!(
            (rating.severity(SeverityRule::Tool), rating.severity(SeverityRule::Worst)),
            (tool, worst),
            "{fields}"
        );
    }
}

#[test]
fn what_was_looked_at_is_told_apart_from_what_was_not() {
    let config = |summary: &str| format!(r#"{{"Target":"Dockerfile","Class":"config"{summary}}}"#);
    let licence = r#"{"Target":"OS Packages","Class":"license"}"#;
    let two = r#","Packages":[{"Name":"a"},{"Name":"b","Version":"1"}]"#;
    for (results, scanned, vulnerable, listed, licensed) in [
        (packages(""), Some(1), true, None, None),
        (packages(two), Some(2), true, Some(2), None),
        (config(r#","MisconfSummary":{"Successes":3,"Failures":0}"#), Some(3), false, None, None),
        (config(r#","MisconfSummary":{"Successes":0,"Failures":0}"#), Some(0), false, None, None),
        (r#"{"Target":"a.env","Class":"secret"}"#.to_owned(), Some(1), false, None, None),
        // A scan for licences is none for vulnerabilities.
        (licence.to_owned(), None, false, None, Some(0)),
        (format!("{licence},{}", packages(two)), Some(2), true, Some(2), Some(2)),
        // A result that has lost its class is no scan of packages.
        (r#"{"Target":"Dockerfile"}"#.to_owned(), Some(1), false, None, None),
        (String::new(), Some(0), false, None, None),
    ] {
        let facts = parse(&of(&results)).unwrap().facts;
        assert_eq!(facts.findings.map(|f| f.scanned.unwrap()), scanned, "{results}");
        assert_eq!(
            facts.dependencies.as_ref().is_some_and(|d| d.of(DependencyIssue::Vulnerable).is_some()),
            vulnerable
        );
        assert_eq!(facts.dependencies.and_then(|d| d.packages), listed, "{results}");
        assert_eq!(facts.licenses.map(|l| l.packages.len()), licensed, "{results}");
    }
}

#[test]
fn misconfigurations_count_unless_they_pass_and_the_header_may_admit_more() {
    let one = |status: &str, id: &str| {
        format!(r#"{{"ID":"{id}","AVDID":"AVD-{id}","Message":"m","Severity":"LOW"{status}}}"#)
    };
    for (list, failures, found, suppressed, unlisted) in [
        (vec![one(r#","Status":"FAIL""#, "A"), one(r#","Status":"PASS""#, "B")], 1, 1, 0, 0),
        (vec![one("", "A")], 1, 1, 0, 0),
        (vec![one(r#","Status":"EXCEPTION""#, "A")], 0, 1, 1, 0),
        (vec![one(r#","Status":"FAIL""#, "A")], 3, 1, 0, 2),
        (vec![], 2, 0, 0, 2),
    ] {
        let list = list.join(",");
        let text = of(&format!(
            r#"{{"Target":"D","Class":"config","MisconfSummary":{{"Successes":5,"Failures":{failures}}},"Misconfigurations":[{list}]}}"#
        ));
        let findings = parse(&text).unwrap().facts.findings.unwrap();
        let hidden = findings.list.iter().filter(|f| f.suppressed).count();
        assert_eq!((findings.list.len(), hidden, findings.unlisted), (found, suppressed, unlisted), "{text}");
    }
}

#[test]
fn a_secret_is_told_by_its_place_and_never_kept() {
    let text = of(
        r#"{"Target":"a.env","Class":"secret","Secrets":[{"RuleID":"pat","Severity":"CRITICAL","Title":"a token","StartLine":3,"EndLine":3,
            "Match":"hunter2","Code":{"Lines":[{"Content":"hunter2"}]}}]}"#,
    );
    let finding = only(&text);
    let place = finding.location.clone().unwrap();
    assert_eq!((&*finding.message, &*place.path, place.line), ("a token", "a.env", Some(3)));
    assert!(!format!("{finding:?}").contains("hunter2"));
}

#[test]
fn what_was_suppressed_counts_and_says_so() {
    for (entry, id) in [
        (
            r#"{"Type":"vulnerability","Status":"not_affected","Finding":{"VulnerabilityID":"CVE-1","PkgName":"p","Severity":"HIGH"}}"#,
            "CVE-1",
        ),
        (r#"{"Finding":{"ID":"DS001","Severity":"LOW","Status":"FAIL"},"Type":"misconfiguration"}"#, "DS001"),
        (r#"{"Type":"secret","Finding":{"RuleID":"pat","StartLine":1}}"#, "pat"),
    ] {
        let finding = only(&of(&packages(&format!(r#","ExperimentalModifiedFindings":[{entry}]"#))));
        assert_eq!((&*finding.id, finding.suppressed), (id, true), "{entry}");
    }
}

#[test]
fn licences_of_packages_are_joined_and_those_of_files_stand_for_themselves() {
    let text = of(
        r#"{"Target":"L","Class":"lang-pkgs","Packages":[{"Name":"a","Version":"1","Licenses":["MIT"]},{"Name":"b","Version":"2"},{"Name":"c"}]},
           {"Target":"L","Class":"license","Licenses":[{"PkgName":"b","Name":"MIT OR ISC"},{"PkgName":"b","Name":"Zlib"},{"PkgName":"d","Name":"GPL-2.0"}]},
           {"Target":"F","Class":"license-file","Licenses":[{"FilePath":"x/COPYING","Name":"GPL-3.0"}]}"#,
    );
    let list = parse(&text).unwrap().facts.licenses.unwrap().packages;
    let words = |p: &LicensedPackage| match &p.declared {
        Declared::Nothing => "-".to_owned(),
        Declared::Words(words) => words.to_string(),
    };
    let seen: Vec<String> = list.iter().map(|p| format!("{} {}", p.name, words(p))).collect();
    assert_eq!(seen, ["a MIT", "b (MIT OR ISC) AND Zlib", "c -", "d GPL-2.0", "x/COPYING GPL-3.0"]);
}

#[test]
fn a_cluster_is_read_in_its_resources_and_one_that_failed_is_a_failed_run() {
    let result = |kind: &str| {
        format!(
            r#"{{"Target":"{kind}/n","Class":"config","MisconfSummary":{{"Successes":1,"Failures":1}},"Misconfigurations":[{{"ID":"K","Severity":"LOW"}}]}}"#
        )
    };
    for list in LISTS {
        let text = format!(
            r#"{{"ClusterName":"c","{list}":[{{"Namespace":"x","Kind":"Pod","Name":"n","Results":[{}]}},{{"Kind":"Pod","Name":"n","Results":[{}]}},
               {{"Kind":"Pod","Name":"m","Error":"denied"}}]}}"#,
            result("Pod"),
            result("Pod")
        );
        let report = parse(&text).unwrap();
        assert_eq!(report.failed_run, [Text::new("Pod/m could not be scanned: denied")]);
        let list = report.facts.findings.unwrap().list;
        let places: Vec<&str> = list.iter().map(|f| &*f.location.as_ref().unwrap().path).collect();
        assert_eq!(places, ["x/Pod/n", "Pod/n"], "{text}");
        assert!(recognise(&Head::of(text.as_bytes(), "p")));
    }
}

#[test]
fn the_array_of_old_versions_is_read() {
    let text = r#"[{"Target":"a (debian 10)","Type":"debian","Vulnerabilities":[{"VulnerabilityID":"CVE-1","PkgName":"p"}]},
                   {"Target":"b","Type":"npm","Vulnerabilities":null}]"#;
    let report = parse(text).unwrap();
    assert_eq!(report.facts.findings.as_ref().map(|f| (f.list.len(), f.scanned)), Some((1, Some(2))));
    assert!(report.facts.dependencies.is_some());
    assert!(recognise(&Head::of(text.as_bytes(), "p")));
    assert_eq!(parse("[]").unwrap().facts.findings.unwrap().scanned, Some(0));
}

#[test]
fn what_was_not_scanned_or_contradicts_itself_is_refused() {
    let good = of(&vulnerability(""));
    assert!(parse(&good).is_ok());
    for (text, why) in [
        ("null".to_owned(), "nothing was scanned"),
        (r#"{"SchemaVersion":2,"ArtifactName":"a"}"#.to_owned(), "`Results` is missing"),
        (r#"{"SchemaVersion":2,"ArtifactName":"a","Results":null}"#.to_owned(), "`Results` is missing"),
        (r#"{"ClusterName":"c"}"#.to_owned(), "`Results` is missing"),
        (r#"{"SchemaVersion":3,"ArtifactName":"a","Results":[]}"#.to_owned(), "`SchemaVersion` 3 is not known"),
        (of("[]"), "a result of Trivy"),
        (of("null"), "a result of Trivy"),
        (of(r#"{"Class":"lang-pkgs"}"#), "Target"),
        (good.replace(r#""PkgName":"p","#, ""), "PkgName"),
        (good.replace(r#""VulnerabilityID":"CVE-2024-1","#, ""), "VulnerabilityID"),
        (good.replace("CVE-2024-1", " "), "empty `VulnerabilityID`"),
        (good.replace(r#""PkgName":"p""#, r#""PkgName":7"#), "invalid type"),
        (good.replace(r#""Class""#, r#""Class":"config","Class""#), "stands twice"),
        (good.replace(r#""Vulnerabilities""#, r#""vulnerabilities""#), "only by case"),
        (of(&packages(r#","ExperimentalModifiedFindings":[{"Type":"new","Finding":{}}]"#)), "not known"),
        (of(&packages(r#","ExperimentalModifiedFindings":[{"Type":"secret","Finding":{"ID":"a"}}]"#)), "is no secret"),
        (of(&packages(r#","MisconfSummary":{"Successes":1,"Failures":-1}"#)), "invalid value"),
        (good[..good.len() - 1].to_owned(), "ends too early"),
    ] {
        let error = parse(&text).unwrap_err().to_string();
        assert!(error.contains(why), "{text}: {error}");
    }
}

#[test]
fn an_operating_system_past_its_support_is_said() {
    let text = of(&packages("")).replace(
        r#""Results""#,
        r#""Metadata":{"OS":{"Family":"alpine","Name":"3.10","EOSL":true},"Commit":"abc","ImageConfig":{}},"Results""#,
    );
    let report = parse(&text).unwrap();
    assert!(report.notes[0].starts_with("alpine 3.10 is past"), "{:?}", report.notes);
    assert_eq!(report.revisions, [Text::new("abc")]);
}
