//! The canonical form of a file. Only lines that are not in it change, what changes means the same,
//! and a file in canonical form stays as it is.
//!
//! Forms that a person took for right and the compiler does not (`- []丙`, a field that lost its
//! indent, `标题：` in the front matter) are put right where there is no doubt what was meant.

mod line;
mod page;

use crate::id::Id;
use crate::syntax::mark::{self, Mark, Piece};
use crate::text;
use crate::vocabulary::MarkKind;
use page::{Line, Page};

/// How much of a Markdown file is ours to put in form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Manner {
    /// Somebody's Markdown: bytes and line ends only.
    Plain,
    /// A page or part of a handbook: also headings and marks.
    Page,
    /// A norm: also numbers, tasks and fields.
    Norm,
}

/// Most rounds until nothing changes any more; two are the rule.
const PASSES: usize = 4;

/// The default of a parameter (component) as it stands in a sentence, such as `5个工作日`.
pub type Defaults<'a> = &'a dyn Fn(&Id, Option<&str>) -> Option<String>;

/// The canonical form of a Markdown file.
pub fn markdown(text: &str, manner: Manner, defaults: Defaults<'_>) -> String {
    let mut now = data(text);
    if page::is_unclosed(&now) {
        // Where the body begins is for the author to say.
        return now;
    }
    // What one stage mends can be seen by the next only after parsing anew: a repaired task carries
    // fields. Running to a fixed point makes formatting twice the same as formatting once.
    for _ in 0..PASSES {
        let before = now.clone();
        now = Page::read(&now).map_lines(|line, page| Some(trimmed(line, page)));
        if manner >= Manner::Page {
            now = Page::read(&now).with_repaired_front_matter();
            now = Page::read(&now).map_lines(|line, page| marks(line, page, defaults));
        }
        if manner == Manner::Norm {
            now = Page::read(&now).map_lines(|line, _| line::heading(line.text));
            now = Page::read(&now).map_lines(|line, _| line::item(line.text));
            now = Page::read(&now).with_fields_in_form();
            now = Page::read(&now).with_attributes_in_form();
            now = Page::read(&now).with_table_numbers_in_form();
        }
        if manner >= Manner::Page {
            now = Page::read(&now).with_blank_lines_around_headings();
        }
        now = Page::read(&now).with_one_line_end();
        if now == before {
            break;
        }
    }
    now
}

/// A Markdown file in which every 【参】 shows the default that is given for it, and nothing else is changed.
pub fn with_defaults(text: &str, defaults: Defaults<'_>) -> String {
    Page::read(text).map_lines(|line, page| marks(line, page, defaults))
}

/// The canonical form of any text file: no byte order mark, LF line ends, a line end at the end.
pub fn data(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut text =
        if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() };
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// A line without white space at its end, but for what means something there.
fn trimmed(line: &Line<'_>, page: &Page<'_>) -> String {
    let end = line.start + line.text.len();
    if page.is_code(end) {
        return line.text.to_owned();
    }
    let mut kept = line.text.trim_end_matches([' ', '\t']);
    let ideographic = kept.trim_end_matches([' ', '\t', '\u{3000}', '\u{a0}']);
    // Behind anything narrower, a line could turn into a rule, a fence or a blank line.
    if ideographic.chars().next_back().is_some_and(text::is_wide) {
        kept = ideographic;
    }
    let escapes = kept.len() - kept.trim_end_matches('\\').len();
    let tail = if page.has_hard_break(line.start..end) {
        "  "
    } else if escapes % 2 == 1 && kept.len() < line.text.len() {
        // Without the blank the backslash would make a hard break.
        " "
    } else {
        ""
    };
    format!("{kept}{tail}")
}

/// A line whose marks have full-width colons and whose parameters show their defaults.
fn marks(line: &Line<'_>, page: &Page<'_>, defaults: Defaults<'_>) -> Option<String> {
    if !line.text.contains('【') {
        return None;
    }
    let pieces = mark::split(line.text).into_iter().map(|piece| match piece {
        Piece::Mark(range, found) if !page.is_code(line.start + range.start) => {
            parameter(&found, defaults).unwrap_or_else(|| line::wide_colon(&line.text[range]))
        }
        Piece::Mark(range, _) | Piece::Text(range) | Piece::Unclosed(range) | Piece::Unknown(range, _) => {
            line.text[range].to_owned()
        }
    });
    Some(pieces.collect())
}

/// The mark of a parameter that the registry has a default for.
fn parameter(found: &[Mark], defaults: Defaults<'_>) -> Option<String> {
    let [mark] = found else { return None };
    let id = mark.reference.as_ref().filter(|_| mark.kind == MarkKind::Parameter)?;
    let value = defaults(id, mark.component.as_deref())?;
    let component = mark.component.as_ref().map(|name| format!(".{name}")).unwrap_or_default();
    Some(format!("【参：{id}{component} {value}】"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn norm(text: &str) -> String {
        let defaults = |id: &Id, component: Option<&str>| {
            (id.as_str() == "P07" && component == Some("平时")).then(|| "5个工作日".to_owned())
        };
        let once = markdown(text, Manner::Norm, &defaults);
        assert_eq!(markdown(&once, Manner::Norm, &defaults), once, "formatting twice is formatting once");
        once
    }

    #[test]
    fn canonical_text_stays() {
        let text = "---\n编号: NJ-03\n---\n\n# NJ-03 年检\n\n导语  \n换行。\n\n## 1 领件\n\n- **1.1** 预审员应在【参：P07.平时 5个工作日】内登记。\n  - 责任：R04 执行；R02 复核\n\n## CK-1 单件预审\n\n时点：每件；顺序：按序\n\n- [ ] **01** 年度正确\n  - 查：1.1\n";
        assert_eq!(norm(text), text);
    }

    #[test]
    fn bytes_are_put_right() {
        assert_eq!(norm("\u{feff}甲 \r\n\r\n乙\t\r\n\r\n\r\n"), "甲\n\n乙\n");
        assert_eq!(norm("甲　\n乙 "), "甲\n乙\n");
        assert_eq!(norm(""), "");
        assert_eq!(data("\u{feff}a: 1\r\nb: 2"), "a: 1\nb: 2\n");
    }

    #[test]
    fn what_means_something_at_the_end_of_a_line_stays() {
        assert_eq!(norm("甲   \n乙\n"), "甲  \n乙\n");
        assert_eq!(norm("甲\\ \n乙\n"), "甲\\ \n乙\n");
        assert_eq!(norm("`甲  \n乙`\n"), "`甲  \n乙`\n");
        assert_eq!(norm("```\n甲  \n\n\n```\n"), "```\n甲  \n\n\n```\n");
        assert_eq!(norm("甲\n---　\n"), "甲\n---　\n");
    }

    #[test]
    fn tasks_that_are_nearly_right_become_right() {
        for nearly in [
            "- [ ]丙",
            "- [] 丙",
            "-　[ ] 丙",
            "- [ ]　丙",
            "- 【 】丙",
            "-[ ] 丙",
            "- ［　］丙",
            "－ [ ] 丙",
            "• [ ] 丙",
        ] {
            assert_eq!(norm(&format!("{nearly}\n")), "- [ ] 丙\n", "{nearly}");
        }
        for other in ["- [](a.md) 丙", "- [x] 丙", "- 【例】丙", "- [甲] 丙", "```\n- []丙\n```", "- [ ] 丙"]
        {
            assert_eq!(norm(&format!("{other}\n")), format!("{other}\n"), "{other}");
        }
    }

    #[test]
    fn numbers_are_half_width_and_followed_by_one_blank() {
        assert_eq!(norm("- **３．１**　预审员应登记。\n"), "- **3.1** 预审员应登记。\n");
        assert_eq!(norm("-**3.1**预审员应登记。\n"), "- **3.1** 预审员应登记。\n");
        assert_eq!(norm("- [] **０１**年度\n"), "- [ ] **01** 年度\n");
        assert_eq!(norm("- **重要** 甲\n"), "- **重要** 甲\n");
        assert_eq!(
            norm("| 号 | 谁 | 做什么 |\n| --- | --- | --- |\n| １．１ | R04 | 应登记。 |\n"),
            "| 号 | 谁 | 做什么 |\n| --- | --- | --- |\n| 1.1 | R04 | 应登记。 |\n"
        );
        assert_eq!(norm("| 甲 |\n| --- |\n| １ |\n"), "| 甲 |\n| --- |\n| １ |\n");
    }

    #[test]
    fn headings_have_half_width_numbers_and_blank_lines() {
        assert_eq!(norm("甲\n##　３．１　标题\n乙\n"), "甲\n\n## 3.1 标题\n\n乙\n");
        assert_eq!(norm("# ＮＪ－０３　年检\n\n\n\n##  ＣＫ－１ 预审\n"), "# NJ-03 年检\n\n## CK-1 预审\n");
        assert_eq!(norm("## 附录Ａ（规范性） 表\n"), "## 附录A（规范性） 表\n");
        assert_eq!(norm("## 附录D（资料性）  格式\n"), "## 附录D（资料性） 格式\n");
        assert_eq!(norm("## 附录D　格式\n"), "## 附录D 格式\n");
        assert_eq!(norm("## ３天内办结\n"), "## ３天内办结\n");
        assert_eq!(norm("---\n编号: NJ\n---\n# 甲\n"), "---\n编号: NJ\n---\n\n# 甲\n");
        assert_eq!(norm("> ## 1 甲\n> 乙\n"), "> ## 1 甲\n> 乙\n");
    }

    #[test]
    fn fields_have_full_width_signs_and_stand_below_their_clause() {
        let canonical = "- **3.1** 预审员应登记。\n  - 责任：R04；R02 复核\n  - 时限：当日17:00\n";
        for written in [
            "- **3.1** 预审员应登记。\n  - 责任: R04; R02 复核\n  - 时限:当日17:00\n",
            "- **3.1** 预审员应登记。\n    - 责任 : R04 ；R02 复核；\n    - 时限： 当日17:00\n",
            "- **3.1** 预审员应登记。\n- 责任：R04；R02 复核\n - 时限：当日17:00\n",
            "- **3.1** 预审员应登记。\n\t* 责任：R04；R02 复核\n\t* 时限：当日17:00\n",
        ] {
            assert_eq!(norm(written), canonical, "{written}");
        }
        // A remark is text; what stands below a list is its own; a list of its own is no field.
        let kept = "- **3.1** 预审员应登记。\n  - 说明：先甲; 后乙\n   1. 甲\n      - 责任: 乙\n\n文字\n\n- 责任: 甲\n";
        assert_eq!(norm(kept), kept);
    }

    #[test]
    fn attribute_lines_have_full_width_signs() {
        assert_eq!(
            norm("## CK-1 甲\n\n时点:每日17:00; 顺序: 按序;表单:FM-1\n"),
            "## CK-1 甲\n\n时点：每日17:00；顺序：按序；表单：FM-1\n"
        );
        assert_eq!(norm("## 1 甲\n\n时点:每件\n"), "## 1 甲\n\n时点:每件\n");
    }

    #[test]
    fn parameters_show_the_registrys_value() {
        assert_eq!(
            norm("在【参:P07.平时 7个工作日】内，【法:L06 第5条】。\n"),
            "在【参：P07.平时 5个工作日】内，【法：L06 第5条】。\n"
        );
        assert_eq!(
            norm("在【参：P99 3天】内。`【参：P07.平时 7个工作日】`\n"),
            "在【参：P99 3天】内。`【参：P07.平时 7个工作日】`\n"
        );
    }

    #[test]
    fn the_front_matter_keeps_all_but_wide_colons() {
        assert_eq!(
            norm("---\n编号：NJ-03\n标题:　年检  \n版次: \"1\"\n---\n\n甲\n"),
            "---\n编号: NJ-03\n标题: 年检\n版次: \"1\"\n---\n\n甲\n"
        );
    }

    #[test]
    fn a_file_whose_front_matter_never_ends_is_left_alone() {
        let text = "---\n编号：NJ-03\n# 甲\n- []乙\n";
        assert_eq!(norm(text), text);
    }

    #[test]
    fn plain_pages_keep_their_shape() {
        let text = "#　甲\n- []乙\n## １ 丙\n";
        assert_eq!(markdown(text, Manner::Plain, &|_, _| None), text);
    }
}
