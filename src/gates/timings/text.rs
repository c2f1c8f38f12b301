//! What is said of the checks of `[timings]`.

use crate::gates::Measure;

pub(super) const RULES: &str = "\
    Durations are those that tools state as their headline figure, and those of recorded steps. A name that no report has is \
    an error where the check could fail.";

pub(super) const MEASURES: &[Measure] = &[
    Measure {
        name: "*",
        what: "How long the step or benchmark of this name took.",
        why: "A build that grows by a second a week is slow before anybody has decided that it may be.",
        how: "The longest of all entries of that name, in seconds: a step's wall time, a benchmark's mean.",
        fix: "see which step grew; a limit that is no longer right is raised in the policy, where it can be reviewed",
        example: "[timings]\nlimits = { build = \"10m\", test = { fail-above = \"15m\", warn-above = \"12m\" } }\n",
        links: &[
            ("hyperfine", "https://github.com/sharkdp/hyperfine"),
            ("cargo build --timings", "https://doc.rust-lang.org/cargo/reference/timings.html"),
        ],
    },
    Measure {
        name: "regression",
        what: "How much longer it took than in the baseline.",
        why: "A limit in seconds is for people; what a change costs only shows against the run before it.",
        how: "The longest entry of each name, against the longest of that name in the baseline's evidence; both the share \
              and the floor must be exceeded, compared as exact decimals. Where a report holds several runs (hyperfine, \
              criterion, pytest-benchmark, go test -count), the baseline's figure must lie outside the 95 % interval of \
              this run's mean: else the difference is within noise, and passes. Fewer than 3 runs are an error, and so \
              is a name that the baseline has and this run does not; a name that is new is skipped.",
        fix: "look at what changed between the two commits; what was renamed or removed needs a newer baseline",
        example: "[timings]\nregression = { fail-above = \"20%\", floor = \"5s\" }\n\n[baseline]\npath = \"baseline.json\"\n",
        links: &[
            ("criterion", "https://bheisler.github.io/criterion.rs/book/"),
            ("pytest-benchmark", "https://pytest-benchmark.readthedocs.io/"),
        ],
    },
];
