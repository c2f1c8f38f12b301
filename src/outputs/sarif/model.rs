//! The shape of a log file, as far as it is written: OASIS SARIF 2.1.0, with its section numbers.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::outputs::issues::{LONGEST, brief};

/// Values of a list in a property bag.
const LISTED: usize = 20;

/// The log file, 3.13.
#[derive(Serialize)]
pub(super) struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

/// A run, 3.14.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    automation_details: AutomationDetails,
    invocations: [Invocation; 1],
    column_kind: &'static str,
    original_uri_base_ids: BTreeMap<&'static str, Described>,
    properties: PropertyBag,
    results: Vec<SarifResult>,
}

/// 3.4.8, of a place that only the reader knows.
#[derive(Serialize)]
struct Described {
    description: Message,
}

impl Log {
    pub(super) fn new(
        tool: Tool,
        automation_details: AutomationDetails,
        invocation: Invocation,
        properties: PropertyBag,
        results: Vec<SarifResult>,
    ) -> Self {
        let root = Described { description: Message { text: "The root of the repository.".to_owned() } };
        let run = Run {
            tool,
            automation_details,
            invocations: [invocation],
            column_kind: "utf16CodeUnits",
            original_uri_base_ids: BTreeMap::from([("%SRCROOT%", root)]),
            properties,
            results,
        };
        Self { schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] }
    }
}

/// 3.18.
#[derive(Serialize)]
pub(super) struct Tool {
    pub(super) driver: Component,
}

/// 3.19.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Component {
    pub(super) name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) semantic_version: Option<String>,
    pub(super) rules: Vec<Rule>,
}

/// 3.17.
#[derive(Serialize)]
pub(super) struct AutomationDetails {
    pub(super) id: String,
}

/// 3.20.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invocation {
    pub(super) execution_successful: bool,
    pub(super) exit_code: u8,
    pub(super) exit_code_description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) end_time_utc: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tool_execution_notifications: Vec<Notification>,
}

/// 3.58.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Notification {
    pub(super) level: &'static str,
    pub(super) message: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) associated_rule: Option<Identified>,
}

/// 3.52.
#[derive(Serialize)]
pub(super) struct Identified {
    pub(super) id: String,
}

/// 3.11.
#[derive(Serialize)]
pub(super) struct Message {
    pub(super) text: String,
}

/// A rule, 3.49.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rule {
    pub(super) id: String,
    pub(super) short_description: Message,
    pub(super) full_description: Message,
    pub(super) help: Message,
    pub(super) default_configuration: Configuration,
    pub(super) properties: PropertyBag,
}

/// 3.50.
#[derive(Serialize)]
pub(super) struct Configuration {
    pub(super) level: &'static str,
}

/// A result, 3.27.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SarifResult {
    pub(super) rule_id: String,
    pub(super) rule_index: usize,
    pub(super) level: &'static str,
    pub(super) message: Message,
    pub(super) locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) related_locations: Vec<Related>,
    pub(super) partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) suppressions: Option<[Suppression; 1]>,
    #[serde(skip_serializing_if = "PropertyBag::is_empty")]
    pub(super) properties: PropertyBag,
}

/// 3.27.17. GitHub reads the first and no other.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Fingerprints {
    pub(super) primary_location_line_hash: String,
    #[serde(rename = "portcullisIdentity/v1")]
    pub(super) identity: String,
}

/// 3.28.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location {
    pub(super) physical_location: PhysicalLocation,
}

/// 3.28, with what is there.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Related {
    pub(super) id: usize,
    pub(super) physical_location: PhysicalLocation,
    pub(super) message: Message,
}

/// 3.29.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PhysicalLocation {
    pub(super) artifact_location: ArtifactLocation,
    pub(super) region: Region,
}

/// 3.4.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ArtifactLocation {
    pub(super) uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) uri_base_id: Option<&'static str>,
}

/// 3.30.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region {
    pub(super) start_line: u64,
    pub(super) start_column: u64,
    pub(super) end_line: u64,
    pub(super) end_column: u64,
}

/// 3.35.
#[derive(Serialize)]
pub(super) struct Suppression {
    pub(super) kind: &'static str,
    pub(super) status: &'static str,
    pub(super) justification: String,
}

/// A property bag, 3.8: no empty value in it.
#[derive(Serialize, Default)]
pub(super) struct PropertyBag(BTreeMap<&'static str, Value>);

impl PropertyBag {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A value of our own.
    pub(super) fn put(&mut self, key: &'static str, value: impl Serialize) {
        self.0.extend(serde_json::to_value(value).ok().map(|v| (key, v)));
    }

    /// A text, unless it is empty.
    pub(super) fn put_text(&mut self, key: &'static str, text: &str) {
        if !text.is_empty() {
            self.put(key, brief(text, LONGEST));
        }
    }

    /// Distinct texts, not many of them, unless there is none.
    pub(super) fn put_list<'t>(&mut self, key: &'static str, list: impl IntoIterator<Item = &'t str>) {
        let mut kept: Vec<String> = Vec::new();
        for text in list.into_iter().filter(|t| !t.is_empty()) {
            let text = brief(text, LONGEST);
            if !kept.contains(&text) && kept.len() < LISTED {
                kept.push(text);
            }
        }
        if !kept.is_empty() {
            self.put(key, kept);
        }
    }
}
