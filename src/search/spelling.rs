//! Spelling: what letters say of characters.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::sound::{self, Readings, Syllable};

/// Letters that are still read as pinyin.
const MOST_LETTERS: usize = 160;
/// Ways to cut letters into syllables that are tried.
const MOST_SPELLINGS: usize = 4;

/// What a text of characters and letters sounds like: a number for each character, and one for each
/// syllable that letters spell. Letters that spell none stand for themselves.
pub fn heard(chars: &[char]) -> Vec<Syllable> {
    let mut heard = Vec::with_capacity(chars.len());
    for run in chars.chunk_by(|a, b| a.is_ascii_lowercase() == b.is_ascii_lowercase()) {
        let letters: String = run.iter().collect();
        match spellings(&letters).first() {
            Some(syllables) => heard.extend(syllables.iter().map(|&syllable| sound::plain(syllable))),
            None => heard.extend(run.iter().map(|&c| sound::heard(c))),
        }
    }
    heard
}

/// Letters as speakers of many dialects hear them: no difference of zh and z, ch and c, sh and s, ng and n.
pub fn dialect(letters: &str) -> String {
    let mut plain = String::with_capacity(letters.len());
    let mut before = ' ';
    for c in letters.chars() {
        if !matches!((before, c), ('z' | 'c' | 's', 'h') | ('n', 'g')) {
            plain.push(c);
        }
        before = c;
    }
    plain
}

/// How a query spells the beginning of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spelled {
    /// Characters that are spelled.
    pub count: usize,
    /// How many of them by their initial only.
    pub short: usize,
    /// How many of them as they are written.
    pub written: usize,
    /// Whether the last one is spelled without its end.
    pub unfinished: bool,
    /// Whether the last one is spelled by its initial.
    pub last_short: bool,
}

impl Spelled {
    const NOTHING: Self = Self { count: 0, short: 0, written: 0, unfinished: false, last_short: false };
}

/// Spells the beginning of `name` with all of `typed`, each character as it is written, by its sound or by
/// its initial: `nianjian`, `nj`, `njian`, `年jian` and the unfinished `nianji` spell 年检. As few initials
/// as can be.
pub fn spell(name: &[Character], typed: &[char]) -> Option<Spelled> {
    // Characters such as 安那安那 can be spelled in very many ways; nobody waits for all of them.
    spell_within(name, typed, &mut 500)
}

/// A character of a name, and how it may be read.
#[derive(Debug, Clone, Copy)]
pub struct Character {
    /// The character, folded.
    pub character: char,
    /// Its readings.
    pub readings: Readings,
    /// The letters from a to z that one of them begins with, a bit each.
    initials: u32,
}

impl Character {
    /// A character with its readings.
    pub fn new(character: char) -> Self {
        let readings = sound::readings(character);
        let initials = sound::syllables(readings).filter_map(|syllable| syllable.bytes().next());
        let initials = initials.fold(0, |bits, initial| bits | letter(initial));
        Self { character, readings, initials }
    }

    fn spoken(self) -> impl Iterator<Item = &'static str> {
        sound::syllables(self.readings)
    }
}

/// The bit of a letter from a to z; nothing for anything else.
fn letter(byte: u8) -> u32 {
    if byte.is_ascii_lowercase() { 1 << (byte - b'a') } else { 0 }
}

fn spell_within(name: &[Character], typed: &[char], steps: &mut u32) -> Option<Spelled> {
    let Some(&next) = typed.first() else {
        return Some(Spelled::NOTHING);
    };
    let (first, rest) = name.split_first()?;
    if first.character == next {
        let spelled = spell_within(rest, &typed[1..], steps)?;
        return Some(Spelled { count: spelled.count + 1, written: spelled.written + 1, ..spelled });
    }
    if !next.is_ascii_lowercase() {
        return None;
    }
    *steps = steps.checked_sub(1)?;
    // Most characters sound like something else, and the first letter tells.
    if u8::try_from(next).map_or(0, letter) & first.initials == 0 {
        return None;
    }
    let mut best: Option<Spelled> = None;
    for reading in first.spoken() {
        let common = reading.chars().zip(typed).take_while(|(a, b)| a == *b).count();
        let whole = (common == reading.len()).then(|| spell_within(rest, &typed[common..], steps)).flatten();
        let unfinished = (common > 1 && common == typed.len() && common < reading.len())
            .then_some(Spelled { unfinished: true, ..Spelled::NOTHING });
        let initial = (reading.len() > 1 && common > 0)
            .then(|| spell_within(rest, &typed[1..], steps))
            .flatten()
            .map(|spelled| Spelled {
                short: spelled.short + 1,
                last_short: spelled.last_short || typed.len() == 1,
                ..spelled
            });
        let found = [whole, unfinished, initial]
            .into_iter()
            .flatten()
            .map(|spelled| Spelled { count: spelled.count + 1, ..spelled });
        best = found.chain(best).min_by_key(|spelled| (spelled.short, spelled.unfinished));
    }
    best
}

/// The ways to read letters as pinyin, longest syllables first; none when they are no pinyin.
/// The last syllable must be whole.
pub fn spellings(letters: &str) -> Vec<Vec<Syllable>> {
    let mut found = Vec::new();
    if letters.is_ascii() && letters.len() <= MOST_LETTERS {
        // Whether the letters from here on can be cut; without it a slip at the end would have every
        // way to cut the beginning tried.
        let mut whole = vec![false; letters.len() + 1];
        whole[letters.len()] = true;
        for at in (0..letters.len()).rev() {
            whole[at] = syllables_at(&letters[at..]).any(|syllable| whole[at + syllable.len()]);
        }
        cut(letters, &whole, &mut Vec::new(), &mut found);
    }
    found
}

/// The ways to read letters as pinyin of which the last syllable may not be typed to its end; that one is
/// left out.
pub fn begun(letters: &str) -> Vec<Vec<Syllable>> {
    let whole = spellings(letters);
    if !whole.is_empty() || !letters.is_ascii() {
        return whole;
    }
    let unfinished = |at: &usize| {
        let rest = &letters[*at..];
        SYLLABLES.range(rest..).next().is_some_and(|syllable| syllable.starts_with(rest))
    };
    let ends = (1..letters.len()).rev().take(5).filter(unfinished);
    ends.map(|at| spellings(&letters[..at])).find(|found| !found.is_empty()).unwrap_or_default()
}

fn cut(letters: &str, whole: &[bool], before: &mut Vec<Syllable>, found: &mut Vec<Vec<Syllable>>) {
    if letters.is_empty() {
        found.push(before.clone());
        return;
    }
    for syllable in syllables_at(letters) {
        let rest = &whole[syllable.len()..];
        if rest[0] && found.len() < MOST_SPELLINGS {
            before.push(sound::number(syllable));
            cut(&letters[syllable.len()..], rest, before, found);
            before.pop();
        }
    }
}

/// The syllables that letters begin with, longest first: `xian` before `xi`.
fn syllables_at(letters: &str) -> impl Iterator<Item = &'static str> {
    (1..=letters.len().min(6)).rev().filter_map(|length| SYLLABLES.get(&letters[..length]).copied())
}

/// Every syllable that some character has; those without a vowel (`ng`, `hm`) are left out.
static SYLLABLES: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    ('\u{4e00}'..='\u{9fff}')
        .flat_map(|c| sound::syllables(sound::readings(c)))
        .filter(|syllable| syllable.contains(['a', 'e', 'i', 'o', 'u', 'v']))
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_spelled_whole_by_initials_or_unfinished() {
        let name: Vec<Character> = "年检会长vr".chars().map(Character::new).collect();
        let spelled = |typed: &str| {
            let typed: Vec<char> = typed.chars().collect();
            spell(&name, &typed).map(|s| (s.count, s.short, s.unfinished))
        };
        assert_eq!(spelled("年jian"), Some((2, 0, false)));
        assert_eq!(spelled("nianjian"), Some((2, 0, false)));
        assert_eq!(spelled("nianjianhuichang"), Some((4, 0, false)));
        assert_eq!(spelled("njhc"), Some((4, 4, false)));
        assert_eq!(spelled("njian"), Some((2, 1, false)));
        assert_eq!(spelled("nianji"), Some((2, 0, true)));
        assert_eq!(spelled("nianjianhuizhangvr"), Some((6, 0, false)));
        assert_eq!(spelled("jian"), None);
        assert_eq!(spelled("nianjianhuizhangvrx"), None);
    }

    #[test]
    fn names_that_can_be_spelled_in_many_ways_cost_little() {
        let name: Vec<Character> = "安那".repeat(40).chars().map(Character::new).collect();
        let typed: Vec<char> = format!("{}q", "an".repeat(31)).chars().collect();
        assert_eq!(spell(&name, &typed), None);
    }

    #[test]
    fn letters_are_cut_into_syllables() {
        let spelled = |letters: &str| -> Vec<String> {
            let ways = spellings(letters);
            ways.iter()
                .map(|way| way.iter().map(|&s| sound::letters(s)).collect::<Vec<_>>().join(" "))
                .collect()
        };
        assert_eq!(spelled("nianjian")[0], "nian jian");
        assert_eq!(spelled("xian"), ["xian", "xi an"]);
        assert_eq!(spelled("lvse"), ["lv se"]);
        assert!(spellings("njb").is_empty() && spellings("pdf").is_empty());
    }

    #[test]
    fn letters_that_nearly_are_pinyin_cost_nothing() {
        assert!(spellings(&format!("{}q", "xian".repeat(15))).is_empty());
        assert!(spellings(&"a".repeat(10_000)).is_empty());
    }
}
