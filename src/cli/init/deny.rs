//! `init --from deny.toml`: what cargo-deny's settings say, as a policy; and in words what it cannot say.
//!
//! Source: the structs that cargo-deny 0.20.2 reads its settings with (`src/*/cfg.rs`, `src/root_cfg.rs`,
//! `src/cfg/package_spec.rs`).

mod fates;
mod spec;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::civil::Date;
use toml::{Table, Value};

use self::fates::{Fate, fate};
use self::spec::Spec;
use super::gates::quoted;
use crate::facts::{Kind, parse_expression};

/// What deny.toml gives to a policy.
#[derive(Debug, Default)]
pub(super) struct Taken {
    licenses: Option<String>,
    dependencies: Option<String>,
    /// The waivers and their rules.
    pub(super) waivers: String,
    /// What could not be taken over, a sentence each.
    pub(super) notes: Vec<String>,
    /// Waivers whose owner or end is ours, not the user's.
    pub(super) unowned: usize,
    pub(super) undated: usize,
}

/// Who answers for what is taken over, and until when.
pub(super) struct Terms<'a> {
    pub(super) owner: Option<&'a str>,
    pub(super) expires: Option<Date>,
    pub(super) today: Date,
}

/// How long what deny.toml ignores is waived, in days, where nobody says.
const DAYS: i32 = 90;
/// Who owns a waiver where nobody says.
const NOBODY: &str = "nobody yet";

impl Taken {
    /// Reads the text of a deny.toml.
    ///
    /// # Errors
    /// It is no TOML, or holds none of cargo-deny's tables.
    pub(super) fn of(text: &str, terms: &Terms<'_>) -> Result<Self, String> {
        let whole: Table = toml::from_str(text).map_err(|e| e.to_string())?;
        let sections = ["advisories", "bans", "licenses", "sources"];
        if !whole.keys().any(|k| sections.contains(&k.as_str())) {
            return Err(format!("it holds none of cargo-deny's tables: {}", sections.join(", ")));
        }
        let mut taken = Self::default();
        let empty = Table::new();
        let section = |name: &str| whole.get(name).and_then(Value::as_table).unwrap_or(&empty);
        taken.note_rest(&whole);
        if whole.contains_key("licenses") {
            taken.licenses(section("licenses"));
        }
        taken.dependencies(section("advisories"), section("bans"), section("sources"));
        taken.waivers(section("advisories"), terms);
        Ok(taken)
    }

    /// The gate of a kind, where deny.toml says what it is.
    pub(super) fn gate(&self, kind: Kind) -> Option<&str> {
        match kind {
            Kind::Licenses => self.licenses.as_deref(),
            Kind::Dependencies => self.dependencies.as_deref(),
            _ => None,
        }
    }

    /// A sentence for every key that has no place in a policy, or that cargo-deny does not know; keys of which the
    /// same is to be said share it.
    fn note_rest(&mut self, whole: &Table) {
        let mut said: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (name, value) in whole {
            match (fate(name), value.as_table()) {
                (Some(Fate::Section), Some(table)) => {
                    for path in table.keys().map(|key| format!("{name}.{key}")) {
                        match fate(&path) {
                            Some(Fate::Taken) => {}
                            Some(Fate::Said(words)) => said.entry(words).or_default().push(path),
                            Some(Fate::Section) | None => said.entry(UNKNOWN).or_default().push(path),
                        }
                    }
                }
                (Some(Fate::Said(words)), _) => said.entry(words).or_default().push(name.clone()),
                _ => said.entry(UNKNOWN).or_default().push(name.clone()),
            }
        }
        self.notes.extend(said.into_iter().map(|(words, keys)| format!("{}: {words}", keys.join(", "))));
    }

    fn licenses(&mut self, table: &Table) {
        let allow = self.names(table, "allow");
        let deny = self.names(table, "deny");
        let mut out = String::from("\n[licenses]                          # taken over from deny.toml\n");
        let _ = writeln!(out, "allow = {}", list(&allow));
        if !deny.is_empty() {
            let _ = writeln!(out, "deny = {}   # cargo-deny itself no longer reads this list", list(&deny));
        }
        let entries = table.get("exceptions").and_then(Value::as_array).into_iter().flatten();
        let exceptions: Vec<String> = entries.filter_map(|e| self.exception(e)).collect();
        if !exceptions.is_empty() {
            let _ = writeln!(out, "exceptions = [\n  {},\n]", exceptions.join(",\n  "));
        }
        self.licenses = Some(out);
    }

    /// The licences of a list; what is none is said.
    fn names(&mut self, table: &Table, key: &str) -> Vec<String> {
        let entries = table.get(key).and_then(Value::as_array).into_iter().flatten();
        let mut names = Vec::new();
        for entry in entries {
            let one = |text: &&str| parse_expression(text).is_some_and(|e| e.requirements().count() == 1);
            match entry.as_str().filter(one) {
                Some(name) => names.push(name.to_owned()),
                None => self.notes.push(format!("{key} of licences: {entry} is no licence of the SPDX list")),
            }
        }
        names
    }

    fn exception(&mut self, entry: &Value) -> Option<String> {
        let table = entry.as_table()?;
        let Some(spec) = Spec::of(entry) else {
            self.notes.push(format!("licenses.exceptions: {entry} names no crate"));
            return None;
        };
        let allow = self.names(table, "allow");
        let version = match spec.version() {
            Ok(version) => version.map(|v| format!("version = {}, ", quoted(v))).unwrap_or_default(),
            Err(range) => {
                self.notes.push(format!(
                    "licenses.exceptions of {}: {range} is a range of versions, and an exception here is for one version \
                     or for all",
                    spec.name
                ));
                return None;
            }
        };
        let reason =
            table.get("reason").and_then(Value::as_str).unwrap_or("taken over from deny.toml, which states no reason");
        Some(format!(
            "{{ package = {}, {version}allow = {}, reason = {} }}",
            quoted(spec.name),
            list(&allow),
            quoted(reason)
        ))
    }

    fn dependencies(&mut self, advisories: &Table, bans: &Table, sources: &Table) {
        let level = |table: &Table, key: &str, default: &'static str| match table.get(key).and_then(Value::as_str) {
            Some("deny") => "fail",
            Some("warn") => "warn",
            Some("allow") => "allow",
            _ => default,
        };
        let scope = |key: &str| match advisories.get(key).and_then(Value::as_str) {
            Some("none") => "allow",
            _ => "fail",
        };
        for key in ["unmaintained", "unsound"] {
            if let Some(within @ ("workspace" | "transitive")) = advisories.get(key).and_then(Value::as_str) {
                self.notes.push(format!(
                    "advisories.{key} = {within:?}: Portcullis holds all packages to it that a report names; cargo-deny's \
                     report names only those"
                ));
            }
        }
        let (registry, git) = (level(sources, "unknown-registry", "warn"), level(sources, "unknown-git", "warn"));
        let rank = |word: &str| ["allow", "warn", "fail"].iter().position(|w| *w == word);
        let source = if rank(registry) >= rank(git) { registry } else { git };
        if registry != git {
            self.notes.push(format!(
                "sources.unknown-registry and unknown-git differ: `source` has one level here, the stricter ({source:?})"
            ));
        }
        self.dependencies = Some(format!(
            "\n[dependencies]                      # taken over from deny.toml; cargo-deny's own defaults where it says nothing\n\
             vulnerable = \"fail\"\nunmaintained = \"{}\"\nunsound = \"{}\"\nyanked = \"{}\"\nnotice = \"fail\"\n\
             banned = \"fail\"                     # which crates those are stays in deny.toml\n\
             duplicate = \"{}\"\nsource = \"{source}\"\n",
            scope("unmaintained"),
            scope("unsound"),
            level(advisories, "yanked", "warn"),
            level(bans, "multiple-versions", "warn"),
        ));
    }

    fn waivers(&mut self, advisories: &Table, terms: &Terms<'_>) {
        let unused = match advisories.get("unused-ignored-advisory").and_then(Value::as_str) {
            Some("deny") => "fail",
            Some("allow") => "allow",
            _ => "warn",
        };
        let _ = write!(self.waivers, "\n[waivers]\nmax-days = 180\nwarn-days = 14\nunused = \"{unused}\"\n");
        for entry in advisories.get("ignore").and_then(Value::as_array).into_iter().flatten() {
            self.waiver(entry, terms);
        }
    }

    fn waiver(&mut self, entry: &Value, terms: &Terms<'_>) {
        let table = entry.as_table();
        let text = |key: &str| table.and_then(|t| t.get(key)).and_then(Value::as_str);
        // As cargo-deny tells them apart: an id begins with capitals and a hyphen, a crate never does.
        let is_id = |s: &&str| s.split_once('-').is_some_and(|(kind, _)| kind.chars().all(|c| c.is_ascii_uppercase()));
        let mut lines = String::new();
        match (text("id").or_else(|| entry.as_str().filter(is_id)), Spec::of(entry)) {
            (Some(id), _) => {
                let _ = writeln!(lines, "id = {}", quoted(id));
            }
            (None, Some(spec)) => match spec.version() {
                Ok(version) => {
                    let _ =
                        writeln!(lines, "id = \"yanked\"\ngate = \"dependencies\"\npackage = {}", quoted(spec.name));
                    let _ = version.map(|v| writeln!(lines, "version = {}", quoted(v)));
                }
                Err(range) => {
                    self.notes.push(format!(
                        "advisories.ignore of {}: {range} is a range of versions, and a waiver names one",
                        spec.name
                    ));
                    return;
                }
            },
            (None, None) => {
                self.notes.push(format!("advisories.ignore: {entry} names neither an advisory nor a crate"));
                return;
            }
        }
        let reason = text("reason").filter(|r| !r.trim().is_empty());
        let reason = reason.unwrap_or("taken over from deny.toml, which states no reason");
        let (owner, expires) = self.terms(terms);
        let _ = write!(
            self.waivers,
            "\n[[waiver]]\n{lines}reason = {}\n{owner}\ncreated = {}\n{expires}\n",
            quoted(reason),
            terms.today
        );
    }

    /// The lines of owner and end, with a comment where they are ours.
    fn terms(&mut self, terms: &Terms<'_>) -> (String, String) {
        let owner = match terms.owner {
            Some(owner) => format!("owner = {}", quoted(owner)),
            None => {
                self.unowned += 1;
                format!("owner = {:<27} # deny.toml names nobody: say who answers for it", quoted(NOBODY))
            }
        };
        let expires = match terms.expires {
            Some(day) => format!("expires = {day}"),
            None => {
                self.undated += 1;
                let day = terms.today.checked_add(jiff::Span::new().days(DAYS)).unwrap_or(terms.today);
                format!("expires = {day}                # deny.toml has no end: this is {DAYS} days from now")
            }
        };
        (owner, expires)
    }
}

const UNKNOWN: &str = "cargo-deny 0.20 knows no such key";

fn list(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|n| quoted(n)).collect();
    if names.len() > 4 { format!("[\n  {},\n]", names.join(",\n  ")) } else { format!("[{}]", names.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(text: &str) -> Taken {
        let today = jiff::civil::date(2026, 11, 24);
        Taken::of(text, &Terms { owner: None, expires: None, today }).unwrap()
    }

    #[test]
    fn what_has_a_place_is_taken_and_the_rest_is_said() {
        let all = taken(
            "[licenses]\nallow = [\"MIT\", \"Apache-2.0 WITH LLVM-exception\", \"MIT OR ISC\"]\nconfidence-threshold = 0.9\n\
             exceptions = [{ crate = \"ring@0.17.8\", allow = [\"OpenSSL\"] }, { name = \"a\", version = \"^1\", allow = [\"ISC\"] }]\n\
             [advisories]\nyanked = \"deny\"\nunsound = \"none\"\n\
             ignore = [\"RUSTSEC-2023-0071\", { id = \"RUSTSEC-2024-0001\", reason = \"not reached\" }, \"old@1.2.3\"]\n\
             [bans]\nmultiple-versions = \"allow\"\ndeny = [{ crate = \"openssl\" }]\n[sources]\nunknown-git = \"deny\"\nnew-key = 1\n",
        );
        let licenses = all.gate(Kind::Licenses).unwrap();
        assert!(licenses.contains("allow = [\"MIT\", \"Apache-2.0 WITH LLVM-exception\"]"), "{licenses}");
        assert!(licenses.contains("package = \"ring\", version = \"0.17.8\", allow = [\"OpenSSL\"]"), "{licenses}");
        let deps = all.gate(Kind::Dependencies).unwrap();
        for line in [
            "yanked = \"fail\"",
            "unsound = \"allow\"",
            "unmaintained = \"fail\"",
            "duplicate = \"allow\"",
            "source = \"fail\"",
        ] {
            assert!(deps.contains(line), "{line}: {deps}");
        }
        for part in [
            "id = \"RUSTSEC-2023-0071\"",
            "reason = \"not reached\"",
            "id = \"yanked\"\ngate = \"dependencies\"\npackage = \"old\"\nversion = \"1.2.3\"",
            "expires = 2027-02-22",
        ] {
            assert!(all.waivers.contains(part), "{part}: {}", all.waivers);
        }
        assert_eq!((all.unowned, all.undated), (3, 3));
        for words in [
            "MIT OR ISC",
            "confidence-threshold",
            "^1 is a range",
            "bans.deny",
            "differ",
            "sources.new-key: cargo-deny 0.20 knows",
        ] {
            assert!(all.notes.iter().any(|n| n.contains(words)), "{words}: {:#?}", all.notes);
        }
    }

    #[test]
    fn what_is_no_deny_toml_is_refused() {
        let terms = Terms { owner: None, expires: None, today: jiff::civil::date(2026, 11, 24) };
        assert!(Taken::of("[package]\nname = \"a\"", &terms).unwrap_err().contains("none of cargo-deny's tables"));
        assert!(Taken::of("[licenses", &terms).is_err());
    }

    /// Every key of cargo-deny's settings is taken over or said; a sample holds each of them once.
    #[test]
    fn every_key_has_a_fate() {
        let text = include_str!("../../../tests/cli/deny.in/deny.toml");
        let whole: Table = toml::from_str(text).unwrap();
        let mut keys = 0;
        for (name, value) in &whole {
            for key in value.as_table().into_iter().flat_map(Table::keys) {
                keys += 1;
                if matches!(fate(name), Some(Fate::Section)) {
                    assert!(fate(&format!("{name}.{key}")).is_some(), "{name}.{key}");
                }
            }
        }
        assert!(keys >= 50, "{keys}");
        assert!(!taken(text).notes.iter().any(|n| n.contains(UNKNOWN)), "{:#?}", taken(text).notes);
        let said = fates::ALL.iter().filter_map(|(path, f)| matches!(f, Fate::Said(_)).then_some(*path));
        let notes = taken(text).notes;
        let told = |path: &&str| {
            notes.iter().filter_map(|n| n.split_once(": ")).any(|(k, _)| k.split(", ").any(|k| k == *path))
        };
        let missing: Vec<&str> = said.filter(|p| p.contains('.') && !told(p)).collect();
        assert_eq!(missing, Vec::<&str>::new(), "the sample lacks these");
    }
}
