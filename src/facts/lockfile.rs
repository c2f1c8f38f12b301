//! The packages that a lock file pins.

use rustsec::Version;

use crate::text::Text;

/// A lock file of cargo. What is known of its packages stands in an advisory database, not in it.
#[derive(Debug, Clone, Default)]
pub struct Lockfile {
    /// Its packages, in its own order.
    pub packages: Vec<LockedPackage>,
}

/// A package that is pinned.
#[derive(Debug, Clone)]
pub struct LockedPackage {
    /// Its name.
    pub name: Text,
    /// Its version.
    pub version: Version,
    /// It comes from crates.io, where names mean what advisories mean by them.
    pub of_crates_io: bool,
    /// The line that names it.
    pub line: Option<u32>,
}

impl Lockfile {
    /// The packages that advisories can be about.
    pub fn of_crates_io(&self) -> impl Iterator<Item = &LockedPackage> {
        self.packages.iter().filter(|p| p.of_crates_io)
    }
}
