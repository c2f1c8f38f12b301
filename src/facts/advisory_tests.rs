//! Which names are one vulnerability.

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
fn one_cve_of_several_is_a_part() {
    for (id, aliases, names) in [
        ("ALAS-1", &["CVE-1", "CVE-2", "GHSA-1"][..], &["ALAS-1", "GHSA-1"][..]),
        ("CVE-1", &["cve-2", "a-rule"], &["CVE-1", "a-rule"]),
        ("GHSA-1", &["CVE-1", "cve-1", "GHSA-2"], &["GHSA-1", "CVE-1", "cve-1", "GHSA-2"]),
    ] {
        let aliases: Vec<Text> = aliases.iter().map(|a| Text::new(a)).collect();
        assert_eq!(names_of_all(&Text::new(id), &aliases).map(|n| &**n).collect::<Vec<_>>(), names);
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

#[test]
fn two_vulnerabilities_never_become_one_over_what_is_stated_of_both() {
    for (statements, same, apart) in [
        // An erratum of a distribution, with each of the two that it mends.
        (&[("CVE-1", "ALAS-1"), ("CVE-2", "ALAS-1")][..], &[][..], &["CVE-1", "CVE-2", "ALAS-1"][..]),
        // A true statement and one that is not: neither is believed.
        (&[("GHSA-1", "CVE-1"), ("GHSA-1", "CVE-2")], &[], &["CVE-1", "CVE-2", "GHSA-1"]),
        // Over a name that is stated with no CVE itself.
        (
            &[("RUSTSEC-1", "CVE-1"), ("RUSTSEC-2", "CVE-2"), ("GHSA-1", "RUSTSEC-1"), ("GHSA-1", "RUSTSEC-2")],
            &["RUSTSEC-1", "CVE-1"],
            &["CVE-1", "CVE-2", "GHSA-1"],
        ),
        (&[("GHSA-1", "RUSTSEC-1"), ("GHSA-1", "RUSTSEC-2")], &[], &["RUSTSEC-1", "RUSTSEC-2", "GHSA-1"]),
        // Two entries of one database on one CVE are that.
        (&[("PYSEC-1", "CVE-1"), ("PYSEC-2", "CVE-1")], &["PYSEC-1", "PYSEC-2", "CVE-1"], &[]),
        (&[("GHSA-1", "RUSTSEC-1"), ("RUSTSEC-1", "CVE-1")], &["GHSA-1", "RUSTSEC-1", "CVE-1"], &[]),
    ] {
        let mut all = Aliases::default();
        statements.iter().for_each(|(id, alias)| all.learn(&Text::new(id), &[Text::new(alias)]));
        assert!(same.windows(2).all(|w| all.same(w[0], w[1])), "{statements:?}");
        for (n, a) in apart.iter().enumerate() {
            assert!(apart[n + 1..].iter().all(|b| !all.same(a, b)), "{statements:?} {a}");
        }
    }
}

#[test]
fn every_cve_that_a_name_may_be_is_looked_up() {
    let mut all = Aliases::default();
    all.learn(&"GHSA-1".into(), &["CVE-1".into()]);
    all.learn(&"GHSA-1".into(), &["RUSTSEC-1".into(), "CVE-3".into(), "CVE-2".into()]);
    all.learn(&"ALAS-1".into(), &["CVE-4".into(), "CVE-5".into()]);
    all.learn(&"GO-1".into(), &["CVE-6".into()]);
    let finds = |id: &str, cve: &str| all.looked_up(id).any(|name| all.listed(cve).any(|listed| listed == name));
    for (id, cves) in [
        ("ghsa-1", &["CVE-1", "CVE-2", "CVE-3"][..]),
        ("ALAS-1", &["CVE-4", "CVE-5"]),
        ("go-1", &["CVE-6"]),
        ("CVE-1", &["CVE-1"]),
        ("CVE-4", &["CVE-4"]),
        ("CVE-9", &["CVE-9"]),
        ("a-rule", &[]),
    ] {
        for cve in (1..=9).map(|n| format!("CVE-{n}")) {
            assert_eq!(finds(id, &cve), cves.contains(&&*cve), "{id} {cve}");
        }
    }
}

proptest! {
    #[test]
    fn the_order_of_statements_does_not_matter(mut pairs in prop::collection::vec((0u8..12, 0u8..12), 0..20), turn in any::<prop::sample::Index>()) {
        let name = |n: u8| format!("{}-{}", ["CVE", "ghsa", "RUSTSEC"][usize::from(n % 3)], n / 3);
        let classes = |pairs: &[(u8, u8)]| {
            let mut aliases = Aliases::default();
            for (a, b) in pairs {
                aliases.join(&name(*a), &name(*b));
            }
            (0u8..12).map(|n| aliases.root(&name(n))).collect::<Vec<_>>()
        };
        let before = classes(&pairs);
        let cves: BTreeSet<&String> = before.iter().step_by(3).collect();
        prop_assert_eq!(cves.len(), 4);
        if !pairs.is_empty() {
            let n = turn.index(pairs.len());
            pairs.rotate_left(n);
            pairs.reverse();
        }
        prop_assert_eq!(before, classes(&pairs));
    }
}
