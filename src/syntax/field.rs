//! Lines of `键：值；值（限定）`: the fields of a clause, an item, a checklist or a form.

use std::ops::Range;

use crate::text;
use crate::yaml::Spanned;

/// Keys below a clause.
pub const CLAUSE_KEYS: &[&str] =
    &["责任", "记录", "时限", "适用", "证据", "方法", "判定", "裁剪", "频次", "层级", "说明", "异常"];

/// Keys below a checklist item; `市级`, `区级` and `街级` give a level's variant of a scoring item.
pub const ITEM_KEYS: &[&str] = &[
    "查", "适用", "层级", "证据", "表单", "指标", "否决", "分值", "评分", "抽样", "看点", "扣分", "说明",
    "市级", "区级", "街级",
];

/// Keys of the line under a checklist's heading.
pub const CHECKLIST_KEYS: &[&str] = &["类型", "时点", "顺序", "表单", "权重", "复核", "等级"];

/// Keys of the line under a form's heading.
pub const FORM_KEYS: &[&str] = &["填写", "时点", "保存", "明细", "唯一", "不重叠", "计入"];

/// One `键：值` pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The key as written.
    pub key: Spanned<String>,
    /// The values, separated by `；`.
    pub values: Vec<Spanned<String>>,
    /// Everything after the colon.
    pub raw: Spanned<String>,
}

/// A value without its bracketed qualifier, and the qualifier: `材料照片（选交）`.
pub fn qualifier(value: &str) -> (&str, Option<&str>) {
    let trimmed = value.trim();
    let Some(body) = trimmed.strip_suffix(['）', ')']) else { return (trimmed, None) };
    match body.rfind(['（', '(']) {
        Some(open) => {
            let width = body[open..].chars().next().map_or(1, char::len_utf8);
            (body[..open].trim(), Some(body[open + width..].trim()))
        }
        None => (trimmed, None),
    }
}

/// Splits a line at its first colon of either width. The key is short and holds no sentence mark;
/// otherwise the line is prose with a colon in it.
pub fn key(line: &str) -> Option<(&str, usize)> {
    let colon = line.find(['：', ':'])?;
    let key = line[..colon].trim();
    let sane = !key.is_empty()
        && key.chars().count() <= 8
        && !key.contains(['。', '，', '；', '、', '“', '【', ' ', '/']);
    let width = line[colon..].chars().next().map_or(1, char::len_utf8);
    sane.then_some((key, colon + width))
}

/// Parses one line whose first byte stands at `offset` of the file; it may be wrapped, then its
/// values read as if it were not. `None` when it has no key.
pub fn parse(line: &str, offset: usize) -> Option<Field> {
    let (name, after) = key(line)?;
    let key_start = line.find(name).unwrap_or(0);
    let raw_text = &line[after..];
    let (skipped, raw) = text::trim(raw_text);
    let raw_start = after + skipped;
    let values = text::split_wide(raw, '；')
        .filter_map(|(at, piece)| {
            let (skipped, value) = text::trim(piece);
            let start = offset + raw_start + at + skipped;
            (!value.is_empty()).then(|| Spanned { value: unwrapped(value), span: start..start + value.len() })
        })
        .collect();
    Some(Field {
        key: Spanned { value: text::folded(name), span: offset + key_start..offset + key_start + name.len() },
        values,
        raw: Spanned { value: unwrapped(raw), span: offset + raw_start..offset + raw_start + raw.len() },
    })
}

/// A wrapped value on one line.
fn unwrapped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for line in value.split('\n').map(str::trim) {
        if !out.is_empty() {
            out.push_str(text::soft_break(out.chars().next_back(), line.chars().next()));
        }
        out.push_str(line);
    }
    out
}

/// Parses a line of several pairs, `时点：每件；顺序：按序；表单：FM-1`. A piece without a key belongs to
/// the pair before it.
pub fn parse_line(line: &str, offset: usize) -> Option<Vec<Field>> {
    let mut fields: Vec<Field> = Vec::new();
    for (at, piece) in text::split_wide(line, '；') {
        if piece.trim().is_empty() {
            continue;
        }
        match (parse(piece, offset + at), fields.last_mut()) {
            (Some(field), _) => fields.push(field),
            (None, None) => return None,
            (None, Some(last)) => {
                let (skipped, value) = text::trim(piece);
                let start = offset + at + skipped;
                let span: Range<usize> = start..start + value.len();
                last.raw.value = format!("{}；{value}", last.raw.value);
                last.raw.span.end = span.end;
                last.values.push(Spanned { value: value.to_owned(), span });
            }
        }
    }
    (!fields.is_empty()).then_some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_widths_read_the_same() {
        let wide = parse("责任：R04 执行；R02 复核", 0).expect("a field");
        let half = parse("责任: R04 执行; R02 复核", 0).expect("a field");
        let values = |f: &Field| f.values.iter().map(|v| v.value.clone()).collect::<Vec<_>>();
        assert_eq!(values(&wide), values(&half));
        assert_eq!(values(&wide), ["R04 执行", "R02 复核"]);
    }

    #[test]
    fn places_are_bytes() {
        let line = "证据：材料核对单（必交）；照片";
        let field = parse(line, 10).expect("a field");
        for value in &field.values {
            assert_eq!(&line[value.span.start - 10..value.span.end - 10], value.value);
        }
        assert_eq!(qualifier(&field.values[0].value), ("材料核对单", Some("必交")));
        assert_eq!(qualifier("照片"), ("照片", None));
    }

    #[test]
    fn a_wrapped_line_reads_as_one() {
        let line = "证据：材料\n    核对单；照片 PDF\n  或原件";
        let field = parse(line, 10).expect("a field");
        assert_eq!(
            field.values.iter().map(|v| v.value.as_str()).collect::<Vec<_>>(),
            ["材料核对单", "照片 PDF 或原件"]
        );
        assert_eq!(
            &line[field.values[1].span.start - 10..field.values[1].span.end - 10],
            "照片 PDF\n  或原件"
        );
    }

    #[test]
    fn prose_with_a_colon_is_no_field() {
        assert!(parse("请先看一下这一段话里说了什么：然后", 0).is_none());
        assert!(parse("没有冒号", 0).is_none());
    }

    #[test]
    fn a_line_of_pairs() {
        let fields = parse_line("时点：每件；顺序：按序；表单：FM-1；FM-2", 0).expect("fields");
        assert_eq!(fields.len(), 3);
        assert_eq!(fields[2].values.len(), 2);
    }
}
