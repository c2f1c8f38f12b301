//! `portcullis policy`.

use super::{Failure, write};
use crate::policy;

/// Look a policy over, print it, or print its schema.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Find every mistake in a policy, and warn of what cannot work.
    Check(super::check::PolicyArgs),
    /// Print what is in force after all layers, with where each value is written.
    Show(super::check::PolicyArgs),
    /// Print the JSON Schema of the policy language, for editors.
    Schema,
}

impl Command {
    pub(super) fn run(self) -> Result<u8, Failure> {
        match self {
            Self::Check(args) => {
                let (policy, _) = args.load(false)?;
                let warnings = policy.lint();
                for warning in &warnings {
                    write::diagnostic(&warning.render());
                }
                let name = policy.name.as_deref().unwrap_or("policy");
                let warned = match warnings.len() {
                    0 => String::new(),
                    1 => ", 1 warning".into(),
                    n => format!(", {n} warnings"),
                };
                let scopes = policy.gates.iter().filter(|e| e.scope.is_some()).count();
                let gates = policy.gates.len() - scopes;
                let count = |n: usize, noun: &str| crate::gates::Noun::of(noun).count(crate::input::size(n));
                let parts = [count(gates, "gate"), count(scopes, "scope"), count(policy.waivers.len(), "waiver")];
                let line = format!("{name}: good ({}{warned})", parts.join(", "));
                write::stdout(|out| writeln!(out, "{line}"))?;
            }
            Self::Show(args) => {
                let (policy, _) = args.load(false)?;
                write::stdout(|out| write!(out, "{}", policy.show()))?;
            }
            Self::Schema => write::stdout(|out| {
                serde_json::to_writer_pretty(&mut *out, &policy::schema())?;
                writeln!(out)
            })?,
        }
        Ok(0)
    }
}
