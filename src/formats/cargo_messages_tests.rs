use proptest::prelude::*;

use super::*;
use crate::input::Window;

const OK: &str = r#"{"reason":"build-finished","success":true}"#;
const OURS: &str = "path+file:///src/demo#0.1.0";

fn parse(lines: &[&str]) -> Result<Report> {
    let text = lines.join("\n");
    FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "p" })
}

fn artifact(package: &str, kind: &str) -> String {
    format!(
        r#"{{"reason":"compiler-artifact","package_id":"{package}","target":{{"kind":["{kind}"],"name":"demo"}},"fresh":false}}"#
    )
}

/// A message with a place unless `line` is 0.
fn message(package: &str, level: &str, code: &str, line: u32, text: &str) -> String {
    let code = if code.is_empty() { "null".into() } else { format!(r#"{{"code":"{code}","explanation":null}}"#) };
    let span = |line, primary| {
        format!(r#"{{"file_name":"src\\lib.rs","line_start":{line},"column_start":5,"is_primary":{primary}}}"#)
    };
    let spans = if line == 0 { String::new() } else { format!("{},{}", span(line + 9, false), span(line, true)) };
    format!(
        r#"{{"reason":"compiler-message","package_id":"{package}","target":{{"kind":["lib"],"name":"demo"}},"message":{{"level":"{level}","code":{code},"message":"{text}","spans":[{spans}],"children":[{{"level":"note"}}]}}}}"#
    )
}

/// Errors, warnings and targets.
fn figures(report: &Report) -> (usize, usize, u64) {
    let lints = report.facts.lints.as_ref().unwrap();
    let errors = lints.list.iter().filter(|l| l.level == LintLevel::Error).count();
    (errors, lints.list.len() - errors, lints.looked_at)
}

#[test]
fn lints_are_distinct_and_closing_lines_are_none() {
    let ours = |level, code, line, text| message(OURS, level, code, line, text);
    let unused = ours("warning", "unused_variables", 3, "unused variable: `x`");
    let wrong = ours("error", "E0308", 7, "mismatched types");
    for (name, lines, figures_wanted) in [
        ("the same for lib and lib-test", vec![&*unused, &*unused], (0, 1, 1)),
        ("another line", vec![&*unused, &*ours("warning", "unused_variables", 4, "unused variable: `x`")], (0, 2, 1)),
        ("a sum", vec![&*unused, &*ours("warning", "", 0, "1 warning emitted")], (0, 1, 1)),
        ("a sum of what is not there", vec![&*ours("warning", "", 0, "1 warning emitted")], (0, 1, 1)),
        ("the end of errors", vec![&*wrong, &*ours("error", "", 0, "aborting due to 1 previous error")], (1, 0, 1)),
        ("an end without errors", vec![&*unused, &*ours("error", "", 0, "aborting due to x")], (1, 1, 1)),
        ("words with a place", vec![&*unused, &*ours("warning", "", 9, "2 warnings emitted")], (0, 2, 1)),
        ("a linker error", vec![&*ours("error", "", 0, "linking with `cc` failed: exit status: 1")], (1, 0, 1)),
        ("a syntax error", vec![&*ours("error", "", 3, "this file contains an unclosed delimiter")], (1, 0, 1)),
        ("a fault of rustc", vec![&*ours("error: internal compiler error", "", 0, "oh")], (1, 0, 1)),
        ("explanations", vec![&*ours("failure-note", "", 0, "try"), &*ours("note", "", 0, "n")], (0, 0, 1)),
        ("targets", vec![&*artifact(OURS, "lib"), &*artifact(OURS, "bin"), &*artifact(OURS, "lib")], (0, 0, 2)),
        ("an id before 1.77", vec![&*artifact("demo 0.1.0 (path+file:///src/demo)", "lib")], (0, 0, 1)),
    ] {
        let report = parse(&[&lines[..], &[OK]].concat()).unwrap();
        assert_eq!(figures(&report), figures_wanted, "{name}");
        assert!(report.failed_run.is_empty(), "{name}");
    }
}

#[test]
fn a_lint_keeps_its_primary_place_and_its_tool() {
    let report = parse(&[&message(OURS, "warning", "clippy::needless_return", 3, "unneeded"), OK]).unwrap();
    assert_eq!(&*report.tools[0], "cargo");
    let lints = report.facts.lints.unwrap();
    let lint = lints.list.first().unwrap();
    let place = lint.location.clone().unwrap();
    assert_eq!((&*place.path, place.line, lint.column), ("src/lib.rs", Some(3), Some(5)));
    assert_eq!((lint.code.as_deref(), &*lints.tool), (Some("clippy::needless_return"), "cargo"));
    assert_eq!(&*parse(&[&artifact(OURS, "lib"), OK]).unwrap().tools[0], "cargo");
}

#[test]
fn other_packages_are_noted_and_not_counted() {
    let foreign = "registry+https://github.com/rust-lang/crates.io-index#libc@0.2.1";
    let report = parse(&[&artifact(foreign, "lib"), &message(foreign, "warning", "x", 1, "y"), OK]).unwrap();
    assert_eq!(figures(&report), (0, 0, 0));
    assert!(report.notes[0].starts_with("1 message of packages outside"), "{:?}", report.notes);
}

#[test]
fn a_run_that_did_not_end_well_is_failed() {
    let lib = artifact(OURS, "lib");
    let bad = r#"{"reason":"build-finished","success":false}"#;
    for (lines, reasons) in [
        (vec![&*lib, OK], vec![]),
        (vec![&*lib], vec!["build-finished is missing"]),
        (vec![&*lib, bad], vec!["the build failed"]),
        (vec![bad], vec!["the build failed"]),
        (vec![&*lib, OK, &*lib], vec!["build-finished is missing"]),
        (vec![bad, &*lib, OK], vec!["the build failed"]),
        (vec![bad, &*lib], vec!["the build failed", "build-finished is missing"]),
        (vec![&*lib, OK, &*lib, OK, "running 3 tests"], vec![]),
    ] {
        let report = parse(&lines).unwrap();
        assert_eq!(report.failed_run.len(), reasons.len(), "{lines:?}");
        assert!(report.failed_run.iter().zip(&reasons).all(|(r, w)| r.contains(w)), "{:?}", report.failed_run);
        assert_eq!(report.notes.iter().any(|n| n.contains("incomplete")), !reasons.is_empty());
    }
}

#[test]
fn other_lines_and_kinds_are_tolerated_with_a_note() {
    let report = parse(&["   Compiling demo", OK, "running 1 test", r#"{"type":"suite"}"#]).unwrap();
    assert_eq!(report.notes, ["lines that are no message of cargo, passed over: 3".into()]);
    let report = parse(&[r#"{"reason":"timing-info","duration":0.5}"#, OK]).unwrap();
    assert!(report.notes[0].contains("timing-info"));
}

#[test]
fn broken_streams_are_refused() {
    let unknown = message(OURS, "fatal", "", 0, "x");
    for (lines, why) in [
        (vec![""], "no message of cargo"),
        (vec!["running 1 test"], "no message of cargo"),
        (vec!["{", OK], "line 2"),
        (vec![OK, "{x"], "line 2: not valid JSON"),
        (vec![&*unknown, OK], "unknown variant `fatal`"),
        (vec![r#"{"reason":"build-finished"}"#], "without `success`"),
        (vec![r#"{"reason":"compiler-artifact","target":{"kind":[],"name":"x"}}"#], "without `package_id`"),
        (
            vec![r#"{"reason":"compiler-message","package_id":"x","target":{"kind":[],"name":"x"}}"#],
            "without `message`",
        ),
        (vec![r#"{"reason":"compiler-message","message":{"level":"error","message":"x","spans":[]}}"#], "`code`"),
        (vec![r#"x {"reason":"compiler-artifact"}"#, OK], "behind other text"),
    ] {
        let error = parse(&lines).unwrap_err().to_string();
        assert!(error.contains(why), "{lines:?}: {error}");
    }
}

#[test]
fn only_messages_of_cargo_are_recognised() {
    for (text, ours) in [
        (OK, true),
        ("   Compiling x\n{\"reason\":\"compiler-artifact\",\"x\":", true),
        (r#"{"reason":"benchmark-complete","id":"x"}"#, false),
        (r#"[{"reason":"build-finished"}]"#, false),
        ("", false),
    ] {
        assert_eq!(recognise(&Head::of(text.as_bytes(), "p")), ours, "{text}");
    }
}

proptest! {
    /// A cut stream is refused or a failed run, unless only its last line break was cut.
    #[test]
    fn a_cut_stream_never_passes(kinds in prop::collection::vec(0usize..3, 1..5), cut in any::<prop::sample::Index>()) {
        let lines: Vec<String> = kinds
            .iter()
            .map(|k| match k {
                0 => artifact(OURS, "lib"),
                1 => message(OURS, "warning", "unused", 3, "é"),
                _ => message(OURS, "error", "", 0, "linking"),
            })
            .chain([OK.to_owned()])
            .collect();
        let text = lines.join("\n");
        let cut = text.as_bytes().split_at(cut.index(text.len())).0;
        match FORMAT.read(&mut Input { window: &mut Window::of(cut), path: "p" }) {
            Ok(report) => prop_assert!(!report.failed_run.is_empty()),
            Err(error) => prop_assert!(!error.reason.is_empty()),
        }
    }
}
