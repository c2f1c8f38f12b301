//! Samples of the formats with parts of them taken away, doubled, swapped or replaced. The bytes say which.

use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;

use portcullis::formats::Format;

use super::choices::Choices;
use super::formats;

/// Samples larger than this only cost time.
const LARGEST: u64 = 32 << 10;

/// What stands in place of a value.
const VALUES: &[&str] = &[
    "0",
    "-1",
    "1",
    "1e999",
    "0.5",
    "18446744073709551616",
    "9007199254740993",
    "00",
    "NaN",
    "null",
    "true",
    "[]",
    "{}",
    "\"\"",
    "\"::error::x\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\"\u{202e}\"",
    "\"CVE-2021-25900\"",
    "&amp;",
    "&#0;",
    "<a/>",
    "<!--",
    "]]>",
    "<![CDATA[",
    "\"../../etc/passwd\"",
    "\"2026-02-30\"",
    "\u{feff}",
    "\n",
    "\0",
    "\"critical\"",
    "99999999999999999999999999999999999999",
    "\"a\":",
    "/>",
];

struct Sample {
    format: &'static Format,
    text: String,
    tokens: Vec<Range<usize>>,
}

pub fn run(data: &[u8]) {
    let mut choices = Choices(data);
    let samples = samples();
    let sample = &samples[choices.below(samples.len())];
    let text = sample.mutated(&mut choices);
    formats::check(text.as_bytes(), &|window| formats::read(sample.format, window));
}

fn samples() -> &'static [Sample] {
    static SAMPLES: OnceLock<Vec<Sample>> = OnceLock::new();
    SAMPLES.get_or_init(|| {
        let mut files = Vec::new();
        below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata"), &mut files);
        below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata"), &mut files);
        files.sort();
        let sample = |path: String| {
            let folder = path.rsplit_once("testdata/")?.1.split('/').next()?.replace('_', "-");
            let format = Format::named(&folder)?;
            let text = std::fs::read_to_string(path).ok()?;
            let tokens = tokens(&text);
            (!tokens.is_empty()).then_some(Sample { format, text, tokens })
        };
        files.into_iter().filter_map(sample).collect()
    })
}

fn below(folder: &Path, files: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, about) = (entry.path(), entry.metadata().unwrap());
        if about.is_dir() {
            below(&path, files);
        } else if about.len() <= LARGEST && !path.ends_with("PROVENANCE") {
            files.push(path.to_str().unwrap().to_owned());
        }
    }
}

/// Strings, words and numbers, tags, single marks; white space is left out.
fn tokens(text: &str) -> Vec<Range<usize>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let end = match c {
            '"' => rest[1..].find('"').map_or(rest.len(), |n| n + 2),
            c if c.is_alphanumeric() || "-+._".contains(c) => {
                rest.find(|c: char| !(c.is_alphanumeric() || "-+._:".contains(c))).unwrap_or(rest.len())
            }
            c => c.len_utf8(),
        };
        if !c.is_whitespace() {
            tokens.push(at..at + end);
        }
        at += end;
    }
    tokens
}

impl Sample {
    fn mutated(&self, choices: &mut Choices<'_>) -> String {
        let mut tokens: Vec<String> = Vec::new();
        // Each token with the white space in front of it, so that lines stay lines.
        let mut from = 0;
        for token in &self.tokens {
            tokens.push(self.text[from..token.end].to_owned());
            from = token.end;
        }
        let end = &self.text[from..];
        for _ in 0..8 {
            if choices.is_empty() || tokens.is_empty() {
                break;
            }
            mutate(&mut tokens, choices);
        }
        tokens.push(end.to_owned());
        tokens.concat()
    }
}

fn mutate(tokens: &mut Vec<String>, choices: &mut Choices<'_>) {
    let what = choices.byte() % 10;
    let at = choices.below(tokens.len());
    let group = group(tokens, at);
    match what {
        0 => drop(tokens.remove(at)),
        1 => drop(tokens.drain(group)),
        2 => {
            let copy = tokens[group.clone()].to_vec();
            tokens.splice(group.end..group.end, copy);
        }
        3 => tokens[at] = choices.one_of(VALUES).to_owned(),
        4 => tokens[at] = tokens[choices.below(tokens.len())].clone(),
        5 => {
            let other = choices.below(tokens.len());
            tokens.swap(at, other);
        }
        6 => tokens.truncate(at + 1),
        7 => tokens.insert(at, choices.one_of(VALUES).to_owned()),
        8 => tokens[at] = choices.text(),
        _ => {
            // A group moves behind another one.
            let moved: Vec<String> = tokens.drain(group).collect();
            let to = if tokens.is_empty() { 0 } else { choices.below(tokens.len()) };
            tokens.splice(to..to, moved);
        }
    }
}

/// What begins with a token and ends with the one that closes it: an object, an array, a tag; else up to the next comma
/// or the end of the line.
fn group(tokens: &[String], at: usize) -> Range<usize> {
    let opens = |t: &str| matches!(t.trim_start(), "{" | "[" | "<");
    let closes = |t: &str| matches!(t.trim_start(), "}" | "]" | ">");
    let mut depth = 0_usize;
    for (n, token) in tokens.iter().enumerate().skip(at) {
        depth += usize::from(opens(token));
        if closes(token) {
            depth = depth.saturating_sub(1);
        }
        let over = n > at && (token.trim_start() == "," || token.starts_with('\n'));
        if depth == 0 && (over || closes(token)) {
            return at..n + usize::from(!token.starts_with('\n'));
        }
    }
    at..tokens.len()
}
