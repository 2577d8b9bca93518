//! Sound: how characters are read.
//!
//! Readings carry no tones, come commonest first, and spell ü both ways people type it: v and u. Each
//! syllable has a number, and so has each letter and digit, which stands for itself.

use std::collections::{BTreeMap, BTreeSet};
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
/// Ways to read one character that are kept; ü counts twice.
const MOST_KEPT: usize = 4;
/// Letters and digits stand for themselves.
const ITSELF: &str = "abcdefghijklmnopqrstuvwxyz0123456789";
/// The characters whose readings stand in the table.
const TABLED: std::ops::RangeInclusive<char> = '\u{4e00}'..='\u{9fff}';

/// A syllable as a number; 0 is none.
pub type Syllable = u16;

/// The ways to read a character, commonest first; 0 where there are no more.
pub type Readings = [Syllable; MOST_KEPT];

struct Table {
    /// Every syllable that some character has, and after them letters and digits.
    syllables: Vec<&'static str>,
    /// The number of each.
    numbers: BTreeMap<&'static str, Syllable>,
    /// For each syllable, the one that stands for it in comparisons: of the spellings of ü, the one with u.
    plain: Vec<Syllable>,
    readings: Vec<Readings>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let spelled: Vec<Vec<&'static str>> = TABLED.map(spelled).collect();
    let own = (0..ITSELF.len()).filter_map(|at| ITSELF.get(at..=at));
    let han: BTreeSet<&'static str> = spelled.iter().flatten().copied().collect();
    let mut syllables: Vec<&'static str> = vec![""];
    syllables.extend(&han);
    syllables.extend(own.filter(|letter| !han.contains(letter)));
    let numbers: BTreeMap<&'static str, Syllable> = syllables.iter().copied().zip(0..).skip(1).collect();
    let number = |syllable: &str| numbers.get(syllable).copied().unwrap_or(0);
    let plain = syllables.iter().map(|syllable| match *syllable {
        "lv" => number("lu"),
        "lve" => number("lue"),
        "nv" => number("nu"),
        "nve" => number("nue"),
        other => number(other),
    });
    let plain = plain.collect();
    let readings = spelled.iter().map(|spelled| {
        let mut readings = Readings::default();
        readings.iter_mut().zip(spelled).for_each(|(place, syllable)| *place = number(syllable));
        readings
    });
    let readings = readings.collect();
    Table { syllables, numbers, plain, readings }
});

/// The ways to read a folded character, spelled: one, or a few for a polyphone; none for what has no sound.
fn spelled(c: char) -> Vec<&'static str> {
    static MANY: LazyLock<BTreeSet<char>> = LazyLock::new(|| POLYPHONES.chars().collect());
    let limit = if MANY.contains(&c) { MOST_READINGS } else { 1 };
    let mut found: Vec<&'static str> = Vec::new();
    for reading in c.to_pinyin_multi().into_iter().flatten().map(pinyin::Pinyin::plain).take(limit) {
        let spellings = match reading {
            "lü" => ["lv", "lu"],
            "lüe" => ["lve", "lue"],
            "nü" => ["nv", "nu"],
            "nüe" => ["nve", "nue"],
            plain => [plain, plain],
        };
        for spelling in spellings.into_iter().filter(|spelling| spelling.is_ascii()) {
            if found.len() < MOST_KEPT && !found.contains(&spelling) {
                found.push(spelling);
            }
        }
    }
    found
}

/// The ways to read a folded character; none for what has no sound.
pub fn readings(c: char) -> Readings {
    match c {
        '\u{4e00}'..='\u{9fff}' => TABLE.readings[c as usize - *TABLED.start() as usize],
        'a'..='z' | '0'..='9' => [number(c.encode_utf8(&mut [0; 4])), 0, 0, 0],
        '\0'..='\u{33ff}' => Readings::default(),
        _ => {
            let mut readings = Readings::default();
            readings.iter_mut().zip(spelled(c)).for_each(|(place, syllable)| *place = number(syllable));
            readings
        }
    }
}

/// The syllables of some readings.
pub fn syllables(readings: Readings) -> impl Iterator<Item = &'static str> {
    readings.into_iter().filter(|number| *number != 0).map(letters)
}

/// What stands for a folded character when sounds are compared: its commonest reading.
pub fn heard(c: char) -> Syllable {
    plain(readings(c)[0])
}

/// What stands for a syllable when sounds are compared: the same for ü however it is typed.
pub fn plain(syllable: Syllable) -> Syllable {
    TABLE.plain.get(usize::from(syllable)).copied().unwrap_or(0)
}

/// The number of a syllable; 0 when no character is read so.
pub fn number(syllable: &str) -> Syllable {
    TABLE.numbers.get(syllable).copied().unwrap_or(0)
}

/// The letters of a syllable.
pub fn letters(syllable: Syllable) -> &'static str {
    TABLE.syllables.get(usize::from(syllable)).copied().unwrap_or_default()
}

/// The commonest readings of some characters; `None` when one of them has no sound.
pub fn commonest(chars: &[char]) -> Option<Vec<Syllable>> {
    chars.iter().map(|&c| Some(readings(c)[0]).filter(|syllable| *syllable != 0)).collect()
}

/// The places where characters with these readings can be read as `syllables`.
pub fn find(readings: &[Readings], syllables: &[Syllable]) -> Vec<usize> {
    let reads = |(readings, syllable): (&Readings, &Syllable)| readings.contains(syllable);
    let windows = readings.windows(syllables.len().max(1)).enumerate();
    windows.filter(|(_, window)| window.iter().zip(syllables).all(reads)).map(|(at, _)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(c: char) -> Vec<&'static str> {
        syllables(readings(c)).collect()
    }

    #[test]
    fn readings_are_plain_and_commonest_first() {
        assert_eq!(read('长'), ["zhang", "chang"]);
        assert_eq!(read('率'), ["lv", "lu", "shuai", "lve"]);
        assert_eq!(read('服'), ["fu"]);
        assert_eq!(read('a'), ["a"]);
        assert_eq!(read('㐀'), ["qiu"]);
        assert!(read('，').is_empty());
    }

    #[test]
    fn every_syllable_has_its_own_number() {
        for syllable in ["zhang", "lv", "a", "b", "9"] {
            assert_eq!(letters(number(syllable)), syllable);
        }
        assert_eq!(number("xq"), 0);
        assert_eq!(heard('绿'), plain(number("lu")));
    }
}
