//! The verdict of a starter policy on what it was made from: what stands in its way.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::around::Around;
use super::starter::command_for;
use crate::cli::Failure;
use crate::collect::{self, Limits};
use crate::diagnostic::SourceFile;
use crate::diff::DiffState;
use crate::evaluate::{BaselineState, Context, evaluate};
use crate::policy::Policy;
use crate::verdict::{Status, Subject, Verdict};

/// What a run of the policy said.
pub(super) struct Trial {
    /// When it ran.
    pub(super) day: jiff::civil::Date,
    /// The exit code of `check`.
    pub(super) exit_code: u8,
    pub(super) obstacles: Vec<Obstacle>,
}

/// A check that keeps the gate shut.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Obstacle {
    pub(super) id: String,
    pub(super) message: String,
    /// What to do about it.
    pub(super) help: String,
    /// A waiver could let it through.
    pub(super) can_be_waived: bool,
}

impl Obstacle {
    pub(super) fn line(&self) -> String {
        format!("{}: {}", self.id, self.message)
    }
}

impl Trial {
    /// Runs the policy over the folder that it was made for.
    ///
    /// # Errors
    /// The policy is wrong.
    pub(super) fn run(
        text: &str,
        path: &Path,
        folder: &Path,
        around: &Around,
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let day = crate::cli::day(now);
        let file = SourceFile { path: path.to_string_lossy().into_owned(), text: text.to_owned() };
        let policy = Policy::load(Arc::new(file), None, day).map_err(Failure::Policy)?;
        let slots = collect::plan(&[], &policy.evidence, folder);
        let mut evidence = collect::read_all(&slots, Limits::default(), folder);
        collect::apply_specs(&mut evidence, |name| policy.evidence.get(name), now, None, None);
        let (baseline, diff) = (BaselineState::None, DiffState::None);
        let context = Context { now, subject: Subject::default(), baseline, diff, only: None };
        let verdict = evaluate(&policy, &evidence, &context);
        Ok(Self { day, exit_code: verdict.exit_code, obstacles: obstacles(&verdict, &policy, around) })
    }
}

/// Each check that fails or could not be judged. Evidence that is not there speaks for the checks that need it.
fn obstacles(verdict: &Verdict, policy: &Policy, around: &Around) -> Vec<Obstacle> {
    let shut = |s: Status| matches!(s, Status::Fail | Status::Error);
    let absent = |id: &str| id.strip_prefix("evidence.").and_then(|name| policy.evidence.get(name));
    let missing = verdict.checks.iter().any(|c| &*c.gate == "evidence" && shut(c.status));
    let told = |c: &&crate::verdict::Check| {
        let follows = missing && c.status == Status::Error && &*c.gate != "evidence";
        shut(c.status) && !follows
    };
    let obstacle = |c: &crate::verdict::Check| {
        let made = absent(&c.id).and_then(|spec| {
            let path = spec.path.as_deref()?;
            command_for(around, spec.format.as_deref()?, Path::new(path))
        });
        let help = made.map(|command| format!("run: {command}"));
        Obstacle {
            id: c.id.to_string(),
            message: c.message.to_string(),
            help: help.unwrap_or_else(|| c.help.as_deref().unwrap_or_default().to_owned()),
            can_be_waived: c.status == Status::Fail && c.violations.iter().any(|v| v.severity.is_some()),
        }
    };
    verdict.checks.iter().filter(told).map(obstacle).collect()
}
