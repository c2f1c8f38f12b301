//! From reports to a verdict, as every subcommand that judges goes.

use std::path::Path;

use super::progress::Progress;
use crate::collect::{self, Given, Limits};
use crate::evaluate::{Context, evaluate};
use crate::policy::Policy;
use crate::verdict::Verdict;

/// Reads what is given, or else what the policy names, below `root`, and judges it.
pub(super) fn judge(
    policy: &Policy,
    given: &[Given],
    root: &Path,
    limits: Limits,
    context: &Context,
    progress: &Progress,
) -> Verdict {
    let slots = collect::plan(given, &policy.evidence, root);
    progress.reading(slots.len());
    let mut evidence = collect::read_all_telling(&slots, limits, root, &|| progress.read_one());
    progress.doing("judging");
    let spec_of = |name: &str| policy.evidence.get(name);
    let commit = context.subject.commit.as_deref();
    collect::apply_specs(&mut evidence, spec_of, context.now, commit, context.diff.diff());
    collect::note_alike(&mut evidence);
    evaluate(policy, &evidence, context)
}
