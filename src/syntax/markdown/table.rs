//! Tables of a norm: step tables, tables of a form's fields, and all others.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::{Reporter, Seen, line_of, owned, plain_text};
use crate::id;
use crate::rule;
use crate::syntax::{RawCell, RawTable};
use crate::text;

/// Columns of a step table; those after the third may be left out.
pub const STEP_COLUMNS: [&str; 6] = ["号", "谁", "做什么", "何时", "留什么", "异常"];
/// Columns of a form; those after the fifth may be left out.
pub const FORM_COLUMNS: [&str; 8] = ["号", "字段", "类型", "必填", "说明或选项", "个人信息", "保存", "可见"];

/// What a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Clauses, one a row.
    Steps,
    /// Fields of a form, one a row.
    Fields,
    /// Text.
    Prose,
}

/// Reads a table's cells, and reports rows whose cells were dropped or made up by the parser.
pub fn read(source: &str, block: &[Seen<'_>], report: &mut Reporter<'_>) -> RawTable {
    let mut table = RawTable { head: Vec::new(), rows: Vec::new(), span: block[0].1.clone() };
    let mut row: Vec<RawCell> = Vec::new();
    let mut i = 0;
    while i < block.len() {
        match &block[i] {
            (Event::Start(Tag::TableCell), range) => {
                let end = super::blocks::block_end(block, i);
                let content = &block[i + 1..end - 1];
                let words = plain_text(content.iter().map(|(event, _)| event));
                let span = match (content.first(), content.last()) {
                    (Some((_, first)), Some((_, last))) => first.start..last.end,
                    _ => range.clone(),
                };
                row.push(RawCell { content: owned(content), text: words.trim().to_owned(), span });
                i = end;
                continue;
            }
            (Event::End(TagEnd::TableHead), _) => table.head = std::mem::take(&mut row),
            (Event::End(TagEnd::TableRow), range) => {
                let line = line_of(source, range.start);
                let cells = cells_of(&source[line.clone()]);
                if cells != table.head.len() {
                    report
                        .add(
                            rule::TABLE_ROW,
                            line,
                            format!("这一行有 {cells} 格，表头有 {} 格", table.head.len()),
                        )
                        .help
                        .push_str("补齐或合并格子；格子里的 | 写成 \\|");
                }
                table.rows.push(std::mem::take(&mut row));
            }
            _ => {}
        }
        i += 1;
    }
    table
}

/// Number of cells in one written row.
fn cells_of(line: &str) -> usize {
    let line = line.trim().trim_start_matches(['>', ' ']);
    let line = line.strip_prefix('|').unwrap_or(line);
    let line = if line.ends_with('|') && !line.ends_with("\\|") { &line[..line.len() - 1] } else { line };
    let mut cells = 1;
    let mut escaped = false;
    for c in line.chars() {
        cells += usize::from(c == '|' && !escaped);
        escaped = c == '\\' && !escaped;
    }
    cells
}

/// What a table is, told by its head; heads that nearly are a step table's or a form's are reported.
pub fn classify(table: &RawTable, form: bool, report: &mut Reporter<'_>) -> Class {
    let head: Vec<String> = table.head.iter().map(|cell| text::folded(&cell.text)).collect();
    let head: Vec<&str> = head.iter().map(|h| h.trim()).collect();
    if form {
        return match mismatch(&head, &FORM_COLUMNS, 5) {
            None => Class::Fields,
            Some(why) => {
                let place = table.head.first().map_or(table.span.clone(), |cell| cell.span.clone());
                report.add(rule::FORM_SHAPE, place, format!("表单的表头不对：{why}")).help.push_str(
                    "表头写 | 号 | 字段 | 类型 | 必填 | 说明或选项 |，后面可加 个人信息、保存、可见",
                );
                Class::Prose
            }
        };
    }
    let likeness = head.iter().zip(STEP_COLUMNS).take(3).filter(|(a, b)| **a == *b).count();
    // Rows that begin with a clause's number are meant as clauses whatever the head says.
    let numbered = |row: &Vec<RawCell>| {
        row.first()
            .is_some_and(|cell| cell.text.contains('.') && id::is_local_number(&text::folded(&cell.text)))
    };
    let meant = likeness >= 2
        || (head.contains(&"谁") && head.contains(&"做什么"))
        || table.rows.iter().any(numbered);
    if meant {
        return match mismatch(&head, &STEP_COLUMNS, 3) {
            None => Class::Steps,
            Some(why) => {
                let place = table.head.first().map_or(table.span.clone(), |cell| cell.span.clone());
                report
                    .add(rule::STEP_TABLE, place, format!("步骤表的表头不对：{why}"))
                    .help
                    .push_str("表头写 | 号 | 谁 | 做什么 | 何时 | 留什么 | 异常 |，后三列可省");
                Class::Prose
            }
        };
    }
    if head.starts_with(&["号", "字段"]) {
        let place = table.head[0].span.clone();
        report.add(rule::FORM_SHAPE, place, "字段表不在表单里").help.push_str("放到「## FM-1 名称」下面");
    }
    Class::Prose
}

/// Why a head is not made of `columns`, of which the first `needed` must be there; the others may be
/// left out but keep their order.
fn mismatch(head: &[&str], columns: &[&str], needed: usize) -> Option<String> {
    let mut expected = columns.iter();
    for (i, word) in head.iter().enumerate() {
        let found =
            if i < needed { expected.next() == Some(word) } else { expected.any(|column| column == word) };
        if !found {
            return Some(match columns.get(i) {
                Some(column) if i < needed => format!("第 {} 列是「{word}」，应是「{column}」", i + 1),
                _ => format!("第 {} 列「{word}」不认识，或次序不对", i + 1),
            });
        }
    }
    (head.len() < needed).then(|| format!("缺少「{}」列", columns[head.len()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_cells_are_counted() {
        assert_eq!(cells_of("| 1 | 2 | 3 |"), 3);
        assert_eq!(cells_of("| a \\| b | c |"), 2);
        assert_eq!(cells_of("a | b"), 2);
    }

    #[test]
    fn heads_are_told_apart() {
        assert_eq!(mismatch(&["号", "谁", "做什么", "异常"], &STEP_COLUMNS, 3), None);
        assert!(mismatch(&["号", "谁", "干什么"], &STEP_COLUMNS, 3).is_some());
        assert!(mismatch(&["号", "谁", "做什么", "异常", "何时"], &STEP_COLUMNS, 3).is_some());
        assert!(mismatch(&["号", "谁"], &STEP_COLUMNS, 3).is_some());
    }
}
