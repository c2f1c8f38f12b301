//! What is said of the checks of `[tests]`.

use crate::gates::Measure;

pub(super) const RULES: &str = "\
    Test cases are counted from the body of every report, attempts of one test as one test. A report without a single test \
    case, or evidence that is missing, unreadable or of a failed run, is an error.";

const LINKS: &[(&str, &str)] = &[
    ("cargo-nextest", "https://nexte.st/docs/machine-readable/junit/"),
    ("pytest", "https://docs.pytest.org/en/stable/how-to/output.html"),
    ("Jest", "https://jestjs.io/docs/configuration"),
    ("go test -json", "https://pkg.go.dev/cmd/test2json"),
    ("TAP", "https://testanything.org/"),
];

pub(super) const MEASURES: &[Measure] = &[
    Measure {
        name: "failed",
        what: "Tests that failed, or could not be run.",
        why: "A failing test is a known fault; a gate that lets one through teaches everybody to ignore the rest.",
        how: "Test cases are counted, each by the worst it holds; where a report's header admits more failures \
              than its body, the header counts. An error directly under a suite is one failed test.",
        fix: "mend the tests below, or what they test",
        example: "[tests]\nfailed = 0\n",
        links: LINKS,
    },
    Measure {
        name: "skipped",
        what: "Tests that did not run.",
        why: "A test that is skipped for long guards nothing, and still looks like a test.",
        how: "Skipped, disabled and not-run test cases.",
        fix: "run them again, or delete those that will never run",
        example: "[tests]\nskipped = { warn-above = 5 }\n",
        links: LINKS,
    },
    Measure {
        name: "flaky",
        what: "Tests that passed only after a failed attempt.",
        why: "Retries hide races: the fault is still there, and users meet it without a retry.",
        how: "Test cases that passed and hold a failed attempt (flakyFailure, flakyError, an earlier case of the same name).",
        fix: "make them deterministic; a flaky test hides a real fault sooner or later",
        example: "[tests]\nflaky = { fail-above = 3, warn-above = 0 }\n",
        links: LINKS,
    },
    Measure {
        name: "total",
        what: "How many tests there are.",
        why: "Nothing fails in a suite that was not run. A floor notices the shard, the crate or the folder that went missing.",
        how: "All test cases of all reports. A suite that shrank is not a suite that passed.",
        fix: "find the suite that did not run or did not write its report",
        example: "[tests]\ntotal = { fail-below = 100 }\n",
        links: LINKS,
    },
    Measure {
        name: "trend",
        what: "The numbers of tests against the baseline.",
        why: "A floor has to be raised by hand; the baseline rises by itself, and a suite that shrinks is seen on the day it does.",
        how: "`improving`: not fewer tests, nor fewer that passed, and not more that failed, were skipped or are flaky; \
              `stable`: none of these by more than `tolerance`, a count (3) or a share of the baseline's figure (\"2%\"). \
              The figures are those of the baseline's reports; what is waived counts on both sides. A tool that \
              reported in the baseline and does not now is an error.",
        fix: "bring back the tests that are gone, mend those that fail; if the change is meant, take a newer baseline",
        example: "[tests]\ntrend = \"stable\"\ntolerance = \"1%\"\n\n[baseline]\npath = \"baseline.json\"\n",
        links: LINKS,
    },
];
