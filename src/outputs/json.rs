//! `json`: the verdict in its frozen shape, for machines and for the next run's baseline.

use std::io;

use serde::Serialize;

use super::{Output, Page};
use crate::verdict::{Inspection, Verdict};

pub(super) const OUTPUT: Output = Output {
    name: "json",
    about: "the whole verdict in its frozen shape (portcullis/verdict/v1); also what a baseline is",
    write,
};

fn write(verdict: &Verdict, _: &Page, sink: &mut dyn io::Write) -> io::Result<()> {
    pretty(verdict, sink)
}

/// Writes what `inspect -f json` prints.
///
/// # Errors
/// Those of the sink.
pub fn inspection_json(inspection: &Inspection, sink: &mut dyn io::Write) -> io::Result<()> {
    pretty(inspection, sink)
}

fn pretty(value: &impl Serialize, sink: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *sink, value)?;
    sink.write_all(b"\n")
}
