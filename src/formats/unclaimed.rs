//! What is said of a file that no format claims: what it is, if that is known, and what it is nearest to.

use super::{ALL, Head};

/// A structure, and what is said of a file that has it.
type Known = (fn(&Head) -> bool, &'static str);

/// What is known by its structure and not read, with what to hand in instead.
const KNOWN: &[Known] = &[
    (
        |h| h.is_root("CoverageSession"),
        "OpenCover XML, which is not read: let ReportGenerator or coverlet write Cobertura",
    ),
    (|h| h.is_root("mutations"), "a mutation report of PIT, which is not read"),
    (|h| h.is_root("assemblies"), "xUnit.net XML, which is not read: let its runner write JUnit or TRX"),
    (|h| h.is_root("test-results"), "NUnit 2 XML, which is not read: let the runner write NUnit 3"),
    (|h| h.is_root("BugCollection"), "SpotBugs XML, which is not read: let it write SARIF"),
    (|h| h.is_root("pmd"), "PMD XML, which is not read: let it write SARIF"),
    (|h| h.is_root("pmd-cpd"), "a report of PMD's copy detector, which is not read"),
    (|h| h.is_root("testExecutions"), "Sonar's generic test data, which is not read: hand in JUnit"),
    (
        |h| h.has("@graph[]") && h.string("@context").is_some_and(|c| c.contains("spdx")),
        "SPDX 3, which is not read: let the tool write SPDX 2.3",
    ),
    (|h| h.has("sbom.spdxVersion"), "GitHub's answer around an SPDX document: hand in what stands in it (jq .sbom)"),
    (|h| h.has("document.csaf_version"), "CSAF, which is not read: hand in OpenVEX"),
    (
        |h| h.string("schema").is_some_and(|s| s.starts_with("portcullis/")),
        "a verdict of this program, which is no report: it can be a baseline",
    ),
    (|h| h.has("documentation_url") && h.has("message"), "an error that GitHub's API answered"),
    (
        |h| h.lines().next().is_some_and(|l| l.starts_with("version https://git-lfs")),
        "a Git LFS pointer: fetch the file itself (git lfs pull)",
    ),
    (|h| h.lines().next().is_some_and(is_html), "an HTML page, not the report: a download that failed answers so"),
];

fn is_html(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    line.starts_with("<!doctype html") || line.starts_with("<html")
}

/// What the file looks like, and the format it is nearest to with what it lacks for it.
#[must_use]
pub fn describe(head: &Head) -> String {
    if let Some((_, words)) = KNOWN.iter().find(|(is, _)| is(head)) {
        return (*words).to_owned();
    }
    let mut words = head.describe();
    if let Some((name, lack)) = nearest(head) {
        words.push_str(&format!("; nearest is {name}, which has {lack} as well"));
    }
    words
}

/// The format of which most holds, more than does not; and the first thing that does not.
fn nearest(head: &Head) -> Option<(&'static str, String)> {
    let tried = ALL.iter().filter_map(|format| {
        let asked = head.trace(format.recognise);
        let held = asked.iter().filter(|(_, held)| *held).count();
        let lack = asked.iter().find(|(_, held)| !held)?.0.clone();
        (held > 0 && held * 2 >= asked.len()).then_some((held, format.name, lack))
    });
    let best = tried.max_by_key(|(held, name, _)| (*held, std::cmp::Reverse(*name)))?;
    Some((best.1, best.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_claimed_is_named_or_likened() {
        for (text, words) in [
            ("<CoverageSession/>", "OpenCover"),
            ("<!DOCTYPE html><html><body>502</body></html>", "an HTML page"),
            ("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull"),
            (r#"{"sbom":{"spdxVersion":"SPDX-2.3"}}"#, "jq .sbom"),
            (r#"{"message":"Not Found","documentation_url":"https://docs"}"#, "GitHub"),
            (
                r#"{"lockfile":{"dependency-count":1},"database":{}}"#,
                "JSON with the keys database, lockfile; nearest is cargo-audit",
            ),
            (r#"{"results":[{"command":"a","user":1}]}"#, "nearest is hyperfine, which has the key `results[].system`"),
            (r#"{"a":1}"#, "JSON with the keys a"),
        ] {
            let seen = describe(&Head::of(text.as_bytes(), "p"));
            assert!(seen.contains(words), "{text}: {seen}");
        }
        assert!(!describe(&Head::of(br#"{"a":1}"#, "p")).contains("nearest"));
    }
}
