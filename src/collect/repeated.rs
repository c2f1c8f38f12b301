//! Byte-identical reports of one evidence count once.

use std::collections::BTreeSet;

use super::Evidence;

/// Marks the reports that hold the same bytes as one before them in the same evidence.
pub(super) fn mark(all: &mut [Evidence]) {
    let mut seen = BTreeSet::new();
    for evidence in all.iter_mut().filter(|e| e.report.is_some()) {
        let digest = evidence.digested.as_ref().map(|d| d.sha256.clone()).unwrap_or_default();
        if !seen.insert((evidence.name.clone(), digest)) {
            evidence.repeated = true;
            evidence.notes.push("the same bytes as a report before it: not counted again".into());
        }
    }
}
