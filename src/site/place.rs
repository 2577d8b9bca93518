//! The page being written: what it sees, and how it names everything else.

use std::borrow::Cow;

use jiff::civil::Date;

use super::html;
use super::link;
use super::{Options, Site};
use crate::id::Id;
use crate::model::{Address, Handbook, Norm, Target};

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
        let mut out = String::new();
        self.write(self.handbook.target(id)?.address(id)?, |piece| out.push_str(piece));
        Some(out)
    }

    /// Writes an address as it is seen from here, piece by piece.
    fn write(&self, address: Address<'_>, mut put: impl FnMut(&str)) {
        let Address { folder, page, fragment } = address;
        if fragment.is_none() || !self.is_at(folder, page) {
            put(self.root);
            put(folder);
            put(&link::encode_path(page));
            put(if page.is_empty() { "" } else { "/" });
        }
        if let Some((prefix, rest)) = fragment {
            put("#");
            put(prefix);
            put(rest);
        }
    }

    /// Whether the page being written is this one.
    fn is_at(&self, folder: &str, page: &str) -> bool {
        let rest = self.path.strip_prefix(folder).and_then(|rest| rest.strip_prefix(page));
        rest.is_some_and(|rest| rest == if page.is_empty() { "index.html" } else { "/index.html" })
    }

    /// Opens a link to a target with this class and title.
    pub fn push_open(&self, id: &Id, target: &Target<'_>, class: &str, title: &[&str], out: &mut String) {
        out.push_str("<a href=\"");
        if let Some(address) = target.address(id) {
            self.write(address, |piece| html::push_escaped(piece, out));
        }
        out.push_str("\" class=\"");
        out.push_str(class);
        // A title of nothing is none.
        if title.iter().any(|piece| !piece.is_empty()) {
            out.push_str("\" title=\"");
            title.iter().for_each(|piece| html::push_escaped(piece, out));
        }
        out.push_str("\">");
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

    /// A link to a thing with an id, as HTML: its id, or `text` in place of it.
    /// What is still to come shows its title and 「尚未发布」, and is no link.
    pub fn anchor(&self, id: &Id, text: &str) -> String {
        let mut out = String::with_capacity(LINK);
        self.push_anchor(id, text, &mut out);
        out
    }

    /// [`Self::anchor`], appended.
    pub fn push_anchor(&self, id: &Id, text: &str, out: &mut String) {
        // An identifier alone must not be broken at its hyphens.
        let class = if text == id.as_str() { "ref whole" } else { "ref" };
        match self.handbook.target(id) {
            Some(Target::Planned(title)) => push_planned(text, title, out),
            Some(target) => self.push_ref(id, &target, class, &[text], out),
            None => html::push_escaped(text, out),
        }
    }

    /// A link with id and title: `NJ-03 年检报告预审程序`, or `FM-1 预审工作单` on its norm's page.
    pub fn titled(&self, id: &Id) -> String {
        let mut out = String::with_capacity(LINK);
        self.push_titled(id, &mut out);
        out
    }

    /// [`Self::titled`], appended.
    pub fn push_titled(&self, id: &Id, out: &mut String) {
        let target = match self.handbook.target(id) {
            Some(Target::Planned(title)) => return push_planned(id.as_str(), title, out),
            None => return html::push_escaped(id.as_str(), out),
            Some(target) => target,
        };
        let here = self.path.strip_suffix("/index.html");
        let own = here.is_some() && id.norm_name() == here;
        let (prefix, rest) = if own { id.local_pieces() } else { ("", id.as_str()) };
        self.push_ref(id, &target, "ref", &[prefix, rest, " ", &title_of(&target)], out);
    }

    fn push_ref(&self, id: &Id, target: &Target<'_>, class: &str, text: &[&str], out: &mut String) {
        match target {
            Target::Retired(..) => self.push_open(id, target, "ref retired", &["已废号"], out),
            _ => self.push_open(id, target, class, &[&title_of(target)], out),
        }
        text.iter().for_each(|piece| html::push_escaped(piece, out));
        out.push_str("</a>");
    }

    /// Whether a check on this day is older than six months, when today is known.
    pub fn is_stale(&self, checked_on: Date) -> bool {
        let limit = checked_on.checked_add(jiff::Span::new().months(6));
        matches!((self.options().today, limit), (Some(today), Ok(limit)) if limit < today)
    }
}

/// Bytes that are enough for most links.
const LINK: usize = 128;

/// The title of the thing, or of the norm, checklist or form that it stands in.
pub fn title_of<'a>(target: &Target<'a>) -> Cow<'a, str> {
    match target {
        Target::Section(norm, _) | Target::Clause(norm, _) | Target::Table(norm, _) => {
            Cow::Borrowed(&norm.title)
        }
        Target::Item(_, checklist, _) => Cow::Borrowed(&checklist.title),
        Target::Field(_, form, _) => Cow::Borrowed(&form.title),
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
