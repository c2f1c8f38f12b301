//! What an advisory database states: which versions of which packages have which fault.

use rustsec::Version;
use rustsec::advisory::Versions;

use super::{DependencyIssue, Rating};
use crate::text::Text;

/// An advisory database.
#[derive(Debug, Clone, Default)]
pub struct Advisories {
    /// What it states, without what was withdrawn.
    pub list: Vec<Advisory>,
    /// It is a database, in which looking something up means something; else single advisories.
    pub whole: bool,
}

/// One advisory.
#[derive(Debug, Clone)]
pub struct Advisory {
    /// Its id.
    pub id: Text,
    /// Other names of the same advisory.
    pub aliases: Vec<Text>,
    /// The package of crates.io that it is about; nothing for one about the toolchain itself.
    pub package: Option<Text>,
    /// One line that says what it is.
    pub title: Text,
    /// What kind of fault it is.
    pub issue: DependencyIssue,
    /// How bad it is, where it states that.
    pub rating: Rating,
    /// Which versions have it.
    pub versions: Versions,
}

impl Advisory {
    /// Whether that version has the fault, by the rules of RustSec.
    #[must_use]
    pub fn affects(&self, version: &Version) -> bool {
        self.versions.is_vulnerable(version)
    }

    /// The requirement that a version without the fault meets, where there is one.
    #[must_use]
    pub fn fix(&self) -> Option<Text> {
        let patched: Vec<String> = self.versions.patched().iter().map(ToString::to_string).collect();
        (!patched.is_empty()).then(|| Text::new(&patched.join(" OR ")))
    }
}
