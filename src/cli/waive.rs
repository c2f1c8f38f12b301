//! `portcullis waive`.

use std::path::{Path, PathBuf};

use toml_edit::{Item, Table, value};

use super::check::PolicyArgs;
use super::{Failure, write};
use crate::policy::{self, Policy, Waiver};

/// Add a waiver to the policy, keeping its comments and order.
///
/// It goes into the file that the policy names as `waivers.file`, or into the policy itself. An exception has a
/// reason, an owner and an end, and it is never a pattern.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The id of what it waives (an advisory, a rule, a test), or an alias of it.
    #[arg(value_name = "ID")]
    id: String,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who answers for it.
    #[arg(long, value_name = "WHO")]
    owner: String,
    /// The last day it holds, in UTC: 2027-02-28.
    #[arg(long, value_name = "DAY")]
    expires: jiff::civil::Date,
    /// Only in this gate.
    #[arg(long, value_name = "GATE")]
    gate: Option<String>,
    /// Only for this package.
    #[arg(long, value_name = "NAME")]
    package: Option<String>,
    /// Only for this version of the package.
    #[arg(long = "package-version", value_name = "VERSION")]
    package_version: Option<String>,
    /// Only in files that match.
    #[arg(long, value_name = "GLOB")]
    path: Option<String>,
    /// Only where this tool says so.
    #[arg(long, value_name = "TOOL")]
    tool: Option<String>,
    /// Where it is discussed.
    #[arg(long, value_name = "URL")]
    issue: Option<String>,
    #[command(flatten)]
    policy: PolicyArgs,
}

impl Args {
    pub(super) fn run(self) -> Result<u8, Failure> {
        let (policy, now) = self.policy.load(false)?;
        let today = super::day(now);
        self.check(&policy, today)?;
        let target = target(&policy)?;
        let before = crate::input::read_text(&target, super::LARGEST_POLICY).map_err(|e| unreadable(&target, &e))?;
        // A table of its own at the end: nothing that is there moves.
        let end = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
        let gap = if before.trim().is_empty() { "" } else { "\n" };
        write::replace(&target, &format!("{before}{end}{gap}[[waiver]]\n{}", self.table(today)))?;
        // What was written must be what a policy takes; else it is as it was.
        if let Err(wrong) = self.policy.load(true) {
            write::replace(&target, &before)?;
            return Err(wrong);
        }
        write::diagnostic(&format!("portcullis: {} is waived until {} in {}", self.id, self.expires, target.display()));
        Ok(0)
    }

    /// Refuses what would have no effect, or is there already.
    fn check(&self, policy: &Policy, today: jiff::civil::Date) -> Result<(), Failure> {
        let refuse = |message: String, help: String| Err(Failure::Helped { message, help });
        let days = policy::day_count(today, self.expires);
        let most = i32::try_from(policy.waiver_rules.max_days).unwrap_or(i32::MAX);
        if days < 0 {
            return refuse(format!("{} is over", self.expires), "name a day that is to come".into());
        }
        if days > most {
            let last = today.checked_add(jiff::Span::new().days(most)).map(|d| d.to_string()).unwrap_or_default();
            return refuse(
                format!("{} is {days} days ahead, and `waivers.max-days` is {most}", self.expires),
                format!("end it by {last}; it can be renewed then, with a reason"),
            );
        }
        let (narrow, same) = (self.narrowing(), |w: &Waiver| narrowing(w) == self.narrowing());
        match policy.waivers.iter().find(|(w, _)| w.id.eq_ignore_ascii_case(&self.id) && same(w)) {
            Some((waiver, origin)) => refuse(
                format!("{} is waived already{}, until {}", self.id, spoken(&narrow), waiver.expires.0),
                format!("change it at {}:{}, so that its history shows", origin.file.path, origin.line()),
            ),
            None => Ok(()),
        }
    }

    fn narrowing(&self) -> [Option<&str>; 5] {
        [&self.gate, &self.package, &self.package_version, &self.path, &self.tool].map(Option::as_deref)
    }

    fn table(&self, today: jiff::civil::Date) -> Table {
        let mut table = Table::new();
        let [gate, package, version, path, tool] = self.narrowing();
        for (key, text) in [
            ("id", Some(&*self.id)),
            ("gate", gate),
            ("package", package),
            ("version", version),
            ("path", path),
            ("tool", tool),
            ("reason", Some(&*self.reason)),
            ("owner", Some(&*self.owner)),
        ] {
            table.extend(text.map(|text| (key, value(text))));
        }
        for (key, day) in [("created", today), ("expires", self.expires)] {
            table.insert(key, date(day));
        }
        table.extend(self.issue.as_deref().map(|url| ("issue", value(url))));
        table
    }
}

fn narrowing(waiver: &Waiver) -> [Option<&str>; 5] {
    let path = waiver.path.as_ref().map(policy::PathGlob::as_str);
    [waiver.gate.as_deref(), waiver.package.as_deref(), waiver.version.as_deref(), path, waiver.tool.as_deref()]
}

fn spoken(narrowing: &[Option<&str>; 5]) -> String {
    let words: Vec<&str> = narrowing.iter().flatten().copied().collect();
    if words.is_empty() { String::new() } else { format!(" ({})", words.join(", ")) }
}

/// A day as TOML writes it, without quotes.
fn date(day: jiff::civil::Date) -> Item {
    let text = day.to_string();
    text.parse::<toml_edit::Datetime>().map_or_else(|_| value(text), value)
}

/// The file that the waiver goes into.
fn target(policy: &Policy) -> Result<PathBuf, Failure> {
    if policy.path.starts_with("builtin:") {
        return Err(Failure::Helped {
            message: format!("{} cannot be changed", policy.path),
            help: "write a policy that extends it: extends = [\"builtin:…\"]".into(),
        });
    }
    let own = Path::new(&policy.path);
    Ok(match &policy.waiver_rules.file {
        Some(file) => own.parent().unwrap_or(Path::new("")).join(file),
        None => own.to_path_buf(),
    })
}

fn unreadable(path: &Path, why: &str) -> Failure {
    Failure::Plain(format!("{} cannot be changed: {why}", path.display()))
}
