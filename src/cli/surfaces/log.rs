//! Azure Pipelines and TeamCity: commands in the log.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::{Done, Run};
use crate::ci;
use crate::outputs::{self, Page, Room};

/// Bytes of a summary of a run.
const SUMMARY: usize = 1_000_000;

/// Issues, the summary of the run, and variables. The agent and the tasks that run scripts read stderr as they read stdout
/// (microsoft/azure-pipelines-agent, `Handlers/NodeHandler.cs`; microsoft/azure-pipelines-tasks, `BashV3/bash.ts`).
pub(super) fn azure(run: &Run<'_>, done: &mut Done) {
    if run.format.name != "azure" {
        match run.rendered("azure", &Page::default()) {
            Ok(commands) => {
                // The last line is the verdict in words, which the log has already.
                let commands = commands.split_inclusive(|b| *b == b'\n').filter(|line| line.starts_with(b"##vso["));
                let commands: Vec<&[u8]> = commands.collect();
                done.said.push(format!("{} issue{}", commands.len(), if commands.len() == 1 { "" } else { "s" }));
                done.commands.extend(commands.concat());
            }
            Err(why) => done.warnings.push(format!("the issues cannot be written: {why}")),
        }
    }
    match ci::value(run.environment, "AGENT_TEMPDIRECTORY") {
        Some(folder) => match summary(run, Path::new(&folder)) {
            Ok(file) => {
                let command = outputs::upload_summary(&file.to_string_lossy());
                done.commands.extend(format!("{command}\n").bytes());
                done.said.push("summary of the run".to_owned());
            }
            Err(why) => done.warnings.push(format!("the summary of the run cannot be written: {why}")),
        },
        None => done.said.push("no AGENT_TEMPDIRECTORY".to_owned()),
    }
    for (key, value) in run.figures() {
        // Names of variables are letters, digits, `.` and `_`.
        let key = key.replace('-', "_");
        let command = format!("##vso[task.setvariable variable={key};isoutput=true]{value}\n");
        done.commands.extend(command.bytes());
    }
    done.said.push("output variables".to_owned());
}

/// A new Markdown file in that folder, which the agent empties after the job. It uploads it later, so that each gate of a
/// step needs one of its own.
fn summary(run: &Run<'_>, folder: &Path) -> std::io::Result<PathBuf> {
    let page = Page { room: Room::Summary(SUMMARY), ..Page::default() };
    let bytes = run.rendered("markdown", &page)?;
    let folder = std::path::absolute(folder)?;
    for n in 1..1000 {
        let name = if n == 1 { "portcullis.md".to_owned() } else { format!("portcullis-{n}.md") };
        let path = folder.join(name);
        match std::fs::OpenOptions::new().write(true).create_new(true).open(&path) {
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
            opened => return opened.and_then(|mut file| file.write_all(&bytes)).map(|()| path),
        }
    }
    Err(std::io::ErrorKind::AlreadyExists.into())
}

/// Service messages. TeamCity promises to read them on stdout only; where stdout belongs to a machine they are left out.
pub(super) fn teamcity(run: &Run<'_>, done: &mut Done) {
    match run.format.name {
        "teamcity" => {}
        "text" => match run.rendered("teamcity", &Page::default()) {
            Ok(messages) => {
                let messages = messages.split_inclusive(|b| *b == b'\n').filter(|l| l.starts_with(b"##teamcity["));
                let messages: Vec<&[u8]> = messages.collect();
                let n = messages.len();
                done.said.push(format!("{n} service message{}", if n == 1 { "" } else { "s" }));
                done.stdout = messages.concat();
            }
            Err(why) => done.warnings.push(format!("the service messages cannot be written: {why}")),
        },
        other => done.said.push(format!("no service messages, since stdout is {other}: -f teamcity writes them")),
    }
}
