//! The paths of coverage reports, brought together as far as that is certain; what is not is said.
//!
//! Two reports of one file under two names would count it twice, and two files under one name would cover
//! each other: nothing is guessed from a common tail.

use std::collections::BTreeMap;

use super::Evidence;
use crate::facts::Coverage;
use crate::policy::EvidenceSpec;
use crate::text::Text;

/// Lays the folders that the policy states for a report over its paths.
pub(super) fn lay(evidence: &mut Evidence, spec: &EvidenceSpec) {
    let (strip, base) = (spec.strip.as_deref(), spec.base.as_deref());
    if strip.is_none() && base.is_none() {
        return;
    }
    let Some(coverage) = evidence.report.as_mut().and_then(|r| r.facts.coverage.as_mut()) else { return };
    if coverage.lay(strip, base) == 0
        && let Some(strip) = strip
    {
        evidence.notes.push(Text::new(&format!("none of its paths begins with {strip:?} (`strip`)")));
    }
}

/// Notes what was not brought together: paths that lie outside the root, and files of two reports that
/// look like one under two names.
pub(super) fn note_strangers(all: &mut [Evidence]) {
    let coverage = |e: &Evidence| e.report.as_ref().and_then(|r| r.facts.coverage.as_ref()).is_some();
    let held: Vec<usize> = (0..all.len()).filter(|n| all.get(*n).is_some_and(coverage)).collect();
    let mut by_name: BTreeMap<Text, Vec<(usize, Text)>> = BTreeMap::new();
    for n in &held {
        let Some(evidence) = all.get_mut(*n) else { continue };
        let Some(coverage) = evidence.report.as_ref().and_then(|r| r.facts.coverage.as_ref()) else { continue };
        if held.len() > 1 {
            for path in coverage.files.keys() {
                by_name.entry(Text::new(last(path))).or_default().push((*n, path.clone()));
            }
        }
        if let Some(words) = outside(coverage) {
            evidence.notes.push(words);
        }
    }
    let mut alike: BTreeMap<(usize, usize), (u64, Text, Text)> = BTreeMap::new();
    for found in by_name.values().filter(|f| f.len() > 1 && f.len() <= MOST_ALIKE) {
        for (n, a) in found {
            for (m, b) in found.iter().filter(|(m, b)| m != n && (is_tail(a, b) || is_tail(b, a))) {
                alike.entry((*n, *m)).or_insert_with(|| (0, a.clone(), b.clone())).0 += 1;
            }
        }
    }
    for ((n, m), (count, a, b)) in alike {
        let other = all.get(m).map(|e| e.path.clone()).unwrap_or_default();
        let words = format!(
            "{count} of its files look like files of {other} under another path ({a}, {b}) and count apart: `base` or \
             `strip` on the evidence brings them together"
        );
        all.get_mut(n).into_iter().for_each(|e| e.notes.push(Text::new(&words)));
    }
}

/// Of so many files with one name (`mod.rs`) no pair is looked for.
const MOST_ALIKE: usize = 200;

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether the shorter path is the end of the longer one, by whole names.
fn is_tail(short: &str, long: &str) -> bool {
    long.strip_suffix(short).is_some_and(|front| front.ends_with('/'))
}

fn outside(coverage: &Coverage) -> Option<Text> {
    let mut strangers = coverage.files.keys().filter(|p| crate::facts::is_absolute_path(p));
    let first = strangers.next()?;
    let n = strangers.count() + 1;
    Some(Text::new(&format!(
        "{n} of its paths lie outside the root ({first}): `paths` scopes do not see them; `strip` on the evidence takes a folder off"
    )))
}
