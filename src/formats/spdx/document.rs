//! The document, as far as it is used.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::de::DeserializeSeed as _;
use serde::{Deserialize, Deserializer};

use crate::facts::{Declared, LicensedPackage, Package};
use crate::input::Result;
use crate::input::json::{Each, Few};
use crate::text::Text;

#[derive(Deserialize)]
#[serde(expecting = "an SPDX document")]
pub(super) struct Document {
    #[serde(rename = "spdxVersion")]
    pub(super) version: String,
    #[serde(rename = "SPDXID")]
    id: Text,
    #[serde(rename = "creationInfo")]
    creation: Option<Creation>,
    #[serde(rename = "documentDescribes")]
    describes: Option<BTreeSet<Text>>,
    pub(super) packages: Packages,
    relationships: Option<Relations>,
}

#[derive(Deserialize)]
#[serde(expecting = "the creation info")]
struct Creation {
    created: Option<String>,
    creators: Option<Few<String, 1000>>,
}

/// What is said to describe what; other relationships are passed over.
struct Relations(Vec<(Text, Text)>);

#[derive(Deserialize)]
#[serde(expecting = "a relationship")]
struct Relation {
    #[serde(rename = "spdxElementId")]
    from: Text,
    #[serde(rename = "relatedSpdxElement")]
    to: Text,
    #[serde(rename = "relationshipType")]
    kind: String,
}

/// The packages, and how many entries are none.
#[derive(Default)]
pub(super) struct Packages {
    pub(super) list: Vec<Entry>,
    pub(super) others: u64,
}

/// A package.
pub(super) struct Entry {
    pub(super) id: Text,
    pub(super) package: LicensedPackage,
    /// It was concluded to have another licence than it declares.
    pub(super) differs: bool,
}

#[derive(Deserialize)]
#[serde(expecting = "a package")]
struct Listed {
    #[serde(rename = "SPDXID")]
    id: Text,
    name: Text,
    #[serde(rename = "versionInfo")]
    version: Option<Text>,
    #[serde(rename = "licenseConcluded")]
    concluded: Option<Text>,
    #[serde(rename = "licenseDeclared")]
    declared: Option<Text>,
    #[serde(rename = "primaryPackagePurpose")]
    purpose: Option<String>,
    #[serde(rename = "externalRefs")]
    references: Option<Purl>,
    annotations: Option<LockFile>,
}

/// The first purl among the references.
#[derive(Default)]
struct Purl(Option<String>);

/// Whether an annotation says that a package stands for a lock file, as Trivy writes it.
#[derive(Default)]
struct LockFile(bool);

impl Document {
    /// The tools, without their versions.
    pub(super) fn tools(&self) -> Vec<Text> {
        let creators = self.creation.iter().flat_map(|c| c.creators.iter()).flat_map(|list| list.iter());
        creators.filter_map(|c| c.strip_prefix("Tool:")).map(|tool| Text::new(without_version(tool.trim()))).collect()
    }

    pub(super) fn made_at(&self) -> Option<Timestamp> {
        self.creation.as_ref()?.created.as_ref()?.parse().ok()
    }

    /// The packages that the document is about.
    pub(super) fn described(&self) -> BTreeSet<Text> {
        let related = self.relationships.iter().flat_map(|r| &r.0).filter(|(by, _)| *by == self.id);
        let mut all: BTreeSet<Text> = related.map(|(_, described)| described.clone()).collect();
        all.extend(self.describes.iter().flatten().cloned());
        all
    }
}

/// `npm/cli-11.19.1` is `npm/cli`.
fn without_version(tool: &str) -> &str {
    match tool.rsplit_once('-') {
        Some((name, version)) if version.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit()) => name,
        _ => tool,
    }
}

/// Whether a licence field says anything; `NONE` does.
fn asserted(words: Option<Text>) -> Option<Text> {
    words.filter(|words| !words.is_empty() && **words != *"NOASSERTION")
}

impl Listed {
    fn is_package(&self) -> bool {
        let purpose = self.purpose.as_deref().unwrap_or_default();
        let has_purl = self.references.as_ref().is_some_and(|r| r.0.is_some());
        let is_lock_file = purpose == "APPLICATION" && !has_purl && self.annotations.as_ref().is_some_and(|a| a.0);
        !is_lock_file && !["OPERATING-SYSTEM", "OPERATING_SYSTEM", "FILE"].contains(&purpose)
    }

    fn entry(self) -> Entry {
        let stated = self.version.filter(|v| !v.is_empty() && **v != *"NOASSERTION");
        let by_purl = self.references.and_then(|r| Package::of_purl(&r.0?));
        let Package { name, version } = by_purl.unwrap_or(Package { name: self.name, version: None });
        let (concluded, declared) = (asserted(self.concluded), asserted(self.declared));
        let differs = concluded.is_some() && declared.is_some() && concluded != declared;
        let declared = concluded.or(declared).map_or(Declared::Nothing, Declared::Words);
        Entry { id: self.id, package: LicensedPackage { name, version: version.or(stated), declared }, differs }
    }
}

/// Reads an array, each element by `f`.
fn each<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
    mut f: impl FnMut(T),
) -> std::result::Result<(), D::Error> {
    let each = Each::new(|element| -> Result<()> {
        f(element);
        Ok(())
    });
    each.deserialize(deserializer)
}

impl<'de> Deserialize<'de> for Packages {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let mut packages = Self::default();
        each(deserializer, |listed: Listed| match listed.is_package() {
            true => packages.list.push(listed.entry()),
            false => packages.others += 1,
        })?;
        Ok(packages)
    }
}

impl<'de> Deserialize<'de> for Relations {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let mut all = Vec::new();
        each(deserializer, |Relation { from, to, kind }: Relation| match kind.as_str() {
            "DESCRIBES" => all.push((from, to)),
            "DESCRIBED_BY" => all.push((to, from)),
            _ => {}
        })?;
        Ok(Self(all))
    }
}

impl<'de> Deserialize<'de> for Purl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(expecting = "an external reference")]
        struct Reference {
            #[serde(rename = "referenceType")]
            kind: Option<String>,
            #[serde(rename = "referenceLocator")]
            locator: Option<String>,
        }
        let mut purl = Self::default();
        each(deserializer, |Reference { kind, locator }: Reference| {
            if kind.as_deref() == Some("purl") && purl.0.is_none() {
                purl.0 = locator;
            }
        })?;
        Ok(purl)
    }
}

impl<'de> Deserialize<'de> for LockFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(expecting = "an annotation")]
        struct Annotation {
            comment: Option<String>,
        }
        let mut lock_file = Self::default();
        each(deserializer, |Annotation { comment }: Annotation| {
            lock_file.0 |= comment.as_deref() == Some("Class: lang-pkgs");
        })?;
        Ok(lock_file)
    }
}
