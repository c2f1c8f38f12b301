//! `[timings]`: how long things may take.

mod text;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Checks, Draft, Gate, GateKind, Noun, Stated, Subject, Value, boxed, schema};
use crate::facts::{Kind, Timing, Timings as Facts};
use crate::input::size;
use crate::units::{Ceiling, Growth, Span};
use crate::verdict::Violation;

pub(super) const KIND: GateKind = GateKind {
    name: "timings",
    about: "how long builds, tests and benchmarks may take",
    looks_at: Kind::Timings,
    measures: text::MEASURES,
    rules: text::RULES,
    inherited: &[],
    selects: &[],
    of_the_whole: &[],
    of_changes: &[],
    schema: schema::<Timings>,
    read: boxed::<Timings>,
};

/// The table `[timings]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Timings {
    /// The longest that each may take, by name.
    #[serde(default)]
    limits: BTreeMap<String, Ceiling<Span>>,
    /// How much longer than in the baseline.
    regression: Option<Regression>,
}

/// How much slower than the baseline something may become.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Regression {
    /// Slower by more than this share fails: `"20%"`.
    #[serde(default)]
    fail_above: Option<Growth>,
    /// Slower by more than this share warns.
    #[serde(default)]
    warn_above: Option<Growth>,
    /// Less than this is noise, whatever share it is: `"5s"`.
    #[serde(default)]
    floor: Option<Floor>,
}

/// A duration below which nothing is judged.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
struct Floor(#[schemars(with = "String")] Span);

impl TryFrom<String> for Floor {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Span::parse(&text).map(Self)
    }
}

impl Regression {
    fn check(&self, reports: &Stated<'_, Facts>, checks: &mut Checks) {
        let grave = self.fail_above.is_some() || self.warn_above.is_none();
        if self.fail_above.is_none() && self.warn_above.is_none() {
            checks.unknown("regression", "`floor` alone limits nothing: add `fail-above` or `warn-above`", grave);
            return;
        }
        let mut longest: BTreeMap<&str, (u64, &Timing)> = BTreeMap::new();
        for timing in reports.iter().flat_map(|(_, t)| &t.list) {
            let (entries, known) = longest.entry(&timing.name).or_insert((0, timing));
            *entries += 1;
            if timing.seconds > known.seconds {
                *known = timing;
            }
        }
        if longest.is_empty() {
            let why = if reports.is_empty() { "no report of timings was read" } else { "nothing was timed" };
            checks.unknown("regression", why, grave);
        }
        let floor = self.floor.map_or(Span::ZERO, |f| f.0);
        let growth = Ceiling { fail: self.fail_above, warn: self.warn_above };
        for (name, (entries, timing)) in longest {
            let value = Value::Slower { seconds: timing.seconds, spread: timing.spread, growth, floor };
            let draft = Draft::new(&format!("regression.{name}"), Noun::of("entry"), value);
            checks.add(draft.over(entries).at(&["regression"]));
        }
        checks.remeasure("regression", grave);
    }
}

impl Gate for Timings {
    fn check(&self, subject: &Subject<'_>, checks: &mut Checks) {
        let reports = subject.timings();
        for (name, ceiling) in &self.limits {
            let mut entries: Vec<(f64, &str)> = reports
                .iter()
                .flat_map(|(s, t)| t.list.iter().map(|entry| (entry, s.path)))
                .filter(|(entry, _)| *entry.name == **name)
                .map(|(entry, path)| (entry.seconds, path))
                .collect();
            entries.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
            match entries.first() {
                Some((seconds, _)) => {
                    let slowest = entries.iter().map(|(s, path)| Violation::new(path, crate::units::show_seconds(*s)));
                    let violations = if entries.len() > 1 { slowest.collect() } else { Vec::new() };
                    let draft = Draft::new(name, Noun::of("entry"), Value::Time(*seconds, *ceiling));
                    checks.add(draft.over(size(entries.len())).at(&["limits", name]).with(violations));
                }
                None => {
                    let why = match reports.is_empty() {
                        true => "no report of timings was read".to_owned(),
                        false => format!("no report says how long {name:?} took"),
                    };
                    let value = Value::Unknown { why, grave: ceiling.fail.is_some() };
                    checks.add(Draft::new(name, Noun::of("entry"), value).at(&["limits", name]));
                }
            }
        }
        if let Some(regression) = &self.regression {
            regression.check(&reports, checks);
        }
    }
}
