//! The OpenAPI 3.1 document, made from the route table.

use std::sync::LazyLock;

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::api::schemas;
use super::parameter::Parameter;
use super::problem::{self, Problem};
use super::reply::Reply;
use super::route::{Answer, Call, Route};
use super::table::ROUTES;

/// Where the schemas of an OpenAPI document stand.
const COMPONENTS: &str = "#/components/schemas/";

/// Answers `/api/v1/openapi.json`.
pub fn answer(_: &Call<'_>) -> Result<Reply, Problem> {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(document);
    Reply::json(&*DOCUMENT)
}

/// The whole document.
pub fn document() -> Value {
    let paths: Map<String, Value> = ROUTES
        .iter()
        .filter(|route| route.is_documented())
        .map(|route| (route.path.to_owned(), json!({ "get": operation(route) })))
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "手册接口",
            "version": "1",
            "description": "一切可以在网页上看到的，都可以从这里取到。v1 之内不作不兼容的改动：\
                            可能增加键，请忽略不认识的键。可读的内容都带 ETag，再次取用时带上 If-None-Match，没有变化就得到 304。\
                            全部错误都是 application/problem+json（RFC 9457）。\
                            整版的数据包在 /standard/v1/manifest.json。",
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": { "schemas": components() },
    })
}

fn operation(route: &Route) -> Value {
    let segment = route
        .segment()
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }));
    let parameters: Vec<Value> = segment.into_iter().chain(route.parameters.iter().map(parameter)).collect();
    json!({
        "operationId": route.name,
        "summary": route.summary,
        "parameters": parameters,
        "responses": responses(route),
    })
}

fn parameter(parameter: &Parameter) -> Value {
    json!({
        "name": parameter.name,
        "in": "query",
        "description": parameter.summary,
        "required": parameter.required,
        "schema": parameter.schema(),
    })
}

fn responses(route: &Route) -> Map<String, Value> {
    let content = match route.answer {
        Answer::Json(schema) => json!({ "application/json": { "schema": reference(schema) } }),
        Answer::Media(media) | Answer::Internal(media) => {
            json!({ media: { "schema": { "type": "string" } } })
        }
    };
    let mut responses = Map::new();
    responses.insert("200".into(), json!({ "description": route.summary, "content": content }));
    if let Answer::Json("ready") = route.answer {
        // Not ready is no problem of the request: the same body says what is missing.
        responses.insert("503".into(), json!({ "description": "还不能服务", "content": content }));
    } else {
        responses.insert("304".into(), json!({ "description": "与 If-None-Match 所指的相同" }));
    }
    let any = [problem::BAD_PARAMETER, problem::FAULT];
    for kind in any.iter().chain(route.problems) {
        let content = json!({ problem::MEDIA: { "schema": reference("problem") } });
        let status = status(kind.status);
        responses.insert(
            status,
            json!({ "description": format!("{}：{}", kind.title, kind.when), "content": content }),
        );
    }
    responses
}

fn status(status: StatusCode) -> String {
    status.as_u16().to_string()
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("{COMPONENTS}{schema}") })
}

/// The schemas, each under its name, and their definitions beside them: most tools find them only
/// there. One name means one definition, which a test holds.
fn components() -> Map<String, Value> {
    let mut components = Map::new();
    for (name, mut schema) in schemas::all() {
        let Some(object) = schema.as_object_mut() else { continue };
        object.remove("$schema");
        object.remove("$id");
        let definitions = object.remove("$defs");
        relocate(&mut schema);
        components.insert(name, schema);
        for (name, mut definition) in
            definitions.as_ref().and_then(Value::as_object).cloned().unwrap_or_default()
        {
            relocate(&mut definition);
            components.entry(name).or_insert(definition);
        }
    }
    components
}

/// Points references at the place where the definitions stand here.
fn relocate(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get_mut("$ref")
                && let Some(name) = reference.strip_prefix("#/$defs/")
            {
                *reference = format!("{COMPONENTS}{name}");
            }
            map.values_mut().for_each(relocate);
        }
        Value::Array(items) => items.iter_mut().for_each(relocate),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_name_means_one_definition() {
        let mut known: BTreeMap<String, Value> = BTreeMap::new();
        for (name, schema) in schemas::all() {
            for (definition, value) in schema["$defs"].as_object().cloned().unwrap_or_default() {
                let before = known.entry(definition.clone()).or_insert_with(|| value.clone());
                assert_eq!(*before, value, "{definition} in {name}");
            }
        }
        assert!(known.keys().all(|name| !schemas::all().contains_key(name)));
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
            match value {
                Value::Object(map) => {
                    found.extend(map.get("$ref").and_then(Value::as_str));
                    map.values().for_each(|value| references(value, found));
                }
                Value::Array(items) => items.iter().for_each(|value| references(value, found)),
                _ => {}
            }
        }
        let document = document();
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.len() > 50);
        for reference in found {
            let pointer = reference.strip_prefix('#').expect("a local reference");
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    }
}
