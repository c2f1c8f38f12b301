//! `bitbucket`: a Code Insights report of Bitbucket Cloud and its annotations, as one file for two requests.
//!
//! Source: developer.atlassian.com, "The Bitbucket Cloud REST API", reports: `PUT …/commit/{commit}/reports/{id}` takes
//! what stands under `report`, `POST …/reports/{id}/annotations` takes `annotations`, at most 100 a request and 1,000 a
//! report. In a pipeline the proxy at `localhost:29418` adds the credentials to a plain-HTTP address, so that `curl` and
//! `jq` are enough:
//!
//! ```sh
//! api="http://api.bitbucket.org/2.0/repositories/$BITBUCKET_REPO_FULL_NAME/commit/$BITBUCKET_COMMIT/reports/portcullis"
//! send() { curl --fail-with-body --proxy http://localhost:29418 -H 'Content-Type: application/json' "$@"; }
//! jq .report bitbucket.json | send -X PUT "$api" -d @-
//! jq -c '.annotations | range(0; length; 100) as $i | .[$i:$i+100]' bitbucket.json |
//!   while read -r batch; do printf %s "$batch" | send -X POST "$api/annotations" -d @-; done
//! ```
//!
//! A path that leads out of the repository, or is none, is left out: such an annotation stands in the report's overview.

use std::io;

use jiff::Timestamp;
use serde::Serialize;

use super::issues::{self, Issue, What, brief};
use super::spot::Path;
use super::words;
use super::{Output, Page};
use crate::verdict::{Status, Verdict};

pub(super) const OUTPUT: Output = Output {
    name: "bitbucket",
    about: "Bitbucket's Code Insights: a report and at most 1,000 annotations, as one file for two requests",
    write,
};

/// Annotations of a report.
const MOST: usize = 1000;
/// UTF-16 units of a title, an id or a summary.
const LINE: usize = 450;
/// UTF-16 units of details.
const DETAILS: usize = 2000;
/// UTF-16 units of a path. Bitbucket states no limit; a longer one is that of no file.
const PATH: usize = 2000;
/// UTF-16 units of a value.
const VALUE: usize = 100;
/// Checks that the details name, and UTF-16 units of each: together they fit.
const NAMED: usize = 10;
const CHECK: usize = 170;

#[derive(Serialize)]
struct File {
    report: Report,
    annotations: Vec<Annotation>,
}

#[derive(Serialize)]
struct Report {
    title: String,
    details: String,
    report_type: &'static str,
    reporter: &'static str,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    data: Vec<Data>,
}

#[derive(Serialize)]
struct Data {
    title: &'static str,
    #[serde(flatten)]
    value: Value,
}

/// A value, by its kind.
#[derive(Serialize)]
#[serde(tag = "type", content = "value", rename_all = "UPPERCASE")]
enum Value {
    Number(u64),
    Text(String),
    /// Milliseconds since 1970.
    Date(i64),
}

#[derive(Serialize)]
struct Annotation {
    external_id: String,
    annotation_type: &'static str,
    summary: String,
    details: String,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
}

fn write(verdict: &Verdict, _: &Page, sink: &mut dyn io::Write) -> io::Result<()> {
    let annotations = issues::at_most(verdict, MOST).iter().map(annotation).collect();
    serde_json::to_writer_pretty(&mut *sink, &File { report: report(verdict), annotations })?;
    sink.write_all(b"\n")
}

fn report(verdict: &Verdict) -> Report {
    let policy = verdict.policy.name.as_deref().filter(|name| !name.is_empty());
    let title = policy.map_or_else(|| "Portcullis".to_owned(), |name| format!("Portcullis: {name}"));
    Report {
        title: brief(&title, LINE),
        details: details(verdict),
        // Bitbucket has SECURITY, COVERAGE, TEST and BUG: a gate is a test of a change.
        report_type: "TEST",
        reporter: "Portcullis",
        result: if verdict.exit_code == 0 { "PASSED" } else { "FAILED" },
        link: words::run_link(verdict).map(str::to_owned),
        data: data(verdict),
    }
}

/// The verdict, and the checks that shut the gate or warn.
fn details(verdict: &Verdict) -> String {
    let ended = [Status::Fail, Status::Error, Status::Warn].map(|status| words::ended(verdict, status));
    let checks: Vec<String> = ended
        .into_iter()
        .flatten()
        .map(|c| brief(&format!("{}: {}: {}", c.status.name(), c.id, c.message), CHECK))
        .collect();
    let more = u64::try_from(checks.len().saturating_sub(NAMED)).unwrap_or(u64::MAX);
    let mut lines: Vec<String> = words::not_enforced(verdict).into_iter().collect();
    lines.push(words::verdict_line(verdict));
    // Before the checks, as it is the end that is cut off.
    lines.extend(Some(format!("{} not named here", words::count(more, "more check"))).filter(|_| more > 0));
    lines.extend(checks.into_iter().take(NAMED));
    brief(&lines.join("\n"), DETAILS)
}

/// At most ten figures.
fn data(verdict: &Verdict) -> Vec<Data> {
    let counts = verdict.counts;
    let number = |title, n| Data { title, value: Value::Number(n) };
    let waived: usize = words::waived(verdict).iter().map(|group| group.what.len()).sum();
    let mut data = vec![
        number("Checks that fail", counts.fail),
        number("Checks that could not be judged", counts.error),
        number("Checks that warn", counts.warn),
        number("Checks that pass", counts.pass),
        number("Checks skipped", counts.skipped),
        number("Waived", u64::try_from(waived).unwrap_or(u64::MAX)),
        Data { title: "Reports", value: Value::Text(brief(&words::evidence_line(verdict), VALUE)) },
    ];
    let profile = verdict.profile.as_deref().filter(|p| !p.is_empty());
    data.extend(profile.map(|p| Data { title: "Profile", value: Value::Text(brief(p, VALUE)) }));
    let time = verdict.evaluated_at.parse::<Timestamp>().ok();
    data.extend(time.map(|t| Data { title: "Evaluated", value: Value::Date(t.as_millisecond()) }));
    data
}

fn annotation(issue: &Issue<'_>) -> Annotation {
    let path = match &issue.spot.path {
        Path::Inside(path) => Some(path.clone()).filter(|path| issues::units(path) <= PATH),
        Path::Absolute(_) => None,
    };
    Annotation {
        external_id: format!("portcullis-{}", issue.fingerprint(64)),
        annotation_type: kind(issue),
        summary: brief(&format!("{}: {}", brief(&issue.rule, issues::NAME), issue.title()), LINE),
        details: brief(&issue.message(), DETAILS),
        severity: issue.step(["CRITICAL", "HIGH", "MEDIUM", "LOW", "LOW"]),
        result: issue.step([Some("FAILED"), Some("FAILED"), Some("FAILED"), None, Some("IGNORED")]),
        line: issue.line().filter(|_| path.is_some()),
        path,
    }
}

fn kind(issue: &Issue<'_>) -> &'static str {
    match issue.what {
        What::Finding(_) if issue.is_security() => "VULNERABILITY",
        What::Finding(_) if issue.gates().contains("lints") => "CODE_SMELL",
        _ => "BUG",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value as Json;

    use super::*;
    use crate::outputs::fixture::{HOSTILE, check, hostile, judged, open, rich, trial};
    use crate::outputs::tests::{huge, written};
    use crate::text::Text;

    fn file(verdict: &Verdict) -> Json {
        serde_json::from_str(&written("bitbucket", verdict, 80)).unwrap()
    }

    /// The limits of the reference, in the units of Java.
    const LIMITS: [(&str, usize); 6] =
        [("title", 450), ("reporter", 450), ("details", 2000), ("external_id", 450), ("summary", 450), ("path", 2000)];

    /// What Bitbucket would refuse of an object: texts that are empty or too long, and words that it does not know.
    fn refused(object: &Json, words: &[(&str, &[&str])], needed: &[&str]) -> Vec<String> {
        let object = object.as_object().unwrap();
        let mut wrong: Vec<String> =
            needed.iter().filter(|k| !object.contains_key(**k)).map(|k| format!("no {k}")).collect();
        for (key, value) in object {
            let limit = LIMITS.iter().find(|(k, _)| k == key).map(|(_, most)| *most);
            let allowed = words.iter().find(|(k, _)| k == key).map(|(_, all)| *all);
            let fine = match (limit, allowed, value) {
                (Some(most), _, Json::String(text)) => !text.trim().is_empty() && text.encode_utf16().count() <= most,
                (_, Some(all), Json::String(word)) => all.contains(&word.as_str()),
                (None, None, Json::Number(line)) => {
                    key == "line" && line.as_u64().is_some_and(|l| (1..=2_147_483_647).contains(&l))
                }
                (None, None, Json::String(url)) => key == "link" && url.starts_with("http"),
                (None, None, Json::Array(_)) => key == "data",
                _ => false,
            };
            wrong.extend(Some(format!("{key}: {value}")).filter(|_| !fine));
        }
        wrong
    }

    fn assert_taken(verdict: &Verdict) {
        let file = file(verdict);
        let kinds: [(&str, &[&str]); 2] =
            [("report_type", &["SECURITY", "COVERAGE", "TEST", "BUG"]), ("result", &["PASSED", "FAILED", "PENDING"])];
        let needed = ["title", "details", "report_type", "reporter", "result", "data"];
        assert_eq!(refused(&file["report"], &kinds, &needed), Vec::<String>::new());
        let passed = if verdict.exit_code == 0 { "PASSED" } else { "FAILED" };
        assert_eq!(file["report"]["result"], passed);
        let data = file["report"]["data"].as_array().unwrap();
        assert!(data.len() <= 10);
        for one in data {
            let value = &one["value"];
            let fine = match one["type"].as_str().unwrap() {
                "NUMBER" | "DATE" => value.is_u64(),
                "TEXT" => value.as_str().is_some_and(|v| !v.is_empty() && v.encode_utf16().count() <= VALUE),
                _ => false,
            };
            assert!(fine && one.as_object().unwrap().len() == 3, "{one}");
        }
        let annotations = file["annotations"].as_array().unwrap();
        assert!(annotations.len() <= 1000);
        let kinds: [(&str, &[&str]); 3] = [
            ("annotation_type", &["VULNERABILITY", "CODE_SMELL", "BUG"]),
            ("severity", &["CRITICAL", "HIGH", "MEDIUM", "LOW"]),
            ("result", &["PASSED", "FAILED", "SKIPPED", "IGNORED"]),
        ];
        let needed = ["external_id", "annotation_type", "summary"];
        let mut ids = BTreeSet::new();
        for annotation in annotations {
            assert_eq!(refused(annotation, &kinds, &needed), Vec::<String>::new());
            assert!(ids.insert(annotation["external_id"].to_string()));
            assert!(annotation["line"].is_null() || annotation["path"].is_string(), "a line is one of a file");
        }
    }

    #[test]
    fn every_file_is_one_that_bitbucket_takes() {
        let long = "👩".repeat(5000);
        let mean = HOSTILE.into_iter().chain(["../../etc/passwd", "/etc/passwd", &long]).map(hostile);
        for verdict in [rich(), open(), trial(), judged(Vec::new()), huge()].into_iter().chain(mean) {
            assert_taken(&verdict);
        }
    }

    #[test]
    fn the_rich_verdict() {
        insta::assert_snapshot!("bitbucket", written("bitbucket", &rich(), 80));
    }

    #[test]
    fn too_much_is_cut_and_said() {
        let file = file(&huge());
        let annotations = file["annotations"].as_array().unwrap();
        assert_eq!(annotations.len(), 1000);
        let said = "portcullis.left-out: 29002 of 30001 issues are left out here; the JSON and text outputs have them";
        assert_eq!(annotations[999]["summary"], said);
        assert_eq!(annotations[1]["severity"], "CRITICAL", "the gravest stay");
    }

    #[test]
    fn the_details_name_the_checks_and_count_the_rest() {
        let checks = (0..30).map(|n| check(&format!("tests.a{n}.failed"), Status::Fail, "𠀀".repeat(20).as_str()));
        let file = file(&judged(checks.collect()));
        let lines: Vec<&str> = file["report"]["details"].as_str().unwrap().lines().collect();
        assert_eq!(lines[0], "portcullis: gate shut: 30 checks fail (exit 1)");
        assert_eq!(lines[1], "20 more checks not named here");
        assert!(lines[2].starts_with("fail: tests.a0.failed: 𠀀"));
        assert_eq!(lines.len(), 12);
    }

    #[test]
    fn the_link_leads_to_the_run_or_nowhere() {
        let link = |url: &str| {
            let mut verdict = rich();
            verdict.subject.run_url = Some(Text::new(url));
            file(&verdict)["report"]["link"].clone()
        };
        assert_eq!(link("https://ci.example/run/1?a=b#c"), "https://ci.example/run/1?a=b#c");
        for bad in ["javascript:alert(1)", "https://", "https://a b", "https://a/<b>", "https://a|b", "ftp://a", ""] {
            assert_eq!(link(bad), Json::Null, "{bad}");
        }
    }
}
