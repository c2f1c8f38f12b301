//! Every output over arbitrary verdicts: it is the same twice, it parses, and no text of a report leaves its place.

use portcullis::outputs::{self, Detail, Output, Page, Room};
use portcullis::text::Text;
use portcullis::verdict::{
    Bound, Check, Counts, EvidenceEntry, EvidenceStatus, Place, PolicyRef, SCHEMA, SourceRef, Status, Subject, Verdict,
    Violation, Waived, WaiverEntry,
};
use serde_json::Value;

use super::choices::Choices;

pub fn run(data: &[u8]) {
    let verdict = verdict(&mut Choices(data));
    check(&verdict);
    // Exact only for numbers that are written as they are read, which those are.
    assert_eq!(serde_json::from_str::<Verdict>(&written("json", &verdict, 80)).unwrap(), verdict);
}

/// Every output of a verdict keeps the rules of its place.
pub fn check(verdict: &Verdict) {
    for output in outputs::ALL {
        let width = 20 + 60 * (verdict.checks.len() % 3);
        let once = written(output.name, verdict, width);
        let plain = anstream::adapter::strip_str(&once).to_string();
        harmless(&plain, own_commands(output.name));
    }
    let value: Value = serde_json::from_str(&written("json", verdict, 80)).unwrap();
    assert_eq!(value["schema"], SCHEMA);
    let markdown = written("markdown", verdict, 80);
    assert!(markdown.encode_utf16().count() <= 60_000);
}

fn written(name: &str, verdict: &Verdict, width: usize) -> String {
    let mut sink = Vec::new();
    let page = Page { width, detail: Detail::Full, room: Room::Comment };
    Output::named(name).unwrap().write(verdict, &page, &mut sink).unwrap();
    String::from_utf8(sink).unwrap()
}

/// The commands that an output gives itself.
fn own_commands(name: &str) -> &'static [&'static str] {
    match name {
        "github" => &["::error", "::warning", "::notice"],
        "azure" => &["##vso[", "##[group]", "##[endgroup]"],
        "teamcity" => &["##teamcity["],
        "buildkite" => &["---", "+++"],
        _ => &[],
    }
}

/// No control character, nothing invisible, no command but those of the output itself.
pub fn harmless(output: &str, own: &[&str]) {
    let shown = |c: char| matches!(c, ' '..='~' | '\n') || Text::new(&format!("a{c}b")).contains(c);
    if let Some(c) = output.chars().find(|c| !shown(*c)) {
        panic!("character {c:?} in {output:?}");
    }
    for line in output.lines().map(str::trim_start) {
        let is_own = |word: &str| own.iter().any(|o| word.starts_with(o));
        let begins = ["::", "+++", "---", "^^^", "~~~"].iter().any(|w| line.starts_with(w));
        assert!(!begins || is_own(line), "line {line:?}");
        for word in ["##[", "##vso[", "##teamcity[", "section_start:", "section_end:", "travis_fold:"] {
            let mut places = line.match_indices(word);
            assert!(places.all(|(at, _)| at == 0 && is_own(line)), "{word} in {line:?}");
        }
    }
}

fn verdict(c: &mut Choices<'_>) -> Verdict {
    let checks = c.list(4, check_of);
    let mut counts = Counts::default();
    checks.iter().for_each(|check| counts.add(check.status));
    let (verdict, exit_code) = match (counts.fail, counts.error) {
        (1.., _) => (Status::Fail, 1),
        (0, 1..) => (Status::Error, 3),
        _ if counts.pass + counts.warn == 0 => (Status::Error, 3),
        _ => (Status::Pass, 0),
    };
    Verdict {
        schema: SCHEMA.into(),
        portcullis: "0.1.0".into(),
        verdict,
        exit_code,
        evaluated_at: "2026-11-23T12:00:00Z".into(),
        profile: c.maybe(text),
        selection: c.maybe(|c| c.list(2, text)),
        enforced: true,
        would_exit: None,
        subject: Subject {
            repository: c.maybe(text),
            commit: c.maybe(text),
            run_url: c.maybe(text),
            ..Subject::default()
        },
        policy: PolicyRef { name: c.maybe(text), path: text(c), sha256: "0".repeat(64), extends: c.list(2, text) },
        counts,
        evidence: c.list(3, evidence),
        checks,
        waivers: c.list(2, waiver),
        beyond: Default::default(),
    }
}

fn text(c: &mut Choices<'_>) -> Text {
    Text::new(&c.text())
}

/// A number that is the same after it was written and read.
fn number(c: &mut Choices<'_>) -> f64 {
    let n = f64::from(u32::try_from(c.number() % 100_000).unwrap());
    if c.flag() { n / 8.0 } else { n }
}

fn bound(c: &mut Choices<'_>) -> Bound {
    if c.flag() { Bound { below: Some(number(c)), above: None } } else { Bound { below: None, above: Some(number(c)) } }
}

fn check_of(c: &mut Choices<'_>) -> Check {
    let status = [Status::Fail, Status::Error, Status::Warn, Status::Pass, Status::Skipped][c.below(5)];
    let gate = c.one_of(&["security", "coverage", "licenses", "timings", "evidence"]);
    let measure = text(c);
    Check {
        id: Text::new(&format!("{gate}.{measure}")),
        gate: gate.into(),
        scope: c.maybe(text),
        measure,
        status,
        actual: c.maybe(number),
        unit: c.maybe(|c| c.one_of(&["percent", "count", "seconds"]).into()),
        covered: c.maybe(Choices::number),
        total: c.maybe(Choices::number),
        subjects: c.maybe(Choices::number),
        fail: c.maybe(bound),
        warn: c.maybe(bound),
        baseline: c.maybe(number),
        message: text(c),
        help: c.maybe(text),
        policy_source: c.maybe(|c| SourceRef { path: text(c), line: c.number() }),
        violations: c.list(3, violation),
        violations_total: c.number(),
        waived: c.list(2, waived),
        telling: false,
    }
}

fn violation(c: &mut Choices<'_>) -> Violation {
    let mut violation = Violation::new(c.text(), c.text());
    violation.severity = c.maybe(|c| c.one_of(&["critical", "high", "info", "x"]).into());
    violation.package = c.maybe(text);
    violation.version = c.maybe(text);
    violation.tool = c.maybe(text);
    violation.location =
        c.maybe(|c| Place { path: text(c), line: c.maybe(|c| u32::try_from(c.number()).unwrap_or(u32::MAX)) });
    violation.aliases = c.list(2, text);
    violation.fix = c.maybe(text);
    violation
}

fn waived(c: &mut Choices<'_>) -> Waived {
    Waived {
        violation: violation(c),
        waiver: text(c),
        reason: text(c),
        owner: text(c),
        expires: c.maybe(|_| "2027-01-01".into()),
    }
}

fn evidence(c: &mut Choices<'_>) -> EvidenceEntry {
    let statuses = [
        EvidenceStatus::Read,
        EvidenceStatus::Missing,
        EvidenceStatus::Unreadable,
        EvidenceStatus::Stale,
        EvidenceStatus::Ignored,
    ];
    EvidenceEntry {
        name: c.maybe(text),
        path: text(c),
        format: c.maybe(text),
        tool: c.maybe(text),
        status: statuses[c.below(5)],
        failed_run: c.flag(),
        error: c.maybe(text),
        bytes: c.maybe(Choices::number),
        sha256: c.maybe(|_| "0".repeat(64)),
        notes: c.list(2, text),
        facts: Vec::new(),
    }
}

fn waiver(c: &mut Choices<'_>) -> WaiverEntry {
    WaiverEntry {
        id: text(c),
        status: c.one_of(&["used", "unused", "expired", "beyond-horizon", "not-judged"]).into(),
        expires: "2027-01-01".into(),
        owner: text(c),
        matched: c.number(),
    }
}
