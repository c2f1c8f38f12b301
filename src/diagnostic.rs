//! A mistake in a file that the user wrote: what is wrong, where, and what to do.

use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::text::Text;

/// A file that the user wrote, as it was read.
#[derive(Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Its path as it was given, or `builtin:NAME`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// A place in a file that the user wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The bytes meant.
    pub span: Range<usize>,
}

impl Origin {
    /// The line that the place begins in, counted from 1.
    #[must_use]
    pub fn line(&self) -> u64 {
        let before = self.file.text.get(..self.span.start).unwrap_or(&self.file.text);
        1 + crate::input::size(before.matches('\n').count())
    }
}

/// How grave a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gravity {
    /// The file cannot be used.
    Error,
    /// The file can be used, and does not do what it seems to.
    Warning,
}

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How grave it is.
    pub gravity: Gravity,
    /// What is wrong, in one line.
    pub message: String,
    /// Where, if it has a place.
    pub origin: Option<Origin>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(message: impl Into<String>, origin: Option<Origin>) -> Self {
        Self { gravity: Gravity::Error, message: message.into(), origin, help: None }
    }

    /// A warning at a place.
    pub fn warning(message: impl Into<String>, origin: Option<Origin>) -> Self {
        Self { gravity: Gravity::Warning, ..Self::error(message, origin) }
    }

    /// The same, with what to do about it.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// Draws it for a terminal, in colour; a caller without one strips it.
    #[must_use]
    pub fn render(&self) -> String {
        let level = match self.gravity {
            Gravity::Error => Level::ERROR,
            Gravity::Warning => Level::WARNING,
        };
        // What the file itself says goes through the same sieve as what reports say.
        let message = Text::new(&self.message);
        let path = self.origin.as_ref().map(|o| Text::new(&o.file.path)).unwrap_or_default();
        let mut group = Group::with_title(level.primary_title(message.as_str()));
        if let Some(origin) = &self.origin {
            let text = &origin.file.text;
            let end = origin.span.end.min(text.len());
            // A table's span runs over all its lines: the first one shows where it is.
            let first = text.get(origin.span.start..end).and_then(|s| s.find('\n'));
            let span = origin.span.start.min(end)..first.map_or(end, |n| origin.span.start + n);
            let snippet = Snippet::source(text.as_str()).path(path.as_str());
            group = group.element(snippet.annotation(AnnotationKind::Primary.span(span)));
        }
        let help = self.help.as_deref().map(Text::new);
        if let Some(help) = &help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        // The lines of the file are drawn as they are, and a policy may be anybody's.
        crate::text::sieve(&Renderer::styled().render(&[group]))
    }
}

/// Puts diagnostics in the order of their places; each once.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    let key = |d: &Diagnostic| d.origin.as_ref().map(|o| (o.file.path.clone(), o.span.start));
    diagnostics.sort_by_key(key);
    diagnostics.dedup();
}

/// No word longer than this was meant to be a key.
const LONGEST_GUESS: usize = 64;

/// The candidate nearest to `word`, if it is near enough to be what was meant.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = word.chars().count().div_ceil(3);
    if word.len() > LONGEST_GUESS {
        return None;
    }
    candidates
        .into_iter()
        .map(|c| (distance(word, c), c))
        .filter(|(d, _)| *d <= most)
        .min_by_key(|(d, _)| *d)
        .map(|(_, c)| c)
}

/// Edit distance, a transposition counting as one.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |r: usize, c: usize| rows.get(r).and_then(|row| row.get(c)).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(i, j) + usize::from(x != y)).min(at(i, j + 1) + 1).min(row.last().map_or(0, |n| n + 1));
            if i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x) {
                best = best.min(at(i - 1, j - 1) + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows.last().and_then(|r| r.last()).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found_and_a_far_one_is_not() {
        let words = ["lines", "branches", "functions"];
        for (word, found) in
            [("lnies", Some("lines")), ("branch", Some("branches")), ("line", Some("lines")), ("nonsense", None)]
        {
            assert_eq!(nearest(word, words), found, "{word}");
        }
    }

    #[test]
    fn a_mistake_is_drawn_at_its_place() {
        let file = Arc::new(SourceFile { path: "p.toml".into(), text: "a = 1\nbc = 2\n".into() });
        let diagnostic = Diagnostic::error("unknown key `bc`", Some(Origin { file, span: 6..8 })).help("remove it");
        let shown = anstream::adapter::strip_str(&diagnostic.render()).to_string();
        assert!(
            shown.contains("p.toml:2:1") && shown.contains("bc = 2") && shown.contains("help: remove it"),
            "{shown}"
        );
        assert_eq!(diagnostic.origin.map(|o| o.line()), Some(2));
    }

    /// The policy of a change may be anybody's, and CI reads stderr too.
    #[test]
    fn the_lines_of_a_file_give_no_command() {
        let line = "x = '##vso[task.complete] ##[error] ##teamcity[x] section_start:1 \u{202e} \u{1b}[2J \u{9b}'";
        let path = "##vso[x].toml\n::error::x".into();
        let origin = Origin { file: Arc::new(SourceFile { path, text: format!("{line}\n") }), span: 0..1 };
        let shown = anstream::adapter::strip_str(&Diagnostic::error("m", Some(origin)).render()).to_string();
        for word in ["##vso[", "##[", "##teamcity[", "section_start:", "\u{202e}", "\u{1b}", "\u{9b}", "\n::"] {
            assert!(!shown.contains(word), "{word:?} in {shown}");
        }
        assert!(shown.contains("task.complete] "), "{shown}");
    }
}
