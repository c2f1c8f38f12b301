use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::outputs::fixture::{HOSTILE, check, hostile, judged, open, rich, trial};
use crate::outputs::tests::{huge, spiteful, written};
use crate::text::Text;
use crate::verdict::WaiverEntry;

fn payload(verdict: &Verdict) -> Value {
    serde_json::from_str(&written("slack", verdict, 80)).unwrap()
}

/// Every text object of a payload.
fn texts(payload: &Value) -> Vec<&Value> {
    let blocks = payload["blocks"].as_array().unwrap();
    blocks
        .iter()
        .flat_map(|b| b.get("text").into_iter().chain(b["elements"].as_array().into_iter().flatten()))
        .collect()
}

/// Slack's limits, by type of block: the type of its text and how long it may be.
const LIMITS: [(&str, &str, usize); 3] =
    [("header", "plain_text", 150), ("section", "mrkdwn", 3000), ("context", "mrkdwn", 2000)];

fn assert_taken(payload: &Value) {
    let keys: Vec<&String> = payload.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["blocks", "text", "unfurl_links", "unfurl_media"]);
    assert_eq!((&payload["unfurl_links"], &payload["unfurl_media"]), (&Value::Bool(false), &Value::Bool(false)));
    let fallback = payload["text"].as_str().unwrap();
    assert!(!fallback.is_empty() && fallback.encode_utf16().count() <= 3000);
    let blocks = payload["blocks"].as_array().unwrap();
    assert!((2..=50).contains(&blocks.len()), "{}", blocks.len());
    for block in blocks {
        let (_, kind, most) = LIMITS.iter().find(|(t, ..)| block["type"] == *t).unwrap_or_else(|| panic!("{block}"));
        let elements = block["elements"].as_array();
        assert!(elements.is_none_or(|e| (1..=10).contains(&e.len())), "{block}");
        let of_block: Vec<&Value> = block.get("text").into_iter().chain(elements.into_iter().flatten()).collect();
        assert!(!of_block.is_empty(), "{block}");
        for text in of_block {
            assert_eq!(text["type"], *kind);
            let said = text["text"].as_str().unwrap();
            assert!(!said.trim().is_empty() && said.encode_utf16().count() <= *most, "{block}");
            assert_eq!(text["verbatim"].as_bool(), (*kind == "mrkdwn").then_some(true));
        }
    }
    let total: usize = texts(payload).iter().map(|t| t["text"].as_str().unwrap().encode_utf16().count()).sum();
    assert!(total <= 12_000, "{total}");
}

/// What is left of a text without its code, and whether every piece of code is closed.
fn outside_code(text: &str) -> String {
    let mut out = String::new();
    for (n, part) in text.split("```").enumerate() {
        if n % 2 == 0 {
            let pieces: Vec<&str> = part.split('`').collect();
            assert_eq!(pieces.len() % 2, 1, "code without an end in {text:?}");
            out.extend(pieces.into_iter().step_by(2));
        } else {
            assert!(!part.contains('`'), "{text:?}");
        }
    }
    assert_eq!(text.matches("```").count() % 2, 0, "a block without an end in {text:?}");
    out
}

/// Nothing mentions anybody, nothing is a link but the one to the run, and no word of a report stands outside code.
fn assert_inert(payload: &Value, raw: &str) {
    let mut all: Vec<&str> = texts(payload).iter().map(|t| t["text"].as_str().unwrap()).collect();
    all.push(payload["text"].as_str().unwrap());
    for text in all {
        let bare = text.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "");
        assert!(!bare.contains(['<', '>', '&']), "{text}");
        let outside = outside_code(text);
        assert!(!outside.contains("://") && !outside.contains('@'), "{text}");
        if raw.len() > 3 {
            assert!(!outside.contains(raw), "{text}");
        }
    }
}

#[test]
fn every_payload_is_one_that_slack_takes() {
    for verdict in [rich(), open(), trial(), judged(Vec::new()), huge()] {
        assert_taken(&payload(&verdict));
    }
    let nasty =
        ["<!channel> <!here> <@U012AB3CD> <#C1> <https://evil.example|click>", "*bold* _it_ ~no~ :tada: `x` ```y```"];
    let long = ["&".repeat(5000), "👩".repeat(5000), "`".repeat(500)];
    for raw in HOSTILE.into_iter().chain(nasty).chain(long.iter().map(String::as_str)) {
        let payload = payload(&hostile(raw));
        assert_taken(&payload);
        assert_inert(&payload, &Text::new(raw));
    }
}

#[test]
fn the_rich_verdict() {
    insta::assert_snapshot!("slack", written("slack", &rich(), 80));
}

fn said(payload: &Value) -> String {
    texts(payload).iter().map(|t| t["text"].as_str().unwrap()).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_is_left_out_is_counted() {
    let mut checks: Vec<Check> = (0..30).map(|n| check(&format!("tests.a{n}.failed"), Status::Fail, "m")).collect();
    checks.extend((0..30).map(|n| check(&format!("tests.b{n}.failed"), Status::Warn, "m")));
    let mut verdict = judged(checks);
    let waiver = |n: u32| WaiverEntry {
        id: format!("W-{n}").into(),
        status: if n == 3 { "expired" } else { "used" }.into(),
        expires: format!("2027-01-{:02}", 30 - n),
        owner: "@team".into(),
        matched: 1,
    };
    verdict.waivers = (1..9).map(waiver).collect();
    let payload = payload(&verdict);
    assert_taken(&payload);
    let said = said(&payload);
    assert!(said.contains("8 of 30 checks that do not hold shown"), "{said}");
    assert!(said.contains("4 of 30 checks that warn shown"), "{said}");
    assert!(said.contains("```ends 2027-01-22  @team  W-8\n"), "the next to end comes first: {said}");
    assert!(said.contains("\n… and 3 that end later```"), "{said}");

    let mut long = check("security.high", Status::Fail, "𠀀".repeat(3000).as_str());
    long.violations = (0..9).map(|n| Violation::new(format!("V{n}"), "𠀀".repeat(3000))).collect();
    long.violations_total = 30_000;
    long.help = Some("help ".repeat(100).into());
    let verdict = judged(vec![long; 20]);
    let payload: Value = serde_json::from_str(&written("slack", &verdict, 80)).unwrap();
    assert_taken(&payload);
    let said = texts(&payload).iter().map(|t| t["text"].as_str().unwrap()).collect::<Vec<_>>().join("\n");
    assert!(said.contains("… and 29996 more"), "{said}");
    assert!(said.contains("7 of 20 checks that do not hold shown"), "{said}");
}

#[test]
fn the_link_is_the_run_of_the_ci_or_none() {
    let of = |url: &str| {
        let mut verdict = rich();
        verdict.subject.run_url = Some(Text::new(url));
        said(&payload(&verdict))
    };
    assert!(of("https://ci.example/run/1?a=b&c=d").contains("<https://ci.example/run/1?a=b&amp;c=d|the run>"));
    for bad in ["https://a|<!channel>", "javascript:x", "https://a>b", "!channel"] {
        assert!(!of(bad).contains("the run"), "{bad}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_report_says_anything_outside_code(raw in spiteful()) {
        let payload = payload(&hostile(&raw));
        assert_taken(&payload);
        assert_inert(&payload, "");
    }
}
