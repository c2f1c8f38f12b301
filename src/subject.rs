//! What is judged: the commit and branch, from git's own files and from the CI's environment.
//! No program is started and nothing is asked over the network.

use std::path::{Path, PathBuf};

use crate::ci::{self, Ci, Environment};
use crate::text::Text;
use crate::verdict::Subject;

/// What is judged: `commit` if it is given, else git's, else the CI's.
#[must_use]
pub fn subject(folder: &Path, commit: Option<&str>, environment: Environment<'_>) -> Subject {
    let get = |name: &str| ci::value(environment, name);
    let ci = ci::detect(environment);
    let said = |pick: fn(&Ci) -> &'static str| ci.and_then(|ci| get(pick(ci))).map(|v| Text::new(&v));
    let git = Git::find(folder);
    let head = git.as_ref().and_then(Git::commit).map(|c| Text::new(&c));
    let github = get("GITHUB_SERVER_URL").zip(get("GITHUB_REPOSITORY")).zip(get("GITHUB_RUN_ID"));
    let run_url =
        github.map(|((server, repository), run)| Text::new(&format!("{server}/{repository}/actions/runs/{run}")));
    let base_branch = said(|ci| ci.base_branch);
    Subject {
        repository: said(|ci| ci.repository),
        component: None,
        commit: commit.map(Text::new).or(head).or_else(|| said(|ci| ci.commit)),
        head_commit: None,
        branch: git.as_ref().and_then(Git::branch).map(|b| Text::new(&b)).or_else(|| said(|ci| ci.branch)),
        change: base_branch.as_ref().and_then(|_| said(|ci| ci.change)),
        base_branch,
        event: said(|ci| ci.event),
        run_url: run_url.or_else(|| said(|ci| ci.run_url)),
        dirty: None,
    }
}

/// The files of a git repository.
struct Git {
    /// Where `HEAD` lies: of a worktree, its own folder.
    own: PathBuf,
    /// Where the references of all worktrees lie.
    common: PathBuf,
}

impl Git {
    fn find(folder: &Path) -> Option<Self> {
        let folder = folder.canonicalize().ok()?;
        let dot = folder.ancestors().map(|f| f.join(".git")).find(|g| g.exists())?;
        let own = if dot.is_dir() {
            dot
        } else {
            let text = std::fs::read_to_string(&dot).ok()?;
            dot.parent()?.join(text.strip_prefix("gitdir:")?.trim())
        };
        let common = match std::fs::read_to_string(own.join("commondir")) {
            Ok(relative) => own.join(relative.trim()),
            Err(_) => own.clone(),
        };
        Some(Self { own, common })
    }

    fn head(&self) -> Option<String> {
        std::fs::read_to_string(self.own.join("HEAD")).ok().map(|t| t.trim().to_owned())
    }

    fn branch(&self) -> Option<String> {
        Some(self.head()?.strip_prefix("ref: refs/heads/")?.to_owned())
    }

    fn commit(&self) -> Option<String> {
        let head = self.head()?;
        let is_hex = |s: &str| matches!(s.len(), 40 | 64) && s.bytes().all(|b| b.is_ascii_hexdigit());
        let Some(reference) = head.strip_prefix("ref: ") else { return Some(head).filter(|h| is_hex(h)) };
        if reference.split('/').any(|part| part == "..") {
            return None;
        }
        let loose = [&self.own, &self.common].into_iter().find_map(|f| std::fs::read_to_string(f.join(reference)).ok());
        let packed = || {
            let text = std::fs::read_to_string(self.common.join("packed-refs")).ok()?;
            let line = text.lines().find(|l| l.split_once(' ').is_some_and(|(_, name)| name == reference))?;
            line.split_once(' ').map(|(hash, _)| hash.to_owned())
        };
        loose.map(|t| t.trim().to_owned()).or_else(packed).filter(|h| is_hex(h))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commit_is_found_loose_packed_and_detached() {
        let folder = tempfile::tempdir().unwrap();
        let git = folder.path().join(".git");
        let inside = folder.path().join("a/b");
        std::fs::create_dir_all(git.join("refs/heads")).unwrap();
        std::fs::create_dir_all(&inside).unwrap();
        let hash = |c: &str| c.repeat(40);
        let find = || {
            let s = subject(&inside, None, &|_| None);
            (s.commit.map(|c| c.to_string()), s.branch.map(|b| b.to_string()))
        };
        std::fs::write(git.join("HEAD"), "ref: refs/heads/main\n").unwrap();
        assert_eq!(find(), (None, Some("main".into())));
        std::fs::write(git.join("packed-refs"), format!("# pack\n{} refs/heads/main\n", hash("a"))).unwrap();
        assert_eq!(find().0, Some(hash("a")));
        std::fs::write(git.join("refs/heads/main"), format!("{}\n", hash("b"))).unwrap();
        assert_eq!(find().0, Some(hash("b")));
        std::fs::write(git.join("HEAD"), hash("c")).unwrap();
        assert_eq!(find(), (Some(hash("c")), None));
    }

    #[test]
    fn the_environment_of_a_ci_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let environment = |name: &str| {
            let value = match name {
                "GITHUB_ACTIONS" => "true",
                "GITHUB_REPOSITORY" => "org/name",
                "GITHUB_SHA" => "abc",
                "GITHUB_REF_NAME" => "7/merge",
                "GITHUB_BASE_REF" => "main",
                "GITHUB_SERVER_URL" => "https://github.example",
                "GITHUB_RUN_ID" => "42",
                _ => return None,
            };
            Some(value.to_owned())
        };
        let s = subject(folder.path(), None, &environment);
        assert_eq!(s.commit.as_deref(), Some("abc"));
        assert_eq!(s.change.as_deref(), Some("7/merge"));
        assert_eq!(s.run_url.as_deref(), Some("https://github.example/org/name/actions/runs/42"));
        assert_eq!(subject(folder.path(), Some("def"), &environment).commit.as_deref(), Some("def"));
    }
}
