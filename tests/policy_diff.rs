//! What a proposed policy loosens and tightens, in words, and the exit code that a pipeline can stop at.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;

use common::Folder;

const OLD: &str = "version = 1
name = \"a\"
[evidence.unit]
path = \"unit.xml\"
max-age = \"24h\"
[coverage]
lines = { fail-below = 80, warn-below = 90 }
branches = 50
[coverage.scope.core]
paths = [\"core/**\"]
lines = 95
[tests]
failed = 0
total = { fail-below = 10 }
[security]
high = 2
requires = [\"trivy\"]
[dependencies]
yanked = \"warn\"
[licenses]
allow = [\"MIT\", \"Zlib\"]
deny = [\"GPL-3.0\"]
unlisted = \"warn\"
[timings]
limits = { build = \"10m\" }
[waivers]
max-days = 90
[[waiver]]
id = \"X-1\"
reason = \"r\"
owner = \"@o\"
expires = 2026-12-24
";

fn diff(old: &str, new: &str) -> (Option<i32>, String) {
    let folder = Folder::new();
    folder.write("old.toml", old).write("new.toml", new);
    let ran = folder.run(&["policy", "diff", "old.toml", "new.toml", "--now", common::NOW]);
    (ran.code, ran.out + &ran.err)
}

/// The direction of one change and of its reverse: what is written, what stands there instead, the key, the word.
const CHANGES: &[(&str, &str, &str)] = &[
    ("fail-below = 80", "fail-below = 79", "coverage.lines"),
    ("warn-below = 90", "warn-below = 85", "coverage.lines"),
    ("branches = 50\n", "", "coverage.branches"),
    ("branches = 50", "branches = \"off\"", "coverage.branches"),
    ("lines = 95\n", "lines = 94\n", "coverage.scope.core.lines"),
    ("failed = 0", "failed = 1", "tests.failed"),
    ("failed = 0", "failed = { warn-above = 0 }", "tests.failed"),
    ("fail-below = 10 ", "fail-below = 9 ", "tests.total"),
    ("high = 2", "high = 3", "security.high"),
    ("requires = [\"trivy\"]\n", "", "security.requires"),
    ("requires = [\"trivy\"]", "requires = []", "security.requires"),
    ("yanked = \"warn\"", "yanked = \"allow\"", "dependencies.yanked"),
    ("allow = [\"MIT\", \"Zlib\"]", "allow = [\"MIT\", \"Zlib\", \"ISC\"]", "licenses.allow"),
    ("deny = [\"GPL-3.0\"]", "deny = []", "licenses.deny"),
    ("unlisted = \"warn\"", "unlisted = \"allow\"", "licenses.unlisted"),
    ("build = \"10m\"", "build = \"11m\"", "timings.limits.build"),
    ("max-days = 90", "max-days = 91", "waivers.max-days"),
    ("max-age = \"24h\"\n", "", "evidence.unit.max-age"),
    ("max-age = \"24h\"", "max-age = \"25h\"", "evidence.unit.max-age"),
    ("max-age = \"24h\"", "max-age = \"24h\"\noptional = true", "evidence.unit.optional"),
    ("max-age = \"24h\"", "max-age = \"24h\"\naccept-failed-run = true", "evidence.unit.accept-failed-run"),
    ("[evidence.unit]\npath = \"unit.xml\"\nmax-age = \"24h\"\n", "", "evidence.unit"),
    ("[security]\n", "[security]\nenforce-from = 2026-12-24\n", "security.enforce-from"),
    ("version = 1\n", "version = 1\nenforce-from = 2026-12-24\n", "enforce-from"),
    (
        "deny = [\"GPL-3.0\"]",
        "deny = [\"GPL-3.0\"]\nexceptions = [{ package = \"a\", allow = [\"ISC\"], reason = \"r\" }]",
        "licenses.exceptions",
    ),
    ("branches = 50", "branches = { fail-below = 50, effective = 2027-01-01 }", "coverage.branches"),
    ("failed = 0", "failed = { fail-above = 0, effective = \"2027-01-01\" }", "tests.failed"),
    ("build = \"10m\"", "build = { fail-above = \"10m\", effective = 2027-01-01 }", "timings.limits.build"),
    ("failed = 0", "failed = 0\ntolerance = 1", "tests.tolerance"),
    ("[waivers]", "[vex]\nevidence = [\"unit\"]\n[waivers]", "vex.evidence"),
    (
        "[[waiver]]\n",
        "[[waiver]]\nid = \"X-2\"\nreason = \"s\"\nowner = \"@p\"\nexpires = 2026-12-25\n[[waiver]]\n",
        "waiver \"X-2\"",
    ),
];

#[test]
fn what_is_loosened_one_way_is_tightened_the_other() {
    assert_eq!(diff(OLD, OLD).0, Some(0));
    for (from, to, key) in CHANGES {
        assert!(OLD.contains(from), "{from}");
        let new = OLD.replacen(from, to, 1);
        let (code, shown) = diff(OLD, &new);
        assert_eq!(code, Some(1), "{from} -> {to}\n{shown}");
        assert!(shown.contains(&format!("loosened   {key}")), "{from} -> {to}\n{shown}");
        let (code, shown) = diff(&new, OLD);
        assert!(shown.contains(&format!("tightened  {key}")), "{to} -> {from}\n{shown}");
        assert_eq!(code, Some(0), "{to} -> {from}\n{shown}");
    }
}

/// A trend is a threshold like another: to have none, to be only stable, to tolerate more.
#[test]
fn a_trend_that_allows_more_is_a_loosening() {
    let strict = OLD.replace("failed = 0", "failed = 0\ntrend = \"improving\"");
    let stable = |tolerance: &str| {
        OLD.replace("failed = 0", &format!("failed = 0\ntrend = \"stable\"\ntolerance = {tolerance}"))
    };
    for (old, new, key) in [
        (&strict, &OLD.to_owned(), "tests.trend"),
        (&strict, &stable("0"), "tests.trend"),
        (&stable("1"), &stable("2"), "tests.tolerance"),
        (&stable("\"1%\""), &stable("\"1.5%\""), "tests.tolerance"),
        (&stable("\"0.1%\""), &stable("\"0.2%\""), "tests.tolerance"),
        (&stable("\"99%\""), &stable("\"250%\""), "tests.tolerance"),
    ] {
        let (code, shown) = diff(old, new);
        assert!(code == Some(1) && shown.contains(&format!("loosened   {key}")), "{shown}");
        let (code, shown) = diff(new, old);
        assert!(shown.contains(&format!("tightened  {key}")), "{shown}");
        assert!(code == Some(0) || key == "tests.trend", "{shown}");
    }
    // A count and a share cannot be compared.
    for (old, new) in [("2", "\"2%\""), ("\"2%\"", "2"), ("\"1%\"", "5")] {
        let (code, shown) = diff(&stable(old), &stable(new));
        assert!(code == Some(1) && shown.contains("loosened   tests.tolerance"), "{shown}");
    }
}

/// The same of what is announced already: a later day, none, a plain word.
#[test]
fn a_day_that_is_put_off_is_a_loosening() {
    let announced = OLD
        .replace("branches = 50", "branches = { fail-below = 50, effective = 2027-01-01 }")
        .replace("unlisted = \"warn\"", "unlisted = { level = \"fail\", effective = 2027-01-01 }")
        .replace("yanked = \"warn\"", "yanked = { level = \"fail\", effective = 2027-01-01 }");
    for (from, to, key) in [
        ("fail-below = 50, effective = 2027-01-01", "fail-below = 50, effective = 2027-01-02", "coverage.branches"),
        ("{ fail-below = 50, effective = 2027-01-01 }", "{ warn-below = 50 }", "coverage.branches"),
        ("fail-below = 50, effective", "fail-below = 49, effective", "coverage.branches"),
        ("unlisted = { level = \"fail\", effective = 2027-01-01 }", "unlisted = \"warn\"", "licenses.unlisted"),
        (
            "unlisted = { level = \"fail\", effective = 2027-01-01",
            "unlisted = { level = \"fail\", effective = 2027-02-01",
            "licenses.unlisted",
        ),
        ("yanked = { level = \"fail\", effective = 2027-01-01 }", "yanked = \"warn\"", "dependencies.yanked"),
        (
            "yanked = { level = \"fail\", effective = 2027-01-01",
            "yanked = { level = \"fail\", effective = 2027-01-02",
            "dependencies.yanked",
        ),
    ] {
        assert!(announced.contains(from), "{from}");
        let looser = announced.replacen(from, to, 1);
        let (code, shown) = diff(&announced, &looser);
        assert!(code == Some(1) && shown.contains(&format!("loosened   {key}")), "{from} -> {to}\n{shown}");
        let (code, shown) = diff(&looser, &announced);
        assert!(code == Some(0) && shown.contains(&format!("tightened  {key}")), "{to} -> {from}\n{shown}");
    }
    // Without a day it fails at once; `unlisted` is so where nobody writes it.
    for (from, to) in [
        ("branches = { fail-below = 50, effective = 2027-01-01 }", "branches = 50"),
        ("unlisted = { level = \"fail\", effective = 2027-01-01 }\n", ""),
        ("yanked = { level = \"fail\", effective = 2027-01-01 }", "yanked = \"fail\""),
        ("yanked = { level = \"fail\", effective = 2027-01-01 }", "yanked = { level = \"fail\" }"),
    ] {
        let tighter = announced.replacen(from, to, 1);
        assert_eq!(diff(&announced, &tighter).0, Some(0), "{from} -> {to}");
        assert_eq!(diff(&tighter, &announced).0, Some(1), "{to} -> {from}");
    }
}

#[test]
fn what_cannot_be_compared_is_a_loosening_and_what_lets_nothing_more_through_is_none() {
    let (code, shown) = diff(OLD, &OLD.replace("core/**", "vm/**"));
    assert!(code == Some(1) && shown.contains("loosened   coverage.scope.core.paths"), "{shown}");
    // Stricter, but later: neither lets through what the other does.
    let later = OLD.replace("branches = 50", "branches = { fail-below = 60, effective = 2027-01-01 }");
    for (old, new) in [(OLD, &*later), (&*later, OLD)] {
        let (code, shown) = diff(old, new);
        assert!(code == Some(1) && shown.contains("loosened   coverage.branches"), "{shown}");
    }
    let (code, shown) = diff(OLD, &OLD.replace("unit.xml", "u.xml").replace("name = \"a\"", "name = \"b\""));
    assert!(code == Some(0) && shown.contains("changed    evidence.unit.path"), "{shown}");
    let (code, shown) =
        diff(OLD, &format!("{OLD}[lints]\nwarnings = 0\n[coverage.scope.vm]\npaths = [\"vm/**\"]\nlines = 1\n"));
    assert!(
        shown.contains("tightened  lints.warnings") && shown.contains("tightened  coverage.scope.vm.lines"),
        "{shown}"
    );
    assert_eq!(code, Some(0), "{shown}");
    let (code, shown) = diff(OLD, "version = 1\n[nonsense]\n");
    assert!(code == Some(2) && shown.contains("nonsense"), "{shown}");
    let (code, _) = diff(&OLD.replace("lines = 95", "lines = 94"), OLD);
    assert_eq!(code, Some(0));
}

/// These failed once: a step that is limited may be called as a key is, and was compared as that key.
#[test]
fn the_name_of_a_limit_is_no_key() {
    for name in [
        "build",
        "total",
        "files",
        "lines",
        "tolerance",
        "exceptions",
        "min-lines",
        "enforce-from",
        "severity",
        "unused",
        "allow",
    ] {
        let policy = |limit: &str| format!("version = 1\n[timings.limits]\nother = \"1h\"\n{limit}\n");
        let (ten, twenty) = (policy(&format!("{name} = \"10m\"")), policy(&format!("{name} = \"20m\"")));
        for (old, new) in [(&ten, &twenty), (&twenty, &policy(""))] {
            let (code, shown) = diff(old, new);
            assert!(code == Some(1) && shown.contains(&format!("loosened   timings.limits.{name}")), "{shown}");
            let (code, shown) = diff(new, old);
            assert!(code == Some(0) && shown.contains(&format!("tightened  timings.limits.{name}")), "{shown}");
        }
    }
    // A scope may be called as the table of limits is.
    let scope = |lines: u8| format!("version = 1\n[coverage.scope.limits]\npaths = [\"a/**\"]\nlines = {lines}\n");
    let (code, shown) = diff(&scope(80), &scope(70));
    assert!(code == Some(1) && shown.contains("loosened   coverage.scope.limits.lines"), "{shown}");
}

/// These failed once: an allow-list beside a deny-list lets through what was in neither, and an empty one allows none.
#[test]
fn a_list_of_allowed_licences_lets_more_through() {
    let licenses = |lists: &str| format!("version = 1\n[licenses]\n{lists}\n");
    for (tight, loose) in [
        ("deny = [\"GPL-3.0\"]", "deny = [\"GPL-3.0\"]\nallow = [\"MIT\"]"),
        ("allow = []", "allow = [\"MIT\"]"),
        ("allow = [\"MIT\"]\nunlicensed = \"fail\"", "unlicensed = \"fail\""),
    ] {
        let (code, shown) = diff(&licenses(tight), &licenses(loose));
        assert!(code == Some(1) && shown.contains("loosened   licenses.allow"), "{tight} -> {loose}\n{shown}");
        let (code, shown) = diff(&licenses(loose), &licenses(tight));
        assert!(code == Some(0) && shown.contains("tightened  licenses.allow"), "{loose} -> {tight}\n{shown}");
    }
}

/// A new gate or scope only adds something to be judged, whatever it says of itself.
#[test]
fn a_new_gate_is_no_loosening_and_one_that_is_gone_is() {
    let more = "[security]\nhigh = 9\nunknown = 5\nseverity = \"tool\"\nenforce-from = 2026-12-24\n[licenses]\nallow = [\"MIT\"]\n\
                unlisted = \"warn\"\nexceptions = [{ package = \"p\", allow = [\"ISC\"], reason = \"r\" }]\n\
                [coverage.scope.new]\nchanged = true\nlines = 1\nmin-lines = 20\nunmeasured = \"allow\"\n";
    let old = "version = 1\n[tests]\nfailed = 0\n";
    let (code, shown) = diff(old, &format!("{old}{more}"));
    assert!(code == Some(0) && shown.contains("tightened  licenses.allow"), "{shown}");
    let (code, shown) = diff(&format!("{old}{more}"), old);
    assert!(code == Some(1) && !shown.contains("tightened  "), "{shown}");
}

/// This failed once: who takes a `final` away lets every child loosen it, and nothing was said.
#[test]
fn what_is_final_no_more_is_a_loosening() {
    let policy = |finals: &str| format!("version = 1\nfinal = [{finals}]\n[security]\nhigh = 0\n");
    for (tight, loose, key) in [
        ("\"security\"", "", "final security"),
        ("\"security\"", "\"security.high\"", "final security"),
        ("\"security\", \"waiver\"", "\"security\"", "final waiver"),
    ] {
        let (code, shown) = diff(&policy(tight), &policy(loose));
        assert!(code == Some(1) && shown.contains(&format!("loosened   {key}: is final no more")), "{shown}");
        assert!(!shown.contains("tightened  "), "{shown}");
        let (code, shown) = diff(&policy(loose), &policy(tight));
        assert!(code == Some(0) && shown.contains(&format!("tightened  {key}: is final")), "{shown}");
    }
}
