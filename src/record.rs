//! `portcullis record NAME -- COMMAND...`: runs a command and appends its outcome to the step
//! record, in the shape that the format `steps` reads.
//!
//! What it cannot note: itself being killed. On an interrupt from the terminal both get the
//! signal, and no line is written; a step without a line has not run, which opens no gate.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, create_dir_all};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant, SystemTime};

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::facts::Outcome;
use crate::formats::steps::{RecordedFile, RecordedOutcome, Schema, StepRecord, is_step_name};
use crate::input::{CHUNK, open_report};

/// What to run, and where to note it.
#[derive(Debug, Clone)]
pub struct Recording {
    /// Name of the step: ASCII letters, digits, spaces and `. _ - /`, at most 100 bytes.
    pub name: String,
    /// The program and its arguments. They are noted as they stand: no secret belongs in them.
    pub command: Vec<OsString>,
    /// The step record, which grows by one line.
    pub to: PathBuf,
    /// Files that the command writes; their digests are noted.
    pub files: Vec<PathBuf>,
    /// The commit that it runs on.
    pub commit: Option<String>,
}

/// How a recorded command ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedExit {
    /// The exit code to end with: that of the command, 128 + its number for a signal, and 1 where
    /// the command succeeded and the step did not.
    pub code: u8,
    /// What was noted.
    pub outcome: Outcome,
    /// What the person who called it should know.
    pub messages: Vec<String>,
}

/// Why nothing was recorded, or the command was not run.
#[derive(Debug, Error)]
pub enum RecordError {
    /// The name of the step is none.
    #[error("{0:?} is no name of a step: write ASCII letters, digits, spaces and . _ - /, at most 100")]
    Name(String),
    /// There is no command.
    #[error("no command to run: write `portcullis record NAME -- COMMAND...`")]
    NoCommand,
    /// The command could not be started. That was recorded.
    #[error("{program} could not be started: {source}")]
    NotStarted {
        /// The program.
        program: String,
        /// Why.
        source: io::Error,
    },
    /// The record cannot be written.
    #[error("the step record {} cannot be written: {source}", .path.display())]
    Write {
        /// The record.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl RecordError {
    /// The exit code to end with: 127 and 126 as a shell has them, for a program that is not there
    /// and for one that cannot be run; else 2.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::NotStarted { source, .. } if source.kind() == io::ErrorKind::NotFound => 127,
            Self::NotStarted { .. } => 126,
            _ => 2,
        }
    }
}

/// Runs the command with our own input and output, and appends one line to the record.
///
/// # Errors
/// A wrong name, no command, a command that could not be started (which is recorded all the same),
/// a record that cannot be written. Whether it can is tried before the command runs.
pub fn record(recording: &Recording) -> Result<RecordedExit, RecordError> {
    if !is_step_name(&recording.name) {
        return Err(RecordError::Name(recording.name.clone()));
    }
    let (program, arguments) = recording.command.split_first().ok_or(RecordError::NoCommand)?;
    let write_error = |source| RecordError::Write { path: recording.to.clone(), source };
    open(&recording.to).map_err(write_error)?;
    let (started_at, began, clock) = (Timestamp::now(), SystemTime::now(), Instant::now());
    let status = Command::new(program).args(arguments).status();
    let seconds = clock.elapsed().as_secs_f64();
    let mut line = StepRecord {
        schema: Schema,
        name: recording.name.clone(),
        command: recording.command.iter().map(|part| part.to_string_lossy().into_owned()).collect(),
        outcome: RecordedOutcome::Failure,
        exit_code: None,
        started_at: started_at.to_string(),
        seconds: None,
        commit: recording.commit.clone(),
        files: Vec::new(),
    };
    let status = match status {
        Ok(status) => status,
        Err(source) => {
            append(&recording.to, &line).map_err(write_error)?;
            return Err(RecordError::NotStarted { program: program.to_string_lossy().into_owned(), source });
        }
    };
    let (mut code, outcome) = judge(status);
    line.outcome = outcome;
    line.exit_code = status.code();
    line.seconds = Some(seconds);
    let mut messages = Vec::new();
    let whole = note_files(&mut line, &recording.files, began, &mut messages);
    if !whole && line.outcome == RecordedOutcome::Success {
        line.outcome = RecordedOutcome::Failure;
        code = 1;
    }
    // Opened anew: the command may have removed the file, or the folder it lies in.
    append(&recording.to, &line).map_err(write_error)?;
    Ok(RecordedExit { code, outcome: line.outcome.into(), messages })
}

/// Our exit code and the outcome. Only an interrupt and a termination are a cancellation.
fn judge(status: ExitStatus) -> (u8, RecordedOutcome) {
    if status.success() {
        return (0, RecordedOutcome::Success);
    }
    if let Some(signal) = signal(status) {
        let cancelled = matches!(signal, 2 | 15);
        let outcome = if cancelled { RecordedOutcome::Cancelled } else { RecordedOutcome::Failure };
        return (u8::try_from(128 + signal).unwrap_or(1), outcome);
    }
    // Windows has larger codes. None of them is 0 here.
    (status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1), RecordedOutcome::Failure)
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_: ExitStatus) -> Option<i32> {
    None
}

/// How much older than the start of the command a file that it wrote may seem: file systems keep
/// their times in steps of up to two seconds.
const CLOCK_STEP: Duration = Duration::from_secs(2);

/// Notes the digest of each file. `false`: one is not there, or cannot be read. Where the command
/// failed, that is no news.
fn note_files(line: &mut StepRecord, files: &[PathBuf], began: SystemTime, messages: &mut Vec<String>) -> bool {
    let mut whole = true;
    for path in files {
        match digest(path) {
            Ok((sha256, changed)) => {
                if changed.is_some_and(|time| time + CLOCK_STEP < began) {
                    // It was there before: this step did not write it, and must not vouch for it.
                    whole = false;
                    messages
                        .push(format!("{} is older than this run of the command: it did not write it", path.display()));
                    continue;
                }
                line.files.push(RecordedFile { path: path.to_string_lossy().into_owned(), sha256 });
            }
            Err(source) => {
                whole = false;
                if line.outcome == RecordedOutcome::Success {
                    messages.push(format!("the command succeeded, and {} cannot be read: {source}", path.display()));
                }
            }
        }
    }
    whole
}

/// SHA-256 of a file in lower-case hex, and when it was changed.
fn digest(path: &Path) -> io::Result<(String, Option<SystemTime>)> {
    let opened = open_report(path, u64::MAX).map_err(io::Error::other)?;
    let mut file = opened.file;
    let changed = file.metadata()?.modified().ok();
    let (mut hasher, mut chunk) = (Sha256::new(), vec![0; CHUNK]);
    loop {
        match file.read(&mut chunk) {
            Ok(0) => break,
            Ok(n) => hasher.update(chunk.get(..n).unwrap_or_default()),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok((hasher.finalize().iter().map(|b| format!("{b:02x}")).collect(), changed))
}

fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        create_dir_all(folder)?;
    }
    if path.metadata().is_ok_and(|m| !m.is_file()) {
        return Err(io::Error::other("not a regular file"));
    }
    OpenOptions::new().append(true).create(true).open(path)
}

/// Appends the line by a single write, so that lines of steps that end together do not mix.
fn append(path: &Path, line: &StepRecord) -> io::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    if open(path)?.write(&text)? == text.len() { Ok(()) } else { Err(io::ErrorKind::WriteZero.into()) }
}

#[cfg(unix)]
#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
