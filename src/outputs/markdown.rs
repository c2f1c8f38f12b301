//! `markdown`: for a job summary or a comment on a change. Whatever a report says stands in code
//! spans; what is too long for its place is left out by whole sections, and said so.

mod sections;
mod span;

use std::collections::{BTreeMap, BTreeSet};
use std::io;

pub(super) use span::code;

use super::words::{self, count};
use super::{Output, Page, Room};
use crate::verdict::{Status, Verdict};

pub(super) const OUTPUT: Output =
    Output { name: "markdown", about: "for a job summary or a comment; at most 60,000 characters", write };

/// What the last lines take at most.
const CLOSING: usize = 1000;

impl Room {
    /// How much fits, as [`Room::size`] counts it.
    const fn most(self) -> usize {
        match self {
            Self::Comment => 60_000,
            Self::Summary(bytes) => bytes,
        }
    }

    /// A length as the place counts it: a comment in UTF-16 units, a summary in bytes.
    fn size(self, text: &str) -> usize {
        match self {
            Self::Comment => text.encode_utf16().count(),
            Self::Summary(_) => text.len(),
        }
    }

    /// Violations shown of a check that fails, and of one that warns.
    pub(super) const fn violations(self) -> (usize, usize) {
        match self {
            Self::Comment => (10, 3),
            Self::Summary(_) => (50, 10),
        }
    }

    /// What the table of checks takes at most.
    pub(super) const fn table(self) -> usize {
        self.most() / 3
    }
}

/// A part that is shown as a whole or not at all.
pub(super) struct Section {
    /// The heading that it stands under; shown once.
    pub(super) heading: &'static str,
    /// What stands there.
    pub(super) body: String,
    /// What is left out first has the highest.
    pub(super) rank: u8,
    /// What one of these is called, where it is left out.
    pub(super) noun: &'static str,
}

fn write(verdict: &Verdict, page: &Page, sink: &mut dyn io::Write) -> io::Result<()> {
    written(verdict, page.room, sink)
}

/// Writes the verdict for a place that holds so much. Less than the first and last lines need is not respected.
pub(super) fn written(verdict: &Verdict, room: Room, sink: &mut dyn io::Write) -> io::Result<()> {
    let mut sections = sections::all(verdict, room);
    let head = sections::head(verdict);
    let left_out = shrink(&mut sections, room, room.most().saturating_sub(room.size(&head) + CLOSING));
    let mut heading = "";
    sink.write_all(head.as_bytes())?;
    let mut before = "\n\n";
    let gap = |before: &str| if before.ends_with("\n\n") { "" } else { "\n" };
    for section in &sections {
        if section.heading != heading {
            heading = section.heading;
            write!(sink, "{}### {heading}\n\n", gap(before))?;
        }
        sink.write_all(section.body.as_bytes())?;
        before = &section.body;
    }
    sink.write_all(gap(before).as_bytes())?;
    if !left_out.is_empty() {
        let all: Vec<String> = left_out.iter().map(|(noun, (n, of))| format!("{n} of {}", count(*of, noun))).collect();
        write!(sink, "Left out for length: {}. The text and JSON outputs show them.\n\n", all.join(", "))?;
    }
    writeln!(sink, "**{}**", words::verdict_line(verdict))
}

/// Leaves out sections until the rest fits: by rank, within a rank from the end. Says of what how
/// many of how many.
fn shrink(sections: &mut Vec<Section>, room: Room, budget: usize) -> BTreeMap<&'static str, (u64, u64)> {
    let size = |s: &Section| room.size(&s.body) + s.heading.len() + 7;
    let mut total: usize = sections.iter().map(size).sum();
    let mut order: Vec<usize> = (0..sections.len()).collect();
    order.sort_by_key(|n| std::cmp::Reverse((sections.get(*n).map(|s| s.rank), *n)));
    let mut gone = BTreeSet::new();
    for n in order {
        if total <= budget {
            break;
        }
        total = total.saturating_sub(sections.get(n).map_or(0, size));
        gone.insert(n);
    }
    let mut left_out = BTreeMap::new();
    for (n, section) in sections.iter().enumerate() {
        let (out, all) = left_out.entry(section.noun).or_insert((0, 0));
        *out += u64::from(gone.contains(&n));
        *all += 1;
    }
    left_out.retain(|_, (out, _)| *out > 0);
    let mut place = 0..;
    sections.retain(|_| place.next().is_none_or(|n| !gone.contains(&n)));
    left_out
}

/// The status as symbol and word.
pub(super) fn label(status: Status) -> String {
    let symbol = match status {
        Status::Fail => '❌',
        Status::Error => '❓',
        Status::Warn => '🟡',
        Status::Pass => '✅',
        Status::Skipped => '➖',
    };
    format!("{symbol} {}", status.name())
}
