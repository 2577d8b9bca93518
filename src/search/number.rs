//! Numbers: identifiers in any spelling, and article numbers in either script, as one token each.

use std::ops::Range;

/// The key of an identifier: small letters, no leading zeros, `-` between its parts. `NJ-03-3.1`,
/// `nj3 3.1` and `ＮＪ０３－３．１` are `nj-3-3.1`. What has no known shape is its own key.
pub fn id_key(folded: &str) -> String {
    let chars: Vec<char> = folded.chars().collect();
    match parse_id(&chars, 0) {
        Some((key, end)) if end == chars.len() => key,
        _ => folded.to_owned(),
    }
}

/// The identifiers that a folded text may hold: their keys, and their places in characters. Whether there
/// is such a thing is for the caller to find out.
pub fn ids(chars: &[char]) -> Vec<(String, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let starts = chars[at].is_ascii_alphabetic() && (at == 0 || !is_inside_word(chars[at - 1]));
        match parse_id(chars, at).filter(|_| starts) {
            Some((key, end)) => {
                found.push((key, at..end));
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// Article and chapter numbers (`第三十八条`, `第38条`, and without 第 when `bare`) as `38条`.
pub fn ordinals(folded: &str, bare: bool) -> Vec<String> {
    let mut found = Vec::new();
    if !bare && !folded.contains('第') {
        return found;
    }
    let chars: Vec<char> = folded.chars().filter(|c| *c != ' ').collect();
    let mut at = 0;
    while at < chars.len() {
        let marked = chars[at] == '第';
        let start = at + usize::from(marked);
        let length = chars[start..].iter().take_while(|c| is_numeral(**c)).count();
        let unit = chars.get(start + length).filter(|unit| "编章节条款项篇".contains(**unit));
        if let (Some(unit), true) = (unit, marked || bare)
            && let Some(number) = numeral(&chars[start..start + length])
        {
            found.push(format!("{number}{unit}"));
        }
        at = start + length.max(1 - usize::from(marked));
    }
    found
}

/// Whether a folded query says nothing but this one ordinal.
pub fn is_ordinal_only(folded: &str, ordinal: &str) -> bool {
    let unit = ordinal.chars().next_back();
    folded.chars().filter(|c| *c != ' ').all(|c| c == '第' || is_numeral(c) || Some(c) == unit)
}

/// A query that is nothing but a local number (`3.1`), as it is written in a norm.
pub fn local_number(folded: &str) -> Option<String> {
    let text = folded.trim().replace('。', ".");
    let digits = text.split('.').all(|piece| !piece.is_empty() && piece.bytes().all(|b| b.is_ascii_digit()));
    (digits && text.contains('.')).then_some(text)
}

/// Reads an identifier that starts at `start`; gives its key and where it ends.
fn parse_id(chars: &[char], start: usize) -> Option<(String, usize)> {
    let mut at = start;
    let letters = take(chars, &mut at, |c| c.is_ascii_alphabetic());
    let (mut prefix, mut part) = (String::new(), letters);
    if part.len() == 2 && is_prefix(&part) {
        skip_separators(chars, &mut at);
        let next = take(chars, &mut at, |c| c.is_ascii_alphabetic());
        (prefix, part) = (part, next);
    } else if part.len() == 4 && is_prefix(&part[..2]) {
        let rest = part.split_off(2);
        (prefix, part) = (part, rest);
    }
    if !part.is_ascii() || !matches!((prefix.is_empty(), part.len()), (true, 1) | (_, 2)) {
        return None;
    }
    skip_separators(chars, &mut at);
    let number: String = take_some(chars, &mut at, 2, |c| c.is_ascii_digit());
    if number.is_empty() {
        return None;
    }
    let mut key = format!("{part}-{}", without_zeros(&number));
    if !prefix.is_empty() {
        key.insert_str(0, &format!("{prefix}-"));
    }
    let mut end = at;
    if part.len() == 2 {
        skip_separators(chars, &mut at);
        if let Some(local) = parse_local(chars, &mut at) {
            key = format!("{key}-{local}");
            end = at;
        }
    }
    let whole = chars.get(end).is_none_or(|c| !c.is_ascii_alphanumeric());
    whole.then_some((key, end))
}

/// What follows a norm's number: `3`, `3.1`, `3.1a`, `a.1`, `c2`, `表1`.
fn parse_local(chars: &[char], at: &mut usize) -> Option<String> {
    let mut local = take_some(chars, at, 1, |c| c == '表');
    local += &take_some(chars, at, 1, |c| c.is_ascii_lowercase());
    loop {
        let number = take(chars, at, |c| c.is_ascii_digit());
        local += without_zeros(&number);
        let more = matches!(chars.get(*at), Some('.' | '。'))
            && chars.get(*at + 1).is_some_and(char::is_ascii_digit);
        if !more || local.is_empty() {
            break;
        }
        *at += 1;
        local.push('.');
    }
    if local.ends_with(|c: char| c.is_ascii_digit()) {
        local += &take_some(chars, at, 1, |c| c.is_ascii_lowercase());
    }
    (!local.is_empty()).then_some(local)
}

fn is_inside_word(before: char) -> bool {
    before.is_ascii_alphanumeric() || matches!(before, '-' | '/')
}

fn is_prefix(letters: &str) -> bool {
    matches!(letters, "ck" | "fm")
}

fn without_zeros(number: &str) -> &str {
    let trimmed = number.trim_start_matches('0');
    if trimmed.is_empty() && !number.is_empty() { "0" } else { trimmed }
}

fn skip_separators(chars: &[char], at: &mut usize) {
    take_some(chars, at, 3, |c| matches!(c, '-' | ' ' | '_' | '/' | '.' | '。'));
}

fn take(chars: &[char], at: &mut usize, wanted: impl Fn(char) -> bool) -> String {
    take_some(chars, at, usize::MAX, wanted)
}

fn take_some(chars: &[char], at: &mut usize, most: usize, wanted: impl Fn(char) -> bool) -> String {
    let taken: String =
        chars[(*at).min(chars.len())..].iter().copied().take_while(|c| wanted(*c)).take(most).collect();
    *at += taken.chars().count();
    taken
}

fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || c == '百' || c == '千' || digit(c).is_some()
}

fn digit(c: char) -> Option<u32> {
    "〇一二三四五六七八九十".chars().zip(0..).find(|(known, _)| *known == c).map(|(_, value)| value).or(
        match c {
            '零' => Some(0),
            '两' => Some(2),
            _ => None,
        },
    )
}

/// The value of a numeral below ten thousand, in digits or in Chinese.
fn numeral(chars: &[char]) -> Option<u32> {
    if chars.is_empty() || chars.len() > 9 {
        return None;
    }
    if chars.iter().all(char::is_ascii_digit) {
        return chars.iter().collect::<String>().parse().ok();
    }
    // `三八` is said digit by digit, `三十八` by rank.
    let ranked = chars.iter().any(|c| matches!(c, '十' | '百' | '千'));
    let (mut total, mut pending) = (0, None);
    for &c in chars {
        let rank = match c {
            '十' => 10,
            '百' => 100,
            '千' => 1000,
            _ => {
                let value = digit(c)?;
                pending = Some(if ranked { value } else { pending.unwrap_or(0) * 10 + value });
                continue;
            }
        };
        total += rank * pending.take().unwrap_or(1);
    }
    Some(total + pending.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::fold::fold;

    fn found(text: &str) -> Vec<String> {
        ids(&fold(text).chars().collect::<Vec<_>>()).into_iter().map(|(key, _)| key).collect()
    }

    #[test]
    fn an_id_has_one_key_in_any_spelling() {
        for text in ["NJ-03-3.1", "nj3 3.1", "ＮＪ０３－３．１", "nj-3-3。1", "NJ03 03.1", "nj033.1"]
        {
            assert_eq!(found(text), ["nj-3-3.1"], "{text}");
        }
        for text in ["CK-NJ-03-1.02", "cknj03 1.2", "ck nj 3 1.02"] {
            assert_eq!(found(text), ["ck-nj-3-1.2"], "{text}");
        }
        assert_eq!(found("P07和r4"), ["p-7", "r-4"]);
        assert_eq!(found("NJ-03-表A.1、NJ-03-C2"), ["nj-3-表a.1", "nj-3-c2"]);
        assert_eq!(found("NJ-03催审"), ["nj-3"]);
        assert_eq!(id_key("nj-03-3.1a"), "nj-3-3.1a");
        assert_eq!(id_key("guide/安装#第一步"), "guide/安装#第一步");
    }

    #[test]
    fn what_is_no_id_is_left_alone() {
        assert!(found("pdf 3 a ab gb/t 1.1").is_empty(), "{:?}", found("pdf 3 a ab gb/t 1.1"));
    }

    #[test]
    fn article_numbers_are_one_token_in_either_script() {
        for text in ["第三十八条", "第38条", "第 38 条", "第三八条"] {
            assert_eq!(ordinals(text, false), ["38条"], "{text}");
        }
        assert_eq!(ordinals("38条", true), ["38条"]);
        assert!(ordinals("38条意见，条款", false).is_empty());
        assert_eq!(ordinals("第十条第二款、第一百零二章", false), ["10条", "2款", "102章"]);
        assert!(ordinals("第", true).is_empty());
    }

    #[test]
    fn local_numbers_stand_alone() {
        assert_eq!(local_number(" 3.1 ").as_deref(), Some("3.1"));
        assert_eq!(local_number("3。1").as_deref(), Some("3.1"));
        assert_eq!(local_number("3"), None);
        assert_eq!(local_number("第3.1条"), None);
    }
}
