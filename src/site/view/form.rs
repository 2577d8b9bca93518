//! Forms and their fields.

use serde::Serialize;

use super::{Field, Group, List, Table, push_field, role};
use crate::model::{Form, FormField, Norm};
use crate::site::place::Place;
use crate::site::{html, inline, prose};
use crate::vocabulary::Personal;

/// A form, in its norm or on its own page.
#[derive(Debug, Serialize)]
pub struct FormView {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its own page.
    pub href: String,
    /// Who fills it in, when, how long it is kept.
    pub fields: Vec<Field>,
    /// Its fields.
    pub table: Table,
}

/// A form. Its fields have anchors `03` on its own page, `FM-1.03` in the norm.
pub fn view(place: &Place<'_>, form: &Form, own_page: bool) -> FormView {
    let mut fields = Vec::new();
    let who = filled_by(place, form);
    push_field(&mut fields, "填写", who);
    let when = form.when.as_ref().map(|when| inline::words(place, &when.text)).unwrap_or_default();
    push_field(&mut fields, "时点", when);
    push_field(&mut fields, "保存", form.keep.map(|keep| keep.chinese().to_owned()).unwrap_or_default());
    push_field(&mut fields, "明细", if form.rows { "是（行可重复）".to_owned() } else { String::new() });
    for (key, rules) in form.entry_rules() {
        push_field(&mut fields, key, inline::words(place, &rules));
    }
    let prefix = if own_page { String::new() } else { format!("{}.", form.id.local()) };
    FormView {
        id: form.id.to_string(),
        title: form.title.clone(),
        href: place.href(&form.id).unwrap_or_default(),
        fields,
        table: fields_table(place, form, &prefix),
    }
}

/// The page of all forms, by norm.
pub fn all(place: &Place<'_>) -> List {
    let mut groups = Vec::new();
    for norm in place.handbook.norms.values().filter(|norm| !norm.forms.is_empty()) {
        let mut group = Group::new("", table(place, norm));
        group.lead_html = place.titled(&norm.id);
        groups.push(group);
    }
    List {
        title: "表单".into(), lead_html: "填什么、谁填、存多久。".into(), groups, ..List::default()
    }
}

fn filled_by(place: &Place<'_>, form: &Form) -> String {
    let everybody = form.open_to_all.then(|| "全体".to_owned());
    form.filled_by.iter().map(|id| role(place, id)).chain(everybody).collect::<Vec<_>>().join("、")
}

/// The forms of a norm as a table.
pub fn table(place: &Place<'_>, norm: &Norm) -> Table {
    let mut table = Table::new(format!("{}的表单", norm.title), &["编号", "名称", "填写", "时点", "保存"]);
    for form in norm.forms.iter() {
        let who = filled_by(place, form);
        let when = form.when.as_ref().map(|when| inline::words(place, &when.text)).unwrap_or_default();
        let keep = form.keep.map(|keep| keep.chinese().to_owned()).unwrap_or_default();
        let id = place.anchor(&form.id, form.id.as_str());
        table.push("", vec![id, html::escaped(&form.title), who, when, keep]);
    }
    table.without_empty_columns()
}

fn fields_table(place: &Place<'_>, form: &Form, prefix: &str) -> Table {
    let columns = ["号", "字段", "类型", "必填", "说明或选项", "个人信息", "保存", "可见"];
    let mut table = Table::new(format!("{}的字段", form.title), &columns);
    table.cards = true;
    for field in &form.fields {
        let anchor = format!("{prefix}{}", field.number);
        let mut number = String::new();
        html::push_link(&format!("#{anchor}"), "number", field.id.as_str(), &field.number, &mut number);
        let personal = if field.personal == Personal::None { "" } else { field.personal.chinese() };
        table.push(
            anchor,
            vec![
                number,
                html::escaped(&field.label),
                field.kind.chinese().to_owned(),
                if field.required { "是" } else { "否" }.to_owned(),
                help(place, field),
                personal.to_owned(),
                field.keep.map(|keep| keep.chinese().to_owned()).unwrap_or_default(),
                audience(place, field),
            ],
        );
    }
    table.without_empty_columns()
}

fn audience(place: &Place<'_>, field: &FormField) -> String {
    let audience = &field.visible_to;
    let own = audience.own.then(|| "本人".to_owned());
    let everybody = audience.everybody.then(|| "全体".to_owned());
    audience.roles.iter().map(|id| role(place, id)).chain(own).chain(everybody).collect::<Vec<_>>().join("、")
}

fn help(place: &Place<'_>, field: &FormField) -> String {
    if field.options.is_empty() {
        return prose::render(place, &field.note);
    }
    html::escaped(&field.options.join("；"))
}
