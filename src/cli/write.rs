//! Writing: results to stdout, diagnostics to stderr, files where they were asked for.

use std::io::{self, IsTerminal as _, Write as _};

use crate::outputs::{Detail, Output, Page};
use crate::verdict::Verdict;

/// Prints a diagnostic on stderr. If even that cannot be written there is nobody to tell.
pub(super) fn diagnostic(text: &str) {
    let _told = writeln!(anstream::stderr().lock(), "{text}");
}

/// The page that stdout is.
pub(super) fn page(detail: Detail) -> Page {
    let columns = std::env::var("COLUMNS").ok().and_then(|c| c.parse::<usize>().ok());
    let terminal = io::stdout().is_terminal().then(terminal_width).flatten();
    Page { width: columns.or(terminal).unwrap_or(80), detail, ..Page::default() }
}

fn terminal_width() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| width.0.into())
}

/// Writes to stdout, in colour where that is wanted.
pub(super) fn stdout(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> Result<(), super::Failure> {
    let mut buffer = Vec::new();
    let mut out = anstream::stdout().lock();
    write(&mut buffer)
        .and_then(|()| out.write_all(&buffer))
        .and_then(|()| out.flush())
        .map_err(|why| super::Failure::Output { what: "stdout".into(), why })
}

/// Writes a verdict to a file, without colour.
pub(super) fn file(output: &Output, verdict: &Verdict, path: &std::path::Path) -> Result<(), super::Failure> {
    let mut buffer = anstream::StripStream::new(Vec::new());
    let page = Page { width: 100, ..Page::default() };
    output
        .write(verdict, &page, &mut buffer)
        .and_then(|()| match path.parent().filter(|p| !p.as_os_str().is_empty()) {
            Some(folder) => std::fs::create_dir_all(folder),
            None => Ok(()),
        })
        .and_then(|()| std::fs::write(path, buffer.into_inner()))
        .map_err(|why| super::Failure::Output { what: path.display().to_string(), why })
}

/// Replaces a file by another text: whole or not at all. It keeps its permissions.
pub(super) fn replace(path: &std::path::Path, text: &str) -> Result<(), super::Failure> {
    // A link stays a link: what it points to is replaced.
    let target = path.canonicalize();
    let path = target.as_deref().unwrap_or(path);
    let beside = path.with_extension(format!("{}.tmp", std::process::id()));
    let written = std::fs::metadata(path).map(|m| m.permissions()).and_then(|permissions| {
        std::fs::write(&beside, text)?;
        std::fs::set_permissions(&beside, permissions)?;
        std::fs::rename(&beside, path)
    });
    written.map_err(|why| {
        let _gone = std::fs::remove_file(&beside);
        super::Failure::Output { what: path.display().to_string(), why }
    })
}
