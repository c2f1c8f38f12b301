//! Every sample meets every format, and exactly one claims it; what is whole is read, what is cut
//! is refused, what is empty never passes unseen.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use common::{Folder, Run, files_below, repository, statuses, testdata};
use portcullis::facts::Kind;
use portcullis::formats::{self, Format, Head};
use portcullis::input::CHUNK;
use portcullis::verdict::{Check, EvidenceStatus, Status, Verdict};

/// What no format claims: it is empty, proves nothing by itself (`[]`), belongs to a report without
/// being one, or is named as nobody's.
fn is_claimed_by_none(path: &str, bytes: &[u8]) -> bool {
    let beside = ["benchmark.json", "sample.json", "tukey.json"].iter().any(|n| path.ends_with(n));
    let old = path.contains("/base/") || path.contains("/change/");
    let nothing = matches!(bytes.trim_ascii(), b"" | b"[]" | b"null");
    nothing || begins(path, "nobody") || path.starts_with("criterion/criterion") && (beside || old)
}

/// The folders of `testdata/` that hold samples: one for each format, named as its source file.
fn folders() -> BTreeSet<String> {
    let entries = std::fs::read_dir(repository().join("testdata")).unwrap();
    let names = entries.map(|e| e.unwrap().file_name().into_string().unwrap());
    names.filter(|name| !["neo-rs", "schemas", "tutorial"].contains(&name.as_str())).collect()
}

/// The format that a folder's samples have.
fn format_of(path: &str) -> String {
    path.split('/').next().unwrap().replace('_', "-")
}

/// Whether a file is a sample, and not what is said of the samples beside it.
fn is_sample(file: &str) -> bool {
    !["PROVENANCE", "TIGHT"].contains(&file)
}

fn samples() -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for folder in folders() {
        for file in files_below(&testdata(&folder)).into_iter().filter(|f| is_sample(f)) {
            let path = format!("{folder}/{file}");
            let bytes = std::fs::read(testdata(&path)).unwrap();
            all.push((path, bytes));
        }
    }
    all
}

/// Whether the name of a sample begins so: `typical` is a usual report, `clean` one of a tool that looked
/// and found nothing, `empty` one of a tool that looked at nothing, `truncated` is cut off.
fn begins(path: &str, prefix: &str) -> bool {
    path.rsplit('/').next().unwrap().starts_with(prefix)
}

/// The samples of which the file name begins so.
fn named(prefix: &str) -> Vec<(String, Vec<u8>)> {
    let found: Vec<_> = samples().into_iter().filter(|(path, _)| begins(path, prefix)).collect();
    assert!(found.len() >= 5, "{prefix}: {}", found.len());
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
fn every_format_has_samples_and_every_folder_is_of_a_format() {
    let typical: BTreeSet<String> = named("typical").iter().map(|(path, _)| format_of(path)).collect();
    let all: BTreeSet<String> = formats::ALL.iter().map(|f| f.name.to_owned()).collect();
    assert_eq!(typical, all);
    assert_eq!(folders().iter().map(|f| format_of(f)).collect::<BTreeSet<_>>(), all);
    assert!(formats::ALL.is_sorted_by_key(|f| f.name), "the list is in order");
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
        "<coverage generated=\"1\" clover=\"4\"/>",
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

/// Nobody writes the keys of two tools into one file: it is refused, and no silent choice is made.
#[test]
fn what_two_formats_claim_is_read_as_neither() {
    let both = r#"{"errors":[],"generated_at":"","metrics":{"_totals":{"loc":1,"SEVERITY.HIGH":0,"SEVERITY.MEDIUM":0,"SEVERITY.LOW":0,"SEVERITY.UNDEFINED":0}},
        "results":[],"matches":[],"descriptor":{"name":"grype"}}"#;
    let folder = Folder::new();
    folder.write("r/a.json", both);
    for (given, named) in [("r/a.json", true), ("r", false)] {
        let ran = folder.run(&["inspect", "-f", "json", given]);
        let value: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        let report = &value["reports"][0];
        assert_eq!(report["status"], "unreadable", "{named}");
        assert!(report["error"].as_str().unwrap().contains("like bandit and like grype"), "{report}");
    }
}

/// A byte that is no UTF-8 does not make a report into something else that lies in a folder.
#[test]
fn a_report_with_a_wrong_byte_is_unreadable_wherever_it_is_found() {
    let cobertura = std::fs::read(testdata("cobertura/gcovr.xml")).unwrap();
    for at in [cobertura.len() / 2, cobertura.len() - 2] {
        let mut bytes = cobertura.clone();
        bytes[at] = 0xE9;
        let folder = Folder::new();
        folder.write("r/a.xml", &bytes);
        for given in ["r", "r/a.xml"] {
            let ran = folder.run(&["inspect", "-f", "json", given]);
            let report = &serde_json::from_str::<serde_json::Value>(&ran.out).unwrap()["reports"][0];
            assert_eq!((report["status"].as_str(), ran.code), (Some("unreadable"), Some(3)), "{given}: {report}");
            assert!(report["error"].as_str().unwrap().contains("not UTF-8"), "{report}");
        }
    }
}

/// What every sample but the truncated ones gives, a snapshot for each format: figures, notes, and of
/// what is clean how a strict policy judges it.
#[test]
fn the_samples_are_read_as_before() {
    for folder in folders() {
        let mut lines = String::new();
        for (path, bytes) in samples().into_iter().filter(|(path, _)| path.starts_with(&format!("{folder}/"))) {
            if begins(&path, "truncated") || is_claimed_by_none(&path, &bytes) {
                continue;
            }
            let report = inspect(&path);
            if begins(&path, "typical") {
                assert_eq!(report["status"], "read", "{path}: {}", report["error"]);
                assert_eq!(report["failed_run"], false, "{path}");
            }
            let _ = writeln!(lines, "{path}: {} {} {}", report["status"], report["tool"], report["failed_run"]);
            for fact in report["facts"].as_array().unwrap() {
                let _ = writeln!(lines, "  {fact}");
            }
            let notes = report["notes"].as_array().unwrap().iter();
            for words in notes.chain([&report["error"]]).filter_map(|n| n.as_str()) {
                let _ = writeln!(lines, "  - {words}");
            }
            if begins(&path, "clean") {
                let verdict = judged(&testdata(""), &path);
                for check in passed(&verdict) {
                    let subjects = check.subjects.map_or_else(|| "unknown".into(), |n| n.to_string());
                    let _ = writeln!(lines, "  passes {}, subjects {subjects}", check.id);
                }
            }
        }
        insta::assert_snapshot!(format_of(&folder), lines);
    }
}

/// Formats without a mark at their end: what is cut between two lines looks whole.
const NO_END: &[&str] = &[];

/// The samples that are cut off, and every typical one cut in the middle, if that can be told.
fn truncated() -> Vec<(String, Vec<u8>)> {
    let cut = |(path, bytes): (String, Vec<u8>)| {
        let middle = (0..=bytes.len() / 2).rev().find(|n| std::str::from_utf8(&bytes[..*n]).is_ok()).unwrap();
        (path, bytes[..middle].to_vec())
    };
    let typical = named("typical").into_iter().filter(|(path, _)| !NO_END.contains(&format_of(path).as_str())).map(cut);
    named("truncated").into_iter().chain(typical).collect()
}

#[test]
fn truncated_samples_never_pass_a_gate_and_say_why() {
    for (path, bytes) in truncated() {
        let folder = Folder::new();
        // Criterion's name of a benchmark stands in the path.
        folder.write(&path, &bytes);
        let verdict = judged(folder.path(), &path);
        assert_eq!(verdict.exit_code, 3, "{path}\n{}", statuses(&verdict));
        let evidence = &verdict.evidence[0];
        assert!(evidence.status == EvidenceStatus::Unreadable || evidence.failed_run, "{path}");
        assert!(evidence.error.as_deref().is_some_and(|e| !e.is_empty()), "{path} says why");
    }
}

/// A strict policy for a kind of facts.
fn strict(kind: Kind) -> &'static str {
    match kind {
        Kind::Coverage => "[coverage]\nlines = 0\n",
        Kind::Tests => "[tests]\nfailed = 0\nskipped = 0\nflaky = 0\ntotal = { fail-below = 0 }\n",
        Kind::Findings => "[security]\ncritical = 0\nhigh = 0\nmedium = 0\nlow = 0\ninfo = 0\nunknown = 0\n",
        Kind::Dependencies => {
            "[dependencies]\nvulnerable = \"fail\"\nunmaintained = \"fail\"\nunsound = \"fail\"\nyanked = \"fail\"\n\
             notice = \"fail\"\noutdated = \"fail\"\nbanned = \"fail\"\nduplicate = \"fail\"\nsource = \"fail\"\n"
        }
        Kind::Licenses => "[licenses]\nallow = [\"MIT\"]\n",
        Kind::Lints => "[lints]\nerrors = 0\nwarnings = 0\n",
        Kind::Timings => "[timings]\nlimits = { x = \"1h\" }\n",
        Kind::Steps => "[steps]\nrequired = [\"x\"]\n",
        // No gate of their own: a policy that asks for them cannot be judged without findings.
        Kind::Exploited => "[security.scope.x]\nevidence = [\"it\"]\nknown-exploited = 0\n",
        Kind::Epss => "[security.scope.y]\nevidence = [\"it\"]\nepss = 0.5\n",
        Kind::Vex => "[security.scope.z]\nevidence = [\"it\"]\ncritical = 0\n",
        // Looked up in each other they give findings and dependencies, each alone nothing.
        Kind::Lockfile | Kind::Advisories => "",
    }
}

/// The verdict over one report of a known format, under a strict policy for all that its format gives.
fn judged(root: &Path, path: &str) -> Verdict {
    let format = Format::named(&format_of(path)).unwrap();
    let gates: String = format.gives.iter().map(|k| strict(*k)).collect();
    let policy = format!("version = 1\n[evidence.it]\npath = {path:?}\nformat = {:?}\n{gates}", format.name);
    Run::of(root, &policy).verdict()
}

/// The checks of gates that pass.
fn passed(verdict: &Verdict) -> Vec<&Check> {
    verdict.checks.iter().filter(|c| c.status == Status::Pass && c.gate != "evidence".into()).collect()
}

#[test]
fn empty_samples_never_pass() {
    for (path, _) in named("empty") {
        let verdict = judged(&testdata(""), &path);
        assert_eq!(verdict.exit_code, 3, "{path}\n{}", statuses(&verdict));
        let judged = verdict.checks.iter().filter(|c| c.gate != "evidence".into());
        assert!(judged.into_iter().all(|c| c.status == Status::Error), "{path}\n{}", statuses(&verdict));
    }
}

/// A tool that looked and found nothing passes what its report speaks of, and says how much it looked at,
/// or in a note that its format cannot tell.
#[test]
fn clean_samples_pass_what_they_speak_of() {
    for (path, _) in named("clean") {
        let verdict = judged(&testdata(""), &path);
        assert_ne!(verdict.exit_code, 1, "{path}\n{}", statuses(&verdict));
        let passed = passed(&verdict);
        assert!(!passed.is_empty(), "{path}\n{}", statuses(&verdict));
        let silent = passed.iter().all(|c| c.subjects.is_none());
        assert!(!silent || !verdict.evidence[0].notes.is_empty(), "{path} does not say how much it looked at");
        assert!(passed.iter().all(|c| c.actual.is_none_or(|n| n == 0.0) || c.measure == "total".into()), "{path}");
    }
}

/// A given format that is wrong is an error, whatever the right one is.
#[test]
fn a_stated_format_that_is_wrong_is_an_error() {
    for (path, bytes) in named("typical") {
        for format in formats::ALL.iter().filter(|f| f.name != format_of(&path)) {
            let gates: String = format.gives.iter().map(|k| strict(*k)).collect();
            let policy = format!("version = 1\n[evidence.it]\npath = {path:?}\nformat = {:?}\n{gates}\n", format.name);
            let verdict = Run::of(&testdata(""), &policy).verdict();
            assert_eq!(verdict.evidence[0].status, EvidenceStatus::Unreadable, "{path} as {}", format.name);
            assert_eq!(verdict.exit_code, 3, "{path} as {}: {} bytes", format.name, bytes.len());
        }
    }
}

/// One report of every format in one folder, read in one process: each is known, and none disturbs another.
#[test]
fn a_folder_with_one_report_of_every_format_is_read_whole() {
    let folder = Folder::new();
    for (path, bytes) in named("typical") {
        // A database of advisories is a folder, and lies at its own place in this one.
        folder.write(&path, &bytes);
    }
    let ran = folder.run(&["inspect", "-f", "json", "."]);
    let value: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let reports = value["reports"].as_array().unwrap();
    let known: BTreeSet<&str> = reports.iter().filter_map(|r| r["format"].as_str()).collect();
    assert_eq!(known, formats::ALL.iter().map(|f| f.name).collect());
    let unread: Vec<&serde_json::Value> = reports.iter().filter(|r| r["status"] != "read").collect();
    assert!(ran.code == Some(0) && unread.is_empty(), "{unread:#?}");
}

/// PROVENANCE has a line for each file, and every file that it names is there.
#[test]
fn every_sample_has_a_provenance() {
    for folder in folders() {
        let provenance = std::fs::read_to_string(testdata(&folder).join("PROVENANCE")).unwrap();
        // The table's first column; what stands before it is prose.
        let rows = provenance.lines().filter_map(|line| line.split_once('|')).map(|(name, _)| name.trim());
        let named: BTreeSet<&str> = rows.filter(|name| !name.is_empty() && *name != "file").collect();
        let files: BTreeSet<String> = files_below(&testdata(&folder))
            .into_iter()
            .filter(|f| is_sample(f))
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
