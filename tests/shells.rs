//! Completions and man pages name every subcommand, and are what their readers take.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;

use std::process::Command;

use common::{Folder, files_below};

/// The subcommands, as the help lists them.
fn commands() -> Vec<String> {
    let text = Folder::new().run(&["--help"]).out;
    let list = text.split("Commands:").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap();
    let names = list.lines().filter(|l| l.starts_with("  ") && !l.starts_with("   "));
    let names: Vec<String> = names.filter_map(|l| l.split_whitespace().next().map(str::to_owned)).collect();
    assert!(names.len() >= 12, "{names:?}");
    names.into_iter().filter(|n| n != "help").collect()
}

#[test]
fn the_completions_of_every_shell_name_every_subcommand() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = folder.run(&["completions", shell]);
        assert_eq!((ran.code, &*ran.err), (Some(0), ""), "{shell}");
        for name in commands() {
            assert!(ran.out.contains(&name), "{shell}: {name}");
        }
        for flag in ["diff-base", "only", "matrix-is-no-flag"] {
            assert_eq!(ran.out.contains(flag), !flag.starts_with("matrix"), "{shell}: {flag}");
        }
    }
    let ran = folder.run(&["completions", "tcsh"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("bash") && ran.err.contains("zsh"), "{}", ran.err);
}

/// bash reads the script, and completes by it.
#[test]
fn bash_completes() {
    let folder = Folder::new();
    folder.write("c.bash", folder.run(&["completions", "bash"]).out);
    let bash = |script: &str| {
        let out = Command::new("bash").args(["--norc", "-c", script]).current_dir(folder.path()).output().unwrap();
        (out.status.success(), String::from_utf8(out.stdout).unwrap() + &String::from_utf8(out.stderr).unwrap())
    };
    assert_eq!(bash("bash -n c.bash"), (true, String::new()));
    let complete = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let (last, before) = (words.len() - 1, words[words.len() - 2]);
        bash(&format!(
            "source ./c.bash; COMP_WORDS=({line}); COMP_CWORD={last}; _portcullis portcullis '{}' {before}; echo \"${{COMPREPLY[@]}}\"",
            words[last]
        ))
    };
    assert_eq!(complete("portcullis expl"), (true, "explain\n".into()));
    assert_eq!(complete("portcullis check --diff-b"), (true, "--diff-base\n".into()));
    let (_, all) = complete("portcullis policy s");
    assert!(all.contains("show") && all.contains("schema"), "{all}");
}

#[test]
fn there_is_a_man_page_for_every_subcommand() {
    let folder = Folder::new();
    let main = folder.run(&["man"]);
    assert!(main.code == Some(0) && main.out.contains(".TH portcullis 1"), "{}", main.out);
    assert_eq!(folder.run(&["man", "--dir", "share/man1"]).code, Some(0));
    let pages = files_below(&folder.path().join("share/man1"));
    for name in commands() {
        assert!(main.out.contains(&format!("portcullis\\-{name}")), "{name}\n{}", main.out);
        let page = format!("portcullis-{name}.1");
        assert!(pages.contains(&page), "{page}: {pages:?}");
        let text = folder.read(&format!("share/man1/{page}"));
        assert!(text.contains(&format!(".TH portcullis-{name} 1")) && text.contains(".SH SYNOPSIS"), "{page}\n{text}");
    }
    for page in ["portcullis.1", "portcullis-policy-check.1", "portcullis-baseline-save.1"] {
        assert!(pages.contains(&page.to_owned()), "{page}: {pages:?}");
    }
}
