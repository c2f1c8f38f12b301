//! Semgrep, `semgrep scan --json`.
//!
//! Source: semgrep/semgrep `cli/src/semgrep/output.py`, semgrep-interfaces `semgrep_output_v1.atd`; measured with 1.185.
//! A rule states CRITICAL, HIGH, MEDIUM or LOW, or a level: ERROR, WARNING or INFO, which are high, medium and low here;
//! INVENTORY and EXPERIMENT state none. What was looked at are `paths.scanned`: with none of them nothing was. An error of
//! the level `error` is a failed run. A finding with `is_ignored` is one that the code suppresses; by default it
//! leaves no trace.

use serde::Deserialize;

use super::{Format, Head, Input};
use crate::facts::{Finding, Findings, Kind, Location, Rating, Report, Severity, Source, fingerprint, normal_path};
use crate::input::json::{Json, Present};
use crate::input::{Result, size};
use crate::text::Text;

const TOOL: &str = "semgrep";

pub(super) const FORMAT: Format = Format {
    name: TOOL,
    gives: &[Kind::Findings],
    producers: "Semgrep 1.185, `--json`; also Opengrep",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    // Keys may be sorted, and a long list hide what stands behind it.
    let by_results = head.has("results") && head.has("version") && head.has("results[].check_id");
    let by_paths = head.has("results") && head.has("errors") && head.has("paths.scanned");
    by_results || by_paths
}

#[derive(Deserialize)]
struct Document {
    #[serde(rename = "version")]
    _version: Text,
    results: Vec<Row>,
    errors: Vec<Failure>,
    paths: Paths,
    skipped_rules: Option<Vec<Present>>,
}

#[derive(Deserialize)]
struct Row {
    check_id: Text,
    path: String,
    start: Place,
    extra: Extra,
}

#[derive(Deserialize)]
struct Place {
    line: u32,
    col: Option<u64>,
}

#[derive(Deserialize)]
struct Extra {
    message: Option<Text>,
    severity: String,
    is_ignored: Option<bool>,
    fix: Option<Present>,
    fingerprint: Option<String>,
}

#[derive(Deserialize)]
struct Failure {
    level: String,
    message: Option<Text>,
    short_msg: Option<Text>,
    path: Option<Text>,
}

#[derive(Deserialize)]
struct Paths {
    scanned: Vec<Present>,
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let Document { results, errors, paths, skipped_rules, .. } = Json::document(input.window)?;
    let mut report = Report::by(TOOL);
    let mut findings = Findings::default();
    findings.scanned = Some(size(paths.scanned.len()));
    for row in results {
        let region = row.start.col.map(|c| c.to_string()).unwrap_or_default();
        findings.add(finding(row), &region);
    }
    let mut warnings = 0_u64;
    for failure in errors {
        let is_warning = ["warn", "warning", "info"].iter().any(|level| failure.level.eq_ignore_ascii_case(level));
        if !is_warning {
            report.fail(failure.words());
        } else if warnings == 0 {
            warnings = 1;
            report.note(format!("semgrep warns: {}", failure.words()));
        } else {
            warnings += 1;
        }
    }
    if warnings > 1 {
        report.note(format!("warnings of semgrep on its own run: {warnings}, of which the first is shown"));
    }
    let skipped = skipped_rules.map_or(0, |s| s.len());
    if skipped > 0 {
        report.note(format!("rules that semgrep skipped: {skipped}"));
    }
    if paths.scanned.is_empty() {
        report.note("`paths.scanned` is empty: nothing was looked at");
    }
    report.facts.findings = Some(findings);
    Ok(report)
}

impl Failure {
    fn words(&self) -> String {
        let said = self.message.as_ref().or(self.short_msg.as_ref()).map_or("an error without words", |m| m);
        match self.path.as_ref().filter(|p| !said.contains(&***p)) {
            Some(path) => format!("{path}: {said}"),
            None => said.to_owned(),
        }
    }
}

fn finding(row: Row) -> Finding {
    let Row { check_id, path, start, extra } = row;
    let mut rating = Rating::default();
    let word = extra.severity.trim();
    let level = match word.to_ascii_uppercase().as_str() {
        "ERROR" => Some("error"),
        "WARNING" => Some("warning"),
        "INFO" => Some("note"),
        _ => None,
    };
    match level {
        Some(level) => Severity::of_level(level).into_iter().for_each(|s| rating.add(s, Source::Level, word)),
        None => Severity::of_word(word).into_iter().for_each(|s| rating.add(s, Source::Word, word)),
    }
    Finding {
        message: extra.message.filter(|m| !m.is_empty()).unwrap_or_else(|| check_id.clone()),
        id: check_id,
        // The name that it has in Semgrep's SARIF. Without a login it is no fingerprint, but says so.
        aliases: extra.fingerprint.and_then(|f| fingerprint("matchBasedId/v1", &f)).into_iter().collect(),
        package: None,
        location: Some(Location { path: Text::new(&normal_path(&path)), line: Some(start.line).filter(|n| *n > 0) }),
        rating,
        fix: extra.fix.map(|_| "semgrep --autofix".into()),
        tool: TOOL.into(),
        suppressed: extra.is_ignored == Some(true),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::facts::SeverityRule;
    use crate::input::Window;

    fn read_text(text: &str) -> Result<Report> {
        FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "semgrep.json" })
    }

    fn row(severity: &str) -> Value {
        json!({"check_id": "shell", "path": "./src/run.py", "start": {"line": 6, "col": 5, "offset": 62},
               "end": {"line": 6, "col": 37}, "extra": {"message": "m", "severity": severity, "metadata": {}, "lines": "secret()"}})
    }

    fn document(change: impl FnOnce(&mut Value)) -> String {
        let mut document = json!({"version": "1.185.0", "results": [row("ERROR")], "errors": [], "paths": {"scanned": ["src/run.py"]}});
        change(&mut document);
        document.to_string()
    }

    #[test]
    fn levels_and_words_are_told_apart() {
        for (word, severity, claim) in [
            ("ERROR", Severity::High, Some(Source::Level)),
            ("WARNING", Severity::Medium, Some(Source::Level)),
            ("INFO", Severity::Low, Some(Source::Level)),
            ("CRITICAL", Severity::Critical, Some(Source::Word)),
            ("HIGH", Severity::High, Some(Source::Word)),
            ("MEDIUM", Severity::Medium, Some(Source::Word)),
            ("LOW", Severity::Low, Some(Source::Word)),
            ("INVENTORY", Severity::Unknown, None),
            ("EXPERIMENT", Severity::Unknown, None),
        ] {
            let report = read_text(&document(|d| d["results"] = json!([row(word)]))).unwrap();
            let findings = report.facts.findings.unwrap();
            let rating = &findings.list[0].rating;
            assert_eq!(rating.severity(SeverityRule::Tool), severity, "{word}");
            assert_eq!(rating.claims().first().map(|c| c.source), claim, "{word}");
        }
    }

    #[test]
    fn a_finding_has_its_place_and_counts_once_and_what_is_ignored_counts() {
        let mut ignored = row("ERROR");
        ignored["extra"]["is_ignored"] = json!(true);
        ignored["start"]["col"] = json!(9);
        let report = read_text(&document(|d| d["results"] = json!([row("ERROR"), row("ERROR"), ignored]))).unwrap();
        assert_eq!(report.tools, ["semgrep".into()]);
        let findings = report.facts.findings.unwrap();
        assert_eq!(findings.list.iter().map(|f| f.suppressed).collect::<Vec<_>>(), [false, true]);
        assert_eq!(findings.list[0].location, Some(Location { path: "src/run.py".into(), line: Some(6) }));
        assert_eq!(findings.scanned, Some(1));
    }

    #[test]
    fn an_error_is_a_failed_run_and_a_warning_a_note() {
        let error = |level: &str| json!({"code": 3, "level": level, "type": ["PartialParsing", []], "message": "broken", "path": "a.py"});
        let report =
            read_text(&document(|d| d["errors"] = json!([error("warn"), error("error"), error("warn")]))).unwrap();
        assert_eq!(report.failed_run, ["a.py: broken".into()]);
        assert_eq!(report.notes.len(), 2, "{:?}", report.notes);
        for (level, failed) in [("Error", true), ("", true), ("fatal", true), ("warn", false), ("info", false)] {
            let report = read_text(&document(|d| d["errors"] = json!([error(level)]))).unwrap();
            assert_eq!(!report.failed_run.is_empty(), failed, "{level}");
        }
        assert_eq!(report.facts.findings.unwrap().list.len(), 1);
    }

    #[test]
    fn nothing_scanned_is_no_evidence() {
        let report = read_text(&document(|d| d["skipped_rules"] = json!([{"rule_id": "r"}]))).unwrap();
        assert_eq!(report.notes, ["rules that semgrep skipped: 1".into()]);
        let report = read_text(&document(|d| {
            d["paths"]["scanned"] = json!([]);
            d["results"] = json!([]);
        }))
        .unwrap();
        assert_eq!(report.facts.findings.unwrap().scanned, Some(0));
    }

    #[test]
    fn what_lacks_a_key_is_refused() {
        type Change = fn(&mut Value);
        fn without(d: &mut Value, key: &str) {
            d.as_object_mut().unwrap().remove(key).unwrap();
        }
        let changes: [Change; 12] = [
            |d| without(d, "version"),
            |d| without(d, "results"),
            |d| without(d, "errors"),
            |d| without(d, "paths"),
            |d| without(&mut d["paths"], "scanned"),
            |d| d["results"] = Value::Null,
            |d| d["errors"] = json!([{"message": "m"}]),
            |d| without(&mut d["results"][0], "check_id"),
            |d| without(&mut d["results"][0], "path"),
            |d| without(&mut d["results"][0], "start"),
            |d| without(&mut d["results"][0], "extra"),
            |d| without(&mut d["results"][0]["extra"], "severity"),
        ];
        for (n, change) in changes.into_iter().enumerate() {
            assert!(read_text(&document(change)).is_err(), "{n}");
        }
        let good = document(|_| {});
        for n in 0..good.len() {
            assert!(read_text(&good[..n]).is_err(), "{n}");
        }
    }

    #[test]
    fn it_is_known_whatever_the_order_of_its_keys() {
        for text in [
            r#"{"version":"1","results":[{"check_id":"a","#,
            r#"{"errors":[],"paths":{"scanned":["a"]},"results":[{"che"#,
            r#"{"version":"1","results":[],"errors":[],"paths":{"scanned":[]}}"#,
        ] {
            assert!(recognise(&Head::of(text.as_bytes(), "x")), "{text}");
        }
        assert!(!recognise(&Head::of(br#"{"results":[],"errors":[]}"#, "x")));
    }
}
