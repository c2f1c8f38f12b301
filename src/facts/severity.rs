//! How bad a finding is, and who says so.

use crate::text::Text;

/// How bad a finding is. `Unknown`: no usable statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// No tool made a usable statement. Counts as high unless the policy limits it by itself.
    Unknown,
    /// Worth knowing.
    Info,
    /// Low.
    Low,
    /// Medium, moderate.
    Medium,
    /// High, important.
    High,
    /// Critical.
    Critical,
}

impl Severity {
    /// All of them, the worst first, the unknown last.
    pub const ALL: [Self; 6] = [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Info, Self::Unknown];

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Info => "info",
            Self::Unknown => "unknown",
        }
    }

    /// A tool's own word, in any case; `None` where it is no word for a severity (UNKNOWN and
    /// UNSPECIFIED state none). `error`, `warning` and `note` are levels: see [`Self::of_level`].
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Some(match word.trim().to_ascii_lowercase().as_str() {
            "critical" => Self::Critical,
            "high" | "important" => Self::High,
            "medium" | "moderate" => Self::Medium,
            "low" => Self::Low,
            "info" | "informational" | "negligible" | "none" => Self::Info,
            _ => return None,
        })
    }

    /// The band of a score from 0 to 10: 9.0 critical, 7.0 high, 4.0 medium, above 0 low, 0 info
    /// (FIRST, CVSS 3.1 section 5). `None` for what is no such score.
    #[must_use]
    pub fn of_score(score: f64) -> Option<Self> {
        if !(0.0..=10.0).contains(&score) {
            return None;
        }
        Some(if score >= 9.0 {
            Self::Critical
        } else if score >= 7.0 {
            Self::High
        } else if score >= 4.0 {
            Self::Medium
        } else if score > 0.0 {
            Self::Low
        } else {
            Self::Info
        })
    }

    /// A level of SARIF 2.1.0, section 3.27.10. `None` for another word.
    #[must_use]
    pub fn of_level(level: &str) -> Option<Self> {
        Some(match level {
            "error" => Self::High,
            "warning" => Self::Medium,
            "note" => Self::Low,
            "none" => Self::Info,
            _ => return None,
        })
    }
}

/// On what a severity rests, the most telling first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The tool's own word.
    Word,
    /// A score: CVSS, or SARIF's `security-severity`.
    Score,
    /// A level of SARIF.
    Level,
    /// SARIF's default level, where the tool states nothing at all.
    Default,
}

/// One statement about the severity of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// What it says.
    pub severity: Severity,
    /// On what it rests.
    pub source: Source,
    /// The words of the report: `CVSS 9.8`, `HIGH`, `level error`.
    pub words: Text,
}

/// Which of several statements on one finding counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SeverityRule {
    /// The tool's own word, then a score, then the level.
    #[default]
    Tool,
    /// The worst of all.
    Worst,
}

/// Every statement about the severity of one finding.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rating(Vec<Claim>);

impl Rating {
    /// Adds a statement.
    pub fn add(&mut self, severity: Severity, source: Source, words: impl AsRef<str>) {
        self.0.push(Claim { severity, source, words: Text::new(words.as_ref()) });
    }

    /// Adds a CVSS vector (2.0, 3.x or 4.0) by its score. `false`: it is none, or not a whole one.
    pub fn add_vector(&mut self, vector: &str) -> bool {
        let Some(cvss) = vector.parse::<cvss::Cvss>().ok().filter(|_| is_whole(vector)) else { return false };
        let score = cvss.score();
        let Some(severity) = Severity::of_score(score) else { return false };
        self.add(severity, Source::Score, format!("CVSS {score:.1}"));
        true
    }

    /// All statements.
    #[must_use]
    pub fn claims(&self) -> &[Claim] {
        &self.0
    }

    /// The statement that counts under `rule`, if there is any.
    #[must_use]
    pub fn claim(&self, rule: SeverityRule) -> Option<&Claim> {
        match rule {
            // The first of the best source: readers add the nearest statement first.
            SeverityRule::Tool => self.0.iter().min_by_key(|c| c.source),
            SeverityRule::Worst => self.0.iter().max_by_key(|c| (c.severity, std::cmp::Reverse(c.source))),
        }
    }

    /// The severity under `rule`.
    #[must_use]
    pub fn severity(&self, rule: SeverityRule) -> Severity {
        self.claim(rule).map_or(Severity::Unknown, |c| c.severity)
    }
}

/// Whether a vector has every metric that its version demands: without one its score would be 0, which is
/// no statement that something is harmless.
fn is_whole(vector: &str) -> bool {
    let demanded: &[&str] = match vector.get(..7) {
        Some("CVSS:3.") => &["AV", "AC", "PR", "UI", "S", "C", "I", "A"],
        Some("CVSS:4.") => &["AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"],
        _ => &["AV", "AC", "Au", "C", "I", "A"],
    };
    let has =
        |name: &&str| vector.split('/').any(|m| m.split(':').next().is_some_and(|n| n.eq_ignore_ascii_case(name)));
    demanded.iter().all(has)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_fall_into_their_bands_and_nonsense_into_none() {
        for (score, severity) in [
            (10.0, Some(Severity::Critical)),
            (9.0, Some(Severity::Critical)),
            (8.9, Some(Severity::High)),
            (7.0, Some(Severity::High)),
            (6.9, Some(Severity::Medium)),
            (4.0, Some(Severity::Medium)),
            (3.9, Some(Severity::Low)),
            (0.1, Some(Severity::Low)),
            (0.0, Some(Severity::Info)),
            (-0.1, None),
            (10.1, None),
            (f64::NAN, None),
            (f64::INFINITY, None),
        ] {
            assert_eq!(Severity::of_score(score), severity, "{score}");
        }
    }

    /// Vectors with the scores that FIRST gives them (CVSS 2.0 guide 3.3.1, 3.1 examples, 4.0 examples).
    #[test]
    fn vectors_of_every_version_are_scored() {
        for (vector, words, severity) in [
            ("AV:N/AC:L/Au:N/C:N/I:N/A:C", "CVSS 7.8", Severity::High),
            ("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", "CVSS 6.1", Severity::Medium),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS 9.8", Severity::Critical),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", "CVSS 0.0", Severity::Info),
            ("CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "CVSS 7.3", Severity::High),
        ] {
            let mut rating = Rating::default();
            assert!(rating.add_vector(vector), "{vector}");
            assert_eq!((&*rating.claims()[0].words, rating.severity(SeverityRule::Tool)), (words, severity));
        }
        for part in [
            "CVSS:3.1/garbage",
            "CVSS:3.1/AV:N",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H",
            "CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N",
            "AV:N/AC:L/Au:N/C:N/I:N",
        ] {
            assert!(!Rating::default().add_vector(part), "{part}");
        }
    }

    #[test]
    fn the_rule_decides_which_statement_counts() {
        let mut rating = Rating::default();
        assert_eq!(rating.severity(SeverityRule::Tool), Severity::Unknown);
        rating.add(Severity::High, Source::Level, "level error");
        rating.add(Severity::Critical, Source::Score, "9.5");
        rating.add(Severity::Low, Source::Word, "LOW");
        assert_eq!(rating.severity(SeverityRule::Tool), Severity::Low);
        assert_eq!(rating.severity(SeverityRule::Worst), Severity::Critical);
    }
}
