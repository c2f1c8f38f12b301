//! The checks by gate, each with its value against its thresholds; what needs attention is open.

use std::collections::BTreeMap;

use super::writer::{Html, Room};
use super::{Part, bar};
use crate::outputs::words::{self, count};
use crate::text::Text;
use crate::verdict::{Check, Status, Verdict, Violation};

/// Checks that are shown, and their room in bytes.
const ROWS: usize = 1500;
const BYTES: usize = 2_000_000;
/// What breaks a check: so much of it stands with the check.
const SHOWN: usize = 6;

/// The checks that are shown, by their place in the verdict.
pub(super) struct Checks {
    rows: BTreeMap<usize, Html>,
}

impl Checks {
    /// Draws them; where there are too many, those that need attention before the others.
    pub(super) fn of(verdict: &Verdict) -> Self {
        let mut order: Vec<(usize, &Check)> = verdict.checks.iter().enumerate().collect();
        order.sort_by_key(|(_, c)| c.status);
        let mut room = Room::of(ROWS, BYTES);
        let rows = order.into_iter().map(|(n, check)| (n, row(n, check, verdict)));
        Self { rows: rows.take_while(|(_, row)| room.takes(row)).collect() }
    }

    /// The name of a check, as a link where the page shows the check.
    pub(super) fn link(&self, page: &mut Html, n: usize, name: &str) {
        if self.rows.contains_key(&n) {
            page.put("<a href=\"#c").n(n).put("\">").code(name).put("</a>");
        } else {
            page.code(name);
        }
    }
}

/// The part of the page.
pub(super) fn part(verdict: &Verdict, checks: &Checks) -> Part {
    let mut body = Html::default();
    if !checks.rows.is_empty() {
        body.put("<p class=\"lead\">A bar is the value. A solid mark is where the check fails, a dashed one where it ");
        body.put("warns, a dotted one the baseline.</p>\n");
        super::cut_note(&mut body, checks.rows.len(), verdict.checks.len(), "those that need attention first");
    }
    for (gate, all) in &by_gate(verdict, checks) {
        body.put("<div class=\"gate-of\"><h3>").said(gate).put(" <span class=\"sum\">");
        body.text(&summary(all.iter().filter_map(|n| verdict.checks.get(*n)))).put("</span></h3>\n");
        all.iter().filter_map(|n| checks.rows.get(n)).for_each(|row| {
            body.append(row);
        });
        body.put("</div>\n");
    }
    Part {
        opening: "<section class=\"checks\" aria-labelledby=\"checks\"><h2 id=\"checks\" tabindex=\"-1\">Checks</h2>\n",
        link: "<a href=\"#checks\">Checks",
        count: words::len(&verdict.checks),
        body,
    }
}

/// The checks that are shown by gate: what needs attention before what does not, else in the order of the policy.
fn by_gate<'v>(verdict: &'v Verdict, checks: &Checks) -> Vec<(&'v Text, Vec<usize>)> {
    let mut shown: Vec<(usize, &Check)> = verdict.checks.iter().enumerate().collect();
    shown.retain(|(n, _)| checks.rows.contains_key(n));
    shown.sort_by_key(|(_, c)| (c.status, ["evidence", "waivers"].contains(&&*c.gate)));
    let mut places: BTreeMap<&Text, usize> = BTreeMap::new();
    let mut gates: Vec<(&Text, Vec<usize>)> = Vec::new();
    for (n, check) in shown {
        let place = *places.entry(&check.gate).or_insert(gates.len());
        match gates.get_mut(place) {
            Some((_, all)) => all.push(n),
            None => gates.push((&check.gate, vec![n])),
        }
    }
    gates
}

fn summary<'c>(checks: impl Iterator<Item = &'c Check>) -> String {
    let mut counts = crate::verdict::Counts::default();
    checks.for_each(|c| counts.add(c.status));
    words::some(&[
        (counts.fail, "fail"),
        (counts.error, "not judged"),
        (counts.warn, "warn"),
        (counts.pass, "pass"),
        (counts.skipped, "skipped"),
    ])
}

/// The status as a sign and a word.
pub(super) fn badge(page: &mut Html, status: Status) {
    page.put(match status {
        Status::Fail => "<span class=\"badge s-fail\"><span aria-hidden=\"true\">✗</span> fail</span> ",
        Status::Error => "<span class=\"badge s-error\"><span aria-hidden=\"true\">?</span> not judged</span> ",
        Status::Warn => "<span class=\"badge s-warn\"><span aria-hidden=\"true\">!</span> warn</span> ",
        Status::Pass => "<span class=\"badge s-pass\"><span aria-hidden=\"true\">✓</span> pass</span> ",
        Status::Skipped => "<span class=\"badge s-skipped\"><span aria-hidden=\"true\">–</span> skipped</span> ",
    });
}

fn row(n: usize, check: &Check, verdict: &Verdict) -> Html {
    let mut page = Html::default();
    page.put("<details class=\"check\" id=\"c").n(n);
    page.put(if matches!(check.status, Status::Fail | Status::Error) { "\" open>" } else { "\">" });
    page.put("<summary>");
    badge(&mut page, check.status);
    page.put("<span class=\"name\">").code(&check.id).put("</span> ");
    match words::value(check) {
        Some(value) => {
            bar::value(&mut page, check);
            page.put(" <span class=\"value\">").text(&value).put("</span> ");
            limits(&mut page, check);
            page.put("</summary>\n<div class=\"more\">\n<p class=\"says\">").said(&check.message).put("</p>\n");
        }
        None => {
            page.put("<span class=\"instead\">").said(&check.message).put("</span></summary>\n<div class=\"more\">\n");
        }
    }
    if let Some(help) = &check.help {
        page.put("<p class=\"help\"><b>To mend it:</b> ").said(help).put("</p>\n");
    }
    violations(&mut page, check);
    facts(&mut page, check);
    meaning(&mut page, check, verdict);
    page.put("</div></details>\n");
    page
}

/// The thresholds, in words.
fn limits(page: &mut Html, check: &Check) {
    page.put("<span class=\"limits\">");
    let said = [("fails ", check.fail), ("warns ", check.warn)];
    let mut gap = "";
    for (word, bound) in said.into_iter().filter(|(_, bound)| bound.is_some()) {
        page.put(gap).put("<span>").put(word).text(&words::bound(check, bound)).put("</span>");
        gap = " ";
    }
    if let Some(before) = words::baseline(check) {
        page.put(gap).put("<span>baseline ").text(&before).put("</span>");
    }
    page.put("</span>");
}

fn violations(page: &mut Html, check: &Check) {
    let shown = check.violations.get(..SHOWN).unwrap_or(&check.violations);
    if shown.is_empty() {
        return;
    }
    page.put("<ul class=\"found\">\n");
    for violation in shown {
        page.put("<li>");
        what(page, violation);
        page.put("</li>\n");
    }
    let all = check.violations_total.max(words::len(&check.violations));
    if all > words::len(shown) {
        page.put("<li class=\"rest\">").n(all - words::len(shown)).put(" more</li>\n");
    }
    page.put("</ul>\n");
}

/// A finding in a line.
fn what(page: &mut Html, v: &Violation) {
    let place = v.location.as_ref().map(|p| (words::place(p), p.path == v.id));
    match &place {
        Some((place, true)) => page.code(place),
        _ => page.code(&v.id),
    };
    if let Some(severity) = &v.severity {
        page.put(" <span class=\"sev\">").said(severity).put("</span>");
    }
    if let Some(package) = words::package(v).filter(|p| *p != *v.id) {
        page.put(" ").said(&package);
    }
    if let Some((place, false)) = &place {
        page.put(" at ").code(place);
    }
    if !v.message.is_empty() {
        page.put(" <span class=\"soft\">").said(&v.message).put("</span>");
    }
}

/// What else is known of it, in one line.
fn facts(page: &mut Html, check: &Check) {
    let mut said = Html::default();
    let mut add = |word: &'static str, what: Option<String>| {
        if let Some(what) = what {
            said.put("<li>").put(word).put(" ").said(&what).put("</li>\n");
        }
    };
    add("Looked at:", check.subjects.map(|n| n.to_string()));
    add("Not counted:", words::not_counted(check));
    add("Policy:", check.policy_source.as_ref().map(|s| format!("{}:{}", s.path, s.line)));
    if check.violations_total > 0 && check.violations.is_empty() {
        add("Counted:", Some(count(check.violations_total, "finding")));
    }
    if !said.is_empty() {
        page.put("<ul class=\"facts\">\n").append(&said).put("</ul>\n");
    }
}

/// What `explain` says of it.
fn meaning(page: &mut Html, check: &Check, verdict: &Verdict) {
    if let Some(meaning) = verdict.beyond.meanings.get(&check.id) {
        page.put("<details class=\"meaning\"><summary>What this check means</summary>\n<dl><div><dt>What</dt><dd>");
        page.words(meaning.what).put("</dd></div>\n<div><dt>How</dt><dd>").words(meaning.how);
        page.put("</dd></div>\n<div><dt>To mend it</dt><dd>").words(meaning.fix).put("</dd></div></dl></details>\n");
    }
}
