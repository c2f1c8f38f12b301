//! Coverage reports whose paths differ: brought together where the policy says how, and said where not.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;
#[path = "common/tiny.rs"]
mod tiny;

use common::{Folder, Run, check, statuses};
use portcullis::verdict::Verdict;

/// Two reports of the same two lines: each covers one.
fn judge(second: &str, keys: &str) -> Verdict {
    let folder = Folder::new();
    folder.write("a.xml", tiny::cobertura(&[("src/a.rs", &[1, 0])]));
    folder.write("b.xml", tiny::cobertura(&[(second, &[0, 1])]));
    let policy = format!(
        "version = 1\n[evidence.a]\npath = \"a.xml\"\n[evidence.b]\npath = \"b.xml\"\n{keys}\n[coverage]\nlines = 1\n"
    );
    Run::of(folder.path(), &policy).verdict()
}

fn figures(verdict: &Verdict) -> (Option<u64>, Option<u64>) {
    let lines = check(verdict, "coverage.lines");
    (lines.covered, lines.total)
}

#[test]
fn paths_are_brought_together_as_the_policy_says() {
    for (second, keys) in [
        ("src/a.rs", ""),
        ("src\\a.rs", ""),
        ("a.rs", "base = \"src\""),
        ("/home/ci/app/src/a.rs", "strip = \"/home/ci/app\""),
        ("/home/ci/app/src/a.rs", "strip = \"/home/ci/app/\""),
        ("D:\\a\\app\\src\\a.rs", "strip = 'd:\\a\\app'"),
        ("/__w/pkg/a.rs", "strip = \"/__w/pkg\"\nbase = \"src\""),
    ] {
        let verdict = judge(second, keys);
        assert_eq!(figures(&verdict), (Some(2), Some(2)), "{second} {keys}\n{}", statuses(&verdict));
    }
}

#[test]
fn what_is_not_brought_together_is_said() {
    for (second, keys, note) in [
        ("/home/ci/app/src/a.rs", "", "paths outside the root: 1, the first /home/ci/app/src/a.rs"),
        ("/home/ci/app/src/a.rs", "", "files that look like files of a.xml under another path and count apart: 1"),
        ("crates/x/src/a.rs", "", "the first crates/x/src/a.rs and src/a.rs"),
        ("a.rs", "strip = \"/nowhere\"", "none of its paths begins with \"/nowhere\""),
        ("/home/ci/application/src/a.rs", "strip = \"/home/ci/app\"", "none of its paths begins with"),
    ] {
        let verdict = judge(second, keys);
        assert_eq!(figures(&verdict), (Some(2), Some(4)), "{second} {keys}");
        let notes: Vec<String> = verdict.evidence.iter().flat_map(|e| &e.notes).map(|n| n.to_string()).collect();
        assert!(notes.iter().any(|n| n.contains(note)), "{second}: {notes:?}");
    }
    let verdict = judge("src/b.rs", "");
    assert!(verdict.evidence.iter().all(|e| e.notes.is_empty()), "other names are no matter");
}
