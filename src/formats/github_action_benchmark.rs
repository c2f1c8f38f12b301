//! What github-action-benchmark takes and keeps: the list of a custom tool, and the store `data.js` or its JSON.
//!
//! Source: benchmark-action/github-action-benchmark `src/extract.ts`, `src/write.ts`, `src/addBenchmarkEntry.ts`.
//!
//! The list is `[{name, unit, value, range?, extra?}]`; whether less or more is better (`customSmallerIsBetter`,
//! `customBiggerIsBetter`) stands in the workflow only, so what has no unit of time is left out. Of the store the
//! latest entry of each suite is read; `lastUpdate` is the time of the latest of them all.

mod store;

use std::collections::BTreeSet;

use serde::Deserialize;

use self::store::{Entry, Store};
use super::time_unit::seconds;
use super::{Format, Head, Input};
use crate::facts::{Kind, Report, Timings};
use crate::input::json::{Each, Json};
use crate::input::{ReadError, Result, Window};
use crate::text::Text;

const TOOL: &str = "github-action-benchmark";
/// What stands before the JSON in `data.js`.
const SCRIPT: &str = "window.BENCHMARK_DATA = ";
/// How many units that are none of time are named.
const MOST_UNITS: usize = 3;

pub(super) const FORMAT: Format = Format {
    name: TOOL,
    gives: &[Kind::Timings],
    producers: "by its source, not run: github-action-benchmark 1.20, the input `customSmallerIsBetter`, `data.js` and the JSON \
                store",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    let has_all = |keys: &[&str]| keys.iter().all(|key| head.has(key));
    let list = has_all(&["[].name", "[].unit", "[].value"]);
    list || has_all(&["lastUpdate", "repoUrl", "entries"]) || head.lines().next().is_some_and(|l| l.starts_with(SCRIPT))
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut body = Body { report: Report::by(TOOL), ..Body::default() };
    input.window.skip_white()?;
    if input.window.peek()? == Some(b'[') {
        Json::document_with(input.window, Each::new(|bench| body.add(&bench)))?;
        body.report.note("a list does not say when and of which commit it was measured");
    } else {
        for (suite, entry) in store(input.window)?.latest()? {
            body.enter(&suite, &entry)?;
        }
    }
    body.finish()
}

/// The store, as JSON or as the script that a page loads.
fn store(window: &mut Window<'_>) -> Result<Store> {
    let script = window.at_least(SCRIPT.len())?.starts_with(SCRIPT.as_bytes());
    if !script {
        return Json::document(window);
    }
    window.consume(SCRIPT.len());
    let store = Json::new(window).value(std::marker::PhantomData::<Store>)?;
    window.skip_white()?;
    if window.peek()? == Some(b';') {
        window.consume(1);
        window.skip_white()?;
    }
    match window.peek()? {
        None => Ok(store),
        Some(_) => Err(window.error("something follows the end of the data")),
    }
}

/// One benchmark.
#[derive(Deserialize)]
#[serde(expecting = "a benchmark with `name`, `unit` and `value`")]
struct Bench {
    name: Text,
    unit: Text,
    value: f64,
}

/// The benchmarks as far as they were read.
#[derive(Default)]
struct Body {
    report: Report,
    /// The commits that are among its revisions.
    commits: BTreeSet<Text>,
    timings: Timings,
    left_out: u64,
    units: Vec<Text>,
}

impl Body {
    fn enter(&mut self, suite: &str, entry: &Entry) -> Result<()> {
        for bench in &entry.benches {
            self.add(bench)?;
        }
        let made_at = entry.made_at()?;
        // The report is as old as its oldest suite.
        self.report.made_at = Some(self.report.made_at.map_or(made_at, |at| at.min(made_at)));
        let id = &entry.commit.id;
        if self.commits.insert(id.clone()) {
            self.report.revisions.push(id.clone());
        }
        self.report.note(format!("the latest entry of {suite} is of the commit {id}"));
        Ok(())
    }

    fn add(&mut self, bench: &Bench) -> Result<()> {
        let Some(seconds) = seconds(bench.value, &bench.unit) else {
            self.left_out += 1;
            if self.units.len() < MOST_UNITS && !self.units.contains(&bench.unit) {
                self.units.push(bench.unit.clone());
            }
            return Ok(());
        };
        match self.timings.add(&bench.name, seconds) {
            true => Ok(()),
            false => Err(ReadError::new(format!("the value of {:?} is negative", bench.name))),
        }
    }

    fn finish(mut self) -> Result<Report> {
        let units = || self.units.iter().map(|u| format!("{u:?}")).collect::<Vec<_>>().join(", ");
        if self.left_out > 0 && self.timings.list.is_empty() {
            return Err(ReadError::new(format!("no benchmark has a unit of time (ns, us, ms, s), but {}", units())));
        }
        if self.left_out > 0 {
            let note = format!("{} benchmarks have no unit of time and were left out: {}", self.left_out, units());
            self.report.note(note);
        }
        if self.timings.list.is_empty() {
            self.report.note("0 benchmarks");
        }
        self.report.facts.timings = Some(self.timings);
        Ok(self.report)
    }
}

#[cfg(test)]
mod tests;
