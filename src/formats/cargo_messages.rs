//! What cargo writes under `--message-format=json`: of `cargo build`, `check`, `test`, `clippy`.
//!
//! Sources: rust-lang/cargo `src/cargo/util/machine_message.rs` and the Cargo book, "External
//! tools"; rustc's "JSON Output"; measured with 1.95.
//!
//! A lint is a message of level `error` or `warning`, one however many targets repeat it. `note`,
//! `help` and `failure-note` at the top explain another message and are none; nor are the old
//! closing lines ("2 warnings emitted", "aborting due to"), which only add up what stood before.
//! Any other message without code and place is one: a linker error is such.
//!
//! Cargo ends each run with `build-finished`. Without it, or with `success: false`, the run failed
//! and the list is incomplete. A line missing in the middle leaves no trace.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Format, Head, Input};
use crate::facts::{Kind, Lint, LintLevel, Lints, Location, Report, normal_path};
use crate::input::json::{lines, required};
use crate::input::{ReadError, Result, size};
use crate::text::Text;

pub(super) const FORMAT: Format = Format {
    name: "cargo-messages",
    gives: &[Kind::Lints],
    producers: "cargo and clippy 1.95, `--message-format=json`",
    recognise,
    read,
};

const ARTIFACT: &str = "compiler-artifact";
const MESSAGE: &str = "compiler-message";
const SCRIPT: &str = "build-script-executed";
const FINISHED: &str = "build-finished";

fn recognise(head: &Head) -> bool {
    matches!(head.string("reason"), Some(ARTIFACT | MESSAGE | SCRIPT | FINISHED))
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut stream = Stream::default();
    let (mut others, mut behind) = (0, false);
    lines(
        input.window,
        |line| stream.take(line),
        |other| {
            others += 1;
            behind |= other.contains("{\"reason\":");
        },
    )?;
    if behind {
        return Err(ReadError::new(
            "a message of cargo stands behind other text in its line: keep stdout apart from stderr",
        ));
    }
    stream.others += others;
    stream.finish()
}

/// The messages read so far.
#[derive(Default)]
struct Stream {
    lints: BTreeSet<Lint>,
    targets: BTreeSet<(String, Vec<String>, String)>,
    /// Runs that ended, and whether something was read since.
    finished: u64,
    open: bool,
    failed: bool,
    /// Messages of packages outside the workspace.
    foreign: u64,
    /// Lines that are no message of cargo.
    others: u64,
    /// The first `reason` that is not known.
    unknown: Option<String>,
}

impl Stream {
    fn take(&mut self, line: Line) -> Result<()> {
        let Some(reason) = &line.reason else {
            if line.package_id.is_some() || line.message.is_some() || line.success.is_some() {
                return Err(ReadError::new("a message of cargo without `reason`"));
            }
            self.others += 1;
            return Ok(());
        };
        self.open = reason != FINISHED;
        match reason.as_str() {
            ARTIFACT => self.target(&line).map(drop),
            MESSAGE => {
                let ours = self.target(&line)?;
                self.message(line.message.ok_or_else(|| lacks(MESSAGE, "message"))?, ours);
                Ok(())
            }
            FINISHED => {
                self.finished += 1;
                self.failed |= !line.success.ok_or_else(|| lacks(FINISHED, "success"))?;
                Ok(())
            }
            SCRIPT => Ok(()),
            _ => {
                self.unknown.get_or_insert_with(|| reason.clone());
                Ok(())
            }
        }
    }

    /// Notes the target that a line is about. `false`: it is not of the workspace.
    fn target(&mut self, line: &Line) -> Result<bool> {
        let reason = line.reason.as_deref().unwrap_or_default();
        let package = line.package_id.as_ref().ok_or_else(|| lacks(reason, "package_id"))?;
        let target = line.target.as_ref().ok_or_else(|| lacks(reason, "target"))?;
        // Before 1.77 an id read `name version (path+file:///…)`.
        let ours = package.contains("path+file://");
        if ours {
            self.targets.insert((package.clone(), target.kind.clone(), target.name.clone()));
        }
        Ok(ours)
    }

    fn message(&mut self, message: Diagnostic, ours: bool) {
        let level = match message.level {
            Level::Error | Level::InternalCompilerError => LintLevel::Error,
            Level::Warning => LintLevel::Warning,
            Level::Note | Level::Help | Level::FailureNote => return,
        };
        if !ours {
            self.foreign += 1;
        } else if !self.is_sum(level, &message) {
            let place = message.spans.iter().find(|s| s.is_primary).or(message.spans.first());
            self.lints.insert(Lint {
                level,
                code: message.code.map(|c| c.code),
                location: place.map(|s| Location {
                    path: Text::new(&normal_path(&s.file_name)),
                    line: Some(s.line_start).filter(|n| *n > 0),
                }),
                column: place.map(|s| s.column_start).filter(|n| *n > 0),
                message: message.message,
            });
        }
    }

    /// Whether a message only adds up others of its level, of which at least one was read.
    fn is_sum(&self, level: LintLevel, message: &Diagnostic) -> bool {
        let text = message.message.as_str();
        // Errors stand first in the set, warnings last.
        let (after_one, words) = match level {
            LintLevel::Error => {
                (self.lints.first(), text.starts_with("aborting due to ") || text.starts_with("could not compile "))
            }
            LintLevel::Warning => {
                (self.lints.last(), text.ends_with(" warning emitted") || text.ends_with(" warnings emitted"))
            }
        };
        words && message.code.is_none() && message.spans.is_empty() && after_one.is_some_and(|l| l.level == level)
    }

    fn finish(self) -> Result<Report> {
        if self.finished == 0 && !self.open {
            return Err(ReadError::new("no message of cargo: it failed before it built, or its stdout was not kept"));
        }
        // A clean stream of clippy is like one of the compiler: a name that depends on what was found could
        // not be required.
        let mut report = Report::by("cargo");
        if self.failed {
            report.fail("cargo says that the build failed (build-finished with success false)");
        }
        if self.open {
            report.fail("build-finished is missing at the end: the stream was cut off, or cargo was stopped");
        }
        if self.failed || self.open {
            report.note("the build did not end well: the list of warnings is incomplete");
        }
        if self.foreign > 0 {
            report.note(format!("{} of packages outside the workspace: not counted", messages(self.foreign)));
        }
        if self.others > 0 {
            report.note(format!("lines that are no message of cargo, passed over: {}", self.others));
        }
        if let Some(reason) = self.unknown {
            report.note(format!("messages of a kind that is not known ({reason:?}) are passed over"));
        }
        let tool = report.tools.first().cloned().unwrap_or_default();
        report.facts.lints =
            Some(Lints { list: self.lints, looked_at: size(self.targets.len()), tool, ..Lints::default() });
        Ok(report)
    }
}

fn messages(n: u64) -> String {
    if n == 1 { "1 message".into() } else { format!("{n} messages") }
}

fn lacks(reason: &str, key: &str) -> ReadError {
    ReadError::new(format!("a {reason} without `{key}`"))
}

/// One line, whatever its `reason`.
#[derive(Deserialize)]
#[serde(expecting = "a message of cargo")]
struct Line {
    reason: Option<String>,
    package_id: Option<String>,
    target: Option<Target>,
    message: Option<Diagnostic>,
    success: Option<bool>,
}

#[derive(Deserialize)]
#[serde(expecting = "a target")]
struct Target {
    kind: Vec<String>,
    name: String,
}

#[derive(Deserialize)]
#[serde(expecting = "a diagnostic of the compiler")]
struct Diagnostic {
    level: Level,
    #[serde(deserialize_with = "required")]
    code: Option<Code>,
    message: Text,
    spans: Vec<Span>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Level {
    Error,
    Warning,
    Note,
    Help,
    FailureNote,
    #[serde(rename = "error: internal compiler error")]
    InternalCompilerError,
}

#[derive(Deserialize)]
#[serde(expecting = "a code of a diagnostic")]
struct Code {
    code: Text,
}

#[derive(Deserialize)]
#[serde(expecting = "a span")]
struct Span {
    file_name: String,
    line_start: u32,
    column_start: u32,
    is_primary: bool,
}

#[cfg(test)]
#[path = "cargo_messages_tests.rs"]
mod tests;
