//! TRX: the `TestRun` of Visual Studio, which `dotnet test --logger trx` writes.
//!
//! Source: microsoft/vstest `src/Microsoft.TestPlatform.Extensions.TrxLogger/ObjectModel/` (`TestOutcome.cs`,
//! `TestRunSummary.cs`); measured with jest-trx-results-processor 3.0.2.
//!
//! Counted are the results that hold no others: a result with `InnerResults` (data rows, an ordered test) only
//! sums them up, and counts by itself only where it failed and none of them did. The counters never lower a
//! figure: where they admit more failures than there are failed results, they count. vstest leaves all but
//! `total`, `executed`, `passed` and `failed` at 0.
//!
//! A summary that calls the run failed where no test did (a test host that crashed), one that is missing or
//! says that the run did not end, and an error among the `RunInfos` make a failed run.

mod outcome;

use super::said::{first_line, moment};
use super::{Format, Head, Input};
use crate::facts::{Kind, Report, TestCase, TestOutcome, TestRun};
use crate::input::xml::{Event, Tag, Xml};
use crate::input::{Result, total};
use crate::text::Text;
use crate::units::plain_u64;

use self::outcome::{RunEnd, run_end, test_outcome};

pub(super) const FORMAT: Format = Format {
    name: "trx",
    gives: &[Kind::Tests],
    producers: "jest-trx-results-processor 3.0; by its source, not run: vstest (`dotnet test --logger trx`)",
    recognise,
    read,
};

/// How much text of a message is looked at for its first line.
const MOST_TEXT: usize = 4096;
/// How many warnings of a run are noted.
const MOST_NOTES: usize = 5;

fn recognise(head: &Head) -> bool {
    head.is_root("TestRun")
        && head.attribute("xmlns").is_some_and(|x| x.contains("microsoft.com/schemas/VisualStudio/TeamTest"))
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut xml = Xml::new(input.window);
    let mut body = Body::default();
    loop {
        let wanted = match xml.event()? {
            None => return Ok(body.finish()),
            Some(Event::End(depth)) => {
                body.end(depth);
                Ok(false)
            }
            Some(Event::Start(tag)) => body.start(&tag),
        };
        if wanted.map_err(|reason| xml.error(reason))? {
            let text = xml.text(MOST_TEXT)?;
            body.explain(first_line(&text));
        }
    }
}

/// A result that is open.
struct Open {
    depth: usize,
    name: String,
    outcome: TestOutcome,
    message: String,
    /// The results in it, and whether one of them failed.
    inner: u64,
    inner_failed: bool,
}

/// The document as far as it was read.
#[derive(Default)]
struct Body {
    run: TestRun,
    report: Report,
    open: Vec<Open>,
    /// All results, those that hold others included, and those of them that failed and that did not run.
    results: u64,
    failed: u64,
    skipped: u64,
    said: Option<Said>,
    end_of_run: Option<RunEnd>,
    /// The element that holds the text that is wanted next, and the outcome of an information on the run.
    holder: Option<(Holder, usize)>,
    warnings: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Holder {
    Error,
    /// An information on the run, and whether it is an error.
    Info(bool),
}

/// What the counters say.
struct Said {
    total: u64,
    failed: u64,
    /// What is neither passed nor failed; nobody counts it by a name of its own.
    skipped: u64,
}

impl Body {
    /// Takes a start tag. `true`: the text of this element is wanted.
    fn start(&mut self, tag: &Tag<'_>) -> std::result::Result<bool, String> {
        let name = tag.name().rsplit(':').next().unwrap_or_default();
        if tag.depth == 1 && name != "TestRun" {
            return Err(format!("the root is <{name}>, not <TestRun>"));
        }
        match name {
            _ if name.ends_with("TestResult") || name == "TestResultAggregation" => self.enter(tag)?,
            "Times" => self.times(tag),
            "ResultSummary" => self.end_of_run = Some(run_end(tag.get("outcome").as_deref())?),
            "Counters" => self.said = Some(Said::of(tag)?),
            "ErrorInfo" => self.holder = Some((Holder::Error, tag.depth)),
            "RunInfo" => {
                let error = run_end(tag.get("outcome").as_deref())? != RunEnd::Ended;
                self.holder = Some((Holder::Info(error), tag.depth));
            }
            "Message" => return Ok(self.is_held(Holder::Error, tag)),
            "Text" => return Ok(self.is_held(Holder::Info(true), tag) || self.is_held(Holder::Info(false), tag)),
            _ => {}
        }
        Ok(false)
    }

    fn is_held(&self, by: Holder, tag: &Tag<'_>) -> bool {
        self.holder.is_some_and(|(holder, depth)| holder == by && depth + 1 == tag.depth)
    }

    /// Takes the first line of a text that [`Self::start`] asked for.
    fn explain(&mut self, line: String) {
        match (self.holder, self.open.last_mut()) {
            (Some((Holder::Error, _)), Some(open)) if open.message.is_empty() => open.message = line,
            (Some((Holder::Info(true), _)), _) => self.report.fail(format!("the run tells of an error: {line}")),
            (Some((Holder::Info(false), _)), _) => {
                self.warnings += 1;
                if self.warnings <= MOST_NOTES {
                    self.report.note(format!("the run warns: {line}"));
                }
            }
            _ => {}
        }
    }

    fn enter(&mut self, tag: &Tag<'_>) -> std::result::Result<(), String> {
        let said = tag.get("outcome");
        let outcome = test_outcome(said.as_deref())?;
        self.open.push(Open {
            depth: tag.depth,
            name: tag
                .get("testName")
                .map(|n| n.trim().to_owned())
                .filter(|n| !n.is_empty())
                .unwrap_or("(without a name)".into()),
            outcome,
            message: match said.as_deref() {
                None => "no outcome is stated".into(),
                Some("Failed" | "Passed" | "NotExecuted") => String::new(),
                Some(other) => format!("it ended as `{other}`"),
            },
            inner: 0,
            inner_failed: false,
        });
        Ok(())
    }

    fn end(&mut self, depth: usize) {
        if self.holder.is_some_and(|(_, d)| d > depth) {
            self.holder = None;
        }
        if self.open.last().is_some_and(|o| o.depth > depth)
            && let Some(open) = self.open.pop()
        {
            self.close(open);
        }
    }

    fn close(&mut self, open: Open) {
        let failed = open.outcome == TestOutcome::Failed;
        self.results += 1;
        self.failed += u64::from(failed);
        self.skipped += u64::from(open.outcome == TestOutcome::Skipped);
        if let Some(outer) = self.open.last_mut() {
            outer.inner += 1;
            outer.inner_failed |= failed || open.inner_failed;
        }
        if open.inner == 0 || failed && !open.inner_failed {
            self.run.add(TestCase {
                name: Text::new(&open.name),
                outcome: open.outcome,
                message: Text::new(&open.message),
                location: None,
            });
        }
    }

    fn times(&mut self, tag: &Tag<'_>) {
        let at = |name: &str| tag.get(name).map(|said| moment(&said));
        match at("finish") {
            Some(None) => self.report.note("a time that cannot be read; it is not used"),
            Some(Some(finish)) => {
                self.report.made_at = finish;
                let start = at("start").flatten().flatten();
                let spent = finish.zip(start).map(|(finish, start)| finish.duration_since(start).as_secs_f64());
                self.run.seconds = spent.filter(|s| *s >= 0.0);
            }
            None => {}
        }
    }

    fn finish(mut self) -> Report {
        self.compare();
        let Self { run, mut report, .. } = self;
        match self.end_of_run {
            None => report.fail("no `ResultSummary`: whether the run ended is not known"),
            Some(RunEnd::Ended) => {}
            Some(RunEnd::Failed) if run.failed() > 0 => {}
            Some(RunEnd::Failed) => report.fail("the summary says that the run failed, and no test of it did"),
            Some(RunEnd::Broken) => report.fail("the summary says that the run did not come to its end"),
        }
        if self.warnings > MOST_NOTES {
            report.note(format!("more warnings of the run: {}", self.warnings - MOST_NOTES));
        }
        if run.total() == 0 {
            report.note("0 tests: nothing was run");
        }
        report.facts.tests = Some(run);
        report
    }

    /// Holds the counters against the results; the worse counts.
    fn compare(&mut self) {
        let Some(said) = &self.said else { return };
        if said.failed != self.failed || said.total != self.results && said.total != self.run.total() {
            self.report.note(format!(
                "the counters say {} tests, of which {} failed; there are {} results, of which {} failed",
                said.total, said.failed, self.results, self.failed
            ));
        }
        let (failed, skipped) = (said.failed.saturating_sub(self.failed), said.skipped.saturating_sub(self.skipped));
        self.run.admit(failed, skipped, said.total.saturating_sub(self.results));
        if self.run.unlisted_skipped > 0 {
            let skipped = self.run.unlisted_skipped;
            self.report.note(format!("results that the counters call neither passed nor failed, and that are missing or passed: {skipped}; they count as skipped"));
        }
    }
}

impl Said {
    /// # Errors
    /// A count that is none.
    fn of(tag: &Tag<'_>) -> std::result::Result<Self, String> {
        let count = |name: &str| match tag.get(name) {
            None => Ok(0),
            Some(said) => plain_u64(said.trim()).ok_or_else(|| format!("`{name}` is {said:?}, which is no count")),
        };
        let names = [
            "failed",
            "error",
            "timeout",
            "aborted",
            "passedButRunAborted",
            "notRunnable",
            "disconnected",
            "inProgress",
            "pending",
        ];
        let failed = names.map(count).into_iter().collect::<std::result::Result<Vec<u64>, _>>()?;
        for name in ["executed", "inconclusive", "notExecuted", "completed"] {
            count(name)?;
        }
        let (all, failed) = (count("total")?, total(failed.into_iter()));
        let passed = count("passed")?.saturating_add(count("warning")?);
        let skipped = if tag.get("passed").is_some() { all.saturating_sub(passed.saturating_add(failed)) } else { 0 };
        Ok(Self { total: all, failed, skipped })
    }
}

#[cfg(test)]
mod tests;
