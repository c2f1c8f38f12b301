use super::*;
use crate::input::Window;

fn read(text: &str) -> Result<Report> {
    super::read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "p" })
}

/// Events in short: `run a`, `pass a`, `fail` of the package `p`; what holds a brace is a line as it is.
fn report(events: &str) -> Report {
    let line = |event: &str| match event.split_once(' ') {
        _ if event.starts_with(['{', 'F']) => event.to_owned(),
        Some((action, test)) => format!(r#"{{"Action":"{action}","Package":"p","Test":"{test}"}}"#),
        None => format!(r#"{{"Action":"{event}","Package":"p"}}"#),
    };
    let text = events.split("; ").map(line).collect::<Vec<_>>().join("\n");
    read(&text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// Total, passed, failed, skipped.
fn counts(report: &Report) -> (u64, u64, u64, u64) {
    let run = report.facts.tests.as_ref().unwrap();
    (run.total(), run.passed(), run.failed(), run.skipped())
}

#[test]
fn the_leaves_are_counted_and_what_failed_without_them() {
    for (events, expected, failed_run) in [
        ("run a; pass a; pass", (1, 1, 0, 0), 0),
        ("start; run a; fail a; fail", (1, 0, 1, 0), 0),
        ("run a; skip a; pass", (1, 0, 0, 1), 0),
        ("run a; pause a; cont a; pass a; pass", (1, 1, 0, 0), 0),
        // A test with subtests is no leaf, unless it failed by itself.
        ("run a; run a/x; run a/y; pass a/x; pass a/y; pass a; pass", (2, 2, 0, 0), 0),
        ("run a; run a/x; run a/y; pass a/x; fail a/y; fail a; fail", (2, 1, 1, 0), 0),
        ("run a; run a/x; pass a/x; fail a; fail", (2, 1, 1, 0), 0),
        ("run a; run a/x; pass a/x; skip a; pass", (1, 1, 0, 0), 0),
        ("run a; run a/x/y; pass a/x/y; run ab; pass ab; pass a; pass", (2, 2, 0, 0), 0),
        ("run a; run a!; pass a!; pass a; pass", (2, 2, 0, 0), 0),
        ("run a; run a/x; run a/x/z; fail a/x/z; fail a/x; fail a; fail", (1, 0, 1, 0), 0),
        // Repetitions are one test, as bad as the worst.
        ("run a; pass a; run a; pass a; pass", (1, 1, 0, 0), 0),
        ("run a; fail a; run a; pass a; fail", (1, 0, 1, 0), 0),
        // A package that failed without a failed test, one without a test, one that is tested again.
        ("run a; pass a; fail", (2, 1, 1, 0), 0),
        ("start; skip", (0, 0, 0, 0), 0),
        ("start; pass", (0, 0, 0, 0), 0),
        ("run a; fail a; fail; run a; pass a; pass", (2, 1, 1, 0), 0),
        // What does not end.
        ("run a; fail", (1, 0, 1, 0), 1),
        ("run a; run a/x; fail", (1, 0, 1, 0), 1),
        ("run a; pass", (1, 0, 1, 0), 1),
        ("run a; pass a", (1, 1, 0, 0), 1),
        ("run a; pass a; run a", (1, 0, 1, 0), 2),
        ("run a; pass a; run a; pass", (1, 0, 1, 0), 1),
        ("start", (0, 0, 0, 0), 1),
        // Benchmarks are no tests.
        ("run BenchmarkX; output BenchmarkX; pass", (0, 0, 0, 0), 0),
        ("run BenchmarkX; pass BenchmarkX; bench BenchmarkX; pass", (0, 0, 0, 0), 0),
        ("run BenchmarkX; fail BenchmarkX; fail", (1, 0, 1, 0), 0),
    ] {
        let events = events.replace("output BenchmarkX", r#"{"Action":"output","Package":"p","Output":"x"}"#);
        let report = report(&events);
        assert_eq!(counts(&report), expected, "{events}");
        assert_eq!(report.failed_run.len(), failed_run, "{events}: {:?}", report.failed_run);
    }
}

#[test]
fn the_end_that_old_go_loses_stands_in_the_output() {
    let output = |text: &str| format!(r#"{{"Action":"output","Package":"p","Test":"a","Output":"{text}"}}"#);
    for (text, expected, failed_run) in [
        ("printed--- PASS: a (0.00s)\\n", (1, 1, 0, 0), 0),
        ("printed--- FAIL: a (0.00s)\\n", (1, 0, 1, 0), 0),
        ("printed--- SKIP: a (0.00s)\\n", (1, 0, 0, 1), 0),
        ("printed--- PASS: ab (0.00s)\\n", (1, 0, 1, 0), 1),
    ] {
        let report = report(&format!("run a; {}; pass", output(text)));
        assert_eq!((counts(&report), report.failed_run.len()), (expected, failed_run), "{text}");
    }
    // What a test prints is no end where there is one.
    let seen = report(&format!("run a; {}; fail a; fail", output("--- PASS: a (0.00s)")));
    assert_eq!(counts(&seen), (1, 0, 1, 0));
    let seen = report(&format!("run a; {}; pass a; pass", output("--- FAIL: a (0.00s)")));
    assert_eq!(counts(&seen), (1, 1, 0, 0));
}

#[test]
fn a_build_that_failed_is_a_failed_test_and_says_why() {
    let built = r##"{"ImportPath":"p [p.test]","Action":"build-output","Output":"# p [p.test]\n"}; {"ImportPath":"p [p.test]","Action":"build-output","Output":"b.go:6:6: not used\n"}; {"ImportPath":"p [p.test]","Action":"build-fail"}"##;
    let fail = r#"{"Action":"fail","Package":"p","FailedBuild":"p [p.test]"}"#;
    for (events, name, message) in [
        (format!("{built}; start; {fail}"), "p", "the build failed: b.go:6:6: not used"),
        (built.to_owned(), "p [p.test]", "the build failed: b.go:6:6: not used"),
        (r"{}; FAIL	p [build failed]".replace("{}", r#"{"Action":"skip","Package":"q"}"#), "p", "build failed"),
        ("FAIL	p [setup failed]; fail".into(), "p", "the package failed, and no test of it did"),
        (r#"{"Action":"output","Package":"p","Output":"panic: in init\n"}; fail"#.into(), "p", "panic: in init"),
    ] {
        let report = report(&events);
        assert_eq!((counts(&report), report.failed_run.len()), ((1, 0, 1, 0), 0), "{events}");
        let case = &report.facts.tests.as_ref().unwrap().others[0];
        assert_eq!((&*case.name, &*case.message), (name, message), "{events}");
    }
}

#[test]
fn what_failed_is_said_with_its_place() {
    let output = |text: &str| format!(r#"{{"Action":"output","Package":"p","Test":"a","Output":"{text}\n"}}"#);
    let lines = ["=== RUN   a", "printed", "    x_test.go:26: got 1", "    x_test.go:27: later", "--- FAIL: a (0.00s)"];
    let report = report(&format!("run a; {}; fail a; fail", lines.map(output).join("; ")));
    let case = &report.facts.tests.as_ref().unwrap().others[0];
    assert_eq!((&*case.name, &*case.message), ("p.a", "x_test.go:26: got 1"));
}

#[test]
fn the_last_event_dates_the_report_and_packages_give_its_time() {
    let event =
        |time: &str, elapsed: &str| format!(r#"{{"Time":"{time}","Action":"pass","Package":"p","Elapsed":{elapsed}}}"#);
    let all = [event("2026-11-24T15:33:12.5Z", "0.5"), event("2026-11-24T17:33:13+02:00", "0.25")].join("\n");
    let report = read(&all).unwrap();
    assert_eq!(report.made_at.unwrap().to_string(), "2026-11-24T15:33:13Z");
    assert_eq!(report.facts.tests.unwrap().seconds, Some(0.75));
    let report = read(&event("yesterday", "-1")).unwrap();
    assert!(report.made_at.is_none() && report.notes.iter().any(|n| n.contains("cannot be read")));
    assert_eq!(report.facts.tests.unwrap().seconds, None);
}

#[test]
fn what_is_no_event_is_refused() {
    for (text, why) in [
        (r#"{"Action":"explode","Package":"p"}"#, "unknown action \"explode\""),
        (r#"{"Action":"run","Package":"p"}"#, "unknown action \"run\""),
        (r#"{"Action":"output","Package":"p"}"#, "without `Output`"),
        (r#"{"Action":"build-fail"}"#, "without `ImportPath`"),
        (r#"{"Package":"p"}"#, "missing field `Action`"),
        (r#"{"action":"pass","Package":"p"}"#, "only by case"),
        (r#"{"Action":"fail","Action":"pass","Package":"p"}"#, "stands twice"),
        (r#"{"Action":"pass","Package":"p","#, "ends too early"),
        ("FAIL", "no event"),
        ("", "no event"),
    ] {
        let error = read(text).map(|_| ()).expect_err(text).to_string();
        assert!(error.contains(why), "{text}: {error}");
    }
}
