//! cargo-about, `cargo about generate --format json`.
//!
//! Source: EmbarkStudios/cargo-about `src/generate.rs` (`LicenseList`, `PackageLicense`), measured with 0.9.3.
//! `crates[].license` is the expression that the crate declares, or that the configuration puts in its place
//! (`clarify`); `Unknown` is none. `licenses` and `overview` say which of several licences was chosen, with their
//! texts: a choice cannot be told from what is asked for, so the expression counts. Crates of the workspace are
//! listed, unless the configuration ignores private ones.
//!
//! The targets of a package have the key `doctest` twice (krates 0.21 `src/cm/ser.rs`): nobody reads them, and there
//! alone is it passed over.

use serde::Deserialize;
use serde::de::{DeserializeSeed as _, Deserializer};

use super::{Format, Head, Input};
use crate::facts::{Declared, Kind, LicensedPackage, Licenses, Report};
use crate::input::Result;
use crate::input::json::{Each, Json, Loose};
use crate::text::Text;

const TOOL: &str = "cargo-about";

pub(super) const FORMAT: Format =
    Format { name: TOOL, gives: &[Kind::Licenses], producers: "cargo-about 0.9, `--format json`", recognise, read };

/// The crates stand behind the texts of all licences, often beyond what is seen of a file.
fn recognise(head: &Head) -> bool {
    head.has("overview")
        && (head.has("crates") || ["id", "indices", "text"].iter().all(|k| head.has(&format!("overview[].{k}"))))
}

#[derive(Deserialize)]
#[serde(expecting = "what cargo-about generates")]
struct Document {
    crates: Crates,
    #[serde(rename = "licenses")]
    _chosen: Loose,
}

struct Crates(Vec<LicensedPackage>);

#[derive(Deserialize)]
#[serde(expecting = "an entry of `crates`")]
struct Entry {
    package: Named,
    license: Text,
}

#[derive(Deserialize)]
#[serde(expecting = "a package")]
struct Named {
    name: Text,
    version: Text,
    #[serde(rename = "targets")]
    _targets: Option<Loose>,
}

impl<'de> Deserialize<'de> for Crates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let mut all = Vec::new();
        let each = Each::new(|Entry { package: Named { name, version, .. }, license }| {
            let declared = if *license == *"Unknown" { Declared::Nothing } else { Declared::Words(license) };
            all.push(LicensedPackage { name, version: Some(version), declared });
            Ok(())
        });
        each.deserialize(deserializer)?;
        Ok(Self(all))
    }
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let Document { crates: Crates(packages), .. } = Json::document(input.window)?;
    let mut report = Report::by(TOOL);
    report.facts.licenses = Some(Licenses { packages, tool: TOOL.into() });
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Window;

    fn read_text(text: &str) -> Result<Licenses> {
        let report = FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "about.json" })?;
        Ok(report.facts.licenses.unwrap())
    }

    fn entry(name: &str, license: &str) -> String {
        // What the crate's own metadata say may be clarified.
        format!(
            r#"{{"package":{{"name":"{name}","version":"1.0.0","license":"own words","targets":[{{"doctest":true,"doctest":true}}]}},"license":"{license}"}}"#
        )
    }

    fn document(crates: &[String]) -> String {
        let chosen = r#"{"count":1,"name":"MIT License","id":"MIT","indices":[0],"text":"…"}"#;
        let used = r#"{"name":"MIT License","id":"MIT","text":"…","source_path":null,"used_by":[{"crate":{"targets":[{"doctest":true,"doctest":true}]}}]}"#;
        format!(r#"{{"overview":[{chosen}],"licenses":[{used}],"crates":[{}]}}"#, crates.join(","))
    }

    #[test]
    fn the_expression_of_every_crate_counts_not_the_choice() {
        let crates = [("a", "GPL-3.0-only OR MIT"), ("b", "Unknown"), ("c", "Apache-2.0  OR  MIT"), ("d", "MIT")];
        let licenses = read_text(&document(&crates.map(|(name, license)| entry(name, license)))).unwrap();
        let (tally, unlicensed) = licenses.tally();
        assert_eq!((licenses.packages.len(), unlicensed, tally.len()), (4, 1, 3));
        assert_eq!(tally.get("GPL-3.0-only OR MIT"), Some(&1));
        assert!(read_text(&document(&[])).unwrap().packages.is_empty());
    }

    #[test]
    fn it_is_recognised_however_long_the_texts_are() {
        let good = document(&[entry("a", "MIT")]);
        for (text, ours) in [
            (good.as_str(), true),
            (r#"{"overview":[],"licenses":[],"crates":[]}"#, true),
            (&good[..good.find("licenses").unwrap()], true),
            (r#"{"crates":[{"license":"MIT"}]}"#, false),
            (r#"{"overview":{}}"#, false),
        ] {
            assert_eq!(recognise(&Head::of(text.as_bytes(), "x")), ours, "{text}");
        }
    }

    #[test]
    fn what_lacks_a_key_or_is_cut_is_refused() {
        let good = document(&[entry("a", "MIT"), entry("b", "ISC")]);
        assert!(read_text(&good).is_ok());
        for (from, to) in [
            (r#""crates":"#, r#""crate":"#),
            (r#""licenses":"#, r#""license":"#),
            (r#""name":"a","#, r#""name":"a","name":"b","#),
            (r#""license":"own words""#, r#""license":"own words","license":"other""#),
            (r#""crates":["#, r#""crates":[],"crates":["#),
            (r#","license":"MIT""#, ""),
            (r#","license":"MIT""#, r#","license":null"#),
            (r#","license":"MIT""#, r#","license":"GPL-2.0","license":"MIT""#),
            (r#""name":"a","#, ""),
            (r#""version":"1.0.0","#, ""),
        ] {
            let broken = good.replacen(from, to, 1);
            assert_ne!(broken, good, "{from}");
            assert!(read_text(&broken).is_err(), "{broken}");
        }
        for n in 0..good.len() {
            assert!(good.get(..n).is_none_or(|cut| read_text(cut).is_err()), "{n}");
        }
    }
}
