//! What is known of vulnerabilities beyond the scans, by the class of their names.

use std::collections::{BTreeMap, BTreeSet};

/// Catalogues that are evidence of the run, whatever a scope looks at.
#[derive(Debug, Default)]
pub struct Catalogue {
    /// Classes of vulnerabilities that are known to be exploited; nothing where no catalogue was read.
    pub exploited: Option<BTreeSet<String>>,
    /// Probability of exploitation of the classes that a report names; nothing where no list was read.
    pub epss: Option<BTreeMap<String, f64>>,
}

impl Catalogue {
    /// No catalogue at all.
    pub const NONE: Self = Self { exploited: None, epss: None };
}
