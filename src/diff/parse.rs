//! Reads a unified diff: git's, or that of `diff -u`, Subversion and Mercurial.
//!
//! What it states twice must agree: a hunk holds as many lines as its header says, a header is followed by
//! what it announces, and no line stands outside. Text before the first file is passed over (a mail, a
//! commit's message); a series of patches on the same file is not, for its line numbers are those of states
//! that are gone. After git's `apply.c` and `diff.c` and POSIX `diff -u`.

use std::collections::BTreeMap;

use super::header::{Header, hunk, unbroken};
use super::{ChangedFile, path};

/// A file as the diff names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct File {
    pub(super) path: String,
    pub(super) renamed_from: Option<String>,
    pub(super) file: ChangedFile,
}

/// What it was called, and what it is called.
type Names = (Option<Vec<u8>>, Option<Vec<u8>>);

type Result<T> = std::result::Result<T, String>;

/// Reads all of it.
pub(super) fn parse(bytes: &[u8]) -> Result<Vec<File>> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err("it is UTF-16, as PowerShell writes it: use `git diff --output=FILE`".into());
    }
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Vec::new());
    }
    if !bytes.ends_with(b"\n") {
        return Err("its last line does not end: it was cut off".into());
    }
    let mut parser = Parser { rest: bytes, number: 0, files: BTreeMap::new(), prose: true, seen: false };
    while let Some(line) = parser.peek() {
        parser.section(line)?;
    }
    match parser.seen {
        true => Ok(parser.files.into_values().collect()),
        false if bytes.contains(&0x1b) => Err("it holds no diff, but colours: write it with `--no-color`".into()),
        false => Err("it holds no unified diff".into()),
    }
}

struct Parser<'a> {
    rest: &'a [u8],
    /// Of the line that was taken last.
    number: u64,
    files: BTreeMap<Vec<u8>, File>,
    /// Words may stand here.
    prose: bool,
    seen: bool,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a [u8]> {
        let end = memchr::memchr(b'\n', self.rest)?;
        self.rest.get(..end)
    }

    fn take(&mut self) -> Option<&'a [u8]> {
        let line = self.peek()?;
        self.rest = self.rest.get(line.len() + 1..).unwrap_or_default();
        self.number += 1;
        Some(line)
    }

    /// The next line as a header: without the break that another system put at its end.
    fn header(&self) -> Option<&'a [u8]> {
        self.peek().map(unbroken)
    }

    fn second(&self) -> Option<&'a [u8]> {
        let first = self.peek()?;
        let rest = self.rest.get(first.len() + 1..)?;
        rest.get(..memchr::memchr(b'\n', rest)?)
    }

    fn wrong<T>(&self, why: &str) -> Result<T> {
        Err(format!("line {}: {why}", self.number))
    }

    /// Takes a whole file, or a line between two of them.
    fn section(&mut self, line: &'a [u8]) -> Result<()> {
        let line = unbroken(line);
        let begins = |word: &str| line.starts_with(word.as_bytes());
        if begins("diff --git ") {
            return self.git_file(line);
        }
        if begins("--- ") && self.second().is_some_and(|l| l.starts_with(b"+++ ")) {
            return self.plain_file();
        }
        self.take();
        if begins("diff --cc ") || begins("diff --combined ") || begins("@@@ ") {
            return self.wrong("a combined diff of a merge: give the diff with one base, `git diff BASE...HEAD`");
        }
        if begins("@@ -") {
            return self.wrong("a hunk of no file: the diff was cut off at its front");
        }
        if begins("Only in ") && self.seen {
            return self.wrong("a new file of which no line is shown: use `diff -N`");
        }
        if begins("Binary files ") && line.ends_with(b" differ") {
            return self.plain_binary(line);
        }
        self.seen |= begins("Submodule ") || begins("Index: ");
        if begins("Cannot display: file marked as a binary type") {
            return self.wrong("a file of which no line is shown: use `svn diff --force`");
        }
        let opens = ["Index: ", "Submodule ", "Property changes on: "];
        if line == b"-- " || opens.iter().any(|word| begins(word)) {
            self.prose = true;
        } else if !self.prose && !line.is_empty() && !begins("diff ") {
            return self.wrong("it belongs to no hunk: the diff is damaged, or more than one diff");
        }
        Ok(())
    }

    fn git_file(&mut self, first: &'a [u8]) -> Result<()> {
        self.take();
        let start = self.number;
        let names = path::pair(first.get(b"diff --git ".len()..).unwrap_or_default());
        let mut header = Header::of(names);
        let mut file = ChangedFile::default();
        let (mut old, mut new, mut body) = (None, None, false);
        while let Some(line) = self.header() {
            if header.takes(line) {
                self.take();
            } else if line.starts_with(b"--- ") && !body {
                (old, new) = self.names()?;
                self.hunks(&mut file)?;
                header.deleted |= new.is_none();
                body = true;
                break;
            } else if line.starts_with(b"Binary files ") || line == b"GIT binary patch" {
                self.take();
                (file.binary, body) = (true, true);
                while line == b"GIT binary patch" && self.header().is_some_and(|l| !l.starts_with(b"diff ")) {
                    self.take();
                }
                break;
            } else {
                break;
            }
        }
        if !body && header.lacks_lines() {
            return Err(format!("line {start}: a file that differs and shows no line: the diff was cut off"));
        }
        if header.deleted && !file.lines.is_empty() {
            return Err(format!("line {start}: a file that is gone and has new lines"));
        }
        let place = header.place(old, new);
        let Some(place) = place.filter(|p| !p.is_empty()) else {
            return Err(format!("line {start}: the name of the file cannot be told"));
        };
        file.deleted = header.deleted;
        if header.linked {
            file = ChangedFile { deleted: file.deleted, ..ChangedFile::default() };
        }
        let from = header.from.filter(|_| header.renamed);
        self.add(place, from, file, start)
    }

    fn plain_file(&mut self) -> Result<()> {
        let start = self.number + 1;
        let (old, new) = self.names()?;
        let mut file = ChangedFile::default();
        self.hunks(&mut file)?;
        file.deleted = new.is_none();
        let place = Header::default().place(old, new);
        match place.filter(|p| !p.is_empty()) {
            Some(place) => self.add(place, None, file, start),
            None => Err(format!("line {start}: the name of the file cannot be told")),
        }
    }

    /// `Binary files a/x and b/x differ`, without a header of git.
    fn plain_binary(&mut self, line: &[u8]) -> Result<()> {
        let names = line.get(b"Binary files ".len()..line.len().saturating_sub(b" differ".len())).unwrap_or_default();
        let place = memchr::memmem::find(names, b" and ").and_then(|at| {
            let old = names.get(..at)?.to_vec();
            let new = names.get(at + b" and ".len()..)?.to_vec();
            Header::default().place(Some(old), Some(new))
        });
        let start = self.number;
        match place {
            Some(place) => self.add(place, None, ChangedFile { binary: true, ..ChangedFile::default() }, start),
            None => self.wrong("the name of the file cannot be told"),
        }
    }

    /// The names in the lines `---` and `+++`; /dev/null is none.
    fn names(&mut self) -> Result<Names> {
        let old = self.take().map(unbroken).unwrap_or_default();
        let new = self.take().map(unbroken).unwrap_or_default();
        let (Some(old), Some(new)) = (old.strip_prefix(b"--- "), new.strip_prefix(b"+++ ")) else {
            return self.wrong("`+++` is expected behind `---`");
        };
        let name = |raw: &[u8]| Some(path::stated(raw)).filter(|name| name != b"/dev/null");
        Ok((name(old), name(new)))
    }

    /// All hunks of a file: at least one.
    fn hunks(&mut self, file: &mut ChangedFile) -> Result<()> {
        let mut end = 0;
        let mut any = false;
        while let Some(line) = self.header().filter(|l| l.starts_with(b"@@")) {
            self.take();
            let Some((old, from, count)) = hunk(line) else { return self.wrong("this is no header of a hunk") };
            if from + u32::from(count == 0) < end || (count > 0 && from == 0) {
                return self.wrong("a hunk out of order");
            }
            end = from.saturating_add(count);
            self.hunk(old, from, count, file)?;
            any = true;
        }
        if any { Ok(()) } else { self.wrong("no hunk behind `+++`: the diff was cut off") }
    }

    fn hunk(&mut self, mut old: u32, from: u32, mut new: u32, file: &mut ChangedFile) -> Result<()> {
        let (begun, mut number) = (self.number, from);
        while old > 0 || new > 0 {
            let Some(line) = self.take() else {
                return Err(format!("line {begun}: the hunk was cut off: {old} old and {new} new lines are missing"));
            };
            let (is_old, is_new) = match line.first() {
                Some(b' ') | None => (true, true),
                Some(b'\r') if line.len() == 1 => (true, true),
                Some(b'-') => (true, false),
                Some(b'+') => (false, true),
                Some(b'\\') => continue,
                Some(_) => return self.wrong(&format!("no line of the hunk of line {begun}, which is not complete")),
            };
            if is_new && !is_old {
                file.lines.push(number);
            }
            let left = old.checked_sub(u32::from(is_old)).zip(new.checked_sub(u32::from(is_new)));
            let Some(left) = left else {
                return self.wrong(&format!("the header of the hunk in line {begun} states other numbers of lines"));
            };
            (old, new) = left;
            number = number.saturating_add(u32::from(is_new));
        }
        while self.peek().is_some_and(|l| l.starts_with(b"\\")) {
            self.take();
        }
        Ok(())
    }

    fn add(&mut self, place: Vec<u8>, from: Option<Vec<u8>>, file: ChangedFile, line: u64) -> Result<()> {
        (self.seen, self.prose) = (true, false);
        let lossy = |raw: &[u8]| String::from_utf8_lossy(raw).into_owned();
        let new = File { path: lossy(&place), renamed_from: from.as_deref().map(lossy), file };
        // A file that becomes a link is deleted and made anew.
        let remade = |known: &File| known.file.deleted && !new.file.deleted;
        if self.files.get(&place).is_some_and(|known| !remade(known)) {
            return Err(format!(
                "line {line}: {} stands there twice: give one diff of the whole change, not a series of patches",
                new.path
            ));
        }
        self.files.insert(place, new);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
