//! The JSON Schemas of the verdict and of an inspection, derived from the structs that write them.

use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use super::{INSPECT_SCHEMA, Inspection, SCHEMA, Verdict};

/// The schema of `check -f json`.
#[must_use]
pub fn verdict_schema() -> Value {
    of::<Verdict>(SCHEMA)
}

/// The schema of `inspect -f json`.
#[must_use]
pub fn inspection_schema() -> Value {
    of::<Inspection>(INSPECT_SCHEMA)
}

fn of<T: JsonSchema>(title: &str) -> Value {
    // As it is written: what is absent is `null`, and never left out.
    let settings = SchemaSettings::draft2020_12().for_serialize().with_transform(Closed);
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("title".into(), title.into());
    schema.to_value()
}

/// An object has the keys that are promised, and no other.
#[derive(Debug, Clone)]
struct Closed;

impl Transform for Closed {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        if schema.get("properties").is_some() && schema.get("additionalProperties").is_none() {
            schema.insert("additionalProperties".into(), false.into());
        }
    }
}

/// How a run may end.
pub(super) fn outcome(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": ["pass", "fail", "error"], "description": "how the run ended" })
}
