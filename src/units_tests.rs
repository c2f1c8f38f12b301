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

proptest! {
    #[test]
    fn raising_a_threshold_never_opens(covered in 0u64..1000, total in 0u64..1000, low in 0u64..101, more in 0u64..101) {
        let ratio = Ratio { covered, total };
        let (low, high) = (low.min(100), (low + more).min(100));
        let met = |p: u64| Percent::parse(&p.to_string()).unwrap().is_met_by(ratio);
        prop_assert!(met(low) || !met(high));
    }
}
