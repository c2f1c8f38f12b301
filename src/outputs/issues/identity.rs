//! By what rule an issue is one, and what makes it the same issue in the next run.

use super::{LISTED, What, family};
use crate::outputs::spot::Spot;
use crate::verdict::{Check, Violation, neutral};

/// The rule of an issue that no check has.
const OWN: &str = "portcullis";

/// The rule of an issue: the id of a finding, where findings have one that others share; else the check.
pub(super) fn rule(what: What<'_>, check: Option<&Check>) -> String {
    let of_check = check.map(|c| &*c.id).filter(|id| !id.is_empty()).unwrap_or(OWN);
    match what {
        What::Nothing => format!("{OWN}.judged"),
        What::Rest(..) => format!("{OWN}.left-out"),
        What::Check(_) => of_check.to_owned(),
        What::Finding(violation) => {
            let named = |c: &Check| LISTED.iter().any(|(gate, rules)| *rules && *gate == &*c.gate);
            if check.is_some_and(|c| named(c) && !is_plain(c, violation)) {
                violation.id.to_string()
            } else {
                of_check.to_owned()
            }
        }
    }
}

/// Whether the id of a violation says no more than its check does: `yanked`, or `warning` of a lint without a code.
pub(super) fn is_plain(check: &Check, violation: &Violation) -> bool {
    let kind = |word: &str| word.trim_end_matches('s').to_owned();
    violation.id.is_empty() || kind(&violation.id) == kind(&check.measure)
}

/// What is the same for an issue in every run: of a check its id; of a package's finding that, the package and the
/// version; of another the file and the message, without what moves with every edit.
pub(super) fn identity(what: What<'_>, check: Option<&Check>) -> String {
    let parts: Vec<String> = match (what, check) {
        (What::Finding(violation), Some(check)) => {
            let word = |t: &Option<crate::text::Text>| t.as_deref().unwrap_or_default().to_owned();
            let mut parts = vec![family(check).to_owned(), violation.id.to_string()];
            parts.extend([word(&violation.package), word(&violation.version)]);
            if violation.package.as_deref().is_none_or(str::is_empty) {
                let path = violation.location.as_ref().map_or("", |l| &*l.path);
                parts.extend([Spot::path_key(path), neutral(&violation.message)]);
            }
            parts
        }
        (_, Some(check)) => vec!["check".to_owned(), check.id.to_string()],
        (what, None) => vec!["verdict".to_owned(), rule(what, None)],
    };
    parts.join("\0")
}
