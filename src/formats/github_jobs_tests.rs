use super::*;
use crate::input::Window;

fn parse(text: &str) -> Result<Report> {
    FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "p" })
}

/// A job that took 30 s. A `conclusion` that is empty: it runs still.
fn job(id: u64, attempt: u64, name: &str, conclusion: &str) -> String {
    let (status, conclusion, end) = match conclusion {
        "" => ("in_progress", "null".to_owned(), "null".to_owned()),
        word => ("completed", format!("\"{word}\""), format!("\"2026-11-20T09:{:02}:30Z\"", id % 60)),
    };
    format!(
        r#"{{"id":{id},"run_id":7,"run_attempt":{attempt},"head_sha":"c1","name":"{name}","status":"{status}","conclusion":{conclusion},
            "started_at":"2026-11-20T09:{:02}:00Z","completed_at":{end}}}"#,
        id % 60
    )
}

fn page(total: u64, jobs: &[String]) -> String {
    format!(r#"{{"total_count":{total},"jobs":[{}]}}"#, jobs.join(","))
}

fn names(report: &Report) -> Vec<(String, &'static str)> {
    let steps = report.facts.steps.as_ref().unwrap();
    steps.list.iter().map(|s| (s.name.as_str().to_owned(), s.outcome.name())).collect()
}

#[test]
fn the_right_jobs_count() {
    let ok = |id, name| job(id, 1, name, "success");
    for (name, jobs, wanted, noted) in [
        ("words", vec![ok(1, "a"), job(2, 1, "b", "timed_out"), job(3, 1, "c", "neutral")], "a+ b! c-", 0),
        ("the gate itself", vec![ok(1, "a"), job(2, 1, "gate", "")], "a+", 1),
        ("a matrix of one name", vec![ok(1, "t"), job(2, 1, "t", "failure")], "t+ t!", 0),
        ("a matrix not ended", vec![ok(1, "a"), ok(2, "t"), job(3, 1, "t", "")], "a+", 1),
        ("a second attempt", vec![job(1, 1, "t", "failure"), job(2, 2, "t", "success"), ok(3, "a")], "t+ a+", 1),
        ("a second attempt, worse", vec![ok(1, "t"), job(2, 2, "t", "failure")], "t!", 1),
        ("a second attempt, running", vec![ok(1, "t"), job(2, 2, "t", ""), ok(3, "a")], "a+", 2),
        ("a part run again", vec![ok(1, "t"), job(2, 1, "t", "failure"), job(3, 2, "t", "success")], "t+ t! t+", 0),
    ] {
        let report = parse(&page(size(jobs.len()), &jobs)).unwrap();
        let mark = |word| match word {
            "success" => '+',
            "failure" => '!',
            _ => '-',
        };
        let seen: Vec<String> = names(&report).iter().map(|(n, o)| format!("{n}{}", mark(o))).collect();
        assert_eq!(seen.join(" "), wanted, "{name}");
        assert_eq!(report.notes.len(), noted, "{name}: {:?}", report.notes);
        let succeeded = wanted.split(' ').filter(|s| s.ends_with('+')).count();
        let timings = &report.facts.timings.as_ref().unwrap().list;
        assert_eq!((timings.len(), timings.iter().all(|t| t.seconds == 30.0)), (succeeded, true), "{name}");
    }
}

#[test]
fn inner_steps_are_steps_and_no_timings() {
    let inner = r#""steps":[
        {"name":"Set up job","status":"completed","conclusion":"success","number":1,"started_at":"2026-11-20T09:01:00Z","completed_at":"2026-11-20T09:01:02Z"},
        {"name":"odd clock","status":"completed","conclusion":"failure","number":2,"started_at":"2026-11-20T09:01:02Z","completed_at":"2026-11-20T09:01:01Z"},
        {"name":"late","status":"queued","conclusion":null,"number":3},
        {"name":"Post","status":"completed","conclusion":"skipped","number":4,"started_at":null,"completed_at":null}],"name""#;
    let text = page(1, &[job(1, 1, "unit", "success").replacen("\"name\"", inner, 1)]);
    let report = parse(&text).unwrap();
    let seen = names(&report);
    let seen: Vec<(&str, &str)> = seen.iter().map(|(n, o)| (n.as_str(), *o)).collect();
    assert_eq!(
        seen,
        [
            ("unit", "success"),
            ("unit / Set up job", "success"),
            ("unit / odd clock", "failure"),
            ("unit / Post", "skipped")
        ]
    );
    let seconds: Vec<Option<f64>> = report.facts.steps.as_ref().unwrap().list.iter().map(|s| s.seconds).collect();
    assert_eq!(seconds, [Some(30.0), Some(2.0), None, None]);
    assert_eq!(report.facts.timings.as_ref().unwrap().list.len(), 1);
    let error = parse(&text.replacen("\"skipped\"", "\"done\"", 1)).unwrap_err().to_string();
    assert!(error.contains("\"Post\": the unknown conclusion \"done\""), "{error}");
}

#[test]
fn pages_may_follow_each_other_or_stand_in_an_array() {
    let pages = [page(2, &[job(1, 1, "a", "success")]), page(2, &[job(2, 1, "b", "success")])];
    for text in [pages.concat(), pages.join("\n"), format!("[{}]", pages.join(","))] {
        let report = parse(&text).unwrap();
        assert_eq!(report.facts.steps.unwrap().list.len(), 2, "{text}");
        assert_eq!(report.made_at.unwrap().to_string(), "2026-11-20T09:02:30Z");
        assert_eq!(report.revisions, [Text::new("c1")]);
        assert!(recognise(&Head::of(text.as_bytes(), "p")), "{text}");
    }
    for text in ["{}", r#"{"total_count":0,"jobs":[]}"#, r#"{"total_count":1,"jobs":[{"title":"x"}]}"#] {
        assert!(!recognise(&Head::of(text.as_bytes(), "p")), "{text}");
    }
}

#[test]
fn what_is_missing_or_contradicts_itself_is_refused() {
    let good = job(1, 1, "a", "success");
    let one = |from: &str, to: &str| page(1, &[good.replacen(from, to, 1)]);
    for (text, why) in [
        (page(31, std::slice::from_ref(&good)), "a page is missing: 1 of 31"),
        (page(0, &[]), "no job that has ended"),
        (page(1, &[job(1, 1, "gate", "")]), "no job that has ended"),
        (page(2, &[good.clone(), good.clone()]), "stands twice"),
        (page(2, &[good.clone(), good.replacen("\"id\":1", "\"id\":2", 1).replacen(":7", ":8", 1)]), "two runs"),
        (one("\"success\"", "null"), "no conclusion"),
        (one("\"success\"", "\"done\""), "the unknown conclusion \"done\""),
        (one("T09:01:30Z", "T08:01:30Z"), "ended before it began"),
        (one("2026-11-20T09:01:30Z", "soon"), "no time"),
        (one("\"conclusion\":\"success\",", ""), "missing field `conclusion`"),
        (one(",\"status\":\"completed\"", ""), "missing field `status`"),
        (format!("{} x", page(1, std::slice::from_ref(&good))), "something other"),
        (format!("[{}", page(1, &[good])), "ends too early"),
    ] {
        let error = parse(&text).unwrap_err().to_string();
        assert!(error.contains(why), "{text}: {error}");
    }
}

#[test]
fn every_cut_of_two_pages_is_refused() {
    let text = [page(2, &[job(1, 1, "a", "success")]), page(2, &[job(2, 1, "b", "success")])].concat();
    assert!((0..text.len()).all(|n| parse(text.get(..n).unwrap()).is_err()));
}

#[test]
fn a_cancelled_job_may_have_odd_times() {
    let odd = job(1, 1, "a", "cancelled").replacen("T09:01:30Z", "T08:01:30Z", 1);
    let report = parse(&page(1, &[odd])).unwrap();
    assert_eq!(report.facts.steps.unwrap().list[0].seconds, None);
    assert!(report.facts.timings.unwrap().list.is_empty());
}
