//! The names of files in a diff, and where below the root they lie.

use std::path::{Path, PathBuf};

/// A name as it stands in a line of its own: quoted as git does it, or up to the tab that a time may follow.
pub(super) fn stated(raw: &[u8]) -> Vec<u8> {
    match unquoted(raw) {
        Some((name, _)) => name,
        None => raw.split(|b| *b == b'\t').next().unwrap_or(raw).to_vec(),
    }
}

/// The two names behind `diff --git `, where it can be told where the first ends.
pub(super) fn pair(raw: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    if let Some((first, rest)) = unquoted(raw) {
        let rest = rest.strip_prefix(b" ")?;
        return Some((first, unquoted(rest).map_or_else(|| rest.to_vec(), |(name, _)| name)));
    }
    if raw.ends_with(b"\"") {
        let at = memchr::memmem::find(raw, b" \"")?;
        return Some((raw.get(..at)?.to_vec(), unquoted(raw.get(at + 1..)?)?.0));
    }
    // Neither is quoted: both are the same but for a folder put in front, so one space is in the middle.
    let halves = memchr::memchr_iter(b' ', raw).filter_map(|at| Some((raw.get(..at)?, raw.get(at + 1..)?)));
    let same = |(a, b): &(&[u8], &[u8])| a == b || behind(a).is_some() && behind(a) == behind(b);
    halves.into_iter().find(same).map(|(a, b)| (a.to_vec(), b.to_vec()))
}

/// What is behind the first folder.
pub(super) fn behind(path: &[u8]) -> Option<&[u8]> {
    let at = memchr::memchr(b'/', path)?;
    path.get(at + 1..).filter(|rest| !rest.is_empty())
}

/// A name in quotes, as C writes them, and what is behind it.
fn unquoted(raw: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut rest = raw.strip_prefix(b"\"")?;
    let mut out = Vec::new();
    loop {
        let (first, behind) = rest.split_first()?;
        rest = behind;
        match first {
            b'"' => return Some((out, rest)),
            b'\\' => {
                let (byte, behind) = escaped(rest)?;
                out.push(byte);
                rest = behind;
            }
            other => out.push(*other),
        }
    }
}

fn escaped(rest: &[u8]) -> Option<(u8, &[u8])> {
    let (first, behind) = rest.split_first()?;
    let simple = match first {
        b'a' => 7,
        b'b' => 8,
        b't' => b'\t',
        b'n' => b'\n',
        b'v' => 11,
        b'f' => 12,
        b'r' => b'\r',
        b'"' | b'\\' => *first,
        b'0'..=b'3' => {
            let digits = rest.get(..3)?;
            let octal = digits.iter().try_fold(0_u8, |n, d| {
                let digit = d.checked_sub(b'0').filter(|d| *d < 8)?;
                n.checked_mul(8)?.checked_add(digit)
            })?;
            return Some((octal, rest.get(3..)?));
        }
        _ => return None,
    };
    Some((simple, behind))
}

/// Where the root lies in the repository around it.
pub(super) struct Layout {
    root: PathBuf,
    top: PathBuf,
    /// From the top to the root, with `/` at its end; empty where they are the same.
    prefix: String,
}

impl Layout {
    pub(super) fn of_root(root: &Path) -> Self {
        let root = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
        let top = root.ancestors().find(|f| f.join(".git").exists()).unwrap_or(&root).to_path_buf();
        let prefix =
            root.strip_prefix(&top).map(|p| crate::facts::normal_path(&p.to_string_lossy())).unwrap_or_default();
        let prefix = if prefix.is_empty() { prefix } else { format!("{prefix}/") };
        Self { root, top, prefix }
    }

    /// Where below the root a path of a diff lies. Most diffs start at the top of the repository, some at the root:
    /// a path is outside only if a file is there and none is here.
    pub(super) fn place(&self, path: &str) -> Option<String> {
        let absolute = self.root.to_string_lossy();
        if let Some(below) = path.strip_prefix(&*absolute).and_then(|p| p.strip_prefix('/')) {
            return Some(below.to_owned());
        }
        if self.prefix.is_empty() {
            return Some(path.to_owned());
        }
        if let Some(below) = path.strip_prefix(&self.prefix) {
            return Some(below.to_owned());
        }
        let is_outside = self.top.join(path).is_file() && !self.root.join(path).is_file();
        (!is_outside).then(|| path.to_owned())
    }
}
