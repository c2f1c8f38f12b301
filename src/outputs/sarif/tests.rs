//! Judged by the published schema, by the rules of GitHub's code scanning, and by our own reader.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::facts::{Report, SeverityRule};
use crate::formats::{self, Input};
use crate::input::Window;
use crate::outputs::fixture::{HOSTILE, check, hostile, judged, open, rich, trial};
use crate::outputs::tests::{huge, written};
use crate::text::Text;
use crate::verdict::{Check, Place, SourceRef, Status, Verdict, Violation};

fn sarif(verdict: &Verdict) -> Value {
    serde_json::from_str(&written("sarif", verdict, 80)).unwrap()
}

fn schema() -> jsonschema::Validator {
    // One pattern of it is no regular expression to this validator: a bracket that closes nothing.
    let text = include_str!("../../../testdata/schemas/sarif-2.1.0.json").replace("{2}]?$", "{2}$");
    let options = jsonschema::options().should_validate_formats(true);
    options.build(&serde_json::from_str(&text).unwrap()).unwrap()
}

fn read_back(verdict: &Verdict) -> Report {
    let bytes = written("sarif", verdict, 80);
    let format = formats::ALL.iter().find(|f| f.name == "sarif").unwrap();
    format.read(&mut Input { window: &mut Window::of(bytes.as_bytes()), path: "portcullis.sarif" }).unwrap()
}

fn list<'v>(value: &'v Value, pointer: &str) -> &'v Vec<Value> {
    value.pointer(pointer).and_then(Value::as_array).unwrap_or_else(|| panic!("{pointer}: {value}"))
}

fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer}: {value}"))
}

/// What GitHub demands beyond the schema (github/docs `sarif-support-for-code-scanning`, `sarif-limits`).
fn assert_github_takes(log: &Value, packed: usize) {
    assert!(packed < 10_000_000, "{packed} bytes packed");
    assert!(!text(log, "/$schema").is_empty());
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(list(log, "/runs").len(), 1);
    let run = &log["runs"][0];
    assert!(!text(run, "/tool/driver/name").is_empty());
    assert!(text(run, "/automationDetails/id").starts_with("portcullis/"));
    let rules = list(run, "/tool/driver/rules");
    assert!(rules.len() <= 25_000);
    let mut ids = BTreeSet::new();
    for rule in rules {
        assert!(ids.insert(text(rule, "/id")), "a rule twice: {rule}");
        assert!((1..=255).contains(&text(rule, "/id").encode_utf16().count()));
        for key in ["/shortDescription/text", "/fullDescription/text"] {
            assert!((1..=1024).contains(&text(rule, key).encode_utf16().count()), "{rule}");
        }
        assert!(!text(rule, "/help/text").is_empty());
        assert!(["note", "warning", "error"].contains(&text(rule, "/defaultConfiguration/level")));
        let tags = rule.pointer("/properties/tags").map(|t| t.as_array().unwrap().len());
        assert!(tags.unwrap_or_default() <= 10);
        if let Some(score) = rule.pointer("/properties/security-severity") {
            let score: f64 = score.as_str().unwrap().parse().unwrap();
            assert!(score > 0.0 && score <= 10.0);
            assert!(list(rule, "/properties/tags").contains(&"security".into()), "{rule}");
        }
    }
    let results = list(run, "/results");
    assert!(results.len() <= 25_000);
    let mut prints = BTreeSet::new();
    for result in results {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(result["ruleId"], rule["id"]);
        assert!(["note", "warning", "error"].contains(&text(result, "/level")));
        assert!(!text(result, "/message/text").is_empty());
        assert!(!text(result, "/message/text").contains("]("), "a link: {result}");
        assert_eq!(list(result, "/locations").len(), 1);
        let place = &result["locations"][0]["physicalLocation"];
        assert_whole(place);
        assert!(list_of(result, "relatedLocations").iter().all(|r| {
            assert_whole(&r["physicalLocation"]);
            !text(r, "/message/text").is_empty()
        }));
        let print = text(result, "/partialFingerprints/primaryLocationLineHash");
        assert!(prints.insert((text(result, "/ruleId"), print)), "two results are one alert: {result}");
        let (hash, n) = print.split_once(':').unwrap();
        assert!(hash.len() == 16 && hash.chars().all(|c| c.is_ascii_hexdigit()) && n.parse::<u32>().is_ok());
    }
    assert_no_empty_string(log);
}

fn list_of<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A URI reference that stays in its base or names a file of the machine, and both ends of the region.
fn assert_whole(place: &Value) {
    let uri = text(place, "/artifactLocation/uri");
    let legal = |c: char| c.is_ascii_alphanumeric() || "-._~/@+,=%:".contains(c);
    assert!(!uri.is_empty() && uri.chars().all(legal), "{uri}");
    match place.pointer("/artifactLocation/uriBaseId") {
        Some(base) => {
            assert_eq!(base, "%SRCROOT%");
            assert!(!uri.starts_with('/') && !uri.contains(':'), "{uri}");
        }
        None => assert!(uri.starts_with("file:///"), "{uri}"),
    }
    assert!(uri.split('/').all(|part| !["..", "."].contains(&part)), "{uri}");
    let at = |key: &str| place["region"][key].as_u64().unwrap_or_else(|| panic!("{key}: {place}"));
    assert!(at("startLine") >= 1 && at("endLine") >= at("startLine"));
    assert!(at("startColumn") >= 1 && at("endColumn") > at("startColumn"));
}

fn assert_no_empty_string(value: &Value) {
    match value {
        Value::String(s) => assert!(!s.trim().is_empty()),
        Value::Array(list) => list.iter().for_each(assert_no_empty_string),
        Value::Object(map) => map.values().for_each(assert_no_empty_string),
        _ => {}
    }
}

fn packed(bytes: &str) -> usize {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(bytes.as_bytes()).unwrap();
    encoder.finish().unwrap().len()
}

#[test]
fn every_verdict_is_valid_and_taken_by_github() {
    let schema = schema();
    let long = "界".repeat(20_000);
    let links = "[a](b) [c](https://evil.example) ![d](e)";
    let hostile =
        HOSTILE.into_iter().chain([&*long, links, "../../etc/passwd", "/etc/passwd", "C:\\x", "a:b"]).map(hostile);
    let plain = [rich(), open(), trial(), judged(Vec::new()), judged(vec![check("", Status::Fail, "")])];
    for verdict in plain.into_iter().chain(hostile) {
        let log = sarif(&verdict);
        let errors: Vec<String> = schema.iter_errors(&log).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert_eq!(errors, Vec::<String>::new());
        assert_github_takes(&log, 0);
    }
    // The judges do judge.
    let mut log = sarif(&rich());
    log["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(!schema.is_valid(&log));
    let mut log = sarif(&rich());
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] = "a b".into();
    assert!(!schema.is_valid(&log), "formats are looked at");
}

#[test]
fn the_rich_verdict() {
    insta::assert_snapshot!("sarif", written("sarif", &rich(), 80));
    insta::assert_snapshot!("sarif-empty", written("sarif", &judged(Vec::new()), 80));
}

/// What a reader needs of a finding: its place, severity, and whether it is suppressed.
type Seen = BTreeMap<String, (Option<String>, Option<u32>, &'static str, bool)>;

#[test]
fn our_own_reader_finds_the_same_findings() {
    let report = read_back(&rich());
    let findings = report.facts.findings.unwrap();
    let seen: Seen = findings
        .list
        .iter()
        .map(|f| {
            let place = f.location.as_ref();
            let severity = f.rating.severity(SeverityRule::Tool).name();
            let path = place.map(|l| l.path.to_string());
            (f.id.to_string(), (path, place.and_then(|l| l.line), severity, f.suppressed))
        })
        .collect();
    let policy = |line, severity| (Some("policies/neo-rs.toml".to_owned()), Some(line), severity, false);
    let at = |path: &str, line, severity, waived| (Some(path.to_owned()), Some(line), severity, waived);
    let expected: Seen = [
        ("coverage.unit.lines", policy(23, "high")),
        ("security.high", policy(41, "high")),
        ("security.image.critical", policy(1, "high")),
        ("evidence.image", policy(9, "high")),
        ("lints.warnings", policy(66, "medium")),
        ("timings.regression.build", policy(1, "medium")),
        ("waivers.unused", policy(88, "medium")),
        ("RUSTSEC-2024-0336", at("Cargo.lock", 812, "high", false)),
        ("CVE-2024-45337", policy(41, "high")),
        ("rust/hard-coded-cryptographic-value", at("crates/consensus/src/keys/derive.rs", 1204, "high", false)),
        ("RUSTSEC-2023-0071", at("Cargo.lock", 812, "medium", true)),
        ("clippy::needless_pass_by_value", at("src/vm.rs", 12, "medium", false)),
        ("clippy::unwrap_used", at("src/vm.rs", 90, "medium", false)),
        ("unused_variables", at("src/vm.rs", 91, "medium", false)),
    ]
    .into_iter()
    .map(|(id, seen)| (id.to_owned(), seen))
    .collect();
    assert_eq!(seen, expected);
    assert_eq!(findings.list.len(), expected.len(), "none twice");
    assert_eq!(report.tools, [Text::new("portcullis")]);
    assert!(!report.failed_run.is_empty(), "two checks could not be judged: no reader may take it for a whole run");
    assert!(read_back(&open()).failed_run.is_empty());
    assert!(!read_back(&judged(Vec::new())).failed_run.is_empty());
}

#[test]
fn a_waived_finding_is_suppressed_and_blocks_nothing() {
    let log = sarif(&rich());
    let results = list(&log, "/runs/0/results");
    let suppressed: Vec<&Value> = results.iter().filter(|r| r.get("suppressions").is_some()).collect();
    assert_eq!(suppressed.len(), 1, "waived in two checks, and one result");
    assert_eq!(
        suppressed[0]["suppressions"],
        serde_json::json!([{
            "kind": "external",
            "status": "accepted",
            "justification": "Waived until 2027-02-28 by @security: no fixed release; the timing channel is not reachable from outside",
        }])
    );
    assert_eq!(suppressed[0]["level"], "note");
    assert_eq!(suppressed[0]["properties"]["checks"], serde_json::json!(["security.high", "dependencies.vulnerable"]));
    let rules = list(&log, "/runs/0/tool/driver/rules");
    let rule = |id: &str| rules.iter().find(|r| r["id"] == id).unwrap();
    assert_eq!(rule("RUSTSEC-2023-0071")["properties"].get("security-severity"), None);
    assert_eq!(rule("RUSTSEC-2024-0336")["properties"]["security-severity"], "8.0");
    assert_eq!(
        rule("RUSTSEC-2024-0336")["properties"]["tags"],
        serde_json::json!(["security", "cargo-audit", "trivy"])
    );
    assert_eq!(rule("lints.warnings")["properties"].get("security-severity"), None);
}

#[test]
fn severities_are_scores_that_github_reads_as_the_same_word() {
    for (word, score) in [
        ("critical", Some("9.5")),
        ("high", Some("8.0")),
        ("medium", Some("5.5")),
        ("low", Some("2.0")),
        ("info", None),
        ("unknown", None),
        ("dreadful", None),
    ] {
        let mut failing = check("security.high", Status::Fail, "m");
        failing.violations = vec![Violation { severity: Some(word.into()), ..Violation::new("A", "m") }];
        let log = sarif(&judged(vec![failing]));
        let rule = list(&log, "/runs/0/tool/driver/rules").iter().find(|r| r["id"] == "A").unwrap().clone();
        assert_eq!(rule["properties"].get("security-severity").and_then(Value::as_str), score, "{word}");
        assert_eq!(list(&rule, "/properties/tags")[0], "security");
    }
}

#[test]
fn a_category_tells_analyses_of_one_commit_apart() {
    let id = |verdict: &Verdict| text(&sarif(verdict), "/runs/0/automationDetails/id").to_owned();
    assert_eq!(id(&rich()), "portcullis/neo-rs/pr/2026-11-23T08:00:00Z");
    let mut verdict = rich();
    (verdict.profile, verdict.policy.name) = (None, None);
    verdict.subject.component = Some("api".into());
    verdict.selection = Some(vec!["lints".into(), "steps".into()]);
    assert_eq!(id(&verdict), "portcullis/api/policies/neo-rs.toml/only lints,steps/2026-11-23T08:00:00Z");
}

#[test]
fn a_finding_without_a_place_stands_at_the_line_that_decided() {
    let failing = |path: &str, source: &str| {
        let mut failing = check("security.high", Status::Fail, "m");
        failing.policy_source = Some(SourceRef { path: source.into(), line: 7 });
        let location = Some(Place { path: path.into(), line: Some(3) }).filter(|_| !path.is_empty());
        failing.violations = vec![Violation { location, ..Violation::new("A", "m") }];
        judged(vec![failing])
    };
    for (path, source, uri, line, said) in [
        ("src/a.rs", "p.toml", "src/a.rs", 3, "m. Counted"),
        ("", "p.toml", "p.toml", 7, "m. Counted"),
        ("../b/c.rs", "p.toml", "p.toml", 7, "m. At ../b/c.rs:3. Counted"),
        ("", "builtin:rust", "policies/neo-rs.toml", 1, "m. Counted"),
        ("/src/a b.rs", "p.toml", "file:///src/a%20b.rs", 3, "m. Counted"),
    ] {
        let log = sarif(&failing(path, source));
        let result = list(&log, "/runs/0/results").iter().find(|r| r["ruleId"] == "A").unwrap();
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!((&place["artifactLocation"]["uri"], &place["region"]["startLine"]), (&uri.into(), &line.into()));
        assert!(text(result, "/message/text").starts_with(said), "{result}");
    }
}

#[test]
fn too_much_is_cut_to_what_github_takes_and_says_so() {
    let verdict = huge();
    let bytes = written("sarif", &verdict, 80);
    let log: Value = serde_json::from_str(&bytes).unwrap();
    assert_github_takes(&log, packed(&bytes));
    let results = list(&log, "/runs/0/results");
    let said = text(&results[0], "/message/text");
    let left_out: usize = said.split(' ').next().unwrap().parse().unwrap();
    assert_eq!(results.len() - 1 + left_out, 30_001, "{said}");
    assert_eq!(results.len(), 25_000);
    assert_eq!((&results[0]["level"], &results[1]["ruleId"]), (&"error".into(), &"security.high".into()));
}

#[test]
fn what_does_not_fit_packed_is_left_out_and_counted() {
    let mut failing = check("lints.errors", Status::Fail, "m");
    let word = |n: u64, m: u64| n.wrapping_mul(m).wrapping_mul(0x9E37_79B9_7F4A_7C15).to_string();
    let noise = |n: u64| (1..18).map(|m| word(n, m)).collect::<String>();
    failing.violations = (1..=500).map(|n| Violation::new("lint", noise(n))).collect();
    let verdict = judged(vec![failing]);
    let (_, all) = super::run(&verdict, super::Scale::default());
    assert_eq!(all.len(), 501);
    let (rules, some) = super::run(&verdict, super::Scale::new(20_000));
    assert!((50..300).contains(&some.len()), "{}", some.len());
    let said = format!("{} of 501 issues are left out here; the JSON and text outputs have them.", 502 - some.len());
    assert_eq!(some[0].message.text, said);
    assert_eq!(rules.len(), 3);
}

#[test]
fn results_beyond_25_000_are_counted_and_beyond_5_000_said() {
    let of = |n: usize| {
        let mut failing: Check = check("lints.errors", Status::Fail, "m");
        failing.violations = (0..n).map(|n| Violation::new("lint", format!("m{}", "a".repeat(n % 7)))).collect();
        sarif(&judged(vec![failing]))
    };
    for (n, results, said) in [
        (4999, 5000, "m."),
        (5000, 5002, "5001 issues are listed here, more than services show."),
        (24_998, 25_000, "24999 issues are listed here, more than services show."),
        (24_999, 25_000, "1 of 25000 issues are left out here; the JSON and text outputs have them."),
        (26_000, 25_000, "1002 of 26001 issues are left out here; the JSON and text outputs have them."),
    ] {
        let log = of(n);
        let found = list(&log, "/runs/0/results");
        assert_eq!((found.len(), text(&found[0], "/message/text")), (results, said), "{n}");
        let level = if said.contains("left out") || n < 5000 { "error" } else { "note" };
        assert_eq!(found[0]["level"], level, "{n}");
    }
}
