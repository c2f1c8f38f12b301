//! The document, as far as it is used.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};

use crate::facts::Package;
use crate::formats::rustsec::Advisory;
use crate::text::Text;

#[derive(Deserialize)]
pub(super) struct Document {
    pub(super) database: Option<Database>,
    pub(super) lockfile: Lockfile,
    pub(super) settings: Option<Settings>,
    pub(super) vulnerabilities: Vulnerabilities,
    pub(super) warnings: Option<BTreeMap<String, Vec<Warning>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Database {
    pub(super) advisory_count: Option<u64>,
    pub(super) last_updated: Option<Text>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Lockfile {
    pub(super) dependency_count: u64,
}

/// What was asked for. Until 2021 `target_arch` and `target_os` were one word or null.
#[derive(Deserialize)]
pub(super) struct Settings {
    #[serde(default)]
    pub(super) target_arch: Words,
    #[serde(default)]
    pub(super) target_os: Words,
    pub(super) severity: Option<Text>,
    #[serde(default)]
    pub(super) ignore: Words,
    #[serde(default)]
    pub(super) informational_warnings: Words,
}

#[derive(Deserialize)]
pub(super) struct Vulnerabilities {
    pub(super) found: Option<bool>,
    pub(super) count: Option<u64>,
    pub(super) list: Vec<Vulnerability>,
}

#[derive(Deserialize)]
pub(super) struct Vulnerability {
    pub(super) advisory: Advisory,
    pub(super) versions: Option<Versions>,
    pub(super) package: Crate,
}

#[derive(Deserialize)]
pub(super) struct Warning {
    pub(super) advisory: Option<Advisory>,
    pub(super) versions: Option<Versions>,
    pub(super) package: Crate,
}

#[derive(Deserialize)]
pub(super) struct Crate {
    pub(super) name: Text,
    pub(super) version: Text,
}

#[derive(Deserialize)]
pub(super) struct Versions {
    pub(super) patched: Option<Vec<Text>>,
}

/// The requirement that a version without the fault meets.
pub(super) fn fix(versions: Option<Versions>) -> Option<Text> {
    let patched = versions?.patched?;
    (!patched.is_empty()).then(|| Text::new(&patched.join(" OR ")))
}

impl From<Crate> for Package {
    fn from(c: Crate) -> Self {
        Self { name: c.name, version: Some(c.version) }
    }
}

/// A list of words, or one word, or null.
#[derive(Default)]
pub(super) struct Words(pub(super) Vec<Text>);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Words;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list of words, a word or null")
            }

            fn visit_unit<E>(self) -> std::result::Result<Words, E> {
                Ok(Words::default())
            }

            fn visit_str<E>(self, word: &str) -> std::result::Result<Words, E> {
                Ok(Words(vec![Text::new(word)]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> std::result::Result<Words, A::Error> {
                let mut words = Vec::new();
                while let Some(word) = seq.next_element()? {
                    words.push(word);
                }
                Ok(Words(words))
            }
        }
        deserializer.deserialize_any(Any)
    }
}
