//! Every path of the site, and what stands there. Addresses are permanent.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::view::home::is_first;
use super::view::{diagram, term};
use super::{MEDIA, Options, link, twin};
use crate::id::Id;
use crate::model::Handbook;
use crate::rule::{CATALOGUE, Rule};
use crate::vocabulary::Registry;

/// What stands at a path.
#[derive(Debug, Clone)]
pub enum Route {
    /// The first page.
    Home,
    /// Shown for an address that does not exist.
    NotFound,
    /// Search.
    Search,
    /// A part, by its index.
    Part(usize),
    /// A norm.
    Norm(Id),
    /// A norm's Markdown.
    Source(Id),
    /// A page that is no norm, by its index.
    Page(usize),
    /// A registry.
    Registry(Registry),
    /// A checklist, by its norm and its index in it.
    Checklist(Id, usize),
    /// A form, by its norm and its index in it.
    Form(Id, usize),
    /// A role.
    Role(Id),
    /// A source of law.
    Law(Id),
    /// A term, by its index.
    Term(usize),
    /// Pictures of the whole handbook.
    Diagrams,
    /// Pictures of a norm's steps.
    Flow(Id),
    /// What is to be reviewed.
    Reviews,
    /// All reading paths.
    Paths,
    /// A reading path, by its index.
    Path(usize),
    /// All rules.
    Rules,
    /// A rule.
    Rule(&'static Rule),
    /// What an adopter has of its own.
    Deviations,
    /// The year by months.
    Calendar,
    /// The schedule for calendars: everybody's, or a role's.
    CalendarFeed(Option<Id>),
    /// The schedule for a browser that looks for what is due.
    Due,
    /// Changes.
    Changes,
    /// The feed of changes.
    Feed,
    /// The table of contents for language models.
    Llms,
    /// The site map.
    Sitemap,
    /// The Markdown twin of a page.
    Twin(Box<Route>),
    /// Bytes that are ready.
    Bytes(Arc<[u8]>),
}

/// Names at the site's root that no page of Markdown may take.
const RESERVED: [&str; 25] = [
    "@",
    "api",
    "assets",
    "calendar",
    "changes",
    "checklists",
    "deviations",
    "diagrams",
    "forms",
    "healthz",
    "indicators",
    "media",
    "metrics",
    "parameters",
    "paths",
    "readyz",
    "reviews",
    "roles",
    "rules",
    "schedule",
    "search",
    "source-facts",
    "sources",
    "standard",
    "terms",
];

/// All routes by path, and for each file of the handbook the site path of its page.
pub struct Routes {
    /// Paths of files, such as `NJ-03/index.html`.
    pub by_path: BTreeMap<String, Route>,
    /// Site paths, such as `NJ-03/`, by file.
    pub documents: BTreeMap<Arc<str>, String>,
}

/// The routes of a handbook; what has no content has no page.
pub fn routes(handbook: &Handbook, options: &Options) -> Routes {
    let mut routes = Routes { by_path: BTreeMap::new(), documents: BTreeMap::new() };
    routes.page("", Route::Home);
    routes.add("404.html", Route::NotFound);
    routes.page("search/", Route::Search);
    routes.add("llms.txt", Route::Llms);
    if options.base_url.is_some() {
        routes.add("sitemap.xml", Route::Sitemap);
    }
    routes.norms(handbook);
    routes.registries(handbook);
    routes.page("rules/", Route::Rules);
    for &rule in CATALOGUE {
        routes.page(&format!("rules/{}/", rule.code), Route::Rule(rule));
    }
    for (index, part) in handbook.parts.iter().enumerate() {
        routes.documents.insert(part.path.clone(), format!("{}/", part.code));
        for code in &part.codes {
            routes.page(&format!("{code}/"), Route::Part(index));
        }
    }
    routes.pages(handbook);
    for (path, bytes) in &options.assets {
        routes.add(&format!("{MEDIA}{}", link::safe_path(path)), Route::Bytes(bytes.clone()));
    }
    routes
}

impl Routes {
    /// What came first stays: nothing displaces a permanent address.
    fn add(&mut self, path: &str, route: Route) {
        self.by_path.entry(path.to_owned()).or_insert(route);
    }

    /// A page in its folder, with its Markdown twin beside the folder.
    fn page(&mut self, folder: &str, route: Route) {
        if twin::exists(&route) {
            let name = folder.strip_suffix('/').unwrap_or("index");
            self.add(&format!("{name}.md"), Route::Twin(Box::new(route.clone())));
        }
        self.add(&format!("{folder}index.html"), route);
    }

    fn norms(&mut self, handbook: &Handbook) {
        for norm in handbook.norms.values() {
            let id = &norm.id;
            self.documents.insert(norm.path.clone(), format!("{id}/"));
            self.page(&format!("{id}/"), Route::Norm(id.clone()));
            self.add(&format!("{id}.md"), Route::Source(id.clone()));
            if diagram::has_flow(norm) {
                self.page(&format!("{id}/flow/"), Route::Flow(id.clone()));
            }
            for (index, checklist) in norm.checklists.iter().enumerate() {
                self.page(&format!("checklists/{}/", checklist.id), Route::Checklist(id.clone(), index));
            }
            for (index, form) in norm.forms.iter().enumerate() {
                self.page(&format!("forms/{}/", form.id), Route::Form(id.clone(), index));
            }
        }
        if handbook.tailoring.is_some() {
            self.page("deviations/", Route::Deviations);
        }
        if !handbook.norms.is_empty() {
            self.page("changes/", Route::Changes);
            self.add("changes.atom", Route::Feed);
            self.page("calendar/", Route::Calendar);
            self.page("reviews/", Route::Reviews);
            self.page("diagrams/", Route::Diagrams);
            self.add("calendar/due.json", Route::Due);
            self.add("schedule.ics", Route::CalendarFeed(None));
        }
    }

    fn registries(&mut self, handbook: &Handbook) {
        for registry in registries(handbook) {
            self.page(registry_path(registry), Route::Registry(registry));
        }
        for id in handbook.sources.keys() {
            self.page(&format!("sources/{id}/"), Route::Law(id.clone()));
        }
        for (index, found) in handbook.terms.iter().enumerate() {
            self.page(&term::folder(found), Route::Term(index));
        }
        for id in handbook.roles.keys() {
            self.page(&format!("roles/{id}/"), Route::Role(id.clone()));
            self.add(&format!("roles/{id}/schedule.ics"), Route::CalendarFeed(Some(id.clone())));
        }
        if !handbook.paths.is_empty() {
            self.page("paths/", Route::Paths);
        }
        for (index, path) in handbook.paths.iter().enumerate() {
            self.page(&format!("paths/{}/", path.id), Route::Path(index));
        }
    }

    /// Pages stand at their id; one that would hide a page of the site moves below `pages/`. A
    /// folder's own page also answers at the folder.
    fn pages(&mut self, handbook: &Handbook) {
        for (index, page) in handbook.pages.iter().enumerate() {
            let id = link::safe_path(&page.id);
            let first = id.split('/').next().unwrap_or_default();
            let taken = first.is_empty() || first.starts_with('@') || RESERVED.contains(&first);
            let mut folder = if taken { format!("pages/{id}/") } else { format!("{id}/") };
            if self.by_path.contains_key(&format!("{folder}index.html")) {
                folder = format!("pages/{folder}");
            }
            self.page(&folder, Route::Page(index));
            if is_first(page) {
                folder.clear();
            }
            let own = ["/index", "/README"].iter().find_map(|name| id.strip_suffix(name));
            if let Some(parent) = own.filter(|_| !taken) {
                self.page(&format!("{parent}/"), Route::Page(index));
            }
            self.documents.insert(page.path.clone(), folder);
        }
    }
}

/// The registries that hold something.
pub fn registries(handbook: &Handbook) -> impl Iterator<Item = Registry> {
    let has = |registry: &Registry| match registry {
        Registry::Terms => !handbook.terms.is_empty(),
        Registry::Parameters => !handbook.parameters.is_empty(),
        Registry::Roles => !handbook.roles.is_empty(),
        Registry::Sources => !handbook.sources.is_empty(),
        Registry::Indicators => !handbook.indicators.is_empty(),
        Registry::SourceFacts => !handbook.source_facts.is_empty(),
        Registry::Forms => handbook.forms().next().is_some(),
        Registry::Checklists => handbook.checklists().next().is_some(),
        Registry::Schedule => !handbook.norms.is_empty(),
    };
    Registry::CHOICES.iter().map(|choice| choice.2).filter(has).collect::<Vec<_>>().into_iter()
}

/// Where a registry stands.
pub fn registry_path(registry: Registry) -> &'static str {
    match registry {
        Registry::Terms => "terms/",
        Registry::Parameters => "parameters/",
        Registry::Roles => "roles/",
        Registry::Sources => "sources/",
        Registry::Indicators => "indicators/",
        Registry::SourceFacts => "source-facts/",
        Registry::Forms => "forms/",
        Registry::Checklists => "checklists/",
        Registry::Schedule => "schedule/",
    }
}
