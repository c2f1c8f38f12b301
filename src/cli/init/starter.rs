//! The text of a starter policy.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use super::around::Around;
use super::deny::Taken;
use super::found::{Found, Named};
use super::gates::{self, quoted};
use super::recipes::{Product, Recipe};
use super::trial::Trial;
use crate::collect::Evidence;
use crate::facts::Kind;
use crate::policy;

/// A policy in the making.
pub(super) struct Starter<'a> {
    pub(super) around: &'a Around,
    pub(super) found: &'a Found,
    /// What deny.toml says, where it is taken over.
    pub(super) taken: Option<&'a Taken>,
}

impl Starter<'_> {
    /// The kinds of facts that the reports found hold.
    fn kinds(&self) -> BTreeSet<Kind> {
        self.found.reports.iter().flat_map(Evidence::kinds).collect()
    }

    /// Whether reports of these products are missing altogether.
    fn lacks(&self, product: &Product) -> bool {
        let by_deny = product.format == "cargo-deny";
        let same = |e: &Evidence| e.format.is_some_and(|f| f.name == product.format);
        // What only cargo-deny says is not there because another tool speaks of dependencies.
        if by_deny { !self.found.reports.iter().any(same) } else { !self.kinds().contains(&product.kind) }
    }

    /// What is named although it is not there yet: everything where nothing was found, else what deny.toml needs.
    pub(super) fn planned(&self) -> Vec<(&'static Recipe, &'static Product)> {
        let all = self.around.recipes().flat_map(|r| r.products.iter().map(move |p| (r, p)));
        let lacking = all.filter(|(_, product)| self.lacks(product));
        let nothing = self.found.reports.is_empty();
        let by_deny = |kind: Kind| self.taken.is_some() && matches!(kind, Kind::Licenses | Kind::Dependencies);
        let mut names: BTreeSet<&str> = BTreeSet::new();
        let named: Vec<Named> = self.found.named();
        lacking
            .filter(|(_, p)| nothing || by_deny(p.kind))
            .filter(|(_, p)| names.insert(p.name) && !named.iter().any(|n| n.name == p.name))
            .collect()
    }

    /// What the repository must hold for a recipe, where it does not.
    fn settings(&self, recipe: &Recipe) -> Option<&'static str> {
        let wanted = recipe.preparation(self.around.nextest).is_some();
        wanted.then_some("with `[profile.ci.junit]` and `path = \"junit.xml\"` in .config/nextest.toml")
    }

    /// What would be worth having besides.
    fn absent(&self) -> Vec<&'static Recipe> {
        let planned = self.planned();
        let worth =
            |r: &&Recipe| r.products.iter().any(|p| self.lacks(p) && !planned.iter().any(|(_, q)| q.name == p.name));
        self.around.recipes().filter(worth).collect()
    }

    /// The whole text, with what stands in the way if that is known.
    pub(super) fn text(&self, trial: Option<&Trial>) -> String {
        let planned = self.planned();
        let mut out = format!("#:schema {}\n", policy::SCHEMA_URL);
        let bare = self.found.reports.is_empty() && planned.is_empty() && self.taken.is_none();
        out.push_str(&self.head(bare, trial));
        if bare {
            let minimal = policy::builtin("minimal").unwrap_or_default();
            let _ = writeln!(
                out,
                "# No report was found here; this is builtin:minimal. Name your reports under [evidence.*].\n{minimal}"
            );
            return out;
        }
        out.push_str("version = 1\n");
        self.found.named().iter().for_each(|named| evidence(named, &mut out));
        for (recipe, product) in &planned {
            let command = recipe.command(|p| p.path.to_owned(), true);
            let _ = write!(
                out,
                "\n[evidence.{}]\npath = {}\nformat = \"{}\"\n# {command}\n",
                product.name,
                quoted(product.path),
                product.format
            );
            let _ = self.settings(recipe).map(|words| writeln!(out, "# ({words})"));
        }
        out.push_str(&self.gates(&planned));
        out
    }

    fn gates(&self, planned: &[(&Recipe, &Product)]) -> String {
        let mut out = String::new();
        let kinds = self.kinds();
        let replaced = |kind: Kind| self.taken.is_some_and(|t| t.gate(kind).is_some());
        for kind in kinds.iter().filter(|k| !replaced(**k)) {
            out.push_str(&gates::of_found(*kind, &self.found.reports));
        }
        for (_, product) in planned.iter().filter(|(_, p)| !kinds.contains(&p.kind) && !replaced(p.kind)) {
            let gate = gates::of_planned(product.kind, product.format);
            let twice = replaced(Kind::Dependencies);
            out.push_str(if twice { gate.split("\n[dependencies]").next().unwrap_or_default() } else { &gate });
        }
        match self.taken {
            Some(taken) => {
                [Kind::Dependencies, Kind::Licenses]
                    .into_iter()
                    .filter_map(|k| taken.gate(k))
                    .for_each(|g| out.push_str(g));
                out.push_str(&taken.waivers);
            }
            None => out.push_str("\n[waivers]\nmax-days = 180\nwarn-days = 14\nunused = \"warn\"\n"),
        }
        out
    }

    /// What a newcomer should know, as comments.
    fn head(&self, bare: bool, trial: Option<&Trial>) -> String {
        let mut out = String::new();
        if !bare {
            out.push_str(
                "# A starter policy by `portcullis init`: coverage, lints and the number of tests are today's, the rest is what\n\
                 # most teams want. Read it, tighten it, commit it. `portcullis explain CHECK` says what a check means,\n\
                 # `portcullis policy check` finds mistakes.\n",
            );
        }
        if !self.around.words.is_empty() {
            comment(&mut out, "# ", &format!("Found here: {}.", self.around.words.join(", ")));
        }
        for (path, why) in &self.found.unreadable {
            comment(&mut out, "# ", &format!("Left out: {path}: {why}"));
        }
        let absent = self.absent();
        if !self.found.reports.is_empty() && !absent.is_empty() {
            out.push_str("#\n# Not found, and worth having (run it, then `portcullis init --force` takes it in):\n");
            for recipe in absent {
                let _ = writeln!(out, "#   {}", recipe.command(|p| p.path.to_owned(), true));
                let _ = self.settings(recipe).map(|words| writeln!(out, "#     ({words})"));
            }
        }
        for note in self.taken.map(|t| t.notes.as_slice()).unwrap_or_default() {
            comment(&mut out, "# Not taken over: ", note);
        }
        if let Some(trial) = trial.filter(|t| !t.obstacles.is_empty()) {
            let _ = writeln!(
                out,
                "#\n# On {} it did not pass. What stood in the way (`portcullis check` shows more):",
                trial.day
            );
            trial.obstacles.iter().for_each(|o| comment(&mut out, "#   ", &o.line()));
            if trial.obstacles.iter().any(|o| o.can_be_waived) {
                out.push_str(
                    "# What cannot be mended now can be waived: portcullis waive ID --reason … --owner … --expires …\n",
                );
            }
        }
        out
    }
}

fn evidence(named: &Named, out: &mut String) {
    let _ = write!(out, "\n[evidence.{}]\n", named.name);
    let _ = match named.paths.as_slice() {
        [one] => writeln!(out, "path = {}", quoted(one)),
        many => {
            let list: Vec<String> = many.iter().map(|p| format!("  {},\n", quoted(p))).collect();
            writeln!(out, "paths = [\n{}]", list.concat())
        }
    };
    if let Some(files) = named.files {
        let _ = writeln!(out, "files = {files:<27} # one that is missing is noticed");
    }
    let _ = writeln!(out, "format = \"{}\"", named.format);
}

/// One line of a comment, whatever is in it.
fn comment(out: &mut String, mark: &str, words: &str) {
    let _ = writeln!(out, "{mark}{}", crate::text::Text::new(words));
}

/// The command that makes a report of a format at a path, if a recipe does.
pub(super) fn command_for(around: &Around, format: &str, path: &Path) -> Option<String> {
    let path = path.to_string_lossy();
    let makes = |r: &&Recipe| r.products.iter().any(|p| p.format == format && *p.path == *path);
    around.recipes().find(makes).map(|r| r.command(|p| p.path.to_owned(), true))
}
