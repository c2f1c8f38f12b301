//! `portcullis explain`.

use super::{Failure, write};
use crate::gates::{self, GateKind, Measure};

/// Say what a check means, how it is computed, and how to mend it.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A check id, such as coverage.lines or security.image.critical; or a gate; or nothing, for all of them.
    #[arg(value_name = "CHECK")]
    check: Option<String>,
}

/// Checks that belong to no gate.
const OTHERS: &[(&str, Measure)] = &[
    (
        "evidence",
        Measure {
            name: "*",
            what: "Evidence is present, readable, fresh, and of a run that its tool calls successful.",
            how: "One check for each name of the policy's [evidence.*] or of NAME=PATH, and `evidence.unnamed` for all \
                  other reports.",
            fix: "write the report again; `portcullis inspect PATH` shows how it is read",
        },
    ),
    (
        "waivers",
        Measure {
            name: "*",
            what: "Waivers that have ended, end soon, reach beyond the horizon, or waive nothing.",
            how: "A waiver holds through its last day in UTC. One that ends more than `max-days` after its `created` day \
                  has no effect. Unused ones are reported only if all evidence could be counted on.",
            fix: "mend what is waived, renew the waiver with a reason, or delete it",
        },
    ),
];

impl Args {
    pub(super) fn run(self) -> Result<u8, Failure> {
        let text = match self.check.as_deref() {
            None => overview(),
            Some(check) => explain(check)?,
        };
        write::stdout(|out| write!(out, "{text}"))?;
        Ok(0)
    }
}

fn overview() -> String {
    let line = |kind: &GateKind| {
        let measures: Vec<&str> = kind.measures.iter().map(|m| if m.name == "*" { "NAME" } else { m.name }).collect();
        format!("{}\n  {}\n  measures: {}\n", kind.name, kind.about, measures.join(", "))
    };
    let gates: String = gates::ALL.iter().map(line).collect();
    format!(
        "{gates}\nportcullis explain GATE.MEASURE says more of one.\n\
         Any threshold may be announced: {{ fail-above = 0, effective = 2027-02-28 }} or {{ level = \"fail\", effective = … }}\n\
         warns until that day in UTC and fails from it on.\n"
    )
}

fn explain(check: &str) -> Result<String, Failure> {
    let mut parts = check.split('.');
    let gate = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    if let Some((name, measure)) = OTHERS.iter().find(|(name, _)| *name == gate) {
        return Ok(show(name, measure));
    }
    let Some(kind) = GateKind::named(gate) else {
        let mut names: Vec<&str> = gates::ALL.iter().map(|g| g.name).collect();
        names.extend(OTHERS.iter().map(|(n, _)| *n));
        let help = crate::toml_tree::known(gate, &names);
        return Err(Failure::Helped { message: format!("there is no gate {gate:?}"), help });
    };
    // `gate.measure`, or `gate.scope.measure`: a scope may have any name.
    let tails = (0..rest.len()).map(|n| rest.get(n..).unwrap_or_default().join("."));
    let measure = tails
        .clone()
        .find_map(|t| kind.measures.iter().find(|m| m.name == t || t.starts_with(&format!("{}.", m.name))));
    match (measure, rest.is_empty()) {
        (_, true) => Ok(kind.measures.iter().map(|m| show(kind.name, m)).collect::<Vec<_>>().join("\n")),
        (Some(measure), _) => Ok(show(kind.name, measure)),
        (None, false) => match kind.measures.iter().find(|m| m.name == "*") {
            Some(any) => Ok(show(kind.name, any)),
            None => {
                let names: Vec<&str> = kind.measures.iter().map(|m| m.name).collect();
                let last = rest.last().copied().unwrap_or_default();
                let help = crate::toml_tree::known(last, &names);
                Err(Failure::Helped { message: format!("the gate {gate} measures no {last:?}"), help })
            }
        },
    }
}

fn show(gate: &str, measure: &Measure) -> String {
    let name = if measure.name == "*" { "NAME" } else { measure.name };
    let block = |label: &str, text: &str| format!("  {label:<9}{}\n", wrapped(text).join("\n           "));
    format!("{gate}.{name}\n{}{}{}", block("what", measure.what), block("how", measure.how), block("mend", measure.fix))
}

/// `text` in lines of at most 78 columns, behind the label.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= 67 => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
