//! One thing of the handbook as lines of text for a terminal.

use std::fmt::Write as _;

use super::lookup::Found;
use crate::id::Id;
use crate::model::{
    Checklist, Clause, Form, Handbook, Item, Norm, Parameter, ParameterSource, Readers, Role, RoleDuty,
    Section, Source, Target, Term,
};
use crate::vocabulary::Level;

/// Lines of `键：值`; a value that is empty has no line.
#[derive(Default)]
struct Card {
    text: String,
}

impl Card {
    fn new(title: impl AsRef<str>) -> Self {
        let mut card = Self::default();
        card.line(title.as_ref());
        card
    }

    fn line(&mut self, words: &str) -> &mut Self {
        // Writing into a text cannot fail.
        let _ = writeln!(self.text, "{words}");
        self
    }

    fn row(&mut self, key: &str, value: impl AsRef<str>) -> &mut Self {
        match value.as_ref() {
            "" => self,
            value => self.line(&format!("{key}：{value}")),
        }
    }
}

/// What was found, as text that ends in a line end.
pub fn text(handbook: &Handbook, found: &Found<'_>) -> String {
    let mut card = match found {
        Found::Part(part) => {
            let mut card = Card::new(format!("{} {}", part.codes.join("、"), part.title));
            card.row("主责", named(handbook, part.owner.as_slice()));
            for id in &part.norms {
                card.line(&format!("  {}", named(handbook, std::slice::from_ref(id))));
            }
            card
        }
        Found::Term(found) => term(handbook, found),
        Found::Page(page) => {
            let mut card = Card::new(format!("{} {}", page.id, page.title));
            card.line("").line(page.markdown.trim());
            card
        }
        Found::Target(id, target) => target_card(handbook, id, target),
    };
    if let Found::Target(id, _) = found {
        let by = handbook.backlinks.get(id).map(joined).unwrap_or_default();
        card.row("被引用", by);
        card.row("网址", handbook.url(id).unwrap_or_default());
    }
    card.text
}

fn target_card(handbook: &Handbook, id: &Id, target: &Target<'_>) -> Card {
    match target {
        Target::Norm(found) => norm(handbook, found),
        Target::Section(owner, found) => section(handbook, owner, found),
        Target::Clause(owner, found) => clause(handbook, owner, found),
        Target::Table(owner, caption) => {
            let mut card = Card::new(format!("{id} {}", caption.title));
            card.row("规范", titled(owner));
            card
        }
        Target::Checklist(owner, found) => checklist(owner, found),
        Target::Item(owner, _, found) => item(handbook, owner, found),
        Target::Form(owner, found) => form(handbook, owner, found),
        Target::Field(owner, found, field) => {
            let mut card = Card::new(format!("{id} {}", field.label));
            card.row("表单", format!("{} {}", found.id, found.title)).row("规范", titled(owner));
            card.row("类型", field.kind.chinese()).row("必填", yes(field.required));
            card.row("选项", field.options.join("；")).row("说明", &field.note_text);
            card
        }
        Target::Parameter(found) => parameter(found),
        Target::Role(found) => role(found),
        Target::Source(found) => source(found),
        Target::Indicator(found) => {
            let mut card = Card::new(format!("{id} {}", found.title));
            card.row("口径", &found.definition).row("单位", found.unit.as_deref().unwrap_or_default());
            card.row("来源", found.data_from.join("；"))
                .row("目标", named(handbook, found.target.as_slice()));
            card
        }
        Target::SourceFact(found) => {
            let mut card = Card::new(format!("{id} {}", found.text));
            card.row("出处", &found.place).row("落点", joined(&found.used_in));
            card
        }
        Target::Planned(title) => {
            let mut card = Card::new(format!("{id} {title}"));
            card.line("尚未发布");
            card
        }
        Target::Retired(owner, retired) => {
            let mut card = Card::new(format!("{id} 已废号"));
            card.row("规范", titled(owner)).row("自版次", &retired.since);
            card.row("并入", named(handbook, &retired.into))
                .row("理由", retired.reason.as_deref().unwrap_or_default());
            card
        }
    }
}

fn norm(handbook: &Handbook, norm: &Norm) -> Card {
    let mut card = Card::new(titled(norm));
    let readers = match &norm.readers {
        Readers::All => "全体".to_owned(),
        Readers::Roles(roles) => named(handbook, roles),
    };
    card.row("类别", norm.kind.chinese())
        .row("版次", format!("{}（{}）", norm.edition, norm.status.chinese()));
    card.row("生效日", norm.effective.to_string())
        .row("主责", named(handbook, std::slice::from_ref(&norm.owner)));
    card.row("读者", readers).row("层级", levels(&norm.levels));
    card.row("关联", named(handbook, &norm.related)).line("").line(norm.markdown.trim());
    card
}

fn section(handbook: &Handbook, norm: &Norm, section: &Section) -> Card {
    let mut card = Card::new(format!("{} {}", section.id, section.title));
    card.row("规范", titled(norm));
    if !section.text.is_empty() {
        card.line("").line(&handbook.with_values(&section.text)).line("");
    }
    for clause in norm.clauses().filter(|clause| clause.section == section.id) {
        card.line(&format!("{} {}", clause.number, handbook.with_values(&clause.text)));
    }
    card
}

fn clause(handbook: &Handbook, norm: &Norm, clause: &Clause) -> Card {
    let mut card = Card::new(format!("{}（{}）", clause.id, clause.modality.chinese()));
    card.line(&handbook.with_values(&clause.text));
    card.row("规范", titled(norm))
        .row("层级", levels(&clause.levels))
        .row("责任", duties(handbook, &clause.roles));
    card.row("适用", clause.applies_if.as_ref().map(|condition| condition.chinese()).unwrap_or_default());
    card.row("时限", clause.due.as_ref().map(|due| due.text.as_str()).unwrap_or_default());
    card.row("频次", clause.schedule.as_ref().map(|schedule| schedule.text.as_str()).unwrap_or_default());
    card.row("记录", named(handbook, clause.record.as_slice()));
    card.row("证据", clause.evidence.iter().map(|e| e.name.as_str()).collect::<Vec<_>>().join("；"));
    card.row("方法", clause.method.iter().map(|m| m.chinese()).collect::<Vec<_>>().join("、"));
    let tailor = if clause.is_requirement() { clause.tailor.chinese() } else { "" };
    card.row("裁剪", tailor).row("异常", clause.exception.as_deref().unwrap_or_default());
    card.row("说明", clause.note.as_deref().unwrap_or_default());
    card
}

fn checklist(norm: &Norm, checklist: &Checklist) -> Card {
    let mut card = Card::new(format!("{} {}", checklist.id, checklist.title));
    card.row("规范", titled(norm));
    card.row("时点", checklist.when.as_ref().map(|when| when.text.as_str()).unwrap_or_default());
    card.row("顺序", checklist.order.chinese());
    card.row("表单", checklist.form.as_ref().map(Id::as_str).unwrap_or_default());
    let mut group = "";
    for item in &checklist.items {
        if item.group != group {
            group = &item.group;
            card.line(&format!("  {group}"));
        }
        let checks = if item.checks.is_empty() {
            String::new()
        } else {
            format!("（查 {}）", joined(&item.checks))
        };
        card.line(&format!("  [ ] {} {}{checks}", item.number, item.text));
    }
    card
}

fn item(handbook: &Handbook, norm: &Norm, item: &Item) -> Card {
    let mut card = Card::new(format!("{} {}", item.id, item.text));
    card.row("规范", titled(norm)).row("能愿动词", item.modality.chinese());
    for id in &item.checks {
        let words =
            handbook.label(id).map(|words| handbook.with_values(&words).into_owned()).unwrap_or_default();
        card.row("查", format!("{id} {words}"));
    }
    card.row("责任", duties(handbook, &item.roles));
    card.row("适用", item.applies_if.as_ref().map(|condition| condition.chinese()).unwrap_or_default());
    card.row("否决", if item.veto { "是" } else { "" }).row("说明", item.note.as_deref().unwrap_or_default());
    card
}

fn form(handbook: &Handbook, norm: &Norm, form: &Form) -> Card {
    let mut card = Card::new(format!("{} {}", form.id, form.title));
    let filled_by = if form.open_to_all { "全体".to_owned() } else { named(handbook, &form.filled_by) };
    card.row("规范", titled(norm)).row("填写", filled_by);
    card.row("时点", form.when.as_ref().map(|when| when.text.as_str()).unwrap_or_default());
    card.row("保存", form.keep.map(|keep| keep.chinese()).unwrap_or_default());
    for (key, rules) in form.entry_rules() {
        card.row(key, rules);
    }
    for field in &form.fields {
        let must = if field.required { "，必填" } else { "" };
        let more = if field.options.is_empty() { field.note_text.clone() } else { field.options.join("；") };
        let more = if more.is_empty() { more } else { format!("：{more}") };
        card.line(&format!("  {} {}（{}{must}）{more}", field.number, field.label, field.kind.chinese()));
    }
    card
}

fn parameter(parameter: &Parameter) -> Card {
    let mut card = Card::new(format!("{} {}", parameter.id, parameter.label));
    for component in &parameter.components {
        let value = |&(chinese, _, level): &(&str, &str, Level)| {
            format!("{chinese} {}", component.text(level).unwrap_or_else(|| "不适用".into()))
        };
        let values: Vec<_> = Level::CHOICES.iter().map(value).collect();
        let name = if component.name.is_empty() { "值" } else { &component.name };
        card.row(name, format!("{}；{}", values.join("，"), component.tailor.chinese()));
    }
    card.row(
        "来源",
        match &parameter.source {
            ParameterSource::Own => "自定",
            ParameterSource::Id(id) => id.as_str(),
        },
    );
    card.row("说明", parameter.note.as_deref().unwrap_or_default());
    card
}

fn role(role: &Role) -> Card {
    let mut card = Card::new(format!("{} {}", role.id, role.title));
    card.row("别名", role.aliases.join("、")).row("部门", role.department.as_deref().unwrap_or_default());
    card.row("职责", &role.mission);
    card
}

fn source(source: &Source) -> Card {
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let mut card = Card::new(format!("{} {}", source.id, source.title));
    card.row("文号", source.number.as_deref().unwrap_or_default()).row("级别", source.rank.chinese());
    card.row("公布", day(source.published))
        .row("施行", day(source.effective))
        .row("状态", source.status.chinese());
    let checked = day(source.checked_on);
    card.row("核对日", if checked.is_empty() { "待核对" } else { &checked }).row("管什么", &source.subject);
    card.row("提醒", source.caution.as_deref().unwrap_or_default());
    card
}

fn term(handbook: &Handbook, term: &Term) -> Card {
    let mut card = Card::new(&term.word);
    card.line(&term.definition).row("同义", term.synonyms.join("、")).row("不用", term.deprecated.join("、"));
    card.row("见", named(handbook, &term.see)).row("依据", named(handbook, &term.basis));
    card
}

fn titled(norm: &Norm) -> String {
    format!("{} {}", norm.id, norm.title)
}

fn yes(value: bool) -> &'static str {
    if value { "是" } else { "否" }
}

fn levels(levels: &[Level]) -> String {
    levels.iter().map(|level| level.chinese()).collect::<Vec<_>>().join("、")
}

fn joined(ids: &[Id]) -> String {
    ids.iter().map(Id::as_str).collect::<Vec<_>>().join("、")
}

/// Ids with their names.
fn named(handbook: &Handbook, ids: &[Id]) -> String {
    let one = |id: &Id| match handbook.label(id) {
        Some(label) => format!("{id} {label}"),
        None => id.to_string(),
    };
    ids.iter().map(one).collect::<Vec<_>>().join("；")
}

fn duties(handbook: &Handbook, roles: &[RoleDuty]) -> String {
    let one = |role: &RoleDuty| {
        format!("{} {}", named(handbook, std::slice::from_ref(&role.role)), role.duty.chinese())
    };
    roles.iter().map(one).collect::<Vec<_>>().join("；")
}
