//! The YAML and the scripts that are shipped, held to rules: nothing of an input or an event is part of a script,
//! every action is pinned, every job says its permissions, and the names of archives are the same everywhere.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod common;

use std::collections::BTreeSet;

use common::{files_below, repository};
use serde_json::Value;

fn text(path: &str) -> String {
    std::fs::read_to_string(repository().join(path)).unwrap()
}

/// The documents of a file.
fn documents(name: &str, text: &str) -> Vec<Value> {
    serde_saphyr::from_multiple(text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Every YAML file that is shipped, and every YAML block of the pages: its name and text.
fn all_yaml() -> Vec<(String, String)> {
    let mut files: Vec<String> = ["action.yml", ".pre-commit-hooks.yaml", ".yamllint"].map(str::to_owned).into();
    for folder in [".github", "templates"] {
        files.extend(files_below(&repository().join(folder)).into_iter().map(|file| format!("{folder}/{file}")));
    }
    let mut all: Vec<_> = files.into_iter().map(|file| (file.clone(), text(&file))).collect();
    all.extend(blocks_of_pages("yaml"));
    all
}

/// The fenced blocks of that language in the pages, by page and number.
fn blocks_of_pages(language: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for page in files_below(&repository().join("docs")).into_iter().filter(|file| file.ends_with(".md")) {
        let text = text(&format!("docs/{page}"));
        let fence = format!("\n```{language}\n");
        for (n, part) in text.split(&fence).skip(1).enumerate() {
            let block = part.split("\n```").next().unwrap();
            all.push((format!("docs/{page} block {n}"), format!("{block}\n")));
        }
    }
    all
}

/// Calls `visit` with every mapping entry, at any depth.
fn each_entry<'v>(value: &'v Value, visit: &mut dyn FnMut(&'v str, &'v Value)) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                visit(key, inner);
                each_entry(inner, visit);
            }
        }
        Value::Array(list) => list.iter().for_each(|inner| each_entry(inner, visit)),
        _ => {}
    }
}

fn strings(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(list) => list.iter().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

/// The scripts of all files: where each stands, and its text.
fn scripts() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (name, text) in all_yaml() {
        for document in documents(&name, &text) {
            each_entry(&document, &mut |key, value| {
                let keys = ["run", "script", "before_script", "after_script", "command", "commands", "bash", "sh"];
                if keys.contains(&key) {
                    all.extend(strings(value).into_iter().map(|script| (format!("{name}: {key}"), script.to_owned())));
                }
            });
        }
    }
    all
}

/// What a runner puts into the text of a script before a shell reads it.
const TEMPLATES: [&str; 2] = ["${{", "$[["];

#[test]
fn no_input_is_part_of_a_script() {
    let scripts = scripts();
    assert!(scripts.len() > 15, "{}", scripts.len());
    for (place, script) in scripts {
        assert!(!TEMPLATES.iter().any(|open| script.contains(open)), "{place}: {script}");
    }
}

#[test]
fn the_scripts_parse() {
    let mut all = scripts();
    for folder in ["dist", ".ci"] {
        for file in files_below(&repository().join(folder)) {
            let script = text(&format!("{folder}/{file}"));
            if script.starts_with("#!/usr/bin/env bash") || file.ends_with(".sh") {
                all.push((file, script));
            }
        }
    }
    assert!(all.iter().any(|(name, _)| name == "install.sh"));
    for (name, script) in all {
        let parsed = std::process::Command::new("bash").args(["-n", "-c", &script]).output().unwrap();
        assert!(parsed.status.success(), "{name}: {parsed:?}");
    }
}

#[test]
fn every_action_is_pinned_to_a_commit_with_its_version_beside_it() {
    let mut seen = 0;
    for (name, text) in all_yaml() {
        for line in text.lines() {
            let Some((before, after)) = line.split_once("uses: ") else { continue };
            if !before.trim_matches([' ', '-']).is_empty() {
                continue;
            }
            let (what, version) = after.split_once(" # v").unwrap_or((after, ""));
            let commit = what.rsplit('@').next().unwrap();
            assert!(commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit()), "{name}: {line}");
            assert!(version.starts_with(|c: char| c.is_ascii_digit()), "{name}: {line}");
            seen += 1;
        }
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn every_job_says_its_permissions_and_keeps_no_credentials() {
    for (name, text) in all_yaml() {
        for document in documents(&name, &text) {
            let (Some(jobs), Some(on)) = (document["jobs"].as_object(), document.get("on")) else { continue };
            assert!(!on.to_string().contains("pull_request_target"), "{name} runs on pull_request_target");
            assert_eq!(document["permissions"], serde_json::json!({}), "{name}: the workflow grants something");
            for (job, body) in jobs {
                assert!(body["permissions"].is_object(), "{name}: {job} does not say its permissions");
                assert!(body["timeout-minutes"].is_u64(), "{name}: {job} has no end");
                for step in body["steps"].as_array().into_iter().flatten() {
                    if step["uses"].as_str().is_some_and(|uses| uses.starts_with("actions/checkout@")) {
                        assert_eq!(step["with"]["persist-credentials"], false, "{name}: {job} keeps the token");
                    }
                }
            }
        }
    }
}

/// One action has one pin, wherever it is named.
#[test]
fn the_pins_agree() {
    let mut pins = std::collections::BTreeMap::new();
    for (name, text) in all_yaml() {
        for line in text.lines().filter_map(|line| line.split_once("uses: ").map(|(_, pin)| pin)) {
            let action = line.split('@').next().unwrap().to_owned();
            let first = pins.entry(action).or_insert_with(|| line.to_owned());
            assert_eq!(first, line, "{name}");
        }
    }
}

#[test]
fn the_workflow_builds_what_the_action_and_binstall_look_for() {
    let workflow = documents("release.yml", &text(".github/workflows/release.yml")).remove(0);
    let matrix = workflow["jobs"]["build"]["strategy"]["matrix"]["include"].as_array().unwrap();
    let built: BTreeSet<&str> = matrix.iter().map(|row| row["target"].as_str().unwrap()).collect();
    let script = text("dist/install.sh");
    let known = ["-linux-", "-apple-", "-windows-"];
    let installed: Vec<&str> = script
        .lines()
        .filter_map(|line| line.split_once(" echo ").map(|(_, rest)| rest.trim_end_matches(" ;;")))
        .filter(|target| known.iter().any(|part| target.contains(part)))
        .collect();
    assert_eq!(installed.len(), 5, "{installed:?}");
    assert!(installed.iter().all(|target| built.contains(target)), "{installed:?} of {built:?}");

    // cargo binstall tries this name by itself: {name}-{target}-v{version}, as archive and as folder in it.
    for target in built {
        let ending = if target.contains("windows") { "zip" } else { "tar.gz" };
        let named = format!(". dist/lib.sh; archive_name 1.2.3 {target}; echo; archive_stem 1.2.3 {target}");
        let ran = std::process::Command::new("bash").args(["-euc", &named]).current_dir(repository()).output().unwrap();
        let stem = format!("portcullis-{target}-v1.2.3");
        assert_eq!(String::from_utf8(ran.stdout).unwrap(), format!("{stem}.{ending}\n{stem}"));
    }
}

/// A release is built with the oldest compiler that the source promises to build with.
#[test]
fn the_release_names_its_compiler() {
    let workflow = documents("release.yml", &text(".github/workflows/release.yml")).remove(0);
    let toolchain = workflow["env"]["RUSTUP_TOOLCHAIN"].as_str().unwrap();
    assert_eq!(toolchain, format!("{}.0", env!("CARGO_PKG_RUST_VERSION")));
    let image = text("Dockerfile").lines().find_map(|line| line.strip_prefix("FROM rust:").map(str::to_owned));
    assert!(image.is_some_and(|image| image.starts_with(&format!("{}-", env!("CARGO_PKG_RUST_VERSION")))));
}

/// The version that the action installs by default is that of its own source.
#[test]
fn the_scripts_know_the_version() {
    let ran = std::process::Command::new("bash")
        .args(["-euc", ". dist/lib.sh; version_of_source ."])
        .current_dir(repository())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(ran.stdout).unwrap().trim(), env!("CARGO_PKG_VERSION"));
}

/// Each input of the action and of the GitLab component is used, and none is used that is not there.
#[test]
fn the_inputs_are_those_that_are_used() {
    for (path, open) in [("action.yml", "${{ inputs."), ("templates/portcullis/template.yml", "$[[ inputs.")] {
        let text = text(path);
        let documents = documents(path, &text);
        let inputs = documents[0].get("inputs").or_else(|| documents[0]["spec"].get("inputs")).unwrap();
        let mut declared: BTreeSet<&str> = inputs.as_object().unwrap().keys().map(String::as_str).collect();
        // Only a condition speaks of it.
        assert!(!declared.remove("install-only") || text.contains("if: inputs.install-only != 'true'"));
        let used: BTreeSet<&str> =
            text.split(open).skip(1).filter_map(|rest| rest.split([' ', '}', ']']).next()).collect();
        assert_eq!(used, declared, "{path}");
    }
}
