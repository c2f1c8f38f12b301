//! CTRF, the Common Test Report Format, in JSON.
//!
//! Source: ctrf-io/ctrf `schema/ctrf.schema.json`; measured with jest-ctrf-json-reporter 0.0.11 and
//! pytest-json-ctrf 0.6.1.
//!
//! Counted are the tests. `other` is no pass: it failed. `pending` did not run. A test that passed and is
//! marked as flaky, or was retried, is flaky. The summary never lowers a figure: where it admits more failures
//! than there are failed tests, they count; where it admits more flaky tests, the report contradicts itself and
//! its run is a failed one. A file of tests that did not load is not in the report at all (measured).

use jiff::Timestamp;
use serde::de::DeserializeSeed as _;
use serde::{Deserialize, Deserializer};

use super::said::first_line;
use super::{Format, Head, Input};
use crate::facts::{Kind, Location, Report, TestCase, TestOutcome, TestRun, normal_path};
use crate::input::Result;
use crate::input::json::{Each, Json, Start};
use crate::text::Text;

pub(super) const FORMAT: Format = Format {
    name: "ctrf",
    gives: &[Kind::Tests],
    producers: "jest-ctrf-json-reporter 0.0.11, pytest-json-ctrf 0.6.1, and the other reporters of ctrf.io",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    // Reports of old state no format.
    head.string("reportFormat") == Some("CTRF") || head.has("results.tool.name") && head.has("results.summary.tests")
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let document: Document = Json::document(input.window)?;
    let Results { tool, summary, tests: Tests { mut run, failed, flaky, listed }, environment } = document.results;
    let mut report = Report::by(&tool.name);
    run.tool = Text::new(&tool.name);
    run.seconds = summary.seconds();
    summary.compare(listed, failed, &mut run, &mut report);
    if summary.flaky.is_some_and(|said| said > flaky) {
        let said = summary.flaky.unwrap_or_default();
        report.fail(format!("the summary counts {said} flaky tests, the list holds {flaky}"));
    }
    let stated = document.timestamp.as_deref().map(|t| t.parse::<Timestamp>());
    if matches!(stated, Some(Err(_))) {
        report.note("a timestamp that cannot be read; it is not used");
    }
    report.made_at = stated.and_then(|t| t.ok()).or_else(|| summary.stopped());
    report.revisions =
        environment.and_then(|e| e.commit).filter(|c| !c.is_empty()).map(|c| Text::new(&c)).into_iter().collect();
    if run.total() == 0 {
        report.note("0 tests: nothing was run");
    }
    report.facts.tests = Some(run);
    Ok(report)
}

#[derive(Deserialize)]
#[serde(expecting = "a report of CTRF")]
struct Document {
    timestamp: Option<String>,
    results: Results,
}

#[derive(Deserialize)]
#[serde(expecting = "the results of CTRF")]
struct Results {
    tool: Tool,
    summary: Summary,
    #[serde(deserialize_with = "tests")]
    tests: Tests,
    environment: Option<Environment>,
}

#[derive(Deserialize)]
struct Tool {
    name: String,
}

#[derive(Deserialize)]
struct Environment {
    commit: Option<String>,
}

/// The header.
#[derive(Deserialize)]
struct Summary {
    tests: u64,
    passed: u64,
    failed: u64,
    skipped: u64,
    pending: u64,
    other: u64,
    flaky: Option<u64>,
    /// Milliseconds since 1970.
    start: Option<f64>,
    stop: Option<f64>,
}

impl Summary {
    fn seconds(&self) -> Option<f64> {
        let spent = (self.stop? - self.start?) / 1e3;
        (spent >= 0.0 && self.start? > 0.0).then_some(spent)
    }

    fn stopped(&self) -> Option<Timestamp> {
        let stop = self.stop.filter(|s| *s > 0.0)? / 1e3;
        let duration = jiff::SignedDuration::try_from_secs_f64(stop).ok()?;
        Timestamp::from_duration(duration).ok()?.round(jiff::Unit::Millisecond).ok()
    }

    /// Holds the summary against the list; the worse counts.
    fn compare(&self, listed: u64, failed: u64, run: &mut TestRun, report: &mut Report) {
        let said = self.failed.saturating_add(self.other);
        let rest = self.passed.saturating_add(self.skipped).saturating_add(self.pending);
        let total = self.tests.max(said.saturating_add(rest));
        if said != failed || self.tests != listed {
            report.note(format!(
                "the summary says {} tests, of which {said} failed or ended otherwise; the list holds {listed} and {failed}",
                self.tests
            ));
        }
        let skipped = self.skipped.saturating_add(self.pending).saturating_sub(run.skipped());
        run.admit(said.saturating_sub(failed), skipped, total.saturating_sub(listed));
        if run.unlisted_skipped > 0 {
            let skipped = run.unlisted_skipped;
            report.note(format!(
                "tests that the summary calls skipped and the list does not hold: {skipped}; they count"
            ));
        }
    }
}

/// The tests, counted while they are read.
#[derive(Default)]
struct Tests {
    run: TestRun,
    listed: u64,
    failed: u64,
    /// Those that are marked as flaky, however they ended.
    flaky: u64,
}

#[derive(Deserialize)]
#[serde(expecting = "a test of CTRF")]
struct Test {
    name: String,
    status: Status,
    #[serde(rename = "rawStatus")]
    raw_status: Option<String>,
    message: Option<Start>,
    flaky: Option<bool>,
    retries: Option<u64>,
    #[serde(rename = "filePath")]
    file_path: Option<String>,
    line: Option<u32>,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Status {
    Passed,
    Failed,
    Skipped,
    Pending,
    Other,
}

fn tests<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Tests, D::Error> {
    let mut tests = Tests::default();
    Each::new(|test: Test| {
        tests.add(test);
        Ok(())
    })
    .deserialize(deserializer)?;
    Ok(tests)
}

impl Tests {
    fn add(&mut self, test: Test) {
        let flaky = test.flaky == Some(true);
        let again = flaky || test.retries.is_some_and(|n| n > 0);
        let outcome = match test.status {
            Status::Passed if again => TestOutcome::Flaky,
            Status::Passed => TestOutcome::Passed,
            Status::Skipped | Status::Pending => TestOutcome::Skipped,
            Status::Failed | Status::Other => TestOutcome::Failed,
        };
        self.listed += 1;
        self.failed += u64::from(outcome == TestOutcome::Failed);
        self.flaky += u64::from(flaky || outcome == TestOutcome::Flaky);
        let mut message = first_line(&test.message.unwrap_or_default().0);
        if message.is_empty() && outcome != TestOutcome::Passed {
            message = match (outcome, &test.raw_status) {
                (TestOutcome::Flaky, _) => "passed only when it was run again".into(),
                (_, Some(raw)) => raw.clone(),
                (_, None) if test.status == Status::Other => "it ended as `other`".into(),
                _ => String::new(),
            };
        }
        self.run.add(TestCase {
            name: Text::new(&test.name),
            outcome,
            message: Text::new(&message),
            location: test
                .file_path
                .filter(|f| !f.trim().is_empty())
                .map(|file| Location { path: Text::new(&normal_path(&file)), line: test.line.filter(|l| *l > 0) }),
        });
    }
}

#[cfg(test)]
mod tests;
