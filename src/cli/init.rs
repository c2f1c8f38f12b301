//! `portcullis init`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::{Failure, write};
use crate::collect::{self, Evidence, Given, Limits};
use crate::facts::{Declared, FileCoverage, Kind, Outcome, Report, parse_expression};
use crate::policy;

/// Write a starter policy for what is found here.
///
/// Every report below the folder becomes named evidence, and every kind of fact a gate with thresholds that hold today.
/// Read it, tighten it, and commit it.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where reports are looked for.
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// Where the policy goes; `-` is stdout.
    #[arg(short, long, value_name = "FILE", default_value = "portcullis.toml")]
    output: PathBuf,
    /// Replace a policy that is there.
    #[arg(long)]
    force: bool,
    /// List the built-in policies instead.
    #[arg(long, conflicts_with_all = ["builtin", "force"])]
    list: bool,
    /// Write a built-in policy instead of looking around.
    #[arg(long, value_name = "NAME")]
    builtin: Option<String>,
}

/// Folders that hold no report of this project.
const SKIPPED: [&str; 5] = [".git", "node_modules", "vendor", ".venv", "deps"];
/// What a report's name ends with. Only `init` looks at names; a given file is known by its content.
const ENDINGS: [&str; 15] = [
    ".xml", ".json", ".sarif", ".ndjson", ".jsonl", ".info", ".lcov", ".lock", ".trx", ".tap", ".csv", ".txt", ".out",
    ".html", ".gz",
];

impl Args {
    pub(super) fn run(self) -> Result<u8, Failure> {
        if self.list {
            let first = |text: &str| text.lines().next().unwrap_or_default().trim_start_matches("# ").to_owned();
            let list: String =
                policy::BUILTIN.iter().map(|(name, text)| format!("builtin:{name:<10} {}\n", first(text))).collect();
            write::stdout(|out| write!(out, "{list}"))?;
            return Ok(0);
        }
        let text = match &self.builtin {
            Some(name) => policy::open(&format!("builtin:{name}")).map_err(|e| Failure::Policy(vec![e]))?.text.clone(),
            None => starter(&self.folder),
        };
        if self.output == Path::new("-") {
            write::stdout(|out| write!(out, "{text}"))?;
            return Ok(0);
        }
        if self.output.exists() && !self.force {
            return Err(Failure::Helped {
                message: format!("{} is there already", self.output.display()),
                help: "say --force to replace it, or -o - to see what would be written".into(),
            });
        }
        let failed = |why| Failure::Output { what: self.output.display().to_string(), why };
        write::files::whole(&self.output, text.as_bytes()).map_err(failed)?;
        write::diagnostic(&format!(
            "portcullis: {} written; read it, then run `portcullis check`",
            self.output.display()
        ));
        Ok(0)
    }
}

/// A policy for what lies below `folder`.
fn starter(folder: &Path) -> String {
    let found = look_around(folder);
    if found.is_empty() {
        let text = policy::builtin("minimal").unwrap_or_default();
        return format!(
            "# No report was found here; this is builtin:minimal. Name your reports under [evidence.*].\n{text}"
        );
    }
    let mut out = String::from(
        "# A starter policy by `portcullis init` for the reports found here: coverage and the number of tests are today's,\n\
         # the rest is what most teams want. Read it, tighten it, commit it.\n\
         version = 1\n",
    );
    let mut names = BTreeSet::new();
    for evidence in &found {
        let name = unique(&evidence.path, &mut names);
        let format = evidence.format.map_or("", |f| f.name);
        let _ = write!(out, "\n[evidence.{name}]\npath = {}\nformat = \"{format}\"\n", quoted(&evidence.path));
    }
    let kinds: BTreeSet<Kind> = found.iter().flat_map(Evidence::kinds).collect();
    for kind in kinds {
        gate(kind, &found, &mut out);
    }
    out.push_str("\n[waivers]\nmax-days = 180\nwarn-days = 14\nunused = \"warn\"\n");
    out
}

/// The reports below a folder, by path relative to it.
fn look_around(folder: &Path) -> Vec<Evidence> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        if crate::input::is_database(&next) {
            files.push(next.clone());
        }
        for entry in std::fs::read_dir(&next).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && !SKIPPED.contains(&name.as_str()) => folders.push(entry.path()),
                Ok(kind) if kind.is_file() && ENDINGS.iter().any(|e| name.ends_with(e)) => files.push(entry.path()),
                _ => {}
            }
        }
        if files.len() > 10_000 {
            break;
        }
    }
    files.sort();
    let given: Vec<Given> = files.into_iter().map(|path| Given { name: None, path }).collect();
    let mut slots = collect::plan(&given, &BTreeMap::new(), folder);
    slots.iter_mut().for_each(|s| s.explicit = false);
    let mut found = collect::read_all(&slots, Limits::default(), folder);
    // A lock file by itself is evidence of nothing.
    let says = |r: &Report| r.facts.lockfile.is_none() || r.facts.findings.is_some();
    found.retain(|e| e.report.as_ref().is_some_and(says) && !e.repeated);
    let prefix = crate::facts::normal_path(&folder.to_string_lossy());
    for evidence in &mut found {
        if let Some(relative) = evidence.path.strip_prefix(&format!("{prefix}/")) {
            evidence.path = relative.to_owned();
        }
    }
    found
}

/// A name for the evidence at a path: its file's stem, its folder where that is taken, then a number.
fn unique(path: &str, taken: &mut BTreeSet<String>) -> String {
    let clean = |part: &str| {
        let stem = part.split('.').next().unwrap_or_default();
        stem.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect::<String>()
    };
    let parts: Vec<String> = path.split('/').map(clean).filter(|p| !p.is_empty()).collect();
    let short = parts.last().cloned().unwrap_or_else(|| "report".into());
    let long = parts.join("-");
    let numbered = (2..).map(|n| format!("{short}-{n}"));
    let candidates = [short.clone(), long].into_iter().chain(numbered);
    let name = candidates.filter(|n| *n != policy::UNNAMED).find(|n| !taken.contains(n)).unwrap_or(short);
    taken.insert(name.clone());
    name
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A gate whose thresholds hold for what was found.
fn gate(kind: Kind, found: &[Evidence], out: &mut String) {
    let facts = || found.iter().filter_map(|e| e.report.as_ref()).map(|r| &r.facts);
    match kind {
        Kind::Coverage => {
            let mut sum = crate::facts::Coverage::default();
            facts().filter_map(|f| f.coverage.as_ref()).for_each(|c| sum.join(c));
            let lines = sum.sum(FileCoverage::line_ratio);
            let whole = lines.covered.saturating_mul(100).checked_div(lines.total).unwrap_or_default();
            let _ = write!(
                out,
                "\n[coverage]\nlines = {whole}                          # {} of {} today\n",
                lines.covered, lines.total
            );
        }
        Kind::Tests => {
            let total = crate::input::total(facts().filter_map(|f| f.tests.as_ref()).map(crate::facts::TestRun::total));
            let _ = write!(
                out,
                "\n[tests]\nfailed = 0\nflaky = {{ warn-above = 0 }}\ntotal = {{ fail-below = {total} }}        # a suite that shrank is not a suite that passed\n"
            );
        }
        Kind::Findings => {
            // A name is asked for once, however its reports spell it.
            let tools: BTreeMap<String, String> = found
                .iter()
                .filter(|e| e.kinds().contains(&Kind::Findings))
                .filter_map(|e| e.report.as_ref())
                .flat_map(|r| r.tools.iter().map(|t| (t.to_ascii_lowercase(), quoted(t))))
                .collect();
            let tools: Vec<String> = tools.into_values().collect();
            let _ = write!(
                out,
                "\n[security]\ncritical = 0\nhigh = 0                            # findings without a stated severity count as high\nmedium = {{ warn-above = 0 }}\nrequires = [{}]\n",
                tools.join(", ")
            );
            if facts().any(|f| f.exploited.is_some()) {
                out.push_str("known-exploited = 0\n");
            }
            if facts().any(|f| f.epss.is_some()) {
                out.push_str("epss = { warn-above = 0.5 }         # the probability of exploitation within 30 days\n");
            }
        }
        Kind::Dependencies => {
            out.push_str("\n[dependencies]\n");
            for issue in crate::facts::DependencyIssue::ALL {
                if facts().any(|f| f.dependencies.as_ref().is_some_and(|d| d.of(issue).is_some())) {
                    let grave = matches!(issue.name(), "vulnerable" | "banned" | "source");
                    let _ = writeln!(out, "{} = \"{}\"", issue.name(), if grave { "fail" } else { "warn" });
                }
            }
        }
        Kind::Licenses => {
            let mut allow = BTreeSet::new();
            for package in facts().filter_map(|f| f.licenses.as_ref()).flat_map(|l| &l.packages) {
                if let Declared::Words(words) = &package.declared
                    && let Some(expression) = parse_expression(words)
                {
                    allow.extend(expression.requirements().map(|r| quoted(&r.req.to_string())));
                }
            }
            let list: Vec<String> = allow.into_iter().collect();
            if list.is_empty() {
                out.push_str("\n[licenses]                          # no licence could be read: name those that you allow\nallow = []\n");
                return;
            }
            let _ = write!(
                out,
                "\n[licenses]\nallow = [                           # every licence in use today: take out what you do not want\n  {},\n]\n",
                list.join(",\n  ")
            );
        }
        Kind::Lints => out.push_str("\n[lints]\nerrors = 0\nwarnings = 0\n"),
        Kind::Timings => {
            let entries = facts().filter_map(|f| f.timings.as_ref()).flat_map(|t| &t.list);
            let mut longest: BTreeMap<&str, f64> = BTreeMap::new();
            for entry in entries {
                let known = longest.entry(&*entry.name).or_default();
                *known = known.max(entry.seconds);
            }
            let limit = |(name, seconds): (&&str, &f64)| format!("{} = \"{}\"", quoted(name), twice(*seconds));
            let list: Vec<String> = longest.iter().map(limit).collect();
            let _ = write!(
                out,
                "\n[timings]                           # twice what each took\nlimits = {{ {} }}\n",
                list.join(", ")
            );
        }
        Kind::Steps => {
            let steps = facts().filter_map(|f| f.steps.as_ref()).flat_map(|s| &s.list);
            let names: BTreeSet<String> =
                steps.filter(|s| s.outcome == Outcome::Success).map(|s| quoted(&s.name)).collect();
            let list: Vec<String> = names.into_iter().collect();
            let _ = write!(out, "\n[steps]\nrequired = [{}]\n", list.join(", "));
        }
        // These are no subject of a gate by themselves: `[security]` takes them.
        Kind::Exploited | Kind::Epss | Kind::Vex | Kind::Lockfile | Kind::Advisories => {}
    }
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
