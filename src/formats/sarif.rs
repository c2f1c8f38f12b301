//! SARIF 2.1.0, of any tool.
//!
//! Sources: OASIS SARIF 2.1.0 (section numbers stand beside what they decide), github/docs
//! `sarif-support-for-code-scanning`, and for what single producers do the code that `producers`
//! names. 1,049 real files were looked at for what the standard forbids and tools do all the same.
//!
//! A result is made small when it was read and waits for the end of its run, as its rule may stand
//! behind it. Nothing else of it is held, however long its code flows are.

mod bag;
mod bases;
mod invocation;
mod model;
mod place;
mod prints;
mod producers;
mod result;
mod rules;
mod severity;

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;

use self::bases::Bases;
use self::invocation::Invocation;
use self::model::{ArtifactLocation, Level, Log, Run};
use self::producers::Producer;
use self::result::Results;
use self::rules::{Naming, Rules};
use super::{Format, Head, Input};
use crate::facts::{Findings, Kind, Rating, Report, path_of_uri};
use crate::input::json::Json;
use crate::input::{ReadError, Result};
use crate::text::Text;

pub(super) const FORMAT: Format = Format {
    name: "sarif",
    gives: &[Kind::Findings],
    producers: "Trivy 0.15 to 0.67, grype, osv-scanner, cargo-audit 0.22, cargo-deny 0.20, CodeQL 2.5, Semgrep 0.17 to 1.182, \
                gitleaks, bandit 1.9, zizmor, ruff 0.17, clippy-sarif 0.8, Scorecard, SpotBugs, flawfinder",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    // Some writers put `version` behind the runs, where a head does not reach.
    head.has("runs")
        && (head.string("version").is_some_and(|v| v.starts_with("2."))
            || head.string("$schema").is_some_and(|s| s.to_ascii_lowercase().contains("sarif"))
            || head.has("runs[].tool.driver")
            || head.has("runs[].results"))
}

/// Reads the log files in the window: one, or several as `cargo audit bin` writes them.
fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut reading = Reading::default();
    loop {
        let log = Json::new(input.window).value(PhantomData::<Log>)?;
        reading.take(log)?;
        input.window.skip_white()?;
        match input.window.peek()? {
            None => return Ok(reading.finish()),
            Some(b'{') => {}
            Some(_) => return Err(input.window.error("something follows the end of the JSON document")),
        }
    }
}

/// What was read, and what is to be noted of it.
#[derive(Default)]
struct Reading {
    report: Report,
    findings: Findings,
    tools: BTreeSet<Text>,
    revisions: BTreeSet<Text>,
    tally: Tally,
}

/// What the places of the results of a run are read with.
struct Places {
    bases: Bases,
    /// The paths of its artifacts.
    artifacts: Vec<Option<String>>,
}

/// Oddities, counted. Of some the first is named.
#[derive(Default)]
struct Tally {
    contradicting_index: u64,
    contradicting_level: u64,
    repeated: u64,
    several: BTreeSet<Text>,
    lowered: BTreeSet<Text>,
    unusable: BTreeSet<Text>,
}

impl Reading {
    fn take(&mut self, log: Log) -> Result<()> {
        let mut runs = log.runs.unwrap_or_default();
        if runs.is_empty() {
            return Err(ReadError::new("`runs` is missing or empty: no tool reported"));
        }
        let guids: BTreeMap<String, usize> =
            runs.iter().enumerate().filter_map(|(place, run)| Some((run.guid()?, place))).collect();
        for external in log.inline_external_properties.unwrap_or_default() {
            // Whose they are decides their tool and rules; that they count does not depend on it.
            let place = external.run_guid.and_then(|g| guids.get(&g.to_ascii_lowercase())).copied().unwrap_or_default();
            let Some(run) = runs.get_mut(place) else { continue };
            if let Some(results) = external.results {
                run.results.get_or_insert_default().append(results);
            }
            run.invocations.get_or_insert_default().0.extend(external.invocations.unwrap_or_default());
        }
        runs.into_iter().try_for_each(|run| self.take_run(run))
    }

    fn take_run(&mut self, run: Run) -> Result<()> {
        let name = run.tool.driver.name.as_deref().map(str::trim).filter(|n| !n.is_empty());
        let tool =
            Text::new(name.ok_or_else(|| ReadError::new("a run without the name of its tool (tool.driver.name)"))?);
        if let Some(elsewhere) = run.external_property_file_references {
            if elsewhere.results.is_some_and(|r| !r.is_empty()) {
                return Err(ReadError::new(format!(
                    "the results of {tool} stand in another file (externalPropertyFileReferences): write them inline"
                )));
            }
            if elsewhere.invocations.is_some_and(|i| !i.is_empty()) {
                self.report.note("whether a run succeeded stands in another file, which is not read");
            }
        }
        let results = run.results.ok_or_else(|| {
            ReadError::new(format!("a run of {tool} whose `results` is missing or null: the tool did not analyse"))
        })?;
        if self.tools.insert(tool.clone()) {
            self.report.tools.push(tool.clone());
        }
        let by = Producer::of(&tool);
        if let Some(caveat) = by.and_then(Producer::caveat) {
            self.report.note(caveat);
        }
        for revision in run.version_control_provenance.unwrap_or_default().into_iter().filter_map(|v| v.revision_id) {
            let revision = Text::new(&revision);
            if !revision.is_empty() && self.revisions.insert(revision.clone()) {
                self.report.revisions.push(revision);
            }
        }
        let invocations = run.invocations.unwrap_or_default();
        self.take_invocations(&invocations);
        let bases = run.original_uri_base_ids.unwrap_or_default();
        let place = |at: ArtifactLocation| Some(bases.place(&path_of_uri(&at.uri?), at.uri_base_id.as_deref()));
        let artifacts: Vec<Option<String>> =
            run.artifacts.unwrap_or_default().into_iter().map(|a| a.location.and_then(place)).collect();
        let rules = Rules::new(run.tool);
        let raised = overrides(&invocations, &rules);
        self.take_results(results, &rules, &raised, &Places { bases, artifacts }, &tool);
        Ok(())
    }

    fn take_invocations(&mut self, invocations: &[Invocation]) {
        for invocation in invocations {
            invocation.judge(&mut self.report);
        }
        // A run is as old as its end; a report of several runs is as old as the oldest of them.
        if let Some(end) = invocations.iter().filter_map(|i| i.at).max() {
            self.report.made_at = Some(self.report.made_at.map_or(end, |at| at.min(end)));
        }
    }

    fn take_results(
        &mut self,
        results: Results,
        rules: &Rules,
        raised: &BTreeMap<Text, Level>,
        places: &Places,
        tool: &Text,
    ) {
        let by = Producer::of(tool);
        let tally = &mut self.tally;
        tally.contradicting_level += results.contradicting;
        // Most results of a rule say the same of their severity: those share it.
        let mut ratings: BTreeMap<_, Rating> = BTreeMap::new();
        for result in results.into_each() {
            let found = rules.find(&result.naming);
            let rule = found.rule;
            tally.contradicting_index += u64::from(found.contradiction);
            if let Some(rule) = rule.filter(|_| found.several) {
                tally.several.insert(rule.id.clone());
            }
            let overridden = rule.and_then(|r| raised.get(&r.id)).copied();
            let levelled = severity::level_of(&result, rule, overridden);
            if overridden.is_some_and(|o| result.fails && result.level.is_none() && o < levelled.level)
                && let Some(rule) = rule
            {
                tally.lowered.insert(rule.id.clone());
            }
            let word = result.said.as_ref().and_then(|s| s.word.clone());
            let key = (found.place, result.level, result.fails, word);
            let known = ratings.get(&key).filter(|_| result.properties.is_none());
            let rating = known.cloned().unwrap_or_else(|| {
                let note = &mut |said: &str| {
                    tally.unusable.insert(Text::new(said));
                };
                severity::rate(&result, rule, by, &levelled, note)
            });
            if result.properties.is_none() {
                ratings.entry(key).or_insert_with(|| rating.clone());
            }
            let (finding, same) = result.finding(rule, rating, tool, by, places);
            tally.repeated += u64::from(!self.findings.add(finding, &same));
        }
    }

    fn finish(mut self) -> Report {
        let Tally { contradicting_index, contradicting_level, repeated, several, lowered, unusable } = self.tally;
        let report = &mut self.report;
        let first = |set: &BTreeSet<Text>| set.first().cloned().unwrap_or_default();
        if contradicting_index > 0 {
            report.note(format!(
                "{contradicting_index} results point at another rule than they name, or at none; the id decides"
            ));
        }
        if !several.is_empty() {
            report.note(format!(
                "{} rules are defined more than once, such as {}; the worse severity counts",
                several.len(),
                first(&several)
            ));
        }
        if !lowered.is_empty() {
            report.note(format!(
                "{} rules were configured to a lower level for the run, such as {}; this is not followed",
                lowered.len(),
                first(&lowered)
            ));
        }
        if !unusable.is_empty() {
            report.note(format!("a security-severity is neither a score nor a word: {:?}", first(&unusable)));
        }
        if contradicting_level > 0 {
            report.note(format!(
                "{contradicting_level} results are no findings by their kind, and carry the level of one; they do not count"
            ));
        }
        if repeated > 0 {
            report.note(format!("{repeated} results repeat another exactly; each counts once"));
        }
        report.facts.findings = Some(self.findings);
        self.report
    }
}

/// The levels that the invocations of a run state for rules (3.20.5), the worst of each.
fn overrides(invocations: &[Invocation], rules: &Rules) -> BTreeMap<Text, Level> {
    let mut worst = BTreeMap::new();
    for entry in invocations.iter().flat_map(|i| &i.overrides) {
        let Some(level) = entry.configuration.as_ref().and_then(|c| c.level) else { continue };
        let Some(descriptor) = &entry.descriptor else { continue };
        let naming = Naming::new(descriptor.id.clone(), descriptor.index, None);
        if let Some(rule) = rules.find(&naming).rule {
            let kept = worst.entry(rule.id.clone()).or_insert(level);
            *kept = level.max(*kept);
        }
    }
    worst
}

#[cfg(test)]
mod tests;
