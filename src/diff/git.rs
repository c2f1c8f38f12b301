//! Asks git for a diff: nothing of the user's settings or the repository's attributes changes or hides a line.

use std::path::Path;

use crate::git::{Git, Purpose, Refusal, said};

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

pub(super) const PURPOSE: Purpose =
    Purpose { flag: "--diff-base", instead: "make the diff by other means and give it with --diff FILE" };

/// The diff of the working tree with the merge base of `HEAD` and `rev`.
pub(super) fn diff(rev: &str, root: &Path) -> Result<Found, Refusal> {
    let git = Git { root, purpose: &PURPOSE };
    let prefix = git.line(&["rev-parse", "--show-prefix"])?;
    let base = git.revision(rev)?;
    let head = git.commit("HEAD")?.ok_or_else(|| git.refuse("the repository has no commit yet"))?;
    let merge_base = git.merge_base(&base, &head, rev)?;
    let mut args: Vec<&str> = SETTINGS.iter().flat_map(|s| ["-c", s]).collect();
    args.push("diff");
    args.extend(OPTIONS);
    args.extend([&*merge_base, "--"]);
    let output = git.run(&args)?;
    if !output.status.success() {
        return Err(git.refuse(format!("git diff failed: {}", said(&output))));
    }
    let short = merge_base.get(..12).unwrap_or(&merge_base);
    Ok(Found { name: format!("the diff with {short}, the merge base with {rev},"), bytes: output.stdout, prefix })
}
