//! Facts: what a condition may ask for, and whether it asks rightly.

use indexmap::IndexMap;

use super::Fact;
use crate::diagnostic::nearest;
use crate::syntax::condition::{Comparison, Condition, Operator};
use crate::vocabulary::FactType;

/// What the facts of a condition are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Facts that the norm's front matter declares.
    Declared,
    /// Fields of the form that the condition belongs to.
    Fields,
}

/// Something a condition asks wrongly.
pub struct Fault<'a> {
    /// The word of the condition that is wrong: the fact's name, or a value.
    pub word: &'a str,
    /// Why, for the author.
    pub message: String,
    /// What to do. May be empty.
    pub help: String,
    /// The fact's declaration, when there is one.
    pub fact: Option<&'a Fact>,
}

/// Every comparison asks for a declared fact, in a way and with values that the fact can have.
pub fn check<'a>(
    condition: &'a Condition,
    facts: &'a IndexMap<String, Fact>,
    asked: Asked,
) -> Vec<Fault<'a>> {
    condition.comparisons().into_iter().flat_map(|comparison| compared(comparison, facts, asked)).collect()
}

fn compared<'a>(
    comparison: &'a Comparison,
    facts: &'a IndexMap<String, Fact>,
    asked: Asked,
) -> Vec<Fault<'a>> {
    let name = &comparison.fact;
    let Some(fact) = facts.get(name) else {
        let near = nearest(name, facts.keys().map(String::as_str));
        let (message, otherwise) = match asked {
            Asked::Declared => (format!("前言里没有声明事实「{name}」"), "在前言的「事实」里加上它"),
            Asked::Fields => (
                format!("表里没有可以比的字段「{name}」"),
                "写本表的字段名；类型要是单选、是否、整数、小数或日期",
            ),
        };
        let help = near.map_or_else(|| otherwise.to_owned(), |near| format!("是不是「{near}」？"));
        return vec![Fault { word: name, message, help, fact: None }];
    };
    let mut faults = Vec::new();
    let mut wrong = |word: &'a str, why: String| {
        let message = format!("条件里的「{name}」：{why}");
        faults.push(Fault { word, message, help: String::new(), fact: Some(fact) });
    };
    let ordered = !matches!(comparison.operator, Operator::Equal | Operator::NotEqual | Operator::In);
    match fact.kind {
        FactType::Boolean if ordered => wrong(name, "答是或否的只能用 = 和 ≠".to_owned()),
        FactType::Choice if ordered => wrong(name, "选一个的只能用 =、≠ 和 属于".to_owned()),
        _ => {}
    }
    for value in &comparison.values {
        if let Some(why) = unfit(value, fact) {
            wrong(value, why);
        }
    }
    faults
}

/// Why a fact cannot have this value.
fn unfit(value: &str, fact: &Fact) -> Option<String> {
    match fact.kind {
        FactType::Boolean => {
            (!matches!(value, "是" | "否")).then(|| format!("「{value}」不是「是」或「否」"))
        }
        FactType::Choice if fact.options.iter().any(|option| option == value) => None,
        FactType::Choice => Some(match nearest(value, fact.options.iter().map(String::as_str)) {
            Some(option) => format!("「{value}」不是它的选项，是不是「{option}」？"),
            None => format!("「{value}」不是它的选项（{}）", fact.options.join("、")),
        }),
        FactType::Number => value.parse::<f64>().is_err().then(|| format!("「{value}」不是数")),
        FactType::Date => value.parse::<jiff::civil::Date>().is_err().then(|| format!("「{value}」不是日期")),
    }
}
