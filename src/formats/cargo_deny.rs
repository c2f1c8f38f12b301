//! cargo-deny, `cargo deny --format json check`: what it writes to stderr.
//!
//! Source: EmbarkStudios/cargo-deny `src/diag/grapher.rs` (`diag_to_json`),
//! `src/cargo-deny/check.rs`, `stats.rs`, the `diags.rs` of each check, and its list of all codes
//! `src/snapshots/cargo_deny__diag__test__codes_unique.snap`.
//!
//! The severity of a diagnostic is that of `deny.toml`, never one of the advisory. Advisories count
//! whatever it is: an ignored one has the severity `note`. What bans and sources find is wrong only
//! by `deny.toml`, so there errors and warnings count. The summary comes last; what it counts
//! beyond the diagnostics shown (`-L error` hides warnings) counts without a name.

mod codes;
mod rows;

use std::collections::BTreeMap;

use self::codes::{Check, meaning};
use self::rows::{Counts, Fields, Krate, Level, Row, RowKind, lock_entry};
use super::rustsec::{self, Lists};
use super::{Format, Head, Input};
use crate::facts::{Dependencies, DependencyIssue, Finding, Findings, Kind, Package, Report};
use crate::input::json::lines;
use crate::input::{ReadError, Result};
use crate::text::Text;

const TOOL: &str = "cargo-deny";

pub(super) const FORMAT: Format = Format {
    name: TOOL,
    gives: &[Kind::Findings, Kind::Dependencies],
    producers: "cargo-deny 0.20, `--format json check`, its stderr",
    recognise,
    read,
};

/// The keys of a line are sorted: behind a large graph `type` may lie beyond what is seen.
fn recognise(head: &Head) -> bool {
    let typed = matches!(head.string("type"), Some("diagnostic" | "log" | "summary")) && head.has("fields");
    typed || (head.has("fields.code") && head.has("fields.graphs"))
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut stream = Stream::default();
    let mut others = 0_u64;
    lines(input.window, |row| stream.row(row), |_| others += 1)?;
    if stream.rows == 0 {
        return Err(ReadError::new("no line of cargo-deny: `--format json` goes to stderr, `check 2> deny.ndjson`"));
    }
    if others > 0 {
        stream.report.note(format!("lines that are no JSON, passed over: {others}"));
    }
    Ok(stream.finish())
}

/// The rows read so far.
#[derive(Default)]
struct Stream {
    report: Report,
    rows: u64,
    lists: Lists,
    shown: BTreeMap<Check, Counts>,
    summary: Option<BTreeMap<Check, Counts>>,
    /// The index was not to be had: nothing is known of yanked crates.
    no_index: bool,
    /// The last error that was logged: without a summary the reason why there is none.
    logged: Option<Text>,
}

impl Stream {
    fn row(&mut self, row: Row) -> Result<()> {
        self.rows += 1;
        match row.kind {
            RowKind::Diagnostic => self.diagnostic(row.fields),
            RowKind::Summary => self.summary(&row.fields),
            RowKind::Log => {
                if row.fields.level.is_some_and(|l| l.eq_ignore_ascii_case("error")) {
                    self.logged = row.fields.message;
                }
                Ok(())
            }
        }
    }

    fn summary(&mut self, fields: &Fields) -> Result<()> {
        if self.summary.is_some() {
            return Err(ReadError::new("a second summary: two runs in one file; write each into a file of its own"));
        }
        let counts = [fields.advisories, fields.bans, fields.licenses, fields.sources];
        self.summary = Some(Check::ALL.into_iter().zip(counts).filter_map(|(c, n)| Some((c, n?))).collect());
        Ok(())
    }

    fn diagnostic(&mut self, mut fields: Fields) -> Result<()> {
        let level = fields.severity.ok_or_else(|| ReadError::new("a diagnostic without `severity`"))?;
        let message = fields.message.take().ok_or_else(|| ReadError::new("a diagnostic without `message`"))?;
        let code = fields.code.take().unwrap_or_default();
        if level == Level::Bug {
            self.report.fail(format!("cargo-deny reports a fault of its own: {message}"));
        }
        // A code that is not known yet, and an advisory: its own words tell what it is.
        let unknown = fields.advisory.as_ref().map(|a| (Check::Advisories, Some(a.issue())));
        let Some((check, issue)) = meaning(&code).or(unknown) else {
            if level == Level::Error {
                self.report.note(format!("an error of no known check ({code}): {message}"));
            }
            return Ok(());
        };
        self.shown.entry(check).or_default().count(level);
        if matches!(&*code, "index-failure" | "index-cache-load-failure") {
            self.no_index = true;
            self.report.note(format!("yanked crates are not known: {message}"));
        } else if code == "advisory-ignored" {
            self.report.note("deny.toml ignores advisories: they are counted, as suppressed");
        }
        let quiet = matches!(level, Level::Note | Level::Help);
        match issue {
            Some(issue) if check == Check::Advisories || !quiet => {
                let place = fields.place();
                let finding = Finding { suppressed: quiet, ..finding(&code, issue, message, fields)? };
                self.lists.add(issue, finding, &place);
            }
            None if level == Level::Error && check != Check::Licenses => {
                self.report.note(format!("an error about cargo-deny's own settings ({code}): {message}"));
            }
            _ => {}
        }
        Ok(())
    }

    fn finish(mut self) -> Report {
        if self.summary.is_none() {
            let reason = self.logged.take().unwrap_or_else(|| "cut off, or it crashed".into());
            self.report.fail(format!("no summary at the end: {reason}"));
        } else if let Some(error) = self.logged.take() {
            self.report.note(format!("cargo-deny logged an error: {error}"));
        }
        let summary = self.summary.take();
        let mut dependencies = Dependencies::default();
        let mut findings = None;
        let mut spoken = false;
        for check in Check::ALL {
            let counts = summary.as_ref().and_then(|s| s.get(&check)).copied();
            let unlisted = self.compare(check, counts, summary.is_some());
            for issue in check.issues() {
                let found = self.lists.take(*issue);
                // What is hidden may be of any kind: then an empty list says nothing.
                let unsure = unlisted > 0 || (*issue == DependencyIssue::Yanked && self.no_index);
                if found.list.is_empty() && (counts.is_none() || unsure) {
                    continue;
                }
                spoken = true;
                dependencies.speak_of(*issue).clone_from(&found.list);
                if *issue == DependencyIssue::Vulnerable {
                    findings = Some(found);
                }
            }
            if let Some(first) = check.issues().first().filter(|_| unlisted > 0) {
                spoken = true;
                dependencies.admit(*first, unlisted);
                if check == Check::Advisories {
                    findings.get_or_insert_with(Findings::default).unlisted = unlisted;
                }
            }
        }
        let mut report = self.report;
        report.tools = vec![TOOL.into()];
        report.facts.findings = findings;
        report.facts.dependencies = spoken.then_some(dependencies);
        report
    }

    /// Holds the diagnostics of a check against the summary's counts, with a note where they
    /// differ. How many errors and warnings are counted and not shown.
    fn compare(&mut self, check: Check, counts: Option<Counts>, summed_up: bool) -> u64 {
        let shown = self.shown.get(&check).copied().unwrap_or_default();
        let (name, said) = (check.name(), counts.unwrap_or_default());
        if check == Check::Licenses {
            let rejected = said.errors.max(shown.errors);
            if rejected > 0 {
                self.report.note(format!(
                    "{rejected} errors of the licence check, which are no licence facts: hand in cargo-license or cargo metadata"
                ));
            }
            return 0;
        }
        if summed_up && shown.beyond(said) > 0 {
            self.report.note(format!("the summary counts fewer {name} than there are diagnostics, which count"));
        }
        if said.quiet_beyond(shown) > 0 {
            self.report.note("notes are left out (allowed and ignored things stand there): `-L info` shows them");
        }
        let unlisted = said.beyond(shown);
        if unlisted > 0 {
            self.report
                .note(format!("{unlisted} errors or warnings of {name} are counted and not shown: leave `-L` alone"));
        }
        unlisted
    }
}

/// The finding of a diagnostic.
fn finding(code: &str, issue: DependencyIssue, message: Text, fields: Fields) -> Result<Finding> {
    let Fields { labels, notes, graphs, advisory, .. } = fields;
    let krates: Vec<Krate> = graphs.into_iter().flatten().filter_map(|g| g.krate).collect();
    let locked = || labels.into_iter().flatten().find_map(|l| lock_entry(&l.span?));
    let package = krates.first().cloned().or_else(locked).map(|k| Package { name: k.name, version: Some(k.version) });
    let said = |prefix: &str| notes.iter().flatten().find_map(|n| n.strip_prefix(prefix));
    let fix = said("Solution: Upgrade to ").map(|f| Text::new(f.split(" (try").next().unwrap_or(f)));
    if let Some(mut advisory) = advisory {
        if advisory.id.is_empty() {
            return Err(ReadError::new("an advisory without an id"));
        }
        let named = advisory.package.take().map(|name| Package { name, version: None });
        return Ok(advisory.finding(TOOL, package.or(named), fix));
    }
    let id = said("ID: ").map_or_else(|| code.into(), Text::new);
    if issue != DependencyIssue::Duplicate {
        return Ok(Finding { fix, ..rustsec::finding(TOOL, id, message, package) });
    }
    // A duplicate is about all versions of a package, not about one.
    let versions: Vec<&str> = krates.iter().map(|k| &*k.version).collect();
    let message = match versions.is_empty() {
        true => message,
        false => Text::new(&format!("{message}: {}", versions.join(", "))),
    };
    Ok(rustsec::finding(TOOL, id, message, package.map(|p| Package { version: None, ..p })))
}

#[cfg(test)]
mod tests;
