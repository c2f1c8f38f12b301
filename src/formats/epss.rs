//! EPSS, the list of FIRST with the probability that a CVE is exploited within 30 days.
//!
//! Source: <https://www.first.org/epss/data_stats>: `epss_scores-YYYY-MM-DD.csv.gz`, some 300,000
//! lines. A comment with model and day (since 2022), then `cve,epss,percentile`, then a CVE a
//! line. The list has no mark at its end: it must end with a whole line, and inside gzip the
//! checksum tells the rest. It is no report of a scan.

use jiff::Timestamp;

use super::{Format, Head, Input};
use crate::facts::{Epss, Kind, Report, cve};
use crate::input::{ReadError, Result};
use crate::text::Text;
use crate::units::plain_decimal;

pub(super) const FORMAT: Format =
    Format {
        name: "epss", gives: &[Kind::Epss], producers: "FIRST, `epss_scores-….csv`, also `.gz`", recognise, read
    };

const HEADER: &str = "cve,epss,percentile";

fn recognise(head: &Head) -> bool {
    head.lines().take(2).any(|l| l.trim_end() == HEADER)
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut report = Report::by("FIRST EPSS");
    let mut epss = Epss::default();
    let mut begun = false;
    while let Some(()) = input.window.line_with(|line| match line.strip_prefix('#') {
        Some(comment) if !begun => {
            head(comment, &mut report, &mut epss);
            Ok(())
        }
        _ if !begun && line == HEADER => {
            begun = true;
            Ok(())
        }
        _ if !begun => Err(format!("expected the line `{HEADER}`")),
        _ => row(line, &mut epss),
    })? {}
    if input.window.ended_inside_a_line() {
        return Err(ReadError::new("its last line has no end: it is cut off"));
    }
    if epss.is_empty() {
        return Err(ReadError::new("not one score: a list of nothing proves nothing"));
    }
    if let Some((year, number)) = epss.settle() {
        return Err(ReadError::new(format!("CVE-{year}-{number:04} stands twice")));
    }
    if report.made_at.is_none() {
        report.note("it does not state its day");
    }
    report.facts.epss = Some(epss);
    Ok(report)
}

/// `#model_version:v2025.03.14,score_date:2025-11-01T12:55:00Z`
fn head(comment: &str, report: &mut Report, epss: &mut Epss) {
    for (key, value) in comment.split(',').filter_map(|part| part.split_once(':')) {
        match key.trim() {
            "model_version" => epss.model = Some(Text::new(value)),
            "score_date" => report.made_at = moment(value.trim()),
            _ => {}
        }
    }
}

/// A time with the zone as `Z`, `+00:00` or, as FIRST wrote it, `+0000`.
fn moment(text: &str) -> Option<Timestamp> {
    text.parse().or_else(|_| Timestamp::strptime("%Y-%m-%dT%H:%M:%S%z", text)).ok()
}

fn row(line: &str, epss: &mut Epss) -> std::result::Result<(), String> {
    let mut columns = line.split(',');
    let (Some(id), Some(score), Some(percentile), None) =
        (columns.next(), columns.next(), columns.next(), columns.next())
    else {
        return Err("expected three columns".into());
    };
    let id = cve(id).ok_or_else(|| format!("{id:?} is no CVE"))?;
    // A percentile is read only to see that the line is whole.
    let figure = |text: &str| number(text).filter(|n| (0.0..=1.0).contains(n));
    match (figure(score), figure(percentile)) {
        (Some(score), Some(_)) if epss.add(id, score) => Ok(()),
        _ => Err(format!("{score:?}, {percentile:?}: not two figures from 0 to 1")),
    }
}

/// A decimal, perhaps with an exponent: small scores are written as `9e-05`.
fn number(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    let plain = !digits.is_empty() && digits.len() <= 3 && digits.bytes().all(|b| b.is_ascii_digit());
    (plain && plain_decimal(mantissa).is_some()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Window;

    fn parse(text: &str) -> Result<Report> {
        FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "epss.csv" })
    }

    #[test]
    fn scores_model_and_day_are_read() {
        for (comment, model, day) in [
            (
                "#model_version:v2025.03.14,score_date:2025-11-01T12:55:00Z\n",
                Some("v2025.03.14"),
                "2025-11-01T12:55:00Z",
            ),
            (
                "#model_version:v2022.01.01,score_date:2022-02-04T00:00:00+0000\n",
                Some("v2022.01.01"),
                "2022-02-04T00:00:00Z",
            ),
            ("", None, ""),
        ] {
            let text = format!("{comment}{HEADER}\nCVE-2021-44228,0.94358,0.99959\nCVE-1999-0001,9e-05,0.1\n");
            let report = parse(&text).unwrap();
            assert_eq!(report.made_at.map(|t| t.to_string()).unwrap_or_default(), day);
            let epss = report.facts.epss.unwrap();
            assert_eq!((epss.model.as_deref(), epss.len()), (model, 2));
            assert_eq!((epss.score((2021, 44228)), epss.score((1999, 1))), (Some(0.94358), Some(0.00009)));
        }
    }

    #[test]
    fn what_is_no_whole_list_is_refused() {
        for (rows, why) in [
            ("", "not one score"),
            ("CVE-2021-44228,0.9,0.9", "cut off"),
            ("CVE-2021-44228,0.9\n", "line 2: expected three columns"),
            ("CVE-2021-44228,0.9,0.9,1\n", "three columns"),
            ("CVE-2021-44228,1.9,0.9\n", "from 0 to 1"),
            ("CVE-2021-44228,NaN,0.9\n", "from 0 to 1"),
            ("CVE-2021-44228,-0.1,0.9\n", "from 0 to 1"),
            ("CVE-2021-44228,,0.9\n", "from 0 to 1"),
            ("GHSA-1,0.1,0.9\n", "no CVE"),
            ("CVE-2021-44228,0.1,0.9\nCVE-2021-44228,0.2,0.9\n", "CVE-2021-44228 stands twice"),
        ] {
            let error = parse(&format!("{HEADER}\n{rows}")).unwrap_err().to_string();
            assert!(error.contains(why), "{rows}: {error}");
        }
        assert!(parse("a,b\n").is_err());
    }

    #[test]
    fn it_is_known_by_its_header() {
        let is = |text: &str| recognise(&Head::of(text.as_bytes(), "p"));
        assert!(is("#model_version:x\ncve,epss,percentile\n") && is("cve,epss,percentile\r\n"));
        assert!(!is("cve,epss\n") && !is("a\nb\ncve,epss,percentile\n"));
    }
}
