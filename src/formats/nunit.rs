//! NUnit 3 XML: a `test-run` of nested `test-suite`s with `test-case`s.
//!
//! Source: NUnit's documentation "Test Result XML Format" (nunit/docs
//! `docs/articles/nunit/technical-notes/usage/Test-Result-XML-Format.md`); measured with pytest-nunit 1.0.7.
//!
//! Counted are the test cases. A suite that failed (its set-up, its tear-down, an assembly that cannot be
//! loaded) and holds nothing that did is one failed test more. Nested suites are never added up; a header never
//! lowers a figure: where it admits more failures than its part of the body holds, they count. `Inconclusive` is
//! no pass: such a test counts as one that did not run. `Warning` is a pass. What the root says of the whole run
//! is not trusted where it is better than its tests: pytest-nunit writes `Passed` over failures.
//!
//! NUnit 2 (`test-results`) is another format, and not read.

use super::said::{first_line, moment};
use super::{Format, Head, Input};
use crate::facts::{Kind, Report, TestCase, TestOutcome, TestRun};
use crate::input::Result;
use crate::input::xml::{Event, Tag, Xml};
use crate::text::Text;
use crate::units::{plain_decimal, plain_u64};

pub(super) const FORMAT: Format = Format {
    name: "nunit",
    gives: &[Kind::Tests],
    producers: "pytest-nunit 1.0; by their documentation, not run: NUnit 3 and 4 (`nunit3-console`, NunitXml.TestLogger)",
    recognise,
    read,
};

/// How much text of a message is looked at for its first line.
const MOST_TEXT: usize = 4096;
/// How many headers that differ from their body are named.
const MOST_NOTES: u64 = 3;

fn recognise(head: &Head) -> bool {
    // An empty run has no suite, but says so in its counts.
    head.is_root("test-run") && (head.has_child("test-suite") || head.has_attribute("testcasecount"))
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

/// An element that is open: the run, a suite or a case.
struct Open {
    depth: usize,
    is_case: bool,
    name: String,
    outcome: TestOutcome,
    /// `Error`, `Ignored`, `Explicit` and their like.
    label: String,
    message: String,
    said_total: Option<u64>,
    said_failed: Option<u64>,
    /// Skipped and inconclusive.
    said_skipped: u64,
    /// The cases in it, those of them that failed and that did not run, and whether a suite in it failed.
    cases: u64,
    failed: u64,
    skipped: u64,
    suite_failed: bool,
    /// What the headers in it admit beyond their bodies, and the tests that they lack.
    inner_excess: u64,
    inner_missing: u64,
    inner_skipped: u64,
}

/// The document as far as it was read.
#[derive(Default)]
struct Body {
    run: TestRun,
    report: Report,
    open: Vec<Open>,
    /// Where a `failure` or a `reason` is open.
    holder: Option<usize>,
    differing: u64,
}

impl Body {
    /// Takes a start tag. `true`: the text of this element is wanted.
    fn start(&mut self, tag: &Tag<'_>) -> std::result::Result<bool, String> {
        let in_case = self.open.last().is_some_and(|o| o.is_case);
        match tag.name() {
            "test-run" if tag.depth == 1 => self.begin(tag)?,
            name if tag.depth == 1 => return Err(format!("the root is <{name}>, not <test-run>")),
            name @ ("test-suite" | "test-case" | "test-run") if in_case => {
                return Err(format!("a <{name}> inside a <test-case>"));
            }
            name @ ("test-suite" | "test-case") => {
                let open = Open::of(tag, name == "test-case")?;
                self.open.push(open);
            }
            "failure" | "reason" => self.holder = Some(tag.depth),
            "message" => return Ok(self.holder.is_some_and(|depth| depth + 1 == tag.depth)),
            _ => {}
        }
        Ok(false)
    }

    fn begin(&mut self, tag: &Tag<'_>) -> std::result::Result<(), String> {
        self.open.push(Open::of(tag, false)?);
        match tag.get("end-time").map(|said| moment(&said)) {
            Some(Some(at)) => self.report.made_at = at,
            Some(None) => self.report.note("a time that cannot be read; it is not used"),
            None => {}
        }
        self.run.seconds = tag.get("duration").and_then(|d| plain_decimal(d.trim())).filter(|s| *s >= 0.0);
        Ok(())
    }

    fn explain(&mut self, line: String) {
        if let Some(open) = self.open.last_mut()
            && open.message.is_empty()
        {
            open.message = line;
        }
    }

    fn end(&mut self, depth: usize) {
        if self.holder.is_some_and(|d| d > depth) {
            self.holder = None;
        }
        if self.open.last().is_some_and(|o| o.depth > depth)
            && let Some(open) = self.open.pop()
        {
            if open.is_case { self.close(open) } else { self.leave(open) }
        }
    }

    fn close(&mut self, case: Open) {
        let outcome = case.outcome;
        let message = if case.message.is_empty() { &case.label } else { &case.message };
        if let Some(suite) = self.open.last_mut() {
            suite.cases += 1;
            suite.failed += u64::from(outcome == TestOutcome::Failed);
            suite.skipped += u64::from(outcome == TestOutcome::Skipped);
        }
        self.run.add(TestCase { name: Text::new(&case.name), outcome, message: Text::new(message), location: None });
    }

    /// Takes a suite that has ended into the one around it, or the run itself.
    fn leave(&mut self, mut suite: Open) {
        if let Some(difference) = suite.difference() {
            self.differing += 1;
            if self.differing <= MOST_NOTES {
                self.report.note(difference);
            }
        }
        let nothing_in_it = suite.failed == 0 && !suite.suite_failed && suite.excess() == 0;
        let alone = suite.outcome == TestOutcome::Failed && nothing_in_it;
        let Some(outer) = self.open.last_mut() else {
            self.end_run(&suite, alone);
            return;
        };
        if alone {
            self.run.add(TestCase {
                name: Text::new(&suite.name),
                outcome: TestOutcome::Failed,
                message: Text::new(if suite.message.is_empty() {
                    "the suite failed, and no test of it did"
                } else {
                    &suite.message
                }),
                location: None,
            });
        }
        suite.suite_failed |= alone;
        outer.cases += suite.cases;
        outer.failed += suite.failed;
        outer.skipped += suite.skipped;
        outer.suite_failed |= suite.suite_failed;
        outer.inner_excess = outer.inner_excess.saturating_add(suite.excess());
        outer.inner_missing = outer.inner_missing.saturating_add(suite.missing());
        outer.inner_skipped = outer.inner_skipped.saturating_add(suite.excess_skipped());
    }

    fn end_run(&mut self, run: &Open, alone: bool) {
        if alone {
            self.report.fail("the run says that it failed, and no test of it did");
        }
        let excess = run.excess();
        self.run.admit(excess, run.excess_skipped(), run.missing());
        if self.run.unlisted_skipped > 0 {
            let skipped = self.run.unlisted_skipped;
            self.report
                .note(format!("tests that the headers call skipped and the body does not hold: {skipped}; they count"));
        }
        if excess > 0 {
            self.report
                .note(format!("failures that the headers admit and the body does not hold: {excess}; they count"));
        }
    }

    fn finish(self) -> Report {
        let Self { run, mut report, differing, .. } = self;
        if differing > MOST_NOTES {
            report.note(format!("more headers that differ from their bodies: {}", differing - MOST_NOTES));
        }
        if run.total() == 0 {
            report.note("0 tests: nothing was run");
        }
        report.facts.tests = Some(run);
        report
    }
}

impl Open {
    /// # Errors
    /// A count that is none, or an unknown result.
    fn of(tag: &Tag<'_>, is_case: bool) -> std::result::Result<Self, String> {
        let count = |name: &str| match tag.get(name) {
            None => Ok(None),
            Some(said) => match plain_u64(said.trim()) {
                Some(n) => Ok(Some(n)),
                None => Err(format!("`{name}` is {said:?}, which is no count")),
            },
        };
        for name in ["passed", "warnings"] {
            count(name)?;
        }
        let skipped = count("skipped")?.unwrap_or_default();
        let name = tag.get("fullname").or_else(|| tag.get("name")).unwrap_or_default();
        let name = if name.trim().is_empty() { "(without a name)" } else { name.trim() };
        Ok(Self {
            depth: tag.depth,
            is_case,
            name: name.to_owned(),
            outcome: result(tag)?,
            message: String::new(),
            label: tag.get("label").map(|l| l.trim().to_owned()).unwrap_or_default(),
            said_total: count("total")?,
            said_failed: count("failed")?,
            said_skipped: skipped.saturating_add(count("inconclusive")?.unwrap_or_default()),
            cases: 0,
            failed: 0,
            skipped: 0,
            suite_failed: false,
            inner_excess: 0,
            inner_missing: 0,
            inner_skipped: 0,
        })
    }

    /// Failures that this header or those inside it admit and the body does not hold.
    fn excess(&self) -> u64 {
        self.said_failed.unwrap_or_default().saturating_sub(self.failed).max(self.inner_excess)
    }

    /// Tests that the headers state and the body does not hold.
    fn missing(&self) -> u64 {
        self.said_total.unwrap_or_default().saturating_sub(self.cases).max(self.inner_missing)
    }

    /// Tests that did not run by this header or those inside it, beyond the body.
    fn excess_skipped(&self) -> u64 {
        self.said_skipped.saturating_sub(self.skipped).max(self.inner_skipped)
    }

    /// A note, where the header differs from the body.
    fn difference(&self) -> Option<String> {
        let (total, failed) = (self.said_total.unwrap_or(self.cases), self.said_failed.unwrap_or(self.failed));
        (total != self.cases || failed != self.failed).then(|| {
            let (name, cases, held) = (&self.name, self.cases, self.failed);
            format!(
                "the header of {name:?} says {total} tests, of which {failed} failed; its body holds {cases} and {held}"
            )
        })
    }
}

/// How a test, a suite or a run ended: NUnit always says it.
///
/// # Errors
/// No word, or an unknown one.
fn result(tag: &Tag<'_>) -> std::result::Result<TestOutcome, String> {
    match tag.get("result").as_deref() {
        None => Err(format!("a <{}> without `result`", tag.name())),
        Some("Passed" | "Warning") => Ok(TestOutcome::Passed),
        Some("Skipped" | "Inconclusive") => Ok(TestOutcome::Skipped),
        Some("Failed") => Ok(TestOutcome::Failed),
        Some(other) => Err(format!("the unknown result {other:?}")),
    }
}

#[cfg(test)]
mod tests;
