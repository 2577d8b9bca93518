//! From a route to bytes: which view a page gets, which template renders it.

use std::sync::Arc;

use pulldown_cmark::Parser;
use serde::Serialize;
use tera::{Context, Value};

use super::place::Place;
use super::route::{self, Route};
use super::view::{self, Link};
use super::{Site, link, prose, serialised};
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
        Route::Registry(registry) => {
            list(place, registry_kind(*registry), &view::registry::page(place, *registry), None)
        }
        Route::Role(id) => {
            let role = handbook.roles.get(id).ok_or_else(missing)?;
            list(place, "role", &view::role::page(place, role), Some(("角色", "roles/")))
        }
        Route::Paths => list(place, "paths", &view::listing::paths(place), None),
        Route::Path(index) => {
            let path = handbook.paths.get(*index).ok_or_else(missing)?;
            list(place, "path", &view::listing::path(place, path), Some(("阅读路径", "paths/")))
        }
        Route::Rules => list(place, "rules", &view::listing::rules(place), None),
        Route::Rule(rule) => rule_page(place, rule),
        Route::Deviations => {
            let tailoring = handbook.tailoring.as_ref().ok_or_else(missing)?;
            list(place, "deviations", &view::deviations::page(place, tailoring), None)
        }
        Route::Changes => list(place, "changes", &view::changes::page(place), None),
        Route::Page(index) => {
            let view = view::page::view(place, *index).ok_or_else(missing)?;
            let title = view.title.clone();
            page(place, "page.html", "page", &title, ("document", &view))
        }
        Route::Feed => page(place, "changes.atom", "feed", "变更", ("feed", &view::changes::feed(place))),
        Route::Llms => page(place, "llms.txt", "llms", "目录", ("parts", &contents(place))),
        Route::Sitemap => page(place, "sitemap.xml", "sitemap", "目录", ("addresses", &addresses(place))),
        // Both are bytes before a template is asked for.
        Route::Source(_) | Route::Bytes(_) => Err(missing()),
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
        trail: Vec::new(),
        part: None,
    };
    Ok(Draft { template, head, view: (name, serialised(view)?) })
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
    draft.head.trail.push(trail(&part.title, place.to(&format!("{}/", part.code))));
    draft.head.part = Some(part_of(place, part, Some(&norm.id)));
    Ok(draft)
}

/// A checklist or form: below its part and norm, with who refers to it.
fn within_norm(place: &Place<'_>, norm: &Norm, mut draft: Draft, id: &Id) -> Result<Draft, Error> {
    let part = place.handbook.part_of(norm);
    let anchor = place.to(&format!("{}/#{}", norm.id, id.local()));
    draft.head.trail.push(trail(&part.title, place.to(&format!("{}/", part.code))));
    draft.head.trail.push(trail(&format!("{} {}", norm.id, norm.title), anchor));
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
        href: place.site.documents.get(&page.path).map(|path| address(path.clone())),
        note: String::new(),
    };
    parts.push(("页面".to_owned(), place.handbook.pages.iter().map(page).collect()));
    parts.retain(|(_, links): &(String, Vec<Link>)| !links.is_empty());
    parts
}

/// The whole addresses of all pages.
fn addresses(place: &Place<'_>) -> Vec<String> {
    let base = place.options().base_url.as_deref().unwrap_or_default();
    let pages = place.site.paths().filter_map(|path| path.strip_suffix("index.html"));
    pages.map(|path| link::absolute(base, path)).collect()
}
