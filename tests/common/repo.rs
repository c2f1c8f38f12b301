//! A repository of git in a folder of its own, with nothing of this machine's settings.
#![allow(dead_code, reason = "every test file takes what it needs")]
#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::path::Path;
use std::process::Command;

use crate::common::Folder;

/// The repository.
pub(crate) struct Repo(pub(crate) Folder);

/// Runs git in a folder and gives what it prints.
pub(crate) fn git(folder: &Path, args: &[&str]) -> String {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(["-c", "protocol.file.allow=always"]).args(args);
    command.envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")]);
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "n").env(format!("GIT_{who}_EMAIL"), "e@example.org");
        command.env(format!("GIT_{who}_DATE"), "2026-11-23T08:00:00Z");
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

impl Repo {
    /// With one commit on `main`, and the branch `work` on top of it.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let repo = Self(Folder::new());
        repo.git(&["init", "--quiet", "--initial-branch=main"]);
        files.iter().for_each(|(path, text)| repo.write(path, text));
        repo.commit();
        repo.git(&["checkout", "--quiet", "-b", "work"]);
        repo
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn git(&self, args: &[&str]) -> String {
        git(self.path(), args)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        self.0.write(path, text);
    }

    pub(crate) fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message=m"]);
    }
}
