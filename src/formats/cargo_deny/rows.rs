//! The rows of the stream, as far as they are used.

use serde::Deserialize;

use crate::formats::rustsec::Advisory;
use crate::text::Text;

#[derive(Deserialize)]
pub(super) struct Row {
    #[serde(rename = "type")]
    pub(super) kind: RowKind,
    pub(super) fields: Fields,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
pub(super) enum RowKind {
    Diagnostic,
    Log,
    Summary,
}

/// The fields of every type of row: the type may stand behind them.
#[derive(Deserialize)]
pub(super) struct Fields {
    pub(super) severity: Option<Level>,
    pub(super) level: Option<Text>,
    pub(super) message: Option<Text>,
    pub(super) code: Option<String>,
    pub(super) labels: Option<Vec<Label>>,
    pub(super) notes: Option<Vec<String>>,
    pub(super) graphs: Option<Vec<Graph>>,
    pub(super) advisory: Option<Advisory>,
    pub(super) advisories: Option<Counts>,
    pub(super) bans: Option<Counts>,
    pub(super) licenses: Option<Counts>,
    pub(super) sources: Option<Counts>,
}

impl Fields {
    /// Where the first label stands: without graphs (`--hide-inclusion-graph`) nothing else may
    /// tell two diagnostics apart.
    pub(super) fn place(&self) -> String {
        let first = self.labels.iter().flatten().next();
        first.map_or_else(String::new, |l| format!("{:?}:{:?}", l.line, l.column))
    }
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    Bug,
    Error,
    Warning,
    Note,
    Help,
}

#[derive(Deserialize)]
pub(super) struct Label {
    pub(super) span: Option<String>,
    line: Option<u64>,
    column: Option<u64>,
}

/// The root of a graph of dependents; those are passed over.
#[derive(Deserialize)]
pub(super) struct Graph {
    #[serde(rename = "Krate")]
    pub(super) krate: Option<Krate>,
}

#[derive(Deserialize, Clone)]
pub(super) struct Krate {
    pub(super) name: Text,
    pub(super) version: Text,
}

#[derive(Deserialize, Default, Clone, Copy)]
pub(super) struct Counts {
    pub(super) errors: u64,
    pub(super) warnings: u64,
    #[serde(default)]
    pub(super) notes: u64,
    #[serde(default)]
    pub(super) helps: u64,
}

impl Counts {
    pub(super) fn count(&mut self, level: Level) {
        match level {
            Level::Bug => {}
            Level::Error => self.errors += 1,
            Level::Warning => self.warnings += 1,
            Level::Note => self.notes += 1,
            Level::Help => self.helps += 1,
        }
    }

    /// How many errors and warnings it has beyond `other`, level by level.
    pub(super) fn beyond(self, other: Self) -> u64 {
        let errors = self.errors.saturating_sub(other.errors);
        errors.saturating_add(self.warnings.saturating_sub(other.warnings))
    }

    /// The same of notes and helps.
    pub(super) fn quiet_beyond(self, other: Self) -> u64 {
        let notes = self.notes.saturating_sub(other.notes);
        notes.saturating_add(self.helps.saturating_sub(other.helps))
    }
}

/// The package of a line in the lock file as cargo-deny quotes it, `name version source`.
pub(super) fn lock_entry(span: &str) -> Option<Krate> {
    let mut words = span.lines().next()?.split(' ');
    let (name, version, source) = (words.next()?, words.next()?, words.next()?);
    source.contains('+').then(|| Krate { name: Text::new(name), version: Text::new(version) })
}
