//! grype, `-o json`.
//!
//! Source: anchore/grype `grype/presenter/models/{document,match,vulnerability,descriptor}.go`. `matches` are the
//! findings; `ignoredMatches` are those that a VEX, an ignore rule, `--only-fixed` or grype's own rule for kernel
//! headers took out: they count, and count as suppressed. The related vulnerabilities are the same one in another
//! database: other names of it, and scores. How many packages were looked at is not in the file.

mod document;

use self::document::{Cvss, Database, Descriptor, Document, Match, Source, Vulnerability};
use super::scan::{self, Scan};
use super::{Format, Head, Input};
use crate::facts::{Finding, Kind, Location, Rating, Report};
use crate::input::json::Json;
use crate::input::{ReadError, Result};
use crate::text::Text;

const TOOL: &str = "grype";

pub(super) const FORMAT: Format = Format {
    name: TOOL,
    gives: &[Kind::Findings, Kind::Dependencies],
    producers: "grype, `-o json`; by samples of 0.64 to 0.94",
    recognise,
    read,
};

/// The descriptor stands at the end, out of sight in a large file.
fn recognise(head: &Head) -> bool {
    head.has("matches")
        && (head.string("descriptor.name") == Some(TOOL)
            || ["artifact.name", "matchDetails", "vulnerability.dataSource"]
                .iter()
                .all(|k| head.has(&format!("matches[].{k}"))))
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let document: Document = Json::document(input.window)?;
    let Some(matches) = document.matches else {
        return Err(ReadError::new(
            "`matches` is null, as an old grype writes it where nothing was looked at: use a newer one",
        ));
    };
    let mut report = Report::by(TOOL);
    let in_folder = document.source.as_ref().is_some_and(|s| s.r#type == "directory");
    let mut scan = Scan::default();
    scan.speak_of_packages();
    for (found, suppressed) in matches.into_iter().map(|m| (m, false)).chain(ignored(document.ignored_matches)) {
        add(&mut scan, found, suppressed, in_folder)?;
    }
    describe(&mut report, document.descriptor, document.source)?;
    report.facts.findings = Some(scan.findings);
    report.facts.dependencies = Some(scan.dependencies);
    Ok(report)
}

fn ignored(matches: Option<Vec<Match>>) -> impl Iterator<Item = (Match, bool)> {
    matches.into_iter().flatten().map(|m| (m, true))
}

/// Notes what was scanned, against what, and what says that the scan failed.
fn describe(report: &mut Report, descriptor: Descriptor, source: Option<Source>) -> Result<()> {
    if descriptor.name != TOOL {
        return Err(ReadError::new(format!("`descriptor.name` is {:?}, not {TOOL:?}", descriptor.name)));
    }
    report.made_at = descriptor.timestamp.and_then(|t| t.parse().ok());
    let what = source.and_then(|s| s.target.0).map_or_else(String::new, |t| format!(" of {t}"));
    report.note(format!("one scan{what}: grype does not say how many packages it looked at"));
    let built = descriptor.db.and_then(|db| judge(db, report));
    match built {
        Some(built) => report.note(format!("database of {built}")),
        None => report.fail("`descriptor.db` names no database: nothing says in what grype looked its packages up"),
    }
    let hidden = descriptor.configuration.is_some_and(|c| c.only_fixed == Some(true) || c.only_notfixed == Some(true));
    if hidden {
        report.note("`only-fixed` or `only-notfixed` was set: an old grype does not list what that leaves out");
    }
    Ok(())
}

/// The date of the database. One that is not valid found nothing that can be believed.
fn judge(db: Database, report: &mut Report) -> Option<Text> {
    let status = db.status.unwrap_or_default();
    for error in [db.error, status.error].into_iter().flatten().filter(|e| !e.is_empty()) {
        report.fail(format!("grype's database is not valid: {error}"));
    }
    if status.valid == Some(false) {
        report.fail("grype says that its database is not valid");
    }
    db.built.or(status.built)
}

fn add(scan: &mut Scan, found: Match, suppressed: bool, in_folder: bool) -> Result<()> {
    let Match { vulnerability, related_vulnerabilities, artifact } = found;
    for (text, key) in [(&vulnerability.id, "vulnerability.id"), (&artifact.name, "artifact.name")] {
        if text.is_empty() {
            return Err(ReadError::new(format!("a match with an empty `{key}`")));
        }
    }
    let related = related_vulnerabilities.unwrap_or_default();
    let mut aliases: Vec<Text> = Vec::new();
    for id in related.iter().map(|r| &r.id).filter(|id| !id.is_empty() && **id != vulnerability.id) {
        if !aliases.contains(id) {
            aliases.push(id.clone());
        }
    }
    let finding = Finding {
        message: message(&vulnerability, &related),
        package: Some(scan::package(artifact.purl.as_deref(), &artifact.name, artifact.version.as_ref())),
        location: artifact.locations.into_iter().flatten().next().map(|l| Location {
            // In a folder paths begin at its root.
            path: Text::new(if in_folder { l.path.trim_start_matches('/') } else { &l.path }),
            line: None,
        }),
        rating: rate(&vulnerability, &related),
        fix: vulnerability.fix.and_then(|f| f.versions).filter(|v| !v.is_empty()).map(|v| Text::new(&v.join(", "))),
        id: vulnerability.id,
        aliases,
        tool: TOOL.into(),
        suppressed,
    };
    scan.add_vulnerability(finding, "");
    Ok(())
}

/// What the match is about, and whether grype knows that it is exploited.
fn message(own: &Vulnerability, related: &[Vulnerability]) -> Text {
    let described = std::iter::once(own).chain(related).map(|v| v.description.as_deref());
    let message = scan::brief(described.chain([Some(&*own.id)]));
    match own.known_exploited.as_deref() {
        None | Some([]) => message,
        Some(_) => Text::new(&format!("{message} (known to be exploited)")),
    }
}

/// The word of the match, then its scores, then what the other databases say.
fn rate(own: &Vulnerability, related: &[Vulnerability]) -> Rating {
    let mut rating = Rating::default();
    for stated in std::iter::once(own).chain(related) {
        scan::add_word(&mut rating, stated.severity.as_deref());
    }
    for Cvss { vector, metrics } in std::iter::once(own).chain(related).flat_map(|v| v.cvss.iter().flatten()) {
        scan::add_cvss(&mut rating, vector.as_deref(), metrics.as_ref().and_then(|m| m.base_score));
    }
    rating
}

#[cfg(test)]
mod tests;
