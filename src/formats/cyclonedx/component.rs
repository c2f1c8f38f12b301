//! Components: packages, and what is none.

use serde::de::DeserializeSeed as _;
use serde::{Deserialize, Deserializer};

use super::reference::Known;
use crate::facts::{Declared, LicensedPackage, Package};
use crate::input::json::{Each, Few};
use crate::input::{ReadError, Result};
use crate::text::Text;

/// Types of components that nobody licenses or installs as a package.
const NO_PACKAGES: [&str; 3] = ["operating-system", "file", "cryptographic-asset"];

/// One component, as far as it is used.
#[derive(Deserialize, Default)]
#[serde(expecting = "a component")]
pub(super) struct Component {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) name: Text,
    pub(super) group: Option<Text>,
    pub(super) version: Option<Text>,
    pub(super) purl: Option<String>,
    #[serde(rename = "bom-ref")]
    pub(super) reference: Option<Text>,
    pub(super) licenses: Option<Few<Choice, 1000>>,
    pub(super) components: Option<Inventory>,
    pub(super) properties: Option<LockFile>,
}

/// One entry of `licenses`.
#[derive(Deserialize, Default)]
#[serde(expecting = "an entry of `licenses`")]
pub(super) struct Choice {
    pub(super) license: Option<License>,
    pub(super) expression: Option<Text>,
}

#[derive(Deserialize, Default)]
#[serde(expecting = "a license")]
pub(super) struct License {
    pub(super) id: Option<Text>,
    pub(super) name: Option<Text>,
}

/// Whether the properties say that a component stands for a lock file, as Trivy writes it.
#[derive(Default, Clone, Copy)]
pub(super) struct LockFile(pub(super) bool);

impl LockFile {
    pub(super) fn add(&mut self, name: &str, value: &str) {
        self.0 |= name == "aquasecurity:trivy:Class" && value == "lang-pkgs";
    }
}

/// The components of a list and of all lists in it.
#[derive(Default)]
pub(super) struct Inventory {
    /// Those that are packages.
    pub(super) packages: Vec<LicensedPackage>,
    /// What each reference stands for; one that stands twice, for both.
    pub(super) references: Vec<(Text, Known)>,
    /// How many are no packages.
    pub(super) others: u64,
}

impl Component {
    /// As a package: by its purl where it has one, else by group and name.
    pub(super) fn package(&self) -> Package {
        let by_purl = self.purl.as_deref().and_then(Package::of_purl);
        let Some(package) = by_purl else {
            let name = match self.group.as_deref().unwrap_or_default() {
                "" => self.name.clone(),
                scope if scope.starts_with('@') => Text::new(&format!("{scope}/{}", self.name)),
                group => Text::new(&format!("{group}:{}", self.name)),
            };
            return Package { name, version: self.stated_version() };
        };
        Package { version: package.version.or_else(|| self.stated_version()), ..package }
    }

    fn stated_version(&self) -> Option<Text> {
        self.version.clone().filter(|v| !v.is_empty())
    }

    fn is_package(&self) -> bool {
        let is_lock_file = self.kind == "application" && self.purl.is_none() && self.properties.is_some_and(|p| p.0);
        !is_lock_file && !NO_PACKAGES.contains(&&*self.kind)
    }

    fn declared(&self) -> Result<Declared> {
        let mut words = Vec::new();
        for choice in self.licenses.iter().flat_map(|list| list.iter()) {
            let wrong = |what: &str| ReadError::new(format!("the component {}: {what}", self.name));
            match choice {
                Choice { license: Some(License { id: None, name: None }), .. } => {
                    return Err(wrong("a license with neither `id` nor `name`"));
                }
                Choice { license: Some(License { id, name }), expression: None } => {
                    words.extend(id.iter().chain(name).cloned());
                }
                Choice { license: None, expression: Some(expression) } => words.push(expression.clone()),
                _ => return Err(wrong("an entry of `licenses` is either a `license` or an `expression`")),
            }
        }
        Ok(Declared::all_of(words))
    }
}

impl Inventory {
    /// Takes a component, and what is inside it.
    pub(super) fn add(&mut self, component: Component) -> Result<()> {
        let package = component.package();
        if component.is_package() {
            let declared = component.declared()?;
            let Package { name, version } = package.clone();
            self.packages.push(LicensedPackage { name, version, declared });
        } else {
            self.others += 1;
        }
        let known = Known { package, purl: component.purl.as_deref().map(Text::new) };
        self.references.extend(component.reference.map(|reference| (reference, known)));
        self.join(component.components.unwrap_or_default());
        Ok(())
    }

    /// Takes all of another list.
    pub(super) fn join(&mut self, other: Self) {
        self.packages.extend(other.packages);
        self.references.extend(other.references);
        self.others += other.others;
    }
}

impl<'de> Deserialize<'de> for Inventory {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let mut inventory = Self::default();
        Each::new(|component| inventory.add(component)).deserialize(deserializer)?;
        Ok(inventory)
    }
}

impl<'de> Deserialize<'de> for LockFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(expecting = "a property")]
        struct Property {
            name: Option<String>,
            value: Option<String>,
        }
        let mut lock_file = Self::default();
        let each = Each::new(|Property { name, value }| {
            lock_file.add(&name.unwrap_or_default(), &value.unwrap_or_default());
            Ok(())
        });
        each.deserialize(deserializer)?;
        Ok(lock_file)
    }
}
