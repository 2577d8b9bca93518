//! Names: what the query as a whole is to what things are called.
//!
//! There are few names and they are short, so every query is held against all of them in memory. That
//! finds beginnings, pinyin, initials, mixtures of both, and slips, without a token for each in the index.

use std::collections::BTreeMap;

use super::distance::{Pattern, signature};
use super::fold::fold;
use super::reading::Reading;
use super::sound;
use super::spelling::{self, Character};
use super::unit::Unit;
use super::weight::W;

/// Most suggestions.
const MOST_SUGGESTIONS: usize = 3;
/// Lengths in characters of a query that may be a name with a slip.
const LENGTHS: std::ops::RangeInclusive<usize> = 2..=12;
/// Fewer letters are no pinyin with a slip.
const FEWEST_LETTERS: usize = 5;

/// How a name matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// Written so.
    Characters,
    /// Spelled so, at least in part.
    Sound,
    /// By initials alone.
    Initials,
    /// Written or spelled nearly so.
    Slip,
    /// By some of its characters.
    Part,
}

/// A match of one unit's names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match {
    /// How.
    pub by: By,
    /// What it adds to the score.
    pub score: f32,
    /// Whether all of the name is spelled, and all of the query says so.
    pub whole: bool,
}

/// All names.
#[derive(Debug, Default)]
pub struct Names {
    names: Vec<Name>,
    /// For each unit, where its names begin; and where the last one's end.
    starts: Vec<usize>,
}

#[derive(Debug)]
struct Name {
    /// Place of its unit.
    unit: usize,
    /// As it is written.
    written: String,
    /// Letters and characters of the folded name: punctuation need not be typed.
    key: String,
    /// The same, with the readings of each.
    characters: Vec<Character>,
    /// Its commonest sound in letters.
    letters: String,
    /// Signatures of what is written and what is heard. Most names are nothing like a query, and these tell.
    written_has: u64,
    heard_has: u64,
}

/// The query as names are compared with it.
struct Typed {
    keys: Vec<String>,
    /// The longest key that is no question.
    chars: Vec<char>,
    written: Pattern,
    heard: Pattern,
    /// Its letters, when it is nothing else.
    letters: Option<(String, Pattern)>,
    has_letters: bool,
}

impl Typed {
    fn new(reading: &Reading) -> Self {
        let mut keys = vec![key(&reading.folded)];
        keys.extend(reading.cut.then(|| key(&reading.subject)));
        keys.retain(|key| !key.is_empty());
        let chars: Vec<char> = keys.last().map(|key| key.chars().collect()).unwrap_or_default();
        let letters: Option<String> = (chars.len() > 1 && chars.iter().all(char::is_ascii_alphanumeric))
            .then(|| chars.iter().collect());
        Self {
            written: Pattern::new(chars.iter().map(|&c| c.into())),
            heard: Pattern::new(spelling::heard(&chars).into_iter().map(u32::from)),
            letters: letters.map(|letters| {
                let pattern = Pattern::new(letters.chars().map(u32::from));
                (letters, pattern)
            }),
            has_letters: chars.iter().any(char::is_ascii_lowercase),
            keys,
            chars,
        }
    }
}

impl Names {
    /// The names of these units.
    pub fn new(units: &[Unit]) -> Self {
        let named =
            units.iter().enumerate().flat_map(|(unit, of)| of.names.iter().map(move |name| (unit, name)));
        let names = named.map(|(unit, written)| {
            let key = key(&fold(written));
            let characters: Vec<Character> = key.chars().map(Character::new).collect();
            let letters = characters.iter().map(|c| sound::letters(c.readings[0])).collect();
            let mut name = Name {
                unit,
                written: written.clone(),
                key,
                characters,
                letters,
                written_has: 0,
                heard_has: 0,
            };
            (name.written_has, name.heard_has) = (signature(name.written()), signature(name.heard()));
            name
        });
        let mut starts: Vec<usize> = units
            .iter()
            .scan(0, |start, unit| Some(std::mem::replace(start, *start + unit.names.len())))
            .collect();
        let names: Vec<Name> = names.collect();
        starts.push(names.len());
        Self { names, starts }
    }

    /// How near a word is to some piece of a unit's names, 0 to 1.
    pub fn nearest(&self, unit: usize, written: &Pattern, heard: &Pattern) -> f32 {
        let names = &self.names[self.starts[unit]..self.starts[unit + 1]];
        let near = |name: &Name| {
            let as_written = nearness(written.to_piece(name.written()), written.len());
            as_written.max(nearness(heard.to_piece(name.heard()), heard.len()) * W.heard)
        };
        names.iter().map(near).fold(0.0, f32::max)
    }

    /// The units whose name is meant by the query as a whole, and how.
    pub fn matches(&self, reading: &Reading) -> BTreeMap<usize, Match> {
        let typed = Typed::new(reading);
        let mut best: BTreeMap<usize, Match> = BTreeMap::new();
        if typed.chars.is_empty() {
            return best;
        }
        for name in &self.names {
            let sentence = reading.is_sentence();
            let found = [
                name.written_as(&typed),
                name.spelled_by(&typed),
                name.nearly(&typed, sentence),
                name.abbreviated_as(&typed).filter(|_| !sentence),
            ];
            for found in found.into_iter().flatten() {
                let known = best.entry(name.unit).or_insert(found);
                if found.score > known.score {
                    *known = found;
                }
            }
        }
        best
    }

    /// The names nearest to a query: those that sound the same first, then those a slip or two away.
    pub fn near(&self, reading: &Reading) -> Vec<String> {
        let typed = Typed::new(reading);
        let length = typed.chars.len();
        if !LENGTHS.contains(&length) && typed.letters.is_none() {
            return Vec::new();
        }
        let allowed = length.div_ceil(4);
        let mut near: Vec<(usize, &str)> = Vec::new();
        for name in self.names.iter().filter(|name| !typed.keys.contains(&name.key)) {
            let count = name.characters.len();
            let slips = match &typed.letters {
                Some((_, pattern)) if !name.letters.is_empty() => {
                    pattern.to_whole(name.letters.chars().map(u32::from))
                }
                _ if count.abs_diff(length) > allowed || count <= allowed => continue,
                _ if typed.heard.least_slips(name.heard_has) > 0
                    && typed.written.least_slips(name.written_has) > allowed =>
                {
                    continue;
                }
                _ => match typed.heard.to_whole(name.heard()) {
                    0 => 0,
                    _ => typed.written.to_whole(name.written()).max(1),
                },
            };
            near.extend((slips <= allowed).then_some((slips, name.written.as_str())));
        }
        near.sort_unstable();
        near.dedup_by_key(|(_, name)| *name);
        near.into_iter().take(MOST_SUGGESTIONS).map(|(_, name)| name.to_owned()).collect()
    }
}

impl Name {
    fn written(&self) -> impl Iterator<Item = u32> {
        self.characters.iter().map(|c| c.character.into())
    }

    fn heard(&self) -> impl Iterator<Item = u32> {
        self.characters.iter().map(|c| sound::plain(c.readings[0]).into())
    }

    fn written_as(&self, typed: &Typed) -> Option<Match> {
        let scores = typed.keys.iter().filter_map(|key| {
            let rest = self.key.strip_prefix(key.as_str())?;
            Some(if rest.is_empty() {
                W.whole
            } else {
                W.beginning + W.share * self.share(key.chars().count())
            })
        });
        let score = scores.max_by(f32::total_cmp)?;
        Some(Match { by: By::Characters, score, whole: false })
    }

    /// By letters, or by characters and letters.
    fn spelled_by(&self, typed: &Typed) -> Option<Match> {
        if !typed.has_letters {
            return None;
        }
        let mut best: Option<Match> = None;
        for start in 0..self.characters.len() {
            // One letter begins too much to mean something inside a name.
            if start > 0 && typed.chars.len() < 2 {
                break;
            }
            let Some(spelled) = spelling::spell(&self.characters[start..], &typed.chars) else { continue };
            if spelled.written == spelled.count {
                continue;
            }
            let all_short = spelled.short == spelled.count;
            let kind = match spelled {
                _ if all_short => W.initials,
                _ if spelled.short > usize::from(spelled.last_short) => W.mixed,
                _ if spelled.unfinished || spelled.last_short => W.unfinished,
                _ => W.spelled,
            };
            let beginning = if start == 0 { W.from_beginning } else { 0.0 };
            let score = kind + beginning + W.share * self.share(spelled.count);
            let all = spelled.count == self.characters.len() && spelled.count > 1;
            let whole = all && spelled.short == 0 && !spelled.unfinished;
            if best.is_none_or(|best| score > best.score) {
                best = Some(Match { by: if all_short { By::Initials } else { By::Sound }, score, whole });
            }
        }
        best
    }

    /// With slips: in characters, in sound, or in the letters of the sound.
    fn nearly(&self, typed: &Typed, sentence: bool) -> Option<Match> {
        let length = self.characters.len();
        let longer = typed.written.len().max(length);
        let shorter = typed.heard.len().min(length);
        if longer < 2 {
            return None;
        }
        if typed.letters.is_none() && nearness(longer - shorter, longer) < W.least_nearness {
            return None;
        }
        let heard_longer = typed.heard.len().max(length);
        let possible = nearness(typed.written.least_slips(self.written_has), longer)
            .max(nearness(typed.heard.least_slips(self.heard_has), heard_longer) * W.heard);
        let mut best = Match { by: By::Slip, score: 0.0, whole: false };
        if possible >= W.least_nearness {
            let by_sound = nearness(typed.heard.to_whole(self.heard()), heard_longer);
            let by_writing = nearness(typed.written.to_whole(self.written()), longer);
            best.score = by_writing.max(by_sound * W.heard);
            if by_sound == 1.0 {
                best.by = By::Sound;
            }
        }
        if let Some((letters, pattern)) =
            typed.letters.as_ref().filter(|(letters, _)| letters.len() >= FEWEST_LETTERS)
        {
            let found = self.nearly_spelled(letters, pattern);
            if found.score > best.score {
                best = found;
            }
        }
        // A long name with a slip is no sentence.
        if sentence && best.score < W.surely {
            best.score *= W.sentence;
        }
        if best.by == By::Slip && best.score < W.surely {
            best.by = By::Part;
        }
        (best.score >= W.least_nearness).then_some(Match { score: best.score * W.nearness, ..best })
    }

    /// By some of its characters in their order, the first of all among them or not.
    fn abbreviated_as(&self, typed: &Typed) -> Option<Match> {
        let count = typed.chars.len();
        if !(2..=8).contains(&count) || typed.has_letters || self.characters.len() <= count {
            return None;
        }
        if typed.written.least_slips(self.written_has) > 0 {
            return None;
        }
        let mut rest = typed.chars.iter();
        let mut next = rest.next();
        let (mut taken, mut words) = (0, 0);
        for (at, c) in self.characters.iter().enumerate() {
            if next == Some(&c.character) {
                taken += 1;
                words += usize::from(at % 2 == 0);
                next = rest.next();
            }
        }
        let first =
            if self.characters.first()?.character == typed.chars[0] { W.abbreviated_first } else { 0.0 };
        let even = words as f32 / count as f32;
        (taken == count).then(|| Match {
            by: By::Part,
            score: W.abbreviated
                + first
                + W.abbreviated_even * even
                + W.abbreviated_share * self.share(count),
            whole: false,
        })
    }

    /// Letters with a slip, or as a dialect has them.
    fn nearly_spelled(&self, letters: &str, pattern: &Pattern) -> Match {
        let (whole, beginning) = pattern.to_whole_and_beginning(self.letters.bytes().map(u32::from));
        let whole = nearness(whole, letters.len().max(self.letters.len()));
        let beginning = nearness(beginning, letters.len()) * W.begun;
        let mut best = Match { by: By::Slip, score: whole.max(beginning), whole: false };
        if best.score > W.least_nearness && spelling::dialect(letters) == spelling::dialect(&self.letters) {
            best = Match { by: By::Sound, score: 1.0, whole: false };
        }
        best
    }

    #[allow(clippy::cast_precision_loss, reason = "names are short")]
    fn share(&self, count: usize) -> f32 {
        count as f32 / self.characters.len().max(1) as f32
    }
}

/// 1 for no slips, 0 for nothing in common.
#[allow(clippy::cast_precision_loss, reason = "names are short")]
pub fn nearness(slips: usize, length: usize) -> f32 {
    (1.0 - slips as f32 / length.max(1) as f32).max(0.0)
}

/// A folded name without anything but letters and digits.
pub fn key(folded: &str) -> String {
    folded.chars().filter(|c| c.is_alphanumeric()).collect()
}
