//! Distance: how many slips lie between two texts. A slip is a character lost, added or replaced, or two
//! neighbours in the wrong order.
//!
//! All columns of the usual table are kept as bits of one number (Hyyrö 2003), so a pattern of up to 64
//! characters costs a few operations for each character of the text it is held against.

/// Longest pattern, in characters. What is longer counts by its beginning.
pub const LONGEST: usize = 64;

/// Slots of the table; a power of two well above [`LONGEST`].
const SLOTS: usize = 256;

/// A text that others are compared with, as numbers for its characters; 0 is like no other.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// Character and the places where it stands.
    slots: Box<[(u32, u64); SLOTS]>,
    length: usize,
    signature: u64,
}

/// Which characters a text has, a bit for each; several characters may share one.
pub fn signature(characters: impl IntoIterator<Item = u32>) -> u64 {
    characters.into_iter().fold(0, |bits, character| bits | 1 << (character.wrapping_mul(0x9e37_79b1) >> 26))
}

impl Pattern {
    /// The pattern of these characters.
    pub fn new(characters: impl IntoIterator<Item = u32>) -> Self {
        let mut pattern = Self { slots: Box::new([(0, 0); SLOTS]), length: 0, signature: 0 };
        for character in characters.into_iter().take(LONGEST) {
            pattern.signature |= signature([character]);
            // A slot of 0 is an empty one; what is written there would be read for any character.
            if character != 0 {
                let slot = pattern.slot(character);
                pattern.slots[slot].0 = character;
                pattern.slots[slot].1 |= 1 << pattern.length;
            }
            pattern.length += 1;
        }
        pattern
    }

    /// Its length in characters.
    pub fn len(&self) -> usize {
        self.length
    }

    fn slot(&self, character: u32) -> usize {
        let mut slot = character.wrapping_mul(0x9e37_79b1) as usize >> 8 & (SLOTS - 1);
        while self.slots[slot].0 != character && self.slots[slot].0 != 0 {
            slot = (slot + 1) & (SLOTS - 1);
        }
        slot
    }

    /// Slips that there are at least between the pattern and a text of this [`signature`], whole or not: one
    /// for each different character that the text lacks.
    pub fn least_slips(&self, text: u64) -> usize {
        (self.signature & !text).count_ones() as usize
    }

    /// The slips between the pattern and the whole text.
    pub fn to_whole(&self, text: impl IntoIterator<Item = u32>) -> usize {
        self.run(text, 1).0
    }

    /// The slips between the pattern and the whole text, and between it and the beginning of the text that is
    /// nearest to it.
    pub fn to_whole_and_beginning(&self, text: impl IntoIterator<Item = u32>) -> (usize, usize) {
        self.run(text, 1)
    }

    /// The slips between the pattern and the piece of the text that is nearest to it.
    pub fn to_piece(&self, text: impl IntoIterator<Item = u32>) -> usize {
        self.run(text, 0).1
    }

    /// The slips at the end of the text, and the least on the way. With `start` 1 the text counts from its
    /// beginning, with 0 from anywhere.
    fn run(&self, text: impl IntoIterator<Item = u32>, start: u64) -> (usize, usize) {
        let length = self.length;
        if length == 0 {
            return (text.into_iter().count(), 0);
        }
        let last = length - 1;
        let (mut rises, mut falls, mut equal, mut before) = (u64::MAX, 0_u64, 0_u64, 0_u64);
        let (mut slips, mut least) = (length, length);
        for character in text {
            let here = self.slots[self.slot(character)].1;
            let swapped = ((!equal & here) << 1) & before;
            equal = ((here & rises).wrapping_add(rises) ^ rises) | here | falls | swapped;
            let (right, left) = (falls | !(equal | rises), equal & rises);
            slips = slips + (right >> last & 1) as usize - (left >> last & 1) as usize;
            let (right, left) = (right << 1 | start, left << 1);
            (rises, falls) = (left | !(equal | right), right & equal);
            before = here;
            least = least.min(slips);
        }
        (slips, least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> impl Iterator<Item = u32> + '_ {
        text.chars().map(u32::from)
    }

    #[test]
    fn every_sort_of_slip_counts_one() {
        for (one, other, slips) in [
            ("年检报告", "年检报告", 0),
            ("年捡报告", "年检报告", 1),
            ("年检告", "年检报告", 1),
            ("年检检报告", "年检报告", 1),
            ("检年报告", "年检报告", 1),
            ("检年告报", "年检报告", 2),
            ("", "年检", 2),
            ("年检", "", 2),
        ] {
            assert_eq!(Pattern::new(numbers(one)).to_whole(numbers(other)), slips, "{one} {other}");
        }
    }

    #[test]
    fn pieces_and_beginnings() {
        let pattern = Pattern::new(numbers("预审"));
        assert_eq!(pattern.to_piece(numbers("年检报告预审程序")), 0);
        assert_eq!(pattern.to_piece(numbers("年检报告审预程序")), 1);
        assert_eq!(pattern.to_whole_and_beginning(numbers("预审程序")), (2, 0));
        assert_eq!(pattern.to_whole_and_beginning(numbers("年检预审")), (2, 2));
        assert_eq!(Pattern::new(numbers("")).to_piece(numbers("年")), 0);
    }

    #[test]
    fn characters_that_a_text_lacks_are_slips() {
        let pattern = Pattern::new(numbers("预审意见"));
        assert_eq!(pattern.least_slips(signature(numbers("见意审预"))), 0);
        assert_eq!(pattern.least_slips(signature(numbers(""))), 4);
    }

    #[test]
    fn what_has_no_sound_is_like_nothing() {
        assert_eq!(Pattern::new([0, 7]).to_whole([0, 7]), 1);
        assert_eq!(Pattern::new([0]).to_piece([256, 512, 3]), 1);
    }

    #[test]
    fn it_is_the_distance_of_the_textbook() {
        let words = [
            "预审意见",
            "意见预审",
            "审预见意",
            "预意审见告",
            "报",
            "预预审审意意见见",
            "abcdabcd",
            "bacdbadc",
        ];
        for one in words {
            for other in words {
                let slow = strsim::osa_distance(one, other);
                let pattern = Pattern::new(numbers(one));
                assert_eq!(pattern.to_whole(numbers(other)), slow, "{one} {other}");
                let least = pattern.least_slips(signature(numbers(other)));
                assert!(least <= pattern.to_piece(numbers(other)), "{one} {other}");
            }
        }
    }
}
