//! What a gate or a scope of it looks at, and what of that is missing.

use std::collections::BTreeSet;

use crate::collect::Evidence;
use crate::facts::Aliases;
use crate::gates::{Catalogue, Checks, Draft, Noun, Source, Subject, Value};
use crate::policy::{Entry, PathGlob, Selector};
use crate::verdict::EvidenceStatus;

/// The evidence of a gate or scope.
pub(super) struct View<'a> {
    sources: Vec<Source<'a>>,
    /// Evidence that this view needs and does not have, each with the reason.
    pub(super) missing: Vec<String>,
    /// Everything it needs is optional and absent: its checks are skipped.
    pub(super) skipped: Option<String>,
    /// What it asks for and this version cannot do.
    pub(super) unsupported: Option<&'static str>,
    tools: Vec<&'a str>,
    path: Box<dyn Fn(&str) -> bool + 'a>,
    package: Box<dyn Fn(&str) -> bool + 'a>,
    tool: Box<dyn Fn(&str) -> bool + 'a>,
    by_path: bool,
    by_package: bool,
}

impl<'a> View<'a> {
    pub(super) fn of(entry: &'a Entry, evidence: &'a [Evidence]) -> Self {
        let selector = &entry.selector;
        let chosen: Vec<&Evidence> = evidence.iter().filter(|e| chooses(selector, e)).collect();
        let kind = entry.kind.looks_at;
        let absent = |e: &&Evidence| e.report.is_none() && e.status != EvidenceStatus::Ignored;
        // Evidence that a scope names is its own; a whole gate lacks what would have been of its kind.
        let needs = |e: &&Evidence| selector.evidence.is_some() || e.kinds().contains(&kind);
        let optional = |e: &&Evidence| e.status == EvidenceStatus::Missing && e.error.is_none();
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
        Self {
            sources,
            missing,
            skipped: all_optional.then(|| format!("optional evidence is absent: {}", skipped.join(", "))),
            unsupported: match selector {
                Selector { changed: true, .. } => Some("this version does not judge changed lines yet"),
                Selector { new: true, .. } => Some("this version does not tell new findings from old ones yet"),
                _ => None,
            },
            tools,
            path: match &selector.paths {
                None => Box::new(|_| true),
                Some(globs) => Box::new(move |p| globs.iter().any(|g: &PathGlob| g.matches(p))),
            },
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
            catalogue,
        }
    }

    /// Whether a tool of that name has reported.
    fn reported(&self, tool: &str) -> bool {
        self.tools.iter().any(|t| t.eq_ignore_ascii_case(tool))
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
