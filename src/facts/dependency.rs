//! What tools say of packages: advisories by kind, bans, sources, age.

use std::collections::BTreeMap;

use super::Finding;

/// What may be wrong with a package, one word a policy key of `[dependencies]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DependencyIssue {
    /// A known vulnerability.
    Vulnerable,
    /// Nobody maintains it.
    Unmaintained,
    /// Memory safety is not what it promises.
    Unsound,
    /// Its author withdrew the version.
    Yanked,
    /// Another notice of an advisory database.
    Notice,
    /// There is a newer version.
    Outdated,
    /// A policy of the producing tool bans it.
    Banned,
    /// The package is there in several versions.
    Duplicate,
    /// It comes from a source that is not allowed.
    Source,
}

impl DependencyIssue {
    /// All of them, in the order of `inspect`.
    pub const ALL: [Self; 9] = [
        Self::Vulnerable,
        Self::Unmaintained,
        Self::Unsound,
        Self::Yanked,
        Self::Notice,
        Self::Outdated,
        Self::Banned,
        Self::Duplicate,
        Self::Source,
    ];

    /// The policy key, and the measure of its check.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Vulnerable => "vulnerable",
            Self::Unmaintained => "unmaintained",
            Self::Unsound => "unsound",
            Self::Yanked => "yanked",
            Self::Notice => "notice",
            Self::Outdated => "outdated",
            Self::Banned => "banned",
            Self::Duplicate => "duplicate",
            Self::Source => "source",
        }
    }
}

/// What one report says of packages. An issue that the report does not speak of has no list, which
/// is not an empty list.
#[derive(Debug, Clone, Default)]
pub struct Dependencies {
    /// How many packages the tool looked at, where it says so.
    pub packages: Option<u64>,
    lists: BTreeMap<DependencyIssue, Vec<Finding>>,
    unlisted: BTreeMap<DependencyIssue, u64>,
}

impl Dependencies {
    /// Notes that the report speaks of `issue`, even if it names no package.
    pub fn speak_of(&mut self, issue: DependencyIssue) -> &mut Vec<Finding> {
        self.lists.entry(issue).or_default()
    }

    /// Adds packages that the report's summary admits without naming them.
    pub fn admit(&mut self, issue: DependencyIssue, more: u64) {
        self.speak_of(issue);
        let n = self.unlisted.entry(issue).or_default();
        *n = n.saturating_add(more);
    }

    /// The packages with that issue; `None` where the report does not speak of it.
    #[must_use]
    pub fn of(&self, issue: DependencyIssue) -> Option<&[Finding]> {
        self.lists.get(&issue).map(Vec::as_slice)
    }

    /// Packages with that issue that the report admits without naming them.
    #[must_use]
    pub fn unlisted(&self, issue: DependencyIssue) -> u64 {
        self.unlisted.get(&issue).copied().unwrap_or_default()
    }
}
