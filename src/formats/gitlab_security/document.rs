//! The document, as far as it is used.

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};

use crate::text::Text;

#[derive(Deserialize)]
#[serde(expecting = "a security report of GitLab")]
pub(super) struct Document {
    pub(super) version: Text,
    pub(super) scan: Scanned,
    pub(super) vulnerabilities: Vec<Vulnerability>,
    pub(super) dependency_files: Option<Vec<DependencyFile>>,
}

#[derive(Deserialize)]
pub(super) struct Scanned {
    pub(super) r#type: Text,
    pub(super) status: Text,
    pub(super) scanner: Tool,
    pub(super) analyzer: Option<Tool>,
    pub(super) end_time: Option<String>,
    pub(super) messages: Option<Vec<Message>>,
    pub(super) partial_scan: Option<Partial>,
    /// What a dynamic scan called up.
    pub(super) scanned_resources: Option<Count>,
}

#[derive(Deserialize)]
pub(super) struct Tool {
    pub(super) id: Text,
    pub(super) name: Option<Text>,
}

impl Tool {
    /// As people know it.
    pub(super) fn known_as(self) -> Text {
        self.name.filter(|n| !n.is_empty()).unwrap_or(self.id)
    }
}

#[derive(Deserialize)]
pub(super) struct Message {
    pub(super) level: Text,
    pub(super) value: Text,
}

#[derive(Deserialize)]
pub(super) struct Partial {
    pub(super) mode: Option<Text>,
}

/// Something found. Never the source text that stands with it (`raw_source_code_extract`).
#[derive(Deserialize)]
#[serde(expecting = "a vulnerability")]
pub(super) struct Vulnerability {
    pub(super) identifiers: Vec<Identifier>,
    pub(super) name: Option<String>,
    pub(super) message: Option<String>,
    pub(super) description: Option<String>,
    pub(super) severity: Option<String>,
    /// Until version 14: `Ignore` is a suppression.
    pub(super) confidence: Option<String>,
    pub(super) solution: Option<String>,
    pub(super) scanner: Option<Tool>,
    pub(super) cvss_vectors: Option<Vec<Vector>>,
    pub(super) flags: Option<Vec<Flag>>,
    pub(super) location: Place,
    pub(super) tracking: Option<Tracking>,
}

/// By what GitLab itself compares runs: of one finding the signatures of several algorithms.
#[derive(Deserialize)]
pub(super) struct Tracking {
    pub(super) items: Option<Vec<Tracked>>,
}

#[derive(Deserialize)]
pub(super) struct Tracked {
    pub(super) signatures: Option<Vec<Signature>>,
}

#[derive(Deserialize)]
pub(super) struct Signature {
    pub(super) algorithm: Option<Text>,
    pub(super) value: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Identifier {
    pub(super) r#type: Text,
    pub(super) value: Text,
}

#[derive(Deserialize)]
pub(super) struct Vector {
    pub(super) vector: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Flag {
    pub(super) r#type: Option<Text>,
}

/// Where: what is there depends on the type of the scan.
#[derive(Deserialize)]
pub(super) struct Place {
    pub(super) file: Option<Text>,
    pub(super) start_line: Option<u32>,
    pub(super) end_line: Option<u32>,
    pub(super) class: Option<Text>,
    pub(super) method: Option<Text>,
    pub(super) dependency: Option<Dependency>,
    pub(super) image: Option<Text>,
    pub(super) hostname: Option<Text>,
    pub(super) path: Option<Text>,
    pub(super) param: Option<Text>,
    pub(super) crash_address: Option<Text>,
}

#[derive(Deserialize)]
pub(super) struct Dependency {
    pub(super) package: Named,
    pub(super) version: Option<Text>,
}

#[derive(Deserialize)]
pub(super) struct Named {
    pub(super) name: Text,
}

/// A lock file, and what it lists.
#[derive(Deserialize)]
pub(super) struct DependencyFile {
    pub(super) path: Text,
    pub(super) package_manager: Option<Text>,
    pub(super) dependencies: Count,
}

/// How many elements an array has; none of them is kept.
#[derive(Clone, Copy)]
pub(super) struct Count(pub(super) u64);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Counting;
        impl<'de> Visitor<'de> for Counting {
            type Value = Count;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an array")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Count, A::Error> {
                let mut n = 0_u64;
                while seq.next_element::<IgnoredAny>()?.is_some() {
                    n = n.saturating_add(1);
                }
                Ok(Count(n))
            }
        }
        deserializer.deserialize_seq(Counting)
    }
}
