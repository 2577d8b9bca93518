//! What a browser searches when there is no server: no index, only what one is made of. The scripts in
//! `templates/static/search` read these files, build an index of them in memory, and answer as this module
//! does; `tests/search-cases.json` holds both to it.
//!
//! | file | holds |
//! |---|---|
//! | `search/index.json` | names of the others, weights, kinds of units, question words |
//! | `search/units-NN-….json` | the units of a part of the handbook, column by column |
//! | `search/characters-….json` | readings and simplified forms of the characters that occur |
//! | `search/rest-….json` | those of all others, fetched when one of them is typed |
//!
//! All but the first change their names with their bytes.

mod characters;
mod columns;

use rayon::prelude::*;
use serde::Serialize;

use super::failed;
use super::reading;
use super::store::digest;
use super::unit::{Kind, Unit};
use super::units::units;
use super::weight::{W, Weights};
use crate::error::Error;
use crate::files::Sink;
use crate::model::Handbook;
use characters::{Characters, Occurring};
use columns::Columns;

/// Folder of the files in a site.
const FOLDER: &str = "search";
/// Raised whenever scripts of another version would misread the files.
const VERSION: u32 = 1;

/// The file that is read first.
#[derive(Serialize)]
struct Start<'a> {
    version: u32,
    /// Names of the files of units, in the order of the handbook.
    units: Vec<String>,
    characters: String,
    rest: String,
    weights: &'a Weights,
    /// For each kind of unit its name, and how much it counts as the answer to a sentence.
    kinds: Vec<(&'static str, f32)>,
    /// Folded, longest first.
    questions: &'a [String],
}

/// Gives the files for searching a handbook without a server to `sink`.
///
/// # Errors
/// Those of `sink`.
pub fn browser_to(handbook: &Handbook, sink: &Sink<'_>) -> Result<(), Error> {
    browser_units_to(&units(handbook), sink)
}

/// [`browser_to`] for any units.
///
/// # Errors
/// Those of `sink`.
pub fn browser_units_to(units: &[Unit], sink: &Sink<'_>) -> Result<(), Error> {
    let parts: Vec<&[Unit]> = units.chunk_by(|one, next| one.part == next.part).collect();
    let write = |(number, part): (usize, &&[Unit])| {
        give(sink, &format!("units-{number:02}"), &Columns::new(part)).map(|name| (name, Occurring::of(part)))
    };
    let written: Result<Vec<_>, Error> = parts.par_iter().enumerate().map(write).collect();
    let (names, occurring): (Vec<String>, Vec<Occurring>) = written?.into_iter().unzip();
    let (known, rest) = Characters::split(&occurring);
    let start = Start {
        version: VERSION,
        units: names,
        characters: give(sink, "characters", &known)?,
        rest: give(sink, "rest", &rest)?,
        weights: &W,
        kinds: Kind::ALL.iter().map(|(kind, name, _)| (*name, kind.weight_in_sentence())).collect(),
        questions: reading::question_words(),
    };
    sink(&format!("{FOLDER}/index.json"), &serde_json::to_vec(&start).map_err(failed)?)
}

/// Gives a value as a file; its name.
fn give(sink: &Sink<'_>, name: &str, value: &impl Serialize) -> Result<String, Error> {
    let bytes = serde_json::to_vec(value).map_err(failed)?;
    let name = format!("{name}-{}.json", &digest(&bytes)[..10]);
    sink(&format!("{FOLDER}/{name}"), &bytes)?;
    Ok(name)
}
