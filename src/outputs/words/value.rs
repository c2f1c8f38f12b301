//! Values and thresholds in words: with as many digits as it takes to see on which side they lie.

use std::cmp::Ordering;

use crate::units::{show_number as number, show_percent as percent, show_seconds};
use crate::verdict::{Bound, Check};

/// The value of a check, with its unit.
pub(in crate::outputs) fn value(check: &Check) -> Option<String> {
    let actual = check.actual?;
    let marks = marks(check, check.baseline);
    Some(match check.unit.as_deref() {
        Some("percent") => percent(actual, check.covered.zip(check.total), &marks),
        Some("seconds") => seconds(actual, &marks),
        _ => number(actual),
    })
}

/// The baseline's value of a check, with its unit.
pub(in crate::outputs) fn baseline(check: &Check) -> Option<String> {
    let baseline = check.baseline?;
    let marks = marks(check, check.actual);
    Some(match check.unit.as_deref() {
        Some("percent") => percent(baseline, None, &marks),
        Some("seconds") => seconds(baseline, &marks),
        _ => number(baseline),
    })
}

/// A threshold in the policy's own words: `below 90 %`, `above 2`.
pub(in crate::outputs) fn bound(check: &Check, bound: Option<Bound>) -> String {
    let Some(bound) = bound else { return String::new() };
    let say = |word: &str, limit: Option<f64>| {
        let limit = limit?;
        Some(match check.unit.as_deref() {
            Some("percent") => format!("{word} {} %", number(limit)),
            Some("seconds") => format!("{word} {}", seconds(limit, &[])),
            _ => format!("{word} {}", number(limit)),
        })
    };
    [say("below", bound.below), say("above", bound.above)].into_iter().flatten().collect::<Vec<_>>().join(" or ")
}

/// What a value must be told apart from.
fn marks(check: &Check, other: Option<f64>) -> Vec<f64> {
    let bounds = [check.fail, check.warn].into_iter().flatten();
    bounds.flat_map(|b| [b.below, b.above]).flatten().chain(other).collect()
}

/// A duration, in seconds where the readable form hides on which side of a threshold it lies.
fn seconds(value: f64, marks: &[f64]) -> String {
    let show = |n: f64| if n < 0.0 { format!("-{}", show_seconds(-n)) } else { show_seconds(n) };
    let shown = show(value);
    let hidden = |m: &&f64| value.total_cmp(m) != Ordering::Equal && show(**m) == shown;
    if marks.iter().any(|m| hidden(&m)) { format!("{} s", number(value)) } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outputs::fixture::check;
    use crate::verdict::Status;

    fn below(limit: f64) -> Option<Bound> {
        Some(Bound { below: Some(limit), above: None })
    }

    #[test]
    fn counts_durations_and_thresholds() {
        let mut c = check("x.y", Status::Fail, "m");
        (c.actual, c.unit) = (Some(3.0), Some("count".into()));
        c.fail = Some(Bound { below: None, above: Some(2.0) });
        assert_eq!(value(&c).as_deref(), Some("3"));
        assert_eq!(bound(&c, c.fail), "above 2");
        (c.actual, c.unit) = (Some(600.4), Some("seconds".into()));
        c.fail = Some(Bound { below: None, above: Some(600.0) });
        assert_eq!(value(&c).as_deref(), Some("600.4 s"));
        assert_eq!(bound(&c, c.fail), "above 10m 00s");
        (c.actual, c.fail) = (Some(754.0), None);
        assert_eq!(value(&c).as_deref(), Some("12m 34s"));
        (c.unit, c.baseline) = (Some("percent".into()), Some(85.0));
        assert_eq!(baseline(&c).as_deref(), Some("85 %"));
        c.actual = None;
        assert_eq!(value(&c), None);
        assert_eq!(bound(&c, below(90.0)), "below 90 %");
    }
}
