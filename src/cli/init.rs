//! `portcullis init`.

mod around;
mod ci;
mod deny;
mod found;
mod gates;
mod recipes;
mod starter;
mod trial;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;

use self::around::Around;
use self::ci::{Ci, Plan};
use self::deny::{Taken, Terms};
use self::found::Found;
use self::starter::Starter;
use self::trial::Trial;
use super::{Failure, write};
use crate::policy::{self, Policy};

/// Write a starter policy for what is found here, or a workflow for it.
///
/// Every report below the folder becomes named evidence, and every kind of fact a gate with thresholds that hold today.
/// Where no report lies about, the reports that the language's usual tools write are named, with their commands. The
/// policy is then run, and what stands in its way is said. Read it, tighten it, and commit it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Where reports are looked for.
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// Where it goes; `-` is stdout [default: portcullis.toml, or where the CI looks].
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace what is there.
    #[arg(long)]
    force: bool,
    /// List the built-in policies instead.
    #[arg(long, conflicts_with_all = ["builtin", "force", "from", "ci"])]
    list: bool,
    /// Write a built-in policy instead of looking around.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["from", "ci"])]
    builtin: Option<String>,
    /// Take over licences, bans and ignored advisories of a deny.toml; what has no place in a policy is said.
    #[arg(long, value_name = "DENY.TOML", conflicts_with = "ci")]
    from: Option<PathBuf>,
    /// Who answers for the waivers that --from makes.
    #[arg(long, value_name = "WHO", requires = "from")]
    owner: Option<String>,
    /// The last day of the waivers that --from makes, at most 180 days ahead: 2027-02-28.
    #[arg(long, value_name = "DAY", requires = "from")]
    expires: Option<Date>,
    /// Write the workflow that makes the evidence and runs the gate, instead of a policy.
    #[arg(long, value_name = "CI", value_enum)]
    ci: Option<Ci>,
    /// The clock, RFC 3339; else SOURCE_DATE_EPOCH, else the system's.
    #[arg(long, value_name = "TIME")]
    now: Option<Timestamp>,
}

const EXAMPLES: &str = "\
Examples:
  portcullis init                                    a policy for what lies about here
  portcullis init --from deny.toml --owner @security --expires 2027-02-28
  portcullis init --ci github                        .github/workflows/portcullis.yml
  portcullis init -o -                               only show it";

/// The furthest that a waiver of a starter policy may end, in days: `waivers.max-days`.
const MAX_DAYS: i32 = 180;

impl Args {
    pub(super) fn run(self) -> Result<u8, Failure> {
        if self.list {
            let first = |text: &str| text.lines().next().unwrap_or_default().trim_start_matches("# ").to_owned();
            let list: String =
                policy::BUILTIN.iter().map(|(name, text)| format!("builtin:{name:<10} {}\n", first(text))).collect();
            write::stdout(|out| write!(out, "{list}"))?;
            return Ok(0);
        }
        if !self.folder.is_dir() {
            return Err(Failure::Helped {
                message: format!("{} is no folder", self.folder.display()),
                help: "name the folder of the repository; without one it is the current folder".into(),
            });
        }
        match (&self.builtin, self.ci) {
            (Some(name), _) => {
                let text = policy::open(&format!("builtin:{name}")).map_err(|e| Failure::Policy(vec![e]))?.text.clone();
                self.put(&self.target("portcullis.toml"), &text)?;
            }
            (None, Some(ci)) => self.workflow(ci)?,
            (None, None) => self.starter()?,
        }
        Ok(0)
    }

    fn target(&self, default: &str) -> PathBuf {
        self.output.clone().unwrap_or_else(|| PathBuf::from(default))
    }

    /// Writes it, and says so. To stdout nothing is said.
    fn put(&self, target: &Path, text: &str) -> Result<bool, Failure> {
        if target == Path::new("-") {
            write::stdout(|out| write!(out, "{text}"))?;
            return Ok(false);
        }
        if target.exists() && !self.force {
            return Err(Failure::Helped {
                message: format!("{} is there already", target.display()),
                help: "say --force to replace it, or -o - to see what would be written".into(),
            });
        }
        let failed = |why| Failure::Output { what: target.display().to_string(), why };
        if let Some(parent) = target.parent().filter(|p| !p.as_os_str().is_empty()) {
            std::fs::create_dir_all(parent).map_err(failed)?;
        }
        write::files::whole(target, text.as_bytes()).map_err(failed)?;
        write::diagnostic(&format!("portcullis: {} written", target.display()));
        Ok(true)
    }

    fn starter(&self) -> Result<(), Failure> {
        let now = super::clock(self.now)?;
        let taken = self.from.as_ref().map(|path| self.take_over(path, super::day(now))).transpose()?;
        let (around, found) = (Around::of(&self.folder), Found::below(&self.folder));
        let around = if taken.is_some() { around.with_deny() } else { around };
        let starter = Starter { around: &around, found: &found, taken: taken.as_ref() };
        let target = self.target("portcullis.toml");
        let name = if target == Path::new("-") { Path::new("portcullis.toml") } else { &target };
        let trial = Trial::run(&starter.text(None), name, &self.folder, &around, now)?;
        let text = starter.text(Some(&trial));
        self.put(&target, &text)?;
        for line in words(&trial, &around, taken.as_ref(), &found) {
            write::diagnostic(crate::text::Text::new(&line).as_str());
        }
        Ok(())
    }

    /// Reads the deny.toml that is taken over.
    fn take_over(&self, path: &Path, today: Date) -> Result<Taken, Failure> {
        if let Some(day) = self.expires {
            let days = policy::day_count(today, day);
            if !(0..=MAX_DAYS).contains(&days) {
                return Err(Failure::Helped {
                    message: format!("--expires {day} is {days} days from today"),
                    help: format!("waivers end within {MAX_DAYS} days; they can be renewed then, with a reason"),
                });
            }
        }
        if self.owner.as_ref().is_some_and(|o| o.trim().is_empty()) {
            return Err(Failure::Plain("--owner is blank: name who answers for the waivers".into()));
        }
        let terms = Terms { owner: self.owner.as_deref(), expires: self.expires, today };
        let text = crate::input::read_text(path, super::LARGEST_POLICY);
        text.and_then(|t| Taken::of(&t, &terms)).map_err(|why| Failure::Helped {
            message: format!("{} cannot be taken over: {why}", path.display()),
            help: "--from takes the settings of cargo-deny, mostly deny.toml".into(),
        })
    }

    fn workflow(&self, ci: Ci) -> Result<(), Failure> {
        let today = super::day(super::clock(self.now)?);
        let around = Around::of(&self.folder);
        let own = policy::NAMES.iter().map(|n| self.folder.join(n)).find(|p| p.is_file());
        let policy = own.map(|path| {
            let file = policy::open(&path.to_string_lossy()).map_err(|e| Failure::Policy(vec![e]))?;
            Policy::load(file, None, today).map_err(Failure::Policy)
        });
        let policy = policy.transpose()?;
        let plan = Plan::of(&around, policy.as_ref());
        let written = self.put(
            &self.target(&crate::facts::normal_path(&self.folder.join(ci.file(&self.folder)).to_string_lossy())),
            &ci.text(&plan),
        )?;
        if policy.is_none() {
            write::diagnostic(
                "portcullis: there is no policy yet: `portcullis init` writes one that names these reports",
            );
        }
        if !plan.unmade.is_empty() {
            write::diagnostic(&format!("portcullis: nothing in it writes {}: add a step", plan.unmade.join(", ")));
        }
        if written {
            write::diagnostic("portcullis: read it before you commit it: it installs the tools that it runs");
        }
        Ok(())
    }
}

/// What is said on stderr of a starter policy.
fn words(trial: &Trial, around: &Around, taken: Option<&Taken>, found: &Found) -> Vec<String> {
    let mut out = Vec::new();
    for (path, why) in &found.unreadable {
        out.push(format!("portcullis: left out: {path}: {why}"));
    }
    if let Some(taken) = taken {
        out.extend(taken.notes.iter().map(|n| format!("portcullis: not taken over: {n}")));
        if taken.unowned > 0 {
            out.push(format!("portcullis: {} waivers have no owner: say --owner WHO", taken.unowned));
        }
        if taken.undated > 0 {
            out.push(format!(
                "portcullis: {} waivers end in 90 days: say --expires DAY for another end",
                taken.undated
            ));
        }
    } else if around.deny {
        out.push("portcullis: deny.toml is here: `portcullis init --from deny.toml` takes it over".into());
    }
    match (trial.obstacles.as_slice(), trial.exit_code) {
        ([], 0) => out.push("portcullis: it passes today: run `portcullis check`".into()),
        ([], _) => out.push("portcullis: it does not pass today: nothing was judged".into()),
        (obstacles, _) => {
            let n = obstacles.len();
            let stand = if n == 1 { "1 check stands".to_owned() } else { format!("{n} checks stand") };
            out.push(format!("portcullis: it does not pass today, {stand} in the way:"));
            for obstacle in obstacles {
                out.push(format!("portcullis:   {}", obstacle.line()));
                out.push(format!("portcullis:     {}", obstacle.help));
            }
            if obstacles.iter().any(|o| o.help.contains(" reports/")) {
                out.push("portcullis:   these write into the folder reports: `mkdir -p reports` makes it".into());
            }
        }
    }
    for (name, flag) in [("GitHub Actions", "github"), ("GitLab CI", "gitlab")] {
        if around.ci.contains(&name) {
            out.push(format!("portcullis: {name} is in use: `portcullis init --ci {flag}` writes what makes the evidence and runs the gate"));
        }
    }
    out
}
