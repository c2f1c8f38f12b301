//! What the tools said, in one shape whatever tool said it.
//!
//! A format fills a [`Report`]; gates look at its [`Facts`]. A kind of fact that a report does not
//! speak of is `None`, never empty: absent is not zero.

mod advisory;
mod coverage;
mod dependency;
mod exploitation;
mod finding;
mod fingerprint;
mod known;
mod license;
mod lines;
mod lint;
mod lockfile;
mod path;
mod purl;
mod severity;
mod step;
mod summary;
mod test_run;
mod timing;
mod vex;

use jiff::Timestamp;

use crate::text::Text;

pub use crate::units::Ratio;
pub use advisory::{Aliases, advisory_in, is_advisory, names_of_all, telling_name};
pub use coverage::{Block, Coverage, FileCoverage, Line, Totals};
pub use dependency::{Dependencies, DependencyIssue};
pub use exploitation::{Cve, Epss, Exploited, cve};
pub use finding::{Finding, Findings, Location, Package};
pub use fingerprint::{MOST_FINGERPRINTS, few_fingerprints, fingerprint};
pub use known::{Advisories, Advisory};
pub use license::{Declared, LicensedPackage, Licenses, parse_expression};
pub use lines::LineSet;
pub use lint::{Lint, LintLevel, Lints};
pub use lockfile::{LockedPackage, Lockfile};
pub use path::{is_absolute_path, normal_path, path_of_uri, plain_path};
pub use purl::percent_decoded;
pub use severity::{Claim, Rating, Severity, SeverityRule, Source};
pub use step::{Outcome, Step, Steps, WrittenFile};
pub use test_run::{TestCase, TestOutcome, TestRun};
pub use timing::{Spread, Timing, Timings};
pub use vex::{Vex, VexProduct, VexStatement, VexStatus};

/// All that a reader returns of one file.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The tools that wrote it, as they name themselves; never empty in what a format returns
    /// where the format states a tool.
    pub tools: Vec<Text>,
    /// The time that the report itself states for its making.
    pub made_at: Option<Timestamp>,
    /// The commits that the report itself says it is about.
    pub revisions: Vec<Text>,
    /// Why the tool says that its run failed. Its facts count all the same.
    pub failed_run: Vec<Text>,
    /// What a reader of the verdict should know: a header that differs, something left out.
    pub notes: Vec<Text>,
    /// What it says.
    pub facts: Facts,
}

impl Report {
    /// A report by one tool.
    #[must_use]
    pub fn by(tool: &str) -> Self {
        Self { tools: vec![Text::new(tool)], ..Self::default() }
    }

    /// Adds a note, once.
    pub fn note(&mut self, note: impl AsRef<str>) {
        keep(&mut self.notes, note.as_ref());
    }

    /// Marks the run as failed, with the reason.
    pub fn fail(&mut self, reason: impl AsRef<str>) {
        keep(&mut self.failed_run, reason.as_ref());
    }
}

/// How many notes of a report are kept, and how many reasons: a report may give one for each of a million files.
const MOST_WORDS: usize = 100;

fn keep(list: &mut Vec<Text>, words: &str) {
    let words = match list.len() {
        0..MOST_WORDS => Text::new(words),
        MOST_WORDS => Text::new("there are more of these, which are left out"),
        _ => return,
    };
    if !list.contains(&words) {
        list.push(words);
    }
}

/// The facts of a report by kind.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Lines, branches and functions that tests reached.
    pub coverage: Option<Coverage>,
    /// Tests and how they ended.
    pub tests: Option<TestRun>,
    /// Findings with a severity.
    pub findings: Option<Findings>,
    /// What is wrong with packages: advisories by kind, bans, sources, age.
    pub dependencies: Option<Dependencies>,
    /// Licences of packages.
    pub licenses: Option<Licenses>,
    /// What a compiler or linter says of the code.
    pub lints: Option<Lints>,
    /// How long something took.
    pub timings: Option<Timings>,
    /// Steps of the pipeline and how they ended.
    pub steps: Option<Steps>,
    /// Vulnerabilities that are known to be exploited.
    pub exploited: Option<Exploited>,
    /// How likely vulnerabilities are to be exploited.
    pub epss: Option<Epss>,
    /// Which vulnerabilities do not concern a product, as its maker says.
    pub vex: Option<Vex>,
    /// The packages that a lock file pins.
    pub lockfile: Option<Lockfile>,
    /// What an advisory database states.
    pub advisories: Option<Advisories>,
}

/// The kinds of facts, as `inspect` names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// [`Facts::coverage`]
    Coverage,
    /// [`Facts::tests`]
    Tests,
    /// [`Facts::findings`]
    Findings,
    /// [`Facts::dependencies`]
    Dependencies,
    /// [`Facts::licenses`]
    Licenses,
    /// [`Facts::lints`]
    Lints,
    /// [`Facts::timings`]
    Timings,
    /// [`Facts::steps`]
    Steps,
    /// [`Facts::exploited`]
    Exploited,
    /// [`Facts::epss`]
    Epss,
    /// [`Facts::vex`]
    Vex,
    /// [`Facts::lockfile`]
    Lockfile,
    /// [`Facts::advisories`]
    Advisories,
}

impl Kind {
    /// The word for it in `inspect -f json` and in the documentation.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Coverage => "coverage",
            Self::Tests => "tests",
            Self::Findings => "findings",
            Self::Dependencies => "dependencies",
            Self::Licenses => "licenses",
            Self::Lints => "lints",
            Self::Timings => "timings",
            Self::Steps => "steps",
            Self::Exploited => "exploited",
            Self::Epss => "epss",
            Self::Vex => "vex",
            Self::Lockfile => "lockfile",
            Self::Advisories => "advisories",
        }
    }

    /// Whether a gate that looks at `wanted` takes facts of this kind too: what joins findings is its concern.
    #[must_use]
    pub fn serves(self, wanted: Self) -> bool {
        match self {
            Self::Exploited | Self::Epss => wanted == Self::Findings,
            Self::Vex | Self::Lockfile | Self::Advisories => matches!(wanted, Self::Findings | Self::Dependencies),
            other => other == wanted,
        }
    }
}

impl Facts {
    /// The kinds of facts that are there.
    #[must_use]
    pub fn kinds(&self) -> Vec<Kind> {
        [
            (self.coverage.is_some(), Kind::Coverage),
            (self.tests.is_some(), Kind::Tests),
            (self.findings.is_some(), Kind::Findings),
            (self.dependencies.is_some(), Kind::Dependencies),
            (self.licenses.is_some(), Kind::Licenses),
            (self.lints.is_some(), Kind::Lints),
            (self.timings.is_some(), Kind::Timings),
            (self.steps.is_some(), Kind::Steps),
            (self.exploited.is_some(), Kind::Exploited),
            (self.epss.is_some(), Kind::Epss),
            (self.vex.is_some(), Kind::Vex),
            (self.lockfile.is_some(), Kind::Lockfile),
            (self.advisories.is_some(), Kind::Advisories),
        ]
        .into_iter()
        .filter_map(|(there, kind)| there.then_some(kind))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_stands_once_and_not_without_end() {
        let mut report = Report::default();
        for n in 0..1000 {
            report.note(format!("note {}", n / 2));
            report.fail(format!("reason {n}"));
        }
        for list in [&report.notes, &report.failed_run] {
            assert_eq!(list.len(), MOST_WORDS + 1);
            assert!(list.last().is_some_and(|last| last.contains("left out")));
        }
        assert_eq!((&*report.notes[1], &*report.failed_run[1]), ("note 1", "reason 1"));
    }
}
