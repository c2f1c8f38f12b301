//! The document, as far as it is used. What is empty is left out by Trivy, so nearly every key is optional.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::text::Text;

/// A report on one artifact (`Results`), or on a cluster (one of the lists of resources).
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "a report of Trivy")]
pub(super) struct Document {
    pub(super) schema_version: Option<u64>,
    pub(super) created_at: Option<Text>,
    pub(super) metadata: Option<Metadata>,
    pub(super) results: Option<Vec<Scanned>>,
    pub(super) cluster_name: Option<Text>,
    pub(super) resources: Option<Vec<Resource>>,
    pub(super) findings: Option<Vec<Resource>>,
    pub(super) vulnerabilities: Option<Vec<Resource>>,
    pub(super) misconfigurations: Option<Vec<Resource>>,
}

#[derive(Deserialize)]
pub(super) struct Metadata {
    #[serde(rename = "OS")]
    pub(super) os: Option<System>,
    #[serde(rename = "Commit")]
    pub(super) commit: Option<Text>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct System {
    pub(super) family: Option<Text>,
    pub(super) name: Option<Text>,
    #[serde(rename = "EOSL")]
    pub(super) past_support: Option<bool>,
}

/// Something in a cluster.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Resource {
    pub(super) namespace: Option<Text>,
    pub(super) kind: Text,
    pub(super) name: Text,
    pub(super) results: Option<Vec<Scanned>>,
    pub(super) error: Option<Text>,
}

/// One target: a lock file, the packages of an operating system, a file of configuration.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "a result of Trivy")]
pub(super) struct Scanned {
    pub(super) target: Text,
    pub(super) class: Option<Text>,
    pub(super) packages: Option<Vec<Listed>>,
    pub(super) vulnerabilities: Option<Vec<Vulnerability>>,
    pub(super) misconf_summary: Option<Summary>,
    pub(super) misconfigurations: Option<Vec<Misconfiguration>>,
    pub(super) secrets: Option<Vec<Secret>>,
    pub(super) licenses: Option<Vec<Licence>>,
    pub(super) experimental_modified_findings: Option<Vec<Modified>>,
}

impl Scanned {
    /// Whether it is about packages, where no class says so.
    pub(super) fn is_of_packages(&self) -> bool {
        self.class.is_none()
            && self.misconf_summary.is_none()
            && self.misconfigurations.is_none()
            && self.secrets.is_none()
    }
}

/// A package that was looked at.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    pub(super) name: Text,
    pub(super) version: Option<Text>,
    pub(super) identifier: Option<Identifier>,
    pub(super) licenses: Option<Vec<Text>>,
}

#[derive(Deserialize)]
pub(super) struct Identifier {
    #[serde(rename = "PURL")]
    pub(super) purl: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Vulnerability {
    #[serde(rename = "VulnerabilityID")]
    pub(super) id: Text,
    pub(super) pkg_name: Text,
    pub(super) pkg_path: Option<Text>,
    pub(super) pkg_identifier: Option<Identifier>,
    pub(super) installed_version: Option<Text>,
    pub(super) fixed_version: Option<Text>,
    pub(super) title: Option<Text>,
    pub(super) severity: Option<String>,
    pub(super) severity_source: Option<String>,
    #[serde(rename = "CVSS")]
    pub(super) cvss: Option<BTreeMap<String, Cvss>>,
}

/// What one database says.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Cvss {
    pub(super) v2_vector: Option<String>,
    pub(super) v3_vector: Option<String>,
    pub(super) v40_vector: Option<String>,
    pub(super) v2_score: Option<f64>,
    pub(super) v3_score: Option<f64>,
    pub(super) v40_score: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Summary {
    pub(super) successes: u64,
    pub(super) failures: u64,
    pub(super) exceptions: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Misconfiguration {
    #[serde(rename = "ID")]
    pub(super) id: Text,
    #[serde(rename = "AVDID")]
    pub(super) avd_id: Option<Text>,
    pub(super) title: Option<Text>,
    pub(super) message: Option<Text>,
    pub(super) resolution: Option<Text>,
    pub(super) severity: Option<String>,
    pub(super) status: Option<Text>,
    pub(super) cause_metadata: Option<Lines>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Lines {
    pub(super) start_line: Option<u32>,
    pub(super) end_line: Option<u32>,
}

/// A secret: never what it is (`Match`, `Code`), only where.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Secret {
    #[serde(rename = "RuleID")]
    pub(super) rule: Text,
    pub(super) title: Option<Text>,
    pub(super) severity: Option<String>,
    pub(super) start_line: Option<u32>,
    pub(super) end_line: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Licence {
    pub(super) name: Text,
    pub(super) pkg_name: Option<Text>,
    pub(super) file_path: Option<Text>,
}

/// What an ignore file or a VEX took out of the other lists (`--show-suppressed`).
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Modified {
    pub(super) r#type: String,
    pub(super) finding: Suppressed,
}

/// A finding of any kind; its type, which may stand behind it, tells which keys must be there.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Suppressed {
    #[serde(rename = "VulnerabilityID")]
    vulnerability_id: Option<Text>,
    pkg_name: Option<Text>,
    pkg_path: Option<Text>,
    pkg_identifier: Option<Identifier>,
    installed_version: Option<Text>,
    fixed_version: Option<Text>,
    severity_source: Option<String>,
    #[serde(rename = "CVSS")]
    cvss: Option<BTreeMap<String, Cvss>>,
    #[serde(rename = "ID")]
    id: Option<Text>,
    #[serde(rename = "AVDID")]
    avd_id: Option<Text>,
    message: Option<Text>,
    resolution: Option<Text>,
    cause_metadata: Option<Lines>,
    #[serde(rename = "RuleID")]
    rule: Option<Text>,
    start_line: Option<u32>,
    end_line: Option<u32>,
    title: Option<Text>,
    severity: Option<String>,
}

impl Suppressed {
    pub(super) fn vulnerability(self) -> Option<Vulnerability> {
        Some(Vulnerability {
            id: self.vulnerability_id?,
            pkg_name: self.pkg_name?,
            pkg_path: self.pkg_path,
            pkg_identifier: self.pkg_identifier,
            installed_version: self.installed_version,
            fixed_version: self.fixed_version,
            title: self.title,
            severity: self.severity,
            severity_source: self.severity_source,
            cvss: self.cvss,
        })
    }

    pub(super) fn misconfiguration(self) -> Option<Misconfiguration> {
        Some(Misconfiguration {
            id: self.id?,
            avd_id: self.avd_id,
            title: self.title,
            message: self.message,
            resolution: self.resolution,
            severity: self.severity,
            status: None,
            cause_metadata: self.cause_metadata,
        })
    }

    pub(super) fn secret(self) -> Option<Secret> {
        let Self { title, severity, start_line, end_line, .. } = self;
        Some(Secret { rule: self.rule?, title, severity, start_line, end_line })
    }
}
