//! What another policy would have said of an earlier run, by the figures that its verdict holds.
//!
//! A verdict holds values, findings and waivers, not reports: a threshold that moved can be compared again, exactly; a
//! list of licences that changed, or a measure that nobody asked for then, cannot. What cannot be told is said.

use std::collections::BTreeMap;

mod recall;

use super::judge::step;
use super::waivers::Register;
use super::{BaselineState, Context, evaluate};
use crate::collect::Evidence;
use crate::diff::DiffState;
use crate::facts::{Aliases, Ratio};
use crate::gates::GateKind;
use crate::policy::{Entry, Policy};
use crate::toml_tree::{Node, read};
use crate::units::{Ceiling, Floor, Level, Percent, Probability, Quantity, Span};
use crate::verdict::{Check, EvidenceStatus, Status, Verdict, Violation};

/// How an earlier run would have ended.
#[derive(Debug)]
pub struct Simulated {
    /// How it would have ended; `None`: it turns on something that its verdict does not hold.
    pub verdict: Option<Status>,
    /// Checks that would have ended otherwise, each with how it ended (`None`: there was none) and how it would have.
    pub moved: Vec<(String, Option<Status>, Status)>,
    /// Checks of the policy of which that verdict holds no figure.
    pub untold: Vec<String>,
}

/// Holds the figures of a verdict to another policy. The clock is that of the verdict.
///
/// # Errors
/// It states no time.
pub fn simulate(policy: &Policy, earlier: &Verdict) -> Result<Simulated, String> {
    let now: jiff::Timestamp =
        earlier.evaluated_at.parse().map_err(|_| format!("{:?} is no time", earlier.evaluated_at))?;
    let today = jiff::tz::Offset::UTC.to_datetime(now).date();
    let known: BTreeMap<&str, &Check> = earlier.checks.iter().map(|c| (&*c.id, c)).collect();
    let mut told = Retelling { policy, aliases: aliases(earlier), waivers: Register::new(policy, today) };
    for check in &earlier.checks {
        let found = check.violations.iter().chain(check.waived.iter().map(|w| &w.violation));
        told.waivers.see(found, &check.gate, &told.aliases);
    }
    let (mut ends, mut untold): (Vec<(String, Status)>, _) = (Vec::new(), Vec::new());
    let mut judged = false;
    for asked in asked(policy, earlier, now) {
        let known = known.get(&*asked.id).copied();
        let end = if is_left_out(earlier, &asked) { Some(Status::Skipped) } else { told.end(&asked, known) };
        let Some(status) = end else {
            untold.push(asked.id.to_string());
            continue;
        };
        // A warning that nothing was measured is no judgement, and neither is a report that was read.
        let value = asked.actual.or(known.and_then(|k| k.actual)).is_some();
        let is_gate = GateKind::named(&asked.gate).is_some();
        judged |= is_gate && (status == Status::Pass || status == Status::Warn && value);
        ends.push((asked.id.to_string(), status));
    }
    let moved = ends.iter().filter_map(|(id, status)| {
        let before = known.get(&**id).map(|c| c.status);
        (before != Some(*status)).then(|| (id.clone(), before, *status))
    });
    let has = |status| ends.iter().any(|(_, s)| *s == status);
    let verdict = match (has(Status::Fail), has(Status::Error), untold.is_empty()) {
        (true, ..) => Some(Status::Fail),
        (_, _, false) => None,
        (_, true, _) => Some(Status::Error),
        _ if !judged => Some(Status::Error),
        _ => Some(Status::Pass),
    };
    Ok(Simulated { verdict, moved: moved.collect(), untold })
}

/// Whether that run did not judge the gate (`--only`): then neither policy says anything of it.
fn is_left_out(earlier: &Verdict, asked: &Check) -> bool {
    let selected = earlier.selection.as_ref().is_none_or(|only| only.iter().any(|gate| **gate == *asked.gate));
    !selected && GateKind::named(&asked.gate).is_some()
}

/// The checks that a policy asks for, judged by what an earlier verdict holds of its reports.
fn asked(policy: &Policy, earlier: &Verdict, now: jiff::Timestamp) -> Vec<Check> {
    let (baseline, diff) = (BaselineState::None, DiffState::None);
    let context = Context { now, subject: earlier.subject.clone(), baseline, diff, only: None };
    let reports = earlier.evidence.iter().filter(|e| e.status != EvidenceStatus::Ignored);
    let evidence: Vec<Evidence> = reports.map(recall::evidence).collect();
    // What became of waivers is a matter of the findings, and follows from them.
    evaluate(policy, &evidence, &context).checks.into_iter().filter(|c| &*c.gate != "waivers").collect()
}

/// Which names of that verdict mean one advisory.
fn aliases(verdict: &Verdict) -> Aliases {
    let mut aliases = Aliases::default();
    let violations =
        verdict.checks.iter().flat_map(|c| c.violations.iter().chain(c.waived.iter().map(|w| &w.violation)));
    violations.for_each(|v| aliases.learn(&v.id, &v.aliases));
    aliases
}

struct Retelling<'a> {
    policy: &'a Policy,
    aliases: Aliases,
    waivers: Register,
}

impl Retelling<'_> {
    /// How a check would have ended. `asked`: as its policy judges what is recalled of the reports. `None`: neither the
    /// reports nor the figures that are left of them say.
    fn end(&mut self, asked: &Check, known: Option<&Check>) -> Option<Status> {
        let entry = self
            .policy
            .gates
            .iter()
            .find(|e| *e.kind.name == *asked.gate && e.scope.as_deref() == asked.scope.as_deref());
        let moving = asked.measure.starts_with("regression") || asked.measure.starts_with("trend");
        match (entry, known) {
            (Some(entry), _) if recall::whole(entry) && !moving => self.by_reports(asked),
            (_, None) => None,
            // A report that is there or not, and what the baseline of that day decided, is as it was.
            (None, Some(known)) => Some(known.status),
            (Some(_), Some(known)) if moving => Some(known.status),
            // Nothing was measured, which only warned, and now it may fail.
            (Some(entry), Some(known)) if known.actual.is_none() => match (known.status, asked.status) {
                (Status::Warn, Status::Error) if entry.selector.changed => None,
                (Status::Warn, Status::Error) => Some(Status::Error),
                _ => Some(known.status),
            },
            // What could not be judged then is a matter of its evidence.
            (Some(_), Some(known)) if known.status == Status::Error => Some(Status::Error),
            (Some(entry), Some(known)) => {
                let threshold = self.policy.threshold(&entry.path(&[&asked.measure]))?;
                let status = self.compare(known, entry, &threshold)?;
                Some(self.announced(entry, &asked.measure, status))
            }
        }
    }

    /// By reports of which the verdict holds all but the names of packages.
    fn by_reports(&self, asked: &Check) -> Option<Status> {
        let by_package = &*asked.gate == "licenses" && !self.policy.waivers.is_empty();
        let excepted = &*asked.gate == "licenses" && asked.status != Status::Pass && self.excepts(asked);
        let told = asked.status == Status::Pass || !(by_package || excepted);
        (told && asked.status != Status::Error).then_some(asked.status)
    }

    /// Whether the policy lets single packages through.
    fn excepts(&self, asked: &Check) -> bool {
        let scoped = asked.scope.as_deref().and_then(|s| self.policy.node(&["licenses", "scope", s, "exceptions"]));
        scoped.or_else(|| self.policy.node(&["licenses", "exceptions"])).is_some()
    }

    fn compare(&mut self, check: &Check, entry: &Entry, node: &Node) -> Option<Status> {
        let actual = check.actual?;
        match check.unit.as_deref()? {
            "percent" => {
                let ratio = Ratio { covered: check.covered?, total: check.total? };
                let floor: Floor<Percent> = typed(node)?;
                Some(step(floor.fail.map(|l| l.is_met_by(ratio)), floor.warn.map(|l| l.is_met_by(ratio))))
            }
            "seconds" => Some(below(typed::<Ceiling<Span>>(node)?, actual)),
            "probability" => Some(below(typed::<Ceiling<Probability>>(node)?, actual)),
            "count" if &*check.measure == "total" => {
                let floor: Floor<u64> = typed(node)?;
                Some(step(floor.fail.map(|l| actual >= l.value()), floor.warn.map(|l| actual >= l.value())))
            }
            "count" => {
                let ceiling = typed::<Ceiling<u64>>(node).or_else(|| typed::<Level>(node).map(Level::ceiling))?;
                if ceiling.fail.is_none() && ceiling.warn.is_none() {
                    return Some(Status::Skipped);
                }
                Some(below(ceiling, self.count(check, entry).value()))
            }
            _ => None,
        }
    }

    /// How many findings count once this policy's waivers are taken out.
    fn count(&mut self, check: &Check, entry: &Entry) -> u64 {
        let listed = crate::input::size(check.violations.len());
        let unnamed = check.violations_total.saturating_sub(listed);
        // What a statement or the baseline took out stays out; what a waiver of that day did is looked at again.
        let waived = check.waived.iter().filter(|w| w.expires.is_some()).map(|w| w.violation.clone());
        let all: Vec<Violation> = check.violations.iter().cloned().chain(waived).collect();
        let (counted, _) = self.waivers.split(all, entry.kind.name, &self.aliases);
        unnamed.saturating_add(crate::input::size(counted.len()))
    }

    /// Before its day a rule that is only announced warns.
    fn announced(&self, entry: &Entry, measure: &str, status: Status) -> Status {
        let days = [entry.enforce_from, entry.effective(&[measure.to_owned()])];
        let announced = days.into_iter().flatten().any(|day| self.waivers.today() < day);
        if announced && status == Status::Fail { Status::Warn } else { status }
    }
}

fn typed<T: serde::de::DeserializeOwned>(node: &Node) -> Option<T> {
    read(node, &mut Vec::new())
}

fn below<T: Quantity>(ceiling: Ceiling<T>, actual: f64) -> Status {
    step(ceiling.fail.map(|l| actual <= l.value()), ceiling.warn.map(|l| actual <= l.value()))
}
