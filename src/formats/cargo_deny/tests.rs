use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::facts::{Severity, SeverityRule};
use crate::input::Window;

fn read_text(text: &str) -> Result<Report> {
    FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "deny.ndjson" })
}

fn read_rows(rows: &[Value]) -> Report {
    let text: String = rows.iter().map(|r| format!("{r}\n")).collect();
    read_text(&text).unwrap()
}

fn graph(name: &str, version: &str) -> Value {
    json!({"Krate": {"name": name, "version": version}, "parents": [{"Krate": {"name": "own", "version": "0.1.0"}}]})
}

/// A diagnostic about `c 1.0.0`.
fn diagnostic(severity: &str, code: &str) -> Value {
    json!({"type": "diagnostic", "fields": {"severity": severity, "code": code, "message": format!("what {code} says"),
           "labels": [{"message": "m", "span": "s", "line": 1, "column": 1}], "graphs": [graph("c", "1.0.0")]}})
}

fn advised(severity: &str, code: &str, cvss: Value) -> Value {
    let mut row = diagnostic(severity, code);
    let informational = if code == "vulnerability" { Value::Null } else { json!(code) };
    row["fields"]["advisory"] = json!({"id": "RUSTSEC-2020-0001", "package": "c", "title": "t", "aliases": ["CVE-2020-1"],
                                       "cvss": cvss, "informational": informational, "description": "d"});
    row["fields"]["notes"] =
        json!(["ID: RUSTSEC-2020-0001", "Solution: Upgrade to >=1.2 OR ^0.9 (try `cargo update -p c`)"]);
    row
}

/// A summary: errors, warnings, notes of advisories, bans, licenses, sources.
fn summary(counts: [Option<[u64; 3]>; 4]) -> Value {
    let mut fields = serde_json::Map::new();
    for (check, count) in Check::ALL.into_iter().zip(counts) {
        if let Some([errors, warnings, notes]) = count {
            let count = json!({"errors": errors, "warnings": warnings, "notes": notes, "helps": 0});
            fields.insert(check.name().into(), count);
        }
    }
    json!({"type": "summary", "fields": fields})
}

const CLEAN: [Option<[u64; 3]>; 4] = [Some([0, 0, 0]); 4];

/// What is spoken of, with how many.
fn counts(report: &Report) -> Vec<(&'static str, u64)> {
    let Some(dependencies) = &report.facts.dependencies else { return Vec::new() };
    assert_eq!(dependencies.packages, None);
    let count =
        |i: DependencyIssue| Some((i.name(), crate::input::size(dependencies.of(i)?.len()) + dependencies.unlisted(i)));
    DependencyIssue::ALL.into_iter().filter_map(count).collect()
}

fn noted(report: &Report, words: &str) -> bool {
    report.notes.iter().any(|n| n.contains(words))
}

#[test]
fn the_summary_says_which_checks_ran() {
    let advisories = [("vulnerable", 0), ("unmaintained", 0), ("unsound", 0), ("yanked", 0), ("notice", 0)];
    let [_, bans, licenses, sources] = CLEAN;
    for (ran, spoken) in [
        (CLEAN, [&advisories[..], &[("banned", 0), ("duplicate", 0), ("source", 0)]].concat()),
        ([CLEAN[0], None, None, None], advisories.to_vec()),
        ([None, bans, None, None], vec![("banned", 0), ("duplicate", 0)]),
        ([None, None, None, sources], vec![("source", 0)]),
        ([None, None, licenses, None], Vec::new()),
        ([None; 4], Vec::new()),
    ] {
        let report = read_rows(&[summary(ran)]);
        assert_eq!(counts(&report), spoken);
        assert_eq!(report.facts.findings.is_some(), ran[0].is_some());
        assert_eq!(report.facts.dependencies.is_some(), !spoken.is_empty());
        assert_eq!((report.failed_run.len(), report.notes.len()), (0, 0));
        assert!(report.facts.licenses.is_none());
    }
}

#[test]
fn a_vulnerability_is_a_finding_and_a_dependency() {
    let cvss = json!("CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N");
    let row = advised("error", "vulnerability", cvss);
    let report = read_rows(&[row.clone(), row, summary([Some([2, 0, 0]), None, None, None])]);
    let (findings, dependencies) = (report.facts.findings.unwrap(), report.facts.dependencies.unwrap());
    let [finding] = findings.list.as_slice() else { panic!("one finding") };
    assert_eq!((findings.unlisted, findings.scanned, findings.floor), (0, None, None));
    assert_eq!(dependencies.of(DependencyIssue::Vulnerable), Some(findings.list.as_slice()));
    assert_eq!((&*finding.id, &*finding.message, &*finding.tool), ("RUSTSEC-2020-0001", "t", "cargo-deny"));
    assert_eq!(finding.package, Some(Package { name: "c".into(), version: Some("1.0.0".into()) }));
    assert_eq!((finding.fix.as_deref(), finding.suppressed), (Some(">=1.2 OR ^0.9"), false));
    assert_eq!(finding.rating.severity(SeverityRule::Tool), Severity::High);
}

#[test]
fn severities_come_from_the_vector_and_never_from_the_policy() {
    for (cvss, severity) in [
        (json!("AV:N/AC:L/Au:N/C:N/I:N/A:C"), Severity::High),
        (json!("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"), Severity::Critical),
        (json!("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N"), Severity::Info),
        (json!("no vector"), Severity::Unknown),
        (Value::Null, Severity::Unknown),
    ] {
        for level in ["error", "warning", "note", "help"] {
            let report = read_rows(&[advised(level, "vulnerability", cvss.clone()), summary(CLEAN)]);
            let finding = &report.facts.findings.unwrap().list[0];
            assert_eq!(finding.rating.severity(SeverityRule::Tool), severity, "{level}");
            assert_eq!(finding.suppressed, matches!(level, "note" | "help"));
        }
    }
}

#[test]
fn each_code_counts_for_its_issue() {
    for (level, code, check, spoken) in [
        ("error", "unmaintained", 0, Some("unmaintained")),
        ("note", "unmaintained", 0, Some("unmaintained")),
        ("error", "unsound", 0, Some("unsound")),
        ("error", "notice", 0, Some("notice")),
        ("warning", "yanked", 0, Some("yanked")),
        ("note", "yanked-ignored", 0, Some("yanked")),
        ("note", "advisory-ignored", 0, None),
        ("warning", "advisory-not-detected", 0, None),
        ("error", "banned", 1, Some("banned")),
        ("note", "banned", 1, None),
        ("error", "not-allowed", 1, Some("banned")),
        ("warning", "wildcard", 1, Some("banned")),
        ("error", "build-script-not-allowed", 1, Some("banned")),
        ("warning", "duplicate", 1, Some("duplicate")),
        ("note", "skipped", 1, None),
        ("help", "path-bypassed", 1, None),
        ("warning", "unmatched-skip", 1, None),
        ("error", "unmatched-skip", 1, None),
        ("warning", "source-not-allowed", 3, Some("source")),
        ("error", "git-source-underspecified", 3, Some("source")),
        ("note", "allowed-source", 3, None),
        ("warning", "unmatched-source", 3, None),
        ("error", "rejected", 2, None),
        ("warning", "parse-error", 2, None),
        ("error", "deprecated", 9, None),
    ] {
        let mut ran = CLEAN;
        if let Some(Some([errors, warnings, notes])) = ran.get_mut(check) {
            match level {
                "error" => *errors = 1,
                "warning" => *warnings = 1,
                _ => *notes = u64::from(level == "note"),
            }
        }
        let report = read_rows(&[diagnostic(level, code), summary(ran)]);
        let found: Vec<_> = counts(&report).into_iter().filter(|(_, n)| *n > 0).collect();
        assert_eq!(found, spoken.map(|s| (s, 1)).into_iter().collect::<Vec<_>>(), "{level} {code}");
        assert_eq!(counts(&report).len(), 8, "{level} {code}");
        let lost = level == "error" && spoken.is_none();
        assert_eq!(!report.notes.is_empty(), lost || code == "advisory-ignored", "{level} {code}: {:?}", report.notes);
    }
}

#[test]
fn every_code_of_cargo_deny_0_20_is_known() {
    let codes = "accepted advisory-ignored advisory-not-detected allowed allowed-by-organization allowed-by-wrapper \
        allowed-source banned build-script-not-allowed checksum-match checksum-mismatch default-feature-enabled \
        denied-by-extension detected-executable detected-executable-script duplicate empty-license-field \
        exact-features-mismatch feature-banned feature-not-explicitly-allowed features-enabled gather-failure \
        git-source-underspecified index-cache-load-failure index-failure license-exception-not-encountered \
        license-not-encountered missing-clarification-file no-license-field non-root-path non-utf8-path not-allowed \
        notice parse-error path-bypassed path-bypassed-by-glob rejected replaced-in-std skipped skipped-by-root \
        skipped-private-workspace-crate source-not-allowed unable-to-check-path unknown-advisory unknown-feature \
        unlicensed unmaintained unmatched-bypass unmatched-glob unmatched-organization unmatched-path-bypass \
        unmatched-replacement-ignore unmatched-skip unmatched-skip-root unmatched-source unmatched-wrapper \
        unnecessary-skip unresolved-workspace-dependency unsound unused-workspace-dependency unused-wrapper \
        vulnerability wildcard workspace-duplicate yanked yanked-ignored yanked-not-detected";
    assert_eq!(codes.split_whitespace().count(), 67);
    for code in codes.split_whitespace() {
        assert!(meaning(code).is_some(), "{code}");
    }
    // The last of the 68 is about `deny.toml` alone, and no check counts it.
    assert!(meaning("deprecated").is_none());
}

#[test]
fn a_duplicate_is_one_package_in_several_versions() {
    let mut row = diagnostic("warning", "duplicate");
    row["fields"]["graphs"] = json!([graph("c", "1.0.0"), graph("c", "2.0.0")]);
    let report = read_rows(&[row, summary([None, Some([0, 1, 0]), None, None])]);
    let dependencies = report.facts.dependencies.unwrap();
    let [finding] = dependencies.of(DependencyIssue::Duplicate).unwrap() else { panic!("one duplicate") };
    assert_eq!(finding.package, Some(Package { name: "c".into(), version: None }));
    assert_eq!(&*finding.message, "what duplicate says: 1.0.0, 2.0.0");
}

/// `--hide-inclusion-graph`: the lock file's line names the crate, or at last the advisory.
#[test]
fn without_graphs_the_crate_is_found_elsewhere() {
    let mut row = advised("error", "vulnerability", Value::Null);
    for (graphs, span, version) in [
        (json!([graph("c", "3.0.0")]), "c 1.0.0 registry+https://x", Some("3.0.0")),
        (Value::Null, "c 1.0.0 registry+https://x", Some("1.0.0")),
        (
            json!([{"Feature": {"crate_name": "c", "name": "f"}}]),
            "c 1.0.0 registry+https://x\nd 2.0.0 x+y",
            Some("1.0.0"),
        ),
        (Value::Null, "1.0.0", None),
    ] {
        row["fields"]["graphs"] = graphs;
        row["fields"]["labels"][0]["span"] = json!(span);
        let report = read_rows(&[row.clone(), summary(CLEAN)]);
        let package = report.facts.findings.unwrap().list[0].package.clone().unwrap();
        assert_eq!((&*package.name, package.version.as_deref()), ("c", version), "{span}");
    }
}

#[test]
fn without_graphs_the_same_words_at_two_places_are_two() {
    let mut row = diagnostic("error", "source-not-allowed");
    row["fields"]["graphs"] = Value::Null;
    let mut other = row.clone();
    other["fields"]["labels"][0]["line"] = json!(2);
    let report = read_rows(&[row.clone(), row, other, summary([None, None, None, Some([2, 0, 0])])]);
    assert_eq!(counts(&report), [("source", 2)]);
}

#[test]
fn what_the_summary_counts_and_nothing_shows_counts_without_a_name() {
    let report = read_rows(&[
        advised("error", "vulnerability", Value::Null),
        summary([Some([2, 1, 0]), Some([0, 3, 0]), Some([1, 0, 0]), Some([1, 0, 0])]),
    ]);
    // What is hidden may be yanked or duplicate: of these nothing is known.
    assert_eq!(counts(&report), [("vulnerable", 3), ("banned", 3), ("source", 1)]);
    assert_eq!(report.facts.findings.as_ref().unwrap().unlisted, 2);
    assert!(noted(&report, "leave `-L` alone") && noted(&report, "1 errors of the licence check"));
    let report = read_rows(&[summary([Some([1, 0, 0]), None, None, None])]);
    assert_eq!(report.facts.findings.as_ref().unwrap().unlisted, 1);
}

#[test]
fn a_summary_better_than_its_diagnostics_does_not_help() {
    for ran in [CLEAN, [None; 4]] {
        let report =
            read_rows(&[advised("error", "vulnerability", Value::Null), diagnostic("error", "banned"), summary(ran)]);
        let found: Vec<_> = counts(&report).into_iter().filter(|(_, n)| *n > 0).collect();
        assert_eq!(found, [("vulnerable", 1), ("banned", 1)]);
        assert_eq!(report.facts.findings.as_ref().unwrap().list.len(), 1);
        assert!(noted(&report, "counts fewer advisories") && noted(&report, "counts fewer bans"));
    }
}

#[test]
fn ignored_advisories_count_as_suppressed_and_hidden_ones_are_noted() {
    let rows = [diagnostic("note", "advisory-ignored"), advised("note", "vulnerability", Value::Null)];
    let report = read_rows(&[rows.as_slice(), &[summary([Some([0, 0, 2]), None, None, None])]].concat());
    assert_eq!(counts(&report)[0], ("vulnerable", 1));
    assert!(report.facts.findings.as_ref().unwrap().list[0].suppressed && noted(&report, "as suppressed"));
    let hidden = read_rows(&[summary([Some([0, 0, 2]), None, None, None])]);
    assert!(noted(&hidden, "`-L info`") && counts(&hidden)[0] == ("vulnerable", 0));
}

#[test]
fn without_an_index_nothing_is_known_of_yanked_crates() {
    for (level, code, count) in
        [("warning", "index-failure", [0, 1, 0]), ("error", "index-cache-load-failure", [1, 0, 0])]
    {
        let report = read_rows(&[diagnostic(level, code), summary([Some(count), None, None, None])]);
        assert_eq!(counts(&report), [("vulnerable", 0), ("unmaintained", 0), ("unsound", 0), ("notice", 0)]);
        assert!(noted(&report, "yanked crates are not known"));
    }
}

#[test]
fn an_unknown_code_with_an_advisory_is_what_the_advisory_says() {
    let mut row = advised("error", "vulnerability", Value::Null);
    row["fields"]["code"] = json!("malicious");
    let report = read_rows(&[row.clone(), summary([Some([1, 0, 0]), None, None, None])]);
    assert_eq!(counts(&report)[0], ("vulnerable", 1));
    row["fields"]["advisory"] = Value::Null;
    // Without one it is known only that the check counted it.
    let report = read_rows(&[row, summary([Some([1, 0, 0]), None, None, None])]);
    assert_eq!((counts(&report), report.facts.findings.as_ref().unwrap().unlisted), (vec![("vulnerable", 1)], 1));
    assert!(noted(&report, "malicious"));
}

#[test]
fn a_stream_without_summary_is_a_failed_run_whose_findings_count() {
    let log =
        json!({"type": "log", "fields": {"timestamp": "t", "level": "ERROR", "message": "failed to parse config"}});
    let report = read_rows(&[advised("error", "vulnerability", Value::Null), log.clone()]);
    assert!(report.failed_run[0].contains("no summary at the end: failed to parse config"));
    assert_eq!(counts(&report), [("vulnerable", 1)]);
    let report = read_rows(std::slice::from_ref(&log));
    assert!(report.failed_run.len() == 1 && report.facts.kinds().is_empty());
    let report = read_rows(&[log, summary(CLEAN)]);
    assert!(report.failed_run.is_empty() && noted(&report, "logged an error: failed to parse config"));
    let report = read_rows(&[diagnostic("bug", "unresolved-workspace-dependency"), summary(CLEAN)]);
    assert!(report.failed_run[0].contains("a fault of its own"));
}

#[test]
fn other_lines_are_passed_over_and_noted_once() {
    let text = format!(
        "   Compiling x\n{}\nwarning: y\n{}\n",
        diagnostic("error", "banned"),
        summary([None, Some([1, 0, 0]), None, None])
    );
    let report = read_text(&text).unwrap();
    assert_eq!(counts(&report), [("banned", 1), ("duplicate", 0)]);
    assert_eq!(report.notes, ["lines that are no JSON, passed over: 2".into()]);
}

#[test]
fn what_is_broken_or_unknown_is_refused() {
    let (row, end) = (diagnostic("error", "banned"), summary(CLEAN));
    let without = |path: &[&str]| {
        let mut row = advised("error", "vulnerability", Value::Null);
        let (last, parents) = path.split_last().unwrap();
        parents.iter().fold(&mut row, |v, k| &mut v[k]).as_object_mut().unwrap().remove(*last).unwrap();
        row
    };
    for text in [
        String::new(),
        "\n \n".into(),
        "no JSON at all".into(),
        "[]".into(),
        "null".into(),
        format!("{row}\n{end}\n{end}"),
        format!("{}\n{end}", row.to_string().replace("diagnostic", "metric")),
        format!("{}\n{end}", row.to_string().replace("\"error\"", "\"fatal\"")),
        format!("{{\"type\":\n{end}"),
        format!("{row}\n{{oops\n{end}"),
        format!("{}\n{end}", without(&["type"])),
        format!("{}\n{end}", without(&["fields"])),
        format!("{}\n{end}", without(&["fields", "severity"])),
        format!("{}\n{end}", without(&["fields", "message"])),
        format!("{}\n{end}", without(&["fields", "advisory", "id"])),
        format!("{row}\n{}", end.to_string().replace("\"errors\":0,", "")),
        format!("{row}\n{}", end.to_string().replace("\"errors\":0", "\"errors\":-1")),
        format!("{row}\n{}", end.to_string().replace("\"bans\"", "\"bans\":{\"errors\":1,\"warnings\":0},\"bans\"")),
    ] {
        assert!(read_text(&text).is_err(), "{text}");
    }
}

#[test]
fn it_is_recognised_by_its_rows() {
    let long = diagnostic("error", "banned").to_string();
    let (cut, _) = long.split_at(long.find("parents").unwrap());
    for (text, ours) in [
        (long.as_str(), true),
        (cut, true),
        ("warning: x\n{\"type\":\"log\",\"fields\":{}}", true),
        ("{\"fields\":{},\"type\":\"summary\"}", true),
        ("{\"type\":\"suite\",\"event\":\"started\"}", false),
        ("{\"type\":\"metric\",\"fields\":{}}", false),
        ("{\"reason\":\"build-finished\"}", false),
    ] {
        assert_eq!(recognise(&Head::of(text.as_bytes(), "x")), ours, "{text}");
    }
}

proptest! {
    #[test]
    fn a_cut_stream_is_refused_or_a_failed_run(cut in any::<prop::sample::Index>()) {
        let rows = [advised("error", "vulnerability", Value::Null), diagnostic("error", "banned")];
        let whole = format!("{}\n{}\n{}", rows[0], rows[1], summary([Some([1, 0, 0]), Some([1, 0, 0]), None, None]));
        let cut = read_text(&whole[..cut.index(whole.len())]);
        prop_assert!(cut.is_err() || !cut.unwrap().failed_run.is_empty());
    }

    /// Whatever `-L` hides, the total is never less than the summary says.
    #[test]
    fn hiding_diagnostics_never_lowers_a_total(counted in 0u64..9, shown in 0usize..9) {
        let mut rows: Vec<Value> = (0..shown).map(|n| {
            let mut row = diagnostic("error", "source-not-allowed");
            row["fields"]["message"] = json!(format!("source {n}"));
            row
        }).collect();
        rows.push(summary([None, None, None, Some([counted, 0, 0])]));
        let total = counts(&read_rows(&rows))[0].1;
        prop_assert_eq!(total, counted.max(u64::try_from(shown).unwrap()));
    }
}
