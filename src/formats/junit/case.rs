//! A test case: how it ended, and what it says of that.

use super::super::said::first_line;
use crate::facts::{Location, TestOutcome, normal_path};
use crate::input::xml::Tag;
use crate::text::Text;
use crate::units::plain_u64;

/// The test case that is open, or a failure that stands directly under a suite.
pub(super) struct Case {
    pub(super) depth: usize,
    pub(super) bare: bool,
    pub(super) class: String,
    pub(super) name: String,
    pub(super) location: Option<Location>,
    /// `status` says that it did not run.
    pub(super) notrun: bool,
    pub(super) outcome: TestOutcome,
    /// Elements in it that a header may count as failures.
    pub(super) elements: u64,
    /// A `<skipped>` stands in it, whatever it counts as: a header counts that.
    pub(super) skipped: bool,
    /// What it says, and of which outcome.
    pub(super) message: Option<(TestOutcome, String)>,
}

impl Default for Case {
    fn default() -> Self {
        Self {
            depth: 0,
            bare: false,
            class: String::new(),
            name: String::new(),
            location: None,
            notrun: false,
            outcome: TestOutcome::Passed,
            elements: 0,
            skipped: false,
            message: None,
        }
    }
}

impl Case {
    pub(super) fn of(tag: &Tag<'_>) -> Self {
        let word = |name| tag.get(name).unwrap_or_default().to_ascii_lowercase();
        let (status, result) = (word("status"), word("result"));
        // node writes what failed as an attribute, too.
        let failed = ["failure", "error"].iter().any(|n| !["", "0", "false"].contains(&word(n).as_str()));
        // googletest and ctest mark what did not run only here. A status that tells of a failure
        // without an element for it contradicts the body, and the worse counts.
        let outcome = match (status.as_str(), result.as_str()) {
            _ if failed => TestOutcome::Failed,
            ("fail" | "failed" | "failure" | "error" | "errored", _) => TestOutcome::Failed,
            ("disabled" | "notrun" | "skipped", _) | (_, "suppressed" | "skipped") => TestOutcome::Skipped,
            _ => TestOutcome::Passed,
        };
        let line = |text: &str| u32::try_from(plain_u64(text.trim())?).ok().filter(|l| *l > 0);
        Self {
            depth: tag.depth,
            class: tag.get("classname").unwrap_or_default().into_owned(),
            name: tag.get("name").unwrap_or_default().into_owned(),
            location: tag.get("file").filter(|f| !f.trim().is_empty()).map(|file| Location {
                path: Text::new(&normal_path(&file)),
                line: tag.get("line").and_then(|l| line(&l)),
            }),
            notrun: status == "notrun",
            outcome,
            ..Self::default()
        }
    }

    /// Takes an element that tells how it ended. `true`: its text is wanted too.
    pub(super) fn mark(&mut self, outcome: TestOutcome, tag: &Tag<'_>) -> bool {
        self.outcome = self.outcome.max(outcome);
        if self.message.as_ref().is_some_and(|(of, said)| *of > outcome || *of == outcome && !said.is_empty()) {
            return false;
        }
        let message = first_line(&tag.get("message").unwrap_or_default());
        // Text is read without looking for failures in it: only where it has failed already.
        let wanted = message.is_empty() && outcome == TestOutcome::Failed;
        self.message = Some((outcome, message));
        wanted
    }

    /// Its name with that of its class, where the one does not hold the other already.
    pub(super) fn full_name(&self) -> String {
        let (class, name) = (self.class.trim(), self.name.trim());
        match (class.is_empty(), name.is_empty()) {
            (true, true) => "(without a name)".into(),
            (true, false) => name.into(),
            (false, true) => class.into(),
            (false, false) if name.starts_with(class) => name.into(),
            (false, false) if class.contains("::") || name.contains("::") => format!("{class}::{name}"),
            (false, false) => format!("{class}.{name}"),
        }
    }
}
