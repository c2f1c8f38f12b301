//! `jenkins`: the native report of Jenkins' warnings plugin (warnings-ng): `recordIssues tool: issues(pattern: '…')`.
//!
//! Source: jenkinsci/analysis-model `JsonParser`, `JsonBaseParser`, `IssueBuilder` and `Severity`. Every issue has
//! every key: the parser builds all with one builder, which forgets a fingerprint only where the next states one.
//! jenkinsci/warnings-ng-plugin `DetailsTableModel` shows messages and descriptions as HTML, and so they are escaped.
//! The plugin has no word for what is waived and would count it as open: it is left out.

use std::io;

use serde::Serialize;

use super::escape::html;
use super::issues::{self, Issue, What, brief};
use super::words;
use super::{Output, Page};
use crate::verdict::Verdict;

pub(super) const OUTPUT: Output = Output {
    name: "jenkins",
    about: "Jenkins' warnings plugin (warnings-ng), native format: what fails or warns, without what is waived",
    write,
};

/// Issues of a report. The plugin states no limit; it keeps every issue of every build on the controller.
const MOST: usize = 10_000;
/// UTF-16 units of a message; the description has the rest.
const MESSAGE: usize = 500;

#[derive(Serialize)]
struct Report {
    #[serde(rename = "_class")]
    class: &'static str,
    issues: Vec<Warning>,
    size: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Warning {
    file_name: String,
    /// 0 is the file as a whole.
    line_start: u64,
    severity: &'static str,
    category: String,
    r#type: String,
    message: String,
    description: String,
    package_name: String,
    fingerprint: String,
    origin: &'static str,
}

fn write(verdict: &Verdict, _: &Page, sink: &mut dyn io::Write) -> io::Result<()> {
    let issues: Vec<Warning> = issues::counted(verdict, MOST).iter().map(warning).collect();
    let class = "io.jenkins.plugins.analysis.core.restapi.ReportApi";
    serde_json::to_writer_pretty(&mut *sink, &Report { class, size: issues.len(), issues })?;
    sink.write_all(b"\n")
}

fn warning(issue: &Issue<'_>) -> Warning {
    let package = match issue.what {
        What::Finding(violation) => words::package(violation).filter(|p| !p.is_empty()),
        _ => None,
    };
    Warning {
        file_name: issue.spot.path.shown().to_owned(),
        line_start: issue.line().unwrap_or(0),
        severity: issue.step(["ERROR", "HIGH", "NORMAL", "LOW", "LOW"]),
        category: brief(issue.gates().first().unwrap_or(&"portcullis"), issues::NAME),
        r#type: brief(&issue.rule, issues::NAME),
        message: html(&brief(&issue.title(), MESSAGE)),
        description: html(&issue.message()),
        // What the plugin writes where there is none.
        package_name: package.map_or_else(|| "-".to_owned(), |p| brief(&p, issues::NAME)),
        fingerprint: issue.fingerprint(64),
        origin: "portcullis",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::outputs::fixture::{HOSTILE, check, hostile, judged, open, rich, trial};
    use crate::outputs::tests::{huge, written};
    use crate::verdict::Status;

    fn report(verdict: &Verdict) -> Value {
        serde_json::from_str(&written("jenkins", verdict, 80)).unwrap()
    }

    /// What the parser takes of a report, and how: `getString`, `getInt`, and severities that the plugin knows. What
    /// another issue could inherit must be there.
    fn taken(report: &Value) -> Vec<&Value> {
        assert_eq!(report["_class"], "io.jenkins.plugins.analysis.core.restapi.ReportApi");
        let issues: Vec<&Value> = report["issues"].as_array().unwrap().iter().collect();
        assert_eq!(report["size"], issues.len());
        for issue in &issues {
            let issue = issue.as_object().unwrap();
            for key in ["fileName", "category", "type", "message", "description", "packageName", "fingerprint"] {
                let text = issue[key].as_str().unwrap_or_else(|| panic!("{key} of {issue:?}"));
                assert!(!text.is_empty(), "{key} of {issue:?}");
                assert!(text.encode_utf16().count() <= 2000 * 6, "{key}");
            }
            assert!(i32::try_from(issue["lineStart"].as_i64().unwrap()).is_ok_and(|line| line >= 0));
            assert!(["ERROR", "HIGH", "NORMAL", "LOW"].contains(&issue["severity"].as_str().unwrap()));
            for key in ["message", "description"] {
                let bare = issue[key].as_str().unwrap();
                assert!(!bare.contains(['<', '>', '"', '\'']), "{bare}");
            }
        }
        issues
    }

    #[test]
    fn every_report_is_one_that_the_plugin_takes() {
        let mean = HOSTILE.into_iter().map(hostile);
        for verdict in [rich(), open(), trial(), judged(Vec::new()), huge()].into_iter().chain(mean) {
            let report = report(&verdict);
            let issues = taken(&report);
            let prints: BTreeSet<&str> = issues.iter().map(|i| i["fingerprint"].as_str().unwrap()).collect();
            assert_eq!(prints.len(), issues.len(), "no two issues are taken for the same one");
        }
    }

    #[test]
    fn the_rich_verdict() {
        insta::assert_snapshot!("jenkins", written("jenkins", &rich(), 80));
    }

    #[test]
    fn what_is_waived_is_not_open() {
        let issues = report(&rich())["issues"].to_string();
        assert!(rich().checks.iter().any(|c| c.waived.iter().any(|w| *w.violation.id == *"RUSTSEC-2023-0071")));
        assert!(!issues.contains("Marvin attack"), "{issues}");
    }

    #[test]
    fn nothing_to_say_is_an_empty_list_and_too_much_is_cut() {
        let fine = judged(vec![check("a.b", Status::Pass, "m")]);
        assert_eq!(report(&fine)["issues"], serde_json::json!([]));
        let report = report(&huge());
        let issues = taken(&report);
        assert_eq!(issues.len(), MOST);
        let said = "20002 of 30001 issues are left out here; the JSON and text outputs have them";
        assert_eq!(issues[MOST - 1]["message"], said);
        assert_eq!(issues[1]["severity"], "ERROR", "the gravest stay");
    }

    #[test]
    fn before_its_day_nothing_is_graver_than_a_warning() {
        let report = report(&trial());
        assert!(taken(&report).iter().all(|i| i["severity"] == "LOW"));
    }

    #[test]
    fn a_line_that_nobody_states_is_the_file_as_a_whole() {
        let mut verdict = rich();
        for check in &mut verdict.checks {
            check.violations.iter_mut().filter_map(|v| v.location.as_mut()).for_each(|l| l.line = None);
        }
        let report = report(&verdict);
        let of = |id: &str| taken(&report).into_iter().find(|i| i["type"] == id).unwrap().clone();
        assert_eq!(
            (of("RUSTSEC-2024-0336")["fileName"].clone(), of("RUSTSEC-2024-0336")["lineStart"].clone()),
            ("Cargo.lock".into(), 0.into())
        );
        assert_eq!(of("coverage.unit.lines")["lineStart"], 23, "that of the policy");
    }
}
