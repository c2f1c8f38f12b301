//! What is said of the checks of `[security]`.

use crate::gates::trend;
use crate::gates::{Measure, REQUIRES};

const FIX: &str = "update the packages below to a version that mends them; what cannot be mended needs a waiver with a reason, \
                   an owner and an end";

pub(super) const RULES: &str = "\
    A severity is the tool's own word, else a score (9.0 critical, 7.0 high, 4.0 medium, above 0 low), else the level (error \
    high, warning medium, note low); `severity = \"worst\"` takes the worst of them. The same advisory under several names or \
    by several tools counts once per package and version, by its worst severity. What a report itself suppresses counts. In a \
    scope of changed lines findings count whose first line was added or changed, and those without a line or a place. A scope \
    with `new = true` counts what the baseline does not have: other by advisory, package and version, or by rule, path and \
    message without numbers; lines, order, severity and the tool's version make nothing new. A waiver takes a finding out of \
    the count and leaves it in the report.";

const LINKS: &[(&str, &str)] = &[
    ("cargo-audit", "https://github.com/rustsec/rustsec/tree/main/cargo-audit"),
    ("cargo-deny", "https://embarkstudios.github.io/cargo-deny/"),
    ("Trivy", "https://trivy.dev/"),
    ("OSV-Scanner", "https://google.github.io/osv-scanner/"),
    ("npm audit", "https://docs.npmjs.com/cli/commands/npm-audit"),
    ("SARIF 2.1.0", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html"),
    ("CVSS", "https://www.first.org/cvss/"),
];

pub(super) const MEASURES: &[Measure] = &[
    Measure {
        name: "critical",
        what: "Findings of critical severity.",
        why: "These can mostly be used from afar and without help: whoever finds one may own the machine.",
        how: "Distinct findings whose severity is critical by the rules below; more than the threshold fails.",
        fix: FIX,
        example: "[security]\ncritical = 0\nrequires = [\"cargo-audit\"]\n",
        links: LINKS,
    },
    Measure {
        name: "high",
        what: "Findings of high severity; those of unknown severity too, unless the policy limits `unknown`.",
        why: "High is what attacks are built on. Half of all RustSec advisories state no severity: taken for low, they would \
              all get in.",
        how: "Distinct findings whose severity is high by the rules below, and those without any severity where `unknown` has no \
              threshold of its own.",
        fix: FIX,
        example: "[security]\nhigh = { fail-above = 2, warn-above = 0 }\n",
        links: LINKS,
    },
    Measure {
        name: "medium",
        what: "Findings of medium severity.",
        why: "Each needs some luck to be used; many of them at once mean that nobody updates.",
        how: "Distinct findings whose severity is medium by the rules below; moderate is medium.",
        fix: FIX,
        example: "[security]\nmedium = { warn-above = 20 }\n",
        links: LINKS,
    },
    Measure {
        name: "low",
        what: "Findings of low severity.",
        why: "They matter as a measure of neglect more than one by one.",
        how: "Distinct findings whose severity is low by the rules below. Where a report leaves out what is below its own limit \
              (npm audit --audit-level), none of them is no answer but an error.",
        fix: FIX,
        example: "[security]\nlow = { warn-above = 100 }\n",
        links: LINKS,
    },
    Measure {
        name: "info",
        what: "Findings that are only worth knowing.",
        why: "Scanners put hints beside faults; a limit keeps the pile from growing unseen.",
        how: "Distinct findings whose severity is info by the rules below; negligible is info.",
        fix: "look through them once, and switch off the rules that tell you nothing",
        example: "[security]\ninfo = { warn-above = 1000 }\n",
        links: LINKS,
    },
    Measure {
        name: "unknown",
        what: "Findings whose tool stated no severity.",
        why: "No severity is not a low severity: nobody has judged it yet.",
        how: "Distinct findings of which no report states a word, a score or a level.",
        fix: "look at each: no severity is not a low severity. Without this key they count as high",
        example: "[security]\nunknown = 0\n",
        links: LINKS,
    },
    Measure {
        name: "known-exploited",
        what: "Findings that the KEV catalogue lists as exploited.",
        why: "A severity says how bad it could be; this says that somebody is doing it.",
        how: "Needs a KEV catalogue (CISA) as evidence; joined by every name of a vulnerability, before any look at its \
              severity.",
        fix: "mend these first: they are being used",
        example: "[evidence.kev]\npath = \"known_exploited_vulnerabilities.json\"\nmax-age = \"7d\"\n\n[security]\n\
                  known-exploited = 0\n",
        links: &[("CISA KEV", "https://www.cisa.gov/known-exploited-vulnerabilities-catalog")],
    },
    Measure {
        name: "epss",
        what: "The highest probability that a finding is exploited within 30 days.",
        why: "Of all published vulnerabilities few are ever used; this one number says which to mend first.",
        how: "Needs the EPSS list (FIRST) as evidence; joined by every name of a vulnerability, the highest score counts. \
              A finding without a score is counted in the message and not judged: its severity still is.",
        fix: "mend the likeliest first",
        example: "[evidence.epss]\npath = \"epss_scores.csv.gz\"\nmax-age = \"7d\"\n\n[security]\n\
                  epss = { fail-above = 0.5, warn-above = 0.1 }\n",
        links: &[("FIRST EPSS", "https://www.first.org/epss/")],
    },
    REQUIRES,
    Measure {
        name: "trend",
        what: "Findings of each severity together with the worse ones, against the baseline.",
        why: "A code base with a hundred findings cannot be held to none. This holds it to no more, severity by severity.",
        how: trend::how!(
            "Each severity is counted with the worse ones, so that a finding that is rated lower is no loss; unknown counts as high."
        ),
        fix: trend::FIX,
        example: "[security]\ntrend = \"improving\"\n\n[baseline]\npath = \"baseline.json\"\n",
        links: LINKS,
    },
];
