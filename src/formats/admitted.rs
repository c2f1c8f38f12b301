//! What the header of a report counts beyond what its body lists. The worse of the two counts: what is
//! missing was left out by the tool's own settings, or cut away, and counts either way.

use crate::facts::{Finding, Findings, Package, Rating, Severity, Source};
use crate::text::Text;

/// How many of them stand in the list one by one; the rest is a figure of unknown severity.
const MOST: u64 = 1000;

/// Adds `more` findings of a severity that nothing in the body names.
pub(super) fn admit(findings: &mut Findings, tool: &str, severity: Severity, more: u64, why: &str) {
    for n in 0..more.min(MOST) {
        findings.add(unnamed(tool, severity, why, None), &format!("unlisted {n}"));
    }
    findings.unlisted = findings.unlisted.saturating_add(more.saturating_sub(MOST));
}

/// A finding that the report speaks of without naming it.
pub(super) fn unnamed(tool: &str, severity: Severity, why: &str, package: Option<Package>) -> Finding {
    let mut rating = Rating::default();
    if severity != Severity::Unknown {
        rating.add(severity, Source::Word, severity.name());
    }
    Finding {
        id: "unlisted".into(),
        aliases: Vec::new(),
        message: Text::new(why),
        package,
        location: None,
        rating,
        fix: None,
        tool: tool.into(),
        suppressed: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::SeverityRule;

    #[test]
    fn each_of_them_counts_and_a_hostile_figure_fills_no_memory() {
        let mut findings = Findings::default();
        admit(&mut findings, "t", Severity::Low, 3, "why");
        assert_eq!((findings.list.len(), findings.unlisted), (3, 0));
        assert!(findings.list.iter().all(|f| f.rating.severity(SeverityRule::Tool) == Severity::Low));
        let mut findings = Findings::default();
        admit(&mut findings, "t", Severity::Unknown, u64::MAX, "why");
        assert_eq!((findings.list.len(), findings.unlisted), (1000, u64::MAX - 1000));
    }
}
