//! Which findings the baseline does not have.

use std::collections::BTreeMap;

use super::baseline::Baseline;
use super::identity::{Identity, Pool, Renames};
use super::scope::View;
use crate::facts::Aliases;
use crate::gates::Draft;
use crate::policy::Entry;
use crate::text::Text;
use crate::verdict::{Status, Violation};

/// What the baseline knows of the findings of one gate or scope.
pub(super) struct News<'a> {
    baseline: &'a Baseline,
    entry: &'a Entry,
    aliases: Aliases,
    renames: Renames,
    pools: BTreeMap<String, Pool>,
}

/// What is known of the findings of a check.
pub(super) enum Newness {
    /// The new ones are left in it; here is the rest.
    Told(Told),
    /// Nobody can say, and so the check ends.
    Unknown(Status, String),
}

/// What leaves a check because the baseline has it, and what that has beyond.
pub(super) struct Told {
    pub(super) unchanged: Vec<Violation>,
    /// How many of the baseline's this run does not have.
    pub(super) fixed: u64,
    /// How many the baseline has.
    pub(super) before: u64,
    /// Which baseline it is.
    pub(super) origin: Text,
}

/// Measures that part the same findings share what the baseline knows of them: a finding that is only rated otherwise
/// is not new. Others count other things, and each stands for itself.
fn family<'m>(gate: &str, measure: &'m str) -> &'m str {
    match (gate, measure) {
        ("security", "known-exploited" | "epss") => measure,
        // It lists what others list too, and is no further one of them.
        (_, "trend") => "trend",
        ("security" | "lints", _) => "",
        _ => measure,
    }
}

impl<'a> News<'a> {
    pub(super) fn of(baseline: &'a Baseline, entry: &'a Entry, known: &Aliases) -> Self {
        let mut aliases = known.clone();
        let all = || baseline.listed.iter().filter(|l| l.gate == entry.kind.name);
        all().flat_map(|l| &l.findings).for_each(|v| aliases.learn(&v.id, &v.aliases));
        let mut news = Self { baseline, entry, aliases, renames: Renames::default(), pools: BTreeMap::new() };
        // The checks of one table part its findings: what they list adds up. Two tables list the same ones.
        let mut tables: BTreeMap<(Option<&str>, &str), Pool> = BTreeMap::new();
        for list in all() {
            let table = tables.entry((list.scope.as_deref(), family(&list.gate, &list.measure))).or_default();
            list.findings.iter().for_each(|v| news.put(v, table));
        }
        let mut pools: BTreeMap<String, Pool> = BTreeMap::new();
        for ((_, of), pool) in tables {
            for family in serves(entry.kind.name, of) {
                pools.entry(family.to_owned()).or_default().unite(pool.clone());
            }
        }
        news.pools = pools;
        news
    }

    fn put(&self, v: &Violation, pool: &mut Pool) {
        pool.add(Identity::before(v, &self.aliases, &self.renames), v.location.as_ref().and_then(|l| l.line));
    }

    /// Leaves only the new findings in a check that counts findings.
    pub(super) fn tell(&mut self, draft: &mut Draft, view: &View<'_>) -> Newness {
        let whole = format!("{}.{}", self.entry.kind.name, draft.measure);
        let own = self.entry.id(&draft.measure);
        let listed = |id: &str| self.baseline.listed.iter().find(|l| l.check == id);
        let Some(reference) = listed(&own).or_else(|| listed(&whole)) else {
            let why = format!("the baseline does not list what {own} or {whole} counts: make it with this policy");
            return Newness::Unknown(Status::Error, why);
        };
        // What the whole gate lists may be beyond a scope's concern.
        let mut before = Pool::default();
        reference.findings.iter().filter(|v| view.concerns(v)).for_each(|v| self.put(v, &mut before));
        let line = |v: &Violation| v.location.as_ref().and_then(|l| l.line);
        let violations = std::mem::take(&mut draft.violations);
        let found: Vec<_> = violations.iter().map(|v| (Identity::of(v, &self.aliases), line(v))).collect();
        let fixed = before.gone(&found);
        let family = family(self.entry.kind.name, &draft.measure);
        let known = self.pools.entry(family.to_owned()).or_default().take(&found);
        let mut unchanged = Vec::new();
        for (violation, known) in violations.into_iter().zip(known) {
            if known { unchanged.push(violation) } else { draft.violations.push(violation) }
        }
        Newness::Told(Told { unchanged, fixed, before: before.len(), origin: self.baseline.origin.clone() })
    }
}

/// Which families what is listed for one serves. Every finding of `[security]` can be one that is exploited.
fn serves<'m>(gate: &str, family: &'m str) -> Vec<&'m str> {
    match (gate, family) {
        ("security", "") => vec!["", "known-exploited", "epss"],
        ("security" | "lints", own) => vec!["", own],
        (_, own) => vec![own],
    }
}
