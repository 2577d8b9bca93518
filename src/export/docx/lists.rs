//! Checklists with boxes to tick, scoring lists with room for scores, forms with room for entries.

use super::document::{Block, Paragraph, Run, Style, Table};
use super::words::Context;
use crate::model::{Checklist, Deduction, Form, FormField, Item, Score, points};
use crate::vocabulary::Personal;

/// A checklist: when and how it is done, then its items as a table.
pub fn checklist(context: &Context<'_>, list: &Checklist) -> Vec<Block> {
    let form = list.form.as_ref().map(|form| context.titled(form));
    let when = list.when.as_ref().map(|when| context.words(&when.text));
    let composition = &list.composition;
    let parameters =
        [("权重", &composition.weights), ("复核", &composition.review), ("等级", &composition.grades)];
    let mut facts = vec![
        ("时点", when.unwrap_or_default()),
        ("顺序", list.order.chinese().to_owned()),
        ("表单", form.unwrap_or_default()),
    ];
    facts.extend(
        parameters.map(|(key, id)| (key, id.as_ref().map(|id| context.titled(id)).unwrap_or_default())),
    );
    let mut out = vec![line(facts).into()];
    if list.scoring {
        out.extend(scored(context, list));
    } else {
        let rows = list.items.iter().map(|item| {
            let veto = if item.veto { "（否决）" } else { "" };
            let checks = item.checks.iter().map(ToString::to_string).collect::<Vec<_>>().join("、");
            vec![item.number.clone(), format!("{}{veto}{}", item.text, remarks(context, item)), checks]
        });
        let table = Table::of_texts(&["号", "检查项", "查"], rows.collect());
        out.push(Block::Table(table.with_column("结果", "□符合 □不符合 □不适用").with_column("备注", "")));
    }
    out
}

/// A scoring list: a table for each first-level indicator.
fn scored(context: &Context<'_>, list: &Checklist) -> Vec<Block> {
    let mut out = Vec::new();
    for group in list.items.chunk_by(|one, other| one.group == other.group) {
        let title = group.first().map(|item| item.group.as_str()).unwrap_or_default();
        if !title.is_empty() {
            out.push(Paragraph::new(Style::Caption, title).into());
        }
        let rows = group.iter().map(|item| {
            let none = Score::default();
            let score = item.score.as_ref().unwrap_or(&none);
            let full = if item.veto { "否决".to_owned() } else { points(score.points) };
            let checks = item.checks.iter().map(ToString::to_string).collect::<Vec<_>>().join("、");
            let name = format!("{} {}\n查：{checks}{}", item.number, item.text, forms(context, item));
            vec![name, full, how(context, item, score), lookouts(score), context.evidence(&item.evidence)]
        });
        let table = Table::of_texts(&["指标", "满分", "评分", "看点", "证据"], rows.collect());
        out.push(Block::Table(table.with_column("得分", "")));
    }
    out
}

fn forms(context: &Context<'_>, item: &Item) -> String {
    let form = item.form.as_ref().map(|form| format!("\n表单：{}", context.titled(form)));
    let indicators = context.titled_all(&item.indicators);
    let indicators = if indicators.is_empty() { indicators } else { format!("\n指标：{indicators}") };
    form.unwrap_or_default() + &indicators
}

/// Way of grading, sample, remark, deduction, what is different at levels.
fn how(context: &Context<'_>, item: &Item, score: &Score) -> String {
    let grading = score.grading.as_ref().map(|grading| match (&grading.numerator, &grading.denominator) {
        (Some(above), Some(below)) => format!("{}：{above} ÷ {below}", grading.method.chinese()),
        _ => grading.method.chinese().to_owned(),
    });
    let named = |name: &str, text: &str| format!("{name}：{}", context.words(text));
    let sample = score.sample.as_ref().map(|sample| named("抽样", sample));
    let note = item.note.as_ref().map(|note| named("说明", note));
    let deduction = score.deduction.as_ref().map(Deduction::chinese).map(|rule| named("扣分", &rule));
    let variants = score.variants.iter().map(|(level, text)| named(&format!("{}级", level.chinese()), text));
    [grading, sample, note, deduction].into_iter().flatten().chain(variants).collect::<Vec<_>>().join("\n")
}

fn lookouts(score: &Score) -> String {
    score
        .lookouts
        .iter()
        .map(|l| format!("{}：{}", l.assessor.chinese(), l.text))
        .collect::<Vec<_>>()
        .join("\n")
}

/// What else is said of an item, on lines of its own.
fn remarks(context: &Context<'_>, item: &Item) -> String {
    let note = item.note.as_ref().map(|note| format!("\n说明：{}", context.words(note)));
    note.unwrap_or_default() + &forms(context, item)
}

/// A form: who fills it in and when, then its fields with room for an entry.
pub fn form(context: &Context<'_>, form: &Form) -> Vec<Block> {
    let everybody = form.open_to_all.then(|| "全体".to_owned());
    let who =
        form.filled_by.iter().map(|id| context.role(id)).chain(everybody).collect::<Vec<_>>().join("、");
    let mut facts = vec![
        ("填写", who),
        ("时点", form.when.as_ref().map(|when| context.words(&when.text)).unwrap_or_default()),
        ("保存", form.keep.map(|keep| keep.chinese().to_owned()).unwrap_or_default()),
        ("明细", if form.rows { "是（行可重复）".to_owned() } else { String::new() }),
    ];
    facts.extend(form.entry_rules());
    let columns = ["号", "字段", "类型", "必填", "说明或选项", "个人信息", "保存", "可见"];
    let rows = form.fields.iter().map(|field| {
        let help = if field.options.is_empty() {
            context.words(&field.note_text)
        } else {
            field.options.iter().map(|option| format!("□{option}")).collect::<Vec<_>>().join("　")
        };
        let personal = if field.personal == Personal::None { "" } else { field.personal.chinese() };
        vec![
            field.number.clone(),
            field.label.clone(),
            field.kind.chinese().to_owned(),
            if field.required { "是" } else { "否" }.to_owned(),
            help,
            personal.to_owned(),
            field.keep.map(|keep| keep.chinese().to_owned()).unwrap_or_default(),
            audience(context, field),
        ]
    });
    let table = Table::of_texts(&columns, rows.collect());
    vec![line(facts).into(), Block::Table(table.with_column("填写内容", ""))]
}

fn audience(context: &Context<'_>, field: &FormField) -> String {
    let audience = &field.visible_to;
    let own = audience.own.then(|| "本人".to_owned());
    let everybody = audience.everybody.then(|| "全体".to_owned());
    audience
        .roles
        .iter()
        .map(|id| context.role(id))
        .chain(own)
        .chain(everybody)
        .collect::<Vec<_>>()
        .join("、")
}

/// `时点：每件　顺序：按序`.
fn line(facts: Vec<(&str, String)>) -> Paragraph {
    let mut runs = Vec::new();
    for (key, value) in facts.into_iter().filter(|(_, value)| !value.is_empty()) {
        let gap = if runs.is_empty() { "" } else { "　" };
        runs.extend([Run::bold(format!("{gap}{key}：")), Run::new(value)]);
    }
    Paragraph::of(Style::Detail, runs)
}
