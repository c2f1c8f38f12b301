//! One check: the value against its threshold, in integers, with the waivers taken out.

use super::baseline::{BaselineState, Known};
use super::news::{Newness, Told};
use super::regression::Grown;
use super::scope::View;
use super::vex::Adopted;
use super::waivers::Register;
use super::weight::{highest, keep_above};
use crate::facts::{Aliases, Ratio};
use crate::gates::{Draft, Noun, Value};
use crate::policy::Entry;
use crate::text::Text;
use crate::units::{Ceiling, Floor, Quantity, show_percent, show_seconds};
use crate::verdict::{Bound, Check, SourceRef, Status, Waived};

/// What a check is judged with.
pub(super) struct Judge<'a> {
    pub(super) entry: &'a Entry,
    pub(super) view: &'a View<'a>,
    pub(super) baseline: &'a BaselineState,
    /// What is to be known of the baseline.
    pub(super) caveat: Option<&'a str>,
    pub(super) known: Option<Known>,
    /// Where only new findings count: which those are.
    pub(super) newness: Option<Newness>,
    /// Its threshold holds only from a day that is to come.
    pub(super) announced: bool,
    pub(super) waivers: &'a mut Register,
    pub(super) vex: &'a Adopted<'a>,
    pub(super) aliases: &'a Aliases,
    /// The change, where one is given.
    pub(super) diff: Option<&'a crate::diff::Diff>,
}

/// A check of which only the id is known.
pub(super) fn blank(id: &str, place: Option<SourceRef>) -> Check {
    let mut parts = id.split('.');
    let gate = parts.next().unwrap_or_default();
    Check {
        id: Text::new(id),
        gate: gate.into(),
        scope: None,
        measure: Text::new(&parts.collect::<Vec<_>>().join(".")),
        status: Status::Pass,
        actual: None,
        unit: None,
        covered: None,
        total: None,
        subjects: None,
        fail: None,
        warn: None,
        baseline: None,
        message: Text::default(),
        help: None,
        policy_source: place,
        violations: Vec::new(),
        violations_total: 0,
        waived: Vec::new(),
        telling: false,
    }
}

/// A check, judged.
pub(super) struct Judged {
    pub(super) check: Check,
    /// By something measured: what cannot be judged, or is not limited, opens nothing, even if it only warns.
    pub(super) measured: bool,
    /// It warns because its threshold is only announced, and would else be an error.
    pub(super) mild: bool,
}

impl Judge<'_> {
    /// Judges one check.
    pub(super) fn judge(mut self, mut draft: Draft, id: String, place: Option<SourceRef>) -> Judged {
        let mut check = blank(&id, place);
        check.scope = self.entry.scope.as_deref().map(Text::new);
        check.measure = Text::new(&draft.measure);
        check.subjects = draft.subjects;
        check.baseline = self.known.map(|k| k.actual);
        check.help = self.entry.kind.measure(&draft.measure).map(|m| m.fix.into());
        let measured = !matches!(draft.value, Value::Unknown { .. });
        let demanded = draft.demanded;
        let newness = self.newness.take();
        if let Some(Newness::Told(_)) = newness {
            draft.noun = Noun { one: format!("new {}", draft.noun.one), many: format!("new {}", draft.noun.many) };
        }
        if let Value::AtMost(..) | Value::Highest(..) = draft.value {
            let violations = std::mem::take(&mut draft.violations);
            let (counted, waived) = self.waivers.split(violations, self.entry.kind.name, self.aliases);
            let (counted, closed) = self.vex.split(counted, self.aliases);
            draft.violations = counted;
            check.waived = waived.into_iter().chain(closed).collect();
        }
        check.violations_total = crate::input::size(draft.violations.len());
        let (status, message) = match draft.value {
            Value::Ranked(..) => self.ranked(&mut draft, &mut check),
            _ => self.compare(&draft, &mut check),
        };
        let (status, message) = self.complete(&draft.value, status, message);
        let (status, mild) = self.softened(&draft.value, status, &check);
        if let Value::Highest(ceiling, _) = draft.value {
            keep_above(ceiling, &mut draft.violations);
            check.violations_total = crate::input::size(draft.violations.len());
        }
        let (status, message) = match newness {
            None => (status, message),
            Some(Newness::Told(told)) => (status, self.set_apart(told, message, &mut check)),
            Some(Newness::Unknown(status, why)) => {
                (status, format!("{}, and {why}", draft.noun.count(check.violations_total)))
            }
        };
        let message = match self.caveat.filter(|_| self.compares(&draft.value)) {
            Some(caveat) => format!("{message}; {caveat}"),
            None => message,
        };
        check.violations.append(&mut draft.violations);
        if check.actual.is_none() {
            check.baseline = None;
        }
        check.status = status;
        check.message = Text::new(&message);
        self.doubt(&mut check, measured, demanded);
        if !matches!(check.status, Status::Fail | Status::Error | Status::Warn) {
            check.help = None;
        }
        if check.status == Status::Error || !measured && check.status == Status::Warn {
            check.help = Some(self.cure(measured, self.compares(&draft.value)));
        }
        let measured = measured && matches!(check.status, Status::Pass | Status::Warn | Status::Fail);
        Judged { measured, mild: mild && check.status == Status::Warn, check }
    }

    /// Whether a check is held against the baseline.
    fn compares(&self, value: &Value) -> bool {
        let counts = matches!(value, Value::AtMost(..) | Value::Highest(..));
        let moves = matches!(value, Value::Moving(..) | Value::Slower { .. } | Value::Figures(..) | Value::Ranked(..));
        moves || self.entry.selector.new && counts
    }

    /// Takes what the baseline has out of the count, and says how much that is.
    fn set_apart(&mut self, told: Told, message: String, check: &mut Check) -> String {
        let message = format!("{message} ({} unchanged, {} fixed)", told.unchanged.len(), told.fixed);
        if let Some((many, file)) = &told.moved {
            let fix = check.help.as_deref().unwrap_or_default();
            let help = format!(
                "{many} of them read like those of {file}, which has none now: if it was renamed, --diff-base REV says \
                 so and makes them known; else {fix}"
            );
            check.help = Some(Text::new(&help));
        }
        (check.baseline, check.telling) = (Some(told.before.value()), true);
        // A waiver is used by what it waives, new or not.
        let (rest, waived) = self.waivers.split(told.unchanged, self.entry.kind.name, self.aliases);
        check.waived.extend(waived);
        check.waived.extend(rest.into_iter().map(|v| Waived::by_baseline(v, &told.origin)));
        message
    }

    /// What to do about a check that could not be judged.
    fn cure(&self, measured: bool, compared: bool) -> Text {
        if let Some(obstacle) = &self.view.obstacle {
            return Text::new(&obstacle.help);
        }
        match self.baseline {
            BaselineState::Unusable(_) if measured => "give one with --baseline FILE, or say --baseline none".into(),
            BaselineState::Read(_) if compared => {
                "hand over all that the baseline had; or make a new one: a run with --baseline none, `portcullis baseline save`"
                    .into()
            }
            _ => Text::new(&format!(
                "hand over a report that holds it: `portcullis explain {}` names the formats, `portcullis inspect PATH` \
                 says what a report holds",
                self.entry.kind.name
            )),
        }
    }

    /// What makes even a good value no answer.
    fn doubt(&self, check: &mut Check, measured: bool, demanded: bool) {
        let good = matches!(check.status, Status::Pass | Status::Warn);
        let mut error = |why: String| {
            check.status = Status::Error;
            check.message = Text::new(&why);
        };
        if let Some(obstacle) = &self.view.obstacle {
            error(obstacle.why.clone());
        } else if let (Some(why), false) = (&self.view.skipped, demanded) {
            super::skip(check, why);
        } else if good && !self.view.missing.is_empty() {
            error(format!("not complete: {}", self.view.missing.join(", ")));
        } else if good && measured && check.subjects == Some(0) {
            error("nothing was looked at".into());
        }
    }

    fn compare(&self, draft: &Draft, check: &mut Check) -> (Status, String) {
        match &draft.value {
            Value::Share(ratio, floor) => {
                state_share(check, *ratio);
                state_floor(check, *floor);
                if ratio.total == 0 {
                    return (Status::Error, format!("nothing was measured: 0 of 0 {}", draft.noun.many));
                }
                let status = step(floor.fail.map(|l| l.is_met_by(*ratio)), floor.warn.map(|l| l.is_met_by(*ratio)));
                let broken = if status == Status::Warn { floor.warn } else { floor.fail.or(floor.warn) };
                let limit = broken.map(|l| limit_words(&l, status, "required")).unwrap_or_default();
                let marks: Vec<f64> = [floor.fail, floor.warn].into_iter().flatten().map(Quantity::value).collect();
                let shown = share(*ratio, &marks);
                (status, format!("{shown} of {} ({} of {}), {limit}", draft.noun.many, ratio.covered, ratio.total))
            }
            Value::Moving(ratio, trend, measure) => self.moving(*ratio, *trend, measure, check),
            Value::AtLeast(n, floor) => {
                check.actual = Some(n.value());
                check.unit = Some(<u64 as Quantity>::UNIT.into());
                state_floor(check, *floor);
                let status = step(floor.fail.map(|l| *n >= l), floor.warn.map(|l| *n >= l));
                let broken = if status == Status::Warn { floor.warn } else { floor.fail.or(floor.warn) };
                let limit = broken.map(|l| limit_words(&l, status, "required")).unwrap_or_default();
                (status, format!("{}, {limit}", draft.noun.count(*n)))
            }
            Value::AtMost(unnamed, ceiling) => self.at_most(*unnamed, *ceiling, draft, check),
            Value::Highest(ceiling, unscored) => highest(*ceiling, *unscored, draft, check),
            Value::Time(seconds, ceiling) => {
                check.actual = Some(*seconds);
                check.unit = Some(<crate::units::Span as Quantity>::UNIT.into());
                state_ceiling(check, *ceiling);
                let status =
                    step(ceiling.fail.map(|l| *seconds <= l.seconds()), ceiling.warn.map(|l| *seconds <= l.seconds()));
                let broken = if status == Status::Warn { ceiling.warn } else { ceiling.fail.or(ceiling.warn) };
                let limit = broken.map(|l| limit_words(&l, status, "allowed")).unwrap_or_default();
                (status, format!("{}, {limit}", show_seconds(*seconds)))
            }
            Value::Slower { seconds, spread, growth, floor } => {
                let grown = Grown { seconds: *seconds, spread: *spread, growth: *growth, floor: *floor };
                let name = draft.measure.split_once('.').map_or("", |(_, name)| name);
                grown.judge(name, self, check)
            }
            Value::Figures(figures, allowance) => self.figures(figures, *allowance, check),
            // It takes findings out of the draft, and is judged apart.
            Value::Ranked(..) => (Status::Error, "not judged".into()),
            Value::Unlimited(words) => (Status::Skipped, words.clone()),
            Value::Holds(Ok(words)) => (Status::Pass, words.clone()),
            Value::Holds(Err(words)) => (Status::Fail, words.clone()),
            Value::Unknown { why, grave: true } => (Status::Error, why.clone()),
            Value::Unknown { why, grave: false } => (Status::Warn, why.clone()),
        }
    }

    fn at_most(&self, unnamed: u64, ceiling: Ceiling<u64>, draft: &Draft, check: &mut Check) -> (Status, String) {
        let n = check.violations_total.saturating_add(unnamed);
        check.violations_total = n;
        check.actual = Some(n.value());
        check.unit = Some(<u64 as Quantity>::UNIT.into());
        state_ceiling(check, ceiling);
        let mut words = draft.noun.count(n);
        if unnamed > 0 {
            words.push_str(&format!(" ({unnamed} of them only in a report's own total)"));
        }
        if !check.waived.is_empty() {
            words.push_str(&format!(", {} waived", check.waived.len()));
        }
        if ceiling.fail.is_none() && ceiling.warn.is_none() {
            return (Status::Skipped, format!("{words}, allowed by the policy"));
        }
        let status = step(ceiling.fail.map(|l| n <= l), ceiling.warn.map(|l| n <= l));
        let broken = if status == Status::Warn { ceiling.warn } else { ceiling.fail.or(ceiling.warn) };
        let limit = broken.map(|l| limit_words(&l, status, "allowed")).unwrap_or_default();
        (status, format!("{words}, {limit}"))
    }
}

/// Both steps of a threshold, each whether it holds.
pub(super) fn step(fail: Option<bool>, warn: Option<bool>) -> Status {
    match (fail, warn) {
        (Some(false), _) => Status::Fail,
        (_, Some(false)) => Status::Warn,
        _ => Status::Pass,
    }
}

pub(super) fn limit_words<T: Quantity>(limit: &T, status: Status, verb: &str) -> String {
    let unit = if T::UNIT == "percent" { " %" } else { "" };
    match status {
        Status::Warn if verb == "required" => format!("{limit}{unit} wanted"),
        Status::Warn => format!("{limit}{unit} wanted at most"),
        _ => format!("{limit}{unit} {verb}"),
    }
}

pub(super) fn state_share(check: &mut Check, ratio: Ratio) {
    check.actual = (ratio.total > 0).then(|| ratio.percent());
    check.unit = Some("percent".into());
    check.covered = Some(ratio.covered);
    check.total = Some(ratio.total);
}

fn state_floor<T: Quantity>(check: &mut Check, floor: Floor<T>) {
    let bound = |l: T| Bound { below: Some(l.value()), above: None };
    (check.fail, check.warn) = (floor.fail.map(bound), floor.warn.map(bound));
}

pub(super) fn state_ceiling<T: Quantity>(check: &mut Check, ceiling: Ceiling<T>) {
    let bound = |l: T| Bound { below: None, above: Some(l.value()) };
    (check.fail, check.warn) = (ceiling.fail.map(bound), ceiling.warn.map(bound));
}

/// A share with as many digits as it takes to tell it from the marks.
pub(super) fn share(ratio: Ratio, marks: &[f64]) -> String {
    show_percent(ratio.percent(), Some((ratio.covered, ratio.total)), marks)
}
