//! What stands at the head of a file: enough to tell its format, never by its name.

mod sketch;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use self::sketch::Sketch;
use crate::input::Window;
use crate::input::xml::{Event, Xml};

/// How much text is kept of a file that is XML.
const XML_LEAD: usize = 1024;

/// The head of a file.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Head {
    /// Where the file lies.
    pub path: String,
    /// What it is made of.
    pub kind: HeadKind,
    /// The text: all that was seen of what is neither XML nor begins as JSON, and of XML what stands first.
    text: String,
    /// What was asked of it and whether it held, where somebody wants to know.
    asked: RefCell<Option<Vec<(String, bool)>>>,
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
    /// Other text.
    Text,
}

impl Head {
    /// Looks at the first bytes of a file.
    #[must_use]
    pub fn of(sample: &[u8], path: &str) -> Self {
        let text = String::from_utf8_lossy(sample);
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let json_line = || text.lines().find(|l| is_object(l));
        let (kind, kept) = match text.bytes().next() {
            None => (HeadKind::Empty, ""),
            Some(b'<') => match xml(sample) {
                Some(xml) => (xml, text.get(..text.floor_char_boundary(XML_LEAD)).unwrap_or(text)),
                None => (HeadKind::Text, text),
            },
            Some(b'[') if text.lines().next().is_some_and(is_table) => (HeadKind::Text, text),
            Some(b'{' | b'[') => (HeadKind::Json(Sketch::of(text)), ""),
            Some(b'n') if text.trim_end() == "null" => (HeadKind::Json(Sketch::of(text)), ""),
            Some(_) => match json_line() {
                Some(line) => (HeadKind::Json(Sketch::of(line.trim_start())), text),
                None => (HeadKind::Text, text),
            },
        };
        Self { path: path.to_owned(), kind, text: kept.to_owned(), asked: RefCell::default() }
    }

    /// Notes what was asked, where somebody wants to know.
    fn note(&self, held: bool, words: impl FnOnce() -> String) -> bool {
        match self.asked.borrow_mut().as_mut() {
            // Everything is asked for, as if what came before it had held.
            Some(asked) => {
                let words = words();
                if !asked.iter().any(|(w, _)| *w == words) {
                    asked.push((words, held));
                }
                true
            }
            None => held,
        }
    }

    /// What `recognise` asks of this head, and whether it holds.
    pub(super) fn trace(&self, recognise: fn(&Self) -> bool) -> Vec<(String, bool)> {
        let traced = Self { asked: RefCell::new(Some(Vec::new())), ..self.clone() };
        recognise(&traced);
        traced.asked.take().unwrap_or_default()
    }

    /// Whether the JSON document has this path: `vulnerabilities.list`, `runs[]`.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        let held = matches!(&self.kind, HeadKind::Json(sketch) if sketch.paths.contains(path));
        self.note(held, || format!("the key `{path}`"))
    }

    /// The string at this path of the JSON document.
    #[must_use]
    pub fn string(&self, path: &str) -> Option<&str> {
        let held = match &self.kind {
            HeadKind::Json(sketch) => sketch.strings.get(path).map(String::as_str),
            _ => None,
        };
        self.note(held.is_some(), || format!("a text at `{path}`"));
        held
    }

    /// Whether the JSON document is an object that maps names to objects, each with this key, and every name is one
    /// of that kind: a list of things, with no keys of its own.
    #[must_use]
    pub fn is_map_of(&self, key: &str, names: &str, is_name: fn(&str) -> bool) -> bool {
        let held = matches!(&self.kind, HeadKind::Json(sketch) if sketch.members.shared.contains(key)
            && sketch.members.names.iter().all(|name| is_name(name)));
        self.note(held, || format!("only objects with the key `{key}`, {names},"))
    }

    /// Whether the JSON document is `[]`, which proves nothing by itself.
    #[must_use]
    pub fn is_empty_array(&self) -> bool {
        matches!(&self.kind, HeadKind::Json(sketch) if sketch.empty_array)
    }

    /// Whether the file is XML with this root.
    #[must_use]
    pub fn is_root(&self, name: &str) -> bool {
        let held = matches!(&self.kind, HeadKind::Xml { root, .. } if root == name);
        self.note(held, || format!("the root <{name}>"))
    }

    /// Whether the XML root has this attribute.
    #[must_use]
    pub fn has_attribute(&self, name: &str) -> bool {
        let held = matches!(&self.kind, HeadKind::Xml { attributes, .. } if attributes.contains_key(name));
        self.note(held, || format!("the attribute `{name}`"))
    }

    /// The value of an attribute of the XML root.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let held = match &self.kind {
            HeadKind::Xml { attributes, .. } => attributes.get(name).map(String::as_str),
            _ => None,
        };
        self.note(held.is_some(), || format!("the attribute `{name}`"));
        held
    }

    /// Whether the XML root has this child.
    #[must_use]
    pub fn has_child(&self, name: &str) -> bool {
        let held = matches!(&self.kind, HeadKind::Xml { children, .. } if children.contains(name));
        self.note(held, || format!("the element <{name}>"))
    }

    /// The lines that are not blank, of what is neither XML nor begins as JSON; of XML those that stand first.
    /// The last may be cut off.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines().filter(|l| !l.trim().is_empty())
    }

    /// Whether these words stand in the text.
    #[must_use]
    pub fn says(&self, words: &str) -> bool {
        let held = self.text.contains(words);
        self.note(held, || format!("the words `{words}`"))
    }

    /// What the file looks like, for a message.
    #[must_use]
    pub fn describe(&self) -> String {
        match &self.kind {
            HeadKind::Empty => "the file is empty".into(),
            HeadKind::Xml { root, .. } => format!("XML with the root <{root}>"),
            HeadKind::Text => {
                let line: String = self.lines().next().unwrap_or_default().chars().take(60).collect();
                format!("text that begins {line:?}")
            }
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

/// Whether a line begins as a JSON object with a key; libtest writes `{ "type": …`.
fn is_object(line: &str) -> bool {
    line.trim_start().strip_prefix('{').is_some_and(|rest| rest.trim_start().starts_with('"'))
}

/// Whether a line that begins with `[` opens a table of TOML, which no JSON does: `[root]`, `[[package]]`.
fn is_table(line: &str) -> bool {
    let line = line.trim_end();
    let inside = line.strip_prefix("[[").and_then(|l| l.strip_suffix("]]"));
    let name = inside.or_else(|| line.strip_prefix('[')?.strip_suffix(']')).unwrap_or_default();
    let is_word = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'-' | b'_' | b'.'));
    is_word && !["true", "false", "null"].contains(&name)
}

fn xml(sample: &[u8]) -> Option<HeadKind> {
    let mut window = Window::of(sample);
    let mut xml = Xml::new(&mut window);
    let Ok(Some(Event::Start(tag))) = xml.event() else { return None };
    let root = tag.name().to_owned();
    if root.eq_ignore_ascii_case("html") {
        return None;
    }
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
        let head = Head::of(b"   Compiling x v1\n{ \"type\": \"suite\" }\n", "p");
        assert_eq!(head.string("type"), Some("suite"));
        let head = Head::of(b"   Compiling x v1\n{\"reason\":\"build-finished\"}\n", "p");
        assert_eq!(head.string("reason"), Some("build-finished"));
    }

    #[test]
    fn a_map_is_told_by_what_each_of_its_members_has() {
        for (text, held) in [
            (r#"{"a@1":{"x":1,"y":2},"b@2":{"y":{"x":3},"x":[]}}"#, true),
            (r#"{"a@1":{"x":{"y":1}},"b@2":{"z"#, true),
            (r#"{"a@1":{"x":1},"b@2":{"y":{"x":3}}}"#, false),
            (r#"{"a@1":{"x":1},"b@2":[{"x":3}]}"#, false),
            (r#"{"a@1":{"x":1},"b@2":"x"}"#, false),
            (r#"{"a@1":{"x":1},"b":{"x":1}}"#, false),
            (r#"{"a@1":{"x":1,"#, false),
            (r#"[{"a@1":{"x":1}}]"#, false),
            ("{}", false),
        ] {
            let head = Head::of(text.as_bytes(), "p");
            assert_eq!(head.is_map_of("x", "named so", |name| name.contains('@')), held, "{text}");
        }
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
            ("<html><body>", "begins \"<html>"),
            ("version https://git-lfs", "begins \"version"),
            ("[[package]]\nname = \"a\"\n", "begins \"[[package]]"),
            ("[root]\r\nname = \"a\"\n", "begins \"[root]"),
            ("[null]", "JSON array"),
            ("[[]]", "JSON array"),
        ] {
            let words_seen = Head::of(text.as_bytes(), "p").describe();
            assert!(words_seen.contains(words), "{text}: {words_seen}");
        }
    }
}
