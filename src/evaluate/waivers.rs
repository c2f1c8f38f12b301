//! Waivers at work: what they take out of the count, and what became of each.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::judge::blank;
use crate::collect::Evidence;
use crate::diagnostic::Origin;
use crate::facts::{Aliases, Kind, names_of_all};
use crate::gates::{self, Noun};
use crate::input::size;
use crate::policy::{Policy, Waiver, day_count};
use crate::text::Text;
use crate::units::Level;
use crate::verdict::{Check, SourceRef, Status, Violation, Waived, WaiverEntry, is_fingerprint};

/// The waivers of a policy while findings are held against them.
pub(super) struct Register {
    today: Date,
    waivers: Vec<Held>,
}

struct Held {
    waiver: Waiver,
    origin: Origin,
    state: State,
    matched: u64,
    /// It names a fingerprint: the findings that bear it, whatever check counts them.
    bearers: BTreeSet<Bearer>,
    /// Several findings of the check, or of any check, bear that.
    several: bool,
    was_several: bool,
}

/// What tells findings of one fingerprint apart: gate, rule, package, version, path, line.
type Bearer = (Text, Text, Option<Text>, Option<Text>, Option<Text>, Option<u32>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// In force; so many days are left, today included.
    Open(i32),
    Expired,
    BeyondHorizon,
}

impl Register {
    pub(super) fn new(policy: &Policy, today: Date) -> Self {
        let most = i32::try_from(policy.waiver_rules.max_days).unwrap_or(i32::MAX);
        let held = |(waiver, origin): &(Waiver, Origin)| {
            let (expires, from) = (waiver.expires.0, waiver.created.map_or(today, |d| d.0));
            let state = if today > expires {
                State::Expired
            } else if day_count(from, expires) > most || from > today {
                State::BeyondHorizon
            } else {
                State::Open(day_count(today, expires))
            };
            Held {
                waiver: waiver.clone(),
                origin: origin.clone(),
                state,
                matched: 0,
                bearers: BTreeSet::new(),
                several: false,
                was_several: false,
            }
        };
        Self { today, waivers: policy.waivers.iter().map(held).collect() }
    }

    /// The day by which they are in force.
    pub(super) const fn today(&self) -> Date {
        self.today
    }

    /// Whether any of them names a finding by its fingerprint.
    pub(super) fn names_fingerprints(&self) -> bool {
        self.waivers.iter().any(|held| is_fingerprint(&held.waiver.id))
    }

    /// Notes which findings of a gate bear a fingerprint that is waived: a check sees only its own.
    pub(super) fn see<'v>(
        &mut self,
        violations: impl Iterator<Item = &'v Violation> + Clone,
        gate: &str,
        aliases: &Aliases,
    ) {
        for held in self.waivers.iter_mut().filter(|h| is_fingerprint(&h.waiver.id)) {
            held.bearers.extend(violations.clone().filter(|v| covers(&held.waiver, v, gate, aliases)).map(|v| {
                let (path, line) = v.location.as_ref().map_or((None, None), |l| (Some(l.path.clone()), l.line));
                (Text::new(gate), v.id.clone(), v.package.clone(), v.version.clone(), path, line)
            }));
        }
    }

    /// Parts violations into those that count and those that are waived.
    pub(super) fn split(
        &mut self,
        violations: Vec<Violation>,
        gate: &str,
        aliases: &Aliases,
    ) -> (Vec<Violation>, Vec<Waived>) {
        let (mut counted, mut waived) = (Vec::new(), Vec::new());
        // A fingerprint names one finding. What several bear is none, or one waiver would hold for whatever copies it.
        for held in self.waivers.iter_mut().filter(|h| is_fingerprint(&h.waiver.id)) {
            let bear = violations.iter().filter(|v| covers(&held.waiver, v, gate, aliases)).count();
            held.several = bear > 1 || held.bearers.len() > 1;
            held.was_several |= held.several;
        }
        for violation in violations {
            let mut open = self.waivers.iter_mut().filter(|h| matches!(h.state, State::Open(_)) && !h.several);
            match open.find(|h| covers(&h.waiver, &violation, gate, aliases)) {
                Some(held) => {
                    held.matched += 1;
                    waived.push(Waived {
                        violation,
                        waiver: Text::new(&held.waiver.id),
                        reason: Text::new(&held.waiver.reason),
                        owner: Text::new(&held.waiver.owner),
                        expires: Some(held.waiver.expires.to_string()),
                    });
                }
                None => counted.push(violation),
            }
        }
        (counted, waived)
    }

    /// Whether a waiver that holds today would take this out of the count.
    pub(super) fn covers(&self, violation: &Violation, gate: &str, aliases: &Aliases) -> bool {
        let mut open = self.waivers.iter().filter(|h| matches!(h.state, State::Open(_)));
        open.any(|h| covers(&h.waiver, violation, gate, aliases))
    }

    /// The checks of the waivers, and an entry for each.
    pub(super) fn report(
        &self,
        policy: &Policy,
        evidence: &[Evidence],
        partial: bool,
    ) -> (Vec<Check>, Vec<WaiverEntry>) {
        let complete = !partial;
        let unused = |h: &&Held| matches!(h.state, State::Open(_)) && h.matched == 0;
        let entries = self.waivers.iter().map(|h| WaiverEntry {
            id: Text::new(&h.waiver.id),
            status: match h.state {
                State::Expired => "expired",
                State::BeyondHorizon => "beyond-horizon",
                State::Open(_) if h.matched > 0 => "used",
                State::Open(_) if complete && spoke(h, evidence) => "unused",
                State::Open(_) => "not-judged",
            }
            .into(),
            expires: h.waiver.expires.to_string(),
            owner: Text::new(&h.waiver.owner),
            matched: h.matched,
        });
        let soon = i32::try_from(policy.waiver_rules.warn_days).unwrap_or(i32::MAX);
        let pick = |wanted: &dyn Fn(&&Held) -> bool| self.waivers.iter().filter(|h| wanted(h)).collect::<Vec<_>>();
        let expired = pick(&|h| h.state == State::Expired);
        let beyond = pick(&|h| h.state == State::BeyondHorizon);
        let expiring = pick(&|h| matches!(h.state, State::Open(days) if days <= soon) && h.matched > 0);
        let idle = pick(&|h| unused(h) && complete && spoke(h, evidence));
        let unused_status = match (policy.waiver_rules.unused, idle.is_empty()) {
            (_, true) => Status::Pass,
            (Level::Allow, _) => Status::Skipped,
            (Level::Warn, _) => Status::Warn,
            (Level::Fail, _) => Status::Fail,
        };
        let checks = match self.waivers.is_empty() {
            true => Vec::new(),
            false => checks(&expired, &expiring, &beyond, (&idle, unused_status)),
        };
        (checks, entries.collect())
    }
}

/// Whether the evidence that the waiver speaks of was read, all of it: a report of a kind that its
/// gate looks at, by its tool if it names one, and none of that kind that cannot be counted on.
fn spoke(held: &Held, evidence: &[Evidence]) -> bool {
    let gates = gates::ALL.iter().filter(|g| held.waiver.gate.as_deref().is_none_or(|name| name == g.name));
    let kinds: Vec<Kind> = gates.map(|g| g.looks_at).collect();
    let concerned = |e: &&Evidence| e.kinds().is_empty() || e.kinds().iter().any(|k| kinds.contains(k));
    let all: Vec<&Evidence> = evidence.iter().filter(concerned).collect();
    let by_tool = |e: &&&Evidence| {
        let tools = e.report.iter().flat_map(|r| &r.tools);
        held.waiver.tool.as_ref().is_none_or(|tool| tools.into_iter().any(|t| t.eq_ignore_ascii_case(tool)))
    };
    let read = all.iter().filter(|e| e.report.is_some()).any(|e| by_tool(&e));
    read && all.iter().all(|e| e.is_sound())
}

fn covers(waiver: &Waiver, violation: &Violation, gate: &str, aliases: &Aliases) -> bool {
    let id = &waiver.id;
    let by_id = violation.fingerprints().any(|f| **f == **id)
        || names_of_all(&violation.id, &violation.aliases)
            .filter(|name| !is_fingerprint(name))
            .any(|v| v.eq_ignore_ascii_case(id) || aliases.same(v, id));
    let same = |wanted: &Option<String>, have: &Option<Text>| {
        wanted.as_ref().is_none_or(|w| have.as_deref().is_some_and(|h| h == w))
    };
    // What several tools say, or what lies in several places, is waived only if all of it is meant.
    let by_tool = waiver
        .tool
        .as_ref()
        .is_none_or(|w| violation.tool.as_ref().is_some_and(|t| t.split(", ").all(|one| one.eq_ignore_ascii_case(w))));
    let mut places = violation.location.iter().map(|l| &l.path).chain(&violation.also_in);
    let by_path =
        waiver.path.as_ref().is_none_or(|glob| violation.location.is_some() && places.all(|p| glob.matches(p)));
    by_id
        && waiver.gate.as_ref().is_none_or(|g| g == gate)
        && same(&waiver.package, &violation.package)
        && same(&waiver.version, &violation.version)
        && by_tool
        && by_path
}

/// The checks of the waivers: those that have ended, end soon, end too late and waive nothing.
fn checks(expired: &[&Held], expiring: &[&Held], beyond: &[&Held], (idle, unused): (&[&Held], Status)) -> Vec<Check> {
    let warn = |n: usize| if n == 0 { Status::Pass } else { Status::Warn };
    vec![
        check(
            "expired",
            warn(expired.len()),
            expired,
            "expired waiver",
            "it has no effect: mend what it waived, or renew it with a reason",
        ),
        check(
            "expiring",
            warn(expiring.len()),
            expiring,
            "waiver that ends soon",
            "mend what it waives before it ends",
        ),
        check(
            "horizon",
            if beyond.is_empty() { Status::Pass } else { Status::Fail },
            beyond,
            "waiver beyond the horizon",
            "it has no effect: end it within `waivers.max-days` of its `created` day",
        ),
        check("unused", unused, idle, "unused waiver", "what it waived is gone: delete it"),
    ]
}

fn check(measure: &str, status: Status, held: &[&Held], noun: &str, help: &str) -> Check {
    let place = held.first().map(|h| SourceRef { path: Text::new(&h.origin.file.path), line: h.origin.line() });
    let mut check = blank(&format!("waivers.{measure}"), place);
    check.status = status;
    check.actual = Some(crate::units::Quantity::value(size(held.len())));
    check.unit = Some("count".into());
    let noun = match noun {
        "waiver that ends soon" => Noun::with_plural(noun, "waivers that end soon"),
        "waiver beyond the horizon" => Noun::with_plural(noun, "waivers beyond the horizon"),
        _ => Noun::of(noun),
    };
    check.message = Text::new(&noun.count(size(held.len())));
    check.violations = held.iter().map(|h| violation(h)).collect();
    check.violations_total = size(held.len());
    check.help = (!held.is_empty()).then(|| help.into());
    check
}

fn violation(held: &Held) -> Violation {
    let waiver = &held.waiver;
    let verb = if held.state == State::Expired { "ended" } else { "ends" };
    let several = if held.was_several { "; several findings bear it, and it waives none of them" } else { "" };
    let words = format!("{verb} {}, {}: {}{several}", waiver.expires, waiver.owner, waiver.reason);
    let mut out = Violation::new(&waiver.id, words);
    out.package = waiver.package.as_deref().map(Text::new);
    out.version = waiver.version.as_deref().map(Text::new);
    out
}
