//! `portcullis baseline`.

mod lines;

use std::path::PathBuf;

use super::{Failure, write};
use crate::evaluate::{parse_verdict, slim, why_shut};
use crate::verdict::Verdict;

/// Make or show a baseline, to compare later runs with.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Take the verdict of a run that passed as the baseline.
    ///
    /// A verdict of a part (--only) is refused, and one that did not pass unless --even-if-shut is said; what is
    /// compared with such a baseline says so. Texts that nothing is compared with are left out.
    Save {
        /// The verdict in JSON, as `check -o json=FILE` wrote it.
        #[arg(value_name = "VERDICT")]
        verdict: PathBuf,
        /// Where the baseline goes.
        #[arg(short, long, value_name = "FILE", default_value = "baseline.json")]
        output: PathBuf,
        /// Take it even though the run did not pass.
        #[arg(long)]
        even_if_shut: bool,
    },
    /// Print the figures that later runs are compared with.
    Show {
        /// The baseline.
        #[arg(value_name = "FILE", default_value = "baseline.json")]
        file: PathBuf,
    },
}

fn read(path: &std::path::Path) -> Result<Verdict, Failure> {
    let text = crate::input::read_text(path, super::LARGEST_VERDICT);
    text.and_then(|t| parse_verdict(&t)).map_err(|e| Failure::Plain(format!("{} cannot be used: {e}", path.display())))
}

impl Command {
    pub(super) fn run(self) -> Result<u8, Failure> {
        match self {
            Self::Save { verdict: path, output, even_if_shut } => {
                let mut verdict = read(&path)?;
                let refuse = |message: &str, help: &str| Failure::Helped {
                    message: format!("{}: {message}", path.display()),
                    help: help.into(),
                };
                if verdict.selection.is_some() {
                    return Err(refuse("the verdict of a part is no baseline", "run check without --only"));
                }
                if why_shut(&verdict).is_some() && !even_if_shut {
                    let why = match verdict.verdict {
                        crate::verdict::Status::Pass => "this run passed only because its policy is not in force yet",
                        _ => "this run did not pass",
                    };
                    return Err(refuse(why, "mend it first, or say --even-if-shut"));
                }
                slim(&mut verdict);
                let mut text = lines::written(&verdict).map_err(|e| Failure::Plain(e.to_string()))?;
                text.push(b'\n');
                let failed = |why| Failure::Output { what: output.display().to_string(), why };
                write::files::whole(&output, &text).map_err(failed)?;
                write::diagnostic(&format!("portcullis: baseline written to {}", output.display()));
            }
            Self::Show { file } => {
                let verdict = read(&file)?;
                let figures = verdict.checks.iter().filter_map(|c| Some((c, c.actual?)));
                write::stdout(|out| {
                    let commit = verdict.subject.commit.as_deref().unwrap_or("unknown commit");
                    writeln!(out, "{} at {commit}, {}", verdict.verdict.name(), verdict.evaluated_at)?;
                    for (check, actual) in figures {
                        let unit = check.unit.as_deref().unwrap_or_default();
                        match check.covered.zip(check.total) {
                            Some((covered, total)) => {
                                writeln!(out, "{:<36} {actual:.2} {unit} ({covered} of {total})", check.id)?
                            }
                            None => writeln!(out, "{:<36} {actual} {unit}", check.id)?,
                        }
                    }
                    Ok(())
                })?;
            }
        }
        Ok(0)
    }
}
