//! pip-audit, `pip-audit -f json`.
//!
//! Source: pypa/pip-audit `pip_audit/_format/json.py`; measured with 2.10. Up to 2.4 the list of dependencies stood
//! alone. It states no severity at all. A dependency with a `skip_reason` was not audited: without the vulnerability
//! service all are skipped while the tool says that it found nothing, so what was looked at are the others. What
//! `--ignore-vuln` leaves out leaves no trace. What `fixes` mends with `--fix` was found all the same and counts.

use serde::Deserialize;

use super::{Format, Head, Input};
use crate::facts::{Dependencies, DependencyIssue, Finding, Findings, Kind, Package, Rating, Report};
use crate::input::json::{Each, Json, Present};
use crate::input::{ReadError, Result, size};
use crate::text::Text;

const TOOL: &str = "pip-audit";

pub(super) const FORMAT: Format = Format {
    name: TOOL,
    gives: &[Kind::Findings, Kind::Dependencies],
    producers: "pip-audit 2.10, `-f json`; the bare list of versions up to 2.4",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    let object = head.has("dependencies")
        && (head.has("fixes") || head.has("dependencies[].vulns") || head.has("dependencies[].skip_reason"));
    let list = head.has("[].name") && (head.has("[].vulns") || head.has("[].skip_reason"));
    object || list
}

#[derive(Deserialize)]
struct Document {
    dependencies: Vec<Dependency>,
    fixes: Option<Vec<Present>>,
}

#[derive(Deserialize)]
#[serde(expecting = "a dependency")]
struct Dependency {
    name: Text,
    version: Option<Text>,
    vulns: Option<Vec<Vulnerability>>,
    skip_reason: Option<Text>,
}

#[derive(Deserialize)]
struct Vulnerability {
    id: Text,
    fix_versions: Option<Vec<Text>>,
    aliases: Option<Vec<Text>>,
    description: Option<String>,
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut audit = Audit::default();
    input.window.skip_white()?;
    if input.window.peek()? == Some(b'[') {
        Json::document_with(input.window, Each::new(|dependency| audit.add(dependency)))?;
    } else {
        let Document { dependencies, fixes } = Json::document(input.window)?;
        dependencies.into_iter().try_for_each(|dependency| audit.add(dependency))?;
        let fixes = fixes.map_or(0, |f| f.len());
        if fixes > 0 {
            audit.report.note(format!("packages that --fix changed: {fixes}; what was found counts"));
        }
    }
    Ok(audit.finish())
}

#[derive(Default)]
struct Audit {
    report: Report,
    findings: Findings,
    audited: u64,
    skipped: Vec<Text>,
}

impl Audit {
    fn add(&mut self, dependency: Dependency) -> Result<()> {
        let Dependency { name, version, vulns, skip_reason } = dependency;
        match (vulns, skip_reason) {
            (Some(_), None) if version.is_none() => Err(ReadError::new(format!("{name} without `version`"))),
            (Some(vulns), None) => {
                self.audited += 1;
                for vulnerability in vulns {
                    if vulnerability.id.is_empty() {
                        return Err(ReadError::new(format!("a vulnerability of {name} without an id")));
                    }
                    let package = Package { name: name.clone(), version: version.clone() };
                    self.findings.add(finding(vulnerability, package), "");
                }
                Ok(())
            }
            (None, Some(_)) => {
                self.skipped.push(name);
                Ok(())
            }
            (None, None) => Err(ReadError::new(format!("{name} with neither `vulns` nor `skip_reason`"))),
            (Some(_), Some(_)) => Err(ReadError::new(format!("{name} with both `vulns` and `skip_reason`"))),
        }
    }

    fn finish(self) -> Report {
        let Self { mut report, mut findings, audited, skipped } = self;
        if !skipped.is_empty() {
            let (n, some) = (skipped.len(), skipped.get(..skipped.len().min(5)).unwrap_or_default().join(", "));
            let more = if n > 5 { ", …" } else { "" };
            report.note(format!("dependencies skipped and not audited: {n} of {} ({some}{more})", size(n) + audited));
        } else if audited == 0 {
            report.note("no dependency was looked at");
        }
        findings.scanned = Some(audited);
        let mut dependencies = Dependencies::default();
        dependencies.packages = Some(audited);
        dependencies.speak_of(DependencyIssue::Vulnerable).clone_from(&findings.list);
        report.tools = vec![TOOL.into()];
        report.facts.findings = Some(findings);
        report.facts.dependencies = Some(dependencies);
        report
    }
}

fn finding(vulnerability: Vulnerability, package: Package) -> Finding {
    let Vulnerability { id, fix_versions, aliases, description } = vulnerability;
    // A description is an article; its first line is what fits.
    let first = description.as_deref().and_then(|d| d.lines().map(str::trim).find(|l| !l.is_empty()));
    let fixes = fix_versions.unwrap_or_default();
    Finding {
        message: first.map_or_else(|| id.clone(), Text::new),
        id,
        aliases: aliases.unwrap_or_default(),
        package: Some(package),
        location: None,
        rating: Rating::default(),
        fix: (!fixes.is_empty()).then(|| Text::new(&fixes.join(" OR "))),
        tool: TOOL.into(),
        suppressed: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::SeverityRule;
    use crate::input::Window;

    fn read_text(text: &str) -> Result<Report> {
        FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "pip.json" })
    }

    const VULN: &str = r#"{"id":"PYSEC-0000-1","fix_versions":["0.2","0.3"],"aliases":["CVE-0000-1"],"description":"\n First\nsecond"}"#;

    fn dependency(name: &str, vulns: &str) -> String {
        format!(r#"{{"name":"{name}","version":"0.1","vulns":[{vulns}]}}"#)
    }

    fn skipped(name: &str) -> String {
        format!(r#"{{"name":"{name}","skip_reason":"not found"}}"#)
    }

    fn document(dependencies: &[String]) -> String {
        format!(r#"{{"dependencies":[{}],"fixes":[]}}"#, dependencies.join(","))
    }

    #[test]
    fn a_vulnerability_is_a_finding_of_unknown_severity_in_both_shapes() {
        let whole = document(&[dependency("a", VULN), dependency("b", ""), skipped("c")]);
        let list = whole.trim_start_matches(r#"{"dependencies":"#).trim_end_matches(r#","fixes":[]}"#).to_owned();
        for text in [&whole, &list] {
            assert!(recognise(&Head::of(text.as_bytes(), "x")), "{text}");
            let report = read_text(text).unwrap();
            let (findings, dependencies) = (report.facts.findings.unwrap(), report.facts.dependencies.unwrap());
            assert_eq!((findings.scanned, dependencies.packages), (Some(2), Some(2)));
            assert_eq!(dependencies.of(DependencyIssue::Vulnerable), Some(findings.list.as_slice()));
            let [one] = findings.list.as_slice() else { panic!("{}", findings.list.len()) };
            assert_eq!((&*one.id, &*one.message, one.fix.as_deref()), ("PYSEC-0000-1", "First", Some("0.2 OR 0.3")));
            assert_eq!(one.rating.severity(SeverityRule::Tool).name(), "unknown");
            assert_eq!(&*report.notes[0], "dependencies skipped and not audited: 1 of 3 (c)");
        }
    }

    #[test]
    fn what_was_skipped_was_not_looked_at() {
        for (dependencies, scanned) in
            [(vec![skipped("a"), skipped("b")], 0), (vec![], 0), (vec![dependency("a", ""), skipped("b")], 1)]
        {
            let report = read_text(&document(&dependencies)).unwrap();
            assert_eq!(report.facts.findings.unwrap().scanned, Some(scanned));
            assert_eq!(report.facts.dependencies.unwrap().packages, Some(scanned));
            assert_eq!(report.notes.len(), 1);
        }
        assert_eq!(read_text("[]").unwrap().facts.findings.unwrap().scanned, Some(0));
        assert!(!recognise(&Head::of(b"[]", "x")));
    }

    #[test]
    fn what_lacks_a_key_or_is_cut_is_refused() {
        let good = document(&[dependency("a", VULN), skipped("b")]);
        assert!(read_text(&good).is_ok());
        for (from, to) in [
            (r#""dependencies""#, r#""packages""#),
            (r#""vulns""#, r#""vulnerabilities""#),
            (r#""skip_reason""#, r#""reason""#),
            (r#""version":"0.1","#, ""),
            (r#""name":"a","#, ""),
            (r#""id":"PYSEC-0000-1","#, ""),
            ("PYSEC-0000-1", ""),
            (r#""vulns":["#, r#""vulns":null,"x":["#),
            (r#""vulns":["#, r#""skip_reason":"x","vulns":["#),
            (r#""vulns":["#, r#""vulns":[],"vulns":["#),
        ] {
            let broken = good.replacen(from, to, 1);
            assert_ne!(broken, good);
            assert!(read_text(&broken).is_err(), "{broken}");
        }
        for n in 0..good.len() {
            assert!(read_text(&good[..n]).is_err(), "{n}");
        }
        assert!(read_text("null").is_err() && read_text("{}").is_err());
    }
}
