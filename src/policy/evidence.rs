//! `[evidence.NAME]` and `[baseline]`: what a policy wants to see.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de};

use crate::formats::{self, Format};
use crate::toml_tree::known;
use crate::units::Span;

/// A piece of evidence that the policy names.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EvidenceSpec {
    /// One path, relative to --root. It may hold `*`, `**`, `?`, `[…]`, `{a,b}`.
    #[serde(default)]
    pub path: Option<String>,
    /// Several paths; each must be there.
    #[serde(default)]
    pub paths: Vec<String>,
    /// Exactly so many files.
    #[serde(default)]
    pub files: Option<u64>,
    /// Values to put for `{key}` in the path; every combination must be there.
    #[serde(default)]
    pub matrix: BTreeMap<String, Vec<String>>,
    /// Needed only if the diff touches one of these; without a diff it is needed.
    #[serde(default)]
    pub when_changed: Vec<String>,
    /// A folder, as the report writes it, that is taken off the front of the paths of coverage, findings and lints.
    #[serde(default)]
    pub strip: Option<String>,
    /// The folder below --root that relative paths of coverage, findings and lints are relative to.
    #[serde(default)]
    pub base: Option<String>,
    /// Only the file that this recorded, successful step wrote.
    #[serde(default)]
    pub step: Option<String>,
    /// The format; else it is recognised by content.
    #[serde(default, deserialize_with = "known_format")]
    #[schemars(schema_with = "formats_schema")]
    pub format: Option<String>,
    /// Older than this is stale.
    #[serde(default)]
    pub max_age: Option<Age>,
    /// Absent, it skips its checks, visibly.
    #[serde(default)]
    pub optional: bool,
    /// A run that its tool calls failed is a note, not an error.
    #[serde(default)]
    pub accept_failed_run: bool,
}

fn formats_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let names: Vec<&str> = formats::ALL.iter().map(|f| f.name).collect();
    schemars::json_schema!({ "type": "string", "enum": names })
}

fn known_format<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let name = String::deserialize(deserializer)?;
    if Format::named(&name).is_none() {
        let names: Vec<&str> = formats::ALL.iter().map(|f| f.name).collect();
        return Err(de::Error::custom(format!("unknown format {name:?}\n{}", known(&name, &names))));
    }
    Ok(Some(name))
}

impl EvidenceSpec {
    /// Every path that the policy writes, its matrix filled in.
    #[must_use]
    pub fn patterns(&self) -> Vec<String> {
        self.path.iter().chain(&self.paths).flat_map(|p| self.filled(p)).collect()
    }

    /// How many cells the matrix has.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.matrix.values().fold(1, |n, values| n.saturating_mul(values.len()))
    }

    fn filled(&self, path: &str) -> Vec<String> {
        self.matrix.iter().fold(vec![path.to_owned()], |paths, (key, values)| {
            let hole = format!("{{{key}}}");
            paths.iter().flat_map(|p| values.iter().map(|v| p.replace(&hole, v)).collect::<Vec<_>>()).collect()
        })
    }
}

/// An age, such as `24h`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub struct Age(pub Span);

impl TryFrom<String> for Age {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Span::parse(&text).map(Self)
    }
}

impl JsonSchema for Age {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "age".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "description": "a duration: 24h, 7d" })
    }
}

/// The verdict of an earlier run, to compare with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BaselineSpec {
    /// Where it lies, relative to --root.
    pub path: String,
    /// Absent, what needs it is skipped, visibly.
    #[serde(default)]
    pub optional: bool,
}
