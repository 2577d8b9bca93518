//! JSON Schemas of the bundle's files (2020-12), made from the types in [`super::json`], so that they
//! cannot say anything else than what is written. Strict for producers: a key that is not named is an
//! error. Consumers are asked to ignore keys they do not know, because later editions may add some.

use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema};
use serde_json::Value;

use super::json;
use super::manifest::Manifest;

/// Every schema with its name, in the order of a reader who begins with the manifest. Names are those
/// of the files in `schema/` without `.json`, and the last words of the `$id`s.
pub fn all() -> Vec<(&'static str, Value)> {
    vec![
        ("manifest", schema::<Manifest<'_>>("manifest")),
        ("handbook", schema::<json::HandbookFile<'_>>("handbook")),
        ("norm", schema::<json::NormFile<'_>>("norm")),
        ("clause", schema::<json::ClauseFile<'_>>("clause")),
        ("checklist", schema::<json::ChecklistFile<'_>>("checklist")),
        ("form", schema::<json::FormFile<'_>>("form")),
        ("parameters", schema::<json::ParametersFile<'_>>("parameters")),
        ("roles", schema::<json::RolesFile<'_>>("roles")),
        ("terms", schema::<json::TermsFile<'_>>("terms")),
        ("sources", schema::<json::SourcesFile<'_>>("sources")),
        ("source-facts", schema::<json::SourceFactsFile<'_>>("source-facts")),
        ("indicators", schema::<json::IndicatorsFile<'_>>("indicators")),
        ("paths", schema::<json::PathsFile<'_>>("paths")),
        ("calendar", schema::<json::CalendarFile<'_>>("calendar")),
        ("release", schema::<json::ReleaseFile<'_>>("release")),
        ("deviations", schema::<json::DeviationsFile<'_>>("deviations")),
        ("upgrade", schema::<json::UpgradeFile<'_>>("upgrade")),
    ]
}

/// The schema of this name, as in [`all`].
pub fn named(name: &str) -> Option<Value> {
    all().into_iter().find(|(found, _)| *found == name).map(|(_, schema)| schema)
}

fn schema<T: JsonSchema>(name: &str) -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize().with_transform(Strict);
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    let id = json::schema_id(name);
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        let own = serde_json::json!({ "const": id, "description": "The `$id` of the schema that this file follows." });
        properties.insert("schema".to_owned(), own);
    }
    schema.insert("title".to_owned(), name.into());
    schema.insert("$id".to_owned(), id.into());
    schema.to_value()
}

/// Closes every object, lets no optional key be `null` (it is left out instead), drops the formats of
/// Rust's integer types, which JSON Schema does not know, and joins the lines of descriptions.
#[derive(Debug, Clone)]
struct Strict;

impl Transform for Strict {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        let Some(object) = schema.as_object_mut() else { return };
        if object.get("format").and_then(Value::as_str).is_some_and(|format| format.starts_with(['u', 'i'])) {
            object.remove("format");
        }
        if let Some(Value::String(description)) = object.get_mut("description") {
            *description = description.replace('\n', " ");
        }
        let required: Vec<String> = strings(object.get("required"));
        let Some(properties) = object.get_mut("properties").and_then(Value::as_object_mut) else { return };
        for (key, property) in properties {
            if !required.contains(key) {
                forbid_null(property);
            }
        }
        object.entry("additionalProperties").or_insert(false.into());
    }
}

fn forbid_null(property: &mut Value) {
    let Some(object) = property.as_object_mut() else { return };
    if let Some(types) = object.get_mut("type")
        && let Some(list) = types.as_array_mut()
    {
        list.retain(|kind| kind != "null");
        if let [only] = &list[..] {
            *types = only.clone();
        }
    }
    let Some(choices) = object.get_mut("anyOf").and_then(Value::as_array_mut) else { return };
    choices.retain(|choice| choice.get("type").is_none_or(|kind| kind != "null"));
    if let [only] = &choices[..]
        && let Some(inner) = only.as_object().cloned()
    {
        object.remove("anyOf");
        for (key, value) in inner {
            object.entry(key).or_insert(value);
        }
    }
}

fn strings(list: Option<&Value>) -> Vec<String> {
    list.and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects<'a>(schema: &'a Value, found: &mut Vec<&'a serde_json::Map<String, Value>>) {
        match schema {
            Value::Object(map) => {
                if map.get("properties").is_some_and(Value::is_object)
                    && map.get("type").is_some_and(|t| t == "object")
                {
                    found.push(map);
                }
                map.values().for_each(|inner| objects(inner, found));
            }
            Value::Array(items) => items.iter().for_each(|inner| objects(inner, found)),
            _ => {}
        }
    }

    #[test]
    fn every_schema_is_one_and_says_its_name() {
        for (name, schema) in all() {
            assert!(jsonschema::meta::is_valid(&schema), "{name}");
            assert_eq!(schema["$id"], json::schema_id(name));
            assert_eq!(schema["properties"]["schema"]["const"], schema["$id"], "{name}");
            assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        }
    }

    #[test]
    fn every_object_is_closed_and_every_key_ascii_and_explained() {
        for (name, schema) in all() {
            let mut found = Vec::new();
            objects(&schema, &mut found);
            assert!(!found.is_empty());
            for object in found {
                assert_eq!(object["additionalProperties"], false, "{name}: {object:?}");
                for (key, property) in object["properties"].as_object().expect("properties") {
                    assert!(
                        key.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'_' | b'-' | b'0'..=b'9')),
                        "{key}"
                    );
                    // Variants of an enum are explained as a whole.
                    let explained =
                        property.get("description").is_some() || object.contains_key("description");
                    assert!(explained || property.get("const").is_some(), "{name}: {key} has no description");
                }
            }
            assert!(!schema.to_string().contains(r#""null""#), "{name} lets something be null");
            assert!(
                !schema.to_string().contains(r#""type":"number""#),
                "{name} has a number that is no integer"
            );
        }
    }
}
