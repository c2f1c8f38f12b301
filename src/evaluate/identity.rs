//! What makes a finding of this run the same as one of an earlier run.
//!
//! An advisory on a package: the class of its names, the package, the version. Anything else about a package: its
//! rule, the package, the version. The rest: the rule, the path, and the message without numbers and paths. Lines,
//! severities, tools and the order of a report are no part of it; several that are alike are told apart by how many
//! there are, and paired by the nearest line.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{Aliases, Package, is_advisory};
use crate::verdict::Violation;

/// Which files have other names than in the baseline.
#[derive(Debug, Clone, Default)]
pub(super) struct Renames {
    /// The new name of each old one. Empty until a diff tells.
    pub(super) new: BTreeMap<String, String>,
}

impl Renames {
    /// The present name of a file of the baseline.
    fn now<'a>(&'a self, old: &'a str) -> &'a str {
        self.new.get(old).map_or(old, String::as_str)
    }
}

/// What two findings share that are the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Identity {
    /// Class, package, version.
    Advisory(String, String, String),
    /// Rule, package, version.
    Package(String, String, String),
    /// Rule, path, message.
    Place(String, String, String),
}

impl Identity {
    /// Of a finding of this run.
    pub(super) fn of(violation: &Violation, aliases: &Aliases) -> Self {
        Self::with(violation, aliases, &Renames::default())
    }

    /// Of a finding of the baseline.
    pub(super) fn before(violation: &Violation, aliases: &Aliases, renames: &Renames) -> Self {
        Self::with(violation, aliases, renames)
    }

    fn with(violation: &Violation, aliases: &Aliases, renames: &Renames) -> Self {
        let named = std::iter::once(&violation.id).chain(&violation.aliases).any(|id| is_advisory(id));
        let id = if named { aliases.root(&violation.id) } else { violation.id.to_string() };
        if let Some(package) = &violation.package {
            let version = violation.version.as_deref().map(Package::version_key).unwrap_or_default().to_owned();
            let package = Package::name_key(package);
            return if named { Self::Advisory(id, package, version) } else { Self::Package(id, package, version) };
        }
        let path = violation.location.as_ref().map(|l| path(&l.path)).unwrap_or_default();
        let message = if named { String::new() } else { neutral(&violation.message) };
        Self::Place(id, renames.now(&path).to_owned(), message)
    }
}

/// A path in one spelling.
fn path(written: &str) -> String {
    let slashes = written.replace('\\', "/");
    let mut rest = slashes.strip_prefix("file://").unwrap_or(&slashes);
    while let Some(shorter) = rest.strip_prefix("./") {
        rest = shorter.trim_start_matches('/');
    }
    rest.to_owned()
}

/// A message without what an added line, a moved file or another release of a tool changes: numbers, paths, and what
/// we ourselves append of its severity.
fn neutral(message: &str) -> String {
    let mut rest = message.trim_end();
    rest = rest.strip_suffix("[suppressed by its report]").unwrap_or(rest).trim_end();
    while let Some((before, _)) = rest.strip_suffix(')').and_then(|open| open.rsplit_once(" (")) {
        rest = before.trim_end();
    }
    let mut out = String::with_capacity(rest.len());
    for word in rest.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        if word.contains(['/', '\\']) {
            out.push('/');
            continue;
        }
        let mut digits = false;
        for c in word.chars() {
            if !c.is_ascii_digit() {
                out.push(c);
            } else if !digits {
                out.push('#');
            }
            digits = c.is_ascii_digit();
        }
    }
    out
}

/// Findings of the baseline that wait for their like.
#[derive(Debug, Clone, Default)]
pub(super) struct Pool(BTreeMap<Identity, Lines>);

/// The lines of findings that are alike, each with how many stand there.
type Lines = BTreeMap<u32, usize>;

impl Pool {
    /// Adds one.
    pub(super) fn add(&mut self, identity: Identity, line: Option<u32>) {
        *self.0.entry(identity).or_default().entry(line.unwrap_or(0)).or_default() += 1;
    }

    /// Of each identity as many as the one of the two has that has more: both speak of the same findings.
    pub(super) fn unite(&mut self, other: Self) {
        for (identity, lines) in other.0 {
            let known = self.0.entry(identity).or_default();
            if lines.values().sum::<usize>() > known.values().sum::<usize>() {
                *known = lines;
            }
        }
    }

    /// Takes the like of each finding out; `true` for those that have one. Of several that are alike those keep it
    /// that stand where it stood, then those that stand nearest.
    pub(super) fn take(&mut self, found: &[(Identity, Option<u32>)]) -> Vec<bool> {
        let mut known = vec![false; found.len()];
        let mut groups: BTreeMap<&Identity, Open> = BTreeMap::new();
        for (n, (identity, line)) in found.iter().enumerate() {
            groups.entry(identity).or_default().insert((line.unwrap_or(0), n));
        }
        for (identity, mut open) in groups {
            let Some(lines) = self.0.get_mut(identity) else { continue };
            for nearest in [false, true] {
                for (line, many) in lines.iter_mut() {
                    while *many > 0
                        && let Some(place) = like(&open, *line, nearest)
                    {
                        open.remove(&place);
                        *many -= 1;
                        if let Some(known) = known.get_mut(place.1) {
                            *known = true;
                        }
                    }
                }
            }
            lines.retain(|_, many| *many > 0);
        }
        known
    }

    /// How many of these are not among `found`.
    pub(super) fn gone(&self, found: &[(Identity, Option<u32>)]) -> u64 {
        let mut now: BTreeMap<&Identity, usize> = BTreeMap::new();
        found.iter().for_each(|(identity, _)| *now.entry(identity).or_default() += 1);
        let gone = |(identity, lines): (&Identity, &Lines)| {
            lines.values().sum::<usize>().saturating_sub(now.get(identity).copied().unwrap_or(0))
        };
        crate::input::size(self.0.iter().map(gone).sum())
    }

    /// How many there are.
    pub(super) fn len(&self) -> u64 {
        crate::input::size(self.0.values().flat_map(BTreeMap::values).sum())
    }
}

/// Findings by line, each with its place in the list.
type Open = BTreeSet<(u32, usize)>;

/// The finding on that line, or the nearest to it.
fn like(open: &Open, line: u32, nearest: bool) -> Option<(u32, usize)> {
    let above = open.range((line, 0)..).next().copied();
    if !nearest {
        return above.filter(|(at, _)| *at == line);
    }
    let below = open.range(..(line, 0)).next_back().copied();
    let distance = |place: &(u32, usize)| place.0.abs_diff(line);
    [above, below].into_iter().flatten().min_by_key(distance)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;
    use crate::verdict::Place;

    fn at(rule: &str, file: &str, line: u32, message: &str) -> Violation {
        let mut violation = Violation::new(rule, message);
        violation.location = Some(Place { path: Text::new(file), line: Some(line) });
        violation
    }

    #[test]
    fn numbers_paths_and_severities_are_no_part_of_a_message() {
        for (one, other, same) in [
            ("12 of 96 lines", "7 of 103 lines", true),
            ("`x` is unused", "`y` is unused", false),
            ("secret in /a/b.rs found", "secret in c\\d.rs found", true),
            ("bad call (level: error)", "bad call (CVSS 7.5) [suppressed by its report]", true),
            ("bad call (level: error) (EPSS 0.5)", "bad call", true),
            ("bad  call", "bad call", true),
            ("bad call", "bad calls", false),
        ] {
            assert_eq!(neutral(one) == neutral(other), same, "{one} | {other}");
        }
        for written in ["src/a.rs", "./src/a.rs", "src\\a.rs", ".//src/a.rs"] {
            assert_eq!(path(written), "src/a.rs");
        }
    }

    #[test]
    fn a_rename_that_is_known_changes_no_identity() {
        let (before, now) = (at("r", "a.rs", 1, "m"), at("r", "b.rs", 1, "m"));
        let renames = Renames { new: BTreeMap::from([("a.rs".to_owned(), "b.rs".to_owned())]) };
        let now = Identity::of(&now, &Aliases::default());
        assert_eq!(Identity::before(&before, &Aliases::default(), &renames), now);
        assert_ne!(Identity::before(&before, &Aliases::default(), &Renames::default()), now);
    }

    #[test]
    fn a_further_one_is_new_and_it_is_the_one_that_stands_apart() {
        for (before, now, known) in [
            (&[10][..], &[10, 90][..], &[true, false][..]),
            (&[10], &[90, 12], &[false, true]),
            (&[10, 20], &[20, 30, 15], &[true, false, true]),
            (&[10, 20], &[25], &[true]),
            (&[], &[1], &[false]),
            (&[5, 5], &[5, 5, 5], &[true, true, false]),
        ] {
            let key = |line: u32| (Identity::of(&at("r", "a.rs", line, "m"), &Aliases::default()), Some(line));
            let mut pool = Pool::default();
            before.iter().map(|line| key(*line)).for_each(|(identity, line)| pool.add(identity, line));
            let found: Vec<_> = now.iter().map(|line| key(*line)).collect();
            let gone = pool.gone(&found);
            assert_eq!(gone, crate::input::size(before.len().saturating_sub(now.len())));
            assert_eq!(pool.take(&found), known, "{before:?} {now:?}");
        }
    }
}
