//! The evidence in a verdict: each report, what became of it, and its figures.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::Text;
use crate::units::Ratio;

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EvidenceStatus {
    /// It was read.
    Read,
    /// It is named and was not found.
    Missing,
    /// It could not be read, or not be recognised.
    Unreadable,
    /// It is older than the policy allows.
    Stale,
    /// Found in a folder, and no report.
    Ignored,
}

/// One report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EvidenceEntry {
    /// Its name, where it has one.
    pub name: Option<Text>,
    /// Where it lies, as it was given or found.
    pub path: Text,
    /// The format that claimed it.
    pub format: Option<Text>,
    /// The tool that wrote it, as it names itself.
    pub tool: Option<Text>,
    /// What became of it.
    pub status: EvidenceStatus,
    /// The tool says that its run failed.
    pub failed_run: bool,
    /// Why it counts as an error, where it does.
    pub error: Option<Text>,
    /// Its size.
    pub bytes: Option<u64>,
    /// Its SHA-256.
    #[schemars(regex(pattern = "^[0-9a-f]{64}$"))]
    pub sha256: Option<String>,
    /// What is worth knowing of it.
    pub notes: Vec<Text>,
    /// Its figures.
    pub facts: Vec<Fact>,
}

/// The figures of a report, by kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Fact {
    /// Lines, branches, functions.
    #[allow(missing_docs)]
    Coverage { files: u64, lines: Ratio, branches: Option<Ratio>, functions: Option<Ratio> },
    /// Tests.
    #[allow(missing_docs)]
    Tests { total: u64, passed: u64, failed: u64, skipped: u64, flaky: u64, seconds: Option<f64> },
    /// Findings, before aliases are joined.
    #[allow(missing_docs)]
    Findings { total: u64, by_severity: BySeverity, suppressed: u64, tools: Vec<Text> },
    /// What is wrong with packages; `null` where the report does not speak of it.
    #[allow(missing_docs)]
    Dependencies {
        packages: Option<u64>,
        vulnerable: Option<u64>,
        unmaintained: Option<u64>,
        unsound: Option<u64>,
        yanked: Option<u64>,
        notice: Option<u64>,
        outdated: Option<u64>,
        banned: Option<u64>,
        duplicate: Option<u64>,
        source: Option<u64>,
    },
    /// Licences.
    #[allow(missing_docs)]
    Licenses { packages: u64, unlicensed: u64, expressions: BTreeMap<Text, u64> },
    /// Lints.
    #[allow(missing_docs)]
    Lints { errors: u64, warnings: u64 },
    /// Durations.
    #[allow(missing_docs)]
    Timings { timings: Vec<TimingFact> },
    /// Steps.
    #[allow(missing_docs)]
    Steps { steps: Vec<StepFact> },
    /// A catalogue of exploited vulnerabilities.
    #[allow(missing_docs)]
    Exploited { entries: u64, version: Option<Text> },
    /// A list of probabilities of exploitation.
    #[allow(missing_docs)]
    Epss { entries: u64, model: Option<Text> },
    /// Statements on what a vulnerability concerns.
    #[allow(missing_docs)]
    Vex { statements: u64, not_affected: u64, fixed: u64, affected: u64, under_investigation: u64 },
    /// A lock file.
    #[allow(missing_docs)]
    Lockfile { packages: u64 },
    /// An advisory database.
    #[allow(missing_docs)]
    Advisories { advisories: u64 },
}

/// One duration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TimingFact {
    /// What was timed.
    pub name: Text,
    /// How long it took.
    pub seconds: f64,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StepFact {
    /// Its name.
    pub name: Text,
    /// `success`, `failure`, `skipped` or `cancelled`.
    #[schemars(extend("enum" = ["success", "failure", "skipped", "cancelled"]))]
    pub outcome: String,
    /// How long it took, where that is known.
    pub seconds: Option<f64>,
}

/// Findings by severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs)]
pub struct BySeverity {
    pub critical: u64,
    pub high: u64,
    pub medium: u64,
    pub low: u64,
    pub info: u64,
    pub unknown: u64,
}
