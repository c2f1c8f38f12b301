//! `gitlab-security`: a dependency scanning report of GitLab, for its vulnerability report and merge request approvals.
//!
//! Source: gitlab-org/gitlab `lib/gitlab/ci/parsers/security/validators/schemas/15.2.1/
//! dependency-scanning-report-format.json`. A file of GitLab's holds one kind of scan. Here it is what checks that do
//! not hold count of packages in a file, such as a lock file; other findings and waived ones, which GitLab has no word
//! for and would take for open, are left out, and their number is said. Checks that could not be judged make the scan
//! a failed one. Names and remedies stand in code spans: GitLab reads its texts as Markdown.

use std::io;

use serde::Serialize;

use super::issues::{self, Issue, What, brief};
use super::markdown::code;
use super::spot::Path;
use super::words::{self, would_exit};
use super::{Output, Page};
use crate::verdict::{Status, Verdict, Violation};

pub(super) const OUTPUT: Output = Output {
    name: "gitlab-security",
    about: "GitLab's dependency scanning report: findings of packages that checks count, without waived ones",
    write,
};

/// Vulnerabilities of a report.
const MOST: usize = 25_000;
/// Messages of a scan.
const MESSAGES: usize = 100;
/// Identifiers of a vulnerability that GitLab keeps.
const IDENTIFIERS: usize = 20;
/// What ids of databases begin with that GitLab or their advisories know; in small letters the type of an identifier.
const DATABASES: [&str; 10] = ["CVE", "GHSA", "RUSTSEC", "PYSEC", "GO", "OSV", "RHSA", "USN", "ELSA", "DSA"];
/// The schema that is written by.
const VERSION: &str = "15.2.1";

#[derive(Serialize)]
struct Document {
    version: &'static str,
    scan: Scan,
    vulnerabilities: Vec<Vulnerability>,
}

#[derive(Serialize)]
struct Scan {
    r#type: &'static str,
    status: &'static str,
    start_time: String,
    end_time: String,
    analyzer: Tool,
    scanner: Tool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    messages: Vec<Message>,
}

#[derive(Serialize, Clone)]
struct Tool {
    id: &'static str,
    name: &'static str,
    version: String,
    vendor: Vendor,
}

#[derive(Serialize, Clone)]
struct Vendor {
    name: &'static str,
}

#[derive(Serialize)]
struct Message {
    level: &'static str,
    value: String,
}

#[derive(Serialize)]
struct Vulnerability {
    id: String,
    name: String,
    description: String,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    solution: Option<String>,
    identifiers: Vec<Identifier>,
    location: Location,
}

#[derive(Serialize)]
struct Identifier {
    r#type: String,
    name: String,
    value: String,
}

#[derive(Serialize)]
struct Location {
    file: String,
    dependency: Dependency,
}

#[derive(Serialize)]
struct Dependency {
    package: Package,
    version: String,
}

#[derive(Serialize)]
struct Package {
    name: String,
}

fn write(verdict: &Verdict, _: &Page, sink: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *sink, &document(verdict))?;
    sink.write_all(b"\n")
}

fn document(verdict: &Verdict) -> Document {
    let issues = issues::all(verdict);
    let findings = issues.iter().filter(|i| i.is_security());
    let (waived, counted): (Vec<_>, Vec<_>) = findings.partition(|i| i.waived.is_some());
    let all: Vec<Vulnerability> = counted.iter().filter_map(|i| vulnerability(i)).collect();
    let other = counted.len() - all.len();
    let beyond = all.len().saturating_sub(MOST);
    let mut messages = errors(verdict);
    let left_out = [
        (other, "of no package with a version in a file of the repository", "info"),
        (waived.len(), "waived", "info"),
        (beyond, "more than a report takes", "warn"),
    ];
    messages.extend(left_out.into_iter().filter(|(n, ..)| *n > 0).map(|(n, why, level)| {
        let is = if n == 1 { "is" } else { "are" };
        let findings = words::count(u64::try_from(n).unwrap_or(u64::MAX), "finding");
        Message { level, value: format!("{findings} {is} left out here: {why}. The other outputs have them.") }
    }));
    let whole = verdict.counts.error == 0 && would_exit(verdict).unwrap_or(verdict.exit_code) != 3;
    let version = Some(verdict.portcullis.clone()).filter(|v| !v.is_empty()).unwrap_or_else(|| "0".to_owned());
    let tool = Tool { id: "portcullis", name: "Portcullis", version, vendor: Vendor { name: "Portcullis" } };
    let time = time(&verdict.evaluated_at);
    let scan = Scan {
        r#type: "dependency_scanning",
        status: if whole { "success" } else { "failure" },
        start_time: time.clone(),
        end_time: time,
        analyzer: tool.clone(),
        scanner: tool,
        messages,
    };
    Document { version: VERSION, scan, vulnerabilities: all.into_iter().take(MOST).collect() }
}

/// What could not be judged.
fn errors(verdict: &Verdict) -> Vec<Message> {
    let fatal = |value: String| Message { level: "fatal", value: brief(&value, issues::LONGEST) };
    let checks = words::ended(verdict, Status::Error).take(MESSAGES);
    let mut list: Vec<Message> = checks.map(|c| fatal(format!("{}: {}", c.id, c.message))).collect();
    if list.is_empty() && would_exit(verdict).unwrap_or(verdict.exit_code) == 3 {
        list.push(fatal(words::verdict_line(verdict)));
    }
    list
}

/// The time without fractions and zone, as the schema has it: in UTC, which it is.
fn time(at: &str) -> String {
    at.chars().take("2026-11-23T08:00:00".len()).collect()
}

/// What the schema demands of a vulnerability, where it is known: a package, its version, a file.
fn vulnerability(issue: &Issue<'_>) -> Option<Vulnerability> {
    let What::Finding(violation) = issue.what else { return None };
    let known = |t: &Option<crate::text::Text>| t.as_deref().filter(|t| !t.is_empty()).map(|t| brief(t, issues::NAME));
    let file = match &issue.spot.path {
        Path::Inside(path) if issue.placed => path.clone(),
        _ => return None,
    };
    let package = Package { name: known(&violation.package)? };
    let dependency = Dependency { package, version: known(&violation.version)? };
    let said = if violation.message.is_empty() { &violation.id } else { &violation.message };
    Some(Vulnerability {
        id: uuid(&issue.fingerprint(32)),
        name: brief(if said.is_empty() { &issue.rule } else { said }, issues::NAME),
        description: description(issue, violation),
        severity: severity(issue),
        solution: issues::fix(violation).map(|f| code(&f)),
        identifiers: identifiers(issue, violation),
        location: Location { file, dependency },
    })
}

/// A UUID of version 8 (RFC 9562, section 5.8) of 32 hexadecimal digits.
fn uuid(digits: &str) -> String {
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    format!("{}-{}-8{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

fn description(issue: &Issue<'_>, violation: &Violation) -> String {
    let mut said = vec![code(&violation.message)];
    said.extend(words::source(violation).map(|s| format!("Reported by {}.", code(&s))));
    let checks: Vec<&str> = issue.checks.iter().map(|c| &*c.id).collect();
    said.push(format!("Counted by {}.", code(&words::few(&checks, 8))));
    said.join("\n\n")
}

fn severity(issue: &Issue<'_>) -> &'static str {
    match issue.severity() {
        Some("critical") => "Critical",
        Some("high") => "High",
        Some("medium") => "Medium",
        Some("low") => "Low",
        Some("info") => "Info",
        _ => "Unknown",
    }
}

/// The id and the other names, each of the database that it is of.
fn identifiers(issue: &Issue<'_>, violation: &Violation) -> Vec<Identifier> {
    let mut names = vec![issue.rule.as_str()];
    names.extend(violation.other_names().into_iter().map(|a| &**a).filter(|a| !a.is_empty()));
    names.dedup();
    let whole = |name: &&str| {
        let database = DATABASES.iter().find(|d| name.strip_prefix(**d).is_some_and(|rest| rest.starts_with('-')));
        let name = brief(name, issues::NAME);
        Identifier { r#type: database.unwrap_or(&"portcullis").to_ascii_lowercase(), value: name.clone(), name }
    };
    names.iter().take(IDENTIFIERS).map(whole).collect()
}

#[cfg(test)]
mod tests;
