//! `text`: what a person sees at the end of a job. The verdict is the last line.

mod blocks;
mod table;

use std::io;

use anstyle::{AnsiColor, Style};

use super::layout::{Shape, Sheet, Span};
use super::words::{self, count, len};
use super::{Detail, Output, Page};
use crate::verdict::{EvidenceEntry, EvidenceStatus, Status, Verdict};

pub(super) const OUTPUT: Output = Output { name: "text", about: "for people, on a terminal or in a log", write };

/// For names.
pub(super) const BOLD: Style = Style::new().bold();
/// For what matters less.
pub(super) const DIM: Style = Style::new().dimmed();
/// For labels.
pub(super) const LABEL: Style = AnsiColor::Cyan.on_default();
/// Reports and waivers that have a line of their own, at most.
const LISTED: usize = 20;

fn write(verdict: &Verdict, page: &Page, sink: &mut dyn io::Write) -> io::Result<()> {
    let sheet = &mut Sheet::new(page.width, sink);
    header(sheet, verdict)?;
    evidence(sheet, verdict, page.detail)?;
    for status in [Status::Fail, Status::Error, Status::Warn] {
        words::ended(verdict, status).try_for_each(|check| blocks::check(sheet, check))?;
    }
    if page.detail != Detail::Brief {
        waived(sheet, verdict)?;
        table::checks(sheet, verdict)?;
    }
    sheet.blank()?;
    let status = match (verdict.enforced, verdict.exit_code) {
        (false, 0) => Status::Warn,
        (true, 0) => Status::Pass,
        _ => verdict.verdict,
    };
    sheet.put(Shape::at(0, 4), &[Span::new(style(status), words::verdict_line(verdict))])
}

/// The colour of a status, which the word and the symbol beside it repeat.
pub(super) const fn style(status: Status) -> Style {
    match status {
        Status::Fail => AnsiColor::Red.on_default().bold(),
        Status::Error => AnsiColor::Magenta.on_default().bold(),
        Status::Warn => AnsiColor::Yellow.on_default().bold(),
        Status::Pass => AnsiColor::Green.on_default().bold(),
        Status::Skipped => DIM,
    }
}

/// The status as symbol and word.
pub(super) fn label(status: Status) -> String {
    let symbol = match status {
        Status::Fail => '✗',
        Status::Error => '?',
        Status::Warn => '!',
        Status::Pass => '✓',
        Status::Skipped => '-',
    };
    format!("{symbol} {}", status.name())
}

fn header(sheet: &mut Sheet<'_>, verdict: &Verdict) -> io::Result<()> {
    if let Some(line) = words::not_enforced(verdict) {
        sheet.put(Shape::at(0, 4), &[Span::new(style(Status::Warn), format!("! {line}"))])?;
    }
    let path = &verdict.policy.path;
    let mut by = vec![match &verdict.policy.name {
        Some(name) => format!("policy {name} ({path})"),
        None => format!("policy {path}"),
    }];
    by.extend(verdict.profile.as_ref().map(|p| format!("profile {p}")));
    by.extend(verdict.selection.as_ref().map(|only| format!("only {}", only.join(", "))));
    let program = format!("portcullis {}", verdict.portcullis);
    sheet.put(Shape::at(0, 4), &[Span::new(BOLD, program), Span::plain(format!("· {}", by.join(" · ")))])?;
    let subject = words::subject(verdict);
    if !subject.is_empty() {
        let subject: Vec<String> = subject.into_iter().map(|(word, what)| format!("{word}{what}")).collect();
        sheet.put(Shape::at(0, 4), &[Span::plain(subject.join(" · "))])?;
    }
    sheet.put(Shape::at(0, 4), &[Span::new(DIM, words::evidence_line(verdict))])
}

/// The reports that are not as they should be.
fn evidence(sheet: &mut Sheet<'_>, verdict: &Verdict, detail: Detail) -> io::Result<()> {
    let problems: Vec<_> = verdict.evidence.iter().filter_map(|e| Some((e, words::problem(e)?))).collect();
    let quiet = verdict.evidence.iter().filter(|e| words::problem(e).is_none() && e.status == EvidenceStatus::Read);
    let quiet: Vec<&EvidenceEntry> = quiet.filter(|e| !e.notes.is_empty()).collect();
    let noted = quiet.iter().map(|e| len(&e.notes)).sum::<u64>();
    if detail == Detail::Full && noted > 0 {
        sheet.blank()?;
        for entry in &quiet {
            report(sheet, entry, Status::Pass, "read")?;
            notes(sheet, entry)?;
        }
    } else if noted > 0 && detail == Detail::Normal {
        let line = format!("{} on reports that were read: -v shows them", count(noted, "note"));
        sheet.put(Shape::at(0, 4), &[Span::new(DIM, line)])?;
    }
    if !problems.is_empty() {
        sheet.blank()?;
    }
    for (entry, word) in problems.iter().take(LISTED) {
        let status = if entry.error.is_some() { Status::Error } else { Status::Warn };
        report(sheet, entry, status, word)?;
        notes(sheet, entry)?;
    }
    more(sheet, 0, problems.len().saturating_sub(LISTED), "report")
}

/// A report with what is wrong with it.
pub(super) fn report(sheet: &mut Sheet<'_>, entry: &EvidenceEntry, status: Status, word: &str) -> io::Result<()> {
    let mark = label(status);
    let mark = mark.split(' ').next().unwrap_or_default();
    let mut line = vec![Span::new(style(status), format!("{mark} {word}"))];
    line.extend(entry.name.as_ref().map(|name| Span::new(BOLD, format!("{name}:")).behind(2)));
    line.push(Span::plain(&*entry.path).behind(if line.len() == 1 { 2 } else { 1 }));
    line.extend(words::origin(entry).map(|by| Span::new(DIM, format!("({by})")).behind(2)));
    sheet.put(Shape::at(0, 4), &line)?;
    entry.error.iter().try_for_each(|error| sheet.put(Shape::at(4, 4), &[Span::plain(&**error)]))
}

/// What is worth knowing of a report.
pub(super) fn notes(sheet: &mut Sheet<'_>, entry: &EvidenceEntry) -> io::Result<()> {
    entry.notes.iter().take(3).try_for_each(|n| blocks::note(sheet, "note", n))?;
    more(sheet, 4, entry.notes.len().saturating_sub(3), "note")
}

/// Says how many are not shown.
pub(super) fn more(sheet: &mut Sheet<'_>, at: usize, n: usize, noun: &str) -> io::Result<()> {
    if n == 0 {
        return Ok(());
    }
    let n = u64::try_from(n).unwrap_or(u64::MAX);
    let noun = if noun.is_empty() { n.to_string() } else { count(n, noun) };
    let line =
        noun.split_once(' ').map_or(format!("… and {noun} more"), |(n, noun)| format!("… and {n} more {noun}"));
    sheet.put(Shape::at(at, at), &[Span::new(DIM, line)])
}

/// What waivers took out of the count: what, in which checks, until when, by whom and why.
fn waived(sheet: &mut Sheet<'_>, verdict: &Verdict) -> io::Result<()> {
    let groups = words::waived(verdict);
    if !groups.is_empty() {
        sheet.blank()?;
    }
    for group in groups.iter().take(LISTED) {
        let waived = group.waived;
        let what = format!("{} in {}", words::few(&group.what, 3), words::few(&group.checks, 3));
        let line =
            [Span::new(DIM, "- waived"), Span::new(BOLD, format!("{}:", waived.waiver)).behind(2), Span::plain(what)];
        sheet.put(Shape::at(0, 4).lines(2), &line)?;
        let until = waived.expires.as_ref().map(|day| format!("until {day} ")).unwrap_or_default();
        let terms = format!("{until}by {}:", waived.owner);
        sheet.put(Shape::at(4, 4).lines(2), &[Span::plain(terms), Span::plain(&*waived.reason)])?;
    }
    more(sheet, 0, groups.len().saturating_sub(LISTED), "waiver")
}
