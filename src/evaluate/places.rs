//! How a file of the baseline is called in this run: a diff knows of renames, another machine has another root.

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::Diff;
use crate::facts::{is_absolute_path, plain_path};

/// Of so many files with one name (`mod.rs`) no pair is looked for.
const MOST_ALIKE: usize = 64;

/// What became of paths since the baseline.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Where the sources lay, and where they lie.
    roots: Option<(Vec<String>, Vec<String>)>,
    /// The new name of each old one.
    renamed: BTreeMap<String, String>,
    /// Old names by their last part.
    by_name: BTreeMap<String, Vec<String>>,
}

impl Places {
    /// Between the paths of the baseline and those of this run.
    pub(super) fn between(before: &BTreeSet<String>, now: &BTreeSet<String>, diff: Option<&Diff>) -> Self {
        let mut places = Self { roots: roots(before, now), ..Self::default() };
        let mut claims: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (new, file) in diff.iter().flat_map(|d| &d.files) {
            let old = file.renamed_from.as_deref().map(plain_path);
            claims.entry(old.unwrap_or_default()).or_default().push(plain_path(new));
        }
        for (old, new) in claims.into_iter().filter(|(old, _)| !old.is_empty()) {
            // One file has one new name; what names two says neither.
            if let [new] = new.as_slice() {
                places.by_name.entry(last(&old).to_owned()).or_default().push(old.clone());
                places.renamed.insert(old, new.clone());
            }
        }
        places
    }

    /// What a file of the baseline is called now.
    pub(super) fn now(&self, old: &str) -> String {
        let moved = self.roots.as_ref().and_then(|(from, to)| {
            let rest = parts(old).strip_prefix(from.as_slice())?.to_vec();
            Some(joined(&[to.as_slice(), &rest].concat()))
        });
        let path = moved.unwrap_or_else(|| old.to_owned());
        self.renamed.get(&path).cloned().or_else(|| self.renamed_below(&path)).unwrap_or(path)
    }

    /// The new name of an absolute path, if just one old name is its end.
    fn renamed_below(&self, path: &str) -> Option<String> {
        let olds = self.by_name.get(last(path)).filter(|_| is_absolute_path(path))?;
        let mut ends = olds.iter().filter_map(|old| Some((path.strip_suffix(old.as_str())?, old)));
        let (root, old) = ends.by_ref().find(|(root, _)| root.ends_with('/'))?;
        if ends.any(|(root, _)| root.ends_with('/')) {
            return None;
        }
        Some(format!("{root}{}", self.renamed.get(old)?))
    }
}

/// The two roots below which the files of both runs lie, where that is one answer alone: more files agree on it than
/// on any other, two at least or one with its two folders, and no file of the same path says that the root stayed.
///
/// A relative path has no root that could be guessed: it must be the whole end of the other.
fn roots(before: &BTreeSet<String>, now: &BTreeSet<String>) -> Option<(Vec<String>, Vec<String>)> {
    let mut by_name: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    now.difference(before).for_each(|path| by_name.entry(last(path)).or_default().push(path));
    let mut votes: BTreeMap<(Vec<String>, Vec<String>), (usize, usize)> = BTreeMap::new();
    for old in before.difference(now) {
        let alike = by_name.get(last(old)).filter(|a| a.len() <= MOST_ALIKE);
        let found: BTreeSet<_> = alike.into_iter().flatten().filter_map(|new| roots_of(old, new)).collect();
        for (from, to, tail) in found {
            let vote = votes.entry((from, to)).or_default();
            *vote = (vote.0 + 1, vote.1.max(tail));
        }
    }
    let most = votes.values().map(|(count, _)| *count).max()?;
    let mut best = votes.into_iter().filter(|(_, (count, _))| *count == most);
    let ((from, to), (count, tail)) = best.next()?;
    let alone = best.next().is_none() && (count >= 2 || tail >= 3);
    let shared: Vec<String> = from.iter().zip(&to).take_while(|(a, b)| a == b).map(|(a, _)| a.clone()).collect();
    // The root itself is shared by all.
    let stayed = |path: &String| {
        let path = parts(path);
        path.starts_with(&from) && !from.is_empty() || shared.len() > 1 && path.starts_with(&shared)
    };
    (alone && !before.intersection(now).any(stayed)).then_some((from, to))
}

/// What is before the longest common end of two paths, one of which is absolute, and how many names that has.
fn roots_of(old: &str, new: &str) -> Option<(Vec<String>, Vec<String>, usize)> {
    if !is_absolute_path(old) && !is_absolute_path(new) {
        return None;
    }
    let (mut old_parts, mut new_parts) = (parts(old), parts(new));
    let mut tail = 0;
    while let (Some(a), Some(b)) = (old_parts.last(), new_parts.last()) {
        if a != b || a.is_empty() || a.ends_with(':') {
            break;
        }
        old_parts.pop();
        new_parts.pop();
        tail += 1;
    }
    let whole = |path: &str, rest: &[String]| is_absolute_path(path) || rest.is_empty();
    (whole(old, &old_parts) && whole(new, &new_parts)).then_some((old_parts, new_parts, tail))
}

/// The names of a path; that of the root is empty.
fn parts(path: &str) -> Vec<String> {
    path.split('/').map(str::to_owned).collect()
}

fn joined(parts: &[String]) -> String {
    parts.join("/")
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(paths: &[&str]) -> BTreeSet<String> {
        paths.iter().map(|p| plain_path(p)).collect()
    }

    #[test]
    fn another_root_is_found_where_it_is_one_answer_alone() {
        for (what, before, now, old, expected) in [
            (
                "two files agree",
                &["/home/runner/work/x/x/src/a.rs", "/home/runner/work/x/x/src/b.rs"][..],
                &["/builds/org/x/src/a.rs", "/builds/org/x/src/b.rs"][..],
                "/home/runner/work/x/x/src/c.rs",
                "/builds/org/x/src/c.rs",
            ),
            ("one file in its folders", &["/a/x/src/vm/op.rs"], &["/b/y/src/vm/op.rs"], "/a/x/z.rs", "/b/y/z.rs"),
            ("one file alone", &["/a/x/src/lib.rs"], &["/b/y/src/lib.rs"], "/a/x/z.rs", "/a/x/z.rs"),
            ("absolute, and relative now", &["/a/x/src/a.rs", "/a/x/b.rs"], &["src/a.rs", "b.rs"], "/a/x/c.rs", "c.rs"),
            ("relative, and absolute now", &["src/a.rs", "b.rs"], &["/a/x/src/a.rs", "/a/x/b.rs"], "c.rs", "/a/x/c.rs"),
            ("a drive", &["C:/a/src/a.rs", "C:/a/b.rs"], &[r"d:\w\src\a.rs", r"d:\w\b.rs"], "C:/a/c.rs", "D:/w/c.rs"),
            (
                "the end of another is not all of it",
                &["/a/x/src/a.rs", "/a/x/src/b.rs"],
                &["lib/src/a.rs", "lib/src/b.rs"],
                "/a/x/src/a.rs",
                "/a/x/src/a.rs",
            ),
            ("both relative: a move", &["a/x.rs", "a/y.rs"], &["b/x.rs", "b/y.rs"], "a/x.rs", "a/x.rs"),
            (
                "two answers",
                &["/a/x/m/src/vm/op.rs"],
                &["/b/p/src/vm/op.rs", "/b/q/src/vm/op.rs"],
                "/a/x/m/src/vm/op.rs",
                "/a/x/m/src/vm/op.rs",
            ),
            (
                "a file that stayed says that the root did",
                &["/w/x/old/a.rs", "/w/x/old/b.rs", "/w/x/c.rs"],
                &["/w/x/new/a.rs", "/w/x/new/b.rs", "/w/x/c.rs"],
                "/w/x/old/a.rs",
                "/w/x/old/a.rs",
            ),
            (
                "a header of the system says nothing",
                &["/builds/t/0/x/a.rs", "/builds/t/0/x/b.rs", "/usr/include/c.h"],
                &["/builds/t/1/x/a.rs", "/builds/t/1/x/b.rs", "/usr/include/c.h"],
                "/builds/t/0/x/a.rs",
                "/builds/t/1/x/a.rs",
            ),
        ] {
            let places = Places::between(&set(before), &set(now), None);
            assert_eq!(places.now(old), expected, "{what}");
        }
    }

    #[test]
    fn a_rename_of_the_diff_is_followed() {
        let renamed = |pairs: &[(&str, &str)]| {
            let mut diff = Diff::NONE;
            for (old, new) in pairs {
                let file = crate::diff::ChangedFile { renamed_from: Some((*old).into()), ..Default::default() };
                diff.files.insert((*new).into(), file);
            }
            Places::between(&BTreeSet::new(), &BTreeSet::new(), Some(&diff))
        };
        let places = renamed(&[("a.rs", "b.rs"), ("b.rs", "a.rs"), ("src/x.rs", "src/y/x.rs")]);
        for (old, now) in [
            ("a.rs", "b.rs"),
            ("b.rs", "a.rs"),
            ("c.rs", "c.rs"),
            ("/w/src/x.rs", "/w/src/y/x.rs"),
            ("w/src/x.rs", "w/src/x.rs"),
            ("/w/srca.rs", "/w/srca.rs"),
        ] {
            assert_eq!(places.now(old), now);
        }
        let two = renamed(&[("a.rs", "b.rs"), ("a.rs", "c.rs")]);
        assert_eq!(two.now("a.rs"), "a.rs", "one file has one new name");
    }
}
