//! Branches: `BRDA:<line>,[e][f][U]<block>,<branch>,<taken>`.

use std::collections::BTreeMap;

use crate::facts::{FileCoverage, Line};

/// A branch, and whether it was taken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Branch {
    line: u32,
    id: Id,
    taken: bool,
}

/// Which branch of its line it is. Most tools write two numbers; coverage.py and lcov 2 write words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Id {
    Numbers(u32, u32),
    Words(Box<str>),
}

impl Branch {
    /// The branch that `value` states; nothing where it is marked as unreachable.
    pub(super) fn of(value: &str) -> std::result::Result<Option<Self>, String> {
        let (line, rest) = value.split_once(',').ok_or("a BRDA without a block")?;
        let (block, rest) = rest.split_once(',').ok_or("a BRDA without a branch")?;
        // The name of a branch may hold commas.
        let (branch, taken) = rest.rsplit_once(',').ok_or("a BRDA that does not say how often it was taken")?;
        let line = super::record::line_number(line)?;
        let taken = taken != "-" && super::record::count("BRDA", taken)? > 0;
        // Marks of lcov 2: an exception, a fall through, unreachable. They are no part of the name.
        let bare = block.trim_start_matches(['e', 'f', 'U']);
        let (marks, block) = block.split_at(block.len() - bare.len());
        if marks.contains('U') {
            return Ok(None);
        }
        let number = |text: &str| crate::units::plain_u64(text).and_then(|n| u32::try_from(n).ok());
        let id = match (number(block), number(branch)) {
            (Some(block), Some(branch)) => Id::Numbers(block, branch),
            _ => Id::Words(format!("{block},{branch}").into()),
        };
        Ok(Some(Self { line, id, taken }))
    }

    pub(super) fn taken(&self) -> bool {
        self.taken
    }
}

/// The branches of a file, of all its records.
#[derive(Debug, Default)]
pub(super) struct Branches {
    list: Vec<Branch>,
    /// How many there were when they were put in order.
    settled: usize,
}

/// So many branches of a file may wait to be put in order.
const ROOM: usize = 1024;

impl Branches {
    /// Adds those of a record. They are put in order where as many are new as were there, not for each record anew.
    pub(super) fn append(&mut self, more: &mut Vec<Branch>) {
        self.list.append(more);
        if self.list.len() > self.settled.saturating_mul(2).saturating_add(ROOM) {
            settle(&mut self.list);
            self.settled = self.list.len();
        }
    }

    /// All of them, each once.
    pub(super) fn settled(mut self) -> Vec<Branch> {
        settle(&mut self.list);
        self.list
    }
}

/// Puts branches in order, each once: taken if any statement says so.
pub(super) fn settle(branches: &mut Vec<Branch>) {
    branches.sort();
    branches.dedup_by(|later, kept| {
        let same = later.line == kept.line && later.id == kept.id;
        kept.taken |= same && later.taken;
        same
    });
}

/// Gives a file its branches: those of a line that is not stated itself (the head of a method in
/// PHPUnit's, forge's lines) count with the nearest line before, else behind. How many such lines there are.
pub(super) fn spread(branches: &[Branch], file: &mut FileCoverage) -> u64 {
    file.settle();
    let mut sums: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
    let mut astray = 0;
    let mut last = None;
    for branch in branches {
        let at = file.lines().partition_point(|l| l.number <= branch.line);
        let near = file.lines().get(at.saturating_sub(1)).map_or(branch.line, |l| l.number);
        astray += u64::from(near != branch.line && last != Some(branch.line));
        last = Some(branch.line);
        let (taken, all) = sums.entry(near).or_default();
        *taken += u32::from(branch.taken);
        *all += 1;
    }
    for (number, (taken, branches)) in sums {
        file.add(Line { number, hit: false, taken, branches });
    }
    file.settle();
    astray
}
