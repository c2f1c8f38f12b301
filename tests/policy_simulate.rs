//! `policy simulate`: earlier runs held to another policy, by their reports where these are there, else by their figures.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;
#[path = "common/tiny.rs"]
mod tiny;

use common::{Folder, NOW};
use tiny::{cobertura, sarif};

const OLD: &str = "version = 1
[coverage]
lines = 75
[security]
high = 1
[[waiver]]
id = \"waived\"
reason = \"r\"
owner = \"@o\"
created = 2026-11-01
expires = 2026-12-24
";

/// A folder with a policy, two reports, and the verdict on them in `runs/a/verdict.json`.
fn run_of(policy: &str) -> Folder {
    let folder = Folder::new();
    folder.write("old.toml", policy);
    folder.write("runs/a/unit.xml", cobertura(&[("a.rs", &[1, 1, 1, 1, 1, 1, 1, 1, 0, 0])]));
    folder.write("runs/a/scan.sarif", sarif("t", &[("rule", "error", "a.rs", 1), ("waived", "error", "a.rs", 2)]));
    let args = ["check", "--root", "runs/a", "--now", NOW, "-p", "old.toml", "-q", "-o", "json=verdict.json", "runs/a"];
    folder.run(&args);
    let verdict = folder.read("verdict.json").replace("\"runs/a/", "\"");
    folder.write("runs/a/verdict.json", verdict).remove("verdict.json");
    folder
}

fn simulate(folder: &Folder, new: &str) -> (Option<i32>, String) {
    folder.write("new.toml", new);
    let ran = folder.run(&["policy", "simulate", "new.toml", "runs"]);
    (ran.code, ran.out + &ran.err)
}

/// What is changed in the policy, and how the run would have ended then, by the check named.
const CASES: &[(&str, &str, i32, &str)] = &[
    ("", "", 0, "1 run: 0 would end otherwise, 1 as they did"),
    ("lines = 75", "lines = 80", 0, "1 as they did"),
    ("lines = 75", "lines = 80.01", 1, "coverage.lines: pass -> fail"),
    ("lines = 75", "lines = { fail-below = 10, warn-below = 81 }", 0, "coverage.lines: pass -> warn"),
    ("high = 1", "high = 0", 1, "security.high: pass -> fail"),
    ("id = \"waived\"", "id = \"other\"", 1, "security.high: pass -> fail"),
    ("id = \"waived\"", "id = \"rule\"", 0, "1 as they did"),
    ("expires = 2026-12-24", "expires = 2026-11-22", 1, "security.high: pass -> fail"),
    ("lines = 75", "lines = { fail-below = 81, effective = 2026-11-24 }", 0, "coverage.lines: pass -> warn"),
    ("lines = 75", "lines = { fail-below = 81, effective = 2026-11-23 }", 1, "coverage.lines: pass -> fail"),
    ("high = 1", "high = 0\nenforce-from = 2026-11-24", 0, "security.high: pass -> warn"),
];

#[test]
fn a_run_ends_by_its_figures_as_it_does_by_its_reports() {
    for (from, to, code, said) in CASES {
        let folder = run_of(OLD);
        let new = OLD.replacen(from, to, 1);
        let by_reports = simulate(&folder, &new);
        assert!(by_reports.0 == Some(*code) && by_reports.1.contains(said), "{to}\n{}", by_reports.1);
        folder.remove("runs/a/unit.xml").remove("runs/a/scan.sarif");
        let by_figures = simulate(&folder, &new);
        assert!(by_figures.0 == Some(*code) && by_figures.1.contains(said), "{to}\n{}", by_figures.1);
        let without = |text: &str| text.replace("; 2 files are no verdict", "").replace("; 1 files are no verdict", "");
        let waivers =
            |text: &str| without(text).lines().filter(|l| !l.contains(" waivers.")).collect::<Vec<_>>().join("\n");
        assert_eq!(waivers(&by_reports.1), waivers(&by_figures.1), "{to}");
    }
}

#[test]
fn what_a_verdict_does_not_hold_cannot_be_told() {
    let folder = run_of(OLD);
    let new = OLD.replace("high = 1", "high = 1\nmedium = 0");
    let (code, said) = simulate(&folder, &new);
    assert!(code == Some(0) && said.contains("security.medium: not there -> pass"), "{said}");
    folder.remove("runs/a/scan.sarif");
    let (code, said) = simulate(&folder, &new);
    assert!(code == Some(1) && said.contains("security.medium: the verdict holds no figure for it"), "{said}");
    assert!(said.contains("pass -> ?") && said.contains("1 cannot be told"), "{said}");
    // What fails already fails whatever the rest is.
    let (_, said) = simulate(&folder, &new.replace("75", "99"));
    assert!(said.contains("pass -> fail") && said.contains("1 would end otherwise"), "{said}");
    // A report that was changed since is not that run's.
    folder.write("runs/a/scan.sarif", sarif("t", &[]));
    let (_, said) = simulate(&folder, &new);
    assert!(said.contains("holds no figure"), "{said}");
}

#[test]
fn licences_steps_and_durations_are_recalled() {
    let folder = Folder::of("neo-rs/passing");
    let run = |policy: &str| {
        folder.write("p.toml", policy);
        folder.run(&[
            "check",
            "-p",
            "p.toml",
            "--now",
            "2026-11-23T08:00:00Z",
            "-q",
            "-o",
            "json=runs/verdict.json",
            ".",
        ])
    };
    let base = "version = 1\n[licenses]\nallow = [\"MIT\", \"Apache-2.0\", \"Unicode-3.0\", \"BSD-3-Clause\", \"Zlib\", \
                \"BSD-2-Clause\", \"ISC\", \"MPL-2.0\"]\n[steps]\nrequired = [\"fmt\"]\n";
    let first = run(base);
    assert_eq!(first.code, Some(0), "{first:?}");
    for (from, to, said) in [
        ("\"MIT\", ", "", "licenses.unlisted: pass -> fail"),
        ("allow = ", "deny = [\"MIT\"]\nallow = ", "licenses.denied"),
        ("[\"fmt\"]", "[\"fmt\", \"nothing\"]", "steps.nothing"),
    ] {
        folder.write("new.toml", base.replacen(from, to, 1));
        let ran = folder.run(&["policy", "simulate", "new.toml", "runs"]);
        assert!(ran.code == Some(1) && ran.out.contains(said), "{to} {ran:?}");
    }
    // An exception is of a package, whose name a verdict does not hold.
    let excepted = "exceptions = [{ package = \"serde\", allow = [\"MIT\"], reason = \"r\" }]\nallow = ";
    folder.write("new.toml", base.replacen("allow = ", excepted, 1).replace("\"MIT\", \"A", "\"A"));
    let ran = folder.run(&["policy", "simulate", "new.toml", "runs"]);
    assert!(ran.code == Some(1) && ran.out.contains("holds no figure"), "{ran:?}");
}

#[test]
fn folders_of_reports_are_judged_by_both_policies() {
    let folder = run_of(OLD);
    folder.remove("runs/a/verdict.json");
    folder.write("runs/b/unit.xml", cobertura(&[("a.rs", &[1, 0])]));
    folder.write("runs/b/scan.sarif", sarif("t", &[]));
    folder.write("new.toml", OLD.replace("75", "85"));
    let ran = folder.run(&["policy", "simulate", "new.toml", "runs", "--against", "old.toml", "--now", NOW]);
    assert!(ran.code == Some(1) && ran.out.contains("2 runs: 1 would end otherwise, 1 as they did"), "{ran:?}");
    assert!(ran.out.contains("pass -> fail") && ran.out.contains("runs/a"), "{ran:?}");
    let ran = folder.run(&["policy", "simulate", "new.toml", "runs"]);
    assert!(ran.code == Some(2) && ran.err.contains("no earlier run was found"), "{ran:?}");
    folder.write("runs/a/x.json", "{");
    let ran = folder.run(&["policy", "simulate", "new.toml", "runs/a/x.json"]);
    assert!(ran.code == Some(2) && ran.err.contains("it is no verdict"), "{ran:?}");
}

/// These failed once: a warning that nothing was measured stayed one where it may fail now, a run that judged nothing
/// passed because its reports were read, and one of a part (--only) ended otherwise by the very same policy.
#[test]
fn what_was_not_measured_or_not_selected_is_not_judged() {
    let old = "version = 1\n[coverage]\nlines = 75\n[lints]\nwarnings = { warn-above = 0 }\n";
    let (grave, lints) = (old.replace("{ warn-above = 0 }", "0"), old.replace("[coverage]\nlines = 75\n", ""));
    let tight = old.replace("75", "99");
    for (before, only, after, code, said) in [
        (old, None, old, 0, "1 as they did"),
        (old, None, &*grave, 1, "lints.warnings: warn -> error"),
        (&lints, None, &lints, 0, "error           runs"),
        (old, Some("lints"), old, 0, "error           runs"),
        (old, Some("lints"), &tight, 0, "error           runs"),
        (old, Some("coverage"), &grave, 0, "pass            runs"),
        (old, Some("coverage"), &tight, 1, "coverage.lines: pass -> fail"),
    ] {
        let folder = run_of(before);
        let select: &[&str] = if let Some(gate) = &only { &["--only", gate] } else { &[] };
        let args =
            ["check", "--root", "runs/a", "--now", NOW, "-p", "old.toml", "-q", "-o", "json=v.json", "runs/a/unit.xml"];
        folder.run(&[&args, select].concat());
        let verdict = folder.read("v.json").replace("\"runs/a/", "\"");
        folder.write("runs/a/verdict.json", verdict);
        let (by_reports, shown) = simulate(&folder, after);
        assert!(by_reports == Some(code) && shown.contains(said), "{before}{only:?}\n{after}\n{shown}");
        folder.remove("runs/a/unit.xml");
        let (by_figures, shown) = simulate(&folder, after);
        assert!(by_figures == Some(code) && shown.contains(said), "by figures: {before}{only:?}\n{after}\n{shown}");
    }
}
