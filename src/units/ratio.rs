//! A share, as the two counts that it is made of.

use serde::{Deserialize, Serialize};

/// How many of how many. Compared as integers, never as a rounded share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Ratio {
    /// How many were reached.
    pub covered: u64,
    /// How many there are.
    pub total: u64,
}

impl Ratio {
    /// Adds another ratio's figures.
    pub fn add(&mut self, other: Self) {
        self.covered = self.covered.saturating_add(other.covered);
        self.total = self.total.saturating_add(other.total);
    }

    /// As a number from 0 to 100, for people and JSON; never compared.
    #[must_use]
    #[expect(clippy::as_conversions, reason = "a figure for people; the counts stand beside it")]
    pub fn percent(self) -> f64 {
        if self.total == 0 { 0.0 } else { self.covered as f64 * 100.0 / self.total as f64 }
    }

    /// Whether this share is at least `other`'s, exactly. A share of nothing is none: `false`.
    #[must_use]
    pub fn at_least(self, other: Self) -> bool {
        self.total > 0
            && u128::from(self.covered) * u128::from(other.total) >= u128::from(other.covered) * u128::from(self.total)
    }
}
