//! `portcullis explain`.

mod catalogue;
mod shown;

use clap::ValueEnum;

use self::catalogue::chapters;
use super::{Failure, write};
use crate::diagnostic::nearest;

/// Say what a check means, why, how it is computed, and how to mend it.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A check id, such as coverage.lines or security.image.critical; or a gate; or nothing, for a list of all.
    #[arg(value_name = "CHECK", conflicts_with = "all")]
    check: Option<String>,
    /// Explain every check.
    #[arg(long)]
    all: bool,
    /// How it is printed; markdown is the page of the documentation.
    #[arg(short, long, value_enum, default_value_t = Format::Text, requires_if("markdown", "all"))]
    format: Format,
}

/// How an explanation is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// The page docs/checks.md.
    Markdown,
}

impl Args {
    pub(super) fn run(self) -> Result<u8, Failure> {
        let text = match (self.check.as_deref(), self.all, self.format) {
            (_, true, Format::Markdown) => shown::page(),
            (_, true, Format::Text) => all(),
            (None, false, _) => shown::overview(),
            (Some(check), false, _) => explain(check)?,
        };
        write::stdout(|out| write!(out, "{text}"))?;
        Ok(0)
    }
}

fn all() -> String {
    let texts: Vec<String> =
        chapters().iter().flat_map(|c| c.entries().map(|e| shown::text(&e, None)).collect::<Vec<_>>()).collect();
    texts.join("\n")
}

fn explain(check: &str) -> Result<String, Failure> {
    let (name, rest) = check.split_once('.').map_or((check, None), |(name, rest)| (name, Some(rest)));
    let chapters = chapters();
    let Some(chapter) = chapters.iter().find(|c| c.name == name) else {
        return Err(unknown(format!("there is no gate {name:?}"), check));
    };
    let Some(rest) = rest else {
        return Ok(chapter.entries().map(|e| shown::text(&e, None)).collect::<Vec<_>>().join("\n"));
    };
    let parts: Vec<&str> = rest.split('.').collect();
    match chapter.find(&parts) {
        Some(entry) => {
            let scoped = parts.len() > 1 && !["*", "requires", "regression"].contains(&entry.measure.name);
            let last = parts.first().copied().filter(|first| scoped && *first != entry.measure.name);
            Ok(shown::text(&entry, last))
        }
        None => {
            Err(unknown(format!("the gate {name} measures no {:?}", parts.last().copied().unwrap_or_default()), check))
        }
    }
}

/// No check has this id: the nearest that has one, and what there is.
fn unknown(message: String, check: &str) -> Failure {
    let chapters = chapters();
    let ids: Vec<String> = chapters.iter().flat_map(|c| c.entries().map(|e| e.id()).collect::<Vec<_>>()).collect();
    let gate = check.split('.').next().unwrap_or_default();
    let here: Vec<&str> = ids.iter().filter(|id| id.starts_with(&format!("{gate}."))).map(String::as_str).collect();
    let names: Vec<&str> = chapters.iter().map(|c| c.name).collect();
    let near = nearest(check, ids.iter().map(String::as_str).chain(names.iter().copied()));
    // The last part alone may be what is known: `failed` of `tests.failed`.
    let tail = check.rsplit('.').next().unwrap_or_default();
    let by_tail = || ids.iter().map(String::as_str).find(|id| id.split_once('.').is_some_and(|(_, name)| name == tail));
    let guess = near.or_else(by_tail).map(|id| format!("did you mean `{id}`? ")).unwrap_or_default();
    let known = if here.is_empty() { names.join(", ") } else { here.join(", ") };
    Failure::Helped { message, help: format!("{guess}known here: {known}") }
}
