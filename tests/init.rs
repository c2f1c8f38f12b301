//! What `init` writes is a policy that is good, and that what it was made from meets.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;

use common::{Folder, NOW};

#[test]
fn the_starter_of_a_passing_set_passes_and_looks_at_all_of_it() {
    let folder = Folder::of("neo-rs/passing");
    let ran = folder.run(&["init"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let check = folder.run(&["check", "--now", NOW]);
    assert_eq!(check.code, Some(0), "{}\n{}{}", folder.read("portcullis.toml"), check.out, check.err);
    for gate in ["coverage", "tests", "security", "dependencies", "licenses", "lints", "steps"] {
        assert!(check.out.contains(&format!(" {gate}.")), "{gate}\n{}", check.out);
    }
    let same = folder.run(&["init", "-o", "-"]);
    assert_eq!(same.out, folder.read("portcullis.toml"));
}

#[test]
fn a_policy_that_is_there_is_not_replaced_unless_asked() {
    let folder = Folder::of("neo-rs/passing");
    folder.write("portcullis.toml", "mine");
    assert_eq!(folder.run(&["init"]).code, Some(2));
    assert_eq!(folder.read("portcullis.toml"), "mine");
    assert_eq!(folder.run(&["init", "--force"]).code, Some(0));
    assert_ne!(folder.read("portcullis.toml"), "mine");
}

#[test]
fn an_empty_folder_gets_the_minimal_policy() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["init"]).code, Some(0));
    assert_eq!(folder.run(&["policy", "check"]).code, Some(0));
    assert_eq!(folder.run(&["check"]).code, Some(3), "nothing is no pass");
}

/// The starters of all samples are good policies, whatever the samples say.
fn bad_starters(folders: &[&str]) -> Vec<String> {
    let mut bad = Vec::new();
    for data in folders {
        let folder = Folder::of(data);
        let ran = folder.run(&["init"]);
        let check = folder.run(&["policy", "check"]);
        if (ran.code, check.code) != (Some(0), Some(0)) {
            bad.push(format!("{data}: {}\n{}", check.err, folder.read("portcullis.toml")));
        }
    }
    bad
}

#[test]
fn every_starter_is_a_good_policy() {
    let bad = bad_starters(&[
        "cargo_audit",
        "cargo_deny",
        "cargo_messages",
        "cobertura",
        "junit",
        "sarif",
        "steps",
        "neo-rs/failing",
    ]);
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}

/// This failed once: without a single licence expression the list reads `[ , ]`, which is no TOML; where
/// there are only timings, or no dependency issue to name, there is no gate or an empty one.
#[test]
fn every_starter_is_a_good_policy_where_little_is_found() {
    let folder = Folder::new();
    folder.write("l.json", std::fs::read(common::testdata("cargo_license/unlicensed.json")).unwrap());
    assert_eq!(folder.run(&["init"]).code, Some(0));
    let check = folder.run(&["policy", "check"]);
    let mut bad = Vec::new();
    if check.code != Some(0) {
        bad.push(format!("without a licence: {}\n{}", check.err, folder.read("portcullis.toml")));
    }
    bad.extend(bad_starters(&["hyperfine", "criterion", "cargo_outdated", "cargo_license", "cargo_metadata"]));
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}
