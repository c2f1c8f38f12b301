//! `[dependencies]`: what advisory databases and dependency tools say of packages.

mod text;

use schemars::JsonSchema;
use serde::Deserialize;

use super::trend::Direction;
use super::{Checks, Draft, Gate, GateKind, Joined, Noun, Part, Stated, Subject, Value, boxed, schema};
use crate::facts::{Dependencies as Facts, DependencyIssue, Kind, SeverityRule};
use crate::input::total;
use crate::units::{Allowance, Level};
use crate::verdict::Violation;

pub(super) const KIND: GateKind = GateKind {
    name: "dependencies",
    about: "packages that are vulnerable, unmaintained, withdrawn, outdated, banned or there twice",
    looks_at: Kind::Dependencies,
    measures: text::MEASURES,
    rules: text::RULES,
    inherited: &["tolerance"],
    selects: &["packages", "new"],
    of_the_whole: &[],
    of_changes: &[],
    schema: schema::<Dependencies>,
    read: boxed::<Dependencies>,
};

/// The table `[dependencies]`: each key is `allow`, `warn` or `fail`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Dependencies {
    /// Packages with a known vulnerability.
    vulnerable: Option<Level>,
    /// Packages that nobody maintains.
    unmaintained: Option<Level>,
    /// Packages that break a promise of memory safety.
    unsound: Option<Level>,
    /// Versions that their author withdrew.
    yanked: Option<Level>,
    /// Other notices of an advisory database.
    notice: Option<Level>,
    /// Packages with a newer version.
    outdated: Option<Level>,
    /// Packages that the producing tool's policy bans.
    banned: Option<Level>,
    /// Packages that are there in several versions.
    duplicate: Option<Level>,
    /// Packages from a source that is not allowed.
    source: Option<Level>,
    /// How the number of each may move against the baseline.
    trend: Option<Direction>,
    /// How many more there may be where it is to be stable: a count, or a share.
    tolerance: Option<Allowance>,
}

impl Gate for Dependencies {
    fn check(&self, subject: &Subject<'_>, checks: &mut Checks) {
        let levels = [
            (DependencyIssue::Vulnerable, self.vulnerable),
            (DependencyIssue::Unmaintained, self.unmaintained),
            (DependencyIssue::Unsound, self.unsound),
            (DependencyIssue::Yanked, self.yanked),
            (DependencyIssue::Notice, self.notice),
            (DependencyIssue::Outdated, self.outdated),
            (DependencyIssue::Banned, self.banned),
            (DependencyIssue::Duplicate, self.duplicate),
            (DependencyIssue::Source, self.source),
        ];
        let reports = subject.dependencies();
        let idle: Vec<&str> = reports.iter().filter(|(_, d)| d.packages == Some(0)).map(|(s, _)| s.path).collect();
        let looked_at = reports.iter().filter_map(|(_, d)| d.packages).max();
        for (issue, level) in levels {
            let Some(level) = level else { continue };
            let (name, grave) = (issue.name(), level == Level::Fail);
            match subject.issue(issue) {
                _ if !idle.is_empty() => {
                    checks.unknown(name, format!("no package was looked at in {}", idle.join(", ")), grave);
                }
                None if level == Level::Allow => {
                    let value = Value::Unlimited("allowed by the policy, and not measured".into());
                    checks.add(Draft::new(name, Noun::of("package"), value));
                }
                None => checks.unknown(name, format!("not measured: no report speaks of {name} packages"), grave),
                Some(list) => {
                    let value = Value::AtMost(unlisted(&reports, issue), level.ceiling());
                    let draft = Draft::new(name, noun(issue), value);
                    checks.add(Draft { subjects: looked_at, ..draft }.with(violations(&list, issue)));
                }
            }
        }
        let Some(direction) = self.trend else { return };
        if reports.is_empty() || !idle.is_empty() {
            let why = match idle.is_empty() {
                true => "no report of dependencies was read".to_owned(),
                false => format!("no package was looked at in {}", idle.join(", ")),
            };
            return checks.unknown("trend", why, true);
        }
        for (issue, level) in levels.into_iter().filter(|(_, level)| *level != Some(Level::Allow)) {
            let draft = self.trend_of(issue, level.is_some(), direction, subject, &reports);
            checks.add(Draft { subjects: looked_at, ..draft }.at(&["trend"]));
        }
    }
}

impl Dependencies {
    /// The trend of one issue. One that nobody speaks of now is a loss if the policy names it, or the baseline has it.
    fn trend_of(
        &self,
        issue: DependencyIssue,
        named: bool,
        direction: Direction,
        subject: &Subject<'_>,
        reports: &Stated<'_, Facts>,
    ) -> Draft {
        let measure = format!("trend.{}", issue.name());
        let Some(list) = subject.issue(issue) else {
            let why = format!("not measured: no report speaks of {} packages", issue.name());
            let draft = Draft::new(&measure, noun(issue), Value::Unknown { why, grave: true });
            return Draft { lapsed: !named, ..draft };
        };
        let part = Part {
            word: issue.name(),
            measures: vec![issue.name()],
            noun: noun(issue),
            violations: violations(&list, issue),
            unnamed: unlisted(reports, issue),
            unrated: true,
            hidden: None,
        };
        Draft::new(&measure, noun(issue), Value::Ranked(vec![part], direction.allowance(self.tolerance)))
    }
}

fn noun(issue: DependencyIssue) -> Noun {
    Noun::of(format!("{} package", issue.name()))
}

/// Packages that reports admit without naming them.
fn unlisted(reports: &Stated<'_, Facts>, issue: DependencyIssue) -> u64 {
    total(reports.iter().map(|(_, d)| d.unlisted(issue)))
}

fn violations(list: &[Joined<'_>], issue: DependencyIssue) -> Vec<Violation> {
    let mut violations: Vec<_> = list.iter().map(|j| violation(j, issue)).collect();
    violations.sort_by(|a, b| (&a.id, &a.package, &a.version).cmp(&(&b.id, &b.package, &b.version)));
    violations
}

/// Only of a vulnerability is no severity worth saying.
fn violation(joined: &Joined<'_>, issue: DependencyIssue) -> Violation {
    let mut out = joined.violation(SeverityRule::Tool);
    if issue != DependencyIssue::Vulnerable && joined.all.iter().all(|f| f.rating.claims().is_empty()) {
        out.severity = None;
    }
    out
}
