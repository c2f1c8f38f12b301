//! Objects and arrays while they are read: no key twice, no comma too many.

use std::hash::{BuildHasher as _, RandomState};

use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess};

use super::super::{ReadError, Result};
use super::Json;

/// The keys of the objects that are open, to find one that stands twice.
#[derive(Default)]
pub(super) struct Keys {
    hasher: RandomState,
    seen: Vec<u64>,
}

impl Keys {
    /// Notes `key` of the object whose keys begin at `from`. `false`: it was there.
    fn add(&mut self, from: usize, key: &str) -> bool {
        let hash = self.hasher.hash_one(key);
        let found = self.holds(from, hash);
        self.seen.push(hash);
        let count = self.seen.len() - from;
        if count.is_multiple_of(SORTED) {
            // As in a binary counter: runs of the same length become one, so that there are few of them.
            let run = SORTED << (count / SORTED).trailing_zeros();
            let start = self.seen.len() - run;
            self.seen.get_mut(start..).unwrap_or_default().sort();
        }
        !found
    }

    /// The keys of a large object lie in sorted runs, the longest in front; what is left is searched as it is.
    fn holds(&self, from: usize, hash: u64) -> bool {
        let mut rest = self.seen.get(from..).unwrap_or_default();
        while let Some(runs) = (rest.len() / SORTED).checked_ilog2() {
            let (run, behind) = rest.split_at(SORTED << runs);
            if run.binary_search(&hash).is_ok() {
                return true;
            }
            rest = behind;
        }
        rest.contains(&hash)
    }
}

/// How many keys of an object are sorted at once.
const SORTED: usize = 512;

pub(super) struct Object<'a, 'w, 'r> {
    pub(super) json: &'a mut Json<'w, 'r>,
    known: &'static [&'static str],
    from: usize,
    first: bool,
}

impl<'a, 'w, 'r> Object<'a, 'w, 'r> {
    pub(super) fn enter(json: &'a mut Json<'w, 'r>, known: &'static [&'static str]) -> Result<Self> {
        json.enter()?;
        let from = json.keys.seen.len();
        Ok(Self { json, known, from, first: true })
    }

    /// Up to the next value; the key is passed over.
    pub(super) fn next(&mut self) -> Result<bool> {
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
        let (known, from, loose) = (self.known, self.from, self.json.loose);
        let mut keys = std::mem::take(&mut self.json.keys);
        let key = self.json.string(|key| {
            if !keys.add(from, key) && !loose {
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

pub(super) struct Array<'a, 'w, 'r> {
    pub(super) json: &'a mut Json<'w, 'r>,
    first: bool,
}

impl<'a, 'w, 'r> Array<'a, 'w, 'r> {
    pub(super) fn enter(json: &'a mut Json<'w, 'r>) -> Result<Self> {
        json.enter()?;
        Ok(Self { json, first: true })
    }

    pub(super) fn next(&mut self) -> Result<bool> {
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
