//! Which findings the baseline does not have.

use std::collections::{BTreeMap, BTreeSet};

use super::baseline::{Baseline, Listed};
use super::identity::{Identity, Mark, path_of};
use super::pairing::{Counts, Part, fixed, pair};
use super::places::Places;
use super::scope::View;
use crate::diff::DiffState;
use crate::facts::Aliases;
use crate::gates::{Draft, Value};
use crate::policy::Entry;
use crate::text::Text;
use crate::verdict::{Status, Violation};

/// What the baseline knows of the findings of one gate or scope.
pub(super) struct News<'a> {
    baseline: &'a Baseline,
    entry: &'a Entry,
    view: &'a View<'a>,
    aliases: Aliases,
    places: Places,
    /// Of each measure, what is known of its findings, in their order.
    known: BTreeMap<String, Vec<bool>>,
    /// Of each measure that is listed, how many the baseline has of them, and how many of those are gone.
    had: BTreeMap<String, (u64, u64)>,
    /// Of each family, what the baseline has and this run has not.
    left: BTreeMap<String, Counts>,
    /// The files with findings, then as they are called now, and now.
    files: (BTreeSet<String>, BTreeSet<String>),
    /// Nobody gave a diff, so that no rename is known.
    blind: bool,
}

/// What a table of checks lists.
type Table = BTreeMap<Identity, Vec<Mark>>;

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
    /// How many of the new ones may only have moved, and from which file.
    pub(super) moved: Option<(u64, Text)>,
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

/// Which families what is listed for one serves. Every finding of `[security]` can be one that is exploited.
fn serves<'m>(gate: &str, family: &'m str) -> Vec<&'m str> {
    match (gate, family) {
        ("security", "") => vec!["", "known-exploited", "epss"],
        ("security" | "lints", own) => vec!["", own],
        (_, own) => vec![own],
    }
}

/// Whether a check counts findings, each of which may be new.
fn counts(draft: &Draft) -> bool {
    matches!(draft.value, Value::AtMost(..) | Value::Highest(..))
}

impl<'a> News<'a> {
    /// Compares all checks of a gate or scope with the baseline at once: one may have what another had.
    pub(super) fn of(
        baseline: &'a Baseline,
        entry: &'a Entry,
        view: &'a View<'a>,
        known: &Aliases,
        diff: &DiffState,
        drafts: &[Draft],
    ) -> Self {
        let mut aliases = known.clone();
        let listed = || baseline.listed.iter().filter(|l| l.gate == entry.kind.name);
        listed().flat_map(|l| &l.findings).for_each(|v| aliases.learn(&v.id, &v.aliases));
        let then: BTreeSet<String> = listed().flat_map(|l| &l.findings).filter_map(path_of).collect();
        let now = drafts.iter().flat_map(|d| &d.violations).filter_map(path_of).collect();
        let places = Places::between(&then, &now, diff.diff());
        let files = (then.iter().map(|path| places.now(path)).collect(), now);
        let blind = matches!(diff, DiffState::None);
        let (known, had, left) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let mut news = Self { baseline, entry, view, aliases, places, known, had, left, files, blind };
        for (family, before) in news.before(listed()) {
            news.compare(&family, &before, drafts);
        }
        news
    }

    /// What the baseline has of each family. The checks of one table part its findings: what they list adds up. Two
    /// tables list the same ones: of each identity as many count as the table has that has more.
    fn before<'l>(&self, listed: impl Iterator<Item = &'l Listed>) -> BTreeMap<String, Vec<Mark>> {
        let gate = self.entry.kind.name;
        let mut tables: BTreeMap<(Option<&str>, &str), Table> = BTreeMap::new();
        for list in listed {
            let table = tables.entry((list.scope.as_deref(), family(gate, &list.measure))).or_default();
            for mark in list.findings.iter().map(|v| self.then(v)) {
                table.entry(mark.identity.clone()).or_default().push(mark);
            }
        }
        let mut families: BTreeMap<String, Table> = BTreeMap::new();
        for ((_, of), table) in tables {
            for family in serves(gate, of) {
                let all = families.entry(family.to_owned()).or_default();
                for (identity, marks) in &table {
                    let known = all.entry(identity.clone()).or_default();
                    if marks.len() > known.len() {
                        known.clone_from(marks);
                    }
                }
            }
        }
        families.into_iter().map(|(family, all)| (family, all.into_values().flatten().collect())).collect()
    }

    fn compare(&mut self, of: &str, before: &[Mark], drafts: &[Draft]) {
        let gate = self.entry.kind.name;
        let concerned = || drafts.iter().filter(|d| counts(d) && family(gate, &d.measure) == of);
        let now: Vec<Mark> = concerned().flat_map(|d| &d.violations).map(|v| self.now(v)).collect();
        let pairs = pair(before, &now);
        let mut known = pairs.known.iter();
        let (mut measures, mut parts) = (Vec::new(), Vec::new());
        for draft in concerned() {
            let partners: Vec<Option<usize>> = known.by_ref().take(draft.violations.len()).copied().collect();
            let marks = partners.iter().flatten().filter_map(|n| before.get(*n));
            let of_it = Part { before: self.reference(&draft.measure).unwrap_or_default(), known: count(marks) };
            self.known.insert(draft.measure.clone(), partners.iter().map(Option::is_some).collect());
            measures.push(&draft.measure);
            parts.push(of_it);
        }
        let left = count(before.iter().zip(&pairs.kept).filter(|(_, kept)| !**kept).map(|(mark, _)| mark));
        for ((measure, part), gone) in measures.into_iter().zip(&parts).zip(fixed(left.clone(), &parts)) {
            let all = part.before.values().sum();
            self.had.insert(measure.clone(), (crate::input::size(all), crate::input::size(gone)));
        }
        self.left.insert(of.to_owned(), left);
    }

    /// What the baseline lists for a check of this entry, or where it has none for the whole gate.
    fn reference(&self, measure: &str) -> Option<Counts> {
        let listed = |id: &str| self.baseline.listed.iter().find(|l| l.check == id);
        let list = listed(&self.entry.id(measure)).or_else(|| listed(&self.whole(measure)))?;
        // What the whole gate lists may be beyond a scope's concern.
        let called = |v: &Violation| path_of(v).map(|path| self.places.now(&path));
        let concerned = list.findings.iter().filter(|v| self.view.concerns(v, called(v).as_deref()));
        let marks: Vec<Mark> = concerned.map(|v| self.then(v)).collect();
        Some(count(marks.iter()))
    }

    /// The id of the check of the whole gate.
    fn whole(&self, measure: &str) -> String {
        format!("{}.{measure}", self.entry.kind.name)
    }

    /// A finding of the baseline, by the names that its file has now.
    fn then(&self, violation: &Violation) -> Mark {
        Mark::of(violation, &self.aliases, &|path| self.places.now(path))
    }

    /// A finding of this run.
    fn now(&self, violation: &Violation) -> Mark {
        Mark::of(violation, &self.aliases, &str::to_owned)
    }

    /// Leaves only the new findings in a check that counts findings.
    pub(super) fn tell(&self, draft: &mut Draft) -> Newness {
        let (own, whole) = (self.entry.id(&draft.measure), self.whole(&draft.measure));
        if !self.baseline.listed.iter().any(|l| l.check == own || l.check == whole) {
            let why = format!("the baseline does not list what {own} or {whole} counts: make it with this policy");
            return Newness::Unknown(Status::Error, why);
        }
        let (before, fixed) = self.had.get(&draft.measure).copied().unwrap_or_default();
        let known = self.known.get(&draft.measure).map_or(&[][..], Vec::as_slice);
        let mut unchanged = Vec::new();
        for (n, violation) in std::mem::take(&mut draft.violations).into_iter().enumerate() {
            let list = if known.get(n) == Some(&true) { &mut unchanged } else { &mut draft.violations };
            list.push(violation);
        }
        Newness::Told(Told {
            unchanged,
            fixed,
            before,
            origin: self.baseline.origin.clone(),
            moved: self.moved(draft, self.left.get(family(self.entry.kind.name, &draft.measure))),
        })
    }

    /// Which of the new findings read like those of a file that has none any more.
    fn moved(&self, draft: &Draft, left: Option<&Counts>) -> Option<(u64, Text)> {
        let mut gone: BTreeMap<(&str, &str), &str> = BTreeMap::new();
        for identity in left.filter(|_| self.blind).into_iter().flat_map(BTreeMap::keys) {
            if let (Identity::Place(rule, path, message), Some(_)) = (identity, identity.path())
                && !self.files.1.contains(path)
            {
                gone.entry((rule, message)).or_insert(path);
            }
        }
        let from = |violation: &Violation| match self.now(violation).identity {
            Identity::Place(rule, path, message) if !self.files.0.contains(&path) => {
                gone.get(&(rule.as_str(), message.as_str())).copied()
            }
            _ => None,
        };
        let files: Vec<&str> = draft.violations.iter().filter(|_| !gone.is_empty()).filter_map(from).collect();
        files.iter().min().map(|first| (crate::input::size(files.len()), Text::new(first)))
    }
}

/// How many there are of each identity.
fn count<'m>(marks: impl Iterator<Item = &'m Mark>) -> Counts {
    let mut counts = Counts::new();
    marks.for_each(|mark| *counts.entry(mark.identity.clone()).or_default() += 1);
    counts
}
