//! How findings move against the baseline: of no rank, with the worse ones, may there be more.
//!
//! Both sides are lists, not numbers, so that what is waived today counts on neither, and what is new can be named.

use super::baseline::Baseline;
use super::identity::{Mark, path_of};
use super::judge::Judge;
use super::pairing::pair;
use super::places::Places;
use crate::facts::Aliases;
use crate::gates::{Draft, Noun, Part, Value};
use crate::policy::Entry;
use crate::units::{Allowance, Quantity as _};
use crate::verdict::{Check, Status, Violation, Waived};

/// What the baseline counts of each rank.
#[derive(Debug, Default, Clone)]
struct Before<'b> {
    findings: Vec<&'b Violation>,
    unnamed: u64,
}

impl Baseline {
    /// What the check of this id listed by rank, or else what those did that count the ranks by themselves. A check
    /// that could not be judged lists nothing.
    fn ranks(&self, entry: &Entry, measure: &str, parts: &[Part]) -> Option<Vec<Before<'_>>> {
        let mut ranks = vec![Before::default(); parts.len()];
        let unrated = parts.iter().position(|p| p.unrated).unwrap_or(0);
        let find = |measure: &str| {
            let id = entry.id(measure);
            self.listed.iter().find(|l| l.check == id)
        };
        let mut lists = Vec::new();
        match find(measure) {
            Some(own) => lists.push((unrated, own)),
            None => {
                for (n, part) in parts.iter().enumerate() {
                    lists.push((n, find(part.measures.first()?)?));
                    lists.extend(part.measures.iter().skip(1).filter_map(|m| find(m)).map(|list| (n, list)));
                }
            }
        }
        for (other, list) in lists {
            for finding in &list.findings {
                let stated = finding.severity.as_deref().and_then(|word| parts.iter().position(|p| p.word == word));
                ranks.get_mut(stated.unwrap_or(other))?.findings.push(finding);
            }
            let rank = ranks.get_mut(other)?;
            rank.unnamed = rank.unnamed.saturating_add(list.unnamed);
        }
        Some(ranks)
    }

    /// Whether a check of that id listed findings.
    pub(super) fn lists(&self, id: &str) -> bool {
        self.listed.iter().any(|l| l.check == id)
    }
}

/// A rank on both sides, each with the worse ones.
struct Step<'p> {
    part: &'p Part,
    now: u64,
    before: u64,
}

impl Before<'_> {
    fn count(&self) -> u64 {
        crate::input::size(self.findings.len()).saturating_add(self.unnamed)
    }
}

fn count(part: &Part) -> u64 {
    crate::input::size(part.violations.len()).saturating_add(part.unnamed)
}

fn steps<'p>(parts: &'p [Part], before: &[Before<'_>]) -> Vec<Step<'p>> {
    let sum = |(now, then): &mut (u64, u64), (part, before): (&'p Part, &Before<'_>)| {
        (*now, *then) = (now.saturating_add(count(part)), then.saturating_add(before.count()));
        Some(Step { part, now: *now, before: *then })
    };
    parts.iter().zip(before).scan((0, 0), sum).collect()
}

/// Why fewer of a rank may not be fewer.
fn unseen(parts: &[Part], before: &[Before<'_>]) -> Option<String> {
    parts.iter().zip(before).filter(|(part, then)| then.count() > count(part)).find_map(|(part, then)| {
        let why = part.hidden.as_ref()?;
        Some(format!("{why}, and the baseline has {}", part.noun.count(then.count())))
    })
}

impl Judge<'_> {
    /// Compares findings by rank. The new ones are left in the draft; what is not new is put aside as known.
    pub(super) fn ranked(&mut self, draft: &mut Draft, check: &mut Check) -> (Status, String) {
        self.waive(draft, check);
        let Value::Ranked(parts, allowance) = &draft.value else { return (Status::Error, "no ranks".into()) };
        let unnamed = crate::input::total(parts.iter().map(|p| p.unnamed));
        let found: Vec<Violation> = parts.iter().flat_map(|p| p.violations.clone()).collect();
        let total = crate::input::size(found.len()).saturating_add(unnamed);
        (check.actual, check.violations_total) = (Some(total.value()), total);
        check.unit = Some(<u64 as crate::units::Quantity>::UNIT.into());
        let baseline = match self.baseline.compared() {
            Ok(baseline) => baseline,
            Err(answer) => {
                draft.violations = found;
                return answer;
            }
        };
        let Some(mut before) = baseline.ranks(self.entry, &draft.measure, parts) else {
            let id = self.entry.id(&draft.measure);
            return (Status::Error, format!("the baseline does not list what {id} counts: it was made without it"));
        };
        let mut aliases = self.aliases.clone();
        before.iter().flat_map(|b| &b.findings).for_each(|v| aliases.learn(&v.id, &v.aliases));
        before.iter_mut().for_each(|b| b.findings.retain(|v| self.counts(v, &aliases)));
        let steps = steps(parts, &before);
        check.baseline = steps.last().map(|s| s.before.value());
        let (status, words) = judge(&steps, *allowance, &draft.noun);
        let unseen = unseen(parts, &before).filter(|_| status == Status::Pass);
        let then: Vec<&Violation> = before.iter().flat_map(|b| b.findings.iter().copied()).collect();
        let (known, fixed) = compare(&found, &then, &aliases, self.diff);
        let (old, new): (Vec<_>, Vec<_>) = found.into_iter().zip(known).partition(|(_, known)| *known);
        check.waived.extend(old.into_iter().map(|(v, _)| Waived::by_baseline(v, &baseline.origin)));
        check.telling = !new.is_empty() || fixed > 0;
        let message = format!("{words} ({} new, {fixed} fixed)", new.len());
        draft.violations = new.into_iter().map(|(v, _)| v).collect();
        check.violations_total = crate::input::size(draft.violations.len()).saturating_add(unnamed);
        match unseen {
            Some(why) => (Status::Error, format!("{message}; {why}")),
            None => (status, message),
        }
    }

    /// Takes out of the ranks what a waiver or a statement does.
    fn waive(&mut self, draft: &mut Draft, check: &mut Check) {
        let Value::Ranked(parts, _) = &mut draft.value else { return };
        for part in parts {
            let violations = std::mem::take(&mut part.violations);
            let (counted, waived) = self.waivers.split(violations, self.entry.kind.name, self.aliases);
            let (counted, closed) = self.vex.split(counted, self.aliases);
            part.violations = counted;
            check.waived.extend(waived.into_iter().chain(closed));
        }
    }

    /// Whether a finding of the baseline would count today.
    fn counts(&self, violation: &Violation, aliases: &Aliases) -> bool {
        self.view.concerns(violation, path_of(violation).as_deref())
            && !self.waivers.covers(violation, self.entry.kind.name, aliases)
            && !self.vex.closes(violation, aliases)
    }

    /// A good trend is no answer where a tool that has reported before is not there.
    pub(super) fn complete(&self, value: &Value, status: Status, message: String) -> (Status, String) {
        let moves = matches!(value, Value::Moving(..) | Value::Figures(..) | Value::Ranked(..));
        let baseline = self.baseline.compared().ok().filter(|_| moves && status == Status::Pass);
        match baseline.and_then(|b| b.lost(&self.entry.selector, self.entry.kind.looks_at, self.view)) {
            Some(why) => (Status::Error, format!("{message}; {why}")),
            None => (status, message),
        }
    }
}

/// Which findings the baseline has, and how many of its own are gone.
fn compare(
    found: &[Violation],
    before: &[&Violation],
    aliases: &Aliases,
    diff: Option<&crate::diff::Diff>,
) -> (Vec<bool>, u64) {
    let then = before.iter().filter_map(|v| path_of(v)).collect();
    let places = Places::between(&then, &found.iter().filter_map(path_of).collect(), diff);
    let before: Vec<Mark> = before.iter().map(|v| Mark::of(v, aliases, &|path| places.now(path))).collect();
    let now: Vec<Mark> = found.iter().map(|v| Mark::of(v, aliases, &str::to_owned)).collect();
    let pairs = pair(&before, &now);
    let known = pairs.known.iter().map(Option::is_some).collect();
    (known, crate::input::size(pairs.kept.iter().filter(|kept| !**kept).count()))
}

/// Of ranks that grew by the same findings only the worst is said.
fn judge(steps: &[Step<'_>], allowance: Allowance, noun: &Noun) -> (Status, String) {
    let (mut said, mut grown) = (Vec::new(), 0);
    for (n, step) in steps.iter().enumerate() {
        let growth = step.now.saturating_sub(step.before);
        if !allowance.is_exceeded(growth, step.before) || growth <= grown {
            continue;
        }
        grown = growth;
        let worse = if n == 0 { "" } else { " or worse" };
        said.push(format!("{}{worse}, {} in the baseline", step.part.noun.count(step.now), step.before));
    }
    let allowed = if allowance == Allowance::NONE { String::new() } else { format!(", {allowance} more allowed") };
    if said.is_empty() {
        let (now, before) = steps.last().map_or((0, 0), |s| (s.now, s.before));
        return (Status::Pass, format!("{}, {before} in the baseline{allowed}", noun.count(now)));
    }
    (Status::Fail, format!("{}{allowed}", said.join("; ")))
}
