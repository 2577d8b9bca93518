//! Text documents for word processors: a norm, a part or the whole manual, in the manual's own looks
//! or as an official document after GB/T 9704-2012.
//!
//! The handbook becomes a [`document`], which [`xml`] writes in a [`layout`] and [`package`] puts into
//! its archive. WordprocessingML is written here and not by a crate: the one that is kept (docx-rs)
//! knows no repeated table heads, stores without compression and counts paragraphs across documents.

mod document;
mod layout;
mod lists;
mod norm;
mod package;
mod prose;
mod registry;
mod words;
mod xml;

use document::{Block, Paragraph, Run, Style};
pub use layout::Layout;
use package::Frame;
use words::Context;

use super::Selection;
use crate::error::Error;
use crate::model::{Handbook, Norm, Part};
use crate::vocabulary::Level;

/// The norms that are selected, or that something selected is in, as one DOCX file; values of
/// parameters as at `level`.
///
/// # Errors
/// [`Error::Export`] when the archive cannot be made.
pub fn docx(
    handbook: &Handbook,
    selection: &Selection,
    level: Level,
    layout: Layout,
) -> Result<Vec<u8>, Error> {
    let context = Context { handbook, level };
    let norms: Vec<&Norm> = handbook.norms.values().filter(|norm| selection.touches(norm)).collect();
    let config = &handbook.config;
    let (title, edition, blocks) = match norms.as_slice() {
        [norm] => (
            format!("{} {}", norm.id, norm.title),
            format!("版次 {}　{}", norm.edition, norm.status.chinese()),
            single(&context, norm),
        ),
        norms => (
            config.title.clone(),
            format!("版次 {}　{}级", config.edition, level.chinese()),
            book(&context, norms),
        ),
    };
    let frame = Frame { title: &title, publisher: &config.publisher, edition: &edition };
    package::pack(&blocks, &frame, layout)
}

/// One norm: its title, then its chapters as headings of the first level.
fn single(context: &Context<'_>, norm: &Norm) -> Vec<Block> {
    let mut out = vec![Paragraph::new(Style::Title, format!("{} {}", norm.id, norm.title)).into()];
    out.extend(norm::blocks(context, norm, 1));
    out
}

/// Several norms: contents, then parts, norms and chapters as headings of three levels.
fn book(context: &Context<'_>, norms: &[&Norm]) -> Vec<Block> {
    let config = &context.handbook.config;
    let facts = [
        config.publisher.clone(),
        format!("版次 {}", config.edition),
        format!("参数按{}级取值", context.level.chinese()),
    ];
    let facts: Vec<String> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
    let mut out: Vec<Block> = vec![
        Paragraph::new(Style::Title, &config.title).into(),
        Paragraph::new(Style::Subtitle, facts.join("　")).into(),
        Paragraph::of(Style::Caption, vec![Run::bold("目录")]).into(),
    ];
    let chapters: Vec<(&Part, Vec<&Norm>)> = context
        .handbook
        .parts
        .iter()
        .map(|part| (part, norms.iter().copied().filter(|norm| norm.part == part.code).collect::<Vec<_>>()))
        .filter(|(_, norms)| !norms.is_empty())
        .collect();
    for (part, norms) in &chapters {
        out.push(Paragraph::of(Style::Item, vec![Run::bold(part_title(part))]).into());
        out.extend(norms.iter().map(|norm| contents_line(norm).into()));
    }
    for (part, norms) in &chapters {
        out.push(Paragraph::new(Style::Heading(1), part_title(part)).into());
        if let Some(notice) = &part.notice {
            out.push(Paragraph::new(Style::Quote, context.words(notice)).into());
        }
        out.extend(prose::blocks(context, &part.introduction, Style::Body));
        for norm in norms {
            let title = Paragraph::new(Style::Heading(2), format!("{} {}", norm.id, norm.title));
            out.push(Paragraph { bookmark: Some(bookmark(norm)), ..title }.into());
            out.extend(norm::blocks(context, norm, 3));
        }
    }
    out
}

fn part_title(part: &Part) -> String {
    format!("{} {}", part.codes.join("、"), part.title)
}

fn contents_line(norm: &Norm) -> Paragraph {
    let state = format!("（{}）", norm.status.chinese());
    let link = Run { link: Some(bookmark(norm)), ..Run::new(format!("{} {}{state}", norm.id, norm.title)) };
    Paragraph { depth: 1, ..Paragraph::of(Style::Item, vec![link]) }
}

/// Names of bookmarks are letters, digits and underscores.
fn bookmark(norm: &Norm) -> String {
    format!("norm_{}", norm.id.as_str().replace('-', "_"))
}
