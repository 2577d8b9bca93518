//! `?level=`: a value as it looks from one level.

use serde::Serialize;
use serde_json::Value;

use super::canonical;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::route::Call;
use crate::vocabulary::Level;

/// A value as it looks from the level asked for; whole when none is.
pub fn reply(call: &Call<'_>, value: &impl Serialize) -> Result<Reply, Problem> {
    let Some(level) = call.level() else { return canonical(value) };
    let mut value = serde_json::to_value(value)?;
    narrow(&mut value, level);
    canonical(&value)
}

/// Drops from lists what is for other levels only, and from values by level the other levels'. What
/// is left follows the same schema.
fn narrow(value: &mut Value, level: Level) {
    match value {
        Value::Array(items) => {
            items.retain(|item| applies(item, level));
            items.iter_mut().for_each(|item| narrow(item, level));
        }
        Value::Object(map) => {
            if let Some(Value::Object(values)) = map.get_mut("values") {
                let other = |key: &str| Level::parse(key).is_some_and(|other| other != level);
                values.retain(|key, _| !other(key));
            }
            map.values_mut().for_each(|value| narrow(value, level));
        }
        _ => {}
    }
}

/// Whether an entry of a list is for this level: it names it, or none.
fn applies(item: &Value, level: Level) -> bool {
    let levels = item.get("levels").and_then(Value::as_array);
    levels.is_none_or(|levels| levels.iter().any(|one| one == level.english()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn other_levels_are_dropped() {
        let mut value = json!({
            "clauses": [{ "id": "a", "levels": ["city"] }, { "id": "b", "levels": ["city", "street"] }, { "id": "c" }],
            "parameters": [{ "values": { "city": { "n": 5 }, "street": { "n": 3 } } }],
            "fields": [{ "values": "as they are" }],
        });
        narrow(&mut value, Level::Street);
        let expected = json!({
            "clauses": [{ "id": "b", "levels": ["city", "street"] }, { "id": "c" }],
            "parameters": [{ "values": { "street": { "n": 3 } } }],
            "fields": [{ "values": "as they are" }],
        });
        assert_eq!(value, expected);
    }
}
