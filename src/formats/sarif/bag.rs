//! Values of free form: property bags and fingerprints, of which only known keys are kept.
//!
//! SARIF 2.1.0, section 3.8: a property bag may hold anything, so nothing in one can make a report
//! unreadable, and a key that differs from a known one by case is another key.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::prints::PARTIAL;
use crate::facts::is_advisory;

/// The keys that some producer is known to write and that are read here.
const KEPT: [&str; 12] = [
    "security-severity",
    "problem.severity",
    "tags",
    "zizmor/severity",
    "issue_severity",
    "cvssV3_severity",
    "purl",
    "purls",
    "fixed_version",
    "cargo-deny/advisory-id",
    "cargo-deny/krate",
    "cargo-audit/advisory-fingerprint",
];

/// The words of Trivy's and Semgrep's tags. In other letters they may mean anything.
pub(super) const TAGGED_SEVERITIES: [&str; 4] = ["CRITICAL", "HIGH", "MEDIUM", "LOW"];

/// What is kept of a bag.
#[derive(Default)]
pub(super) struct Bag(Vec<(&'static str, Loose)>);

impl Bag {
    /// The value of a key, where it is a single one and not empty.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        match self.all(key) {
            [one] if !one.trim().is_empty() => Some(one.trim()),
            _ => None,
        }
    }

    /// All values of a key that holds a list.
    pub(super) fn all(&self, key: &str) -> &[String] {
        self.0.iter().find(|(k, _)| *k == key).map_or(&[], |(_, v)| &v.0)
    }

    /// Itself, unless nothing was kept.
    pub(super) fn something(self) -> Option<Box<Self>> {
        (!self.0.is_empty()).then(|| Box::new(self))
    }
}

impl<'de> Deserialize<'de> for Bag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Bag;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a property bag")
            }

            /// PHP writes an empty object as `[]`.
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Bag, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Bag::default())
            }

            fn visit_unit<E>(self) -> Result<Bag, E> {
                Ok(Bag::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Bag, A::Error> {
                let mut bag = Bag::default();
                while let Some(Key(key)) = map.next_key()? {
                    let Some(key) = key else {
                        map.next_value::<IgnoredAny>()?;
                        continue;
                    };
                    let mut value: Loose = map.next_value()?;
                    if key == "tags" {
                        value.0.retain(|t| TAGGED_SEVERITIES.contains(&t.as_str()) || is_advisory(t));
                    }
                    if !value.0.is_empty() {
                        bag.0.push((key, value));
                    }
                }
                Ok(bag)
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// One of [`KEPT`] or of [`PARTIAL`], or another key.
struct Key(Option<&'static str>);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = Key;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_str<E>(self, key: &str) -> Result<Key, E> {
                Ok(Key(KEPT.into_iter().chain(PARTIAL).find(|k| *k == key)))
            }
        }
        deserializer.deserialize_str(Any)
    }
}

/// The strings, numbers and booleans of a value, as text; those of a list in their order. An
/// object and `null` hold none.
#[derive(Default)]
pub(super) struct Loose(pub(super) Vec<String>);

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Loose;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_str<E>(self, v: &str) -> Result<Loose, E> {
                Ok(Loose(vec![v.to_owned()]))
            }

            fn visit_u64<E>(self, v: u64) -> Result<Loose, E> {
                Ok(Loose(vec![v.to_string()]))
            }

            fn visit_i64<E>(self, v: i64) -> Result<Loose, E> {
                Ok(Loose(vec![v.to_string()]))
            }

            fn visit_f64<E>(self, v: f64) -> Result<Loose, E> {
                Ok(Loose(vec![v.to_string()]))
            }

            fn visit_bool<E>(self, v: bool) -> Result<Loose, E> {
                Ok(Loose(vec![v.to_string()]))
            }

            fn visit_unit<E>(self) -> Result<Loose, E> {
                Ok(Loose::default())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Loose, A::Error> {
                let mut all = Loose::default();
                while let Some(inner) = seq.next_element::<Loose>()? {
                    all.0.extend(inner.0);
                }
                Ok(all)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Loose, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Loose::default())
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// A whole number; nothing where there is another value.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Whole(pub(super) Option<i64>);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Whole;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }

            fn visit_u64<E>(self, v: u64) -> Result<Whole, E> {
                // Beyond i64 it is out of range for whatever it means.
                Ok(Whole(Some(i64::try_from(v).unwrap_or(i64::MAX))))
            }

            fn visit_i64<E>(self, v: i64) -> Result<Whole, E> {
                Ok(Whole(Some(v)))
            }

            fn visit_f64<E>(self, _: f64) -> Result<Whole, E> {
                Ok(Whole(None))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Whole, E> {
                Ok(Whole(None))
            }

            fn visit_str<E>(self, _: &str) -> Result<Whole, E> {
                Ok(Whole(None))
            }

            fn visit_unit<E>(self) -> Result<Whole, E> {
                Ok(Whole(None))
            }
        }
        deserializer.deserialize_any(Any)
    }
}
