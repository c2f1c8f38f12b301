//! Fingerprints that reports give: believed as far as they can be, never shown, and names for a waiver.

use super::*;

/// Rule, message, line, fingerprint: results of one file.
fn results(list: &[(&str, &str, u32, &str)]) -> String {
    let one = |(rule, message, line, print): &(&str, &str, u32, &str)| {
        let place = json!({ "artifactLocation": { "uri": "src/a.rs" }, "region": { "startLine": line } });
        json!({ "ruleId": rule, "level": "error", "message": { "text": message },
                "locations": [{ "physicalLocation": place }], "fingerprints": { "id/v1": print } })
    };
    let results: Vec<Value> = list.iter().map(one).collect();
    json!({ "version": "2.1.0", "runs": [{ "tool": { "driver": { "name": "Scan" } }, "results": results }] })
        .to_string()
}

const NONE: [u32; 0] = [];

fn new(before: &str, now: &str) -> u64 {
    let verdict = compare(POLICY, before, now);
    check(&verdict, "security.new.high").violations_total
}

#[test]
fn a_fingerprint_makes_known_what_reads_otherwise_and_nothing_else() {
    let before = results(&[("r", "one", 1, "00000001"), ("r", "two", 2, "00000002")]);
    for (what, now, expected) in [
        ("other words", results(&[("r", "uno", 11, "00000001"), ("r", "due", 12, "00000002")]), 0),
        ("other hashes", results(&[("r", "one", 11, "00000003"), ("r", "two", 12, "00000004")]), 0),
        ("none", results(&[("r", "one", 11, "x"), ("r", "two", 12, "requires login")]), 0),
        ("both", results(&[("r", "one", 11, "00000001"), ("r", "due", 12, "00000004")]), 1),
        ("another rule", results(&[("s", "uno", 11, "00000001"), ("r", "two", 12, "00000002")]), 1),
        // A report that gives all of them one fingerprint has given none.
        ("one for all", results(&[("r", "a", 1, "00000001"), ("r", "b", 2, "00000001"), ("r", "c", 3, "00000001")]), 3),
        (
            "one for all, and the words are known",
            results(&[("r", "one", 1, "00000001"), ("r", "two", 2, "00000001"), ("r", "one", 3, "00000001")]),
            1,
        ),
    ] {
        assert_eq!(new(&before, &now), expected, "{what}");
    }
}

#[test]
fn a_waiver_may_name_one_finding_by_its_fingerprint() {
    let text = results(&[("r", "one", 1, "00000001"), ("r", "one", 2, "0000000a"), ("s", "other", 2, "0000000A")]);
    let waived = |id: &str, text: &str| {
        let policy = format!(
            "[security]\nhigh = 0\n[[waiver]]\nid = \"{id}\"\nreason = \"r\"\nowner = \"o\"\nexpires = 2026-12-01\n"
        );
        let verdict = judge(&policy, &[("t.sarif", text)], BaselineState::None);
        let unused = check(&verdict, "waivers.unused").violations.first().map(|v| v.message.to_string());
        let lines = check(&verdict, "security.high").waived.iter().map(|w| w.violation.location.as_ref().unwrap().line);
        (lines.flatten().collect::<Vec<_>>(), unused.unwrap_or_default())
    };
    assert_eq!(waived("fingerprint:id/v1=00000001", &text).0, [1]);
    assert_eq!(waived("fingerprint:id/v1=0000000a", &text).0, [2], "letters are told apart");
    assert_eq!(waived("fingerprint:id/v1=00000009", &text).0, NONE);
    assert_eq!(waived("fingerprint:id/v2=00000001", &text).0, NONE);
    // What two findings bear names none of them.
    let copied = results(&[("r", "one", 1, "00000001"), ("s", "worse", 9, "00000001")]);
    let (lines, words) = waived("fingerprint:id/v1=00000001", &copied);
    assert!(lines.is_empty() && words.ends_with("several findings bear it, and it waives none of them"), "{words}");
}

/// This failed once: two findings of different severity bear one fingerprint, each is alone in its check, and both were
/// waived.
#[test]
fn a_fingerprint_that_is_copied_into_another_check_names_nothing() {
    let text = results(&[("r", "one", 1, "00000001"), ("s", "worse", 9, "00000001")]).replacen("error", "note", 1);
    let policy = "[security]\nhigh = 0\nlow = 0\ntrend = \"improving\"\n[security.scope.t]\ntools = [\"Scan\"]\nhigh = 0\n[[waiver]]\n\
                  id = \"fingerprint:id/v1=00000001\"\nreason = \"r\"\nowner = \"o\"\nexpires = 2026-12-01\n";
    let verdict = judge(policy, &[("t.sarif", &text)], BaselineState::None);
    for id in ["security.high", "security.low", "security.t.high"] {
        let check = check(&verdict, id);
        assert_eq!(
            (check.status, check.waived.len()),
            (portcullis::verdict::Status::Fail, 0),
            "{id}: {}",
            check.message
        );
    }
    // The one finding is one in every check that counts it.
    let one = results(&[("r", "one", 1, "00000001")]);
    let verdict = judge(policy, &[("t.sarif", &one)], BaselineState::None);
    assert_eq!((verdict.exit_code, check(&verdict, "security.t.high").waived.len()), (0, 1));
}

#[test]
fn fingerprints_stand_in_the_json_and_nowhere_else() {
    let folder = Folder::new();
    let policy = "version = 1\n[security]\nhigh = 0\n";
    folder.write("policy.toml", policy).write("t.sarif", results(&[("r", "one", 1, "00000001")]));
    let run =
        |output: &str| folder.run(&["check", "t.sarif", "-p", "policy.toml", "--now", NOW, "-f", output, "-v"]).out;
    for output in portcullis::outputs::ALL {
        let text = run(output.name);
        // Packages only, and figures only.
        let listed = !["gitlab-security", "openmetrics"].contains(&output.name);
        assert_eq!(text.contains("one"), listed, "{}: {text}", output.name);
        assert_eq!(text.contains("00000001"), output.name == "json", "{}: {text}", output.name);
        assert_eq!(text.contains("fingerprint:"), output.name == "json", "{}: {text}", output.name);
    }
    let verdict: Value = serde_json::from_str(&run("json")).unwrap();
    let high = verdict["checks"].as_array().unwrap().iter().find(|c| c["id"] == "security.high").unwrap();
    assert_eq!(high["violations"][0]["aliases"], json!(["fingerprint:id/v1=00000001"]));
}

/// GitLab's list of code quality gives each issue a fingerprint.
#[test]
fn the_fingerprints_of_lints_count_too() {
    let issue = |words: &str, line: u32, print: &str| {
        json!({ "check_name": "no-var", "description": words, "severity": "minor", "fingerprint": print,
                "location": { "path": "a.js", "lines": { "begin": line } } })
    };
    let policy = "[lints.scope.new]\nnew = true\nwarnings = 0";
    let file = |list: &[Value]| Value::from(list.to_vec()).to_string();
    let first = judge(policy, &[("q.json", &file(&[issue("one", 1, "aaaaaaaa")]))], BaselineState::None);
    for (now, expected) in [
        (file(&[issue("other words", 9, "aaaaaaaa")]), 0),
        (file(&[issue("one", 9, "bbbbbbbb")]), 0),
        (file(&[issue("other words", 9, "bbbbbbbb")]), 1),
        (file(&[issue("other words", 9, "aaaaaaaa"), issue("one", 9, "bbbbbbbb")]), 1),
    ] {
        let verdict = judge(policy, &[("q.json", &now)], read(&first));
        assert_eq!(check(&verdict, "lints.new.warnings").violations_total, expected, "{now}");
    }
}

/// The name that Semgrep's JSON gives it is that of its SARIF; without a login there is none.
#[test]
fn what_a_tool_withholds_is_no_fingerprint() {
    let row = |message: &str, line: u32, print: &str| {
        json!({ "check_id": "r", "path": "a.py", "start": { "line": line, "col": 1 }, "end": { "line": line, "col": 9 },
                "extra": { "message": message, "severity": "ERROR", "metadata": {}, "fingerprint": print } })
    };
    let file = |rows: &[Value]| {
        json!({ "version": "1.185.0", "results": rows, "errors": [], "paths": { "scanned": ["a.py"] } }).to_string()
    };
    let new = |before: &[Value], now: &[Value]| {
        let first = judge(POLICY, &[("s.json", &file(before))], BaselineState::None);
        let verdict = judge(POLICY, &[("s.json", &file(now))], read(&first));
        check(&verdict, "security.new.high").violations_total
    };
    let (print, login) = (format!("{}_0", "ab".repeat(64)), "requires login");
    assert_eq!(new(&[row("one", 1, &print)], &[row("other", 5, &print)]), 0);
    assert_eq!(new(&[row("one", 1, login)], &[row("other", 5, login)]), 1);
    assert_eq!(new(&[row("one", 1, login)], &[row("one", 5, login)]), 0);
}
