//! What the jobs before this one came to, in GitHub Actions: `toJSON(needs)`.
//!
//! Source: GitHub Actions documentation, "Contexts", `needs` context. Not tried against a live
//! run.
//!
//! An object whose keys are the ids of jobs; each has a `result` of one of four words and its
//! `outputs`. It tells neither time nor commit. A job that this one does not need is not in it, and
//! of a matrix only what all its jobs together came to.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::head::HeadKind;
use super::{Format, Head, Input};
use crate::facts::{Kind, Outcome, Report, Step, Steps};
use crate::input::json::{Json, Present};
use crate::input::{ReadError, Result};
use crate::text::Text;

pub(super) const FORMAT: Format = Format {
    name: "github-needs",
    gives: &[Kind::Steps],
    producers: "GitHub Actions, `toJSON(needs)`",
    recognise,
    read,
};

/// No key names the format, so every value must have its shape.
fn recognise(head: &Head) -> bool {
    let HeadKind::Json(sketch) = &head.kind else { return false };
    let is_job = |id: &str| {
        head.has(id)
            && head.has(&format!("{id}.outputs"))
            && head.string(&format!("{id}.result")).and_then(outcome).is_some()
    };
    // The path of the document itself is empty, those of an array's elements begin with `[]`.
    let mut keys = sketch.paths.iter().filter(|p| !p.is_empty()).map(|p| p.split('.').next().unwrap_or_default());
    sketch.paths.len() > 1 && !head.has("[]") && keys.all(is_job)
}

/// The outcome that a `result` states: one of the words that `needs` has, not of the jobs API.
fn outcome(word: &str) -> Option<Outcome> {
    Outcome::of_word(word).filter(|o| o.name() == word)
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let needs: BTreeMap<String, Need> = Json::document(input.window)?;
    if needs.is_empty() {
        return Err(ReadError::new("no job: the job that wrote this needs none"));
    }
    let step = |(id, need): (String, Need)| match outcome(&need.result) {
        Some(outcome) => Ok(Step { name: Text::new(&id), outcome, seconds: None, commit: None, files: Vec::new() }),
        None => Err(ReadError::new(format!("the job {id:?} has the unknown result {:?}", need.result))),
    };
    let list = needs.into_iter().map(step).collect::<Result<_>>()?;
    let mut report = Report::by("GitHub Actions");
    report.facts.steps = Some(Steps { list });
    Ok(report)
}

#[derive(Deserialize)]
#[serde(expecting = "a job with `result` and `outputs`")]
struct Need {
    result: String,
    #[serde(rename = "outputs")]
    _outputs: Present,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Window;

    const NEEDS: &str = r#"{"fmt":{"result":"success","outputs":{}},"t-1_x":{"result":"failure","outputs":{"a":"b","result":"x"}},
        "doc":{"result":"skipped","outputs":{}},"e2e":{"result":"cancelled","outputs":{}}}"#;

    fn parse(text: &str) -> Result<Report> {
        FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "p" })
    }

    #[test]
    fn every_job_is_a_step_without_a_time() {
        assert!(recognise(&Head::of(NEEDS.as_bytes(), "p")));
        let report = parse(NEEDS).unwrap();
        assert!(report.facts.timings.is_none());
        let steps = report.facts.steps.unwrap().list;
        let seen: Vec<(&str, &str)> = steps.iter().map(|s| (&*s.name, s.outcome.name())).collect();
        assert_eq!(seen, [("doc", "skipped"), ("e2e", "cancelled"), ("fmt", "success"), ("t-1_x", "failure")]);
        assert!(steps.iter().all(|s| s.seconds.is_none()));
    }

    #[test]
    fn what_has_another_shape_is_not_recognised_and_refused() {
        for (text, why) in [
            ("{}", "no job"),
            ("[]", "invalid type"),
            ("null", "invalid type"),
            (r#"{"a":{"result":"success"}}"#, "missing field `outputs`"),
            (r#"{"a":{"outputs":{}}}"#, "missing field `result`"),
            (r#"{"a":{"result":"neutral","outputs":{}}}"#, "unknown result \"neutral\""),
            (r#"{"a":{"result":"Success","outputs":{}}}"#, "unknown result \"Success\""),
            (r#"{"a":{"result":null,"outputs":{}}}"#, "invalid type"),
            (r#"{"a":{"result":"success","outputs":{}},"version":1}"#, "invalid type"),
            (r#"{"a":{"result":"success","outputs":{}},"b.c":{"result":"success"}}"#, "missing field `outputs`"),
            (r#"{"a.result":"success","a.outputs":{}}"#, "invalid type"),
            (r#"[{"result":"success","outputs":{}}]"#, "invalid type"),
        ] {
            assert!(!recognise(&Head::of(text.as_bytes(), "p")), "{text}");
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
        let twice = r#"{"a":{"result":"failure","outputs":{}},"a":{"result":"success","outputs":{}}}"#;
        assert!(parse(twice).unwrap_err().to_string().contains("stands twice"));
    }

    #[test]
    fn every_cut_is_refused() {
        assert!((0..NEEDS.len()).all(|n| parse(NEEDS.get(..n).unwrap()).is_err()));
    }
}
