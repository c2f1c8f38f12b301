//! The tutorial, run from its first line to its last: every file is written, every command is run, every output is as shown.
//!
//! The reports are those that the public tools wrote of this very crate (testdata/tutorial/PROVENANCE); a `cargo` in front
//! of the real one hands them out, so that no tool and no network is needed. `UPDATE_DOCS=1 cargo test --test tutorial`
//! writes the outputs anew.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;

use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use common::{Folder, repository, testdata};

/// Hands out what the tools wrote of the crate as it is: before its faults are mended, or after.
const CARGO: &str = r#"#!/bin/sh
set -eu
state=after
grep -q 'paid - price - 1' src/lib.rs && state=before
from="$SAMPLES/$state"
case "$1 ${2-}" in
"llvm-cov nextest") mkdir -p target/nextest/ci; cp "$from/junit.xml" target/nextest/ci/; cp "$from/coverage.xml" reports/ ;;
"clippy "*) cat "$from/clippy.json" ;;
"audit --json") cat "$from/audit.json" ;;
"metadata "*) cat "$from/metadata.json" ;;
*) echo "no sample of: cargo $*" >&2; exit 9 ;;
esac

"#;

/// A part of the page.
enum Part {
    /// Text, as it is.
    Words(String),
    /// A file that is to be written.
    File { path: String, head: String, text: String },
    /// Commands with their outputs.
    Session(Vec<(String, String)>),
}

fn parts(page: &str) -> Vec<Part> {
    let mut out = Vec::new();
    let mut lines = page.lines();
    let mut marked = None;
    while let Some(line) = lines.next() {
        let block = |lines: &mut std::str::Lines<'_>| -> String {
            lines.by_ref().take_while(|l| *l != "```").fold(String::new(), |text, l| text + l + "\n")
        };
        if line == "```shell-session" {
            let mut session: Vec<(String, String)> = Vec::new();
            for line in block(&mut lines).lines() {
                match (line.strip_prefix("$ "), session.last_mut()) {
                    (Some(command), _) => session.push((command.to_owned(), String::new())),
                    (None, Some((_, output))) => *output = format!("{output}{line}\n"),
                    (None, None) => panic!("{line:?} before any command"),
                }
            }
            out.push(Part::Session(session));
        } else if let (Some(path), true) = (marked.take(), line.starts_with("```")) {
            out.push(Part::File { path, head: line.to_owned(), text: block(&mut lines) });
        } else {
            marked = line.strip_prefix("<!-- file: ").and_then(|l| l.strip_suffix(" -->")).map(str::to_owned);
            out.push(Part::Words(line.to_owned()));
        }
    }
    out
}

/// Runs a command as a person would type it.
fn run(command: &str, folder: &common::Below<'_>) -> (i32, String) {
    let bin = std::path::Path::new(env!("CARGO_BIN_EXE_portcullis")).parent().unwrap();
    let path = format!("{}:{}:/usr/bin:/bin", folder.path().join("../bin").display(), bin.display());
    let samples = testdata("tutorial");
    let out = Command::new("bash")
        .args(["--norc", "-c", &format!("exec 2>&1; {command}")])
        .current_dir(folder.path())
        .env_clear()
        .envs([("PATH", path.as_str()), ("COLUMNS", "80"), ("SAMPLES", samples.to_str().unwrap())])
        .env("SOURCE_DATE_EPOCH", "1795507200")
        .output()
        .unwrap();
    (out.status.code().unwrap(), String::from_utf8(out.stdout).unwrap())
}

#[test]
fn the_tutorial_does_what_it_says() {
    let page = repository().join("docs/tutorial.md");
    let old = std::fs::read_to_string(&page).unwrap();
    let around = Folder::new();
    around.write("bin/cargo", CARGO).write("till/.keep", "");
    std::fs::set_permissions(around.path().join("bin/cargo"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let folder = around.below("till");
    let (mut new, mut ran, mut ends) = (String::new(), 0, Vec::new());
    for part in parts(&old) {
        match part {
            Part::Words(line) => writeln!(new, "{line}").unwrap(),
            Part::File { path, head, text } => {
                folder.write(&path, &text);
                writeln!(new, "{head}\n{text}```").unwrap();
            }
            Part::Session(session) => {
                new.push_str("```shell-session\n");
                for (command, _) in session {
                    let (code, output) = run(&command, &folder);
                    assert_ne!(code, 9, "{command}\n{output}");
                    assert_ne!(code, 127, "{command}\n{output}");
                    write!(new, "$ {command}\n{output}").unwrap();
                    ran += 1;
                    ends.extend(output.lines().last().and_then(|l| l.strip_prefix("exit ")?.parse::<i32>().ok()));
                }
                new.push_str("```\n");
            }
        }
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&page, &new).unwrap();
    }
    assert!(ran >= 12, "{ran} commands");
    assert_eq!((ends.first(), ends.last()), (Some(&1), Some(&0)), "first shut, at last open: {ends:?}");
    let updated = std::fs::read_to_string(&page).unwrap();
    assert!(updated == new, "docs/tutorial.md differs: UPDATE_DOCS=1 cargo test --test tutorial writes it\n{new}");
}
