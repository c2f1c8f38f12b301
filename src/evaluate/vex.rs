//! Statements of makers that the policy adopts: what they close leaves the count, visibly.

use crate::collect::Evidence;
use crate::facts::{Aliases, Package, VexStatement, is_advisory, names_of_all};
use crate::policy::{Policy, VexRules};
use crate::text::Text;
use crate::verdict::{Violation, Waived};

/// The adopted statements of a run.
pub(super) struct Adopted<'a> {
    statements: Vec<&'a VexStatement>,
    rules: &'a VexRules,
}

impl<'a> Adopted<'a> {
    /// The statements of the evidence that the policy names, where that can be counted on.
    pub(super) fn of(policy: &'a Policy, evidence: &'a [Evidence]) -> Self {
        let named = |e: &&Evidence| e.name.as_ref().is_some_and(|n| policy.vex.evidence.contains(n)) && e.is_sound();
        let documents = evidence.iter().filter(named).filter_map(|e| e.report.as_ref()?.facts.vex.as_ref());
        Self { statements: documents.flat_map(|v| &v.statements).collect(), rules: &policy.vex }
    }

    /// Parts violations into those that count and those that a statement closes.
    pub(super) fn split(&self, violations: Vec<Violation>, aliases: &Aliases) -> (Vec<Violation>, Vec<Waived>) {
        if self.statements.is_empty() {
            return (violations, Vec::new());
        }
        let (mut counted, mut closed) = (Vec::new(), Vec::new());
        for violation in violations {
            match self.latest(&violation, aliases).filter(|s| s.status.closes()) {
                Some(statement) => closed.push(waived(violation, statement)),
                None => counted.push(violation),
            }
        }
        (counted, closed)
    }

    /// Whether a statement closes this.
    pub(super) fn closes(&self, violation: &Violation, aliases: &Aliases) -> bool {
        !self.statements.is_empty() && self.latest(violation, aliases).is_some_and(|s| s.status.closes())
    }

    /// The statement on this vulnerability and package that was made last; of several made at once the least
    /// favourable.
    fn latest(&self, violation: &Violation, aliases: &Aliases) -> Option<&'a VexStatement> {
        let package = violation.package.clone().map(|name| Package { name, version: violation.version.clone() });
        let names: Vec<&Text> =
            names_of_all(&violation.id, &violation.aliases).filter(|name| is_advisory(name)).collect();
        let about = |s: &&&VexStatement| {
            let same = |id: &Text| names.iter().any(|n| aliases.same(n, id));
            // A fix is of one version; that something is not affected may hold for all of them.
            let any_version = s.status != crate::facts::VexStatus::Fixed;
            s.ids.iter().any(same)
                && s.products.iter().any(|p| p.concerns(package.as_ref(), &self.rules.products, any_version))
        };
        // One that closes nothing and states no time may be the last.
        let last = |s: &&&VexStatement| (s.at.is_none() && !s.status.closes(), s.at, s.status);
        self.statements.iter().filter(about).max_by_key(last).copied()
    }
}

fn waived(violation: Violation, statement: &VexStatement) -> Waived {
    let word = statement.status.name().replace('_', " ");
    let reason = if statement.reason.is_empty() { word } else { format!("{word}: {}", statement.reason) };
    Waived {
        waiver: Text::new(&format!("VEX {}", statement.ids.iter().find(|id| is_advisory(id)).unwrap_or(&violation.id))),
        violation,
        reason: Text::new(&reason),
        owner: statement.author.clone(),
        expires: None,
    }
}
