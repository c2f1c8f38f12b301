//! What befalls a document as a whole, whatever it says: F02, F03, F09, F10, F17, R01, R03 to R07.

use super::*;

pub(super) fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    for control in CONTROLS {
        all.extend(empty(control));
        all.extend(cut(control));
        all.extend(encoded(control));
        all.extend(other(control));
    }
    all.extend(xml());
    all.extend(json());
    all
}

/// F02: nothing in it.
fn empty(control: &'static Control) -> Vec<Case> {
    let nothings = [
        "",
        " ",
        "\n\n",
        "\t\r\n ",
        "null",
        "<?xml version=\"1.0\"?>",
        "<?xml version=\"1.0\"?><!-- c -->",
        "[]",
        "{}",
        "\0",
        "0",
        "\"\"",
    ];
    nothings.iter().map(|text| control.case("F02", format!("{text:?}"), *text, Error(""))).collect()
}

/// F03: cut at every tenth of it, and at its last bytes. A stream of lines that ends between two lines has its own rule.
fn cut(control: &'static Control) -> Vec<Case> {
    let text = control.text();
    let whole = text.trim_end().len();
    let places = (1..10).map(|n| whole * n / 10).chain([whole - 1, whole - 2]);
    places.map(|n| control.case("F03", format!("cut at {n}"), text.as_bytes()[..n].to_vec(), Error(""))).collect()
}

/// F17: bytes that are no UTF-8, or say that they are something else.
fn encoded(control: &'static Control) -> Vec<Case> {
    let text = control.text();
    let wide = |unit: fn(u16) -> [u8; 2], bom: bool| -> Vec<u8> {
        let mark = bom.then_some(0xFEFF);
        mark.into_iter().chain(text.encode_utf16()).flat_map(unit).collect()
    };
    let middle = |bytes: &[u8]| {
        let at = text.len() / 2;
        [&text.as_bytes()[..at], bytes, &text.as_bytes()[at..]].concat()
    };
    let utf32: Vec<u8> =
        std::iter::once('\u{feff}').chain(text.chars()).flat_map(|c| u32::from(c).to_le_bytes()).collect();
    vec![
        control.case("F17", "one BOM", [b"\xEF\xBB\xBF", text.as_bytes()].concat(), Open),
        control.case("F17", "two BOMs", [b"\xEF\xBB\xBF\xEF\xBB\xBF", text.as_bytes()].concat(), Error("")),
        control.case("F17", "UTF-16LE", wide(u16::to_le_bytes, true), Error("write UTF-8")),
        control.case("F17", "UTF-16BE", wide(u16::to_be_bytes, true), Error("write UTF-8")),
        control.case("F17", "UTF-16LE without BOM", wide(u16::to_le_bytes, false), Error("")),
        control.case("F17", "UTF-16BE without BOM", wide(u16::to_be_bytes, false), Error("")),
        control.case("F17", "UTF-32", utf32, Error("")),
        control.case("F17", "0xFF", middle(b"\xFF"), Error("not UTF-8")),
        control.case("F17", "Latin-1", middle(b"\xE9"), Error("not UTF-8")),
        control.case("F17", "overlong", middle(b"\xC0\xAF"), Error("not UTF-8")),
        control.case("F17", "surrogate", middle(b"\xED\xA0\x80"), Error("not UTF-8")),
        control.case("F17", "cut character", [text.as_bytes(), b"\xE4\xB8"].concat(), Error("UTF-8")),
        // In a stream of lines what is no JSON is another program's, and said.
        control.case(
            "F17",
            "NUL at the end",
            [text.as_bytes(), b"\0"].concat(),
            if control.name == "cargo-deny" { Open } else { Error("") },
        ),
        control.case(
            "F17",
            "UTF-7",
            text.replace('<', "+ADw-").replace('{', "+AHs-").replace("SF:", "+AFM-F:"),
            Error(""),
        ),
    ]
}

/// F10: another file under the right name.
fn other(control: &'static Control) -> Vec<Case> {
    let mut all = Vec::new();
    for text in [
        "<!DOCTYPE html><html><body>404 Not Found</body></html>",
        "version https://git-lfs.github.com/spec/v1\noid sha256:4665a5ea423c2713d436b5ee50593a9640e0018c1550b5a0002f74190d6caea8\nsize 12\n",
        "PK\u{3}\u{4}\u{14}",
        "error: could not compile `a`",
        "{\"Runs\":[]}",
        "[[]]",
    ] {
        all.push(control.case("F10", text, text, Error("")));
    }
    let text = control.text();
    let log = if control.name == "cargo-deny" { Open } else { Shut("") };
    all.push(control.case("F10", "a log before it", format!("Downloading...\n{text}"), log));
    if control.name != "cargo-deny" && control.name != "steps" {
        all.push(control.case("F10", "a word behind it", format!("{text}done"), Error("")));
    }
    // What speaks of none of the gate's subjects judges nothing.
    let speaks = |foreign: &Control| {
        let security = ["sarif", "cargo-audit", "cargo-deny"];
        let own = security.contains(&control.name) && security.contains(&foreign.name);
        own && (control.name, foreign.name) != ("cargo-deny", "sarif") && control.name != "cargo-audit"
    };
    for foreign in CONTROLS.iter().filter(|c| c.gates != control.gates && !speaks(c)) {
        let partly = control.name == "cargo-audit" && foreign.name == "cargo-deny";
        if !partly {
            all.push(control.case("F10", foreign.name, foreign.text(), Error("")));
        }
    }
    all
}

fn xml() -> Vec<Case> {
    let mut all = Vec::new();
    for control in [&COBERTURA, &JUNIT] {
        let text = control.text();
        let root = text[1..].split([' ', '>']).next().unwrap().to_owned();
        let doctype = |subset: &str| format!("<!DOCTYPE {root} {subset}>{text}");
        let mut add = |row, name: &str, bytes: String, expect| all.push(control.case(row, name, bytes, expect));
        add("control", "external id", doctype("SYSTEM 'http://example.org/coverage-04.dtd'"), Open);
        add("control", "public id", doctype("PUBLIC '-//X//EN' 'x.dtd'"), Open);
        add("control", "empty subset", doctype("[]"), Open);
        add(
            "control",
            "comments and white space",
            format!("<!-- a -->\r\n{}\n<!-- b -->", text.replace("><", ">\r\n\t<")),
            Open,
        );
        let lol = "<!ENTITY a 'x'><!ENTITY b '&a;&a;&a;'><!ENTITY c '&b;&b;&b;'>";
        add("R01", "a bomb nobody reads", doctype(&format!("[{lol}]")), Error("DOCTYPE"));
        add(
            "R01",
            "a bomb in an attribute",
            doctype(&format!("[{lol}]")).replacen("name=\"", "name=\"&c;", 1),
            Error("DOCTYPE"),
        );
        add("R01", "a cycle", doctype("[<!ENTITY a '&b;'><!ENTITY b '&a;'>]"), Error("DOCTYPE"));
        add("R01", "a parameter entity", doctype("[<!ENTITY % p SYSTEM 'http://127.0.0.1/x'> %p;]"), Error("DOCTYPE"));
        add("R01", "an element declaration", doctype("[<!ELEMENT a ANY>]"), Error("DOCTYPE"));
        add("R02", "a file entity", doctype("[<!ENTITY x SYSTEM 'file:///etc/passwd'>]"), Error("DOCTYPE"));
        add("R02", "an http entity", doctype("[<!ENTITY x SYSTEM 'http://169.254.169.254/'>]"), Error("DOCTYPE"));
        add("R01", "an entity of HTML", text.replacen("name=\"", "name=\"&nbsp;", 1), Error("none of the five"));
        add(
            "R01",
            "a number that is an entity",
            text.replacen("=\"1\"", "=\"&one;\"", 1).replacen("=\"0\"", "=\"&one;\"", 1),
            Error("one"),
        );
        add(
            "R02",
            "XInclude",
            text.replacen(
                '>',
                "><xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///etc/passwd'/>",
                1,
            ),
            Open,
        );
        add("R02", "a stylesheet", format!("<?xml-stylesheet href='http://example.org/x.xsl'?>{text}"), Open);
        add("F17", "says Latin-1", format!("<?xml version='1.0' encoding='ISO-8859-1'?>{text}"), Error("ISO-8859-1"));
        add("F17", "says UTF-16", format!("<?xml version='1.0' encoding='UTF-16'?>{text}"), Error("UTF-16"));
        add("F17", "says UTF-7", format!("<?xml version='1.0' encoding='UTF-7'?>{text}"), Error("UTF-7"));
        add("F17", "says ASCII", format!("<?xml version='1.0' encoding='us-ascii'?>{text}"), Open);
        add("F02", "two roots", format!("{text}{text}"), Error("second root"));
        add("F02", "an end too many", format!("{text}</a>"), Error("closes nothing"));
        add("F02", "text behind it", format!("{text}x"), Error("outside the root"));
        add("F03", "the root's tag", format!("<{root} a='1'>"), Error(""));
        add("F03", "an empty root", format!("<{root}/>"), Error(""));
        add("F09", "an attribute twice", text.replacen("name=\"", "name=\"x\" name=\"", 1), Error("twice"));
        add("O08", "NUL by reference", text.replacen("name=\"", "name=\"&#0;", 1), Error(""));
        add("O08", "ESC", text.replacen("name=\"", "name=\"\u{1b}", 1), Error("XML forbids"));
        add(
            "R03",
            "100,000 elements deep",
            text.replacen('>', &format!(">{}", "<x>".repeat(100_000)), 1),
            Error("nested deeper"),
        );
        add("R03", "100,000 suites deep", "<testsuite name='s'>".repeat(100_000), Error("nested deeper"));
        let attributes: String = (0..100_000).map(|n| format!(" a{n}='1'")).collect();
        add("R05", "100,000 attributes", text.replacen(" name", &format!("{attributes} name"), 1), Error("attributes"));
        let spaces: String = (0..100_000).map(|n| format!(" xmlns:a{n}='u'")).collect();
        add("R06", "100,000 name spaces", text.replacen(" name", &format!("{spaces} name"), 1), Error("attributes"));
        add(
            "R07",
            "an attribute of 5 MB",
            text.replacen("name=\"", &format!("name=\"{}", "x".repeat(5 << 20)), 1),
            Error("4 MiB"),
        );
        add(
            "R07",
            "an attribute of 1 MB",
            text.replacen("name=\"", &format!("name=\"{}", "x".repeat(1 << 20)), 1),
            Open,
        );
        add("R07", "a comment of 6 MB", text.replacen('>', &format!("><!--{}-->", "x".repeat(6 << 20)), 1), Open);
    }
    all
}

fn json() -> Vec<Case> {
    let mut all = Vec::new();
    for control in [&SARIF, &AUDIT, &LICENSES] {
        let text = control.text();
        let inside = |extra: &str| text.replacen('{', &format!("{{{extra},"), 1);
        // Behind what it is recognised by.
        let behind = |extra: &str| {
            let (before, end) = text.rsplit_once('}').unwrap();
            format!("{before},{extra}}}{end}")
        };
        let mut add = |row, name: &str, bytes: String, expect| all.push(control.case(row, name, bytes, expect));
        add("control", "white space", text.replace(',', " ,\r\n\t"), Open);
        for (name, value) in [
            ("a key of nobody twice", "\"zz\":1,\"zz\":2"),
            ("escaped", "\"zz\":1,\"\\u007az\":2"),
            ("deep inside", "\"zz\":[{\"a\":{\"b\":1,\"b\":1}}]"),
        ] {
            add("F09", name, inside(value), Error("twice"));
        }
        for value in [
            "NaN",
            "Infinity",
            "-Infinity",
            "+1",
            "01",
            "1.",
            ".5",
            "0x1",
            "1_0",
            "'x'",
            "\"\u{1}\"",
            "\"\\x\"",
            "\"\\ud800\"",
            "/*c*/1",
            "tru",
            "",
        ] {
            add("F06", value, inside(&format!("\"zz\":{value}")), Error(""));
        }
        add("F06", "a trailing comma", format!("{},}}", text.trim_end().trim_end_matches(['}', ']'])), Error(""));
        for (name, open, close) in [("arrays", "[", "]"), ("objects", "{\"a\":", "}")] {
            let deep = |n: usize| format!("\"zz\":{}1{}", open.repeat(n), close.repeat(n));
            add("R04", &format!("100,000 {name}"), behind(&deep(100_000)), Error("deeper"));
            add("R04", &format!("100 {name}"), behind(&deep(100)), Open);
            add("R04", &format!("{name} that stay open"), format!("{{\"zz\":{}", open.repeat(100_000)), Error(""));
        }
        add("R07", "a number of 1 MB", behind(&format!("\"zz\":{}", "9".repeat(1 << 20))), Shut(""));
        add("R07", "a string of 5 MB that nobody keeps", behind(&format!("\"zz\":\"{}\"", "x".repeat(5 << 20))), Open);
        add(
            "R11",
            "100,000 keys",
            behind(&(0..100_000).map(|n| format!("\"z{n}\":0")).collect::<Vec<_>>().join(",")),
            Open,
        );
    }
    all
}
