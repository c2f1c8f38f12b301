//! Checks as a gate draws them up, before anybody compares, waives or skips.

use crate::facts::{Ratio, Spread};
use crate::units::{Allowance, Ceiling, Floor, Growth, Percent, Probability, Span};
use crate::verdict::Violation;

/// What is counted, for messages: one and many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noun {
    /// `failed test`
    pub one: String,
    /// `failed tests`
    pub many: String,
}

impl Noun {
    /// A noun whose plural ends in `s`.
    #[must_use]
    pub fn of(one: impl Into<String>) -> Self {
        let one = one.into();
        Self { many: format!("{one}s"), one }
    }

    /// A noun with a plural of its own.
    #[must_use]
    pub fn with_plural(one: impl Into<String>, many: impl Into<String>) -> Self {
        Self { one: one.into(), many: many.into() }
    }

    /// `1 failed test`, `2 failed tests`.
    #[must_use]
    pub fn count(&self, n: u64) -> String {
        format!("{n} {}", if n == 1 { &self.one } else { &self.many })
    }
}

/// How a share may move against the baseline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// How far it may fall, in percentage points; zero for "not at all".
    pub tolerance: Percent,
}

/// A figure that is held against the baseline's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figure {
    /// Its name, as in the facts of a verdict.
    pub name: &'static str,
    /// Its value.
    pub value: u64,
    /// Whether a higher one is better.
    pub more_is_better: bool,
}

/// Findings of one rank.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The word that each of them states as its severity.
    pub word: &'static str,
    /// The measures that count the same by themselves; the first always does where it is limited.
    pub measures: Vec<&'static str>,
    /// What they are called.
    pub noun: Noun,
    /// The findings.
    pub violations: Vec<Violation>,
    /// How many more there are without a name.
    pub unnamed: u64,
    /// Those belong here that state no rank.
    pub unrated: bool,
    /// Why some of them may not be seen.
    pub hidden: Option<String>,
}

/// What is measured, and the threshold it is held to.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A share with a lower bound.
    Share(Ratio, Floor<Percent>),
    /// A share that may not fall below the baseline's value of the measure named.
    Moving(Ratio, Trend, &'static str),
    /// A count with a lower bound.
    AtLeast(u64, Floor<u64>),
    /// The violations, and so many more without a name, with an upper bound. These can be waived.
    AtMost(u64, Ceiling<u64>),
    /// The highest weight of the violations, with an upper bound; so many have none. These can be waived.
    Highest(Ceiling<Probability>, u64),
    /// Seconds with an upper bound.
    Time(f64, Ceiling<Span>),
    /// Seconds that may not be more than the baseline's by more than a share and a floor, both.
    Slower {
        /// How long it took.
        seconds: f64,
        /// How far chance may have moved that.
        spread: Spread,
        /// By which share it may be longer.
        growth: Ceiling<Growth>,
        /// By how much it may be longer whatever share that is.
        floor: Span,
    },
    /// Figures that may not get worse than the baseline's by more than is allowed.
    Figures(Vec<Figure>, Allowance),
    /// Findings in parts, the worst first: of no part and those before it there may be more than in the baseline by
    /// more than is allowed. These can be waived, and what is waived now counts on neither side.
    Ranked(Vec<Part>, Allowance),
    /// It holds, or it does not, in words.
    Holds(Result<String, String>),
    /// It is not limited, in words.
    Unlimited(String),
    /// It cannot be judged, in words. Where it could only warn, it warns.
    Unknown {
        /// Why.
        why: String,
        /// The check could have failed.
        grave: bool,
    },
}

/// One check, drawn up.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What is measured: the last part of its id.
    pub measure: String,
    /// Where in the gate's table its threshold stands.
    pub key: Vec<String>,
    /// The value and its threshold.
    pub value: Value,
    /// How much was looked at; zero is an error. `None` where no figure applies.
    pub subjects: Option<u64>,
    /// What is counted or shared.
    pub noun: Noun,
    /// What breaks it, or comes nearest to; the most important first.
    pub violations: Vec<Violation>,
    /// It is asked for whatever else is optional: absent evidence does not skip it.
    pub demanded: bool,
    /// It is a check only where the baseline has it: nothing of this run speaks of it.
    pub lapsed: bool,
}

impl Draft {
    /// A check of the key that has its name.
    #[must_use]
    pub fn new(measure: &str, noun: Noun, value: Value) -> Self {
        Self {
            measure: measure.to_owned(),
            key: vec![measure.to_owned()],
            value,
            subjects: None,
            noun,
            violations: Vec::new(),
            demanded: false,
            lapsed: false,
        }
    }

    /// The same, with how much was looked at.
    #[must_use]
    pub fn over(self, subjects: u64) -> Self {
        Self { subjects: Some(subjects), ..self }
    }

    /// The same, with what breaks it.
    #[must_use]
    pub fn with(self, violations: Vec<Violation>) -> Self {
        Self { violations, ..self }
    }

    /// The same, with the place of its threshold in the gate's table.
    #[must_use]
    pub fn at(self, key: &[&str]) -> Self {
        Self { key: key.iter().map(|k| (*k).to_owned()).collect(), ..self }
    }
}

/// The checks that a gate draws up.
#[derive(Debug, Default)]
pub struct Checks {
    drafts: Vec<Draft>,
    again: Option<(String, bool)>,
}

impl Checks {
    /// Adds a check.
    pub fn add(&mut self, draft: Draft) {
        self.drafts.push(draft);
    }

    /// Adds a check that cannot be judged.
    pub fn unknown(&mut self, measure: &str, why: impl Into<String>, grave: bool) {
        let value = Value::Unknown { why: why.into(), grave };
        self.add(Draft::new(measure, Noun::of(measure), value));
    }

    /// Asks that what the baseline timed was timed again; each name that was not is a check of this family.
    pub fn remeasure(&mut self, family: &str, grave: bool) {
        self.again = Some((family.to_owned(), grave));
    }

    /// The family of checks in which everything that the baseline timed must be.
    #[must_use]
    pub fn again(&self) -> Option<(String, bool)> {
        self.again.clone()
    }

    /// All of them, in the order they were drawn up.
    #[must_use]
    pub fn into_vec(self) -> Vec<Draft> {
        self.drafts
    }
}
