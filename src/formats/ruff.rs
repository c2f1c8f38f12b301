//! Ruff, `ruff check --output-format json` and `json-lines`.
//!
//! Source: astral-sh/ruff `crates/ruff_db/src/diagnostic/render/json.rs` (before 0.12 `crates/ruff_linter/src/message/json.rs`);
//! measured with 0.4 and 0.17.
//!
//! A diagnostic is an error: every one makes `ruff check` exit 1, ruff itself calls it so in this report (`severity`,
//! since 0.13), in SARIF and in its annotations for GitHub, and older reports state nothing. Only where `severity` says
//! `warning` it is one, and `info` and `help` are neither. A file that does not parse (code `invalid-syntax`, `E999`, or
//! null) or cannot be read (`E902`) is an error whatever is said, and what else is wrong with it is not known.
//!
//! Only files with a diagnostic are named, and `[]` is also what an empty folder gives: it is read only where the format
//! is stated, as one run. `# noqa` leaves no trace. `json-lines` has no end: what is cut between two lines looks whole.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Format, Head, Input};
use crate::facts::{Kind, Lint, LintLevel, Lints, Location, Report, normal_path};
use crate::input::json::{Each, Json, documents, required};
use crate::input::{Result, size};
use crate::text::Text;

const TOOL: &str = "ruff";

pub(super) const FORMAT: Format = Format {
    name: TOOL,
    gives: &[Kind::Lints],
    producers: "Ruff 0.4 and 0.17, `ruff check --output-format json` and `json-lines`",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    let list = head.has("[].noqa_row") && head.has("[].filename");
    let lines = head.has("noqa_row") && head.has("filename");
    list || lines
}

#[derive(Deserialize)]
#[serde(expecting = "a diagnostic of ruff")]
struct Diagnostic {
    #[serde(deserialize_with = "required")]
    code: Option<Text>,
    message: Text,
    filename: Option<String>,
    location: Option<Place>,
    severity: Option<String>,
    /// The cell of a notebook; rows are counted anew in each.
    cell: Option<u32>,
}

#[derive(Deserialize)]
struct Place {
    row: u32,
    column: u32,
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut run = Run::default();
    input.window.skip_white()?;
    let add = |diagnostic| {
        run.add(diagnostic);
        Ok(())
    };
    if input.window.peek()? == Some(b'[') {
        Json::document_with(input.window, Each::new(add))?;
    } else {
        documents(input.window, add)?;
    }
    Ok(run.finish())
}

#[derive(Default)]
struct Run {
    list: BTreeSet<Lint>,
    files: BTreeSet<Text>,
    unparsed: BTreeSet<Text>,
    neither: u64,
}

impl Run {
    fn add(&mut self, diagnostic: Diagnostic) {
        let broken = matches!(diagnostic.code.as_deref(), None | Some("invalid-syntax" | "E999" | "E902"));
        let path = Text::new(&normal_path(diagnostic.filename.as_deref().unwrap_or_default()));
        self.files.insert(path.clone());
        if broken {
            self.unparsed.insert(path.clone());
        }
        let level = match diagnostic.severity.as_deref().map(str::to_ascii_lowercase).as_deref() {
            _ if broken => LintLevel::Error,
            Some("warning") => LintLevel::Warning,
            Some("info" | "help" | "note") => {
                self.neither += 1;
                return;
            }
            _ => LintLevel::Error,
        };
        let Diagnostic { code, mut message, location, cell, .. } = diagnostic;
        if let Some(cell) = cell {
            message = Text::new(&format!("{message} (cell {cell})"));
        }
        let line = location.as_ref().map(|l| l.row).filter(|n| *n > 0);
        let column = location.map(|l| l.column).filter(|n| *n > 0);
        let location = (!path.is_empty()).then_some(Location { path, line });
        self.list.insert(Lint { level, code, location, column, message });
    }

    fn finish(self) -> Report {
        let Self { list, files, unparsed, neither } = self;
        let mut report = Report::by(TOOL);
        if files.is_empty() {
            report.note(
                "no diagnostic; ruff does not say how much it looked at, and writes the same for an empty folder",
            );
        } else {
            report.note("ruff names only files with a diagnostic: how many it looked at is not known");
        }
        if !unparsed.is_empty() {
            let n = unparsed.len();
            report.note(format!("files that could not be read or parsed, of which nothing else is known: {n}"));
        }
        if neither > 0 {
            report.note(format!("diagnostics that are neither errors nor warnings and do not count: {neither}"));
        }
        report.facts.lints =
            Some(Lints { list, looked_at: size(files.len()).max(1), tool: TOOL.into(), ..Lints::default() });
        report
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Window;

    fn read_text(text: &str) -> Result<Report> {
        FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "ruff.json" })
    }

    fn diagnostic(code: &str, rest: &str) -> String {
        format!(
            r#"{{"cell":null,"code":{code},"end_location":{{"column":10,"row":1}},"filename":"/src/a.py","fix":{{"message":"secret"}},"location":{{"column":8,"row":1}},"message":"m","noqa_row":1,"url":null{rest}}}"#
        )
    }

    fn counts(report: &Report) -> (usize, usize, u64) {
        let lints = report.facts.lints.as_ref().unwrap();
        let count = |level| lints.list.iter().filter(|l| l.level == level).count();
        (count(LintLevel::Error), count(LintLevel::Warning), lints.looked_at)
    }

    #[test]
    fn a_diagnostic_is_an_error_unless_ruff_says_that_it_is_a_warning() {
        for (code, rest, expected) in [
            (r#""F401""#, "", (1, 0, 1)),
            (r#""F401""#, r#","name":"unused-import","severity":"error""#, (1, 0, 1)),
            (r#""F401""#, r#","severity":"warning""#, (0, 1, 1)),
            (r#""F401""#, r#","severity":"info""#, (0, 0, 1)),
            (r#""F401""#, r#","severity":"fatal""#, (1, 0, 1)),
            (r#""F401""#, r#","severity":null"#, (1, 0, 1)),
            ("null", r#","severity":"warning""#, (1, 0, 1)),
            (r#""invalid-syntax""#, r#","severity":"info""#, (1, 0, 1)),
            (r#""E999""#, "", (1, 0, 1)),
            (r#""E902""#, "", (1, 0, 1)),
        ] {
            let one = diagnostic(code, rest);
            for text in [format!("[{one},{one}]"), format!("{one}\n{one}\n")] {
                assert!(recognise(&Head::of(text.as_bytes(), "x")), "{text}");
                let report = read_text(&text).unwrap();
                assert_eq!(counts(&report), expected, "{text}");
                let broken = report.notes.iter().any(|n| n.contains("could not be read or parsed"));
                assert_eq!(broken, !code.contains("F401"), "{text}");
            }
        }
    }

    #[test]
    fn the_same_in_two_cells_of_a_notebook_is_two() {
        let one = |cell: &str| diagnostic(r#""F401""#, "").replace("\"cell\":null", &format!("\"cell\":{cell}"));
        for (cells, expected) in [(["null", "null"], 1), (["2", "2"], 1), (["2", "3"], 2), (["null", "3"], 2)] {
            let report = read_text(&format!("[{},{}]", one(cells[0]), one(cells[1]))).unwrap();
            assert_eq!(counts(&report), (expected, 0, 1), "{cells:?}");
        }
        let lints = read_text(&format!("[{}]", one("2"))).unwrap().facts.lints.unwrap();
        assert_eq!(&*lints.list.first().unwrap().message, "m (cell 2)");
    }

    #[test]
    fn an_empty_list_is_one_run_with_a_note_and_claimed_by_nobody() {
        let report = read_text("[]").unwrap();
        assert_eq!(counts(&report), (0, 0, 1));
        assert!(report.notes[0].contains("does not say how much"));
        assert!(!recognise(&Head::of(b"[]", "x")));
    }

    #[test]
    fn a_diagnostic_without_a_place_counts() {
        let one =
            diagnostic(r#""F401""#, "").replace(r#"{"column":8,"row":1}"#, "null").replace("\"/src/a.py\"", "null");
        let report = read_text(&format!("[{one}]")).unwrap();
        assert_eq!(counts(&report), (1, 0, 1));
        assert_eq!(report.facts.lints.unwrap().list.first().unwrap().location, None);
    }

    #[test]
    fn what_lacks_a_key_or_is_cut_is_refused() {
        let good = format!("[{}]", diagnostic(r#""F401""#, ""));
        for (from, to) in [
            (r#""code":"F401","#, ""),
            (r#""message":"m","#, ""),
            (r#""message":"m""#, r#""message":null"#),
            (r#""row":1},"message""#, r#""row":"1"},"message""#),
            (r#""code":"F401""#, r#""code":["F401"]"#),
            (r#""code":"F401""#, r#""code":"F401","code":null"#),
        ] {
            let broken = good.replacen(from, to, 1);
            assert_ne!(broken, good);
            assert!(read_text(&broken).is_err(), "{broken}");
        }
        for n in 0..good.len() {
            assert!(read_text(&good[..n]).is_err(), "{n}");
        }
        for text in ["", "null", "{}", "[[]]"] {
            assert!(read_text(text).is_err(), "{text}");
        }
        let line = diagnostic("null", "");
        assert!(read_text(&format!("{line}\nwarning: x\n")).is_err());
    }
}
