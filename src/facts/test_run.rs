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

    /// Takes what the report's header admits beyond its body: tests that failed, tests that were skipped, and how
    /// many tests of any kind the body lacks. What the body does not lack, it holds as passed. A report without any
    /// test is none, whatever its header calls skipped.
    pub fn admit(&mut self, failed: u64, skipped: u64, missing: u64) {
        let is_empty = self.total() == 0 && failed == 0;
        self.passed = self.passed.saturating_sub(failed.saturating_sub(missing));
        let missing = missing.saturating_sub(failed);
        let skipped = if is_empty { 0 } else { skipped.min(missing.saturating_add(self.passed)) };
        self.passed -= skipped.saturating_sub(missing);
        (self.unlisted_failures, self.unlisted_skipped) = (failed, skipped);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_header_admits_is_missing_or_was_held_as_passed() {
        for (passed, (failed, skipped, missing), expected) in [
            (5, (0, 0, 0), (5, 5, 0, 0)),
            (5, (0, 0, 3), (5, 5, 0, 0)),
            (5, (2, 0, 2), (7, 5, 2, 0)),
            (5, (2, 0, 1), (6, 4, 2, 0)),
            (5, (2, 0, 0), (5, 3, 2, 0)),
            (5, (0, 2, 1), (6, 4, 0, 2)),
            (5, (0, 2, 0), (5, 3, 0, 2)),
            (1, (1, 2, 0), (1, 0, 1, 0)),
            (1, (0, 3, 1), (2, 0, 0, 2)),
            (0, (0, 2, 2), (0, 0, 0, 0)),
            (0, (1, 2, 3), (3, 0, 1, 2)),
            (5, (1, 1, 2), (7, 5, 1, 1)),
            (5, (1, 1, 1), (6, 4, 1, 1)),
            (0, (u64::MAX, 1, 0), (u64::MAX, 0, u64::MAX, 0)),
            (0, (1, u64::MAX, u64::MAX), (u64::MAX, 0, 1, u64::MAX - 1)),
        ] {
            let mut run = TestRun { passed, ..TestRun::default() };
            run.admit(failed, skipped, missing);
            let counts = (run.total(), run.passed(), run.failed(), run.skipped());
            assert_eq!(counts, expected, "{passed} {failed} {skipped} {missing}");
        }
    }
}
