//! osv-scanner, `--format json`.
//!
//! Source: google/osv-scanner `pkg/models/results.go`, `pkg/models/vulnerability.go`. A group holds the entries that
//! are one vulnerability under several names: groups are counted, and what their entries say of a severity
//! is all heard: the word of a database, `max_severity`, the vectors. What its analysis calls unreachable counts. Only
//! packages with a vulnerability, or with a licence that its own list forbids, are written; only where another stands
//! among them (`--all-packages`) is it known how much was looked at, and are licences a list that can be judged.

mod document;

use std::collections::{BTreeMap, BTreeSet};

use self::document::{Document, Group, Listed, Name};
use super::osv::Entry;
use super::scan::{self, Scan};
use super::{Format, Head, Input};
use crate::facts::{Finding, Kind, LicensedPackage, Licenses, Location, Package, Rating, Report, telling_name};
use crate::input::json::Json;
use crate::input::{ReadError, Result, size};
use crate::text::Text;

const TOOL: &str = "osv-scanner";

pub(super) const FORMAT: Format = Format {
    name: TOOL,
    gives: &[Kind::Findings, Kind::Dependencies, Kind::Licenses],
    producers: "osv-scanner 1 and 2, `--format json`; by their samples",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    head.has("results")
        && (head.has("results[].packages[].groups")
            || head.has("experimental_config.licenses")
            || head.has("results[].source.path") && head.has("results[].packages[].package.ecosystem"))
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let document: Document = Json::document(input.window)?;
    let mut all = All::default();
    all.scan.speak_of_packages();
    let Some(results) = document.results else {
        return Err(ReadError::new("`results` is null: nothing says that a scan was made"));
    };
    for source in results {
        all.sources += 1;
        for listed in source.packages {
            all.add(listed, &source.source.path)?;
        }
    }
    Ok(all.finish())
}

/// What was read so far.
#[derive(Default)]
struct All {
    scan: Scan,
    sources: u64,
    licensed: Vec<LicensedPackage>,
    /// Packages that break osv-scanner's own list of licences.
    forbidden: Vec<String>,
    /// A package has neither a vulnerability nor a forbidden licence: all that were looked at are listed.
    complete: bool,
    /// Licences are stated.
    licences: bool,
}

impl All {
    fn add(&mut self, listed: Listed, path: &Text) -> Result<()> {
        let Listed { package: name, vulnerabilities, groups, licenses, license_violations } = listed;
        let package = package(name)?;
        let (entries, groups) = (vulnerabilities.unwrap_or_default(), groups.unwrap_or_default());
        self.compare(&entries, &groups, &package)?;
        let violations = license_violations.unwrap_or_default();
        self.complete |= entries.is_empty() && violations.is_empty();
        if !violations.is_empty() {
            self.forbidden.push(format!("{} ({})", package.name, violations.join(", ")));
        }
        self.licences |= licenses.is_some();
        self.licensed.push(LicensedPackage {
            name: package.name.clone(),
            version: package.version.clone(),
            declared: scan::all_of(&licenses.unwrap_or_default()),
        });
        let entries: BTreeMap<Text, Entry> = entries.into_iter().map(|e| (e.id.clone(), e)).collect();
        for group in groups {
            self.scan.add_vulnerability(finding(group, &entries, &package, path), "");
        }
        Ok(())
    }

    /// A vulnerability in no group would not be counted; a group without its entries states no severity.
    fn compare(&self, entries: &[Entry], groups: &[Group], package: &Package) -> Result<()> {
        let grouped: BTreeSet<&Text> = groups.iter().flat_map(|g| &g.ids).collect();
        let listed: BTreeSet<&Text> = entries.iter().map(|e| &e.id).collect();
        if groups.iter().any(|g| g.ids.iter().all(|id| id.is_empty())) {
            return Err(ReadError::new(format!("a group of {} without `ids`", package.name)));
        }
        match grouped.symmetric_difference(&listed).next() {
            Some(id) => Err(ReadError::new(format!(
                "`groups` and `vulnerabilities` of {} do not hold the same ids: {id} is in one only",
                package.name
            ))),
            None => Ok(()),
        }
    }

    fn finish(self) -> Report {
        let Self { mut scan, sources, licensed, forbidden, complete, licences } = self;
        let mut report = Report::by(TOOL);
        let listed = size(licensed.len());
        if complete {
            scan.findings.scanned = Some(listed);
            scan.dependencies.packages = Some(listed);
        } else {
            report.note(format!(
                "{listed} packages of {sources} sources are listed, only those that something is wrong with: how many were \
                 looked at is not known without --all-packages"
            ));
        }
        if !forbidden.is_empty() {
            report.note(format!("licences that osv-scanner's own list forbids: {}", forbidden.join(", ")));
        }
        if licences && complete {
            report.facts.licenses = Some(Licenses { packages: licensed, tool: TOOL.into() });
        } else if licences {
            report.note("licences of some packages alone are no list that can be judged: run with --all-packages");
        }
        report.facts.findings = Some(scan.findings);
        report.facts.dependencies = Some(scan.dependencies);
        report
    }
}

/// The package; code that is known by its commit alone has that for a name.
fn package(name: Name) -> Result<Package> {
    let Name { name, version, commit } = name;
    let version = version.filter(|v| !v.is_empty());
    match Some(name).filter(|n| !n.is_empty()).or(commit.filter(|c| !c.is_empty())) {
        Some(name) => Ok(Package { name, version }),
        None => Err(ReadError::new("a package with neither a name nor a commit")),
    }
}

/// The vulnerability that a group is.
fn finding(group: Group, entries: &BTreeMap<Text, Entry>, package: &Package, path: &Text) -> Finding {
    let of_group: Vec<&Entry> = group.ids.iter().filter_map(|id| entries.get(id)).collect();
    let mut fixes: Vec<Text> = of_group.iter().flat_map(|e| e.fixes(&package.name)).collect();
    fixes.sort();
    fixes.dedup();
    let mut names: Vec<&Text> = Vec::new();
    for name in group.ids.iter().chain(group.aliases.iter().flatten()).chain(of_group.iter().flat_map(|e| e.names())) {
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    let mut message = of_group.first().map_or_else(|| Text::new(""), |e| e.message());
    if let Some(why) = group.beyond_reach() {
        message = Text::new(&format!("{message} ({why}, says osv-scanner)"));
    }
    let id = telling_name(&names).map_or_else(|| Text::new(""), Text::clone);
    Finding {
        aliases: names.into_iter().filter(|n| **n != id).cloned().collect(),
        id,
        message,
        location: Some(Location { path: path.clone(), line: None }),
        rating: rate(&group, &of_group, &package.name),
        fix: (!fixes.is_empty()).then(|| Text::new(&fixes.join(", "))),
        package: Some(package.clone()),
        tool: TOOL.into(),
        suppressed: false,
    }
}

/// The words of the databases, then the worst score of the group, then the vectors.
fn rate(group: &Group, entries: &[&Entry], package: &str) -> Rating {
    let mut rating = Rating::default();
    entries.iter().for_each(|e| e.add_words(&mut rating));
    // The score of nothing is written "".
    let score = group.max_severity.as_deref().and_then(|s| s.trim().parse::<f64>().ok());
    scan::add_cvss(&mut rating, None, score);
    entries.iter().for_each(|e| e.add_vectors(package, &mut rating));
    rating
}

#[cfg(test)]
mod tests;
