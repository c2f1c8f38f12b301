//! An explanation as text for a terminal, and as Markdown for the documentation.

use std::fmt::Write as _;

use super::catalogue::{Chapter, Entry, chapters};
use crate::gates::{OFF, REQUIRES};

/// One check as text.
pub(super) fn text(entry: &Entry<'_>, scope: Option<&str>) -> String {
    let measure = entry.measure;
    let mut out = format!("{}\n", entry.id());
    let block = |label: &str, text: &str| format!("  {label:<9}{}\n", wrapped(text).join("\n           "));
    for (label, words) in [
        ("what", measure.what),
        ("why", measure.why),
        ("how", measure.how),
        ("rules", entry.chapter.rules),
        ("mend", measure.fix),
    ] {
        out.push_str(&block(label, words));
    }
    let lines: Vec<&str> = measure.example.lines().collect();
    let _ = writeln!(out, "  {:<9}{}", "policy", lines.join("\n           ").replace("           \n", "\n"));
    if let Some(scope) = scope {
        let by = ["evidence", "tools"].iter().chain(entry.chapter.selects).copied().collect::<Vec<_>>().join(", ");
        let words = format!(
            "`{scope}` is a scope: a part with thresholds of its own, the table [{}.scope.{scope}], chosen by {by}.",
            entry.chapter.name
        );
        out.push_str(&block("scope", &words));
    }
    let formats = entry.chapter.formats();
    if !formats.is_empty() {
        out.push_str(&block("formats", &formats.join(", ")));
    }
    let width = measure.links.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let links: Vec<String> = measure.links.iter().map(|(name, url)| format!("{name:<width$}  {url}")).collect();
    let _ = writeln!(out, "  {:<9}{}", "docs", links.join("\n           "));
    out
}

/// What there is, in a few lines.
pub(super) fn overview() -> String {
    let line = |chapter: &Chapter| {
        let ids: Vec<String> = chapter.entries().map(|e| e.id()).collect();
        let names: Vec<&str> = ids.iter().filter_map(|id| id.split_once('.')).map(|(_, name)| name).collect();
        let list = wrapped(&names.join(", ")).join("\n            ");
        format!("{}\n  {}\n  measures: {list}\n", chapter.name, chapter.about)
    };
    let all: String = chapters().iter().map(line).collect();
    format!("{all}\nEvery gate has GATE.requires.TOOL too. `portcullis explain GATE.MEASURE` says more of one.\n")
}

const HEAD: &str = "\
# The checks

Every check has an id, `gate.measure`, or `gate.scope.measure` in a scope, and ends as pass, warn, fail, error (it could not be
judged) or skipped. `portcullis explain ID` prints what stands here; this page is made from the same text
(`portcullis explain --all -f markdown`).
";

const SCOPES: &str = "
## Scopes

A gate may have scopes, parts with thresholds of their own: `[coverage.scope.unit]` makes `coverage.unit.lines`. A scope is chosen by
`evidence` (names), `tools`, and what its gate allows of `paths`, `packages`, `changed` (lines of the diff) and `new` (what the baseline
does not have); of several, all must hold.

```toml
version = 1
[security]
critical = 0
high = 0
[security.scope.image]
tools = [\"trivy\"]
critical = 0
high = 2
```
";

/// The whole page of the documentation.
pub(super) fn page() -> String {
    let mut out = HEAD.to_owned();
    for chapter in chapters() {
        let _ = write!(out, "\n## {}\n\n{}.\n\n{}\n", chapter.name, capital(chapter.about), chapter.rules);
        let formats: Vec<String> = chapter.formats().iter().map(|f| format!("`{f}`")).collect();
        if !formats.is_empty() {
            let _ = write!(out, "\nReports: {}.\n", formats.join(", "));
        }
        chapter.entries().filter(|e| e.measure.name != REQUIRES.name).for_each(|e| section(&e.id(), &e, &mut out));
    }
    out.push_str("\n## In every gate\n");
    let chapters = chapters();
    for (id, measure) in [("GATE.requires.TOOL", &REQUIRES), ("GATE.KEY switched off", &OFF)] {
        if let Some(chapter) = chapters.first() {
            section(id, &Entry { chapter, measure }, &mut out);
        }
    }
    out.push_str(SCOPES);
    out
}

fn section(id: &str, entry: &Entry<'_>, out: &mut String) {
    let measure = entry.measure;
    let links: Vec<String> = measure.links.iter().map(|(name, url)| format!("[{name}]({url})")).collect();
    let _ = write!(
        out,
        "\n### `{id}`\n\n{}\n\n*Why.* {}\n\n*How.* {}\n\n*To mend it:* {}.\n\n```toml\nversion = 1\n{}```\n\nDocumentation: {}.\n",
        measure.what,
        measure.why,
        measure.how,
        measure.fix,
        measure.example,
        links.join(", ")
    );
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// `text` in lines of at most 78 columns, behind the label.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= 67 => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
