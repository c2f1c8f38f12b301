//! `[timings]`: how long things may take.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Checks, Draft, Gate, GateKind, Measure, Noun, Subject, Value, boxed, schema};
use crate::facts::Kind;
use crate::input::size;
use crate::units::{Ceiling, Span, plain_decimal};
use crate::verdict::Violation;

pub(super) const KIND: GateKind = GateKind {
    name: "timings",
    about: "how long builds, tests and benchmarks may take",
    looks_at: Kind::Timings,
    measures: &[
        Measure {
            name: "*",
            what: "How long the step or benchmark of this name took.",
            how: "The longest of all entries of that name, in seconds: a step's wall time, a benchmark's mean.",
            fix: "see which step grew; a limit that is no longer right is raised in the policy, where it can be reviewed",
        },
        Measure {
            name: "regression",
            what: "How much longer it took than in the baseline.",
            how: "Both the share and the floor must be exceeded.",
            fix: "look at what changed between the two commits",
        },
    ],
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
    /// Less than this is noise: `"5s"`.
    #[serde(default)]
    #[expect(dead_code, reason = "accepted now, judged in a later version")]
    floor: Option<Noise>,
}

/// A share of the earlier duration, such as `20%`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
struct Growth(#[expect(dead_code, reason = "accepted now, judged in a later version")] f64);

impl TryFrom<String> for Growth {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let share = text.strip_suffix('%').and_then(|n| plain_decimal(n.trim_end())).filter(|n| *n >= 0.0);
        share.map(Self).ok_or_else(|| format!("{text:?} is no share: write one such as \"20%\""))
    }
}

/// A duration below which nothing is judged.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
struct Noise(#[expect(dead_code, reason = "accepted now, judged in a later version")] f64);

impl TryFrom<String> for Noise {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Span::parse(&text).map(|span| Self(span.seconds()))
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
            let grave = regression.fail_above.is_some() || regression.warn_above.is_none();
            checks.unknown("regression", "this version does not compare timings with a baseline yet", grave);
        }
    }
}
