//! What sorts and filters the table: fields whose state the style looks at.

use super::gather::{Finding, State};
use super::{Html, SEVERITIES};
use crate::verdict::Verdict;

/// The fields, each kind only where it parts the rows.
pub(super) fn controls(page: &mut Html, verdict: &Verdict, shown: &[Finding<'_>], gates: &[&str]) {
    if shown.len() < 2 {
        return;
    }
    page.put("<div class=\"controls\">\n");
    sort(page);
    let severity = |n: usize| shown.iter().filter(|f| f.severity == n).count();
    let severities = SEVERITIES.iter().enumerate().filter(|(n, _)| severity(*n) > 0);
    if severities.clone().count() > 1 {
        page.put("<fieldset><legend>Severity</legend>");
        for (n, (word, class)) in severities {
            check_box(page, class, word, severity(n));
        }
        page.put("</fieldset>\n");
    }
    let state = |state: State| shown.iter().filter(|f| f.state == state).count();
    let states = State::ALL.into_iter().filter(|s| state(*s) > 0);
    if states.clone().count() > 1 {
        page.put("<fieldset><legend>What becomes of it</legend>");
        states.for_each(|s| check_box(page, s.class(), s.word(), state(s)));
        page.put("</fieldset>\n");
    }
    if gates.len() > 1 {
        page.put("<fieldset><legend>Gate</legend><label><input type=\"radio\" name=\"gate\" id=\"i-g-all\" checked> ");
        page.put("all</label>");
        for (n, gate) in gates.iter().enumerate() {
            let count = shown.iter().filter(|f| f.gates(verdict, gates).contains(&n)).count();
            page.put("<label><input type=\"radio\" name=\"gate\" id=\"i-g-").n(n).put("\"> ").said(gate);
            page.put(" <span class=\"n\">").n(count).put("</span></label>");
        }
        page.put("</fieldset>\n");
    }
    page.put("</div>\n");
}

fn sort(page: &mut Html) {
    page.put("<fieldset><legend>Sort by</legend>");
    page.put("<label><input type=\"radio\" name=\"sort\" id=\"i-o-0\" checked> what shuts the gate</label>");
    page.put("<label><input type=\"radio\" name=\"sort\" id=\"i-o-s\"> severity</label>");
    page.put("<label><input type=\"radio\" name=\"sort\" id=\"i-o-p\"> package</label>");
    page.put("<label><input type=\"radio\" name=\"sort\" id=\"i-o-t\"> tool</label>");
    page.put("<label><input type=\"radio\" name=\"sort\" id=\"i-o-l\"> file</label></fieldset>\n");
}

fn check_box(page: &mut Html, class: &'static str, word: &'static str, n: usize) {
    page.put("<label><input type=\"checkbox\" id=\"i-").put(class).put("\" checked> ").put(word);
    page.put(" <span class=\"n\">").n(n).put("</span></label>");
}
