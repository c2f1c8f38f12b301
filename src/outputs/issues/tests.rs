use super::*;
use crate::outputs::fixture::{check, judged, open, rich, trial};
use crate::verdict::{Place, Status};

fn of_package(id: &str, aliases: &[&str], version: &str) -> Violation {
    Violation {
        package: Some("rsa".into()),
        version: Some(version.into()),
        severity: Some("high".into()),
        aliases: aliases.iter().map(|a| (*a).into()).collect(),
        ..Violation::new(id, "m")
    }
}

fn at(id: &str, line: u32, message: &str) -> Violation {
    Violation { location: Some(Place { path: "a.rs".into(), line: Some(line) }), ..Violation::new(id, message) }
}

fn with(id: &str, status: Status, violations: Vec<Violation>) -> Check {
    Check { violations, ..check(id, status, "m") }
}

fn waived(violation: Violation) -> Waived {
    Waived { violation, waiver: "w".into(), reason: "r".into(), owner: "o".into(), expires: Some("2027-01-01".into()) }
}

/// The findings of a verdict: rule, grade, by how many checks, waived.
fn findings(verdict: &Verdict) -> Vec<(String, Grade, usize, bool)> {
    let all = all(verdict).into_iter().filter(|i| matches!(i.what, What::Finding(_)));
    all.map(|i| (i.rule.clone(), i.grade, i.checks.len(), i.waived.is_some())).collect()
}

#[test]
fn a_finding_is_one_issue_by_whatever_name_checks_count_it() {
    let verdict = judged(vec![
        with("security.high", Status::Warn, vec![of_package("RUSTSEC-1", &["CVE-1"], "1"), of_package("X", &[], "1")]),
        with("security.image.high", Status::Fail, vec![of_package("CVE-1", &[], "1")]),
        with("dependencies.vulnerable", Status::Fail, vec![of_package("GHSA-1", &["CVE-1"], "1")]),
        with("dependencies.yanked", Status::Warn, vec![of_package("CVE-1", &[], "2")]),
    ]);
    let found = findings(&verdict);
    assert_eq!(
        found,
        [
            ("CVE-1".to_owned(), Grade::Error, 3, false),
            ("X".to_owned(), Grade::Warning, 1, false),
            ("CVE-1".to_owned(), Grade::Warning, 1, false),
        ]
    );
}

#[test]
fn places_are_told_apart_by_line_and_how_many_stand_there() {
    let twice = || vec![at("lint", 3, "m 1"), at("lint", 3, "m 1"), at("lint", 9, "m 2")];
    let verdict = judged(vec![
        with("lints.warnings", Status::Fail, twice()),
        with("lints.new.warnings", Status::Fail, twice()),
        with("tests.failed", Status::Fail, vec![at("lint", 3, "m 1")]),
    ]);
    let found = findings(&verdict);
    let lint = |checks| ("lint".to_owned(), Grade::Error, checks, false);
    assert_eq!(found, [lint(2), lint(2), lint(2), ("tests.failed".to_owned(), Grade::Error, 1, false)]);
    let issues = all(&verdict);
    let prints: BTreeSet<String> = issues.iter().map(|i| i.fingerprint(64)).collect();
    assert_eq!(prints.len(), issues.len());
    let hashes: Vec<String> = issues.iter().filter(|i| i.rule == "lint").map(Issue::line_hash).collect();
    let (shared, first) = hashes[0].split_once(':').unwrap();
    assert_eq!(first, "1");
    assert_eq!(hashes[1..], [format!("{shared}:2"), format!("{shared}:3")], "numbers are no part of an identity");
}

#[test]
fn an_identity_outlives_other_lines_severities_and_order() {
    let before = at("lint", 3, "12 of 96 lines");
    let mut after = at("lint", 70, "13 of 99 lines");
    after.severity = Some("low".into());
    let hash = |v: &Violation| {
        let verdict = judged(vec![with("lints.warnings", Status::Fail, vec![v.clone()])]);
        all(&verdict).last().unwrap().line_hash()
    };
    assert_eq!(hash(&before), hash(&after));
    after.location = Some(Place { path: "b.rs".into(), line: Some(3) });
    assert_ne!(hash(&before), hash(&after));
    assert_ne!(hash(&of_package("A", &[], "1")), hash(&of_package("A", &[], "2")));
}

#[test]
fn what_counts_somewhere_is_not_waived() {
    let one = || of_package("A", &[], "1");
    let mut counted = with("security.high", Status::Fail, vec![one()]);
    let mut passing = check("dependencies.vulnerable", Status::Pass, "m");
    passing.waived = vec![waived(one()), waived(of_package("B", &[], "1"))];
    counted.waived = vec![Waived::by_baseline(of_package("C", &[], "1"), &"the baseline".into())];
    let verdict = judged(vec![passing, counted]);
    assert_eq!(findings(&verdict), [("A".to_owned(), Grade::Error, 1, false), ("B".to_owned(), Grade::Note, 1, true)]);
    let a = all(&verdict).into_iter().find(|i| i.rule == "A").unwrap();
    assert_eq!(a.waiver(), None);
}

#[test]
fn what_holds_is_no_issue_and_nothing_judged_is_one() {
    let rules = |verdict: &Verdict| all(verdict).into_iter().map(|i| (i.rule, i.grade)).collect::<Vec<_>>();
    assert_eq!(rules(&judged(Vec::new())), [("portcullis.judged".to_owned(), Grade::Error)]);
    let skipped = vec![check("a.b", Status::Skipped, "m")];
    assert_eq!(rules(&judged(skipped)), [("portcullis.judged".to_owned(), Grade::Error)]);
    let passing = with("security.high", Status::Pass, vec![of_package("A", &[], "1")]);
    assert_eq!(rules(&judged(vec![passing])), []);
    assert_eq!(rules(&judged(vec![check("a.b", Status::Error, "m")])), [("a.b".to_owned(), Grade::Error)]);
    assert!(rules(&open()).iter().all(|(_, grade)| *grade != Grade::Error));
    assert!(rules(&trial()).iter().all(|(_, grade)| *grade != Grade::Error), "nothing is enforced yet");
}

#[test]
fn the_worst_come_first_and_what_is_left_out_is_counted() {
    let verdict = rich();
    let issues = all(&verdict);
    assert!(issues.is_sorted_by_key(|i| i.grade));
    for most in [1, 2, issues.len() - 1] {
        let shown = at_most(&verdict, most);
        assert_eq!(shown.len(), most);
        let said = format!("{} of {} issues are left out", issues.len() - most + 1, issues.len());
        assert!(shown.last().unwrap().title().starts_with(&said), "{}", shown.last().unwrap().title());
    }
    assert_eq!(at_most(&verdict, issues.len()).len(), issues.len());
}

#[test]
fn messages_say_what_where_and_who_counts_it() {
    let verdict = rich();
    let said: Vec<String> = all(&verdict).iter().map(Issue::message).collect();
    for message in [
        "84.21 % of lines, 90 % required. src/vm.rs:12: 41 of 96 lines uncovered; \
         src/vm/opcode.rs:102: 33 of 120 lines uncovered; src/consensus/round.rs:7: 28 of 210 lines uncovered; \
         src/net/peer.rs:44: 19 of 88 lines uncovered; \
         src/storage/a/rather/long/path/to/a/module/of/no/great/interest/mod.rs:1: 11 of 13 lines uncovered; \
         and 9 more. To mend it: add tests for the files that are listed, the least covered first.",
        "could not be judged: scans/trivy.json is missing. To mend it: run the step that writes it \
         before portcullis, or say `optional = true`.",
        "golang.org/x/crypto v0.30.0: Misuse of ServerConfig.PublicKeyCallback may cause authorization bypass. \
         Severity: high. Fix: 0.31.0. Counted by security.high.",
        "rsa 0.9.6: Marvin attack. Severity: medium. Waived until 2027-02-28 by @security: no fixed release; the \
         timing channel is not reachable from outside.",
        "unused variable: `x`. Counted by lints.warnings.",
    ] {
        assert!(said.iter().any(|s| s == message), "{message}\n{said:#?}");
    }
}

#[test]
fn an_id_that_says_no_more_than_its_check_is_no_rule() {
    for (check, id, rule, said) in [
        ("dependencies.yanked", "yanked", "dependencies.yanked", "m"),
        ("dependencies.vulnerable", "CVE-1", "CVE-1", "m"),
        ("lints.warnings", "warning", "lints.warnings", "m"),
        ("lints.errors", "error", "lints.errors", "m"),
        ("lints.errors", "E0308", "E0308", "m"),
        ("lints.errors", "", "lints.errors", "m"),
        ("tests.failed", "net::ok", "tests.failed", "net::ok: m"),
        ("licenses.denied", "GPL-3.0", "licenses.denied", "GPL-3.0: m"),
    ] {
        let verdict = judged(vec![with(check, Status::Fail, vec![Violation::new(id, "m")])]);
        let issue = all(&verdict).pop().unwrap();
        assert_eq!((&*issue.rule, &*issue.title()), (rule, said));
        assert!(issue.named_message().starts_with(&format!("{rule}: {said}.")));
    }
}

#[test]
fn long_texts_are_cut_between_graphemes() {
    assert_eq!(brief("abc", 3), "abc");
    assert_eq!(brief("abcd", 3), "ab…");
    assert_eq!(brief("👩👩👩", 5), "👩👩…");
    assert_eq!(brief("e\u{301}e\u{301}", 3), "e\u{301}…");
    assert_eq!(brief("", 0), "");
    let long = at(&"i".repeat(9000), 1, &"界".repeat(9000));
    let verdict = judged(vec![with("tests.failed", Status::Fail, vec![long])]);
    assert!(all(&verdict).iter().all(|i| units(&i.message()) <= LONGEST));
}
