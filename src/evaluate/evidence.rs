//! The checks of the evidence itself: present, readable, fresh, of a run that succeeded.

use std::collections::BTreeMap;

use super::judge::blank;
use crate::collect::{BY_FILE_TIME, Evidence, Excuse};
use crate::facts::Kind;
use crate::gates::GateKind;
use crate::input::size;
use crate::policy::{Policy, UNNAMED};
use crate::text::Text;
use crate::verdict::{Check, EvidenceStatus, Status, Violation};

/// One check for each name, and one for all reports without one. Under `--only` evidence that can
/// only concern other gates is skipped with them.
pub(super) fn checks(policy: &Policy, evidence: &[Evidence], only: Option<&[String]>) -> Vec<Check> {
    let mut groups: BTreeMap<Option<&str>, Vec<&Evidence>> = BTreeMap::new();
    for one in evidence.iter().filter(|e| e.status != EvidenceStatus::Ignored || e.name.is_some()) {
        groups.entry(one.name.as_deref()).or_default().push(one);
    }
    let concerns = |all: &[&Evidence]| {
        let selected = only.unwrap_or_default().iter().filter_map(|g| GateKind::named(g)).map(|g| g.looks_at);
        let wanted: Vec<Kind> = selected.collect();
        only.is_none()
            || all.iter().any(|e| e.kinds().is_empty() || e.kinds().iter().any(|k| wanted.iter().any(|w| k.serves(*w))))
    };
    let mut out: Vec<Check> = groups
        .iter()
        .map(|(name, all)| {
            let mut check = check(policy, *name, all);
            if !concerns(all) {
                super::skip(&mut check, "not selected by --only");
            }
            check
        })
        .collect();
    out.sort_by_key(|c| (&*c.measure == UNNAMED, c.id.clone()));
    out
}

fn check(policy: &Policy, name: Option<&str>, all: &[&Evidence]) -> Check {
    let spec = name.and_then(|n| policy.evidence.get(n));
    let label = name.unwrap_or(UNNAMED);
    let place = spec.and_then(|_| policy.place(&["evidence", label]));
    let mut check = blank(&format!("evidence.{label}"), place);
    let read = all.iter().filter(|e| e.report.is_some()).count();
    check.subjects = Some(size(read));
    check.violations = all.iter().filter(|e| !e.is_sound()).map(|e| violation(e)).collect();
    check.violations_total = size(check.violations.len());
    let excuse = all.iter().map(|e| e.excuse.as_ref()).collect::<Option<Vec<_>>>().and_then(|all| all.first().copied());
    if let Some(excuse) = excuse {
        let why = match excuse {
            Excuse::Optional => "optional, and absent",
            Excuse::Untouched(why) => why,
        };
        super::skip(&mut check, why);
        return check;
    }
    let (status, message) = match check.violations.as_slice() {
        [] if read == 0 => (Status::Error, "no report was found".to_owned()),
        [] if all.iter().any(|e| e.notes.iter().any(|n| **n == *BY_FILE_TIME)) => {
            (Status::Warn, BY_FILE_TIME.to_owned())
        }
        [] => (Status::Pass, format!("{} read", reports(read))),
        [one] => (Status::Error, format!("{}: {}", one.id, one.message)),
        [first, ..] => (
            Status::Error,
            format!("{} cannot be counted on: {}: {}", reports(check.violations.len()), first.id, first.message),
        ),
    };
    check.status = status;
    check.message = Text::new(&message);
    if status == Status::Error {
        check.help = Some(help(all, name.is_some()));
    }
    check
}

fn reports(n: usize) -> String {
    if n == 1 { "1 report".into() } else { format!("{n} reports") }
}

fn violation(evidence: &Evidence) -> Violation {
    let why = evidence.error.as_deref().unwrap_or("it cannot be counted on");
    Violation::new(&evidence.path, why)
}

fn help(all: &[&Evidence], named: bool) -> Text {
    let worst = all.iter().find(|e| !e.is_sound());
    let text = match worst.map(|e| (e.status, e.failed_run())) {
        Some((EvidenceStatus::Missing, _)) if !named => {
            "look at the path, or run the tool that writes it before the gate"
        }
        Some((EvidenceStatus::Missing, _)) => {
            "run the tool that writes it before the gate; evidence that may be absent is `optional = true`"
        }
        Some((EvidenceStatus::Stale, _)) => "run its tool again, on the commit under test",
        Some((EvidenceStatus::Read, true)) => {
            "make the tool's run succeed; `accept-failed-run = true` on the evidence turns this into a note"
        }
        None => "give a report, or a folder that holds one; `portcullis inspect PATH` says what a file is",
        Some(_) if worst.is_some_and(|e| e.format.is_none()) => {
            "hand over what its tool writes for machines (JSON, XML, SARIF); `portcullis inspect PATH` says what a file is"
        }
        _ => {
            "write the report again: a tool that was stopped, or is not done, leaves half of one; `portcullis inspect PATH` \
             shows how it is read"
        }
    };
    text.into()
}
