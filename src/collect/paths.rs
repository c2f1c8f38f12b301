//! The paths of reports, brought together as far as that is certain; what is not is said.
//!
//! Two reports of one file under two names would count it twice, and two files under one name would cover
//! each other: nothing is guessed from a common tail.

use std::collections::BTreeMap;

use super::Evidence;
use crate::facts::Coverage;
use crate::policy::EvidenceSpec;
use crate::text::Text;

/// Lays the folders that the policy states for a report over its paths, and notes what lies outside the root.
pub(super) fn lay(evidence: &mut Evidence, spec: Option<&EvidenceSpec>) {
    let Some(facts) = evidence.report.as_mut().map(|r| &mut r.facts) else { return };
    let (strip, base) = spec.map_or((None, None), |s| (s.strip.as_deref(), s.base.as_deref()));
    if strip.is_some() || base.is_some() {
        let (places, moved) = facts.lay_places(strip, base);
        let files = facts.coverage.as_mut().map(|coverage| coverage.lay(strip, base));
        // A report without findings has no path to speak of; one of coverage that has none is to be wondered at.
        if moved == 0 && files.unwrap_or(0) == 0 && (places > 0 || files.is_some()) {
            let wanted =
                strip.map_or_else(|| "is relative (`base`)".to_owned(), |s| format!("begins with {s:?} (`strip`)"));
            evidence.notes.push(Text::new(&format!("none of its paths {wanted}")));
        }
    }
    evidence.notes.extend(facts.coverage.as_ref().and_then(outside).map(|words| Text::new(&words)));
}

/// Notes files of two reports that look like one under two names.
pub fn note_alike(all: &mut [Evidence]) {
    let mut by_name: BTreeMap<&str, Vec<(usize, &Text)>> = BTreeMap::new();
    let mut held = 0;
    for (n, evidence) in all.iter().enumerate() {
        let Some(coverage) = evidence.report.as_ref().and_then(|r| r.facts.coverage.as_ref()) else { continue };
        held += 1;
        for path in coverage.files.keys() {
            by_name.entry(last(path)).or_default().push((n, path));
        }
    }
    if held < 2 {
        return;
    }
    let mut alike: BTreeMap<(usize, usize), (u64, Text, Text)> = BTreeMap::new();
    for found in by_name.values().filter(|f| f.len() > 1 && f.len() <= MOST_ALIKE) {
        for (n, a) in found {
            for (m, b) in found.iter().filter(|(m, b)| m != n && (is_tail(a, b) || is_tail(b, a))) {
                alike.entry((*n, *m)).or_insert_with(|| (0, (*a).clone(), (*b).clone())).0 += 1;
            }
        }
    }
    for ((n, m), (count, a, b)) in alike {
        let other = all.get(m).map(|e| e.path.clone()).unwrap_or_default();
        let words = format!(
            "files that look like files of {other} under another path and count apart: {count}, the first {a} and {b}; `base` \
             or `strip` on the evidence brings them together"
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

/// What lies outside the root, for a note.
fn outside(coverage: &Coverage) -> Option<String> {
    let mut strangers = coverage.files.keys().filter(|p| crate::facts::is_absolute_path(p));
    let first = strangers.next()?;
    let n = strangers.count() + 1;
    Some(format!("paths outside the root: {n}, the first {first}; `strip` on the evidence takes a folder off"))
}
