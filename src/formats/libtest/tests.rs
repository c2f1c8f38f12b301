use super::*;
use crate::input::Window;

fn read(text: &str) -> Result<Report> {
    super::read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "p" })
}

const START: &str = r#"{"type":"suite","event":"started","test_count":1}"#;

fn end(event: &str, passed: u64, failed: u64) -> String {
    format!(
        r#"{{"type":"suite","event":"{event}","passed":{passed},"failed":{failed},"ignored":0,"measured":0,"filtered_out":0,"exec_time":0.5}}"#
    )
}

fn test(event: &str, name: &str) -> String {
    format!(r#"{{ "type": "test", "name": "{name}", "event": "{event}" }}"#)
}

/// One suite of these tests, each a start and an end unless it says otherwise.
fn suite(lines: &[String], last: String) -> Report {
    let text = [&[START.to_owned()], lines, &[last]].concat().join("\n");
    read(&text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// Total, passed, failed, skipped, flaky.
fn counts(report: &Report) -> (u64, u64, u64, u64, u64) {
    let run = report.facts.tests.as_ref().unwrap();
    (run.total(), run.passed(), run.failed(), run.skipped(), run.flaky())
}

#[test]
fn the_events_that_end_a_test_are_counted() {
    let t = |events: &[(&str, &str)]| events.iter().map(|(e, n)| test(e, n)).collect::<Vec<_>>();
    for (lines, last, expected, failed_run) in [
        (t(&[("started", "a"), ("ok", "a")]), end("ok", 1, 0), (1, 1, 0, 0, 0), ""),
        (t(&[("started", "a"), ("timeout", "a"), ("ok", "a")]), end("ok", 1, 0), (1, 1, 0, 0, 0), ""),
        (t(&[("started", "a"), ("failed", "a")]), end("failed", 0, 1), (1, 0, 1, 0, 0), ""),
        (t(&[("started", "a"), ("ignored", "a")]), end("ok", 0, 0), (1, 0, 0, 1, 0), ""),
        // nextest's retries, and a name that only looks like one.
        (t(&[("started", "c::b$a"), ("ok", "c::b$a#2")]), end("ok", 1, 0), (1, 1, 0, 0, 1), ""),
        (t(&[("started", "c::b$a"), ("failed", "c::b$a#3")]), end("failed", 0, 1), (1, 0, 1, 0, 0), ""),
        (t(&[("started", "a#2"), ("ok", "a#2")]), end("ok", 1, 0), (1, 1, 0, 0, 0), ""),
        (t(&[("ok", "c::b$a#2")]), end("ok", 1, 0), (1, 1, 0, 0, 1), ""),
        (t(&[("ok", "a#b")]), end("ok", 1, 0), (1, 1, 0, 0, 0), ""),
        // The worse of suite and tests.
        (t(&[("started", "a"), ("ok", "a")]), end("failed", 0, 1), (1, 0, 1, 0, 0), ""),
        (t(&[("started", "a"), ("ok", "a")]), end("failed", 1, 1), (2, 1, 1, 0, 0), ""),
        (t(&[("started", "a"), ("failed", "a")]), end("ok", 1, 0), (1, 0, 1, 0, 0), ""),
        (t(&[("started", "a"), ("ok", "a")]), end("failed", 1, 0), (1, 1, 0, 0, 0), "says that it failed"),
        // What never ended.
        (t(&[("started", "a")]), end("ok", 0, 0), (1, 0, 1, 0, 0), "never ended: 1, \"a\" among them"),
        (t(&[("started", "a"), ("started", "a"), ("ok", "a")]), end("ok", 1, 0), (2, 1, 1, 0, 0), "never ended"),
        (t(&[("started", "a"), ("ok", "a")]), START.into(), (1, 1, 0, 0, 0), "suites started: 2, ended: 0"),
        (vec![], end("ok", 0, 0), (0, 0, 0, 0, 0), ""),
    ] {
        let report = suite(&lines, last.clone());
        assert_eq!(counts(&report), expected, "{lines:?} {last}");
        assert_eq!(report.failed_run.is_empty(), failed_run.is_empty(), "{lines:?}: {:?}", report.failed_run);
        assert!(report.failed_run.iter().all(|r| r.contains(failed_run)), "{:?}", report.failed_run);
    }
}

#[test]
fn a_suite_that_was_aborted_is_not_closed_by_the_next() {
    let all = [
        START.to_owned(),
        test("started", "a"),
        START.to_owned(),
        test("started", "a"),
        test("ok", "a"),
        end("ok", 1, 0),
    ];
    let report = read(&all.join("\n")).unwrap();
    assert_eq!(counts(&report), (2, 1, 1, 0, 0));
    assert_eq!(report.failed_run.len(), 2);
}

#[test]
fn benchmarks_are_durations_and_their_ignored_tests_no_skipped_ones() {
    let bench =
        |name: &str, median: &str| format!(r#"{{"type":"bench","name":"{name}","median":{median},"deviation":1}}"#);
    let last = |measured: u64, failed: u64| {
        let word = if failed > 0 { "failed" } else { "ok" };
        end(word, 0, failed).replace("\"measured\":0", &format!("\"measured\":{measured}"))
    };
    let lines = [test("started", "t"), test("ignored", "t"), test("started", "b"), bench("b", "1500.5")];
    let report = suite(&lines, last(1, 0));
    let timings = report.facts.timings.as_ref().unwrap();
    assert_eq!((&*timings.list[0].name, timings.list[0].seconds), ("b", 1500.5 / 1e9));
    assert!(report.facts.tests.is_none() && report.failed_run.is_empty());
    assert!(report.notes.iter().any(|n| n.contains("no skipped tests")), "{:?}", report.notes);
    // One that panics is a failed test; one that is counted and not there is no sound run.
    let report = suite(&[test("started", "b"), bench("b", "0"), test("started", "c"), test("failed", "c")], last(1, 1));
    assert_eq!(counts(&report), (1, 0, 1, 0, 0));
    let report = suite(&[test("started", "b"), bench("b", "1")], last(2, 0));
    assert!(report.failed_run[0].contains("count 2 benchmarks"), "{:?}", report.failed_run);
    for (median, why) in [("-1", "negative"), ("null", "has no `median`"), ("\"1\"", "invalid type")] {
        let error = read(&format!("{START}\n{}", bench("b", median))).unwrap_err().to_string();
        assert!(error.contains(why), "{median}: {error}");
    }
}

#[test]
fn what_failed_is_said_with_its_place() {
    for (fields, message, place) in [
        (
            r#""stdout":"printed\n\nthread 't' (7) panicked at src/lib.rs:46:9:\nassertion failed\n  left: 1\n""#,
            "assertion failed",
            Some(("src/lib.rs", 46)),
        ),
        (r#""stdout":"thread 't' panicked at 'old words', src/lib.rs:3:5\n""#, "'old words', src/lib.rs:3:5", None),
        (r#""stdout":"Error: \"stuck\"\n""#, "Error: \"stuck\"", None),
        (r#""stdout":"nothing of that kind""#, "", None),
        (r#""message":"did not panic","stdout":"Error: x""#, "did not panic", None),
        (r#""reason":"time limit exceeded""#, "time limit exceeded", None),
    ] {
        let line = format!(r#"{{"type":"test","event":"failed","name":"t",{fields}}}"#);
        let report = suite(&[test("started", "t"), line], end("failed", 0, 1));
        let case = &report.facts.tests.as_ref().unwrap().others[0];
        let seen = case.location.as_ref().map(|l| (&*l.path, l.line.unwrap()));
        assert_eq!((&*case.message, seen), (message, place), "{fields}");
    }
    let name = "src/lib.rs - change (line 14)";
    let report = suite(&[test("started", name), test("failed", name)], end("failed", 0, 1));
    let place = report.facts.tests.unwrap().others[0].location.clone().unwrap();
    assert_eq!((&*place.path, place.line), ("src/lib.rs", Some(14)));
}

#[test]
fn lines_of_others_are_noted_and_an_event_behind_text_is_no_sound_run() {
    let all =
        ["   Compiling x", START, "printed", &test("started", "a"), &test("ok", "a"), &end("ok", 1, 0)].join("\n");
    let report = read(&all).unwrap();
    assert_eq!((counts(&report), report.failed_run.len()), ((1, 1, 0, 0, 0), 0));
    assert!(report.notes.iter().any(|n| n.contains("no events of libtest: 2;")), "{:?}", report.notes);
    let all = [START, &test("started", "a"), &format!("printed{}", test("ok", "a")), &end("ok", 1, 0)].join("\n");
    assert!(read(&all).unwrap().failed_run.iter().any(|r| r.contains("--nocapture")));
}

#[test]
fn what_is_no_event_is_refused() {
    let whole = end("ok", 0, 0);
    for (text, why) in [
        (r#"{"type":"suite","event":"started"}"#, "no `test_count`"),
        (r#"{"type":"suite","event":"paused"}"#, "unknown event \"paused\""),
        (r#"{"type":"suite"}"#, "without an event"),
        (r#"{"type":"test","event":"ok"}"#, "no `name`"),
        (r#"{"type":"test","name":"a"}"#, "without an event"),
        (r#"{"type":"test","event":"allowed_failure","name":"a"}"#, "unknown event"),
        (r#"{"type":"bench","median":1}"#, "no `name`"),
        (r#"{"type":"suite","event":"discovery"}"#, "--list"),
        (r#"{"type":"x","event":"ok","name":"a"}"#, "unknown event"),
        (r#"{"event":"ok"}"#, "missing field `type`"),
        (r#"{"type":"test","event":"ok","name":"a","name":"b"}"#, "stands twice"),
        (r#"{"type":"test","event":"ok","name":1}"#, "invalid type"),
        ("{ a test printed this", "expected a key"),
        (r#"{"type":"test","event":"ok","#, "ends too early"),
        (&whole.replace(r#""failed":0,"#, ""), "no `failed`"),
        (&whole.replace(r#""failed":0"#, r#""failed":-1"#), "invalid value"),
    ] {
        let error = read(&format!("{START}\n{text}")).map(|_| ()).expect_err(text).to_string();
        assert!(error.contains(why), "{text}: {error}");
    }
    let error = read(&test("ok", "a")).unwrap_err().to_string();
    assert!(error.contains("no suite"), "{error}");
}
