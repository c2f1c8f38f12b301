//! `[lints]`: what compilers and linters say of the code.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Checks, Draft, Gate, GateKind, Measure, Noun, Subject, Value, boxed, schema};
use crate::facts::{Kind, Lint, LintLevel};
use crate::text::Text;
use crate::units::Ceiling;
use crate::verdict::{Place, Violation};

pub(super) const KIND: GateKind = GateKind {
    name: "lints",
    about: "errors and warnings of compilers and linters",
    looks_at: Kind::Lints,
    measures: &[
        Measure { name: "errors", what: "Lints that are errors.", how: HOW, fix: "mend them; the build is broken" },
        Measure { name: "warnings", what: "Lints that are warnings.", how: HOW, fix: "mend them, the nearest first" },
    ],
    inherited: &[],
    selects: &["paths", "changed", "new"],
    of_the_whole: &[],
    of_changes: &[],
    schema: schema::<Lints>,
    read: boxed::<Lints>,
};

const HOW: &str = "Distinct by lint, place and message: one that is reported for several targets counts once. In a scope of changed \
                   lines those count whose first line was added or changed, and those without a line or a place.";

/// The table `[lints]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Lints {
    /// Lints that are errors.
    errors: Option<Ceiling<u64>>,
    /// Lints that are warnings.
    warnings: Option<Ceiling<u64>>,
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
            let concerned = |lint: &&Lint| lint.level == level && subject.concerns_place(lint.location.as_ref());
            let mut list: std::collections::BTreeMap<&Lint, &Text> = std::collections::BTreeMap::new();
            for (_, lints) in reports.iter().filter(|(_, l)| (subject.tool)(&l.tool)) {
                list.extend(lints.list.iter().filter(concerned).map(|l| (l, &lints.tool)));
            }
            let violations = list.into_iter().map(|(lint, tool)| violation(lint, tool)).collect();
            let noun = Noun::of(name.trim_end_matches('s'));
            checks.add(Draft::new(name, noun, Value::AtMost(0, *ceiling)).over(looked_at).with(violations));
        }
    }
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
