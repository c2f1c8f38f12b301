//! What `llvm-cov export` writes, and `cargo llvm-cov --json` with it, full or `--summary-only`.
//!
//! Source: llvm/llvm-project `llvm/tools/llvm-cov/CoverageExporterJson.cpp`; taiki-e/cargo-llvm-cov
//! `src/json.rs` for what that one adds; measured with llvm-cov 14 and 22.
//!
//! Counted are the summaries of the files, with or without their segments: a line is LLVM's line of a
//! function, so figures differ slightly from its LCOV, and a segment does not tell one. `totals` only
//! checks their sum. `instantiations` are copies of generic functions, no functions. Without branches
//! LLVM writes 0 of 0, and 0 percent: they are not measured then. Functions, segments and expansions
//! are most of a full export; they are passed over while it is read.

use serde::Deserialize;

use super::file_totals::FileTotals;
use super::{Format, Head, Input};
use crate::facts::{Kind, Ratio, Report, Totals};
use crate::input::json::Json;
use crate::input::{ReadError, Result, size};
use crate::text::Text;

/// What `type` says.
const TYPE: &str = "llvm.coverage.json.export";

pub(super) const FORMAT: Format = Format {
    name: "llvm-cov",
    gives: &[Kind::Coverage],
    producers: "`llvm-cov export` of LLVM 14 and 22 with and without `-summary-only`, cargo-llvm-cov `--json`",
    recognise,
    read,
};

/// `type` is the last key but one, behind all files.
fn recognise(head: &Head) -> bool {
    let file = head.has("data[].files[].filename")
        && (head.has("data[].files[].summary.instantiations") || head.has("data[].files[].segments"));
    file || head.string("type") == Some(TYPE)
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let export: Export = Json::document(input.window)?;
    if export.kind != TYPE {
        return Err(ReadError::new(format!("`type` is {:?}, not {TYPE:?}", export.kind)));
    }
    let mut report = Report::by("llvm-cov");
    if let Some(CargoLlvmCov { version }) = export.cargo_llvm_cov {
        report.tools = vec![Text::new("cargo-llvm-cov")];
        report.note(format!("written by cargo-llvm-cov {version}"));
    }
    let mut files = FileTotals::default();
    let mut total = Totals::default();
    let mut foreign = 0;
    for part in &export.data {
        total.lines.add(part.totals.lines.ratio());
        total.branches.add(part.totals.branches());
        total.functions.add(part.totals.functions.ratio());
        for file in &part.files {
            files.add(&file.filename, file.summary.totals())?;
        }
        foreign += size(part.files.iter().filter(|f| is_foreign(&f.filename)).count());
    }
    if foreign > 0 {
        report.note(format!(
            "{foreign} files of the standard library or of other packages count too: leave them out with \
             --ignore-filename-regex if they are not meant"
        ));
    }
    files.finish(&total, &mut report)?;
    Ok(report)
}

/// Whether a file is none of the project, by where compilers and package managers keep such files.
fn is_foreign(path: &str) -> bool {
    path.starts_with("/rustc/") || path.contains("/.cargo/registry/") || path.starts_with("/usr/include/")
}

#[derive(Deserialize)]
#[serde(expecting = "an export of llvm-cov")]
struct Export {
    #[serde(rename = "type")]
    kind: String,
    data: Vec<Part>,
    cargo_llvm_cov: Option<CargoLlvmCov>,
}

#[derive(Deserialize)]
#[serde(expecting = "what cargo-llvm-cov adds")]
struct CargoLlvmCov {
    version: Text,
}

/// What one call measured; there is one.
#[derive(Deserialize)]
#[serde(expecting = "an element of `data`")]
struct Part {
    files: Vec<File>,
    totals: Summary,
}

#[derive(Deserialize)]
#[serde(expecting = "a file of the export")]
struct File {
    filename: String,
    summary: Summary,
}

#[derive(Deserialize)]
#[serde(expecting = "a summary of llvm-cov")]
struct Summary {
    lines: Figure,
    functions: Figure,
    /// LLVM 11 and older write none.
    branches: Option<Figure>,
}

#[derive(Deserialize)]
#[serde(expecting = "a figure of llvm-cov")]
struct Figure {
    count: u64,
    covered: u64,
}

impl Figure {
    fn ratio(&self) -> Ratio {
        Ratio { covered: self.covered, total: self.count }
    }
}

impl Summary {
    fn branches(&self) -> Ratio {
        self.branches.as_ref().map(Figure::ratio).unwrap_or_default()
    }

    fn totals(&self) -> Totals {
        Totals { lines: self.lines.ratio(), branches: self.branches(), functions: self.functions.ratio() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::FileCoverage;
    use crate::input::Window;

    fn parse(text: &str) -> Result<Report> {
        FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "p" })
    }

    fn summary(lines: (u64, u64), branches: Option<(u64, u64)>) -> String {
        let (covered, count) = lines;
        let branches = branches.map_or_else(String::new, |(covered, count)| {
            format!(r#","branches":{{"count":{count},"covered":{covered},"notcovered":0,"percent":0}}"#)
        });
        format!(
            r#"{{"lines":{{"count":{count},"covered":{covered},"percent":0}},"functions":{{"count":1,"covered":1,"percent":100}},"instantiations":{{"count":9,"covered":9,"percent":100}}{branches}}}"#
        )
    }

    fn file(name: &str, lines: (u64, u64), branches: Option<(u64, u64)>) -> String {
        format!(
            r#"{{"filename":"{name}","segments":[[1,2,3,true,true,false]],"summary":{}}}"#,
            summary(lines, branches)
        )
    }

    fn export(files: &[String], totals: &str) -> String {
        let files = files.join(",");
        format!(
            r#"{{"data":[{{"files":[{files}],"functions":[{{"name":"f"}}],"totals":{totals}}}],"type":"{TYPE}","version":"3.1.0"}}"#
        )
    }

    fn figures(report: &Report) -> [Ratio; 3] {
        let coverage = report.facts.coverage.as_ref().unwrap();
        [FileCoverage::line_ratio, FileCoverage::branch_ratio, FileCoverage::function_ratio].map(|f| coverage.sum(f))
    }

    #[test]
    fn the_files_are_added_up_and_nothing_of_nothing_is_not_measured() {
        for (branches, has) in [(None, false), (Some((0, 0)), false), (Some((1, 2)), true)] {
            let totals = summary((3, 7), branches).replace("\"count\":1,\"covered\":1,", "\"count\":2,\"covered\":2,");
            let text = export(&[file("/a.rs", (3, 4), branches), file("/b.rs", (0, 3), None)], &totals);
            let report = parse(&text).unwrap();
            let [lines, of_branches, functions] = figures(&report);
            assert_eq!(lines, Ratio { covered: 3, total: 7 });
            assert_eq!((of_branches.covered, of_branches.total), branches.unwrap_or_default());
            assert_eq!(functions, Ratio { covered: 2, total: 2 }, "instantiations are no functions");
            assert_eq!(report.facts.coverage.as_ref().unwrap().has_branches, has, "{branches:?}");
            assert!(report.notes.is_empty(), "{:?}", report.notes);
        }
    }

    #[test]
    fn totals_are_a_header() {
        let a = || file("/a.rs", (3, 4), None);
        // A smaller total, or one of which more is covered: the files count.
        for (totals, noted) in [((4, 4), "says 4/4 lines"), ((3, 3), "says 3/3 lines")] {
            let report = parse(&export(&[a()], &summary(totals, None))).unwrap();
            assert_eq!(figures(&report)[0], Ratio { covered: 3, total: 4 });
            assert!(report.notes.iter().any(|n| n.contains(noted)), "{:?}", report.notes);
        }
        for (text, why) in [
            (export(&[a()], &summary((3, 5), None)), "its total states 5 lines and its files hold 4"),
            (export(&[a()], &summary((3, 4), Some((0, 2)))), "states 2 branches"),
            (export(&[], &summary((0, 0), None)), "states 1 functions"),
            (export(&[a()], &summary((5, 4), None)), "the total: 5 of 4 lines"),
        ] {
            let error = parse(&text).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn what_is_no_figure_is_refused() {
        let good = export(&[file("/a.rs", (3, 4), None)], &summary((3, 4), None));
        assert!(parse(&good).is_ok());
        let twice = [file("/a.rs", (1, 2), None), file("/./a.rs", (1, 2), None)];
        for (text, why) in [
            (good.replace(TYPE, "llvm.coverage.json.import"), "`type` is"),
            (good.replace("\"data\":", "\"date\":"), "missing field `data`"),
            (good.replace("\"totals\":", "\"total\":"), "missing field `totals`"),
            (good.replace("\"summary\":", "\"sum\":"), "missing field `summary`"),
            (good.replace("\"lines\":", "\"line\":"), "missing field `lines`"),
            (good.replace("\"count\":4", "\"count\":null"), "invalid type"),
            (good.replace("\"count\":4", "\"count\":4.0"), "invalid type"),
            (good.replace("\"covered\":3", "\"covered\":-3"), "invalid value"),
            (good.replace("\"covered\":3", "\"covered\":5"), "/a.rs: 5 of 4 lines"),
            (good.replace("\"covered\":3", "\"covered\":3,\"covered\":4"), "twice"),
            (good.replace("\"data\":[", "\"data\":null,\"x\":["), "invalid type"),
            (good.replace(",\"version\"", ""), "JSON"),
            (export(&twice, &summary((2, 4), None)), "/./a.rs stands twice"),
            ("[]".to_owned(), "invalid type"),
        ] {
            let error = parse(&text).unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn nothing_measured_is_said() {
        let text = format!(r#"{{"data":[],"type":"{TYPE}","version":"3.1.0"}}"#);
        assert!(recognise(&Head::of(text.as_bytes(), "p")));
        let report = parse(&text).unwrap();
        assert_eq!(figures(&report)[0].total, 0);
        assert!(report.notes.iter().any(|n| n.contains("0 lines")));
    }

    #[test]
    fn it_is_recognised_by_its_first_file() {
        let good = export(&[file("/a.rs", (3, 4), None)], &summary((3, 4), None));
        for cut in [good.find("true,true").unwrap(), good.len()] {
            assert!(recognise(&Head::of(good.split_at(cut).0.as_bytes(), "p")), "{cut}");
        }
        for text in [r#"{"data":[{"files":[{"filename":"a"}]}]}"#, r#"{"type":"x","data":[]}"#, r#"{"data":[]}"#] {
            assert!(!recognise(&Head::of(text.as_bytes(), "p")), "{text}");
        }
    }

    #[test]
    fn files_of_others_are_named_and_cargo_llvm_cov_too() {
        let files = [file("/rustc/abc/library/core/src/lib.rs", (3, 4), None)];
        let text = export(&files, &summary((3, 4), None));
        let text = text.replace(
            ",\"version\"",
            ",\"cargo_llvm_cov\":{\"version\":\"0.6.0\",\"manifest_path\":\"/m\"},\"version\"",
        );
        let report = parse(&text).unwrap();
        assert!(report.notes.iter().any(|n| n.starts_with("1 files of the standard library")), "{:?}", report.notes);
        assert_eq!(report.tools, [Text::new("cargo-llvm-cov")]);
    }
}
