//! What a test says of its failure, as far as it is kept: a line, not its output.

/// How many characters of a line are kept.
pub(super) const LONGEST_LINE: usize = 300;

/// The first line that says something, cut where it is long.
pub(super) fn first_line(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or_default();
    match line.char_indices().nth(LONGEST_LINE) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line.to_owned(),
    }
}
