//! Every example of the README and of `docs/` is run, and their tables are those of the lists.
//!
//! `UPDATE_README=1 cargo test --test readme` writes the tables anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use portcullis::{facts, formats, gates, outputs};

const README: &str = include_str!("../README.md");

/// The pages of `docs/`, by path.
fn pages() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let entries = std::fs::read_dir(folder).expect("docs/ is there").map(|e| e.expect("it can be listed").path());
    let mut pages: Vec<(String, String)> = entries
        .filter(|p| p.extension().is_some_and(|e| e == "md"))
        .map(|p| (p.display().to_string(), std::fs::read_to_string(&p).expect("it can be read")))
        .collect();
    pages.sort();
    assert!(!pages.is_empty());
    pages
}

/// The fenced blocks of that language.
fn blocks(language: &str) -> Vec<String> {
    blocks_of(README, language)
}

fn blocks_of(text: &str, language: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line == format!("```{language}") {
            out.push(lines.by_ref().take_while(|l| *l != "```").collect::<Vec<_>>().join("\n"));
        }
    }
    out
}

/// What tells a CI: the examples are no verdicts of the one that runs them.
const SYSTEMS: [&str; 7] =
    ["GITHUB_ACTIONS", "GITEA_ACTIONS", "GITLAB_CI", "TF_BUILD", "BUILDKITE", "TEAMCITY_VERSION", "BITBUCKET_COMMIT"];

fn portcullis() -> assert_cmd::Command {
    let mut command = assert_cmd::Command::new(assert_cmd::cargo::cargo_bin!("portcullis"));
    command.env_remove("PORTCULLIS_POLICY").env("NO_COLOR", "1").env("COLUMNS", "80");
    SYSTEMS.iter().for_each(|name| {
        command.env_remove(name);
    });
    command
}

#[test]
fn the_sessions_print_what_they_say() {
    let cases = trycmd::TestCases::new();
    cases.env("COLUMNS", "80").env("NO_COLOR", "1");
    SYSTEMS.iter().for_each(|name| {
        cases.env(*name, "");
    });
    cases.case("README.md").case("docs/*.md");
}

#[test]
fn the_first_command_opens_the_gate_and_its_counterpart_shuts_it() {
    let command = blocks("sh").into_iter().find(|b| b.contains("cargo run")).expect("the README shows how to run it");
    let args: Vec<&str> = command.split(" -- ").nth(1).expect("arguments behind --").split_whitespace().collect();
    portcullis().args(&args).assert().code(0);
    let shut: Vec<String> = args.iter().map(|a| a.replace("passing", "failing")).collect();
    portcullis().args(&shut).assert().code(1);
}

#[test]
fn the_policies_are_good() {
    let mut policies = blocks("toml");
    policies.extend(pages().iter().flat_map(|(_, text)| blocks_of(text, "toml")));
    assert!(policies.len() >= 8, "{}", policies.len());
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("waivers.toml"), "").unwrap();
    for (n, policy) in policies.iter().enumerate() {
        let path = folder.path().join(format!("{n}.toml"));
        std::fs::write(&path, policy).unwrap();
        portcullis().args(["policy", "check", "--now", "2026-11-23T08:00:00Z", "-p"]).arg(&path).assert().code(0);
    }
}

#[test]
fn the_step_record_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record");
    for record in blocks("json") {
        std::fs::write(&path, record).unwrap();
        let out = portcullis().args(["inspect", "-f", "json"]).arg(&path).assert().code(0);
        assert!(String::from_utf8_lossy(&out.get_output().stdout).contains("\"format\": \"steps\""));
    }
}

#[test]
fn the_baseline_commands_work() {
    let folder = tempfile::tempdir().unwrap();
    let (verdict, baseline) = (folder.path().join("verdict.json"), folder.path().join("baseline.json"));
    let sample = ["check", "-p", "policies/neo-rs.toml", "--root", "testdata/neo-rs/passing", "-o"];
    portcullis().args(sample).arg(format!("json={}", verdict.display())).assert().code(0);
    portcullis().args(["baseline", "save"]).arg(&verdict).arg("-o").arg(&baseline).assert().code(0);
    let shown = portcullis().args(["baseline", "show"]).arg(&baseline).assert().code(0);
    assert!(String::from_utf8_lossy(&shown.get_output().stdout).contains("coverage.lines"));
}

fn formats_table() -> String {
    let mut out = String::from("| format | facts | written by |\n|---|---|---|\n");
    for format in formats::ALL {
        let gives: Vec<&str> = format.gives.iter().map(|k| k.name()).collect();
        let _ = writeln!(out, "| `{}` | {} | {} |", format.name, gives.join(", "), format.producers);
    }
    out
}

/// The formats by what they give, for a first look.
fn kinds_table() -> String {
    let mut kinds: BTreeMap<facts::Kind, (&str, Vec<String>)> = BTreeMap::new();
    for format in formats::ALL {
        for kind in format.gives {
            let entry = kinds.entry(*kind).or_insert_with(|| (kind.name(), Vec::new()));
            entry.1.push(format!("`{}`", format.name));
        }
    }
    let mut out = String::from("| facts | formats |\n|---|---|\n");
    for (name, formats) in kinds.values() {
        let _ = writeln!(out, "| {name} | {} |", formats.join(", "));
    }
    out
}

fn gates_table() -> String {
    let mut out = String::from("| gate | what it judges | measures |\n|---|---|---|\n");
    for gate in gates::ALL {
        let names: Vec<String> = gate
            .measures
            .iter()
            .map(|m| if m.name == "*" { "*by name*".into() } else { format!("`{}`", m.name) })
            .collect();
        let _ = writeln!(out, "| `{}` | {} | {} |", gate.name, gate.about, names.join(", "));
    }
    out
}

fn outputs_table() -> String {
    let mut out = String::from("| output | what it is for |\n|---|---|\n");
    for output in outputs::ALL {
        let _ = writeln!(out, "| `{}` | {} |", output.name, output.about);
    }
    out
}

/// The text with the generated tables in it.
fn filled(text: &str, tables: &[(&str, String)]) -> String {
    let mut text = text.to_owned();
    for (mark, table) in tables {
        let start = format!("<!-- {mark} -->\n");
        let (before, rest) = text.split_once(&start).expect("the mark is there");
        let (_, after) = rest.split_once("<!-- end -->").expect("its end is there");
        text = format!("{before}{start}{table}<!-- end -->{after}");
    }
    text
}

#[test]
fn the_tables_are_those_of_the_lists() {
    let readme = [("kinds", kinds_table()), ("gates", gates_table()), ("outputs", outputs_table())];
    for (page, tables) in [("README.md", &readme[..]), ("docs/formats.md", &[("formats", formats_table())][..])] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
        let text = std::fs::read_to_string(&path).expect("the page is there");
        let new = filled(&text, tables);
        if std::env::var_os("UPDATE_README").is_some() {
            std::fs::write(path, &new).expect("the page can be written");
        }
        let same = new == text || std::env::var_os("UPDATE_README").is_some();
        assert!(
            same,
            "the tables of {page} differ from the lists: UPDATE_README=1 cargo test --test readme writes them"
        );
    }
}
