//! The baseline: the verdict of an earlier run, to compare with.

use std::collections::{BTreeMap, BTreeSet};

use super::reported::Reported;
use crate::facts::Ratio;
use crate::gates::GateKind;
use crate::policy::{Policy, Selector};
use crate::text::Text;
use crate::verdict::{Check, Fact, SCHEMA, Status, Subject, TimingFact, Verdict, Violation};

/// What is known of a baseline.
#[derive(Debug)]
pub enum BaselineState {
    /// It was said that there is none yet.
    None,
    /// The policy calls it optional, and it is absent.
    Absent,
    /// It is needed and cannot be used.
    Unusable(String),
    /// It was read.
    Read(Baseline),
}

/// The figures of an earlier verdict.
#[derive(Debug)]
pub struct Baseline {
    checks: BTreeMap<String, Figures>,
    pub(super) reports: Vec<Reported>,
    pub(super) listed: Vec<Listed>,
    /// Which run it is of, in words.
    pub(super) origin: Text,
    /// Why that run was none to be proud of.
    shut: Option<&'static str>,
    subject: Box<Subject>,
    policy: Option<Text>,
}

/// The findings that a check of the baseline counted, and those that it did not because they were waived or known.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) check: String,
    pub(super) gate: String,
    pub(super) scope: Option<String>,
    pub(super) measure: String,
    pub(super) findings: Vec<Violation>,
    /// How many more it counted without a name.
    pub(super) unnamed: u64,
}

impl Listed {
    /// `None`: it is no check of findings, or it was not judged by any.
    fn of(check: Check) -> Option<Self> {
        if !finds(&check.gate) || check.actual.is_none() || check.status == Status::Error {
            return None;
        }
        let unnamed = check.violations_total.saturating_sub(crate::input::size(check.violations.len()));
        let waived = check.waived.into_iter().map(|w| w.violation);
        Some(Self {
            check: check.id.to_string(),
            gate: check.gate.to_string(),
            scope: check.scope.as_deref().map(str::to_owned),
            measure: check.measure.to_string(),
            findings: check.violations.into_iter().chain(waived).collect(),
            unnamed,
        })
    }
}

#[derive(Debug)]
struct Figures {
    actual: Option<f64>,
    ratio: Option<Ratio>,
}

/// A value of the baseline.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// The value of the same check.
    pub(super) actual: f64,
}

impl Baseline {
    /// Reads a verdict in JSON.
    ///
    /// # Errors
    /// It is none, of another schema, or not of a whole run.
    pub fn parse(text: &str) -> Result<Self, String> {
        let verdict = parse_verdict(text)?;
        let shut = why_shut(&verdict);
        if verdict.selection.is_some() {
            return Err("it is the verdict of a part (--only), which is no baseline".into());
        }
        let checks = verdict.checks.iter().map(|c| {
            let ratio = c.covered.zip(c.total).map(|(covered, total)| Ratio { covered, total });
            // What could not be judged says nothing; what was only skipped has its figures all the same.
            let judged = c.status != Status::Error;
            let ratio = ratio.filter(|r| judged && r.total > 0 && r.covered <= r.total);
            (c.id.to_string(), Figures { actual: c.actual.filter(|_| judged), ratio })
        });
        let checks = checks.collect();
        let commit = verdict.subject.commit.as_ref().map(|c| format!("{c}, ")).unwrap_or_default();
        Ok(Self {
            checks,
            reports: verdict.evidence.into_iter().filter_map(Reported::of).collect(),
            listed: verdict.checks.into_iter().filter_map(Listed::of).collect(),
            origin: Text::new(&format!("the baseline ({commit}{})", verdict.evaluated_at)),
            shut,
            subject: Box::new(verdict.subject),
            policy: verdict.policy.name,
        })
    }

    /// Why it cannot be compared with a run of this policy on this subject.
    fn unfit(&self, policy: &Policy, subject: &Subject) -> Option<String> {
        let pairs = [
            ("the repository", &self.subject.repository, &subject.repository),
            ("the component", &self.subject.component, &subject.component),
            ("the policy", &self.policy, &policy.name),
        ];
        let differ = pairs.into_iter().find_map(|(what, was, is)| {
            let (was, is) = (was.as_ref()?, is.as_ref()?);
            (!was.eq_ignore_ascii_case(is)).then(|| format!("of {what} {was:?}, and this run is of {is:?}"))
        });
        differ.map(|why| format!("the baseline is {why}"))
    }

    /// What is to be known of it beside its figures: what is compared with it is said to be.
    ///
    /// A baseline of another branch is taken: one of a release may be all there is, and which one is given is for
    /// whoever runs the gate to say, not for the change.
    pub(super) fn caveat(&self, subject: &Subject) -> Option<String> {
        let plain = |branch: &Text| branch.strip_prefix("refs/heads/").unwrap_or(branch).to_owned();
        let (of, aim) = (self.subject.branch.as_ref().map(plain), subject.base_branch.as_ref().map(plain));
        // Azure names a branch by its last part.
        let differ = |(of, aim): &(String, String)| of != aim && !aim.ends_with(&format!("/{of}"));
        let branch = of.zip(aim).filter(differ);
        let branch = branch.map(|(of, aim)| format!("the baseline is of the branch {of}, and the change is for {aim}"));
        let all: Vec<String> = self.shut.map(str::to_owned).into_iter().chain(branch).collect();
        (!all.is_empty()).then(|| all.join("; "))
    }

    fn timed(&self, selector: &Selector) -> impl Iterator<Item = &TimingFact> {
        let facts = self.reports.iter().filter(|r| r.chosen(selector)).flat_map(|r| &r.facts);
        facts.flat_map(|fact| match fact {
            Fact::Timings { timings } => timings.as_slice(),
            _ => &[],
        })
    }

    /// What was timed, each name once.
    pub(super) fn timings(&self, selector: &Selector) -> BTreeSet<&str> {
        self.timed(selector).map(|t| &*t.name).collect()
    }

    /// How long the thing of that name took, by its longest entry.
    pub(super) fn seconds(&self, selector: &Selector, name: &str) -> Option<f64> {
        self.timed(selector).filter(|t| *t.name == *name).map(|t| t.seconds).reduce(f64::max)
    }

    /// Whether it holds a duration of anything.
    pub(super) fn times(&self, selector: &Selector) -> bool {
        self.timed(selector).next().is_some()
    }

    /// The share of the first of these checks that has one.
    pub(super) fn ratio(&self, first: &str, second: &str) -> Option<Ratio> {
        [second, first].iter().find_map(|id| self.checks.get(*id)?.ratio)
    }
}

/// Reads a verdict in JSON.
///
/// # Errors
/// It is none, or of another schema.
pub fn parse_verdict(text: &str) -> Result<Verdict, String> {
    let verdict: Verdict = serde_json::from_str(text).map_err(|e| format!("it is no verdict: {e}"))?;
    if verdict.schema != SCHEMA {
        return Err(format!("its schema is {:?}, and {SCHEMA:?} is known", verdict.schema));
    }
    Ok(verdict)
}

/// Why a verdict is none that a baseline should be taken of: its run did not pass, or would not have.
///
/// A first run whose checks all wait for a baseline judges nothing, and is shut for that; what it found is the baseline.
#[must_use]
pub fn why_shut(verdict: &Verdict) -> Option<&'static str> {
    match (verdict.verdict, verdict.enforced, verdict.would_exit) {
        (Status::Pass, true, _) | (Status::Pass, false, Some(0)) => None,
        (Status::Pass, false, _) => Some("the run of the baseline passed only because its policy is not in force yet"),
        (Status::Error, ..) if verdict.counts.fail == 0 && verdict.counts.error == 0 => None,
        _ => Some("the run of the baseline did not pass"),
    }
}

/// Leaves out of a verdict what nothing is compared with: help, notes, and of findings all but their identity.
pub fn slim(verdict: &mut Verdict) {
    verdict.evidence.iter_mut().for_each(|e| e.notes.clear());
    for check in &mut verdict.checks {
        (check.help, check.policy_source) = (None, None);
        if !finds(&check.gate) {
            check.violations.clear();
            check.waived.clear();
        }
        for waived in &mut check.waived {
            (waived.reason, waived.owner) = (Text::default(), Text::default());
        }
        for violation in check.violations.iter_mut().chain(check.waived.iter_mut().map(|w| &mut w.violation)) {
            violation.fix = None;
            if violation.package.is_some() {
                violation.message = Text::default();
            }
        }
    }
}

/// Whether a gate counts findings that can be told apart.
fn finds(gate: &str) -> bool {
    GateKind::named(gate).is_some_and(|kind| kind.selects.contains(&"new"))
}

impl BaselineState {
    /// What stands for one that was read and does not fit.
    pub(super) fn fitting(&self, policy: &Policy, subject: &Subject) -> Option<Self> {
        match self {
            Self::Read(baseline) => baseline.unfit(policy, subject).map(Self::Unusable),
            _ => None,
        }
    }

    /// The baseline, or how a check that needs one ends without.
    pub(super) fn compared(&self) -> Result<&Baseline, (Status, String)> {
        match self {
            Self::None => Err((Status::Skipped, "there is no baseline yet (--baseline none)".into())),
            Self::Absent => Err((Status::Skipped, "the optional baseline is absent".into())),
            Self::Unusable(why) => Err((Status::Error, why.clone())),
            Self::Read(baseline) => Ok(baseline),
        }
    }

    /// The value of a check in the baseline.
    pub(super) fn of(&self, id: &str) -> Option<Known> {
        match self {
            Self::Read(baseline) => baseline.checks.get(id)?.actual.map(|actual| Known { actual }),
            _ => None,
        }
    }
}
