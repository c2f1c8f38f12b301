//! `teamcity`: service messages. A check that shuts the gate is a build problem, a violation with a file an
//! inspection, a figure a statistic that TeamCity draws over builds.
//!
//! Grammar, escaping and limits: JetBrains/teamcity-documentation, `topics/service-messages.md`.

use std::collections::BTreeSet;
use std::io;

use sha2::{Digest as _, Sha256};

use super::annotations::{cut, has_place};
use super::words::{self, count, len};
use super::{Output, Page};
use crate::verdict::{Check, Status, Verdict, Violation};

pub(super) const OUTPUT: Output = Output {
    name: "teamcity",
    about: "build problems, inspections and statistics of TeamCity (service messages)",
    write,
};

/// Characters of a description, a message or a file.
const LONGEST: usize = 4000;
/// Characters of an id, a name or a category.
const NAME: usize = 255;
/// Inspections of a verdict; a server is not a place for 30,000.
const INSPECTIONS: usize = 1000;

fn write(verdict: &Verdict, _: &Page, sink: &mut dyn io::Write) -> io::Result<()> {
    let mut left = INSPECTIONS;
    for check in verdict.checks.iter().filter(|c| [Status::Fail, Status::Error, Status::Warn].contains(&c.status)) {
        problem(verdict, check, sink)?;
        inspections(check, &mut left, sink)?;
    }
    let mut keys = BTreeSet::new();
    for check in verdict.checks.iter().filter(|c| keys.insert(&c.id)) {
        statistic(check, sink)?;
    }
    writeln!(sink, "{}", words::verdict_line(verdict))
}

/// What fails a build is only said where the gate is shut by it.
fn problem(verdict: &Verdict, check: &Check, sink: &mut dyn io::Write) -> io::Result<()> {
    let text = format!("{}: {}", check.id, check.message);
    if verdict.enforced && check.status != Status::Warn {
        let policy = verdict.policy.name.as_deref().unwrap_or_default();
        return message(sink, "buildProblem", &[("description", &text), ("identity", &identity(policy, &check.id))]);
    }
    message(sink, "message", &[("text", &text), ("status", "WARNING")])
}

/// The violations of a check that have a file, and what they are instances of.
fn inspections(check: &Check, left: &mut usize, sink: &mut dyn io::Write) -> io::Result<()> {
    let placed: Vec<&Violation> = check.violations.iter().filter(|v| has_place(v)).collect();
    if placed.is_empty() || check.id.is_empty() {
        return Ok(());
    }
    let id = cut(&format!("portcullis.{}", check.id), NAME);
    let category = if check.gate.is_empty() { "portcullis" } else { &*check.gate };
    let kind = [("id", &*id), ("name", &*check.id), ("description", &*check.message), ("category", category)];
    message(sink, "inspectionType", &kind)?;
    let severity = if check.status == Status::Warn { "WARNING" } else { "ERROR" };
    for violation in placed.iter().take(*left) {
        inspection(&id, severity, violation, sink)?;
    }
    let shown = placed.len().min(*left);
    *left -= shown;
    let all = check.violations_total.max(len(&check.violations));
    let shown = u64::try_from(shown).unwrap_or(u64::MAX);
    if all > shown {
        let text = format!("{}: {shown} of {} shown as inspections", check.id, count(all, "violation"));
        message(sink, "message", &[("text", &text)])?;
    }
    Ok(())
}

fn inspection(id: &str, severity: &str, violation: &Violation, sink: &mut dyn io::Write) -> io::Result<()> {
    let Some(place) = &violation.location else { return Ok(()) };
    let name = if *violation.id == *place.path { String::new() } else { format!("{}: ", violation.id) };
    let fix = violation.fix.as_ref().map(|fix| format!(" (fix: {fix})")).unwrap_or_default();
    let text = format!("{name}{}{fix}", violation.message);
    let line = place.line.map(|line| line.to_string());
    let mut attributes = vec![("typeId", id), ("message", &*text), ("file", &*place.path)];
    attributes.extend(line.as_deref().map(|line| ("line", line)));
    attributes.push(("SEVERITY", severity));
    message(sink, "inspection", &attributes)
}

/// A figure, at most 13 digits before the point and 6 behind it. What was not judged has none: a 0 would be drawn as a
/// good day.
fn statistic(check: &Check, sink: &mut dyn io::Write) -> io::Result<()> {
    let judged = [Status::Pass, Status::Warn, Status::Fail].contains(&check.status);
    let value = check.actual.filter(|v| judged && v.is_finite() && v.abs() < 1e13);
    let Some(value) = value.filter(|_| !check.id.is_empty()) else { return Ok(()) };
    let digits = format!("{value:.6}");
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    message(sink, "buildStatisticValue", &[("key", &format!("portcullis.{}", check.id)), ("value", digits)])
}

/// What a problem is known by from one build to the next: a Java identifier of at most 60 characters, no two
/// checks of a policy with the same.
fn identity(policy: &str, check: &str) -> String {
    let digest = Sha256::digest(format!("{policy}\n{check}"));
    let digest: String = digest.iter().take(4).map(|b| format!("{b:02x}")).collect();
    let word = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let readable: String = check.chars().take(40).map(word).collect();
    format!("portcullis_{readable}_{digest}")
}

fn message(sink: &mut dyn io::Write, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
    write!(sink, "##teamcity[{name}")?;
    for (key, value) in attributes {
        let most = if ["id", "typeId", "name", "category"].contains(key) { NAME } else { LONGEST };
        write!(sink, " {key}='{}'", escaped(&cut(value, most)))?;
    }
    writeln!(sink, "]")
}

/// A value between apostrophes; all but ASCII by number.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\'' | '|' | '[' | ']' => out.extend(['|', c]),
            '\n' => out.push_str("|n"),
            '\r' => out.push_str("|r"),
            ' '..='~' => out.push(c),
            _ => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("|0x{unit:04x}"))),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::outputs::fixture::{HOSTILE, check, hostile, judged, open, rich, trial};
    use crate::outputs::tests::{spiteful, written};

    /// A message as TeamCity reads it: its name and its attributes.
    type Read = (String, Vec<(String, String)>);

    fn read(line: &str) -> Option<Read> {
        let mut rest = line.strip_prefix("##teamcity[")?;
        let end = rest.find([' ', ']'])?;
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        let mut attributes = Vec::new();
        while let Some(next) = rest.strip_prefix(' ') {
            let (key, value) = next.split_once("='")?;
            let (value, after) = unescaped(value)?;
            attributes.push((key.to_owned(), value));
            rest = after;
        }
        (rest == "]").then_some((name, attributes))
    }

    /// The value up to the apostrophe that ends it, and what follows.
    fn unescaped(text: &str) -> Option<(String, &str)> {
        let mut units = Vec::new();
        let mut rest = text;
        loop {
            let c = rest.chars().next()?;
            rest = &rest[c.len_utf8()..];
            match c {
                '\'' => return Some((String::from_utf16(&units).ok()?, rest)),
                '[' | ']' | '\n' | '\r' => return None,
                '|' => {
                    let sign = rest.chars().next()?;
                    rest = &rest[1..];
                    match sign {
                        'n' => units.push(10),
                        'r' => units.push(13),
                        '0' => {
                            units
                                .push(u16::from_str_radix(rest.get(1..5).filter(|_| rest.starts_with('x'))?, 16).ok()?);
                            rest = &rest[5..];
                        }
                        '\'' | '|' | '[' | ']' => units.extend(sign.encode_utf16(&mut [0; 2]).iter()),
                        _ => return None,
                    }
                }
                _ => units.extend(c.encode_utf16(&mut [0; 2]).iter()),
            }
        }
    }

    #[test]
    fn escaping_is_that_of_the_documentation() {
        for (raw, seen) in [
            ("foo's test", "foo|'s test"),
            ("a|b[c]", "a||b|[c|]"),
            ("a\r\nb", "a|r|nb"),
            ("é世", "|0x00e9|0x4e16"),
            ("👩", "|0xd83d|0xdc69"),
        ] {
            assert_eq!(escaped(raw), seen);
            assert_eq!(unescaped(&format!("{seen}'")).unwrap().0, raw);
        }
    }

    #[test]
    fn an_identity_is_an_identifier_and_tells_checks_apart() {
        let long = "x".repeat(400);
        let ids = ["coverage.a-b", "coverage.a.b", "coverage.a_b", &long, &format!("{long}y"), "é", ""];
        let all: BTreeSet<String> = ids.iter().map(|id| identity("p", id)).collect();
        assert_eq!(all.len(), ids.len());
        for id in &all {
            assert!(id.len() <= 60 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'), "{id}");
        }
        assert_eq!(identity("p", "coverage.lines"), identity("p", "coverage.lines"));
        assert_ne!(identity("p", "coverage.lines"), identity("q", "coverage.lines"));
    }

    #[test]
    fn what_was_not_judged_has_no_figure() {
        let text = written("teamcity", &rich(), 80);
        assert!(text.contains("key='portcullis.security.high'"));
        assert!(!text.contains("key='portcullis.security.image.critical'"), "it is 0 because nothing was read");
    }

    #[test]
    fn figures_are_as_teamcity_takes_them() {
        let value = |actual: f64| {
            let mut c = check("coverage.lines", Status::Pass, "m");
            c.actual = Some(actual);
            let text = written("teamcity", &judged(vec![c]), 80);
            let line = text.lines().find(|l| l.contains("buildStatisticValue")).map(|l| read(l).unwrap());
            line.map(|(_, attributes)| attributes[1].1.clone())
        };
        for (actual, seen) in [
            (84.210_526_315_789, Some("84.210526")),
            (3.0, Some("3")),
            (0.0, Some("0")),
            (100.0, Some("100")),
            (-0.5, Some("-0.5")),
            (9_999_999_999_999.0, Some("9999999999999")),
            (1e13, None),
            (f64::NAN, None),
            (f64::INFINITY, None),
        ] {
            assert_eq!(value(actual).as_deref(), seen, "{actual}");
        }
    }

    fn assert_only_ours(verdict: &Verdict) {
        let log = written("teamcity", verdict, 80);
        let (messages, last) = log.trim_end().rsplit_once('\n').unwrap_or(("", log.trim_end()));
        assert_eq!(last, words::verdict_line(verdict));
        assert!(messages.is_ascii());
        let mut problems = 0;
        for line in messages.lines() {
            let (name, attributes) = read(line).unwrap_or_else(|| panic!("{line}"));
            let has = |key: &str| attributes.iter().any(|(k, v)| k == key && v.chars().count() <= 4000);
            assert!(
                match name.as_str() {
                    "buildProblem" => has("description") && has("identity"),
                    "message" => has("text"),
                    "inspectionType" => has("id") && has("name") && has("description") && has("category"),
                    "inspection" => has("typeId") && has("file"),
                    "buildStatisticValue" => has("key") && has("value"),
                    _ => false,
                },
                "{line}"
            );
            problems += usize::from(name == "buildProblem");
        }
        let shut = verdict.checks.iter().filter(|c| [Status::Fail, Status::Error].contains(&c.status)).count();
        assert_eq!(problems, if verdict.enforced { shut } else { 0 }, "a build fails by problems alone");
    }

    #[test]
    fn teamcity_finds_our_messages_and_no_other() {
        [rich(), open(), trial()].iter().for_each(assert_only_ours);
        HOSTILE.iter().for_each(|raw| assert_only_ours(&hostile(raw)));
        insta::assert_snapshot!(written("teamcity", &rich(), 80));
    }

    #[test]
    fn many_violations_are_cut_and_counted() {
        let mut c = check("lints.warnings", Status::Warn, "many");
        let place = Some(crate::verdict::Place { path: "a.rs".into(), line: Some(1) });
        c.violations =
            (0..1200).map(|n| Violation { location: place.clone(), ..Violation::new(n.to_string(), "m") }).collect();
        c.violations_total = 5000;
        let text = written("teamcity", &judged(vec![c.clone(), c]), 80);
        assert_eq!(text.matches("##teamcity[inspection ").count(), 1000);
        assert!(text.contains("1000 of 5000 violations shown as inspections"));
        assert!(text.contains("0 of 5000 violations shown as inspections"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_report_gives_a_message(raw in spiteful()) {
            assert_only_ours(&hostile(&raw));
        }
    }
}
