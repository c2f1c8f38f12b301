//! Tests and how they ended.

use super::Location;
use crate::input::size;
use crate::text::Text;

/// How a test ended, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TestOutcome {
    /// It passed.
    Passed,
    /// It passed at last, after a failed attempt.
    Flaky,
    /// It did not run.
    Skipped,
    /// It failed, or could not be run.
    Failed,
}

/// One test that did not simply pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestCase {
    /// Its full name.
    pub name: Text,
    /// How it ended.
    pub outcome: TestOutcome,
    /// What it says of that.
    pub message: Text,
    /// Where it is, where the report says so.
    pub location: Option<Location>,
}

/// The tests of one report.
#[derive(Debug, Clone, Default)]
pub struct TestRun {
    /// Tests that passed, flaky ones apart.
    pub passed: u64,
    /// Every test that did not simply pass.
    pub others: Vec<TestCase>,
    /// Failures that the report's header admits beyond those of its body.
    pub unlisted_failures: u64,
    /// Tests that did not run by the report's header, beyond those of its body.
    pub unlisted_skipped: u64,
    /// How long they took, in seconds, where that is stated.
    pub seconds: Option<f64>,
    /// The tool that wrote them.
    pub tool: Text,
}

impl TestRun {
    /// Adds a test.
    pub fn add(&mut self, case: TestCase) {
        match case.outcome {
            TestOutcome::Passed => self.passed += 1,
            _ => self.others.push(case),
        }
    }

    /// The tests that ended so.
    pub fn with(&self, outcome: TestOutcome) -> impl Iterator<Item = &TestCase> {
        self.others.iter().filter(move |c| c.outcome == outcome)
    }

    fn count(&self, outcome: TestOutcome) -> u64 {
        size(self.with(outcome).count())
    }

    /// All tests, those included that only the header admits.
    #[must_use]
    pub fn total(&self) -> u64 {
        let listed = self.passed + size(self.others.len());
        listed.saturating_add(self.unlisted_failures).saturating_add(self.unlisted_skipped)
    }

    /// Tests that passed, flaky ones included.
    #[must_use]
    pub fn passed(&self) -> u64 {
        self.passed + self.flaky()
    }

    /// Tests that failed.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.count(TestOutcome::Failed).saturating_add(self.unlisted_failures)
    }

    /// Tests that did not run.
    #[must_use]
    pub fn skipped(&self) -> u64 {
        self.count(TestOutcome::Skipped).saturating_add(self.unlisted_skipped)
    }

    /// Tests that passed only after a failed attempt.
    #[must_use]
    pub fn flaky(&self) -> u64 {
        self.count(TestOutcome::Flaky)
    }

    /// Tests that ran.
    #[must_use]
    pub fn ran(&self) -> u64 {
        self.total().saturating_sub(self.skipped())
    }
}
