//! What a compiler or linter says of the code.

use std::collections::BTreeSet;

use super::Location;
use crate::text::Text;

/// How a lint is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LintLevel {
    /// The build fails by it.
    Error,
    /// The build goes on.
    Warning,
}

/// One lint. Two are the same if all of this is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lint {
    /// Error or warning.
    pub level: LintLevel,
    /// Name of the lint, where it has one.
    pub code: Option<Text>,
    /// Where it is, where it has a place.
    pub location: Option<Location>,
    /// Column, counted from 1.
    pub column: Option<u32>,
    /// What it says.
    pub message: Text,
}

/// The lints of one report.
#[derive(Debug, Clone, Default)]
pub struct Lints {
    /// Each once.
    pub list: BTreeSet<Lint>,
    /// How much the tool looked at: targets of workspace members, files.
    pub looked_at: u64,
    /// The tool that wrote them.
    pub tool: Text,
}
