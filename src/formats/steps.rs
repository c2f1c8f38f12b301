//! Our own record of steps, as `portcullis record` writes it: one JSON object a line.
//!
//! [`StepRecord`] is the one definition of its shape, for writing and for reading.
//!
//! The record grows: a step that was run again has a later line, and that one counts. What it
//! cannot tell is that a line is missing, at the end or between: then a step is missing, or an
//! earlier outcome of it stands. Which steps must be there is for the policy to say.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::de::{Deserializer, Visitor};
use serde::{Deserialize, Serialize};

use super::{Format, Head, Input};
use crate::facts::{Kind, Outcome, Report, Step, Steps, Timings, WrittenFile};
use crate::input::json::{lines, required};
use crate::input::{ReadError, Result};
use crate::text::Text;

pub(super) const FORMAT: Format =
    Format { name: "steps", gives: &[Kind::Steps, Kind::Timings], producers: "portcullis, `record`", recognise, read };

/// The name and version of the shape.
const SCHEMA: &str = "portcullis/step/v1";
/// How long a name may be, in bytes.
const LONGEST_NAME: usize = 100;

/// One line of the record: one step that was run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(expecting = "a record of a step")]
pub(crate) struct StepRecord {
    /// Always the version that this program writes and reads.
    pub(crate) schema: Schema,
    /// Name of the step.
    pub(crate) name: String,
    /// The command and its arguments.
    pub(crate) command: Vec<String>,
    /// How it ended.
    pub(crate) outcome: RecordedOutcome,
    /// Its exit code; none where it was killed, or could not be started.
    #[serde(deserialize_with = "required")]
    pub(crate) exit_code: Option<i32>,
    /// When it started, RFC 3339.
    pub(crate) started_at: String,
    /// How long it took; nothing where it could not be started.
    #[serde(deserialize_with = "required")]
    pub(crate) seconds: Option<f64>,
    /// The commit it ran on.
    #[serde(deserialize_with = "required")]
    pub(crate) commit: Option<String>,
    /// The files it wrote, as far as it was asked to note them.
    pub(crate) files: Vec<RecordedFile>,
}

/// The `schema` of a line. It can only hold the version that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Schema;

/// How a recorded step ended: it ran, so it was not skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RecordedOutcome {
    Success,
    Failure,
    Cancelled,
}

/// A file that a step wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(expecting = "a file of a step")]
pub(crate) struct RecordedFile {
    /// Its path as it was given.
    pub(crate) path: String,
    /// SHA-256 of its bytes, in lower-case hex.
    pub(crate) sha256: String,
}

/// Whether `name` can be the name of a step: letters, digits and `. _ - /` and spaces of ASCII.
pub(crate) fn is_step_name(name: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b' ' | b'/' | b'-');
    name.trim() == name && !name.is_empty() && name.len() <= LONGEST_NAME && name.bytes().all(allowed)
}

/// A version that is not known is claimed too, to be refused by its name.
fn recognise(head: &Head) -> bool {
    head.string("schema").is_some_and(|s| s.starts_with("portcullis/step/"))
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut report = Report::by("portcullis");
    let mut list: Vec<Step> = Vec::new();
    let mut places: BTreeMap<Text, usize> = BTreeMap::new();
    let (mut again, mut other) = (0_u64, None);
    lines(
        input.window,
        |record: StepRecord| {
            let (step, start) = record.step()?;
            report.made_at = report.made_at.max(Some(start));
            match places.get(&step.name).and_then(|n| list.get_mut(*n)) {
                Some(earlier) => {
                    *earlier = step;
                    again += 1;
                }
                None => {
                    places.insert(step.name.clone(), list.len());
                    list.push(step);
                }
            }
            Ok(())
        },
        |line| {
            other.get_or_insert_with(|| line.chars().take(40).collect::<String>());
        },
    )?;
    if let Some(line) = other {
        return Err(ReadError::new(format!("a line that is no record of a step: {line:?}")));
    }
    if list.is_empty() {
        return Err(ReadError::new("no record of a step"));
    }
    if again > 0 {
        report.note(format!("steps that ran again: {again} earlier records are replaced by later ones of their name"));
    }
    report.revisions = list.iter().filter_map(|s| s.commit.clone()).collect();
    report.revisions.sort();
    report.revisions.dedup();
    let mut timings = Timings::default();
    for step in &list {
        if step.seconds.is_some_and(|s| s < 0.0) {
            return Err(ReadError::new(format!("`seconds` of the step {:?} is negative", step.name)));
        }
        // A build that fails at once is not a fast build: only success has a duration to hold to a limit.
        if let (Outcome::Success, Some(seconds)) = (step.outcome, step.seconds) {
            timings.add(&step.name, seconds);
        }
    }
    report.facts.timings = Some(timings);
    report.facts.steps = Some(Steps { list });
    Ok(report)
}

impl StepRecord {
    /// The step that it tells of, and when it started.
    fn step(self) -> Result<(Step, Timestamp)> {
        let name = self.name;
        let wrong = |reason: &str| Err(ReadError::new(format!("the step {name:?}: {reason}")));
        if !is_step_name(&name) {
            return wrong("no name of a step: ASCII letters, digits, spaces and . _ - /, at most 100");
        }
        if self.outcome == RecordedOutcome::Success && self.exit_code != Some(0) {
            return wrong("it says success, and its exit code is not 0");
        }
        let Ok(start) = self.started_at.parse() else { return wrong("`started_at` is no time of RFC 3339") };
        let hex = |b: u8| b.is_ascii_digit() || matches!(b, b'a'..=b'f');
        if !self.files.iter().all(|f| f.sha256.len() == 64 && f.sha256.bytes().all(hex)) {
            return wrong("`sha256` is not 64 digits of lower-case hex");
        }
        let written = |f: RecordedFile| WrittenFile { path: f.path.into(), sha256: f.sha256.into() };
        let step = Step {
            name: Text::new(&name),
            outcome: self.outcome.into(),
            seconds: self.seconds,
            commit: self.commit.map(Text::from),
            files: self.files.into_iter().map(written).collect(),
        };
        Ok((step, start))
    }
}

impl From<RecordedOutcome> for Outcome {
    fn from(outcome: RecordedOutcome) -> Self {
        match outcome {
            RecordedOutcome::Success => Self::Success,
            RecordedOutcome::Failure => Self::Failure,
            RecordedOutcome::Cancelled => Self::Cancelled,
        }
    }
}

impl Serialize for Schema {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(SCHEMA)
    }
}

impl<'de> Deserialize<'de> for Schema {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Known;
        impl Visitor<'_> for Known {
            type Value = Schema;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(SCHEMA)
            }

            fn visit_str<E: serde::de::Error>(self, v: &str) -> std::result::Result<Schema, E> {
                let unknown = || E::custom(format!("the schema {v:?} is not known; this version reads {SCHEMA}"));
                (v == SCHEMA).then_some(Schema).ok_or_else(unknown)
            }
        }
        deserializer.deserialize_str(Known)
    }
}

#[cfg(test)]
#[path = "steps_tests.rs"]
mod tests;
