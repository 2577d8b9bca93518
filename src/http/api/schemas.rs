//! `/api/v1/schema/{name}`, and the schemas of what only this API answers with.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::editions::Edition;
use super::health::Ready;
use super::list::List;
use super::missing;
use super::norms::{ListedChecklist, ListedForm, ListedNorm};
use crate::edition::Difference;
use crate::export;
use crate::http::problem::{Details, Problem};
use crate::http::reply::Reply;
use crate::http::route::Call;
use crate::search;

/// Answers with a schema.
pub fn schema(call: &Call<'_>) -> Result<Reply, Problem> {
    let mut schemas = all();
    match schemas.remove(call.segment.trim_end_matches(".json")) {
        Some(schema) => Reply::json(&schema),
        None => {
            let nearest = missing::nearest(call.segment, schemas.keys().map(String::as_str));
            Err(Problem::not_found(format!("没有名为 {} 的 Schema", call.segment), nearest))
        }
    }
}

/// Every schema by name: the bundle's, then this API's own.
pub fn all() -> BTreeMap<String, Value> {
    let bundle = export::schema::all().into_iter().map(|(name, schema)| (name.to_owned(), schema));
    let own = [
        ("problem", of::<Details>("problem")),
        ("ready", of::<Ready<'_>>("ready")),
        ("edition", of::<Edition<'_>>("edition")),
        ("difference", of::<Difference>("difference")),
        ("edition-list", of::<List<Edition<'_>>>("edition-list")),
        ("norm-list", of::<List<ListedNorm<'_>>>("norm-list")),
        ("checklist-list", of::<List<ListedChecklist<'_>>>("checklist-list")),
        ("form-list", of::<List<ListedForm<'_>>>("form-list")),
        ("search", of::<search::Results>("search")),
    ];
    // What is any JSON object: schemas themselves, and the OpenAPI document.
    let open = ["json-schema", "openapi"].map(|name| {
        let schema = serde_json::json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": id(name), "type": "object"
        });
        (name.to_owned(), schema)
    });
    bundle.chain(own.map(|(name, schema)| (name.to_owned(), schema))).chain(open).collect()
}

fn of<T: JsonSchema>(name: &str) -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("$id".to_owned(), id(name).into());
    schema.to_value()
}

fn id(name: &str) -> String {
    export::json::schema_id(name)
}
