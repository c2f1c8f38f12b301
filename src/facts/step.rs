//! Steps of a pipeline and how they ended.

use crate::text::Text;

/// How a step ended. Only [`Outcome::Success`] is success.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It ran and succeeded.
    Success,
    /// It was not run.
    Skipped,
    /// It was stopped from outside.
    Cancelled,
    /// It ran and failed.
    Failure,
}

impl Outcome {
    /// The word for it in every format of ours.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Skipped => "skipped",
            Self::Cancelled => "cancelled",
            Self::Failure => "failure",
        }
    }

    /// A conclusion of GitHub Actions (`needs.*.result`, and `conclusion` of the jobs API):
    /// `timed_out` and `action_required` are failures, `neutral` is skipped. `None`: no such word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Some(match word {
            "success" => Self::Success,
            "failure" | "timed_out" | "action_required" | "startup_failure" => Self::Failure,
            "skipped" | "neutral" => Self::Skipped,
            "cancelled" | "stale" => Self::Cancelled,
            _ => return None,
        })
    }
}

/// A file that a recorded step wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenFile {
    /// Its path as it was given.
    pub path: Text,
    /// SHA-256 of its bytes, in lower-case hex.
    pub sha256: Text,
}

/// One step.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its name.
    pub name: Text,
    /// How it ended.
    pub outcome: Outcome,
    /// How long it took, in seconds, where that is known.
    pub seconds: Option<f64>,
    /// The commit it ran on, where that is known.
    pub commit: Option<Text>,
    /// The files it wrote, where it was asked to note them.
    pub files: Vec<WrittenFile>,
}

/// The steps of one report. Jobs of a matrix may share a name: then each of them must succeed.
#[derive(Debug, Clone, Default)]
pub struct Steps {
    /// In the order of the report.
    pub list: Vec<Step>,
}
