//! How a share moves against the baseline.

use super::baseline::Baseline;
use super::judge::{Judge, share, state_share};
use crate::facts::Ratio;
use crate::gates::Trend;
use crate::verdict::{Check, Status};

impl Judge<'_> {
    /// The baseline, or how a check that needs one ends without.
    pub(super) fn compared(&self) -> Result<&Baseline, (Status, String)> {
        self.baseline.compared()
    }

    pub(super) fn moving(&self, ratio: Ratio, trend: Trend, measure: &str, check: &mut Check) -> (Status, String) {
        state_share(check, ratio);
        if ratio.total == 0 {
            return (Status::Error, "nothing was measured: 0 of 0 lines".into());
        }
        let id = self.entry.id(measure);
        let baseline = match self.compared() {
            Ok(baseline) => baseline,
            Err(answer) => return answer,
        };
        let Some(before) = baseline.ratio(&self.entry.id("trend"), &id) else {
            return (Status::Error, format!("the baseline holds no figure for {id}"));
        };
        let (now, then) = (share(ratio, &[before.percent()]), share(before, &[ratio.percent()]));
        check.baseline = Some(before.percent());
        let holds = trend.tolerance.tolerates(ratio, before);
        let allowed = match trend.tolerance == crate::units::Percent::ZERO {
            true => String::new(),
            false => format!(", {} points of fall allowed", trend.tolerance),
        };
        match (holds, ratio.at_least(before)) {
            (true, true) => (Status::Pass, format!("{now} of lines, {then} in the baseline")),
            (true, false) => (Status::Pass, format!("{now} of lines, {then} in the baseline{allowed}")),
            (false, _) => (Status::Fail, format!("{now} of lines, below the {then} of the baseline{allowed}")),
        }
    }
}
