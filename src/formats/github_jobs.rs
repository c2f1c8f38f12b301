//! The jobs of a run of GitHub Actions, as the REST API tells them.
//!
//! Source: GitHub REST API, "List jobs for a workflow run"
//! (`GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs`). Not tried against a live run.
//!
//! A job is a step under its name, and each of its own steps is one as `job / step`; only jobs are
//! timings. The answer comes in pages: they may stand one behind the other (`gh api --paginate`) or
//! in an array (`--slurp`), and fewer jobs than `total_count` are refused. Jobs of a matrix may
//! share a name: each is kept. Of several attempts the latest counts. A name of which a job has not
//! ended is left out whole: it would pass for ended.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Deserialize;

use super::{Format, Head, Input};
use crate::facts::{Kind, Outcome, Report, Step, Steps, Timings};
use crate::input::json::{Each, Json, lines, required};
use crate::input::{ReadError, Result, size};
use crate::text::Text;

pub(super) const FORMAT: Format = Format {
    name: "github-jobs",
    gives: &[Kind::Steps, Kind::Timings],
    producers: "GitHub REST API, `/actions/runs/{run_id}/jobs`",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    let page = |at: &str| ["total_count", "jobs", "jobs[].run_id"].iter().all(|key| head.has(&format!("{at}{key}")));
    page("") || page("[].")
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut run = Run::default();
    let mut other = false;
    input.window.skip_white()?;
    if input.window.peek()? == Some(b'[') {
        Json::document_with(input.window, Each::new(|page| run.page(page)))?;
    } else {
        lines(input.window, |page| run.page(page), |_| other = true)?;
    }
    if other {
        return Err(ReadError::new("something other than pages of jobs stands in the file"));
    }
    if size(run.jobs.len()) < run.total {
        return Err(ReadError::new(format!(
            "a page is missing: {} of {} jobs; fetch with per_page=100 and all pages (`gh api --paginate`)",
            run.jobs.len(),
            run.total
        )));
    }
    let mut report = Report::by("GitHub Actions");
    let jobs = run.latest(&mut report);
    let (jobs, unfinished): (Vec<&Job>, Vec<&Job>) = jobs.into_iter().partition(|job| job.status == COMPLETED);
    let unfinished: BTreeSet<&str> = unfinished.into_iter().map(|job| job.name.as_str()).collect();
    if !unfinished.is_empty() {
        report.note(format!("not ended yet, left out: {}", listed(&unfinished)));
    }
    let (mut steps, mut timings) = (Steps::default(), Timings::default());
    for job in jobs.into_iter().filter(|job| !unfinished.contains(job.name.as_str())) {
        job.add(&mut steps, &mut timings)?;
        report.made_at = report.made_at.max(job.completed_at.as_ref().map(|m| m.0));
    }
    if steps.list.is_empty() {
        return Err(ReadError::new("no job that has ended"));
    }
    report.revisions = run.jobs.values().filter_map(|job| job.head_sha.clone()).collect();
    report.revisions.sort();
    report.revisions.dedup();
    report.facts.timings = Some(timings);
    report.facts.steps = Some(steps);
    Ok(report)
}

/// The first names of a set, and how many there are beyond them.
fn listed(names: &BTreeSet<&str>) -> String {
    let shown: Vec<&str> = names.iter().take(5).copied().collect();
    let more = names.len() - shown.len();
    let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{tail}", shown.join(", "))
}

/// The jobs of one run, by their ids.
#[derive(Default)]
struct Run {
    id: Option<u64>,
    total: u64,
    jobs: BTreeMap<u64, Job>,
}

impl Run {
    fn page(&mut self, page: Page) -> Result<()> {
        self.total = self.total.max(page.total_count);
        for job in page.jobs {
            if *self.id.get_or_insert(job.run_id) != job.run_id {
                return Err(ReadError::new("jobs of two runs: write each into a file of its own"));
            }
            if let Some(twice) = self.jobs.insert(job.id, job) {
                return Err(ReadError::new(format!("the job {:?} stands twice: fetch the pages again", twice.name)));
            }
        }
        Ok(())
    }

    /// The jobs of the latest attempt at each name. An earlier attempt that held more jobs of a
    /// name stays too: then only a part of them was run again.
    fn latest(&self, report: &mut Report) -> Vec<&Job> {
        let mut attempts: BTreeMap<&str, BTreeMap<u64, usize>> = BTreeMap::new();
        for job in self.jobs.values() {
            *attempts.entry(&job.name).or_default().entry(job.attempt()).or_default() += 1;
        }
        let counts = |job: &&Job| {
            let of_name = attempts.get(job.name.as_str());
            let held = |attempt| of_name.and_then(|a| a.get(attempt)).copied().unwrap_or_default();
            let last = of_name.and_then(|a| a.last_key_value()).map_or((0, 0), |(attempt, held)| (*attempt, *held));
            job.attempt() == last.0 || held(&job.attempt()) > last.1
        };
        let kept: Vec<&Job> = self.jobs.values().filter(counts).collect();
        let dropped = self.jobs.len() - kept.len();
        if dropped > 0 {
            report.note(format!("jobs of earlier attempts, replaced by later ones: {dropped}"));
        }
        kept
    }
}

const COMPLETED: &str = "completed";

#[derive(Deserialize)]
#[serde(expecting = "a page of jobs")]
struct Page {
    total_count: u64,
    jobs: Vec<Job>,
}

#[derive(Deserialize)]
#[serde(expecting = "a job")]
struct Job {
    id: u64,
    run_id: u64,
    run_attempt: Option<u64>,
    head_sha: Option<Text>,
    name: String,
    status: String,
    #[serde(deserialize_with = "required")]
    conclusion: Option<String>,
    #[serde(deserialize_with = "required")]
    started_at: Option<Moment>,
    #[serde(deserialize_with = "required")]
    completed_at: Option<Moment>,
    #[serde(default)]
    steps: Vec<JobStep>,
}

/// A step of a job. One that was not reached has no conclusion.
#[derive(Deserialize)]
#[serde(expecting = "a step of a job")]
struct JobStep {
    name: String,
    status: String,
    #[serde(deserialize_with = "required")]
    conclusion: Option<String>,
    started_at: Option<Moment>,
    completed_at: Option<Moment>,
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Moment(Timestamp);

impl TryFrom<String> for Moment {
    type Error = String;

    fn try_from(text: String) -> std::result::Result<Self, String> {
        text.parse().map(Self).map_err(|_| format!("{text:?} is no time of ISO 8601"))
    }
}

impl Job {
    fn attempt(&self) -> u64 {
        self.run_attempt.unwrap_or(1)
    }

    /// Adds the job, which has ended, and its steps.
    fn add(&self, steps: &mut Steps, timings: &mut Timings) -> Result<()> {
        let wrong = |reason: String| ReadError::new(format!("the job {:?}: {reason}", self.name));
        let conclusion = self.conclusion.as_ref().ok_or_else(|| wrong("completed, and has no conclusion".into()))?;
        let outcome = outcome(conclusion).map_err(wrong)?;
        let took = seconds(self.started_at.as_ref(), self.completed_at.as_ref());
        // Of a job that never began both times are the server's guess.
        let seconds_known = match outcome {
            Outcome::Skipped => None,
            Outcome::Cancelled => took.filter(|s| *s >= 0.0),
            Outcome::Success | Outcome::Failure => took,
        };
        if seconds_known.is_some_and(|s| s < 0.0) {
            return Err(wrong("it ended before it began".into()));
        }
        // A job that fails at once is not a fast job: only success has a duration to hold to a limit.
        if let (Outcome::Success, Some(seconds)) = (outcome, seconds_known) {
            timings.add(&self.name, seconds);
        }
        steps.list.push(self.step(&self.name, outcome, seconds_known));
        for step in self.steps.iter().filter(|s| s.status == COMPLETED) {
            let Some(conclusion) = &step.conclusion else { continue };
            let outcome = outcome_of_step(step, conclusion).map_err(wrong)?;
            let took = seconds(step.started_at.as_ref(), step.completed_at.as_ref());
            let took = took.filter(|s| *s >= 0.0 && outcome != Outcome::Skipped);
            steps.list.push(self.step(&format!("{} / {}", self.name, step.name), outcome, took));
        }
        Ok(())
    }

    fn step(&self, name: &str, outcome: Outcome, seconds: Option<f64>) -> Step {
        Step { name: Text::new(name), outcome, seconds, commit: self.head_sha.clone(), files: Vec::new() }
    }
}

fn outcome(conclusion: &str) -> std::result::Result<Outcome, String> {
    Outcome::of_word(conclusion).ok_or_else(|| format!("the unknown conclusion {conclusion:?}"))
}

fn outcome_of_step(step: &JobStep, conclusion: &str) -> std::result::Result<Outcome, String> {
    outcome(conclusion).map_err(|reason| format!("its step {:?}: {reason}", step.name))
}

/// From the beginning to the end, which may lie before it.
fn seconds(from: Option<&Moment>, to: Option<&Moment>) -> Option<f64> {
    Some(to?.0.duration_since(from?.0).as_secs_f64())
}

#[cfg(test)]
#[path = "github_jobs_tests.rs"]
mod tests;
