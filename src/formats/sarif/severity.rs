//! Every statement on the severity of a result, the nearest first.

use super::bag::{Bag, TAGGED_SEVERITIES};
use super::model::Level;
use super::producers::Producer;
use super::result::Pending;
use super::rules::Rule;
use crate::facts::{Rating, Severity, Source};
use crate::units::plain_decimal;

/// What the level of a result is, and why.
pub(super) struct Levelled {
    pub(super) level: Level,
    pub(super) source: Source,
    pub(super) words: &'static str,
}

/// The level of a result (3.27.10). `raised`: the level that an override states for its rule; one
/// that lowers is not followed.
pub(super) fn level_of(result: &Pending, rule: Option<&Rule>, raised: Option<Level>) -> Levelled {
    let stated = |level, words| Levelled { level, source: Source::Level, words };
    if let Some(level) = result.level {
        return stated(level, "");
    }
    if !result.fails {
        return Levelled { level: Level::None, source: Source::Default, words: "open, no severity stated" };
    }
    let own = rule.and_then(|r| r.level);
    match raised {
        Some(raised) if raised > own.unwrap_or(Level::Warning) => stated(raised, ", as configured for the run"),
        _ => match own {
            Some(level) => stated(level, " of the rule"),
            None => Levelled { level: Level::Warning, source: Source::Default, words: "no severity stated" },
        },
    }
}

/// All statements on a result. `unusable` takes scores that are none.
pub(super) fn rate(
    result: &Pending,
    rule: Option<&Rule>,
    tool: Option<Producer>,
    levelled: &Levelled,
    unusable: &mut impl FnMut(&str),
) -> Rating {
    let mut rating = Rating::default();
    let own = result.properties.as_deref();
    words(own, tool, &mut rating);
    let said = result.said.as_deref().filter(|s| Some(s.by) == tool).and_then(|s| s.word.as_deref());
    if let (Some(Producer::Trivy), Some(word)) = (tool, said) {
        trivy_word(word, levelled.level, &mut rating);
    }
    score(own, &mut rating, unusable);
    if let (Some(Producer::Grype), Some(word)) = (tool, said)
        && let Some(severity) = Severity::of_word(word)
    {
        // Its presenter prints "low" for what it does not know: less telling than the score.
        state(&mut rating, severity, Source::Level, word);
    }
    add_level(levelled, &mut rating);
    if let Some(rule) = rule {
        of_this_rule(rule, tool, &mut rating, unusable);
    }
    rating
}

/// The statements of a rule alone.
pub(super) fn of_rule(rule: &Rule, tool: &str) -> Rating {
    let mut rating = Rating::default();
    of_this_rule(rule, Producer::of(tool), &mut rating, &mut |_| {});
    if rule.level.is_none() {
        state(&mut rating, Severity::Medium, Source::Default, "no severity stated");
    }
    rating
}

fn of_this_rule(rule: &Rule, tool: Option<Producer>, rating: &mut Rating, unusable: &mut impl FnMut(&str)) {
    let bag = rule.properties.as_deref();
    score(bag, rating, unusable);
    words(bag, tool, rating);
    let tags = bag.map_or(&[][..], |b| b.all("tags"));
    let tagged = tags.iter().filter(|t| TAGGED_SEVERITIES.contains(&t.as_str()));
    if let Some((severity, tag)) = tagged.filter_map(|t| Some((Severity::of_word(t)?, t))).max_by_key(|(s, _)| *s) {
        state(rating, severity, Source::Word, tag);
    }
    if let Some(level) = rule.level {
        add_level(&Levelled { level, source: Source::Level, words: " of the rule" }, rating);
    }
    if let Some(problem) = bag.and_then(|b| b.get("problem.severity")) {
        let level = if problem == "recommendation" { "note" } else { problem };
        if let Some(severity) = Severity::of_level(level) {
            state(rating, severity, Source::Level, format!("problem.severity {problem}"));
        }
    }
}

fn add_level(levelled: &Levelled, rating: &mut Rating) {
    let name = levelled.level.name();
    let severity = Severity::of_level(name).unwrap_or(Severity::Unknown);
    match levelled.source {
        Source::Default => state(rating, severity, Source::Default, levelled.words),
        source => state(rating, severity, source, format!("level {name}{}", levelled.words)),
    }
}

/// Adds a statement, unless a nearer one of the same source says the same.
fn state(rating: &mut Rating, severity: Severity, source: Source, words: impl AsRef<str>) {
    if !rating.claims().iter().any(|c| (c.severity, c.source) == (severity, source)) {
        rating.add(severity, source, words);
    }
}

/// The tool's own words in a property bag, of tools that are known to write one.
fn words(bag: Option<&Bag>, tool: Option<Producer>, rating: &mut Rating) {
    let key = match tool {
        Some(Producer::Zizmor) => "zizmor/severity",
        Some(Producer::Bandit) => "issue_severity",
        Some(Producer::Scout) => "cvssV3_severity",
        _ => return,
    };
    if let Some(word) = bag.and_then(|b| b.get(key))
        && let Some(severity) = Severity::of_word(word)
    {
        state(rating, severity, Source::Word, word);
    }
}

/// `security-severity`: a score from 0 to 10, of which 0.0 says that there is none, or a word.
fn score(bag: Option<&Bag>, rating: &mut Rating, unusable: &mut impl FnMut(&str)) {
    let Some(said) = bag.and_then(|b| b.get("security-severity")) else { return };
    match (plain_decimal(said).map(|n| (n, Severity::of_score(n))), Severity::of_word(said)) {
        (Some((0.0, _)), _) => {}
        (Some((_, Some(severity))), _) => state(rating, severity, Source::Score, format!("security-severity {said}")),
        (None, Some(severity)) => state(rating, severity, Source::Word, said),
        (None, None) if ["unknown", "unspecified"].contains(&said.to_ascii_lowercase().as_str()) => {}
        _ => unusable(said),
    }
}

/// The word in a message of Trivy. The message holds foreign text too: the word is believed in the
/// band of the level; outside it the worse of the two counts.
fn trivy_word(word: &str, level: Level, rating: &mut Rating) {
    let Some(severity) = Severity::of_word(word) else { return };
    let name = level.name();
    let banded = match level {
        Level::Error => matches!(severity, Severity::Critical | Severity::High),
        Level::Warning => severity == Severity::Medium,
        Level::Note => severity == Severity::Low,
        Level::None => false,
    };
    let of_level = Severity::of_level(name).unwrap_or(Severity::Unknown);
    if banded || severity > of_level {
        state(rating, severity, Source::Word, word);
    } else {
        state(rating, of_level, Source::Word, format!("level {name}, though the message says {word}"));
    }
}
