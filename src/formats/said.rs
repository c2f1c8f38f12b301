//! What readers of tests share: the line that is kept of what a test says, and how times are written.

use jiff::Timestamp;

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

/// A moment as suites state it; without a zone it is read as UTC. The inner `None`: the zero of
/// Go or of Unix, which states no time. The outer: it cannot be read.
pub(super) fn moment(text: &str) -> Option<Option<Timestamp>> {
    let text = text.trim();
    let at: Timestamp = text.parse().or_else(|_| format!("{text}Z").parse()).ok().or_else(|| of_mail(text))?;
    Some(Some(at).filter(|at| *at > Timestamp::UNIX_EPOCH))
}

/// A moment as mail and JavaScript's `toUTCString` write it, which mocha uses: `Tue, 24 Nov 2026 15:29:58 GMT`.
fn of_mail(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::parse(text).ok().map(|at| at.timestamp())
}
