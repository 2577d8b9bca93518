//! The site: a handbook as pages that any static host can serve and any browser can read.
//!
//! [`Site::new`] prepares what all pages share; [`Site::page`] renders one, [`render`] renders all.
//! Between model and templates stand the views; between Markdown and HTML stands `prose`. Pages refer
//! to one another by relative addresses, so that a site works below any path; nothing in them runs or
//! styles inline. No page grows with the number of pages.

mod html;
mod ics;
mod inline;
mod link;
mod page;
mod place;
mod prose;
mod qr;
mod route;
mod svg;
mod theme;
mod twin;
mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use jiff::civil::Date;
use rayon::prelude::*;
use serde::Serialize;
use tera::Value;

use crate::error::Error;
use crate::files::{Files, Sink};
use crate::id::Id;
use crate::model::Handbook;
use crate::vocabulary::Registry;
use route::Route;
use theme::Theme;

/// Folder of the site that holds the handbook's pictures.
const MEDIA: &str = "media/";

/// How a site is made.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Address that the site will have, for feeds, the site map and the page shown for a bad address.
    pub base_url: Option<String>,
    /// Today, where it is known: norms that are not yet in force and old checks are marked.
    pub today: Option<Date>,
    /// Whether a server stands behind the pages (`serve`): they listen for changes and ask it when they search.
    pub live: bool,
    /// A handbook's own templates and static files by name (`norm.html`, `static/site.css`); each
    /// goes before the built-in one of that name.
    pub templates: BTreeMap<String, String>,
    /// Pictures of the handbook, by path.
    pub assets: BTreeMap<Arc<str>, Arc<[u8]>>,
}

/// What all pages of a site share. It holds no handbook: give the one it was made from.
pub struct Site {
    options: Options,
    theme: Arc<Theme>,
    routes: BTreeMap<String, Route>,
    documents: BTreeMap<Arc<str>, String>,
    shared: Value,
    norms_by_role: OnceLock<BTreeMap<Id, Vec<usize>>>,
    term_uses: OnceLock<view::term::Uses>,
}

/// All files of the site.
///
/// # Errors
/// [`Error::Template`] when a template is broken.
pub fn render(handbook: &Handbook, options: &Options) -> Result<Files, Error> {
    Files::gathered(|sink| render_to(handbook, options, sink))
}

/// [`render`], each file given away as soon as it is made.
///
/// # Errors
/// As for [`render`], and those of `sink`.
pub fn render_to(handbook: &Handbook, options: &Options, sink: &Sink<'_>) -> Result<(), Error> {
    let site = Site::new(handbook, options)?;
    let pages: Vec<(&String, &Route)> = site.routes.iter().collect();
    pages.par_iter().try_for_each_init(Vec::new, |room, (path, route)| {
        room.clear();
        sink(path, site.bytes(handbook, path, route, room)?)
    })
}

impl Site {
    /// Prepares templates, static files and the list of pages.
    ///
    /// # Errors
    /// [`Error::Template`] when a template is broken.
    pub fn new(handbook: &Handbook, options: &Options) -> Result<Self, Error> {
        let theme = Theme::load(&options.templates)?;
        let route::Routes { mut by_path, documents } = route::routes(handbook, options);
        for asset in theme.assets() {
            by_path.insert(asset.path.clone(), Route::Bytes(asset.bytes.clone()));
        }
        let mut site = Self {
            options: options.clone(),
            theme,
            routes: by_path,
            documents,
            shared: Value::undefined(),
            norms_by_role: OnceLock::new(),
            term_uses: OnceLock::new(),
        };
        site.shared = serialised(&site.shared_view(handbook))?;
        Ok(site)
    }

    /// Every path of the site, in order: `404.html`, `NJ-03/index.html`, …
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.routes.keys().map(String::as_str)
    }

    /// The bytes of one page; `None` when there is no such path. `handbook` is the one that the site
    /// was made from.
    ///
    /// # Errors
    /// [`Error::Template`] when a template is broken.
    pub fn page(&self, handbook: &Handbook, path: &str) -> Result<Option<Arc<[u8]>>, Error> {
        let Some(route) = self.routes.get(path) else { return Ok(None) };
        let mut room = Vec::new();
        Ok(Some(self.bytes(handbook, path, route, &mut room)?.into()))
    }

    /// Where each term is used.
    fn term_uses(&self, handbook: &Handbook) -> &view::term::Uses {
        self.term_uses.get_or_init(|| view::term::uses(handbook))
    }

    /// For each role, the indices of the norms that it answers for, or in whose clauses and items it has something to do.
    fn norms_by_role(&self, handbook: &Handbook) -> &BTreeMap<Id, Vec<usize>> {
        self.norms_by_role.get_or_init(|| {
            let mut found: BTreeMap<Id, Vec<usize>> = BTreeMap::new();
            for (index, norm) in handbook.norms.values().enumerate() {
                let items = norm.checklists.iter().flat_map(|checklist| &checklist.items);
                let duties =
                    norm.clauses().flat_map(|clause| &clause.roles).chain(items.flat_map(|i| &i.roles));
                for role in duties.map(|duty| &duty.role).chain([&norm.owner]).collect::<BTreeSet<_>>() {
                    found.entry(role.clone()).or_default().push(index);
                }
            }
            found
        })
    }

    /// Entries of the menu: title, path, what is found there.
    fn menu(&self, handbook: &Handbook) -> Vec<(&'static str, &'static str, String)> {
        let words = |registry| match registry {
            Registry::Terms => ("术语", "词是什么意思"),
            Registry::Parameters => ("参数", "时限与数量，市、区、街并列"),
            Registry::Roles => ("角色", "每个角色要做的全部事项"),
            Registry::Sources => ("依据", "引用的法规与标准"),
            Registry::Indicators => ("指标", "怎么算"),
            Registry::SourceFacts => ("来源事实", "取自来源文章"),
            Registry::Forms => ("表单", "填什么、谁填"),
            Registry::Checklists => ("检查表", "照着逐项做"),
            Registry::Schedule => ("周期", "到点要做的事"),
        };
        let first =
            [Registry::Checklists, Registry::Forms, Registry::Roles, Registry::Terms, Registry::Parameters];
        let second = [Registry::Sources, Registry::Indicators, Registry::SourceFacts, Registry::Schedule];
        let filled: Vec<Registry> = route::registries(handbook).collect();
        let shown = first.into_iter().chain(second).filter(|registry| filled.contains(registry));
        let mut menu: Vec<_> = shown
            .map(|registry| {
                let (title, note) = words(registry);
                (title, route::registry_path(registry), note.to_owned())
            })
            .collect();
        if !handbook.paths.is_empty() {
            menu.insert(0, ("阅读路径", "paths/", "按身份从头读".to_owned()));
        }
        if let Some(tailoring) = &handbook.tailoring {
            let note = format!("与基准不同的 {} 处", tailoring.deviations.len());
            menu.push(("裁剪", "deviations/", note));
        }
        if !handbook.norms.is_empty() {
            menu.push(("年历", "calendar/", "全年要办的事，可订阅".to_owned()));
            menu.push(("复审", "reviews/", "哪些规范该复审，哪些法规没对过原文".to_owned()));
            menu.push(("图", "diagrams/", "组织架构，各部关系".to_owned()));
            menu.push(("变更", "changes/", "哪一版改了什么".to_owned()));
        }
        menu
    }

    fn shared_view(&self, handbook: &Handbook) -> Shared {
        let config = &handbook.config;
        let asset = |name: &str| self.theme.asset(name).map(|asset| asset.path.clone()).unwrap_or_default();
        let entry = |(title, path, note): &(&'static str, &'static str, String)| MenuEntry {
            title,
            path,
            note: note.clone(),
        };
        Shared {
            title: config.title.clone(),
            publisher: config.publisher.clone(),
            edition: config.edition.clone(),
            level: config.level.chinese(),
            has_norms: !handbook.norms.is_empty(),
            menu: self.menu(handbook).iter().map(entry).collect(),
            css: asset("site.css"),
            search_css: asset("search.css"),
            search_js: asset("search/box.js"),
            live: self.options.live,
            icon: asset("icon.svg"),
            assets: self.theme.paths(),
        }
    }
}

/// What every template gets as `site`. All paths are relative to the site's root.
#[derive(Serialize)]
struct Shared {
    title: String,
    publisher: String,
    edition: String,
    level: &'static str,
    has_norms: bool,
    menu: Vec<MenuEntry>,
    css: String,
    search_css: String,
    search_js: String,
    live: bool,
    icon: String,
    /// Published path of every static file by its name: `print.css`, `search/index.js`.
    assets: BTreeMap<String, String>,
}

/// An entry of the menu.
#[derive(Serialize)]
struct MenuEntry {
    title: &'static str,
    path: &'static str,
    note: String,
}

/// A view as a template's value.
fn serialised(view: &impl Serialize) -> Result<Value, Error> {
    Value::try_from_serializable(view).map_err(|error| Error::Template(error.to_string()))
}

#[cfg(test)]
mod fixture;
