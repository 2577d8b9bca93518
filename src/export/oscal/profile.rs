//! The profile: all of the catalog, with the values of a level.

use serde_json::{Value, json};

use super::object::Object;
use super::{CATALOG, Scope, token};

/// The profile of the level.
pub fn profile(scope: &Scope<'_>) -> Value {
    let components =
        scope.handbook.parameters.values().flat_map(|p| p.components.iter().map(move |c| (p, c)));
    let values = components.filter_map(|(parameter, component)| {
        let value = component.text(scope.level)?;
        Some(json!({ "param-id": token(parameter.id.as_str(), &component.name), "values": [value] }))
    });
    let values: Vec<Value> = values.collect();
    let modify = (!values.is_empty()).then(|| json!({ "set-parameters": values }));
    Object::new()
        .put("uuid", scope.uuid("profile", scope.level.english()))
        .put("metadata", scope.metadata(&format!("{}级", scope.level.chinese())))
        .put("imports", vec![json!({ "href": CATALOG, "include-all": {} })])
        .put("merge", json!({ "as-is": true }))
        .put("modify", modify.unwrap_or_default())
        .into()
}
