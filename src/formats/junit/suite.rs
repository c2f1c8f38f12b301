//! A suite: what its header says, and what its part of the body holds.

use super::case::Case;
use crate::facts::TestOutcome;
use crate::input::xml::Tag;
use crate::units::plain_u64;

/// How many characters of a suite's name are kept.
const LONGEST_NAME: usize = 200;

/// A suite that is open. The root is one too.
#[derive(Default)]
pub(super) struct Suite {
    pub(super) depth: usize,
    pub(super) name: String,
    said_tests: Option<u64>,
    /// Failures and errors.
    said_failed: Option<u64>,
    /// Skipped and disabled.
    said_skipped: u64,
    /// Surefire's `flakes`.
    said_flaky: u64,
    /// Its own time.
    pub(super) seconds: Option<f64>,
    /// The times of what it holds.
    pub(super) parts: Option<f64>,
    /// Test cases that it holds, at any depth.
    pub(super) tests: u64,
    /// Those of them that failed, that a header may call skipped, and that passed at last.
    pub(super) failed: u64,
    pub(super) skipped: u64,
    pub(super) flaky: u64,
    /// Of pytest's cases those that were a first try of the next one.
    pub(super) tries: u64,
    /// How many cases that did not simply pass stood before this suite.
    pub(super) first: usize,
    /// What a header may count as failures: failed cases, or every failure, rerun and flaky attempt.
    pub(super) held: u64,
    /// What the headers inside it admit beyond their bodies.
    inner_excess: u64,
    /// The tests that those headers state beyond what their bodies hold.
    inner_missing: u64,
    inner_skipped: u64,
    inner_flaky: u64,
}

impl Suite {
    /// # Errors
    /// A count that is none.
    pub(super) fn of(tag: &Tag<'_>, seconds: Option<f64>) -> Result<Self, String> {
        let count = |name: &str| match tag.get(name) {
            None => Ok(None),
            Some(said) => match plain_u64(said.trim()) {
                Some(n) => Ok(Some(n)),
                None => Err(format!("`{name}` is {said:?}, which is no count")),
            },
        };
        let skipped = count("skipped")?.unwrap_or_default().saturating_add(count("disabled")?.unwrap_or_default());
        let said_failed = match (count("failures")?, count("errors")?) {
            (None, None) => None,
            (a, b) => Some(
                a.unwrap_or_default().checked_add(b.unwrap_or_default()).ok_or("more failures than can be counted")?,
            ),
        };
        Ok(Self {
            depth: tag.depth,
            name: tag.get("name").unwrap_or_default().trim().chars().take(LONGEST_NAME).collect(),
            said_tests: count("tests")?,
            said_failed,
            said_skipped: skipped,
            said_flaky: count("flakes")?.unwrap_or_default(),
            seconds,
            ..Self::default()
        })
    }

    /// Counts a case by how it ended.
    pub(super) fn hold(&mut self, case: &Case) {
        let failed = u64::from(case.outcome == TestOutcome::Failed);
        self.failed += failed;
        self.skipped += u64::from(case.skipped || case.outcome == TestOutcome::Skipped);
        self.flaky += u64::from(case.outcome == TestOutcome::Flaky);
        self.held += case.elements.max(failed);
    }

    /// Counts a case that was flaky until its last try ended otherwise.
    pub(super) fn end_otherwise(&mut self, case: &Case) {
        self.flaky = self.flaky.saturating_sub(1);
        self.hold(case);
    }

    /// Failures that this header or those inside it admit and the body does not hold. The headers
    /// of nested suites speak of the same tests: the larger excess counts, not their sum.
    pub(super) fn excess(&self) -> u64 {
        self.said_failed.unwrap_or_default().saturating_sub(self.held).max(self.inner_excess)
    }

    /// Tests that the headers state and the body does not hold.
    pub(super) fn missing(&self) -> u64 {
        self.said_tests.unwrap_or_default().saturating_sub(self.tests).max(self.inner_missing)
    }

    /// Tests that did not run by the headers, beyond the body: mocha-junit-reporter writes none of them.
    pub(super) fn excess_skipped(&self) -> u64 {
        self.said_skipped.saturating_sub(self.skipped).max(self.inner_skipped)
    }

    /// Flaky tests that the headers admit and the body does not hold.
    pub(super) fn excess_flaky(&self) -> u64 {
        self.said_flaky.saturating_sub(self.flaky).max(self.inner_flaky)
    }

    /// Whether its header counts the tries of pytest's tests as tests of their own, as it does where a test was
    /// asked for twice.
    pub(super) fn counts_tries(&self) -> bool {
        self.tries > 0 && self.said_tests == Some(self.tests + self.tries)
    }

    /// Takes a suite that has ended inside this one.
    pub(super) fn take(&mut self, inner: &Self) {
        self.tests += inner.tests;
        self.failed += inner.failed;
        self.skipped += inner.skipped;
        self.flaky += inner.flaky;
        self.inner_skipped = self.inner_skipped.saturating_add(inner.excess_skipped());
        self.inner_flaky = self.inner_flaky.saturating_add(inner.excess_flaky());
        self.held += inner.held;
        self.inner_excess = self.inner_excess.saturating_add(inner.excess());
        self.inner_missing = self.inner_missing.saturating_add(inner.missing());
    }

    /// A note, where the header differs from the body.
    pub(super) fn difference(&self) -> Option<String> {
        let tests = self.said_tests.filter(|n| *n != self.tests);
        let failed = self.said_failed.filter(|n| *n != self.failed && *n != self.held);
        if tests.is_none() && failed.is_none() {
            return None;
        }
        let said = [(self.said_tests, "tests"), (self.said_failed, "failures")]
            .into_iter()
            .filter_map(|(n, what)| Some(format!("{} {what}", n?)))
            .collect::<Vec<_>>()
            .join(" and ");
        Some(format!(
            "the header of {:?} says {said}; its body holds {} tests, of which {} failed",
            self.name, self.tests, self.failed
        ))
    }
}

/// A duration in seconds: a decimal, perhaps with `,` between thousands (old Surefire) or with an
/// exponent. `None`: it is negative or no number.
pub(super) fn seconds(text: &str) -> Option<f64> {
    let text = text.trim();
    let plain = match text.split_once('.') {
        Some((whole, fraction)) if whole.contains(',') => {
            let groups: Vec<&str> = whole.split(',').collect();
            let good = groups.iter().skip(1).all(|g| g.len() == 3) && groups.first().is_some_and(|g| !g.is_empty());
            good.then(|| format!("{}.{fraction}", groups.concat()))?
        }
        _ => text.to_owned(),
    };
    let good = plain.len() <= 32
        && plain.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && plain.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
    if good { plain.parse().ok().filter(|s: &f64| s.is_finite() && *s >= 0.0) } else { None }
}
