//! docs/assurance.md: every row of the threat model stands in it, and every test that it names is there.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;

use std::collections::BTreeSet;

use common::repository;
use portcullis::outputs;

/// The rows of the threat model: its letter, and how many there are.
const ROWS: [(char, usize); 4] = [('F', 27), ('R', 14), ('O', 11), ('P', 7)];

fn document() -> String {
    std::fs::read_to_string(repository().join("docs/assurance.md")).unwrap()
}

/// The cells of a row of a table whose first word is an id.
fn row(line: &str) -> Option<(&str, &str)> {
    let cells: Vec<&str> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
    let id = cells.first()?.split(' ').next()?;
    let is_id = id.len() == 3 && id.starts_with(|c| ROWS.iter().any(|(letter, _)| c == *letter));
    is_id.then_some((id, *cells.last()?))
}

/// What stands in back-ticks and looks like `path::test`.
fn named(text: &str) -> Vec<(&str, &str)> {
    text.split('`').skip(1).step_by(2).filter_map(|code| code.split_once(".rs::")).collect()
}

#[test]
fn every_row_of_the_threat_model_has_a_test() {
    let text = document();
    let rows: Vec<(&str, &str)> = text.lines().filter_map(row).collect();
    let ids: Vec<&str> = rows.iter().map(|(id, _)| *id).collect();
    let wanted: Vec<String> =
        ROWS.iter().flat_map(|(letter, n)| (1..=*n).map(move |k| format!("{letter}{k:02}"))).collect();
    assert_eq!(ids, wanted);
    for (id, tests) in rows {
        let hostile = tests.contains(&format!("hostile {id}"));
        assert!(hostile || !named(tests).is_empty(), "{id} names no test");
        if hostile {
            let folder = repository().join("tests/hostile");
            let files = common::files_below(&folder);
            let has = |f: &String| std::fs::read_to_string(folder.join(f)).unwrap().contains(&format!("\"{id}\""));
            assert!(files.iter().any(has), "there is no hostile file of {id}");
        }
    }
}

#[test]
fn every_test_that_is_named_exists() {
    let text = document();
    let named: BTreeSet<(&str, &str)> = named(&text).into_iter().collect();
    assert!(named.len() > 80, "{}", named.len());
    for (file, test) in named {
        let source = std::fs::read_to_string(repository().join(format!("{file}.rs")));
        let source = source.unwrap_or_else(|_| panic!("there is no {file}.rs"));
        let at = source.find(&format!("fn {test}(")).unwrap_or_else(|| panic!("{file}.rs has no test {test}"));
        let before: Vec<&str> = source[..at].lines().rev().take(5).collect();
        assert!(before.iter().any(|l| l.contains("#[test]")), "{file}.rs: {test} is no test");
    }
}

/// O06, O07 and O08 say that there is no such output. Whoever adds one writes the guard, its test and its row.
#[test]
fn an_output_in_html_or_xml_has_its_own_rows() {
    let text = document();
    for name in ["csv", "html", "junit"] {
        let there = outputs::ALL.iter().any(|o| o.name == name);
        let guarded = text.contains(&format!("src/outputs/{name}"));
        assert!(!there || guarded, "the output {name} has no test of its own in docs/assurance.md");
    }
}

#[test]
fn the_documentation_says_what_the_program_cannot() {
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    for words in ["CODEOWNERS", "can forge their report", "from forks", "from where the change cannot"] {
        assert!(readme.contains(words), "{words}");
    }
}
