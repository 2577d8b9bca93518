//! What is to be looked at again: norms by the day of their review, sources whose text nobody has
//! compared lately. Age is information, never a fault.

use super::{Group, List, Table, role, titled_list};
use crate::model::{Norm, review_due};
use crate::site::place::Place;
use crate::site::{html, inline};

/// The page.
pub fn page(place: &Place<'_>) -> List {
    let lead_html = "到了该复审的日子，不等于失效：主责角色逐份看过，写继续、修订或废止。".to_owned();
    let groups = [("norms", "规范复审", norms(place)), ("sources", "对过的法规原文", sources(place))];
    let shown = groups.into_iter().filter(|(_, _, table)| !table.rows.is_empty());
    let groups =
        shown.map(|(anchor, title, table)| Group { anchor: anchor.to_owned(), ..Group::new(title, table) });
    List { title: "复审".into(), lead_html, groups: groups.collect(), ..List::default() }
}

/// Norms by the day of their review, the oldest first.
fn norms(place: &Place<'_>) -> Table {
    let due = |norm: &'_ Norm| review_due(place.handbook, norm);
    let mut all: Vec<_> = place.handbook.norms.values().filter_map(|norm| Some((due(norm)?, norm))).collect();
    all.sort_by_key(|(day, _)| *day);
    let columns = ["复审日", "规范", "状态", "版次", "生效日", "主责"];
    let mut table = Table { cards: true, ..Table::new("规范复审", &columns) };
    for (day, norm) in all {
        let late = place.options().today.is_some_and(|today| day < today);
        let mark = if late { "<span class=\"now\">已到期</span>" } else { "" };
        let cells = vec![
            format!("<time datetime=\"{day}\">{day}</time>{mark}"),
            place.titled(&norm.id),
            norm.status.chinese().to_owned(),
            html::escaped(&norm.edition),
            norm.effective.to_string(),
            role(place, &norm.owner),
        ];
        table.push("", cells);
    }
    table
}

/// Sources that nobody has compared, then those compared longest ago, each with the norms that rest on it.
fn sources(place: &Place<'_>) -> Table {
    let mut all: Vec<_> = place.handbook.sources.values().collect();
    all.sort_by_key(|source| source.checked_on);
    let mut table = Table {
        cards: true,
        ..Table::new("对过的法规原文", &["编号", "名称", "对过原文", "提醒", "依据它的规范"])
    };
    for source in all {
        let rest_on = place
            .handbook
            .norms
            .values()
            .filter(|norm| norm.basis.iter().any(|basis| basis.source == source.id));
        let cells = vec![
            place.anchor(&source.id, source.id.as_str()),
            html::escaped(&source.title),
            inline::checked(place, source.checked_on),
            source.caution.as_deref().map(|text| inline::words(place, text)).unwrap_or_default(),
            titled_list(place, rest_on.map(|norm| &norm.id)),
        ];
        table.push("", cells);
    }
    table.without_empty_columns()
}
