//! A change that touches the policy is judged by two: its own, and the one that is in force at its base.

use std::collections::{BTreeMap, VecDeque};

use jiff::civil::Date;

use super::judge::blank;
use crate::policy::{Difference, Turn};
use crate::text::Text;
use crate::verdict::{Check, Counts, EvidenceEntry, EvidenceStatus, Status, Verdict, Violation};

/// The id of the check that says what the change makes of the policy.
const ID: &str = "policy.base";

/// What is known of the policy at the base.
#[derive(Debug)]
pub enum Base {
    /// It is the same.
    Same,
    /// There is none: the change brings the first one.
    Nothing,
    /// It is another one, and so it judged.
    Other {
        /// Its verdict on the same evidence.
        verdict: Box<Verdict>,
        /// How the change's policy differs from it.
        differences: Vec<Difference>,
        /// From which day the change's policy and this one are in force as a whole, where they say so.
        days: [Option<Date>; 2],
    },
}

/// The verdict of the change's policy, made as strict as that of the base. `name` is what the base is called.
#[must_use]
pub fn hold_to_base(change: Verdict, name: &str, base: Base) -> Verdict {
    let mut check = blank(ID, change.checks.iter().find_map(|c| c.policy_source.clone()));
    check.telling = true;
    let (mut verdict, status, message) = match base {
        Base::Same => (change, Status::Pass, format!("the policy is that of {name}")),
        Base::Nothing => {
            let first = format!("{name} holds no policy: this change brings the first one and is judged by it alone");
            (change, Status::Warn, first)
        }
        Base::Other { verdict, differences, days } => {
            let (status, message) = compared(&differences, name, &verdict.policy.sha256, &mut check);
            let (mut change, mut base) = (change, *verdict);
            if is_put_off(&change) != is_put_off(&base) {
                let [ours, theirs] = days;
                announce(&mut change, ours);
                announce(&mut base, theirs);
            }
            (stricter(change, base, name), status, message)
        }
    };
    (check.status, check.message) = (status, Text::new(&message));
    verdict.counts.add(status);
    verdict.checks.push(check);
    verdict
}

/// Says what is loosened.
fn compared(differences: &[Difference], name: &str, digest: &str, check: &mut Check) -> (Status, String) {
    let loosened: Vec<&Difference> = differences.iter().filter(|d| d.turn == Turn::Loosened).collect();
    let short = digest.get(..12).unwrap_or(digest);
    if loosened.is_empty() {
        let message = format!("judged by the policy of {name} too ({short}), of which the change loosens nothing");
        return (Status::Pass, message);
    }
    check.violations = loosened.iter().map(|d| Violation::new(&d.key, &d.words)).collect();
    for (violation, difference) in check.violations.iter_mut().zip(&loosened) {
        violation.location = difference
            .place
            .as_ref()
            .map(|place| crate::verdict::Place { path: place.path.clone(), line: u32::try_from(place.line).ok() });
    }
    check.violations_total = crate::input::size(loosened.len());
    check.help = Some(Text::new("a looser policy holds once it is merged: let its owners look at what is listed"));
    let keys = if loosened.len() == 1 { "1 key" } else { &format!("{} keys", loosened.len()) };
    let message = format!("the change loosens {keys} of the policy of {name}, which judged too ({short})");
    (Status::Warn, message)
}

/// Whether something is broken and the exit is 0 all the same, because the policy is not in force.
fn is_put_off(verdict: &Verdict) -> bool {
    verdict.exit_code == 0 && verdict.verdict != Status::Pass
}

/// Beside a policy that is in force, what one says that is not is only announced.
fn announce(verdict: &mut Verdict, day: Option<Date>) {
    let Some(day) = day.filter(|_| is_put_off(verdict)) else { return };
    for check in verdict.checks.iter_mut().filter(|c| matches!(c.status, Status::Fail | Status::Error)) {
        check.status = Status::Warn;
        check.message = Text::new(&format!("{} (announced: its policy is in force from {day})", check.message));
    }
    verdict.verdict = Status::Pass;
}

/// Of each check the one that ended worse.
fn stricter(mut change: Verdict, base: Verdict, name: &str) -> Verdict {
    // A step of a scope may have the id of a step of the gate: none of them is lost.
    let mut of_base: BTreeMap<Text, VecDeque<Check>> = BTreeMap::new();
    for mut check in base.checks {
        check.message = Text::new(&format!("{} (by the policy of {name})", check.message));
        of_base.entry(check.id.clone()).or_default().push_back(check);
    }
    for check in &mut change.checks {
        let other = of_base.get_mut(&check.id).and_then(VecDeque::pop_front);
        if let Some(other) = other.filter(|other| is_worse(other, check)) {
            *check = other;
        }
    }
    for check in of_base.into_values().flatten() {
        let last = change.checks.iter().rposition(|c| c.gate == check.gate);
        change.checks.insert(last.map_or(change.checks.len(), |n| n + 1), check);
    }
    change.counts = Counts::default();
    change.checks.iter().for_each(|c| change.counts.add(c.status));
    let would = worse(change.would_exit.unwrap_or(change.exit_code), base.would_exit.unwrap_or(base.exit_code));
    change.exit_code = worse(change.exit_code, base.exit_code);
    change.verdict = change.verdict.min(base.verdict);
    change.enforced =
        change.enforced && base.enforced || change.exit_code == would && (change.enforced || base.enforced);
    change.would_exit = (!change.enforced).then_some(would);
    evidence(&mut change.evidence, base.evidence);
    for waiver in base.waivers {
        if !change.waivers.contains(&waiver) {
            change.waivers.push(waiver);
        }
    }
    change
}

/// How an ending counts: shut, not judged, a warning, judged, not judged on purpose.
const fn rank(status: Status) -> u8 {
    match status {
        Status::Fail => 4,
        Status::Error => 3,
        Status::Warn => 2,
        Status::Pass => 1,
        Status::Skipped => 0,
    }
}

fn is_worse(base: &Check, change: &Check) -> bool {
    (rank(base.status), base.violations_total) > (rank(change.status), change.violations_total)
}

/// Of two exit codes the one that says more: shut, not judged, open.
const fn worse(one: u8, other: u8) -> u8 {
    match (one, other) {
        (1, _) | (_, 1) => 1,
        (3, _) | (_, 3) => 3,
        _ => 0,
    }
}

/// Of each report the entry that says more against it, and those that only one policy knows.
fn evidence(mine: &mut Vec<EvidenceEntry>, base: Vec<EvidenceEntry>) {
    let grave = |e: &EvidenceEntry| match e.status {
        EvidenceStatus::Missing | EvidenceStatus::Unreadable | EvidenceStatus::Stale => 2,
        EvidenceStatus::Read => 1,
        EvidenceStatus::Ignored => 0,
    };
    for entry in base {
        match mine.iter_mut().find(|e| e.name == entry.name && e.path == entry.path) {
            Some(known) if grave(&entry) > grave(known) => *known = entry,
            Some(_) => {}
            None => mine.push(entry),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worse_exit_is_the_one_that_shuts() {
        for (one, other, exit) in [(0, 0, 0), (0, 3, 3), (3, 1, 1), (1, 0, 1), (3, 3, 3)] {
            assert_eq!((worse(one, other), worse(other, one)), (exit, exit));
        }
    }
}
