//! The rules of a run: what all results of a check, or of an id, have in common.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Configuration, PropertyBag, Rule};
use super::scale::Scale;
use super::{level, message};
use crate::outputs::issues::{self, Grade, Issue, What, brief, units};
use crate::outputs::words::{self, few};
use crate::verdict::Check;

/// UTF-16 units of a rule's id. Longer ones end with a digest.
pub(super) const LONGEST_ID: usize = 200;
/// UTF-16 units of a description; GitHub takes 1,024.
const DESCRIPTION: usize = 1000;
/// Tags of a rule that GitHub keeps.
const TAGS: usize = 10;
/// Names, tools, checks and remedies that a rule tells of.
const NAMED: usize = 8;

/// The id of an issue's rule.
pub(super) fn id(issue: &Issue<'_>) -> String {
    if units(&issue.rule) <= LONGEST_ID {
        return issue.rule.clone();
    }
    format!("{} {}", brief(&issue.rule, LONGEST_ID), issues::digest(&issue.rule, 16))
}

/// What stands for a word where GitHub wants a number: one that it reads as the same word. Nothing for `info` and
/// `unknown`, which it has no numbers for.
pub(super) fn score(issue: &Issue<'_>) -> Option<&'static str> {
    if !issue.is_security() {
        return None;
    }
    match issue.severity()? {
        "critical" => Some("9.5"),
        "high" => Some("8.0"),
        "medium" => Some("5.5"),
        "low" => Some("2.0"),
        _ => None,
    }
}

/// The rules so far, in the order in which results name them.
#[derive(Default)]
pub(super) struct Rules<'a> {
    places: BTreeMap<String, usize>,
    list: Vec<Gathered<'a>>,
}

/// What the results of a rule say.
struct Gathered<'a> {
    id: String,
    first: Issue<'a>,
    grade: Grade,
    score: Option<&'static str>,
    security: bool,
    /// Whether all say the same.
    agreed: bool,
    gates: BTreeSet<&'a str>,
    tools: BTreeSet<&'a str>,
    names: BTreeSet<&'a str>,
    fixes: BTreeSet<String>,
    checks: Vec<&'a str>,
}

impl<'a> Rules<'a> {
    /// The place of an issue's rule, which takes up what the issue says.
    pub(super) fn index_of(&mut self, issue: &Issue<'a>, scale: &mut Scale) -> usize {
        let id = id(issue);
        if let Some(&place) = self.places.get(&id) {
            if let Some(rule) = self.list.get_mut(place) {
                rule.take(issue);
            }
            return place;
        }
        let rule = Gathered::of(id.clone(), issue);
        scale.add(&rule.written());
        self.list.push(rule);
        let place = self.list.len() - 1;
        self.places.insert(id, place);
        place
    }

    pub(super) fn into_list(self) -> Vec<Rule> {
        self.list.iter().map(Gathered::written).collect()
    }
}

/// Adds to a list that does not grow long.
fn few_more<T: Ord>(set: &mut BTreeSet<T>, more: impl IntoIterator<Item = T>) {
    for one in more {
        if set.len() < NAMED {
            set.insert(one);
        }
    }
}

impl<'a> Gathered<'a> {
    fn of(id: String, issue: &Issue<'a>) -> Self {
        let mut rule = Self {
            id,
            first: issue.clone(),
            grade: issue.grade,
            score: None,
            security: false,
            agreed: true,
            gates: BTreeSet::new(),
            tools: BTreeSet::new(),
            names: BTreeSet::new(),
            fixes: BTreeSet::new(),
            checks: Vec::new(),
        };
        rule.take(issue);
        rule
    }

    fn take(&mut self, issue: &Issue<'a>) {
        self.grade = self.grade.min(issue.grade);
        self.security |= issue.is_security();
        if issue.waived.is_none() {
            self.score = self.score.max(score(issue));
        }
        few_more(&mut self.gates, issue.gates());
        few_more(&mut self.tools, issue.tools());
        for id in issue.checks.iter().map(|c| &*c.id) {
            if !id.is_empty() && self.checks.len() < NAMED && !self.checks.contains(&id) {
                self.checks.push(id);
            }
        }
        if let (What::Finding(violation), What::Finding(first)) = (issue.what, self.first.what) {
            self.agreed &= violation.message == first.message;
            few_more(&mut self.names, violation.other_names().into_iter().map(|a| &**a).filter(|a| !a.is_empty()));
            few_more(&mut self.fixes, issues::fix(violation));
        }
    }

    fn written(&self) -> Rule {
        let mut properties = PropertyBag::default();
        let security = self.security.then_some("security");
        let tags = security.into_iter().chain(self.gates.iter().copied()).chain(self.tools.iter().copied());
        properties.put_list("tags", tags.take(TAGS));
        properties.put_text("security-severity", self.score.unwrap_or_default());
        Rule {
            id: self.id.clone(),
            short_description: message(&brief(&self.short(), DESCRIPTION)),
            full_description: message(&brief(&self.full(), DESCRIPTION)),
            help: message(&self.help()),
            default_configuration: Configuration { level: level(self.grade) },
            properties,
        }
    }

    fn check(&self) -> Option<&'a Check> {
        // A finding of tests or licences is a result of the rule of its check.
        let named = self.first.checks.first().copied();
        named.filter(|c| matches!(self.first.what, What::Check(_)) || *c.id == self.first.rule)
    }

    fn short(&self) -> String {
        let finding = match self.first.what {
            What::Finding(violation) if self.check().is_none() => violation,
            _ => return self.check().map_or_else(|| self.first.title(), of_check),
        };
        if self.agreed && !finding.message.is_empty() {
            return finding.message.to_string();
        }
        let by = few(&self.tools, 3);
        if by.is_empty() { self.id.clone() } else { format!("{}, as {by} reports it", self.id) }
    }

    fn full(&self) -> String {
        let mut said = vec![format!("{}.", self.short().trim_end_matches('.'))];
        if !self.names.is_empty() {
            said.push(format!("Also known as {}.", few(&self.names, NAMED)));
        }
        if !self.tools.is_empty() {
            said.push(format!("Reported by {}.", few(&self.tools, NAMED)));
        }
        let counted = self.checks.iter().filter(|id| **id != self.id).collect::<Vec<_>>();
        if !counted.is_empty() {
            said.push(format!("Subject of {}.", few(counted, NAMED)));
        }
        said.join(" ")
    }

    /// How to mend it, and where to read more.
    fn help(&self) -> String {
        let mut said = vec![brief(&self.full(), DESCRIPTION)];
        if !self.fixes.is_empty() {
            said.push(format!("Fix: {}.", brief(&few(&self.fixes, NAMED), DESCRIPTION)));
        }
        if let Some(check) = self.first.checks.first() {
            said.extend(
                check
                    .help
                    .as_ref()
                    .filter(|h| !h.is_empty())
                    .map(|h| format!("To mend it: {}.", brief(h, DESCRIPTION))),
            );
            let source = check.policy_source.as_ref().filter(|s| !s.path.is_empty());
            said.extend(source.map(|s| format!("The policy decides at {}:{}.", brief(&s.path, DESCRIPTION), s.line)));
        }
        said.push("`portcullis explain` says of each check what it measures and how.".to_owned());
        if self.security {
            said.push("`portcullis waive` excepts a finding, with a reason, an owner and an end.".to_owned());
        }
        said.join("\n\n")
    }
}

/// A check and what it holds to.
fn of_check(check: &Check) -> String {
    let id = if check.id.is_empty() { "a check" } else { &check.id };
    let bounds = [("fails", check.fail), ("warns", check.warn)];
    let said = bounds.into_iter().filter(|(_, b)| b.is_some()).map(|(verb, b)| (verb, words::bound(check, b)));
    let said: Vec<String> = said.filter(|(_, b)| !b.is_empty()).map(|(verb, b)| format!("{verb} {b}")).collect();
    if said.is_empty() { format!("{id} must hold") } else { format!("{id} {}", said.join(", ")) }
}
