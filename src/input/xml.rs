//! XML 1.0, the part of it that reports use, strictly and in one pass.
//!
//! Refused: a second root, none, an element left open, a wrong end tag, an attribute that stands
//! twice, any declaration inside a DOCTYPE, any entity but the five predefined ones, characters
//! that XML forbids, nesting beyond [`DEPTH`], another encoding than UTF-8. A DOCTYPE that only
//! names a file is passed over and never fetched. Text nobody asks for is not kept.

mod markup;
mod part;

use std::borrow::Cow;
use std::ops::Range;

use self::part::{check_characters, is_name_start, name_end, parse_attributes, push, resolve, unescape};

use super::{LONGEST_TOKEN, Result, Window};

/// How deep elements may nest.
pub const DEPTH: usize = 256;
/// How many attributes an element may have.
const MOST_ATTRIBUTES: usize = 64;

/// What comes next in a document. An empty element is a start and an end.
#[derive(Debug)]
pub enum Event<'x> {
    /// A start tag.
    Start(Tag<'x>),
    /// The end of the element that started last and is still open; with how many are open now.
    End(usize),
}

/// A start tag.
#[derive(Debug)]
pub struct Tag<'x> {
    bytes: &'x [u8],
    name: Range<usize>,
    attributes: &'x [(Range<usize>, Range<usize>)],
    /// How many elements are open, this one included.
    pub depth: usize,
}

impl<'x> Tag<'x> {
    /// The element's name, as written.
    #[must_use]
    pub fn name(&self) -> &'x str {
        text(self.bytes, &self.name)
    }

    /// The value of an attribute, its references resolved.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Cow<'x, str>> {
        let (_, value) = self.attributes.iter().find(|(n, _)| text(self.bytes, n) == name)?;
        Some(unescape(text(self.bytes, value)))
    }

    /// The names of all attributes.
    pub fn attributes(&self) -> impl Iterator<Item = &'x str> {
        self.attributes.iter().map(|(n, _)| text(self.bytes, n))
    }
}

fn text<'x>(bytes: &'x [u8], range: &Range<usize>) -> &'x str {
    std::str::from_utf8(bytes.get(range.clone()).unwrap_or_default()).unwrap_or_default()
}

/// A reader of one XML document.
pub struct Xml<'w, 'r> {
    window: &'w mut Window<'r>,
    /// The names of the open elements, one behind the other, and where each begins.
    names: Vec<u8>,
    open: Vec<usize>,
    attributes: Vec<(Range<usize>, Range<usize>)>,
    /// A tag that was handed out and is consumed at the next step; whether it was an empty element.
    pending: usize,
    ends: bool,
    rooted: bool,
}

impl<'w, 'r> Xml<'w, 'r> {
    /// Reads the document in `window`.
    pub fn new(window: &'w mut Window<'r>) -> Self {
        Self {
            window,
            names: Vec::new(),
            open: Vec::new(),
            attributes: Vec::new(),
            pending: 0,
            ends: false,
            rooted: false,
        }
    }

    /// An error at the present line.
    pub fn error(&self, reason: impl Into<String>) -> super::ReadError {
        self.window.error(reason)
    }

    /// The next start or end, or nothing where the document has ended properly.
    ///
    /// # Errors
    /// The document is not well-formed, or holds what this reader refuses.
    pub fn event(&mut self) -> Result<Option<Event<'_>>> {
        self.settle();
        if std::mem::take(&mut self.ends) {
            return Ok(Some(self.close()));
        }
        loop {
            if !self.text_until_tag(None)? {
                return match (self.open.last(), self.rooted) {
                    (Some(&at), _) => {
                        let name = String::from_utf8_lossy(self.names.get(at..).unwrap_or_default()).into_owned();
                        Err(self.error(format!("the file ends inside <{name}>: it is cut off")))
                    }
                    (None, false) => Err(self.error("no XML element in the file")),
                    (None, true) => Ok(None),
                };
            }
            match self.window.at_least(2)?.get(1) {
                Some(b'!') => self.declaration(None)?,
                Some(b'?') => self.instruction()?,
                Some(b'/') => return self.end_tag().map(Some),
                _ => return self.start_tag().map(Some),
            }
        }
    }

    /// The text inside the element that was started last, up to its end, which is consumed; child
    /// elements are passed over. At most `most` bytes are kept.
    ///
    /// # Errors
    /// As [`Self::event`].
    pub fn text(&mut self, most: usize) -> Result<String> {
        self.settle();
        let mut kept = String::new();
        let depth = self.open.len();
        loop {
            if std::mem::take(&mut self.ends) {
                self.close();
            } else if !self.text_until_tag(Some((&mut kept, most)))? {
                return Err(self.error("the file ends inside an element: it is cut off"));
            } else {
                match self.window.at_least(2)?.get(1) {
                    Some(b'!') => self.declaration(Some((&mut kept, most)))?,
                    Some(b'?') => self.instruction()?,
                    Some(b'/') => {
                        self.end_tag()?;
                    }
                    _ => {
                        self.start_tag()?;
                        self.settle();
                    }
                }
            }
            if self.open.len() < depth {
                return Ok(kept);
            }
        }
    }

    /// Passes over the element that was started last, with all it holds.
    ///
    /// # Errors
    /// As [`Self::event`].
    pub fn skip(&mut self) -> Result<()> {
        self.text(0).map(drop)
    }

    fn settle(&mut self) {
        self.window.consume(std::mem::take(&mut self.pending));
    }

    fn close(&mut self) -> Event<'static> {
        let at = self.open.pop().unwrap_or_default();
        self.names.truncate(at);
        Event::End(self.open.len())
    }

    /// Passes over text up to the next `<`. `false`: the file has ended.
    fn text_until_tag(&mut self, mut keep: Option<(&mut String, usize)>) -> Result<bool> {
        loop {
            let rest = self.window.rest();
            let n = memchr::memchr2(b'<', b'&', rest).unwrap_or(rest.len());
            let run = rest.get(..n).unwrap_or_default();
            if self.open.is_empty() && !run.iter().all(u8::is_ascii_whitespace) {
                return Err(self.error("text outside the root element: not an XML report"));
            }
            check_characters(self.window, run)?;
            let stop = rest.get(n).copied();
            if let Some((kept, most)) = &mut keep {
                push(kept, run, *most);
            }
            self.window.consume(n);
            match stop {
                Some(b'<') => return Ok(true),
                Some(_) => {
                    let c = self.reference()?;
                    if let Some((kept, most)) = &mut keep {
                        push(kept, c.encode_utf8(&mut [0; 4]).as_bytes(), *most);
                    }
                }
                None if self.window.more()? => {}
                None => return Ok(false),
            }
        }
    }

    /// A reference in text.
    fn reference(&mut self) -> Result<char> {
        let rest = self.window.at_least(12)?;
        let end = rest.iter().take(12).position(|b| *b == b';').unwrap_or_default();
        let name = std::str::from_utf8(rest.get(1..end).unwrap_or_default()).unwrap_or_default();
        let c = resolve(name).ok_or_else(|| self.error("an entity that is none of the five of XML"))?;
        self.window.consume(end + 1);
        Ok(c)
    }

    /// Makes the window hold everything up to the first `end`, and gives its place.
    fn find(&mut self, from: usize, end: &[u8]) -> Result<usize> {
        let mut searched = from;
        loop {
            let rest = self.window.rest().get(searched..).unwrap_or_default();
            if let Some(n) = memchr::memmem::find(rest, end) {
                return Ok(searched + n);
            }
            searched = (searched + rest.len()).saturating_sub(end.len() - 1).max(from);
            if !self.window.more()? {
                return Err(self.error("the file ends inside a tag: it is cut off"));
            }
        }
    }

    fn end_tag(&mut self) -> Result<Event<'_>> {
        let end = self.find(2, b">")?;
        let name = self.window.rest().get(2..end).unwrap_or_default().trim_ascii_end();
        let at = self.open.last().copied();
        let open = at.and_then(|at| self.names.get(at..));
        if open != Some(name) {
            let name = String::from_utf8_lossy(name).into_owned();
            return Err(self.error(format!("</{name}> closes nothing that is open")));
        }
        self.window.consume(end + 1);
        Ok(self.close())
    }

    /// The place of the `>` that ends the tag at the front of the window.
    fn tag_end(&mut self) -> Result<usize> {
        let mut at = 1;
        let mut quote = None;
        loop {
            let rest = self.window.rest().get(at..).unwrap_or_default();
            let found = match quote {
                Some(q) => memchr::memchr(q, rest),
                None => memchr::memchr3(b'>', b'"', b'\'', rest),
            };
            match (found, quote) {
                (Some(n), Some(_)) => {
                    quote = None;
                    at += n + 1;
                }
                (Some(n), None) if rest.get(n) == Some(&b'>') => return Ok(at + n),
                (Some(n), None) => {
                    quote = rest.get(n).copied();
                    at += n + 1;
                }
                (None, _) => {
                    at += rest.len();
                    if !self.window.more()? {
                        return Err(self.error("the file ends inside a tag: it is cut off"));
                    }
                }
            }
        }
    }

    fn start_tag(&mut self) -> Result<Event<'_>> {
        if self.rooted && self.open.is_empty() {
            return Err(self.error("a second root element"));
        }
        let end = self.tag_end()?;
        if end > LONGEST_TOKEN {
            return Err(self.error(format!("a tag of more than {} MiB", LONGEST_TOKEN >> 20)));
        }
        let bytes = self.window.rest().get(..end).unwrap_or_default();
        let empty = bytes.ends_with(b"/");
        let body = if empty { end - 1 } else { end };
        let name = 1..name_end(bytes, 1);
        if name.is_empty() || !is_name_start(bytes.get(1).copied()) {
            return Err(self.error("a malformed tag"));
        }
        parse_attributes(bytes.get(..body).unwrap_or_default(), name.end, &mut self.attributes)
            .map_err(|e| self.window.error(e))?;
        check_characters(self.window, bytes)?;
        if self.open.len() == DEPTH {
            return Err(self.error(format!("nested deeper than {DEPTH}")));
        }
        self.rooted = true;
        self.open.push(self.names.len());
        self.names.extend_from_slice(bytes.get(name.clone()).unwrap_or_default());
        self.ends = empty;
        self.pending = end + 1;
        let bytes = self.window.rest().get(..end).unwrap_or_default();
        Ok(Event::Start(Tag { bytes, name, attributes: &self.attributes, depth: self.open.len() }))
    }
}

#[cfg(test)]
#[path = "xml_tests.rs"]
mod tests;
