//! Chinese text: what counts as Han, folding of width, soft line breaks, and plain helpers.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

/// Whether a character is a Han character (URO, extensions A to I, compatibility).
pub fn is_han(c: char) -> bool {
    matches!(c,
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '〇'
        | '\u{20000}'..='\u{2fa1f}' | '\u{30000}'..='\u{323af}')
}

/// Whether a line break beside this character must vanish when lines are joined: Han characters
/// and full-width punctuation need no space between them.
pub fn is_wide(c: char) -> bool {
    is_han(c)
        || matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{3040}'..='\u{30ff}'
            | '“' | '”' | '‘' | '’' | '…' | '—' | '·')
}

/// Number of Han characters.
pub fn han_count(text: &str) -> usize {
    text.chars().filter(|&c| is_han(c)).count()
}

/// A full-width ASCII character or ideographic space, as its half-width twin.
pub fn fold_width(c: char) -> char {
    match c {
        '\u{3000}' | '\u{a0}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// `fold_width` over a whole text.
pub fn folded(text: &str) -> String {
    text.chars().map(fold_width).collect()
}

/// Joins the lines of a soft-wrapped text: nothing between two wide characters, else one space.
pub fn soft_break(before: Option<char>, after: Option<char>) -> &'static str {
    match (before, after) {
        (Some(a), Some(b)) if is_wide(a) && is_wide(b) => "",
        _ => " ",
    }
}

/// Whether a text is surely in NFC.
pub fn is_nfc(text: &str) -> bool {
    // What Chinese text consists of is asked first: the tables behind the other answer are slow.
    is_inert(text.as_bytes()) || is_nfc_quick(text.chars()) == IsNormalized::Yes
}

/// Whether bytes of UTF-8 are all of characters that stay as they are in NFC whatever stands beside
/// them: ASCII and Latin, Han (U+4E00 to U+9FFF), and most punctuation and arrows among them.
pub fn is_inert(mut bytes: &[u8]) -> bool {
    while let [first, ..] = bytes {
        let length = match (*first, bytes.get(1), bytes.get(2)) {
            (..0x80, ..) => 1,
            (0xe5..=0xe9, ..) | (0xe4, Some(0xb8..), _) => 3,
            // U+FF00 to U+FFEF, U+3000 to U+3029, U+2010 to U+2027, U+2190 to U+2199.
            (0xef, Some(0xbc..=0xbe), _) | (0xef, Some(0xbf), Some(..0xb0)) => 3,
            (0xe3, Some(0x80), Some(..0xaa)) | (0xe2, Some(0x80), Some(0x90..=0xa7)) => 3,
            (0xe2, Some(0x86), Some(0x90..=0x99)) => 3,
            (0xc2..=0xcb, ..) => 2,
            _ => return false,
        };
        bytes = bytes.get(length..).unwrap_or_default();
    }
    true
}

/// A text in NFC.
fn nfc(text: &str) -> Cow<'_, str> {
    if is_nfc(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

/// The text that fingerprints are made of: NFC, without white space between wide characters, and
/// other white space folded to one space.
pub fn canonical(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in nfc(text).chars() {
        if c.is_whitespace() {
            gap = !out.is_empty();
            continue;
        }
        if gap {
            out.push_str(soft_break(out.chars().next_back(), Some(c)));
            gap = false;
        }
        out.push(c);
    }
    out
}

/// Bytes as hexadecimal digits in lower case.
pub fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Control characters that change the reading direction and so can hide what a text says.
pub fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
}

/// Splits at a full- or half-width character; `；` also splits at `;`.
pub fn split_wide(text: &str, separator: char) -> impl Iterator<Item = (usize, &str)> {
    let folded = fold_width(separator);
    let mut start = 0;
    let mut done = false;
    std::iter::from_fn(move || {
        if done {
            return None;
        }
        let rest = &text[start..];
        let at = rest.char_indices().find(|&(_, c)| c == separator || c == folded);
        let piece = match at {
            Some((i, c)) => {
                let piece = (start, &rest[..i]);
                start += i + c.len_utf8();
                piece
            }
            None => {
                done = true;
                (start, rest)
            }
        };
        Some(piece)
    })
}

/// Trims white space (ideographic included) and tells how many bytes went from the front.
pub fn trim(text: &str) -> (usize, &str) {
    let front = text.trim_start();
    (text.len() - front.len(), front.trim_end())
}

/// The anchor of a heading in a plain Markdown page: letters and digits of any script in lower
/// case, `-` between them.
pub fn anchor(title: &str) -> String {
    let mut out = String::new();
    for c in title.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() || c == '_' {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    let trimmed = out.trim_end_matches('-').to_owned();
    if trimmed.is_empty() { "section".to_owned() } else { trimmed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inert_is_in_nfc_beside_anything() {
        let inert = |c: &char| is_inert(c.encode_utf8(&mut [0; 4]).as_bytes());
        for c in ('\0'..='\u{2ffff}').filter(inert) {
            assert!(is_nfc_quick([c].into_iter()) == IsNormalized::Yes, "{c:?}");
            assert_eq!(unicode_normalization::char::canonical_combining_class(c), 0, "{c:?}");
        }
        assert!(is_inert("预审员应在5个工作日内（含当日）答复：“可”→“办”。".as_bytes()));
        assert!(!is_inert("e\u{301}".as_bytes()) && !is_inert("が".as_bytes()));
    }

    #[test]
    fn han_is_counted_beyond_the_basic_plane() {
        assert_eq!(han_count("年检A𠮷，〇"), 4);
    }

    #[test]
    fn canonical_text_ignores_soft_breaks_between_han() {
        assert_eq!(canonical("预审\n 员应 PDF\n文件"), "预审员应 PDF 文件");
    }

    #[test]
    fn splitting_takes_both_widths_and_keeps_offsets() {
        let pieces: Vec<_> = split_wide("甲；乙;丙", '；').collect();
        assert_eq!(pieces, [(0, "甲"), (6, "乙"), (10, "丙")]);
    }

    #[test]
    fn anchors_keep_chinese() {
        assert_eq!(anchor("1 安装 Rust（Linux）"), "1-安装-rust-linux");
    }
}
