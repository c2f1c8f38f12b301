//! One line: what it tells, checked.

use serde::Deserialize;

use super::super::said::first_line;
use crate::facts::{Location, TestOutcome, normal_path};
use crate::input::json::Start;
use crate::input::{ReadError, Result};
use crate::text::Text;
use crate::units::plain_u64;

/// A line, as it is written: which keys it has depends on its type and its event.
#[derive(Deserialize)]
#[serde(expecting = "an event of libtest")]
pub(super) struct Line {
    #[serde(rename = "type")]
    kind: String,
    event: Option<String>,
    name: Option<String>,
    message: Option<Start>,
    reason: Option<Start>,
    stdout: Option<Start>,
    median: Option<f64>,
    test_count: Option<u64>,
    passed: Option<u64>,
    failed: Option<u64>,
    ignored: Option<u64>,
    measured: Option<u64>,
    filtered_out: Option<u64>,
    exec_time: Option<f64>,
}

/// What a line tells.
pub(super) enum Event {
    /// Nothing that is looked at: a warning, the time that doc tests took to build.
    Nothing,
    SuiteStarted,
    SuiteEnded {
        failed: bool,
        counts: Counts,
        seconds: Option<f64>,
    },
    Started(String),
    Ended(Ended),
    Measured {
        name: String,
        nanoseconds: f64,
    },
}

/// What a suite counts.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) passed: u64,
    pub(super) failed: u64,
    pub(super) measured: u64,
    pub(super) filtered_out: u64,
}

impl Counts {
    pub(super) fn add(&mut self, other: &Self) {
        self.passed = self.passed.saturating_add(other.passed);
        self.failed = self.failed.saturating_add(other.failed);
        self.measured = self.measured.saturating_add(other.measured);
        self.filtered_out = self.filtered_out.saturating_add(other.filtered_out);
    }
}

/// A test that ended.
pub(super) struct Ended {
    pub(super) name: String,
    pub(super) outcome: TestOutcome,
    pub(super) message: String,
    pub(super) location: Option<Location>,
}

/// What a key is, where it must be there.
fn stated<T>(value: Option<T>, key: &str, of: &str) -> Result<T> {
    value.ok_or_else(|| ReadError::new(format!("the event `{of}` has no `{key}`")))
}

impl Line {
    /// # Errors
    /// An unknown type or event, or one that lacks what it must have.
    pub(super) fn event(self) -> Result<Event> {
        let kind = self.kind.clone();
        let event = self.event.clone();
        match (kind.as_str(), event.as_deref()) {
            ("suite", Some("started")) => stated(self.test_count, "test_count", "started").map(|_| Event::SuiteStarted),
            ("suite", Some(word @ ("ok" | "failed"))) => self.suite_ended(word),
            ("suite", Some("discovery" | "completed")) | ("test", Some("discovered")) => {
                Err(ReadError::new("a list of tests (`--list`): nothing was run"))
            }
            ("test", Some("started")) => stated(self.name, "name", "started").map(Event::Started),
            ("test", Some("timeout")) | ("report", None) => Ok(Event::Nothing),
            ("test", Some("ok")) => self.ended("ok", TestOutcome::Passed),
            ("test", Some("ignored")) => self.ended("ignored", TestOutcome::Skipped),
            ("test", Some("failed")) => self.ended("failed", TestOutcome::Failed),
            ("bench", None) => Ok(Event::Measured {
                name: stated(self.name, "name", "bench")?,
                nanoseconds: stated(self.median, "median", "bench")?,
            }),
            (kind, Some(event)) => Err(ReadError::new(format!("the unknown event {event:?} of a {kind:?}"))),
            (kind, None) => Err(ReadError::new(format!("a line of type {kind:?} without an event"))),
        }
    }

    fn suite_ended(self, word: &str) -> Result<Event> {
        stated(self.ignored, "ignored", word)?;
        Ok(Event::SuiteEnded {
            failed: word == "failed",
            counts: Counts {
                passed: stated(self.passed, "passed", word)?,
                failed: stated(self.failed, "failed", word)?,
                measured: stated(self.measured, "measured", word)?,
                filtered_out: stated(self.filtered_out, "filtered_out", word)?,
            },
            seconds: self.exec_time,
        })
    }

    fn ended(self, word: &str, outcome: TestOutcome) -> Result<Event> {
        let name = stated(self.name, "name", word)?;
        let text = |start: Option<Start>| start.map(|s| s.0).unwrap_or_default();
        let (printed, panicked) = match outcome {
            TestOutcome::Failed => panic_in(&text(self.stdout)),
            _ => Default::default(),
        };
        let said =
            [text(self.message), text(self.reason), printed].iter().map(|t| first_line(t)).find(|l| !l.is_empty());
        let location = doc_test(&name).or(panicked);
        Ok(Event::Ended(Ended { name, outcome, message: said.unwrap_or_default(), location }))
    }
}

/// What a panic or an error that a test returned says, and where it was.
fn panic_in(stdout: &str) -> (String, Option<Location>) {
    let mut lines = stdout.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("Error: ") {
            return (line.to_owned(), None);
        }
        let Some((_, rest)) = line.split_once(" panicked at ").filter(|_| line.starts_with("thread '")) else {
            continue;
        };
        // Before 1.73 the message stood in the same line, the place behind it.
        return match rest.strip_suffix(':') {
            Some(place) => (lines.next().unwrap_or_default().to_owned(), place_of(place)),
            None => (rest.to_owned(), None),
        };
    }
    Default::default()
}

/// The place in `src/lib.rs:46:9`.
fn place_of(text: &str) -> Option<Location> {
    let mut parts = text.rsplitn(3, ':');
    let (_column, line, path) = (parts.next()?, parts.next()?, parts.next()?);
    Some(Location { path: Text::new(&normal_path(path)), line: u32::try_from(plain_u64(line)?).ok() })
}

/// The place that the name of a doc test states: `src/lib.rs - change (line 14)`. A panic in it states
/// a line of what rustdoc made of it.
fn doc_test(name: &str) -> Option<Location> {
    let (path, rest) = name.split_once(" - ")?;
    let line = rest.rsplit_once("(line ")?.1.split_once(')')?.0;
    Some(Location { path: Text::new(&normal_path(path)), line: u32::try_from(plain_u64(line)?).ok() })
}
