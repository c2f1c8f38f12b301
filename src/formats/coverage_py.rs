//! What coverage.py writes under `coverage json`.
//!
//! Source: nedbat/coveragepy `coverage/jsonreport.py`; measured with 6.5, 7.4, 7.5, 7.6 and 7.17.
//!
//! Counted are executed and missing lines, and branches by the line that they leave.
//! `percent_covered` mixes lines and branches, and is 100 where there is no statement: no percentage is
//! read. Up to 7.6 at least `executed_lines` also holds what is no statement (docstrings, excluded
//! lines), and `executed_branches` what is no branch: where a file's own `summary` counts less, that one
//! is right, and nothing tells which lines it is of. Functions and classes repeat the lines of the file
//! and are passed over.

mod file;

use std::collections::BTreeMap;

use serde::Deserialize;

use self::file::{File, Summary};
use super::{Format, Head, Input};
use crate::facts::{Coverage, FileCoverage, Kind, Report};
use crate::input::json::Json;
use crate::input::{ReadError, Result, size};
use crate::text::Text;

const TOOL: &str = "coverage.py";

pub(super) const FORMAT: Format = Format {
    name: "coverage-py",
    gives: &[Kind::Coverage],
    producers: "coverage.py 7.4, 7.5, 7.6 and 7.17, `coverage json`; pytest-cov's `json` report",
    recognise,
    read,
};

/// `totals` stands behind all files.
fn recognise(head: &Head) -> bool {
    head.has("meta.version") && head.has("meta.branch_coverage") && head.has("meta.show_contexts")
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let Document { meta, files, totals } = Json::document(input.window)?;
    if meta.format.is_none() {
        return Err(ReadError::new(
            "no `meta.format`: coverage.py before 7.4 lists lines as executed that are no statements; use a newer one, \
             or hand in what `coverage xml` writes",
        ));
    }
    let mut report = Report::by(TOOL);
    // A time without a zone; runners of CI keep UTC.
    report.made_at = meta.timestamp.as_ref().and_then(|t| format!("{t}Z").parse().ok());
    let mut body = Body { branches: meta.branch_coverage, ..Body::default() };
    for (path, file) in &files {
        let totals = file.coverage(meta.branch_coverage, body.coverage.file(path));
        body.count(totals.map_err(|reason| ReadError::new(format!("{path}: {reason}")))?, file);
    }
    body.finish(&totals, &mut report)?;
    Ok(report)
}

/// The files as far as they were read.
#[derive(Default)]
struct Body {
    coverage: Coverage,
    branches: bool,
    excluded: u64,
    /// Files of which only the figures are sure.
    without_lines: u64,
}

impl Body {
    fn count(&mut self, has_lines: bool, file: &File) {
        self.without_lines += u64::from(!has_lines);
        self.excluded = self.excluded.saturating_add(size(file.excluded_lines.len()));
    }

    /// Holds the files against the totals, which may only state as much as they do.
    fn finish(mut self, totals: &Summary, report: &mut Report) -> Result<()> {
        self.coverage.settle();
        let mut held = vec![("lines", totals.lines()?, self.coverage.sum(FileCoverage::line_ratio))];
        if self.branches {
            held.push(("branches", totals.branches()?, self.coverage.sum(FileCoverage::branch_ratio)));
        }
        for (name, said, held) in held {
            if said.total > held.total {
                return Err(ReadError::new(format!(
                    "`totals` states {} {name} and the files hold {}: a part of the report is missing",
                    said.total, held.total
                )));
            }
            if said != held {
                report.note(format!(
                    "`totals` says {}/{} {name}; the files hold {}/{}, which count",
                    said.covered, said.total, held.covered, held.total
                ));
            }
            match name {
                "lines" if held.total == 0 => report.note("0 lines: nothing was measured"),
                "branches" => self.coverage.has_branches = held.total > 0,
                _ => {}
            }
        }
        self.tell(report);
        report.facts.coverage = Some(self.coverage);
        Ok(())
    }

    fn tell(&self, report: &mut Report) {
        if self.excluded > 0 {
            report.note(format!("{} lines are excluded (`# pragma: no cover`, `exclude_also`)", self.excluded));
        }
        if self.without_lines > 0 {
            report.note(format!(
                "{} files list more as executed than they have statements or branches: their summaries count, which cannot \
                 be merged with another report",
                self.without_lines
            ));
        }
    }
}

#[derive(Deserialize)]
#[serde(expecting = "a report of coverage.py")]
struct Document {
    meta: Meta,
    files: BTreeMap<String, File>,
    totals: Summary,
}

#[derive(Deserialize)]
#[serde(expecting = "the `meta` of coverage.py")]
struct Meta {
    format: Option<u64>,
    timestamp: Option<Text>,
    branch_coverage: bool,
}

#[cfg(test)]
mod tests;
