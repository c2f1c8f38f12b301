//! What cargo-audit, cargo-deny and the database itself share: the advisory as RustSec describes it
//! (rustsec/rustsec `rustsec/src/advisory/metadata.rs`), and lists of packages by issue.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::facts::{DependencyIssue, Finding, Findings, Location, Package, Rating};
use crate::text::Text;

/// An advisory, as far as it is used. It states no severity: that is in the vector, if there is one.
#[derive(Deserialize)]
pub(super) struct Advisory {
    pub(super) id: Text,
    /// Name of the package. A report that states the package elsewhere states it better.
    pub(super) package: Option<Text>,
    title: Option<Text>,
    aliases: Option<Vec<Text>>,
    cvss: Option<String>,
    informational: Option<String>,
}

impl Advisory {
    /// What it is about: a vulnerability, or what kind of information.
    pub(super) fn issue(&self) -> DependencyIssue {
        match &self.informational {
            None => DependencyIssue::Vulnerable,
            Some(kind) => issue(kind).unwrap_or(DependencyIssue::Notice),
        }
    }

    /// The finding that `package` is affected by it.
    pub(super) fn finding(self, tool: &str, package: Option<Package>, fix: Option<Text>) -> Finding {
        let message = self.title.filter(|t| !t.is_empty()).unwrap_or_else(|| self.id.clone());
        let mut rating = Rating::default();
        if let Some(vector) = &self.cvss {
            rating.add_vector(vector);
        }
        let aliases = self.aliases.unwrap_or_default();
        Finding { aliases, rating, fix, ..finding(tool, self.id, message, package) }
    }
}

/// A finding about a package of the lock file, on which nobody states a severity.
pub(super) fn finding(tool: &str, id: Text, message: Text, package: Option<Package>) -> Finding {
    let location = package.is_some().then(|| Location { path: "Cargo.lock".into(), line: None });
    Finding {
        id,
        aliases: Vec::new(),
        message,
        package,
        location,
        rating: Rating::default(),
        fix: None,
        tool: tool.into(),
        suppressed: false,
    }
}

/// The word of both tools for a kind of warning.
pub(super) fn issue(kind: &str) -> Option<DependencyIssue> {
    Some(match kind {
        "unmaintained" => DependencyIssue::Unmaintained,
        "unsound" => DependencyIssue::Unsound,
        "notice" => DependencyIssue::Notice,
        "yanked" => DependencyIssue::Yanked,
        _ => return None,
    })
}

/// Findings by issue, exact repetitions once.
#[derive(Default)]
pub(super) struct Lists(BTreeMap<DependencyIssue, Findings>);

impl Lists {
    /// Adds a finding. Of one without a package `place` tells it from another with the same words.
    pub(super) fn add(&mut self, issue: DependencyIssue, finding: Finding, place: &str) {
        let region = if finding.package.is_some() { "" } else { place };
        self.0.entry(issue).or_default().add(finding, region);
    }

    /// Takes all findings of one issue out.
    pub(super) fn take(&mut self, issue: DependencyIssue) -> Findings {
        self.0.remove(&issue).unwrap_or_default()
    }
}
