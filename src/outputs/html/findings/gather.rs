//! The findings of all checks, each once.

use std::collections::BTreeMap;

use super::SEVERITIES;
use crate::text::Text;
use crate::verdict::{Check, Status, Verdict, Violation, Waived};

/// Gates whose violations stand elsewhere on the page: files, reports, waivers.
const ELSEWHERE: [&str; 3] = ["coverage", "evidence", "waivers"];
/// Gates that have a filter of their own.
const GATES: usize = 12;

/// What becomes of a finding, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// A check that counts it fails.
    Fails,
    /// A check that counts it could not be judged.
    Unjudged,
    /// A check that counts it warns.
    Warns,
    /// Every check that counts it holds.
    Allowed,
    /// A waiver or a maker's statement takes it out of the count.
    Waived,
    /// The baseline has it.
    Known,
}

impl State {
    pub(super) const ALL: [Self; 6] =
        [Self::Fails, Self::Unjudged, Self::Warns, Self::Allowed, Self::Waived, Self::Known];
}

/// A finding, and what checks make of it.
pub(super) struct Finding<'a> {
    pub(super) violation: &'a Violation,
    /// Its place in [`SEVERITIES`].
    pub(super) severity: usize,
    pub(super) state: State,
    /// The checks that count it, or would but for the waiver, by their place in the verdict.
    pub(super) checks: Vec<usize>,
    pub(super) waived: Option<&'a Waived>,
}

impl<'a> Finding<'a> {
    /// The same in another check. The words are those of the worse severity.
    fn meet(&mut self, v: &'a Violation, n: usize, state: State, waived: Option<&'a Waived>) {
        if severity(v) < self.severity {
            (self.violation, self.severity) = (v, severity(v));
        }
        self.state = self.state.min(state);
        self.waived = self.waived.or(waived);
        self.checks.extend(Some(n).filter(|n| self.checks.last() != Some(n)));
    }

    /// The gates whose checks name it, by their place in the list.
    pub(super) fn gates(&self, verdict: &Verdict, gates: &[&str]) -> Vec<usize> {
        let of = |n: &usize| verdict.checks.get(*n).and_then(|c| gates.iter().position(|g| **g == *c.gate));
        let mut all: Vec<usize> = self.checks.iter().filter_map(of).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// All findings, those that shut the gate first, then by severity.
pub(super) fn gather(verdict: &Verdict) -> Vec<Finding<'_>> {
    let mut all: Vec<Finding<'_>> = Vec::new();
    let mut known = BTreeMap::new();
    let mut add = |n: usize, v, state: State, waived: Option<_>| {
        let keys = keys(v);
        let place = keys.iter().find_map(|k| known.get(k).copied()).unwrap_or(all.len());
        known.extend(keys.into_iter().map(|k| (k, place)));
        match all.get_mut(place) {
            Some(finding) => finding.meet(v, n, state, waived),
            None => all.push(Finding { violation: v, severity: severity(v), state, checks: vec![n], waived }),
        }
    };
    let checks = verdict.checks.iter().enumerate().filter(|(_, c)| !ELSEWHERE.contains(&&*c.gate));
    for (n, check) in checks {
        check.violations.iter().for_each(|v| add(n, v, state(check), None));
        for waived in &check.waived {
            let state = if waived.is_by_baseline() { State::Known } else { State::Waived };
            add(n, &waived.violation, state, Some(waived));
        }
    }
    all.sort_by(|a, b| {
        let key = |f: &Finding<'_>| (f.state, f.severity);
        key(a).cmp(&key(b)).then_with(|| a.violation.id.cmp(&b.violation.id))
    });
    all
}

/// By what two are the same: a name of both, in one version of one package; without a package all that is said of it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key<'a> {
    OfPackage(&'a Text, &'a Text, Option<&'a Text>),
    Elsewhere(&'a Text, Option<(&'a Text, Option<u32>)>, &'a Text),
}

fn keys(v: &Violation) -> Vec<Key<'_>> {
    match &v.package {
        Some(package) => {
            let names = std::iter::once(&v.id).chain(&v.aliases);
            names.map(|name| Key::OfPackage(package, name, v.version.as_ref())).collect()
        }
        None => vec![Key::Elsewhere(&v.id, v.location.as_ref().map(|l| (&l.path, l.line)), &v.message)],
    }
}

const fn state(check: &Check) -> State {
    match check.status {
        Status::Fail => State::Fails,
        Status::Error => State::Unjudged,
        Status::Warn => State::Warns,
        Status::Pass | Status::Skipped => State::Allowed,
    }
}

/// The place of a severity in [`SEVERITIES`]; a word that is none of them is unknown.
fn severity(v: &Violation) -> usize {
    let (unknown, none) = (SEVERITIES.len() - 2, SEVERITIES.len() - 1);
    v.severity.as_ref().map_or(none, |s| SEVERITIES.iter().position(|(word, _)| *word == &**s).unwrap_or(unknown))
}

/// The gates that name a finding, in the order of the verdict; so many as have a filter.
pub(super) fn gates<'a>(verdict: &'a Verdict, all: &[Finding<'_>]) -> Vec<&'a str> {
    let mut named = vec![false; verdict.checks.len()];
    for n in all.iter().flat_map(|f| &f.checks) {
        named.get_mut(*n).into_iter().for_each(|seen| *seen = true);
    }
    let mut gates: Vec<&str> = Vec::new();
    for (check, _) in verdict.checks.iter().zip(named).filter(|(_, named)| *named) {
        if !gates.contains(&&*check.gate) && gates.len() < GATES {
            gates.push(&check.gate);
        }
    }
    gates
}
