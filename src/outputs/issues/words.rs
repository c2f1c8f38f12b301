//! What is said of an issue.

use unicode_segmentation::UnicodeSegmentation;

use super::{Issue, What, is_plain, lists};
use crate::outputs::words::{self, few};
use crate::verdict::{Check, Status, Violation};

/// Details of a check that its message names.
const DETAILS: usize = 5;
/// UTF-16 units of one statement of a report, and of a whole message.
const STATEMENT: usize = 400;
pub(in crate::outputs) const LONGEST: usize = 2000;
/// UTF-16 units of a name, where a service limits them.
pub(in crate::outputs) const NAME: usize = 255;

/// Length as the services count it.
pub(in crate::outputs) fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The text, or its beginning in at most so many UTF-16 units, marked with `…` and cut between graphemes.
pub(in crate::outputs) fn brief(text: &str, most: usize) -> String {
    if text.len() <= most || units(text) <= most {
        return text.to_owned();
    }
    let (mut used, mut end) = (1, 0);
    for grapheme in text.graphemes(true) {
        used += units(grapheme);
        if used > most {
            break;
        }
        end += grapheme.len();
    }
    format!("{}…", text.split_at(end).0.trim_end())
}

/// With a full stop, unless it ends with a mark.
fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?', '…', ':']) { text.to_owned() } else { format!("{text}.") }
}

/// The check in words: its id, or that it has none.
fn name(check: &Check) -> &str {
    if check.id.is_empty() { "a check" } else { &check.id }
}

impl Issue<'_> {
    /// What it is, in one line, without its rule.
    pub(in crate::outputs) fn title(&self) -> String {
        match self.what {
            What::Nothing => "no check was judged: nothing is known, and so the gate is shut".to_owned(),
            What::Rest(0, all) => format!("{all} issues are listed here, more than services show"),
            What::Rest(left_out, all) => {
                format!("{left_out} of {all} issues are left out here; the JSON and text outputs have them")
            }
            What::Check(check) => {
                let said = Some(brief(&check.message, STATEMENT)).filter(|m| !m.is_empty());
                let said = said.unwrap_or_else(|| format!("{} does not hold", name(check)));
                if check.status == Status::Error { format!("could not be judged: {said}") } else { said }
            }
            What::Finding(violation) => self.of_finding(violation),
        }
    }

    /// A finding: its package, or what else tells it from others of its rule, and its message.
    fn of_finding(&self, violation: &Violation) -> String {
        let package = words::package(violation).filter(|p| !p.is_empty());
        let plain = self.checks.first().is_some_and(|c| is_plain(c, violation));
        let id = Some(violation.id.to_string()).filter(|id| !plain && *id != self.rule);
        let said = Some(brief(&violation.message, STATEMENT)).filter(|m| !m.is_empty());
        let id = id.filter(|id| said.as_ref().is_none_or(|m| !m.starts_with(id.as_str())));
        let mut parts: Vec<String> =
            [package, id.map(|id| brief(&id, STATEMENT)), said].into_iter().flatten().collect();
        if parts.is_empty() {
            parts.push(self.rule.clone());
        }
        parts.join(": ")
    }

    /// All that there is to say, with the rule before it, for what does not show that.
    pub(in crate::outputs) fn named_message(&self) -> String {
        brief(&format!("{}: {}", brief(&self.rule, NAME), self.message()), LONGEST)
    }

    /// All that there is to say, in sentences.
    pub(in crate::outputs) fn message(&self) -> String {
        let mut said = vec![sentence(&self.title())];
        match self.what {
            What::Check(check) => {
                said.extend(details(check));
                said.extend(check.help.as_ref().map(|h| format!("To mend it: {}", sentence(&brief(h, STATEMENT)))));
            }
            What::Finding(violation) => {
                let place = violation.location.as_ref().filter(|p| !self.placed && !p.path.is_empty());
                said.extend(place.map(|p| sentence(&format!("At {}", brief(&words::place(p), STATEMENT)))));
                said.extend(self.severity().map(|s| format!("Severity: {}", sentence(&brief(s, STATEMENT)))));
                said.extend(known_as(violation));
                said.extend(fix(violation).map(|f| format!("Fix: {}", sentence(&f))));
                said.extend(self.standing());
            }
            What::Nothing | What::Rest(..) => {}
        }
        brief(&said.join(" "), LONGEST)
    }

    /// The waiver, or the checks that count it.
    fn standing(&self) -> Option<String> {
        if let Some(waiver) = self.waiver() {
            return Some(sentence(&waiver));
        }
        let checks: Vec<&str> = self.checks.iter().map(|c| name(c)).collect();
        Some(format!("Counted by {}", sentence(&brief(&few(&checks, 3), STATEMENT)))).filter(|_| !checks.is_empty())
    }

    /// Until when, by whom and why it is waived.
    pub(in crate::outputs) fn waiver(&self) -> Option<String> {
        let waived = self.waived?;
        let until = waived.expires.as_deref().filter(|e| !e.is_empty());
        let until = until.map(|day| format!(" until {}", brief(day, STATEMENT))).unwrap_or_default();
        let owner = brief(&waived.owner, STATEMENT);
        Some(format!("Waived{until} by {owner}: {}", brief(&waived.reason, STATEMENT)))
    }
}

/// Other names of a finding.
pub(super) fn known_as(violation: &Violation) -> Option<String> {
    let names: Vec<&str> = violation.other_names().into_iter().map(|a| &**a).filter(|a| !a.is_empty()).collect();
    Some(format!("Also {}", sentence(&brief(&few(&names, 6), STATEMENT)))).filter(|_| !names.is_empty())
}

/// What mends a finding.
pub(in crate::outputs) fn fix(violation: &Violation) -> Option<String> {
    violation.fix.as_deref().filter(|f| !f.is_empty()).map(|f| brief(f, STATEMENT))
}

/// What a check counts or points at, where that is no issue of its own.
fn details(check: &Check) -> Option<String> {
    if lists(check) || check.violations.is_empty() {
        return None;
    }
    let shown: Vec<String> = check.violations.iter().take(DETAILS).map(|v| brief(&detail(v), STATEMENT)).collect();
    let all = check.violations_total.max(words::len(&check.violations));
    let more = all.saturating_sub(words::len(&shown));
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    Some(sentence(&format!("{}{more}", shown.join("; "))))
}

/// One of them: its place or id, and what is said of it.
pub(in crate::outputs) fn detail(violation: &Violation) -> String {
    let at = violation.location.as_ref().map(words::place).filter(|_| {
        let path = violation.location.as_ref().map(|l| &*l.path);
        path == Some(&*violation.id)
    });
    let what = at.unwrap_or_else(|| violation.id.to_string());
    let parts = [what, violation.message.to_string()];
    parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(": ")
}
