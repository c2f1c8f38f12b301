//! `junit`: a suite a gate and a case a check, for what shows tests (Jenkins, GitLab, Azure, CircleCI …).
//!
//! Sources: jenkinsci/xunit-plugin `junit-10.xsd` and apache/maven-surefire `surefire-test-report.xsd`; the file is
//! valid by the first, and each suite of it by the second too. Nothing is timed, and so every `time` is 0: the second
//! demands one. What warns has no word in JUnit: it passes, and says what it warns of in its output. Before the day
//! from which a verdict is enforced nothing fails: a failure would shut the gates of others.

mod xml;

use std::io;

use self::xml::Xml;
use super::issues::{brief, detail};
use super::words::{self, few};
use super::{Output, Page};
use crate::verdict::{Check, Status, Verdict, Violation};

pub(super) const OUTPUT: Output = Output {
    name: "junit",
    about: "for what shows test results: a suite a gate, a case a check; what warns passes and says so",
    write,
};

/// Violations of a check that are listed.
const LISTED: usize = 100;
/// UTF-16 units of an attribute, and of a line of a case's text.
const LINE: usize = 1000;

/// What a case says beside its name.
struct Case<'a> {
    name: &'a str,
    class: String,
    /// The element, the word for it and its message; nothing where the case passes.
    outcome: Option<(&'static str, &'static str, String)>,
    text: String,
}

/// The cases of one gate.
struct Suite<'a> {
    name: &'a str,
    cases: Vec<Case<'a>>,
}

impl Suite<'_> {
    fn count(&self, element: &str) -> usize {
        self.cases.iter().filter(|c| c.outcome.as_ref().is_some_and(|(e, ..)| *e == element)).count()
    }
}

fn write(verdict: &Verdict, _: &Page, sink: &mut dyn io::Write) -> io::Result<()> {
    let suites = suites(verdict);
    let total = |of: fn(&Suite<'_>) -> usize| suites.iter().map(of).sum::<usize>().to_string();
    let mut xml = Xml::new(sink)?;
    let (tests, failures, errors) =
        (total(|s| s.cases.len()), total(|s| s.count("failure")), total(|s| s.count("error")));
    let counts = [("name", "portcullis"), ("tests", &tests), ("failures", &failures), ("errors", &errors)];
    xml.open(0, "testsuites", &counts)?;
    suites.iter().try_for_each(|suite| write_suite(&mut xml, verdict, suite))?;
    xml.close(0, "testsuites")
}

fn write_suite(xml: &mut Xml<'_>, verdict: &Verdict, suite: &Suite<'_>) -> io::Result<()> {
    let count = |element| suite.count(element).to_string();
    let (failures, errors, skipped) = (count("failure"), count("error"), count("skipped"));
    let tests = suite.cases.len().to_string();
    let counts = [("tests", &*tests), ("failures", &*failures), ("errors", &*errors), ("skipped", &*skipped)];
    let attributes: Vec<(&str, &str)> = [("name", suite.name)].into_iter().chain(counts).collect();
    xml.open(1, "testsuite", &attributes)?;
    xml.open(2, "properties", &[])?;
    for (name, value) in properties(verdict) {
        xml.empty(3, "property", &[("name", name), ("value", &brief(&value, LINE))])?;
    }
    xml.close(2, "properties")?;
    suite.cases.iter().try_for_each(|case| write_case(xml, case))?;
    xml.close(1, "testsuite")
}

fn write_case(xml: &mut Xml<'_>, case: &Case<'_>) -> io::Result<()> {
    let (name, class) = (brief(case.name, LINE), brief(&case.class, LINE));
    let attributes = [("name", &*name), ("classname", &*class), ("time", "0")];
    match &case.outcome {
        None if case.text.is_empty() => return xml.empty(2, "testcase", &attributes),
        None => {
            xml.open(2, "testcase", &attributes)?;
            xml.text(3, "system-out", &[], &case.text)?;
        }
        Some(("skipped", _, message)) => {
            xml.open(2, "testcase", &attributes)?;
            xml.text(3, "skipped", &[("message", &brief(message, LINE))], &case.text)?;
        }
        Some((element, kind, message)) => {
            xml.open(2, "testcase", &attributes)?;
            xml.text(3, element, &[("message", &brief(message, LINE)), ("type", kind)], &case.text)?;
        }
    }
    xml.close(2, "testcase")
}

/// By what was judged and when.
fn properties(verdict: &Verdict) -> Vec<(&'static str, String)> {
    let mut list = vec![
        ("portcullis", verdict.portcullis.clone()),
        ("verdict", words::verdict_line(verdict)),
        ("evaluated-at", verdict.evaluated_at.clone()),
        ("policy", verdict.policy.path.to_string()),
    ];
    for (name, value) in [
        ("profile", &verdict.profile),
        ("repository", &verdict.subject.repository),
        ("branch", &verdict.subject.branch),
        ("commit", &verdict.subject.commit),
    ] {
        list.extend(value.as_ref().map(|v| (name, v.to_string())));
    }
    list
}

/// The gates in the order of the verdict. A verdict that judged nothing is one error: no case at all reads as success.
fn suites(verdict: &Verdict) -> Vec<Suite<'_>> {
    let mut suites: Vec<Suite<'_>> = Vec::new();
    for check in &verdict.checks {
        let name = if check.gate.is_empty() { "portcullis" } else { &check.gate };
        let case = case(verdict, check);
        match suites.iter_mut().find(|s| s.name == name) {
            Some(suite) => suite.cases.push(case),
            None => suites.push(Suite { name, cases: vec![case] }),
        }
    }
    let judged = words::would_exit(verdict).unwrap_or(verdict.exit_code) != 3 || verdict.counts.error > 0;
    if !judged {
        let message = words::verdict_line(verdict);
        let outcome = Some(outcome(verdict, "error", "not-judged", message));
        let case = Case { name: "judged", class: "portcullis".to_owned(), outcome, text: String::new() };
        suites.push(Suite { name: "portcullis", cases: vec![case] });
    }
    suites
}

/// What fails or could not be judged; where nothing is enforced yet, it is skipped and says so.
fn outcome(
    verdict: &Verdict,
    element: &'static str,
    kind: &'static str,
    message: String,
) -> (&'static str, &'static str, String) {
    if verdict.enforced {
        (element, kind, message)
    } else {
        ("skipped", kind, format!("not enforced yet ({kind}): {message}"))
    }
}

fn case<'a>(verdict: &Verdict, check: &'a Check) -> Case<'a> {
    let message = check.message.to_string();
    let outcome = match check.status {
        Status::Fail => Some(outcome(verdict, "failure", "fail", message)),
        Status::Error => Some(outcome(verdict, "error", "not-judged", message)),
        Status::Skipped => Some(("skipped", "skipped", message)),
        Status::Warn | Status::Pass => None,
    };
    let name = if check.id.is_empty() { "a check" } else { &check.id };
    let scope = check.scope.as_deref().filter(|s| !s.is_empty());
    let class =
        scope.map_or_else(|| format!("portcullis.{}", check.gate), |s| format!("portcullis.{}.{s}", check.gate));
    Case { name, class, outcome, text: text(check) }
}

/// All that is said of a check, a line each.
fn text(check: &Check) -> String {
    let mut lines = Vec::new();
    if check.status == Status::Warn {
        lines.push(format!("warns: {}", check.message));
    }
    let loud = matches!(check.status, Status::Fail | Status::Error | Status::Warn);
    if loud {
        let shown = check.violations.iter().take(LISTED);
        lines.extend(shown.map(|v| format!("- {}", violation(v))));
        let all = check.violations_total.max(words::len(&check.violations));
        let more = all.saturating_sub(words::len(&check.violations).min(words::len(&[(); LISTED])));
        lines.extend(Some(format!("- … and {more} more")).filter(|_| more > 0));
    }
    for waived in check.waived.iter().filter(|w| !w.is_by_baseline()).take(LISTED) {
        let until = waived.expires.as_ref().map(|day| format!(" until {day}")).unwrap_or_default();
        let what = violation(&waived.violation);
        lines.push(format!("- waived{until} by {}: {what} ({})", waived.owner, waived.reason));
    }
    if loud {
        lines.extend(check.help.as_ref().map(|help| format!("help: {help}")));
        lines.extend(check.policy_source.as_ref().map(|s| format!("policy: {}:{}", s.path, s.line)));
    }
    lines.iter().map(|l| brief(l, LINE)).collect::<Vec<_>>().join("\n")
}

fn violation(v: &Violation) -> String {
    let place = v.location.as_ref().filter(|l| l.path != v.id).map(words::place);
    let mut line = detail(v);
    line.extend(v.severity.as_ref().map(|s| format!(" · {s}")));
    line.extend(words::package(v).map(|p| format!(" · {p}")));
    line.extend(place.map(|p| format!(" · at {p}")));
    line.extend(v.fix.as_ref().map(|f| format!(" · fix {f}")));
    let names = v.other_names();
    if !names.is_empty() {
        line.push_str(&format!(" · also {}", few(&names, 4)));
    }
    line.extend(words::source(v).map(|s| format!(" · by {s}")));
    line
}

#[cfg(test)]
mod tests;
