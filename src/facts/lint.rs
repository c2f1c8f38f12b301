//! What a compiler or linter says of the code.

use std::collections::{BTreeMap, BTreeSet};

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
    /// The fingerprints of those that have some, each as an alias of a finding is written.
    pub fingerprints: BTreeMap<Lint, Vec<Text>>,
}

impl Lints {
    /// Changes each lint; those that are the same then are one.
    pub fn change(&mut self, change: &mut dyn FnMut(&mut Lint)) {
        let mut changed = |mut lint: Lint| {
            change(&mut lint);
            lint
        };
        let fingerprints = std::mem::take(&mut self.fingerprints);
        let mut list = BTreeSet::new();
        for old in std::mem::take(&mut self.list) {
            let prints = fingerprints.get(&old).cloned();
            let new = changed(old);
            self.fingerprints.extend(prints.map(|prints| (new.clone(), prints)));
            list.insert(new);
        }
        self.list = list;
    }
}
