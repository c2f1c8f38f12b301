//! Where a result is: its first location, and what tells all of its locations from another's.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};
use sha2::{Digest, Sha256};

use super::bag::Whole;
use super::bases::is_root;
use super::model::ArtifactLocation;
use crate::facts::path_of_uri;

/// The locations of a result, 3.27.12: the first is kept, all are digested.
#[derive(Default)]
pub(super) struct Places {
    pub(super) uri: Option<String>,
    /// The folder that it is relative to, if that is not the root of the sources.
    pub(super) base: Option<Box<str>>,
    /// Place among the artifacts of the run, where no `uri` stands.
    pub(super) artifact: Option<i64>,
    pub(super) line: Option<u32>,
    pub(super) digest: Sha256,
}

/// A location, 3.28.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawLocation {
    physical_location: Option<PhysicalLocation>,
    logical_locations: Option<Vec<LogicalLocation>>,
}

/// 3.29.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: Option<ArtifactLocation>,
    region: Option<Region>,
}

/// 3.30.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Region {
    start_line: Whole,
    start_column: Whole,
    end_line: Whole,
    end_column: Whole,
    char_offset: Whole,
    char_length: Whole,
    byte_offset: Whole,
    byte_length: Whole,
}

/// 3.33.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    fully_qualified_name: Option<String>,
    name: Option<String>,
}

impl Places {
    fn add(&mut self, location: RawLocation, first: bool) {
        let physical = location.physical_location;
        let (artifact, region) = physical.map_or((None, None), |p| (p.artifact_location, p.region));
        if artifact.is_none() {
            for logical in location.logical_locations.unwrap_or_default() {
                self.note(logical.fully_qualified_name.or(logical.name).unwrap_or_default().as_bytes());
            }
        }
        let region = region.unwrap_or_default();
        let index = artifact.as_ref().and_then(|a| a.index.0);
        let (uri, base) = artifact.map_or((None, None), |a| (a.uri, a.uri_base_id));
        let base = base.filter(|id| !is_root(id));
        self.note(uri.as_deref().unwrap_or_default().as_bytes());
        if let Some(base) = &base {
            self.note(base.as_bytes());
        }
        if uri.is_none() {
            self.note(&index.unwrap_or(-1).to_le_bytes());
        }
        for Whole(figure) in [
            region.start_line,
            region.start_column,
            region.end_line,
            region.end_column,
            region.char_offset,
            region.char_length,
            region.byte_offset,
            region.byte_length,
        ] {
            self.note(&figure.unwrap_or(-1).to_le_bytes());
        }
        if first {
            self.artifact = index;
            self.base = base.map(String::into_boxed_str);
            self.uri = uri.map(|u| path_of_uri(&u));
            self.line = region.start_line.0.and_then(|l| u32::try_from(l).ok()).filter(|l| *l > 0);
        }
    }

    fn note(&mut self, part: &[u8]) {
        self.digest.update(part.len().to_le_bytes());
        self.digest.update(part);
    }
}

impl<'de> Deserialize<'de> for Places {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Places;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array of locations")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Places, A::Error> {
                let mut places = Places::default();
                let mut first = true;
                while let Some(location) = seq.next_element()? {
                    places.add(location, first);
                    first = false;
                }
                Ok(places)
            }
        }
        deserializer.deserialize_seq(Any)
    }
}
