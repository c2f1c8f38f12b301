//! What is known of single producers: how they name themselves, and what their messages state.
//!
//! Sources: aquasecurity/trivy `pkg/report/sarif.go`, anchore/grype
//! `grype/presenter/sarif/presenter.go`, google/osv-scanner `internal/output/sarif.go`, cargo-audit
//! 0.22.2 `src/sarif.rs`, EmbarkStudios/cargo-deny `src/sarif/`, docker/scout-cli#47, govulncheck
//! `internal/sarif/`.
//!
//! Messages hold text of the scanned thing too. Only lines at the place where the producer writes
//! them are read, and only of the producer that the driver's name tells.

use super::bag::Bag;
use crate::facts::{Package, is_advisory, path_of_uri};
use crate::text::Text;

/// How many characters of a line are kept as a title.
const LONGEST_LINE: usize = 300;

/// The producers of which something is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Producer {
    Trivy,
    Grype,
    OsvScanner,
    CargoAudit,
    CargoDeny,
    Govulncheck,
    Scout,
    Bandit,
    Zizmor,
    ClippySarif,
}

impl Producer {
    /// By the name of the driver.
    pub(super) fn of(driver: &str) -> Option<Self> {
        Some(match driver.trim().to_ascii_lowercase().as_str() {
            "trivy" => Self::Trivy,
            "grype" | "anchore grype scan" => Self::Grype,
            "osv-scanner" => Self::OsvScanner,
            "cargo-audit" => Self::CargoAudit,
            "cargo-deny" => Self::CargoDeny,
            "govulncheck" => Self::Govulncheck,
            "docker scout" | "docker-scout" => Self::Scout,
            "bandit" => Self::Bandit,
            "zizmor" => Self::Zizmor,
            "clippy" => Self::ClippySarif,
            _ => return None,
        })
    }

    /// What the SARIF of this producer is known to leave out.
    pub(super) const fn caveat(self) -> Option<&'static str> {
        match self {
            Self::CargoDeny => Some("cargo-deny leaves diagnostics out of its SARIF; its JSON holds all of them"),
            Self::ClippySarif => Some("clippy-sarif leaves out messages without a place, such as linker errors"),
            _ => None,
        }
    }
}

/// What a message states, if its producer is the one whose shape it has.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) by: Producer,
    pub(super) package: Option<Package>,
    pub(super) fix: Option<Text>,
    /// The word for its severity.
    pub(super) word: Option<Box<str>>,
    pub(super) aliases: Vec<Text>,
    pub(super) title: Option<Box<str>>,
}

impl Said {
    fn by(by: Producer) -> Self {
        Self { by, package: None, fix: None, word: None, aliases: Vec::new(), title: None }
    }
}

/// A package; an empty version is none.
fn package(name: &str, version: &str) -> Option<Package> {
    let version = Some(version.trim()).filter(|v| !v.is_empty()).map(Text::new);
    (!name.trim().is_empty()).then(|| Package { name: Text::new(name), version })
}

/// Reads a message, whoever wrote it.
pub(super) fn hear(message: &str) -> Option<Said> {
    if message.starts_with("Package: ") || message.starts_with("Artifact: ") {
        return Some(trivy(message));
    }
    osv(message).or_else(|| grype(message)).or_else(|| cargo_audit(message))
}

/// `Package: P`, `Installed Version: V`, `Vulnerability CVE`, `Severity: S`, `Fixed Version: F`, or
/// `Artifact: A`, `Type: T`, `Vulnerability ID` or `Secret S`, `Severity: S`, `Message: M`.
fn trivy(message: &str) -> Said {
    let mut said = Said::by(Producer::Trivy);
    let head = message.strip_prefix("Package: ").and_then(|rest| rest.split_once("\nInstalled Version: "));
    // A name of several lines is none: what follows in it was not written by Trivy.
    if let Some((name, rest)) = head.filter(|(name, _)| !name.contains('\n')) {
        said.package = package(name, rest.lines().next().unwrap_or_default());
    }
    for line in message.lines().skip(1) {
        if let Some(word) = line.strip_prefix("Severity: ") {
            let known = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN"].contains(&word);
            if known && said.word.is_none() {
                said.word = Some(word.into());
            }
        } else if let Some(fix) = line.strip_prefix("Fixed Version: ") {
            if said.fix.is_none() && !fix.trim().is_empty() {
                said.fix = Some(Text::new(fix));
            }
        } else if let Some(text) = line.strip_prefix("Message: ") {
            said.title = Some(first_line(text).into());
            break;
        } else if line.starts_with("Match: ") {
            break;
        } else if line.starts_with("Vulnerability ") || line.starts_with("Secret ") {
            said.title = Some(first_line(line).into());
        }
    }
    said
}

/// `A high vulnerability in rpm package: P, version V was found at: path`.
fn grype(message: &str) -> Option<Said> {
    let (word, rest) = message.strip_prefix("A ")?.split_once(" vulnerability in ")?;
    let (_, rest) = rest.split_once(" package: ")?;
    let (name, rest) = rest.split_once(", version ")?;
    let (version, _) = rest.split_once(" was found ")?;
    Some(Said { package: package(name, version), word: Some(word.into()), ..Said::by(Producer::Grype) })
}

/// `Package 'P@V' is vulnerable to 'CVE' (also known as 'GHSA', 'RUSTSEC').`
fn osv(message: &str) -> Option<Said> {
    let (what, rest) = message.strip_prefix("Package '")?.split_once("' is vulnerable to '")?;
    let (name, version) = what.rsplit_once('@').unwrap_or((what, ""));
    let known_as = rest.split_once("(also known as ").map_or("", |(_, names)| names);
    // Between quotes stands every second part.
    let aliases = known_as.split('\'').skip(1).step_by(2).map(Text::new).collect();
    Some(Said { package: package(name, version), aliases, ..Said::by(Producer::OsvScanner) })
}

/// `P V is vulnerable to ID (title)`, `P V has a yanked warning`, `P V has a unsound warning: title`.
fn cargo_audit(message: &str) -> Option<Said> {
    let (what, rest) = message.split_once(" is vulnerable to ").or_else(|| message.split_once(" has a "))?;
    let (name, version) =
        what.split_once(' ').filter(|(_, v)| v.starts_with(|c: char| c.is_ascii_digit()) && !v.contains(' '))?;
    let title =
        rest.split_once(" (").and_then(|(_, t)| t.strip_suffix(')')).or(rest.split_once(" warning: ").map(|(_, t)| t));
    Some(Said {
        package: package(name, version),
        title: title.map(|t| first_line(t).into()),
        ..Said::by(Producer::CargoAudit)
    })
}

/// What the fingerprints of a result, and the properties and the id of its rule state of a package.
pub(super) fn package_beside(
    by: Option<Producer>,
    fingerprints: Option<&Bag>,
    rule: Option<&Bag>,
    rule_id: &str,
) -> Option<Package> {
    match by? {
        Producer::CargoDeny => {
            let (name, version) = fingerprints?.get("cargo-deny/krate")?.rsplit_once('@')?;
            package(name, version)
        }
        Producer::CargoAudit => {
            let mut parts = fingerprints?.get("cargo-audit/advisory-fingerprint")?.splitn(3, ':').skip(1);
            package(parts.next()?, parts.next()?)
        }
        Producer::Scout => of_purl(rule?.get("purl").or_else(|| rule?.get("purls"))?),
        // Trivy 0.15 writes `CVE-2018-14618/curl`.
        Producer::Trivy if is_advisory(rule_id) => package(rule_id.split_once('/')?.1, ""),
        _ => None,
    }
}

/// Name and version of a package URL. The namespace is a part of the name where people write it so.
fn of_purl(purl: &str) -> Option<Package> {
    let path = purl.strip_prefix("pkg:")?.split(['?', '#']).next()?;
    let (path, version) = path.rsplit_once('@').unwrap_or((path, ""));
    let decoded = path_of_uri(path);
    let (kind, rest) = decoded.split_once('/')?;
    let name = match (kind, rest.rsplit_once('/')) {
        ("deb" | "rpm" | "apk", Some((_, name))) => name.to_owned(),
        ("maven", Some((group, name))) => format!("{group}:{name}"),
        _ => rest.to_owned(),
    };
    package(&name, &path_of_uri(version))
}

/// The fix that the properties of a rule state.
pub(super) fn fix_beside(by: Option<Producer>, rule: Option<&Bag>) -> Option<Text> {
    let fix = rule.filter(|_| by == Some(Producer::Scout))?.get("fixed_version")?;
    (fix != "not fixed").then(|| Text::new(fix))
}

/// The first line that says something, cut where it is long.
pub(super) fn first_line(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or_default();
    match line.char_indices().nth(LONGEST_LINE) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str, version: &str) -> Option<Package> {
        package(name, version)
    }

    #[test]
    fn messages_state_a_package_in_the_words_of_their_producer() {
        for (message, by, name, version) in [
            (
                "Package: libc6\nInstalled Version: 2.31-13\nVulnerability CVE-1-2\nSeverity: LOW",
                Producer::Trivy,
                "libc6",
                "2.31-13",
            ),
            (
                "A low vulnerability in rpm package: p-1, version 1.1.1 was found at: /a",
                Producer::Grype,
                "p-1",
                "1.1.1",
            ),
            ("Package '@babel/core@7.0.0' is vulnerable to 'CVE-1-2'.", Producer::OsvScanner, "@babel/core", "7.0.0"),
            (
                "time 0.1.43 is vulnerable to RUSTSEC-2020-0071 (Potential segfault)",
                Producer::CargoAudit,
                "time",
                "0.1.43",
            ),
            ("atty 0.2.14 has a unsound warning: Unaligned read", Producer::CargoAudit, "atty", "0.2.14"),
        ] {
            let said = hear(message).unwrap();
            assert_eq!((said.by, said.package), (by, known(name, version)), "{message}");
        }
        for message in ["", "A vulnerability in x", "the code is vulnerable to XSS", "Package foo", "A b c has a d"] {
            assert_eq!(hear(message), None, "{message}");
        }
    }

    #[test]
    fn a_line_of_trivy_counts_where_trivy_writes_it() {
        let said = trivy(
            "Package: p\nInstalled Version: 1\nVulnerability CVE-1-2\nSeverity: HIGH\nFixed Version: 2\nSeverity: LOW",
        );
        assert_eq!((said.word.as_deref(), said.fix.as_deref()), (Some("HIGH"), Some("2")));
        let said = trivy("Artifact: a\nType: t\nVulnerability ID\nSeverity: HIGH \nMessage: m\nSeverity: LOW");
        assert_eq!((said.word, said.title.as_deref(), said.package), (None, Some("m"), None));
    }

    #[test]
    fn aliases_of_osv_are_all_heard() {
        let said =
            osv("Package 'a@1' is vulnerable to 'CVE-1-2' (also known as 'GHSA-a-b-c', 'RUSTSEC-1-2').").unwrap();
        assert_eq!(said.aliases, [Text::new("GHSA-a-b-c"), Text::new("RUSTSEC-1-2")]);
    }

    #[test]
    fn package_urls_are_named_as_people_name_them() {
        for (purl, name, version) in [
            ("pkg:maven/com.google.guava/guava@29.0-jre", "com.google.guava:guava", "29.0-jre"),
            ("pkg:deb/debian/glibc@2.36-9%2Bdeb12u9?os_name=debian", "glibc", "2.36-9+deb12u9"),
            ("pkg:npm/%40babel/core@7.0.0", "@babel/core", "7.0.0"),
            ("pkg:cargo/time", "time", ""),
        ] {
            assert_eq!(of_purl(purl), known(name, version), "{purl}");
        }
        assert_eq!(of_purl("time@1"), None);
    }
}
