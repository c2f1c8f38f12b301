//! A check that needs attention: what it says, what broke it, what to do.

use std::io;

use anstyle::{AnsiColor, Style};

use super::{BOLD, DIM, LABEL, label, more, style};
use crate::outputs::layout::{Shape, Sheet, Span, columns};
use crate::outputs::words;
use crate::verdict::{Check, Status, Violation};

/// Violations shown of a check that fails, and of one that warns.
const SHOWN: usize = 5;
const SHOWN_OF_WARNING: usize = 3;

/// Writes the block, behind an empty line.
pub(super) fn check(sheet: &mut Sheet<'_>, check: &Check) -> io::Result<()> {
    sheet.blank()?;
    let mut line = vec![
        Span::new(style(check.status), label(check.status)),
        Span::new(BOLD, format!("{}:", check.id)).behind(2),
        Span::plain(&*check.message),
    ];
    line.extend(words::unsaid_baseline(check).map(|b| Span::new(DIM, format!("(baseline {b})"))));
    sheet.put(Shape::at(0, 4), &line)?;

    let brief = check.status == Status::Warn;
    let shown = check.violations.iter().take(if brief { SHOWN_OF_WARNING } else { SHOWN });
    let shown: Vec<&Violation> = shown.collect();
    let source = words::common_source(&check.violations);
    let column = shown.iter().map(|v| wide(&head(v))).max().unwrap_or(0).min(sheet.width * 2 / 5);
    for v in &shown {
        violation(sheet, v, column, brief, source.is_none())?;
    }
    let total = usize::try_from(check.violations_total).unwrap_or(usize::MAX).max(check.violations.len());
    more(sheet, 4, total - shown.len(), "")?;

    if let Some(source) = source.filter(|_| !brief) {
        note(sheet, "reported by", &source)?;
    }
    if let Some(said) = words::not_counted(check) {
        note(sheet, "not counted", &said)?;
    }
    if let Some(help) = &check.help {
        note(sheet, "help", help)?;
    }
    if let Some(source) = &check.policy_source {
        note(sheet, "policy", &format!("{}:{}", source.path, source.line))?;
    }
    Ok(())
}

/// A line below a block.
pub(super) fn note(sheet: &mut Sheet<'_>, word: &str, text: &str) -> io::Result<()> {
    sheet.put(Shape::at(4, 6), &[Span::new(LABEL, format!("= {word}:")), Span::plain(text)])
}

/// Its names: id, severity, package, place.
fn head(v: &Violation) -> Vec<Span<'_>> {
    let place = v.location.as_ref().map(|p| (words::place(p), *p.path == *v.id));
    let mut spans = match &place {
        Some((place, true)) => vec![Span::new(BOLD, place.clone())],
        _ => vec![Span::new(BOLD, &*v.id)],
    };
    spans.extend(v.severity.as_ref().map(|s| Span::new(severity(s), &**s).behind(2)));
    let package = words::package(v).filter(|p| *p != *v.id);
    spans.extend(package.map(|p| Span::plain(p).behind(2)));
    spans.extend(place.filter(|(_, same)| !same).map(|(place, _)| Span::new(DIM, place).behind(2)));
    spans
}

fn severity(word: &str) -> Style {
    match word {
        "critical" => AnsiColor::Red.on_default().bold(),
        "high" => AnsiColor::Red.on_default(),
        "medium" => AnsiColor::Yellow.on_default(),
        "unknown" => AnsiColor::Magenta.on_default(),
        _ => Style::new(),
    }
}

fn wide(spans: &[Span<'_>]) -> usize {
    spans.iter().map(Span::columns).sum::<usize>().saturating_sub(1)
}

/// One line where it fits and nothing else is to be said; of a warning, one line in any case.
fn violation(sheet: &mut Sheet<'_>, v: &Violation, column: usize, brief: bool, tools: bool) -> io::Result<()> {
    let mut line = head(v);
    let details = if brief { Vec::new() } else { details(v, tools) };
    let gap = column.saturating_sub(wide(&line)) + 2;
    let fits = 4 + wide(&line) + gap + columns(&v.message) <= sheet.width;
    if fits && details.is_empty() {
        line.push(Span::plain(&*v.message).behind(gap));
        return sheet.put(Shape::at(4, 8), &line);
    }
    let lines = if brief { 1 } else { 3 };
    sheet.put(Shape::at(4, 8).lines(lines), &line)?;
    if !v.message.is_empty() {
        sheet.put(Shape::at(8, 8).lines(lines), &[Span::plain(&*v.message)])?;
    }
    details.iter().try_for_each(|spans| sheet.put(Shape::at(8, 10).lines(2), spans))
}

/// What mends it; its other names and who says so.
fn details(v: &Violation, tools: bool) -> Vec<Vec<Span<'_>>> {
    let fix = v.fix.as_ref().map(|fix| vec![Span::new(LABEL, "fix:"), Span::plain(&**fix)]);
    let mut names = Vec::new();
    let others = v.other_names();
    if !others.is_empty() {
        names.extend([Span::new(LABEL, "also:"), Span::plain(words::few(&others, 4))]);
    }
    if let Some(source) = words::source(v).filter(|_| tools) {
        names.extend([Span::new(LABEL, "by:").behind(2), Span::plain(source)]);
    }
    fix.into_iter().chain(Some(names).filter(|n| !n.is_empty())).collect()
}
