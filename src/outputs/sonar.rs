//! `sonar`: external issues of SonarQube in its generic format of rules and issues (`sonar.externalIssuesReportPaths`).
//!
//! Source: SonarSource/sonarqube `sonar-scanner-engine/…/externalissue/` (`ExternalIssueReport`, `…ReportValidator`,
//! `…Importer`), whose demands the tests make: since 10.3 a rule has a `cleanCodeAttribute` and `impacts`, since 10.8
//! `type` and `severity` may stand beside them, and an older server does not look at those. Ids of rules are distinct
//! whatever their engine; a rule is as grave as its gravest issue, as issues have no severity of their own.
//!
//! An issue needs a file: what has none stands at the line of the policy that decided. Sonar imports it only where
//! that file is among its sources, and says how many it left out. What is waived is left out: Sonar would count it.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use super::escape::html;
use super::issues::{self, Issue, What, brief};
use super::{Output, Page};
use crate::verdict::Verdict;

pub(super) const OUTPUT: Output = Output {
    name: "sonar",
    about: "SonarQube's generic external issues (rules and issues): what fails or warns, without what is waived",
    write,
};

/// Issues of a report. Sonar states no limit.
const MOST: usize = 10_000;
/// Characters of the id and of the name of a rule (its database's `plugin_rule_key` and `name`).
const NAME: usize = 200;

#[derive(Serialize)]
struct Report {
    rules: Vec<Rule>,
    issues: Vec<External>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: String,
    name: String,
    description: String,
    engine_id: &'static str,
    clean_code_attribute: &'static str,
    r#type: &'static str,
    severity: &'static str,
    impacts: [Impact; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Impact {
    software_quality: &'static str,
    severity: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct External {
    rule_id: String,
    primary_location: Location,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    message: String,
    file_path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    text_range: Option<Range>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Range {
    start_line: u64,
}

fn write(verdict: &Verdict, _: &Page, sink: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *sink, &report(verdict))?;
    sink.write_all(b"\n")
}

fn report(verdict: &Verdict) -> Report {
    let list = issues::counted(verdict, MOST);
    let mut rules: BTreeMap<String, Rule> = BTreeMap::new();
    // The gravest come first, and the first of a rule gives it its severity.
    for issue in &list {
        rules.entry(id(issue)).or_insert_with(|| rule(verdict, issue));
    }
    Report { rules: rules.into_values().collect(), issues: list.iter().map(external).collect() }
}

fn id(issue: &Issue<'_>) -> String {
    brief(&issue.rule, NAME)
}

fn external(issue: &Issue<'_>) -> External {
    let location = Location {
        message: issue.message(),
        file_path: issue.spot.path.shown().to_owned(),
        text_range: issue.line().map(|start_line| Range { start_line }),
    };
    External { rule_id: id(issue), primary_location: location }
}

fn rule(verdict: &Verdict, issue: &Issue<'_>) -> Rule {
    let kind = kind(issue);
    Rule {
        id: id(issue),
        name: id(issue),
        description: html(&description(verdict, issue)),
        engine_id: "portcullis",
        clean_code_attribute: kind.attribute,
        r#type: kind.r#type,
        severity: issue.step(["BLOCKER", "CRITICAL", "MAJOR", "MINOR", "INFO"]),
        impacts: [Impact {
            software_quality: kind.quality,
            severity: issue.step(["HIGH", "HIGH", "MEDIUM", "LOW", "LOW"]),
        }],
    }
}

/// What a check means, where that is known; else what the first issue of the rule says.
fn description(verdict: &Verdict, issue: &Issue<'_>) -> String {
    let meaning = match issue.what {
        What::Check(check) => verdict.beyond.meanings.get(&check.id),
        _ => None,
    };
    meaning.map_or_else(|| issue.title(), |m| format!("{} {} {}", m.what, m.how, m.fix))
}

/// In Sonar's words.
struct Kind {
    r#type: &'static str,
    quality: &'static str,
    attribute: &'static str,
}

/// What kind of thing a gate's issues are; of several gates the first that is one of security.
fn kind(issue: &Issue<'_>) -> Kind {
    let gates = issue.gates();
    let is = |gate: &str| gates.contains(gate);
    let (r#type, quality, attribute) = if is("security") || is("dependencies") {
        ("VULNERABILITY", "SECURITY", "TRUSTWORTHY")
    } else if is("licenses") {
        ("VULNERABILITY", "SECURITY", "LAWFUL")
    } else if is("tests") {
        ("BUG", "RELIABILITY", "TESTED")
    } else if is("coverage") {
        ("CODE_SMELL", "MAINTAINABILITY", "TESTED")
    } else if is("timings") {
        ("CODE_SMELL", "MAINTAINABILITY", "EFFICIENT")
    } else if is("lints") {
        ("CODE_SMELL", "MAINTAINABILITY", "CONVENTIONAL")
    } else {
        ("CODE_SMELL", "MAINTAINABILITY", "COMPLETE")
    };
    Kind { r#type, quality, attribute }
}

#[cfg(test)]
mod tests;
