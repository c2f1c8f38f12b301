//! `init --ci`: the workflow that makes the evidence and runs the gate.

mod github;
mod gitlab;

use std::collections::BTreeMap;
use std::path::Path;

use super::around::Around;
use super::recipes::{Product, Recipe, shell};
use crate::policy::Policy;

/// A CI that a workflow can be written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Ci {
    /// GitHub Actions: .github/workflows/portcullis.yml
    Github,
    /// GitLab CI: .gitlab-ci.yml, or .gitlab/portcullis.yml beside one that is there
    Gitlab,
}

/// What makes a piece of evidence.
struct Step {
    title: &'static str,
    /// What is done before it.
    before: Option<String>,
    run: String,
    /// What is done after it, whatever it says.
    after: Vec<String>,
}

/// What a workflow runs.
pub(super) struct Plan<'a> {
    around: &'a Around,
    recipes: Vec<&'static Recipe>,
    /// Where the policy wants a format, where it does.
    places: BTreeMap<(&'static str, &'static str), String>,
    /// Evidence of the policy that nothing here makes.
    pub(super) unmade: Vec<String>,
    /// How the gate is called.
    check: String,
}

impl Ci {
    /// Where the workflow goes. A .gitlab-ci.yml of somebody else is left alone: it can include ours.
    pub(super) fn file(self, folder: &Path) -> &'static str {
        let others = |path: &str| {
            let path = folder.join(path);
            path.exists() && !crate::input::read_text(&path, LARGEST).is_ok_and(|t| t.starts_with(gitlab::MARK))
        };
        match self {
            Self::Github => ".github/workflows/portcullis.yml",
            Self::Gitlab if others(".gitlab-ci.yml") => ".gitlab/portcullis.yml",
            Self::Gitlab => ".gitlab-ci.yml",
        }
    }

    /// The text of the workflow.
    pub(super) fn text(self, plan: &Plan<'_>) -> String {
        match self {
            Self::Github => github::text(plan),
            Self::Gitlab => gitlab::text(plan),
        }
    }
}

impl<'a> Plan<'a> {
    /// What makes the evidence of a policy; without one, everything that is known for the languages found.
    pub(super) fn of(around: &'a Around, policy: Option<&Policy>) -> Self {
        let mut plan = Self {
            around,
            recipes: Vec::new(),
            places: BTreeMap::new(),
            unmade: Vec::new(),
            check: "portcullis check".into(),
        };
        let named = policy.is_some_and(|p| !p.evidence.is_empty());
        for (name, spec) in policy.iter().flat_map(|p| &p.evidence) {
            let makes = |p: &&Product| spec.format.as_deref() == Some(p.format);
            let found = around.recipes().find_map(|r| Some((r, r.products.iter().find(makes)?)));
            match (found, spec.path.as_deref().filter(|p| !p.contains(['*', '?', '[', '{']))) {
                (Some((recipe, product)), Some(path)) => {
                    if !plan.recipes.iter().any(|r| std::ptr::eq(*r, recipe)) {
                        plan.recipes.push(recipe);
                    }
                    plan.places.insert((product.format, product.name), path.to_owned());
                }
                _ => plan.unmade.push(format!("{name} ({})", spec.patterns().join(", "))),
            }
        }
        if !named {
            plan.recipes = around.recipes().collect();
            let paths: Vec<String> = plan.recipes.iter().flat_map(|r| r.products).map(|p| shell(p.path)).collect();
            // A policy that names no evidence is given the reports.
            if policy.is_some() && !paths.is_empty() {
                plan.check = format!("portcullis check {}", paths.join(" "));
            }
        } else {
            plan.recipes.sort_by_key(|r| around.recipes().position(|known| std::ptr::eq(known, *r)));
        }
        plan
    }

    fn place(&self, product: &Product) -> String {
        self.places.get(&(product.format, product.name)).cloned().unwrap_or_else(|| product.path.to_owned())
    }

    /// The folders that the reports go into.
    fn folders(&self) -> Vec<String> {
        let mut folders: Vec<String> = self
            .recipes
            .iter()
            .flat_map(|r| r.products)
            .filter_map(|p| Some(self.place(p).rsplit_once('/')?.0.to_owned()))
            .chain(std::iter::once("reports".to_owned()))
            .collect();
        folders.sort();
        folders.dedup();
        folders
    }

    /// What is installed, each once, in order.
    fn installs(&self) -> Vec<&'static str> {
        let mut out: Vec<&'static str> = Vec::new();
        for install in self.recipes.iter().flat_map(|r| r.install) {
            if !out.contains(install) {
                out.push(install);
            }
        }
        out
    }

    /// What makes the evidence, in order.
    fn steps(&self) -> Vec<Step> {
        let own = self.around.nextest;
        let step = |recipe: &&'static Recipe| Step {
            title: recipe.title,
            before: recipe.preparation(own),
            run: recipe.command(|p| self.place(p), own),
            after: recipe.copies(|p| self.place(p)),
        };
        self.recipes.iter().map(step).collect()
    }

    fn unmade_comment(&self, mark: &str) -> String {
        if self.unmade.is_empty() {
            return String::new();
        }
        format!(
            "{mark}# Nothing here writes this evidence of the policy: {}. Add a step for it.\n",
            crate::text::Text::new(&self.unmade.join(", "))
        )
    }
}

/// How large a workflow may be that is looked at, in bytes.
const LARGEST: u64 = 1 << 20;

/// How this very program is installed on any runner with Rust.
fn install_portcullis() -> String {
    format!("cargo install --locked portcullis@{}", env!("CARGO_PKG_VERSION"))
}
