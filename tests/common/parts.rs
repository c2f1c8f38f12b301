//! A report taken apart: every key and element of its JSON, every element and attribute of its XML,
//! each of which can be deleted.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;

/// A report and all its parts.
pub(crate) enum Parts {
    /// One document, or one a line; each part is the number of its document and the way to it.
    Json { documents: Vec<Value>, lines: bool, parts: Vec<(usize, Vec<Step>)> },
    /// The text, and of each part the bytes and the names on the way to it. Of what is neither XML nor JSON each
    /// line is a part, named by what it begins with.
    Xml { text: String, parts: Vec<(Range<usize>, String)> },
}

/// One step down into a JSON value.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
}

impl Parts {
    pub(crate) fn of(text: &str) -> Self {
        if text.trim_start().starts_with('<') {
            return Self::Xml { text: text.to_owned(), parts: xml_parts(text) };
        }
        let whole: Result<Value, _> = serde_json::from_str(text);
        let lines = whole.is_err();
        if lines && !text.trim_start().starts_with(['{', '[']) {
            return Self::Xml { text: text.to_owned(), parts: text_parts(text) };
        }
        let documents: Vec<Value> = match whole {
            Ok(value) => vec![value],
            Err(_) => text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
        };
        let mut parts = Vec::new();
        for (n, document) in documents.iter().enumerate() {
            if lines {
                parts.push((n, Vec::new()));
            }
            json_parts(document, n, &mut Vec::new(), &mut parts);
        }
        Self::Json { documents, lines, parts }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Json { parts, .. } => parts.len(),
            Self::Xml { parts, .. } => parts.len(),
        }
    }

    /// The kind of a part: `runs[].results[].level`, `/coverage/packages/package@name`.
    pub(crate) fn kind(&self, part: usize) -> String {
        match self {
            Self::Xml { parts, .. } => parts[part].1.clone(),
            Self::Json { parts, .. } => {
                let mut kind = String::new();
                for step in &parts[part].1 {
                    match step {
                        Step::Index(_) => kind.push_str("[]"),
                        Step::Key(key) if kind.is_empty() => kind.push_str(key),
                        Step::Key(key) => kind.extend([".", key]),
                    }
                }
                if kind.is_empty() { "a line".into() } else { kind }
            }
        }
    }

    /// The report without some of its parts.
    pub(crate) fn without(&self, gone: &[usize]) -> String {
        let mut gone = gone.to_vec();
        gone.sort_unstable();
        gone.dedup();
        match self {
            Self::Xml { text, parts } => {
                let mut ranges: Vec<Range<usize>> = gone.iter().map(|n| parts[*n].0.clone()).collect();
                ranges.sort_by_key(|r| (r.start, std::cmp::Reverse(r.end)));
                let (mut out, mut at) = (String::new(), 0);
                for range in ranges.into_iter().filter(|r| !r.is_empty()) {
                    if range.start >= at {
                        out.push_str(&text[at..range.start]);
                        at = range.end;
                    }
                }
                out.push_str(&text[at..]);
                out
            }
            Self::Json { documents, lines, parts } => {
                let mut documents: Vec<Option<Value>> = documents.iter().cloned().map(Some).collect();
                // From the back, so that the places of the others stay what they were.
                for (n, way) in gone.iter().rev().map(|part| &parts[*part]) {
                    match way.is_empty() {
                        true => documents[*n] = None,
                        false => documents[*n].iter_mut().for_each(|document| delete(document, way)),
                    }
                }
                let texts: Vec<String> = documents.into_iter().flatten().map(|d| d.to_string()).collect();
                if *lines { texts.iter().map(|t| format!("{t}\n")).collect() } else { texts.concat() }
            }
        }
    }
}

fn json_parts(value: &Value, document: usize, way: &mut Vec<Step>, parts: &mut Vec<(usize, Vec<Step>)>) {
    let children: Vec<(Step, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, child)| (Step::Key(key.clone()), child)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(n, child)| (Step::Index(n), child)).collect(),
        _ => return,
    };
    for (step, child) in children {
        way.push(step);
        parts.push((document, way.clone()));
        json_parts(child, document, way, parts);
        way.pop();
    }
}

fn delete(value: &mut Value, way: &[Step]) {
    let Some((first, rest)) = way.split_first() else { return };
    match (value, first) {
        (Value::Object(map), Step::Key(key)) if rest.is_empty() => {
            map.remove(key);
        }
        (Value::Array(list), Step::Index(n)) if rest.is_empty() && *n < list.len() => {
            list.remove(*n);
        }
        (Value::Object(map), Step::Key(key)) => map.get_mut(key).into_iter().for_each(|child| delete(child, rest)),
        (Value::Array(list), Step::Index(n)) => list.get_mut(*n).into_iter().for_each(|child| delete(child, rest)),
        _ => {}
    }
}

fn text_parts(text: &str) -> Vec<(Range<usize>, String)> {
    let mut at = 0;
    let mut part = |line: &str| {
        let start = at;
        at += line.len();
        let word = line.trim_start().split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        (start..at, word.to_owned())
    };
    text.split_inclusive('\n').map(&mut part).collect()
}

fn xml_parts(text: &str) -> Vec<(Range<usize>, String)> {
    let mut reader = Reader::from_str(text);
    let mut parts: Vec<(Range<usize>, String)> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut path = String::new();
    let place = |reader: &Reader<&[u8]>| usize::try_from(reader.buffer_position()).unwrap();
    loop {
        let start = place(&reader);
        match reader.read_event().unwrap() {
            Event::Start(tag) => {
                path.extend(["/", tag.name().as_ref()]);
                open.push(parts.len());
                parts.push((start..start, path.clone()));
                attributes(text, &tag, &path, &mut parts);
            }
            Event::Empty(tag) => {
                let kind = format!("{path}/{}", tag.name().as_ref());
                parts.push((start..place(&reader), kind.clone()));
                attributes(text, &tag, &kind, &mut parts);
            }
            Event::End(_) => {
                let element = open.pop().unwrap();
                parts[element].0.end = place(&reader);
                path.truncate(path.rfind('/').unwrap());
            }
            Event::Eof => return parts,
            _ => {}
        }
    }
}

fn attributes(text: &str, tag: &BytesStart<'_>, path: &str, parts: &mut Vec<(Range<usize>, String)>) {
    for attribute in tag.attributes() {
        let attribute = attribute.unwrap();
        let offset = |part: &str| part.as_ptr().addr() - text.as_ptr().addr();
        let key = attribute.key.as_ref();
        // From the space before the name to the quote behind the value.
        let range = offset(key) - 1..offset(&attribute.value) + attribute.value.len() + 1;
        parts.push((range, format!("{path}@{key}")));
    }
}
