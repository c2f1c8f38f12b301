//! A crate as deny.toml names it: `name`, `name@1.2.3`, `name:^1`, or a table.

use toml::Value;

/// A crate and perhaps versions of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Spec<'a> {
    pub(super) name: &'a str,
    versions: Option<&'a str>,
    /// It stands behind `@`: one version. Behind `:` and in `version` stands a requirement as Cargo reads it.
    exact: bool,
}

impl<'a> Spec<'a> {
    /// What an entry names.
    pub(super) fn of(entry: &'a Value) -> Option<Self> {
        let table = entry.as_table();
        let text = |key: &str| table.and_then(|t| t.get(key)).and_then(Value::as_str);
        let spec = match text("crate").or_else(|| entry.as_str()) {
            Some(spec) => match (spec.split_once('@'), spec.split_once(':')) {
                (Some((name, version)), _) => Self { name, versions: Some(version), exact: true },
                (None, Some((name, version))) => Self { name, versions: Some(version), exact: false },
                (None, None) => Self { name: spec, versions: None, exact: false },
            },
            None => Self { name: text("name")?, versions: text("version"), exact: false },
        };
        (!spec.name.is_empty()).then_some(spec)
    }

    /// The one version that is meant, or none where all are.
    ///
    /// # Errors
    /// A range of versions, as it is written.
    pub(super) fn version(&self) -> Result<Option<&'a str>, &'a str> {
        let Some(versions) = self.versions.filter(|v| v.trim() != "*") else { return Ok(None) };
        let bare = versions.trim().trim_start_matches('=').trim();
        let core = bare.split(['-', '+']).next().unwrap_or_default();
        let number = |n: &str| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit());
        let whole = core.split('.').count() == 3 && core.split('.').all(number);
        if whole && (self.exact || versions.trim().starts_with('=')) { Ok(Some(bare)) } else { Err(versions) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_version_is_told_from_a_range() {
        for (text, name, version) in [
            ("\"a\"", "a", Ok(None)),
            ("\"a@1.2.3\"", "a", Ok(Some("1.2.3"))),
            ("\"a@=1.2.3-rc.1\"", "a", Ok(Some("1.2.3-rc.1"))),
            ("\"a@1.2\"", "a", Err("1.2")),
            ("\"a:1.2.3\"", "a", Err("1.2.3")),
            ("\"a:<2\"", "a", Err("<2")),
            ("{ crate = \"a@1.0.0\" }", "a", Ok(Some("1.0.0"))),
            ("{ name = \"a\", version = \"=1.0.0\" }", "a", Ok(Some("1.0.0"))),
            ("{ name = \"a\", version = \"1.0.0\" }", "a", Err("1.0.0")),
            ("{ name = \"a\", version = \"*\" }", "a", Ok(None)),
        ] {
            let value: toml::Table = toml::from_str(&format!("v = {text}")).unwrap();
            let spec = Spec::of(&value["v"]).unwrap();
            assert_eq!((spec.name, spec.version()), (name, version), "{text}");
        }
        assert_eq!(Spec::of(&Value::Integer(1)), None);
    }
}
