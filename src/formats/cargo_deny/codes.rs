//! What the codes of diagnostics mean.

use crate::facts::DependencyIssue;
use crate::formats::rustsec;

/// The checks, each a key of the summary.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Check {
    Advisories,
    Bans,
    Licenses,
    Sources,
}

impl Check {
    pub(super) const ALL: [Self; 4] = [Self::Advisories, Self::Bans, Self::Licenses, Self::Sources];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Advisories => "advisories",
            Self::Bans => "bans",
            Self::Licenses => "licenses",
            Self::Sources => "sources",
        }
    }

    /// What it speaks of; first what counts for diagnostics that are not shown.
    pub(super) const fn issues(self) -> &'static [DependencyIssue] {
        use DependencyIssue as Is;
        match self {
            Self::Advisories => &[Is::Vulnerable, Is::Unmaintained, Is::Unsound, Is::Yanked, Is::Notice],
            Self::Bans => &[Is::Banned, Is::Duplicate],
            Self::Licenses => &[],
            Self::Sources => &[Is::Source],
        }
    }
}

/// The check that writes a code, and the issue of a package that it stands for; none for a remark
/// about `deny.toml` itself. Nothing for a code that is not known.
pub(super) fn meaning(code: &str) -> Option<(Check, Option<DependencyIssue>)> {
    let found = of_advisories(code).map(|issue| (Check::Advisories, issue));
    let found = found.or_else(|| of_bans(code).map(|issue| (Check::Bans, issue)));
    let found = found.or_else(|| of_sources(code).map(|issue| (Check::Sources, issue)));
    found.or_else(|| of_licenses(code).then_some((Check::Licenses, None)))
}

fn of_advisories(code: &str) -> Option<Option<DependencyIssue>> {
    match code {
        "vulnerability" => Some(Some(DependencyIssue::Vulnerable)),
        "yanked-ignored" => Some(Some(DependencyIssue::Yanked)),
        // The advisory that is ignored follows in a diagnostic of its own.
        "advisory-ignored"
        | "advisory-not-detected"
        | "index-cache-load-failure"
        | "index-failure"
        | "unknown-advisory"
        | "yanked-not-detected" => Some(None),
        _ => rustsec::issue(code).map(Some),
    }
}

fn of_bans(code: &str) -> Option<Option<DependencyIssue>> {
    Some(match code {
        "duplicate" => Some(DependencyIssue::Duplicate),
        "unknown-feature"
        | "unmatched-bypass"
        | "unmatched-glob"
        | "unmatched-path-bypass"
        | "unmatched-replacement-ignore"
        | "unmatched-skip"
        | "unmatched-skip-root"
        | "unmatched-wrapper"
        | "unnecessary-skip"
        | "unused-wrapper" => None,
        "allowed"
        | "allowed-by-wrapper"
        | "banned"
        | "build-script-not-allowed"
        | "checksum-match"
        | "checksum-mismatch"
        | "default-feature-enabled"
        | "denied-by-extension"
        | "detected-executable"
        | "detected-executable-script"
        | "exact-features-mismatch"
        | "feature-banned"
        | "feature-not-explicitly-allowed"
        | "features-enabled"
        | "non-root-path"
        | "non-utf8-path"
        | "not-allowed"
        | "path-bypassed"
        | "path-bypassed-by-glob"
        | "replaced-in-std"
        | "skipped"
        | "skipped-by-root"
        | "unable-to-check-path"
        | "unresolved-workspace-dependency"
        | "unused-workspace-dependency"
        | "wildcard"
        | "workspace-duplicate" => Some(DependencyIssue::Banned),
        _ => return None,
    })
}

fn of_sources(code: &str) -> Option<Option<DependencyIssue>> {
    Some(match code {
        "allowed-by-organization" | "allowed-source" | "git-source-underspecified" | "source-not-allowed" => {
            Some(DependencyIssue::Source)
        }
        "unmatched-organization" | "unmatched-source" => None,
        _ => return None,
    })
}

fn of_licenses(code: &str) -> bool {
    matches!(
        code,
        "accepted"
            | "empty-license-field"
            | "gather-failure"
            | "license-exception-not-encountered"
            | "license-not-encountered"
            | "missing-clarification-file"
            | "no-license-field"
            | "parse-error"
            | "rejected"
            | "skipped-private-workspace-crate"
            | "unlicensed"
    )
}
