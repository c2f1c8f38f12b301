//! Asks the `git` program: fixed arguments, no shell, and nothing of the user's environment that leads it elsewhere.
//! It is not let onto the network.

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Why git gave no answer, and what to do.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) why: String,
    pub(crate) help: String,
}

impl Refusal {
    pub(crate) fn helped(why: impl Into<String>, help: impl Into<String>) -> Self {
        Self { why: why.into(), help: help.into() }
    }
}

/// What git is asked for.
#[derive(Debug)]
pub(crate) struct Purpose {
    /// The flag that a revision was given by.
    pub(crate) flag: &'static str,
    /// What to do where git cannot help.
    pub(crate) instead: &'static str,
}

#[derive(Debug)]
pub(crate) struct Git<'a> {
    /// A folder of the repository.
    pub(crate) root: &'a Path,
    /// What for, for what is advised.
    pub(crate) purpose: &'static Purpose,
}

/// Variables that would lead git to another repository, as a hook of git has them, or change a diff.
const FORGOTTEN: [&str; 6] =
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS"];

impl Git<'_> {
    pub(crate) fn refuse(&self, why: impl Into<String>) -> Refusal {
        Refusal::helped(why, self.purpose.instead)
    }

    pub(crate) fn run(&self, args: &[&str]) -> Result<Output, Refusal> {
        let mut command = Command::new("git");
        FORGOTTEN.iter().for_each(|name| {
            command.env_remove(name);
        });
        command.arg("-C").arg(self.root).arg("--no-pager").args(args).stdin(Stdio::null());
        command.envs([
            ("LC_ALL", "C"),
            ("GIT_OPTIONAL_LOCKS", "0"),
            ("GIT_NO_LAZY_FETCH", "1"),
            ("GIT_NO_REPLACE_OBJECTS", "1"),
        ]);
        command.env("GIT_TERMINAL_PROMPT", "0");
        command.output().map_err(|e| self.refuse(format!("the program git cannot be run: {e}")))
    }

    /// The line that git answers with.
    pub(crate) fn line(&self, args: &[&str]) -> Result<String, Refusal> {
        let output = self.run(args)?;
        if !output.status.success() {
            return Err(Refusal::helped(
                format!("git finds no repository at {}: {}", self.root.display(), said(&output)),
                format!("run it in a checkout, or {}", self.purpose.instead),
            ));
        }
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok(text.strip_suffix('\n').unwrap_or(&text).to_owned())
    }

    /// The commit of a revision that must be there.
    pub(crate) fn revision(&self, rev: &str) -> Result<String, Refusal> {
        if rev.is_empty() || rev.starts_with('-') || rev.contains("..") {
            let help = format!("name one commit or branch, such as {} origin/main", self.purpose.flag);
            return Err(Refusal::helped(format!("{rev:?} is no revision"), help));
        }
        self.commit(rev)?.ok_or_else(|| self.no_such(rev))
    }

    /// The commit that a revision names.
    pub(crate) fn commit(&self, rev: &str) -> Result<Option<String>, Refusal> {
        let output = self.run(&["rev-parse", "--verify", "--quiet", &format!("{rev}^{{commit}}")])?;
        let hash = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let is_hash = matches!(hash.len(), 40 | 64) && hash.bytes().all(|b| b.is_ascii_hexdigit());
        Ok(Some(hash).filter(|_| output.status.success() && is_hash))
    }

    pub(crate) fn merge_base(&self, base: &str, head: &str, rev: &str) -> Result<String, Refusal> {
        let output = self.run(&["merge-base", base, head])?;
        let found = String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned();
        match output.status.success() && !found.is_empty() {
            true => Ok(found),
            false if self.is_shallow() => Err(Refusal::helped(
                format!("this clone is shallow, and the merge base of {rev} and HEAD is not in it"),
                format!("{}; {CHECKOUT}", self.fetch("--unshallow", rev)),
            )),
            false => Err(self.refuse(format!("{rev} and HEAD have no commit in common"))),
        }
    }

    fn is_shallow(&self) -> bool {
        self.run(&["rev-parse", "--is-shallow-repository"]).is_ok_and(|o| o.stdout.starts_with(b"true"))
    }

    /// Why a revision is not there, and which fetch is missing.
    fn no_such(&self, rev: &str) -> Refusal {
        let remote = format!("origin/{rev}");
        if let Ok(Some(_)) = self.commit(&remote) {
            return Refusal::helped(
                format!("there is no revision {rev} here"),
                format!("say {} {remote}", self.purpose.flag),
            );
        }
        let depth = if self.is_shallow() { "--unshallow" } else { "" };
        Refusal::helped(
            format!("there is no revision {rev} here: it was not fetched"),
            format!("{}; {CHECKOUT}", self.fetch(depth, rev)),
        )
    }

    /// The fetch that brings a revision here.
    fn fetch(&self, depth: &str, rev: &str) -> String {
        let depth = if depth.is_empty() { String::new() } else { format!(" {depth}") };
        if rev.len() >= 7 && rev.bytes().all(|b| b.is_ascii_hexdigit()) {
            return format!("git fetch{depth} origin {rev}");
        }
        if rev.contains(['~', '^', '@', ':', ' ']) {
            return format!("git fetch{depth}");
        }
        let (remote, branch) = match rev.split_once('/') {
            Some((remote, branch)) if self.run(&["remote", "get-url", remote]).is_ok_and(|o| o.status.success()) => {
                (remote, branch)
            }
            _ => ("origin", rev),
        };
        let flag = self.purpose.flag;
        format!("git fetch{depth} {remote} {branch}:refs/remotes/{remote}/{branch}, then {flag} {remote}/{branch}")
    }
}

/// How the CI systems clone all of it.
const CHECKOUT: &str = "in CI, clone all of it: `fetch-depth: 0` (GitHub), `GIT_DEPTH: 0` (GitLab)";

/// The last thing that git said, without its own label.
pub(crate) fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().find(|l| l.starts_with("fatal: ") || l.starts_with("error: ")).or(text.lines().last());
    line.unwrap_or("it does not say why").trim_start_matches("fatal: ").trim_start_matches("error: ").to_owned()
}
