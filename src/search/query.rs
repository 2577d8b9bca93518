//! Query: what is asked, and the rungs of the ladder that answers stand on.

use super::unit::Kind;
use crate::vocabulary::Level;

/// What is searched for.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// What the person typed.
    pub text: String,
    /// Most hits to return.
    pub limit: usize,
    /// Hits to leave out from the front.
    pub offset: usize,
    /// Only units of the part with this code.
    pub part: Option<String>,
    /// Only units of this kind.
    pub kind: Option<Kind>,
    /// Only units that apply at this level.
    pub level: Option<Level>,
    /// Only units that have to do with this role.
    pub role: Option<String>,
    /// Most hits of one norm or page; no limit when absent. What is left out counts in the total.
    pub per_group: Option<usize>,
}

impl Query {
    /// A query for the first twenty hits of `text`, without filters.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), limit: 20, ..Self::default() }
    }

    /// Whether nothing narrows it.
    pub fn is_plain(&self) -> bool {
        self.part.is_none() && self.kind.is_none() && self.level.is_none() && self.role.is_none()
    }
}

/// What a rung adds to the score. A ranking score stays below the lowest of them.
pub mod rung {
    /// Named by its id.
    pub const ID: f32 = 32768.0;
    /// Holds every word.
    pub const LITERAL: f32 = 16384.0;
    /// Holds every word or another form of it.
    pub const SYNONYM: f32 = 8192.0;
    /// Holds every word by sound.
    pub const SOUND: f32 = 4096.0;

    /// The score without what the rungs added.
    pub fn without(score: f32) -> f32 {
        score % SOUND
    }

    /// Whether the rung is in the score.
    pub fn is_in(rung: f32, score: f32) -> bool {
        score % (2.0 * rung) >= rung
    }
}
