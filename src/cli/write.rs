//! Writing: results to stdout, diagnostics to stderr, files where they were asked for.

pub(super) mod files;

use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;

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
pub(super) fn file(output: &Output, verdict: &Verdict, path: &Path) -> Result<(), super::Failure> {
    let page = Page { width: 100, ..Page::default() };
    rendered(output, verdict, &page)
        .and_then(|bytes| match path.parent().filter(|p| !p.as_os_str().is_empty()) {
            Some(folder) => std::fs::create_dir_all(folder).map(|()| bytes),
            None => Ok(bytes),
        })
        .and_then(|bytes| files::whole(path, &bytes))
        .map_err(|why| super::Failure::Output { what: path.display().to_string(), why })
}

/// A verdict as it is written to files: without colour.
pub(super) fn rendered(output: &Output, verdict: &Verdict, page: &Page) -> io::Result<Vec<u8>> {
    let mut buffer = anstream::StripStream::new(Vec::new());
    output.write(verdict, page, &mut buffer)?;
    Ok(buffer.into_inner())
}

/// Writes commands of a CI on stderr, which its runner reads as it reads stdout.
pub(super) fn commands(bytes: &[u8]) {
    let mut err = io::stderr().lock();
    let _told = err.write_all(bytes).and_then(|()| err.flush());
}

/// Replaces a file by another text: whole or not at all. It keeps its permissions, and a link stays one.
pub(super) fn replace(path: &Path, text: &str) -> Result<(), super::Failure> {
    std::fs::metadata(path)
        .and_then(|_| files::whole(path, text.as_bytes()))
        .map_err(|why| super::Failure::Output { what: path.display().to_string(), why })
}
