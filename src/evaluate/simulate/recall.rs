//! Reports, as far as a verdict holds all of what they say: licences, steps and durations.

use crate::collect::Evidence;
use crate::facts::{Declared, LicensedPackage, Licenses, Outcome, Report, Step, Steps, Timings};
use crate::input::Digested;
use crate::policy::Entry;
use crate::text::Text;
use crate::verdict::{EvidenceEntry, EvidenceStatus, Fact};

/// Whether all that a gate looks at can be recalled. What a scope chooses by package or path cannot.
pub(super) fn whole(entry: &Entry) -> bool {
    let chosen = &entry.selector;
    let by_part = chosen.paths.is_some() || chosen.packages.is_some() || chosen.changed || chosen.new;
    matches!(entry.kind.name, "licenses" | "steps" | "timings") && !by_part
}

/// The evidence that an entry of a verdict is about.
pub(super) fn evidence(entry: &EvidenceEntry) -> Evidence {
    let tools = entry.tool.iter().flat_map(|t| t.split(", ")).map(Text::new).collect();
    let mut report = Report { tools, ..Report::default() };
    entry.facts.iter().for_each(|fact| take(fact, &mut report));
    if entry.failed_run {
        report.fail("its tool said then that its run failed");
    }
    let read = entry.status == EvidenceStatus::Read;
    Evidence {
        name: entry.name.as_deref().map(str::to_owned),
        path: entry.path.to_string(),
        format: None,
        status: entry.status,
        report: read.then_some(report),
        error: entry.error.clone(),
        digested: entry.bytes.zip(entry.sha256.clone()).map(|(bytes, sha256)| Digested { bytes, sha256 }),
        notes: Vec::new(),
        modified: None,
        excuse: None,
        repeated: false,
    }
}

fn take(fact: &Fact, report: &mut Report) {
    match fact {
        Fact::Licenses { unlicensed, expressions, .. } => {
            let tool = report.tools.first().cloned().unwrap_or_default();
            let words = expressions.iter().map(|(words, n)| (Declared::Words(words.clone()), *n));
            let packages = words.chain([(Declared::Nothing, *unlicensed)]).filter(|(_, n)| *n > 0);
            let packages = packages.enumerate().map(|(n, (declared, _))| LicensedPackage {
                name: Text::new(&format!("package {n}")),
                version: None,
                declared,
            });
            report.facts.licenses = Some(Licenses { packages: packages.collect(), tool });
        }
        Fact::Steps { steps } => {
            let step = |s: &crate::verdict::StepFact| {
                Some(Step {
                    name: s.name.clone(),
                    outcome: Outcome::of_word(&s.outcome)?,
                    seconds: s.seconds,
                    commit: None,
                    files: Vec::new(),
                })
            };
            report.facts.steps = Some(Steps { list: steps.iter().filter_map(step).collect() });
        }
        Fact::Timings { timings } => {
            let mut all = Timings::default();
            timings.iter().for_each(|t| _ = all.add(&t.name, t.seconds));
            report.facts.timings = Some(all);
        }
        _ => {}
    }
}
