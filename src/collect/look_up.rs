//! Lock files looked up in the advisory databases of the run: what cargo-audit would say of them.
//!
//! Which versions an advisory is about is for the `rustsec` crate to say, as in cargo-audit. What
//! its informational advisories say goes to `[dependencies]`, as there. Whether a version was yanked
//! stands in the index of crates.io only, so nothing is said of that. Single advisories are no
//! database: by themselves they do not prove that anything was looked up.

use std::collections::BTreeMap;

use super::Evidence;
use crate::facts::{
    Advisory, Dependencies, DependencyIssue, Finding, Findings, Location, LockedPackage, Lockfile, Package, Report,
};
use crate::input::size;
use crate::text::Text;

/// The tool of what is found so, for `requires` and in every finding.
const TOOL: &str = "rustsec";

/// What an advisory database speaks of, in every case.
const ISSUES: [DependencyIssue; 4] =
    [DependencyIssue::Vulnerable, DependencyIssue::Unmaintained, DependencyIssue::Unsound, DependencyIssue::Notice];

/// Looks every lock file up in all databases together.
pub(super) fn look_up(all: &mut [Evidence], root: &str) {
    let locked = all.iter().any(|e| e.report.as_ref().is_some_and(|r| r.facts.lockfile.is_some()));
    let known = all.iter().filter_map(|e| e.report.as_ref()?.facts.advisories.as_ref()).any(|a| a.whole);
    if locked && known {
        let database = Database::of(all);
        let found: Vec<Option<Found>> = all.iter().map(|e| database.found(e, root)).collect();
        for (evidence, found) in all.iter_mut().zip(found) {
            if let (Some(report), Some(found)) = (&mut evidence.report, found) {
                found.add_to(report);
            }
        }
    }
    for report in all.iter_mut().filter_map(|e| e.report.as_mut()) {
        match &report.facts.lockfile {
            Some(_) if !known => report.note("no advisory database was read: nothing is known of its packages"),
            None if report.facts.advisories.is_some() && !locked => {
                report.note("no lock file was read: only its aliases are of use");
            }
            _ => {}
        }
    }
}

/// All advisories of the run by package.
struct Database<'a>(BTreeMap<&'a Text, Vec<&'a Advisory>>);

impl<'a> Database<'a> {
    fn of(all: &'a [Evidence]) -> Self {
        let mut by_package: BTreeMap<&Text, Vec<&Advisory>> = BTreeMap::new();
        let databases = all.iter().filter_map(|e| e.report.as_ref()?.facts.advisories.as_ref());
        for advisory in databases.flat_map(|d| &d.list) {
            if let Some(package) = &advisory.package {
                by_package.entry(package).or_default().push(advisory);
            }
        }
        Self(by_package)
    }

    fn found(&self, evidence: &Evidence, root: &str) -> Option<Found> {
        let lockfile = evidence.report.as_ref()?.facts.lockfile.as_ref()?;
        let path = evidence.path.strip_prefix(root).and_then(|p| p.strip_prefix('/')).unwrap_or(&evidence.path);
        let mut found = Found::over(lockfile);
        for package in lockfile.of_crates_io() {
            for advisory in self.0.get(&package.name).into_iter().flatten() {
                if advisory.affects(&package.version) {
                    found.add(advisory.issue, finding(advisory, package, path));
                }
            }
        }
        Some(found)
    }
}

fn finding(advisory: &Advisory, package: &LockedPackage, path: &str) -> Finding {
    Finding {
        id: advisory.id.clone(),
        aliases: advisory.aliases.clone(),
        message: advisory.title.clone(),
        package: Some(Package { name: package.name.clone(), version: Some(Text::new(&package.version.to_string())) }),
        location: Some(Location { path: Text::new(path), line: package.line }),
        rating: advisory.rating.clone(),
        fix: advisory.fix(),
        tool: TOOL.into(),
        suppressed: false,
    }
}

/// What was found of one lock file.
struct Found {
    packages: u64,
    elsewhere: u64,
    lists: BTreeMap<DependencyIssue, Findings>,
}

impl Found {
    fn over(lockfile: &Lockfile) -> Self {
        let packages = size(lockfile.of_crates_io().count());
        let elsewhere = size(lockfile.packages.len()).saturating_sub(packages);
        Self { packages, elsewhere, lists: BTreeMap::new() }
    }

    /// Two databases may state the same advisory: it counts once.
    fn add(&mut self, issue: DependencyIssue, finding: Finding) {
        self.lists.entry(issue).or_default().add(finding, "");
    }

    fn add_to(mut self, report: &mut Report) {
        let mut dependencies = Dependencies::default();
        dependencies.packages = Some(self.packages);
        for issue in ISSUES {
            let list = self.lists.get(&issue).map(|f| f.list.clone()).unwrap_or_default();
            *dependencies.speak_of(issue) = list;
        }
        let mut findings = self.lists.remove(&DependencyIssue::Vulnerable).unwrap_or_default();
        findings.scanned = Some(self.packages);
        report.facts.findings = Some(findings);
        report.facts.dependencies = Some(dependencies);
        if self.elsewhere > 0 {
            let n = self.elsewhere;
            report.note(format!("{n} of its packages are not from crates.io, and no advisory is about them"));
        }
        if self.packages == 0 {
            report.note("not one package from crates.io: there was nothing to look up");
        } else {
            report.tools = vec![TOOL.into()];
        }
    }
}
