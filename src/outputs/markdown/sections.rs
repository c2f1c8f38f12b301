//! The parts of the Markdown output, in the order in which they are read.

use super::span::{cell, code};
use super::{Room, Section, label};
use crate::outputs::words::{self, few};
use crate::verdict::{Check, EvidenceEntry, Status, Verdict, Violation};

/// The verdict line and by what was judged.
pub(super) fn head(verdict: &Verdict) -> String {
    let mut head = format!("**{}**\n\n", words::verdict_line(verdict));
    head.extend(words::not_enforced(verdict).map(|line| format!("🟡 {line}\n\n")));
    let policy = verdict.policy.name.as_ref().unwrap_or(&verdict.policy.path);
    let mut parts = vec![format!("Policy {}", code(policy))];
    parts.extend(verdict.profile.as_ref().map(|p| format!("profile {}", code(p))));
    parts.extend(verdict.selection.as_ref().map(|only| format!("only {}", code(&few(only, 8)))));
    parts.extend(words::subject(verdict).iter().map(|(word, what)| match &**what {
        "" => (*word).to_owned(),
        what => format!("{word}{}", code(what)),
    }));
    parts.push(words::evidence_line(verdict));
    head.push_str(&parts.join(" · "));
    head.push_str("\n\n");
    head
}

/// Everything between the first and the last line.
pub(super) fn all(verdict: &Verdict, room: Room) -> Vec<Section> {
    let mut all = Vec::new();
    let ended = [(Status::Fail, "Failures", 1, "failure"), (Status::Error, "Not judged", 2, "error")];
    for (status, heading, rank, noun) in ended.into_iter().chain([(Status::Warn, "Warnings", 5, "warning")]) {
        let blocks = words::ended(verdict, status).map(|c| check(c, room));
        all.extend(blocks.map(|body| Section { heading, body, rank, noun }));
    }
    let problems = verdict.evidence.iter().filter_map(|e| Some(report(e, words::problem(e)?)));
    all.extend(problems.map(|body| Section { heading: "Evidence", body, rank: 3, noun: "report" }));
    all.extend(words::waived(verdict).iter().map(|group| Section {
        heading: "Waived",
        body: waived(group),
        rank: 6,
        noun: "waiver",
    }));
    // What needs attention comes first, as in the text; the whole behind it.
    all.push(table(verdict, room));
    all.extend(words::telling(verdict).map(|c| Section {
        heading: "Against the baseline",
        body: format!("- {}: {}\n", code(&c.id), code(&c.message)),
        rank: 8,
        noun: "comparison",
    }));
    let skipped = words::ended(verdict, Status::Skipped);
    all.extend(skipped.map(|c| Section {
        heading: "Skipped",
        body: format!("- {}: {}\n", code(&c.id), code(&c.message)),
        rank: 7,
        noun: "skipped check",
    }));
    all
}

fn table(verdict: &Verdict, room: Room) -> Section {
    let mut checks: Vec<&Check> = verdict.checks.iter().collect();
    let rows: usize = checks.iter().map(|c| room.size(&row(c))).sum();
    let mut body = String::from("| | check | value | of | fails | warns |\n|---|---|--:|--:|---|---|\n");
    if rows > room.table() {
        checks.sort_by_key(|c| c.status);
    }
    let (mut shown, mut used) = (0, room.size(&body));
    for check in &checks {
        let row = row(check);
        if used + room.size(&row) > room.table() {
            break;
        }
        used += room.size(&row);
        body.push_str(&row);
        shown += 1;
    }
    body.push('\n');
    if shown < checks.len() {
        body.push_str(&format!("{shown} of {} checks shown, the worst first.\n\n", checks.len()));
    }
    Section { heading: "Checks", body, rank: 0, noun: "table" }
}

fn row(check: &Check) -> String {
    let value = words::value(check).unwrap_or_default();
    let fails = words::bound(check, check.fail);
    let warns = words::bound(check, check.warn);
    let subjects = check.subjects.map(|n| n.to_string()).unwrap_or_default();
    let status = label(check.status);
    format!("| {status} | {} | {value} | {subjects} | {fails} | {warns} |\n", cell(&check.id))
}

/// A check that needs attention.
fn check(check: &Check, room: Room) -> String {
    let mut body = format!("**{} {}**: {}", label(check.status), code(&check.id), code(&check.message));
    body.extend(words::unsaid_baseline(check).map(|b| format!(" (baseline {b})")));
    body.push_str("\n\n");
    let brief = check.status == Status::Warn;
    let (failing, warning) = room.violations();
    let most = if brief { warning } else { failing };
    let shown = check.violations.get(..most).unwrap_or(&check.violations);
    let source = words::common_source(&check.violations);
    shown.iter().for_each(|v| body.push_str(&violation(v, brief, source.is_none())));
    let shown = words::len(shown);
    let total = check.violations_total.max(words::len(&check.violations));
    if total > shown {
        body.push_str(&format!("- … {shown} of {total} shown\n"));
    }
    let mut notes = Vec::new();
    notes.extend(source.map(|source| format!("Reported by {}", code(&source))));
    notes.extend(words::not_counted(check).map(|said| format!("Not counted: {said}")));
    notes.extend(check.help.as_ref().map(|help| format!("Help: {}", code(help))));
    notes.extend(check.policy_source.as_ref().map(|s| format!("Policy: {}", code(&format!("{}:{}", s.path, s.line)))));
    if !body.ends_with("\n\n") {
        body.push('\n');
    }
    if !notes.is_empty() {
        body.push_str(&notes.join(" · "));
        body.push_str("\n\n");
    }
    body
}

fn violation(v: &Violation, brief: bool, tools: bool) -> String {
    let place = v.location.as_ref().map(|p| (code(&words::place(p)), *p.path == *v.id));
    let mut line = match &place {
        Some((place, true)) => format!("- {place}"),
        _ => format!("- {}", code(&v.id)),
    };
    line.extend(v.severity.as_ref().map(|s| format!(" {}", code(s))));
    line.extend(words::package(v).filter(|p| *p != *v.id).map(|p| format!(" {}", code(&p))));
    line.extend(place.filter(|(_, same)| !same).map(|(place, _)| format!(" at {place}")));
    if !v.message.is_empty() {
        line.push_str(&format!(": {}", code(&v.message)));
    }
    if !brief {
        line.extend(v.fix.as_ref().map(|fix| format!(" · fix {}", code(fix))));
        let others = v.other_names();
        if !others.is_empty() {
            line.push_str(&format!(" · also {}", code(&few(&others, 4))));
        }
        line.extend(words::source(v).filter(|_| tools).map(|source| format!(" · by {}", code(&source))));
    }
    line.push('\n');
    line
}

fn report(entry: &EvidenceEntry, word: &str) -> String {
    let mut line = format!("- {word}: ");
    line.extend(entry.name.as_ref().map(|name| format!("{} ", code(name))));
    line.push_str(&code(&entry.path));
    line.extend(entry.error.as_ref().map(|error| format!(": {}", code(error))));
    line.extend(entry.notes.iter().take(3).map(|note| format!(" · {}", code(note))));
    line.push('\n');
    line
}

fn waived(group: &words::WaivedGroup<'_>) -> String {
    let waived = group.waived;
    format!(
        "- {}: {} in {}, {}by {}: {}\n",
        code(&waived.waiver),
        code(&few(&group.what, 3)),
        code(&few(&group.checks, 3)),
        waived.expires.as_ref().map(|day| format!("until {} ", code(day))).unwrap_or_default(),
        code(&waived.owner),
        code(&waived.reason),
    )
}
