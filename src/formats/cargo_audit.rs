//! cargo-audit, `cargo audit --json`, versions 0.17 to 0.22.
//!
//! Source: rustsec/rustsec `rustsec/src/report.rs`, `rustsec/src/warning.rs`, `database/query.rs`,
//! `cargo-audit/src/auditor.rs`. `cargo audit bin` writes one document a binary, one behind the
//! other: they are joined. A kind of warning stands in `warnings` only if there is one, so
//! `settings` tells which kinds were asked for; nothing tells whether yanked crates were looked up.

mod document;

use std::collections::{BTreeMap, BTreeSet};

use self::document::{Database, Document, Settings, Vulnerabilities, Vulnerability, Warning, Words, fix};
use super::rustsec::{self, Advisory, Lists};
use super::{Format, Head, Input};
use crate::facts::{Dependencies, DependencyIssue, Findings, Kind, Report, Severity};
use crate::input::json::documents;
use crate::input::{ReadError, Result, size};
use crate::text::Text;

const TOOL: &str = "cargo-audit";

pub(super) const FORMAT: Format = Format {
    name: TOOL,
    gives: &[Kind::Findings, Kind::Dependencies],
    producers: "cargo-audit 0.17 to 0.22, `--json`, also of `bin`",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    head.has("vulnerabilities.list") && head.has("lockfile.dependency-count")
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut all = Joined::default();
    documents(input.window, |document| all.add(document))?;
    Ok(all.finish())
}

/// What comes from the advisory database.
const OF_ADVISORIES: [DependencyIssue; 4] =
    [DependencyIssue::Vulnerable, DependencyIssue::Unmaintained, DependencyIssue::Unsound, DependencyIssue::Notice];

/// The documents read so far.
#[derive(Default)]
struct Joined {
    report: Report,
    lists: Lists,
    packages: u64,
    unlisted: u64,
    floor: Option<Severity>,
    no_advisories: bool,
    /// Issues of which some document says nothing, or not all: no list of them is not an empty one.
    silent: BTreeSet<DependencyIssue>,
}

impl Joined {
    fn add(&mut self, document: Document) -> Result<()> {
        let Document { database, lockfile, settings, vulnerabilities, warnings } = document;
        self.packages = self
            .packages
            .checked_add(lockfile.dependency_count)
            .ok_or_else(|| ReadError::new("the dependency-counts add up to more than 2^64"))?;
        if lockfile.dependency_count == 0 {
            self.report.note("dependency-count 0: a lock file without packages");
        }
        self.add_database(database);
        self.add_vulnerabilities(vulnerabilities)?;
        self.add_settings(settings, warnings.as_ref())?;
        for (kind, list) in warnings.into_iter().flatten() {
            self.add_warnings(&kind, list)?;
        }
        Ok(())
    }

    fn add_database(&mut self, database: Option<Database>) {
        let Some(Database { advisory_count, last_updated }) = database else { return };
        if advisory_count == Some(0) {
            self.no_advisories = true;
            self.silent.extend(OF_ADVISORIES);
            self.report.note("advisory-count 0: the database was empty, nothing was looked up");
        } else if let (Some(count), Some(time)) = (advisory_count, last_updated) {
            self.report.note(format!("database of {count} advisories, last updated {time}"));
        }
    }

    fn add_vulnerabilities(&mut self, vulnerabilities: Vulnerabilities) -> Result<()> {
        let Vulnerabilities { found, count, list } = vulnerabilities;
        let listed = size(list.len());
        let admitted = count.unwrap_or_default().max(u64::from(found == Some(true)));
        if admitted > listed {
            self.unlisted = self.unlisted.saturating_add(admitted - listed);
            self.report.note(format!(
                "the header admits {admitted} vulnerabilities and the list holds {listed}: the rest count, of unknown severity"
            ));
        } else if count.is_some_and(|c| c < listed) || (found == Some(false) && listed > 0) {
            self.report
                .note(format!("the header says fewer vulnerabilities than the {listed} of the list, which count"));
        }
        for Vulnerability { advisory, versions, package } in list {
            named(&advisory)?;
            let finding = advisory.finding(TOOL, Some(package.into()), fix(versions));
            self.lists.add(DependencyIssue::Vulnerable, finding, "");
        }
        Ok(())
    }

    /// Notes what the settings left out.
    fn add_settings(
        &mut self,
        settings: Option<Settings>,
        warnings: Option<&BTreeMap<String, Vec<Warning>>>,
    ) -> Result<()> {
        let asked = settings.as_ref().map(|s| s.informational_warnings.0.as_slice()).unwrap_or_default();
        for kind in ["unmaintained", "unsound", "notice", "yanked"] {
            let there = warnings.is_some_and(|w| w.contains_key(kind));
            let looked_for = warnings.is_some() && asked.iter().any(|a| &**a == kind);
            if !there && !looked_for {
                self.silent.extend(rustsec::issue(kind));
                if kind != "yanked" {
                    self.report.note(format!("{kind} crates were not asked for (informational_warnings)"));
                }
            }
        }
        let Some(Settings { target_arch, target_os, severity, ignore, .. }) = settings else { return Ok(()) };
        for (name, Words(words)) in [("target_arch", target_arch), ("target_os", target_os)] {
            if !words.is_empty() {
                self.report.note(format!("{name} leaves out what concerns only others than {}", words.join(", ")));
            }
        }
        if !ignore.0.is_empty() {
            let (n, ids) = (ignore.0.len(), ignore.0.join(", "));
            self.report.note(format!("{n} ignored by cargo-audit's own settings and not in the report: {ids}"));
        }
        if let Some(word) = severity {
            let floor = Severity::of_word(&word)
                .ok_or_else(|| ReadError::new(format!("settings.severity is {word:?}, which is no severity")))?;
            if floor > Severity::Info {
                self.silent.extend(OF_ADVISORIES);
                self.report.note(format!("settings.severity leaves out what is scored below {word}"));
            }
            self.floor = self.floor.max(Some(floor));
        }
        Ok(())
    }

    fn add_warnings(&mut self, kind: &str, list: Vec<Warning>) -> Result<()> {
        let Some(issue) = rustsec::issue(kind) else {
            let n = list.len();
            self.report.note(format!("{n} warnings of the kind {kind:?}, which is not known, do not count"));
            return Ok(());
        };
        for Warning { advisory, versions, package } in list {
            let package = Some(package.into());
            let finding = match advisory {
                Some(advisory) => {
                    named(&advisory)?;
                    advisory.finding(TOOL, package, fix(versions))
                }
                None => rustsec::finding(TOOL, kind.into(), Text::new(&format!("the version is {kind}")), package),
            };
            self.lists.add(issue, finding, "");
        }
        Ok(())
    }

    fn finish(mut self) -> Report {
        let mut dependencies = Dependencies::default();
        dependencies.packages = Some(self.packages);
        let mut findings = Findings::default();
        for issue in OF_ADVISORIES.into_iter().chain([DependencyIssue::Yanked]) {
            let found = self.lists.take(issue);
            if !found.list.is_empty() || !self.silent.contains(&issue) {
                dependencies.speak_of(issue).clone_from(&found.list);
            } else if issue == DependencyIssue::Yanked {
                self.report.note("no `warnings.yanked`: none was yanked, or the index was not to be had");
            }
            if issue == DependencyIssue::Vulnerable {
                findings = found;
            }
        }
        if self.unlisted > 0 {
            dependencies.admit(DependencyIssue::Vulnerable, self.unlisted);
        }
        findings.unlisted = self.unlisted;
        findings.floor = self.floor;
        findings.scanned = Some(if self.no_advisories { 0 } else { self.packages });
        let mut report = self.report;
        report.tools = vec![TOOL.into()];
        report.facts.findings = Some(findings);
        report.facts.dependencies = Some(dependencies);
        report
    }
}

/// An advisory must have an id: without one it could be neither joined nor waived.
fn named(advisory: &Advisory) -> Result<()> {
    if advisory.id.is_empty() { Err(ReadError::new("an advisory without an id")) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
