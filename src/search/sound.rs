//! Sound: how characters are read, and which syllables letters spell.
//!
//! Readings carry no tones, come commonest first, and spell ü both ways people type it: v and u.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use pinyin::ToPinyinMulti as _;

/// Readings of a character that is read in more than one way.
const MOST_READINGS: usize = 3;
/// Characters that today's texts read in more than one way. Of all others the dictionary's further
/// readings are old or belong to names; they would only multiply the tokens and find what nobody meant.
const POLYPHONES: &str = "挨熬把薄堡背奔便屏剥泊卜藏曾差颤场朝车称乘澄冲臭处畜传创攒答大逮单担弹当倒得的地调钉都度囤发分缝\
    否个给更供勾估骨观冠过哈还汗巷号和喝荷横划晃会混几济系纪夹假间监见将降强角教校脚结解尽禁劲据卷觉圈菌卡看壳空\
    落乐了勒累量论露绿率陆笼埋脉没闷蒙秘模磨抹难宁弄拧排迫胖炮喷片漂铺朴栖奇翘切亲曲任散丧扫色塞煞厦上少舍射什\
    省石识似熟属数刷说宿缩踏提挑帖通吐瓦为尾吓鲜纤相行兴削血熏压咽要应与育晕载择扎涨长着折这正只殖中种重轴属转钻作";
/// Letters that are still read as pinyin.
pub const MOST_LETTERS: usize = 160;
/// Ways to cut letters into syllables that are tried.
const MOST_SPELLINGS: usize = 4;

/// Letters and digits stand for themselves.
const ITSELF: &str = "abcdefghijklmnopqrstuvwxyz0123456789";

/// The ways to read one character.
#[derive(Debug, Clone, Copy, Default)]
pub struct Readings {
    syllables: [&'static str; 4],
    len: usize,
}

impl Readings {
    /// All of them.
    pub fn iter(self) -> impl Iterator<Item = &'static str> + use<> {
        self.syllables.into_iter().take(self.len)
    }

    fn add(&mut self, syllable: &'static str) {
        if self.len < self.syllables.len() && !self.iter().any(|known| known == syllable) {
            self.syllables[self.len] = syllable;
            self.len += 1;
        }
    }
}

/// The ways to read a folded character: one, or a few for a polyphone; none for what has no sound. A
/// reading with ü has two spellings.
pub fn readings(c: char) -> Readings {
    static MANY: LazyLock<BTreeSet<char>> = LazyLock::new(|| POLYPHONES.chars().collect());
    if c.is_ascii_lowercase() || c.is_ascii_digit() {
        let letter = ITSELF.find(c).and_then(|at| ITSELF.get(at..=at)).unwrap_or_default();
        return Readings { syllables: [letter, "", "", ""], len: 1 };
    }
    let limit = if MANY.contains(&c) { MOST_READINGS } else { 1 };
    let mut readings = Readings::default();
    for reading in c.to_pinyin_multi().into_iter().flatten().map(pinyin::Pinyin::plain).take(limit) {
        let spellings = match reading {
            "lü" => ["lv", "lu"],
            "lüe" => ["lve", "lue"],
            "nü" => ["nv", "nu"],
            "nüe" => ["nve", "nue"],
            plain => [plain, plain],
        };
        spellings
            .into_iter()
            .filter(|spelling| spelling.is_ascii())
            .for_each(|spelling| readings.add(spelling));
    }
    readings
}

/// A syllable as a number; 0 is none.
pub type Syllable = u16;

/// The number of a character's commonest reading; letters and digits have one, too. A character without a
/// sound has 0.
pub fn syllable(c: char) -> Syllable {
    static TABLE: LazyLock<Vec<Syllable>> = LazyLock::new(|| TABLED.map(first_number).collect());
    match c {
        '\u{4e00}'..='\u{9fff}' => TABLE[c as usize - *TABLED.start() as usize],
        _ => first_number(c),
    }
}

/// The characters whose readings are looked up in a table.
const TABLED: std::ops::RangeInclusive<char> = '\u{4e00}'..='\u{9fff}';

fn first_number(c: char) -> Syllable {
    readings(c).iter().next().map_or(0, plain_number)
}

/// The number of a syllable, the same for ü however it is typed.
fn plain_number(syllable: &str) -> Syllable {
    match syllable {
        "lv" => number("lu"),
        "lve" => number("lue"),
        "nv" => number("nu"),
        "nve" => number("nue"),
        _ => number(syllable),
    }
}

/// The number of a syllable.
pub fn number(syllable: &str) -> Syllable {
    let letter = || ITSELF.find(syllable).filter(|_| syllable.len() == 1).map(|at| NUMBERS.len() + at);
    let place = NUMBERS.binary_search(&syllable).ok().or_else(letter);
    place.and_then(|place| Syllable::try_from(place + 1).ok()).unwrap_or(0)
}

/// Every syllable, in the order of their numbers.
static NUMBERS: LazyLock<Vec<&'static str>> = LazyLock::new(|| SYLLABLES.iter().copied().collect());

/// What a text of characters and letters sounds like: a number for each character, and one for each
/// syllable that letters spell. Letters that spell none stand for themselves.
pub fn heard(chars: &[char]) -> Vec<Syllable> {
    let mut heard = Vec::with_capacity(chars.len());
    for run in chars.chunk_by(|a, b| a.is_ascii_lowercase() == b.is_ascii_lowercase()) {
        let letters: String = run.iter().collect();
        match spellings(&letters).first() {
            Some(syllables) => heard.extend(syllables.iter().map(|syllable| plain_number(syllable))),
            None => heard.extend(run.iter().map(|&c| syllable(c))),
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

/// The commonest readings of some characters; `None` when one of them has no sound.
pub fn plain(chars: &[char]) -> Option<Vec<&'static str>> {
    chars.iter().map(|&c| readings(c).iter().next()).collect()
}

/// The readings of every character.
pub fn all_readings(chars: &[char]) -> Vec<Readings> {
    chars.iter().map(|&c| readings(c)).collect()
}

/// The places where characters with these readings can be read as `syllables`.
pub fn find(readings: &[Readings], syllables: &[&str]) -> Vec<usize> {
    let reads =
        |(readings, syllable): (&Readings, &&str)| readings.iter().any(|reading| reading == *syllable);
    let windows = readings.windows(syllables.len().max(1)).enumerate();
    windows.filter(|(_, window)| window.iter().zip(syllables).all(reads)).map(|(at, _)| at).collect()
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
    /// Its readings by their numbers; 0 where there are no more.
    pub readings: [Syllable; 4],
}

impl Character {
    /// A character with its readings.
    pub fn new(character: char) -> Self {
        let mut numbers = [0; 4];
        readings(character).iter().zip(&mut numbers).for_each(|(reading, place)| *place = number(reading));
        Self { character, readings: numbers }
    }

    fn spoken(self) -> impl Iterator<Item = &'static str> {
        self.readings.into_iter().filter_map(letters_of)
    }
}

/// The letters of a syllable.
pub fn letters_of(syllable: Syllable) -> Option<&'static str> {
    let place = usize::from(syllable).checked_sub(1)?;
    let own = || place.checked_sub(NUMBERS.len()).and_then(|at| ITSELF.get(at..=at));
    NUMBERS.get(place).copied().or_else(own)
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
        cut(letters, &whole, &mut Vec::new(), &mut found);
    }
    found
}

/// The ways to read letters as pinyin of which the last syllable may not be typed to its end; that one is
/// left out.
pub fn begun(letters: &str) -> Vec<Vec<&'static str>> {
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

fn cut(letters: &str, whole: &[bool], before: &mut Vec<&'static str>, found: &mut Vec<Vec<&'static str>>) {
    if letters.is_empty() {
        found.push(before.clone());
        return;
    }
    for syllable in syllables_at(letters) {
        let rest = &whole[syllable.len()..];
        if rest[0] && found.len() < MOST_SPELLINGS {
            before.push(syllable);
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
        .flat_map(|c| readings(c).iter())
        .filter(|syllable| syllable.contains(['a', 'e', 'i', 'o', 'u', 'v']))
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_are_plain_and_commonest_first() {
        assert_eq!(readings('长').iter().collect::<Vec<_>>(), ["zhang", "chang"]);
        assert_eq!(readings('率').iter().collect::<Vec<_>>(), ["lv", "lu", "shuai", "lve"]);
        assert_eq!(readings('服').iter().collect::<Vec<_>>(), ["fu"]);
        assert_eq!(readings('a').iter().collect::<Vec<_>>(), ["a"]);
        assert_eq!(readings('，').iter().count(), 0);
    }

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
