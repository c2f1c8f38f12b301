//! An entry in the OSV schema (ossf/osv-schema `docs/schema.md`), which osv-scanner and govulncheck put into their
//! reports: its names, and what it states of a severity.

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::scan;
use crate::facts::Rating;
use crate::text::Text;

/// An entry, as far as it is used.
#[derive(Deserialize)]
#[serde(expecting = "an entry of OSV")]
pub(super) struct Entry {
    pub(super) id: Text,
    aliases: Option<Vec<Text>>,
    /// Of a distribution's entry: those of the software itself that it is about.
    upstream: Option<Vec<Text>>,
    summary: Option<String>,
    details: Option<String>,
    severity: Option<Vec<Stated>>,
    database_specific: Option<Specific>,
    affected: Option<Vec<Affected>>,
}

/// A vector (`CVSS_V3`), or the word of a distribution (`Ubuntu`).
#[derive(Deserialize)]
struct Stated {
    score: Option<String>,
}

/// What a database adds in its own words.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Specific {
    severity: Word,
    cvss: Word,
}

#[derive(Deserialize)]
struct Affected {
    package: Option<Named>,
    ranges: Option<Vec<Range>>,
    severity: Option<Vec<Stated>>,
    database_specific: Option<Specific>,
}

#[derive(Deserialize)]
struct Named {
    name: Option<Text>,
}

#[derive(Deserialize)]
struct Range {
    r#type: Option<String>,
    events: Option<Vec<Event>>,
}

#[derive(Deserialize)]
struct Event {
    fixed: Option<Text>,
}

impl Entry {
    /// Every other name of it.
    pub(super) fn names(&self) -> impl Iterator<Item = &Text> {
        self.aliases.iter().chain(&self.upstream).flatten()
    }

    /// What it is about, in a line.
    pub(super) fn message(&self) -> Text {
        scan::brief([self.summary.as_deref(), self.details.as_deref(), Some(&*self.id)])
    }

    fn about<'a>(&'a self, package: &'a str) -> impl Iterator<Item = &'a Affected> {
        let same = move |a: &&Affected| a.package.as_ref().and_then(|p| p.name.as_deref()) == Some(package);
        self.affected.iter().flatten().filter(same)
    }

    /// The versions of the package that mend it, as they are stated, and each once.
    pub(super) fn fixes(&self, package: &str) -> Vec<Text> {
        let ranges = self.about(package).flat_map(|a| a.ranges.iter().flatten());
        // A commit of the source is no version.
        let events = ranges.filter(|r| r.r#type.as_deref() != Some("GIT")).flat_map(|r| r.events.iter().flatten());
        let mut fixes: Vec<Text> = Vec::new();
        for fixed in events.filter_map(|e| e.fixed.as_ref()) {
            if !fixes.contains(fixed) {
                fixes.push(fixed.clone());
            }
        }
        fixes
    }

    /// Adds the words on the severity: of the database, and of a distribution.
    pub(super) fn add_words(&self, rating: &mut Rating) {
        let own = self.database_specific.as_ref().and_then(|d| d.severity.0.as_deref());
        scan::add_word(rating, own);
        for Stated { score } in self.severity.iter().flatten() {
            scan::add_word(rating, score.as_deref());
        }
    }

    /// Adds the vectors, those of the entry before those of the package.
    pub(super) fn add_vectors(&self, package: &str, rating: &mut Rating) {
        let of_package = self.about(package).flat_map(|a| a.severity.iter().flatten());
        for Stated { score } in self.severity.iter().flatten().chain(of_package) {
            scan::add_cvss(rating, score.as_deref(), None);
        }
        for specific in self.about(package).filter_map(|a| a.database_specific.as_ref()) {
            scan::add_cvss(rating, specific.cvss.0.as_deref(), None);
        }
    }
}

/// A word where a tool may write anything: everything but a text is none.
#[derive(Default)]
struct Word(Option<Text>);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyWord)
    }
}

struct AnyWord;

impl<'de> Visitor<'de> for AnyWord {
    type Value = Word;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("anything")
    }

    fn visit_str<E>(self, word: &str) -> Result<Word, E> {
        Ok(Word(Some(Text::new(word))))
    }

    fn visit_unit<E>(self) -> Result<Word, E> {
        Ok(Word(None))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Word, E> {
        Ok(Word(None))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Word, E> {
        Ok(Word(None))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Word, E> {
        Ok(Word(None))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Word, E> {
        Ok(Word(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Word, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Word(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Word, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Word(None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Severity, SeverityRule};
    use crate::input::Window;
    use crate::input::json::Json;

    fn entry(fields: &str) -> Entry {
        let text = format!(r#"{{"id":"GHSA-1","modified":"2026-01-01T00:00:00Z"{fields}}}"#);
        Json::document(&mut Window::of(text.as_bytes())).unwrap()
    }

    #[test]
    fn every_statement_of_a_severity_is_heard_the_words_first() {
        let high = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H";
        for (fields, tool, worst) in [
            (
                r#","database_specific":{"severity":"MODERATE","cwe_ids":[]}"#.to_owned(),
                Severity::Medium,
                Severity::Medium,
            ),
            (r#","database_specific":{"severity":["x"]}"#.to_owned(), Severity::Unknown, Severity::Unknown),
            (r#","severity":[{"type":"Ubuntu","score":"negligible"}]"#.to_owned(), Severity::Info, Severity::Info),
            (
                format!(
                    r#","severity":[{{"type":"CVSS_V3","score":"{high}"}}],"database_specific":{{"severity":"LOW"}}"#
                ),
                Severity::Low,
                Severity::High,
            ),
            (
                format!(r#","affected":[{{"package":{{"name":"p"}},"database_specific":{{"cvss":"{high}"}}}}]"#),
                Severity::High,
                Severity::High,
            ),
            (
                format!(
                    r#","affected":[{{"package":{{"name":"q"}},"severity":[{{"type":"CVSS_V3","score":"{high}"}}]}}]"#
                ),
                Severity::Unknown,
                Severity::Unknown,
            ),
            (String::new(), Severity::Unknown, Severity::Unknown),
        ] {
            let mut rating = Rating::default();
            let entry = entry(&fields);
            entry.add_words(&mut rating);
            entry.add_vectors("p", &mut rating);
            assert_eq!(
                (rating.severity(SeverityRule::Tool), rating.severity(SeverityRule::Worst)),
                (tool, worst),
                "{fields}"
            );
        }
    }

    #[test]
    fn names_fixes_and_the_message_are_its_own() {
        let entry = entry(
            r#","aliases":["CVE-1"],"upstream":["CVE-2"],"details":"\nlong\nmore","affected":[
                {"package":{"name":"p"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.2"},{"fixed":"1.2"}]},
                                                   {"type":"GIT","events":[{"fixed":"abc"}]}]},
                {"package":{"name":"q"},"ranges":[{"type":"SEMVER","events":[{"fixed":"9"}]}]},{"versions":["1"]}]"#,
        );
        assert_eq!(entry.names().map(|n| &**n).collect::<Vec<_>>(), ["CVE-1", "CVE-2"]);
        assert_eq!(entry.fixes("p"), [Text::new("1.2")]);
        assert_eq!(&*entry.message(), "long");
    }

    #[test]
    fn anything_may_stand_where_a_word_may() {
        for (json, word) in [
            (r#""HIGH""#, Some("HIGH")),
            ("null", None),
            ("7", None),
            ("-7", None),
            ("7.5", None),
            ("true", None),
            (r#"["HIGH"]"#, None),
            (r#"{"a":["b"]}"#, None),
        ] {
            let read: Word = Json::document(&mut Window::of(json.as_bytes())).unwrap();
            assert_eq!(read.0.as_deref(), word, "{json}");
        }
    }
}
