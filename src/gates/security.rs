//! `[security]`: distinct findings of all security reports by severity, after aliases are joined.

mod exploitation;
mod text;

use schemars::JsonSchema;
use serde::Deserialize;

use super::trend::Direction;
use super::{Checks, Draft, Gate, GateKind, Joined, Noun, Part, Stated, Subject, Value, boxed, schema};
use crate::facts::{Findings, Kind, Severity, SeverityRule};
use crate::input::total;
use crate::units::{Allowance, Ceiling, Probability};
use crate::verdict::Violation;

pub(super) const KIND: GateKind = GateKind {
    name: "security",
    about: "findings of scanners by severity, one finding once whatever tools made it",
    looks_at: Kind::Findings,
    measures: text::MEASURES,
    rules: text::RULES,
    inherited: &["severity", "tolerance"],
    selects: &["paths", "packages", "changed", "new"],
    of_the_whole: &["trend", "tolerance"],
    of_changes: &[],
    schema: schema::<Security>,
    read: boxed::<Security>,
};

/// The table `[security]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Security {
    /// Findings of critical severity.
    critical: Option<Ceiling<u64>>,
    /// Findings of high severity.
    high: Option<Ceiling<u64>>,
    /// Findings of medium severity.
    medium: Option<Ceiling<u64>>,
    /// Findings of low severity.
    low: Option<Ceiling<u64>>,
    /// Findings that are only worth knowing.
    info: Option<Ceiling<u64>>,
    /// Findings whose tool stated no severity; without this key they count as high.
    unknown: Option<Ceiling<u64>>,
    /// Findings that a KEV catalogue lists.
    known_exploited: Option<Ceiling<u64>>,
    /// The highest probability of exploitation, from 0 to 1.
    epss: Option<Ceiling<Probability>>,
    /// How their number may move against the baseline.
    trend: Option<Direction>,
    /// How many more there may be where it is to be stable: a count, or a share.
    tolerance: Option<Allowance>,
    /// Which of several statements on one finding counts.
    #[serde(default)]
    severity: Rule,
}

/// Which of several statements on one finding counts.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Rule {
    /// The tool's own word, then a score, then the level.
    #[default]
    Tool,
    /// The worst of them.
    Worst,
}

impl Gate for Security {
    fn check(&self, subject: &Subject<'_>, checks: &mut Checks) {
        let limits = [
            (Severity::Critical, &self.critical),
            (Severity::High, &self.high),
            (Severity::Medium, &self.medium),
            (Severity::Low, &self.low),
            (Severity::Info, &self.info),
            (Severity::Unknown, &self.unknown),
        ];
        let found = subject.findings();
        let found = match &found {
            None if subject.sources.iter().any(|s| s.report.facts.lockfile.is_some()) => {
                Err("no report of a scanner was read: a lock file alone does not say what is wrong with its packages; \
                     hand over what `cargo audit --json` writes, or the advisory database too"
                    .to_owned())
            }
            None => Err("no report of a scanner was read".to_owned()),
            Some((joined, reports)) => {
                let idle: Vec<&str> =
                    reports.iter().filter(|(_, f)| f.scanned == Some(0)).map(|(s, _)| s.path).collect();
                if idle.is_empty() {
                    Ok((joined, reports))
                } else {
                    Err(format!("nothing was scanned in {}", idle.join(", ")))
                }
            }
        };
        for (severity, ceiling) in limits {
            let Some(ceiling) = ceiling else { continue };
            match &found {
                Ok((joined, reports)) => self.of_severity(severity, *ceiling, joined, reports, checks),
                Err(why) => checks.unknown(severity.name(), why, ceiling.fail.is_some()),
            }
        }
        if let Some(direction) = self.trend {
            match &found {
                Ok((joined, reports)) => checks.add(self.trend_of(direction, joined, reports)),
                Err(why) => checks.unknown("trend", why, true),
            }
        }
        if let Some(ceiling) = self.known_exploited {
            let drafted = found.as_ref().map_err(Clone::clone).and_then(|(joined, reports)| {
                let known = subject
                    .catalogue
                    .exploited
                    .as_ref()
                    .ok_or("no KEV catalogue was read: it is needed as evidence")?;
                Ok(self.exploited(known, ceiling, joined, subject.aliases).over(scanned(reports)))
            });
            match drafted {
                Ok(draft) => checks.add(draft),
                Err(why) => checks.unknown("known-exploited", why, ceiling.fail.is_some()),
            }
        }
        if let Some(ceiling) = self.epss {
            let drafted = found.as_ref().map_err(Clone::clone).and_then(|(joined, reports)| {
                let known = subject.catalogue.epss.as_ref().ok_or("no EPSS list was read: it is needed as evidence")?;
                Ok(self.likely(known, ceiling, joined, subject.aliases)?.over(scanned(reports)))
            });
            match drafted {
                Ok(draft) => checks.add(draft),
                Err(why) => checks.unknown("epss", why, ceiling.fail.is_some()),
            }
        }
    }
}

/// How much the scanners looked at; a report that cannot tell is one scan.
fn scanned(reports: &Stated<'_, Findings>) -> u64 {
    total(reports.iter().map(|(_, f)| f.scanned.unwrap_or(1)))
}

impl Security {
    fn of_severity(
        &self,
        severity: Severity,
        ceiling: Ceiling<u64>,
        joined: &[Joined<'_>],
        reports: &Stated<'_, Findings>,
        checks: &mut Checks,
    ) {
        let name = severity.name();
        let list: Vec<&Joined<'_>> = joined.iter().filter(|j| self.counts_as(j) == severity).collect();
        let unlisted: u64 = total(reports.iter().map(|(_, f)| f.unlisted));
        let unlisted = if self.slot(Severity::Unknown) == severity { unlisted } else { 0 };
        let hidden = reports.iter().find(|(_, f)| f.floor.is_some_and(|floor| severity < floor));
        if let (Some((source, _)), true) = (hidden, list.is_empty() && severity != Severity::Unknown) {
            let why = format!("{} leaves out what is less severe than its own limit", source.path);
            checks.unknown(name, why, ceiling.fail.is_some());
            return;
        }
        let draft = Draft::new(name, Noun::of(format!("{name} finding")), Value::AtMost(unlisted, ceiling));
        checks.add(draft.over(scanned(reports)).with(violations(list, self.rule())));
    }

    fn trend_of(&self, direction: Direction, joined: &[Joined<'_>], reports: &Stated<'_, Findings>) -> Draft {
        let value = Value::Ranked(self.parts(joined, reports), direction.allowance(self.tolerance));
        Draft::new("trend", Noun::of("finding"), value).over(scanned(reports))
    }

    /// The findings by severity, the worst first; unknown ones count as high.
    fn parts(&self, joined: &[Joined<'_>], reports: &Stated<'_, Findings>) -> Vec<Part> {
        let rank = |j: &Joined<'_>| match j.severity(self.rule()) {
            Severity::Unknown => Severity::High,
            other => other,
        };
        let part = |severity: Severity| {
            let hidden = reports.iter().find(|(_, f)| f.floor.is_some_and(|floor| severity < floor));
            let unrated = severity == Severity::High;
            Part {
                word: severity.name(),
                measures: if unrated { vec!["high", "unknown"] } else { vec![severity.name()] },
                noun: Noun::of(format!("{} finding", severity.name())),
                violations: violations(joined.iter().filter(|j| rank(j) == severity).collect(), self.rule()),
                unnamed: if unrated { total(reports.iter().map(|(_, f)| f.unlisted)) } else { 0 },
                unrated,
                hidden: hidden.map(|(s, _)| format!("{} leaves out what is less severe than its own limit", s.path)),
            }
        };
        Severity::ALL.into_iter().filter(|s| *s != Severity::Unknown).map(part).collect()
    }

    fn rule(&self) -> SeverityRule {
        match self.severity {
            Rule::Tool => SeverityRule::Tool,
            Rule::Worst => SeverityRule::Worst,
        }
    }

    /// Under which limit findings of a severity fall.
    fn slot(&self, severity: Severity) -> Severity {
        match severity {
            Severity::Unknown if self.unknown.is_none() => Severity::High,
            other => other,
        }
    }

    fn counts_as(&self, joined: &Joined<'_>) -> Severity {
        self.slot(joined.severity(self.rule()))
    }
}

/// Those that can be mended before those that cannot, then by id, package and place.
fn violations(list: Vec<&Joined<'_>>, rule: SeverityRule) -> Vec<Violation> {
    let mut out: Vec<Violation> = list.into_iter().map(|j| j.violation(rule)).collect();
    let place = |v: &Violation| v.location.as_ref().map(|l| (l.path.clone(), l.line));
    out.sort_by_cached_key(|v| (v.fix.is_none(), v.id.clone(), v.package.clone(), place(v), v.message.clone()));
    out
}
