//! Clover XML, of Clover and OpenClover and of the tools that write their format.
//!
//! Sources: openclover/clover `clover-core/src/main/java/com/atlassian/clover/reporters/xml`,
//! istanbuljs `istanbul-reports/lib/clover`, php-code-coverage `src/Report/Clover.php` and
//! `OpenClover.php`, gcovr `formats/clover/write.py`, ReportGenerator `CloverReportBuilder.cs`.
//!
//! Counted are the lines of the types `stmt` and `cond` in the `<project>`, each number of a file
//! once, and the lines of the type `method` as functions. The code of the tests (`<testproject>`) is
//! left out. The project's own metrics only raise notes: tools count them in different ways.

mod line;

use self::line::{Dialect, Found, Kind as LineKind};
use super::{Format, Head, Input};
use crate::facts::{Coverage, FileCoverage, Kind, Ratio, Report};
use crate::input::xml::{Event, Tag, Xml};
use crate::input::{ReadError, Result};
use crate::units::{moment, plain_u64};

pub(super) const FORMAT: Format = Format {
    name: "clover",
    gives: &[Kind::Coverage],
    producers: "PHPUnit 9.6, istanbul (nyc 18, c8 12, jest 30), gcovr 8.8; \
                by their sources, not run: OpenClover 4, ReportGenerator",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    head.is_root("coverage") && head.has_child("project")
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut xml = Xml::new(input.window);
    let mut body = Body::default();
    let mut report = Report::default();
    loop {
        if std::mem::take(&mut body.skip) {
            xml.skip()?;
        }
        let taken = match xml.event()? {
            None => break,
            Some(Event::End(depth)) => {
                body.end(depth);
                Ok(())
            }
            Some(Event::Start(tag)) => body.start(&tag, &mut report),
        };
        taken.map_err(|reason| xml.error(reason))?;
    }
    body.finish(report)
}

/// The body as far as it was read.
#[derive(Default)]
struct Body {
    coverage: Coverage,
    dialect: Dialect,
    project: bool,
    /// The metrics of the project.
    lines: Option<Ratio>,
    branches: Option<Ratio>,
    /// The name of the package that is open.
    package: Option<(usize, String)>,
    file: Option<File>,
    /// A condition is stated, of which the branches cannot be told.
    unknown_branches: bool,
    /// The element that began last is none of ours.
    skip: bool,
}

/// The file that is open.
struct File {
    depth: usize,
    path: String,
    /// A class stands in it.
    class: bool,
    coverage: FileCoverage,
    branches: bool,
    functions: bool,
}

type Taken = std::result::Result<(), String>;

impl Body {
    fn start(&mut self, tag: &Tag<'_>, report: &mut Report) -> Taken {
        match (tag.depth, tag.name()) {
            (1, "coverage") => {
                self.dialect = Dialect::of(tag);
                report.made_at = tag.get("generated").and_then(|t| moment(&t));
            }
            (1, name) => return Err(format!("the root is <{name}>, not <coverage>")),
            (2, "project") => self.project = true,
            (2, _) => self.skip = true,
            (3, "metrics") => self.metrics(tag),
            (depth, "package") => self.package = tag.get("name").map(|name| (depth, name.replace(['.', '\\'], "/"))),
            (_, "file") if self.file.is_some() => return Err("a <file> inside a <file>".into()),
            (_, "file") => self.file = Some(self.open(tag)?),
            (_, "class") => self.file.iter_mut().for_each(|file| file.class = true),
            (_, "line") => self.line(tag)?,
            _ => {}
        }
        Ok(())
    }

    /// The metrics of the project, which only serve to check the body. Methods are left out: to PHPUnit one is
    /// covered if all its lines are.
    fn metrics(&mut self, tag: &Tag<'_>) {
        let ratio = |covered: &str, all: &str| {
            Some(Ratio { covered: plain_u64(&tag.get(covered)?)?, total: plain_u64(&tag.get(all)?)? })
        };
        self.lines = ratio("coveredstatements", "statements");
        self.branches = ratio("coveredconditionals", "conditionals");
    }

    /// A file is named by its path; PHPUnit's has its path for a name. A bare name stands in its package.
    fn open(&self, tag: &Tag<'_>) -> std::result::Result<File, String> {
        let path = match (tag.get("path"), tag.get("name"), &self.package) {
            (Some(path), ..) => path.into_owned(),
            (None, Some(name), Some((_, package))) if !name.contains(['/', '\\']) => format!("{package}/{name}"),
            (None, Some(name), _) => name.into_owned(),
            (None, None, _) => return Err("a <file> without `path` and `name`".into()),
        };
        let (class, coverage, branches, functions) = (false, FileCoverage::default(), false, false);
        Ok(File { depth: tag.depth, path, class, coverage, branches, functions })
    }

    fn line(&mut self, tag: &Tag<'_>) -> Taken {
        let file = self.file.as_mut().ok_or("a <line> outside any <file>")?;
        let Found { line, kind } = Found::of(tag, self.dialect, file.class)?;
        match kind {
            LineKind::Method(name) => {
                file.functions = true;
                *file.coverage.functions.entry(name).or_default() |= line.hit;
                return Ok(());
            }
            LineKind::Statement => {}
            LineKind::Condition { known } => {
                file.branches = true;
                self.unknown_branches |= !known;
            }
        }
        file.coverage.add(line);
        Ok(())
    }

    fn end(&mut self, depth: usize) {
        if self.package.as_ref().is_some_and(|(d, _)| *d > depth) {
            self.package = None;
        }
        if let Some(file) = self.file.take_if(|f| f.depth > depth) {
            self.coverage.has_branches |= file.branches;
            self.coverage.has_functions |= file.functions;
            let known = self.coverage.file(&file.path);
            file.coverage.lines().iter().for_each(|line| known.add(*line));
            for (name, hit) in file.coverage.functions {
                *known.functions.entry(name).or_default() |= hit;
            }
            known.tidy();
        }
    }

    fn finish(mut self, mut report: Report) -> Result<Report> {
        if !self.project {
            return Err(ReadError::new("no <project> in it"));
        }
        self.coverage.settle();
        let lines = self.coverage.sum(FileCoverage::line_ratio);
        let branches = self.coverage.sum(FileCoverage::branch_ratio);
        for (name, said, held) in [("statements", self.lines, lines), ("branches", self.branches, branches)] {
            if let Some(said) = said.filter(|said| *said != held) {
                report.note(format!(
                    "the header says {}/{} {name}; the body holds {}/{}, which count",
                    said.covered, said.total, held.covered, held.total
                ));
            }
        }
        if self.unknown_branches {
            self.coverage.has_branches = false;
            report.note("a condition without `count`, of a tool that is not known: branches are not known");
        }
        if lines.total == 0 {
            report.note("0 lines: nothing was measured");
        }
        report.facts.coverage = Some(self.coverage);
        Ok(report)
    }
}

#[cfg(test)]
mod tests;
