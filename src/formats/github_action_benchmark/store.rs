//! The store: what each run of the action added.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::{DeserializeSeed as _, Deserializer};

use super::Bench;
use crate::input::json::Each;
use crate::input::{ReadError, Result};
use crate::text::Text;

/// How many milliseconds may lie between the date of an entry and the update that writes it: the action takes the
/// clock twice, and pulls the branch between.
const BETWEEN: u64 = 60 * 60 * 1000;

/// The store.
#[derive(Deserialize)]
#[serde(expecting = "the store of github-action-benchmark")]
pub(super) struct Store {
    /// In milliseconds since 1970.
    #[serde(rename = "lastUpdate")]
    last_update: u64,
    entries: BTreeMap<String, Latest>,
}

/// What one run added to a suite.
#[derive(Deserialize)]
#[serde(expecting = "an entry of a suite")]
pub(super) struct Entry {
    pub(super) commit: Commit,
    /// In milliseconds since 1970.
    date: u64,
    pub(super) benches: Vec<Bench>,
}

#[derive(Deserialize)]
#[serde(expecting = "a commit")]
pub(super) struct Commit {
    pub(super) id: Text,
}

impl Entry {
    /// When it was added.
    pub(super) fn made_at(&self) -> Result<Timestamp> {
        let moment = i64::try_from(self.date).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
        moment.ok_or_else(|| ReadError::new(format!("the date {} is none", self.date)))
    }
}

/// The latest entry of a suite; the others are not kept.
struct Latest(Option<Entry>);

impl<'de> Deserialize<'de> for Latest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let mut latest: Option<Entry> = None;
        let each = Each::new(|entry: Entry| {
            if latest.as_ref().is_none_or(|l| l.date <= entry.date) {
                latest = Some(entry);
            }
            Ok(())
        });
        each.deserialize(deserializer)?;
        Ok(Self(latest))
    }
}

impl Store {
    /// The latest entry of each suite.
    pub(super) fn latest(self) -> Result<Vec<(String, Entry)>> {
        let all = self.entries.into_iter().filter_map(|(suite, latest)| Some((suite, latest.0?)));
        let all: Vec<(String, Entry)> = all.collect();
        let newest = all.iter().map(|(_, entry)| entry.date).max().unwrap_or_default();
        if self.last_update > newest.saturating_add(BETWEEN) {
            return Err(ReadError::new(format!(
                "`lastUpdate` is {} and the latest entry of {newest}: the entry of that update is missing",
                self.last_update
            )));
        }
        Ok(all)
    }
}
