//! `check --policy-base`: the policy that is in force where the change is meant to go.

use std::path::Path;

use super::super::{Failure, day, write};
use super::PolicyArgs;
use crate::policy::{self, Policy, Revision};

/// The policy of the base, or `None` where the base holds none.
pub(super) fn load(args: &PolicyArgs, base: &str) -> Result<Option<Policy>, Failure> {
    let today = day(super::super::clock(args.now)?);
    let profile = args.profile.as_deref();
    // Only by its spelling: a change could add a file that is called like a branch.
    if base.ends_with(".toml") || base.starts_with("builtin:") {
        let file = policy::open(base).map_err(|e| Failure::Policy(vec![e]))?;
        return Policy::load(file, profile, today).map(Some).map_err(Failure::Policy);
    }
    let here = std::env::current_dir().map_err(|e| Failure::Plain(e.to_string()))?;
    let revision = Revision::open(base, &here).map_err(|(message, help)| Failure::Helped { message, help })?;
    let path = match args.policy.as_deref() {
        Some(named) if named.starts_with("builtin:") => {
            write::diagnostic(&format!("portcullis: {named} is built in: no change touches it"));
            return policy::open(named)
                .map_err(|e| vec![e])
                .and_then(|file| Policy::load(file, profile, today))
                .map(Some)
                .map_err(Failure::Policy);
        }
        Some(named) => revision.find(Path::new(named)),
        None => revision.discover(&here),
    };
    match path.map_err(|why| Failure::Plain(format!("--policy-base {base}: {why}")))? {
        Some(path) => Policy::load_at(&revision, &path, profile, today).map(Some).map_err(Failure::Policy),
        None => Ok(None),
    }
}
