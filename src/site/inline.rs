//! Running text: marks become chips, identifiers become links, everything else is escaped.

use std::ops::Range;

use jiff::civil::Date;

use super::html;
use super::place::{Place, title_of};
use crate::id::{self, Id};
use crate::model::Target;
use crate::syntax::mark::{self, Mark, Piece};
use crate::vocabulary::MarkKind;

/// The label of a made-up example.
pub const EXAMPLE: &str = "<strong class=\"example-tag\">例</strong>";

/// Text with its marks and identifiers, as HTML.
pub fn words(place: &Place<'_>, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push(place, text, &mut out);
    out
}

/// [`words`], appended.
pub fn push(place: &Place<'_>, text: &str, out: &mut String) {
    if !push_rich(place, text, true, out) {
        html::push_escaped(text, out);
    }
}

/// As [`push`], but tells whether the text holds marks or identifiers, and appends nothing when it
/// does not. `linking` is off inside a link, where another link must not stand.
pub fn push_rich(place: &Place<'_>, text: &str, linking: bool, out: &mut String) -> bool {
    if !text.contains('【') {
        let found = if linking { references(place, text) } else { Vec::new() };
        let is_rich = !found.is_empty();
        if is_rich {
            push_words(place, text, found, out);
        }
        return is_rich;
    }
    for piece in mark::split(text) {
        match piece {
            Piece::Mark(range, marks) if linking => push_marks(place, &text[range], &marks, out),
            Piece::Text(range) if linking => {
                let words = &text[range];
                push_words(place, words, references(place, words), out);
            }
            Piece::Mark(range, _)
            | Piece::Text(range)
            | Piece::Unclosed(range)
            | Piece::Unknown(range, _) => {
                html::push_escaped(&text[range], out);
            }
        }
    }
    true
}

/// Identifiers in a text, short ones (`CK-1`, `FM-2`) of the norm at hand included.
fn references(place: &Place<'_>, text: &str) -> Vec<(Range<usize>, Id)> {
    // Most texts are Chinese throughout; an identifier begins with a capital.
    if !text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Vec::new();
    }
    let mut found = id::find(text);
    let Some(norm) = place.norm else { return found };
    for (hyphen, _) in text.bytes().enumerate().filter(|(_, byte)| *byte == b'-') {
        let Some(start) =
            hyphen.checked_sub(2).filter(|&at| matches!(&text.as_bytes()[at..hyphen], b"CK" | b"FM"))
        else {
            continue;
        };
        let digits = text[hyphen + 1..].bytes().take_while(u8::is_ascii_digit).count();
        let end = hyphen + 1 + digits;
        let fits =
            |byte: Option<&u8>| !byte.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
        let alone =
            fits(start.checked_sub(1).and_then(|i| text.as_bytes().get(i))) && fits(text.as_bytes().get(end));
        if digits > 0 && alone {
            found.push((start..end, id::complete(&text[start..end], norm)));
        }
    }
    found.sort_by_key(|(range, _)| range.start);
    found
}

fn push_words(place: &Place<'_>, text: &str, found: Vec<(Range<usize>, Id)>, out: &mut String) {
    let mut at = 0;
    for (range, id) in found {
        html::push_escaped(&text[at..range.start], out);
        at = range.end;
        place.push_anchor(&id, &text[range], out);
    }
    html::push_escaped(&text[at..], out);
}

fn push_marks(place: &Place<'_>, written: &str, marks: &[Mark], out: &mut String) {
    for mark in marks {
        match (mark.kind, &mark.reference) {
            (MarkKind::Law, Some(source)) => push_law(place, source, mark, out),
            (MarkKind::Source, Some(fact)) => {
                push_chip(place, fact, "mark fact", None, &["源 ", fact.as_str()], "", out);
            }
            (MarkKind::Parameter, Some(parameter)) => push_parameter(place, parameter, mark, out),
            (MarkKind::Example, _) => out.push_str(EXAMPLE),
            _ => html::push_escaped(written, out),
        }
    }
}

/// `法 L06 第5条（2016文本） 待核对`.
fn push_law(place: &Place<'_>, source: &Id, mark: &Mark, out: &mut String) {
    let mut words = vec!["法 ", source.as_str()];
    if !mark.text.is_empty() {
        words.extend([" ", &mark.text]);
    }
    if let Some(version) = &mark.version {
        words.extend(["（", version, "）"]);
    }
    push_chip(place, source, "mark law", None, &words, &checked(place, mark.checked_on), out);
}

/// When somebody compared a quotation with its source, as a small note: 「待核对」 when nobody has.
pub fn checked(place: &Place<'_>, day: Option<Date>) -> String {
    match day {
        None => "<small class=\"unchecked\">待核对</small>".to_owned(),
        Some(day) if place.is_stale(day) => {
            format!("<small class=\"unchecked\">核对 {day}，已过6个月</small>")
        }
        Some(day) => format!("<small>核对 {day}</small>"),
    }
}

/// The parameter's value at the level the handbook shows first.
fn push_parameter(place: &Place<'_>, parameter: &Id, mark: &Mark, out: &mut String) {
    let component = mark.component.as_deref();
    let value = value(place, parameter, component).unwrap_or_else(|| mark.text.clone());
    push_value(place, parameter, component, &value, out);
}

/// A value that links to the parameter it comes from.
pub fn push_value(place: &Place<'_>, parameter: &Id, component: Option<&str>, value: &str, out: &mut String) {
    push_chip(place, parameter, "mark parameter", Some(component), &[value], "", out);
}

/// A parameter's value as it stands in a sentence: at the handbook's level, or where it first
/// applies.
pub fn value(place: &Place<'_>, parameter: &Id, component: Option<&str>) -> Option<String> {
    let component = place.handbook.parameters.get(parameter)?.component(component)?;
    component.text(place.handbook.config.level).or_else(|| component.default_text())
}

/// A chip of words and a note (HTML). Its title is that of the thing; with a value's component, its id,
/// title and component. A reference that leads nowhere is the linter's business; here it is no link.
fn push_chip(
    place: &Place<'_>,
    id: &Id,
    class: &str,
    component: Option<Option<&str>>,
    words: &[&str],
    note: &str,
    out: &mut String,
) {
    let target = place.handbook.target(id).filter(|target| !matches!(target, Target::Planned(_)));
    match &target {
        Some(target) => {
            let title = title_of(target);
            let title: &[&str] = match component {
                None => &[&title],
                Some(None) => &[id.as_str(), " ", &title],
                Some(Some(component)) => &[id.as_str(), " ", &title, "·", component],
            };
            place.push_open(id, target, class, title, out);
        }
        None => {
            out.push_str("<span class=\"");
            out.push_str(class);
            out.push_str("\">");
        }
    }
    words.iter().for_each(|words| html::push_escaped(words, out));
    if !note.is_empty() {
        out.push(' ');
        out.push_str(note);
    }
    out.push_str(if target.is_some() { "</a>" } else { "</span>" });
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::site::Options;
    use crate::site::fixture::on_norm_page;

    fn shown(text: &str) -> String {
        on_norm_page(Options::default(), |place| words(place, text))
    }

    #[test]
    fn identifiers_become_links_and_everything_else_is_escaped() {
        assert_eq!(
            shown("<b>见 NJ-03-1.1，R04 填 FM-1</b>"),
            "&lt;b&gt;见 <a href=\"#1.1\" class=\"ref whole\" title=\"预审程序\">NJ-03-1.1</a>，\
             <a href=\"../roles/R04/\" class=\"ref whole\" title=\"年检预审员\">R04</a> 填 \
             <a href=\"../forms/FM-NJ-03-1/\" class=\"ref\" title=\"工作单\">FM-1</a>&lt;/b&gt;"
        );
    }

    #[test]
    fn what_is_planned_or_unknown_is_no_link() {
        assert_eq!(
            shown("见 XX-13。"),
            "见 <span class=\"planned\">XX-13《停机处置》<small>尚未发布</small></span>。"
        );
        assert_eq!(shown("见 XX-99 和 FM-9。"), "见 XX-99 和 FM-9。");
    }

    #[test]
    fn a_parameter_shows_its_value_and_not_the_words_of_the_mark() {
        let html = shown("应在【参：P07.平时 9个工作日】内答复。");
        assert!(html.contains(">5个工作日</a>内答复。") && html.contains("../parameters/#P07"), "{html}");
    }

    #[test]
    fn a_law_says_whether_anybody_compared_it() {
        let unchecked = shown("齐全【法：L06 第5条（2016文本）】。");
        assert!(
            unchecked.contains("../sources/#L06") && unchecked.contains("法 L06 第5条（2016文本）"),
            "{unchecked}"
        );
        assert!(unchecked.contains("待核对"), "{unchecked}");
        let text = "齐全【法：L06 第5条·核对2026-01-05】。";
        assert!(shown(text).contains("<small>核对 2026-01-05</small>"));
        let later = Options { today: Some(date(2026, 7, 6)), ..Options::default() };
        assert!(on_norm_page(later, |place| words(place, text)).contains("已过6个月"));
        assert!(shown("齐全【法：L99 第5条】。").contains("<span class=\"mark law\">法 L99 第5条"));
    }

    #[test]
    fn marks_that_are_none_stay_as_they_were_written() {
        assert_eq!(shown("甲【注】乙【法：L06"), "甲【注】乙【法：L06");
    }
}
