//! Results: hits, why each was found, and how many there are of which sort.

use schemars::JsonSchema;
use serde::Serialize;

use super::fold::level;
use super::names::By;
use super::reading::Reading;
use super::rungs::mark;
use super::snippet::Piece;
use super::unit::{Kind, Unit};

/// The answer to a query.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Results {
    /// The query, as it was typed.
    pub query: String,
    /// How many units were found.
    pub total: usize,
    /// The hits asked for, best first.
    pub hits: Vec<Hit>,
    /// How many units were found of which sort. Each count leaves out the filter of its own sort, so that it
    /// tells what another choice would give.
    pub facets: Facets,
    /// Names that may have been meant, when nothing holds what was typed.
    pub suggestions: Vec<String>,
}

/// A unit that was found.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Hit {
    /// Its id.
    pub id: String,
    /// The norm it belongs to.
    pub norm_id: Option<String>,
    /// What hits are shown together by: the norm, the page, or the unit itself.
    pub group: String,
    /// Title.
    pub title: String,
    /// Titles above it, outermost first.
    pub path: Vec<String>,
    /// Address from the site's root.
    pub url: String,
    /// What it is.
    pub kind: Kind,
    /// How well it matches; comparable only within one answer.
    pub score: f32,
    /// Why it was found.
    pub why: Why,
    /// The stretch of its text that shows it.
    pub snippet: Vec<Piece>,
}

/// Why a unit was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// It is named by its id.
    Id,
    /// It holds every word that was typed.
    Literal,
    /// It holds every word, written in the other script.
    Script,
    /// It holds every word, some in another form of the same term.
    Synonym,
    /// It sounds like what was typed.
    Pinyin,
    /// It is what was typed but for a slip.
    Slip,
    /// Its name has the initials that were typed.
    Initials,
    /// It holds some of what was typed.
    Part,
}

impl Why {
    /// All of them, best first.
    pub const ALL: [Self; 8] = [
        Self::Id,
        Self::Literal,
        Self::Script,
        Self::Synonym,
        Self::Pinyin,
        Self::Slip,
        Self::Initials,
        Self::Part,
    ];

    /// The word that readers see.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Id => "编号",
            Self::Literal => "原文",
            Self::Script => "繁简",
            Self::Synonym => "同义",
            Self::Pinyin => "读音",
            Self::Slip => "错字",
            Self::Initials => "首字母",
            Self::Part => "部分",
        }
    }
}

/// Counts by sort, most first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Facets {
    /// By part.
    pub part: Vec<Count>,
    /// By kind.
    pub kind: Vec<Count>,
    /// By level.
    pub level: Vec<Count>,
    /// By role.
    pub role: Vec<Count>,
    /// By state of the norm.
    pub status: Vec<Count>,
}

/// How many units there are of one sort.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Count {
    /// The value to filter by.
    pub value: String,
    /// What readers see of it.
    pub label: String,
    /// How many.
    pub count: usize,
}

/// Why a unit was found: how it holds the query, or else how its name matches.
pub fn why(unit: &Unit, reading: &Reading, marks: u8, name: Option<By>) -> Why {
    let literal = || reading.traditional.is_empty() || holds(unit, &reading.traditional);
    match name {
        _ if marks & mark::ID != 0 => Why::Id,
        _ if marks & mark::LITERAL != 0 && literal() => Why::Literal,
        _ if marks & mark::LITERAL != 0 => Why::Script,
        _ if marks & mark::HELD != 0 => Why::Part,
        _ if marks & mark::SYNONYM != 0 => Why::Synonym,
        _ if marks & mark::SOUND != 0 => Why::Pinyin,
        Some(By::Sound) => Why::Pinyin,
        Some(By::Initials) => Why::Initials,
        Some(By::Slip) => Why::Slip,
        Some(By::Characters | By::Part) | None => Why::Part,
    }
}

/// Whether the unit holds every word as it was written, script included.
fn holds(unit: &Unit, words: &[String]) -> bool {
    let text: String =
        unit.names.iter().chain([&unit.text]).flat_map(|text| text.chars()).filter_map(level).collect();
    words.iter().all(|word| text.contains(word.as_str()))
}
