//! `portcullis policy simulate`: which earlier runs another policy would have ended otherwise.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::super::judge::judge;
use super::super::progress::Progress;
use super::super::{Failure, LARGEST_VERDICT, clock, day, write};
use crate::collect::{self, Given, Limits};
use crate::diff::DiffState;
use crate::evaluate::{BaselineState, Context, Simulated, parse_verdict, simulate};
use crate::policy::{self, Policy};
use crate::text::Text;
use crate::verdict::{EvidenceStatus, Status, Verdict};

/// Hold earlier runs to another policy, and say which of them would have ended otherwise.
///
/// RUN is a verdict in JSON, or a folder of them. Where the reports of a verdict still lie beside it (the same paths and
/// digests), they are judged anew; else the figures that the verdict holds are compared. With --against, a folder that
/// holds no verdict is a set of reports that both policies judge. What cannot be told is said. The exit code is 0 if
/// every run would have ended as it did, 1 if one would not, or it cannot be told.
#[derive(Debug, clap::Args)]
pub(in super::super) struct Args {
    /// The policy that is proposed, or builtin:NAME.
    #[arg(value_name = "POLICY")]
    policy: String,
    /// Verdicts, or folders of them.
    #[arg(value_name = "RUN", required = true)]
    runs: Vec<PathBuf>,
    /// The policy that holds today, for folders of reports without a verdict.
    #[arg(long, value_name = "POLICY")]
    against: Option<String>,
    /// Lay [profile.NAME] over the policy.
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// The clock for folders of reports, RFC 3339; a verdict states its own.
    #[arg(long, value_name = "TIME")]
    now: Option<Timestamp>,
}

/// One earlier run, and how it would have ended.
struct Run {
    path: PathBuf,
    /// Commit and time, where a verdict states them.
    about: String,
    before: Status,
    simulated: Simulated,
}

impl Args {
    pub(super) fn run(self) -> Result<u8, Failure> {
        let (mut runs, mut strangers) = (Vec::new(), 0);
        for path in &self.runs {
            self.gather(path, &mut runs, &mut strangers)?;
        }
        if runs.is_empty() {
            return Err(Failure::Helped {
                message: "no earlier run was found: there is no verdict in JSON".into(),
                help: "`portcullis check -o json=verdict.json` writes one; with --against POLICY a folder of reports will do"
                    .into(),
            });
        }
        let moved = runs.iter().filter(|r| r.simulated.verdict.is_some_and(|v| v != r.before)).count();
        let untold = runs.iter().filter(|r| r.simulated.verdict.is_none()).count();
        write::stdout(|out| {
            for run in &runs {
                run.lines().iter().try_for_each(|line| writeln!(out, "{line}"))?;
            }
            let same = runs.len() - moved - untold;
            let also = if strangers > 0 { format!("; {strangers} files are no verdict") } else { String::new() };
            let n = runs.len();
            let noun = if n == 1 { "run" } else { "runs" };
            writeln!(
                out,
                "{}: {n} {noun}: {moved} would end otherwise, {same} as they did, {untold} cannot be told{also}",
                self.policy
            )
        })?;
        Ok(u8::from(moved + untold > 0))
    }

    /// Every run at a path.
    fn gather(&self, path: &Path, runs: &mut Vec<Run>, strangers: &mut usize) -> Result<(), Failure> {
        if path.is_file() {
            let verdict = crate::input::read_text(path, LARGEST_VERDICT).and_then(|text| parse_verdict(&text));
            let verdict = verdict.map_err(|e| Failure::Plain(format!("{}: {e}", path.display())))?;
            runs.push(self.of_verdict(path, &verdict)?);
            return Ok(());
        }
        let files = files_below(path).map_err(|e| Failure::Plain(format!("{} cannot be read: {e}", path.display())))?;
        let held = runs.len();
        for file in files.iter().filter(|f| f.extension().is_some_and(|e| e == "json")) {
            let verdict =
                crate::input::read_text(file, LARGEST_VERDICT).ok().and_then(|text| parse_verdict(&text).ok());
            match verdict {
                Some(verdict) => runs.push(self.of_verdict(file, &verdict)?),
                None => *strangers += 1,
            }
        }
        match &self.against {
            Some(against) if runs.len() == held => self.sets(path, against, runs),
            _ => Ok(()),
        }
    }

    fn of_verdict(&self, path: &Path, verdict: &Verdict) -> Result<Run, Failure> {
        let wrong = |e: String| Failure::Plain(format!("{}: {e}", path.display()));
        let now: Timestamp =
            verdict.evaluated_at.parse().map_err(|_| wrong(format!("{:?} is no time", verdict.evaluated_at)))?;
        let policy = self.load(&self.policy, now)?;
        let root = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let simulated = match beside(verdict, root) {
            Some(given) => anew(&policy, verdict, given, root, now),
            None => simulate(&policy, verdict).map_err(wrong)?,
        };
        let commit = verdict.subject.commit.as_deref().map(|c| format!("{}, ", c.get(..12).unwrap_or(c)));
        let about = format!("{}{}", commit.unwrap_or_default(), verdict.evaluated_at);
        Ok(Run { path: path.to_owned(), about, before: verdict.verdict, simulated })
    }

    /// The folders of reports below a path, or the path itself: each judged by both policies.
    fn sets(&self, path: &Path, against: &str, runs: &mut Vec<Run>) -> Result<(), Failure> {
        let now = clock(self.now)?;
        let (old, new) = (self.load(against, now)?, self.load(&self.policy, now)?);
        let mut folders: Vec<PathBuf> = std::fs::read_dir(path)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|p| p.is_dir())
            .collect();
        folders.sort();
        if folders.is_empty() {
            folders.push(path.to_owned());
        }
        for folder in folders {
            let given = || vec![Given { name: None, path: folder.clone() }];
            let before = judged(&old, given(), &folder, now, None);
            let simulated = anew(&new, &before, given(), &folder, now);
            runs.push(Run { path: folder, about: "both judged now".into(), before: before.verdict, simulated });
        }
        Ok(())
    }

    fn load(&self, path: &str, now: Timestamp) -> Result<Policy, Failure> {
        let file = policy::open(path).map_err(|e| Failure::Policy(vec![e]))?;
        Policy::load(file, self.profile.as_deref(), day(now)).map_err(Failure::Policy)
    }
}

impl Run {
    fn lines(&self) -> Vec<String> {
        let before = self.before.name();
        let after = self.simulated.verdict.map_or("?", Status::name);
        let ends = if before == after { before.to_owned() } else { format!("{before} -> {after}") };
        let mut lines = vec![format!("{ends:14}  {} ({})", Text::new(&self.path.to_string_lossy()), self.about)];
        for (id, before, after) in &self.simulated.moved {
            let before = before.map_or("not there", Status::name);
            lines.push(format!("    {id}: {before} -> {}", after.name()));
        }
        lines.extend(self.simulated.untold.iter().map(|id| format!("    {id}: the verdict holds no figure for it")));
        lines
    }
}

/// Every file below a folder, in order. Links are not followed.
fn files_below(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next)? {
            let entry = entry?;
            match entry.file_type()? {
                kind if kind.is_dir() => folders.push(entry.path()),
                kind if kind.is_file() => files.push(entry.path()),
                _ => {}
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The reports of a verdict, if all of them still lie there as they were.
fn beside(verdict: &Verdict, root: &Path) -> Option<Vec<Given>> {
    let read: Vec<_> = verdict.evidence.iter().filter(|e| e.status == EvidenceStatus::Read).collect();
    let given = |e: &&crate::verdict::EvidenceEntry| {
        let path = root.join(&*e.path);
        path.is_file().then(|| Given { name: e.name.as_deref().map(str::to_owned), path })
    };
    let given: Vec<Given> = read.iter().map(given).collect::<Option<_>>()?;
    let slots = collect::plan(&given, &BTreeMap::new(), root);
    let found = collect::read_all(&slots, Limits::default(), root);
    let digests: BTreeSet<&str> = found.iter().filter_map(|e| Some(&*e.digested.as_ref()?.sha256)).collect();
    let same = |e: &&&crate::verdict::EvidenceEntry| e.sha256.as_deref().is_some_and(|d| digests.contains(d));
    (!read.is_empty() && read.iter().filter(same).count() == read.len()).then_some(given)
}

/// What a policy looks at below a folder: what it names, else all that is given.
fn looked_at(policy: &Policy, given: Vec<Given>) -> Vec<Given> {
    if policy.evidence.is_empty() { given } else { Vec::new() }
}

/// As the `earlier` run did, on the same subject and of the same gates.
fn judged(policy: &Policy, given: Vec<Given>, root: &Path, now: Timestamp, earlier: Option<&Verdict>) -> Verdict {
    let subject = earlier.map(|v| v.subject.clone()).unwrap_or_default();
    let only = earlier.and_then(|v| v.selection.as_ref()).map(|gates| gates.iter().map(ToString::to_string).collect());
    let (baseline, diff) = (BaselineState::None, DiffState::None);
    let context = Context { now, subject, baseline, diff, only };
    judge(policy, &looked_at(policy, given), root, Limits::default(), &context, &Progress::none())
}

/// The reports of an earlier run, judged by another policy.
fn anew(policy: &Policy, earlier: &Verdict, given: Vec<Given>, root: &Path, now: Timestamp) -> Simulated {
    let verdict = judged(policy, given, root, now, Some(earlier));
    let before = |id: &str| earlier.checks.iter().find(|c| &*c.id == id).map(|c| c.status);
    let moved = verdict.checks.iter().filter_map(|check| {
        let before = before(&check.id);
        (before != Some(check.status)).then(|| (check.id.to_string(), before, check.status))
    });
    Simulated { verdict: Some(verdict.verdict), moved: moved.collect(), untold: Vec::new() }
}
