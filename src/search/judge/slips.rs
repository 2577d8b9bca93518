//! Slips: what fingers do to characters and letters.

use super::super::draw::Draw;
use super::world::World;
use crate::text::is_han;

/// Letters that stand beside each other on a keyboard, or sound alike.
const NEIGHBOURS: [&str; 26] = [
    "sqz", "vng", "xvk", "sfe", "wr", "dg", "fh", "gj", "uo", "hk", "jl", "kn", "n", "bm", "ip", "o", "wa",
    "et", "ad", "ry", "yi", "cb", "qe", "zc", "tu", "xs",
];

/// One character in place of which stands another that sounds the same.
pub(super) fn homophone(chars: &[char], world: &World, draw: &mut Draw) -> Option<Vec<char>> {
    let places: Vec<usize> = (0..chars.len()).filter(|&at| !world.homophones(chars[at]).is_empty()).collect();
    let at = *draw.pick(&places)?;
    let mut slipped = chars.to_vec();
    slipped[at] = *draw.pick(&world.homophones(chars[at]))?;
    Some(slipped)
}

/// Two neighbours in the wrong order.
pub(super) fn swapped(chars: &[char], draw: &mut Draw) -> Option<Vec<char>> {
    let places: Vec<usize> = (1..chars.len()).filter(|&at| chars[at] != chars[at - 1]).collect();
    let at = *draw.pick(&places)?;
    let mut slipped = chars.to_vec();
    slipped.swap(at - 1, at);
    Some(slipped)
}

/// One character missing.
pub(super) fn lost(chars: &[char], draw: &mut Draw) -> Vec<char> {
    let mut slipped = chars.to_vec();
    if !slipped.is_empty() {
        slipped.remove(draw.below(chars.len()));
    }
    slipped
}

/// Another character of the handbook in place of one.
pub(super) fn replaced(chars: &[char], world: &World, draw: &mut Draw) -> Option<Vec<char>> {
    let places: Vec<usize> = (0..chars.len()).filter(|&at| is_han(chars[at])).collect();
    let at = *draw.pick(&places)?;
    let unit = draw.pick(&world.units)?;
    let others: Vec<char> = unit.all.chars().filter(|&c| is_han(c) && c != chars[at]).collect();
    let mut slipped = chars.to_vec();
    slipped[at] = *draw.pick(&others)?;
    Some(slipped)
}

/// One slip in a word of letters: a neighbour's key, a letter lost, doubled, or two in the wrong order.
pub(super) fn letters(word: &str, draw: &mut Draw) -> Option<String> {
    let mut letters: Vec<char> = word.chars().collect();
    let at = draw.below(letters.len());
    let near: Vec<char> =
        NEIGHBOURS.get((*letters.get(at)? as usize).wrapping_sub('a' as usize))?.chars().collect();
    match draw.below(4) {
        0 => letters[at] = *draw.pick(&near)?,
        1 => {
            letters.remove(at);
        }
        2 => letters.insert(at, letters[at]),
        _ if at > 0 => letters.swap(at - 1, at),
        _ => letters[at] = *draw.pick(&near)?,
    }
    let slipped: String = letters.into_iter().collect();
    (slipped != word).then_some(slipped)
}
