//! `github`: workflow commands that GitHub's runner turns into annotations of files.
//!
//! The grammar is that of the runner (actions/runner, `src/Runner.Common/ActionCommand.cs`, `TryParseV2`), the escaping
//! that of its toolkit (actions/toolkit, `packages/core/src/command.ts`).

use std::io;

use super::annotations::{self, Annotation, Kind};
use super::words;
use super::{Output, Page};
use crate::verdict::Verdict;

pub(super) const OUTPUT: Output = Output {
    name: "github",
    about: "annotations of files on GitHub (workflow commands): ten of a kind, the gravest first",
    write,
};

fn write(verdict: &Verdict, _: &Page, sink: &mut dyn io::Write) -> io::Result<()> {
    for annotation in annotations::of(verdict, "see the job summary") {
        writeln!(sink, "{}", command(&annotation))?;
    }
    writeln!(sink, "::notice title=portcullis::{}", data(&words::verdict_line(verdict)))
}

fn command(annotation: &Annotation) -> String {
    let name = match annotation.kind {
        Kind::Error => "error",
        Kind::Warning => "warning",
    };
    let mut properties = Vec::new();
    if let Some((path, line)) = &annotation.place {
        properties.push(format!("file={}", property(path)));
        properties.extend(line.map(|line| format!("line={line}")));
    }
    properties.push(format!("title={}", property(&annotation.title)));
    format!("::{name} {}::{}", properties.join(","), data(&annotation.lines.join("\n")))
}

/// What stands behind the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::outputs::fixture::{HOSTILE, hostile, open, rich, trial};
    use crate::outputs::tests::{spiteful, written};

    /// A command as the runner understands it.
    #[derive(Debug, PartialEq, Eq)]
    struct Parsed {
        name: String,
        properties: BTreeMap<String, String>,
        data: String,
    }

    /// Reads a log as the runner does: lines end at CR, LF or both; a command begins a line behind white space.
    fn runner(log: &str) -> Vec<Result<Parsed, String>> {
        let lines = log.split(['\r', '\n']).filter(|l| !l.is_empty());
        lines.map(|line| parse(line).ok_or_else(|| line.to_owned())).collect()
    }

    fn parse(line: &str) -> Option<Parsed> {
        let rest = line.trim_start().strip_prefix("::")?;
        let (info, data) = rest.split_once("::")?;
        let (name, list) = info.split_once(' ').unwrap_or((info, ""));
        let pairs = list.trim().split(',').filter_map(|p| p.split_once('='));
        let decode = |text: &str, map: &[(&str, &str)]| map.iter().fold(text.to_owned(), |t, (a, b)| t.replace(a, b));
        let of_data = [("%0D", "\r"), ("%0A", "\n"), ("%25", "%")];
        let of_property = [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")];
        Some(Parsed {
            name: name.to_owned(),
            properties: pairs.map(|(k, v)| (k.to_owned(), decode(v, &of_property))).collect(),
            data: decode(data, &of_data),
        })
    }

    #[test]
    fn escaping_is_the_toolkits() {
        for (raw, of_data, of_property) in [
            ("plain", "plain", "plain"),
            ("100%", "100%25", "100%25"),
            ("%0A", "%250A", "%250A"),
            ("a\r\nb", "a%0D%0Ab", "a%0D%0Ab"),
            ("a:b,c", "a:b,c", "a%3Ab%2Cc"),
            ("::x", "::x", "%3A%3Ax"),
        ] {
            assert_eq!((data(raw).as_str(), property(raw).as_str()), (of_data, of_property), "{raw:?}");
        }
    }

    /// The runner finds our commands, each as it was meant, and nothing else.
    fn assert_only_ours(verdict: &Verdict) {
        let log = written("github", verdict, 80);
        let mut found = runner(&log);
        let last = found.pop().unwrap().unwrap();
        assert_eq!((last.name.as_str(), last.data), ("notice", words::verdict_line(verdict)));
        let meant = annotations::of(verdict, "see the job summary");
        assert_eq!(found.len(), meant.len(), "{log}");
        for (found, meant) in found.into_iter().zip(&meant) {
            let found = found.unwrap();
            assert_eq!(found.name, if meant.kind == Kind::Error { "error" } else { "warning" });
            let (path, line) = meant.place.clone().unzip();
            let mut properties = BTreeMap::from([("title".to_owned(), meant.title.trim().to_owned())]);
            properties.extend(path.map(|p| ("file".to_owned(), p)));
            properties.extend(line.flatten().map(|l| ("line".to_owned(), l.to_string())));
            assert_eq!(found.properties, properties);
            assert_eq!(found.data, meant.lines.join("\n"));
        }
        assert!(!log.contains("##[") && !log.contains("##vso["), "{log}");
    }

    #[test]
    fn the_runner_finds_our_commands_and_no_other() {
        [rich(), open(), trial()].iter().for_each(assert_only_ours);
        HOSTILE.iter().for_each(|raw| assert_only_ours(&hostile(raw)));
        insta::assert_snapshot!(written("github", &rich(), 80));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_report_gives_a_command(raw in spiteful()) {
            assert_only_ours(&hostile(&raw));
        }
    }
}
