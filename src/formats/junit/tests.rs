use proptest::prelude::*;

use super::*;
use crate::input::Window;

fn read(text: &str) -> Result<Report> {
    super::read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "junit.xml" })
}

fn run(text: &str) -> TestRun {
    read(text).unwrap_or_else(|e| panic!("{text}: {e}")).facts.tests.unwrap()
}

/// Total, passed, failed, skipped, flaky.
fn counts(text: &str) -> (u64, u64, u64, u64, u64) {
    let run = run(text);
    (run.total(), run.passed(), run.failed(), run.skipped(), run.flaky())
}

#[test]
fn a_test_case_is_counted_by_the_worst_it_holds() {
    for (case, expected) in [
        ("<testcase/>", (1, 1, 0, 0, 0)),
        ("<testcase><failure/></testcase>", (1, 0, 1, 0, 0)),
        ("<testcase><error/></testcase>", (1, 0, 1, 0, 0)),
        ("<testcase><skipped/></testcase>", (1, 0, 0, 1, 0)),
        ("<testcase><skipped/><failure/><error/></testcase>", (1, 0, 1, 0, 0)),
        ("<testcase><flakyFailure/></testcase>", (1, 1, 0, 0, 1)),
        ("<testcase><flakyError/><flakyFailure/></testcase>", (1, 1, 0, 0, 1)),
        ("<testcase><flakyFailure/><failure/></testcase>", (1, 0, 1, 0, 0)),
        ("<testcase><failure/><rerunFailure><stackTrace/></rerunFailure></testcase>", (1, 0, 1, 0, 0)),
        // Taken away, a failure leaves the further ones.
        ("<testcase><rerunFailure/></testcase>", (1, 0, 1, 0, 0)),
        ("<testcase><flakyFailure/><rerunError/></testcase>", (1, 0, 1, 0, 0)),
        // node states it as an attribute, too; a test that is to do and failed did.
        ("<testcase failure='test failed'/>", (1, 0, 1, 0, 0)),
        ("<testcase failure='m'><skipped type='todo'/><failure/></testcase>", (1, 0, 1, 0, 0)),
        ("<testcase failure='' error='0'/>", (1, 1, 0, 0, 0)),
        ("<testcase><x><failure/></x></testcase>", (1, 0, 1, 0, 0)),
        ("<testcase><f:failure xmlns:f='u'/></testcase>", (1, 0, 1, 0, 0)),
        ("<testcase><!-- <failure/> --><system-out><![CDATA[<failure/>]]></system-out></testcase>", (1, 1, 0, 0, 0)),
        ("<testcase><skipped><failure/></skipped></testcase>", (1, 0, 1, 0, 0)),
        ("<testcase status='disabled'/>", (1, 0, 0, 1, 0)),
        ("<testcase status='notrun'/>", (1, 0, 0, 1, 0)),
        ("<testcase status='run' result='suppressed'/>", (1, 0, 0, 1, 0)),
        ("<testcase status='run' result='completed'/>", (1, 1, 0, 0, 0)),
        ("<testcase status='failed'/>", (1, 0, 1, 0, 0)),
        ("<testcase status='notrun'><skipped message='Unable to find executable'/></testcase>", (1, 0, 1, 0, 0)),
        ("<testcase status='notrun'><skipped/></testcase>", (1, 0, 1, 0, 0)),
        ("<testcase status='notrun'><skipped message='SKIP_RETURN_CODE=77'/></testcase>", (1, 0, 0, 1, 0)),
        ("<testcase status='notrun'><skipped message='SKIP_REGULAR_EXPRESSION_MATCHED'/></testcase>", (1, 0, 0, 1, 0)),
        ("<failure/>", (1, 0, 1, 0, 0)),
        ("<error message='m'/><testcase/>", (2, 1, 1, 0, 0)),
        ("<error>text</error><testcase/>", (2, 1, 1, 0, 0)),
        ("<testsuite><testcase/><testsuite><testcase/></testsuite></testsuite>", (2, 2, 0, 0, 0)),
        ("", (0, 0, 0, 0, 0)),
    ] {
        assert_eq!(counts(&format!("<testsuite>{case}</testsuite>")), expected, "{case}");
        assert_eq!(counts(&format!("<testsuites><testsuite>{case}</testsuite></testsuites>")), expected, "{case}");
    }
}

#[test]
fn the_worse_of_header_and_body_counts_for_failures() {
    for (text, total, failed, notes) in [
        ("<testsuite tests='1' failures='0'><testcase><failure/></testcase></testsuite>", 1, 1, 1),
        ("<testsuite tests='1' failures='1'><testcase/></testsuite>", 1, 1, 2),
        ("<testsuite tests='2' failures='1'><testcase/></testsuite>", 2, 1, 2),
        ("<testsuite tests='2' failures='1' errors='1'/>", 2, 2, 2),
        ("<testsuite tests='1'><testcase/><testcase/></testsuite>", 2, 0, 1),
        ("<testsuite failures='3'><testcase><failure/><rerunFailure/><rerunError/></testcase></testsuite>", 1, 1, 0),
        ("<testsuite failures='2'><testcase><flakyFailure/><flakyError/></testcase></testsuite>", 1, 0, 0),
        ("<testsuite failures='3'><testcase><flakyFailure/><flakyError/></testcase></testsuite>", 2, 1, 2),
        (
            "<testsuites failures='2'><testsuite failures='1'><testcase/></testsuite>\
             <testsuite failures='1'><testcase><failure/></testcase></testsuite></testsuites>",
            2,
            2,
            3,
        ),
        (
            "<testsuites failures='1'><testsuite failures='1'/><testsuite><testcase><failure/></testcase></testsuite></testsuites>",
            2,
            2,
            2,
        ),
    ] {
        let report = read(text).unwrap();
        let run = report.facts.tests.as_ref().unwrap();
        let real = report.notes.len();
        assert_eq!((run.total(), run.failed(), real), (total, failed, notes), "{text}: {:?}", report.notes);
    }
}

/// Total, passed, failed, skipped, flaky; and how many reasons there are that the run failed.
#[test]
fn the_header_admits_skipped_and_flaky_tests_too() {
    for (text, expected, failed_run) in [
        // mocha-junit-reporter writes no case of a test that did not run.
        ("<testsuite tests='3' skipped='2'><testcase/></testsuite>", (3, 1, 0, 2, 0), 0),
        ("<testsuite tests='3' skipped='1' disabled='1'><testcase/></testsuite>", (3, 1, 0, 2, 0), 0),
        (
            "<testsuites skipped='2' tests='3'><testsuite tests='2'><testcase/></testsuite></testsuites>",
            (3, 1, 0, 2, 0),
            0,
        ),
        (
            "<testsuites><testsuite tests='2' skipped='1'><testcase/></testsuite><testsuite tests='2' skipped='1'><testcase/></testsuite></testsuites>",
            (4, 2, 0, 2, 0),
            0,
        ),
        ("<testsuite tests='2' skipped='1'><testcase/><testcase><skipped/></testcase></testsuite>", (2, 1, 0, 1, 0), 0),
        (
            "<testsuite tests='2' failures='1' skipped='1'><testcase/><testcase><skipped/><failure/></testcase></testsuite>",
            (2, 1, 1, 0, 0),
            0,
        ),
        // What the body does not lack, it holds as passed: a `<skipped/>` that is gone.
        ("<testsuite tests='2' skipped='1'><testcase/><testcase/></testsuite>", (2, 1, 0, 1, 0), 0),
        ("<testsuite tests='2' skipped='9'><testcase/></testsuite>", (2, 0, 0, 2, 0), 0),
        ("<testsuite skipped='9'><testcase/></testsuite>", (1, 0, 0, 1, 0), 0),
        ("<testsuite skipped='9'><testcase><failure/></testcase></testsuite>", (1, 0, 1, 0, 0), 0),
        // What is missing was skipped; and a suite without cases is none that was read.
        ("<testsuite tests='3' failures='1' skipped='2'><testcase/></testsuite>", (3, 0, 1, 2, 0), 0),
        ("<testsuite tests='6' skipped='6'/>", (0, 0, 0, 0, 0), 0),
        (
            "<testsuite tests='18446744073709551615' skipped='18446744073709551615' disabled='1'><testcase/></testsuite>",
            (u64::MAX, 0, 0, u64::MAX, 0),
            0,
        ),
        // Surefire counts the flaky ones.
        ("<testsuite tests='1' flakes='1'><testcase><flakyFailure/></testcase></testsuite>", (1, 1, 0, 0, 1), 0),
        ("<testsuite tests='1' flakes='1'><testcase/></testsuite>", (1, 1, 0, 0, 0), 1),
    ] {
        let report = read(text).unwrap();
        assert_eq!((counts(text), report.failed_run.len()), (expected, failed_run), "{text}");
    }
}

#[test]
fn the_tries_of_pytest_are_one_test() {
    let (ok, failed, skipped) = (
        "<testcase classname='m' name='a'/>",
        "<testcase classname='m' name='a'><failure/></testcase>",
        "<testcase classname='m' name='a'><skipped/></testcase>",
    );
    let other = "<testcase classname='c' name='a'/>";
    for (tests, cases, expected) in [
        (1, [ok, ok].concat(), (1, 1, 0, 0, 1)),
        (1, [ok, ok, ok].concat(), (1, 1, 0, 0, 1)),
        (1, [ok, failed].concat(), (1, 0, 1, 0, 0)),
        (1, [ok, ok, failed].concat(), (1, 0, 1, 0, 0)),
        (1, [ok, ok, ok, failed].concat(), (1, 0, 1, 0, 0)),
        (2, [ok, other, ok, failed].concat(), (2, 1, 1, 0, 0)),
        (1, [ok, skipped].concat(), (1, 0, 0, 1, 0)),
        (2, [ok, other].concat(), (2, 2, 0, 0, 0)),
        (2, [ok, other, ok].concat(), (2, 2, 0, 0, 1)),
        // A teardown that fails behind a test that did is a second case.
        (1, [failed, failed].concat(), (2, 0, 2, 0, 0)),
        // The header counts both: the test was asked for twice.
        (2, [ok, ok].concat(), (2, 2, 0, 0, 0)),
        (3, [ok, ok, other].concat(), (3, 3, 0, 0, 0)),
        (3, [ok, ok, ok].concat(), (3, 3, 0, 0, 0)),
        (3, [ok, ok, failed].concat(), (3, 2, 1, 0, 0)),
    ] {
        for text in [
            format!(
                "<testsuites name='pytest tests'><testsuite name='x' tests='{tests}'>{cases}</testsuite></testsuites>"
            ),
            format!("<testsuite name='pytest' tests='{tests}'>{cases}</testsuite>"),
        ] {
            assert_eq!(counts(&text), expected, "{text}");
        }
    }
    for attribute in ["name='a'", "classname='m'", ""] {
        let text = format!("<testsuite name='pytest'><testcase {attribute}/></testsuite>");
        assert!(read(&text).unwrap_err().to_string().contains("without `name` and `classname`"), "{text}");
    }
    // Nobody else writes so: there a case is a test.
    assert_eq!(counts(&format!("<testsuite name='x' tests='1'>{ok}{ok}</testsuite>")), (2, 2, 0, 0, 0));
    let suites = "<testsuites name='pytest tests'><testsuite>{ok}</testsuite><testsuite>{ok}</testsuite></testsuites>";
    assert_eq!(counts(&suites.replace("{ok}", ok)), (2, 2, 0, 0, 0));
}

#[test]
fn what_is_broken_is_refused() {
    for (text, why) in [
        ("<html/>", "root is <html>"),
        ("<testcase/>", "root is <testcase>"),
        ("<testsuite tests='-1'/>", "no count"),
        ("<testsuite failures='1.0'/>", "no count"),
        ("<testsuite errors='18446744073709551616'/>", "no count"),
        ("<testsuite failures='18446744073709551615' errors='1'/>", "more failures"),
        ("<testsuite skipped='many'/>", "no count"),
        ("<testsuite><testcase><testcase/></testcase></testsuite>", "inside a <testcase>"),
        ("<testsuite><testcase><testsuite/></testcase></testsuite>", "inside a <testcase>"),
        ("<testsuite><testcase><system-out>\u{1b}[0m</system-out></testcase></testsuite>", "XML forbids"),
        ("<testsuite><testcase>", "cut off"),
        ("<testsuite/><testsuite/>", "second root"),
    ] {
        let error = read(text).map(|_| ()).expect_err(text).to_string();
        assert!(error.contains(why), "{text}: {error}");
    }
}

#[test]
fn a_failure_says_what_and_where() {
    for (case, name, message) in [
        ("<testcase classname='a.B' name='c'><failure message='x&#10;y'>text</failure>", "a.B.c", "x"),
        ("<testcase classname='krate' name='m::t'><failure>\n  one\ntwo</failure>", "krate::m::t", "one"),
        ("<testcase classname='n' name='n'><failure message=' '><![CDATA[\ncdata]]></failure>", "n", "cdata"),
        ("<testcase name='n'><error/><failure message='later'/>", "n", "later"),
        ("<testcase classname='C'><skipped message='s'/><failure message='f'/>", "C", "f"),
        ("<testcase><failure/>", "(without a name)", ""),
    ] {
        let run = run(&format!("<testsuite>{case}</testcase></testsuite>"));
        assert_eq!((&*run.others[0].name, &*run.others[0].message), (name, message), "{case}");
    }
    let run = run("<testsuite name='s'><testcase file='./a\\b.py' line='7'><skipped message='why'/></testcase>\
                   <testcase file='c' line='-1'><flakyFailure message='once'/></testcase><error>lost</error></testsuite>");
    let seen: Vec<_> =
        run.others.iter().map(|c| (&*c.message, c.location.as_ref().map(|l| (&*l.path, l.line)))).collect();
    assert_eq!(seen, [("why", Some(("a/b.py", Some(7)))), ("once", Some(("c", None))), ("lost", None)]);
    assert_eq!(&*run.others[2].name, "s");
    let long = format!("<testsuite><error message='{}'/></testsuite>", "é".repeat(1000));
    assert_eq!(self::run(&long).others[0].message.chars().count(), super::super::said::LONGEST_LINE + 1);
}

#[test]
fn times_are_read_and_nonsense_is_noted() {
    for (text, seconds) in [
        ("<testsuites time='2.5'><testsuite time='9'/></testsuites>", Some(2.5)),
        ("<testsuites><testsuite time='1.5'/><testsuite><testcase time='0.25'/></testsuite></testsuites>", Some(1.75)),
        ("<testsuite time='1,234.5'/>", Some(1234.5)),
        ("<testsuite time='1e-3'/>", Some(0.001)),
        ("<testsuite time='-1'/>", None),
        ("<testsuite time='0,5'/>", None),
        ("<testsuite time='NaN'/>", None),
        ("<testsuite time='inf'/>", None),
        ("<testsuite time='1,23.5'/>", None),
        ("<testsuite/>", None),
    ] {
        let report = read(text).unwrap();
        assert_eq!(report.facts.tests.unwrap().seconds, seconds, "{text}");
        let odd = seconds.is_none() && text.contains("time");
        assert_eq!(report.notes.iter().any(|n| n.contains("read as seconds")), odd, "{text}");
    }
}

#[test]
fn the_report_is_as_old_as_its_latest_suite() {
    let made = |stamps: &[&str]| {
        let suites: String = stamps.iter().map(|s| format!("<testsuite timestamp='{s}'/>")).collect();
        let report = read(&format!("<testsuites>{suites}</testsuites>")).unwrap();
        (report.made_at.map(|m| m.to_string()), report.notes.len())
    };
    for (stamps, at, notes) in [
        (&["2026-11-23T08:40:06", "2026-11-23T09:40:06+02:00"][..], Some("2026-11-23T08:40:06Z"), 1),
        (&["2026-11-23T08:40:06.5Z"], Some("2026-11-23T08:40:06.5Z"), 1),
        (&["0001-01-01T00:00:00Z"], None, 1),
        (&["1970-01-01T00:00:00"], None, 1),
        (&["Tue, 24 Nov 2026 15:29:58 GMT"], Some("2026-11-24T15:29:58Z"), 1),
        (&["yesterday"], None, 2),
    ] {
        assert_eq!(made(stamps), (at.map(str::to_owned), notes), "{stamps:?}");
    }
}

#[test]
fn a_producer_is_named_only_where_the_root_names_it() {
    for (root, tool) in [
        ("<testsuites name='nextest-run'/>", "cargo-nextest"),
        ("<testsuites name='pytest tests'/>", "pytest"),
        ("<testsuite xsi:noNamespaceSchemaLocation='https://x/surefire-test-report.xsd'/>", "surefire"),
        ("<testsuites><testsuite name='pytest tests'/></testsuites>", ""),
        ("<testsuite name='all'/>", ""),
    ] {
        let report = read(root).unwrap();
        assert_eq!(&*report.facts.tests.unwrap().tool, tool, "{root}");
        assert_eq!(report.tools.len(), usize::from(!tool.is_empty()));
    }
}

proptest! {
    /// Cases in any nesting of suites: the counts are those of the leaves, and a cut file is none.
    #[test]
    fn nesting_changes_no_count(cases in prop::collection::vec((0usize..4, 0usize..3), 1..20), cut in any::<prop::sample::Index>()) {
        let kinds = ["<testcase/>", "<testcase><failure>f</failure></testcase>", "<testcase><skipped/></testcase>", "<testcase><flakyError/></testcase>"];
        let mut text = String::from("<testsuites>");
        for (kind, depth) in &cases {
            text += &"<testsuite>".repeat(*depth);
            text += kinds[*kind];
            text += &"</testsuite>".repeat(*depth);
        }
        text += "</testsuites>";
        let of = |kind: usize| crate::input::size(cases.iter().filter(|(k, _)| *k == kind).count());
        prop_assert_eq!(counts(&text), (crate::input::size(cases.len()), of(0) + of(3), of(1), of(2), of(3)));
        prop_assert!(read(&text[..cut.index(text.len())]).is_err());
    }
}
