//! What outputs show beyond the frozen JSON: the coverage of each file, what checks mean, how old reports are.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::collect::Evidence;
use crate::facts::{Coverage, FileCoverage};
use crate::gates::GateKind;
use crate::text::Text;
use crate::verdict::{Beyond, Check, FileCovered, Meaning};

/// Gathers it. Nothing is judged by it.
pub(super) fn gather(evidence: &[Evidence], checks: &[Check], now: Timestamp) -> Beyond {
    let meaning = |c: &Check| {
        let measure = GateKind::named(&c.gate)?.measure(&c.measure)?;
        Some((c.id.clone(), Meaning { what: measure.what, how: measure.how, fix: measure.fix }))
    };
    let age = |e: &Evidence| Some(now.duration_since(e.report.as_ref()?.made_at?).as_secs_f64());
    Beyond {
        coverage: coverage(evidence),
        meanings: checks.iter().filter_map(meaning).collect(),
        ages: evidence.iter().map(age).collect(),
    }
}

/// Each file once. Only what several reports speak of is joined, for that alone takes a copy of its lines.
fn coverage(evidence: &[Evidence]) -> Vec<FileCovered> {
    let reports = evidence.iter().filter(|e| !e.repeated).filter_map(|e| e.report.as_ref()?.facts.coverage.as_ref());
    let mut files: BTreeMap<&Text, Vec<&FileCoverage>> = BTreeMap::new();
    for (path, file) in reports.flat_map(|c| &c.files) {
        files.entry(path).or_default().push(file);
    }
    let figures = |(path, all): (&Text, Vec<&FileCoverage>)| {
        let lines = Coverage::joined(&all).line_ratio();
        FileCovered { path: path.clone(), lines }
    };
    files.into_iter().map(figures).filter(|f| f.lines.total > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Line;
    use crate::units::Ratio;

    fn file(lines: &[(u32, bool)]) -> FileCoverage {
        let mut file = FileCoverage::default();
        lines.iter().for_each(|(number, hit)| file.add(Line { number: *number, hit: *hit, taken: 0, branches: 0 }));
        file.settle();
        file
    }

    #[test]
    fn a_file_of_several_reports_is_counted_once() {
        let (a, b) = (file(&[(1, true), (2, false)]), file(&[(2, true), (3, false)]));
        assert_eq!(Coverage::joined(&[&a]).line_ratio(), Ratio { covered: 1, total: 2 });
        assert_eq!(Coverage::joined(&[&a, &b]).line_ratio(), Ratio { covered: 2, total: 3 });
        assert_eq!(Coverage::joined(&[]).line_ratio(), Ratio { covered: 0, total: 0 });
    }
}
