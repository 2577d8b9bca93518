//! The route table: what can be asked for, with which parameters, and what comes back. The router and
//! the OpenAPI document are both made from it, so that neither can say anything else than the other.

use axum::http::Uri;

use super::api::{editions, handbook, health, norms, registries, schemas, search};
use super::parameter::{Arguments, Kind, Parameter};
use super::problem::{self, Problem};
use super::reply::Reply;
use super::state::State;
use super::{diagnostics, guide, live, openapi};
use crate::snapshot::{Content, Snapshot};
use crate::vocabulary::{Level, NormKind, Status};

/// One thing that can be asked for, with GET or HEAD.
#[derive(Debug)]
pub struct Route {
    /// Its path; a name in braces stands for one segment.
    pub path: &'static str,
    /// Its permanent name, for programs.
    pub name: &'static str,
    /// What it returns, in a sentence.
    pub summary: &'static str,
    /// Its query parameters; any other is refused.
    pub parameters: &'static [Parameter],
    /// What comes back.
    pub answer: Answer,
    /// The problems it may answer with, beside those that any route may.
    pub problems: &'static [&'static problem::Kind],
    /// What answers.
    pub handler: Handler,
}

/// What comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// JSON that follows the schema of this name.
    Json(&'static str),
    /// Something else, of this media type.
    Media(&'static str),
    /// Something that only the site's own pages use, and the documents leave out.
    Internal(&'static str),
}

/// What answers.
#[derive(Debug, Clone, Copy)]
pub enum Handler {
    /// A function of the snapshot and the arguments.
    Once(fn(&Call<'_>) -> Result<Reply, Problem>),
    /// The stream of what changes while a page is open.
    Live,
}

/// A request, checked against its route.
#[derive(Debug)]
pub struct Call<'a> {
    /// What the server has beside the snapshot.
    pub state: &'a State,
    /// The state of the handbook for the whole of this request.
    pub snapshot: &'a Snapshot,
    /// The address asked for.
    pub uri: &'a Uri,
    /// The segment that stands for the name in braces; empty when there is none.
    pub segment: &'a str,
    /// The query parameters.
    pub arguments: Arguments,
}

impl Call<'_> {
    /// The handbook and what was made from it.
    ///
    /// # Errors
    /// A problem when it has never compiled, or is asked for in another edition than the one there is.
    pub fn content(&self) -> Result<&Content, Problem> {
        let content = self.snapshot.content.as_deref();
        let content = content.ok_or_else(|| Problem::new(&problem::NOT_READY, "手册还没有成功编译过，见 /_diagnostics"))?;
        let edition = &content.handbook.config.edition;
        match self.arguments.text(EDITION.name) {
            Some(other) if other != edition => {
                Err(Problem::not_found(format!("没有「{other}」这个版次"), vec![edition.clone()]))
            }
            _ => Ok(content),
        }
    }

    /// The level asked for.
    pub fn level(&self) -> Option<Level> {
        self.arguments.word(LEVEL.name, Level::parse)
    }
}

const fn text(name: &'static str, summary: &'static str, most: usize) -> Parameter {
    Parameter { name, summary, kind: Kind::Text(most), required: false }
}

const fn word(name: &'static str, summary: &'static str, words: fn() -> Vec<&'static str>) -> Parameter {
    Parameter { name, summary, kind: Kind::Word(words), required: false }
}

const EDITION: Parameter = text("edition", "手册版次；不给就是正在编写的版次", 40);
const LEVEL: Parameter = word("level", "层级", || both(Level::CHOICES));
const PART: Parameter = text("part", "部的代码，如 NJ", 8);
const KIND: Parameter = word("kind", "文种", || both(NormKind::CHOICES));
const STATUS: Parameter = word("status", "状态", || both(Status::CHOICES));
const ROLE: Parameter = text("role", "角色号，如 R04", 8);
const CURSOR: Parameter = text("cursor", "从哪一项之后接着列；取自上一页的 next", 64);

/// How many entries a page of a list has.
pub const LIMIT: Parameter = Parameter {
    name: "limit",
    summary: "一页几项",
    kind: Kind::Integer { least: 1, most: 200, default: 50 },
    required: false,
};

/// How many hits a page of search has.
pub const HITS: Parameter = Parameter {
    name: "limit",
    summary: "最多几条",
    kind: Kind::Integer { least: 1, most: 100, default: 10 },
    required: false,
};

/// How many hits are passed over.
pub const OFFSET: Parameter = Parameter {
    name: "offset",
    summary: "跳过前几条",
    kind: Kind::Integer { least: 0, most: 10_000, default: 0 },
    required: false,
};

/// Chinese and English words of a vocabulary.
fn both<T>(choices: &'static [(&'static str, &'static str, T)]) -> Vec<&'static str> {
    choices.iter().flat_map(|(chinese, english, _)| [*english, *chinese]).collect()
}

static OF_EDITION: [Parameter; 1] = [EDITION];
static OF_EDITION_AT_LEVEL: [Parameter; 2] = [LEVEL, EDITION];

/// A route to something that has an id.
const fn item(
    path: &'static str,
    name: &'static str,
    summary: &'static str,
    parameters: &'static [Parameter],
    schema: &'static str,
    handler: fn(&Call<'_>) -> Result<Reply, Problem>,
) -> Route {
    let problems = &[&problem::NOT_FOUND, &problem::GONE, &problem::NOT_READY];
    Route { path, name, summary, parameters, answer: Answer::Json(schema), problems, handler: Handler::Once(handler) }
}

/// A route to a list, or to something there is one of.
const fn whole(
    path: &'static str,
    name: &'static str,
    summary: &'static str,
    parameters: &'static [Parameter],
    schema: &'static str,
    handler: fn(&Call<'_>) -> Result<Reply, Problem>,
) -> Route {
    let problems = &[&problem::NOT_FOUND, &problem::NOT_READY];
    Route { path, name, summary, parameters, answer: Answer::Json(schema), problems, handler: Handler::Once(handler) }
}

/// A route of the service itself, which needs no handbook.
const fn service(
    path: &'static str,
    name: &'static str,
    summary: &'static str,
    answer: Answer,
    handler: fn(&Call<'_>) -> Result<Reply, Problem>,
) -> Route {
    Route { path, name, summary, parameters: &[], answer, problems: &[], handler: Handler::Once(handler) }
}

/// Every route. Pages, their files and the bundle are not here: they are whatever the snapshot holds.
pub static ROUTES: &[Route] = &[
    Route {
        path: "/api/v1/search",
        name: "search",
        summary: "检索：先列字面命中，再列同义、同音、近似的命中，每条都说明为什么命中",
        parameters: &[
            Parameter { name: "q", summary: "查什么：词、半个词、拼音、首字母、编号、整句都可以", kind: Kind::Text(300), required: true },
            HITS,
            OFFSET,
            PART,
            word("kind", "单元种类", search::kinds),
            LEVEL,
            ROLE,
            EDITION,
        ],
        answer: Answer::Json("search"),
        problems: &[&problem::NOT_FOUND, &problem::NOT_READY],
        handler: Handler::Once(search::search),
    },
    whole("/api/v1/handbook", "handbook", "手册目录：部、规范、检查表、表单和登记表", &OF_EDITION, "handbook", handbook::handbook),
    whole("/api/v1/editions", "editions", "版次列表", &[], "edition-list", editions::list),
    item("/api/v1/editions/{edition}", "edition", "一个版次", &[], "edition", editions::one),
    whole(
        "/api/v1/norms",
        "norms",
        "规范列表，分页",
        &[PART, KIND, STATUS, LEVEL, ROLE, LIMIT, CURSOR, EDITION],
        "norm-list",
        norms::norms,
    ),
    item("/api/v1/norms/{id}", "norm", "一份规范，与数据包中的文件相同", &OF_EDITION_AT_LEVEL, "norm", norms::norm),
    item("/api/v1/clauses/{id}", "clause", "一个条款", &OF_EDITION_AT_LEVEL, "clause", norms::clause),
    whole(
        "/api/v1/checklists",
        "checklists",
        "检查表列表，分页",
        &[PART, LEVEL, ROLE, LIMIT, CURSOR, EDITION],
        "checklist-list",
        norms::checklists,
    ),
    item("/api/v1/checklists/{id}", "checklist", "一份检查表，已带上所查条款的责任、证据和条件", &OF_EDITION_AT_LEVEL, "checklist", norms::checklist),
    whole("/api/v1/forms", "forms", "表单列表，分页", &[PART, ROLE, LIMIT, CURSOR, EDITION], "form-list", norms::forms),
    item("/api/v1/forms/{id}", "form", "一张表单和它的字段", &OF_EDITION, "form", norms::form),
    whole("/api/v1/parameters", "parameters", "参数表", &OF_EDITION_AT_LEVEL, "parameters", registries::parameters),
    whole("/api/v1/roles", "roles", "角色表", &OF_EDITION, "roles", registries::roles),
    whole("/api/v1/terms", "terms", "术语表", &OF_EDITION, "terms", registries::terms),
    whole("/api/v1/sources", "sources", "法规依据表", &OF_EDITION, "sources", registries::sources),
    whole("/api/v1/source-facts", "source-facts", "来源事实表", &OF_EDITION, "source-facts", registries::source_facts),
    whole("/api/v1/indicators", "indicators", "指标表", &OF_EDITION, "indicators", registries::indicators),
    whole("/api/v1/paths", "paths", "阅读路径", &OF_EDITION, "paths", registries::paths),
    whole("/api/v1/calendar", "calendar", "放假与调休安排", &OF_EDITION, "calendar", registries::calendar),
    item("/api/v1/schema/{name}", "schema", "一种数据的 JSON Schema（2020-12）", &[], "json-schema", schemas::schema),
    service("/api/v1/openapi.json", "openapi", "本接口的 OpenAPI 3.1 文档", Answer::Json("openapi"), openapi::answer),
    service("/api/", "guide", "本接口的说明页", Answer::Media("text/html"), guide::answer),
    service("/healthz", "health", "进程是否活着", Answer::Media("text/plain"), health::health),
    Route {
        path: "/readyz",
        name: "ready",
        summary: "能否服务：版次、摘要和检索索引的状态",
        parameters: &[],
        answer: Answer::Json("ready"),
        problems: &[],
        handler: Handler::Once(health::ready),
    },
    service("/metrics", "metrics", "Prometheus 指标", Answer::Media("text/plain"), health::metrics),
    Route {
        path: "/_live",
        name: "live",
        summary: "",
        parameters: &[text("page", "", 500), text("version", "", 64)],
        answer: Answer::Internal("text/event-stream"),
        problems: &[],
        handler: Handler::Live,
    },
    service("/_live.js", "live-script", "", Answer::Internal("text/javascript"), live::script),
    service("/_service.css", "service-style", "", Answer::Internal("text/css"), guide::style),
    service("/_diagnostics", "diagnostics", "", Answer::Internal("text/html"), diagnostics::answer),
];

impl Route {
    /// Whether the documents name it.
    pub fn is_documented(&self) -> bool {
        !matches!(self.answer, Answer::Internal(_))
    }

    /// The name in braces in its path.
    pub fn segment(&self) -> Option<&'static str> {
        self.path.split_once('{')?.1.strip_suffix('}')
    }
}
