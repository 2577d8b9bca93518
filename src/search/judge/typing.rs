//! Typing: how much of a title must be typed until what it names is among the first three.

use super::super::draw::Draw;
use super::super::unit::Unit;
use super::super::{Index, Query};
use super::letters::syllables;
use super::world::{Title, World};
use crate::error::Error;
use serde::Serialize;

/// Hits among which it must be.
const FIRST: usize = 3;

/// Shares of titles, typed key by key.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Typing {
    /// In characters.
    pub characters: f64,
    /// In letters of pinyin.
    pub letters: f64,
}

/// Types at most so many titles. Fails when a search does.
pub fn typing(index: &Index, units: &[Unit], most: usize, seed: u64) -> Result<Typing, Error> {
    let world = World::new(units);
    let titles: Vec<&Title> = world.titles.iter().filter(|title| title.han >= 4).collect();
    let (mut characters, mut letters) = (Vec::new(), Vec::new());
    for Title { key, .. } in Draw::new(seed).some(titles, most) {
        let wanted = world.named(key);
        let is_found = |typed: &str| -> Result<bool, Error> {
            let results = index.search(&Query { limit: FIRST, ..Query::new(typed) })?;
            Ok(results.hits.iter().any(|hit| wanted.holds(&hit.id)))
        };
        characters.push(share(key, is_found)?);
        if let Some(syllables) = syllables(key) {
            letters.push(share(&syllables.concat(), is_found)?);
        }
    }
    Ok(Typing { characters: mean(&characters), letters: mean(&letters) })
}

#[allow(clippy::cast_precision_loss, reason = "titles are short")]
fn share(text: &str, is_found: impl Fn(&str) -> Result<bool, Error>) -> Result<f64, Error> {
    let ends: Vec<usize> = text.char_indices().map(|(at, c)| at + c.len_utf8()).collect();
    for (count, &end) in ends.iter().enumerate() {
        if is_found(&text[..end])? {
            return Ok((count + 1) as f64 / ends.len() as f64);
        }
    }
    Ok(1.0)
}

#[allow(clippy::cast_precision_loss, reason = "counts are small")]
fn mean(shares: &[f64]) -> f64 {
    shares.iter().sum::<f64>() / shares.len().max(1) as f64
}
