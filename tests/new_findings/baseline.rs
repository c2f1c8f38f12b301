//! Which baseline is taken, and what of it is kept.

use super::*;

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

/// A policy of nothing but new findings has nothing to judge in its first run. That is the baseline all the same.
#[test]
fn the_first_run_makes_the_first_baseline() {
    let folder = Folder::new();
    let a = sarif("1", &[("a", "error", "src/a.rs", 1, "m")]);
    folder.write("policy.toml", "version = 1\n[security.scope.new]\nnew = true\nhigh = 0\n").write("t.sarif", &a);
    let run = |args: &[&str]| folder.run(&[&["check", "t.sarif", "-p", "policy.toml", "--now", NOW], args].concat());
    assert_eq!(run(&["--baseline", "none", "-o", "json=v.json"]).code, Some(3), "nothing was judged");
    let saved = folder.run(&["baseline", "save", "v.json"]);
    assert_eq!(saved.code, Some(0), "{}", saved.err);
    let second = run(&["--baseline", "baseline.json"]);
    assert!(second.code == Some(0) && !second.out.contains("did not pass"), "{}", second.out);
    // What could not be judged is another matter.
    assert_eq!(run(&["-o", "json=v.json"]).code, Some(3));
    assert_eq!(folder.run(&["baseline", "save", "v.json"]).code, Some(2));
}

/// What is kept of a finding is all that it is known by.
#[test]
fn a_saved_baseline_knows_each_finding_in_a_line() {
    let with_print = |words: &str, line: u32| {
        sarif("1", &[("r", "error", "src/a.rs", line, words)])
            .replace("\"ruleId\"", "\"fingerprints\":{\"id/v1\":\"0123456789\"},\"ruleId\"")
    };
    let first = judge(POLICY, &[("t.sarif", &with_print("one", 1))], BaselineState::None);
    // A second run, by whose baseline it is known: it is kept among what that has.
    let second = judge(POLICY, &[("t.sarif", &with_print("one", 5))], read(&first));
    for verdict in [&first, &second] {
        let folder = Folder::new();
        folder.write("v.json", serde_json::to_string(verdict).unwrap());
        assert_eq!(folder.run(&["baseline", "save", "v.json", "--even-if-shut"]).code, Some(0));
        let saved = folder.read("baseline.json");
        let lines: Vec<&str> = saved.lines().filter(|l| l.contains("src/a.rs")).collect();
        assert_eq!(lines.len(), 1, "{saved}");
        assert!(lines[0].contains("fingerprint:id/v1=0123456789") && lines[0].contains("\"one "), "{saved}");
        assert!(!saved.contains("it is no new finding"), "{saved}");
        let state = BaselineState::Read(Baseline::parse(&saved).unwrap());
        let third = judge(POLICY, &[("t.sarif", &with_print("other words", 9))], state);
        assert_eq!(third.exit_code, 0, "{}", statuses(&third));
    }
}

#[test]
fn a_baseline_of_another_branch_or_of_a_policy_not_in_force_is_taken_and_marked() {
    let a = sarif("1", &[("a", "error", "src/a.rs", 1, "m")]);
    let policy = "version = 1\n[security]\nhigh = 9\n[security.scope.new]\nnew = true\nhigh = 0\n";
    let folder = Folder::new();
    folder.write("policy.toml", policy).write("t.sarif", &a);
    let first = judge(&policy.replace("version = 1\n", ""), &[("t.sarif", &a)], BaselineState::None);
    let said = |change: &dyn Fn(&mut Verdict), environment: &[(&str, &str)]| {
        let mut changed = first.clone();
        change(&mut changed);
        folder.write("baseline.json", serde_json::to_string(&changed).unwrap());
        let args = ["check", "t.sarif", "-p", "policy.toml", "--baseline", "baseline.json", "--now", NOW, "-f", "json"];
        let ran = folder.run_with(&args, environment);
        assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
        let verdict: Verdict = serde_json::from_str(&ran.out).unwrap();
        check(&verdict, "security.new.high").message.to_string()
    };
    let plain = "0 new high findings, 0 allowed (1 unchanged, 0 fixed)";
    let of = |branch: &'static str| move |v: &mut Verdict| v.subject.branch = Some(branch.into());
    let change = [("GITHUB_ACTIONS", "true"), ("GITHUB_BASE_REF", "main")];
    assert_eq!(said(&of("main"), &change), plain);
    assert_eq!(said(&of("refs/heads/main"), &change), plain);
    assert_eq!(
        said(&of("next"), &change),
        format!("{plain}; the baseline is of the branch next, and the change is for main")
    );
    assert_eq!(said(&of("next"), &[]), plain, "no change, no branch that it is for");
    let soft = |exit: u8| move |v: &mut Verdict| (v.enforced, v.would_exit) = (false, Some(exit));
    assert_eq!(said(&soft(0), &[]), plain);
    let words = "passed only because its policy is not in force yet";
    assert_eq!(said(&soft(1), &[]), format!("{plain}; the run of the baseline {words}"));
    // Nor is such a run saved unasked.
    let mut soft_one = first.clone();
    soft(1)(&mut soft_one);
    folder.write("v.json", serde_json::to_string(&soft_one).unwrap());
    let ran = folder.run(&["baseline", "save", "v.json"]);
    assert!(ran.code == Some(2) && ran.err.contains(words), "{:?} {}", ran.code, ran.err);
    assert_eq!(folder.run(&["baseline", "save", "v.json", "--even-if-shut"]).code, Some(0));
}
