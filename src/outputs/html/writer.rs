//! The one way in which something comes into the page.
//!
//! Markup is `&'static str` or a number of our own; whatever a report, a policy or the environment says is text
//! between tags, escaped and cut. No text ever becomes an attribute, an address, a class or an id.

use unicode_segmentation::UnicodeSegmentation;

/// Characters of a text that are shown.
pub(super) const LONGEST: usize = 500;

/// A piece of the page that is being written.
#[derive(Debug, Default)]
pub(super) struct Html {
    out: String,
}

impl Html {
    /// Markup of our own.
    pub(super) fn put(&mut self, markup: &'static str) -> &mut Self {
        self.out.push_str(markup);
        self
    }

    /// A whole number, as it is: in text, in an id, in an attribute.
    pub(super) fn n(&mut self, n: impl TryInto<u64>) -> &mut Self {
        self.out.push_str(&n.try_into().unwrap_or(u64::MAX).to_string());
        self
    }

    /// A coordinate, to a hundredth.
    pub(super) fn x(&mut self, x: f64) -> &mut Self {
        let digits = format!("{:.2}", if x.is_finite() { x } else { 0.0 });
        self.out.push_str(digits.trim_end_matches('0').trim_end_matches('.'));
        self
    }

    /// What somebody else wrote, or words with it: text, whatever it holds.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.escaped(&short(text, LONGEST))
    }

    /// Words of our own; what stands between back-ticks is code.
    pub(super) fn words(&mut self, words: &'static str) -> &mut Self {
        for (n, part) in words.split('`').enumerate() {
            match n % 2 {
                0 => self.escaped(part),
                _ => self.put("<code>").escaped(part).put("</code>"),
            };
        }
        self
    }

    fn escaped(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\'' => self.out.push_str("&#39;"),
                c => self.out.push(c),
            }
        }
        self
    }

    /// The same within other words, which keep their place whatever its direction of writing is.
    pub(super) fn said(&mut self, text: &str) -> &mut Self {
        self.put("<bdi>").text(text).put("</bdi>")
    }

    /// The same for names: in the letters of code.
    pub(super) fn code(&mut self, text: &str) -> &mut Self {
        self.put("<code>").text(text).put("</code>")
    }

    /// Another piece.
    pub(super) fn append(&mut self, piece: &Self) -> &mut Self {
        self.out.push_str(&piece.out);
        self
    }

    /// Style of our own, which holds no text of anybody else.
    pub(super) fn style(&mut self, style: &super::style::Style) -> &mut Self {
        self.put("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-");
        self.out.push_str(&style.hash());
        self.put("'; base-uri 'none'; form-action 'none'\">\n<style>");
        self.out.push_str(style.text());
        self.put("</style>\n")
    }

    /// Its size in bytes.
    pub(super) const fn len(&self) -> usize {
        self.out.len()
    }

    /// Whether nothing was written.
    pub(super) const fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    /// All of it.
    pub(super) const fn as_bytes(&self) -> &[u8] {
        self.out.as_bytes()
    }
}

/// The text, or its beginning of at most so many characters, cut between graphemes and marked.
pub(super) fn short(text: &str, most: usize) -> std::borrow::Cow<'_, str> {
    let Some((beyond, _)) = text.char_indices().nth(most) else { return text.into() };
    // A letter of ASCII behind one of ASCII begins a grapheme: a text has no line ends.
    if text.as_bytes().get(..=beyond).is_some_and(<[u8]>::is_ascii) {
        return format!("{}…", text.split_at(beyond).0).into();
    }
    let enough = text.char_indices().nth(most * 2).map_or(text.len(), |(at, _)| at);
    let head = text.split_at(enough).0;
    let end = head.grapheme_indices(true).map(|(at, _)| at).take_while(|at| *at <= beyond).last().unwrap_or(0);
    format!("{}…", text.split_at(end).0).into()
}

/// How much of a list may still be shown.
pub(super) struct Room {
    rows: usize,
    bytes: usize,
}

impl Room {
    /// So many rows and so many bytes.
    pub(super) const fn of(rows: usize, bytes: usize) -> Self {
        Self { rows, bytes }
    }

    /// Takes the room of one more row; `false` where there is none, from then on.
    pub(super) const fn takes(&mut self, piece: &Html) -> bool {
        if self.rows == 0 || self.bytes < piece.len() {
            self.rows = 0;
            return false;
        }
        self.rows -= 1;
        self.bytes -= piece.len();
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_text_and_a_long_one_is_cut_between_graphemes() {
        let mut html = Html::default();
        html.put("<p>").text("<b a=\"'\">&amp;").put("</p>").n(7_u64).x(1.5).x(f64::NAN).x(2.0 / 3.0);
        assert_eq!(html.out, "<p>&lt;b a=&quot;&#39;&quot;&gt;&amp;amp;</p>71.500.67");
        for (text, seen) in [("abc", "abc"), ("abcd", "abc…"), ("ab👩🏽d", "ab…"), ("abe\u{301}", "ab…"), ("", "")]
        {
            assert_eq!(short(text, 3), seen);
        }
        assert_eq!(short(&format!("e{}", "\u{301}".repeat(5000)), 100), "…");
    }
}
