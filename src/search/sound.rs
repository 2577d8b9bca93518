//! Sound: how characters are read, and which syllables letters spell.
//!
//! Readings carry no tones, come commonest first, and spell ü both ways people type it: v and u.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use pinyin::ToPinyinMulti as _;

/// Most syllables of a name that are typed in one go.
const LONGEST: usize = 8;
/// Readings kept of a character in running text: the second is still common, a third is rare.
pub const COMMON: usize = 2;
/// Readings of a character that count in a name.
const READINGS: usize = 3;
/// Letters that are still read as pinyin.
const MOST_LETTERS: usize = 64;
/// Ways to cut letters into syllables that are tried.
const MOST_SPELLINGS: usize = 4;

/// The ways to read one character.
#[derive(Debug, Clone, Copy, Default)]
pub struct Readings {
    syllables: [&'static str; 4],
    len: usize,
}

impl Readings {
    /// How many there are; none for what is no Han character.
    pub fn len(&self) -> usize {
        self.len
    }

    /// The reading of this rank, which must be below `len`.
    pub fn get(&self, rank: usize) -> &'static str {
        self.syllables[rank]
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.syllables.into_iter().take(self.len)
    }

    fn add(&mut self, syllable: &'static str) {
        if self.len < self.syllables.len() && !self.iter().any(|known| known == syllable) {
            self.syllables[self.len] = syllable;
            self.len += 1;
        }
    }
}

/// At most `limit` ways to read a character; one with ü counts once and gives two spellings.
pub fn readings(c: char, limit: usize) -> Readings {
    let mut readings = Readings::default();
    for reading in c.to_pinyin_multi().into_iter().flatten().map(pinyin::Pinyin::plain).take(limit) {
        let spellings = match reading {
            "lü" => ["lv", "lu"],
            "lüe" => ["lve", "lue"],
            "nü" => ["nv", "nu"],
            "nüe" => ["nve", "nue"],
            plain => [plain, plain],
        };
        spellings.into_iter().filter(|spelling| spelling.is_ascii()).for_each(|spelling| readings.add(spelling));
    }
    readings
}

/// The commonest reading of every Han character of a folded text.
pub fn plain(chars: &[char]) -> Vec<&'static str> {
    chars.iter().filter_map(|&c| readings(c, 1).iter().next()).collect()
}

/// The common readings of every character.
pub fn common(chars: &[char]) -> Vec<Readings> {
    chars.iter().map(|&c| readings(c, COMMON)).collect()
}

/// The places where characters with these readings can be read as `syllables`.
pub fn find(readings: &[Readings], syllables: &[&str]) -> Vec<usize> {
    let reads = |(readings, syllable): (&Readings, &&str)| readings.iter().any(|reading| reading == *syllable);
    let windows = readings.windows(syllables.len().max(1)).enumerate();
    windows.filter(|(_, window)| window.iter().zip(syllables).all(reads)).map(|(at, _)| at).collect()
}

/// What may be typed for names by sound.
#[derive(Debug, Default)]
pub struct NameSounds {
    /// Stretches of up to eight syllables, joined.
    pub stretches: Vec<String>,
    /// Those that begin a name.
    pub beginnings: Vec<String>,
    /// Initials of stretches of at least two syllables.
    pub initials: Vec<String>,
}

impl NameSounds {
    /// The sounds of folded names. What is not Han stands for itself, so that `vr设备` is `vrshebei`.
    pub fn of(names: &[String]) -> Self {
        let mut sounds = Self::default();
        names.iter().for_each(|name| sounds.add(name));
        for list in [&mut sounds.stretches, &mut sounds.beginnings, &mut sounds.initials] {
            list.sort_unstable();
            list.dedup();
        }
        sounds
    }

    fn add(&mut self, name: &str) {
        let mut letters = [0; 4];
        let chars: Vec<char> = name.chars().filter(|c| c.is_alphanumeric()).collect();
        for start in 0..chars.len() {
            let stretch = &chars[start..(start + LONGEST).min(chars.len())];
            for way in ways(stretch) {
                let (mut joined, mut initials) = (String::new(), String::new());
                for (i, (&c, readings)) in stretch.iter().zip(way).enumerate() {
                    let syllable = readings.unwrap_or_else(|| c.encode_utf8(&mut letters));
                    joined.push_str(syllable);
                    initials.extend(syllable.chars().next());
                    if start == 0 {
                        self.beginnings.push(joined.clone());
                    }
                    if i > 0 {
                        self.initials.push(initials.clone());
                    }
                    self.stretches.push(joined.clone());
                }
            }
        }
    }
}

/// The plain way to say a stretch, then those with one rare reading each. A character without a
/// reading has none.
fn ways(stretch: &[char]) -> Vec<Vec<Option<&'static str>>> {
    let readings: Vec<Readings> = stretch.iter().map(|&c| readings(c, READINGS)).collect();
    let plain: Vec<_> = readings.iter().map(|readings| readings.iter().next()).collect();
    let mut ways = vec![plain.clone()];
    for (i, readings) in readings.iter().enumerate() {
        for rare in readings.iter().skip(1) {
            let mut way = plain.clone();
            way[i] = Some(rare);
            ways.push(way);
        }
    }
    ways
}

/// The ways to read letters as pinyin, longest syllables first; none when they are no pinyin.
/// The last syllable must be whole.
pub fn spellings(letters: &str) -> Vec<Vec<&'static str>> {
    let mut found = Vec::new();
    if letters.is_ascii() && letters.len() <= MOST_LETTERS {
        // Whether the letters from here on can be cut; without it a slip at the end would have every
        // way to cut the beginning tried.
        let mut whole = vec![false; letters.len() + 1];
        whole[letters.len()] = true;
        for at in (0..letters.len()).rev() {
            whole[at] = syllables_at(&letters[at..]).any(|syllable| whole[at + syllable.len()]);
        }
        spell(letters, &whole, &mut Vec::new(), &mut found);
    }
    found
}

fn spell(letters: &str, whole: &[bool], before: &mut Vec<&'static str>, found: &mut Vec<Vec<&'static str>>) {
    if letters.is_empty() {
        found.push(before.clone());
    }
    for syllable in syllables_at(letters) {
        let rest = &whole[syllable.len()..];
        if rest[0] && found.len() < MOST_SPELLINGS {
            before.push(syllable);
            spell(&letters[syllable.len()..], rest, before, found);
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
        .flat_map(|c| readings(c, READINGS).iter())
        .filter(|syllable| syllable.contains(['a', 'e', 'i', 'o', 'u', 'v']))
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_are_plain_and_commonest_first() {
        assert_eq!(readings('长', 3).iter().collect::<Vec<_>>(), ["zhang", "chang"]);
        assert_eq!(readings('率', 2).iter().collect::<Vec<_>>(), ["lv", "lu", "shuai"]);
        assert_eq!(readings('a', 3).len(), 0);
    }

    #[test]
    fn a_name_is_found_by_stretches_beginnings_and_initials() {
        let sounds = NameSounds::of(&["年检会长".to_owned(), "vr设备".to_owned()]);
        let has = |list: &[String], wanted: &str| list.iter().any(|sound| sound == wanted);
        for stretch in ["nian", "jianhui", "nianjianhuizhang", "huichang", "vrshebei"] {
            assert!(has(&sounds.stretches, stretch), "{stretch}");
        }
        assert!(has(&sounds.beginnings, "nianjian") && !has(&sounds.beginnings, "jianhui"));
        assert!(has(&sounds.initials, "njhz") && has(&sounds.initials, "jhc") && !has(&sounds.initials, "n"));
    }

    #[test]
    fn letters_are_cut_into_syllables() {
        assert_eq!(spellings("nianjian")[0], ["nian", "jian"]);
        assert_eq!(spellings("xian"), [vec!["xian"], vec!["xi", "an"]]);
        assert_eq!(spellings("lvse"), [vec!["lv", "se"]]);
        assert!(spellings("njb").is_empty() && spellings("pdf").is_empty());
    }

    #[test]
    fn letters_that_nearly_are_pinyin_cost_nothing() {
        assert!(spellings(&format!("{}q", "xian".repeat(15))).is_empty());
        assert!(spellings(&"a".repeat(10_000)).is_empty());
    }
}
