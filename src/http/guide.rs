//! `/api/`: the API for people, made from the route table. No script, nothing from elsewhere.

use std::fmt::Write as _;

use super::html;
use super::parameter::{Kind, Parameter};
use super::problem::{KINDS, Problem};
use super::reply::Reply;
use super::route::{Answer, Call, Route};
use super::table::ROUTES;
use crate::snapshot::Body;

/// Answers `/_service.css`.
pub fn style(_: &Call<'_>) -> Result<Reply, Problem> {
    Ok(Reply::new(Body::new(include_str!("service.css"), "text/css; charset=utf-8")))
}

/// Answers `/api/`.
pub fn answer(_: &Call<'_>) -> Result<Reply, Problem> {
    Ok(Reply::new(Body::new(html::page("手册接口", &body(), false), "text/html; charset=utf-8")))
}

fn body() -> String {
    let mut out = String::from(
        "<p>网页上看得到的，程序都可以从这里取到。JSON 一律 UTF-8；v1 之内只增加键，不改键。\
         可读的内容都带 <code>ETag</code>，再取时带上 <code>If-None-Match</code>，没有变化就得到 304。\
         机器可读的文档是 <a href=\"/api/v1/openapi.json\">OpenAPI 3.1</a>，\
         整版数据包从 <a href=\"/standard/v1/manifest.json\">manifest.json</a> 开始。</p>\n<h2>地址</h2>\n<ul>\n",
    );
    let documented = || ROUTES.iter().filter(|route| route.is_documented());
    for route in documented() {
        push(
            &mut out,
            format_args!(
                "<li><a href=\"#{}\"><code>{}</code></a> {}</li>\n",
                route.name, route.path, route.summary
            ),
        );
    }
    out.push_str("</ul>\n");
    for route in documented() {
        section(route, &mut out);
    }
    out.push_str("<h2 id=\"problems\">错误</h2>\n<p>每个错误都是 <code>application/problem+json</code>（RFC 9457）。</p>\n");
    out.push_str("<table>\n<thead><tr><th>状态</th><th>type</th><th>什么时候</th></tr></thead>\n<tbody>\n");
    for kind in KINDS {
        let (status, name) = (kind.status.as_u16(), kind.name);
        let when = code(kind.when);
        push(
            &mut out,
            format_args!(
                "<tr><td>{status}</td><td><code>urn:shouce:problem:{name}</code></td><td>{when}</td></tr>\n"
            ),
        );
    }
    out.push_str("</tbody>\n</table>\n");
    out
}

fn section(route: &Route, out: &mut String) {
    let Route { name, path, summary, .. } = route;
    push(out, format_args!("<h2 id=\"{name}\"><code>GET {path}</code></h2>\n<p>{summary}。</p>\n"));
    if !route.parameters.is_empty() {
        out.push_str("<table>\n<thead><tr><th>参数</th><th>含义</th><th>取值</th></tr></thead>\n<tbody>\n");
        for parameter in route.parameters {
            let must = if parameter.required { "（必给）" } else { "" };
            let (name, summary, values) =
                (parameter.name, html::escaped(parameter.summary), values(parameter));
            push(
                out,
                format_args!(
                    "<tr><td><code>{name}</code>{must}</td><td>{summary}</td><td>{values}</td></tr>\n"
                ),
            );
        }
        out.push_str("</tbody>\n</table>\n");
    }
    match route.answer {
        Answer::Json(schema) => {
            push(
                out,
                format_args!("<p>返回 JSON，见 <a href=\"/api/v1/schema/{schema}\">{schema} 的 Schema</a>。"),
            );
        }
        Answer::Media(media) | Answer::Internal(media) => {
            push(out, format_args!("<p>返回 <code>{media}</code>。"))
        }
    }
    if route.segment().is_none() && !route.parameters.iter().any(|parameter| parameter.required) {
        push(out, format_args!("<a href=\"{path}\">看一看</a>"));
    }
    out.push_str("</p>\n");
}

fn values(parameter: &Parameter) -> String {
    html::escaped(&match parameter.kind {
        Kind::Text(most) => format!("最多 {most} 个字"),
        Kind::Integer { least, most, default } => format!("{least} 到 {most}，不给就是 {default}"),
        Kind::Word(words) => words().join(" "),
    })
}

/// Escaped text in which what stands between backquotes is code.
fn code(text: &str) -> String {
    let pieces = text.split('`').enumerate();
    pieces
        .map(
            |(i, piece)| {
                if i % 2 == 1 {
                    format!("<code>{}</code>", html::escaped(piece))
                } else {
                    html::escaped(piece)
                }
            },
        )
        .collect()
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing into a string cannot fail.
    let _ = out.write_fmt(text);
}
