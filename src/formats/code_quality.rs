//! GitLab's code quality report, which is a list of Code Climate issues.
//!
//! Source: GitLab documentation "Code Quality", "Code quality report format"; codeclimate/platform `spec/analyzers/SPEC.md`;
//! measured with Ruff, ESLint (eslint-formatter-gitlab) and hadolint. It states neither the tool nor how much was looked
//! at, and `[]` is also what no file at all gives: it is read only where the format is stated, as one run.
//!
//! GitLab has five words and says of none what it means for a build; what decides is what linters write for their own
//! levels. `blocker`, `critical` and `major` are errors: ESLint's formatter writes `major` for its errors, as PHPStan's
//! and Ruff do, and to call that a warning would let an error pass; that hadolint and RuboCop write it for warnings makes a
//! gate stricter than need be. `minor` is a warning, `info` neither, with a note. An issue without one of these words may
//! be either and counts as both.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{Format, Head, Input};
use crate::facts::{Kind, Lint, LintLevel, Lints, Location, Report, normal_path};
use crate::input::json::{Each, Json};
use crate::input::{ReadError, Result, size};
use crate::text::Text;

pub(super) const FORMAT: Format = Format {
    name: "code-quality",
    gives: &[Kind::Lints],
    producers: "Ruff 0.17 (`gitlab`), eslint-formatter-gitlab 7.2, hadolint 2.15 (`gitlab_codeclimate`)",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    ["[].description", "[].fingerprint", "[].location.path"].iter().all(|path| head.has(path))
}

#[derive(Deserialize)]
#[serde(expecting = "an issue")]
struct Issue {
    #[serde(rename = "type")]
    kind: Option<String>,
    check_name: Option<Text>,
    description: Option<Text>,
    fingerprint: Option<Text>,
    severity: Option<String>,
    location: Option<Place>,
}

#[derive(Deserialize)]
struct Place {
    path: String,
    lines: Option<Lines>,
    positions: Option<Positions>,
}

#[derive(Deserialize)]
struct Lines {
    begin: u32,
}

#[derive(Deserialize)]
struct Positions {
    begin: Position,
}

#[derive(Deserialize)]
struct Position {
    line: u32,
    column: Option<u32>,
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut run = Run::default();
    Json::document_with(input.window, Each::new(|issue| run.add(issue)))?;
    Ok(run.finish())
}

#[derive(Default)]
struct Run {
    list: BTreeSet<Lint>,
    fingerprints: BTreeMap<Lint, Vec<Text>>,
    /// The fingerprints of what reads alike: Ruff gives all that it finds in a notebook the same place.
    alike: BTreeMap<Lint, BTreeSet<Option<Text>>>,
    files: BTreeSet<Text>,
    infos: u64,
    unclear: u64,
    measurements: u64,
}

impl Run {
    fn add(&mut self, issue: Issue) -> Result<()> {
        let Issue { kind, check_name, description, fingerprint, severity, location } = issue;
        if kind.as_deref() == Some("measurement") {
            self.measurements += 1;
            return Ok(());
        }
        let message = description.ok_or_else(|| ReadError::new("an issue without `description`"))?;
        let place = location.ok_or_else(|| ReadError::new("an issue without `location`"))?;
        let path = Text::new(&normal_path(&place.path));
        let (line, column) = place.begin();
        self.files.insert(path.clone());
        let location = Some(Location { path, line });
        let lint = Lint { level: LintLevel::Error, code: check_name, location, column, message };
        for level in self.levels(severity.as_deref()) {
            self.keep(Lint { level: *level, ..lint.clone() }, fingerprint.clone());
        }
        Ok(())
    }

    /// Keeps an issue, apart from one that reads alike and has another fingerprint.
    fn keep(&mut self, lint: Lint, fingerprint: Option<Text>) {
        let known = self.alike.entry(lint.clone()).or_default();
        let print = fingerprint.as_deref().and_then(|value| crate::facts::fingerprint("code-quality", value));
        if !known.insert(fingerprint) {
            return;
        }
        let message = match known.len() {
            1 => lint.message,
            n => Text::new(&format!("{} ({n})", lint.message)),
        };
        let lint = Lint { message, ..lint };
        self.fingerprints.extend(print.map(|print| (lint.clone(), vec![print])));
        self.list.insert(lint);
    }

    fn levels(&mut self, severity: Option<&str>) -> &'static [LintLevel] {
        match severity.map(|s| s.trim().to_ascii_lowercase()).as_deref() {
            Some("blocker" | "critical" | "major") => &[LintLevel::Error],
            Some("minor") => &[LintLevel::Warning],
            Some("info") => {
                self.infos += 1;
                &[]
            }
            _ => {
                self.unclear += 1;
                &[LintLevel::Error, LintLevel::Warning]
            }
        }
    }

    fn finish(self) -> Report {
        let Self { list, fingerprints, files, infos, unclear, measurements, .. } = self;
        let mut report = Report::default();
        report.note(match files.is_empty() {
            true => "no issue; the format does not say how much was looked at",
            false => "only files with an issue are named: how many were looked at is not known",
        });
        if infos > 0 {
            report.note(format!("of severity info, neither errors nor warnings, which do not count: {infos}"));
        }
        if unclear > 0 {
            report.note(format!("without a severity that is known, each an error and a warning: {unclear}"));
        }
        if measurements > 0 {
            report.note(format!("measurements, which are no issues and do not count: {measurements}"));
        }
        report.facts.lints =
            Some(Lints { list, looked_at: size(files.len()).max(1), tool: Text::default(), fingerprints });
        report
    }
}

impl Place {
    fn begin(&self) -> (Option<u32>, Option<u32>) {
        let position = self.positions.as_ref().map(|p| &p.begin);
        let line = position.map(|p| p.line).or_else(|| self.lines.as_ref().map(|l| l.begin));
        (line.filter(|n| *n > 0), position.and_then(|p| p.column).filter(|n| *n > 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Window;

    fn read_text(text: &str) -> Result<Report> {
        FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "gl-code-quality-report.json" })
    }

    fn counts(report: &Report) -> (usize, usize, u64) {
        let lints = report.facts.lints.as_ref().unwrap();
        let count = |level| lints.list.iter().filter(|l| l.level == level).count();
        (count(LintLevel::Error), count(LintLevel::Warning), lints.looked_at)
    }

    const ISSUE: &str = r#"{"type":"issue","check_name":"DL3006","description":"Tag it","fingerprint":"a5","location":{"path":"./Dockerfile","lines":{"begin":4,"end":4}},"severity":"major","content":{"body":"long"}}"#;

    #[test]
    fn the_words_of_gitlab_are_errors_warnings_or_neither() {
        for (severity, errors, warnings, notes) in [
            (r#""severity":"blocker""#, 1, 0, 1),
            (r#""severity":"critical""#, 1, 0, 1),
            (r#""severity":"major""#, 1, 0, 1),
            (r#""severity":"minor""#, 0, 1, 1),
            (r#""severity":"info""#, 0, 0, 2),
            (r#""severity":"high""#, 1, 1, 2),
            (r#""severity":null"#, 1, 1, 2),
            (r#""no":1"#, 1, 1, 2),
        ] {
            let one = ISSUE.replace(r#""severity":"major""#, severity);
            let report = read_text(&format!("[{one},{one}]")).unwrap();
            assert_eq!(counts(&report), (errors, warnings, 1), "{severity}");
            assert_eq!(report.notes.len(), notes, "{severity}: {:?}", report.notes);
        }
    }

    #[test]
    fn what_reads_alike_is_told_apart_by_its_fingerprint() {
        let of = |print: &str| ISSUE.replace(r#""fingerprint":"a5""#, print);
        let (first, second) = (of(r#""fingerprint":"a5""#), of(r#""fingerprint":"b6""#));
        let none = of(r#""no":1"#);
        for (issues, expected) in [
            ([&first, &first, &first], 1),
            ([&first, &second, &first], 2),
            ([&none, &none, &none], 1),
            ([&none, &second, &first], 3),
        ] {
            let report = read_text(&format!("[{},{},{}]", issues[0], issues[1], issues[2])).unwrap();
            assert_eq!(counts(&report), (expected, 0, 1), "{issues:?}");
        }
    }

    #[test]
    fn each_keeps_its_fingerprint() {
        let of = |print: &str| ISSUE.replace(r#""fingerprint":"a5""#, &format!(r#""fingerprint":"{print}""#));
        let report = read_text(&format!("[{},{},{ISSUE}]", of("a5a5a5a5"), of("b6b6b6b6"))).unwrap();
        let lints = report.facts.lints.unwrap();
        let prints: Vec<&Text> = lints.fingerprints.values().flatten().collect();
        assert_eq!(
            prints,
            ["fingerprint:code-quality=a5a5a5a5", "fingerprint:code-quality=b6b6b6b6"]
                .map(Text::new)
                .iter()
                .collect::<Vec<_>>()
        );
        assert_eq!((lints.list.len(), lints.fingerprints.len()), (3, 2));
        assert!(lints.fingerprints.keys().all(|lint| lints.list.contains(lint)));
    }

    #[test]
    fn places_are_read_in_both_shapes() {
        let positions = r#""positions":{"begin":{"line":7,"column":2},"end":{"line":7,"column":3}}"#;
        for (place, line, column) in [
            (r#""lines":{"begin":4,"end":4}"#, Some(4), None),
            (positions, Some(7), Some(2)),
            (r#""no":1"#, None, None),
        ] {
            let one = ISSUE.replace(r#""lines":{"begin":4,"end":4}"#, place);
            let lints = read_text(&format!("[{one}]")).unwrap().facts.lints.unwrap();
            let lint = lints.list.first().unwrap();
            assert_eq!(lint.location, Some(Location { path: "Dockerfile".into(), line }));
            assert_eq!((lint.column, lint.code.as_deref()), (column, Some("DL3006")));
        }
    }

    #[test]
    fn an_empty_list_is_one_run_with_a_note_and_claimed_by_nobody() {
        let report = read_text("[]").unwrap();
        assert_eq!(counts(&report), (0, 0, 1));
        assert!(report.notes[0].contains("does not say how much"));
        assert!(!recognise(&Head::of(b"[]", "x")));
        let measured = read_text(r#"[{"type":"measurement","name":"loc","value":4}]"#).unwrap();
        assert!(measured.notes[1].ends_with("do not count: 1"), "{:?}", measured.notes);
    }

    #[test]
    fn what_lacks_a_key_or_is_cut_is_refused() {
        let good = format!("[{ISSUE}]");
        for (from, to) in [
            (r#""description":"Tag it","#, ""),
            (r#""description":"Tag it""#, r#""description":["Tag it"]"#),
            (r#""path":"./Dockerfile","#, ""),
            (r#""location":"#, r#""place":"#),
            (r#""begin":4"#, r#""begin":-4"#),
            (r#""begin":4"#, r#""begin":"4""#),
            (r#""severity":"major""#, r#""severity":"info","severity":"major""#),
            (r#""severity":"major""#, r#""severity":3"#),
        ] {
            let broken = good.replacen(from, to, 1);
            assert_ne!(broken, good);
            assert!(read_text(&broken).is_err(), "{broken}");
        }
        for n in 0..good.len() {
            assert!(read_text(&good[..n]).is_err(), "{n}");
        }
        assert!(read_text("null").is_err() && read_text(ISSUE).is_err());
    }
}
