//! What a verdict has to show to a service that lists issues one by one: every check that does not hold, and every
//! finding that such a check counts, once however many of them do.
//!
//! What holds, and what is skipped, is no issue. A waived finding is one, and says that it is waived; what a scope of
//! new findings leaves to the baseline is none. The files that a share of coverage lacks, the slowest steps and the
//! like are no issues of their own: they stand with their check.

mod identity;
mod place;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

pub(super) use words::{LONGEST, NAME, brief, detail, fix, units};

use self::identity::{identity, is_plain, rule};
use super::spot::Spot;
use super::words::would_exit;
use crate::verdict::{Check, Status, Verdict, Violation, Waived};

/// How bad an issue is to the gate. Before the day from which a verdict is enforced nothing is more than a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Grade {
    /// It shuts the gate.
    Error,
    /// It does not.
    Warning,
    /// It is waived.
    Note,
}

/// What an issue is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum What<'a> {
    /// Nothing was judged.
    Nothing,
    /// A check that does not hold.
    Check(&'a Check),
    /// What checks count.
    Finding(&'a Violation),
    /// Issues that are left out: how many, of how many.
    Rest(usize, usize),
}

/// One issue.
#[derive(Debug, Clone)]
pub(super) struct Issue<'a> {
    /// What it is.
    pub(super) what: What<'a>,
    /// How bad it is.
    pub(super) grade: Grade,
    /// The checks that say so, the gravest first.
    pub(super) checks: Vec<&'a Check>,
    /// The waiver that takes it out of every count.
    pub(super) waived: Option<&'a Waived>,
    /// By what rule: the id of a finding, where findings have one that others share; else the check.
    pub(super) rule: String,
    /// Where it is; where it has no place of its own, the line of the policy that decided.
    pub(super) spot: Spot,
    /// Whether `spot` is where the report places it.
    pub(super) placed: bool,
    /// Which of those that share an identity it is, from 1.
    pub(super) nth: usize,
    /// What is the same for it in the next run, whatever lines it stands in.
    identity: String,
}

/// Gates whose violations are issues of their own, and whether the ids of those are rules.
const LISTED: [(&str, bool); 5] =
    [("security", true), ("dependencies", true), ("lints", true), ("licenses", false), ("tests", false)];

/// Whether the violations of a check are issues of their own.
pub(super) fn lists(check: &Check) -> bool {
    LISTED.iter().any(|(gate, _)| *gate == &*check.gate)
}

/// The violations of one of these are the same where their ids, packages and versions are.
fn family(check: &Check) -> &str {
    if &*check.gate == "dependencies" { "security" } else { &check.gate }
}

/// The issues of a verdict: those that count before those that are waived, the worst first.
pub(super) fn all(verdict: &Verdict) -> Vec<Issue<'_>> {
    let mut known = Known { verdict, issues: Vec::new(), packages: BTreeMap::new(), places: BTreeMap::new() };
    if verdict.counts.error == 0 && would_exit(verdict).unwrap_or(verdict.exit_code) == 3 {
        known.issues.push(known.issue(What::Nothing, Grade::Error, None, None));
    }
    for status in [Status::Error, Status::Fail, Status::Warn] {
        let grade = if status == Status::Warn { Grade::Warning } else { Grade::Error };
        for check in super::words::ended(verdict, status) {
            known.issues.push(known.issue(What::Check(check), grade, Some(check), None));
            known.add(check, check.violations.iter().map(|v| (v, None)), grade);
        }
    }
    for check in &verdict.checks {
        let waived = check.waived.iter().filter(|w| !w.is_by_baseline());
        known.add(check, waived.map(|w| (&w.violation, Some(w))), Grade::Note);
    }
    let mut issues = known.issues;
    issues.sort_by_key(|i| (i.grade, matches!(i.what, What::Finding(_)), i.severity().map(rank)));
    let mut alike: BTreeMap<String, usize> = BTreeMap::new();
    for issue in &mut issues {
        let nth = alike.entry(issue.identity.clone()).or_default();
        *nth += 1;
        issue.nth = *nth;
    }
    issues
}

/// The same, no more than so many; then the last of them says how many are left out.
pub(super) fn at_most(verdict: &Verdict, most: usize) -> Vec<Issue<'_>> {
    within(verdict, all(verdict), most)
}

fn within<'a>(verdict: &'a Verdict, mut issues: Vec<Issue<'a>>, most: usize) -> Vec<Issue<'a>> {
    if issues.len() > most {
        let rest = rest(verdict, &issues, most.saturating_sub(1));
        issues.truncate(most.saturating_sub(1));
        issues.push(rest);
    }
    issues
}

/// The same without what is waived, for services that have no word for that and would count it as open.
pub(super) fn counted(verdict: &Verdict, most: usize) -> Vec<Issue<'_>> {
    let mut issues = all(verdict);
    issues.retain(|i| i.waived.is_none());
    within(verdict, issues, most)
}

/// What says that only the first so many of the issues are shown.
pub(super) fn rest<'a>(verdict: &Verdict, issues: &[Issue<'a>], shown: usize) -> Issue<'a> {
    let left_out = issues.len().saturating_sub(shown);
    let grade = issues.get(shown).map_or(Grade::Note, |i| i.grade);
    Issue::of(verdict, What::Rest(left_out, issues.len()), grade, None, None)
}

/// The worst first.
fn rank(severity: &str) -> u8 {
    match severity {
        "critical" => 0,
        "high" => 1,
        "unknown" => 2,
        "medium" => 3,
        "low" => 4,
        _ => 5,
    }
}

/// The issues so far.
struct Known<'a> {
    verdict: &'a Verdict,
    issues: Vec<Issue<'a>>,
    /// Findings of packages by family, any of their names, package and version.
    packages: BTreeMap<[&'a str; 4], usize>,
    /// Other findings by family, id, message, path, line, and which of such in one check.
    places: BTreeMap<([&'a str; 4], u32, usize), usize>,
}

impl<'a> Known<'a> {
    fn issue(&self, what: What<'a>, grade: Grade, check: Option<&'a Check>, waived: Option<&'a Waived>) -> Issue<'a> {
        Issue::of(self.verdict, what, grade, check, waived)
    }

    /// Adds what a check counts or does not count, unless it is known already.
    fn add(&mut self, check: &'a Check, list: impl Iterator<Item = (&'a Violation, Option<&'a Waived>)>, grade: Grade) {
        if !lists(check) {
            return;
        }
        let mut alike: BTreeMap<([&'a str; 4], u32), usize> = BTreeMap::new();
        for (violation, waived) in list {
            let names = names(check, violation);
            let place = place(check, violation);
            let nth = alike.entry(place).or_default();
            *nth += 1;
            let place = (place.0, place.1, *nth);
            let found = names.iter().find_map(|name| self.packages.get(name));
            let found = found.or_else(|| self.places.get(&place).filter(|_| names.is_empty())).copied();
            let at = found.unwrap_or(self.issues.len());
            match self.issues.get_mut(at) {
                None => self.issues.push(self.issue(What::Finding(violation), grade, Some(check), waived)),
                // What counts somewhere is not waived.
                Some(issue) if waived.is_some() && issue.waived.is_none() => {}
                Some(issue) if issue.checks.iter().any(|c| std::ptr::eq(*c, check)) => {}
                Some(issue) => issue.checks.push(check),
            }
            names.into_iter().for_each(|name| _ = self.packages.entry(name).or_insert(at));
            self.places.entry(place).or_insert(at);
        }
    }
}

/// By what a finding of a package is known: each of its names.
fn names<'a>(check: &'a Check, violation: &'a Violation) -> Vec<[&'a str; 4]> {
    let Some(package) = violation.package.as_deref().filter(|p| !p.is_empty()) else { return Vec::new() };
    let version = violation.version.as_deref().unwrap_or_default();
    let all = std::iter::once(&violation.id).chain(&violation.aliases);
    all.map(|name| [family(check), &**name, package, version]).collect()
}

/// By what any other finding is known.
fn place<'a>(check: &'a Check, violation: &'a Violation) -> ([&'a str; 4], u32) {
    let path = violation.location.as_ref().map_or("", |l| &*l.path);
    let line = violation.location.as_ref().and_then(|l| l.line).unwrap_or(0);
    ([family(check), &violation.id, &violation.message, path], line)
}

impl<'a> Issue<'a> {
    fn of(
        verdict: &Verdict,
        what: What<'a>,
        grade: Grade,
        check: Option<&'a Check>,
        waived: Option<&'a Waived>,
    ) -> Self {
        let place = match what {
            What::Finding(violation) => violation.location.as_ref().and_then(Spot::of),
            _ => None,
        };
        Self {
            what,
            grade: if verdict.enforced { grade } else { grade.max(Grade::Warning) },
            checks: check.into_iter().collect(),
            waived,
            rule: rule(what, check),
            placed: place.is_some(),
            spot: place.unwrap_or_else(|| Spot::of_policy(verdict, check)),
            nth: 1,
            identity: identity(what, check),
        }
    }

    /// The severity that was found, where one was.
    pub(super) fn severity(&self) -> Option<&'a str> {
        match self.what {
            What::Finding(violation) => violation.severity.as_deref().filter(|s| !s.is_empty()),
            _ => None,
        }
    }

    /// Whether it is a finding of the security of the subject.
    pub(super) fn is_security(&self) -> bool {
        self.severity().is_some() && self.checks.iter().any(|c| family(c) == "security")
    }

    /// The identity in so many hexadecimal digits, of up to 64: no two issues of a verdict share it.
    pub(super) fn fingerprint(&self, digits: usize) -> String {
        digest(&format!("{}\0{}", self.identity, self.nth), digits)
    }

    /// The identity in 16 hexadecimal digits, which issues that are alike share, and which of those it is.
    pub(super) fn line_hash(&self) -> String {
        format!("{}:{}", digest(&self.identity, 16), self.nth)
    }

    /// The gates of its checks.
    pub(super) fn gates(&self) -> BTreeSet<&'a str> {
        self.checks.iter().map(|c| &*c.gate).filter(|g| !g.is_empty()).collect()
    }

    /// The tools that made it.
    pub(super) fn tools(&self) -> impl Iterator<Item = &'a str> {
        let tools = match self.what {
            What::Finding(violation) => violation.tool.as_deref(),
            _ => None,
        };
        tools.into_iter().flat_map(|t| t.split(", ")).filter(|t| !t.is_empty())
    }
}

/// The first so many hexadecimal digits, of up to 64, of a text's SHA-256.
pub(super) fn digest(text: &str, digits: usize) -> String {
    let all: String = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    all.chars().take(digits).collect()
}

#[cfg(test)]
mod tests;
