//! cargo-deny's list of licences, `cargo deny list -f json`, by licence (`-l license`) or by crate (`-l crate`).
//!
//! Source: EmbarkStudios/cargo-deny `src/cargo-deny/list.rs` (`LicenseLayout`, `CrateLayout`), measured with 0.20.2.
//! The tool takes expressions apart: `MIT AND GPL-3.0-only` and `MIT OR GPL-3.0-only` are listed alike, as both.
//! Every licence that is listed for a crate must be allowed, which can only be too strict. Crates of the workspace
//! are listed too.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::{Format, Head, Input};
use crate::facts::{Declared, Kind, LicensedPackage, Licenses, Report};
use crate::input::json::{Few, Json, Present};
use crate::input::{ReadError, Result};
use crate::text::Text;

const TOOL: &str = "cargo-deny";

pub(super) const FORMAT: Format = Format {
    name: "cargo-deny-list",
    gives: &[Kind::Licenses],
    producers: "cargo-deny 0.20, `list -f json`, `-l license` and `-l crate`",
    recognise,
    read,
};

/// By licence: pairs of a licence and its crates. By crate: nothing but crates.
fn recognise(head: &Head) -> bool {
    head.has("licenses[][][]")
        || head.has("licenses") && head.has("unlicensed")
        || head.is_map_of("licenses", "named as cargo-deny names crates", |name| split(name).is_some())
}

/// The licences of a crate; more than any expression has.
type Names = Few<Text, 1000>;

/// Every crate with the licences that are listed for it.
#[derive(Default)]
struct Crates(BTreeMap<String, Vec<Text>>);

#[derive(Deserialize)]
#[serde(expecting = "an object with the `licenses` of a crate")]
struct Licensed {
    licenses: Names,
}

/// A licence and the crates that have it: a list of these two.
struct Group {
    license: Text,
    ids: Vec<String>,
}

/// `name version source`.
fn split(name: &str) -> Option<(&str, &str)> {
    let mut words = name.splitn(3, ' ');
    let (name, version) = (words.next()?, words.next()?);
    words.next().filter(|source| source.contains(':'))?;
    (!name.is_empty() && version.starts_with(|c: char| c.is_ascii_digit())).then_some((name, version))
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let Crates(crates) = Json::document(input.window)?;
    let mut packages = Vec::new();
    let mut several = 0_u64;
    for (id, licenses) in crates {
        let (name, version) = split(&id).ok_or_else(|| {
            ReadError::new(format!("{id:?} is no crate as cargo-deny names it, `name version source`"))
        })?;
        several += u64::from(licenses.len() > 1);
        let (name, version) = (Text::new(name), Some(Text::new(version)));
        packages.push(LicensedPackage { name, version, declared: Declared::all_of(licenses) });
    }
    let mut report = Report::by(TOOL);
    if several > 0 {
        report.note(format!(
            "crates with several licences: {several}; whether all of them or one is meant is lost in this list, so all must be allowed"
        ));
    }
    report.facts.licenses = Some(Licenses { packages, tool: TOOL.into() });
    Ok(report)
}

impl Crates {
    fn add(&mut self, id: String, licenses: impl IntoIterator<Item = Text>) {
        self.0.entry(id).or_default().extend(licenses);
    }
}

impl<'de> Deserialize<'de> for Group {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Pair;
        impl<'de> Visitor<'de> for Pair {
            type Value = Group;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a licence and the crates that have it")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> std::result::Result<Group, A::Error> {
                let (license, ids) = (seq.next_element()?, seq.next_element()?);
                match (license, ids, seq.next_element::<Present>()?) {
                    (Some(license), Some(ids), None) => Ok(Group { license, ids }),
                    _ => Err(A::Error::custom("an entry of `licenses` is a licence and a list of crates")),
                }
            }
        }
        deserializer.deserialize_seq(Pair)
    }
}

impl<'de> Deserialize<'de> for Crates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Crates;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object of crates, or one with `licenses` and `unlicensed`")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Crates, A::Error> {
                let (mut crates, mut listed, mut unlicensed) = (Crates::default(), false, false);
                let mut by_crate = false;
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "licenses" => {
                            listed = true;
                            for Group { license, ids } in map.next_value::<Vec<Group>>()? {
                                ids.into_iter().for_each(|id| crates.add(id, [license.clone()]));
                            }
                        }
                        "unlicensed" => {
                            unlicensed = true;
                            let ids: Vec<String> = map.next_value()?;
                            // An empty text is no licence, whatever else is listed for the crate.
                            ids.into_iter().for_each(|id| crates.add(id, [Text::default()]));
                        }
                        _ => {
                            by_crate = true;
                            crates.add(key, map.next_value::<Licensed>()?.licenses);
                        }
                    }
                }
                if listed != unlicensed || listed && by_crate {
                    return Err(A::Error::custom(
                        "a list by licence has `licenses` and `unlicensed`, and nothing else",
                    ));
                }
                Ok(crates)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Window;

    fn read_text(text: &str) -> Result<Report> {
        FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "list.json" })
    }

    const BY_LICENCE: &str = r#"{"licenses":[["Apache-2.0 WITH LLVM-exception",["a 1.0.0 registry+https://x"]],["MIT",["a 1.0.0 registry+https://x","b 0.1.0+x path+file:///src/my b"]]],"unlicensed":["c 2.0.0 git+https://x"]}"#;
    const BY_CRATE: &str = r#"{"a 1.0.0 registry+https://x":{"licenses":["MIT","Apache-2.0 WITH LLVM-exception"]},"b 0.1.0+x path+file:///src/my b":{"licenses":["MIT"]},"c 2.0.0 git+https://x":{"licenses":[]}}"#;

    /// `name version words` of each package.
    fn declared(text: &str) -> Vec<String> {
        let packages = read_text(text).unwrap_or_else(|e| panic!("{e}: {text}")).facts.licenses.unwrap().packages;
        let words = |p: &LicensedPackage| match &p.declared {
            Declared::Nothing => "-".to_owned(),
            Declared::Words(words) => words.to_string(),
        };
        packages.iter().map(|p| format!("{} {} {}", p.name, p.version.as_ref().unwrap(), words(p))).collect()
    }

    #[test]
    fn every_licence_of_a_crate_must_be_allowed() {
        assert_eq!(
            declared(BY_LICENCE),
            ["a 1.0.0 Apache-2.0 WITH LLVM-exception AND MIT", "b 0.1.0+x MIT", "c 2.0.0 "]
        );
        assert_eq!(
            declared(BY_CRATE),
            ["a 1.0.0 MIT AND Apache-2.0 WITH LLVM-exception", "b 0.1.0+x MIT", "c 2.0.0 -"]
        );
        for text in [BY_LICENCE, BY_CRATE] {
            let report = read_text(text).unwrap();
            assert!(report.notes[0].contains("several licences: 1"), "{:?}", report.notes);
            assert_eq!(report.facts.licenses.unwrap().tally().1, 1);
        }
        // What is in both lists has no licence.
        let both = BY_LICENCE.replace("c 2.0.0 git+https://x", "b 0.1.0+x path+file:///src/my b");
        assert_eq!(declared(&both)[1], "b 0.1.0+x MIT;");
        assert_eq!(read_text(&both).unwrap().facts.licenses.unwrap().tally().1, 1);
        for empty in [r#"{"licenses":[],"unlicensed":[]}"#, "{}"] {
            assert!(declared(empty).is_empty());
        }
    }

    #[test]
    fn both_layouts_are_recognised_and_no_other_list() {
        for (text, ours) in [
            (BY_LICENCE, true),
            (&BY_LICENCE[..90], true),
            (BY_CRATE, true),
            (&BY_CRATE[..100], true),
            (r#"{"licenses":[],"unlicensed":[]}"#, true),
            (r#"{"licenses":[{"id":"MIT"}]}"#, false),
            (r#"{"react@1.0.0":{"licenses":"MIT"}}"#, false),
            (r#"{"a b c":{"licenses":["MIT"]}}"#, false),
            ("{}", false),
        ] {
            assert_eq!(recognise(&Head::of(text.as_bytes(), "x")), ours, "{text}");
        }
    }

    #[test]
    fn what_is_of_another_shape_or_cut_is_refused() {
        for (good, from, to) in [
            (BY_LICENCE, r#","unlicensed":["c 2.0.0 git+https://x"]"#, ""),
            (BY_LICENCE, r#""licenses":"#, r#""licences":"#),
            (BY_LICENCE, r#""unlicensed":"#, r#""c 1.0.0 x:y":{"licenses":[]},"unlicensed":"#),
            (BY_LICENCE, "a 1.0.0 registry", "a registry"),
            (BY_LICENCE, "a 1.0.0 registry", "a one registry"),
            (BY_LICENCE, r#"["MIT",["#, r#"["MIT","ISC",["#),
            (BY_LICENCE, r#"["MIT",["#, r#"[["#),
            (BY_LICENCE, r#","b 0"#, r#",["b"],"b 0"#),
            (BY_LICENCE, r#""unlicensed":"#, r#""licenses":[],"unlicensed":"#),
            (BY_CRATE, r#"{"licenses":["MIT"]}"#, r#"{"license":["MIT"]}"#),
            (BY_CRATE, r#"{"licenses":["MIT"]}"#, r#"["MIT"]"#),
            (BY_CRATE, r#"{"licenses":["MIT"]}"#, r#"{"licenses":"MIT"}"#),
            (BY_CRATE, r#"{"licenses":["MIT"]}"#, r#"{"licenses":null}"#),
            (BY_CRATE, "a 1.0.0 registry", "a@1.0.0"),
        ] {
            let broken = good.replacen(from, to, 1);
            assert_ne!(broken, good, "{from}");
            assert!(read_text(&broken).is_err(), "{broken}");
        }
        for good in [BY_LICENCE, BY_CRATE] {
            assert!(read_text(&format!("{good}{good}")).is_err());
            for n in 0..good.len() {
                assert!(read_text(&good[..n]).is_err(), "{n}");
            }
        }
    }
}
