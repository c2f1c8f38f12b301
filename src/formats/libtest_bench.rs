//! The text of `cargo bench` with `#[bench]`, and of criterion's `--output-format bencher`.
//!
//! Sources: rust-lang/rust `library/test/src/lib.rs` (`fmt_bench_samples`), `formatters/pretty.rs`;
//! criterion-rs/criterion.rs `src/report.rs` (`BencherReport`); measured with rustc 1.95 and criterion 0.5.
//!
//! The figure is the median in nanoseconds, with thousands separators and decimals since 2024, without
//! before and by criterion. A suite of libtest says at its end how many it measured, and that it passed 0
//! tests: that is no test report. Criterion writes neither a beginning nor an end.

use super::{Format, Head, Input};
use crate::facts::{Kind, Report, Timings};
use crate::input::{ReadError, Result};
use crate::units::{plain_decimal, plain_u64};

pub(super) const FORMAT: Format = Format {
    name: "libtest-bench",
    gives: &[Kind::Timings],
    producers: "`cargo bench` with `#[bench]` of rustc 1.95, criterion 0.5 with `--output-format bencher`",
    recognise,
    read,
};

/// What stands between the name and the figure.
const BENCH: &str = " ... bench:";

fn recognise(head: &Head) -> bool {
    head.says(BENCH) && head.lines().any(|line| line.starts_with("test ") && line.contains(BENCH))
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut stream = Stream { report: Report::by("libtest"), ..Stream::default() };
    while input.window.line_with(|line| stream.take(line.trim()))?.is_some() {}
    stream.finish()
}

/// The text as far as it was read.
#[derive(Default)]
struct Stream {
    report: Report,
    timings: Timings,
    /// The suite that is open: how many it said it runs, and measured since.
    suite: Option<Suite>,
    suites: u64,
    not_run: u64,
}

/// A suite that has begun.
#[derive(Default)]
struct Suite {
    announced: u64,
    measured: u64,
    others: u64,
}

impl Stream {
    fn take(&mut self, line: &str) -> std::result::Result<(), String> {
        if let Some(words) = line.strip_prefix("test result: ") {
            return self.end_suite(words);
        }
        if let Some(n) = line.strip_prefix("running ").and_then(|rest| plain_u64(rest.split(' ').next()?)) {
            return self.begin_suite(n);
        }
        match (line.split_once(BENCH), line.strip_prefix("test ")) {
            (Some(_), Some(rest)) => self.bench(rest),
            (Some(_), None) => Err(format!("a figure on a line that does not begin with `test`: {}", short(line))),
            (None, Some(rest)) => {
                self.other(rest);
                Ok(())
            }
            (None, None) => Ok(()),
        }
    }

    fn begin_suite(&mut self, announced: u64) -> std::result::Result<(), String> {
        if self.suite.is_some() {
            self.report.fail("a suite ends without its `test result`: it was aborted");
        }
        self.suites += 1;
        self.suite = Some(Suite { announced, ..Suite::default() });
        Ok(())
    }

    /// A line such as `add  ... bench:   7,590.29 ns/iter (+/- 2,551.64)`, behind `test `.
    fn bench(&mut self, rest: &str) -> std::result::Result<(), String> {
        let wrong = || format!("a figure that is no `N ns/iter (+/- N)`: {}", short(rest));
        let (name, figure) = rest.rsplit_once(BENCH).ok_or_else(wrong)?;
        let (median, spread) = figure.trim().split_once(" ns/iter (+/- ").ok_or_else(wrong)?;
        let (deviation, _throughput) = spread.split_once(')').ok_or_else(wrong)?;
        let (Some(ns), Some(_)) = (grouped(median), grouped(deviation)) else { return Err(wrong()) };
        if name.trim().is_empty() || !self.timings.add(name.trim(), ns / 1e9) {
            return Err(wrong());
        }
        if let Some(suite) = &mut self.suite {
            suite.measured += 1;
        }
        Ok(())
    }

    /// A line of a test that has no figure.
    fn other(&mut self, rest: &str) {
        let Some((name, outcome)) = rest.rsplit_once(" ... ") else { return };
        if let Some(suite) = &mut self.suite {
            suite.others += 1;
        }
        match outcome {
            _ if outcome.starts_with("FAILED") => self.report.fail(format!("the benchmark {} failed", name.trim())),
            _ => self.not_run += 1,
        }
    }

    /// `ok. 0 passed; 0 failed; 2 ignored; 4 measured; 0 filtered out; finished in 5.27s`.
    fn end_suite(&mut self, words: &str) -> std::result::Result<(), String> {
        let suite = self.suite.take().ok_or("a `test result` without the `running N tests` before it")?;
        let wrong = || format!("a `test result` of another form: {}", short(words));
        let (outcome, counts) = words.split_once(". ").ok_or_else(wrong)?;
        let count = |what: &str| counts.split("; ").find_map(|c| plain_u64(c.strip_suffix(what)?.trim_end()));
        let measured = count("measured").ok_or_else(wrong)?;
        if outcome != "ok" || count("failed").ok_or_else(wrong)? > 0 {
            self.report.fail(format!("its result is {outcome}"));
        }
        if measured != suite.measured {
            return Err(format!("{measured} were measured, and {} figures stand above", suite.measured));
        }
        if suite.measured + suite.others != suite.announced {
            return Err(format!(
                "{} were run, and {} lines stand for them",
                suite.announced,
                suite.measured + suite.others
            ));
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Report> {
        if self.suite.is_some() {
            self.report.fail("the last suite has no `test result`: the run was aborted, or the text is cut off");
        }
        if self.timings.list.is_empty() && self.suites == 0 {
            return Err(ReadError::new(format!("no line `test …{BENCH} …`: it is no output of benchmarks")));
        }
        if self.timings.list.is_empty() {
            self.report.note("0 benchmarks were measured");
        }
        if self.not_run > 0 {
            self.report.note(format!("{} tests were not measured (ignored, or run as tests)", self.not_run));
        }
        if self.suites == 0 {
            self.report.note("no suite is marked (criterion writes none): whether the text is whole cannot be told");
        }
        self.report.facts.timings = Some(self.timings);
        Ok(self.report)
    }
}

/// A number that may have a comma before each three digits: `1,834,713.70`.
fn grouped(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let others: Vec<&str> = groups.collect();
    if whole.starts_with('-') || !others.iter().all(|group| group.len() == 3) {
        return None;
    }
    if !others.is_empty() && !matches!(first.len(), 1..=3) {
        return None;
    }
    let digits = format!("{first}{}", others.concat());
    plain_decimal(&fraction.map_or(digits.clone(), |fraction| format!("{digits}.{fraction}")))
}

fn short(line: &str) -> String {
    format!("{:?}", line.chars().take(80).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Window;

    fn parse(text: &str) -> Result<Report> {
        FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "p" })
    }

    fn figures(report: &Report) -> Vec<(&str, f64)> {
        report.facts.timings.as_ref().unwrap().list.iter().map(|t| (&*t.name, t.seconds)).collect()
    }

    #[test]
    fn a_median_may_have_separators_and_decimals() {
        for (figure, seconds) in [
            ("       7,590.29 ns/iter (+/- 2,551.64)", Some(7.59029e-6)),
            ("           0.82 ns/iter (+/- 1.53)", Some(8.2e-10)),
            ("     1014743 ns/iter (+/- 86044)", Some(1.014743e-3)),
            (" 1,834,713.70 ns/iter (+/- 1,305,867.22) = 48725 MB/s", Some(1.8347137e-3)),
            (" 0 ns/iter (+/- 0)", Some(0.0)),
            (" 1,83,713 ns/iter (+/- 1)", None),
            (" 1834,713 ns/iter (+/- 1)", None),
            (" 1,834713 ns/iter (+/- 1)", None),
            (" ,834 ns/iter (+/- 1)", None),
            (" 834, ns/iter (+/- 1)", None),
            (" 1.2,345 ns/iter (+/- 1)", None),
            (" -1 ns/iter (+/- 1)", None),
            (" NaN ns/iter (+/- 1)", None),
            (" inf ns/iter (+/- 1)", None),
            (" 1e3 ns/iter (+/- 1)", None),
            (" 12 us/iter (+/- 1)", None),
            (" 12 ns/iter", None),
            (" 12 ns/iter (+/- NaN)", None),
            ("", None),
        ] {
            let read = parse(&format!("test a::b c ... bench:{figure}\n"));
            match seconds {
                Some(seconds) => assert_eq!(figures(&read.unwrap()), [("a::b c", seconds)], "{figure}"),
                None => assert!(read.unwrap_err().to_string().contains("line 1: a figure that is no"), "{figure}"),
            }
        }
    }

    fn suite(lines: &str, announced: u64, result: &str) -> String {
        format!("\nrunning {announced} tests\n{lines}\ntest result: {result}; finished in 1.00s\n\n")
    }

    const A: &str = "test a ... bench:   1 ns/iter (+/- 0)\n";
    const OK: &str = "ok. 0 passed; 0 failed; 0 ignored; 1 measured; 0 filtered out";

    #[test]
    fn a_suite_says_whether_it_is_whole() {
        let good = suite(A, 1, OK);
        let ignored = suite(&format!("{A}test x ... ignored, slow\n"), 2, &OK.replace("0 ignored", "1 ignored"));
        let failed = suite(
            &format!("{A}test x ... FAILED\n"),
            2,
            "FAILED. 0 passed; 1 failed; 0 ignored; 1 measured; 0 filtered out",
        );
        let crlf = good.replace('\n', "\r\n");
        for (text, times, failures) in [
            (good.clone(), 1, 0),
            (format!("{good}{good}"), 2, 0),
            (ignored, 1, 0),
            (crlf, 1, 0),
            (failed, 1, 2),
            (format!("running 1 test\n{A}"), 1, 1),
            (format!("running 1 test\n{A}{good}"), 2, 1),
            (good.replace("ok. 0 passed; 0 failed", "ok. 0 passed; 1 failed"), 1, 1),
            (suite("", 0, &OK.replace("1 measured", "0 measured")), 0, 0),
        ] {
            let report = parse(&text).unwrap();
            assert_eq!(figures(&report).len(), times, "{text}");
            assert_eq!(report.failed_run.len(), failures, "{text}: {:?}", report.failed_run);
            assert!(report.facts.tests.is_none());
        }
    }

    #[test]
    fn what_is_missing_is_refused() {
        for (text, why) in [
            (suite("", 1, OK), "1 were measured, and 0 figures"),
            (suite(&A.repeat(2), 2, OK), "1 were measured, and 2 figures"),
            (suite(A, 2, OK), "2 were run, and 1 lines"),
            (suite(A, 1, OK).replace("running 1 tests", ""), "without the `running"),
            (suite(A, 1, "ok"), "of another form"),
            (suite(A, 1, OK).replace("1 measured; ", ""), "of another form"),
            (suite(&A.replace("test a", "2026 test a"), 1, OK), "does not begin with `test`"),
            ("test result".to_owned(), "no output of benchmarks"),
            (String::new(), "no output of benchmarks"),
        ] {
            let error = parse(&text).unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn criterion_marks_no_end_and_that_is_said() {
        let report = parse(&format!("{A}\n{}", A.replace("test a", "test sorts/sorted/10"))).unwrap();
        assert_eq!(figures(&report), [("a", 1e-9), ("sorts/sorted/10", 1e-9)]);
        assert!(report.notes.iter().any(|n| n.contains("cannot be told")), "{:?}", report.notes);
    }

    #[test]
    fn only_figures_are_recognised() {
        assert!(recognise(&Head::of(suite(A, 1, OK).as_bytes(), "p")));
        for text in ["running 0 tests\n\ntest result: ok. 0 passed\n", "test a ... ok\n", "x ... bench: 1\n"] {
            assert!(!recognise(&Head::of(text.as_bytes(), "p")), "{text}");
        }
    }
}
