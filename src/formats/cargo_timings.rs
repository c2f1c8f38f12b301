//! The page that `cargo build --timings` writes: `target/cargo-timings/cargo-timing.html`.
//!
//! Source: rust-lang/cargo `src/cargo/core/compiler/timings/`: `report.rs` (`UnitData`, the summary table); measured
//! with cargo 1.95. The page is no stable interface; `--timings=json` is an error.
//!
//! Read are the rows of the summary table, and `UNIT_DATA`, in seconds to two decimals. The whole is named `build`,
//! each unit as the page names it: `serde v1.0.0 build-script (run)`. Units overlap: they do not add up to the whole.
//! A fresh unit took no time, so a page with any says nothing of how long the whole takes, and `build` is left out.

use serde::Deserialize;

use super::{Format, Head, Input};
use crate::facts::{Kind, Report, Timings};
use crate::input::json::{Each, Json};
use crate::input::{ReadError, Result, Window};
use crate::text::Text;
use crate::units::{plain_decimal, plain_u64};

pub(super) const FORMAT: Format = Format {
    name: "cargo-timings",
    gives: &[Kind::Timings],
    producers: "cargo 1.95, `cargo build --timings` (HTML)",
    recognise,
    read,
};

/// What stands before the units.
const UNITS: &str = "const UNIT_DATA = ";
/// The name of the whole.
const WHOLE: &str = "build";

fn recognise(head: &Head) -> bool {
    // The units stand behind a table of them, which may be long.
    head.says("<title>Cargo Build Timings")
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut page = Page::default();
    while page.row(input.window)? {}
    page.finish()
}

/// What stands in `UNIT_DATA` of a unit.
#[derive(Deserialize)]
#[serde(expecting = "a unit of cargo")]
struct Unit {
    name: Text,
    version: Text,
    target: Text,
    duration: f64,
}

/// The page as far as it was read.
#[derive(Default)]
struct Page {
    fresh: Option<u64>,
    dirty: Option<u64>,
    total: Option<u64>,
    seconds: Option<f64>,
    started: Option<jiff::Timestamp>,
    error: Option<Text>,
    units: Option<Vec<Unit>>,
    ended: bool,
}

impl Page {
    /// Reads a line, or the list of units. `false`: the page has ended.
    fn row(&mut self, window: &mut Window<'_>) -> Result<bool> {
        if !window.at_least(UNITS.len())?.starts_with(UNITS.as_bytes()) {
            return Ok(window.line_with(|line| self.take(line.trim()))?.is_some());
        }
        if self.units.is_some() {
            return Err(window.error("a second list of units"));
        }
        window.consume(UNITS.len());
        let mut units = Vec::new();
        let each = Each::new(|unit: Unit| {
            units.push(unit);
            Ok(())
        });
        Json::new(window).value(each)?;
        if window.skip_line()?.trim() != ";" {
            return Err(window.error("the list of units is not closed"));
        }
        self.units = Some(units);
        Ok(true)
    }

    /// A line of the page: a row of the summary table, or nothing of concern.
    fn take(&mut self, line: &str) -> std::result::Result<(), String> {
        self.ended |= line == "</html>";
        let Some((label, cell)) = row(line) else { return Ok(()) };
        let count = || plain_u64(cell).ok_or_else(|| format!("{label} {cell:?} is no number"));
        match label {
            "Fresh units:" => set(&mut self.fresh, label, count()?),
            "Dirty units:" => set(&mut self.dirty, label, count()?),
            "Total units:" => set(&mut self.total, label, count()?),
            "Total time:" => {
                // From a minute on: `75.3s (1m 15.3s)`.
                let seconds = cell.split_once('s').and_then(|(seconds, _)| plain_decimal(seconds));
                set(&mut self.seconds, label, seconds.ok_or_else(|| format!("{label} {cell:?} is no time"))?)
            }
            "Build start:" => {
                self.started = cell.parse().ok();
                Ok(())
            }
            "Error:" => set(&mut self.error, label, Text::new(cell)),
            _ => Ok(()),
        }
    }

    fn finish(self) -> Result<Report> {
        let lacks = |what: &str| ReadError::new(format!("no {what}: the page is not whole, or of another cargo"));
        let units = self.units.ok_or_else(|| lacks("`UNIT_DATA`"))?;
        let fresh = self.fresh.ok_or_else(|| lacks("row `Fresh units`"))?;
        let dirty = self.dirty.ok_or_else(|| lacks("row `Dirty units`"))?;
        let total = self.total.ok_or_else(|| lacks("row `Total units`"))?;
        let seconds = self.seconds.ok_or_else(|| lacks("row `Total time`"))?;
        if !self.ended {
            return Err(lacks("`</html>` at its end"));
        }
        let listed = crate::input::size(units.len());
        if fresh.checked_add(dirty) != Some(total) || listed > total {
            return Err(ReadError::new(format!(
                "{fresh} fresh and {dirty} dirty units are not {total}, with {listed} listed"
            )));
        }
        if listed < dirty {
            return Err(ReadError::new(format!("{dirty} dirty units and {listed} in `UNIT_DATA`: a part is missing")));
        }
        let mut report = Report::by("cargo");
        report.made_at = self.started;
        if let Some(error) = self.error {
            report.fail(format!("the build failed: {error}"));
        }
        report.facts.timings = Some(timings(&units, fresh, seconds, &mut report)?);
        Ok(report)
    }
}

/// The whole, unless a part of it was fresh, and the units that took time.
fn timings(units: &[Unit], fresh: u64, seconds: f64, report: &mut Report) -> Result<Timings> {
    let mut timings = Timings::default();
    if fresh == 0 && !units.is_empty() {
        timings.add(WHOLE, seconds);
    } else {
        report.note(format!(
            "{fresh} fresh units took no time: how long the whole `{WHOLE}` takes is not known (build from clean)"
        ));
    }
    for unit in units {
        // A fresh unit is listed with 0 seconds; in a build from clean that is a unit which was quick.
        if fresh > 0 && unit.duration <= 0.0 {
            continue;
        }
        let name = format!("{} v{}{}", unit.name, unit.version, unit.target());
        if !timings.add(&name, unit.duration) {
            return Err(ReadError::new(format!("the duration of {name:?} is negative")));
        }
    }
    Ok(timings)
}

impl Unit {
    /// Its target as it follows the version, with a space before it.
    fn target(&self) -> String {
        let target = self.target.trim();
        if target.is_empty() { String::new() } else { format!(" {target}") }
    }
}

/// The label and the text of `<td>Total time:</td><td>0.2s</td>`, with or without a class and the row around it.
fn row(line: &str) -> Option<(&str, &str)> {
    let inside = line.strip_prefix("<tr>").unwrap_or(line).strip_prefix("<td")?;
    let (_, inside) = inside.split_once('>')?;
    let (label, rest) = inside.split_once("</td><td>")?;
    let (cell, _) = rest.split_once("</td>")?;
    Some((label, cell))
}

/// Keeps what a row says; no row stands twice.
fn set<T>(kept: &mut Option<T>, label: &str, value: T) -> std::result::Result<(), String> {
    match kept.replace(value) {
        None => Ok(()),
        Some(_) => Err(format!("the row {label:?} stands twice")),
    }
}

#[cfg(test)]
#[path = "cargo_timings_tests.rs"]
mod tests;
