//! Asks git for a diff: nothing of the user's settings or the repository's attributes changes or hides a line.

use std::collections::BTreeSet;
use std::path::Path;

use super::parse::File;
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

/// Attributes by which a file of the working tree has other lines than what git keeps, and compares.
const KEPT_OTHERWISE: [&str; 2] = ["filter", "working-tree-encoding"];
/// How many paths git is asked about at once.
const AT_ONCE: usize = 200;

/// Of a file that git keeps otherwise than it lies there (as Git LFS does) the diff shows lines that no report can mean:
/// it differs, and nobody says where.
pub(super) fn hide_filtered(files: &mut [File], root: &Path) -> Result<(), Refusal> {
    let git = Git { root, purpose: &PURPOSE };
    let top = git.line(&["rev-parse", "--show-toplevel"])?;
    let git = Git { root: Path::new(&top), purpose: &PURPOSE };
    let mut filtered = BTreeSet::new();
    for paths in files.chunks(AT_ONCE) {
        let paths = paths.iter().map(|f| f.path.as_str());
        let args: Vec<&str> =
            ["check-attr", "-z"].into_iter().chain(KEPT_OTHERWISE).chain(["--"]).chain(paths).collect();
        let output = git.run(&args)?;
        if !output.status.success() {
            return Err(git.refuse(format!("git check-attr failed: {}", said(&output))));
        }
        let answer = String::from_utf8_lossy(&output.stdout).into_owned();
        let words: Vec<&str> = answer.split('\0').collect();
        for row in words.chunks_exact(3) {
            if let [path, _, value] = row
                && !["unspecified", "unset", ""].contains(value)
            {
                filtered.insert((*path).to_owned());
            }
        }
    }
    for file in files.iter_mut().filter(|f| f.file.is_new() && filtered.contains(&f.path)) {
        file.file.binary = true;
    }
    Ok(())
}
