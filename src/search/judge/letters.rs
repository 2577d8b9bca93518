//! Letters: a text as people type it by sound, and in the other script.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::super::draw::Draw;
use super::super::{fold, sound};

/// The syllables of some characters, each by its commonest reading; none when one has no sound.
pub(super) fn syllables(text: &str) -> Option<Vec<&'static str>> {
    let numbers =
        sound::commonest(&text.chars().collect::<Vec<_>>()).filter(|numbers| !numbers.is_empty())?;
    Some(numbers.into_iter().map(sound::letters).collect())
}

/// First letters.
pub(super) fn initials(syllables: &[&str]) -> String {
    syllables.iter().filter_map(|syllable| syllable.chars().next()).collect()
}

/// Some syllables whole, some by their initial; never all of one sort.
pub(super) fn mixed(syllables: &[&str], draw: &mut Draw) -> String {
    let whole = draw.below(syllables.len());
    let piece = |(at, syllable): (usize, &&str)| match at == whole || draw.below(3) == 0 && at + 1 != whole {
        true => (*syllable).to_owned(),
        false => syllable.chars().take(1).collect(),
    };
    syllables.iter().enumerate().map(piece).collect()
}

/// The syllables as speakers of many dialects hear them: no difference of zh and z, ch and c, sh and s, ng
/// and n.
pub(super) fn dialect(syllables: &[&str]) -> String {
    let plain = |syllable: &&str| {
        let syllable = ["zh", "ch", "sh"]
            .iter()
            .find_map(|long| syllable.strip_prefix(long).map(|rest| format!("{}{rest}", &long[..1])))
            .unwrap_or_else(|| (*syllable).to_owned());
        syllable.strip_suffix("ng").map(|stem| format!("{stem}n")).unwrap_or(syllable)
    };
    syllables.iter().map(plain).collect()
}

/// The text in traditional script, character by character.
pub(super) fn traditional(text: &str) -> String {
    static TRADITIONAL: LazyLock<BTreeMap<char, char>> = LazyLock::new(|| {
        let mut table = BTreeMap::new();
        for c in '\u{4e00}'..='\u{9fff}' {
            if let Some(plain) = fold::fold_char(c).filter(|&plain| plain != c) {
                table.entry(plain).or_insert(c);
            }
        }
        table
    });
    text.chars().map(|c| TRADITIONAL.get(&c).copied().unwrap_or(c)).collect()
}
