//! Sections, clauses, checklist items and attribute lines out of a norm's events.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Tag, TagEnd};

use super::{Reporter, Seen, line_of, owned, plain_text, table};
use crate::diagnostic::nearest;
use crate::id;
use crate::rule;
use crate::syntax::field::{self, Field};
use crate::syntax::{Placed, RawBlock, RawClause, RawKind, RawSection, mark};
use crate::text;
use crate::vocabulary::{MarkKind, Registry};
use crate::yaml::Spanned;

/// Cuts a norm's events into sections.
pub fn sections(source: &str, events: &[Seen<'_>], report: &mut Reporter<'_>) -> Vec<RawSection> {
    let mut cutter = Cutter { source, sections: vec![section(RawKind::Title, 1, 0..0)], prose: Vec::new() };
    let mut i = 0;
    while i < events.len() {
        let end = block_end(events, i);
        cutter.block(&events[i..end], report);
        i = end;
    }
    cutter.flush();
    // The text before the first heading is a section only when there is any.
    if cutter.sections[0].span.is_empty() && cutter.sections[0].blocks.is_empty() && cutter.sections.len() > 1
    {
        cutter.sections.remove(0);
    }
    cutter.sections
}

fn section(kind: RawKind, level: u8, span: Range<usize>) -> RawSection {
    RawSection { kind, number: String::new(), title: String::new(), level, blocks: Vec::new(), span }
}

/// Index behind the block that begins at `i`.
pub(super) fn block_end(events: &[Seen<'_>], i: usize) -> usize {
    let mut depth = 0_usize;
    for (k, (event, _)) in events.iter().enumerate().skip(i) {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return k + 1;
        }
    }
    events.len()
}

struct Cutter<'a> {
    source: &'a str,
    sections: Vec<RawSection>,
    prose: Vec<Placed>,
}

impl Cutter<'_> {
    fn here(&mut self) -> &mut RawSection {
        let last = self.sections.len() - 1;
        &mut self.sections[last]
    }

    fn flush(&mut self) {
        if !self.prose.is_empty() {
            let prose = std::mem::take(&mut self.prose);
            self.here().blocks.push(RawBlock::Prose(prose));
        }
    }

    fn push(&mut self, block: RawBlock) {
        self.flush();
        self.here().blocks.push(block);
    }

    fn block(&mut self, block: &[Seen<'_>], report: &mut Reporter<'_>) {
        let (first, range) = &block[0];
        self.refuse_html(block, report);
        match first {
            Event::Start(Tag::Heading { level, .. }) => self.heading(*level, block, range.clone(), report),
            Event::Start(Tag::List(_)) => self.list(block, report),
            Event::Start(Tag::Table(_)) => self.table(block, report),
            Event::Start(Tag::Paragraph) => self.paragraph(block, report),
            Event::Rule => {
                report
                    .add(rule::RULE_IN_BODY, range.start..range.start + 3, "正文里不能用 --- 这样的分隔线")
                    .help
                    .push_str("它会和前言的分界相混；删去这一行，或改用标题分开");
            }
            // Comments are for authors.
            Event::Start(Tag::HtmlBlock) => {}
            _ => self.prose.extend(owned(block)),
        }
    }

    /// HTML means different things to different outputs; only comments may stand.
    fn refuse_html(&self, block: &[Seen<'_>], report: &mut Reporter<'_>) {
        let mut whole = 0..0;
        for (event, range) in block {
            match event {
                Event::Start(Tag::HtmlBlock) => whole = range.clone(),
                // The lines of a block were judged together.
                Event::Html(_) if whole.contains(&range.start) => continue,
                Event::InlineHtml(_) | Event::Html(_) => {}
                _ => continue,
            }
            let words = self.source[range.clone()].trim();
            let (message, help) = match words.strip_prefix("<!--").map(|rest| rest.split_once("-->")) {
                Some(Some((_, ""))) => continue,
                Some(Some(_)) => ("注释后面的文字会和注释一起消失", "注释单独占一行"),
                Some(None) => ("注释没有结束，后面的内容都会消失", "在注释末尾写 -->"),
                None => ("规范里不能写 HTML", "用 Markdown 写；要显示尖括号本身，写在反引号里"),
            };
            let first = line_of(self.source, range.start);
            let place = range.start..range.end.min(first.end);
            report.add(rule::RAW_HTML, place, message).help.push_str(help);
        }
    }

    fn heading(
        &mut self,
        level: HeadingLevel,
        block: &[Seen<'_>],
        range: Range<usize>,
        report: &mut Reporter<'_>,
    ) {
        self.flush();
        let words = plain_text(block[1..block.len() - 1].iter().map(|(event, _)| event));
        let words = words.trim();
        let place = line_of(self.source, range.start);
        let level = level as u8;
        if !self.source[range.start..].trim_start().starts_with('#') {
            // A line of minus signs under a paragraph makes a heading of the paragraph.
            let start = self.source[range.clone()]
                .trim_end()
                .rfind('\n')
                .map_or(range.start, |i| range.start + i + 1);
            report
                .add(rule::RULE_IN_BODY, line_of(self.source, start), "这一行把上面的段落变成了标题")
                .help
                .push_str("删去这一行；标题用 ## 开头");
        }
        let head = parse_heading(words);
        if let Some(why) = head.trouble {
            report
                .add(rule::HEADING_NUMBER, place.clone(), why)
                .help
                .push_str("写成「## 3 标题」「## CK-1 名称」「## FM-1 名称」，号用半角，号后空一格");
        }
        let in_checklist = self.here().kind == RawKind::Checklist && level > self.here().level;
        if in_checklist && head.kind == RawKind::Section {
            self.here().blocks.push(RawBlock::Group(words.to_owned()));
            return;
        }
        let kind = if level == 1 { RawKind::Title } else { head.kind };
        let mut new = section(kind, level, place);
        new.number = head.number;
        new.title = head.title;
        if level == 1
            && self.sections.len() == 1
            && self.sections[0].blocks.is_empty()
            && self.sections[0].span == (0..0)
        {
            self.sections[0] = new;
        } else {
            self.sections.push(new);
        }
    }

    fn paragraph(&mut self, block: &[Seen<'_>], report: &mut Reporter<'_>) {
        let range = block[0].1.clone();
        let slice = self.source[range.clone()].trim_end();
        if let [_, (Event::Text(words), at), _] = block
            && let Some(line) = registry_line(words)
        {
            self.registry(&line, at, report);
            return;
        }
        if let Some(number) = caption(slice, range.start) {
            self.push(RawBlock::Caption(number, owned(&block[1..block.len() - 1])));
            return;
        }
        if slice.starts_with('|') && slice.contains('\n') {
            report
                .add(rule::TABLE_ROW, line_of(self.source, range.start), "这几行没有成为表格")
                .help
                .push_str("第二行写 | --- | --- |，格数和表头一样多；表格前空一行");
        }
        let keys = match self.here().kind {
            RawKind::Checklist => field::CHECKLIST_KEYS,
            RawKind::Form => field::FORM_KEYS,
            _ => &[],
        };
        let first = !self.here().blocks.iter().any(|block| matches!(block, RawBlock::Attributes(_)));
        if !keys.is_empty() && first && self.prose.is_empty() && !slice.contains('\n') {
            let leading = self.source[range.clone()].len() - self.source[range.clone()].trim_start().len();
            let known = |field: &Field| keys.contains(&field.key.value.as_str());
            if let Some(fields) = field::parse_line(slice.trim_start(), range.start + leading)
                && fields.iter().any(known)
            {
                fields
                    .iter()
                    .filter(|field| !known(field))
                    .for_each(|field| unknown_key(field, keys, report));
                for (i, field) in fields.iter().enumerate() {
                    if let Some(first) = fields[..i].iter().find(|first| first.key.value == field.key.value) {
                        twice(field, first, report);
                    }
                }
                self.push(RawBlock::Attributes(fields));
                return;
            }
        }
        self.prose.extend(owned(block));
    }

    /// The registry that stands here, `术语 节=2`, and its filter.
    fn registry(&mut self, line: &str, at: &Range<usize>, report: &mut Reporter<'_>) {
        let mut words = line.split_whitespace();
        let name = words.next().unwrap_or_default();
        let Some(registry) = Registry::parse(name) else {
            unknown_registry(name, at.clone(), report);
            return;
        };
        let mut filters = BTreeMap::new();
        let known = filter_of(registry);
        for word in words {
            let folded = text::folded(word);
            match folded.split_once('=') {
                Some((key, value)) if Some(key) == known && !value.is_empty() => {
                    filters.insert(key.to_owned(), value.to_owned());
                }
                _ => {
                    let help = match known {
                        Some(key) => format!("写成【表：{name} {key}=…】"),
                        None => format!("这张表不分组，只写【表：{name}】"),
                    };
                    report
                        .add(rule::UNKNOWN_MARK, at.clone(), format!("「{word}」不能用来筛选{name}"))
                        .help = help;
                }
            }
        }
        self.push(RawBlock::Registry(registry, filters));
    }

    fn table(&mut self, block: &[Seen<'_>], report: &mut Reporter<'_>) {
        let form = self.here().kind == RawKind::Form
            && !self.here().blocks.iter().any(|block| matches!(block, RawBlock::Fields(_)));
        let found = table::read(self.source, block, report);
        match table::classify(&found, form, report) {
            table::Class::Steps => self.push(RawBlock::Steps(found)),
            table::Class::Fields => self.push(RawBlock::Fields(found)),
            table::Class::Prose => self.prose.extend(owned(block)),
        }
    }

    fn list(&mut self, block: &[Seen<'_>], report: &mut Reporter<'_>) {
        let checklist = self.here().kind == RawKind::Checklist;
        let (mut clauses, mut tasks, mut plain) = (Vec::new(), Vec::new(), Vec::new());
        let mut i = 1;
        while i + 1 < block.len() {
            let end = block_end(block, i);
            let item = &block[i..end];
            i = end;
            match self.item(item, checklist, report) {
                Item::Clause(clause) => clauses.push(clause),
                Item::Task(task) => tasks.push(task),
                Item::Plain => plain.push(item),
            }
        }
        if clauses.is_empty() && tasks.is_empty() {
            self.prose.extend(owned(block));
            return;
        }
        if !clauses.is_empty() {
            self.push(RawBlock::Clauses(clauses));
        }
        if !tasks.is_empty() {
            self.push(RawBlock::Tasks(tasks));
        }
        if !plain.is_empty() {
            // What carries no data stays readable, in a list of its own.
            self.prose.extend(owned(&block[..1]));
            plain.into_iter().for_each(|item| self.prose.extend(owned(item)));
            self.prose.extend(owned(&block[block.len() - 1..]));
            self.flush();
        }
    }

    /// One list item, `Start(Item)` to `End(Item)`.
    fn item(&mut self, item: &[Seen<'_>], checklist: bool, report: &mut Reporter<'_>) -> Item {
        let range = item[0].1.clone();
        let (mut content, rest) = first_paragraph(&item[1..item.len() - 1]);
        let task = match content.first() {
            Some((Event::TaskListMarker(checked), at)) => {
                if *checked {
                    report
                        .add(rule::CHECKED_TASK, at.clone(), "规范里的检查项不能先打勾")
                        .help
                        .push_str("写成 - [ ]");
                }
                content = &content[1..];
                true
            }
            _ => false,
        };
        let line = line_of(self.source, range.start);
        let Some((number, content)) = bold_number(content, task) else {
            if task {
                if checklist {
                    report
                        .add(rule::CHECKLIST_SHAPE, line, "检查项没有加粗的号")
                        .help
                        .push_str("写成 - [ ] **01** 要检查的事");
                } else {
                    report
                        .add(rule::STRAY_TASK, line, "检查项不在检查表里")
                        .help
                        .push_str("移到「## CK-1 名称」下面，或改成普通列表项");
                }
                return Item::Plain;
            }
            self.plain_item(content, line, checklist, report);
            return Item::Plain;
        };
        if task && !checklist {
            report
                .add(rule::STRAY_TASK, line.clone(), "检查项不在检查表里")
                .help
                .push_str("移到「## CK-1 名称」下面，或改成条款「- **3.1** …」");
            return Item::Plain;
        }
        if !task && checklist {
            report
                .add(rule::CHECKLIST_SHAPE, line, "检查表里的项要有方框")
                .help
                .push_str("写成 - [ ] **01** 要检查的事");
        }
        let keys = if checklist { field::ITEM_KEYS } else { field::CLAUSE_KEYS };
        let (fields, more) = self.fields(rest, keys, report);
        let end = content.last().map_or(number.span.end, |(_, at)| at.end);
        let clause =
            RawClause { span: number.span.start..end, number, content: owned(content), more, fields };
        if checklist { Item::Task(clause) } else { Item::Clause(clause) }
    }

    /// A list item without data: is it meant to be one with?
    fn plain_item(
        &self,
        content: &[Seen<'_>],
        line: Range<usize>,
        checklist: bool,
        report: &mut Reporter<'_>,
    ) {
        let words = plain_text(content.iter().map(|(event, _)| event));
        let words = text::folded(words.trim());
        if let Some((key, _)) = field::key(&words)
            .filter(|(key, _)| field::CLAUSE_KEYS.contains(key) || field::ITEM_KEYS.contains(key))
        {
            report
                .add(rule::STRAY_FIELD, line, format!("「{key}」没有挂在任何条款下"))
                .help
                .push_str("在行首加两个空格，让它缩进到所属的条款下面");
            return;
        }
        let number: String = words.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '.').collect();
        let bold = matches!(content.first(), Some((Event::Start(Tag::Strong), _)));
        if super::lost::looks_like_number(&number) && bold {
            report
                .add(rule::LOST_TASK, line, format!("号「{number}」写得不对，这一条不会成为条款"))
                .help
                .push_str("写成 - **3.1** …：数字之间一个半角句点，末尾没有句点");
        } else if super::lost::looks_like_number(&number) {
            report
                .add(rule::PLAIN_NUMBER, line, format!("号「{number}」没有加粗，这一条不会成为条款"))
                .help
                .push_str(&format!("写成 - **{}** …", number.trim_end_matches('.')));
        } else if checklist {
            report
                .add(rule::CHECKLIST_SHAPE, line, "检查表里的列表项不是检查项")
                .help
                .push_str("写成 - [ ] **01** 要检查的事；说明文字另起一段");
        }
    }

    /// Nested bullet lists are fields; everything else below an item stays text.
    fn fields(
        &self,
        rest: &[Seen<'_>],
        keys: &[&str],
        report: &mut Reporter<'_>,
    ) -> (Vec<Field>, Vec<Placed>) {
        let (mut fields, mut more): (Vec<Field>, Vec<Placed>) = (Vec::new(), Vec::new());
        let mut i = 0;
        while i < rest.len() {
            let end = block_end(rest, i);
            let block = &rest[i..end];
            i = end;
            if !matches!(block[0].0, Event::Start(Tag::List(None))) {
                more.extend(owned(block));
                continue;
            }
            let mut k = 1;
            while k + 1 < block.len() {
                let item_end = block_end(block, k);
                let item = &block[k..item_end];
                k = item_end;
                if let Some(field) = self.field(item, keys, report) {
                    if let Some(first) = fields.iter().find(|f| f.key.value == field.key.value) {
                        twice(&field, first, report);
                        continue;
                    }
                    fields.push(field);
                }
            }
        }
        (fields, more)
    }

    fn field(&self, item: &[Seen<'_>], keys: &[&str], report: &mut Reporter<'_>) -> Option<Field> {
        let (content, nested) = first_paragraph(&item[1..item.len() - 1]);
        let line = line_of(self.source, item[0].1.start);
        if bold_number(content, false).is_some() {
            report
                .add(rule::NUMBER_OUT_OF_PLACE, line, "条款不能缩进在另一条款下面")
                .help
                .push_str("去掉行首的空格，让它成为独立的条款");
            return None;
        }
        let start = content.first().map(|(_, at)| at.start)?;
        let end = content.last().map_or(start, |(_, at)| at.end);
        // A line behind the first that is data of its own was swallowed: it is reported as lost.
        let mut own = 0;
        for (i, line) in self.source[start..end].split_inclusive('\n').enumerate() {
            if i > 0 && super::lost::looks_like_data(line) {
                break;
            }
            own += line.len();
        }
        let Some(field) = field::parse(self.source[start..start + own].trim_end(), start) else {
            report
                .add(rule::UNKNOWN_FIELD, line, "条款下的列表项要写成「键：值」")
                .help
                .push_str("要列举文字，用缩进的有序列表（1. 2. 3.）");
            return None;
        };
        if !nested.is_empty() {
            report
                .add(rule::UNKNOWN_FIELD, line, "「键：值」下面不能再有内容")
                .help
                .push_str("多个值写在同一行，用；分开");
        }
        if !keys.contains(&field.key.value.as_str()) {
            unknown_key(&field, keys, report);
            return None;
        }
        Some(field)
    }
}

enum Item {
    Clause(RawClause),
    Task(RawClause),
    Plain,
}

/// The number of a table's caption: a paragraph of one line that begins with `表1` and a blank.
fn caption(slice: &str, start: usize) -> Option<Spanned<String>> {
    let (number, title) = slice.split_once(char::is_whitespace)?;
    let folded = text::folded(number);
    let good = folded.starts_with('表')
        && id::is_local_number(&folded)
        && !title.trim().is_empty()
        && !slice.contains('\n');
    good.then(|| Spanned { value: folded, span: start..start + number.len() })
}

fn unknown_registry(word: &str, at: Range<usize>, report: &mut Reporter<'_>) {
    let names: Vec<_> = Registry::all().collect();
    let diagnostic = report.add(rule::UNKNOWN_MARK, at, format!("没有「{word}」这张登记表"));
    diagnostic.label = format!("可用：{}", names.join("、"));
    if let Some(name) = nearest(word, names) {
        diagnostic.help = format!("是不是「{name}」？");
    }
}

/// A key that stands twice where it may stand once.
fn twice(field: &Field, first: &Field, report: &mut Reporter<'_>) {
    let at = crate::diagnostic::Span::new(report.path, first.key.span.clone());
    let diagnostic =
        report.add(rule::DUPLICATE_FIELD, field.key.span.clone(), format!("「{}」写了两次", field.key.value));
    diagnostic.related.push((at, "第一次在这里".into()));
    diagnostic.help.push_str("并成一处，值之间用；分开");
}

fn unknown_key(field: &Field, keys: &[&str], report: &mut Reporter<'_>) {
    let diagnostic =
        report.add(rule::UNKNOWN_FIELD, field.key.span.clone(), format!("没有「{}」这个键", field.key.value));
    diagnostic.label = format!("这里可用的键：{}", keys.join("、"));
    if let Some(key) = nearest(&field.key.value, keys.iter().copied()) {
        diagnostic.help = format!("是不是「{key}」？");
    }
}

/// The inline events of an item's first paragraph, and the blocks behind it.
pub(super) fn first_paragraph<'a, 's>(item: &'a [Seen<'s>]) -> (&'a [Seen<'s>], &'a [Seen<'s>]) {
    if matches!(item.first(), Some((Event::Start(Tag::Paragraph), _))) {
        let end = block_end(item, 0);
        return (&item[1..end - 1], &item[end..]);
    }
    let is_block = |event: &Event<'_>| {
        matches!(
            event,
            Event::Start(
                Tag::Paragraph
                    | Tag::List(_)
                    | Tag::BlockQuote(_)
                    | Tag::CodeBlock(_)
                    | Tag::Table(_)
                    | Tag::Heading { .. }
                    | Tag::HtmlBlock
            ) | Event::Rule
        )
    };
    let end = item.iter().position(|(event, _)| is_block(event)).unwrap_or(item.len());
    item.split_at(end)
}

/// The bold number at the start of an item, and the events behind it.
fn bold_number<'a, 's>(content: &'a [Seen<'s>], task: bool) -> Option<(Spanned<String>, &'a [Seen<'s>])> {
    let mut i = 0;
    while matches!(content.get(i), Some((Event::Text(words), _)) if words.trim().is_empty()) {
        i += 1;
    }
    let [(Event::Start(Tag::Strong), _), (Event::Text(words), at), (Event::End(TagEnd::Strong), _), ..] =
        &content[i..]
    else {
        return None;
    };
    let number = text::folded(words.trim());
    let good = id::is_local_number(&number)
        || (task
            && !number.is_empty()
            && number.len() <= 4
            && number.bytes().all(|b| b.is_ascii_alphanumeric()));
    good.then(|| (Spanned { value: number, span: at.clone() }, &content[i + 3..]))
}

struct Heading {
    kind: RawKind,
    number: String,
    title: String,
    trouble: Option<String>,
}

fn parse_heading(words: &str) -> Heading {
    let heading = |kind, number: &str, title: &str, trouble| Heading {
        kind,
        number: number.to_owned(),
        title: title.trim().to_owned(),
        trouble,
    };
    let (token, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    let folded = text::folded(token);
    for (prefix, kind) in [("CK", RawKind::Checklist), ("FM", RawKind::Form)] {
        if let Some(number) = folded.strip_prefix(prefix) {
            let digits = number.trim_start_matches('-');
            let good = number.len() == digits.len() + 1
                && !digits.is_empty()
                && digits.len() < 3
                && digits.bytes().all(|b| b.is_ascii_digit());
            let trouble = (!good).then(|| format!("检查表或表单的号不能是「{token}」"));
            let missing = (good && rest.trim().is_empty()).then(|| "检查表或表单没有名称".to_owned());
            return heading(kind, &format!("{prefix}-{digits}"), rest, trouble.or(missing));
        }
    }
    if let Some(annex) = words.strip_prefix("附录") {
        let letter: String = annex.chars().take_while(char::is_ascii_uppercase).collect();
        if letter.len() == 1 {
            return heading(RawKind::Section, &letter, &annex[1..], None);
        }
    }
    if id::is_local_number(&folded) {
        let missing = rest.trim().is_empty().then(|| "标题只有号，没有文字".to_owned());
        return heading(RawKind::Section, &folded, rest, missing);
    }
    if folded.starts_with(|c: char| c.is_ascii_digit()) {
        return heading(RawKind::Section, "", words, Some(format!("标题的号「{token}」读不懂")));
    }
    heading(RawKind::Section, "", words, None)
}

/// What a line 【表：…】 says, when it is all of `words`.
pub(super) fn registry_line(words: &str) -> Option<String> {
    match mark::split(words.trim()).as_slice() {
        [mark::Piece::Mark(_, marks)] => match marks.as_slice() {
            [mark] if mark.kind == MarkKind::Table => Some(mark.text.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// The filter that a registry's line may carry.
fn filter_of(registry: Registry) -> Option<&'static str> {
    match registry {
        Registry::Terms => Some("节"),
        Registry::Parameters => Some("级"),
        Registry::Sources => Some("组"),
        _ => None,
    }
}
