//! LCOV tracefiles, of lcov 1.x and 2.x and of the many tools that write them.
//!
//! Sources: linux-test-project/lcov `docs/man/geninfo.rst` and `lib/lcovutil.pm`; gcovr
//! `formats/lcov/write.py`, php-code-coverage `src/Report/Lcov.php`, LLVM
//! `tools/llvm-cov/CoverageExporterLcov.cpp`, istanbuljs `istanbul-reports/lib/lcovonly`.
//!
//! Counted are the `DA` by file and line, the `BRDA` by file, line, block and branch, the functions
//! by file and name; what several records say of one file is joined. `LF`, `LH` and their like only
//! raise notes, but where nothing else is written (`--summary-only`) they are the figures.
//! Not counted: MC/DC, and branches that are marked as unreachable.

mod branch;
mod names;
mod record;

use std::collections::{BTreeMap, BTreeSet};

use self::branch::{Branch, Branches, spread};
use self::names::Resolved;
use self::record::Record;
use super::{Format, Head, Input};
use crate::facts::{Coverage, FileCoverage, Kind, Line, Ratio, Report, normal_path};
use crate::input::{ReadError, Result};
use crate::text::Text;

pub(super) const FORMAT: Format = Format {
    name: "lcov",
    gives: &[Kind::Coverage],
    producers: "lcov (geninfo) 1.16, coverage.py 7.17, gcovr 8.8, istanbul (nyc 18, c8 12, jest 30), Node.js 20, \
                cargo-llvm-cov 0.9, llvm-cov 14, cargo-tarpaulin 0.37; by their sources, not run: lcov 2.x, \
                `cargo llvm-cov --summary-only`, php-code-coverage",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    let first = head.lines().find(|line| !line.trim_start().starts_with('#'));
    first.is_some_and(|line| line.starts_with("TN:") || line.starts_with("SF:"))
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut trace = Trace::default();
    while input.window.line_with(|line| trace.take(line.trim_end()))?.is_some() {}
    trace.finish()
}

/// How many kinds of unknown records are named.
const NAMED: usize = 5;

/// The tracefile as far as it was read.
#[derive(Default)]
struct Trace {
    coverage: Coverage,
    /// Branches by file, each once: a later record may speak of the same ones.
    branches: BTreeMap<Text, Branches>,
    open: Option<Record>,
    /// A file of which only totals are stated, and one of which lines are.
    totals: Option<Text>,
    lines: Option<Text>,
    /// A file that says that it has functions or branches, and names none.
    nameless: Option<Text>,
    branchless: Option<Text>,
    headers: Headers,
    excluded: u64,
    conditions: bool,
    unknown: BTreeSet<Text>,
}

/// Where headers and bodies differ: the first of each kind, and how many more.
#[derive(Default)]
struct Headers(BTreeMap<&'static str, (String, u64)>);

impl Headers {
    fn compare(&mut self, what: &'static str, path: &str, said: Option<Ratio>, held: Ratio) {
        let Some(said) = said.filter(|said| *said != held) else { return };
        let words = || {
            format!(
                "the header says {}/{} {what} of {path}; the body holds {}/{}, which count",
                said.covered, said.total, held.covered, held.total
            )
        };
        self.0.entry(what).and_modify(|(_, more)| *more += 1).or_insert_with(|| (words(), 0));
    }
}

impl Trace {
    fn take(&mut self, line: &str) -> std::result::Result<(), String> {
        // Most of the lines of a tracefile.
        if let (Some(record), Some(value)) = (&mut self.open, line.strip_prefix("DA:")) {
            return record.line(value);
        }
        if line.trim_start().is_empty() || line.starts_with('#') {
            return Ok(());
        }
        if line == "end_of_record" {
            let record = self.open.take().ok_or("an end_of_record without a record")?;
            return self.close(record);
        }
        let (key, value) = line.split_once(':').filter(|(key, _)| is_key(key)).ok_or_else(|| {
            let start: String = line.chars().take(60).collect();
            format!("{start:?} is no record of a tracefile")
        })?;
        match (key, &mut self.open) {
            ("TN" | "VER", _) => {}
            ("SF", Some(record)) => return Err(format!("the record of {} has no end_of_record", record.path)),
            ("SF", open) => *open = Some(Record::of(value)?),
            ("MCDC" | "MCF" | "MCH", _) => self.conditions = true,
            (_, Some(record)) if Record::knows(key) => record.take(key, value)?,
            (_, None) if Record::knows(key) => return Err(format!("a {key} that no SF stands before")),
            _ if self.unknown.len() < NAMED => {
                self.unknown.insert(Text::new(key));
            }
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, record: Record) -> std::result::Result<(), String> {
        let path = Text::new(&normal_path(&record.path));
        if let Some(totals) = record.totals()? {
            let file = self.coverage.files.entry(path.clone()).or_default();
            if file.totals.replace(totals).is_some() {
                return Err(format!("a second record of {path} without lines: such figures cannot be joined"));
            }
            self.totals.get_or_insert(path);
            self.coverage.has_branches |= totals.branches.total > 0;
            self.coverage.has_functions |= totals.functions.total > 0;
            return Ok(());
        }
        self.join(path, record);
        Ok(())
    }

    /// Takes the lines, branches and functions of a record.
    fn join(&mut self, path: Text, mut record: Record) {
        let functions = std::mem::take(&mut record.functions).resolved();
        record.settle();
        self.compare(&path, &record, &functions);
        let Record { lines, mut branches, excluded, .. } = record;
        self.excluded += excluded;
        self.coverage.has_branches |= !branches.is_empty();
        self.coverage.has_functions |= !functions.list.is_empty();
        if !lines.is_empty() {
            self.lines.get_or_insert(path.clone());
        }
        let file = self.coverage.files.entry(path.clone()).or_default();
        for (name, hit) in functions.list {
            *file.functions.entry(name).or_default() |= hit;
        }
        lines.into_iter().for_each(|(number, hit)| file.add(Line { number, hit, taken: 0, branches: 0 }));
        file.tidy();
        if !branches.is_empty() {
            self.branches.entry(path).or_default().append(&mut branches);
        }
    }

    /// Holds what a record states against what it lists.
    fn compare(&mut self, path: &Text, record: &Record, functions: &Resolved) {
        let stated = &record.stated;
        self.headers.compare("lines", path, stated.lines(), ratio(record.lines.iter().map(|(_, hit)| *hit)));
        let held = ratio(record.branches.iter().map(Branch::taken));
        self.headers.compare("branches", path, stated.branches(), held);
        if !functions.grouped {
            let held = ratio(functions.list.iter().map(|(_, hit)| *hit));
            self.headers.compare("functions", path, stated.functions(), held);
        }
        if stated.branches_found > Some(0) && held.total == 0 && record.excluded == 0 {
            self.branchless.get_or_insert(path.clone());
        }
        if stated.functions_found > Some(0) && functions.list.is_empty() {
            self.nameless.get_or_insert(path.clone());
        }
    }

    fn finish(mut self) -> Result<Report> {
        if let Some(record) = &self.open {
            let path = &record.path;
            return Err(ReadError::new(format!("the record of {path} has no end_of_record: the file is cut off")));
        }
        if let (Some(totals), Some(lines)) = (&self.totals, &self.lines) {
            return Err(ReadError::new(format!(
                "{totals} has totals and no DA, and {lines} has its lines: a part of the report is missing"
            )));
        }
        let mut astray = 0;
        for (path, branches) in std::mem::take(&mut self.branches) {
            astray += spread(&branches.settled(), self.coverage.files.entry(path).or_default());
        }
        self.coverage.settle();
        let mut report = Report::default();
        self.note(&mut report, astray);
        report.facts.coverage = Some(self.coverage);
        Ok(report)
    }

    fn note(&mut self, report: &mut Report, astray: u64) {
        for (words, more) in self.headers.0.values() {
            let more = if *more > 0 { format!(" (and so in {more} more)") } else { String::new() };
            report.note(format!("{words}{more}"));
        }
        if self.totals.is_some() {
            report.note("totals of files without their lines (a summary): they cannot be merged with another report");
        }
        if let Some(path) = &self.nameless {
            self.coverage.has_functions = false;
            report.note(format!("{path} has functions, and nothing names them: functions are not known"));
        }
        if let Some(path) = &self.branchless {
            self.coverage.has_branches = false;
            report.note(format!("{path} has branches, and nothing lists them: branches are not known"));
        }
        if astray > 0 {
            report.note(format!("lines with branches and no DA: {astray}; their branches count with the line before"));
        }
        if self.excluded > 0 {
            report.note(format!("branches that are marked as unreachable and do not count: {}", self.excluded));
        }
        if self.conditions {
            report.note("MC/DC is not judged");
        }
        if !self.unknown.is_empty() {
            let names: Vec<&str> = self.unknown.iter().map(Text::as_str).collect();
            report.note(format!("records of an unknown kind are passed over: {}", names.join(", ")));
        }
        if self.coverage.sum(FileCoverage::line_ratio).total == 0 {
            report.note("0 lines: nothing was measured");
        }
    }
}

/// Whether a record may begin so: a part of a word, or of an error that a tool printed, is none.
fn is_key(key: &str) -> bool {
    (2..=8).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

fn ratio(hits: impl Iterator<Item = bool>) -> Ratio {
    hits.fold(Ratio::default(), |sum, hit| Ratio { covered: sum.covered + u64::from(hit), total: sum.total + 1 })
}

#[cfg(test)]
mod tests;
