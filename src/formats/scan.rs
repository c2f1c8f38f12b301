//! What the readers of vulnerability scanners share: findings that make packages vulnerable, what is stated of
//! their severity, and licences that are listed one by one.

use crate::facts::{Declared, Dependencies, DependencyIssue, Finding, Findings, Package, Rating, Severity, Source};
use crate::text::Text;

/// The longest description that is shown as a message, in characters.
const LONGEST_LINE: usize = 200;

/// Findings, and which of them make a package vulnerable.
#[derive(Default)]
pub(super) struct Scan {
    pub(super) findings: Findings,
    pub(super) dependencies: Dependencies,
}

impl Scan {
    /// Adds a vulnerability of a package: a finding, and what makes the package a vulnerable one.
    pub(super) fn add_vulnerability(&mut self, finding: Finding, region: &str) {
        let vulnerable = self.dependencies.speak_of(DependencyIssue::Vulnerable);
        if self.findings.add(finding.clone(), region) {
            vulnerable.push(finding);
        }
    }

    /// Notes that packages were looked at, even if none is vulnerable.
    pub(super) fn speak_of_packages(&mut self) {
        self.dependencies.speak_of(DependencyIssue::Vulnerable);
    }
}

/// The package by its purl; where that is none, by the name that the tool writes. The version is the tool's.
pub(super) fn package(purl: Option<&str>, name: &Text, version: Option<&Text>) -> Package {
    let by_purl = purl.and_then(Package::of_purl);
    let version = version.filter(|v| !v.is_empty()).cloned();
    match by_purl {
        Some(package) => Package { version: version.or(package.version), name: package.name },
        None => Package { name: name.clone(), version },
    }
}

/// Adds the tool's own word, if it is one: UNKNOWN states nothing.
pub(super) fn add_word(rating: &mut Rating, word: Option<&str>) {
    if let Some((word, severity)) = word.and_then(|w| Severity::of_word(w).map(|s| (w, s))) {
        rating.add(severity, Source::Word, word);
    }
}

/// Adds a CVSS vector and the score that stands beside it. A score that says the same says nothing more.
pub(super) fn add_cvss(rating: &mut Rating, vector: Option<&str>, score: Option<f64>) {
    let before = rating.claims().len();
    if let Some(vector) = vector {
        rating.add_vector(vector);
    }
    let of_vector = rating.claims().get(before).map(|c| c.severity);
    if let Some((score, severity)) = score.and_then(|s| Severity::of_score(s).map(|v| (s, v)))
        && of_vector != Some(severity)
    {
        rating.add(severity, Source::Score, format!("CVSS {score:.1}"));
    }
}

/// The first of these texts that says something: its first line, cut where it is long.
pub(super) fn brief<'a>(texts: impl IntoIterator<Item = Option<&'a str>>) -> Text {
    let lines = texts.into_iter().flatten().flat_map(str::lines).map(str::trim);
    let line = lines.into_iter().find(|l| !l.is_empty()).unwrap_or_default();
    match line.char_indices().nth(LONGEST_LINE) {
        Some((at, _)) => Text::new(&format!("{}…", line.get(..at).unwrap_or_default())),
        None => Text::new(line),
    }
}

/// Several licences of one package: what the list means is nowhere said, so all of them must be allowed.
pub(super) fn all_of(licences: &[Text]) -> Declared {
    let mut words: Vec<&str> = Vec::new();
    for licence in licences.iter().map(|l| l.trim()).filter(|l| !l.is_empty()) {
        if !words.contains(&licence) {
            words.push(licence);
        }
    }
    match words.as_slice() {
        [] => Declared::Nothing,
        [one] => Declared::Words(Text::new(one)),
        several => {
            let each = |w: &&str| if w.contains([' ', '/']) { format!("({w})") } else { (*w).to_owned() };
            Declared::Words(Text::new(&several.iter().map(each).collect::<Vec<_>>().join(" AND ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::SeverityRule;

    #[test]
    fn a_package_is_named_by_its_purl_and_versioned_by_its_tool() {
        for (purl, name, version, expected) in [
            (Some("pkg:npm/%40a/b@1"), "b", "1.0", ("@a/b", Some("1.0"))),
            (Some("pkg:npm/%40a/b@1"), "b", "", ("@a/b", Some("1"))),
            (Some("no purl"), "b", "1", ("b", Some("1"))),
            (None, "b", "", ("b", None)),
        ] {
            let seen = package(purl, &Text::new(name), Some(&Text::new(version)));
            assert_eq!((&*seen.name, seen.version.as_deref()), expected, "{purl:?}");
        }
    }

    #[test]
    fn every_statement_on_the_severity_is_kept_and_nonsense_is_none() {
        let high = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H";
        for (word, vector, score, tool, worst, claims) in [
            (Some("CRITICAL"), Some(high), Some(7.5), Severity::Critical, Severity::Critical, 2),
            (Some("UNKNOWN"), Some(high), Some(9.8), Severity::High, Severity::Critical, 2),
            (Some("low"), Some("garbage"), Some(9.8), Severity::Low, Severity::Critical, 2),
            (None, None, Some(f64::INFINITY), Severity::Unknown, Severity::Unknown, 0),
            (Some(""), None, None, Severity::Unknown, Severity::Unknown, 0),
        ] {
            let mut rating = Rating::default();
            add_word(&mut rating, word);
            add_cvss(&mut rating, vector, score);
            let seen =
                (rating.severity(SeverityRule::Tool), rating.severity(SeverityRule::Worst), rating.claims().len());
            assert_eq!(seen, (tool, worst, claims), "{word:?} {vector:?} {score:?}");
        }
    }

    #[test]
    fn several_licences_must_all_be_allowed() {
        for (list, words) in [
            (&[][..], None),
            (&["", " "], None),
            (&["MIT"], Some("MIT")),
            (&["MIT", "MIT"], Some("MIT")),
            (&["MIT OR Apache-2.0", "Zlib"], Some("(MIT OR Apache-2.0) AND Zlib")),
            (&["MIT/Apache-2.0", "ISC"], Some("(MIT/Apache-2.0) AND ISC")),
        ] {
            let list: Vec<Text> = list.iter().map(|l| Text::new(l)).collect();
            let expected = words.map_or(Declared::Nothing, |w| Declared::Words(Text::new(w)));
            assert_eq!(all_of(&list), expected);
        }
    }

    #[test]
    fn messages_are_one_line() {
        assert_eq!(&*brief([None, Some(" \n"), Some("\n a line \nmore")]), "a line");
        assert_eq!(brief([Some("x".repeat(300).as_str())]).chars().count(), 201);
        assert_eq!(&*brief([]), "");
    }
}
