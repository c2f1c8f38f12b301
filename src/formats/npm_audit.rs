//! npm, `npm audit --json`, of npm 7 and later, and of npm 6, which pnpm and yarn 2 and later write as well.
//!
//! Sources: npm/cli `workspaces/arborist/lib/audit-report.js` (`toJSON`), `vuln.js`, metavuln-calculator; npm 6
//! `lib/audit.js`; measured with npm 11.
//!
//! Counted are advisories by package: the distinct objects in `via` (npm 6: `advisories`, by installed version). A text
//! in `via` names another entry, by which a package is vulnerable only because it depends on that; it is not counted
//! again. `metadata` counts packages (npm 6: paths): where it admits more than the entries are, or an entry is worse
//! than what stands in it, something is missing, and that counts. A `cvss.score` of 0 without a vector is npm's word
//! for none. What npm answers where it could not audit is refused by name. yarn 1 writes another shape, not read.

mod document;

use std::collections::BTreeMap;

use self::document::{Advisory, Cvss, Document, Entry, Metadata, OldAdvisory, Via, Words};
use super::admitted::{admit, unnamed};
use super::{Format, Head, Input};
use crate::facts::{Dependencies, DependencyIssue, Finding, Findings, Kind, Package, Rating, Report, Severity, Source};
use crate::input::json::Json;
use crate::input::{ReadError, Result, size};
use crate::text::Text;

const TOOL: &str = "npm-audit";

pub(super) const FORMAT: Format = Format {
    name: TOOL,
    gives: &[Kind::Findings, Kind::Dependencies],
    producers: "npm 11, `npm audit --json`; by their sources npm 7 to 10, and npm 6 and pnpm with the older shape",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    let new = head.has("auditReportVersion");
    // `metadata` stands at the end of npm 6's report, perhaps out of sight; `actions` at its front.
    let old = head.has("advisories") && (head.has("actions") || head.has("metadata"));
    let failed = head.has("error.summary") || head.string("error.code").is_some_and(|c| c.starts_with("ERR_PNPM"));
    new || old || failed
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let document: Document = Json::document(input.window)?;
    let failure = document.failure();
    let mut audit = Audit::default();
    let metadata = match (document.vulnerabilities, document.advisories) {
        (Some(_), Some(_)) => return Err(ReadError::new("both `vulnerabilities` (npm 7) and `advisories` (npm 6)")),
        (Some(entries), None) => {
            let metadata = needed(document.metadata)?;
            match document.audit_report_version {
                Some(2) => audit.add_entries(entries, &metadata)?,
                Some(n) => return Err(ReadError::new(format!("auditReportVersion {n}: only 2 is read"))),
                None => return Err(ReadError::new("`vulnerabilities` without `auditReportVersion`")),
            }
            metadata
        }
        (None, Some(advisories)) => {
            let metadata = needed(document.metadata)?;
            audit.add_advisories(advisories, &metadata);
            metadata
        }
        (None, None) => return Err(ReadError::new(failure.unwrap_or_else(|| NOTHING.into()))),
    };
    if let Some(reason) = failure {
        audit.report.fail(reason);
    }
    if document.muted.is_some_and(|m| !m.is_empty()) {
        audit.report.note("`muted` names advisories that npm's own settings hide");
    }
    audit.finish(&metadata)
}

const NOTHING: &str = "neither `vulnerabilities` (npm 7 and later) nor `advisories` (npm 6): no audit was made";

fn needed(metadata: Option<Metadata>) -> Result<Metadata> {
    metadata.ok_or_else(|| ReadError::new("no `metadata`: nothing says how many packages were looked at"))
}

#[derive(Default)]
struct Audit {
    report: Report,
    findings: Findings,
}

impl Audit {
    /// The entries of npm 7: one a package.
    fn add_entries(&mut self, entries: BTreeMap<String, Entry>, metadata: &Metadata) -> Result<()> {
        let stated: BTreeMap<&str, Option<Severity>> =
            entries.iter().map(|(name, e)| (name.as_str(), Severity::of_word(&e.severity))).collect();
        let mut listed: BTreeMap<Severity, u64> = BTreeMap::new();
        for (name, entry) in &entries {
            let severity = Severity::of_word(&entry.severity).unwrap_or(Severity::Unknown);
            *listed.entry(severity).or_default() += 1;
            let mut worst = None;
            for via in &entry.via.0 {
                worst = worst.max(match via {
                    Via::Name(other) => *stated.get(other.as_str()).ok_or_else(|| {
                        ReadError::new(format!("{name} is vulnerable by {other:?}, of which there is no entry"))
                    })?,
                    Via::Advisory(advisory) => {
                        self.add_advisory(name, advisory, entry);
                        Severity::of_word(&advisory.severity)
                    }
                });
            }
            if entry.via.0.is_empty() || worst < Some(severity) {
                let why = format!("npm calls {name} {}, and nothing in its `via` is", entry.severity);
                self.report.note(format!("{why}: what is missing counts"));
                let package = Package { name: Text::new(name), version: None };
                self.findings.add(unnamed(TOOL, severity, &why, Some(package)), "");
            }
        }
        self.compare(metadata, &listed, size(entries.len()));
        Ok(())
    }

    fn add_advisory(&mut self, name: &str, advisory: &Advisory, entry: &Entry) {
        let id = ghsa(advisory.url.as_deref()).unwrap_or_else(|| advisory.source.0.clone());
        let finding = Finding {
            message: advisory.title.clone().filter(|t| !t.is_empty()).unwrap_or_else(|| id.clone()),
            id,
            aliases: Vec::new(),
            package: Some(Package { name: advisory.name.clone().unwrap_or_else(|| name.into()), version: None }),
            location: None,
            rating: rating(&advisory.severity, advisory.cvss.as_ref()),
            fix: entry.fix_available.as_ref().and_then(|f| f.0.clone()),
            tool: TOOL.into(),
            suppressed: false,
        };
        self.findings.add(finding, "");
    }

    /// What `metadata` admits beyond the entries, which are of its unit: packages.
    fn compare(&mut self, metadata: &Metadata, listed: &BTreeMap<Severity, u64>, entries: u64) {
        let mut admitted = 0_u64;
        for (severity, said) in metadata.vulnerabilities.by_severity() {
            let held = listed.get(&severity).copied().unwrap_or_default();
            let more = said.saturating_sub(held);
            if more > 0 {
                let word = severity.name();
                let why = format!("packages of {word} severity: metadata counts {said}, and {held} are listed");
                self.report.note(format!("{why}: the rest counts"));
                admit(&mut self.findings, TOOL, severity, more, &why);
                admitted = admitted.saturating_add(more);
            }
        }
        let total = metadata.vulnerabilities.total.unwrap_or_default();
        let more = total.saturating_sub(entries.saturating_add(admitted));
        if more > 0 {
            self.report.note(format!("packages: metadata counts {total}, and {entries} are listed: the rest counts"));
            self.findings.unlisted = self.findings.unlisted.saturating_add(more);
        }
        let n = self.findings.list.len();
        if admitted == 0 && total != size(n) {
            self.report.note(format!(
                "metadata counts {total} packages, also those that only depend on a vulnerable one; counted are {n} \
                 advisories by package"
            ));
        }
    }

    /// The advisories of npm 6, by the versions that are installed.
    fn add_advisories(&mut self, advisories: BTreeMap<String, OldAdvisory>, metadata: &Metadata) {
        let mut paths: BTreeMap<Severity, u64> = BTreeMap::new();
        for (key, advisory) in &advisories {
            let severity = Severity::of_word(&advisory.severity).unwrap_or(Severity::Unknown);
            let held = crate::input::total(advisory.findings.iter().map(|f| size(f.paths.len())));
            let sum = paths.entry(severity).or_default();
            *sum = sum.saturating_add(held);
            let versions = advisory.findings.iter().map(|f| Some(f.version.clone()));
            let none = advisory.findings.is_empty().then_some(None);
            for version in versions.chain(none) {
                self.findings.add(old_finding(key, advisory, version), "");
            }
        }
        for (severity, said) in metadata.vulnerabilities.by_severity() {
            let held = paths.get(&severity).copied().unwrap_or_default();
            if said > held {
                let word = severity.name();
                let why =
                    format!("paths to advisories of {word} severity: metadata counts {said}, and {held} are listed");
                self.report.note(format!("{why}: each path that is missing counts"));
                admit(&mut self.findings, TOOL, severity, said - held, &why);
            }
        }
    }

    fn finish(self, metadata: &Metadata) -> Result<Report> {
        let Self { mut report, mut findings } = self;
        let packages = metadata.dependencies.total.or(metadata.total_dependencies).ok_or_else(|| {
            ReadError::new("neither `metadata.dependencies.total` nor `metadata.totalDependencies`: nothing says how much was looked at")
        })?;
        if packages == 0 {
            report.note("0 dependencies: nothing was looked at");
        }
        findings.scanned = Some(packages);
        let mut dependencies = Dependencies::default();
        dependencies.packages = Some(packages);
        dependencies.speak_of(DependencyIssue::Vulnerable).clone_from(&findings.list);
        if findings.unlisted > 0 {
            dependencies.admit(DependencyIssue::Vulnerable, findings.unlisted);
        }
        report.tools = vec![TOOL.into()];
        report.facts.findings = Some(findings);
        report.facts.dependencies = Some(dependencies);
        Ok(report)
    }
}

fn old_finding(key: &str, advisory: &OldAdvisory, version: Option<Text>) -> Finding {
    let id = advisory.github_advisory_id.clone().filter(|id| !id.is_empty());
    let id = id.or_else(|| ghsa(advisory.url.as_deref())).unwrap_or_else(|| Text::new(key));
    Finding {
        message: advisory.title.clone().filter(|t| !t.is_empty()).unwrap_or_else(|| id.clone()),
        id,
        aliases: advisory.cves.clone().unwrap_or_default(),
        package: Some(Package { name: advisory.module_name.clone(), version }),
        location: None,
        rating: rating(&advisory.severity, advisory.cvss.as_ref()),
        // The registry writes `<0.0.0` where no version mends it.
        fix: advisory.patched_versions.clone().filter(|v| !v.is_empty() && &**v != "<0.0.0"),
        tool: TOOL.into(),
        suppressed: false,
    }
}

/// The id of GitHub's advisory at the end of its address.
fn ghsa(url: Option<&str>) -> Option<Text> {
    let last = url?.trim_end_matches('/').rsplit('/').next()?;
    (last.starts_with("GHSA-") && crate::facts::is_advisory(last)).then(|| Text::new(last))
}

fn rating(word: &str, cvss: Option<&Cvss>) -> Rating {
    let mut rating = Rating::default();
    if let Some(severity) = Severity::of_word(word) {
        rating.add(severity, Source::Word, word);
    }
    let Some(Cvss { score, vector_string }) = cvss else { return rating };
    let scored = vector_string.as_deref().is_some_and(|v| rating.add_vector(v));
    if let Some(score) = score.filter(|s| !scored && *s > 0.0)
        && let Some(severity) = Severity::of_score(score)
    {
        rating.add(severity, Source::Score, format!("CVSS {score:.1}"));
    }
    rating
}

impl Words {
    /// What npm says of its failure.
    fn said(&self) -> String {
        let all = [&self.code, &self.summary, &self.message, &self.detail];
        let words: Vec<&str> = all.into_iter().flatten().map(|t| &**t).filter(|t| !t.is_empty()).collect();
        words.join(": ")
    }
}

impl Document {
    /// What npm says where it could not audit.
    fn failure(&self) -> Option<String> {
        if self.error.is_none() && self.status_code.is_none() {
            return None;
        }
        let mut said = self.error.as_ref().map(Words::said).unwrap_or_default();
        if let (true, Some(message)) = (said.is_empty(), &self.message) {
            said = message.to_string();
        }
        Some(format!("npm could not audit ({said}): run it again where it can reach the registry and the lock file"))
    }
}

#[cfg(test)]
mod tests;
