//! cargo-license, `cargo license --json`.
//!
//! Source: onur/cargo-license `src/lib.rs` (`DependencyDetails`). `license` is an SPDX expression
//! that the tool normalised, or the words of the package where it could not; null with a
//! `license_file` is unknown, not none: both are no licence that anyone could judge.

use serde::Deserialize;

use super::{Format, Head, Input};
use crate::facts::{Declared, Kind, LicensedPackage, Licenses, Report};
use crate::input::Result;
use crate::input::json::{Each, Json, required};
use crate::text::Text;

const TOOL: &str = "cargo-license";

pub(super) const FORMAT: Format =
    Format { name: TOOL, gives: &[Kind::Licenses], producers: "cargo-license 0.7, `--json`", recognise, read };

fn recognise(head: &Head) -> bool {
    ["[].name", "[].version", "[].license", "[].license_file"].iter().all(|path| head.has(path))
}

#[derive(Deserialize)]
struct Entry {
    name: Text,
    version: Text,
    #[serde(deserialize_with = "required")]
    license: Option<Text>,
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut packages = Vec::new();
    let each = Each::new(|Entry { name, version, license }| {
        let declared = license.map_or(Declared::Nothing, Declared::Words);
        packages.push(LicensedPackage { name, version: Some(version), declared });
        Ok(())
    });
    Json::document_with(input.window, each)?;
    let mut report = Report::by(TOOL);
    report.facts.licenses = Some(Licenses { packages, tool: TOOL.into() });
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{ReadError, Window};

    fn read_text(text: &str) -> std::result::Result<Licenses, ReadError> {
        let report = FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "licenses.json" })?;
        assert_eq!(report.tools, [Text::new(TOOL)]);
        Ok(report.facts.licenses.unwrap())
    }

    fn entry(name: &str, license: &str) -> String {
        format!(
            r#"{{"name":"{name}","version":"1.0.0","authors":"A|B","repository":null,"license":{license},"license_file":null,"description":"x"}}"#
        )
    }

    #[test]
    fn every_package_counts_and_no_licence_is_said() {
        let entries = [
            entry("a", r#""MIT""#),
            entry("b", r#""Apache-2.0 OR MIT""#),
            entry("c", r#""Apache-2.0 OR MIT""#),
            entry("none", "null"),
            entry("none", "null").replace(r#""license_file":null"#, r#""license_file":"LICENSE""#),
            entry("words", r#""Our Licence v2""#),
            entry("empty", r#""""#),
            entry("none", r#""NOASSERTION""#),
        ];
        let licenses = read_text(&format!("[{}]", entries.join(","))).unwrap();
        let (tally, unlicensed) = licenses.tally();
        assert_eq!((licenses.packages.len(), unlicensed), (8, 5));
        assert_eq!(tally.iter().map(|(k, n)| (&**k, *n)).collect::<Vec<_>>(), [("Apache-2.0 OR MIT", 2), ("MIT", 1)]);
    }

    #[test]
    fn an_empty_array_is_read_where_the_format_is_stated_and_claimed_by_nobody() {
        assert!(read_text("[]").unwrap().packages.is_empty());
        assert!(!recognise(&Head::of(b"[]", "licenses.json")));
        assert!(recognise(&Head::of(format!("[{}", entry("a", "null")).as_bytes(), "x")));
    }

    #[test]
    fn what_lacks_a_key_or_is_cut_is_refused() {
        let good = format!("[{},{}]", entry("a", "null"), entry("b", r#""MIT""#));
        assert!(read_text(&good).is_ok());
        for broken in [
            good.replacen(r#""license":null,"#, "", 1),
            good.replacen(r#""license":"#, r#""License":"#, 1),
            good.replacen(r#""license":null"#, r#""license":["MIT"]"#, 1),
            good.replacen(r#""license":null"#, r#""license":"GPL-3.0","license":null"#, 1),
            good.replacen(r#""name":"a","#, "", 1),
            good.replacen(r#""version":"1.0.0","#, "", 1),
            entry("a", "null"),
            "null".into(),
            format!("{good}{good}"),
        ] {
            assert!(read_text(&broken).is_err(), "{broken}");
        }
        for n in 0..good.len() {
            assert!(read_text(&good[..n]).is_err(), "{n}");
        }
    }
}
