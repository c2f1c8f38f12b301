//! Where an issue stands with services that have words and numbers of their own for that.

use super::{Grade, Issue, What};

impl Issue<'_> {
    /// The steps of a service that has as many: what shuts the gate by its severity, and as high where it has none;
    /// what warns; what is waived.
    pub(in crate::outputs) fn step<T>(&self, [critical, high, medium, low, least]: [T; 5]) -> T {
        match (self.grade, self.severity()) {
            (Grade::Error, Some("critical")) => critical,
            (Grade::Error, Some("high") | None) => high,
            (Grade::Error, _) => medium,
            (Grade::Warning, _) => low,
            (Grade::Note, _) => least,
        }
    }

    /// The line, where it is known, no larger than what readers hold in 31 bits.
    pub(in crate::outputs) fn line(&self) -> Option<u64> {
        let known = match self.what {
            What::Finding(violation) if self.placed => {
                violation.location.as_ref().and_then(|l| l.line).map(u64::from).filter(|line| *line > 0)
            }
            _ => Some(self.spot.line),
        };
        known.map(|line| line.min(u64::from(u32::MAX >> 1)))
    }
}
