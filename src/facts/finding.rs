//! Findings: something a scanner points at, with an id and a severity.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::{Rating, Severity};
use crate::text::Text;

/// A package, and its version where it is stated.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Package {
    /// Name, as the tool writes it.
    pub name: Text,
    /// Version, as the tool writes it.
    pub version: Option<Text>,
}

/// A place in a file. Paths are text: they are never opened.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// Path, as the report writes it, with `/`.
    pub path: Text,
    /// Line, counted from 1.
    pub line: Option<u32>,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Id of the advisory or of the rule.
    pub id: Text,
    /// Other names of the same advisory that the report states; of a rule's finding its fingerprints.
    pub aliases: Vec<Text>,
    /// One line that says what it is.
    pub message: Text,
    /// The package concerned, where the finding is about one.
    pub package: Option<Package>,
    /// Where it is.
    pub location: Option<Location>,
    /// Every statement on its severity.
    pub rating: Rating,
    /// The version or action that mends it.
    pub fix: Option<Text>,
    /// The tool that found it.
    pub tool: Text,
    /// The report itself suppresses it. It counts all the same.
    pub suppressed: bool,
}

/// The findings of one report.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// Each once, in the order of the report.
    pub list: Vec<Finding>,
    /// What the tools looked at, where a report says so (rules, files, packages); `None` where the
    /// format cannot tell, and the report itself is the evidence that a scan was made.
    pub scanned: Option<u64>,
    /// Findings that the report's header admits beyond those it lists.
    pub unlisted: u64,
    /// Findings below this severity were left out by the tool's own settings.
    pub floor: Option<Severity>,
    seen: BTreeSet<[u8; 16]>,
}

impl Findings {
    /// Adds a finding unless the same rule, place, package and message is there already. `region`
    /// tells places in one line apart. `false`: it was there.
    pub fn add(&mut self, finding: Finding, region: &str) -> bool {
        let line = finding.location.as_ref().and_then(|l| l.line).map(|l| l.to_string());
        let package = finding.package.as_ref();
        let key = digest(&[
            &finding.tool,
            &finding.id,
            finding.location.as_ref().map_or("", |l| &*l.path),
            line.as_deref().unwrap_or_default(),
            region,
            package.map_or("", |p| &*p.name),
            package.and_then(|p| p.version.as_deref()).unwrap_or_default(),
            &finding.message,
        ]);
        if !self.seen.insert(key) {
            return false;
        }
        self.list.push(finding);
        true
    }
}

/// A digest of several texts: short to keep, and nobody can make two different findings share it.
pub(super) fn digest(parts: &[&str]) -> [u8; 16] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.len().to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let mut short = [0; 16];
    short.copy_from_slice(hasher.finalize().get(..16).unwrap_or(&[0; 16]));
    short
}
