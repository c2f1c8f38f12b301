//! Licences of packages, where Trivy was asked for them (`--scanners license`).

use std::collections::{BTreeMap, BTreeSet};

use super::document::{Licence, Listed};
use crate::facts::{Declared, LicensedPackage, Licenses};
use crate::formats::scan;
use crate::text::Text;

/// What was found of licences so far.
#[derive(Default)]
pub(super) struct Licences {
    /// A result is about licences: only then does no licence mean that there is none.
    pub(super) scanned: bool,
    listed: Vec<Listed>,
    /// By the name of the package, of which the version is not stated.
    of_packages: BTreeMap<Text, Vec<Text>>,
    of_files: BTreeMap<Text, Vec<Text>>,
}

impl Licences {
    pub(super) fn add(&mut self, listed: Vec<Listed>, found: Option<Vec<Licence>>) {
        self.listed.extend(listed);
        for Licence { name, pkg_name, file_path } in found.into_iter().flatten() {
            self.scanned = true;
            match pkg_name.filter(|p| !p.is_empty()) {
                Some(package) => self.of_packages.entry(package).or_default().push(name),
                None => self.of_files.entry(file_path.unwrap_or_else(|| Text::new(""))).or_default().push(name),
            }
        }
    }

    /// Every package that is listed or has a licence, and every file with one of its own.
    pub(super) fn facts(self, notes: &mut Vec<Text>) -> Option<Licenses> {
        if !self.scanned {
            return None;
        }
        if self.listed.is_empty() {
            notes.push(Text::new(
                "only packages with a licence are listed; with --list-all-pkgs Trivy lists the others too",
            ));
        }
        let mut of_packages = self.of_packages;
        let names: BTreeSet<Text> = self.listed.iter().map(|l| l.name.clone()).collect();
        let mut packages: Vec<LicensedPackage> = self.listed.into_iter().map(|l| licensed(l, &of_packages)).collect();
        of_packages.retain(|name, _| !names.contains(name));
        let rest = of_packages.into_iter().chain(self.of_files);
        packages.extend(rest.map(|(name, found)| LicensedPackage {
            name,
            version: None,
            declared: scan::all_of(&found),
        }));
        Some(Licenses { packages, tool: super::TOOL.into() })
    }
}

/// A package with the licences that stand beside it, else with those that were found for its name.
fn licensed(listed: Listed, found: &BTreeMap<Text, Vec<Text>>) -> LicensedPackage {
    let Listed { name, version, identifier, licenses } = listed;
    let declared = match scan::all_of(&licenses.unwrap_or_default()) {
        Declared::Nothing => scan::all_of(found.get(&name).map(Vec::as_slice).unwrap_or_default()),
        stated @ Declared::Words(_) => stated,
    };
    let package = scan::package(identifier.as_ref().and_then(|i| i.purl.as_deref()), &name, version.as_ref());
    LicensedPackage { name: package.name, version: package.version, declared }
}
