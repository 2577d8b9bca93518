//! The repository's own manual, held in memory, for the tests that break it in many ways; and a
//! small generator of numbers that gives the same ones on every machine.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use shouce::diagnostic::{Diagnostic, Severity};
use shouce::source::{self, Sources};

/// The real manual, read once.
pub fn manual() -> &'static Sources {
    static MANUAL: LazyLock<Sources> = LazyLock::new(|| {
        source::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("handbook")).expect("the manual is readable")
    });
    &MANUAL
}

/// Its norms: path and text, in the order of the paths.
pub fn norms() -> impl Iterator<Item = (&'static Arc<str>, &'static str)> {
    let files = manual().files.iter();
    files.filter(|(path, _)| is_norm(path)).map(|(path, file)| (path, &*file.text))
}

/// Whether a path of the manual is a norm's: `NJ/NJ-03.md`.
pub fn is_norm(path: &str) -> bool {
    matches!(path.split_once('/'), Some((part, name)) if part.len() == 2 && name.starts_with(part) && name.ends_with(".md"))
}

/// The manual with one file put in place of another, or added.
pub fn with_file(sources: &Sources, path: &str, bytes: &[u8]) -> Sources {
    let mut changed = sources.clone();
    changed.files.remove(path);
    changed.add(path, bytes);
    changed
}

/// Line and column of a byte, both from 1; a column is a character.
pub fn place(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(at)];
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
}

/// One line a diagnostic, as an author would look for it.
pub fn shown(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let (line, column) = place(sources.text(&diagnostic.span.file), diagnostic.span.start);
    format!("{}:{line}:{column} {} {}", diagnostic.span.file, diagnostic.rule.code, diagnostic.message)
}

/// Whether a diagnostic is more than information.
pub fn is_alarm(diagnostic: &Diagnostic) -> bool {
    diagnostic.rule.severity != Severity::Note
}

/// SplitMix64: numbers from a seed.
pub struct Random(u64);

impl Random {
    /// Starts at a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which is not 0.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// One of `all`, which is not empty.
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// Brings `all` into a chance order.
    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for i in (1..all.len()).rev() {
            all.swap(i, self.below(i + 1));
        }
    }
}
