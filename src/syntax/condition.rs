//! Conditions of application (`适用`): comparisons of facts, joined by 且, 或, 非; three-valued.

use schemars::JsonSchema;
use serde::Serialize;

/// A condition. An unknown fact makes it unknown, never false.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// All must hold (且).
    All(Vec<Self>),
    /// At least one must hold (或).
    Any(Vec<Self>),
    /// Must not hold (非).
    Not(Box<Self>),
    /// A fact compared with a value, both as text.
    #[serde(untagged)]
    Compare(Comparison),
}

/// One comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// Name of the fact, as the norm declares it.
    pub fact: String,
    /// How it is compared.
    pub operator: Operator,
    /// The values: one, or several for `in`. Booleans are `是` and `否`.
    pub values: Vec<String>,
}

/// How a fact is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Operator {
    /// =
    Equal,
    /// ≠
    NotEqual,
    /// >
    Greater,
    /// ≥
    AtLeast,
    /// <
    Less,
    /// ≤
    AtMost,
    /// 属于
    In,
}

impl Operator {
    /// The sign authors write.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "≠",
            Self::Greater => ">",
            Self::AtLeast => "≥",
            Self::Less => "<",
            Self::AtMost => "≤",
            Self::In => "属于",
        }
    }
}

impl Condition {
    /// The condition as an author writes it; parsing it gives the same condition again.
    pub fn chinese(&self) -> String {
        self.print(0)
    }

    fn print(&self, outer: u8) -> String {
        let (level, text) = match self {
            Self::Compare(c) => (3, format!("{} {} {}", c.fact, c.operator.sign(), c.values.join("/"))),
            Self::Not(inner) => (2, format!("非 {}", inner.print(3))),
            Self::All(parts) => (1, parts.iter().map(|p| p.print(2)).collect::<Vec<_>>().join(" 且 ")),
            Self::Any(parts) => (0, parts.iter().map(|p| p.print(1)).collect::<Vec<_>>().join(" 或 ")),
        };
        if level < outer { format!("（{text}）") } else { text }
    }

    /// Kleene's three values: `None` when what is known does not decide it. `fact` gives what is
    /// known of a fact, as text.
    pub fn holds(&self, fact: &dyn Fn(&str) -> Option<String>) -> Option<bool> {
        match self {
            Self::All(parts) => fold(parts.iter().map(|p| p.holds(fact)), false),
            Self::Any(parts) => fold(parts.iter().map(|p| p.holds(fact)), true),
            Self::Not(inner) => inner.holds(fact).map(|value| !value),
            Self::Compare(comparison) => {
                let value = fact(&comparison.fact)?;
                let first = comparison.values.first()?;
                let ordering = || -> Option<std::cmp::Ordering> {
                    match (value.parse::<f64>(), first.parse::<f64>()) {
                        (Ok(a), Ok(b)) => a.partial_cmp(&b),
                        // Civil dates in ISO form order as text.
                        _ => Some(value.as_str().cmp(first.as_str())),
                    }
                };
                Some(match comparison.operator {
                    Operator::Equal => value == *first,
                    Operator::NotEqual => value != *first,
                    Operator::In => comparison.values.contains(&value),
                    Operator::Greater => ordering()?.is_gt(),
                    Operator::AtLeast => ordering()?.is_ge(),
                    Operator::Less => ordering()?.is_lt(),
                    Operator::AtMost => ordering()?.is_le(),
                })
            }
        }
    }

    /// Every comparison in it.
    pub fn comparisons(&self) -> Vec<&Comparison> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::comparisons).collect(),
            Self::Not(inner) => inner.comparisons(),
            Self::Compare(comparison) => vec![comparison],
        }
    }
}

fn fold(values: impl Iterator<Item = Option<bool>>, decisive: bool) -> Option<bool> {
    let mut unknown = false;
    for value in values {
        match value {
            Some(value) if value == decisive => return Some(decisive),
            None => unknown = true,
            Some(_) => {}
        }
    }
    if unknown { None } else { Some(!decisive) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(fact: &str, value: &str) -> Condition {
        Condition::Compare(Comparison { fact: fact.into(), operator: Operator::Equal, values: vec![value.into()] })
    }

    #[test]
    fn unknown_is_neither_true_nor_false() {
        let known = |name: &str| (name == "甲").then(|| "是".to_owned());
        let (a, b) = (compare("甲", "是"), compare("乙", "是"));
        assert_eq!(Condition::All(vec![a.clone(), b.clone()]).holds(&known), None);
        assert_eq!(Condition::Any(vec![a.clone(), b.clone()]).holds(&known), Some(true));
        assert_eq!(Condition::Not(Box::new(b)).holds(&known), None);
        assert_eq!(Condition::Not(Box::new(a)).holds(&known), Some(false));
    }
}
