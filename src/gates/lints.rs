//! `[lints]`: what compilers and linters say of the code.

mod text;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::trend::Direction;
use super::{Checks, Draft, Gate, GateKind, Noun, Part, Stated, Subject, Value, boxed, schema};
use crate::facts::{Kind, Lint, LintLevel, Lints as Facts, few_fingerprints};
use crate::text::Text;
use crate::units::{Allowance, Ceiling};
use crate::verdict::{Place, Violation};

pub(super) const KIND: GateKind = GateKind {
    name: "lints",
    about: "errors and warnings of compilers and linters",
    looks_at: Kind::Lints,
    measures: text::MEASURES,
    rules: text::RULES,
    inherited: &["tolerance"],
    selects: &["paths", "changed", "new"],
    of_the_whole: &["trend", "tolerance"],
    of_changes: &[],
    schema: schema::<Lints>,
    read: boxed::<Lints>,
};

/// The table `[lints]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Lints {
    /// Lints that are errors.
    errors: Option<Ceiling<u64>>,
    /// Lints that are warnings.
    warnings: Option<Ceiling<u64>>,
    /// How their number may move against the baseline.
    trend: Option<Direction>,
    /// How many more there may be where it is to be stable: a count, or a share.
    tolerance: Option<Allowance>,
}

impl Gate for Lints {
    fn check(&self, subject: &Subject<'_>, checks: &mut Checks) {
        let reports = subject.lints();
        let looked_at = crate::input::total(reports.iter().map(|(_, l)| l.looked_at));
        for (name, level, ceiling) in
            [("errors", LintLevel::Error, &self.errors), ("warnings", LintLevel::Warning, &self.warnings)]
        {
            let Some(ceiling) = ceiling else { continue };
            if reports.is_empty() {
                checks.unknown(name, "no report of lints was read", ceiling.fail.is_some());
                continue;
            }
            let noun = Noun::of(name.trim_end_matches('s'));
            let draft = Draft::new(name, noun, Value::AtMost(0, *ceiling));
            checks.add(draft.over(looked_at).with(of_level(level, &reports, subject)));
        }
        match self.trend {
            None => {}
            Some(_) if reports.is_empty() => checks.unknown("trend", "no report of lints was read", true),
            Some(direction) => {
                let parts = vec![
                    part("error", "errors", of_level(LintLevel::Error, &reports, subject)),
                    part("warning", "warnings", of_level(LintLevel::Warning, &reports, subject)),
                ];
                let value = Value::Ranked(parts, direction.allowance(self.tolerance));
                checks.add(Draft::new("trend", Noun::of("lint"), value).over(looked_at));
            }
        }
    }
}

/// The lints of a level, each once.
fn of_level(level: LintLevel, reports: &Stated<'_, Facts>, subject: &Subject<'_>) -> Vec<Violation> {
    let concerned = |lint: &&Lint| lint.level == level && subject.concerns_place(lint.location.as_ref());
    let mut list: BTreeMap<&Lint, &Text> = BTreeMap::new();
    for (_, lints) in reports.iter().filter(|(_, l)| (subject.tool)(&l.tool)) {
        list.extend(lints.list.iter().filter(concerned).map(|l| (l, &lints.tool)));
    }
    let prints = fingerprints(reports);
    let with_aliases = |(lint, tool): (&Lint, &Text)| {
        let aliases = few_fingerprints(prints.get(lint).into_iter().flatten().map(|p| (*p).clone()));
        Violation { aliases, ..violation(lint, tool) }
    };
    list.into_iter().map(with_aliases).collect()
}

/// The fingerprints that any report gives of a lint.
fn fingerprints<'a>(reports: &Stated<'a, Facts>) -> BTreeMap<&'a Lint, Vec<&'a Text>> {
    let mut prints: BTreeMap<&Lint, Vec<&Text>> = BTreeMap::new();
    for (lint, of_it) in reports.iter().flat_map(|(_, lints)| &lints.fingerprints) {
        prints.entry(lint).or_default().extend(of_it);
    }
    prints
}

/// A level of the trend; a verdict tells its lints apart by the word.
fn part(word: &'static str, measure: &'static str, mut violations: Vec<Violation>) -> Part {
    violations.iter_mut().for_each(|v| v.severity = Some(word.into()));
    let unrated = word == "error";
    Part { word, measures: vec![measure], noun: Noun::of(word), violations, unnamed: 0, unrated, hidden: None }
}

fn violation(lint: &Lint, tool: &Text) -> Violation {
    let mut out = Violation::new(lint.code.as_deref().unwrap_or("error"), &lint.message);
    if lint.code.is_none() && lint.level == LintLevel::Warning {
        out.id = "warning".into();
    }
    out.tool = (!tool.is_empty()).then(|| tool.clone());
    out.location = lint.location.as_ref().map(|l| Place { path: l.path.clone(), line: l.line });
    out
}
