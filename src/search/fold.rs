//! Folding: one spelling for index and query. Width, case, traditional script, compatibility forms
//! and dashes are levelled; what cannot be seen is left out.
//!
//! Folding works on single characters, never on phrases: a piece of a text must fold like the
//! same piece inside its text, or a search for it would miss. `乾隆` therefore folds to `干隆`, in
//! the index and in the query alike; readers always see the original.

use std::sync::LazyLock;

use unicode_normalization::char::decompose_compatible;

use crate::text::is_han;

/// Folded text, and for each of its characters the bytes of the original that it came from.
#[derive(Debug, Default)]
pub struct Folded {
    /// The folded characters.
    pub chars: Vec<char>,
    /// For each character, where it starts in the original.
    pub starts: Vec<usize>,
}

impl Folded {
    /// Folds `text` and leaves spaces out, so that `PDF 文件` and `PDF文件` are one spelling. Line
    /// ends stay: nothing is found across them.
    pub fn compact(text: &str) -> Self {
        let mut folded = Self::default();
        for (at, c) in text.char_indices() {
            if let Some(c) = fold_char(c).filter(|&c| c == '\n' || !c.is_whitespace()) {
                folded.chars.push(c);
                folded.starts.push(at);
            }
        }
        folded
    }

    /// The places where `needle` stands, as indexes of its first character. Occurrences may overlap.
    pub fn find<'a>(&'a self, needle: &'a [char]) -> impl Iterator<Item = usize> + 'a {
        let windows = if needle.is_empty() { &[] } else { &self.chars[..] };
        windows
            .windows(needle.len().max(1))
            .enumerate()
            .filter(move |(_, window)| *window == needle)
            .map(|(at, _)| at)
    }

    /// Whether `needle` stands in it.
    pub fn contains(&self, needle: &[char]) -> bool {
        self.find(needle).next().is_some()
    }
}

/// Folds a text.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    folded.extend(text.chars().filter_map(fold_char));
    folded
}

/// Folds a text and leaves out spaces between Han characters: they part nothing that belongs together.
pub fn fold_close(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    // Bytes of the text up to the last Han character, when only spaces came after it.
    let mut han = None;
    for c in text.chars().filter_map(fold_char) {
        if is_han(c) {
            folded.truncate(han.unwrap_or(folded.len()));
            folded.push(c);
            han = Some(folded.len());
        } else {
            folded.push(c);
            han = han.filter(|_| c != '\n' && c.is_whitespace());
        }
    }
    folded
}

/// Folds one character to one character; nothing for those that cannot be seen.
pub fn fold_char(c: char) -> Option<char> {
    level(c).map(simplified)
}

/// Folds like [`fold_char`], but keeps traditional script: tells a literal match from one across scripts.
pub fn level(c: char) -> Option<char> {
    match c {
        ' '..='~' => Some(c.to_ascii_lowercase()),
        '\u{4e00}'..='\u{9fff}' => Some(c),
        '\t' => Some(' '),
        '\n' | '\r' => Some('\n'),
        _ if is_invisible(c) => None,
        _ => Some(match lower(compatible(c)) {
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            c => c,
        }),
    }
}

/// Characters without a shape of their own: pasted text is full of them.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

/// The plain twin of a full-width letter, a Kangxi radical, a circled digit: decompositions into
/// one character only, so that lengths hold.
fn compatible(c: char) -> char {
    let mut found = None;
    let mut count = 0;
    decompose_compatible(c, |piece| {
        found = Some(piece);
        count += 1;
    });
    found.filter(|_| count == 1).unwrap_or(c)
}

fn lower(c: char) -> char {
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(lower), None) => lower,
        _ => c,
    }
}

/// First and last character of the block that the table of [`simplified`] covers: nearly every
/// traditional form stands there.
const TABLE: std::ops::RangeInclusive<char> = '\u{4e00}'..='\u{9fff}';

/// The simplified form of a traditional character, by itself.
fn simplified(c: char) -> char {
    // The crate looks a character up in a hash map and makes a string of it; a text is folded by table.
    static SIMPLIFIED: LazyLock<Vec<char>> = LazyLock::new(|| TABLE.map(convert).collect());
    match c {
        '\0'..='\u{33ff}' => c,
        '\u{4e00}'..='\u{9fff}' => SIMPLIFIED[c as usize - *TABLE.start() as usize],
        _ => convert(c),
    }
}

fn convert(c: char) -> char {
    fast2s::convert(c.encode_utf8(&mut [0; 4])).chars().next().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_case_script_and_dashes_are_levelled() {
        assert_eq!(fold("ＮＪ－03　年檢報告預審"), "nj-03 年检报告预审");
        assert_eq!(fold("NJ—03–3.1"), "nj-03-3.1");
        assert_eq!(fold("⼀①ｶ"), "一1カ");
    }

    #[test]
    fn spaces_between_han_characters_part_nothing() {
        assert_eq!(fold_close("年檢　报告 PDF 文件 \n 表"), "年检报告 pdf 文件 \n 表");
    }

    #[test]
    fn what_cannot_be_seen_is_left_out() {
        assert_eq!(fold("年\u{200b}检\u{feff}\u{7}\u{202e}"), "年检");
    }

    #[test]
    fn every_character_folds_to_one_character_and_twice_changes_nothing() {
        for c in (0..=0x10ffff).filter_map(char::from_u32) {
            let Some(once) = fold_char(c) else { continue };
            assert_eq!(fold(&c.to_string()).chars().count(), 1, "{c:?}");
            assert_eq!(fold_char(once), Some(once), "{c:?} folds to {once:?}, which folds on");
        }
    }

    #[test]
    fn a_piece_folds_like_the_same_piece_in_its_text() {
        let text = "乾隆年間，瞭望塔看著乾坤；批覆";
        let whole = fold(text);
        for (i, c) in text.chars().enumerate() {
            assert_eq!(fold(&c.to_string()).chars().next(), whole.chars().nth(i));
        }
    }

    #[test]
    fn places_point_into_the_original() {
        let text = "Ａ 年𠮷\u{200b}檢";
        let folded = Folded::compact(text);
        assert_eq!(folded.chars, ['a', '年', '𠮷', '检']);
        assert!(folded.starts.iter().all(|&at| text.is_char_boundary(at)));
        assert_eq!(
            folded.find(&['检']).map(|i| folded.starts[i]).collect::<Vec<_>>(),
            [text.find('檢').unwrap()]
        );
        assert_eq!(folded.find(&[]).count(), 0);
    }
}
