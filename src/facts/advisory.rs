//! Ids of advisories, and which of them name the same thing.

use std::collections::{BTreeMap, BTreeSet};

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

/// Which names belong together: a union of all alias statements of a run.
#[derive(Debug, Clone, Default)]
pub struct Aliases {
    /// Each name in capitals points at a smaller one of its class, or at itself.
    parents: BTreeMap<String, String>,
}

impl Aliases {
    /// Nothing is joined.
    pub const NONE: Self = Self { parents: BTreeMap::new() };

    /// Notes that `a` and `b` name the same advisory. The order of notes does not matter.
    pub fn join(&mut self, a: &str, b: &str) {
        let (a, b) = (self.root(a), self.root(b));
        if a != b {
            let (small, large) = if a < b { (a, b) } else { (b, a) };
            self.parents.insert(large, small.clone());
            self.parents.entry(small.clone()).or_insert(small);
        }
    }

    /// The one name that stands for the class of `id`: the smallest of its names, in capitals.
    #[must_use]
    pub fn root(&self, id: &str) -> String {
        let mut name = id.trim().to_ascii_uppercase();
        while let Some(parent) = self.parents.get(&name).filter(|p| **p != name) {
            name.clone_from(parent);
        }
        name
    }

    /// Every name that was joined with another, in capitals.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.parents.keys().map(String::as_str)
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
                named.entry(database).or_default().insert(name.trim().to_ascii_uppercase());
            }
        }
        let mut names = named.into_values().map(|all| all.into_iter().collect::<Vec<_>>().join("+"));
        let Some(first) = names.next() else { return };
        names.for_each(|name| self.join(&first, &name));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn advisories_are_found_in_rule_ids() {
        for (rule, id) in [
            ("CVE-2023-1234", Some("CVE-2023-1234")),
            ("CVE-2023-1234-openssl-libs", Some("CVE-2023-1234")),
            ("GHSA-abcd-efgh-ijkl-foo", Some("GHSA-abcd-efgh-ijkl")),
            ("RUSTSEC-2020-0071", Some("RUSTSEC-2020-0071")),
            ("[CRITICAL] CVE-2019-1", Some("CVE-2019-1")),
            ("CVE-2018-14618/curl", Some("CVE-2018-14618")),
            ("a:vulnerability", None),
            ("CVE", None),
            ("AVD-AWS-0001", None),
            ("", None),
        ] {
            assert_eq!(advisory_in(rule), id, "{rule}");
        }
        assert!(is_advisory("rustsec-2020-0071") && !is_advisory("no-unused-vars"));
    }

    #[test]
    fn names_of_one_vulnerability_are_joined_and_those_of_several_are_not() {
        for (id, aliases, same, apart) in [
            ("RUSTSEC-1", &["CVE-1", "GHSA-1"][..], &["RUSTSEC-1", "CVE-1", "ghsa-1"][..], &[][..]),
            ("RUSTSEC-1", &["cve-1", "CVE-1"], &["RUSTSEC-1", "CVE-1"], &[]),
            ("DEBIAN-CVE-1", &["CVE-1"], &["DEBIAN-CVE-1", "CVE-1"], &[]),
            // An erratum that mends two CVEs is neither of them, and they are not one.
            ("ALAS-1", &["CVE-1", "CVE-2"], &[], &["ALAS-1", "CVE-1", "CVE-2"]),
            ("RUSTSEC-1", &["CVE-1", "CVE-2", "GHSA-1"], &["RUSTSEC-1", "GHSA-1"], &["RUSTSEC-1", "CVE-1", "CVE-2"]),
            ("CVE-1", &["CVE-2"], &[], &["CVE-1", "CVE-2"]),
            // GHSA-9 was stated before on the same two, and on one of them nobody was.
            ("GO-1", &["CVE-8", "CVE-9"], &["GO-1", "GHSA-9"], &["GO-1", "CVE-8", "CVE-9"]),
            ("a-rule", &["CVE-1", "GHSA-1"], &[], &["a-rule", "CVE-1", "GHSA-1"]),
        ] {
            let mut all = Aliases::default();
            all.learn(&"GHSA-9".into(), &["CVE-9".into(), "CVE-8".into()]);
            all.learn(&Text::new(id), &aliases.iter().map(|a| Text::new(a)).collect::<Vec<_>>());
            assert!(same.windows(2).all(|w| all.same(w[0], w[1])), "{id} {aliases:?}");
            let pairs = apart.iter().enumerate().flat_map(|(n, a)| apart[n + 1..].iter().map(move |b| (a, b)));
            assert!(pairs.clone().all(|(a, b)| !all.same(a, b)), "{id} {aliases:?}");
        }
    }

    #[test]
    fn the_name_that_is_alone_in_its_database_tells() {
        for (names, told) in [
            (&["GHSA-1", "RUSTSEC-1"][..], Some("GHSA-1")),
            (&["GHSA-1", "GHSA-2", "GO-1", "CVE-1", "CVE-2"], Some("GO-1")),
            (&["CVE-1", "CVE-2"], Some("CVE-1")),
            (&["a-rule", "CVE-1"], Some("CVE-1")),
            (&["a-rule"], Some("a-rule")),
            (&[], None),
        ] {
            let names: Vec<Text> = names.iter().map(|n| Text::new(n)).collect();
            assert_eq!(telling_name(&names.iter().collect::<Vec<_>>()).map(|n| &**n), told, "{names:?}");
        }
    }

    proptest! {
        #[test]
        fn the_order_of_statements_does_not_matter(mut pairs in prop::collection::vec((0u8..12, 0u8..12), 0..20), turn in any::<prop::sample::Index>()) {
            let classes = |pairs: &[(u8, u8)]| {
                let mut aliases = Aliases::default();
                for (a, b) in pairs {
                    aliases.join(&format!("CVE-{a}"), &format!("cve-{b}"));
                }
                (0u8..12).map(|n| aliases.root(&format!("CVE-{n}"))).collect::<Vec<_>>()
            };
            let before = classes(&pairs);
            if !pairs.is_empty() {
                let n = turn.index(pairs.len());
                pairs.rotate_left(n);
                pairs.reverse();
            }
            prop_assert_eq!(before, classes(&pairs));
        }
    }
}
