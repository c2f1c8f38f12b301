//! What stands at the head of a file: enough to tell its format, never by its name.

use std::collections::{BTreeMap, BTreeSet};

use crate::input::Window;
use crate::input::xml::{Event, Xml};

/// How many paths of a JSON document are noted, and how deep.
const MOST_PATHS: usize = 2000;
const DEEPEST: usize = 7;

/// The head of a file.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Head {
    /// Where the file lies.
    pub path: String,
    /// What it is made of.
    pub kind: HeadKind,
}

/// What a file is made of.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub enum HeadKind {
    /// Nothing but white space.
    #[default]
    Empty,
    /// JSON: the first document, or the first line that begins with `{`.
    Json(Sketch),
    /// XML: the root, its attributes, and the names of its first children.
    Xml {
        /// Name of the root element.
        root: String,
        /// Its attributes.
        attributes: BTreeMap<String, String>,
        /// Names of the children seen.
        children: BTreeSet<String>,
    },
    /// Other text: its first line.
    Text(String),
}

/// The shape of a JSON document as far as it was seen: `runs[].tool.driver.name`.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Sketch {
    /// Every path seen; `[]` stands for an element of an array.
    pub paths: BTreeSet<String>,
    /// The text of strings, the first at each path.
    pub strings: BTreeMap<String, String>,
}

impl Head {
    /// Looks at the first bytes of a file.
    #[must_use]
    pub fn of(sample: &[u8], path: &str) -> Self {
        let text = String::from_utf8_lossy(sample);
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let kind = match text.bytes().next() {
            None => HeadKind::Empty,
            Some(b'<') => xml(sample).unwrap_or_else(|| HeadKind::Text(first_line(text))),
            Some(b'{' | b'[' | b'n') if text.starts_with(['{', '[']) || text.trim_end() == "null" => {
                HeadKind::Json(Sketch::of(text))
            }
            Some(_) => match text.lines().find(|l| l.trim_start().starts_with("{\"")) {
                Some(line) => HeadKind::Json(Sketch::of(line.trim_start())),
                None => HeadKind::Text(first_line(text)),
            },
        };
        Self { path: path.to_owned(), kind }
    }

    /// Whether the JSON document has this path: `vulnerabilities.list`, `runs[]`.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        matches!(&self.kind, HeadKind::Json(sketch) if sketch.paths.contains(path))
    }

    /// The string at this path of the JSON document.
    #[must_use]
    pub fn string(&self, path: &str) -> Option<&str> {
        match &self.kind {
            HeadKind::Json(sketch) => sketch.strings.get(path).map(String::as_str),
            _ => None,
        }
    }

    /// Whether the file is XML with this root.
    #[must_use]
    pub fn is_root(&self, name: &str) -> bool {
        matches!(&self.kind, HeadKind::Xml { root, .. } if root == name)
    }

    /// Whether the XML root has this attribute.
    #[must_use]
    pub fn has_attribute(&self, name: &str) -> bool {
        matches!(&self.kind, HeadKind::Xml { attributes, .. } if attributes.contains_key(name))
    }

    /// Whether the XML root has this child.
    #[must_use]
    pub fn has_child(&self, name: &str) -> bool {
        matches!(&self.kind, HeadKind::Xml { children, .. } if children.contains(name))
    }

    /// What the file looks like, for a message.
    #[must_use]
    pub fn describe(&self) -> String {
        match &self.kind {
            HeadKind::Empty => "the file is empty".into(),
            HeadKind::Xml { root, .. } => format!("XML with the root <{root}>"),
            HeadKind::Text(line) => format!("text that begins {line:?}"),
            HeadKind::Json(sketch) => {
                let top = |p: &&String| !p.contains('.') && !p.contains("[]") && !p.is_empty();
                let keys: Vec<&str> = sketch.paths.iter().filter(top).take(8).map(String::as_str).collect();
                match (sketch.paths.contains("[]"), keys.is_empty()) {
                    (true, _) => "a JSON array of no known kind".into(),
                    (false, true) => "JSON that holds nothing".into(),
                    (false, false) => format!("JSON with the keys {}", keys.join(", ")),
                }
            }
        }
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(60).collect()
}

fn xml(sample: &[u8]) -> Option<HeadKind> {
    let mut window = Window::of(sample);
    let mut xml = Xml::new(&mut window);
    let Ok(Some(Event::Start(tag))) = xml.event() else { return None };
    let root = tag.name().to_owned();
    let attributes = tag.attributes().map(|n| (n.to_owned(), tag.get(n).unwrap_or_default().into_owned())).collect();
    let mut children = BTreeSet::new();
    // The sample may end anywhere: what was seen until then is enough.
    while let Ok(Some(event)) = xml.event() {
        if let Event::Start(tag) = event
            && tag.depth == 2
        {
            children.insert(tag.name().to_owned());
        }
    }
    Some(HeadKind::Xml { root, attributes, children })
}

impl Sketch {
    fn of(text: &str) -> Self {
        let mut sketch = Self::default();
        let mut scan = Scan { bytes: text.as_bytes(), at: 0, sketch: &mut sketch };
        // A sample ends anywhere: what was seen until then is enough.
        let _ended = scan.value(&mut String::new(), 0);
        sketch
    }
}

/// A tolerant walk over the beginning of a document. The strict reader judges it later.
struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    sketch: &'a mut Sketch,
}

impl Scan<'_> {
    fn peek(&mut self) -> Option<u8> {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    fn value(&mut self, path: &mut String, depth: usize) -> Option<()> {
        if depth <= DEEPEST && self.sketch.paths.len() < MOST_PATHS && !self.sketch.paths.contains(path.as_str()) {
            self.sketch.paths.insert(path.clone());
        }
        if depth > 200 {
            return None;
        }
        match self.peek()? {
            b'{' => self.container(b'}', path, depth, true),
            b'[' => self.container(b']', path, depth, false),
            b'"' => {
                let text = self.string()?;
                if depth <= DEEPEST && self.sketch.strings.len() < MOST_PATHS {
                    self.sketch.strings.entry(path.clone()).or_insert(text);
                }
                Some(())
            }
            _ => {
                let rest = self.bytes.get(self.at..)?;
                let n = rest.iter().position(|b| matches!(b, b',' | b'}' | b']') || b.is_ascii_whitespace())?;
                self.at += n;
                (n > 0).then_some(())
            }
        }
    }

    fn container(&mut self, end: u8, path: &mut String, depth: usize, keyed: bool) -> Option<()> {
        self.at += 1;
        let length = path.len();
        loop {
            match self.peek()? {
                b',' => self.at += 1,
                b if b == end => {
                    self.at += 1;
                    return Some(());
                }
                _ => {
                    if keyed {
                        let key = self.string()?;
                        if self.peek()? != b':' {
                            return None;
                        }
                        self.at += 1;
                        if length > 0 {
                            path.push('.');
                        }
                        path.push_str(&key);
                    } else {
                        path.push_str("[]");
                    }
                    self.value(path, depth + 1)?;
                    path.truncate(length);
                }
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        if self.peek()? != b'"' {
            return None;
        }
        self.at += 1;
        let start = self.at;
        loop {
            let rest = self.bytes.get(self.at..)?;
            self.at += memchr::memchr2(b'"', b'\\', rest)?;
            if self.bytes.get(self.at) == Some(&b'"') {
                let raw = self.bytes.get(start..self.at)?;
                self.at += 1;
                return Some(String::from_utf8_lossy(raw.get(..raw.len().min(200))?).into_owned());
            }
            self.at += 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_tells_what_it_saw_even_if_it_is_cut() {
        let head = Head::of(br#" {"$schema":"x/sarif.json","runs":[{"tool":{"driver":{"name":"T"}},"res"#, "p");
        assert!(head.has("runs[].tool.driver.name") && head.has("runs[]") && !head.has("results"));
        assert_eq!(head.string("runs[].tool.driver.name"), Some("T"));
        let head = Head::of(b"\xEF\xBB\xBF<?xml version='1.0'?><coverage line-rate='1'><packages/><x", "p");
        assert!(head.is_root("coverage") && head.has_attribute("line-rate") && head.has_child("packages"));
        let head = Head::of(b"   Compiling x v1\n{\"reason\":\"build-finished\"}\n", "p");
        assert_eq!(head.string("reason"), Some("build-finished"));
    }

    #[test]
    fn what_is_no_report_is_described() {
        for (text, words) in [
            ("", "empty"),
            ("  \n", "empty"),
            ("[]", "JSON that holds nothing"),
            ("null", "JSON that holds nothing"),
            ("{\"a\":1,\"b\":{\"c\":2}}", "keys a, b"),
            ("[{\"a\":1}]", "JSON array"),
            ("<html><body>", "root <html>"),
            ("version https://git-lfs", "begins \"version"),
        ] {
            let words_seen = Head::of(text.as_bytes(), "p").describe();
            assert!(words_seen.contains(words), "{text}: {words_seen}");
        }
    }
}
