use rustsec::Version;

use super::*;
use crate::facts::{Severity, SeverityRule};
use crate::input::Window;

fn read_of(text: &str) -> Result<Report> {
    FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "db" })
}

/// An advisory: id, package, further lines of `[advisory]`, lines of `[versions]`.
fn advisory(id: &str, package: &str, more: &str, versions: &str) -> String {
    format!(
        "```toml\n[advisory]\nid = \"{id}\"\npackage = \"{package}\"\ndate = \"2021-02-03\"\n{more}\n[versions]\n{versions}\n\
         ```\n\n# A title\n\nWords.\n\n```toml\n[advisory]\nid = \"RUSTSEC-1999-0001\"\n```\n"
    )
}

/// A database as its folder gives it.
fn stream(parts: &[(&str, String)]) -> String {
    parts.iter().map(|(path, text)| format!("==> {path}, {} bytes <==\n{text}\n", text.len())).collect()
}

fn one(more: &str, versions: &str) -> Result<Advisory> {
    let mut report = read_of(&advisory("RUSTSEC-2021-0001", "a", more, versions))?;
    Ok(report.facts.advisories.take().unwrap().list.remove(0))
}

#[test]
fn an_advisory_is_read_with_all_that_it_states() {
    let more = "aliases = [\"CVE-2021-1\", \"GHSA-a-b-c\"]\nrelated = [\"CVE-2021-9\"]\n\
                cvss = \"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\"\n";
    let a = one(more, "patched = [\">= 1.2, < 2\", \">= 2.1.0\"]").unwrap();
    assert_eq!((&*a.id, a.package.as_deref(), &*a.title), ("RUSTSEC-2021-0001", Some("a"), "A title"));
    assert_eq!(a.aliases.iter().map(|t| &**t).collect::<Vec<_>>(), ["CVE-2021-1", "GHSA-a-b-c"]);
    assert_eq!(a.rating.severity(SeverityRule::Tool), Severity::Critical);
    assert_eq!(a.fix().as_deref(), Some(">=1.2, <2 OR >=2.1.0"));
    assert_eq!(one("", "patched = []").unwrap().fix(), None);
    assert_eq!(one("", "patched = []").unwrap().rating.severity(SeverityRule::Tool), Severity::Unknown);
}

#[test]
fn the_kind_of_an_advisory_is_its_own_word() {
    for (word, issue) in [
        ("", DependencyIssue::Vulnerable),
        ("informational = \"unsound\"", DependencyIssue::Unsound),
        ("informational = \"unmaintained\"", DependencyIssue::Unmaintained),
        ("informational = \"notice\"", DependencyIssue::Notice),
        ("informational = \"something-new\"", DependencyIssue::Notice),
    ] {
        assert_eq!(one(word, "patched = []").unwrap().issue, issue, "{word}");
    }
}

/// The rules of RustSec for versions, pre-releases among them: they are no part of a range of releases in
/// semver, and are here.
#[test]
fn versions_are_matched_as_rustsec_matches_them() {
    let versions = "patched = [\">= 0.6.14, < 1.0.0\", \">= 1.6.1\"]\nunaffected = [\"< 0.6.3\"]";
    let a = one("", versions).unwrap();
    for (version, affected) in [
        ("0.6.2", false),
        ("0.6.3-rc.1", false),
        ("0.6.3", true),
        ("0.6.13", true),
        ("0.6.14-alpha.1", true),
        ("0.6.14", false),
        ("1.0.0-beta.1", false),
        ("1.0.0", true),
        ("1.6.1-rc.0", true),
        ("1.6.1+build.5", false),
        ("2.0.0-alpha", false),
    ] {
        assert_eq!(a.affects(&Version::parse(version).unwrap()), affected, "{version}");
    }
    assert!(one("", "patched = []").unwrap().affects(&Version::parse("0.0.0-0").unwrap()));
}

#[test]
fn a_database_counts_what_counts() {
    let text = stream(&[
        ("crates/a/RUSTSEC-2021-0001.md", advisory("RUSTSEC-2021-0001", "a", "", "patched = []")),
        (
            "crates/b/RUSTSEC-2021-0002.md",
            advisory("RUSTSEC-2021-0002", "b", "withdrawn = \"2021-03-04\"", "patched = []"),
        ),
        ("crates/c/RUSTSEC-0000-0000.md", advisory("RUSTSEC-0000-0000", "c", "", "patched = []")),
        (
            "crates/d/RUSTSEC-2021-0003.md",
            advisory("RUSTSEC-2021-0003", "d", "source = \"registry+https://example.org/index\"", "patched = []"),
        ),
        ("rust/std/CVE-2021-5.md", advisory("CVE-2021-5", "std", "", "patched = []").replace("02-03", "06-07")),
    ]);
    let report = read_of(&text).unwrap();
    assert_eq!(report.made_at.unwrap().to_string(), "2021-06-07T00:00:00Z");
    let notes: Vec<&str> = report.notes.iter().map(|n| &**n).collect();
    assert_eq!(
        notes,
        [
            "it states no time of its own: its age is that of its newest advisory, of 2021-06-07",
            "1 withdrawn by RustSec, which do not count",
            "1 about the toolchain itself, which no lock file names",
        ]
    );
    let list = report.facts.advisories.unwrap().list;
    let seen: Vec<_> = list.iter().map(|a| (&*a.id, a.package.as_deref())).collect();
    assert_eq!(seen, [("RUSTSEC-2021-0001", Some("a")), ("RUSTSEC-2021-0003", None), ("CVE-2021-5", None)]);
}

#[test]
fn what_is_wrong_with_one_advisory_is_wrong_with_the_database() {
    let good = || ("crates/a/RUSTSEC-2021-0001.md", advisory("RUSTSEC-2021-0001", "a", "", "patched = []"));
    let at = |path: &'static str, id: &str, package: &str| (path, advisory(id, package, "", "patched = []"));
    let bad = |from: &str, to: &str| {
        ("crates/b/RUSTSEC-2021-0002.md", advisory("RUSTSEC-2021-0002", "b", "", "patched = []").replace(from, to))
    };
    for (part, why) in [
        (at("crates/b/RUSTSEC-2021-0003.md", "RUSTSEC-2021-0002", "b"), "not where it belongs"),
        (at("crates/c/RUSTSEC-2021-0002.md", "RUSTSEC-2021-0002", "b"), "not where it belongs"),
        (at("crates/a/RUSTSEC-2021-0001.md", "RUSTSEC-2021-0001", "a"), "RUSTSEC-2021-0001 stands twice"),
        (at("other/b/RUSTSEC-2021-0002.md", "RUSTSEC-2021-0002", "b"), "no collection of a database"),
        (bad("date", "collection = \"rust\"\ndate"), "another collection"),
        (bad("```toml", "toml"), "crates/b/RUSTSEC-2021-0002.md: it does not begin"),
        (bad("[versions]", "[version]"), "crates/b/RUSTSEC-2021-0002.md: missing field `versions`"),
        (bad("patched = []", ""), "missing field `patched`"),
        (bad("patched = []", "patched = [\">= 1.0.0\", \">= 2.0.0\"]"), "Overlapping version ranges"),
        (bad("patched = []", "patched = [\"= 1.0.18446744073709551615\"]"), "too large for a version"),
        (bad("patched = []", "patched = [\"> 1.18446744073709551615.0\"]"), "too large for a version"),
        (bad("date = \"2021-02-03\"", ""), "missing field `date`"),
        (bad("date = \"2021-02-03\"", "date = \"soon\""), "invalid date"),
        (bad("date", "cvss = \"CVSS:3.1/AV:N\"\ndate"), "RUSTSEC-2021-0002 has CVSS:3.1/AV:N, which is not a whole"),
        (bad("package = \"b\"", "package = \"b\"\npackage = \"c\""), "duplicate key"),
        (bad("# A title", "A title"), "header"),
        (("crates/b/RUSTSEC-2021-0002.md", "```toml".into()), "end of TOML"),
        (("crates/b/RUSTSEC-2021-0002.md", String::new()), "it does not begin"),
    ] {
        let error = read_of(&stream(&[good(), part])).unwrap_err().to_string();
        assert!(error.contains(why) && !error.contains('\n'), "{why}: {error}");
    }
    let whole = stream(&[good()]);
    assert!(read_of(&whole).is_ok());
    for cut in [&whole[..whole.len() - 1], &whole[..30], "==> crates/a/RUSTSEC-2021-0001.md, 9999999 bytes <==\nx\n"] {
        assert!(read_of(cut).is_err(), "{cut}");
    }
    let of_toolchain = stream(&[("rust/std/CVE-2021-5.md", advisory("CVE-2021-5", "std", "", "patched = []"))]);
    assert!(read_of(&of_toolchain).unwrap_err().reason.contains("not one advisory that counts"));
    let withdrawn = advisory("RUSTSEC-2021-0001", "a", "withdrawn = \"2021-03-04\"", "patched = []");
    assert!(read_of(&withdrawn).unwrap_err().reason.contains("not one advisory that counts"));
}

/// The `rustsec` crate takes the first 20 bytes of what is no advisory, also in the middle of a character.
#[test]
fn nothing_that_the_crate_would_panic_at_reaches_it() {
    for text in ["```tom éééééééééééééééé", "éééééééééééé", "a"] {
        assert!(parse(text).is_err(), "{text}");
    }
}

#[test]
fn it_is_known_by_its_front_or_as_a_folder() {
    let is = |text: &str| recognise(&Head::of(text.as_bytes(), "p"));
    let advisory = advisory("RUSTSEC-2021-0001", "a", "", "patched = []");
    assert!(is(&advisory) && is(&stream(&[("crates/a/RUSTSEC-2021-0001.md", advisory.clone())])));
    assert!(!is(&advisory.replace("RUSTSEC-2021-0001", "RUSTSEC-0000-0000")), "the example of the database");
    assert!(!is("```toml\n[dependencies]\n```\n") && !is("==> a <==\n"));
}
