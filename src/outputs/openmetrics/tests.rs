use std::collections::BTreeMap;

use super::*;
use crate::outputs::fixture::{HOSTILE, check, hostile, judged, open, rich, trial};
use crate::outputs::tests::{huge, spiteful, written};
use proptest::prelude::*;

/// A sample: its labels and its value.
type Sample = (BTreeMap<String, String>, String);

/// What a parser makes of a file that follows the grammar of OpenMetrics 1.0 and its rules on names, as far as gauges
/// go: by family the unit and the samples.
#[derive(Debug, Default)]
struct Read {
    families: BTreeMap<String, (String, Vec<Sample>)>,
}

/// `metricname`, or `label-name` where a colon is not allowed.
fn is_name(text: &str, colon: bool) -> bool {
    let initial = |c: char| c.is_ascii_alphabetic() || c == '_' || colon && c == ':';
    text.starts_with(initial) && text.chars().all(|c| initial(c) || c.is_ascii_digit()) && !text.starts_with("__")
}

/// `escaped-string`, up to the quote that ends it.
fn escaped_string(text: &str) -> Result<(String, &str), String> {
    let (mut out, mut chars) = (String::new(), text.char_indices());
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok((out, &text[at + 1..])),
            '\\' => match chars.next().map(|(_, c)| c) {
                Some('n') => out.push('\n'),
                Some(c @ ('"' | '\\')) => out.push(c),
                // The grammar allows it, Prometheus' older format does not.
                other => return Err(format!("{other:?} behind a backslash")),
            },
            '\n' => return Err("a line break".to_owned()),
            c => out.push(c),
        }
    }
    Err(format!("no end of {text:?}"))
}

/// `realnumber`, without an exponent.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, part].iter().all(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit()))
}

/// `sample`, without a timestamp and without an exemplar.
fn sample(line: &str) -> Result<(String, Sample), String> {
    let end = line.find(['{', ' ']).ok_or("no value")?;
    let (name, mut rest) = line.split_at(end);
    let mut labels = BTreeMap::new();
    if let Some(inner) = rest.strip_prefix('{') {
        rest = inner;
        loop {
            let (key, value) = rest.split_once("=\"").ok_or("no label")?;
            let (value, after) = escaped_string(value)?;
            if !is_name(key, false) || labels.insert(key.to_owned(), value).is_some() {
                return Err(format!("label {key:?}"));
            }
            match after.strip_prefix(',') {
                Some(next) => rest = next,
                None => {
                    rest = after.strip_prefix('}').ok_or("no }")?;
                    break;
                }
            }
        }
    }
    let value = rest.strip_prefix(' ').ok_or("no space before the value")?;
    if !is_name(name, true) || !is_number(value) {
        return Err(format!("{name:?} {value:?}"));
    }
    Ok((name.to_owned(), (labels, value.to_owned())))
}

/// `exposition`.
fn parse(text: &str) -> Result<Read, String> {
    let body = text.strip_suffix("# EOF\n").ok_or("no end")?;
    let (mut read, mut kinds) = (Read::default(), BTreeMap::new());
    let mut current = String::new();
    for line in body.split_terminator('\n') {
        if let Some(descriptor) = line.strip_prefix("# ") {
            let mut parts = descriptor.splitn(3, ' ');
            let (word, name) = (parts.next().unwrap_or_default(), parts.next().ok_or("no name")?);
            let said = parts.next().ok_or("nothing said")?;
            if name != current {
                // Families do not interleave.
                if read.families.insert(name.to_owned(), Default::default()).is_some() {
                    return Err(format!("{name} is there twice"));
                }
                current = name.to_owned();
            }
            let family = read.families.get_mut(name).ok_or("unknown")?;
            if !family.1.is_empty() || kinds.insert((name.to_owned(), word.to_owned()), said.to_owned()).is_some() {
                return Err(format!("{word} of {name} is late or there twice"));
            }
            match word {
                // The types that both formats know, but those of several samples.
                "TYPE" if said == "gauge" => {}
                "HELP" if !said.is_empty() && !said.contains(['\\', '"']) => {}
                "UNIT" if name.ends_with(&format!("_{said}")) => family.0 = said.to_owned(),
                _ => return Err(format!("{line:?}")),
            }
            continue;
        }
        let (name, sample) = sample(line).map_err(|e| format!("{line:?}: {e}"))?;
        let family = read.families.get_mut(&name).filter(|_| name == current).ok_or(format!("{name} stands alone"))?;
        if family.1.iter().any(|(labels, _)| *labels == sample.0) {
            return Err(format!("{line:?} is there twice"));
        }
        family.1.push(sample);
    }
    for (name, (_, samples)) in &read.families {
        let typed = kinds.contains_key(&(name.clone(), "TYPE".to_owned()));
        // What other types end with (5.1 and following), and what the textfile collector takes for part of a summary.
        let reserved = ["_total", "_created", "_count", "_sum", "_bucket", "_gcount", "_gsum"];
        if !typed || samples.is_empty() || reserved.iter().any(|end| name.ends_with(end)) {
            return Err(format!("family {name}"));
        }
    }
    Ok(read)
}

fn read(verdict: &Verdict) -> Read {
    let text = written("openmetrics", verdict, 80);
    parse(&text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

impl Read {
    /// The value of the one series that has these labels.
    fn value(&self, name: &str, labels: &[(&str, &str)]) -> Option<&str> {
        let (_, samples) = self.families.get(name)?;
        let has = |s: &&Sample| labels.iter().all(|(k, v)| s.0.get(*k).is_some_and(|found| found == v));
        let found: Vec<&Sample> = samples.iter().filter(has).collect();
        assert!(found.len() <= 1, "{name} {labels:?}: {found:?}");
        found.first().map(|s| s.1.as_str())
    }

    fn series(&self) -> usize {
        self.families.values().map(|(_, samples)| samples.len()).sum()
    }
}

#[test]
fn every_file_follows_the_grammar() {
    let long = "👩\\\"".repeat(5000);
    for verdict in [rich(), open(), trial(), judged(Vec::new()), huge()] {
        read(&verdict);
    }
    HOSTILE.into_iter().chain(["\\", "\"", "\\\"", "a\\nb", &long]).for_each(|raw| _ = read(&hostile(raw)));
}

#[test]
fn the_judge_refuses_what_is_none() {
    let fine = "# TYPE a gauge\na{x=\"y\"} 1\n# EOF\n";
    assert!(parse(fine).is_ok());
    for bad in [
        "# TYPE a gauge\na 1\n",
        "# TYPE a gauge\na 1 1700000000\n# EOF\n",
        "# TYPE a gauge\na 1\na 2\n# EOF\n",
        "# TYPE a stateset\na 1\n# EOF\n",
        "# TYPE a gauge\na{x=\"y\n\"} 1\n# EOF\n",
        "# TYPE a gauge\na{x=\"y\"\"} 1\n# EOF\n",
        "# TYPE a gauge\na{x=\"\\q\"} 1\n# EOF\n",
        "# TYPE a gauge\na{1x=\"y\"} 1\n# EOF\n",
        "# TYPE a gauge\na NaN\n# EOF\n",
        "# TYPE a gauge\n# UNIT a seconds\na 1\n# EOF\n",
        "# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\n# TYPE a gauge\na{x=\"1\"} 1\n# EOF\n",
        "a 1\n# EOF\n",
        "# TYPE a_total gauge\na_total 1\n# EOF\n",
        "# TYPE a gauge\na 1\n# EOF\n# EOF\n",
    ] {
        assert!(parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn the_rich_verdict() {
    insta::assert_snapshot!("openmetrics", written("openmetrics", &rich(), 80));
}

#[test]
fn it_says_what_the_verdict_says() {
    let mut verdict = rich();
    verdict.beyond.ages = vec![Some(3600.0), None];
    let read = read(&verdict);
    let check = ("check", "coverage.unit.lines");
    for (name, labels, value) in [
        (
            "portcullis_build_info",
            vec![("version", "0.1.0"), ("repository", "org/neo-rs"), ("profile", "pr")],
            Some("1"),
        ),
        ("portcullis_exit_code", vec![("policy", "neo-rs")], Some("1")),
        ("portcullis_exit_code_enforced", vec![], Some("1")),
        ("portcullis_enforced", vec![], Some("1")),
        ("portcullis_evaluated_timestamp_seconds", vec![], Some("1795420800")),
        ("portcullis_checks", vec![("status", "fail")], Some("2")),
        ("portcullis_checks", vec![("status", "skipped")], Some("2")),
        ("portcullis_check_status", vec![check, ("status", "fail"), ("gate", "coverage")], Some("1")),
        ("portcullis_check_status", vec![check, ("status", "pass")], Some("0")),
        ("portcullis_check_value", vec![check, ("unit", "percent")], Some("84.210526")),
        ("portcullis_check_threshold", vec![check, ("level", "fail"), ("side", "below")], Some("90")),
        ("portcullis_check_threshold", vec![("check", "security.high"), ("level", "warn")], Some("0")),
        ("portcullis_check_baseline", vec![check], Some("85")),
        ("portcullis_check_subjects", vec![check], Some("1900")),
        ("portcullis_check_violations", vec![check], Some("14")),
        ("portcullis_check_waived", vec![("check", "security.high")], Some("1")),
        // It was not judged: a 0 would be drawn as a good day.
        ("portcullis_check_value", vec![("check", "security.image.critical")], None),
        ("portcullis_checks_left_out", vec![], Some("0")),
        ("portcullis_reports", vec![("status", "missing")], Some("2")),
        ("portcullis_evidence_bytes", vec![("evidence", "audit"), ("format", "cargo-audit")], Some("41233")),
        ("portcullis_evidence_timestamp_seconds", vec![("evidence", "unit")], Some("1795417200")),
        ("portcullis_evidence_timestamp_seconds", vec![("evidence", "audit")], None),
        ("portcullis_evidence_findings", vec![("evidence", "audit"), ("severity", "high")], Some("3")),
        ("portcullis_waivers", vec![("status", "unused")], Some("1")),
        ("portcullis_waivers", vec![("status", "expired")], Some("0")),
        // Until the last second of 2027-02-28.
        ("portcullis_waiver_next_end_timestamp_seconds", vec![], Some("1803859200")),
    ] {
        assert_eq!(read.value(name, &labels), value, "{name} {labels:?}");
    }
    let units: Vec<&str> = read.families.values().map(|(unit, _)| unit.as_str()).filter(|u| !u.is_empty()).collect();
    assert_eq!(units.len(), 4);
}

#[test]
fn before_its_day_both_codes_are_there() {
    let read = read(&trial());
    assert_eq!(read.value("portcullis_exit_code", &[]), Some("0"));
    assert_eq!(read.value("portcullis_exit_code_enforced", &[]), Some("1"));
    assert_eq!(read.value("portcullis_enforced", &[]), Some("0"));
}

#[test]
fn labels_hold_what_was_said_and_no_more_of_it() {
    for raw in ["a\\b", "a\"b", "}", "x\"} 1 2", "# EOF", "\u{e9}\u{754c}"] {
        let read = read(&hostile(raw));
        assert_eq!(read.value("portcullis_build_info", &[("repository", raw)]), Some("1"), "{raw}");
    }
    let read = read(&hostile(&"👩".repeat(5000)));
    let longest = read.families.values().flat_map(|(_, s)| s).flat_map(|s| s.0.values());
    assert_eq!(longest.map(|v| v.encode_utf16().count()).max(), Some(199));
}

#[test]
fn no_number_of_findings_makes_more_series() {
    let few = read(&judged(vec![check("security.high", Status::Fail, "m")])).series();
    assert_eq!(read(&huge()).series(), few);
    let mut checks: Vec<Check> = (0..3000).map(|n| check(&format!("timings.t{n}"), Status::Pass, "m")).collect();
    checks.push(check("tests.failed", Status::Fail, "m"));
    let mut verdict = judged(checks);
    let entry = rich().evidence.remove(1);
    verdict.evidence = vec![crate::verdict::EvidenceEntry { name: None, ..entry }; 500];
    let read = read(&verdict);
    assert_eq!(read.value("portcullis_checks", &[("status", "pass")]), Some("3000"));
    assert_eq!(read.value("portcullis_checks_left_out", &[]), Some("2001"));
    assert_eq!(read.value("portcullis_check_status", &[("check", "tests.failed"), ("status", "fail")]), Some("1"));
    assert_eq!(read.value("portcullis_evidence_findings", &[("severity", "high")]), Some("1500"));
    assert_eq!(read.value("portcullis_evidence_bytes", &[]), Some("20616500"));
    assert!(read.series() < 8100, "{}", read.series());
}

#[test]
fn numbers_are_whole_where_they_are_counts() {
    for n in [0, 1, 4_294_967_295, 4_294_967_296, 9_007_199_254_740_992] {
        assert_eq!(format!("{}", number(n)), n.to_string());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_report_gives_a_series(raw in spiteful()) {
        let plain = read(&hostile("x"));
        let spoiled = read(&hostile(&raw));
        prop_assert_eq!(plain.families.keys().collect::<Vec<_>>(), spoiled.families.keys().collect::<Vec<_>>());
    }
}
