//! SPDX documents in JSON, versions 2.2 and 2.3.
//!
//! Source: spdx/spdx-spec `chapters/package-information.md` and `schemas/spdx-schema.json` of 2.3; npm/cli
//! `lib/utils/sbom-spdx.js`, aquasecurity/trivy `pkg/sbom/spdx/marshal.go`, anchore/syft `syft/format/spdxjson`.
//!
//! A package has the licence that was concluded, else the one that was declared: syft and Trivy assert nothing in
//! one of the two fields and the truth in the other. The one package that the document describes is what was looked
//! at and none of its packages; where it describes several, each counts. Licences found in single files do not.
//!
//! SPDX 3 is another format (JSON-LD), refused by name.

mod document;

use self::document::{Document, Entry, Packages};
use super::{Format, Head, Input};
use crate::facts::{Kind, Licenses, Report};
use crate::input::json::Json;
use crate::input::{ReadError, Result};

pub(super) const FORMAT: Format = Format {
    name: "spdx",
    gives: &[Kind::Licenses],
    producers: "npm 11 (`npm sbom`), sbom4python 0.12; by their sources Trivy and syft; SPDX 2.2 and 2.3 in JSON",
    recognise,
    read,
};

/// Where the version stands behind all packages, those tell.
fn recognise(head: &Head) -> bool {
    head.string("spdxVersion").is_some_and(|version| version.starts_with("SPDX-2."))
        || ["SPDXID", "name", "downloadLocation"].iter().all(|key| head.has(&format!("packages[].{key}")))
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let document: Document = Json::document(input.window)?;
    if !["SPDX-2.2", "SPDX-2.3"].contains(&document.version.as_str()) {
        let version = document.version;
        return Err(ReadError::new(format!("`spdxVersion` {version:?} is not known: let the tool write SPDX 2.3")));
    }
    let mut report = Report { tools: document.tools(), made_at: document.made_at(), ..Report::default() };
    let described = document.described();
    if described.len() > 1 {
        report.note(format!(
            "it describes {} packages: no one of them is what was looked at, all count",
            described.len()
        ));
    }
    let subject = if described.len() == 1 { described.into_iter().next() } else { None };
    let Packages { list, others } = document.packages;
    if others > 0 {
        report.note(format!("entries that are no packages (operating systems, files, lock files): {others}"));
    }
    let listed: Vec<Entry> = list.into_iter().filter(|entry| subject.as_ref() != Some(&entry.id)).collect();
    let differing = listed.iter().filter(|entry| entry.differs).count();
    if differing > 0 {
        report
            .note(format!("licences concluded that are not the declared ones: {differing}; what is concluded counts"));
    }
    let tool = report.tools.first().cloned().unwrap_or_else(|| "SPDX".into());
    let packages = listed.into_iter().map(|entry| entry.package).collect();
    report.facts.licenses = Some(Licenses { packages, tool });
    Ok(report)
}

#[cfg(test)]
mod tests;
