//! Many values from one file, none of them kept: elements of an array, lines, documents in a row.

use serde::de::{self, DeserializeSeed, Deserializer, SeqAccess, Visitor};

use super::super::{ReadError, Result, Window};
use super::Json;

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

/// A value that nobody reads and in which a key may stand twice. Only for what a real tool writes so.
#[derive(Debug)]
pub struct Loose;

/// By this name the deserializer knows [`Loose`].
pub(super) const LOOSE: &str = "portcullis::Loose";

impl<'de> de::Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Passed;
        impl Visitor<'_> for Passed {
            type Value = Loose;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("any value")
            }

            fn visit_unit<E>(self) -> std::result::Result<Loose, E> {
                Ok(Loose)
            }
        }
        deserializer.deserialize_newtype_struct(LOOSE, Passed)
    }
}

/// The name by which [`Start`] makes itself known to the reader.
pub(super) const START: &str = "the start of a text";
/// How many bytes of such a text are kept.
pub(super) const LONGEST_START: usize = 16 * 1024;

/// The first 16 KiB of a text of any length: what a test printed, of which a line is looked for.
#[derive(Debug, Default)]
pub struct Start(pub String);

impl<'de> de::Deserialize<'de> for Start {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Start;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> std::result::Result<Start, E> {
                Ok(Start(text.to_owned()))
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, other: D) -> std::result::Result<Start, D::Error> {
                other.deserialize_str(self)
            }
        }
        deserializer.deserialize_newtype_struct(START, Text)
    }
}

/// A list of at most `N` elements: what a report has few of, so that nobody can fill the memory with it.
#[derive(Debug)]
pub struct Few<T, const N: usize>(pub Vec<T>);

impl<T, const N: usize> IntoIterator for Few<T, N> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<T, const N: usize> std::ops::Deref for Few<T, N> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T, const N: usize> Default for Few<T, N> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: de::Deserialize<'de>, const N: usize> de::Deserialize<'de> for Few<T, N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Bounded<T, const N: usize>(std::marker::PhantomData<T>);
        impl<'de, T: de::Deserialize<'de>, const N: usize> Visitor<'de> for Bounded<T, N> {
            type Value = Few<T, N>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "an array of at most {N}")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> std::result::Result<Few<T, N>, A::Error> {
                let mut list = Vec::new();
                while let Some(element) = seq.next_element()? {
                    if list.len() == N {
                        return Err(de::Error::custom(format!("an array of more than {N} elements")));
                    }
                    list.push(element);
                }
                Ok(Few(list))
            }
        }
        deserializer.deserialize_seq(Bounded(std::marker::PhantomData))
    }
}
