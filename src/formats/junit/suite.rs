//! A suite: what its header says, and what its part of the body holds.

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
    /// Its own time.
    pub(super) seconds: Option<f64>,
    /// The times of what it holds.
    pub(super) parts: Option<f64>,
    /// Test cases that it holds, at any depth.
    pub(super) tests: u64,
    /// Those of them that failed.
    pub(super) failed: u64,
    /// What a header may count as failures: failed cases, or every failure, rerun and flaky attempt.
    pub(super) held: u64,
    /// What the headers inside it admit beyond their bodies.
    inner_excess: u64,
    /// The tests that those headers state beyond what their bodies hold.
    inner_missing: u64,
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
        for name in ["skipped", "disabled"] {
            count(name)?;
        }
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
            seconds,
            ..Self::default()
        })
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

    /// Takes a suite that has ended inside this one.
    pub(super) fn take(&mut self, inner: &Self) {
        self.tests += inner.tests;
        self.failed += inner.failed;
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
