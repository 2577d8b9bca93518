//! Why a text is no YAML, said to its author: the parser's reasons in words of the house, and the
//! slips of Chinese keyboards, which it sees a line too late or not at all.

use std::ops::Range;

use granit_parser::{ErrorKind, ScanError};

use super::MAX_DEPTH;
use crate::rule::{self, Rule};

/// What is wrong, where, and what to do.
pub(super) struct Trouble {
    pub rule: &'static Rule,
    pub range: Range<usize>,
    pub message: String,
    pub help: String,
}

const TAB: &str = "这里用了制表符";
const QUOTE: &str = "整个值加半角双引号";
const ALIGN: &str = "同一层的键左边对齐，下一层多缩进两个空格";

/// What the parser stumbled over in `text`.
pub(super) fn explain(error: &ScanError, text: &str) -> Trouble {
    let mut at = error.marker().byte_offset().unwrap_or(0).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let here = at..at + text[at..].chars().next().map_or(0, char::len_utf8);
    if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
        return too_deep(here);
    }
    if let Some(what) = feature(error.kind(), &text[here.clone()]) {
        return refused(what, here);
    }
    let (range, why, help) = slip(error.kind(), text, &here).unwrap_or_else(|| {
        let (why, help) = reason(error.kind());
        // The parser may stand behind the tab, or still at the end of the line before.
        let start = line_at(text, at).start;
        let tab = text[start..].find('\t').filter(|_| why == TAB).map(|tab| start + tab..start + tab + 1);
        (tab.unwrap_or(here), why, help)
    });
    Trouble { rule: rule::YAML_SYNTAX, range, message: format!("YAML 读不懂：{why}"), help: help.into() }
}

/// More levels than a handbook needs.
pub(super) fn too_deep(range: Range<usize>) -> Trouble {
    let message = format!("YAML 嵌套太深，上限 {MAX_DEPTH} 层");
    Trouble {
        rule: rule::YAML_BUDGET, range, message, help: "核对括号是否成对；减少层数".into()
    }
}

/// A feature of YAML that makes a text mean something else than it shows.
pub(super) fn refused(what: &str, range: Range<usize>) -> Trouble {
    let help = "把值原样写出来；值以 * & ! 开头的，加双引号".into();
    Trouble { rule: rule::YAML_FEATURE, range, message: format!("这里不能用 YAML 的{what}"), help }
}

/// A key of a flow mapping that swallowed its value: `{ 市：3 }`.
pub(super) fn swallowed(key: &str, range: Range<usize>) -> Trouble {
    let message = format!("YAML 读不懂：「{key}」里的冒号是全角的");
    Trouble { rule: rule::YAML_SYNTAX, range, message, help: HALF_WIDTH.into() }
}

/// How a key is written.
pub(super) const HALF_WIDTH: &str = "键后面用半角冒号，再空一格（键: 值）";

fn feature(kind: &ErrorKind, sign: &str) -> Option<&'static str> {
    let unfinished = matches!(
        kind,
        ErrorKind::UnknownAnchor
            | ErrorKind::MissingAnchorOrAliasName
            | ErrorKind::UndeclaredTagHandle
            | ErrorKind::InvalidTagTerminator
            | ErrorKind::InvalidTagEscape
            | ErrorKind::MissingTagUri
            | ErrorKind::UnclosedVerbatimTag
    );
    match sign {
        _ if !unfinished => None,
        "*" => Some("引用（*名字）"),
        "&" => Some("锚点（&名字）"),
        _ => Some("标签（!名字）"),
    }
}

/// A slip in the line of the fault or in the one before it, which the parser took for the beginning
/// of a text of several lines.
fn slip(
    kind: &ErrorKind,
    text: &str,
    here: &Range<usize>,
) -> Option<(Range<usize>, &'static str, &'static str)> {
    let structural = matches!(
        kind,
        ErrorKind::MappingValueNotAllowed
            | ErrorKind::MappingKeyNotAllowed
            | ErrorKind::SimpleKeyExpected
            | ErrorKind::InvalidSimpleKey
            | ErrorKind::ExpectedBlockMappingKey
    );
    if !structural {
        return None;
    }
    let line = line_at(text, here.start);
    let before = text[..line.start].trim_end();
    let before = (!before.is_empty()).then(|| line_at(text, before.len()));
    let lines = [Some(line.clone()), before.clone()];
    let colon = lines.into_iter().flatten().find_map(|line| {
        let (colon, why) = colon_slip(&text[line.clone()])?;
        Some((line.start + colon.start..line.start + colon.end, why, HALF_WIDTH))
    });
    if colon.is_some() {
        return colon;
    }
    let words = &text[line.clone()];
    if words.matches(": ").count() > 1 {
        return Some((here.clone(), "值里又有一个冒号", QUOTE));
    }
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '-']).len();
    let uneven = before.is_some_and(|before| indent(&text[before]) != indent(words));
    uneven.then(|| (line.start..line.start + indent(words), "缩进和上一行对不齐", ALIGN))
}

/// The first colon of a line, when no key can end with it: full-width, or without a blank behind it.
fn colon_slip(line: &str) -> Option<(Range<usize>, &'static str)> {
    if line.trim_start().starts_with(['#', '"', '\'', '[', '{']) {
        return None;
    }
    let at = line.find([':', '：'])?;
    let rest = &line[at..];
    if rest.starts_with('：') {
        return Some((at..at + '：'.len_utf8(), "冒号是全角的"));
    }
    match rest[1..].chars().next() {
        None | Some(' ' | '\t') => None,
        Some('\u{3000}') => Some((at..at + 1, "冒号后面是全角空格")),
        Some(_) => Some((at..at + 1, "冒号后面没有空格")),
    }
}

fn reason(kind: &ErrorKind) -> (&'static str, &'static str) {
    match kind {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabInPlainScalar
        | ErrorKind::TabAtBlockScalarStart => (TAB, "缩进只能用空格"),
        ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar => {
            ("引号没有闭合", "补上后一个引号")
        }
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            ("引号后面还有文字", "整个值放进一对半角双引号；值里面的引号用“”")
        }
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidUnicodeEscape => ("双引号里的反斜杠读不懂", "反斜杠写两个，或改用单引号"),
        ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping
        | ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::ExpectedFlowSequenceSeparator
        | ErrorKind::MisplacedFlowCollectionEnd
        | ErrorKind::MismatchedFlowCollectionEnd { .. }
        | ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::InvalidColonPlacement => {
            ("括号没有成对，或中间少了逗号", "[ ] 和 { } 要成对，各项之间用半角逗号")
        }
        ErrorKind::ExpectedBlockSequenceEntry
        | ErrorKind::BlockSequenceEntryNotAllowed
        | ErrorKind::InvalidBlockEntryWhitespace => {
            ("列表的减号位置不对", "每项以减号加空格开头，同一项的键左边对齐；值以减号开头的加双引号")
        }
        ErrorKind::UnexpectedCharacter { .. }
        | ErrorKind::InvalidBlockScalarHeader
        | ErrorKind::PlainScalarStartsWithDashFlowIndicator => ("值不能以这个符号开头", QUOTE),
        ErrorKind::InvalidIndentation
        | ErrorKind::InvalidBlockScalarIndent
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::UnexpectedEofBlockMapping
        | ErrorKind::UnexpectedEofBlockSequence => ("缩进不对", ALIGN),
        _ => ("这里的写法不对", "值里有冒号、井号、引号，或以特殊符号开头的，整个值加半角双引号"),
    }
}

/// The line that `at` stands on, without its line break.
fn line_at(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let end = text[start..].find('\n').map_or(text.len(), |i| start + i);
    start..end
}

#[cfg(test)]
mod tests {
    /// Code, text at the place, and message of the only finding.
    fn finding(text: &str) -> String {
        let diagnostics = super::super::parse(text, &"t.yaml".into(), 0).1;
        let found: Vec<_> = diagnostics
            .iter()
            .map(|d| format!("{} 「{}」 {}", d.rule.code, &text[d.span.range()], d.message))
            .collect();
        found.join("\n")
    }

    #[test]
    fn slips_of_chinese_keyboards_are_seen_in_the_line_they_stand_in() {
        for (text, expected) in [
            ("标题：来访\n主责: R02\n", "SH0203 「：」 YAML 读不懂：冒号是全角的"),
            ("编号: TS-01\n标题：来访\n", "SH0203 「：」 YAML 读不懂：冒号是全角的"),
            ("编号:TS-01\n标题: 来访\n", "SH0203 「:」 YAML 读不懂：冒号后面没有空格"),
            ("编号:　TS-01\n标题: 来访\n", "SH0203 「:」 YAML 读不懂：冒号后面是全角空格"),
            ("提示: 注意: 先核对\n", "SH0203 「:」 YAML 读不懂：值里又有一个冒号"),
            ("事实:\n\t甲: 是否\n", "SH0203 「\t」 YAML 读不懂：这里用了制表符"),
            ("- 编号: R01\n   名称: 甲\n", "SH0203 「   」 YAML 读不懂：缩进和上一行对不齐"),
            ("值: { 市：3, 区：5 }\n", "SH0203 「市：3」 YAML 读不懂：「市：3」里的冒号是全角的"),
        ] {
            assert_eq!(finding(text), expected, "{text}");
        }
    }

    #[test]
    fn the_parsers_reasons_are_said_in_chinese() {
        for (text, expected) in [
            ("提示: \"先核对\n主责: R02\n", "引号没有闭合"),
            ("提示: \"先\"核对\n", "引号后面还有文字"),
            ("读者: [R01, R02\n主责: R02\n", "括号没有成对，或中间少了逗号"),
            ("提示: @某人\n", "值不能以这个符号开头"),
            ("- 编号: R01\n名称: 甲\n", "列表的减号位置不对"),
        ] {
            assert!(
                finding(text).ends_with(&format!("YAML 读不懂：{expected}")),
                "{text}: {}",
                finding(text)
            );
        }
    }

    #[test]
    fn signs_at_the_front_of_a_value_are_no_anchors_but_are_refused_as_such() {
        assert_eq!(finding("提示: *重点* 先\n"), "SH0209 「*」 这里不能用 YAML 的引用（*名字）");
        assert_eq!(finding("提示: !先核对\n"), "SH0209 「!」 这里不能用 YAML 的标签（!名字）");
    }
}
