//! Every format over arbitrary bytes. The first byte chooses the format; past the last one the bytes choose.

use std::io::{self, Read};

use portcullis::facts::Report;
use portcullis::formats::{self, Format, Input};
use portcullis::input::{ReadError, Window};

/// A path that every format takes; criterion's name of a benchmark stands in it.
const PATH: &str = "criterion/group/bench/new/estimates.json";
const LIMIT: u64 = 1 << 22;

pub fn run(data: &[u8]) {
    let Some((first, bytes)) = data.split_first() else { return };
    match formats::ALL.get(usize::from(*first)) {
        Some(format) => check(bytes, &|window| read(format, window)),
        None => check(bytes, &recognised),
    }
}

/// The same bytes are the same report however they arrive, and what was read can be shown.
pub fn check(bytes: &[u8], read: &dyn Fn(&mut Window<'_>) -> Result<Report, ReadError>) {
    let at_once = outcome(bytes, usize::MAX, read);
    for step in [1, 7] {
        let slowly = outcome(bytes, step, read);
        assert_eq!(shown(&at_once), shown(&slowly), "by {step}");
    }
    if let Ok(report) = &at_once {
        sound(report);
    }
}

/// Of two mistakes either may be met first, so that the words of a refusal may differ.
fn shown(outcome: &Result<Report, ReadError>) -> String {
    outcome.as_ref().map_or_else(|_| "refused".into(), |report| format!("{report:?}"))
}

fn outcome(
    bytes: &[u8],
    step: usize,
    read: &dyn Fn(&mut Window<'_>) -> Result<Report, ReadError>,
) -> Result<Report, ReadError> {
    let mut window = Window::unpacking(Slow { bytes, step }, LIMIT)?;
    let report = read(&mut window)?;
    window.drain()?;
    window.finish()?;
    Ok(report)
}

pub fn read(format: &Format, window: &mut Window<'_>) -> Result<Report, ReadError> {
    format.read(&mut Input { window, path: PATH })
}

fn recognised(window: &mut Window<'_>) -> Result<Report, ReadError> {
    match formats::recognise(window, PATH)? {
        Ok((format, None)) => read(format, window),
        Ok((one, Some(other))) => Err(ReadError::new(format!("{one:?} and {other:?}"))),
        Err(head) => Err(ReadError::new(formats::describe(&head))),
    }
}

/// What holds for every report that was read.
fn sound(report: &Report) {
    let facts = serde_json::to_value(report.summary()).unwrap();
    for fact in facts.as_array().unwrap() {
        for share in ["lines", "branches", "functions"] {
            let part = |name: &str| fact[share][name].as_u64();
            assert!(part("covered") <= part("total"), "{fact}");
        }
    }
    super::outputs::harmless(&facts.to_string(), &[]);
}

/// Gives so many bytes at a time, and is interrupted in between.
struct Slow<'a> {
    bytes: &'a [u8],
    step: usize,
}

impl Read for Slow<'_> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let n = self.step.min(space.len()).min(self.bytes.len());
        let (given, rest) = self.bytes.split_at(n);
        space[..n].copy_from_slice(given);
        self.bytes = rest;
        Ok(n)
    }
}
