//! JUnit XML, in the dialects of its many producers. There is no standard; nobody follows one.
//!
//! Sources: the XSD of Maven Surefire 3.0.2, nextest-rs/nextest `site/src/docs/machine-readable/junit.md`,
//! jest-junit `utils/buildJsonResults.js`, Kitware/CMake `Source/CTest/cmCTestRunTest.cxx`, goldens of
//! gotestsum, files that pytest 9 (with reruns), ctest 4.4, jest, node 20, mocha 12, PHPUnit 9.6, bats and ant wrote.
//!
//! Counted are the test cases, each by the worst it holds, and a failure that stands directly under
//! a suite as one failed test more. A header never lowers a figure: where it admits more failures
//! than its own part of the body holds, they count, and so do skipped tests that the body lacks. Output of
//! tests is passed over, not kept.

mod case;
mod rerun;
mod suite;

use self::case::Case;
use self::suite::Suite;
use super::said::{first_line, moment};
use super::{Format, Head, Input};
use crate::facts::{Kind, Report, TestCase, TestOutcome, TestRun};
use crate::input::Result;
use crate::input::xml::{Event, Tag, Xml};
use crate::text::Text;

pub(super) const FORMAT: Format = Format {
    name: "junit",
    gives: &[Kind::Tests],
    producers: "cargo-nextest 0.9, Maven Surefire, Gradle, ant 1.10, pytest 9, jest-junit, node 20, mocha 12, PHPUnit 9, \
                bats 1.8 and 1.13, gotestsum, ctest 4, googletest, scalatest",
    recognise,
    read,
};

/// How much text of a failure is looked at for a line that says what failed.
const MOST_TEXT: usize = 4096;
/// How many headers that differ from their body are named.
const MOST_NOTES: u64 = 3;

fn recognise(head: &Head) -> bool {
    head.is_root("testsuites") || head.is_root("testsuite")
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut xml = Xml::new(input.window);
    let mut body = Body::default();
    loop {
        let taken = match xml.event()? {
            None => return Ok(body.finish()),
            Some(Event::End(depth)) => {
                body.end(depth);
                Ok(false)
            }
            Some(Event::Start(tag)) => body.start(&tag),
        };
        if taken.map_err(|reason| xml.error(reason))? {
            let text = xml.text(MOST_TEXT)?;
            body.explain(&text);
        }
    }
}

/// The document as far as it was read.
#[derive(Default)]
struct Body {
    run: TestRun,
    report: Report,
    /// The suites that are open, the root first.
    suites: Vec<Suite>,
    case: Option<Case>,
    tries: rerun::Tries,
    differing: u64,
    bad_times: u64,
}

impl Body {
    /// Takes a start tag. `true`: the text of this element is wanted.
    fn start(&mut self, tag: &Tag<'_>) -> std::result::Result<bool, String> {
        let name = tag.name().rsplit(':').next().unwrap_or_default();
        match (name, &mut self.case) {
            ("testsuites" | "testsuite", None) => self.enter(tag)?,
            _ if self.suites.is_empty() => return Err(format!("the root is <{name}>, not <testsuites>")),
            ("testcase", None) => {
                if self.is_nameless(tag) {
                    return Err("a <testcase> of pytest without `name` and `classname`".into());
                }
                let spent = self.seconds(tag);
                self.spend(spent);
                self.case = Some(Case::of(tag));
            }
            ("testsuites" | "testsuite" | "testcase", Some(_)) => {
                return Err(format!("a <{name}> inside a <testcase>"));
            }
            ("failure" | "error", Some(case)) => {
                case.elements += 1;
                return Ok(case.mark(TestOutcome::Failed, tag));
            }
            ("failure" | "error", None) => return Ok(self.bare_failure(tag)),
            ("skipped", Some(case)) => {
                // ctest writes a program that it could not start as skipped. Real skips say so.
                let said = tag.get("message").unwrap_or_default();
                let real = ["SKIP_RETURN_CODE", "SKIP_REGULAR_EXPRESSION_MATCHED"].iter().any(|w| said.starts_with(w));
                let failed = case.notrun && !real;
                case.skipped = true;
                return Ok(case.mark(if failed { TestOutcome::Failed } else { TestOutcome::Skipped }, tag));
            }
            ("flakyFailure" | "flakyError", Some(case)) => {
                case.elements += 1;
                return Ok(case.mark(TestOutcome::Flaky, tag));
            }
            // Further failures of a test that failed, whatever else it holds.
            ("rerunFailure" | "rerunError", Some(case)) => {
                case.elements += 1;
                return Ok(case.mark(TestOutcome::Failed, tag));
            }
            _ => {}
        }
        Ok(false)
    }

    /// Takes the text of the element that [`Self::start`] asked for, and its end.
    fn explain(&mut self, text: &str) {
        let Some(mut case) = self.case.take() else { return };
        if let Some((_, message)) = &mut case.message {
            *message = first_line(text);
        }
        if case.bare {
            self.close(case);
        } else {
            self.case = Some(case);
        }
    }

    fn end(&mut self, depth: usize) {
        if self.case.as_ref().is_some_and(|c| c.depth > depth)
            && let Some(case) = self.case.take()
        {
            self.close(case);
        }
        if self.suites.last().is_some_and(|s| s.depth > depth)
            && let Some(suite) = self.suites.pop()
        {
            self.leave(suite);
        }
    }

    /// A failure directly under a suite: one test more, which failed.
    fn bare_failure(&mut self, tag: &Tag<'_>) -> bool {
        let name = self.suites.iter().rev().map(|s| s.name.as_str()).find(|n| !n.is_empty()).unwrap_or("(a suite)");
        let mut case = Case { depth: tag.depth, bare: true, name: name.to_owned(), elements: 1, ..Case::default() };
        let wanted = case.mark(TestOutcome::Failed, tag);
        self.case = Some(case);
        wanted
    }

    fn close(&mut self, mut case: Case) {
        if !self.try_again(&mut case) {
            return;
        }
        if let Some(suite) = self.suites.last_mut() {
            suite.tests += 1;
            suite.hold(&case);
        }
        match case.outcome {
            TestOutcome::Passed => self.run.passed += 1,
            outcome => self.run.others.push(TestCase {
                name: Text::new(&case.full_name()),
                outcome,
                message: Text::new(case.message.as_ref().map_or("", |(_, m)| m)),
                location: case.location,
            }),
        }
    }

    fn enter(&mut self, tag: &Tag<'_>) -> std::result::Result<(), String> {
        if tag.depth == 1
            && let Some(tool) = tool(tag)
        {
            self.run.tool = Text::new(tool);
            self.report.tools = vec![self.run.tool.clone()];
        }
        let spent = self.seconds(tag);
        let mut suite = Suite::of(tag, spent)?;
        suite.first = self.run.others.len();
        self.suites.push(suite);
        if let Some(said) = tag.get("timestamp") {
            match moment(&said) {
                Some(at) => self.report.made_at = self.report.made_at.max(at),
                None => self.report.note("a timestamp that cannot be read; it is not used"),
            }
        }
        Ok(())
    }

    /// The `time` of an element, where it states one.
    fn seconds(&mut self, tag: &Tag<'_>) -> Option<f64> {
        let said = tag.get("time").filter(|t| !t.is_empty())?;
        let read = suite::seconds(&said);
        self.bad_times += u64::from(read.is_none());
        read
    }

    fn spend(&mut self, spent: Option<f64>) {
        if let (Some(suite), Some(spent)) = (self.suites.last_mut(), spent) {
            suite.parts = Some(suite.parts.unwrap_or_default() + spent);
        }
    }

    /// Takes a suite that has ended into the one around it, or into the run.
    fn leave(&mut self, mut suite: Suite) {
        self.untry(&mut suite);
        if let Some(difference) = suite.difference() {
            self.differing += 1;
            if self.differing <= MOST_NOTES {
                self.report.note(difference);
            }
        }
        self.spend(suite.seconds.or(suite.parts));
        match self.suites.last_mut() {
            Some(outer) => outer.take(&suite),
            None => {
                self.run.admit(suite.excess(), suite.excess_skipped(), suite.missing());
                self.run.seconds = suite.seconds.or(suite.parts);
                let flaky = suite.excess_flaky();
                if flaky > 0 {
                    self.report.fail(format!("flaky tests that the headers admit and the body does not hold: {flaky}"));
                }
            }
        }
    }

    fn finish(self) -> Report {
        let Self { run, mut report, differing, bad_times, .. } = self;
        if differing > MOST_NOTES {
            report.note(format!("{} more headers differ from their bodies", differing - MOST_NOTES));
        }
        if run.unlisted_failures > 0 {
            report.note(format!(
                "the headers admit {} failures that the body does not hold; they count",
                run.unlisted_failures
            ));
        }
        if run.unlisted_skipped > 0 {
            let skipped = run.unlisted_skipped;
            report
                .note(format!("tests that the headers call skipped and the body does not hold: {skipped}; they count"));
        }
        if run.total() == 0 {
            report.note("0 tests: nothing was run");
        }
        if bad_times > 0 {
            report.note(format!("{bad_times} times cannot be read as seconds; they are not used"));
        }
        report.facts.tests = Some(run);
        report
    }
}

/// The producer, where the root names it beyond doubt.
fn tool(root: &Tag<'_>) -> Option<&'static str> {
    let schema = root.get("xsi:noNamespaceSchemaLocation").unwrap_or_default();
    match root.get("name").unwrap_or_default().as_ref() {
        "nextest-run" => Some("cargo-nextest"),
        "pytest tests" => Some("pytest"),
        "jest tests" => Some("jest-junit"),
        _ if schema.ends_with("surefire-test-report.xsd") => Some("surefire"),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
