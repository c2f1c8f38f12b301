//! `[coverage]`: the share of lines, branches and functions that tests reached.

mod changed;
mod text;

use schemars::JsonSchema;
use serde::Deserialize;

use super::trend::Direction;
use super::{Checks, Covered, Draft, Gate, GateKind, Noun, Subject, Trend, Value, boxed, schema};
use crate::facts::{Coverage as Facts, FileCoverage, Kind, Ratio};
use crate::units::{Floor, Percent, Tolerance};
use crate::verdict::{Place, Violation};

pub(super) const KIND: GateKind = GateKind {
    name: "coverage",
    about: "the share of lines, branches and functions that tests reached",
    looks_at: Kind::Coverage,
    measures: text::MEASURES,
    rules: text::RULES,
    inherited: &["tolerance"],
    selects: &["paths", "changed"],
    of_the_whole: &["functions", "trend", "tolerance"],
    of_changes: &["min-lines", "unmeasured"],
    schema: schema::<Coverage>,
    read: boxed::<Coverage>,
};

/// The table `[coverage]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Coverage {
    /// Lines covered, in percent.
    lines: Option<Floor<Percent>>,
    /// Branches covered, in percent.
    branches: Option<Floor<Percent>>,
    /// Functions covered, in percent.
    functions: Option<Floor<Percent>>,
    /// How the share of lines may move against the baseline.
    trend: Option<Direction>,
    /// How far it may fall where it is to be stable, in percentage points.
    tolerance: Option<Tolerance>,
    /// In a scope of changed lines: with fewer of them the scope is skipped.
    min_lines: Option<u64>,
    /// In a scope of changed lines: what becomes of changed files that no report knows.
    unmeasured: Option<crate::units::Level>,
}

impl Gate for Coverage {
    fn check(&self, subject: &Subject<'_>, checks: &mut Checks) {
        if let Some(diff) = subject.changed {
            return changed::check(self, subject, diff, checks);
        }
        let found = subject.coverage();
        let mut share = |name: &str, floor: &Option<Floor<Percent>>, has: bool, figure: fn(&FileCoverage) -> Ratio| {
            let Some(floor) = floor else { return };
            let grave = floor.fail.is_some();
            match &found {
                None => checks.unknown(name, "no coverage report was read", grave),
                Some(Covered { doubt: Some(why), .. }) => checks.unknown(name, why, grave),
                Some(_) if !has => checks.unknown(name, format!("not every report measures {name}"), grave),
                Some(Covered { alike: false, .. }) if name == "functions" => {
                    checks.unknown(
                        name,
                        "the reports write the names of functions differently: each would count twice",
                        grave,
                    );
                }
                Some(Covered { sum: coverage, .. }) => {
                    let ratio = coverage.sum(figure);
                    let noun = Noun::with_plural(name.trim_end_matches('s'), name);
                    let gaps = gaps(coverage, name, figure);
                    checks.add(Draft::new(name, noun, Value::Share(ratio, *floor)).over(ratio.total).with(gaps));
                }
            }
        };
        let has = |pick: fn(&Facts) -> bool| found.as_ref().is_some_and(|c| pick(&c.sum));
        share("lines", &self.lines, true, FileCoverage::line_ratio);
        share("branches", &self.branches, has(|c| c.has_branches), FileCoverage::branch_ratio);
        share("functions", &self.functions, has(|c| c.has_functions), FileCoverage::function_ratio);
        if let Some(direction) = self.trend {
            let tolerance = match direction {
                Direction::Improving => Percent::ZERO,
                Direction::Stable => self.tolerance.map_or(Percent::ZERO, |t| t.0),
            };
            match &found {
                Some(Covered { sum: coverage, doubt: None, .. }) => {
                    let ratio = coverage.sum(FileCoverage::line_ratio);
                    let value = Value::Moving(ratio, Trend { tolerance }, "lines");
                    checks.add(Draft::new("trend", Noun::of("line"), value).over(ratio.total));
                }
                Some(Covered { doubt: Some(why), .. }) => checks.unknown("trend", why, true),
                None => checks.unknown("trend", "no coverage report was read", true),
            }
        }
    }
}

/// The files with the most that is not covered, each at its first uncovered line.
fn gaps(coverage: &Facts, name: &str, figure: fn(&FileCoverage) -> Ratio) -> Vec<Violation> {
    let mut gaps: Vec<(u64, Violation)> = coverage
        .files
        .iter()
        .filter_map(|(path, file)| {
            let ratio = figure(file);
            let open = ratio.total - ratio.covered.min(ratio.total);
            if open == 0 {
                return None;
            }
            let line = file.first_gap(name == "branches");
            let mut gap = Violation::new(path, format!("{open} of {} {name} not covered", ratio.total));
            gap.location = Some(Place { path: path.clone(), line });
            Some((open, gap))
        })
        .collect();
    gaps.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.id.cmp(&b.1.id)));
    gaps.into_iter().map(|(_, gap)| gap).collect()
}
