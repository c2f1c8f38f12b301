//! `portcullis record`.

use std::ffi::OsString;
use std::path::PathBuf;

use super::{Failure, write};
use crate::record::{Recording, record};

/// Run a command and note its outcome and duration in the step record.
///
/// The command's own exit code is passed on, so that a step can be wrapped without changing the pipeline.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The step's name, as the tables steps and timings of the policy know it.
    #[arg(value_name = "NAME")]
    name: String,
    /// The step record, which is appended to.
    #[arg(long, value_name = "FILE", default_value = "steps.jsonl", env = "PORTCULLIS_STEPS")]
    to: PathBuf,
    /// A file that the command writes; its digest is noted, for evidence with `step = NAME`. Repeatable.
    #[arg(long, value_name = "FILE")]
    wrote: Vec<PathBuf>,
    /// The commit it runs on; else git's.
    #[arg(long, value_name = "SHA")]
    commit: Option<String>,
    /// The command and its arguments.
    #[arg(value_name = "COMMAND", last = true, required = true)]
    command: Vec<OsString>,
}

const EXAMPLES: &str = "\
Examples:
  portcullis record fmt -- cargo fmt --check
  portcullis record test --wrote target/nextest/ci/junit.xml -- cargo nextest run --profile ci";

impl Args {
    pub(super) fn run(self) -> Result<u8, Failure> {
        let environment = |name: &str| std::env::var(name).ok();
        let here = std::path::Path::new(".");
        let subject = crate::subject::subject(here, self.commit.as_deref(), &environment);
        let recording = Recording {
            name: self.name,
            command: self.command,
            to: self.to,
            files: self.wrote,
            commit: subject.commit.map(|c| c.to_string()),
        };
        let exit = match record(&recording) {
            Ok(exit) => exit,
            Err(e) if e.exit_code() == 2 => return Err(Failure::Plain(e.to_string())),
            Err(e) => {
                super::report(&Failure::Plain(e.to_string()));
                return Ok(e.exit_code());
            }
        };
        for message in &exit.messages {
            write::diagnostic(&format!("portcullis: {message}"));
        }
        Ok(exit.code)
    }
}
