//! `portcullis schema`.

use clap::ValueEnum;

use super::{Failure, write};
use crate::{policy, verdict};

/// Print a JSON Schema: of a policy, of a verdict, or of an inspection.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Of what.
    #[arg(value_name = "WHAT", value_enum)]
    what: What,
}

/// What there is a schema of.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum What {
    /// The policy language, for editors; draft 7. The same as `policy schema`.
    Policy,
    /// What `check -f json` prints (portcullis/verdict/v1); draft 2020-12.
    Verdict,
    /// What `inspect -f json` prints (portcullis/inspect/v1); draft 2020-12.
    Inspect,
}

impl Args {
    pub(super) fn run(self) -> Result<u8, Failure> {
        print(&match self.what {
            What::Policy => policy::schema(),
            What::Verdict => verdict::verdict_schema(),
            What::Inspect => verdict::inspection_schema(),
        })?;
        Ok(0)
    }
}

/// Prints a schema.
pub(super) fn print(schema: &serde_json::Value) -> Result<(), Failure> {
    write::stdout(|out| {
        serde_json::to_writer_pretty(&mut *out, schema)?;
        writeln!(out)
    })
}
