use super::*;
use crate::input::Window;

fn read(text: &str) -> Result<Report> {
    FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "p" })
}

/// A report of these tests, with a summary of tests, passed, failed, skipped, pending, other.
fn text(tests: &str, summary: [u64; 6]) -> String {
    let [all, passed, failed, skipped, pending, other] = summary;
    format!(
        r#"{{"reportFormat":"CTRF","results":{{"tool":{{"name":"jest"}},"summary":{{"tests":{all},"passed":{passed},"failed":{failed},"skipped":{skipped},"pending":{pending},"other":{other},"start":1795534189343,"stop":1795534189843}},"tests":[{tests}]}}}}"#
    )
}

fn one(status: &str, more: &str) -> String {
    format!(r#"{{"name":"a","status":"{status}","duration":1{more}}}"#)
}

/// Total, passed, failed, skipped, flaky.
fn counts(report: &Report) -> (u64, u64, u64, u64, u64) {
    let run = report.facts.tests.as_ref().unwrap();
    (run.total(), run.passed(), run.failed(), run.skipped(), run.flaky())
}

#[test]
fn a_test_counts_by_its_status() {
    for (status, more, summary, expected) in [
        ("passed", "", [1, 1, 0, 0, 0, 0], (1, 1, 0, 0, 0)),
        ("failed", "", [1, 0, 1, 0, 0, 0], (1, 0, 1, 0, 0)),
        ("other", "", [1, 0, 0, 0, 0, 1], (1, 0, 1, 0, 0)),
        ("skipped", "", [1, 0, 0, 1, 0, 0], (1, 0, 0, 1, 0)),
        ("pending", "", [1, 0, 0, 0, 1, 0], (1, 0, 0, 1, 0)),
        ("passed", r#","flaky":true,"retries":1"#, [1, 1, 0, 0, 0, 0], (1, 1, 0, 0, 1)),
        ("passed", r#","flaky":true"#, [1, 1, 0, 0, 0, 0], (1, 1, 0, 0, 1)),
        ("passed", r#","retries":2"#, [1, 1, 0, 0, 0, 0], (1, 1, 0, 0, 1)),
        ("passed", r#","flaky":false,"retries":0,"suite":["a","b"]"#, [1, 1, 0, 0, 0, 0], (1, 1, 0, 0, 0)),
        ("failed", r#","flaky":true,"retries":1,"suite":"a""#, [1, 0, 1, 0, 0, 0], (1, 0, 1, 0, 0)),
    ] {
        let report = read(&text(&one(status, more), summary)).unwrap();
        assert_eq!(counts(&report), expected, "{status}{more}");
        assert!(report.notes.is_empty() && report.failed_run.is_empty(), "{:?}", report.notes);
    }
}

#[test]
fn the_worse_of_summary_and_list_counts() {
    for (tests, summary, expected) in [
        (one("passed", ""), [1, 0, 1, 0, 0, 0], (1, 0, 1, 0, 0)),
        (one("passed", ""), [2, 1, 1, 0, 0, 0], (2, 1, 1, 0, 0)),
        (one("passed", ""), [2, 1, 0, 0, 0, 1], (2, 1, 1, 0, 0)),
        (one("failed", ""), [1, 1, 0, 0, 0, 0], (1, 0, 1, 0, 0)),
        (one("passed", ""), [5, 5, 0, 0, 0, 0], (1, 1, 0, 0, 0)),
        // Skipped tests that the list lacks; not those that it holds as something else.
        (one("passed", ""), [4, 1, 0, 2, 1, 0], (4, 1, 0, 3, 0)),
        (one("passed", ""), [3, 1, 1, 1, 0, 0], (3, 1, 1, 1, 0)),
        (one("skipped", ""), [2, 0, 0, 2, 0, 0], (2, 0, 0, 2, 0)),
        (String::new(), [2, 0, 0, 2, 0, 0], (0, 0, 0, 0, 0)),
        (String::new(), [3, 1, 2, 0, 0, 0], (2, 0, 2, 0, 0)),
        (one("passed", ""), [u64::MAX, u64::MAX, u64::MAX, 0, 0, u64::MAX], (u64::MAX, 0, u64::MAX, 0, 0)),
    ] {
        let report = read(&text(&tests, summary)).unwrap();
        assert_eq!(counts(&report), expected, "{tests} {summary:?}");
        assert!(report.notes.iter().any(|n| n.starts_with("the summary says")), "{:?}", report.notes);
    }
    let flaky = text(&one("passed", ""), [1, 1, 0, 0, 0, 0]).replace("\"other\"", "\"flaky\":1,\"other\"");
    assert!(read(&flaky).unwrap().failed_run[0].contains("1 flaky tests, the list holds 0"));
    let failed = flaky.replace("\"passed\",\"dur", "\"failed\",\"flaky\":true,\"dur");
    assert!(read(&failed).unwrap().failed_run.is_empty());
}

#[test]
fn what_failed_is_said_and_what_the_report_is_about() {
    let more = r#","message":"\nError: no\nmore","filePath":"./src\\a.test.js","line":7"#;
    let report = read(&text(&one("failed", more), [1, 0, 1, 0, 0, 0])).unwrap();
    let case = &report.facts.tests.as_ref().unwrap().others[0];
    let place = case.location.as_ref().unwrap();
    assert_eq!((&*case.message, &*place.path, place.line), ("Error: no", "src/a.test.js", Some(7)));
    assert_eq!(report.facts.tests.as_ref().unwrap().seconds, Some(0.5));
    assert_eq!(report.made_at.unwrap().to_string(), "2026-11-24T15:29:49.843Z");
    let todo = read(&text(&one("other", r#","rawStatus":"todo""#), [1, 0, 0, 0, 0, 1])).unwrap();
    assert_eq!(&*todo.facts.tests.unwrap().others[0].message, "todo");
    let dated = text("", [0; 6])
        .replace("\"results\"", "\"timestamp\":\"2026-11-24T15:29:49Z\",\"results\"")
        .replace("\"tests\":[]", "\"tests\":[],\"environment\":{\"commit\":\"0ff1ce\"}");
    let report = read(&dated).unwrap();
    assert_eq!(report.made_at.unwrap().to_string(), "2026-11-24T15:29:49Z");
    assert_eq!((&*report.revisions[0], &*report.tools[0]), ("0ff1ce", "jest"));
}

#[test]
fn what_is_no_report_is_refused() {
    let good = text(&one("passed", ""), [1, 1, 0, 0, 0, 0]);
    for (from, to, why) in [
        ("\"tests\":[", "\"texts\":[", "missing field `tests`"),
        ("\"passed\",", "\"PASSED\",", "unknown variant"),
        ("\"passed\",", "\"ok\",", "unknown variant"),
        ("\"status\":\"passed\",", "", "missing field `status`"),
        ("\"status\":\"passed\",", "\"status\":\"failed\",\"status\":\"passed\",", "stands twice"),
        ("\"failed\":0,", "", "missing field `failed`"),
        ("\"failed\":0,", "\"failed\":-1,", "invalid value"),
        ("\"other\":0,", "", "missing field `other`"),
        ("\"tool\":{\"name\":\"jest\"},", "", "missing field `tool`"),
        ("\"tests\":[{", "\"tests\":[null,{", "invalid type"),
        ("\"start\":1795534189343", "\"start\":NaN", "not valid JSON"),
    ] {
        assert!(good.contains(from), "{from}");
        let error = read(&good.replacen(from, to, 1)).map(|_| ()).expect_err(to).to_string();
        assert!(error.contains(why), "{to}: {error}");
    }
}

#[test]
fn a_report_of_old_is_recognised_by_its_shape() {
    for (text, is) in [
        (r#"{"reportFormat":"CTRF","results":{}}"#, true),
        (r#"{"results":{"tool":{"name":"a"},"summary":{"tests":0},"tests":[]}}"#, true),
        (r#"{"reportFormat":"other","results":{}}"#, false),
        (r#"{"results":{"tool":{"name":"a"},"tests":[]}}"#, false),
        (r#"{"results":[{"command":"a"}]}"#, false),
    ] {
        assert_eq!(recognise(&Head::of(text.as_bytes(), "p")), is, "{text}");
    }
}
