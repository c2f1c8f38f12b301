//! A file of the report.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::facts::{FileCoverage, Line, Ratio, Totals};
use crate::input::json::Few;
use crate::input::{ReadError, Result, size};

/// What the report says of a file.
#[derive(Deserialize)]
#[serde(expecting = "a file of coverage.py")]
pub(super) struct File {
    executed_lines: Lines,
    missing_lines: Lines,
    pub(super) excluded_lines: Lines,
    executed_branches: Option<Few<Branch, MOST>>,
    missing_branches: Option<Few<Branch, MOST>>,
    summary: Summary,
}

/// More lines or branches than any file has.
const MOST: usize = 1_000_000;

type Lines = Few<u32, MOST>;

/// From line and to line; to a negative one: it leaves the function.
type Branch = Few<i64, 2>;

/// The figures of a file, or of all files.
#[derive(Deserialize)]
#[serde(expecting = "a summary of coverage.py")]
pub(super) struct Summary {
    covered_lines: u64,
    missing_lines: u64,
    num_statements: u64,
    covered_branches: Option<u64>,
    missing_branches: Option<u64>,
    num_branches: Option<u64>,
}

impl Summary {
    /// The lines it states.
    pub(super) fn lines(&self) -> Result<Ratio> {
        ratio("statements", self.covered_lines, self.missing_lines, self.num_statements)
    }

    /// The branches it states, in a report that has branches.
    pub(super) fn branches(&self) -> Result<Ratio> {
        match (self.covered_branches, self.missing_branches, self.num_branches) {
            (Some(covered), Some(missing), Some(all)) => ratio("branches", covered, missing, all),
            _ => Err(ReadError::new("branches were measured and a summary states none")),
        }
    }
}

/// What is covered and what is missing must be all there is.
fn ratio(name: &str, covered: u64, missing: u64, total: u64) -> Result<Ratio> {
    if covered.checked_add(missing) == Some(total) {
        return Ok(Ratio { covered, total });
    }
    Err(ReadError::new(format!("{covered} {name} covered and {missing} missing are not {total}")))
}

impl File {
    /// Gives its lines to `out`, or its figures alone where its lists hold more than what counts: `false`.
    pub(super) fn coverage(&self, has_branches: bool, out: &mut FileCoverage) -> Result<bool> {
        let missing: BTreeSet<u32> = self.missing_lines.iter().copied().collect();
        let excluded: BTreeSet<u32> = self.excluded_lines.iter().copied().collect();
        if let Some(line) = self.executed_lines.iter().find(|n| missing.contains(n)) {
            return Err(ReadError::new(format!("line {line} is executed and missing")));
        }
        let executed: BTreeSet<u32> = self.executed_lines.iter().filter(|n| !excluded.contains(n)).copied().collect();
        let said = self.summary.lines()?;
        let mut sure = agree("lines", (&executed, &missing), said)?;
        let mut figures = Totals { lines: said, ..Totals::default() };
        let mut branches = Branches::default();
        if has_branches {
            branches = self.branches()?;
            figures.branches = self.summary.branches()?;
            sure &= agree("branches", (&branches.taken, &branches.missing), figures.branches)?;
            sure &= branches.all().all(|(line, _)| executed.contains(&line) || missing.contains(&line));
        }
        if !sure {
            out.totals = Some(figures);
            return Ok(false);
        }
        let hit = executed.iter().map(|n| (*n, true));
        for (number, hit) in hit.chain(missing.iter().map(|n| (*n, false))) {
            let (taken, all) = branches.of(number);
            out.add(Line { number, hit, taken, branches: all });
        }
        Ok(true)
    }

    fn branches(&self) -> Result<Branches> {
        let (Some(taken), Some(missing)) = (&self.executed_branches, &self.missing_branches) else {
            return Err(ReadError::new("branches were measured and it lists none"));
        };
        let all = Branches { taken: set(taken)?, missing: set(missing)? };
        match all.taken.intersection(&all.missing).next() {
            None => Ok(all),
            Some((from, to)) => Err(ReadError::new(format!("the branch {from} to {to} is executed and missing"))),
        }
    }
}

/// Whether the lists hold exactly what the summary counts. `false`: more is listed as reached than it counts.
fn agree<T: Ord>(name: &str, (reached, missing): (&BTreeSet<T>, &BTreeSet<T>), said: Ratio) -> Result<bool> {
    let (reached, missing) = (size(reached.len()), size(missing.len()));
    if missing != said.total - said.covered || reached < said.covered {
        return Err(ReadError::new(format!(
            "its summary counts {}/{} {name}, its lists hold {reached} reached and {missing} missing",
            said.covered, said.total
        )));
    }
    Ok(reached == said.covered)
}

/// The branches of a file: from line and to line.
#[derive(Default)]
struct Branches {
    taken: BTreeSet<(u32, i64)>,
    missing: BTreeSet<(u32, i64)>,
}

impl Branches {
    fn all(&self) -> impl Iterator<Item = (u32, i64)> {
        self.taken.iter().chain(&self.missing).copied()
    }

    /// How many of a line's branches were taken, and how many there are.
    fn of(&self, line: u32) -> (u32, u32) {
        let count = |set: &BTreeSet<(u32, i64)>| {
            u32::try_from(set.range((line, i64::MIN)..=(line, i64::MAX)).count()).unwrap_or(u32::MAX)
        };
        let taken = count(&self.taken);
        (taken, taken.saturating_add(count(&self.missing)))
    }
}

fn set(branches: &[Branch]) -> Result<BTreeSet<(u32, i64)>> {
    let pair = |branch: &Branch| match branch.0.as_slice() {
        [from, to] => u32::try_from(*from).ok().map(|from| (from, *to)),
        _ => None,
    };
    let wrong = || ReadError::new("a branch that is no pair of lines");
    branches.iter().map(|b| pair(b).ok_or_else(wrong)).collect()
}
