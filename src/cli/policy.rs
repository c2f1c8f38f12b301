//! `portcullis policy`.

mod cases;
mod simulate;

use super::{Failure, write};
use crate::policy::{self, Policy, Turn};

/// Look a policy over, print it, or print its schema.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Find every mistake in a policy, and warn of what cannot work.
    Check(super::check::PolicyArgs),
    /// Print what is in force after all layers, with where each value is written.
    Show(super::check::PolicyArgs),
    /// Print the JSON Schema of the policy language, for editors.
    Schema,
    /// Run cases against a policy: evidence, and how named checks must end.
    ///
    /// Each file names a policy and holds tables `case` with `name`, `root`, `now`, and `exit` or `expect`. The exit
    /// code is 1 if a case does not end as it says.
    Test {
        /// Files of cases.
        #[arg(value_name = "CASES", required = true)]
        files: Vec<std::path::PathBuf>,
    },
    Simulate(simulate::Args),
    /// List what a policy loosens and tightens against another one.
    ///
    /// Both are taken with all they extend. A change of what a scope looks at counts as a loosening, because it cannot be
    /// compared. The exit code is 1 if anything is loosened, else 0.
    Diff {
        /// The policy that holds, or builtin:NAME.
        #[arg(value_name = "OLD")]
        old: String,
        /// The policy that is proposed, or builtin:NAME.
        #[arg(value_name = "NEW")]
        new: String,
        /// Lay [profile.NAME] over both.
        #[arg(long, value_name = "NAME")]
        profile: Option<String>,
        /// The clock, RFC 3339; else SOURCE_DATE_EPOCH, else the system's.
        #[arg(long, value_name = "TIME")]
        now: Option<jiff::Timestamp>,
    },
}

/// Prints what one policy lets through that another does not.
fn diff(old: &str, new: &str, profile: Option<&str>, now: Option<jiff::Timestamp>) -> Result<u8, Failure> {
    let today = super::day(super::clock(now)?);
    let load = |path: &str| {
        let file = policy::open(path).map_err(|e| Failure::Policy(vec![e]))?;
        Policy::load(file, profile, today).map_err(Failure::Policy)
    };
    let differences = policy::differences(&load(old)?, &load(new)?);
    let count = |turn| differences.iter().filter(|d| d.turn == turn).count();
    let (loosened, tightened) = (count(Turn::Loosened), count(Turn::Tightened));
    write::stdout(|out| {
        for d in &differences {
            let place = d.place.as_ref().map(|p| format!(" ({}:{})", p.path, p.line)).unwrap_or_default();
            writeln!(out, "{:9}  {}: {}{place}", d.turn.name(), d.key, d.words)?;
        }
        writeln!(out, "{new}: {loosened} loosened, {tightened} tightened against {old}")
    })?;
    Ok(u8::from(loosened > 0))
}

impl Command {
    pub(super) fn run(self) -> Result<u8, Failure> {
        match self {
            Self::Check(args) => {
                let (policy, now) = args.load(false)?;
                let warnings = policy.lint(super::day(now));
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
            Self::Test { files } => return cases::run(&files),
            Self::Simulate(args) => return args.run(),
            Self::Diff { old, new, profile, now } => return diff(&old, &new, profile.as_deref(), now),
            Self::Schema => super::schema::print(&policy::schema())?,
        }
        Ok(0)
    }
}
