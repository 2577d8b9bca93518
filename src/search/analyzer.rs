//! Tokens: what of a folded text goes into the index, and at which position.
//!
//! Han text is not cut into words. Pairs of neighbouring characters carry the ranking, single characters
//! help where people leave some out. Whatever is a piece of a text has its pairs, too, so none is missed.
//! Index and query take their tokens from here, and a token of one is a token of the other.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use crate::text::is_han;

/// Longest word in characters; a longer one is cut into several.
const LONGEST_WORD: usize = 64;

/// A way of making tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Analyzer {
    /// Every Han character and every word, each at its own position.
    Characters,
    /// Every two neighbouring Han characters, a Han character that stands alone, and every word.
    Pairs,
    /// One token a line, for tokens that were made beforehand.
    Lines,
}

impl Analyzer {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Characters, Self::Pairs, Self::Lines];

    /// The name that the index knows it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Characters => "characters",
            Self::Pairs => "pairs",
            Self::Lines => "lines",
        }
    }

    /// Positions and tokens of a folded text. A token comes in two pieces, the second often empty.
    pub fn pieces(self, text: &str) -> Pieces<'_> {
        let runs = Runs::new(text);
        Pieces { analyzer: self, runs, lines: text.lines(), rest: "", position: 0, alone: false }
    }
}

/// The tokens of a text, made as they are asked for.
#[derive(Debug, Clone)]
pub struct Pieces<'a> {
    analyzer: Analyzer,
    runs: Runs<'a>,
    lines: std::str::Lines<'a>,
    /// What is left of a run of Han characters.
    rest: &'a str,
    /// Position of the next token.
    position: usize,
    /// Whether no token of the run was given yet.
    alone: bool,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = (usize, [&'a str; 2]);

    fn next(&mut self) -> Option<(usize, [&'a str; 2])> {
        if self.analyzer == Analyzer::Lines {
            self.position += 1;
            return self.lines.next().map(|line| (self.position - 1, [line, ""]));
        }
        loop {
            let Some(first) = self.rest.chars().next() else {
                let run = self.runs.next()?;
                if !run.han {
                    return Some((run.position, [run.text, ""]));
                }
                (self.rest, self.position, self.alone) = (run.text, run.position, true);
                continue;
            };
            let (first, rest) = self.rest.split_at(first.len_utf8());
            let position = self.position;
            self.rest = rest;
            self.position += 1;
            if self.analyzer == Analyzer::Characters {
                return Some((position, [first, ""]));
            }
            let alone = std::mem::replace(&mut self.alone, false);
            if let Some(second) = rest.chars().next() {
                return Some((position, [first, &rest[..second.len_utf8()]]));
            }
            if alone {
                return Some((position, [first, ""]));
            }
        }
    }
}

/// A stretch of folded text: Han characters, or one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run<'a> {
    /// Its text.
    pub text: &'a str,
    /// Where it starts, in bytes.
    pub start: usize,
    /// Whether it is Han.
    pub han: bool,
    /// Position of its first token. A Han character takes one position, a word takes one, and so
    /// does whatever stands between two runs and is more than spaces.
    pub position: usize,
}

/// Cuts a folded text into runs.
#[derive(Debug, Clone)]
pub struct Runs<'a> {
    text: &'a str,
    at: usize,
    position: usize,
}

impl<'a> Runs<'a> {
    /// The runs of a folded text.
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0, position: 0 }
    }
}

impl<'a> Iterator for Runs<'a> {
    type Item = Run<'a>;

    fn next(&mut self) -> Option<Run<'a>> {
        let mut gap = false;
        let mut rest = self.text[self.at..].char_indices().map(|(i, c)| (i, class(c)));
        let (skipped, kind) = rest.find(|(_, class)| {
            gap |= *class == Class::Gap;
            matches!(class, Class::Han | Class::Word)
        })?;
        let longest = if kind == Class::Word { LONGEST_WORD } else { usize::MAX };
        let mut count = 1;
        let length = rest.find(|(_, class)| {
            let ends = *class != kind || count == longest;
            count += usize::from(!ends);
            ends
        });
        let start = self.at + skipped;
        self.at = length.map_or(self.text.len(), |(length, _)| self.at + length);
        let position = self.position + usize::from(gap);
        self.position = position + if kind == Class::Han { count } else { 1 };
        Some(Run { text: &self.text[start..self.at], start, han: kind == Class::Han, position })
    }
}

/// What a character is to the analyzer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Written without spaces between words.
    Han,
    /// Letter or digit of a script with spaces between words.
    Word,
    /// Ends a word and counts for nothing else.
    Space,
    /// Punctuation, symbols, line ends: a phrase reaches across only if it holds one there, too.
    Gap,
}

fn class(c: char) -> Class {
    match c {
        'a'..='z' | '0'..='9' => Class::Word,
        ' ' => Class::Space,
        '\0'..='\u{7f}' => Class::Gap,
        _ if is_han(c) || is_kana_or_hangul(c) => Class::Han,
        _ if c.is_alphanumeric() => Class::Word,
        _ if c.is_whitespace() => Class::Space,
        _ => Class::Gap,
    }
}

fn is_kana_or_hangul(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}' | '\u{3105}'..='\u{312f}'
        | '\u{ac00}'..='\u{d7a3}')
}

impl Tokenizer for Analyzer {
    type TokenStream<'a> = Tokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens<'a> {
        Tokens { pieces: self.pieces(text), token: Token::default() }
    }
}

/// The pieces of a text as tantivy wants them.
#[derive(Debug)]
pub struct Tokens<'a> {
    pieces: Pieces<'a>,
    token: Token,
}

impl TokenStream for Tokens<'_> {
    fn advance(&mut self) -> bool {
        let Some((position, pieces)) = self.pieces.next() else { return false };
        self.token.position = position;
        self.token.text.clear();
        self.token.text.extend(pieces);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(analyzer: Analyzer, text: &str) -> Vec<(usize, String)> {
        analyzer.pieces(text).map(|(position, pieces)| (position, pieces.concat())).collect()
    }

    fn shown(analyzer: Analyzer, text: &str) -> String {
        tokens(analyzer, text)
            .into_iter()
            .map(|(at, token)| format!("{at}{token}"))
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn characters_and_words_stand_at_their_positions() {
        assert_eq!(shown(Analyzer::Characters, "填pdf表，再 交"), "0填 1pdf 2表 4再 5交");
        assert_eq!(shown(Analyzer::Characters, "…a-b"), "1a 3b");
    }

    #[test]
    fn pairs_do_not_cross_gaps_and_a_lone_character_stays() {
        assert_eq!(shown(Analyzer::Pairs, "填“无”的话"), "0填 2无 4的话");
        assert_eq!(shown(Analyzer::Pairs, "一二三 x"), "0一二 1二三 3x");
    }

    #[test]
    fn characters_beyond_the_basic_plane_are_characters() {
        assert_eq!(shown(Analyzer::Pairs, "𠮷野家😀好"), "0𠮷野 1野家 4好");
    }

    #[test]
    fn a_word_of_any_length_is_kept_in_pieces() {
        let word = "x".repeat(1_000);
        let pieces = tokens(Analyzer::Characters, &word);
        assert_eq!(pieces.len(), 1_000_usize.div_ceil(LONGEST_WORD));
        assert_eq!(pieces.iter().map(|(_, piece)| piece.as_str()).collect::<String>(), word);
    }
}
