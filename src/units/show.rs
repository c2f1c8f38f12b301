//! Numbers for people: with as many digits as it takes to see on which side of a threshold they lie.

/// Digits behind the point that are shown at least, zeros at the end aside, and at most.
const DIGITS: std::ops::RangeInclusive<usize> = 2..=9;

/// A number without an exponent where that is readable.
#[must_use]
pub fn show_number(n: f64) -> String {
    if n.abs() < 1e15 { trim(&format!("{n:.6}")).to_owned() } else { format!("{n:e}") }
}

fn trim(digits: &str) -> &str {
    let short = if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits };
    if short == "-0" { "0" } else { short }
}

/// A share of 100: exact, where the counts are known. No share but a whole one is 100 %, none but
/// an empty one is 0 %.
#[must_use]
pub fn show_percent(value: f64, share: Option<(u64, u64)>, marks: &[f64]) -> String {
    let shown = match share {
        Some((covered, total)) if total > 0 => exact(covered, total, marks),
        _ => DIGITS
            .map(|d| format!("{value:.d$}"))
            .find(|s| s.parse().is_ok_and(|seen: f64| marks.iter().all(|m| seen.total_cmp(m) == value.total_cmp(m))))
            .unwrap_or_else(|| show_number(value)),
    };
    format!("{} %", trim(&shown))
}

/// Millionths, the precision of a policy's percentages, in the digits of a decimal.
const MILLION: u128 = 1_000_000;

fn exact(covered: u64, total: u64, marks: &[f64]) -> String {
    let (covered, total) = (u128::from(covered) * 100, u128::from(total));
    let millionths = |m: &f64| format!("{m:.6}").replace('.', "").parse::<u128>().ok();
    let marks: Vec<u128> = marks.iter().filter_map(millionths).chain([0, 100 * MILLION]).collect();
    let side = |n: u128, of: u128, mark: u128| (n * MILLION).cmp(&mark.saturating_mul(of));
    let fits = |n: &u128, scale: u128| marks.iter().all(|m| side(*n, scale, *m) == side(covered, total, *m));
    let scales = || DIGITS.map(|d| 10_u128.pow(u32::try_from(d).unwrap_or(9)));
    let rounded = |scale: u128| (covered * scale * 2 / total).div_ceil(2);
    if let Some(scale) = scales().find(|s| fits(&rounded(*s), *s)) {
        return decimal(rounded(scale), scale);
    }
    // Nothing rounds to the right side: cut, or one more, whichever lies there.
    let scale = scales().next_back().unwrap_or(1);
    let cut = covered * scale / total;
    decimal([cut, cut + 1].into_iter().find(|n| fits(n, scale)).unwrap_or(cut), scale)
}

fn decimal(n: u128, scale: u128) -> String {
    let width = scale.to_string().len() - 1;
    format!("{}.{:0width$}", n / scale, n % scale)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_share_shows_why_it_misses() {
        for (covered, total, limit, shown) in [
            (14, 18, 77.78, "77.778 %"),
            (1600, 1900, 90.0, "84.21 %"),
            (9, 10, 90.0, "90 %"),
            (89_999_999, 100_000_000, 90.0, "89.999999 %"),
            (99_999, 100_000, 80.0, "99.999 %"),
            (1, 1_000_000, 80.0, "0.0001 %"),
            (0, 7, 80.0, "0 %"),
            (7, 7, 80.0, "100 %"),
            (999_999_999_999, 1_000_000_000_000, 80.0, "99.999999999 %"),
            (u64::MAX - 1, u64::MAX, 100.0, "99.999999999 %"),
            (1, u64::MAX, 0.0, "0.000000001 %"),
        ] {
            let seen = show_percent(0.0, Some((covered, total)), &[limit]);
            assert_eq!(seen, shown, "{covered} of {total} against {limit}");
        }
        assert_eq!(show_percent(20.000_4, None, &[20.0]), "20.0004 %");
        assert_eq!(show_percent(-1.5, None, &[-1.0]), "-1.5 %");
    }

    proptest! {
        #[test]
        fn what_is_shown_lies_where_the_share_lies(covered in 0u64..5000, more in 1u64..5000, limit in 0u32..10_000) {
            let total = covered + more;
            let limit = f64::from(limit) / 100.0;
            let shown = show_percent(0.0, Some((covered, total)), &[limit]);
            let seen: f64 = shown.trim_end_matches(" %").parse().unwrap();
            let hundredths = (limit * 100.0).round();
            let (c, t) = (f64::from(u32::try_from(covered).unwrap()), f64::from(u32::try_from(total).unwrap()));
            prop_assert_eq!(seen < limit, c * 10_000.0 < hundredths * t, "{} against {}", shown, limit);
            prop_assert!(seen < 100.0);
        }
    }
}
