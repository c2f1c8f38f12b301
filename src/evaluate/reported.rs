//! Who reported what, in an earlier run and in this one: an improvement for want of a report is none.

use std::collections::{BTreeMap, BTreeSet};

use super::baseline::Baseline;
use super::scope::View;
use crate::facts::Kind;
use crate::policy::Selector;
use crate::verdict::{EvidenceEntry, EvidenceStatus, Fact};

/// A report of the baseline that could be counted on.
#[derive(Debug)]
pub(super) struct Reported {
    evidence: Option<String>,
    tools: Vec<String>,
    format: Option<String>,
    sha256: Option<String>,
    pub(super) facts: Vec<Fact>,
}

impl Reported {
    pub(super) fn of(entry: EvidenceEntry) -> Option<Self> {
        let sound = entry.status == EvidenceStatus::Read && entry.error.is_none();
        sound.then(|| Self {
            evidence: entry.name.as_deref().map(str::to_owned),
            tools: entry.tool.iter().flat_map(|t| t.split(", ")).map(str::to_owned).collect(),
            format: entry.format.as_deref().map(str::to_owned),
            sha256: entry.sha256,
            facts: entry.facts,
        })
    }

    /// Whether a scope that chooses so would have looked at it.
    pub(super) fn chosen(&self, selector: &Selector) -> bool {
        let named = |names: &Vec<String>| self.evidence.as_ref().is_some_and(|e| names.contains(e));
        let by = |tools: &Vec<String>| self.tools.iter().any(|t| tools.iter().any(|w| w.eq_ignore_ascii_case(t)));
        selector.evidence.as_ref().is_none_or(named) && selector.tools.as_ref().is_none_or(by)
    }

    /// By whom it is: a report that names no tool, by its format.
    fn authors(&self) -> Vec<&str> {
        authors(self.tools.iter().map(String::as_str), self.format.as_deref())
    }

    fn speaks_of(&self, kind: Kind) -> bool {
        self.facts.iter().any(|fact| kind_of(fact) == kind)
    }
}

const fn kind_of(fact: &Fact) -> Kind {
    match fact {
        Fact::Coverage { .. } => Kind::Coverage,
        Fact::Tests { .. } => Kind::Tests,
        Fact::Findings { .. } => Kind::Findings,
        Fact::Dependencies { .. } => Kind::Dependencies,
        Fact::Licenses { .. } => Kind::Licenses,
        Fact::Lints { .. } => Kind::Lints,
        Fact::Timings { .. } => Kind::Timings,
        Fact::Steps { .. } => Kind::Steps,
        Fact::Exploited { .. } => Kind::Exploited,
        Fact::Epss { .. } => Kind::Epss,
        Fact::Vex { .. } => Kind::Vex,
        Fact::Lockfile { .. } => Kind::Lockfile,
        Fact::Advisories { .. } => Kind::Advisories,
    }
}

/// The tools of a report, or its format where it names none.
pub(super) fn authors<'t>(tools: impl Iterator<Item = &'t str>, format: Option<&'t str>) -> Vec<&'t str> {
    let named: Vec<&str> = tools.filter(|t| !t.is_empty()).collect();
    if named.is_empty() { format.into_iter().collect() } else { named }
}

/// Reports by tool, in lower case.
type Tally = BTreeMap<String, u64>;

fn tally<'t>(reports: impl Iterator<Item = Vec<&'t str>>) -> Tally {
    let mut tally = Tally::new();
    for tools in reports {
        // A report of several runs of one tool is one report of it.
        for tool in tools.into_iter().map(str::to_ascii_lowercase).collect::<BTreeSet<_>>() {
            *tally.entry(tool).or_default() += 1;
        }
    }
    tally
}

impl Baseline {
    /// The first tool that reported on this more often than it does now. Of tests a tool may write any number of
    /// files: they are counted themselves.
    pub(super) fn lost(&self, selector: &Selector, kind: Kind, view: &View<'_>) -> Option<String> {
        let reports = self.reports.iter().filter(|r| r.chosen(selector) && r.speaks_of(kind));
        let before = tally(reports.map(Reported::authors));
        let now = tally(view.reported_on(kind));
        before.into_iter().find_map(|(tool, before)| match now.get(&tool).copied().unwrap_or(0) {
            0 => Some(format!("{tool} has reported in the baseline, and does not now")),
            n if n < before && kind != Kind::Tests => {
                Some(format!("reports of {tool}: {before} in the baseline, and {n} now"))
            }
            _ => None,
        })
    }

    /// The sum of each figure of the tests, by name; the same bytes count once.
    pub(super) fn tests(&self, selector: &Selector) -> Option<BTreeMap<&'static str, u64>> {
        let mut seen = BTreeSet::new();
        let mut sums: Option<BTreeMap<&str, u64>> = None;
        for report in self.reports.iter().filter(|r| r.chosen(selector)) {
            if report.sha256.as_ref().is_some_and(|digest| !seen.insert(digest)) {
                continue;
            }
            for fact in &report.facts {
                let Fact::Tests { total, passed, failed, skipped, flaky, .. } = fact else { continue };
                let sums = sums.get_or_insert_default();
                for (name, n) in
                    [("total", total), ("passed", passed), ("failed", failed), ("skipped", skipped), ("flaky", flaky)]
                {
                    let sum = sums.entry(name).or_default();
                    *sum = sum.saturating_add(*n);
                }
            }
        }
        sums
    }
}
