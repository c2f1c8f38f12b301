//! pip-licenses, `pip-licenses --format=json`.
//!
//! Source: raimon49/pip-licenses `piplicenses.py` (`get_output_fields`, `select_license_by_source`). `License` is
//! the package's own expression, or the words of its classifiers, several joined by `; ` with no stated meaning, or
//! `UNKNOWN`. Words that are no expression stay as they are: nothing is guessed of `BSD License`.

use serde::Deserialize;

use super::{Format, Head, Input};
use crate::facts::{Declared, Kind, LicensedPackage, Licenses, Report};
use crate::input::Result;
use crate::input::json::{Each, Json};
use crate::text::Text;

const TOOL: &str = "pip-licenses";

pub(super) const FORMAT: Format =
    Format { name: TOOL, gives: &[Kind::Licenses], producers: "pip-licenses 5.5, `--format=json`", recognise, read };

fn recognise(head: &Head) -> bool {
    ["[].Name", "[].License"].iter().all(|path| head.has(path))
}

#[derive(Deserialize)]
#[serde(expecting = "an entry of pip-licenses")]
struct Entry {
    #[serde(rename = "Name")]
    name: Text,
    #[serde(rename = "Version")]
    version: Option<Text>,
    #[serde(rename = "License")]
    license: Text,
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut packages = Vec::new();
    let each = Each::new(|Entry { name, version, license }| {
        let declared = if *license == *"UNKNOWN" { Declared::Nothing } else { Declared::Words(license) };
        packages.push(LicensedPackage { name, version, declared });
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
    use crate::input::Window;

    fn read_text(text: &str) -> Result<Licenses> {
        let report = FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "pip.json" })?;
        Ok(report.facts.licenses.unwrap())
    }

    fn entry(name: &str, license: &str) -> String {
        format!(r#"{{"License":{license},"Name":"{name}","Version":"1.0"}}"#)
    }

    #[test]
    fn free_text_is_no_licence_that_anyone_could_judge() {
        for (license, unlicensed) in [
            ("MIT", 0),
            ("Apache-2.0 OR BSD-2-Clause", 0),
            ("MIT License", 1),
            ("BSD License", 1),
            ("Apache Software License; BSD License", 1),
            ("MIT; Apache-2.0", 1),
            ("UNKNOWN", 1),
            ("", 1),
            ("MIT AND (Apache-2.0 OR BSD-2-Clause)", 0),
            ("Dual License", 1),
        ] {
            let licenses = read_text(&format!("[{}]", entry("a", &format!("{license:?}")))).unwrap();
            assert_eq!((licenses.packages.len(), licenses.tally().1), (1, unlicensed), "{license}");
        }
    }

    #[test]
    fn an_empty_list_is_read_where_the_format_is_stated_and_claimed_by_nobody() {
        assert!(read_text("[]").unwrap().packages.is_empty());
        assert!(!recognise(&Head::of(b"[]", "x")));
        assert!(recognise(&Head::of(format!("[{}", entry("a", r#""MIT""#)).as_bytes(), "x")));
        // With `--from=all` there is no `License`, but three others.
        assert!(!recognise(&Head::of(br#"[{"License-Expression":"MIT","Name":"a","Version":"1"}]"#, "x")));
    }

    #[test]
    fn what_lacks_a_key_or_is_cut_is_refused() {
        let good = format!("[{},{}]", entry("a", r#""MIT""#), entry("b", r#""ISC""#));
        assert!(read_text(&good).is_ok());
        for (from, to) in [
            (r#""License":"MIT","#, ""),
            (r#""License":"MIT""#, r#""license":"MIT""#),
            (r#""License":"MIT""#, r#""License":null"#),
            (r#""License":"MIT""#, r#""License":["MIT"]"#),
            (r#""License":"MIT""#, r#""License":"GPL","License":"MIT""#),
            (r#""Name":"a","#, ""),
            ("[", ""),
        ] {
            let broken = good.replacen(from, to, 1);
            assert_ne!(broken, good, "{from}");
            assert!(read_text(&broken).is_err(), "{broken}");
        }
        for broken in ["null".into(), format!("{good}{good}"), good.replacen(['[', ']'], "", 2)] {
            assert!(read_text(&broken).is_err(), "{broken}");
        }
        for n in 0..good.len() {
            assert!(read_text(&good[..n]).is_err(), "{n}");
        }
    }
}
