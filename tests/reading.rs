//! A disk that is slow, interrupted or broken: a report is read whole, or not at all.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;

use std::io::{self, Error, ErrorKind, Read};

use common::{files_below, testdata};
use portcullis::facts::Report;
use portcullis::formats::{self, Format, Input};
use portcullis::input::{ReadError, Window};

/// Gives so many bytes at a time, is interrupted before each, and breaks after some: for good, or once, after which it
/// says that the file has ended.
struct Disk<'a> {
    bytes: &'a [u8],
    step: usize,
    interrupted: bool,
    breaks_after: usize,
    how: ErrorKind,
    once: bool,
}

impl Read for Disk<'_> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        self.interrupted = !self.interrupted;
        if self.interrupted {
            return Err(ErrorKind::Interrupted.into());
        }
        if self.breaks_after == 0 {
            self.bytes = &[];
            self.breaks_after = if self.once { NEVER } else { 0 };
            return Err(Error::new(self.how, "the disk is gone"));
        }
        let n = self.step.min(space.len()).min(self.bytes.len()).min(self.breaks_after);
        let (given, rest) = self.bytes.split_at(n);
        space[..n].copy_from_slice(given);
        self.bytes = rest;
        self.breaks_after -= n;
        Ok(n)
    }
}

const NEVER: usize = usize::MAX;

fn read(format: &Format, path: &str, disk: Disk<'_>) -> Result<Report, ReadError> {
    let mut window = Window::unpacking(disk, u64::MAX)?;
    let report = format.read(&mut Input { window: &mut window, path });
    window.drain()?;
    window.finish()?;
    report
}

/// As `inspect` reads a file whose format nobody stated.
fn found(path: &str, disk: Disk<'_>) -> Result<Report, ReadError> {
    let mut window = Window::unpacking(disk, u64::MAX)?;
    let Ok((format, _)) = formats::recognise(&mut window, path)? else { return Err(ReadError::new("not recognised")) };
    let report = format.read(&mut Input { window: &mut window, path })?;
    window.drain()?;
    window.finish()?;
    Ok(report)
}

/// The typical samples: format, path, bytes.
fn samples() -> Vec<(&'static Format, String, Vec<u8>)> {
    let mut all = Vec::new();
    for format in formats::ALL {
        let folder = format.name.replace('-', "_");
        for file in files_below(&testdata(&folder)) {
            if file.rsplit('/').next().unwrap().starts_with("typical") {
                let path = format!("{folder}/{file}");
                all.push((format, path.clone(), std::fs::read(testdata(&path)).unwrap()));
            }
        }
    }
    assert!(all.len() >= formats::ALL.len());
    all
}

#[test]
fn a_report_is_the_same_however_its_bytes_arrive() {
    for (format, path, bytes) in samples() {
        let by = |step: usize| {
            let disk = Disk {
                bytes: &bytes,
                step,
                interrupted: false,
                breaks_after: NEVER,
                how: ErrorKind::Other,
                once: false,
            };
            format!("{:?}", read(format, &path, disk).unwrap())
        };
        let whole = by(NEVER);
        for step in [1, 5, 4096] {
            assert!(by(step) == whole, "{path} by {step}");
        }
    }
}

#[test]
fn a_disk_that_breaks_while_a_report_is_read_gives_no_report() {
    for (format, path, bytes) in samples() {
        for place in 0..=10 {
            let breaks_after = bytes.len() * place / 10;
            for how in [ErrorKind::Other, ErrorKind::TimedOut, ErrorKind::UnexpectedEof, ErrorKind::WouldBlock] {
                for once in [false, true] {
                    let disk = || Disk { bytes: &bytes, step: 700, interrupted: false, breaks_after, how, once };
                    for outcome in [read(format, &path, disk()), found(&path, disk())] {
                        let error = outcome.err().map(|e| e.to_string());
                        let error = error.unwrap_or_else(|| panic!("{path} was read, {place}/10 of it, once: {once}"));
                        assert!(error.contains("the disk is gone"), "{path} {place}/10: {error}");
                    }
                }
            }
        }
    }
}
