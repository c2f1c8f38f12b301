//! `trend` of tests and findings: nothing gets worse than in the baseline, an improvement never fails, and what cannot be
//! compared is no pass.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;
#[path = "common/parts.rs"]
mod parts;
#[path = "common/tiny.rs"]
mod tiny;

use common::{Folder, NOW, Run, check, shown, statuses};
use portcullis::evaluate::{Baseline, BaselineState};
use portcullis::verdict::{Check, Status, Verdict};
use proptest::prelude::*;
use serde_json::json;

fn judge(policy: &str, files: &[(&str, &str)], baseline: BaselineState) -> Verdict {
    let folder = Folder::new();
    files.iter().for_each(|(name, text)| {
        folder.write(name, text);
    });
    let policy = format!("version = 1\n{policy}\n");
    let given: Vec<(Option<&str>, &str)> = files.iter().map(|(name, _)| (None, *name)).collect();
    Run { baseline, ..Run::of(folder.path(), &policy).given(&given) }.verdict()
}

fn read(verdict: &Verdict) -> BaselineState {
    BaselineState::Read(Baseline::parse(&serde_json::to_string(verdict).unwrap()).unwrap())
}

/// The check of that id in the second of two runs under one policy.
fn second(policy: &str, id: &str, before: &[(&str, &str)], now: &[(&str, &str)]) -> Check {
    let mut first = judge(policy, before, BaselineState::None);
    // A trend alone has nothing to judge in its first run.
    first.verdict = Status::Pass;
    let verdict = judge(policy, now, read(&first));
    check(&verdict, id).clone()
}

/// Tests that passed, failed, were skipped and are flaky.
fn junit([passed, failed, skipped, flaky]: [usize; 4]) -> String {
    let outcomes = [("passed", passed), ("failed", failed), ("skipped", skipped), ("flaky", flaky)];
    let all: Vec<(String, &str)> =
        outcomes.iter().flat_map(|(outcome, n)| (0..*n).map(move |n| (format!("{outcome}{n}"), *outcome))).collect();
    tiny::junit(&all.iter().map(|(name, outcome)| (name.as_str(), *outcome)).collect::<Vec<_>>())
}

/// Findings of these severities, in a file each: a score apiece, so that every severity can be stated.
fn sarif(tool: &str, findings: &[(&str, &str)]) -> String {
    let score = |severity: &str| match severity {
        "critical" => Some("9.5"),
        "high" => Some("7.5"),
        "medium" => Some("5.0"),
        "low" => Some("2.0"),
        _ => None,
    };
    let rules: Vec<_> = findings
        .iter()
        .map(|(id, severity)| {
            let mut rule = json!({ "id": id });
            if let Some(score) = score(severity) {
                rule["properties"] = json!({ "security-severity": score });
            }
            rule
        })
        .collect();
    let results: Vec<_> = findings
        .iter()
        .map(|(id, severity)| {
            let level = if *severity == "info" { "none" } else { "error" };
            let place = json!({ "artifactLocation": { "uri": format!("src/{id}.rs") }, "region": { "startLine": 1 } });
            let kind = if level == "none" { "open" } else { "fail" };
            json!({ "ruleId": id, "level": level, "kind": kind, "message": { "text": "m" },
                    "locations": [{ "physicalLocation": place }] })
        })
        .collect();
    json!({ "version": "2.1.0", "runs": [{ "tool": { "driver": { "name": tool, "rules": rules } }, "results": results }] })
        .to_string()
}

#[test]
fn the_numbers_of_tests_may_not_get_worse() {
    let base = [40, 1, 2, 1];
    for (trend, now, status, words) in [
        ("trend = \"improving\"", [40, 1, 2, 1], "pass", "44 tests, and every figure as in the baseline"),
        // Every figure alone, better and worse by one.
        ("trend = \"improving\"", [41, 1, 2, 1], "pass", "45 total, 44 in the baseline; 42 passed, 41 in the baseline"),
        ("trend = \"improving\"", [39, 1, 2, 1], "fail", "43 total, 44 in the baseline; 40 passed, 41 in the baseline"),
        ("trend = \"improving\"", [41, 0, 2, 1], "pass", "0 failed, 1 in the baseline"),
        ("trend = \"improving\"", [40, 2, 2, 1], "fail", "2 failed, 1 in the baseline"),
        ("trend = \"improving\"", [41, 1, 1, 1], "pass", "1 skipped, 2 in the baseline"),
        ("trend = \"improving\"", [40, 1, 3, 1], "fail", "3 skipped, 2 in the baseline"),
        ("trend = \"improving\"", [41, 1, 2, 0], "pass", "0 flaky, 1 in the baseline"),
        ("trend = \"improving\"", [39, 1, 2, 2], "fail", "2 flaky, 1 in the baseline"),
        // A test that is skipped instead is no test that passed.
        ("trend = \"improving\"", [39, 1, 3, 1], "fail", "40 passed, 41 in the baseline; 3 skipped, 2 in the baseline"),
        // A tolerance, on both sides of its bound.
        ("trend = \"stable\"", [39, 1, 2, 1], "fail", "40 passed"),
        ("trend = \"stable\"\ntolerance = 2", [38, 1, 2, 1], "pass", "42 total, 44 in the baseline"),
        ("trend = \"stable\"\ntolerance = 2", [37, 1, 2, 1], "fail", ", 2 worse allowed"),
        ("trend = \"stable\"\ntolerance = 2", [40, 3, 2, 1], "pass", "3 failed, 1 in the baseline"),
        ("trend = \"stable\"\ntolerance = 2", [40, 4, 2, 1], "fail", "4 failed, 1 in the baseline"),
        ("trend = \"stable\"\ntolerance = \"5%\"", [38, 1, 2, 1], "pass", "42 total, 44 in the baseline"),
        ("trend = \"stable\"\ntolerance = \"5%\"", [37, 1, 2, 1], "fail", "41 total, 44 in the baseline"),
        // Five percent of one are nothing.
        (
            "trend = \"stable\"\ntolerance = \"5%\"",
            [40, 2, 2, 1],
            "fail",
            "2 failed, 1 in the baseline, 5 % worse allowed",
        ),
        // The tolerance is for what is to be stable.
        ("trend = \"improving\"\ntolerance = 5", [39, 1, 2, 1], "fail", "40 passed"),
    ] {
        let trend =
            second(&format!("[tests]\n{trend}"), "tests.trend", &[("t.xml", &junit(base))], &[("t.xml", &junit(now))]);
        assert_eq!(trend.status.name(), status, "{now:?}: {}", trend.message);
        assert!(trend.message.contains(words), "{now:?}: {}", trend.message);
        let total: usize = now.iter().sum();
        assert_eq!((trend.actual, trend.baseline), (Some(f64::from(u32::try_from(total).unwrap())), Some(44.0)));
        assert_eq!(trend.violations.is_empty(), status == "pass", "{:?}", trend.violations);
    }
}

/// Reports may be cut and joined: the figures are those of all of them; the same bytes count once.
#[test]
fn tests_are_counted_over_all_reports_of_both_runs() {
    let policy = "[tests]\ntrend = \"improving\"";
    let (all, a, b) = (junit([4, 0, 1, 0]), junit([3, 0, 0, 0]), junit([1, 0, 1, 0]));
    let apart = [("a.xml", a.as_str()), ("b.xml", b.as_str())];
    for (before, now) in [(&[("t.xml", all.as_str())][..], &apart[..]), (&apart, &[("t.xml", &all)]), (&apart, &apart)]
    {
        let trend = second(policy, "tests.trend", before, now);
        assert_eq!(
            (trend.status.name(), trend.actual, trend.baseline),
            ("pass", Some(5.0), Some(5.0)),
            "{}",
            trend.message
        );
    }
    let twice = [("a.xml", a.as_str()), ("copy.xml", a.as_str())];
    let trend = second(policy, "tests.trend", &twice, &[("a.xml", &a)]);
    assert_eq!((trend.status.name(), trend.baseline), ("pass", Some(3.0)), "{}", trend.message);
    // A scope is held against its own evidence.
    let named = "[evidence.a]\npath = \"a.xml\"\n[evidence.b]\npath = \"b.xml\"\n[tests.scope.a]\nevidence = [\"a\"]\ntrend = \"improving\"";
    let run = |a: &str, b: &str, baseline: BaselineState| {
        let folder = Folder::new();
        folder.write("a.xml", a).write("b.xml", b);
        Run { baseline, ..Run::of(folder.path(), &format!("version = 1\n{named}\n")) }.verdict()
    };
    let first = run(&a, &b, BaselineState::None);
    let worse = run(&b, &all, read(&first));
    let trend = check(&worse, "tests.a.trend");
    assert_eq!((trend.status.name(), trend.baseline), ("fail", Some(3.0)), "{}", trend.message);
}

/// Severities before and now, under `trend = "improving"`, and how that ends.
const MOVES: &[(&[&str], &[&str], &str, &str)] = &[
    (&[], &[], "pass", "0 findings, 0 in the baseline (0 new, 0 fixed)"),
    (&["high"], &["high"], "pass", "1 finding, 1 in the baseline (0 new, 0 fixed)"),
    (&["high"], &["high", "low"], "fail", "2 low findings or worse, 1 in the baseline (1 new, 0 fixed)"),
    (&["high", "low"], &["high"], "pass", "1 finding, 2 in the baseline (0 new, 1 fixed)"),
    // The total is the same, and it is worse.
    (&["high", "low"], &["high", "high"], "fail", "2 high findings or worse, 1 in the baseline (0 new, 0 fixed)"),
    (&["low", "low"], &["critical"], "fail", "1 critical finding, 0 in the baseline"),
    // Rated lower, and a worse one gone for a milder one, is better.
    (&["critical", "low"], &["high", "low"], "pass", "2 findings, 2 in the baseline (0 new, 0 fixed)"),
    (&["critical"], &["medium"], "pass", "1 finding, 1 in the baseline"),
    (&["critical", "critical"], &["critical", "high"], "pass", "2 findings, 2 in the baseline"),
    // Unknown counts as high.
    (&["unknown"], &["high"], "pass", "1 finding, 1 in the baseline"),
    (&["unknown"], &["critical"], "fail", "1 critical finding, 0 in the baseline"),
    (&["medium"], &["unknown"], "fail", "1 high finding or worse, 0 in the baseline"),
    // What grew more further down is said too.
    (
        &[],
        &["high", "low", "low"],
        "fail",
        "1 high finding or worse, 0 in the baseline; 3 low findings or worse, 0 in the baseline",
    ),
];

fn by_severity(list: &[&str]) -> String {
    let named: Vec<(String, &str)> =
        list.iter().enumerate().map(|(n, severity)| (format!("r{n}"), *severity)).collect();
    sarif("T", &named.iter().map(|(id, severity)| (id.as_str(), *severity)).collect::<Vec<_>>())
}

#[test]
fn no_severity_with_the_worse_ones_may_grow() {
    for (before, now, status, words) in MOVES {
        let (before_text, now_text) = (by_severity(before), by_severity(now));
        for policy in
            ["[security]\ntrend = \"improving\"", "[security.scope.s]\npaths = [\"src/**\"]\ntrend = \"improving\""]
        {
            let id = if policy.contains("scope") { "security.s.trend" } else { "security.trend" };
            let trend = second(policy, id, &[("s.sarif", &before_text)], &[("s.sarif", &now_text)]);
            assert_eq!(trend.status.name(), *status, "{before:?} {now:?}: {}", trend.message);
            assert!(trend.message.starts_with(words), "{before:?} {now:?}: {}", trend.message);
            let figure = |list: &[&str]| Some(f64::from(u32::try_from(list.len()).unwrap()));
            assert_eq!((trend.actual, trend.baseline), (figure(now), figure(before)));
        }
    }
}

#[test]
fn a_tolerance_holds_at_every_severity() {
    let ten: Vec<&str> = std::iter::repeat_n("medium", 10).collect();
    let with = |more: &[&'static str]| ten.iter().copied().chain(more.iter().copied()).collect::<Vec<_>>();
    for (tolerance, now, status) in [
        ("1", with(&["low"]), "pass"),
        ("1", with(&["low", "low"]), "fail"),
        ("1", with(&["critical"]), "pass"),
        ("\"10%\"", with(&["low"]), "pass"),
        ("\"10%\"", with(&["low", "low"]), "fail"),
        ("\"9.9%\"", with(&["low"]), "fail"),
        // A share of no critical finding is none.
        ("\"10%\"", with(&["critical"]), "fail"),
    ] {
        let policy = format!("[security]\ntrend = \"stable\"\ntolerance = {tolerance}");
        let (before, now_text) = (by_severity(&ten), by_severity(&now));
        let trend = second(&policy, "security.trend", &[("s.sarif", &before)], &[("s.sarif", &now_text)]);
        assert_eq!(trend.status.name(), status, "{tolerance} {now:?}: {}", trend.message);
    }
}

#[test]
fn lints_and_dependencies_have_a_trend_too() {
    for (before, now, status, message) in [
        (&["a.rs", "b.rs"][..], &["b.rs", "a.rs"][..], "pass", "2 lints, 2 in the baseline (0 new, 0 fixed)"),
        (&["a.rs", "b.rs"], &["a.rs"], "pass", "1 lint, 2 in the baseline (0 new, 1 fixed)"),
        (&["a.rs", "b.rs"], &["a.rs", "c.rs"], "pass", "2 lints, 2 in the baseline (1 new, 1 fixed)"),
        (&["a.rs"], &["a.rs", "c.rs"], "fail", "2 warnings or worse, 1 in the baseline (1 new, 0 fixed)"),
    ] {
        let (before, now) = (tiny::clippy(before, true), tiny::clippy(now, true));
        let trend =
            second("[lints]\ntrend = \"improving\"", "lints.trend", &[("l.json", &before)], &[("l.json", &now)]);
        assert_eq!((trend.status.name(), trend.message.as_str()), (status, message));
    }
    // An error instead of a warning.
    let (warning, error) = (
        tiny::clippy(&["a.rs"], true),
        tiny::clippy(&["a.rs"], true).replace("\"level\":\"warning\"", "\"level\":\"error\""),
    );
    assert_ne!(warning, error);
    let policy = "[lints]\ntrend = \"improving\"";
    let trend = second(policy, "lints.trend", &[("l.json", &warning)], &[("l.json", &error)]);
    assert_eq!((trend.status.name(), trend.message.as_str()), ("fail", "1 error, 0 in the baseline (0 new, 0 fixed)"));
    assert_eq!(second(policy, "lints.trend", &[("l.json", &error)], &[("l.json", &warning)]).status.name(), "pass");
    let id = |n: usize| format!("RUSTSEC-2020-000{n}");
    let deny = |n: usize| {
        let ids: Vec<String> = (0..n).map(id).collect();
        tiny::deny(&ids.iter().map(|id| (id.as_str(), "a 1.0.0", &[][..])).collect::<Vec<_>>())
    };
    for (before, now, status, message) in [
        (1, 1, "pass", "1 vulnerable package, 1 in the baseline (0 new, 0 fixed)"),
        (2, 1, "pass", "1 vulnerable package, 2 in the baseline (0 new, 1 fixed)"),
        (1, 2, "fail", "2 vulnerable packages, 1 in the baseline (1 new, 0 fixed)"),
    ] {
        let policy = "[dependencies]\ntrend = \"improving\"";
        let trend =
            second(policy, "dependencies.trend.vulnerable", &[("d.json", &deny(before))], &[("d.json", &deny(now))]);
        assert_eq!((trend.status.name(), trend.message.as_str()), (status, message));
    }
}

/// Of each kind that a report speaks of there is a check; what the policy allows has none, what nobody speaks of any more is
/// no improvement.
#[test]
fn a_kind_of_package_that_nobody_speaks_of_is_no_improvement() {
    let ids = |verdict: &Verdict| -> Vec<String> {
        verdict.checks.iter().filter(|c| c.id.starts_with("dependencies.trend")).map(|c| c.id.to_string()).collect()
    };
    let deny = tiny::deny(&[("RUSTSEC-2020-0001", "a 1.0.0", &[])]);
    let outdated = r#"{"crate_name":"a","dependencies":[{"name":"b","project":"1.0.0","compat":"---","latest":"2.0.0","kind":"Normal","platform":null}]}"#;
    let files = [("d.json", deny.as_str()), ("o.json", outdated)];
    let first = judge("[dependencies]\ntrend = \"improving\"", &files, BaselineState::None);
    assert!(ids(&first).contains(&"dependencies.trend.outdated".to_owned()), "{}", statuses(&first));
    let without = judge("[dependencies]\ntrend = \"improving\"", &files[..1], read(&first));
    let lapsed = check(&without, "dependencies.trend.outdated");
    assert_eq!((lapsed.status.name(), without.exit_code), ("error", 3), "{}", statuses(&without));
    let allowed = judge("[dependencies]\ntrend = \"improving\"\noutdated = \"allow\"", &files, read(&first));
    assert!(!ids(&allowed).contains(&"dependencies.trend.outdated".to_owned()), "{}", statuses(&allowed));
    // Named by the policy, it is asked for even if the baseline does not have it.
    let named = judge("[dependencies]\ntrend = \"improving\"\noutdated = \"warn\"", &files[..1], BaselineState::None);
    assert_eq!(check(&named, "dependencies.trend.outdated").status.name(), "error", "{}", statuses(&named));
    let nothing = judge("[dependencies]\ntrend = \"improving\"", &[("t.xml", &junit([1, 0, 0, 0]))], read(&first));
    assert_eq!((check(&nothing, "dependencies.trend").status.name(), nothing.exit_code), ("error", 3));
}

#[test]
fn what_cannot_be_compared_is_no_pass() {
    let report = by_severity(&["high"]);
    let tests = junit([1, 0, 0, 0]);
    for (policy, id, file, text) in [
        ("[security]\ntrend = \"improving\"", "security.trend", "s.sarif", &report),
        ("[tests]\ntrend = \"improving\"", "tests.trend", "t.xml", &tests),
    ] {
        for (state, status, words) in [
            (BaselineState::None, "skipped", "there is no baseline yet"),
            (BaselineState::Absent, "skipped", "the optional baseline is absent"),
            (BaselineState::Unusable("gone".into()), "error", "gone"),
        ] {
            let verdict = judge(policy, &[(file, text)], state);
            let trend = check(&verdict, id);
            assert_eq!((trend.status.name(), verdict.exit_code), (status, 3), "{}", statuses(&verdict));
            assert!(trend.message.contains(words), "{}", trend.message);
        }
        // The baseline is of a run that did not read such a report, or whose policy did not ask.
        let other = judge(
            "[licenses]\nallow = [\"MIT\"]",
            &[("l.json", &tiny::licenses(&[("a", "MIT")]))],
            BaselineState::None,
        );
        let verdict = judge(policy, &[(file, text)], read(&other));
        let trend = check(&verdict, id);
        assert_eq!((trend.status.name(), verdict.exit_code), ("error", 3), "{}", statuses(&verdict));
        assert!(trend.help.as_ref().is_some_and(|h| h.contains("--baseline none")), "{:?}", trend.help);
        // This run read none.
        let first = judge(policy, &[(file, text)], BaselineState::None);
        let verdict = judge(policy, &[("l.json", &tiny::licenses(&[("a", "MIT")]))], read(&first));
        assert_eq!((check(&verdict, id).status.name(), verdict.exit_code), ("error", 3), "{}", statuses(&verdict));
    }
    // A gate that limits every severity, and its levels, lists what a trend needs.
    let all = "[security]\ncritical = 9\nhigh = 9\nmedium = 9\nlow = 9\ninfo = 9";
    for (policy, status) in [(all, "pass"), (&all.replace("low = 9\n", ""), "error")] {
        let first = judge(policy, &[("s.sarif", &report)], BaselineState::None);
        let verdict = judge("[security]\ntrend = \"improving\"", &[("s.sarif", &report)], read(&first));
        assert_eq!(check(&verdict, "security.trend").status.name(), status, "{}", statuses(&verdict));
    }
    let lints = tiny::clippy(&["a.rs"], true);
    let first = judge("[lints]\nerrors = 9\nwarnings = 9", &[("l.json", &lints)], BaselineState::None);
    for (files, status) in [(&["b.rs"][..], "pass"), (&["a.rs", "b.rs"], "fail")] {
        let verdict = judge("[lints]\ntrend = \"improving\"", &[("l.json", &tiny::clippy(files, true))], read(&first));
        assert_eq!(check(&verdict, "lints.trend").status.name(), status, "{}", statuses(&verdict));
    }
}

/// A tool that does not report any more, or not as often, has not improved anything.
#[test]
fn evidence_that_is_gone_improves_nothing() {
    let (trivy, other) = (sarif("trivy", &[("a", "high")]), sarif("zizmor", &[("b", "low")]));
    let (one, two) = (sarif("trivy", &[("a", "high")]), sarif("trivy", &[("c", "high")]));
    let policy = "[security]\ntrend = \"improving\"";
    for (before, now, status, words) in [
        (
            &[("a.sarif", trivy.as_str()), ("b.sarif", other.as_str())][..],
            &[("a.sarif", trivy.as_str())][..],
            "error",
            "zizmor has reported in the baseline, and does not now",
        ),
        (
            &[("a.sarif", one.as_str()), ("b.sarif", two.as_str())],
            &[("a.sarif", one.as_str())],
            "error",
            "reports of trivy: 2 in the baseline, and 1 now",
        ),
        (
            &[("a.sarif", trivy.as_str())],
            &[("a.sarif", trivy.as_str()), ("b.sarif", other.as_str())],
            "fail",
            "2 low findings or worse, 1 in the baseline",
        ),
        // Two reports that are alike by now are two reports.
        (
            &[("a.sarif", one.as_str()), ("b.sarif", two.as_str())],
            &[("a.sarif", one.as_str()), ("b.sarif", one.as_str())],
            "pass",
            "1 finding, 2 in the baseline",
        ),
    ] {
        let trend = second(policy, "security.trend", before, now);
        assert_eq!(trend.status.name(), status, "{}", trend.message);
        assert!(trend.message.contains(words), "{}", trend.message);
    }
    // The share of the lines that are left is better.
    let (good, bad) = (tiny::cobertura(&[("a.rs", &[1, 1])]), tiny::cobertura(&[("b.rs", &[1, 0])]));
    let policy = "[coverage]\ntrend = \"improving\"";
    let both = [("a.xml", good.as_str()), ("b.xml", bad.as_str())];
    let trend = second(policy, "coverage.trend", &both, &both[..1]);
    assert_eq!(trend.status.name(), "error", "{}", trend.message);
    assert!(trend.message.contains("2 in the baseline, and 1 now"), "{}", trend.message);
    assert_eq!(second(policy, "coverage.trend", &both[..1], &both).status.name(), "fail");
}

/// Today's waivers hold on both sides: who waives old debt makes no room for new, and one that has ended is no growth.
#[test]
fn what_is_waived_today_counts_on_neither_side() {
    let waiver = |id: &str, expires: &str| {
        format!("[[waiver]]\nid = \"{id}\"\nreason = \"r\"\nowner = \"o\"\ncreated = 2026-10-01\nexpires = {expires}\n")
    };
    let policy = "[security]\ntrend = \"improving\"\n";
    let (none, old, new, ended) =
        (String::new(), waiver("a", "2026-12-01"), waiver("c", "2026-12-01"), waiver("a", "2026-11-22"));
    let list = |ids: &[&'static str]| sarif("T", &ids.iter().map(|id| (*id, "high")).collect::<Vec<_>>());
    let both = format!("{old}{new}");
    for (before, waived_before, now, waived_now, status, figures) in [
        // Old debt waived, a new finding: worse.
        (&["a", "b"][..], &none, &["a", "b", "c"][..], &old, "fail", (2.0, 1.0)),
        // The new one waived: as before.
        (&["a", "b"], &none, &["a", "b", "c"], &new, "pass", (2.0, 2.0)),
        (&["a", "b"], &old, &["a", "b", "c"], &both, "pass", (1.0, 1.0)),
        // A waiver that has ended: it counts again, and so it did before.
        (&["a", "b"], &old, &["a", "b"], &ended, "pass", (2.0, 2.0)),
        (&["a", "b"], &old, &["a", "b", "c"], &ended, "fail", (3.0, 2.0)),
        // The waived finding is gone.
        (&["a", "b"], &old, &["b"], &old, "pass", (1.0, 1.0)),
    ] {
        let first = judge(&format!("{policy}{waived_before}"), &[("s.sarif", &list(before))], BaselineState::None);
        let verdict = judge(&format!("{policy}{waived_now}"), &[("s.sarif", &list(now))], read(&first));
        let trend = check(&verdict, "security.trend");
        assert_eq!(trend.status.name(), status, "{before:?} {now:?}: {}", trend.message);
        assert_eq!((trend.actual, trend.baseline), (Some(figures.0), Some(figures.1)), "{}", trend.message);
    }
}

/// A saved baseline says the same, and one of a run that had a baseline itself is as complete as the first.
#[test]
fn a_chain_of_saved_baselines_forgets_nothing() {
    let policy = "[security]\ntrend = \"stable\"\ntolerance = 1\n[lints]\ntrend = \"stable\"\ntolerance = 1\n[tests]\ntrend = \"improving\"";
    let folder = Folder::new();
    let saved = |verdict: &Verdict| {
        folder.write("v.json", serde_json::to_string(verdict).unwrap());
        let ran = folder.run(&["baseline", "save", "v.json", "--even-if-shut"]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        BaselineState::Read(Baseline::parse(&folder.read("baseline.json")).unwrap())
    };
    let tests = junit([3, 0, 0, 0]);
    let run = |ids: &[(&str, &str)], lints: &[&str], baseline| {
        judge(
            policy,
            &[("s.sarif", &sarif("T", ids)), ("l.json", &tiny::clippy(lints, true)), ("t.xml", &tests)],
            baseline,
        )
    };
    let (a, b, c) = (("a", "critical"), ("b", "low"), ("c", "unknown"));
    let first = run(&[a, b], &["a.rs"], BaselineState::None);
    let second = run(&[a, b, c], &["a.rs", "b.rs"], saved(&first));
    assert_eq!(second.exit_code, 0, "{}", statuses(&second));
    let third = run(&[a, b, c], &["a.rs", "b.rs"], saved(&second));
    for (id, figure) in [("security.trend", 3.0), ("lints.trend", 2.0), ("tests.trend", 3.0)] {
        let trend = check(&third, id);
        assert_eq!(
            (trend.status.name(), trend.actual, trend.baseline),
            ("pass", Some(figure), Some(figure)),
            "{}",
            trend.message
        );
    }
    // What a trend lists makes no second instance of a finding known to a scope of new ones.
    let policy =
        format!("{policy}\n[security.scope.new]\nnew = true\nhigh = 0\n[lints.scope.new]\nnew = true\nwarnings = 0");
    let twice = sarif("T", &[a, a]).replacen("\"startLine\":1", "\"startLine\":9", 1);
    let policy = policy.replace("tolerance = 1", "tolerance = 9").replace("high = 0", "critical = 0");
    let run = |findings: &str, baseline| {
        let lints = tiny::clippy(&["a.rs"], true);
        judge(&policy, &[("s.sarif", findings), ("l.json", &lints), ("t.xml", &tests)], baseline)
    };
    let again = run(&twice, saved(&run(&sarif("T", &[a]), BaselineState::None)));
    assert_eq!(check(&again, "lints.new.warnings").actual, Some(0.0), "{}", statuses(&again));
    let new = check(&again, "security.new.critical");
    assert_eq!((new.status.name(), new.actual), ("fail", Some(1.0)), "{}", statuses(&again));
}

#[test]
fn a_trend_is_of_the_whole_and_its_tolerance_a_count_or_a_share() {
    let folder = Folder::new();
    for (policy, words) in [
        ("[security.scope.n]\nnew = true\ntrend = \"improving\"", "`trend` cannot be judged of new findings"),
        ("[lints.scope.n]\nchanged = true\ntrend = \"improving\"", "`trend` cannot be judged of changed lines"),
        ("[tests]\ntrend = \"rising\"", "unknown word \"rising\""),
        ("[tests]\ntrend = \"stable\"\ntolerance = 0.5", "a count such as 3, or a share such as \"2%\""),
        ("[tests]\ntrend = \"stable\"\ntolerance = \"2\"", "write one such as \"2%\""),
        ("[tests]\ntrend = \"stable\"\ntolerance = -1", "write a whole number"),
        ("[tests]\ntrend = \"stable\"\ntolerance = 1000001", "write a whole number from 0 to 1000000"),
        ("[licenses]\nallow = [\"MIT\"]\ntrend = \"stable\"", "unknown key `trend`"),
    ] {
        let mistakes = Run::of(folder.path(), &format!("version = 1\n{policy}\n")).load().expect_err(policy);
        assert!(shown(&mistakes).contains(words), "{policy}: {}", shown(&mistakes));
    }
    for (policy, idle) in [
        ("[tests]\ntrend = \"improving\"\ntolerance = 2", true),
        ("[tests]\nfailed = 0\ntolerance = 2", true),
        ("[tests]\ntrend = \"stable\"\ntolerance = 2", false),
        ("[lints]\nerrors = 0\ntolerance = 2\n[lints.scope.a]\npaths = [\"a\"]\ntrend = \"stable\"", false),
        ("[lints]\ntrend = \"stable\"\n[lints.scope.a]\npaths = [\"a\"]\ntolerance = 2\nerrors = 0", true),
    ] {
        folder.write("portcullis.toml", format!("version = 1\n{policy}\n"));
        let ran = folder.run(&["policy", "check", "--now", NOW]);
        assert_eq!(ran.err.contains("`tolerance` has no effect here"), idle, "{policy}: {}", ran.err);
    }
}

/// What a report loses never makes a trend better, unless it is the finding itself that is gone.
#[test]
fn no_part_that_is_taken_away_opens_a_trend() {
    let id = |n: usize| format!("RUSTSEC-2020-000{n}");
    let deny = |n: usize| {
        let ids: Vec<String> = (0..n).map(id).collect();
        tiny::deny(&ids.iter().map(|id| (id.as_str(), "a 1.0.0", &[][..])).collect::<Vec<_>>())
    };
    let lints = |files: &[&str]| tiny::clippy(files, true);
    let (security, lint, tests, dependencies) = (
        "[security]\ntrend = \"improving\"",
        "[lints]\ntrend = \"improving\"",
        "[tests]\ntrend = \"improving\"",
        "[dependencies]\ntrend = \"improving\"",
    );
    for (policy, before, now, offence) in [
        (security, by_severity(&["high"]), by_severity(&["high", "low"]), &["runs[].results[]"][..]),
        (security, by_severity(&["high", "low"]), by_severity(&["high", "high"]), &["runs[].results[]"]),
        (security, deny(1), deny(2), &[]),
        (lint, lints(&["a.rs"]), lints(&["a.rs", "b.rs"]), &["a line"]),
        (dependencies, deny(1), deny(2), &[]),
        (tests, junit([4, 0, 1, 1]), junit([3, 0, 1, 1]), &[]),
        (
            tests,
            junit([4, 0, 1, 1]),
            junit([4, 1, 1, 1]),
            &["/testsuites/testsuite/testcase", "/testsuites/testsuite/testcase/failure"],
        ),
    ] {
        let first = judge(policy, &[("r", &before)], BaselineState::None);
        let exit = |text: &str| judge(policy, &[("r", text)], read(&first)).exit_code;
        assert_eq!((exit(&before), exit(&now)), (0, 1), "{policy}");
        let parts = parts::Parts::of(&now);
        assert!(parts.len() > 5);
        for part in (0..parts.len()).filter(|part| !offence.contains(&parts.kind(*part).as_str())) {
            assert_ne!(exit(&parts.without(&[part])), 0, "{policy}: without {}", parts.kind(part));
        }
    }
}

/// The output for people: what broke, what is new, what to do.
#[test]
fn the_report_names_what_is_new() {
    let folder = Folder::new();
    let policy =
        "version = 1\n[security]\ntrend = \"improving\"\n[tests]\nfailed = 0\ntrend = \"stable\"\ntolerance = 1\n";
    folder.write("portcullis.toml", policy).write("t.xml", junit([5, 0, 1, 0]));
    folder.write("s.sarif", sarif("trivy", &[("a", "high"), ("b", "low")]));
    let args = ["check", "t.xml", "s.sarif", "--now", NOW];
    let first = folder.run(&[&args[..], &["--baseline", "none", "-q", "-o", "json=v.json"]].concat());
    assert_eq!(first.code, Some(0), "{}{}", first.out, first.err);
    assert_eq!(folder.run(&["baseline", "save", "v.json"]).code, Some(0));
    folder.write("t.xml", junit([4, 0, 2, 0]));
    folder.write("s.sarif", sarif("trivy", &[("a", "high"), ("c", "critical"), ("d", "info")]));
    let ran = folder.run(&[&args[..], &["--baseline", "baseline.json"]].concat());
    assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
    insta::assert_snapshot!("trend", ran.out.replace(env!("CARGO_PKG_VERSION"), "[VERSION]"));
}

fn severities() -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec(prop::sample::select(vec!["critical", "high", "medium", "low", "info", "unknown"]), 0..7)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// What is fixed or rated lower never fails; what comes on top never passes; a tolerance shuts nothing.
    #[test]
    fn an_improvement_never_fails_and_a_loss_never_passes(before in severities(), gone in any::<prop::sample::Index>(), more in severities()) {
        let policy = "[security]\ntrend = \"improving\"";
        let first = judge(policy, &[("s.sarif", &by_severity(&before))], BaselineState::None);
        let run = |policy: &str, now: &[&str]| {
            let verdict = judge(policy, &[("s.sarif", &by_severity(now))], read(&first));
            check(&verdict, "security.trend").status.name()
        };
        prop_assert_eq!(run(policy, &before), "pass");
        if !before.is_empty() {
            let gone = gone.index(before.len());
            let mut fewer = before.clone();
            fewer.remove(gone);
            prop_assert_eq!(run(policy, &fewer), "pass");
            let mut milder = before.clone();
            milder[gone] = "info";
            prop_assert_eq!(run(policy, &milder), "pass");
            let mut worse = before.clone();
            worse[gone] = "critical";
            prop_assert_eq!(run(policy, &worse), if before[gone] == "critical" { "pass" } else { "fail" });
        }
        let grown: Vec<&str> = before.iter().chain(&more).copied().collect();
        prop_assert_eq!(run(policy, &grown), if more.is_empty() { "pass" } else { "fail" });
        let tolerant = format!("[security]\ntrend = \"stable\"\ntolerance = {}", more.len());
        prop_assert_eq!(run(&tolerant, &grown), "pass");
    }

    /// Of tests as well, for every figure.
    #[test]
    fn fewer_failures_and_more_passes_never_fail(before in prop::array::uniform4(0_usize..5), by in prop::array::uniform4(0_usize..5)) {
        prop_assume!(before.iter().sum::<usize>() > 0);
        let policy = "[tests]\ntrend = \"improving\"";
        // Each failed, skipped and flaky one that is mended passes now.
        let mended: Vec<usize> = (1..4).map(|n| by[n].min(before[n])).collect();
        let better = [before[0] + by[0] + mended.iter().sum::<usize>(), before[1] - mended[0], before[2] - mended[1], before[3] - mended[2]];
        let run = |before: [usize; 4], now: [usize; 4]| {
            second(policy, "tests.trend", &[("t.xml", &junit(before))], &[("t.xml", &junit(now))]).status.name()
        };
        prop_assert_eq!(run(before, better), "pass");
        prop_assert_eq!(run(better, before), if better == before { "pass" } else { "fail" });
    }
}
