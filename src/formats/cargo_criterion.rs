//! What `cargo criterion --message-format=json` writes: a line for each benchmark and each group.
//!
//! Source: bheisler/cargo-criterion `src/message_report.rs`; measured with cargo-criterion 1.1 and criterion 0.5.
//!
//! The figure is the mean, in a unit that every estimate states for itself. A group ends with a line that
//! lists its benchmarks, those of earlier runs too: a benchmark that no such line lists behind it was the last
//! thing before the run was aborted.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::time_unit::seconds;
use super::{Format, Head, Input};
use crate::facts::{Kind, Report, Spread, Timings};
use crate::input::json::{Few, lines};
use crate::input::{ReadError, Result};
use crate::text::Text;

const BENCHMARK: &str = "benchmark-complete";
const GROUP: &str = "group-complete";

pub(super) const FORMAT: Format = Format {
    name: "cargo-criterion",
    gives: &[Kind::Timings],
    producers: "cargo-criterion 1.1, `--message-format=json`",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    matches!(head.string("reason"), Some(BENCHMARK | GROUP))
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut stream = Stream { report: Report::by("cargo-criterion"), ..Stream::default() };
    let mut other = 0_u64;
    lines(input.window, |line| stream.take(line), |_| other += 1)?;
    if other > 0 {
        stream.report.note(format!("{other} lines that are no messages were passed over"));
    }
    stream.finish()
}

/// One line.
#[derive(Deserialize)]
#[serde(expecting = "a message of cargo-criterion")]
struct Line {
    reason: String,
    id: Option<Text>,
    mean: Option<Estimate>,
    group_name: Option<Text>,
    benchmarks: Option<Few<Text, 100_000>>,
}

#[derive(Deserialize)]
#[serde(expecting = "an estimate of cargo-criterion")]
struct Estimate {
    estimate: f64,
    lower_bound: Option<f64>,
    upper_bound: Option<f64>,
    unit: Text,
}

/// The lines read so far.
#[derive(Default)]
struct Stream {
    report: Report,
    timings: Timings,
    seen: bool,
    done: BTreeSet<Text>,
    /// Measured, and not listed by the end of a group yet.
    open: BTreeSet<Text>,
    listed: BTreeSet<Text>,
}

impl Stream {
    fn take(&mut self, line: Line) -> Result<()> {
        self.seen = true;
        match line.reason.as_str() {
            BENCHMARK => self.benchmark(line),
            GROUP => self.group(line),
            other => Err(ReadError::new(format!("`reason` is {other:?}, neither {BENCHMARK:?} nor {GROUP:?}"))),
        }
    }

    fn benchmark(&mut self, line: Line) -> Result<()> {
        let id = line.id.ok_or_else(|| ReadError::new("a benchmark without `id`"))?;
        let mean = line.mean.ok_or_else(|| ReadError::new(format!("no `mean` of {id:?}")))?;
        let seconds = seconds(mean.estimate, &mean.unit).ok_or_else(|| {
            ReadError::new(format!("the unit of {id:?} is {:?}, which is none of time that is known", mean.unit))
        })?;
        let negative = || ReadError::new(format!("the mean of {id:?} is negative"));
        if seconds < 0.0 {
            return Err(negative());
        }
        let bound = |of: Option<f64>| of.and_then(|n| super::time_unit::seconds(n, &mean.unit));
        let spread = match bound(mean.lower_bound).zip(bound(mean.upper_bound)) {
            Some((low, high)) => Spread::stated(low, seconds, high)
                .ok_or_else(|| ReadError::new(format!("the mean of {id:?} does not lie between its bounds")))?,
            None => Spread::Few(0),
        };
        if !self.timings.add_mean(&id, seconds, spread) {
            return Err(negative());
        }
        if !self.done.insert(id.clone()) {
            self.report.note(format!("{id} stands there more than once"));
        }
        self.open.insert(id);
        Ok(())
    }

    fn group(&mut self, line: Line) -> Result<()> {
        let (Some(_), Some(benchmarks)) = (line.group_name, line.benchmarks) else {
            return Err(ReadError::new("a group without `group_name` or `benchmarks`"));
        };
        for id in benchmarks {
            self.open.remove(&id);
            self.listed.insert(id);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Report> {
        if !self.seen {
            return Err(ReadError::new("no message of cargo-criterion"));
        }
        if let Some(id) = self.open.first() {
            self.report.fail(format!("no end of the group of {id}: the run was aborted, or the stream is cut off"));
        }
        let left_out: Vec<&str> = self.listed.difference(&self.done).map(|id| &**id).collect();
        if let [first, ..] = left_out.as_slice() {
            let n = left_out.len();
            self.report.note(format!("{n} known benchmarks were not run, {first} among them"));
        }
        if self.timings.list.is_empty() {
            self.report.note("0 benchmarks were measured");
        }
        self.report.facts.timings = Some(self.timings);
        Ok(self.report)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Window;

    fn parse(text: &str) -> Result<Report> {
        FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "p" })
    }

    fn bench(id: &str, mean: &str) -> String {
        let typical = r#""typical":{"estimate":9.0,"lower_bound":1,"upper_bound":2,"unit":"ns"}"#;
        format!(r#"{{"reason":"benchmark-complete","id":"{id}","unit":"ns",{typical},"mean":{mean},"change":null}}"#)
            + "\n"
    }

    fn group(ids: &str) -> String {
        format!(r#"{{"reason":"group-complete","group_name":"g","benchmarks":[{ids}]}}"#) + "\n"
    }

    fn whole(mean: &str) -> String {
        bench("g/a", mean) + &group("\"g/a\"")
    }

    #[test]
    fn the_mean_is_read_in_its_own_unit() {
        for (unit, seconds) in [("ns", 2.5e-9), ("us", 2.5e-6), ("\u{b5}s", 2.5e-6), ("ms", 2.5e-3), ("s", 2.5)] {
            let report = parse(&whole(&format!(r#"{{"estimate":2.5,"unit":"{unit}"}}"#))).unwrap();
            let timing = report.facts.timings.unwrap().list[0].clone();
            assert_eq!((&*timing.name, timing.seconds), ("g/a", seconds), "{unit}");
            assert!(report.failed_run.is_empty() && report.notes.is_empty(), "{unit}");
        }
    }

    #[test]
    fn a_benchmark_that_no_group_lists_was_cut_off() {
        let mean = r#"{"estimate":2.5,"unit":"ns"}"#;
        for (text, failed, noted) in [
            (bench("a", mean), true, ""),
            (group("\"a\"") + &bench("a", mean), true, ""),
            (bench("a", mean) + &group("\"b\""), true, "1 known benchmarks were not run, b"),
            (bench("a", mean) + &group("\"a\",\"b\""), false, "1 known benchmarks were not run, b"),
            (bench("a", mean) + &bench("a", mean) + &group("\"a\""), false, "more than once"),
            (group("\"a\""), false, "0 benchmarks were measured"),
            ("warning: x\n".to_owned() + &whole(mean), false, "1 lines that are no messages"),
        ] {
            let report = parse(&text).unwrap();
            assert_eq!(!report.failed_run.is_empty(), failed, "{text}");
            assert!(noted.is_empty() || report.notes.iter().any(|n| n.contains(noted)), "{:?}", report.notes);
        }
    }

    #[test]
    fn what_is_no_figure_is_refused() {
        let mean = r#"{"estimate":2.5,"unit":"ns"}"#;
        let good = whole(mean);
        for (text, why) in [
            (whole(r#"{"estimate":2.5,"unit":"cycles"}"#), "\"cycles\", which is none of time"),
            (whole(r#"{"estimate":-2.5,"unit":"ns"}"#), "negative"),
            (whole(r#"{"estimate":2.5}"#), "missing field `unit`"),
            (whole(r#"{"estimate":null,"unit":"ns"}"#), "invalid type"),
            (
                whole(r#"{"estimate":2.5,"lower_bound":2.6,"upper_bound":3,"unit":"ns"}"#),
                "does not lie between its bounds",
            ),
            (whole("null"), "no `mean`"),
            (good.replace("\"id\"", "\"name\""), "without `id`"),
            (good.replace("\"benchmarks\"", "\"list\""), "without `group_name` or `benchmarks`"),
            (good.replace("group-complete", "group-begun"), "neither"),
            (good.replace("\"reason\"", "\"why\""), "missing field `reason`"),
            (good.trim_end_matches("}\n").to_owned(), "JSON"),
            ("nothing".into(), "no message"),
        ] {
            let error = parse(&text).unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn the_reason_is_recognised() {
        assert!(recognise(&Head::of(bench("a", "null").as_bytes(), "p")));
        assert!(!recognise(&Head::of(br#"{"reason":"build-finished","success":true}"#, "p")));
    }
}
