//! What criterion.rs keeps of a benchmark: `target/criterion/<name>/new/estimates.json`.
//!
//! Source: criterion-rs/criterion.rs `src/estimate.rs`, `src/fs.rs`, `src/report.rs`; measured
//! with 0.5 and 0.8.
//!
//! The headline figure is the mean, in nanoseconds (a measurement of one's own has another unit,
//! and nothing says so). The name stands in the path only, as criterion writes it there: `/`
//! between group, function and parameter, other special characters replaced. Beside `new` lie
//! `change`, which holds fractions under the same file name, `base`, the run before, and a folder
//! for each saved baseline: none of them is this run, and none is read.

use serde::Deserialize;

use super::{Format, Head, Input};
use crate::facts::{Kind, Report, Spread, Timings};
use crate::input::json::Json;
use crate::input::{ReadError, Result};

pub(super) const FORMAT: Format = Format {
    name: "criterion",
    gives: &[Kind::Timings],
    producers: "criterion 0.5 and 0.8, `target/criterion/**/new/estimates.json`",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    ["mean.point_estimate", "median", "median_abs_dev"].iter().all(|key| head.has(key))
        && Place::of(&head.path).name().is_some()
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let name = Place::of(input.path).name().ok_or_else(|| {
        ReadError::new("an earlier run of the benchmark: the present one lies in the folder `new` beside it")
    })?;
    let estimates: Estimates = Json::document(input.window)?;
    if estimates.median_abs_dev.is_none() {
        return Err(ReadError::new(
            "no `median_abs_dev`: this is the comparison with the run before (the folder `change`), not a time",
        ));
    }
    let mut timings = Timings::default();
    let seconds = estimates.mean.point_estimate / 1e9;
    let spread = estimates.mean.spread()?;
    if estimates.median.point_estimate < 0.0 || !timings.add_mean(&name, seconds, spread) {
        return Err(ReadError::new("a negative time"));
    }
    let mut report = Report::by("criterion");
    report.facts.timings = Some(timings);
    Ok(report)
}

#[derive(Deserialize)]
#[serde(expecting = "the estimates of criterion")]
struct Estimates {
    mean: Estimate,
    median: Estimate,
    median_abs_dev: Option<Estimate>,
}

#[derive(Deserialize)]
#[serde(expecting = "an estimate")]
struct Estimate {
    point_estimate: f64,
    confidence_interval: Option<Interval>,
}

#[derive(Deserialize)]
#[serde(expecting = "a confidence interval of criterion")]
struct Interval {
    lower_bound: f64,
    upper_bound: f64,
}

impl Estimate {
    /// The interval, which the tool writes with 95 % confidence unless it is told otherwise.
    fn spread(&self) -> Result<Spread> {
        let Some(interval) = &self.confidence_interval else { return Ok(Spread::Few(0)) };
        let (low, high) = (interval.lower_bound / 1e9, interval.upper_bound / 1e9);
        Spread::stated(low, self.point_estimate / 1e9, high)
            .ok_or_else(|| ReadError::new("the mean does not lie in its own confidence interval"))
    }
}

/// Where a file lies.
struct Place<'a> {
    /// Its folders, from `criterion` on where there is one.
    folders: Vec<&'a str>,
    below_criterion: bool,
    file: &'a str,
}

impl<'a> Place<'a> {
    fn of(path: &'a str) -> Self {
        let mut folders: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        let file = folders.pop().unwrap_or_default();
        let top = folders.iter().rposition(|folder| *folder == "criterion");
        folders.drain(..top.map_or(0, |n| n + 1));
        Self { folders, below_criterion: top.is_some(), file }
    }

    /// The name of the benchmark. `None`: it is an earlier run of one.
    fn name(&self) -> Option<String> {
        match self.folders.split_last() {
            Some((&"new", name)) if !name.is_empty() => Some(name.join("/")),
            Some((&"base", _)) => None,
            Some((_, name)) if self.below_criterion && !name.is_empty() => None,
            // Somebody moved the file: what is left of its name must do.
            Some((folder, _)) if self.file == "estimates.json" => Some((*folder).to_owned()),
            _ => Some(self.file.strip_suffix(".json").unwrap_or(self.file).to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Window;

    const TIME: &str = r#"{"mean":{"point_estimate":2500.0,"standard_error":1},"median":{"point_estimate":2},"median_abs_dev":{"point_estimate":1},"slope":null}"#;
    const CHANGE: &str = r#"{"mean":{"point_estimate":0.05},"median":{"point_estimate":0.04}}"#;

    fn parse(text: &str, path: &str) -> Result<Report> {
        FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path })
    }

    #[test]
    fn the_name_stands_in_the_path_and_earlier_runs_are_not_read() {
        for (path, name) in [
            ("target/criterion/fib 15/new/estimates.json", Some("fib 15")),
            ("/a/target/criterion/grp/fib/10/new/estimates.json", Some("grp/fib/10")),
            ("testdata/criterion/criterion/x/new/estimates.json", Some("x")),
            ("./criterion//x/./new/estimates.json", Some("x")),
            ("criterion/base/new/estimates.json", Some("base")),
            ("bench/fib/new/estimates.json", Some("bench/fib")),
            ("new/estimates.json", Some("new")),
            ("fib/estimates.json", Some("fib")),
            ("estimates.json", Some("estimates")),
            ("testdata/criterion/typical.json", Some("typical")),
            ("target/criterion/fib 15/base/estimates.json", None),
            ("base/estimates.json", None),
            ("target/criterion/fib 15/main/estimates.json", None),
        ] {
            assert_eq!(recognise(&Head::of(TIME.as_bytes(), path)), name.is_some(), "{path}");
            match (parse(TIME, path), name) {
                (Ok(report), Some(name)) => {
                    let timing = report.facts.timings.unwrap().list[0].clone();
                    assert_eq!((&*timing.name, timing.seconds), (name, 2.5e-6), "{path}");
                }
                (Err(error), None) => assert!(error.reason.contains("`new`"), "{error}"),
                (other, _) => panic!("{path}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_comparison_and_what_is_no_time_are_refused() {
        let cut = TIME.split_at(TIME.find("_abs_dev").unwrap() + 15).0;
        assert!(recognise(&Head::of(cut.as_bytes(), "p")) && parse(cut, "p").is_err());
        assert!(!recognise(&Head::of(CHANGE.as_bytes(), "criterion/x/new/estimates.json")));
        for (text, why) in [
            (CHANGE.to_owned(), "the comparison"),
            (TIME.replace("2500.0", "-1"), "negative"),
            (TIME.replace("2500.0", "null"), "invalid type"),
            (
                TIME.replace("2500.0", r#"2500.0,"confidence_interval":{"lower_bound":2501,"upper_bound":2600}"#),
                "confidence",
            ),
            (TIME.replace("2500.0", r#"2500.0,"confidence_interval":{"lower_bound":2400}"#), "upper_bound"),
            (TIME.replace("\"mean\"", "\"average\""), "missing field `mean`"),
            (TIME.replace(",\"slope\":null}", ""), "ends too early"),
            ("[]".to_owned(), "invalid type"),
        ] {
            let error = parse(&text, "criterion/x/new/estimates.json").unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
