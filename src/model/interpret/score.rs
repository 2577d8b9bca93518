//! What the fields of a scoring item mean: points, how they come about, who looks at what.

use super::Reading;
use crate::model::{Deduction, Grading, Lookout, Score};
use crate::rule;
use crate::syntax::field::Field;
use crate::vocabulary::{Assessor, Level, ScoreMethod};

impl Reading<'_> {
    /// Reads a field of a scoring item; tells whether it is one.
    pub(super) fn score_field(&mut self, score: &mut Score, field: &Field) -> bool {
        match field.key.value.as_str() {
            "分值" => match hundredths(&field.raw.value) {
                Some(points) => score.points = points,
                None => {
                    self.report(
                        rule::SCORING_ITEM,
                        field.raw.span.clone(),
                        format!("分值「{}」不是数", field.raw.value),
                    )
                    .help
                    .push_str("写 4 或 1.5，最多两位小数");
                }
            },
            "评分" => {
                score.grading = self.grading(field);
            }
            "抽样" => {
                score.sample = Some(field.raw.value.clone());
            }
            "看点" => {
                score.lookouts = self.lookouts(field);
            }
            "扣分" => {
                score.deduction = self.deduction(field);
            }
            "市级" | "区级" | "街级" => {
                if let Some(level) = Level::parse(field.key.value.trim_end_matches('级')) {
                    score.variants.push((level, field.raw.value.clone()));
                }
            }
            _ => return false,
        }
        true
    }

    /// `达到型`, `比例型 = 按时办结件数 ÷ 办结件数`, `档次型`.
    fn grading(&mut self, field: &Field) -> Option<Grading> {
        let (word, formula) = match field.raw.value.split_once(['=', '＝']) {
            Some((word, formula)) => (word.trim(), Some(formula.trim())),
            None => (field.raw.value.trim(), None),
        };
        let method = ScoreMethod::parse(word);
        let parts = formula
            .and_then(|f| f.split_once(['÷', '/']))
            .map(|(a, b)| (a.trim().to_owned(), b.trim().to_owned()));
        match (method, parts) {
            (Some(ScoreMethod::Ratio), Some((numerator, denominator)))
                if !numerator.is_empty() && !denominator.is_empty() =>
            {
                Some(Grading {
                    method: ScoreMethod::Ratio,
                    numerator: Some(numerator),
                    denominator: Some(denominator),
                })
            }
            (Some(method @ (ScoreMethod::Threshold | ScoreMethod::Grade)), None) => {
                Some(Grading { method, numerator: None, denominator: None })
            }
            _ => {
                self.report(
                    rule::SCORING_ITEM,
                    field.raw.span.clone(),
                    format!("评分「{}」读不懂", field.raw.value),
                )
                .help
                .push_str("写 达到型、档次型，或 比例型 = 分子 ÷ 分母");
                None
            }
        }
    }

    /// `属实未整改每件 2，最多 6`.
    fn deduction(&mut self, field: &Field) -> Option<Deduction> {
        let words = &field.raw.value;
        let found = deduction(words);
        if found.is_none() {
            self.report(rule::SCORING_ITEM, field.raw.span.clone(), format!("扣分「{words}」读不懂"))
                .help
                .push_str("写 每件 2 或 每件 2，最多 6；数前空一格");
        }
        found
    }

    /// `自评 全量；委托方 抽10件；第三方 抽10件并回访`.
    fn lookouts(&mut self, field: &Field) -> Vec<Lookout> {
        let mut all = Vec::new();
        for value in &field.values {
            let found = value
                .value
                .split_once(char::is_whitespace)
                .and_then(|(word, text)| Some((Assessor::parse(word)?, text.trim())));
            match found {
                Some((assessor, text)) => all.push(Lookout { assessor, text: text.to_owned() }),
                None => {
                    self.report(
                        rule::SCORING_ITEM,
                        value.span.clone(),
                        format!("看点「{}」没有说是谁看", value.value),
                    )
                    .help
                    .push_str("以 自评、委托方 或 第三方 开头，空一格再写看什么");
                }
            }
        }
        all
    }
}

fn deduction(words: &str) -> Option<Deduction> {
    let (first, most) = match words.split_once("最多") {
        Some((first, most)) => (first.trim().trim_end_matches(['，', ',']), Some(hundredths(most)?)),
        None => (words, None),
    };
    let (per, each) = first.trim().rsplit_once(char::is_whitespace)?;
    Some(Deduction { per: per.trim().to_owned(), points: hundredths(each)?, at_most: most })
}

/// `4` or `1.5` as hundredths.
fn hundredths(text: &str) -> Option<u32> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    if fraction.len() > 2 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let fraction = format!("{fraction:0<2}").parse::<u32>().ok()?;
    whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deductions_are_read_and_written_the_same() {
        for words in ["属实未整改每件 2，最多 6", "证不实 0.5"] {
            assert_eq!(deduction(words).expect(words).chinese(), words);
        }
        assert_eq!(deduction("每件2"), None);
        assert_eq!(deduction("每件 2，最多六"), None);
    }

    #[test]
    fn points_are_exact() {
        assert_eq!(hundredths("4"), Some(400));
        assert_eq!(hundredths("1.5"), Some(150));
        assert_eq!(hundredths("0.05"), Some(5));
        assert_eq!(hundredths("1.234"), None);
        assert_eq!(hundredths("四"), None);
    }
}
