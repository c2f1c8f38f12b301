//! Whether the tool says that its run failed (3.20, 3.58).

use jiff::Timestamp;
use serde::Deserialize;

use super::bag::Loose;
use super::model::{Level, Message, level};
use super::place::Places;
use crate::facts::Report;
use crate::input::json::Few;

/// How many notifications or overrides an invocation may have.
const MOST: usize = 50_000;

/// How many notifications of a run are given as reasons.
const MOST_REASONS: usize = 10;

/// How many reasons of a report are given at least.
const MOST_FAILURES: usize = 50;

/// An invocation, made small: why it failed, and when it was.
#[derive(Deserialize)]
#[serde(from = "RawInvocation")]
pub(super) struct Invocation {
    reasons: Vec<String>,
    /// Reasons beyond those.
    more: u64,
    pub(super) at: Option<Timestamp>,
    pub(super) overrides: Vec<Override>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawInvocation {
    execution_successful: Option<bool>,
    exit_code: Option<Loose>,
    exit_signal_number: Option<Loose>,
    process_start_failure_message: Option<String>,
    tool_execution_notifications: Option<Few<Notification, MOST>>,
    tool_configuration_notifications: Option<Few<Notification, MOST>>,
    rule_configuration_overrides: Option<Few<Override, MOST>>,
    start_time_utc: Option<String>,
    end_time_utc: Option<String>,
}

/// 3.58.
#[derive(Deserialize)]
struct Notification {
    #[serde(default, deserialize_with = "level")]
    level: Option<Level>,
    message: Option<Message>,
    locations: Option<Places>,
}

/// A rule that this invocation was told to treat otherwise, 3.51.
#[derive(Deserialize)]
pub(super) struct Override {
    pub(super) descriptor: Option<super::model::RuleReference>,
    pub(super) configuration: Option<super::model::Configuration>,
}

impl From<RawInvocation> for Invocation {
    fn from(raw: RawInvocation) -> Self {
        let mut reasons = Vec::new();
        match raw.execution_successful {
            Some(true) => {}
            Some(false) => reasons.push("the tool says that its run failed (executionSuccessful is false)".to_owned()),
            None => reasons.push("the tool does not say whether its run succeeded (executionSuccessful)".to_owned()),
        }
        if let Some(message) = raw.process_start_failure_message {
            reasons.push(format!("the tool could not be started: {message}"));
        }
        let number = |value: Option<Loose>| value.and_then(|v| v.0.first()?.parse::<i64>().ok());
        // A shell tells of a signal by an exit code of 128 and more.
        let code = number(raw.exit_code).filter(|c| (129..=159).contains(c));
        if let Some(signal) = number(raw.exit_signal_number).or(code.map(|c| c - 128)) {
            reasons.push(format!("the tool was ended by signal {signal}"));
        }
        let notifications = [raw.tool_execution_notifications, raw.tool_configuration_notifications];
        let mut more = 0;
        for notification in notifications.into_iter().flatten().flatten() {
            match notification.level {
                Some(Level::Error) if reasons.len() < MOST_REASONS => reasons.push(notification.reason()),
                Some(Level::Error) => more += 1,
                _ => {}
            }
        }
        Self {
            reasons,
            more,
            at: raw.end_time_utc.and_then(|t| moment(&t)).or_else(|| raw.start_time_utc.and_then(|t| moment(&t))),
            overrides: raw.rule_configuration_overrides.unwrap_or_default().0,
        }
    }
}

impl Notification {
    fn reason(self) -> String {
        let message = self.message.unwrap_or_default();
        let text = message.text.or(message.id).unwrap_or_default();
        let line = super::producers::first_line(&text);
        match self.locations.and_then(|l| l.uri) {
            Some(path) => format!("the tool reports an error: {path}: {line}"),
            None => format!("the tool reports an error: {line}"),
        }
    }
}

impl Invocation {
    /// Marks the report where this run failed.
    pub(super) fn judge(&self, report: &mut Report) {
        if report.failed_run.len() >= MOST_FAILURES {
            return;
        }
        for reason in &self.reasons {
            report.fail(reason);
        }
        if self.more > 0 {
            report.fail(format!("and {} more errors of the tool", self.more));
        }
    }
}

/// A moment in UTC; the zero of a clock states none.
fn moment(text: &str) -> Option<Timestamp> {
    let at: Timestamp = text.parse().or_else(|_| format!("{text}Z").parse()).ok()?;
    Some(at).filter(|at| *at > Timestamp::UNIX_EPOCH)
}
