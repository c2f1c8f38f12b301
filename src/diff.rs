//! What a change touches: the files and lines of a diff, by the side that is there now.
//!
//! A diff is evidence as a report is: one that is cut off or contradicts itself is refused, for a line
//! that it does not show would be a line that nobody judges.

mod git;
mod header;
mod parse;
mod path;

use std::collections::BTreeMap;
use std::path::Path;

use crate::facts::{LineSet, is_absolute_path, normal_path};
use crate::git::Refusal;
use crate::text::Text;

/// How large a diff may be that is read, in bytes.
const LARGEST: u64 = 256 << 20;

/// One file of a diff.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChangedFile {
    /// The lines that were added or changed, as they are numbered now.
    pub lines: LineSet,
    /// The name that it had before.
    pub renamed_from: Option<Text>,
    /// It is gone.
    pub deleted: bool,
    /// The diff says that it differs and not where, or shows other lines than those that lie there.
    pub binary: bool,
}

impl ChangedFile {
    /// Whether it holds something new: deleted lines and a new name are nothing that a report can speak of.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.binary || !self.lines.is_empty()
    }
}

/// What a change touches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diff {
    /// Where it is from, for messages.
    pub name: String,
    /// By path below the root, as reports are compared by.
    pub files: BTreeMap<Text, ChangedFile>,
    /// How many files it touches outside the root.
    pub outside: u64,
    /// The file was empty, as it is where a command failed unseen.
    pub no_bytes: bool,
    root: String,
    by_name: BTreeMap<String, Vec<Text>>,
}

/// What is known of the change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DiffState {
    /// Nobody gave a diff.
    None,
    /// One was given and cannot be used.
    Unusable {
        /// Why.
        why: String,
        /// What to do about it.
        help: String,
    },
    /// It was read.
    Read(Diff),
}

impl DiffState {
    /// Reads the diff in a file.
    #[must_use]
    pub fn of_file(file: &Path, root: &Path) -> Self {
        let shown = file.display().to_string();
        match crate::input::read_bytes(file, LARGEST) {
            Ok(bytes) => Self::of_bytes(&bytes, &shown, root),
            Err(why) => Self::unusable(&shown, &why),
        }
    }

    /// Reads a diff that was in the file `shown`.
    #[must_use]
    pub fn of_bytes(bytes: &[u8], shown: &str, root: &Path) -> Self {
        match parse::parse(bytes) {
            Ok(parsed) => {
                let lay = path::Layout::of_root(root);
                let diff = Diff::new(format!("the diff {shown}"), parsed, &|path| lay.place(path), root);
                Self::Read(Diff { no_bytes: bytes.is_empty(), ..diff })
            }
            Err(why) => Self::unusable(shown, &why),
        }
    }

    fn unusable(shown: &str, why: &str) -> Self {
        Self::Unusable {
            why: format!("the diff {shown} cannot be used: {why}"),
            help: "write it with `git diff --output=FILE BASE...HEAD`, or say --diff-base BASE".into(),
        }
    }

    /// Asks git for the diff of the working tree with its merge base with `rev`.
    #[must_use]
    pub fn of_git(rev: &str, root: &Path) -> Self {
        let read = git::diff(rev, root).and_then(|found| {
            let parsed = parse::parse(&found.bytes);
            let mut parsed = parsed
                .map_err(|why| Refusal::helped(format!("git's diff cannot be read: {why}"), git::PURPOSE.instead))?;
            git::hide_filtered(&mut parsed, root)?;
            Ok(Diff::new(found.name.clone(), parsed, &|path| found.place(path), root))
        });
        match read {
            Ok(diff) => Self::Read(diff),
            Err(refusal) => Self::Unusable { why: refusal.why, help: refusal.help },
        }
    }

    /// The diff, where there is one.
    #[must_use]
    pub fn diff(&self) -> Option<&Diff> {
        if let Self::Read(diff) = self { Some(diff) } else { None }
    }
}

impl Diff {
    /// Nothing at all.
    pub const NONE: Self = Self {
        name: String::new(),
        files: BTreeMap::new(),
        outside: 0,
        no_bytes: false,
        root: String::new(),
        by_name: BTreeMap::new(),
    };

    /// `place` says where below the root a path of the diff lies; `None` is outside.
    fn new(name: String, parsed: Vec<parse::File>, place: &dyn Fn(&str) -> Option<String>, root: &Path) -> Self {
        let root = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
        let mut out = Self { name, root: normal_path(&root.to_string_lossy()), ..Self::default() };
        let key = |path: &str| Text::new(&normal_path(path));
        for parse::File { path, renamed_from, file } in parsed {
            let Some(placed) = place(&path) else {
                out.outside += 1;
                continue;
            };
            let renamed_from = renamed_from.map(|old| key(&place(&old).unwrap_or(old)));
            let file = ChangedFile { renamed_from, ..file };
            // Names that no report can tell apart, as those that are no UTF-8: any line of either may be meant.
            let both = |known: &mut ChangedFile| known.binary |= file.is_new();
            out.files.entry(key(&placed)).and_modify(both).or_insert(file.clone());
        }
        for path in out.files.keys() {
            out.by_name.entry(last(path).to_owned()).or_default().push(path.clone());
        }
        out
    }

    /// Whether it holds nothing new, in the files that `concerns` says.
    #[must_use]
    pub fn is_idle(&self, concerns: &dyn Fn(&str) -> bool) -> bool {
        !self.files.iter().any(|(path, file)| file.is_new() && concerns(path))
    }

    /// Whether a file that `matches` was touched in any way: its old name counts, and that it is gone.
    #[must_use]
    pub fn touches(&self, matches: &dyn Fn(&str) -> bool) -> bool {
        self.files.iter().any(|(path, file)| matches(path) || file.renamed_from.as_deref().is_some_and(matches))
    }

    /// Whether a place that a tool states may be a changed line. What cannot be told may be: a path that is the
    /// tail of another, a place without a line, a file of which the diff does not say where it differs.
    #[must_use]
    pub fn may_hold(&self, path: &str, line: Option<u32>) -> bool {
        let path = normal_path(path.strip_prefix("file://").unwrap_or(path));
        let path = path.strip_prefix(&self.root).and_then(|p| p.strip_prefix('/')).unwrap_or(&path);
        let named = self.by_name.get(last(path)).into_iter().flatten();
        let same =
            |file: &&Text| ***file == *path || is_tail(file, path) || (!is_absolute_path(path) && is_tail(path, file));
        named.filter(same).filter_map(|file| self.files.get(file)).any(|file| match line {
            Some(line) if !file.binary => file.lines.contains(line),
            _ => file.is_new(),
        })
    }
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether the first is the end of the second, by whole names.
fn is_tail(short: &str, long: &str) -> bool {
    long.strip_suffix(short).is_some_and(|front| front.ends_with('/'))
}
