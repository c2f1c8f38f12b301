//! A value against its thresholds, drawn; in outlines where a server's policy (Jenkins) takes the style away.

use super::writer::Html;
use crate::verdict::{Check, Status};

/// Draws the value of a check as a bar with a mark for each threshold and for the baseline. The figures stand beside
/// it in words, so it is hidden from those who listen.
pub(super) fn value(page: &mut Html, check: &Check) {
    let Some(actual) = check.actual else { return };
    let marks = |bound: Option<crate::verdict::Bound>| bound.into_iter().flat_map(|b| [b.below, b.above]).flatten();
    let full = match check.unit.as_deref() {
        Some("percent") if actual <= 100.0 => 100.0,
        _ => marks(check.fail).chain(marks(check.warn)).chain(check.baseline).fold(actual, f64::max).max(1.0) * 1.12,
    };
    let at = |n: f64| (n / full * 100.0).clamp(0.0, 100.0);
    open(page, check.status);
    page.put("<rect class=\"v\" x=\"0\" y=\"3\" height=\"8\" width=\"").x(at(actual)).put("\"/>");
    for limit in marks(check.warn) {
        mark(page, "<path class=\"m warns\" stroke=\"currentColor\" d=\"M", at(limit));
    }
    for limit in marks(check.fail) {
        mark(page, "<path class=\"m fails\" stroke=\"currentColor\" d=\"M", at(limit));
    }
    if let Some(before) = check.baseline {
        mark(page, "<path class=\"m before\" stroke=\"currentColor\" d=\"M", at(before));
    }
    page.put("</svg>");
}

/// Draws a share of lines.
pub(super) fn share(page: &mut Html, percent: f64) {
    open(page, Status::Skipped);
    page.put("<rect class=\"v\" x=\"0\" y=\"3\" height=\"8\" width=\"").x(percent.clamp(0.0, 100.0)).put("\"/></svg>");
}

fn open(page: &mut Html, status: Status) {
    page.put(match status {
        Status::Fail => "<svg class=\"bar b-fail\"",
        Status::Error => "<svg class=\"bar b-error\"",
        Status::Warn => "<svg class=\"bar b-warn\"",
        Status::Pass => "<svg class=\"bar b-pass\"",
        Status::Skipped => "<svg class=\"bar b-skipped\"",
    });
    page.put(" viewBox=\"0 0 100 14\" preserveAspectRatio=\"none\" aria-hidden=\"true\" width=\"160\" height=\"14\">");
    page.put("<rect class=\"t\" fill=\"none\" stroke=\"currentColor\" x=\"0\" y=\"3\" height=\"8\" width=\"100\"/>");
}

fn mark(page: &mut Html, opening: &'static str, at: f64) {
    // Within the drawing, so that a mark at an end is not cut in half.
    let at = at.clamp(0.4, 99.6);
    page.put("<path class=\"halo\" d=\"M").x(at).put(" 0v14\"/>").put(opening).x(at).put(" 0v14\"/>");
}
