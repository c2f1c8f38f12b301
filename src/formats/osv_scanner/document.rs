//! The document, as far as it is used.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::formats::osv::Entry;
use crate::input::json::required;
use crate::text::Text;

#[derive(Deserialize)]
#[serde(expecting = "a report of osv-scanner")]
pub(super) struct Document {
    #[serde(deserialize_with = "required")]
    pub(super) results: Option<Vec<Source>>,
}

/// A lock file, an SBOM, an image, and its packages.
#[derive(Deserialize)]
#[serde(expecting = "a source of packages")]
pub(super) struct Source {
    pub(super) source: Place,
    pub(super) packages: Vec<Listed>,
}

#[derive(Deserialize)]
pub(super) struct Place {
    pub(super) path: Text,
}

#[derive(Deserialize)]
#[serde(expecting = "a package")]
pub(super) struct Listed {
    pub(super) package: Name,
    pub(super) vulnerabilities: Option<Vec<Entry>>,
    pub(super) groups: Option<Vec<Group>>,
    pub(super) licenses: Option<Vec<Text>>,
    pub(super) license_violations: Option<Vec<Text>>,
}

#[derive(Deserialize)]
pub(super) struct Name {
    pub(super) name: Text,
    pub(super) version: Option<Text>,
    pub(super) commit: Option<Text>,
}

/// Entries that are one vulnerability.
#[derive(Deserialize)]
pub(super) struct Group {
    pub(super) ids: Vec<Text>,
    pub(super) aliases: Option<Vec<Text>>,
    /// A number as text, or no text.
    pub(super) max_severity: Option<String>,
    #[serde(alias = "experimentalAnalysis")]
    experimental_analysis: Option<BTreeMap<Text, Analysis>>,
}

/// What osv-scanner found of the code that a vulnerability needs.
#[derive(Deserialize)]
struct Analysis {
    called: Option<bool>,
    unimportant: Option<bool>,
}

impl Group {
    /// Why osv-scanner takes it for harmless here.
    pub(super) fn beyond_reach(&self) -> Option<&'static str> {
        let all = self.experimental_analysis.as_ref().filter(|a| !a.is_empty())?;
        if all.values().any(|a| a.unimportant == Some(true)) {
            Some("unimportant")
        } else if all.values().all(|a| a.called == Some(false)) {
            Some("not called")
        } else {
            None
        }
    }
}
