//! JSON (RFC 8259), strictly and in one pass: a serde deserializer over a [`Window`].
//!
//! Unlike `serde_json` it refuses a duplicate key at any depth, also in what nobody reads, a key
//! that differs from an expected one only by case, an array where an object is expected, nesting
//! beyond [`DEPTH`] and a number of more than 32 bytes; and it never holds more than one token.

mod access;
mod feed;
mod token;

use serde::de::{self, DeserializeSeed, Deserializer, Visitor};

use self::access::{Array, Keys, Object};
pub use self::feed::{Each, Few, Loose, Start, documents, lines, required};

/// Any value, of which only the presence matters.
pub type Present = serde::de::IgnoredAny;
use super::{ReadError, Result, Window};

/// How deep arrays and objects may nest.
pub const DEPTH: usize = 128;

/// A reader of JSON documents.
pub struct Json<'w, 'r> {
    window: &'w mut Window<'r>,
    depth: usize,
    scratch: Vec<u8>,
    keys: Keys,
    /// A key may stand twice in what is being passed over.
    loose: bool,
}

impl<'w, 'r> Json<'w, 'r> {
    /// Reads from the present place of `window`.
    pub fn new(window: &'w mut Window<'r>) -> Self {
        Self { window, depth: 0, scratch: Vec::new(), keys: Keys::default(), loose: false }
    }

    /// The only document of a file.
    ///
    /// # Errors
    /// No or broken JSON, what `T` refuses, or anything behind the document.
    pub fn document<T: de::DeserializeOwned>(window: &'w mut Window<'r>) -> Result<T> {
        Self::document_with(window, std::marker::PhantomData)
    }

    /// The only document of a file, read by `seed`.
    ///
    /// # Errors
    /// As [`Self::document`].
    pub fn document_with<S: DeserializeSeed<'static>>(window: &'w mut Window<'r>, seed: S) -> Result<S::Value> {
        let mut json = Self::new(window);
        let value = json.value(seed)?;
        json.window.skip_white()?;
        match json.window.peek()? {
            None => Ok(value),
            Some(_) => Err(json.window.error("something follows the end of the JSON document")),
        }
    }

    /// The next value, read by `seed`; an error states its line.
    ///
    /// # Errors
    /// No or broken JSON, or what `seed` refuses.
    pub fn value<S: DeserializeSeed<'static>>(&mut self, seed: S) -> Result<S::Value> {
        seed.deserialize(&mut *self).map_err(|e| match e.line {
            Some(_) => e,
            None => self.window.error(e.reason),
        })
    }

    /// Passes over a value, as strict as if it were read.
    fn skip(&mut self) -> Result<()> {
        match self.token()? {
            b'{' => {
                let mut object = Object::enter(self, &[])?;
                while object.next()? {
                    object.json.skip()?;
                }
                Ok(())
            }
            b'[' => {
                let mut array = Array::enter(self)?;
                while array.next()? {
                    array.json.skip()?;
                }
                Ok(())
            }
            b'"' => self.skip_string(),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            _ => self.number().map(drop),
        }
    }
}

impl<'de> Deserializer<'de> for &mut Json<'_, '_> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.token()? {
            b'{' => visitor.visit_map(Object::enter(self, &[])?),
            b'[' => visitor.visit_seq(Array::enter(self)?),
            b'"' => self.string(|s| visitor.visit_str(s)),
            b't' => self.word("true").and_then(|()| visitor.visit_bool(true)),
            b'f' => self.word("false").and_then(|()| visitor.visit_bool(false)),
            b'n' => self.word("null").and_then(|()| visitor.visit_unit()),
            _ => {
                let (text, integer) = self.number()?;
                if integer && let Ok(n) = text.parse::<u64>() {
                    return visitor.visit_u64(n);
                }
                if integer && let Ok(n) = text.parse::<i64>() {
                    return visitor.visit_i64(n);
                }
                match text.parse::<f64>() {
                    Ok(n) if n.is_finite() && !integer => visitor.visit_f64(n),
                    _ => Err(self.broken("a number out of range")),
                }
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.token()? == b'n' {
            self.word("null")?;
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        match name {
            feed::START if self.token()? == b'"' => self.string_start(feed::LONGEST_START, |s| visitor.visit_str(s)),
            feed::LOOSE => {
                self.loose = true;
                let skipped = self.skip();
                self.loose = false;
                skipped?;
                visitor.visit_unit()
            }
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        if self.token()? == b'{' {
            return visitor.visit_map(Object::enter(self, fields)?);
        }
        let found = self.describe()?;
        Err(de::Error::invalid_type(found, &visitor))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        if self.token()? != b'"' {
            let found = self.describe()?;
            return Err(de::Error::invalid_type(found, &visitor));
        }
        self.string(|s| visitor.visit_enum(de::value::StrDeserializer::new(s)))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.skip()?;
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map identifier
    }
}

impl Json<'_, '_> {
    /// What kind of value comes next, for a message.
    fn describe(&mut self) -> Result<de::Unexpected<'static>> {
        Ok(match self.token()? {
            b'[' => de::Unexpected::Seq,
            b'{' => de::Unexpected::Map,
            b'"' => de::Unexpected::Other("string"),
            b't' | b'f' => de::Unexpected::Other("boolean"),
            b'n' => de::Unexpected::Other("null"),
            _ => de::Unexpected::Other("number"),
        })
    }
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
