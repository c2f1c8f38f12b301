//! What is said of the checks of `[coverage]`.

use crate::gates::Measure;

pub(super) const RULES: &str = "\
    Reports are joined by file and line before anything is counted; generated and foreign files count if a report holds \
    them. A report of figures without lines (a summary) cannot be joined with another. 0 of 0 is an error, not 100 %, and \
    so is evidence that is missing, unreadable or of a failed run. Shares are compared in integers, never as rounded \
    percentages.";

const LINKS: &[(&str, &str)] = &[
    ("cargo-llvm-cov", "https://github.com/taiki-e/cargo-llvm-cov"),
    ("cargo-tarpaulin", "https://github.com/xd009642/tarpaulin"),
    ("coverage.py", "https://coverage.readthedocs.io/"),
    ("Istanbul", "https://istanbul.js.org/"),
    ("JaCoCo", "https://www.jacoco.org/jacoco/trunk/doc/"),
    ("go cover", "https://go.dev/doc/build-cover"),
];

pub(super) const MEASURES: &[Measure] = &[
    Measure {
        name: "lines",
        what: "The share of lines that can be covered and were reached by a test.",
        why: "Code that no test reaches is changed blindly. A share says nothing of how good the tests are, but a share \
              that falls says that code came without any.",
        how: "Lines are counted from the body of every coverage report, each file and line once; a line is \
              covered if any report says so. covered · 100 ≥ threshold · total is compared in integers. In a scope \
              of changed lines those of the diff that a report counts; of a Go profile every line of its blocks. \
              With fewer than `min-lines` of them it is skipped.",
        fix: "cover the files below with tests, the largest gaps first; or leave generated code out of the measurement",
        example: "[coverage]\nlines = { fail-below = 80, warn-below = 85 }\n\n[coverage.scope.changed]\nchanged = true\n\
                  lines = 90\nmin-lines = 20\n",
        links: LINKS,
    },
    Measure {
        name: "branches",
        what: "The share of branches that a test took.",
        why: "A line with a condition is covered by one of its outcomes; the other is where the fault waits.",
        how: "For each line the statement with the most branches taken counts. A report that does not measure \
              branches makes the figure unknown, which is an error, not 0 % and not 100 %.",
        fix: "test the conditions that are only ever true or only ever false; if no branch is measured, switch it on in the tool",
        example: "[coverage]\nbranches = { warn-below = 70 }\n",
        links: LINKS,
    },
    Measure {
        name: "functions",
        what: "The share of functions of which a test reached at least one line.",
        why: "A function that nothing calls in any test is the coarsest gap there is, and the cheapest to close.",
        how: "A function counts once a file, by its name and signature. Where two reports write the names differently the \
              figure is unknown, because each would count twice. It cannot be judged of changed lines.",
        fix: "call the functions below from a test, or remove what nothing calls",
        example: "[coverage]\nfunctions = { fail-below = 60, warn-below = 75 }\n",
        links: LINKS,
    },
    Measure {
        name: "trend",
        what: "The share of covered lines against the baseline.",
        why: "A fixed threshold lets a good share rot down to it; the trend keeps what was reached.",
        how: "`improving`: not below the baseline at all; `stable`: not by more than `tolerance` percentage \
              points. Compared as exact fractions; a better share never fails.",
        fix: "cover what this change added, or take a newer baseline if the fall is meant",
        example: "[coverage]\ntrend = \"stable\"\ntolerance = 0.1\n\n[baseline]\npath = \"baseline.json\"\n",
        links: LINKS,
    },
    Measure {
        name: "unmeasured",
        what: "Changed files that no coverage report mentions, in a scope of changed lines.",
        why: "A file that is left out of the measurement has no uncovered line, and would pass for that reason alone.",
        how: "Only files that look like sources of what the reports cover: their names end as those of files in the \
              reports do. Others cannot be covered and are left out. `unmeasured` is warn by default. Where the reports \
              mention none of the changed files nothing was measured, and the shares are an error.",
        fix: "measure them, or leave them out by `paths`; if the reports write their paths otherwise, `base` or `strip` on \
              the evidence brings them together",
        example: "[coverage.scope.changed]\nchanged = true\nlines = 90\nunmeasured = \"fail\"\n",
        links: LINKS,
    },
];
