//! Cobertura XML, in the dialects of its many producers.
//!
//! Sources: the DTD `coverage-04.dtd`; xd009642/tarpaulin `src/report/cobertura.rs`,
//! mike-kfed/lcov2cobertura, nedbat/coveragepy `coverage/xmlreport.py`, gcovr
//! `formats/cobertura/write.py`, istanbuljs `istanbul-reports/lib/cobertura`, coverlet
//! `CoberturaReporter.cs`, php-code-coverage `src/Report/Cobertura.php`, gocover-cobertura.
//!
//! Counted are the `<line>`s directly under a class, or, in a class without any, those of its
//! methods; the same file and line counts once. The header's own figures only raise notes, and an
//! error where they betray that a part of the body is missing.

mod line;

use std::collections::BTreeMap;

use self::line::{OpenLine, not_a_count};
use super::{Format, Head, Input};
use crate::facts::{Coverage, Kind, Line, Ratio, Report, normal_path};
use crate::input::xml::{Event, Tag, Xml};
use crate::input::{ReadError, Result};
use crate::text::Text;
use crate::units::{moment, plain_u64};

pub(super) const FORMAT: Format = Format {
    name: "cobertura",
    gives: &[Kind::Coverage],
    producers: "cargo-tarpaulin, cargo-llvm-cov, coverage.py 5.5 and 7.17, gcovr 8.8, istanbul (nyc, c8, jest), \
                coverlet, dotnet-coverage, OpenCppCoverage, PHPUnit, gocover-cobertura, Cobertura for Java",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    head.is_root("coverage")
        && !head.has_child("project")
        && (head.has_child("packages") || head.has_attribute("line-rate") || head.has_attribute("lines-valid"))
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut xml = Xml::new(input.window);
    let mut body = Body::default();
    let mut report = Report::default();
    let mut header = Header::default();
    let mut source = false;
    loop {
        if std::mem::take(&mut source) {
            let base = xml.text(4096)?;
            if !base.trim().is_empty() {
                body.coverage.bases.push(Text::new(&base));
            }
        }
        let taken = match xml.event()? {
            None => break,
            Some(Event::End(depth)) => body.end(depth),
            Some(Event::Start(tag)) => match (tag.depth, tag.name()) {
                (1, "coverage") => {
                    header = Header::of(&tag, &mut report);
                    Ok(())
                }
                (1, name) => Err(format!("the root is <{name}>, not <coverage>")),
                (_, "source") => {
                    source = true;
                    Ok(())
                }
                _ => body.start(&tag),
            },
        };
        taken.map_err(|reason| xml.error(reason))?;
    }
    body.finish(&header, report)
}

/// The figures of the root element, which only serve to check the body.
#[derive(Default)]
struct Header {
    lines: Option<Ratio>,
    branches: Option<Ratio>,
}

impl Header {
    fn of(tag: &Tag<'_>, report: &mut Report) -> Self {
        for rate in ["line-rate", "branch-rate"] {
            if tag.get(rate).is_some_and(|v| v.trim().eq_ignore_ascii_case("nan")) {
                report.note(format!("the header's {rate} is NaN; it is not used"));
            }
        }
        if let Some(version) = tag.get("version").filter(|v| v.starts_with("gcovr")) {
            report.tools = vec![Text::new(version.split(' ').next().unwrap_or_default())];
        }
        report.made_at = tag.get("timestamp").and_then(|t| moment(&t));
        let ratio = |covered, valid| {
            Some(Ratio { covered: plain_u64(&tag.get(covered)?)?, total: plain_u64(&tag.get(valid)?)? })
        };
        Self { lines: ratio("lines-covered", "lines-valid"), branches: ratio("branches-covered", "branches-valid") }
    }
}

/// The body as far as it was read.
#[derive(Default)]
struct Body {
    coverage: Coverage,
    class: Option<Class>,
    classes: u64,
    raw_lines: u64,
    unknown_branches: bool,
}

/// The class that is open.
struct Class {
    depth: usize,
    name: String,
    path: String,
    own: Vec<Line>,
    of_methods: Vec<Line>,
    functions: BTreeMap<Text, bool>,
    method: Option<(usize, Text)>,
    line: Option<OpenLine>,
}

impl Body {
    fn start(&mut self, tag: &Tag<'_>) -> std::result::Result<(), String> {
        match (tag.name(), &mut self.class) {
            ("class", None) => {
                let path = tag.get("filename").ok_or("a <class> without `filename`")?;
                self.classes += 1;
                self.class = Some(Class {
                    depth: tag.depth,
                    name: tag.get("name").unwrap_or_default().into_owned(),
                    path: normal_path(&path),
                    own: Vec::new(),
                    of_methods: Vec::new(),
                    functions: BTreeMap::new(),
                    method: None,
                    line: None,
                });
            }
            ("class", Some(_)) => return Err("a <class> inside a <class>".into()),
            ("method", Some(class)) => class.start_method(tag)?,
            ("line", Some(class)) => class.line = Some(OpenLine::of(tag)?),
            ("line", None) => return Err("a <line> outside any <class>".into()),
            ("condition", Some(Class { line: Some(line), .. })) => line.condition(tag),
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, depth: usize) -> std::result::Result<(), String> {
        let Some(class) = &mut self.class else { return Ok(()) };
        if class.line.as_ref().is_some_and(|l| l.depth > depth)
            && let Some(line) = class.line.take()
        {
            self.unknown_branches |= class.add(line);
        }
        if class.method.as_ref().is_some_and(|(d, _)| *d > depth) {
            class.method = None;
        }
        if class.depth > depth
            && let Some(class) = self.class.take()
        {
            self.close(class);
        }
        Ok(())
    }

    fn close(&mut self, class: Class) {
        let lines = if class.own.is_empty() { class.of_methods } else { class.own };
        self.coverage.has_functions |= !class.functions.is_empty();
        self.coverage.has_branches |= lines.iter().any(|l| l.branches > 0);
        self.raw_lines += crate::input::size(lines.len());
        let file = self.coverage.file(&class.path);
        lines.into_iter().for_each(|l| file.add(l));
        for (name, hit) in class.functions {
            *file.functions.entry(name).or_default() |= hit;
        }
    }

    fn finish(mut self, header: &Header, mut report: Report) -> Result<Report> {
        self.coverage.settle();
        let lines = self.coverage.sum(crate::facts::FileCoverage::line_ratio);
        let branches = self.coverage.sum(crate::facts::FileCoverage::branch_ratio);
        if let Some(said) = header.lines {
            let held = lines.total.max(self.raw_lines);
            if self.classes > 0 && u128::from(said.total) * 100 > u128::from(held) * 105 {
                return Err(ReadError::new(format!(
                    "its header states {} lines and its body holds {held}: a part of the report is missing",
                    said.total
                )));
            }
            if said != lines {
                report.note(format!(
                    "the header says {}/{} lines; the body holds {}/{}, which count",
                    said.covered, said.total, lines.covered, lines.total
                ));
            }
        }
        if let Some(said) = header.branches.filter(|b| b.total > 0 && *b != branches) {
            report.note(format!(
                "the header says {}/{} branches; the body holds {}/{}, which count",
                said.covered, said.total, branches.covered, branches.total
            ));
        }
        if lines.total == 0 {
            report.note("0 lines: nothing was measured");
        }
        if self.unknown_branches {
            self.coverage.has_branches = false;
            report.note("a line has branches, and nothing says how many: branches are not known");
        }
        report.facts.coverage = Some(self.coverage);
        Ok(report)
    }
}

impl Class {
    fn start_method(&mut self, tag: &Tag<'_>) -> std::result::Result<(), String> {
        let own = match tag.get("hits") {
            Some(hits) => plain_u64(&hits).ok_or_else(|| not_a_count("hits", &hits))? > 0,
            None => false,
        };
        let (name, signature) = (tag.get("name").unwrap_or_default(), tag.get("signature").unwrap_or_default());
        let key = Text::new(&format!("{}::{name}{signature}", self.name));
        *self.functions.entry(key.clone()).or_default() |= own;
        self.method = Some((tag.depth, key));
        Ok(())
    }

    /// Takes a line that has ended. `true`: it has branches and does not say how many.
    fn add(&mut self, open: OpenLine) -> bool {
        let OpenLine { mut line, branch, conditions, .. } = open;
        let mut unknown = false;
        if branch && line.branches == 0 {
            match conditions {
                Some(ratio) => {
                    line.taken = u32::try_from(ratio.covered).unwrap_or_default();
                    line.branches = u32::try_from(ratio.total).unwrap_or_default();
                }
                None => unknown = true,
            }
        }
        match &self.method {
            Some((_, key)) => {
                if line.hit {
                    self.functions.insert(key.clone(), true);
                }
                self.of_methods.push(line);
            }
            None => self.own.push(line),
        }
        unknown
    }
}
