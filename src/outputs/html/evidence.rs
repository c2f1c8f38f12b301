//! The evidence: what became of each report, its figures, size, age and digest.

use super::writer::{Html, Room};
use super::{Part, cut_note, table};
use crate::outputs::inspect::{line, size};
use crate::outputs::words::{self, count};
use crate::units::show_seconds;
use crate::verdict::{EvidenceEntry, EvidenceStatus, Status, Verdict};

/// Reports that are shown, and their room in bytes.
const ROWS: usize = 1000;
const BYTES: usize = 800_000;
const CAPTION: &str = "The reports of this run; those that cannot be counted on first. An age is that which the report \
                       itself states.";
/// Notes that are shown of a report.
const NOTES: usize = 20;

/// The part of the page.
pub(super) fn part(verdict: &Verdict) -> Part {
    let mut room = Room::of(ROWS, BYTES);
    let age = |n: usize| verdict.beyond.ages.get(n).copied().flatten();
    let mut order: Vec<(usize, &EvidenceEntry)> = verdict.evidence.iter().enumerate().collect();
    order.sort_by_key(|(n, e)| (rank(e), *n));
    let rows = order.into_iter().map(|(n, e)| row(e, age(n)));
    let shown: Vec<Html> = rows.take_while(|row| room.takes(row)).collect();
    let mut body = Html::default();
    if !shown.is_empty() {
        cut_note(&mut body, shown.len(), verdict.evidence.len(), "those that cannot be counted on first");
        let heads = &["Status", "Report", "Figures", "Read as", "Size", "Age"];
        table(&mut body, "<table role=\"table\" class=\"list evidence-list\">", CAPTION, heads, &shown);
    }
    Part {
        opening: "<section class=\"evidence\" aria-labelledby=\"evidence\"><h2 id=\"evidence\" tabindex=\"-1\">Evidence</h2>\n",
        link: "<a href=\"#evidence\">Evidence",
        count: words::len(&verdict.evidence),
        body,
    }
}

fn rank(e: &EvidenceEntry) -> u8 {
    match (words::problem(e), e.status) {
        (Some(_), _) => 0,
        (None, EvidenceStatus::Ignored) => 2,
        (None, _) => 1,
    }
}

/// The word for what became of it, and the colour of that.
fn state(e: &EvidenceEntry) -> (Status, &'static str) {
    match (words::problem(e), e.status) {
        (Some(word), _) => (Status::Error, word),
        (None, EvidenceStatus::Read) => (Status::Pass, "read"),
        (None, status) => (Status::Skipped, words::evidence(status)),
    }
}

fn row(e: &EvidenceEntry, age: Option<f64>) -> Html {
    let mut page = Html::default();
    let (status, word) = state(e);
    page.put("<tr role=\"row\"><td role=\"cell\" data-label=\"Status\"><span class=\"badge s-");
    page.put(status.name()).put("\">").put(word).put("</span>");
    page.put("</td>\n<th role=\"rowheader\" scope=\"row\" data-label=\"Report\">");
    if let Some(name) = &e.name {
        page.put("<b>").said(name).put("</b> ");
    }
    page.code(&e.path);
    if let Some(error) = &e.error {
        page.put("<span class=\"says\">").said(error).put("</span>");
    }
    more(&mut page, e);
    page.put("</th>\n<td role=\"cell\" data-label=\"Figures\">");
    if !e.facts.is_empty() {
        page.put("<ul>");
        for (kind, figures) in e.facts.iter().map(line) {
            page.put("<li><span class=\"soft\">").put(kind).put("</span> ").said(&figures).put("</li>");
        }
        page.put("</ul>");
    }
    page.put("</td>\n<td role=\"cell\" data-label=\"Read as\">").said(&words::origin(e).unwrap_or_default());
    page.put("</td>\n<td role=\"cell\" data-label=\"Size\">").text(&e.bytes.map(size).unwrap_or_default());
    page.put("</td>\n<td role=\"cell\" data-label=\"Age\">").text(&age.map(ago).unwrap_or_default());
    page.put("</td></tr>\n");
    page
}

fn ago(seconds: f64) -> String {
    if seconds < 0.0 { format!("{} from now", show_seconds(-seconds)) } else { show_seconds(seconds) }
}

/// The digest and the notes.
fn more(page: &mut Html, e: &EvidenceEntry) {
    if e.notes.is_empty() && e.sha256.is_none() {
        return;
    }
    page.put("<details><summary>");
    let notes = count(words::len(&e.notes), "note");
    match (&e.sha256, e.notes.is_empty()) {
        (Some(_), true) => page.put("digest"),
        (Some(_), false) => page.text(&notes).put(", digest"),
        (None, _) => page.text(&notes),
    };
    page.put("</summary>");
    if !e.notes.is_empty() {
        page.put("<ul>");
        for note in e.notes.iter().take(NOTES) {
            page.put("<li>").said(note).put("</li>");
        }
        if e.notes.len() > NOTES {
            page.put("<li>").n(e.notes.len() - NOTES).put(" more</li>");
        }
        page.put("</ul>");
    }
    if let Some(sha256) = &e.sha256 {
        page.put("<p class=\"digest\">SHA-256 ").code(sha256).put("</p>");
    }
    page.put("</details>");
}
