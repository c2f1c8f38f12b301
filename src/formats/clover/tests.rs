use super::*;
use crate::input::Window;

fn parse(text: &str) -> Result<Report> {
    FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "clover.xml" })
}

fn project(inside: &str) -> String {
    format!(
        "<coverage generated=\"1795533795888\" clover=\"3.2.0\"><project timestamp=\"1\">{inside}</project></coverage>"
    )
}

fn file(inside: &str) -> String {
    project(&format!("<file name=\"a.js\" path=\"src/a.js\">{inside}</file>"))
}

fn coverage(text: &str) -> Coverage {
    parse(text).unwrap_or_else(|e| panic!("{text}: {e}")).facts.coverage.unwrap()
}

/// Lines, branches, functions: covered and all; branches and functions only if they are known.
type Figures = ((u64, u64), Option<(u64, u64)>, Option<(u64, u64)>);

fn figures(text: &str) -> Figures {
    let c = coverage(text);
    let pair = |figure: fn(&FileCoverage) -> Ratio| {
        let ratio = c.sum(figure);
        (ratio.covered, ratio.total)
    };
    let branches = c.has_branches.then(|| pair(FileCoverage::branch_ratio));
    let functions = c.has_functions.then(|| pair(FileCoverage::function_ratio));
    (pair(FileCoverage::line_ratio), branches, functions)
}

fn notes(text: &str) -> Vec<String> {
    parse(text).unwrap().notes.iter().map(|n| n.to_string()).collect()
}

#[test]
fn statements_and_conditions_are_lines_and_methods_are_not() {
    for (lines, expected) in [
        (r#"<line num="1" count="1" type="stmt"/><line num="2" count="0" type="stmt"/>"#, ((1, 2), None, None)),
        (r#"<line num="1" count="0" type="stmt"/><line num="1" count="3" type="stmt"/>"#, ((1, 1), None, None)),
        (
            r#"<line num="1" count="1" type="method" name="m"/><line num="2" count="0" type="stmt"/>"#,
            ((0, 1), None, Some((1, 1))),
        ),
        (
            r#"<line num="1" count="1" type="method" name="m"/><line num="9" count="0" type="method" name="m"/>"#,
            ((0, 0), None, Some((1, 2))),
        ),
        // istanbul: how many branches were taken, and how many not; `count` says whether it was reached.
        (r#"<line num="1" count="1" type="cond" truecount="0" falsecount="2"/>"#, ((1, 1), Some((0, 2)), None)),
        (r#"<line num="1" count="0" type="cond" truecount="0" falsecount="2"/>"#, ((0, 1), Some((0, 2)), None)),
        (r#"<line num="1" count="4" type="cond" truecount="3" falsecount="1"/>"#, ((1, 1), Some((3, 4)), None)),
        // Clover: how often it was true and how often false; the statement stands there as well.
        (
            r#"<class name="C"/><line num="1" count="1" type="stmt"/><line num="1" type="cond" truecount="0" falsecount="9"/>"#,
            ((1, 1), Some((1, 2)), None),
        ),
        (r#"<class name="C"/><line num="1" type="cond" truecount="0" falsecount="9"/>"#, ((1, 1), Some((1, 2)), None)),
        (r#"<class name="C"/><line num="1" type="cond" truecount="0" falsecount="0"/>"#, ((0, 1), Some((0, 2)), None)),
        (r#"<class name="C"/><line num="1" type="cond" truecount="1" falsecount="3"/>"#, ((1, 1), Some((2, 2)), None)),
        ("", ((0, 0), None, None)),
    ] {
        assert_eq!(figures(&file(lines)), expected, "{lines}");
    }
}

/// ReportGenerator says that it is a Clover, and means numbers of branches. A tool that says nothing is held to
/// what all agree on.
#[test]
fn what_a_condition_without_a_count_means_depends_on_who_wrote_it() {
    for (root, yes, no, hit, branches) in [
        ("generated=\"1795533795888\" clover=\"4.3.1\"", 0, 2, 1, Some((1, 2))),
        ("generated=\"1795533795\" clover=\"4.3.1\"", 0, 2, 0, Some((0, 2))),
        ("generated=\"1795533795\" clover=\"4.3.1\"", 1, 3, 1, Some((1, 4))),
        ("generated=\"1795533795888\"", 0, 2, 0, None),
        ("clover=\"4.3.1\"", 0, 2, 0, None),
        ("", 2, 0, 1, None),
    ] {
        let text = format!(
            "<coverage {root}><project><file name=\"a\"><class name=\"C\"/>\
             <line num=\"1\" type=\"cond\" truecount=\"{yes}\" falsecount=\"{no}\"/></file></project></coverage>"
        );
        let text = text.replace("coverage >", "coverage>");
        assert_eq!(figures(&text), ((hit, 1), branches, None), "{root}");
        assert_eq!(notes(&text).iter().any(|n| n.contains("branches are not known")), branches.is_none(), "{root}");
    }
}

/// PHPUnit writes metrics last, old istanbul packages inside of metrics, gcovr and OpenClover a project of tests.
#[test]
fn metrics_may_stand_anywhere_and_tests_are_left_out() {
    let line = r#"<line num="1" count="1" type="stmt"/>"#;
    let metrics = |n: u64| format!("<metrics statements=\"{n}\" coveredstatements=\"{n}\"/>");
    let inner = format!("<file name=\"a\" path=\"a\">{}{line}{}</file>", metrics(9), metrics(9));
    let package = format!("<package name=\"p\">{}{inner}</package>", metrics(9));
    for inside in [
        format!("{}{package}", metrics(1)),
        format!("{package}{}", metrics(1)),
        format!("<metrics statements=\"1\" coveredstatements=\"1\">{package}</metrics>"),
        format!("{inner}{}", metrics(1)),
    ] {
        assert_eq!(figures(&project(&inside)), ((1, 1), None, None), "{inside}");
        assert!(notes(&project(&inside)).is_empty(), "{inside}");
        let tests = format!(
            "</project><testproject>{}<file name=\"t\"><line num=\"1\" count=\"0\" type=\"x\"/></file></testproject>",
            metrics(0)
        );
        let text = project(&inside).replace("</project>", &tests);
        assert_eq!(figures(&text), ((1, 1), None, None), "{inside}");
        assert!(notes(&text).is_empty(), "{inside}");
    }
    let other = project(&format!("{}{inner}", metrics(161)));
    assert_eq!(notes(&other), ["the header says 161/161 statements; the body holds 1/1, which count"]);
    let paths = project(&format!("{inner}<metrics conditionals=\"6\" coveredconditionals=\"2\"/>"));
    assert_eq!(figures(&paths), ((1, 1), None, None));
    assert_eq!(notes(&paths), ["the header says 2/6 branches; the body holds 0/0, which count"]);
}

#[test]
fn a_file_is_named_by_its_path_or_its_package() {
    let line = r#"<line num="1" count="1" type="stmt"/>"#;
    for (attributes, name) in [
        ("name=\"a.js\" path=\"/w/src/a.js\"", "/w/src/a.js"),
        ("name=\"A.java\" path=\"C:\\w\\A.java\"", "C:/w/A.java"),
        ("name=\"/w/src/A.php\"", "/w/src/A.php"),
        ("name=\"A.java\"", "com/till/A.java"),
    ] {
        let text = project(&format!("<package name=\"com.till\"><file {attributes}>{line}</file></package>"));
        assert_eq!(coverage(&text).files.keys().map(|k| &**k).collect::<Vec<_>>(), [name], "{attributes}");
    }
    let outside = project(&format!("<package name=\"p\"/><file name=\"A\">{line}</file>"));
    assert_eq!(coverage(&outside).files.keys().map(|k| &**k).collect::<Vec<_>>(), ["A"]);
    let twice = project(&format!(
        "<file name=\"A\">{line}</file><file name=\"./A\"><line num=\"1\" count=\"0\" type=\"stmt\"/></file>"
    ));
    assert_eq!(figures(&twice).0, (1, 1));
}

#[test]
fn a_report_states_when_it_was_made() {
    for (made, seconds) in [("1795533795888", 1_795_533_795), ("1619680221", 1_619_680_221)] {
        let text = project("").replace("1795533795888", made);
        assert_eq!(parse(&text).unwrap().made_at.unwrap().as_second(), seconds);
    }
}

#[test]
fn what_contradicts_itself_is_refused() {
    for (text, why) in [
        ("<report/>".to_owned(), "the root is <report>, not <coverage>"),
        ("<coverage clover=\"1\"/>".into(), "no <project> in it"),
        ("<coverage><testproject><file name=\"a\"/></testproject></coverage>".into(), "no <project> in it"),
        ("<coverage><project><file name=\"a\">".into(), "cut off"),
        (project("<file><line num=\"1\" count=\"1\" type=\"stmt\"/></file>"), "a <file> without `path` and `name`"),
        (project("<line num=\"1\" count=\"1\" type=\"stmt\"/>"), "a <line> outside any <file>"),
        (file("<file name=\"b\"/>"), "a <file> inside a <file>"),
        (file("<line count=\"1\" type=\"stmt\"/>"), "a <line> without `num`"),
        (file("<line num=\"1\" count=\"1\"/>"), "line 1 has no `type`"),
        (file("<line num=\"1\" type=\"stmt\"/>"), "line 1 of type \"stmt\" has no `count`"),
        (file("<line num=\"1\" type=\"method\"/>"), "line 1 of type \"method\" has no `count`"),
        (file("<line num=\"1\" count=\"1\" type=\"x\"/>"), "is of the type \"x\""),
        (file("<line num=\"1\" count=\"-1\" type=\"stmt\"/>"), "`count` of a <line> is \"-1\", which is no count"),
        (file("<line num=\"1\" count=\"NaN\" type=\"stmt\"/>"), "is no count"),
        (file("<line num=\"1\" count=\"1.0\" type=\"stmt\"/>"), "is no count"),
        (file("<line num=\"-1\" count=\"1\" type=\"stmt\"/>"), "is no count"),
        (file("<line num=\"99999999999\" count=\"1\" type=\"stmt\"/>"), "beyond 2^32"),
        (file("<line num=\"1\" count=\"1\" type=\"cond\" truecount=\"1\"/>"), "a condition without `falsecount`"),
        (file("<line num=\"1\" count=\"1\" type=\"cond\" falsecount=\"1\"/>"), "a condition without `truecount`"),
        (
            file("<line num=\"1\" type=\"cond\" truecount=\"0\" falsecount=\"1\"/>"),
            "a condition without `count`, in a file without a <class>",
        ),
        (
            file("<line num=\"1\" count=\"1\" type=\"cond\" truecount=\"4294967295\" falsecount=\"1\"/>"),
            "more than 2^32 branches",
        ),
    ] {
        let error = parse(&text).unwrap_err().to_string();
        assert!(error.contains(why), "{text}: {error}");
    }
}

#[test]
fn a_report_is_known_by_its_project() {
    for (text, is) in [
        ("<coverage generated='1'><project/></coverage>", true),
        ("<coverage generated='1' clover='4'/>", false),
        ("<coverage version='1'><file path='a'/></coverage>", false),
        ("<project><coverage/></project>", false),
    ] {
        assert_eq!(recognise(&Head::of(text.as_bytes(), "p")), is, "{text}");
    }
}
