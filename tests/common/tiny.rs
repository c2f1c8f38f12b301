//! The smallest reports that say something.
#![allow(dead_code, reason = "every test file takes what it needs")]

use serde_json::{Value, json};

/// Line hits by file.
pub(crate) fn cobertura(files: &[(&str, &[u32])]) -> String {
    let class = |(path, hits): &(&str, &[u32])| {
        let line = |(n, hits): (usize, &u32)| format!("<line number=\"{}\" hits=\"{hits}\"/>", n + 1);
        let lines: String = hits.iter().enumerate().map(line).collect();
        format!("<class name=\"c\" filename=\"{path}\"><lines>{lines}</lines></class>")
    };
    let classes: String = files.iter().map(class).collect();
    format!(
        "<coverage line-rate=\"1\"><packages><package name=\"p\"><classes>{classes}</classes></package></packages></coverage>"
    )
}

/// Tests by name: `passed`, `failed`, `skipped`, `flaky`.
pub(crate) fn junit(cases: &[(&str, &str)]) -> String {
    let case = |(name, outcome): &(&str, &str)| {
        let inside = match *outcome {
            "failed" => "<failure message=\"m\"/>",
            "skipped" => "<skipped/>",
            "flaky" => "<flakyFailure message=\"m\"/>",
            _ => "",
        };
        format!("<testcase name=\"{name}\" classname=\"c\">{inside}</testcase>")
    };
    let cases: String = cases.iter().map(case).collect();
    format!("<testsuites><testsuite name=\"s\">{cases}</testsuite></testsuites>")
}

/// Results of one tool: rule, level (empty: none), path, line.
pub(crate) fn sarif(tool: &str, results: &[(&str, &str, &str, u32)]) -> String {
    let result = |(rule, level, path, line): &(&str, &str, &str, u32)| {
        let place = json!({ "artifactLocation": { "uri": path }, "region": { "startLine": line } });
        let mut result =
            json!({ "ruleId": rule, "message": { "text": "m" }, "locations": [{ "physicalLocation": place }] });
        if !level.is_empty() {
            result["level"] = (*level).into();
        }
        result
    };
    let results: Vec<Value> = results.iter().map(result).collect();
    json!({ "version": "2.1.0", "runs": [{ "tool": { "driver": { "name": tool } }, "results": results }] }).to_string()
}

/// One vulnerability as Trivy writes it.
pub(crate) fn trivy(id: &str, package: &str, severity: &str) -> String {
    let (name, version) = package.split_once(' ').unwrap_or((package, ""));
    let message = format!(
        "Package: {name}\nInstalled Version: {version}\nVulnerability {id}\nSeverity: {severity}\nFixed Version: 9.9.9\nLink: [{id}](https://avd.aquasec.com/nvd/{id})"
    );
    let place = json!({ "artifactLocation": { "uri": "Cargo.lock" }, "region": { "startLine": 1 } });
    let result = json!({
        "ruleId": id, "level": "error", "message": { "text": message }, "locations": [{ "physicalLocation": place }]
    });
    json!({ "version": "2.1.0", "runs": [{ "tool": { "driver": { "name": "Trivy" } }, "results": [result] }] })
        .to_string()
}

/// Vulnerabilities: id, `name version`, CVSS vector, aliases.
pub(crate) fn audit(list: &[(&str, &str, Option<&str>, &[&str])]) -> String {
    let one = |(id, package, cvss, aliases): &(&str, &str, Option<&str>, &[&str])| {
        let (name, version) = package.split_once(' ').unwrap_or((package, "0.0.0"));
        json!({
            "advisory": {
                "id": id, "package": name, "title": "t", "description": "d", "date": "2021-01-01", "aliases": aliases,
                "related": [], "cvss": cvss, "informational": null, "withdrawn": null
            },
            "versions": { "patched": [], "unaffected": [] },
            "package": { "name": name, "version": version }
        })
    };
    let vulnerabilities: Vec<Value> = list.iter().map(one).collect();
    json!({
        "database": { "advisory-count": 1000, "last-commit": null, "last-updated": null },
        "lockfile": { "dependency-count": 9 },
        "settings": { "target_arch": [], "target_os": [], "severity": null, "ignore": [],
                      "informational_warnings": ["unmaintained", "unsound", "notice"] },
        "vulnerabilities": { "found": !list.is_empty(), "count": list.len(), "list": vulnerabilities },
        "warnings": {}
    })
    .to_string()
}

/// Vulnerabilities as cargo-deny writes them: id, `name version`, aliases. It states no severity here.
pub(crate) fn deny(list: &[(&str, &str, &[&str])]) -> String {
    let one = |(id, package, aliases): &(&str, &str, &[&str])| {
        let (name, version) = package.split_once(' ').unwrap_or((package, "0.0.0"));
        json!({ "type": "diagnostic", "fields": {
            "advisory": { "id": id, "package": name, "title": "t", "aliases": aliases, "cvss": null, "informational": null },
            "code": "vulnerability", "severity": "error", "message": "m", "labels": [], "notes": [],
            "graphs": [{ "Krate": { "name": name, "version": version } }]
        }})
    };
    let counts = |errors: usize| json!({ "errors": errors, "warnings": 0, "notes": 0, "helps": 0 });
    let summary = json!({ "type": "summary", "fields": {
        "advisories": counts(list.len()), "bans": counts(0), "licenses": counts(0), "sources": counts(0)
    }});
    list.iter().map(one).chain([summary]).map(|v| format!("{v}\n")).collect()
}

/// A warning of clippy in each of these files.
pub(crate) fn clippy(files: &[&str], success: bool) -> String {
    let artifact = json!({ "reason": "compiler-artifact", "package_id": "path+file:///src/p#p@0.1.0", "target": { "kind": ["lib"], "name": "p" } });
    let one = |path: &&str| {
        let span = json!({ "file_name": path, "line_start": 1, "column_start": 1, "is_primary": true });
        json!({ "reason": "compiler-message", "package_id": "path+file:///src/p#p@0.1.0", "target": { "kind": ["lib"], "name": "p" }, "message": {
            "level": "warning", "message": "m", "code": { "code": "clippy::needless_return" }, "spans": [span],
            "children": [], "rendered": "m"
        }})
    };
    let finished = json!({ "reason": "build-finished", "success": success });
    std::iter::once(artifact).chain(files.iter().map(one)).chain([finished]).map(|v| format!("{v}\n")).collect()
}

/// Packages of version 1.0.0 by name and licence.
pub(crate) fn licenses(list: &[(&str, &str)]) -> String {
    let one = |(name, license): &(&str, &str)| {
        json!({ "name": name, "version": "1.0.0", "authors": null, "repository": null, "license": license,
                "license_file": null, "description": null })
    };
    Value::from(list.iter().map(one).collect::<Vec<_>>()).to_string()
}

/// Steps: name, outcome, start, seconds.
pub(crate) fn record(steps: &[(&str, &str, &str, f64)]) -> String {
    let one = |(name, outcome, start, seconds): &(&str, &str, &str, f64)| {
        let code = (*outcome != "cancelled").then_some(i32::from(*outcome != "success"));
        let step = json!({
            "schema": "portcullis/step/v1", "name": name, "command": ["c"], "outcome": outcome, "exit_code": code,
            "started_at": start, "seconds": seconds, "commit": null, "files": []
        });
        format!("{step}\n")
    };
    steps.iter().map(one).collect()
}
