//! SH0701 and SH0702: a scoring list gives every item points and a way to give them, and adds up
//! to 100.

use super::Context;
use super::body::Line;
use crate::diagnostic::Diagnostic;
use crate::model::Norm;
use crate::rule;

/// Full points of a scoring list, in hundredths.
const FULL: u32 = 10_000;

/// Reports incomplete items, points outside scoring lists, and wrong totals.
pub fn check(norm: &Norm, _: &[Line<'_>], _: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for checklist in &norm.checklists {
        let mut total = 0_u32;
        for item in &checklist.items {
            let points = item.score.as_ref().map_or(0, |score| score.points);
            let grading = item.score.as_ref().and_then(|score| score.grading.as_ref());
            total = total.saturating_add(points);
            let trouble = match (checklist.scoring, points, grading) {
                (false, 0, None) => None,
                (false, ..) => Some((
                    "不是评分表，检查项却有分值或评分方法",
                    "在检查表属性行里写 类型：评分，或删去分值",
                )),
                (true, 0, _) if !item.veto => Some(("评分项没有分值", "写 分值：4；一票否决的写 否决：是")),
                (true, 1.., None) => Some((
                    "评分项没有写怎么评",
                    "写 评分：达到型、评分：档次型 或 评分：比例型 = 分子 ÷ 分母",
                )),
                _ => None,
            };
            if let Some((message, help)) = trouble {
                found.push(Diagnostic::new(rule::SCORING_ITEM, item.span.clone(), message).help(help));
            }
        }
        if checklist.scoring && total != FULL && !checklist.items.is_empty() {
            let sum = format!("{}.{:02}", total / 100, total % 100);
            let sum = sum.trim_end_matches('0').trim_end_matches('.');
            found.push(
                Diagnostic::new(
                    rule::SCORING_TOTAL,
                    checklist.span.clone(),
                    format!("分值合计 {sum} 分，应是 100 分"),
                )
                .help("调整各项的分值，使合计为 100"),
            );
        }
    }
    found
}
