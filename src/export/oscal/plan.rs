//! The assessment plan: a checklist is an activity, its items are steps that name what they check.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::object::Object;
use super::{Scope, properties};
use crate::export::rows;
use crate::id::Id;
use crate::model::{Checklist, Item, Norm, points};

/// The checklists of what is selected.
pub fn plan(scope: &Scope<'_>) -> Value {
    let controls: BTreeSet<&Id> =
        scope.norms().flat_map(|norm| scope.controls(norm).map(|clause| &clause.id)).collect();
    let lists = scope.norms().flat_map(|norm| norm.checklists.iter().map(move |list| (norm, list)));
    let activities = lists.filter_map(|(norm, list)| activity(scope, norm, list, &controls));
    let activities: Vec<Value> = activities.collect();
    let adoption = scope.uuid("resource", "adoption");
    Object::new()
        .put("uuid", scope.uuid("assessment-plan", ""))
        .put("metadata", scope.metadata("评估方案"))
        // OSCAL asks for a security plan of what is assessed; here that is the adopter's declaration.
        .put("import-ssp", json!({ "href": format!("#{adoption}") }))
        .put(
            "local-definitions",
            if activities.is_empty() { Value::Null } else { json!({ "activities": activities }) },
        )
        .put("reviewed-controls", json!({ "control-selections": [{ "include-all": {} }] }))
        .put(
            "back-matter",
            json!({ "resources": [{
                "uuid": adoption,
                "title": "采用声明",
                "description": "被评平台公开的声明：采用哪一版、参数取什么值、裁剪了什么。由被评平台提供。",
            }] }),
        )
        .into()
}

fn activity(scope: &Scope<'_>, norm: &Norm, list: &Checklist, controls: &BTreeSet<&Id>) -> Option<Value> {
    let steps = rows::items(list, scope.selection).map(|item| step(scope, norm, list, item, controls));
    let steps: Vec<Value> = steps.collect();
    if steps.is_empty() {
        return None;
    }
    let when = list.when.as_ref().map(|when| when.text.as_str()).unwrap_or_default();
    let form = list.form.as_ref().map(Id::as_str).unwrap_or_default();
    let props = properties(&[
        ("id", list.id.as_str()),
        ("when", when),
        ("order", list.order.english()),
        ("form", form),
        ("scoring", if list.scoring { "yes" } else { "no" }),
    ]);
    Some(
        Object::new()
            .put("uuid", scope.uuid("checklist", list.id.as_str()))
            .put("title", format!("{} {}", list.id, list.title))
            .put("description", format!("{}（{}）", list.title, norm.title))
            .put("props", props)
            .put("steps", steps)
            .into(),
    )
}

fn step(scope: &Scope<'_>, norm: &Norm, list: &Checklist, item: &Item, controls: &BTreeSet<&Id>) -> Value {
    let row = rows::item_row(scope.handbook, norm, list, item);
    let full = item.score.as_ref().map(|score| points(score.points)).unwrap_or_default();
    let method = item.score.as_ref().and_then(|score| score.grading.as_ref());
    let props = properties(&[
        ("id", &row.id),
        ("group", &item.group),
        ("modality", item.modality.english()),
        ("applies-if", &row.applies_if),
        ("roles", &row.roles),
        ("evidence", &row.evidence),
        ("veto", if item.veto { "yes" } else { "" }),
        ("points", &full),
        ("score-method", method.map_or("", |grading| grading.method.english())),
        ("text-fingerprint", &row.text_fp),
        ("data-fingerprint", &row.data_fp),
    ]);
    // Only what the catalog holds; clauses of norms that were not selected are not in it.
    let checked: Vec<Value> =
        item.checks.iter().filter(|id| controls.contains(id)).map(|id| json!({ "control-id": id })).collect();
    let reviewed =
        (!checked.is_empty()).then(|| json!({ "control-selections": [{ "include-controls": checked }] }));
    Object::new()
        .put("uuid", scope.uuid("item", item.id.as_str()))
        .put("title", format!("{} {}", item.number, item.text))
        .put("description", item.text.as_str())
        .put("props", props)
        .put("reviewed-controls", reviewed.unwrap_or_default())
        .put("remarks", item.note.clone())
        .into()
}
