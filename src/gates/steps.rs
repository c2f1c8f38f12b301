//! `[steps]`: steps of the pipeline that must have run and succeeded.

mod text;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Checks, Draft, Gate, GateKind, Noun, Subject, Value, boxed, schema};
use crate::facts::{Kind, Outcome};
use crate::input::size;
use crate::verdict::Violation;

pub(super) const KIND: GateKind = GateKind {
    name: "steps",
    about: "steps of the pipeline that must have run and succeeded",
    looks_at: Kind::Steps,
    measures: text::MEASURES,
    rules: text::RULES,
    inherited: &[],
    selects: &[],
    of_the_whole: &[],
    of_changes: &[],
    schema: schema::<Steps>,
    read: boxed::<Steps>,
};

/// The table `[steps]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Steps {
    /// Steps that must have run and succeeded.
    #[serde(deserialize_with = "each_once")]
    required: Vec<String>,
}

fn each_once<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    match names.iter().enumerate().find_map(|(n, a)| names.iter().take(n).find(|b| *b == a)) {
        Some(twice) => Err(serde::de::Error::custom(format!("the step {twice:?} stands twice"))),
        None => Ok(names),
    }
}

impl Gate for Steps {
    fn check(&self, subject: &Subject<'_>, checks: &mut Checks) {
        let reports = subject.steps();
        for name in &self.required {
            let entries: Vec<_> = reports
                .iter()
                .flat_map(|(s, steps)| steps.list.iter().map(|step| (s.path, step)))
                .filter(|(_, step)| *step.name == **name)
                .collect();
            let bad: Vec<Violation> = entries
                .iter()
                .filter(|(_, step)| step.outcome != Outcome::Success)
                .map(|(path, step)| Violation::new(name, format!("{}: {}", path, step.outcome.name())))
                .collect();
            let value = match (entries.is_empty(), bad.first()) {
                (true, _) => {
                    let why = match reports.is_empty() {
                        true => "no record of steps was read".to_owned(),
                        false => format!("no record of a step {name:?}: it did not run, or was not recorded"),
                    };
                    Value::Unknown { why, grave: true }
                }
                (false, None) => Value::Holds(Ok("ran and succeeded".into())),
                (false, Some(first)) => Value::Holds(Err(format!("did not succeed ({})", first.message))),
            };
            let draft = Draft::new(name, Noun::of("record"), value).at(&["required"]);
            // One record is told in the message; of several it matters which.
            let draft = if entries.len() > 1 { draft.with(bad) } else { draft };
            checks.add(Draft { subjects: (!entries.is_empty()).then(|| size(entries.len())), ..draft });
        }
    }
}
