//! What becomes of each key of deny.toml.

/// What becomes of a key.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fate {
    /// A table whose keys have fates of their own.
    Section,
    /// It has a place in a policy.
    Taken,
    /// It has none; what that means for whoever wrote it.
    Said(&'static str),
}

use Fate::{Said, Section, Taken};

const GRAPH: &str = "which crates are looked at is for the tools that write the reports: cargo-deny goes on heeding it";
const STAYS: &str = "it stays in deny.toml: cargo-deny judges it, and what it reports counts as `dependencies.banned`";
const SOURCES: &str =
    "it stays in deny.toml: cargo-deny judges it, and what it reports counts as `dependencies.source`";
const DATABASE: &str = "that is about the database of the tools; Portcullis reads their reports, and opens no socket";
const DEPRECATED: &str = "cargo-deny itself no longer heeds it";
const NO_SUCH: &str = "nothing here is like it: a licence that is allowed and not in use is no finding";
const VERSION: &str = "it chose between the rules of cargo-deny 0.14 to 0.16, and says nothing now";
const SHOWN: &str = "that is about how cargo-deny shows things";

/// Every key that cargo-deny 0.20.2 reads.
pub(super) const ALL: &[(&str, Fate)] = &[
    ("graph", Section),
    ("graph.targets", Said(GRAPH)),
    ("graph.exclude", Said(GRAPH)),
    ("graph.features", Said(GRAPH)),
    ("graph.all-features", Said(GRAPH)),
    ("graph.no-default-features", Said(GRAPH)),
    ("graph.exclude-dev", Said(GRAPH)),
    ("graph.exclude-unpublished", Said(GRAPH)),
    ("output", Section),
    ("output.feature-depth", Said(SHOWN)),
    ("targets", Said(GRAPH)),
    ("exclude", Said(GRAPH)),
    ("features", Said(GRAPH)),
    ("all-features", Said(GRAPH)),
    ("no-default-features", Said(GRAPH)),
    ("exclude-dev", Said(GRAPH)),
    ("feature-depth", Said(SHOWN)),
    ("advisories", Section),
    ("advisories.ignore", Taken),
    ("advisories.yanked", Taken),
    ("advisories.unmaintained", Taken),
    ("advisories.unsound", Taken),
    ("advisories.unused-ignored-advisory", Taken),
    ("advisories.db-path", Said(DATABASE)),
    ("advisories.db-urls", Said(DATABASE)),
    ("advisories.git-fetch-with-cli", Said(DATABASE)),
    (
        "advisories.maximum-db-staleness",
        Said("`max-age` on the evidence is the nearest to it: how old a report may be"),
    ),
    (
        "advisories.disable-yank-checking",
        Said("cargo-deny then reports no yanked crate, and `yanked` counts none of it"),
    ),
    ("advisories.vulnerability", Said(DEPRECATED)),
    ("advisories.notice", Said(DEPRECATED)),
    ("advisories.severity-threshold", Said(DEPRECATED)),
    ("advisories.version", Said(VERSION)),
    ("bans", Section),
    ("bans.multiple-versions", Taken),
    ("bans.multiple-versions-include-dev", Said(STAYS)),
    ("bans.highlight", Said(SHOWN)),
    ("bans.deny", Said(STAYS)),
    ("bans.allow", Said(STAYS)),
    ("bans.allow-workspace", Said(STAYS)),
    ("bans.features", Said(STAYS)),
    ("bans.external-default-features", Said(STAYS)),
    ("bans.workspace-default-features", Said(STAYS)),
    ("bans.skip", Said("it stays in deny.toml: cargo-deny then reports no `dependencies.duplicate` for these")),
    ("bans.skip-tree", Said("it stays in deny.toml: cargo-deny then reports no `dependencies.duplicate` for these")),
    ("bans.wildcards", Said(STAYS)),
    ("bans.allow-wildcard-paths", Said(STAYS)),
    ("bans.allow-build-scripts", Said(STAYS)),
    ("bans.build", Said(STAYS)),
    ("bans.workspace-dependencies", Said(STAYS)),
    ("bans.std-replacements", Said(STAYS)),
    ("licenses", Section),
    ("licenses.allow", Taken),
    ("licenses.deny", Taken),
    ("licenses.exceptions", Taken),
    (
        "licenses.confidence-threshold",
        Said("Portcullis compares the licences that packages declare, and guesses none from a text"),
    ),
    (
        "licenses.clarify",
        Said(
            "a clarified licence holds only for the files whose digests it names, which no report states: write an \
              exception with a reason for each such package",
        ),
    ),
    (
        "licenses.private",
        Said(
            "workspace members count like any package here: let them declare a licence, or write an exception for each",
        ),
    ),
    ("licenses.include-dev", Said(GRAPH)),
    ("licenses.include-build", Said(GRAPH)),
    ("licenses.unused-allowed-license", Said(NO_SUCH)),
    ("licenses.unused-license-exception", Said(NO_SUCH)),
    (
        "licenses.unlicensed",
        Said("cargo-deny itself no longer heeds it; here `unlicensed` fails unless the policy says otherwise"),
    ),
    ("licenses.allow-osi-fsf-free", Said(DEPRECATED)),
    ("licenses.copyleft", Said(DEPRECATED)),
    ("licenses.default", Said(DEPRECATED)),
    ("licenses.version", Said(VERSION)),
    ("sources", Section),
    ("sources.unknown-registry", Taken),
    ("sources.unknown-git", Taken),
    ("sources.allow-registry", Said(SOURCES)),
    ("sources.allow-git", Said(SOURCES)),
    ("sources.allow-org", Said(SOURCES)),
    ("sources.private", Said(SOURCES)),
    ("sources.required-git-spec", Said(SOURCES)),
    ("sources.unused-allowed-source", Said(SHOWN)),
    ("sources.unused-allowed-org", Said(SHOWN)),
];

/// What becomes of the key at a path.
pub(super) fn fate(path: &str) -> Option<Fate> {
    ALL.iter().find(|(known, _)| *known == path).map(|(_, fate)| *fate)
}
