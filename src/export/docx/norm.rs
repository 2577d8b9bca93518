//! A norm: its head, and its sections with clauses, step tables, checklists and forms.

use pulldown_cmark::{Event, Tag};

use super::document::{Block, Paragraph, Run, Style, Table};
use super::words::{Context, levels};
use super::{lists, prose, registry};
use crate::model::{
    Basis, Block as Stretch, Caption, Clause, Criteria, Norm, Readers, Section, SectionKind, Shape, Steps,
};
use crate::vocabulary::{NormKind, Status};

/// A norm's head and sections. Its chapters become headings of level `chapter`.
pub fn blocks(context: &Context<'_>, norm: &Norm, chapter: u8) -> Vec<Block> {
    let mut out = vec![Block::Table(head(context, norm))];
    let part = || context.handbook.part_of(norm).notice.as_ref().filter(|_| norm.kind == NormKind::Answers);
    if let Some(notice) = norm.notice.as_ref().or_else(part) {
        out.push(Paragraph::new(Style::Quote, context.words(notice)).into());
    }
    for section in norm.sections.iter() {
        push_section(context, norm, section, chapter, &mut out);
    }
    if !norm.retired.is_empty() {
        out.push(Paragraph::new(Style::Heading(chapter), "废号").into());
        out.push(Block::Table(retired(norm)));
    }
    out
}

/// What stands at the head of a document: number, edition, state, first day, owner and the rest.
fn head(context: &Context<'_>, norm: &Norm) -> Table {
    let readers = match &norm.readers {
        Readers::All => "全体".to_owned(),
        Readers::Roles(roles) => context.role_list(roles),
    };
    let basis = |basis: &Basis| {
        let checked = basis.checked_on.map_or_else(|| "待核对".to_owned(), |day| format!("核对 {day}"));
        format!("{}（{checked}）", context.titled(&basis.source))
    };
    let schedule = norm
        .schedule
        .iter()
        .map(|entry| format!("{}：{}", context.words(&entry.schedule.text), context.words(&entry.what)));
    let status = match norm.status {
        Status::Draft => "草拟（还在起草，不作依据）".to_owned(),
        other => other.chinese().to_owned(),
    };
    let facts = [
        ("编号", norm.id.to_string()),
        ("类别", norm.kind.chinese().to_owned()),
        ("版次", norm.edition.clone()),
        ("状态", status),
        ("生效日", norm.effective.to_string()),
        ("主责", context.role(&norm.owner)),
        ("读者", readers),
        ("层级", levels(&norm.levels)),
        ("适用", norm.applies_if.as_ref().map(|condition| condition.chinese()).unwrap_or_default()),
        ("依据", norm.basis.iter().map(basis).collect::<Vec<_>>().join("\n")),
        ("关联", context.titled_all(&norm.related)),
        ("替代", norm.supersedes.clone().unwrap_or_default()),
        ("周期", schedule.collect::<Vec<_>>().join("\n")),
    ];
    let shown = facts.into_iter().filter(|(_, value)| !value.is_empty());
    let mut table =
        Table::of_texts(&["项", "值"], shown.map(|(key, value)| vec![key.to_owned(), value]).collect());
    table.head.clear();
    table
}

fn retired(norm: &Norm) -> Table {
    let row = |(id, retired): (&crate::id::Id, &crate::model::Retired)| {
        let into = retired.into.iter().map(|id| id.to_string()).collect::<Vec<_>>().join("、");
        vec![id.local().to_string(), retired.since.clone(), into, retired.reason.clone().unwrap_or_default()]
    };
    Table::of_texts(&["号", "自版次", "改见", "理由"], norm.retired.iter().map(row).collect())
}

fn push_section(context: &Context<'_>, norm: &Norm, section: &Section, chapter: u8, out: &mut Vec<Block>) {
    // The title of the norm stands above its head.
    if section.kind != SectionKind::Introduction && section.level > 1 {
        let level = (chapter + section.level - 2).clamp(1, 6);
        let number = match section.kind {
            SectionKind::Checklist(_) | SectionKind::Form(_) => section.id.to_string(),
            // The number of an annex is its letter.
            _ if matches!(section.number.as_bytes(), [b'A'..=b'Z']) => format!("附录{}", section.number),
            _ => section.number.clone(),
        };
        let title = format!("{number} {}", section.title);
        out.push(Paragraph::new(Style::Heading(level), title.trim_start()).into());
    }
    let mut following = section.blocks.iter().peekable();
    while let Some(block) = following.next() {
        match block {
            Stretch::Caption(caption) => {
                let table = following.peek().is_some_and(|next| begins_with_table(next));
                out.push(self::caption(context, caption, table).into());
            }
            other => push_stretch(context, norm, section, other, out),
        }
    }
}

/// The words above a table stay with it; elsewhere they are a paragraph.
fn caption(context: &Context<'_>, caption: &Caption, table: bool) -> Paragraph {
    let style = if table { Style::Caption } else { Style::Body };
    Paragraph::of(style, prose::runs(context, &caption.content))
}

fn begins_with_table(block: &Stretch) -> bool {
    match block {
        Stretch::Prose(events) => matches!(events.first(), Some(Event::Start(Tag::Table(_)))),
        Stretch::Clauses(shape, _) => matches!(shape, Shape::Steps(_)),
        Stretch::Registry(..) => true,
        _ => false,
    }
}

fn push_stretch(
    context: &Context<'_>,
    norm: &Norm,
    section: &Section,
    block: &Stretch,
    out: &mut Vec<Block>,
) {
    match (block, section.kind) {
        (Stretch::Prose(events), _) => out.extend(prose::blocks(context, events, Style::Body)),
        (Stretch::Clauses(Shape::List, clauses), _) => {
            clauses.iter().for_each(|clause| push_clause(context, norm, clause, out));
        }
        (Stretch::Clauses(Shape::Steps(columns), clauses), _) => push_steps(context, *columns, clauses, out),
        (Stretch::Items, SectionKind::Checklist(index)) => {
            if let Some(checklist) = norm.checklists.get(index) {
                out.extend(lists::checklist(context, checklist));
            }
        }
        (Stretch::Fields, SectionKind::Form(index)) => {
            if let Some(form) = norm.forms.get(index) {
                out.extend(lists::form(context, form));
            }
        }
        (Stretch::Registry(which, filters), _) => out.extend(registry::blocks(context, *which, filters)),
        (Stretch::Items | Stretch::Fields | Stretch::Caption(_), _) => {}
    }
}

/// A clause: its number and sentence, what stands below, and what belongs to it.
fn push_clause(context: &Context<'_>, norm: &Norm, clause: &Clause, out: &mut Vec<Block>) {
    let mut sentence = Paragraph::of(Style::Clause, prose::runs(context, &clause.content));
    sentence.marker = Some(clause.number.clone());
    // The space between the number and the sentence is the layout's.
    if let Some(first) = sentence.runs.first_mut() {
        first.text = first.text.trim_start().to_owned();
    }
    out.push(sentence.into());
    let more = prose::blocks(context, &clause.more, Style::Item);
    out.extend(more.into_iter().map(|block| match block {
        Block::Paragraph(paragraph) => {
            Block::Paragraph(Paragraph { depth: paragraph.depth + 1, ..paragraph })
        }
        table => table,
    }));
    let details = details(context, norm, clause);
    if !details.is_empty() {
        let mut runs = Vec::new();
        for (key, value) in details {
            let gap = if runs.is_empty() { "" } else { "　" };
            runs.extend([Run::bold(format!("{gap}{key}：")), Run::new(value)]);
        }
        out.push(Paragraph { depth: 2, ..Paragraph::of(Style::Detail, runs) }.into());
    }
}

fn details(context: &Context<'_>, norm: &Norm, clause: &Clause) -> Vec<(&'static str, String)> {
    let words = |text: &Option<String>| text.as_deref().map(|text| context.words(text)).unwrap_or_default();
    let condition = norm.beyond(clause.applies_if.as_ref()).map(|own| own.chinese());
    let methods = clause.method.iter().map(|method| method.chinese()).collect::<Vec<_>>();
    let tailor = if norm.kind == NormKind::Standard { clause.tailor.chinese() } else { "" };
    let all = [
        ("责任", context.duties(&clause.roles)),
        ("时限", due(context, clause)),
        ("频次", clause.schedule.as_ref().map(|schedule| context.words(&schedule.text)).unwrap_or_default()),
        ("适用", condition.unwrap_or_default()),
        ("层级", levels(&clause.levels)),
        ("证据", context.evidence(&clause.evidence)),
        ("记录", clause.record.as_ref().map(|form| context.titled(form)).unwrap_or_default()),
        ("方法", methods.join("、")),
        ("判定", clause.criteria.as_ref().map(criteria).unwrap_or_default()),
        ("裁剪", tailor.to_owned()),
        ("异常", words(&clause.exception)),
        ("说明", words(&clause.note)),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

/// The deadline as written, a parameter's name replaced by its value.
fn due(context: &Context<'_>, clause: &Clause) -> String {
    use crate::syntax::deadline::Amount;
    let Some(due) = &clause.due else { return String::new() };
    let Some(Amount::Parameter { parameter, component }) = &due.within else {
        return context.words(&due.text);
    };
    let written =
        component.as_ref().map_or_else(|| parameter.to_string(), |name| format!("{parameter}.{name}"));
    match context.value(parameter, component.as_deref()) {
        Some(value) => context.words(&due.text).replacen(&written, &value, 1),
        None => context.words(&due.text),
    }
}

fn criteria(criteria: &Criteria) -> String {
    let parts =
        [("符合", &criteria.satisfied), ("部分符合", &criteria.partial), ("不符合", &criteria.not_satisfied)];
    let shown = parts.into_iter().filter_map(|(name, text)| Some(format!("{name} = {}", text.as_deref()?)));
    shown.collect::<Vec<_>>().join("；")
}

/// A step table with the columns that its author wrote; conditions and the like stand below it.
fn push_steps(context: &Context<'_>, columns: Steps, clauses: &[Clause], out: &mut Vec<Block>) {
    let optional = [(columns.when, "何时"), (columns.record, "留什么"), (columns.exception, "异常")];
    let names = ["号", "谁", "做什么"].into_iter();
    let names: Vec<&str> =
        names.chain(optional.iter().filter(|(shown, _)| *shown).map(|(_, name)| *name)).collect();
    let text = |style, text: String| vec![Paragraph::new(style, text)];
    let row = |clause: &Clause| {
        let mut what = vec![Paragraph::of(Style::Cell, prose::runs(context, &clause.content))];
        what.extend(prose::blocks(context, &clause.more, Style::Cell).into_iter().filter_map(|block| {
            match block {
                Block::Paragraph(paragraph) => Some(paragraph),
                Block::Table(_) => None,
            }
        }));
        let schedule = clause.schedule.as_ref().map(|schedule| context.words(&schedule.text));
        let when = [due(context, clause), schedule.unwrap_or_default()];
        let when = when.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("；");
        let mut cells = vec![
            text(Style::Cell, clause.number.clone()),
            text(Style::Cell, context.duties(&clause.roles)),
            what,
        ];
        let exception = clause.exception.as_deref().map(|text| context.words(text)).unwrap_or_default();
        let more =
            [(columns.when, when), (columns.record, kept(context, clause)), (columns.exception, exception)];
        cells.extend(more.into_iter().filter(|(shown, _)| *shown).map(|(_, cell)| text(Style::Cell, cell)));
        cells
    };
    out.push(Block::Table(Table {
        head: names.iter().map(|name| text(Style::CellHead, (*name).to_owned())).collect(),
        rows: clauses.iter().map(row).collect(),
    }));
}

/// What a step leaves behind: its form, its proofs.
fn kept(context: &Context<'_>, clause: &Clause) -> String {
    let record = clause.record.as_ref().map(|form| context.titled(form));
    let proofs = clause.evidence.iter().map(|proof| match &proof.form {
        Some(form) => context.titled(form),
        None => context.words(&proof.name),
    });
    let mut all: Vec<String> = record.into_iter().chain(proofs).collect();
    all.dedup();
    all.join("；")
}
