//! Pages of Markdown that are no norms.

use std::sync::Arc;

use serde::Serialize;

use super::{Entry, Link};
use crate::model::Page;
use crate::site::place::Place;
use crate::site::{link, prose};

/// How many pages of the same folder are shown beside a page.
const SIBLINGS: usize = 40;

/// A page.
#[derive(Debug, Serialize)]
pub struct PageView {
    /// Its title.
    pub title: String,
    /// Whether its text has no title of its own.
    pub needs_title: bool,
    /// Its text.
    pub html: String,
    /// Contents.
    pub contents: Vec<Entry>,
    /// Pages of the same folder, itself without an address.
    pub siblings: Vec<Link>,
    /// The page before it.
    pub previous: Option<Link>,
    /// The page after it.
    pub next: Option<Link>,
}

/// A page by its index.
pub fn view(place: &Place<'_>, index: usize) -> Option<PageView> {
    let pages = &place.handbook.pages;
    let page = pages.get(index)?;
    let link = |page: &Arc<Page>| Link {
        text: page.title.clone(),
        href: place.document(&page.path, None),
        note: String::new(),
    };
    Some(PageView {
        title: page.title.clone(),
        needs_title: needs_title(page),
        html: content(&place.of_file(&page.path), page),
        contents: contents(page),
        siblings: siblings(pages, index)
            .map(|found| Link { href: link(found).href.filter(|_| found.id != page.id), ..link(found) })
            .collect(),
        previous: index.checked_sub(1).and_then(|before| pages.get(before)).map(link),
        next: pages.get(index + 1).map(link),
    })
}

/// Whether a page's text does not begin with its title.
pub fn needs_title(page: &Page) -> bool {
    page.headings.first().is_none_or(|(level, ..)| *level != 1)
}

/// The text of a page, with the anchors of its headings.
pub fn content(place: &Place<'_>, page: &Page) -> String {
    let anchors: Vec<&str> = page.headings.iter().map(|(_, anchor, _)| anchor.as_str()).collect();
    prose::page(place, &page.content, &anchors)
}

fn contents(page: &Page) -> Vec<Entry> {
    let entry = |(level, anchor, title): &(u8, String, String)| Entry {
        depth: level.clamp(&2, &3) - 1,
        anchor: anchor.clone(),
        text: title.clone(),
    };
    page.headings.iter().filter(|(level, ..)| (2..=3).contains(level)).map(entry).collect()
}

/// The pages of the folder around this one.
fn siblings(pages: &[Arc<Page>], index: usize) -> impl Iterator<Item = &Arc<Page>> {
    let folder = link::folder(&pages[index].path);
    let same = move |page: &&Arc<Page>| link::folder(&page.path) == folder;
    let mut before: Vec<&Arc<Page>> = pages[..index].iter().rev().filter(same).take(SIBLINGS / 2).collect();
    before.reverse();
    let after = pages[index..].iter().filter(same).take(SIBLINGS / 2);
    before.into_iter().chain(after)
}
