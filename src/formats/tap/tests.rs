use super::*;
use crate::input::Window;

fn read(text: &str) -> Result<Report> {
    super::read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "p" })
}

fn report(lines: &str) -> Report {
    let text = lines.replace("; ", "\n");
    read(&text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// Total, passed, failed, skipped.
fn counts(report: &Report) -> (u64, u64, u64, u64) {
    let run = report.facts.tests.as_ref().unwrap();
    (run.total(), run.passed(), run.failed(), run.skipped())
}

#[test]
fn the_points_that_are_not_indented_are_counted_against_the_plan() {
    for (lines, expected, failed_run) in [
        ("1..2; ok 1; ok 2", (2, 2, 0, 0), ""),
        ("TAP version 14; ok 1 - a; not ok 2 - b; 1..2", (2, 1, 1, 0), ""),
        ("1..2; ok; not ok", (2, 1, 1, 0), ""),
        ("1..2; ok - a; ok - b", (2, 2, 0, 0), ""),
        ("1..3; ok 1; ok 3; ok 2", (3, 3, 0, 0), ""),
        ("1..1\r; ok 1 - a\r", (1, 1, 0, 0), ""),
        // Directives, in any case; only behind a `#` that is not escaped, the last or not.
        ("1..3; ok 1 # SKIP; not ok 2 # skip why; ok 3 x # Skip: why", (3, 0, 0, 3), ""),
        ("1..3; not ok 1 # TODO; ok 2 # todo; not ok 3 a # b # TODO c", (3, 0, 0, 3), ""),
        ("1..2; not ok 1 a \\# SKIP b; ok 2 a \\\\# SKIP b", (2, 0, 1, 1), ""),
        ("1..4; not ok 1 # skipped; ok 2 # skipped; not ok 3 # todos; not ok 4 # timeout after 1s", (4, 0, 3, 1), ""),
        // Subtests and what is no TAP.
        ("    ok 1; not ok 1 - sub; 1..1", (1, 0, 1, 0), ""),
        ("    not ok 1; ok 1 - sub; 1..1", (1, 1, 0, 0), ""),
        ("1..1; ok 1;   ---;   message: not ok 2;   ...; okay; not okay; # ok 2; ok2", (1, 1, 0, 0), ""),
        // The plan: missing points failed, and so did those outside of it.
        ("1..3; ok 1", (3, 1, 2, 0), "2 of them are missing"),
        ("1..2; not ok 2", (2, 0, 2, 0), "1 of them are missing"),
        ("1..1; ok 1; ok 2", (2, 1, 1, 0), ""),
        ("1..1; ok 1; not ok 2; ok 3", (3, 1, 2, 0), ""),
        ("ok 0; ok 1; 1..1", (2, 1, 1, 0), ""),
        ("ok 1; ok 2; 1..1", (2, 1, 1, 0), ""),
        ("1..2; ok 1; ok 1", (3, 2, 1, 0), "1 of them are missing"),
        ("1..1; ok 1; ok 1", (2, 2, 0, 0), "stand twice: 1"),
        ("1..3; ok 1 a; ok 2 b; not ok 2 c", (3, 2, 1, 0), ""),
        ("1..1; ok 1 a; ok 1 b", (2, 2, 0, 0), "promises 1 tests, there are 2"),
        ("ok 1; 1..2; ok 2", (2, 2, 0, 0), "between the test points"),
        ("ok 1", (1, 1, 0, 0), "no plan"),
        ("1..0 # SKIP no printer", (0, 0, 0, 0), ""),
        ("TAP version 13; 1..0", (0, 0, 0, 0), ""),
        ("1..0; ok 1", (1, 0, 1, 0), ""),
        // A run that gave up.
        ("1..2; ok 1; Bail out! no till", (2, 1, 1, 0), "missing"),
        ("1..1; ok 1; bail OUT!", (2, 1, 1, 0), "Bail out!"),
        ("Bail out!", (1, 0, 1, 0), "no plan"),
        ("1..1; ok 1;     Bail out! inner", (1, 1, 0, 0), ""),
        (
            "1..18446744073709551615; ok 18446744073709551615; ok 18446744073709551615",
            (u64::MAX, 2, u64::MAX - 1, 0),
            "missing",
        ),
    ] {
        let report = report(lines);
        assert_eq!(counts(&report), expected, "{lines}");
        assert_eq!(report.failed_run.is_empty(), failed_run.is_empty(), "{lines}: {:?}", report.failed_run);
        assert!(
            failed_run.is_empty() || report.failed_run.iter().any(|r| r.contains(failed_run)),
            "{lines}: {:?}",
            report.failed_run
        );
    }
}

#[test]
fn names_and_reasons_are_kept() {
    for (line, name, message) in [
        ("not ok 1 - adds \\# coins", "adds # coins", ""),
        ("not ok 1", "test 1", ""),
        ("not ok - a", "a", ""),
        ("ok 1 a # SKIP no printer", "a", "no printer"),
        ("not ok 1 a # TODO later", "a", "to do: later"),
        ("ok 1 a # TODO later", "a", "to do, and it passes: later"),
        ("not ok 1 a\n  ---\n  error: 'two lines'\n  ...", "a", "two lines"),
        ("not ok 1 a\n  ---\n  message: |-\n\n    the first\n    the second\n  error: x\n  ...", "a", "the first"),
        ("not ok 1 a\n# message: none", "a", ""),
        ("not ok 1 a\n    ok 1\n    error: of another", "a", ""),
    ] {
        let report = read(&format!("1..1\n{line}")).unwrap();
        let case = &report.facts.tests.as_ref().unwrap().others[0];
        assert_eq!((&*case.name, &*case.message), (name, message), "{line}");
    }
}

#[test]
fn what_is_no_tap_is_refused() {
    for (text, why) in [
        ("1..1\nok 1\n1..1", "line 3: a second plan"),
        ("0..1\nok 1", "does not begin at 1"),
        ("2..3\nok 2", "does not begin at 1"),
        ("1..18446744073709551616", "no count"),
        ("TAP version 13\n1..1\nok 1\nTAP version 13", "line 4: a second `TAP version`"),
        ("TAP version 15\n1..1\nok 1", "not known"),
        ("all is well", "not TAP"),
        ("", "not TAP"),
        ("    ok 1\n    1..1", "not TAP"),
    ] {
        let error = read(text).map(|_| ()).expect_err(text).to_string();
        assert!(error.contains(why), "{text}: {error}");
    }
}

#[test]
fn only_what_begins_as_tap_is_recognised() {
    for (text, is) in [
        ("TAP version 13\n", true),
        ("\n> npm test\n> node --test\n\nTAP version 14\nok 1", true),
        ("1..5\n", true),
        ("ok 1 - a\n", true),
        ("not ok 1\n", true),
        ("# Subtest: a\n    ok 1\nok 1 - a\n", true),
        ("# a comment\n", false),
        ("ok  \texample.org/p\t0.02s\n", false),
        ("ok\n", false),
        ("not ok\n", false),
        ("1...5\n", false),
        ("a list\n1..5\n", false),
        ("{\"a\":1}\nok 1\n", false),
        ("<a/>\nok 1\n", false),
    ] {
        assert_eq!(recognise(&Head::of(text.as_bytes(), "p")), is, "{text}");
    }
}
