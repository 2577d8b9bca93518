//! What an API answers when it cannot answer: problem details (RFC 9457), one shape for every error.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use crate::error::Error;

/// Media type of problem details.
pub const MEDIA: &str = "application/problem+json";

/// A kind of problem: its status, its permanent name, what it is called, and when it comes about.
#[derive(Debug)]
pub struct Kind {
    /// HTTP status.
    pub status: StatusCode,
    /// Permanent name, the last word of the problem's `type`.
    pub name: &'static str,
    /// The problem's `title`.
    pub title: &'static str,
    /// When it comes about, for the page that documents the API.
    pub when: &'static str,
}

macro_rules! kinds {
    ($($constant:ident $status:ident $name:literal $title:literal $when:literal;)*) => {
        $(
            #[doc = concat!("", $title)]
            pub const $constant: Kind = Kind { status: StatusCode::$status, name: $name, title: $title, when: $when };
        )*
        /// Every kind of problem.
        pub const KINDS: &[Kind] = &[$($constant),*];
    };
}

kinds! {
    BAD_PARAMETER BAD_REQUEST "bad-parameter" "参数不对" "查询参数没有这个名字、缺了、重复了或取值不对；`field` 是参数名。";
    NOT_FOUND NOT_FOUND "not-found" "没有这一项" "地址或编号不存在；`nearest` 是相近的编号。";
    METHOD_NOT_ALLOWED METHOD_NOT_ALLOWED "method-not-allowed" "不支持这种方法" "地址存在，但不接受这种方法；`Allow` 头列出接受的方法。";
    GONE GONE "gone" "编号已废止" "编号曾经有过，已经废止；`successors` 是接替它的编号。";
    TOO_LARGE PAYLOAD_TOO_LARGE "too-large" "请求体太大" "请求体超过上限。";
    FAULT INTERNAL_SERVER_ERROR "fault" "服务出错" "服务自己的错；`reference` 是日志里的对应编号。";
    NOT_READY SERVICE_UNAVAILABLE "not-ready" "还没有可用的版本" "手册从未编译成功，或检索索引还在建；`Retry-After` 头是建议的等待秒数。";
}

/// A problem. Its details stand elsewhere, because most answers are none.
#[derive(Debug)]
pub struct Problem(Box<Details>);

/// A problem, as it is sent.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Problem", deny_unknown_fields)]
pub struct Details {
    /// Kind of problem: `urn:shouce:problem:` and a permanent name.
    #[serde(rename = "type")]
    kind: String,
    /// The kind in words; the same for every problem of the kind.
    title: &'static str,
    /// HTTP status.
    status: u16,
    /// What is wrong this time.
    #[serde(skip_serializing_if = "String::is_empty")]
    detail: String,
    /// The parameter that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    field: Option<String>,
    /// Ids that were perhaps meant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    nearest: Vec<String>,
    /// Ids that took the place of a retired one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<Successor>")]
    successors: Option<Vec<Successor>>,
    /// Edition since which the id is retired.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    since: Option<String>,
    /// Number under which the log has more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    reference: Option<String>,
    #[serde(skip)]
    allow: Option<String>,
}

/// What took the place of a retired id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Successor {
    /// Its id.
    pub id: String,
    /// Its page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub url: Option<String>,
}

impl Problem {
    /// A problem of this kind.
    pub fn new(kind: &Kind, detail: impl Into<String>) -> Self {
        Self(Box::new(Details {
            kind: format!("urn:shouce:problem:{}", kind.name),
            title: kind.title,
            status: kind.status.as_u16(),
            detail: detail.into(),
            field: None,
            nearest: Vec::new(),
            successors: None,
            since: None,
            reference: None,
            allow: None,
        }))
    }

    /// A parameter that is wrong, and why.
    pub fn parameter(field: &str, detail: impl Into<String>) -> Self {
        Self::new(&BAD_PARAMETER, detail).with(|details| details.field = Some(field.to_owned()))
    }

    /// Something that is not there, and what was perhaps meant.
    pub fn not_found(detail: impl Into<String>, nearest: Vec<String>) -> Self {
        Self::new(&NOT_FOUND, detail).with(|details| details.nearest = nearest)
    }

    /// A sealed edition that is there and cannot be read; in words.
    pub fn unreadable(why: &str) -> Self {
        Self::fault(&why)
    }

    /// A retired id.
    pub fn gone(detail: impl Into<String>, since: &str, successors: Vec<Successor>) -> Self {
        Self::new(&GONE, detail).with(|details| {
            details.successors = Some(successors);
            details.since = Some(since.to_owned());
        })
    }

    /// A method that the address does not take; `allow` lists those it does.
    pub fn method(allow: &str) -> Self {
        let detail = format!("这个地址只接受 {allow}");
        Self::new(&METHOD_NOT_ALLOWED, detail).with(|details| details.allow = Some(allow.to_owned()))
    }

    /// A fault of the server. What happened goes to the log, under the number that the client is given.
    pub fn fault(what: &dyn std::fmt::Display) -> Self {
        let reference = reference();
        tracing::error!(%reference, fault = %what, "a request failed");
        let detail = format!("请把编号 {reference} 告诉维护人员");
        Self::new(&FAULT, detail).with(|details| details.reference = Some(reference))
    }

    fn with(mut self, fill: impl FnOnce(&mut Details)) -> Self {
        fill(&mut self.0);
        self
    }

    /// What is sent.
    pub fn details(&self) -> &Details {
        &self.0
    }

    /// HTTP status.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// What is wrong this time.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The number under which the log has more.
    pub fn reference(&self) -> Option<&str> {
        self.0.reference.as_deref()
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::fault(&error)
    }
}

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        Self::fault(&error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(self.details()).unwrap_or_default();
        let mut response = (self.status(), body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(allow) = self.0.allow.as_deref().and_then(|allow| HeaderValue::from_str(allow).ok()) {
            headers.insert(header::ALLOW, allow);
        }
        if self.status() == NOT_READY.status {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

/// A number for one fault: short enough to be read out, different from the one before.
fn reference() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{:08x}-{count:04x}", std::process::id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_without_a_value_are_left_out() {
        let problem = Problem::parameter("limit", "要 1 到 100 的整数");
        let value = serde_json::to_value(problem.details()).expect("JSON");
        let expected = serde_json::json!({
            "type": "urn:shouce:problem:bad-parameter", "title": "参数不对", "status": 400,
            "detail": "要 1 到 100 的整数", "field": "limit"
        });
        assert_eq!(value, expected);
    }

    #[test]
    fn a_fault_tells_its_number_and_nothing_else() {
        let response = Problem::fault(&"/home/x: disk on fire");
        let text = serde_json::to_string(response.details()).expect("JSON");
        assert!(!text.contains("fire") && text.contains(response.reference().expect("a number")), "{text}");
    }
}
