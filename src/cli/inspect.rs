//! `portcullis inspect`.

use std::collections::BTreeMap;
use std::path::Path;

use clap::ValueEnum;

use super::progress::Progress;
use super::{Failure, write};
use crate::collect::{self, Evidence, Given};
use crate::outputs;
use crate::verdict::{EvidenceStatus, INSPECT_SCHEMA, Inspection};

/// Say what each report is and what it holds; judges nothing.
///
/// Exits 0 if every path was read, 3 if any was not; the rest is still printed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Reports, or folders of them.
    #[arg(value_name = "PATH", required = true, value_parser = super::given())]
    paths: Vec<Given>,
    /// What goes to stdout.
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    limits: super::check::LimitArgs,
}

/// How an inspection is printed.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// portcullis/inspect/v1.
    Json,
}

impl Args {
    pub(super) fn run(self) -> Result<u8, Failure> {
        let root = Path::new(".");
        let progress = Progress::start(true, &|name| std::env::var(name).ok());
        let slots = collect::plan(&self.paths, &BTreeMap::new(), root);
        progress.reading(slots.len());
        let mut evidence = collect::read_all_telling(&slots, self.limits.limits(), root, &|| progress.read_one());
        collect::apply_specs(&mut evidence, |_| None, jiff::Timestamp::UNIX_EPOCH, None, None);
        let some_read = evidence.iter().any(|e| e.status == EvidenceStatus::Read);
        let all_read =
            some_read && evidence.iter().all(|e| matches!(e.status, EvidenceStatus::Read | EvidenceStatus::Ignored));
        let reports = evidence.iter().map(Evidence::entry).collect();
        progress.end();
        let inspection = Inspection { schema: INSPECT_SCHEMA, reports };
        write::stdout(|out| match self.format {
            Format::Text => outputs::inspection(&inspection, &write::page(outputs::Detail::Normal), out),
            Format::Json => outputs::inspection_json(&inspection, out),
        })?;
        Ok(if all_read { 0 } else { 3 })
    }
}
