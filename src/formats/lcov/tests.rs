use super::*;
use crate::input::Window;

fn parse(text: &str) -> Result<Report> {
    FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "lcov.info" })
}

/// One record, its lines parted by spaces.
fn record(path: &str, body: &str) -> String {
    format!("SF:{path}\n{}\nend_of_record\n", body.replace(' ', "\n"))
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
fn a_record_is_counted_by_its_lines() {
    for (body, expected) in [
        ("DA:1,1 DA:2,0", ((1, 2), None, None)),
        ("DA:1,1 DA:1,0 DA:2,0", ((1, 2), None, None)),
        ("DA:1,0 DA:1,2874063630 DA:0,18446744073709551615", ((2, 2), None, None)),
        ("DA:1,1,checksum+/= DA:2,0,x,y", ((1, 2), None, None)),
        ("LH:9 LF:9 DA:1,0", ((0, 1), None, None)),
        ("DA:1,1 BRF:0 BRH:0 FNF:0 FNH:0", ((1, 1), None, None)),
        // Never reached is not taken; the same branch of a template stands there twice.
        ("DA:1,1 BRDA:1,0,0,- BRDA:1,0,1,3 BRDA:1,1,0,0", ((1, 1), Some((1, 3)), None)),
        ("DA:1,1 BRDA:1,0,0,1 BRDA:1,0,1,0 BRDA:1,0,0,0 BRDA:1,0,1,0", ((1, 1), Some((1, 2)), None)),
        ("DA:1,1 BRDA:1,e0,0,1 BRDA:1,f0,1,0 BRDA:1,ef0,2,1", ((1, 1), Some((2, 3)), None)),
        // An exception here and none there: the same branch.
        ("DA:1,1 BRDA:1,e0,0,0 BRDA:1,0,0,1", ((1, 1), Some((1, 1)), None)),
        ("DA:1,1 BRDA:1,U0,0,0 BRDA:1,eU0,1,0 BRDA:1,0,2,1", ((1, 1), Some((1, 1)), None)),
        ("DA:1,1 BRDA:1,4294967295,0,0 BRDA:1,18446744073709551615,0,2", ((1, 1), Some((1, 2)), None)),
        ("DA:1,1 FN:1,f FNDA:3,f FN:2,9,g FNDA:0,g", ((1, 1), None, Some((1, 2)))),
        // Declared, and nothing says that it was reached; reached, and declared nowhere.
        ("DA:1,1 FN:1,f", ((1, 1), None, Some((0, 1)))),
        ("DA:1,1 FNDA:1,f FNDA:0,g", ((1, 1), None, Some((1, 2)))),
        // Names hold commas and begin with digits.
        ("DA:1,1 FN:2,int_g<a,b>(int,c) FNDA:1,int_g<a,b>(int,c)", ((1, 1), None, Some((1, 1)))),
        ("DA:1,1 FN:2,7 FNDA:1,7", ((1, 1), None, Some((1, 1)))),
        // Two methods of one name are two functions, even if one of their lines were lost.
        ("DA:1,1 FN:2,get FN:9,get FNDA:1,get FNDA:0,get", ((1, 1), None, Some((1, 2)))),
        ("DA:1,1 FN:9,get FNDA:1,get FNDA:0,get", ((1, 1), None, Some((1, 2)))),
        ("DA:1,1 FN:2,get FN:9,get FNDA:1,get", ((1, 1), None, Some((1, 2)))),
        ("DA:1,1 FN:2,f FNDA:1,f FNDA:1,f FN:3,g FNDA:0,g", ((1, 1), None, Some((1, 2)))),
        ("DA:1,1 FN:2,g FN:2,g FNDA:1,g FNDA:0,g", ((1, 1), None, Some((1, 1)))),
        // lcov 2.2: several names share an index, with hits of their own.
        ("DA:1,1 FNL:0,1,4 FNA:0,2,f FNA:0,0,f.part FNL:1,7 FNA:1,0,g(int,int)", ((1, 1), None, Some((1, 3)))),
        ("DA:1,1 FNL:0,1 FNA:0,2,f FNL:1,7 FNA:1,0,f", ((1, 1), None, Some((1, 2)))),
        ("DA:1,1 MCDC:1,2,t,1,0,a MCDC:1,U2,f,0,0,b MCF:2 MCH:1 VER:abc", ((1, 1), None, None)),
        ("", ((0, 0), None, None)),
        ("LF:0 LH:0", ((0, 0), None, None)),
    ] {
        assert_eq!(figures(&record("a", body)), expected, "{body}");
        let crlf = format!("\u{feff}TN:\r\n{}", record("a", body).replace('\n', "\r\n"));
        assert_eq!(figures(&crlf), expected, "{body} with CRLF and a BOM");
    }
}

/// coverage.py and lcov 2 write words, with spaces and commas.
#[test]
fn branches_may_be_named_by_words() {
    let text = "SF:a\nDA:1,1\nBRDA:1,0,jump to line 4,1\nBRDA:1,0,return from function 'f, g',0\nBRDA:1,0,jump to line 4,0\nend_of_record\n";
    assert_eq!(figures(text), ((1, 1), Some((1, 2)), None));
}

#[test]
fn records_of_one_file_are_joined() {
    let first =
        "TN:one\nSF:a\nDA:1,1\nDA:2,0\nBRDA:1,0,0,1\nBRDA:1,0,1,-\nFN:1,f\nFNDA:1,f\nLF:2\nLH:1\nend_of_record\n";
    let second =
        "TN:two\nSF:./a\nDA:2,1\nDA:3,0\nBRDA:1,0,0,0\nBRDA:1,0,1,1\nFN:1,f\nFNDA:0,f\nLF:2\nLH:1\nend_of_record\n";
    let all = format!("# a comment\n{first}\n{second}{first}{}", record("b", "DA:1,0"));
    assert_eq!(figures(&all), ((2, 4), Some((2, 2)), Some((1, 1))));
    assert_eq!(coverage(&all).files.len(), 2);
    assert!(notes(&all).is_empty(), "{:?}", notes(&all));
    assert_eq!(figures(&format!("{second}{first}")), figures(&format!("{first}{second}")));
}

#[test]
fn a_branch_without_a_line_counts_with_the_line_before() {
    for (body, lines, branches, first_gap, astray) in [
        ("DA:2,1 DA:5,0 BRDA:3,0,0,1 BRDA:3,0,1,0 BRDA:2,0,0,1", (1, 2), (2, 3), Some(2), 1),
        ("DA:2,1 BRDA:1,0,0,0 BRDA:9,0,0,1", (1, 1), (1, 2), Some(2), 2),
        ("BRDA:1,0,0,0 BRDA:1,0,1,1", (0, 1), (1, 2), Some(1), 0),
        ("DA:2,1 BRDA:2,0,0,0", (1, 1), (0, 1), Some(2), 0),
    ] {
        let text = record("a", body);
        assert_eq!(figures(&text), (lines, Some(branches), None), "{body}");
        assert_eq!(coverage(&text).files["a"].first_gap(true), first_gap, "{body}");
        let noted = notes(&text).iter().any(|n| n.starts_with(&format!("lines with branches and no DA: {astray};")));
        assert_eq!(noted, astray > 0, "{body}");
    }
}

#[test]
fn totals_without_lines_are_an_official_summary() {
    let summary = |body: &str| format!("{}{}", record("a", body), record("b", "FNF:2 FNH:2 BRF:0 BRH:0 LF:13 LH:11"));
    for (body, expected) in [
        ("FNF:1 FNH:1 BRF:0 BRH:0 LF:7 LH:4", ((15, 20), None, Some((3, 3)))),
        ("LH:4 LF:7", ((15, 20), None, Some((2, 2)))),
        ("BRF:4 BRH:1 LH:0 LF:7", ((11, 20), Some((1, 4)), Some((2, 2)))),
        ("LF:0 LH:0", ((11, 13), None, Some((2, 2)))),
    ] {
        assert_eq!(figures(&summary(body)), expected, "{body}");
        assert!(coverage(&summary(body)).has_totals());
        assert!(notes(&summary(body)).iter().any(|n| n.contains("cannot be merged")), "{body}");
    }
}

#[test]
fn what_a_header_says_otherwise_is_noted() {
    for (body, words) in [
        ("DA:1,1 LF:3 LH:3", "the header says 3/3 lines of a; the body holds 1/1, which count"),
        ("DA:1,1 BRDA:1,0,0,1 BRF:2 BRH:0", "the header says 0/2 branches of a; the body holds 1/1, which count"),
        ("DA:1,1 FNDA:1,f FNF:2 FNH:0", "the header says 0/2 functions of a; the body holds 1/1, which count"),
        ("DA:1,1 FN:1,f FNF:1", ""),
        ("DA:1,1 FNL:0,1 FNA:0,1,f FNA:0,0,g FNF:1 FNH:1", ""),
        ("DA:1,1 LF:1 LH:1 BRF:0 BRH:0", ""),
        ("DA:1,1 FNF:2 FNH:1", "a has functions, and nothing names them: functions are not known"),
        ("DA:1,1 BRF:2 BRH:1", "a has branches, and nothing lists them: branches are not known"),
        ("DA:1,1 BRDA:1,U0,0,0", "branches that are marked as unreachable and do not count: 1"),
        ("DA:1,1 MCDC:1,2,t,1,0,a", "MC/DC is not judged"),
        ("DA:1,1 XYZ:1 ABC", ""),
        ("DA:1,1 XYZ:1 BA:1,2 XYZ:2", "records of an unknown kind are passed over: BA, XYZ"),
        ("", "0 lines: nothing was measured"),
    ] {
        let Ok(report) = parse(&record("a", body)) else {
            assert!(body.contains("ABC"), "{body}");
            continue;
        };
        assert_eq!(words.is_empty(), report.notes.is_empty(), "{body}: {:?}", report.notes);
        assert!(words.is_empty() || report.notes.iter().any(|n| &**n == words), "{body}: {:?}", report.notes);
    }
    let two = format!("{}{}", record("a", "DA:1,1 LF:2 LH:2"), record("b", "DA:1,1 LF:3 LH:3"));
    assert_eq!(notes(&two), ["the header says 2/2 lines of a; the body holds 1/1, which count (and so in 1 more)"]);
}

/// A file that names its functions does not vouch for one that does not.
#[test]
fn what_one_file_does_not_list_is_known_of_none() {
    let functions = format!("{}{}", record("a", "DA:1,1 FN:1,f FNDA:1,f"), record("b", "DA:1,1 FNF:3 FNH:0"));
    assert_eq!(figures(&functions), ((2, 2), None, None));
    let branches = format!("{}{}", record("a", "DA:1,1 BRDA:1,0,0,1"), record("b", "DA:1,1 BRF:3 BRH:0"));
    assert_eq!(figures(&branches), ((2, 2), None, None));
}

#[test]
fn what_is_cut_off_or_contradicts_itself_is_refused() {
    for (text, why) in [
        ("SF:a\nDA:1,1\n", "the record of a has no end_of_record: the file is cut off"),
        ("SF:a\nDA:1,1\nend_of_recor", "line 3: \"end_of_recor\" is no record"),
        ("SF:a\nDA:1,1\nSF:b\nDA:1,1\nend_of_record\n", "line 3: the record of a has no end_of_record"),
        ("TN:\nDA:1,1\nend_of_record\n", "line 2: a DA that no SF stands before"),
        ("TN:\nLF:1\n", "a LF that no SF stands before"),
        ("TN:\nend_of_record\n", "line 2: an end_of_record without a record"),
        ("SF:\nDA:1,1\nend_of_record\n", "an SF without a path"),
        ("SF:a\nDA:1\nend_of_record\n", "line 2: a DA without hits"),
        ("SF:a\nDA:1,-1\nend_of_record\n", "\"-1\" in a DA is no count"),
        ("SF:a\nDA:1,1.5\nend_of_record\n", "\"1.5\" in a DA is no count"),
        ("SF:a\nDA:1,NaN\nend_of_record\n", "\"NaN\" in a DA is no count"),
        ("SF:a\nDA:1,\nend_of_record\n", "\"\" in a DA is no count"),
        ("SF:a\nDA:1,18446744073709551616\nend_of_record\n", "is no count"),
        ("SF:a\nDA:-1,1\nend_of_record\n", "\"-1\" is no number of a line"),
        ("SF:a\nDA:x,1\nend_of_record\n", "\"x\" is no number of a line"),
        ("SF:a\nDA:1,1\nBRDA:1,0,0\nend_of_record\n", "does not say how often"),
        ("SF:a\nDA:1,1\nBRDA:1,0,0,-1\nend_of_record\n", "\"-1\" in a BRDA is no count"),
        ("SF:a\nDA:1,1\nFN:f\nend_of_record\n", "an FN without a name"),
        ("SF:a\nDA:1,1\nFNDA:x,f\nend_of_record\n", "\"x\" in a FNDA is no count"),
        ("SF:a\nDA:1,1\nFNL:0,1\nend_of_record\n", "FNL 0 of a has no FNA"),
        ("SF:a\nDA:1,1\nFNA:0,1,f\nend_of_record\n", "an FNA without FNL 0"),
        ("SF:a\nDA:1,1\nFNL:0,1\nFNL:0,2\nend_of_record\n", "a second FNL 0"),
        ("SF:a\nDA:1,1\nLF:1\nLF:2\nend_of_record\n", "a second LF in the record of a"),
        ("SF:a\nDA:1,1\nLF:x\nend_of_record\n", "\"x\" in a LF is no count"),
        ("SF:a\nLF:5\nLH:6\nend_of_record\n", "LH and LF of a: 6 hit of 5 found"),
        ("SF:a\nLF:5\nLH:5\nBRF:1\nBRH:2\nend_of_record\n", "BRH and BRF of a: 2 hit of 1 found"),
        ("SF:a\nLF:5\nend_of_record\n", "one stands without the other"),
        ("SF:a\nLH:5\nend_of_record\n", "one stands without the other"),
        ("SF:a\nLF:5\nLH:5\nFNF:2\nend_of_record\n", "FNH and FNF of a: one stands without the other"),
        ("SF:a\nLF:5\nLH:5\nFN:1,f\nFNDA:1,f\nend_of_record\n", "a states lines and has no DA"),
        ("SF:a\nLF:5\nLH:5\nend_of_record\nSF:a\nLF:5\nLH:5\nend_of_record\n", "a second record of a without lines"),
        (
            "SF:a\nLF:5\nLH:5\nend_of_record\nSF:b\nDA:1,1\nend_of_record\n",
            "a has totals and no DA, and b has its lines",
        ),
        ("SF:a\nDA:1,1\ngeninfo: ERROR: out of memory\nend_of_record\n", "line 3: \"geninfo: ERROR"),
    ] {
        let error = parse(text).unwrap_err().to_string();
        assert!(error.contains(why), "{text}: {error}");
    }
}

#[test]
fn a_tracefile_is_known_by_its_first_record() {
    for (text, is) in [
        ("TN:\nSF:a\n", true),
        ("\u{feff}\r\n# comment\r\n\r\nSF:a\r\n", true),
        ("TN:GCOVR_report", true),
        ("DA:1,1\n", false),
        ("note\nTN:\n", false),
        ("# only a comment\n", false),
        ("", false),
        ("<TN:/>", false),
    ] {
        assert_eq!(recognise(&Head::of(text.as_bytes(), "p")), is, "{text}");
    }
}
