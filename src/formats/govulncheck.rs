//! govulncheck, `-format json` (or `-json`): a stream of messages, objects one behind the other.
//!
//! Source: golang/vuln `internal/govulncheck/govulncheck.go`, `internal/scan/`. The configuration comes first. An
//! `osv` message is an entry of the database on some module, whatever its version: only a `finding` says that
//! it concerns this code. There are several of one vulnerability, each more exact than the last: required,
//! imported, called. A vulnerability that is not called is a finding all the same. Where the packages could not be
//! loaded the stream holds the configuration alone, and nothing at its end says that a run was complete.

mod message;

use std::collections::BTreeMap;

use self::message::{Config, Found, Frame, Message};
use super::osv::Entry;
use super::scan::Scan;
use super::{Format, Head, Input};
use crate::facts::{Finding, Kind, Location, Package, Rating, Report};
use crate::input::json::documents;
use crate::input::{ReadError, Result, size};
use crate::text::Text;

const TOOL: &str = "govulncheck";

pub(super) const FORMAT: Format = Format {
    name: TOOL,
    gives: &[Kind::Findings, Kind::Dependencies],
    producers: "govulncheck 1, `-format json`; by its source",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    head.has("config.protocol_version")
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut stream = Stream::default();
    documents(input.window, |message| stream.add(message))?;
    stream.finish()
}

/// The messages read so far.
#[derive(Default)]
struct Stream {
    config: Option<Config>,
    /// How many modules were looked at.
    modules: Option<u64>,
    /// Something was said but the configuration: the packages were loaded.
    began: bool,
    entries: BTreeMap<Text, Entry>,
    /// In the order in which they were found first.
    found: Vec<Vulnerable>,
    /// Where in `found`: by advisory, module and version.
    places: BTreeMap<(Text, Text, Option<Text>), usize>,
}

/// A module with a vulnerability, by the most exact finding of it.
struct Vulnerable {
    id: Text,
    reach: Reach,
    best: Found,
}

/// How near a vulnerability comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    Required,
    Imported,
    Called,
}

impl Reach {
    fn of(frame: &Frame) -> Self {
        let says = |word: &Option<Text>| word.as_deref().is_some_and(|w| !w.is_empty());
        if says(&frame.function) {
            Self::Called
        } else if says(&frame.package) {
            Self::Imported
        } else {
            Self::Required
        }
    }
}

impl Stream {
    fn add(&mut self, message: Message) -> Result<()> {
        let Message { config, progress, sbom, osv, finding } = message;
        let said = [config.is_some(), progress.is_some(), sbom.is_some(), osv.is_some(), finding.is_some()];
        if said.iter().filter(|s| **s).count() != 1 {
            return Err(ReadError::new("a message that is not one of config, progress, SBOM, osv and finding"));
        }
        match (config, &self.config) {
            (Some(config), None) => return self.begin(config),
            (Some(_), Some(_)) => return Err(ReadError::new("a second `config`: this is more than one run")),
            (None, None) => return Err(ReadError::new("the stream does not begin with `config`")),
            (None, Some(_)) => self.began = true,
        }
        if let Some(sbom) = sbom {
            self.modules = Some(self.modules.unwrap_or_default().max(size(sbom.modules.unwrap_or_default().len())));
        }
        if let Some(entry) = osv {
            self.entries.insert(entry.id.clone(), entry);
        }
        finding.map_or(Ok(()), |found| self.find(found))
    }

    fn begin(&mut self, config: Config) -> Result<()> {
        if !config.protocol_version.starts_with("v1.") {
            return Err(ReadError::new(format!("protocol {} of govulncheck: v1 is read", config.protocol_version)));
        }
        if config.scan_mode.as_deref() == Some("extract") {
            return Err(ReadError::new("what `-mode extract` writes is the input of a scan, not its result"));
        }
        self.config = Some(config);
        Ok(())
    }

    fn find(&mut self, found: Found) -> Result<()> {
        let Some(frame) = found.trace.first().filter(|f| !f.module.is_empty() && !found.osv.is_empty()) else {
            return Err(ReadError::new("a finding without an advisory or without a module"));
        };
        let (reach, id) = (Reach::of(frame), found.osv.clone());
        let key = (id.clone(), frame.module.clone(), frame.version.clone());
        let known = self.places.get(&key).and_then(|n| self.found.get_mut(*n));
        match known {
            None => {
                self.places.insert(key, self.found.len());
                self.found.push(Vulnerable { id, reach, best: found });
            }
            Some(known) if known.reach < reach => *known = Vulnerable { id, reach, best: found },
            Some(_) => {}
        }
        Ok(())
    }

    fn finish(self) -> Result<Report> {
        let Self { config, modules, began, entries, found, .. } = self;
        let Some(config) = config else { return Err(ReadError::new("no `config`")) };
        let mut report = Report::by(config.scanner_name.as_deref().filter(|n| !n.is_empty()).unwrap_or(TOOL));
        describe(&config, &mut report);
        let scanned = looked_at(&config, modules, began, &mut report);
        let tool = report.tools.first().cloned().unwrap_or_else(|| TOOL.into());
        let mut scan = Scan::default();
        scan.speak_of_packages();
        for vulnerable in found {
            if !entries.contains_key(&vulnerable.id) {
                report.note(format!("the entry of {} is missing: its other names are not known", vulnerable.id));
            }
            let entry = entries.get(&vulnerable.id);
            scan.add_vulnerability(finding(vulnerable, entry, &config, &tool), "");
        }
        scan.findings.scanned = scanned;
        scan.dependencies.packages = scanned;
        report.facts.findings = Some(scan.findings);
        report.facts.dependencies = Some(scan.dependencies);
        Ok(report)
    }
}

fn describe(config: &Config, report: &mut Report) {
    report.note("a stream of govulncheck has no mark at its end: one that was cut between two messages looks whole");
    if let Some(time) = &config.db_last_modified {
        report.note(format!("database last modified {time}"));
    }
}

/// How many modules were looked at, where that is known.
fn looked_at(config: &Config, modules: Option<u64>, began: bool, report: &mut Report) -> Option<u64> {
    if config.scan_mode.as_deref() == Some("query") {
        report.note("`-mode query` asks the database and looks at no code");
        return Some(0);
    }
    if !began {
        report.note("the stream holds its `config` alone: the packages could not be loaded");
        return Some(0);
    }
    if modules.is_none() {
        report.note("no `SBOM`, which newer versions write: how many modules were looked at is not known");
    }
    modules
}

fn finding(vulnerable: Vulnerable, entry: Option<&Entry>, config: &Config, tool: &Text) -> Finding {
    let Vulnerable { id, reach, best } = vulnerable;
    let frame = best.trace.first();
    let module = frame.map_or_else(|| Text::new(""), |f| f.module.clone());
    let mut rating = Rating::default();
    let mut aliases: Vec<Text> = Vec::new();
    if let Some(entry) = entry {
        entry.add_words(&mut rating);
        entry.add_vectors(&module, &mut rating);
        aliases = entry.names().filter(|n| !n.is_empty() && **n != id).cloned().collect();
        aliases.sort();
        aliases.dedup();
    }
    let what = entry.map_or_else(|| id.clone(), Entry::message);
    Finding {
        message: Text::new(&format!("{what} ({})", nearness(reach, frame, config))),
        package: Some(Package {
            name: module,
            version: frame.and_then(|f| f.version.clone()).filter(|v| !v.is_empty()),
        }),
        // The way in from one's own code is the last of the trace.
        location: best.trace.iter().rev().find_map(place),
        fix: best.fixed_version.clone().filter(|v| !v.is_empty()),
        rating,
        tool: tool.clone(),
        suppressed: false,
        id,
        aliases,
    }
}

fn place(frame: &Frame) -> Option<Location> {
    let position = frame.position.as_ref()?;
    let path = position.filename.clone().filter(|f| !f.is_empty())?;
    Some(Location { path, line: position.line.filter(|l| *l > 0) })
}

/// What govulncheck says of how near it is. A scan that did not look for calls cannot say that there is none.
fn nearness(reach: Reach, frame: Option<&Frame>, config: &Config) -> String {
    let level = config.scan_level.as_deref().unwrap_or("symbol");
    match (reach, level) {
        (Reach::Called, _) => format!("called: {}", frame.map(Frame::symbol).unwrap_or_default()),
        (Reach::Imported, "symbol") => "imported, and the vulnerable function is not called".into(),
        (Reach::Required, "symbol" | "package") => {
            "required, but not imported: the vulnerable function is not called".into()
        }
        (Reach::Imported | Reach::Required, level) => format!("at the scan level {level} calls were not looked for"),
    }
}

#[cfg(test)]
mod tests;
