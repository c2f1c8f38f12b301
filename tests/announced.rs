//! `effective` on a threshold: before its day it warns, on the day and after it fails, and nothing else changes.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;
#[path = "common/tiny.rs"]
mod tiny;

use common::{Folder, Run, check, shown, statuses};
use portcullis::evaluate::{Baseline, BaselineState};
use portcullis::verdict::{Status, Verdict};
use proptest::prelude::*;

const DAY: &str = "2027-01-01";
/// The last moments before that day in UTC, the first and some later ones, and whether it has come.
const CLOCKS: [(&str, bool); 6] = [
    ("2026-12-30T12:00:00Z", false),
    ("2026-12-31T23:59:59Z", false),
    // Where this is written the day has come; in UTC it has not.
    ("2027-01-01T08:59:59+09:00", false),
    ("2027-01-01T00:00:00Z", true),
    ("2026-12-31T19:00:00-05:00", true),
    ("2027-03-01T00:00:00Z", true),
];

/// One report of each kind, with something wrong in each.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("c.xml", tiny::cobertura(&[("a.rs", &[1, 0])]));
    folder.write("t.xml", tiny::junit(&[("a", "failed"), ("b", "passed")]));
    folder.write("s.sarif", tiny::sarif("T", &[("r", "error", "a.rs", 1)]));
    folder.write("l.json", tiny::clippy(&["a.rs"], true));
    folder.write("d.json", tiny::deny(&[("RUSTSEC-2020-0001", "a 1.0.0", &[])]));
    folder.write("n.json", tiny::licenses(&[("a", "MIT"), ("b", "GPL-3.0")]));
    folder.write("r.jsonl", tiny::record(&[("build", "success", "2026-11-23T08:00:00Z", 9.0)]));
    folder
}

const GIVEN: [(Option<&str>, &str); 7] = [
    (None, "c.xml"),
    (None, "t.xml"),
    (None, "s.sarif"),
    (None, "l.json"),
    (None, "d.json"),
    (None, "n.json"),
    (None, "r.jsonl"),
];

fn judged(folder: &Folder, policy: &str, now: &str) -> Verdict {
    let policy = format!("version = 1\n{policy}\n");
    Run { now, ..Run::of(folder.path(), &policy).given(&GIVEN) }.verdict()
}

/// Thresholds that are broken, by the id of their check; `DAY` stands for the day.
const BROKEN: &[(&str, &str)] = &[
    ("coverage.lines", "[coverage]\nlines = { fail-below = 85, effective = DAY }"),
    ("coverage.lines", "[coverage]\nlines = { fail-below = 85, effective = \"DAY\" }"),
    ("coverage.a.lines", "[coverage.scope.a]\npaths = [\"a.rs\"]\nlines = { fail-below = 85, effective = DAY }"),
    ("tests.failed", "[tests]\nfailed = { fail-above = 0, effective = DAY }"),
    ("tests.total", "[tests]\ntotal = { fail-below = 3, effective = DAY }"),
    ("security.high", "[security]\nhigh = { fail-above = 1, effective = DAY }"),
    ("lints.warnings", "[lints]\nwarnings = { fail-above = 0, effective = DAY }"),
    ("dependencies.vulnerable", "[dependencies]\nvulnerable = { level = \"fail\", effective = DAY }"),
    ("licenses.unlisted", "[licenses]\nallow = [\"MIT\"]\nunlisted = { level = \"fail\", effective = DAY }"),
    (
        "licenses.b.unlisted",
        "[licenses]\nallow = [\"MIT\", \"GPL-3.0\"]\nunlisted = { level = \"fail\", effective = DAY }\n\
         [licenses.scope.b]\npackages = [\"b\"]\nallow = [\"MIT\"]",
    ),
    ("timings.build", "[timings]\nlimits = { build = { fail-above = \"8s\", effective = DAY } }"),
    // Not measured: an error where it can fail.
    ("coverage.functions", "[coverage]\nfunctions = { fail-below = 85, effective = DAY }"),
    ("dependencies.outdated", "[dependencies]\noutdated = { level = \"fail\", effective = DAY }"),
    ("timings.test", "[timings]\nlimits = { test = { fail-above = \"8s\", effective = DAY } }"),
];

#[test]
fn a_broken_threshold_warns_until_its_day_and_fails_from_it() {
    let folder = folder();
    for (id, policy) in BROKEN {
        let policy = policy.replace("DAY", DAY);
        let plain = judged(
            &folder,
            &policy.replace(&format!(", effective = {DAY}"), "").replace(&format!(", effective = \"{DAY}\""), ""),
            CLOCKS[0].0,
        );
        let before = check(&plain, id).clone();
        assert!(matches!(before.status, Status::Fail | Status::Error), "{id} is not broken: {}", statuses(&plain));
        for (now, come) in CLOCKS {
            let verdict = judged(&folder, &policy, now);
            let (check, at) = (check(&verdict, id), format!("{policy}\n{now}: {}", statuses(&verdict)));
            // The bounds are shown all the while.
            assert_eq!((check.fail, check.warn, check.actual), (before.fail, before.warn, before.actual), "{at}");
            if come {
                assert_eq!((check.status, &check.message), (before.status, &before.message), "{at}");
                assert_eq!(
                    (verdict.enforced, verdict.would_exit, verdict.exit_code),
                    (true, None, plain.exit_code),
                    "{at}"
                );
            } else {
                assert_eq!(check.status, Status::Warn, "{at}");
                assert_eq!(*check.message, format!("{} (announced: it fails from {DAY})", before.message), "{at}");
                assert_eq!((verdict.enforced, verdict.would_exit), (false, Some(plain.exit_code)), "{at}");
            }
        }
    }
}

#[test]
fn what_is_not_broken_passes_on_every_day_and_is_enforced() {
    let folder = folder();
    for policy in [
        "[coverage]\nlines = { fail-below = 50, effective = 2027-01-01 }",
        "[security]\nhigh = { fail-above = 2, effective = 2027-01-01 }",
        "[dependencies]\nyanked = { level = \"fail\" }\nvulnerable = \"warn\"",
    ] {
        for (now, _) in CLOCKS {
            let verdict = judged(&folder, policy, now);
            assert_eq!((verdict.exit_code, verdict.enforced), (0, true), "{policy}: {}", statuses(&verdict));
        }
    }
}

/// Until its day a threshold is one that only warns: what is an error for such a one stays an error.
#[test]
fn missing_evidence_is_no_announcement() {
    let folder = folder();
    let of = |policy: &str, baseline: BaselineState| {
        let policy = format!("version = 1\n{policy}\n");
        Run { baseline, ..Run::of(folder.path(), &policy).given(&[(None, "t.xml"), (None, "r.jsonl")]) }.verdict()
    };
    let gone = "[evidence.unit]\npath = \"gone.xml\"\nformat = \"cobertura\"\n[coverage]\n";
    for threshold in ["{ fail-below = 1, effective = 2027-01-01 }", "{ warn-below = 1 }"] {
        let verdict = of(&format!("{gone}lines = {threshold}"), BaselineState::None);
        assert_eq!(check(&verdict, "coverage.lines").status, Status::Error, "{}", statuses(&verdict));
        assert_eq!((verdict.exit_code, verdict.enforced), (3, true));
    }
    // Nothing but announcements, none of them measured: nobody judged anything.
    let verdict = of("[coverage]\nlines = { fail-below = 1, effective = 2027-01-01 }", BaselineState::None);
    assert_eq!(check(&verdict, "coverage.lines").status, Status::Warn, "{}", statuses(&verdict));
    assert_eq!((verdict.exit_code, verdict.would_exit), (3, Some(3)));
    // A baseline that cannot be used is an error; too few samples are what the announcement is about.
    let regression = "[timings]\nregression = { fail-above = \"20%\", effective = 2027-01-01 }";
    let verdict = of(regression, BaselineState::Unusable("gone".into()));
    assert_eq!(check(&verdict, "timings.regression.build").status, Status::Error, "{}", statuses(&verdict));
    let first = of(regression, BaselineState::None);
    let text = serde_json::to_string(&first).unwrap();
    let verdict = of(regression, BaselineState::Read(Baseline::parse(&text).unwrap()));
    let build = check(&verdict, "timings.regression.build");
    assert!(build.message.contains("too few samples") || build.status != Status::Error, "{}", statuses(&verdict));
    assert_ne!(build.status, Status::Error, "{}", statuses(&verdict));
}

#[test]
fn a_warning_beside_it_keeps_its_meaning() {
    let folder = folder();
    for (fail, warn, before, after) in [
        (40, 45, Status::Pass, Status::Pass),
        (40, 60, Status::Warn, Status::Warn),
        (55, 60, Status::Warn, Status::Fail),
        (50, 50, Status::Pass, Status::Pass),
        (50, 51, Status::Warn, Status::Warn),
    ] {
        let policy = format!("[coverage]\nlines = {{ fail-below = {fail}, warn-below = {warn}, effective = {DAY} }}");
        for (now, come) in CLOCKS {
            let verdict = judged(&folder, &policy, now);
            let lines = check(&verdict, "coverage.lines");
            assert_eq!(lines.status, if come { after } else { before }, "{policy} {now}: {}", statuses(&verdict));
            assert_eq!(lines.message.contains("announced"), !come && after == Status::Fail, "{}", lines.message);
        }
    }
}

/// Of a gate and a threshold that are both announced the later day holds; what is not announced fails meanwhile.
#[test]
fn a_gate_and_its_threshold_may_both_be_announced() {
    let folder = folder();
    for (gate, threshold, now, status) in [
        ("2026-12-24", "2027-01-01", "2026-12-23T00:00:00Z", "warn"),
        ("2026-12-24", "2027-01-01", "2026-12-24T00:00:00Z", "warn"),
        ("2027-01-01", "2026-12-24", "2026-12-24T00:00:00Z", "warn"),
        ("2026-12-24", "2027-01-01", "2027-01-01T00:00:00Z", "fail"),
        ("2027-01-01", "2026-12-24", "2027-01-01T00:00:00Z", "fail"),
    ] {
        let policy = format!(
            "[tests]\nfailed = 0\n[coverage]\nenforce-from = {gate}\nlines = {{ fail-below = 85, effective = {threshold} }}"
        );
        let verdict = judged(&folder, &policy, now);
        let lines = check(&verdict, "coverage.lines");
        assert_eq!(lines.status.name(), status, "{policy} {now}: {}", statuses(&verdict));
        assert!(
            status == "fail" || lines.message.ends_with("(announced: it fails from 2027-01-01)"),
            "{}",
            lines.message
        );
        assert_eq!(verdict.exit_code, 1, "the failed test is not announced");
    }
}

#[test]
fn what_is_no_announcement_is_a_mistake_with_a_remedy() {
    let folder = Folder::new();
    for (policy, words) in [
        ("[tests]\nfailed = { fail-above = 0, effective = 2027-05-24 }", "2027-05-24 is more than 180 days ahead"),
        ("[tests]\nfailed = { fail-above = 0, effective = \"soon\" }", "no date: write one such as 2027-02-28"),
        ("[tests]\nfailed = { fail-above = 0, effective = 2027 }", "expected a date such as 2027-02-28"),
        ("[tests]\nfailed = { fail-above = 0, effective = 2027-01-01T00:00:00Z }", "is no date"),
        ("[tests]\nfailed = { fail-above = 0, effective = 2027-02-29 }", "a date is written 2027-02-28"),
        ("[tests]\nfailed = { warn-above = 0, effective = 2027-01-01 }", "write what fails beside it"),
        ("[tests]\nfailed = { effective = 2027-01-01 }", "write what fails beside it"),
        ("[tests]\nfailed = 0\neffective = 2027-01-01", "a whole gate has `enforce-from`"),
        ("[tests]\nfailed = { level = \"fail\", effective = 2027-01-01 }", "\"fail\" is no count"),
        ("[tests]\nfailed = { level = 0 }", "unknown key `level`"),
        ("[dependencies]\nyanked = { level = \"warn\", effective = 2027-01-01 }", "write `level = \"fail\"` beside it"),
        ("[dependencies]\nyanked = { level = \"never\", effective = 2027-01-01 }", "one of these words is expected"),
        ("[tests]\ntrend = { level = \"improving\", effective = 2027-01-01 }", "one of these words is expected"),
        ("[security]\nseverity = { level = \"worst\", effective = 2027-01-01 }", "one of these words is expected"),
        ("[coverage]\nlines = { level = \"85\", effective = 2027-01-01 }", "unknown key `level`"),
        ("[dependencies]\nyanked = { fail-above = 0, effective = 2027-01-01 }", "one of these words"),
        ("[dependencies]\nyanked = { level = \"fail\", until = 2027-01-01 }", "one of these words"),
        ("[licenses]\ndeny = { list = [\"MIT\"], effective = 2027-01-01 }", "expected a list"),
        ("[timings]\nlimits = { a = { warn-above = \"1s\", effective = 2027-01-01 } }", "nothing here fails"),
        ("[profile.p.tests]\nfailed = { fail-above = 0, effective = 2027-05-24 }\n[tests]\nfailed = 0", "180 days"),
    ] {
        let policy = format!("version = 1\n{policy}\n");
        let mistakes = Run::of(folder.path(), &policy).load().expect_err(&policy);
        let text = shown(&mistakes);
        assert!(text.contains(words) && text.contains("policy.toml:"), "{policy}{text}");
    }
    // The last day of the half year, a name that looks like the key, the table without a day.
    for policy in [
        "[tests]\nfailed = { fail-above = 0, effective = 2027-05-22 }",
        "[timings]\nlimits = { effective = \"1s\", level = \"2s\" }",
        "[dependencies]\nyanked = { level = \"allow\" }",
    ] {
        Run::of(folder.path(), &format!("version = 1\n{policy}\n"))
            .load()
            .unwrap_or_else(|m| panic!("{policy}\n{}", shown(&m)));
    }
}

#[test]
fn a_day_that_has_come_is_only_noise_and_policy_check_says_so() {
    let folder = Folder::new();
    folder.write(
        "portcullis.toml",
        "version = 1\n[tests]\nfailed = { fail-above = 0, effective = 2027-01-01 }\n[lints]\nenforce-from = 2027-01-01\n\
         errors = 0\n[lints.scope.a]\npaths = [\"a/**\"]\nerrors = 0\n",
    );
    let warnings = |now: &str| folder.run(&["policy", "check", "--now", now]);
    let early = warnings("2026-12-31T23:59:59Z");
    assert!(early.code == Some(0) && !early.err.contains("no effect"), "{}", early.err);
    let late = warnings("2027-01-01T00:00:00Z");
    assert_eq!(late.code, Some(0));
    for words in ["`effective` has no effect any more: 2027-01-01 has come", "`enforce-from` has no effect any more"] {
        assert_eq!(late.err.matches(words).count(), 1, "{words}\n{}", late.err);
    }
}

#[test]
fn the_policy_as_it_is_in_force_shows_the_day() {
    let folder = Folder::new();
    folder
        .write("base.toml", "version = 1\n[tests]\nfailed = { fail-above = 3, effective = 2027-01-01 }\n")
        .write("portcullis.toml", "version = 1\nextends = [\"base.toml\"]\n[tests]\nfailed = { fail-above = 1 }\n");
    let shown = folder.run(&["policy", "show", "--now", common::NOW]).out;
    assert!(shown.contains("failed = { fail-above = 1, effective = 2027-01-01 }"), "{shown}");
}

/// The output for people: the first and the last line say what the warning means.
#[test]
fn the_report_says_what_is_announced() {
    let folder = folder();
    folder.write(
        "portcullis.toml",
        "version = 1\n[tests]\ntotal = 2\n[coverage]\nlines = { fail-below = 85, effective = 2027-01-01 }\n"
            .replace("total = 2", "total = { fail-below = 2 }"),
    );
    let ran = folder.run(&["check", "c.xml", "t.xml", "--now", "2026-12-31T23:59:59Z"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    insta::assert_snapshot!("announced", ran.out.replace(env!("CARGO_PKG_VERSION"), "[VERSION]"));
    folder.write("portcullis.toml", folder.read("portcullis.toml").replace("[coverage]", "failed = 0\n[coverage]"));
    let shut = folder.run(&["check", "c.xml", "t.xml", "--now", "2026-12-31T23:59:59Z", "-q"]);
    let last = shut.out.lines().last().unwrap_or_default();
    assert_eq!((shut.code, last), (Some(1), "portcullis: gate shut: 1 check fails (exit 1)"), "{}", shut.out);
}

/// The ratchet tightens what is announced, and leaves the day alone.
#[test]
fn the_ratchet_keeps_the_day() {
    let folder = folder();
    let policy = "version = 1\n[coverage]\nlines = { fail-below = 40, effective = 2027-01-01 } # soon\n\
                  [dependencies]\nvulnerable = { level = \"fail\", effective = 2027-01-01 }\n";
    folder.write("portcullis.toml", policy);
    let check = ["check", "-q", "-o", "json=v.json", "c.xml", "d.json", "--now", common::NOW];
    assert_eq!(folder.run(&check).code, Some(0));
    assert_eq!(folder.run(&["ratchet", "--write", "v.json", "--now", common::NOW]).code, Some(0));
    assert_eq!(folder.read("portcullis.toml"), policy.replace("40", "50"));
}

fn threshold() -> impl Strategy<Value = (u8, u8, u8)> {
    (30_u8..70, 0_u8..30, 0_u8..3)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// A later day never shuts what an earlier one opens; nor does a day shut what is open without one.
    #[test]
    fn a_later_day_never_shuts((fail, warn, failed) in threshold(), days in prop::array::uniform2(0_i32..170), clock in 0_i32..170) {
        let folder = folder();
        let start = jiff::civil::date(2026, 11, 23);
        let day = |n: i32| start.checked_add(jiff::Span::new().days(n)).unwrap();
        let run = |effective: Option<i32>| {
            let announced = effective.map(|n| format!(", effective = {}", day(n))).unwrap_or_default();
            let policy = format!(
                "version = 1\n[coverage]\nlines = {{ fail-below = {fail}, warn-below = {}{announced} }}\n\
                 [tests]\nfailed = {{ fail-above = {failed}{announced} }}\n", fail + warn
            );
            // The notice counts from the day that the policy is read.
            let policy = Run::of(folder.path(), &policy).load().unwrap_or_else(|m| panic!("{}", shown(&m)));
            let now = format!("{}T12:00:00Z", day(clock));
            let run = Run { now: &now, ..Run::of(folder.path(), "").given(&GIVEN[..2]) };
            run.judge(&policy)
        };
        let (early, late) = (days[0].min(days[1]), days[0].max(days[1]));
        let (never, early, late) = (run(None), run(Some(early)), run(Some(late)));
        prop_assert!(never.exit_code != 0 || early.exit_code == 0);
        prop_assert!(early.exit_code != 0 || late.exit_code == 0);
        prop_assert!(late.counts.fail <= early.counts.fail && early.counts.fail <= never.counts.fail);
        // What the days hide is said, and is what would follow without them.
        prop_assert_eq!(late.would_exit.unwrap_or(late.exit_code), never.exit_code);
    }
}
