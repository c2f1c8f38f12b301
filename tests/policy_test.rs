//! A platform team's tests of its policy: cases in TOML.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;
#[path = "common/tiny.rs"]
mod tiny;

use common::Folder;

const CASES: &str = "policy = \"org.toml\"

[[case]]
name = \"a clean scan and enough coverage pass\"
root = \"good\"
evidence = [\"reports\"]
now = \"2026-11-24T12:00:00Z\"
exit = 0
[case.expect]
\"coverage.lines\" = \"pass\"
\"security.high\" = \"pass\"

[[case]]
name = \"a high finding shuts the gate\"
root = \"bad\"
evidence = [\"reports\"]
now = \"2026-11-24T12:00:00Z\"
exit = 1
expect = { \"security.high\" = \"fail\", \"coverage.lines\" = \"error\" }

[[case]]
name = \"nightly asks for more\"
root = \"good\"
evidence = [\"reports\"]
profile = \"nightly\"
now = \"2026-11-24T12:00:00Z\"
expect = { \"coverage.lines\" = \"fail\" }
";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write(
        "org.toml",
        "version = 1\n[coverage]\nlines = 50\n[security]\nhigh = 0\n[profile.nightly.coverage]\nlines = 90\n",
    );
    folder.write("good/reports/c.xml", tiny::cobertura(&[("a.rs", &[1, 1, 1, 0])]));
    folder.write("good/reports/s.sarif", tiny::sarif("T", &[]));
    folder.write("bad/reports/s.sarif", tiny::sarif("T", &[("r", "error", "a.rs", 1)]));
    folder
}

fn test(folder: &Folder, cases: &str) -> common::Ran {
    folder.write("cases.toml", cases);
    folder.run(&["policy", "test", "cases.toml"])
}

#[test]
fn cases_hold_or_say_what_differs() {
    let folder = folder();
    let ran = test(&folder, CASES);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    assert!(ran.out.ends_with("3 as expected, 0 not\n"), "{}", ran.out);
    for (from, to, words) in [
        ("exit = 0", "exit = 3", "exit: expected 3, got 0"),
        (
            "\"security.high\" = \"fail\"",
            "\"security.high\" = \"pass\"",
            "security.high: expected pass, got fail: 1 high finding",
        ),
        (
            "\"coverage.lines\" = \"pass\"",
            "\"coverage.line\" = \"pass\"",
            "coverage.line: expected pass, and there is no such check",
        ),
    ] {
        let ran = test(&folder, &CASES.replacen(from, to, 1));
        assert!(ran.code == Some(1) && ran.out.contains(words), "{from} -> {to}\n{}", ran.out);
        assert!(ran.out.contains("✗") && ran.out.ends_with("2 as expected, 1 not\n"), "{}", ran.out);
    }
}

/// A check that cannot fail is none.
#[test]
fn a_case_that_shows_nothing_is_a_mistake() {
    let folder = folder();
    for (cases, words) in [
        (
            CASES.replacen(
                "exit = 0\n[case.expect]\n\"coverage.lines\" = \"pass\"\n\"security.high\" = \"pass\"\n",
                "",
                1,
            ),
            "expects nothing",
        ),
        (CASES.replacen("= \"fail\"", "= \"failed\"", 1), "cannot end as \"failed\""),
        (CASES.replacen("2026-11-24T12", "yesterday", 1), "is no time"),
        (CASES.replacen("exit = 0", "exits = 0", 1), "unknown key `exits`"),
        (CASES.replacen("root = \"good\"", "root = \"nowhere\"", 1), "is no folder"),
        (CASES.replacen("org.toml", "missing.toml", 1), "missing.toml cannot be read"),
        (CASES.replacen("profile = \"nightly\"", "profile = \"weekly\"", 1), "no profile \"weekly\""),
        ("policy = \"org.toml\"\ncase = []\n".to_owned(), "without a case"),
        ("policy = \"org.toml\"\n".to_owned(), "the key `case` is missing"),
    ] {
        let ran = test(&folder, &cases);
        assert!(ran.code == Some(2) && ran.err.contains(words), "{words}\n{}{}", ran.out, ran.err);
    }
    assert_eq!(folder.run(&["policy", "test"]).code, Some(2));
}
