//! Marks in a sentence: 【法：…】 【源：…】 【参：…】 【例】 and the line 【表：…】.

use std::ops::Range;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use crate::id::Id;
use crate::text;
use crate::vocabulary::MarkKind;

/// What a mark says of the words before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// Its kind.
    pub kind: MarkKind,
    /// What it refers to: a source, a fact, a parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<Id>,
    /// A parameter's component.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// Article of a source (`第5条`), the value written for a parameter, or the registry of a table.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Version of the source's text that was used, such as `2016文本`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// When somebody looked the text up; absent means still to be checked (待核对).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub checked_on: Option<Date>,
}

/// A stretch of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Words.
    Text(Range<usize>),
    /// A mark, brackets included. One pair of brackets may hold several references.
    Mark(Range<usize>, Vec<Mark>),
    /// `【` that is never closed, up to the end of the text.
    Unclosed(Range<usize>),
    /// Brackets whose word is no kind of mark, or whose reference is none: why.
    Unknown(Range<usize>, String),
}

/// Cuts a text into words and marks. The pieces cover the text without gaps.
pub fn split(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find('【').map(|i| at + i) {
        if open > at {
            pieces.push(Piece::Text(at..open));
        }
        let inside = open + '【'.len_utf8();
        let close = text[inside..].find(['】', '【']).map(|i| inside + i);
        match close {
            Some(close) if text[close..].starts_with('】') => {
                let end = close + '】'.len_utf8();
                pieces.push(match parse(&text[inside..close]) {
                    Ok(marks) => Piece::Mark(open..end, marks),
                    Err(why) => Piece::Unknown(open..end, why),
                });
                at = end;
            }
            _ => {
                pieces.push(Piece::Unclosed(open..text.len()));
                return pieces;
            }
        }
    }
    if at < text.len() {
        pieces.push(Piece::Text(at..text.len()));
    }
    pieces
}

/// The words of a text without its marks; a parameter's mark leaves `{{P07.平时}}`.
pub fn without_marks(text: &str) -> String {
    words_of(text, &split(text))
}

/// [`without_marks`] of a text that was cut into `pieces` before.
pub fn words_of(text: &str, pieces: &[Piece]) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in pieces {
        match piece {
            Piece::Text(range) | Piece::Unclosed(range) | Piece::Unknown(range, _) => {
                out.push_str(&text[range.clone()])
            }
            Piece::Mark(_, marks) => {
                for mark in marks.iter().filter(|m| m.kind == MarkKind::Parameter) {
                    if let Some(id) = &mark.reference {
                        out.push_str("{{");
                        out.push_str(id.as_str());
                        if let Some(component) = &mark.component {
                            out.push('.');
                            out.push_str(component);
                        }
                        out.push_str("}}");
                    }
                }
            }
        }
    }
    out
}

/// The inside of one pair of brackets.
fn parse(body: &str) -> Result<Vec<Mark>, String> {
    let body = body.trim();
    let (word, rest) = match body.find(['：', ':']) {
        Some(colon) => {
            let width = body[colon..].chars().next().map_or(1, char::len_utf8);
            (body[..colon].trim(), body[colon + width..].trim())
        }
        None => (body, ""),
    };
    let kind = MarkKind::parse(word).ok_or_else(|| format!("没有「{word}」这种标记"))?;
    let empty = |kind| Mark {
        kind,
        reference: None,
        component: None,
        text: String::new(),
        version: None,
        checked_on: None,
    };
    match kind {
        MarkKind::Example => Ok(vec![empty(kind)]),
        MarkKind::Table => Ok(vec![Mark { text: rest.to_owned(), ..empty(kind) }]),
        _ if rest.is_empty() => Err(format!("【{word}】里没有写号")),
        MarkKind::Source => rest
            .split(['、', '，', '；', ',', ';', ' '])
            .filter(|piece| !piece.trim().is_empty())
            .map(|piece| {
                let id = reference(piece, 'F')?;
                Ok(Mark { reference: Some(id), ..empty(kind) })
            })
            .collect(),
        MarkKind::Law => text::split_wide(rest, '；').map(|(_, piece)| law(piece)).collect(),
        MarkKind::Parameter => parameter(rest).map(|mark| vec![mark]),
    }
}

/// `L06 第5条（2016文本）·核对2026-01-05`.
fn law(piece: &str) -> Result<Mark, String> {
    let piece = piece.trim();
    let (piece, checked_on) = match piece.split_once('·') {
        Some((before, after)) => {
            let day = after.trim().trim_start_matches("核对").trim();
            let blank = day.is_empty() || day.contains('_');
            let date = if blank {
                None
            } else {
                Some(day.parse().map_err(|_| format!("核对日「{day}」不是日期"))?)
            };
            (before.trim(), date)
        }
        None => (piece, None),
    };
    let end = piece.find(char::is_whitespace).unwrap_or_else(|| piece.len().min(3));
    let id = reference(piece.get(..end).unwrap_or(piece), 'L')?;
    let article = piece.get(end..).unwrap_or_default().trim();
    let (article, version) = super::field::qualifier(article);
    Ok(Mark {
        kind: MarkKind::Law,
        reference: Some(id),
        component: None,
        text: article.to_owned(),
        version: version.map(str::to_owned),
        checked_on,
    })
}

/// `P07.平时 5个工作日`.
fn parameter(rest: &str) -> Result<Mark, String> {
    let (name, value) = match rest.split_once(char::is_whitespace) {
        Some((name, value)) => (name, value.trim()),
        None => (rest, ""),
    };
    let (id, component) = component(name)?;
    Ok(Mark {
        kind: MarkKind::Parameter,
        reference: Some(id),
        component,
        text: value.to_owned(),
        version: None,
        checked_on: None,
    })
}

/// `P07` or `P07.平时`.
pub fn component(name: &str) -> Result<(Id, Option<String>), String> {
    let (number, component) = match name.trim().split_once('.') {
        Some((number, component)) => (number, Some(component.to_owned())),
        None => (name.trim(), None),
    };
    Ok((reference(number, 'P')?, component))
}

fn reference(text: &str, letter: char) -> Result<Id, String> {
    let folded = text::folded(text.trim());
    let id = Id::new(folded.trim());
    let fits = id.as_str().starts_with(letter) && id.kind().is_some() && id.as_str().len() == 3;
    if fits {
        Ok(id)
    } else {
        Err(format!("「{}」不是 {letter} 号，写成 {letter} 加两位数字", text.trim()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> Mark {
        let found = split(text).into_iter().find_map(|piece| match piece {
            Piece::Mark(_, marks) => marks.into_iter().next(),
            _ => None,
        });
        found.expect("a mark")
    }

    #[test]
    fn a_law_mark_has_article_version_and_day() {
        let mark = only("核对材料【法：L06 第5条（2016文本）·核对2026-01-05】。");
        assert_eq!(mark.reference, Some(Id::new("L06")));
        assert_eq!((mark.text.as_str(), mark.version.as_deref()), ("第5条", Some("2016文本")));
        assert_eq!(mark.checked_on.map(|d| d.to_string()).as_deref(), Some("2026-01-05"));
        assert_eq!(only("x【法:L06】").checked_on, None);
        assert_eq!(only("x【法：L06 第5条·核对____-__-__】").checked_on, None);
    }

    #[test]
    fn parameters_leave_a_placeholder() {
        assert_eq!(
            without_marks("应在【参：P07.平时 5个工作日】内提出【源：F21】。"),
            "应在{{P07.平时}}内提出。"
        );
    }

    #[test]
    fn several_facts_in_one_mark() {
        let pieces = split("甲【源：F09、F45】乙");
        assert!(matches!(&pieces[1], Piece::Mark(_, marks) if marks.len() == 2));
    }

    #[test]
    fn what_is_wrong_is_told_apart() {
        assert!(matches!(split("甲【法：L06 第5条")[1], Piece::Unclosed(_)));
        assert!(matches!(split("甲【注】")[1], Piece::Unknown(..)));
        assert!(matches!(split("甲【参：X07】")[1], Piece::Unknown(..)));
        assert!(matches!(split("甲【法：L06【例】")[1], Piece::Unclosed(_)));
    }
}
