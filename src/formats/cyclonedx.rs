//! CycloneDX, JSON and XML, specification 1.2 to 1.7: a list of components, and vulnerabilities of them.
//!
//! Source: CycloneDX/specification `schema/bom-1.*.schema.json`, `schema/bom-1.*.xsd`; anchore/grype
//! `grype/presenter/cyclonedx`, aquasecurity/trivy `pkg/sbom/cyclonedx/marshal.go`, google/osv-scanner
//! `internal/output/sbom`, pypa/pip-audit `pip_audit/_format/cyclonedx.py`.
//!
//! Packages are the components at every depth, whatever their scope; what the document is about
//! (`metadata.component`) is none of them, nor is an operating system, a file or a cryptographic asset. What a
//! component was made from (`pedigree`) and what somebody found in it (`evidence`) does not count.
//!
//! The same shape is a list of packages, a scan and a statement about another document (VEX). An empty list of
//! vulnerabilities proves a look only from tools that write it after a look alone: Trivy writes it also where it
//! looked for none. Vulnerabilities without components are no scan: nobody can tell what was looked at. An `analysis`
//! is a statement that a policy may adopt; by itself it closes nothing.

mod bom;
mod component;
mod json;
mod rating;
mod reference;
mod vulnerability;
mod xml;

use super::{Format, Head, Input};
use crate::facts::{Kind, Report};
use crate::input::Result;

pub(super) const FORMAT: Format = Format {
    name: "cyclonedx",
    gives: &[Kind::Findings, Kind::Dependencies, Kind::Licenses, Kind::Vex],
    producers: "cargo-cyclonedx 0.5, cyclonedx-py 7.5, cyclonedx-npm 6.0, npm 11 (`npm sbom`), pip-audit 2.10, \
                sbom4python 0.12; by their samples grype, Trivy, syft, cyclonedx-maven, cyclonedx-gomod; specification 1.2 to 1.7",
    recognise,
    read,
};

/// What every namespace of the XML form begins with.
const NAMESPACE: &str = "http://cyclonedx.org/schema/bom/";

/// Some tools write `bomFormat` behind all components: then those tell.
fn recognise(head: &Head) -> bool {
    head.string("bomFormat") == Some("CycloneDX")
        || ["bom-ref", "type", "name"].iter().all(|key| head.has(&format!("components[].{key}")))
        || head.is_root("bom") && head.attribute("xmlns").is_some_and(|n| n.starts_with(NAMESPACE))
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    input.window.skip_white()?;
    let bom = match input.window.peek()? {
        Some(b'<') => xml::read(input.window)?,
        _ => json::read(input.window)?,
    };
    bom.report()
}

#[cfg(test)]
mod tests;
