//! What a page shows beyond the JSON. Nothing of it is written there, and nothing is judged by it.

use std::collections::BTreeMap;

use crate::text::Text;
use crate::units::Ratio;

/// What an output may show that the frozen JSON does not hold. A verdict that was read from JSON has none of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Beyond {
    /// The coverage of each file, of all reports together, by path.
    pub coverage: Vec<FileCovered>,
    /// What the checks mean, by id.
    pub meanings: BTreeMap<Text, Meaning>,
    /// How long before the clock each report says it was made, in seconds; in the order of the evidence.
    pub ages: Vec<Option<f64>>,
}

/// How much of a file is covered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileCovered {
    /// The file.
    pub path: Text,
    /// Its lines: a line is covered if any report says so.
    pub lines: Ratio,
}

/// What a check means, in the words of `explain`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meaning {
    /// What is measured.
    pub what: &'static str,
    /// How it is computed.
    pub how: &'static str,
    /// How to mend it.
    pub fix: &'static str,
}
