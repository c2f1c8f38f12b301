//! Opening a report: a regular file and nothing else, never followed through a link, never waited on.

use std::fs::{File, OpenOptions};
use std::path::Path;

use jiff::Timestamp;

/// A file that is open.
pub(super) struct Opened {
    pub(super) file: File,
    pub(super) modified: Option<Timestamp>,
}

/// The size of a file as its folder states it.
pub(super) fn size_of(path: &Path) -> u64 {
    path.symlink_metadata().map_or(0, |m| m.len())
}

/// Opens a report. The error is a sentence for the user.
pub(super) fn open(path: &Path, limit: u64) -> Result<Opened, String> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        // A pipe is not waited for, and a link at the end of the path not followed.
        options.custom_flags(libc::O_NONBLOCK | libc::O_NOFOLLOW);
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
            "{} MiB, and {} MiB is the limit; raise it with --max-file-size if this is right",
            about.len() >> 20,
            limit >> 20
        ));
    }
    let modified = about.modified().ok().and_then(|t| Timestamp::try_from(t).ok());
    Ok(Opened { file, modified })
}
