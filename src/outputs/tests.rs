//! What holds for the outputs together, judged by other means than their own, and snapshots of
//! those that people read.

mod every;

use std::collections::BTreeSet;
use std::io;
use std::sync::LazyLock;

use anstream::adapter::strip_str;
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use super::fixture::{HOSTILE, check, hostile, judged, open, rich, trial};
use super::*;
use crate::text::Text;
use crate::verdict::{Status, Violation};

pub(super) use every::huge;

fn bytes(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> String {
    let mut sink = Vec::new();
    write(&mut sink).unwrap();
    String::from_utf8(sink).unwrap()
}

pub(super) fn written(name: &str, verdict: &Verdict, width: usize) -> String {
    bytes(|sink| Output::named(name).unwrap().write(verdict, &Page { width, ..Page::default() }, sink))
}

fn text(verdict: &Verdict, width: usize) -> String {
    strip_str(&written("text", verdict, width)).to_string()
}

fn markdown(verdict: &Verdict) -> String {
    written("markdown", verdict, 80)
}

#[test]
fn what_people_read() {
    insta::assert_snapshot!("text-80", text(&rich(), 80));
    insta::assert_snapshot!("text-120", text(&rich(), 120));
    insta::assert_snapshot!("text-open", text(&open(), 80));
    insta::assert_snapshot!("markdown", markdown(&rich()));
    insta::assert_snapshot!("markdown-trial", markdown(&Verdict { evidence: Vec::new(), ..trial() }));
    let inspected = bytes(|sink| inspection(&fixture::inspection(), &Page::default(), sink));
    insta::assert_snapshot!("inspect", strip_str(&inspected).to_string());
}

#[test]
fn colour_only_repeats_what_is_said() {
    let coloured = written("text", &rich(), 80);
    assert!(coloured.contains("\u{1b}[1m\u{1b}[31m✗ fail\u{1b}[0m"), "{coloured}");
    assert!(coloured.contains("portcullis: gate shut: 2 checks fail, 2 could not be judged (exit 1)\u{1b}[0m\n"));
    let ends_plain = |line: &str| line.rsplit_once('\u{1b}').is_none_or(|(_, rest)| rest.starts_with("[0m"));
    assert!(coloured.lines().all(ends_plain), "a style reaches into the next line");
}

#[test]
fn the_names_are_sorted_and_found() {
    assert!(ALL.windows(2).all(|w| w[0].name < w[1].name));
    assert!(ALL.iter().all(|o| Output::named(o.name).is_some_and(|found| found.about == o.about)));
    assert!(Output::named("csv").is_none());
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn json_has_the_keys_of_the_contract_and_no_other() {
    let json = written("json", &rich(), 80);
    assert!(json.ends_with("}\n"));
    let value: Value = serde_json::from_str(&json).unwrap();
    let set = |names: &'static str| names.split_whitespace().collect::<BTreeSet<_>>();
    let top = "schema portcullis verdict exit_code evaluated_at profile selection enforced would_exit subject policy \
               counts evidence checks waivers";
    assert_eq!(keys(&value), set(top));
    let subject = "repository component commit head_commit branch base_branch change event run_url dirty";
    assert_eq!(keys(&value["subject"]), set(subject));
    assert_eq!(keys(&value["policy"]), set("name path sha256 extends"));
    assert_eq!(keys(&value["counts"]), set("pass warn fail error skipped"));
    let evidence = "name path format tool status failed_run error bytes sha256 notes facts";
    value["evidence"].as_array().unwrap().iter().for_each(|e| assert_eq!(keys(e), set(evidence)));
    let check = "id gate scope measure status actual unit covered total subjects fail warn baseline message help \
                 policy_source violations violations_total waived";
    let violation = "id severity package version tool message location aliases fix";
    for c in value["checks"].as_array().unwrap() {
        assert_eq!(keys(c), set(check));
        for v in c["violations"].as_array().unwrap() {
            assert_eq!(keys(v), set(violation));
        }
        for w in c["waived"].as_array().unwrap() {
            assert_eq!(keys(w), set("violation waiver reason owner expires"));
        }
    }
    assert_eq!(keys(&value["checks"][0]["policy_source"]), set("path line"));
    assert_eq!(value["checks"][0]["fail"], serde_json::json!({ "below": 90.0 }));
    assert_eq!(value["profile"], "pr");
    assert_eq!(value["selection"], Value::Null);
    assert_eq!(keys(&value["waivers"][0]), set("id status expires owner matched"));
    assert_eq!(serde_json::from_str::<Verdict>(&json).unwrap(), rich());

    let inspected = bytes(|sink| inspection_json(&fixture::inspection(), sink));
    let value: Value = serde_json::from_str(&inspected).unwrap();
    assert_eq!(keys(&value), set("schema reports"));
    assert_eq!(value["reports"][0]["facts"][0]["kind"], "coverage");
}

#[test]
fn the_last_line_says_the_exit_code() {
    for (verdict, said) in [
        (rich(), "portcullis: gate shut: 2 checks fail, 2 could not be judged (exit 1)"),
        (open(), "portcullis: gate open: 5 checks pass, 3 warn, 2 skipped (exit 0)"),
        (trial(), "portcullis: gate open (not enforced): 2 fail, 2 not judged (exit 0, would be 1)"),
        (judged(Vec::new()), "portcullis: gate shut: no check was judged (exit 3)"),
        (
            judged(vec![check("a.b", Status::Error, "m"), check("a.c", Status::Pass, "m")]),
            "portcullis: gate shut: 1 check could not be judged (exit 3)",
        ),
        (judged(vec![check("a.b", Status::Pass, "m")]), "portcullis: gate open: 1 check passes (exit 0)"),
    ] {
        let exit = format!("(exit {}", verdict.exit_code);
        assert!(said.contains(&exit));
        assert_eq!(text(&verdict, 80).lines().last(), Some(said));
        let markdown = markdown(&verdict);
        assert_eq!(markdown.lines().last(), Some(&*format!("**{said}**")));
        assert_eq!(markdown.lines().next(), Some(&*format!("**{said}**")));
    }
    let first = text(&trial(), 80);
    assert_eq!(first.lines().next(), Some("! not enforced yet: this run exits 0, enforced it would exit 1"));
}

/// What no output for people may hold, whatever the reports say.
fn forbidden(output: &str) -> Option<String> {
    let shown = |c: char| matches!(c, ' '..='~' | '\n') || Text::new(&format!("a{c}b")).contains(c);
    let start = |line: &&str| {
        let line = line.trim_start();
        ["::", "##[", "##vso[", "+++", "---", "^^^", "~~~"].iter().any(|w| line.starts_with(w))
    };
    let inside = ["##[", "##vso[", "##teamcity[", "section_start:", "section_end:", "travis_fold:"];
    let c = output.chars().find(|c| !shown(*c)).map(|c| format!("character {c:?}"));
    let word = inside.iter().find(|w| output.contains(**w)).map(|w| format!("command {w:?}"));
    c.or(word).or_else(|| output.lines().find(start).map(|l| format!("line {l:?}")))
}

fn assert_text_is_harmless(verdict: &Verdict, width: usize) {
    let coloured = written("text", verdict, width);
    let plain = strip_str(&coloured).to_string();
    assert_eq!(forbidden(&plain), None, "{plain}");
    for line in plain.lines() {
        assert!(line.width() <= width.max(40), "{} of {width}: {line:?}", line.width());
    }
}

/// What a GFM parser makes of it, apart from what stands in code spans.
fn rendered(output: &str) -> Vec<String> {
    let events = Parser::new_ext(output, Options::all().difference(Options::ENABLE_SMART_PUNCTUATION));
    let mut seen = Vec::new();
    for event in events {
        match event {
            Event::Html(_) | Event::InlineHtml(_) | Event::FootnoteReference(_) => panic!("{event:?}\n{output}"),
            Event::InlineMath(_) | Event::DisplayMath(_) => panic!("{event:?}\n{output}"),
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_)) => panic!("{event:?}\n{output}"),
            Event::Code(_) => seen.push("code".to_owned()),
            other => seen.push(format!("{other:?}")),
        }
    }
    seen
}

fn assert_markdown_is_harmless(raw: &str) {
    let output = markdown(&hostile(raw));
    assert_eq!(forbidden(&output), None, "{output}");
    if !Text::new(raw).is_empty() {
        static PLAIN: LazyLock<Vec<String>> = LazyLock::new(|| rendered(&markdown(&hostile("x"))));
        assert_eq!(rendered(&output), *PLAIN, "{raw:?}\n{output}");
    }
    assert!(output.encode_utf16().count() <= 60_000);
    // An annotation has more room, and the same writer.
    let longer = written("buildkite", &hostile(raw), 80);
    assert_eq!(forbidden(&longer), None, "{longer}");
    assert!(longer.len() >= output.len() && longer.len() <= 1_000_000);
}

#[test]
fn hostile_reports_stay_in_their_place() {
    let long = "x".repeat(10_000);
    let words = "word ".repeat(10_000);
    let ticks = "`".repeat(400);
    let marks = format!("e{}", "\u{301}".repeat(5000));
    for raw in HOSTILE.into_iter().chain([&*long, &words, &ticks, &marks, &"::".repeat(300), &"界".repeat(300)]) {
        for width in [0, 40, 61, 80, 120, 500] {
            assert_text_is_harmless(&hostile(raw), width);
        }
        assert_markdown_is_harmless(raw);
        let lines = text(&hostile(raw), 80).lines().count();
        assert!(lines < 400, "{lines} lines of {raw:.20}");
    }
    for width in [40, 60, 80, 100, 140] {
        assert_text_is_harmless(&rich(), width);
    }
}

#[test]
fn code_spans_hold_the_reports_words() {
    let output = markdown(&hostile("<b>`x`</b> @all"));
    let codes = Parser::new(&output).filter(|e| matches!(e, Event::Code(c) if **c == *"<b>`x`</b> @all"));
    assert!(codes.count() > 50);
}

#[test]
fn any_amount_stays_within_the_limits() {
    let mut failing = check("security.high", Status::Fail, "30000 findings, 0 allowed");
    let violation = |n: usize| Violation {
        fix: Some("👩".repeat(1000).into()),
        ..Violation::new(n.to_string(), "界".repeat(700))
    };
    failing.violations = (0..30_000).map(violation).collect();
    failing.violations_total = 30_000;
    let mut checks = vec![failing.clone(); 20];
    checks.extend((0..5000).map(|n| check(&format!("tests.a{n}.failed"), Status::Pass, "m")));
    checks.extend((0..3000).map(|n| check(&format!("tests.b{n}.failed"), Status::Skipped, "m")));
    let verdict = judged(checks);
    let output = markdown(&verdict);
    assert!((40_000..=60_000).contains(&output.encode_utf16().count()), "{}", output.encode_utf16().count());
    assert!(output.contains("- … 10 of 30000 shown\n"));
    assert!(output.contains(" of 8020 checks shown, the worst first.\n"));
    assert!(output.contains("3000 of 3000 skipped checks. "), "{}", &output[output.len() - 300..]);
    assert!(output.ends_with("**portcullis: gate shut: 20 checks fail (exit 1)**\n"));

    let output = text(&judged(vec![failing]), 80);
    assert!(output.contains("    … and 29995 more\n"));
    assert!(output.len() < 10_000);
}

/// Texts made of what has a meaning somewhere.
pub(super) fn spiteful() -> impl Strategy<Value = String> {
    let word = prop::sample::select(
        "` `` ::error:: :: : ##[ ##vso[ # | \\ \\| < > <b> </b> <!-- [a](b) ![ ] $ $$ $` ** _ ~~~ --- +++ ^^^ & &lt; [^1] - 1. \n \r \u{1b}[1m \u{202e} é 界 שלום \u{301} 👩 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx a b"
            .split(' ')
            .collect::<Vec<_>>(),
    );
    let piece = prop_oneof![4 => word.prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from), 2 => Just(" ".to_owned())];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_report_writes_outside_its_place(raw in spiteful(), width in 40usize..150) {
        assert_text_is_harmless(&hostile(&raw), width);
        assert_markdown_is_harmless(&raw);
    }
}
