use proptest::prelude::*;

use super::*;
use crate::input::Window;

fn parse(text: &str) -> Result<Report> {
    FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "p" })
}

fn record(name: &str) -> StepRecord {
    StepRecord {
        schema: Schema,
        name: name.into(),
        command: vec!["cargo".into(), "test".into(), "a\nb".into()],
        outcome: RecordedOutcome::Success,
        exit_code: Some(0),
        started_at: "2026-11-23T08:00:00.5Z".into(),
        seconds: Some(1.25),
        commit: Some("c1".into()),
        files: vec![RecordedFile { path: "out/junit.xml".into(), sha256: "a0".repeat(32) }],
    }
}

fn line(record: &StepRecord) -> String {
    serde_json::to_string(record).unwrap()
}

#[test]
fn what_is_written_is_read_again() {
    let text = line(&record("unit"));
    assert_eq!(text.lines().count(), 1);
    let report = parse(&text).unwrap();
    let step = report.facts.steps.unwrap().list[0].clone();
    assert_eq!((&*step.name, step.outcome, step.seconds), ("unit", Outcome::Success, Some(1.25)));
    assert_eq!(step.files[0].path, "out/junit.xml".into());
    assert_eq!(report.facts.timings.unwrap().list[0].seconds, 1.25);
    assert_eq!(report.revisions, [Text::new("c1")]);
    assert_eq!(report.made_at.unwrap().to_string(), "2026-11-23T08:00:00.5Z");
    assert!(recognise(&Head::of(text.as_bytes(), "p")));
}

#[test]
fn a_later_line_of_a_name_replaces_the_earlier_one() {
    let failed = StepRecord {
        outcome: RecordedOutcome::Failure,
        exit_code: None,
        started_at: "2026-11-22T08:00:00Z".into(),
        seconds: None,
        commit: None,
        files: vec![],
        ..record("unit")
    };
    for (records, outcome, timings, notes) in [
        (vec![record("unit"), failed.clone()], Outcome::Failure, 0, 1),
        (vec![failed.clone(), record("unit")], Outcome::Success, 1, 1),
        (vec![failed.clone(), record("Unit")], Outcome::Failure, 1, 0),
        (vec![failed], Outcome::Failure, 0, 0),
    ] {
        let text: Vec<String> = records.iter().map(line).collect();
        let report = parse(&text.join("\n")).unwrap();
        assert_eq!(report.facts.steps.unwrap().list[0].outcome, outcome);
        assert_eq!((report.facts.timings.unwrap().list.len(), report.notes.len()), (timings, notes));
        let latest = if records.len() > 1 { "2026-11-23T08:00:00.5Z" } else { "2026-11-22T08:00:00Z" };
        assert_eq!(report.made_at.unwrap().to_string(), latest);
    }
}

#[test]
fn what_contradicts_itself_or_is_no_record_is_refused() {
    let good = line(&record("unit"));
    for (from, to, why) in [
        ("step/v1", "step/v2", "\"portcullis/step/v2\" is not known"),
        ("\"unit\"", "\"un:it\"", "no name of a step"),
        ("\"unit\"", "\"\"", "no name of a step"),
        ("\"unit\"", "\" unit\"", "no name of a step"),
        ("\"success\"", "\"skipped\"", "unknown variant `skipped`"),
        ("\"exit_code\":0", "\"exit_code\":1", "says success"),
        ("\"exit_code\":0", "\"exit_code\":null", "says success"),
        ("\"exit_code\":0,", "", "missing field `exit_code`"),
        ("\"commit\":\"c1\",", "", "missing field `commit`"),
        ("1.25", "-1.25", "negative"),
        ("1.25", "NaN", "not valid JSON"),
        ("2026-11-23T", "yesterday ", "no time"),
        ("a0a0", "A0A0", "64 digits"),
        ("a0a0", "a0", "64 digits"),
        ("{\"schema\"", "x {\"schema\"", "a line that is no record"),
        ("]}", "]}]", "a line that is no record"),
        ("\"name\"", "\"name\":\"a\",\"name\"", "stands twice"),
        (&*good, "\n", "no record of a step"),
    ] {
        assert!(good.contains(from), "{from}");
        let error = parse(&good.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.contains(why), "{to}: {error}");
    }
}

#[test]
fn names_are_plain() {
    for (name, good) in [
        ("unit", true),
        ("test / linux-x86_64 1.95", true),
        (&*"n".repeat(100), true),
        (&*"n".repeat(101), false),
        ("", false),
        (" ", false),
        ("a ", false),
        ("a\nb", false),
        ("café", false),
        ("a:b", false),
    ] {
        assert_eq!(is_step_name(name), good, "{name:?}");
    }
}

#[test]
fn only_the_record_is_recognised_also_of_another_version() {
    for (text, ours) in [
        (r#"{"schema":"portcullis/step/v9"}"#, true),
        (r#"{"schema":"portcullis/verdict/v1"}"#, false),
        (r#"[{"schema":"portcullis/step/v1"}]"#, false),
    ] {
        assert_eq!(recognise(&Head::of(text.as_bytes(), "p")), ours, "{text}");
    }
}

proptest! {
    /// What is cut is refused, or holds fewer steps: a line that is missing cannot be seen.
    #[test]
    fn a_cut_record_never_holds_another_step(
        names in prop::collection::btree_set("[a-z]{1,3}", 1..5),
        cut in any::<prop::sample::Index>(),
    ) {
        let text: Vec<String> = names.iter().map(|n| line(&record(n))).collect();
        let text = text.join("\n");
        let whole = parse(&text).unwrap().facts.steps.unwrap();
        if let Ok(report) = parse(text.get(..cut.index(text.len())).unwrap()) {
            let part = report.facts.steps.unwrap();
            prop_assert!(part.list.len() < whole.list.len());
            prop_assert_eq!(&part.list[..], &whole.list[..part.list.len()]);
        }
    }
}
