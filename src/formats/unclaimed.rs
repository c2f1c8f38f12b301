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
    (
        |h| h.lines().next().is_some_and(is_html) && h.lines().any(|l| l.to_ascii_lowercase().contains("coverage")),
        "an HTML page of coverage, for people: let the tool write Cobertura, LCOV or JSON too",
    ),
    (|h| h.lines().next().is_some_and(is_html), "an HTML page, not the report: a download that failed answers so"),
    (
        |h| h.has("lockfileVersion") && h.has("packages"),
        "npm's lock file, which is no report: hand in what `npm audit --json` writes",
    ),
    (
        |h| h.lines().take(3).any(|l| l.starts_with("# yarn lockfile")),
        "Yarn's lock file, which is no report: hand in what `yarn npm audit --json` or a scanner writes as SARIF",
    ),
    (
        |h| h.lines().any(|l| l.trim() == "version = 1") && h.lines().any(is_gate_table),
        "a policy, which is no report: it is named by --policy",
    ),
    (|h| begins(h, &["Crate:", "Version:"]), "what cargo-audit prints for people: hand in `cargo audit --json`"),
    (
        |h| h.lines().any(|l| l.starts_with("error[vulnerability]") || l.starts_with("error[rejected]")),
        "what cargo-deny prints for people: hand in `cargo deny --format json check`, its standard error",
    ),
    (
        |h| {
            h.lines().any(|l| l.starts_with("running ") && l.contains(" test"))
                && h.lines().any(|l| l.starts_with("test "))
        },
        "what cargo test prints for people: hand in the JUnit file of cargo-nextest (`[profile.ci.junit]`)",
    ),
    (
        |h| h.lines().next().is_some_and(|l| l.contains("test session starts")),
        "what pytest prints for people: hand in `pytest --junitxml=FILE`",
    ),
    (|h| begins(h, &["# npm audit report"]), "what npm prints for people: hand in `npm audit --json`"),
    (
        |h| h.lines().next().is_some_and(|l| l.starts_with("Name ") && l.contains("Stmts")),
        "what coverage.py prints for people: hand in `coverage xml` or `coverage json`",
    ),
    (
        |h| {
            h.lines()
                .next()
                .is_some_and(|l| l.starts_with("ok  \t") || l.starts_with("--- FAIL:") || l.starts_with("=== RUN"))
        },
        "what go test prints for people: hand in `go test -json`",
    ),
];

fn is_html(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    line.starts_with("<!doctype html") || line.starts_with("<html")
}

/// Whether the first lines begin so, each with its word.
fn begins(head: &Head, words: &[&str]) -> bool {
    let mut lines = head.lines().filter(|l| !l.trim().is_empty());
    words.iter().all(|word| lines.next().is_some_and(|l| l.starts_with(word)))
}

/// Whether a line opens a table that only a policy of this program has.
fn is_gate_table(line: &str) -> bool {
    let name = line.trim().strip_prefix('[').and_then(|l| l.split([']', '.']).next());
    name.is_some_and(|n| ["evidence", "coverage", "tests", "security", "licenses", "lints", "waivers"].contains(&n))
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
            ("<!DOCTYPE html>\n<html><title>Coverage report</title></html>", "Cobertura, LCOV or JSON"),
            ("Crate:     smallvec\nVersion:   0.6.12\n", "cargo audit --json"),
            ("\nrunning 2 tests\ntest a ... ok\n", "cargo-nextest"),
            ("===== test session starts =====\n", "--junitxml"),
            ("# npm audit report\n\nlodash", "npm audit --json"),
            ("Name      Stmts   Miss  Cover\n", "coverage xml"),
            ("ok  \tmod/till\t0.1s\n", "go test -json"),
            ("error[vulnerability]: Buffer overflow\n", "--format json check"),
            (r#"{"name":"a","lockfileVersion":3,"packages":{"":{}}}"#, "npm's lock file"),
            ("# yarn lockfile v1\n", "Yarn's lock file"),
            ("version = 1\n[tests]\nfailed = 0\n", "--policy"),
        ] {
            let seen = describe(&Head::of(text.as_bytes(), "p"));
            assert!(seen.contains(words), "{text}: {seen}");
        }
        assert!(!describe(&Head::of(br#"{"a":1}"#, "p")).contains("nearest"));
    }
}
