//! Where the files of a policy come from: the disk, or a revision that git holds.

use std::path::{Component, Path, PathBuf};

use crate::git::{Git, Purpose, Refusal, said};

/// How large a file of a policy may be, in bytes.
const LARGEST: u64 = 1 << 20;
/// How many links in a row are followed in a revision.
const MOST_LINKS: usize = 8;

/// A place that holds files of policies.
pub(crate) trait Library {
    /// The path of the file that `name` means where it is written in the file `from`.
    fn path(&self, from: &str, name: &str) -> String;
    /// The text of a file. The error is a sentence for the user.
    fn text(&self, path: &str) -> Result<String, String>;
    /// Whether two paths are one file.
    fn same(&self, one: &str, other: &str) -> bool;
}

/// The files of this machine.
pub(crate) struct Disk;

impl Library for Disk {
    fn path(&self, from: &str, name: &str) -> String {
        match Path::new(from).parent() {
            Some(folder) => folder.join(name).to_string_lossy().into_owned(),
            None => name.to_owned(),
        }
    }

    fn text(&self, path: &str) -> Result<String, String> {
        crate::input::read_text(Path::new(path), LARGEST).map(unmarked)
    }

    fn same(&self, one: &str, other: &str) -> bool {
        let real = |path: &str| Path::new(path).canonicalize().ok();
        one == other || real(one).is_some_and(|one| real(other) == Some(one))
    }
}

/// Without a byte order mark.
fn unmarked(text: String) -> String {
    text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)
}

const PURPOSE: Purpose =
    Purpose { flag: "--policy-base", instead: "check the policy of the base out and name it: --policy-base FILE.toml" };

/// The files of a commit. A path in it is written `REV:PATH`, with `PATH` from the top of the repository.
#[derive(Debug)]
pub struct Revision {
    /// The top of the working tree.
    top: PathBuf,
    name: String,
    commit: String,
}

impl Revision {
    /// The commit that `rev` names in the repository around `folder`.
    ///
    /// # Errors
    /// Why there is none, and what to do.
    pub fn open(rev: &str, folder: &Path) -> Result<Self, (String, String)> {
        let told = |r: Refusal| (r.why, r.help);
        let git = Git { root: folder, purpose: &PURPOSE };
        let top = PathBuf::from(git.line(&["rev-parse", "--show-toplevel"]).map_err(told)?);
        let commit = git.revision(rev).map_err(told)?;
        Ok(Self { top, name: rev.to_owned(), commit })
    }

    /// The path by which this commit holds the policy that is `file` in the working tree: as it is named there, and
    /// only where there is none the file that this leads to, for a change could make a link of what the base holds as
    /// a file. `None`: it does not hold it.
    ///
    /// # Errors
    /// It lies outside the repository, or git does not answer.
    pub fn find(&self, file: &Path) -> Result<Option<String>, String> {
        let whole = std::path::absolute(file).map_err(|e| format!("{} is no path: {e}", file.display()))?;
        let candidates = [normal(&whole), whole.canonicalize().ok()];
        let inside: Vec<String> = candidates.into_iter().flatten().filter_map(|p| self.name_of(&p)).collect();
        if inside.is_empty() {
            let (file, top) = (file.display(), self.top.display());
            return Err(format!("{file} lies outside the repository {top}, so that no change of it could touch it"));
        }
        self.first(inside)
    }

    /// The policy that holds in this commit for a folder of the working tree, as [`super::find`] looks for it.
    ///
    /// # Errors
    /// git does not answer.
    pub fn discover(&self, from: &Path) -> Result<Option<String>, String> {
        let folders = from.ancestors().take_while(|f| f.starts_with(&self.top));
        let names = folders.flat_map(|folder| super::NAMES.map(|name| folder.join(name)));
        self.first(names.filter_map(|path| self.name_of(&path)).collect())
    }

    fn name_of(&self, path: &Path) -> Option<String> {
        path.strip_prefix(&self.top).ok().map(|inner| format!("{}:{}", self.name, slashed(inner)))
    }

    /// The first of these paths that is a file of this commit.
    fn first(&self, paths: Vec<String>) -> Result<Option<String>, String> {
        for path in paths {
            let wrong = |why: String| format!("{path}: {why}");
            let real = self.real(self.inner(&path)?).map_err(wrong)?;
            if let Some(entry) = real.and_then(|real| self.entry(&real).transpose())
                && entry?.kind == "blob"
            {
                return Ok(Some(path));
            }
        }
        Ok(None)
    }

    /// The path behind every link on the way, as this commit holds them: those of the working tree are the change's.
    /// `None`: it holds nothing there.
    fn real(&self, path: &str) -> Result<Option<String>, String> {
        let mut ahead: Vec<String> = path.rsplit('/').map(str::to_owned).collect();
        let (mut done, mut links): (Vec<String>, usize) = (Vec::new(), 0);
        while let Some(part) = ahead.pop() {
            match part.as_str() {
                "" | "." => continue,
                ".." if done.pop().is_some() => continue,
                ".." => return Err("it leads out of the repository".into()),
                _ => done.push(part),
            }
            let Some(entry) = self.entry(&done.join("/"))? else { return Ok(None) };
            if entry.kind == "commit" {
                let module = done.join("/");
                return Err(format!("{module} is a submodule, of which a revision of this repository holds nothing"));
            }
            if entry.mode == LINK {
                links += 1;
                let target = self.blob(&entry)?;
                if links > MOST_LINKS {
                    return Err("it is a link to a link, without an end".into());
                }
                if Path::new(&target).is_absolute() {
                    return Err("it is a link out of the repository".into());
                }
                _ = done.pop();
                ahead.extend(target.rsplit('/').map(str::to_owned));
            }
        }
        Ok(Some(done.join("/")))
    }

    fn inner<'p>(&self, path: &'p str) -> Result<&'p str, String> {
        let inner = path.strip_prefix(&*self.name).and_then(|rest| rest.strip_prefix(':'));
        inner.ok_or_else(|| format!("{path} is no path of {}", self.name))
    }

    fn git(&self) -> Git<'_> {
        Git { root: &self.top, purpose: &PURPOSE }
    }

    fn run(&self, args: &[&str]) -> Result<Vec<u8>, String> {
        let output = self.git().run(args).map_err(|refusal| refusal.why)?;
        if !output.status.success() {
            return Err(format!("git says: {}", said(&output)));
        }
        Ok(output.stdout)
    }

    /// What stands in the tree under a path.
    fn entry(&self, path: &str) -> Result<Option<TreeEntry>, String> {
        let listed = self.run(&["--literal-pathspecs", "ls-tree", "--full-tree", "-z", &self.commit, "--", path])?;
        let listed = String::from_utf8_lossy(&listed).into_owned();
        let exact = |row: &str| {
            let (about, name) = row.split_once('\t')?;
            let mut about = about.split(' ').map(str::to_owned);
            let (mode, kind, hash) = (about.next()?, about.next()?, about.next()?);
            (name == path).then_some(TreeEntry { mode, kind, hash })
        };
        Ok(listed.split('\0').find_map(exact))
    }

    fn blob(&self, entry: &TreeEntry) -> Result<String, String> {
        let size = self.run(&["cat-file", "-s", &entry.hash])?;
        let size = String::from_utf8_lossy(&size).trim().parse::<u64>().unwrap_or(u64::MAX);
        if size > LARGEST {
            return Err(format!("it has more than {LARGEST} bytes"));
        }
        String::from_utf8(self.run(&["cat-file", "blob", &entry.hash])?).map_err(|_| "it is not UTF-8".into())
    }
}

/// A row of `git ls-tree`.
struct TreeEntry {
    mode: String,
    kind: String,
    hash: String,
}

impl Library for Revision {
    fn path(&self, from: &str, name: &str) -> String {
        let inner = self.inner(from).unwrap_or(from);
        let folder = slashed(Path::new(inner).parent().unwrap_or(Path::new("")));
        let folder = self.real(&folder).ok().flatten().unwrap_or(folder);
        let joined = Path::new(&folder).join(name);
        // What leaves the repository is not there; the path says so.
        let plain = normal(&joined).map_or_else(|| joined.to_string_lossy().into_owned(), |p| slashed(&p));
        format!("{}:{plain}", self.name)
    }

    fn text(&self, path: &str) -> Result<String, String> {
        let real = self.real(self.inner(path)?)?;
        let entry = real.map(|real| self.entry(&real)).transpose()?.flatten().filter(|e| e.kind == "blob");
        self.blob(&entry.ok_or("there is no such file in that revision")?).map(unmarked)
    }

    fn same(&self, one: &str, other: &str) -> bool {
        one == other
    }
}

/// The mode of a symbolic link in a tree of git.
const LINK: &str = "120000";

/// A path without `.` and `..`. `None`: it leads out of where it starts.
fn normal(path: &Path) -> Option<PathBuf> {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if !matches!(out.components().next_back(), Some(Component::Normal(_))) => return None,
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    Some(out)
}

fn slashed(path: &Path) -> String {
    path.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_plain_or_leads_out() {
        for (written, plain) in [
            ("a/b.toml", Some("a/b.toml")),
            ("./a/./b.toml", Some("a/b.toml")),
            ("a/../b.toml", Some("b.toml")),
            ("a/b/../../c", Some("c")),
            ("../b.toml", None),
            ("a/../../b", None),
        ] {
            assert_eq!(normal(Path::new(written)).map(|p| slashed(&p)).as_deref(), plain, "{written}");
        }
    }

    #[test]
    fn a_name_is_seen_from_the_file_it_is_written_in() {
        let revision = Revision { top: "/r".into(), name: "origin/main".into(), commit: String::new() };
        for (from, name, path) in [
            ("origin/main:portcullis.toml", "org.toml", "origin/main:org.toml"),
            ("origin/main:policies/p.toml", "../org.toml", "origin/main:org.toml"),
            ("origin/main:policies/p.toml", "x/y.toml", "origin/main:policies/x/y.toml"),
            ("origin/main:p.toml", "../org.toml", "origin/main:../org.toml"),
        ] {
            assert_eq!(revision.path(from, name), path);
        }
        assert_eq!(revision.name_of(Path::new("/r/q/x.toml")).as_deref(), Some("origin/main:q/x.toml"));
        assert_eq!(revision.name_of(Path::new("/other/x.toml")), None);
    }
}
