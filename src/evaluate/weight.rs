//! A threshold on the heaviest of several violations.

use super::judge::{limit_words, state_ceiling, step};
use crate::gates::Draft;
use crate::units::{Ceiling, Probability, Quantity as _};
use crate::verdict::{Check, Status, Violation};

/// Only what breaks a step is shown, or where nothing does the highest.
pub(super) fn keep_above(ceiling: Ceiling<Probability>, violations: &mut Vec<Violation>) {
    let lowest = [ceiling.fail, ceiling.warn].into_iter().flatten().map(|l| l.0).fold(1.0, f64::min);
    let above = violations.iter().take_while(|v| v.weight.is_some_and(|w| w > lowest)).count();
    violations.truncate(above.max(1));
}

/// The highest weight of what is left once waivers are taken out.
pub(super) fn highest(
    ceiling: Ceiling<Probability>,
    unscored: u64,
    draft: &Draft,
    check: &mut Check,
) -> (Status, String) {
    let worst = draft.violations.iter().max_by(|a, b| a.weight.unwrap_or(0.0).total_cmp(&b.weight.unwrap_or(0.0)));
    let value = worst.and_then(|v| v.weight).unwrap_or(0.0);
    check.actual = Some(value);
    check.unit = Some(Probability::UNIT.into());
    state_ceiling(check, ceiling);
    let status = step(ceiling.fail.map(|l| value <= l.0), ceiling.warn.map(|l| value <= l.0));
    let broken = if status == Status::Warn { ceiling.warn } else { ceiling.fail.or(ceiling.warn) };
    let limit = broken.map(|l| limit_words(&l, status, "allowed")).unwrap_or_default();
    let of = worst.map(|v| format!(" of {}", v.id)).unwrap_or_default();
    let mut words = format!("{}{of} at most, {limit}", Probability(value));
    if unscored > 0 {
        words.push_str(&format!("; {} without a score", draft.noun.count(unscored)));
    }
    if !check.waived.is_empty() {
        words.push_str(&format!(", {} waived", check.waived.len()));
    }
    (status, words)
}
