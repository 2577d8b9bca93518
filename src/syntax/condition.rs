//! Conditions of application (`适用`): comparisons of facts, joined by 且, 或, 非; three-valued.

use schemars::JsonSchema;
use serde::Serialize;

use crate::text::fold_width;

/// Conditions nested deeper than this are refused.
const MAX_DEPTH: usize = 16;

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

    /// This condition inside another one: both must hold, and nothing is said twice.
    #[must_use]
    pub fn within(self, outer: &Self) -> Self {
        let mut parts = outer.conjuncts();
        for part in self.conjuncts() {
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        one_or(parts.into_iter().cloned().collect(), Self::All)
    }

    /// What it adds to an outer condition that it stands within; nothing when it adds nothing.
    pub fn beyond(&self, outer: &Self) -> Option<Self> {
        let outer = outer.conjuncts();
        let own: Vec<_> =
            self.conjuncts().into_iter().filter(|part| !outer.contains(part)).cloned().collect();
        (!own.is_empty()).then(|| one_or(own, Self::All))
    }

    /// The conditions that must all hold.
    fn conjuncts(&self) -> Vec<&Self> {
        match self {
            Self::All(parts) => parts.iter().flat_map(Self::conjuncts).collect(),
            other => vec![other],
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

/// What is wrong with a condition's text: the byte it was seen at, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionError {
    /// Byte of the text.
    pub at: usize,
    /// Why, in words for the author.
    pub why: String,
}

/// Parses `组织类型 = 民办非企业单位 且 有执业许可 = 是`. Widths do not matter; 且 binds stronger than 或.
///
/// # Errors
/// The place and the reason, for the author.
pub fn parse(text: &str) -> Result<Condition, ConditionError> {
    let tokens = tokens(text);
    let mut reader = Reader { tokens: &tokens, next: 0, end: text.len() };
    let condition = reader.any(0)?;
    match reader.peek() {
        None => Ok(condition),
        Some(token) => {
            Err(ConditionError { at: token.at, why: format!("这里不该有「{}」", token.text) })
        }
    }
}

#[derive(Debug)]
struct Token {
    at: usize,
    text: String,
    kind: TokenKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TokenKind {
    Word,
    Operator(Operator),
    And,
    Or,
    Not,
    Open,
    Close,
}

/// Signs stand for themselves at any place; 且, 或, 非, 属于 only as words of their own, because they
/// also occur inside names (民办非企业单位).
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut word = String::new();
    let mut word_at = 0;
    let mut chars = text.char_indices().map(|(i, c)| (i, fold_width(c))).peekable();
    let flush = |word: &mut String, at: usize, tokens: &mut Vec<Token>| {
        if word.is_empty() {
            return;
        }
        let kind = match word.as_str() {
            "且" => TokenKind::And,
            "或" => TokenKind::Or,
            "非" => TokenKind::Not,
            "属于" => TokenKind::Operator(Operator::In),
            _ => TokenKind::Word,
        };
        tokens.push(Token { at, text: std::mem::take(word), kind });
    };
    while let Some((at, c)) = chars.next() {
        let kind = match c {
            '=' => TokenKind::Operator(Operator::Equal),
            '≠' => TokenKind::Operator(Operator::NotEqual),
            '≥' => TokenKind::Operator(Operator::AtLeast),
            '≤' => TokenKind::Operator(Operator::AtMost),
            '>' | '<' | '!' => {
                let equal = chars.peek().is_some_and(|&(_, next)| next == '=');
                if equal {
                    chars.next();
                }
                TokenKind::Operator(match (c, equal) {
                    ('>', true) => Operator::AtLeast,
                    ('>', false) => Operator::Greater,
                    ('<', true) => Operator::AtMost,
                    ('<', false) => Operator::Less,
                    _ => Operator::NotEqual,
                })
            }
            '(' => TokenKind::Open,
            ')' => TokenKind::Close,
            c if c.is_whitespace() => {
                flush(&mut word, word_at, &mut tokens);
                continue;
            }
            c => {
                if word.is_empty() {
                    word_at = at;
                }
                word.push(c);
                continue;
            }
        };
        flush(&mut word, word_at, &mut tokens);
        tokens.push(Token { at, text: c.to_string(), kind });
    }
    flush(&mut word, word_at, &mut tokens);
    tokens
}

struct Reader<'a> {
    tokens: &'a [Token],
    next: usize,
    end: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.next)
    }

    fn take(&mut self, kind: TokenKind) -> bool {
        let found = self.peek().is_some_and(|token| token.kind == kind);
        self.next += usize::from(found);
        found
    }

    fn any(&mut self, depth: usize) -> Result<Condition, ConditionError> {
        let mut parts = vec![self.all(depth)?];
        while self.take(TokenKind::Or) {
            parts.push(self.all(depth)?);
        }
        Ok(one_or(parts, Condition::Any))
    }

    fn all(&mut self, depth: usize) -> Result<Condition, ConditionError> {
        let mut parts = vec![self.term(depth)?];
        while self.take(TokenKind::And) {
            parts.push(self.term(depth)?);
        }
        Ok(one_or(parts, Condition::All))
    }

    fn term(&mut self, depth: usize) -> Result<Condition, ConditionError> {
        if depth > MAX_DEPTH {
            let at = self.peek().map_or(self.end, |token| token.at);
            return Err(ConditionError { at, why: format!("条件嵌套太深，上限 {MAX_DEPTH} 层") });
        }
        if self.take(TokenKind::Not) {
            return Ok(Condition::Not(Box::new(self.term(depth + 1)?)));
        }
        if self.take(TokenKind::Open) {
            let inner = self.any(depth + 1)?;
            if self.take(TokenKind::Close) {
                return Ok(inner);
            }
            let at = self.peek().map_or(self.end, |token| token.at);
            return Err(ConditionError { at, why: "括号没有闭合".into() });
        }
        let fact = self.word("这里要写事实的名称")?;
        let Some(&Token { kind: TokenKind::Operator(operator), .. }) = self.peek() else {
            let at = self.peek().map_or(self.end, |token| token.at);
            return Err(ConditionError {
                at, why: format!("「{fact}」后面要写 = ≠ > ≥ < ≤ 或 属于")
            });
        };
        self.next += 1;
        let at = self.peek().map_or(self.end, |token| token.at);
        let value = self.word("这里要写事实的值")?;
        let values: Vec<String> = match operator {
            Operator::In => value.split(['/', '、']).filter(|v| !v.is_empty()).map(str::to_owned).collect(),
            _ => vec![value],
        };
        if values.is_empty() {
            return Err(ConditionError { at, why: "斜线之间要写事实的值".into() });
        }
        Ok(Condition::Compare(Comparison { fact, operator, values }))
    }

    fn word(&mut self, why: &str) -> Result<String, ConditionError> {
        match self.peek() {
            Some(token) if token.kind == TokenKind::Word => {
                self.next += 1;
                Ok(token.text.clone())
            }
            Some(token) => {
                Err(ConditionError { at: token.at, why: format!("{why}，不能是「{}」", token.text) })
            }
            None => Err(ConditionError { at: self.end, why: why.to_owned() }),
        }
    }
}

/// The only part, or all of them joined; a part of the same kind is not flattened, so that printing
/// and parsing again gives the same condition.
fn one_or(mut parts: Vec<Condition>, join: fn(Vec<Condition>) -> Condition) -> Condition {
    if parts.len() == 1 { parts.remove(0) } else { join(parts) }
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
        Condition::Compare(Comparison {
            fact: fact.into(),
            operator: Operator::Equal,
            values: vec![value.into()],
        })
    }

    #[test]
    fn conditions_are_read_and_written_the_same() {
        for text in [
            "组织类型 = 民办非企业单位 且 有执业许可 = 是",
            "年度收入 ≥ 100 或 非 组织类型 属于 社会团体/基金会",
            "（甲 = 是 或 乙 = 是） 且 丙 ≠ 丁",
        ] {
            assert_eq!(parse(text).expect(text).chinese(), text);
        }
        assert_eq!(parse("甲＝是 且 （乙>=3）"), parse("甲 = 是 且 乙 ≥ 3"));
    }

    #[test]
    fn what_is_wrong_has_a_place() {
        let error = parse("组织类型 = 甲 且").expect_err("incomplete");
        assert_eq!(error.at, "组织类型 = 甲 且".len());
        assert!(parse("组织类型").is_err());
        assert!(parse("（甲 = 是").is_err());
        assert!(parse("甲 = 是 乙 = 否").is_err());
        assert!(parse("甲 属于 /、").is_err());
        assert!(parse(&"（".repeat(10_000)).is_err());
    }

    #[test]
    fn a_condition_within_another_says_it_once() {
        let (outer, own) = (compare("甲", "是"), compare("乙", "是"));
        let both = own.clone().within(&outer);
        assert_eq!(both.chinese(), "甲 = 是 且 乙 = 是");
        assert_eq!(both.clone().within(&outer), both);
        assert_eq!(outer.clone().within(&outer), outer);
        assert_eq!(both.beyond(&outer), Some(own));
        assert_eq!(outer.beyond(&outer), None);
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
