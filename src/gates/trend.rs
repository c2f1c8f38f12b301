//! `trend`: what may not get worse than in the baseline.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::units::Allowance;

/// How something may move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Direction {
    /// Not worse than the baseline at all.
    Improving,
    /// Not worse by more than the tolerance.
    Stable,
}

impl Direction {
    /// How much worse a count may be; a tolerance is for what is to be stable.
    pub(super) fn allowance(self, tolerance: Option<Allowance>) -> Allowance {
        match self {
            Self::Improving => Allowance::NONE,
            Self::Stable => tolerance.unwrap_or(Allowance::NONE),
        }
    }
}

/// How the trend of findings is computed: what their ranks are, and what holds for all of them.
macro_rules! how {
    ($ranks:literal) => {
        concat!(
            $ranks,
            " `improving`: no more than in the baseline; `stable`: not by more than `tolerance` more, a count (3) or a share \
             of the baseline's (\"2%\"). What a waiver or an adopted statement takes out today counts on neither side. Fewer \
             never fail; but where a tool has reported less often than in the baseline, that is an error, not an improvement."
        )
    };
}
pub(super) use how;

/// What to do about it.
pub(super) const FIX: &str = "mend as many as were added; if the growth is meant, take a newer baseline";
