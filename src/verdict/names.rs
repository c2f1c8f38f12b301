//! The names of a finding.

use super::Violation;
use crate::text::Text;

/// What an alias begins with that is a fingerprint: `fingerprint:NAME=VALUE`, by which a report tells one result from
/// others of the same rule. It names one exact finding, to a waiver as well; it is no name that a reader knows.
pub const FINGERPRINT: &str = "fingerprint:";

/// Whether a name is a fingerprint.
#[must_use]
pub fn is_fingerprint(name: &str) -> bool {
    name.starts_with(FINGERPRINT)
}

impl Violation {
    /// Its other names that say something to a reader: all aliases but fingerprints.
    #[must_use]
    pub fn other_names(&self) -> Vec<&Text> {
        self.aliases.iter().filter(|name| !is_fingerprint(name)).collect()
    }

    /// Its fingerprints, by which it is the same in two runs.
    pub fn fingerprints(&self) -> impl Iterator<Item = &Text> {
        self.aliases.iter().filter(|name| is_fingerprint(name))
    }
}
