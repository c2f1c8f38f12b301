//! Waivers: dated, reasoned, owned exceptions.

use globset::{Glob, GlobMatcher};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de};

use crate::gates;
use crate::toml_tree::{Day, known};
use crate::units::Level;

/// One waiver. It takes findings out of the count, never out of the report.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Waiver {
    /// The id of what it waives, or an alias of it. Never a pattern.
    #[serde(deserialize_with = "plain_id")]
    #[schemars(regex(pattern = r"^[ -)+->@-Z\\^-z|~]+$"))]
    pub id: String,
    /// Only in this gate.
    #[serde(default, deserialize_with = "known_gate")]
    #[schemars(schema_with = "gates_schema")]
    pub gate: Option<String>,
    /// Only for this package.
    #[serde(default)]
    pub package: Option<String>,
    /// Only for this version of it.
    #[serde(default)]
    pub version: Option<String>,
    /// Only in files that match.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub path: Option<PathGlob>,
    /// Only where this tool says so.
    #[serde(default)]
    pub tool: Option<String>,
    /// Why.
    #[serde(deserialize_with = "not_blank")]
    pub reason: String,
    /// Who answers for it.
    #[serde(deserialize_with = "not_blank")]
    pub owner: String,
    /// The last day it holds, in UTC.
    pub expires: Day,
    /// The day it was written; the horizon counts from there.
    #[serde(default)]
    pub created: Option<Day>,
    /// Where it is discussed.
    #[serde(default)]
    pub issue: Option<String>,
}

fn not_blank<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.trim().is_empty() {
        return Err(de::Error::custom("this may not be blank: say it in a few words"));
    }
    Ok(text)
}

fn gates_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let names: Vec<&str> = gates::ALL.iter().map(|g| g.name).collect();
    schemars::json_schema!({ "type": "string", "enum": names })
}

fn known_gate<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let name = String::deserialize(deserializer)?;
    if gates::GateKind::named(&name).is_none() {
        let names: Vec<&str> = gates::ALL.iter().map(|g| g.name).collect();
        return Err(de::Error::custom(format!("there is no gate {name:?}\n{}", known(&name, &names))));
    }
    Ok(Some(name))
}

fn plain_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = not_blank(deserializer)?;
    if text.contains(['*', '?', '[', ']', '{', '}']) {
        return Err(de::Error::custom(format!(
            "{text:?} looks like a pattern: a waiver names one id; write one for each"
        )));
    }
    if !text.is_ascii() {
        return Err(de::Error::custom(format!("{text:?} is not ASCII: ids are")));
    }
    Ok(text)
}

/// How long a path pattern may be, in bytes.
const LONGEST_GLOB: usize = 1024;
/// How deep its braces may nest.
const DEEPEST_GLOB: usize = 8;

/// A pattern of paths.
#[derive(Debug, Clone)]
pub struct PathGlob(GlobMatcher);

impl PathGlob {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is no pattern.
    pub fn parse(text: &str) -> Result<Self, String> {
        let deepest = text.chars().fold((0_usize, 0_usize), |(now, most), c| match c {
            '{' => (now + 1, most.max(now + 1)),
            '}' => (now.saturating_sub(1), most),
            _ => (now, most),
        });
        if text.len() > LONGEST_GLOB || deepest.1 > DEEPEST_GLOB {
            return Err(format!(
                "a path pattern of more than {LONGEST_GLOB} bytes or {DEEPEST_GLOB} braces in one another"
            ));
        }
        let glob = globset::GlobBuilder::new(text).literal_separator(true).build();
        glob.map(|g: Glob| Self(g.compile_matcher())).map_err(|e| format!("{text:?} is no path pattern: {}", e.kind()))
    }

    /// Whether a path from a report matches. A path that leaves the repository matches nothing.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        let outside = path.starts_with(['/', '\\'])
            || path.get(1..2) == Some(":")
            || path.contains("%2e")
            || path.contains("%2E")
            || path.split('/').any(|part| part == "..");
        !outside && self.0.is_match(path)
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.glob().glob()
    }
}

impl<'de> Deserialize<'de> for PathGlob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// `[waivers]`: the rules for all of them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct WaiverRules {
    /// How many days ahead a waiver may end, from its `created` day or from today.
    pub max_days: u32,
    /// How many days before its end a waiver is announced.
    pub warn_days: u32,
    /// What becomes of a waiver that waives nothing.
    pub unused: Level,
    /// A file of waivers beside the policy, so that it can have guards of its own (CODEOWNERS). It holds waivers,
    /// each a table `waiver`, and nothing else.
    pub file: Option<String>,
}

impl Default for WaiverRules {
    fn default() -> Self {
        Self { max_days: 180, warn_days: 14, unused: Level::Warn, file: None }
    }
}
