//! The findings of all checks, each once, in a table that sorts and filters by style alone.

mod controls;
mod gather;

use self::gather::{Finding, State, gather};
use super::checks::Checks;
use super::style::Places;
use super::writer::{Html, Room};
use super::{Part, cut_note, table};
use crate::outputs::words;
use crate::verdict::Verdict;

/// Rows that are shown, and their room in bytes.
const ROWS: usize = 2000;
const BYTES: usize = 2_800_000;
const CAPTION: &str = "What the checks count, but for files that are not covered; what shares a name, in one version of \
                       one package, is one row.";
/// Checks named with a finding.
const CHECKS: usize = 6;

/// The part of the page, and the places of its rows in each order.
pub(super) fn part(verdict: &Verdict, checks: &Checks) -> (Part, Vec<Places>) {
    let all = gather(verdict);
    let gates = gather::gates(verdict, &all);
    let mut room = Room::of(ROWS, BYTES);
    let rows = all.iter().enumerate().map(|(n, finding)| row(n, finding, verdict, checks, &gates));
    let rows: Vec<Html> = rows.take_while(|row| room.takes(row)).collect();
    let shown = all.get(..rows.len()).unwrap_or_default();
    let mut body = Html::default();
    if !rows.is_empty() {
        controls::controls(&mut body, verdict, shown, &gates);
        cut_note(&mut body, rows.len(), all.len(), "those that shut the gate first");
        let heads = &["Severity", "Finding", "Package and fix", "Where", "Reported by", "Counted by"];
        table(&mut body, "<table role=\"table\" class=\"list\">", CAPTION, heads, &rows);
    }
    let part = Part {
        opening: "<section class=\"findings\" aria-labelledby=\"findings\"><h2 id=\"findings\" tabindex=\"-1\">Findings</h2>\n",
        link: "<a href=\"#findings\">Findings",
        count: words::len(&all),
        body,
    };
    (part, places(shown))
}

/// The classes of severity that have a colour and a filter of their own.
pub(super) const SEVERITIES: [(&str, &str); 7] = [
    ("critical", "v-0"),
    ("high", "v-1"),
    ("medium", "v-2"),
    ("low", "v-3"),
    ("info", "v-4"),
    ("unknown", "v-5"),
    ("no severity", "v-6"),
];

fn row(n: usize, finding: &Finding<'_>, verdict: &Verdict, checks: &Checks, gates: &[&str]) -> Html {
    let v = finding.violation;
    let mut page = Html::default();
    let class = SEVERITIES.get(finding.severity).map_or("", |(_, class)| class);
    page.put("<tr role=\"row\" id=\"f").n(n).put("\" class=\"").put(class).put(" ").put(finding.state.class());
    for gate in finding.gates(verdict, gates) {
        page.put(" g-").n(gate);
    }
    page.put("\">");
    page.put("<td role=\"cell\" data-label=\"Severity\"><span class=\"sev ").put(class).put("\">");
    match &v.severity {
        Some(severity) => page.said(severity),
        None => page.put("no severity"),
    };
    page.put("</span> <span class=\"state ").put(finding.state.class()).put("\">").put(finding.state.word());
    page.put("</span></td>\n<th role=\"rowheader\" scope=\"row\" data-label=\"Finding\">").code(&v.id);
    if !v.message.is_empty() {
        page.put("<span class=\"says\">").said(&v.message).put("</span>");
    }
    let names = v.other_names();
    if !names.is_empty() {
        page.put("<span class=\"soft\">also ").said(&words::few(&names, 6)).put("</span>");
    }
    page.put("</th>\n<td role=\"cell\" data-label=\"Package and fix\">");
    if let Some(package) = words::package(v) {
        page.code(&package);
    }
    if let Some(fix) = &v.fix {
        page.put("<span class=\"fix\">fix: ").said(fix).put("</span>");
    }
    page.put("</td>\n<td role=\"cell\" data-label=\"Where\">");
    if let Some(place) = &v.location {
        page.code(&words::place(place));
    }
    page.put("</td>\n<td role=\"cell\" data-label=\"Reported by\">");
    if let Some(tools) = &v.tool {
        page.said(tools);
    }
    if v.reports > 1 {
        page.put("<span class=\"soft\">").n(v.reports).put(" reports of it</span>");
    }
    page.put("</td>\n<td role=\"cell\" data-label=\"Counted by\">");
    counted(&mut page, finding, verdict, checks);
    page.put("</td></tr>\n");
    page
}

/// The checks that count it, and the waiver by which others do not.
fn counted(page: &mut Html, finding: &Finding<'_>, verdict: &Verdict, checks: &Checks) {
    for (n, check) in finding.checks.iter().take(CHECKS).filter_map(|n| Some((*n, verdict.checks.get(*n)?))) {
        checks.link(page, n, &check.id);
        page.put(" ");
    }
    if finding.checks.len() > CHECKS {
        page.n(finding.checks.len() - CHECKS).put(" more");
    }
    if let Some(waived) = finding.waived.filter(|w| !w.is_by_baseline()) {
        page.put("<span class=\"waiver\">waived");
        if let Some(day) = &waived.expires {
            page.put(" until ").said(day);
        }
        page.put(" by ").said(&waived.owner).put(": ").said(&waived.reason).put("</span>");
    }
    if let Some(known) = finding.waived.filter(|w| w.is_by_baseline()) {
        page.put("<span class=\"waiver\">not counted: ").said(&known.reason).put("</span>");
    }
}

/// The place of every row in each order.
fn places(shown: &[Finding<'_>]) -> Vec<Places> {
    fn rank<K: Ord>(shown: &[Finding<'_>], key: impl Fn(&Finding<'_>) -> K) -> Vec<usize> {
        let mut order: Vec<(K, usize)> = shown.iter().enumerate().map(|(n, f)| (key(f), n)).collect();
        order.sort();
        let mut ranks = vec![0; shown.len()];
        for (place, (_, n)) in order.into_iter().enumerate() {
            if let Some(rank) = ranks.get_mut(n) {
                *rank = place;
            }
        }
        ranks
    }
    // What has no such property comes last.
    let text = |t: Option<&crate::text::Text>| (t.is_none(), t.cloned());
    let severity = rank(shown, |f| (f.severity, f.state));
    let package = rank(shown, |f| text(f.violation.package.as_ref()));
    let tool = rank(shown, |f| text(f.violation.tool.as_ref()));
    let file = rank(shown, |f| {
        let place = f.violation.location.as_ref();
        (text(place.map(|p| &p.path)), place.and_then(|p| p.line))
    });
    let rows = severity.into_iter().zip(package).zip(tool).zip(file);
    rows.map(|(((severity, package), tool), file)| Places { severity, package, tool, file }).collect()
}

impl State {
    /// The class, which is also that of its filter.
    const fn class(self) -> &'static str {
        match self {
            Self::Fails => "st-fails",
            Self::Unjudged => "st-unjudged",
            Self::Warns => "st-warns",
            Self::Allowed => "st-allowed",
            Self::Waived => "st-waived",
            Self::Known => "st-known",
        }
    }

    /// The word for it.
    const fn word(self) -> &'static str {
        match self {
            Self::Fails => "fails",
            Self::Unjudged => "not judged",
            Self::Warns => "warns",
            Self::Allowed => "allowed",
            Self::Waived => "waived",
            Self::Known => "in the baseline",
        }
    }
}
