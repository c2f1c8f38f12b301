//! The page as a browser's parser reads it, and its colours by the formula of WCAG.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use html5ever::tendril::TendrilSink as _;
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

use super::palette::{COLOURS, DECORATION, SHAPES, TEXT};
use crate::outputs::fixture::{HOSTILE, check, hostile, judged, open, rich, trial};
use crate::outputs::{Output, Page};
use crate::text::Text;
use crate::units::Ratio;
use crate::verdict::{Beyond, FileCovered, Meaning, Status, Verdict, Violation, WaiverEntry};

fn html(verdict: &Verdict) -> String {
    let mut sink = Vec::new();
    Output::named("html").unwrap().write(verdict, &Page::default(), &mut sink).unwrap();
    String::from_utf8(sink).unwrap()
}

/// With what the JSON does not hold, each text of it `text` if one is given.
fn beyond(mut verdict: Verdict, text: Option<&str>) -> Verdict {
    let path = |n: u64| Text::new(text.unwrap_or(&format!("crates/c{}/src/module_{n}.rs", n % 4)));
    let lines = |n: u64| Ratio { covered: n * 37 % (n * 10 + 20), total: n * 10 + 20 };
    let coverage = (0..23).map(|n| FileCovered { path: path(n), lines: lines(n) }).collect();
    let meaning = Meaning { what: "What <it> is.", how: "How `it` is computed.", fix: "mend & be done" };
    let meanings = verdict.checks.iter().map(|c| (c.id.clone(), meaning)).collect();
    verdict.beyond = Beyond { coverage, meanings, ages: vec![Some(7200.0), None, Some(-5.0)] };
    verdict
}

/// Every kind of verdict, by name.
fn verdicts() -> Vec<(String, Verdict)> {
    let mut soon = rich();
    soon.waivers.push(WaiverEntry {
        id: "CVE-1".into(),
        status: "used".into(),
        expires: "2026-12-01".to_owned(),
        owner: "@a".into(),
        matched: 2,
    });
    let mut all = vec![
        ("rich".to_owned(), rich()),
        ("beyond".to_owned(), beyond(soon, None)),
        ("open".to_owned(), open()),
        ("trial".to_owned(), trial()),
        ("empty".to_owned(), judged(Vec::new())),
        ("one".to_owned(), judged(vec![check("a.b", Status::Pass, "m")])),
        ("unjudged".to_owned(), judged(vec![check("a.b", Status::Error, "m")])),
    ];
    all.extend(HOSTILE.iter().map(|text| (format!("{text:?}"), beyond(hostile(text), Some(text)))));
    all
}

/// An element with its attributes, in the order of the page.
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    /// All text in it.
    text: String,
    depth: usize,
}

impl Element {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

/// Every element; a parse error fails.
fn elements(page: &str) -> Vec<Element> {
    let dom = html5ever::parse_document(RcDom::default(), Default::default()).one(page);
    assert_eq!(dom.errors.borrow().as_slice(), [""; 0]);
    let mut out = Vec::new();
    walk(&dom.document, 0, &mut out);
    out
}

fn walk(node: &Handle, depth: usize, out: &mut Vec<Element>) -> String {
    let place = match &node.data {
        NodeData::Text { contents } => return contents.borrow().to_string(),
        NodeData::Element { name, attrs, .. } => {
            let attributes = attrs.borrow().iter().map(|a| (a.name.local.to_string(), a.value.to_string())).collect();
            out.push(Element { name: name.local.to_string(), attributes, text: String::new(), depth });
            Some(out.len() - 1)
        }
        NodeData::Document | NodeData::Doctype { .. } => None,
        NodeData::Comment { .. } | NodeData::ProcessingInstruction { .. } => panic!("a comment"),
    };
    let text: String = node.children.borrow().iter().map(|child| walk(child, depth + 1, out)).collect();
    if let Some(place) = place {
        out[place].text.clone_from(&text);
    }
    text
}

const ELEMENTS: &str = "html head meta style title body a header nav main section footer div p span b bdi code h1 h2 h3 ul ol \
                        li dl dt dd details summary table caption thead tbody tr th td fieldset legend label input svg g rect \
                        path text";
const ATTRIBUTES: &str = "aria-hidden aria-label aria-labelledby charset checked class content d data-label fill height href \
                          http-equiv id lang name open preserveAspectRatio role scope stroke tabindex type viewBox width x y";

/// What holds for every page, whatever the verdict says.
fn assert_sound(page: &str) -> Vec<Element> {
    let all = elements(page);
    let allowed = |list: &'static str| list.split_whitespace().collect::<BTreeSet<_>>();
    let (names, keys) = (allowed(ELEMENTS), allowed(ATTRIBUTES));
    for e in &all {
        assert!(names.contains(&*e.name), "<{}>", e.name);
        for (key, value) in &e.attributes {
            assert!(keys.contains(&**key), "<{} {key}={value:?}>", e.name);
            let plain = |c: char| c.is_ascii_alphanumeric() || " -_.,#':/;=+".contains(c);
            assert!(value.chars().all(plain), "<{} {key}={value:?}>", e.name);
        }
        assert!(e.get("href").is_none_or(|h| h.starts_with('#')), "{:?}", e.get("href"));
        assert!(e.get("http-equiv").is_none_or(|h| h == "Content-Security-Policy"));
    }
    assert_references(&all);
    assert_structure(&all);
    all
}

/// Ids are unique, and every link and label has its target.
fn assert_references(all: &[Element]) {
    let list: Vec<&str> = all.iter().filter_map(|e| e.get("id")).collect();
    let ids: BTreeSet<&str> = list.iter().copied().collect();
    assert_eq!(ids.len(), list.len(), "an id twice");
    for e in all {
        let targets = e.get("href").map(|h| &h[1..]).into_iter().chain(e.get("aria-labelledby"));
        targets.for_each(|t| assert!(ids.contains(t), "nothing is called {t:?}"));
    }
}

/// Headings descend by one, landmarks are there once and named, tables have captions and scopes.
fn assert_structure(all: &[Element]) {
    // A drawing has titles of its own.
    let in_svg = |e: &Element| e.name == "title" && e.depth > 3;
    let count = |name: &str| all.iter().filter(|e| e.name == name && !in_svg(e)).count();
    for landmark in ["main", "header", "footer", "nav", "h1", "title", "style"] {
        assert_eq!(count(landmark), 1, "<{landmark}>");
    }
    let mut level = 0;
    for e in all.iter().filter(|e| matches!(&*e.name, "h1" | "h2" | "h3")) {
        let next = e.name[1..].parse::<usize>().unwrap();
        assert!(next <= level + 1, "{} after h{level}", e.name);
        assert!(!e.text.trim().is_empty());
        level = next;
    }
    for (n, e) in all.iter().enumerate() {
        let inside = || all[n + 1..].iter().take_while(|x| x.depth > e.depth);
        match &*e.name {
            "table" => assert_eq!(inside().next().map(|c| &*c.name), Some("caption")),
            "th" => assert!(e.get("scope").is_some()),
            "section" => assert!(e.get("aria-labelledby").is_some()),
            "nav" => assert!(e.get("aria-label").is_some()),
            "fieldset" => assert_eq!(inside().next().map(|c| &*c.name), Some("legend")),
            "details" => assert_eq!(inside().next().map(|c| &*c.name), Some("summary")),
            "svg" => assert!(e.get("aria-hidden").is_some() || e.get("role") == Some("img")),
            _ => {}
        }
    }
}

#[test]
fn every_page_is_sound() {
    for (name, verdict) in verdicts() {
        let page = html(&verdict);
        let all = assert_sound(&page);
        let style = all.iter().find(|e| e.name == "style").unwrap();
        let policy = all.iter().find_map(|e| e.get("http-equiv").and(e.get("content"))).unwrap();
        assert_eq!(
            policy,
            format!(
                "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
                base64(&Sha256::digest(style.text.as_bytes()))
            )
        );
        for word in ["url(", "@import", "expression(", "</", "image-set", "@font-face"] {
            assert!(!style.text.contains(word), "{word}");
        }
        // Nothing runs and nothing is named before the policy that forbids it.
        assert!(page.find("Content-Security-Policy").unwrap() < page.find("<style>").unwrap());
        assert!(!page.contains("javascript:") || name.contains("javascript:"));
    }
}

/// Base64 by other means than the page's own: bit by bit.
fn base64(bytes: &[u8]) -> String {
    let letters: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let bits: Vec<bool> = bytes.iter().flat_map(|b| (0..8).rev().map(move |n| b >> n & 1 == 1)).collect();
    let number = |six: &[bool]| (0..6).fold(0, |n, i| n * 2 + usize::from(six.get(i).copied().unwrap_or(false)));
    let mut out: String = bits.chunks(6).map(|six| letters[number(six)]).collect();
    while !out.len().is_multiple_of(4) {
        out.push('=');
    }
    out
}

#[test]
fn the_page_says_what_the_verdict_says() {
    let all = elements(&html(&beyond(rich(), None)));
    let said = |name: &str| all.iter().filter(|e| e.name == name).map(|e| e.text.trim()).collect::<Vec<_>>();
    assert_eq!(said("h1"), ["Gate shut"]);
    assert_eq!(said("title")[0], "Gate shut · neo-rs · portcullis");
    let parts = ["What shut it", "What was judged", "Checks", "Findings", "Coverage", "Waivers", "Evidence"];
    assert_eq!(said("h2"), parts);
    let body = said("body")[0];
    for words in [
        "2 checks fail, 2 could not be judged",
        "Exit code 1: this change may not pass",
        "84.21 % of lines, 90 % required",
        "fails below 90 %",
        "baseline 85 %",
        "fix: upgrade to 0.23.5, 0.22.4 or 0.21.11",
        "also CVE-2024-32650, GHSA-6g7w-8wpp-frhj",
        "waived until 2027-02-28 by @security: no fixed release",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "What <it> is.",
        "2h 00m",
        "in 97 days",
        "portcullis: gate shut: 2 checks fail, 2 could not be judged (exit 1)",
    ] {
        assert!(body.contains(words), "{words}");
    }
    // Each check that shuts the gate is a link to it.
    let to_checks = |h: &&str| h.strip_prefix("#c").is_some_and(|n| n.parse::<usize>().is_ok());
    let links: Vec<&str> = all.iter().filter_map(|e| e.get("href")).filter(to_checks).take(4).collect();
    assert_eq!(links, ["#c0", "#c5", "#c6", "#c12"]);
    for (verdict, h1, decided) in [
        (open(), "Gate open", "Worth a look"),
        (trial(), "Gate open, not enforced", "What would shut it"),
        (judged(Vec::new()), "Gate shut", "What shut it"),
    ] {
        let all = elements(&html(&verdict));
        let first = |name: &str| all.iter().find(|e| e.name == name).unwrap().text.clone();
        assert_eq!((&*first("h1"), &*first("h2")), (h1, decided));
        assert!(first("header").contains(&format!("Exit code {}", verdict.exit_code)));
    }
}

#[test]
fn what_has_a_name_in_common_is_one_row() {
    let mut verdict = rich();
    let again = Violation {
        package: Some("rustls".into()),
        version: Some("0.21.10".into()),
        aliases: vec!["RUSTSEC-2024-0336".into()],
        ..Violation::new("CVE-2024-32650", "the same")
    };
    let other = Violation { version: Some("0.22.0".into()), ..again.clone() };
    verdict.checks[7].violations = vec![again, other];
    let rows = |v: &Verdict| {
        elements(&html(v))
            .iter()
            .filter(|e| e.get("id").is_some_and(|id| id.starts_with('f') && id != "findings"))
            .count()
    };
    assert_eq!(rows(&verdict), rows(&rich()) + 1);
}

/// The elements with their attributes, without any text.
fn shape(all: &[Element]) -> Vec<String> {
    let fixed =
        |e: &Element| e.attributes.keys().map(|k| format!("{k}={}", e.attributes[k])).collect::<Vec<_>>().join(" ");
    all.iter().map(|e| format!("{:depth$}<{} {}>", "", e.name, fixed(e), depth = e.depth)).collect()
}

fn assert_shape_is_kept(raw: &str) {
    static USUAL: LazyLock<Vec<String>> = LazyLock::new(|| shape(&elements(&html(&hostile("x")))));
    if !Text::new(raw).is_empty() {
        let page = html(&hostile(raw));
        assert_eq!(shape(&assert_sound(&page)), *USUAL, "{raw:?}");
    }
}

#[test]
fn hostile_texts_do_not_change_the_tree() {
    let long = "x".repeat(10_000);
    let marks = format!("e{}", "\u{301}".repeat(5000));
    let entities = "&lt;script&gt;alert(1)&lt;/script&gt;";
    let closing = "</style></title></td></tr></table><script>x</script><svg onload=x>";
    for raw in HOSTILE.into_iter().chain([&*long, &marks, entities, closing, "\" onclick=x '", "<!--", "]]>", "&amp"]) {
        assert_shape_is_kept(raw);
    }
}

#[test]
fn the_reports_words_are_shown_as_they_are() {
    let words = "<b>`x`</b> & \"y\" 'z' &amp; <!-- --> javascript:alert(1)";
    let all = elements(&html(&hostile(words)));
    let exact = all.iter().filter(|e| matches!(&*e.name, "bdi" | "code") && e.text == words);
    assert!(exact.count() > 60);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn no_report_writes_markup(pieces in prop::collection::vec(prop_oneof![
        3 => prop::sample::select(vec!["<", ">", "&", "\"", "'", "</td>", "<script>", "<!--", "-->", "&#60;", "<svg/onload=x>", "]]>",
            "</style>", "javascript:", "`", "=", " "]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ], 1..30)) {
        assert_shape_is_kept(&pieces.concat());
    }
}

/// More of everything than fits, each text of what takes most room: the page keeps to its size, and says what it left out.
#[test]
fn any_amount_gives_a_page_that_opens() {
    let nasty = "&'".repeat(2000);
    let mut failing = check("security.high", Status::Fail, &nasty);
    let finding = |n: usize| Violation {
        fix: Some(Text::new(&nasty)),
        package: Some(Text::new(&nasty)),
        ..Violation::new(format!("{n}{nasty}"), &nasty)
    };
    failing.violations = (0..3000).map(finding).collect();
    failing.violations_total = 30_000;
    let mut checks = vec![failing; 3];
    checks.extend((0..2000).map(|n| check(&format!("tests.a{n}.failed"), Status::Pass, &nasty)));
    let mut verdict = judged(checks);
    let entry = rich().evidence.remove(0);
    verdict.evidence = vec![crate::verdict::EvidenceEntry { error: Some(Text::new(&nasty)), ..entry }; 1500];
    verdict.waivers = vec![WaiverEntry { id: Text::new(&nasty), ..rich().waivers.remove(0) }; 1200];
    let path = |n: u64| Text::new(&format!("{}/{n}{nasty}", n % 700));
    let file = |n| FileCovered { path: path(n), lines: Ratio { covered: n, total: 2 * n + 1 } };
    verdict.beyond.coverage = (0..5000).map(file).collect();
    let page = html(&verdict);
    assert!((4_000_000..8_000_000).contains(&page.len()), "{}", page.len());
    let all = assert_sound(&page);
    let cuts: Vec<&str> = all.iter().filter(|e| e.get("class") == Some("cut")).map(|e| &*e.text).collect();
    for said in [" of 2003 shown, those that need attention first", " of 3000 shown, those that shut the gate first"] {
        assert!(cuts.iter().any(|c| c.contains(said)), "{cuts:?}");
    }
    for said in [
        " of 5000 shown, the folders with most",
        " of 1200 shown, those that end first",
        " of 1500 shown, those that cannot",
    ] {
        assert!(cuts.iter().any(|c| c.contains(said)), "{cuts:?}");
    }
    assert!(cuts.iter().all(|c| !c.starts_with("0 of")), "{cuts:?}");
}

/// Relative luminance, WCAG 2.2.
fn luminance(hex: &str) -> f64 {
    let channel = |n: usize| {
        let c = f64::from(u8::from_str_radix(&hex[n..n + 2], 16).unwrap()) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn every_pair_of_colours_has_its_contrast() {
    assert!(
        (contrast("#000000", "#ffffff") - 21.0).abs() < 1e-9 && (contrast("#777777", "#ffffff") - 4.478).abs() < 1e-3
    );
    let colour = |name: &str| *COLOURS.iter().find(|c| c.0 == name).unwrap_or_else(|| panic!("no colour {name}"));
    let mut used: BTreeSet<&str> = DECORATION.iter().copied().collect();
    for (list, least) in [(TEXT, 4.5), (SHAPES, 3.0)] {
        for (above, grounds) in list {
            for ground in *grounds {
                used.extend([*above, *ground]);
                let (a, b) = (colour(above), colour(ground));
                for (light, x, y) in [("day", a.1, b.1), ("night", a.2, b.2)] {
                    let found = contrast(x, y);
                    assert!(found >= least, "{above} on {ground} by {light}: {found:.2}");
                }
            }
        }
    }
    assert_eq!(used, COLOURS.iter().map(|c| c.0).collect());
}

/// The pairs above are those that the style makes: a rule that sets both names a pair of the list.
#[test]
fn the_style_uses_the_colours_of_the_list_only() {
    let style = super::style::Style::of(&[]);
    let sheet = style.text().split_once("*,*::before").unwrap().1;
    assert!(!sheet.contains("rgb") && !sheet.contains("hsl"));
    let names: BTreeSet<&str> = sheet.split("var(--").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    let known: BTreeSet<&str> = COLOURS.iter().map(|c| c.0).chain(["s", "p", "t", "l"]).collect();
    assert_eq!(names, known);
    let value = |rule: &str, key: &str| {
        let of = |part: &str| part.strip_prefix(key)?.strip_prefix(":var(--")?.strip_suffix(')').map(str::to_owned);
        rule.split(';').find_map(of)
    };
    for rule in sheet.split('{').skip(1).filter_map(|r| r.split('}').next()) {
        if let (Some(above), Some(ground)) = (value(rule, "color"), value(rule, "background")) {
            assert!(TEXT.iter().any(|(a, g)| *a == above && g.contains(&&*ground)), "{above} on {ground}");
        }
    }
}
