//! Bandit, `bandit -f json`.
//!
//! Source: PyCQA/bandit `bandit/formatters/json.py`, `bandit/core/metrics.py`; measured with 1.9. A file that it could
//! not read or parse stands in `errors`: a failed run. `metrics._totals` counts the lines looked at, and the findings
//! by severity *before* `-l`, `-i` and a baseline leave some out: those that `results` lacks count as well. What
//! `# nosec` hides leaves only a number: a note.

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

use super::admitted::admit;
use super::{Format, Head, Input};
use crate::facts::{Finding, Findings, Kind, Location, Rating, Report, Severity, Source, normal_path};
use crate::input::Result;
use crate::input::json::Json;
use crate::text::Text;

const TOOL: &str = "bandit";

pub(super) const FORMAT: Format =
    Format { name: TOOL, gives: &[Kind::Findings], producers: "Bandit 1.9, `-f json`", recognise, read };

fn recognise(head: &Head) -> bool {
    // The keys are sorted, and `metrics` has a line for each file: what is behind may be out of sight.
    head.has("errors") && head.has("generated_at") && head.has("metrics")
}

#[derive(Deserialize)]
struct Document {
    errors: Vec<Failure>,
    generated_at: Option<String>,
    metrics: Metrics,
    results: Vec<Row>,
}

#[derive(Deserialize)]
struct Failure {
    filename: Text,
    reason: Text,
}

#[derive(Deserialize)]
struct Metrics {
    #[serde(rename = "_totals")]
    totals: Totals,
}

#[derive(Deserialize)]
struct Totals {
    loc: Count,
    #[serde(default)]
    nosec: Count,
    #[serde(default)]
    skipped_tests: Count,
    #[serde(rename = "SEVERITY.HIGH")]
    high: Count,
    #[serde(rename = "SEVERITY.MEDIUM")]
    medium: Count,
    #[serde(rename = "SEVERITY.LOW")]
    low: Count,
    #[serde(rename = "SEVERITY.UNDEFINED")]
    undefined: Count,
}

#[derive(Deserialize)]
struct Row {
    test_id: Text,
    filename: String,
    line_number: u32,
    col_offset: Option<i64>,
    issue_severity: String,
    issue_text: Text,
}

/// A count: older versions write it with a point.
#[derive(Default)]
struct Count(u64);

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let Document { errors, generated_at, metrics: Metrics { totals }, results } = Json::document(input.window)?;
    let mut report = Report::by(TOOL);
    report.made_at = generated_at.and_then(|t| t.parse().ok());
    for Failure { filename, reason } in &errors {
        report.fail(format!("{filename} was not looked at: {reason}"));
    }
    let mut findings = Findings::default();
    findings.scanned = Some(totals.loc.0);
    let mut listed = std::collections::BTreeMap::<Severity, u64>::new();
    for row in results {
        let severity = Severity::of_word(&row.issue_severity).unwrap_or(Severity::Unknown);
        *listed.entry(severity).or_default() += 1;
        let column = row.col_offset.map(|c| c.to_string()).unwrap_or_default();
        findings.add(finding(row), &column);
    }
    for (severity, said) in totals.by_severity() {
        let held = listed.get(&severity).copied().unwrap_or_default();
        if said > held {
            let why = format!("findings of {} severity: metrics count {said}, and {held} are listed", severity.name());
            report.note(format!("{why}: -l, -i or a baseline left the rest out, which counts"));
            admit(&mut findings, TOOL, severity, said - held, &why);
        }
    }
    let hidden = totals.nosec.0.saturating_add(totals.skipped_tests.0);
    if hidden > 0 {
        report.note(format!("lines or tests that `# nosec` hides: {hidden}"));
    }
    if totals.loc.0 == 0 {
        report.note("0 lines of code: nothing was looked at");
    }
    report.facts.findings = Some(findings);
    Ok(report)
}

impl Totals {
    fn by_severity(&self) -> [(Severity, u64); 4] {
        [
            (Severity::High, self.high.0),
            (Severity::Medium, self.medium.0),
            (Severity::Low, self.low.0),
            (Severity::Unknown, self.undefined.0),
        ]
    }
}

fn finding(row: Row) -> Finding {
    let mut rating = Rating::default();
    if let Some(severity) = Severity::of_word(&row.issue_severity) {
        rating.add(severity, Source::Word, &row.issue_severity);
    }
    Finding {
        id: row.test_id,
        aliases: Vec::new(),
        message: row.issue_text,
        package: None,
        location: Some(Location {
            path: Text::new(&normal_path(&row.filename)),
            line: Some(row.line_number).filter(|n| *n > 0),
        }),
        rating,
        fix: None,
        tool: TOOL.into(),
        suppressed: false,
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Whole;
        impl Visitor<'_> for Whole {
            type Value = Count;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a whole number")
            }

            fn visit_u64<E>(self, n: u64) -> std::result::Result<Count, E> {
                Ok(Count(n))
            }

            fn visit_f64<E: de::Error>(self, n: f64) -> std::result::Result<Count, E> {
                let whole = (n >= 0.0 && n.fract() == 0.0).then(|| format!("{n:.0}").parse().ok()).flatten();
                whole.map(Count).ok_or_else(|| de::Error::invalid_value(de::Unexpected::Float(n), &self))
            }
        }
        deserializer.deserialize_any(Whole)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::facts::SeverityRule;
    use crate::input::Window;

    fn read_text(text: &str) -> Result<Report> {
        FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "bandit.json" })
    }

    fn row(severity: &str, line: u32) -> Value {
        json!({"code": "secret", "col_offset": 11, "filename": "./run.py", "issue_confidence": "HIGH", "issue_severity": severity,
               "issue_text": "m", "line_number": line, "line_range": [line], "test_id": "B602", "test_name": "t"})
    }

    fn totals(high: Value, low: Value) -> Value {
        json!({"SEVERITY.HIGH": high, "SEVERITY.LOW": low, "SEVERITY.MEDIUM": 0, "SEVERITY.UNDEFINED": 0, "loc": 20, "nosec": 0, "skipped_tests": 0})
    }

    fn document(change: impl FnOnce(&mut Value)) -> String {
        let mut document = json!({"errors": [], "generated_at": "2026-11-24T15:20:34Z", "results": [row("HIGH", 8), row("LOW", 9)],
            "metrics": {"./run.py": {"loc": 20}, "_totals": totals(json!(1), json!(1))}});
        change(&mut document);
        document.to_string()
    }

    fn severities(report: &Report) -> Vec<&'static str> {
        let list = &report.facts.findings.as_ref().unwrap().list;
        list.iter().map(|f| f.rating.severity(SeverityRule::Tool).name()).collect()
    }

    #[test]
    fn findings_have_the_severity_that_bandit_states() {
        let report = read_text(&document(|_| {})).unwrap();
        assert_eq!(severities(&report), ["high", "low"]);
        assert!(report.notes.is_empty() && report.failed_run.is_empty() && report.made_at.is_some());
        let findings = report.facts.findings.unwrap();
        assert_eq!(findings.scanned, Some(20));
        assert_eq!(findings.list[0].location, Some(Location { path: "run.py".into(), line: Some(8) }));
        let report = read_text(&document(|d| d["results"][0]["issue_severity"] = json!("UNDEFINED"))).unwrap();
        assert_eq!(severities(&report), ["unknown", "low", "high"], "the high one of the totals is missing");
    }

    #[test]
    fn what_the_totals_count_beyond_the_results_counts() {
        for (high, low, expected) in [
            (json!(1), json!(3), vec!["high", "low", "low", "low"]),
            (json!(2.0), json!(1.0), vec!["high", "low", "high"]),
            (json!(0), json!(0), vec!["high", "low"]),
        ] {
            let report = read_text(&document(|d| d["metrics"]["_totals"] = totals(high, low))).unwrap();
            assert_eq!(severities(&report), expected);
        }
    }

    #[test]
    fn a_file_that_was_not_looked_at_is_a_failed_run() {
        let report =
            read_text(&document(|d| d["errors"] = json!([{"filename": "a.py", "reason": "syntax error"}]))).unwrap();
        assert_eq!(report.failed_run, ["a.py was not looked at: syntax error".into()]);
        let report = read_text(&document(|d| d["metrics"]["_totals"]["loc"] = json!(0))).unwrap();
        assert_eq!(report.facts.findings.unwrap().scanned, Some(0));
        let report = read_text(&document(|d| d["metrics"]["_totals"]["nosec"] = json!(2))).unwrap();
        assert!(report.notes[0].ends_with("hides: 2"));
    }

    #[test]
    fn what_lacks_a_key_or_has_no_count_is_refused() {
        type Change = fn(&mut Value);
        fn without(d: &mut Value, key: &str) {
            d.as_object_mut().unwrap().remove(key).unwrap();
        }
        let changes: [Change; 13] = [
            |d| without(d, "errors"),
            |d| without(d, "metrics"),
            |d| without(d, "results"),
            |d| d["results"] = Value::Null,
            |d| without(&mut d["metrics"], "_totals"),
            |d| without(&mut d["metrics"]["_totals"], "loc"),
            |d| without(&mut d["metrics"]["_totals"], "SEVERITY.HIGH"),
            |d| d["metrics"]["_totals"]["loc"] = json!(1.5),
            |d| d["metrics"]["_totals"]["loc"] = json!(-1),
            |d| d["metrics"]["_totals"]["loc"] = json!("20"),
            |d| without(&mut d["results"][0], "issue_severity"),
            |d| without(&mut d["results"][0], "test_id"),
            |d| d["errors"] = json!([{"filename": "a.py"}]),
        ];
        for (n, change) in changes.into_iter().enumerate() {
            assert!(read_text(&document(change)).is_err(), "{n}");
        }
        let good = document(|_| {});
        for n in 0..good.len() {
            assert!(read_text(&good[..n]).is_err(), "{n}");
        }
    }
}
