//! What a verdict has to say at lines of files, for the outputs that annotate them. The services show
//! ten of a kind and drop the rest in silence: the gravest come first, and the last one says how
//! many more there are.

use unicode_segmentation::UnicodeSegmentation;

use super::words::{self, len};
use crate::verdict::{Check, Status, Verdict, Violation};

/// How many of a kind a step may have: what is beyond is dropped (GitHub, "10 warning annotations and 10 error
/// annotations per step"; Azure's agent, `_maxIssueCount`).
const MOST: usize = 10;
/// UTF-16 units of a title; GitHub's checks take 255.
const TITLE: usize = 200;
/// UTF-16 units of a message; GitHub's checks take 64 KiB, and nobody reads so much.
const MESSAGE: usize = 2000;

/// How grave an annotation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It shuts the gate.
    Error,
    /// It does not.
    Warning,
}

/// A remark at a line of a file. Nothing in it is escaped yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Annotation {
    pub(super) kind: Kind,
    /// The file and the line, where there is one.
    pub(super) place: Option<(String, Option<u64>)>,
    /// What it is about: the check, and what broke it.
    pub(super) title: String,
    /// The check that says it.
    pub(super) code: String,
    /// One thing to know a line.
    pub(super) lines: Vec<String>,
}

/// The annotations of a verdict: errors, then warnings, at most ten of each.
pub(super) fn of(verdict: &Verdict, rest: &str) -> Vec<Annotation> {
    let shut = [Status::Fail, Status::Error];
    let (errors, warnings): (Vec<&Check>, Vec<&Check>) = verdict
        .checks
        .iter()
        .filter(|c| shut.contains(&c.status) || c.status == Status::Warn)
        .partition(|c| shut.contains(&c.status) && verdict.enforced);
    let mut all = limited(Kind::Error, &errors, rest);
    all.extend(limited(Kind::Warning, &warnings, rest));
    all
}

fn limited(kind: Kind, checks: &[&Check], rest: &str) -> Vec<Annotation> {
    let mut found: Vec<Found<'_>> = checks.iter().flat_map(|c| findings(c)).collect();
    // Of what is equally grave the first of every check comes before the others, so that no check hides another; the
    // rest is in the order of the verdict.
    found.sort_by_key(|f| (f.gravity(), !f.first));
    let unlisted: u64 = checks.iter().map(|c| unlisted(c)).sum();
    let total = len(&found).saturating_add(unlisted);
    let fits = found.len() <= MOST && unlisted == 0;
    found.truncate(if fits { MOST } else { MOST - 1 });
    let more = total.saturating_sub(len(&found));
    let mut all: Vec<Annotation> = found.into_iter().map(|f| f.annotation(kind)).collect();
    if more > 0 {
        let lines = vec![format!("{more} more: {rest}")];
        all.push(Annotation { kind, place: None, title: "portcullis".to_owned(), code: String::new(), lines });
    }
    all
}

/// A check, or one of its violations that has a place.
struct Found<'a> {
    check: &'a Check,
    violation: Option<&'a Violation>,
    /// It is the first of its check.
    first: bool,
}

/// The violations of a check that have a place; a check without any speaks for itself.
fn findings(check: &Check) -> Vec<Found<'_>> {
    let mut all: Vec<Option<&Violation>> = check.violations.iter().filter(|v| has_place(v)).map(Some).collect();
    if all.len() < check.violations.len() || all.is_empty() {
        all.push(None);
    }
    let found = |(n, violation)| Found { check, violation, first: n == 0 };
    all.into_iter().enumerate().map(found).collect()
}

pub(super) fn has_place(violation: &Violation) -> bool {
    violation.location.as_ref().is_some_and(|p| !p.path.is_empty())
}

/// Violations that the verdict counts and does not list.
fn unlisted(check: &Check) -> u64 {
    check.violations_total.saturating_sub(len(&check.violations))
}

/// The smaller the graver. What states no severity, a broken threshold above all, stands behind `high`.
fn gravity(severity: Option<&str>) -> u8 {
    match severity {
        Some("critical") => 0,
        Some("high") => 1,
        Some("medium") => 3,
        Some("low") => 4,
        Some("info") => 5,
        _ => 2,
    }
}

impl Found<'_> {
    /// That of the violation, or of the gravest that has no place.
    fn gravity(&self) -> u8 {
        let of = |v: &Violation| gravity(v.severity.as_deref());
        let unplaced = || self.check.violations.iter().filter(|v| !has_place(v)).map(of).min();
        self.violation.map(of).or_else(unplaced).unwrap_or(gravity(None))
    }

    fn annotation(&self, kind: Kind) -> Annotation {
        let check = self.check;
        let is_file = |path: &str| !path.is_empty() && !path.starts_with("builtin:");
        let policy = check.policy_source.as_ref().filter(|s| is_file(&s.path));
        let policy = policy.map(|s| (s.path.to_string(), Some(s.line)));
        let mut lines = Vec::new();
        let mut title = check.id.to_string();
        let mut place = policy;
        match self.violation {
            Some(violation) => {
                place = violation.location.as_ref().map(|p| (p.path.to_string(), p.line.map(u64::from)));
                title.extend(named(violation).map(|name| format!(": {name}")));
                lines.extend(Some(violation.message.to_string()).filter(|m| !m.is_empty()));
                lines.extend(violation.fix.as_ref().map(|fix| format!("fix: {fix}")));
                lines.push(format!("{}: {}", check.status.name(), check.message));
            }
            None => {
                lines.push(format!("{}: {}", check.status.name(), check.message));
                lines.extend(unplaced(check));
                lines.extend(check.help.as_ref().map(|help| format!("help: {help}")));
            }
        }
        let code = check.id.to_string();
        Annotation { kind, place, title: cut(&title, TITLE), code: cut(&code, TITLE), lines: fitting(lines) }
    }
}

/// What a violation is called, beside its file: an advisory, a rule, a package.
fn named(violation: &Violation) -> Option<String> {
    let is_file = violation.location.as_ref().is_some_and(|p| *p.path == *violation.id);
    let id = Some(violation.id.to_string()).filter(|id| !is_file && !id.is_empty());
    let package = words::package(violation).filter(|p| Some(p) != id.as_ref() && !p.is_empty());
    match (id, package) {
        (Some(id), Some(package)) => Some(format!("{id} ({package})")),
        (id, package) => id.or(package),
    }
}

/// The violations that no file can show, in one line.
fn unplaced(check: &Check) -> Option<String> {
    let names: Vec<String> = check.violations.iter().filter(|v| !has_place(v)).filter_map(named).collect();
    (!names.is_empty()).then(|| words::few(&names, 5))
}

/// The lines that fit into a message, each as a whole but the last.
fn fitting(lines: Vec<String>) -> Vec<String> {
    let mut left = MESSAGE;
    let mut kept = Vec::new();
    for line in lines {
        if left == 0 {
            break;
        }
        let line = cut(&line, left);
        left = left.saturating_sub(line.encode_utf16().count());
        kept.push(line);
    }
    kept
}

/// The beginning of a text, in UTF-16 units, cut between graphemes and marked with `…`.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.len() <= most || text.encode_utf16().count() <= most {
        return text.to_owned();
    }
    let (mut end, mut units) = (0, 1);
    for grapheme in text.graphemes(true) {
        units += grapheme.encode_utf16().count();
        if units > most {
            break;
        }
        end += grapheme.len();
    }
    format!("{}…", text.split_at(end).0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outputs::fixture::{check, judged, rich, trial};

    fn kinds(all: &[Annotation]) -> (usize, usize) {
        let errors = all.iter().filter(|a| a.kind == Kind::Error).count();
        (errors, all.len() - errors)
    }

    #[test]
    fn the_gravest_come_first_and_the_last_says_how_many_more() {
        let mut a = check("security.medium", Status::Fail, "12 findings");
        let at = |n: u32, severity: &str| Violation {
            severity: Some(severity.into()),
            location: Some(crate::verdict::Place { path: format!("f{n}.rs").into(), line: Some(n) }),
            ..Violation::new(format!("R{n}"), "m")
        };
        a.violations = (1..=12).map(|n| at(n, if n == 7 { "critical" } else { "medium" })).collect();
        a.violations_total = 40;
        let b = check("coverage.lines", Status::Fail, "too few");
        let all = of(&judged(vec![a.clone(), b]), "see below");
        assert_eq!(kinds(&all), (10, 0));
        let titles: Vec<&str> = all.iter().map(|a| a.title.as_str()).collect();
        assert_eq!(titles[..3], ["security.medium: R7", "coverage.lines", "security.medium: R1"]);
        // 12 listed, 28 not listed and the other check make 41, of which 9 are shown.
        assert_eq!(all[9].lines, ["32 more: see below"]);
        assert_eq!(all[9].place, None);

        a.violations.truncate(10);
        a.violations_total = 10;
        let all = of(&judged(vec![a.clone()]), "see below");
        assert_eq!(kinds(&all), (10, 0));
        assert!(all.iter().all(|a| a.place.is_some()), "ten fit");
        a.violations_total = 11;
        assert_eq!(of(&judged(vec![a]), "x")[9].lines, ["2 more: x"]);
    }

    #[test]
    fn every_check_that_does_not_hold_is_there_and_points_somewhere() {
        let all = of(&rich(), "see below");
        assert_eq!(kinds(&all), (10, 6));
        for id in ["coverage.unit.lines", "security.high", "security.image.critical", "evidence.image"] {
            assert!(all.iter().any(|a| a.kind == Kind::Error && a.code == id), "{id}");
        }
        let image = all.iter().find(|a| a.code == "evidence.image").unwrap();
        assert_eq!(image.place, Some(("policies/neo-rs.toml".to_owned(), Some(9))));
        let high: Vec<_> = all.iter().filter(|a| a.code == "security.high").collect();
        assert_eq!(high[0].title, "security.high: RUSTSEC-2024-0336 (rustls 0.21.10)");
        assert_eq!(high[2].place, Some(("policies/neo-rs.toml".to_owned(), Some(41))), "the one without a file");
        assert_eq!(high[2].lines[1], "CVE-2024-45337 (golang.org/x/crypto v0.30.0)");
    }

    #[test]
    fn what_is_not_enforced_only_warns() {
        let (errors, warnings) = kinds(&of(&trial(), "x"));
        assert_eq!(errors, 0);
        assert_eq!(warnings, 10);
    }

    #[test]
    fn long_texts_are_cut_between_graphemes() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
        assert_eq!(cut("a👩‍👩‍👧b", 4), "a…");
        let lines = fitting(vec!["é".repeat(3000), "x".to_owned()]);
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].encode_utf16().count(), MESSAGE);
    }
}
