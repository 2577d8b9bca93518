//! What changed: norms by the edition they say they are of, and numbers that were retired.

use serde::Serialize;

use super::{Group, List, Table, id_list};
use crate::model::Norm;
use crate::site::place::Place;
use crate::site::{html, inline, link};

/// How many entries the feed carries.
const FEED: usize = 50;

/// The page of changes.
pub fn page(place: &Place<'_>) -> List {
    let mut groups: Vec<Group> = Vec::new();
    for norm in newest_first(place) {
        let title = format!("{} 版（{} 起）", norm.edition, norm.effective);
        if groups.last().is_none_or(|group| group.title != title) {
            groups.push(Group::new(title.clone(), Table::new(title, &["规范", "名称", "状态", "替代"])));
        }
        if let Some(group) = groups.last_mut() {
            let replaced =
                norm.supersedes.as_deref().map(|text| inline::words(place, text)).unwrap_or_default();
            let id = place.anchor(&norm.id, norm.id.as_str());
            group
                .table
                .push("", vec![id, html::escaped(&norm.title), norm.status.chinese().to_owned(), replaced]);
        }
    }
    groups.push(Group { anchor: "retired".into(), ..Group::new("已废的号", retired(place)) });
    groups.retain(|group| !group.table.rows.is_empty());
    for group in &mut groups {
        group.table = std::mem::take(&mut group.table).without_empty_columns();
    }
    let edition = html::escaped(&place.handbook.config.edition);
    let feed = html::escaped(&place.to("changes.atom"));
    let lead_html = format!("本手册现为 {edition} 版。<a href=\"{feed}\">订阅变更</a>");
    List { title: "变更".into(), lead_html, groups, ..List::default() }
}

/// The feed of changes.
#[derive(Debug, Serialize)]
pub struct FeedView {
    /// Permanent name of the feed.
    pub id: String,
    /// The day of the newest entry.
    pub updated: String,
    /// Its entries, newest first.
    pub entries: Vec<FeedEntry>,
}

/// An entry of the feed.
#[derive(Debug, Serialize)]
pub struct FeedEntry {
    /// Permanent name of this edition of the norm.
    pub id: String,
    /// Id, title and edition.
    pub title: String,
    /// The day it takes effect.
    pub updated: String,
    /// Its page.
    pub href: String,
    /// What it is.
    pub summary: String,
}

/// The feed. It knows days, not hours: a norm takes effect at midnight in Shanghai.
pub fn feed(place: &Place<'_>) -> FeedView {
    let config = &place.handbook.config;
    let stamp = |norm: &Norm| format!("{}T00:00:00+08:00", norm.effective);
    let address = |path: &str| match &place.options().base_url {
        Some(base) => link::absolute(base, path),
        None => place.to(path),
    };
    let entry = |norm: &Norm| FeedEntry {
        id: format!("urn:shouce:{}:{}:{}", config.id, norm.id, norm.edition),
        title: format!("{} {}（{} 版）", norm.id, norm.title, norm.edition),
        updated: stamp(norm),
        href: address(&format!("{}/", norm.id)),
        summary: format!("{}，{}，{} 起", norm.kind.chinese(), norm.status.chinese(), norm.effective),
    };
    let norms = newest_first(place);
    FeedView {
        id: format!("urn:shouce:{}", config.id),
        updated: norms.first().map_or_else(|| "1970-01-01T00:00:00Z".to_owned(), |norm| stamp(norm)),
        entries: norms.iter().take(FEED).map(|norm| entry(norm)).collect(),
    }
}

/// Norms, those of the newest edition first.
fn newest_first<'a>(place: &Place<'a>) -> Vec<&'a Norm> {
    let mut norms: Vec<&Norm> = place.handbook.norms.values().collect();
    norms.sort_by(|a, b| (b.effective, &b.edition).cmp(&(a.effective, &a.edition)));
    norms
}

fn retired(place: &Place<'_>) -> Table {
    let mut table = Table::new("已废的号", &["号", "自", "去向"]);
    for norm in place.handbook.norms.values() {
        for (id, retired) in &norm.retired {
            let reason =
                || retired.reason.as_deref().map(|text| inline::words(place, text)).unwrap_or_default();
            let into = if retired.into.is_empty() { reason() } else { id_list(place, &retired.into) };
            table.push("", vec![place.anchor(id, id.as_str()), html::escaped(&retired.since), into]);
        }
    }
    table
}
