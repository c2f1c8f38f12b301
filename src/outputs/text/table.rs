//! All checks in one table, without rules; those not enforced below it, with their reason.

use std::io;

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, ColumnConstraint, Table, Width};

use super::{BOLD, DIM, LABEL, label, style};
use crate::outputs::layout::{Shape, Sheet, Span, columns, cut};
use crate::outputs::words;
use crate::verdict::{Check, Status, Verdict};
use anstyle::Style;

/// What a row of the table begins with.
const STATUSES: [Status; 4] = [Status::Fail, Status::Error, Status::Warn, Status::Pass];
/// Columns of `- skipped`, the widest status.
const STATUS: usize = 9;
/// The least that a check's id is given.
const LEAST: usize = 16;
/// As much as it needs before a figure is left out for it.
const AMPLE: usize = 26;
/// The heading over the ids.
const CHECK: usize = 5;
/// Columns between two.
const GAP: usize = 2;

/// A column: its heading, what stands in it, whether it stands to the right, its widest.
type Column = (&'static str, fn(&Check) -> String, bool, usize);

/// What follows the id. What stands first here is left out first where the page is narrow.
const FIGURES: [Column; 5] = [
    ("value", |c| words::value(c).unwrap_or_else(|| "-".to_owned()), true, 14),
    ("of", |c| c.subjects.map_or_else(String::new, |n| n.to_string()), true, 10),
    ("fails", |c| words::bound(c, c.fail), false, 18),
    ("warns", |c| words::bound(c, c.warn), false, 18),
    ("baseline", |c| words::baseline(c).unwrap_or_default(), true, 14),
];
/// The figures that are left out where the page is narrow, the first first.
const SPARE: [&str; 5] = ["baseline", "of", "warns", "value", "fails"];

/// Writes the table, behind an empty line.
pub(super) fn checks(sheet: &mut Sheet<'_>, verdict: &Verdict) -> io::Result<()> {
    if verdict.checks.is_empty() {
        return Ok(());
    }
    sheet.blank()?;
    let judged: Vec<&Check> = verdict.checks.iter().filter(|c| c.status != Status::Skipped).collect();
    let longest = verdict.checks.iter().map(|c| columns(&c.id)).max().unwrap_or(0);
    let (figures, room) = fit(&judged, longest, sheet.width);
    let room = room.min(longest.max(CHECK));
    if !judged.is_empty() {
        let table = table(&judged, &figures, room);
        for (n, line) in table.lines().enumerate() {
            let line = line.trim_end();
            let status = STATUSES.into_iter().find(|s| line.starts_with(&label(*s)));
            match status {
                Some(status) => sheet.ready(line, label(status).len(), style(status))?,
                None if n == 0 => sheet.ready(line, line.len(), DIM)?,
                None => sheet.ready(line, 0, Style::new())?,
            }
        }
    }
    for check in words::telling(verdict) {
        let line = [Span::new(LABEL, format!("= {}:", check.id)), Span::plain(&*check.message)];
        sheet.put(Shape::at(0, 4), &line)?;
    }
    let column = words::ended(verdict, Status::Skipped).map(|c| columns(&c.id)).max().unwrap_or(0).min(sheet.width / 2);
    for check in words::ended(verdict, Status::Skipped) {
        let gap = column.saturating_sub(columns(&check.id)) + GAP;
        let line = [
            Span::new(DIM, label(check.status)),
            Span::new(BOLD, &*check.id).behind(GAP),
            Span::plain(&*check.message).behind(gap),
        ];
        sheet.put(Shape::at(0, STATUS + GAP + column + GAP), &line)?;
    }
    Ok(())
}

/// The figures that have something to show and find room, and the columns left for the id.
fn fit(judged: &[&Check], longest: usize, width: usize) -> (Vec<(Column, usize)>, usize) {
    let mut figures: Vec<(Column, usize)> = FIGURES
        .into_iter()
        .filter_map(|figure| {
            let (title, show, _, most) = figure;
            let widest = judged.iter().map(|c| columns(&show(c))).max().filter(|n| *n > 0)?;
            Some((figure, widest.min(most).max(title.len())))
        })
        .collect();
    let room = |figures: &[(Column, usize)]| {
        width.saturating_sub(STATUS + GAP + figures.iter().map(|(_, w)| GAP + w).sum::<usize>())
    };
    let longest = longest.max(CHECK);
    for spare in SPARE {
        let needed = if matches!(spare, "baseline" | "of") { AMPLE } else { LEAST };
        if room(&figures) < needed.min(longest) {
            figures.retain(|((title, ..), _)| *title != spare);
        }
    }
    let left = room(&figures);
    (figures, left)
}

fn table(judged: &[&Check], figures: &[(Column, usize)], room: usize) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING);
    let titles = figures.iter().map(|((title, _, right, _), _)| aligned(title, *right));
    table.set_header([Cell::new(""), Cell::new("check")].into_iter().chain(titles));
    for check in judged {
        let cells = figures.iter().map(|((_, show, right, _), most)| aligned(&cut(&show(check), *most), *right));
        let id = broken(&check.id, room);
        table.add_row([Cell::new(label(check.status)), Cell::new(id)].into_iter().chain(cells));
    }
    let widths = [STATUS, room].into_iter().chain(figures.iter().map(|(_, w)| *w));
    let last = figures.len() + 1;
    for (n, (column, width)) in table.column_iter_mut().zip(widths).enumerate() {
        let padding = if n == last { 0 } else { 2 };
        column.set_padding((0, padding));
        let width = u16::try_from(width).unwrap_or(u16::MAX).saturating_add(padding);
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
    }
    table
}

fn aligned(text: &str, right: bool) -> Cell {
    Cell::new(text).set_alignment(if right { CellAlignment::Right } else { CellAlignment::Left })
}

/// An id in lines of `room` columns, broken behind its points and dashes; three lines at most.
fn broken(id: &str, room: usize) -> String {
    let mut lines = vec![String::new()];
    for part in cut(id, room * 3 - 8).split_inclusive(['.', '-', '_', '/']) {
        let line = lines.last().map_or(0, |l| columns(l));
        if line > 0 && line + columns(part) > room {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(part);
        }
    }
    lines.join("\n")
}
