//! Numbers that are checked as they are read: thresholds of a policy, counts of a report.
//!
//! Every type refuses what it cannot mean, with the remedy, so that nothing behind it has to ask.

mod allowance;
mod growth;
mod limit;
mod ratio;
mod show;

use std::fmt;

pub use allowance::Allowance;
pub use growth::Growth;
pub use limit::{Ceiling, Floor, Level, Quantity};
pub use ratio::Ratio;
pub use show::{show_number, show_percent};

/// A count in a report: ASCII digits and nothing else, without sign, space or separator.
#[must_use]
pub fn plain_u64(text: &str) -> Option<u64> {
    let good = !text.is_empty() && text.len() <= 20 && text.bytes().all(|b| b.is_ascii_digit());
    if good { text.parse().ok() } else { None }
}

/// A decimal number in a report: `-?\d+(\.\d+)?`, nothing else.
#[must_use]
pub fn plain_decimal(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let good = text.len() <= 32
        && match unsigned.split_once('.') {
            Some((whole, fraction)) => digits(whole) && digits(fraction),
            None => digits(unsigned),
        };
    if good { text.parse().ok() } else { None }
}

/// A probability, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Probability(pub f64);

impl fmt::Display for Probability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&show_number(self.0))
    }
}

/// A moment in a report: seconds or milliseconds since 1970, perhaps with a fraction. Zero says nothing.
#[must_use]
pub fn moment(text: &str) -> Option<jiff::Timestamp> {
    let whole = plain_u64(text.split('.').next()?).filter(|n| *n > 0)?;
    // From 10^11 on it is milliseconds: as seconds that would be the year 5138.
    let seconds = if whole >= 100_000_000_000 { whole / 1000 } else { whole };
    jiff::Timestamp::from_second(i64::try_from(seconds).ok()?).ok()
}

/// A share of 100, exact to six decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent {
    /// Millionths of a percent.
    millionths: u64,
}

impl Percent {
    /// No percent at all.
    pub const ZERO: Self = Self { millionths: 0 };
    /// Digits behind the point that are kept.
    const SCALE: u64 = 1_000_000;

    /// Whether `ratio` is at least this share: `covered · 100 ≥ percent · total`, in integers. A
    /// share of nothing is none.
    #[must_use]
    pub fn is_met_by(self, ratio: Ratio) -> bool {
        let scale = u128::from(Self::SCALE);
        ratio.total > 0
            && u128::from(ratio.covered) * 100 * scale >= u128::from(self.millionths) * u128::from(ratio.total)
    }

    /// Whether `now` is not below `before` by more than this many percentage points, exactly.
    #[must_use]
    pub fn tolerates(self, now: Ratio, before: Ratio) -> bool {
        let (c, t) = (u128::from(now.covered), u128::from(now.total));
        let (bc, bt) = (u128::from(before.covered), u128::from(before.total));
        let whole = 100 * u128::from(Self::SCALE);
        // c/t + p/whole ≥ bc/bt, multiplied out. Counts are below 2^40: nothing overflows.
        let fits = [c, t, bc, bt].iter().all(|n| *n < 1 << 40);
        fits && t > 0 && bt > 0 && c * bt * whole + u128::from(self.millionths) * t * bt >= bc * t * whole
    }

    /// A decimal from 0 to 100, such as `77.78`.
    ///
    /// # Errors
    /// What is no such number, with the remedy.
    pub fn parse(text: &str) -> Result<Self, String> {
        let number = text.trim();
        let number = number.strip_suffix('%').unwrap_or(number).trim_end();
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let wrong = || format!("{text:?} is no percentage: write a number from 0 to 100, such as 85 or 77.5");
        if fraction.len() > 6 {
            return Err(format!("{text:?} has more than six digits behind the point"));
        }
        let fraction = format!("{fraction:0<6}");
        let millionths = plain_u64(whole)
            .zip(plain_u64(&fraction))
            .and_then(|(w, f)| w.checked_mul(Self::SCALE)?.checked_add(f))
            .ok_or_else(wrong)?;
        match millionths {
            n if n > 100 * Self::SCALE => Err(format!("{text:?} is more than 100 %")),
            n if n > 0 && n < Self::SCALE => Err(format!(
                "{text:?} looks like a fraction: a percentage is meant, write {}",
                Self { millionths: n * 100 }
            )),
            _ => Ok(Self { millionths }),
        }
    }

    /// As a number, for the verdict.
    #[must_use]
    #[expect(clippy::as_conversions, reason = "at most 10^8, which f64 holds exactly")]
    pub fn value(self) -> f64 {
        self.millionths as f64 / Self::SCALE as f64
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.value())
    }
}

/// A number of percentage points, such as `0.1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tolerance(pub Percent);

impl<'de> serde::Deserialize<'de> for Tolerance {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let points = f64::deserialize(deserializer)?;
        let text = points.to_string();
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let millionths = plain_u64(whole).zip(plain_u64(&format!("{fraction:0<6}"))).filter(|_| fraction.len() <= 6);
        let millionths = millionths.and_then(|(w, f)| w.checked_mul(Percent::SCALE)?.checked_add(f));
        match millionths.filter(|n| *n <= 100 * Percent::SCALE) {
            Some(millionths) => Ok(Self(Percent { millionths })),
            None => Err(serde::de::Error::custom(format!("{text} is no number of percentage points, such as 0.1"))),
        }
    }
}

impl schemars::JsonSchema for Tolerance {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "tolerance".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "number", "minimum": 0, "maximum": 100, "description": "percentage points" })
    }
}

/// A span of time, in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Nanoseconds.
    nanos: u64,
}

/// The units of a span of time, the longest first, with their nanoseconds.
const SPAN_UNITS: [(&str, u64); 7] = [
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("ms", 1_000_000),
    ("m", 60_000_000_000),
    ("us", 1000),
    ("ns", 1),
    ("s", 1_000_000_000),
];

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self { nanos: 0 };

    /// Text such as `10m`, `1h30m`, `90s`, `250ms`, `7d`.
    ///
    /// # Errors
    /// What is no such text, with the remedy.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no duration: write 10m, 1h30m, 90s, 250ms or 7d");
        let mut rest = text.trim();
        let mut nanos: u64 = 0;
        if rest.is_empty() {
            return Err(wrong());
        }
        while !rest.is_empty() {
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let (number, behind) = rest.split_at(digits);
            let (unit, scale) = SPAN_UNITS.iter().find(|(u, _)| behind.starts_with(u)).ok_or_else(wrong)?;
            let part = plain_u64(number).and_then(|n| n.checked_mul(*scale));
            nanos = part.and_then(|p| nanos.checked_add(p)).ok_or_else(wrong)?;
            rest = behind.strip_prefix(unit).unwrap_or_default().trim_start();
        }
        Ok(Self { nanos })
    }

    /// In seconds.
    #[must_use]
    #[expect(clippy::as_conversions, reason = "a figure for people and JSON; exact below 104 days")]
    pub fn seconds(self) -> f64 {
        self.nanos as f64 / 1e9
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&show_seconds(self.seconds()))
    }
}

/// A duration for people: `12m 30s`, `1.25 s`, `820 µs`.
#[must_use]
pub fn show_seconds(seconds: f64) -> String {
    let whole = seconds.round();
    if seconds >= 172_800.0 {
        format!("{} days", (whole / 86_400.0).floor())
    } else if seconds >= 3600.0 {
        format!("{}h {:02}m", (whole / 3600.0).floor(), ((whole % 3600.0) / 60.0).floor())
    } else if seconds >= 120.0 {
        format!("{}m {:02}s", (whole / 60.0).floor(), whole % 60.0)
    } else {
        let (scaled, unit) = match seconds {
            s if s >= 1.0 || s == 0.0 => (s, "s"),
            s if s >= 1e-3 => (s * 1e3, "ms"),
            s if s >= 1e-6 => (s * 1e6, "µs"),
            s => (s * 1e9, "ns"),
        };
        let digits = format!("{scaled:.2}");
        format!("{} {unit}", digits.trim_end_matches('0').trim_end_matches('.'))
    }
}

#[cfg(test)]
#[path = "units_tests.rs"]
mod tests;
