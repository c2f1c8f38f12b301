//! license-checker, `license-checker --json`, and its fork license-checker-rseidelsohn.
//!
//! Source: davglass/license-checker `lib/index.js`, `lib/license.js`, measured with 25.0.1. An object of packages by
//! `name@version`; `licenses` is a text, or a list of undefined meaning, so that all must be allowed. `MIT*` is
//! guessed from the text of a file, `Custom: …` names a file, `UNKNOWN` is nothing, `UNLICENSED` forbids everything:
//! none of them is a licence that anyone could judge. The package itself is listed with what it depends on.

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::{Format, Head, Input};
use crate::facts::{Declared, Kind, LicensedPackage, Licenses, Report};
use crate::input::Result;
use crate::input::json::Json;
use crate::text::Text;

const TOOL: &str = "license-checker";

pub(super) const FORMAT: Format =
    Format { name: TOOL, gives: &[Kind::Licenses], producers: "license-checker 25.0, `--json`", recognise, read };

fn recognise(head: &Head) -> bool {
    head.is_map_of("licenses", "named `name@version`", |name| split(name).is_some())
}

/// `name@version`; the name of a scoped package begins with an `@` of its own.
fn split(key: &str) -> Option<(&str, &str)> {
    key.rsplit_once('@').filter(|(name, version)| !name.is_empty() && !version.is_empty() && !key.contains(' '))
}

#[derive(Deserialize)]
#[serde(expecting = "an object with the `licenses` of a package")]
struct Entry {
    licenses: Words,
}

/// A text, or a list of texts.
struct Words(Vec<Text>);

#[derive(Default)]
struct Packages(Vec<LicensedPackage>);

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let Packages(packages) = Json::document(input.window)?;
    let mut report = Report::by(TOOL);
    let guessed =
        packages.iter().filter(|p| matches!(&p.declared, Declared::Words(words) if words.contains('*'))).count();
    if guessed > 0 {
        report.note(format!("licences that the tool guessed from a text (`MIT*`) and that count as none: {guessed}"));
    }
    report.facts.licenses = Some(Licenses { packages, tool: TOOL.into() });
    Ok(report)
}

impl Entry {
    fn declared(self) -> Declared {
        match self.licenses.0.as_slice() {
            [one] if **one == *"UNKNOWN" => Declared::Nothing,
            _ => Declared::all_of(self.licenses.0),
        }
    }
}

impl<'de> Deserialize<'de> for Packages {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Map;
        impl<'de> Visitor<'de> for Map {
            type Value = Packages;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object of packages by `name@version`")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Packages, A::Error> {
                let mut packages = Packages::default();
                while let Some(key) = map.next_key::<String>()? {
                    let (name, version) = split(&key)
                        .ok_or_else(|| A::Error::custom(format!("{key:?} is no package, `name@version`")))?;
                    let (name, version) = (Text::new(name), Some(Text::new(version)));
                    let declared = map.next_value::<Entry>()?.declared();
                    packages.0.push(LicensedPackage { name, version, declared });
                }
                Ok(packages)
            }
        }
        deserializer.deserialize_map(Map)
    }
}

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Words;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a licence, or a list of licences")
            }

            fn visit_str<E>(self, words: &str) -> std::result::Result<Words, E> {
                Ok(Words(vec![Text::new(words)]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> std::result::Result<Words, A::Error> {
                let mut list = Vec::new();
                while let Some(words) = seq.next_element()? {
                    list.push(words);
                }
                Ok(Words(list))
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
        FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "licenses.json" })
    }

    fn one(licenses: &str) -> LicensedPackage {
        let text = format!(r#"{{"a@1.0.0":{{"licenses":{licenses},"path":"/a","licenseFile":"/a/LICENSE"}}}}"#);
        let mut packages = read_text(&text).unwrap_or_else(|e| panic!("{e}: {text}")).facts.licenses.unwrap().packages;
        assert_eq!(packages.len(), 1);
        packages.remove(0)
    }

    #[test]
    fn a_list_means_all_of_them_and_a_guess_is_none() {
        for (licenses, words, unlicensed) in [
            (r#""MIT""#, "MIT", 0),
            (r#""(MIT AND CC-BY-3.0)""#, "(MIT AND CC-BY-3.0)", 0),
            (r#"["MIT","GPL-3.0-only"]"#, "MIT AND GPL-3.0-only", 0),
            (r#"["(MIT OR GPL-3.0-only)","ISC"]"#, "((MIT OR GPL-3.0-only)) AND ISC", 0),
            (r#"["MIT"]"#, "MIT", 0),
            (r#""MIT*""#, "MIT*", 1),
            (r#"["MIT","BSD*"]"#, "MIT; BSD*", 1),
            (r#"["MIT","UNKNOWN"]"#, "MIT; UNKNOWN", 1),
            (r#""UNLICENSED""#, "UNLICENSED", 1),
            (r#""Custom: https://example.org/LICENSE""#, "Custom: https://example.org/LICENSE", 1),
            (r#""Apache""#, "Apache", 1),
            (r#""""#, "", 1),
        ] {
            let package = one(licenses);
            assert_eq!(package.declared, Declared::Words(words.into()), "{licenses}");
            let licenses = Licenses { packages: vec![package], tool: TOOL.into() };
            assert_eq!(licenses.tally().1, unlicensed, "{words}");
        }
        for nothing in ["[]", r#""UNKNOWN""#, r#"["UNKNOWN"]"#] {
            assert_eq!(one(nothing).declared, Declared::Nothing, "{nothing}");
        }
        let report = read_text(r#"{"a@1":{"licenses":"MIT*"},"b@1":{"licenses":"MIT"},"c@1":{"licenses":["X*"]}}"#);
        assert!(report.unwrap().notes[0].ends_with(": 2"));
    }

    #[test]
    fn names_are_split_at_the_last_at() {
        for (key, parts) in [
            ("react@18.2.0", Some(("react", "18.2.0"))),
            ("@babel/core@7.0.0-beta.1+x", Some(("@babel/core", "7.0.0-beta.1+x"))),
            ("@babel/core", None),
            ("react", None),
            ("react@", None),
            ("@1.0.0", None),
            ("a 1.0.0 path+file:///x@y", None),
            ("", None),
        ] {
            assert_eq!(split(key), parts, "{key}");
        }
    }

    #[test]
    fn it_is_recognised_by_all_of_its_packages() {
        let good = r#"{"a.b@1.0.0":{"licenses":"MIT","path":"x"},"@c/d@2.0.0":{"licenses":["MIT"]}}"#;
        for (text, ours) in [
            (good, true),
            (&good[..50], true),
            (r#"{"a@1":{"licenses":"MIT"},"total":3}"#, false),
            (r#"{"a@1":{"license":"MIT"}}"#, false),
            (r#"{"a":{"licenses":"MIT"}}"#, false),
            (r#"{"licenses":{"a@1":{"licenses":"MIT"}}}"#, false),
            ("{}", false),
        ] {
            assert_eq!(recognise(&Head::of(text.as_bytes(), "x")), ours, "{text}");
        }
        assert!(read_text("{}").unwrap().facts.licenses.unwrap().packages.is_empty());
    }

    #[test]
    fn what_is_of_another_shape_or_cut_is_refused() {
        let good = r#"{"a@1.0.0":{"licenses":"MIT","path":"x"},"b@2.0.0":{"licenses":["ISC"]}}"#;
        assert!(read_text(good).is_ok());
        for (from, to) in [
            (r#""licenses":"MIT","#, ""),
            (r#""licenses":"MIT""#, r#""Licenses":"MIT""#),
            (r#""licenses":"MIT""#, r#""licenses":null"#),
            (r#""licenses":"MIT""#, r#""licenses":{"type":"MIT"}"#),
            (r#""licenses":"MIT""#, r#""licenses":[["MIT"]]"#),
            (r#""licenses":"MIT""#, r#""licenses":"GPL-3.0","licenses":"MIT""#),
            ("a@1.0.0", "a"),
            ("a@1.0.0", "b@2.0.0"),
            (r#"{"licenses":["ISC"]}"#, r#""ISC""#),
        ] {
            let broken = good.replacen(from, to, 1);
            assert_ne!(broken, good, "{from}");
            assert!(read_text(&broken).is_err(), "{broken}");
        }
        for broken in ["null".into(), "[]".into(), format!("{good}{good}")] {
            assert!(read_text(&broken).is_err(), "{broken}");
        }
        for n in 0..good.len() {
            assert!(read_text(&good[..n]).is_err(), "{n}");
        }
    }
}
