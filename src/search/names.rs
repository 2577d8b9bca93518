//! Names: what the query as a whole is to what things are called.
//!
//! There are few names and they are short, so every query is held against all of them in memory. That
//! finds beginnings, pinyin, initials and mixtures of both without a token for each in the index.

use std::collections::BTreeMap;

use super::fold::fold;
use super::reading::Reading;
use super::sound::{self, Readings};
use super::unit::Unit;

/// Most suggestions.
const MOST_SUGGESTIONS: usize = 3;
/// Lengths in characters of a query that may be a name with a slip.
const LENGTHS: std::ops::RangeInclusive<usize> = 2..=12;

/// What a name adds to the score, beside what its characters add as text.
mod boost {
    /// It is the query.
    pub const WHOLE: f32 = 60.0;
    /// It begins with the query.
    pub const BEGINNING: f32 = 15.0;
    /// It is spelled by the letters, from its beginning or from further on.
    pub const SPELLED: f32 = 30.0;
    pub const UNFINISHED: f32 = 22.0;
    pub const INITIALS: f32 = 20.0;
    pub const MIXED: f32 = 12.0;
    pub const FROM_BEGINNING: f32 = 8.0;
    /// Times the share of the name that is meant.
    pub const SHARE: f32 = 10.0;
}

/// How a name matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// Written so.
    Characters,
    /// Spelled so, at least in part.
    Sound,
    /// By initials alone.
    Initials,
}

/// A match of one unit's names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match {
    /// How.
    pub by: By,
    /// What it adds to the score.
    pub score: f32,
}

/// All names.
#[derive(Debug, Default)]
pub struct Names {
    names: Vec<Name>,
}

#[derive(Debug)]
struct Name {
    /// Place of its unit.
    unit: usize,
    /// As it is written.
    written: String,
    /// Letters and digits of the folded name: punctuation need not be typed.
    key: String,
    /// The readings of each character of `key`.
    readings: Vec<Readings>,
}

impl Names {
    /// The names of these units.
    pub fn new(units: &[Unit]) -> Self {
        let named =
            units.iter().enumerate().flat_map(|(unit, of)| of.names.iter().map(move |name| (unit, name)));
        let names = named.map(|(unit, written)| {
            let key = key(&fold(written));
            let readings = sound::all_readings(&key.chars().collect::<Vec<_>>());
            Name { unit, written: written.clone(), key, readings }
        });
        Self { names: names.collect() }
    }

    /// The units whose name is meant by the query as a whole, and how. With `sounding`, Han characters
    /// also stand for others that sound alike.
    pub fn matches(&self, reading: &Reading, sounding: bool) -> BTreeMap<usize, Match> {
        let mut typed = vec![key(&reading.folded)];
        typed.extend(reading.cut.then(|| key(&reading.subject)));
        typed.retain(|typed| !typed.is_empty());
        let subject: Vec<char> =
            typed.last().filter(|_| sounding).into_iter().flat_map(|typed| typed.chars()).collect();
        let spoken = sound::plain(&subject);
        let mut best: BTreeMap<usize, Match> = BTreeMap::new();
        for name in &self.names {
            let written = typed.iter().filter_map(|typed| name.written_as(typed)).max_by(f32::total_cmp);
            let found = [
                written.map(|score| Match { by: By::Characters, score }),
                reading.letters.as_ref().and_then(|letters| name.spelled_by(letters)),
                spoken.as_ref().and_then(|syllables| name.sounds_like(syllables)),
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
        let typed = key(&reading.folded);
        let chars: Vec<char> = typed.chars().collect();
        if !LENGTHS.contains(&chars.len()) {
            return Vec::new();
        }
        let allowed = chars.len().div_ceil(4);
        let sound =
            reading.letters.clone().or_else(|| sound::plain(&chars).map(|syllables| syllables.concat()));
        let mut near: Vec<(usize, &str)> = Vec::new();
        for name in self.names.iter().filter(|name| name.key != typed) {
            let length = name.readings.len();
            let sounds = sound.as_ref().is_some_and(|sound| {
                sound::spell(&name.readings, sound)
                    .is_some_and(|s| s.count == length && s.short == 0 && !s.unfinished)
            });
            if sounds {
                near.push((0, &name.written));
            } else if length.abs_diff(chars.len()) <= allowed && length > allowed {
                let distance = strsim::damerau_levenshtein(&typed, &name.key);
                near.extend((distance <= allowed).then_some((distance, name.written.as_str())));
            }
        }
        near.sort_unstable();
        near.dedup_by_key(|(_, name)| *name);
        near.into_iter().take(MOST_SUGGESTIONS).map(|(_, name)| name.to_owned()).collect()
    }
}

impl Name {
    fn written_as(&self, typed: &str) -> Option<f32> {
        let rest = self.key.strip_prefix(typed)?;
        Some(if rest.is_empty() {
            boost::WHOLE
        } else {
            boost::BEGINNING + boost::SHARE * self.share(typed.chars().count())
        })
    }

    fn spelled_by(&self, letters: &str) -> Option<Match> {
        let mut best: Option<Match> = None;
        for start in 0..self.readings.len() {
            // One letter begins too much to mean something inside a name.
            if start > 0 && letters.len() < 2 {
                break;
            }
            let Some(spelled) = sound::spell(&self.readings[start..], letters) else { continue };
            let all_short = spelled.short == spelled.count;
            let kind = match spelled {
                _ if all_short => boost::INITIALS,
                _ if spelled.short > 0 => boost::MIXED,
                _ if spelled.unfinished => boost::UNFINISHED,
                _ => boost::SPELLED,
            };
            let beginning = if start == 0 { boost::FROM_BEGINNING } else { 0.0 };
            let score = kind + beginning + boost::SHARE * self.share(spelled.count);
            if best.is_none_or(|best| score > best.score) {
                best = Some(Match { by: if all_short { By::Initials } else { By::Sound }, score });
            }
        }
        best
    }

    fn sounds_like(&self, syllables: &[&str]) -> Option<Match> {
        let start = *sound::find(&self.readings, syllables).first().filter(|_| syllables.len() > 1)?;
        let beginning = if start == 0 { boost::FROM_BEGINNING } else { 0.0 };
        Some(Match {
            by: By::Sound,
            score: boost::BEGINNING + beginning + boost::SHARE * self.share(syllables.len()),
        })
    }

    #[allow(clippy::cast_precision_loss, reason = "names are short")]
    fn share(&self, count: usize) -> f32 {
        count as f32 / self.readings.len().max(1) as f32
    }
}

/// A folded name without anything but letters and digits.
fn key(folded: &str) -> String {
    folded.chars().filter(|c| c.is_alphanumeric()).collect()
}
