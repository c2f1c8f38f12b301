//! What makes a finding of this run the same as one of an earlier run.
//!
//! An advisory on a package: the class of its names, the package, the version. Anything else about a package: its
//! rule, the package, the version. The rest: the rule, the path, and the message without numbers and paths. Lines,
//! severities, tools and the order of a report are no part of it; several that are alike are told apart by how many
//! there are. A fingerprint says more, and is believed only so far as `pairing` tells.

use std::collections::BTreeSet;

use crate::facts::{Aliases, Package, is_advisory, plain_path};
use crate::text::Text;
use crate::verdict::{Violation, neutral};

/// What two findings share that are the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Identity {
    /// Class, package, version.
    Advisory(String, String, String),
    /// Rule, package, version.
    Package(String, String, String),
    /// Rule, path, message.
    Place(String, String, String),
}

/// A finding as it is compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark {
    pub(super) identity: Identity,
    /// 0: none is stated.
    pub(super) line: u32,
    /// Who says so; in small letters.
    pub(super) tool: String,
    /// By which the tool tells it from others of its rule and file.
    pub(super) prints: BTreeSet<Text>,
}

impl Mark {
    /// Of a finding; `place` says how a path of its run is written in this one.
    pub(super) fn of(violation: &Violation, aliases: &Aliases, place: &dyn Fn(&str) -> String) -> Self {
        let identity = Identity::of(violation, aliases, place);
        let is_placed = matches!(identity, Identity::Place(..));
        let prints = violation.fingerprints().filter(|_| is_placed).cloned().collect();
        let line = violation.location.as_ref().and_then(|l| l.line).unwrap_or(0);
        let tool = violation.tool.as_deref().unwrap_or_default().to_ascii_lowercase();
        Self { identity, line, tool, prints }
    }
}

impl Identity {
    fn of(violation: &Violation, aliases: &Aliases, place: &dyn Fn(&str) -> String) -> Self {
        let named = std::iter::once(&violation.id).chain(&violation.aliases).any(|id| is_advisory(id));
        let id = if named { aliases.root(&violation.id) } else { violation.id.to_string() };
        if let Some(package) = &violation.package {
            let version = violation.version.as_deref().map(Package::version_key).unwrap_or_default().to_owned();
            let package = Package::name_key(package);
            return if named { Self::Advisory(id, package, version) } else { Self::Package(id, package, version) };
        }
        let path = path_of(violation).map(|path| place(&path)).unwrap_or_default();
        let message = if named { String::new() } else { neutral(&violation.message) };
        Self::Place(id, path, message)
    }

    /// The path, where it is one of a place.
    pub(super) fn path(&self) -> Option<&str> {
        match self {
            Self::Place(_, path, _) => Some(path).filter(|p| !p.is_empty()).map(String::as_str),
            _ => None,
        }
    }
}

/// The path of a finding in one spelling.
pub(super) fn path_of(violation: &Violation) -> Option<String> {
    violation.location.as_ref().map(|l| plain_path(&l.path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_paths_and_severities_are_no_part_of_a_message() {
        for (one, other, same) in [
            ("12 of 96 lines", "7 of 103 lines", true),
            ("`x` is unused", "`y` is unused", false),
            ("secret in /a/b.rs found", "secret in c\\d.rs found", true),
            ("bad call (level: error)", "bad call (CVSS 7.5) [suppressed by its report]", true),
            ("bad call (level: error) (EPSS 0.5)", "bad call", true),
            ("bad  call", "bad call", true),
            ("bad call", "bad calls", false),
        ] {
            assert_eq!(neutral(one) == neutral(other), same, "{one} | {other}");
        }
    }

    /// What is known by its package has no place, and what has an advisory's name no fingerprint of its own.
    #[test]
    fn only_a_place_has_fingerprints() {
        let mut violation = Violation::new("rule", "m");
        violation.aliases = vec!["fingerprint:a=0123456789".into()];
        let mark = |v: &Violation| Mark::of(v, &Aliases::default(), &str::to_owned);
        assert_eq!(mark(&violation).prints.len(), 1);
        violation.package = Some("p".into());
        assert_eq!(mark(&violation).prints.len(), 0);
    }
}
