//! `gitlab`: a code quality report, for the merge request widget, the diff and the pipeline's tab.
//!
//! Source: gitlab-org/gitlab `doc/ci/testing/code_quality.md`, "Code quality report format". GitLab compares with the
//! report of the target branch by fingerprint: an identity that outlives other lines, and an empty list where nothing
//! is to be said. Only paths below the root of the repository mean something there.

use std::io;

use serde::Serialize;

use super::issues::{self, Grade, Issue};
use super::{Output, Page};
use crate::verdict::Verdict;

pub(super) const OUTPUT: Output = Output {
    name: "gitlab",
    about: "GitLab's code quality report: what fails, warns or is waived, for the merge request",
    write,
};

/// Issues of a report.
const MOST: usize = 25_000;

#[derive(Serialize)]
struct Quality {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u64,
}

fn write(verdict: &Verdict, _: &Page, sink: &mut dyn io::Write) -> io::Result<()> {
    let list: Vec<Quality> = issues::at_most(verdict, MOST).iter().map(quality).collect();
    serde_json::to_writer_pretty(&mut *sink, &list)?;
    sink.write_all(b"\n")
}

fn quality(issue: &Issue<'_>) -> Quality {
    let (path, begin) = issue.spot.inside();
    Quality {
        description: issue.named_message(),
        check_name: issues::brief(&issue.rule, issues::NAME),
        fingerprint: issue.fingerprint(64),
        severity: severity(issue),
        location: Location { path: path.to_owned(), lines: Lines { begin } },
    }
}

/// What shuts the gate is at least major, what only warns minor: so linters write their errors and warnings.
fn severity(issue: &Issue<'_>) -> &'static str {
    match (issue.grade, issue.severity()) {
        (Grade::Error, Some("critical")) => "blocker",
        (Grade::Error, Some("high")) => "critical",
        (Grade::Error, _) => "major",
        (Grade::Warning, _) => "minor",
        (Grade::Note, _) => "info",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use crate::facts::LintLevel;
    use crate::formats::{self, Input};
    use crate::input::Window;
    use crate::outputs::fixture::{HOSTILE, check, hostile, judged, open, rich, trial};
    use crate::outputs::tests::{huge, written};
    use crate::verdict::{Status, Verdict};

    fn report(verdict: &Verdict) -> Vec<Value> {
        serde_json::from_str(&written("gitlab", verdict, 80)).unwrap()
    }

    /// What GitLab's page demands of each issue.
    fn schema() -> jsonschema::Validator {
        let text = |pattern: &str| serde_json::json!({ "type": "string", "pattern": pattern });
        jsonschema::validator_for(&serde_json::json!({
            "type": "array",
            "items": {
                "type": "object",
                "required": ["description", "check_name", "fingerprint", "severity", "location"],
                "properties": {
                    "description": text("\\S"),
                    "check_name": text("\\S"),
                    "fingerprint": text("^[0-9a-f]{64}$"),
                    "severity": { "enum": ["info", "minor", "major", "critical", "blocker"] },
                    "location": {
                        "type": "object",
                        "required": ["path", "lines"],
                        "properties": {
                            "path": text("^(?!/|\\./|\\.\\./|[A-Za-z]:/).*\\S"),
                            "lines": {
                                "type": "object",
                                "required": ["begin"],
                                "properties": { "begin": { "type": "integer", "minimum": 1 } },
                            },
                        },
                    },
                },
            },
        }))
        .unwrap()
    }

    #[test]
    fn every_report_is_one_that_gitlab_takes() {
        let schema = schema();
        let paths = ["../../etc/passwd", "/etc/passwd", "C:\\x", "./a/./b"];
        let mean = HOSTILE.into_iter().chain(paths).map(hostile);
        for verdict in [rich(), open(), trial(), judged(Vec::new()), huge()].into_iter().chain(mean) {
            let report = report(&verdict);
            let value = Value::from(report.clone());
            let errors: Vec<String> =
                schema.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
            assert_eq!(errors, Vec::<String>::new());
            let prints: BTreeSet<&str> = report.iter().map(|i| i["fingerprint"].as_str().unwrap()).collect();
            assert_eq!(prints.len(), report.len(), "issues that share a fingerprint are one to GitLab");
        }
        assert!(!schema.is_valid(&serde_json::json!([{}])));
    }

    #[test]
    fn the_rich_verdict() {
        insta::assert_snapshot!("gitlab", written("gitlab", &rich(), 80));
    }

    #[test]
    fn nothing_to_say_is_an_empty_list_and_too_much_is_cut() {
        let fine = judged(vec![check("a.b", Status::Pass, "m")]);
        assert_eq!(written("gitlab", &fine, 80), "[]\n");
        let report = report(&huge());
        assert_eq!(report.len(), 25_000);
        let last = report.last().unwrap();
        let said = "portcullis.left-out: 5002 of 30001 issues are left out here; the JSON and text outputs have them.";
        assert_eq!(last["description"], said);
    }

    #[test]
    fn our_own_reader_tells_errors_from_warnings_as_the_gate_does() {
        let bytes = written("gitlab", &rich(), 80);
        let format = formats::ALL.iter().find(|f| f.name == "code-quality").unwrap();
        let read = format.read(&mut Input { window: &mut Window::of(bytes.as_bytes()), path: "gl.json" }).unwrap();
        let lints = read.facts.lints.unwrap();
        let of = |level| {
            let list = lints.list.iter().filter(|l| l.level == level);
            list.filter_map(|l| l.code.as_deref()).collect::<BTreeSet<_>>()
        };
        let errors = "coverage.unit.lines security.high security.image.critical evidence.image RUSTSEC-2024-0336 \
                      CVE-2024-45337 rust/hard-coded-cryptographic-value";
        assert_eq!(of(LintLevel::Error), errors.split(' ').collect());
        let warnings = "lints.warnings timings.regression.build waivers.unused clippy::needless_pass_by_value \
                        clippy::unwrap_used unused_variables";
        assert_eq!(of(LintLevel::Warning), warnings.split(' ').collect(), "what is waived is neither");
    }
}
