//! Where a CI shows a verdict by itself. What is found by detection only adds: it never changes the verdict, the exit code
//! or what `-f` puts on stdout, and what cannot be written is a warning.

mod files;
mod github;
mod log;

use std::path::PathBuf;

use super::write;
use crate::ci::{self, Ci, Environment};
use crate::outputs::{Output, Page};
use crate::text::Text;
use crate::verdict::Verdict;

/// What `--ci` says.
#[derive(Debug, Clone, Copy)]
pub(super) enum Choice {
    /// As if this ran there.
    Named(&'static Ci),
    /// Nothing beyond what was asked for.
    None,
}

/// Reads `--ci`.
pub(super) fn choice(text: &str) -> Result<Choice, String> {
    if text == "none" {
        return Ok(Choice::None);
    }
    let known = SURFACES.iter().find(|(name, _)| *name == text).and_then(|(name, _)| ci::named(name));
    known.map(Choice::Named).ok_or_else(|| {
        let names: Vec<&str> = SURFACES.iter().map(|(name, _)| *name).collect();
        format!("known here: {}, none", names.join(", "))
    })
}

/// A verdict, and what else is written of it.
pub(super) struct Run<'a> {
    pub(super) verdict: &'a Verdict,
    pub(super) environment: Environment<'a>,
    /// What goes to stdout.
    pub(super) format: &'static Output,
    /// What goes to files.
    pub(super) outputs: &'a [(&'static Output, PathBuf)],
}

/// What was done, and what is still to be printed.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// In a few words each.
    said: Vec<String>,
    /// What could not be done.
    warnings: Vec<String>,
    /// Commands for stderr.
    commands: Vec<u8>,
    /// Commands that have to be on stdout, before the verdict.
    pub(super) stdout: Vec<u8>,
}

/// What a CI shows, written.
type Surface = fn(&Run<'_>, &mut Done);

/// The systems with something to show, and how.
const SURFACES: &[(&str, Surface)] = &[
    ("azure", log::azure),
    ("buildkite", files::buildkite),
    ("gitea", github::gitea),
    ("github", github::github),
    ("gitlab", files::gitlab),
    ("teamcity", log::teamcity),
];

/// Writes what the CI shows, and says so in one line on stderr.
pub(super) fn show(run: &Run<'_>, choice: Option<Choice>, quiet: bool) -> Done {
    let mut done = Done::default();
    let ci = match choice {
        Some(Choice::None) => None,
        Some(Choice::Named(ci)) => Some(ci),
        None => ci::detect(run.environment),
    };
    let Some((name, surface)) = ci.and_then(|ci| SURFACES.iter().find(|(name, _)| *name == ci.name)) else {
        return done;
    };
    surface(run, &mut done);
    write::commands(&done.commands);
    for warning in &done.warnings {
        write::diagnostic(&format!("portcullis: warning: {name}: {}", Text::new(warning)));
    }
    if !quiet && !done.said.is_empty() {
        let said = Text::new(&done.said.join(", "));
        write::diagnostic(&format!("portcullis: {name}: {said} (--ci none turns this off)"));
    }
    done
}

impl Run<'_> {
    /// The output of that name: every surface is one.
    fn rendered(&self, output: &str, page: &Page) -> std::io::Result<Vec<u8>> {
        let output = Output::named(output).ok_or(std::io::ErrorKind::NotFound)?;
        write::rendered(output, self.verdict, page)
    }

    /// Whether that format was asked for, on stdout or in a file.
    fn asks_for(&self, output: &str) -> bool {
        self.format.name == output || self.outputs.iter().any(|(o, _)| o.name == output)
    }

    /// The figures of a verdict, for the variables of a CI: words and numbers of our own, never text of a report.
    fn figures(&self) -> [(&'static str, String); 5] {
        let counts = self.verdict.counts;
        [
            ("verdict", self.verdict.verdict.name().to_owned()),
            ("exit-code", self.verdict.exit_code.to_string()),
            ("failed", counts.fail.to_string()),
            ("errors", counts.error.to_string()),
            ("warned", counts.warn.to_string()),
        ]
    }
}

impl Done {
    /// Notes what was done, or why it was not.
    fn note(&mut self, outcome: Result<String, String>) {
        match outcome {
            Ok(said) => self.said.push(said),
            Err(why) => self.warnings.push(why),
        }
    }
}
