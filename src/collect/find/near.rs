//! What somebody may have meant by a path that is not there.

use std::path::Path;

use super::walk::{Found, walk};
use crate::diagnostic::nearest;
use crate::facts::normal_path;
use crate::policy::PathGlob;

/// How many entries of a folder are compared.
const MOST_ENTRIES: usize = 10_000;
/// How many folders up a path is looked for.
const MOST_ABOVE: usize = 20;

/// A path like the one that is not there, in words; nothing where there is none.
pub(super) fn meant(root: &Path, wanted: &str) -> String {
    let found = if wanted.starts_with('/') { None } else { alike(root, wanted) };
    found.map_or_else(String::new, |found| format!("; did you mean {found}?"))
}

/// The same for a path or a pattern of the policy; or the folder above below which it is there.
pub(super) fn near(root: &Path, wanted: &str) -> String {
    let words = meant(root, wanted);
    let higher = if words.is_empty() { above(root, wanted) } else { None };
    higher.map_or(words, |up| format!("; it is there below {up}: run there, or say --root {up}"))
}

/// The path with its first part that is not there replaced by the nearest one that is; all of it must be there then.
fn alike(root: &Path, wanted: &str) -> Option<String> {
    let (mut folder, mut sure) = (root.to_path_buf(), Vec::new());
    let mut parts = wanted.split('/').peekable();
    while let Some(part) = parts.peek() {
        let next = folder.join(part);
        if part.contains(['*', '?', '[', '{']) || !next.exists() {
            break;
        }
        folder = next;
        sure.push((*part).to_owned());
        parts.next();
    }
    let wrong = parts.next()?;
    let names = entries(&folder);
    let stem = |name: &str| name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned();
    // The same name with another ending is nearer than anything that is spelt alike.
    let twin = names.iter().find(|n| !stem(wrong).is_empty() && stem(n) == stem(wrong) && *n != wrong);
    let right = match twin {
        Some(name) if parts.peek().is_none() => name.as_str(),
        _ => nearest(wrong, names.iter().map(String::as_str))?,
    };
    sure.push(right.to_owned());
    sure.extend(parts.map(str::to_owned));
    let candidate = sure.join("/");
    there(root, &candidate).then_some(candidate)
}

/// The folder above `root` below which the path lies, as it is reached from there.
fn above(root: &Path, wanted: &str) -> Option<String> {
    let whole = root.canonicalize().ok()?;
    let mut up = normal_path(&root.to_string_lossy());
    for folder in whole.ancestors().take(MOST_ABOVE) {
        if folder != whole {
            up = if up.is_empty() || up == "." { "..".into() } else { format!("{up}/..") };
            if there(folder, wanted) {
                return Some(up);
            }
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

/// Whether a path is there, or a pattern takes anything.
fn there(root: &Path, wanted: &str) -> bool {
    let Some(at) = wanted.find(['*', '?', '[', '{']) else { return root.join(wanted).exists() };
    let folder = wanted.get(..at).and_then(|fixed| fixed.rsplit_once('/')).map_or("", |(folder, _)| folder);
    let folder = root.join(folder);
    let (Ok(glob), true) = (PathGlob::parse(wanted), folder.is_dir()) else { return false };
    // A folder that is too large to search proves nothing.
    let Found { files, .. } = walk(&folder).unwrap_or_default();
    files.iter().any(|f| f.strip_prefix(root).is_ok_and(|f| glob.matches(&normal_path(&f.to_string_lossy()))))
}

fn entries(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().take(MOST_ENTRIES).flatten();
    let mut names: Vec<String> = entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_is_found_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["reports/tests.xml", "reports/unit.json", "app/src/x"] {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let root = folder.path();
        for (wanted, words) in [
            ("report/tests.xml", "; did you mean reports/tests.xml?"),
            ("reports/test.xml", "; did you mean reports/tests.xml?"),
            ("reports/tests.json", "; did you mean reports/tests.xml?"),
            ("report/*.xml", "; did you mean reports/*.xml?"),
            ("report/*.sarif", ""),
            ("reports/*.sarif", ""),
            ("coverage.xml", ""),
            ("report/nothing.xml", ""),
        ] {
            assert_eq!(near(root, wanted), words, "{wanted}");
        }
        let below = root.join("app/src");
        std::fs::create_dir(root.join(".git")).unwrap();
        let words = near(&below, "reports/tests.xml");
        assert!(words.contains("../..: run there, or say --root "), "{words}");
        assert_eq!(near(&below, "nothing/tests.xml"), "");
    }
}
