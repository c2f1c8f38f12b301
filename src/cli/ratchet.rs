//! `portcullis ratchet`.

use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item, Value};

use super::check::PolicyArgs;
use super::{Failure, write};
use crate::evaluate::parse_verdict;
use crate::policy::Policy;
use crate::verdict::{Check, Status, Verdict};

/// Propose the tightest thresholds that a run meets.
///
/// Shares of coverage, numbers of tests, findings and lints: each threshold that the policy itself writes as a number is
/// held against the run's value. None is ever made looser. Durations and words such as "warn" stay as they are.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The verdict of a run under this policy, as `check -o json=FILE` wrote it.
    #[arg(value_name = "VERDICT")]
    verdict: PathBuf,
    /// Write them into the policy, keeping its comments and order.
    #[arg(long)]
    write: bool,
    #[command(flatten)]
    policy: PolicyArgs,
}

impl Args {
    pub(super) fn run(self) -> Result<u8, Failure> {
        let (policy, _) = self.policy.load(false)?;
        let text = crate::input::read_text(&self.verdict, super::LARGEST_VERDICT);
        let verdict = text.and_then(|t| parse_verdict(&t));
        let verdict = verdict.map_err(|e| Failure::Plain(format!("{} cannot be used: {e}", self.verdict.display())))?;
        fits(&verdict, &policy)?;
        let path = Path::new(&policy.path);
        let wrong = |e: String| Failure::Plain(format!("{} cannot be changed: {e}", policy.path));
        let before = crate::input::read_text(path, super::LARGEST_POLICY).map_err(wrong)?;
        let mut document: DocumentMut = before.parse().map_err(|e: toml_edit::TomlError| wrong(e.to_string()))?;
        let mut moved = Vec::new();
        // What the policy of a base decided (--policy-base) says nothing of this one's thresholds.
        let own = |c: &&Check| c.policy_source.as_ref().is_none_or(|place| place.path == verdict.policy.path);
        for check in verdict.checks.iter().filter(own) {
            if let (Some(tightest), Some(item)) = (Tightest::of(check), find(&mut document, check)) {
                tighten(item, &tightest, check, &mut moved);
            }
        }
        if self.write && !moved.is_empty() {
            write::replace(path, &document.to_string())?;
        }
        write::stdout(|out| {
            for line in &moved {
                writeln!(out, "{line}")?;
            }
            match (moved.is_empty(), self.write) {
                (true, _) => writeln!(out, "nothing can be tightened"),
                (false, true) => writeln!(out, "\nwritten to {}", policy.path),
                (false, false) => writeln!(out, "\n--write puts them into {}", policy.path),
            }
        })?;
        Ok(0)
    }
}

/// A verdict of another policy, or of a part, says nothing of this one's thresholds.
fn fits(verdict: &Verdict, policy: &Policy) -> Result<(), Failure> {
    let refuse = |message: &str, help: &str| Err(Failure::Helped { message: message.into(), help: help.into() });
    if policy.path.starts_with("builtin:") {
        return refuse("a built-in policy cannot be changed", "write a policy that extends it");
    }
    if verdict.policy.sha256 != policy.sha256 {
        return refuse("the verdict was made under another policy", "run check again, with -o json=FILE");
    }
    if verdict.profile != policy.profile {
        return refuse("the verdict was made under another profile", "name it as the run did: --profile NAME");
    }
    if verdict.selection.is_some() {
        return refuse("the verdict is that of a part", "run check without --only");
    }
    Ok(())
}

/// The tightest threshold that a check's value meets.
struct Tightest {
    /// The threshold as TOML writes it.
    value: f64,
    /// It is a count.
    whole: bool,
    /// Higher is tighter.
    floor: bool,
}

impl Tightest {
    fn of(check: &Check) -> Option<Self> {
        if matches!(check.status, Status::Error | Status::Skipped) {
            return None;
        }
        let floor = [check.fail, check.warn].into_iter().flatten().any(|b| b.below.is_some());
        match (check.unit.as_deref()?, check.covered.zip(check.total)) {
            // Two decimals, cut: a share that is rounded up would not be met.
            ("percent", Some((covered, total))) if total > 0 => {
                let hundredths = u128::from(covered) * 10_000 / u128::from(total);
                let value = format!("{}.{:02}", hundredths / 100, hundredths % 100).parse().ok()?;
                Some(Self { value, whole: false, floor })
            }
            ("count", _) => Some(Self { value: check.actual?, whole: true, floor }),
            _ => None,
        }
    }

    /// The new value in the place of an old one, if it is tighter.
    fn over(&self, old: &Value) -> Option<Value> {
        let before = old.as_float().or_else(|| whole_number(old))?;
        let tighter = if self.floor { self.value > before } else { self.value < before };
        let text = if self.whole || self.value.fract() == 0.0 {
            format!("{:.0}", self.value)
        } else {
            format!("{}", self.value)
        };
        let new: Value = text.parse().ok()?;
        tighter.then(|| {
            let mut new = new;
            *new.decor_mut() = old.decor().clone();
            new
        })
    }
}

#[expect(clippy::as_conversions, reason = "a threshold; policies hold no counts beyond 2^53")]
fn whole_number(value: &Value) -> Option<f64> {
    value.as_integer().map(|n| n as f64)
}

/// What the policy's own file writes for a check's threshold.
fn find<'d>(document: &'d mut DocumentMut, check: &Check) -> Option<&'d mut Item> {
    let mut item = document.as_item_mut();
    let scope = check.scope.iter().flat_map(|s| ["scope", s]);
    for key in [&*check.gate].into_iter().chain(scope).chain([&*check.measure]) {
        item = item.as_table_like_mut()?.get_mut(key)?;
    }
    Some(item)
}

/// Tightens every step of a threshold, each once.
fn tighten(item: &mut Item, tightest: &Tightest, check: &Check, moved: &mut Vec<String>) {
    let mut one = |value: &mut Value, step: &str| {
        if let Some(new) = tightest.over(value) {
            let bare = |v: &Value| v.clone().decorated("", "").to_string();
            moved.push(format!("{}{step}: {} -> {}", check.id, bare(value), bare(&new)));
            *value = new;
        }
    };
    match item.as_table_like_mut() {
        Some(steps) => {
            for (key, step) in steps.iter_mut() {
                let name = format!(" {}", key.get());
                step.as_value_mut().into_iter().for_each(|v| one(v, &name));
            }
        }
        None => item.as_value_mut().into_iter().for_each(|v| one(v, "")),
    }
}
