//! JSON (RFC 8259), strictly and in one pass: a serde deserializer over a [`Window`].
//!
//! Unlike `serde_json` it refuses a duplicate key at any depth, also in what nobody reads, a key
//! that differs from an expected one only by case, an array where an object is expected, nesting
//! beyond [`DEPTH`] and a number of more than 32 bytes; and it never holds more than one token.

use std::hash::{BuildHasher, RandomState};

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{LONGEST_TOKEN, ReadError, Result, Window};

/// How deep arrays and objects may nest.
pub const DEPTH: usize = 128;
/// How long a number may be, in bytes.
const LONGEST_NUMBER: usize = 32;

/// A reader of JSON documents.
pub struct Json<'w, 'r> {
    window: &'w mut Window<'r>,
    depth: usize,
    scratch: Vec<u8>,
    keys: Keys,
}

impl<'w, 'r> Json<'w, 'r> {
    /// Reads from the present place of `window`.
    pub fn new(window: &'w mut Window<'r>) -> Self {
        Self { window, depth: 0, scratch: Vec::new(), keys: Keys::default() }
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

    fn token(&mut self) -> Result<u8> {
        self.window.skip_white()?;
        self.window.peek()?.ok_or_else(|| self.window.error("the JSON ends too early"))
    }

    fn broken(&self, what: &str) -> ReadError {
        self.window.error(format!("not valid JSON: {what}"))
    }

    fn expect(&mut self, wanted: u8) -> Result<()> {
        if self.token()? != wanted {
            return Err(self.broken(&format!("expected `{}`", char::from(wanted))));
        }
        self.window.consume(1);
        Ok(())
    }

    fn word(&mut self, word: &'static str) -> Result<()> {
        if !self.window.at_least(word.len())?.starts_with(word.as_bytes()) {
            return Err(self.broken("an unknown word"));
        }
        self.window.consume(word.len());
        match self.window.peek()? {
            Some(b) if b.is_ascii_alphanumeric() => Err(self.broken("an unknown word")),
            _ => Ok(()),
        }
    }

    fn enter(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(self.window.error(format!("nested deeper than {DEPTH}")));
        }
        self.window.consume(1);
        Ok(())
    }

    /// The text of a number, checked against the grammar, and whether it is an integer.
    fn number(&mut self) -> Result<(String, bool)> {
        let rest = self.window.at_least(LONGEST_NUMBER + 1)?;
        let n = rest.iter().position(|b| !matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'));
        let n = n.unwrap_or(rest.len());
        if n > LONGEST_NUMBER {
            return Err(self.window.error(format!("a number of more than {LONGEST_NUMBER} characters")));
        }
        let text = String::from_utf8_lossy(rest.get(..n).unwrap_or_default()).into_owned();
        let integer = number_kind(&text).ok_or_else(|| self.broken("a malformed number"))?;
        self.window.consume(n);
        Ok((text, integer))
    }

    /// Reads a string behind its opening quote. Kept, it is handed to `f`.
    fn string<T>(&mut self, f: impl FnOnce(&str) -> Result<T>) -> Result<T> {
        self.expect(b'"')?;
        let rest = self.window.rest();
        if let Some(n) = memchr::memchr2(b'"', b'\\', rest)
            && rest.get(n) == Some(&b'"')
        {
            let plain = rest.get(..n).unwrap_or_default();
            if plain.iter().any(|b| *b < 0x20) {
                return Err(self.broken("a control character in a string"));
            }
            let out = f(std::str::from_utf8(plain).unwrap_or_default());
            self.window.consume(n + 1);
            return out;
        }
        self.scratch.clear();
        while self.string_part(true)? {}
        f(std::str::from_utf8(&self.scratch).map_err(|_| self.broken("a broken string"))?)
    }

    fn skip_string(&mut self) -> Result<()> {
        self.expect(b'"')?;
        while self.string_part(false)? {}
        Ok(())
    }

    /// One run of a string up to a quote, an escape or the end of the window. `false`: it ended.
    fn string_part(&mut self, keep: bool) -> Result<bool> {
        if self.window.peek()?.is_none() {
            return Err(self.window.error("the JSON ends inside a string"));
        }
        let rest = self.window.rest();
        let n = memchr::memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
        let run = rest.get(..n).unwrap_or_default();
        if run.iter().any(|b| *b < 0x20) {
            return Err(self.broken("a control character in a string"));
        }
        if keep {
            self.scratch.extend_from_slice(run);
            if self.scratch.len() > LONGEST_TOKEN {
                return Err(self.window.error(format!("a string of more than {} MiB", LONGEST_TOKEN >> 20)));
            }
        }
        let stop = rest.get(n).copied();
        self.window.consume(n);
        match stop {
            Some(b'"') => {
                self.window.consume(1);
                Ok(false)
            }
            Some(_) => self.escape(keep).map(|()| true),
            None => Ok(true),
        }
    }

    fn escape(&mut self, keep: bool) -> Result<()> {
        let c = match self.window.at_least(2)?.get(1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(keep),
            _ => return Err(self.broken("an unknown escape")),
        };
        self.window.consume(2);
        self.push(c, keep);
        Ok(())
    }

    fn unicode(&mut self, keep: bool) -> Result<()> {
        let high = self.hex()?;
        let code = if (0xD800..0xDC00).contains(&high) {
            let low = if self.window.at_least(2)?.starts_with(b"\\u") { self.hex()? } else { 0 };
            if !(0xDC00..0xE000).contains(&low) {
                return Err(self.broken("half of a surrogate pair"));
            }
            0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)
        } else {
            high
        };
        let c = char::from_u32(code).ok_or_else(|| self.broken("half of a surrogate pair"))?;
        self.push(c, keep);
        Ok(())
    }

    /// Four hexadecimal digits behind `\u`.
    fn hex(&mut self) -> Result<u32> {
        let digits = self.window.at_least(6)?.get(2..6).unwrap_or_default();
        let text = std::str::from_utf8(digits).unwrap_or_default();
        if text.len() != 4 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(self.broken("an unknown escape"));
        }
        let code = u32::from_str_radix(text, 16).unwrap_or_default();
        self.window.consume(6);
        Ok(code)
    }

    fn push(&mut self, c: char, keep: bool) {
        if keep {
            self.scratch.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
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

/// Whether `text` is a number of JSON, and an integer.
fn number_kind(text: &str) -> Option<bool> {
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((m, e)) => (m, Some(e)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((w, f)) => (w, Some(f)),
        None => (mantissa, None),
    };
    let good = digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|e| digits(e.strip_prefix(['+', '-']).unwrap_or(e)));
    good.then_some(fraction.is_none() && exponent.is_none())
}

/// The keys of the objects that are open, to find one that stands twice.
#[derive(Default)]
struct Keys {
    hasher: RandomState,
    seen: Vec<u64>,
}

impl Keys {
    /// Notes `key` of the object whose keys begin at `from`. `false`: it was there.
    fn add(&mut self, from: usize, key: &str) -> bool {
        let hash = self.hasher.hash_one(key);
        let object = self.seen.get_mut(from..).unwrap_or_default();
        // Small objects are searched as they are; the sorted part of a large one stays in front.
        let sorted = object.len() / SORTED * SORTED;
        let (front, back) = object.split_at(sorted);
        let found = front.chunks(SORTED).any(|c| c.binary_search(&hash).is_ok()) || back.contains(&hash);
        self.seen.push(hash);
        if (self.seen.len() - from).is_multiple_of(SORTED) {
            let start = self.seen.len() - SORTED;
            self.seen.get_mut(start..).unwrap_or_default().sort_unstable();
        }
        !found
    }
}

/// How many keys of an object are sorted together.
const SORTED: usize = 512;

struct Object<'a, 'w, 'r> {
    json: &'a mut Json<'w, 'r>,
    known: &'static [&'static str],
    from: usize,
    first: bool,
}

impl<'a, 'w, 'r> Object<'a, 'w, 'r> {
    fn enter(json: &'a mut Json<'w, 'r>, known: &'static [&'static str]) -> Result<Self> {
        json.enter()?;
        let from = json.keys.seen.len();
        Ok(Self { json, known, from, first: true })
    }

    /// Up to the next value; the key is passed over.
    fn next(&mut self) -> Result<bool> {
        self.next_key(|_| Ok(())).map(|k| k.is_some())
    }

    fn next_key<T>(&mut self, f: impl FnOnce(&str) -> Result<T>) -> Result<Option<T>> {
        if self.json.token()? == b'}' {
            self.json.window.consume(1);
            self.json.depth -= 1;
            self.json.keys.seen.truncate(self.from);
            return Ok(None);
        }
        if !self.first {
            self.json.expect(b',')?;
        }
        self.first = false;
        if self.json.token()? != b'"' {
            return Err(self.json.broken("expected a key in quotes"));
        }
        let (known, from) = (self.known, self.from);
        let mut keys = std::mem::take(&mut self.json.keys);
        let key = self.json.string(|key| {
            if !keys.add(from, key) {
                return Err(ReadError::new(format!("the key {key:?} stands twice in one object")));
            }
            if let Some(k) = known.iter().find(|k| k.eq_ignore_ascii_case(key) && **k != key) {
                return Err(ReadError::new(format!("the key {key:?} differs from {k:?} only by case")));
            }
            f(key)
        });
        self.json.keys = keys;
        let key = key.map_err(|e| ReadError { line: e.line.or(Some(self.json.window.line())), ..e })?;
        self.json.expect(b':')?;
        Ok(Some(key))
    }
}

struct Array<'a, 'w, 'r> {
    json: &'a mut Json<'w, 'r>,
    first: bool,
}

impl<'a, 'w, 'r> Array<'a, 'w, 'r> {
    fn enter(json: &'a mut Json<'w, 'r>) -> Result<Self> {
        json.enter()?;
        Ok(Self { json, first: true })
    }

    fn next(&mut self) -> Result<bool> {
        if self.json.token()? == b']' {
            self.json.window.consume(1);
            self.json.depth -= 1;
            return Ok(false);
        }
        if !self.first {
            self.json.expect(b',')?;
            if self.json.token()? == b']' {
                return Err(self.json.broken("a comma before `]`"));
            }
        }
        self.first = false;
        Ok(true)
    }
}

impl<'de> SeqAccess<'de> for Array<'_, '_, '_> {
    type Error = ReadError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        if self.next()? { seed.deserialize(&mut *self.json).map(Some) } else { Ok(None) }
    }
}

impl<'de> MapAccess<'de> for Object<'_, '_, '_> {
    type Error = ReadError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        self.next_key(|key| seed.deserialize(de::value::StrDeserializer::new(key)))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        seed.deserialize(&mut *self.json)
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

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
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

/// Reads an array and hands each element to a function, keeping none.
pub struct Each<T, F>(F, std::marker::PhantomData<T>);

impl<T, F: FnMut(T) -> Result<()>> Each<T, F> {
    /// A seed that calls `f` with each element.
    pub fn new(f: F) -> Self {
        Self(f, std::marker::PhantomData)
    }
}

impl<'de, T: de::Deserialize<'de>, F: FnMut(T) -> Result<()>> DeserializeSeed<'de> for Each<T, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T: de::Deserialize<'de>, F: FnMut(T) -> Result<()>> Visitor<'de> for Each<T, F> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> std::result::Result<(), A::Error> {
        while let Some(element) = seq.next_element()? {
            (self.0)(element).map_err(de::Error::custom)?;
        }
        Ok(())
    }
}

/// Reads objects, one behind the other, as tools write them line by line; lines that hold none are
/// passed over and handed to `other`.
///
/// # Errors
/// A line that begins with `{` and is no JSON, or what `object` refuses.
pub fn lines<T: de::DeserializeOwned>(
    window: &mut Window<'_>,
    mut object: impl FnMut(T) -> Result<()>,
    mut other: impl FnMut(&str),
) -> Result<()> {
    loop {
        window.skip_white()?;
        match window.peek()? {
            None => return Ok(()),
            Some(b'{') => {
                let line = window.line();
                let value = Json::new(window).value(std::marker::PhantomData::<T>)?;
                object(value).map_err(|e| ReadError { line: e.line.or(Some(line)), ..e })?;
            }
            Some(_) => other(&window.skip_line()?),
        }
    }
}

/// Reads documents, objects one behind the other and nothing else; at least one.
///
/// # Errors
/// No document, broken JSON, anything between the documents, or what `document` refuses.
pub fn documents<T: de::DeserializeOwned>(
    window: &mut Window<'_>,
    mut document: impl FnMut(T) -> Result<()>,
) -> Result<()> {
    loop {
        window.skip_white()?;
        let line = window.line();
        let value = Json::new(window).value(std::marker::PhantomData::<T>)?;
        document(value).map_err(|e| ReadError { line: e.line.or(Some(line)), ..e })?;
        window.skip_white()?;
        match window.peek()? {
            None => return Ok(()),
            Some(b'{') => {}
            Some(_) => return Err(window.error("something other than a JSON document follows")),
        }
    }
}

/// A field that must be there, though it may be `null`: for `#[serde(deserialize_with)]`, which
/// makes serde ask for the key.
///
/// # Errors
/// What `T` refuses.
pub fn required<'de, D: Deserializer<'de>, T: de::Deserialize<'de>>(
    deserializer: D,
) -> std::result::Result<Option<T>, D::Error> {
    de::Deserialize::deserialize(deserializer)
}

/// Any value, of which only the presence matters.
pub type Present = IgnoredAny;

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
