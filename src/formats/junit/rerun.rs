//! The tries of pytest-rerunfailures. It runs a test again that failed, and pytest's report then holds a case for
//! each try, of which all but the last look like passed ones: a test that passed at its second try is two passed
//! cases of one name (measured; with xdist others stand between them). The header counts it once.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use super::Body;
use super::case::Case;
use super::suite::Suite;
use crate::facts::TestOutcome;
use crate::input::size;
use crate::input::xml::Tag;
use crate::text::Text;

/// What is said of a test of which only the last try passed.
const AGAIN: &str = "passed only when it was run again";

/// The cases of a suite that may have been tries, by a hash of their names: where it stands among those that did
/// not simply pass, if it does.
#[derive(Default)]
pub(super) struct Tries {
    hasher: RandomState,
    seen: HashMap<u64, Option<usize>>,
}

impl Body {
    fn of_pytest(&self) -> bool {
        &*self.run.tool == "pytest" || self.suites.last().is_some_and(|s| s.name == "pytest")
    }

    /// Whether it is a case of pytest that lacks what tells it from others. pytest always writes both.
    pub(super) fn is_nameless(&self, tag: &Tag<'_>) -> bool {
        self.of_pytest() && (tag.get("name").is_none() || tag.get("classname").is_none())
    }

    /// Takes back an earlier case, where `case` is another try of it. `false`: it counts as that one does.
    pub(super) fn try_again(&mut self, case: &mut Case) -> bool {
        if case.bare || !self.of_pytest() {
            return true;
        }
        let key = self.tries.hasher.hash_one((&case.class, &case.name));
        let Some(before) = self.tries.seen.remove(&key) else {
            // What failed or was skipped is no try: a teardown that fails is a second case, too.
            if case.outcome == TestOutcome::Passed {
                self.tries.seen.insert(key, None);
            }
            return true;
        };
        let Some(suite) = self.suites.last_mut() else { return true };
        suite.tries += 1;
        match before {
            None => {
                self.run.passed = self.run.passed.saturating_sub(1);
                suite.tests = suite.tests.saturating_sub(1);
                if case.outcome == TestOutcome::Passed {
                    self.tries.seen.insert(key, Some(self.run.others.len()));
                    case.outcome = TestOutcome::Flaky;
                    case.message = Some((TestOutcome::Flaky, AGAIN.into()));
                }
                true
            }
            Some(at) => {
                let flaky = self.run.others.get_mut(at);
                if let Some(flaky) = flaky.filter(|_| case.outcome != TestOutcome::Passed) {
                    suite.end_otherwise(case);
                    flaky.outcome = case.outcome;
                    flaky.message = Text::new(case.message.as_ref().map_or("", |(_, m)| m));
                } else {
                    self.tries.seen.insert(key, Some(at));
                }
                false
            }
        }
    }

    /// Where the header counts every case, they were no tries: all of them count.
    pub(super) fn untry(&mut self, suite: &mut Suite) {
        self.tries.seen.clear();
        if !suite.counts_tries() {
            return;
        }
        let before = self.run.others.len();
        let first = suite.first;
        let mut at = 0;
        self.run.others.retain(|case| {
            at += 1;
            at <= first || case.outcome != TestOutcome::Flaky || &*case.message != AGAIN
        });
        let passed = size(before - self.run.others.len());
        self.run.passed += passed + suite.tries;
        suite.flaky = suite.flaky.saturating_sub(passed);
        suite.tests += suite.tries;
    }
}
