//! Gates of a starter policy: thresholds that hold for what was found, or good ones where nothing was.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::collect::Evidence;
use crate::facts::{
    Coverage, Declared, DependencyIssue, Facts, FileCoverage, Kind, Lint, LintLevel, Outcome, TestRun, parse_expression,
};

/// A gate whose thresholds hold for what was found; empty for a kind that no gate judges by itself.
pub(super) fn of_found(kind: Kind, found: &[Evidence]) -> String {
    let facts: Vec<&Facts> = found.iter().filter_map(|e| e.report.as_ref()).map(|r| &r.facts).collect();
    match kind {
        Kind::Coverage => coverage(&facts),
        Kind::Tests => {
            let total = crate::input::total(facts.iter().filter_map(|f| f.tests.as_ref()).map(TestRun::total));
            tests(&format!("{total}"))
        }
        Kind::Findings => security(found, &facts),
        Kind::Dependencies => dependencies(&facts),
        Kind::Licenses => licenses(&facts),
        Kind::Lints => lints(&facts),
        Kind::Timings => timings(&facts),
        Kind::Steps => steps(&facts),
        // These are no subject of a gate by themselves: `[security]` takes them.
        Kind::Exploited | Kind::Epss | Kind::Vex | Kind::Lockfile | Kind::Advisories => String::new(),
    }
}

/// A gate for a report that is yet to be made.
pub(super) fn of_planned(kind: Kind, format: &str) -> String {
    match (kind, format) {
        (Kind::Coverage, _) => {
            "\n[coverage]\nlines = { warn-below = 80 }         # today's share is not known yet: make it a number once it is\n".into()
        }
        (Kind::Tests, _) => tests("1"),
        (Kind::Findings, tool) => {
            let gate = format!("{SECURITY}requires = [{}]\n", quoted(tool));
            let rust = tool == "cargo-audit";
            let also = "\n[dependencies]\nvulnerable = \"fail\"\nunmaintained = \"warn\"\nunsound = \"warn\"\nyanked = \"warn\"\n";
            if rust { gate + also } else { gate }
        }
        (Kind::Licenses, _) => {
            let lines: Vec<String> =
                PERMISSIVE.chunks(7).map(|c| c.iter().map(|n| quoted(n)).collect::<Vec<_>>().join(", ")).collect();
            format!("\n[licenses]                          # the permissive licences that crates.io is made of\nallow = [\n  {},\n]\n", lines.join(",\n  "))
        }
        (Kind::Lints, _) => "\n[lints]\nerrors = 0\nwarnings = 0\n".into(),
        _ => String::new(),
    }
}

/// The licences of [`crate::policy::BUILTIN`]'s `rust`.
const PERMISSIVE: [&str; 14] = [
    "MIT",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "0BSD",
    "BSL-1.0",
    "CC0-1.0",
    "MIT-0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
];

const SECURITY: &str = "\n[security]\ncritical = 0\nhigh = 0                            # findings without a stated severity count as high\nmedium = { warn-above = 0 }\n";

pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn coverage(facts: &[&Facts]) -> String {
    let mut sum = Coverage::default();
    facts.iter().filter_map(|f| f.coverage.as_ref()).for_each(|c| sum.join(c));
    let lines = sum.sum(FileCoverage::line_ratio);
    let whole = lines.covered.saturating_mul(100).checked_div(lines.total).unwrap_or_default();
    format!("\n[coverage]\nlines = {whole:<27} # {} of {} today\n", lines.covered, lines.total)
}

fn tests(total: &str) -> String {
    let floor = format!("total = {{ fail-below = {total} }}");
    format!(
        "\n[tests]\nfailed = 0\nflaky = {{ warn-above = 0 }}\n{floor:<35} # a suite that shrank is not a suite that passed\n"
    )
}

fn security(found: &[Evidence], facts: &[&Facts]) -> String {
    // A name is asked for once, however its reports spell it.
    let tools: BTreeMap<String, String> = found
        .iter()
        .filter(|e| e.kinds().contains(&Kind::Findings))
        .filter_map(|e| e.report.as_ref())
        .flat_map(|r| r.tools.iter().map(|t| (t.to_ascii_lowercase(), quoted(t))))
        .collect();
    let tools: Vec<String> = tools.into_values().collect();
    let mut out = format!("{SECURITY}requires = [{}]\n", tools.join(", "));
    if facts.iter().any(|f| f.exploited.is_some()) {
        out.push_str("known-exploited = 0\n");
    }
    if facts.iter().any(|f| f.epss.is_some()) {
        out.push_str("epss = { warn-above = 0.5 }         # the probability of exploitation within 30 days\n");
    }
    out
}

fn dependencies(facts: &[&Facts]) -> String {
    let spoken = |issue: &&DependencyIssue| {
        facts.iter().any(|f| f.dependencies.as_ref().is_some_and(|d| d.of(**issue).is_some()))
    };
    let grave = |name: &str| matches!(name, "vulnerable" | "banned" | "source");
    let line = |issue: &DependencyIssue| {
        let name = issue.name();
        format!("{name} = \"{}\"\n", if grave(name) { "fail" } else { "warn" })
    };
    let lines: String = DependencyIssue::ALL.iter().filter(spoken).map(line).collect();
    format!("\n[dependencies]\n{lines}")
}

fn licenses(facts: &[&Facts]) -> String {
    let mut allow = BTreeSet::new();
    for package in facts.iter().filter_map(|f| f.licenses.as_ref()).flat_map(|l| &l.packages) {
        if let Declared::Words(words) = &package.declared
            && let Some(expression) = parse_expression(words)
        {
            allow.extend(expression.requirements().map(|r| quoted(&r.req.to_string())));
        }
    }
    let list: Vec<String> = allow.into_iter().collect();
    if list.is_empty() {
        return "\n[licenses]                          # no licence could be read: name those that you allow\nallow = []\n".into();
    }
    format!(
        "\n[licenses]\nallow = [                           # every licence in use today: take out what you do not want\n  {},\n]\n",
        list.join(",\n  ")
    )
}

fn lints(facts: &[&Facts]) -> String {
    let list: BTreeSet<&Lint> = facts.iter().filter_map(|f| f.lints.as_ref()).flat_map(|l| &l.list).collect();
    let today = list.iter().filter(|l| l.level == LintLevel::Warning).count();
    let mut out = String::from("\n[lints]\nerrors = 0\n");
    let _ = match today {
        0 => writeln!(out, "warnings = 0"),
        n => writeln!(out, "warnings = {n:<24} # today's; `portcullis ratchet --write` takes it down as they go"),
    };
    out
}

fn timings(facts: &[&Facts]) -> String {
    let entries = facts.iter().filter_map(|f| f.timings.as_ref()).flat_map(|t| &t.list);
    let mut longest: BTreeMap<&str, f64> = BTreeMap::new();
    for entry in entries {
        let known = longest.entry(&*entry.name).or_default();
        *known = known.max(entry.seconds);
    }
    let limit = |(name, seconds): (&&str, &f64)| format!("{} = \"{}\"", quoted(name), twice(*seconds));
    let list: Vec<String> = longest.iter().map(limit).collect();
    format!("\n[timings]                           # twice what each took\nlimits = {{ {} }}\n", list.join(", "))
}

fn steps(facts: &[&Facts]) -> String {
    let steps = facts.iter().filter_map(|f| f.steps.as_ref()).flat_map(|s| &s.list);
    let names: BTreeSet<String> = steps.filter(|s| s.outcome == Outcome::Success).map(|s| quoted(&s.name)).collect();
    let list: Vec<String> = names.into_iter().collect();
    format!("\n[steps]\nrequired = [{}]\n", list.join(", "))
}

/// Twice a duration, rounded up, as a limit is written.
fn twice(seconds: f64) -> String {
    let double = seconds * 2.0;
    match double {
        d if d >= 60.0 => format!("{}m", (d / 60.0).ceil()),
        d if d >= 1.0 => format!("{}s", d.ceil()),
        d if d >= 1e-3 => format!("{}ms", (d * 1e3).ceil()),
        d if d >= 1e-6 => format!("{}us", (d * 1e6).ceil()),
        d => format!("{}ns", (d * 1e9).ceil().max(1.0)),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_licences_are_those_of_the_built_in_policy() {
        let rust: toml::Table = toml::from_str(crate::policy::builtin("rust").unwrap()).unwrap();
        let allow: Vec<&str> =
            rust["licenses"]["allow"].as_array().unwrap().iter().filter_map(|v| v.as_str()).collect();
        assert_eq!(allow, super::PERMISSIVE);
    }
}
