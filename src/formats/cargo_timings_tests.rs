//! The page of `cargo build --timings`.

use super::*;

fn parse(text: &str) -> Result<Report> {
    FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "p" })
}

fn figures(report: &Report) -> Vec<(&str, f64)> {
    report.facts.timings.as_ref().unwrap().list.iter().map(|t| (&*t.name, t.seconds)).collect()
}

fn unit(name: &str, target: &str, duration: &str) -> String {
    format!(
        r#"{{"i":0,"name":"{name}","version":"1.0.0","mode":"todo","target":"{target}","features":[],"start":0.0,"duration":{duration},"sections":null}}"#
    )
}

fn page(fresh: u64, dirty: u64, time: &str, units: &[String]) -> String {
    let rows: String = [
        ("Targets", "shop 0.1.0 ( shop \"bin\")".to_owned()),
        ("Fresh units", fresh.to_string()),
        ("Dirty units", dirty.to_string()),
        ("Total units", (fresh + dirty).to_string()),
        ("Build start", "2026-11-24T15:32:30.467618306Z".to_owned()),
        ("Total time", time.to_owned()),
    ]
    .iter()
    .map(|(label, cell)| format!("<tr>\n<td>{label}:</td><td>{cell}</td>\n</tr>\n"))
    .collect();
    let units = units.join(",\n  ");
    format!(
        "\n<html>\n<head>\n  <title>Cargo Build Timings — shop 0.1.0</title>\n</head>\n<table>\n{rows}\n</table>\n<script>\nDURATION = 1;\n{UNITS}[\n  {units}\n];\nconst CPU_USAGE = [];\n</script>\n</body>\n</html>\n"
    )
}

fn two() -> [String; 2] {
    [unit("coin", "", "0.04"), unit("shop", " shop \\\"bin\\\"", "0.0")]
}

#[test]
fn the_whole_counts_only_where_nothing_was_fresh() {
    for (time, seconds) in [("0.2s", 0.2), ("75.3s (1m 15.3s)", 75.3), ("0s", 0.0)] {
        let text = page(0, 2, time, &two());
        assert!(recognise(&Head::of(text.as_bytes(), "p")));
        let report = parse(&text).unwrap();
        assert_eq!(figures(&report), [("build", seconds), ("coin v1.0.0", 0.04), ("shop v1.0.0 shop \"bin\"", 0.0)]);
        assert_eq!(report.made_at.unwrap().to_string(), "2026-11-24T15:32:30.467618306Z");
        assert!(report.notes.is_empty() && report.failed_run.is_empty());
    }
    for (fresh, dirty, read) in [(1, 1, vec![("coin v1.0.0", 0.04)]), (2, 0, vec![("coin v1.0.0", 0.04)])] {
        let report = parse(&page(fresh, dirty, "0.1s", &two())).unwrap();
        assert_eq!(figures(&report), read);
        assert!(report.notes.iter().any(|n| n.contains("fresh units took no time")), "{:?}", report.notes);
    }
    let none = parse(&page(0, 0, "0.0s", &[])).unwrap();
    assert!(figures(&none).is_empty() && !none.notes.is_empty());
}

#[test]
fn a_build_that_failed_is_a_failed_run() {
    let text = page(0, 2, "0.2s", &two());
    let text = text.replace("</table>", "<tr><td class=\"error-text\">Error:</td><td>1 job failed</td></tr>\n</table>");
    let report = parse(&text).unwrap();
    assert_eq!(report.failed_run, [Text::new("the build failed: 1 job failed")]);
    assert_eq!(figures(&report).len(), 3, "what it says counts all the same");
}

/// Of the real page, each line taken away by itself: no figure may change, but for what stood in that line.
#[test]
fn no_line_that_is_taken_away_changes_another_figure() {
    let page = include_str!("../../testdata/cargo_timings/typical.html");
    let whole = parse(page).unwrap();
    assert_eq!(figures(&whole).len(), 6);
    let lines: Vec<&str> = page.lines().collect();
    for gone in 0..lines.len() {
        let rest: Vec<&str> = lines.iter().enumerate().filter(|(n, _)| *n != gone).map(|(_, l)| *l).collect();
        if let Ok(report) = parse(&rest.join("\n")) {
            let differs = |(name, seconds)| !figures(&whole).contains(&(name, seconds));
            let changed: Vec<_> = figures(&report).into_iter().filter(|f| differs(*f)).collect();
            assert!(changed.is_empty() && figures(&report).len() == 6, "{}: {changed:?}", lines[gone]);
        }
    }
}

#[test]
fn what_is_not_whole_is_refused() {
    let good = page(0, 2, "0.2s", &two());
    let cut = |before: &str| good.split_at(good.find(before).unwrap()).0.to_owned();
    for (text, why) in [
        (cut("const UNIT"), "no `UNIT_DATA`"),
        (cut("];\nconst"), "ends too early"),
        (cut("</html>"), "no `</html>`"),
        (good.replace("];\nconst", "]\nconst"), "not closed"),
        (good.replace("Fresh units", "Units"), "no row `Fresh units`"),
        (good.replace("Total time", "Time"), "no row `Total time`"),
        (good.replace("0.2s", "unknown"), "is no time"),
        (good.replace("0.2s", "NaNs"), "is no time"),
        (good.replace("<td>0</td>", "<td>-1</td>"), "is no number"),
        (good.replace("<td>0</td>", "<td>1</td>"), "1 fresh and 2 dirty units are not 2"),
        (page(0, 3, "0.2s", &two()), "3 dirty units and 2 in `UNIT_DATA`"),
        (page(0, 1, "0.2s", &two()), "with 2 listed"),
        (good.replace("0.04", "-0.04"), "the duration of \"coin v1.0.0\" is negative"),
        (good.replace("0.04", "null"), "invalid type"),
        (good.replace("\"duration\"", "\"time\""), "missing field `duration`"),
        (good.replace("const CPU_USAGE = [];", "const UNIT_DATA = [];"), "a second list"),
        (good.replace("</table>", "<td>Total time:</td><td>0.1s</td>\n</table>"), "stands twice"),
    ] {
        let error = parse(&text).unwrap_err().to_string();
        assert!(error.contains(why), "{why}: {error}");
    }
}
