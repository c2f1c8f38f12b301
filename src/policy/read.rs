//! From the tree of a policy to the policy, every mistake noted.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;

use super::{EvidenceSpec, PathGlob, Policy, UNNAMED, VexRules, Waiver, day_count, gate};
use crate::diagnostic::{Diagnostic, Origin};
use crate::gates;
use crate::text::Text;
use crate::toml_tree::{Day, Node, Value, known, read};

/// How far ahead a rule may be announced before it binds, in days.
const LONGEST_NOTICE: i32 = 180;

/// A policy while it is read.
pub(super) struct Reader<'a> {
    pub(super) tree: Node,
    pub(super) mistakes: &'a mut Vec<Diagnostic>,
    pub(super) today: Date,
    /// All of it was read: what is missing is really missing.
    pub(super) whole: bool,
}

/// The keys that a policy may have at its top.
pub(super) fn top_keys() -> Vec<&'static str> {
    let own = [
        "version",
        "name",
        "extends",
        "final",
        "enforce-from",
        "evidence",
        "baseline",
        "waivers",
        "waiver",
        "vex",
        "profile",
    ];
    own.into_iter().chain(gates::ALL.iter().map(|g| g.name)).collect()
}

/// How many cells a matrix may have.
const MOST_CELLS: usize = 1000;

/// Whether something of the policy may be called so: it becomes part of a check's id.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

impl Reader<'_> {
    pub(super) fn read(mut self) -> Option<Policy> {
        self.version();
        let name = self.tree.take("name").and_then(|n| read::<String>(&n, self.mistakes));
        let enforce_from = self.enforce_from();
        let table = self.tree.get("evidence").and_then(Node::table);
        let names: Vec<String> = table.into_iter().flatten().map(|(name, _)| name.clone()).collect();
        let evidence = self.evidence();
        let baseline = self.tree.take("baseline").and_then(|n| read(&n, self.mistakes));
        let waiver_rules = self.tree.take("waivers").and_then(|n| read(&n, self.mistakes)).unwrap_or_default();
        let waivers = self.waivers();
        let vex = self.vex(&names);
        let gates = gate::read_all(&mut self.tree, &names, self.today, self.mistakes);
        self.unknown_keys();
        if gates.is_empty() && self.mistakes.is_empty() && self.whole {
            let names: Vec<&str> = gates::ALL.iter().map(|g| g.name).collect();
            let nothing =
                Diagnostic::error("the policy has no gate: it would judge nothing", Some(self.tree.origin.clone()));
            self.mistakes.push(nothing.help(format!("write at least one of these tables: {}", names.join(", "))));
        }
        let name = name.map(|n| Text::new(&n));
        Some(Policy {
            name,
            path: String::new(),
            sha256: String::new(),
            extends: Vec::new(),
            profile: None,
            evidence,
            baseline,
            gates,
            waiver_rules,
            waivers,
            vex,
            enforce_from,
            off: Vec::new(),
            finals: Vec::new(),
            tree: self.tree,
        })
    }

    fn version(&mut self) {
        let first = || "write `version = 1` as its first line".to_owned();
        let this = env!("CARGO_PKG_VERSION");
        let (origin, message, help) = match self.tree.take("version") {
            None if !self.whole => return,
            None => (self.tree.origin.clone(), "the policy states no version".to_owned(), first()),
            Some(node) => match &node.value {
                Value::Integer(1) => return,
                Value::Integer(newer @ 2..) => (
                    node.origin,
                    format!("version {newer} of the policy language is not known to portcullis {this}, which knows 1"),
                    "install a newer portcullis; or, if it was written by hand, write `version = 1`".into(),
                ),
                Value::Integer(_) => {
                    (node.origin, "there was no version of the policy language before 1".into(), first())
                }
                _ => (
                    node.origin,
                    "the version of the policy language is a whole number".into(),
                    "write `version = 1`, without quotes and without a point".into(),
                ),
            },
        };
        self.mistakes.push(Diagnostic::error(message, Some(origin)).help(help));
    }

    fn enforce_from(&mut self) -> Option<Date> {
        let node = self.tree.take("enforce-from")?;
        let day: Day = read(&node, self.mistakes)?;
        check_notice(day.0, self.today, &node.origin, self.mistakes);
        Some(day.0)
    }

    fn evidence(&mut self) -> BTreeMap<String, EvidenceSpec> {
        let Some(all) = self.tree.take("evidence") else { return BTreeMap::new() };
        let Some(table) = all.table() else {
            let wrong = Diagnostic::error("`evidence` holds tables", Some(all.origin.clone()));
            self.mistakes.push(wrong.help("write [evidence.NAME] with a `path`"));
            return BTreeMap::new();
        };
        let mut out = BTreeMap::new();
        for (name, node) in table {
            if let Some(spec) = read::<EvidenceSpec>(node, self.mistakes) {
                self.check_evidence(name, &spec, node);
                out.insert(name.clone(), spec);
            }
        }
        out
    }

    fn check_evidence(&mut self, name: &str, spec: &EvidenceSpec, node: &Node) {
        let mut wrong = |key: &str, message: String, help: String| {
            let origin = node.get(key).map_or_else(|| node.start().clone(), |n| n.origin.clone());
            self.mistakes.push(Diagnostic::error(message, Some(origin)).help(help));
        };
        if name == UNNAMED {
            wrong("", format!("evidence may not be called `{UNNAMED}`"), "give it a name of its own".into());
        }
        if spec.cells() > MOST_CELLS || spec.cells() == 0 {
            wrong(
                "matrix",
                format!("a matrix of {} cells", spec.cells()),
                format!("from 1 to {MOST_CELLS} are possible"),
            );
            return;
        }
        if !is_name(name) {
            wrong("", format!("{name:?} is no name of evidence"), "use ASCII letters, digits, `-`, `_` and `.`".into());
        }
        for key in spec.matrix.keys() {
            if !spec.path.iter().chain(&spec.paths).any(|p| p.contains(&format!("{{{key}}}"))) {
                wrong("matrix", format!("no path holds {{{key}}}"), format!("write {{{key}}} where its values go"));
            }
        }
        for pattern in spec.patterns() {
            if let Err(e) = PathGlob::parse(&pattern) {
                wrong("path", e, "see the syntax of globs".into());
            }
            if Path::new(&pattern).is_absolute() || pattern.split('/').any(|p| p == "..") {
                wrong("path", format!("{pattern:?} leaves the root"), "write a path below --root".into());
            }
        }
        for glob in &spec.when_changed {
            if let Err(e) = PathGlob::parse(glob) {
                wrong("when-changed", e, "see the syntax of globs".into());
            }
        }
    }

    fn waivers(&mut self) -> Vec<(Waiver, Origin)> {
        let Some(all) = self.tree.take("waiver") else { return Vec::new() };
        let Some(list) = all.array() else {
            let wrong = Diagnostic::error("`waiver` is a list of tables", Some(all.origin.clone()));
            self.mistakes.push(wrong.help("write [[waiver]]"));
            return Vec::new();
        };
        let mut out = Vec::new();
        for node in list {
            let Some(waiver) = read::<Waiver>(node, self.mistakes) else { continue };
            out.push((waiver, node.origin.clone()));
        }
        out
    }

    /// `[vex]`: the evidence that it adopts must be named by the policy.
    fn vex(&mut self, evidence: &[String]) -> VexRules {
        let Some(node) = self.tree.take("vex") else { return VexRules::default() };
        let rules: VexRules = read(&node, self.mistakes).unwrap_or_default();
        for name in rules.evidence.iter().filter(|n| !evidence.contains(n)) {
            let origin = node.get("evidence").map_or_else(|| node.start().clone(), |n| n.origin.clone());
            let names: Vec<&str> = evidence.iter().map(String::as_str).collect();
            let wrong = Diagnostic::error(format!("there is no evidence {name:?}"), Some(origin));
            self.mistakes.push(wrong.help(known(name, &names)));
        }
        rules
    }

    /// What is left in the tree is known to nobody.
    fn unknown_keys(&mut self) {
        let expected = top_keys();
        for (key, node) in self.tree.table().into_iter().flatten() {
            let wrong = Diagnostic::error(format!("unknown key `{key}`"), Some(node.start().clone()));
            self.mistakes.push(wrong.help(known(key, &expected)));
        }
    }
}

/// A rule is announced for half a year at most: who announces it for longer does not mean it.
pub(super) fn check_notice(day: Date, today: Date, origin: &Origin, mistakes: &mut Vec<Diagnostic>) {
    if day_count(today, day) > LONGEST_NOTICE {
        let far = format!("{day} is more than {LONGEST_NOTICE} days ahead");
        mistakes.push(Diagnostic::error(far, Some(origin.clone())).help("announce a rule for at most half a year"));
    }
}
