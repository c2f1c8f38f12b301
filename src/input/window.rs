//! A sliding window over a report.

use std::io::Read;

use super::raw::{self, Raw};
use super::{CHUNK, LONGEST_TOKEN, ReadError, Result, newlines, size};

/// What a whole pass over a file leaves behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digested {
    /// How many bytes the file held.
    pub bytes: u64,
    /// SHA-256 of all of them, in lower-case hex.
    pub sha256: String,
}

/// A sliding window over a report.
pub struct Window<'r> {
    reader: Box<dyn Read + 'r>,
    /// The file below the reader.
    raw: Raw<'r>,
    /// What is read is unpacked gzip.
    packed: bool,
    buf: Vec<u8>,
    /// What is not consumed yet begins here.
    pos: usize,
    /// Up to here the bytes are valid UTF-8.
    valid: usize,
    /// Up to here the buffer is filled.
    filled: usize,
    eof: bool,
    bytes: u64,
    limit: u64,
    /// Line breaks before `buf[0]`.
    lines: u64,
    started: bool,
    /// The last line that was handed out had no end.
    open_line: bool,
    /// Why nothing more can be read. What failed once is not tried again: after an error, a decoder or a disk may
    /// answer as if the file had ended.
    broken: Option<ReadError>,
}

impl<'r> Window<'r> {
    /// A window over `reader`, which may give at most `limit` bytes.
    pub fn new(reader: impl Read + 'r, limit: u64) -> Self {
        let raw = Raw::new(reader);
        Self::over(Box::new(raw.clone()), raw, false, limit)
    }

    /// A window over a file, unpacked if it is gzip; `limit` holds for what comes out.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn unpacking(reader: impl Read + 'r, limit: u64) -> Result<Self> {
        let raw = Raw::new(reader);
        let (content, packed) = raw.content().map_err(|e| ReadError::new(e.to_string()))?;
        Ok(Self::over(content, raw, packed, limit))
    }

    fn over(reader: Box<dyn Read + 'r>, raw: Raw<'r>, packed: bool, limit: u64) -> Self {
        Self {
            reader,
            raw,
            packed,
            buf: Vec::new(),
            pos: 0,
            valid: 0,
            filled: 0,
            eof: false,
            bytes: 0,
            limit,
            lines: 0,
            started: false,
            open_line: false,
            broken: None,
        }
    }

    /// A window over bytes in memory.
    #[must_use]
    pub fn of(bytes: &'r [u8]) -> Self {
        Self::new(bytes, u64::MAX)
    }

    /// Whether what is read is unpacked gzip.
    #[must_use]
    pub const fn is_packed(&self) -> bool {
        self.packed
    }

    /// What lies in the window and is not consumed.
    #[must_use]
    pub fn rest(&self) -> &[u8] {
        self.buf.get(self.pos..self.valid).unwrap_or_default()
    }

    /// Takes `n` bytes of [`Self::rest`] as read.
    pub fn consume(&mut self, n: usize) {
        self.pos = (self.pos + n).min(self.valid);
    }

    /// The next byte, if there is one; reads on where the window is empty.
    ///
    /// # Errors
    /// What [`Self::more`] refuses.
    #[inline]
    pub fn peek(&mut self) -> Result<Option<u8>> {
        if self.pos == self.valid {
            self.more()?;
        }
        Ok(self.rest().first().copied())
    }

    /// Reads more behind what lies in the window. `false`: the file has ended.
    ///
    /// # Errors
    /// The file cannot be read, is larger than its limit, is no UTF-8, or a token is longer than
    /// [`LONGEST_TOKEN`].
    pub fn more(&mut self) -> Result<bool> {
        let before = self.valid - self.pos;
        if before > LONGEST_TOKEN {
            return Err(self.error(format!("a single token is longer than {} MiB", LONGEST_TOKEN >> 20)));
        }
        while self.valid - self.pos == before {
            if self.eof {
                if self.valid < self.filled {
                    return Err(self.error("the file ends in the middle of a UTF-8 character"));
                }
                return Ok(false);
            }
            if let Some(e) = &self.broken {
                return Err(e.clone());
            }
            if let Err(e) = self.read_chunk() {
                self.broken = Some(e.clone());
                return Err(e);
            }
        }
        Ok(true)
    }

    /// Makes the window hold at least `n` bytes, or all that is left.
    ///
    /// # Errors
    /// What [`Self::more`] refuses.
    pub fn at_least(&mut self, n: usize) -> Result<&[u8]> {
        while self.rest().len() < n && self.more()? {}
        Ok(self.rest())
    }

    fn read_chunk(&mut self) -> Result<()> {
        self.slide();
        if self.buf.len() < self.filled + CHUNK {
            self.buf.resize(self.filled + CHUNK, 0);
        }
        let space = self.buf.get_mut(self.filled..).unwrap_or_default();
        let n = loop {
            match self.reader.read(space) {
                Ok(n) => break n,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(e) => return Err(ReadError::new(e.to_string())),
            }
        };
        self.filled += n;
        self.eof = n == 0;
        self.bytes += size(n);
        if self.bytes > self.limit {
            return Err(ReadError::new(format!(
                "larger than {} MiB; raise the limit with --max-file-size if this is right",
                self.limit >> 20
            )));
        }
        if !self.started {
            self.begin()?;
        }
        self.check_utf8()
    }

    /// Drops what is consumed.
    fn slide(&mut self) {
        if self.pos > 0 {
            self.lines += newlines(self.buf.get(..self.pos).unwrap_or_default());
            self.buf.copy_within(self.pos..self.filled, 0);
            self.valid -= self.pos;
            self.filled -= self.pos;
            self.pos = 0;
        }
    }

    /// Looks at the first bytes: one UTF-8 byte order mark is passed over, another encoding refused.
    fn begin(&mut self) -> Result<()> {
        let head = self.buf.get(..self.filled).unwrap_or_default();
        if head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]) {
            return Err(ReadError::new("the file is UTF-16 (PowerShell's `>` writes it): write UTF-8"));
        }
        if self.packed && head.starts_with(&raw::MAGIC) {
            return Err(ReadError::new("gzip inside gzip: unpack it once"));
        }
        if self.eof || self.filled >= 3 {
            self.started = true;
            if head.starts_with(&[0xEF, 0xBB, 0xBF]) {
                self.pos = 3;
                self.valid = 3;
            }
        }
        Ok(())
    }

    fn check_utf8(&mut self) -> Result<()> {
        if !self.started {
            return Ok(());
        }
        let fresh = self.buf.get(self.valid..self.filled).unwrap_or_default();
        match std::str::from_utf8(fresh) {
            Ok(_) => self.valid = self.filled,
            Err(e) => {
                self.valid += e.valid_up_to();
                if e.error_len().is_some() {
                    let line = 1 + self.lines + newlines(self.buf.get(..self.valid).unwrap_or_default());
                    return Err(ReadError { line: Some(line), reason: "not UTF-8: write the report as UTF-8".into() });
                }
            }
        }
        Ok(())
    }

    /// The line that the first unconsumed byte stands in, counted from 1.
    #[must_use]
    pub fn line(&self) -> u64 {
        1 + self.lines + newlines(self.buf.get(..self.pos).unwrap_or_default())
    }

    /// An error at the present line.
    pub fn error(&self, reason: impl Into<String>) -> ReadError {
        ReadError { line: Some(self.line()), reason: reason.into() }
    }

    /// Passes over white space of JSON and XML.
    ///
    /// # Errors
    /// What [`Self::more`] refuses.
    #[inline]
    pub fn skip_white(&mut self) -> Result<()> {
        loop {
            let rest = self.rest();
            let n = rest.iter().position(|b| !matches!(b, b' ' | b'\n' | b'\r' | b'\t')).unwrap_or(rest.len());
            let more_needed = n == rest.len();
            self.consume(n);
            if !more_needed || !self.more()? {
                return Ok(());
            }
        }
    }

    /// Passes over the rest of the line and its end. Gives up to 256 bytes of it, for a note.
    ///
    /// # Errors
    /// What [`Self::more`] refuses.
    pub fn skip_line(&mut self) -> Result<String> {
        let mut kept = Vec::new();
        loop {
            let rest = self.rest();
            let end = memchr::memchr(b'\n', rest);
            let n = end.unwrap_or(rest.len());
            let room = 256_usize.saturating_sub(kept.len()).min(n);
            kept.extend_from_slice(rest.get(..room).unwrap_or_default());
            self.consume(n + usize::from(end.is_some()));
            if end.is_some() || !self.more()? {
                return Ok(String::from_utf8_lossy(&kept).into_owned());
            }
        }
    }

    /// Whether the last line that [`Self::line_with`] gave had no end: the file ended in it.
    #[must_use]
    pub fn ended_inside_a_line(&self) -> bool {
        self.open_line
    }

    /// Hands the next line to `f`, without its end (`\n` or `\r\n`). `None`: the file has ended.
    ///
    /// # Errors
    /// What [`Self::more`] refuses, a line beyond [`LONGEST_TOKEN`] among it, or what `f` refuses, at its line.
    pub fn line_with<T>(&mut self, f: impl FnOnce(&str) -> std::result::Result<T, String>) -> Result<Option<T>> {
        let mut searched = 0;
        let (end, taken) = loop {
            let rest = self.rest();
            match memchr::memchr(b'\n', rest.get(searched..).unwrap_or_default()) {
                Some(n) => break (searched + n, searched + n + 1),
                None => {
                    searched = rest.len();
                    if !self.more()? {
                        break (searched, searched);
                    }
                }
            }
        };
        if taken == 0 {
            return Ok(None);
        }
        self.open_line = taken == end;
        let line = self.rest().get(..end).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let out = f(std::str::from_utf8(line).unwrap_or_default()).map_err(|reason| self.error(reason))?;
        self.consume(taken);
        Ok(Some(out))
    }

    /// Passes over everything that is left, so that nothing of it goes unchecked.
    ///
    /// # Errors
    /// What [`Self::more`] refuses.
    pub fn drain(&mut self) -> Result<()> {
        loop {
            self.consume(self.rest().len());
            if !self.more()? {
                return Ok(());
            }
        }
    }

    /// Reads what is left, for the digest, and gives it.
    ///
    /// # Errors
    /// The file cannot be read, or is larger than its limit.
    pub fn finish(self) -> Result<Digested> {
        self.raw.finish(self.limit).map_err(|e| ReadError::new(e.to_string()))
    }
}
