//! Checkstyle XML: of Checkstyle, and of the many linters that write the same.
//!
//! Source: checkstyle/checkstyle `XMLLogger.java`; measured with Checkstyle 8.36, ESLint, ShellCheck, hadolint and
//! flake8. `version` is the one of the format, and nothing states the tool. An `<exception>` is a file that Checkstyle
//! could not work on: a failed run. `info` and `ignore` are neither error nor warning: a note. An `<error>` whose severity
//! is missing or not known may be either and counts as both.
//!
//! The files are the evidence of work. flake8 lists only files with an error: its clean report holds none and proves
//! nothing.

use std::collections::BTreeSet;

use super::{Format, Head, Input};
use crate::facts::{Kind, Lint, LintLevel, Lints, Location, Report, normal_path};
use crate::input::xml::{Event, Tag, Xml};
use crate::input::{Result, size};
use crate::text::Text;

pub(super) const FORMAT: Format = Format {
    name: "checkstyle",
    gives: &[Kind::Lints],
    producers: "Checkstyle 8.36, ESLint 10.15 (eslint-formatter-checkstyle), ShellCheck 0.11, hadolint 2.15, \
                flake8-checkstyle 0.1",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    head.is_root("checkstyle")
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut xml = Xml::new(input.window);
    let mut run = Run::default();
    loop {
        let taken = match xml.event()? {
            None => break,
            Some(Event::Start(tag)) => run.start(&tag),
            Some(Event::End(depth)) => {
                if depth < 2 {
                    run.file = None;
                }
                Ok(())
            }
        };
        taken.map_err(|reason| xml.error(reason))?;
    }
    Ok(run.finish())
}

#[derive(Default)]
struct Run {
    report: Report,
    list: BTreeSet<Lint>,
    files: BTreeSet<Text>,
    /// The `<file>` that is open.
    file: Option<Text>,
    infos: u64,
    unclear: u64,
}

impl Run {
    fn start(&mut self, tag: &Tag<'_>) -> std::result::Result<(), String> {
        match (tag.depth, tag.name()) {
            (1, "checkstyle") => Ok(()),
            (1, name) => Err(format!("the root is <{name}>, not <checkstyle>")),
            (2, "file") => {
                let path = Text::new(&normal_path(&tag.get("name").ok_or("a <file> without `name`")?));
                self.files.insert(path.clone());
                self.file = Some(path);
                Ok(())
            }
            (_, "exception") => {
                let file = self.file.as_deref().unwrap_or("a file");
                self.report.fail(format!("{file}: the linter stopped with an exception"));
                Ok(())
            }
            (_, "error") => self.error(tag),
            // What else a linter writes there says nothing that is counted.
            _ => Ok(()),
        }
    }

    fn error(&mut self, tag: &Tag<'_>) -> std::result::Result<(), String> {
        let path = self.file.clone().ok_or("an <error> outside any <file>")?;
        let message = tag.get("message").ok_or("an <error> without `message`")?;
        let levels: &[LintLevel] = match tag.get("severity").map(|s| s.trim().to_ascii_lowercase()).as_deref() {
            Some("error") => &[LintLevel::Error],
            Some("warning") => &[LintLevel::Warning],
            Some("info" | "ignore") => {
                self.infos += 1;
                &[]
            }
            _ => {
                self.unclear += 1;
                &[LintLevel::Error, LintLevel::Warning]
            }
        };
        let lint = Lint {
            level: LintLevel::Error,
            code: tag.get("source").filter(|s| !s.trim().is_empty()).map(|s| Text::new(&s)),
            location: Some(Location { path, line: number(tag, "line")? }),
            column: number(tag, "column")?,
            message: Text::new(&message),
        };
        self.list.extend(levels.iter().map(|level| Lint { level: *level, ..lint.clone() }));
        Ok(())
    }

    fn finish(self) -> Report {
        let Self { mut report, list, files, infos, unclear, .. } = self;
        if files.is_empty() {
            report.note("no file is listed: whether one was looked at, nothing says");
        }
        if infos > 0 {
            report
                .note(format!("of severity info or ignore, neither errors nor warnings, which do not count: {infos}"));
        }
        if unclear > 0 {
            report.note(format!("without a severity that is known, each an error and a warning: {unclear}"));
        }
        report.facts.lints = Some(Lints { list, looked_at: size(files.len()), ..Lints::default() });
        report
    }
}

/// A line or column; one below 1 says nothing.
fn number(tag: &Tag<'_>, name: &str) -> std::result::Result<Option<u32>, String> {
    let Some(value) = tag.get(name).filter(|v| !v.trim().is_empty()) else { return Ok(None) };
    let n: i64 = value.trim().parse().map_err(|_| format!("`{name}` is {value:?}, which is no number"))?;
    Ok(u32::try_from(n).ok().filter(|n| *n > 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Window;

    fn read_text(text: &str) -> Result<Report> {
        FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "checkstyle.xml" })
    }

    fn counts(report: &Report) -> (usize, usize, u64) {
        let lints = report.facts.lints.as_ref().unwrap();
        let count = |level| lints.list.iter().filter(|l| l.level == level).count();
        (count(LintLevel::Error), count(LintLevel::Warning), lints.looked_at)
    }

    fn document(error: &str) -> String {
        format!(
            "<?xml version='1.0'?>\n<checkstyle version='4.3'><file name='./a.sh'>{error}</file><file name='b.sh'/></checkstyle>"
        )
    }

    const ERROR: &str = "<error line='3' column='1' severity='error' message='m &#38; n' source='ShellCheck.SC1' />";

    #[test]
    fn levels_are_counted_and_infos_noted() {
        for (severity, errors, warnings, notes) in [
            ("severity='error'", 1, 0, 0),
            ("severity='Warning'", 0, 1, 0),
            ("severity='info'", 0, 0, 1),
            ("severity='ignore'", 0, 0, 1),
            ("severity='style'", 1, 1, 1),
            ("", 1, 1, 1),
        ] {
            let error = ERROR.replace("severity='error'", severity);
            let report = read_text(&document(&format!("{error}{error}"))).unwrap();
            assert_eq!(counts(&report), (errors, warnings, 2), "{severity}");
            assert_eq!(report.notes.len(), notes, "{severity}: {:?}", report.notes);
        }
        let report = read_text(&document(ERROR)).unwrap();
        assert!(report.tools.is_empty(), "nothing states the tool");
        let lints = report.facts.lints.unwrap();
        let one = lints.list.first().unwrap();
        assert_eq!((one.code.as_deref(), &*one.message, one.column), (Some("ShellCheck.SC1"), "m & n", Some(1)));
        assert_eq!(one.location, Some(Location { path: "a.sh".into(), line: Some(3) }));
    }

    #[test]
    fn no_file_is_no_evidence_and_an_exception_a_failed_run() {
        for text in ["<checkstyle/>", "<checkstyle version='4.3'></checkstyle>"] {
            let report = read_text(text).unwrap();
            assert_eq!(counts(&report), (0, 0, 0));
            assert!(report.notes[0].contains("no file is listed"));
        }
        let report = read_text(&document("<exception><![CDATA[ java.lang.X <error/> ]]></exception>")).unwrap();
        assert_eq!(report.failed_run, ["a.sh: the linter stopped with an exception".into()]);
        let report = read_text(&document(&ERROR.replace("column='1'", "column='-1'"))).unwrap();
        assert_eq!(report.facts.lints.unwrap().list.first().unwrap().column, None);
    }

    #[test]
    fn what_lacks_an_attribute_or_is_no_checkstyle_is_refused() {
        let good = document(ERROR);
        for (from, to) in [
            ("name='./a.sh'", ""),
            ("message='m &#38; n'", ""),
            ("line='3'", "line='three'"),
            ("line='3'", "line='3' line='4'"),
            ("<checkstyle version='4.3'>", "<pmd>"),
            ("</checkstyle>", "</checkstyle><checkstyle/>"),
            ("<file name='b.sh'/>", "<error severity='error' message='m'/>"),
        ] {
            let broken = good.replacen(from, to, 1);
            assert_ne!(broken, good);
            assert!(read_text(&broken).is_err(), "{broken}");
        }
        for n in 0..good.len() {
            assert!(read_text(&good[..n]).is_err(), "{n}");
        }
    }
}
