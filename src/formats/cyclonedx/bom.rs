//! A document that was read, whatever form it had, and the report that comes of it.

use super::component::{Component, Inventory};
use super::reference::Components;
use super::vulnerability::Stated;
use crate::facts::{Dependencies, DependencyIssue, Findings, Licenses, Report, Vex};
use crate::input::{ReadError, Result, size};
use crate::text::Text;

/// Tools that write a list of vulnerabilities only after a look for them, so that an empty one says that there are
/// none. Trivy writes an empty one into every list of packages.
const LOOKING: [&str; 1] = ["grype"];

/// The document.
#[derive(Default)]
pub(super) struct Bom {
    pub(super) tools: Vec<Text>,
    pub(super) timestamp: Option<String>,
    /// Who made it.
    pub(super) authors: Vec<Text>,
    /// What it is about.
    pub(super) subject: Option<Component>,
    pub(super) inventory: Inventory,
    pub(super) vulnerabilities: Option<Vec<Stated>>,
    /// It says what depends on what.
    pub(super) has_edges: bool,
    /// It says of itself that something is left out.
    pub(super) is_incomplete: bool,
    /// It holds vulnerabilities in the way that was usual before 1.4.
    pub(super) has_extension: bool,
}

/// Refuses what no reader of today could know.
pub(super) fn check_version(version: &str) -> Result<()> {
    match version {
        "1.2" | "1.3" | "1.4" | "1.5" | "1.6" | "1.7" => Ok(()),
        _ => Err(ReadError::new(format!("CycloneDX {version:?} is not known: let the tool write 1.2 to 1.7"))),
    }
}

impl Bom {
    pub(super) fn report(mut self) -> Result<Report> {
        let mut report = self.begin();
        let tool = report.tools.first().cloned().unwrap_or_else(|| "CycloneDX".into());
        let list = self.vulnerabilities.take();
        let is_vex = list.as_ref().is_some_and(|list| self.is_vex(list));
        let mut known = std::mem::take(&mut self.inventory.references);
        if let Some(subject) = self.subject.take() {
            let mut about = Inventory::default();
            about.add(subject)?;
            known.extend(about.references);
        }
        if let Some(list) = list {
            let components = Components::of(known);
            let author = self.authors.first().unwrap_or(&tool);
            add_statements(&mut report, &list, &components, author);
            if is_vex {
                report.note(
                    "analysed vulnerabilities and no components: a VEX, which is no scan and no list of packages",
                );
                return Ok(report);
            }
            add_findings(&mut report, &list, &components, size(self.inventory.packages.len()), &tool);
        }
        report.facts.licenses = Some(Licenses { packages: self.inventory.packages, tool });
        Ok(report)
    }

    /// A report that holds no facts yet.
    fn begin(&mut self) -> Report {
        let mut report = Report { tools: std::mem::take(&mut self.tools), ..Report::default() };
        if let Some(time) = self.timestamp.take() {
            report.made_at = time.parse().ok();
            if report.made_at.is_none() {
                report.note(format!("the timestamp {time:?} is no moment (RFC 3339): its age is not known"));
            }
        }
        if self.inventory.others > 0 {
            let n = self.inventory.others;
            report.note(format!("components that are no packages (operating systems, files, lock files): {n}"));
        }
        if self.is_incomplete {
            report.note("the document says that it is incomplete (`compositions`)");
        }
        if self.has_extension {
            report.note("vulnerabilities in the extension of CycloneDX 1.2 and 1.3 do not count: write 1.4 or later");
        }
        report
    }

    /// Whether it only makes statements about what another document lists. One that knows what depends on what once
    /// had components.
    fn is_vex(&self, list: &[Stated]) -> bool {
        let lists_nothing = self.inventory.packages.is_empty() && self.inventory.others == 0 && !self.has_edges;
        lists_nothing && !list.is_empty() && list.iter().all(|stated| stated.verdict.is_some())
    }
}

fn add_statements(report: &mut Report, list: &[Stated], components: &Components, author: &Text) {
    let made_at = report.made_at;
    let statements: Vec<_> = list.iter().filter_map(|s| s.statement(components, author, made_at)).collect();
    if !statements.is_empty() {
        report.facts.vex = Some(Vex { statements });
    }
}

fn add_findings(report: &mut Report, list: &[Stated], components: &Components, packages: u64, tool: &Text) {
    if list.is_empty() && !LOOKING.iter().any(|name| tool.eq_ignore_ascii_case(name)) {
        report.note(format!(
            "an empty list of vulnerabilities is no proof that anybody looked for one; it is from {}",
            LOOKING.join(", ")
        ));
        return;
    }
    if packages == 0 {
        report.note("vulnerabilities and no packages: how much was looked at is not known");
    }
    let mut findings = Findings::default();
    findings.scanned = Some(packages);
    for (finding, region) in list.iter().flat_map(|stated| stated.findings(components, tool)) {
        findings.add(finding, &region);
    }
    let mut dependencies = Dependencies::default();
    dependencies.packages = Some(packages);
    dependencies.speak_of(DependencyIssue::Vulnerable).clone_from(&findings.list);
    report.facts.findings = Some(findings);
    report.facts.dependencies = Some(dependencies);
}
