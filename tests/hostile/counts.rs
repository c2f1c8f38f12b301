//! Figures that contradict each other or stand for nothing: F07, F08, F21 to F25.

use super::*;

pub(super) fn cases() -> Vec<Case> {
    let mut all = coverage();
    all.extend(tests());
    all.extend(others());
    all.extend(licenses());
    all
}

fn cobertura(lines: &str) -> String {
    COBERTURA.text().split("<lines>").next().unwrap().replace("lines-valid=\"5\" lines-covered=\"4\" ", "")
        + &format!("<lines>{lines}</lines></class></classes></package></packages></coverage>")
}

fn coverage() -> Vec<Case> {
    let hits = |n: u64, hit: u64| {
        (0..n).map(|k| format!("<line number=\"{}\" hits=\"{}\"/>", k + 1, u8::from(k < hit))).collect::<String>()
    };
    let one = "<line number=\"1\" hits=\"1\"/>";
    let lcov = |body: &str| format!("TN:\nSF:a.rs\n{body}end_of_record\n");
    vec![
        COBERTURA.case("control", "80 of 100", cobertura(&hits(100, 80)), Open),
        COBERTURA.case("F24", "79,999 of 100,000", cobertura(&hits(100_000, 79_999)), Fails("79.999 %")),
        COBERTURA.case("F24", "80,000 of 100,000", cobertura(&hits(100_000, 80_000)), Open),
        COBERTURA.case("F07", "no line, rate 1", cobertura(""), Error("")),
        COBERTURA.case(
            "F07",
            "no package",
            "<coverage line-rate=\"1\" lines-valid=\"0\" lines-covered=\"0\"><packages/></coverage>",
            Error(""),
        ),
        COBERTURA.case(
            "F08",
            "root 100 of 100, nothing hit",
            cobertura(&hits(10, 0)).replace("<coverage ", "<coverage lines-valid=\"10\" lines-covered=\"10\" "),
            Fails("0 %"),
        ),
        COBERTURA.case(
            "F08",
            "one line 200 times",
            cobertura(&(one.repeat(200) + &hits(10, 1).replace(one, ""))),
            Fails("10 %"),
        ),
        COBERTURA.case(
            "F08",
            "more lines said than there are",
            cobertura(&hits(10, 10)).replace("<coverage ", "<coverage lines-valid=\"100\" lines-covered=\"100\" "),
            Error(""),
        ),
        LCOV.case("F07", "nothing of nothing", lcov("LF:0\nLH:0\n"), Error("")),
        LCOV.case("F08", "more hit than found", lcov("DA:1,1\nLF:1\nLH:2\n"), Open),
        LCOV.case("F08", "a header of 100 %", lcov("DA:1,1\nDA:2,0\nLF:1\nLH:1\n"), Fails("50 %")),
        LCOV.case("F03", "no end_of_record", lcov("DA:1,1\n").replace("end_of_record\n", ""), Error("")),
        LCOV.case("F17", "CR only", LCOV.text().replace('\n', "\r"), Error("")),
        LCOV.case("control", "CRLF", LCOV.text().replace('\n', "\r\n"), Open),
        LCOV.case("F08", "negative hits", lcov("DA:1,-1\n"), Error("")),
        LCOV.case("F08", "one line often", lcov(&("DA:1,1\n".repeat(200) + "DA:2,0\n")), Fails("50 %")),
    ]
}

fn suite(attributes: &str, inside: &str) -> String {
    format!("<testsuites><testsuite name=\"s\" {attributes}>{inside}</testsuite></testsuites>")
}

fn tests() -> Vec<Case> {
    let (good, bad) = (
        "<testcase name=\"a\"/><testcase name=\"b\"/>",
        "<testcase name=\"a\"/><testcase name=\"b\"><failure message=\"m\"/></testcase>",
    );
    let case = |inside: &str| format!("<testcase name=\"a\"/><testcase name=\"b\">{inside}</testcase>");
    let nested = |depth: usize| "<testsuite name=\"n\">".repeat(depth) + bad + &"</testsuite>".repeat(depth);
    vec![
        JUNIT.case("control", "a suite as root", format!("<testsuite name=\"s\">{good}</testsuite>"), Open),
        JUNIT.case(
            "control",
            "text in CDATA",
            suite("", &case("<system-out><![CDATA[<failure/>]]></system-out>")),
            Open,
        ),
        JUNIT.case("control", "a comment", suite("", &case("<!-- <failure/> -->")), Open),
        JUNIT.case(
            "control",
            "text that looks like one",
            suite("", &case("<system-out>&lt;failure/&gt;</system-out>")),
            Open,
        ),
        JUNIT.case("F07", "no suite", "<testsuites/>", Error("")),
        JUNIT.case("F07", "no case", suite("tests=\"9\" failures=\"0\"", ""), Error("")),
        JUNIT.case(
            "F07",
            "all skipped",
            suite("", "<testcase name=\"a\"><skipped/></testcase><testcase name=\"b\"><skipped/></testcase>"),
            Shut(""),
        ),
        JUNIT.case("F22", "no failure said, one there", suite("tests=\"2\" failures=\"0\"", bad), Fails("failed")),
        JUNIT.case("F22", "one failure said, none there", suite("tests=\"2\" failures=\"1\"", good), Fails("failed")),
        JUNIT.case("F22", "one error said, none there", suite("tests=\"2\" errors=\"1\"", good), Fails("failed")),
        JUNIT.case(
            "F22",
            "a failure below a suite",
            suite("", &(good.to_owned() + "<failure message=\"m\"/>")),
            Fails("failed"),
        ),
        JUNIT.case(
            "F22",
            "an error below a suite",
            suite("", &(good.to_owned() + "<error message=\"m\"/>")),
            Fails("failed"),
        ),
        JUNIT.case("F22", "an error", suite("failures=\"0\" errors=\"0\"", &case("<error/>")), Fails("failed")),
        JUNIT.case("F22", "a failure and a skip", suite("", &case("<skipped/><failure/>")), Fails("failed")),
        JUNIT.case("F22", "three deep", suite("failures=\"0\"", &nested(3)), Fails("failed")),
        JUNIT.case("F22", "a hundred deep", suite("failures=\"0\"", &nested(100)), Fails("failed")),
        JUNIT.case(
            "F22",
            "a rerun that failed at last",
            suite("", &case("<failure/><rerunFailure/>")),
            Fails("failed"),
        ),
    ]
}

fn others() -> Vec<Case> {
    let found = tiny::audit(&[("RUSTSEC-2020-0001", "a 1.0.0", None, &[])]);
    let denied = tiny::deny(&[("RUSTSEC-2020-0001", "a 1.0.0", &[])]);
    let summary = denied.lines().last().unwrap().to_owned();
    vec![
        AUDIT.case("control", "what it finds", found.clone(), Fails("RUSTSEC-2020-0001")),
        AUDIT.case(
            "F08",
            "found, and says none",
            found.replace("\"found\":true", "\"found\":false").replace("\"count\":1", "\"count\":0"),
            Shut(""),
        ),
        AUDIT.with("F08", "\"found\":false", "\"found\":true", Shut("")),
        AUDIT.with("F08", "\"count\":0", "\"count\":3", Shut("")),
        AUDIT.with("F07", "\"dependency-count\":9", "\"dependency-count\":0", Error("")),
        AUDIT.with("F23", "\"advisory-count\":1000", "\"advisory-count\":0", Error("")),
        AUDIT.with("F09", "\"vulnerabilities\"", "\"Vulnerabilities\"", Error("")),
        AUDIT.with("F09", "\"list\":[]", "\"list\":[],\"List\":[]", Error("")),
        AUDIT.with("F13", "\"list\":[]", "\"list\":null", Error("")),
        AUDIT.case(
            "F13",
            "a vector that is none",
            tiny::audit(&[("RUSTSEC-2020-0001", "a 1.0.0", Some("CVSS:9.9/garbage"), &[])]),
            Fails("RUSTSEC-2020-0001"),
        ),
        AUDIT.case(
            "F15",
            "it ignores by itself",
            found.replace("\"ignore\":[]", "\"ignore\":[\"RUSTSEC-2020-0001\"]"),
            Fails("RUSTSEC-2020-0001"),
        ),
        DENY.case("control", "what it finds", denied.clone(), Fails("RUSTSEC-2020-0001")),
        DENY.case("F23", "no summary", denied.replace(&format!("{summary}\n"), ""), Shut("failed run")),
        DENY.case(
            "F23",
            "a summary of none over one",
            denied.replace("\"errors\":1", "\"errors\":0"),
            Fails("RUSTSEC-2020-0001"),
        ),
        DENY.case("F23", "a summary of one over none", summary.replace("\"errors\":1", "\"errors\":2"), Shut("")),
        DENY.case(
            "F13",
            "a severity of its own",
            denied.replace("\"severity\":\"error\"", "\"severity\":\"fatal\""),
            Shut(""),
        ),
        STEPS.with("F27", "\"success\"", "\"skipped\"", Shut("skipped")),
        STEPS.with("F27", "\"success\"", "\"cancelled\"", Shut("")),
        STEPS.with("F27", "\"success\"", "\"failure\"", Shut("")),
        STEPS.with("F27", "\"success\"", "\"Success\"", Error("")),
        STEPS.with("F27", "\"exit_code\":0", "\"exit_code\":1", Shut("")),
        STEPS.with("F10", "step/v1", "step/v2", Error("")),
        STEPS.with("F11", "2026-11-23T10", "2026-02-30T10", Error("")),
    ]
}

/// F25: what is no licence that the list allows, however much it looks like one.
fn licenses() -> Vec<Case> {
    let of = |license: &str| tiny::licenses(&[("a", "MIT"), ("b", license)]);
    let mut all = Vec::new();
    for license in [
        "ＭＩＴ",
        "М IT",
        "MIT\u{0}",
        "MIT\u{200b}",
        "MIT OR",
        "OR MIT",
        "MIT OR GPL",
        "(MIT",
        "MIT)",
        "",
        " ",
        "MIT AND",
        "MIT WITH",
        "MIT WITH Classpath-exception-2.0",
        "LicenseRef-MIT",
        "MIT\nGPL-3.0",
        "MIT GPL-3.0",
        "MIT-0",
        "X-MIT",
        "NOASSERTION",
        "NONE",
        "MIT AND GPL-3.0",
        "GPL-3.0",
        "GPL-3.0-only",
        "GPL-3.0-or-later",
        "see LICENSE",
        "https://opensource.org/licenses/MIT?x",
    ] {
        all.push(LICENSES.case("F25", format!("{license:?}"), of(license), Fails("b\n")));
    }
    for license in
        ["MIT", "MIT OR GPL-3.0", "GPL-3.0 OR MIT", "(MIT)", "MIT AND MIT", "MIT OR (Apache-2.0 AND GPL-3.0)"]
    {
        all.push(LICENSES.case("control", format!("{license:?}"), of(license), Open));
    }
    let deep = format!("{}MIT{}", "(".repeat(10_000), ")".repeat(10_000));
    // It is MIT all the same, and takes no stack.
    all.push(LICENSES.case("F25", "10,000 deep", of(&deep), Open));
    all.push(LICENSES.case("F25", "10,000 wide", of(&["MIT"; 10_000].join(" AND ")), Shut("")));
    all.push(LICENSES.case("F25", "null", of("X").replace("\"X\"", "null"), Fails("b\n")));
    all.push(LICENSES.case(
        "F25",
        "no key",
        of("X").replace(",\"license\":\"X\"", "").replace("\"license\":\"X\",", ""),
        Error("license"),
    ));
    all
}
