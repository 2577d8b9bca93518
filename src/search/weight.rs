//! Weights: how much each signal counts.
//!
//! The figures were found by `shouce search --report` on this manual, on two sets of documentation and on
//! lists of titles, one signal at a time; a change that helps one kind of query and hurts none is welcome.

use serde::Serialize;

/// All weights. A score is the sum of what its signals say, each between 0 and 1, times these.
#[derive(Debug, Serialize)]
pub struct Weights {
    // What a name adds that the query as a whole is, or nearly is.
    /// The name is the query.
    pub whole: f32,
    /// It begins with the query.
    pub beginning: f32,
    /// It is spelled by the letters: all of it or a part, …
    pub spelled: f32,
    /// … without the end of the last syllable, …
    pub unfinished: f32,
    /// … by initials alone, …
    pub initials: f32,
    /// … by whole syllables and initials.
    pub mixed: f32,
    /// More, when that is so from its beginning.
    pub from_beginning: f32,
    /// More, times the share of the name that is meant.
    pub share: f32,
    /// It is nearly the query.
    pub nearness: f32,
    /// It is an abbreviation: its characters are those of the query with others between them; …
    pub abbreviated: f32,
    /// … the first is the first of the name; …
    pub abbreviated_first: f32,
    /// … times the share of them that stand where a word of two characters may begin; …
    pub abbreviated_even: f32,
    /// … times the share of the name that is said.
    pub abbreviated_share: f32,
    /// A name is nearly the query from this nearness on.
    pub least_nearness: f32,
    /// From this nearness on, a query is the name even if it is as long as a sentence.
    pub surely: f32,
    /// What sounds the same is so near to what is written the same.
    pub heard: f32,
    /// A beginning is so near to a whole.
    pub begun: f32,
    /// What names say counts less in a sentence.
    pub sentence: f32,

    // What a token adds by BM25, beside the pairs that were typed, which count 1.
    /// Pairs of the words above the unit.
    pub path_pairs: f32,
    /// Single characters.
    pub characters: f32,
    /// Pairs of another form of a term.
    pub synonym: f32,
    /// Pairs that sound like one that stands nowhere.
    pub alike: f32,
    /// Pairs that sound like one that stands somewhere.
    pub alike_known: f32,
    /// Pairs that are spelled by letters.
    pub letters: f32,
    /// Words of letters.
    pub latin: f32,
    /// Words that begin with one.
    pub latin_longer: f32,
    /// Words a slip away from one that stands nowhere.
    pub latin_near: f32,
    /// The number of an article.
    pub number: f32,
    /// What belongs to a norm that is named.
    pub within: f32,

    // What reading the best units adds.
    /// The share of the query's pairs that stand anywhere in the norm or page, the rare ones more.
    pub context: f32,
    /// Words that stand in the unit's names.
    pub heading: f32,
    /// The same in a sentence.
    pub heading_sentence: f32,
    /// A word above the unit counts this much of one in its names.
    pub path: f32,
    /// Words that nearly stand in the unit, by writing or sound.
    pub near: f32,
    /// Words that stand in the unit or above it as they were typed.
    pub words: f32,
}

/// The weights that search uses.
pub const W: Weights = Weights {
    whole: 3.0,
    beginning: 0.75,
    spelled: 1.5,
    unfinished: 1.1,
    initials: 1.0,
    mixed: 0.8,
    from_beginning: 0.4,
    share: 0.5,
    nearness: 2.0,
    abbreviated: 1.0,
    abbreviated_first: 0.3,
    abbreviated_even: 0.6,
    abbreviated_share: 1.5,
    least_nearness: 0.45,
    surely: 0.7,
    heard: 0.95,
    begun: 0.8,
    sentence: 0.4,
    path_pairs: 1.5,
    characters: 1.0,
    synonym: 0.5,
    alike: 0.6,
    alike_known: 0.25,
    letters: 0.8,
    latin: 1.0,
    latin_longer: 0.5,
    latin_near: 0.5,
    number: 10.0,
    within: 4.0,
    context: 0.3,
    heading: 2.5,
    heading_sentence: 0.4,
    path: 0.6,
    near: 1.0,
    words: 0.5,
};
