//! JaCoCo XML, of JaCoCo and of the tools that write its format.
//!
//! Sources: jacoco/jacoco `org.jacoco.report/src/org/jacoco/report/xml/report.dtd` and
//! `XMLCoverageWriter.java`; gcovr `formats/jacoco/write.py`; Pester `src/functions/Coverage.ps1`.
//!
//! Counted are the `<line>`s of the `<sourcefile>`s that hold instructions, their branches, and the
//! `<method>`s of the classes. A file is named by its groups, its package and its name: two modules
//! may have a file of the same name. gcovr writes lines without instructions: then the counters of
//! the source file are the figures. The counters of the report itself only raise notes, and an
//! error where they betray that a part of the body is missing.

mod parts;

use self::parts::{Class, Counters, Method, Place, Source};
use super::{Format, Head, Input};
use crate::facts::{Coverage, FileCoverage, Kind, Ratio, Report};
use crate::input::xml::{Event, Tag, Xml};
use crate::input::{ReadError, Result};
use crate::text::Text;
use crate::units::moment;

pub(super) const FORMAT: Format = Format {
    name: "jacoco",
    gives: &[Kind::Coverage],
    producers: "JaCoCo 0.8.6 (so Maven, Gradle, Ant, its command line), gcovr 8.8; by its source, not run: Pester",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    head.is_root("report")
        && (head.has_child("package")
            || head.has_child("group")
            || head.has_child("sessioninfo")
            || head.has_child("counter")
            || head.says("-//JACOCO//DTD"))
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut xml = Xml::new(input.window);
    let mut body = Body::default();
    let mut report = Report::default();
    loop {
        let taken = match xml.event()? {
            None => break,
            Some(Event::End(depth)) => body.end(depth),
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
    /// The counters of the report itself.
    header: Counters,
    place: Place,
    class: Option<Class>,
    method: Option<Method>,
    source: Option<Source>,
    /// Lines as they stand there, before any is joined with another.
    raw_lines: u64,
    totals: bool,
    /// Classes that have instructions and no line, and how many instructions.
    without_lines: Ratio,
    /// Such a class has branches.
    hidden_branches: bool,
}

type Taken = std::result::Result<(), String>;

impl Body {
    fn start(&mut self, tag: &Tag<'_>, report: &mut Report) -> Taken {
        match (tag.depth, tag.name()) {
            (1, "report") => report.tools.extend(tool(tag)),
            (1, name) => return Err(format!("the root is <{name}>, not <report>")),
            (_, "sessioninfo") => {
                // A report of several sessions is made after the last of them.
                report.made_at = report.made_at.max(tag.get("dump").and_then(|dump| moment(&dump)));
            }
            (_, "group") if self.place.package().is_none() => self.place.enter(tag, false)?,
            (_, "package") if self.place.package().is_none() => self.place.enter(tag, true)?,
            (_, "class") if self.is_free() => self.class = Some(Class::of(tag, &self.place)?),
            (_, "sourcefile") if self.is_free() => self.source = Some(Source::of(tag, &self.place)?),
            (_, "method") => match (&self.class, &self.method) {
                (Some(class), None) => self.method = Some(Method::of(tag, class)?),
                _ => return Err("a <method> outside any <class>".into()),
            },
            (depth, "line") => match &mut self.source {
                Some(source) if source.depth + 1 == depth => source.line(tag)?,
                _ => return Err("a <line> outside any <sourcefile>: not as JaCoCo writes it".into()),
            },
            (_, "counter") => self.counter(tag)?,
            (_, name @ ("group" | "package" | "class" | "sourcefile")) => {
                return Err(format!("a <{name}> where JaCoCo writes none"));
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether a class or source file may begin: inside a package, and outside any other.
    fn is_free(&self) -> bool {
        self.place.package().is_some() && self.class.is_none() && self.source.is_none()
    }

    /// Takes a counter to the element that it stands in. Those of packages and groups are read and left.
    fn counter(&mut self, tag: &Tag<'_>) -> Taken {
        let parent = tag.depth - 1;
        let of = match (&mut self.method, &mut self.class, &mut self.source) {
            (Some(method), ..) if method.depth == parent => &mut method.counters,
            (_, Some(class), _) if class.depth == parent => &mut class.counters,
            (.., Some(source)) if source.depth == parent => &mut source.counters,
            _ if parent == 1 => &mut self.header,
            _ => &mut Counters::default(),
        };
        of.add(tag)
    }

    fn end(&mut self, depth: usize) -> Taken {
        if let Some(method) = self.method.take_if(|m| m.depth > depth) {
            self.coverage.has_functions = true;
            *self.coverage.file(&method.path).functions.entry(method.name.clone()).or_default() |= method.is_hit();
        }
        if let Some(class) = self.class.take_if(|c| c.depth > depth)
            && let (Some(instructions), None) = (class.counters.instructions, class.counters.lines)
        {
            self.without_lines.add(Ratio { covered: 1, total: instructions.total });
            self.hidden_branches |= class.counters.branches.is_some();
        }
        if let Some(source) = self.source.take_if(|s| s.depth > depth) {
            self.close(source)?;
        }
        self.place.leave(depth);
        Ok(())
    }

    fn close(&mut self, source: Source) -> Taken {
        let totals = source.totals()?;
        let file = self.coverage.file(&source.path);
        if file.totals.is_some() || totals.is_some() && !file.lines().is_empty() {
            return Err(format!("{} stands there twice, without lines that could be joined", source.path));
        }
        let (raw, branches) = match totals {
            Some(totals) => {
                file.totals = Some(totals);
                self.totals = true;
                self.coverage.has_functions |= totals.functions.total > 0;
                (totals.lines.total, totals.branches.total > 0)
            }
            None => {
                let branches = source.lines.iter().any(|l| l.branches > 0);
                let raw = crate::input::size(source.lines.len());
                source.lines.into_iter().for_each(|line| file.add(line));
                file.tidy();
                (raw, branches)
            }
        };
        self.coverage.has_branches |= branches;
        self.raw_lines = self.raw_lines.saturating_add(raw);
        Ok(())
    }

    fn finish(mut self, mut report: Report) -> Result<Report> {
        self.coverage.settle();
        let lines = self.coverage.sum(FileCoverage::line_ratio);
        let held = lines.total.max(self.raw_lines);
        if let Some(said) = self.header.lines
            && held > 0
            && u128::from(said.total) * 100 > u128::from(held) * 105
        {
            return Err(ReadError::new(format!(
                "its header states {} lines and its body holds {held}: a part of the report is missing",
                said.total
            )));
        }
        self.note(&mut report, lines);
        self.coverage.has_branches &= !self.hidden_branches;
        report.facts.coverage = Some(self.coverage);
        Ok(report)
    }

    fn note(&self, report: &mut Report, lines: Ratio) {
        let sum = |figure: fn(&FileCoverage) -> Ratio| self.coverage.sum(figure);
        for (name, said, held) in [
            ("lines", self.header.lines, lines),
            ("branches", self.header.branches, sum(FileCoverage::branch_ratio)),
            ("methods", self.header.methods, sum(FileCoverage::function_ratio)),
        ] {
            if let Some(said) = said.filter(|said| *said != held) {
                report.note(format!(
                    "the header says {}/{} {name}; the body holds {}/{}, which count",
                    said.covered, said.total, held.covered, held.total
                ));
            }
        }
        if self.totals {
            report.note(
                "lines without instructions (mi and ci), as gcovr writes them: the counters of the source files \
                 count, and cannot be merged with another report",
            );
        }
        let Ratio { covered: classes, total } = self.without_lines;
        if classes > 0 {
            report.note(format!(
                "classes without any line: {classes}, with {total} instructions; compiled without debug information, \
                 they are not in the figures"
            ));
        }
        if self.hidden_branches {
            report.note("a class without any line has branches: how many of all were taken is not known");
        }
        if lines.total == 0 {
            report.note("0 lines: nothing was measured");
        }
    }
}

/// The tool, where the name of the report gives it away.
fn tool(root: &Tag<'_>) -> Option<Text> {
    let name = root.get("name")?;
    [("GCOVR report", "gcovr"), ("Pester (", "Pester")]
        .iter()
        .find(|(start, _)| name.starts_with(start))
        .map(|(_, tool)| Text::new(tool))
}

#[cfg(test)]
mod tests;
