//! `sarif`: SARIF 2.1.0, as GitHub's code scanning takes it, for that and for every other reader of SARIF.
//!
//! Sources: OASIS SARIF 2.1.0 (section numbers stand beside what they decide); github/docs
//! `sarif-support-for-code-scanning` and `sarif-limits`.
//!
//! What fails or could not be judged is an error, what warns a warning; what passes or is skipped is not there, as
//! GitHub would show it as an alert. A check that does not hold is a result of a rule of its own, at the line of the
//! policy that decided; what a check of security, dependencies or lints counts is a result of the rule that its id
//! names, at its place. A waived finding is a note with a suppression, and gives its rule no severity: GitHub does not
//! read suppressions, and a waived finding must not block a change there.

mod model;
mod rules;
mod scale;

use std::collections::BTreeSet;
use std::io;

use self::model::{
    ArtifactLocation, AutomationDetails, Component, Identified, Invocation, Location, Log, Message, Notification,
    PhysicalLocation, PropertyBag, Region, Related, SarifResult, Suppression, Tool,
};
use self::rules::Rules;
use self::scale::Scale;
use super::issues::{self, Grade, Issue, What, brief, detail};
use super::spot::{Path, Spot};
use super::words::{self, would_exit};
use super::{Output, Page};
use crate::text::Text;
use crate::verdict::{Check, Status, Verdict};

pub(super) const OUTPUT: Output = Output {
    name: "sarif",
    about: "for code scanning (GitHub and others): what fails, warns or is waived, as SARIF 2.1.0",
    write,
};

/// Results of a run that GitHub takes; of more it refuses the whole file.
const MOST: usize = 25_000;
/// Results of a run that GitHub shows.
const SHOWN: usize = 5000;
/// Further locations of a result.
const RELATED: usize = 100;
/// Notifications of a run.
const NOTIFICATIONS: usize = 100;
/// UTF-16 units of a part of a category.
const PART: usize = 100;

fn write(verdict: &Verdict, _: &Page, sink: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *sink, &log(verdict))?;
    sink.write_all(b"\n")
}

fn log(verdict: &Verdict) -> Log {
    let (rules, results) = run(verdict, Scale::default());
    let version = Some(verdict.portcullis.clone()).filter(|v| !v.is_empty());
    let driver = Component { name: "portcullis", version: version.clone(), semantic_version: version, rules };
    let exit = would_exit(verdict).unwrap_or(verdict.exit_code);
    let invocation = Invocation {
        // A run that could not judge everything did not do its work (3.20.14).
        execution_successful: verdict.counts.error == 0 && exit != 3,
        exit_code: verdict.exit_code,
        exit_code_description: words::verdict_line(verdict),
        end_time_utc: Some(verdict.evaluated_at.clone()).filter(|t| !t.is_empty()),
        tool_execution_notifications: words::ended(verdict, Status::Error)
            .take(NOTIFICATIONS)
            .map(notification)
            .collect(),
    };
    Log::new(Tool { driver }, AutomationDetails { id: category(verdict) }, invocation, properties(verdict), results)
}

/// The results, no more than GitHub takes, and their rules. Where more are left out than it shows, one result says so.
fn run(verdict: &Verdict, mut scale: Scale) -> (Vec<model::Rule>, Vec<SarifResult>) {
    let issues = issues::all(verdict);
    let crowded = issues.len() > SHOWN;
    let most = if crowded { MOST - 1 } else { MOST };
    let (mut rules, mut results) = (Rules::default(), Vec::new());
    for issue in issues.iter().take(most) {
        let result = result(issue, rules.index_of(issue, &mut scale));
        scale.add(&result);
        if scale.is_full() {
            break;
        }
        results.push(result);
    }
    if crowded || results.len() < issues.len() {
        let rest = issues::rest(verdict, &issues, results.len());
        results.insert(0, result(&rest, rules.index_of(&rest, &mut scale)));
    }
    (rules.into_list(), results)
}

fn result(issue: &Issue<'_>, rule_index: usize) -> SarifResult {
    SarifResult {
        rule_id: rules::id(issue),
        rule_index,
        level: level(issue.grade),
        message: message(&issue.message()),
        locations: [Location { physical_location: physical(&issue.spot) }],
        related_locations: related(issue),
        partial_fingerprints: model::Fingerprints {
            primary_location_line_hash: issue.line_hash(),
            identity: issue.fingerprint(64),
        },
        suppressions: issue.waiver().map(|justification| {
            let justification = brief(&justification, issues::LONGEST);
            [Suppression { kind: "external", status: "accepted", justification }]
        }),
        properties: result_properties(issue),
    }
}

const fn level(grade: Grade) -> &'static str {
    match grade {
        Grade::Error => "error",
        Grade::Warning => "warning",
        Grade::Note => "note",
    }
}

/// Text in which no link stands (3.11.6): nothing that a report says leads anywhere.
fn message(text: &str) -> Message {
    Message { text: text.replace("](", "] (") }
}

/// A whole location: GitHub wants both ends. Nobody says how long the line is, and so its first character is meant.
fn physical(spot: &Spot) -> PhysicalLocation {
    let inside = matches!(spot.path, Path::Inside(_));
    // 3.30.5: no larger line is read by readers that hold it in 32 bits.
    let line = spot.line.min(u64::from(u32::MAX >> 1));
    PhysicalLocation {
        artifact_location: ArtifactLocation { uri: spot.path.uri(), uri_base_id: inside.then_some("%SRCROOT%") },
        region: Region { start_line: line, start_column: 1, end_line: line, end_column: 2 },
    }
}

/// What a check points at, and further files of a finding.
fn related(issue: &Issue<'_>) -> Vec<Related> {
    let mut list: Vec<(Spot, String)> = Vec::new();
    match issue.what {
        What::Check(check) if !issues::lists(check) => {
            let placed = |v: &crate::verdict::Violation| Some((Spot::of(v.location.as_ref()?)?, detail(v)));
            list.extend(check.violations.iter().filter_map(placed).take(RELATED));
        }
        What::Finding(violation) => {
            let paths = violation.also_in.iter().filter_map(|p| Some((Path::of(p)?, p)));
            list.extend(paths.take(RELATED).map(|(path, p)| (Spot { path, line: 1 }, format!("also in {p}"))));
        }
        _ => {}
    }
    // No two alike (3.27.22).
    let mut seen = BTreeSet::new();
    list.retain(|one| seen.insert(one.clone()));
    let whole = |(id, (spot, said)): (usize, (Spot, String))| Related {
        id: id + 1,
        physical_location: physical(&spot),
        message: message(&brief(&said, issues::LONGEST)),
    };
    list.into_iter().enumerate().map(whole).collect()
}

fn notification(check: &Check) -> Notification {
    let id = Some(brief(&check.id, rules::LONGEST_ID)).filter(|id| !id.is_empty());
    let said = if check.message.is_empty() { "could not be judged" } else { &check.message };
    Notification {
        level: "error",
        message: message(&brief(said, issues::LONGEST)),
        associated_rule: id.map(|id| Identified { id }),
    }
}

/// What tells this analysis from others of the same commit (3.17.3): GitHub takes what stands before the last slash for
/// the category, and closes alerts of a category that are not in its next file.
fn category(verdict: &Verdict) -> String {
    let subject = &verdict.subject;
    let policy = verdict.policy.name.as_ref().unwrap_or(&verdict.policy.path);
    let only = verdict.selection.as_ref().map(|gates| format!("only {}", gates.join(",")));
    let part = |t: &Text| t.to_string();
    let parts = [
        Some("portcullis".to_owned()),
        subject.component.as_ref().map(part),
        Some(part(policy)),
        verdict.profile.as_ref().map(part),
        only,
    ];
    let parts = parts.into_iter().flatten().map(|p| brief(&p, PART)).filter(|p| !p.is_empty());
    format!("{}/{}", parts.collect::<Vec<_>>().join("/"), verdict.evaluated_at)
}

/// What was judged and by what, for readers of our own.
fn properties(verdict: &Verdict) -> PropertyBag {
    let mut bag = PropertyBag::default();
    bag.put("verdict", verdict.verdict.name());
    bag.put("enforced", verdict.enforced);
    bag.put("counts", verdict.counts);
    bag.put_text("policy", &verdict.policy.path);
    bag.put_text("policySha256", &verdict.policy.sha256);
    for (key, value) in [
        ("profile", &verdict.profile),
        ("repository", &verdict.subject.repository),
        ("component", &verdict.subject.component),
        ("commit", &verdict.subject.commit),
        ("branch", &verdict.subject.branch),
    ] {
        bag.put_text(key, value.as_deref().unwrap_or_default());
    }
    bag
}

/// The parts of a finding, each by its name.
fn result_properties(issue: &Issue<'_>) -> PropertyBag {
    let mut bag = PropertyBag::default();
    let checks: Vec<&str> = issue.checks.iter().map(|c| &*c.id).filter(|id| !id.is_empty()).collect();
    match issue.what {
        What::Finding(violation) => {
            bag.put_text("severity", issue.severity().unwrap_or_default());
            bag.put_text("security-severity", rules::score(issue).unwrap_or_default());
            for (key, value) in [("package", &violation.package), ("version", &violation.version)] {
                bag.put_text(key, value.as_deref().unwrap_or_default());
            }
            bag.put_text("fix", &issues::fix(violation).unwrap_or_default());
            bag.put_list("aliases", violation.other_names().into_iter().map(|a| &**a));
            bag.put_list("tools", issue.tools());
            bag.put_list("checks", checks);
        }
        What::Check(check) => {
            bag.put_text("status", check.status.name());
            bag.put_text("value", &words::value(check).unwrap_or_default());
            bag.put_text("fails", &words::bound(check, check.fail));
            bag.put_text("warns", &words::bound(check, check.warn));
        }
        What::Nothing | What::Rest(..) => {}
    }
    bag
}

#[cfg(test)]
mod tests;
