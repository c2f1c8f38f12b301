//! `portcullis policy test`: cases that a policy must judge as they say.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;

use super::super::judge::judge;
use super::super::progress::Progress;
use super::super::{Failure, write};
use crate::collect::{Given, Limits};
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::diff::DiffState;
use crate::evaluate::{Baseline, BaselineState, Context};
use crate::policy::{self, Policy};
use crate::toml_tree::{Node, read};
use crate::verdict::{Subject, Verdict};

/// A file of cases. Paths in it are relative to it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Cases {
    /// The policy that they are about, or builtin:NAME.
    policy: String,
    /// The cases.
    case: Vec<Case>,
}

/// One case: evidence, and how named checks end.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Case {
    /// What it shows.
    name: String,
    /// The folder that evidence paths are relative to.
    root: String,
    /// Reports or folders of them, below the root; else the policy's own paths.
    #[serde(default)]
    evidence: Vec<String>,
    /// The clock, RFC 3339.
    now: String,
    /// The profile that is laid over the policy.
    profile: Option<String>,
    /// An earlier verdict, or `none`.
    baseline: Option<String>,
    /// A unified diff: the changed lines.
    diff: Option<String>,
    /// The commit under test.
    commit: Option<String>,
    /// The exit code that `check` must have.
    exit: Option<u8>,
    /// The status that each of these checks must have.
    #[serde(default)]
    expect: BTreeMap<String, String>,
}

/// The words for how a check may end.
const STATUSES: [&str; 5] = ["pass", "warn", "fail", "error", "skipped"];

/// Runs the cases of every file. The exit code is 1 if any does not end as it says.
pub(super) fn run(files: &[PathBuf]) -> Result<u8, Failure> {
    let (mut lines, mut held, mut broken) = (Vec::new(), 0, 0);
    for file in files {
        let (cases, folder) = open(file)?;
        for case in &cases.case {
            let wrong = case.differs(&cases.policy, &folder)?;
            let mark = if wrong.is_empty() { "✓" } else { "✗" };
            lines.push(format!("{mark} {}: {}", file.display(), case.name));
            lines.extend(wrong.iter().map(|w| format!("    {w}")));
            if wrong.is_empty() { held += 1 } else { broken += 1 }
        }
    }
    lines.push(format!("{held} as expected, {broken} not"));
    write::stdout(|out| lines.iter().try_for_each(|line| writeln!(out, "{line}")))?;
    Ok(u8::from(broken > 0))
}

fn open(path: &Path) -> Result<(Cases, PathBuf), Failure> {
    let text = crate::input::read_text(path, super::super::LARGEST_POLICY);
    let text = text.map_err(|e| Failure::Plain(format!("{} cannot be read: {e}", path.display())))?;
    let file = Arc::new(SourceFile { path: path.to_string_lossy().into_owned(), text });
    let mut mistakes = Vec::new();
    let tree = Node::parse(&file, &mut mistakes);
    let cases: Option<Cases> = read(&tree, &mut mistakes);
    let whole = tree.origin.clone();
    let mut wrong = |message: String, help: &str| {
        mistakes.push(Diagnostic::error(message, Some(whole.clone())).help(help));
    };
    for case in cases.iter().flat_map(|c| &c.case) {
        if case.exit.is_none() && case.expect.is_empty() {
            wrong(
                format!("the case {:?} expects nothing: it could not fail", case.name),
                "write `exit` or [case.expect]",
            );
        }
        for (id, status) in case.expect.iter().filter(|(_, s)| !STATUSES.contains(&s.as_str())) {
            wrong(format!("{id} cannot end as {status:?}"), "pass, warn, fail, error or skipped");
        }
        if case.now.parse::<Timestamp>().is_err() {
            wrong(format!("{:?} is no time", case.now), "write one such as 2026-11-24T12:00:00Z");
        }
    }
    if cases.as_ref().is_some_and(|c| c.case.is_empty()) {
        wrong("a file without a case shows nothing".into(), "write [[case]]");
    }
    match cases {
        Some(cases) if mistakes.is_empty() => Ok((cases, path.parent().unwrap_or(Path::new("")).to_path_buf())),
        _ => Err(Failure::Policy(mistakes)),
    }
}

impl Case {
    /// What did not end as the case says.
    fn differs(&self, policy: &str, folder: &Path) -> Result<Vec<String>, Failure> {
        let verdict = self.judge(policy, folder)?;
        let mut wrong = Vec::new();
        if let Some(exit) = self.exit.filter(|exit| *exit != verdict.exit_code) {
            wrong.push(format!("exit: expected {exit}, got {}", verdict.exit_code));
        }
        for (id, expected) in &self.expect {
            match verdict.checks.iter().find(|c| &*c.id == id.as_str()) {
                None => wrong.push(format!("{id}: expected {expected}, and there is no such check")),
                Some(check) if check.status.name() != expected => {
                    wrong.push(format!("{id}: expected {expected}, got {}: {}", check.status.name(), check.message));
                }
                Some(_) => {}
            }
        }
        Ok(wrong)
    }

    fn judge(&self, policy: &str, folder: &Path) -> Result<Verdict, Failure> {
        let path = if policy.starts_with("builtin:") {
            policy.to_owned()
        } else {
            folder.join(policy).to_string_lossy().into_owned()
        };
        let now: Timestamp = self.now.parse().map_err(|_| Failure::Plain(format!("{:?} is no time", self.now)))?;
        let file = policy::open(&path).map_err(|e| Failure::Policy(vec![e]))?;
        let policy = Policy::load(file, self.profile.as_deref(), super::super::day(now)).map_err(Failure::Policy)?;
        let root = folder.join(&self.root);
        if !root.is_dir() {
            return Err(Failure::Plain(format!(
                "the root of the case {:?}, {}, is no folder",
                self.name,
                root.display()
            )));
        }
        let given: Vec<Given> = self.evidence.iter().map(|path| Given { name: None, path: root.join(path) }).collect();
        let diff = match &self.diff {
            Some(file) => DiffState::of_file(&folder.join(file), &root),
            None => DiffState::None,
        };
        let baseline = match self.baseline.as_deref() {
            None | Some("none") => BaselineState::None,
            Some(path) => {
                let text = crate::input::read_text(&folder.join(path), super::super::LARGEST_VERDICT);
                text.and_then(|t| Baseline::parse(&t)).map_or_else(BaselineState::Unusable, BaselineState::Read)
            }
        };
        let subject = Subject { commit: self.commit.as_deref().map(crate::text::Text::new), ..Subject::default() };
        let context = Context { now, subject, baseline, diff, only: None };
        Ok(judge(&policy, &given, &root, Limits::default(), &context, &Progress::none()))
    }
}
