//! A term: what it means, what else people call it, and where the handbook uses it.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};

use super::{Field, Group, List, Table, id_list, push_field, titled_list};
use crate::model::{Handbook, Term};
use crate::site::place::Place;
use crate::site::{html, inline};

/// For each term, in how many clauses of which norms it or one of its synonyms stands.
pub type Uses = Vec<BTreeMap<usize, usize>>;

/// Looks every clause through once for all terms. The longest word at a place counts: 社会团体 is no 社会.
pub fn uses(handbook: &Handbook) -> Uses {
    let mut found: Uses = vec![BTreeMap::new(); handbook.terms.len()];
    let (mut words, mut owners) = (Vec::new(), Vec::new());
    for (index, term) in handbook.terms.iter().enumerate() {
        for word in std::iter::once(&term.word).chain(&term.synonyms) {
            words.push(word.as_str());
            owners.push(index);
        }
    }
    // Only more words than fit into memory are refused.
    let Ok(finder) = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(words) else {
        return found;
    };
    let mut seen: Vec<usize> = Vec::new();
    for (norm_index, norm) in handbook.norms.values().enumerate() {
        for clause in norm.clauses() {
            seen.clear();
            for hit in finder.find_iter(&clause.text) {
                let owner = owners[hit.pattern().as_usize()];
                if !seen.contains(&owner) {
                    seen.push(owner);
                    *found[owner].entry(norm_index).or_default() += 1;
                }
            }
        }
    }
    found
}

/// The folder of a term's page.
pub fn folder(term: &Term) -> String {
    format!("terms/{}/", crate::site::link::safe_path(&term.word.replace(['/', char::from(92)], "-")))
}

/// The page of a term.
pub fn page(place: &Place<'_>, index: usize) -> Option<List> {
    let term = place.handbook.terms.get(index)?;
    let mut table = Table { cards: true, ..Table::new("用到它的规范", &["规范", "条数"]) };
    let uses = place.site.term_uses(place.handbook);
    for (&norm, count) in uses.get(index).into_iter().flatten() {
        if let Some((id, _)) = place.handbook.norms.get_index(norm) {
            table.push("", vec![place.titled(id), count.to_string()]);
        }
    }
    let mut groups = vec![Group { anchor: "uses".into(), ..Group::new("用到它的规范", table) }];
    groups.retain(|group| !group.table.rows.is_empty());
    Some(List {
        title: term.word.clone(),
        lead_html: inline::words(place, &term.definition),
        fields: fields(place, term),
        groups,
    })
}

fn fields(place: &Place<'_>, term: &Term) -> Vec<Field> {
    let mut fields = Vec::new();
    push_field(&mut fields, "也叫", html::escaped(&term.synonyms.join("、")));
    push_field(&mut fields, "不用", html::escaped(&term.deprecated.join("、")));
    push_field(&mut fields, "见", titled_list(place, &term.see));
    push_field(&mut fields, "依据", id_list(place, &term.basis));
    fields
}
