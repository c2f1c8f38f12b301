//! Whether something takes longer than in the baseline, beyond what chance explains.
//!
//! A verdict holds of each duration the figure and not how far its runs differ: the baseline's figure is taken as it
//! stands, and only this run's interval makes a difference noise. That is the stricter of the two.

use std::collections::BTreeSet;

use super::baseline::BaselineState;
use super::judge::{Judge, step};
use crate::facts::Spread;
use crate::gates::{Draft, Noun, Value};
use crate::policy::Entry;
use crate::units::{Ceiling, Growth, Quantity, Span, show_percent, show_seconds};
use crate::verdict::{Bound, Check, Status};

/// A duration, and by how much it may have grown.
pub(super) struct Grown {
    pub(super) seconds: f64,
    pub(super) spread: Spread,
    pub(super) growth: Ceiling<Growth>,
    pub(super) floor: Span,
}

impl Grown {
    /// Judges it against the baseline's figure of the same name.
    pub(super) fn judge(&self, name: &str, judge: &Judge<'_>, check: &mut Check) -> (Status, String) {
        check.actual = Some(self.seconds);
        check.unit = Some(Span::UNIT.into());
        let baseline = match judge.compared() {
            Ok(baseline) => baseline,
            Err(answer) => return answer,
        };
        let Some(before) = baseline.seconds(&judge.entry.selector, name) else {
            return match baseline.times(&judge.entry.selector) {
                true => (Status::Skipped, format!("{}, and the baseline does not have it", show_seconds(self.seconds))),
                false => (Status::Error, "the baseline holds no timings".into()),
            };
        };
        check.baseline = Some(before);
        let bound = |g: Growth| Bound { below: None, above: Some(g.limit(before, self.floor)) };
        (check.fail, check.warn) = (self.growth.fail.map(bound), self.growth.warn.map(bound));
        check.telling = self.noise(before).is_some();
        self.against(before)
    }

    fn against(&self, before: f64) -> (Status, String) {
        let exceeded = |g: Growth| g.exceeded(self.seconds, before, self.floor);
        let (fail, warn) = (self.growth.fail.map(exceeded), self.growth.warn.map(exceeded));
        let unclear = if self.growth.fail.is_some() { Status::Error } else { Status::Warn };
        if fail == Some(None) || warn == Some(None) {
            return (unclear, "no duration that can be compared".into());
        }
        let words = format!("{}, {} in the baseline", show_seconds(self.seconds), show_seconds(before));
        if let Spread::Few(runs) = self.spread {
            let many = if runs == 1 { "run" } else { "runs" };
            let of =
                if runs == 0 { "it is not stated how far its runs differ".into() } else { format!("{runs} {many}") };
            return (unclear, format!("{words}, and too few samples to tell that from noise: {of}, 3 needed"));
        }
        let words = format!("{words}: {}", difference(self.seconds, before));
        if let Some(noise) = self.noise(before) {
            return (Status::Pass, format!("{words}, within noise ({noise})"));
        }
        let status = step(fail.flatten().map(|over| !over), warn.flatten().map(|over| !over));
        let broken = if status == Status::Warn { self.growth.warn } else { self.growth.fail.or(self.growth.warn) };
        let Some(limit) = broken else { return (status, words) };
        let verb = if status == Status::Warn { "wanted at most" } else { "allowed" };
        let floor = if self.floor == Span::ZERO { String::new() } else { format!(" and {}", self.floor) };
        (status, format!("{words}, {limit}{floor} {verb}"))
    }

    /// The interval of this run's mean, where the baseline's figure lies in it and the two differ.
    fn noise(&self, before: f64) -> Option<String> {
        let Spread::Between(low, high) = self.spread else { return None };
        let within = low <= before && before <= high && self.seconds.total_cmp(&before).is_ne();
        within.then(|| format!("{} to {}", show_seconds(low.max(0.0)), show_seconds(high)))
    }
}

/// `25 % slower`, `3 % faster`, `no difference`.
fn difference(now: f64, before: f64) -> String {
    let share = |part: f64| show_percent(part / before * 100.0, None, &[]);
    match now.total_cmp(&before) {
        std::cmp::Ordering::Equal => "no difference".into(),
        _ if before <= 0.0 => format!("{} slower", show_seconds(now - before)),
        std::cmp::Ordering::Greater => format!("{} slower", share(now - before)),
        std::cmp::Ordering::Less => format!("{} faster", share(before - now)),
    }
}

/// A check for every name that the baseline timed and this run did not.
pub(super) fn lacking(entry: &Entry, baseline: &BaselineState, family: (String, bool), drafts: &[Draft]) -> Vec<Draft> {
    let (BaselineState::Read(baseline), (family, grave)) = (baseline, family) else { return Vec::new() };
    let known: BTreeSet<&str> = drafts.iter().map(|d| d.measure.as_str()).collect();
    let lacks = |name: &str| {
        let measure = format!("{family}.{name}");
        if known.contains(measure.as_str()) {
            return None;
        }
        let before = show_seconds(baseline.seconds(&entry.selector, name)?);
        let why = format!("the baseline has it ({before}), and no report of this run does");
        Some(Draft::new(&measure, Noun::of("entry"), Value::Unknown { why, grave }).at(&[&family]))
    };
    baseline.timings(&entry.selector).into_iter().filter_map(lacks).collect()
}
