//! What libtest writes under `--format json`, and cargo-nextest under `--message-format libtest-json`:
//! a line for each event.
//!
//! Sources: rust-lang/rust `library/test/src/formatters/json.rs`, nextest-rs/nextest
//! `nextest-runner/src/reporter/structured/libtest.rs`; measured with 1.95 and nextest 0.9.143.
//!
//! Counted are the events that end a test. `timeout` only warns that one runs long. A test that was
//! started and never ended (an abort, a file that is cut off) failed, and the run with it; so did a run
//! of which a suite has no end. Where the suites count more failures than there are events, they count.
//!
//! nextest writes a suite anew for each batch of its tests, so that the suites' own figures of ignored
//! and filtered tests are worth nothing, and its tests may end behind the end of a suite. A retried one
//! is started as `name` and ends as `name#2`: passed so, it is flaky.
//!
//! `cargo bench -- --format json` gives durations: the median, in ns. It reports every test as ignored;
//! such tests are no skipped ones. Output of tests is not kept, but for the line that says what failed.

mod event;

use std::collections::BTreeMap;

use self::event::{Counts, Ended, Event, Line};
use super::{Format, Head, Input};
use crate::facts::{Kind, Report, TestCase, TestOutcome, TestRun, Timings};
use crate::input::json::lines;
use crate::input::{ReadError, Result, size, total};
use crate::text::Text;

pub(super) const FORMAT: Format = Format {
    name: "libtest",
    gives: &[Kind::Tests, Kind::Timings],
    producers: "libtest of Rust 1.95 (`cargo test` or `cargo bench` with `-- -Z unstable-options --format json`), \
                cargo-nextest 0.9.143 (`--message-format libtest-json`)",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    head.string("type") == Some("suite") && head.string("event").is_some()
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut stream = Stream::default();
    let (mut others, mut behind) = (0_u64, false);
    lines(
        input.window,
        |line: Line| stream.take(line.event()?),
        |other| {
            others += 1;
            behind |= ["{\"type\":", "{ \"type\":"].iter().any(|w| other.contains(w));
        },
    )?;
    if stream.started == 0 {
        return Err(ReadError::new("no suite was started: not a report of libtest"));
    }
    let mut report = stream.finish();
    if others > 0 {
        report.note(format!("lines that are no events of libtest: {others}; they are passed over"));
    }
    if behind {
        report.fail(
            "an event stands behind other text in its line: run without --nocapture, and keep stdout apart from stderr",
        );
    }
    Ok(report)
}

/// The events as far as they were read.
#[derive(Default)]
struct Stream {
    run: TestRun,
    timings: Timings,
    /// Suites that were started, and that ended.
    started: u64,
    ended: u64,
    /// Suites that call themselves failed.
    failed_suites: u64,
    /// What the suites count.
    said: Counts,
    seconds: Option<f64>,
    /// The tests that were started and did not end, each with how often.
    open: BTreeMap<String, u64>,
    /// Tests that ended and were not started.
    lone: u64,
    nextest: bool,
}

impl Stream {
    fn take(&mut self, event: Event) -> Result<()> {
        match event {
            Event::Nothing => {}
            Event::SuiteStarted => self.started += 1,
            Event::SuiteEnded { failed, counts, seconds } => {
                self.ended += 1;
                self.failed_suites += u64::from(failed);
                self.said.add(&counts);
                if let Some(seconds) = seconds.filter(|s| *s >= 0.0) {
                    self.seconds = Some(self.seconds.unwrap_or_default() + seconds);
                }
            }
            Event::Started(name) => {
                self.nextest |= name.contains('$');
                *self.open.entry(name).or_default() += 1;
            }
            Event::Ended(ended) => self.end(ended),
            Event::Measured { name, nanoseconds } => {
                self.close(&name);
                if !self.timings.add(&name, nanoseconds / 1e9) {
                    return Err(ReadError::new(format!("the `median` of {name:?} is negative")));
                }
            }
        }
        Ok(())
    }

    fn end(&mut self, ended: Ended) {
        let (name, retried) = self.close(&ended.name);
        let flaky = retried && ended.outcome == TestOutcome::Passed;
        let message = if flaky { "passed only when it was run again" } else { &ended.message };
        self.run.add(TestCase {
            outcome: if flaky { TestOutcome::Flaky } else { ended.outcome },
            name: Text::new(name),
            message: Text::new(message),
            location: ended.location,
        });
    }

    /// Takes a test as ended: gives its name without the mark of a retry, and whether it has one.
    fn close<'n>(&mut self, name: &'n str) -> (&'n str, bool) {
        if self.forget(name) {
            return (name, false);
        }
        // Only nextest marks a retry so; where the start of the test is lost, the mark still tells.
        let bare = name.rsplit_once('#').filter(|(_, n)| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
        let bare = bare.map(|(bare, _)| bare);
        let known = bare.is_some_and(|bare| self.forget(bare));
        self.lone += u64::from(!known);
        (bare.unwrap_or(name), bare.is_some())
    }

    /// Whether a test of that name was open.
    fn forget(&mut self, name: &str) -> bool {
        match self.open.get_mut(name) {
            None => false,
            Some(1) => self.open.remove(name).is_some(),
            Some(n) => {
                *n -= 1;
                true
            }
        }
    }

    fn finish(mut self) -> Report {
        let mut report = Report::by(if self.nextest { "cargo-nextest" } else { "libtest" });
        self.compare(&mut report);
        self.fail_open(&mut report);
        self.run.tool = report.tools.first().cloned().unwrap_or_default();
        self.run.seconds = self.seconds;
        if self.lone > 0 {
            report.note(format!("tests that ended and were not started: {}; they count", self.lone));
        }
        let filtered = self.said.filtered_out;
        if filtered > 0 && !self.nextest {
            report.note(format!("tests left out by a filter: {filtered}"));
        }
        let benches = size(self.timings.list.len());
        if benches > 0 {
            self.pass_over_ignored(&mut report);
            report.facts.timings = Some(self.timings);
        } else if self.run.total() == 0 {
            report.note("0 tests: nothing was run");
        }
        if benches == 0 || self.run.total() > 0 {
            report.facts.tests = Some(self.run);
        }
        report
    }

    /// Holds what the suites say against what their tests say; the worse counts.
    fn compare(&mut self, report: &mut Report) {
        let (said, run) = (&self.said, &mut self.run);
        let (failed, ran) = (run.failed(), run.ran());
        let excess = said.failed.saturating_sub(failed);
        if excess > 0 {
            report.note(format!("the suites count {excess} failures more than there are failed tests; they count"));
            run.admit(excess, 0, said.passed.saturating_add(said.failed).saturating_sub(ran));
        }
        if self.failed_suites > 0 && failed == 0 && excess == 0 {
            report.fail("a suite says that it failed, and no test of it did");
        }
        let benches = size(self.timings.list.len());
        if said.measured > benches {
            report.fail(format!("the suites count {} benchmarks, the report holds {benches}", said.measured));
        }
    }

    /// A test or a suite without an end fails, and the run with it.
    fn fail_open(&mut self, report: &mut Report) {
        if self.started != self.ended {
            let (started, ended) = (self.started, self.ended);
            report.fail(format!(
                "suites started: {started}, ended: {ended}; one was aborted, or the report is not whole"
            ));
        }
        let Some(first) = self.open.keys().next() else { return };
        let open = total(self.open.values().copied());
        report.fail(format!("tests that were started and never ended: {open}, {first:?} among them"));
        let open = std::mem::take(&mut self.open).into_iter();
        for name in open.flat_map(|(name, n)| (0..n).map(move |_| name.clone())) {
            self.run.add(TestCase {
                name: Text::new(&name),
                outcome: TestOutcome::Failed,
                message: Text::new("it was started and never ended"),
                location: None,
            });
        }
    }

    fn pass_over_ignored(&mut self, report: &mut Report) {
        let before = self.run.others.len();
        self.run.others.retain(|c| c.outcome != TestOutcome::Skipped);
        let ignored = before - self.run.others.len();
        if ignored > 0 {
            report.note(format!("ignored tests: {ignored}; `cargo bench` runs none, so they are no skipped tests"));
        }
    }
}

#[cfg(test)]
mod tests;
