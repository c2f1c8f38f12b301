//! What `inspect` prints for people: each report with its figures in words.

use std::io;

use super::Page;
use super::layout::{Shape, Sheet, Span};
use super::text::{BOLD, LABEL, more, notes, report, style};
use super::words::{self, count, len};
use crate::facts::Ratio;
use crate::units::show_percent;
use crate::units::show_seconds;
use crate::verdict::{BySeverity, EvidenceEntry, EvidenceStatus, Fact, Inspection, Status};

/// Rows shown of a list within a report: durations, steps, licence expressions.
const ROWS: usize = 12;

/// Writes what was recognised in each report, and how many could be read in the last line.
///
/// # Errors
/// Those of the sink.
pub fn inspection(inspection: &Inspection, page: &Page, sink: &mut dyn io::Write) -> io::Result<()> {
    let sheet = &mut Sheet::new(page.width, sink);
    for entry in &inspection.reports {
        let (status, word) = match (entry.status, entry.failed_run) {
            (EvidenceStatus::Read, false) if entry.error.is_none() => (Status::Pass, "read"),
            (EvidenceStatus::Read, true) => (Status::Warn, "failed run"),
            (EvidenceStatus::Ignored, _) => (Status::Skipped, "ignored"),
            (status, _) => (Status::Fail, words::evidence(status)),
        };
        report(sheet, entry, status, word)?;
        if let (Some(bytes), true) = (entry.bytes, entry.status == EvidenceStatus::Read) {
            let hash = entry.sha256.as_ref().map(|h| format!(", sha256 {}", words::short(h))).unwrap_or_default();
            row(sheet, "file", &format!("{}{hash}", size(bytes)))?;
        }
        entry.facts.iter().try_for_each(|fact| figures(sheet, fact))?;
        notes(sheet, entry)?;
        sheet.blank()?;
    }
    let read = |e: &&EvidenceEntry| e.status == EvidenceStatus::Read;
    let ignored = |e: &&EvidenceEntry| e.status == EvidenceStatus::Ignored;
    let reports = inspection.reports.iter();
    let (read, ignored) = (reports.clone().filter(read).count(), reports.filter(ignored).count());
    let unread = inspection.reports.len() - read - ignored;
    let status = if unread == 0 { Status::Pass } else { Status::Fail };
    let line = format!(
        "portcullis: {}: {read} read, {unread} not read, {ignored} ignored",
        count(len(&inspection.reports), "file")
    );
    sheet.put(Shape::at(0, 4), &[Span::new(style(status), line)])
}

fn row(sheet: &mut Sheet<'_>, word: &str, text: &str) -> io::Result<()> {
    sheet.put(Shape::at(4, 8), &[Span::new(LABEL, format!("{word}:")), Span::plain(text)])
}

/// A size, in a unit that suits it.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} bytes"),
        10_000..10_000_000 => format!("{} kB", bytes / 1000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}

fn figures(sheet: &mut Sheet<'_>, fact: &Fact) -> io::Result<()> {
    let (word, text) = line(fact);
    match fact {
        Fact::Timings { timings } => {
            row(sheet, "timings", &timings.len().to_string())?;
            list(sheet, timings.iter().map(|t| (&*t.name, show_seconds(t.seconds))), timings.len())
        }
        Fact::Steps { steps } => {
            row(sheet, "steps", &steps.len().to_string())?;
            let outcome = |s: &crate::verdict::StepFact| {
                let time = s.seconds.map(|t| format!(" after {}", show_seconds(t))).unwrap_or_default();
                format!("{}{time}", s.outcome)
            };
            list(sheet, steps.iter().map(|s| (&*s.name, outcome(s))), steps.len())
        }
        Fact::Licenses { expressions, .. } => {
            row(sheet, word, &text)?;
            let mut often: Vec<_> = expressions.iter().collect();
            often.sort_by_key(|(_, n)| std::cmp::Reverse(**n));
            list(sheet, often.iter().map(|(name, n)| (&***name, n.to_string())), often.len())
        }
        _ => row(sheet, word, &text),
    }
}

/// Names with a value each, the values in one column where the names are short.
fn list<'a>(sheet: &mut Sheet<'_>, rows: impl Iterator<Item = (&'a str, String)>, all: usize) -> io::Result<()> {
    let rows: Vec<_> = rows.take(ROWS).collect();
    let names: Vec<Span<'_>> = rows.iter().map(|(name, _)| Span::new(BOLD, *name)).collect();
    let column = names.iter().map(Span::columns).max().unwrap_or(0).min(sheet.width / 2);
    for (name, (_, value)) in names.into_iter().zip(&rows) {
        let gap = column.saturating_sub(name.columns()) + 2;
        sheet.put(Shape::at(8, 12).lines(2), &[name, Span::plain(value).behind(gap)])?;
    }
    more(sheet, 8, all.saturating_sub(rows.len()), "")
}

/// The figures of one kind in one line: the kind, the figures.
pub(super) fn line(fact: &Fact) -> (&'static str, String) {
    match fact {
        Fact::Coverage { files, lines, branches, functions } => {
            let branches = branches.map(|r| share(r, "branches")).into_iter();
            let functions = functions.map(|r| share(r, "functions"));
            let shares: Vec<_> = branches.chain(functions).collect();
            let more = shares.iter().map(|s| format!(", {s}")).collect::<String>();
            ("coverage", format!("{}{more}, in {}", share(*lines, "lines"), count(*files, "file")))
        }
        Fact::Tests { total, passed, failed, skipped, flaky, seconds } => {
            let time = seconds.map(|s| format!(" in {}", show_seconds(s))).unwrap_or_default();
            let outcomes = [(*passed, "passed"), (*failed, "failed"), (*skipped, "skipped"), (*flaky, "flaky")];
            ("tests", format!("{total} ({}){time}", said(&outcomes, "none ran")))
        }
        Fact::Findings { total, by_severity, suppressed, tools } => {
            let kept = format!(", {suppressed} suppressed in the report itself");
            let kept = if *suppressed > 0 { kept } else { String::new() };
            let by = if tools.is_empty() { String::new() } else { format!(", by {}", words::few(tools, 4)) };
            ("findings", format!("{total} ({}){kept}{by}", said(&severities(by_severity), "none")))
        }
        Fact::Lints { errors, warnings } => {
            ("lints", format!("{}, {}", count(*errors, "error"), count(*warnings, "warning")))
        }
        Fact::Dependencies { packages, .. } => {
            let packages = packages.map(|n| count(n, "package")).unwrap_or_else(|| "packages not counted".to_owned());
            ("dependencies", format!("{packages} ({})", dependencies(fact)))
        }
        Fact::Exploited { entries, version } => {
            let version = version.as_ref().map(|v| format!(", version {v}")).unwrap_or_default();
            ("exploited", format!("{}{version}", format_args!("{entries} known vulnerabilities")))
        }
        Fact::Epss { entries, model } => {
            let model = model.as_ref().map(|m| format!(", model {m}")).unwrap_or_default();
            ("epss", format!("{}{model}", count(*entries, "score")))
        }
        Fact::Vex { statements, not_affected, fixed, affected, under_investigation } => {
            let kinds = [
                (*not_affected, "not affected"),
                (*fixed, "fixed"),
                (*affected, "affected"),
                (*under_investigation, "under investigation"),
            ];
            ("vex", format!("{} ({})", count(*statements, "statement"), said(&kinds, "none")))
        }
        Fact::Lockfile { packages } => ("lockfile", count(*packages, "package")),
        Fact::Advisories { advisories } => {
            ("advisories", format!("{advisories} {}", if *advisories == 1 { "advisory" } else { "advisories" }))
        }
        Fact::Licenses { packages, unlicensed, .. } => {
            ("licenses", format!("{}, {unlicensed} unlicensed", count(*packages, "package")))
        }
        Fact::Timings { timings } => ("timings", count(len(timings), "duration")),
        Fact::Steps { steps } => ("steps", count(len(steps), "step")),
    }
}

fn share(ratio: Ratio, noun: &str) -> String {
    let Ratio { covered, total } = ratio;
    if total == 0 {
        return format!("no {noun}");
    }
    format!("{covered} of {total} {noun} ({})", show_percent(0.0, Some((covered, total)), &[]))
}

fn said(parts: &[(u64, &str)], none: &str) -> String {
    if parts.iter().all(|(n, _)| *n == 0) { none.to_owned() } else { words::some(parts) }
}

const fn severities(by: &BySeverity) -> [(u64, &'static str); 6] {
    let BySeverity { critical, high, medium, low, info, unknown } = *by;
    [(critical, "critical"), (high, "high"), (medium, "medium"), (low, "low"), (info, "info"), (unknown, "unknown")]
}

/// What the report speaks of: also where it found none.
fn dependencies(fact: &Fact) -> String {
    let Fact::Dependencies {
        packages: _,
        vulnerable,
        unmaintained,
        unsound,
        yanked,
        notice,
        outdated,
        banned,
        duplicate,
        source,
    } = fact
    else {
        return String::new();
    };
    let kinds = [
        (vulnerable, "vulnerable"),
        (unmaintained, "unmaintained"),
        (unsound, "unsound"),
        (yanked, "yanked"),
        (notice, "notice"),
        (outdated, "outdated"),
        (banned, "banned"),
        (duplicate, "duplicate"),
        (source, "source"),
    ];
    let said: Vec<String> = kinds.iter().filter_map(|(n, word)| n.map(|n| format!("{n} {word}"))).collect();
    if said.is_empty() { "speaks of nothing else".to_owned() } else { said.join(", ") }
}
