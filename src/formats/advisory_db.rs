//! The RustSec advisory database, as evidence: a folder of it, or one advisory.
//!
//! Source: rustsec/advisory-db `crates/NAME/RUSTSEC-YYYY-NNNN.md`; rustsec/rustsec
//! `rustsec/src/advisory.rs`, `database/entries.rs`. Each advisory is Markdown behind TOML, read by
//! the `rustsec` crate itself. It says nothing of any code: lock files are looked up in it, and its
//! aliases join what other scanners found. What was withdrawn does not count. The database states
//! no time; the newest `date` of an advisory is the day that it was not made before. An advisory
//! that was taken out leaves no trace.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rustsec::advisory::Metadata;

use super::{Format, Head, Input, rustsec as shared};
use crate::facts::{Advisories, Advisory, DependencyIssue, Kind, Rating, Report};
use crate::input::{LARGEST_PART, ReadError, Result, parse_heading};
use crate::text::Text;

pub(super) const FORMAT: Format = Format {
    name: "advisory-db",
    // Without it the gates lack what would have been looked up in it.
    gives: &[Kind::Advisories, Kind::Findings, Kind::Dependencies],
    producers: "RustSec, a folder of rustsec/advisory-db; the findings with a `Cargo.lock` beside it",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    let begins = |is: fn(&str) -> bool| head.lines().next().is_some_and(is);
    begins(|l| parse_heading(l).is_some())
        // The example that lies at the root of the database is no advisory.
        || begins(|l| l.trim_end() == "```toml") && head.says("package") && head.says("[advisory]")
            && !head.says(PLACEHOLDER)
}

const PLACEHOLDER: &str = "RUSTSEC-0000-0000";

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut database = Database::default();
    let first = input.window.at_least(2)?;
    if first.starts_with(b"==") {
        database.whole = true;
        while let Some(heading) = input.window.line_with(|line| Ok(line.to_owned()))? {
            let (path, bytes) = parse_heading(&heading)
                .ok_or_else(|| ReadError::new(format!("{heading:?} is no heading of a part")))?;
            let bytes = usize::try_from(bytes).ok().filter(|n| *n <= LARGEST_PART);
            let bytes = bytes.ok_or_else(|| ReadError::new(format!("{path} is too large")))?;
            let whole = input.window.take_with(bytes, |text| database.part(path, text))?;
            if whole.is_none() || input.window.line_with(|_| Ok(()))?.is_none() {
                return Err(ReadError::new(format!("{path} is cut off")));
            }
        }
    } else {
        let text = input.window.text(LARGEST_PART)?;
        database.add(parse(&text)?)?;
    }
    database.finish()
}

/// The advisories read so far.
#[derive(Default)]
struct Database {
    list: Vec<Advisory>,
    whole: bool,
    ids: BTreeSet<String>,
    withdrawn: u64,
    of_toolchain: u64,
    newest: Option<Date>,
}

impl Database {
    /// A file of the database: its path says what it holds.
    fn part(&mut self, path: &str, text: &str) -> Result<()> {
        let named = |e: ReadError| ReadError::new(format!("{path}: {}", e.reason));
        let mut advisory = parse(text).map_err(named)?;
        let about = &mut advisory.metadata;
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let (collection, package) = folder.rsplit_once('/').unwrap_or(("", folder));
        if about.id.is_placeholder() {
            return Ok(());
        }
        if file.strip_suffix(".md") != Some(about.id.as_str()) || package != about.package.as_str() {
            let (id, package) = (&about.id, &about.package);
            return Err(ReadError::new(format!("{path} holds {id} about {package}: it is not where it belongs")));
        }
        let stated = about
            .collection
            .replace(collection.parse().map_err(|_| ReadError::new(format!("{path}: no collection of a database")))?);
        if stated.is_some() && stated != about.collection {
            return Err(ReadError::new(format!("{path}: states another collection than it lies in")));
        }
        self.add(advisory)
    }

    fn add(&mut self, advisory: rustsec::Advisory) -> Result<()> {
        let about = advisory.metadata;
        if !self.ids.insert(about.id.to_string()) {
            return Err(ReadError::new(format!("{} stands twice", about.id)));
        }
        let date = about.date.as_str().parse().ok();
        self.newest = self.newest.max(date);
        if about.withdrawn.is_some() {
            self.withdrawn += 1;
            return Ok(());
        }
        let of_toolchain = about.collection == Some(rustsec::Collection::Rust);
        let elsewhere = about.source.as_ref().is_some_and(|s| !s.is_default_registry());
        self.of_toolchain += u64::from(of_toolchain);
        self.list.push(Advisory {
            package: (!of_toolchain && !elsewhere).then(|| Text::new(about.package.as_str())),
            issue: issue(&about),
            rating: rating(&about)?,
            aliases: about.aliases.iter().map(|a| Text::new(a.as_str())).collect(),
            title: Text::new(if about.title.is_empty() { about.id.as_str() } else { &about.title }),
            id: Text::new(about.id.as_str()),
            versions: advisory.versions,
        });
        Ok(())
    }

    fn finish(self) -> Result<Report> {
        // Advisories about the toolchain are no database of packages.
        if self.list.iter().all(|a| a.package.is_none()) {
            return Err(ReadError::new("not one advisory that counts: a database of nothing proves nothing"));
        }
        let mut report = Report::by("RustSec advisory database");
        if let Some(newest) = self.newest {
            report.made_at = jiff::tz::TimeZone::UTC.to_timestamp(newest.at(0, 0, 0, 0)).ok();
            report.note(format!("it states no time of its own: its age is that of its newest advisory, of {newest}"));
        }
        let counted = |n: u64, words: &str| (n > 0).then(|| format!("{n} {words}"));
        for note in [
            counted(self.withdrawn, "withdrawn by RustSec, which do not count"),
            counted(self.of_toolchain, "about the toolchain itself, which no lock file names"),
        ] {
            note.into_iter().for_each(|n| report.note(n));
        }
        if !self.whole {
            report.note("a single advisory: lock files are looked up in it only where a database is read too");
        }
        report.facts.advisories = Some(Advisories { list: self.list, whole: self.whole });
        Ok(report)
    }
}

/// An advisory as the `rustsec` crate reads it, kept from what it would panic at.
fn parse(text: &str) -> Result<rustsec::Advisory> {
    if !text.starts_with("```toml") {
        return Err(ReadError::new("it does not begin with \"```toml\""));
    }
    // Ranges are brought into order by adding one to a part of a version.
    if text.contains(&u64::MAX.to_string()) {
        return Err(ReadError::new("a number is too large for a version"));
    }
    text.parse().map_err(|e: rustsec::Error| ReadError::new(shorter(&e.to_string())))
}

/// An error of the TOML reader shows the source over several lines and says what is wrong in the last.
fn shorter(error: &str) -> String {
    error.lines().map(str::trim).rfind(|l| !l.is_empty()).unwrap_or_default().to_owned()
}

fn issue(about: &Metadata) -> DependencyIssue {
    match &about.informational {
        None => DependencyIssue::Vulnerable,
        Some(kind) => shared::issue(kind.as_str()).unwrap_or(DependencyIssue::Notice),
    }
}

fn rating(about: &Metadata) -> Result<Rating> {
    let mut rating = Rating::default();
    match about.cvss.as_ref().map(ToString::to_string) {
        Some(vector) if !rating.add_vector(&vector) => {
            Err(ReadError::new(format!("{} has {vector}, which is not a whole CVSS vector", about.id)))
        }
        _ => Ok(rating),
    }
}

#[cfg(test)]
mod tests;
