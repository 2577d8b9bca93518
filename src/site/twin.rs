//! The Markdown twin of a page, for programs that read: what authors wrote where there is such a text,
//! else the page's tables as Markdown.

use super::place::Place;
use super::route::Route;
use super::view::{self, List, Table};
use super::{link, page};
use crate::model::Norm;

/// Appends the twin of what stands at a route; nothing for what has none.
pub fn write(place: &Place<'_>, route: &Route, out: &mut Vec<u8>) {
    let handbook = place.handbook;
    let text = match route {
        Route::Home => home(place),
        Route::Part(index) => handbook.parts.get(*index).map(|part| list_of_part(place, part)),
        Route::Page(index) => handbook.pages.get(*index).map(|page| {
            let title =
                if view::page::needs_title(page) { format!("# {}\n\n", page.title) } else { String::new() };
            title + page.markdown.trim_start()
        }),
        Route::Rule(rule) => Some(rule.page.to_owned()),
        Route::Checklist(id, index) => handbook.norms.get(id).and_then(|norm| {
            let checklist = norm.checklists.get(*index)?;
            cut(norm, &checklist.id.local(), &format!("{} {}", checklist.id, checklist.title))
        }),
        Route::Form(id, index) => handbook.norms.get(id).and_then(|norm| {
            let form = norm.forms.get(*index)?;
            cut(norm, &form.id.local(), &format!("{} {}", form.id, form.title))
        }),
        other => page::list_view(place, other).map(|view| list(&view)),
    };
    out.extend_from_slice(text.unwrap_or_default().as_bytes());
}

/// Whether a page has a twin.
pub fn exists(route: &Route) -> bool {
    !matches!(
        route,
        Route::NotFound
            | Route::Search
            | Route::Norm(_)
            | Route::Source(_)
            | Route::Flow(_)
            | Route::Twin(_)
            | Route::Feed
            | Route::Llms
            | Route::Sitemap
            | Route::Due
            | Route::CalendarFeed(_)
            | Route::Bytes(_)
    )
}

/// The first page: what the handbook is, and its parts.
fn home(place: &Place<'_>) -> Option<String> {
    let config = &place.handbook.config;
    let mut out = format!("# {}\n", config.title);
    if let Some(page) = place.handbook.pages.iter().find(|page| view::home::is_first(page)) {
        out.extend(["\n", page.markdown.trim(), "\n"]);
    }
    for part in &place.handbook.parts {
        out.push_str(&format!("- [{} {}]({}.md)\n", part.codes.join("、"), part.title, part.code));
    }
    Some(out)
}

fn list_of_part(place: &Place<'_>, part: &crate::model::Part) -> String {
    let mut out = format!("# {} {}\n\n", part.codes.join("、"), part.title);
    for norm in part.norms.iter().filter_map(|id| place.handbook.norms.get(id)) {
        out.push_str(&format!("- [{} {}]({}.md)\n", norm.id, norm.title, norm.id));
    }
    out
}

/// The lines of a norm from the heading of a checklist or form to the next heading as high.
fn cut(norm: &Norm, local: &str, title: &str) -> Option<String> {
    let level = |line: &str| {
        let marks = line.bytes().take_while(|byte| *byte == b'#').count();
        (marks > 0 && line[marks..].starts_with(' ')).then_some(marks)
    };
    let mut lines = norm.markdown.lines();
    let high = lines.by_ref().find_map(|line| {
        let marks = level(line)?;
        (line[marks..].split_whitespace().next() == Some(local)).then_some(marks)
    })?;
    let mut out = format!("# {title}\n\n取自 [{} {}](../{}.md)。\n", norm.id, norm.title, norm.id);
    for line in lines.take_while(|line| level(line).is_none_or(|marks| marks > high)) {
        out.extend([line, "\n"]);
    }
    Some(out)
}

fn list(view: &List) -> String {
    let mut out = format!("# {}\n", view.title);
    push_paragraph(&view.lead_html, &mut out);
    if !view.fields.is_empty() {
        out.push('\n');
    }
    for field in &view.fields {
        out.extend(["- ", field.label, "："]);
        push_line(&field.html, &mut out);
        out.push('\n');
    }
    for group in &view.groups {
        if !group.title.is_empty() {
            out.extend(["\n## ", &group.title, "\n"]);
        }
        push_paragraph(&group.lead_html, &mut out);
        push_table(&group.table, &mut out);
    }
    out
}

fn push_paragraph(html: &str, out: &mut String) {
    if !html.is_empty() {
        out.push('\n');
        push_line(html, out);
        out.push('\n');
    }
}

fn push_table(table: &Table, out: &mut String) {
    if table.rows.is_empty() {
        return;
    }
    out.extend(["\n| ", &table.columns.join(" | "), " |\n|", &" --- |".repeat(table.columns.len()), "\n"]);
    for row in &table.rows {
        for cell in &row.cells {
            out.push_str("| ");
            push_line(cell, out);
            out.push(' ');
        }
        out.push_str("|\n");
    }
}

/// Appends our own HTML as a line of Markdown: links stay, other tags leave their words. What would end a
/// line or the cell of a table is escaped.
fn push_line(html: &str, out: &mut String) {
    let start = out.len();
    let mut rest = html;
    let mut address = "";
    while let Some(open) = memchr::memchr(b'<', rest.as_bytes()) {
        push_words(&rest[..open], out);
        let after = &rest[open + 1..];
        let Some(close) = memchr::memchr(b'>', after.as_bytes()) else {
            rest = after;
            break;
        };
        let tag = &after[..close];
        match tag.split(' ').next().unwrap_or_default() {
            "a" => {
                address = tag
                    .split_once("href=\"")
                    .map_or("", |(_, rest)| rest.split('"').next().unwrap_or_default());
                out.push('[');
            }
            "/a" => {
                out.push_str("](");
                push_words(address, out);
                out.push(')');
            }
            "small" | "p" | "li" | "br" | "div" | "details"
                if out.len() > start && !out.ends_with([' ', '[']) =>
            {
                out.push(' ');
            }
            "/summary" => out.push('：'),
            _ => {}
        }
        rest = &after[close + 1..];
    }
    push_words(rest, out);
    out.truncate(out.trim_end().len().max(start));
}

fn push_words(words: &str, out: &mut String) {
    if !words.contains(['&', '\n', '|']) {
        out.push_str(words);
        return;
    }
    for c in link::unescaped(words).chars() {
        match c {
            '\n' => out.push(' '),
            '|' => out.push_str("\\|"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_html_becomes_a_line_of_markdown() {
        let line = |html: &str| {
            let mut out = String::from("| ");
            push_line(html, &mut out);
            out
        };
        assert_eq!(
            line(
                "<a href=\"../NJ-03/?a=1&amp;b\" class=\"ref\">NJ-03 <b>预审</b></a><small>市 &lt; 区</small>"
            ),
            "| [NJ-03 预审](../NJ-03/?a=1&b) 市 < 区"
        );
        assert_eq!(line("<p>一\n二|三</p>"), "| 一 二\\|三");
        assert_eq!(line(""), "| ");
    }
}
