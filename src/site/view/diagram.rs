//! Pictures drawn from the model, each above the table it shows: who directs and advises whom, how the
//! parts refer to one another, and how the steps of a norm follow.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::clause::steps;
use super::{Group, List, Table, role};
use crate::id::Id;
use crate::model::{Block, Clause, Handbook, Norm, Role, Section, Shape, Steps};
use crate::site::place::Place;
use crate::site::svg::{Canvas, Frame, height_of, wrapped};
use crate::site::{html, inline};
use crate::vocabulary::NormKind;

/// Width of a picture that spans the page.
const WIDTH: f32 = 760.0;
/// Steps that make a picture worth while.
const FEWEST: usize = 3;
/// Lines between parts that are drawn: the strongest.
const STRONGEST: usize = 40;

/// Whether the roles say who directs whom.
pub fn has_structure(handbook: &Handbook) -> bool {
    handbook.roles.values().any(|role| role.reports_to.is_some())
}

/// The page of pictures of the whole handbook.
pub fn page(place: &Place<'_>) -> List {
    let mut groups = Vec::new();
    if has_structure(place.handbook) {
        groups.push(structure(place, 1));
    }
    if place.handbook.parts.len() > 2 {
        groups.push(parts(place, groups.len() + 1));
    }
    let lead_html = "由手册的数据画出，每张图下面是它的表。程序类规范的流程图在各自的页上。".to_owned();
    List { title: "图".into(), lead_html, groups, ..List::default() }
}

/// A row of the structure: boxes, each with the box of the row above that it hangs from.
struct Node<'a> {
    lines: Vec<String>,
    roles: Vec<&'a Id>,
    parent: usize,
}

fn structure(place: &Place<'_>, number: usize) -> Group {
    let rows = rows(&place.handbook.roles);
    let mut canvas = Canvas::default();
    let mut frames: Vec<(Vec<&Id>, Frame)> = Vec::new();
    let (mut y, mut above): (f32, Vec<Frame>) = (0.0, Vec::new());
    for row in &rows {
        let count = f32::from(u16::try_from(row.len()).unwrap_or(u16::MAX));
        let cell = WIDTH / count;
        let width = (cell - 16.0).min(200.0);
        let height = row.iter().map(|node| height_of(node.lines.len())).fold(0.0, f32::max);
        let mut here = Vec::with_capacity(row.len());
        let mut middle = cell / 2.0;
        for node in row {
            let frame = Frame { x: middle - width / 2.0, y, width, height: height_of(node.lines.len()) };
            if let Some(parent) = above.get(node.parent) {
                let (from, to) = (parent.bottom(), frame.top());
                let half = (from.1 + to.1) / 2.0;
                canvas.line("link", &[from, (from.0, half), (to.0, half), to], false);
            }
            canvas.boxed(frame, "heading", &node.lines);
            frames.push((node.roles.clone(), frame));
            here.push(frame);
            middle += cell;
        }
        y += height + 44.0;
        above = here;
    }
    let mut beside = BTreeMap::new();
    for adviser in place.handbook.roles.values() {
        let Some(advised) = &adviser.advises else { continue };
        let Some((_, target)) = frames.iter().find(|(roles, _)| roles.contains(&advised)) else { continue };
        let nth: &mut f32 = beside.entry(advised).or_insert(0.0);
        let lines = wrapped(&adviser.title, 150.0, 2);
        let frame = Frame { x: 0.0, y: target.y + *nth, width: 150.0, height: height_of(lines.len()) };
        *nth += frame.height + 8.0;
        canvas.line("advice", &[frame.right(), (target.left().0, frame.right().1)], true);
        canvas.boxed(frame, "heading outside", &lines);
    }
    let description = "实线从上往下是指挥，虚线箭头是提意见。每个角色的上级见下表。";
    let picture = canvas.finish(number, "组织架构", description);
    let mut table = Table {
        cards: true,
        ..Table::new("角色与上级", &["角色", "上级", "给谁提意见", "所在", "职责"])
    };
    let linked = |id: &Option<Id>| id.as_ref().map(|id| role(place, id)).unwrap_or_default();
    for found in place.handbook.roles.values() {
        let is_above =
            || place.handbook.roles.values().any(|other| other.reports_to.as_ref() == Some(&found.id));
        if found.reports_to.is_none() && found.advises.is_none() && !is_above() {
            continue;
        }
        let cells = vec![
            role(place, &found.id),
            linked(&found.reports_to),
            linked(&found.advises),
            html::escaped(found.department.as_deref().unwrap_or_default()),
            inline::words(place, &found.mission),
        ];
        table.push("", cells);
    }
    pictured("structure", "组织架构", picture, table)
}

/// The roles that follow this one's directions.
fn below<'a>(roles: &'a IndexMap<Id, Role>, id: &'a Id) -> impl Iterator<Item = &'a Role> {
    roles.values().filter(move |role| role.reports_to.as_ref() == Some(id))
}

/// The roles from the top down. Those who direct nobody stand together, department by department.
fn rows(roles: &IndexMap<Id, Role>) -> Vec<Vec<Node<'_>>> {
    let directs = |role: &Role| below(roles, &role.id).next().is_some();
    let alone = |role: &'_ Role, parent: usize| (wrapped(&role.title, 184.0, 2), parent);
    let tops = roles.values().filter(|role| role.reports_to.is_none() && directs(role));
    let mut row: Vec<Node<'_>> =
        tops.map(|role| Node { lines: alone(role, 0).0, roles: vec![&role.id], parent: 0 }).collect();
    let mut rows = Vec::new();
    // A circle of superiors has no top, so every row lies below the one before; the count is a safeguard.
    while !row.is_empty() && rows.len() < roles.len() {
        let mut next = Vec::new();
        for (parent, node) in row.iter().enumerate() {
            let mut groups: IndexMap<&str, Node<'_>> = IndexMap::new();
            for role in node.roles.iter().flat_map(|id| below(roles, id)) {
                if directs(role) {
                    next.push(Node { lines: alone(role, parent).0, roles: vec![&role.id], parent });
                    continue;
                }
                let name = role.department.as_deref().unwrap_or(&role.title);
                let group = groups.entry(name).or_insert_with(|| Node {
                    lines: vec![name.to_owned()],
                    roles: Vec::new(),
                    parent,
                });
                if role.department.is_some() {
                    group.lines.push(role.title.clone());
                }
                group.roles.push(&role.id);
            }
            next.extend(groups.into_values());
        }
        rows.push(std::mem::replace(&mut row, next));
    }
    rows
}

fn parts(place: &Place<'_>, number: usize) -> Group {
    let handbook = place.handbook;
    let index_of = |norm: &str| {
        let norm = handbook.norms.get(norm)?;
        handbook.parts.iter().position(|part| part.code == norm.part)
    };
    let mut links: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for norm in handbook.norms.values() {
        let Some(to) = index_of(norm.id.as_str()) else { continue };
        for source in handbook.backlinks.of_norm(&norm.id).flat_map(|(_, sources)| sources) {
            if let Some(from) = source.norm_name().and_then(index_of).filter(|from| *from != to) {
                *links.entry((from, to)).or_default() += 1;
            }
        }
    }
    let shown: Vec<usize> =
        (0..handbook.parts.len()).filter(|&part| !handbook.parts[part].norms.is_empty()).collect();
    let picture = circle(handbook, &shown, &links, number);
    let mut table = Table {
        cards: true,
        ..Table::new("各部之间的引用", &["部", "规范", "引用别的部", "被别的部引用"])
    };
    for &at in &shown {
        let part = &handbook.parts[at];
        let mut name = String::new();
        html::push_link(
            &place.to(&format!("{}/", part.code)),
            "",
            "",
            &format!("{} {}", part.codes.join("、"), part.title),
            &mut name,
        );
        let side = |mine: fn(&(usize, usize)) -> usize, other: fn(&(usize, usize)) -> usize| {
            let mut found: Vec<_> = links
                .iter()
                .filter(|(pair, _)| mine(pair) == at)
                .map(|(pair, count)| (*count, other(pair)))
                .collect();
            found.sort_by_key(|(count, part)| (std::cmp::Reverse(*count), *part));
            let words = found.iter().map(|(count, part)| format!("{} {count}", handbook.parts[*part].code));
            words.collect::<Vec<_>>().join("、")
        };
        table.push(
            "",
            vec![
                name,
                part.norms.len().to_string(),
                side(|pair| pair.0, |pair| pair.1),
                side(|pair| pair.1, |pair| pair.0),
            ],
        );
    }
    pictured("parts", "各部怎么连在一起", picture, table)
}

/// Parts round a circle, with lines between those that refer to one another most.
fn circle(
    handbook: &Handbook,
    shown: &[usize],
    links: &BTreeMap<(usize, usize), usize>,
    number: usize,
) -> String {
    let (middle_x, middle_y, across, down) = (WIDTH / 2.0, 290.0, 310.0, 250.0);
    let count = f32::from(u16::try_from(shown.len().max(1)).unwrap_or(u16::MAX));
    let mut places: BTreeMap<usize, (f32, f32)> = BTreeMap::new();
    let mut angle = -std::f32::consts::FRAC_PI_2;
    for &part in shown {
        places
            .insert(part, (rounded(middle_x + across * angle.cos()), rounded(middle_y + down * angle.sin())));
        angle += std::f32::consts::TAU / count;
    }
    let mut both: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for (&(from, to), count) in links {
        *both.entry((from.min(to), from.max(to))).or_default() += count;
    }
    let mut strongest: Vec<_> = both.into_iter().collect();
    strongest.sort_by_key(|(pair, count)| (std::cmp::Reverse(*count), *pair));
    strongest.truncate(STRONGEST);
    let most = strongest.first().map_or(1, |(_, count)| *count);
    let mut canvas = Canvas::default();
    for ((from, to), count) in strongest.iter().rev() {
        if let (Some(from), Some(to)) = (places.get(from), places.get(to)) {
            let weight = ["weight-1", "weight-2", "weight-3", "weight-4"][(count * 4 / (most + 1)).min(3)];
            canvas.curve(weight, *from, (middle_x, middle_y), *to);
        }
    }
    for (part, (x, y)) in &places {
        let part = &handbook.parts[*part];
        let name: String = part.title.chars().take(8).collect();
        let lines = [part.codes.join("、"), name];
        canvas.boxed(
            Frame { x: x - 66.0, y: y - 28.0, width: 132.0, height: height_of(2) },
            "heading",
            &lines,
        );
    }
    let description = format!(
        "{} 个部排成一圈，连线越粗，互相引用越多；只画最多的 {} 对，全部数字见下表。",
        shown.len(),
        strongest.len()
    );
    canvas.finish(number, "各部怎么连在一起", &description)
}

/// Whole pixels: a picture must not depend on the last digits of a cosine.
fn rounded(value: f32) -> f32 {
    value.round()
}

/// The step tables of a norm that are long enough for a picture.
fn flows(norm: &Norm) -> impl Iterator<Item = (&Section, Steps, &[Clause])> {
    norm.sections.iter().flat_map(|section| {
        section.blocks.iter().filter_map(move |block| match block {
            Block::Clauses(Shape::Steps(columns), clauses) if clauses.len() >= FEWEST => {
                Some((section, *columns, clauses.as_slice()))
            }
            _ => None,
        })
    })
}

/// Whether a norm has a page of flows: procedures do, whose step tables are what they are about.
pub fn has_flow(norm: &Norm) -> bool {
    norm.kind == NormKind::Procedure && flows(norm).next().is_some()
}

/// The flows of a norm: a picture for each step table, above the table.
pub fn flow(place: &Place<'_>, norm: &Norm) -> List {
    let here = place.of_norm(norm);
    let mut groups = Vec::new();
    for (section, columns, clauses) in flows(norm) {
        let title = format!("{} {}", section.number, section.title);
        let picture = lanes(place.handbook, clauses, groups.len() + 1, title.trim());
        let mut table = steps(&here, columns, clauses);
        // Numbers lead to the clauses themselves; the picture's table has no anchors of its own.
        for (row, clause) in table.rows.iter_mut().zip(clauses) {
            row.anchor = String::new();
            row.cells[0] = place.anchor(&clause.id, &clause.number);
        }
        let anchor = format!("{}-{}", section.id.local(), groups.len() + 1);
        groups.push(pictured(&anchor, title.trim(), picture, table));
    }
    let mut lead_html = "由步骤表画出；条文以规范为准：".to_owned();
    place.push_titled(&norm.id, &mut lead_html);
    List { title: format!("{} {} 流程图", norm.id, norm.title), lead_html, groups, ..List::default() }
}

/// Steps from top to bottom, a lane for each role.
fn lanes(handbook: &Handbook, clauses: &[Clause], number: usize, title: &str) -> String {
    let nobody = Id::new("");
    let doer =
        |clause: &'_ Clause| clause.roles.first().map_or_else(|| nobody.clone(), |duty| duty.role.clone());
    let mut lanes: Vec<Id> = Vec::new();
    for clause in clauses {
        let role = doer(clause);
        if !lanes.contains(&role) {
            lanes.push(role);
        }
    }
    let count = f32::from(u16::try_from(lanes.len()).unwrap_or(u16::MAX));
    let cell = (WIDTH / count).clamp(150.0, 300.0);
    let width = cell - 20.0;
    let mut canvas = Canvas::default();
    let mut middle = cell / 2.0;
    for lane in &lanes {
        let name = handbook.roles.get(lane).map_or("", |role| role.title.as_str());
        canvas.boxed(
            Frame { x: middle - width / 2.0, y: 0.0, width, height: height_of(1) },
            "lane",
            &wrapped(name, width, 1),
        );
        middle += cell;
    }
    let (mut y, mut before): (f32, Option<Frame>) = (height_of(1) + 24.0, None);
    for clause in clauses {
        let role = doer(clause);
        let lane = lanes.iter().position(|known| *known == role).unwrap_or_default();
        let middle = cell * (f32::from(u16::try_from(lane).unwrap_or_default()) + 0.5);
        let text = handbook.with_values(&clause.text);
        let mut lines = vec![clause.number.clone()];
        lines.extend(wrapped(text.trim_end_matches('。'), width, 3));
        let frame = Frame { x: middle - width / 2.0, y, width, height: height_of(lines.len()) };
        if let Some(before) = before {
            let (from, to): ((f32, f32), (f32, f32)) = (before.bottom(), frame.top());
            let half = (from.1 + to.1) / 2.0;
            canvas.line("link", &[from, (from.0, half), (to.0, half), to], true);
        }
        canvas.boxed(frame, "heading", &lines);
        y += frame.height + 28.0;
        before = Some(frame);
    }
    let description =
        format!("{} 步，从上往下；{} 个角色，每个一列。逐步的文字见下表。", clauses.len(), lanes.len());
    canvas.finish(number, title, &description)
}

/// A group with a picture between its heading and its table.
fn pictured(anchor: &str, title: &str, picture: String, table: Table) -> Group {
    Group {
        anchor: anchor.to_owned(),
        title: title.to_owned(),
        picture_html: picture,
        table: table.without_empty_columns(),
        ..Group::default()
    }
}
