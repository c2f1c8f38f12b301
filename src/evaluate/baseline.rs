//! The baseline: the verdict of an earlier run, to compare with.

use std::collections::BTreeMap;

use crate::facts::Ratio;
use crate::verdict::{SCHEMA, Status, Verdict};

/// What is known of a baseline.
#[derive(Debug)]
pub enum BaselineState {
    /// It was said that there is none yet.
    None,
    /// The policy calls it optional, and it is absent.
    Absent,
    /// It is needed and cannot be used.
    Unusable(String),
    /// It was read.
    Read(Baseline),
}

/// The figures of an earlier verdict.
#[derive(Debug)]
pub struct Baseline {
    checks: BTreeMap<String, Figures>,
}

#[derive(Debug)]
struct Figures {
    actual: Option<f64>,
    ratio: Option<Ratio>,
}

/// A value of the baseline.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// The value of the same check.
    pub(super) actual: f64,
}

impl Baseline {
    /// Reads a verdict in JSON.
    ///
    /// # Errors
    /// It is none, of another schema, or not of a whole run.
    pub fn parse(text: &str) -> Result<Self, String> {
        let verdict = parse_verdict(text)?;
        if verdict.selection.is_some() {
            return Err("it is the verdict of a part (--only), which is no baseline".into());
        }
        let checks = verdict.checks.iter().map(|c| {
            let ratio = c.covered.zip(c.total).map(|(covered, total)| Ratio { covered, total });
            // What could not be judged says nothing; what was only skipped has its figures all the same.
            let judged = c.status != Status::Error;
            let ratio = ratio.filter(|r| judged && r.total > 0 && r.covered <= r.total);
            (c.id.to_string(), Figures { actual: c.actual.filter(|_| judged), ratio })
        });
        Ok(Self { checks: checks.collect() })
    }

    /// The share of the first of these checks that has one.
    pub(super) fn ratio(&self, first: &str, second: &str) -> Option<Ratio> {
        [second, first].iter().find_map(|id| self.checks.get(*id)?.ratio)
    }
}

/// Reads a verdict in JSON.
///
/// # Errors
/// It is none, or of another schema.
pub fn parse_verdict(text: &str) -> Result<Verdict, String> {
    let verdict: Verdict = serde_json::from_str(text).map_err(|e| format!("it is no verdict: {e}"))?;
    if verdict.schema != SCHEMA {
        return Err(format!("its schema is {:?}, and {SCHEMA:?} is known", verdict.schema));
    }
    Ok(verdict)
}

impl BaselineState {
    /// The value of a check in the baseline.
    pub(super) fn of(&self, id: &str) -> Option<Known> {
        match self {
            Self::Read(baseline) => baseline.checks.get(id)?.actual.map(|actual| Known { actual }),
            _ => None,
        }
    }
}
