//! All that can be explained: the checks of every gate, and those that belong to none.

use crate::evaluate::FAMILIES;
use crate::facts::Kind;
use crate::formats;
use crate::gates::{self, Measure, OFF, REQUIRES};

/// The checks of one gate, or of one family without a gate.
pub(super) struct Chapter {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) rules: &'static str,
    pub(super) measures: Vec<&'static Measure>,
    /// The kind of facts it looks at.
    looks_at: Option<Kind>,
    /// What its scopes may be chosen by.
    pub(super) selects: &'static [&'static str],
}

/// One check.
pub(super) struct Entry<'a> {
    pub(super) chapter: &'a Chapter,
    pub(super) measure: &'static Measure,
}

/// Every chapter, in the order of a report.
pub(super) fn chapters() -> Vec<Chapter> {
    let gates = gates::ALL.iter().map(|gate| Chapter {
        name: gate.name,
        about: gate.about,
        rules: gate.rules,
        measures: gate.measures.iter().collect(),
        looks_at: Some(gate.looks_at),
        selects: gate.selects,
    });
    let families = FAMILIES.iter().map(|family| Chapter {
        name: family.name,
        about: family.about,
        rules: family.rules,
        measures: family.measures.iter().collect(),
        looks_at: None,
        selects: &[],
    });
    gates.chain(families).collect()
}

impl Chapter {
    /// Its checks.
    pub(super) fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.measures.iter().map(|measure| Entry { chapter: self, measure })
    }

    /// The formats of the reports that it looks at.
    pub(super) fn formats(&self) -> Vec<&'static str> {
        let looks_at = self.looks_at;
        let fits = |format: &&formats::Format| looks_at.is_some_and(|kind| format.gives.contains(&kind));
        formats::ALL.iter().filter(fits).map(|f| f.name).collect()
    }

    /// The check that the rest of an id names: `measure`, `scope.measure`, or a name that the policy gives.
    pub(super) fn find(&self, rest: &[&str]) -> Option<Entry<'_>> {
        let is_gate = self.looks_at.is_some();
        let common = [&REQUIRES, &OFF].into_iter().filter(|_| is_gate);
        let all: Vec<&'static Measure> = self.measures.iter().copied().chain(common).collect();
        // A scope may have any name, so every tail of the id may be the measure.
        let by_name = (0..rest.len()).find_map(|n| {
            let tail = rest.get(n..).unwrap_or_default().join(".");
            let fits = |m: &&&Measure| m.name == tail || tail.starts_with(&format!("{}.", m.name));
            all.iter().find(fits).copied()
        });
        let measure = by_name.or_else(|| all.iter().copied().find(|m| m.name == "*"))?;
        Some(Entry { chapter: self, measure })
    }
}

impl Entry<'_> {
    /// The id of such a check, with the part that the policy names in capitals.
    pub(super) fn id(&self) -> String {
        let name = match (self.chapter.name, self.measure.name) {
            (_, "*") => "NAME".to_owned(),
            (_, "requires") => "requires.TOOL".to_owned(),
            ("timings", "regression") => "regression.NAME".to_owned(),
            (_, name) => name.to_owned(),
        };
        format!("{}.{name}", self.chapter.name)
    }
}
