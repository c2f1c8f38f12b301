use super::*;
use crate::facts::Declared;
use crate::input::Window;

fn read_text(text: &str) -> Result<Report> {
    FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "spdx.json" })
}

fn document(packages: &[&str], rest: &str) -> String {
    format!(
        r#"{{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","creationInfo":{{"created":"2026-01-02T03:04:05Z","creators":["Organization: x","Tool: one-1.2","Tool: two-v3.0-rc1"]}},"packages":[{}]{rest}}}"#,
        packages.join(",")
    )
}

fn package(id: &str, rest: &str) -> String {
    format!(r#"{{"SPDXID":"SPDXRef-{id}","name":"{id}","versionInfo":"1.0","downloadLocation":"NONE"{rest}}}"#)
}

fn names(text: &str) -> Vec<String> {
    let packages = read_text(text).unwrap_or_else(|e| panic!("{e}: {text}")).facts.licenses.unwrap().packages;
    packages.iter().map(|p| format!("{} {}", p.name, p.version.as_deref().unwrap_or("-"))).collect()
}

#[test]
fn what_is_concluded_counts_else_what_is_declared() {
    for (fields, words) in [
        (r#","licenseConcluded":"MIT","licenseDeclared":"GPL-2.0-only""#, Some("MIT")),
        (r#","licenseConcluded":"NOASSERTION","licenseDeclared":"ISC""#, Some("ISC")),
        (r#","licenseConcluded":"ISC","licenseDeclared":"NOASSERTION""#, Some("ISC")),
        (r#","licenseDeclared":"ISC""#, Some("ISC")),
        (r#","licenseConcluded":null,"licenseDeclared":"ISC""#, Some("ISC")),
        (r#","licenseConcluded":"","licenseDeclared":"ISC""#, Some("ISC")),
        (r#","licenseConcluded":"NONE","licenseDeclared":"ISC""#, Some("NONE")),
        (r#","licenseConcluded":"NOASSERTION","licenseDeclared":"NOASSERTION""#, None),
        (r#","licenseInfoFromFiles":["MIT"]"#, None),
        ("", None),
    ] {
        let report = read_text(&document(&[&package("a", fields)], "")).unwrap();
        let declared = words.map_or(Declared::Nothing, |w| Declared::Words(w.into()));
        assert_eq!(report.facts.licenses.unwrap().packages[0].declared, declared, "{fields}");
        assert_eq!(report.notes.len(), usize::from(fields.contains("GPL") || fields.contains("NONE")), "{fields}");
    }
    let none = document(&[&package("a", r#","licenseDeclared":"NONE""#)], "");
    assert_eq!(read_text(&none).unwrap().facts.licenses.unwrap().tally().1, 1);
}

#[test]
fn the_one_package_that_is_described_is_what_was_looked_at() {
    let (a, b) = (package("a", ""), package("b", ""));
    let relation = |from: &str, kind: &str, to: &str| {
        format!(
            r#"{{"spdxElementId":"SPDXRef-{from}","relationshipType":"{kind}","relatedSpdxElement":"SPDXRef-{to}"}}"#
        )
    };
    let relations = |list: &[String]| format!(r#","relationships":[{}]"#, list.join(","));
    for (rest, expected) in [
        (String::new(), &["a 1.0", "b 1.0"][..]),
        (r#","documentDescribes":["SPDXRef-a"]"#.into(), &["b 1.0"]),
        (relations(&[relation("DOCUMENT", "DESCRIBES", "a")]), &["b 1.0"]),
        (relations(&[relation("a", "DESCRIBED_BY", "DOCUMENT")]), &["b 1.0"]),
        (relations(&[relation("DOCUMENT", "DESCRIBES", "a"), relation("a", "DEPENDS_ON", "b")]), &["b 1.0"]),
        (relations(&[relation("b", "DESCRIBES", "a")]), &["a 1.0", "b 1.0"]),
        (relations(&[relation("DOCUMENT", "DESCRIBES", "file")]), &["a 1.0", "b 1.0"]),
        // A document that describes each of its packages has no root.
        (r#","documentDescribes":["SPDXRef-a","SPDXRef-b"]"#.into(), &["a 1.0", "b 1.0"]),
        (
            format!(r#","documentDescribes":["SPDXRef-a"]{}"#, relations(&[relation("DOCUMENT", "DESCRIBES", "b")])),
            &["a 1.0", "b 1.0"],
        ),
        (
            format!(r#","documentDescribes":["SPDXRef-a"]{}"#, relations(&[relation("DOCUMENT", "DESCRIBES", "a")])),
            &["b 1.0"],
        ),
    ] {
        assert_eq!(names(&document(&[&a, &b], &rest)), expected, "{rest}");
    }
    assert!(names(&document(&[&a], r#","documentDescribes":["SPDXRef-a"]"#)).is_empty());
}

#[test]
fn packages_have_the_name_of_their_purl_and_some_entries_are_none() {
    let purl = r#","externalRefs":[{"referenceType":"cpe23Type","referenceLocator":"x"},{"referenceType":"purl","referenceLocator":"pkg:npm/%40s/n@2"},{"referenceType":"purl","referenceLocator":"pkg:npm/other@3"}]"#;
    let lock = r#","annotations":[{"comment":"Class: lang-pkgs"}]"#;
    let application = r#","primaryPackagePurpose":"APPLICATION""#;
    let text = document(
        &[
            &package("a", purl),
            &package("b", "").replace(r#""1.0""#, "null"),
            &package("c", "").replace(r#""1.0""#, r#""NOASSERTION""#),
            &package("os", r#","primaryPackagePurpose":"OPERATING-SYSTEM""#),
            &package("file", r#","primaryPackagePurpose":"FILE""#),
            &package("lock", &format!("{lock}{application}")),
            &package("app", application),
            &package("lib", lock),
            &package("d", &format!("{lock}{application}{purl}")),
            &package("same", ""),
            &package("same", ""),
        ],
        "",
    );
    assert_eq!(names(&text), ["@s/n 2", "b -", "c -", "app 1.0", "lib 1.0", "@s/n 2", "same 1.0", "same 1.0"]);
    let report = read_text(&text).unwrap();
    assert!(report.notes[0].ends_with(": 3"), "{:?}", report.notes);
    assert_eq!(report.tools, ["one".into(), "two-v3.0-rc1".into()]);
    assert_eq!(report.made_at.unwrap().to_string(), "2026-01-02T03:04:05Z");
    assert!(read_text(&document(&[], "")).unwrap().facts.licenses.unwrap().packages.is_empty());
}

#[test]
fn it_is_recognised_and_spdx_3_is_not() {
    for (text, ours) in [
        (document(&[], ""), true),
        (document(&[], "").replace("SPDX-2.3", "SPDX-2.1"), true),
        (format!(r#"{{"packages":[{},"#, package("a", "")), true),
        (document(&[], "").replace("SPDX-2.3", "SPDX-3.0"), false),
        (r#"{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[]}"#.into(), false),
        (r#"{"packages":[{"name":"a","version":"1","id":"i","license":null}]}"#.into(), false),
    ] {
        assert_eq!(recognise(&Head::of(text.as_bytes(), "x")), ours, "{text}");
    }
}

#[test]
fn what_lacks_a_key_or_is_cut_is_refused() {
    let rest = r#","documentDescribes":["SPDXRef-a"],"relationships":[{"spdxElementId":"x","relationshipType":"y","relatedSpdxElement":"z"}]"#;
    let good = document(&[&package("a", r#","licenseDeclared":"MIT""#)], rest);
    assert!(read_text(&good).is_ok());
    for (from, to) in [
        (r#""spdxVersion":"SPDX-2.3","#, ""),
        ("SPDX-2.3", "SPDX-3.0"),
        ("SPDX-2.3", "SPDX-2.30"),
        ("SPDX-2.3", "SPDX-1.2"),
        (r#""SPDXID":"SPDXRef-DOCUMENT","#, ""),
        (r#""packages":["#, r#""package":["#),
        (r#""packages":["#, r#""packages":[],"packages":["#),
        (r#""SPDXID":"SPDXRef-a","#, ""),
        (r#""name":"a","#, ""),
        (r#""licenseDeclared":"MIT""#, r#""licenseDeclared":"GPL-2.0-only","licenseDeclared":"MIT""#),
        (r#""licenseDeclared":"MIT""#, r#""licenseDeclared":["MIT"]"#),
        (r#""licenseDeclared":"MIT""#, r#""licensedeclared":"MIT""#),
        (r#""relationshipType":"y","#, ""),
        (r#"["SPDXRef-a"]"#, r#""SPDXRef-a""#),
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
