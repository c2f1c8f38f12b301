//! Which findings of two runs are the same: one to one, so that what is there twice and was there once is new once.
//!
//! First those that share a fingerprint: their tool says that they are the same, whatever it now calls them. It is
//! believed of findings of one tool, rule and file, and only where each run has the fingerprint once: a report that
//! gives all its results one fingerprint has given none. Then what has the same identity, on the same line, then by the
//! nearest. A fingerprint that changed makes nothing new by itself: the code of a line did change, and what was wrong
//! with it did not (SonarQube tries line and message after the hash of the line; GitHub, which does not, opens an alert
//! anew for an edit beside it). What that leaves open is that of a finding mended and another made, in one file with
//! the same words, none is new; a count per file and rule, as ESLint keeps, has the same bound.

use std::collections::{BTreeMap, BTreeSet};

use super::identity::{Identity, Mark};
use crate::text::Text;

/// What has its like in the other run.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pairs {
    /// Of each finding of this run, which one of the earlier run it is.
    pub(super) known: Vec<Option<usize>>,
    /// Of each finding of the earlier run, whether this one has it.
    pub(super) kept: Vec<bool>,
}

/// Pairs the findings of two runs. Their order decides nothing but which of several equal ones is taken.
pub(super) fn pair(before: &[Mark], now: &[Mark]) -> Pairs {
    let mut pairs = Pairs { known: vec![None; now.len()], kept: vec![false; before.len()] };
    pairs.by_print(before, now);
    pairs.by_identity(before, now);
    pairs
}

/// Fingerprint, tool, rule, path.
type Print<'a> = (&'a Text, &'a str, &'a str, &'a str);

/// Where each fingerprint of one run stands; `None` where it stands more than once.
fn prints(marks: &[Mark]) -> BTreeMap<Print<'_>, Option<usize>> {
    let mut all: BTreeMap<Print<'_>, Option<usize>> = BTreeMap::new();
    for (n, mark) in marks.iter().enumerate() {
        let Identity::Place(rule, path, _) = &mark.identity else { continue };
        for print in &mark.prints {
            all.entry((print, &mark.tool, rule, path)).and_modify(|place| *place = None).or_insert(Some(n));
        }
    }
    all
}

/// Findings of one identity that wait for their like, by line.
type Open = BTreeSet<(u32, usize)>;

impl Pairs {
    fn join(&mut self, before: usize, now: usize) {
        self.kept.get_mut(before).into_iter().for_each(|kept| *kept = true);
        self.known.get_mut(now).into_iter().for_each(|known| *known = Some(before));
    }

    fn is_open(&self, before: usize, now: usize) -> bool {
        self.kept.get(before) == Some(&false) && self.known.get(now) == Some(&None)
    }

    fn by_print(&mut self, before: &[Mark], now: &[Mark]) {
        let (then, now) = (prints(before), prints(now));
        // The later version of a fingerprint has the later name, and goes first (SARIF 2.1.0, 3.5.4).
        for (print, place) in then.iter().rev() {
            if let (Some(b), Some(Some(n))) = (*place, now.get(print))
                && self.is_open(b, *n)
            {
                self.join(b, *n);
            }
        }
    }

    fn by_identity(&mut self, before: &[Mark], now: &[Mark]) {
        let (then_by_rank, now_by_rank) =
            (ranked(before, |n| self.kept.get(n) == Some(&false)), ranked(now, |n| self.known.get(n) == Some(&None)));
        let mut groups: BTreeMap<&Identity, (Open, Open)> = BTreeMap::new();
        for (rank, (_, mark)) in then_by_rank.iter().enumerate() {
            groups.entry(&mark.identity).or_default().0.insert((mark.line, rank));
        }
        for (rank, (_, mark)) in now_by_rank.iter().enumerate() {
            groups.entry(&mark.identity).or_default().1.insert((mark.line, rank));
        }
        for (mut then, mut open) in groups.into_values() {
            for nearest in [false, true] {
                for place in then.clone() {
                    let Some(found) = like(&open, place.0, nearest) else { continue };
                    then.remove(&place);
                    open.remove(&found);
                    if let (Some((b, _)), Some((n, _))) = (then_by_rank.get(place.1), now_by_rank.get(found.1)) {
                        self.join(*b, *n);
                    }
                }
            }
        }
    }
}

/// The findings that have no like yet, in an order of their own, each with its place in the list.
fn ranked(marks: &[Mark], is_open: impl Fn(usize) -> bool) -> Vec<(usize, &Mark)> {
    let mut all: Vec<(usize, &Mark)> = marks.iter().enumerate().filter(|(n, _)| is_open(*n)).collect();
    all.sort_by(|a, b| a.1.cmp(b.1));
    all
}

/// How many findings there are of an identity.
pub(super) type Counts = BTreeMap<Identity, usize>;

/// A check of several that part the same findings: what it had, and what it has of that.
pub(super) struct Part {
    pub(super) before: Counts,
    pub(super) known: Counts,
}

/// How many of the findings that are gone each check had. A finding that is only rated otherwise went from one check to
/// another, and is gone from none: so a check first answers for what it has less of.
pub(super) fn fixed(mut gone: Counts, parts: &[Part]) -> Vec<usize> {
    let mut fixed = vec![0; parts.len()];
    let mut answered: Vec<Counts> = parts.iter().map(|_| Counts::new()).collect();
    for had_less in [true, false] {
        for ((part, fixed), answered) in parts.iter().zip(&mut fixed).zip(&mut answered) {
            for (identity, had) in &part.before {
                let (Some(gone), done) = (gone.get_mut(identity), answered.entry(identity.clone()).or_default()) else {
                    continue;
                };
                let has = if had_less { part.known.get(identity).copied().unwrap_or(0) } else { *done };
                let taken = had.saturating_sub(has).min(*gone);
                (*gone, *done, *fixed) = (*gone - taken, *done + taken, *fixed + taken);
            }
        }
    }
    fixed
}

/// The finding on that line, or the nearest to it.
fn like(open: &Open, line: u32, nearest: bool) -> Option<(u32, usize)> {
    let above = open.range((line, 0)..).next().copied();
    if !nearest {
        return above.filter(|(at, _)| *at == line);
    }
    let below = open.range(..(line, 0)).next_back().copied();
    let distance = |place: &(u32, usize)| place.0.abs_diff(line);
    [above, below].into_iter().flatten().min_by_key(distance)
}

#[cfg(test)]
#[path = "pairing_tests.rs"]
mod tests;
