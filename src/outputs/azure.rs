//! `azure`: logging commands that the agent of Azure Pipelines turns into issues of the run.
//!
//! The grammar is that of the agent (microsoft/azure-pipelines-agent, `src/Microsoft.VisualStudio.Services.Agent/Command.cs`),
//! the escaping that of its task library (microsoft/azure-pipelines-task-lib, `node/taskcommand.ts`). The result of the
//! task is left to the exit code: no `task.complete`.

use std::io;

use super::annotations::{self, Annotation, Kind};
use super::words;
use super::{Output, Page};
use crate::verdict::Verdict;

pub(super) const OUTPUT: Output = Output {
    name: "azure",
    about: "issues of a run of Azure Pipelines (logging commands): ten of a kind, the gravest first",
    write,
};

fn write(verdict: &Verdict, _: &Page, sink: &mut dyn io::Write) -> io::Result<()> {
    for annotation in annotations::of(verdict, "see the summary of the run") {
        writeln!(sink, "{}", command(&annotation))?;
    }
    writeln!(sink, "{}", words::verdict_line(verdict))
}

fn command(annotation: &Annotation) -> String {
    let kind = match annotation.kind {
        Kind::Error => "error",
        Kind::Warning => "warning",
    };
    let mut properties = format!("type={kind};");
    if let Some((path, line)) = &annotation.place {
        properties.push_str(&format!("sourcepath={};", property(path)));
        properties.extend(line.map(|line| format!("linenumber={line};")));
    }
    if !annotation.code.is_empty() {
        properties.push_str(&format!("code={};", property(&annotation.code)));
    }
    let text = format!("{}\n{}", annotation.title, annotation.lines.join("\n"));
    format!("##vso[task.logissue {properties}]{}", data(&text))
}

/// The command that shows a Markdown file in the summary of the run.
#[must_use]
pub fn upload_summary(path: &str) -> String {
    format!("##vso[task.uploadsummary]{}", data(path))
}

/// What stands behind the bracket.
fn data(text: &str) -> String {
    text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(';', "%3B").replace(']', "%5D")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::outputs::fixture::{HOSTILE, hostile, open, rich, trial};
    use crate::outputs::tests::{spiteful, written};

    /// Reads a line as the agent does: the command may stand anywhere in it.
    fn agent(line: &str) -> Option<(String, BTreeMap<String, String>, String)> {
        let (_, rest) = line.split_once("##vso[")?;
        let (info, data) = rest.split_once(']')?;
        let (name, list) = info.split_once(' ').unwrap_or((info, ""));
        let decode = |text: &str| {
            let map = [("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%AZP25", "%")];
            map.iter().fold(text.to_owned(), |t, (a, b)| t.replace(a, b))
        };
        let pairs = list.split(';').filter_map(|p| p.split_once('='));
        Some((name.to_owned(), pairs.map(|(k, v)| (k.to_owned(), decode(v))).collect(), decode(data)))
    }

    #[test]
    fn escaping_is_the_task_librarys() {
        for (raw, of_data, of_property) in [
            ("plain", "plain", "plain"),
            ("100 %;", "100 %AZP25;", "100 %AZP25%3B"),
            ("%0A %3B", "%AZP250A %AZP253B", "%AZP250A %AZP253B"),
            ("a]\r\nb[", "a]%0D%0Ab[", "a%5D%0D%0Ab["),
        ] {
            assert_eq!((data(raw).as_str(), property(raw).as_str()), (of_data, of_property), "{raw:?}");
        }
        assert_eq!(upload_summary("/tmp/a%b.md"), "##vso[task.uploadsummary]/tmp/a%AZP25b.md");
    }

    fn assert_only_ours(verdict: &Verdict) {
        let log = written("azure", verdict, 80);
        let mut lines: Vec<&str> = log.split(['\r', '\n']).filter(|l| !l.is_empty()).collect();
        assert_eq!(lines.pop(), Some(&*words::verdict_line(verdict)));
        let meant = annotations::of(verdict, "see the summary of the run");
        assert_eq!(lines.len(), meant.len(), "{log}");
        for (line, meant) in lines.iter().zip(&meant) {
            let (name, properties, data) = agent(line).unwrap();
            assert_eq!(name, "task.logissue");
            let (path, number) = meant.place.clone().unzip();
            let kind = if meant.kind == Kind::Error { "error" } else { "warning" };
            let mut wanted = BTreeMap::from([("type".to_owned(), kind.to_owned())]);
            wanted.extend(path.map(|p| ("sourcepath".to_owned(), p)));
            wanted.extend(number.flatten().map(|l| ("linenumber".to_owned(), l.to_string())));
            wanted.extend(Some(("code".to_owned(), meant.code.clone())).filter(|(_, c)| !c.is_empty()));
            assert_eq!(properties, wanted);
            assert_eq!(data, format!("{}\n{}", meant.title, meant.lines.join("\n")));
            assert_eq!(line.matches("##").count(), 1, "{line}");
            assert!(line.starts_with("##vso[task.logissue type="));
        }
    }

    #[test]
    fn the_agent_finds_our_commands_and_no_other() {
        [rich(), open(), trial()].iter().for_each(assert_only_ours);
        // Text that holds `##` without being a command stays as it is; none of the hostile ones does.
        HOSTILE.iter().for_each(|raw| assert_only_ours(&hostile(raw)));
        insta::assert_snapshot!(written("azure", &rich(), 80));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_report_gives_a_command(raw in spiteful()) {
            let raw = raw.replace("##", "#");
            assert_only_ours(&hostile(&raw));
        }
    }
}
