//! Files that are written whole or not at all.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Writes a file: beside it and renamed over it, so that whoever reads it never meets a half of it. Links are followed,
/// permissions are kept. What is no file (a terminal, a pipe, `/dev/null`) is written into, and so is a file whose folder
/// takes no other or that cannot be replaced (one that is mounted into a container).
///
/// # Errors
/// Those of the file system; what was there before stays.
pub(in crate::cli) fn whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = behind_links(path);
    match target.to_str() {
        Some("/dev/stdout" | "/dev/fd/1" | "/proc/self/fd/1") => return stream(&mut io::stdout().lock(), bytes),
        Some("/dev/stderr" | "/dev/fd/2" | "/proc/self/fd/2") => return stream(&mut io::stderr().lock(), bytes),
        _ => {}
    }
    let known = match fs::metadata(&target) {
        Ok(known) if !known.is_file() || is_device(&target) => return into(&target, bytes),
        Ok(known) => {
            // What may not be written must not be replaced either.
            OpenOptions::new().write(true).open(&target)?;
            Some(known)
        }
        Err(e) if e.kind() == io::ErrorKind::NotFound => None,
        Err(e) => return Err(e),
    };
    let (beside, mut file) = match create_beside(&target) {
        Ok(created) => created,
        Err(e) if takes_no_other(&e) => return in_place(&target, bytes, known.is_none()),
        Err(e) => return Err(e),
    };
    let written = file.write_all(bytes).and_then(|()| match known {
        Some(known) => fs::set_permissions(&beside, known.permissions()),
        None => Ok(()),
    });
    drop(file);
    let done = written.and_then(|()| fs::rename(&beside, &target).or_else(|_| fs::write(&target, bytes)));
    if fs::symlink_metadata(&beside).is_ok() {
        let _gone = fs::remove_file(&beside);
    }
    done
}

/// Whether an error is of a folder that takes no further file, though the file itself may be written. A full disk is
/// none: the file would be emptied first.
fn takes_no_other(e: &io::Error) -> bool {
    use io::ErrorKind::{InvalidFilename, PermissionDenied, ReadOnlyFilesystem};
    matches!(e.kind(), PermissionDenied | ReadOnlyFilesystem | InvalidFilename)
}

/// Writes where nothing can lie beside it. What is new and did not come whole goes again.
fn in_place(path: &Path, bytes: &[u8], new: bool) -> io::Result<()> {
    let written = fs::write(path, bytes);
    if written.is_err() && new && path.is_file() {
        let _gone = fs::remove_file(path);
    }
    written
}

/// Writes a file of our own naming: whole, and in the place of whatever is there, links included: a checkout that
/// holds a link of that name does not say where it leads.
///
/// # Errors
/// Those of the file system.
pub(in crate::cli) fn own(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (beside, mut file) = create_beside(path)?;
    let done = file.write_all(bytes).and_then(|()| fs::rename(&beside, path));
    if done.is_err() {
        let _gone = fs::remove_file(&beside);
    }
    done
}

fn stream(out: &mut dyn io::Write, bytes: &[u8]) -> io::Result<()> {
    out.write_all(bytes)?;
    out.flush()
}

/// Writes into what is no file.
fn into(path: &Path, bytes: &[u8]) -> io::Result<()> {
    OpenOptions::new().write(true).open(path)?.write_all(bytes)
}

/// What lies there is named by a process or a device: there is nothing to rename over.
fn is_device(path: &Path) -> bool {
    path.starts_with("/dev") || path.starts_with("/proc")
}

/// Where a path leads, though nothing may be there yet.
fn behind_links(path: &Path) -> PathBuf {
    let mut path = path.to_path_buf();
    // More links than a system follows are a circle, which opening it will say.
    for _ in 0..40 {
        let Some(to) = fs::read_link(&path).ok().filter(|_| !is_device(&path)) else { break };
        path = path.parent().map(|folder| folder.join(&to)).unwrap_or(to);
    }
    path
}

/// A new file in the same folder, under a name that nothing has.
fn create_beside(path: &Path) -> io::Result<(PathBuf, fs::File)> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy().into_owned();
    let process = std::process::id();
    for n in 0..100 {
        let beside = path.with_file_name(format!(".{name}.{process}-{n}.tmp"));
        match OpenOptions::new().write(true).create_new(true).open(&beside) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            opened => return opened.map(|file| (beside, file)),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = entries.collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.json");
        whole(&file, b"one").unwrap();
        whole(&file, b"two").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"two");
        assert_eq!(names(folder.path()), ["a.json"]);
        let under_a_file = file.join("b.json");
        assert!(whole(&under_a_file, b"x").is_err());
        assert!(whole(folder.path(), b"x").is_err(), "a folder");
        assert_eq!(names(folder.path()), ["a.json"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_links_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("real")).unwrap();
        symlink("real/a", at("link")).unwrap();
        symlink("link", at("chain")).unwrap();
        whole(&at("chain"), b"new").unwrap();
        assert_eq!(fs::read(at("real/a")).unwrap(), b"new", "a link to what is not there yet");
        fs::set_permissions(at("real/a"), fs::Permissions::from_mode(0o640)).unwrap();
        whole(&at("chain"), b"again").unwrap();
        assert!(at("chain").is_symlink() && at("link").is_symlink());
        assert_eq!(fs::read(at("real/a")).unwrap(), b"again");
        assert_eq!(fs::metadata(at("real/a")).unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(names(&at("real")), ["a"]);
        symlink("circle", at("circle")).unwrap();
        assert!(whole(&at("circle"), b"x").is_err());

        own(&at("chain"), b"mine").unwrap();
        assert!(!at("chain").is_symlink());
        assert_eq!(fs::read(at("real/a")).unwrap(), b"again", "a file of our own follows no link");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_written_into() {
        use std::os::unix::fs::FileTypeExt as _;
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || fs::read(pipe).unwrap()
        });
        whole(&pipe, b"through").unwrap();
        assert_eq!(reader.join().unwrap(), b"through");
        assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo());
        whole(Path::new("/dev/null"), b"gone").unwrap();
        assert_eq!(names(folder.path()), ["pipe"]);
    }
}
