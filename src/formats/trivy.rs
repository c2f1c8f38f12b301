//! Trivy, `--format json`: an artifact, a cluster (`trivy k8s`), and the bare array of results of old versions.
//!
//! Source: aquasecurity/trivy `pkg/types/report.go`, `pkg/k8s/report/report.go`, `pkg/types/finding.go`. Everything
//! that is empty is left out: no `Results` means that nothing was there to scan, a result without
//! `Vulnerabilities` that it was scanned and is clean. Vulnerabilities, misconfigurations, secrets and licences are
//! lists of their own and all are read. What the report's severity filter or an ignore file took out leaves
//! no trace, unless `--show-suppressed` kept it: that counts, and counts as suppressed. Which scanners ran is not
//! said either. The vendor's ids of a vulnerability (`VendorIDs`: DSA, RHSA) are no aliases: one of them mends
//! several.

mod document;
mod finding;
mod licences;

use self::document::{Document, Metadata, Misconfiguration, Modified, Resource, Scanned, Secret, Vulnerability};
use self::finding::{blank, named, rate, region};
use self::licences::Licences;
use super::scan::{self, Scan};
use super::{Format, Head, Input};
use crate::facts::{Finding, Kind, Report};
use crate::input::json::Json;
use crate::input::{ReadError, Result, size, total};

const TOOL: &str = "Trivy";

pub(super) const FORMAT: Format = Format {
    name: "trivy",
    gives: &[Kind::Findings, Kind::Dependencies, Kind::Licenses],
    producers: "Trivy 0.59, `--format json`; by their samples those to 0.19 (a bare array), `trivy k8s` and 0.6x",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    let artifact = head.has("SchemaVersion") && head.has("ArtifactName");
    let cluster = || head.has("ClusterName") && LISTS.iter().any(|list| head.has(list));
    let legacy = || head.has("[].Target") && (head.has("[].Type") || head.has("[].Vulnerabilities"));
    artifact || cluster() || legacy()
}

/// The lists of a cluster's resources, of which a report has some.
const LISTS: [&str; 4] = ["Resources", "Findings", "Vulnerabilities", "Misconfigurations"];

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut all = All::default();
    input.window.skip_white()?;
    match input.window.peek()? {
        Some(b'[') => {
            all.legacy = true;
            all.add_results(Json::document(input.window)?, "")?;
        }
        Some(b'n') => {
            return Err(ReadError::new("`null` is what an old Trivy writes for no results: nothing was scanned"));
        }
        _ => all.add_document(Json::document(input.window)?)?,
    }
    Ok(all.finish())
}

/// What was read so far.
#[derive(Default)]
struct All {
    report: Report,
    scan: Scan,
    licences: Licences,
    /// Results have no class: a version before `Class` was written.
    legacy: bool,
    /// Something was scanned for findings, and not for licences only.
    looked: bool,
    /// Packages were looked at.
    packages_looked: bool,
    /// How much was looked at: packages, targets, checks.
    work: u64,
    /// How many packages are listed.
    packages: u64,
}

impl All {
    fn add_document(&mut self, document: Document) -> Result<()> {
        if let Some(version) = document.schema_version.filter(|v| *v > 2) {
            return Err(ReadError::new(format!("`SchemaVersion` {version} is not known: 2 is read")));
        }
        self.report.made_at = document.created_at.and_then(|t| t.parse().ok());
        self.add_metadata(document.metadata);
        let lists = [document.resources, document.findings, document.vulnerabilities, document.misconfigurations];
        match document.results {
            Some(results) => self.add_results(results, ""),
            None if document.cluster_name.is_none() || lists.iter().all(Option::is_none) => Err(ReadError::new(
                "`Results` is missing: Trivy saw nothing that it can scan, or looked for secrets alone and found none, which \
                 looks the same",
            )),
            None => lists.into_iter().flatten().flatten().try_for_each(|r| self.add_resource(r)),
        }
    }

    fn add_metadata(&mut self, metadata: Option<Metadata>) {
        let Some(Metadata { os, commit }) = metadata else { return };
        self.report.revisions.extend(commit.filter(|c| !c.is_empty()));
        if let Some(os) = os.filter(|os| os.past_support == Some(true)) {
            let name = [os.family, os.name].into_iter().flatten().map(|w| w.to_string()).collect::<Vec<_>>().join(" ");
            self.report
                .note(format!("{name} is past the end of its support: new vulnerabilities in it are not listed"));
        }
    }

    fn add_resource(&mut self, resource: Resource) -> Result<()> {
        let own = format!("{}/{}", resource.kind, resource.name);
        let name = resource.namespace.filter(|n| !n.is_empty()).map_or_else(|| own.clone(), |n| format!("{n}/{own}"));
        if let Some(error) = resource.error.filter(|e| !e.is_empty()) {
            self.report.fail(format!("{name} could not be scanned: {error}"));
        }
        self.add_results(resource.results.unwrap_or_default(), &name)
    }

    /// Adds the results of an artifact, or of the resource `of` of a cluster.
    fn add_results(&mut self, results: Vec<Scanned>, of: &str) -> Result<()> {
        results.into_iter().try_for_each(|result| self.add_result(result, of))
    }

    fn add_result(&mut self, mut result: Scanned, of: &str) -> Result<()> {
        let place = match of {
            "" => result.target.to_string(),
            of if of.ends_with(&*result.target) => of.to_owned(),
            of => format!("{of}/{}", result.target),
        };
        let class = result.class.as_deref().unwrap_or_default();
        let licences_only = class.starts_with("license");
        let of_packages = class.ends_with("-pkgs") || self.legacy && result.is_of_packages();
        let listed = result.packages.take().unwrap_or_default();
        if licences_only {
            self.licences.scanned = true;
        } else {
            self.looked = true;
            self.work = self.work.saturating_add(work(&result, size(listed.len())));
        }
        self.packages = self.packages.saturating_add(size(listed.len()));
        self.licences.add(listed, result.licenses.take());
        if result.vulnerabilities.is_some() || of_packages {
            (self.looked, self.packages_looked) = (true, true);
        }
        self.add_findings(result, &place)
    }

    fn add_findings(&mut self, result: Scanned, place: &str) -> Result<()> {
        for vulnerability in result.vulnerabilities.into_iter().flatten() {
            self.add_vulnerability(vulnerability, place, false)?;
        }
        let mut failures = 0;
        for misconfiguration in result.misconfigurations.into_iter().flatten() {
            failures += u64::from(self.add_misconfiguration(misconfiguration, place, false)?);
        }
        for secret in result.secrets.into_iter().flatten() {
            self.add_secret(secret, place, false)?;
        }
        if let Some(summary) = result.misconf_summary {
            self.compare(summary.failures, failures, place);
            if let Some(n) = summary.exceptions.filter(|n| *n > 0) {
                self.report.note(format!("{n} failures in {place} are excepted by Trivy's own policy and not listed"));
            }
        }
        result.experimental_modified_findings.into_iter().flatten().try_for_each(|m| self.add_modified(m, place))
    }

    /// The header of a target admits failures; the worse of the two counts.
    fn compare(&mut self, admitted: u64, listed: u64, place: &str) {
        if admitted > listed {
            let unlisted = &mut self.scan.findings.unlisted;
            *unlisted = unlisted.saturating_add(admitted - listed);
            self.report.note(format!(
                "`MisconfSummary` of {place} admits {admitted} failures and {listed} are listed: the rest count, of unknown severity"
            ));
        }
    }

    fn add_vulnerability(&mut self, found: Vulnerability, place: &str, suppressed: bool) -> Result<()> {
        named(&found.id, "VulnerabilityID")?;
        named(&found.pkg_name, "PkgName")?;
        let purl = found.pkg_identifier.as_ref().and_then(|i| i.purl.as_deref());
        let path = found.pkg_path.as_ref().filter(|p| !p.is_empty()).map_or(place, |p| p);
        let finding = Finding {
            message: scan::brief([found.title.as_deref(), Some(&found.id)]),
            package: Some(scan::package(purl, &found.pkg_name, found.installed_version.as_ref())),
            rating: rate(found.severity.as_deref(), found.severity_source.as_deref(), found.cvss),
            fix: found.fixed_version.filter(|v| !v.is_empty()),
            ..blank(found.id, path, None, suppressed)
        };
        self.scan.add_vulnerability(finding, "");
        Ok(())
    }

    /// `true`: it is a failure. What passes is no finding, an exception is a suppressed one.
    fn add_misconfiguration(&mut self, found: Misconfiguration, place: &str, suppressed: bool) -> Result<bool> {
        named(&found.id, "ID")?;
        let status = found.status.as_deref().unwrap_or("FAIL");
        if status == "PASS" {
            return Ok(false);
        }
        let lines = found.cause_metadata;
        let finding = Finding {
            aliases: found.avd_id.into_iter().filter(|a| !a.is_empty() && *a != found.id).collect(),
            message: scan::brief([found.message.as_deref(), found.title.as_deref(), Some(&found.id)]),
            rating: rate(found.severity.as_deref(), None, None),
            fix: found.resolution.filter(|r| !r.is_empty()),
            ..blank(found.id, place, lines.as_ref().and_then(|l| l.start_line), suppressed || status == "EXCEPTION")
        };
        self.scan.findings.add(finding, &region(lines.and_then(|l| l.end_line)));
        Ok(status != "EXCEPTION")
    }

    fn add_secret(&mut self, found: Secret, place: &str, suppressed: bool) -> Result<()> {
        named(&found.rule, "RuleID")?;
        let finding = Finding {
            message: scan::brief([found.title.as_deref(), Some(&found.rule)]),
            rating: rate(found.severity.as_deref(), None, None),
            ..blank(found.rule, place, found.start_line, suppressed)
        };
        self.scan.findings.add(finding, &region(found.end_line));
        Ok(())
    }

    fn add_modified(&mut self, modified: Modified, place: &str) -> Result<()> {
        let Modified { r#type: kind, finding } = modified;
        let lacks = || ReadError::new(format!("an entry of `ExperimentalModifiedFindings` is no {kind}"));
        self.looked |= kind != "license";
        match kind.as_str() {
            "vulnerability" => {
                self.packages_looked = true;
                self.add_vulnerability(finding.vulnerability().ok_or_else(lacks)?, place, true)
            }
            "misconfiguration" => {
                self.add_misconfiguration(finding.misconfiguration().ok_or_else(lacks)?, place, true).map(drop)
            }
            "secret" => self.add_secret(finding.secret().ok_or_else(lacks)?, place, true),
            "license" => {
                self.report.note(format!("a licence that Trivy was told to ignore in {place} is not judged"));
                Ok(())
            }
            other => {
                Err(ReadError::new(format!("`ExperimentalModifiedFindings` holds a {other:?}, which is not known")))
            }
        }
    }

    fn finish(self) -> Report {
        let Self { mut report, mut scan, licences, looked, packages_looked, work, packages, .. } = self;
        report.tools = vec![TOOL.into()];
        if licences.scanned && packages > 0 && scan.findings.list.is_empty() {
            report.note(
                "Trivy's JSON does not say which scanners ran: a scan for licences alone looks as clean as this one",
            );
        }
        if packages_looked {
            scan.speak_of_packages();
            scan.dependencies.packages = (packages > 0).then_some(packages);
            report.facts.dependencies = Some(scan.dependencies);
        }
        report.facts.licenses = licences.facts(&mut report.notes);
        if looked || report.facts.licenses.is_none() {
            scan.findings.scanned = Some(work);
            report.facts.findings = Some(scan.findings);
        }
        report
    }
}

/// How much was looked at in a target: the checks made of it, else its packages, else the target.
fn work(result: &Scanned, packages: u64) -> u64 {
    match &result.misconf_summary {
        Some(s) => total([s.successes, s.failures, s.exceptions.unwrap_or_default()].into_iter()),
        None => packages.max(1),
    }
}

#[cfg(test)]
mod tests;
