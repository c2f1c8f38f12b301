//! Rows of threats.md that no other test shows: other commits and ages (F11), globs (F20), shards (F21), and what the
//! sources may not do (R02, R04, R06, O10, O11, S01).
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;
#[path = "common/tiny.rs"]
mod tiny;

use common::{Folder, Run, check, files_below, repository, statuses};
use portcullis::verdict::{EvidenceStatus, Status};
use serde_json::{Value, json};

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

fn sarif(edit: impl Fn(&mut Value)) -> String {
    let mut value: Value = serde_json::from_str(&tiny::sarif("T", &[])).unwrap();
    edit(&mut value["runs"][0]);
    value.to_string()
}

#[test]
fn a_report_of_another_commit_is_an_error() {
    for (revision, code) in [
        (COMMIT, 0),
        ("0123456", 0),
        ("0123456789ABCDEF0123456789ABCDEF01234567", 0),
        ("main", 0),
        ("012345", 0),
        ("1123456789abcdef0123456789abcdef01234567", 3),
        ("1123456", 3),
        ("0123456789abcdef0123456789abcdef012345670", 3),
    ] {
        let folder = Folder::new();
        folder.write(
            "s.sarif",
            sarif(|run| {
                run["versionControlProvenance"] = json!([{ "repositoryUri": "https://x/y", "revisionId": revision }])
            }),
        );
        let policy = "version = 1\n[evidence.s]\npath = \"s.sarif\"\n[security]\nhigh = 0\nunknown = 0\n";
        let verdict = Run { commit: Some(COMMIT), ..Run::of(folder.path(), policy) }.verdict();
        assert_eq!(verdict.exit_code, code, "{revision}\n{}", statuses(&verdict));
        let said = verdict.evidence[0].error.as_deref().unwrap_or_default();
        assert_eq!(said.contains("under test"), code == 3, "{revision}: {said}");
    }
}

#[test]
fn what_is_old_or_of_the_future_or_no_time_is_not_fresh() {
    for (time, fresh) in [
        ("2026-11-23T11:00:00Z", true),
        ("2026-11-23T11:00:00.000Z", true),
        ("2026-11-23T12:30:00Z", true),
        ("2019-01-01T00:00:00Z", false),
        ("2026-11-22T11:59:59Z", false),
        ("2099-01-01T00:00:00Z", false),
        ("+262143-01-01T00:00:00Z", false),
        ("-009999-01-01T00:00:00Z", false),
    ] {
        let folder = Folder::new();
        folder.write(
            "s.sarif",
            sarif(|run| run["invocations"] = json!([{ "executionSuccessful": true, "endTimeUtc": time }])),
        );
        // As old as the file: who states no time that can be read is as old as that.
        let old = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_600_000_000);
        std::fs::File::options().write(true).open(folder.path().join("s.sarif")).unwrap().set_modified(old).unwrap();
        let policy =
            "version = 1\n[evidence.s]\npath = \"s.sarif\"\nmax-age = \"24h\"\n[security]\nhigh = 0\nunknown = 0\n";
        let verdict = Run::of(folder.path(), policy).verdict();
        assert_eq!(verdict.exit_code == 0, fresh, "{time}\n{}", statuses(&verdict));
        assert!(fresh || verdict.evidence[0].status != EvidenceStatus::Read, "{time}");
    }
}

/// Never an average of files: lines are joined, and what is missing is missed.
#[test]
fn shards_are_joined_line_by_line() {
    let hits = |n: usize, hit: usize| (0..n).map(|k| u32::from(k < hit)).collect::<Vec<_>>();
    let shards = [("a.rs", hits(1, 1)), ("b.rs", hits(200, 200)), ("c.rs", hits(400, 200))];
    let policy = |lines: &str| {
        format!("version = 1\n[evidence.s]\npaths = [\"0.xml\", \"1.xml\", \"2.xml\"]\n[coverage]\nlines = {lines}\n")
    };
    let folder = Folder::new();
    for (n, (file, hits)) in shards.iter().enumerate() {
        folder.write(&format!("{n}.xml"), tiny::cobertura(&[(file, hits)]));
    }
    let verdict = Run::of(folder.path(), &policy("66")).verdict();
    let lines = check(&verdict, "coverage.lines");
    assert_eq!((lines.status, lines.covered, lines.total), (Status::Pass, Some(401), Some(601)));
    assert_eq!(Run::of(folder.path(), &policy("67")).verdict().exit_code, 1, "66.7 %, and no mean of 83 %");
    // One file of two shards: a line is covered where any of them covers it.
    folder.write("2.xml", tiny::cobertura(&[("b.rs", &hits(200, 0))]));
    let verdict = Run::of(folder.path(), &policy("100")).verdict();
    assert_eq!((verdict.exit_code, check(&verdict, "coverage.lines").total), (0, Some(201)), "{}", statuses(&verdict));
    folder.remove("1.xml");
    let verdict = Run::of(folder.path(), &policy("0")).verdict();
    assert_eq!(verdict.exit_code, 3, "{}", statuses(&verdict));
    assert!(check(&verdict, "evidence.s").message.contains("1.xml"), "{}", statuses(&verdict));
}

#[test]
fn a_glob_takes_each_file_once_and_nothing_is_missing_evidence() {
    let folder = Folder::new();
    folder
        .write("r/a.xml", tiny::cobertura(&[("a.rs", &[1, 0])]))
        .write("r/in/b.xml", tiny::cobertura(&[("b.rs", &[1])]));
    let run = |paths: &str, more: &str| {
        let policy = format!("version = 1\n[evidence.s]\npaths = [{paths}]\n{more}\n[coverage]\nlines = 1\n");
        Run::of(folder.path(), &policy).verdict()
    };
    let twice = run("\"r/*.xml\", \"r/**/*.xml\", \"r/a.xml\"", "files = 2");
    assert_eq!((twice.exit_code, check(&twice, "coverage.lines").total), (0, Some(3)), "{}", statuses(&twice));
    assert_eq!(twice.evidence.len(), 2);
    for (paths, more) in [
        ("\"r/*.json\"", ""),
        ("\"nowhere/*.xml\"", ""),
        ("\"r/a.xml\", \"r/*.json\"", ""),
        ("\"r/**/*.xml\"", "files = 3"),
        // A file that is found twice does not stand for the third.
        ("\"r/*.xml\", \"r/**/*.xml\"", "files = 3"),
        ("\"r/**/*.xml\"", "files = 1"),
        ("\"r/*[.xml\"", ""),
    ] {
        let policy = format!("version = 1\n[evidence.s]\npaths = [{paths}]\n{more}\n[coverage]\nlines = 1\n");
        let Ok(policy) = Run::of(folder.path(), &policy).load() else { continue };
        let verdict = Run::of(folder.path(), "").judge(&policy);
        assert_eq!(verdict.exit_code, 3, "{paths} {more}\n{}", statuses(&verdict));
    }
}

/// The program's own sources without their tests.
fn sources() -> Vec<(String, String)> {
    let folder = repository().join("src");
    let own = files_below(&folder).into_iter().filter(|f| f.ends_with(".rs") && !f.contains("test"));
    own.map(|f| {
        let text = std::fs::read_to_string(folder.join(&f)).unwrap();
        let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
        (f, text[..end].to_owned())
    })
    .collect()
}

fn files_with(words: &[&str]) -> Vec<String> {
    let code = |text: &str| {
        text.lines().filter(|l| !l.trim_start().starts_with("//")).any(|l| words.iter().any(|w| l.contains(w)))
    };
    sources().into_iter().filter(|(_, text)| code(text)).map(|(file, _)| file).collect()
}

#[test]
fn nothing_can_open_a_socket() {
    assert_eq!(
        files_with(&["std::net", "TcpStream", "UdpSocket", "UnixStream", "ToSocketAddrs"]),
        Vec::<String>::new()
    );
    let lock = std::fs::read_to_string(repository().join("Cargo.lock")).unwrap();
    let manifest = std::fs::read_to_string(repository().join("Cargo.toml")).unwrap();
    for name in [
        "reqwest",
        "hyper",
        "tokio",
        "openssl",
        "openssl-sys",
        "curl",
        "ureq",
        "rustls",
        "native-tls",
        "async-std",
        "socket2",
    ] {
        assert!(!lock.contains(&format!("name = \"{name}\"\n")), "{name}");
    }
    let default_off = manifest.lines().find(|l| l.starts_with("jsonschema")).unwrap();
    assert!(default_off.contains("default-features = false"), "it would resolve http and files");
}

/// A path that stands in a report is text: files are opened where paths of the user are meant, and nowhere else.
#[test]
fn files_are_opened_in_few_places_and_no_format_gate_or_output_is_among_them() {
    let opens = files_with(&[
        "File::open",
        "File::create",
        "File::options",
        "OpenOptions",
        "fs::read",
        "fs::write",
        "fs::copy",
        "fs::rename",
        "read_dir(",
        "Command::new",
    ]);
    for list in ["formats/", "gates/", "outputs/", "facts/", "evaluate/", "verdict/", "units/"] {
        let there: Vec<&String> = opens.iter().filter(|f| f.starts_with(list)).collect();
        assert!(there.is_empty(), "{there:?}");
    }
    assert!(opens.contains(&"input/open.rs".to_owned()) && opens.len() < 16, "{opens:?}");
}

#[test]
fn what_the_parsers_rely_on_is_as_it_was() {
    let manifest = std::fs::read_to_string(repository().join("Cargo.toml")).unwrap();
    for feature in ["unbounded_depth", "\"unbounded\"", "fancy-regex", "pcre2"] {
        assert!(!manifest.contains(feature), "{feature}");
    }
    for line in ["panic = \"abort\"", "overflow-checks = true", "unsafe_code = \"forbid\""] {
        assert!(manifest.contains(line), "{line}");
    }
    assert_eq!(files_with(&["NsReader", "fancy_regex", "pcre2"]), Vec::<String>::new());
    // GITHUB_ENV and GITHUB_PATH change what later steps run: nothing is ever written there.
    assert_eq!(files_with(&["\"GITHUB_ENV\"", "\"GITHUB_PATH\""]), Vec::<String>::new());
}
