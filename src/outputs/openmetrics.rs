//! `openmetrics`: the figures of a verdict, for Prometheus: a file for node_exporter's textfile collector, for the
//! Pushgateway, for GitLab's metrics report.
//!
//! Sources: OpenMetrics 1.0; prometheus/docs `exposition_formats`, by which the textfile collector and the Pushgateway
//! read. Valid by both: every family is a gauge, as the older format knows no state set and no info; there are no
//! timestamps, which the Pushgateway refuses, and times are values; types and helps never differ from run to run.
//! Numbers have at most six decimals and one spelling, as GitLab compares them as text.
//!
//! Every series names the repository, the part of it, the policy and the profile, where they are known: two gates may
//! write into one folder, where no series may be there twice. No series is one of a finding, a commit or a branch:
//! their number follows the policy. Where a policy has more checks than [`MOST`], the worst have series.

mod family;

use std::collections::BTreeMap;
use std::io;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use self::family::{Families, Family};
use super::issues::brief;
use super::words::{len, would_exit};
use super::{Output, Page};
use crate::text::Text;
use crate::verdict::{Bound, BySeverity, Check, EvidenceStatus, Fact, Status, Verdict};

pub(super) const OUTPUT: Output = Output {
    name: "openmetrics",
    about: "figures for Prometheus: checks, values, thresholds, counts (textfile collector, Pushgateway, GitLab)",
    write,
};

/// Checks that have series of their own, and groups of reports.
const MOST: usize = 1000;
/// UTF-16 units of a label's value.
const LABEL: usize = 200;

const STATUSES: [Status; 5] = [Status::Fail, Status::Error, Status::Warn, Status::Pass, Status::Skipped];

fn write(verdict: &Verdict, _: &Page, sink: &mut dyn io::Write) -> io::Result<()> {
    let mut families = Families::new(identity(verdict));
    of_run(verdict, &mut families);
    of_checks(verdict, &mut families);
    of_evidence(verdict, &mut families);
    of_waivers(verdict, &mut families);
    families.write(sink)
}

/// The labels of every series.
fn identity(verdict: &Verdict) -> Vec<(&'static str, String)> {
    let subject = &verdict.subject;
    let parts = [
        ("repository", subject.repository.as_ref()),
        ("component", subject.component.as_ref()),
        ("policy", verdict.policy.name.as_ref().or(Some(&verdict.policy.path))),
        ("profile", verdict.profile.as_ref()),
    ];
    let known = parts.into_iter().filter_map(|(key, value)| Some((key, value.filter(|v| !v.is_empty())?)));
    known.map(|(key, value)| (key, brief(value, LABEL))).collect()
}

fn of_run(verdict: &Verdict, families: &mut Families) {
    let mut family = Family::new("portcullis_build_info", "", "The version of the program that judged; always 1.");
    family.add(&[("version", &verdict.portcullis)], 1.0);
    families.push(family);
    families.one("portcullis_exit_code", "", "The exit code of the run: 0 open, 1 shut, 3 not judged.", exit(verdict));
    let would = would_exit(verdict).unwrap_or(verdict.exit_code);
    families.one("portcullis_exit_code_enforced", "", "The exit code if everything were enforced.", f64::from(would));
    let enforced = if verdict.enforced { 1.0 } else { 0.0 };
    families.one("portcullis_enforced", "", "Whether the verdict is enforced: 0 before its day.", enforced);
    let time: Option<Timestamp> = verdict.evaluated_at.parse().ok();
    if let Some(time) = time {
        let help = "When it was judged, in seconds since 1970.";
        families.one("portcullis_evaluated_timestamp_seconds", "seconds", help, seconds(time));
    }
    let mut family = Family::new("portcullis_checks", "", "How many checks ended so.");
    let counts = verdict.counts;
    let of = [counts.fail, counts.error, counts.warn, counts.pass, counts.skipped];
    STATUSES.iter().zip(of).for_each(|(status, n)| family.add(&[("status", status.name())], number(n)));
    families.push(family);
}

fn exit(verdict: &Verdict) -> f64 {
    f64::from(verdict.exit_code)
}

/// The series of each check. Of several of one id the first has them: a series is there once.
fn of_checks(verdict: &Verdict, families: &mut Families) {
    let mut status =
        Family::new("portcullis_check_status", "", "1 for the status in which the check ended, 0 for others.");
    let mut value =
        Family::new("portcullis_check_value", "", "The value of the check in its unit: percent, count or seconds.");
    let mut threshold = Family::new(
        "portcullis_check_threshold",
        "",
        "The threshold of the check in its unit: beyond it the check fails or warns.",
    );
    let mut baseline = Family::new("portcullis_check_baseline", "", "The value that the baseline has for the check.");
    let mut subjects = Family::new("portcullis_check_subjects", "", "How much the check looked at.");
    let mut violations = Family::new("portcullis_check_violations", "", "What the check counts or points at.");
    let mut waived = Family::new("portcullis_check_waived", "", "What the check does not count.");
    let checks = STATUSES.into_iter().flat_map(|s| super::words::ended(verdict, s));
    for check in checks.take(MOST) {
        let (id, gate) = (brief(&check.id, LABEL), brief(&check.gate, LABEL));
        let of = [("check", id.as_str()), ("gate", gate.as_str())];
        for one in STATUSES {
            status.add(&[&of[..], &[("status", one.name())]].concat(), if one == check.status { 1.0 } else { 0.0 });
        }
        let unit = check.unit.as_deref().unwrap_or("count");
        // What was not judged has no value: a 0 would be drawn as a good day.
        let judged = [Status::Pass, Status::Warn, Status::Fail].contains(&check.status);
        check.actual.filter(|_| judged).into_iter().for_each(|v| value.add(&[&of[..], &[("unit", unit)]].concat(), v));
        for (level, side, limit) in thresholds(check) {
            threshold.add(&[&of[..], &[("unit", unit), ("level", level), ("side", side)]].concat(), limit);
        }
        check.baseline.into_iter().for_each(|v| baseline.add(&[&of[..], &[("unit", unit)]].concat(), v));
        check.subjects.into_iter().for_each(|n| subjects.add(&of, number(n)));
        violations.add(&of, number(check.violations_total.max(len(&check.violations))));
        waived.add(&of, number(len(&check.waived)));
    }
    [status, value, threshold, baseline, subjects, violations, waived].into_iter().for_each(|f| families.push(f));
    let left_out = number(u64::try_from(verdict.checks.len().saturating_sub(MOST)).unwrap_or(u64::MAX));
    families.one("portcullis_checks_left_out", "", "Checks that have no series of their own here.", left_out);
}

/// Level, side and limit of each threshold.
fn thresholds(check: &Check) -> impl Iterator<Item = (&'static str, &'static str, f64)> {
    let of = |level, bound: Option<Bound>| {
        let bound = bound.unwrap_or(Bound { below: None, above: None });
        [("below", bound.below), ("above", bound.above)].map(|(side, limit)| Some((level, side, limit?)))
    };
    of("fail", check.fail).into_iter().chain(of("warn", check.warn)).flatten()
}

/// What the reports of one name and format hold together.
#[derive(Default)]
struct Group {
    bytes: u64,
    /// Seconds since 1970 of the oldest.
    made: Option<f64>,
    findings: Option<BySeverity>,
}

/// The reports by name and format: those without a name are one group of each format.
fn of_evidence(verdict: &Verdict, families: &mut Families) {
    let mut states = Family::new("portcullis_reports", "", "How many reports are so.");
    for (word, status) in [
        ("read", EvidenceStatus::Read),
        ("missing", EvidenceStatus::Missing),
        ("unreadable", EvidenceStatus::Unreadable),
        ("stale", EvidenceStatus::Stale),
    ] {
        let n = verdict.evidence.iter().filter(|e| e.status == status).count();
        states.add(&[("status", word)], number(u64::try_from(n).unwrap_or(u64::MAX)));
    }
    families.push(states);
    let mut bytes =
        Family::new("portcullis_evidence_bytes", "bytes", "The size of the reports of this name and format.");
    let help = "When the oldest report of this name and format says it was made, in seconds since 1970.";
    let mut made = Family::new("portcullis_evidence_timestamp_seconds", "seconds", help);
    let help = "Findings in the reports of this name and format, before names are joined and waivers count.";
    let mut findings = Family::new("portcullis_evidence_findings", "", help);
    for ((name, format), group) in groups(verdict).into_iter().take(MOST) {
        let of = [("evidence", name.as_str()), ("format", format.as_str())];
        bytes.add(&of, number(group.bytes));
        group.made.into_iter().for_each(|time| made.add(&of, time));
        for (severity, n) in group.findings.into_iter().flat_map(by_severity) {
            findings.add(&[&of[..], &[("severity", severity)]].concat(), number(n));
        }
    }
    [bytes, made, findings].into_iter().for_each(|f| families.push(f));
}

fn groups(verdict: &Verdict) -> BTreeMap<(String, String), Group> {
    let now: Option<Timestamp> = verdict.evaluated_at.parse().ok();
    let label = |text: Option<&Text>| brief(text.map(|t| &**t).unwrap_or_default(), LABEL);
    let mut groups: BTreeMap<(String, String), Group> = BTreeMap::new();
    let read = |status| matches!(status, EvidenceStatus::Read | EvidenceStatus::Stale);
    for (n, entry) in verdict.evidence.iter().enumerate().filter(|(_, e)| read(e.status)) {
        let group = groups.entry((label(entry.name.as_ref()), label(entry.format.as_ref()))).or_default();
        group.bytes = group.bytes.saturating_add(entry.bytes.unwrap_or(0));
        let age = verdict.beyond.ages.get(n).copied().flatten();
        let made = now.zip(age).map(|(now, age)| seconds(now) - age);
        group.made = [group.made, made].into_iter().flatten().reduce(f64::min);
        for fact in &entry.facts {
            if let Fact::Findings { by_severity, .. } = fact {
                group.findings = Some(sum(group.findings.unwrap_or_default(), *by_severity));
            }
        }
    }
    groups
}

fn by_severity(n: BySeverity) -> [(&'static str, u64); 6] {
    [
        ("critical", n.critical),
        ("high", n.high),
        ("medium", n.medium),
        ("low", n.low),
        ("info", n.info),
        ("unknown", n.unknown),
    ]
}

fn sum(a: BySeverity, b: BySeverity) -> BySeverity {
    BySeverity {
        critical: a.critical.saturating_add(b.critical),
        high: a.high.saturating_add(b.high),
        medium: a.medium.saturating_add(b.medium),
        low: a.low.saturating_add(b.low),
        info: a.info.saturating_add(b.info),
        unknown: a.unknown.saturating_add(b.unknown),
    }
}

fn of_waivers(verdict: &Verdict, families: &mut Families) {
    let mut family = Family::new("portcullis_waivers", "", "How many waivers of the policy ended so.");
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    ["used", "unused", "expired", "beyond-horizon", "not-judged"].iter().for_each(|word| _ = counts.insert(word, 0));
    for waiver in &verdict.waivers {
        // A word that is none of ours is no series: their number is that of the words.
        counts.entry(&waiver.status).and_modify(|n| *n += 1);
    }
    counts.into_iter().for_each(|(status, n)| family.add(&[("status", status)], number(n)));
    families.push(family);
    let used = verdict.waivers.iter().filter(|w| &*w.status == "used");
    if let Some(end) = used.filter_map(|w| end_of(&w.expires)).reduce(f64::min) {
        let help = "When the first of the waivers that are used ends, in seconds since 1970.";
        families.one("portcullis_waiver_next_end_timestamp_seconds", "seconds", help, end);
    }
}

/// The end of a day in UTC: a waiver holds on its last day.
fn end_of(day: &str) -> Option<f64> {
    let next = day.parse::<Date>().ok()?.tomorrow().ok()?;
    Some(seconds(TimeZone::UTC.to_timestamp(next.at(0, 0, 0, 0)).ok()?))
}

fn seconds(time: Timestamp) -> f64 {
    jiff::Timestamp::UNIX_EPOCH.duration_until(time).as_secs_f64()
}

/// A count. Above 2^53 it is not exact, and Prometheus has no other numbers.
fn number(n: u64) -> f64 {
    let (high, low) = (n >> 32, n & u64::from(u32::MAX));
    let of = |n: u64| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    of(high) * 4_294_967_296.0 + of(low)
}

#[cfg(test)]
mod tests;
