//! Every sample meets every format, and exactly one claims it; what is whole is read, what is cut
//! is refused, what is empty never passes unseen.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;

use std::collections::BTreeSet;

use common::{Folder, Run, files_below, repository, statuses, testdata};
use portcullis::formats::{self, Format, Head};
use portcullis::input::CHUNK;
use portcullis::verdict::{EvidenceStatus, Status, Verdict};

/// The folders of `testdata/` that hold samples.
const FOLDERS: [&str; 12] = [
    "cargo_audit",
    "cargo_deny",
    "cargo_license",
    "cargo_messages",
    "cargo_metadata",
    "cargo_outdated",
    "cobertura",
    "criterion",
    "hyperfine",
    "junit",
    "sarif",
    "steps",
];

/// What no format claims: it is empty, or belongs to a report without being one.
fn is_claimed_by_none(path: &str, bytes: &[u8]) -> bool {
    let beside = ["benchmark.json", "sample.json", "tukey.json"].iter().any(|n| path.ends_with(n));
    let old = path.contains("/base/") || path.contains("/change/");
    bytes.trim_ascii().is_empty() || path.starts_with("criterion/criterion") && (beside || old)
}

/// The format that a folder's samples have.
fn format_of(path: &str) -> String {
    match path {
        "steps/needs.json" => "github-needs".into(),
        "steps/jobs-api.json" => "github-jobs".into(),
        _ => path.split('/').next().unwrap().replace('_', "-"),
    }
}

fn samples() -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for folder in FOLDERS {
        for file in files_below(&testdata(folder)).into_iter().filter(|f| f != "PROVENANCE") {
            let path = format!("{folder}/{file}");
            let bytes = std::fs::read(testdata(&path)).unwrap();
            all.push((path, bytes));
        }
    }
    all
}

/// The samples of which the file name begins so.
fn named(prefix: &str) -> Vec<(String, Vec<u8>)> {
    let begins = |path: &str| path.rsplit('/').next().unwrap().starts_with(prefix);
    let found: Vec<_> = samples().into_iter().filter(|(path, _)| begins(path)).collect();
    assert!(found.len() >= 8, "{prefix}: {}", found.len());
    found
}

fn inspect(path: &str) -> serde_json::Value {
    let ran = Folder::new().run(&["inspect", "-f", "json", testdata(path).to_str().unwrap()]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let report = report["reports"][0].clone();
    let sound = report["status"] == "read";
    assert_eq!(ran.code, Some(if sound { 0 } else { 3 }), "{path}");
    report
}

#[test]
fn every_folder_of_samples_is_known() {
    let folders: BTreeSet<String> = std::fs::read_dir(repository().join("testdata"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "neo-rs")
        .collect();
    assert_eq!(folders, FOLDERS.into_iter().map(str::to_owned).collect());
}

#[test]
fn every_sample_meets_every_format_and_one_claims_it() {
    for (path, bytes) in samples() {
        for size in [CHUNK.min(bytes.len()), bytes.len()] {
            let head = Head::of(&bytes[..size], &path);
            let claims: Vec<&str> = Format::claiming(&head).map(|f| f.name).collect();
            if is_claimed_by_none(&path, &bytes) {
                assert!(claims.is_empty(), "{path}: {claims:?}");
            } else {
                assert_eq!(claims, [format_of(&path).as_str()], "{path}");
            }
        }
    }
}

#[test]
fn every_file_of_the_neo_rs_sets_is_claimed_by_the_format_of_its_policy() {
    let policy = Run::of(repository(), common::builtin("neo-rs")).load().unwrap();
    for (name, spec) in &policy.evidence {
        for set in ["passing", "failing"] {
            let path = testdata("neo-rs").join(set).join(spec.path.as_deref().unwrap());
            let Ok(bytes) = std::fs::read(&path) else {
                assert!(set == "failing" && spec.optional, "{name} is not in {set}");
                continue;
            };
            let head = Head::of(&bytes, spec.path.as_deref().unwrap());
            let claims: Vec<&str> = Format::claiming(&head).map(|f| f.name).collect();
            assert_eq!(Some(claims.as_slice()), spec.format.as_deref().map(|f| [f]).as_ref().map(|f| &f[..]), "{name}");
        }
    }
}

#[test]
fn every_format_has_a_whole_sample() {
    let mut read: BTreeSet<String> = samples().iter().map(|(path, _)| format_of(path)).collect();
    // The record of steps is our own: `neo-rs` holds two.
    read.insert("steps".into());
    let all: BTreeSet<String> = formats::ALL.iter().map(|f| f.name.to_owned()).collect();
    assert_eq!(read, all);
}

/// Nothing that is no report is claimed by anybody.
#[test]
fn what_is_no_report_is_claimed_by_nobody() {
    for text in [
        "",
        " ",
        "\n\t\r\n",
        "\u{feff}",
        "null",
        "[]",
        "[[]]",
        "{}",
        "0",
        "\"text\"",
        "true",
        "<?xml version=\"1.0\"?>",
        "<!-- nothing -->",
        "<html><body>404</body></html>",
        "<coverage generated=\"1\" clover=\"4\"><project/></coverage>",
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
        "PK\u{3}\u{4}",
        "{\"schema\":\"portcullis/verdict/v1\"}",
        "{\"Runs\":[]}",
        "{\"results\":[]}",
        "{\"vulnerabilities\":[]}",
        "error: could not compile",
    ] {
        let claims: Vec<&str> = Format::claiming(&Head::of(text.as_bytes(), "report")).map(|f| f.name).collect();
        assert!(claims.is_empty(), "{text:?}: {claims:?}");
    }
    let head = Head::of(b"\xFF\xFE<\0c\0", "report");
    assert_eq!(Format::claiming(&head).count(), 0, "UTF-16");
}

/// Figures of every typical sample, as `inspect` shows them.
#[test]
fn typical_samples_are_read_and_their_figures_are_pinned() {
    for (path, _) in named("typical") {
        let report = inspect(&path);
        assert_eq!(report["status"], "read", "{path}: {}", report["error"]);
        assert_eq!(report["format"], format_of(&path), "{path}");
        assert_eq!(report["failed_run"], false, "{path}");
        let facts = serde_json::to_string_pretty(&report["facts"]).unwrap();
        let notes = serde_json::to_string_pretty(&report["notes"]).unwrap();
        insta::assert_snapshot!(format_of(&path), format!("tool: {}\nfacts: {facts}\nnotes: {notes}", report["tool"]));
    }
    for path in ["steps/needs.json", "steps/jobs-api.json", "neo-rs/failing/steps.jsonl"] {
        let report = inspect(path);
        assert_eq!(report["status"], "read", "{path}: {}", report["error"]);
        let facts = serde_json::to_string_pretty(&report["facts"]).unwrap();
        insta::assert_snapshot!(report["format"].as_str().unwrap(), facts);
    }
}

/// Every other whole sample, one line each.
#[test]
fn the_other_samples_are_read_as_before() {
    let mut lines = String::new();
    for (path, bytes) in samples() {
        let begins = |prefix: &str| path.rsplit('/').next().unwrap().starts_with(prefix);
        if begins("typical") || begins("truncated") || is_claimed_by_none(&path, &bytes) {
            continue;
        }
        let report = inspect(&path);
        lines.push_str(&format!("{path}: {} {} {}\n", report["status"], report["tool"], report["failed_run"]));
        for fact in report["facts"].as_array().unwrap() {
            lines.push_str(&format!("  {fact}\n"));
        }
        for words in report["notes"].as_array().unwrap().iter().chain([&report["error"]]).filter_map(|n| n.as_str()) {
            lines.push_str(&format!("  - {words}\n"));
        }
    }
    insta::assert_snapshot!("others", lines);
}

#[test]
fn truncated_samples_are_refused_or_a_failed_run() {
    for (path, _) in named("truncated") {
        let report = inspect(&path);
        let refused = report["status"] == "unreadable" || report["failed_run"] == true;
        assert!(refused, "{path}: {report}");
        assert!(report["error"].as_str().is_some_and(|e| !e.is_empty()), "{path} says why");
    }
}

/// A strict policy for each kind of evidence.
fn strict(folder: &str) -> &'static str {
    match folder {
        "cargo_audit" | "cargo_deny" => {
            "[security]\ncritical = 0\nhigh = 0\nmedium = 0\nlow = 0\nunknown = 0\n[dependencies]\nvulnerable = \"fail\"\nyanked = \"fail\""
        }
        "sarif" => "[security]\ncritical = 0\nhigh = 0\nmedium = 0\nlow = 0\ninfo = 0\nunknown = 0",
        "cargo_license" | "cargo_metadata" => "[licenses]\nallow = [\"MIT\"]",
        "cargo_messages" => "[lints]\nerrors = 0\nwarnings = 0",
        "cargo_outdated" => "[dependencies]\noutdated = \"fail\"",
        "cobertura" => "[coverage]\nlines = 0",
        "criterion" | "hyperfine" => "[timings]\nlimits = { x = \"1h\" }",
        "junit" => "[tests]\nfailed = 0\nskipped = 0\nflaky = 0\ntotal = { fail-below = 0 }",
        "steps" => "[steps]\nrequired = [\"x\"]",
        other => panic!("no policy for {other}"),
    }
}

/// Real reports of tools that looked and found nothing. The last column is what the report says of
/// how much was looked at: `None` where its format cannot tell.
const CLEAN: &[(&str, &str, Option<u64>)] = &[
    ("cargo_audit/empty.json", "security.high", Some(11)),
    ("cargo_deny/empty.ndjson", "security.high", Some(1)),
    ("cargo_messages/empty.ndjson", "lints.warnings", Some(1)),
    ("cargo_metadata/empty.json", "licenses.unlisted", Some(1)),
    ("cargo_outdated/empty.ndjson", "dependencies.outdated", None),
    ("cargo_outdated/inherited-false-empty.ndjson", "dependencies.outdated", None),
    ("sarif/empty.sarif", "security.high", Some(1)),
    ("sarif/empty-bandit.sarif", "security.high", Some(1)),
    ("sarif/empty-clippy.sarif", "security.high", Some(1)),
];

fn judged(path: &str) -> Verdict {
    let policy = format!("version = 1\n[evidence.it]\npath = {path:?}\n{}\n", strict(path.split('/').next().unwrap()));
    Run::of(&testdata(""), &policy).verdict()
}

#[test]
fn empty_samples_never_pass_unless_the_scan_was_clean() {
    for (path, _) in named("empty") {
        let verdict = judged(&path);
        match CLEAN.iter().find(|(p, ..)| *p == path) {
            None => {
                assert_eq!(verdict.exit_code, 3, "{path}\n{}", statuses(&verdict));
                let judged = verdict.checks.iter().filter(|c| c.gate != "evidence".into());
                assert!(judged.into_iter().all(|c| c.status == Status::Error), "{path}\n{}", statuses(&verdict));
            }
            Some((_, id, subjects)) => {
                let check = common::check(&verdict, id);
                assert_eq!((check.status, check.actual), (Status::Pass, Some(0.0)), "{path}\n{}", statuses(&verdict));
                assert_eq!(check.subjects, *subjects, "{path}");
            }
        }
    }
    // Where the format cannot say how much was looked at, a note of the report says that.
    for (path, ..) in CLEAN.iter().filter(|(.., subjects)| subjects.is_none()) {
        assert!(!inspect(path)["notes"].as_array().unwrap().is_empty(), "{path}");
    }
}

#[test]
fn truncated_samples_never_pass_a_gate() {
    for (path, _) in named("truncated") {
        let verdict = judged(&path);
        assert_eq!(verdict.exit_code, 3, "{path}\n{}", statuses(&verdict));
        assert_eq!(verdict.evidence[0].status, EvidenceStatus::Unreadable, "{path}");
    }
}

/// A given format that is wrong is an error, whatever the right one is.
#[test]
fn a_stated_format_that_is_wrong_is_an_error() {
    for (path, bytes) in named("typical") {
        for format in formats::ALL.iter().filter(|f| f.name != format_of(&path)) {
            let policy = format!(
                "version = 1\n[evidence.it]\npath = {path:?}\nformat = {:?}\n{}\n",
                format.name,
                strict(path.split('/').next().unwrap())
            );
            let verdict = Run::of(&testdata(""), &policy).verdict();
            assert_eq!(verdict.evidence[0].status, EvidenceStatus::Unreadable, "{path} as {}", format.name);
            assert_eq!(verdict.exit_code, 3, "{path} as {}: {} bytes", format.name, bytes.len());
        }
    }
}

/// PROVENANCE has a line for each file, and every file that it names is there.
#[test]
fn every_sample_has_a_provenance() {
    for folder in FOLDERS {
        let provenance = std::fs::read_to_string(testdata(folder).join("PROVENANCE")).unwrap();
        // The table's first column; what stands before it is prose.
        let rows = provenance.lines().filter_map(|line| line.split_once('|')).map(|(name, _)| name.trim());
        let named: BTreeSet<&str> = rows.filter(|name| !name.is_empty() && *name != "file").collect();
        let files: BTreeSet<String> = files_below(&testdata(folder))
            .into_iter()
            .filter(|f| f != "PROVENANCE")
            .map(|f| f.split_once('/').map(|(folder, _)| format!("{folder}/")).unwrap_or(f))
            .collect();
        assert_eq!(named, files.iter().map(String::as_str).collect(), "{folder}");
    }
    let provenance = std::fs::read_to_string(testdata("neo-rs/PROVENANCE.md")).unwrap();
    for set in ["passing", "failing"] {
        for file in files_below(&testdata("neo-rs").join(set)) {
            assert!(provenance.contains(&format!("`{file}`")), "neo-rs/{set}/{file}");
        }
    }
}
