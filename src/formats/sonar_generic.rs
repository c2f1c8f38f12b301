//! SonarQube's generic test coverage, version 1.
//!
//! Sources: docs.sonarsource.com "Generic test data"; SonarSource/sonarqube
//! `sonar-scanner-engine/…/genericcoverage/GenericCoverageReportParser.java`, which refuses every
//! element that it does not know; gcovr `formats/sonarqube/write.py`, which writes a line of a
//! template twice.
//!
//! Counted is each line of a file once: covered if any `<lineToCover>` says so, with the larger
//! share of its branches. There are no totals, no functions and no closing mark but the root's end.

use super::{Format, Head, Input};
use crate::facts::{Coverage, FileCoverage, Kind, Line, Report};
use crate::input::Result;
use crate::input::xml::{Event, Tag, Xml};
use crate::units::plain_u64;

pub(super) const FORMAT: Format =
    Format { name: "sonar-generic", gives: &[Kind::Coverage], producers: "gcovr 8.8", recognise, read };

fn recognise(head: &Head) -> bool {
    head.is_root("coverage")
        && head.attribute("version") == Some("1")
        && !["packages", "project"].iter().any(|child| head.has_child(child))
        && !["line-rate", "lines-valid"].iter().any(|name| head.has_attribute(name))
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut xml = Xml::new(input.window);
    let mut coverage = Coverage::default();
    let mut path = None;
    while let Some(event) = xml.event()? {
        let Event::Start(tag) = event else { continue };
        take(&tag, &mut path, &mut coverage).map_err(|reason| xml.error(reason))?;
    }
    coverage.settle();
    let mut report = Report::default();
    if coverage.sum(FileCoverage::line_ratio).total == 0 {
        report.note("0 lines: nothing was measured");
    }
    report.facts.coverage = Some(coverage);
    Ok(report)
}

fn take(tag: &Tag<'_>, path: &mut Option<String>, coverage: &mut Coverage) -> std::result::Result<(), String> {
    match (tag.depth, tag.name()) {
        (1, "coverage") => match tag.get("version").as_deref() {
            Some("1") => {}
            Some(other) => return Err(format!("version {:?}: only 1 is known", short(other))),
            None => return Err("a <coverage> without `version`".into()),
        },
        (1, name) => return Err(format!("the root is <{name}>, not <coverage>")),
        (2, "file") => *path = Some(tag.get("path").ok_or("a <file> without `path`")?.into_owned()),
        (3, "lineToCover") => {
            let line = line(tag)?;
            coverage.has_branches |= line.branches > 0;
            coverage.file(path.as_deref().unwrap_or_default()).add(line);
        }
        (_, name) => return Err(format!("a <{name}> where a <file> or a <lineToCover> would stand")),
    }
    Ok(())
}

fn line(tag: &Tag<'_>) -> std::result::Result<Line, String> {
    let number = count(tag, "lineNumber")?.ok_or("a <lineToCover> without `lineNumber`")?;
    let covered = tag.get("covered").ok_or_else(|| format!("source line {number} has no `covered`"))?;
    let hit = match covered.to_ascii_lowercase().as_str() {
        "true" => true,
        "false" => false,
        _ => return Err(format!("source line {number}: `covered` is {:?}, neither true nor false", short(&covered))),
    };
    let (taken, branches) = match (count(tag, "coveredBranches")?, count(tag, "branchesToCover")?) {
        // SonarQube takes those that are not stated for not covered.
        (None, branches) => (0, branches.unwrap_or_default()),
        (Some(taken), Some(branches)) if taken <= branches => (taken, branches),
        (Some(_), None) => return Err(format!("source line {number}: `coveredBranches` without `branchesToCover`")),
        (Some(taken), Some(branches)) => {
            return Err(format!("source line {number}: {taken} branches covered of {branches} to cover"));
        }
    };
    Ok(Line { number, hit, taken, branches })
}

/// A number that an attribute holds.
fn count(tag: &Tag<'_>, name: &str) -> std::result::Result<Option<u32>, String> {
    let Some(value) = tag.get(name) else { return Ok(None) };
    let number = plain_u64(&value).and_then(|n| u32::try_from(n).ok());
    number.map(Some).ok_or_else(|| format!("`{name}` is {:?}, which is no count", short(&value)))
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Window;

    fn parse(text: &str) -> Result<Report> {
        FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "sonar.xml" })
    }

    fn file(inside: &str) -> String {
        format!("<coverage version=\"1\"><file path=\"src/a.c\">{inside}</file></coverage>")
    }

    fn figures(text: &str) -> ((u64, u64), Option<(u64, u64)>) {
        let c = parse(text).unwrap_or_else(|e| panic!("{text}: {e}")).facts.coverage.unwrap();
        assert!(!c.has_functions);
        let (lines, branches) = (c.sum(FileCoverage::line_ratio), c.sum(FileCoverage::branch_ratio));
        ((lines.covered, lines.total), c.has_branches.then_some((branches.covered, branches.total)))
    }

    #[test]
    fn each_line_counts_once_and_by_the_better_statement() {
        for (lines, expected) in [
            (
                r#"<lineToCover lineNumber="1" covered="true"/><lineToCover lineNumber="2" covered="false"/>"#,
                ((1, 2), None),
            ),
            (
                r#"<lineToCover lineNumber="1" covered="TRUE"/><lineToCover lineNumber="2" covered="False"/>"#,
                ((1, 2), None),
            ),
            (
                r#"<lineToCover lineNumber="1" covered="false"/><lineToCover lineNumber="1" covered="true"/>"#,
                ((1, 1), None),
            ),
            (
                r#"<lineToCover lineNumber="1" covered="true" branchesToCover="4" coveredBranches="1"/>
                   <lineToCover lineNumber="1" covered="false" branchesToCover="2" coveredBranches="1"/>"#,
                ((1, 1), Some((1, 2))),
            ),
            (r#"<lineToCover lineNumber="1" covered="true" branchesToCover="2"/>"#, ((1, 1), Some((0, 2)))),
            (r#"<lineToCover lineNumber="1" covered="true" branchesToCover="0" coveredBranches="0"/>"#, ((1, 1), None)),
            ("", ((0, 0), None)),
        ] {
            assert_eq!(figures(&file(lines)), expected, "{lines}");
        }
        assert_eq!(figures("<coverage version=\"1\"/>"), ((0, 0), None));
        let twice = "<coverage version='1'><file path='a'><lineToCover lineNumber='1' covered='false'/></file>\
                     <file path='b'><lineToCover lineNumber='1' covered='false'/></file>\
                     <file path='./a'><lineToCover lineNumber='1' covered='true'/></file></coverage>";
        assert_eq!(figures(twice), ((1, 2), None));
    }

    #[test]
    fn what_is_not_of_version_1_is_refused() {
        let line = "<lineToCover lineNumber=\"1\" covered=\"true\"/>";
        for (text, why) in [
            ("<unitTest/>".to_owned(), "the root is <unitTest>, not <coverage>"),
            ("<coverage/>".into(), "a <coverage> without `version`"),
            ("<coverage version=\"2\"/>".into(), "version \"2\": only 1 is known"),
            ("<coverage version=\"1\"><file path=\"a\">".into(), "cut off"),
            (format!("<coverage version=\"1\">{line}</coverage>"), "a <lineToCover> where"),
            (format!("<coverage version=\"1\"><file>{line}</file></coverage>"), "a <file> without `path`"),
            (file("<lineToUncover/>"), "a <lineToUncover> where"),
            (file(&format!("<x>{line}</x>")), "a <x> where"),
            (file("<lineToCover covered=\"true\"/>"), "a <lineToCover> without `lineNumber`"),
            (file("<lineToCover lineNumber=\"1\"/>"), "line 1 has no `covered`"),
            (file("<lineToCover lineNumber=\"1\" covered=\"1\"/>"), "`covered` is \"1\", neither true nor false"),
            (file("<lineToCover lineNumber=\"1\" covered=\"\"/>"), "neither true nor false"),
            (file("<lineToCover lineNumber=\"-1\" covered=\"true\"/>"), "`lineNumber` is \"-1\", which is no count"),
            (file("<lineToCover lineNumber=\"1.5\" covered=\"true\"/>"), "is no count"),
            (
                file("<lineToCover lineNumber=\"1\" covered=\"true\" branchesToCover=\"1\" coveredBranches=\"2\"/>"),
                "line 1: 2 branches covered of 1 to cover",
            ),
            (
                file("<lineToCover lineNumber=\"1\" covered=\"true\" coveredBranches=\"2\"/>"),
                "`coveredBranches` without `branchesToCover`",
            ),
            (
                file("<lineToCover lineNumber=\"1\" covered=\"true\" branchesToCover=\"NaN\" coveredBranches=\"0\"/>"),
                "`branchesToCover` is \"NaN\", which is no count",
            ),
        ] {
            let error = parse(&text).unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn it_is_known_by_its_version_and_by_not_being_another() {
        for (text, is) in [
            ("<coverage version='1'><file path='a'/></coverage>", true),
            ("<coverage version=\"1\"/>", true),
            ("<coverage version='2'><file path='a'/></coverage>", false),
            ("<coverage><file path='a'/></coverage>", false),
            ("<coverage version='1'><project/></coverage>", false),
            ("<coverage version='1'><packages/></coverage>", false),
            ("<coverage version='1' line-rate='1'/>", false),
            ("<testExecutions version='1'/>", false),
        ] {
            assert_eq!(recognise(&Head::of(text.as_bytes(), "p")), is, "{text}");
        }
    }
}
