//! The bytes of a file as they lie on the disk: counted and digested, and unpacked where they are gzip.

use std::cell::RefCell;
use std::io::{self, Cursor, Read};
use std::rc::Rc;

use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};

use super::{CHUNK, Digested, size};

/// The first bytes of gzip (RFC 1952, section 2.3.1).
pub(super) const MAGIC: [u8; 2] = [0x1F, 0x8B];
/// How many bytes may come of one: deflate packs at most 1032 times, text of reports some 20 to 50 times.
const MOST_RATIO: u64 = 200;
/// Below so many bytes no ratio matters.
const SMALL: u64 = 1 << 20;

/// A file that is read once; the reader and whoever wants the digest share it.
#[derive(Clone)]
pub(super) struct Raw<'r>(Rc<RefCell<Tap<'r>>>);

struct Tap<'r> {
    reader: Box<dyn Read + 'r>,
    hasher: Sha256,
    bytes: u64,
}

impl<'r> Raw<'r> {
    pub(super) fn new(reader: impl Read + 'r) -> Self {
        Self(Rc::new(RefCell::new(Tap { reader: Box::new(reader), hasher: Sha256::new(), bytes: 0 })))
    }

    /// How many bytes were read.
    fn taken(&self) -> u64 {
        self.0.borrow().bytes
    }

    /// A reader of the file's content, and whether that is unpacked gzip: every member of it, one level.
    pub(super) fn content(&self) -> io::Result<(Box<dyn Read + 'r>, bool)> {
        let mut head = [0; 2];
        let n = fill(&mut self.clone(), &mut head)?;
        let begins = head.get(..n).unwrap_or_default().to_vec();
        let packed = begins == MAGIC;
        let whole = Cursor::new(begins).chain(self.clone());
        if packed {
            Ok((Box::new(Unpacked { decoder: MultiGzDecoder::new(whole), raw: self.clone(), bytes: 0 }), true))
        } else {
            Ok((Box::new(whole), false))
        }
    }

    /// Reads what is left, up to `limit` bytes in all, and gives the digest of everything.
    pub(super) fn finish(mut self, limit: u64) -> io::Result<Digested> {
        let mut chunk = vec![0; CHUNK];
        while self.taken() <= limit && fill(&mut self, &mut chunk)? > 0 {}
        let tap = self.0.borrow();
        let sha256 = tap.hasher.clone().finalize().iter().map(|b| format!("{b:02x}")).collect();
        Ok(Digested { bytes: tap.bytes, sha256 })
    }
}

/// Reads until the buffer is full or the file ends.
fn fill(reader: &mut impl Read, buf: &mut [u8]) -> io::Result<usize> {
    let mut n = 0;
    while let Some(space) = buf.get_mut(n..).filter(|s| !s.is_empty()) {
        match reader.read(space) {
            Ok(0) => break,
            Ok(more) => n += more,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(n)
}

impl Read for Raw<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let mut tap = self.0.borrow_mut();
        let n = tap.reader.read(buf)?;
        tap.hasher.update(buf.get(..n).unwrap_or_default());
        tap.bytes += size(n);
        Ok(n)
    }
}

/// What comes out of gzip, as long as that is in proportion to what went in.
struct Unpacked<'r> {
    decoder: MultiGzDecoder<io::Chain<Cursor<Vec<u8>>, Raw<'r>>>,
    raw: Raw<'r>,
    bytes: u64,
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.decoder.read(buf).map_err(|e| match e.kind() {
            io::ErrorKind::Interrupted => e,
            _ => io::Error::other(format!("the gzip data is damaged or cut off: {e}")),
        })?;
        self.bytes += size(n);
        if self.bytes > SMALL && self.bytes / MOST_RATIO > self.raw.taken() {
            return Err(io::Error::other(format!(
                "the gzip data unpacks to more than {MOST_RATIO} times its size: refused"
            )));
        }
        Ok(n)
    }
}
