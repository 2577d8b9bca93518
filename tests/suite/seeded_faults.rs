//! Faults of many kinds, each seeded at five places of a copy of the real manual, chosen by a fixed
//! seed: every one must be found by its rule at its line, and nothing else may be alarmed.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use shouce::compile::{Cache, Compiled, compile_cached};
use shouce::diagnostic::Diagnostic;
use shouce::id;
use shouce::rule::{self, Rule};
use shouce::source::Sources;

use crate::manual::{Random, is_alarm, is_norm, manual, norms, place, shown, with_file};

const SEED: u64 = 2026;
const PLACES: usize = 5;

/// One fault: `range` of a file's bytes is replaced by `with`.
#[derive(Clone)]
struct Fault {
    path: Arc<str>,
    range: Range<usize>,
    with: Vec<u8>,
    /// Byte of the changed text at which it must be found.
    at: usize,
    /// Whether at that very byte, not only on its line.
    exact: bool,
}

impl Fault {
    fn bytes(&self) -> Vec<u8> {
        let text = manual().text(&self.path).as_bytes();
        [&text[..self.range.start], &self.with, &text[self.range.end..]].concat()
    }

    /// Found `offset` bytes behind the start of what was changed, to the byte.
    fn exactly(mut self, offset: usize) -> Self {
        self.at = self.range.start + offset;
        self.exact = true;
        self
    }

    /// Found on the line of this byte of the changed text.
    fn found_at(mut self, at: usize) -> Self {
        self.at = at;
        self
    }
}

/// A kind of fault, and every place of the manual where it can be seeded.
struct Kind {
    name: &'static str,
    /// Any of these must find it.
    rules: &'static [&'static Rule],
    /// These may speak up elsewhere, because the fault takes something away from others.
    echoes: &'static [&'static Rule],
    places: Vec<Fault>,
}

/// What a clause or an item leaves behind when it is lost.
const LOSS: &[&Rule] = &[rule::DEAD_REFERENCE, rule::UNUSED_DECLARATION];
const NOTHING: &[&Rule] = &[];

// ── Where faults can be put ──

/// A line of the manual: its file, its first byte, its words without the line end.
#[derive(Clone, Copy)]
struct Line {
    path: &'static Arc<str>,
    text: &'static str,
    start: usize,
    words: &'static str,
}

impl Line {
    fn end(&self) -> usize {
        self.start + self.words.len()
    }

    /// The line replaced from `from` to `to`, both bytes of the line.
    fn replace(&self, range: Range<usize>, with: &str) -> Fault {
        let range = self.start + range.start..self.start + range.end;
        Fault { path: self.path.clone(), at: range.start, range, with: with.into(), exact: false }
    }

    /// `from`, where it stands first, becomes `to`.
    fn swap(&self, from: &str, to: &str) -> Option<Fault> {
        let at = self.words.find(from)?;
        Some(self.replace(at..at + from.len(), to))
    }

    /// The whole line becomes this.
    fn become_(&self, words: &str) -> Fault {
        self.replace(0..self.words.len(), words)
    }

    /// A line is put before this one.
    fn insert_before(&self, words: &str) -> Fault {
        self.replace(0..0, &format!("{words}\n"))
    }

    /// A line is put behind this one.
    fn insert_after(&self, words: &str) -> Fault {
        let end = self.words.len();
        self.replace(end..end, &format!("\n{words}")).found_at(self.end() + 1)
    }

    /// The line is taken out with its end.
    fn remove(&self) -> Fault {
        self.replace(0..(self.words.len() + 1).min(self.text.len() - self.start), "")
    }

    fn previous(&self) -> Option<Line> {
        let end = self.start.checked_sub(1)?;
        let start = self.text[..end].rfind('\n').map_or(0, |i| i + 1);
        Some(Line { start, words: &self.text[start..end], ..*self })
    }
}

fn lines_of(path: &'static Arc<str>, text: &'static str, from: usize) -> impl Iterator<Item = Line> {
    let mut start = from;
    text[from..].split('\n').map(move |words| {
        let line = Line { path, text, start, words };
        start += words.len() + 1;
        line
    })
}

/// Where a norm's body begins.
fn body(text: &str) -> usize {
    text[4..].find("\n---\n").map_or(0, |i| i + 4 + "\n---\n".len())
}

/// The lines of all norms' bodies.
fn body_lines() -> impl Iterator<Item = Line> {
    norms().flat_map(|(path, text)| lines_of(path, text, body(text)))
}

/// The lines of all norms' front matter, without the fences.
fn front_lines() -> impl Iterator<Item = Line> {
    norms().flat_map(|(path, text)| {
        let end = body(text) - 4;
        lines_of(path, text, 4).take_while(move |line| line.start < end)
    })
}

/// The lines of one registry.
fn registry(name: &str) -> impl Iterator<Item = Line> + use<> {
    let (path, file) = manual().files.get_key_value(name).expect("a registry");
    lines_of(path, &file.text, 0)
}

fn is_task(line: &Line) -> bool {
    line.words.starts_with("- [ ] **")
}

fn is_clause(line: &Line) -> bool {
    number(line).is_some_and(|range| line.words[range].contains('.'))
}

/// Where the bold number of a list item stands in its line.
fn number(line: &Line) -> Option<Range<usize>> {
    let start =
        line.words.strip_prefix("- ").map(|rest| line.words.len() - rest.trim_start_matches("[ ] ").len())?;
    let rest = line.words[start..].strip_prefix("**")?;
    Some(start + 2..start + 2 + rest.find("**")?)
}

/// The number of a row of a step table: `| 2.1 | …`.
fn row_number(line: &Line) -> Option<&str> {
    let number = line.words.strip_prefix("| ")?.split(' ').next()?;
    (number.contains('.') && id::is_local_number(number)).then_some(number)
}

/// A form's field: `| 01 | 件号 | 文本 | 是 | … |`.
fn is_form_row(line: &Line) -> bool {
    let cells: Vec<_> = line.words.split(" | ").collect();
    cells.len() >= 5
        && cells[0].len() == 4
        && cells[0][2..].bytes().all(|b| b.is_ascii_digit())
        && matches!(cells[3], "是" | "否")
}

fn is_step_head(line: &Line) -> bool {
    line.words.starts_with("| 号 | 谁 | 做什么 |")
}

fn is_field(line: &Line, keys: &[&str]) -> bool {
    line.words
        .strip_prefix("  - ")
        .is_some_and(|rest| keys.iter().any(|key| rest.starts_with(&format!("{key}："))))
}

/// Where the value of a field begins in its line.
fn value(line: &Line) -> usize {
    line.words.find('：').map_or(0, |i| i + '：'.len_utf8())
}

fn is_prose(line: &Line) -> bool {
    let first = line.words.chars().next();
    let attributes = ["时点：", "填写：", "类型："].iter().any(|key| line.words.starts_with(key));
    first.is_some_and(shouce::text::is_han)
        && !attributes
        && line.previous().is_some_and(|before| before.words.is_empty())
}

/// Items and clauses in pairs of the same shape and file, one behind the other.
fn pairs(keep: fn(&Line) -> bool) -> impl Iterator<Item = (Line, Line)> {
    let all: Vec<Line> = body_lines().filter(keep).collect();
    let pairs: Vec<_> = all.windows(2).filter(|w| w[0].path == w[1].path).map(|w| (w[0], w[1])).collect();
    pairs.into_iter()
}

// ── The kinds ──

fn kind(
    name: &'static str,
    rules: &'static [&'static Rule],
    echoes: &'static [&'static Rule],
    places: impl Iterator<Item = Fault>,
) -> Kind {
    Kind { name, rules, echoes, places: places.collect() }
}

/// Faults of checklists and their items.
fn checklists() -> Vec<Kind> {
    let tasks = || body_lines().filter(is_task);
    let lost = &[rule::LOST_TASK, rule::CHECKLIST_SHAPE];
    let heads = || body_lines().filter(|line| line.words.starts_with("时点："));
    vec![
        kind("方括号后缺空格", lost, LOSS, tasks().filter_map(|l| l.swap("[ ] ", "[ ]"))),
        kind("方括号里缺空格", lost, LOSS, tasks().filter_map(|l| l.swap("[ ]", "[]"))),
        kind("全角方括号", lost, LOSS, tasks().filter_map(|l| l.swap("[ ]", "［ ］"))),
        kind("方头括号", lost, LOSS, tasks().filter_map(|l| l.swap("[ ]", "【 】"))),
        kind("方括号后是全角空格", lost, LOSS, tasks().filter_map(|l| l.swap("[ ] ", "[ ]\u{3000}"))),
        kind("减号后缺空格", lost, LOSS, tasks().filter_map(|l| l.swap("- [ ]", "-[ ]"))),
        kind("项前多缩进", &[rule::LOST_TASK, rule::NUMBER_OUT_OF_PLACE, rule::UNKNOWN_FIELD], LOSS, {
            pairs(is_task).filter(|(a, b)| a.end() < b.start).map(|(_, l)| l.replace(0..0, "    "))
        }),
        kind(
            "已打勾的项",
            &[rule::CHECKED_TASK],
            NOTHING,
            tasks().filter_map(|l| Some(l.swap("[ ]", "[x]")?.exactly(0))),
        ),
        kind(
            "项号没加粗",
            &[rule::CHECKLIST_SHAPE],
            LOSS,
            tasks().map(|l| l.become_(&l.words.replace("**", ""))),
        ),
        kind("项没有方框", &[rule::CHECKLIST_SHAPE], LOSS, tasks().filter_map(|l| l.swap("[ ] ", ""))),
        kind("项号重复", &[rule::DUPLICATE_ID], LOSS, {
            // Within one list: the numbers rise.
            pairs(is_task).filter_map(|(a, b)| {
                let (first, second) = (&a.words[number(&a)?], number(&b)?);
                (first < &b.words[second.clone()]).then(|| b.replace(second, first).exactly(0))
            })
        }),
        kind("检查表没有属性行", &[rule::CHECKLIST_SHAPE], LOSS, {
            heads()
                .filter(in_checklist)
                .filter_map(|l| Some(l.become_("").found_at(heading_above(&l)?.start)))
        }),
        kind(
            "属性键写错",
            &[rule::UNKNOWN_FIELD],
            LOSS,
            heads().filter_map(|l| Some(l.swap("顺序：", "次序：")?.exactly(0))),
        ),
        kind(
            "属性值写错",
            &[rule::BAD_FIELD],
            NOTHING,
            heads().filter_map(|l| Some(l.swap("顺序：按序", "顺序：挨个")?.exactly("顺序：".len()))),
        ),
        kind("查的条款不存在", &[rule::DEAD_REFERENCE], NOTHING, {
            body_lines()
                .filter(|l| is_field(l, &["查"]))
                .map(|l| l.replace(value(&l)..l.words.len(), "88.1").exactly(0))
        }),
        kind(
            "否决写错",
            &[rule::BAD_FIELD],
            NOTHING,
            tasks().map(|l| {
                let fault = l.insert_after("  - 否决：对");
                let at = fault.at;
                fault.exactly(0).found_at(at + "  - 否决：".len())
            }),
        ),
        kind(
            "项的适用问了未声明的事实",
            &[rule::UNKNOWN_FACT],
            NOTHING,
            tasks().map(|l| l.insert_after("  - 适用：天气 = 晴")),
        ),
        kind("检查项不在检查表里", &[rule::STRAY_TASK], NOTHING, {
            body_lines()
                .filter(is_prose)
                .filter(|l| !in_checklist(l))
                .map(|l| l.insert_before("- [ ] **01** 看天气\n"))
        }),
    ]
}

/// Faults of clauses, their fields and the rows of step tables.
fn clauses() -> Vec<Kind> {
    let all = || body_lines().filter(is_clause);
    let fields =
        || body_lines().filter(|l| is_field(l, &["责任", "记录", "时限", "适用", "证据", "频次", "方法"]));
    let of = |key: &'static str| body_lines().filter(move |l| is_field(l, &[key]));
    let heads = || body_lines().filter(is_step_head);
    let rows = || body_lines().filter(|l| row_number(l).is_some());
    let one_verb = |l: &Line| {
        let masked: String = shouce::syntax::mark::without_marks(l.words);
        shouce::syntax::modality::verbs(&masked).len() == 1 && l.words.ends_with('。')
    };
    vec![
        kind(
            "条号没加粗",
            &[rule::PLAIN_NUMBER],
            LOSS,
            all().map(|l| l.become_(&l.words.replacen("**", "", 2))),
        ),
        kind("条号加粗但减号后缺空格", &[rule::LOST_TASK], LOSS, all().filter_map(|l| l.swap("- **", "-**"))),
        kind("条号重复", &[rule::DUPLICATE_ID], LOSS, {
            pairs(is_clause)
                .filter_map(|(a, b)| Some(b.replace(number(&b)?, &a.words[number(&a)?]).exactly(0)))
        }),
        kind("步骤号重复", &[rule::DUPLICATE_ID], LOSS, {
            pairs(|l| row_number(l).is_some()).filter_map(|(a, b)| {
                Some(b.replace(2..2 + row_number(&b)?.len(), row_number(&a)?).exactly(0))
            })
        }),
        kind(
            "废号再用",
            &[rule::TOMBSTONE],
            LOSS,
            all().filter_map(|l| {
                let declared = format!(
                    "废号: {{ \"{}\": {{ 版次: \"2026.1\", 理由: 不再需要 }} }}\n",
                    &l.words[number(&l)?]
                );
                let fence = body(l.text) - 4;
                let fault = Fault {
                    path: l.path.clone(),
                    range: fence..fence,
                    at: l.start + declared.len(),
                    with: declared.into(),
                    exact: false,
                };
                Some(fault)
            }),
        ),
        kind("条款缩进到另一条下", &[rule::NUMBER_OUT_OF_PLACE], LOSS, {
            pairs(is_clause)
                .filter(|(a, b)| b.previous().is_some_and(|p| p.start == a.start))
                .map(|(_, l)| l.replace(0..0, "  "))
        }),
        kind(
            "一条两个动词",
            &[rule::TWO_VERBS],
            NOTHING,
            all().filter(one_verb).map(|l| {
                l.replace(l.words.len() - '。'.len_utf8()..l.words.len(), "，并应留痕。")
                    .exactly("，并".len())
            }),
        ),
        kind("别家的动词", &[rule::FOREIGN_VERB], NOTHING, {
            all()
                .filter(one_verb)
                .filter(|l| l.words.contains("员应") && !l.words.contains("【法"))
                .filter_map(|l| Some(l.swap("员应", "员必须")?.exactly("员".len())))
        }),
        kind("键没有缩进", &[rule::STRAY_FIELD], LOSS, fields().filter_map(|l| l.swap("  - ", "- "))),
        kind("键只缩进一格", &[rule::STRAY_FIELD], LOSS, fields().filter_map(|l| l.swap("  - ", " - "))),
        kind("键前缺减号", &[rule::STRAY_FIELD], LOSS, fields().filter_map(|l| l.swap("  - ", "  "))),
        kind("键写错", &[rule::UNKNOWN_FIELD], LOSS, fields().map(|l| l.replace(4..10, "备考").exactly(0))),
        kind(
            "键写了两次",
            &[rule::DUPLICATE_FIELD],
            NOTHING,
            fields().map(|l| {
                let fault = l.insert_after(l.words);
                let at = fault.at;
                fault.exactly(0).found_at(at + 4)
            }),
        ),
        kind("职责词写错", &[rule::BAD_FIELD], NOTHING, of("责任").filter_map(|l| l.swap(" 执行", " 办理"))),
        kind(
            "条件缺等号",
            &[rule::BAD_CONDITION],
            LOSS,
            of("适用").filter_map(|l| Some(l.swap("= ", "")?.exactly(0))),
        ),
        kind(
            "条件断在且后",
            &[rule::BAD_CONDITION],
            LOSS,
            of("适用").map(|l| l.replace(l.words.len()..l.words.len(), " 且")),
        ),
        kind(
            "条件问了未声明的事实",
            &[rule::UNKNOWN_FACT],
            LOSS,
            of("适用").map(|l| l.replace(value(&l)..value(&l), "本次")),
        ),
        kind(
            "条件的值不是选项",
            &[rule::UNKNOWN_FACT],
            NOTHING,
            of("适用").filter_map(|l| l.swap("= ", "= 某")),
        ),
        kind(
            "时限读不懂",
            &[rule::BAD_DEADLINE],
            LOSS,
            of("时限").map(|l| l.replace(value(&l)..l.words.len(), "尽快").exactly(0)),
        ),
        kind("步骤表的时限读不懂", &[rule::BAD_DEADLINE], LOSS, {
            rows()
                .filter(|l| l.words.contains(" | 当日 | "))
                .filter_map(|l| Some(l.swap("| 当日 |", "| 抓紧 |")?.exactly(2)))
        }),
        kind(
            "步骤表第一列改名",
            &[rule::STEP_TABLE],
            STEPS_LOST,
            heads().filter_map(|l| l.swap("| 号 |", "| 序号 |")),
        ),
        kind(
            "步骤表第二列改名",
            &[rule::STEP_TABLE],
            STEPS_LOST,
            heads().filter_map(|l| l.swap("| 谁 |", "| 责任人 |")),
        ),
        kind(
            "步骤表第三列改名",
            &[rule::STEP_TABLE],
            STEPS_LOST,
            heads().filter_map(|l| l.swap("| 做什么 |", "| 怎么做 |")),
        ),
        kind(
            "步骤表后列改名",
            &[rule::STEP_TABLE],
            STEPS_LOST,
            heads().filter_map(|l| l.swap("| 留什么 |", "| 记录 |")),
        ),
        kind(
            "步骤的号不是号",
            &[rule::STEP_TABLE],
            LOSS,
            rows().filter_map(|l| Some(l.replace(2..2 + row_number(&l)?.len(), "一").exactly(0))),
        ),
        kind("步骤的角色不存在", &[rule::DEAD_REFERENCE], LOSS, {
            rows()
                .filter(|l| l.words.contains(" | R0"))
                .filter_map(|l| Some(l.swap("| R0", "| R9")?.exactly(2)))
        }),
        kind(
            "少一格",
            &[rule::TABLE_ROW],
            LOSS,
            rows().filter_map(|l| {
                let last = l.words[..l.words.len() - 1].rfind('|')?;
                Some(l.replace(last + 1..l.words.len(), ""))
            }),
        ),
        kind(
            "多一格",
            &[rule::TABLE_ROW],
            NOTHING,
            rows().map(|l| l.replace(l.words.len()..l.words.len(), " 多出的 |")),
        ),
        kind("表格缺第二行", &[rule::TABLE_ROW], STEPS_LOST, {
            heads().map(|l| {
                let rule = l.end() + 1;
                let length = l.text[rule..].find('\n').unwrap_or(0) + 1;
                Fault {
                    path: l.path.clone(),
                    range: rule..rule + length,
                    with: Vec::new(),
                    at: l.start,
                    exact: false,
                }
            })
        }),
        kind("列表后的表格前缺空行", &[rule::TABLE_ROW], STEPS_LOST, {
            // Behind text a table stands all the same; behind a list or a quotation it becomes part of it.
            let heads = body_lines()
                .filter(|l| l.words.starts_with("| ") && l.text[l.end()..].starts_with("\n| ---"));
            heads.filter_map(|l| {
                let blank = l.previous().filter(|p| p.words.is_empty())?;
                blank.previous().filter(|p| p.words.starts_with(['-', ' ', '>']))?;
                Some(blank.remove().found_at(blank.start))
            })
        }),
    ]
}

/// What is lost with a whole step table.
const STEPS_LOST: &[&Rule] =
    &[rule::DEAD_REFERENCE, rule::UNUSED_DECLARATION, rule::NUMBER_OUT_OF_PLACE, rule::LOST_TASK];

/// Faults of marks, references and the Markdown around them.
fn text() -> Vec<Kind> {
    let with = |words: &'static str| body_lines().filter(move |l| l.words.contains(words));
    let reference = |from: &'static str, to: &'static str, exact: usize| {
        with(from).filter_map(move |l| {
            let fault = l.swap(from, to)?;
            Some(if exact == usize::MAX { fault } else { fault.exactly(exact) })
        })
    };
    let prose = || body_lines().filter(is_prose);
    let headings = || {
        body_lines()
            .filter(|l| l.words.starts_with("## ") && l.words[3..].starts_with(|c: char| c.is_ascii_digit()))
    };
    vec![
        kind(
            "标记没有闭合",
            &[rule::UNCLOSED_MARK],
            LOSS,
            body_lines().filter(|l| !in_code(l)).filter_map(|l| {
                let open = l.words.rfind('【')?;
                let close = open + l.words[open..].find('】')?;
                Some(l.replace(close..close + 3, "").exactly(0).found_at(l.start + open))
            }),
        ),
        kind("没有这种标记", &[rule::UNKNOWN_MARK], LOSS, reference("【法：", "【据：", 0)),
        kind("标记里的号写错", &[rule::UNKNOWN_MARK], LOSS, reference("【源：F", "【源：第", 0)),
        kind(
            "法规号不存在",
            &[rule::DEAD_REFERENCE],
            LOSS,
            reference("【法：L", "【法：L9", 0).filter_map(one_digit_less),
        ),
        kind(
            "来源号不存在",
            &[rule::DEAD_REFERENCE],
            LOSS,
            reference("【源：F", "【源：F9", 0).filter_map(one_digit_less),
        ),
        kind(
            "参数号不存在",
            &[rule::DEAD_REFERENCE],
            LOSS,
            reference("【参：P", "【参：P9", 0).filter_map(one_digit_less),
        ),
        kind("参数没有这一分项", &[rule::DEAD_REFERENCE], LOSS, {
            with("【参：P").filter_map(|l| {
                let open = l.words.find("【参：P")?;
                let dot = open + "【参：P00".len();
                (l.words[dot..].starts_with('.'))
                    .then(|| l.replace(dot + 1..dot + 1, "某").exactly(0).found_at(l.start + open))
            })
        }),
        kind("参数值写错", &[rule::PARAMETER_VALUE], NOTHING, {
            with("【参：P").filter_map(|l| {
                let open = l.words.find("【参：P")?;
                let blank = open + l.words[open..].find(' ')?;
                Some(l.replace(blank + 1..blank + 1, "9").exactly(0).found_at(l.start + open))
            })
        }),
        kind("条款号不存在", &[rule::DEAD_REFERENCE], LOSS, {
            with("见 NJ-0").filter_map(|l| {
                let at = l.words.find("见 NJ-0")? + "见 ".len();
                let length = l.words[at..]
                    .bytes()
                    .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
                    .count();
                Some(l.replace(at..at + length, "NJ-01-88.8").exactly(0))
            })
        }),
        kind("表单号不存在", &[rule::DEAD_REFERENCE], LOSS, {
            with("FM-")
                .filter(|l| is_field(l, &["记录"]))
                .map(|l| l.replace(value(&l)..l.words.len(), "FM-88").exactly(0))
        }),
        kind(
            "正文里的分隔线",
            &[rule::RULE_IN_BODY],
            NOTHING,
            prose().map(|l| l.insert_before("---\n").exactly(0)),
        ),
        kind(
            "段落下的分隔线",
            &[rule::RULE_IN_BODY],
            SECTION_LOST,
            prose().filter(|l| next_is_blank(l)).map(|l| l.insert_after("---")),
        ),
        kind(
            "行内 HTML",
            &[rule::RAW_HTML],
            NOTHING,
            prose().map(|l| {
                let end = l.words.len();
                l.replace(end..end, "<br>").exactly(0)
            }),
        ),
        kind("HTML 块", &[rule::RAW_HTML], NOTHING, headings().map(|l| l.insert_before("<div>甲</div>\n"))),
        kind(
            "星号挨着标点",
            &[rule::LITERAL_EMPHASIS],
            NOTHING,
            prose().map(|l| l.replace(0..0, "**注意：**").exactly(0)),
        ),
        kind(
            "标题井号后缺空格",
            &[rule::HEADING_NUMBER],
            SECTION_LOST,
            headings().filter_map(|l| l.swap("## ", "##")),
        ),
        kind("标题号后多一点", &[rule::HEADING_NUMBER], SECTION_LOST, {
            headings().filter_map(|l| {
                l.swap(" ", " ").and_then(|_| {
                    let digits = l.words[3..].find(' ')? + 3;
                    Some(l.replace(digits..digits, "."))
                })
            })
        }),
        kind("章号重复", &[rule::DUPLICATE_ID], SECTION_LOST, {
            pairs(|l| l.words.starts_with("## ") && l.words[3..].starts_with(|c: char| c.is_ascii_digit()))
                .filter_map(|(a, b)| {
                    let digits = |l: &Line| Some(3..3 + l.words[3..].find(' ')?);
                    Some(b.replace(digits(&b)?, &a.words[digits(&a)?]))
                })
        }),
        kind(
            "标题和前言不一致",
            &[rule::TITLE_MISMATCH],
            NOTHING,
            body_lines()
                .filter(|l| l.words.starts_with("# "))
                .map(|l| l.replace(l.words.len()..l.words.len(), "（节选）")),
        ),
        kind(
            "控制字符",
            &[rule::CONTROL_CHARACTER],
            NOTHING,
            prose().map(|l| l.replace(3..3, "\u{7}").exactly(0)),
        ),
        kind(
            "改变方向的字符",
            &[rule::BIDI_CONTROL],
            NOTHING,
            prose().map(|l| l.replace(3..3, "\u{202e}").exactly(0)),
        ),
    ]
}

/// What goes wrong with the clauses of a section that lost its heading.
const SECTION_LOST: &[&Rule] =
    &[rule::DEAD_REFERENCE, rule::NUMBER_OUT_OF_PLACE, rule::HEADING_NUMBER, rule::DUPLICATE_ID];

/// Faults of front matter.
fn front_matter() -> Vec<Kind> {
    let key = |key: &'static str| front_lines().filter(move |l| l.words.starts_with(key));
    let required = ["标题:", "版次:", "状态:", "生效日:", "主责:", "读者:", "层级:", "类别:"];
    vec![
        kind(
            "版次没加引号",
            &[rule::UNQUOTED_SCALAR],
            NOTHING,
            key("版次:").map(|l| l.become_("版次: 2026.10").exactly("版次: ".len())),
        ),
        kind(
            "生效日没加引号",
            &[rule::UNQUOTED_SCALAR],
            NOTHING,
            key("生效日:").map(|l| l.become_("生效日: 2026-01-01").exactly("生效日: ".len())),
        ),
        kind(
            "日期不存在",
            &[rule::BAD_VALUE],
            NOTHING,
            key("生效日:").map(|l| l.become_("生效日: \"2026-02-30\"").exactly("生效日: ".len())),
        ),
        kind(
            "没有这个键",
            &[rule::UNKNOWN_KEY],
            NOTHING,
            front_lines()
                .filter(|l| !l.words.starts_with(' '))
                .map(|l| l.insert_before("备注: 无").exactly(0)),
        ),
        kind("缺必写的键", &[rule::MISSING_KEY], NOTHING, {
            front_lines()
                .filter(move |l| required.iter().any(|key| l.words.starts_with(key)))
                .map(|l| l.remove().found_at(4))
        }),
        kind("键写了两遍", &[rule::DUPLICATE_KEY], NOTHING, {
            front_lines().filter(move |l| required.iter().any(|key| l.words.starts_with(key))).map(|l| {
                let fault = l.insert_after(l.words);
                let at = fault.at;
                fault.exactly(0).found_at(at)
            })
        }),
        kind("前言里的全角冒号", &[rule::YAML_SYNTAX], WHOLE_NORM_LOST, {
            front_lines()
                .filter(|l| l.start > 4 && !l.words.starts_with(' '))
                .filter_map(|l| l.swap(": ", "："))
        }),
        kind("前言里的制表符", &[rule::YAML_SYNTAX], WHOLE_NORM_LOST, {
            front_lines().filter(|l| l.words.starts_with("  ")).map(|l| l.replace(0..2, "\t"))
        }),
        kind(
            "值里多一个冒号",
            &[rule::YAML_SYNTAX],
            WHOLE_NORM_LOST,
            key("标题:").map(|l| l.replace(l.words.len()..l.words.len(), ": 甲")),
        ),
        kind(
            "状态写错",
            &[rule::BAD_VALUE],
            NOTHING,
            key("状态:").map(|l| l.become_("状态: 施行").exactly("状态: ".len())),
        ),
        kind(
            "层级写错",
            &[rule::BAD_VALUE],
            NOTHING,
            key("层级:").filter_map(|l| Some(l.swap("[市", "[县")?.exactly(1))),
        ),
        kind(
            "主责不存在",
            &[rule::DEAD_REFERENCE],
            NOTHING,
            key("主责:").map(|l| l.become_("主责: R99").exactly("主责: ".len())),
        ),
        kind(
            "关联的规范不存在",
            &[rule::DEAD_REFERENCE],
            NOTHING,
            key("关联:").filter_map(|l| Some(l.swap("[", "[NJ-88, ")?.exactly(1))),
        ),
        kind(
            "编号和文件名不一致",
            &[rule::FILE_NAME],
            WHOLE_NORM_LOST,
            key("编号:").map(|l| l.become_("编号: ZZ-88").exactly("编号: ".len())),
        ),
        kind(
            "没有结束的前言",
            &[rule::UNCLOSED_FRONT_MATTER],
            WHOLE_NORM_LOST,
            norms().map(|(path, text)| {
                let fence = body(text) - 4;
                Fault { path: path.clone(), range: fence..fence + 4, with: Vec::new(), at: 0, exact: true }
            }),
        ),
        kind(
            "没有前言",
            &[rule::NO_FRONT_MATTER],
            WHOLE_NORM_LOST,
            norms().map(|(path, text)| Fault {
                path: path.clone(),
                range: 0..body(text),
                with: Vec::new(),
                at: 0,
                exact: true,
            }),
        ),
        kind(
            "BOM",
            &[rule::BYTE_ORDER_MARK],
            NOTHING,
            norms().map(|(path, _)| Fault {
                path: path.clone(),
                range: 0..0,
                with: "\u{feff}".into(),
                at: 0,
                exact: true,
            }),
        ),
        kind(
            "CRLF",
            &[rule::CRLF],
            NOTHING,
            norms().map(|(path, text)| Fault {
                path: path.clone(),
                range: 0..text.len(),
                with: text.replace('\n', "\r\n").into(),
                at: 0,
                exact: false,
            }),
        ),
        kind(
            "不是 UTF-8",
            &[rule::NOT_UTF8],
            EVERYTHING,
            body_lines()
                .filter(is_prose)
                .map(|l| Fault { with: vec![0xc4, 0xea], ..l.replace(0..0, "") }.exactly(0)),
        ),
    ]
}

/// What the others say when a whole norm cannot be read.
const WHOLE_NORM_LOST: &[&Rule] =
    &[rule::DEAD_REFERENCE, rule::UNUSED_DECLARATION, rule::TITLE_MISMATCH, rule::MISSING_KEY];
/// The rest of the file is not there any more.
const EVERYTHING: &[&Rule] = rule::CATALOGUE;

/// Faults of registries.
fn registries() -> Vec<Kind> {
    let key = |name: &'static str, key: &'static str| {
        registry(name).filter(move |l| l.words.trim_start().starts_with(key))
    };
    let value_at = |l: &Line| l.words.find(": ").map_or(0, |i| i + 2);
    let entry = |l: &Line| {
        let mut line = *l;
        while !line.words.starts_with("- ") {
            line = line.previous().expect("an entry begins");
        }
        line.start
    };
    vec![
        kind(
            "角色号重复",
            &[rule::DUPLICATE_ID],
            LOSS,
            key("roles.yaml", "- 编号: R")
                .skip(1)
                .map(|l| l.become_("- 编号: R01").exactly("- 编号: ".len())),
        ),
        kind("角色别名重复", &[rule::AMBIGUOUS_NAME], LOSS, {
            key("roles.yaml", "别名: [")
                .filter(move |l| l.start > 300)
                .filter_map(move |l| Some(l.swap("[", "[中心主任, ")?.found_at(entry(&l))))
        }),
        kind(
            "角色缺名称",
            &[rule::MISSING_KEY],
            LOSS,
            key("roles.yaml", "名称:").map(move |l| l.remove().found_at(entry(&l))),
        ),
        kind(
            "没有这种单位",
            &[rule::BAD_VALUE],
            LOSS,
            key("parameters.yaml", "单位:")
                .map(move |l| l.replace(value_at(&l)..l.words.len(), "公里").exactly(0)),
        ),
        kind("参数越界", &[rule::PARAMETER_BOUNDS], NOTHING, {
            // The city's value is written in many clauses; the street's is not.
            key("parameters.yaml", "值:").filter(|l| bounded(l)).filter_map(|l| {
                let at = l.words.find("街: ")? + "街: ".len();
                let length = l.words[at..].bytes().take_while(u8::is_ascii_digit).count();
                (length > 0).then(|| l.replace(at..at + length, "99999").exactly(0))
            })
        }),
        kind(
            "法规日期写错",
            &[rule::BAD_VALUE],
            NOTHING,
            key("sources.yaml", "施行:")
                .map(move |l| l.replace(value_at(&l)..l.words.len(), "\"2026-2-3\"").exactly(0)),
        ),
        kind(
            "法规级别写错",
            &[rule::BAD_VALUE],
            NOTHING,
            key("sources.yaml", "级别:")
                .map(move |l| l.replace(value_at(&l)..l.words.len(), "通知").exactly(0)),
        ),
        kind("术语重复", &[rule::AMBIGUOUS_NAME], NOTHING, {
            key("terms.yaml", "同义: [")
                .skip(1)
                .filter_map(move |l| Some(l.swap("[", "[社会组织, ")?.found_at(entry(&l))))
        }),
        kind(
            "术语缺定义",
            &[rule::MISSING_KEY],
            NOTHING,
            key("terms.yaml", "定义:").map(move |l| l.remove().found_at(entry(&l))),
        ),
        kind(
            "术语的见不存在",
            &[rule::DEAD_REFERENCE],
            NOTHING,
            key("terms.yaml", "见: [")
                .filter_map(move |l| Some(l.swap("[", "[NJ-88, ")?.found_at(entry(&l)))),
        ),
        kind(
            "术语没有这个键",
            &[rule::UNKNOWN_KEY],
            NOTHING,
            key("terms.yaml", "节:").map(|l| {
                let fault = l.insert_after("  英文: x");
                let at = fault.at;
                fault.exactly(0).found_at(at + 2)
            }),
        ),
        kind(
            "事实的落点不存在",
            &[rule::DEAD_REFERENCE],
            NOTHING,
            key("facts.yaml", "落点: [")
                .filter_map(move |l| Some(l.swap("[", "[NJ-88, ")?.found_at(entry(&l)))),
        ),
        kind(
            "日历的日子不存在",
            &[rule::CALENDAR_DATE, rule::BAD_VALUE],
            NOTHING,
            key("calendar.yaml", "- \"20").map(|l| {
                let at = l.words.find('"').unwrap_or(0);
                l.replace(at..l.words.len(), "\"2026-02-30\"").exactly(0)
            }),
        ),
        kind("阅读路径的规范不存在", &[rule::DEAD_REFERENCE], NOTHING, {
            let paths = manual().files.iter().filter(|(path, _)| path.starts_with("paths/"));
            let lines = paths
                .flat_map(|(path, file)| lines_of(path, &file.text, 0))
                .filter(|l| l.words.starts_with("阅读: ["));
            lines.filter_map(|l| Some(l.swap("[", "[NJ-88, ")?.found_at(0)))
        }),
        kind("已写好的还列在计划里", &[rule::PLANNED_EXISTS], NOTHING, {
            norms().filter_map(|(path, _)| {
                let (file, text) = manual().files.get_key_value("planned.yaml")?;
                let stem = path.rsplit('/').next()?.trim_end_matches(".md");
                let at = text.text.find("规范:\n")? + "规范:\n".len();
                Some(Fault {
                    path: file.clone(),
                    range: at..at,
                    with: format!("  {stem}: 已写好的\n").into(),
                    at: at + 2,
                    exact: true,
                })
            })
        }),
    ]
}

/// Faults of forms.
fn forms() -> Vec<Kind> {
    let rows = || body_lines().filter(is_form_row);
    let cell = |l: &Line, n: usize| -> Option<Range<usize>> {
        let bars: Vec<usize> = l.words.match_indices('|').map(|(i, _)| i).collect();
        Some(bars.get(n)? + 2..bars.get(n + 1)? - 1)
    };
    vec![
        kind(
            "没有这种字段",
            &[rule::FORM_SHAPE],
            LOSS,
            rows().filter_map(move |l| Some(l.replace(cell(&l, 2)?, "字符串").exactly(0))),
        ),
        kind(
            "必填写错",
            &[rule::FORM_SHAPE],
            NOTHING,
            rows().filter_map(move |l| Some(l.replace(cell(&l, 3)?, "必须").exactly(0))),
        ),
        kind("字段号重复", &[rule::DUPLICATE_ID], LOSS, {
            pairs(is_form_row)
                .filter(|(a, b)| a.end() + 1 == b.start)
                .filter_map(move |(a, b)| Some(b.replace(cell(&b, 0)?, &a.words[cell(&a, 0)?]).exactly(0)))
        }),
        kind("单选只有一项", &[rule::FORM_SHAPE], NOTHING, {
            rows()
                .filter(|l| l.words.contains("| 单选 |"))
                .filter_map(move |l| Some(l.replace(cell(&l, 4)?, "只此一项").exactly(0)))
        }),
        kind(
            "字段表的列改名",
            &[rule::FORM_SHAPE],
            LOSS,
            body_lines()
                .filter(|l| l.words.starts_with("| 号 | 字段 |"))
                .filter_map(|l| l.swap("| 类型 |", "| 种类 |")),
        ),
        kind(
            "字段少一格",
            &[rule::TABLE_ROW],
            LOSS,
            rows().filter_map(move |l| Some(l.replace(cell(&l, 4)?.start - 1..l.words.len(), ""))),
        ),
        kind("保存写错", &[rule::BAD_FIELD], NOTHING, {
            body_lines().filter(|l| l.words.starts_with("填写：")).filter_map(|l| {
                let at = l.words.find("保存：")? + "保存：".len();
                let end = l.words[at..].find('；').map_or(l.words.len(), |i| at + i);
                Some(l.replace(at..end, "很久").exactly(0))
            })
        }),
    ]
}

// ── Small questions about a line ──

/// A reference that got a digit in front loses its last, so that it keeps its length: `L06` → `L90`.
fn one_digit_less(mut fault: Fault) -> Option<Fault> {
    let text = manual().text(&fault.path);
    let digits = text[fault.range.end..].bytes().take_while(u8::is_ascii_digit).count();
    fault.with.push(*text.as_bytes().get(fault.range.end)?);
    fault.range.end += digits;
    Some(fault)
}

fn heading_above(line: &Line) -> Option<Line> {
    let mut line = line.previous()?;
    while !line.words.starts_with('#') {
        line = line.previous()?;
    }
    Some(line)
}

fn in_checklist(line: &Line) -> bool {
    heading_above(line).is_some_and(|heading| heading.words.contains(" CK-"))
}

fn in_code(line: &Line) -> bool {
    line.text[..line.start].matches("\n```").count() % 2 == 1 || line.words.contains('`')
}

fn next_is_blank(line: &Line) -> bool {
    line.text[line.end()..].starts_with("\n\n")
}

/// Whether the parameter component that this `值` belongs to has bounds.
fn bounded(line: &Line) -> bool {
    line.words.contains("上限")
        || line.text[line.end()..]
            .lines()
            .skip(1)
            .take_while(|l| l.starts_with("  "))
            .any(|l| l.trim_start().starts_with("上限:"))
}

// ── The tests ──

/// Chooses places by the seed, in as many files as there are.
fn choose(kind: &Kind) -> Vec<Fault> {
    let name: u64 = kind.name.bytes().map(u64::from).sum();
    let mut places = kind.places.clone();
    Random::new(SEED ^ name).shuffle(&mut places);
    let mut files = BTreeSet::new();
    let (first, more): (Vec<_>, Vec<_>) =
        places.into_iter().partition(|fault| files.insert(fault.path.clone()));
    first.into_iter().chain(more).take(PLACES).collect()
}

/// Faults in different files are put into one copy.
fn copies(faults: Vec<Fault>) -> Vec<Vec<Fault>> {
    let mut copies: Vec<Vec<Fault>> = Vec::new();
    for fault in faults {
        match copies.iter_mut().find(|copy| copy.iter().all(|other| other.path != fault.path)) {
            Some(copy) => copy.push(fault),
            None => copies.push(vec![fault]),
        }
    }
    copies
}

struct Clean {
    cache: Cache,
    known: BTreeSet<(Arc<str>, String)>,
}

/// Seeds the faults of one kind; every line of the answer is something that went wrong.
fn seed(kind: &Kind, clean: &Clean) -> Vec<String> {
    let mut trouble = Vec::new();
    let chosen = choose(kind);
    if chosen.len() < PLACES {
        trouble.push(format!("{} | only {} places in the manual", kind.name, chosen.len()));
    }
    for copy in copies(chosen) {
        let mut sources = manual().clone();
        for fault in &copy {
            sources = with_file(&sources, &fault.path, &fault.bytes());
        }
        let Compiled { diagnostics, .. } = compile_cached(&sources, &clean.cache);
        let mut lines: BTreeSet<(Arc<str>, usize)> = BTreeSet::new();
        for fault in &copy {
            let text = sources.text(&fault.path);
            let (line, column) = place(text, fault.at.min(text.len()));
            lines.insert((fault.path.clone(), line));
            // What was changed may stand on another line than what must be reported.
            lines.insert((fault.path.clone(), place(text, fault.range.start.min(text.len())).0));
            let here = |d: &&Diagnostic| d.span.file == fault.path && place(text, d.span.start).0 == line;
            let found = diagnostics
                .iter()
                .filter(here)
                .any(|d| kind.rules.contains(&d.rule) && (!fault.exact || d.span.start == fault.at));
            if !found {
                let column = if fault.exact { format!(":{column}") } else { String::new() };
                let expected: Vec<_> = kind.rules.iter().map(|rule| rule.code).collect();
                let near: Vec<_> = diagnostics.iter().filter(here).map(|d| shown(&sources, d)).collect();
                let all: Vec<_> = diagnostics
                    .iter()
                    .filter(|d| d.span.file == fault.path)
                    .take(3)
                    .map(|d| shown(&sources, d))
                    .collect();
                let got = if near.is_empty() {
                    format!("nothing on that line; in the file: {all:?}")
                } else {
                    near.join("; ")
                };
                trouble.push(format!(
                    "{} | {}:{line}{column} | {} | {got}",
                    kind.name,
                    fault.path,
                    expected.join(" or ")
                ));
            }
        }
        for d in &diagnostics {
            let text = sources.text(&d.span.file);
            if !text.is_char_boundary(d.span.start) || !text.is_char_boundary(d.span.end) {
                trouble.push(format!("{} | span cuts a character | {}", kind.name, shown(&sources, d)));
            }
        }
        for noise in diagnostics.iter().filter(|d| is_alarm(d)) {
            let line = place(sources.text(&noise.span.file), noise.span.start).0;
            let expected = lines.contains(&(noise.span.file.clone(), line))
                || kind.echoes.contains(&noise.rule)
                || clean.known.contains(&(noise.span.file.clone(), noise.message.clone()));
            if !expected {
                trouble.push(format!("{} | noise | {}", kind.name, shown(&sources, noise)));
            }
        }
    }
    trouble
}

fn clean() -> (Clean, Vec<Diagnostic>) {
    let cache = Cache::default();
    let Compiled { diagnostics, .. } = compile_cached(manual(), &cache);
    let known = diagnostics.iter().map(|d| (d.span.file.clone(), d.message.clone())).collect();
    (Clean { cache, known }, diagnostics)
}

#[test]
fn the_clean_manual_raises_no_alarm() {
    let (_, diagnostics) = clean();
    let alarms: Vec<_> = diagnostics.iter().filter(|d| is_alarm(d)).map(|d| shown(manual(), d)).collect();
    assert!(alarms.is_empty(), "{} alarms:\n{}", alarms.len(), alarms.join("\n"));
}

#[test]
fn every_seeded_fault_is_found_at_its_line() {
    let kinds: Vec<Kind> = [checklists(), clauses(), text(), front_matter(), registries(), forms()]
        .into_iter()
        .flatten()
        .collect();
    assert!(kinds.len() >= 20);
    let (clean, _) = clean();
    let clean = &clean;
    let work: Vec<&Kind> = kinds.iter().collect();
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let trouble: Vec<String> = std::thread::scope(|scope| {
        let chunks: Vec<_> = (0..threads)
            .map(|n| {
                let mine: Vec<&Kind> = work.iter().copied().skip(n).step_by(threads).collect();
                scope.spawn(move || mine.into_iter().flat_map(|kind| seed(kind, clean)).collect::<Vec<_>>())
            })
            .collect();
        chunks.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    });
    let mut table = String::from("kind | place | rule | what was found\n");
    for line in &trouble {
        let _ = writeln!(table, "{line}");
    }
    assert!(
        trouble.is_empty(),
        "{} kinds, {} of them at {PLACES} places each:\n{table}",
        kinds.len(),
        trouble.len()
    );
}

#[test]
fn only_norms_count_as_norms() {
    assert!(is_norm("NJ/NJ-03.md"));
    assert!(!is_norm("NJ/index.md") && !is_norm("templates/NJ-01.md"));
}
