//! What a policy says that cannot work, although it is well written.

use jiff::civil::Date;

use super::Policy;
use crate::diagnostic::{Diagnostic, Origin, sort};
use crate::toml_tree::{Node, Value};

/// Everything worth a warning, in the order of the file.
pub(super) fn lint(policy: &Policy, today: Date) -> Vec<Diagnostic> {
    let mut out = past(policy, today);
    let tree = &policy.tree;
    for (name, node) in tree.get("evidence").and_then(Node::table).into_iter().flatten() {
        let globbed = policy
            .evidence
            .get(name)
            .is_some_and(|spec| spec.files.is_none() && spec.patterns().iter().any(|p| p.contains(['*', '?', '['])));
        if policy.evidence.get(name).is_some_and(|spec| may_be_absent(spec) && spec.format.is_none()) {
            out.push(
                Diagnostic::warning(
                    format!("what `{name}` holds cannot be told when it is absent"),
                    Some(node.start().clone()),
                )
                .help("its gate is then an error, not skipped: add `format`"),
            );
        }
        if globbed {
            out.push(
                Diagnostic::warning(
                    format!("the pattern of `{name}` takes any number of files"),
                    Some(node.start().clone()),
                )
                .help("a shard that is missing is not noticed: add `files = N`, or list them with `matrix`"),
            );
        }
    }
    let ceiling = |path: &[&str]| tree.at(path.iter().copied());
    let some = |n: &Node| matches!(n.value, Value::Integer(i) if i > 0);
    let lenient = |n: &&Node| some(n) || n.get("fail-above").is_some_and(some);
    let strict = ceiling(&["dependencies", "vulnerable"])
        .is_some_and(|n| [n.string(), n.get("level").and_then(Node::string)].contains(&Some("fail")));
    for severity in ["critical", "high", "medium", "low"] {
        if let Some(node) = ceiling(&["security", severity]).filter(lenient).filter(|_| strict) {
            out.push(
                Diagnostic::warning(
                    format!("`security.{severity}` lets findings through that `dependencies.vulnerable = \"fail\"` stops"),
                    Some(node.start().clone()),
                )
                .help("a vulnerable package fails there whatever its severity: waive single findings, or let `vulnerable` warn"),
            );
        }
    }
    let limited = |severity: &str| tree.at(["security", severity]).is_some();
    if let Some(node) = tree.get("security").filter(|_| limited("critical") && !limited("high") && !limited("unknown"))
    {
        out.push(
            Diagnostic::warning("findings of high and of unknown severity are not limited", Some(node.start().clone()))
                .help("half of all advisories state no severity and count as high: add `high = 0` or `unknown = 0`"),
        );
    }
    for entry in &policy.gates {
        let mut checks = crate::gates::Checks::default();
        let no_diff = crate::diff::Diff::NONE;
        let changed = entry.selector.changed.then_some(&no_diff);
        let empty = crate::gates::Subject { changed, ..crate::gates::Subject::empty() };
        entry.gate.check(&empty, &mut checks);
        let place = || policy.tree.at(entry.path(&[])).map(|n| n.start().clone());
        for key in entry.kind.of_changes.iter().filter(|_| !entry.selector.changed) {
            if let Some(node) = policy.tree.at(entry.path(&[key])) {
                let idle = Diagnostic::warning(format!("`{key}` has no effect here"), Some(node.start().clone()));
                out.push(idle.help("it is for scopes with `changed = true`"));
            }
        }
        out.extend(idle_tolerance(policy, entry));
        let scoped = policy.gates.iter().any(|e| e.kind.name == entry.kind.name && e.scope.is_some());
        if checks.into_vec().is_empty() && entry.requires.is_empty() && (entry.scope.is_some() || !scoped) {
            let name = entry.path(&[]).join(".");
            let nothing = Diagnostic::warning(format!("[{name}] has no threshold: it judges nothing"), place());
            out.push(nothing.help(format!("`portcullis explain {}` lists what can be judged", entry.kind.name)));
        }
    }
    sort(&mut out);
    out
}

/// A tolerance where nothing is to be stable. A gate's own serves its scopes too.
fn idle_tolerance(policy: &Policy, entry: &super::Entry) -> Option<Diagnostic> {
    let at = |entry: &super::Entry, key: &str| policy.tree.at(entry.path(&[key]));
    let node = at(entry, "tolerance")?;
    let serves =
        |e: &&super::Entry| e.kind.name == entry.kind.name && (entry.scope.is_none() || e.scope == entry.scope);
    let stable = |e: &super::Entry| at(e, "trend").and_then(Node::string) == Some("stable");
    let idle = !policy.gates.iter().filter(serves).any(stable);
    idle.then(|| {
        let idle = Diagnostic::warning("`tolerance` has no effect here", Some(node.start().clone()));
        idle.help("it is for `trend = \"stable\"`")
    })
}

/// Days that have come: what is announced by them holds, and they say nothing any more.
fn past(policy: &Policy, today: Date) -> Vec<Diagnostic> {
    let gates = policy.gates.iter().flat_map(|e| {
        let thresholds = e.announced.iter().map(|a| (super::effective::KEY, a.day, a.origin.clone()));
        e.enforce_from_origin.iter().map(|(day, origin)| ("enforce-from", *day, origin.clone())).chain(thresholds)
    });
    let whole = policy.enforce_from.zip(policy.tree.get("enforce-from").map(|n| n.origin.clone()));
    let all = whole.into_iter().map(|(day, origin)| ("enforce-from", day, origin)).chain(gates);
    let idle = |(key, day, origin): (&str, Date, Origin)| {
        let idle = Diagnostic::warning(format!("`{key}` has no effect any more: {day} has come"), Some(origin));
        idle.help("it is enforced: leave the day out")
    };
    all.filter(|(_, day, _)| *day <= today).map(idle).collect()
}

fn may_be_absent(spec: &super::EvidenceSpec) -> bool {
    spec.optional || !spec.when_changed.is_empty()
}
