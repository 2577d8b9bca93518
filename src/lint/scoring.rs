//! SH0701 and SH0702: a scoring list gives every item points and a way to give them, and adds up
//! to 100.

use super::Context;
use super::body::Line;
use crate::diagnostic::Diagnostic;
use crate::model::{Checklist, Norm, points};
use crate::rule;
use crate::vocabulary::{Assessor, Level};

/// Full points of a scoring list, in hundredths.
const FULL: u32 = 10_000;

/// Reports incomplete items, points outside scoring lists, and wrong totals of points and weights.
pub fn check(norm: &Norm, _: &[Line<'_>], context: &Context<'_>) -> Vec<Diagnostic> {
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
            found.push(
                Diagnostic::new(
                    rule::SCORING_TOTAL,
                    checklist.span.clone(),
                    format!("分值合计 {} 分，应是 100 分", points(total)),
                )
                .help("调整各项的分值，使合计为 100"),
            );
        }
        found.extend(weights(checklist, context));
    }
    found
}

/// The weights of the assessors, where a list names them: one for each assessor, 100 in all, at each level.
fn weights(checklist: &Checklist, context: &Context<'_>) -> Option<Diagnostic> {
    let id = checklist.composition.weights.as_ref()?;
    let parameter = context.handbook.parameters.get(id)?;
    let said = |message: String, help: &str| {
        Some(Diagnostic::new(rule::SCORING_TOTAL, checklist.span.clone(), message).help(help))
    };
    let missing = |name: &&str| !parameter.components.iter().any(|component| component.name == *name);
    if let Some(name) = Assessor::all().find(missing) {
        return said(format!("权重 {id} 没有分项「{name}」"), "在 parameters.yaml 里写全三方的分项");
    }
    Level::CHOICES.iter().find_map(|(chinese, _, level)| {
        let values = parameter.components.iter().filter_map(|component| component.values.get(level));
        let sum: i64 = values.filter_map(|value| value.parse::<i64>().ok()).sum();
        if sum == 100 {
            return None;
        }
        said(format!("权重 {id} 的{chinese}级值合计 {sum}%，应是 100%"), "调整三方的分项，使合计为 100%")
    })
}
