//! `portcullis waivers`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::check::PolicyArgs;
use super::{Failure, write};
use crate::evaluate::parse_verdict;
use crate::policy::{Policy, day_count};
use crate::verdict::Verdict;

/// List the waivers of the policy by their end.
///
/// With the verdict of a run it says of each whether it was used; without one only whether it still holds. The last line
/// names the day on which most of them end at once.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The verdict of a run in JSON, as `check -o json=FILE` wrote it.
    #[arg(value_name = "VERDICT")]
    verdict: Option<PathBuf>,
    /// Only those that end within so many days, or have ended.
    #[arg(long, value_name = "DAYS")]
    within: Option<i32>,
    #[command(flatten)]
    policy: PolicyArgs,
}

/// One line of the list.
struct Row {
    id: String,
    status: String,
    days: i32,
    expires: String,
    owner: String,
    what: String,
}

impl Args {
    pub(super) fn run(self) -> Result<u8, Failure> {
        let (policy, now) = self.policy.load(false)?;
        let verdict = self.verdict.as_ref().map(|path| {
            let text = crate::input::read_text(path, super::LARGEST_VERDICT);
            let read = text.and_then(|t| parse_verdict(&t));
            read.map_err(|e| Failure::Plain(format!("{} cannot be used: {e}", path.display())))
        });
        let rows = rows(&policy, verdict.transpose()?.as_ref(), super::day(now), self.within);
        write::stdout(|out| {
            let width = |f: fn(&Row) -> &str| rows.iter().map(|r| f(r).chars().count()).max().unwrap_or(0);
            let (ids, statuses, owners) = (width(|r| &r.id), width(|r| &r.status), width(|r| &r.owner));
            for r in &rows {
                let left = match r.days {
                    -1 => "ended 1 day ago".to_owned(),
                    days if days < 0 => format!("ended {} days ago", -days),
                    0 => "ends today".to_owned(),
                    1 => "1 day left".to_owned(),
                    days => format!("{days} days left"),
                };
                writeln!(
                    out,
                    "{:ids$}  {:statuses$}  {}  {left:18}  {:owners$}  {}",
                    r.id, r.status, r.expires, r.owner, r.what
                )?;
            }
            match cliff(&rows) {
                Some((day, n)) => writeln!(out, "\n{} of {} end on {day}", n, rows.len()),
                None if rows.is_empty() => writeln!(out, "no waiver"),
                None => Ok(()),
            }
        })?;
        Ok(0)
    }
}

fn rows(policy: &Policy, verdict: Option<&Verdict>, today: jiff::civil::Date, within: Option<i32>) -> Vec<Row> {
    let most = i32::try_from(policy.waiver_rules.max_days).unwrap_or(i32::MAX);
    let mut rows: Vec<Row> = policy
        .waivers
        .iter()
        .enumerate()
        .map(|(n, (waiver, _))| {
            let expires = waiver.expires.0;
            let from = waiver.created.map_or(today, |d| d.0);
            let held = match day_count(today, expires) {
                days if days < 0 => "expired",
                // One that was written on a day to come has no effect yet.
                _ if day_count(from, expires) > most || from > today => "beyond-horizon",
                _ => "open",
            };
            let judged = verdict.and_then(|v| {
                let same = |w: &&crate::verdict::WaiverEntry| *w.id == *waiver.id && w.expires == expires.to_string();
                // Two may have the same id and end and differ in what they are narrowed to: a verdict has them in the
                // order of the policy.
                let here = v.waivers.get(n).filter(|w| v.waivers.len() == policy.waivers.len() && same(w));
                here.or_else(|| v.waivers.iter().find(same)).map(|w| w.status.to_string())
            });
            let narrow = [waiver.gate.as_deref(), waiver.package.as_deref(), waiver.version.as_deref()];
            let narrow: Vec<&str> = narrow.into_iter().flatten().collect();
            let narrow = if narrow.is_empty() { String::new() } else { format!("{}: ", narrow.join(" ")) };
            Row {
                id: waiver.id.clone(),
                status: judged.filter(|_| held == "open").unwrap_or_else(|| held.to_owned()),
                days: day_count(today, expires),
                expires: expires.to_string(),
                owner: waiver.owner.clone(),
                what: format!("{narrow}{}", waiver.reason),
            }
        })
        .filter(|row| within.is_none_or(|days| row.days <= days))
        .collect();
    rows.sort_by(|a, b| (a.days, &a.id).cmp(&(b.days, &b.id)));
    rows
}

/// The day to come on which most end at once, if that is more than one.
fn cliff(rows: &[Row]) -> Option<(&str, usize)> {
    let mut days: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows.iter().filter(|r| r.days >= 0) {
        *days.entry(&row.expires).or_default() += 1;
    }
    let most = days.values().copied().max().filter(|n| *n > 1)?;
    days.into_iter().find(|(_, n)| *n == most)
}
