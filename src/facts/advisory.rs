//! Ids of advisories, and which of them name the same thing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use super::finding::digest;
use crate::text::Text;

/// The databases whose ids are known, by what their ids begin with.
const DATABASES: [&str; 23] = [
    "CVE-",
    "GHSA-",
    "RUSTSEC-",
    "PYSEC-",
    "GO-",
    "OSV-",
    "MAL-",
    "SNYK-",
    "DSA-",
    "USN-",
    "ALAS-",
    "DLA-",
    "RHSA-",
    "ELSA-",
    "GMS-",
    "BIT-",
    "CGA-",
    "EUVD-",
    "HSEC-",
    "TEMP-",
    "DEBIAN-CVE-",
    "UBUNTU-CVE-",
    "ALPINE-CVE-",
];

/// Whether `id` names an advisory, and not a rule of a scanner.
#[must_use]
pub fn is_advisory(id: &str) -> bool {
    database(id).is_some()
}

/// The name by which a vulnerability is best known: the first that is the only one of its database, else the first.
pub fn telling_name<'a>(names: &[&'a Text]) -> Option<&'a Text> {
    let alone = |name: &&&Text| {
        let of = |other: &Text| database(other);
        of(name).is_some() && names.iter().all(|n| n == *name || of(n) != of(name))
    };
    names.iter().find(alone).or(names.first()).copied()
}

/// The names by which all of a finding is meant: its id, and its aliases but for one CVE of several, which is a part of
/// it. What is said of the part does not hold for the whole.
pub fn names_of_all<'a>(id: &'a Text, aliases: &'a [Text]) -> impl Iterator<Item = &'a Text> {
    let cves: BTreeSet<String> = std::iter::once(id).chain(aliases).map(|n| key(n)).filter(|n| is_cve(n)).collect();
    let is_part = move |name: &&Text| cves.len() > 1 && is_cve(&key(name));
    std::iter::once(id).chain(aliases.iter().filter(move |name| !is_part(name)))
}

/// The database that gave an advisory its id.
fn database(id: &str) -> Option<&'static str> {
    let upper = id.to_ascii_uppercase();
    let rest =
        |d: &&&str| upper.strip_prefix(**d).is_some_and(|rest| rest.contains(|c: char| c.is_ascii_alphanumeric()));
    DATABASES.iter().find(rest).copied()
}

/// The id of the advisory that a scanner's rule id begins with: grype writes `CVE-2023-1234-openssl`,
/// Trivy's old template `[CRITICAL] CVE-2023-1234`.
#[must_use]
pub fn advisory_in(rule: &str) -> Option<&str> {
    let rule = match rule.strip_prefix('[') {
        Some(tagged) => tagged.split_once(']')?.1.trim_start(),
        None => rule,
    };
    let end = rule.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rule.len());
    let rule = rule.get(..end)?;
    let database = rule.split('-').next()?.to_ascii_uppercase();
    let parts = match database.as_str() {
        "CVE" | "RUSTSEC" | "PYSEC" | "GO" | "OSV" | "MAL" => 3,
        "GHSA" => 4,
        _ => return None,
    };
    let (end, _) = rule.match_indices('-').nth(parts - 1).unwrap_or((rule.len(), ""));
    let id = rule.get(..end)?;
    (id.split('-').filter(|p| !p.is_empty()).count() == parts).then_some(id)
}

/// Which names belong together, by all alias statements of a run.
///
/// A CVE is one vulnerability. Where statements lead from one CVE to another, over an erratum that mends both or
/// over a statement that is wrong, nothing between them is joined but by what is stated of it and a single CVE: two
/// vulnerabilities never become one, and a waiver of the one never holds for the other. The same holds for two names
/// of another database that no CVE keeps together.
#[derive(Debug, Clone, Default)]
pub struct Aliases {
    /// Of each name, in capitals, those that it was stated to be the same as.
    stated: BTreeMap<String, BTreeSet<String>>,
    /// Of each CVE the names of several that it is one of.
    several: BTreeMap<String, BTreeSet<String>>,
    /// What each name is.
    classes: OnceLock<BTreeMap<String, Class>>,
}

#[derive(Debug, Clone)]
struct Class {
    /// The name that stands for it.
    root: String,
    /// What stands for all that statements lead to from it, where that is not one.
    among: Option<Arc<str>>,
}

impl Aliases {
    /// Nothing is joined.
    #[must_use]
    pub const fn none() -> Self {
        Self { stated: BTreeMap::new(), several: BTreeMap::new(), classes: OnceLock::new() }
    }

    /// Notes that `a` and `b` name the same advisory. The order of notes does not matter.
    pub fn join(&mut self, a: &str, b: &str) {
        let (a, b) = (key(a), key(b));
        if a != b {
            self.classes.take();
            self.stated.entry(a.clone()).or_default().insert(b.clone());
            self.stated.entry(b).or_default().insert(a);
        }
    }

    /// The one name that stands for the class of `id`, in capitals.
    #[must_use]
    pub fn root(&self, id: &str) -> String {
        let id = key(id);
        self.classes().get(&id).map_or(id, |class| class.root.clone())
    }

    /// Under what `id` is looked up in a catalogue: its class, and where it may be one of several CVEs all of them.
    pub fn looked_up(&self, id: &str) -> impl Iterator<Item = String> {
        let root = self.root(id);
        let among = self.classes().get(&key(id)).filter(|_| !is_cve(&root)).and_then(|c| c.among.as_deref());
        std::iter::once(root.clone()).chain(among.map(str::to_owned))
    }

    /// Under what a catalogue lists a CVE: whatever name of it is looked up finds one of them.
    pub fn listed(&self, cve: &str) -> impl Iterator<Item = String> {
        let cve = key(cve);
        let several = self.several.get(&cve).into_iter().flatten().cloned();
        std::iter::once(cve.clone()).chain(several).flat_map(|name| {
            let among = self.classes().get(&name).and_then(|c| c.among.as_deref());
            std::iter::once(self.root(&name)).chain(among.map(str::to_owned))
        })
    }

    /// Every name that was stated with another, in capitals.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.stated.keys().chain(self.several.keys()).map(String::as_str)
    }

    /// Whether both name the same advisory.
    #[must_use]
    pub fn same(&self, a: &str, b: &str) -> bool {
        self.root(a) == self.root(b)
    }

    /// Notes every alias that `id` is stated with. Only names of advisories are joined.
    ///
    /// A database names a vulnerability once. Where several names of one database stand together, as the CVEs that
    /// an erratum of a distribution mends, they are several vulnerabilities: joined with it they would count as
    /// one. All of them together are a name that only a statement on the same several shares.
    pub fn learn(&mut self, id: &Text, aliases: &[Text]) {
        if !is_advisory(id) {
            return;
        }
        let mut named: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for name in std::iter::once(id).chain(aliases) {
            if let Some(database) = database(name) {
                named.entry(database).or_default().insert(key(name));
            }
        }
        let names: Vec<String> = named.into_values().map(|all| self.together(all)).collect();
        for (n, name) in names.iter().enumerate() {
            names.iter().skip(n + 1).for_each(|other| self.join(name, other));
        }
    }

    /// The name of all these together: short, however many they are.
    fn together(&mut self, names: BTreeSet<String>) -> String {
        let Some(first) = names.first().filter(|_| names.len() > 1) else { return names.into_iter().collect() };
        let digest = digest(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let digest: String = digest.iter().map(|b| format!("{b:02X}")).collect();
        let together = format!("{first}+{digest}");
        for name in names.into_iter().filter(|name| is_cve(name)) {
            self.several.entry(name).or_default().insert(together.clone());
        }
        together
    }

    fn classes(&self) -> &BTreeMap<String, Class> {
        self.classes.get_or_init(|| {
            let mut classes = BTreeMap::new();
            for name in self.stated.keys() {
                if !classes.contains_key(name) {
                    self.part(self.reached_from(name), &mut classes);
                }
            }
            classes
        })
    }

    /// All names that statements lead to.
    fn reached_from(&self, name: &str) -> BTreeSet<&String> {
        let (mut reached, mut next) = (BTreeSet::new(), Vec::from([name]));
        while let Some(name) = next.pop() {
            for other in self.stated.get(name).into_iter().flatten() {
                if reached.insert(other) {
                    next.push(other);
                }
            }
        }
        reached
    }

    /// Parts names that statements lead between into classes: one, if nothing speaks against it.
    fn part(&self, names: BTreeSet<&String>, classes: &mut BTreeMap<String, Class>) {
        let cves: BTreeSet<&String> = names.iter().copied().filter(|n| is_cve(n)).collect();
        let databases: BTreeSet<&str> = names.iter().filter_map(|n| database(n)).collect();
        let is_one = cves.len() == 1 || cves.is_empty() && databases.len() == names.len();
        let first = cves.first().or(names.first()).map(|n| (*n).clone()).unwrap_or_default();
        // No name of an advisory begins so.
        let among = (!is_one).then(|| Arc::from(format!("among {first}")));
        for name in names {
            let root = if is_one { first.clone() } else { self.nearest(name) };
            classes.insert(name.clone(), Class { root, among: among.clone() });
        }
    }

    /// The single CVE that a name was stated to be the same as, else itself.
    fn nearest(&self, name: &str) -> String {
        let mut stated = self.stated.get(name).into_iter().flatten().filter(|n| is_cve(n));
        match (is_cve(name), stated.next(), stated.next()) {
            (false, Some(cve), None) => cve.clone(),
            _ => name.to_owned(),
        }
    }
}

/// A name as it is compared.
fn key(name: &str) -> String {
    name.trim().to_ascii_uppercase()
}

/// Whether a name in capitals is a CVE, or several together.
fn is_cve(name: &str) -> bool {
    name.starts_with("CVE-")
}

#[cfg(test)]
#[path = "advisory_tests.rs"]
mod tests;
