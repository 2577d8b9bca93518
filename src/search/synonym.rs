//! Synonyms: the handbook's own terms, in every form that people use for them.

use std::collections::BTreeMap;

use super::fold::fold;

/// Most other ways to say one word of a query.
const MOST_OTHERS: usize = 8;

/// The forms of the terms, folded.
#[derive(Debug, Default)]
pub struct Synonyms {
    terms: Vec<Vec<String>>,
    /// For each form, the terms that have it.
    by_form: BTreeMap<String, Vec<usize>>,
    /// Characters of the longest form.
    longest: usize,
}

impl Synonyms {
    /// From the forms of each term.
    pub fn new(terms: impl IntoIterator<Item = Vec<String>>) -> Self {
        let mut synonyms = Self::default();
        for forms in terms {
            let forms: Vec<String> = forms.iter().map(|form| fold(form)).collect();
            for form in &forms {
                synonyms.longest = synonyms.longest.max(form.chars().count());
                synonyms.by_form.entry(form.clone()).or_default().push(synonyms.terms.len());
            }
            synonyms.terms.push(forms);
        }
        synonyms
    }

    /// The text with one form of a term in it replaced by each of the term's other forms. Where forms
    /// overlap, the longest counts.
    pub fn rephrased(&self, text: &str) -> Vec<String> {
        let mut others = Vec::new();
        let mut at = 0;
        while let Some(first) = text[at..].chars().next() {
            let Some((form, terms)) = self.longest_form(&text[at..]) else {
                at += first.len_utf8();
                continue;
            };
            for other in terms.iter().flat_map(|&term| &self.terms[term]).filter(|other| *other != form) {
                let other = format!("{}{other}{}", &text[..at], &text[at + form.len()..]);
                if others.len() < MOST_OTHERS && !others.contains(&other) {
                    others.push(other);
                }
            }
            at += form.len();
        }
        others
    }

    fn longest_form(&self, text: &str) -> Option<(&str, &[usize])> {
        let ends: Vec<usize> =
            text.char_indices().map(|(at, c)| at + c.len_utf8()).take(self.longest).collect();
        ends.into_iter().rev().find_map(|end| {
            let (form, terms) = self.by_form.get_key_value(&text[..end])?;
            Some((form.as_str(), terms.as_slice()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_form_counts_and_others_take_its_place() {
        let forms = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let synonyms = Synonyms::new([forms(&["民非", "社会服务机构"]), forms(&["民非企业", "民办企业"])]);
        assert_eq!(synonyms.rephrased("查民非企业"), ["查民办企业"]);
        assert_eq!(synonyms.rephrased("民非"), ["社会服务机构"]);
        assert!(synonyms.rephrased("年检").is_empty());
    }
}
