//! How plain figures move against the baseline: none may get worse.

use super::judge::Judge;
use crate::gates::Figure;
use crate::text::Text;
use crate::units::{Allowance, Quantity as _};
use crate::verdict::{Check, Status, Violation};

impl Judge<'_> {
    /// Holds every figure against the baseline's of the same name; the first is the check's value.
    pub(super) fn figures(&self, figures: &[Figure], allowance: Allowance, check: &mut Check) -> (Status, String) {
        check.actual = figures.first().map(|f| f.value.value());
        check.unit = Some(<u64 as crate::units::Quantity>::UNIT.into());
        let baseline = match self.compared() {
            Ok(baseline) => baseline,
            Err(answer) => return answer,
        };
        let Some(before) = baseline.tests(&self.entry.selector) else {
            return (Status::Error, "the baseline holds no tests".into());
        };
        let before = |figure: &Figure| before.get(figure.name).copied().unwrap_or(0);
        check.baseline = figures.first().map(|f| before(f).value());
        let loss = |f: &Figure| {
            let (from, to) = if f.more_is_better { (f.value, before(f)) } else { (before(f), f.value) };
            to.saturating_sub(from)
        };
        let allowed = if allowance == Allowance::NONE { String::new() } else { format!(", {allowance} worse allowed") };
        let said = |f: &Figure| format!("{} {}, {} in the baseline", f.value, f.name, before(f));
        let worse: Vec<&Figure> = figures.iter().filter(|f| allowance.is_exceeded(loss(f), before(f))).collect();
        check.violations = worse.iter().map(|f| Violation::new(f.name, said(f))).collect();
        check.violations_total = crate::input::size(worse.len());
        check.telling = figures.iter().any(|f| f.value != before(f));
        let words = |list: &mut dyn Iterator<Item = &Figure>| list.map(said).collect::<Vec<_>>().join("; ");
        if worse.is_empty() {
            let mut moved = figures.iter().filter(|f| f.value != before(f)).peekable();
            if moved.peek().is_none() {
                let total = figures.first().map_or(0, |f| f.value);
                return (Status::Pass, format!("{total} tests, and every figure as in the baseline"));
            }
            return (Status::Pass, format!("{}{allowed}", words(&mut moved)));
        }
        (Status::Fail, Text::new(&format!("{}{allowed}", words(&mut worse.into_iter()))).to_string())
    }
}
