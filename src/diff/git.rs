//! Asks the `git` program for a diff: fixed arguments, no shell, and nothing of the user's settings or the
//! repository's attributes that would change or hide a line. It is not let onto the network.

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What git said.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    /// From the top of the repository to the root, with `/` at its end.
    prefix: String,
}

impl Found {
    /// Where below the root a path lies.
    pub(super) fn place(&self, path: &str) -> Option<String> {
        path.strip_prefix(&self.prefix).map(str::to_owned)
    }
}

/// Why there is no diff, and what to do.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) why: String,
    pub(super) help: String,
}

impl Refusal {
    pub(super) fn plain(why: impl Into<String>) -> Self {
        Self { why: why.into(), help: "make the diff by other means and give it with --diff FILE".into() }
    }

    fn helped(why: impl Into<String>, help: impl Into<String>) -> Self {
        Self { why: why.into(), help: help.into() }
    }
}

/// Every setting that would change what `git diff` prints is set here or by an option.
const SETTINGS: [&str; 2] = ["core.quotePath=false", "core.fsmonitor=false"];

/// `--text`: an attribute of the repository may call a source binary, and its lines would not be shown.
const OPTIONS: [&str; 15] = [
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--text",
    "--no-relative",
    "--unified=0",
    "--inter-hunk-context=0",
    "--find-renames",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--submodule=short",
    "--ignore-submodules=none",
    "--diff-algorithm=default",
    "--indent-heuristic",
    "--patch",
];

/// The diff of the working tree with the merge base of `HEAD` and `rev`.
pub(super) fn diff(rev: &str, root: &Path) -> Result<Found, Refusal> {
    if rev.is_empty() || rev.starts_with('-') || rev.contains("..") {
        return Err(Refusal::helped(
            format!("{rev:?} is no revision"),
            "name one commit or branch, such as --diff-base origin/main",
        ));
    }
    let git = Git { root };
    let prefix = git.line(&["rev-parse", "--show-prefix"])?;
    let head = git.commit("HEAD")?.ok_or_else(|| Refusal::plain("the repository has no commit yet"))?;
    let base = git.commit(rev)?.ok_or_else(|| git.no_such(rev))?;
    let merge_base = git.merge_base(&base, &head, rev)?;
    let mut args: Vec<&str> = SETTINGS.iter().flat_map(|s| ["-c", s]).collect();
    args.push("diff");
    args.extend(OPTIONS);
    args.extend([&*merge_base, "--"]);
    let output = git.run(&args)?;
    if !output.status.success() {
        return Err(Refusal::plain(format!("git diff failed: {}", said(&output))));
    }
    let short = merge_base.get(..12).unwrap_or(&merge_base);
    Ok(Found { name: format!("the diff with {short}, the merge base with {rev},"), bytes: output.stdout, prefix })
}

struct Git<'a> {
    root: &'a Path,
}

/// Variables that would lead git to another repository, as a hook of git has them, or change a diff.
const FORGOTTEN: [&str; 6] =
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS"];

impl Git<'_> {
    fn run(&self, args: &[&str]) -> Result<Output, Refusal> {
        let mut command = Command::new("git");
        FORGOTTEN.iter().for_each(|name| {
            command.env_remove(name);
        });
        command.arg("-C").arg(self.root).arg("--no-pager").args(args).stdin(Stdio::null());
        command.envs([("LC_ALL", "C"), ("GIT_OPTIONAL_LOCKS", "0"), ("GIT_NO_LAZY_FETCH", "1")]);
        command.env("GIT_TERMINAL_PROMPT", "0");
        command.output().map_err(|e| Refusal::plain(format!("the program git cannot be run: {e}")))
    }

    /// The line that git answers with.
    fn line(&self, args: &[&str]) -> Result<String, Refusal> {
        let output = self.run(args)?;
        if !output.status.success() {
            return Err(Refusal::helped(
                format!("git finds no repository at {}: {}", self.root.display(), said(&output)),
                "run it in a checkout, or give the diff with --diff FILE",
            ));
        }
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok(text.strip_suffix('\n').unwrap_or(&text).to_owned())
    }

    /// The commit that a revision names.
    fn commit(&self, rev: &str) -> Result<Option<String>, Refusal> {
        let output = self.run(&["rev-parse", "--verify", "--quiet", &format!("{rev}^{{commit}}")])?;
        let hash = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let is_hash = matches!(hash.len(), 40 | 64) && hash.bytes().all(|b| b.is_ascii_hexdigit());
        Ok(Some(hash).filter(|_| output.status.success() && is_hash))
    }

    fn merge_base(&self, base: &str, head: &str, rev: &str) -> Result<String, Refusal> {
        let output = self.run(&["merge-base", base, head])?;
        let found = String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned();
        match output.status.success() && !found.is_empty() {
            true => Ok(found),
            false if self.is_shallow() => Err(Refusal::helped(
                format!("this clone is shallow, and the merge base of {rev} and HEAD is not in it"),
                format!("{}; {CHECKOUT}", self.fetch("--unshallow", rev)),
            )),
            false => Err(Refusal::plain(format!("{rev} and HEAD have no commit in common"))),
        }
    }

    fn is_shallow(&self) -> bool {
        self.run(&["rev-parse", "--is-shallow-repository"]).is_ok_and(|o| o.stdout.starts_with(b"true"))
    }

    /// Why a revision is not there, and which fetch is missing.
    fn no_such(&self, rev: &str) -> Refusal {
        let remote = format!("origin/{rev}");
        if let Ok(Some(_)) = self.commit(&remote) {
            return Refusal::helped(format!("there is no revision {rev} here"), format!("say --diff-base {remote}"));
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
        format!("git fetch{depth} {remote} {branch}:refs/remotes/{remote}/{branch}, then --diff-base {remote}/{branch}")
    }
}

/// How the CI systems clone all of it.
const CHECKOUT: &str = "in CI, clone all of it: `fetch-depth: 0` (GitHub), `GIT_DEPTH: 0` (GitLab)";

/// The last thing that git said, without its own label.
fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().find(|l| l.starts_with("fatal: ") || l.starts_with("error: ")).or(text.lines().last());
    line.unwrap_or("it does not say why").trim_start_matches("fatal: ").trim_start_matches("error: ").to_owned()
}
