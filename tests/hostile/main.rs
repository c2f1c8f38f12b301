//! Hostile reports (threats.md, F and R): several hundred small files, made here, each with the exit code and the words
//! that it must get; and the controls beside them that must pass, for a tool that refuses everything would hold too.
//!
//! `HOSTILE_TO=FOLDER cargo test --test hostile` keeps the files, `cargo test --test hostile -- --ignored` makes the big ones.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/tiny.rs"]
mod tiny;

mod big;
mod counts;
mod documents;
mod numbers;
mod sarif;

use std::collections::BTreeMap;
use std::path::PathBuf;

use common::{Folder, Run, statuses};
use portcullis::verdict::Verdict;

/// What must become of a file.
#[derive(Debug, Clone, Copy)]
enum Expect {
    /// The gate is open.
    Open,
    /// It fails: the offence counts. The words stand in the report.
    Fails(&'static str),
    /// It cannot be judged.
    Error(&'static str),
    /// Either of the two, and the words.
    Shut(&'static str),
}
use Expect::{Error, Fails, Open, Shut};

/// One file.
struct Case {
    row: &'static str,
    name: String,
    control: &'static Control,
    bytes: Vec<u8>,
    expect: Expect,
}

/// A report that passes, and the strict policy that it passes by.
struct Control {
    name: &'static str,
    ending: &'static str,
    gates: &'static str,
    text: fn() -> String,
}

const COVERAGE: &str = "[coverage]\nlines = 80\n";
const SECURITY: &str = "[security]\ncritical = 0\nhigh = 0\nmedium = 0\nlow = 0\ninfo = 0\nunknown = 0\n";

static COBERTURA: Control = Control {
    name: "cobertura",
    ending: "xml",
    gates: COVERAGE,
    text: || {
        tiny::cobertura(&[("a.rs", &[1, 1, 1, 1, 0])])
            .replace("<coverage ", "<coverage lines-valid=\"5\" lines-covered=\"4\" ")
    },
};
static LCOV: Control = Control {
    name: "lcov",
    ending: "info",
    gates: COVERAGE,
    text: || "TN:\nSF:a.rs\nDA:1,1\nDA:2,1\nDA:3,1\nDA:4,1\nDA:5,0\nLF:5\nLH:4\nend_of_record\n".into(),
};
static JUNIT: Control = Control {
    name: "junit",
    ending: "xml",
    gates: "[tests]\nfailed = 0\ntotal = { fail-below = 2 }\n",
    text: || {
        tiny::junit(&[("a", "passed"), ("b", "passed")])
            .replace("<testsuite ", "<testsuite tests=\"2\" failures=\"0\" errors=\"0\" skipped=\"0\" time=\"1.5\" ")
    },
};
static SARIF: Control = Control { name: "sarif", ending: "sarif", gates: SECURITY, text: || tiny::sarif("T", &[]) };
static AUDIT: Control = Control {
    name: "cargo-audit",
    ending: "json",
    gates: "[security]\ncritical = 0\nhigh = 0\nunknown = 0\n[dependencies]\nvulnerable = \"fail\"\n",
    text: || tiny::audit(&[]),
};
static LICENSES: Control = Control {
    name: "cargo-license",
    ending: "json",
    gates: "[licenses]\nallow = [\"MIT\"]\ndeny = [\"GPL-3.0\"]\n",
    text: || tiny::licenses(&[("a", "MIT"), ("b", "MIT")]),
};
static DENY: Control = Control {
    name: "cargo-deny",
    ending: "ndjson",
    gates: "[dependencies]\nvulnerable = \"fail\"\nbanned = \"fail\"\n",
    text: || tiny::deny(&[]),
};
static STEPS: Control = Control {
    name: "steps",
    ending: "jsonl",
    gates: "[steps]\nrequired = [\"x\"]\n[timings]\nlimits = { x = \"10m\" }\n",
    text: || tiny::record(&[("x", "success", "2026-11-23T10:00:00Z", 1.5)]),
};
static CONTROLS: [&Control; 8] = [&COBERTURA, &LCOV, &JUNIT, &SARIF, &AUDIT, &LICENSES, &DENY, &STEPS];

impl Control {
    fn text(&self) -> String {
        (self.text)()
    }

    /// A case of this control with other bytes.
    fn case(
        &'static self,
        row: &'static str,
        name: impl Into<String>,
        bytes: impl Into<Vec<u8>>,
        expect: Expect,
    ) -> Case {
        Case { row, name: name.into(), control: self, bytes: bytes.into(), expect }
    }

    /// The control with one text of it replaced by another.
    fn with(&'static self, row: &'static str, from: &str, to: &str, expect: Expect) -> Case {
        let text = self.text();
        assert!(text.contains(from), "{from} is not in {text}");
        self.case(row, format!("{from} → {to}"), text.replacen(from, to, 1), expect)
    }
}

fn cases() -> Vec<Case> {
    let mut all: Vec<Case> = CONTROLS.iter().map(|c| c.case("control", "as it is", c.text(), Open)).collect();
    all.extend(documents::cases());
    all.extend(numbers::cases());
    all.extend(counts::cases());
    all.extend(sarif::cases());
    all
}

fn judge(folder: &Folder, file: &str, gates: &str) -> Verdict {
    Run::of(folder.path(), &format!("version = 1\n[evidence.it]\npath = {file:?}\n{gates}")).verdict()
}

/// All that a verdict says in words.
fn words(verdict: &Verdict) -> String {
    let evidence = verdict.evidence.iter().flat_map(|e| e.error.iter().chain(&e.notes));
    let checks = verdict.checks.iter().flat_map(|c| {
        let violations =
            c.violations.iter().flat_map(|v| [&v.id, &v.message].into_iter().chain(&v.severity).chain(&v.package));
        [&c.message].into_iter().chain(violations)
    });
    evidence.chain(checks).map(|t| format!("{t}\n")).collect()
}

fn holds(case: &Case, verdict: &Verdict) -> bool {
    let said = |why: &str| words(verdict).contains(why);
    match case.expect {
        Open => verdict.exit_code == 0,
        Fails(why) => verdict.exit_code == 1 && said(why),
        Error(why) => verdict.exit_code == 3 && said(why),
        Shut(why) => matches!(verdict.exit_code, 1 | 3) && said(why),
    }
}

#[test]
fn every_hostile_file_gets_the_answer_that_it_must_get() {
    let folder = Folder::new();
    let mut wrong = String::new();
    let mut by_row: BTreeMap<&str, usize> = BTreeMap::new();
    let all = cases();
    for (n, case) in all.iter().enumerate() {
        *by_row.entry(case.row).or_default() += 1;
        let file = format!("{}-{n}.{}", case.row, case.control.ending);
        folder.write(&file, &case.bytes);
        let verdict = judge(&folder, &file, case.control.gates);
        if !holds(case, &verdict) {
            let shown: String = case.name.chars().take(200).collect();
            wrong += &format!(
                "{} {} {shown}: want {:?}, exit {}\n{}{}\n",
                case.row,
                case.control.name,
                case.expect,
                verdict.exit_code,
                statuses(&verdict),
                words(&verdict)
            );
        }
    }
    assert!(wrong.is_empty(), "{} files: {by_row:?}\n{wrong}", all.len());
    assert!(all.len() > 500, "{} files: {by_row:?}", all.len());
    if let Ok(to) = std::env::var("HOSTILE_TO") {
        let to = PathBuf::from(to);
        std::fs::create_dir_all(&to).unwrap();
        for file in common::files_below(folder.path()) {
            std::fs::copy(folder.path().join(&file), to.join(&file)).unwrap();
        }
    }
    // The program over all of them at once, as a folder and each by its name: no file is lost, and none ends it.
    let ran = folder.run(&["inspect", "-f", "json", "."]);
    let value: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((value["reports"].as_array().unwrap().len(), ran.code), (all.len(), Some(3)));
}
