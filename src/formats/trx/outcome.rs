//! The words by which TRX says how a test or a run ended.

use crate::facts::TestOutcome;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum RunEnd {
    /// It came to its end.
    Ended,
    /// It failed, because of a test or without one.
    Failed,
    /// It did not come to its end.
    Broken,
}

/// How a test ended. Without a word it is none that passed.
///
/// # Errors
/// An unknown word.
pub(super) fn test_outcome(word: Option<&str>) -> Result<TestOutcome, String> {
    match word {
        Some("Passed" | "Warning") => Ok(TestOutcome::Passed),
        // Nobody can say whether it passed.
        Some("NotExecuted" | "Inconclusive" | "Completed") => Ok(TestOutcome::Skipped),
        Some(
            "Failed"
            | "Error"
            | "Timeout"
            | "Aborted"
            | "PassedButRunAborted"
            | "NotRunnable"
            | "Disconnected"
            | "InProgress"
            | "Pending",
        )
        | None => Ok(TestOutcome::Failed),
        Some(other) => Err(format!("the unknown outcome {other:?} of a test")),
    }
}

/// How a run ended. Without a word that is not known.
///
/// # Errors
/// An unknown word.
pub(super) fn run_end(word: Option<&str>) -> Result<RunEnd, String> {
    match word {
        Some("Completed" | "Passed" | "Warning" | "Inconclusive" | "NotExecuted") => Ok(RunEnd::Ended),
        Some("Failed") => Ok(RunEnd::Failed),
        Some(
            "Error"
            | "Timeout"
            | "Aborted"
            | "PassedButRunAborted"
            | "NotRunnable"
            | "Disconnected"
            | "InProgress"
            | "Pending",
        )
        | None => Ok(RunEnd::Broken),
        Some(other) => Err(format!("the unknown outcome {other:?} of a run")),
    }
}
