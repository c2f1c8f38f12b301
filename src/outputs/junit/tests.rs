//! Judged by the published schema of Jenkins, by what Surefire's demands beyond it, and by our own reader.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::formats::{self, Input};
use crate::input::Window;
use crate::outputs::fixture::{HOSTILE, check, hostile, judged, open, rich, trial};
use crate::outputs::tests::{huge, written};
use crate::text::Text;
use crate::verdict::{Status, Verdict};

/// An element of a document.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    children: Vec<Self>,
    text: String,
}

impl Element {
    fn all<'e>(&'e self, name: &str) -> Vec<&'e Self> {
        let below = self.children.iter().flat_map(|c| c.all(name));
        Some(self).filter(|e| e.name == name).into_iter().chain(below).collect()
    }

    fn count(&self, key: &str) -> usize {
        self.attributes[key].parse().unwrap()
    }
}

/// The document's one element. Panics where it is not well-formed.
fn parsed(xml: &str) -> Element {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => open.push(element(&tag)),
            Event::Empty(tag) => open.last_mut().unwrap().children.push(element(&tag)),
            Event::End(_) => {
                let done = open.pop().unwrap();
                open.last_mut().unwrap().children.push(done);
            }
            Event::Text(text) => open.last_mut().unwrap().text.push_str(&text),
            Event::GeneralRef(name) => {
                let c = match &*name {
                    "amp" => '&',
                    "lt" => '<',
                    "gt" => '>',
                    "quot" => '"',
                    other => panic!("&{other};"),
                };
                open.last_mut().unwrap().text.push(c);
            }
            Event::Eof => break,
            Event::Decl(_) | Event::Comment(_) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(open.len(), 1);
    let mut top = open.pop().unwrap();
    assert_eq!(top.children.len(), 1);
    top.children.remove(0)
}

fn element(tag: &quick_xml::events::BytesStart<'_>) -> Element {
    let attribute = |a: Result<quick_xml::events::attributes::Attribute<'_>, _>| {
        let a = a.unwrap();
        (a.key.as_ref().to_owned(), quick_xml::escape::unescape(&a.value).unwrap().into_owned())
    };
    let attributes = tag.attributes().map(attribute).collect();
    Element { name: tag.name().as_ref().to_owned(), attributes, ..Element::default() }
}

/// What a schema says of an element: its attributes, each whether it is required, its children, whether it holds text.
#[derive(Debug, Default)]
struct Declared {
    attributes: BTreeMap<String, bool>,
    children: BTreeSet<String>,
    text: bool,
}

/// The elements that Jenkins's schema declares. Its models are choices and lists of one kind, so that what may stand
/// in an element is all that there is to look at.
fn jenkins() -> BTreeMap<String, Declared> {
    let schema = parsed(include_str!("../../../testdata/schemas/junit-10.xsd"));
    let of = |e: &&Element| {
        let name = e.attributes.get("name")?.clone();
        let attributes = e.all("xs:attribute").into_iter();
        let required = |a: &Element| a.attributes.get("use").is_some_and(|u| u == "required");
        let children = e.all("xs:element").into_iter().filter_map(|c| c.attributes.get("ref").cloned());
        let mixed = e.all("xs:complexType").iter().any(|t| t.attributes.get("mixed").is_some_and(|m| m == "true"));
        let declared = Declared {
            attributes: attributes.map(|a| (a.attributes["name"].clone(), required(a))).collect(),
            children: children.collect(),
            text: mixed || e.attributes.get("type").is_some_and(|t| t == "xs:string"),
        };
        Some((name, declared))
    };
    let top = schema.children.iter().filter(|e| e.name == "xs:element");
    let declared: BTreeMap<String, Declared> = top.collect::<Vec<_>>().iter().filter_map(of).collect();
    assert!(declared["testsuite"].attributes["tests"] && declared["failure"].text && !declared["testsuite"].text);
    declared
}

fn assert_valid(element: &Element, schema: &BTreeMap<String, Declared>) {
    let name = &element.name;
    let declared = schema.get(name).unwrap_or_else(|| panic!("<{name}> is not declared"));
    for key in element.attributes.keys() {
        assert!(declared.attributes.contains_key(key), "{key} of <{name}> is not declared");
    }
    for (key, _) in declared.attributes.iter().filter(|(_, required)| **required) {
        assert!(element.attributes.contains_key(key), "<{name}> without {key}");
    }
    assert!(declared.text || element.text.trim().is_empty(), "text in <{name}>");
    for child in &element.children {
        assert!(declared.children.contains(&child.name), "<{}> in <{name}>", child.name);
        assert_valid(child, schema);
    }
}

/// What Surefire's schema says of a suite beyond that.
fn assert_of_surefire(suite: &Element) {
    let names = |e: &Element| e.children.iter().map(|c| c.name.clone()).collect::<Vec<_>>();
    let order = |e: &Element, order: &[&str]| {
        let places: Vec<usize> = names(e).iter().map(|n| order.iter().position(|o| o == n).unwrap()).collect();
        assert!(places.is_sorted(), "{:?}", names(e));
    };
    order(suite, &["properties", "testcase"]);
    for key in suite.attributes.keys() {
        assert!(["name", "time", "tests", "errors", "skipped", "failures", "group"].contains(&&**key), "{key}");
    }
    assert!(suite.attributes.contains_key("skipped"));
    for case in suite.all("testcase") {
        assert_eq!(case.attributes["time"], "0");
        order(case, &["failure", "skipped", "error", "system-out", "system-err"]);
        for outcome in &case.children {
            let typed = ["failure", "error"].contains(&&*outcome.name);
            assert_eq!(outcome.attributes.contains_key("type"), typed, "{outcome:?}");
        }
    }
}

fn assert_counts_are_true(document: &Element) {
    let suites = document.all("testsuite");
    for suite in &suites {
        assert_eq!(suite.count("tests"), suite.all("testcase").len());
        for (key, name) in [("failures", "failure"), ("errors", "error"), ("skipped", "skipped")] {
            assert_eq!(suite.count(key), suite.all(name).len(), "{key}");
        }
    }
    for key in ["tests", "failures", "errors"] {
        assert_eq!(document.count(key), suites.iter().map(|s| s.count(key)).sum::<usize>(), "{key}");
    }
}

/// XML 1.0, section 2.2.
fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[test]
fn every_report_is_valid() {
    let schema = jenkins();
    let mean = HOSTILE.into_iter().chain(["]]>", "&#0;&x;", "<!DOCTYPE x><?pi?>", "\0\u{fffe}\u{1b}"]).map(hostile);
    let plain = [rich(), open(), trial(), judged(Vec::new()), judged(vec![check("", Status::Fail, "")]), huge()];
    for verdict in plain.into_iter().chain(mean) {
        let xml = written("junit", &verdict, 80);
        assert_eq!(xml.chars().find(|c| !is_char(*c)), None);
        let document = parsed(&xml);
        assert_eq!(document.name, "testsuites");
        assert_valid(&document, &schema);
        document.all("testsuite").into_iter().for_each(assert_of_surefire);
        assert_counts_are_true(&document);
        assert!(xml.len() < 2_000_000, "{}", xml.len());
    }
}

#[test]
fn the_rich_verdict() {
    insta::assert_snapshot!("junit", written("junit", &rich(), 80));
}

#[test]
fn texts_come_back_as_they_are() {
    for raw in HOSTILE {
        let mut failing = check("a.b", Status::Fail, raw);
        failing.help = Some(raw.into());
        let document = parsed(&written("junit", &judged(vec![failing]), 80));
        let failure = document.all("failure")[0];
        assert_eq!(failure.attributes["message"], *Text::new(raw));
        assert_eq!(failure.text, format!("help: {}", Text::new(raw)));
    }
}

/// Passed, failed, skipped, as our own reader counts them.
fn read_back(verdict: &Verdict) -> (u64, u64, u64) {
    let bytes = written("junit", verdict, 80);
    let format = formats::ALL.iter().find(|f| f.name == "junit").unwrap();
    let read = format.read(&mut Input { window: &mut Window::of(bytes.as_bytes()), path: "junit.xml" }).unwrap();
    let run = read.facts.tests.unwrap();
    (run.passed(), run.failed(), run.skipped())
}

#[test]
fn our_own_reader_counts_the_checks_as_the_verdict_does() {
    for (verdict, counts) in [
        (rich(), (8, 4, 2)),
        (open(), (8, 0, 2)),
        (trial(), (8, 0, 6)),
        (judged(Vec::new()), (0, 1, 0)),
        (judged(vec![check("a.b", Status::Skipped, "m")]), (0, 1, 1)),
        (judged(vec![check("a.b", Status::Error, "m")]), (0, 1, 0)),
    ] {
        assert_eq!(read_back(&verdict), counts);
        let n = &verdict.counts;
        let judged = verdict.enforced && n.pass + n.warn + n.fail + n.error > 0;
        assert!(!judged || counts == (n.pass + n.warn, n.fail + n.error, n.skipped), "{counts:?}");
    }
}
