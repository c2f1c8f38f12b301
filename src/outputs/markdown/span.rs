//! Code spans that hold whatever they are given.

use unicode_segmentation::UnicodeSegmentation;

use crate::text::Text;

/// The longest run of back-ticks that is kept. A fence has to be longer than it, and GitHub's
/// parser takes a fence of more than 80 for ordinary text.
const RUN: usize = 16;
/// UTF-16 units of a text that are shown.
const LONGEST: usize = 200;

/// The text as a code span: a fence longer than any run of back-ticks in it, on one line, cut
/// where it is long.
pub(in crate::outputs) fn code(text: &str) -> String {
    let enough = text.char_indices().nth(LONGEST * 2).map_or(text.len(), |(at, _)| at);
    let text = kept(&Text::new(text.split_at(enough).0));
    let fence = "`".repeat(longest_run(&text) + 1);
    // One space is taken off at both ends where both are spaces; a back-tick must not touch the fence.
    let padded = text.is_empty() || text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']);
    let pad = if padded { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// The same for a cell of a table, where a pipe would end the cell even in a code span.
pub(super) fn cell(text: &str) -> String {
    code(&text.replace('|', "&#124;"))
}

/// What is shown of a text: its beginning, without a run of back-ticks that no fence can hold.
fn kept(text: &str) -> String {
    let (mut end, mut run, mut units) = (0, 0, 0);
    for grapheme in text.graphemes(true) {
        for c in grapheme.chars() {
            run = if c == '`' { run + 1 } else { 0 };
            units += c.len_utf16();
        }
        if units > LONGEST || run > RUN {
            return format!("{}…", text.split_at(end).0);
        }
        end += grapheme.len();
    }
    text.to_owned()
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_holds_what_it_is_given() {
        for (text, seen) in [
            ("plain", "`plain`"),
            ("a`b", "``a`b``"),
            ("`", "`` ` ``"),
            ("``x", "``` ``x ```"),
            ("", "`  `"),
            ("<b>|x", "`<b>|x`"),
            ("a\n# b", "`a # b`"),
        ] {
            assert_eq!(code(text), seen, "{text:?}");
        }
        assert_eq!(cell("a|b"), "`a&#124;b`");
        assert!(code(&"`".repeat(500)).chars().filter(|c| *c == '`').count() <= 3 * RUN + 2);
        assert!(code(&"x".repeat(5000)).len() < LONGEST + 10);
    }
}
