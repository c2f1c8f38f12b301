//! Istanbul's `coverage-summary.json`: the reporter `json-summary` of nyc, c8, jest and vitest.
//!
//! Source: istanbuljs/istanbuljs `packages/istanbul-reports/lib/json-summary/index.js`,
//! `packages/istanbul-lib-coverage/lib/coverage-summary.js`; measured with nyc 18, c8 12, jest 30.
//!
//! Counted are the files; `total` only checks their sum. `pct` is floored text or the word "Unknown",
//! and 100 where there is nothing: it is never read. What `/* istanbul ignore */` leaves out leaves no
//! trace (`skipped` stays 0).

use std::collections::BTreeMap;

use serde::Deserialize;

use super::file_totals::FileTotals;
use super::{Format, Head, Input};
use crate::facts::{Kind, Ratio, Report, Totals};
use crate::input::json::Json;
use crate::input::{ReadError, Result};

/// The key that is no file.
const TOTAL: &str = "total";

pub(super) const FORMAT: Format = Format {
    name: "istanbul-summary",
    gives: &[Kind::Coverage],
    producers: "istanbul's `json-summary`, by nyc 18, c8 12, jest 30",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    ["lines", "statements", "functions", "branches"].iter().all(|key| head.has(&format!("{TOTAL}.{key}.pct")))
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut summaries: BTreeMap<String, Summary> = Json::document(input.window)?;
    let total = summaries.remove(TOTAL).ok_or_else(|| ReadError::new("no `total`: it is no summary of istanbul"))?;
    let mut report = Report::by("istanbul");
    let mut files = FileTotals::default();
    for (path, summary) in &summaries {
        files.add(path, summary.totals())?;
    }
    files.finish(&total.totals(), &mut report)?;
    Ok(report)
}

/// The figures of a file, or of all.
#[derive(Deserialize)]
#[serde(expecting = "a summary of istanbul")]
struct Summary {
    lines: Figure,
    functions: Figure,
    branches: Figure,
}

#[derive(Deserialize)]
#[serde(expecting = "a figure of istanbul")]
struct Figure {
    total: u64,
    covered: u64,
}

impl Summary {
    fn totals(&self) -> Totals {
        let ratio = |figure: &Figure| Ratio { covered: figure.covered, total: figure.total };
        Totals { lines: ratio(&self.lines), branches: ratio(&self.branches), functions: ratio(&self.functions) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::FileCoverage;
    use crate::input::Window;

    fn parse(text: &str) -> Result<Report> {
        FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "p" })
    }

    fn summary(lines: (u64, u64), pct: &str) -> String {
        let figure = |name: &str, (covered, total): (u64, u64)| {
            format!(r#""{name}":{{"total":{total},"covered":{covered},"skipped":0,"pct":{pct}}}"#)
        };
        let parts = [
            figure("lines", lines),
            figure("statements", (9, 9)),
            figure("functions", (1, 1)),
            figure("branches", (0, 0)),
        ];
        format!("{{{}}}", parts.join(","))
    }

    fn document(total: (u64, u64), files: &[(&str, (u64, u64))], pct: &str) -> String {
        let files: String = files.iter().map(|(name, lines)| format!(",\"{name}\":{}", summary(*lines, pct))).collect();
        format!("{{\"total\":{}{files}}}", summary(total, pct))
    }

    #[test]
    fn the_files_count_and_a_percentage_is_never_read() {
        for pct in ["100", "\"Unknown\"", "12.34"] {
            let text = document((7, 9), &[("/a.js", (7, 9))], pct);
            assert!(recognise(&Head::of(text.as_bytes(), "p")), "{pct}");
            let report = parse(&text).unwrap();
            assert!(report.notes.is_empty(), "{:?}", report.notes);
            let coverage = report.facts.coverage.unwrap();
            assert_eq!(coverage.sum(FileCoverage::line_ratio), Ratio { covered: 7, total: 9 });
            assert!(coverage.has_functions && !coverage.has_branches && coverage.has_totals());
        }
    }

    #[test]
    fn the_total_is_a_header() {
        let report = parse(&document((8, 8), &[("/a.js", (7, 9))], "100")).unwrap();
        assert_eq!(
            report.facts.coverage.unwrap().sum(FileCoverage::line_ratio),
            Ratio { covered: 7, total: 9 },
            "and not the total"
        );
        assert!(report.notes.iter().any(|n| n.contains("the total says 8/8 lines; the files hold 7/9")));
        let two = document((7, 10), &[("/a.js", (7, 9)), ("/b.js", (0, 1))], "1");
        for (text, why) in [
            (document((7, 10), &[("/a.js", (7, 9))], "1"), "states 10 lines and its files hold 9"),
            // The function of the file that is gone is missing too.
            (document((0, 0), &[], "1"), "states 1 functions and its files hold 0"),
            (two, "the total says 1/1 functions"),
        ] {
            match parse(&text) {
                Err(error) => assert!(error.reason.contains(why), "{error}"),
                Ok(report) => assert!(report.notes.iter().any(|n| n.contains(why)), "{:?}", report.notes),
            }
        }
    }

    #[test]
    fn what_is_no_figure_is_refused() {
        let good = document((7, 9), &[("/a.js", (7, 9))], "77.77");
        for (text, why) in [
            (good.replacen("\"total\":{\"lines\"", "\"/b.js\":{\"lines\"", 1), "no `total`"),
            (good.replacen("\"lines\"", "\"line\"", 1), "missing field `lines`"),
            (good.replace("\"branches\"", "\"branch\""), "missing field `branches`"),
            (good.replace("\"covered\":7", "\"covered\":10"), "/a.js: 10 of 9 lines"),
            (good.replace("\"total\":9", "\"total\":\"Unknown\""), "invalid type"),
            (good.replace("\"total\":9", "\"total\":NaN"), "JSON"),
            (good.replace("\"total\":9,", "\"total\":9,\"total\":7,"), "twice"),
            (good.replace("\"/a.js\"", "\"total\""), "twice"),
            (good.replace("77.77", ""), "JSON"),
            ("[]".into(), "invalid type"),
            ("{}".into(), "no `total`"),
        ] {
            let error = parse(&text).unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
