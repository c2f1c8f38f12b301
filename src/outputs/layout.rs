//! Lines for a terminal: words wrapped with an indent, nothing wider than the page, and no line
//! that a CI runner could take for a command.

use std::io;

use anstyle::Style;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

use crate::text::Text;

/// A run of words in one style.
pub(super) struct Span<'a> {
    style: Style,
    /// Columns before it, where it does not begin a line.
    gap: usize,
    text: std::borrow::Cow<'a, str>,
}

impl<'a> Span<'a> {
    /// Words behind one space.
    pub(super) fn new(style: Style, text: impl Into<std::borrow::Cow<'a, str>>) -> Self {
        Self { style, gap: 1, text: text.into() }
    }

    /// Words without a style of their own.
    pub(super) fn plain(text: impl Into<std::borrow::Cow<'a, str>>) -> Self {
        Self::new(Style::new(), text)
    }

    /// The same behind `gap` spaces.
    pub(super) const fn behind(mut self, gap: usize) -> Self {
        self.gap = gap;
        self
    }

    /// Columns that it takes on one line.
    pub(super) fn columns(&self) -> usize {
        self.gap + columns(&self.text)
    }
}

/// How a paragraph stands on the page.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    /// Columns before the first line.
    pub(super) first: usize,
    /// Columns before the others.
    pub(super) rest: usize,
    /// Lines at most; what is beyond is cut and marked.
    pub(super) lines: usize,
}

impl Shape {
    /// A paragraph at `first`, its further lines at `rest`.
    pub(super) const fn at(first: usize, rest: usize) -> Self {
        Self { first, rest, lines: 4 }
    }

    /// The same with so many lines at most.
    pub(super) const fn lines(self, lines: usize) -> Self {
        Self { lines, ..self }
    }
}

/// Columns that a text takes on a terminal, or a few more; beyond a thousand characters, which fit
/// on no page, it is not counted on.
pub(super) fn columns(text: &str) -> usize {
    text.chars().take(1000).map(|c| c.width().unwrap_or(1)).sum()
}

/// The text, no wider than `most` columns; what is cut off is marked with `…`.
pub(super) fn cut(text: &str, most: usize) -> String {
    let marks = most.saturating_mul(4);
    if columns(text) <= most && text.chars().count() <= marks {
        return text.to_owned();
    }
    let kept = head(text, most.saturating_sub(1)).trim_end();
    format!("{kept}…")
}

/// The longest beginning of at most so many columns, cut between graphemes; of marks without a
/// width, not many.
fn head(text: &str, most: usize) -> &str {
    let whole = fitting(text.graphemes(true), most);
    let end = if whole > 0 { whole } else { fitting(text.split_inclusive(|_| true), most) };
    text.split_at(end).0
}

/// Bytes of the pieces that fit into so many columns.
fn fitting<'t>(pieces: impl Iterator<Item = &'t str>, most: usize) -> usize {
    let (mut used, mut marks) = (0, 0);
    let fits = |piece: &&str| {
        used += columns(piece);
        marks += piece.chars().count();
        used <= most && marks <= most.saturating_mul(4)
    };
    pieces.take_while(fits).map(str::len).sum()
}

/// A page that is being written.
pub(super) struct Sheet<'a> {
    /// Columns.
    pub(super) width: usize,
    sink: &'a mut dyn io::Write,
}

/// A piece of a line: style, columns before it, text.
type Piece<'a> = (Style, usize, &'a str);

impl<'a> Sheet<'a> {
    pub(super) fn new(width: usize, sink: &'a mut dyn io::Write) -> Self {
        Self { width: width.clamp(40, 140), sink }
    }

    /// An empty line.
    pub(super) fn blank(&mut self) -> io::Result<()> {
        self.sink.write_all(b"\n")
    }

    /// A paragraph, wrapped by words; a word that is wider than a line is broken.
    pub(super) fn put(&mut self, shape: Shape, spans: &[Span<'_>]) -> io::Result<()> {
        let mut lines = self.wrap(shape, spans);
        let indent = |n| if n == 0 { shape.first } else { shape.rest };
        let goes_on = lines.len() > shape.lines;
        lines.truncate(shape.lines);
        let last = lines.len().saturating_sub(1);
        if let Some(line) = lines.last_mut().filter(|_| goes_on) {
            *line = shorten(line, self.width.saturating_sub(indent(last)));
        }
        lines.iter().enumerate().try_for_each(|(n, line)| self.line(indent(n), line))
    }

    /// A line that is laid out already, its first `marked` bytes in a style.
    pub(super) fn ready(&mut self, line: &str, marked: usize, style: Style) -> io::Result<()> {
        let indent = line.len() - line.trim_start_matches(' ').len();
        if indent > 0 {
            return self.line(indent, &[(style, 0, line.trim_start_matches(' '))]);
        }
        let (mark, rest) = line.split_at_checked(marked).unwrap_or(("", line));
        self.line(0, &[(style, 0, mark), (Style::new(), 0, rest)])
    }

    fn wrap<'s>(&self, shape: Shape, spans: &'s [Span<'_>]) -> Vec<Vec<Piece<'s>>> {
        let mut lines: Vec<Vec<Piece<'s>>> = vec![Vec::new()];
        let mut used = shape.first;
        'spans: for span in spans {
            let mut gap = span.gap;
            for mut word in span.text.split(' ').filter(|w| !w.is_empty()) {
                while !word.is_empty() {
                    if lines.len() > shape.lines {
                        break 'spans;
                    }
                    let empty = lines.last().is_none_or(Vec::is_empty);
                    let before = if empty { 0 } else { gap };
                    let left = self.width.saturating_sub(used + before);
                    let fits = head(word, left).len() == word.len();
                    if !fits && !empty {
                        lines.push(Vec::new());
                        used = shape.rest;
                        continue;
                    }
                    let (piece, after) = word.split_at(head(word, left).len());
                    // A single character that is wider than the line is left out.
                    if piece.is_empty() {
                        break;
                    }
                    if let Some(line) = lines.last_mut() {
                        line.push((span.style, before, piece));
                    }
                    used += before + columns(piece);
                    word = after;
                }
                gap = 1;
            }
        }
        lines
    }

    fn line(&mut self, indent: usize, pieces: &[Piece<'_>]) -> io::Result<()> {
        let plain: String = pieces.iter().map(|(_, gap, text)| format!("{:gap$}{text}", "")).collect();
        let bare = plain.trim();
        let safe = Text::new(bare);
        write!(self.sink, "{:indent$}", "")?;
        if safe.as_str() != bare {
            return writeln!(self.sink, "{}", cut(&safe, self.width.saturating_sub(indent)));
        }
        for run in pieces.chunk_by(|a, b| a.0 == b.0) {
            let Some((style, before, _)) = run.first() else { continue };
            let words = run.iter().enumerate().map(|(n, (_, gap, text))| {
                let gap = if n == 0 { 0 } else { *gap };
                format!("{:gap$}{text}", "")
            });
            let words: String = words.collect();
            write!(self.sink, "{:before$}{style}{words}{style:#}", "")?;
        }
        self.blank()
    }
}

/// The beginning of a line that goes on, with the mark that says so in its last column at most.
fn shorten<'p>(pieces: &[Piece<'p>], width: usize) -> Vec<Piece<'p>> {
    let mut left = width.saturating_sub(2);
    let mut kept = Vec::new();
    for (style, gap, text) in pieces {
        let part = head(text, left.saturating_sub(*gap));
        if part.is_empty() || (part.len() < text.len() && !kept.is_empty()) {
            break;
        }
        kept.push((*style, *gap, part));
        left = left.saturating_sub(gap + columns(part));
    }
    kept.push((Style::new(), 1, "…"));
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(shape: Shape, texts: &[&str]) -> String {
        let mut sink = Vec::new();
        let spans: Vec<Span<'_>> = texts.iter().map(|t| Span::plain(*t)).collect();
        Sheet::new(40, &mut sink).put(shape, &spans).unwrap();
        String::from_utf8(sink).unwrap()
    }

    #[test]
    fn a_text_is_cut_between_graphemes() {
        let stacked = format!("e{}", "\u{301}".repeat(400));
        for (text, most, seen) in [
            ("portcullis", 10, "portcullis"),
            ("portcullis", 5, "port…"),
            ("ab cd", 4, "ab…"),
            ("世界の", 4, "世…"),
            ("a🇩🇪b", 3, "a…"),
            ("a👍🏽", 4, "a…"),
            ("", 3, ""),
        ] {
            assert_eq!(cut(text, most), seen);
        }
        assert!(cut(&stacked, 10).chars().count() < 41);
    }

    #[test]
    fn words_wrap_and_long_ones_break() {
        let words = "the quick brown fox jumps over the lazy dog";
        assert_eq!(put(Shape::at(0, 4), &[words]), "the quick brown fox jumps over the lazy\n    dog\n");
        assert_eq!(
            put(Shape::at(2, 4).lines(2), &[&"x".repeat(200)]),
            format!("  {}\n    {} …\n", "x".repeat(38), "x".repeat(34))
        );
        assert_eq!(put(Shape::at(0, 0).lines(1), &[words, "more"]), "the quick brown fox jumps over the …\n");
        assert_eq!(put(Shape::at(0, 0), &["", " "]), "\n");
    }

    proptest::proptest! {
        /// Every word is there, in its order, however the lines fall.
        #[test]
        fn wrapping_loses_no_word(words in proptest::collection::vec("[a-z0-9]{1,50}", 0..40), first in 0usize..6, rest in 0usize..6) {
            let text = words.join(" ");
            let shown = put(Shape::at(first, rest).lines(1000), &[&text]);
            let bare = |s: &str| s.split_whitespace().collect::<String>();
            proptest::prop_assert_eq!(bare(&shown), bare(&text));
            proptest::prop_assert!(shown.lines().all(|l| columns(l) <= 40));
        }
    }

    #[test]
    fn no_line_begins_like_a_command() {
        let colons = format!("{}::error::x", "y".repeat(36));
        assert_eq!(put(Shape::at(4, 4), &[&colons]), format!("    {}\n    :\\u{{3a}}error::x\n", "y".repeat(36)));
        assert_eq!(put(Shape::at(0, 0), &["---", "x"]), "\\u{2d}-- x\n");
    }
}
