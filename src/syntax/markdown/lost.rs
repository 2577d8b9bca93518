//! The raw text is counted against what the parser delivered, so that no line that looks like an
//! item or a clause can be lost in silence: a missing blank makes a task a plain line, an indent too
//! many makes it code.

use std::collections::BTreeSet;

use super::{Reporter, line_of};
use crate::rule;
use crate::syntax::{RawBlock, RawSection};
use crate::text::fold_width;

/// Reports every line of the body that looks like a task or a numbered clause and became none.
pub fn check(source: &str, body: usize, sections: &[RawSection], report: &mut Reporter<'_>) {
    let mut delivered = BTreeSet::new();
    for block in sections.iter().flat_map(|section| &section.blocks) {
        if let RawBlock::Clauses(items) | RawBlock::Tasks(items) = block {
            delivered.extend(items.iter().map(|item| line_of(source, item.number.span.start).start));
        }
    }
    let mut at = body;
    let mut fence: Option<&str> = None;
    for line in source[body..].split_inclusive('\n') {
        let start = at;
        at += line.len();
        let trimmed = line.trim();
        if let Some(mark) = ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark)) {
            match fence {
                Some(open) if open == mark => fence = None,
                None => fence = Some(mark),
                _ => {}
            }
            continue;
        }
        if fence.is_some() || delivered.contains(&start) {
            continue;
        }
        let end = start + line.trim_end().len();
        if looks_like_task(trimmed) {
            if !report.has_on_line(source, start) {
                report.add(rule::LOST_TASK, start..end, "这一行像检查项，但不会被当成检查项").help.push_str(
                    "写成 - [ ] **01** …：半角方括号，中间一个半角空格，后面一个半角空格，行首不多缩进",
                );
            }
        } else if looks_like_clause(trimmed) && !report.has_on_line(source, start) {
            report
                .add(rule::LOST_TASK, start..end, "这一行像条款，但不会被当成条款")
                .help
                .push_str("写成 - **3.1** …：行首是减号加空格，号加粗，前后空行和缩进不变成代码或引用");
        }
    }
}

/// A list marker, then brackets of any width with nothing or a tick between them.
fn looks_like_task(line: &str) -> bool {
    let line = line.trim_start_matches(['>', ' ']);
    let mut chars = line.chars().map(fold_width).peekable();
    let marker = chars.next();
    match marker {
        Some('-' | '*' | '+' | '•' | '–' | '—' | '·') => {}
        Some(c) if c.is_ascii_digit() => {
            while chars.peek().is_some_and(char::is_ascii_digit) {
                chars.next();
            }
            if !matches!(chars.next(), Some('.' | ')' | '、')) {
                return false;
            }
        }
        // Without a list marker only the exact form counts: 【 】 and [x] also occur in sentences.
        Some('[') => return line.starts_with("[ ]"),
        _ => return false,
    }
    while chars.peek().is_some_and(|c| c.is_whitespace()) {
        chars.next();
    }
    if !matches!(chars.next(), Some('[' | '【' | '〔' | '［')) {
        return false;
    }
    let inside: String =
        chars.by_ref().take_while(|c| !matches!(c, ']' | '】' | '〕' | '］')).take(5).collect();
    inside.chars().all(|c| c.is_whitespace() || matches!(c, 'x' | 'X' | '√' | '✓' | '✔' | '☑'))
}

/// A list marker, then a number in bold stars.
fn looks_like_clause(line: &str) -> bool {
    let folded: String = line.chars().map(fold_width).collect();
    let rest = folded.trim_start_matches(['>', ' ']);
    let Some(rest) = rest.strip_prefix(['-', '*', '+', '•', '–', '—']) else { return false };
    let Some(rest) = rest.trim_start().strip_prefix("**") else { return false };
    let Some((number, _)) = rest.split_once("**") else { return false };
    number.contains('.') && crate::id::is_local_number(number.trim().trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_are_seen_in_every_disguise() {
        for line in [
            "- [ ]丙",
            "- [] 丙",
            "-　[ ] 丙",
            "- [ ]　丙",
            "- 【 】 丙",
            "-[ ] 丙",
            "* ［　］丙",
            "1. [ ] 丙",
            "- [√] 丙",
            "> - [ ] 丙",
        ] {
            assert!(looks_like_task(line), "{line}");
        }
        for line in ["- 见【法：L06】", "普通 [ ] 文字", "- [链接](a)", "【例】甲", "- 甲"] {
            assert!(!looks_like_task(line), "{line}");
        }
    }

    #[test]
    fn clauses_are_seen_in_disguise() {
        assert!(looks_like_clause("-**3.1** 甲"));
        assert!(looks_like_clause("－ **３．１** 甲"));
        assert!(looks_like_clause("- ** 3.1** 甲"));
        assert!(!looks_like_clause("- **甲** 乙"));
        assert!(!looks_like_clause("- **2026** 乙"));
    }
}
