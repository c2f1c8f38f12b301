//! `portcullis check`.

mod base;
mod earlier;

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::judge::judge;
use super::progress::Progress;
use super::{Failure, surfaces, write};
use crate::ci::Environment;
use crate::collect::{Given, Limits};
use crate::diff::DiffState;
use crate::evaluate::{self, Base, Context};
use crate::outputs::{Detail, Output};
use crate::policy::{self, Policy};
use crate::subject;
use crate::verdict::{Subject, Verdict};

/// Judge: may this change pass?
///
/// PATH is a report or a folder, searched for reports; NAME=PATH gives evidence a name. With no PATH the paths of the
/// policy's [evidence.*] tables are read, below --root.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Reports, or folders of them.
    #[arg(value_name = "PATH | NAME=PATH", value_parser = super::given())]
    paths: Vec<Given>,
    #[command(flatten)]
    policy: PolicyArgs,
    /// Judge by the policy of the change's base too, and take the stricter result: a revision of git, or a file
    /// (FILE.toml). What the change loosens is listed.
    #[arg(long, value_name = "REV|FILE.toml")]
    policy_base: Option<String>,
    /// What goes to stdout.
    #[arg(short, long, default_value = "text", value_parser = output)]
    format: &'static Output,
    /// Also write format F to PATH; repeatable.
    #[arg(short, long = "output", value_name = "F=PATH", value_parser = output_file)]
    outputs: Vec<(&'static Output, PathBuf)>,
    /// An earlier verdict in JSON to compare with; `none` says that there is none yet.
    #[arg(long, value_name = "FILE|none")]
    baseline: Option<String>,
    /// The change as a unified diff, for scopes of changed lines and evidence that is needed `when-changed`.
    #[arg(long, value_name = "FILE", conflicts_with = "diff_base")]
    diff: Option<PathBuf>,
    /// Ask git for the change instead: the working tree against the merge base of HEAD and REV. Files that git does not
    /// track are no part of it.
    #[arg(long, value_name = "REV")]
    diff_base: Option<String>,
    /// Judge only these gates; the other checks are shown as skipped.
    #[arg(long, value_name = "GATE,...", value_delimiter = ',', value_parser = gate)]
    only: Vec<String>,
    /// The commit under test; else git's, else the CI's.
    #[arg(long, value_name = "SHA")]
    commit: Option<String>,
    /// Where evidence paths start.
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
    /// The CI in which the verdict is shown too (summary, annotations, outputs); else it is told by its environment. It
    /// changes no verdict.
    #[arg(long, value_name = "NAME|none", value_parser = surfaces::choice)]
    ci: Option<surfaces::Choice>,
    /// Say less: only what does not pass, and the verdict.
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Say more: the notes on every report too.
    #[arg(short, long)]
    verbose: bool,
    #[command(flatten)]
    limits: LimitArgs,
}

const EXAMPLES: &str = "\
Examples:
  portcullis check                                   the policy's own evidence
  portcullis check reports/                          every report in a folder
  portcullis check unit=cov.xml -f markdown          one report by name, as Markdown
  portcullis check --diff-base origin/main           scopes of changed lines too
  portcullis check -o json=verdict.json -o markdown=summary.md";

/// Which policy holds.
#[derive(Debug, clap::Args)]
pub(super) struct PolicyArgs {
    /// The policy, or builtin:NAME; else portcullis.toml, .portcullis.toml or .config/portcullis.toml, here or in a
    /// folder above, up to the one with .git.
    #[arg(short, long = "policy", value_name = "FILE", env = "PORTCULLIS_POLICY")]
    policy: Option<String>,
    /// Lay [profile.NAME] over the policy.
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// The clock, RFC 3339; else SOURCE_DATE_EPOCH, else the system's.
    #[arg(long, value_name = "TIME")]
    now: Option<Timestamp>,
}

/// How much may be read.
#[derive(Debug, clap::Args)]
pub(super) struct LimitArgs {
    /// The largest report that is read, in MiB.
    #[arg(long, value_name = "MIB", default_value = "256", value_parser = super::mebibytes)]
    max_file_size: u64,
    /// The most that all reports may hold together, in MiB.
    #[arg(long, value_name = "MIB", default_value = "1024", value_parser = super::mebibytes)]
    max_total_size: u64,
}

impl LimitArgs {
    pub(super) fn limits(&self) -> Limits {
        Limits { file: self.max_file_size, total: self.max_total_size }
    }
}

impl PolicyArgs {
    /// Reads the policy. Which file that is, is said on stderr where nobody named it.
    pub(super) fn load(&self, quiet: bool) -> Result<(Policy, Timestamp), Failure> {
        let now = super::clock(self.now)?;
        let path = match &self.policy {
            Some(path) => path.clone(),
            None => {
                let here = std::env::current_dir().map_err(|e| Failure::Plain(e.to_string()))?;
                let found = policy::find(&here).ok_or_else(|| no_policy(&here))?;
                let found = found.strip_prefix(&here).map(Path::to_path_buf).unwrap_or(found);
                if !quiet {
                    write::diagnostic(&format!("portcullis: policy {}", found.display()));
                }
                found.to_string_lossy().into_owned()
            }
        };
        let file = policy::open(&path).map_err(|e| Failure::Policy(vec![e]))?;
        let policy = Policy::load(file, self.profile.as_deref(), super::day(now)).map_err(Failure::Policy)?;
        Ok((policy, now))
    }
}

/// What is said where no policy is found; one that lies a folder below may be meant.
fn no_policy(here: &Path) -> Failure {
    let folders = std::fs::read_dir(here).into_iter().flatten().flatten().map(|e| e.file_name());
    let mut below: Vec<PathBuf> = folders
        .flat_map(|folder| policy::NAMES.map(|name| Path::new(&folder).join(name)))
        .filter(|path| here.join(path).is_file())
        .collect();
    below.sort();
    let help = match below.first() {
        Some(path) => format!("{} is one: run in its folder, or say --policy {0}", path.display()),
        None => "`portcullis init` writes one; or name one with --policy FILE or --policy builtin:rust".into(),
    };
    Failure::Helped {
        message: "there is no policy here, nor in a folder above it up to the one with .git".into(),
        help,
    }
}

fn output(name: &str) -> Result<&'static Output, String> {
    Output::named(name).ok_or_else(|| {
        let names: Vec<&str> = crate::outputs::ALL.iter().map(|o| o.name).collect();
        format!("known here: {}", names.join(", "))
    })
}

fn output_file(text: &str) -> Result<(&'static Output, PathBuf), String> {
    match text.split_once('=') {
        Some((name, path)) if !path.is_empty() => Ok((output(name)?, PathBuf::from(path))),
        _ => Err("write FORMAT=PATH, such as json=verdict.json".into()),
    }
}

fn gate(name: &str) -> Result<String, String> {
    let names: Vec<&str> = crate::gates::ALL.iter().map(|g| g.name).collect();
    if names.contains(&name) { Ok(name.to_owned()) } else { Err(format!("known here: {}", names.join(", "))) }
}

impl Args {
    pub(super) fn run(self) -> Result<u8, Failure> {
        let (policy, now) = self.policy.load(self.quiet)?;
        if !self.root.is_dir() {
            return Err(Failure::Plain(format!("--root {} is no folder", self.root.display())));
        }
        let environment = |name: &str| std::env::var(name).ok();
        let base = self.policy_base.as_deref().map(|base| base::load(&self.policy, base)).transpose()?;
        let verdict = self.judge(&policy, base, now, &environment);
        self.write(&verdict, &environment)
    }

    /// The verdict; `base` is the policy of the change's base, where one is asked for.
    fn judge(
        &self,
        policy: &Policy,
        base: Option<Option<Policy>>,
        now: Timestamp,
        environment: Environment<'_>,
    ) -> Verdict {
        let subject = subject::subject(&self.root, self.commit.as_deref(), environment);
        let progress = Progress::start(!self.quiet, environment);
        let diff = match (&self.diff, &self.diff_base) {
            (Some(file), _) => DiffState::of_file(file, &self.root),
            (None, Some(rev)) => {
                progress.doing("asking git for the change");
                DiffState::of_git(rev, &self.root)
            }
            (None, None) => DiffState::None,
        };
        let verdict = self.judged(policy, now, &subject, &diff, &progress);
        let verdict = match (&self.policy_base, base) {
            (Some(name), Some(base)) => {
                let base = match base {
                    None => Base::Nothing,
                    Some(held) if held.sha256 == policy.sha256 => Base::Same,
                    Some(held) => Base::Other {
                        verdict: Box::new(self.judged(&held, now, &subject, &diff, &progress)),
                        differences: policy::differences(&held, policy),
                        days: [policy.enforce_from, held.enforce_from],
                    },
                };
                evaluate::hold_to_base(verdict, name, base)
            }
            _ => verdict,
        };
        progress.end();
        if let (DiffState::Unusable { why, .. }, false) = (&diff, self.quiet) {
            write::diagnostic(&format!("portcullis: {}", crate::text::Text::new(why)));
        }
        self.hint(&verdict);
        verdict
    }

    /// What a newcomer may have missed.
    fn hint(&self, verdict: &Verdict) {
        if verdict.evidence.is_empty() {
            write::diagnostic(
                "portcullis: no report was given, and the policy names none: say `portcullis check PATH...`, or name them in \
                 the policy as [evidence.NAME] with a path",
            );
        }
        let known = |e: &crate::verdict::EvidenceEntry| e.status != crate::verdict::EvidenceStatus::Ignored;
        if let Some(first) = verdict.evidence.first().filter(|_| !verdict.evidence.iter().any(known)) {
            write::diagnostic(&format!(
                "portcullis: none of the files found is a report that is known: `portcullis inspect {}` says what one is",
                first.path
            ));
        }
    }

    /// Everything that can be written is written; what was asked for and cannot be makes the exit code 2.
    fn write(&self, verdict: &Verdict, environment: Environment<'_>) -> Result<u8, Failure> {
        let files = self.outputs.iter().map(|(output, path)| write::file(output, verdict, path));
        let mut failures: Vec<Failure> = files.filter_map(Result::err).collect();
        let run = surfaces::Run { verdict, environment, format: self.format, outputs: &self.outputs };
        let shown = surfaces::show(&run, self.ci, self.quiet);
        let page = write::page(match (self.quiet, self.verbose) {
            (true, _) => Detail::Brief,
            (false, true) => Detail::Full,
            (false, false) => Detail::Normal,
        });
        let printed = write::stdout(|out| {
            out.write_all(&shown.stdout)?;
            self.format.write(verdict, &page, out)
        });
        failures.extend(printed.err());
        match failures.pop() {
            Some(last) => {
                failures.iter().for_each(super::report);
                Err(last)
            }
            None => Ok(verdict.exit_code),
        }
    }
}

impl Args {
    /// The verdict of one policy.
    fn judged(
        &self,
        policy: &Policy,
        now: Timestamp,
        subject: &Subject,
        diff: &DiffState,
        progress: &Progress,
    ) -> Verdict {
        let only = (!self.only.is_empty()).then(|| self.only.clone());
        let baseline = earlier::baseline(self.baseline.as_deref(), policy, &self.root);
        let context = Context { now, subject: subject.clone(), baseline, diff: diff.clone(), only };
        judge(policy, &self.paths, &self.root, self.limits.limits(), &context, progress)
    }
}
