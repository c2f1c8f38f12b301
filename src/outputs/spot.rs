//! Where in the repository something is, for services that show it beside the code.
//!
//! A report's path is text: nothing is opened or looked up. What leads out of the repository, or is no path at all,
//! has no place in it.

use crate::verdict::{Check, Place, Verdict};

/// The file that is named where no file is known: the one in which a policy would stand.
const POLICY: &str = "portcullis.toml";

/// A file, and a line of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    /// The file.
    pub(super) path: Path,
    /// The line, from 1.
    pub(super) line: u64,
}

/// A file, its path with `/` between folders.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Path {
    /// Relative to the root of the repository.
    Inside(String),
    /// From the root of the machine; with a drive, `C:/…`.
    Absolute(String),
}

impl Path {
    /// The path that a report or a command line states; nothing where it is none, or leads out of the repository.
    pub(super) fn of(written: &str) -> Option<Self> {
        let path = slashed(written.trim());
        let path = path.strip_prefix("file://").unwrap_or(&path);
        let drive = |p: &str| p.chars().next().is_some_and(|c| c.is_ascii_alphabetic()) && p.get(1..3) == Some(":/");
        let absolute = |p: &str| clean(p).map(Self::Absolute);
        if path.starts_with("//") {
            return None;
        }
        match path.strip_prefix('/') {
            Some(rest) if drive(rest) => absolute(rest),
            Some(rest) => clean(rest).map(|p| Self::Absolute(format!("/{p}"))),
            None if drive(path) => absolute(path),
            None => clean(path).map(Self::Inside),
        }
    }

    /// As it is shown, with `/` between folders.
    pub(super) fn shown(&self) -> &str {
        match self {
            Self::Inside(path) | Self::Absolute(path) => path,
        }
    }

    /// As a URI reference (RFC 3986): relative, or of the scheme `file`.
    pub(super) fn uri(&self) -> String {
        match self {
            Self::Inside(path) => encoded(path),
            Self::Absolute(path) => {
                let (drive, rest) = path.split_at_checked(2).filter(|_| !path.starts_with('/')).unwrap_or(("", path));
                format!("file:///{drive}{}", encoded(rest.trim_start_matches(if drive.is_empty() { "/" } else { "" })))
            }
        }
    }
}

/// With `/` for `\`, but where that begins the visible form of a character that is not shown, `\u{…}`.
fn slashed(path: &str) -> String {
    path.replace("\\u{", "\0").replace('\\', "/").replace('\0', "\\u{")
}

/// Without empty folders, `.` and `..`; nothing where that leaves nothing, or leads above the first.
fn clean(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop()?,
            part => parts.push(part),
        }
    }
    Some(parts.join("/")).filter(|p| !p.is_empty())
}

/// Percent-encoded, but what is unreserved, and `/`. No colon is left, so that no beginning is a scheme.
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b'@' | b'+' | b',' | b'=' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

impl Spot {
    /// The path below the root of the repository and the line; where it is not below it, the file in which a policy
    /// would stand.
    pub(super) fn inside(&self) -> (&str, u64) {
        match &self.path {
            Path::Inside(path) => (path, self.line),
            Path::Absolute(_) => (POLICY, 1),
        }
    }

    /// A path in one spelling, whether or not it is a place.
    pub(super) fn path_key(written: &str) -> String {
        match Path::of(written) {
            Some(Path::Inside(path) | Path::Absolute(path)) => path,
            None => written.to_owned(),
        }
    }

    /// Where something is that a report places; nothing where that is no place.
    pub(super) fn of(place: &Place) -> Option<Self> {
        Some(Self { path: Path::of(&place.path)?, line: place.line.map_or(1, u64::from).max(1) })
    }

    /// The line of the policy that decided. Of a built-in policy there is no file: then the policy that extends it, or
    /// the one that would.
    pub(super) fn of_policy(verdict: &Verdict, check: Option<&Check>) -> Self {
        let file = |path: &str| Path::of(path).filter(|_| !path.starts_with("builtin:"));
        let source = check.and_then(|c| c.policy_source.as_ref());
        let decided = source.and_then(|s| Some(Self { path: file(&s.path)?, line: s.line.max(1) }));
        decided.unwrap_or_else(|| {
            let path = file(&verdict.policy.path).unwrap_or_else(|| Path::Inside(POLICY.to_owned()));
            Self { path, line: 1 }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outputs::fixture::{check, judged};
    use crate::verdict::{SourceRef, Status};

    #[test]
    fn a_path_is_a_place_in_the_repository_or_none() {
        for (written, uri) in [
            ("src/vm.rs", Some("src/vm.rs")),
            ("./src//./vm.rs", Some("src/vm.rs")),
            (r".\src\vm.rs", Some("src/vm.rs")),
            ("a/../b.rs", Some("b.rs")),
            ("a b/ü#?%.rs", Some("a%20b/%C3%BC%23%3F%25.rs")),
            ("alpine:3.18 (alpine)", Some("alpine%3A3.18%20%28alpine%29")),
            ("javascript:alert(1)", Some("javascript%3Aalert%281%29")),
            ("https://evil.example/x", Some("https%3A/evil.example/x")),
            (r"a\u{202e}b.rs", Some("a%5Cu%7B202e%7Db.rs")),
            ("/home/ci/a.rs", Some("file:///home/ci/a.rs")),
            ("file:///home/ci/a.rs", Some("file:///home/ci/a.rs")),
            (r"C:\code\a.rs", Some("file:///C:/code/a.rs")),
            ("file:///C:/code/a.rs", Some("file:///C:/code/a.rs")),
            (r"\\server\share\a.rs", None),
            ("../a.rs", None),
            ("a/../../b.rs", None),
            ("..", None),
            (".", None),
            ("/", None),
            ("", None),
        ] {
            assert_eq!(Path::of(written).map(|p| p.uri()).as_deref(), uri, "{written}");
        }
    }

    #[test]
    fn what_has_no_file_stands_at_the_policy() {
        let mut verdict = judged(Vec::new());
        let mut decided = check("a.b", Status::Fail, "m");
        for (source, policy, path, line) in [
            (Some(("p.toml", 7)), "q.toml", "p.toml", 7),
            (Some(("p.toml", 0)), "q.toml", "p.toml", 1),
            (Some(("builtin:rust", 7)), "q.toml", "q.toml", 1),
            (Some(("../p.toml", 7)), "q.toml", "q.toml", 1),
            (None, "q.toml", "q.toml", 1),
            (Some(("builtin:rust", 7)), "builtin:rust", "portcullis.toml", 1),
            (None, "", "portcullis.toml", 1),
        ] {
            verdict.policy.path = policy.into();
            decided.policy_source = source.map(|(path, line)| SourceRef { path: path.into(), line });
            let spot = Spot::of_policy(&verdict, Some(&decided));
            assert_eq!(spot, Spot { path: Path::Inside(path.to_owned()), line }, "{source:?} {policy}");
        }
    }
}
