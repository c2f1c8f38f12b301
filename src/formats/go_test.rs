//! What `go test -json` writes: a line for each event.
//!
//! Source: golang/go `src/cmd/internal/test2json/test2json.go`, `go doc test2json` and `go help buildjson`;
//! measured with 1.19 and 1.27.
//!
//! Counted are the leaves: a test with subtests only sums them up, so it counts by itself only where it
//! failed and none of them did. A package that failed without a failed test (its build, a panic, TestMain,
//! a timeout) is one failed test more. `-count` repeats a test under the same name: it is one test, as bad
//! as its worst run. A package that is tested again, as in a file of two runs, counts again.
//!
//! Only the package's own last event ends it: a package without one is a failed run, and so is a test
//! that ran and never ended. Go before 1.20 loses the end of a test that prints no newline at its end; there
//! the mark in the output (`--- PASS: TestX (`) counts. Before 1.24 a failed build is a line of text
//! (`FAIL pkg [build failed]`), later an event. Benchmarks are no tests: they count only where they failed.

mod package;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use self::package::Package;
use super::said::first_line;
use super::{Format, Head, Input};
use crate::facts::{Kind, Report, TestCase, TestOutcome, TestRun};
use crate::input::json::{Start, lines};
use crate::input::{ReadError, Result, size};
use crate::text::Text;

pub(super) const FORMAT: Format = Format {
    name: "go-test",
    gives: &[Kind::Tests],
    producers: "go 1.19 and 1.27, `go test -json`; gotestsum's `--jsonfile`",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    head.string("Action").is_some() && (head.has("Package") || head.has("ImportPath"))
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut stream = Stream::default();
    let mut failures_in_text = Vec::new();
    let mut others = 0_u64;
    lines(
        input.window,
        |line| stream.take(line),
        |other| match failed_package(other) {
            Some((package, why)) => failures_in_text.push((package.to_owned(), why.to_owned())),
            None => others += 1,
        },
    )?;
    stream.take_text(failures_in_text);
    if others > 0 {
        stream.report.note(format!("lines that are no events of go test: {others}; they are passed over"));
    }
    stream.finish()
}

/// The package and the reason in `FAIL example.org/p [build failed]`, parted by a tab.
fn failed_package(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix("FAIL")?.strip_prefix(['\t', ' '])?.trim();
    let (package, why) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
    (!package.is_empty()).then(|| (package, why.trim()))
}

/// A line. One of the build names what is built, one of a package or a test its package.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an event of go test")]
struct Line {
    time: Option<String>,
    action: String,
    package: Option<String>,
    test: Option<String>,
    output: Option<Start>,
    elapsed: Option<f64>,
    import_path: Option<String>,
    failed_build: Option<String>,
}

/// The events as far as they were read.
#[derive(Default)]
struct Stream {
    run: TestRun,
    report: Report,
    /// The packages that have not ended.
    open: BTreeMap<String, Package>,
    /// The packages that ended, and those of them that failed.
    ended: BTreeSet<String>,
    failed: BTreeSet<String>,
    /// What the builds said, the first line that names a place; and the builds that failed and belong to no package yet.
    built: BTreeMap<String, String>,
    broken: BTreeSet<String>,
    /// Packages that were tested again, and those without a test.
    again: u64,
    without_tests: u64,
    events: u64,
    last: Option<String>,
    seconds: f64,
}

impl Stream {
    fn take(&mut self, line: Line) -> Result<()> {
        self.events += 1;
        if line.time.is_some() {
            self.last.clone_from(&line.time);
        }
        if let "build-output" | "build-fail" = line.action.as_str() {
            return self.build(line);
        }
        // test2json by itself, without `-p`, names no package.
        let package = line.package.unwrap_or_default();
        match (line.action.as_str(), line.test) {
            ("start", _) => {
                self.open.entry(package).or_default();
            }
            ("run" | "pause" | "cont", Some(test)) => self.open.entry(package).or_default().ran(test),
            ("output", test) => {
                let output = line.output.ok_or_else(|| ReadError::new("an event `output` without `Output`"))?;
                self.open.entry(package).or_default().printed(test, &output.0);
            }
            ("attr" | "artifacts", _) => {}
            (word, test) => {
                let outcome = match word {
                    "pass" | "bench" => TestOutcome::Passed,
                    "skip" => TestOutcome::Skipped,
                    "fail" => TestOutcome::Failed,
                    _ => return Err(ReadError::new(format!("the unknown action {word:?}"))),
                };
                match test {
                    Some(test) => self.open.entry(package).or_default().ended(test, outcome),
                    None => self.end(package, outcome, line.elapsed, line.failed_build.as_deref()),
                }
            }
        }
        Ok(())
    }

    fn build(&mut self, line: Line) -> Result<()> {
        let what = line.import_path.ok_or_else(|| ReadError::new("an event of a build without `ImportPath`"))?;
        match (line.action.as_str(), line.output) {
            ("build-fail", _) => {
                self.broken.insert(what);
            }
            (_, Some(output)) if !output.0.starts_with('#') => {
                self.built.entry(what).or_insert_with(|| first_line(&output.0));
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes a package that has ended.
    fn end(&mut self, name: String, outcome: TestOutcome, elapsed: Option<f64>, failed_build: Option<&str>) {
        let package = self.open.remove(&name).unwrap_or_default();
        self.seconds += elapsed.filter(|s| *s >= 0.0).unwrap_or_default();
        let settled = package.settle(&name, &mut self.run);
        for test in settled.unended {
            self.report.fail(format!("the test {test} of {name} ran and never ended"));
        }
        self.without_tests += u64::from(settled.tests == 0 && outcome != TestOutcome::Failed);
        if outcome == TestOutcome::Failed {
            if settled.failed == 0 {
                let broken =
                    failed_build.and_then(|b| self.built.get(b)).map(|said| format!("the build failed: {said}"));
                self.fail(&name, broken.as_deref().unwrap_or(&settled.said));
            }
            self.failed.insert(name.clone());
        }
        if let Some(build) = failed_build {
            self.broken.remove(build);
        }
        self.again += u64::from(!self.ended.insert(name));
    }

    /// One failed test more, which has the name of a package.
    fn fail(&mut self, name: &str, message: &str) {
        self.run.add(TestCase {
            name: Text::new(if name.is_empty() { "(a package without a name)" } else { name }),
            outcome: TestOutcome::Failed,
            message: Text::new(if message.is_empty() { "the package failed, and no test of it did" } else { message }),
            location: None,
        });
    }

    /// Takes what go before 1.24 says of packages only as text.
    fn take_text(&mut self, failures: Vec<(String, String)>) {
        for (package, why) in failures {
            if self.failed.insert(package.clone()) {
                self.ended.insert(package.clone());
                self.fail(&package, why.trim_matches(['[', ']']));
            }
        }
    }

    fn finish(mut self) -> Result<Report> {
        if self.events == 0 {
            return Err(ReadError::new("no event of go test"));
        }
        for (name, package) in std::mem::take(&mut self.open) {
            self.report.fail(format!("the package {name} was tested and never ended: the report is not whole"));
            for test in package.settle(&name, &mut self.run).unended {
                self.report.fail(format!("the test {test} of {name} ran and never ended"));
            }
        }
        for build in std::mem::take(&mut self.broken) {
            let said = self.built.get(&build).cloned().unwrap_or_default();
            self.fail(&build, &format!("the build failed: {said}"));
        }
        Ok(self.reported())
    }

    fn reported(self) -> Report {
        let Self { mut run, mut report, .. } = self;
        report.tools = vec![Text::new("go test")];
        run.tool = Text::new("go test");
        run.seconds = (self.seconds > 0.0).then_some(self.seconds);
        match self.last.as_ref().map(|t| t.parse()) {
            Some(Ok(at)) => report.made_at = Some(at),
            Some(Err(_)) => report.note("a time that cannot be read; it is not used"),
            None => {}
        }
        if self.without_tests > 0 {
            let ended = size(self.ended.len());
            report.note(format!("packages of which no test ran: {} of {ended}", self.without_tests));
        }
        if self.again > 0 {
            report.note(format!("packages that were tested again: {}; each time counts", self.again));
        }
        if run.total() == 0 {
            report.note("0 tests: nothing was run");
        }
        report.facts.tests = Some(run);
        report
    }
}

#[cfg(test)]
mod tests;
