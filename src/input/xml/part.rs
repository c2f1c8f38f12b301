//! The parts of a tag: names, attributes, references, characters.

use std::borrow::Cow;
use std::ops::Range;

use super::super::{ReadError, Result, Window, newlines};
use super::{MOST_ATTRIBUTES, text};

/// Refuses the characters that XML 1.0 forbids (production `Char`) in what the window begins with.
pub(super) fn check_characters(window: &Window<'_>, run: &[u8]) -> Result<()> {
    let forbidden = |b: &u8| *b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r');
    match run.iter().position(forbidden) {
        None => Ok(()),
        Some(n) => {
            let line = window.line() + newlines(run.get(..n).unwrap_or_default());
            Err(ReadError { line: Some(line), reason: "a control character that XML forbids".into() })
        }
    }
}

pub(super) fn push(kept: &mut String, run: &[u8], most: usize) {
    let room = most.saturating_sub(kept.len());
    kept.push_str(&String::from_utf8_lossy(run.get(..room.min(run.len())).unwrap_or_default()));
}

pub(super) fn is_name_start(b: Option<u8>) -> bool {
    b.is_some_and(|b| b.is_ascii_alphabetic() || b == b'_' || b == b':' || b >= 0x80)
}

pub(super) fn name_end(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let stop = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'=' | b'/' | b'>' | b'<' | b'"' | b'\'');
    from + rest.iter().position(stop).unwrap_or(rest.len())
}

/// Splits the attributes of a tag, whose name ends at `at`.
pub(super) fn parse_attributes(
    bytes: &[u8],
    mut at: usize,
    out: &mut Vec<(Range<usize>, Range<usize>)>,
) -> std::result::Result<(), String> {
    out.clear();
    loop {
        let white = skip_white(bytes, at);
        if white == bytes.len() {
            return Ok(());
        }
        let end = name_end(bytes, white);
        if white == at || end == white || !is_name_start(bytes.get(white).copied()) {
            return Err("a malformed tag".into());
        }
        let equals = skip_white(bytes, end);
        let open = skip_white(bytes, equals + 1);
        let quote = bytes.get(open).copied().filter(|q| matches!(q, b'"' | b'\''));
        let (Some(b'='), Some(quote)) = (bytes.get(equals).copied(), quote) else {
            return Err("an attribute without a value in quotes".into());
        };
        let rest = bytes.get(open + 1..).unwrap_or_default();
        let Some(n) = memchr::memchr(quote, rest) else {
            return Err("an attribute without a value in quotes".into());
        };
        let (name, value) = (white..end, open + 1..open + 1 + n);
        check_value(bytes.get(value.clone()).unwrap_or_default())?;
        if out.iter().any(|(other, _)| bytes.get(other.clone()) == bytes.get(name.clone())) {
            return Err(format!("the attribute {:?} stands twice", text(bytes, &name)));
        }
        if out.len() == MOST_ATTRIBUTES {
            return Err(format!("more than {MOST_ATTRIBUTES} attributes"));
        }
        at = value.end + 1;
        out.push((name, value));
    }
}

fn skip_white(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    from.min(bytes.len()) + rest.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(rest.len())
}

fn check_value(value: &[u8]) -> std::result::Result<(), String> {
    if memchr::memchr(b'<', value).is_some() {
        return Err("`<` in an attribute".into());
    }
    for at in memchr::memchr_iter(b'&', value) {
        let rest = value.get(at + 1..).unwrap_or_default();
        let end = rest.iter().take(12).position(|b| *b == b';').unwrap_or_default();
        if resolve(std::str::from_utf8(rest.get(..end).unwrap_or_default()).unwrap_or_default()).is_none() {
            return Err("an entity that is none of the five of XML".into());
        }
    }
    Ok(())
}

/// What a reference `&name;` stands for.
pub(super) fn resolve(name: &str) -> Option<char> {
    let code = match name {
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "amp" => return Some('&'),
        "apos" => return Some('\''),
        "quot" => return Some('"'),
        _ => match name.strip_prefix("#x") {
            Some(hex) => u32::from_str_radix(hex.strip_prefix('+').map_or(hex, |_| ""), 16).ok()?,
            None => name.strip_prefix('#').filter(|n| n.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()?,
        },
    };
    char::from_u32(code)
        .filter(|c| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}'))
}

pub(super) fn unescape(raw: &str) -> Cow<'_, str> {
    if !raw.contains('&') {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let (name, behind) = after.split_once(';').unwrap_or((after, ""));
        out.extend(resolve(name));
        rest = behind;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

pub(super) fn pseudo_attribute(body: &str, name: &str) -> Option<String> {
    let after = body.split_once(name)?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Some(after.get(1..)?.split(quote).next()?.to_owned())
}
