//! Which files are meant: those given, those in folders, those that the policy names.

mod near;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use self::near::{meant, near};
use self::walk::{Found, of_folder, walk};
use super::{Given, Slot};
use crate::formats::Format;
use crate::input::is_absent;
use crate::policy::{EvidenceSpec, PathGlob};

/// Why there is no file to open: a sentence for the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoFile {
    /// It is not there, which the policy may excuse.
    Absent(String),
    /// It, or the way to it, cannot be looked at: nobody knows what is there, and no policy excuses that.
    Hidden(String),
}

impl NoFile {
    /// The same; where it is absent, with what may have been meant.
    fn like(self, meant: impl FnOnce() -> String) -> Self {
        match self {
            Self::Absent(why) => Self::Absent(why + &meant()),
            hidden => hidden,
        }
    }
}

/// What is to be read: the paths given, or where there are none those of the policy. Evidence that
/// the policy names and that is not among the paths given is missing.
#[must_use]
pub fn plan(given: &[Given], specs: &BTreeMap<String, EvidenceSpec>, root: &Path) -> Vec<Slot> {
    let mut slots = Vec::new();
    for g in given {
        slots.extend(of_path(g, specs, root));
    }
    for (name, spec) in specs {
        let named = slots.iter().any(|s| s.name.as_deref() == Some(name));
        if given.is_empty() {
            slots.extend(of_spec(name, spec, root));
        } else if !named {
            slots.push(missing(name, spec, "not among the paths that were given"));
        }
    }
    // A file that two patterns find is one file.
    let mut seen = BTreeSet::new();
    slots.retain(|s| seen.insert((s.name.clone(), s.shown.clone(), s.file.clone().ok())));
    for (name, spec) in specs {
        check_number(name, spec, &mut slots);
    }
    slots.sort_by(|a, b| (&a.name, &a.shown).cmp(&(&b.name, &b.shown)));
    slots
}

fn format(spec: Option<&EvidenceSpec>) -> Option<&'static Format> {
    spec.and_then(|s| s.format.as_deref()).and_then(Format::named)
}

fn missing(name: &str, spec: &EvidenceSpec, why: &str) -> Slot {
    Slot {
        name: Some(name.to_owned()),
        shown: spec.patterns().into_iter().next().unwrap_or_default(),
        file: Err(NoFile::Absent(why.to_owned())),
        explicit: true,
        format: format(Some(spec)),
    }
}

/// A path that was given: a file, or everything in a folder. A file that matches a path of the
/// policy's evidence is that evidence.
fn of_path(given: &Given, specs: &BTreeMap<String, EvidenceSpec>, root: &Path) -> Vec<Slot> {
    let slots = |path: &Path, explicit: bool| -> Vec<Slot> {
        let claimed = if given.name.is_some() { Vec::new() } else { claimed(path, specs, root) };
        let explicit = explicit || !claimed.is_empty();
        let names = if claimed.is_empty() { vec![given.name.clone()] } else { claimed.into_iter().map(Some).collect() };
        let one = |name: Option<String>| {
            let spec = name.as_ref().and_then(|n| specs.get(n));
            let format = format(spec).or_else(|| of_folder(path));
            Slot { shown: shown(path), file: Ok(path.to_path_buf()), explicit, format, name }
        };
        names.into_iter().map(one).collect()
    };
    let path = &given.path;
    if !path.is_dir() || path.symlink_metadata().is_ok_and(|m| m.file_type().is_symlink()) {
        let mut here = slots(path, true);
        if let Err(why) = reached(path) {
            let why = why.like(|| meant(Path::new("."), &shown(path)));
            here.iter_mut().for_each(|s| s.file = Err(why.clone()));
        }
        return here;
    }
    match walk(path).map_err(NoFile::Hidden).and_then(Found::searched) {
        // Nobody puts a database there by chance: one that cannot be read is not passed over.
        Ok(Found { files, databases }) => {
            let files = files.iter().flat_map(|file| slots(file, false));
            files.chain(databases.iter().flat_map(|folder| slots(folder, true))).collect()
        }
        Err(why) => {
            vec![Slot { name: given.name.clone(), shown: shown(path), file: Err(why), explicit: true, format: None }]
        }
    }
}

/// All evidence whose path the file lies at.
fn claimed(path: &Path, specs: &BTreeMap<String, EvidenceSpec>, root: &Path) -> Vec<String> {
    if specs.is_empty() {
        return Vec::new();
    }
    let (Ok(path), Ok(root)) = (path.canonicalize(), root.canonicalize()) else { return Vec::new() };
    let Ok(relative) = path.strip_prefix(root).map(shown) else { return Vec::new() };
    let matches = |spec: &EvidenceSpec| {
        spec.patterns()
            .iter()
            .any(|p| crate::facts::normal_path(p) == relative || glob(p).is_some_and(|g| g.matches(&relative)))
    };
    specs.iter().filter(|(_, spec)| matches(spec)).map(|(name, _)| name.clone()).collect()
}

fn glob(pattern: &str) -> Option<PathGlob> {
    if pattern.contains(['*', '?', '[', '{']) { PathGlob::parse(pattern).ok() } else { None }
}

/// The files that the policy names for one evidence. A path that matches nothing is missing.
fn of_spec(name: &str, spec: &EvidenceSpec, root: &Path) -> Vec<Slot> {
    let patterns = spec.patterns();
    if patterns.is_empty() {
        return vec![missing(name, spec, "the policy states no path: give it as NAME=PATH")];
    }
    let mut slots = Vec::new();
    for pattern in patterns {
        let slot = |relative: &str, file: Result<PathBuf, NoFile>| Slot {
            name: Some(name.to_owned()),
            shown: relative.to_owned(),
            explicit: true,
            format: format(Some(spec)).or_else(|| of_folder(file.as_ref().ok()?)),
            file,
        };
        let Some(glob) = glob(&pattern) else {
            let path = root.join(&pattern);
            let folder = path.parent().filter(|f| f.is_dir()).unwrap_or(root);
            let file = match reached(&path) {
                _ if leaves(root, folder) => Err(NoFile::Hidden(OUTSIDE.into())),
                reached => reached.map(|()| path).map_err(|why| why.like(|| near_of(spec, &pattern, root))),
            };
            slots.push(slot(&pattern, file));
            continue;
        };
        let folder = root.join(fixed_part(&pattern));
        let files = match folder.metadata() {
            Ok(about) if about.is_dir() && leaves(root, &folder) => Err(OUTSIDE.into()),
            Ok(about) if about.is_dir() => walk(&folder),
            Err(e) if !is_absent(&folder) => Err(e.to_string()),
            _ => Ok(Found::default()),
        };
        let found = files.map(|found| {
            let relative = |path: &Path| path.strip_prefix(root).map(shown).unwrap_or_default();
            let Found { files, databases } = found.of_databases(|d| glob.matches(&relative(d)));
            let named = files.into_iter().chain(databases).map(|path| (relative(&path), path));
            named.filter(|(relative, _)| glob.matches(relative)).collect::<Vec<_>>()
        });
        match found {
            Ok(found) if found.is_empty() => {
                let why = format!("no file matches{}", near_of(spec, &pattern, root));
                slots.push(slot(&pattern, Err(NoFile::Absent(why))));
            }
            Ok(found) => slots.extend(found.into_iter().map(|(relative, file)| slot(&relative, Ok(file)))),
            Err(why) => slots.push(slot(&pattern, Err(NoFile::Hidden(why)))),
        }
    }
    slots
}

/// What is like a path that is not there; nothing is looked for where that is as it may be.
fn near_of(spec: &EvidenceSpec, pattern: &str, root: &Path) -> String {
    if spec.optional || !spec.when_changed.is_empty() { String::new() } else { near(root, pattern) }
}

/// Why a path of the policy is not taken.
const OUTSIDE: &str = "a symbolic link on its way leads out of the root";

/// Whether something lies at a path, though it be a link that leads nowhere.
fn reached(path: &Path) -> Result<(), NoFile> {
    match path.symlink_metadata() {
        Ok(_) => Ok(()),
        Err(_) if is_absent(path) => Err(NoFile::Absent("there is no such file".into())),
        Err(e) => Err(NoFile::Hidden(e.to_string())),
    }
}

/// Whether a folder lies outside the root once links are followed.
fn leaves(root: &Path, folder: &Path) -> bool {
    match (root.canonicalize(), folder.canonicalize()) {
        (Ok(root), Ok(folder)) => !folder.starts_with(root),
        _ => true,
    }
}

/// The folders in front of the first wildcard.
fn fixed_part(pattern: &str) -> String {
    let parts: Vec<&str> = pattern.split('/').take_while(|p| !p.contains(['*', '?', '[', '{'])).collect();
    parts.join("/")
}

/// `files = N`: exactly so many.
fn check_number(name: &str, spec: &EvidenceSpec, slots: &mut Vec<Slot>) {
    let Some(wanted) = spec.files else { return };
    let of_it = || slots.iter().filter(|s| s.name.as_deref() == Some(name));
    let found = of_it().filter(|s| s.file.is_ok()).count();
    // That there is none at all is said already.
    let said = found == 0 && of_it().any(|s| s.file.is_err());
    if crate::input::size(found) != wanted && !said {
        slots.push(missing(name, spec, &format!("{found} files, and the policy wants exactly {wanted}")));
    }
}

/// A path with `/`, without `./` in front.
fn shown(path: &Path) -> String {
    crate::facts::normal_path(&path.to_string_lossy())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_the_policy_is_not_followed_out_of_the_root() {
        let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::write(outside.path().join("a.xml"), "<coverage/>").unwrap();
        std::os::unix::fs::symlink(outside.path(), root.path().join("c")).unwrap();
        std::fs::create_dir(root.path().join("d")).unwrap();
        std::fs::write(root.path().join("d/a.xml"), "<coverage/>").unwrap();
        for (pattern, taken) in [("c/a.xml", false), ("c/*.xml", false), ("d/a.xml", true), ("d/*.xml", true)] {
            let spec = EvidenceSpec {
                path: Some(pattern.into()),
                paths: Vec::new(),
                files: None,
                matrix: BTreeMap::new(),
                when_changed: Vec::new(),
                strip: None,
                base: None,
                step: None,
                format: None,
                max_age: None,
                optional: false,
                accept_failed_run: false,
            };
            let slots = plan(&[], &BTreeMap::from([("e".to_owned(), spec)]), root.path());
            assert_eq!((slots.len(), slots[0].file.is_ok()), (1, taken), "{pattern}: {slots:?}");
        }
    }
}
