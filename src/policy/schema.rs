//! The JSON Schema of the policy language, derived from the structs that read it.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::{BaselineSpec, EvidenceSpec, VexRules, Waiver, WaiverRules};
use crate::gates;

/// Where editors find the schema: the first line of a policy that `init` writes, and the schema's own id.
pub const SCHEMA_URL: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/raw/main/schemas/policy.json");

/// The schema, in draft 7 as TOML editors understand it.
#[must_use]
pub fn schema() -> Value {
    let mut generator = SchemaSettings::draft07().into_generator();
    let day = json!({ "type": "string", "description": "until this day it is announced, not enforced: 2027-02-28" });
    let mut gates_of_profile = Map::new();
    for kind in gates::ALL {
        let mut gate = serde_json::to_value((kind.schema)(&mut generator)).unwrap_or_default();
        let tools = list("Tools that must have reported, by the name that they give themselves.");
        extend(&mut gate, &[("requires", tools), ("enforce-from", day.clone())]);
        allow_edits(&mut gate);
        let mut scope = gate.clone();
        extend(
            &mut scope,
            &[
                ("evidence", list("Only evidence of these names.")),
                ("tools", list("Only what these tools say.")),
                ("paths", list("Only files that match one of these globs.")),
                ("packages", list("Only these packages.")),
                ("changed", flag("Only lines that the diff adds or changes.")),
                ("new", flag("Only what the baseline does not have.")),
            ],
        );
        if let Some(object) = scope.as_object_mut() {
            object.remove("required");
        }
        extend(&mut gate, &[("scope", json!({ "type": "object", "additionalProperties": scope }))]);
        if let Some(object) = gate.as_object_mut() {
            object.insert("description".into(), kind.about.into());
            object.remove("required");
            // A table, or "off": said so and not by `anyOf`, for which editors name the whole table as wrong.
            object.insert("type".into(), json!(["object", "string"]));
            object.insert("pattern".into(), "^off$".into());
        }
        gates_of_profile.insert(kind.name.into(), gate);
    }
    let mut layer = gates_of_profile;
    let value = |schema: schemars::Schema| serde_json::to_value(schema).unwrap_or_default();
    layer.insert(
        "evidence".into(),
        json!({ "type": "object", "additionalProperties": value(generator.subschema_for::<EvidenceSpec>()) }),
    );
    layer.insert("baseline".into(), value(generator.subschema_for::<BaselineSpec>()));
    layer.insert("waivers".into(), value(generator.subschema_for::<WaiverRules>()));
    layer.insert("waiver".into(), json!({ "type": "array", "items": value(generator.subschema_for::<Waiver>()) }));
    layer.insert("vex".into(), value(generator.subschema_for::<VexRules>()));
    layer.insert("enforce-from".into(), day);
    let profile = json!({ "type": "object", "properties": layer, "additionalProperties": false });
    let mut properties = layer;
    properties.insert("version".into(), json!({ "const": 1, "description": "version of the policy language" }));
    properties.insert("name".into(), json!({ "type": "string", "description": "what reports call the policy" }));
    properties.insert("extends".into(), list("Policies that this one is laid over: files, or builtin:NAME."));
    properties.insert("final".into(), list("Keys that whoever extends this policy may tighten and not loosen."));
    properties.insert("profile".into(), json!({ "type": "object", "additionalProperties": profile }));
    let mut whole = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": SCHEMA_URL,
        "title": "Portcullis policy",
        "type": "object",
        "properties": properties,
        "required": ["version"],
        "additionalProperties": false,
        "definitions": generator.take_definitions(true),
    });
    announce(&mut whole);
    whole
}

fn list(about: &str) -> Value {
    json!({ "type": "array", "items": { "type": "string" }, "description": about })
}

fn flag(about: &str) -> Value {
    json!({ "type": "boolean", "description": about })
}

/// The day of a threshold that is announced.
fn effective() -> Value {
    json!({ "type": "string", "description": "from this day on it fails, until then it warns: 2027-02-28" })
}

/// Every threshold that may fail may be announced.
fn announce(schema: &mut Value) {
    match schema {
        Value::Array(list) => list.iter_mut().for_each(announce),
        Value::Object(object) => {
            let properties = object.get_mut("properties").and_then(Value::as_object_mut);
            if let Some(steps) = properties.filter(|p| p.keys().any(|k| k.starts_with("fail-"))) {
                steps.insert(super::effective::KEY.into(), effective());
            }
            object.values_mut().for_each(announce);
        }
        _ => {}
    }
}

/// Whether a schema is that of a level, required or not.
fn is_level(schema: &Value) -> bool {
    let refers = |s: &Value| s.get("$ref").and_then(Value::as_str) == Some("#/definitions/Level");
    let within = |key: &str| schema.get(key).and_then(Value::as_array).is_some_and(|list| list.iter().any(refers));
    refers(schema) || within("anyOf") || within("allOf")
}

/// Every key of a gate may be `"off"`, every level announced, and every list edited.
fn allow_edits(schema: &mut Value) {
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return };
    for property in properties.values_mut() {
        let plain = property.take();
        let is_list = plain
            .get("type")
            .is_some_and(|t| t == "array" || t.as_array().is_some_and(|l| l.contains(&json!("array"))));
        let level = is_level(&plain).then(|| {
            json!({
                "type": "object",
                "properties": { "level": { "$ref": "#/definitions/Level" }, super::effective::KEY: effective() },
                "required": ["level"],
                "additionalProperties": false
            })
        });
        let mut any = vec![plain, json!({ "const": "off" })];
        any.extend(level);
        if is_list {
            let list = json!({ "type": "array" });
            any.push(json!({
                "type": "object",
                "properties": { "add": list, "remove": list },
                "additionalProperties": false,
                "minProperties": 1
            }));
        }
        *property = json!({ "anyOf": any });
    }
}

fn extend(schema: &mut Value, properties: &[(&str, Value)]) {
    if let Some(own) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        for (name, value) in properties {
            own.insert((*name).to_owned(), value.clone());
        }
    }
}
