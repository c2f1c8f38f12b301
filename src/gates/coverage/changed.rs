//! Coverage of changed lines: what of a diff the reports count, and what they do not know.

use std::collections::BTreeSet;

use super::Coverage;
use crate::diff::{ChangedFile, Diff};
use crate::facts::{FileCoverage, LineSet, Ratio};
use crate::gates::{Checks, Covered, Draft, Noun, Subject, Value, ending};
use crate::input::size;
use crate::text::Text;
use crate::units::{Floor, Level, Percent};
use crate::verdict::{Place, Violation};

/// Of so many changed files another path is looked for in the reports.
const MOST_COMPARED: usize = 100;

/// Draws up the checks of a scope of changed lines.
pub(super) fn check(gate: &Coverage, subject: &Subject<'_>, diff: &Diff, checks: &mut Checks) {
    let found = subject.coverage();
    let level = gate.unmeasured.unwrap_or(Level::Warn);
    let change = match &found {
        None => Err("no coverage report was read".to_owned()),
        Some(Covered { doubt: Some(why), .. }) => Err(why.clone()),
        Some(Covered { has_totals: true, .. }) => {
            Err("a report states figures of files without their lines: which changed lines are covered is not known; \
                 hand in the full report"
                .to_owned())
        }
        Some(covered) => Change::of(diff, covered, subject),
    };
    let least = gate.min_lines.unwrap_or_default();
    if let Some(floor) = gate.lines {
        checks.add(draft("lines", "line", floor, change.as_ref().map(|c| c.lines(floor, level, least))));
    }
    if let Some(floor) = gate.branches {
        let figures = change.as_ref().map(|c| match c.covered.sum.has_branches {
            true => c.branches(floor, level, least),
            false => c.unknown("not every report measures branches", floor),
        });
        checks.add(draft("branches", "branch", floor, figures));
    }
    checks.add(unmeasured(level, change.as_ref()));
}

/// A value with what breaks it, and how much was looked at.
type Figures = (Value, Vec<Violation>, Option<u64>);

fn draft(name: &str, one: &str, floor: Floor<Percent>, figures: Result<Figures, &String>) -> Draft {
    let noun = Noun::with_plural(format!("changed {one}"), format!("changed {name}"));
    match figures {
        Err(why) => Draft::new(name, noun, Value::Unknown { why: why.clone(), grave: floor.fail.is_some() }),
        Ok((value, gaps, subjects)) => Draft { subjects, ..Draft::new(name, noun, value).with(gaps) },
    }
}

/// The changed files of a scope by what the reports know of them.
struct Change<'a> {
    covered: &'a Covered,
    /// What the names of files in the reports end in.
    endings: BTreeSet<&'a str>,
    measured: Vec<(&'a Text, &'a FileCoverage, &'a LineSet)>,
    /// Files of a kind that the reports cover, and that none mentions.
    unmeasured: Vec<(&'a Text, &'a ChangedFile)>,
    /// Files of other kinds.
    others: u64,
}

impl<'a> Change<'a> {
    fn of(diff: &'a Diff, covered: &'a Covered, subject: &Subject<'_>) -> Result<Self, String> {
        let endings: BTreeSet<&str> = covered.names.iter().map(|n| ending(n)).collect();
        let mut out = Change { covered, endings, measured: Vec::new(), unmeasured: Vec::new(), others: 0 };
        for (path, file) in diff.files.iter().filter(|(path, f)| f.is_new() && (subject.path)(path)) {
            match covered.sum.files.get(path) {
                Some(_) if file.binary => {
                    return Err(format!(
                        "the diff calls {path} binary, or a filter of git (LFS) keeps it with other lines, so its changed lines \
                         are not known: make it with `git diff --text`, or keep the file as it is"
                    ));
                }
                Some(known) => out.measured.push((path, known, &file.lines)),
                None if out.endings.contains(ending(path)) => out.unmeasured.push((path, file)),
                None => out.others += 1,
            }
        }
        Ok(out)
    }

    fn lines(&self, floor: Floor<Percent>, level: Level, least: u64) -> Figures {
        let files: Vec<(&Text, Vec<(u32, bool)>)> =
            self.measured.iter().map(|(path, known, set)| (*path, known.lines_among(set))).collect();
        let count = |of: &dyn Fn(&(u32, bool)) -> bool| {
            crate::input::total(files.iter().map(|(_, lines)| size(lines.iter().filter(|l| of(l)).count())))
        };
        let ratio = Ratio { covered: count(&|(_, hit)| *hit), total: count(&|_| true) };
        if let Some(none) = self.nothing(floor, level, ratio.total, least) {
            return none;
        }
        let gap = |(path, lines): &(&Text, Vec<(u32, bool)>)| {
            let open: LineSet = lines.iter().filter(|(_, hit)| !hit).map(|(line, _)| *line).collect();
            let word = if open.count() == 1 { "line" } else { "lines" };
            let words = format!("{word} {open} not covered ({} of {} changed)", open.count(), lines.len());
            violation(path, &open, open.count(), words)
        };
        (Value::Share(ratio, floor), sorted(files.iter().filter_map(gap)), Some(ratio.total))
    }

    fn branches(&self, floor: Floor<Percent>, level: Level, least: u64) -> Figures {
        let lines = crate::input::total(self.measured.iter().map(|(_, known, set)| size(known.lines_among(set).len())));
        if let Some(none) = self.nothing(floor, level, lines, least) {
            return none;
        }
        let of = |(_, known, set): &(&Text, &FileCoverage, &LineSet)| known.branches_among(set);
        let ratio = self.measured.iter().map(of).fold(Ratio::default(), |mut sum, one| {
            sum.add(one);
            sum
        });
        if ratio.total == 0 {
            return (Value::Unlimited("no branch starts on a changed line".into()), Vec::new(), None);
        }
        let gap = |one: &(&Text, &FileCoverage, &LineSet)| {
            let (path, known, set) = one;
            let (ratio, open) = (of(one), known.open_branches_among(set));
            let gone = ratio.total.saturating_sub(ratio.covered);
            let word = if open.count() == 1 { "line" } else { "lines" };
            violation(path, &open, gone, format!("{gone} of {} branches not taken, on {word} {open}", ratio.total))
        };
        (Value::Share(ratio, floor), sorted(self.measured.iter().filter_map(gap)), Some(ratio.total))
    }

    /// Why there is no figure: a change that holds nothing to judge is skipped, one that no report knows is not.
    fn nothing(&self, floor: Floor<Percent>, level: Level, counted: u64, least: u64) -> Option<Figures> {
        let skipped = |why: String| Some((Value::Unlimited(why), Vec::new(), None));
        if self.measured.is_empty() {
            return match self.unmeasured.first() {
                None => skipped(self.others_only()),
                Some((first, _)) => match self.strangers(first, level) {
                    Some(why) => Some(self.unknown(&why, floor)),
                    None => skipped(format!(
                        "{} mentioned by a report, which the policy allows",
                        none_of(size(self.unmeasured.len()))
                    )),
                },
            };
        }
        if counted == 0 {
            let lines = crate::input::total(self.measured.iter().map(|(.., set)| set.count()));
            return skipped(format!("no report counts any of the changed lines ({lines}): there is nothing to cover"));
        }
        let verb = if counted == 1 { "line is" } else { "lines are" };
        match counted < least {
            true => skipped(format!(
                "only {counted} changed {verb} counted by a report, {least} are needed for this to be judged"
            )),
            false => None,
        }
    }

    fn unknown(&self, why: &str, floor: Floor<Percent>) -> Figures {
        (Value::Unknown { why: why.to_owned(), grave: floor.fail.is_some() }, Vec::new(), None)
    }

    /// None of the changed files is in a report: mostly the two write paths differently. Where the policy allows what
    /// is not measured, only that speaks against it.
    fn strangers(&self, first: &Text, level: Level) -> Option<String> {
        let tail = |short: &str, long: &str| long.strip_suffix(short).is_some_and(|front| front.ends_with('/'));
        let alike = self.unmeasured.iter().take(MOST_COMPARED).find_map(|(path, _)| {
            let twin = self.covered.names.iter().find(|n| tail(n, path) || tail(path, n))?;
            Some((*path, twin))
        });
        let n = size(self.unmeasured.len());
        let both = |ours: &Text, theirs: &Text| {
            format!("{} in a coverage report: the diff says {ours}, the reports say {theirs}", none_of(n))
        };
        match (alike, level) {
            (Some((ours, theirs)), _) => {
                Some(format!("{}; `base` or `strip` on the evidence brings them together", both(ours, theirs)))
            }
            (None, Level::Allow) => None,
            (None, _) => Some(format!(
                "{}; what is never measured can be left out by `paths`, or by `unmeasured = \"allow\"`",
                both(first, self.covered.names.first().unwrap_or(first))
            )),
        }
    }

    fn others_only(&self) -> String {
        let kinds: Vec<String> = self.endings.iter().map(|e| format!(".{e}")).collect();
        format!("{} of a kind that the reports cover ({})", none_of(self.others), kinds.join(", "))
    }
}

/// What no report mentions, of the kinds that the reports cover.
fn unmeasured(level: Level, change: Result<&Change<'_>, &String>) -> Draft {
    let noun = Noun::with_plural("changed file that no report mentions", "changed files that no report mentions");
    let draft = |value| Draft::new("unmeasured", noun, value);
    match change {
        Err(why) => draft(Value::Unknown { why: why.clone(), grave: level == Level::Fail }),
        Ok(change) if change.measured.is_empty() && change.unmeasured.is_empty() => {
            draft(Value::Unlimited(change.others_only()))
        }
        Ok(change) => {
            let one = |(path, file): &(&Text, &ChangedFile)| {
                let words = match file.binary {
                    true => "no report mentions it".to_owned(),
                    false => format!("no report mentions it; changed lines: {}", file.lines),
                };
                let mut out = Violation::new(path, words);
                out.location = Some(Place { path: (*path).clone(), line: file.lines.iter().next() });
                out
            };
            let looked_at = size(change.measured.len()).saturating_add(size(change.unmeasured.len()));
            let list = change.unmeasured.iter().map(one).collect();
            draft(Value::AtMost(0, level.ceiling())).over(looked_at).with(list)
        }
    }
}

fn none_of(n: u64) -> String {
    if n == 1 { "the changed file is not".into() } else { format!("none of the {n} changed files is") }
}

/// A file with so much that is not covered, at its first such line.
fn violation(path: &Text, open: &LineSet, weight: u64, words: String) -> Option<(u64, Violation)> {
    let first = open.iter().next()?;
    let mut out = Violation::new(path, words);
    out.location = Some(Place { path: path.clone(), line: Some(first) });
    Some((weight, out))
}

/// The largest gaps first.
fn sorted(gaps: impl Iterator<Item = (u64, Violation)>) -> Vec<Violation> {
    let mut gaps: Vec<(u64, Violation)> = gaps.collect();
    gaps.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.id.cmp(&b.1.id)));
    gaps.into_iter().map(|(_, gap)| gap).collect()
}
