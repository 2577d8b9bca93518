//! Faults of checklists, clauses and step tables.

use shouce::rule::{self, Rule};
use shouce::syntax::{mark, modality};

use super::line::*;
use super::{Kind, LOSS, kind};

/// An item inside a field of the one before makes that field's line wrong, too.
const ITEM_IN_ITEM: &[&Rule] = &[
    rule::DEAD_REFERENCE,
    rule::DUPLICATE_FIELD,
    rule::UNKNOWN_FIELD,
    rule::STRAY_FIELD,
    rule::SCORING_TOTAL,
];
/// What is lost with a whole step table.
const STEPS_LOST: &[&Rule] =
    &[rule::DEAD_REFERENCE, rule::UNUSED_DECLARATION, rule::NUMBER_OUT_OF_PLACE, rule::LOST_TASK];

/// Faults of checklists and their items.
pub fn checklists() -> Vec<Kind> {
    let tasks = || body_lines().filter(is_task);
    let heads = || body_lines().filter(|line| line.words.starts_with("时点："));
    let lost = |name, from, to| {
        let kind = kind(name, rule::LOST_TASK).or(rule::CHECKLIST_SHAPE).echoing(LOSS);
        kind.at(swapped(tasks(), from, to))
    };
    vec![
        lost("no blank behind the box", "[ ] ", "[ ]"),
        lost("no blank in the box", "[ ]", "[]"),
        lost("full-width brackets", "[ ]", "［ ］"),
        lost("lenticular brackets", "[ ]", "【 】"),
        lost("an ideographic space behind the box", "[ ] ", "[ ]\u{3000}"),
        lost("no blank behind the minus", "- [ ]", "-[ ]"),
        lost("an item without its box", "[ ] ", ""),
        kind("an item indented too far", rule::LOST_TASK)
            .or(rule::NUMBER_OUT_OF_PLACE)
            .or(rule::UNKNOWN_FIELD)
            .echoing(ITEM_IN_ITEM)
            .at(pairs(is_task).map(|(_, line)| line.replace(0..0, "    "))),
        kind("an item ticked off", rule::CHECKED_TASK)
            .at(swapped(tasks(), "[ ]", "[x]").map(|fault| fault.exactly(0))),
        kind("an item's number not bold", rule::CHECKLIST_SHAPE)
            .echoing(LOSS)
            .at(tasks().map(|line| line.become_(&line.words.replace("**", "")))),
        kind("an item's number used twice", rule::DUPLICATE_ID).echoing(LOSS).at(pairs(is_task).filter_map(
            |(a, b)| {
                // Within one list the numbers rise.
                let (first, second) = (&a.words[number(&a)?], number(&b)?);
                (first < &b.words[second.clone()]).then(|| b.replace(second, first).exactly(0))
            },
        )),
        kind("a checklist without attributes", rule::CHECKLIST_SHAPE).at(heads()
            .filter(in_checklist)
            .filter_map(|line| Some(line.become_("").found_at(heading_above(&line)?.start)))),
        kind("an attribute's key misspelt", rule::UNKNOWN_FIELD)
            .at(swapped(heads(), "顺序：", "次序：").map(|fault| fault.exactly(0))),
        kind("an attribute's value misspelt", rule::BAD_FIELD)
            .at(swapped(heads(), "按序", "挨个").map(|fault| fault.exactly(0))),
        kind("an item checks a dead clause", rule::DEAD_REFERENCE)
            .at(fields("查").map(|line| line.end_with(value(&line), "88.1"))),
        kind("a veto misspelt", rule::BAD_FIELD)
            .echoing(&[rule::DUPLICATE_FIELD])
            .at(tasks().map(|line| line.insert_after("  - 否决：对").exactly("  - 否决：".len()))),
        kind("an item asks for an undeclared fact", rule::UNKNOWN_FACT)
            .at(tasks().map(|line| line.insert_after("  - 适用：天气 = 晴").exactly("  - 适用：".len()))),
        kind("an item outside any checklist", rule::STRAY_TASK).at(body_lines()
            .filter(|line| is_prose(line) && !in_checklist(line))
            .map(|line| line.insert_before("- [ ] **01** 看天气\n"))),
    ]
}

/// Faults of clauses and their fields.
pub fn clauses() -> Vec<Kind> {
    let all = || body_lines().filter(is_clause);
    let one_verb = |line: &Line| {
        line.words.ends_with('。') && modality::verbs(&mark::without_marks(line.words)).len() == 1
    };
    let under_clauses =
        || body_lines().filter(|l| is_field(l, &["责任", "记录", "时限", "适用", "证据", "频次", "方法"]));
    let stray =
        |name, to| kind(name, rule::STRAY_FIELD).echoing(LOSS).at(swapped(under_clauses(), "  - ", to));
    vec![
        kind("a clause's number not bold", rule::PLAIN_NUMBER)
            .echoing(LOSS)
            .at(all().map(|line| line.become_(&line.words.replacen("**", "", 2)))),
        kind("no blank behind a clause's minus", rule::LOST_TASK).echoing(LOSS).at(swapped(
            all(),
            "- **",
            "-**",
        )),
        kind("a clause's number with two dots", rule::LOST_TASK).echoing(LOSS).at(all().filter_map(|line| {
            let number = number(&line)?;
            let dot = number.start + line.words[number].find('.')?;
            Some(line.replace(dot..dot, "."))
        })),
        kind("a clause's number used twice", rule::DUPLICATE_ID).echoing(LOSS).at(pairs(is_clause)
            .filter_map(|(a, b)| Some(b.replace(number(&b)?, &a.words[number(&a)?]).exactly(0)))),
        kind("a retired number used again", rule::TOMBSTONE).echoing(LOSS).at(all().filter_map(|line| {
            let number = &line.words[number(&line)?];
            let declared = format!("废号: {{ \"{number}\": {{ 版次: \"2026.1\", 理由: 不再需要 }} }}\n");
            let fence = body(line.text) - "---\n".len();
            let at = line.start + declared.len();
            let path = line.path.clone();
            Some(Fault { path, range: fence..fence, with: declared.into(), at, exact: false })
        })),
        kind("a clause indented below another", rule::NUMBER_OUT_OF_PLACE).echoing(LOSS).at(pairs(is_clause)
            .filter(|(a, b)| a.end() + 1 == b.start)
            .map(|(_, line)| line.replace(0..0, "  "))),
        kind("two verbs", rule::TWO_VERBS).at(all()
            .filter(one_verb)
            .map(|l| l.end_with(l.words.len() - '。'.len_utf8(), "，并应留痕。").exactly("，并".len()))),
        kind("a foreign verb", rule::FOREIGN_VERB).at({
            let lines = all().filter(one_verb).filter(|line| !line.words.contains("【法"));
            swapped(lines, "员应", "员必须").map(|fault| fault.exactly("员".len()))
        }),
        stray("a field not indented", "- "),
        stray("a field indented by one", " - "),
        stray("a field without its minus", "  "),
        kind("a field's key misspelt", rule::UNKNOWN_FIELD)
            .echoing(LOSS)
            .at(under_clauses().map(|line| line.replace(4..10, "备考").exactly(0))),
        kind("a field written twice", rule::DUPLICATE_FIELD)
            .at(under_clauses().map(|line| line.insert_after(line.words).exactly(4))),
        kind("a duty misspelt", rule::BAD_FIELD).at(swapped(fields("责任"), " 执行", " 办理")),
        kind("a condition without its sign", rule::BAD_CONDITION).echoing(LOSS).at(swapped(
            fields("适用"),
            "= ",
            "",
        )
        .map(|fault| fault.exactly(0))),
        kind("a condition that breaks off", rule::BAD_CONDITION)
            .echoing(LOSS)
            .at(fields("适用").map(|line| line.append(" 且"))),
        kind("a condition asks for an undeclared fact", rule::UNKNOWN_FACT)
            .echoing(LOSS)
            .at(fields("适用").map(|line| line.replace(value(&line)..value(&line), "本次").exactly(0))),
        kind("a condition's value is no option", rule::UNKNOWN_FACT).at(swapped(
            fields("适用"),
            "= ",
            "= 某",
        )
        .map(|fault| fault.exactly("= ".len()))),
        kind("a deadline in words", rule::BAD_DEADLINE)
            .echoing(LOSS)
            .at(fields("时限").map(|line| line.end_with(value(&line), "尽快"))),
    ]
}

/// Faults of step tables.
pub fn steps() -> Vec<Kind> {
    let heads = || body_lines().filter(is_step_head);
    let rows = || body_lines().filter(|line| row_number(line).is_some());
    let renamed =
        |name, from, to| kind(name, rule::STEP_TABLE).echoing(STEPS_LOST).at(swapped(heads(), from, to));
    vec![
        renamed("the first column renamed", "| 号 |", "| 序号 |"),
        renamed("the second column renamed", "| 谁 |", "| 责任人 |"),
        renamed("the third column renamed", "| 做什么 |", "| 怎么做 |"),
        renamed("a later column renamed", "| 留什么 |", "| 记录 |"),
        kind("a step's number is none", rule::STEP_TABLE)
            .echoing(LOSS)
            .at(rows().filter_map(|line| Some(line.replace(cell(&line, 0)?, "一").exactly(0)))),
        kind("a step's number used twice", rule::DUPLICATE_ID)
            .echoing(LOSS)
            .at(pairs(|line| row_number(line).is_some())
                .filter_map(|(a, b)| Some(b.replace(cell(&b, 0)?, row_number(&a)?).exactly(0)))),
        kind("a step's role is dead", rule::DEAD_REFERENCE)
            .echoing(LOSS)
            .at(swapped(rows(), "| R0", "| R9").map(|fault| fault.exactly("| ".len()))),
        kind("a step's deadline in words", rule::BAD_DEADLINE).echoing(LOSS).at(swapped(
            rows(),
            "| 当日 |",
            "| 抓紧 |",
        )
        .map(|fault| fault.exactly("| ".len()))),
        kind("a cell too few", rule::TABLE_ROW).echoing(LOSS).at(rows().filter_map(|line| {
            let last = line.words.strip_suffix('|')?.rfind('|')?;
            Some(line.replace(last + 1..line.words.len(), ""))
        })),
        kind("a cell too many", rule::TABLE_ROW).at(rows().map(|line| line.append(" 多出的 |"))),
        kind("a table without its second line", rule::TABLE_ROW).echoing(STEPS_LOST).at(heads().map(
            |line| {
                let next = line.end() + 1 - line.start;
                let length = line.text[line.end() + 1..].find('\n').map_or(0, |i| i + 1);
                Fault { range: line.start + next..line.start + next + length, ..line.replace(0..0, "") }
            },
        )),
        kind("full-width bars in a head", rule::TABLE_ROW)
            .or(rule::STEP_TABLE)
            .echoing(STEPS_LOST)
            .at(heads().map(|line| line.become_(&line.words.replace('|', "｜")))),
        kind("a row behind a blank line", rule::TABLE_ROW).echoing(STEPS_LOST).at(pairs(|line| {
            row_number(line).is_some()
        })
        .filter(|(a, b)| a.end() + 1 == b.start)
        .map(|(_, line)| line.insert_before("").found_at(line.start + 1))),
        // Behind text a table stands all the same; a list above makes it part of its last item.
        kind("no blank line between a list and a table", rule::TABLE_ROW).at(fields("记录")
            .filter(next_is_blank)
            .map(|line| line.insert_after("| 甲 | 乙 |\n| --- | --- |\n| 1 | 2 |"))),
    ]
}
