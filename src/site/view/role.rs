//! Everything a role must do: its clauses by duty, items of checklists, forms, norms and paths.

use super::clause::{sentence, when};
use super::{Field, Group, List, Table, push_field, schedule};
use crate::id::Id;
use crate::model::{Item, Norm, Readers, Role};
use crate::site::place::Place;
use crate::site::{html, inline, prose};
use crate::vocabulary::Duty;

/// A role's page.
pub fn page(place: &Place<'_>, role: &Role) -> List {
    let mut groups = vec![paths(place, &role.id)];
    groups.extend(recurring(place, &role.id));
    groups.extend(clauses(place, &role.id));
    groups.extend([items(place, &role.id), forms(place, &role.id), norms(place, &role.id)]);
    groups.retain(|group| !group.table.rows.is_empty());
    List {
        title: role.title.clone(),
        lead_html: inline::words(place, &role.mission),
        fields: fields(place, role),
        groups,
    }
}

fn fields(place: &Place<'_>, role: &Role) -> Vec<Field> {
    let mut fields = Vec::new();
    push_field(&mut fields, "编号", role.id.to_string());
    push_field(&mut fields, "别名", html::escaped(&role.aliases.join("、")));
    push_field(&mut fields, "所在", html::escaped(role.department.as_deref().unwrap_or_default()));
    let feed = html::escaped(&place.to(&format!("roles/{}/schedule.ics", role.id)));
    push_field(&mut fields, "日历", format!("<a href=\"{feed}\">订阅自己的周期事项（.ics）</a>"));
    fields
}

/// What a role has to see to by day, week, month and year, a group for each frequency.
fn recurring(place: &Place<'_>, role: &Id) -> Vec<Group> {
    let mut groups = schedule::by_frequency(place, schedule::recurring_for(place, role));
    for group in &mut groups {
        group.title = format!("{}（{} 项）", group.title, group.table.rows.len());
    }
    groups
}

fn group(anchor: &str, title: String, table: Table) -> Group {
    Group { anchor: anchor.to_owned(), ..Group::new(title, table.without_empty_columns()) }
}

fn paths(place: &Place<'_>, role: &Id) -> Group {
    let mut table = Table { cards: true, ..Table::new("阅读路径", &["路径", "说明", "篇数"]) };
    for path in place.handbook.paths.iter().filter(|path| path.roles.contains(role)) {
        let mut link = String::new();
        html::push_link(&place.to(&format!("paths/{}/", path.id)), "", "", &path.title, &mut link);
        table.push("", vec![link, inline::words(place, &path.note), path.steps.len().to_string()]);
    }
    group("paths", "先读什么".into(), table)
}

/// The norms in whose clauses and items a role has something to do, in order.
fn norms_with<'a>(place: &Place<'a>, role: &Id) -> impl Iterator<Item = &'a Norm> {
    let norms = &place.handbook.norms;
    let indices = place.site.norms_by_role(place.handbook).get(role);
    indices.into_iter().flatten().filter_map(|&index| norms.get_index(index)).map(|(_, norm)| norm)
}

/// The clauses of a role, a group for each duty.
fn clauses(place: &Place<'_>, role: &Id) -> impl Iterator<Item = Group> {
    let mut tables: Vec<_> = Duty::CHOICES
        .iter()
        .map(|&(word, _, duty)| {
            (
                word,
                duty,
                Table {
                    cards: true, ..Table::new(format!("{word}的条款"), &["条款", "要求", "时限与频次"])
                },
            )
        })
        .collect();
    for norm in norms_with(place, role) {
        for clause in norm.clauses().filter(|clause| clause.is_requirement()) {
            let duties: Vec<Duty> =
                clause.roles.iter().filter(|found| found.role == *role).map(|found| found.duty).collect();
            for (_, _, table) in tables.iter_mut().filter(|(_, duty, _)| duties.contains(duty)) {
                let id = place.anchor(&clause.id, clause.id.as_str());
                table.push("", vec![id, sentence(&place.of_norm(norm), clause), when(place, clause)]);
            }
        }
    }
    tables
        .into_iter()
        .map(|(word, duty, table)| group(duty.english(), format!("{word}（{} 条）", table.rows.len()), table))
}

fn items(place: &Place<'_>, role: &Id) -> Group {
    let mut table =
        Table { cards: true, ..Table::new("检查项", &["检查项", "看什么", "检查表"]) };
    for norm in norms_with(place, role) {
        for checklist in &norm.checklists {
            let mine = |item: &&Item| item.roles.iter().any(|found| found.role == *role);
            for item in checklist.items.iter().filter(mine) {
                let words = prose::render(&place.of_norm(norm), &item.content);
                table.push(
                    "",
                    vec![place.anchor(&item.id, item.id.as_str()), words, html::escaped(&checklist.title)],
                );
            }
        }
    }
    group("items", format!("检查项（{} 项）", table.rows.len()), table)
}

fn forms(place: &Place<'_>, role: &Id) -> Group {
    let mut table = Table { cards: true, ..Table::new("填写的表单", &["表单", "名称", "时点"]) };
    for (_, form) in place.handbook.forms().filter(|(_, form)| form.filled_by.contains(role)) {
        let when = form.when.as_ref().map(|when| inline::words(place, &when.text)).unwrap_or_default();
        table.push("", vec![place.anchor(&form.id, form.id.as_str()), html::escaped(&form.title), when]);
    }
    group("forms", format!("填写的表单（{} 张）", table.rows.len()), table)
}

fn norms(place: &Place<'_>, role: &Id) -> Group {
    let mut table = Table { cards: true, ..Table::new("要读的规范", &["规范", "名称", "关系"]) };
    for norm in place.handbook.norms.values() {
        let relation = match &norm.readers {
            _ if norm.owner == *role => "主责",
            Readers::Roles(roles) if roles.contains(role) => "读者",
            Readers::All => "全体须知",
            Readers::Roles(_) => continue,
        };
        let cells =
            vec![place.anchor(&norm.id, norm.id.as_str()), html::escaped(&norm.title), relation.to_owned()];
        table.push("", cells);
    }
    group("norms", format!("要读的规范（{} 份）", table.rows.len()), table)
}
