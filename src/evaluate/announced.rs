//! What is only announced: until its day it warns, and the verdict says how it would have ended.
//!
//! A gate (`enforce-from`) softens whatever shuts it. A threshold (`effective`) is until its day one that only warns at
//! the value that will fail: missing evidence, or a baseline that cannot be used, is an error for it as for any other.

use jiff::civil::Date;

use super::Run;
use super::judge::Judge;
use crate::gates::Value;
use crate::policy::Entry;
use crate::text::Text;
use crate::verdict::{Check, Status};

impl Judge<'_> {
    /// A warning instead of an error that a check is only because it can fail; and whether that is so.
    pub(super) fn softened(&self, value: &Value, status: Status, check: &Check) -> (Status, bool) {
        let of_threshold = match value {
            Value::Unknown { .. } => true,
            // Both figures are known, and too few runs to tell them apart.
            Value::Slower { .. } => check.fail.is_some(),
            _ => false,
        };
        let mild = self.announced && status == Status::Error && of_threshold;
        (if mild { Status::Warn } else { status }, mild)
    }
}

impl Run<'_> {
    /// What is only announced warns instead of failing. `threshold`: the day of the check's own threshold, if that is to
    /// come; `mild`: it warns already, and would have been an error.
    pub(super) fn soften(&mut self, threshold: Option<Date>, entry: &Entry, mild: bool, check: &mut Check) {
        let shut = if mild { Status::Error } else { check.status };
        if !matches!(shut, Status::Fail | Status::Error) {
            return;
        }
        let by_gate = entry.enforce_from.filter(|day| self.today < *day);
        let by_threshold = threshold.filter(|_| mild || shut == Status::Fail);
        if let Some(day) = by_gate.max(by_threshold) {
            self.announced.add(shut);
            check.status = Status::Warn;
            check.message = Text::new(&format!("{} (announced: it fails from {day})", check.message));
        }
    }
}
