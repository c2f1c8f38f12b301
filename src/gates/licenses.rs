//! `[licenses]`: which licences packages may have.

mod text;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de};
use spdx::{Expression, LicenseReq, Licensee};

use super::{Checks, Draft, Gate, GateKind, Noun, Subject, Value, boxed, schema};
use crate::facts::{Declared, Kind, LicensedPackage, parse_expression};
use crate::input::size;
use crate::text::Text;
use crate::units::Level;
use crate::verdict::Violation;

pub(super) const KIND: GateKind = GateKind {
    name: "licenses",
    about: "which licences packages may have, by SPDX expression",
    looks_at: Kind::Licenses,
    measures: text::MEASURES,
    rules: text::RULES,
    inherited: &["allow", "deny", "exceptions", "unlisted", "unlicensed"],
    selects: &["packages", "new"],
    of_the_whole: &[],
    of_changes: &[],
    schema: schema::<Licenses>,
    read: boxed::<Licenses>,
};

/// The table `[licenses]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Licenses {
    /// Licences that packages may have; an empty list allows none.
    allow: Option<Vec<Allowed>>,
    /// Licences that they may not have. This wins over `allow`.
    #[serde(default)]
    deny: Vec<Denied>,
    /// What becomes of a licence in neither list.
    #[serde(default = "fail")]
    unlisted: Level,
    /// What becomes of a package without a readable licence.
    #[serde(default = "fail")]
    unlicensed: Level,
    /// Packages with licences of their own.
    #[serde(default)]
    exceptions: Vec<Exception>,
}

fn fail() -> Level {
    Level::Fail
}

/// A package that may have further licences.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Exception {
    /// The package.
    package: String,
    /// Only this version of it.
    version: Option<String>,
    /// The licences that it may have besides.
    allow: Vec<Allowed>,
    /// Why.
    #[expect(dead_code, reason = "asked for, so that the policy says it")]
    reason: String,
}

/// A licence that may be used, perhaps with an exception: `Apache-2.0 WITH LLVM-exception`.
#[derive(Debug, Clone)]
struct Allowed(Licensee);

/// A licence that may not be used; one of the GNU ids without a suffix denies both of its forms.
#[derive(Debug, Clone)]
struct Denied(String);

fn one_license(text: &str) -> Result<LicenseReq, String> {
    let wrong = || format!("{text:?} is no licence of the SPDX list (see https://spdx.org/licenses)");
    let expression = parse_expression(text).ok_or_else(wrong)?;
    let mut all = expression.requirements();
    match (all.next(), all.next()) {
        (Some(one), None) => Ok(one.req.clone()),
        _ => Err(format!("{text:?} is an expression: list each licence by itself")),
    }
}

impl<'de> Deserialize<'de> for Allowed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let req = one_license(&String::deserialize(deserializer)?).map_err(de::Error::custom)?;
        Ok(Self(Licensee::new(req.license, req.addition)))
    }
}

impl<'de> Deserialize<'de> for Denied {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let req = one_license(&text).map_err(de::Error::custom)?;
        let name = req.license.to_string();
        let bare = !text.ends_with("-only") && !text.ends_with("-or-later") && !text.ends_with('+');
        Ok(Self(if bare { family(&name).to_owned() } else { name }))
    }
}

impl JsonSchema for Allowed {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "license".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "description": "an SPDX licence id, perhaps WITH an exception" })
    }
}

impl JsonSchema for Denied {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Allowed::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Allowed::json_schema(generator)
    }
}

/// A licence's name without the suffix of the GNU ids.
fn family(name: &str) -> &str {
    name.strip_suffix("-only").or_else(|| name.strip_suffix("-or-later")).unwrap_or(name)
}

impl Denied {
    fn catches(&self, req: &LicenseReq) -> bool {
        let name = req.license.to_string();
        self.0 == name || self.0 == family(&name) || format!("{}+", self.0) == name
    }
}

/// What is to be said of one package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Finding {
    Denied,
    Unlisted,
    Unlicensed,
}

impl Licenses {
    fn judge(&self, expression: &Expression, also: &[&Allowed]) -> (Option<Finding>, Vec<String>) {
        let denied = |req: &LicenseReq| self.deny.iter().any(|d| d.catches(req));
        let allowed =
            |req: &LicenseReq| self.allow.iter().flatten().chain(also.iter().copied()).any(|a| a.0.satisfies(req));
        // An exception for one package is meant: it stands over the deny list.
        let excepted = |req: &LicenseReq| also.iter().any(|a| a.0.satisfies(req));
        let finding = if expression.evaluate(|r| excepted(r) || allowed(r) && !denied(r)) {
            None
        } else if expression.evaluate(|r| excepted(r) || !denied(r)) {
            Some(Finding::Unlisted)
        } else {
            Some(Finding::Denied)
        };
        let bad = |r: &LicenseReq| match finding {
            None => false,
            Some(Finding::Denied) => denied(r) && !excepted(r),
            Some(_) => !allowed(r),
        };
        let names = expression.requirements().filter(|r| bad(&r.req)).map(|r| r.req.to_string()).collect();
        (finding, names)
    }

    fn exceptions(&self, package: &LicensedPackage) -> Vec<&Allowed> {
        let meant = |e: &&Exception| {
            *package.name == *e.package && e.version.as_deref().is_none_or(|v| package.version.as_deref() == Some(v))
        };
        self.exceptions.iter().filter(meant).flat_map(|e| &e.allow).collect()
    }

    fn look_at(&self, package: &LicensedPackage) -> Option<(Finding, Violation)> {
        let words = match &package.declared {
            Declared::Nothing => "",
            Declared::Words(words) => words,
        };
        let exceptions = self.exceptions(package);
        let (finding, mut violation) = match parse_expression(words) {
            // A licence that nobody could read is vouched for by an exception.
            None if !exceptions.is_empty() => return None,
            None if words.is_empty() => (Finding::Unlicensed, Violation::new("unlicensed", "declares no licence")),
            None => (Finding::Unlicensed, Violation::new(words, format!("{words:?} is no SPDX expression"))),
            Some(expression) => {
                let (finding, names) = self.judge(&expression, &exceptions);
                let verb = if finding? == Finding::Denied { "denied" } else { "in neither list" };
                let message = format!("{}: {} is {verb}", words, names.join(", "));
                let mut violation = Violation::new(words, message);
                // A waiver may name the one licence that is wrong, or the whole expression; never one of several.
                if let [one] = names.as_slice()
                    && one != words
                {
                    violation.aliases.push(Text::new(one));
                }
                (finding?, violation)
            }
        };
        violation.package = Some(package.name.clone());
        violation.version.clone_from(&package.version);
        Some((finding, violation))
    }
}

impl Gate for Licenses {
    fn check(&self, subject: &Subject<'_>, checks: &mut Checks) {
        let lists = subject.licenses();
        let idle: Vec<&str> = lists.iter().filter(|(_, l)| l.packages.is_empty()).map(|(s, _)| s.path).collect();
        // A package that two tools list counts once.
        let packages: BTreeMap<&LicensedPackage, &Text> =
            lists.iter().flat_map(|(_, l)| l.packages.iter().map(move |p| (p, &l.tool))).collect();
        let concerned = packages.into_iter().filter(|(p, _)| (subject.package)(&p.name)).collect::<Vec<_>>();
        let mut found: BTreeMap<Finding, Vec<Violation>> = BTreeMap::new();
        for (package, tool) in &concerned {
            if let Some((finding, mut violation)) = self.look_at(package) {
                violation.tool = (!tool.is_empty()).then(|| (*tool).clone());
                found.entry(finding).or_default().push(violation);
            }
        }
        let mut measures = vec![("unlicensed", Finding::Unlicensed, self.unlicensed, "unlicensed")];
        if self.allow.is_some() || !self.deny.is_empty() {
            measures.push(("unlisted", Finding::Unlisted, self.unlisted, "unlisted"));
        }
        if !self.deny.is_empty() {
            measures.push(("denied", Finding::Denied, Level::Fail, "deny"));
        }
        for (name, finding, level, key) in measures.into_iter().rev() {
            let grave = level == Level::Fail;
            if lists.is_empty() {
                checks.unknown(name, "no list of licences was read", grave);
            } else if !idle.is_empty() {
                checks.unknown(name, format!("no package is listed in {}", idle.join(", ")), grave);
            } else {
                let noun = Noun::of(format!("{name} package"));
                let draft = Draft::new(name, noun, Value::AtMost(0, level.ceiling())).at(&[key]);
                checks.add(draft.over(size(concerned.len())).with(found.remove(&finding).unwrap_or_default()));
            }
        }
    }
}
