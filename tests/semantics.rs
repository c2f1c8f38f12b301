//! What a policy means, in cases as small as they can be: a policy, tiny reports, and how each check ends.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;
#[path = "common/tiny.rs"]
mod tiny;

use common::{Folder, NOW, Run, check, statuses};
use portcullis::evaluate::{Baseline, BaselineState};
use portcullis::verdict::Verdict;
use tiny::{audit, clippy, cobertura, deny, junit, licenses, record, sarif};

/// A case: files, the policy behind `version = 1`, and of each check its id, status and value.
struct Case<'a> {
    name: &'a str,
    files: &'a [(&'a str, String)],
    policy: &'a str,
    expect: &'a [(&'a str, &'a str, Option<f64>)],
}

impl Case<'_> {
    fn folder(&self) -> Folder {
        let folder = Folder::new();
        self.files.iter().for_each(|(path, text)| {
            folder.write(path, text);
        });
        folder
    }

    /// Without evidence in the policy every file is given by itself.
    fn judge(&self, now: &str, baseline: BaselineState) -> Verdict {
        let folder = self.folder();
        let policy = format!("version = 1\n{}\n", self.policy);
        let given: Vec<(Option<&str>, &str)> = match self.policy.contains("[evidence.") {
            true => Vec::new(),
            false => self.files.iter().map(|(path, _)| (None, *path)).collect(),
        };
        Run { now, baseline, ..Run::of(folder.path(), &policy).given(&given) }.verdict()
    }

    fn run(&self) -> Verdict {
        let verdict = self.judge(NOW, BaselineState::None);
        self.holds(&verdict);
        verdict
    }

    fn holds(&self, verdict: &Verdict) {
        for (id, status, actual) in self.expect {
            let check = check(verdict, id);
            assert_eq!(check.status.name(), *status, "{}: {id}\n{}", self.name, statuses(verdict));
            assert_eq!(check.actual, *actual, "{}: {id}\n{}", self.name, statuses(verdict));
        }
    }
}

fn some(n: u32) -> Option<f64> {
    Some(f64::from(n))
}

const RUSTSEC: (&str, &str, &[&str]) =
    ("RUSTSEC-2021-0003", "smallvec 0.6.12", &["CVE-2021-25900", "GHSA-43w2-9j62-hq99"]);

/// Trivy knows the CVE, cargo-audit and cargo-deny know the RUSTSEC id and its aliases.
#[test]
fn one_advisory_of_three_tools_under_three_names_counts_once() {
    let (id, package, aliases) = RUSTSEC;
    let trivy = tiny::trivy("CVE-2021-25900", package, "HIGH");
    let verdict = Case {
        name: "three tools",
        files: &[
            ("audit.json", audit(&[(id, package, Some("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"), aliases)])),
            ("deny.ndjson", deny(&[(id, package, aliases)])),
            ("trivy.sarif", trivy),
        ],
        policy: "[security]\ncritical = 1\nhigh = 0\nunknown = 0\n[dependencies]\nvulnerable = \"fail\"",
        // The worse of the severities: 9.8 by cargo-audit, HIGH by Trivy.
        expect: &[
            ("security.critical", "pass", some(1)),
            ("security.high", "pass", some(0)),
            ("security.unknown", "pass", some(0)),
            ("dependencies.vulnerable", "fail", some(1)),
        ],
    }
    .run();
    let one = &check(&verdict, "security.critical").violations[0];
    assert_eq!(one.tool.as_deref(), Some("Trivy, cargo-audit, cargo-deny"));
    assert_eq!((one.package.as_deref(), one.version.as_deref()), (Some("smallvec"), Some("0.6.12")));
    let names: Vec<&str> = std::iter::once(&one.id).chain(&one.aliases).map(|n| n.as_str()).collect();
    for name in [id, "CVE-2021-25900", "GHSA-43w2-9j62-hq99"] {
        assert!(names.contains(&name), "{names:?}");
    }
}

#[test]
fn another_version_or_package_is_another_finding() {
    let (id, package, aliases) = RUSTSEC;
    let cvss = Some("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H");
    Case {
        name: "versions",
        files: &[(
            "audit.json",
            audit(&[
                (id, package, cvss, aliases),
                (id, "smallvec 1.0.0", cvss, aliases),
                (id, "other 0.6.12", cvss, aliases),
            ]),
        )],
        policy: "[security]\ncritical = 0\n[dependencies]\nvulnerable = \"warn\"",
        expect: &[("security.critical", "fail", some(3)), ("dependencies.vulnerable", "warn", some(3))],
    }
    .run();
}

#[test]
fn a_waiver_by_an_alias_takes_all_of_it_out_of_every_gate() {
    let (id, package, aliases) = RUSTSEC;
    let files = [
        ("audit.json", audit(&[(id, package, None, aliases)])),
        ("trivy.sarif", tiny::trivy("CVE-2021-25900", package, "CRITICAL")),
    ];
    for name in [id, "CVE-2021-25900", "ghsa-43w2-9j62-hq99"] {
        let policy = format!(
            "[security]\ncritical = 0\nhigh = 0\n[dependencies]\nvulnerable = \"fail\"\n[[waiver]]\nid = \"{name}\"\nreason = \"r\"\nowner = \"o\"\nexpires = 2026-12-31"
        );
        let expect = &[("security.critical", "pass", some(0)), ("dependencies.vulnerable", "pass", some(0))];
        let verdict = Case { name, files: &files, policy: &policy, expect }.run();
        assert_eq!(verdict.exit_code, 0);
        let waived = &check(&verdict, "security.critical").waived;
        assert_eq!(waived.len(), 1, "it stays in the report");
        assert_eq!((waived[0].reason.as_str(), waived[0].owner.as_str()), ("r", "o"));
        assert_eq!(verdict.waivers[0].matched, 2, "once in each gate");
    }
}

#[test]
fn what_has_no_severity_counts_as_high_unless_the_policy_limits_unknown() {
    let file = [("audit.json", audit(&[("RUSTSEC-2020-0001", "a 1.0.0", None, &[])]))];
    for (policy, expect) in [
        (
            "[security]\ncritical = 0\nhigh = 0",
            &[("security.critical", "pass", some(0)), ("security.high", "fail", some(1))][..],
        ),
        ("[security]\nhigh = 1", &[("security.high", "pass", some(1))]),
        (
            "[security]\nhigh = 0\nunknown = 0",
            &[("security.high", "pass", some(0)), ("security.unknown", "fail", some(1))],
        ),
        (
            "[security]\nhigh = 0\nunknown = 1",
            &[("security.high", "pass", some(0)), ("security.unknown", "pass", some(1))],
        ),
        ("[security]\nhigh = 0\nunknown = { warn-above = 0 }", &[("security.unknown", "warn", some(1))]),
        // A scope takes no `unknown` over: there it counts as high.
        (
            "[security]\nhigh = 0\nunknown = 1\n[security.scope.s]\ntools = [\"cargo-audit\"]\nhigh = 0",
            &[("security.s.high", "fail", some(1)), ("security.unknown", "pass", some(1))],
        ),
    ] {
        Case { name: policy, files: &file, policy, expect }.run();
    }
}

#[test]
fn levels_words_and_scores_give_the_severity() {
    let file = [(
        "t.sarif",
        sarif(
            "T",
            &[
                ("A", "error", "a.rs", 1),
                ("B", "warning", "a.rs", 2),
                ("C", "note", "a.rs", 3),
                ("D", "none", "a.rs", 4),
                ("E", "", "a.rs", 5),
            ],
        ),
    )];
    let policy = "[security]\ncritical = 9\nhigh = 9\nmedium = 9\nlow = 9\ninfo = 9\nunknown = 9";
    let expect = &[
        ("security.critical", "pass", some(0)),
        ("security.high", "pass", some(1)),
        // A level that is absent is `warning`.
        ("security.medium", "pass", some(2)),
        ("security.low", "pass", some(1)),
        ("security.info", "pass", some(1)),
        ("security.unknown", "pass", some(0)),
    ];
    Case { name: "levels", files: &file, policy, expect }.run();
    for (score, id) in [
        ("9.0", "critical"),
        ("8.9", "high"),
        ("7.0", "high"),
        ("6.9", "medium"),
        ("4.0", "medium"),
        ("3.9", "low"),
        ("0.1", "low"),
    ] {
        let text = sarif("T", &[("A", "note", "a.rs", 1)]);
        let rule =
            format!("\"name\":\"T\",\"rules\":[{{\"id\":\"A\",\"properties\":{{\"security-severity\":\"{score}\"}}}}]");
        let files = [("t.sarif", text.replace("\"name\":\"T\"", &rule))];
        let id = format!("security.{id}");
        Case { name: score, files: &files, policy, expect: &[(&id, "pass", some(1))] }.run();
    }
}

#[test]
fn scopes_choose_by_tool_path_package_and_evidence() {
    let (_, _, aliases) = RUSTSEC;
    let files = [
        ("a.sarif", sarif("One", &[("R", "error", "core/a.rs", 1), ("R", "error", "app/b.rs", 1)])),
        ("b.sarif", sarif("Two", &[("S", "error", "core/c.rs", 1)])),
        (
            "audit.json",
            audit(&[("RUSTSEC-2020-0001", "p 1.0.0", None, &[]), ("RUSTSEC-2020-0002", "q 1.0.0", None, aliases)]),
        ),
        ("cov.xml", cobertura(&[("core/a.rs", &[1, 1, 0, 0]), ("app/b.rs", &[1, 1, 1, 1])])),
        ("more.xml", cobertura(&[("core/a.rs", &[0, 0, 1, 0])])),
    ];
    let evidence = "[evidence.one]\npath = \"a.sarif\"\n[evidence.two]\npath = \"b.sarif\"\n[evidence.audit]\npath = \"audit.json\"\n[evidence.unit]\npath = \"cov.xml\"\n[evidence.e2e]\npath = \"more.xml\"\n";
    let policy = format!(
        "{evidence}[security]\nhigh = 5
[security.scope.t]\ntools = [\"ONE\"]\nhigh = 9
[security.scope.p]\npaths = [\"core/**\"]\nhigh = 9
[security.scope.k]\npackages = [\"p\"]\nhigh = 9
[security.scope.e]\nevidence = [\"audit\", \"two\"]\nhigh = 9
[security.scope.tp]\ntools = [\"one\"]\npaths = [\"app/**\"]\nhigh = 9
[security.scope.nobody]\ntools = [\"three\"]\nhigh = 9
[coverage]\nlines = 10
[coverage.scope.core]\npaths = [\"core/**\"]\nlines = 10
[coverage.scope.none]\npaths = [\"vm/**\"]\nlines = 10
[coverage.scope.unit]\nevidence = [\"unit\"]\nlines = 10"
    );
    let expect = &[
        ("security.high", "pass", some(5)),
        ("security.t.high", "pass", some(2)),
        ("security.p.high", "pass", some(2)),
        ("security.k.high", "pass", some(1)),
        ("security.e.high", "pass", some(3)),
        ("security.tp.high", "pass", some(1)),
        ("security.nobody.high", "error", None),
        // 3 of 4 lines of core with both reports, 7 of 8 in all, 6 of 8 by unit alone.
        ("coverage.lines", "pass", Some(87.5)),
        ("coverage.core.lines", "pass", Some(75.0)),
        ("coverage.none.lines", "error", None),
        ("coverage.unit.lines", "pass", Some(75.0)),
    ];
    Case { name: "scopes", files: &files, policy: &policy, expect }.run();
}

#[test]
fn required_tools_must_have_reported() {
    let files = [("a.sarif", sarif("Trivy", &[])), ("audit.json", audit(&[]))];
    let policy = "[security]\nhigh = 0\nrequires = [\"trivy\", \"CARGO-AUDIT\", \"triv\", \"grype\"]\n[tests]\nrequires = [\"cargo-nextest\"]";
    let expect = &[
        ("security.high", "pass", some(0)),
        ("security.requires.trivy", "pass", None),
        ("security.requires.CARGO-AUDIT", "pass", None),
        ("security.requires.triv", "error", None),
        ("security.requires.grype", "error", None),
        ("tests.requires.cargo-nextest", "error", None),
    ];
    assert_eq!(Case { name: "requires", files: &files, policy, expect }.run().exit_code, 3);
}

#[test]
fn optional_evidence_skips_and_other_evidence_is_missed() {
    let files = [("cov.xml", cobertura(&[("a.rs", &[1, 1])]))];
    let base = "[evidence.unit]\npath = \"cov.xml\"\n[evidence.e2e]\npath = \"e2e.xml\"\n";
    let gate = "[coverage]\nlines = 50\n[coverage.scope.e]\nevidence = [\"e2e\"]\nlines = 50\n[tests]\nfailed = 0";
    let optional = format!("{base}optional = true\nformat = \"cobertura\"\n{gate}");
    let expect = &[
        ("evidence.e2e", "skipped", None),
        ("coverage.e.lines", "skipped", None),
        ("coverage.lines", "pass", some(100)),
        // Nothing speaks of tests: that is never zero.
        ("tests.failed", "error", None),
    ];
    Case { name: "optional", files: &files, policy: &optional, expect }.run();
    let expect = &[("evidence.e2e", "error", None), ("coverage.e.lines", "error", None)];
    Case { name: "needed", files: &files, policy: &format!("{base}{gate}"), expect }.run();
    // Its format tells that the whole gate lacks it too.
    let stated = format!("{base}format = \"cobertura\"\n{gate}");
    let expect = &[("coverage.e.lines", "error", None), ("coverage.lines", "error", some(100))];
    Case { name: "needed, of a known kind", files: &files, policy: &stated, expect }.run();
    let glob = "[evidence.e2e]\npath = \"shards/*.xml\"\n[coverage]\nlines = 50";
    Case { name: "glob", files: &files, policy: glob, expect: &[("evidence.e2e", "error", None)] }.run();
    let number = "[evidence.unit]\npath = \"*.xml\"\nfiles = 2\n[coverage]\nlines = 50";
    Case { name: "number", files: &files, policy: number, expect: &[("evidence.unit", "error", None)] }.run();
    let matrix = "[evidence.unit]\npath = \"{k}.xml\"\nmatrix = { k = [\"cov\", \"gone\"] }\n[coverage]\nlines = 50";
    Case { name: "matrix", files: &files, policy: matrix, expect: &[("evidence.unit", "error", None)] }.run();
}

#[test]
fn a_folder_that_holds_no_report_is_no_evidence() {
    let folder = Folder::new();
    folder.write("notes/a.txt", "nothing").write("c.xml", cobertura(&[("a.rs", &[1])]));
    let policy = "version = 1\n[coverage]\nlines = 1\n";
    let given = |paths: &[(Option<&str>, &str)]| Run::of(folder.path(), policy).given(paths).verdict();
    let named = given(&[(Some("unit"), "notes"), (None, "c.xml")]);
    assert_eq!(check(&named, "evidence.unit").status.name(), "error", "{}", statuses(&named));
    assert_eq!(named.exit_code, 3);
    let unnamed = given(&[(None, "notes"), (None, "c.xml")]);
    assert_eq!(unnamed.exit_code, 0, "what is no report in a folder is ignored\n{}", statuses(&unnamed));
    assert_eq!(given(&[(None, "notes")]).exit_code, 3, "and nothing is no pass");
    assert_eq!(given(&[(None, "gone"), (None, "c.xml")]).exit_code, 3);
}

#[test]
fn old_evidence_is_stale_and_the_time_of_a_file_proves_little() {
    let record = record(&[("fmt", "success", "2026-11-23T10:00:00Z", 1.0)]);
    let files = [("steps.jsonl", record)];
    let policy = "[evidence.s]\npath = \"steps.jsonl\"\nmax-age = \"2h\"\n[steps]\nrequired = [\"fmt\"]";
    for (now, evidence, code) in [
        ("2026-11-23T11:59:59Z", "pass", 0),
        ("2026-11-23T12:00:00Z", "pass", 0),
        ("2026-11-23T12:00:01Z", "error", 3),
        ("2026-11-24T10:00:00Z", "error", 3),
        // Made more than an hour from now: the clocks are wrong.
        ("2026-11-23T08:59:00Z", "error", 3),
    ] {
        let case = Case { name: now, files: &files, policy, expect: &[("evidence.s", evidence, None)] };
        let verdict = case.judge(now, BaselineState::None);
        case.holds(&verdict);
        assert_eq!(verdict.exit_code, code, "{now}\n{}", statuses(&verdict));
    }
    // A report without a time of its own, as old as its file.
    let files = [("l.json", licenses(&[("a", "MIT")]))];
    let policy = "[evidence.l]\npath = \"l.json\"\nmax-age = \"2h\"\n[licenses]\nallow = [\"MIT\"]";
    let case = Case { name: "by file", files: &files, policy, expect: &[("evidence.l", "warn", None)] };
    case.holds(&case.judge(&jiff::Timestamp::now().to_string(), BaselineState::None));
    let case = Case { expect: &[("evidence.l", "error", None)], ..case };
    case.holds(&case.judge("2099-01-01T00:00:00Z", BaselineState::None));
}

#[test]
fn a_failed_run_is_an_error_and_what_it_found_counts() {
    let failed = clippy(&["a.rs"], false);
    let files = [("c.ndjson", failed)];
    let base = "[evidence.c]\npath = \"c.ndjson\"\n";
    let expect = &[("evidence.c", "error", None), ("lints.warnings", "fail", some(1))];
    let verdict = Case { name: "failed", files: &files, policy: &format!("{base}[lints]\nwarnings = 0"), expect }.run();
    assert_eq!(verdict.exit_code, 1);
    assert!(verdict.evidence[0].failed_run);
    let lenient = format!("{base}[lints]\nwarnings = 1");
    let verdict =
        Case { name: "failed, few", files: &files, policy: &lenient, expect: &[("evidence.c", "error", None)] }.run();
    assert_eq!(verdict.exit_code, 3);
    let accepted = format!("{base}accept-failed-run = true\n[lints]\nwarnings = 1");
    let expect = &[("evidence.c", "pass", None), ("lints.warnings", "pass", some(1))];
    let verdict = Case { name: "accepted", files: &files, policy: &accepted, expect }.run();
    assert_eq!(verdict.exit_code, 0);
    assert!(verdict.evidence[0].failed_run && !verdict.evidence[0].notes.is_empty(), "it is a note");
    let sarif = sarif("T", &[("R", "error", "a.rs", 1)]);
    let invocation = sarif.replace("\"results\":", "\"invocations\":[{\"executionSuccessful\":false}],\"results\":");
    let expect = &[("evidence.unnamed", "error", None), ("security.high", "fail", some(1))];
    Case { name: "sarif", files: &[("t.sarif", invocation)], policy: "[security]\nhigh = 0", expect }.run();
}

#[test]
fn the_trend_is_held_against_the_baseline() {
    let cov = |hits: &[u32]| [("c.xml", cobertura(&[("a.rs", hits)]))];
    let policy = "[coverage]\nlines = 10\ntrend = \"improving\"";
    // 6 of 8 lines.
    let before = Case { name: "before", files: &cov(&[1, 1, 1, 1, 1, 1, 0, 0]), policy, expect: &[] }.run();
    let json = serde_json::to_string(&before).unwrap();
    let read = || BaselineState::Read(Baseline::parse(&json).unwrap());
    let stable = "[coverage]\nlines = 10\ntrend = \"stable\"\ntolerance = 12.5";
    let bare = "[coverage]\nlines = 10\ntrend = \"stable\"";
    let (better, same, worse, much): (&[u32], &[u32], &[u32], &[u32]) =
        (&[1, 1, 1, 1, 1, 1, 1, 0], &[1, 1, 1, 0], &[1, 1, 1, 1, 1, 0, 0, 0], &[1, 1, 1, 1, 0, 0, 0, 0]);
    for (policy, hits, baseline, status) in [
        (policy, better, read(), "pass"),
        (policy, same, read(), "pass"),
        (policy, worse, read(), "fail"),
        (stable, worse, read(), "pass"),
        (stable, much, read(), "fail"),
        (bare, worse, read(), "fail"),
        (policy, worse, BaselineState::None, "skipped"),
        (policy, worse, BaselineState::Absent, "skipped"),
        (policy, better, BaselineState::Unusable("broken".into()), "error"),
    ] {
        let case = Case { name: policy, files: &cov(hits), policy, expect: &[] };
        let verdict = case.judge(NOW, baseline);
        assert_eq!(
            check(&verdict, "coverage.trend").status.name(),
            status,
            "{policy} {hits:?}\n{}",
            statuses(&verdict)
        );
    }
    // A baseline that holds no such figure.
    let other = Case {
        name: "other",
        files: &[("l.json", licenses(&[("a", "MIT")]))],
        policy: "[licenses]\nallow = [\"MIT\"]",
        expect: &[],
    };
    let other = serde_json::to_string(&other.run()).unwrap();
    let case = Case { name: "without", files: &cov(better), policy, expect: &[("coverage.trend", "error", some(0))] };
    let verdict = case.judge(NOW, BaselineState::Read(Baseline::parse(&other).unwrap()));
    assert_eq!(check(&verdict, "coverage.trend").status.name(), "error");
    for broken in ["", "{}", "null", "[]", &json.replace("verdict/v1", "verdict/v2"), &json[..json.len() / 2]] {
        assert!(Baseline::parse(broken).is_err(), "{broken}");
    }
}

#[test]
fn licences_are_expressions() {
    let list = [
        ("plain", "MIT"),
        ("either", "GPL-3.0-only OR MIT"),
        ("both", "MIT AND GPL-3.0-or-later"),
        ("slash", "MIT/Apache-2.0"),
        ("other", "BSD-3-Clause"),
        ("with", "Apache-2.0 WITH LLVM-exception"),
        ("free", "Our own licence"),
        ("noassertion", "NOASSERTION"),
        ("ring", "OpenSSL"),
    ];
    let files = [("l.json", licenses(&list))];
    let policy = "[licenses]\nallow = [\"MIT\", \"Apache-2.0\"]\ndeny = [\"GPL-3.0\"]\nexceptions = [{ package = \"ring\", allow = [\"OpenSSL\"], reason = \"r\" }]";
    let expect = &[
        ("licenses.denied", "fail", some(1)),
        ("licenses.unlisted", "fail", some(2)),
        ("licenses.unlicensed", "fail", some(2)),
    ];
    let verdict = Case { name: "licences", files: &files, policy, expect }.run();
    let packages = |id: &str| {
        let found = check(&verdict, id).violations.iter().filter_map(|v| v.package.as_deref());
        found.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(packages("licenses.denied"), ["both"]);
    assert_eq!(packages("licenses.unlisted"), ["other", "with"]);
    assert_eq!(packages("licenses.unlicensed"), ["free", "noassertion"]);
    let lenient = "[licenses]\ndeny = [\"GPL-3.0\"]\nunlisted = \"allow\"\nunlicensed = \"warn\"";
    let expect = &[
        ("licenses.denied", "fail", some(1)),
        ("licenses.unlisted", "skipped", None),
        ("licenses.unlicensed", "warn", some(2)),
    ];
    let verdict = Case { name: "lenient", files: &files, policy: lenient, expect: &expect[..1] }.run();
    for (id, status, _) in expect {
        assert_eq!(check(&verdict, id).status.name(), *status, "{id}\n{}", statuses(&verdict));
    }
}

#[test]
fn steps_must_have_run_and_succeeded() {
    let first = record(&[
        ("fmt", "success", NOW, 1.0),
        ("clippy", "failure", NOW, 2.0),
        ("again", "failure", NOW, 1.0),
        ("again", "success", NOW, 1.0),
        ("worse", "success", NOW, 1.0),
        ("worse", "cancelled", NOW, 1.0),
        ("both", "success", NOW, 1.0),
    ]);
    let files = [("a.jsonl", first), ("b.jsonl", record(&[("both", "failure", NOW, 1.0)]))];
    let policy = "[steps]\nrequired = [\"fmt\", \"clippy\", \"again\", \"worse\", \"both\", \"doc\"]";
    let expect = &[
        ("steps.fmt", "pass", None),
        ("steps.clippy", "fail", None),
        ("steps.again", "pass", None),
        ("steps.worse", "fail", None),
        ("steps.both", "fail", None),
        ("steps.doc", "error", None),
    ];
    Case { name: "steps", files: &files, policy, expect }.run();
    let needs = r#"{"fmt":{"result":"success","outputs":{}},"doc":{"result":"skipped","outputs":{}}}"#;
    let expect = &[("steps.fmt", "pass", None), ("steps.doc", "fail", None)];
    let files = [("needs.json", needs.to_owned())];
    Case { name: "skipped", files: &files, policy: "[steps]\nrequired = [\"fmt\", \"doc\"]", expect }.run();
}

#[test]
fn timings_are_the_longest_of_their_name() {
    let files = [
        ("a.jsonl", record(&[("build", "success", NOW, 59.5), ("test", "success", NOW, 600.0)])),
        ("b.jsonl", record(&[("build", "success", NOW, 60.5), ("doc", "success", NOW, 600.001)])),
    ];
    let policy = "[timings]\nlimits = { build = { fail-above = \"2m\", warn-above = \"1m\" }, test = \"10m\", doc = \"10m\", gone = \"1m\", lost = { warn-above = \"1m\" } }";
    let expect = &[
        ("timings.build", "warn", Some(60.5)),
        ("timings.test", "pass", some(600)),
        ("timings.doc", "fail", Some(600.001)),
        ("timings.gone", "error", None),
        ("timings.lost", "warn", None),
    ];
    Case { name: "timings", files: &files, policy, expect }.run();
}

#[test]
fn nothing_of_nothing_is_an_error_and_not_100_percent() {
    let files = [
        ("c.xml", cobertura(&[])),
        ("j.xml", junit(&[])),
        ("l.json", "[]".to_owned()),
        ("audit.json", audit(&[]).replace("\"dependency-count\":9", "\"dependency-count\":0")),
    ];
    let evidence = "[evidence.c]\npath = \"c.xml\"\n[evidence.j]\npath = \"j.xml\"\n[evidence.l]\npath = \"l.json\"\nformat = \"cargo-license\"\n[evidence.a]\npath = \"audit.json\"\n";
    let policy = format!(
        "{evidence}[coverage]\nlines = 0\n[tests]\nfailed = 5\ntotal = {{ fail-below = 0 }}\n[licenses]\nallow = [\"MIT\"]\n[dependencies]\nvulnerable = \"fail\"\n[security]\nhigh = 5"
    );
    let ids = [
        "coverage.lines",
        "tests.failed",
        "tests.total",
        "licenses.unlisted",
        "dependencies.vulnerable",
        "security.high",
    ];
    let expect: Vec<_> = ids.iter().map(|id| (*id, "error", None)).collect();
    assert_eq!(Case { name: "nothing", files: &files, policy: &policy, expect: &expect }.run().exit_code, 3);
    // One empty suite of two is not a suite that passed.
    let files = [("a.xml", junit(&[("t", "passed")])), ("b.xml", junit(&[]))];
    let policy = "[evidence.a]\npath = \"a.xml\"\n[evidence.b]\npath = \"b.xml\"\n[tests]\nfailed = 0";
    Case { name: "one of two", files: &files, policy, expect: &[("tests.failed", "error", None)] }.run();
    let files = [("a.xml", junit(&[("t", "skipped")]))];
    Case {
        name: "all skipped",
        files: &files,
        policy: "[tests]\nfailed = 0",
        expect: &[("tests.failed", "error", some(0))],
    }
    .run();
}

#[test]
fn an_announced_gate_does_not_shut_until_its_day() {
    let files = [("j.xml", junit(&[("a", "failed")])), ("c.xml", cobertura(&[("a.rs", &[1])]))];
    let policy = "[tests]\nfailed = 0\nenforce-from = 2026-12-01\n[coverage]\nlines = 1";
    for (now, code) in [("2026-11-30T23:59:59Z", 0), ("2026-12-01T00:00:00Z", 1), ("2026-12-02T00:00:00Z", 1)] {
        let case = Case { name: now, files: &files, policy, expect: &[] };
        let verdict = case.judge(now, BaselineState::None);
        assert_eq!(verdict.exit_code, code, "{now}\n{}", statuses(&verdict));
        let message = &check(&verdict, "tests.failed").message;
        assert_eq!(message.contains("2026-12-01"), code == 0, "{message}");
    }
}

#[test]
fn what_is_allowed_is_skipped_and_shown() {
    let files = [("audit.json", audit(&[("RUSTSEC-2020-0001", "a 1.0.0", None, &[])]))];
    let expect = &[("dependencies.vulnerable", "skipped", some(1))];
    let verdict = Case { name: "allow", files: &files, policy: "[dependencies]\nvulnerable = \"allow\"", expect }.run();
    let check = check(&verdict, "dependencies.vulnerable");
    assert!(check.message.contains("allowed by the policy") && check.violations.len() == 1, "{}", check.message);
    assert_eq!(verdict.exit_code, 3, "nothing was judged");
}

#[test]
fn what_no_report_speaks_of_is_never_0() {
    let files = [("audit.json", audit(&[]))];
    let policy = "[dependencies]\noutdated = \"fail\"\nbanned = \"warn\"\nsource = \"allow\"";
    let expect = &[("dependencies.outdated", "error", None), ("dependencies.banned", "warn", None)];
    let verdict = Case { name: "silent", files: &files, policy, expect }.run();
    assert!(check(&verdict, "dependencies.banned").message.contains("not measured"));
}

#[test]
fn the_same_bytes_twice_count_once() {
    let one = junit(&[("a", "failed"), ("b", "passed")]);
    let files = [("a.xml", one.clone()), ("b.xml", one.clone())];
    let both = "[evidence.t]\npaths = [\"a.xml\", \"b.xml\"]\n[tests]\nfailed = 9\ntotal = { fail-below = 1 }";
    let expect = &[("tests.failed", "pass", some(1)), ("tests.total", "pass", some(2))];
    let verdict = Case { name: "twice", files: &files, policy: both, expect }.run();
    assert!(verdict.evidence[1].notes.iter().any(|n| n.contains("same bytes")), "a note says so");
    let other = [("a.xml", one.clone()), ("b.xml", one.replace("\"b\"", "\"c\""))];
    let expect = &[("tests.failed", "pass", some(2)), ("tests.total", "pass", some(4))];
    Case { name: "other bytes", files: &other, policy: both, expect }.run();
}

#[test]
fn thresholds_are_exact() {
    let cov = |covered: u32, total: u32| (0..total).map(|n| u32::from(n < covered)).collect::<Vec<_>>();
    for (covered, total, limit, status) in [
        (17, 20, "85", "pass"),
        (84, 99, "85", "fail"),
        (2, 3, "66.666666", "pass"),
        (2, 3, "66.666667", "fail"),
        (1999, 2000, "99.95", "pass"),
        (1998, 1999, "99.95", "fail"),
        (3, 3, "100", "pass"),
        (0, 3, "0", "pass"),
    ] {
        let files = [("c.xml", cobertura(&[("a.rs", &cov(covered, total))]))];
        let policy = format!("[coverage]\nlines = {limit}");
        let verdict = Case { name: limit, files: &files, policy: &policy, expect: &[] }.run();
        let check = check(&verdict, "coverage.lines");
        assert_eq!(check.status.name(), status, "{covered} of {total} against {limit}: {}", check.message);
        assert_eq!((check.covered, check.total), (Some(u64::from(covered)), Some(u64::from(total))));
    }
    let files = [("j.xml", junit(&[("a", "failed"), ("b", "failed"), ("c", "skipped"), ("d", "passed")]))];
    for (policy, id, status) in [
        ("failed = 2", "failed", "pass"),
        ("failed = 1", "failed", "fail"),
        ("failed = { warn-above = 1 }", "failed", "warn"),
        ("failed = { fail-above = 2, warn-above = 1 }", "failed", "warn"),
        ("failed = { fail-above = 1, warn-above = 0 }", "failed", "fail"),
        ("skipped = 1", "skipped", "pass"),
        ("skipped = 0", "skipped", "fail"),
        ("total = { fail-below = 4 }", "total", "pass"),
        ("total = { fail-below = 5 }", "total", "fail"),
        ("total = { fail-below = 4, warn-below = 5 }", "total", "warn"),
    ] {
        let policy = format!("[tests]\n{policy}");
        let verdict = Case { name: &policy, files: &files, policy: &policy, expect: &[] }.run();
        assert_eq!(check(&verdict, &format!("tests.{id}")).status.name(), status, "{policy}");
    }
}
