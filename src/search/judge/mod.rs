//! Judging: how well search answers queries whose answers are known.
//!
//! Queries come from people (`judgments.yaml`) and from the handbook itself: its titles and its text, said in
//! every way that people say and misspell them ([`variants`]). The figures are those of the field:
//!
//! - MRR@10: one over the place of the first right hit, 0 below the tenth; the mean over all queries;
//! - success@1: the share of queries whose first hit is right;
//! - recall@10: the share of queries with a right hit among the first ten;
//! - zero: the share of queries that find nothing at all.

mod letters;
mod slips;
mod typing;
mod variants;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::result::Results;
use crate::syntax::judgments::Judgment;

pub use typing::{Typing, typing};
pub use variants::{kinds, variants};

/// Hits that are looked at.
pub const DEPTH: usize = 10;
/// Misses of a kind that are kept.
const MOST_MISSES: usize = 8;

/// A query and what answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The kind of query: `question`, or one of [`kinds`].
    pub kind: &'static str,
    /// What is typed.
    pub query: String,
    /// What answers it.
    pub wanted: Wanted,
}

/// What answers a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// These, and whatever is part of them: a clause answers for its section.
    Within(Vec<String>),
    /// Exactly these.
    Units(BTreeSet<String>),
}

impl From<&Judgment> for Case {
    fn from(judgment: &Judgment) -> Self {
        let wanted = Wanted::Within(judgment.answers.iter().map(|(id, _)| id.clone()).collect());
        Self { kind: "question", query: judgment.query.clone(), wanted }
    }
}

impl Wanted {
    /// Whether the unit with this id is an answer.
    pub fn holds(&self, id: &str) -> bool {
        match self {
            Self::Within(ids) => ids.iter().any(|wanted| is_within(id, wanted)),
            Self::Units(ids) => ids.contains(id),
        }
    }

    fn first(&self) -> &str {
        match self {
            Self::Within(ids) => ids.first(),
            Self::Units(ids) => ids.first(),
        }
        .map_or("", String::as_str)
    }
}

/// Whether `id` is `whole` or a part of it: `NJ-03-3.1` is part of `NJ-03-3` and of `NJ-03`.
fn is_within(id: &str, whole: &str) -> bool {
    id.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.', '#']))
}

/// The figures of one kind of query.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Figures {
    /// Queries.
    pub asked: usize,
    /// MRR@10.
    pub mrr: f64,
    /// Success@1.
    pub first: f64,
    /// Recall@10.
    pub recall: f64,
    /// Share without any hit.
    pub zero: f64,
    /// The worst misses, worst first.
    pub misses: Vec<Miss>,
}

/// A query that was not answered by the first hit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Miss {
    /// What was typed.
    pub query: String,
    /// One of its answers.
    pub wanted: String,
    /// What came first instead.
    pub got: Option<String>,
    /// Place of the first answer, from 1; none below the tenth.
    pub place: Option<usize>,
}

/// Counts answers.
#[derive(Debug, Default)]
pub struct Tally {
    kinds: BTreeMap<&'static str, Vec<Judged>>,
}

#[derive(Debug)]
struct Judged {
    found: bool,
    miss: Miss,
}

impl Tally {
    /// Takes in the results of a case. They should be its first [`DEPTH`] hits.
    pub fn add(&mut self, case: &Case, results: &Results) {
        let place = results.hits.iter().take(DEPTH).position(|hit| case.wanted.holds(&hit.id));
        let miss = Miss {
            query: case.query.clone(),
            wanted: case.wanted.first().to_owned(),
            got: results.hits.first().map(|hit| hit.id.clone()),
            place: place.map(|place| place + 1),
        };
        self.kinds.entry(case.kind).or_default().push(Judged { found: results.total > 0, miss });
    }

    /// The figures by kind.
    pub fn figures(self) -> BTreeMap<&'static str, Figures> {
        self.kinds.into_iter().map(|(kind, judged)| (kind, figures(judged))).collect()
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts are small")]
fn figures(mut judged: Vec<Judged>) -> Figures {
    let asked = judged.len();
    let mean = |value: &dyn Fn(&Judged) -> f64| judged.iter().map(value).sum::<f64>() / asked.max(1) as f64;
    let share = |is: &dyn Fn(&Judged) -> bool| mean(&|one| f64::from(u8::from(is(one))));
    let (mrr, first, recall, zero) = (
        mean(&|one| one.miss.place.map_or(0.0, |place| 1.0 / place as f64)),
        share(&|one| one.miss.place == Some(1)),
        share(&|one| one.miss.place.is_some()),
        share(&|one| !one.found),
    );
    judged.sort_by_key(|one| std::cmp::Reverse(one.miss.place.unwrap_or(usize::MAX)));
    let missed = judged.into_iter().map(|one| one.miss).filter(|miss| miss.place != Some(1));
    Figures { asked, mrr, first, recall, zero, misses: missed.take(MOST_MISSES).collect() }
}
