//! GitHub, and Gitea and Forgejo, which copy it: the summary of the job, annotations, outputs of the step.
//!
//! Sources: github/docs, "Workflow commands for GitHub Actions"; actions/runner, `src/Runner.Worker/FileCommandManager.cs`
//! (how the files are read) and `Handlers/ScriptHandler.cs` (commands are read from stderr as from stdout); actions/toolkit,
//! `packages/core/src/file-command.ts`.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::{Done, Run};
use crate::ci;
use crate::outputs::{Page, Room};

/// Bytes that the summary of a step may hold, what others wrote included: a whole summary over 1 MiB is refused.
const SUMMARY: u64 = 1_000_000;
/// Bytes without which a summary says nothing.
const LEAST: u64 = 4_000;

const SUMMARY_FILE: &str = "GITHUB_STEP_SUMMARY";
const OUTPUT_FILE: &str = "GITHUB_OUTPUT";

pub(super) fn github(run: &Run<'_>, done: &mut Done) {
    annotations(run, done);
    files(run, done);
}

/// Gitea shows no annotations: there the commands would be noise in the log.
pub(super) fn gitea(run: &Run<'_>, done: &mut Done) {
    files(run, done);
}

fn files(run: &Run<'_>, done: &mut Done) {
    file(run, done, SUMMARY_FILE, summary);
    file(run, done, OUTPUT_FILE, outputs);
}

/// Writes the file that a variable names.
fn file(run: &Run<'_>, done: &mut Done, name: &str, write: impl Fn(&Run<'_>, &Path) -> Result<String, String>) {
    match ci::value(run.environment, name) {
        Some(path) => done.note(write(run, Path::new(&path)).map_err(|why| format!("{why} ({name})"))),
        None => done.said.push(format!("no {name}")),
    }
}

/// On stderr, so that stdout holds what `-f` says and nothing else.
fn annotations(run: &Run<'_>, done: &mut Done) {
    if run.format.name == "github" {
        return;
    }
    match run.rendered("github", &Page::default()) {
        Ok(commands) => {
            let n = commands.iter().filter(|b| **b == b'\n').count();
            done.said.push(format!("{n} annotation{}", if n == 1 { "" } else { "s" }));
            done.commands.extend(commands);
        }
        Err(why) => done.warnings.push(format!("the annotations cannot be written: {why}")),
    }
}

fn summary(run: &Run<'_>, path: &Path) -> Result<String, String> {
    if is_written_already(run, path) {
        return Ok("the job summary is written already".to_owned());
    }
    let failed = |why: std::io::Error| format!("the job summary cannot be written: {why}");
    let mut end = End::open(path).map_err(failed)?;
    let left = SUMMARY.saturating_sub(end.held);
    if left < LEAST {
        return Err(format!("the job summary is full: it holds {} bytes already", end.held));
    }
    let gap = if end.held == 0 { "" } else { "\n\n" };
    let room = usize::try_from(left).unwrap_or(usize::MAX).saturating_sub(gap.len());
    let page = Page { room: Room::Summary(room), ..Page::default() };
    let mut bytes = gap.as_bytes().to_vec();
    bytes.extend(run.rendered("markdown", &page).map_err(failed)?);
    if bytes.len() > room + gap.len() {
        return Err("the job summary has no room for the verdict".to_owned());
    }
    end.file.write_all(&bytes).map_err(failed)?;
    Ok("job summary".to_owned())
}

/// Whether the summary is what stdout goes to (`-f markdown >> "$GITHUB_STEP_SUMMARY"`) or a file that `-o` wrote. Only
/// files are opened for that: a pipe would wait for somebody to write into it.
fn is_written_already(run: &Run<'_>, path: &Path) -> bool {
    let open = |path: &Path| {
        let is_file = path.metadata().is_ok_and(|m| m.is_file());
        if is_file { same_file::Handle::from_path(path).ok() } else { None }
    };
    let Some(summary) = open(path) else { return false };
    let is_stdout = same_file::Handle::stdout().is_ok_and(|out| out == summary);
    is_stdout || run.outputs.iter().any(|(_, file)| open(file).is_some_and(|file| file == summary))
}

/// Outputs of the step: figures, and where the files are that were asked for.
fn outputs(run: &Run<'_>, path: &Path) -> Result<String, String> {
    let failed = |why: std::io::Error| format!("the outputs of the step cannot be set: {why}");
    let mut all: BTreeMap<String, String> =
        run.figures().into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let workspace = ci::value(run.environment, "GITHUB_WORKSPACE").map(PathBuf::from);
    for (output, file) in run.outputs {
        all.insert(format!("{}-path", output.name), findable(file, workspace.as_deref())?);
    }
    let mut end = End::open(path).map_err(failed)?;
    // A line that somebody left open would swallow the first of ours.
    let mut text = if end.is_open { "\n".to_owned() } else { String::new() };
    for (key, value) in &all {
        text.push_str(&assignment(key, value)?);
    }
    end.file.write_all(text.as_bytes()).map_err(failed)?;
    Ok(format!("{} outputs", all.len()))
}

/// A path that a later step finds: within the workspace relative to it, since a container has it elsewhere.
fn findable(file: &Path, workspace: Option<&Path>) -> Result<String, String> {
    let absolute = std::path::absolute(file).unwrap_or_else(|_| file.to_path_buf());
    let relative = workspace.and_then(|w| absolute.strip_prefix(w).ok());
    let path = relative.unwrap_or(&absolute).to_str();
    path.map(str::to_owned).ok_or_else(|| format!("{} is no UTF-8: no output can name it", file.display()))
}

/// An assignment in the form of the toolkit. The delimiter cannot be guessed, and is not in the value.
fn assignment(key: &str, value: &str) -> Result<String, String> {
    if value.contains(['\n', '\r']) {
        return Err(format!("the output {key} would have a line break in it, so no output is set"));
    }
    let delimiter = format!("portcullis_{}{}", random(), random());
    if value.contains(&delimiter) {
        return Err(format!("the output {key} holds its own delimiter, so no output is set"));
    }
    Ok(format!("{key}<<{delimiter}\n{value}\n{delimiter}\n"))
}

/// Sixteen digits that differ each time: the keys of a hash map are random.
fn random() -> String {
    format!("{:016x}", RandomState::new().build_hasher().finish())
}

/// The end of a file to which others have written.
struct End {
    file: File,
    /// Bytes that it holds.
    held: u64,
    /// Its last line has no end.
    is_open: bool,
}

impl End {
    /// Opens a file to append to it, and makes it where it is not there. It has to be a file: a pipe could block.
    fn open(path: &Path) -> std::io::Result<Self> {
        if path.metadata().is_ok_and(|m| !m.is_file()) {
            return Err(std::io::Error::other("it is no file"));
        }
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        let held = file.metadata()?.len();
        let mut last = [b'\n'];
        if held > 0 {
            file.seek(SeekFrom::End(-1))?;
            file.read_exact(&mut last)?;
        }
        Ok(Self { file, held, is_open: last != [b'\n'] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assignment_holds_its_value() {
        let text = assignment("json-path", "a b=c<<d").unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let delimiter = lines[0].strip_prefix("json-path<<portcullis_").unwrap();
        assert!(delimiter.len() == 32 && delimiter.bytes().all(|b| b.is_ascii_hexdigit()));
        assert_eq!((lines[1], lines[2]), ("a b=c<<d", &*format!("portcullis_{delimiter}")));
        assert_ne!(text, assignment("json-path", "a b=c<<d").unwrap(), "it cannot be guessed");
        for bad in ["a\nb", "a\rb", "\n"] {
            assert!(assignment("x", bad).is_err());
        }
    }

    #[test]
    fn a_path_is_relative_where_a_container_would_have_it_elsewhere() {
        let root = std::path::absolute(".").unwrap();
        assert_eq!(findable(Path::new("a/v.json"), Some(&root)).unwrap(), "a/v.json");
        let absolute = root.join("a/v.json");
        assert_eq!(findable(Path::new("a/v.json"), None).unwrap(), absolute.to_str().unwrap());
    }
}
