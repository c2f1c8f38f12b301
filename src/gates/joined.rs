//! Statements of several tools on one thing, joined into one finding.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{Aliases, Finding, Location, Package, Severity, SeverityRule, is_advisory};
use crate::text::Text;
use crate::verdict::{Place, Violation};

/// One finding after aliases are joined: several tools may have made it.
#[derive(Debug, Clone)]
pub struct Joined<'a> {
    /// The finding that stands for all.
    pub finding: &'a Finding,
    /// Every statement of it.
    pub all: Vec<&'a Finding>,
}

/// What makes two statements one finding.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Identity<'a> {
    /// An advisory, by its class, package and version.
    Advisory(String, String, Option<&'a str>),
    /// Something about a package that no advisory names, by package and version.
    Package(String, Option<&'a str>),
    /// Anything else: the same statement of the same tool, the n-th of its report.
    Other(&'a Text, &'a Text, Option<&'a Location>, &'a Text, usize),
}

/// Joins statements on the same advisory, package and version, and the same statement of the same
/// tool in several reports; within one report a reader has dropped exact repetitions already. Each
/// finding comes with the number of its report. `by_package`: what no advisory names is joined by package.
pub(super) fn join<'a>(
    findings: impl Iterator<Item = (usize, &'a Finding)>,
    aliases: &Aliases,
    by_package: bool,
) -> Vec<Joined<'a>> {
    let all: Vec<(usize, &Finding)> = findings.collect();
    let class = |f: &Finding| {
        let named = std::iter::once(&f.id).chain(&f.aliases).any(|id| is_advisory(id));
        let package = f.package.as_ref().map(|p| Package::name_key(&p.name));
        named.then(|| (aliases.root(&f.id), package))
    };
    // A statement without a version joins the only version there is, one without a package the only
    // package; where there are several it stands for itself.
    let mut packages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut versions: BTreeMap<(String, String), BTreeSet<&str>> = BTreeMap::new();
    for (_, f) in &all {
        if let Some((class, Some(package))) = class(f) {
            packages.entry(class.clone()).or_default().insert(package.clone());
            let known = versions.entry((class, package)).or_default();
            known.extend(version_of(f));
        }
    }
    let mut groups: BTreeMap<Identity<'_>, Vec<&Finding>> = BTreeMap::new();
    let mut repeated: BTreeMap<(usize, Identity<'_>), usize> = BTreeMap::new();
    for (report, f) in all.iter().copied() {
        let identity = class(f).and_then(|(class, package)| {
            let known = packages.get(&class);
            let package = package.or_else(|| only(known?).cloned())?;
            let stated = version_of(f);
            let known = versions.get(&(class.clone(), package.clone()));
            let version = stated.or_else(|| only(known?).copied());
            Some(Identity::Advisory(class, package, version))
        });
        let of_package = || {
            let package = f.package.as_ref().filter(|_| by_package)?;
            Some(Identity::Package(Package::name_key(&package.name), version_of(f)))
        };
        let identity = identity.or_else(of_package).unwrap_or_else(|| {
            let nth = |n| Identity::Other(&f.tool, &f.id, f.location.as_ref(), &f.message, n);
            let n = repeated.entry((report, nth(0))).or_default();
            *n += 1;
            nth(*n)
        });
        groups.entry(identity).or_default().push(f);
    }
    groups
        .into_values()
        .filter_map(|mut all| {
            all.sort_by(|a, b| (&a.id, &a.tool, &a.message).cmp(&(&b.id, &b.tool, &b.message)));
            let finding = all.iter().find(|f| f.package.is_some() && f.fix.is_some()).or(all.first()).copied()?;
            Some(Joined { finding, all })
        })
        .collect()
}

/// The version of the package that a finding is about, in one spelling.
fn version_of(finding: &Finding) -> Option<&str> {
    finding.package.as_ref()?.version.as_deref().map(Package::version_key)
}

fn only<T: Ord>(set: &BTreeSet<T>) -> Option<&T> {
    set.first().filter(|_| set.len() == 1)
}

impl Joined<'_> {
    /// The worst severity that any tool gives it; unknown only if none gives one.
    #[must_use]
    pub fn severity(&self, rule: SeverityRule) -> Severity {
        self.all.iter().map(|f| f.rating.severity(rule)).max().unwrap_or(Severity::Unknown)
    }

    /// Under what it is looked up in a catalogue: the classes of its names, and all that they may be.
    pub fn classes(&self, aliases: &Aliases) -> BTreeSet<String> {
        let names = self.all.iter().flat_map(|f| std::iter::once(&f.id).chain(&f.aliases));
        names.filter(|n| is_advisory(n)).flat_map(|n| aliases.looked_up(n)).collect()
    }

    /// As it stands in a verdict.
    #[must_use]
    pub fn violation(&self, rule: SeverityRule) -> Violation {
        let severity = self.severity(rule);
        let because = self.all.iter().filter_map(|f| f.rating.claim(rule)).find(|c| c.severity == severity);
        let tools: BTreeSet<&str> = self.all.iter().map(|f| &*f.tool).collect();
        let names: BTreeSet<&Text> = self.all.iter().flat_map(|f| f.aliases.iter().chain([&f.id])).collect();
        let f = self.finding;
        let mut message = f.message.to_string();
        if let Some(claim) = because.filter(|c| !c.words.is_empty()) {
            message.push_str(&format!(" ({})", claim.words));
        }
        if self.all.iter().all(|f| f.suppressed) {
            message.push_str(" [suppressed by its report]");
        }
        Violation {
            id: f.id.clone(),
            severity: Some(severity.name().into()),
            package: f.package.as_ref().map(|p| p.name.clone()),
            version: f.package.as_ref().and_then(|p| p.version.clone()),
            tool: Some(Text::new(&tools.into_iter().collect::<Vec<_>>().join(", "))),
            message: Text::new(&message),
            location: self.location(),
            aliases: names.into_iter().filter(|n| **n != f.id).cloned().collect(),
            fix: self.all.iter().find_map(|f| f.fix.clone()),
            also_in: self.elsewhere(),
            weight: None,
            reports: crate::input::size(self.all.len()),
        }
    }

    /// The files of all statements, but the one that is shown.
    fn elsewhere(&self) -> Vec<Text> {
        let shown = self.location().map(|l| l.path);
        let paths = self.all.iter().filter_map(|f| f.location.as_ref()).map(|l| &l.path);
        paths.filter(|p| Some(*p) != shown.as_ref()).collect::<BTreeSet<_>>().into_iter().cloned().collect()
    }

    fn location(&self) -> Option<Place> {
        let place = self.finding.location.as_ref().or_else(|| self.all.iter().find_map(|f| f.location.as_ref()))?;
        Some(Place { path: place.path.clone(), line: place.line })
    }
}
