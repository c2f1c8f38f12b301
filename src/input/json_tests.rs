use std::io::Read;

use proptest::prelude::*;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::*;
use crate::input::LONGEST_TOKEN;

fn parse<T: de::DeserializeOwned>(text: &str) -> Result<T> {
    Json::document(&mut Window::of(text.as_bytes()))
}

fn refused<T: de::DeserializeOwned + std::fmt::Debug>(text: &str, why: &str) {
    let error = parse::<T>(text).unwrap_err().to_string();
    assert!(error.contains(why), "{text}: {error}");
}

#[derive(Deserialize, Debug, PartialEq)]
struct Run {
    name: String,
    #[serde(default)]
    count: Option<u64>,
}

#[test]
fn a_duplicate_key_is_refused_wherever_it_stands() {
    for text in
        [r#"{"name":"a","name":"b"}"#, r#"{"name":"a","x":{"y":1,"y":2}}"#, r#"{"name":"a","x":[{"y":1,"\u0079":2}]}"#]
    {
        refused::<Run>(text, "stands twice");
    }
    let many: Vec<String> = (0..2000).map(|n| format!("\"k{n}\":{n}")).collect();
    assert!(parse::<IgnoredAny>(&format!("{{{}}}", many.join(","))).is_ok());
    for twice in [0, 700, 1999] {
        refused::<IgnoredAny>(&format!("{{{},\"k{twice}\":0}}", many.join(",")), "stands twice");
    }
    assert!(parse::<IgnoredAny>(r#"[{"a":1},{"a":{"a":2}}]"#).is_ok());
    // However many there are, and wherever an object within begins: sorted runs of 1, 2 and 4 times 512.
    let many: Vec<String> = (0..4000).map(|n| format!("\"k{n}\":{n}")).collect();
    let inner = |n: usize| format!("{{{},\"k\":{{\"k0\":0,{}}}}}", many[..n].join(","), many[1..].join(","));
    for n in [1, 511, 512, 3583, 3584, 4000] {
        assert!(parse::<IgnoredAny>(&inner(n)).is_ok(), "{n}");
        for twice in (0..n).step_by(301) {
            refused::<IgnoredAny>(&format!("{{{},\"k{twice}\":0}}", many[..n].join(",")), "stands twice");
        }
    }
}

#[test]
fn a_key_that_differs_only_by_case_is_refused() {
    refused::<Run>(r#"{"name":"a","Name":"b"}"#, "only by case");
    refused::<Run>(r#"{"NAME":"a"}"#, "only by case");
}

#[test]
fn what_is_no_object_is_refused_where_one_is_expected() {
    for text in ["[]", "[\"a\"]", "null", "\"a\"", "1"] {
        refused::<Run>(text, "invalid type");
    }
}

#[test]
fn grammar_is_strict() {
    for text in [
        "",
        " ",
        "{",
        "[1,]",
        "[1 2]",
        "{\"a\":1,}",
        "{a:1}",
        "[01]",
        "[1.]",
        "[.5]",
        "[+1]",
        "[NaN]",
        "[Infinity]",
        "[1e]",
        "[-]",
        "nul",
        "nullx",
        "[\"\\x\"]",
        "[\"\\ud800\"]",
        "[\"\\udc00\"]",
        "[\"a\nb\"]",
        "1 2",
        "{} {}",
        "[\"a]",
        "'a'",
    ] {
        assert!(parse::<IgnoredAny>(text).is_err(), "{text:?}");
    }
    refused::<f64>("1e999", "out of range");
    refused::<u64>("18446744073709551616", "out of range");
    refused::<u64>("1.0", "invalid type");
    refused::<u64>("-1", "invalid value");
    refused::<IgnoredAny>(&"1".repeat(33), "more than 32");
}

#[test]
fn depth_is_bounded_in_what_is_read_and_in_what_is_not() {
    assert!(parse::<IgnoredAny>(&("[".repeat(128) + &"]".repeat(128))).is_ok());
    refused::<IgnoredAny>(&"[".repeat(100_000), "deeper than 128");
    refused::<Run>(&format!(r#"{{"name":"a","x":{}"#, r#"{"a":"#.repeat(200)), "deeper than 128");
}

#[test]
fn errors_name_their_line() {
    let error = parse::<Run>("{\n \"name\": \"a\",\n \"count\": \"many\"\n}").unwrap_err();
    assert_eq!(error.line, Some(3), "{error}");
}

#[test]
fn documents_stand_one_behind_the_other_with_nothing_between() {
    let names = |text: &str| {
        let mut names = Vec::new();
        let mut window = Window::of(text.as_bytes());
        documents(&mut window, |run: Run| {
            names.push(run.name);
            if names.len() > 2 { Err(ReadError::new("too many")) } else { Ok(()) }
        })
        .map(|()| names)
    };
    let (a, b) = (r#"{"name":"a"}"#, "{\n\"name\":\"b\"}");
    for between in ["", "\n", " \r\n\t"] {
        assert_eq!(names(&format!("{a}{between}{b}\n")).unwrap(), ["a", "b"]);
    }
    for text in [String::new(), " \n".into(), "x".into(), format!("{a},{b}"), format!("{a}\nx"), format!("{a}\n{{")] {
        assert!(names(&text).is_err(), "{text:?}");
    }
    assert_eq!(names(&format!("{a}\n{a}\n{a}")).unwrap_err(), ReadError { line: Some(3), reason: "too many".into() });
}

#[test]
fn lines_of_objects_tolerate_others_and_refuse_broken_ones() {
    let mut names = Vec::new();
    let mut others = Vec::new();
    let text = "  Compiling x\n{\"name\":\"a\"}\r\n\nwarn: y\n{\"name\":\"b\"}";
    let run = |text: &str, names: &mut Vec<String>, others: &mut Vec<String>| {
        lines::<Run>(
            &mut Window::of(text.as_bytes()),
            |run| {
                names.push(run.name);
                Ok(())
            },
            |line| others.push(line.trim().to_owned()),
        )
    };
    run(text, &mut names, &mut others).unwrap();
    assert_eq!((names.len(), others), (2, vec!["Compiling x".to_owned(), "warn: y".to_owned()]));
    assert!(run("{\"name\":\"a\"}\n{\"name\":", &mut names, &mut Vec::new()).is_err());
}

#[test]
fn of_a_text_of_any_length_the_start_is_kept() {
    let long = format!("\"{}\"", "aé\\n".repeat(2 * 1024 * 1024));
    assert!(long.len() > LONGEST_TOKEN);
    let mut window = Window::new(Drip(long.as_bytes(), 4096), u64::MAX);
    let Start(kept) = Json::document(&mut window).unwrap();
    assert!(kept.starts_with("aé\naé\n") && kept.len() <= feed::LONGEST_START, "{}", kept.len());
    assert_eq!(parse::<Option<Start>>("\"x\"").unwrap().unwrap().0, "x");
    assert!(parse::<Option<Start>>("null").unwrap().is_none());
    for text in ["\"open", "\"\\q\"", "1", "null", "[\"a\"]"] {
        assert!(parse::<Start>(text).is_err(), "{text}");
    }
}

/// Gives a few bytes at a time, so that tokens meet the end of the window.
struct Drip<'a>(&'a [u8], usize);

impl Read for Drip<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let n = self.0.len().min(self.1).min(buf.len());
        buf[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        (-1e9f64..1e9).prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(5, 60, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Into::into),
            prop::collection::btree_map(any::<String>(), inner, 0..8)
                .prop_map(|m| serde_json::Value::Object(m.into_iter().collect())),
        ]
    })
}

proptest! {
    /// `serde_json` is the judge: the same value, however the bytes arrive.
    #[test]
    fn agrees_with_serde_json(value in any_json(), step in 1usize..9, pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let mut window = Window::new(Drip(text.as_bytes(), step), u64::MAX);
        let read: serde_json::Value = Json::document(&mut window).unwrap();
        prop_assert_eq!(&read, &value);
        let mut window = Window::new(Drip(text.as_bytes(), step), u64::MAX);
        prop_assert!(Json::document::<IgnoredAny>(&mut window).is_ok());
    }

    /// What we take, `serde_json` takes too; what we take whole, we refuse cut.
    #[test]
    fn never_laxer_than_serde_json(mut text in "[\\[\\]{}\",:0-9.eE+\\-a-f nultrse\\\\]{0,24}", cut in any::<prop::sample::Index>()) {
        let ours = parse::<IgnoredAny>(&text).is_ok();
        if ours {
            prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{}", text);
            text = text.trim().to_owned();
            if text.starts_with(['{', '[', '"']) {
                let at = cut.index(text.len());
                prop_assert!(parse::<IgnoredAny>(&text[..at]).is_err());
            }
        }
    }
}

#[test]
fn a_key_may_stand_twice_only_in_what_is_named_loose() {
    #[derive(serde::Deserialize)]
    struct Outer {
        #[serde(rename = "loose")]
        _loose: Loose,
        #[serde(rename = "strict")]
        _strict: Option<Present>,
    }
    for (text, good) in [
        (r#"{"loose":{"a":1,"a":2},"strict":1}"#, true),
        (r#"{"loose":[{"b":{"a":1,"a":2}}],"strict":{"a":1}}"#, true),
        (r#"{"loose":null}"#, true),
        (r#"{"loose":{"a":1,"a":2},"strict":{"a":1,"a":2}}"#, false),
        (r#"{"strict":{"a":1,"a":2},"loose":1}"#, false),
        (r#"{"loose":{"a":1},"loose":{"a":1}}"#, false),
        (r#"{"loose":{"a":1,"a"}}"#, false),
        (r#"{"strict":1}"#, false),
    ] {
        assert_eq!(Json::document::<Outer>(&mut Window::of(text.as_bytes())).is_ok(), good, "{text}");
    }
}
