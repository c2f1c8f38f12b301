//! `slack`: one message as a Block Kit payload, for an incoming webhook or `chat.postMessage`: the verdict, what does
//! not hold and where, and whose waivers end next.
//!
//! Source: docs.slack.dev, reference of blocks and text objects, "Formatting message text"; limits as in
//! conventions.md, section 8. What a report or a policy says stands in code, where Slack reads no emphasis, no emoji
//! and no address; `&`, `<` and `>` are escaped, without which a mention or a link cannot be written; every text is
//! `verbatim`, so that nothing becomes a link by itself, and nothing unfurls. The one link is the CI's own, to its run.

mod blocks;

use std::io;

use serde_json::json;

use self::blocks::{Message, block, code};
use super::issues::brief;
use super::words::{self, len};
use super::{Output, Page};
use crate::text::Text;
use crate::verdict::{Check, Status, Verdict, Violation};

pub(super) const OUTPUT: Output = Output {
    name: "slack",
    about: "one message for Slack (Block Kit payload): the verdict, what does not hold, waivers that end next",
    write,
};

/// UTF-16 units of a header.
const HEADER: usize = 150;
/// Checks that fail or could not be judged, and checks that warn, that are shown; violations of each.
const SHUT: usize = 8;
const WARNING: usize = 4;
const VIOLATIONS: usize = 4;
/// Waivers that are shown.
const WAIVERS: usize = 5;
/// UTF-16 units of a line of a check, and of a name.
const LINE: usize = 200;
const NAME: usize = 100;

fn write(verdict: &Verdict, _: &Page, sink: &mut dyn io::Write) -> io::Result<()> {
    let payload = json!({
        "text": fallback(verdict),
        "blocks": message(verdict).into_blocks(),
        "unfurl_links": false,
        "unfurl_media": false,
    });
    serde_json::to_writer_pretty(&mut *sink, &payload)?;
    sink.write_all(b"\n")
}

/// What a notification and a screen reader say.
fn fallback(verdict: &Verdict) -> String {
    let about = verdict.subject.repository.as_deref().or(verdict.policy.name.as_deref());
    let about = about.filter(|a| !a.is_empty()).map(|a| format!("{}: ", code(&brief(a, NAME))));
    format!("{}{}", about.unwrap_or_default(), words::verdict_line(verdict))
}

fn message(verdict: &Verdict) -> Message {
    let mut message = Message::new();
    let line = words::verdict_line(verdict);
    let counts = verdict.counts;
    let sign = match (verdict.exit_code, counts.fail + counts.error + counts.warn) {
        (0, 0) => "✅",
        (0, _) => "⚠",
        _ => "⛔",
    };
    let line = line.strip_prefix("portcullis: ").unwrap_or(&line);
    message.header(&brief(&format!("{sign} {line}"), HEADER));
    message.context(&[subject(verdict)]);
    words::not_enforced(verdict).into_iter().for_each(|said| message.section(&format!("*{said}*")));
    let shut = [Status::Fail, Status::Error].map(|status| words::ended(verdict, status));
    list(
        &mut message,
        &shut.into_iter().flatten().collect::<Vec<_>>(),
        SHUT,
        ["check that does not hold", "checks that do not hold"],
    );
    list(
        &mut message,
        &words::ended(verdict, Status::Warn).collect::<Vec<_>>(),
        WARNING,
        ["check that warns", "checks that warn"],
    );
    waivers(&mut message, verdict);
    message.context(&[words::evidence_line(verdict), judged_by(verdict)]);
    message
}

/// Each check as a block of its own, as long as there is room, and how many there are.
fn list(message: &mut Message, checks: &[&Check], most: usize, [one, many]: [&str; 2]) {
    let shown = checks.iter().take(most).take_while(|check| message.try_section(&of_check(check))).count();
    if shown < checks.len() {
        let all = len(checks);
        message.context(&[format!(
            "{shown} of {} shown",
            if all == 1 { format!("1 {one}") } else { format!("{all} {many}") }
        )]);
    }
}

/// A check: its id and outcome, and in a block of code its message and the first of its violations.
fn of_check(check: &Check) -> String {
    let sign = match check.status {
        Status::Warn => "⚠",
        _ => "⛔",
    };
    let word = match check.status {
        Status::Error => "could not be judged",
        Status::Warn => "warns",
        _ => "fails",
    };
    let mut lines = vec![brief(&check.message, LINE)];
    lines.extend(check.violations.iter().take(VIOLATIONS).map(|v| brief(&line(v), LINE)));
    let all = check.violations_total.max(len(&check.violations));
    let more = all.saturating_sub(len(check.violations.split_at(check.violations.len().min(VIOLATIONS)).0));
    lines.extend(Some(format!("… and {more} more")).filter(|_| more > 0));
    lines.extend(check.help.as_deref().filter(|h| !h.is_empty()).map(|h| format!("help: {}", brief(h, LINE))));
    lines.retain(|l| !l.is_empty());
    format!("{sign} {} *{word}*{}", code(&brief(&check.id, NAME)), block(&lines))
}

/// A violation: how bad, what, where, what it says, what mends it.
fn line(violation: &Violation) -> String {
    let is_file = violation.location.as_ref().is_some_and(|p| *p.path == *violation.id);
    let known = |text: &Text| Some(text.to_string()).filter(|t| !t.is_empty());
    let parts = [
        violation.severity.as_ref().and_then(known),
        known(&violation.id).filter(|_| !is_file),
        words::package(violation).filter(|p| !p.is_empty()),
        violation.location.as_ref().filter(|p| !p.path.is_empty()).map(words::place),
    ];
    let what = parts.into_iter().flatten().collect::<Vec<_>>().join("  ");
    let said = known(&violation.message).map(|m| format!(": {m}")).unwrap_or_default();
    let fix = violation.fix.as_ref().and_then(known).map(|f| format!(" (fix: {f})")).unwrap_or_default();
    format!("{what}{said}{fix}")
}

/// What was judged, and the CI's link to its run.
fn subject(verdict: &Verdict) -> String {
    let parts = words::subject(verdict).into_iter().map(|(word, what)| {
        let what = if what.is_empty() { what } else { code(&brief(&what, NAME)) };
        format!("{word}{what}")
    });
    let mut parts: Vec<String> = parts.collect();
    let link = words::run_link(verdict).filter(|url| url.len() <= 1000 && !url.contains('|'));
    parts.extend(link.map(|url| format!("<{}|the run>", url.replace('&', "&amp;"))));
    parts.join(" · ")
}

/// By what it was judged, and when.
fn judged_by(verdict: &Verdict) -> String {
    let policy = verdict.policy.name.as_ref().unwrap_or(&verdict.policy.path);
    let mut parts = Vec::new();
    parts.extend(Some(policy).filter(|p| !p.is_empty()).map(|p| format!("policy {}", code(&brief(p, NAME)))));
    let profile = verdict.profile.as_ref().filter(|p| !p.is_empty());
    parts.extend(profile.map(|p| format!("profile {}", code(&brief(p, NAME)))));
    parts.push(verdict.evaluated_at.clone());
    parts.join(" · ")
}

/// The waivers that are used, the next to end first: who is asked for a decision.
fn waivers(message: &mut Message, verdict: &Verdict) {
    let mut used: Vec<_> = verdict.waivers.iter().filter(|w| ["used", "expired"].contains(&&*w.status)).collect();
    used.sort_by_key(|w| (&w.expires, &w.owner, &w.id));
    if used.is_empty() {
        return;
    }
    let shown = used.iter().take(WAIVERS).map(|w| {
        let ended = if *w.status == *"expired" { "ended" } else { "ends" };
        brief(&format!("{ended} {}  {}  {}", w.expires, w.owner, w.id), LINE)
    });
    let mut lines: Vec<String> = shown.collect();
    let more = used.len().saturating_sub(lines.len());
    lines.extend(Some(format!("… and {more} that end later")).filter(|_| more > 0));
    message.try_section(&format!("⏳ *waivers, the next to end first*{}", block(&lines)));
}

#[cfg(test)]
mod tests;
