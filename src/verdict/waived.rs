//! What a check does not count, and the waivers that say so.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Violation;
use crate::text::Text;

/// A violation that a waiver takes out of the count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Waived {
    /// What would have counted.
    pub violation: Violation,
    /// The id of the waiver.
    pub waiver: Text,
    /// Why.
    pub reason: Text,
    /// Who answers for it.
    pub owner: Text,
    /// The last day it holds, in UTC; nothing for a statement of a maker, which has no end.
    pub expires: Option<String>,
}

/// What stands for the id of a waiver where it is the baseline that takes something out of the count.
const BASELINE: &str = "baseline";

impl Waived {
    /// What a check of new findings does not count, because the baseline has it.
    #[must_use]
    pub fn by_baseline(violation: Violation, origin: &Text) -> Self {
        let reason = Text::new(&format!("it is no new finding: {origin} has it"));
        Self { violation, waiver: BASELINE.into(), reason, owner: BASELINE.into(), expires: None }
    }

    /// Whether it is the baseline that has it. A waiver of the policy always ends.
    #[must_use]
    pub fn is_by_baseline(&self) -> bool {
        self.expires.is_none() && &*self.waiver == BASELINE && &*self.owner == BASELINE
    }
}

/// What became of a waiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WaiverEntry {
    /// The id it waives.
    pub id: Text,
    /// `used`, `unused`, `expired`, `beyond-horizon`, or `not-judged` where the evidence it speaks
    /// of was not read.
    #[schemars(extend("enum" = ["used", "unused", "expired", "beyond-horizon", "not-judged"]))]
    pub status: Text,
    /// The last day it holds, in UTC.
    pub expires: String,
    /// Who answers for it.
    pub owner: Text,
    /// How many findings it took out of the count.
    pub matched: u64,
}
