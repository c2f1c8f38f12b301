//! ESLint, `eslint -f json`, and `-f json-with-metadata`, which puts the same list into an object.
//!
//! Source: eslint/eslint `lib/cli-engine/formatters/json.js`, `lib/eslint/eslint-helpers.js` (`createIgnoreResult`);
//! measured with 10.15. It lists every file that it looked at, so those are the evidence of work, and `[]` is none. A
//! file that it ignored is listed too, with a message that is `fatal: false`, and was not looked at.
//!
//! Severity 2 is an error, 1 a warning; what is `fatal` (the file does not parse) is an error, and what else is wrong
//! with that file is not known. Where a file's counts say more than its messages, the rest counts. What a comment
//! suppresses stands in `suppressedMessages`: a note, since a lint that its author waived is no finding.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Format, Head, Input};
use crate::facts::{Kind, Lint, LintLevel, Lints, Location, Report, normal_path};
use crate::input::json::{Each, Json, Present};
use crate::input::{ReadError, Result, size};
use crate::text::Text;

const TOOL: &str = "eslint";

pub(super) const FORMAT: Format = Format {
    name: TOOL,
    gives: &[Kind::Lints],
    producers: "ESLint 10.15, `-f json` and `-f json-with-metadata`",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    let list = head.has("[].filePath") && head.has("[].messages");
    let object = head.has("results[].filePath") && head.has("results[].messages");
    list || object
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "what ESLint says of a file")]
struct File {
    file_path: String,
    messages: Vec<Message>,
    suppressed_messages: Option<Vec<Present>>,
    error_count: u64,
    warning_count: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "a message of ESLint")]
struct Message {
    rule_id: Option<Text>,
    severity: u8,
    fatal: Option<bool>,
    message: Text,
    line: Option<u32>,
    column: Option<u32>,
}

#[derive(Deserialize)]
struct WithMetadata {
    results: Vec<File>,
}

/// How many errors or warnings a file may count beyond its messages: real ones count none.
const MOST_UNLISTED: u64 = 1000;

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut run = Run::default();
    input.window.skip_white()?;
    if input.window.peek()? == Some(b'[') {
        Json::document_with(input.window, Each::new(|file| run.add(file)))?;
    } else {
        let WithMetadata { results } = Json::document(input.window)?;
        results.into_iter().try_for_each(|file| run.add(file))?;
    }
    Ok(run.finish())
}

#[derive(Default)]
struct Run {
    list: BTreeSet<Lint>,
    looked_at: u64,
    ignored: u64,
    unparsed: u64,
    suppressed: u64,
    report: Report,
}

impl Run {
    fn add(&mut self, file: File) -> Result<()> {
        let File { file_path, messages, suppressed_messages, error_count, warning_count } = file;
        let path = Text::new(&normal_path(&file_path));
        let is_ignored = messages.iter().any(|m| m.fatal == Some(false) && m.rule_id.is_none());
        self.unparsed += u64::from(messages.iter().any(|m| m.fatal == Some(true)));
        *(if is_ignored { &mut self.ignored } else { &mut self.looked_at }) += 1;
        self.suppressed += suppressed_messages.map_or(0, |s| size(s.len()));
        let (mut errors, mut warnings) = (0, 0);
        for message in messages {
            let level = message.level()?;
            *(if level == LintLevel::Error { &mut errors } else { &mut warnings }) += 1;
            self.list.insert(Lint {
                level,
                code: message.rule_id,
                location: Some(Location { path: path.clone(), line: message.line.filter(|n| *n > 0) }),
                column: message.column.filter(|n| *n > 0),
                message: message.message,
            });
        }
        self.admit(&path, LintLevel::Error, error_count, errors)?;
        self.admit(&path, LintLevel::Warning, warning_count, warnings)
    }

    /// What a file's own count says beyond its messages.
    fn admit(&mut self, path: &Text, level: LintLevel, said: u64, held: u64) -> Result<()> {
        let words = if level == LintLevel::Error { "errors" } else { "warnings" };
        let more = said.saturating_sub(held);
        if more > MOST_UNLISTED {
            return Err(ReadError::new(format!("{path} counts {said} {words} and lists {held}")));
        }
        for n in 1..=more {
            let message = format!("{n} of {more} {words} that the file counts beyond the {held} that it lists");
            let location = Some(Location { path: path.clone(), line: None });
            self.list.insert(Lint { level, code: None, location, column: None, message: Text::new(&message) });
        }
        if more > 0 {
            self.report.note(format!("{path} counts {said} {words} and lists {held}: the rest counts"));
        }
        Ok(())
    }

    fn finish(self) -> Report {
        let Self { list, looked_at, ignored, unparsed, suppressed, mut report } = self;
        for (n, words) in [
            (ignored, "files ignored and not looked at"),
            (unparsed, "files that do not parse, of which nothing else is known"),
            (suppressed, "messages that comments suppress, which do not count"),
        ] {
            if n > 0 {
                report.note(format!("{words}: {n}"));
            }
        }
        if looked_at == 0 {
            report.note("no file was looked at");
        }
        report.tools = vec![TOOL.into()];
        report.facts.lints = Some(Lints { list, looked_at, tool: TOOL.into(), ..Lints::default() });
        report
    }
}

impl Message {
    fn level(&self) -> Result<LintLevel> {
        match (self.fatal, self.severity) {
            (Some(true), _) | (_, 2) => Ok(LintLevel::Error),
            (_, 1) => Ok(LintLevel::Warning),
            (_, n) => Err(ReadError::new(format!("a message of severity {n}: 1 is a warning, 2 an error"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::input::Window;

    fn read_text(text: &str) -> Result<Report> {
        FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "eslint.json" })
    }

    fn message(severity: u8, line: u32) -> Value {
        json!({"ruleId": "no-var", "severity": severity, "message": "m", "line": line, "column": 5, "fix": {"range": [0, 1], "text": "x"}})
    }

    fn file(messages: Value, errors: u64, warnings: u64) -> Value {
        json!({"filePath": "/src/a.js", "messages": messages, "suppressedMessages": [], "errorCount": errors,
               "fatalErrorCount": 0, "warningCount": warnings, "source": "secret()"})
    }

    /// Errors, warnings and files looked at.
    fn counts(report: &Report) -> (usize, usize, u64) {
        let lints = report.facts.lints.as_ref().unwrap();
        let count = |level| lints.list.iter().filter(|l| l.level == level).count();
        (count(LintLevel::Error), count(LintLevel::Warning), lints.looked_at)
    }

    fn read_files(files: Value) -> Report {
        let report = read_text(&files.to_string()).unwrap();
        let object = json!({"results": files, "metadata": {"cwd": "/src", "rulesMeta": {}}});
        let same = read_text(&object.to_string()).unwrap();
        assert_eq!(counts(&report), counts(&same));
        assert_eq!(report.notes, same.notes);
        report
    }

    #[test]
    fn severities_and_fatal_ones_are_told_apart() {
        let fatal =
            json!({"ruleId": null, "fatal": true, "severity": 1, "message": "Parsing error", "line": 1, "column": 30});
        let report = read_files(json!([file(json!([message(2, 1), message(1, 2), message(1, 2), fatal]), 2, 2)]));
        assert_eq!(counts(&report), (2, 1, 1));
        assert!(report.notes[0].contains("known: 1"), "{:?}", report.notes);
        assert_eq!((report.tools.as_slice(), report.failed_run.len()), (["eslint".into()].as_slice(), 0));
    }

    #[test]
    fn an_ignored_file_is_a_warning_and_was_not_looked_at() {
        let ignored = json!([{"ruleId": null, "fatal": false, "severity": 1, "message": "File ignored because …"}]);
        let report = read_files(json!([file(ignored, 0, 1)]));
        assert_eq!(counts(&report), (0, 1, 0));
        // A needless directive has no rule either, and no `fatal`.
        let needless =
            json!([{"ruleId": null, "severity": 1, "message": "Unused eslint-disable directive", "line": 7}]);
        assert_eq!(counts(&read_files(json!([file(needless, 0, 1)]))), (0, 1, 1));
    }

    #[test]
    fn suppressed_ones_are_noted_and_do_not_count() {
        let mut quiet = file(json!([]), 0, 0);
        quiet["suppressedMessages"] = json!([message(2, 1), message(2, 2)]);
        let report = read_files(json!([quiet]));
        assert_eq!(counts(&report), (0, 0, 1));
        assert!(report.notes[0].ends_with("do not count: 2"), "{:?}", report.notes);
    }

    #[test]
    fn what_a_file_counts_beyond_its_messages_counts() {
        assert_eq!(counts(&read_files(json!([file(json!([message(2, 1)]), 3, 2)]))), (3, 2, 1));
        assert_eq!(counts(&read_files(json!([file(json!([message(2, 1)]), 0, 0)]))), (1, 0, 1));
        assert!(read_text(&json!([file(json!([]), u64::MAX, 0)]).to_string()).is_err());
    }

    #[test]
    fn no_file_is_no_evidence() {
        let report = read_files(json!([]));
        assert_eq!(counts(&report), (0, 0, 0));
        assert!(!recognise(&Head::of(b"[]", "x")));
    }

    #[test]
    fn what_lacks_a_key_is_refused() {
        type Change = fn(&mut Value);
        fn without(d: &mut Value, key: &str) {
            d.as_object_mut().unwrap().remove(key).unwrap();
        }
        let changes: [Change; 9] = [
            |d| without(d, "filePath"),
            |d| without(d, "messages"),
            |d| d["messages"] = Value::Null,
            |d| without(d, "errorCount"),
            |d| without(d, "warningCount"),
            |d| without(&mut d["messages"][0], "severity"),
            |d| without(&mut d["messages"][0], "message"),
            |d| d["messages"][0]["severity"] = json!(0),
            |d| d["messages"][0]["severity"] = json!("error"),
        ];
        for (n, change) in changes.into_iter().enumerate() {
            let mut broken = file(json!([message(2, 1)]), 1, 0);
            change(&mut broken);
            assert!(read_text(&json!([broken]).to_string()).is_err(), "{n}");
        }
        let good = json!([file(json!([message(2, 1)]), 1, 0)]).to_string();
        for n in 0..good.len() {
            assert!(read_text(&good[..n]).is_err(), "{n}");
        }
        assert!(read_text("null").is_err() && read_text("{}").is_err());
    }
}
