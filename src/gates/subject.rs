//! What a gate looks at: the facts of the reports that are its concern, joined over the reports.

use std::collections::BTreeMap;

use super::Catalogue;
use super::joined::{Joined, join};
use crate::diff::Diff;
use crate::facts::{
    Aliases, Coverage, Dependencies, DependencyIssue, Facts, Finding, Findings, Licenses, Lints, Location, Report,
    Steps, TestRun, Timings,
};
use crate::text::Text;

/// A report that was read, and where it came from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Its path.
    pub path: &'a str,
    /// What it says.
    pub report: &'a Report,
}

/// What a gate, or a scope of it, looks at.
pub struct Subject<'a> {
    /// The reports, byte-identical ones once.
    pub sources: Vec<Source<'a>>,
    /// Which advisories are the same.
    pub aliases: &'a Aliases,
    /// Whether a file is this scope's concern.
    pub path: &'a dyn Fn(&str) -> bool,
    /// Whether a package is this scope's concern.
    pub package: &'a dyn Fn(&str) -> bool,
    /// The scope chooses by path: what has none is not its concern.
    pub by_path: bool,
    /// The scope chooses by package: what has none is not its concern.
    pub by_package: bool,
    /// Whether a tool is this scope's concern.
    pub tool: &'a dyn Fn(&str) -> bool,
    /// The scope is of changed lines: what others concern is not its concern.
    pub changed: Option<&'a Diff>,
    /// What is known of vulnerabilities beyond the scans.
    pub catalogue: &'a Catalogue,
}

/// The coverage of several reports.
#[derive(Debug)]
pub struct Covered {
    /// All of it.
    pub sum: Coverage,
    /// Why no figure of it can be believed.
    pub doubt: Option<String>,
    /// The reports write the names of functions alike, so that each counts once.
    pub alike: bool,
    /// In a scope of changed lines: the names of all files, those of other scopes too.
    pub names: Vec<Text>,
    /// Some figures are of files as a whole, without their lines.
    pub has_totals: bool,
}

/// No aliases at all.
static NO_ALIASES: Aliases = Aliases::none();

/// What reports state of one kind, each with its report.
pub type Stated<'a, T> = Vec<(Source<'a>, &'a T)>;

impl<'a> Subject<'a> {
    /// A subject that holds nothing and concerns everything.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            sources: Vec::new(),
            aliases: &NO_ALIASES,
            path: &|_| true,
            package: &|_| true,
            tool: &|_| true,
            by_path: false,
            by_package: false,
            changed: None,
            catalogue: &Catalogue::NONE,
        }
    }

    fn of<T: 'a>(&self, pick: impl Fn(&'a Facts) -> Option<&'a T>) -> Stated<'a, T> {
        self.sources.iter().filter_map(|s| pick(&s.report.facts).map(|f| (*s, f))).collect()
    }

    /// Evidence that speaks of `T` but holds none of it, by `amount`.
    fn idle<T: 'a>(facts: &[(Source<'a>, &'a T)], amount: impl Fn(&T) -> u64) -> Vec<&'a str> {
        let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
        for (source, fact) in facts {
            let sum = sums.entry(source.path).or_default();
            *sum = sum.saturating_add(amount(fact));
        }
        sums.into_iter().filter(|(_, n)| *n == 0).map(|(g, _)| g).collect()
    }

    /// The coverage of all reports, by file and line.
    #[must_use]
    pub fn coverage(&self) -> Option<Covered> {
        let all = self.of(|f| f.coverage.as_ref());
        let idle = Self::idle(&all, |c| c.sum(crate::facts::FileCoverage::line_ratio).total);
        let apart: Vec<&str> = all.iter().filter(|(_, c)| c.has_totals()).map(|(s, _)| s.path).collect();
        let doubt = match (idle.is_empty(), apart.as_slice()) {
            (false, _) => Some(format!("nothing was measured: no line in {}", idle.join(", "))),
            (true, [first, ..]) if all.len() > 1 => Some(format!(
                "{first} states figures of files without their lines, which cannot be merged with another report: \
                 hand in the full report, or judge it in a scope of its own"
            )),
            _ => None,
        };
        let mut sum = Coverage { has_branches: true, has_functions: true, ..Coverage::default() };
        for (_, coverage) in &all {
            sum.join(coverage);
        }
        let contradiction = sum.files.iter().find(|(_, f)| f.contradicts).map(|(path, _)| {
            format!("the reports contradict each other on the statements of {path}: they are not of the same code")
        });
        let doubt = doubt.or(contradiction);
        // A part that does not speak of branches makes the figure of the whole unknown; so do names of functions that
        // two formats write differently, each of which would count.
        sum.has_branches = all.iter().all(|(_, c)| c.has_branches);
        sum.has_functions = all.iter().all(|(_, c)| c.has_functions);
        let first = all.first().map(|(_, c)| *c);
        let alike = all.iter().all(|(_, c)| !first.is_some_and(|first| first.names_differ(c)));
        let names = self.changed.map(|_| sum.files.keys().cloned().collect()).unwrap_or_default();
        sum.files.retain(|path, _| (self.path)(path));
        let has_totals = sum.has_totals();
        (!all.is_empty()).then_some(Covered { sum, doubt, alike, names, has_totals })
    }

    /// The test runs; evidence without a single test is named.
    #[must_use]
    pub fn tests(&self) -> Option<(Vec<&'a TestRun>, Vec<&'a str>)> {
        let all = self.of(|f| f.tests.as_ref());
        let idle = Self::idle(&all, TestRun::total);
        (!all.is_empty()).then(|| (all.iter().map(|(_, t)| *t).collect(), idle))
    }

    /// The findings after aliases are joined, with the reports they are from.
    #[must_use]
    pub fn findings(&self) -> Option<(Vec<Joined<'a>>, Stated<'a, Findings>)> {
        let all = self.of(|f| f.findings.as_ref());
        let list = all.iter().enumerate().flat_map(|(n, (_, f))| f.list.iter().map(move |f| (n, f)));
        let list = list.filter(|(_, f)| self.concerns(f));
        (!all.is_empty()).then(|| (join(list, self.aliases, false), all.clone()))
    }

    /// What reports say of packages.
    #[must_use]
    pub fn dependencies(&self) -> Stated<'a, Dependencies> {
        self.of(|f| f.dependencies.as_ref())
    }

    /// The packages with an issue, joined; `None` where no report speaks of it.
    #[must_use]
    pub fn issue(&self, issue: DependencyIssue) -> Option<Vec<Joined<'a>>> {
        let all = self.dependencies();
        let lists: Vec<&'a [Finding]> = all.iter().filter_map(|(_, d)| d.of(issue)).collect();
        let concerned = lists.iter().enumerate().flat_map(|(n, l)| l.iter().map(move |f| (n, f)));
        let concerned = concerned.filter(|(_, f)| self.concerns(f));
        (!lists.is_empty()).then(|| join(concerned, self.aliases, true))
    }

    /// The licence lists.
    #[must_use]
    pub fn licenses(&self) -> Stated<'a, Licenses> {
        self.of(|f| f.licenses.as_ref())
    }

    /// The lints.
    #[must_use]
    pub fn lints(&self) -> Stated<'a, Lints> {
        self.of(|f| f.lints.as_ref())
    }

    /// The durations.
    #[must_use]
    pub fn timings(&self) -> Stated<'a, Timings> {
        self.of(|f| f.timings.as_ref())
    }

    /// The steps.
    #[must_use]
    pub fn steps(&self) -> Stated<'a, Steps> {
        self.of(|f| f.steps.as_ref())
    }

    /// Whether a finding is this scope's concern.
    fn concerns(&self, finding: &Finding) -> bool {
        let package = finding.package.as_ref().map(|p| (self.package)(&p.name));
        (self.tool)(&finding.tool)
            && self.concerns_place(finding.location.as_ref())
            && package.unwrap_or(!self.by_package)
    }

    /// Whether a place is this scope's concern. In a scope of changed lines what has no place is, for it may be of
    /// the change: a report that states less must not be judged more mildly.
    #[must_use]
    pub fn concerns_place(&self, place: Option<&Location>) -> bool {
        let by_path = place.map_or(!self.by_path, |l| (self.path)(&l.path));
        let by_line = |diff: &Diff| place.is_none_or(|l| diff.may_hold(&l.path, l.line));
        by_path && self.changed.is_none_or(by_line)
    }
}

/// What the name of a file ends in, behind its last point.
#[must_use]
pub fn ending(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}
