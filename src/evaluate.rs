//! Policy × evidence × baseline × clock → verdict. The only place that knows levels and waivers.

mod announced;
mod baseline;
mod beyond;
mod catalogue;
mod evidence;
mod figures;
mod identity;
mod judge;
mod news;
mod pairing;
mod places;
mod ranked;
mod regression;
mod reported;
mod scope;
mod simulate;
mod stricter;
mod text;
mod trend;
mod vex;
mod waivers;
mod weight;

use jiff::Timestamp;

pub use baseline::{Baseline, BaselineState, parse_verdict, slim, why_shut};
pub use simulate::{Simulated, simulate};
pub use stricter::{Base, hold_to_base};
pub use text::{FAMILIES, Family};

use crate::collect::Evidence;
use crate::diff::DiffState;
use crate::facts::Aliases;
use crate::gates::Value;
use crate::policy::{Entry, Policy};
use crate::text::Text;
use crate::verdict::{Check, Counts, PolicyRef, SCHEMA, Status, Subject as SubjectRef, Verdict};

/// All that a verdict follows from, but the policy and the evidence.
#[derive(Debug)]
pub struct Context {
    /// The clock.
    pub now: Timestamp,
    /// What is judged.
    pub subject: SubjectRef,
    /// What to compare with.
    pub baseline: BaselineState,
    /// The change.
    pub diff: DiffState,
    /// Only these gates, if any are named.
    pub only: Option<Vec<String>>,
}

/// Judges.
#[must_use]
pub fn evaluate(policy: &Policy, evidence: &[Evidence], context: &Context) -> Verdict {
    let today = jiff::tz::Offset::UTC.to_datetime(context.now).date();
    let aliases = learn(evidence);
    let unfit = context.baseline.fitting(policy, &context.subject);
    let mut run = Run {
        policy,
        evidence,
        context,
        baseline: unfit.as_ref().unwrap_or(&context.baseline),
        today,
        catalogue: catalogue::gather(evidence, &aliases),
        vex: vex::Adopted::of(policy, evidence),
        aliases,
        waivers: waivers::Register::new(policy, today),
        checks: Vec::new(),
        judged: false,
        announced: Counts::default(),
    };
    run.checks.extend(evidence::checks(policy, evidence, context.only.as_deref()));
    if run.waivers.names_fingerprints() {
        policy.gates.iter().for_each(|entry| run.see(entry));
    }
    for entry in &policy.gates {
        run.entry(entry);
    }
    run.off();
    let (mut waiver_checks, waiver_entries) = run.waivers.report(policy, evidence, context.only.is_some());
    if context.only.is_some() {
        waiver_checks.iter_mut().for_each(|c| skip(c, "not selected by --only"));
    }
    run.checks.extend(waiver_checks);
    let checks = run.checks;
    let mut counts = Counts::default();
    checks.iter().for_each(|c| counts.add(c.status));
    let (status, code) = outcome(counts, run.judged);
    let hard = Counts { fail: counts.fail + run.announced.fail, error: counts.error + run.announced.error, ..counts };
    let (_, would_exit) = outcome(hard, run.judged);
    let in_force = policy.enforce_from.is_none_or(|day| today >= day);
    let enforced = in_force && run.announced == Counts::default();
    Verdict {
        schema: SCHEMA.into(),
        portcullis: env!("CARGO_PKG_VERSION").into(),
        verdict: status,
        exit_code: if in_force { code } else { 0 },
        evaluated_at: context.now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        profile: policy.profile.clone(),
        selection: context.only.as_ref().map(|names| names.iter().map(|n| Text::new(n)).collect()),
        enforced,
        would_exit: (!enforced).then_some(would_exit),
        subject: context.subject.clone(),
        policy: PolicyRef {
            name: policy.name.clone(),
            path: Text::new(&policy.path),
            sha256: policy.sha256.clone(),
            extends: policy.extends.clone(),
        },
        counts,
        evidence: evidence.iter().map(Evidence::entry).collect(),
        beyond: beyond::gather(evidence, &checks, context.now),
        checks,
        waivers: waiver_entries,
    }
}

/// The fold over all checks starts at "not judged": only something that was judged opens the gate.
fn outcome(counts: Counts, judged: bool) -> (Status, u8) {
    match counts {
        Counts { fail: 1.., .. } => (Status::Fail, 1),
        Counts { error: 1.., .. } => (Status::Error, 3),
        _ if !judged => (Status::Error, 3),
        _ => (Status::Pass, 0),
    }
}

/// Which advisories are the same, by what the reports and advisory databases themselves state.
fn learn(evidence: &[Evidence]) -> Aliases {
    let mut aliases = Aliases::default();
    for facts in evidence.iter().filter_map(|e| e.report.as_ref()).map(|r| &r.facts) {
        let issues = crate::facts::DependencyIssue::ALL;
        let of_packages = facts.dependencies.iter().flat_map(|d| issues.iter().filter_map(|i| d.of(*i)).flatten());
        for finding in facts.findings.iter().flat_map(|f| &f.list).chain(of_packages) {
            aliases.learn(&finding.id, &finding.aliases);
        }
        for advisory in facts.advisories.iter().flat_map(|a| &a.list) {
            aliases.learn(&advisory.id, &advisory.aliases);
        }
    }
    aliases
}

/// A verdict in the making.
struct Run<'a> {
    policy: &'a Policy,
    evidence: &'a [Evidence],
    context: &'a Context,
    /// What to compare with, if it fits.
    baseline: &'a BaselineState,
    today: jiff::civil::Date,
    aliases: Aliases,
    catalogue: crate::gates::Catalogue,
    vex: vex::Adopted<'a>,
    waivers: waivers::Register,
    checks: Vec<Check>,
    /// At least one check of a gate was judged by something that was measured.
    judged: bool,
    /// How the checks that are only announced would have ended.
    announced: Counts,
}

impl Run<'_> {
    /// Shows the waivers what a gate or scope will count.
    fn see(&mut self, entry: &Entry) {
        let view = scope::View::of(entry, self.evidence, &self.context.diff);
        let mut drafts = crate::gates::Checks::default();
        entry.gate.check(&view.subject(&self.aliases, &self.catalogue), &mut drafts);
        for draft in drafts.into_vec() {
            self.waivers.see(draft.violations.iter(), entry.kind.name, &self.aliases);
            if let Value::Ranked(parts, _) = &draft.value {
                self.waivers.see(parts.iter().flat_map(|p| &p.violations), entry.kind.name, &self.aliases);
            }
        }
    }

    /// Judges one gate, or one scope of one.
    fn entry(&mut self, entry: &Entry) {
        let view = scope::View::of(entry, self.evidence, &self.context.diff);
        let mut drafts = crate::gates::Checks::default();
        scope::require(entry, &view, &mut drafts);
        entry.gate.check(&view.subject(&self.aliases, &self.catalogue), &mut drafts);
        let again = drafts.again();
        let mut drafts = drafts.into_vec();
        if let Some(family) = again {
            drafts.extend(regression::lacking(entry, self.baseline, family, &drafts));
        }
        let caveat = match self.baseline {
            BaselineState::Read(baseline) => baseline.caveat(&self.context.subject),
            _ => None,
        };
        let news = match self.baseline {
            BaselineState::Read(baseline) if entry.selector.new => {
                Some(news::News::of(baseline, entry, &view, &self.aliases, &self.context.diff, &drafts))
            }
            _ => None,
        };
        for mut draft in drafts {
            let key: Vec<&str> = draft.key.iter().map(String::as_str).collect();
            let place = self.policy.place(&entry.path(&key));
            if draft.lapsed && !matches!(self.baseline, BaselineState::Read(b) if b.lists(&entry.id(&draft.measure))) {
                continue;
            }
            let until = entry.effective(&draft.key).filter(|day| self.today < *day);
            let id = entry.id(&draft.measure);
            let newness = match (&news, &draft.value) {
                _ if !entry.selector.new => None,
                (Some(news), Value::AtMost(..) | Value::Highest(..)) => Some(news.tell(&mut draft)),
                (None, Value::AtMost(..) | Value::Highest(..)) => {
                    self.baseline.compared().err().map(|(status, why)| news::Newness::Unknown(status, why))
                }
                _ => None,
            };
            let judge = judge::Judge {
                entry,
                view: &view,
                baseline: self.baseline,
                caveat: caveat.as_deref(),
                known: self.baseline.of(&id),
                newness,
                announced: until.is_some(),
                waivers: &mut self.waivers,
                vex: &self.vex,
                aliases: &self.aliases,
                diff: self.context.diff.diff(),
            };
            let judged = judge.judge(draft, id, place);
            let mut check = judged.check;
            let selected = self.context.only.as_ref().is_none_or(|only| only.iter().any(|g| g == entry.kind.name));
            if selected {
                self.judged |= judged.measured;
                self.soften(until, entry, judged.mild, &mut check);
            } else {
                skip(&mut check, "not selected by --only");
            }
            self.checks.push(check);
        }
    }

    /// What `"off"` unset is shown, never silently gone.
    fn off(&mut self) {
        for off in &self.policy.off {
            let mut check = judge::blank(&off.id(), Some(off.place.clone()));
            check.scope = off.scope.as_deref().map(Text::new);
            check.measure = Text::new(&off.measure);
            skip(&mut check, "switched off by the policy");
            self.checks.push(check);
        }
    }
}

/// Makes a check a skipped one, with the reason.
fn skip(check: &mut Check, why: &str) {
    check.status = Status::Skipped;
    check.message = Text::new(why);
    check.help = None;
    check.actual = None;
    check.violations.clear();
    check.violations_total = 0;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fold_opens_only_for_what_was_judged() {
        let counts = |pass, warn, fail, error, skipped| Counts { pass, warn, fail, error, skipped };
        for (counts, judged, code) in [
            (counts(1, 0, 0, 0, 0), true, 0),
            (counts(0, 1, 0, 0, 3), true, 0),
            (counts(0, 0, 0, 0, 0), false, 3),
            (counts(5, 0, 0, 0, 0), false, 3),
            (counts(0, 0, 0, 0, 2), false, 3),
            (counts(9, 0, 1, 0, 0), true, 1),
            (counts(9, 0, 1, 1, 0), true, 1),
            (counts(9, 0, 0, 1, 0), true, 3),
        ] {
            assert_eq!(outcome(counts, judged).1, code, "{counts:?} {judged}");
        }
    }
}
