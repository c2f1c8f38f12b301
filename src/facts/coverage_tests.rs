//! Joining coverage, and the paths of its files.

use proptest::prelude::*;

use super::*;

fn coverage(lines: &[(u8, u8, bool, u8, u8)]) -> Coverage {
    let mut out = Coverage { has_branches: true, ..Coverage::default() };
    for &(file, number, hit, taken, branches) in lines {
        let (taken, branches) = (u32::from(taken.min(branches)), u32::from(branches));
        out.file(&format!("f{file}.rs")).add(Line { number: number.into(), hit, taken, branches });
    }
    out.settle();
    out
}

fn figures(c: &Coverage) -> Vec<(Text, Vec<Line>)> {
    c.files.iter().map(|(p, f)| (p.clone(), f.lines().to_vec())).collect()
}

fn joined(a: &Coverage, b: &Coverage) -> Coverage {
    let mut out = a.clone();
    out.join(b);
    out
}

fn some_lines() -> impl Strategy<Value = Vec<(u8, u8, bool, u8, u8)>> {
    prop::collection::vec((0u8..3, 0u8..6, any::<bool>(), 0u8..4, 0u8..4), 0..20)
}

proptest! {
    #[test]
    fn joining_is_associative_commutative_and_idempotent(a in some_lines(), b in some_lines(), c in some_lines()) {
        let (a, b, c) = (coverage(&a), coverage(&b), coverage(&c));
        prop_assert_eq!(figures(&joined(&a, &b)), figures(&joined(&b, &a)));
        prop_assert_eq!(figures(&joined(&joined(&a, &b), &c)), figures(&joined(&a, &joined(&b, &c))));
        prop_assert_eq!(figures(&joined(&a, &a)), figures(&a));
    }

    #[test]
    fn shares_compare_as_fractions(a in 0u64..100, b in 0u64..100, c in 0u64..100, d in 1u64..100) {
        let (left, right) = (Ratio { covered: a, total: b }, Ratio { covered: c, total: d });
        // As decimals with enough digits to tell any two fractions of this size apart.
        let exact = b > 0 && a * 1_000_000_000 / b * d + d >= c * 1_000_000_000 && a * d >= c * b;
        prop_assert_eq!(left.at_least(right), exact);
    }
}

proptest! {
    #[test]
    fn lines_of_blocks_are_found_as_if_each_was_looked_at(
        blocks in prop::collection::vec((0u32..20, 0u32..6, 0u32..3, any::<bool>()), 0..12),
        lines in prop::collection::vec((0u32..24, any::<bool>()), 0..6),
        asked in prop::collection::btree_set(0u32..26, 0..20),
    ) {
        let mut file = FileCoverage::default();
        for (n, (from, length, statements, hit)) in (0..).zip(&blocks) {
            file.add_block(Block { from: (*from, n), to: (from + length, n) }, *statements, *hit);
        }
        lines.iter().for_each(|(number, hit)| file.add(Line { number: *number, hit: *hit, taken: 0, branches: 0 }));
        file.settle();
        let touched = |line: u32| {
            let of_blocks = blocks.iter().filter(|(from, length, n, _)| *n > 0 && (*from..=from + length).contains(&line));
            let of_lines = lines.iter().filter(|(number, _)| *number == line);
            of_blocks.map(|b| b.3).chain(of_lines.map(|l| l.1)).reduce(|a, b| a || b)
        };
        let expect: Vec<(u32, bool)> = asked.iter().filter_map(|l| Some((*l, touched(*l)?))).collect();
        prop_assert_eq!(file.lines_among(&asked.iter().copied().collect()), expect);
    }
}

#[test]
fn a_foreign_file_with_the_same_tail_lifts_nothing() {
    let mut a = coverage(&[(0, 1, false, 0, 0)]);
    let mut b = Coverage::default();
    b.file("/rustc/abc/f0.rs").add(Line { number: 1, hit: true, taken: 0, branches: 0 });
    b.settle();
    a.join(&b);
    assert_eq!(a.sum(FileCoverage::line_ratio), Ratio { covered: 1, total: 2 });
    assert_eq!(a.files.get("f0.rs").map(FileCoverage::line_ratio), Some(Ratio { covered: 0, total: 1 }));
}

#[test]
fn paths_below_the_root_become_relative() {
    let mut c = Coverage { bases: vec![Text::new("/w/app/src")], ..Coverage::default() };
    for path in ["a.rs", "/w/app/b.rs", "/usr/c.rs"] {
        c.file(path).add(Line { number: 1, hit: true, taken: 0, branches: 0 });
    }
    c.settle();
    c.rebase("/w/app");
    assert_eq!(c.files.keys().map(|k| &**k).collect::<Vec<_>>(), ["/usr/c.rs", "b.rs", "src/a.rs"]);
}

#[test]
fn lines_are_put_in_order_where_many_are_new() {
    let line = |number| Line { number, hit: number % 2 == 0, taken: 0, branches: 0 };
    let mut file = FileCoverage::default();
    for _ in 0..3 {
        for number in (0..5000).rev() {
            file.add(line(number));
            file.tidy();
        }
    }
    assert!(file.lines().len() < 12_000, "{}", file.lines().len());
    file.settle();
    assert_eq!(file.line_ratio(), Ratio { covered: 2500, total: 5000 });
}

#[test]
fn paths_are_compared_with_slashes() {
    for (raw, normal) in [("./a\\b.rs", "a/b.rs"), ("a/./b/", "a/b"), ("/", "/"), (".//a", "a")] {
        assert_eq!(normal_path(raw), normal);
    }
}
