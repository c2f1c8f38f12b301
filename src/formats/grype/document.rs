//! The document, as far as it is used.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use crate::input::json::{Present, required};
use crate::text::Text;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "a report of grype")]
pub(super) struct Document {
    #[serde(deserialize_with = "required")]
    pub(super) matches: Option<Vec<Match>>,
    pub(super) ignored_matches: Option<Vec<Match>>,
    pub(super) source: Option<Source>,
    pub(super) descriptor: Descriptor,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "a match of grype")]
pub(super) struct Match {
    pub(super) vulnerability: Vulnerability,
    pub(super) related_vulnerabilities: Option<Vec<Vulnerability>>,
    pub(super) artifact: Artifact,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Vulnerability {
    pub(super) id: Text,
    pub(super) severity: Option<String>,
    pub(super) description: Option<String>,
    pub(super) cvss: Option<Vec<Cvss>>,
    pub(super) fix: Option<Fix>,
    /// Entries of the KEV catalogue.
    pub(super) known_exploited: Option<Vec<Present>>,
}

#[derive(Deserialize)]
pub(super) struct Cvss {
    pub(super) vector: Option<String>,
    pub(super) metrics: Option<Metrics>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metrics {
    pub(super) base_score: Option<f64>,
}

#[derive(Deserialize)]
pub(super) struct Fix {
    pub(super) versions: Option<Vec<Text>>,
}

#[derive(Deserialize)]
pub(super) struct Artifact {
    pub(super) name: Text,
    pub(super) version: Option<Text>,
    pub(super) purl: Option<String>,
    pub(super) locations: Option<Vec<Place>>,
}

#[derive(Deserialize)]
pub(super) struct Place {
    pub(super) path: String,
}

#[derive(Deserialize)]
pub(super) struct Source {
    pub(super) r#type: String,
    #[serde(default)]
    pub(super) target: Target,
}

/// What was scanned: a path, or an image that somebody named so.
#[derive(Default)]
pub(super) struct Target(pub(super) Option<Text>);

#[derive(Deserialize)]
pub(super) struct Descriptor {
    pub(super) name: String,
    pub(super) timestamp: Option<String>,
    pub(super) configuration: Option<Configuration>,
    pub(super) db: Option<Database>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Configuration {
    pub(super) only_fixed: Option<bool>,
    pub(super) only_notfixed: Option<bool>,
}

/// The database: until version 5 of it flat, then in `status`.
#[derive(Deserialize)]
pub(super) struct Database {
    pub(super) built: Option<Text>,
    pub(super) error: Option<Text>,
    pub(super) status: Option<Status>,
}

#[derive(Deserialize, Default)]
pub(super) struct Status {
    pub(super) built: Option<Text>,
    pub(super) valid: Option<bool>,
    pub(super) error: Option<Text>,
}

impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Target;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a path, an image or null")
            }

            fn visit_unit<E>(self) -> Result<Target, E> {
                Ok(Target(None))
            }

            fn visit_str<E>(self, path: &str) -> Result<Target, E> {
                Ok(Target(Some(Text::new(path)).filter(|p| !p.is_empty())))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Target, A::Error> {
                let mut named = None;
                while let Some(key) = map.next_key::<String>()? {
                    if key == "userInput" {
                        named = map.next_value::<Option<Text>>()?;
                    } else {
                        map.next_value::<Present>()?;
                    }
                }
                Ok(Target(named.filter(|n| !n.is_empty())))
            }
        }
        deserializer.deserialize_any(Any)
    }
}
