//! Figures of files without the lines that they are of, as summaries state them.
//!
//! A summary adds its files up itself, exactly: a total that states more than its files hold betrays
//! that a file was taken out of it.

use crate::facts::{Coverage, FileCoverage, Ratio, Report, Totals};
use crate::input::{ReadError, Result};

/// The files of a summary as far as they were read.
#[derive(Default)]
pub(super) struct FileTotals {
    coverage: Coverage,
}

/// The figures of a file or of a total, each with its name.
fn named(totals: &Totals) -> [(&'static str, Ratio); 3] {
    [("lines", totals.lines), ("branches", totals.branches), ("functions", totals.functions)]
}

impl FileTotals {
    /// Adds the figures of a file.
    ///
    /// # Errors
    /// More is covered than there is, or the file is there already: figures without lines cannot be joined.
    pub(super) fn add(&mut self, path: &str, totals: Totals) -> Result<()> {
        check(path, &totals)?;
        let file = self.coverage.file(path);
        match file.totals.replace(totals) {
            None => Ok(()),
            Some(_) => Err(ReadError::new(format!("{path} stands twice: figures without lines cannot be joined"))),
        }
    }

    /// Holds the files against the `total` that the report states of them, and gives them to `report`.
    ///
    /// # Errors
    /// The total states more than the files hold, or contradicts itself.
    pub(super) fn finish(mut self, total: &Totals, report: &mut Report) -> Result<()> {
        check("the total", total)?;
        self.coverage.settle();
        let held = Totals {
            lines: self.coverage.sum(FileCoverage::line_ratio),
            branches: self.coverage.sum(FileCoverage::branch_ratio),
            functions: self.coverage.sum(FileCoverage::function_ratio),
        };
        for ((name, said), (_, held)) in named(total).into_iter().zip(named(&held)) {
            if said.total > held.total {
                return Err(ReadError::new(format!(
                    "its total states {} {name} and its files hold {}: a part of the report is missing",
                    said.total, held.total
                )));
            }
            if said != held {
                report.note(format!(
                    "the total says {}/{} {name}; the files hold {}/{}, which count",
                    said.covered, said.total, held.covered, held.total
                ));
            }
        }
        if held.lines.total == 0 {
            report.note("0 lines: nothing was measured");
        }
        // 0 of 0 is how a tool writes what it does not measure.
        self.coverage.has_branches = held.branches.total > 0;
        self.coverage.has_functions = held.functions.total > 0;
        report.facts.coverage = Some(self.coverage);
        Ok(())
    }
}

/// Refuses figures of which more is covered than there is.
fn check(whose: &str, totals: &Totals) -> Result<()> {
    match named(totals).into_iter().find(|(_, ratio)| ratio.covered > ratio.total) {
        None => Ok(()),
        Some((name, Ratio { covered, total })) => {
            Err(ReadError::new(format!("{whose}: {covered} of {total} {name} are covered, which cannot be")))
        }
    }
}
