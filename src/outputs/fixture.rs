//! A verdict in which everything occurs, for the tests of the outputs.

use crate::facts::Ratio;
use crate::text::Text;
use crate::verdict::{
    Beyond, Bound, BySeverity, Check, Counts, EvidenceEntry, EvidenceStatus, Fact, Inspection, Place, PolicyRef,
    SCHEMA, SourceRef, Status, StepFact, Subject, TimingFact, Verdict, Violation, Waived, WaiverEntry,
};

pub(super) const HOSTILE: [&str; 16] = [
    "::error file=x::pwned",
    "a\r::stop-commands::x\n::set-env name=PATH::/tmp",
    "##vso[task.complete result=Succeeded;]done ##[error] ##teamcity[buildStop]",
    "\u{1b}[31mred\u{1b}[0m \u{1b}]8;;http://evil\u{7}link \u{9b}2J \u{8}",
    "``` back `ticks` ```` and |pipes| \\| over \\\\| there",
    "<script>alert(1)</script> <img src=x onerror=y> <!-- --> </details>",
    "[link](javascript:alert(1)) ![i](data:x) https://evil.example @everyone #1 $`x`$",
    "\n# heading\n\n| a | b |\n|---|---|\n",
    "مرحبا שלום \u{202e}gpj.exe\u{202c} \u{200b}zero 世界の終わり 👩\u{200d}👩\u{200d}👧 🇩🇪 é\u{301}\u{301}\u{301}",
    "--- group +++ ^^^ ~~~ section_start:1:x travis_fold:start",
    "::",
    ":",
    "",
    "  ",
    "%0A::error::x &lt;b&gt; [^1] :tada: **bold** _it_ ~~s~~",
    "a::error::b x::y c::d::e::f::g::h::i::j::k::l::m::n::o::p::q::r::s::t::u::v::w::x::y::z::error::z",
];

/// A check of which only the outcome is known.
pub(super) fn check(id: &str, status: Status, message: &str) -> Check {
    let mut parts = id.split('.');
    let gate = parts.next().unwrap_or_default();
    let scope = parts.clone().nth(1).and(parts.clone().next());
    Check {
        id: id.into(),
        gate: gate.into(),
        scope: scope.map(Text::new),
        measure: parts.next_back().unwrap_or_default().into(),
        status,
        actual: None,
        unit: None,
        covered: None,
        total: None,
        subjects: None,
        fail: None,
        warn: None,
        baseline: None,
        message: message.into(),
        help: None,
        policy_source: None,
        violations: Vec::new(),
        violations_total: 0,
        waived: Vec::new(),
        telling: false,
    }
}

fn above(limit: f64) -> Option<Bound> {
    Some(Bound { below: None, above: Some(limit) })
}

fn below(limit: f64) -> Option<Bound> {
    Some(Bound { below: Some(limit), above: None })
}

fn counted(id: &str, status: Status, actual: f64, subjects: u64, message: &str) -> Check {
    let mut c = check(id, status, message);
    (c.actual, c.unit, c.subjects) = (Some(actual), Some("count".into()), Some(subjects));
    c.fail = above(0.0);
    c
}

fn share(id: &str, status: Status, (covered, total): (u64, u64), limit: f64, message: &str) -> Check {
    let mut c = check(id, status, message);
    let of = |n: u64| f64::from(u32::try_from(n).unwrap());
    (c.actual, c.unit) = (Some(of(covered) * 100.0 / of(total)), Some("percent".into()));
    (c.covered, c.total, c.subjects, c.fail) = (Some(covered), Some(total), Some(total), below(limit));
    c
}

fn at(line: u64) -> Option<SourceRef> {
    Some(SourceRef { path: "policies/neo-rs.toml".into(), line })
}

fn file(path: &str, line: u32, message: &str) -> Violation {
    let location = Some(Place { path: path.into(), line: Some(line) });
    Violation { location, tool: Some("cargo-tarpaulin".into()), ..Violation::new(path, message) }
}

fn finding(id: &str, severity: &str, package: (&str, &str), tool: &str, message: &str) -> Violation {
    Violation {
        severity: Some(severity.into()),
        package: Some(package.0.into()),
        version: Some(package.1.into()),
        tool: Some(tool.into()),
        location: Some(Place { path: "Cargo.lock".into(), line: Some(812) }),
        ..Violation::new(id, message)
    }
}

fn waived() -> Waived {
    Waived {
        violation: finding("RUSTSEC-2023-0071", "medium", ("rsa", "0.9.6"), "cargo-audit", "Marvin attack"),
        waiver: "RUSTSEC-2023-0071".into(),
        reason: "no fixed release; the timing channel is not reachable from outside".into(),
        owner: "@security".into(),
        expires: Some("2027-02-28".to_owned()),
    }
}

fn coverage() -> Check {
    let message = "84.21 % of lines, 90 % required";
    let mut c = share("coverage.unit.lines", Status::Fail, (1600, 1900), 90.0, message);
    c.baseline = Some(85.0);
    c.help = Some("add tests for the files that are listed, the least covered first".into());
    c.policy_source = at(23);
    c.violations = vec![
        file("src/vm.rs", 12, "41 of 96 lines uncovered"),
        file("src/vm/opcode.rs", 102, "33 of 120 lines uncovered"),
        file("src/consensus/round.rs", 7, "28 of 210 lines uncovered"),
        file("src/net/peer.rs", 44, "19 of 88 lines uncovered"),
        file("src/storage/a/rather/long/path/to/a/module/of/no/great/interest/mod.rs", 1, "11 of 13 lines uncovered"),
        file("src/cli.rs", 3, "9 of 50 lines uncovered"),
    ];
    c.violations_total = 14;
    c
}

fn security() -> Check {
    let mut c = counted("security.high", Status::Fail, 3.0, 412, "3 findings, at most 2 allowed");
    c.fail = above(2.0);
    c.warn = above(0.0);
    c.help = Some("upgrade the packages named, or waive a finding with a reason, an owner and a date".into());
    c.policy_source = at(41);
    let mut first = finding(
        "RUSTSEC-2024-0336",
        "high",
        ("rustls", "0.21.10"),
        "cargo-audit, trivy",
        "`rustls::ConnectionCommon::complete_io` could fall into an infinite loop based on network input",
    );
    first.aliases = vec!["CVE-2024-32650".into(), "GHSA-6g7w-8wpp-frhj".into()];
    first.fix = Some("upgrade to 0.23.5, 0.22.4 or 0.21.11".into());
    let mut second = finding(
        "CVE-2024-45337",
        "high",
        ("golang.org/x/crypto", "v0.30.0"),
        "trivy",
        "Misuse of \
         ServerConfig.PublicKeyCallback may cause authorization bypass",
    );
    second.location = None;
    second.fix = Some("0.31.0".into());
    let mut third = finding(
        "rust/hard-coded-cryptographic-value",
        "high",
        ("", ""),
        "CodeQL",
        "This hard-coded \
         value is used as a key.",
    );
    (third.package, third.version) = (None, None);
    third.location = Some(Place { path: "crates/consensus/src/keys/derive.rs".into(), line: Some(1204) });
    c.violations = vec![first, second, third];
    c.violations_total = 3;
    c.waived = vec![waived()];
    c
}

fn lints() -> Check {
    let mut c = counted("lints.warnings", Status::Warn, 9.0, 31, "9 warnings, warns above 0");
    (c.fail, c.warn) = (None, above(0.0));
    c.policy_source = at(66);
    let lint = |id, line, message| Violation {
        severity: None,
        tool: Some("clippy".into()),
        ..{
            let mut v = file("src/vm.rs", line, message);
            v.id = Text::new(id);
            v
        }
    };
    c.violations = vec![
        lint("clippy::needless_pass_by_value", 12, "this argument is passed by value, but not consumed in the body"),
        lint("clippy::unwrap_used", 90, "used `unwrap()` on a `Result` value"),
        lint("unused_variables", 91, "unused variable: `x`"),
    ];
    c.violations_total = 9;
    c
}

fn checks() -> Vec<Check> {
    let mut time = check("timings.regression.build", Status::Warn, "12m 34s, 10m 02s in the baseline: 25.25 % slower");
    (time.actual, time.unit, time.subjects) = (Some(754.0), Some("seconds".into()), Some(1));
    (time.warn, time.baseline) = (above(720.0), Some(602.0));
    let mut image = check("evidence.image", Status::Error, "scans/trivy.json is missing");
    image.help = Some("run the step that writes it before portcullis, or say `optional = true`".into());
    image.policy_source = at(9);
    let mut fuzz = share("coverage.scope-with-a-rather-long-name.branches", Status::Pass, (912, 1000), 70.0, "ok");
    fuzz.warn = below(75.0);
    let mut unused = check("waivers.unused", Status::Warn, "1 waiver matched nothing");
    unused.policy_source = at(88);
    unused.violations = vec![Violation::new("RUSTSEC-2020-0001", "matched nothing, ends 2026-12-31, @platform")];
    unused.violations_total = 1;
    let mut duplicate = counted("dependencies.vulnerable", Status::Pass, 0.0, 412, "none");
    duplicate.waived = vec![waived()];
    let off = "switched off in policies/neo-rs.toml:70";
    let few = "only 12 changed lines are counted by a report, 20 are needed for this to be judged";
    vec![
        coverage(),
        share("coverage.functions", Status::Pass, (350, 350), 60.0, "100 % of functions"),
        fuzz,
        check("coverage.changed.lines", Status::Skipped, few),
        counted("tests.failed", Status::Pass, 0.0, 1312, "no test failed"),
        security(),
        counted("security.image.critical", Status::Error, 0.0, 0, "scans/trivy.json is missing"),
        duplicate,
        check("dependencies.outdated", Status::Skipped, off),
        counted("licenses.denied", Status::Pass, 0.0, 412, "none"),
        lints(),
        time,
        image,
        unused,
    ]
}

fn report(name: &str, path: &str, format: &str, tool: &str, fact: Fact) -> EvidenceEntry {
    EvidenceEntry {
        name: Some(name.into()).filter(|n: &Text| !n.is_empty()),
        path: path.into(),
        format: Some(format.into()),
        tool: Some(tool.into()),
        status: EvidenceStatus::Read,
        failed_run: false,
        error: None,
        bytes: Some(41_233),
        sha256: Some("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned()),
        notes: Vec::new(),
        facts: vec![fact],
    }
}

fn absent(name: &str, path: &str, status: EvidenceStatus, error: &str) -> EvidenceEntry {
    EvidenceEntry {
        name: Some(name.into()).filter(|n: &Text| !n.is_empty()),
        path: path.into(),
        format: None,
        tool: None,
        status,
        failed_run: false,
        error: Some(error.into()).filter(|e: &Text| !e.is_empty()),
        bytes: None,
        sha256: None,
        notes: Vec::new(),
        facts: Vec::new(),
    }
}

fn evidence() -> Vec<EvidenceEntry> {
    let ratio = |covered, total| Ratio { covered, total };
    let mut unit = report(
        "unit",
        "coverage/unit.xml",
        "cobertura",
        "cargo-tarpaulin",
        Fact::Coverage {
            files: 31,
            lines: ratio(1600, 1900),
            branches: Some(ratio(0, 0)),
            functions: Some(ratio(350, 350)),
        },
    );
    unit.notes = vec!["the header states 1 line more than the body holds".into()];
    let severity = BySeverity { high: 3, medium: 1, ..BySeverity::default() };
    let findings = Fact::Findings { total: 4, by_severity: severity, suppressed: 1, tools: vec!["cargo-audit".into()] };
    let lints = Fact::Lints { errors: 0, warnings: 9 };
    let mut clippy = report("", "target/clippy.json", "cargo-messages", "clippy", lints);
    clippy.failed_run = true;
    clippy.error = Some("the stream ends without build-finished: cargo was stopped or failed".into());
    vec![
        unit,
        report("audit", "scans/audit.json", "cargo-audit", "cargo-audit", findings),
        clippy,
        absent("image", "scans/trivy.json", EvidenceStatus::Missing, "no such file"),
        absent("", "scans/bandit.json", EvidenceStatus::Unreadable, "line 3, column 9: the key \"id\" occurs twice"),
        absent("nightly", "nightly/junit.xml", EvidenceStatus::Stale, "51 h old, at most 24 h allowed"),
        absent("e2e", "e2e/junit.xml", EvidenceStatus::Missing, ""),
        absent("", "scans/README.md", EvidenceStatus::Ignored, ""),
    ]
}

/// Counts the checks and says what follows.
pub(super) fn judged(checks: Vec<Check>) -> Verdict {
    let mut counts = Counts::default();
    checks.iter().for_each(|c| counts.add(c.status));
    let (verdict, exit_code) = match counts {
        Counts { fail: 1.., .. } => (Status::Fail, 1),
        Counts { pass: 0, warn: 0, .. } | Counts { error: 1.., .. } => (Status::Error, 3),
        _ => (Status::Pass, 0),
    };
    Verdict {
        schema: SCHEMA.to_owned(),
        portcullis: "0.1.0".to_owned(),
        verdict,
        exit_code,
        evaluated_at: "2026-11-23T08:00:00Z".to_owned(),
        profile: None,
        selection: None,
        enforced: true,
        would_exit: None,
        subject: Subject::default(),
        policy: PolicyRef { name: Some("neo-rs".into()), path: "policies/neo-rs.toml".into(), ..PolicyRef::default() },
        counts,
        evidence: Vec::new(),
        checks,
        waivers: Vec::new(),
        beyond: Beyond::default(),
    }
}

/// The verdict in which everything occurs.
pub(super) fn rich() -> Verdict {
    let mut verdict = judged(checks());
    verdict.profile = Some("pr".into());
    verdict.subject = Subject {
        repository: Some("org/neo-rs".into()),
        commit: Some("4f2a91c8d1e27b3f0a6c5d4e3f2a1b0c9d8e7f6a".into()),
        branch: Some("feature/faster-vm".into()),
        change: Some("217".into()),
        dirty: Some(true),
        ..Subject::default()
    };
    verdict.evidence = evidence();
    let waiver = |id: &str, status: &str, owner: &str, matched| WaiverEntry {
        id: id.into(),
        status: status.into(),
        expires: "2027-02-28".to_owned(),
        owner: owner.into(),
        matched,
    };
    verdict.waivers = vec![
        waiver("RUSTSEC-2023-0071", "used", "@security", 1),
        waiver("RUSTSEC-2020-0001", "unused", "@platform", 0),
    ];
    verdict
}

/// The same without what shuts the gate.
pub(super) fn open() -> Verdict {
    let fine = |c: &Check| matches!(c.status, Status::Pass | Status::Warn | Status::Skipped);
    let mut verdict = judged(checks().into_iter().filter(fine).collect());
    verdict.evidence = evidence().into_iter().take(2).collect();
    verdict
}

/// The rich verdict before the day from which it is enforced.
pub(super) fn trial() -> Verdict {
    Verdict { exit_code: 0, enforced: false, would_exit: Some(1), ..rich() }
}

/// A verdict whose every text is `text`.
pub(super) fn hostile(text: &str) -> Verdict {
    let text = Text::new(text);
    let some = || Some(text.clone());
    let mut verdict = rich();
    verdict.policy = PolicyRef { name: some(), path: text.clone(), ..PolicyRef::default() };
    (verdict.profile, verdict.selection) = (some(), Some(vec![text.clone(); 3]));
    verdict.subject = Subject { repository: some(), branch: some(), commit: some(), ..Subject::default() };
    for entry in &mut verdict.evidence {
        (entry.name, entry.path, entry.format, entry.tool) = (some(), text.clone(), some(), some());
        (entry.error, entry.notes) = (some(), vec![text.clone(); 2]);
    }
    for check in &mut verdict.checks {
        (check.id, check.message, check.help) = (text.clone(), text.clone(), some());
        check.policy_source = Some(SourceRef { path: text.clone(), line: 3 });
        for violation in &mut check.violations {
            let location = Some(Place { path: text.clone(), line: Some(7) });
            *violation = Violation {
                severity: some(),
                package: some(),
                version: some(),
                tool: some(),
                location,
                aliases: vec![text.clone(); 2],
                fix: some(),
                ..Violation::new(&*text, &*text)
            };
        }
        for waived in &mut check.waived {
            let violation = Violation::new(&*text, &*text);
            let expires = text.to_string();
            *waived = Waived {
                violation,
                waiver: text.clone(),
                reason: text.clone(),
                owner: text.clone(),
                expires: Some(expires),
            };
        }
    }
    verdict
}

/// Reports with figures of every kind.
pub(super) fn inspection() -> Inspection {
    let mut reports = evidence();
    let tests = Fact::Tests { total: 120, passed: 117, failed: 1, skipped: 2, flaky: 0, seconds: Some(83.5) };
    let dependencies = Fact::Dependencies {
        packages: Some(412),
        vulnerable: Some(1),
        unmaintained: Some(0),
        unsound: None,
        yanked: Some(2),
        notice: None,
        outdated: None,
        banned: None,
        duplicate: None,
        source: None,
    };
    let expressions = [("MIT".into(), 40), ("MIT OR Apache-2.0".into(), 301), ("GPL-3.0-only".into(), 1)].into();
    let licenses = Fact::Licenses { packages: 343, unlicensed: 1, expressions };
    let timing = |name: &str, seconds| TimingFact { name: name.into(), seconds };
    let timings = Fact::Timings { timings: vec![timing("build", 754.0), timing("serde v1.0.229", 3.25)] };
    let step = |name: &str, outcome: &str, seconds| StepFact { name: name.into(), outcome: outcome.into(), seconds };
    let steps = Fact::Steps { steps: vec![step("fmt", "success", Some(1.5)), step("doc", "skipped", None)] };
    let mut record = report("", "record.json", "steps", "portcullis", steps);
    record.facts.push(timings);
    reports.push(report("", "junit.xml", "junit", "nextest", tests));
    reports.push(report("", "deny.json", "cargo-deny", "cargo-deny", dependencies));
    reports.push(report("", "licenses.json", "cargo-license", "cargo-license", licenses));
    reports.push(record);
    Inspection { schema: crate::verdict::INSPECT_SCHEMA, reports }
}
