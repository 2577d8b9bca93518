//! The words of inline events in one string, with the way back to their bytes in the file.

use std::ops::Range;

use pulldown_cmark::Event;

use super::{Placed, mark};

/// Words, and where they came from.
#[derive(Debug, Default)]
pub struct Flat {
    /// The words, marks included.
    pub text: String,
    /// Start in `text`, and the bytes of the file, of each event.
    pieces: Vec<(usize, Range<usize>)>,
}

impl Flat {
    /// The words of inline events.
    pub fn new<'a>(events: impl IntoIterator<Item = &'a Placed>) -> Self {
        let mut flat = Self::default();
        for (event, range) in events {
            let words: &str = match event {
                Event::Text(words) | Event::Code(words) => words,
                Event::SoftBreak | Event::HardBreak => " ",
                _ => continue,
            };
            // The blank around a bold number belongs to nobody.
            let words = if flat.text.is_empty() { words.trim_start() } else { words };
            let range = range.end.saturating_sub(words.len()).max(range.start)..range.end;
            flat.pieces.push((flat.text.len(), range));
            flat.text.push_str(words);
        }
        flat
    }

    /// The bytes of the file that a range of the words came from.
    pub fn place(&self, range: &Range<usize>) -> Range<usize> {
        let find = |at: usize| {
            let i = self.pieces.partition_point(|(start, _)| *start <= at).saturating_sub(1);
            self.pieces
                .get(i)
                .map_or(0, |(start, source)| (source.start + at.saturating_sub(*start)).min(source.end))
        };
        let start = find(range.start);
        // The end is looked up from the last byte inside, so that it stays in the same event.
        let end = if range.end > range.start { find(range.end - 1) + 1 } else { start };
        start..end.max(start)
    }

    /// The words with every mark blanked out, byte for byte, so that places stay.
    pub fn masked(&self) -> String {
        let mut out = String::with_capacity(self.text.len());
        for piece in mark::split(&self.text) {
            match piece {
                mark::Piece::Text(range) => out.push_str(&self.text[range]),
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
        mark::without_marks(&self.text).trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lead_back_to_the_file() {
        let events: Vec<Placed> = vec![
            (Event::Text("预审员应".into()), 10..22),
            (Event::Code("核对".into()), 23..29),
            (Event::Text("材料【例】。".into()), 31..49),
        ];
        let flat = Flat::new(&events);
        let at = flat.text.find("材料").expect("there");
        assert_eq!(flat.place(&(at..at + 6)), 31..37);
        assert_eq!(flat.masked().len(), flat.text.len());
        assert_eq!(flat.without_marks(), "预审员应核对材料。");
    }
}
