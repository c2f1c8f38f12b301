//! One vulnerability, reported by several tools under several names, is one finding: cargo-audit, Trivy's SARIF, grype and
//! osv-scanner over the same lock file, and others beside them.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;
#[path = "common/tiny.rs"]
mod tiny;

use common::{Folder, Run, check, statuses};
use portcullis::verdict::Verdict;
use serde_json::{Value, json};

const CRITICAL: &str = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";

/// A vulnerability under the names of three databases.
struct Known {
    rustsec: &'static str,
    ghsa: &'static str,
    cve: &'static str,
    package: &'static str,
    version: &'static str,
}

const KNOWN: [Known; 2] = [
    Known {
        rustsec: "RUSTSEC-2021-0003",
        ghsa: "GHSA-43w2-9j62-hq99",
        cve: "CVE-2021-25900",
        package: "smallvec",
        version: "0.6.12",
    },
    Known {
        rustsec: "RUSTSEC-2019-0017",
        ghsa: "GHSA-7j44-fv4x-79g9",
        cve: "CVE-2019-16141",
        package: "once_cell",
        version: "1.0.0",
    },
];

/// cargo-audit: by the RustSec id, with both others as aliases.
fn audit() -> String {
    let aliases: Vec<[&str; 2]> = KNOWN.iter().map(|k| [k.cve, k.ghsa]).collect();
    let packages: Vec<String> = KNOWN.iter().map(|k| format!("{} {}", k.package, k.version)).collect();
    let all = KNOWN.iter().zip(&packages).zip(&aliases);
    tiny::audit(&all.map(|((k, p), a)| (k.rustsec, p.as_str(), Some(CRITICAL), a.as_slice())).collect::<Vec<_>>())
}

/// Trivy's SARIF: by the CVE, with no other name. One file for each.
fn trivy_sarif(known: &Known) -> String {
    tiny::trivy(known.cve, &format!("{} {}", known.package, known.version), "HIGH")
}

/// grype: by the GHSA, with the CVE as a related one; the name of the crate in its other spelling.
fn grype() -> String {
    let one = |k: &Known| {
        let name = k.package.replace('_', "-");
        json!({
            "vulnerability": { "id": k.ghsa, "dataSource": "x", "severity": "Critical", "cvss": [], "fix": { "versions": ["9.0"], "state": "fixed" } },
            "relatedVulnerabilities": [{ "id": k.cve, "dataSource": "y", "severity": "High", "cvss": [] }],
            "matchDetails": [],
            "artifact": { "name": name, "version": k.version, "purl": format!("pkg:cargo/{name}@{}", k.version), "locations": [{ "path": "/Cargo.lock" }] }
        })
    };
    json!({
        "matches": KNOWN.iter().map(one).collect::<Vec<_>>(), "source": { "type": "directory", "target": "." },
        "descriptor": { "name": "grype", "version": "0.94.0" }
    })
    .to_string()
}

/// osv-scanner: a group of two entries, neither of which names the other.
fn osv() -> String {
    let one = |k: &Known| {
        json!({
            "package": { "name": k.package, "version": k.version, "ecosystem": "crates.io" },
            "vulnerabilities": [{ "id": k.ghsa, "aliases": [k.cve], "database_specific": { "severity": "HIGH" } }, { "id": k.rustsec }],
            "groups": [{ "ids": [k.ghsa, k.rustsec], "aliases": [k.cve, k.ghsa, k.rustsec], "max_severity": "9.8" }]
        })
    };
    let packages: Vec<Value> = KNOWN.iter().map(one).collect();
    json!({ "results": [{ "source": { "path": "/src/Cargo.lock", "type": "lockfile" }, "packages": packages }], "experimental_config": {} }).to_string()
}

/// Trivy's JSON, and GitLab's report of dependencies: by the CVE.
fn trivy_json() -> String {
    let one = |k: &Known| {
        json!({
            "VulnerabilityID": k.cve, "PkgName": k.package, "PkgIdentifier": { "PURL": format!("pkg:cargo/{}@{}", k.package, k.version) },
            "InstalledVersion": k.version, "Severity": "HIGH"
        })
    };
    let result = json!({ "Target": "Cargo.lock", "Class": "lang-pkgs", "Type": "cargo", "Vulnerabilities": KNOWN.iter().map(one).collect::<Vec<_>>() });
    json!({ "SchemaVersion": 2, "ArtifactName": ".", "Results": [result] }).to_string()
}

fn gitlab() -> String {
    let one = |k: &Known| {
        json!({
            "id": "u", "severity": "High",
            "identifiers": [{ "type": "gemnasium", "name": "g", "value": "g-1" }, { "type": "cve", "name": "c", "value": k.cve }],
            "location": { "file": "Cargo.lock", "dependency": { "package": { "name": k.package }, "version": k.version } }
        })
    };
    json!({
        "version": "15.0.7", "vulnerabilities": KNOWN.iter().map(one).collect::<Vec<_>>(),
        "scan": { "type": "dependency_scanning", "status": "success", "scanner": { "id": "gemnasium", "name": "Gemnasium" } },
        "dependency_files": [{ "path": "Cargo.lock", "package_manager": "cargo", "dependencies": [{}, {}] }]
    })
    .to_string()
}

/// The verdict on these reports, with nothing allowed.
fn judged(reports: &[(&str, String)]) -> Verdict {
    let folder = Folder::new();
    reports.iter().for_each(|(path, text)| {
        folder.write(path, text);
    });
    let policy = "version = 1\n[security]\ncritical = 0\nhigh = 0\n[dependencies]\nvulnerable = \"fail\"\n";
    let given: Vec<(Option<&str>, &str)> = reports.iter().map(|(path, _)| (None, *path)).collect();
    Run::of(folder.path(), policy).given(&given).verdict()
}

fn four() -> Vec<(&'static str, String)> {
    vec![
        ("audit.json", audit()),
        ("trivy-1.sarif", trivy_sarif(&KNOWN[0])),
        ("trivy-2.sarif", trivy_sarif(&KNOWN[1])),
        ("grype.json", grype()),
        ("osv.json", osv()),
    ]
}

/// Each vulnerability once, by the worst severity, with every name and every tool.
fn counts_each_once(reports: &[(&str, String)], tools: &str) {
    let verdict = judged(reports);
    assert_eq!(verdict.exit_code, 1, "{}", statuses(&verdict));
    for (id, found) in [("security.critical", 2.0), ("security.high", 0.0), ("dependencies.vulnerable", 2.0)] {
        assert_eq!(check(&verdict, id).actual, Some(found), "{id}\n{}", statuses(&verdict));
    }
    for known in &KNOWN {
        let all = &check(&verdict, "security.critical").violations;
        let names = |v: &portcullis::verdict::Violation| {
            v.aliases.iter().chain([&v.id]).map(|n| n.to_string()).collect::<Vec<_>>()
        };
        let violation = all.iter().find(|v| names(v).iter().any(|n| n == known.cve)).unwrap();
        let names = names(violation);
        assert!([known.rustsec, known.ghsa, known.cve].iter().all(|n| names.iter().any(|m| m == n)), "{names:?}");
        assert_eq!((violation.tool.as_deref(), violation.version.as_deref()), (Some(tools), Some(known.version)));
        assert_eq!(violation.fix.as_deref(), Some("9.9.9"), "a fix that any of them knows is said");
    }
}

#[test]
fn four_tools_over_one_lock_file_count_each_vulnerability_once() {
    counts_each_once(&four(), "Trivy, cargo-audit, grype, osv-scanner");
}

#[test]
fn the_order_of_the_reports_changes_nothing() {
    let mut reports = four();
    reports.reverse();
    counts_each_once(&reports, "Trivy, cargo-audit, grype, osv-scanner");
}

#[test]
fn trivys_json_and_gitlabs_report_are_the_same_findings() {
    let mut reports = four();
    reports.extend([("trivy.json", trivy_json()), ("gitlab.json", gitlab())]);
    counts_each_once(&reports, "Gemnasium, Trivy, cargo-audit, grype, osv-scanner");
}

#[test]
fn another_version_of_the_package_is_another_finding() {
    let other = tiny::audit(&[(KNOWN[0].rustsec, "smallvec 1.0.0", Some(CRITICAL), &[KNOWN[0].cve])]);
    let mut reports = four();
    reports.push(("other.json", other));
    let verdict = judged(&reports);
    assert_eq!(check(&verdict, "security.critical").actual, Some(3.0), "{}", statuses(&verdict));
}

/// A notice of a distribution that mends two vulnerabilities is none of them, and they are not one.
#[test]
fn a_notice_for_several_vulnerabilities_joins_none() {
    let found = |id: &str, related: &[&str]| {
        let related: Vec<Value> = related.iter().map(|r| json!({ "id": r, "severity": "High" })).collect();
        json!({ "vulnerability": { "id": id, "dataSource": "x", "severity": "High" }, "relatedVulnerabilities": related, "matchDetails": [],
                "artifact": { "name": "p", "version": "1" } })
    };
    let grype = |matches: Vec<Value>| json!({ "matches": matches, "descriptor": { "name": "grype" } }).to_string();
    for (matches, findings) in [
        (vec![found("ALAS-1", &["CVE-1"]), found("CVE-1", &[])], 1.0),
        (vec![found("CVE-1", &[]), found("CVE-2", &[])], 2.0),
        (vec![found("ALAS-1", &["CVE-1", "CVE-2"]), found("CVE-1", &[]), found("CVE-2", &[])], 3.0),
    ] {
        let verdict = judged(&[("grype.json", grype(matches))]);
        assert_eq!(check(&verdict, "security.high").actual, Some(findings), "{}", statuses(&verdict));
    }
}

/// GO-2021-0265 stands for two CVEs and two GHSAs: it is one finding of govulncheck and osv-scanner, and neither of
/// the two that a third tool names by their CVEs.
#[test]
fn an_advisory_for_several_vulnerabilities_is_itself_in_every_report() {
    let aliases = ["CVE-2021-42248", "CVE-2021-42836", "GHSA-c9gm-7rfj-8w5h", "GHSA-ppj4-34rq-v8j9"];
    let entry = json!({ "id": "GO-2021-0265", "aliases": aliases, "summary": "s" });
    let trace = json!([{ "module": "github.com/tidwall/gjson", "version": "v1.6.5" }]);
    let messages = [
        json!({ "config": { "protocol_version": "v1.0.0", "scanner_name": "govulncheck" } }),
        json!({ "SBOM": { "modules": [{ "path": "m" }] } }),
        json!({ "osv": entry }),
        json!({ "finding": { "osv": "GO-2021-0265", "trace": trace } }),
    ];
    let stream: String = messages.iter().map(|m| format!("{m}\n")).collect();
    let ids = ["GHSA-c9gm-7rfj-8w5h", "GHSA-ppj4-34rq-v8j9", "GO-2021-0265"];
    let entries: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
    let package = json!({ "package": { "name": "github.com/tidwall/gjson", "version": "1.6.5", "ecosystem": "Go" },
                          "vulnerabilities": entries, "groups": [{ "ids": ids, "aliases": aliases }] });
    let osv = json!({ "results": [{ "source": { "path": "go.mod", "type": "lockfile" }, "packages": [package] }] })
        .to_string();
    let verdict = judged(&[("govulncheck.json", stream.clone()), ("osv.json", osv.clone())]);
    let check = check(&verdict, "dependencies.vulnerable");
    assert_eq!(check.actual, Some(1.0), "{}", statuses(&verdict));
    assert_eq!(check.violations[0].tool.as_deref(), Some("govulncheck, osv-scanner"));
    let two = tiny::audit(&[("CVE-2021-42248", "x 1", None, &[]), ("CVE-2021-42836", "x 1", None, &[])]);
    let two =
        two.replace("\"x\"", "\"github.com/tidwall/gjson\"").replace("\"version\":\"1\"", "\"version\":\"1.6.5\"");
    let verdict = judged(&[("govulncheck.json", stream), ("osv.json", osv), ("two.json", two)]);
    assert_eq!(common::check(&verdict, "dependencies.vulnerable").actual, Some(3.0), "{}", statuses(&verdict));
}

/// What a second report states joins no two vulnerabilities of a first, and brings none under a waiver of the other.
#[test]
fn a_wrong_alias_neither_joins_two_findings_nor_waives_one() {
    let true_ones = tiny::audit(&[
        ("RUSTSEC-2020-0001", "a 1.0.0", Some(CRITICAL), &["CVE-2020-1111", "GHSA-aaaa-aaaa-aaaa"]),
        ("RUSTSEC-2020-0002", "a 1.0.0", Some(CRITICAL), &["CVE-2020-2222"]),
    ]);
    let waiver = "[[waiver]]\nid = \"CVE-2020-1111\"\nreason = \"r\"\nowner = \"o\"\nexpires = 2026-12-24\n";
    let policy = format!("version = 1\n[dependencies]\nvulnerable = \"fail\"\n{waiver}");
    for statements in [
        &[("GHSA-aaaa-aaaa-aaaa", "CVE-2020-2222")][..],
        &[("CVE-2020-1111", "CVE-2020-2222")],
        &[("CVE-2020-2222", "CVE-2020-1111")],
        &[("GHSA-zzzz-zzzz-zzzz", "CVE-2020-2222"), ("GHSA-zzzz-zzzz-zzzz", "CVE-2020-1111")],
        &[("MAL-2020-1", "RUSTSEC-2020-0001"), ("MAL-2020-1", "RUSTSEC-2020-0002")],
    ] {
        let found: Vec<Value> =
            statements.iter().map(|(id, alias)| json!({ "id": id, "fix_versions": [], "aliases": [alias] })).collect();
        let wrong = json!({ "dependencies": [{ "name": "a", "version": "1.0.0", "vulns": found }], "fixes": [] });
        let folder = Folder::new();
        folder.write("audit.json", &true_ones).write("wrong.json", wrong.to_string());
        let given = [(None, "audit.json"), (None, "wrong.json")];
        let verdict = Run::of(folder.path(), &policy).given(&given).verdict();
        let left = &check(&verdict, "dependencies.vulnerable").violations;
        let is_second =
            |v: &portcullis::verdict::Violation| v.aliases.iter().chain([&v.id]).any(|n| &**n == "RUSTSEC-2020-0002");
        assert!(left.iter().any(is_second), "{statements:?}\n{}", statuses(&verdict));
        assert_eq!(verdict.exit_code, 1);
    }
}
