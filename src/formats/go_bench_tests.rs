//! Lines of `go test -bench`.

use super::*;
use crate::input::Window;

fn parse(text: &str) -> Result<Report> {
    FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "p" })
}

fn figures(report: &Report) -> Vec<(&str, f64)> {
    report.facts.timings.as_ref().unwrap().list.iter().map(|t| (&*t.name, t.seconds)).collect()
}

fn package(name: &str, lines: &str) -> String {
    format!("goos: linux\ngoarch: amd64\npkg: {name}\ncpu: C\n{lines}PASS\nok  \t{name}\t0.109s\n")
}

#[test]
fn runs_of_one_name_are_their_mean_and_packages_are_apart() {
    let two = "BenchmarkSum-2   \t 10\t 1.0 ns/op\t 0 B/op\t 0 allocs/op\nBenchmarkSum-2\t10\t3 ns/op\n";
    let text = package("a", two) + &package("b", "BenchmarkSum-2\t1\t7 ns/op\t9 MB/s\n");
    let report = parse(&text).unwrap();
    assert_eq!(figures(&report), [("BenchmarkSum", 2e-9), ("BenchmarkSum", 7e-9)]);
    assert!(report.failed_run.is_empty() && report.notes.is_empty());
    assert!(recognise(&Head::of(text.as_bytes(), "p")));
}

#[test]
fn processors_are_dropped_only_where_all_names_have_the_same() {
    for (names, read) in [
        (["BenchmarkA-8", "BenchmarkB/n=10-8"], ["BenchmarkA", "BenchmarkB/n=10"]),
        (["BenchmarkA-8", "BenchmarkA-4"], ["BenchmarkA-8", "BenchmarkA-4"]),
        (["BenchmarkA", "BenchmarkA-2"], ["BenchmarkA", "BenchmarkA-2"]),
        (["BenchmarkA/size-10", "BenchmarkB"], ["BenchmarkA/size-10", "BenchmarkB"]),
        (["BenchmarkA-x", "BenchmarkB-x"], ["BenchmarkA-x", "BenchmarkB-x"]),
    ] {
        let lines: String = names.iter().map(|n| format!("{n}\t1\t1 ns/op\n")).collect();
        let report = parse(&package("p", &lines)).unwrap();
        assert_eq!(figures(&report).into_iter().map(|(n, _)| n).collect::<Vec<_>>(), read);
    }
}

#[test]
fn a_package_that_fails_or_does_not_end_is_a_failed_run() {
    let line = "BenchmarkA-2\t1\t1 ns/op\n";
    let good = package("a", line);
    let cut = good.replace("PASS\nok  \ta\t0.109s\n", "");
    for (text, why) in [
        (good.clone(), ""),
        (good.replace("PASS\n", ""), ""),
        (good.replace("ok  \ta\t0.109s\n", ""), ""),
        (good.replace('\n', "\r\n"), ""),
        (cut.clone(), "a has no `PASS` or `ok`"),
        (format!("{cut}{good}"), "a has no `PASS` or `ok`"),
        (line.to_owned(), "the run has no `PASS`"),
        (good.replace("PASS\nok  \ta", "FAIL\nexit status 1\nFAIL\ta"), "FAIL a 0.109s"),
        (
            good.replace(line, "--- FAIL: BenchmarkB\n    b_test.go:1: no\nBenchmarkA-2\t1\t1 ns/op\n"),
            "FAIL: BenchmarkB",
        ),
        (good.replace("ok  \ta\t0.109s", "FAIL"), "it says FAIL"),
        (format!("FAIL\tb [build failed]\n{good}"), "FAIL b [build failed]"),
    ] {
        let report = parse(&text).unwrap();
        assert_eq!(figures(&report), [("BenchmarkA", 1e-9)], "{text}");
        assert_eq!(why.is_empty(), report.failed_run.is_empty(), "{text}");
        assert!(why.is_empty() || report.failed_run.iter().any(|r| r.contains(why)), "{:?}", report.failed_run);
    }
}

#[test]
fn what_has_no_time_or_no_name_is_left_out_and_said() {
    for (lines, noted) in [
        ("BenchmarkA-2\t10\t 3.000 coins/op\n", "1 lines without `ns/op`"),
        ("BenchmarkA-2   \ta word\n      10\t      1854 ns/op\n", "1 figures stand apart"),
        ("BenchmarkA\nBenchmarkA-2   \tpanic: stuck\n--- BENCH: BenchmarkA-2\n", "0 benchmarks"),
        ("", "0 benchmarks were measured"),
    ] {
        let report = parse(&package("p", lines)).unwrap();
        assert!(figures(&report).is_empty());
        assert!(report.notes.iter().any(|n| n.contains(noted)), "{lines}: {:?}", report.notes);
    }
}

#[test]
fn what_is_no_figure_is_refused() {
    for (text, why) in [
        (package("p", "BenchmarkA-2\t10\tNaN ns/op\n"), "line 5: BenchmarkA-2: \"NaN\" is no number"),
        (package("p", "BenchmarkA-2\t10\t-1 ns/op\n"), "no number"),
        (package("p", "BenchmarkA-2\t10\t1,000 ns/op\n"), "no number"),
        (package("p", "BenchmarkA-2\t10\t1e3 ns/op\n"), "no number"),
        ("nothing\n".into(), "no output of `go test`"),
        (String::new(), "no output of `go test`"),
    ] {
        let error = parse(&text).unwrap_err().to_string();
        assert!(error.contains(why), "{text}: {error}");
    }
    for text in ["PASS\nok  \ta\t0.1s\n", "Benchmark results\n", "BenchmarkA\n"] {
        assert!(!recognise(&Head::of(text.as_bytes(), "p")), "{text}");
    }
}
