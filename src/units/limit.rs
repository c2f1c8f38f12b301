//! Thresholds in two steps: one that fails and one that warns.

use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

use super::{Percent, Probability, Span};

/// Something a threshold can be a number of.
pub trait Quantity: Copy + PartialOrd + fmt::Display + Sized {
    /// What a user writes for one.
    const EXAMPLE: &'static str;
    /// The unit in a verdict.
    const UNIT: &'static str;

    /// Reads what the policy writes: the text of a number, or a string.
    ///
    /// # Errors
    /// What is no such quantity, with the remedy.
    fn read(text: &str, quoted: bool) -> Result<Self, String>;

    /// As a number, for the verdict.
    fn value(self) -> f64;

    /// The JSON Schema of a plain value.
    fn schema() -> Schema;
}

impl Quantity for Percent {
    const EXAMPLE: &'static str = "85";
    const UNIT: &'static str = "percent";

    fn read(text: &str, _: bool) -> Result<Self, String> {
        Self::parse(text)
    }

    fn value(self) -> f64 {
        Self::value(self)
    }

    fn schema() -> Schema {
        json_schema!({
            "type": ["number", "string"],
            "minimum": 0,
            "maximum": 100,
            // A fraction is a mistake: 0.85 for 85.
            "not": { "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1 },
            "description": "a percentage: 85 or 77.5",
        })
    }
}

impl Quantity for u64 {
    const EXAMPLE: &'static str = "0";
    const UNIT: &'static str = "count";

    fn read(text: &str, quoted: bool) -> Result<Self, String> {
        let plain = super::plain_u64(text).filter(|_| !quoted);
        plain.ok_or_else(|| format!("{text:?} is no count: write a whole number from 0, such as 0 or 25"))
    }

    #[expect(clippy::as_conversions, reason = "a figure for people and JSON")]
    fn value(self) -> f64 {
        self as f64
    }

    fn schema() -> Schema {
        json_schema!({ "type": "integer", "minimum": 0, "description": "a count" })
    }
}

impl Quantity for Probability {
    const EXAMPLE: &'static str = "0.5";
    const UNIT: &'static str = "probability";

    fn read(text: &str, quoted: bool) -> Result<Self, String> {
        let number = super::plain_decimal(text).filter(|n| !quoted && (0.0..=1.0).contains(n));
        number.map(Self).ok_or_else(|| format!("{text:?} is no probability: write a number from 0 to 1, such as 0.5"))
    }

    fn value(self) -> f64 {
        self.0
    }

    fn schema() -> Schema {
        json_schema!({ "type": "number", "minimum": 0, "maximum": 1, "description": "a probability" })
    }
}

impl Quantity for Span {
    const EXAMPLE: &'static str = "\"10m\"";
    const UNIT: &'static str = "seconds";

    fn read(text: &str, quoted: bool) -> Result<Self, String> {
        if !quoted {
            return Err(format!("{text} has no unit: write \"{text}s\" or \"{text}m\""));
        }
        Self::parse(text)
    }

    fn value(self) -> f64 {
        self.seconds()
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "description": "a duration: 10m, 1h30m, 90s, 250ms, 7d" })
    }
}

/// A threshold that values must not fall below: `85`, or `{ fail-below = 60, warn-below = 75 }`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Floor<T> {
    /// Lower values fail.
    pub fail: Option<T>,
    /// Lower values warn.
    pub warn: Option<T>,
}

/// A threshold that values must not exceed: `2`, or `{ fail-above = 2, warn-above = 0 }`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ceiling<T> {
    /// Higher values fail.
    pub fail: Option<T>,
    /// Higher values warn.
    pub warn: Option<T>,
}

/// Reads a plain value, or where `keys` are given a table of two steps.
struct Steps<T> {
    keys: Option<[&'static str; 2]>,
    quantity: PhantomData<T>,
}

impl<T: Quantity> Steps<T> {
    fn plain<E: de::Error>(text: &str, quoted: bool) -> Result<(Option<T>, Option<T>), E> {
        Ok((Some(T::read(text, quoted).map_err(E::custom)?), None))
    }
}

impl<'de, T: Quantity> Visitor<'de> for Steps<T> {
    type Value = (Option<T>, Option<T>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a threshold such as {}", T::EXAMPLE)?;
        match self.keys {
            Some([fail, warn]) => write!(f, ", {{ {fail} = {0} }} or {{ {warn} = {0} }}", T::EXAMPLE),
            None => Ok(()),
        }
    }

    fn visit_i64<E: de::Error>(self, v: i64) -> Result<Self::Value, E> {
        Self::plain(&v.to_string(), false)
    }

    fn visit_u64<E: de::Error>(self, v: u64) -> Result<Self::Value, E> {
        Self::plain(&v.to_string(), false)
    }

    fn visit_f64<E: de::Error>(self, v: f64) -> Result<Self::Value, E> {
        Self::plain(&v.to_string(), false)
    }

    fn visit_str<E: de::Error>(self, v: &str) -> Result<Self::Value, E> {
        Self::plain(v, true)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let Some([fail_key, warn_key]) = self.keys else {
            return Err(de::Error::invalid_type(de::Unexpected::Map, &self));
        };
        let (mut fail, mut warn) = (None, None);
        while let Some(key) = map.next_key::<String>()? {
            let slot = match key.as_str() {
                k if k == fail_key => &mut fail,
                k if k == warn_key => &mut warn,
                k => {
                    let known = format!("`{fail_key}`, `{warn_key}` and `effective` are known");
                    return Err(de::Error::custom(format!("unknown key `{k}` in a threshold: {known}")));
                }
            };
            (*slot, _) = map.next_value_seed(Self { keys: None, quantity: PhantomData })?;
        }
        if fail.is_none() && warn.is_none() {
            return Err(de::Error::custom(format!("a threshold without `{fail_key}` or `{warn_key}` limits nothing")));
        }
        Ok((fail, warn))
    }
}

impl<'de, T: Quantity> de::DeserializeSeed<'de> for Steps<T> {
    type Value = (Option<T>, Option<T>);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Quantity> Deserialize<'de> for Floor<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let keys = Some(["fail-below", "warn-below"]);
        match deserializer.deserialize_any(Steps { keys, quantity: PhantomData::<T> })? {
            (Some(f), Some(w)) if w < f => Err(de::Error::custom(format!(
                "the warning below {w} is never seen: what is below it has failed below {f} already"
            ))),
            (fail, warn) => Ok(Self { fail, warn }),
        }
    }
}

impl<'de, T: Quantity> Deserialize<'de> for Ceiling<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let keys = Some(["fail-above", "warn-above"]);
        match deserializer.deserialize_any(Steps { keys, quantity: PhantomData::<T> })? {
            (Some(f), Some(w)) if w > f => Err(de::Error::custom(format!(
                "the warning above {w} is never seen: what is above it has failed above {f} already"
            ))),
            (fail, warn) => Ok(Self { fail, warn }),
        }
    }
}

fn steps_schema<T: Quantity>(fail: &str, warn: &str) -> Schema {
    json_schema!({
        "anyOf": [
            T::schema(),
            {
                "type": "object",
                "properties": { fail: T::schema(), warn: T::schema() },
                "additionalProperties": false,
                "minProperties": 1
            },
            { "const": "off", "description": "unsets what a base says; shown as skipped" }
        ]
    })
}

impl<T: Quantity> JsonSchema for Floor<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("floor-{}", T::UNIT).into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        steps_schema::<T>("fail-below", "warn-below")
    }
}

impl<T: Quantity> JsonSchema for Ceiling<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("ceiling-{}", T::UNIT).into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        steps_schema::<T>("fail-above", "warn-above")
    }
}

/// What becomes of a thing that either is there or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// It is shown and does not count.
    Allow,
    /// One is enough for a warning.
    Warn,
    /// One is enough to fail.
    Fail,
}

impl Level {
    /// The threshold that says the same: none is allowed.
    #[must_use]
    pub const fn ceiling(self) -> Ceiling<u64> {
        match self {
            Self::Allow => Ceiling { fail: None, warn: None },
            Self::Warn => Ceiling { fail: None, warn: Some(0) },
            Self::Fail => Ceiling { fail: Some(0), warn: None },
        }
    }
}
