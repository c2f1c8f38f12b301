use proptest::prelude::*;

use super::*;
use crate::facts::{Finding, Severity, SeverityRule, Source};
use crate::input::Window;

fn read(text: &str) -> Result<Report> {
    super::read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "r.sarif" })
}

/// A log of one run of `tool` with these rules and results, and more keys of the run.
fn log(tool: &str, rules: &str, results: &str, more: &str) -> String {
    format!(
        r#"{{"version":"2.1.0","runs":[{{"results":[{results}],"tool":{{"driver":{{"name":"{tool}","rules":[{rules}]}}}}{more}}}]}}"#
    )
}

fn findings(report: &Report) -> &[Finding] {
    &report.facts.findings.as_ref().unwrap().list
}

/// The severity of the only finding, and on what it rests.
fn rated(text: &str) -> (Severity, Source) {
    let report = read(text).unwrap_or_else(|e| panic!("{text}: {e}"));
    let [finding] = findings(&report) else { panic!("{text}") };
    let claim = finding.rating.claim(SeverityRule::Tool).unwrap();
    (claim.severity, claim.source)
}

#[test]
fn what_proves_nothing_is_refused() {
    let run = |rest: &str| format!(r#"{{"version":"2.1.0","runs":[{{"tool":{{"driver":{{"name":"t"}}}}{rest}}}]}}"#);
    let result = |rest: &str| run(&format!(r#","results":[{{"message":{{"text":"m"}}{rest}}}]"#));
    for (text, why) in [
        ("{}".to_owned(), "missing field"),
        (r#"{"version":"2.1.0"}"#.into(), "missing or empty"),
        (r#"{"version":"2.1.0","runs":null}"#.into(), "missing or empty"),
        (r#"{"version":"2.1.0","runs":[]}"#.into(), "no tool reported"),
        (r#"{"version":"2.1.0","runs":[null]}"#.into(), "null"),
        (r#"{"version":"1.0.0","runs":[]}"#.into(), "\"1.0.0\""),
        (r#"{"version":"2.1.0","runs":[{"results":[]}]}"#.into(), "missing field `tool`"),
        (r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":" "}},"results":[]}]}"#.into(), "name of its tool"),
        (run(""), "missing or null"),
        (run(r#","results":null"#), "missing or null"),
        (run(r#","results":{}"#), "array of results"),
        (run(r#","results":[null]"#), "null"),
        (run(r#","externalPropertyFileReferences":{"results":[{}]}"#), "another file"),
        (run(r#","results":[],"results":[]"#), "stands twice"),
        (run(r#","results":[],"invocations":[{"executionSuccessful":"false"}]"#), "boolean"),
        (result(r#","level":"ERROR""#), "unknown variant"),
        (result(r#","level":"fatal""#), "unknown variant"),
        (result(r#","level":" error""#), "unknown variant"),
        (result(r#","level":null"#), "null"),
        (result(r#","level":2"#), "number"),
        (result(r#","kind":"FAIL""#), "unknown variant"),
        (result("") + "x", "follows the end"),
        (result("") + "[]", "follows the end"),
    ] {
        let error = read(&text).map(|_| ()).expect_err(&text).to_string();
        assert!(error.contains(why), "{text}: {error}");
    }
    let second = r#","invocations":[]},{"tool":{"driver":{"name":"u"}}"#;
    let error = read(&log("t", "", "", second)).map(|_| ()).expect_err("one run of two is without results");
    assert!(error.to_string().contains("a run of u"));
}

#[test]
fn every_run_and_every_document_counts() {
    let run = |tool: &str, id: &str| {
        format!(
            r#"{{"tool":{{"driver":{{"name":"{tool}"}}}},"results":[{{"ruleId":"{id}"}}],
            "versionControlProvenance":[{{"revisionId":"abc"}},{{}}]}}"#
        )
    };
    let log = |runs: &str, more: &str| format!(r#"{{"$schema":"s","version":"2.1.0","runs":[{runs}]{more}}}"#);
    let inline = r#","inlineExternalProperties":[{"runGuid":"x","results":[{"ruleId":"e"}]}]"#;
    let text = log(&[run("a", "1"), run("b", "2"), run("a", "3")].join(","), inline) + "\n" + &log(&run("c", "4"), "");
    let report = read(&text).unwrap();
    let ids: Vec<_> = findings(&report).iter().map(|f| (&*f.tool, &*f.id)).collect();
    assert_eq!(ids, [("a", "1"), ("a", "e"), ("b", "2"), ("a", "3"), ("c", "4")]);
    assert_eq!(report.tools, ["a", "b", "c"].map(Text::new));
    assert_eq!(report.revisions, [Text::new("abc")]);
}

#[test]
fn the_level_is_resolved_as_the_standard_says() {
    use Severity::{High, Info, Low, Medium};
    let error = r#"{"id":"R","defaultConfiguration":{"level":"error"}}"#;
    let overriding = |level: &str| {
        format!(
            r#","invocations":[{{"executionSuccessful":true,
            "ruleConfigurationOverrides":[{{"descriptor":{{"id":"R"}},"configuration":{{"level":"{level}"}}}}]}}]"#
        )
    };
    for (rules, result, more, severity, source) in [
        ("", r#"{"ruleId":"R","level":"error"}"#, "", High, Source::Level),
        ("", r#"{"ruleId":"R","level":"note"}"#, "", Low, Source::Level),
        ("", r#"{"ruleId":"R","level":"none"}"#, "", Info, Source::Level),
        ("", r#"{"ruleId":"R"}"#, "", Medium, Source::Default),
        ("", "{}", "", Medium, Source::Default),
        (error, r#"{"ruleId":"R"}"#, "", High, Source::Level),
        (error, r#"{"ruleIndex":0}"#, "", High, Source::Level),
        (error, r#"{"rule":{"id":"R"}}"#, "", High, Source::Level),
        (error, r#"{"ruleId":"R/1"}"#, "", High, Source::Level),
        (error, r#"{"ruleId":"R","level":"note"}"#, "", Low, Source::Level),
        (r#"{"id":"R","defaultConfiguration":{"enabled":false}}"#, r#"{"ruleId":"R"}"#, "", Medium, Source::Default),
        (r#"{"id":"R"}"#, r#"{"ruleId":"R"}"#, &overriding("error"), High, Source::Level),
        (error, r#"{"ruleId":"R"}"#, &overriding("note"), High, Source::Level),
        ("", r#"{"ruleId":"R","kind":"open"}"#, "", Info, Source::Default),
        ("", r#"{"ruleId":"R","kind":"review","level":"error"}"#, "", High, Source::Level),
    ] {
        assert_eq!(rated(&log("t", rules, result, more)), (severity, source), "{rules} {result} {more}");
    }
    let report = read(&log("t", error, r#"{"ruleId":"R"}"#, &overriding("none"))).unwrap();
    assert!(report.notes[0].contains("not followed"));
}

#[test]
fn a_score_is_a_number_or_a_word_and_nonsense_is_passed_over() {
    use Severity::{Critical, High, Low, Medium};
    for (score, severity, source) in [
        (r#""9.0""#, Critical, Source::Score),
        (r#""8.9""#, High, Source::Score),
        ("9.8", Critical, Source::Score),
        ("7", High, Source::Score),
        (r#""0.1""#, Low, Source::Score),
        (r#""MEDIUM""#, Medium, Source::Word),
        (r#""moderate""#, Medium, Source::Word),
        (r#""0.0""#, High, Source::Level),
        (r#""11.0""#, High, Source::Level),
        (r#""-1""#, High, Source::Level),
        (r#""inf""#, High, Source::Level),
        (r#""9,8""#, High, Source::Level),
        (r#""UNKNOWN""#, High, Source::Level),
        (r#""""#, High, Source::Level),
        ("null", High, Source::Level),
        ("{}", High, Source::Level),
    ] {
        let rule = format!(r#"{{"id":"R","properties":{{"security-severity":{score}}}}}"#);
        let found = rated(&log("t", &rule, r#"{"ruleId":"R","level":"error"}"#, ""));
        assert_eq!(found, (severity, source), "{score}");
        let result = format!(r#"{{"level":"error","properties":{{"security-severity":{score}}}}}"#);
        assert_eq!(rated(&log("t", "", &result, "")), (severity, source), "{score}");
    }
    let note =
        read(&log("t", r#"{"id":"R","properties":{"security-severity":"9,8"}}"#, r#"{"ruleId":"R"}"#, "")).unwrap();
    assert!(note.notes[0].contains("9,8"));
}

#[test]
fn a_word_counts_only_of_a_tool_that_is_known_to_write_it() {
    use Severity::{Critical, High, Low, Medium};
    let said = |word: &str| {
        format!(r#""message":{{"text":"Package: p\nInstalled Version: 1\nSeverity: {word}\nSeverity: LOW"}}"#)
    };
    for (tool, rule, result, severity) in [
        ("zizmor", "", r#""level":"error","properties":{"zizmor/severity":"Low"}"#.to_owned(), Low),
        ("other", "", r#""level":"error","properties":{"zizmor/severity":"Low"}"#.into(), High),
        ("Bandit", "", r#""level":"note","properties":{"issue_severity":"HIGH"}"#.into(), High),
        ("docker scout", r#""cvssV3_severity":"LOW","security-severity":"9.8""#, r#""level":"note""#.into(), Low),
        (
            "docker scout",
            r#""cvssV3_severity":"UNSPECIFIED","security-severity":"9.8""#,
            r#""level":"note""#.into(),
            Critical,
        ),
        (
            "t",
            r#""tags":["security","CRITICAL","LOW"],"security-severity":"1.0""#,
            r#""level":"note""#.into(),
            Critical,
        ),
        ("t", r#""tags":["low","Critical"]"#, r#""level":"error""#.into(), High),
        ("Trivy", r#""tags":["LOW"],"security-severity":"2.0""#, said("CRITICAL") + r#","level":"error""#, Critical),
        ("Trivy", r#""tags":["LOW"]"#, said("LOW") + r#","level":"error""#, High),
        ("Trivy", "", said("CRITICAL") + r#","level":"note""#, Critical),
        ("Trivy", "", said("MEDIUM") + r#","level":"warning""#, Medium),
        ("Trivy", r#""security-severity":"9.9""#, said("UNKNOWN") + r#","level":"note""#, Critical),
        ("Trivyx", "", said("LOW") + r#","level":"error""#, High),
    ] {
        let rule = format!(r#"{{"id":"R","properties":{{{rule}}}}}"#);
        let text = log(tool, &rule, &format!(r#"{{"ruleId":"R",{result}}}"#), "");
        assert_eq!(rated(&text).0, severity, "{text}");
    }
    let low = r#"{"message":{"text":"A low vulnerability in deb package: p, version 1 was found at: /"},"level":"note","ruleId":"R"}"#;
    let scored = log("grype", r#"{"id":"R","properties":{"security-severity":"8.2"}}"#, low, "");
    assert_eq!(rated(&scored), (Severity::High, Source::Score));
    assert_eq!(read(&scored).map(|r| findings(&r)[0].rating.severity(SeverityRule::Worst)), Ok(Severity::High));
}

#[test]
fn the_id_decides_where_an_index_contradicts_it() {
    use Severity::{Critical, High, Low};
    let rule = |id: &str, level: &str| format!(r#"{{"id":"{id}","defaultConfiguration":{{"level":"{level}"}}}}"#);
    let driver = [rule("A", "note"), rule("B", "error")].join(",");
    let extension = format!(
        r#"{{"name":"E","guid":"G","rules":[{{"id":"X","properties":{{"security-severity":"9.5"}}}},{}]}}"#,
        rule("A", "error")
    );
    for (result, severity, odd) in [
        (r#""ruleId":"B","ruleIndex":0"#, High, true),
        (r#""ruleId":"B","ruleIndex":7"#, High, true),
        (r#""ruleId":"B","ruleIndex":-5"#, High, true),
        (r#""ruleId":"B","ruleIndex":18446744073709551615"#, High, true),
        (r#""ruleId":"B","ruleIndex":-1"#, High, false),
        (r#""ruleId":"A","ruleIndex":0"#, Low, false),
        (r#""ruleId":"A""#, High, false),
        (r#""ruleId":"X","rule":{"index":0,"toolComponent":{"index":0}}"#, Critical, false),
        (r#""rule":{"index":0,"toolComponent":{"name":"E"}}"#, Critical, false),
        (r#""rule":{"index":0,"toolComponent":{"guid":"g"}}"#, Critical, false),
        (r#""ruleId":"X","ruleIndex":0"#, Critical, true),
        (r#""ruleId":"X","rule":{"index":0,"toolComponent":{"index":9}}"#, Critical, true),
    ] {
        let text = log("t", &driver, &format!("{{{result}}}"), "")
            .replace(r#""tool":{"#, &format!(r#""tool":{{"extensions":[{extension}],"#));
        assert_eq!(rated(&text).0, severity, "{result}");
        let noted = read(&text).unwrap().notes.iter().any(|n| n.contains("the id decides"));
        assert_eq!(noted, odd, "{result}");
    }
    let twice = [rule("A", "error"), rule("A", "note")];
    for rules in [twice.join(","), format!("{},{}", twice[1], twice[0])] {
        for result in [r#"{"ruleId":"A"}"#, r#"{"ruleId":"A","ruleIndex":1}"#] {
            assert_eq!(rated(&log("t", &rules, result, "")).0, High, "{rules}");
        }
        assert!(read(&log("t", &rules, r#"{"ruleId":"A"}"#, "")).unwrap().notes[0].contains("more than once"));
    }
}

#[test]
fn what_the_report_suppresses_stays_a_finding() {
    for (result, suppressed) in [
        (r#""suppressions":[{"kind":"inSource"}]"#, true),
        (r#""suppressions":[{"kind":"external","status":"accepted"}]"#, true),
        (r#""suppressions":[{"kind":"external","status":"accepted"},{"status":"underReview"}]"#, false),
        (r#""suppressions":[{"status":"rejected"}]"#, false),
        (r#""suppressions":[{"status":"maybe"}]"#, false),
        (r#""suppressions":[{"kind":"inSource","state":"suppressedInSource"}]"#, false),
        (r#""suppressions":[]"#, false),
        (r#""suppressions":null"#, false),
        (r#""baselineState":"absent""#, true),
        (r#""baselineState":"unchanged""#, false),
        (r#""baselineState":"existing""#, false),
    ] {
        let report = read(&log("t", "", &format!("{{{result}}}"), "")).unwrap();
        assert_eq!(findings(&report).iter().map(|f| f.suppressed).collect::<Vec<_>>(), [suppressed], "{result}");
    }
}

#[test]
fn only_some_kinds_are_findings() {
    for (kind, counts) in
        [("fail", 1), ("open", 1), ("review", 1), ("pass", 0), ("notApplicable", 0), ("informational", 0)]
    {
        let report = read(&log("t", "", &format!(r#"{{"kind":"{kind}","level":"error"}}"#), "")).unwrap();
        assert_eq!((findings(&report).len(), report.notes.len()), (counts, 1 - counts), "{kind}");
    }
}

#[test]
fn a_run_that_says_that_it_failed_is_a_failed_run() {
    for (invocations, failed) in [
        ("[]", false),
        ("null", false),
        (r#"[{"executionSuccessful":true}]"#, false),
        (r#"[{"executionSuccessful":true,"exitCode":1}]"#, false),
        (r#"[{"executionSuccessful":false}]"#, true),
        (r#"[{"executionSuccessful":null}]"#, true),
        ("[{}]", true),
        (r#"[{"executionSuccessful":true},{"executionSuccessful":false}]"#, true),
        (r#"[{"executionSuccessful":true,"exitCode":137}]"#, true),
        (r#"[{"executionSuccessful":true,"exitSignalNumber":9}]"#, true),
        (r#"[{"executionSuccessful":true,"toolExecutionNotifications":[{"level":"error"}]}]"#, true),
        (r#"[{"executionSuccessful":true,"toolConfigurationNotifications":[{"level":"error"}]}]"#, true),
        (r#"[{"executionSuccessful":true,"toolConfigurationNotifications":[{"level":"warning"},{}]}]"#, false),
    ] {
        let report = read(&log("t", "", "{}", &format!(r#","invocations":{invocations}"#))).unwrap();
        assert_eq!(!report.failed_run.is_empty(), failed, "{invocations}");
        assert_eq!(findings(&report).len(), 1);
    }
    let invocations = r#","invocations":[{"executionSuccessful":true,"startTimeUtc":"2026-01-02T03:04:05Z","endTimeUtc":"x"},
        {"executionSuccessful":true,"endTimeUtc":"2026-01-02T03:05:00.5"}]"#;
    let report = read(&log("t", "", "", invocations)).unwrap();
    assert_eq!(report.made_at.unwrap().to_string(), "2026-01-02T03:05:00.5Z");
}

#[test]
fn a_finding_says_what_and_where() {
    let place = |uri: &str, line: &str| {
        format!(
            r#""locations":[{{"physicalLocation":{{"artifactLocation":{{"uri":"{uri}"}},"region":{{"startLine":{line}}}}}}}]"#
        )
    };
    for (result, path, line) in [
        (place("a%20b.rs", "7"), "a b.rs", Some(7)),
        (place("a.rs", "0"), "a.rs", None),
        (place("a.rs", "-1"), "a.rs", None),
        (place("a.rs", "4294967296"), "a.rs", None),
        (place("a.rs", "9223372036854775808"), "a.rs", None),
        (place("a.rs", "1.5"), "a.rs", None),
        (place("a.rs", "\"7\""), "a.rs", None),
        (r#""locations":[{"physicalLocation":{"artifactLocation":{"index":1}}}]"#.into(), "c.rs", None),
    ] {
        let artifacts = r#","artifacts":[{},{"location":{"uri":"./c.rs"}}]"#;
        let report = read(&log("t", "", &format!("{{{result}}}"), artifacts)).unwrap();
        let location = findings(&report)[0].location.clone().unwrap();
        assert_eq!((&*location.path, location.line), (path, line), "{result}");
    }
    let rule =
        r#"{"id":"R","shortDescription":{"text":"short"},"messageStrings":{"default":{"text":"{0} of {1} {x} {9}"}}}"#;
    for (message, title) in [
        (r#"{"text":"\n  one \ntwo"}"#, "one"),
        (r#"{"id":"default","arguments":["a {1}","b"]}"#, "a {1} of b {x} {9}"),
        (r#"{"id":"unknown","arguments":["a",1]}"#, "unknown a, 1"),
        ("{}", "short"),
        ("null", "short"),
    ] {
        let report = read(&log("t", rule, &format!(r#"{{"ruleId":"R","message":{message}}}"#), "")).unwrap();
        assert_eq!(&*findings(&report)[0].message, title, "{message}");
    }
    let bare = read(&log("t", "", "{},{\"message\":{\"text\":\"AWS key\"}}", "")).unwrap();
    assert_eq!(&*findings(&bare)[1].id, "AWS key");
}

#[test]
fn an_advisory_is_known_by_its_name_and_its_package() {
    let trivy = r#""ruleId":"CVE-2010-1","message":{"text":"Package: libc6\nInstalled Version: 2.31\nVulnerability CVE-2010-1\nSeverity: LOW\nFixed Version: 2.32"}"#;
    let old = r#""ruleId":"CVE-2018-14618/curl","message":{"text":"curl before"}"#;
    let grype = r#""ruleId":"CVE-1999-0001-p-1","message":{"text":"A low vulnerability in rpm package: p-1, version 1.1 was found at: /a"}"#;
    let deny = r#""ruleId":"a:unsound","message":{"text":"Unaligned"},"partialFingerprints":{"cargo-deny/advisory-id":"RUSTSEC-2021-0145","cargo-deny/krate":"atty@0.2.14","other":{"a":[1]}}"#;
    let audit = r#""ruleId":"RUSTSEC-2020-0071","message":{"text":"time 0.1.43 is vulnerable to RUSTSEC-2020-0071 (Segfault (maybe))"},"partialFingerprints":{"cargo-audit/advisory-fingerprint":"RUSTSEC-2020-0071:time:0.1.43"}"#;
    let osv = r#""ruleId":"CVE-2022-1","message":{"text":"Package '@a/b@1.2' is vulnerable to 'CVE-2022-1' (also known as 'GHSA-a-b-c')."}"#;
    for (tool, result, id, name, version, title) in [
        ("Trivy", trivy, "CVE-2010-1", "libc6", Some("2.31"), "Vulnerability CVE-2010-1"),
        ("Trivy", old, "CVE-2018-14618", "curl", None, "curl before"),
        (
            "grype",
            grype,
            "CVE-1999-0001",
            "p-1",
            Some("1.1"),
            "A low vulnerability in rpm package: p-1, version 1.1 was found at: /a",
        ),
        ("cargo-deny", deny, "RUSTSEC-2021-0145", "atty", Some("0.2.14"), "Unaligned"),
        ("cargo-audit", audit, "RUSTSEC-2020-0071", "time", Some("0.1.43"), "Segfault (maybe)"),
        (
            "osv-scanner",
            osv,
            "CVE-2022-1",
            "@a/b",
            Some("1.2"),
            "Package '@a/b@1.2' is vulnerable to 'CVE-2022-1' (also known as 'GHSA-a-b-c').",
        ),
    ] {
        let report = read(&log(tool, "", &format!("{{{result}}}"), "")).unwrap();
        let finding = &findings(&report)[0];
        let package = finding.package.clone().unwrap();
        let seen = (&*finding.id, &*package.name, package.version.as_deref(), &*finding.message);
        assert_eq!(seen, (id, name, version, title));
        assert_eq!(finding.aliases, if tool == "osv-scanner" { vec![Text::new("GHSA-a-b-c")] } else { vec![] });
        // Of another tool the same words state nothing.
        let other = read(&log("other", "", &format!("{{{result}}}"), "")).unwrap();
        assert_eq!(findings(&other)[0].package, None);
    }
    let scout = r#"{"id":"CVE-1-2","properties":{"purl":"pkg:npm/a@1","fixed_version":"2"}}"#;
    let report = read(&log("docker scout", scout, r#"{"ruleId":"CVE-1-2"}"#, "")).unwrap();
    assert_eq!((findings(&report)[0].package.is_some(), findings(&report)[0].fix.as_deref()), (true, Some("2")));
}

#[test]
fn fingerprints_are_aliases_where_runs_are_compared_by_them() {
    for (result, expected) in [
        (
            r#""fingerprints":{"matchBasedId/v1":"88b51bcad1112_0"}"#,
            &["fingerprint:matchBasedId/v1=88b51bcad1112_0"][..],
        ),
        (r#""fingerprints":{"matchBasedId/v1":"requires login"}"#, &[]),
        (
            r#""fingerprints":{"0":"abcdef","1":["abcdef","x"],"2":{"value":"abcdef"},"3":"a"}"#,
            &["fingerprint:0=abcdef"],
        ),
        (
            r#""partialFingerprints":{"primaryLocationLineHash":"2efd6121c44681f2:1","primaryLocationStartColumnFingerprint":"00000000"}"#,
            &["fingerprint:primaryLocationLineHash=2efd6121c44681f2:1"],
        ),
        (
            r#""partialFingerprints":{"equalIndicator/v1":"abcdef","equalIndicator/v2":"fedcba"}"#,
            &["fingerprint:equalIndicator/v1=abcdef", "fingerprint:equalIndicator/v2=fedcba"],
        ),
        // Of a commit, and of whom it is.
        (r#""partialFingerprints":{"commitSha":"0123456789","email":"a@example.org","author":"Somebody"}"#, &[]),
        // A package has an identity of its own.
        (r#""fingerprints":{"a":"abcdef"},"ruleId":"CVE-2020-1""#, &[]),
        (r#""fingerprints":[],"partialFingerprints":null"#, &[]),
    ] {
        let report = read(&log("t", "", &format!("{{{result}}}"), "")).unwrap();
        let aliases: Vec<&str> = findings(&report)[0].aliases.iter().map(|a| &**a).collect();
        assert_eq!(aliases, expected, "{result}");
    }
    let many: Vec<String> = (0..99).map(|n| format!(r#""n{n}":"abcdef""#)).collect();
    let report = read(&log("t", "", &format!(r#"{{"fingerprints":{{{}}}}}"#, many.join(",")), "")).unwrap();
    assert_eq!(findings(&report)[0].aliases.len(), crate::facts::MOST_FINGERPRINTS);
}

#[test]
fn a_folder_that_a_path_is_relative_to_stands_before_it() {
    let bases = r#","originalUriBaseIds":{"SRC":{"uri":"src/","uriBaseId":"%SRCROOT%"}},
                   "artifacts":[{"location":{"uri":"b.rs","uriBaseId":"SRC"}}]"#;
    for (artifact, path) in [
        (r#""uri":"a.rs","uriBaseId":"SRC""#, "src/a.rs"),
        (r#""uri":"a.rs","uriBaseId":"%SRCROOT%""#, "a.rs"),
        (r#""index":0"#, "src/b.rs"),
    ] {
        let result = format!(r#"{{"locations":[{{"physicalLocation":{{"artifactLocation":{{{artifact}}}}}}}]}}"#);
        let report = read(&log("t", "", &result, bases)).unwrap();
        assert_eq!(&*findings(&report)[0].location.as_ref().unwrap().path, path, "{artifact}");
    }
    // Two files of one name below two folders are two findings.
    let of = |base: &str| {
        let place = format!(r#"{{"physicalLocation":{{"artifactLocation":{{"uri":"a.rs","uriBaseId":"{base}"}}}}}}"#);
        format!(r#"{{"ruleId":"R","locations":[{place}]}}"#)
    };
    let report = read(&log("t", "", &[of("SRC"), of("%SRCROOT%")].join(","), bases)).unwrap();
    assert_eq!(findings(&report).len(), 2);
}

#[test]
fn exact_repetitions_count_once_and_nothing_else_does() {
    let at = |line: u32, text: &str| {
        format!(
            r#"{{"ruleId":"R","message":{{"text":"same\n{text}"}},"locations":[{{"physicalLocation":{{"region":{{"startLine":1,"startColumn":{line}}}}}}}]}}"#
        )
    };
    let list = [at(1, "a"), at(1, "a"), at(2, "a"), at(1, "b")].join(",");
    let report = read(&log("t", "", &list, "")).unwrap();
    assert_eq!(findings(&report).len(), 3);
    assert!(report.notes[0].contains("1 results repeat"));
    let worse = r#"{"suppressions":[{}]},{},{"level":"error"},{"level":"note"},{"kind":"open"},{}"#;
    assert_eq!(findings(&read(&log("t", "", worse, "")).unwrap()).len(), 5);
}

#[test]
fn a_property_bag_may_hold_anything() {
    for bag in ["null", "[]", "[1]", r#"{"Tags":1,"tags":{"a":[{}]},"purl":null,"security-severity":[1,"2"]}"#] {
        for key in ["properties", "partialFingerprints", "fingerprints"] {
            let text = log(
                "t",
                &format!(r#"{{"id":"R","properties":{bag}}}"#),
                &format!(r#"{{"ruleId":"R","{key}":{bag}}}"#),
                "",
            );
            assert_eq!(rated(&text), (Severity::Medium, Source::Default), "{text}");
        }
    }
}

proptest! {
    #[test]
    fn a_cut_report_is_refused(cut in any::<prop::sample::Index>()) {
        let text = log("Trivy", r#"{"id":"R"}"#, r#"{"ruleId":"R","level":"error","message":{"text":"é"}},{}"#, r#","invocations":[]"#);
        let bytes = text.as_bytes();
        let mut window = Window::of(&bytes[..cut.index(bytes.len())]);
        let refused = super::read(&mut Input { window: &mut window, path: "" }).is_err();
        prop_assert!(refused);
    }

    /// The order of keys in a run is free: rules before or behind the results.
    #[test]
    fn the_order_of_keys_changes_nothing(results in prop::collection::vec((0usize..4, 0usize..4, any::<bool>()), 0..12)) {
        let list: Vec<String> = results
            .iter()
            .map(|(id, index, level)| {
                let level = if *level { r#","level":"note""# } else { "" };
                format!(r#"{{"ruleId":"R{id}","ruleIndex":{index}{level}}}"#)
            })
            .collect();
        let rules = r#"{"id":"R0","properties":{"security-severity":"9.1"}},{"id":"R1","defaultConfiguration":{"level":"error"}},{"id":"R1"}"#;
        let behind = log("t", rules, &list.join(","), "");
        let before = format!(
            r#"{{"runs":[{{"tool":{{"driver":{{"rules":[{rules}],"name":"t"}}}},"results":[{}]}}],"version":"2.1.0"}}"#,
            list.join(",")
        );
        let (a, b) = (read(&behind).unwrap(), read(&before).unwrap());
        prop_assert_eq!(findings(&a), findings(&b));
        prop_assert_eq!(a.notes, b.notes);
    }
}
