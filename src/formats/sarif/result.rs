//! A result, made small as soon as it was read, and made a finding when its run has ended.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, SeqAccess, Visitor};
use sha2::Digest;

use super::Places;
use super::bag::Bag;
use super::model::{Kind, Level, RawResult, Suppression};
use super::prints::{Prints, prints};
use super::producers::{Producer, Said, first_line, fix_beside, hear, package_beside};
use super::rules::{MOST_ALIASES, Naming, Rule};
use crate::facts::{Finding, Location, Rating, SeverityRule, advisory_in, is_advisory};
use crate::text::Text;

/// How many arguments of a message are kept.
const MOST_ARGUMENTS: usize = 16;

/// How many results lie together: they are given back part by part when they become findings.
const PART: usize = 1024;

/// How many results of a run are read: at the largest file that is, none that a tool wrote is denser.
const MOST: usize = 2_000_000;

/// The results of a run that count, and what was left out of them.
#[derive(Default)]
pub(super) struct Results {
    parts: Vec<Vec<Pending>>,
    /// Results of a kind that is no finding which carry a level of one.
    pub(super) contradicting: u64,
}

impl Results {
    pub(super) fn append(&mut self, other: Self) {
        self.parts.extend(other.parts);
        self.contradicting += other.contradicting;
    }

    fn push(&mut self, result: Pending) {
        match self.parts.last_mut().filter(|p| p.len() < PART) {
            Some(part) => part.push(result),
            None => self.parts.push(vec![result]),
        }
    }

    pub(super) fn into_each(self) -> impl Iterator<Item = Pending> {
        self.parts.into_iter().flatten()
    }
}

impl<'de> Deserialize<'de> for Results {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Results;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array of results")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Results, A::Error> {
                let mut results = Results::default();
                while let Some(raw) = seq.next_element::<RawResult>()? {
                    if results.parts.len() > MOST / PART {
                        return Err(A::Error::custom(format!("more than {MOST} results in a run")));
                    }
                    match raw.kind {
                        Kind::Fail | Kind::Open | Kind::Review => results.push(Pending::of(raw)),
                        Kind::Pass | Kind::NotApplicable | Kind::Informational => {
                            results.contradicting += u64::from(raw.level >= Some(Level::Warning));
                        }
                    }
                }
                Ok(results)
            }
        }
        deserializer.deserialize_seq(Any)
    }
}

/// A result that waits for the rules of its run, which may stand behind it.
pub(super) struct Pending {
    pub(super) naming: Naming,
    /// Its kind is `fail`, not `open` or `review`.
    pub(super) fails: bool,
    pub(super) level: Option<Level>,
    pub(super) said: Option<Box<Said>>,
    pub(super) properties: Option<Box<Bag>>,
    fingerprints: Option<Box<Bag>>,
    prints: Option<Prints>,
    title: Box<str>,
    /// The id and the arguments of a message without a text.
    template: Option<Box<(String, Vec<String>)>>,
    path: Option<Box<str>>,
    base: Option<Box<str>>,
    artifact: Option<i64>,
    line: Option<u32>,
    suppressed: bool,
    /// Of its whole message and all its places.
    digest: [u8; 16],
}

impl Pending {
    fn of(raw: RawResult) -> Self {
        let rule = raw.rule.unwrap_or_default();
        let index = if raw.rule_index.0.is_some_and(|i| i != -1) { raw.rule_index } else { rule.index };
        let places = raw.locations.unwrap_or_default();
        let message = raw.message.unwrap_or_default();
        let text = message.text.unwrap_or_default();
        let mut arguments = message.arguments.unwrap_or_default().0;

        let mut hasher = places.digest;
        for part in [Some(&text), message.id.as_ref()].into_iter().flatten().chain(&arguments) {
            hasher.update(part.len().to_le_bytes());
            hasher.update(part);
        }
        let mut digest = [0; 16];
        digest.copy_from_slice(hasher.finalize().get(..16).unwrap_or(&[0; 16]));

        arguments.truncate(MOST_ARGUMENTS);
        let template = message.id.filter(|_| text.trim().is_empty());
        Self {
            naming: Naming::new(raw.rule_id.or(rule.id), index, rule.tool_component),
            fails: raw.kind == Kind::Fail,
            level: raw.level,
            said: hear(&text).map(Box::new),
            properties: raw.properties.and_then(Bag::something),
            fingerprints: raw.partial_fingerprints.and_then(Bag::something),
            prints: raw.fingerprints,
            title: first_line(&text).into(),
            template: template.map(|id| Box::new((id, arguments.iter().map(|a| first_line(a)).collect()))),
            path: places.uri.filter(|u| !u.is_empty()).map(String::into_boxed_str),
            base: places.base,
            artifact: places.artifact,
            line: places.line,
            suppressed: suppressed(raw.suppressions.as_deref()) || raw.baseline_state.as_deref() == Some("absent"),
            digest,
        }
    }

    /// The finding that it is, and what tells it from others at the same place.
    pub(super) fn finding(
        self,
        rule: Option<&Rule>,
        rating: Rating,
        tool: &Text,
        by: Option<Producer>,
        places: &Places,
    ) -> (Finding, String) {
        let said = self.said.filter(|s| Some(s.by) == by).map(|s| *s);
        let fingerprints = self.fingerprints.as_deref();
        let of_rule = rule.and_then(|r| r.properties.as_deref());
        let title = title(&self.title, self.template.as_deref(), said.as_ref(), rule);
        let named = rule.map(|r| &r.id).filter(|id| self.naming.id.is_none() || self.naming.id.as_ref() == Some(*id));
        let named = named.cloned().or(self.naming.id).filter(|id| !id.is_empty());
        let rule_id = named.unwrap_or_else(|| title.clone());
        let own = fingerprints.filter(|_| by == Some(Producer::CargoDeny));
        let id = match advisory(own, &rule_id) {
            Some(advisory) if *advisory != *rule_id => Text::new(advisory),
            _ => rule_id.clone(),
        };
        let (package, fix, mut aliases) = match said {
            Some(said) => (said.package, said.fix, said.aliases),
            None => (None, None, Vec::new()),
        };
        if is_advisory(&id) {
            let tags = of_rule.filter(|_| by == Some(Producer::Govulncheck)).map_or(&[][..], |b| b.all("tags"));
            aliases.extend(rule.map_or(&[][..], |r| &r.aliases).iter().cloned());
            aliases.extend(tags.iter().filter(|t| is_advisory(t)).take(MOST_ALIASES).map(|t| Text::new(t)));
            aliases.sort();
            aliases.dedup();
            aliases.retain(|a| *a != id);
        }
        let package = package_beside(by, fingerprints, of_rule, &rule_id).or(package);
        if package.is_none() && !is_advisory(&id) {
            aliases.extend(prints(self.prints, fingerprints));
        }
        let own = self.path.as_deref().map(|path| places.bases.place(path, self.base.as_deref()));
        let artifact = || places.artifacts.get(usize::try_from(self.artifact?).ok()?)?.clone();
        let path = own.or_else(artifact).filter(|p| !p.is_empty());
        let finding = Finding {
            message: title,
            package,
            location: path.map(|path| Location { path: Text::new(&path), line: self.line }),
            rating,
            fix: fix.or_else(|| fix_beside(by, of_rule)),
            tool: tool.clone(),
            suppressed: self.suppressed,
            aliases,
            id,
        };
        // What differs in how bad it is said to be repeats nothing.
        let worst = finding.rating.severity(SeverityRule::Worst).name();
        let severity = finding.rating.severity(SeverityRule::Tool).name();
        let digest = u128::from_le_bytes(self.digest);
        (finding, format!("{digest:x} {severity} {worst} {} {rule_id}", self.suppressed))
    }
}

/// One line that says what it is.
fn title(own: &str, template: Option<&(String, Vec<String>)>, said: Option<&Said>, rule: Option<&Rule>) -> Text {
    if let Some((id, arguments)) = template {
        let found = rule.and_then(|r| r.message(id));
        let line = found.map_or_else(|| format!("{id} {}", arguments.join(", ")), |text| filled(text, arguments));
        return Text::new(&first_line(&line));
    }
    let of_rule = rule.map(|r| &r.title).filter(|t| !t.is_empty());
    let of_message = said.and_then(|s| s.title.as_deref());
    match (said.map(|s| s.by), of_rule, of_message.unwrap_or(own)) {
        // The first line of Trivy's message only names the package.
        (Some(Producer::Trivy), Some(title), _) | (_, Some(title), "") => title.clone(),
        (_, None, "") => Text::new("a result without a message"),
        (_, _, line) => Text::new(line),
    }
}

/// A message with its placeholders `{0}` filled (3.11.5), in one pass.
fn filled(text: &str, arguments: &[String]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let place = after.split_once('}').and_then(|(n, behind)| Some((n.parse::<usize>().ok()?, behind)));
        match place.and_then(|(n, behind)| Some((arguments.get(n)?, behind))) {
            Some((argument, behind)) => {
                out.push_str(argument);
                rest = behind;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out + rest
}

/// The advisory that the result is about, if its rule is one; Trivy 0.15 writes `CVE-2018-14618/curl`.
fn advisory<'a>(fingerprints: Option<&'a Bag>, id: &'a str) -> Option<&'a str> {
    let stated = fingerprints.and_then(|f| f.get("cargo-deny/advisory-id"));
    stated.or(advisory_in(id)).map(|a| a.split(|c: char| c != '-' && !c.is_ascii_alphanumeric()).next().unwrap_or(a))
}

/// Whether its suppressions say that it is suppressed: there are some, and each is accepted, which
/// is what a missing status means (3.27.23, 3.35.3). An unknown shape says nothing.
fn suppressed(list: Option<&[Suppression]>) -> bool {
    let accepted = |s: &Suppression| {
        s.state.is_none()
            && match &s.status {
                None => true,
                Some(status) => status.0 == ["accepted"],
            }
    };
    list.is_some_and(|list| !list.is_empty() && list.iter().all(accepted))
}
