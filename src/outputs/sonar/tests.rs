use std::collections::BTreeSet;

use serde_json::Value;

use super::*;
use crate::outputs::fixture::{HOSTILE, check, hostile, judged, open, rich, trial};
use crate::outputs::tests::{huge, written};
use crate::verdict::Status;

fn report(verdict: &Verdict) -> Value {
    serde_json::from_str(&written("sonar", verdict, 80)).unwrap()
}

/// What the importer demands: a wrong word ends the whole analysis, and not the import of one issue.
fn schema() -> jsonschema::Validator {
    let text = |most: usize| serde_json::json!({ "type": "string", "pattern": "\\S", "maxLength": most });
    let attributes = "CONVENTIONAL FORMATTED IDENTIFIABLE CLEAR COMPLETE EFFICIENT LOGICAL DISTINCT FOCUSED MODULAR \
                      TESTED LAWFUL RESPECTFUL TRUSTWORTHY";
    jsonschema::validator_for(&serde_json::json!({
        "type": "object",
        "required": ["rules", "issues"],
        "additionalProperties": false,
        "properties": {
            "rules": { "type": "array", "items": {
                "type": "object",
                "additionalProperties": false,
                "required": ["id", "name", "engineId", "cleanCodeAttribute", "impacts"],
                "dependentRequired": { "type": ["severity"], "severity": ["type"] },
                "properties": {
                    "id": text(200),
                    "name": text(200),
                    "engineId": text(100),
                    "description": { "type": "string", "pattern": "^[^<>\"']*$" },
                    "cleanCodeAttribute": { "enum": attributes.split_whitespace().collect::<Vec<_>>() },
                    // A hotspot must not have impacts.
                    "type": { "enum": ["BUG", "VULNERABILITY", "CODE_SMELL"] },
                    "severity": { "enum": ["BLOCKER", "CRITICAL", "MAJOR", "MINOR", "INFO"] },
                    "impacts": { "type": "array", "minItems": 1, "items": {
                        "type": "object",
                        "additionalProperties": false,
                        "required": ["softwareQuality", "severity"],
                        "properties": {
                            "softwareQuality": { "enum": ["SECURITY", "RELIABILITY", "MAINTAINABILITY"] },
                            // 10.3 knows these; INFO and BLOCKER came with 10.8.
                            "severity": { "enum": ["HIGH", "MEDIUM", "LOW"] },
                        },
                    } },
                },
            } },
            "issues": { "type": "array", "items": {
                "type": "object",
                // `severity`, `type` and `engineId` are of the old format and refused here.
                "additionalProperties": false,
                "required": ["ruleId", "primaryLocation"],
                "properties": {
                    "ruleId": text(200),
                    "effortMinutes": { "type": "integer" },
                    "primaryLocation": {
                        "type": "object",
                        "additionalProperties": false,
                        "required": ["message", "filePath"],
                        "properties": {
                            "message": text(4000),
                            "filePath": { "type": "string", "pattern": "\\S" },
                            "textRange": {
                                "type": "object",
                                "additionalProperties": false,
                                "required": ["startLine"],
                                "properties": {
                                    "startLine": { "type": "integer", "minimum": 1, "maximum": i32::MAX },
                                },
                            },
                        },
                    },
                },
            } },
        },
    }))
    .unwrap()
}

/// What is wrong with a report: by its shape, and by ids that are there twice or not at all.
fn wrong(schema: &jsonschema::Validator, report: &Value) -> Vec<String> {
    let mut wrong: Vec<String> = schema.iter_errors(report).map(|e| format!("{}: {e}", e.instance_path())).collect();
    let list = |key: &str| report[key].as_array().cloned().unwrap_or_default();
    let mut ids = BTreeSet::new();
    wrong.extend(list("rules").iter().filter(|r| !ids.insert(r["id"].to_string())).map(|r| format!("{r} twice")));
    let known = |i: &&Value| ids.contains(&i["ruleId"].to_string());
    wrong.extend(list("issues").iter().filter(|i| !known(i)).map(|i| format!("no rule for {i}")));
    wrong
}

#[test]
fn every_report_is_one_that_sonar_takes() {
    let schema = schema();
    let long = "x".repeat(5000);
    let mean = HOSTILE.into_iter().chain(["../../etc/passwd", "/etc/passwd", "C:\\x", &long]).map(hostile);
    for verdict in [rich(), open(), trial(), judged(Vec::new()), huge()].into_iter().chain(mean) {
        assert_eq!(wrong(&schema, &report(&verdict)), Vec::<String>::new());
    }
}

#[test]
fn the_judge_refuses_what_sonar_refuses() {
    let schema = schema();
    let good = report(&rich());
    assert!(good["rules"].as_array().unwrap().len() > 5 && good["issues"].as_array().unwrap().len() > 5);
    let bad: [fn(&mut Value); 8] = [
        |r| r["rules"] = Value::Null,
        |r| r["rules"][0]["impacts"] = Value::Array(Vec::new()),
        |r| r["rules"][0]["id"] = r["rules"][1]["id"].clone(),
        |r| r["rules"][0]["name"] = "".into(),
        |r| r["issues"][0]["ruleId"] = "nobody".into(),
        |r| r["issues"][0]["severity"] = "MAJOR".into(),
        |r| r["issues"][0]["primaryLocation"]["filePath"] = Value::Null,
        |r| r["issues"][0]["primaryLocation"]["textRange"]["startLine"] = 0.into(),
    ];
    for (n, spoil) in bad.iter().enumerate() {
        let mut report = good.clone();
        spoil(&mut report);
        assert_ne!(wrong(&schema, &report), Vec::<String>::new(), "{n}");
    }
}

#[test]
fn the_rich_verdict() {
    insta::assert_snapshot!("sonar", written("sonar", &rich(), 80));
}

#[test]
fn a_rule_is_as_grave_as_its_gravest_issue() {
    let mut failing = check("security.any", Status::Fail, "m");
    let of = |id: &str, severity: &str, line| {
        let place = crate::verdict::Place { path: "a.rs".into(), line: Some(line) };
        crate::verdict::Violation {
            severity: Some(severity.into()),
            location: Some(place),
            ..crate::verdict::Violation::new(id, "m")
        }
    };
    failing.violations = vec![of("R", "low", 1), of("R", "critical", 2), of("S", "high", 3)];
    let report = report(&judged(vec![failing]));
    let rules: Vec<(&str, &str, &str)> = report["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| {
            let text = |v: &'static str| r[v].as_str().unwrap();
            (text("id"), text("severity"), r["impacts"][0]["severity"].as_str().unwrap())
        })
        .collect();
    assert_eq!(rules, [("R", "BLOCKER", "HIGH"), ("S", "CRITICAL", "HIGH"), ("security.any", "CRITICAL", "HIGH")]);
}

#[test]
fn what_has_no_file_stands_in_the_policy() {
    let report = report(&rich());
    let issues = report["issues"].as_array().unwrap();
    let of = |rule: &str| issues.iter().find(|i| i["ruleId"] == rule).unwrap()["primaryLocation"].clone();
    let place = |l: &Value| (l["filePath"].as_str().unwrap().to_owned(), l["textRange"]["startLine"].clone());
    assert_eq!(place(&of("CVE-2024-45337")), ("policies/neo-rs.toml".to_owned(), 41.into()));
    assert_eq!(place(&of("evidence.image")), ("policies/neo-rs.toml".to_owned(), 9.into()));
    assert_eq!(place(&of("RUSTSEC-2024-0336")), ("Cargo.lock".to_owned(), 812.into()));
    assert!(!report.to_string().contains("Marvin"), "what is waived is not there");
}

#[test]
fn too_much_is_cut_and_said() {
    let report = report(&huge());
    let issues = report["issues"].as_array().unwrap();
    assert_eq!(issues.len(), MOST);
    let said = issues[MOST - 1]["primaryLocation"]["message"].as_str().unwrap();
    assert_eq!(said, "20002 of 30001 issues are left out here; the JSON and text outputs have them.");
}
