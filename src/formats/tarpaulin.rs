//! What cargo-tarpaulin writes under `--out Json`.
//!
//! Source: xd009642/tarpaulin `src/report/json.rs` (`SourceFile`, `CoverageReport`), `src/traces.rs` (`Trace`, `CoverageStat`);
//! measured with 0.37.
//!
//! Counted are the traces, each file and line once. A file's `covered` and `coverable` and those of the
//! whole only check them; `coverage` is a percentage, or null of nothing, and is not read. `content` is the
//! whole source text: it is passed over and not kept. Tarpaulin knows no branches here.

use serde::Deserialize;

use super::{Format, Head, Input};
use crate::facts::{Coverage, FileCoverage, Kind, Line, Ratio, Report};
use crate::input::json::Json;
use crate::input::{ReadError, Result, size};

pub(super) const FORMAT: Format = Format {
    name: "tarpaulin",
    gives: &[Kind::Coverage],
    producers: "cargo-tarpaulin 0.37, `--out Json`",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    ["files[].path", "files[].content", "files[].traces"].iter().all(|key| head.has(key))
        || (head.has("files") && head.has("covered") && head.has("coverable") && head.has("coverage"))
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let Document { files, covered, coverable } = Json::document(input.window)?;
    let mut report = Report::by("cargo-tarpaulin");
    let mut coverage = Coverage::default();
    let mut sum = Ratio::default();
    for file in &files {
        let path = path(&file.path)?;
        let held = file.held();
        compare(&path, Ratio { covered: file.covered, total: file.coverable }, held, &mut report)?;
        sum.add(held);
        let lines = coverage.file(&path);
        file.traces.iter().for_each(|trace| lines.add(trace.line()));
    }
    compare("the whole", Ratio { covered, total: coverable }, sum, &mut report)?;
    coverage.settle();
    if coverage.sum(FileCoverage::line_ratio).total == 0 {
        report.note("0 lines: nothing was measured");
    }
    report.facts.coverage = Some(coverage);
    Ok(report)
}

/// Holds what is stated of a file or of the whole against what the traces hold.
fn compare(whose: &str, said: Ratio, held: Ratio, report: &mut Report) -> Result<()> {
    let Ratio { covered, total } = said;
    if covered > total {
        return Err(ReadError::new(format!("{whose}: {covered} of {total} lines are covered, which cannot be")));
    }
    if total > held.total {
        return Err(ReadError::new(format!(
            "{whose}: {total} lines are stated and {} traces held: a part of the report is missing",
            held.total
        )));
    }
    if said != held {
        report.note(format!(
            "{whose}: {covered}/{total} lines are stated; the traces hold {}/{}, which count",
            held.covered, held.total
        ));
    }
    Ok(())
}

/// A path from its parts: folders and a name, before them the root (`/`, or `C:` and `\\`).
fn path(parts: &[String]) -> Result<String> {
    let mut path = String::new();
    for part in parts {
        if !path.is_empty() && !path.ends_with('/') && !matches!(part.as_str(), "/" | "\\") {
            path.push('/');
        }
        path.push_str(if part == "\\" { "/" } else { part });
    }
    if path.is_empty() { Err(ReadError::new("a file with an empty `path`")) } else { Ok(path) }
}

#[derive(Deserialize)]
#[serde(expecting = "a report of cargo-tarpaulin")]
struct Document {
    files: Vec<File>,
    covered: u64,
    coverable: u64,
}

#[derive(Deserialize)]
#[serde(expecting = "a file of cargo-tarpaulin")]
struct File {
    path: Vec<String>,
    traces: Vec<Trace>,
    covered: u64,
    coverable: u64,
}

#[derive(Deserialize)]
#[serde(expecting = "a trace of cargo-tarpaulin")]
struct Trace {
    line: u32,
    stats: Stats,
}

/// How often a trace was reached. Tarpaulin's other kinds were never written.
#[derive(Deserialize)]
#[serde(expecting = "the stats of a trace")]
struct Stats {
    #[serde(rename = "Line")]
    line: u64,
}

impl File {
    /// What its traces hold.
    fn held(&self) -> Ratio {
        let covered = self.traces.iter().filter(|t| t.stats.line > 0).count();
        Ratio { covered: size(covered), total: size(self.traces.len()) }
    }
}

impl Trace {
    fn line(&self) -> Line {
        Line { number: self.line, hit: self.stats.line > 0, taken: 0, branches: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Window;

    fn parse(text: &str) -> Result<Report> {
        FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "p" })
    }

    fn traces(hits: &[(u32, u64)]) -> String {
        let one = |(line, n): &(u32, u64)| {
            format!(r#"{{"line":{line},"address":[{line}],"length":1,"stats":{{"Line":{n}}}}}"#)
        };
        hits.iter().map(one).collect::<Vec<_>>().join(",")
    }

    fn file(path: &str, hits: &[(u32, u64)], (covered, coverable): (u64, u64)) -> String {
        let traces = traces(hits);
        format!(
            r#"{{"path":[{path}],"content":"fn a() {{}}","traces":[{traces}],"covered":{covered},"coverable":{coverable}}}"#
        )
    }

    fn document(files: &[String], (covered, coverable): (u64, u64), share: &str) -> String {
        let files = files.join(",");
        format!(r#"{{"files":[{files}],"coverage":{share},"covered":{covered},"coverable":{coverable}}}"#)
    }

    const A: &str = r#""/","src","a.rs""#;

    fn lines(report: &Report) -> Ratio {
        report.facts.coverage.as_ref().unwrap().sum(FileCoverage::line_ratio)
    }

    #[test]
    fn traces_are_lines_each_once() {
        let files = [file(A, &[(1, 2), (2, 0), (2, 5), (3, 0)], (2, 4)), file(r#""b.rs""#, &[], (0, 0))];
        let report = parse(&document(&files, (2, 4), "50.0")).unwrap();
        let coverage = report.facts.coverage.as_ref().unwrap();
        assert_eq!(lines(&report), Ratio { covered: 2, total: 3 }, "line 2 is one line");
        assert_eq!(coverage.files.keys().map(|k| &**k).collect::<Vec<_>>(), ["/src/a.rs"]);
        assert!(!coverage.has_branches && !coverage.has_functions && !coverage.has_totals());
        assert!(report.notes.is_empty(), "{:?}", report.notes);
    }

    #[test]
    fn paths_are_joined() {
        for (path, joined) in [
            (A, "/src/a.rs"),
            (r#""src","a.rs""#, "src/a.rs"),
            (r#""C:","\\","a.rs""#, "C:/a.rs"),
            (r#""a.rs""#, "a.rs"),
        ] {
            let report = parse(&document(&[file(path, &[(1, 1)], (1, 1))], (1, 1), "100.0")).unwrap();
            assert_eq!(&**report.facts.coverage.unwrap().files.keys().next().unwrap(), joined);
        }
    }

    #[test]
    fn stated_figures_only_check_the_traces() {
        let hits = [(1, 1), (2, 0)];
        for (of_file, whole, why) in [
            ((1, 3), (1, 2), "/src/a.rs: 3 lines are stated and 2 traces held"),
            ((1, 2), (1, 3), "the whole: 3 lines are stated and 2 traces"),
            ((3, 2), (1, 2), "/src/a.rs: 3 of 2 lines are covered"),
            ((1, 2), (3, 2), "the whole: 3 of 2 lines"),
            ((1, 1), (1, 2), "/src/a.rs: 1/1 lines are stated; the traces hold 1/2"),
            ((1, 2), (2, 2), "the whole: 2/2 lines are stated; the traces hold 1/2"),
        ] {
            match parse(&document(&[file(A, &hits, of_file)], whole, "100.0")) {
                Err(error) => assert!(error.reason.contains(why), "{error}"),
                Ok(report) => {
                    assert!(report.notes.iter().any(|n| n.contains(why)), "{:?}", report.notes);
                    assert_eq!(lines(&report), Ratio { covered: 1, total: 2 });
                }
            }
        }
    }

    #[test]
    fn what_is_no_figure_is_refused() {
        let good = document(&[file(A, &[(1, 1), (2, 0)], (1, 2))], (1, 2), "50.0");
        assert!(recognise(&Head::of(good.as_bytes(), "p")));
        for (text, why) in [
            (good.replace("\"traces\"", "\"trace\""), "missing field `traces`"),
            (good.replace("\"Line\":1", "\"Branch\":{\"been_true\":true}"), "missing field `Line`"),
            (good.replace("\"Line\":1", "\"Line\":-1"), "invalid value"),
            (good.replace("\"line\":1", "\"line\":1.5"), "invalid type"),
            (good.replace("\"covered\":1", "\"covered\":null"), "invalid type"),
            (good.replace("\"coverable\":2", "\"coverable\":2,\"coverable\":1"), "twice"),
            (good.replace(A, ""), "empty `path`"),
            (good.replace("50.0", "NaN"), "JSON"),
            (good.trim_end_matches('}').to_owned(), "JSON"),
            ("[]".into(), "invalid type"),
        ] {
            let error = parse(&text).unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn nothing_measured_is_said() {
        let none = document(&[], (0, 0), "null");
        assert!(recognise(&Head::of(none.as_bytes(), "p")));
        assert!(parse(&none).unwrap().notes.iter().any(|n| n.contains("0 lines")));
        assert!(!recognise(&Head::of(br#"{"files":[],"covered":0}"#, "p")));
    }
}
