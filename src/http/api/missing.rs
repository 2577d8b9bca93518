//! What is answered for an id that names nothing of the kind asked for: what it was, or what was meant.

use crate::http::problem::{Problem, Successor};
use crate::id::Id;
use crate::model::{Handbook, Target};

/// How many near ids are offered.
const NEAREST: usize = 5;

/// The problem for `id`: 410 when it is retired, else 404 with the nearest of `known`.
pub fn problem<'a>(handbook: &Handbook, id: &Id, what: &str, known: impl Iterator<Item = &'a Id>) -> Problem {
    match handbook.target(id) {
        Some(Target::Retired(_, retired)) => {
            let successor = |id: &Id| Successor { id: id.to_string(), url: handbook.url(id) };
            let reason = retired.reason.as_deref().map(|reason| format!("：{reason}")).unwrap_or_default();
            let detail = format!("{id} 自 {} 版起废止{reason}", retired.since);
            Problem::gone(detail, &retired.since, retired.into.iter().map(successor).collect())
        }
        Some(Target::Planned(title)) => Problem::not_found(format!("{id}（{title}）尚未发布"), Vec::new()),
        _ => Problem::not_found(
            format!("没有编号为 {id} 的{what}"),
            nearest(id.as_str(), known.map(Id::as_str)),
        ),
    }
}

/// The ids that are closest to `word`, the closest first; those that share nothing with it are left out.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Vec<String> {
    let folded = word.to_uppercase();
    let mut scored: Vec<_> = known
        .map(|candidate| (strsim::damerau_levenshtein(&folded, &candidate.to_uppercase()), candidate))
        .filter(|(distance, candidate)| *distance < candidate.chars().count().div_ceil(2))
        .collect();
    scored.sort_unstable();
    scored.into_iter().take(NEAREST).map(|(_, candidate)| candidate.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_come_first() {
        let known = ["NJ-01", "NJ-02", "NJ-03", "ZX-03", "GZ-99"];
        assert_eq!(nearest("nj-03", known.into_iter())[0], "NJ-03");
        assert_eq!(nearest("NJ-3", known.into_iter())[0], "NJ-03");
        assert!(nearest("完全不同的东西", known.into_iter()).is_empty());
    }
}
