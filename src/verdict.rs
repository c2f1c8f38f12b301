//! What we say: the verdict, in the frozen shape of its JSON (`portcullis/verdict/v1`).
//!
//! These structs are the contract: a field is never renamed or left out, what is absent is `null`.

mod beyond;
mod evidence;
mod names;
mod neutral;
mod schema;
mod waived;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use beyond::{Beyond, FileCovered, Meaning};
pub use evidence::{BySeverity, EvidenceEntry, EvidenceStatus, Fact, StepFact, TimingFact};
pub use names::{FINGERPRINT, is_fingerprint};
pub(crate) use neutral::neutral;
pub use schema::{inspection_schema, verdict_schema};
pub use waived::{Waived, WaiverEntry};

use crate::text::Text;

/// The name and version of the shape.
pub const SCHEMA: &str = "portcullis/verdict/v1";
/// The name and version of what `inspect -f json` prints.
pub const INSPECT_SCHEMA: &str = "portcullis/inspect/v1";

/// How a check ended. The order is that of a report: what needs attention first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// A threshold is broken.
    Fail,
    /// It could not be judged.
    Error,
    /// A warning threshold is broken.
    Warn,
    /// It holds.
    Pass,
    /// Deliberately not enforced; the message says why.
    Skipped,
}

impl Status {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Pass => "pass",
            Self::Skipped => "skipped",
        }
    }
}

/// All checks of a run, and what follows from them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// [`SCHEMA`].
    #[schemars(extend("const" = SCHEMA))]
    pub schema: String,
    /// Version of the program that judged.
    pub portcullis: String,
    /// `pass`, `fail` or `error`.
    #[schemars(schema_with = "schema::outcome")]
    pub verdict: Status,
    /// 0, 1 or 3.
    #[schemars(extend("enum" = [0, 1, 3]))]
    pub exit_code: u8,
    /// The clock of the run, RFC 3339 in UTC.
    pub evaluated_at: String,
    /// The profile of the policy that was laid over it.
    pub profile: Option<Text>,
    /// The gates that `--only` chose.
    pub selection: Option<Vec<Text>>,
    /// `false` until the day that `enforce-from` names, and where a gate or threshold that is only announced would shut it.
    pub enforced: bool,
    /// The exit code that would follow, where the verdict is not enforced.
    #[schemars(extend("enum" = [0, 1, 3, null]))]
    pub would_exit: Option<u8>,
    /// What was judged.
    pub subject: Subject,
    /// By what it was judged.
    pub policy: PolicyRef,
    /// How many checks ended how.
    pub counts: Counts,
    /// The reports, by name and path.
    pub evidence: Vec<EvidenceEntry>,
    /// The checks, in the order of the policy's gates.
    pub checks: Vec<Check>,
    /// The waivers of the policy and what became of them.
    pub waivers: Vec<WaiverEntry>,
    /// What a page shows beyond that. Not part of the JSON.
    #[serde(skip)]
    pub beyond: Beyond,
}

/// What was judged: a commit, where one is known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Subject {
    /// Repository, as `owner/name`.
    pub repository: Option<Text>,
    /// A part of the repository.
    pub component: Option<Text>,
    /// The commit under test.
    pub commit: Option<Text>,
    /// The head of the change, where the commit under test is a merge of it.
    pub head_commit: Option<Text>,
    /// Branch.
    pub branch: Option<Text>,
    /// The branch that the change is meant for.
    pub base_branch: Option<Text>,
    /// Number or name of the change.
    pub change: Option<Text>,
    /// What started the pipeline.
    pub event: Option<Text>,
    /// Where the pipeline's run can be seen.
    pub run_url: Option<Text>,
    /// Whether the working tree holds uncommitted changes, where that was asked.
    pub dirty: Option<bool>,
}

/// By what was judged.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct PolicyRef {
    /// Its name.
    pub name: Option<Text>,
    /// Its file, as it was given.
    pub path: Text,
    /// SHA-256 of the file and of every file it extends.
    #[schemars(regex(pattern = "^[0-9a-f]{64}$"))]
    pub sha256: String,
    /// What it extends, each as `PATH@sha256:DIGEST`.
    pub extends: Vec<Text>,
}

/// How many checks ended how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Checks that hold.
    pub pass: u64,
    /// Checks that warn.
    pub warn: u64,
    /// Checks that fail.
    pub fail: u64,
    /// Checks that could not be judged.
    pub error: u64,
    /// Checks not enforced.
    pub skipped: u64,
}

impl Counts {
    /// Counts one check.
    pub fn add(&mut self, status: Status) {
        match status {
            Status::Pass => self.pass += 1,
            Status::Warn => self.warn += 1,
            Status::Fail => self.fail += 1,
            Status::Error => self.error += 1,
            Status::Skipped => self.skipped += 1,
        }
    }
}

/// A threshold as it was compared: what is below or above it fails or warns.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
pub struct Bound {
    /// Values below it break it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub below: Option<f64>,
    /// Values above it break it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub above: Option<f64>,
}

/// One threshold of a gate, judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// `gate.measure`, or `gate.scope.measure`.
    pub id: Text,
    /// The gate.
    pub gate: Text,
    /// The scope, if it is one's.
    pub scope: Option<Text>,
    /// What is measured.
    pub measure: Text,
    /// How it ended.
    pub status: Status,
    /// The value, in `unit`.
    pub actual: Option<f64>,
    /// `percent`, `count`, `seconds` or `probability`.
    #[schemars(extend("enum" = ["percent", "count", "seconds", "probability", null]))]
    pub unit: Option<Text>,
    /// Of a share: how many.
    pub covered: Option<u64>,
    /// Of a share: of how many.
    pub total: Option<u64>,
    /// How much was looked at. Zero is never a pass.
    pub subjects: Option<u64>,
    /// The threshold that fails.
    pub fail: Option<Bound>,
    /// The threshold that warns.
    pub warn: Option<Bound>,
    /// The value of the baseline.
    pub baseline: Option<f64>,
    /// One line that says it.
    pub message: Text,
    /// What to do about it.
    pub help: Option<Text>,
    /// The line of the policy that decided.
    pub policy_source: Option<SourceRef>,
    /// What broke it, or comes nearest to; the most important first.
    pub violations: Vec<Violation>,
    /// How many there are.
    pub violations_total: u64,
    /// What would have counted and is waived.
    pub waived: Vec<Waived>,
    /// The message says what no figure does, so that it is shown even if all is well. Not part of the JSON.
    #[serde(skip)]
    pub telling: bool,
}

/// A line of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SourceRef {
    /// The file.
    pub path: Text,
    /// The line, counted from 1.
    pub line: u64,
}

/// Something that a check counts or points at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Violation {
    /// An advisory, a rule, a file, a test, a package.
    pub id: Text,
    /// How bad, where that applies.
    pub severity: Option<Text>,
    /// The package concerned.
    pub package: Option<Text>,
    /// Its version.
    pub version: Option<Text>,
    /// Who says so; several tools are joined by a comma.
    pub tool: Option<Text>,
    /// One line that says what it is.
    pub message: Text,
    /// Where it is.
    pub location: Option<Place>,
    /// Other names of the same advisory, and its fingerprints.
    pub aliases: Vec<Text>,
    /// What mends it.
    pub fix: Option<Text>,
    /// Further files in which the same was found. Not part of the JSON: a waiver for one path looks at all.
    #[serde(skip)]
    pub also_in: Vec<Text>,
    /// What a threshold on the worst of them compares. Not part of the JSON: the message says it.
    #[serde(skip)]
    pub weight: Option<f64>,
    /// How many reports say it; 0 where that is not known. Not part of the JSON.
    #[serde(skip)]
    pub reports: u64,
}

impl Violation {
    /// A violation of which only the id and the message are known.
    #[must_use]
    pub fn new(id: impl AsRef<str>, message: impl AsRef<str>) -> Self {
        Self {
            id: Text::new(id.as_ref()),
            severity: None,
            package: None,
            version: None,
            tool: None,
            message: Text::new(message.as_ref()),
            location: None,
            aliases: Vec::new(),
            fix: None,
            also_in: Vec::new(),
            weight: None,
            reports: 0,
        }
    }
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// The file, as the report writes it.
    pub path: Text,
    /// The line, counted from 1.
    pub line: Option<u32>,
}

/// What `inspect -f json` prints.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Inspection {
    /// [`INSPECT_SCHEMA`].
    #[schemars(extend("const" = INSPECT_SCHEMA))]
    pub schema: &'static str,
    /// The reports.
    pub reports: Vec<EvidenceEntry>,
}
