//! What pytest-benchmark writes under `--benchmark-json`, or keeps in `.benchmarks/`.
//!
//! Source: ionelmc/pytest-benchmark `src/pytest_benchmark/session.py`, `stats.py`, `utils.py`; measured with 5.3.
//!
//! The figure is the mean, in seconds whatever the table on the screen shows. A benchmark is named by its
//! `fullname`, `tests/test_a.py::test_b[1]`: `name` alone stands in several files. One that fails after its
//! measuring is reported like any other, and nothing says so: the test report does. Without a benchmark the
//! tool writes no file.

use serde::Deserialize;

use super::{Format, Head, Input};
use crate::facts::{Kind, Report, Spread, Timings};
use crate::input::json::Json;
use crate::input::{ReadError, Result};
use crate::text::Text;

pub(super) const FORMAT: Format = Format {
    name: "pytest-benchmark",
    gives: &[Kind::Timings],
    producers: "pytest-benchmark 5.3, `--benchmark-json`",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    head.has("machine_info") && head.has("commit_info") && head.has("benchmarks")
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let document: Document = Json::document(input.window)?;
    let mut report = Report::by("pytest-benchmark");
    let mut timings = Timings::default();
    for benchmark in &document.benchmarks {
        let seconds =
            benchmark.stats.seconds().map_err(|why| ReadError::new(format!("{}: {why}", benchmark.fullname)))?;
        timings.add_mean(&benchmark.fullname, seconds, benchmark.stats.spread());
    }
    if timings.list.is_empty() {
        report.note("0 benchmarks were measured");
    }
    document.commit_info.tell(&mut report);
    report.made_at = document.datetime.parse().ok();
    report.facts.timings = Some(timings);
    Ok(report)
}

#[derive(Deserialize)]
#[serde(expecting = "a report of pytest-benchmark")]
struct Document {
    commit_info: Commit,
    benchmarks: Vec<Benchmark>,
    datetime: String,
}

#[derive(Deserialize)]
#[serde(expecting = "the `commit_info` of pytest-benchmark")]
struct Commit {
    id: Option<Text>,
    dirty: Option<bool>,
}

#[derive(Deserialize)]
#[serde(expecting = "a benchmark of pytest-benchmark")]
struct Benchmark {
    fullname: Text,
    stats: Stats,
}

#[derive(Deserialize)]
#[serde(expecting = "the stats of a benchmark")]
struct Stats {
    min: f64,
    max: f64,
    mean: f64,
    rounds: u64,
    /// Of the sample: over n − 1; 0 for one round.
    stddev: Option<f64>,
}

impl Commit {
    /// The commit, where it is one: outside a repository the id is a word.
    fn tell(self, report: &mut Report) {
        let Some(id) = self.id.filter(|id| id.len() >= 7 && id.bytes().all(|b| b.is_ascii_hexdigit())) else { return };
        if self.dirty == Some(true) {
            report.note(format!("measured with changes that are not in the commit {id}"));
        }
        report.revisions.push(id);
    }
}

impl Stats {
    fn spread(&self) -> Spread {
        self.stddev.map_or(Spread::Few(0), |deviation| Spread::of_runs(self.rounds, self.mean, deviation))
    }

    /// The mean, which must lie between the fastest and the slowest round, but for what rounding does.
    fn seconds(&self) -> std::result::Result<f64, String> {
        let Self { min, max, mean, rounds, .. } = *self;
        let near = mean.abs() * 1e-9;
        if rounds == 0 {
            return Err("no round of it".into());
        }
        if mean < 0.0 || min < 0.0 {
            return Err("a negative time".into());
        }
        if mean < min - near || mean > max + near {
            return Err(format!("its mean {mean} does not lie between its least {min} and its most {max}"));
        }
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

    fn document(stats: &str, commit: &str) -> String {
        format!(
            r#"{{"machine_info":{{"node":"n"}},"commit_info":{commit},"benchmarks":[{{"group":null,"name":"test_a[1]","fullname":"t.py::test_a[1]","extra_info":{{}},"stats":{stats}}}],"datetime":"2026-11-24T15:28:31.198940+00:00","version":"5.3.1"}}"#
        )
    }

    const STATS: &str =
        r#"{"min":0.25,"max":1.5,"mean":0.5,"median":0.4,"rounds":3,"ops":2.0,"data":[1],"iterations":1}"#;
    const COMMIT: &str = r#"{"id":"89dcf6ea1b9b3b0b1a9a8d34ac1dd4e1b3c1a1c7","dirty":false,"project":"p"}"#;

    #[test]
    fn the_mean_is_in_seconds_and_the_report_says_when_and_of_what() {
        let report = parse(&document(STATS, COMMIT)).unwrap();
        let timing = report.facts.timings.unwrap().list[0].clone();
        assert_eq!((&*timing.name, timing.seconds), ("t.py::test_a[1]", 0.5));
        assert_eq!(report.revisions, [Text::new("89dcf6ea1b9b3b0b1a9a8d34ac1dd4e1b3c1a1c7")]);
        assert_eq!(report.made_at.unwrap().to_string(), "2026-11-24T15:28:31.19894Z");
        assert!(report.notes.is_empty());
        for commit in [r#"{"id":"unversioned"}"#, r#"{"id":null}"#, r#"{"error":"x"}"#] {
            assert!(parse(&document(STATS, commit)).unwrap().revisions.is_empty(), "{commit}");
        }
        let dirty = parse(&document(STATS, &COMMIT.replace("false", "true"))).unwrap();
        assert!(dirty.notes.iter().any(|n| n.contains("not in the commit")), "{:?}", dirty.notes);
    }

    #[test]
    fn what_is_no_figure_is_refused() {
        let good = document(STATS, COMMIT);
        for (text, why) in [
            (good.replace("\"mean\":0.5", "\"mean\":0.1"), "t.py::test_a[1]: its mean 0.1 does not lie between"),
            (good.replace("\"mean\":0.5", "\"mean\":1.6"), "does not lie between"),
            (good.replace("\"mean\":0.5", "\"mean\":-0.5"), "a negative time"),
            (good.replace("\"mean\":0.5", "\"mean\":null"), "invalid type"),
            (good.replace("\"mean\":0.5", "\"mean\":NaN"), "JSON"),
            (good.replace("\"mean\":0.5", "\"mean\":0.5,\"mean\":0.1"), "twice"),
            (good.replace("\"mean\":0.5,", ""), "missing field `mean`"),
            (good.replace("\"rounds\":3", "\"rounds\":0"), "no round"),
            (good.replace("\"rounds\":3,", ""), "missing field `rounds`"),
            (good.replace("\"fullname\"", "\"full\""), "missing field `fullname`"),
            (good.replace("\"benchmarks\"", "\"marks\""), "missing field `benchmarks`"),
            (good.replace("\"datetime\"", "\"time\""), "missing field `datetime`"),
            ("[]".into(), "invalid type"),
        ] {
            let error = parse(&text).unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn none_at_all_is_said() {
        let text = document(STATS, COMMIT);
        assert!(recognise(&Head::of(text.as_bytes(), "p")));
        let (from, to) = (text.find("[{\"group").unwrap(), text.find("],\"datetime").unwrap());
        let none = format!("{}[{}", &text[..from], &text[to..]);
        assert!(parse(&none).unwrap().notes.iter().any(|n| n.contains("0 benchmarks")));
        assert!(!recognise(&Head::of(br#"{"benchmarks":[]}"#, "p")));
    }
}
