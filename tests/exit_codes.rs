//! Exit codes are an interface: every case, in every output format, to stdout and to files.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;

use common::{Folder, NOW, Ran};
use portcullis::outputs;
use portcullis::verdict::Verdict;

/// One way to end, and how to come there.
struct Case {
    name: &'static str,
    code: i32,
    data: &'static str,
    prepare: fn(&Folder),
    args: &'static [&'static str],
}

const POLICY: &[&str] = &["-p", "builtin:neo-rs"];
/// One report and one threshold.
const SMALL: &str = "version = 1\n[evidence.unit]\npath = \"coverage/unit.xml\"\n[coverage]\nlines = 85\n";

const CASES: &[Case] = &[
    Case { name: "passing", code: 0, data: "neo-rs/passing", prepare: |_| {}, args: POLICY },
    Case { name: "failing", code: 1, data: "neo-rs/failing", prepare: |_| {}, args: POLICY },
    Case {
        name: "unknown key",
        code: 2,
        data: "neo-rs/passing",
        prepare: |f| {
            f.write("portcullis.toml", SMALL.replace("lines", "lnies"));
        },
        args: &[],
    },
    Case { name: "no policy", code: 2, data: "neo-rs/passing", prepare: git, args: &[] },
    Case { name: "policy missing", code: 2, data: "neo-rs/passing", prepare: |_| {}, args: &["-p", "nowhere.toml"] },
    Case { name: "no such builtin", code: 2, data: "neo-rs/passing", prepare: |_| {}, args: &["-p", "builtin:x"] },
    Case {
        name: "no such profile",
        code: 2,
        data: "neo-rs/passing",
        prepare: |_| {},
        args: &["-p", "builtin:neo-rs", "--profile", "daily"],
    },
    Case {
        name: "no such root",
        code: 2,
        data: "neo-rs/passing",
        prepare: |_| {},
        args: &["-p", "builtin:neo-rs", "--root", "nowhere"],
    },
    Case {
        name: "no such gate",
        code: 2,
        data: "neo-rs/passing",
        prepare: |_| {},
        args: &["-p", "builtin:neo-rs", "--only", "beauty"],
    },
    Case {
        name: "report missing, and the trend falls",
        code: 1,
        data: "neo-rs/passing",
        prepare: missing,
        args: POLICY,
    },
    Case { name: "report missing", code: 3, data: "neo-rs/passing", prepare: missing, args: &["-p", "small.toml"] },
    Case {
        name: "report emptied, and the trend falls",
        code: 1,
        data: "neo-rs/passing",
        prepare: emptied,
        args: POLICY,
    },
    Case { name: "report emptied", code: 3, data: "neo-rs/passing", prepare: emptied, args: &["-p", "small.toml"] },
    Case { name: "report halved, and the trend falls", code: 1, data: "neo-rs/passing", prepare: halved, args: POLICY },
    Case { name: "report halved", code: 3, data: "neo-rs/passing", prepare: halved, args: &["-p", "small.toml"] },
    Case {
        name: "given file that is no report",
        code: 3,
        data: "neo-rs/passing",
        prepare: |f| {
            f.write("minimal.toml", SMALL).write("notes.txt", "hello");
        },
        args: &["-p", "minimal.toml", "coverage/unit.xml", "notes.txt"],
    },
    Case {
        name: "baseline missing",
        code: 3,
        data: "neo-rs/passing",
        prepare: |f| {
            f.remove("baseline.json");
        },
        args: POLICY,
    },
    Case {
        name: "no baseline yet",
        code: 0,
        data: "neo-rs/passing",
        prepare: |f| {
            f.remove("baseline.json");
        },
        args: &["-p", "builtin:neo-rs", "--baseline", "none"],
    },
    Case {
        name: "only skipped checks",
        code: 3,
        data: "neo-rs/passing",
        prepare: |f| {
            let optional = "optional = true\n[coverage]\nlines = 85\n";
            f.write("p.toml", SMALL.replace("[coverage]\nlines = 85\n", optional)).remove("coverage/unit.xml");
        },
        args: &["-p", "p.toml"],
    },
    Case {
        name: "everything off",
        code: 3,
        data: "neo-rs/passing",
        prepare: |f| {
            f.write("p.toml", SMALL.replace("lines = 85", "lines = \"off\""));
        },
        args: &["-p", "p.toml"],
    },
    Case {
        name: "only a gate that passes, of a set that fails",
        code: 0,
        data: "neo-rs/passing",
        prepare: |f| {
            f.write("coverage/unit.xml", std::fs::read(common::testdata("neo-rs/failing/coverage/unit.xml")).unwrap());
        },
        args: &["-p", "builtin:neo-rs", "--only", "lints,steps"],
    },
    Case {
        name: "only a gate that fails",
        code: 1,
        data: "neo-rs/failing",
        prepare: |_| {},
        args: &["-p", "builtin:neo-rs", "--only", "lints"],
    },
    Case {
        name: "only, and other evidence missing",
        code: 0,
        data: "neo-rs/passing",
        prepare: |f| {
            f.remove("coverage/unit.xml");
        },
        args: &["-p", "builtin:neo-rs", "--only", "lints"],
    },
    Case {
        name: "announced",
        code: 0,
        data: "neo-rs/failing",
        prepare: |f| {
            f.write("p.toml", format!("enforce-from = 2027-01-01\n{}", common::builtin("neo-rs")));
        },
        args: &["-p", "p.toml"],
    },
    Case {
        name: "announced until today",
        code: 1,
        data: "neo-rs/failing",
        prepare: |f| {
            f.write("p.toml", format!("enforce-from = 2026-11-23\n{}", common::builtin("neo-rs")));
        },
        args: &["-p", "p.toml"],
    },
    Case {
        name: "announced too far ahead",
        code: 2,
        data: "neo-rs/failing",
        prepare: |f| {
            f.write("p.toml", format!("enforce-from = 2028-01-01\n{}", common::builtin("neo-rs")));
        },
        args: &["-p", "p.toml"],
    },
];

/// Takes a report away; without it the share of lines is below the baseline's.
fn missing(folder: &Folder) {
    folder.write("small.toml", SMALL).remove("coverage/unit.xml");
}

fn emptied(folder: &Folder) {
    folder.write("small.toml", SMALL).write("coverage/unit.xml", "");
}

fn halved(folder: &Folder) {
    let text = folder.read("coverage/unit.xml");
    folder.write("small.toml", SMALL).write("coverage/unit.xml", &text[..text.len() / 2]);
}

/// Ends the search for a policy here.
fn git(folder: &Folder) {
    folder.write(".git/HEAD", "ref: refs/heads/main\n");
}

fn check(folder: &Folder, args: &[&str], more: &[&str]) -> Ran {
    folder.run(&[&["check", "--now", NOW], args, more].concat())
}

#[test]
fn the_exit_code_is_the_same_in_every_format_and_with_every_file() {
    for case in CASES {
        let folder = Folder::of(case.data);
        (case.prepare)(&folder);
        let files: Vec<String> = outputs::ALL.iter().map(|o| format!("{0}=out/verdict.{0}", o.name)).collect();
        let all_files: Vec<&str> = files.iter().flat_map(|f| ["-o", f.as_str()]).collect();
        let quiet = check(&folder, case.args, &all_files);
        assert_eq!(quiet.code, Some(case.code), "{}: with all files\n{}{}", case.name, quiet.out, quiet.err);
        for output in outputs::ALL {
            let ran = check(&folder, case.args, &["-f", output.name]);
            assert_eq!(ran.code, Some(case.code), "{}: -f {}\n{}{}", case.name, output.name, ran.out, ran.err);
            let file = folder.path().join(format!("out/verdict.{}", output.name));
            if case.code == 2 {
                assert!(ran.out.is_empty() && !ran.err.is_empty(), "{}: -f {}", case.name, output.name);
                assert!(!file.exists(), "{}: nothing was judged, and {} was written", case.name, output.name);
            } else {
                assert!(!ran.out.is_empty(), "{}: -f {}", case.name, output.name);
                assert!(file.metadata().unwrap().len() > 0, "{}: -o {}", case.name, output.name);
            }
        }
        if case.code != 2 {
            let verdict: Verdict = serde_json::from_str(&folder.read("out/verdict.json")).unwrap();
            assert_eq!(i32::from(verdict.exit_code), case.code, "{}: the JSON says otherwise", case.name);
            let shown = check(&folder, case.args, &["-f", "json"]).out;
            assert_eq!(shown, folder.read("out/verdict.json"), "{}: file and stdout differ", case.name);
        }
    }
}

#[test]
fn bad_usage_is_2_and_judges_nothing() {
    let folder = Folder::of("neo-rs/passing");
    for args in [
        &["check", "-p", "builtin:neo-rs", "-f", "yaml"][..],
        &["check", "-p", "builtin:neo-rs", "-o", "json"],
        &["check", "-p", "builtin:neo-rs", "-o", "yaml=x"],
        &["check", "-p", "builtin:neo-rs", "--now", "yesterday"],
        &["check", "-p", "builtin:neo-rs", "--now", "2026-02-30T00:00:00Z"],
        &["check", "-p", "builtin:neo-rs", "--max-file-size", "-1"],
        &["check", "-p", "builtin:neo-rs", "--max-file-size", "0"],
        &["check", "-p", "builtin:neo-rs", "--only", ""],
        &["check", "-p", "builtin:neo-rs", "unit="],
        &["check", "-p", "builtin:neo-rs", ""],
        &["check", "-p", "builtin:neo-rs", "--no-such-flag"],
        &["explain", "beauty"],
        &["baseline", "show", "nowhere.json"],
        &["baseline", "save", "steps.jsonl"],
        &["inspect"],
        &["judge"],
        &[],
    ] {
        let ran = folder.run(args);
        assert_eq!(ran.code, Some(2), "{args:?}\n{}{}", ran.out, ran.err);
        assert!(ran.out.is_empty() && !ran.err.is_empty(), "{args:?}: {}", ran.out);
    }
    let ran = folder.run_with(&["check", "-p", "builtin:neo-rs"], &[("SOURCE_DATE_EPOCH", "yesterday")]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
}

#[test]
fn what_cannot_be_written_is_2_after_everything_else_was_written() {
    for data in ["neo-rs/passing", "neo-rs/failing"] {
        let folder = Folder::of(data);
        folder.write("file", "not a folder").write("folder/inside", "");
        for bad in ["json=file/verdict.json", "markdown=folder"] {
            let args = ["-o", "json=before.json", "-o", bad, "-o", "markdown=after.md", "-f", "text"];
            let ran = check(&folder, POLICY, &args);
            assert_eq!(ran.code, Some(2), "{data} {bad}\n{}", ran.err);
            assert!(ran.err.contains("cannot be written"), "{}", ran.err);
            let verdict: Verdict = serde_json::from_str(&folder.read("before.json")).unwrap();
            assert_eq!(verdict.exit_code, u8::from(data.ends_with("failing")));
            assert!(folder.read("after.md").contains("neo-rs"));
            assert!(ran.out.contains("portcullis: gate"), "{}", ran.out);
            folder.remove("before.json").remove("after.md");
        }
    }
}

/// Only what is handed over as stdout is written to: no path of `/dev` is ever an argument here.
#[test]
#[cfg(target_os = "linux")]
fn a_full_device_is_2_in_every_format() {
    use std::process::{Command, Stdio};
    let folder = Folder::of("neo-rs/passing");
    let cases: Vec<Vec<&str>> = outputs::ALL
        .iter()
        .map(|o| vec!["check", "-p", "builtin:neo-rs", "--now", NOW, "-f", o.name, "-o", "json=v.json"])
        .chain([vec!["inspect", "steps.jsonl"], vec!["explain"], vec!["policy", "schema"], vec!["init", "-o", "-"]])
        .collect();
    for args in cases {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let run = Command::new(env!("CARGO_BIN_EXE_portcullis"))
            .args(&args)
            .current_dir(folder.path())
            .env_clear()
            .stdout(Stdio::from(full))
            .output()
            .unwrap();
        assert_eq!(run.status.code(), Some(2), "{args:?}: {}", String::from_utf8_lossy(&run.stderr));
        assert!(!run.stderr.is_empty(), "{args:?}");
        if args.first() == Some(&"check") {
            folder.remove("v.json");
        }
    }
}

#[test]
fn an_announced_verdict_says_what_it_would_be() {
    let folder = Folder::of("neo-rs/failing");
    folder.write("p.toml", format!("enforce-from = 2027-01-01\n{}", common::builtin("neo-rs")));
    let ran = check(&folder, &["-p", "p.toml"], &["-f", "json"]);
    let verdict: Verdict = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, verdict.enforced, verdict.would_exit), (Some(0), false, Some(1)));
    assert!(verdict.counts.fail > 0, "it is made and shown in full");
    let enforced = check(&folder, POLICY, &["-f", "json"]);
    let enforced: Verdict = serde_json::from_str(&enforced.out).unwrap();
    assert_eq!((enforced.enforced, enforced.would_exit), (true, None));
    assert_eq!(verdict.counts, enforced.counts);
    let text = check(&folder, &["-p", "p.toml"], &[]);
    let first = text.out.lines().next().unwrap_or_default();
    assert!(first.contains("2027-01-01") || first.contains("not enforced"), "the first line says so: {first}");
}

#[test]
fn a_part_says_so_and_is_no_baseline() {
    let folder = Folder::of("neo-rs/passing");
    let ran = check(&folder, POLICY, &["-f", "json", "--only", "lints,steps"]);
    let verdict: Verdict = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(verdict.selection.as_deref().map(|s| s.join(",")).as_deref(), Some("lints,steps"));
    for check in &verdict.checks {
        let skipped = check.status.name() == "skipped";
        let own = ["evidence.clippy", "evidence.steps"].contains(&check.id.as_str());
        let judged = ["lints", "steps"].contains(&check.gate.as_str()) || own;
        assert_eq!(skipped, !judged, "{}", check.id);
    }
    folder.write("part.json", &ran.out);
    assert_eq!(folder.run(&["baseline", "save", "part.json", "-o", "new.json"]).code, Some(2));
    let against = check(&folder, POLICY, &["--baseline", "part.json"]);
    assert_eq!(against.code, Some(3), "{}", against.out);
}

#[test]
fn inspect_is_0_where_all_was_read_and_3_where_not() {
    let folder = Folder::of("neo-rs/passing");
    for format in ["text", "json"] {
        let inspect = |paths: &[&str]| folder.run(&[&["inspect", "-f", format], paths].concat());
        assert_eq!(inspect(&["coverage/unit.xml", "steps.jsonl"]).code, Some(0));
        assert_eq!(inspect(&["."]).code, Some(0), "what is no report in a folder is ignored");
        for bad in ["baseline.json", "nowhere.xml"] {
            let ran = inspect(&["steps.jsonl", bad]);
            assert_eq!(ran.code, Some(3), "{bad}");
            assert!(ran.out.contains("clippy"), "the rest is still printed: {}", ran.out);
        }
    }
}
