//! `[security]`: distinct findings of all security reports by severity, after aliases are joined.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Checks, Draft, Gate, GateKind, Joined, Measure, Noun, Subject, Value, boxed, schema};
use crate::facts::{Kind, Severity, SeverityRule};
use crate::input::total;
use crate::units::Ceiling;
use crate::verdict::Violation;

const FIX: &str = "update the packages below to a version that mends them; what cannot be mended needs a waiver with a reason, \
                   an owner and an end";

pub(super) const KIND: GateKind = GateKind {
    name: "security",
    about: "findings of scanners by severity, one finding once whatever tools made it",
    looks_at: Kind::Findings,
    measures: &[
        Measure { name: "critical", what: "Findings of critical severity.", how: HOW, fix: FIX },
        Measure {
            name: "high",
            what: "Findings of high severity; those of unknown severity too, unless the policy limits `unknown`.",
            how: HOW,
            fix: FIX,
        },
        Measure { name: "medium", what: "Findings of medium severity.", how: HOW, fix: FIX },
        Measure { name: "low", what: "Findings of low severity.", how: HOW, fix: FIX },
        Measure { name: "info", what: "Findings that are only worth knowing.", how: HOW, fix: FIX },
        Measure {
            name: "unknown",
            what: "Findings whose tool stated no severity.",
            how: HOW,
            fix: "look at each: no severity is not a low severity. Without this key they count as high",
        },
        Measure {
            name: "known-exploited",
            what: "Findings that the KEV catalogue lists as exploited.",
            how: "Needs a KEV catalogue as evidence.",
            fix: "mend these first: they are being used",
        },
        Measure {
            name: "requires",
            what: "A tool that must have reported.",
            how: "A report that was read names this tool, by its whole name without regard to case.",
            fix: "run the tool and hand its report over; a tool that did not report found nothing because it was not asked",
        },
    ],
    inherited: &["severity"],
    selects: &["paths", "packages"],
    schema: schema::<Security>,
    read: boxed::<Security>,
};

const HOW: &str = "A severity is the tool's own word, else a score (9.0 critical, 7.0 high, 4.0 medium, above 0 low), else the \
                   level (error high, warning medium, note low); `severity = \"worst\"` takes the worst of them. The same \
                   advisory under several names or by several tools counts once per package and version, by its worst \
                   severity. What a report itself suppresses counts.";

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
        for (severity, ceiling) in limits {
            let Some(ceiling) = ceiling else { continue };
            let (name, grave) = (severity.name(), ceiling.fail.is_some());
            let Some((joined, reports)) = &found else {
                checks.unknown(name, "no report of a scanner was read", grave);
                continue;
            };
            let idle: Vec<&str> = reports.iter().filter(|(_, f)| f.scanned == Some(0)).map(|(s, _)| s.path).collect();
            if !idle.is_empty() {
                checks.unknown(name, format!("nothing was scanned in {}", idle.join(", ")), grave);
                continue;
            }
            let list: Vec<&Joined<'_>> = joined.iter().filter(|j| self.counts_as(j) == severity).collect();
            let unlisted: u64 = total(reports.iter().map(|(_, f)| f.unlisted));
            let unlisted = if self.slot(Severity::Unknown) == severity { unlisted } else { 0 };
            let hidden = reports.iter().find(|(_, f)| f.floor.is_some_and(|floor| severity < floor));
            if let (Some((source, _)), true) = (hidden, list.is_empty() && severity != Severity::Unknown) {
                checks.unknown(
                    name,
                    format!("{} leaves out what is less severe than its own limit", source.path),
                    grave,
                );
                continue;
            }
            let scanned = total(reports.iter().map(|(_, f)| f.scanned.unwrap_or(1)));
            let draft = Draft::new(name, Noun::of(format!("{name} finding")), Value::AtMost(unlisted, *ceiling));
            checks.add(draft.over(scanned).with(violations(list, self.rule())));
        }
        if let Some(ceiling) = self.known_exploited {
            let why = "this needs a KEV catalogue as evidence, which this version cannot read yet";
            checks.unknown("known-exploited", why, ceiling.fail.is_some());
        }
    }
}

impl Security {
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
