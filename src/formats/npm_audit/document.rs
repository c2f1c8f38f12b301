//! The document, as far as it is used.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};

use crate::facts::Severity;
use crate::input::json::Present;
use crate::text::Text;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    pub(super) audit_report_version: Option<u64>,
    pub(super) vulnerabilities: Option<BTreeMap<String, Entry>>,
    pub(super) advisories: Option<BTreeMap<String, OldAdvisory>>,
    pub(super) muted: Option<Vec<Present>>,
    pub(super) metadata: Option<Metadata>,
    pub(super) error: Option<Words>,
    pub(super) status_code: Option<Present>,
    pub(super) message: Option<Text>,
}

/// What an error says.
#[derive(Deserialize)]
pub(super) struct Words {
    pub(super) code: Option<Text>,
    pub(super) summary: Option<Text>,
    pub(super) message: Option<Text>,
    pub(super) detail: Option<Text>,
}

/// A package of npm 7's report.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    pub(super) severity: String,
    pub(super) via: Vias,
    pub(super) fix_available: Option<Fix>,
}

#[derive(Deserialize)]
pub(super) struct Vias(pub(super) Vec<Via>);

/// Why a package is vulnerable: an advisory, or another package.
pub(super) enum Via {
    Name(String),
    Advisory(Advisory),
}

#[derive(Deserialize)]
pub(super) struct Advisory {
    pub(super) source: Id,
    pub(super) name: Option<Text>,
    pub(super) title: Option<Text>,
    pub(super) url: Option<String>,
    pub(super) severity: String,
    pub(super) cvss: Option<Cvss>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Cvss {
    pub(super) score: Option<f64>,
    pub(super) vector_string: Option<String>,
}

/// The number of an advisory; another registry than npm's may write a text.
pub(super) struct Id(pub(super) Text);

/// The version that mends it, or npm's command where that is enough; `None` where nothing does.
pub(super) struct Fix(pub(super) Option<Text>);

/// An advisory of npm 6's report.
#[derive(Deserialize)]
pub(super) struct OldAdvisory {
    pub(super) findings: Vec<Installed>,
    pub(super) title: Option<Text>,
    pub(super) module_name: Text,
    pub(super) cves: Option<Vec<Text>>,
    pub(super) github_advisory_id: Option<Text>,
    pub(super) severity: String,
    pub(super) patched_versions: Option<Text>,
    pub(super) url: Option<String>,
    pub(super) cvss: Option<Cvss>,
}

#[derive(Deserialize)]
pub(super) struct Installed {
    pub(super) version: Text,
    pub(super) paths: Vec<Present>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metadata {
    pub(super) vulnerabilities: Counts,
    pub(super) dependencies: Amount,
    pub(super) total_dependencies: Option<u64>,
}

#[derive(Deserialize)]
pub(super) struct Counts {
    info: u64,
    low: u64,
    moderate: u64,
    high: u64,
    critical: u64,
    pub(super) total: Option<u64>,
}

impl Counts {
    pub(super) fn by_severity(&self) -> [(Severity, u64); 5] {
        [
            (Severity::Critical, self.critical),
            (Severity::High, self.high),
            (Severity::Medium, self.moderate),
            (Severity::Low, self.low),
            (Severity::Info, self.info),
        ]
    }
}

/// The dependencies looked at: npm 7 counts them by kind and in all, npm 6 writes the number of one kind here.
pub(super) struct Amount {
    pub(super) total: Option<u64>,
}

impl<'de> Deserialize<'de> for Via {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Via;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an advisory or the name of a package in `via`")
            }

            fn visit_str<E>(self, name: &str) -> std::result::Result<Via, E> {
                Ok(Via::Name(name.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> std::result::Result<Via, A::Error> {
                Advisory::deserialize(MapAccessDeserializer::new(map)).map(Via::Advisory)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Id;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("the number of an advisory in `source`")
            }

            fn visit_u64<E>(self, id: u64) -> std::result::Result<Id, E> {
                Ok(Id(Text::new(&id.to_string())))
            }

            fn visit_str<E>(self, id: &str) -> std::result::Result<Id, E> {
                Ok(Id(Text::new(id)))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl<'de> Deserialize<'de> for Fix {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Version {
            name: Text,
            version: Text,
        }
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Fix;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("true, false or a version in `fixAvailable`")
            }

            fn visit_bool<E>(self, there: bool) -> std::result::Result<Fix, E> {
                Ok(Fix(there.then(|| "npm audit fix".into())))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> std::result::Result<Fix, A::Error> {
                let Version { name, version } = Version::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Fix(Some(Text::new(&format!("{name} {version}")))))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct ByKind {
            total: u64,
        }
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Amount;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a number or numbers of dependencies")
            }

            fn visit_u64<E>(self, _: u64) -> std::result::Result<Amount, E> {
                Ok(Amount { total: None })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> std::result::Result<Amount, A::Error> {
                ByKind::deserialize(MapAccessDeserializer::new(map)).map(|k| Amount { total: Some(k.total) })
            }
        }
        deserializer.deserialize_any(Either)
    }
}
