//! The JSON is a contract: exactly the keys that are promised, in every object, what is absent as `null`.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;

use std::collections::BTreeMap;

use common::{Folder, NOW, Run, builtin};
use portcullis::outputs::{Output, Page};
use portcullis::verdict::{FileCovered, Verdict};
use serde_json::Value;

const VERDICT: &str = "checks counts enforced evaluated_at evidence exit_code policy portcullis profile schema selection subject verdict waivers would_exit";
const SUBJECT: &str = "base_branch branch change commit component dirty event head_commit repository run_url";
const POLICY: &str = "extends name path sha256";
const COUNTS: &str = "error fail pass skipped warn";
const EVIDENCE: &str = "bytes error facts failed_run format name notes path sha256 status tool";
const CHECK: &str = "actual baseline covered fail gate help id measure message policy_source scope status subjects total unit violations violations_total waived warn";
const SOURCE: &str = "line path";
const VIOLATION: &str = "aliases fix id location message package severity tool version";
const WAIVER: &str = "expires id matched owner status";
const RATIO: &str = "covered total";

/// The keys of a fact by its kind.
fn fact(kind: &str) -> &'static str {
    match kind {
        "coverage" => "branches files functions kind lines",
        "tests" => "failed flaky kind passed seconds skipped total",
        "findings" => "by_severity kind suppressed tools total",
        "dependencies" => {
            "banned duplicate kind notice outdated packages source unmaintained unsound vulnerable yanked"
        }
        "licenses" => "expressions kind packages unlicensed",
        "lints" => "errors kind warnings",
        "timings" => "kind timings",
        "steps" => "kind steps",
        "exploited" => "entries kind version",
        "epss" => "entries kind model",
        "vex" => "affected fixed kind not_affected statements under_investigation",
        "lockfile" => "kind packages",
        "advisories" => "advisories kind",
        other => panic!("the kind {other} is not promised"),
    }
}

/// Which kinds of objects were looked at, and how many of each.
#[derive(Default)]
struct Seen(BTreeMap<String, usize>);

impl Seen {
    fn object(&mut self, what: &str, value: &Value, keys: &str) {
        let mut found: Vec<&str> =
            value.as_object().unwrap_or_else(|| panic!("{what}: {value}")).keys().map(String::as_str).collect();
        found.sort_unstable();
        assert_eq!(found.join(" "), keys, "{what}: {value}");
        *self.0.entry(what.to_owned()).or_default() += 1;
    }

    fn maybe(&mut self, what: &str, value: &Value, keys: &str) {
        if !value.is_null() {
            self.object(what, value, keys);
        }
    }

    fn each(&mut self, what: &str, value: &Value, mut look: impl FnMut(&mut Self, &Value)) {
        value.as_array().unwrap_or_else(|| panic!("{what}: {value}")).iter().for_each(|one| look(self, one));
    }

    fn verdict(&mut self, v: &Value) {
        self.object("verdict", v, VERDICT);
        self.object("subject", &v["subject"], SUBJECT);
        self.object("policy", &v["policy"], POLICY);
        self.object("counts", &v["counts"], COUNTS);
        self.each("evidence", &v["evidence"], Self::evidence);
        self.each("waivers", &v["waivers"], |seen, w| seen.object("waiver", w, WAIVER));
        self.each("checks", &v["checks"], |seen, c| {
            seen.object("check", c, CHECK);
            seen.maybe("policy_source", &c["policy_source"], SOURCE);
            for step in ["fail", "warn"] {
                if let Some(bound) = c[step].as_object() {
                    assert!(
                        bound.len() == 1 && (bound.contains_key("below") || bound.contains_key("above")),
                        "{bound:?}"
                    );
                    *seen.0.entry(step.to_owned()).or_default() += 1;
                }
            }
            seen.each("violations", &c["violations"], Self::violation);
            seen.each("waived", &c["waived"], |seen, w| {
                *seen.0.entry("waived".to_owned()).or_default() += 1;
                let found: Vec<&str> = w.as_object().unwrap().keys().map(String::as_str).collect();
                assert_eq!(found, ["expires", "owner", "reason", "violation", "waiver"]);
                seen.violation(&w["violation"]);
            });
        });
    }

    fn violation(&mut self, v: &Value) {
        self.object("violation", v, VIOLATION);
        self.maybe("location", &v["location"], SOURCE);
    }

    fn evidence(&mut self, e: &Value) {
        self.object("evidence", e, EVIDENCE);
        self.each("facts", &e["facts"], |seen, f| {
            let kind = f["kind"].as_str().unwrap();
            seen.object(kind, f, fact(kind));
            match kind {
                "coverage" => {
                    seen.object("ratio", &f["lines"], RATIO);
                    seen.maybe("ratio", &f["branches"], RATIO);
                    seen.maybe("ratio", &f["functions"], RATIO);
                }
                "findings" => seen.object("severities", &f["by_severity"], "critical high info low medium unknown"),
                "timings" => seen.each("timings", &f["timings"], |s, t| s.object("timing", t, "name seconds")),
                "steps" => seen.each("steps", &f["steps"], |s, t| s.object("step", t, "name outcome seconds")),
                _ => {}
            }
        });
    }

    fn all(&self, kinds: &[&str]) {
        for kind in kinds {
            assert!(self.0.contains_key(*kind), "no {kind} was looked at: {:?}", self.0);
        }
    }
}

/// A policy that brings every kind of object about.
fn rich() -> (Folder, String) {
    let folder = Folder::of("neo-rs/failing");
    std::fs::copy(common::testdata("cobertura/gcovr.xml"), folder.path().join("gcovr.xml")).unwrap();
    let more = "[evidence.gcovr]\npath = \"gcovr.xml\"\nmax-age = \"1h\"\n[evidence.gone]\npath = \"gone.xml\"\n";
    let waiver =
        |id: &str| format!("[[waiver]]\nid = \"{id}\"\nreason = \"r\"\nowner = \"@o\"\nexpires = 2026-12-24\n");
    let policy = format!("{}\n{more}{}{}", builtin("neo-rs"), waiver("CVE-2021-25900"), waiver("CVE-1999-0001"));
    folder.write("p.toml", &policy);
    (folder, policy)
}

#[test]
fn a_verdict_has_exactly_the_keys_that_are_promised() {
    let (folder, _) = rich();
    let args = ["check", "-p", "p.toml", "--now", NOW, "-f", "json"];
    let mut seen = Seen::default();
    for more in [&[][..], &["--only", "lints", "--profile", "nightly", "--commit", "abcdef0"], &["--baseline", "none"]]
    {
        let ran = folder.run(&[&args, more].concat());
        let value: Value = serde_json::from_str(&ran.out).unwrap();
        seen.verdict(&value);
        assert_eq!(value["schema"], "portcullis/verdict/v1");
        assert_eq!(value["portcullis"], env!("CARGO_PKG_VERSION"));
        assert_eq!(value["exit_code"], ran.code.unwrap());
        assert_eq!(value["evaluated_at"], NOW);
        assert!(ran.out.ends_with("}\n"));
    }
    seen.all(&["violation", "location", "waived", "waiver", "fail", "warn", "policy_source", "ratio", "severities"]);
    seen.all(&["coverage", "tests", "findings", "dependencies", "licenses", "lints", "timings", "steps"]);
}

#[test]
fn the_values_are_of_the_kinds_that_are_promised() {
    let (folder, _) = rich();
    let ran = folder.run(&["check", "-p", "p.toml", "--now", NOW, "-f", "json"]);
    let v: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&v["verdict"], &v["enforced"], &v["would_exit"]), (&"fail".into(), &true.into(), &Value::Null));
    assert_eq!((&v["profile"], &v["selection"]), (&Value::Null, &Value::Null));
    assert_eq!(v["policy"]["sha256"].as_str().unwrap().len(), 64);
    let counts = v["counts"].as_object().unwrap();
    let checks = v["checks"].as_array().unwrap();
    assert_eq!(counts.values().map(|n| n.as_u64().unwrap()).sum::<u64>(), portcullis::input::size(checks.len()));
    for (status, n) in counts {
        let found = checks.iter().filter(|c| c["status"].as_str() == Some(status)).count();
        assert_eq!(n.as_u64(), Some(portcullis::input::size(found)), "{status}");
    }
    let mut statuses: Vec<&str> = Vec::new();
    for e in v["evidence"].as_array().unwrap() {
        let status = e["status"].as_str().unwrap();
        statuses.push(status);
        assert!(["read", "missing", "unreadable", "stale", "ignored"].contains(&status));
        assert_eq!(e["sha256"].is_null(), status == "missing", "{e}");
        // What is optional may be absent.
        assert_eq!(e["error"].is_null(), status == "read" || e["name"] == "performance", "{e}");
    }
    assert!(statuses.contains(&"stale") && statuses.contains(&"missing"));
    for c in checks {
        let (id, gate, measure) =
            (c["id"].as_str().unwrap(), c["gate"].as_str().unwrap(), c["measure"].as_str().unwrap());
        let scope = c["scope"].as_str().map(|s| format!("{s}.")).unwrap_or_default();
        assert_eq!(id, format!("{gate}.{scope}{measure}"));
        assert!(["pass", "warn", "fail", "error", "skipped"].contains(&c["status"].as_str().unwrap()));
        assert!([None, Some("percent"), Some("count"), Some("seconds")].contains(&c["unit"].as_str()), "{c}");
        assert_eq!(c["actual"].is_null() && c["covered"].is_null(), c["unit"].is_null(), "{c}");
        assert_eq!(c["covered"].is_null(), c["total"].is_null());
        assert!(!c["message"].as_str().unwrap().is_empty(), "{id}");
        assert!(
            c["violations_total"].as_u64().unwrap()
                >= portcullis::input::size(c["violations"].as_array().unwrap().len())
        );
        let shut = matches!(c["status"].as_str(), Some("fail" | "error"));
        assert!(!shut || c["help"].is_string(), "{id} says what to do");
    }
    let waivers = v["waivers"].as_array().unwrap();
    assert_eq!(waivers[0]["status"], "used");
    assert_eq!((&waivers[0]["expires"], &waivers[0]["owner"]), (&"2026-12-24".into(), &"@o".into()));
}

#[test]
fn a_verdict_is_read_back_as_it_was() {
    let (folder, policy) = rich();
    let verdict = Run::of(folder.path(), &policy).verdict();
    let mut bytes = Vec::new();
    Output::named("json").unwrap().write(&verdict, &Page::default(), &mut bytes).unwrap();
    let back: Verdict = serde_json::from_slice(&bytes).unwrap();
    // Not part of the JSON.
    let mut shown = verdict;
    shown.checks.iter_mut().flat_map(|c| &mut c.violations).for_each(|v| (v.reports, v.weight) = (0, None));
    shown.checks.iter_mut().flat_map(|c| &mut c.waived).for_each(|w| w.violation.reports = 0);
    let beyond = std::mem::take(&mut shown.beyond);
    assert_eq!(back, shown);
    // What pages show beyond it is of the same files, and of every report and check of a gate.
    let lines = shown.checks.iter().find(|c| &*c.id == "coverage.lines").unwrap();
    let sum = |pick: fn(&FileCovered) -> u64| beyond.coverage.iter().map(pick).sum::<u64>();
    assert_eq!((Some(sum(|f| f.lines.covered)), Some(sum(|f| f.lines.total))), (lines.covered, lines.total));
    assert_eq!(beyond.ages.len(), shown.evidence.len());
    assert!(beyond.ages.iter().flatten().count() >= 4);
    let of_gates = shown.checks.iter().filter(|c| !["evidence", "waivers"].contains(&&*c.gate));
    of_gates.for_each(|c| assert!(beyond.meanings.contains_key(&c.id), "{}", c.id));
    // Every key must be there: what is absent is `null`, never left out.
    let whole: Value = serde_json::from_slice(&bytes).unwrap();
    for key in VERDICT.split(' ') {
        let mut less = whole.clone();
        less.as_object_mut().unwrap().remove(key);
        let null = serde_json::to_string(&less).unwrap();
        let missing_is_null = ["profile", "selection", "would_exit"].contains(&key);
        assert_eq!(serde_json::from_str::<Verdict>(&null).is_ok(), missing_is_null, "{key}");
    }
}

#[test]
fn an_inspection_has_exactly_the_keys_that_are_promised() {
    let folder = Folder::of("neo-rs/passing");
    folder.write("notes.txt", "nothing").write("half.xml", "<coverage line-rate=\"1\"><packages>");
    let ran = folder.run(&["inspect", "-f", "json", ".", "half.xml", "gone.xml"]);
    assert_eq!(ran.code, Some(3));
    let value: Value = serde_json::from_str(&ran.out).unwrap();
    let mut seen = Seen::default();
    seen.object("inspection", &value, "reports schema");
    assert_eq!(value["schema"], "portcullis/inspect/v1");
    seen.each("reports", &value["reports"], Seen::evidence);
    seen.all(&["coverage", "tests", "findings", "dependencies", "licenses", "lints", "timings", "steps"]);
    let of = |path: &str| {
        let reports = value["reports"].as_array().unwrap();
        reports.iter().find(|r| r["path"] == path).unwrap_or_else(|| panic!("{path}"))["status"].clone()
    };
    for (path, status) in [
        ("steps.jsonl", "read"),
        ("notes.txt", "ignored"),
        ("baseline.json", "ignored"),
        ("half.xml", "unreadable"),
        ("gone.xml", "missing"),
    ] {
        assert_eq!(of(path), status, "{path}");
    }
}
