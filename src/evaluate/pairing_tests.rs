//! One to one, whatever the order, and whatever a report says of fingerprints.

use proptest::prelude::*;

use super::*;

/// Rule, path, message, line, fingerprints.
type Row<'a> = (&'a str, &'a str, &'a str, u32, &'a [&'a str]);

fn mark((rule, path, message, line, prints): Row<'_>) -> Mark {
    Mark {
        identity: Identity::Place(rule.into(), path.into(), message.into()),
        line,
        tool: "scan".into(),
        prints: prints.iter().map(|p| Text::new(p)).collect(),
    }
}

fn known(before: &[Row<'_>], now: &[Row<'_>]) -> Vec<bool> {
    let marks = |rows: &[Row<'_>]| rows.iter().map(|r| mark(*r)).collect::<Vec<_>>();
    pair(&marks(before), &marks(now)).known.iter().map(Option::is_some).collect()
}

#[test]
fn a_further_one_is_new_and_it_is_the_one_that_stands_apart() {
    for (before, now, expected) in [
        (&[10][..], &[10, 90][..], &[true, false][..]),
        (&[10], &[90, 12], &[false, true]),
        (&[10, 20], &[20, 30, 15], &[true, false, true]),
        (&[10, 20], &[25], &[true]),
        (&[], &[1], &[false]),
        (&[5, 5], &[5, 5, 5], &[true, true, false]),
    ] {
        let rows = |lines: &[u32]| lines.iter().map(|l| ("r", "a.rs", "m", *l, &[][..])).collect::<Vec<Row<'_>>>();
        let had = known(&rows(before), &rows(now));
        assert_eq!(had.iter().filter(|k| **k).count(), expected.iter().filter(|k| **k).count(), "{before:?} {now:?}");
        if before != [5, 5] {
            assert_eq!(had, expected, "{before:?} {now:?}");
        }
    }
}

#[test]
fn a_fingerprint_says_which_is_which_where_it_can_be_believed() {
    let (one, two): (&[&str], &[&str]) = (&["fingerprint:h=one"], &["fingerprint:h=two"]);
    for (what, before, now, expected) in [
        (
            "the line was taken by another",
            &[("r", "a", "m", 10, one)][..],
            &[("r", "a", "m", 10, two), ("r", "a", "m", 14, one)][..],
            &[false, true][..],
        ),
        ("other words of another release", &[("r", "a", "m", 10, one)], &[("r", "a", "other", 70, one)], &[true]),
        ("the line was edited", &[("r", "a", "m", 10, one)], &[("r", "a", "m", 12, two)], &[true]),
        ("only one run has fingerprints", &[("r", "a", "m", 10, &[])], &[("r", "a", "m", 12, two)], &[true]),
        ("another rule", &[("r", "a", "m", 10, one)], &[("s", "a", "m", 10, one)], &[false]),
        ("another file", &[("r", "a", "m", 10, one)], &[("r", "b", "m", 10, one)], &[false]),
        (
            "twice in this run",
            &[("r", "a", "m", 10, one)],
            &[("r", "a", "n", 1, one), ("r", "a", "o", 2, one)],
            &[false, false],
        ),
        (
            "twice in the earlier run",
            &[("r", "a", "m", 10, one), ("r", "a", "n", 20, one)],
            &[("r", "a", "o", 1, one)],
            &[false],
        ),
        (
            "two findings cannot be one",
            &[("r", "a", "m", 1, &["fingerprint:h/v1=x", "fingerprint:h/v2=y"])],
            &[("r", "a", "o", 1, &["fingerprint:h/v1=x"]), ("r", "a", "p", 2, &["fingerprint:h/v2=y"])],
            &[false, true],
        ),
    ] {
        assert_eq!(known(before, now), expected, "{what}");
    }
    let mut other = mark(("r", "a", "o", 10, one));
    other.tool = "other".into();
    assert_eq!(pair(&[mark(("r", "a", "m", 10, one))], &[other]).known, [None], "another tool");
}

#[test]
fn of_packages_versions_are_told_apart() {
    let of = |version: &str| Mark {
        identity: Identity::Advisory("CVE-1".into(), "p".into(), version.into()),
        ..mark(("", "", "", 0, &[]))
    };
    assert_eq!(
        pair(&[of("1"), of("2")], &[of("2"), of("3")]),
        Pairs { known: vec![Some(1), None], kept: vec![false, true] }
    );
}

#[test]
fn what_is_gone_is_gone_from_the_check_that_has_less() {
    let some = |count: usize| Counts::from([(mark(("r", "a", "m", 0, &[])).identity, count)]);
    for (gone, parts, expected) in [
        (1, [(1, 0), (1, 1)], [1, 0]),
        (1, [(1, 1), (1, 0)], [0, 1]),
        // One is rated otherwise now, and one is gone.
        (1, [(2, 2), (1, 0)], [0, 1]),
        (0, [(1, 0), (0, 1)], [0, 0]),
        (1, [(2, 0), (0, 1)], [1, 0]),
        // What a check never had is not gone from it.
        (3, [(1, 0), (1, 0)], [1, 1]),
    ] {
        let parts = parts.map(|(before, known)| Part { before: some(before), known: some(known) });
        assert_eq!(fixed(some(gone), &parts), expected);
    }
}

/// Few of each, so that they meet.
fn marks() -> impl Strategy<Value = Vec<Mark>> {
    let print = prop::collection::btree_set((0..2_u8, 0..3_u8), 0..3);
    let one = (0..2_u8, 0..2_u8, 0..2_u8, 0..6_u32, print).prop_map(|(rule, path, message, line, prints)| {
        let prints = prints.iter().map(|(name, value)| Text::new(&format!("fingerprint:n{name}={value}"))).collect();
        Mark { prints, ..mark((&format!("r{rule}"), &format!("p{path}"), &format!("m{message}"), line, &[])) }
    });
    prop::collection::vec(one, 0..12)
}

fn rule(mark: &Mark) -> &str {
    if let Identity::Place(rule, ..) = &mark.identity { rule } else { "" }
}

/// What is new, in an order of its own.
fn new(pairs: &Pairs, now: &[Mark]) -> Vec<Mark> {
    let mut new: Vec<Mark> =
        now.iter().zip(&pairs.known).filter(|(_, known)| known.is_none()).map(|(m, _)| m.clone()).collect();
    new.sort();
    new
}

proptest! {
    #[test]
    fn pairs_are_one_to_one_and_no_order_changes_them(
        (before, mixed_before) in marks().prop_flat_map(|m| (Just(m.clone()), Just(m).prop_shuffle())),
        (now, mixed_now) in marks().prop_flat_map(|m| (Just(m.clone()), Just(m).prop_shuffle())),
    ) {
        let pairs = pair(&before, &now);
        prop_assert_eq!((pairs.known.len(), pairs.kept.len()), (now.len(), before.len()));
        let mut partners: Vec<usize> = pairs.known.iter().flatten().copied().collect();
        partners.sort_unstable();
        let kept: Vec<usize> = (0..before.len()).filter(|n| pairs.kept[*n]).collect();
        prop_assert_eq!(&partners, &kept, "each that is known is known by one of its own");
        let same = |(n, m): (&Mark, &Option<usize>)| m.is_none_or(|m| rule(n) == rule(&before[m]));
        prop_assert!(now.iter().zip(&pairs.known).all(same));
        prop_assert_eq!(new(&pairs, &now), new(&pair(&mixed_before, &mixed_now), &mixed_now));
        // The same, with the runs the other way round, pairs as many.
        prop_assert_eq!(pair(&now, &before).known.iter().flatten().count(), partners.len());
    }

    /// Whatever fingerprints a report gives its results, of no rule fewer are new than there are more.
    #[test]
    fn no_fingerprint_hides_a_further_one(before in marks(), now in marks(), one in any::<bool>()) {
        let mut now = now;
        if one {
            now.iter_mut().for_each(|m| m.prints = ["fingerprint:n0=0".into()].into());
        }
        let pairs = pair(&before, &now);
        for name in ["r0", "r1"] {
            let of = |marks: &[Mark]| marks.iter().filter(|m| rule(m) == name).count();
            let new = now.iter().zip(&pairs.known).filter(|(m, known)| rule(m) == name && known.is_none()).count();
            prop_assert!(new >= of(&now).saturating_sub(of(&before)));
        }
    }

    /// What the runs share to the last letter is known.
    #[test]
    fn what_did_not_change_is_not_new(before in marks(), more in marks()) {
        let same = pair(&before, &before);
        prop_assert!(same.known.iter().all(Option::is_some));
        let now: Vec<Mark> = before.iter().chain(&more).cloned().collect();
        let pairs = pair(&before, &now);
        prop_assert_eq!(pairs.known.iter().filter(|known| known.is_none()).count(), more.len());
    }
}
