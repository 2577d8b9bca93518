//! The route table: what can be asked for, with which parameters, and what comes back. The router, the
//! OpenAPI document and the guide are all made from it, so that none can say anything else than another.

use super::api::{editions, handbook, health, norms, registries, schemas, search};
use super::parameter::Parameter;
use super::problem::{self, GONE, NOT_FOUND, NOT_READY};
use super::route::{Handler, Route};
use super::{diagnostics, guide, live, openapi, unanswered};
use crate::vocabulary::{ChangeClass, Level, NormKind, Status};

/// Which edition is meant.
pub const EDITION: Parameter = Parameter::text("edition", 40, "手册版次；不给就是正在编写的版次");
/// Which level is meant.
pub const LEVEL: Parameter = Parameter::word("level", || both(Level::CHOICES), "层级");
/// How many entries a page of a list has.
pub const LIMIT: Parameter = Parameter::integer("limit", 1, 200, 50, "一页几项");
/// How many hits a page of search has.
pub const HITS: Parameter = Parameter::integer("limit", 1, 100, 10, "最多几条");
/// How many hits are passed over.
pub const OFFSET: Parameter = Parameter::integer("offset", 0, 10_000, 0, "跳过前几条");

const QUERY: Parameter =
    Parameter::text("q", 300, "查什么：词、半个词、拼音、首字母、编号、整句都可以").required();
const UNIT: Parameter = Parameter::word("kind", search::kinds, "单元种类");
/// Which part is meant.
pub const PART: Parameter = Parameter::text("part", 8, "部的代码，如 NJ");
const KIND: Parameter = Parameter::word("kind", || both(NormKind::CHOICES), "文种");
const STATUS: Parameter = Parameter::word("status", || both(Status::CHOICES), "状态");
/// Which role is meant.
pub const ROLE: Parameter = Parameter::text("role", 8, "角色号，如 R04");
/// Which edition is compared with.
pub const TO: Parameter = Parameter::text("to", 40, "到哪个版次；不给就是正在编写的版次");
/// Whether only what is material.
pub const CLASS: Parameter =
    Parameter::word("class", || both(ChangeClass::CHOICES), "只要实质改动：material");
const CURSOR: Parameter = Parameter::text("cursor", 64, "从哪一项之后接着列；取自上一页的 next");
const PAGE: Parameter = Parameter::text("page", 500, "");
const VERSION: Parameter = Parameter::text("version", 64, "");

/// What may go wrong for a list, or for something there is one of.
const WHOLE: &[problem::Kind] = &[NOT_FOUND, NOT_READY];
/// What may go wrong for something with an id.
const ITEM: &[problem::Kind] = &[NOT_FOUND, GONE, NOT_READY];

/// English and Chinese words of a vocabulary.
fn both<T>(choices: &'static [(&'static str, &'static str, T)]) -> Vec<&'static str> {
    choices.iter().flat_map(|(chinese, english, _)| [*english, *chinese]).collect()
}

/// Every route. Pages, their files and the bundle are not here: they are whatever the snapshot holds.
pub static ROUTES: &[Route] = &[
    Route::json("/api/v1/search", "search", "search", search::search)
        .returns("检索：先列字面命中，再列同义、同音、近似的命中，每条都说明为什么命中")
        .takes(&[QUERY, HITS, OFFSET, PART, UNIT, LEVEL, ROLE, EDITION])
        .may_fail(WHOLE),
    Route::json("/api/v1/handbook", "handbook", "handbook", handbook::handbook)
        .returns("手册目录：部、规范、检查表、表单和登记表")
        .takes(&[EDITION])
        .may_fail(WHOLE),
    Route::json("/api/v1/editions", "editions", "edition-list", editions::list)
        .returns("版次列表")
        .may_fail(WHOLE),
    Route::json("/api/v1/editions/{edition}", "edition", "edition", editions::one)
        .returns("一个版次")
        .may_fail(WHOLE),
    Route::json("/api/v1/editions/{edition}/diff", "diff", "difference", editions::diff)
        .returns("从这个版次到另一个版次（不给就是正在编写的）改了什么，逐条逐字段")
        .takes(&[TO, ROLE, PART, CLASS])
        .may_fail(WHOLE),
    Route::json("/api/v1/norms", "norms", "norm-list", norms::norms)
        .returns("规范列表，分页")
        .takes(&[PART, KIND, STATUS, LEVEL, ROLE, LIMIT, CURSOR, EDITION])
        .may_fail(WHOLE),
    Route::json("/api/v1/norms/{id}", "norm", "norm", norms::norm)
        .returns("一份规范，与数据包中的文件相同")
        .takes(&[LEVEL, EDITION])
        .may_fail(ITEM),
    Route::json("/api/v1/clauses/{id}", "clause", "clause", norms::clause)
        .returns("一个条款")
        .takes(&[LEVEL, EDITION])
        .may_fail(ITEM),
    Route::json("/api/v1/checklists", "checklists", "checklist-list", norms::checklists)
        .returns("检查表列表，分页")
        .takes(&[PART, LEVEL, ROLE, LIMIT, CURSOR, EDITION])
        .may_fail(WHOLE),
    Route::json("/api/v1/checklists/{id}", "checklist", "checklist", norms::checklist)
        .returns("一份检查表，已带上所查条款的责任、证据和条件")
        .takes(&[LEVEL, EDITION])
        .may_fail(ITEM),
    Route::json("/api/v1/forms", "forms", "form-list", norms::forms)
        .returns("表单列表，分页")
        .takes(&[PART, LEVEL, ROLE, LIMIT, CURSOR, EDITION])
        .may_fail(WHOLE),
    Route::json("/api/v1/forms/{id}", "form", "form", norms::form)
        .returns("一张表单和它的字段")
        .takes(&[EDITION])
        .may_fail(ITEM),
    Route::json("/api/v1/parameters", "parameters", "parameters", registries::parameters)
        .returns("参数表；给了层级就只列那一级的值")
        .takes(&[LEVEL, EDITION])
        .may_fail(WHOLE),
    Route::json("/api/v1/roles", "roles", "roles", registries::roles)
        .returns("角色表")
        .takes(&[EDITION])
        .may_fail(WHOLE),
    Route::json("/api/v1/terms", "terms", "terms", registries::terms)
        .returns("术语表")
        .takes(&[EDITION])
        .may_fail(WHOLE),
    Route::json("/api/v1/sources", "sources", "sources", registries::sources)
        .returns("法规依据表")
        .takes(&[EDITION])
        .may_fail(WHOLE),
    Route::json("/api/v1/source-facts", "source-facts", "source-facts", registries::source_facts)
        .returns("来源事实表")
        .takes(&[EDITION])
        .may_fail(WHOLE),
    Route::json("/api/v1/indicators", "indicators", "indicators", registries::indicators)
        .returns("指标表")
        .takes(&[EDITION])
        .may_fail(WHOLE),
    Route::json("/api/v1/paths", "paths", "paths", registries::paths)
        .returns("阅读路径")
        .takes(&[EDITION])
        .may_fail(WHOLE),
    Route::json("/api/v1/calendar", "calendar", "calendar", registries::calendar)
        .returns("放假与调休安排")
        .takes(&[EDITION])
        .may_fail(WHOLE),
    Route::json("/api/v1/schema/{name}", "schema", "json-schema", schemas::schema)
        .returns("一种数据的 JSON Schema（2020-12）")
        .may_fail(&[NOT_FOUND]),
    Route::json("/api/v1/openapi.json", "openapi", "openapi", openapi::answer)
        .returns("本接口的 OpenAPI 3.1 文档"),
    Route::media("/api/", "guide", "text/html", guide::answer).returns("本接口的说明页"),
    Route::media("/healthz", "health", "text/plain", health::health).returns("进程是否活着"),
    Route::json("/readyz", "ready", "ready", health::ready).returns("能否服务：版次、摘要和检索索引的状态"),
    Route::media("/metrics", "metrics", "text/plain", health::metrics).returns("Prometheus 指标"),
    Route::internal("/_live", "live", "text/event-stream", Handler::Live).takes(&[PAGE, VERSION]),
    Route::internal("/_live.js", "live-script", "text/javascript", Handler::Once(live::script)),
    Route::internal("/_service.css", "service-style", "text/css", Handler::Once(guide::style)),
    Route::internal("/_diagnostics", "diagnostics", "text/html", Handler::Once(diagnostics::answer)),
    Route::internal("/_unanswered", "unanswered", "text/html", Handler::Once(unanswered::answer)),
];
