//! The shape of a JSON document, from a sample that ends anywhere.

use std::collections::{BTreeMap, BTreeSet};

/// How many paths of a JSON document are noted, and how deep.
const MOST_PATHS: usize = 2000;
const DEEPEST: usize = 7;

/// The shape of a JSON document as far as it was seen: `runs[].tool.driver.name`.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Sketch {
    /// Every path seen; `[]` stands for an element of an array.
    pub paths: BTreeSet<String>,
    /// The text of strings, the first at each path.
    pub strings: BTreeMap<String, String>,
    /// It is `[]`.
    pub(super) empty_array: bool,
    /// What is known of the members of the top-level object that were seen whole.
    pub(super) members: Members,
}

/// The members of an object.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Members {
    /// Their names.
    pub names: Vec<String>,
    /// The keys that every one of them has.
    pub shared: BTreeSet<String>,
}

impl Members {
    fn add(&mut self, name: String, keys: BTreeSet<String>) {
        if self.names.is_empty() {
            self.shared = keys;
        } else {
            self.shared.retain(|key| keys.contains(key));
        }
        if self.names.len() < MOST_PATHS {
            self.names.push(name);
        }
    }
}

impl Sketch {
    pub(super) fn of(text: &str) -> Self {
        let inside = text.trim().strip_prefix('[').and_then(|t| t.strip_suffix(']'));
        let mut sketch = Self { empty_array: inside.is_some_and(|t| t.trim().is_empty()), ..Self::default() };
        let mut scan = Scan { bytes: text.as_bytes(), at: 0, sketch: &mut sketch, keys: BTreeSet::new() };
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
    /// The keys of the present member of the top-level object.
    keys: BTreeSet<String>,
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
                _ if keyed => {
                    let key = self.key()?;
                    if length > 0 {
                        path.push('.');
                    }
                    path.push_str(&key);
                    self.member(key, path, depth)?;
                    path.truncate(length);
                }
                _ => {
                    path.push_str("[]");
                    self.value(path, depth + 1)?;
                    path.truncate(length);
                }
            }
        }
    }

    fn key(&mut self) -> Option<String> {
        let key = self.string()?;
        if self.peek()? != b':' {
            return None;
        }
        self.at += 1;
        Some(key)
    }

    /// The value of a key; of the outermost object and those in it, what they are made of.
    fn member(&mut self, key: String, path: &mut String, depth: usize) -> Option<()> {
        match depth {
            0 => {
                self.keys.clear();
                self.value(path, 1)?;
                self.sketch.members.add(key, std::mem::take(&mut self.keys));
            }
            1 => {
                self.keys.insert(key);
                self.value(path, 2)?;
            }
            _ => self.value(path, depth + 1)?,
        }
        Some(())
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
