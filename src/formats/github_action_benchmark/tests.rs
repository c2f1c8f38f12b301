use super::*;
use crate::input::Window;

fn parse(text: &str) -> Result<Report> {
    FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "p" })
}

fn figures(report: &Report) -> Vec<(&str, f64)> {
    report.facts.timings.as_ref().unwrap().list.iter().map(|t| (&*t.name, t.seconds)).collect()
}

fn bench(name: &str, value: &str, unit: &str) -> String {
    format!(r#"{{"name":"{name}","value":{value},"range":"± 3","unit":"{unit}","extra":"runs: 3"}}"#)
}

fn entry(commit: &str, date: u64, benches: &str) -> String {
    format!(
        r#"{{"commit":{{"id":"{commit}","message":"m","author":{{"name":"a"}}}},"date":{date},"tool":"cargo","benches":[{benches}]}}"#
    )
}

fn store(last: u64, suites: &[(&str, String)]) -> String {
    let suites: Vec<String> = suites.iter().map(|(name, entries)| format!("\"{name}\":[{entries}]")).collect();
    format!(r#"{{"lastUpdate":{last},"repoUrl":"https://example.org","entries":{{{}}}}}"#, suites.join(","))
}

#[test]
fn each_entry_of_a_list_has_its_own_unit() {
    let list = [bench("a", "2.5", "ns/iter"), bench("b", "3", "ms"), bench("c", "9", "MB"), bench("d", "0", "s")];
    let text = format!("[{}]", list.join(","));
    assert!(recognise(&Head::of(text.as_bytes(), "p")));
    let report = parse(&text).unwrap();
    assert_eq!(figures(&report), [("a", 2.5e-9), ("b", 3e-3), ("d", 0.0)]);
    assert!(report.notes.iter().any(|n| n.contains("1 benchmarks have no unit of time and were left out: \"MB\"")));
    assert!(report.made_at.is_none() && report.revisions.is_empty());
}

#[test]
fn nothing_at_all_is_said() {
    for text in ["[]".to_owned(), store(0, &[]), store(0, &[("s", String::new())])] {
        let report = parse(&text).unwrap();
        assert!(figures(&report).is_empty());
        assert!(report.notes.iter().any(|n| n.contains("0 benchmarks")), "{text}");
    }
    assert!(!recognise(&Head::of(b"[]", "p")));
}

#[test]
fn of_a_store_the_latest_entry_of_each_suite_counts() {
    let one = bench("a", "1", "ns/iter");
    let two = bench("a", "2", "ns/iter");
    let rust = [entry("c2", 2000, &two), entry("c1", 1000, &one)].join(",");
    let text = store(3900, &[("go", entry("c3", 3000, &bench("g", "7", "ns/op"))), ("rust", rust)]);
    for text in [text.clone(), format!("{SCRIPT}{text}"), format!("{SCRIPT}{text};\n"), format!("\n{SCRIPT}{text}\n")] {
        assert!(recognise(&Head::of(text.as_bytes(), "p")), "{text}");
        let report = parse(&text).unwrap();
        assert_eq!(figures(&report), [("g", 7e-9), ("a", 2e-9)]);
        assert_eq!(report.made_at.unwrap().as_millisecond(), 2000, "as old as its oldest suite");
        assert_eq!(report.revisions, [Text::new("c3"), Text::new("c2")]);
    }
}

#[test]
fn what_is_no_figure_is_refused() {
    let good = format!("[{}]", bench("a", "2.5", "ns"));
    let kept = store(1000, &[("s", entry("c1", 1000, &bench("a", "1", "ns")))]);
    for (text, why) in [
        (
            format!("[{}]", bench("a", "2.5", "ops/sec")),
            "no benchmark has a unit of time (ns, us, ms, s), but \"ops/sec\"",
        ),
        (good.replace("2.5", "-2.5"), "the value of \"a\" is negative"),
        (good.replace("2.5", "\"2.5\""), "invalid type"),
        (good.replace("2.5", "NaN"), "JSON"),
        (good.replace("\"unit\"", "\"units\""), "missing field `unit`"),
        (good.replace("\"value\"", "\"val\""), "missing field `value`"),
        (good.replace("\"name\"", "\"n\""), "missing field `name`"),
        (good.replace(']', ""), "JSON"),
        (kept.replace("\"lastUpdate\":1000", "\"lastUpdate\":3601001"), "the entry of that update is missing"),
        (kept.replace("\"lastUpdate\":1000,", ""), "missing field `lastUpdate`"),
        (kept.replace("\"entries\"", "\"entry\""), "missing field `entries`"),
        (kept.replace("\"benches\"", "\"bench\""), "missing field `benches`"),
        (kept.replace("\"date\"", "\"day\""), "missing field `date`"),
        (kept.replace("\"id\"", "\"sha\""), "missing field `id`"),
        (format!("{SCRIPT}{kept} alert()"), "something follows"),
        (format!("window.DATA = {kept}"), "invalid type"),
    ] {
        let error = parse(&text).unwrap_err().to_string();
        assert!(error.contains(why), "{text}: {error}");
    }
}
