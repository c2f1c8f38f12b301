//! OpenVEX: statements whether a vulnerability concerns a product.
//!
//! Source: openvex/spec `OPENVEX-SPEC.md` 0.2.0; 0.0.x, where vulnerability and products were plain
//! texts. A statement holds for the products and subcomponents that it names and for nothing else; what
//! the policy adopts of it is decided elsewhere. A document without statements is legal and says nothing.

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use super::{Format, Head, Input};
use crate::facts::{Kind, Report, Vex, VexProduct, VexStatement, VexStatus};
use crate::input::json::{Few, Json};
use crate::input::{ReadError, Result};
use crate::text::Text;

pub(super) const FORMAT: Format = Format {
    name: "openvex",
    gives: &[Kind::Vex],
    producers: "by the specification OpenVEX 0.2.0 and 0.0.x",
    recognise,
    read,
};

/// How many statements, and names in one, a document may have.
const MOST: usize = 100_000;
const MOST_NAMES: usize = 10_000;

fn recognise(head: &Head) -> bool {
    head.string("@context").is_some_and(|c| c.starts_with("https://openvex.dev/ns"))
}

#[derive(Deserialize)]
#[serde(expecting = "an OpenVEX document")]
struct Document {
    author: Text,
    timestamp: Option<Text>,
    last_updated: Option<Text>,
    tooling: Option<Text>,
    statements: Few<Statement, MOST>,
}

#[derive(Deserialize)]
#[serde(expecting = "a statement")]
struct Statement {
    vulnerability: Named,
    timestamp: Option<Text>,
    last_updated: Option<Text>,
    #[serde(default)]
    products: Few<Named, MOST_NAMES>,
    status: Text,
    justification: Option<Text>,
    impact_statement: Option<Text>,
}

/// A vulnerability, a product or a part of one: an object with names, or in 0.0.x a text.
#[derive(Default)]
struct Named {
    names: Vec<Text>,
    parts: Vec<Text>,
}

#[derive(Deserialize)]
struct Identifiers {
    purl: Option<Text>,
}

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Named;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object with names, or a text")
            }

            fn visit_str<E>(self, name: &str) -> std::result::Result<Named, E> {
                Ok(Named { names: vec![Text::new(name)], parts: Vec::new() })
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Named, A::Error> {
                let mut named = Named::default();
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "@id" | "name" => named.names.extend(map.next_value::<Option<Text>>()?),
                        "aliases" => {
                            named.names.extend(map.next_value::<Option<Few<Text, MOST_NAMES>>>()?.into_iter().flatten())
                        }
                        "identifiers" => {
                            named.names.extend(map.next_value::<Option<Identifiers>>()?.and_then(|i| i.purl));
                        }
                        "subcomponents" => {
                            let parts = map.next_value::<Option<Few<Named, MOST_NAMES>>>()?;
                            named.parts.extend(parts.map(parts_of).unwrap_or_default());
                        }
                        _ => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(named)
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// The names of the parts that are meant. Parts that no purl or IRI names (a CPE, a digest, none in the list) stay one
/// part that is not known: without any the statement would be one on the whole product.
fn parts_of(parts: Few<Named, MOST_NAMES>) -> Vec<Text> {
    let names: Vec<Text> = parts.into_iter().flat_map(|part| part.names).collect();
    if names.is_empty() { vec![Text::default()] } else { names }
}

/// A moment, where one is stated.
fn moment(text: Option<&Text>) -> std::result::Result<Option<Timestamp>, String> {
    text.map(|t| t.parse().map_err(|_| format!("{:?} is no moment (RFC 3339)", &**t))).transpose()
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let document: Document = Json::document(input.window)?;
    let mut report = Report::by(document.tooling.as_deref().unwrap_or("OpenVEX"));
    let issued = moment(document.timestamp.as_ref()).map_err(ReadError::new)?;
    report.made_at = moment(document.last_updated.as_ref()).map_err(ReadError::new)?.or(issued);
    let mut vex = Vex::default();
    for (n, statement) in document.statements.into_iter().enumerate() {
        let read = statement.read(&document.author, issued.or(report.made_at));
        vex.statements.push(read.map_err(|e| ReadError::new(format!("statement {}: {e}", n + 1)))?);
    }
    if vex.statements.is_empty() {
        report.note("no statement: it says nothing");
    }
    report.facts.vex = Some(vex);
    Ok(report)
}

impl Statement {
    /// Where it states no time, that at which its document was issued.
    fn read(self, author: &Text, issued: Option<Timestamp>) -> std::result::Result<VexStatement, String> {
        let stated = moment(self.timestamp.as_ref())?;
        let at = moment(self.last_updated.as_ref())?.or(stated).or(issued);
        let all = [VexStatus::NotAffected, VexStatus::Fixed, VexStatus::UnderInvestigation, VexStatus::Affected];
        let status = all.into_iter().find(|s| s.name() == &*self.status);
        let status = status.ok_or_else(|| format!("the status {:?} is none of OpenVEX", &*self.status))?;
        let said: Vec<&str> =
            [&self.justification, &self.impact_statement].into_iter().flatten().map(|t| &**t).collect();
        let reason = said.join(": ");
        if status == VexStatus::NotAffected && reason.trim().is_empty() {
            return Err("not_affected without a justification or an impact statement".into());
        }
        if self.vulnerability.names.is_empty() {
            return Err("a vulnerability without a name".into());
        }
        let products = self.products.into_iter().map(|p| VexProduct { names: p.names, parts: p.parts }).collect();
        Ok(VexStatement {
            ids: self.vulnerability.names,
            products,
            status,
            reason: Text::new(&reason),
            author: author.clone(),
            at,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Window;

    fn parse(text: &str) -> Result<Report> {
        FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "vex.json" })
    }

    fn document(statements: &str) -> String {
        format!(
            r#"{{"@context":"https://openvex.dev/ns/v0.2.0","@id":"i","author":"A","timestamp":"2026-01-01T00:00:00Z","version":1,"statements":[{statements}]}}"#
        )
    }

    #[test]
    fn statements_name_vulnerability_product_and_part() {
        let text = document(
            r#"{"vulnerability":{"@id":"https://nvd/CVE-2023-1","name":"CVE-2023-1","aliases":["GHSA-1"]},"timestamp":"2026-02-01T00:00:00Z",
               "products":[{"@id":"pkg:oci/app@1","identifiers":{"purl":"pkg:oci/app@1"},"subcomponents":[{"@id":"pkg:cargo/rsa@0.9.6"}]}],
               "status":"not_affected","justification":"vulnerable_code_not_present","impact_statement":"not built"},
               {"vulnerability":"CVE-2023-2","products":["pkg:cargo/a@1"],"status":"under_investigation"}"#,
        );
        let vex = parse(&text).unwrap().facts.vex.unwrap();
        let [a, b] = vex.statements.as_slice() else { panic!("{vex:?}") };
        assert_eq!(a.ids.iter().map(|i| &**i).collect::<Vec<_>>(), ["https://nvd/CVE-2023-1", "CVE-2023-1", "GHSA-1"]);
        assert_eq!(
            (&*a.products[0].parts[0], &*a.reason),
            ("pkg:cargo/rsa@0.9.6", "vulnerable_code_not_present: not built")
        );
        assert_eq!(a.at.unwrap().to_string(), "2026-02-01T00:00:00Z");
        assert_eq!((b.status, &*b.products[0].names[0]), (VexStatus::UnderInvestigation, "pkg:cargo/a@1"));
        assert_eq!(b.at.unwrap().to_string(), "2026-01-01T00:00:00Z");
        assert!(parse(&document("")).unwrap().notes[0].contains("says nothing"));
    }

    #[test]
    fn parts_that_nothing_names_are_not_the_whole_product() {
        for (parts, names) in [
            (r#"[{"@id":"pkg:cargo/rsa"},{"hashes":{}}]"#, &["pkg:cargo/rsa"][..]),
            (r#"[{"identifiers":{"cpe23":"cpe:2.3:a:rsa"}}]"#, &[""]),
            (r#"[{"hashes":{"sha-256":"0"}}]"#, &[""]),
            ("[]", &[""]),
            ("null", &[]),
        ] {
            let text = document(&format!(
                r#"{{"vulnerability":"C","status":"fixed","products":[{{"@id":"pkg:oci/app@1","subcomponents":{parts}}}]}}"#
            ));
            let product = parse(&text).unwrap().facts.vex.unwrap().statements.remove(0).products.remove(0);
            assert_eq!(product.parts.iter().map(|p| &**p).collect::<Vec<_>>(), names, "{parts}");
            let own = ["pkg:oci/app@1".to_owned()];
            assert_eq!(product.concerns(None, &own, true), names.is_empty(), "{parts}");
        }
    }

    #[test]
    fn what_says_nothing_certain_is_refused() {
        for (statement, why) in [
            (r#"{"vulnerability":{"name":"C"},"status":"not_affected"}"#, "statement 1: not_affected without"),
            (
                r#"{"vulnerability":{"name":"C"},"status":"not_affected","justification":" "}"#,
                "without a justification",
            ),
            (r#"{"vulnerability":{"name":"C"},"status":"ignored"}"#, "none of OpenVEX"),
            (r#"{"vulnerability":{},"status":"fixed"}"#, "without a name"),
            (r#"{"status":"fixed"}"#, "missing field `vulnerability`"),
            (
                r#"{"vulnerability":"C","status":"fixed","timestamp":"yesterday"}"#,
                "statement 1: \"yesterday\" is no moment",
            ),
            (r#"{"vulnerability":{"name":"C"}}"#, "missing field `status`"),
            (r#"{"vulnerability":{"name":"C"},"status":"fixed","status":"affected"}"#, "twice"),
        ] {
            let error = parse(&document(statement)).unwrap_err().to_string();
            assert!(error.contains(why), "{statement}: {error}");
        }
        assert!(parse(&document("").replace("statements", "list")).is_err());
    }
}
