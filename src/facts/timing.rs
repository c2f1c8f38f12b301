//! How long something took.

use crate::text::Text;

/// One named duration.
#[derive(Debug, Clone, PartialEq)]
pub struct Timing {
    /// What was timed.
    pub name: Text,
    /// The tool's headline figure in seconds: finite, not negative.
    pub seconds: f64,
    /// How far chance may have moved it.
    pub spread: Spread,
}

/// How far chance may have moved a figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Spread {
    /// It was measured once, as a build or a step is, or its report cannot tell: it is taken as it stands.
    Once,
    /// It is a mean of so few runs that nothing can be said; 0 where it is not stated of how many.
    Few(u64),
    /// The mean lies between these with 95 % confidence, in seconds.
    Between(f64, f64),
}

/// With fewer runs nothing is said of their spread.
const FEWEST: u64 = 3;

/// From so many degrees of freedom on, Student's t for 95 % on two sides is at most this.
const STUDENT: [(u64, f64); 13] = [
    (2, 4.303),
    (3, 3.182),
    (4, 2.776),
    (5, 2.571),
    (6, 2.447),
    (7, 2.365),
    (8, 2.306),
    (9, 2.262),
    (10, 2.228),
    (15, 2.131),
    (20, 2.086),
    (30, 2.042),
    (60, 2.0),
];

impl Spread {
    /// The spread of a mean of `runs`, whose standard deviation (of the sample: over n − 1) is `deviation`.
    #[must_use]
    #[expect(clippy::as_conversions, reason = "a count of runs, exact below 2^53")]
    pub fn of_runs(runs: u64, mean: f64, deviation: f64) -> Self {
        let student = STUDENT.iter().rev().find(|(from, _)| *from < runs).map(|(_, t)| t);
        match student.filter(|_| runs >= FEWEST && deviation.is_finite() && deviation >= 0.0) {
            Some(t) => {
                let half = t * deviation / (runs as f64).sqrt();
                Self::Between(mean - half, mean + half)
            }
            None => Self::Few(runs),
        }
    }

    /// An interval that a report states for `mean`. `None`: it is none, or not about this mean.
    #[must_use]
    pub fn stated(low: f64, mean: f64, high: f64) -> Option<Self> {
        // A resampled interval may leave the mean out by what rounding does, never by more.
        let near = mean.abs() * 1e-9;
        let sound = low.is_finite() && high.is_finite() && low <= mean + near && mean <= high + near;
        sound.then_some(Self::Between(low, high))
    }
}

/// The durations of one report.
#[derive(Debug, Clone, Default)]
pub struct Timings {
    /// In the order of the report.
    pub list: Vec<Timing>,
}

impl Timings {
    /// Adds a duration that was measured once. `false`: it is negative or no number, and was not added.
    pub fn add(&mut self, name: &str, seconds: f64) -> bool {
        self.add_mean(name, seconds, Spread::Once)
    }

    /// Adds a duration that is a mean. `false`: it is negative or no number, and was not added.
    pub fn add_mean(&mut self, name: &str, seconds: f64, spread: Spread) -> bool {
        let good = seconds.is_finite() && seconds >= 0.0;
        if good {
            self.list.push(Timing { name: Text::new(name), seconds, spread });
        }
        good
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 10, 11 and 12: a deviation of 1, and t = 4.303 at two degrees of freedom.
    #[test]
    fn the_interval_is_students() {
        let Spread::Between(low, high) = Spread::of_runs(3, 11.0, 1.0) else { panic!() };
        assert!((low - 8.5157).abs() < 1e-3 && (high - 13.4843).abs() < 1e-3, "{low} {high}");
        let Spread::Between(low, high) = Spread::of_runs(100, 11.0, 1.0) else { panic!() };
        assert!((low - 10.8).abs() < 1e-9 && (high - 11.2).abs() < 1e-9, "{low} {high}");
        for runs in 0..3 {
            assert_eq!(Spread::of_runs(runs, 1.0, 0.0), Spread::Few(runs));
        }
        assert_eq!(Spread::of_runs(9, 1.0, f64::NAN), Spread::Few(9));
        assert_eq!(Spread::of_runs(9, 1.0, 0.0), Spread::Between(1.0, 1.0));
    }

    #[test]
    fn an_interval_holds_its_mean() {
        assert_eq!(Spread::stated(1.0, 2.0, 3.0), Some(Spread::Between(1.0, 3.0)));
        for (low, mean, high) in [(2.1, 2.0, 3.0), (1.0, 3.1, 3.0), (f64::NAN, 2.0, 3.0), (1.0, 2.0, f64::INFINITY)] {
            assert_eq!(Spread::stated(low, mean, high), None);
        }
    }
}
