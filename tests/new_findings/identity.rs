//! What is the same finding, whatever its report says beside it.

use super::*;

#[test]
fn what_only_moved_is_not_new() {
    let (a, b) =
        (("inject", "error", "src/a.rs", 10, "bad call in 3 places"), ("weak", "warning", "src/b.rs", 5, "weak"));
    let before = sarif("1.0", &[a, b]);
    let moved = ("inject", "error", "src/a.rs", 250, "bad call in 3 places");
    for (what, now) in [
        ("nothing changed", before.clone()),
        ("lines were added above", sarif("1.0", &[moved, b])),
        ("another order", sarif("1.0", &[b, a])),
        (
            "another version, other numbers",
            sarif("2.0", &[("inject", "error", "src/a.rs", 10, "bad call in 4 places"), b]),
        ),
        (
            "the same path in another spelling",
            sarif("1.0", &[("inject", "error", "./src/a.rs", 10, "bad call in 3 places"), b]),
        ),
        (
            "another version rates it otherwise",
            sarif(
                "2.0",
                &[
                    ("inject", "error", "src/a.rs", 10, "bad call in 3 places"),
                    ("weak", "error", "src/b.rs", 5, "weak"),
                ],
            ),
        ),
    ] {
        let verdict = compare(POLICY, &before, &now);
        assert_eq!(verdict.exit_code, 0, "{what}: {}", statuses(&verdict));
        let high = check(&verdict, "security.new.high");
        assert_eq!(high.actual, Some(0.0), "{what}: {}", statuses(&verdict));
        assert!(high.message.contains("0 new high findings, 0 allowed"), "{what}: {}", high.message);
        assert_eq!(high.violations_total, 0, "{what}");
        assert!(high.waived.iter().all(|w| w.is_by_baseline()) && !high.waived.is_empty(), "{what}");
    }
}

#[test]
fn what_the_baseline_does_not_have_is_new() {
    let a = ("inject", "error", "src/a.rs", 10, "bad call");
    let before = sarif("1.0", &[a]);
    for (what, now, line) in [
        ("a second instance in the same file", sarif("1.0", &[a, ("inject", "error", "src/a.rs", 90, "bad call")]), 90),
        ("the second instance stands first", sarif("1.0", &[("inject", "error", "src/a.rs", 3, "bad call"), a]), 3),
        ("another rule", sarif("1.0", &[a, ("other", "error", "src/a.rs", 11, "bad call")]), 11),
        ("another message", sarif("1.0", &[a, ("inject", "error", "src/a.rs", 12, "worse call")]), 12),
        ("another file", sarif("1.0", &[a, ("inject", "error", "src/c.rs", 13, "bad call")]), 13),
        // Without a diff nobody knows of a rename: a moved file's findings are new, and its old ones fixed.
        ("a moved file", sarif("1.0", &[("inject", "error", "src/moved.rs", 10, "bad call")]), 10),
    ] {
        let verdict = compare(POLICY, &before, &now);
        let high = check(&verdict, "security.new.high");
        assert_eq!((high.status.name(), high.actual), ("fail", Some(1.0)), "{what}: {}", statuses(&verdict));
        assert_eq!(high.violations[0].location.as_ref().unwrap().line, Some(line), "{what}");
        assert_eq!(verdict.exit_code, 1, "{what}");
    }
}

/// What the baseline has once makes one finding known, however the checks part them.
#[test]
fn a_second_instance_of_another_severity_is_new() {
    let (medium, high) = (("a", "warning", "src/a.rs", 1, "m"), ("a", "error", "src/a.rs", 9, "m"));
    let verdict = compare(POLICY, &sarif("1", &[medium]), &sarif("1", &[medium, high]));
    let new = |id| check(&verdict, id).actual.unwrap();
    assert_eq!(new("security.new.high") + new("security.new.medium"), 1.0, "{}", statuses(&verdict));
    assert_eq!(verdict.exit_code, 1);
    // Two that the baseline has, in one check each, are both known.
    let verdict = compare(POLICY, &sarif("1", &[medium, high]), &sarif("1", &[medium, high]));
    assert_eq!(verdict.exit_code, 0, "{}", statuses(&verdict));
}

#[test]
fn packages_are_the_same_by_the_class_of_their_advisory() {
    let (id, package, aliases): (_, _, &[&str]) = ("RUSTSEC-2021-0003", "smallvec 0.6.12", &["CVE-2021-25900"]);
    let policy = "[security.scope.new]\nnew = true\ncritical = 0\nhigh = 0\nunknown = 0\n\
                  [dependencies.scope.new]\nnew = true\nvulnerable = \"fail\"";
    let audit = |id: &str, package: &str| tiny::audit(&[(id, package, None, aliases)]);
    let first = judge(policy, &[("a.json", &audit(id, package))], BaselineState::None);
    let run = |file: &str, text: &str| judge(policy, &[(file, text)], read(&first));
    let verdict = run("a.json", &audit(id, package));
    assert_eq!(verdict.exit_code, 0, "{}", statuses(&verdict));
    for (text, what) in [
        (audit(id, "smallvec 0.6.13"), "another version"),
        (audit(id, "bigvec 0.6.12"), "another package"),
        (tiny::audit(&[("RUSTSEC-2099-0001", package, None, &[])]), "another advisory"),
    ] {
        let verdict = run("a.json", &text);
        for id in ["security.new.unknown", "dependencies.new.vulnerable"] {
            assert_eq!(check(&verdict, id).status.name(), "fail", "{what}: {}", statuses(&verdict));
        }
    }
    // Another tool knows it by another name, and rates it.
    let only = "[security.scope.new]\nnew = true\nhigh = 0\nunknown = 0";
    let first = judge(only, &[("a.json", &audit(id, package))], BaselineState::None);
    for (name, expected) in [("CVE-2021-25900", 0), ("CVE-2021-99999", 1)] {
        let verdict = judge(only, &[("t.sarif", &tiny::trivy(name, package, "HIGH"))], read(&first));
        assert_eq!(verdict.exit_code, expected, "{name}: {}", statuses(&verdict));
    }
}

#[test]
fn lints_are_told_apart_as_findings_are() {
    let policy = "[lints]\nerrors = 0\n[lints.scope.new]\nnew = true\nwarnings = 0";
    let first = judge(policy, &[("c.json", &tiny::clippy(&["a.rs", "b.rs"], true))], BaselineState::None);
    for (files, exit, message) in [
        (&["b.rs", "a.rs"][..], 0, "0 new warnings, 0 allowed (2 unchanged, 0 fixed)"),
        (&["a.rs"], 0, "0 new warnings, 0 allowed (1 unchanged, 1 fixed)"),
        (&["a.rs", "b.rs", "c.rs"], 1, "1 new warning, 0 allowed (2 unchanged, 0 fixed)"),
    ] {
        let verdict = judge(policy, &[("c.json", &tiny::clippy(files, true))], read(&first));
        assert_eq!(verdict.exit_code, exit, "{}", statuses(&verdict));
        assert_eq!(check(&verdict, "lints.new.warnings").message.as_str(), message);
    }
}
