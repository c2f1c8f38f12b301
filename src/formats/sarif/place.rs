//! Where a result is: its first location, and what tells all of its locations from another's.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};
use sha2::{Digest, Sha256};

use super::bag::Whole;
use super::model::ArtifactLocation;
use crate::facts::normal_path;

/// The locations of a result, 3.27.12: the first is kept, all are digested.
#[derive(Default)]
pub(super) struct Places {
    pub(super) uri: Option<String>,
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
        let uri = artifact.and_then(|a| a.uri);
        self.note(uri.as_deref().unwrap_or_default().as_bytes());
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
            self.uri = uri.map(|u| path_of(&u));
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

/// The path that a URI names: percent-encoding resolved, `/` between folders, without `file://`.
/// What is no valid encoding stays as it is written.
pub(super) fn path_of(uri: &str) -> String {
    let decoded = percent_decoded(uri);
    let slashed = normal_path(&decoded);
    let lower = slashed.get(..5).unwrap_or_default().eq_ignore_ascii_case("file:");
    let path = if lower { slashed.get(5..).unwrap_or_default() } else { return slashed };
    let path = match path.strip_prefix("//") {
        Some(rest) => rest.strip_prefix("localhost").filter(|r| r.starts_with('/')).unwrap_or(rest),
        None => path,
    };
    // `/C:/code`: the drive is the root.
    match path.strip_prefix('/') {
        Some(rest) if rest.get(1..2) == Some(":") => rest.to_owned(),
        Some(rest) if rest.starts_with('/') => format!("/{}", rest.trim_start_matches('/')),
        _ => path.to_owned(),
    }
}

fn percent_decoded(uri: &str) -> String {
    if !uri.contains('%') {
        return uri.to_owned();
    }
    let mut bytes = Vec::with_capacity(uri.len());
    let mut rest = uri.as_bytes();
    while let Some((&b, after)) = rest.split_first() {
        let digit = |n: usize| after.get(n).and_then(|d| char::from(*d).to_digit(16));
        match (b, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or(b'%'));
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(b);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| uri.to_owned())
}

#[cfg(test)]
mod tests {
    use super::path_of;

    #[test]
    fn a_uri_is_read_as_a_path() {
        for (uri, path) in [
            ("src/a.rs", "src/a.rs"),
            ("./src/a%20b.rs", "src/a b.rs"),
            (r"src\a.rs", "src/a.rs"),
            ("file:///home/ci/a.rs", "/home/ci/a.rs"),
            ("file:////src/a.js", "/src/a.js"),
            ("file:///C:/code/a.c", "C:/code/a.c"),
            ("FILE://localhost/a.c", "/a.c"),
            ("file:/a.c", "/a.c"),
            ("%41%zz%", "A%zz%"),
            ("%ff", "%ff"),
            ("not a valid URI", "not a valid URI"),
            ("knqyf263/vuln-image (alpine 3.7.1)", "knqyf263/vuln-image (alpine 3.7.1)"),
            ("", ""),
        ] {
            assert_eq!(path_of(uri), path, "{uri}");
        }
    }
}
