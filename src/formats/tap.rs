//! TAP, the Test Anything Protocol, versions 12, 13 and 14.
//!
//! Source: TestAnything/Specification `tap-version-14-specification.md` and its older versions; measured with
//! node, tape, tap, mocha, bats, pytest-tap and Test::More.
//!
//! Counted are the test points that are not indented: a point indented belongs to a subtest, which the point
//! behind it sums up. SKIP and TODO points did not run, whatever they say (`not ok # TODO` is no failure; bats
//! writes `not ok # SKIP`).
//!
//! The plan `1..N` stands once, first or last. A point that it promises and that is missing failed, and so
//! did one outside of it; a report that lacks points or the plan, or bails out, is a failed run. Lines that are
//! no TAP are passed over, as the protocol has it.

mod line;
mod numbers;

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};

use self::line::{Directive, Line, Point};
use self::numbers::Numbers;
use super::said::first_line;
use super::{Format, Head, Input};
use crate::facts::{Kind, Report, TestCase, TestOutcome, TestRun};
use crate::input::{Result, size};

use crate::text::Text;

pub(super) const FORMAT: Format = Format {
    name: "tap",
    gives: &[Kind::Tests],
    producers: "node 20 (`--test-reporter=tap`), tape 5, tap 21, mocha 12, bats 1.8 and 1.13, pytest-tap 3.5, \
                Test::More 1.3",
    recognise,
    read,
};

/// How many lines may stand before the version: what npm or make print.
const BEFORE: usize = 20;

fn recognise(head: &Head) -> bool {
    let mut lines = head.lines();
    let versioned = head.lines().take(BEFORE).any(|l| matches!(line::parse(l), Ok(Line::Version)));
    let first = lines.find(|l| !l.starts_with(['#', ' ', '\t']));
    versioned
        || match first.map(line::parse) {
            // An unnumbered `ok` begins many a text.
            Some(Ok(Line::Point(point))) => point.number.is_some(),
            Some(Ok(Line::Plan { .. })) => true,
            _ => false,
        }
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut stream = Stream::default();
    while input.window.line_with(|line| stream.take(line))?.is_some() {}
    if !stream.versioned && stream.plan.is_none() && stream.points == 0 && !stream.bailed_out {
        return Err(input.window.error("neither a plan nor a test point: not TAP"));
    }
    Ok(stream.finish())
}

/// The lines as far as they were read.
#[derive(Default)]
struct Stream {
    run: TestRun,
    report: Report,
    versioned: bool,
    /// How many points the plan promises.
    plan: Option<u64>,
    /// The points that stood before it.
    before_plan: u64,
    points: u64,
    /// The points of subtests.
    inner: u64,
    /// The last number, for points that state none.
    last: u64,
    numbers: Numbers,
    /// The points, each as a hash of its number and its name: node numbers the files that it runs anew, so that a
    /// number alone does not tell that a point stands twice.
    seen: HashSet<u64>,
    hasher: RandomState,
    /// The numbers of the points that did not pass.
    others: Numbers,
    bailed_out: bool,
    asks: Asks,
}

/// What is looked for behind a point that failed: the line of its YAML block that says why.
#[derive(Default, PartialEq)]
enum Asks {
    #[default]
    Nothing,
    Key,
    /// The key was there; what it says stands in the next line.
    Text,
}

impl Stream {
    fn take(&mut self, text: &str) -> std::result::Result<(), String> {
        match line::parse(text)? {
            Line::Version if self.versioned => {
                Err("a second `TAP version`: several reports in one file; hand in each by itself".into())
            }
            Line::Version => {
                self.versioned = true;
                Ok(())
            }
            Line::Plan { last, why } => self.promise(last, why),
            Line::Point(point) => {
                self.add(&point);
                Ok(())
            }
            Line::Inner => {
                self.inner += 1;
                self.asks = Asks::Nothing;
                Ok(())
            }
            Line::BailOut(why) => {
                self.bailed_out = true;
                self.report.fail(format!("`Bail out!` {}", first_line(why)));
                Ok(())
            }
            Line::Other => {
                self.explain(text.trim());
                Ok(())
            }
        }
    }

    fn promise(&mut self, last: u64, why: &str) -> std::result::Result<(), String> {
        if self.plan.is_some() {
            return Err("a second plan: several reports in one file; hand in each by itself".into());
        }
        self.plan = Some(last);
        self.before_plan = self.points;
        if last == 0 && !why.is_empty() {
            self.report.note(format!("nothing was run: {}", first_line(why)));
        }
        Ok(())
    }

    fn add(&mut self, point: &Point<'_>) {
        self.points += 1;
        let number = point.number.unwrap_or_else(|| self.last.saturating_add(1));
        self.last = number;
        self.numbers.add(number);
        self.seen.insert(self.hasher.hash_one((number, point.description)));
        let outcome = match (&point.directive, point.ok) {
            (Some(_), _) => TestOutcome::Skipped,
            (None, true) => TestOutcome::Passed,
            (None, false) => TestOutcome::Failed,
        };
        if outcome != TestOutcome::Passed {
            self.others.add(number);
        }
        self.asks = if outcome == TestOutcome::Failed { Asks::Key } else { Asks::Nothing };
        let message = match &point.directive {
            Some(Directive::Skip(why)) => (*why).to_owned(),
            Some(Directive::Todo(why)) if point.ok => format!("to do, and it passes: {why}"),
            Some(Directive::Todo(why)) => format!("to do: {why}"),
            None => String::new(),
        };
        self.run.add(TestCase {
            name: Text::new(&name(number, point.description)),
            outcome,
            message: Text::new(&first_line(&message)),
            location: None,
        });
    }

    fn explain(&mut self, text: &str) {
        if self.asks == Asks::Nothing || text.is_empty() {
            return;
        }
        let value = ["message:", "error:"].iter().find_map(|key| text.strip_prefix(key)).map(str::trim);
        let said = match (&self.asks, value) {
            (Asks::Text, _) => text,
            (_, None) => return,
            (_, Some("" | "|" | "|-" | ">" | ">-")) => {
                self.asks = Asks::Text;
                return;
            }
            (_, Some(value)) => value.trim_matches(['\'', '"']),
        };
        self.asks = Asks::Nothing;
        if let Some(case) = self.run.others.last_mut() {
            case.message = Text::new(&first_line(said));
        }
    }

    fn finish(mut self) -> Report {
        match self.plan {
            None => self.report.fail("no plan (`1..N`): the report is not whole"),
            Some(last) => self.compare(last),
        }
        let Self { mut run, mut report, .. } = self;
        // A run that gave up is no success, even if every point that it has is one.
        if self.bailed_out && run.failed() == 0 {
            run.unlisted_failures = 1;
        }
        if self.inner > 0 {
            report.note(format!("points of subtests: {}; only the points that sum them up are counted", self.inner));
        }
        if run.total() == 0 {
            report.note("0 tests: nothing was run");
        }
        report.facts.tests = Some(run);
        report
    }

    /// Holds the points against the plan.
    fn compare(&mut self, last: u64) {
        let outside = self.numbers.beyond(last);
        let different = size(self.seen.len());
        let inside = different.saturating_sub(outside);
        let missing = last.saturating_sub(inside);
        if missing > 0 {
            self.report.fail(format!("the plan promises {last} tests, {missing} of them are missing; they failed"));
        }
        if outside > 0 {
            self.report.note(format!("test points outside of the plan 1..{last}: {outside}; they failed"));
        }
        if inside > last {
            self.report.fail(format!("the plan promises {last} tests, there are {inside}"));
        }
        if self.points > different {
            self.report.fail(format!("test points that stand twice: {}", self.points - different));
        }
        if self.before_plan > 0 && self.before_plan < self.points {
            self.report.fail("the plan stands between the test points: several reports in one file?");
        }
        // Those outside that passed are taken back, those that failed by themselves count already.
        let passed = outside.saturating_sub(self.others.beyond(last));
        self.run.passed = self.run.passed.saturating_sub(passed);
        self.run.unlisted_failures = missing.saturating_add(passed);
    }
}

/// A name for a point: its description, else its number.
fn name(number: u64, description: &str) -> String {
    let description = description.strip_prefix('-').unwrap_or(description).trim();
    match description.is_empty() {
        true => format!("test {number}"),
        false => description.replace("\\#", "#").replace("\\\\", "\\"),
    }
}

#[cfg(test)]
mod tests;
