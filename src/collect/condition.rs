//! What a policy asks of evidence beyond being readable: its commit, its age, its step, its run.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Evidence, Excuse};
use crate::diff::Diff;
use crate::facts::Report;
use crate::policy::{EvidenceSpec, PathGlob};
use crate::text::Text;
use crate::verdict::EvidenceStatus;

/// The evidence that a policy names, with what it says of the files themselves: how many, how old,
/// by which step. What does not hold is noted as an error of the evidence.
pub fn apply_specs<'a>(
    all: &mut [Evidence],
    spec_of: impl Fn(&str) -> Option<&'a EvidenceSpec>,
    now: Timestamp,
    commit: Option<&str>,
    diff: Option<&Diff>,
) {
    let written = written_files(all, commit);
    let there: BTreeSet<String> =
        all.iter().filter(|e| e.status != EvidenceStatus::Missing).filter_map(|e| e.name.clone()).collect();
    for evidence in all.iter_mut() {
        if let Some(report) = &evidence.report
            && let Some(commit) = commit
            && let Some(stated) = contradiction(report, commit)
        {
            evidence.error = Some(Text::new(&format!("it is about commit {stated}, and {commit} is under test")));
        }
        let spec = evidence.name.as_deref().and_then(&spec_of);
        super::paths::lay(evidence, spec);
        let Some(spec) = spec else {
            fail_run(evidence, false);
            continue;
        };
        fail_run(evidence, spec.accept_failed_run);
        if evidence.name.as_ref().is_some_and(|n| !there.contains(n))
            && let Some(excuse) = excuse(spec, diff)
        {
            // All of it is absent. A part of it that is absent is an error all the same.
            evidence.notes.extend(evidence.error.take());
            evidence.excuse = Some(excuse);
        }
        if evidence.report.is_some() {
            if let Some(age) = spec.max_age {
                check_age(evidence, age.0.seconds(), now);
            }
            if let Some(step) = &spec.step {
                check_step(evidence, step, &written);
            }
        }
    }
}

/// Why evidence may be absent.
fn excuse(spec: &EvidenceSpec, diff: Option<&Diff>) -> Option<Excuse> {
    let globs: Vec<PathGlob> = spec.when_changed.iter().filter_map(|g| PathGlob::parse(g).ok()).collect();
    let touched = |diff: &Diff| diff.touches(&|path| globs.iter().any(|g| g.matches(path)));
    match diff.filter(|_| !globs.is_empty()) {
        Some(diff) if !touched(diff) => {
            let globs = spec.when_changed.join(", ");
            Some(Excuse::Untouched(format!("not needed, and absent: {} touches nothing of {globs}", diff.name)))
        }
        _ => spec.optional.then_some(Excuse::Optional),
    }
}

fn fail_run(evidence: &mut Evidence, accepted: bool) {
    if !evidence.failed_run() {
        return;
    }
    let reasons: Vec<&str> = evidence.report.iter().flat_map(|r| &r.failed_run).map(|r| &**r).collect();
    let words = Text::new(&format!("failed run: {}", reasons.join("; ")));
    if accepted {
        evidence.notes.push(words);
    } else {
        evidence.error.get_or_insert(words);
    }
}

/// A commit that the report states and that is not the one under test.
fn contradiction<'r>(report: &'r Report, commit: &str) -> Option<&'r Text> {
    let hex = |s: &str| s.len() >= 7 && s.bytes().all(|b| b.is_ascii_hexdigit());
    let same = |r: &str| commit.get(..r.len()).is_some_and(|start| start.eq_ignore_ascii_case(r));
    report.revisions.iter().find(|r| hex(r) && !same(r))
}

fn check_age(evidence: &mut Evidence, most: f64, now: Timestamp) {
    let stated = evidence.report.as_ref().and_then(|r| r.made_at);
    let Some(made) = stated.or(evidence.modified) else {
        evidence.status = EvidenceStatus::Stale;
        evidence.error = Some("its age cannot be told: it states no time".into());
        return;
    };
    let age = now.duration_since(made).as_secs_f64();
    let shown = crate::units::show_seconds(age.abs());
    let limit = crate::units::show_seconds(most);
    if age > most {
        evidence.status = EvidenceStatus::Stale;
        evidence.error = Some(Text::new(&format!("it is {shown} old, {limit} at most: run its tool again")));
    } else if age < -3600.0 {
        evidence.status = EvidenceStatus::Stale;
        evidence.error = Some(Text::new(&format!("it says it was made {shown} from now: check the clocks")));
    } else if stated.is_none() {
        evidence.notes.push(Text::new(BY_FILE_TIME));
    }
}

/// The note of evidence whose age is known only from the file.
pub const BY_FILE_TIME: &str =
    "its age is known from the file's own time only, which proves little after a download or checkout";

/// Each file that a successful step of this commit wrote: step, digest.
fn written_files(all: &[Evidence], commit: Option<&str>) -> BTreeSet<(String, String)> {
    let steps = all.iter().filter_map(|e| e.report.as_ref()?.facts.steps.as_ref()).flat_map(|s| &s.list);
    steps
        .filter(|s| s.outcome == crate::facts::Outcome::Success)
        .filter(|s| s.commit.as_deref() == commit)
        .flat_map(|s| s.files.iter().map(|f| (s.name.to_string(), f.sha256.to_string())))
        .collect()
}

fn check_step(evidence: &mut Evidence, step: &str, written: &BTreeSet<(String, String)>) {
    let digest = evidence.digested.as_ref().map(|d| d.sha256.clone()).unwrap_or_default();
    if !written.contains(&(step.to_owned(), digest)) {
        evidence.error = Some(Text::new(&format!(
            "no successful record of the step {step:?} on this commit wrote these bytes: run it with \
             `portcullis record {step} --wrote {} -- …`",
            evidence.path
        )));
    }
}
