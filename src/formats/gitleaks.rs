//! gitleaks, `gitleaks dir|git|detect -f json`.
//!
//! Source: gitleaks/gitleaks `report/json.go`, `report/finding.go`; measured with 8.30. A finding states no severity, and
//! the report neither its tool nor how much was looked at: `[]` is also what it writes for a folder that is not there,
//! for no commits, and where a baseline or `.gitleaksignore` hides all. So `[]` is read only where the format is
//! stated, as one scan. The secret itself stands in `Secret` and `Match` and is passed over unread.

use serde::Deserialize;

use super::{Format, Head, Input};
use crate::facts::{Finding, Findings, Kind, Location, Rating, Report, normal_path};
use crate::input::json::{Each, Json};
use crate::input::{ReadError, Result};
use crate::text::Text;

const TOOL: &str = "gitleaks";

pub(super) const FORMAT: Format =
    Format { name: TOOL, gives: &[Kind::Findings], producers: "gitleaks 8.30, `-f json`", recognise, read };

fn recognise(head: &Head) -> bool {
    ["[].RuleID", "[].Secret", "[].File", "[].StartLine"].iter().all(|path| head.has(path))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "a finding of gitleaks")]
struct Leak {
    #[serde(rename = "RuleID")]
    rule_id: Text,
    description: Option<Text>,
    file: String,
    start_line: u32,
    start_column: Option<u64>,
    end_column: Option<u64>,
    commit: Option<Text>,
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    input.window.skip_white()?;
    if input.window.peek()? == Some(b'n') {
        return Err(ReadError::new("`null`, which older versions write where they find nothing: use a newer gitleaks"));
    }
    let mut findings = Findings::default();
    let each = Each::new(|leak: Leak| {
        if leak.rule_id.is_empty() {
            return Err(ReadError::new("a finding without a `RuleID`"));
        }
        let (commit, finding) = finding(leak);
        findings.add(finding, &commit);
        Ok(())
    });
    Json::document_with(input.window, each)?;
    let mut report = Report::by(TOOL);
    if findings.list.is_empty() {
        report.note(
            "no finding; gitleaks does not say how much it looked at, and writes the same for a folder that is not there",
        );
    }
    report.facts.findings = Some(findings);
    Ok(report)
}

/// The finding, and what tells it from another in the same line.
fn finding(leak: Leak) -> (String, Finding) {
    let Leak { rule_id, description, file, start_line, start_column, end_column, commit } = leak;
    let commit = commit.filter(|c| !c.is_empty());
    let region = format!("{start_column:?} {end_column:?} {}", commit.as_deref().unwrap_or_default());
    let said = description.filter(|d| !d.is_empty()).unwrap_or_else(|| rule_id.clone());
    // A secret of an old commit is found there, whatever stands in the file now.
    let message = match &commit {
        Some(commit) => Text::new(&format!("{said} (in commit {})", commit.chars().take(12).collect::<String>())),
        None => said,
    };
    let finding = Finding {
        id: rule_id,
        aliases: Vec::new(),
        message,
        package: None,
        location: Some(Location { path: Text::new(&normal_path(&file)), line: Some(start_line).filter(|n| *n > 0) }),
        rating: Rating::default(),
        fix: None,
        tool: TOOL.into(),
        suppressed: false,
    };
    (region, finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::SeverityRule;
    use crate::input::Window;

    fn read_text(text: &str) -> Result<Report> {
        FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "gitleaks.json" })
    }

    const LEAK: &str = r#"{"RuleID":"key","Description":"A key","StartLine":7,"EndLine":7,"StartColumn":8,"EndColumn":27,"Match":"k=hunter2","Secret":"hunter2","File":"a/b.txt","SymlinkFile":"","Commit":"12d8f0bddee68e01","Entropy":3.5,"Author":"hunter2","Message":"hunter2","Tags":["t"],"Fingerprint":"hunter2"}"#;

    #[test]
    fn a_leak_is_a_finding_of_unknown_severity_without_its_secret() {
        let report = read_text(&format!("[{LEAK},{LEAK}]")).unwrap();
        assert!(!format!("{report:?}").contains("hunter2"), "the secret is not kept");
        let findings = report.facts.findings.unwrap();
        assert_eq!(findings.scanned, None);
        let [one] = findings.list.as_slice() else { panic!("{}", findings.list.len()) };
        assert_eq!((&*one.id, &*one.message), ("key", "A key (in commit 12d8f0bddee6)"));
        assert_eq!(one.location, Some(Location { path: "a/b.txt".into(), line: Some(7) }));
        assert_eq!(one.rating.severity(SeverityRule::Tool).name(), "unknown");
    }

    #[test]
    fn places_and_commits_are_told_apart() {
        for (from, to) in
            [("\"StartColumn\":8", "\"StartColumn\":9"), ("12d8", "22d8"), ("\"StartLine\":7", "\"StartLine\":8")]
        {
            let other = LEAK.replacen(from, to, 1);
            assert_ne!(other, LEAK);
            let report = read_text(&format!("[{LEAK},{other}]")).unwrap();
            assert_eq!(report.facts.findings.unwrap().list.len(), 2, "{to}");
        }
    }

    #[test]
    fn an_empty_list_is_one_scan_with_a_note_and_claimed_by_nobody() {
        let report = read_text("[]").unwrap();
        assert!(report.notes[0].contains("does not say how much"));
        assert!(report.facts.findings.unwrap().list.is_empty());
        assert!(!recognise(&Head::of(b"[]", "x")));
        assert!(recognise(&Head::of(format!("[{LEAK}").as_bytes(), "x")));
    }

    #[test]
    fn null_and_what_lacks_a_key_are_refused() {
        assert!(read_text(" null\n").unwrap_err().to_string().contains("newer gitleaks"));
        let good = format!("[{LEAK}]");
        for (from, to) in [
            (r#""RuleID":"key","#, ""),
            (r#""RuleID":"key""#, r#""RuleID":"""#),
            (r#""RuleID":"#, r#""ruleID":"#),
            (r#""File":"a/b.txt","#, ""),
            (r#""StartLine":7,"#, ""),
            (r#""StartLine":7"#, r#""StartLine":"7""#),
            (r#""StartLine":7"#, r#""StartLine":-7"#),
            (r#""File":"#, r#""File":"x","File":"#),
        ] {
            let broken = good.replacen(from, to, 1);
            assert_ne!(broken, good);
            assert!(read_text(&broken).is_err(), "{broken}");
        }
        for n in 0..good.len() {
            assert!(read_text(&good[..n]).is_err(), "{n}");
        }
    }
}
