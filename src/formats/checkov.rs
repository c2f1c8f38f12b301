//! Checkov, `checkov -o json`.
//!
//! Source: bridgecrewio/checkov `checkov/common/output/report.py` (`get_dict`, `get_summary`), `record.py`,
//! `common/sca/output.py`; measured with 3.3. It writes an object for one framework, an array of them for several, and
//! bare counts where no framework found anything to look at, also where no check matched. With `--quiet` only
//! `failed_checks` are listed, and `summary` tells the rest.
//!
//! A failed check is a finding, a skipped one a finding that the code suppresses. The severity is null without an API
//! key, and `NONE` is what Checkov writes where an advisory states none: both are unknown. Where `summary` counts more
//! than is listed, the rest counts. A file that it could not parse is a failed run. What was looked at are the checks that
//! passed and failed.

use serde::Deserialize;

use super::admitted::admit;
use super::{Format, Head, Input};
use crate::facts::{Finding, Findings, Kind, Location, Package, Rating, Report, Severity, Source, normal_path};
use crate::input::json::{Each, Json, Present};
use crate::input::{ReadError, Result, size};
use crate::text::Text;

const TOOL: &str = "checkov";

pub(super) const FORMAT: Format =
    Format { name: TOOL, gives: &[Kind::Findings], producers: "Checkov 3.3, `-o json`", recognise, read };

fn recognise(head: &Head) -> bool {
    let one = head.has("check_type") && head.has("results");
    let several = head.has("[].check_type") && head.has("[].results");
    let none = head.has("checkov_version") && head.has("resource_count");
    one || several || none
}

/// What one framework gave, or the bare counts.
#[derive(Deserialize)]
#[serde(expecting = "what Checkov found in one framework")]
struct Document {
    check_type: Option<Text>,
    results: Option<Results>,
    summary: Option<Summary>,
    passed: Option<u64>,
    failed: Option<u64>,
    skipped: Option<u64>,
    parsing_errors: Option<u64>,
    checkov_version: Option<Text>,
}

#[derive(Deserialize)]
struct Results {
    failed_checks: Vec<Check>,
    passed_checks: Option<Vec<Present>>,
    skipped_checks: Option<Vec<Check>>,
    parsing_errors: Option<Vec<Text>>,
}

#[derive(Deserialize)]
struct Summary {
    passed: u64,
    failed: u64,
    skipped: u64,
    parsing_errors: u64,
}

#[derive(Deserialize)]
struct Check {
    check_id: Text,
    check_name: Option<Text>,
    file_path: String,
    file_line_range: Option<Vec<i64>>,
    resource: Option<Text>,
    severity: Option<String>,
    vulnerability_details: Option<Vulnerability>,
}

/// What a check of packages says of one.
#[derive(Deserialize)]
struct Vulnerability {
    id: Option<Text>,
    package_name: Option<Text>,
    package_version: Option<Text>,
    vector: Option<String>,
    fix_version: Option<Text>,
    lowest_fixed_version: Option<Text>,
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut scan = Scan { report: Report::by(TOOL), findings: Findings::default(), looked_at: 0 };
    input.window.skip_white()?;
    if input.window.peek()? == Some(b'[') {
        Json::document_with(input.window, Each::new(|document| scan.add(document)))?;
    } else {
        scan.add(Json::document(input.window)?)?;
    }
    let Scan { mut report, mut findings, looked_at } = scan;
    if looked_at == 0 {
        report.note("no check passed or failed: nothing was looked at");
    }
    findings.scanned = Some(looked_at);
    report.facts.findings = Some(findings);
    Ok(report)
}

struct Scan {
    report: Report,
    findings: Findings,
    looked_at: u64,
}

impl Scan {
    fn add(&mut self, document: Document) -> Result<()> {
        let Document { check_type, results, summary, passed, failed, skipped, parsing_errors, checkov_version } =
            document;
        match (check_type, results, summary) {
            (Some(framework), Some(results), Some(summary)) => {
                self.add_framework(&framework, results, &summary);
                Ok(())
            }
            (None, None, None) if checkov_version.is_some() => match (passed, failed, skipped, parsing_errors) {
                (Some(0), Some(0), Some(0), Some(0)) => Ok(()),
                (Some(_), Some(_), Some(_), Some(_)) => {
                    Err(ReadError::new("counts without the checks that they count: the list is missing"))
                }
                _ => Err(ReadError::new(
                    "neither `results` nor all of the counts `passed`, `failed`, `skipped` and `parsing_errors`",
                )),
            },
            _ => Err(ReadError::new("not all of `check_type`, `results` and `summary`")),
        }
    }

    fn add_framework(&mut self, framework: &Text, results: Results, summary: &Summary) {
        let Results { failed_checks, passed_checks, skipped_checks, parsing_errors } = results;
        let skipped_checks = skipped_checks.unwrap_or_default();
        let unparsed = parsing_errors.unwrap_or_default();
        for path in &unparsed {
            self.report.fail(format!("{framework}: {path} could not be parsed"));
        }
        if summary.parsing_errors > size(unparsed.len()) {
            self.report.fail(format!("{framework}: files that could not be parsed: {}", summary.parsing_errors));
        }
        let passed = passed_checks.map_or(0, |p| size(p.len())).max(summary.passed);
        let failed = size(failed_checks.len());
        self.looked_at = self.looked_at.saturating_add(passed).saturating_add(failed.max(summary.failed));
        let skipped = size(skipped_checks.len());
        let all = failed_checks.into_iter().map(|c| (c, false)).chain(skipped_checks.into_iter().map(|c| (c, true)));
        for (check, suppressed) in all {
            let (region, finding) = finding(check, suppressed);
            self.findings.add(finding, &region);
        }
        for (word, said, held) in [("failed", summary.failed, failed), ("skipped", summary.skipped, skipped)] {
            if said > held {
                let why = format!("{framework}: {word} checks: the summary counts {said}, and {held} are listed");
                self.report.note(format!("{why}: the rest counts, of unknown severity"));
                admit(&mut self.findings, TOOL, Severity::Unknown, said - held, &why);
            }
        }
    }
}

/// The finding, and what tells it from another of the same check in the same place.
fn finding(check: Check, suppressed: bool) -> (String, Finding) {
    let Check { check_id, check_name, file_path, file_line_range, resource, severity, vulnerability_details } = check;
    let mut rating = Rating::default();
    if let Some(word) = severity.as_deref().filter(|w| !w.eq_ignore_ascii_case("none"))
        && let Some(severity) = Severity::of_word(word)
    {
        rating.add(severity, Source::Word, word);
    }
    let line = file_line_range.and_then(|r| u32::try_from(*r.first()?).ok()).filter(|n| *n > 0);
    let said = check_name.filter(|n| !n.is_empty()).unwrap_or_else(|| check_id.clone());
    let message = match resource.as_ref().filter(|r| !r.is_empty()) {
        Some(resource) => Text::new(&format!("{said} ({resource})")),
        None => said,
    };
    let mut finding = Finding {
        id: check_id,
        aliases: Vec::new(),
        message,
        package: None,
        location: Some(Location { path: Text::new(normal_path(&file_path).trim_start_matches('/')), line }),
        rating,
        fix: None,
        tool: TOOL.into(),
        suppressed,
    };
    if let Some(details) = vulnerability_details {
        details.amend(&mut finding);
    }
    (resource.map(|r| r.to_string()).unwrap_or_default(), finding)
}

impl Vulnerability {
    /// A check of packages is known by its advisory: `CKV_CVE_2021_44228` is CVE-2021-44228.
    fn amend(self, finding: &mut Finding) {
        if let Some(id) = self.id.filter(|id| !id.is_empty()) {
            finding.aliases.push(std::mem::replace(&mut finding.id, id));
        }
        finding.package = self.package_name.map(|name| Package { name, version: self.package_version });
        if let Some(vector) = &self.vector {
            finding.rating.add_vector(vector);
        }
        let fix = self.fix_version.or(self.lowest_fixed_version);
        finding.fix = fix.filter(|f| !f.is_empty() && !f.eq_ignore_ascii_case("n/a"));
    }
}

#[cfg(test)]
mod tests;
