use super::*;
use crate::input::Window;

fn parse(text: &str) -> Result<Report> {
    FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "jacoco.xml" })
}

fn report(inside: &str) -> String {
    format!("<report name=\"r\">{inside}</report>")
}

fn package(inside: &str) -> String {
    report(&format!("<package name=\"a/b\">{inside}</package>"))
}

fn source(inside: &str) -> String {
    package(&format!("<sourcefile name=\"C.java\">{inside}</sourcefile>"))
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
fn a_line_counts_by_its_instructions() {
    for (lines, expected) in [
        (r#"<line nr="1" mi="0" ci="3" mb="0" cb="0"/><line nr="2" mi="1" ci="0" mb="0" cb="0"/>"#, ((1, 2), None)),
        // Partly covered is covered; nothing to cover is no line.
        (r#"<line nr="1" mi="5" ci="1" mb="1" cb="3"/>"#, ((1, 1), Some((3, 4)))),
        (r#"<line nr="1" mi="0" ci="0" mb="0" cb="0"/>"#, ((0, 0), None)),
        (r#"<line nr="1" mi="0" ci="1"/>"#, ((1, 1), None)),
        (
            r#"<line nr="2" mi="1" ci="0" mb="2" cb="0"/><line nr="2" mi="0" ci="1" mb="1" cb="1"/>"#,
            ((1, 1), Some((1, 2))),
        ),
        ("", ((0, 0), None)),
    ] {
        let (lines_, branches, functions) = figures(&source(lines));
        assert_eq!(((lines_, branches), functions), (expected, None), "{lines}");
    }
}

const LINE: &str = r#"<line nr="1" mi="0" ci="1"/>"#;
const OPEN: &str = r#"<line nr="2" mi="1" ci="0"/>"#;

fn counters(line: (u64, u64), branch: (u64, u64), method: (u64, u64)) -> String {
    let one =
        |name: &str, (missed, covered)| format!("<counter type=\"{name}\" missed=\"{missed}\" covered=\"{covered}\"/>");
    one("LINE", line) + &one("BRANCH", branch) + &one("METHOD", method)
}

#[test]
fn counters_are_never_added_to_lines() {
    let inner = format!("{LINE}{OPEN}{}", counters((1, 1), (0, 0), (1, 1)));
    let all = counters((1, 1), (0, 0), (1, 1));
    let text = report(&format!(
        "<package name=\"p\"><class name=\"p/C\" sourcefilename=\"C.java\">\
         <method name=\"m\" desc=\"()V\">{all}</method><method name=\"n\" desc=\"()V\">{}</method>{all}</class>\
         <sourcefile name=\"C.java\">{inner}</sourcefile>{all}</package>{all}",
        counters((1, 0), (0, 0), (1, 0))
    ));
    assert_eq!(figures(&text), ((1, 2), None, Some((1, 2))));
    assert!(notes(&text).is_empty(), "{:?}", notes(&text));
}

#[test]
fn methods_count_by_their_own_counters() {
    let counter = |kind: &str, missed: u64, covered: u64| {
        format!("<counter type=\"{kind}\" missed=\"{missed}\" covered=\"{covered}\"/>")
    };
    for (counters, hit) in [
        (counter("METHOD", 0, 1), 1),
        (counter("METHOD", 1, 0), 0),
        (counter("INSTRUCTION", 3, 1), 1),
        (counter("INSTRUCTION", 3, 0), 0),
        (counter("LINE", 0, 1), 1),
        (counter("METHOD", 1, 0) + &counter("INSTRUCTION", 0, 9), 0),
        (String::new(), 0),
    ] {
        let method = format!("<method name=\"m\" desc=\"()V\">{counters}</method>");
        let file = format!("<sourcefile name=\"C.java\">{LINE}</sourcefile>");
        let class = |name: &str| format!("<class name=\"{name}\" sourcefilename=\"C.java\">{method}</class>");
        let text = package(&format!("{}{file}", class("a/b/C")));
        assert_eq!(figures(&text), ((1, 1), None, Some((hit, 1))), "{counters}");
        // Two classes of one file; overloads.
        let two = package(&format!("{}{}{file}", class("a/b/C"), class("a/b/C$D")));
        assert_eq!(figures(&two).2, Some((hit * 2, 2)), "{counters}");
        let overloads = text.replace("</class>", &format!("{}</class>", method.replace("()V", "(I)V")));
        assert_eq!(figures(&overloads).2, Some((hit * 2, 2)), "{counters}");
    }
}

#[test]
fn a_class_without_a_source_file_stands_for_it() {
    let method = "<method name=\"m\" desc=\"()V\"><counter type=\"METHOD\" missed=\"1\" covered=\"0\"/></method>";
    let text = package(&format!("<class name=\"a/b/D\">{method}</class><sourcefile name=\"C.kt\">{LINE}</sourcefile>"));
    assert_eq!(figures(&text), ((1, 1), None, Some((0, 1))));
    assert_eq!(coverage(&text).files.keys().map(|k| &**k).collect::<Vec<_>>(), ["a/b/C.kt", "a/b/D"]);
}

#[test]
fn files_of_two_modules_are_two_files() {
    let module = |name: &str, lines: &str| {
        format!(
            "<group name=\"{name}\"><package name=\"p\"><sourcefile name=\"C.java\">{lines}</sourcefile></package></group>"
        )
    };
    let text = report(&format!(
        "<group name=\"all\">{}{}</group><package name=\"\"><sourcefile name=\"D.java\">{LINE}</sourcefile></package>",
        module("one", LINE),
        module("two", r#"<line nr="1" mi="1" ci="0"/>"#)
    ));
    assert_eq!(figures(&text).0, (2, 3));
    let names: Vec<String> = coverage(&text).files.keys().map(|k| k.to_string()).collect();
    assert_eq!(names, ["D.java", "all/one/p/C.java", "all/two/p/C.java"]);
    // Without groups nothing tells them apart.
    let file = |lines: &str| format!("<package name=\"p\"><sourcefile name=\"C.java\">{lines}</sourcefile></package>");
    assert_eq!(figures(&report(&(file(LINE) + &file(r#"<line nr="1" mi="1" ci="0"/>"#)))).0, (1, 1));
}

#[test]
fn lines_without_instructions_leave_the_counters_of_their_file() {
    let bare = r#"<line nr="2"/><line nr="2" mb="1" cb="1"/><line nr="3"/>"#;
    let text = source(&format!("{bare}{}", counters((1, 3), (4, 2), (0, 3))));
    assert_eq!(figures(&text), ((3, 4), Some((2, 6)), Some((3, 3))));
    assert!(coverage(&text).has_totals() && notes(&text).iter().any(|n| n.contains("cannot be merged")));
    let none = source(&format!("{bare}{}", counters((0, 1), (0, 0), (0, 0))));
    assert_eq!(figures(&none), ((1, 1), None, None));
}

#[test]
fn the_header_is_what_stands_directly_under_the_root() {
    let lines: String = (1..=20).map(|n| format!("<line nr=\"{n}\" mi=\"0\" ci=\"1\"/>")).collect();
    let file = format!("<package name=\"p\"><sourcefile name=\"C.java\">{lines}</sourcefile></package>");
    let text = |missed: u64| report(&format!("{file}<counter type=\"LINE\" missed=\"{missed}\" covered=\"20\"/>"));
    assert!(notes(&text(0)).is_empty());
    assert_eq!(notes(&text(1)), ["the header says 20/21 lines; the body holds 20/20, which count"]);
    let error = parse(&text(2)).unwrap_err().to_string();
    assert!(error.contains("states 22 lines and its body holds 20: a part of the report is missing"), "{error}");
    // The same file in two packages of one name is stated twice and counts once.
    let twice = report(&format!("{file}{file}<counter type=\"LINE\" missed=\"0\" covered=\"40\"/>"));
    assert_eq!(figures(&twice).0, (20, 20));
    for (kind, name) in [("BRANCH", "branches"), ("METHOD", "methods")] {
        let text = report(&format!("{file}<counter type=\"{kind}\" missed=\"1\" covered=\"1\"/>"));
        assert_eq!(notes(&text), [format!("the header says 1/2 {name}; the body holds 0/0, which count")]);
    }
}

#[test]
fn code_without_lines_is_named_and_never_covered() {
    let class = "<class name=\"a/b/D\"><counter type=\"INSTRUCTION\" missed=\"40\" covered=\"0\"/></class>";
    let words = "classes without any line: 1, with 40 instructions";
    let alone = package(class);
    assert_eq!(figures(&alone), ((0, 0), None, None));
    assert!(
        notes(&alone).iter().any(|n| n.starts_with(words)) && notes(&alone).iter().any(|n| n.starts_with("0 lines"))
    );
    let beside = package(&format!("{class}<sourcefile name=\"C.java\">{LINE}</sourcefile>"));
    assert!(notes(&beside).iter().any(|n| n.starts_with(words)), "{:?}", notes(&beside));
    let line = r#"<line nr="1" mi="0" ci="1" mb="0" cb="2"/>"#;
    let branches = "<counter type=\"BRANCH\" missed=\"2\" covered=\"0\"/></class>";
    let mixed = package(&format!("{class}<sourcefile name=\"C.java\">{line}</sourcefile>"));
    assert_eq!(figures(&mixed).1, Some((2, 2)));
    assert_eq!(figures(&mixed.replace("</class>", branches)).1, None);
}

#[test]
fn a_report_is_as_old_as_its_last_session() {
    let session = |dump: &str| format!("<sessioninfo id=\"s\" start=\"1\" dump=\"{dump}\"/>");
    let text = report(&(session("1795534006766") + &session("1795530000000") + &session("x")));
    assert_eq!(parse(&text).unwrap().made_at.unwrap().as_second(), 1_795_534_006);
    assert_eq!(parse(&report("")).unwrap().made_at, None);
}

#[test]
fn what_contradicts_itself_is_refused() {
    let method = "<method name=\"m\" desc=\"()V\"/>";
    for (text, why) in [
        ("<coverage/>".to_owned(), "the root is <coverage>, not <report>"),
        ("<report><package name=\"p\">".into(), "cut off"),
        (source("<line mi=\"0\" ci=\"1\"/>"), "a <line> without `nr`"),
        (source("<line nr=\"1\" ci=\"1\"/>"), "of `mi` and `ci` one is missing"),
        (source("<line nr=\"1\" mi=\"1\"/>"), "of `mi` and `ci` one is missing"),
        (source("<line nr=\"1\" mi=\"0\" ci=\"1\" cb=\"1\"/>"), "of `mb` and `cb` one is missing"),
        (source("<line nr=\"1\" mi=\"-1\" ci=\"1\"/>"), "`mi` of a <line> is \"-1\", which is no count"),
        (source("<line nr=\"1\" mi=\"NaN\" ci=\"1\"/>"), "is no count"),
        (source("<line nr=\"99999999999\" mi=\"0\" ci=\"1\"/>"), "beyond 2^32"),
        (source("<line nr=\"1\" mi=\"0\" ci=\"1\" mb=\"0\" cb=\"99999999999\"/>"), "more than 2^32 branches"),
        (source("<line nr=\"1\" mi=\"0\" ci=\"0\" mb=\"1\" cb=\"0\"/>"), "has branches and no instruction"),
        (source("<line nr=\"1\"/>"), "lines without `mi` and `ci`, and no LINE counter"),
        (source("<line nr=\"1\"/><counter type=\"LINE\" missed=\"0\" covered=\"1\"/>"), "and no BRANCH counter"),
        (source(&format!("<line nr=\"1\"/>{LINE}")), "some lines have `mi` and `ci`, others have none"),
        (source("<counter type=\"LINE\" covered=\"1\"/>"), "a <counter> without `missed`"),
        (source("<counter type=\"LINE\" missed=\"1.5\" covered=\"1\"/>"), "is no count"),
        (source("<counter missed=\"1\" covered=\"1\"/>"), "a <counter> without `type`"),
        (source(&"<counter type=\"LINE\" missed=\"0\" covered=\"1\"/>".repeat(2)), "a second LINE counter"),
        (source("<x><line nr=\"1\" mi=\"0\" ci=\"1\"/></x>"), "a <line> outside any <sourcefile>"),
        (package(&format!("<class name=\"C\"><lines>{LINE}</lines></class>")), "a <line> outside any <sourcefile>"),
        (package(LINE), "a <line> outside any <sourcefile>"),
        (package(method), "a <method> outside any <class>"),
        (package("<class/>"), "a <class> without `name`"),
        (package("<sourcefile/>"), "a <sourcefile> without `name`"),
        (package("<package name=\"q\"/>"), "a <package> where JaCoCo writes none"),
        (package("<group name=\"q\"/>"), "a <group> where JaCoCo writes none"),
        (package("<class name=\"C\"><class name=\"D\"/></class>"), "a <class> where JaCoCo writes none"),
        (report("<sourcefile name=\"C\"/>"), "a <sourcefile> where JaCoCo writes none"),
        (report("<package/>"), "a <package> without `name`"),
        (
            package(
                &format!("<sourcefile name=\"C\"><line nr=\"1\"/>{}</sourcefile>", counters((0, 1), (0, 0), (0, 1)))
                    .repeat(2),
            ),
            "a/b/C stands there twice",
        ),
    ] {
        let error = parse(&text).unwrap_err().to_string();
        assert!(error.contains(why), "{text}: {error}");
    }
}

#[test]
fn a_report_is_known_by_its_children_or_its_doctype() {
    let doctype = "<!DOCTYPE report PUBLIC \"-//JACOCO//DTD Report 1.1//EN\" \"report.dtd\"[]>";
    for (text, is) in [
        ("<report name='r'><group name='g'/></report>", true),
        ("<report name='r'><package name='p'/></report>", true),
        ("<report name='r'><sessioninfo/></report>", true),
        ("<report name='r'><counter/></report>", true),
        (&format!("<?xml version=\"1.0\"?>{doctype}<report name=\"r\"/>"), true),
        ("<report name='r'/>", false),
        ("<report><file/></report>", false),
        ("<coverage><package/></coverage>", false),
    ] {
        assert_eq!(recognise(&Head::of(text.as_bytes(), "p")), is, "{text}");
    }
}
