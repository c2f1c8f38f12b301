//! The text of `go test -bench`.
//!
//! Sources: golang/go `src/testing/benchmark.go` (`BenchmarkResult.String`), golang/proposal
//! `design/14313-benchmark-format.md`; measured with go 1.19 and 1.27.
//!
//! The figure is `ns/op`. Several runs of a benchmark (`-count`) are one entry, their mean; the same name in
//! two packages is two. The number of processors at the end of every name (`BenchmarkSum-8`) is the
//! machine's and is dropped, unless the names end in different ones (`-cpu 1,2,4`). `PASS` or `ok` closes a
//! package, `FAIL` is a failed run.

use std::collections::BTreeMap;

use super::{Format, Head, Input};
use crate::facts::{Kind, Report, Spread, Timings};
use crate::input::{ReadError, Result};
use crate::units::{plain_decimal, plain_u64};

pub(super) const FORMAT: Format = Format {
    name: "go-bench",
    gives: &[Kind::Timings],
    producers: "`go test -bench` of go 1.19 and 1.27",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    head.says("Benchmark") && head.lines().any(|line| matches!(Row::of(line), Some(Row::Figures(..))))
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut stream = Stream { report: Report::by("go test"), ..Stream::default() };
    while input.window.line_with(|line| stream.take(line))?.is_some() {}
    stream.finish()
}

/// A line that says something of benchmarks.
enum Row<'a> {
    /// `pkg: example.org/shop/till`
    Package(&'a str),
    /// `BenchmarkSum-2  42811545  1.205 ns/op  0 B/op`: its name, and figures with their units.
    Figures(&'a str, Vec<&'a str>),
    /// Figures whose name was written before something that the benchmark printed.
    Nameless,
    /// The package has ended well.
    Passed,
    /// Something failed.
    Failed(&'a str),
}

impl<'a> Row<'a> {
    fn of(line: &'a str) -> Option<Self> {
        if let Some(package) = line.strip_prefix("pkg: ") {
            return Some(Self::Package(package));
        }
        if line == "PASS" || line.starts_with("ok  \t") {
            return Some(Self::Passed);
        }
        if line == "FAIL" || line.starts_with("FAIL\t") || line.trim_start().starts_with("--- FAIL: ") {
            return Some(Self::Failed(line));
        }
        let mut words = line.split_whitespace();
        let mut name = words.next()?;
        let named = name.starts_with("Benchmark");
        if named {
            name = words.next().filter(|n| plain_u64(n).is_some()).map(|_| name)?;
        } else {
            plain_u64(name)?;
        }
        let figures: Vec<&str> = words.collect();
        match (named, figures.first()?.bytes().next()?.is_ascii_digit() || figures.get(1) == Some(&"ns/op")) {
            (true, true) => Some(Self::Figures(name, figures)),
            (false, true) if figures.get(1) == Some(&"ns/op") => Some(Self::Nameless),
            _ => None,
        }
    }
}

/// The runs of a benchmark.
struct Runs {
    name: String,
    sum: f64,
    count: f64,
    all: Vec<f64>,
}

impl Runs {
    /// A line is one run, whatever number of iterations it is the mean of.
    fn spread(&self) -> Spread {
        let mean = self.sum / self.count;
        let squares: f64 = self.all.iter().map(|ns| (ns - mean) * (ns - mean)).sum();
        Spread::of_runs(
            crate::input::size(self.all.len()),
            mean / 1e9,
            (squares / (self.count - 1.0).max(1.0)).sqrt() / 1e9,
        )
    }
}

/// The text as far as it was read.
#[derive(Default)]
struct Stream {
    report: Report,
    package: String,
    /// A package has begun and not ended.
    open: bool,
    closed: bool,
    failed: bool,
    all: Vec<Runs>,
    places: BTreeMap<(String, String), usize>,
    timeless: u64,
    nameless: u64,
}

impl Stream {
    fn take(&mut self, line: &str) -> std::result::Result<(), String> {
        match Row::of(line) {
            None => {}
            Some(Row::Package(package)) => {
                self.abort();
                self.open = true;
                package.clone_into(&mut self.package);
            }
            Some(Row::Passed) => (self.open, self.closed) = (false, true),
            Some(Row::Failed(words)) => {
                (self.open, self.closed) = (false, true);
                self.failed = true;
                let words = words.trim_start().trim_start_matches("--- ").replace('\t', " ");
                if words != "FAIL" {
                    self.report.fail(words);
                }
            }
            Some(Row::Nameless) => self.nameless += 1,
            Some(Row::Figures(name, figures)) => {
                self.open = true;
                self.add(name, &figures)?;
            }
        }
        Ok(())
    }

    fn abort(&mut self) {
        if self.open {
            let package = if self.package.is_empty() { "the run" } else { &self.package };
            self.report
                .fail(format!("{package} has no `PASS` or `ok` at its end: it was aborted, or the text is cut off"));
        }
    }

    fn add(&mut self, name: &str, figures: &[&str]) -> std::result::Result<(), String> {
        let mut pairs = figures.chunks(2).filter_map(|pair| Some((pair.first()?, pair.get(1)?)));
        let Some((figure, _)) = pairs.find(|(_, unit)| **unit == "ns/op") else {
            self.timeless += 1;
            return Ok(());
        };
        let ns = plain_decimal(figure).filter(|ns| *ns >= 0.0);
        let ns = ns.ok_or_else(|| format!("{name}: {figure:?} is no number of nanoseconds"))?;
        let next = self.all.len();
        let place = *self.places.entry((self.package.clone(), name.to_owned())).or_insert(next);
        match self.all.get_mut(place) {
            Some(runs) => {
                (runs.sum, runs.count) = (runs.sum + ns, runs.count + 1.0);
                runs.all.push(ns);
            }
            None => self.all.push(Runs { name: name.to_owned(), sum: ns, count: 1.0, all: vec![ns] }),
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Report> {
        self.abort();
        if self.failed && self.report.failed_run.is_empty() {
            self.report.fail("it says FAIL");
        }
        if !self.open && !self.closed {
            return Err(ReadError::new("neither a benchmark nor `PASS`, `ok` or `FAIL`: it is no output of `go test`"));
        }
        let mut timings = Timings::default();
        let dropped = processors(&self.all);
        for runs in &self.all {
            let Runs { name, sum, count, .. } = runs;
            let name = name.strip_suffix(&dropped).unwrap_or(name);
            if !timings.add_mean(name, sum / count / 1e9, runs.spread()) {
                return Err(ReadError::new(format!("the times of {name} add up to no finite number")));
            }
        }
        if timings.list.is_empty() {
            self.report.note("0 benchmarks were measured");
        }
        if self.timeless > 0 {
            self.report.note(format!("{} lines without `ns/op` were left out", self.timeless));
        }
        if self.nameless > 0 {
            self.report.note(format!(
                "{} figures stand apart from their names, as the benchmarks print, and were left out: run with -v",
                self.nameless
            ));
        }
        self.report.facts.timings = Some(timings);
        Ok(self.report)
    }
}

/// The end that every name has, where it is a number of processors; empty where there is none.
fn processors(all: &[Runs]) -> String {
    let end = |runs: &Runs| {
        let (_, n) = runs.name.rsplit_once('-')?;
        plain_u64(n).map(|_| format!("-{n}"))
    };
    let first = all.first().and_then(end).unwrap_or_default();
    if all.iter().all(|runs| end(runs).is_some_and(|e| e == first)) { first } else { String::new() }
}

#[cfg(test)]
#[path = "go_bench_tests.rs"]
mod tests;
