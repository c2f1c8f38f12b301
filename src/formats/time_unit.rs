//! Units of time, as benchmarks name them.

/// A figure in seconds. `None`: its unit is none of time.
///
/// What stands behind a `/` or `per` (`ns/iter`, `us per call`) says of what, and changes nothing.
pub(super) fn seconds(figure: f64, unit: &str) -> Option<f64> {
    let unit = unit.trim();
    let unit = unit.split_once('/').or_else(|| unit.split_once(" per ")).map_or(unit, |(time, _)| time.trim_end());
    Some(match unit {
        "ns" | "nsec" | "nanosecond" | "nanoseconds" => figure / 1e9,
        // The sign of micro stands in Unicode twice: as itself and as a Greek letter.
        "us" | "\u{b5}s" | "\u{3bc}s" | "usec" | "microsecond" | "microseconds" => figure / 1e6,
        "ms" | "msec" | "millisecond" | "milliseconds" => figure / 1e3,
        "s" | "sec" | "secs" | "second" | "seconds" => figure,
        "min" | "mins" | "minute" | "minutes" => figure * 60.0,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_units_of_time_are_known() {
        for (unit, of_two) in [
            ("ns", Some(2e-9)),
            ("ns/iter", Some(2e-9)),
            (" us ", Some(2e-6)),
            ("\u{b5}s", Some(2e-6)),
            ("\u{3bc}s/op", Some(2e-6)),
            ("ms per call", Some(2e-3)),
            ("s", Some(2.0)),
            ("seconds", Some(2.0)),
            ("min", Some(120.0)),
            ("", None),
            ("/s", None),
            ("iter/sec", None),
            ("ops/s", None),
            ("MB", None),
            ("Ms", None),
            ("NS", None),
            ("m", None),
            ("cycles", None),
            ("nsx", None),
        ] {
            assert_eq!(seconds(2.0, unit), of_two, "{unit}");
        }
    }
}
