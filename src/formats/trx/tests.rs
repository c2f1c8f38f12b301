use super::*;
use crate::input::Window;

fn read(text: &str) -> Result<Report> {
    super::read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "p" })
}

const DONE: &str = "<ResultSummary outcome='Completed'/>";

fn report(body: &str) -> Report {
    let text = format!("<TestRun xmlns='http://microsoft.com/schemas/VisualStudio/TeamTest/2010'>{body}</TestRun>");
    read(&text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn test(outcome: &str) -> String {
    format!("<UnitTestResult testName='a' outcome='{outcome}'/>")
}

/// Total, passed, failed, skipped.
fn counts(report: &Report) -> (u64, u64, u64, u64) {
    let run = report.facts.tests.as_ref().unwrap();
    (run.total(), run.passed(), run.failed(), run.skipped())
}

#[test]
fn a_result_counts_by_its_outcome() {
    for (outcome, expected) in [
        ("Passed", (1, 1, 0, 0)),
        ("Warning", (1, 1, 0, 0)),
        ("Failed", (1, 0, 1, 0)),
        ("Error", (1, 0, 1, 0)),
        ("Timeout", (1, 0, 1, 0)),
        ("Aborted", (1, 0, 1, 0)),
        ("PassedButRunAborted", (1, 0, 1, 0)),
        ("NotRunnable", (1, 0, 1, 0)),
        ("Disconnected", (1, 0, 1, 0)),
        ("InProgress", (1, 0, 1, 0)),
        ("Pending", (1, 0, 1, 0)),
        ("NotExecuted", (1, 0, 0, 1)),
        ("Inconclusive", (1, 0, 0, 1)),
        ("Completed", (1, 0, 0, 1)),
    ] {
        for element in ["UnitTestResult", "GenericTestResult", "TestResultAggregation", "t:UnitTestResult xmlns:t='u'"]
        {
            let report = report(&format!("<Results><{element} testName='a' outcome='{outcome}'/></Results>{DONE}"));
            assert_eq!(counts(&report), expected, "{element} {outcome}");
        }
    }
    let without = report(&format!("<Results><UnitTestResult testName='a'/></Results>{DONE}"));
    assert_eq!(counts(&without), (1, 0, 1, 0));
    assert_eq!(counts(&report(&format!("<Results/>{DONE}"))), (0, 0, 0, 0));
}

#[test]
fn the_leaves_are_counted() {
    let outer = |outcome: &str, inner: &str| {
        format!(
            "<UnitTestResult testName='o' outcome='{outcome}'><InnerResults>{inner}</InnerResults></UnitTestResult>"
        )
    };
    for (body, expected) in [
        (outer("Passed", &[test("Passed"), test("Passed")].concat()), (2, 2, 0, 0)),
        (outer("Failed", &[test("Passed"), test("Failed")].concat()), (2, 1, 1, 0)),
        (outer("Failed", &[test("Passed"), test("NotExecuted")].concat()), (3, 1, 1, 1)),
        (outer("Failed", &outer("Failed", &test("Failed"))), (1, 0, 1, 0)),
        (outer("Failed", &outer("Passed", &test("Failed"))), (1, 0, 1, 0)),
        (outer("Passed", ""), (1, 1, 0, 0)),
    ] {
        assert_eq!(counts(&report(&format!("<Results>{body}</Results>{DONE}"))), expected, "{body}");
    }
}

#[test]
fn the_worse_of_counters_and_results_counts() {
    for (body, counters, expected, noted) in [
        (test("Passed"), "total='1' passed='1' failed='0'", (1, 1, 0, 0), false),
        (test("Passed"), "total='1' failed='1'", (1, 0, 1, 0), true),
        (test("Passed"), "total='2' failed='1'", (2, 1, 1, 0), true),
        (test("Passed"), "total='3' error='1' timeout='1'", (3, 1, 2, 0), true),
        (test("Failed"), "total='1' failed='0'", (1, 0, 1, 0), true),
        (test("Passed"), "total='9' failed='0'", (1, 1, 0, 0), true),
        (test("Passed"), "total='9' passed='9' failed='0'", (1, 1, 0, 0), true),
        (test("Passed"), "total='3' executed='1' passed='1' failed='0'", (3, 1, 0, 2), true),
        (test("Passed"), "total='4' passed='1' failed='1'", (4, 1, 1, 2), true),
        ([test("Passed"), test("NotExecuted")].concat(), "total='2' passed='1' failed='0'", (2, 1, 0, 1), false),
        (String::new(), "total='2' passed='0' failed='0'", (0, 0, 0, 0), true),
        (String::new(), "total='2' failed='2'", (2, 0, 2, 0), true),
        (String::new(), "total='1' failed='18446744073709551615' error='1'", (u64::MAX, 0, u64::MAX, 0), true),
    ] {
        let report = report(&format!(
            "<Results>{body}</Results><ResultSummary outcome='Failed'><Counters {counters}/></ResultSummary>"
        ));
        assert_eq!(counts(&report), expected, "{body} {counters}");
        assert_eq!(report.notes.iter().any(|n| n.starts_with("the counters")), noted, "{:?}", report.notes);
    }
}

#[test]
fn a_run_that_failed_without_a_test_is_a_failed_run() {
    let info = |outcome: &str| {
        format!(
            "<ResultSummary outcome='Completed'><Counters total='1'/><RunInfos><RunInfo outcome='{outcome}'>\
             <Text>\nTest host crashed\nmore</Text></RunInfo></RunInfos></ResultSummary>"
        )
    };
    for (summary, outcome, failed_run) in [
        (DONE.to_owned(), "Passed", ""),
        ("<ResultSummary outcome='Passed'/>".into(), "Passed", ""),
        ("<ResultSummary outcome='Failed'/>".into(), "Failed", ""),
        ("<ResultSummary outcome='Failed'/>".into(), "Passed", "no test of it did"),
        ("<ResultSummary outcome='Aborted'/>".into(), "Failed", "did not come to its end"),
        ("<ResultSummary outcome='Error'/>".into(), "Passed", "did not come to its end"),
        ("<ResultSummary/>".into(), "Passed", "did not come to its end"),
        (String::new(), "Passed", "no `ResultSummary`"),
        (info("Error"), "Passed", "Test host crashed"),
        (info("Warning"), "Passed", ""),
    ] {
        let report = report(&format!("<Results>{}</Results>{summary}", test(outcome)));
        assert_eq!(report.failed_run.len(), usize::from(!failed_run.is_empty()), "{summary} {outcome}");
        assert!(report.failed_run.iter().all(|r| r.contains(failed_run)), "{:?}", report.failed_run);
    }
    let warned = report(&format!("<Results>{}</Results>{}", test("Passed"), info("Warning")));
    assert!(warned.notes.iter().any(|n| &**n == "the run warns: Test host crashed"), "{:?}", warned.notes);
}

#[test]
fn what_failed_is_said_and_when() {
    let output = "<Output><TextMessages><Message>another</Message></TextMessages>\
                  <ErrorInfo><Message>&#10;Expected 3\nmore</Message><StackTrace>s</StackTrace></ErrorInfo></Output>";
    let report = report(&format!(
        "<Times creation='x' start='2026-11-24T15:00:00.5000000+01:00' finish='2026-11-24T15:00:02.5000000+01:00'/>\
         <Results><UnitTestResult testName=' a ' outcome='Failed'>{output}</UnitTestResult>{}</Results>{DONE}",
        test("Timeout")
    ));
    let run = report.facts.tests.as_ref().unwrap();
    let said: Vec<_> = run.others.iter().map(|c| (&*c.name, &*c.message)).collect();
    assert_eq!(said, [("a", "Expected 3"), ("a", "it ended as `Timeout`")]);
    assert_eq!((report.made_at.unwrap().to_string(), run.seconds), ("2026-11-24T14:00:02.5Z".to_owned(), Some(2.0)));
}

#[test]
fn what_is_broken_is_refused() {
    for (body, why) in [
        ("<Results><UnitTestResult outcome='passed'/></Results>", "unknown outcome \"passed\""),
        ("<ResultSummary outcome='Fine'/>", "unknown outcome \"Fine\""),
        ("<ResultSummary outcome='Completed'><Counters failed='-1'/></ResultSummary>", "no count"),
        ("<ResultSummary outcome='Completed'><Counters passed='NaN'/></ResultSummary>", "no count"),
        ("<Results><UnitTestResult outcome='Failed' outcome='Passed'/></Results>", "twice"),
        ("<Results>", "closes nothing"),
    ] {
        let error = read(&format!("<TestRun>{body}</TestRun>")).map(|_| ()).expect_err(body).to_string();
        assert!(error.contains(why), "{body}: {error}");
    }
    assert!(read("<TestRuns/>").unwrap_err().to_string().contains("root is <TestRuns>"));
    assert!(read("<TestRun><Results>").unwrap_err().to_string().contains("cut off"));
}
