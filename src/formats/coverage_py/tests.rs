use super::*;
use crate::facts::Ratio;
use crate::input::Window;

fn parse(text: &str) -> Result<Report> {
    FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "p" })
}

/// A report of one file: the lists, and what its summary says of lines and branches.
struct Given {
    executed: &'static str,
    missing: &'static str,
    excluded: &'static str,
    taken: &'static str,
    open: &'static str,
    lines: (u64, u64),
    branches: (u64, u64),
}

const GOOD: Given = Given {
    executed: "1,2,3",
    missing: "4",
    excluded: "",
    taken: "[2,3]",
    open: "[2,-1]",
    lines: (3, 4),
    branches: (1, 2),
};

fn summary(lines: (u64, u64), branches: (u64, u64)) -> String {
    format!(
        r#"{{"covered_lines":{},"missing_lines":{},"num_statements":{},"covered_branches":{},"missing_branches":{},"num_branches":{},"percent_covered":100.0}}"#,
        lines.0,
        lines.1.saturating_sub(lines.0),
        lines.1,
        branches.0,
        branches.1.saturating_sub(branches.0),
        branches.1
    )
}

impl Given {
    fn file(&self) -> String {
        format!(
            r#"{{"executed_lines":[{}],"summary":{},"missing_lines":[{}],"excluded_lines":[{}],"executed_branches":[{}],"missing_branches":[{}],"functions":{{"f":{{"executed_lines":[9]}}}}}}"#,
            self.executed,
            summary(self.lines, self.branches),
            self.missing,
            self.excluded,
            self.taken,
            self.open
        )
    }

    fn with(&self, branches: bool, totals: &str) -> String {
        format!(
            r#"{{"meta":{{"format":3,"version":"7.17","timestamp":"2026-11-24T15:21:32.142555","branch_coverage":{branches},"show_contexts":false}},"files":{{"a.py":{}}},"totals":{totals}}}"#,
            self.file()
        )
    }

    fn text(&self) -> String {
        self.with(true, &summary(self.lines, self.branches))
    }
}

fn figures(report: &Report) -> (Ratio, Ratio, bool) {
    let coverage = report.facts.coverage.as_ref().unwrap();
    let sum = |f: fn(&FileCoverage) -> Ratio| coverage.sum(f);
    (sum(FileCoverage::line_ratio), sum(FileCoverage::branch_ratio), coverage.has_totals())
}

fn ratio(covered: u64, total: u64) -> Ratio {
    Ratio { covered, total }
}

#[test]
fn lines_are_lines_and_branches_leave_them() {
    let report = parse(&GOOD.text()).unwrap();
    assert_eq!(figures(&report), (ratio(3, 4), ratio(1, 2), false));
    let coverage = report.facts.coverage.unwrap();
    let lines: Vec<_> = coverage.files["a.py"].lines().iter().map(|l| (l.number, l.hit, l.taken, l.branches)).collect();
    assert_eq!(lines, [(1, true, 0, 0), (2, true, 1, 2), (3, true, 0, 0), (4, false, 0, 0)]);
    assert!(coverage.has_branches && !coverage.has_functions);
    assert_eq!(report.made_at.unwrap().to_string(), "2026-11-24T15:21:32.142555Z");
    assert!(report.notes.is_empty(), "{:?}", report.notes);
}

#[test]
fn what_older_versions_list_beyond_the_statements_does_not_count() {
    // A docstring, an excluded line that ran, a branch from a line to itself.
    for (given, figure, noted) in [
        (Given { executed: "1,2,3,7", ..GOOD }, (ratio(3, 4), ratio(1, 2), true), "list more as executed"),
        (
            Given { executed: "1,2,3,7", excluded: "7,8", ..GOOD },
            (ratio(3, 4), ratio(1, 2), false),
            "2 lines are excluded",
        ),
        (Given { taken: "[2,3],[2,2]", ..GOOD }, (ratio(3, 4), ratio(1, 2), true), "list more as executed"),
        (Given { taken: "[9,3]", ..GOOD }, (ratio(3, 4), ratio(1, 2), true), "list more as executed"),
    ] {
        let report = parse(&given.text()).unwrap();
        assert_eq!(figures(&report), figure, "{}", given.executed);
        assert!(report.notes.iter().any(|n| n.contains(noted)), "{:?}", report.notes);
    }
}

#[test]
fn branches_that_are_not_measured_are_unknown() {
    let off = parse(&GOOD.with(false, &summary((3, 4), (0, 0)))).unwrap();
    assert_eq!(figures(&off), (ratio(3, 4), ratio(0, 0), false));
    assert!(!off.facts.coverage.unwrap().has_branches);
    let none = Given { taken: "", open: "", branches: (0, 0), ..GOOD };
    assert!(!parse(&none.text()).unwrap().facts.coverage.unwrap().has_branches, "0 of 0 is not measured");
}

#[test]
fn what_contradicts_itself_is_refused() {
    let good = GOOD.text();
    for (text, why) in [
        (Given { executed: "1,2,3,4", ..GOOD }.text(), "a.py: line 4 is executed and missing"),
        (Given { missing: "", ..GOOD }.text(), "its lists hold 3 reached and 0 missing"),
        (Given { executed: "1,2", ..GOOD }.text(), "its lists hold 2 reached and 1 missing"),
        (Given { lines: (5, 4), ..GOOD }.text(), "5 statements covered and 0 missing are not 4"),
        (Given { open: "", ..GOOD }.text(), "1/2 branches, its lists hold 1 reached and 0 missing"),
        (Given { open: "[2,3]", ..GOOD }.text(), "the branch 2 to 3 is executed and missing"),
        (Given { open: "[-2,3]", ..GOOD }.text(), "no pair of lines"),
        (Given { open: "[2]", ..GOOD }.text(), "no pair of lines"),
        (Given { open: "[2,3,4]", ..GOOD }.text(), "more than 2"),
        (Given { executed: "1,2,-3", ..GOOD }.text(), "invalid value"),
        (Given { executed: "1,2,3.0", ..GOOD }.text(), "invalid type"),
        (GOOD.with(true, &summary((3, 5), (1, 2))), "`totals` states 5 lines and the files hold 4"),
        (GOOD.with(true, &summary((3, 4), (1, 3))), "`totals` states 3 branches"),
        (good.replace("\"format\":3,", ""), "no `meta.format`"),
        (good.replace("\"missing_lines\":[", "\"lines\":["), "missing field `missing_lines`"),
        (good.replace("\"excluded_lines\":[", "\"lines\":["), "missing field `excluded_lines`"),
        (good.replace("\"missing_branches\":[", "\"lines\":["), "branches were measured and it lists none"),
        (good.replace("\"summary\":", "\"sum\":"), "missing field `summary`"),
        (good.replace("\"totals\":", "\"total\":"), "missing field `totals`"),
        (good.replace("\"files\":{", "\"files\":[],\"x\":{"), "invalid type"),
        (good.replace("\"missing_branches\":1,", ""), "a summary states none"),
        (good.replace("100.0", "NaN"), "JSON"),
        ("[]".into(), "invalid type"),
    ] {
        let error = parse(&text).unwrap_err().to_string();
        assert!(error.contains(why), "{text}: {error}");
    }
}

#[test]
fn totals_that_say_less_are_noted() {
    let report = parse(&GOOD.with(true, &summary((3, 3), (2, 2)))).unwrap();
    assert_eq!(figures(&report), (ratio(3, 4), ratio(1, 2), false));
    for noted in ["`totals` says 3/3 lines; the files hold 3/4", "`totals` says 2/2 branches"] {
        assert!(report.notes.iter().any(|n| n.contains(noted)), "{:?}", report.notes);
    }
}

#[test]
fn nothing_measured_is_said() {
    let none = Given { executed: "", missing: "", taken: "", open: "", lines: (0, 0), branches: (0, 0), ..GOOD };
    let report = parse(&none.text()).unwrap();
    assert!(report.notes.iter().any(|n| n.contains("0 lines")), "{:?}", report.notes);
    assert!(recognise(&Head::of(none.text().as_bytes(), "p")));
    assert!(!recognise(&Head::of(br#"{"meta":{"version":"1"},"files":{},"totals":{}}"#, "p")));
}
