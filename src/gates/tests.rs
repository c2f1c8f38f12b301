//! `[tests]`: how many tests there are, and how they ended.

mod text;

use schemars::JsonSchema;
use serde::Deserialize;

use super::trend::Direction;
use super::{Checks, Draft, Figure, Gate, GateKind, Noun, Subject, Value, boxed, schema};
use crate::facts::{Kind, TestOutcome, TestRun};
use crate::input::total as total_of;
use crate::units::{Allowance, Ceiling, Floor};
use crate::verdict::{Place, Violation};

pub(super) const KIND: GateKind = GateKind {
    name: "tests",
    about: "how many tests there are, and how they ended",
    looks_at: Kind::Tests,
    measures: text::MEASURES,
    rules: text::RULES,
    inherited: &["tolerance"],
    selects: &[],
    of_the_whole: &[],
    of_changes: &[],
    schema: schema::<Tests>,
    read: boxed::<Tests>,
};

/// The table `[tests]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Tests {
    /// Tests that failed.
    failed: Option<Ceiling<u64>>,
    /// Tests that did not run.
    skipped: Option<Ceiling<u64>>,
    /// Tests that passed only after a failed attempt.
    flaky: Option<Ceiling<u64>>,
    /// How many tests there are.
    total: Option<Floor<u64>>,
    /// How the numbers may move against the baseline.
    trend: Option<Direction>,
    /// How much worse they may be where they are to be stable: a count, or a share.
    tolerance: Option<Allowance>,
}

impl Gate for Tests {
    fn check(&self, subject: &Subject<'_>, checks: &mut Checks) {
        let found = subject.tests();
        let why = match &found {
            None => Some("no test report was read".to_owned()),
            Some((_, idle)) if !idle.is_empty() => Some(format!("nothing was tested: no test in {}", idle.join(", "))),
            Some(_) => None,
        };
        let runs = found.map(|(runs, _)| runs).unwrap_or_default();
        let ran = total_of(runs.iter().map(|r| r.ran()));
        let total = total_of(runs.iter().map(|r| r.total()));
        let measures = [
            ("failed", &self.failed, TestOutcome::Failed, Noun::of("failed test"), ran),
            ("skipped", &self.skipped, TestOutcome::Skipped, Noun::of("skipped test"), total),
            ("flaky", &self.flaky, TestOutcome::Flaky, Noun::of("flaky test"), ran),
        ];
        for (name, ceiling, outcome, noun, subjects) in measures {
            let Some(ceiling) = ceiling else { continue };
            if let Some(why) = &why {
                checks.unknown(name, why, ceiling.fail.is_some());
                continue;
            }
            let unlisted = match outcome {
                TestOutcome::Failed => total_of(runs.iter().map(|r| r.unlisted_failures)),
                TestOutcome::Skipped => total_of(runs.iter().map(|r| r.unlisted_skipped)),
                _ => 0,
            };
            let draft = Draft::new(name, noun, Value::AtMost(unlisted, *ceiling));
            checks.add(draft.over(subjects).with(cases(&runs, outcome)));
        }
        if let Some(direction) = self.trend {
            match &why {
                Some(why) => checks.unknown("trend", why, true),
                None => {
                    let value = Value::Figures(figures(&runs), direction.allowance(self.tolerance));
                    checks.add(Draft::new("trend", Noun::of("test"), value).over(total));
                }
            }
        }
        match (&self.total, why) {
            (None, _) => {}
            (Some(floor), Some(why)) => checks.unknown("total", why, floor.fail.is_some()),
            (Some(floor), None) => {
                checks.add(Draft::new("total", Noun::of("test"), Value::AtLeast(total, *floor)).over(total));
            }
        }
    }
}

fn figures(runs: &[&TestRun]) -> Vec<Figure> {
    let sum = |figure: fn(&TestRun) -> u64| total_of(runs.iter().map(|r| figure(r)));
    let figure = |name, more_is_better, value| Figure { name, value, more_is_better };
    vec![
        figure("total", true, sum(TestRun::total)),
        figure("passed", true, sum(TestRun::passed)),
        figure("failed", false, sum(TestRun::failed)),
        figure("skipped", false, sum(TestRun::skipped)),
        figure("flaky", false, sum(TestRun::flaky)),
    ]
}

fn cases(runs: &[&TestRun], outcome: TestOutcome) -> Vec<Violation> {
    let mut list: Vec<Violation> = runs
        .iter()
        .flat_map(|run| run.with(outcome).map(move |case| (run, case)))
        .map(|(run, case)| {
            let mut violation = Violation::new(&case.name, &case.message);
            violation.tool = (!run.tool.is_empty()).then(|| run.tool.clone());
            violation.location = case.location.as_ref().map(|l| Place { path: l.path.clone(), line: l.line });
            violation
        })
        .collect();
    list.sort_by(|a, b| a.id.cmp(&b.id));
    list
}
