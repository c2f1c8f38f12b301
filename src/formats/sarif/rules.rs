//! The rules of a run, and which of them a result names.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::bag::{Bag, Loose, Whole};
use super::model::{ComponentReference, Configuration, Level, Message, Tool};
use super::producers::first_line;
use super::severity;
use crate::facts::{SeverityRule, is_advisory};
use crate::text::Text;

/// How many other names of an advisory are kept: every result of its rule bears them.
pub(super) const MOST_ALIASES: usize = 32;

/// A rule, 3.49, as far as results need it.
#[derive(Deserialize)]
#[serde(from = "RawRule")]
pub(super) struct Rule {
    pub(super) id: Text,
    pub(super) level: Option<Level>,
    pub(super) properties: Option<Box<Bag>>,
    pub(super) title: Text,
    /// The first lines of the messages that results name by id.
    messages: BTreeMap<String, String>,
    /// Other names of the advisory that it is about.
    pub(super) aliases: Vec<Text>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawRule {
    id: Option<String>,
    deprecated_ids: Option<Loose>,
    short_description: Option<Message>,
    message_strings: Option<BTreeMap<String, Message>>,
    default_configuration: Option<Configuration>,
    properties: Option<Bag>,
}

impl From<RawRule> for Rule {
    fn from(raw: RawRule) -> Self {
        let id = raw.id.unwrap_or_default();
        let title = raw.short_description.and_then(|m| m.text).unwrap_or_default();
        let aliases = raw.deprecated_ids.unwrap_or_default().0;
        Self {
            level: raw.default_configuration.and_then(|c| c.level),
            properties: raw.properties.and_then(Bag::something),
            title: Text::new(&first_line(&title)),
            messages: raw
                .message_strings
                .unwrap_or_default()
                .into_iter()
                .map(|(id, m)| (id, first_line(&m.text.unwrap_or_default())))
                .collect(),
            aliases: aliases
                .iter()
                .filter(|a| **a != id && is_advisory(a))
                .take(MOST_ALIASES)
                .map(|a| Text::new(a))
                .collect(),
            id: Text::new(&id),
        }
    }
}

impl Rule {
    /// The first line of the message with this id.
    pub(super) fn message(&self, id: &str) -> Option<&str> {
        self.messages.get(id).map(String::as_str)
    }
}

/// All rules of a run: the driver's, then those of its extensions.
pub(super) struct Rules {
    components: Vec<Vec<Rule>>,
    /// The components by `name` and `guid`, in small letters.
    named: BTreeMap<(Key, String), usize>,
    /// Where an id is defined, in one component and anywhere.
    inside: BTreeMap<(usize, Text), Definition>,
    anywhere: BTreeMap<Text, Definition>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Name,
    Guid,
}

/// Where an id is defined. Of several definitions it is the worst.
#[derive(Clone, Copy)]
struct Definition {
    place: (usize, usize),
    several: bool,
}

/// What was found for a result.
#[derive(Default)]
pub(super) struct Found<'r> {
    pub(super) rule: Option<&'r Rule>,
    /// What tells it from other rules of the run.
    pub(super) place: Option<(usize, usize)>,
    /// The index in the report names another rule, or none.
    pub(super) contradiction: bool,
    /// The id is defined more than once; of those this is the worst.
    pub(super) several: bool,
}

/// How a result names its rule.
#[derive(Default)]
pub(super) struct Naming {
    pub(super) id: Option<Text>,
    pub(super) index: Option<i64>,
    pub(super) component: Option<Box<ComponentReference>>,
}

impl Naming {
    pub(super) fn new(id: Option<String>, index: Whole, component: Option<ComponentReference>) -> Self {
        Self {
            id: id.filter(|i| !i.trim().is_empty()).map(Text::from),
            // -1 is the standard's word for none.
            index: index.0.filter(|i| *i != -1),
            component: component.map(Box::new),
        }
    }
}

impl Rules {
    pub(super) fn new(tool: Tool) -> Self {
        let mut rules =
            Self { components: Vec::new(), named: BTreeMap::new(), inside: BTreeMap::new(), anywhere: BTreeMap::new() };
        let driver = tool.driver.name.clone().unwrap_or_default();
        for (c, component) in std::iter::once(tool.driver).chain(tool.extensions.unwrap_or_default()).enumerate() {
            for (key, value) in [(Key::Name, component.name), (Key::Guid, component.guid)] {
                if let Some(value) = value {
                    rules.named.entry((key, value.to_ascii_lowercase())).or_insert(c);
                }
            }
            rules.components.push(component.rules.unwrap_or_default().0);
        }
        for (c, list) in rules.components.iter().enumerate() {
            for (r, rule) in list.iter().enumerate() {
                let here = Definition { place: (c, r), several: false };
                let worse = |known: &mut Definition| {
                    let rank = |d: &Definition| {
                        let rule = rules.components.get(d.place.0).and_then(|l| l.get(d.place.1));
                        rule.map(|r| severity::of_rule(r, &driver).severity(SeverityRule::Tool))
                    };
                    let place = if rank(&here) > rank(known) { here.place } else { known.place };
                    *known = Definition { place, several: true };
                };
                rules.inside.entry((c, rule.id.clone())).and_modify(worse).or_insert(here);
                rules.anywhere.entry(rule.id.clone()).and_modify(worse).or_insert(here);
            }
        }
        rules
    }

    fn at(&self, (component, rule): (usize, usize)) -> Option<&Rule> {
        self.components.get(component)?.get(rule)
    }

    /// The place of the component that is named; nothing where there is no such one.
    fn component(&self, reference: Option<&ComponentReference>) -> Option<usize> {
        let Some(reference) = reference else { return Some(0) };
        if let Some(index) = reference.index.0.filter(|i| *i != -1) {
            let place = usize::try_from(index).ok()?.checked_add(1)?;
            return (place < self.components.len()).then_some(place);
        }
        match (&reference.guid, &reference.name) {
            (Some(guid), _) => self.named.get(&(Key::Guid, guid.to_ascii_lowercase())).copied(),
            (None, Some(name)) => self.named.get(&(Key::Name, name.to_ascii_lowercase())).copied(),
            (None, None) => Some(0),
        }
    }

    /// The rule that a result names (3.27.5 to 3.27.7): by its index, if the id agrees; else by id.
    pub(super) fn find(&self, naming: &Naming) -> Found<'_> {
        let component = self.component(naming.component.as_deref());
        let mut contradiction = component.is_none() || naming.index.is_some_and(|i| i < 0);
        let index = naming.index.and_then(|i| usize::try_from(i).ok());
        let id = naming.id.as_deref();
        if let Some(place) = component.zip(index) {
            match (self.at(place), id) {
                (Some(rule), None) => {
                    return Found { rule: Some(rule), place: Some(place), contradiction, several: false };
                }
                (Some(rule), Some(id)) if is_or_refines(id, &rule.id) => {
                    return self.defined(self.inside.get(&(place.0, rule.id.clone())), contradiction);
                }
                _ => contradiction = true,
            }
        }
        // `CA1000/1` refines `CA1000` (3.5.4).
        let mut id = id.unwrap_or_default();
        loop {
            let definition = self.anywhere.get(id).filter(|_| !id.is_empty());
            match (definition, id.rsplit_once('/')) {
                (None, Some((parent, _))) => id = parent,
                _ => return self.defined(definition, contradiction),
            }
        }
    }

    fn defined(&self, definition: Option<&Definition>, contradiction: bool) -> Found<'_> {
        Found {
            rule: definition.and_then(|d| self.at(d.place)),
            place: definition.map(|d| d.place),
            contradiction,
            several: definition.is_some_and(|d| d.several),
        }
    }
}

fn is_or_refines(id: &str, rule: &str) -> bool {
    id == rule || id.strip_prefix(rule).is_some_and(|rest| rest.starts_with('/'))
}
