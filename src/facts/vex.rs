//! Statements of a maker that a vulnerability does or does not concern a product (VEX).

use jiff::Timestamp;

use super::Package;
use crate::text::Text;

/// What a statement says of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum VexStatus {
    /// It is not concerned.
    NotAffected,
    /// It was, and is mended in the version named.
    Fixed,
    /// Nobody knows yet.
    UnderInvestigation,
    /// It is concerned.
    Affected,
}

impl VexStatus {
    /// The word of OpenVEX for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotAffected => "not_affected",
            Self::Fixed => "fixed",
            Self::UnderInvestigation => "under_investigation",
            Self::Affected => "affected",
        }
    }

    /// Whether it takes a finding out of the count.
    #[must_use]
    pub const fn closes(self) -> bool {
        matches!(self, Self::NotAffected | Self::Fixed)
    }
}

/// A product that a statement is about, and the parts of it that are meant, if any are named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VexProduct {
    /// Its names: an IRI, a purl.
    pub names: Vec<Text>,
    /// The packages in it that are meant, by purl; empty: the product itself.
    pub parts: Vec<Text>,
}

impl VexProduct {
    /// Whether the statement is about this package: the product or the part named is the package itself, or
    /// the whole of a product in `own`. A purl without a version means every version, if `any_version`.
    #[must_use]
    pub fn concerns(&self, package: Option<&Package>, own: &[String], any_version: bool) -> bool {
        let is_package = |purl: &Text| package.is_some_and(|p| same_package(purl, p, any_version));
        let is_own = |name: &Text| {
            own.iter().any(|o| names_product(name, o))
                && (any_version || Package::of_purl(name).is_none_or(|p| p.version.is_some()))
        };
        match self.parts.as_slice() {
            [] => self.names.iter().any(is_package) || self.names.iter().any(is_own),
            parts => self.names.iter().any(is_own) && parts.iter().any(is_package),
        }
    }
}

/// Whether a purl names this package, in this version or without one.
fn same_package(purl: &str, package: &Package, any_version: bool) -> bool {
    let Some(named) = Package::of_purl(purl) else { return false };
    let by_name = Package::name_key(&named.name) == Package::name_key(&package.name);
    let by_version = match (&named.version, &package.version) {
        (None, _) => any_version,
        (Some(named), Some(have)) => Package::version_key(named) == Package::version_key(have),
        (Some(_), None) => false,
    };
    by_name && by_version
}

/// Whether a product's name is one of our own: the same text, or the same package if ours states no version.
fn names_product(name: &str, own: &str) -> bool {
    let bare = || {
        let (name, own) = (Package::of_purl(name)?, Package::of_purl(own)?);
        Some(own.version.is_none() && Package::name_key(&name.name) == Package::name_key(&own.name))
    };
    name == own || bare().unwrap_or(false)
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VexStatement {
    /// The vulnerability: its name and every alias.
    pub ids: Vec<Text>,
    /// The products it holds for; for no other.
    pub products: Vec<VexProduct>,
    /// What it says.
    pub status: VexStatus,
    /// Why.
    pub reason: Text,
    /// Who says so.
    pub author: Text,
    /// When; the later of two statements counts.
    pub at: Option<Timestamp>,
}

/// The statements of one document.
#[derive(Debug, Clone, Default)]
pub struct Vex {
    /// In the order of the document.
    pub statements: Vec<VexStatement>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(names: &[&str], parts: &[&str]) -> VexProduct {
        let texts = |list: &[&str]| list.iter().map(|t| Text::new(t)).collect();
        VexProduct { names: texts(names), parts: texts(parts) }
    }

    #[test]
    fn a_statement_holds_for_what_it_names_and_nothing_else() {
        let rsa = Package { name: "rsa".into(), version: Some("0.9.6".into()) };
        let app = ["pkg:oci/app".to_owned()];
        for (names, parts, own, holds, holds_fixed) in [
            (&["pkg:cargo/rsa@0.9.6"][..], &[][..], &[][..], true, true),
            (&["pkg:cargo/rsa"], &[], &[], true, false),
            (&["pkg:cargo/rsa@0.9.5"], &[], &[], false, false),
            (&["pkg:cargo/ring@0.9.6"], &[], &[], false, false),
            (&["pkg:oci/app@1"], &["pkg:cargo/rsa@0.9.6"], &[], false, false),
            (&["pkg:oci/app@1"], &["pkg:cargo/rsa@0.9.6"], &app, true, true),
            (&["pkg:oci/app@1"], &["pkg:cargo/ring@0.9.6"], &app, false, false),
            (&["pkg:oci/other@1"], &["pkg:cargo/rsa@0.9.6"], &app, false, false),
            (&["pkg:oci/app@1"], &[], &app, true, true),
            (&["pkg:oci/app"], &[], &app, true, false),
            (&["https://example.org/app"], &[], &app, false, false),
        ] {
            let product = product(names, parts);
            assert_eq!(product.concerns(Some(&rsa), own, true), holds, "{product:?} {own:?}");
            assert_eq!(product.concerns(Some(&rsa), own, false), holds_fixed, "{product:?} {own:?} for a fix");
        }
        assert!(!product(&["pkg:cargo/rsa"], &[]).concerns(None, &[], true));
    }
}
