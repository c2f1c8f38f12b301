//! Reviewdog's diagnostic format: rdjson, a list in one object, and rdjsonl, a diagnostic a line.
//!
//! Source: reviewdog/reviewdog `proto/rdf/reviewdog.proto`; measured with Ruff and eslint-formatter-rdjson. A diagnostic
//! without a severity has the one of the whole result. ERROR and WARNING are that, INFO is neither, with a note; where
//! nothing states one it may be either and counts as both. A file that Ruff could not parse is an error whatever is said.
//!
//! Only files with a diagnostic are named. An object with an empty list is a run that found nothing, of the tool that
//! `source` names, and does not say how much was looked at. rdjsonl has no end: what is cut between two lines looks
//! whole.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Format, Head, Input};
use crate::facts::{Kind, Lint, LintLevel, Lints, Location, Report, normal_path};
use crate::input::json::documents;
use crate::input::{ReadError, Result, size};
use crate::text::Text;

pub(super) const FORMAT: Format = Format {
    name: "rdjson",
    gives: &[Kind::Lints],
    producers: "Ruff 0.17 (`rdjson`), eslint-formatter-rdjson 1.0; by its definition, not run: rdjsonl",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    let list = head.has("diagnostics[].message") && head.has("diagnostics[].location.path");
    let empty = head.has("diagnostics") && head.has("source.name");
    let line = head.has("message") && head.has("location.path") && head.has("location.range.start");
    list || empty || line
}

/// What Ruff calls a file that does not parse or cannot be read. Its report says WARNING of all that it holds, and such
/// a file is an error: what else is wrong with it is not known.
const UNPARSED: [&str; 3] = ["invalid-syntax", "E999", "E902"];

/// How many tools are named: each diagnostic may state another one.
const MOST_TOOLS: usize = 100;

/// A result with its diagnostics, or a diagnostic.
#[derive(Deserialize)]
#[serde(expecting = "a result or a diagnostic of the Reviewdog Diagnostic Format")]
struct Document {
    source: Option<Source>,
    severity: Option<String>,
    diagnostics: Option<Vec<Diagnostic>>,
    message: Option<Text>,
    location: Option<Place>,
    code: Option<Code>,
}

#[derive(Deserialize)]
#[serde(expecting = "a diagnostic")]
struct Diagnostic {
    message: Text,
    location: Place,
    severity: Option<String>,
    source: Option<Source>,
    code: Option<Code>,
}

#[derive(Deserialize)]
struct Source {
    name: Option<Text>,
}

#[derive(Deserialize)]
struct Code {
    value: Option<Text>,
}

#[derive(Deserialize)]
struct Place {
    path: Option<String>,
    range: Option<Range>,
}

#[derive(Deserialize)]
struct Range {
    start: Option<Position>,
}

#[derive(Deserialize)]
struct Position {
    line: Option<u32>,
    column: Option<u32>,
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut run = Run::default();
    documents(input.window, |document| run.document(document))?;
    Ok(run.finish())
}

#[derive(Default)]
struct Run {
    list: BTreeSet<Lint>,
    files: BTreeSet<Text>,
    tools: Vec<Text>,
    infos: u64,
    unclear: u64,
}

impl Run {
    fn document(&mut self, document: Document) -> Result<()> {
        let Document { source, severity, diagnostics, message, location, code } = document;
        match (diagnostics, message, location) {
            (Some(diagnostics), None, None) => {
                self.tool(source);
                diagnostics.into_iter().for_each(|d| self.add(d, severity.as_deref()));
                Ok(())
            }
            (None, Some(message), Some(location)) => {
                self.add(Diagnostic { message, location, severity, source, code }, None);
                Ok(())
            }
            _ => Err(ReadError::new("neither a list of `diagnostics` nor a diagnostic with `message` and `location`")),
        }
    }

    fn tool(&mut self, source: Option<Source>) {
        let name = source.and_then(|s| s.name).filter(|n| !n.is_empty());
        if let Some(name) = name.filter(|n| self.tools.len() < MOST_TOOLS && !self.tools.contains(n)) {
            self.tools.push(name);
        }
    }

    fn add(&mut self, diagnostic: Diagnostic, whole: Option<&str>) {
        let Diagnostic { message, location, severity, source, code } = diagnostic;
        self.tool(source);
        let path = Text::new(&normal_path(location.path.as_deref().unwrap_or_default()));
        self.files.insert(path.clone());
        let start = location.range.and_then(|r| r.start);
        let line = start.as_ref().and_then(|s| s.line).filter(|n| *n > 0);
        let column = start.and_then(|s| s.column).filter(|n| *n > 0);
        let location = (!path.is_empty()).then_some(Location { path, line });
        let code = code.and_then(|c| c.value);
        let unparsed = code.as_deref().is_some_and(|c| UNPARSED.contains(&c));
        let lint = Lint { level: LintLevel::Error, code, location, column, message };
        let own = severity.as_deref().filter(|s| *s != "UNKNOWN_SEVERITY");
        let levels: &[LintLevel] = match own.or(whole).map(str::to_ascii_uppercase).as_deref() {
            _ if unparsed => &[LintLevel::Error],
            Some("ERROR") => &[LintLevel::Error],
            Some("WARNING") => &[LintLevel::Warning],
            Some("INFO") => {
                self.infos += 1;
                &[]
            }
            _ => {
                self.unclear += 1;
                &[LintLevel::Error, LintLevel::Warning]
            }
        };
        self.list.extend(levels.iter().map(|level| Lint { level: *level, ..lint.clone() }));
    }

    fn finish(self) -> Report {
        let Self { list, files, tools, infos, unclear } = self;
        let tool = tools.first().cloned().unwrap_or_default();
        let mut report = Report { tools, ..Report::default() };
        report.note(match files.is_empty() {
            true => "no diagnostic; the format does not say how much was looked at",
            false => "only files with a diagnostic are named: how many were looked at is not known",
        });
        if infos > 0 {
            report.note(format!("of severity INFO, neither errors nor warnings, which do not count: {infos}"));
        }
        if unclear > 0 {
            report.note(format!("without a severity that is known, each an error and a warning: {unclear}"));
        }
        report.facts.lints = Some(Lints { list, looked_at: size(files.len()).max(1), tool, ..Lints::default() });
        report
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Window;

    fn read_text(text: &str) -> Result<Report> {
        FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "r.rdjson" })
    }

    fn counts(report: &Report) -> (usize, usize, u64) {
        let lints = report.facts.lints.as_ref().unwrap();
        let count = |level| lints.list.iter().filter(|l| l.level == level).count();
        (count(LintLevel::Error), count(LintLevel::Warning), lints.looked_at)
    }

    fn diagnostic(severity: &str) -> String {
        format!(
            r#"{{"message":"m","location":{{"path":"./a.go","range":{{"start":{{"line":14,"column":15}}}}}},"code":{{"value":"E1","url":"u"}},"original_output":"secret"{severity}}}"#
        )
    }

    fn result(severity: &str, diagnostics: &str) -> String {
        format!(r#"{{"source":{{"name":"lint","url":"u"}}{severity},"diagnostics":[{diagnostics}]}}"#)
    }

    #[test]
    fn a_diagnostic_has_its_own_severity_or_that_of_the_result() {
        for (own, whole, errors, warnings) in [
            ("ERROR", "WARNING", 1, 0),
            ("WARNING", "ERROR", 0, 1),
            ("INFO", "ERROR", 0, 0),
            ("", "WARNING", 0, 1),
            ("UNKNOWN_SEVERITY", "ERROR", 1, 0),
            ("", "UNKNOWN_SEVERITY", 1, 1),
            ("", "", 1, 1),
            ("fatal", "WARNING", 1, 1),
        ] {
            let of = |word: &str| if word.is_empty() { String::new() } else { format!(r#","severity":"{word}""#) };
            let one = diagnostic(&of(own));
            let report = read_text(&result(&of(whole), &format!("{one},{one}"))).unwrap();
            assert_eq!(counts(&report), (errors, warnings, 1), "{own} {whole}");
            assert_eq!(report.tools, ["lint".into()]);
        }
    }

    #[test]
    fn a_file_that_does_not_parse_is_an_error() {
        for (code, expected) in
            [("invalid-syntax", (1, 0, 1)), ("E999", (1, 0, 1)), ("E902", (1, 0, 1)), ("E1", (0, 1, 1))]
        {
            let one = diagnostic("").replace("E1", code);
            let report = read_text(&result(r#","severity":"WARNING""#, &one)).unwrap();
            assert_eq!(counts(&report), expected, "{code}");
        }
    }

    #[test]
    fn lines_are_diagnostics_too() {
        let (error, warning) =
            (diagnostic(r#","severity":"ERROR""#), diagnostic(r#","severity":"WARNING","source":{"name":"x"}"#));
        let text = format!("{error}\n{warning}\n");
        assert!(recognise(&Head::of(text.as_bytes(), "x")));
        let report = read_text(&text).unwrap();
        assert_eq!((counts(&report), report.tools.as_slice()), ((1, 1, 1), ["x".into()].as_slice()));
        let lints = report.facts.lints.unwrap();
        let one = lints.list.first().unwrap();
        assert_eq!(one.location, Some(Location { path: "a.go".into(), line: Some(14) }));
        assert_eq!((one.column, one.code.as_deref()), (Some(15), Some("E1")));
    }

    #[test]
    fn an_empty_list_is_a_run_of_the_tool_with_a_note() {
        let text = result("", "");
        assert!(recognise(&Head::of(text.as_bytes(), "x")));
        let report = read_text(&text).unwrap();
        assert_eq!((counts(&report), report.tools.as_slice()), ((0, 0, 1), ["lint".into()].as_slice()));
        assert!(report.notes[0].contains("does not say how much"));
        assert!(!recognise(&Head::of(br#"{"diagnostics":[]}"#, "x")));
    }

    #[test]
    fn what_lacks_a_key_or_is_cut_is_refused() {
        let good = result("", &diagnostic(r#","severity":"ERROR""#));
        for (from, to) in [
            (r#""message":"m","#, ""),
            (r#""location""#, r#""place""#),
            (r#""diagnostics""#, r#""list""#),
            (r#""diagnostics":"#, r#""diagnostics":null,"x":"#),
            (r#""diagnostics":"#, r#""message":"m","diagnostics":"#),
            (r#""line":14"#, r#""line":-14"#),
            (r#""severity":"ERROR""#, r#""severity":1"#),
            (r#""severity":"ERROR""#, r#""severity":"ERROR","severity":"INFO""#),
        ] {
            let broken = good.replacen(from, to, 1);
            assert_ne!(broken, good);
            assert!(read_text(&broken).is_err(), "{broken}");
        }
        for n in 0..good.len() {
            assert!(read_text(&good[..n]).is_err(), "{n}");
        }
        let line = diagnostic("");
        for text in [String::new(), "[]".into(), "null".into(), "{}".into(), format!("{line}\nwarning\n")] {
            assert!(read_text(&text).is_err(), "{text}");
        }
    }
}
