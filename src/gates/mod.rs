//! The gates: one subject of judgement each, one table of the policy.
//!
//! One more is a file beside this one and two lines here: its `mod` and its entry in [`ALL`]. A
//! gate knows its own thresholds; scopes, levels, waivers and baselines are none of its business.

mod catalogue;
mod common;
mod coverage;
mod dependencies;
mod draft;
mod joined;
mod licenses;
mod lints;
mod security;
mod steps;
mod subject;
mod tests;
mod timings;
mod trend;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;

pub use catalogue::Catalogue;
pub use common::{OFF, REQUIRES};
pub use draft::{Checks, Draft, Figure, Noun, Part, Trend, Value};
pub use joined::Joined;
pub use subject::{Covered, Source, Stated, Subject, ending};

use crate::diagnostic::Diagnostic;
use crate::facts::Kind;
use crate::toml_tree::{Node, read};

/// A table of the policy that can be judged.
pub trait Gate: Send + Sync + std::fmt::Debug {
    /// Draws up the checks of this table for what `subject` holds.
    fn check(&self, subject: &Subject<'_>, checks: &mut Checks);
}

/// One kind of gate.
pub struct GateKind {
    /// Its name: the policy table, the first part of its checks' ids, the heading in the documentation.
    pub name: &'static str,
    /// What it judges, in one line.
    pub about: &'static str,
    /// The facts it looks at.
    pub looks_at: Kind,
    /// What it can measure, for `explain` and the documentation.
    pub measures: &'static [Measure],
    /// What holds of all its checks, for `explain` and the documentation.
    pub rules: &'static str,
    /// Keys that a scope takes over from its gate where it does not set them.
    pub inherited: &'static [&'static str],
    /// Which of `paths`, `packages`, `changed` and `new` its scopes may choose by.
    pub selects: &'static [&'static str],
    /// Keys that a scope of changed lines may not set: what they measure is of a whole.
    pub of_the_whole: &'static [&'static str],
    /// Keys that mean something in a scope of changed lines only.
    pub of_changes: &'static [&'static str],
    /// The JSON Schema of its table.
    pub schema: fn(&mut SchemaGenerator) -> Schema,
    /// Reads its table, finding every mistake in it.
    pub(crate) read: Read,
}

/// Reads a gate's table; mistakes are added to the list.
type Read = fn(&Node, &mut Vec<Diagnostic>) -> Option<Box<dyn Gate>>;

/// One thing that a gate measures.
pub struct Measure {
    /// Its name: the last part of the check's id, and mostly the policy key.
    pub name: &'static str,
    /// What it means.
    pub what: &'static str,
    /// Why anybody would want it.
    pub why: &'static str,
    /// How it is computed.
    pub how: &'static str,
    /// How to mend it; shown with a check that does not pass.
    pub fix: &'static str,
    /// Its keys in a policy: TOML that can be copied.
    pub example: &'static str,
    /// Where those who write such reports document them: a name and a URL each.
    pub links: &'static [(&'static str, &'static str)],
}

/// The page of the documentation that lists the formats and the tools that write them.
pub const FORMATS_PAGE: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/formats.md");
/// The page that says what loosens a policy.
pub const LOOSENING_PAGE: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/loosening.md");
/// The first page of the documentation.
pub const README_PAGE: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "#readme");

/// All gates, in the order of a report.
pub const ALL: &[GateKind] = &[
    coverage::KIND,
    tests::KIND,
    security::KIND,
    dependencies::KIND,
    licenses::KIND,
    lints::KIND,
    timings::KIND,
    steps::KIND,
];

impl GateKind {
    /// The gate of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        ALL.iter().find(|g| g.name == name)
    }

    /// The keys of its table.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        let schema = (self.schema)(&mut SchemaGenerator::default());
        let properties = schema.get("properties").and_then(|p| p.as_object());
        properties.into_iter().flat_map(|p| p.keys().cloned()).collect()
    }

    /// What a check's measure means. Measures that the policy names itself (a timing, a step) share
    /// the description called `*`.
    #[must_use]
    pub fn measure(&self, name: &str) -> Option<&'static Measure> {
        let family = name.split('.').next().unwrap_or(name);
        let find = |n: &str| self.measures.iter().find(|m| m.name == n);
        let common = || [&REQUIRES, &OFF].into_iter().find(|m| m.name == family);
        find(name).or_else(|| find(family)).or_else(common).or_else(|| find("*"))
    }
}

/// Reads `G` from its table.
fn boxed<G: Gate + DeserializeOwned + 'static>(node: &Node, mistakes: &mut Vec<Diagnostic>) -> Option<Box<dyn Gate>> {
    read::<G>(node, mistakes).map(|g| -> Box<dyn Gate> { Box::new(g) })
}

/// The schema of `G`.
fn schema<G: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    G::json_schema(generator)
}
