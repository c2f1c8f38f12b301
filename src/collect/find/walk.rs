//! What lies below a folder: files, and folders that are one report.

use std::path::{Path, PathBuf};

use crate::collect::NoFile;
use crate::formats::Format;
use crate::input::{is_database, is_part};

/// How many entries of folders are looked at.
const MOST_ENTRIES: usize = 200_000;

/// What a search found.
#[derive(Default)]
pub(super) struct Found {
    /// In order.
    pub(super) files: Vec<PathBuf>,
    /// Folders that are a report, each as a whole.
    pub(super) databases: Vec<PathBuf>,
}

impl Found {
    /// The databases that are wanted, and the files that are no part of them. All else in such a folder is a
    /// file as any other: a database hides nothing that lies beside it.
    pub(super) fn of_databases(mut self, wanted: impl Fn(&Path) -> bool) -> Self {
        self.databases.retain(|d| wanted(d));
        let is_part_of = |file: &Path, folder: &PathBuf| file.strip_prefix(folder).is_ok_and(is_part);
        self.files.retain(|file| !self.databases.iter().any(|d| is_part_of(file, d)));
        self
    }

    /// What is taken of a folder that somebody gave: regular files and databases.
    pub(super) fn searched(self) -> Result<Self, NoFile> {
        let mut found = self.of_databases(|_| true);
        found.files.retain(|f| f.symlink_metadata().is_ok_and(|m| m.is_file()));
        let nothing = found.files.is_empty() && found.databases.is_empty();
        if nothing { Err(NoFile::Absent("the folder holds no file".into())) } else { Ok(found) }
    }
}

/// The format of a folder that is a report.
pub(super) fn of_folder(path: &Path) -> Option<&'static Format> {
    if is_database(path) { Format::named("advisory-db") } else { None }
}

/// Everything below a folder. Links are not followed, `.git` is not entered.
pub(super) fn walk(folder: &Path) -> Result<Found, String> {
    let (mut files, mut databases) = (Vec::new(), Vec::new());
    let mut folders = vec![folder.to_path_buf()];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        let wrong = |e: std::io::Error| format!("{} cannot be searched: {e}", folder.display());
        if is_database(&folder) {
            databases.push(folder.clone());
        }
        for entry in std::fs::read_dir(&folder).map_err(wrong)? {
            let entry = entry.map_err(wrong)?;
            seen += 1;
            if seen > MOST_ENTRIES {
                return Err(format!("more than {MOST_ENTRIES} entries below it: give a smaller folder"));
            }
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && entry.file_name() != ".git" => folders.push(entry.path()),
                Ok(kind) if kind.is_dir() => {}
                // What is no regular file is refused when it is opened, not passed over.
                _ => files.push(entry.path()),
            }
        }
    }
    files.sort();
    Ok(Found { files, databases })
}
