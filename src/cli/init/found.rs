//! The reports that lie about in a folder, as a starter policy names them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::collect::{self, Evidence, Given, Limits};
use crate::facts::Report;
use crate::policy;

/// Folders that hold no report of this project.
const SKIPPED: [&str; 8] = [".git", "node_modules", "vendor", ".venv", "deps", "testdata", "fixtures", "__fixtures__"];
/// What a report's name ends with. Only `init` looks at names; a given file is known by its content.
const ENDINGS: [&str; 15] = [
    ".xml", ".json", ".sarif", ".ndjson", ".jsonl", ".info", ".lcov", ".lock", ".trx", ".tap", ".csv", ".txt", ".out",
    ".html", ".gz",
];
/// More files are not looked at.
const MOST_FILES: usize = 10_000;
/// So many reports of one format become one piece of evidence.
const MANY: usize = 5;

/// What was found in a folder.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The reports that were read.
    pub(super) reports: Vec<Evidence>,
    /// What looks like a report and cannot be read, with the reason.
    pub(super) unreadable: Vec<(String, String)>,
    /// Every file that was looked at, relative to the folder.
    files: Vec<String>,
}

/// A piece of evidence of the policy.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) name: String,
    /// One path or pattern, or several paths.
    pub(super) paths: Vec<String>,
    /// How many files a pattern takes.
    pub(super) files: Option<usize>,
    pub(super) format: String,
}

impl Found {
    /// Reads what lies below a folder.
    pub(super) fn below(folder: &Path) -> Self {
        let files = candidates(folder);
        let prefix = format!("{}/", crate::facts::normal_path(&folder.to_string_lossy()));
        let relative = |path: &str| path.strip_prefix(&prefix).unwrap_or(path).to_owned();
        let given: Vec<Given> = files.into_iter().map(|path| Given { name: None, path }).collect();
        let mut slots = collect::plan(&given, &BTreeMap::new(), folder);
        slots.iter_mut().for_each(|s| s.explicit = false);
        let mut found = Self { files: slots.iter().map(|s| relative(&s.shown)).collect(), ..Self::default() };
        for mut evidence in collect::read_all(&slots, Limits::default(), folder) {
            evidence.path = relative(&evidence.path);
            match (&evidence.report, &evidence.error) {
                (Some(report), _) if says(report) && !evidence.repeated => found.reports.push(evidence),
                (None, Some(why)) => found.unreadable.push((evidence.path, why.to_string())),
                _ => {}
            }
        }
        found
    }

    /// The reports by name; many of one format together, under one pattern where it takes those and nothing else.
    pub(super) fn named(&self) -> Vec<Named> {
        let mut names = BTreeSet::new();
        let mut by_format: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for evidence in &self.reports {
            by_format.entry(evidence.format.map_or("", |f| f.name)).or_default().push(&evidence.path);
        }
        let mut all = Vec::new();
        for evidence in &self.reports {
            let format = evidence.format.map_or("", |f| f.name);
            let paths = by_format.get(format).map_or(&[][..], Vec::as_slice);
            if paths.len() < MANY {
                let (name, paths) = (unique(&evidence.path, &mut names), vec![literal(&evidence.path)]);
                all.push(Named { name, paths, files: None, format: format.to_owned() });
            } else if paths.first() == Some(&evidence.path.as_str()) {
                let name = unique(format, &mut names);
                all.push(match self.pattern(paths) {
                    Some(pattern) => {
                        Named { name, paths: vec![pattern], files: Some(paths.len()), format: format.to_owned() }
                    }
                    None => {
                        let paths = paths.iter().map(|p| literal(p)).collect();
                        Named { name, paths, files: None, format: format.to_owned() }
                    }
                });
            }
        }
        all
    }

    /// A pattern that takes these files and none of the others that lie about.
    fn pattern(&self, paths: &[&str]) -> Option<String> {
        let first = paths.first()?;
        let mut folder: Vec<&str> = first.split('/').collect();
        folder.pop();
        while !paths.iter().all(|p| p.starts_with(&format!("{}/", folder.join("/")))) && !folder.is_empty() {
            folder.pop();
        }
        let start = if folder.is_empty() { String::new() } else { format!("{}/", literal(&folder.join("/"))) };
        let tails = |n: usize| first.rmatch_indices('/').nth(n).and_then(|(at, _)| first.get(at + 1..));
        let ending = crate::gates::ending(first);
        let same = |tail: &&str| paths.iter().all(|p| p.ends_with(*tail));
        let by_tail =
            [tails(1), tails(0)].into_iter().flatten().filter(same).map(|t| format!("{start}**/{}", literal(t)));
        let by_ending = [format!("{start}*.{ending}"), format!("{start}**/*.{ending}")];
        by_tail.chain(by_ending).find(|pattern| {
            let Ok(glob) = policy::PathGlob::parse(pattern) else { return false };
            let taken = self.files.iter().filter(|f| glob.matches(f));
            paths.iter().all(|p| glob.matches(p)) && taken.count() == paths.len()
        })
    }
}

/// A lock file by itself is evidence of nothing.
fn says(report: &Report) -> bool {
    report.facts.lockfile.is_none() || report.facts.findings.is_some()
}

/// Files below a folder that could be reports.
fn candidates(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        if crate::input::is_database(&next) {
            files.push(next.clone());
        }
        for entry in std::fs::read_dir(&next).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && !SKIPPED.contains(&name.as_str()) => folders.push(entry.path()),
                Ok(kind) if kind.is_file() && ENDINGS.iter().any(|e| name.ends_with(e)) => files.push(entry.path()),
                _ => {}
            }
        }
        if files.len() > MOST_FILES {
            break;
        }
    }
    files.sort();
    files
}

/// A path as a pattern that takes it and nothing else.
fn literal(path: &str) -> String {
    if path.contains(['*', '?', '[', '{']) { globset::escape(path) } else { path.to_owned() }
}

/// A name for the evidence at a path: its file's stem, its folder where that is taken, then a number.
fn unique(path: &str, taken: &mut BTreeSet<String>) -> String {
    let clean = |part: &str| {
        let stem = part.split('.').next().unwrap_or_default();
        stem.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect::<String>()
    };
    let parts: Vec<String> = path.split('/').map(clean).filter(|p| !p.is_empty()).collect();
    let short = parts.last().cloned().unwrap_or_else(|| "report".into());
    let long = parts.join("-");
    let numbered = (2..).map(|n| format!("{short}-{n}"));
    let candidates = [short.clone(), long].into_iter().chain(numbered);
    let name = candidates.filter(|n| *n != policy::UNNAMED).find(|n| !taken.contains(n)).unwrap_or(short);
    taken.insert(name.clone());
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(paths: &[&str], others: &[&str]) -> Found {
        let evidence = |path: &&str| {
            let slot = collect::Slot {
                name: None,
                shown: (*path).to_owned(),
                file: Err(crate::collect::NoFile::Absent(String::new())),
                explicit: false,
                format: crate::formats::Format::named("criterion"),
            };
            collect::read_all(&[slot], Limits::default(), Path::new(".")).remove(0)
        };
        Found {
            reports: paths.iter().map(evidence).collect(),
            files: paths.iter().chain(others).map(|p| (*p).to_owned()).collect(),
            ..Found::default()
        }
    }

    #[test]
    fn many_reports_of_one_format_become_one_pattern_that_takes_no_other() {
        let paths = ["c/a/new/e.json", "c/b/new/e.json", "c/c/new/e.json", "c/d/new/e.json", "c/e/f/new/e.json"];
        let named = found(&paths, &["c/a/base/e.json"]).named();
        assert_eq!((named.len(), &*named[0].paths[0], named[0].files), (1, "c/**/new/e.json", Some(5)));
        let apart = ["a/1.json", "b/2.json", "b/3.json", "b/4.json", "b/5.json"];
        let named = found(&apart, &["b/other.json"]).named();
        assert_eq!((named[0].paths.len(), named[0].files), (5, None), "no pattern fits: each by its path");
        assert_eq!(found(&paths[..4], &[]).named().len(), 4, "few are named one by one");
    }

    #[test]
    fn a_path_with_the_signs_of_a_pattern_is_taken_as_it_is() {
        let pattern = policy::PathGlob::parse(&literal("out/a[1].{x}.xml")).unwrap();
        assert!(pattern.matches("out/a[1].{x}.xml") && !pattern.matches("out/a1.x.xml"));
    }
}
