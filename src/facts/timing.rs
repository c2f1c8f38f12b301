//! How long something took.

use crate::text::Text;

/// One named duration.
#[derive(Debug, Clone, PartialEq)]
pub struct Timing {
    /// What was timed.
    pub name: Text,
    /// The tool's headline figure in seconds: finite, not negative.
    pub seconds: f64,
}

/// The durations of one report.
#[derive(Debug, Clone, Default)]
pub struct Timings {
    /// In the order of the report.
    pub list: Vec<Timing>,
}

impl Timings {
    /// Adds a duration. `false`: it is negative or no number, and was not added.
    pub fn add(&mut self, name: &str, seconds: f64) -> bool {
        let good = seconds.is_finite() && seconds >= 0.0;
        if good {
            self.list.push(Timing { name: Text::new(name), seconds });
        }
        good
    }
}
