//! The catalogues of a run, brought into the classes of its advisories.

use std::collections::BTreeMap;

use crate::collect::Evidence;
use crate::facts::{Aliases, Facts, cve};
use crate::gates::Catalogue;

/// Joins all catalogues; the worse of two statements counts.
pub(super) fn gather(evidence: &[Evidence], aliases: &Aliases) -> Catalogue {
    let facts = || evidence.iter().filter_map(|e| e.report.as_ref()).map(|r| &r.facts);
    let mut catalogue = Catalogue::NONE;
    for exploited in facts().filter_map(|f| f.exploited.as_ref()) {
        let known = catalogue.exploited.get_or_insert_default();
        known.extend(exploited.ids.iter().flat_map(|id| aliases.listed(id)));
    }
    for epss in facts().filter_map(|f| f.epss.as_ref()) {
        let known: &mut BTreeMap<String, f64> = catalogue.epss.get_or_insert_default();
        let names = facts().flat_map(names).chain(aliases.names());
        for (name, score) in names.filter_map(|name| Some((name, epss.score(cve(name)?)?))) {
            for listed in aliases.listed(name) {
                let worst = known.entry(listed).or_default();
                *worst = worst.max(score);
            }
        }
    }
    catalogue
}

/// All names of all findings. What other reports know them by is known to [`Aliases`].
fn names(facts: &Facts) -> impl Iterator<Item = &str> {
    let findings = facts.findings.iter().flat_map(|f| &f.list);
    findings.flat_map(|f| std::iter::once(&f.id).chain(&f.aliases)).map(|name| &**name)
}
