//! What a finding of Trivy is made of.

use std::collections::BTreeMap;

use super::TOOL;
use super::document::Cvss;
use crate::facts::{Finding, Location, Rating};
use crate::formats::scan;
use crate::input::{ReadError, Result};
use crate::text::Text;

/// A finding without an id could be neither joined nor waived.
pub(super) fn named(id: &Text, key: &str) -> Result<()> {
    if id.is_empty() { Err(ReadError::new(format!("an empty `{key}`"))) } else { Ok(()) }
}

/// What tells findings in one line apart.
pub(super) fn region(end_line: Option<u32>) -> String {
    end_line.map(|l| l.to_string()).unwrap_or_default()
}

/// A finding of which nothing but its id and place is known.
pub(super) fn blank(id: Text, path: &str, line: Option<u32>, suppressed: bool) -> Finding {
    Finding {
        id,
        aliases: Vec::new(),
        message: Text::new(""),
        package: None,
        location: Some(Location { path: Text::new(path), line: line.filter(|l| *l > 0) }),
        rating: Rating::default(),
        fix: None,
        tool: TOOL.into(),
        suppressed,
    }
}

/// Trivy's word, then the scores of the database that it took the word from, then those of the others. A score of
/// CVSS 2 counts only where a database has no later one.
pub(super) fn rate(word: Option<&str>, source: Option<&str>, cvss: Option<BTreeMap<String, Cvss>>) -> Rating {
    let mut rating = Rating::default();
    scan::add_word(&mut rating, word);
    let mut all: Vec<(String, Cvss)> = cvss.into_iter().flatten().collect();
    all.sort_by_key(|(name, _)| Some(name.as_str()) != source);
    for (_, cvss) in all {
        let before = rating.claims().len();
        scan::add_cvss(&mut rating, cvss.v40_vector.as_deref(), cvss.v40_score);
        scan::add_cvss(&mut rating, cvss.v3_vector.as_deref(), cvss.v3_score);
        if rating.claims().len() == before {
            scan::add_cvss(&mut rating, cvss.v2_vector.as_deref(), cvss.v2_score);
        }
    }
    rating
}
