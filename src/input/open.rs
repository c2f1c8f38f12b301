//! Opening a file: a regular one and nothing else, never waited on.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::path::Path;

use jiff::Timestamp;

use super::folder::Folder;

/// A file that is open.
pub struct Opened {
    /// Its bytes.
    pub file: File,
    /// When it was last modified.
    pub modified: Option<Timestamp>,
}

/// The size of a file as its folder states it.
#[must_use]
pub fn size_of(path: &Path) -> u64 {
    match path.symlink_metadata() {
        Ok(about) if about.is_dir() => Folder::of(path).map_or(0, |f| f.length()),
        Ok(about) => about.len(),
        Err(_) => 0,
    }
}

/// Whether nothing is there. A path that cannot be looked at is not absent: what hides there may be anything.
#[must_use]
pub fn is_absent(path: &Path) -> bool {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    path.symlink_metadata().is_err_and(|e| matches!(e.kind(), NotFound | NotADirectory))
}

/// Opens a report that is a file, or a folder that is one; gives its bytes, and when a file was last modified.
///
/// # Errors
/// What [`open_report`] refuses, or what a folder lacks: a sentence for the user.
pub fn open_any(path: &Path, limit: u64) -> Result<(Box<dyn Read>, Option<Timestamp>), String> {
    if path.symlink_metadata().is_ok_and(|m| m.is_dir()) {
        return Ok((Box::new(Folder::of(path)?), None));
    }
    let opened = open_report(path, limit)?;
    Ok((Box::new(opened.file), opened.modified))
}

/// Opens a report; a link at the end of its path is not followed.
///
/// # Errors
/// It is no regular file, is larger than `limit`, or cannot be opened: a sentence for the user.
pub fn open_report(path: &Path, limit: u64) -> Result<Opened, String> {
    open(path, limit, false)
}

/// Reads a text file that the user wrote, such as a policy.
///
/// # Errors
/// It is no regular file, is larger than `limit`, is no UTF-8, or cannot be read: a sentence for the user.
pub fn read_text(path: &Path, limit: u64) -> Result<String, String> {
    String::from_utf8(read_bytes(path, limit)?).map_err(|_| "it is not UTF-8: write it as UTF-8".to_owned())
}

/// Reads a file that the user wrote and that may be in any encoding, such as a diff.
///
/// # Errors
/// It is no regular file, is larger than `limit`, or cannot be read: a sentence for the user.
pub fn read_bytes(path: &Path, limit: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let file = open(path, limit, true)?.file;
    file.take(limit).read_to_end(&mut bytes).map_err(|e| e.to_string())?;
    Ok(bytes)
}

fn open(path: &Path, limit: u64, follow: bool) -> Result<Opened, String> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        // A pipe is not waited for.
        options.custom_flags(if follow { libc::O_NONBLOCK } else { libc::O_NONBLOCK | libc::O_NOFOLLOW });
    }
    let file = options.open(path).map_err(|e| match path.symlink_metadata() {
        Ok(m) if m.file_type().is_symlink() => "a symbolic link: give the file that it points to".to_owned(),
        _ => e.to_string(),
    })?;
    let about = file.metadata().map_err(|e| e.to_string())?;
    if !about.is_file() {
        return Err("not a regular file".into());
    }
    if about.len() > limit {
        return Err(format!(
            "{} MiB, and {} MiB is the limit{}",
            about.len() >> 20,
            limit >> 20,
            if follow { "" } else { "; raise it with --max-file-size if this is right" }
        ));
    }
    let modified = about.modified().ok().and_then(|t| Timestamp::try_from(t).ok());
    Ok(Opened { file, modified })
}
