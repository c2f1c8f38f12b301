//! The catalogue of known exploited vulnerabilities (KEV) of the US agency CISA.
//!
//! Source: the catalogue's JSON schema (`known_exploited_vulnerabilities_schema.json`) and a real
//! catalogue. It is a list to join findings with by their CVE, and says nothing of any code. An old
//! catalogue knows nothing new: `dateReleased` is its time, for `max-age`.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::Deserializer;

use super::{Format, Head, Input};
use crate::facts::{Exploited, Kind, Report, cve};
use crate::input::json::{Each, Json};
use crate::input::{ReadError, Result, size};
use crate::text::Text;

pub(super) const FORMAT: Format = Format {
    name: "kev",
    gives: &[Kind::Exploited],
    producers: "CISA, `known_exploited_vulnerabilities.json`",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    head.has("catalogVersion") && head.has("dateReleased") && head.has("vulnerabilities")
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "a catalogue of known exploited vulnerabilities")]
struct Catalogue {
    catalog_version: Text,
    date_released: Text,
    count: u64,
    vulnerabilities: Ids,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "cveID")]
    cve: Text,
}

/// The ids of the entries, nothing else of them.
struct Ids(BTreeSet<Text>);

impl<'de> Deserialize<'de> for Ids {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        use serde::de::DeserializeSeed as _;
        let mut ids = BTreeSet::new();
        let each = Each::new(|Entry { cve: id }: Entry| {
            if cve(&id).is_none() {
                return Err(ReadError::new(format!("`cveID` is {:?}, which is no CVE", &*id)));
            }
            ids.insert(Text::new(&id.to_ascii_uppercase()));
            Ok(())
        });
        each.deserialize(deserializer)?;
        Ok(Self(ids))
    }
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let catalogue: Catalogue = Json::document(input.window)?;
    let ids = catalogue.vulnerabilities.0;
    if ids.is_empty() {
        return Err(ReadError::new("`vulnerabilities` is empty: a catalogue of nothing proves nothing"));
    }
    if size(ids.len()) < catalogue.count {
        return Err(ReadError::new(format!(
            "it states {} vulnerabilities and lists {}: a part is missing",
            catalogue.count,
            ids.len()
        )));
    }
    let mut report = Report::by("CISA KEV");
    report.made_at = catalogue.date_released.parse().ok();
    if report.made_at.is_none() {
        report.note(format!("dateReleased is {:?}, which is no time", &*catalogue.date_released));
    }
    report.facts.exploited = Some(Exploited { ids, version: Some(catalogue.catalog_version) });
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Window;

    fn parse(text: &str) -> Result<Report> {
        FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "kev.json" })
    }

    fn catalogue(count: u64, entries: &str) -> String {
        format!(
            r#"{{"title":"t","catalogVersion":"2026.11.01","dateReleased":"2026-11-01T16:26:42.3718Z","count":{count},"vulnerabilities":[{entries}]}}"#
        )
    }

    #[test]
    fn the_ids_are_kept_and_its_time() {
        let report =
            parse(&catalogue(2, r#"{"cveID":"CVE-2021-44228","notes":""},{"cveID":"cve-2020-0001"}"#)).unwrap();
        assert_eq!(report.made_at.unwrap().to_string(), "2026-11-01T16:26:42.3718Z");
        let ids: Vec<String> = report.facts.exploited.unwrap().ids.iter().map(|i| i.to_string()).collect();
        assert_eq!(ids, ["CVE-2020-0001", "CVE-2021-44228"]);
    }

    #[test]
    fn what_is_no_whole_catalogue_is_refused() {
        let good = catalogue(1, r#"{"cveID":"CVE-2021-44228"}"#);
        assert!(parse(&good).is_ok());
        for (text, why) in [
            (catalogue(0, ""), "empty"),
            (catalogue(3, r#"{"cveID":"CVE-2021-44228"},{"cveID":"CVE-2021-44228"}"#), "a part is missing"),
            (catalogue(1, r#"{"cveID":"GHSA-1"}"#), "no CVE"),
            (catalogue(1, r#"{"notes":"x"}"#), "missing field `cveID`"),
            (good.replace("vulnerabilities", "vulns"), "missing field"),
            (good.replace("\"count\":1,", ""), "missing field `count`"),
            (good[..good.len() - 2].to_owned(), "ends"),
        ] {
            let error = parse(&text).unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
