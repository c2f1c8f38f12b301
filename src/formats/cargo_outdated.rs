//! cargo-outdated, `cargo outdated --format json`.
//!
//! Source: kbknapp/cargo-outdated `src/cargo_ops/elaborate_workspace.rs` (`print_json`),
//! `src/cargo_ops/pkg_status.rs`: one object a workspace member, one behind the other, also as jq
//! prints them. It does not say how many dependencies it looked at, and an empty list is also what
//! an analysis of nothing leaves.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Format, Head, Input};
use crate::facts::{Dependencies, DependencyIssue, Finding, Kind, Package, Rating, Report};
use crate::input::Result;
use crate::input::json::documents;
use crate::text::Text;

const TOOL: &str = "cargo-outdated";

pub(super) const FORMAT: Format = Format {
    name: TOOL,
    gives: &[Kind::Dependencies],
    producers: "cargo-outdated 0.19, `--format json`",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    head.has("crate_name") && head.has("dependencies")
}

#[derive(Deserialize)]
struct Member {
    #[serde(rename = "crate_name")]
    _name: Text,
    dependencies: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    name: String,
    project: String,
    latest: String,
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut members = 0_u64;
    let mut seen = BTreeSet::new();
    let mut list = Vec::new();
    documents(input.window, |member: Member| {
        members += 1;
        for row in member.dependencies {
            // `---`: the latest is what the project has.
            if row.latest == "---" || row.latest == row.project {
                continue;
            }
            // A dependency of a dependency is `parent->name`.
            let name = Text::new(row.name.rsplit("->").next().unwrap_or_default());
            let project = Text::new(&row.project);
            if seen.insert((name.clone(), project.clone())) {
                list.push(finding(name, project, Text::new(&row.latest)));
            }
        }
        Ok(())
    })?;
    let mut report = Report::by(TOOL);
    report.note(match list.is_empty() {
        false => format!("workspace members looked at: {members}"),
        true => format!("workspace members looked at: {members}; none outdated, or none analysed: it does not say"),
    });
    let mut dependencies = Dependencies::default();
    *dependencies.speak_of(DependencyIssue::Outdated) = list;
    report.facts.dependencies = Some(dependencies);
    Ok(report)
}

fn finding(name: Text, project: Text, latest: Text) -> Finding {
    Finding {
        id: DependencyIssue::Outdated.name().into(),
        aliases: Vec::new(),
        message: Text::new(&format!("{project} -> {latest}")),
        package: Some(Package { name, version: Some(project) }),
        location: None,
        rating: Rating::default(),
        // Where the newest parents do without it, there is no version to go to.
        fix: (&*latest != "Removed").then_some(latest),
        tool: TOOL.into(),
        suppressed: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{ReadError, Window};

    fn read_text(text: &str) -> std::result::Result<Report, ReadError> {
        FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "outdated.json" })
    }

    fn row(name: &str, project: &str, latest: &str) -> String {
        format!(
            r#"{{"name":"{name}","project":"{project}","compat":"---","latest":"{latest}","kind":"Normal","platform":null}}"#
        )
    }

    fn member(rows: &[String]) -> String {
        format!(r#"{{"crate_name":"m","dependencies":[{}]}}"#, rows.join(","))
    }

    /// Package, message and fix of each, in order.
    fn outdated(report: &Report) -> Vec<(String, String, Option<String>)> {
        let dependencies = report.facts.dependencies.as_ref().unwrap();
        assert_eq!(dependencies.packages, None);
        for issue in DependencyIssue::ALL {
            assert_eq!(dependencies.of(issue).is_some(), issue == DependencyIssue::Outdated);
        }
        let list = dependencies.of(DependencyIssue::Outdated).unwrap();
        let fix = |f: &Finding| f.fix.as_ref().map(ToString::to_string);
        list.iter().map(|f| (f.package.as_ref().unwrap().name.to_string(), f.message.to_string(), fix(f))).collect()
    }

    #[test]
    fn members_are_joined_and_a_package_counts_once() {
        let first = member(&[row("a", "1.0.0", "2.0.0"), row("b->c", "0.1.0", "0.2.0"), row("same", "1.0.0", "---")]);
        let second = member(&[row("a", "1.0.0", "2.0.0"), row("a", "1.5.0", "2.0.0"), row("gone", "1.0.0", "Removed")]);
        let expected: Vec<(String, String, Option<String>)> = [
            ("a", "1.0.0 -> 2.0.0", Some("2.0.0")),
            ("c", "0.1.0 -> 0.2.0", Some("0.2.0")),
            ("a", "1.5.0 -> 2.0.0", Some("2.0.0")),
            ("gone", "1.0.0 -> Removed", None),
        ]
        .map(|(n, m, f)| (n.into(), m.into(), f.map(Into::into)))
        .into();
        for between in ["\n", "", "\r\n\r\n"] {
            let report = read_text(&format!("{first}{between}{second}\n")).unwrap();
            assert_eq!(outdated(&report), expected);
            assert_eq!(&*report.notes[0], "workspace members looked at: 2");
        }
        let pretty = first.replace(',', ",\n  ").replace('{', "{\n  ");
        assert_eq!(outdated(&read_text(&pretty).unwrap()).len(), 2);
    }

    #[test]
    fn an_empty_list_is_none_and_says_what_it_may_mean() {
        let report = read_text(&member(&[])).unwrap();
        assert!(outdated(&report).is_empty());
        assert!(report.notes[0].contains("none analysed"));
    }

    #[test]
    fn what_lacks_a_key_or_holds_more_is_refused() {
        let good = member(&[row("a", "1.0.0", "2.0.0")]);
        for broken in [
            String::new(),
            "[]".into(),
            "null".into(),
            "{}".into(),
            good.replace("crate_name", "crate"),
            good.replace("dependencies", "deps"),
            good.replace("latest", "last"),
            good.replace("project", "now"),
            good.replace("crate_name", "Crate_Name"),
            good.replace("[{", "{").replace("}]", "}"),
            format!("{good}\n{good}]"),
            format!("{good}\nwarning: x\n"),
            format!("warning: x\n{good}"),
            format!("{good}{}", good.replace("\"m\"", "\"m\",\"crate_name\":\"n\"")),
        ] {
            assert!(read_text(&broken).is_err(), "{broken}");
        }
        for n in 0..good.len() {
            assert!(read_text(&good[..n]).is_err(), "{n}");
        }
    }
}
