//! The shape of a log file, as far as it is read: OASIS SARIF 2.1.0, with its section numbers.
//!
//! What a result, a rule or an invocation says is made small as soon as it was read; the rest
//! (code flows, snippets, artifact contents, fixes, graphs) is passed over and never held.

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny};

use crate::input::json::Few;

use super::bag::{Bag, Loose, Whole};
use super::bases::Bases;
use super::invocation::Invocation;
use super::prints::Prints;
use super::result::Results;
use super::rules::Rule;

/// The log file, 3.13.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Log {
    #[serde(rename = "version")]
    _version: Version,
    pub(super) runs: Option<Vec<Run>>,
    pub(super) inline_external_properties: Option<Vec<External>>,
}

/// The one version that is read.
struct Version;

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let version = String::deserialize(deserializer)?;
        match version.as_str() {
            "2.1.0" => Ok(Self),
            _ => Err(D::Error::custom(format!("SARIF of version {version:?}: only 2.1.0 is read"))),
        }
    }
}

/// A run, 3.14.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Run {
    pub(super) tool: Tool,
    pub(super) results: Option<Results>,
    pub(super) invocations: Option<Few<Invocation, 10_000>>,
    pub(super) artifacts: Option<Few<Artifact, 1_000_000>>,
    automation_details: Option<AutomationDetails>,
    pub(super) original_uri_base_ids: Option<Bases>,
    pub(super) version_control_provenance: Option<Vec<VersionControl>>,
    pub(super) external_property_file_references: Option<References>,
}

impl Run {
    /// Its unique name, in small letters.
    pub(super) fn guid(&self) -> Option<String> {
        Some(self.automation_details.as_ref()?.guid.as_ref()?.to_ascii_lowercase())
    }
}

/// Properties that stand in the log file, outside their run, 4.3.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct External {
    pub(super) run_guid: Option<String>,
    pub(super) results: Option<Results>,
    pub(super) invocations: Option<Few<Invocation, 10_000>>,
}

/// What stands in other files, 3.15.
#[derive(Deserialize)]
pub(super) struct References {
    pub(super) results: Option<Vec<IgnoredAny>>,
    pub(super) invocations: Option<Vec<IgnoredAny>>,
}

/// 3.17.
#[derive(Deserialize)]
pub(super) struct AutomationDetails {
    guid: Option<String>,
}

/// 3.23.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VersionControl {
    pub(super) revision_id: Option<String>,
}

/// The tool, 3.18.
#[derive(Deserialize)]
pub(super) struct Tool {
    pub(super) driver: Component,
    pub(super) extensions: Option<Vec<Component>>,
}

/// A part of the tool, 3.19.
#[derive(Deserialize)]
pub(super) struct Component {
    pub(super) name: Option<String>,
    pub(super) guid: Option<String>,
    #[serde(default)]
    pub(super) rules: Option<Few<Rule, 250_000>>,
}

/// A file that was looked at, 3.24.
#[derive(Deserialize)]
pub(super) struct Artifact {
    pub(super) location: Option<ArtifactLocation>,
}

/// 3.4.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ArtifactLocation {
    pub(super) uri: Option<String>,
    pub(super) uri_base_id: Option<String>,
    #[serde(default)]
    pub(super) index: Whole,
}

/// A message, 3.11, or one of several shapes of a message, 3.12.
#[derive(Deserialize, Default)]
pub(super) struct Message {
    pub(super) text: Option<String>,
    pub(super) id: Option<String>,
    pub(super) arguments: Option<Loose>,
}

/// 3.27.10.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    None,
    Note,
    Warning,
    Error,
}

impl Level {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A level that may be left out, and may not be `null`.
pub(super) fn level<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Level>, D::Error> {
    Level::deserialize(deserializer).map(Some)
}

/// 3.27.9.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "camelCase")]
pub(super) enum Kind {
    #[default]
    Fail,
    Open,
    Review,
    Pass,
    NotApplicable,
    Informational,
}

/// The configuration of a rule, 3.50.
#[derive(Deserialize)]
pub(super) struct Configuration {
    #[serde(default, deserialize_with = "level")]
    pub(super) level: Option<Level>,
}

/// A reference to a rule, 3.52.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub(super) struct RuleReference {
    pub(super) id: Option<String>,
    #[serde(default)]
    pub(super) index: Whole,
    pub(super) tool_component: Option<ComponentReference>,
}

/// A reference to a part of the tool, 3.54.
#[derive(Deserialize, Default)]
pub(super) struct ComponentReference {
    #[serde(default)]
    pub(super) index: Whole,
    pub(super) name: Option<String>,
    pub(super) guid: Option<String>,
}

/// A result as it is written, 3.27.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RawResult {
    pub(super) rule_id: Option<String>,
    #[serde(default)]
    pub(super) rule_index: Whole,
    pub(super) rule: Option<RuleReference>,
    #[serde(default)]
    pub(super) kind: Kind,
    #[serde(default, deserialize_with = "level")]
    pub(super) level: Option<Level>,
    pub(super) message: Option<Message>,
    pub(super) locations: Option<super::place::Places>,
    pub(super) suppressions: Option<Vec<Suppression>>,
    pub(super) baseline_state: Option<String>,
    pub(super) properties: Option<Bag>,
    pub(super) partial_fingerprints: Option<Bag>,
    pub(super) fingerprints: Option<Prints>,
}

/// 3.35. `state` is of a draft.
#[derive(Deserialize)]
pub(super) struct Suppression {
    pub(super) status: Option<Loose>,
    pub(super) state: Option<IgnoredAny>,
}
