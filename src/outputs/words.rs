//! How values, thresholds and the verdict are said, wherever people read them.

mod value;

use std::collections::{BTreeMap, BTreeSet};

pub(super) use value::{baseline, bound, value};

use crate::text::Text;
use crate::verdict::{Check, EvidenceEntry, EvidenceStatus, Place, Status, Verdict, Violation, Waived};

/// `1 check`, `2 checks`.
pub(super) fn count(n: u64, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// The length of a list, for [`count`].
pub(super) fn len<T>(list: &[T]) -> u64 {
    u64::try_from(list.len()).unwrap_or(u64::MAX)
}

/// The verdict in one line, the last of every output for people.
pub(super) fn verdict_line(verdict: &Verdict) -> String {
    let counts = verdict.counts;
    let exit = verdict.exit_code;
    if announced_in_part(verdict) {
        let gate = if exit == 0 { "open" } else { "shut" };
        let would = would_exit(verdict).filter(|would| *would != exit);
        let would = would.map(|would| format!(", announced {would}")).unwrap_or_default();
        return format!("portcullis: gate {gate}: {} (exit {exit}{would})", outcome(verdict));
    }
    if let Some(would) = would_exit(verdict) {
        let outcome = match would {
            0 => some(&[(counts.pass, "pass"), (counts.warn, "warn"), (counts.skipped, "skipped")]),
            _ => some(&[(counts.fail, "fail"), (counts.error, "not judged")]),
        };
        return format!("portcullis: gate open (not enforced): {outcome} (exit {exit}, would be {would})");
    }
    let gate = if exit == 0 { "open" } else { "shut" };
    format!("portcullis: gate {gate}: {} (exit {exit})", outcome(verdict))
}

/// What decided the exit code, in words: how many checks pass, or fail.
pub(super) fn outcome(verdict: &Verdict) -> String {
    let counts = verdict.counts;
    let mut parts = Vec::new();
    match (verdict.exit_code, counts.fail, counts.error) {
        (0, ..) => {
            parts.push(verb(counts.pass, "passes", "pass"));
            parts.extend(Some(format!("{} warn", counts.warn)).filter(|_| counts.warn > 0));
            parts.extend(Some(format!("{} skipped", counts.skipped)).filter(|_| counts.skipped > 0));
        }
        (_, 0, 0) => parts.push("no check was judged".to_owned()),
        (_, 0, errors) => parts.push(format!("{} could not be judged", count(errors, "check"))),
        (_, fails, errors) => {
            parts.push(verb(fails, "fails", "fail"));
            parts.extend(Some(format!("{errors} could not be judged")).filter(|_| errors > 0));
        }
    }
    parts.join(", ")
}

fn verb(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n, "check"), if n == 1 { one } else { many })
}

/// The counts that are not zero, or that there is none.
pub(super) fn some(parts: &[(u64, &str)]) -> String {
    let said: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    if said.is_empty() { "no check was judged".to_owned() } else { said.join(", ") }
}

/// The exit code that would follow, where the verdict is not enforced.
pub(super) fn would_exit(verdict: &Verdict) -> Option<u8> {
    (!verdict.enforced).then(|| verdict.would_exit.unwrap_or(verdict.exit_code))
}

/// Whether only some gates or thresholds are announced: their checks warn, and the others are enforced.
fn announced_in_part(verdict: &Verdict) -> bool {
    let shut = verdict.counts.fail + verdict.counts.error > 0;
    would_exit(verdict).is_some_and(|would| verdict.exit_code != 0 || would != 0 && !shut)
}

/// The first line where the verdict is not enforced.
pub(super) fn not_enforced(verdict: &Verdict) -> Option<String> {
    let exit = verdict.exit_code;
    if announced_in_part(verdict) {
        let would = would_exit(verdict).filter(|would| *would != exit)?;
        return Some(format!(
            "announced: this run exits {exit}, from the days that its warnings name it would exit {would}"
        ));
    }
    would_exit(verdict).map(|would| format!("not enforced yet: this run exits {exit}, enforced it would exit {would}"))
}

/// Whether a report is worth a line before the checks, and the word for why.
pub(super) fn problem(entry: &EvidenceEntry) -> Option<&'static str> {
    match entry.status {
        EvidenceStatus::Ignored => None,
        // Optional, and absent: its checks are shown as skipped.
        EvidenceStatus::Missing if entry.error.is_none() => None,
        EvidenceStatus::Read if entry.failed_run => Some("failed run"),
        EvidenceStatus::Read => entry.error.as_ref().map(|_| "error"),
        status => Some(evidence(status)),
    }
}

/// The word for what became of a file.
pub(super) const fn evidence(status: EvidenceStatus) -> &'static str {
    match status {
        EvidenceStatus::Read => "read",
        EvidenceStatus::Missing => "missing",
        EvidenceStatus::Unreadable => "unreadable",
        EvidenceStatus::Stale => "stale",
        EvidenceStatus::Ignored => "ignored",
    }
}

/// How many reports there are and what became of them.
pub(super) fn evidence_line(verdict: &Verdict) -> String {
    let of = |status| verdict.evidence.iter().filter(|e| e.status == status).count();
    let ignored = of(EvidenceStatus::Ignored);
    let reports = verdict.evidence.len().saturating_sub(ignored);
    let mut line = count(u64::try_from(reports).unwrap_or(u64::MAX), "report");
    let states = [EvidenceStatus::Read, EvidenceStatus::Missing, EvidenceStatus::Unreadable, EvidenceStatus::Stale];
    let parts: Vec<_> = states
        .into_iter()
        .filter(|s| of(*s) > 0 && of(*s) != reports)
        .map(|s| format!("{} {}", of(s), evidence(s)))
        .collect();
    if !parts.is_empty() {
        line.push_str(&format!(": {}", parts.join(", ")));
    } else if reports > 0 && of(EvidenceStatus::Read) == reports {
        line.push_str(" read");
    } else if let Some(first) = verdict.evidence.first().filter(|_| reports > 0) {
        line.push_str(&format!(" {}", evidence(first.status)));
    }
    if ignored > 0 {
        line.push_str(&format!(" · {} ignored", count(u64::try_from(ignored).unwrap_or(u64::MAX), "other file")));
    }
    line
}

/// `path:line`.
pub(super) fn place(place: &Place) -> String {
    match place.line {
        Some(line) => format!("{}:{line}", place.path),
        None => place.path.to_string(),
    }
}

/// The package with its version.
pub(super) fn package(violation: &Violation) -> Option<String> {
    let package = violation.package.as_ref()?;
    Some(match &violation.version {
        Some(version) => format!("{package} {version}"),
        None => package.to_string(),
    })
}

/// The first twelve characters of a commit.
pub(super) fn short(commit: &str) -> String {
    commit.chars().take(12).collect()
}

/// The baseline's value, where the message does not say it already.
pub(super) fn unsaid_baseline(check: &Check) -> Option<String> {
    baseline(check).filter(|b| !check.message.contains(b.as_str()))
}

/// The checks that ended so.
pub(super) fn ended(verdict: &Verdict, status: Status) -> impl Iterator<Item = &Check> {
    verdict.checks.iter().filter(move |c| c.status == status)
}

/// Who says it, where all of these violations name the same.
pub(super) fn common_source(violations: &[Violation]) -> Option<String> {
    let first = source(violations.first()?);
    first.filter(|first| violations.iter().all(|v| source(v).as_ref() == Some(first)))
}

/// Who says it: the tool; of several, how many they are and how many reports of it there are.
pub(super) fn source(violation: &Violation) -> Option<String> {
    let tools = violation.tool.as_ref()?;
    let n = len(&tools.split(", ").collect::<Vec<_>>());
    if violation.reports < 2 {
        return Some(tools.to_string());
    }
    Some(format!("{}, {} of it: {tools}", count(n, "tool"), count(violation.reports, "report")))
}

/// What one waiver took out of the count, over all checks.
pub(super) struct WaivedGroup<'a> {
    /// One of the waived findings, for its waiver's words.
    pub(super) waived: &'a Waived,
    /// The packages or ids concerned.
    pub(super) what: BTreeSet<String>,
    /// The checks that do not count them.
    pub(super) checks: BTreeSet<&'a Text>,
}

/// The checks that hold and say how they compare with the baseline.
pub(super) fn telling(verdict: &Verdict) -> impl Iterator<Item = &Check> {
    verdict.checks.iter().filter(|c| c.telling && c.status == Status::Pass)
}

/// What a check does not count: `1 waived, 12 in the baseline`.
pub(super) fn not_counted(check: &Check) -> Option<String> {
    let known = check.waived.iter().filter(|w| w.is_by_baseline()).count();
    // A trend counts what the baseline has, and lists it only for runs to come.
    let aside = if is_trend(check) { 0 } else { known };
    let parts = [(check.waived.len() - known, "waived"), (aside, "in the baseline")];
    let said: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    (!said.is_empty()).then(|| said.join(", "))
}

fn is_trend(check: &Check) -> bool {
    *check.measure == *"trend" || check.measure.starts_with("trend.")
}

/// The waived findings by waiver, but those that the baseline has, in the order in which the checks meet them.
pub(super) fn waived(verdict: &Verdict) -> Vec<WaivedGroup<'_>> {
    let mut groups: Vec<WaivedGroup<'_>> = Vec::new();
    let mut places = BTreeMap::new();
    let all = verdict.checks.iter().flat_map(|c| c.waived.iter().map(move |w| (c, w)));
    for (check, waived) in all.filter(|(_, w)| !w.is_by_baseline()) {
        let key = (&waived.waiver, &waived.owner, &waived.expires, &waived.reason);
        let place = *places.entry(key).or_insert_with(|| {
            groups.push(WaivedGroup { waived, what: BTreeSet::new(), checks: BTreeSet::new() });
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(place) {
            group.what.insert(package(&waived.violation).unwrap_or_else(|| waived.violation.id.to_string()));
            group.checks.insert(&check.id);
        }
    }
    groups
}

/// The first of a list, and how many more there are.
pub(super) fn few<T: ToString>(list: impl IntoIterator<Item = T>, most: usize) -> String {
    let mut rest = list.into_iter();
    let mut shown: Vec<String> = rest.by_ref().take(most).map(|t| t.to_string()).collect();
    let more = rest.count();
    shown.extend(Some(format!("{more} more")).filter(|_| more > 0));
    shown.join(", ")
}

/// Where the run can be seen, if it is an address that leads nowhere else: the CI's own word, never a report's.
pub(super) fn run_link(verdict: &Verdict) -> Option<&str> {
    let url = verdict.subject.run_url.as_deref()?;
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let fine = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$&'()*+,;=%[]".contains(c);
    Some(url).filter(|_| rest.starts_with(|c: char| c.is_ascii_alphanumeric()) && rest.chars().all(fine))
}

/// What was judged: a word, if one is needed, and what it stands before.
pub(super) fn subject(verdict: &Verdict) -> Vec<(&'static str, String)> {
    let s = &verdict.subject;
    let mut parts = Vec::new();
    let mut add = |word, what: Option<String>| parts.extend(what.map(|w| (word, w)));
    add("", s.repository.as_ref().map(Text::to_string));
    add("", s.component.as_ref().map(Text::to_string));
    add("branch ", s.branch.as_ref().map(Text::to_string));
    add("change ", s.change.as_ref().map(Text::to_string));
    add("commit ", s.commit.as_ref().map(|c| short(c)));
    add("uncommitted changes", s.dirty.filter(|d| *d).map(|_| String::new()));
    parts
}

/// The format and the tool of a report, once where they are called the same.
pub(super) fn origin(entry: &EvidenceEntry) -> Option<String> {
    let tool = entry.tool.as_ref().filter(|t| Some(*t) != entry.format.as_ref());
    let by: Vec<&str> = [entry.format.as_ref(), tool].into_iter().flatten().map(|t| &**t).collect();
    Some(by.join(", ")).filter(|by| !by.is_empty())
}
