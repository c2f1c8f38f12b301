//! Timings held against the baseline: both floors, noise, too few samples, names that are gone.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;
#[path = "common/tiny.rs"]
mod tiny;

use common::{Folder, Run, check, statuses};
use portcullis::evaluate::{Baseline, BaselineState};
use portcullis::verdict::Verdict;
use serde_json::{Value, json};

const FAILS: &str = "[timings]\nregression = { fail-above = \"20%\", floor = \"2s\" }";

/// Steps by name and seconds.
fn steps(list: &[(&str, f64)]) -> String {
    let all: Vec<_> = list.iter().map(|(name, s)| (*name, "success", "2026-11-23T10:00:00Z", *s)).collect();
    tiny::record(&all)
}

/// Commands by name and the seconds of each run.
fn hyperfine(list: &[(&str, &[f64])]) -> String {
    let one = |(name, times): &(&str, &[f64])| {
        let count = f64::from(u32::try_from(times.len()).unwrap());
        json!({ "command": name, "mean": times.iter().sum::<f64>() / count, "stddev": null, "user": 0.1, "system": 0.1,
                "times": times, "exit_codes": vec![0; times.len()] })
    };
    json!({ "results": list.iter().map(one).collect::<Vec<_>>() }).to_string()
}

fn judge(policy: &str, file: &str, text: &str, baseline: BaselineState) -> Verdict {
    let folder = Folder::new();
    folder.write(file, text);
    let policy = format!("version = 1\n{policy}\n");
    Run { baseline, ..Run::of(folder.path(), &policy).given(&[(None, file)]) }.verdict()
}

fn read(verdict: &Verdict) -> BaselineState {
    BaselineState::Read(Baseline::parse(&serde_json::to_string(verdict).unwrap()).unwrap())
}

/// Judges `now` against what `before` was, which is a first run without any baseline.
fn compare(policy: &str, before: &str, now: &str) -> Verdict {
    let first = judge(policy, "t.json", before, BaselineState::None);
    judge(policy, "t.json", now, read(&first))
}

#[test]
fn both_the_share_and_the_floor_must_be_exceeded() {
    for (before, now, status, words) in [
        (10.0, 15.0, "fail", "15 s, 10 s in the baseline: 50 % slower, 20 % and 2 s allowed"),
        (10.0, 12.0, "pass", "20 % slower"),
        // More than the share and not more than the floor; then the other way round.
        (9.9, 11.9, "pass", "slower"),
        (100.0, 119.0, "pass", "19 % slower"),
        (10.0, 10.0, "pass", "no difference"),
        (10.0, 2.0, "pass", "80 % faster"),
        (0.0, 3.0, "fail", "3 s slower"),
    ] {
        let verdict = compare(FAILS, &steps(&[("build", before)]), &steps(&[("build", now)]));
        let one = check(&verdict, "timings.regression.build");
        assert_eq!(one.status.name(), status, "{before} {now}: {}", one.message);
        assert!(one.message.contains(words), "{}", one.message);
        assert_eq!((one.actual, one.baseline, one.unit.as_deref()), (Some(now), Some(before), Some("seconds")));
        assert_eq!(verdict.exit_code, u8::from(status == "fail"), "{}", statuses(&verdict));
    }
    let two = "[timings]\nregression = { fail-above = \"100%\", warn-above = \"10%\" }";
    for (now, status, words) in [(10.5, "pass", "5 % slower"), (12.0, "warn", "10 % wanted"), (21.0, "fail", "100 %")] {
        let verdict = compare(two, &steps(&[("build", 10.0)]), &steps(&[("build", now)]));
        let one = check(&verdict, "timings.regression.build");
        assert_eq!(one.status.name(), status, "{}", one.message);
        assert!(one.message.contains(words), "{}", one.message);
        assert_eq!((one.fail.unwrap().above, one.warn.unwrap().above), (Some(20.0), Some(11.0)));
    }
}

#[test]
fn a_difference_within_noise_passes_and_says_so() {
    let policy = "[timings]\nregression = { fail-above = \"20%\", floor = \"100ms\" }";
    let before = hyperfine(&[("c", &[1.0, 1.0, 1.0])]);
    for (times, status, words) in [
        // A mean of 1.5 s in every case: half as much again.
        (&[1.49, 1.5, 1.51][..], "fail", "50 % slower, 20 % and 100 ms allowed"),
        (&[1.1, 1.5, 1.9], "pass", "50 % slower, within noise (506.26 ms to 2.49 s)"),
        (&[1.1, 1.9], "error", "too few samples to tell that from noise: 2 runs, 3 needed"),
        (&[1.5], "error", "1 run, 3 needed"),
        (&[1.1, 1.9, 1.1, 1.9, 1.1, 1.9, 1.1, 1.9, 1.1, 1.9, 1.1, 1.9], "fail", "50 % slower"),
    ] {
        let verdict = compare(policy, &before, &hyperfine(&[("c", times)]));
        let one = check(&verdict, "timings.regression.c");
        assert_eq!(one.status.name(), status, "{times:?}: {}", one.message);
        assert!(one.message.contains(words), "{times:?}: {}", one.message);
    }
    // Without its times nobody can tell how far the mean is off.
    let mut bare: Value = serde_json::from_str(&hyperfine(&[("c", &[1.0, 1.0, 1.0])])).unwrap();
    bare["results"][0].as_object_mut().unwrap().remove("times");
    let one = compare(policy, &before, &bare.to_string());
    assert_eq!(check(&one, "timings.regression.c").status.name(), "error", "{}", statuses(&one));
    // What could only warn does not shut the gate, and is no pass either.
    let warns = "[timings]\nregression = { warn-above = \"20%\" }\nlimits = { c = \"1m\" }";
    let verdict = compare(warns, &before, &hyperfine(&[("c", &[1.1, 1.9])]));
    assert_eq!(check(&verdict, "timings.regression.c").status.name(), "warn", "{}", statuses(&verdict));
}

#[test]
fn the_intervals_that_tools_state_are_the_noise() {
    let criterion = |mean: f64, low: f64, high: f64| {
        let estimate = |n: f64, l: f64, h: f64| {
            json!({ "point_estimate": n, "standard_error": 1.0,
            "confidence_interval": { "confidence_level": 0.95, "lower_bound": l, "upper_bound": h } })
        };
        json!({ "mean": estimate(mean, low, high), "median": estimate(mean, low, high), "slope": null,
                "median_abs_dev": estimate(1.0, 0.0, 2.0), "std_dev": estimate(1.0, 0.0, 2.0) })
        .to_string()
    };
    let pytest = |mean: f64, deviation: f64, rounds: u32| {
        json!({ "machine_info": {}, "commit_info": { "id": "unversioned" }, "datetime": "2026-11-24T15:28:31Z",
                "benchmarks": [{ "fullname": "t.py::a", "stats": { "min": mean / 2.0, "max": mean * 2.0, "mean": mean,
                                 "stddev": deviation, "rounds": rounds } }] })
        .to_string()
    };
    let go = |runs: &[u32]| {
        let line = |ns: &u32| format!("BenchmarkA-2\t1000\t{ns} ns/op\n");
        format!("pkg: a\n{}PASS\nok  \ta\t0.1s\n", runs.iter().map(line).collect::<String>())
    };
    let policy = "[timings]\nregression = { fail-above = \"20%\" }";
    for (name, before, now, status) in [
        ("criterion/a/new/estimates.json", criterion(100.0, 99.0, 101.0), criterion(150.0, 140.0, 160.0), "fail"),
        ("criterion/a/new/estimates.json", criterion(100.0, 99.0, 101.0), criterion(150.0, 90.0, 220.0), "pass"),
        ("a.json", pytest(1.0, 0.1, 30), pytest(1.5, 0.1, 30), "fail"),
        ("a.json", pytest(1.0, 0.1, 30), pytest(1.5, 1.5, 30), "pass"),
        ("a.json", pytest(1.0, 0.1, 30), pytest(1.5, 0.0, 1), "error"),
        ("a.txt", go(&[100]), go(&[150, 151, 149]), "fail"),
        ("a.txt", go(&[100]), go(&[110, 190, 150]), "pass"),
        ("a.txt", go(&[100]), go(&[100]), "error"),
    ] {
        let first = judge(policy, name, &before, BaselineState::None);
        let verdict = judge(policy, name, &now, read(&first));
        let one = verdict.checks.iter().find(|c| c.id.starts_with("timings.regression.")).unwrap();
        assert_eq!(one.status.name(), status, "{name}: {}", one.message);
        assert_eq!(one.message.contains("within noise"), status == "pass", "{name}: {}", one.message);
    }
    let cargo = |estimate: Value| {
        let bench = json!({ "reason": "benchmark-complete", "id": "g/a", "mean": estimate });
        let group = json!({ "reason": "group-complete", "group_name": "g", "benchmarks": ["g/a"] });
        format!("{bench}\n{group}\n")
    };
    let before = cargo(json!({ "estimate": 1.0, "lower_bound": 0.9, "upper_bound": 1.1, "unit": "ms" }));
    for (low, high, status) in [(Some(1.4), Some(1.6), "fail"), (Some(0.9), Some(2.1), "pass"), (None, None, "error")] {
        let now = cargo(json!({ "estimate": 1.5, "lower_bound": low, "upper_bound": high, "unit": "ms" }));
        let verdict = compare(policy, &before, &now);
        assert_eq!(check(&verdict, "timings.regression.g/a").status.name(), status, "{}", statuses(&verdict));
    }
}

#[test]
fn without_something_to_compare_with_nothing_passes() {
    let now = steps(&[("build", 10.0)]);
    let unusable = || BaselineState::Unusable("gone".into());
    for (baseline, status, exit) in
        [(BaselineState::None, "skipped", 3), (BaselineState::Absent, "skipped", 3), (unusable(), "error", 3)]
    {
        let verdict = judge(FAILS, "t.json", &now, baseline);
        let one = check(&verdict, "timings.regression.build");
        assert_eq!((one.status.name(), verdict.exit_code), (status, exit), "{}", statuses(&verdict));
    }
    // A baseline of a run that timed nothing.
    let first = judge("[tests]\nfailed = 0", "t.xml", &tiny::junit(&[("a", "passed")]), BaselineState::None);
    let verdict = judge(FAILS, "t.json", &now, read(&first));
    assert_eq!(check(&verdict, "timings.regression.build").status.name(), "error", "{}", statuses(&verdict));
    // A run that times nothing, without a baseline and with one.
    let verdict = judge(FAILS, "t.xml", &tiny::junit(&[("a", "passed")]), BaselineState::None);
    assert_eq!(check(&verdict, "timings.regression").status.name(), "error", "{}", statuses(&verdict));
    let none = "[timings]\nregression = { floor = \"5s\" }";
    let verdict = compare(none, &now, &now);
    assert_eq!(check(&verdict, "timings.regression").status.name(), "error", "{}", statuses(&verdict));
}

#[test]
fn a_name_that_is_gone_is_an_error_and_a_new_one_is_skipped() {
    let before = steps(&[("build", 10.0), ("test", 20.0)]);
    let now = steps(&[("build", 10.0), ("tests", 90.0)]);
    let verdict = compare(FAILS, &before, &now);
    for (id, status, words) in [
        ("timings.regression.build", "pass", "no difference"),
        ("timings.regression.test", "error", "the baseline has it (20 s), and no report of this run does"),
        ("timings.regression.tests", "skipped", "1m"),
    ] {
        let one = check(&verdict, id);
        assert_eq!(one.status.name(), status, "{}", statuses(&verdict));
        assert!(words == "1m" || one.message.contains(words), "{}", one.message);
    }
    assert_eq!(verdict.exit_code, 3);
    let verdict = compare(FAILS, &before, &tiny::junit(&[("a", "passed")]));
    for id in ["timings.regression.build", "timings.regression.test", "timings.regression"] {
        assert_eq!(check(&verdict, id).status.name(), "error", "{}", statuses(&verdict));
    }
}

/// A scope compares with what it would have looked at in the baseline, and of several entries with the longest.
#[test]
fn a_scope_compares_like_with_like() {
    let policy = "version = 1\n[evidence.a]\npath = \"a.json\"\n[evidence.b]\npath = \"b.json\"\n\
                  [timings.scope.a]\nevidence = [\"a\"]\nregression = { fail-above = \"20%\" }";
    let run = |a: &str, b: &str, baseline: BaselineState| {
        let folder = Folder::new();
        folder.write("a.json", a).write("b.json", b);
        Run { baseline, ..Run::of(folder.path(), policy) }.verdict()
    };
    let first = run(&steps(&[("x", 10.0), ("x", 12.0)]), &steps(&[("x", 90.0), ("y", 1.0)]), BaselineState::None);
    for (seconds, status) in [(14.0, "pass"), (15.0, "fail")] {
        let verdict = run(&steps(&[("x", seconds)]), &steps(&[("z", 1.0)]), read(&first));
        let one = check(&verdict, "timings.a.regression.x");
        assert_eq!((one.status.name(), one.baseline), (status, Some(12.0)), "{}", statuses(&verdict));
        assert!(
            verdict.checks.iter().all(|c| !c.id.ends_with(".y") && !c.id.ends_with(".z")),
            "{}",
            statuses(&verdict)
        );
    }
}
