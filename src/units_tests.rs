//! Numbers at their limits.

use proptest::prelude::*;

use super::*;

#[test]
fn only_plain_numbers_are_counts() {
    for (text, count) in [
        ("0", Some(0)),
        ("18446744073709551615", Some(u64::MAX)),
        ("18446744073709551616", None),
        ("007", Some(7)),
        ("+5", None),
        (" 5", None),
        ("-1", None),
        ("1.0", None),
        ("1,000", None),
        ("٣", None),
        ("", None),
    ] {
        assert_eq!(plain_u64(text), count, "{text:?}");
    }
    for text in ["0,85", "85%", "0x1", "1_0", "NaN", "inf", "1e3", " 0.9 ", "+0.9", "9.", ".5", ""] {
        assert_eq!(plain_decimal(text), None, "{text:?}");
    }
    assert_eq!(plain_decimal("-0.5"), Some(-0.5));
}

#[test]
fn percentages_are_exact_and_fractions_refused() {
    for (text, value) in [("85", 85.0), ("77.78", 77.78), ("100", 100.0), ("0", 0.0), ("99.999999", 99.999_999)] {
        assert_eq!(Percent::parse(text).map(Percent::value), Ok(value));
    }
    for text in ["185", "-1", "nan", "inf", "1e2", "", "x", "100.000001", "1.2345678"] {
        assert!(Percent::parse(text).is_err(), "{text}");
    }
    assert!(Percent::parse("0.85").unwrap_err().ends_with("write 85"));
    let limit = Percent::parse("77.78").unwrap();
    assert!(!limit.is_met_by(Ratio { covered: 14, total: 18 }));
    assert!(!Percent::parse("0").unwrap().is_met_by(Ratio { covered: 0, total: 0 }));
    assert!(!Percent::parse("80").unwrap().is_met_by(Ratio { covered: 79_999, total: 100_000 }));
    assert!(Percent::parse("80").unwrap().is_met_by(Ratio { covered: 4, total: 5 }));
}

#[test]
fn spans_are_read_and_shown() {
    for (text, seconds) in [("10m", 600.0), ("1h30m", 5400.0), ("90s", 90.0), ("250ms", 0.25), ("7d", 604_800.0)] {
        assert_eq!(Span::parse(text).map(Span::seconds), Ok(seconds), "{text}");
    }
    for text in ["", "10", "m", "-5s", "1.5h", "5 parsecs", "99999999999d"] {
        assert!(Span::parse(text).is_err(), "{text}");
    }
    for (seconds, shown) in
        [(0.0, "0 s"), (0.0012, "1.2 ms"), (59.5, "59.5 s"), (754.0, "12m 34s"), (8000.0, "2h 13m"), (3e-7, "300 ns")]
    {
        assert_eq!(show_seconds(seconds), shown);
    }
}

/// Which of two fractions is larger, by their continued fractions: no product, so that nothing can overflow.
fn compare(a: (u128, u128), b: (u128, u128)) -> std::cmp::Ordering {
    let (whole_a, whole_b) = (a.0 / a.1, b.0 / b.1);
    let (rest_a, rest_b) = (a.0 % a.1, b.0 % b.1);
    whole_a.cmp(&whole_b).then_with(|| match (rest_a, rest_b) {
        (0, 0) => std::cmp::Ordering::Equal,
        (0, _) => std::cmp::Ordering::Less,
        (_, 0) => std::cmp::Ordering::Greater,
        // 1/x is larger where x is smaller.
        _ => compare((b.1, rest_b), (a.1, rest_a)),
    })
}

/// Counts as reports may state them: small, near each other, and as large as they get.
fn a_share() -> impl Strategy<Value = (u64, u64)> {
    let total = prop_oneof![1u64..2000, any::<u64>().prop_map(|n| n.max(1)), (u64::MAX - 1000)..=u64::MAX];
    total.prop_flat_map(|total| (prop_oneof![0..=total, Just(total), (total - total.min(3))..=total], Just(total)))
}

proptest! {
    #[test]
    fn thresholds_compare_as_exact_fractions((covered, total) in a_share(), millionths in 0u64..=100_000_000, near in 0u64..3, close in any::<bool>()) {
        // Half of the thresholds lie right at the share.
        let at = u128::from(covered) * 100_000_000 / u128::from(total);
        let millionths = if close { (u64::try_from(at).unwrap() + near).saturating_sub(1).min(100_000_000) } else { millionths };
        let text = format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
        // A share below 1 is refused, as a fraction that a percentage was meant by.
        prop_assume!(millionths == 0 || millionths >= 1_000_001);
        let met = Percent::parse(&text).unwrap().is_met_by(Ratio { covered, total });
        let exact = compare((covered.into(), total.into()), (millionths.into(), 100_000_000)).is_ge();
        prop_assert_eq!(met, exact, "{} of {} against {}", covered, total, text);
    }

    #[test]
    fn shares_of_any_size_compare_as_exact_fractions((a, b) in a_share(), (c, d) in a_share()) {
        let (left, right) = (Ratio { covered: a, total: b }, Ratio { covered: c, total: d });
        prop_assert_eq!(left.at_least(right), compare((a.into(), b.into()), (c.into(), d.into())).is_ge());
    }
}

proptest! {
    #[test]
    fn raising_a_threshold_never_opens(covered in 0u64..1000, total in 0u64..1000, low in 0u64..101, more in 0u64..101) {
        let ratio = Ratio { covered, total };
        let (low, high) = (low.min(100), (low + more).min(100));
        let met = |p: u64| Percent::parse(&p.to_string()).unwrap().is_met_by(ratio);
        prop_assert!(met(low) || !met(high));
    }
}
