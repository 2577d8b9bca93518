//! The words of inline events in one string, with the way back to their bytes in the file.

use std::cell::OnceCell;
use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::mark;

/// Words, and where they came from.
#[derive(Debug, Default)]
pub struct Flat {
    /// The words, marks included.
    pub text: String,
    /// Each event's share of the words.
    pieces: Vec<Piece>,
    /// Words and marks, cut apart when first asked for.
    marks: OnceCell<Vec<mark::Piece>>,
}

#[derive(Debug)]
struct Piece {
    /// Where it begins in the words.
    start: usize,
    /// The bytes of the file.
    source: Range<usize>,
    /// Whether the words stand there byte for byte.
    exact: bool,
}

fn is_inline(tag: &TagEnd) -> bool {
    matches!(tag, TagEnd::Strong | TagEnd::Emphasis | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
}

impl Flat {
    /// The words of inline events.
    pub fn new<'a, 's: 'a>(events: impl IntoIterator<Item = &'a (Event<'s>, Range<usize>)>) -> Self {
        let mut flat = Self::default();
        for (event, range) in events {
            let words: &str = match event {
                Event::Text(words) | Event::Code(words) => words,
                Event::SoftBreak | Event::HardBreak => " ",
                _ => continue,
            };
            flat.push(words, range);
        }
        flat
    }

    /// The words of each paragraph, heading, item or cell apart. What stands in code is left out.
    pub fn blocks(events: &[(Event<'_>, Range<usize>)]) -> impl Iterator<Item = Self> {
        let mut rest = events.iter();
        let mut verbatim = false;
        std::iter::from_fn(move || {
            let mut flat = Self::default();
            for (event, range) in rest.by_ref() {
                match event {
                    Event::Text(words) if !verbatim => flat.push(words, range),
                    Event::SoftBreak | Event::HardBreak => flat.push(" ", range),
                    Event::Start(Tag::CodeBlock(_)) => verbatim = true,
                    Event::End(TagEnd::CodeBlock) => verbatim = false,
                    Event::Start(tag) if is_inline(&tag.to_end()) => {}
                    Event::End(tag) if is_inline(tag) => {}
                    Event::Start(_) | Event::End(_) | Event::Rule if !flat.text.is_empty() => {
                        return Some(flat);
                    }
                    _ => {}
                }
            }
            (!flat.text.is_empty()).then_some(flat)
        })
    }

    fn push(&mut self, words: &str, range: &Range<usize>) {
        // The blank around a bold number belongs to nobody.
        let kept = if self.text.is_empty() { words.trim_start() } else { words };
        let exact = range.len() == words.len();
        let start = if exact { range.start + words.len() - kept.len() } else { range.start };
        self.pieces.push(Piece { start: self.text.len(), source: start..range.end, exact });
        self.text.push_str(kept);
    }

    /// The bytes of the file that a range of the words came from; for code, entities and breaks, all of
    /// what was written for them.
    pub fn place(&self, range: &Range<usize>) -> Range<usize> {
        let find = |at: usize| {
            let i = self.pieces.partition_point(|piece| piece.start <= at).saturating_sub(1);
            self.pieces.get(i).map(|piece| (piece, at.saturating_sub(piece.start)))
        };
        let start = find(range.start).map_or(0, |(piece, offset)| match piece.exact {
            true => (piece.source.start + offset).min(piece.source.end),
            false => piece.source.start,
        });
        // The end is looked up from the last byte inside, so that it stays in the same event.
        let end = find(range.end.saturating_sub(1)).map_or(start, |(piece, offset)| match piece.exact {
            true => (piece.source.start + offset + 1).min(piece.source.end),
            false => piece.source.end,
        });
        start..if range.is_empty() { start } else { end.max(start) }
    }

    /// The words and the marks, cut apart.
    pub fn marks(&self) -> &[mark::Piece] {
        self.marks.get_or_init(|| mark::split(&self.text))
    }

    /// The words with every mark blanked out, byte for byte, so that places stay.
    pub fn masked(&self) -> String {
        let mut out = String::with_capacity(self.text.len());
        for piece in self.marks() {
            match piece {
                mark::Piece::Text(range) => out.push_str(&self.text[range.clone()]),
                mark::Piece::Mark(range, _)
                | mark::Piece::Unclosed(range)
                | mark::Piece::Unknown(range, _) => {
                    out.extend(std::iter::repeat_n(' ', range.len()));
                }
            }
        }
        out
    }

    /// The words without marks; a parameter's value stands as `{{P07.平时}}`.
    pub fn without_marks(&self) -> String {
        mark::words_of(&self.text, self.marks()).trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::Placed;

    #[test]
    fn places_lead_back_to_the_file() {
        let source = "预审员应`核对`材料&amp;【例】。";
        let events: Vec<Placed> = vec![
            (Event::Text("预审员应".into()), 0..12),
            (Event::Code("核对".into()), 12..20),
            (Event::Text("材料".into()), 20..26),
            (Event::Text("&".into()), 26..31),
            (Event::Text("【例】。".into()), 31..43),
        ];
        let flat = Flat::new(&events);
        let written = |words: &str| {
            let at = flat.text.find(words).expect("there");
            &source[flat.place(&(at..at + words.len()))]
        };
        assert_eq!(written("材料"), "材料");
        assert_eq!(written("核"), "`核对`");
        assert_eq!(written("料&【例"), "料&amp;【例");
        assert_eq!(flat.masked().len(), flat.text.len());
        assert_eq!(flat.without_marks(), "预审员应核对材料&。");
    }

    #[test]
    fn blocks_are_kept_apart_and_code_is_left_out() {
        let events: Vec<Placed> = vec![
            (Event::Start(Tag::Paragraph), 0..9),
            (Event::Text("甲".into()), 0..3),
            (Event::Code("【".into()), 3..8),
            (Event::End(TagEnd::Paragraph), 0..9),
            (Event::Start(Tag::Paragraph), 9..12),
            (Event::Text("乙".into()), 9..12),
            (Event::End(TagEnd::Paragraph), 9..12),
        ];
        let words: Vec<_> = Flat::blocks(&events).map(|flat| flat.text).collect();
        assert_eq!(words, ["甲", "乙"]);
    }
}
