//! A package while it is tested: its tests by name, and what becomes of them at its end.

use std::collections::BTreeMap;

use super::super::said::first_line;
use crate::facts::{TestCase, TestOutcome, TestRun};
use crate::text::Text;

/// A package that has not ended.
#[derive(Default)]
pub(super) struct Package {
    tests: BTreeMap<String, Test>,
    /// The first line that it printed by itself.
    said: String,
}

/// A test of it, with all its repetitions.
#[derive(Default)]
struct Test {
    /// It runs.
    running: bool,
    /// The worst end of its runs.
    outcome: Option<TestOutcome>,
    /// The end that stands in its output.
    shown: Option<TestOutcome>,
    /// The first line that it printed, or the first that names a place.
    said: String,
}

/// What is left of a package at its end.
#[derive(Default)]
pub(super) struct Settled {
    /// The tests that were counted, and those of them that failed.
    pub(super) tests: u64,
    pub(super) failed: u64,
    /// The tests that ran and did not end.
    pub(super) unended: Vec<String>,
    pub(super) said: String,
}

/// The words by which go shows in the output how a test ended.
const SHOWN: [(&str, TestOutcome); 3] =
    [("--- PASS: ", TestOutcome::Passed), ("--- SKIP: ", TestOutcome::Skipped), ("--- FAIL: ", TestOutcome::Failed)];

impl Package {
    pub(super) fn ran(&mut self, name: String) {
        self.tests.entry(name).or_default().running = true;
    }

    pub(super) fn ended(&mut self, name: String, outcome: TestOutcome) {
        let test = self.tests.entry(name).or_default();
        test.running = false;
        test.shown = None;
        test.outcome = test.outcome.max(Some(outcome));
        if test.outcome == Some(TestOutcome::Passed) {
            test.said = String::new();
        }
    }

    /// Takes what a test printed, or the package by itself.
    pub(super) fn printed(&mut self, name: Option<String>, text: &str) {
        let line = first_line(text);
        let frame = ["=== ", "--- ", "FAIL", "PASS", "ok ", "exit status", "coverage:", "testing:"];
        let frame = line.is_empty() || frame.iter().any(|f| line.starts_with(f));
        let Some(name) = name else {
            if !frame && self.said.is_empty() {
                self.said = line;
            }
            return;
        };
        let shown = SHOWN.iter().find(|(word, _)| text.contains(&format!("{word}{name} (")));
        let test = self.tests.entry(name).or_default();
        test.shown = test.shown.max(shown.map(|(_, outcome)| *outcome));
        let better = names_place(&line) && !names_place(&test.said);
        if !frame && (test.said.is_empty() || better) {
            test.said = line;
        }
    }

    /// Adds the tests to `run`: the leaves, and what failed without a leaf that did.
    pub(super) fn settle(self, package: &str, run: &mut TestRun) -> Settled {
        let mut settled = Settled { said: self.said.clone(), ..Settled::default() };
        for (name, test) in &self.tests {
            let outcome = test.ended_as();
            let unended = test.running && test.shown.is_none();
            let below = || self.below(name);
            let counted = match outcome {
                // A benchmark is no test, and go writes no end of it.
                Some(TestOutcome::Passed | TestOutcome::Skipped) | None if name.starts_with("Benchmark") => false,
                Some(TestOutcome::Failed) => below().all(|t| t.ended_as() != Some(TestOutcome::Failed)),
                None if unended => below().all(|t| !t.running),
                _ => below().next().is_none(),
            };
            if counted {
                settled.count(package, name, test, run);
            }
        }
        settled
    }

    /// The subtests of a test, at any depth.
    fn below(&self, name: &str) -> impl Iterator<Item = &Test> {
        let prefix = format!("{name}/");
        let from = self.tests.range(prefix.clone()..);
        from.take_while(move |(n, _)| n.starts_with(&prefix)).map(|(_, t)| t)
    }
}

impl Test {
    /// How it ended; nothing where it did not.
    fn ended_as(&self) -> Option<TestOutcome> {
        match (self.running, self.shown) {
            (false, _) => self.outcome,
            (true, None) => self.outcome.filter(|o| *o == TestOutcome::Failed),
            (true, shown) => self.outcome.max(shown),
        }
    }
}

impl Settled {
    fn count(&mut self, package: &str, name: &str, test: &Test, run: &mut TestRun) {
        let ended = test.ended_as();
        // What ran and did not end failed; what only printed, under a name that never ran, is no test.
        let outcome = match ended {
            Some(outcome) => outcome,
            None if test.running => {
                self.unended.push(name.to_owned());
                TestOutcome::Failed
            }
            None => return,
        };
        self.tests += 1;
        self.failed += u64::from(outcome == TestOutcome::Failed);
        let message = if ended.is_none() && test.said.is_empty() { "it ran and never ended" } else { &test.said };
        run.add(TestCase {
            name: Text::new(&if package.is_empty() { name.to_owned() } else { format!("{package}.{name}") }),
            outcome,
            message: Text::new(message),
            location: None,
        });
    }
}

/// Whether a line says where something went wrong: `x_test.go:26: got 1`, `panic: `.
fn names_place(line: &str) -> bool {
    line.starts_with("panic: ") || line.split_whitespace().next().is_some_and(|word| word.contains(".go:"))
}
