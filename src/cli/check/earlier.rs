//! `check --baseline`: the earlier verdict that a run is compared with.

use std::path::{Path, PathBuf};

use crate::evaluate::{Baseline, BaselineState};
use crate::policy::Policy;

/// What `--baseline` names, else what the policy does.
pub(super) fn baseline(flag: Option<&str>, policy: &Policy, root: &Path) -> BaselineState {
    let (path, optional) = match (flag, &policy.baseline) {
        (Some("none"), _) => return BaselineState::None,
        (Some(path), _) => (PathBuf::from(path), false),
        (None, Some(spec)) => (root.join(&spec.path), spec.optional),
        (None, None) => {
            let why = "there is no baseline: give one with --baseline FILE, or say --baseline none";
            return BaselineState::Unusable(why.into());
        }
    };
    if optional && crate::input::is_absent(&path) {
        return BaselineState::Absent;
    }
    let read = crate::input::read_text(&path, super::super::LARGEST_VERDICT).and_then(|text| Baseline::parse(&text));
    match read {
        Ok(baseline) => BaselineState::Read(baseline),
        Err(e) => BaselineState::Unusable(format!("the baseline {} cannot be used: {e}", path.display())),
    }
}
