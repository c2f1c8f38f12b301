//! The facts of a report as `inspect` shows them, and as they stand in a verdict.

use super::{DependencyIssue, FileCoverage, LintLevel, Report, Severity, SeverityRule, VexStatus};
use crate::input::size;
use crate::verdict::{BySeverity, Fact, StepFact, TimingFact};

impl Report {
    /// The figures, in the order of the kinds.
    #[must_use]
    pub fn summary(&self) -> Vec<Fact> {
        let facts = &self.facts;
        [
            facts.coverage.as_ref().map(|c| {
                let branches = c.sum(FileCoverage::branch_ratio);
                Fact::Coverage {
                    files: size(c.files.len()),
                    lines: c.sum(FileCoverage::line_ratio),
                    branches: (c.has_branches && branches.total > 0).then_some(branches),
                    functions: c.has_functions.then(|| c.sum(FileCoverage::function_ratio)),
                }
            }),
            facts.tests.as_ref().map(|t| Fact::Tests {
                total: t.total(),
                passed: t.passed(),
                failed: t.failed(),
                skipped: t.skipped(),
                flaky: t.flaky(),
                seconds: t.seconds,
            }),
            facts.findings.as_ref().map(|f| {
                let mut by_severity = BySeverity::default();
                for finding in &f.list {
                    by_severity.add(finding.rating.severity(SeverityRule::Tool), 1);
                }
                by_severity.add(Severity::Unknown, f.unlisted);
                Fact::Findings {
                    total: size(f.list.len()).saturating_add(f.unlisted),
                    by_severity,
                    suppressed: size(f.list.iter().filter(|f| f.suppressed).count()),
                    tools: self.tools.clone(),
                }
            }),
            facts.dependencies.as_ref().map(|d| {
                let count = |issue| d.of(issue).map(|list| size(list.len()).saturating_add(d.unlisted(issue)));
                Fact::Dependencies {
                    packages: d.packages,
                    vulnerable: count(DependencyIssue::Vulnerable),
                    unmaintained: count(DependencyIssue::Unmaintained),
                    unsound: count(DependencyIssue::Unsound),
                    yanked: count(DependencyIssue::Yanked),
                    notice: count(DependencyIssue::Notice),
                    outdated: count(DependencyIssue::Outdated),
                    banned: count(DependencyIssue::Banned),
                    duplicate: count(DependencyIssue::Duplicate),
                    source: count(DependencyIssue::Source),
                }
            }),
            facts.licenses.as_ref().map(|l| {
                let (expressions, unlicensed) = l.tally();
                Fact::Licenses { packages: size(l.packages.len()), unlicensed, expressions }
            }),
            facts.lints.as_ref().map(|l| {
                let count = |level| size(l.list.iter().filter(|lint| lint.level == level).count());
                Fact::Lints { errors: count(LintLevel::Error), warnings: count(LintLevel::Warning) }
            }),
            facts.timings.as_ref().map(|t| Fact::Timings {
                timings: t.list.iter().map(|t| TimingFact { name: t.name.clone(), seconds: t.seconds }).collect(),
            }),
            facts.steps.as_ref().map(|s| Fact::Steps {
                steps: s
                    .list
                    .iter()
                    .map(|s| StepFact { name: s.name.clone(), outcome: s.outcome.name().into(), seconds: s.seconds })
                    .collect(),
            }),
            facts
                .exploited
                .as_ref()
                .map(|e| Fact::Exploited { entries: size(e.ids.len()), version: e.version.clone() }),
            facts.epss.as_ref().map(|e| Fact::Epss { entries: size(e.len()), model: e.model.clone() }),
            facts.vex.as_ref().map(|v| {
                let count = |status| size(v.statements.iter().filter(|s| s.status == status).count());
                Fact::Vex {
                    statements: size(v.statements.len()),
                    not_affected: count(VexStatus::NotAffected),
                    fixed: count(VexStatus::Fixed),
                    affected: count(VexStatus::Affected),
                    under_investigation: count(VexStatus::UnderInvestigation),
                }
            }),
            facts.lockfile.as_ref().map(|l| Fact::Lockfile { packages: size(l.packages.len()) }),
            facts.advisories.as_ref().map(|a| Fact::Advisories { advisories: size(a.list.len()) }),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl BySeverity {
    /// Adds `n` findings of a severity.
    pub fn add(&mut self, severity: Severity, n: u64) {
        let slot = match severity {
            Severity::Critical => &mut self.critical,
            Severity::High => &mut self.high,
            Severity::Medium => &mut self.medium,
            Severity::Low => &mut self.low,
            Severity::Info => &mut self.info,
            Severity::Unknown => &mut self.unknown,
        };
        *slot = slot.saturating_add(n);
    }
}
