//! From a route to bytes: which view a page gets, which template renders it.

use std::sync::Arc;

use pulldown_cmark::Parser;
use serde::Serialize;
use tera::{Context, Value};

use super::place::Place;
use super::route::{self, Route};
use super::view::{self, Link};
use super::{Site, ics, link, prose, qr, serialised, twin};
use crate::error::Error;
use crate::id::Id;
use crate::model::{Handbook, Norm};
use crate::rule::Rule;
use crate::syntax;
use crate::vocabulary::Registry;

/// What every template gets as `page`.
#[derive(Serialize)]
struct Head {
    /// The page's own title.
    title: String,
    /// A sentence for search engines; empty for none.
    description: String,
    /// What the page is, in English: `norm`, `terms`, …
    kind: &'static str,
    /// Path of the page's file.
    path: String,
    /// The whole address, when the site's is known.
    canonical: Option<String>,
    /// What stands at the head of every printed sheet.
    running: String,
    /// What stands at the foot of every printed sheet.
    foot: String,
    /// Its Markdown twin, or none.
    twin: Option<String>,
    /// Its address as a QR code (SVG), for paper; none where the site's address is not known.
    qr: Option<String>,
    /// The way down to the page.
    trail: Vec<Link>,
    /// The norms beside it, or none.
    part: Option<Part>,
}

/// The part a page belongs to.
#[derive(Serialize)]
struct Part {
    title: String,
    href: String,
    norms: Vec<PartNorm>,
}

/// A norm in the list of its part.
#[derive(Serialize)]
struct PartNorm {
    id: String,
    title: String,
    href: String,
    current: bool,
}

/// A page ready for its template.
struct Draft {
    template: &'static str,
    head: Head,
    /// Name and value of the page's own view.
    view: (&'static str, Value),
}

impl Site {
    /// What stands at a path. A page is rendered into `room`, which is empty.
    pub(super) fn bytes<'a>(
        &self,
        handbook: &'a Handbook,
        path: &str,
        route: &'a Route,
        room: &'a mut Vec<u8>,
    ) -> Result<&'a [u8], Error> {
        if let Route::Bytes(bytes) = route {
            return Ok(bytes);
        }
        if let Route::Source(norm) = route {
            return Ok(handbook.norms.get(norm).map(|norm| norm.markdown.as_bytes()).unwrap_or_default());
        }
        let root = self.root_of(path, route);
        let place = Place { handbook, site: self, path, root: &root, folder: "", norm: None };
        match route {
            Route::CalendarFeed(role) => {
                ics::feed(&place, role.as_ref(), room);
                return Ok(room);
            }
            Route::Twin(inner) => {
                twin::write(&place, inner, room);
                return Ok(room);
            }
            Route::Due => {
                ics::due(&place, room).map_err(|error| Error::Template(error.to_string()))?;
                return Ok(room);
            }
            _ => {}
        }
        let draft = draft(&place, route)?;
        let mut context = Context::new();
        context.insert_value("site", self.shared.clone());
        context.insert_value("page", serialised(&draft.head)?);
        context.insert_value("root", Value::from(root.as_str()));
        context.insert_value(draft.view.0, draft.view.1);
        self.theme.render(draft.template, &context, room)?;
        Ok(room)
    }

    /// The way back to the root. The page for bad addresses may be shown at any depth, so it needs
    /// the whole way.
    fn root_of(&self, path: &str, route: &Route) -> String {
        match (route, &self.options.base_url) {
            (Route::NotFound, Some(base)) => format!("{}/", base.trim_end_matches('/')),
            (Route::NotFound, None) => "/".to_owned(),
            _ => link::root(path),
        }
    }
}

fn draft(place: &Place<'_>, route: &Route) -> Result<Draft, Error> {
    let handbook = place.handbook;
    let missing = || Error::Refused("站点不是用这本手册做的".to_owned());
    match route {
        Route::Home => {
            page(place, "home.html", "home", &handbook.config.title, ("home", &view::home::home(place)))
        }
        Route::NotFound => page(place, "404.html", "not-found", "没有这一页", ("none", &())),
        Route::Search => page(place, "search.html", "search", "检索", ("none", &())),
        Route::Part(index) => {
            let part = handbook.parts.get(*index).ok_or_else(missing)?;
            let mut draft =
                page(place, "part.html", "part", &part.title, ("part", &view::home::part(place, part)))?;
            draft.head.part = Some(part_of(place, part, None));
            Ok(draft)
        }
        Route::Norm(id) => {
            let norm = handbook.norms.get(id).ok_or_else(missing)?;
            norm_page(place, norm)
        }
        Route::Checklist(id, index) => {
            let norm = handbook.norms.get(id).ok_or_else(missing)?;
            let checklist = norm.checklists.get(*index).ok_or_else(missing)?;
            let title = format!("{} {}", checklist.id, checklist.title);
            let view = view::checklist::whole(&place.of_norm(norm), checklist);
            within_norm(
                place,
                norm,
                page(place, "checklist.html", "checklist", &title, ("checklist", &view))?,
                &checklist.id,
            )
        }
        Route::Form(id, index) => {
            let norm = handbook.norms.get(id).ok_or_else(missing)?;
            let form = norm.forms.get(*index).ok_or_else(missing)?;
            let title = format!("{} {}", form.id, form.title);
            let view = view::form::view(&place.of_norm(norm), form, true);
            within_norm(place, norm, page(place, "form.html", "form", &title, ("form", &view))?, &form.id)
        }
        Route::Rule(rule) => rule_page(place, rule),
        Route::Page(index) => {
            let view = view::page::view(place, *index).ok_or_else(missing)?;
            let title = view.title.clone();
            page(place, "page.html", "page", &title, ("document", &view))
        }
        Route::Feed => page(place, "changes.atom", "feed", "变更", ("feed", &view::changes::feed(place))),
        Route::Llms => page(place, "llms.txt", "llms", "目录", ("parts", &contents(place))),
        Route::Sitemap => page(place, "sitemap.xml", "sitemap", "目录", ("addresses", &addresses(place))),
        // The others are pages of tables, or bytes before a template is asked for.
        route => {
            let view = list_view(place, route).ok_or_else(missing)?;
            let (kind, above) = list_kind(route);
            let mut draft = list(place, kind, &view, above)?;
            if let Route::Flow(id) = route {
                let norm = handbook.norms.get(id).ok_or_else(missing)?;
                let title = format!("{} {}", norm.id, norm.title);
                draft.head.trail.push(trail(&title, place.to(&format!("{id}/"))));
                draft.head.running = running(norm, &draft.head.title);
            }
            Ok(draft)
        }
    }
}

/// The tables of a page that holds nothing else; `None` for other routes.
pub(super) fn list_view(place: &Place<'_>, route: &Route) -> Option<view::List> {
    let handbook = place.handbook;
    Some(match route {
        Route::Registry(registry) => view::registry::page(place, *registry),
        Route::Role(id) => view::role::page(place, handbook.roles.get(id)?),
        Route::Law(id) => view::source::page(place, handbook.sources.get(id)?),
        Route::Term(index) => view::term::page(place, *index)?,
        Route::Diagrams => view::diagram::page(place),
        Route::Flow(id) => view::diagram::flow(place, handbook.norms.get(id)?),
        Route::Reviews => view::review::page(place),
        Route::Paths => view::listing::paths(place),
        Route::Path(index) => view::listing::path(place, handbook.paths.get(*index)?),
        Route::Rules => view::listing::rules(place),
        Route::Calendar => view::schedule::calendar(place),
        Route::Deviations => view::deviations::page(place, handbook.tailoring.as_ref()?),
        Route::Changes => view::changes::page(place),
        _ => return None,
    })
}

/// What a page of tables is called in English, and the page above it.
fn list_kind(route: &Route) -> (&'static str, Option<(&'static str, &'static str)>) {
    match route {
        Route::Registry(registry) => (registry_kind(*registry), None),
        Route::Role(_) => ("role", Some(("角色", "roles/"))),
        Route::Law(_) => ("source", Some(("依据", "sources/"))),
        Route::Term(_) => ("term", Some(("术语", "terms/"))),
        Route::Path(_) => ("path", Some(("阅读路径", "paths/"))),
        Route::Diagrams => ("diagrams", None),
        Route::Flow(_) => ("flow", None),
        Route::Reviews => ("reviews", None),
        Route::Paths => ("paths", None),
        Route::Rules => ("rules", None),
        Route::Calendar => ("calendar", None),
        Route::Deviations => ("deviations", None),
        _ => ("changes", None),
    }
}

/// A page with its head; its way down is the first page and itself.
fn page(
    place: &Place<'_>,
    template: &'static str,
    kind: &'static str,
    title: &str,
    (name, view): (&'static str, &impl Serialize),
) -> Result<Draft, Error> {
    let base = place.options().base_url.as_deref();
    let address = place.path.strip_suffix("index.html").unwrap_or(place.path);
    let head = Head {
        title: title.to_owned(),
        description: String::new(),
        kind,
        path: place.path.to_owned(),
        canonical: base.map(|base| link::absolute(base, address)),
        running: title.to_owned(),
        foot: foot(place, base, address),
        twin: twin_of(place),
        qr: None,
        trail: Vec::new(),
        part: None,
    };
    Ok(Draft { template, head, view: (name, serialised(view)?) })
}

/// The way to a page's Markdown twin.
fn twin_of(place: &Place<'_>) -> Option<String> {
    let folder = place.path.strip_suffix("index.html")?;
    let twin = twin_path(folder);
    place.site.routes.contains_key(&twin).then(|| place.to(&twin))
}

/// Handbook, edition and address, for paper: whoever holds a sheet can find its page again.
fn foot(place: &Place<'_>, base: Option<&str>, address: &str) -> String {
    let config = &place.handbook.config;
    let edition = if config.edition.is_empty() { String::new() } else { format!(" {} 版", config.edition) };
    let address = base.map(|base| format!(" · {}", link::absolute(base, address))).unwrap_or_default();
    format!("{}{edition}{address}", config.title)
}

/// A page of tables, below another one if it is part of a collection.
fn list(
    place: &Place<'_>,
    kind: &'static str,
    view: &view::List,
    above: Option<(&str, &str)>,
) -> Result<Draft, Error> {
    let mut draft = page(place, "list.html", kind, &view.title, ("list", view))?;
    draft.head.trail.extend(above.map(|(title, path)| trail(title, place.to(path))));
    Ok(draft)
}

fn norm_page(place: &Place<'_>, norm: &Norm) -> Result<Draft, Error> {
    let title = format!("{} {}", norm.id, norm.title);
    let view = view::norm::view(&place.of_norm(norm), norm);
    let mut draft = page(place, "norm.html", "norm", &title, ("norm", &view))?;
    let part = place.handbook.part_of(norm);
    draft.head.description =
        format!("{}：{}，{}，{} 版", norm.title, norm.kind.chinese(), norm.status.chinese(), norm.edition);
    draft.head.running = running(norm, &title);
    draft.head.qr = draft.head.canonical.as_deref().and_then(qr::svg);
    draft.head.trail.push(trail(&part.title, place.to(&format!("{}/", part.code))));
    draft.head.part = Some(part_of(place, part, Some(&norm.id)));
    Ok(draft)
}

/// Title, edition and state: what a printed sheet of a norm must say by itself.
fn running(norm: &Norm, title: &str) -> String {
    format!("{title} · {} 版 · {}", norm.edition, norm.status.chinese())
}

/// A checklist or form: below its part and norm, with who refers to it.
fn within_norm(place: &Place<'_>, norm: &Norm, mut draft: Draft, id: &Id) -> Result<Draft, Error> {
    let part = place.handbook.part_of(norm);
    let anchor = place.to(&format!("{}/#{}", norm.id, id.local()));
    draft.head.trail.push(trail(&part.title, place.to(&format!("{}/", part.code))));
    draft.head.trail.push(trail(&format!("{} {}", norm.id, norm.title), anchor));
    draft.head.running = running(norm, &draft.head.title);
    draft.head.qr = draft.head.canonical.as_deref().and_then(qr::svg);
    draft.head.part = Some(part_of(place, part, Some(&norm.id)));
    Ok(draft)
}

fn rule_page(place: &Place<'_>, rule: &'static Rule) -> Result<Draft, Error> {
    #[derive(Serialize)]
    struct RuleView {
        fields: Vec<view::Field>,
        html: String,
    }
    // The first line is the title, which the page shows itself.
    let body = rule.page.split_once('\n').map_or("", |(_, body)| body);
    let events: Vec<_> =
        Parser::new_ext(body, syntax::render_options()).map(pulldown_cmark::Event::into_static).collect();
    let view = RuleView { fields: view::listing::rule(rule), html: prose::render(place, &events) };
    let mut draft = page(place, "rule.html", "rule", rule.title(), ("rule", &view))?;
    draft.head.trail.push(trail("规则", place.to("rules/")));
    Ok(draft)
}

fn trail(title: &str, href: String) -> Link {
    Link { text: title.to_owned(), href: Some(href), note: String::new() }
}

fn part_of(place: &Place<'_>, part: &crate::model::Part, current: Option<&Id>) -> Part {
    let norm = |id: &Id| {
        let norm = place.handbook.norms.get(id)?;
        Some(PartNorm {
            id: id.to_string(),
            title: norm.title.clone(),
            href: place.to(&format!("{id}/")),
            current: current == Some(id),
        })
    };
    Part {
        title: part.title.clone(),
        href: place.to(&format!("{}/", part.code)),
        norms: part.norms.iter().filter_map(norm).collect(),
    }
}

fn registry_kind(registry: Registry) -> &'static str {
    route::registry_path(registry).trim_end_matches('/')
}

/// Parts and pages with their documents, for language models: title, address of the Markdown, note.
fn contents(place: &Place<'_>) -> Vec<(String, Vec<Link>)> {
    let address = |path: String| match &place.options().base_url {
        Some(base) => link::absolute(base, &path),
        None => link::encode_path(&path).into_owned(),
    };
    let norm = |id: &Id| {
        let norm = place.handbook.norms.get(id)?;
        Some(Link {
            text: format!("{id} {}", norm.title),
            href: Some(address(format!("{id}.md"))),
            note: format!("{}，{}", norm.kind.chinese(), norm.status.chinese()),
        })
    };
    let part = |part: &crate::model::Part| (part.title.clone(), part.norms.iter().filter_map(norm).collect());
    let mut parts: Vec<(String, Vec<Link>)> = place.handbook.parts.iter().map(part).collect();
    let page = |page: &Arc<crate::model::Page>| Link {
        text: page.title.clone(),
        href: place.site.documents.get(&page.path).map(|path| address(twin_path(path))),
        note: String::new(),
    };
    let registry = |(title, path, note): (&'static str, &'static str, String)| Link {
        text: title.to_owned(),
        href: Some(address(twin_path(path))),
        note,
    };
    let has_twin = |path: &str| place.site.routes.contains_key(&twin_path(path));
    let menu = place.site.menu(place.handbook).into_iter().filter(|(_, path, _)| has_twin(path));
    parts.push(("登记表与索引".to_owned(), menu.map(registry).collect()));
    parts.push(("页面".to_owned(), place.handbook.pages.iter().map(page).collect()));
    parts.retain(|(_, links): &(String, Vec<Link>)| !links.is_empty());
    parts
}

/// The twin of a page by its folder.
fn twin_path(folder: &str) -> String {
    format!("{}.md", folder.strip_suffix('/').unwrap_or("index"))
}

/// The whole addresses of all pages.
fn addresses(place: &Place<'_>) -> Vec<String> {
    let base = place.options().base_url.as_deref().unwrap_or_default();
    let pages = place.site.paths().filter_map(|path| path.strip_suffix("index.html"));
    pages.map(|path| link::absolute(base, path)).collect()
}
