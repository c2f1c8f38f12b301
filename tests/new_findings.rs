//! `new = true`: only what the baseline does not have counts, whatever moved, and nothing passes where that cannot be
//! told.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;
#[path = "common/tiny.rs"]
mod tiny;

use common::{Folder, NOW, Run, check, statuses};
use portcullis::evaluate::{Baseline, BaselineState};
use portcullis::verdict::Verdict;
use serde_json::{Value, json};

const POLICY: &str = "[security]\ncritical = 0\n[security.scope.new]\nnew = true\nhigh = 0\nmedium = 0";

/// Results of a tool of that version: rule, level, path, line, message.
fn sarif(version: &str, results: &[(&str, &str, &str, u32, &str)]) -> String {
    let one = |(rule, level, path, line, message): &(&str, &str, &str, u32, &str)| {
        let place = json!({ "artifactLocation": { "uri": path }, "region": { "startLine": line } });
        json!({ "ruleId": rule, "level": level, "message": { "text": message },
                "locations": [{ "physicalLocation": place }] })
    };
    let results: Vec<Value> = results.iter().map(one).collect();
    json!({ "version": "2.1.0",
            "runs": [{ "tool": { "driver": { "name": "Scan", "version": version } }, "results": results }] })
    .to_string()
}

fn judge(policy: &str, files: &[(&str, &str)], baseline: BaselineState) -> Verdict {
    let folder = Folder::new();
    let mut given = Vec::new();
    for (path, text) in files {
        folder.write(path, text);
        given.push((None, *path));
    }
    let policy = format!("version = 1\n{policy}\n");
    Run { baseline, ..Run::of(folder.path(), &policy).given(&given) }.verdict()
}

fn parsed(verdict: &Verdict) -> Baseline {
    Baseline::parse(&serde_json::to_string(verdict).unwrap()).unwrap()
}

fn read(verdict: &Verdict) -> BaselineState {
    BaselineState::Read(parsed(verdict))
}

/// What a first run of a policy found is the baseline of the next.
fn compare(policy: &str, before: &str, now: &str) -> Verdict {
    let first = judge(policy, &[("t.sarif", before)], BaselineState::None);
    judge(policy, &[("t.sarif", now)], read(&first))
}

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
fn new_unchanged_and_fixed_are_counted_in_every_output() {
    let result = |rule: &'static str| (rule, "error", "src/a.rs", 1, "m");
    let (before, now) = (sarif("1", &[result("a"), result("b"), result("c")]), sarif("1", &[result("a"), result("d")]));
    let verdict = compare(POLICY, &before, &now);
    let high = check(&verdict, "security.new.high");
    assert_eq!(high.message.as_str(), "1 new high finding, 0 allowed (1 unchanged, 2 fixed)");
    assert_eq!((high.actual, high.baseline), (Some(1.0), Some(3.0)));
    let folder = Folder::new();
    folder.write("policy.toml", format!("version = 1\n{POLICY}\n")).write("t.sarif", &before);
    let run = |args: &[&str]| folder.run(&[&["check", "t.sarif", "-p", "policy.toml", "--now", NOW], args].concat());
    // A first run has nothing to be new against: nothing judged it, and that is said.
    let first = run(&["--baseline", "none", "-o", "json=first.json"]);
    assert_eq!(first.code, Some(0), "{}{}", first.out, first.err);
    assert!(first.out.contains("3 high findings, and there is no baseline yet"), "{}", first.out);
    assert_eq!(folder.run(&["baseline", "save", "first.json", "-o", "baseline.json"]).code, Some(0));
    folder.write("t.sarif", &now);
    for output in ["text", "markdown", "json"] {
        let ran = run(&["--baseline", "baseline.json", "-f", output]);
        assert_eq!(ran.code, Some(1), "{output}: {}{}", ran.out, ran.err);
        let flat: String =
            ran.out.split_whitespace().collect::<Vec<_>>().join(" ").replace("\\(", "(").replace("\\)", ")");
        assert!(flat.contains("1 new high finding"), "{output}: {}", ran.out);
        assert!(flat.contains("1 unchanged, 2 fixed"), "{output}: {}", ran.out);
        assert!(output == "json" || flat.contains("1 in the baseline"), "{output}: {}", ran.out);
        assert!(output == "json" || !flat.contains("1 waived"), "{output}: {}", ran.out);
    }
}

/// Where nothing is new that is shown as well, with what was fixed.
#[test]
fn what_holds_is_counted_too() {
    let result = |rule: &'static str| (rule, "error", "src/a.rs", 1, "m");
    let folder = Folder::new();
    folder.write("policy.toml", format!("version = 1\n{POLICY}\n"));
    folder.write("t.sarif", sarif("1", &[result("a"), result("b")]));
    let args = ["check", "t.sarif", "-p", "policy.toml", "--now", NOW, "-o", "json=v.json", "--baseline"];
    assert_eq!(folder.run(&[&args[..], &["none"]].concat()).code, Some(0));
    folder.write("base.json", folder.read("v.json")).write("t.sarif", sarif("1", &[result("a")]));
    for output in ["text", "markdown", "json"] {
        let ran = folder.run(&[&args[..], &["base.json", "-f", output]].concat());
        assert_eq!(ran.code, Some(0), "{output}: {}{}", ran.out, ran.err);
        let flat: String = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains("0 new high findings, 0 allowed (1 unchanged, 1 fixed)"), "{output}: {}", ran.out);
    }
}

/// What `baseline save` leaves out changes no answer.
#[test]
fn a_saved_baseline_is_smaller_and_says_the_same() {
    let list = [("RUSTSEC-2021-0003", "smallvec 0.6.12", None, &["CVE-2021-25900"][..])];
    let lints = tiny::clippy(&["a.rs", "b.rs"], true);
    let mut cov = tiny::cobertura(&[("a.rs", &[1, 0]), ("b.rs", &[1, 0])]);
    let policy = "[security.scope.new]\nnew = true\nunknown = 0\n[lints.scope.new]\nnew = true\nwarnings = 0\n\
                  [coverage]\nlines = 10\ntrend = \"improving\"";
    let audit = tiny::audit(&list);
    let first = judge(policy, &[("a.json", &audit), ("c.json", &lints), ("c.xml", &cov)], BaselineState::None);
    let folder = Folder::new();
    let whole = serde_json::to_string_pretty(&first).unwrap();
    folder.write("v.json", &whole);
    assert_eq!(folder.run(&["baseline", "save", "v.json"]).code, Some(0));
    let saved = folder.read("baseline.json");
    assert!(saved.len() < whole.len(), "{} of {}", saved.len(), whole.len());
    for gone in ["lines not covered", "\"t\""] {
        assert!(whole.contains(gone) && !saved.contains(gone), "{gone}");
    }
    let mut worse = list.to_vec();
    worse.push(("RUSTSEC-2020-0001", "other 1.0.0", None, &[]));
    cov = cov.replacen("hits=\"1\"", "hits=\"0\"", 1);
    let (audit, lints) = (tiny::audit(&worse), tiny::clippy(&["a.rs", "c.rs"], true));
    let run = |text: &str| {
        let state = BaselineState::Read(Baseline::parse(text).unwrap());
        let verdict = judge(policy, &[("a.json", &audit), ("c.json", &lints), ("c.xml", &cov)], state);
        statuses(&verdict)
    };
    let said = run(&whole);
    assert_eq!(said, run(&saved));
    for part in [
        "1 new unknown finding, 0 allowed (1 unchanged, 0 fixed)",
        "1 new warning, 0 allowed (1 unchanged, 1 fixed)",
        "below the 50 %",
    ] {
        assert!(said.contains(part), "{said}");
    }
}

/// A baseline of a run that had a baseline itself is as complete as the first: what was known is still listed.
#[test]
fn a_chain_of_baselines_forgets_nothing() {
    let result = |rule: &'static str| (rule, "error", "src/a.rs", 1, "m");
    let policy = "[security.scope.new]\nnew = true\nhigh = 1";
    let first = judge(policy, &[("t.sarif", &sarif("1", &[result("a"), result("b")]))], BaselineState::None);
    let second = judge(policy, &[("t.sarif", &sarif("1", &[result("a"), result("b"), result("c")]))], read(&first));
    assert_eq!((second.exit_code, check(&second, "security.new.high").actual), (0, Some(1.0)), "{}", statuses(&second));
    let third = judge(policy, &[("t.sarif", &sarif("1", &[result("a"), result("b"), result("c")]))], read(&second));
    let high = check(&third, "security.new.high");
    assert_eq!((high.actual, high.baseline), (Some(0.0), Some(3.0)), "{}", high.message);
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

#[test]
fn what_the_baseline_cannot_tell_is_an_error() {
    let a = sarif("1", &[("a", "error", "src/a.rs", 1, "m")]);
    let other = "[security]\ncritical = 0";
    let first = judge(other, &[("t.sarif", &a)], BaselineState::None);
    let verdict = judge(POLICY, &[("t.sarif", &a)], read(&first));
    let high = check(&verdict, "security.new.high");
    assert_eq!((high.status.name(), verdict.exit_code), ("error", 3), "{}", statuses(&verdict));
    assert!(high.message.contains("the baseline does not list what security.new.high or security.high counts"));
    // A gate that lists it serves its scopes as well.
    let whole = judge("[security]\nhigh = 9\nmedium = 9", &[("t.sarif", &a)], BaselineState::None);
    assert_eq!(judge(POLICY, &[("t.sarif", &a)], read(&whole)).exit_code, 0);
    // A check that could not be judged lists nothing that can be counted on.
    let blind = judge(
        "[security]\nhigh = 9\nmedium = 9",
        &[("t.sarif", &sarif("1", &[]).replace("2.1.0", "x"))],
        BaselineState::None,
    );
    assert_eq!(judge(POLICY, &[("t.sarif", &a)], read(&blind)).exit_code, 3);
    for (state, status, exit) in [
        (BaselineState::None, "skipped", 3),
        (BaselineState::Absent, "skipped", 3),
        (BaselineState::Unusable("gone".into()), "error", 3),
    ] {
        let verdict = judge("[security.scope.new]\nnew = true\nhigh = 0", &[("t.sarif", &a)], state);
        let high = check(&verdict, "security.new.high");
        assert_eq!((high.status.name(), verdict.exit_code), (status, exit), "{}", statuses(&verdict));
    }
    // Nor is a run that scanned nothing free of new findings.
    let none = judge(POLICY, &[("t.xml", &tiny::junit(&[("a", "passed")]))], read(&whole));
    assert_eq!(check(&none, "security.new.high").status.name(), "error", "{}", statuses(&none));
}

#[test]
fn a_waived_finding_takes_its_own_place_in_the_baseline() {
    let waiver = "[[waiver]]\nid = \"a\"\npath = \"src/a.rs\"\nreason = \"r\"\nowner = \"o\"\nexpires = 2026-12-01\n";
    let policy = format!("{POLICY}\n{waiver}");
    let a = ("a", "error", "src/a.rs", 1, "m");
    let first = judge(&policy, &[("t.sarif", &sarif("1", &[a]))], BaselineState::None);
    let verdict = judge(&policy, &[("t.sarif", &sarif("1", &[a]))], read(&first));
    let high = check(&verdict, "security.new.high");
    assert_eq!((verdict.exit_code, high.waived.len()), (0, 1), "{}", statuses(&verdict));
    assert!(!high.waived[0].is_by_baseline(), "the policy waives it, new or not");
    // Without the waiver it is known all the same.
    assert_eq!(judge(POLICY, &[("t.sarif", &sarif("1", &[a]))], read(&first)).exit_code, 0);
}

#[test]
fn a_scope_is_compared_with_its_own_part_of_the_gate() {
    let (a, b) = (("a", "error", "src/a.rs", 1, "m"), ("b", "error", "lib/b.rs", 1, "m"));
    let whole = judge("[security]\nhigh = 9", &[("t.sarif", &sarif("1", &[a, b]))], BaselineState::None);
    let policy = "[security.scope.new]\nnew = true\npaths = [\"src/**\"]\nhigh = 0";
    let verdict = judge(policy, &[("t.sarif", &sarif("1", &[]).replace("\"results\":[]", "\"results\":[{\"ruleId\":\"z\",\"level\":\"none\",\"message\":{\"text\":\"m\"},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":\"src/z.rs\"}}}]}]"))], read(&whole));
    let high = check(&verdict, "security.new.high");
    assert_eq!(
        high.message.as_str(),
        "0 new high findings, 0 allowed (0 unchanged, 1 fixed)",
        "{}",
        statuses(&verdict)
    );
}

#[test]
fn a_baseline_that_does_not_fit_is_refused_and_one_that_did_not_pass_is_marked() {
    let a = sarif("1", &[("a", "error", "src/a.rs", 1, "m")]);
    let policy = "name = \"p\"\n[security]\nhigh = 9\n[security.scope.new]\nnew = true\nhigh = 0";
    let first = judge(policy, &[("t.sarif", &a)], BaselineState::None);
    let with = |change: &dyn Fn(&mut Verdict)| {
        let mut changed = first.clone();
        change(&mut changed);
        judge(policy, &[("t.sarif", &a)], read(&changed))
    };
    let high = |verdict: &Verdict| check(verdict, "security.new.high").clone();
    assert_eq!(high(&with(&|_| {})).status.name(), "pass");
    let other = with(&|v| v.policy.name = Some("q".into()));
    assert_eq!((high(&other).status.name(), other.exit_code), ("error", 3));
    assert!(high(&other).message.contains("of the policy \"q\", and this run is of \"p\""), "{}", high(&other).message);
    let shut = with(&|v| v.verdict = portcullis::verdict::Status::Fail);
    assert!(high(&shut).message.ends_with("; the run of the baseline did not pass"), "{}", high(&shut).message);
    // Of a repository.
    let folder = Folder::new();
    folder.write("policy.toml", format!("version = 1\n{policy}\n")).write("t.sarif", &a);
    let mut foreign = first.clone();
    foreign.subject.repository = Some("other/repository".into());
    folder.write("baseline.json", serde_json::to_string(&foreign).unwrap());
    let args = ["check", "t.sarif", "-p", "policy.toml", "--baseline", "baseline.json", "--now", NOW];
    let ran = folder.run_with(&args, &[("GITHUB_ACTIONS", "true"), ("GITHUB_REPOSITORY", "own/repository")]);
    assert_eq!(ran.code, Some(3), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("other/repository"), "{}", ran.out);
}

#[test]
fn only_gates_of_findings_can_tell_new_ones() {
    for gate in ["coverage", "tests", "timings", "steps"] {
        let policy = format!("version = 1\n[{gate}.scope.n]\nnew = true\n");
        let folder = Folder::new();
        let mistakes = Run::of(folder.path(), &policy).load().unwrap_err();
        let shown = common::shown(&mistakes);
        assert!(shown.contains("cannot be chosen by `new`"), "{gate}: {shown}");
    }
}
