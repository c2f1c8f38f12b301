//! SARIF: F04, F05, F09, F13, F15, R12, R14, and what stands in places.

use super::*;
use serde_json::{Value, json};

fn report(results: Value) -> Value {
    json!({ "version": "2.1.0", "runs": [{ "tool": { "driver": { "name": "T" } }, "results": results }] })
}

/// One result with some keys of its own.
fn result(more: Value) -> Value {
    let mut result = json!({ "ruleId": "r", "message": { "text": "m" } });
    result.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    report(json!([result]))
}

pub(super) fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    let mut add = |row, name: &str, value: &Value, expect| all.push(SARIF.case(row, name, value.to_string(), expect));
    let clean = report(json!([]));
    let edited = |edit: &dyn Fn(&mut Value)| {
        let mut value = clean.clone();
        edit(&mut value);
        value
    };
    for (name, value) in [
        ("no runs", json!({ "version": "2.1.0" })),
        ("runs null", json!({ "version": "2.1.0", "runs": null })),
        ("runs empty", json!({ "version": "2.1.0", "runs": [] })),
        ("a null run", json!({ "version": "2.1.0", "runs": [null] })),
        ("an empty run", json!({ "version": "2.1.0", "runs": [{}] })),
        ("runs an object", json!({ "version": "2.1.0", "runs": {} })),
        ("no results", edited(&|v| drop(v["runs"][0].as_object_mut().unwrap().remove("results")))),
        ("results null", edited(&|v| v["runs"][0]["results"] = Value::Null)),
        ("results an object", edited(&|v| v["runs"][0]["results"] = json!({}))),
        ("a null result", report(json!([null]))),
        ("no tool", edited(&|v| drop(v["runs"][0].as_object_mut().unwrap().remove("tool")))),
        ("no name", edited(&|v| v["runs"][0]["tool"]["driver"] = json!({}))),
        (
            "results missing in one of two",
            edited(&|v| {
                let mut second = v["runs"][0].clone();
                second.as_object_mut().unwrap().remove("results");
                v["runs"].as_array_mut().unwrap().push(second);
            }),
        ),
        ("version 1.0.0", edited(&|v| v["version"] = "1.0.0".into())),
        ("version 9.9", edited(&|v| v["version"] = "9.9".into())),
        ("no version", edited(&|v| drop(v.as_object_mut().unwrap().remove("version")))),
    ] {
        add("F04", name, &value, Error(""));
    }
    for (name, invocations, expect) in [
        ("true", json!([{ "executionSuccessful": true }]), Open),
        ("none at all", json!([]), Open),
        ("false", json!([{ "executionSuccessful": false }]), Error("failed run")),
        ("a string", json!([{ "executionSuccessful": "false" }]), Error("")),
        ("null", json!([{ "executionSuccessful": null }]), Error("")),
        ("missing", json!([{}]), Error("")),
        ("a null one", json!([null]), Error("")),
        ("the second", json!([{ "executionSuccessful": true }, { "executionSuccessful": false }]), Error("failed run")),
        (
            "an error told",
            json!([{ "executionSuccessful": true, "toolExecutionNotifications": [{ "level": "error", "message": { "text": "m" } }] }]),
            Error("failed run"),
        ),
    ] {
        add("F05", name, &edited(&|v| v["runs"][0]["invocations"] = invocations.clone()), expect);
    }
    let failed = json!([{ "executionSuccessful": false }]);
    let mut both = result(json!({ "level": "error" }));
    both["runs"][0]["invocations"] = failed;
    add("F05", "failed, and found", &both, Fails("r"));
    for (level, expect) in [
        (json!("error"), Fails("high")),
        (json!("warning"), Fails("medium")),
        (json!("note"), Fails("low")),
        (json!("none"), Fails("info")),
        (json!("ERROR"), Error("")),
        (json!("critical"), Error("")),
        (json!(1), Error("")),
        (json!(""), Error("")),
        (json!(null), Shut("")),
        (json!(" error "), Error("")),
    ] {
        add("F13", &level.to_string(), &result(json!({ "level": level })), expect);
    }
    add("F13", "no level", &result(json!({})), Fails("medium"));
    for kind in ["fail", "open", "review"] {
        add("F13", kind, &result(json!({ "kind": kind, "level": "error" })), Fails("r"));
    }
    for kind in ["bogus", "", "FAIL"] {
        add("F13", kind, &result(json!({ "kind": kind, "level": "error" })), Shut(""));
    }
    for (status, name) in
        [("accepted", "external"), ("underReview", "inSource"), ("rejected", "external"), ("bogus", "external")]
    {
        add(
            "F15",
            status,
            &result(json!({ "level": "error", "suppressions": [{ "kind": name, "status": status }] })),
            Shut(""),
        );
    }
    add("F15", "no suppression", &result(json!({ "level": "error", "suppressions": [] })), Fails("high"));
    for state in ["unchanged", "absent", "updated", "bogus"] {
        add("F15", state, &result(json!({ "level": "error", "baselineState": state })), Shut(""));
    }
    for score in [
        json!("9.8"),
        json!("11.0"),
        json!("-1"),
        json!(""),
        json!(9.8),
        json!("9,8"),
        json!("inf"),
        json!("NaN"),
        json!("CRITICAL"),
        json!(null),
    ] {
        let mut value = result(json!({ "level": "note" }));
        value["runs"][0]["tool"]["driver"]["rules"] =
            json!([{ "id": "r", "properties": { "security-severity": score } }]);
        add("F13", &format!("score {score}"), &value, Shut(""));
    }
    for index in [json!(-1), json!(7), json!(4_294_967_296_u64), json!("0"), json!(1.5), json!(null)] {
        add("R12", &format!("rule index {index}"), &result(json!({ "level": "error", "ruleIndex": index })), Shut(""));
    }
    let mut cycle = result(
        json!({ "level": "error", "locations": [{ "physicalLocation": { "artifactLocation": { "uri": "a", "uriBaseId": "A" } } }] }),
    );
    cycle["runs"][0]["originalUriBaseIds"] =
        json!({ "A": { "uri": "b/", "uriBaseId": "B" }, "B": { "uri": "a/", "uriBaseId": "A" } });
    add("R12", "bases in a circle", &cycle, Fails("r"));
    let mut outside = clean.clone();
    outside["runs"][0]["externalPropertyFileReferences"] =
        json!({ "results": [{ "location": { "uri": "file:///etc/passwd" } }] });
    add("R12", "results elsewhere", &outside, Error(""));
    for uri in [
        "../../etc/passwd",
        "/etc/passwd",
        "C:\\x",
        "\\\\host\\x",
        "file:///etc/passwd",
        "http://x/y",
        "javascript:alert(1)",
        "data:text/html,x",
        "%2e%2e/x",
        "a\u{0}b",
        "",
        "CON",
    ] {
        let place =
            json!([{ "physicalLocation": { "artifactLocation": { "uri": uri }, "region": { "startLine": 1 } } }]);
        add("O10", uri, &result(json!({ "level": "error", "locations": place })), Fails("r"));
    }
    for line in [json!(-1), json!(0), json!(9_223_372_036_854_775_808_u64), json!(1.5), json!("1"), json!(null)] {
        let place =
            json!([{ "physicalLocation": { "artifactLocation": { "uri": "a" }, "region": { "startLine": line } } }]);
        add("F14", &format!("line {line}"), &result(json!({ "level": "error", "locations": place })), Shut(""));
    }
    let many: Vec<Value> = (0..30_000)
        .map(|n| json!({ "ruleId": format!("r{n}"), "level": "error", "message": { "text": "m" } }))
        .collect();
    add("R14", "30,000 results", &report(Value::from(many)), Fails("30000"));
    let mut runs = clean.clone();
    runs["runs"] = Value::from(vec![clean["runs"][0].clone(); 21]);
    runs["runs"][20] = result(json!({ "level": "error" }))["runs"][0].clone();
    add("R14", "21 runs, the last one finds", &runs, Fails("r"));
    add(
        "F04",
        "the first run empty, the second finds",
        &json!({ "version": "2.1.0", "runs": [clean["runs"][0], result(json!({ "level": "error" }))["runs"][0]] }),
        Fails("r"),
    );
    let text = clean.to_string();
    let bad = result(json!({ "level": "error" }))["runs"].to_string();
    for (name, text) in [
        ("runs twice, clean last", text.replacen("\"runs\"", &format!("\"runs\":{bad},\"runs\""), 1)),
        ("runs twice, clean first", text.replacen("\"version\"", &format!("\"runs\":{bad},\"version\""), 1)),
        ("runs escaped", text.replacen("\"version\"", &format!("\"\\u0072uns\":{bad},\"version\""), 1)),
        ("Runs beside runs", text.replacen("\"version\"", &format!("\"Runs\":{bad},\"version\""), 1)),
        ("Results beside results", text.replacen("\"results\"", "\"Results\":[],\"results\"", 1)),
    ] {
        all.push(SARIF.case("F09", name, text, Error("")));
    }
    let pattern = format!("{}!", "a".repeat(50_000));
    all.push(SARIF.case(
        "R10",
        "a text for a regex",
        tiny::sarif("T", &[(&pattern, "error", &"*".repeat(4000), 1)]),
        Fails(""),
    ));
    all
}
