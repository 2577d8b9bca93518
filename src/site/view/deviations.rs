//! What an adopter's handbook has of its own.

use super::{Field, Group, List, Table, push_field};
use crate::model::{Deviation, Tailoring};
use crate::site::place::Place;
use crate::site::{html, inline};

/// The page of deviations.
pub fn page(place: &Place<'_>, tailoring: &Tailoring) -> List {
    let mut fields: Vec<Field> = Vec::new();
    push_field(&mut fields, "采用单位", html::escaped(&tailoring.unit));
    push_field(&mut fields, "层级", tailoring.level.chinese().to_owned());
    push_field(&mut fields, "基准", html::escaped(&tailoring.base));
    push_field(&mut fields, "基准摘要", html::escaped(tailoring.base_digest.as_deref().unwrap_or_default()));
    let mut groups: Vec<Group> = Vec::new();
    for one in &tailoring.deviations {
        if groups.last().is_none_or(|group| group.title != one.unit) {
            let columns = ["条", "做了什么", "项", "基准", "这里", "理由", "批准", "日期"];
            let mut table = Table::new(format!("{}的裁剪", one.unit), &columns);
            table.cards = true;
            groups.push(Group::new(one.unit.clone(), table));
        }
        if let Some(group) = groups.last_mut() {
            group.table.push("", row(place, one));
        }
    }
    let mut table = Table::new("本级不适用", &["条", "名称"]);
    for id in &tailoring.not_applicable {
        let name = place.handbook.label(id).unwrap_or_default();
        table.push("", vec![place.anchor(id, id.as_str()), html::escaped(&name)]);
    }
    groups.push(Group { anchor: "not-applicable".into(), ..Group::new("本级不适用", table) });
    groups.retain(|group| !group.table.rows.is_empty());
    let lead_html = format!("与基准不同的地方共 {} 处，逐处写明理由。", tailoring.deviations.len());
    List { title: "裁剪一览".into(), lead_html, fields, groups }
}

fn row(place: &Place<'_>, one: &Deviation) -> Vec<String> {
    let words =
        |words: &Option<String>| words.as_deref().map(|text| inline::words(place, text)).unwrap_or_default();
    vec![
        place.anchor(&one.target, one.target.as_str()),
        one.kind.chinese().to_owned(),
        html::escaped(one.field.as_deref().unwrap_or("全条")),
        words(&one.before),
        words(&one.after),
        inline::words(place, &one.reason),
        html::escaped(&one.approved_by),
        one.date.to_string(),
    ]
}
