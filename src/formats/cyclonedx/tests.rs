use super::*;
use crate::facts::{Declared, Finding, SeverityRule, VexStatement, VexStatus};
use crate::input::Window;

fn read_text(text: &str) -> Result<Report> {
    FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "bom" })
}

fn json(version: &str, rest: &str) -> String {
    format!(r#"{{"bomFormat":"CycloneDX","specVersion":"{version}"{rest}}}"#)
}

fn xml(version: &str, rest: &str) -> String {
    format!(r#"<bom xmlns="http://cyclonedx.org/schema/bom/{version}" version="1">{rest}</bom>"#)
}

/// One component with this list of licences.
fn licensed(licenses: &str) -> String {
    json("1.6", &format!(r#","components":[{{"type":"library","name":"a","version":"1",{licenses}"bom-ref":"a"}}]"#))
}

/// Two components, and these vulnerabilities, by grype.
fn scanned(vulnerabilities: &str) -> String {
    let components = r#"[{"type":"library","group":"g","name":"a","version":"1","bom-ref":"A","purl":"pkg:maven/g/a@1?type=jar"},
                         {"type":"library","name":"b","version":"2","bom-ref":"B"}]"#;
    json(
        "1.5",
        &format!(
            r#","metadata":{{"tools":[{{"vendor":"v","name":"grype"}}]}},"components":{components},"vulnerabilities":{vulnerabilities}"#
        ),
    )
}

fn findings(text: &str) -> Vec<Finding> {
    let report = read_text(text).unwrap_or_else(|e| panic!("{e}: {text}"));
    let findings = report.facts.findings.unwrap_or_else(|| panic!("no findings: {text}"));
    assert_eq!(
        report.facts.dependencies.unwrap().of(crate::facts::DependencyIssue::Vulnerable).unwrap(),
        findings.list
    );
    findings.list
}

fn one(text: &str) -> Finding {
    let mut list = findings(text);
    assert_eq!(list.len(), 1, "{text}");
    list.remove(0)
}

/// What package a finding is about, `name version`.
fn about(finding: &Finding) -> String {
    let package = finding.package.as_ref().unwrap();
    format!("{} {}", package.name, package.version.as_deref().unwrap_or("-"))
}

#[test]
fn every_entry_of_a_list_must_be_allowed() {
    for (licenses, words) in [
        (r#""licenses":[{"license":{"id":"MIT"}}],"#, Some("MIT")),
        (
            r#""licenses":[{"license":{"id":"MIT","text":{"content":"GPL"},"url":"x","acknowledgement":"declared"}}],"#,
            Some("MIT"),
        ),
        (r#""licenses":[{"license":{"id":"MIT"}},{"license":{"id":"GPL-2.0-only"}}],"#, Some("MIT AND GPL-2.0-only")),
        (r#""licenses":[{"license":{"name":"MIT"}}],"#, Some("MIT")),
        (r#""licenses":[{"license":{"name":"Apache License, Version 2.0"}}],"#, Some("Apache License, Version 2.0")),
        (r#""licenses":[{"license":{"id":"MIT","name":"GPL-2.0-only"}}],"#, Some("MIT AND GPL-2.0-only")),
        (
            r#""licenses":[{"expression":"MIT OR GPL-2.0-only","acknowledgement":"declared"}],"#,
            Some("MIT OR GPL-2.0-only"),
        ),
        (
            r#""licenses":[{"expression":"MIT OR GPL-2.0-only"},{"license":{"id":"ISC"}}],"#,
            Some("(MIT OR GPL-2.0-only) AND ISC"),
        ),
        (r#""licenses":[{"license":{"name":"Unknown"}},{"license":{"id":"ISC"}}],"#, Some("Unknown; ISC")),
        (r#""licenses":[],"#, None),
        (r#""licenses":null,"#, None),
        ("", None),
        (r#""evidence":{"licenses":[{"license":{"id":"MIT"}}]},"#, None),
        (r#""pedigree":{"ancestors":[{"type":"library","name":"x","licenses":[{"license":{"id":"MIT"}}]}]},"#, None),
    ] {
        let packages = read_text(&licensed(licenses)).unwrap().facts.licenses.unwrap().packages;
        let [package] = packages.as_slice() else { panic!("{licenses}") };
        let declared = words.map_or(Declared::Nothing, |w| Declared::Words(w.into()));
        assert_eq!(package.declared, declared, "{licenses}");
    }
    for broken in [
        r#""licenses":[{"license":{}}],"#,
        r#""licenses":[{"license":{"url":"x"}}],"#,
        r#""licenses":[{}],"#,
        r#""licenses":["MIT"],"#,
        r#""licenses":{"license":{"id":"MIT"}},"#,
        r#""licenses":[{"license":"MIT"}],"#,
        r#""licenses":[{"licence":{"id":"MIT"}}],"#,
        r#""licenses":[{"license":{"id":"MIT"},"expression":"MIT"}],"#,
        r#""licenses":[{"license":{"id":"GPL-2.0-only","id":"MIT"}}],"#,
        r#""licenses":[{"license":{"id":["MIT"]}}],"#,
    ] {
        assert!(read_text(&licensed(broken)).is_err(), "{broken}");
    }
}

#[test]
fn packages_are_the_components_at_every_depth_and_nothing_else() {
    let components = r#","metadata":{"component":{"type":"application","name":"self","components":[{"type":"library","name":"own"}]}},
        "components":[
            {"type":"library","name":"a","scope":"excluded","components":[
                {"type":"framework","name":"b","version":"2","components":[{"type":"library","name":"c","scope":"optional"}]}]},
            {"type":"operating-system","name":"debian","version":"12","components":[{"type":"library","name":"libc"}]},
            {"type":"file","name":"f"},{"type":"cryptographic-asset","name":"rsa"},
            {"type":"application","name":"package-lock.json","properties":[{"name":"aquasecurity:trivy:Class","value":"lang-pkgs"}]},
            {"type":"application","name":"app","properties":[{"name":"aquasecurity:trivy:Class","value":"other"},{"name":"x"}]},
            {"type":"library","name":"same"},{"type":"library","name":"same"},
            {"type":"library","group":"@s","name":"n"},{"type":"library","group":"g","name":"n","version":""},
            {"type":"library","name":"x","version":"9","purl":"pkg:npm/%40real/name"},
            {"type":"library","name":"no purl","purl":"x"}],
        "services":[{"name":"s"}]"#;
    let report = read_text(&json("1.6", components)).unwrap();
    let packages = report.facts.licenses.unwrap().packages;
    let names: Vec<_> =
        packages.iter().map(|p| format!("{} {}", p.name, p.version.as_deref().unwrap_or("-"))).collect();
    let expected =
        ["a -", "b 2", "c -", "libc -", "app -", "same -", "same -", "@s/n -", "g:n -", "@real/name 9", "no purl -"];
    assert_eq!(names, expected);
    assert!(report.notes[0].ends_with(": 4"), "{:?}", report.notes);
    assert!(report.facts.findings.is_none() && report.facts.dependencies.is_none());
}

#[test]
fn both_forms_say_the_same() {
    let in_json = json(
        "1.7",
        r#","metadata":{"timestamp":"2026-01-02T03:04:05Z","tools":{"components":[{"name":"one"}],"services":[{"name":"two"}]},
                        "authors":[{"name":"me"}],"component":{"type":"application","name":"self","bom-ref":"self"}},
            "components":[{"type":"library","bom-ref":"a","group":"g","name":"a","version":"1","licenses":[{"license":{"id":"MIT"}},{"license":{"name":"ISC"}}],
                           "components":[{"type":"library","name":"b","licenses":[{"expression":"MIT OR ISC"}]}]}],
            "compositions":[{"aggregate":"incomplete_first_party_only"}],
            "vulnerabilities":[{"id":"GHSA-1","references":[{"id":"CVE-1"}],"description":"It & that","recommendation":"Do it",
                "ratings":[{"score":9.8,"severity":"low","method":"CVSSv31","vector":"AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
                "analysis":{"state":"resolved","justification":"code_not_present","detail":"d","lastUpdated":"2026-01-01T00:00:00Z"},
                "affects":[{"ref":"a","versions":[{"version":"1","status":"affected"}]},{"ref":"self"}]}]"#,
    );
    let in_xml = xml(
        "1.7",
        r#"<!-- c --><metadata><timestamp>2026-01-02T03:04:05Z</timestamp>
            <tools><components><component type="application"><name>one</name><licenses><license><id>X</id></license></licenses></component></components><services><service><name> two </name></service></services></tools><authors><author><name>me</name></author></authors>
            <component type="application" bom-ref="self"><name>self</name></component></metadata>
        <components><component type="library" bom-ref="a"><group>g</group><name>a</name><version>1</version>
            <licenses><license><id>MIT</id><text>GPL</text></license><license><name><![CDATA[ISC]]></name></license></licenses>
            <components><component type="library"><name>b</name><licenses><expression-detailed expression="MIT OR ISC"><details/></expression-detailed></licenses></component></components>
            <evidence><licenses><license><id>GPL-2.0</id></license></licenses></evidence></component></components>
        <compositions><composition><aggregate>incomplete</aggregate></composition></compositions>
        <vulnerabilities><vulnerability><id>GHSA-1</id><references><reference><id>CVE-1</id></reference></references>
            <ratings><rating><score>9.8</score><severity>low</severity><method>CVSSv31</method><vector>AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H</vector></rating></ratings>
            <description>It &amp; that</description><recommendation>Do it</recommendation><analysis><state>resolved</state><justification>code_not_present</justification><responses/><detail>d</detail><lastUpdated>2026-01-01T00:00:00Z</lastUpdated></analysis>
            <affects><target><ref>a</ref><versions><version><version>1</version><status>affected</status></version></versions></target><target><ref>self</ref></target></affects>
        </vulnerability></vulnerabilities>"#,
    );
    let (a, b) = (read_text(&in_json).unwrap(), read_text(&in_xml).unwrap());
    let shown = |r: &Report| format!("{:?} {:?} {:?}", r.tools, r.made_at, r.notes);
    assert_eq!(shown(&a), shown(&b));
    assert!(shown(&a).contains(r#"["one", "two"] Some(2026-01-02T03:04:05Z)"#) && shown(&a).contains("incomplete"));
    let (a, b) = (a.facts, b.facts);
    assert_eq!(a.licenses.unwrap().packages, b.licenses.unwrap().packages);
    assert_eq!(a.findings.as_ref().unwrap().list, b.findings.as_ref().unwrap().list);
    assert_eq!(a.vex.unwrap().statements, b.vex.unwrap().statements);
    assert_eq!((a.findings.unwrap().scanned, b.dependencies.unwrap().packages), (Some(2), Some(2)));
}

#[test]
fn a_reference_finds_its_component_and_each_is_a_finding() {
    for (affects, expected) in [
        (r#"[{"ref":"A"}]"#, &["g:a 1"][..]),
        (r#"[{"ref":"A"},{"ref":"B"},{"ref":"A"}]"#, &["g:a 1", "b 2"]),
        (r#"[{"ref":"urn:cdx:11111111-2222-4333-8444-555555555555/1#A"}]"#, &["g:a 1"]),
        (r#"[{"ref":"urn:cdx:1/1#pkg%3Anpm%2Fleft@3"}]"#, &["left 3"]),
        (r#"[{"ref":"urn:cdx:1/1"}]"#, &["urn:cdx:1/1 -"]),
        (r#"[{"ref":"pkg:maven/g/a"}]"#, &["g:a 1"]),
        (r#"[{"ref":"pkg:maven/g/other","versions":[{"version":"7"}]}]"#, &["g:other 7"]),
        (r#"[{"ref":"pkg:maven/g/other","versions":[{"version":"7"},{"version":"8"}]}]"#, &["g:other -"]),
        (r#"[{"ref":"nowhere"}]"#, &["nowhere -"]),
    ] {
        let list = findings(&scanned(&format!(r#"[{{"id":"CVE-1","affects":{affects}}}]"#)));
        assert_eq!(list.iter().map(about).collect::<Vec<_>>(), expected, "{affects}");
    }
    for affects in ["", r#","affects":[]"#, r#","affects":null"#] {
        assert_eq!(one(&scanned(&format!(r#"[{{"id":"CVE-1"{affects}}}]"#))).package, None);
    }
    let twice = scanned(r#"[{"id":"CVE-1","affects":[{"ref":"B"}]}]"#).replace(r#""bom-ref":"A""#, r#""bom-ref":"B""#);
    assert_eq!(findings(&twice).iter().map(about).collect::<Vec<_>>(), ["b 2", "g:a 1"], "both, in any order");
    assert!(read_text(&scanned(r#"[{"id":"CVE-1","affects":[{}]}]"#)).is_err());
}

#[test]
fn of_several_ratings_the_worst_word_counts_else_the_worst_score() {
    let full = "AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
    for (ratings, severity, words) in [
        (r#"[{"severity":"low"},{"severity":"high"},{"severity":"medium"}]"#.into(), "high", "high"),
        (r#"[{"severity":"low","score":9.8,"method":"CVSSv31"}]"#.into(), "low", "low"),
        (r#"[{"severity":"unknown","score":5},{"score":9.8,"method":"CVSSv3"}]"#.into(), "critical", "CVSS 9.8"),
        (r#"[{"score":9.8,"method":"OWASP"},{"score":9.8,"method":"SSVC"}]"#.into(), "unknown", ""),
        (r#"[{"score":0,"method":"CVSSv31"}]"#.into(), "info", "CVSS 0.0"),
        (r#"[{"score":4}]"#.into(), "medium", "score 4.0"),
        (r#"[{"score":11,"method":"CVSSv31"}]"#.into(), "unknown", ""),
        (format!(r#"[{{"method":"CVSSv31","vector":"{full}"}}]"#), "critical", "CVSS 9.8"),
        (format!(r#"[{{"method":"CVSSv3","vector":"CVSS:3.1/{full}"}}]"#), "critical", "CVSS 9.8"),
        (r#"[{"method":"CVSSv2","vector":"(AV:N/AC:L/Au:N/C:N/I:N/A:C)"}]"#.into(), "high", "CVSS 7.8"),
        (r#"[{"method":"CVSSv31","vector":"AN/garbage"}]"#.into(), "unknown", ""),
        (r#"[{"severity":"none"}]"#.into(), "info", "none"),
        (r#"[{"severity":"HIGH"}]"#.into(), "high", "high"),
        ("[{}]".into(), "unknown", ""),
        ("[]".into(), "unknown", ""),
        ("null".into(), "unknown", ""),
    ] {
        let rating = one(&scanned(&format!(r#"[{{"id":"CVE-1","ratings":{ratings}}}]"#))).rating;
        let claim = rating.claim(SeverityRule::Tool).map_or("", |c| &*c.words);
        assert_eq!((rating.severity(SeverityRule::Tool).name(), claim), (severity, words), "{ratings}");
    }
    let worst =
        one(&scanned(r#"[{"id":"CVE-1","ratings":[{"severity":"low","score":9.8,"method":"CVSSv31"}]}]"#)).rating;
    assert_eq!(worst.severity(SeverityRule::Worst).name(), "critical", "every statement is kept");
}

#[test]
fn what_the_report_closes_is_suppressed_and_counts() {
    for (state, suppressed) in [
        (r#""analysis":{"state":"resolved"}"#, true),
        (r#""analysis":{"state":"resolved_with_pedigree"}"#, true),
        (r#""analysis":{"state":"false_positive"}"#, true),
        (r#""analysis":{"state":"not_affected"}"#, true),
        (r#""analysis":{"state":"exploitable"}"#, false),
        (r#""analysis":{"state":"in_triage"}"#, false),
        (r#""analysis":{"response":["will_not_fix"]}"#, false),
        (r#""analysis":null"#, false),
        (r#""affects":[{"ref":"A","versions":[{"version":"1","status":"unaffected"}]}]"#, true),
        (r#""affects":[{"ref":"A","versions":[{"version":"1","status":"unaffected"},{"range":"x"}]}]"#, false),
        (r#""affects":[{"ref":"A","versions":[]}]"#, false),
    ] {
        assert_eq!(one(&scanned(&format!(r#"[{{"id":"CVE-1",{state}}}]"#))).suppressed, suppressed, "{state}");
    }
}

#[test]
fn names_messages_and_remedies_are_taken_where_they_are_stated() {
    let long = "x".repeat(400);
    let text = format!(
        r#"[{{"id":"GHSA-1","references":[{{"id":"GHSA-1"}},{{"id":"CVE-1"}},{{}}],"description":"\n {long}\nmore","recommendation":"Upgrade a to 2"}}]"#
    );
    let finding = one(&scanned(&text));
    assert_eq!(finding.aliases, ["CVE-1".into()]);
    assert_eq!((finding.message.chars().count(), finding.message.ends_with("x…")), (301, true));
    assert_eq!((finding.fix.as_deref(), &*finding.tool), (Some("Upgrade a to 2"), "grype"));
    let bare = r#"[{"id":"CVE-1","recommendation":"Upgrade"AFFECTS}]"#;
    let finding = one(&scanned(&bare.replace("AFFECTS", "")));
    assert_eq!((finding.fix.as_deref(), &*finding.message), (None, "CVE-1"), "pip-audit's word says nothing");
    let ranges =
        r#","affects":[{"ref":"A","versions":[{"version":"1"},{"range":"vers:maven/>=2","status":"unaffected"}]}]"#;
    let finding = one(&scanned(&bare.replace("AFFECTS", ranges)));
    assert_eq!(finding.fix.as_deref(), Some("not affected: vers:maven/>=2"));
}

/// Trivy writes an empty list into every list of packages, asked to look for vulnerabilities or not.
#[test]
fn an_empty_list_is_a_scan_only_by_a_tool_that_scans() {
    let clean = read_text(&scanned("[]")).unwrap();
    assert_eq!(clean.facts.findings.unwrap().scanned, Some(2));
    for text in [
        scanned("[]").replace("grype", "trivy"),
        scanned("[]").replace(r#""tools":[{"vendor":"v","name":"grype"}]"#, ""),
        scanned("[]").replace(r#""name":"grype""#, r#""name":"""#),
        scanned("[]").replace("grype", "grype-like"),
        scanned("null"),
    ] {
        let facts = read_text(&text).unwrap().facts;
        assert!(facts.findings.is_none() && facts.dependencies.is_none() && facts.licenses.is_some(), "{text}");
    }
    assert_eq!(findings(&scanned(r#"[{"id":"CVE-1"}]"#).replace("grype", "trivy")).len(), 1);
}

#[test]
fn vulnerabilities_without_components_are_no_scan() {
    let vulnerabilities = |states: &[&str]| {
        let one = |s: &&str| format!(r#"{{"id":"CVE-1","affects":[{{"ref":"urn:cdx:1/1#a"}}]{s}}}"#);
        states.iter().map(one).collect::<Vec<_>>().join(",")
    };
    let closed = r#","analysis":{"state":"not_affected"}"#;
    let open = r#","analysis":{"state":"exploitable"}"#;
    for (states, before, is_vex) in [
        (&[closed, open][..], "", true),
        (&[closed], r#","components":[]"#, true),
        (&[closed, ""], "", false),
        (&[""], "", false),
        // What lists a graph of components had some.
        (&[closed], r#","dependencies":[{"ref":"x","dependsOn":["a"]}]"#, false),
        (&[closed], r#","dependencies":[{"ref":"x","dependsOn":[]},{"ref":"y"}]"#, true),
        (&[closed], r#","components":[{"type":"file","name":"f"}]"#, false),
    ] {
        let text = json("1.5", &format!(r#"{before},"vulnerabilities":[{}]"#, vulnerabilities(states)));
        let report = read_text(&text).unwrap();
        if is_vex {
            assert_eq!(report.facts.kinds(), [Kind::Vex], "{text}");
            assert!(report.notes[0].contains("VEX"), "{text}");
        } else {
            // Nothing was scanned, by which every check is an error.
            assert_eq!(report.facts.findings.unwrap().scanned, Some(0), "{text}");
            assert!(report.facts.licenses.unwrap().packages.is_empty(), "{text}");
        }
    }
    let nothing = read_text(&json("1.5", "")).unwrap().facts;
    assert!(nothing.licenses.unwrap().packages.is_empty() && nothing.findings.is_none());
}

fn statements(text: &str) -> Vec<VexStatement> {
    read_text(text).unwrap().facts.vex.map(|vex| vex.statements).unwrap_or_default()
}

#[test]
fn an_analysis_is_a_statement_on_what_it_names() {
    for (state, status) in [
        ("resolved", VexStatus::Fixed),
        ("resolved_with_pedigree", VexStatus::Fixed),
        ("false_positive", VexStatus::NotAffected),
        ("not_affected", VexStatus::NotAffected),
        ("in_triage", VexStatus::UnderInvestigation),
        ("exploitable", VexStatus::Affected),
    ] {
        let [one] =
            &statements(&scanned(&format!(r#"[{{"id":"CVE-1","analysis":{{"state":"{state}"}}}},{{"id":"CVE-2"}}]"#)))
                [..]
        else {
            panic!("{state}")
        };
        assert_eq!((one.status, one.products.len(), &*one.author), (status, 0, "grype"), "{state}");
    }
    for (reference, names) in [
        ("A", &["pkg:maven/g/a@1?type=jar", "A"][..]),
        ("B", &["B"]),
        ("urn:cdx:1/1#pkg%3Anpm%2Fleft@3", &["pkg:npm/left@3", "urn:cdx:1/1#pkg%3Anpm%2Fleft@3"]),
        // The version that is meant, and no other.
        ("pkg:maven/g/a?type=jar", &["pkg:maven/g/a@1"]),
        ("https://example.org/shop", &["https://example.org/shop"]),
    ] {
        let text = scanned(&format!(
            r#"[{{"id":"CVE-1","analysis":{{"state":"resolved"}},"affects":[{{"ref":"{reference}"}}]}}]"#
        ));
        let [one] = &statements(&text)[..] else { panic!("{reference}") };
        assert_eq!(one.products[0].names.iter().map(|n| &**n).collect::<Vec<_>>(), names);
        assert!(one.products[0].parts.is_empty());
    }
    // What closes something and speaks of versions holds for those that it names.
    for (versions, state, names) in [
        (r#"{"version":"2"},{"version":"3","status":"unaffected"}"#, "resolved", &["pkg:npm/x@2", "pkg:npm/x@3"][..]),
        (r#"{"version":"2"},{"range":"vers:npm/<9"}"#, "not_affected", &["pkg:npm/x@2"]),
        (r#"{"range":"vers:npm/<9"}"#, "not_affected", &[]),
        (r#"{"range":"vers:npm/<9"}"#, "exploitable", &["pkg:npm/x"]),
    ] {
        let text = scanned(&format!(
            r#"[{{"id":"CVE-1","analysis":{{"state":"{state}"}},"affects":[{{"ref":"pkg:npm/x","versions":[{versions}]}}]}}]"#
        ));
        let products = statements(&text).remove(0).products;
        let mut seen: Vec<&str> = products.iter().flat_map(|p| &p.names).map(|n| &**n).collect();
        seen.dedup();
        assert_eq!(seen, names, "{versions} {state}");
    }
    let text = r#"[{"id":"GHSA-1","references":[{"id":"CVE-1"}],"analysis":{"state":"not_affected","justification":"code_not_present","detail":"never built","firstIssued":"2026-01-01T00:00:00Z","lastUpdated":"2026-02-01T00:00:00Z"}}]"#;
    let text = scanned(text).replace(
        r#""metadata":{"#,
        r#""metadata":{"timestamp":"2026-03-01T00:00:00Z","authors":[{"name":"Somebody"}],"supplier":{"name":"Else"},"#,
    );
    let one = &statements(&text)[0];
    assert_eq!(one.ids, ["GHSA-1".into(), "CVE-1".into()]);
    assert_eq!((&*one.reason, &*one.author), ("code_not_present: never built", "Somebody"));
    assert_eq!(one.at.unwrap().to_string(), "2026-02-01T00:00:00Z");
    let undated = text.replace("firstIssued", "first").replace("lastUpdated", "last");
    assert_eq!(statements(&undated)[0].at.unwrap().to_string(), "2026-03-01T00:00:00Z");
    assert!(statements(&scanned(r#"[{"id":"CVE-1"}]"#)).is_empty());
}

#[test]
fn what_is_not_cyclonedx_or_contradicts_itself_is_refused() {
    let good = scanned(r#"[{"id":"CVE-1"}]"#);
    assert!(read_text(&good).is_ok());
    for (from, to) in [
        (r#""bomFormat":"CycloneDX","#, ""),
        (r#""CycloneDX""#, r#""cyclonedx""#),
        (r#""specVersion":"1.5","#, ""),
        (r#""1.5""#, r#""1.1""#),
        (r#""1.5""#, r#""2.0""#),
        (r#""1.5""#, "1.5"),
        (r#""id":"CVE-1""#, r#""ID":"CVE-1""#),
        (r#""id":"CVE-1""#, r#""id":"""#),
        (r#""id":"CVE-1""#, ""),
        (r#""id":"CVE-1""#, r#""id":"CVE-1","id":"CVE-2""#),
        (r#""id":"CVE-1""#, r#""id":"CVE-1","ratings":[{"severity":"urgent"}]"#),
        (r#""id":"CVE-1""#, r#""id":"CVE-1","ratings":[{"score":"9.8"}]"#),
        (r#""id":"CVE-1""#, r#""id":"CVE-1","ratings":[{"score":NaN}]"#),
        (r#""id":"CVE-1""#, r#""id":"CVE-1","analysis":{"state":"ignored"}"#),
        (r#""id":"CVE-1""#, r#""id":"CVE-1","affects":[{"ref":"A","versions":[{"status":"fixed"}]}]"#),
        (r#""type":"library","name":"b""#, r#""name":"b""#),
        (r#""type":"library","name":"b""#, r#""type":"library""#),
        (r#"[{"id":"CVE-1"}]"#, r#"{"id":"CVE-1"}"#),
        (r#"[{"id":"CVE-1"}]"#, r#"[{"id":"CVE-1"}],"vulnerabilities":[]"#),
    ] {
        let broken = good.replacen(from, to, 1);
        assert_ne!(broken, good, "{from}");
        assert!(read_text(&broken).is_err(), "{broken}");
    }
    assert!(read_text(&format!("{good}{good}")).is_err());
    for n in 0..good.len() {
        assert!(read_text(&good[..n]).is_err(), "{n}");
    }
}

#[test]
fn the_xml_form_is_as_strict() {
    let body = "<components><component type='library'><name>a</name><licenses><license><id>MIT</id></license></licenses></component></components>\
                <vulnerabilities><vulnerability><id>CVE-1</id><ratings><rating><severity>high</severity></rating></ratings>\
                <analysis><state>in_triage</state></analysis><affects><target><ref>a</ref></target></affects></vulnerability></vulnerabilities>";
    let good = xml("1.4", body);
    assert_eq!(findings(&good).len(), 1);
    for (from, to) in [
        ("bom/1.4", "bom/1.1"),
        ("bom/1.4", "bom/3.0"),
        ("cyclonedx.org", "example.org"),
        (" xmlns=", " xmlns:x="),
        (" type='library'", ""),
        ("<name>a</name>", ""),
        ("<name>a</name>", "<name>a</name><name>b</name>"),
        ("<id>MIT</id>", ""),
        ("<id>MIT</id>", "<id>GPL-2.0-only</id><id>MIT</id>"),
        ("<license><id>MIT</id></license>", "MIT<licence/>"),
        ("<id>CVE-1</id>", ""),
        ("<id>CVE-1</id>", "<id/>"),
        ("<severity>high", "<severity>urgent"),
        ("<severity>high</severity>", "<severity>high</severity><severity>low</severity>"),
        ("<severity>high</severity>", "<score>NaN</score>"),
        ("<state>in_triage</state>", "<state>in_triage</state><state>resolved</state>"),
        ("<analysis>", "<analysis><state>resolved</state></analysis><analysis>"),
        ("<ref>a</ref>", ""),
        ("</bom>", "</bom><bom/>"),
        ("</bom>", ""),
    ] {
        let broken = good.replacen(from, to, 1);
        assert_ne!(broken, good, "{from}");
        assert!(read_text(&broken).is_err(), "{broken}");
    }
    for n in 0..good.len() {
        assert!(read_text(&good[..n]).is_err(), "{n}");
    }
    // Lists that stand twice are both read; another namespace is passed over, the old extension with a note.
    let twice = good.replace("</bom>", &format!("{body}</bom>"));
    assert_eq!(read_text(&twice).unwrap().facts.licenses.unwrap().packages.len(), 2);
    let old = xml(
        "1.3",
        "<components><component type='library'><name>a</name><v:vulnerabilities><v:vulnerability/></v:vulnerabilities></component></components>",
    );
    let report = read_text(&old).unwrap();
    assert!(report.facts.findings.is_none() && report.notes[0].contains("extension"));
    let none = read_text(&xml("1.6", "<components/><vulnerabilities/>")).unwrap();
    assert!(none.facts.findings.is_none() && none.facts.licenses.unwrap().packages.is_empty());
}

#[test]
fn it_is_recognised_by_either_form() {
    for (text, ours) in [
        (json("1.6", ""), true),
        (json("2.0", ""), true),
        (xml("1.6", ""), true),
        (r#"{"components":[{"bom-ref":"a","name":"a","type":"library"},{"bo"#.into(), true),
        (r#"{"bomFormat":"other"}"#.into(), false),
        (r#"{"components":[{"name":"a"}]}"#.into(), false),
        ("<bom/>".into(), false),
        (r#"<bom xmlns="http://example.org/bom/1.6"/>"#.into(), false),
    ] {
        assert_eq!(recognise(&Head::of(text.as_bytes(), "x")), ours, "{text}");
    }
}
