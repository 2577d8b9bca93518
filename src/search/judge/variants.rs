//! Variants: queries made of the handbook's own titles and text, by seeded rules, with the units that
//! answer them. A title is answered by whatever has that name, a piece of text by whatever holds it.

use std::collections::BTreeSet;

use super::super::draw::Draw;
use super::super::fold::fold;
use super::super::number;
use super::super::sound;
use super::super::unit::Unit;
use super::letters::{dialect, initials, mixed, syllables, traditional};
use super::slips;
use super::world::{Known, Title, World, key};
use super::{Case, Wanted};
use crate::text::is_han;

/// Makes one query, if what was drawn allows it.
type Rule = fn(&World, &mut Draw) -> Option<(String, Wanted)>;

/// The kinds of queries, and how each is made.
const RULES: [(&str, Rule); 27] = [
    ("title", |world, draw| title(world, draw, 2, |title, _| Some(title.name.clone()))),
    ("traditional", |world, draw| title(world, draw, 2, |title, _| Some(traditional(&title.name)))),
    ("title-word", title_word),
    ("whole-pinyin", |world, draw| sound(world, draw, |syllables, _| Some(syllables.concat()))),
    ("spaced-pinyin", |world, draw| sound(world, draw, |syllables, _| Some(syllables.join(" ")))),
    ("initials", |world, draw| sound(world, draw, |syllables, _| Some(initials(syllables)))),
    ("mixed-pinyin", |world, draw| sound(world, draw, |syllables, draw| Some(mixed(syllables, draw)))),
    ("unfinished-pinyin", unfinished),
    ("fuzzy-pinyin", |world, draw| sound(world, draw, |syllables, _| Some(dialect(syllables)))),
    ("misspelt-pinyin", |world, draw| sound(world, draw, |s, draw| slips::letters(&s.concat(), draw))),
    ("characters-and-pinyin", |world, draw| title(world, draw, 4, half_pinyin)),
    ("homophone", |world, draw| slip(world, draw, 3, slips::homophone)),
    ("swapped", |world, draw| slip(world, draw, 3, |chars, _, draw| slips::swapped(chars, draw))),
    ("lost", |world, draw| slip(world, draw, 4, |chars, _, draw| Some(slips::lost(chars, draw)))),
    ("two-slips", |world, draw| slip(world, draw, 6, two_slips)),
    ("latin-slip", latin_slip),
    ("prefix", prefix),
    ("reordered", reordered),
    ("two-body-words", two_words),
    ("body-phrase", body_phrase),
    ("body-slip", body_slip),
    ("body-pinyin", body_pinyin),
    ("page-and-section", page_and_section),
    ("abbreviation", |world, draw| title(world, draw, 4, |title, _| abbreviated(title))),
    ("listed-name", listed_name),
    ("article", article),
    ("id", id),
];

/// Draws before a kind is given up: not every handbook has article numbers.
const TRIES: usize = 12;

/// The kinds of queries that are made.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|(kind, _)| *kind)
}

/// At most so many cases of each kind.
pub fn variants(units: &[Unit], most: usize, seed: u64) -> Vec<Case> {
    let world = World::new(units);
    let mut cases = Vec::new();
    for (number, (kind, make)) in (1_u64..).zip(RULES) {
        let mut draw = Draw::new(seed.wrapping_add(number << 32));
        let mut seen = BTreeSet::new();
        for _ in 0..most * TRIES {
            if seen.len() == most {
                break;
            }
            if let Some((query, wanted)) = make(&world, &mut draw)
                && seen.insert(query.clone())
            {
                cases.push(Case { kind, query, wanted });
            }
        }
    }
    cases
}

/// A title, changed.
fn title(
    world: &World,
    draw: &mut Draw,
    han: usize,
    change: impl Fn(&Title, &mut Draw) -> Option<String>,
) -> Option<(String, Wanted)> {
    let title = world.title(draw, han)?;
    Some((change(title, draw)?, world.named(&title.key)))
}

/// A title by its sound. Whatever else sounds so answers, too.
fn sound(
    world: &World,
    draw: &mut Draw,
    change: impl Fn(&[&str], &mut Draw) -> Option<String>,
) -> Option<(String, Wanted)> {
    let title = world.title(draw, 3)?;
    let spoken = syllables(&title.key)?;
    let typed = change(&spoken, draw)?;
    let again = |name: &str| {
        name.chars().count() == spoken.len()
            && syllables(name).is_some_and(|other| {
                other == spoken || initials(&spoken) == typed && initials(&other) == typed
            })
    };
    let wanted = world.wanted(|unit| unit.has_name(again));
    Some((typed, wanted))
}

/// A title with a slip in its characters.
fn slip(
    world: &World,
    draw: &mut Draw,
    han: usize,
    change: impl Fn(&[char], &World, &mut Draw) -> Option<Vec<char>>,
) -> Option<(String, Wanted)> {
    title(world, draw, han, |title, draw| {
        let chars: Vec<char> = title.key.chars().collect();
        change(&chars, world, draw).map(String::from_iter)
    })
}

/// A title of which the last syllable is not typed to its end.
fn unfinished(world: &World, draw: &mut Draw) -> Option<(String, Wanted)> {
    let (typed, _) = sound(world, draw, |syllables, _| {
        let (last, before) = syllables.split_last()?;
        Some(format!("{}{}", before.concat(), last.get(..last.len().checked_sub(1).filter(|&cut| cut > 0)?)?))
    })?;
    let begins = |name: &str| syllables(name).is_some_and(|other| other.concat().starts_with(&typed));
    let wanted = world.wanted(|unit| unit.has_name(begins));
    Some((typed, wanted))
}

/// The first half in characters, the rest in pinyin.
fn half_pinyin(title: &Title, _: &mut Draw) -> Option<String> {
    let (head, tail) = halves(&title.key);
    Some(format!("{head}{}", syllables(&tail)?.concat()))
}

fn halves(key: &str) -> (String, String) {
    let chars: Vec<char> = key.chars().collect();
    // Most words have two characters.
    let (head, tail) =
        chars.split_at((chars.len() / 2).next_multiple_of(2).min(chars.len().saturating_sub(1)));
    (head.iter().collect(), tail.iter().collect())
}

fn two_slips(chars: &[char], world: &World, draw: &mut Draw) -> Option<Vec<char>> {
    let once = slips::homophone(chars, world, draw)?;
    match draw.below(3) {
        0 => slips::swapped(&once, draw),
        1 => Some(slips::lost(&once, draw)),
        _ => slips::replaced(&once, world, draw),
    }
}

/// Two characters of a title, from where a word may begin.
fn title_word(world: &World, draw: &mut Draw) -> Option<(String, Wanted)> {
    let word = word_of(&world.title(draw, 2)?.key, draw)?;
    let wanted = world.wanted(|unit| unit.has_name(|name| name.contains(&word)));
    Some((word, wanted))
}

fn word_of(key: &str, draw: &mut Draw) -> Option<String> {
    let chars: Vec<char> = key.chars().collect();
    let words: Vec<&[char]> = chars.chunks_exact(2).filter(|word| word.iter().all(|&c| is_han(c))).collect();
    draw.pick(&words).map(|word| word.iter().collect())
}

/// A word of letters out of a title, with a slip.
fn latin_slip(world: &World, draw: &mut Draw) -> Option<(String, Wanted)> {
    let title = draw.pick(&world.titles)?;
    let folded = fold(&title.name);
    let words: Vec<&str> =
        folded.split(|c: char| !c.is_ascii_lowercase()).filter(|word| word.len() >= 5).collect();
    let word = *draw.pick(&words)?;
    let typed = slips::letters(word, draw)?;
    Some((typed, world.wanted(|unit| unit.has_name(|name| name.contains(word)))))
}

/// The first half of a title.
fn prefix(world: &World, draw: &mut Draw) -> Option<(String, Wanted)> {
    let title = world.title(draw, 3)?;
    let count = (title.key.chars().count() / 2).max(2);
    let typed: String = title.key.chars().take(count).collect();
    let wanted = world.wanted(|unit| unit.has_name(|name| name.starts_with(&typed)));
    Some((typed, wanted))
}

/// The second half of a title before the first.
fn reordered(world: &World, draw: &mut Draw) -> Option<(String, Wanted)> {
    let (head, tail) = halves(&world.title(draw, 4)?.key);
    let wanted = world.wanted(|unit| unit.has_name(|name| name.contains(&head) && name.contains(&tail)));
    Some((format!("{tail} {head}"), wanted))
}

/// Some characters in a row out of the text of a unit.
fn piece(world: &World, draw: &mut Draw, lengths: std::ops::RangeInclusive<usize>) -> Option<Vec<char>> {
    let length = lengths.start() + draw.below(lengths.end() - lengths.start() + 1);
    window(draw.pick(&world.units)?, draw, length)
}

fn window(unit: &Known, draw: &mut Draw, length: usize) -> Option<Vec<char>> {
    let runs: Vec<&Vec<char>> = unit.runs.iter().filter(|run| run.len() >= length).collect();
    let run = draw.pick(&runs)?;
    let start = draw.below(run.len() - length + 1);
    Some(run[start..start + length].to_vec())
}

fn body_phrase(world: &World, draw: &mut Draw) -> Option<(String, Wanted)> {
    let phrase: String = piece(world, draw, 6..=12)?.into_iter().collect();
    let wanted = world.wanted(|unit| unit.all.contains(&phrase));
    Some((phrase, wanted))
}

fn two_words(world: &World, draw: &mut Draw) -> Option<(String, Wanted)> {
    let unit = draw.pick(&world.units)?;
    let (one, other) = (String::from_iter(window(unit, draw, 2)?), String::from_iter(window(unit, draw, 2)?));
    let wanted = world.wanted(|unit| unit.all.contains(&one) && unit.all.contains(&other));
    (one != other).then(|| (format!("{one} {other}"), wanted))
}

/// A phrase with one character replaced, by one that sounds alike or by any.
fn body_slip(world: &World, draw: &mut Draw) -> Option<(String, Wanted)> {
    let phrase = piece(world, draw, 6..=12)?;
    let slipped = match draw.below(2) {
        0 => slips::homophone(&phrase, world, draw)?,
        _ => slips::replaced(&phrase, world, draw)?,
    };
    let phrase = String::from_iter(phrase);
    Some((String::from_iter(slipped), world.wanted(|unit| unit.all.contains(&phrase))))
}

fn body_pinyin(world: &World, draw: &mut Draw) -> Option<(String, Wanted)> {
    let word = piece(world, draw, 3..=5)?;
    let numbers = sound::commonest(&word)?;
    let spoken = syllables(&String::from_iter(&word))?;
    let sounds = |text: &str| {
        text.split(|c| !is_han(c)).any(|run| {
            let chars: Vec<char> = run.chars().collect();
            let readings: Vec<_> = chars.into_iter().map(sound::readings).collect();
            !sound::find(&readings, &numbers).is_empty()
        })
    };
    Some((spoken.concat(), world.wanted(|unit| sounds(&unit.all))))
}

/// A word of what stands above, and one of the title itself.
fn page_and_section(world: &World, draw: &mut Draw) -> Option<(String, Wanted)> {
    let unit = draw.pick(&world.units)?;
    let (_, name) = unit.names.first()?;
    let page = key(draw.pick(&unit.path)?);
    let (above, own) = (word_of(&page, draw)?, word_of(name, draw)?);
    let wanted = world.wanted(|unit| {
        unit.has_name(|name| name.contains(&own)) && unit.path.iter().any(|title| title.contains(&above))
    });
    (!name.contains(&above)).then(|| (format!("{above} {own}"), wanted))
}

/// The first character of every two.
fn abbreviated(title: &Title) -> Option<String> {
    let chars: Vec<char> = title.key.chars().collect();
    let all_han = chars.iter().all(|&c| is_han(c)) && (4..=8).contains(&chars.len());
    all_han.then(|| chars.iter().step_by(2).collect())
}

/// Another name of something.
fn listed_name(world: &World, draw: &mut Draw) -> Option<(String, Wanted)> {
    let unit = draw.pick(&world.units)?;
    let (typed, _) = draw.pick(unit.names.get(1..)?)?;
    let wanted = world.wanted(|other| other.names.iter().any(|name| unit.names.contains(name)));
    Some((typed.clone(), wanted))
}

/// An article number out of a text, in either script.
fn article(world: &World, draw: &mut Draw) -> Option<(String, Wanted)> {
    let unit = draw.pick(&world.units)?;
    // A chapter is asked for as one, not as words of a text.
    let numbers: Vec<String> =
        number::ordinals(&unit.all, false).into_iter().filter(|number| !number.ends_with('章')).collect();
    let number = draw.pick(&numbers)?.clone();
    let wanted = world.wanted(|unit| number::ordinals(&unit.all, false).contains(&number));
    Some((format!("第{number}"), wanted))
}

/// An id in some spelling.
fn id(world: &World, draw: &mut Draw) -> Option<(String, Wanted)> {
    let unit = draw.pick(&world.units)?;
    let known = number::id_key(&fold(&unit.id));
    // What is no identifier of the handbook's is not typed.
    (known != fold(&unit.id) && unit.id.is_ascii()).then_some(())?;
    let typed = match draw.below(4) {
        0 => unit.id.clone(),
        1 => unit.id.to_lowercase(),
        2 => known.replace('-', " "),
        _ => known.replacen('-', "", 1),
    };
    Some((typed, Wanted::Units([unit.id.clone()].into())))
}
