//! References: what a vulnerability affects.

use std::collections::BTreeMap;

use crate::facts::{Package, VexProduct, percent_decoded};
use crate::text::Text;

/// What a reference stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Known {
    /// The package.
    pub(super) package: Package,
    /// Its purl, where it has one.
    pub(super) purl: Option<Text>,
}

impl Known {
    /// As a statement names it: its purl with the version that is meant; else the reference alone.
    fn product(&self, reference: &Text) -> VexProduct {
        let purl = self.purl.as_ref().map(|purl| match (Package::of_purl(purl), &self.package.version) {
            (Some(Package { version: None, .. }), Some(version)) => {
                let bare = purl.split(['?', '#']).next().unwrap_or_default();
                Text::new(&format!("{bare}@{version}"))
            }
            _ => purl.clone(),
        });
        // A reference without the version would be one to every version.
        let is_wider = |named: &Package| named.version.is_none() && self.package.version.is_some();
        let own = Some(reference.clone()).filter(|r| !Package::of_purl(r).is_some_and(|named| is_wider(&named)));
        VexProduct { names: purl.into_iter().chain(own).collect(), parts: Vec::new() }
    }
}

/// What references stand for.
pub(super) struct Components {
    /// In order.
    by_reference: Vec<(Text, Known)>,
    /// The only version of each name; `None` where there are several.
    versions: BTreeMap<String, Option<Text>>,
}

impl Components {
    pub(super) fn of(mut by_reference: Vec<(Text, Known)>) -> Self {
        by_reference.sort();
        by_reference.dedup();
        let mut versions: BTreeMap<String, Option<Text>> = BTreeMap::new();
        for Known { package, .. } in by_reference.iter().map(|(_, known)| known) {
            let version = versions.entry(Package::name_key(&package.name)).or_insert_with(|| package.version.clone());
            if *version != package.version {
                *version = None;
            }
        }
        Self { by_reference, versions }
    }

    /// The packages that a reference stands for: components of this document, or of another one that it points at
    /// (a BOM-Link, `urn:cdx:SERIAL/VERSION#REFERENCE`), or what its own purl names. Its own words, if nothing else.
    pub(super) fn named(&self, reference: &Text, version: Option<&Text>) -> Vec<Package> {
        self.known(reference, version).into_iter().map(|known| known.package).collect()
    }

    /// The same, as statements name products.
    pub(super) fn products(&self, reference: &Text, version: Option<&Text>) -> Vec<VexProduct> {
        self.known(reference, version).iter().map(|known| known.product(reference)).collect()
    }

    fn known(&self, reference: &Text, version: Option<&Text>) -> Vec<Known> {
        let linked = reference.strip_prefix("urn:cdx:").and_then(|link| link.split_once('#')).map(|(_, inner)| inner);
        let spellings = [Some(reference.to_string()), linked.map(str::to_owned), linked.map(percent_decoded)];
        for spelling in spellings.iter().flatten() {
            let found: Vec<Known> = self.at(spelling).map(|known| self.versioned(known.clone(), version)).collect();
            if !found.is_empty() {
                return found;
            }
        }
        let by_purl = spellings
            .iter()
            .flatten()
            .find_map(|spelling| Some(Known { package: Package::of_purl(spelling)?, purl: Some(Text::new(spelling)) }));
        let unknown = || Known { package: Package { name: reference.clone(), version: None }, purl: None };
        vec![self.versioned(by_purl.unwrap_or_else(unknown), version)]
    }

    fn at(&self, reference: &str) -> impl Iterator<Item = &Known> {
        let from = self.by_reference.partition_point(|(r, _)| &**r < reference);
        let rest = self.by_reference.get(from..).unwrap_or_default();
        rest.iter().take_while(move |(r, _)| &**r == reference).map(|(_, known)| known)
    }

    /// osv-scanner names the package of an advisory, without the version that was found.
    fn versioned(&self, Known { package, purl }: Known, version: Option<&Text>) -> Known {
        let listed = || self.versions.get(&Package::name_key(&package.name)).cloned().flatten();
        let version = package.version.clone().or_else(|| version.cloned()).or_else(listed);
        Known { package: Package { version, ..package }, purl }
    }
}
