//! serde over a [`Node`]: every error knows its place, and all of them are found.

use std::fmt;

use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, Visitor};

use super::{Node, Value};
use crate::diagnostic::{Diagnostic, Origin, nearest};

/// What serde found wrong, and where once that is known.
#[derive(Debug)]
pub(crate) struct Error {
    message: String,
    help: Option<String>,
    origin: Option<Origin>,
    /// The field that is missing, if that is what is wrong.
    missing: Option<&'static str>,
}

impl Error {
    fn at(mut self, origin: &Origin) -> Self {
        self.origin.get_or_insert_with(|| origin.clone());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        let message = message.to_string().replace("expected a sequence", "expected a list, such as [\"a\", \"b\"]");
        // What stands behind a line break is the remedy.
        let (message, help) = match message.split_once('\n') {
            Some((message, help)) => (message.to_owned(), Some(help.to_owned())),
            None => (message, None),
        };
        Self { message, help, origin: None, missing: None }
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self { help: Some(known(field, expected)), ..Self::custom(format!("unknown key `{field}`")) }
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self { help: Some(known(variant, expected)), ..Self::custom(format!("unknown word {variant:?}")) }
    }

    fn missing_field(field: &'static str) -> Self {
        let help = Some(format!("add `{field} = …` to this table"));
        Self { missing: Some(field), help, ..Self::custom(format!("the key `{field}` is missing")) }
    }
}

/// What may stand instead of `word`.
pub(crate) fn known(word: &str, expected: &[&str]) -> String {
    match nearest(word, expected.iter().copied()) {
        // A long list beside the right word would only hide it.
        Some(near) if expected.len() > 30 => format!("did you mean `{near}`?"),
        Some(near) => format!("did you mean `{near}`? known here: {}", expected.join(", ")),
        None => format!("known here: {}", expected.join(", ")),
    }
}

/// More mistakes in one table are not looked for.
const MOST_MISTAKES: usize = 50;

/// Reads `node`, finding every mistake in it: an entry that is wrong is noted and taken out, and
/// the rest is read again.
pub(crate) fn read<T: DeserializeOwned>(node: &Node, mistakes: &mut Vec<Diagnostic>) -> Option<T> {
    let mut node = node.clone();
    let mut found = Vec::new();
    let mut pruned = Vec::new();
    loop {
        let error = match T::deserialize(&node) {
            Ok(value) if found.is_empty() => return Some(value),
            Ok(_) => break,
            Err(error) => error.at(node.start()),
        };
        // What was taken out is now missing; that is no mistake of its own.
        let again =
            error.origin.as_ref().is_some_and(|o| found.iter().any(|d: &Diagnostic| d.origin.as_ref() == Some(o)));
        let consequence = again || error.missing.is_some_and(|key| pruned.iter().any(|p| p == key));
        if !consequence {
            let mut diagnostic = Diagnostic::error(error.message, error.origin.clone());
            diagnostic.help = error.help;
            found.push(diagnostic);
        }
        if found.len() >= MOST_MISTAKES || error.missing.is_some() {
            break;
        }
        match error.origin.and_then(|o| node.prune(&o)) {
            Some(key) => pruned.push(key),
            None => break,
        }
    }
    mistakes.append(&mut found);
    None
}

impl<'de> Deserializer<'de> for &Node {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.value {
            Value::String(text) => visitor.visit_str(text),
            Value::Integer(n) => visitor.visit_i64(*n),
            Value::Float(n) => visitor.visit_f64(*n),
            Value::Boolean(b) => visitor.visit_bool(*b),
            Value::Datetime(text) => visitor.visit_newtype_struct(de::value::StrDeserializer::new(text)),
            Value::Array(list) => visitor.visit_seq(Elements(list.iter())),
            Value::Table(table) => visitor.visit_map(Entries { rest: table.iter(), value: None }),
        }
        .map_err(|e| e.at(&self.origin))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Datetime(_) => self.deserialize_any(visitor),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.value {
            Value::Table(_) => self.deserialize_any(visitor),
            _ => Err(Error {
                origin: Some(self.origin.clone()),
                ..de::Error::custom(format!("{} where a table is expected", self.describe()))
            }),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        words: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match &self.value {
            Value::String(text) => visitor.visit_enum(de::value::StrDeserializer::new(text)),
            _ => Err(de::Error::custom(format!(
                "{} where one of these words is expected: {}",
                self.describe(),
                words.join(", ")
            ))),
        }
        .map_err(|e: Error| e.at(&self.origin))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}

struct Elements<'a>(std::slice::Iter<'a, Node>);

impl<'de> de::SeqAccess<'de> for Elements<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        self.0.next().map(|node| seed.deserialize(node).map_err(|e| e.at(&node.origin))).transpose()
    }
}

struct Entries<'a> {
    rest: std::collections::btree_map::Iter<'a, String, Node>,
    value: Option<&'a Node>,
}

impl<'de> de::MapAccess<'de> for Entries<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((key, node)) = self.rest.next() else { return Ok(None) };
        self.value = Some(node);
        seed.deserialize(de::value::StrDeserializer::new(key)).map(Some).map_err(|e: Error| e.at(node.start()))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let node = self.value.take().ok_or_else(|| de::Error::custom("a value without a key"))?;
        seed.deserialize(node).map_err(|e| e.at(&node.origin))
    }
}

/// A day in a policy: `2027-02-28`, with or without quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub jiff::civil::Date);

impl<'de> de::Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;
        impl<'de> Visitor<'de> for Written {
            type Value = Day;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a date such as 2027-02-28")
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Day, D::Error> {
                inner.deserialize_str(self)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Day, E> {
                let plain = text.len() == 10;
                let date = text.parse().ok().filter(|_| plain);
                date.map(Day).ok_or_else(|| E::custom(format!("{text:?} is no date: write one such as 2027-02-28")))
            }
        }
        deserializer.deserialize_newtype_struct("Day", Written)
    }
}

impl schemars::JsonSchema for Day {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "day".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "description": "a day in UTC: 2027-02-28" })
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
