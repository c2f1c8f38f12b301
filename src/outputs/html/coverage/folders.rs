//! Files by folder.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::units::Ratio;
use crate::verdict::FileCovered;

/// A folder with the files that lie in it, not those of folders below.
pub(super) struct Folder<'a> {
    /// Its path; empty for the files without a folder.
    pub(super) path: &'a str,
    pub(super) lines: Ratio,
    /// Those with most lines that are not covered first.
    pub(super) files: Vec<File<'a>>,
}

/// A file.
pub(super) struct File<'a> {
    /// Its name without the folder.
    pub(super) name: &'a str,
    pub(super) lines: Ratio,
}

/// The folders, those with most lines that are not covered first.
pub(super) fn folders(files: &[FileCovered]) -> Vec<Folder<'_>> {
    let mut by_path: BTreeMap<&str, Vec<File<'_>>> = BTreeMap::new();
    for FileCovered { path, lines } in files {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        by_path.entry(folder).or_default().push(File { name, lines: *lines });
    }
    let mut all: Vec<Folder<'_>> = by_path.into_iter().map(|(path, files)| folder(path, files)).collect();
    all.sort_by_key(|f| Reverse(open(f.lines)));
    all
}

fn folder<'a>(path: &'a str, mut files: Vec<File<'a>>) -> Folder<'a> {
    files.sort_by_key(|f| Reverse(open(f.lines)));
    Folder { path, lines: sum(files.iter().map(|f| f.lines)), files }
}

/// How many lines are not covered.
fn open(lines: Ratio) -> u64 {
    lines.total.saturating_sub(lines.covered)
}

/// All of them together.
pub(super) fn sum(all: impl Iterator<Item = Ratio>) -> Ratio {
    all.fold(Ratio::default(), |mut sum, one| {
        sum.add(one);
        sum
    })
}
