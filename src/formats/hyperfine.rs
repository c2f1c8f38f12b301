//! What hyperfine writes under `--export-json`.
//!
//! Source: sharkdp/hyperfine `src/benchmark/benchmark_result.rs`; measured with 1.15.
//!
//! Times are in seconds. With `-i` a command that fails is timed like any other, so only the exit
//! codes tell that a figure is worth something: one that is not 0, or none at all (killed, or an
//! old version), makes the run a failed one. The mean is taken from `times` where they are
//! there.

use serde::de::DeserializeSeed as _;
use serde::{Deserialize, Deserializer};

use super::{Format, Head, Input};
use crate::facts::{Kind, Report, Spread, Timings};
use crate::input::json::{Each, Json};
use crate::input::{ReadError, Result};

pub(super) const FORMAT: Format = Format {
    name: "hyperfine",
    gives: &[Kind::Timings],
    producers: "hyperfine 1.15, `--export-json`",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    ["command", "user", "system"].iter().all(|key| head.has(&format!("results[].{key}")))
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let export: Export = Json::document(input.window)?;
    if export.results.is_empty() {
        return Err(ReadError::new("`results` is empty: nothing was timed"));
    }
    let mut report = Report::by("hyperfine");
    let mut timings = Timings::default();
    for timed in &export.results {
        timed.judge_exits(&mut report)?;
        let seconds = timed.seconds(&mut report)?;
        if !timings.add_mean(&timed.command, seconds, timed.spread(seconds)) {
            return Err(timed.error("`mean` is negative"));
        }
    }
    report.facts.timings = Some(timings);
    Ok(report)
}

#[derive(Deserialize)]
#[serde(expecting = "an export of hyperfine")]
struct Export {
    results: Vec<Timed>,
}

/// One command that was timed.
#[derive(Deserialize)]
#[serde(expecting = "a result of hyperfine")]
struct Timed {
    command: String,
    mean: f64,
    #[serde(default, deserialize_with = "times")]
    times: Option<Times>,
    #[serde(default, deserialize_with = "exits")]
    exit_codes: Option<Exits>,
}

/// How the runs of a command ended.
#[derive(Default)]
struct Exits {
    runs: u64,
    bad: u64,
    /// The first code that is not 0; `None` in it: killed.
    first: Option<Option<i64>>,
}

/// The times of a command's runs.
#[derive(Default)]
struct Times {
    runs: u64,
    count: f64,
    sum: f64,
    /// The mean so far, and the squares of what differs from it, as Welford adds them up.
    mean: f64,
    squares: f64,
    negative: bool,
}

fn exits<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Option<Exits>, D::Error> {
    let mut exits = Exits::default();
    let each = Each::new(|code: Option<i64>| {
        exits.runs += 1;
        if code != Some(0) {
            exits.bad += 1;
            exits.first.get_or_insert(code);
        }
        Ok(())
    });
    each.deserialize(deserializer)?;
    Ok(Some(exits))
}

fn times<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Option<Times>, D::Error> {
    let mut times = Times::default();
    let each = Each::new(|seconds: f64| {
        times.runs += 1;
        times.count += 1.0;
        times.sum += seconds;
        let off = seconds - times.mean;
        times.mean += off / times.count;
        times.squares += off * (seconds - times.mean);
        times.negative |= seconds < 0.0;
        Ok(())
    });
    each.deserialize(deserializer)?;
    Ok(Some(times))
}

impl Timed {
    fn error(&self, reason: &str) -> ReadError {
        ReadError::new(format!("the result of {:?}: {reason}", self.command))
    }

    fn judge_exits(&self, report: &mut Report) -> Result<()> {
        let name = &self.command;
        match &self.exit_codes {
            Some(exits) if self.times.as_ref().is_some_and(|t| t.runs != exits.runs) => {
                return Err(self.error("`times` and `exit_codes` are not of the same length"));
            }
            Some(Exits { runs: 0, .. }) => return Err(self.error("no run of it")),
            Some(Exits { runs, bad, first: Some(first) }) => {
                let how = match first {
                    Some(code) => format!("exits {code}"),
                    None => "was killed".into(),
                };
                report.fail(format!("`{name}` {how} in {bad} of {runs} runs"));
            }
            Some(_) => {}
            None => report.fail(format!("no exit codes of `{name}`: whether it succeeded is not known")),
        }
        Ok(())
    }

    /// Without its times nobody can say how far the mean may be off.
    fn spread(&self, mean: f64) -> Spread {
        self.times
            .as_ref()
            .map_or(Spread::Few(0), |t| Spread::of_runs(t.runs, mean, (t.squares / (t.count - 1.0)).sqrt()))
    }

    fn seconds(&self, report: &mut Report) -> Result<f64> {
        let Some(times) = &self.times else { return Ok(self.mean) };
        if times.runs == 0 || times.negative {
            return Err(self.error("`times` is empty or holds a negative time"));
        }
        let mean = times.sum / times.count;
        if !mean.is_finite() {
            return Err(self.error("`times` add up to no finite number"));
        }
        // The tool adds up in another order: the last digits may differ.
        if (mean - self.mean).abs() <= mean * 1e-6 + 1e-12 {
            return Ok(self.mean);
        }
        report.note(format!("the mean of {:?} is not that of its times, which counts", self.command));
        Ok(mean)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Window;

    fn parse(text: &str) -> Result<Report> {
        FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "p" })
    }

    fn one(fields: &str) -> String {
        format!(r#"{{"results":[{{"command":"c","user":0.1,"system":0,"stddev":null,{fields}}}]}}"#)
    }

    #[test]
    fn the_mean_counts_and_a_failing_command_is_a_failed_run() {
        for (fields, seconds, failed, noted) in [
            (r#""mean":0.5,"times":[0.4,0.6],"exit_codes":[0,0]"#, 0.5, "", false),
            (r#""mean":0,"exit_codes":[0]"#, 0.0, "", false),
            (r#""mean":0.5,"times":[1,2],"exit_codes":[0,0]"#, 1.5, "", true),
            (r#""mean":0.5,"exit_codes":[0,1,1]"#, 0.5, "`c` exits 1 in 2 of 3 runs", false),
            (r#""mean":0.5,"exit_codes":[null,1]"#, 0.5, "`c` was killed in 2 of 2 runs", false),
            (r#""mean":0.5"#, 0.5, "no exit codes of `c`", false),
        ] {
            let report = parse(&one(fields)).unwrap();
            let timing = report.facts.timings.unwrap().list[0].clone();
            assert_eq!((&*timing.name, timing.seconds), ("c", seconds), "{fields}");
            assert_eq!(report.failed_run.len(), usize::from(!failed.is_empty()), "{fields}");
            assert!(report.failed_run.iter().all(|r| r.contains(failed)), "{:?}", report.failed_run);
            assert_eq!(!report.notes.is_empty(), noted, "{fields}");
        }
    }

    #[test]
    fn what_is_no_figure_is_refused() {
        for (text, why) in [
            (one(r#""exit_codes":[0]"#), "missing field `mean`"),
            (one(r#""mean":-0.5,"exit_codes":[0]"#), "negative"),
            (one(r#""mean":NaN,"exit_codes":[0]"#), "not valid JSON"),
            (one(r#""mean":null,"exit_codes":[0]"#), "invalid type"),
            (one(r#""mean":1,"exit_codes":[]"#), "no run"),
            (one(r#""mean":1,"exit_codes":null"#), "invalid type"),
            (one(r#""mean":1,"times":[1],"exit_codes":[0,0]"#), "same length"),
            (one(r#""mean":1,"times":[3,-1],"exit_codes":[0,0]"#), "negative time"),
            (r#"{"results":[]}"#.into(), "empty"),
            ("{}".into(), "missing field `results`"),
        ] {
            let error = parse(&text).unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn only_timed_commands_are_recognised() {
        assert!(recognise(&Head::of(one(r#""mean":1"#).as_bytes(), "p")));
        for text in [r#"{"results":[]}"#, r#"{"results":[{"command":"c"}]}"#, r#"{"command":"c","user":1,"system":1}"#]
        {
            assert!(!recognise(&Head::of(text.as_bytes(), "p")), "{text}");
        }
    }
}
