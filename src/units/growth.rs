//! By how much a duration may grow: a share of the earlier one, compared exactly.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use super::{Span, plain_u64};

/// A share of an earlier duration, such as `20%`, exact to six decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Growth {
    /// Millionths of a percent.
    millionths: u64,
}

/// One percent, in millionths of one.
const PERCENT: u64 = 1_000_000;
/// The largest share, in percent: what is compared stays within 128 bits.
const MOST: u64 = 1_000_000;

impl TryFrom<String> for Growth {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no share: write one such as \"20%\"");
        let number = text.trim().strip_suffix('%').ok_or_else(wrong)?.trim_end();
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        let millionths = plain_u64(whole)
            .zip(plain_u64(&format!("{fraction:0<6}")).filter(|_| (1..=6).contains(&fraction.len())))
            .filter(|(whole, _)| *whole <= MOST)
            .map(|(whole, fraction)| whole * PERCENT + fraction);
        millionths.map(|millionths| Self { millionths }).ok_or_else(wrong)
    }
}

impl std::fmt::Display for Growth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} %", self.percent())
    }
}

impl JsonSchema for Growth {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "growth".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "a share of the earlier duration: 20%" })
    }
}

/// Picoseconds: the nearest whole number of them, by the digits of the decimal that a report wrote.
fn picos(seconds: f64) -> Option<u128> {
    let sane = (0.0..1e12).contains(&seconds);
    sane.then(|| format!("{seconds:.12}").replace('.', "").parse().ok())?
}

impl Growth {
    /// Whether `now` is longer than `before` by more than this share and by more than `floor`. `None`: they are
    /// no durations that can be compared.
    #[must_use]
    pub fn exceeded(self, now: f64, before: f64, floor: Span) -> Option<bool> {
        let (now, before) = (picos(now)?, picos(before)?);
        let more = now.saturating_sub(before);
        let share = more * 100 * u128::from(PERCENT) > before * u128::from(self.millionths);
        Some(more > 0 && share && more > u128::from(floor.nanos) * 1000)
    }

    /// Whether this share of `before` is less than `by`.
    #[must_use]
    pub fn is_less_than(self, by: u64, before: u64) -> bool {
        u128::from(by) * 100 * u128::from(PERCENT) > u128::from(before) * u128::from(self.millionths)
    }

    /// In percent, to compare one with another.
    #[must_use]
    #[expect(clippy::as_conversions, reason = "at most 10^12, which f64 holds exactly")]
    pub fn percent(self) -> f64 {
        self.millionths as f64 / PERCENT as f64
    }

    /// The duration from which on it is exceeded, for people and JSON.
    #[must_use]
    #[expect(clippy::as_conversions, reason = "a figure for people and JSON")]
    pub fn limit(self, before: f64, floor: Span) -> f64 {
        let share = self.millionths as f64 / (100 * PERCENT) as f64;
        (before + before * share).max(before + floor.seconds())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn growth(text: &str) -> Growth {
        Growth::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn both_the_share_and_the_floor_must_be_exceeded() {
        for (now, before, share, floor, exceeded) in [
            (12.0, 10.0, "20%", "0s", false),
            (12.000_001, 10.0, "20%", "0s", true),
            (12.5, 10.0, "20%", "5s", false),
            (15.0, 10.0, "20%", "5s", false),
            (15.1, 10.0, "20%", "5s", true),
            (115.0, 100.0, "20%", "5s", false),
            (9.0, 10.0, "0%", "0s", false),
            (10.0, 10.0, "0%", "0s", false),
            // As floating numbers 1.32 − 1.1 is more than 20 % of 1.1, and 0.3 is more than three times 0.1.
            (1.32, 1.1, "20%", "0s", false),
            (0.3, 0.1, "200%", "0s", false),
            (1.3e-9, 1e-9, "29.9%", "0s", true),
            (5.0, 0.0, "20%", "0s", true),
            (5.0, 0.0, "20%", "5s", false),
        ] {
            let got = growth(share).exceeded(now, before, Span::parse(floor).unwrap());
            assert_eq!(got, Some(exceeded), "{now} after {before}, {share} and {floor}");
        }
        assert_eq!(growth("1%").exceeded(1e300, 1.0, Span::parse("0s").unwrap()), None);
        assert_eq!(growth("1%").exceeded(1.0, f64::NAN, Span::parse("0s").unwrap()), None);
    }

    #[test]
    fn a_share_is_written_with_its_sign() {
        for (text, shown) in [("20%", "20 %"), ("12.5 %", "12.5 %"), ("250%", "250 %"), ("0%", "0 %")] {
            assert_eq!(growth(text).to_string(), shown);
        }
        for text in ["20", "-1%", "1e2%", "%", "nan%", ".5%", "5.%", "1.2345678%", "99999999%", "20 percent"] {
            assert!(Growth::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
