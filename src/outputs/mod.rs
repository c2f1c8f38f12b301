//! The outputs: each a way of writing a verdict. They filter, count and decide nothing.
//!
//! One more is a file beside this one and two lines here: its `mod` and its entry in [`ALL`].

mod azure;
mod bitbucket;
mod buildkite;
mod github;
mod gitlab;
mod gitlab_security;
mod html;
mod jenkins;
mod json;
mod junit;
mod markdown;
mod openmetrics;
mod sarif;
mod slack;
mod sonar;
mod teamcity;
mod text;

mod annotations;
mod escape;
#[cfg(test)]
mod fixture;
mod inspect;
mod issues;
mod layout;
mod spot;
#[cfg(test)]
mod tests;
mod words;

use std::io;

pub use azure::upload_summary;
pub use buildkite::style as buildkite_style;
pub use inspect::inspection;
pub use json::inspection_json;

use crate::verdict::Verdict;

/// One way of writing a verdict.
pub struct Output {
    /// Its name: in `--format` and `--output`, in the documentation.
    pub name: &'static str,
    /// What it is for, in one line of help.
    pub about: &'static str,
    /// Writes it.
    write: fn(&Verdict, &Page, &mut dyn io::Write) -> io::Result<()>,
}

/// What an output is written on.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// Columns, for text: less than 40 counts as 40, more than 140 is not used.
    pub width: usize,
    /// How much is said, in text. No detail changes what is judged.
    pub detail: Detail,
    /// How much there is room for, in Markdown.
    pub room: Room,
}

/// How much a page holds. What does not fit is left out by whole sections, and said so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Room {
    /// A comment on a change: 60,000 UTF-16 units (GitHub refuses 65,536), some to spare for a marker.
    #[default]
    Comment,
    /// A summary of a job or an annotation of a build: so many bytes.
    Summary(usize),
}

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Detail {
    /// What does not pass, and the verdict.
    Brief,
    /// Every check too.
    #[default]
    Normal,
    /// The notes on every report too.
    Full,
}

impl Default for Page {
    fn default() -> Self {
        Self { width: 80, detail: Detail::Normal, room: Room::Comment }
    }
}

/// All outputs, by name.
pub const ALL: &[Output] = &[
    azure::OUTPUT,
    bitbucket::OUTPUT,
    buildkite::OUTPUT,
    github::OUTPUT,
    gitlab::OUTPUT,
    gitlab_security::OUTPUT,
    html::OUTPUT,
    jenkins::OUTPUT,
    json::OUTPUT,
    junit::OUTPUT,
    markdown::OUTPUT,
    openmetrics::OUTPUT,
    sarif::OUTPUT,
    slack::OUTPUT,
    sonar::OUTPUT,
    teamcity::OUTPUT,
    text::OUTPUT,
];

impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Output {
    /// The output of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        ALL.iter().find(|o| o.name == name)
    }

    /// Writes a verdict. Colours are ANSI sequences; who has no terminal strips them.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn write(&self, verdict: &Verdict, page: &Page, sink: &mut dyn io::Write) -> io::Result<()> {
        (self.write)(verdict, page, sink)
    }
}
