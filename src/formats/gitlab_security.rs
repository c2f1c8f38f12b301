//! The security reports of GitLab, as its own analyzers and others (Semgrep, Trivy's template) write them: SAST,
//! secrets, dependencies, container images, DAST, fuzzing.
//!
//! Source: gitlab-org/security-products/security-report-schemas, versions 14 and 15, as gitlab-org/gitlab keeps them
//! (`lib/gitlab/ci/parsers/security/validators/schemas`). Identifiers that are advisories name a vulnerability;
//! those of classes (CWE, OWASP) do not. What GitLab itself would dismiss is not in the file; what is flagged as
//! a false positive counts, and counts as suppressed.

mod document;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use self::document::{DependencyFile, Document, Place, Scanned, Vulnerability};
use super::scan::{self, Scan};
use super::{Format, Head, Input};
use crate::facts::{
    Finding, Kind, Location, Package, Rating, Report, few_fingerprints, fingerprint, is_advisory, telling_name,
};
use crate::input::json::Json;
use crate::input::{ReadError, Result, total};
use crate::text::Text;

pub(super) const FORMAT: Format = Format {
    name: "gitlab-security",
    gives: &[Kind::Findings, Kind::Dependencies],
    producers: "Semgrep 1.185 (`--gitlab-sast`, `--gitlab-secrets`), Checkov 3.3 (`-o gitlab_sast`); by the schemas 14 and 15 GitLab's own analyzers",
    recognise,
    read,
};

/// The scan may stand at the end, out of sight in a large file.
fn recognise(head: &Head) -> bool {
    let scan = || head.has("scan.type") && head.has("scan.status");
    let found = || head.has("vulnerabilities[].identifiers[].type") && head.has("vulnerabilities[].location");
    head.string("version").is_some() && head.has("vulnerabilities") && (scan() || found())
}

/// Types of scans of packages.
const OF_PACKAGES: [&str; 3] = ["dependency_scanning", "container_scanning", "cluster_image_scanning"];
/// The other types.
const OF_CODE: [&str; 5] = ["sast", "secret_detection", "dast", "coverage_fuzzing", "api_fuzzing"];

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let Document { version, scan: scanned, vulnerabilities, dependency_files } = Json::document(input.window)?;
    if !["14.", "15."].iter().any(|v| version.starts_with(v)) {
        return Err(ReadError::new(format!("version {version} of GitLab's report: 14 and 15 are read")));
    }
    let mut report = Report::default();
    let of_packages = OF_PACKAGES.contains(&&*scanned.r#type);
    if !of_packages && !OF_CODE.contains(&&*scanned.r#type) {
        return Err(ReadError::new(format!("`scan.type` is {:?}, which is none of GitLab's", &*scanned.r#type)));
    }
    if &*scanned.r#type == "dependency_scanning" && dependency_files.is_none() {
        return Err(ReadError::new("no `dependency_files`: nothing says how many dependencies were looked at"));
    }
    let looked_at = looked_at(&scanned, dependency_files.as_deref());
    if looked_at.is_none() {
        report.note(format!(
            "a report of the type {} does not say how much was looked at: a scan of nothing looks as clean",
            scanned.r#type
        ));
    }
    let tool = describe(&mut report, scanned);
    let managers: BTreeMap<Text, Text> = dependency_files
        .into_iter()
        .flatten()
        .filter_map(|f| f.package_manager.map(|manager| (f.path, manager)))
        .collect();
    let mut scan = Scan::default();
    for vulnerability in vulnerabilities {
        let (finding, region) = finding(vulnerability, &tool, &managers)?;
        if of_packages {
            scan.add_vulnerability(finding, &region);
        } else {
            scan.findings.add(finding, &region);
        }
    }
    if of_packages {
        scan.speak_of_packages();
        scan.dependencies.packages = looked_at;
        report.facts.dependencies = Some(scan.dependencies);
    }
    scan.findings.scanned = looked_at;
    report.facts.findings = Some(scan.findings);
    Ok(report)
}

/// How much a scan looked at, where it says so: dependencies of lock files, resources of a site.
fn looked_at(scanned: &Scanned, files: Option<&[DependencyFile]>) -> Option<u64> {
    match &*scanned.r#type {
        "dependency_scanning" => files.map(|files| total(files.iter().map(|f| f.dependencies.0))),
        "dast" => scanned.scanned_resources.map(|r| r.0),
        _ => None,
    }
}

/// Notes what the scan says of itself, and gives the name of its scanner.
fn describe(report: &mut Report, scanned: Scanned) -> Text {
    let Scanned { r#type: kind, status, scanner, analyzer, end_time, messages, partial_scan, .. } = scanned;
    if &*status != "success" {
        report.fail(format!("the status of the {kind} scan is {status:?}"));
    }
    for message in messages.into_iter().flatten() {
        match &*message.level {
            "warn" => report.note(format!("a warning of the scanner: {}", message.value)),
            "info" => {}
            _ => report.fail(message.value),
        }
    }
    if let Some(partial) = partial_scan {
        let mode = partial.mode.unwrap_or_else(|| "unknown".into());
        report.note(format!("a partial scan ({mode}): what lies outside of it was not looked at"));
    }
    report.made_at = end_time.as_deref().and_then(time);
    let tool = scanner.known_as();
    report.tools.push(tool.clone());
    let analyzer = analyzer.map(document::Tool::known_as);
    report.tools.extend(analyzer.filter(|a| !a.eq_ignore_ascii_case(&tool)));
    tool
}

/// A time in UTC, which the schema writes without saying so.
fn time(text: &str) -> Option<Timestamp> {
    let plain = || text.parse::<DateTime>().ok().and_then(|t| Offset::UTC.to_timestamp(t).ok());
    text.parse().ok().or_else(plain)
}

fn finding(found: Vulnerability, tool: &Text, managers: &BTreeMap<Text, Text>) -> Result<(Finding, String)> {
    let (id, mut aliases) = names(&found)?;
    if found.location.dependency.is_none() && !is_advisory(&id) {
        aliases.extend(fingerprints(found.tracking.as_ref()));
    }
    let mut rating = Rating::default();
    scan::add_word(&mut rating, found.severity.as_deref());
    for vector in found.cvss_vectors.iter().flatten() {
        scan::add_cvss(&mut rating, vector.vector.as_deref(), None);
    }
    let ignored = found.confidence.is_some_and(|c| c.eq_ignore_ascii_case("ignore"));
    let flagged = found.flags.iter().flatten().any(|f| f.r#type.as_deref() == Some("flagged-as-likely-false-positive"));
    let finding = Finding {
        message: scan::brief([
            found.name.as_deref(),
            found.message.as_deref(),
            found.description.as_deref(),
            Some(&*id),
        ]),
        package: package(&found.location, managers)?,
        location: location(&found.location),
        rating,
        fix: Some(scan::brief([found.solution.as_deref()])).filter(|f| !f.is_empty()),
        tool: found.scanner.map_or_else(|| tool.clone(), document::Tool::known_as),
        suppressed: ignored || flagged,
        id,
        aliases,
    };
    Ok((finding, region(&found.location)))
}

/// The name of it and its other names. One that is an advisory counts before a scanner's own; the class of
/// weakness that it belongs to is no name of it.
fn names(found: &Vulnerability) -> Result<(Text, Vec<Text>)> {
    let all = || found.identifiers.iter().filter(|i| !i.value.is_empty());
    let advisories: Vec<&Text> = all().map(|i| &i.value).filter(|v| is_advisory(v)).collect();
    let class = |kind: &str| ["cwe", "owasp", "wasc"].iter().any(|c| kind.to_ascii_lowercase().starts_with(c));
    let own = || all().find(|i| !class(&i.r#type)).or_else(|| all().next()).map(|i| &i.value);
    let id = telling_name(&advisories).or_else(own);
    let id =
        id.ok_or_else(|| ReadError::new("a vulnerability without identifiers: it could not be told from another"))?;
    let mut aliases: Vec<Text> = Vec::new();
    for alias in advisories.into_iter().filter(|a| *a != id) {
        if !aliases.contains(alias) {
            aliases.push(alias.clone());
        }
    }
    Ok((id.clone(), aliases))
}

/// By what GitLab tracks a finding, but its line. The `id` may be another in each run.
fn fingerprints(tracking: Option<&document::Tracking>) -> Vec<Text> {
    let items = tracking.and_then(|t| t.items.as_deref()).unwrap_or_default();
    let signatures = items.iter().flat_map(|item| item.signatures.as_deref().unwrap_or_default());
    few_fingerprints(signatures.filter_map(|signature| {
        let algorithm = signature.algorithm.as_ref().filter(|a| !a.eq_ignore_ascii_case("location"))?;
        fingerprint(algorithm, signature.value.as_deref()?)
    }))
}

/// The package. Of Maven's coordinates GitLab's analyzer writes `group/artifact`, and everybody else `group:artifact`.
fn package(place: &Place, managers: &BTreeMap<Text, Text>) -> Result<Option<Package>> {
    let Some(dependency) = &place.dependency else { return Ok(None) };
    let name = &dependency.package.name;
    if name.is_empty() {
        return Err(ReadError::new("a vulnerability of a package without a name"));
    }
    let manager = place.file.as_ref().and_then(|file| managers.get(file)).map_or("", |m| &**m);
    let maven = ["maven", "gradle", "sbt"].contains(&manager) && !name.contains(':');
    let name = if maven { Text::new(&name.replacen('/', ":", 1)) } else { name.clone() };
    Ok(Some(Package { name, version: dependency.version.clone().filter(|v| !v.is_empty()) }))
}

/// The file; else the image; else what was called up.
fn location(place: &Place) -> Option<Location> {
    let url = || match (&place.hostname, &place.path) {
        (None, None) => None,
        (host, path) => Some(Text::new(&format!("{}{}", word(host.as_ref()), word(path.as_ref())))),
    };
    let path = [&place.file, &place.image].into_iter().flatten().find(|p| !p.is_empty()).cloned().or_else(url)?;
    Some(Location { path, line: place.start_line.filter(|l| *l > 0) })
}

/// What tells places in one line, or ways into one page, apart.
fn region(place: &Place) -> String {
    let end = place.end_line.map(|l| l.to_string()).unwrap_or_default();
    let words = [&place.class, &place.method, &place.param, &place.crash_address].map(|w| word(w.as_ref()));
    format!("{end}\n{}", words.join("\n"))
}

fn word(text: Option<&Text>) -> &str {
    text.map_or("", |t| t)
}

#[cfg(test)]
mod tests;
