//! Paths as reports write them, and how they are brought to one form. They are text: none is opened.

use super::{Facts, Lint, Location};
use crate::text::Text;

/// Whether a path, with `/` between folders, begins at a root: of Unix, of a Windows drive, of a URL.
#[must_use]
pub fn is_absolute_path(path: &str) -> bool {
    path.starts_with('/') || path.get(1..3) == Some(":/") || path.contains("://")
}

/// A path as reports are compared by: `/` between folders, no `./`, no doubled separator.
#[must_use]
pub fn normal_path(path: &str) -> String {
    let slashed = path.trim().replace('\\', "/");
    let mut rest = slashed.as_str();
    while let Some(after) = rest.strip_prefix("./") {
        rest = after.trim_start_matches('/');
    }
    let clean = rest.replace("/./", "/");
    let trimmed = if clean.len() > 1 { clean.trim_end_matches('/') } else { &clean };
    trimmed.to_owned()
}

/// The path that a URI names: percent-encoding resolved, `/` between folders, without `file://`.
/// What is no valid encoding stays as it is written.
#[must_use]
pub fn path_of_uri(uri: &str) -> String {
    let decoded = decoded(uri);
    let slashed = normal_path(&decoded);
    let lower = slashed.get(..5).unwrap_or_default().eq_ignore_ascii_case("file:");
    let path = if lower { slashed.get(5..).unwrap_or_default() } else { return slashed };
    let path = match path.strip_prefix("//") {
        Some(rest) => rest.strip_prefix("localhost").filter(|r| r.starts_with('/')).unwrap_or(rest),
        None => path,
    };
    // `/C:/code`: the drive is the root.
    match path.strip_prefix('/') {
        Some(rest) if rest.get(1..2) == Some(":") => rest.to_owned(),
        Some(rest) if rest.starts_with('/') => format!("/{}", rest.trim_start_matches('/')),
        _ => path.to_owned(),
    }
}

fn decoded(uri: &str) -> String {
    if !uri.contains('%') {
        return uri.to_owned();
    }
    let mut bytes = Vec::with_capacity(uri.len());
    let mut rest = uri.as_bytes();
    while let Some((&b, after)) = rest.split_first() {
        let digit = |n: usize| after.get(n).and_then(|d| char::from(*d).to_digit(16));
        match (b, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or(b'%'));
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(b);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| uri.to_owned())
}

/// A path in the one spelling by which findings of two runs are compared: as [`normal_path`], a `file:` URI as the
/// path that it names, `a/../b` as `b`, the letter of a drive in capitals.
#[must_use]
pub fn plain_path(written: &str) -> String {
    let is_uri = written.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("file:"));
    let path = if is_uri { path_of_uri(written) } else { normal_path(written) };
    let root = if path.starts_with('/') { "/" } else { "" };
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match (part, parts.last()) {
            ("" | ".", _) => {}
            ("..", Some(last)) if *last != ".." && !last.ends_with(':') => {
                parts.pop();
            }
            // Above the root is the root.
            ("..", None) if !root.is_empty() => {}
            _ => parts.push(part),
        }
    }
    let mut plain = format!("{root}{}", parts.join("/"));
    if plain.get(1..3) == Some(":/")
        && let Some(letter) = plain.get_mut(..1)
    {
        letter.make_ascii_uppercase();
    }
    plain
}

/// The rest of a path below a folder. The letter of a Windows drive may be of either case.
pub(super) fn below<'p>(folder: &str, path: &'p str) -> Option<&'p str> {
    let drive = |p: &str| p.get(1..3) == Some(":/");
    let same = match (drive(folder), drive(path)) {
        (true, true) => {
            path.get(..1)?.eq_ignore_ascii_case(folder.get(..1)?) && path.get(1..)?.starts_with(folder.get(1..)?)
        }
        _ => path.starts_with(folder),
    };
    same.then(|| path.get(folder.len()..)?.strip_prefix('/'))?
}

/// A path without `strip` at its front, behind `base` where it is relative then; `None` where neither concerns it.
pub(super) fn laid(path: &str, strip: Option<&str>, base: Option<&str>) -> Option<String> {
    let rest = match strip.map(normal_path) {
        Some(strip) => below(&strip, path)?.to_owned(),
        None => path.to_owned(),
    };
    match base.map(normal_path) {
        Some(base) if !is_absolute_path(&rest) => Some(format!("{base}/{rest}")),
        Some(_) => None,
        None => Some(rest),
    }
}

impl Facts {
    /// Makes the absolute paths of findings and lints that lie below `root` relative to it. What cannot be told is
    /// left as it is.
    pub fn rebase_places(&mut self, root: &str) {
        let root = normal_path(root);
        self.move_places(&|path| below(&root, path).map(str::to_owned));
    }

    /// Lays `strip` and `base` over the places of findings and lints, as [`super::Coverage::lay`] over files. Gives
    /// how many places there are, and how many of them that concerned.
    pub fn lay_places(&mut self, strip: Option<&str>, base: Option<&str>) -> (usize, usize) {
        self.move_places(&|path| laid(path, strip, base))
    }

    fn move_places(&mut self, to: &dyn Fn(&str) -> Option<String>) -> (usize, usize) {
        let (mut all, mut moved) = (0, 0);
        let mut place = |location: &mut Option<Location>| {
            let Some(location) = location else { return };
            all += 1;
            if let Some(new) = to(&normal_path(&location.path)) {
                location.path = Text::new(&new);
                moved += 1;
            }
        };
        for finding in self.findings.iter_mut().flat_map(|f| &mut f.list) {
            place(&mut finding.location);
        }
        if let Some(lints) = &mut self.lints {
            lints.change(&mut |lint: &mut Lint| place(&mut lint.location));
        }
        (all, moved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_is_read_as_a_path() {
        for (uri, path) in [
            ("src/a.rs", "src/a.rs"),
            ("./src/a%20b.rs", "src/a b.rs"),
            (r"src\a.rs", "src/a.rs"),
            ("file:///home/ci/a.rs", "/home/ci/a.rs"),
            ("file:////src/a.js", "/src/a.js"),
            ("file:///C:/code/a.c", "C:/code/a.c"),
            ("FILE://localhost/a.c", "/a.c"),
            ("file:/a.c", "/a.c"),
            ("%41%zz%", "A%zz%"),
            ("%ff", "%ff"),
            ("not a valid URI", "not a valid URI"),
            ("knqyf263/vuln-image (alpine 3.7.1)", "knqyf263/vuln-image (alpine 3.7.1)"),
            ("", ""),
        ] {
            assert_eq!(path_of_uri(uri), path, "{uri}");
        }
    }

    #[test]
    fn one_file_has_one_spelling() {
        for (written, plain) in [
            ("src/a.rs", "src/a.rs"),
            ("./src/a.rs", "src/a.rs"),
            (".//src/./a.rs", "src/a.rs"),
            ("src//a.rs", "src/a.rs"),
            (r"src\a.rs", "src/a.rs"),
            ("src/b/../a.rs", "src/a.rs"),
            ("b/../../a.rs", "../a.rs"),
            ("../../a.rs", "../../a.rs"),
            ("/../a.rs", "/a.rs"),
            ("/w/x/../a.rs", "/w/a.rs"),
            ("c:/x/../../a.rs", "C:/../a.rs"),
            (r"d:\a\x.rs", "D:/a/x.rs"),
            ("file:///w/a%20b.rs", "/w/a b.rs"),
            ("FILE:///c:/w/a.rs", "C:/w/a.rs"),
            // Only a URI has an encoding.
            ("a%20b.rs", "a%20b.rs"),
            ("é:/a", "é:/a"),
            ("", ""),
        ] {
            assert_eq!(plain_path(written), plain, "{written}");
            assert_eq!(plain_path(plain), plain, "{written}");
        }
    }
}
