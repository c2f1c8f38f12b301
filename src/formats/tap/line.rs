//! One line of TAP.

use crate::units::plain_u64;

/// What a line is.
pub(super) enum Line<'a> {
    /// `TAP version 14`
    Version,
    /// `1..N`, with what stands behind `#`.
    Plan {
        last: u64,
        why: &'a str,
    },
    Point(Point<'a>),
    /// A test point of a subtest.
    Inner,
    /// `Bail out!`, with the reason.
    BailOut(&'a str),
    Other,
}

/// A test point.
pub(super) struct Point<'a> {
    pub(super) ok: bool,
    pub(super) number: Option<u64>,
    pub(super) description: &'a str,
    pub(super) directive: Option<Directive<'a>>,
}

/// Why a point does not count as run, with the reason.
pub(super) enum Directive<'a> {
    Skip(&'a str),
    Todo(&'a str),
}

/// # Errors
/// A version or a plan that cannot be.
pub(super) fn parse(line: &str) -> Result<Line<'_>, String> {
    if line.starts_with([' ', '\t']) {
        return Ok(if point(line.trim_start()).is_some_and(|p| p.number.is_some()) {
            Line::Inner
        } else {
            Line::Other
        });
    }
    let line = line.trim_end();
    if let Some(version) = line.strip_prefix("TAP version ") {
        return match version {
            "12" | "13" | "14" => Ok(Line::Version),
            _ => Err(format!("`TAP version {version}` is not known: 12, 13 and 14 are")),
        };
    }
    if let Some(rest) = bail_out(line) {
        return Ok(Line::BailOut(rest.trim()));
    }
    if let Some((first, last, why)) = plan(line) {
        return match (first, plain_u64(last)) {
            ("1", Some(last)) => Ok(Line::Plan { last, why }),
            ("1", None) => Err(format!("a plan of {last} tests, which is no count")),
            _ => Err(format!("the plan `{first}..{last}` does not begin at 1")),
        };
    }
    Ok(point(line).map_or(Line::Other, Line::Point))
}

/// What stands behind `Bail out!`, in any case.
fn bail_out(line: &str) -> Option<&str> {
    let (words, rest) = line.split_at_checked("Bail out!".len())?;
    words.eq_ignore_ascii_case("Bail out!").then_some(rest)
}

/// The ends of `1..N`, as they are written, and what stands behind `#`.
fn plan(line: &str) -> Option<(&str, &str, &str)> {
    let (plan, why) = line.split_once('#').unwrap_or((line, ""));
    let (first, last) = plan.trim_end().split_once("..")?;
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    (digits(first) && digits(last)).then(|| (first, last, why.trim()))
}

fn point(line: &str) -> Option<Point<'_>> {
    let (ok, rest) = match line.strip_prefix("not ") {
        Some(rest) => (false, rest.trim_start().strip_prefix("ok")?),
        None => (true, line.strip_prefix("ok")?),
    };
    if !rest.is_empty() && !rest.starts_with([' ', '\t']) {
        return None;
    }
    let rest = rest.trim();
    let word = rest.split([' ', '\t', '#']).next().unwrap_or_default();
    let number = plain_u64(word);
    let text = if number.is_some() { rest.get(word.len()..).unwrap_or_default() } else { rest };
    let (description, directive) = directive(text, ok);
    Some(Point { ok, number, description: description.trim(), directive })
}

/// The description and the directive: behind a `#` that is not escaped stands SKIP or TODO, in any case.
fn directive(text: &str, ok: bool) -> (&str, Option<Directive<'_>>) {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if c == '#' && !escaped {
            let (description, rest) = text.split_at(at);
            let rest = rest.strip_prefix('#').unwrap_or_default().trim_start();
            if let Some(directive) = word(rest, ok) {
                return (description, Some(directive));
            }
        }
        escaped = c == '\\' && !escaped;
    }
    (text, None)
}

fn word(text: &str, ok: bool) -> Option<Directive<'_>> {
    let (word, why) = text.split_at_checked(4)?;
    let whole = !why.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let why = why.trim_start_matches(|c: char| !c.is_whitespace()).trim();
    // Of old, `# Skipped` was one too: such a point that passes is no evidence, one that fails no skip.
    if word.eq_ignore_ascii_case("skip") && (whole || ok) {
        return Some(Directive::Skip(why));
    }
    (word.eq_ignore_ascii_case("todo") && whole).then_some(Directive::Todo(why))
}
