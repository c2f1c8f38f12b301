//! Paths → evidence: find, bound, digest, recognise, read; files in parallel.

mod condition;
mod find;
mod look_up;
mod paths;
mod repeated;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rayon::prelude::*;

use crate::facts::{Kind, Report};
use crate::formats::{self, Format, Input};
use crate::input::{Digested, ReadError, Window, open_any, size_of};
use crate::text::Text;
use crate::verdict::{EvidenceEntry, EvidenceStatus};

pub use condition::{BY_FILE_TIME, apply_specs};
pub use find::{NoFile, plan};
pub use paths::note_alike;

/// A path that the user gave, and the name for it if one was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The evidence's name.
    pub name: Option<String>,
    /// A report, or a folder of them.
    pub path: PathBuf,
}

/// How much may be read.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of one file.
    pub file: u64,
    /// Bytes of all files.
    pub total: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { file: 256 << 20, total: 1 << 30 }
    }
}

/// What is to be read, or why it is not there.
#[derive(Debug, Clone)]
pub struct Slot {
    /// The evidence's name.
    pub name: Option<String>,
    /// The path as it is shown.
    pub shown: String,
    /// The file or the folder that is one report, or why there is none.
    pub file: Result<PathBuf, NoFile>,
    /// Somebody named this very file: not being a report is an error.
    pub explicit: bool,
    /// The format that it must have.
    pub format: Option<&'static Format>,
}

/// A report, or why there is none.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// Its name.
    pub name: Option<String>,
    /// Its path, as it is shown.
    pub path: String,
    /// The format that claimed it, or that it should have had.
    pub format: Option<&'static Format>,
    /// What became of it.
    pub status: EvidenceStatus,
    /// What it says, where it was read.
    pub report: Option<Report>,
    /// Why it is an error, where it is.
    pub error: Option<Text>,
    /// Size and digest, where they are known.
    pub digested: Option<Digested>,
    /// What is worth knowing of it.
    pub notes: Vec<Text>,
    /// When the file was last modified.
    pub modified: Option<Timestamp>,
    /// Why it may be absent, where it is.
    pub excuse: Option<Excuse>,
    /// The same bytes as a report before it in the same evidence: not counted again.
    pub repeated: bool,
}

/// Why evidence may be absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Excuse {
    /// The policy calls it optional.
    Optional,
    /// The change does not touch what it is about; in words.
    Untouched(String),
}

impl Evidence {
    fn new(slot: &Slot, status: EvidenceStatus) -> Self {
        Self {
            name: slot.name.clone(),
            path: slot.shown.clone(),
            format: slot.format,
            status,
            report: None,
            error: None,
            digested: None,
            notes: Vec::new(),
            modified: None,
            excuse: None,
            repeated: false,
        }
    }

    /// Whether it can be counted on: it was read, is fresh, and its tool does not say that it failed;
    /// or it is absent and may be.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.error.is_none() && self.status != EvidenceStatus::Unreadable
    }

    /// Whether its tool says that its run failed.
    #[must_use]
    pub fn failed_run(&self) -> bool {
        self.report.as_ref().is_some_and(|r| !r.failed_run.is_empty())
    }

    /// The kinds of facts that it holds, or that its format would give.
    #[must_use]
    pub fn kinds(&self) -> Vec<Kind> {
        match (&self.report, self.format) {
            (Some(report), _) => report.facts.kinds(),
            (None, Some(format)) => format.gives.to_vec(),
            (None, None) => Vec::new(),
        }
    }

    /// As it stands in a verdict and in `inspect`.
    #[must_use]
    pub fn entry(&self) -> EvidenceEntry {
        let tools: Vec<&str> = self.report.iter().flat_map(|r| &r.tools).map(|t| &**t).collect();
        let mut notes = self.report.as_ref().map(|r| r.notes.clone()).unwrap_or_default();
        notes.extend(self.notes.iter().cloned());
        EvidenceEntry {
            name: self.name.as_deref().map(Text::new),
            path: Text::new(&self.path),
            format: self.format.map(|f| f.name.into()),
            tool: (!tools.is_empty()).then(|| Text::new(&tools.join(", "))),
            status: self.status,
            failed_run: self.failed_run(),
            error: self.error.clone(),
            bytes: self.digested.as_ref().map(|d| d.bytes),
            sha256: self.digested.as_ref().map(|d| d.sha256.clone()),
            notes,
            facts: self.report.as_ref().map(Report::summary).unwrap_or_default(),
        }
    }
}

/// Reads every slot, files in parallel where there is enough to read, in the order of the slots.
#[must_use]
pub fn read_all(slots: &[Slot], limits: Limits, root: &Path) -> Vec<Evidence> {
    read_all_telling(slots, limits, root, &|| ())
}

/// The same; each time a report was read, `told` is called, from whatever thread read it.
#[must_use]
pub fn read_all_telling(slots: &[Slot], limits: Limits, root: &Path, told: &(dyn Fn() + Sync)) -> Vec<Evidence> {
    let root = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
    let root = root.to_string_lossy().into_owned();
    let sizes: Vec<u64> = slots.iter().map(|s| s.file.as_ref().map_or(0, |p| size_of(p))).collect();
    let total = sizes.iter().fold(0_u64, |a, b| a.saturating_add(*b));
    let one = |slot: &Slot| {
        let evidence = read(slot, limits, &root);
        told();
        evidence
    };
    let mut all: Vec<Evidence> = if total > limits.total {
        let why = format!(
            "the reports hold more than {} MiB together; raise the limit with --max-total-size if this is right",
            limits.total >> 20
        );
        slots.iter().map(|s| refused(s, &why)).collect()
    } else if total > PARALLEL_FROM && slots.len() > 1 {
        // The largest first, so that none is left for the end.
        let mut order: Vec<usize> = (0..slots.len()).collect();
        order.sort_by_key(|n| std::cmp::Reverse(sizes.get(*n).copied()));
        let numbered = |n: &usize| Some((*n, one(slots.get(*n)?)));
        let mut read: Vec<(usize, Evidence)> = match rayon::ThreadPoolBuilder::new().build() {
            Ok(pool) => pool.install(|| order.par_iter().with_max_len(1).filter_map(numbered).collect()),
            // Where the system gives no thread, one after the other will do.
            Err(_) => order.iter().filter_map(numbered).collect(),
        };
        read.sort_by_key(|(n, _)| *n);
        read.into_iter().map(|(_, e)| e).collect()
    } else {
        slots.iter().map(one).collect()
    };
    repeated::mark(&mut all);
    look_up::look_up(&mut all, &root);
    all
}

/// Below so many bytes threads cost more than they save.
const PARALLEL_FROM: u64 = 1 << 20;

fn refused(slot: &Slot, why: &str) -> Evidence {
    let status = match slot.file {
        Err(NoFile::Absent(_)) => EvidenceStatus::Missing,
        Err(NoFile::Hidden(_)) | Ok(_) => EvidenceStatus::Unreadable,
    };
    Evidence { error: Some(Text::new(why)), ..Evidence::new(slot, status) }
}

fn read(slot: &Slot, limits: Limits, root: &str) -> Evidence {
    let path = match &slot.file {
        Ok(path) => path,
        Err(NoFile::Absent(why) | NoFile::Hidden(why)) => return refused(slot, why),
    };
    let (bytes, modified) = match open_any(path, limits.file) {
        Ok(opened) => opened,
        Err(why) => return refused(slot, &why),
    };
    let mut evidence = Evidence::new(slot, EvidenceStatus::Read);
    evidence.modified = modified;
    let mut window = match Window::unpacking(bytes, limits.file) {
        Ok(window) => window,
        Err(e) => return refused(slot, &e.reason),
    };
    let outcome = recognise_and_read(&mut window, slot, &mut evidence.format);
    let outcome = match window.finish() {
        Ok(digested) => {
            evidence.digested = Some(digested);
            outcome
        }
        Err(e) => outcome.and(Err(e)),
    };
    match outcome {
        Ok(Some(mut report)) => {
            if let Some(coverage) = &mut report.facts.coverage {
                coverage.rebase(root);
            }
            report.facts.rebase_places(root);
            evidence.report = Some(report);
        }
        Ok(None) => evidence.status = EvidenceStatus::Ignored,
        Err(e) => {
            evidence.status = EvidenceStatus::Unreadable;
            let known = evidence.format.map(|f| format!("cannot be read as {}: ", f.name)).unwrap_or_default();
            evidence.error = Some(Text::new(&format!("{known}{e}")));
        }
    }
    evidence
}

/// `None`: no report, and nobody said that it is one.
fn recognise_and_read(
    window: &mut Window<'_>,
    slot: &Slot,
    format: &mut Option<&'static Format>,
) -> Result<Option<Report>, ReadError> {
    let claimed = match formats::recognise(window, &slot.shown) {
        Ok(claimed) => claimed,
        // A report in another encoding or a damaged package is a report; other bytes in a folder are none.
        Err(e) if !slot.explicit && !e.reason.contains("UTF-16") && !window.is_packed() => return Ok(None),
        Err(e) => return Err(e),
    };
    let claimed = match claimed {
        Ok((one, Some(other))) => {
            let (one, other) = (one.name, other.name);
            return Err(ReadError::new(format!("it looks like {one} and like {other}: no tool writes both into one")));
        }
        Ok((one, None)) => Ok(one),
        Err(head) => Err(head),
    };
    let found = match (claimed, slot.format) {
        (Ok(found), None) => found,
        (Ok(found), Some(stated)) if std::ptr::eq(found, stated) || found.name == stated.name => found,
        (Ok(found), Some(stated)) => {
            return Err(ReadError::new(format!("it is {}, and the policy says {}", found.name, stated.name)));
        }
        // An empty list proves no format; who states one takes it as a report of that.
        (Err(head), Some(stated)) if head.is_empty_array() => stated,
        (Err(_), None) if !slot.explicit => return Ok(None),
        (Err(head), None) => return Err(ReadError::new(format!("not recognised: {}", formats::describe(&head)))),
        (Err(head), Some(_)) => {
            return Err(ReadError::new(format!("it does not look like it: {}", formats::describe(&head))));
        }
    };
    *format = Some(found);
    // The bytes decide how it is read; a name that says otherwise would be read otherwise by others.
    match (window.is_packed(), slot.shown.to_ascii_lowercase().ends_with(".gz")) {
        (true, false) => return Err(ReadError::new("it is gzip, and its name does not end in .gz: name it so")),
        (false, true) => return Err(ReadError::new("its name ends in .gz, and it is no gzip: name it as what it is")),
        _ => {}
    }
    let report = found.read(&mut Input { window, path: &slot.shown })?;
    window.drain()?;
    Ok(Some(report))
}
