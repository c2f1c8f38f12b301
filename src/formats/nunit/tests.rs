use super::*;
use crate::input::Window;

fn read(text: &str) -> Result<Report> {
    super::read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "p" })
}

fn report(text: &str) -> Report {
    read(text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// Total, passed, failed, skipped.
fn counts(report: &Report) -> (u64, u64, u64, u64) {
    let run = report.facts.tests.as_ref().unwrap();
    (run.total(), run.passed(), run.failed(), run.skipped())
}

const PASSED: &str = "<test-case fullname='a' result='Passed'/>";
const FAILED: &str = "<test-case fullname='b' result='Failed'/>";

#[test]
fn the_cases_are_counted_and_suites_that_failed_without_one() {
    for (body, expected) in [
        (PASSED.to_owned(), (1, 1, 0, 0)),
        ("<test-case result='Warning'/>".into(), (1, 1, 0, 0)),
        ("<test-case result='Failed' label='Error'/>".into(), (1, 0, 1, 0)),
        ("<test-case result='Skipped' label='Ignored'/>".into(), (1, 0, 0, 1)),
        ("<test-case result='Inconclusive'/>".into(), (1, 0, 0, 1)),
        (format!("<test-suite result='Failed' site='Child'>{PASSED}{FAILED}</test-suite>"), (2, 1, 1, 0)),
        (format!("<test-suite result='Failed' site='TearDown'>{PASSED}</test-suite>"), (2, 1, 1, 0)),
        ("<test-suite type='Assembly' result='Failed' label='Invalid'/>".into(), (1, 0, 1, 0)),
        // One failure, however many suites around it tell of it.
        (
            format!(
                "<test-suite result='Failed' site='Child'><test-suite result='Failed' site='SetUp'/>{PASSED}</test-suite>"
            ),
            (2, 1, 1, 0),
        ),
        (format!("<test-suite result='Passed'>{FAILED}</test-suite>"), (1, 0, 1, 0)),
        ("<test-suite result='Skipped'/>".into(), (0, 0, 0, 0)),
        (String::new(), (0, 0, 0, 0)),
    ] {
        assert_eq!(counts(&report(&format!("<test-run result='Passed'>{body}</test-run>"))), expected, "{body}");
        let nested = format!(
            "<test-run result='Passed'><test-suite result='Passed'><test-suite result='Passed'>{body}</test-suite></test-suite></test-run>"
        );
        assert_eq!(counts(&report(&nested)), expected, "{body}");
    }
}

#[test]
fn the_worse_of_header_and_body_counts() {
    for (header, suite, body, expected, failed_run) in [
        ("total='2' failed='1' result='Failed'", "total='2' failed='1'", [PASSED, FAILED].concat(), (2, 1, 1, 0), 0),
        ("total='1' failed='1'", "", PASSED.into(), (1, 0, 1, 0), 0),
        ("total='2' failed='1'", "", PASSED.into(), (2, 1, 1, 0), 0),
        ("total='1' failed='0'", "total='2' failed='1'", PASSED.into(), (2, 1, 1, 0), 0),
        ("total='3' failed='2'", "total='2' failed='1'", PASSED.into(), (3, 1, 2, 0), 0),
        ("total='1' failed='0'", "", FAILED.into(), (1, 0, 1, 0), 0),
        ("total='9' failed='0'", "", PASSED.into(), (1, 1, 0, 0), 0),
        ("total='3' passed='1' failed='0' skipped='1' inconclusive='1'", "", PASSED.into(), (3, 1, 0, 2), 0),
        ("total='1' passed='1'", "total='2' passed='1' skipped='1'", PASSED.into(), (2, 1, 0, 1), 0),
        ("total='1' skipped='1'", "", PASSED.into(), (1, 0, 0, 1), 0),
        ("total='1' skipped='1'", "", FAILED.into(), (1, 0, 1, 0), 0),
        ("total='2' skipped='2'", "", String::new(), (0, 0, 0, 0), 0),
        ("total='1' failed='0' result='Failed'", "", PASSED.into(), (1, 1, 0, 0), 1),
        (
            "failed='18446744073709551615'",
            "failed='18446744073709551615'",
            String::new(),
            (u64::MAX, 0, u64::MAX, 0),
            0,
        ),
    ] {
        let header = if header.contains("result") { header.to_owned() } else { format!("{header} result='Passed'") };
        let report =
            report(&format!("<test-run {header}><test-suite {suite} result='Passed'>{body}</test-suite></test-run>"));
        assert_eq!(counts(&report), expected, "{header} {suite} {body}");
        assert_eq!(report.failed_run.len(), failed_run, "{:?}", report.failed_run);
    }
}

#[test]
fn what_failed_is_said_and_when() {
    let text = "<test-run result='Failed' end-time='2026-11-24 15:28:28.603508Z' duration='1.5'>\
         <test-case fullname='n.C.a' name='a' result='Failed'><failure><message><![CDATA[\n one\ntwo]]></message></failure>\
         <reason><message/></reason><assertions><assertion><message>x</message></assertion></assertions></test-case>\
         <test-case name='b' result='Skipped' label='Ignored'><reason><message>later</message></reason></test-case>\
         <test-case name='c' result='Skipped' label='Explicit'/><test-case result='Failed'/>\
         <test-suite fullname='S' result='Failed' site='SetUp'><failure><message>no set-up</message></failure></test-suite>\
         <test-suite name='T' result='Failed'/></test-run>";
    let report = report(text);
    let run = report.facts.tests.as_ref().unwrap();
    let said: Vec<_> = run.others.iter().map(|c| (&*c.name, &*c.message)).collect();
    assert_eq!(
        said,
        [
            ("n.C.a", "one"),
            ("b", "later"),
            ("c", "Explicit"),
            ("(without a name)", ""),
            ("S", "no set-up"),
            ("T", "the suite failed, and no test of it did"),
        ]
    );
    assert_eq!(
        (report.made_at.unwrap().to_string(), run.seconds),
        ("2026-11-24T15:28:28.603508Z".to_owned(), Some(1.5))
    );
}

#[test]
fn what_is_broken_is_refused() {
    for (text, why) in [
        ("<test-results/>", "root is <test-results>"),
        ("<test-run/>", "a <test-run> without `result`"),
        ("<test-run result='Passed'><test-suite/></test-run>", "a <test-suite> without `result`"),
        ("<test-run result='Passed'><test-case/></test-run>", "a <test-case> without `result`"),
        ("<test-run result='Passed' failed='-1'/>", "no count"),
        ("<test-run result='Passed' skipped='NaN'/>", "no count"),
        ("<test-run result='Passed'><test-case result='passed'/></test-run>", "unknown result \"passed\""),
        (
            "<test-run result='Passed'><test-case result='Passed'><test-case/></test-case></test-run>",
            "inside a <test-case>",
        ),
        (
            "<test-run result='Passed'><test-case result='Passed'><test-suite/></test-case></test-run>",
            "inside a <test-case>",
        ),
        ("<test-run result='Passed'><test-case result='Failed' result='Passed'/></test-run>", "twice"),
        ("<test-run result='Passed'><test-suite result='Passed'>", "cut off"),
    ] {
        let error = read(text).map(|_| ()).expect_err(text).to_string();
        assert!(error.contains(why), "{text}: {error}");
    }
}
