//! How bad a vulnerability is, by everybody who rated it.

use std::cmp::Reverse;

use serde::Deserialize;

use crate::facts::{Claim, Rating, Severity, Source};
use crate::input::json::Few;
use crate::input::{ReadError, Result};

/// One rating.
#[derive(Deserialize, Default)]
#[serde(expecting = "a rating")]
pub(super) struct Rated {
    pub(super) score: Option<f64>,
    pub(super) severity: Option<String>,
    pub(super) method: Option<String>,
    pub(super) vector: Option<String>,
}

/// Every statement, the worst of each kind first: nobody says which rating is meant.
pub(super) fn rating(list: Few<Rated, 1000>) -> Result<Rating> {
    let mut claims: Vec<Claim> = Vec::new();
    for rated in list {
        for claim in rated.claims()? {
            if !claims.contains(&claim) {
                claims.push(claim);
            }
        }
    }
    claims.sort_by_key(|claim| (claim.source, Reverse(claim.severity)));
    let mut rating = Rating::default();
    for Claim { severity, source, words } in claims {
        rating.add(severity, source, words);
    }
    Ok(rating)
}

impl Rated {
    fn claims(&self) -> Result<Vec<Claim>> {
        let mut rating = Rating::default();
        match self.severity.as_deref().map(str::to_ascii_lowercase).as_deref() {
            None | Some("unknown") => {}
            Some(word @ ("critical" | "high" | "medium" | "low" | "info" | "none")) => {
                rating.add(Severity::of_word(word).unwrap_or(Severity::Unknown), Source::Word, word);
            }
            Some(word) => {
                return Err(ReadError::new(format!("`severity` {word:?} is no word that CycloneDX has for it")));
            }
        }
        let method = self.method.as_deref().unwrap_or("other");
        // The scales of these two are others.
        if method == "OWASP" || method == "SSVC" {
            return Ok(rating.claims().to_vec());
        }
        if let Some((score, severity)) = self.score.and_then(|s| Some((s, Severity::of_score(s)?))) {
            let scale = if method.starts_with("CVSS") { "CVSS" } else { "score" };
            rating.add(severity, Source::Score, format!("{scale} {score:.1}"));
        }
        if let Some(vector) = &self.vector {
            rating.add_vector(&whole_vector(method, vector));
        }
        Ok(rating.claims().to_vec())
    }
}

/// A vector with its version in front, which the method states where the vector does not.
fn whole_vector(method: &str, vector: &str) -> String {
    let version = match method {
        "CVSSv3" => "CVSS:3.0/",
        "CVSSv31" => "CVSS:3.1/",
        "CVSSv4" => "CVSS:4.0/",
        _ => "",
    };
    let prefix = if vector.starts_with("CVSS:") { "" } else { version };
    format!("{prefix}{}", vector.trim_matches(['(', ')']))
}
