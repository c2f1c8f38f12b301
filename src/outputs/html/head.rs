//! The verdict in one glance, what decided it, and what was judged by what.

use super::checks::{Checks, badge};
use super::writer::Html;
use crate::outputs::words::{self, count};
use crate::verdict::{Check, Counts, Status, Verdict};

/// Sentences that say what decided it, at most.
const REASONS: usize = 40;

/// The verdict in two words.
pub(super) const fn headline(verdict: &Verdict) -> &'static str {
    match verdict.exit_code {
        0 if !verdict.enforced => "Gate open, not enforced",
        0 => "Gate open",
        _ => "Gate shut",
    }
}

/// What the gate looks like: its bars are down or drawn up.
const SHUT: &str = "<svg class=\"gate\" fill=\"none\" stroke=\"currentColor\" viewBox=\"0 0 48 48\" aria-hidden=\"true\" width=\"96\" height=\"96\">\
<path class=\"arch\" d=\"M5 46V22a19 19 0 0 1 38 0v24\"/>\
<path class=\"bars\" d=\"M13 11v33l-2-3m2 3 2-3M20.300 7v37l-2-3m2 3 2-3M27.700 7v37l-2-3m2 3 2-3M35 11v33l-2-3m2 3 2-3M6 18h36M5 27h38M5 36h38\"/></svg>\n";
const OPEN: &str = "<svg class=\"gate\" fill=\"none\" stroke=\"currentColor\" viewBox=\"0 0 48 48\" aria-hidden=\"true\" width=\"96\" height=\"96\">\
<path class=\"arch\" d=\"M5 46V22a19 19 0 0 1 38 0v24\"/>\
<path class=\"bars\" d=\"M13 11v10l-2-3m2 3 2-3M20.300 7v14l-2-3m2 3 2-3M27.700 7v14l-2-3m2 3 2-3M35 11v10l-2-3m2 3 2-3M9 13h30\"/></svg>\n";

/// The banner.
pub(super) fn banner(page: &mut Html, verdict: &Verdict) {
    let open = verdict.exit_code == 0;
    page.put(match (open, verdict.enforced, verdict.verdict) {
        (true, false, _) => "<header class=\"hero hero-warn\">\n",
        (true, true, _) => "<header class=\"hero hero-pass\">\n",
        (false, _, Status::Error) => "<header class=\"hero hero-error\">\n",
        (false, ..) => "<header class=\"hero hero-fail\">\n",
    });
    page.put("<div class=\"wide\">").put(if open { OPEN } else { SHUT }).put("<div><h1>").put(headline(verdict));
    page.put("</h1>\n<p class=\"why\">").text(&capital(&words::outcome(verdict))).put("</p>\n<p class=\"exit\">");
    page.put("Exit code <b>").n(verdict.exit_code).put("</b>");
    match words::would_exit(verdict) {
        Some(would) => page.put(". Not enforced yet: enforced, it would be <b>").n(would).put("</b>"),
        None => page.put(meaning(verdict.exit_code)),
    };
    page.put("</p></div>\n");
    tally(page, verdict.counts);
    page.put("</div></header>\n");
}

const fn meaning(exit: u8) -> &'static str {
    match exit {
        0 => ": this change may pass",
        1 => ": this change may not pass",
        _ => ": this could not be judged, and what could not be judged never passes",
    }
}

/// The sentence with a capital at its beginning.
fn capital(words: &str) -> String {
    let mut rest = words.chars();
    rest.next().map(|c| c.to_uppercase().chain(rest).collect()).unwrap_or_default()
}

/// How many checks ended how.
fn tally(page: &mut Html, counts: Counts) {
    let all = [
        (counts.fail, "fail"),
        (counts.error, "not judged"),
        (counts.warn, "warn"),
        (counts.pass, "pass"),
        (counts.skipped, "skipped"),
    ];
    page.put("<ul class=\"tally\" aria-label=\"Checks by how they ended\">\n");
    for (n, word) in all.into_iter().filter(|(n, _)| *n > 0) {
        page.put("<li><b>").n(n).put("</b> ").put(word).put("</li>\n");
    }
    page.put("</ul>\n");
}

/// What decided it, in a sentence each, with a link to its check.
pub(super) fn reasons(page: &mut Html, verdict: &Verdict, checks: &Checks) {
    let of = |status| verdict.checks.iter().enumerate().filter(move |(_, c)| c.status == status);
    let decisive: Vec<(usize, &Check)> = of(Status::Fail).chain(of(Status::Error)).collect();
    let (heading, listed) = match (decisive.is_empty(), verdict.exit_code, verdict.enforced) {
        (false, 0, false) => ("What would shut it", decisive),
        (false, ..) => ("What shut it", decisive),
        (true, 0, true) if verdict.counts.warn == 0 => ("Nothing stands in the way", Vec::new()),
        (true, 0, true) => ("Worth a look", of(Status::Warn).collect()),
        (true, 0, false) => ("What is only announced", of(Status::Warn).collect()),
        (true, ..) => ("What shut it", Vec::new()),
    };
    page.put("<section class=\"reasons\" aria-labelledby=\"h-why\"><h2 id=\"h-why\">").put(heading).put("</h2>\n");
    if listed.is_empty() {
        page.put(match verdict.exit_code {
            0 => "<p>No check fails, none warns.</p>\n",
            _ => "<p>No check was judged: no evidence is never a pass.</p>\n",
        });
    } else {
        page.put("<ol>\n");
        listed.iter().take(REASONS).for_each(|(n, check)| reason(page, *n, check, checks));
        page.put("</ol>\n");
        super::cut_note(page, listed.len().min(REASONS), listed.len(), "the first of each kind");
    }
    page.put("</section>\n");
}

fn reason(page: &mut Html, n: usize, check: &Check, checks: &Checks) {
    page.put("<li>");
    badge(page, check.status);
    page.put("<span class=\"of\">");
    checks.link(page, n, &check.id);
    page.put(" <span class=\"says\">").said(&check.message).put("</span></span></li>\n");
}

/// What was judged, by what, and when.
pub(super) fn subject(page: &mut Html, verdict: &Verdict) {
    page.put("<section class=\"subject\" aria-labelledby=\"h-what\"><h2 id=\"h-what\">What was judged</h2>\n<dl>\n");
    let s = &verdict.subject;
    let rows = [
        ("Repository", &s.repository),
        ("Part", &s.component),
        ("Branch", &s.branch),
        ("Into", &s.base_branch),
        ("Change", &s.change),
        ("Commit", &s.commit),
        ("Head of the change", &s.head_commit),
        ("Started by", &s.event),
        ("Run", &s.run_url),
        ("Profile", &verdict.profile),
    ];
    for (word, what) in rows {
        if let Some(what) = what {
            row(page, word, what);
        }
    }
    if s.dirty == Some(true) {
        page.put("<div><dt>Working tree</dt><dd>holds uncommitted changes</dd></div>\n");
    }
    if let Some(only) = &verdict.selection {
        row(page, "Only the gates", &words::few(only, 12));
    }
    row(page, "Judged at", &verdict.evaluated_at.replace('T', " ").replace('Z', " UTC"));
    let policy = &verdict.policy;
    page.put("<div><dt>Policy</dt><dd>");
    if let Some(name) = &policy.name {
        page.said(name).put(" ");
    }
    page.code(&policy.path);
    if !policy.extends.is_empty() {
        page.put(" extends ").said(&words::few(&policy.extends, 8));
    }
    page.put("</dd></div>\n");
    if !policy.sha256.is_empty() {
        page.put("<div class=\"long\"><dt>Policy SHA-256</dt><dd>").code(&policy.sha256).put("</dd></div>\n");
    }
    page.put("<div><dt>Evidence</dt><dd>").text(&words::evidence_line(verdict)).put("</dd></div>\n");
    let n = count(words::len(&verdict.checks), "check");
    page.put("<div><dt>Checks</dt><dd>").text(&n).put("</dd></div>\n</dl></section>\n");
}

fn row(page: &mut Html, word: &'static str, what: &str) {
    page.put("<div><dt>").put(word).put("</dt><dd>").said(what).put("</dd></div>\n");
}
