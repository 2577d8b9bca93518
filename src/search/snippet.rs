//! Snippets: the stretch of a unit's text that shows best why it was found, with the hits marked.
//! Offsets go through the folding, so traditional script and full-width letters are marked where they stand.

use std::collections::BTreeSet;
use std::ops::Range;

use schemars::JsonSchema;
use serde::Serialize;

use super::fold::Folded;
use super::reading::Reading;
use super::sound::{self, Syllable};
use super::spelling;
use crate::text::is_han;

/// Characters of a snippet.
const LENGTH: usize = 90;
/// Characters before the first hit, when it stands deep inside a sentence.
const LEAD: usize = 15;

/// Windows that are compared: a text that repeats itself thousands of times has no better one further on.
const MOST_WINDOWS: usize = 500;
/// The number under which everything found by sound is marked.
const SOUND: usize = 0;

/// A stretch of a snippet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Piece {
    /// Its text, as it stands in the handbook; `…` where something was left out.
    pub text: String,
    /// Whether it is what was searched for.
    pub hit: bool,
}

/// The best stretch of `text` for a query. A text that holds nothing of it gives way to `preview`.
pub fn snippet(text: &str, preview: &str, reading: &Reading) -> Vec<Piece> {
    let mut text = text;
    let mut folded = Folded::compact(text);
    let mut marks = marks(&folded, reading);
    if !marks.hit.contains(&true) && !preview.is_empty() {
        text = preview;
        folded = Folded::compact(text);
        marks = self::marks(&folded, reading);
    }
    let window = window(&folded.chars, &marks);
    cut(text, &folded, &marks, window)
}

/// For each folded character, which of the looked-for things it is part of.
struct Marks {
    /// Numbers of the things that begin at a character; a thing is a word, a pair or a character.
    starts: Vec<Vec<usize>>,
    /// Whether a character is part of one.
    hit: Vec<bool>,
}

impl Marks {
    fn mark(&mut self, at: usize, length: usize, thing: usize) {
        self.starts[at].push(thing);
        self.hit[at..at + length].fill(true);
    }
}

/// Marks whole words where they stand; a word that stands nowhere is marked in another form, by its
/// pairs, or by its sound.
fn marks(folded: &Folded, reading: &Reading) -> Marks {
    let size = folded.chars.len();
    let mut marks = Marks { starts: vec![Vec::new(); size], hit: vec![false; size] };
    let mut thing = 0;
    let mut mark = |marks: &mut Marks, needle: &[char]| {
        thing += 1;
        let places: Vec<usize> = folded.find(needle).collect();
        places.iter().for_each(|&at| marks.mark(at, needle.len(), thing));
        !places.is_empty()
    };
    let whole: Vec<char> = reading.folded.chars().filter(|c| *c != ' ').collect();
    let mut missing = Vec::new();
    // A question that stands in the text as a whole is marked as a whole.
    let words = if reading.cut && mark(&mut marks, &whole) { &[] } else { &reading.words[..] };
    for word in words {
        let chars: Vec<char> = word.text.chars().collect();
        let mut found = mark(&mut marks, &chars);
        for other in &word.others {
            found |= mark(&mut marks, &other.chars().collect::<Vec<_>>());
        }
        if !found {
            chars.windows(2).filter(|pair| pair.iter().all(|c| is_han(*c))).for_each(|pair| {
                mark(&mut marks, pair);
            });
            missing.extend(sound::commonest(&chars));
        }
    }
    let letters = reading.letters.iter().flat_map(|letters| spelling::spellings(letters));
    mark_sounds(&mut marks, folded, &missing.into_iter().chain(letters).collect::<Vec<_>>());
    marks
}

/// Marks what sounds like one of `wanted`.
fn mark_sounds(marks: &mut Marks, folded: &Folded, wanted: &[Vec<Syllable>]) {
    if wanted.iter().all(|syllables| syllables.len() < 2) {
        return;
    }
    let readings = folded.chars.iter().map(|&c| sound::readings(c)).collect::<Vec<_>>();
    for syllables in wanted.iter().filter(|syllables| syllables.len() > 1) {
        for at in sound::find(&readings, syllables) {
            marks.mark(at, syllables.len(), SOUND);
        }
    }
}

/// The best window, in folded characters: most different things first, then most marked
/// characters, then the earliest. A window begins with the sentence of a hit, or a little before the hit.
fn window(chars: &[char], marks: &Marks) -> Range<usize> {
    let hits = (0..chars.len()).filter(|&at| !marks.starts[at].is_empty());
    let starts: BTreeSet<usize> = hits.map(|at| lead(chars, at)).take(MOST_WINDOWS).collect();
    let value = |start: usize| {
        let window = start..(start + LENGTH).min(chars.len());
        let things: BTreeSet<usize> = marks.starts[window.clone()].iter().flatten().copied().collect();
        (things.len(), marks.hit[window].iter().filter(|hit| **hit).count())
    };
    if chars.len() <= LENGTH + LENGTH / 3 {
        return 0..chars.len();
    }
    let best = starts.into_iter().max_by_key(|&start| (value(start), std::cmp::Reverse(start))).unwrap_or(0);
    best..end(chars, best)
}

/// The window that shows a hit begins with its sentence, or close before it when that begins too far off.
fn lead(chars: &[char], hit: usize) -> usize {
    let far = hit.saturating_sub(LENGTH / 2);
    let sentence = (far..hit).rev().find(|&at| ends_sentence(chars[at])).map(|at| at + 1);
    sentence.unwrap_or(if far == 0 { 0 } else { hit - LEAD })
}

/// A window ends with the last sentence that ends in it, unless that leaves little.
fn end(chars: &[char], start: usize) -> usize {
    let longest = (start + LENGTH).min(chars.len());
    if longest == chars.len() {
        return longest;
    }
    let sentence = (start + LENGTH / 2..longest).rev().find(|&at| ends_sentence(chars[at]));
    sentence.map_or(longest, |at| at + 1)
}

fn ends_sentence(folded: char) -> bool {
    matches!(folded, '。' | ';' | '!' | '?' | '\n')
}

/// The window as pieces of the original, neighbours of one kind joined.
fn cut(text: &str, folded: &Folded, marks: &Marks, window: Range<usize>) -> Vec<Piece> {
    let start_of = |at: usize| folded.starts.get(at).copied().unwrap_or(text.len());
    let mut pieces: Vec<Piece> = Vec::new();
    let mut push = |text: &str, hit: bool| match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(last) if last.hit == hit => last.text.push_str(text),
        _ => pieces.push(Piece { text: text.to_owned(), hit }),
    };
    if window.start > 0 && !ends_sentence(folded.chars[window.start - 1]) {
        push("…", false);
    }
    for at in window.clone() {
        let original = &text[start_of(at)..start_of(at + 1)];
        let (character, skipped) = original.split_at(original.chars().next().map_or(0, char::len_utf8));
        push(if character == "\n" { " " } else { character }, marks.hit[at]);
        push(skipped, marks.hit[at] && marks.hit.get(at + 1).is_some_and(|hit| *hit));
    }
    if window.end < folded.chars.len() && !ends_sentence(folded.chars[window.end - 1]) {
        push("…", false);
    }
    if let Some(last) = pieces.last_mut() {
        last.text.truncate(last.text.trim_end().len());
    }
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::synonym::Synonyms;

    fn shown(text: &str, query: &str) -> String {
        let forms = ["民非", "社会服务机构"].map(str::to_owned).to_vec();
        let reading = Reading::new(query, &Synonyms::new([forms]), |_| false);
        let pieces = snippet(text, "", &reading);
        pieces
            .iter()
            .map(|piece| if piece.hit { format!("[{}]", piece.text) } else { piece.text.clone() })
            .collect()
    }

    #[test]
    fn hits_are_marked_in_the_original_spelling() {
        assert_eq!(shown("應核對年檢　報告。", "年检报告"), "應核對[年檢　報告]。");
        assert_eq!(shown("提交ＰＤＦ文件", "pdf"), "提交[ＰＤＦ]文件");
    }

    #[test]
    fn neighbours_are_merged_and_a_missing_word_is_marked_by_pairs() {
        assert_eq!(shown("年检报告预审", "年检报告要预审"), "[年检报告预审]");
    }

    #[test]
    fn other_forms_and_sounds_are_marked() {
        assert_eq!(shown("社会服务机构怎样登记", "民非"), "[社会服务机构]怎样登记");
        assert_eq!(shown("写续审标记", "xushen"), "写[续审]标记");
        assert_eq!(shown("年检报告", "年捡"), "[年检]报告");
    }

    #[test]
    fn the_window_holds_the_most_words_and_begins_with_a_sentence() {
        let filler = "这一句话什么也没有说只是用来占地方的。".repeat(12);
        let text = format!("{filler}预审员应核对登记证书。{filler}催审时先查登记证书再回话；{filler}");
        let snippet = shown(&text, "催审 登记证书");
        assert!(snippet.starts_with("[催审]时先查[登记证书]"), "{snippet}");
        assert!(snippet.chars().count() <= LENGTH + 8 && snippet.ends_with('。'), "{snippet}");
    }

    #[test]
    fn a_long_sentence_is_cut_near_its_hit() {
        let text = format!("{}催审{}", "甲".repeat(200), "乙".repeat(200));
        let snippet = shown(&text, "催审");
        assert!(
            snippet.starts_with("…甲") && snippet.contains("[催审]") && snippet.ends_with("乙…"),
            "{snippet}"
        );
    }

    #[test]
    fn nothing_found_shows_the_beginning() {
        assert_eq!(shown("第一行\n第二行", "完全没有"), "第一行 第二行");
        assert_eq!(shown("", "年检"), "");
        assert_eq!(shown("😀年\u{200b}检𠮷", "年检"), "😀[年\u{200b}检]𠮷");
    }
}
