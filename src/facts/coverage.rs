//! Coverage: which lines, branches and functions tests reached.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::LineSet;
use super::path::{below, is_absolute_path, laid, normal_path};
use crate::input::size;
use crate::text::Text;
use crate::units::Ratio;

/// One line that can be covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Line of the file, counted from 1; some tools write 0.
    pub number: u32,
    /// A test reached it.
    pub hit: bool,
    /// Branches that start there and were taken.
    pub taken: u32,
    /// Branches that start there.
    pub branches: u32,
}

/// A block of statements, as Go's profiles know them: from line and column to line and column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Block {
    /// Where it begins: line, column.
    pub from: (u32, u32),
    /// Where it ends: line, column.
    pub to: (u32, u32),
}

/// Figures of a file that a report states without saying which lines they are of: the summary mode
/// of some tools. They cannot be merged with what another report says of the same code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Lines.
    pub lines: Ratio,
    /// Branches; 0 of 0 where none is stated.
    pub branches: Ratio,
    /// Functions; 0 of 0 where none is stated.
    pub functions: Ratio,
}

/// What is known of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileCoverage {
    lines: Vec<Line>,
    /// Functions by a name that is unique in the file, and whether one was reached.
    pub functions: BTreeMap<Text, bool>,
    /// Blocks of statements, each with their number and whether they were reached. They count as so many lines.
    blocks: BTreeMap<Block, (u32, bool)>,
    /// Two reports state another number of statements for one block.
    pub contradicts: bool,
    /// Figures instead of lines. The rest is empty then.
    pub totals: Option<Totals>,
    sorted: bool,
    /// How many lines there were when they were put in order.
    settled: usize,
}

/// So many lines of a file may wait to be put in order.
const ROOM: usize = 1024;

impl FileCoverage {
    /// Adds a line; a line that is there already keeps the better of both.
    pub fn add(&mut self, line: Line) {
        self.sorted = self.sorted && self.lines.last().is_none_or(|last| last.number < line.number);
        self.lines.push(line);
    }

    /// Adds a block of statements; one that is there already was reached if either says so. `false`: it is
    /// there with another number of statements.
    pub fn add_block(&mut self, block: Block, statements: u32, hit: bool) -> bool {
        let known = self.blocks.entry(block).or_insert((statements, hit));
        known.1 |= hit;
        known.0 == statements
    }

    /// Puts the lines in order where as many are new as were there: what says something of a file again and again
    /// takes neither the room of all of it nor the time of an order each.
    pub fn tidy(&mut self) {
        if self.lines.len() > self.settled.saturating_mul(2).saturating_add(ROOM) {
            self.settle();
        }
    }

    /// Whether nothing is known of it.
    fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.functions.is_empty() && self.blocks.is_empty() && self.totals.is_none()
    }

    /// The first line that no test reached, or of which a branch was not taken.
    #[must_use]
    pub fn first_gap(&self, branches: bool) -> Option<u32> {
        let open = |l: &&Line| if branches { l.taken < l.branches } else { !l.hit };
        let line = self.lines.iter().find(open).map(|l| l.number);
        let block = self.blocks.iter().find(|(_, (_, hit))| !branches && !hit).map(|(b, _)| b.from.0);
        [line, block].into_iter().flatten().min()
    }

    /// Puts the lines in order, each once: hit if any statement says so, and of its branches the
    /// statement with the most taken.
    pub fn settle(&mut self) {
        if self.sorted {
            self.settled = self.lines.len();
            return;
        }
        self.lines.sort_by_key(|l| l.number);
        self.lines.dedup_by(|again, kept| {
            let same = again.number == kept.number;
            if same {
                kept.hit |= again.hit;
                if better(again, kept) {
                    (kept.taken, kept.branches) = (again.taken, again.branches);
                }
            }
            same
        });
        self.lines.shrink_to_fit();
        self.sorted = true;
        self.settled = self.lines.len();
    }

    /// The lines in order, each once, after [`Self::settle`].
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// How many lines are covered.
    #[must_use]
    pub fn line_ratio(&self) -> Ratio {
        if let Some(totals) = &self.totals {
            return totals.lines;
        }
        let lines = Ratio { covered: size(self.lines.iter().filter(|l| l.hit).count()), total: size(self.lines.len()) };
        self.blocks.values().fold(lines, |mut sum, (n, hit)| {
            sum.add(Ratio { covered: if *hit { (*n).into() } else { 0 }, total: (*n).into() });
            sum
        })
    }

    /// The lines of a set that can be covered, in order, each with whether it was. Of a block that is every line
    /// that it touches, for a profile of blocks says no more: a line of several was reached if one of them was.
    #[must_use]
    pub fn lines_among(&self, set: &LineSet) -> Vec<(u32, bool)> {
        if self.blocks.is_empty() {
            return self.lines.iter().filter(|l| set.contains(l.number)).map(|l| (l.number, l.hit)).collect();
        }
        let known: BTreeMap<u32, bool> = self.lines.iter().map(|l| (l.number, l.hit)).collect();
        // Where blocks begin and where they have ended, so that each is looked at once.
        let mut edges: Vec<(u32, bool, bool)> = Vec::new();
        for (block, (_, hit)) in self.blocks.iter().filter(|(_, (statements, _))| *statements > 0) {
            edges.extend([(block.from.0, true, *hit), (block.to.0.saturating_add(1), false, *hit)]);
        }
        edges.sort_unstable();
        let (mut next, mut open, mut reached) = (edges.into_iter().peekable(), 0_i64, 0_i64);
        let mut out = Vec::new();
        for line in set.iter() {
            while let Some((_, begins, hit)) = next.next_if(|(at, ..)| *at <= line) {
                let step = if begins { 1 } else { -1 };
                open += step;
                reached += if hit { step } else { 0 };
            }
            let of_line = known.get(&line);
            if open > 0 || of_line.is_some() {
                out.push((line, reached > 0 || of_line == Some(&true)));
            }
        }
        out
    }

    /// How many branches that start on a line of a set are covered.
    #[must_use]
    pub fn branches_among(&self, set: &LineSet) -> Ratio {
        self.lines.iter().filter(|l| set.contains(l.number)).fold(Ratio::default(), |mut sum, l| {
            sum.add(Ratio { covered: l.taken.into(), total: l.branches.into() });
            sum
        })
    }

    /// The lines of a set of which a branch was not taken.
    #[must_use]
    pub fn open_branches_among(&self, set: &LineSet) -> LineSet {
        self.lines.iter().filter(|l| l.taken < l.branches && set.contains(l.number)).map(|l| l.number).collect()
    }

    /// How many branches are covered.
    #[must_use]
    pub fn branch_ratio(&self) -> Ratio {
        if let Some(totals) = &self.totals {
            return totals.branches;
        }
        self.lines.iter().fold(Ratio::default(), |mut sum, l| {
            sum.add(Ratio { covered: l.taken.into(), total: l.branches.into() });
            sum
        })
    }

    /// How many functions are covered.
    #[must_use]
    pub fn function_ratio(&self) -> Ratio {
        if let Some(totals) = &self.totals {
            return totals.functions;
        }
        Ratio { covered: size(self.functions.values().filter(|h| **h).count()), total: size(self.functions.len()) }
    }

    fn join(&mut self, other: &Self) {
        self.sorted = false;
        self.lines.extend_from_slice(&other.lines);
        for (name, hit) in &other.functions {
            *self.functions.entry(name.clone()).or_default() |= hit;
        }
        for (block, (n, hit)) in &other.blocks {
            self.contradicts |= !self.add_block(*block, *n, *hit);
        }
        self.contradicts |= other.contradicts;
        self.totals = self.totals.or(other.totals);
        self.settle();
    }
}

/// Whether the branches of `a` are the better statement: the larger share, then the larger count.
fn better(a: &Line, b: &Line) -> bool {
    let share = |x: &Line, y: &Line| u64::from(x.taken) * u64::from(y.branches.max(1));
    if (a.branches == 0) != (b.branches == 0) {
        return a.branches > 0;
    }
    (share(a, b), a.branches) > (share(b, a), b.branches)
}

/// The coverage of one report, or of several joined.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// By normalised path.
    pub files: BTreeMap<Text, FileCoverage>,
    /// Folders that the paths are relative to, as the report states them.
    pub bases: Vec<Text>,
    /// The report states branches at all.
    pub has_branches: bool,
    /// The report states functions at all.
    pub has_functions: bool,
}

impl Coverage {
    /// The file of that name, made where it is new.
    pub fn file(&mut self, path: &str) -> &mut FileCoverage {
        self.files.entry(Text::new(&normal_path(path))).or_default()
    }

    /// Puts every file in order; files without a line or a function are dropped.
    pub fn settle(&mut self) {
        self.files.values_mut().for_each(FileCoverage::settle);
        self.files.retain(|_, f| !f.is_empty());
    }

    /// Makes paths relative to `root` where the report says enough: an absolute path below it, or
    /// one base folder below it. What cannot be told is left as it is.
    pub fn rebase(&mut self, root: &str) {
        let root = normal_path(root);
        let base = match self.bases.as_slice() {
            [one] => below(&root, &normal_path(one)).map(str::to_owned),
            _ => None,
        };
        let renamed = |path: &str| match (below(&root, path), &base) {
            (Some(relative), _) => Some(relative.to_owned()),
            (None, Some(base)) if !is_absolute_path(path) => Some(format!("{base}/{path}")),
            _ => None,
        };
        let names: Vec<(Text, String)> =
            self.files.keys().filter_map(|p| renamed(p).map(|new| (p.clone(), new))).collect();
        self.rename(&names);
    }

    /// Takes `strip` off the front of the paths that begin with it, and lays `base` before those that are
    /// relative then. Gives how many paths that concerned.
    pub fn lay(&mut self, strip: Option<&str>, base: Option<&str>) -> usize {
        let renamed = |path: &str| laid(path, strip, base);
        let names: Vec<(Text, String)> =
            self.files.keys().filter_map(|p| renamed(p).map(|new| (p.clone(), new))).collect();
        self.rename(&names);
        names.len()
    }

    /// Gives files other names; those that share one then are joined.
    fn rename(&mut self, names: &[(Text, String)]) {
        let taken: Vec<(&String, FileCoverage)> =
            names.iter().filter_map(|(old, new)| Some((new, self.files.remove(&**old)?))).collect();
        for (new, file) in taken {
            self.file(new).join(&file);
        }
    }

    /// What several reports say of one file, joined as [`Self::join`] does it.
    #[must_use]
    pub fn joined<'f>(all: &[&'f FileCoverage]) -> Cow<'f, FileCoverage> {
        match all {
            [] => Cow::default(),
            [one] => Cow::Borrowed(one),
            [first, rest @ ..] => {
                let mut sum = FileCoverage::clone(first);
                rest.iter().for_each(|file| sum.join(file));
                Cow::Owned(sum)
            }
        }
    }

    /// Adds another report: by file and line, a line is covered if either says so. Files are the same
    /// only under the same name: a common tail of two paths proves nothing.
    pub fn join(&mut self, other: &Self) {
        self.has_branches |= other.has_branches;
        self.has_functions |= other.has_functions;
        for (path, file) in &other.files {
            self.files.entry(path.clone()).or_default().join(file);
        }
    }

    /// Whether it holds figures that cannot be merged with another report.
    #[must_use]
    pub fn has_totals(&self) -> bool {
        self.files.values().any(|f| f.totals.is_some())
    }

    /// Whether both name functions of the same file, and none alike: they write names differently.
    #[must_use]
    pub fn names_differ(&self, other: &Self) -> bool {
        let mut shared = self.files.iter().filter_map(|(path, mine)| Some((mine, other.files.get(path)?)));
        shared.any(|(a, b)| {
            !a.functions.is_empty()
                && !b.functions.is_empty()
                && !a.functions.keys().any(|n| b.functions.contains_key(n))
        })
    }

    /// The sum of a figure over all files.
    #[must_use]
    pub fn sum(&self, figure: impl Fn(&FileCoverage) -> Ratio) -> Ratio {
        self.files.values().fold(Ratio::default(), |mut sum, f| {
            sum.add(figure(f));
            sum
        })
    }
}

#[cfg(test)]
#[path = "coverage_tests.rs"]
mod tests;
