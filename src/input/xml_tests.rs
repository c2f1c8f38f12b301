use std::io::Read;

use proptest::prelude::*;

use super::*;

/// The document as a list of words, to compare.
fn walk(text: &[u8], step: usize) -> Result<Vec<String>> {
    struct Drip<'a>(&'a [u8], usize);
    impl Read for Drip<'_> {
        fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
            let n = self.0.len().min(self.1).min(buf.len());
            buf[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }
    let mut window = Window::new(Drip(text, step), u64::MAX);
    let mut xml = Xml::new(&mut window);
    let mut out = Vec::new();
    while let Some(event) = xml.event()? {
        out.push(match event {
            Event::Start(tag) => {
                let list: Vec<String> =
                    tag.attributes().map(|n| format!("{n}={}", tag.get(n).unwrap_or_default())).collect();
                format!("<{} {}", tag.name(), list.join(","))
            }
            Event::End(depth) => format!(">{depth}"),
        });
    }
    Ok(out)
}

fn refused(text: &str, why: &str) {
    for step in [1, 7, 4096] {
        let error = walk(text.as_bytes(), step).unwrap_err().to_string();
        assert!(error.contains(why), "{text}: {error}");
    }
}

#[test]
fn a_document_is_walked_however_its_bytes_arrive() {
    let text = "\u{feff}<?xml version='1.0' encoding=\"utf-8\"?>\n<!DOCTYPE a SYSTEM 'http://x/y>z.dtd'[]>\n<!-- <b> -->\
        <a x=\"1\" y = 'a&gt;&#x41;>b'><b/>te&amp;xt<![CDATA[ </a> & ]]><c k=\"\"></c ></a>\n<?end?>";
    for step in [1, 2, 3, 5, 64, 4096] {
        let seen = walk(text.as_bytes(), step).unwrap();
        assert_eq!(seen, ["<a x=1,y=a>A>b", "<b ", ">1", "<c k=", ">1", ">0"]);
    }
}

#[test]
fn text_of_an_element_is_kept_up_to_a_limit() {
    let mut window = Window::of(b"<a><s>one <i>two</i>&lt;<![CDATA[<3]]></s><t/></a>");
    let mut xml = Xml::new(&mut window);
    xml.event().unwrap();
    xml.event().unwrap();
    assert_eq!(xml.text(100).unwrap(), "one two<<3");
    assert!(matches!(xml.event().unwrap(), Some(Event::Start(t)) if t.name() == "t"));
    assert_eq!(xml.text(100).unwrap(), "");
    assert!(matches!(xml.event().unwrap(), Some(Event::End(0))));
    assert!(xml.event().unwrap().is_none());
}

#[test]
fn what_is_not_well_formed_is_refused() {
    for (text, why) in [
        ("", "no XML element"),
        (" \n<!-- x -->", "no XML element"),
        ("hello", "outside the root"),
        ("<a>", "cut off"),
        ("<a><b></a>", "closes nothing"),
        ("<a></a></a>", "closes nothing"),
        ("<a/><b/>", "second root"),
        ("<a/>x", "outside the root"),
        ("<a x='1' x='2'/>", "stands twice"),
        ("<a x=1/>", "in quotes"),
        ("<a x/>", "in quotes"),
        ("<a x='<'/>", "in an attribute"),
        ("<a x='1'y='2'/>", "malformed"),
        ("<a>&nbsp;</a>", "none of the five"),
        ("<a x='&e;'/>", "none of the five"),
        ("<a>&#0;</a>", "none of the five"),
        ("<a>\u{1b}</a>", "XML forbids"),
        ("<a>\n\n\u{1b}</a>", "line 3: a control character that XML forbids"),
        ("<a\n\tb='\u{1}'/>", "line 2: a control character that XML forbids"),
        ("<a x='\u{0}'/>", "XML forbids"),
        ("<!DOCTYPE a [<!ENTITY e 'x'>]><a/>", "inside the DOCTYPE"),
        ("<!DOCTYPE a [%x;]><a/>", "inside the DOCTYPE"),
        ("<a><!DOCTYPE a></a>", "allows none"),
        ("<?xml version='1.0' encoding='UTF-16'?><a/>", "UTF-8"),
        ("<a><![CDATA[ </a>", "cut off"),
        ("< a/>", "malformed"),
        ("<1/>", "malformed"),
    ] {
        refused(text, why);
    }
    refused(&"<a>".repeat(300), "deeper than 256");
    let many: String = (0..100).map(|n| format!(" a{n}='1'")).collect();
    refused(&format!("<a{many}/>"), "more than 64");
}

#[test]
fn a_long_comment_or_text_is_passed_over_and_a_long_tag_refused() {
    let long = "x".repeat(LONGEST_TOKEN + 10);
    assert!(walk(format!("<a><!--{long}-->{long}<![CDATA[{long}]]></a>").as_bytes(), 1 << 16).is_ok());
    assert!(walk(format!("<a x='{long}'/>").as_bytes(), 1 << 16).is_err());
}

/// The same list from `quick-xml`, the independent judge.
fn judge(text: &str) -> Vec<String> {
    use quick_xml::events::Event as E;
    let mut reader = quick_xml::Reader::from_str(text);
    let (mut out, mut depth) = (Vec::new(), 0);
    let start = |tag: &quick_xml::events::BytesStart<'_>| {
        let list: Vec<String> = tag
            .attributes()
            .map(|a| {
                let a = a.unwrap();
                let value = a.normalized_value(quick_xml::XmlVersion::Implicit1_0).unwrap();
                format!("{}={value}", String::from_utf8_lossy(a.key.as_ref().as_bytes()))
            })
            .collect();
        format!("<{} {}", String::from_utf8_lossy(tag.name().as_ref().as_bytes()), list.join(","))
    };
    loop {
        match reader.read_event().unwrap() {
            E::Start(tag) => {
                depth += 1;
                out.push(start(&tag));
            }
            E::Empty(tag) => {
                out.push(start(&tag));
                out.push(format!(">{depth}"));
            }
            E::End(_) => {
                depth -= 1;
                out.push(format!(">{depth}"));
            }
            E::Eof => return out,
            _ => {}
        }
    }
}

fn element() -> impl Strategy<Value = String> {
    let text = "[a-z &&[^&]]{0,6}(&amp;|&lt;|&#65;)?";
    let attributes = prop::collection::btree_map("[a-z]{1,3}", "[a-z0-9>]{0,5}(&quot;|&#x42;)?", 0..4)
        .prop_map(|m| m.into_iter().map(|(k, v)| format!(" {k}=\"{v}\"")).collect::<String>());
    let leaf = ("[a-z]{1,4}", attributes.clone()).prop_map(|(n, a)| format!("<{n}{a}/>"));
    leaf.prop_recursive(4, 30, 5, move |inner| {
        ("[a-z]{1,4}", attributes.clone(), prop::collection::vec((text, inner), 0..5)).prop_map(|(n, a, children)| {
            let body: String = children.into_iter().map(|(t, c)| format!("{t}<!-- {n} -->{c}")).collect();
            format!("<{n}{a}>{body}</{n}>")
        })
    })
}

proptest! {
    #[test]
    fn agrees_with_quick_xml(text in element(), step in 1usize..20) {
        prop_assert_eq!(walk(text.as_bytes(), step).unwrap(), judge(&text));
    }

    #[test]
    fn a_cut_document_is_refused(text in element(), cut in any::<prop::sample::Index>()) {
        prop_assert!(walk(&text.as_bytes()[..cut.index(text.len())], 9).is_err());
    }
}
