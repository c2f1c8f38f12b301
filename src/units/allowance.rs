//! By how much a count may get worse: so many, or a share of the earlier one, compared exactly.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, Visitor};

use super::Growth;

/// A count, such as `3`, or a share of the earlier count, such as `"2%"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowance {
    /// So many.
    Count(u64),
    /// Such a share of the earlier count.
    Share(Growth),
}

/// Whoever allows more than this has no trend left.
const MOST: u64 = 1_000_000;

impl Allowance {
    /// Nothing is allowed.
    pub const NONE: Self = Self::Count(0);

    /// Whether getting worse by `by`, from `before` on, is more than this allows.
    #[must_use]
    pub fn is_exceeded(self, by: u64, before: u64) -> bool {
        match self {
            Self::Count(n) => by > n,
            Self::Share(share) => share.is_less_than(by, before),
        }
    }
}

impl fmt::Display for Allowance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(n) => write!(f, "{n}"),
            Self::Share(share) => write!(f, "{share}"),
        }
    }
}

impl<'de> Deserialize<'de> for Allowance {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;
        impl Visitor<'_> for Written {
            type Value = Allowance;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a count such as 3, or a share such as \"2%\"")
            }

            fn visit_i64<E: de::Error>(self, n: i64) -> Result<Allowance, E> {
                let count = u64::try_from(n).ok().filter(|n| *n <= MOST);
                count.map(Allowance::Count).ok_or_else(|| {
                    E::custom(format!("{n} is no count to tolerate: write a whole number from 0 to {MOST}"))
                })
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Allowance, E> {
                let share = Growth::try_from(text.to_owned()).map(Allowance::Share);
                share.map_err(|_| E::custom(format!("{text:?} is no share: write one such as \"2%\", or a count")))
            }
        }
        deserializer.deserialize_any(Written)
    }
}

impl JsonSchema for Allowance {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "allowance".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                { "type": "integer", "minimum": 0, "maximum": MOST },
                { "type": "string", "pattern": "%\\s*$" }
            ],
            "description": "a count, or a share of the baseline's: 3, or 2%"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_or_a_share_is_exceeded_by_one_more() {
        let share = |text: &str| Allowance::Share(Growth::try_from(text.to_owned()).unwrap());
        for (allowance, by, before, exceeded) in [
            (Allowance::NONE, 0, 0, false),
            (Allowance::NONE, 1, 1000, true),
            (Allowance::Count(3), 3, 0, false),
            (Allowance::Count(3), 4, 1000, true),
            (share("2%"), 2, 100, false),
            (share("2%"), 3, 100, true),
            (share("2%"), 2, 99, true),
            (share("2%"), 1, 0, true),
            (share("2%"), 0, 0, false),
            (share("0.1%"), 1, 1000, false),
            (share("0.1%"), 1, 999, true),
            (share("100%"), u64::MAX, u64::MAX, false),
            (share("1000000%"), u64::MAX, 1, true),
        ] {
            assert_eq!(allowance.is_exceeded(by, before), exceeded, "{by} of {before}, {allowance}");
        }
    }

    proptest::proptest! {
        /// What allows more excuses more, and what got worse by more is never sooner excused.
        #[test]
        fn more_is_worse(by in 0_u64..5000, before in 0_u64..5000, allowed in 0_u64..2000) {
            let share = |n: u64| Allowance::Share(Growth::try_from(format!("{}.{}%", n / 10, n % 10)).unwrap());
            for of in [Allowance::Count, share] {
                let (small, large) = (of(allowed), of(allowed + 1));
                proptest::prop_assert!(!large.is_exceeded(by, before) || small.is_exceeded(by, before));
                proptest::prop_assert!(!small.is_exceeded(by, before) || small.is_exceeded(by + 1, before));
                proptest::prop_assert!(!small.is_exceeded(0, before));
            }
        }
    }
}
