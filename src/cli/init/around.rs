//! What kind of repository a folder is: its language, its CI, its settings of other tools.

use std::path::Path;

use super::recipes::{Language, RECIPES, Recipe};

/// What lies in a folder beside reports.
#[derive(Debug, Default)]
pub(super) struct Around {
    /// What it is written in.
    pub(super) languages: Vec<Language>,
    /// In words, for people.
    pub(super) words: Vec<String>,
    /// The CI systems in use.
    pub(super) ci: Vec<&'static str>,
    /// It has a deny.toml.
    pub(super) deny: bool,
    /// Its own settings of nextest leave a JUnit file in the profile `ci`.
    pub(super) nextest: bool,
    package_json: String,
}

/// How a CI is known: a file or a folder, and its name.
const CI: &[(&str, &str)] = &[
    (".github/workflows", "GitHub Actions"),
    (".gitlab-ci.yml", "GitLab CI"),
    ("azure-pipelines.yml", "Azure Pipelines"),
    (".buildkite", "Buildkite"),
    (".circleci", "CircleCI"),
    ("bitbucket-pipelines.yml", "Bitbucket Pipelines"),
    ("Jenkinsfile", "Jenkins"),
    (".forgejo/workflows", "Forgejo Actions"),
    (".gitea/workflows", "Gitea Actions"),
    (".woodpecker.yml", "Woodpecker"),
    (".woodpecker", "Woodpecker"),
    (".drone.yml", "Drone"),
    (".teamcity", "TeamCity"),
    (".travis.yml", "Travis CI"),
];

/// How a language is known, and what it is called.
const LANGUAGES: &[(Language, &[&str])] = &[
    (Language::Rust, &["Cargo.toml"]),
    (Language::Node, &["package.json"]),
    (Language::Python, &["pyproject.toml", "setup.py", "requirements.txt"]),
    (Language::Go, &["go.mod"]),
];

/// Files of a repository that are looked into are small.
const LARGEST: u64 = 4 << 20;

impl Around {
    /// Looks at a folder.
    pub(super) fn of(folder: &Path) -> Self {
        let mut around = Self::default();
        let text = |path: &str| crate::input::read_text(&folder.join(path), LARGEST).unwrap_or_default();
        for (language, files) in LANGUAGES {
            if let Some(file) = files.iter().find(|f| folder.join(f).is_file()) {
                around.languages.push(*language);
                around.words.push(if *file == "Cargo.toml" { cargo(&text(file)) } else { (*file).to_owned() });
            }
        }
        around.package_json = text("package.json");
        around.nextest = text(".config/nextest.toml").contains("profile.ci.junit");
        around.deny = folder.join("deny.toml").is_file();
        if around.deny {
            around.words.push("deny.toml".into());
        }
        let there = |path: &str| folder.join(path).exists();
        for (_, name) in CI.iter().filter(|(path, _)| there(path)) {
            if !around.ci.contains(name) {
                around.ci.push(name);
            }
        }
        around.words.extend(around.ci.iter().map(|name| (*name).to_owned()));
        around
    }

    /// The same where somebody says that cargo-deny is in use.
    pub(super) fn with_deny(mut self) -> Self {
        if !self.languages.contains(&Language::Rust) {
            self.languages.insert(0, Language::Rust);
        }
        self.deny = true;
        self
    }

    /// The recipes that fit, in order.
    pub(super) fn recipes(&self) -> impl Iterator<Item = &'static Recipe> {
        RECIPES.iter().filter(|r| self.languages.contains(&r.language) && self.has(r.needs))
    }

    fn has(&self, needed: Option<&str>) -> bool {
        match needed {
            None => true,
            Some("deny.toml") => self.deny,
            // A dependency of package.json, by its name between quotes.
            Some(other) => other
                .strip_prefix("package.json:")
                .is_some_and(|name| self.package_json.contains(&format!("\"{name}\""))),
        }
    }
}

/// A Cargo manifest in a few words.
fn cargo(manifest: &str) -> String {
    let table: toml::Table = toml::from_str(manifest).unwrap_or_default();
    let members = table.get("workspace").and_then(|w| w.get("members")).and_then(toml::Value::as_array);
    let members: Vec<&str> = members.into_iter().flatten().filter_map(toml::Value::as_str).collect();
    match (table.contains_key("workspace"), members.is_empty()) {
        (true, false) => format!("a Cargo workspace ({})", members.join(", ")),
        (true, true) => "a Cargo workspace".into(),
        (false, _) => "a Cargo package".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_known_by_its_files() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        assert!(Around::of(folder.path()).words.is_empty());
        write("Cargo.toml", "[workspace]\nmembers = [\"crates/*\", \"cli\"]\n");
        write("package.json", "{\"devDependencies\":{\"vitest\":\"^4\"}}");
        write(".github/workflows/ci.yml", "on: push");
        write("deny.toml", "");
        let around = Around::of(folder.path());
        assert_eq!(around.words, ["a Cargo workspace (crates/*, cli)", "package.json", "deny.toml", "GitHub Actions"]);
        let made: Vec<&str> = around.recipes().flat_map(|r| r.products).map(|p| p.format).collect();
        assert!(made.contains(&"cargo-deny") && made.contains(&"npm-audit"), "{made:?}");
        assert_eq!(around.recipes().filter(|r| r.run.contains("jest")).count(), 0, "vitest is in use, not jest");
        assert_eq!(around.recipes().filter(|r| r.run.contains("vitest")).count(), 1);
    }
}
