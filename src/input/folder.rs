//! A folder that is one report: an advisory database in the layout of RustSec
//! (rustsec/advisory-db `CONTRIBUTING.md`, rustsec/rustsec `rustsec/src/database.rs`).
//!
//! `crates/NAME/ID.md` are advisories about packages of crates.io, `rust/NAME/ID.md` about the
//! toolchain. They are read as one stream in the order of their paths, each behind a line that names
//! it and its length, so that nothing inside an advisory can be taken for the next one.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::open::open_report;
use super::size;

/// The collections of a database.
const COLLECTIONS: [&str; 2] = ["crates", "rust"];
/// The largest file of a database. The largest real one has some 20 kB.
pub const LARGEST_PART: usize = 1 << 20;

/// Whether a folder is an advisory database: it holds a `crates/NAME/RUSTSEC-….md`.
#[must_use]
pub fn is_database(folder: &Path) -> bool {
    let crates = folder.join("crates");
    let is_folder = |p: &Path| p.symlink_metadata().is_ok_and(|m| m.is_dir());
    let holds = |package: &Path| {
        let mut names = std::fs::read_dir(package).into_iter().flatten().flatten().map(|e| e.file_name());
        names.any(|n| n.to_str().is_some_and(|n| n.starts_with("RUSTSEC-") && n.ends_with(".md")))
    };
    let packages = || std::fs::read_dir(&crates).into_iter().flatten().flatten().map(|e| e.path());
    is_folder(&crates) && packages().any(|p| is_folder(&p) && holds(&p))
}

/// Whether a file below a database is a part of it, by its path relative to it.
#[must_use]
pub fn is_part(relative: &Path) -> bool {
    let parts: Vec<_> = relative.iter().collect();
    match parts.as_slice() {
        [collection, _, file] => {
            COLLECTIONS.iter().any(|c| collection == c) && file.to_str().is_some_and(|f| f.ends_with(".md"))
        }
        _ => false,
    }
}

/// The line in front of a part of the stream.
pub(super) fn heading(path: &str, bytes: u64) -> String {
    format!("==> {path}, {bytes} bytes <==\n")
}

/// The path and the length that a heading states.
#[must_use]
pub fn parse_heading(line: &str) -> Option<(&str, u64)> {
    let (path, bytes) = line.strip_prefix("==> ")?.strip_suffix(" bytes <==")?.rsplit_once(", ")?;
    Some((path, crate::units::plain_u64(bytes)?))
}

/// The parts of a database, as one stream.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    /// Paths relative to the root with `/`, in order, and sizes.
    parts: Vec<(String, u64)>,
    next: usize,
    /// The part that is being handed out, with its heading.
    present: io::Cursor<Vec<u8>>,
}

impl Folder {
    /// The database in a folder. Nothing is opened yet.
    ///
    /// # Errors
    /// It cannot be searched, or holds what a database does not: a sentence for the user.
    pub fn of(root: &Path) -> Result<Self, String> {
        let mut parts = Vec::new();
        for collection in COLLECTIONS {
            if root.join(collection).symlink_metadata().is_ok() {
                for package in entries(root, collection)? {
                    if root.join(&package).symlink_metadata().is_ok_and(|m| m.is_file()) {
                        continue;
                    }
                    for part in entries(root, &package)? {
                        if !part.ends_with(".md") {
                            return Err(format!("{part} is no advisory: `ID.md` is wanted"));
                        }
                        let length = super::size_of(&root.join(&part));
                        parts.push((part, length));
                    }
                }
            }
        }
        if !parts.iter().any(|(path, _)| path.starts_with("crates/")) {
            return Err("a folder, and no advisory database: there is no crates/NAME/RUSTSEC-….md in it".into());
        }
        parts.sort();
        Ok(Self { root: root.to_path_buf(), parts, next: 0, present: io::Cursor::default() })
    }

    /// How many bytes its parts hold.
    #[must_use]
    pub fn length(&self) -> u64 {
        super::total(self.parts.iter().map(|(_, n)| *n))
    }

    /// The next part with its heading. One that cannot be read is not passed over.
    fn part(&self, path: &str) -> Result<Vec<u8>, String> {
        let most = size(LARGEST_PART);
        let file = open_report(&self.root.join(path), most)?.file;
        let mut text = String::new();
        let read = file.take(most).read_to_string(&mut text);
        read.map_err(|e| match e.kind() {
            io::ErrorKind::InvalidData => "not UTF-8".to_owned(),
            _ => e.to_string(),
        })?;
        let mut part = heading(path, size(text.len())).into_bytes();
        part.extend_from_slice(text.as_bytes());
        part.push(b'\n');
        Ok(part)
    }
}

/// The entries of a folder below the root but those that begin with a dot, as paths from the root.
fn entries(root: &Path, folder: &str) -> Result<Vec<String>, String> {
    let wrong = |e: io::Error| format!("{folder} cannot be searched: {e}");
    let mut found = Vec::new();
    let about = root.join(folder).symlink_metadata().map_err(wrong)?;
    if !about.is_dir() {
        return Err(format!("{folder} is no folder; links are not followed"));
    }
    for entry in std::fs::read_dir(root.join(folder)).map_err(wrong)? {
        let name = entry.map_err(wrong)?.file_name();
        let name = name.to_str().ok_or_else(|| format!("{folder} holds a name that is not UTF-8"))?;
        if !name.starts_with('.') {
            found.push(format!("{folder}/{name}"));
        }
    }
    Ok(found)
}

impl io::Read for Folder {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        loop {
            let n = self.present.read(space)?;
            let Some((path, _)) = self.parts.get(self.next).filter(|_| n == 0 && !space.is_empty()) else {
                return Ok(n);
            };
            let part = self.part(path).map_err(|why| io::Error::other(format!("{path}: {why}")))?;
            self.present = io::Cursor::new(part);
            self.next += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        folder
    }

    #[test]
    fn a_database_is_one_stream_in_the_order_of_its_paths() {
        let folder = folder(&[
            ("rust/std/CVE-1.md", "s"),
            ("crates/b/RUSTSEC-2020-0002.md", "two\n"),
            ("crates/a/RUSTSEC-2020-0001.md", "é"),
            ("crates/a/.DS_Store", "x"),
            ("crates/README", "x"),
            ("LICENSE.txt", "x"),
        ]);
        assert!(is_database(folder.path()));
        let mut stream = Folder::of(folder.path()).unwrap();
        assert_eq!(stream.length(), 7);
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        assert_eq!(
            text,
            "==> crates/a/RUSTSEC-2020-0001.md, 2 bytes <==\né\n==> crates/b/RUSTSEC-2020-0002.md, 4 bytes <==\ntwo\n\n\
             ==> rust/std/CVE-1.md, 1 bytes <==\ns\n"
        );
        assert_eq!(parse_heading("==> crates/a, b/c.md, 12 bytes <=="), Some(("crates/a, b/c.md", 12)));
        assert_eq!((parse_heading("==> a, x bytes <=="), parse_heading("==> a <==")), (None, None));
    }

    #[test]
    fn only_the_parts_of_a_database_are_its_own() {
        for (path, part) in [
            ("crates/a/RUSTSEC-2020-0001.md", true),
            ("rust/std/CVE-2020-1.md", true),
            ("crates/a/report.xml", false),
            ("crates/a/b/RUSTSEC-2020-0001.md", false),
            ("crates/RUSTSEC-2020-0001.md", false),
            ("README.md", false),
        ] {
            assert_eq!(is_part(Path::new(path)), part, "{path}");
        }
    }

    #[test]
    fn what_is_no_database_is_refused_with_the_reason() {
        for (files, why) in [
            (&[("LICENSE.txt", "x")][..], "no advisory database"),
            (
                &[("crates/a/RUSTSEC-2020-0001.md", "x"), ("crates/a/notes.txt", "x")],
                "crates/a/notes.txt is no advisory",
            ),
        ] {
            let folder = folder(files);
            let error = Folder::of(folder.path()).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
        assert!(!is_database(folder(&[("crates/a/Cargo.toml", "x"), ("crates/b/src/RUSTSEC-1.md", "x")]).path()));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed_and_not_passed_over() {
        let outside = folder(&[("x.md", "x")]);
        for (from, to) in [("crates/b", ""), ("crates/a/RUSTSEC-2020-0002.md", "x.md")] {
            let folder = folder(&[("crates/a/RUSTSEC-2020-0001.md", "x")]);
            std::os::unix::fs::symlink(outside.path().join(to), folder.path().join(from)).unwrap();
            let read =
                Folder::of(folder.path()).and_then(|mut f| f.read_to_end(&mut Vec::new()).map_err(|e| e.to_string()));
            let error = read.unwrap_err();
            assert!(error.contains(from) && error.contains("link"), "{error}");
        }
    }

    #[test]
    fn a_part_that_is_no_text_is_named_each_time() {
        let folder = folder(&[("crates/a/RUSTSEC-2020-0001.md", "x")]);
        std::fs::write(folder.path().join("crates/a/RUSTSEC-2020-0002.md"), b"\xFF").unwrap();
        let mut stream = Folder::of(folder.path()).unwrap();
        for _ in 0..2 {
            let error = stream.read_to_end(&mut Vec::new()).unwrap_err().to_string();
            assert_eq!(error, "crates/a/RUSTSEC-2020-0002.md: not UTF-8");
        }
    }
}
