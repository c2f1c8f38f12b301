//! What is said of the checks of `[lints]`.

use crate::gates::{Measure, trend};

pub(super) const RULES: &str = "\
    Distinct by lint, place and message: one that is reported for several targets counts once. In a scope of changed lines \
    those count whose first line was added or changed, and those without a line or a place. A report that looked at nothing \
    is an error.";

const LINKS: &[(&str, &str)] = &[
    ("Clippy", "https://doc.rust-lang.org/clippy/"),
    ("ESLint", "https://eslint.org/docs/latest/use/formatters/"),
    ("Ruff", "https://docs.astral.sh/ruff/"),
    ("Checkstyle", "https://checkstyle.org/"),
    ("reviewdog", "https://github.com/reviewdog/reviewdog"),
];

pub(super) const MEASURES: &[Measure] = &[
    Measure {
        name: "errors",
        what: "Lints that are errors.",
        why: "What the linter itself calls an error is broken: the rest of its report may be missing too.",
        how: "Messages of level error, by the rules below.",
        fix: "mend them; the build is broken",
        example: "[lints]\nerrors = 0\n",
        links: LINKS,
    },
    Measure {
        name: "warnings",
        what: "Lints that are warnings.",
        why: "One warning among a hundred is not seen. None, or none that are new, keeps them worth reading.",
        how: "Messages of level warning, by the rules below.",
        fix: "mend them, the nearest first",
        example: "[lints.scope.new]\nnew = true\nwarnings = 0\n\n[baseline]\npath = \"baseline.json\"\n",
        links: LINKS,
    },
    Measure {
        name: "trend",
        what: "Errors, and errors and warnings together, against the baseline.",
        why: "An old code base has warnings that nobody will mend today. This keeps them from growing, and lets every other change pass.",
        how: trend::how!("Errors, then errors and warnings together."),
        fix: trend::FIX,
        example: "[lints]\ntrend = \"improving\"\n\n[baseline]\npath = \"baseline.json\"\n",
        links: LINKS,
    },
];
