//! The JSON form.

use serde::de::{DeserializeSeed as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::bom::{Bom, check_version};
use super::component::{Component, Inventory};
use super::vulnerability::Vulnerabilities;
use crate::input::json::{Each, Few, Json, Present};
use crate::input::{ReadError, Result, Window};
use crate::text::Text;

pub(super) fn read(window: &mut Window<'_>) -> Result<Bom> {
    let document: Document = Json::document(window)?;
    if document.format != "CycloneDX" {
        return Err(ReadError::new(format!("`bomFormat` is {:?}, not \"CycloneDX\"", document.format)));
    }
    check_version(&document.version)?;
    let Metadata { timestamp, tools, component, authors, supplier } = document.metadata.unwrap_or_default();
    let authors = authors.into_iter().flatten().chain(supplier).filter_map(|someone| someone.name);
    let incomplete = |c: &Composition| c.aggregate.as_deref().is_some_and(|a| a.starts_with("incomplete"));
    Ok(Bom {
        tools: tools.unwrap_or_default().0,
        timestamp,
        authors: authors.filter(|name| !name.is_empty()).collect(),
        subject: component,
        inventory: document.components.unwrap_or_default(),
        vulnerabilities: document.vulnerabilities.map(|list| list.0),
        has_edges: document.dependencies.is_some_and(|edges| edges.0),
        is_incomplete: document.compositions.iter().flat_map(|list| list.iter()).any(incomplete),
        has_extension: false,
    })
}

#[derive(Deserialize)]
#[serde(expecting = "a CycloneDX document")]
struct Document {
    #[serde(rename = "bomFormat")]
    format: String,
    #[serde(rename = "specVersion")]
    version: String,
    metadata: Option<Metadata>,
    components: Option<Inventory>,
    vulnerabilities: Option<Vulnerabilities>,
    dependencies: Option<Edges>,
    compositions: Option<Few<Composition, 100_000>>,
}

#[derive(Deserialize, Default)]
#[serde(expecting = "the metadata")]
struct Metadata {
    timestamp: Option<String>,
    tools: Option<Tools>,
    component: Option<Component>,
    authors: Option<Few<Someone, 1000>>,
    supplier: Option<Someone>,
}

#[derive(Deserialize)]
#[serde(expecting = "a person or an organisation")]
struct Someone {
    name: Option<Text>,
}

#[derive(Deserialize)]
#[serde(expecting = "a composition")]
struct Composition {
    aggregate: Option<String>,
}

/// Whether anything depends on anything.
struct Edges(bool);

impl<'de> Deserialize<'de> for Edges {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(expecting = "a dependency")]
        struct Dependency {
            #[serde(rename = "dependsOn")]
            depends_on: Option<Vec<Present>>,
        }
        let mut any = false;
        let each = Each::new(|Dependency { depends_on }| {
            any |= depends_on.is_some_and(|list| !list.is_empty());
            Ok(())
        });
        each.deserialize(deserializer)?;
        Ok(Self(any))
    }
}

/// Names of tools: a list until 1.4, components and services since 1.5.
#[derive(Default)]
struct Tools(Vec<Text>);

#[derive(Deserialize)]
#[serde(expecting = "a tool")]
struct Tool {
    vendor: Option<Text>,
    name: Option<Text>,
}

type ToolList = Few<Tool, 1000>;

impl Tools {
    fn add(&mut self, tool: Tool) {
        // npm calls itself by its vendor, and `cli`.
        let is_bare = tool.name.as_deref() == Some("cli");
        let name = if is_bare { tool.vendor.or(tool.name) } else { tool.name };
        self.0.extend(name.filter(|name| !name.is_empty()));
    }
}

impl<'de> Deserialize<'de> for Tools {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Tools;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list of tools, or an object with their `components` and `services`")
            }

            fn visit_unit<E>(self) -> std::result::Result<Tools, E> {
                Ok(Tools::default())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> std::result::Result<Tools, A::Error> {
                let mut tools = Tools::default();
                while let Some(tool) = seq.next_element()? {
                    tools.add(tool);
                }
                Ok(tools)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Tools, A::Error> {
                let mut tools = Tools::default();
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "components" | "services" => {
                            let list: Option<ToolList> = map.next_value()?;
                            list.into_iter().flatten().for_each(|tool| tools.add(tool));
                        }
                        _ => {
                            map.next_value::<Present>()?;
                        }
                    }
                }
                Ok(tools)
            }
        }
        deserializer.deserialize_any(Any)
    }
}
