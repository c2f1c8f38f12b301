//! What the integration tests share: a folder of its own for each test, the program in a clean
//! environment, and the library driven as `check` drives it.
#![allow(dead_code, reason = "every test file takes what it needs")]
#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use assert_cmd::Command;
use jiff::Timestamp;
use portcullis::collect::{self, Given, Limits};
use portcullis::diagnostic::{Diagnostic, SourceFile};
use portcullis::diff::DiffState;
use portcullis::evaluate::{BaselineState, Context, evaluate};
use portcullis::policy::{self, Policy};
use portcullis::verdict::{Check, Status, Subject, Verdict};
use tempfile::TempDir;

/// The clock of the tests, unless one says otherwise.
pub(crate) const NOW: &str = "2026-11-23T12:00:00Z";

/// The folder of the repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A path in `testdata/`.
pub(crate) fn testdata(path: &str) -> PathBuf {
    repository().join("testdata").join(path)
}

/// Every file below a folder, by path relative to it, sorted.
pub(crate) fn files_below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

/// The program, with nothing of this machine's environment in it.
pub(crate) fn portcullis(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portcullis"));
    command.env_clear().current_dir(folder);
    command
}

/// What a run of the program left.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A folder that is gone when the test ends.
pub(crate) struct Folder(TempDir);

/// A folder in another one.
pub(crate) struct Below<'f>(&'f Folder, PathBuf);

impl Below<'_> {
    pub(crate) fn path(&self) -> &Path {
        &self.1
    }

    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        self.0.write(self.1.join(path).to_str().unwrap(), bytes);
    }
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A copy of a folder of `testdata/`.
    pub(crate) fn of(path: &str) -> Self {
        let (folder, from) = (Self::new(), testdata(path));
        for file in files_below(&from) {
            folder.write(&file, std::fs::read(from.join(&file)).unwrap());
        }
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn below(&self, path: &str) -> Below<'_> {
        Below(self, self.path().join(path))
    }

    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    pub(crate) fn remove(&self, path: &str) -> &Self {
        std::fs::remove_file(self.path().join(path)).unwrap();
        self
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// Runs the program here.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, &[])
    }

    pub(crate) fn run_with(&self, args: &[&str], environment: &[(&str, &str)]) -> Ran {
        let output = portcullis(self.path()).args(args).envs(environment.iter().copied()).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// A run through the library, as `check` makes it.
pub(crate) struct Run<'a> {
    pub(crate) root: &'a Path,
    pub(crate) policy: &'a str,
    pub(crate) profile: Option<&'a str>,
    pub(crate) given: Vec<Given>,
    pub(crate) now: &'a str,
    pub(crate) commit: Option<&'a str>,
    pub(crate) baseline: BaselineState,
    pub(crate) diff: DiffState,
    pub(crate) only: Option<Vec<String>>,
}

impl<'a> Run<'a> {
    /// A policy's text over the evidence that it names below `root`.
    pub(crate) fn of(root: &'a Path, policy: &'a str) -> Self {
        let baseline = BaselineState::None;
        Self {
            root,
            policy,
            profile: None,
            given: Vec::new(),
            now: NOW,
            commit: None,
            baseline,
            diff: DiffState::None,
            only: None,
        }
    }

    /// Reports that are given by path, each with or without a name.
    pub(crate) fn given(mut self, paths: &[(Option<&str>, &str)]) -> Self {
        let given =
            |(name, path): &(Option<&str>, &str)| Given { name: name.map(str::to_owned), path: self.root.join(path) };
        self.given = paths.iter().map(given).collect();
        self
    }

    pub(crate) fn load(&self) -> Result<Policy, Vec<Diagnostic>> {
        let path = self.root.join("policy.toml").to_string_lossy().into_owned();
        let file = SourceFile { path, text: self.policy.to_owned() };
        let now: Timestamp = self.now.parse().unwrap();
        Policy::load(Arc::new(file), self.profile, jiff::tz::Offset::UTC.to_datetime(now).date())
    }

    pub(crate) fn verdict(self) -> Verdict {
        let policy = self.load().unwrap_or_else(|m| panic!("{}", shown(&m)));
        self.judge(&policy)
    }

    pub(crate) fn judge(self, policy: &Policy) -> Verdict {
        let now = self.now.parse().unwrap();
        let slots = collect::plan(&self.given, &policy.evidence, self.root);
        let mut evidence = collect::read_all(&slots, Limits::default(), self.root);
        collect::apply_specs(&mut evidence, |name| policy.evidence.get(name), now, self.commit, self.diff.diff());
        collect::note_alike(&mut evidence);
        let subject = Subject { commit: self.commit.map(portcullis::text::Text::new), ..Subject::default() };
        evaluate(
            policy,
            &evidence,
            &Context { now, subject, baseline: self.baseline, diff: self.diff, only: self.only },
        )
    }
}

/// A built-in policy.
pub(crate) fn builtin(name: &str) -> &'static str {
    policy::builtin(name).unwrap()
}

/// Diagnostics as a person sees them.
pub(crate) fn shown(mistakes: &[Diagnostic]) -> String {
    let all: Vec<String> = mistakes.iter().map(Diagnostic::render).collect();
    anstream::adapter::strip_str(&all.join("\n")).to_string()
}

/// The check of that id.
pub(crate) fn check<'v>(verdict: &'v Verdict, id: &str) -> &'v Check {
    verdict.checks.iter().find(|c| *c.id == *id).unwrap_or_else(|| panic!("no check {id}: {}", statuses(verdict)))
}

/// The status of each check, a line each.
pub(crate) fn statuses(verdict: &Verdict) -> String {
    verdict.checks.iter().map(|c| format!("{} {} ({})\n", c.id, c.status.name(), c.message)).collect()
}

/// The ids of the checks that ended so.
pub(crate) fn ids(verdict: &Verdict, status: Status) -> Vec<&str> {
    verdict.checks.iter().filter(|c| c.status == status).map(|c| c.id.as_str()).collect()
}
