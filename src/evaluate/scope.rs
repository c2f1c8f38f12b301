//! What a gate or a scope of it looks at, and what of that is missing.

use std::collections::BTreeSet;

use super::reported::authors;
use crate::collect::{Evidence, Excuse};
use crate::diff::{Diff, DiffState};
use crate::facts::{Aliases, Kind};
use crate::gates::{Catalogue, Checks, Draft, Noun, Source, Subject, Value};
use crate::policy::{Entry, PathGlob, Selector};
use crate::verdict::{EvidenceStatus, Violation};

/// The evidence of a gate or scope.
pub(super) struct View<'a> {
    sources: Vec<Source<'a>>,
    /// Evidence that this view needs and does not have, each with the reason.
    pub(super) missing: Vec<String>,
    /// Everything it needs is optional and absent: its checks are skipped.
    pub(super) skipped: Option<String>,
    /// Why it cannot be judged whatever the reports say.
    pub(super) obstacle: Option<Obstacle>,
    changed: Option<&'a Diff>,
    tools: Vec<&'a str>,
    /// Of each report what it speaks of, and by which tools it is.
    reports: Vec<(Vec<Kind>, Vec<&'a str>)>,
    path: Box<dyn Fn(&str) -> bool + 'a>,
    package: Box<dyn Fn(&str) -> bool + 'a>,
    tool: Box<dyn Fn(&str) -> bool + 'a>,
    by_path: bool,
    by_package: bool,
}

/// Why something cannot be judged, and what to do.
pub(super) struct Obstacle {
    pub(super) why: String,
    pub(super) help: String,
}

impl Obstacle {
    fn new(why: &str, help: &str) -> Self {
        Self { why: why.to_owned(), help: help.to_owned() }
    }

    fn of(selector: &Selector, diff: &DiffState) -> Option<Self> {
        match (selector, diff) {
            (Selector { changed: true, .. }, DiffState::None) => Some(Self::new(
                "which lines changed is not known",
                "give the change with --diff FILE, or the branch it is meant for with --diff-base REV",
            )),
            (Selector { changed: true, .. }, DiffState::Unusable { why, help }) => Some(Self::new(why, help)),
            _ => None,
        }
    }
}

impl<'a> View<'a> {
    pub(super) fn of(entry: &'a Entry, evidence: &'a [Evidence], diff: &'a DiffState) -> Self {
        let selector = &entry.selector;
        let chosen: Vec<&Evidence> = evidence.iter().filter(|e| chooses(selector, e)).collect();
        let kind = entry.kind.looks_at;
        let absent = |e: &&Evidence| e.report.is_none() && e.status != EvidenceStatus::Ignored;
        // Evidence that a scope names is its own; a whole gate lacks what would have been of its kind.
        let needs = |e: &&Evidence| selector.evidence.is_some() || e.kinds().contains(&kind);
        let optional = |e: &&Evidence| e.excuse.is_some();
        let missing = chosen.iter().filter(|e| absent(e) && needs(e) && !optional(e)).map(|e| lack(e)).collect();
        let has_own = chosen.iter().any(|e| e.report.as_ref().is_some_and(|r| r.facts.kinds().contains(&kind)));
        let skipped: Vec<&str> =
            chosen.iter().filter(|e| absent(e) && needs(e) && optional(e)).filter_map(|e| e.name.as_deref()).collect();
        let all_optional = !skipped.is_empty() && !has_own && !chosen.iter().any(|e| absent(e) && !optional(e));
        let mut seen = BTreeSet::new();
        let sources: Vec<Source<'_>> = chosen
            .iter()
            .filter(|e| !e.repeated)
            .filter(|e| seen.insert(e.digested.as_ref().map(|d| &d.sha256)))
            .filter_map(|e| {
                let report = e.report.as_ref()?;
                Some(Source { path: &e.path, report })
            })
            .collect();
        let tools = chosen
            .iter()
            .filter_map(|e| e.report.as_ref().map(|r| (e, r)))
            .flat_map(|(e, r)| r.tools.iter().map(|t| &**t).chain(e.format.map(|f| f.name)))
            .collect();
        let list = |names: &'a Option<Vec<String>>, fold: bool| -> Box<dyn Fn(&str) -> bool + 'a> {
            match names {
                None => Box::new(|_| true),
                Some(names) if fold => Box::new(move |n| names.iter().any(|w| w.eq_ignore_ascii_case(n))),
                Some(names) => Box::new(move |n| names.iter().any(|w| w == n)),
            }
        };
        let path: Box<dyn Fn(&str) -> bool + 'a> = match &selector.paths {
            None => Box::new(|_| true),
            Some(globs) => Box::new(move |p| globs.iter().any(|g: &PathGlob| g.matches(p))),
        };
        let idle = diff.diff().filter(|d| selector.changed && d.is_idle(&*path)).map(|d| idle(d, selector));
        let untouched = chosen.iter().any(|e| needs(e) && matches!(e.excuse, Some(Excuse::Untouched(_))));
        let word = if untouched { "evidence that this change does not need" } else { "optional evidence" };
        let optional = all_optional.then(|| format!("{word} is absent: {}", skipped.join(", ")));
        Self {
            sources,
            missing,
            skipped: idle.or(optional),
            obstacle: Obstacle::of(selector, diff),
            changed: selector.changed.then(|| diff.diff().unwrap_or(&NO_DIFF)),
            tools,
            reports: chosen.iter().filter_map(|e| reported(e)).collect(),
            path,
            package: list(&selector.packages, false),
            tool: list(&selector.tools, true),
            by_path: selector.paths.is_some(),
            by_package: selector.packages.is_some(),
        }
    }

    pub(super) fn subject<'s>(&'s self, aliases: &'s Aliases, catalogue: &'s Catalogue) -> Subject<'s> {
        Subject {
            sources: self.sources.clone(),
            aliases,
            path: &*self.path,
            package: &*self.package,
            tool: &*self.tool,
            by_path: self.by_path,
            by_package: self.by_package,
            changed: self.changed,
            catalogue,
        }
    }

    /// Whether a finding of the baseline is this scope's concern; `path` is what its file is called now.
    pub(super) fn concerns(&self, violation: &Violation, path: Option<&str>) -> bool {
        let path = path.map(&*self.path);
        let package = violation.package.as_ref().map(|p| (self.package)(p));
        let tool = violation.tool.as_ref().is_none_or(|t| t.split(", ").any(|t| (self.tool)(t)));
        tool && path.unwrap_or(!self.by_path) && package.unwrap_or(!self.by_package)
    }

    /// The tools of each report that speaks of this.
    pub(super) fn reported_on(&self, kind: Kind) -> impl Iterator<Item = Vec<&'a str>> {
        self.reports.iter().filter(move |(kinds, _)| kinds.contains(&kind)).map(|(_, tools)| tools.clone())
    }

    /// Whether a tool of that name has reported.
    fn reported(&self, tool: &str) -> bool {
        self.tools.iter().any(|t| t.eq_ignore_ascii_case(tool))
    }
}

/// What a report speaks of, and by whom it is.
fn reported(evidence: &Evidence) -> Option<(Vec<Kind>, Vec<&str>)> {
    let report = evidence.report.as_ref()?;
    let tools = report.tools.iter().map(|t| &**t);
    Some((report.facts.kinds(), authors(tools, evidence.format.map(|f| f.name))))
}

/// Stands for a diff that is not there.
static NO_DIFF: Diff = Diff::NONE;

/// Why a diff gives a scope nothing to judge.
fn idle(diff: &Diff, selector: &Selector) -> String {
    let outside = match diff.outside {
        0 => String::new(),
        n => format!(" (files outside the root: {n})"),
    };
    let name = &diff.name;
    match (diff.no_bytes, diff.files.is_empty(), &selector.paths) {
        (true, ..) => format!("nothing changed: {name} is a file of 0 bytes"),
        (_, true, _) => format!("nothing changed: {name} holds no file{outside}"),
        (_, _, Some(_)) => format!("{name} adds or changes no line in the files of this scope{outside}"),
        (_, _, None) => format!("{name} adds or changes no line{outside}"),
    }
}

fn chooses(selector: &Selector, evidence: &Evidence) -> bool {
    let named = match (&selector.evidence, &evidence.name) {
        (None, _) => true,
        (Some(names), Some(name)) => names.contains(name),
        (Some(_), None) => false,
    };
    let by_tool = selector.tools.as_ref().is_none_or(|tools| match &evidence.report {
        // What was not read cannot say by whom it is: it may be this scope's.
        None => true,
        Some(report) => report.tools.iter().any(|t| tools.iter().any(|w| w.eq_ignore_ascii_case(t))),
    });
    named && by_tool
}

fn lack(evidence: &Evidence) -> String {
    let what = match evidence.status {
        EvidenceStatus::Missing => "missing",
        _ => "unreadable",
    };
    match &evidence.name {
        Some(name) => format!("evidence `{name}` is {what}"),
        None => format!("{} is {what}", evidence.path),
    }
}

/// A check for each tool that must have reported.
pub(super) fn require(entry: &Entry, view: &View<'_>, checks: &mut Checks) {
    for tool in &entry.requires {
        let value = if view.reported(tool) {
            Value::Holds(Ok(format!("{tool} has reported")))
        } else {
            Value::Unknown { why: format!("{tool} has not reported"), grave: true }
        };
        let draft = Draft::new(&format!("requires.{tool}"), Noun::of("report"), value).at(&["requires"]);
        checks.add(Draft { demanded: true, ..draft });
    }
}
