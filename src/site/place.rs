//! The page being written: what it sees, and how it names everything else.

use jiff::civil::Date;

use super::html;
use super::link;
use super::{Options, Site};
use crate::id::Id;
use crate::model::{Handbook, Norm, Target};

/// A page being written.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// What is written about.
    pub handbook: &'a Handbook,
    /// What all pages share.
    pub site: &'a Site,
    /// Path of the page, such as `NJ-03/index.html`.
    pub path: &'a str,
    /// The way back to the site's root, such as `../`.
    pub root: &'a str,
    /// Folder of the file that is rendered, for its relative links.
    pub folder: &'a str,
    /// The norm whose short references (`CK-1`) stand in the text.
    pub norm: Option<&'a Id>,
}

impl<'a> Place<'a> {
    /// The address of a site path (`NJ-03/#3.1`) from here.
    pub fn to(&self, target: &str) -> String {
        link::relative(self.path, self.root, target)
    }

    /// The address of a thing from here; `None` when it has no page.
    pub fn href(&self, id: &Id) -> Option<String> {
        self.href_of(id, &self.handbook.target(id)?)
    }

    fn href_of(&self, id: &Id, target: &Target<'_>) -> Option<String> {
        target.url(id).map(|url| self.to(url.trim_start_matches('/')))
    }

    /// The address of a file of the handbook from here: the page made from it, or a picture.
    /// Links written for other tools (`intro.html`, `guide/`) find their page, too.
    pub fn document(&self, path: &str, fragment: Option<&str>) -> Option<String> {
        let bare = path.trim_end_matches('/');
        let bare = bare.strip_suffix(".html").unwrap_or(bare);
        let page =
            [path.to_owned(), format!("{bare}.md"), format!("{bare}/index.md"), format!("{bare}/README.md")]
                .iter()
                .find_map(|file| self.site.documents.get(file.as_str()).cloned());
        let target = match page {
            Some(page) => page,
            None if self.options().assets.contains_key(path) => format!("{}{path}", super::MEDIA),
            None => return None,
        };
        Some(match fragment {
            Some(fragment) if !fragment.is_empty() => self.to(&format!("{target}#{fragment}")),
            _ => self.to(&target),
        })
    }

    /// The same page, with a norm whose file is being rendered.
    pub fn of_norm(self, norm: &'a Norm) -> Self {
        Self { norm: Some(&norm.id), folder: link::folder(&norm.path), ..self }
    }

    /// The same page, with another file of the handbook being rendered.
    pub fn of_file(self, path: &'a str) -> Self {
        Self { norm: None, folder: link::folder(path), ..self }
    }

    /// The options of the site.
    pub fn options(&self) -> &'a Options {
        &self.site.options
    }

    /// The title of whatever has an id: that of the norm for what stands in one.
    pub fn title(&self, id: &Id) -> String {
        self.handbook.target(id).map(|target| title_of(&target)).unwrap_or_default()
    }

    /// A link to a thing with an id, as HTML: its id, or `text` in place of it.
    /// What is still to come shows its title and 「尚未发布」, and is no link.
    pub fn anchor(&self, id: &Id, text: &str) -> String {
        let mut out = String::new();
        self.push_anchor(id, text, &mut out);
        out
    }

    /// [`Self::anchor`], appended.
    pub fn push_anchor(&self, id: &Id, text: &str, out: &mut String) {
        let target = self.handbook.target(id);
        match (target, target.and_then(|target| self.href_of(id, &target))) {
            (Some(Target::Retired(..)), Some(href)) => {
                html::push_link(&href, "ref retired", "已废号", text, out)
            }
            (Some(target), Some(href)) => {
                // An identifier alone must not be broken at its hyphens.
                let class = if text == id.as_str() { "ref whole" } else { "ref" };
                html::push_link(&href, class, &title_of(&target), text, out);
            }
            (Some(Target::Planned(title)), None) => push_planned(text, title, out),
            _ => html::push_escaped(text, out),
        }
    }

    /// A link with id and title: `NJ-03 年检报告预审程序`, or `FM-1 预审工作单` on its norm's page.
    pub fn titled(&self, id: &Id) -> String {
        let target = match self.handbook.target(id) {
            Some(Target::Planned(_)) | None => return self.anchor(id, id.as_str()),
            Some(target) => target,
        };
        let here = self.path.strip_suffix("/index.html");
        let own = here.is_some() && id.norm_name() == here;
        let name = if own { id.local() } else { id.to_string() };
        self.anchor(id, &format!("{name} {}", title_of(&target)))
    }

    /// Whether a check on this day is older than six months, when today is known.
    pub fn is_stale(&self, checked_on: Date) -> bool {
        let limit = checked_on.checked_add(jiff::Span::new().months(6));
        matches!((self.options().today, limit), (Some(today), Ok(limit)) if limit < today)
    }
}

/// The title of the thing, or of the norm, checklist or form that it stands in.
fn title_of(target: &Target<'_>) -> String {
    match target {
        Target::Section(norm, _) | Target::Clause(norm, _) | Target::Table(norm, _) => norm.title.clone(),
        Target::Item(_, checklist, _) => checklist.title.clone(),
        Target::Field(_, form, _) => form.title.clone(),
        _ => target.label(),
    }
}

fn push_planned(text: &str, title: &str, out: &mut String) {
    out.push_str("<span class=\"planned\">");
    html::push_escaped(text, out);
    if !title.is_empty() && title != text {
        out.push('《');
        html::push_escaped(title, out);
        out.push('》');
    }
    out.push_str("<small>尚未发布</small></span>");
}
