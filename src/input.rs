//! Bytes of a report, read once: bounded, digested, checked for UTF-8, never held as a whole.
//!
//! [`Window`] is a sliding window over a reader. [`json::Json`] and [`xml::Xml`] are the strict
//! readers that stand on it; a format sees nothing else of a file.

mod folder;
pub mod json;
mod open;
mod raw;
mod whole;
mod window;
pub mod xml;

use thiserror::Error;

pub use window::{Digested, Window};

pub use folder::{Folder, LARGEST_PART, is_database, is_part, parse_heading};
pub use open::{is_absent, open_any, open_report, read_bytes, read_text, size_of};

/// The most bytes that one token (a string, a tag) may take while it is kept.
pub const LONGEST_TOKEN: usize = 4 * 1024 * 1024;
/// How much is read at once, and what recognition sees of a file at first.
pub const CHUNK: usize = 64 * 1024;

/// Why a report could not be read: a fragment that fits after "cannot be read: ".
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[error("{}{reason}", .line.map(|l| format!("line {l}: ")).unwrap_or_default())]
pub struct ReadError {
    /// Line of the file, counted from 1, where one is known.
    pub line: Option<u64>,
    /// What is wrong, and where possible what to do about it.
    pub reason: String,
}

impl ReadError {
    /// An error without a line.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { line: None, reason: reason.into() }
    }
}

impl serde::de::Error for ReadError {
    fn custom<T: std::fmt::Display>(reason: T) -> Self {
        Self::new(reason.to_string())
    }
}

/// The result of reading something of a report.
pub type Result<T> = std::result::Result<T, ReadError>;

fn newlines(bytes: &[u8]) -> u64 {
    size(memchr::memchr_iter(b'\n', bytes).count())
}

/// A length as a figure.
#[must_use]
pub fn size(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// A sum that stops at the largest number: reports may state anything.
pub fn total(counts: impl Iterator<Item = u64>) -> u64 {
    counts.fold(0, u64::saturating_add)
}

#[cfg(test)]
#[path = "input_tests.rs"]
mod tests;
