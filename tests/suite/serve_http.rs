//! What the server answers: pages, API, bundle, errors, and what it sends with each.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::io::Read as _;

use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};
use shouce::http::{Answer, ROUTES, openapi_document};
use shouce::release::seal::{Decision, seal};
use shouce::snapshot::Snapshot;

use super::serve_fixture::{self, Folder, Server};

/// Something to put in the place of a name in braces.
fn sample(path: &str) -> String {
    let id = match path {
        path if path.contains("/checklists/") => "CK-NJ-03-1",
        path if path.contains("/forms/") => "FM-NJ-03-1",
        path if path.contains("/clauses/") => "NJ-03-3.1",
        path if path.contains("/schema/") => "norm",
        path if path.contains("/editions/") => "2026.1",
        _ => "NJ-03",
    };
    let filled = match path.split_once('{') {
        Some((before, rest)) => format!("{before}{id}{}", rest.split_once('}').map_or("", |(_, rest)| rest)),
        None => path.to_owned(),
    };
    if path.ends_with("/search") { format!("{filled}?q=%E9%A2%84%E5%AE%A1") } else { filled }
}

fn validator(schema: &str) -> jsonschema::Validator {
    let components = &openapi_document()["components"];
    let schema = json!({ "$ref": format!("#/components/schemas/{schema}"), "components": components });
    jsonschema::validator_for(&schema).expect("a schema")
}

#[tokio::test]
async fn every_documented_address_answers_as_documented() {
    let server = Server::new();
    // The digest is worked out when something asks for it.
    server.get("/api/v1/editions").await;
    for route in ROUTES.iter().filter(|route| route.is_documented()) {
        let path = sample(route.path);
        let answer = server.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        match route.answer {
            Answer::Json(schema) => {
                assert_eq!(answer.header(header::CONTENT_TYPE), "application/json", "{path}");
                let errors: Vec<_> =
                    validator(schema).iter_errors(&answer.json()).map(|error| error.to_string()).collect();
                assert!(errors.is_empty(), "{path}: {errors:?}");
            }
            Answer::Media(media) => assert!(answer.header(header::CONTENT_TYPE).starts_with(media), "{path}"),
            Answer::Internal(_) => unreachable!("not documented"),
        }
    }
}

#[tokio::test]
async fn sealed_editions_stay_and_can_be_compared() {
    let folder = Folder::new();
    let sources = shouce::source::read(&folder.root()).expect("read");
    let decision = Decision { effective: jiff::civil::date(2026, 1, 1), transition: None, approved_by: None };
    let edition = seal(&sources, &shouce::compile::compile(&sources), &decision, None).expect("sealed");
    std::fs::create_dir(folder.root().join("editions")).expect("a folder");
    let archive = edition.archive().expect("an archive");
    std::fs::write(folder.root().join("editions/2026.1.zip"), archive).expect("written");
    std::fs::write(folder.root().join("editions/2025.9.zip"), "damaged").expect("written");
    folder.write("shouce.yaml", &folder.read("shouce.yaml").replace("2026.1", "2026.2"));
    folder.write("NJ/NJ-04.md", &folder.read("NJ/NJ-04.md").replace("每周抽看一件", "每周抽看两件"));
    let server = Server::on(folder.snapshot());
    let list = server.get("/api/v1/editions").await.json();
    let labels: Vec<_> = list["items"].as_array().expect("items").iter().map(|one| &one["edition"]).collect();
    assert_eq!(labels, ["2026.2", "2026.1"], "the damaged one is left out");
    assert_eq!(list["items"][1]["digest"], edition.digest.trim_start_matches("sha256:"));
    assert_eq!(server.get("/api/v1/editions/2026.1").await.json()["state"], "sealed");
    // The same address in another edition, and what changed.
    assert!(server.get("/api/v1/clauses/NJ-04-1.1?edition=2026.1").await.text().contains("一件"));
    assert!(server.get("/api/v1/clauses/NJ-04-1.1").await.text().contains("两件"));
    let found = server.get("/api/v1/editions/2026.1/diff").await.json();
    assert_eq!((&found["from"], &found["to"]), (&"2026.1".into(), &"2026.2".into()));
    let ids: Vec<_> = found["changes"].as_array().expect("changes").iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, ["NJ-04-1.1"]);
    let errors: Vec<_> = validator("difference").iter_errors(&found).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let changes = |answer: serve_fixture::Answer| answer.json()["changes"].as_array().expect("changes").len();
    assert_eq!(changes(server.get("/api/v1/editions/2026.1/diff?role=R04").await), 0);
    assert_eq!(changes(server.get("/api/v1/editions/2026.1/diff?part=nj&class=material").await), 1);
    assert_eq!(changes(server.get("/api/v1/editions/2026.1/diff?to=2026.1").await), 0);
    let hits = server.get("/api/v1/search?q=%E6%8A%BD%E7%9C%8B&edition=2026.1").await.json();
    assert!(hits["total"].as_u64() > Some(0), "a sealed edition is searched in its own index");
    let unknown = server.get("/api/v1/editions/1999.1/diff").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(unknown.json()["nearest"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn the_openapi_document_is_the_route_table() {
    let document = Server::new().get("/api/v1/openapi.json").await.json();
    assert_eq!(document, openapi_document());
    let paths = document["paths"].as_object().expect("paths");
    let documented: Vec<_> = ROUTES.iter().filter(|route| route.is_documented()).collect();
    assert_eq!(paths.len(), documented.len());
    let mut names = BTreeSet::new();
    for route in documented {
        let operation = &paths[route.path]["get"];
        assert!(names.insert(operation["operationId"].as_str().expect("a name")), "{}", route.name);
        let parameters: Vec<_> =
            operation["parameters"].as_array().expect("a list").iter().map(|p| &p["name"]).collect();
        let declared: Vec<_> =
            route.segment().into_iter().chain(route.parameters.iter().map(|p| p.name)).collect();
        assert_eq!(parameters, declared, "{}", route.path);
    }
}

#[tokio::test]
async fn the_guide_names_every_address() {
    let answer = Server::new().get("/api/").await;
    for route in ROUTES.iter().filter(|route| route.is_documented()) {
        assert!(answer.text().contains(&format!("<code>GET {}</code>", route.path)), "{}", route.path);
    }
    for outside in ["<script", "http://", "https://", "style="] {
        assert!(!answer.text().contains(outside), "{outside}");
    }
}

#[tokio::test]
async fn pages_stand_at_their_addresses() {
    let server = Server::new();
    for path in
        ["/", "/NJ-03/", "/NJ/", "/checklists/CK-NJ-03-1/", "/forms/FM-NJ-03-1/", "/roles/R04/", "/search/"]
    {
        let answer = server.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.header(header::CONTENT_TYPE), "text/html; charset=utf-8", "{path}");
    }
    assert!(server.get("/NJ-03/").await.text().contains("核对材料是否齐全"));
    assert!(server.get("/NJ-03.md").await.text().contains("**3.1**"));
}

#[tokio::test]
async fn other_spellings_of_an_address_lead_to_it() {
    let server = Server::new();
    for (from, to) in [
        ("/NJ-03", "/NJ-03/"),
        ("/NJ-03?a=1&b=%2F", "/NJ-03/?a=1&b=%2F"),
        ("/NJ-03/index.html", "/NJ-03/"),
        ("/index.html", "/"),
        ("/%4EJ-03", "/NJ-03/"),
        ("/checklists/CK-NJ-03-9/", "/checklists/CK-NJ-03-1/"),
        ("/api", "/api/"),
    ] {
        let answer = server.get(from).await;
        assert_eq!(
            (answer.status, answer.header(header::LOCATION)),
            (StatusCode::PERMANENT_REDIRECT, to),
            "{from}"
        );
    }
}

#[tokio::test]
async fn nobody_is_led_elsewhere() {
    let server = Server::new();
    for path in [
        "//evil.example",
        "//evil.example/",
        "//evil.example/%2e%2e",
        "/\\evil.example",
        "/%5Cevil.example/",
        "/%2F%2Fevil.example",
        "/%2Fevil.example/",
        "///evil.example/",
        "/https://evil.example/",
        "//NJ-03",
        "/.//NJ-03",
        "//evil.example/index.html",
        "/%0d%0aLocation:%20https://evil.example/",
        "/@evil.example/",
        "/;@evil.example",
    ] {
        let answer = server.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.header(header::LOCATION), "", "{path}");
    }
}

/// Ways to ask for a file above the folder. Each stands for `../` once.
const CLIMBS: &[&str] = &[
    "../",
    "..%2f",
    "..%2F",
    "%2e%2e/",
    "%2e%2e%2f",
    "%2E%2E%2F",
    ".%2e/",
    "%2e./",
    "..%5c",
    "..%5C",
    "..\\",
    "%2e%2e%5c",
    "%252e%252e/",
    "%252e%252e%252f",
    "..%252f",
    "..%255c",
    "%25%32%65%25%32%65%25%32%66",
    "..%c0%af",
    "..%c1%9c",
    "%c0%ae%c0%ae/",
    "%c0%ae%c0%ae%c0%af",
    "%e0%80%ae%e0%80%ae/",
    "..%e0%80%af",
    "..%u2215",
    "%u002e%u002e/",
    "..%ef%bc%8f",
    "%ef%bc%8e%ef%bc%8e/",
    "..;/",
    "..%3b/",
    "..%00/",
    "%00../",
    "..%0d%0a/",
    "..%09/",
    "..%20/",
    ".. /",
    "....//",
    "....%2f%2f",
    "..../",
    "...//",
    "..//",
    "..///",
    "./../",
    "././../",
    ".%00./",
    "..%2f./",
    "x/../../",
    "NJ-03/../../",
    "assets/../../",
    "standard/v1/../../../",
    "standard/v1/%2e%2e/%2e%2e/%2e%2e/",
    "NJ-03%2f..%2f..%2f",
    "%2f%2e%2e%2f",
    "~/",
    "C:/",
    "C:%5c",
    "c:\\",
    "%5c%5cserver%5cshare%5c",
    "file:///",
    "file:%2f%2f",
    "..%2f%2e%2e%2f",
    "%%32%65%%32%65/",
    "..%01/",
    "..%ff/",
    "?/../",
    "#/../",
];

#[tokio::test]
async fn nothing_outside_the_snapshot_is_served() {
    let folder = Folder::new();
    std::fs::write(folder.above().join("secret.md"), "SECRET").expect("written");
    let server = Server::on(folder.snapshot());
    assert!(CLIMBS.len() >= 60);
    let targets =
        ["secret.md", "handbook/shouce.yaml", "etc/passwd", "shouce.yaml", "NJ/NJ-03.md", "link/secret.md"];
    let mut asked = 0;
    for climb in CLIMBS {
        for depth in [1, 3] {
            for target in targets {
                let path =
                    format!("/{}{target}", climb.repeat(depth)).replace(' ', "%20").replace('\\', "%5C");
                let path = path.split('#').next().unwrap_or_default();
                let answer = server.get(path).await;
                let bare = path.split('?').next().unwrap_or_default() != path || path == "/";
                assert!(answer.status == StatusCode::NOT_FOUND || bare, "{path}: {}", answer.status);
                assert!(!answer.text().contains("SECRET") && !answer.text().contains("root:"), "{path}");
                asked += 1;
            }
        }
    }
    assert!(asked >= 500, "{asked}");
}

#[cfg(unix)]
#[tokio::test]
async fn links_out_of_the_folder_are_not_followed() {
    let folder = Folder::new();
    std::fs::write(folder.above().join("secret.md"), "SECRET").expect("written");
    let mut maker = folder.maker();
    let good = Snapshot::default().after(maker.make(None, None).expect("made"));
    for (link, to) in [("NJ/link.md", "secret.md"), ("link", "."), ("picture.png", "secret.md")] {
        std::os::unix::fs::symlink(folder.above().join(to), folder.root().join(link)).expect("linked");
    }
    let server = Server::on(good.after(maker.make(None, None).expect("made")));
    assert_eq!(server.get("/NJ-03/").await.status, StatusCode::OK, "the last good content stays");
    for path in
        ["/NJ/link/", "/NJ/link.md", "/link/secret.md", "/link/secret/", "/media/picture.png", "/picture.png"]
    {
        let answer = server.get(path).await;
        assert!(answer.status == StatusCode::NOT_FOUND && !answer.text().contains("SECRET"), "{path}");
    }
    assert!(server.get("/_diagnostics").await.text().contains("符号链接"));
}

#[tokio::test]
async fn what_is_unchanged_is_not_sent_again() {
    let server = Server::new();
    let page = server.get("/NJ-03/").await;
    let style = page
        .text()
        .split('"')
        .find(|piece| piece.ends_with(".css"))
        .expect("a stylesheet")
        .replace("../", "/");
    let bundle = "/standard/v1/norms/NJ-03.json";
    for path in
        ["/NJ-03/", &style, bundle, "/api/v1/norms/NJ-03", "/api/v1/norms", "/api/v1/openapi.json", "/api/"]
    {
        let first = server.get(path).await;
        let tag = first.header(header::ETAG);
        assert!(tag.starts_with('"') && tag.len() > 20, "{path}: {tag}");
        for list in [tag.to_owned(), format!("\"x\", {tag}"), format!("W/{tag}")] {
            let again = server.ask(Method::GET, path, &[("if-none-match", &list)]).await;
            assert_eq!((again.status, again.bytes.len()), (StatusCode::NOT_MODIFIED, 0), "{path}");
            assert_eq!(again.header(header::ETAG), tag, "{path}");
        }
        assert_eq!(
            server.ask(Method::GET, path, &[("if-none-match", "\"x\"")]).await.status,
            StatusCode::OK,
            "{path}"
        );
    }
    assert_eq!(server.get(&style).await.header(header::CACHE_CONTROL), "public, max-age=31536000, immutable");
    assert_eq!(page.header(header::CACHE_CONTROL), "no-cache");
}

#[tokio::test]
async fn bodies_are_compressed_for_who_takes_it() {
    let server = Server::new();
    for path in ["/NJ-03/", "/api/v1/norms/NJ-03", "/standard/v1/norms/NJ-03.json"] {
        let plain = server.get(path).await;
        let gzip = server.ask(Method::GET, path, &[("accept-encoding", "br, gzip")]).await;
        assert_eq!(gzip.header(header::CONTENT_ENCODING), "gzip", "{path}");
        assert_eq!(
            (plain.header(header::VARY), gzip.header(header::VARY)),
            ("accept-encoding", "accept-encoding")
        );
        assert!(gzip.bytes.len() * 2 < plain.bytes.len(), "{path}");
        let mut back = Vec::new();
        flate2::read::GzDecoder::new(&gzip.bytes[..]).read_to_end(&mut back).expect("gzip");
        assert_eq!(back, plain.bytes, "{path}");
        let again = [("accept-encoding", "gzip"), ("if-none-match", gzip.header(header::ETAG))];
        assert_eq!(server.ask(Method::GET, path, &again).await.status, StatusCode::NOT_MODIFIED, "{path}");
    }
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let server = Server::new();
    for path in [
        "/",
        "/NJ-03/",
        "/no/such",
        "/NJ-03",
        "/api/v1/norms",
        "/api/v1/nosuch",
        "/standard/v1/manifest.json",
        "/healthz",
    ] {
        let get = server.get(path).await;
        let head = server.ask(Method::HEAD, path, &[]).await;
        assert_eq!((head.status, head.bytes.len()), (get.status, 0), "{path}");
        for name in [header::CONTENT_TYPE, header::ETAG, header::CACHE_CONTROL, header::LOCATION] {
            assert_eq!(head.header(&name), get.header(&name), "{path} {name}");
        }
        assert_eq!(head.header(header::CONTENT_LENGTH), get.bytes.len().to_string(), "{path}");
    }
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let server = Server::new();
    let empty = Server::on(Snapshot::default());
    let routes = ROUTES.iter().filter(|route| route.name != "live").map(|route| sample(route.path));
    let others = [
        "/",
        "/NJ-03",
        "/NJ-03/",
        "/nosuch",
        "/search/?q=a",
        "/api/v1/norms?x=1",
        "/standard/v1/nosuch",
        "/_live.js",
    ];
    let paths: Vec<String> = routes.chain(others.map(str::to_owned)).collect();
    for path in &paths {
        for method in
            [Method::GET, Method::HEAD, Method::POST, Method::DELETE, Method::OPTIONS, Method::TRACE]
        {
            for server in [&server, &empty] {
                let answer = server.ask(method.clone(), path, &[]).await;
                let policy = answer.header(header::CONTENT_SECURITY_POLICY);
                for wanted in
                    ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]
                {
                    assert!(policy.contains(wanted), "{method} {path}: {policy}");
                }
                assert!(!policy.contains("unsafe"), "{method} {path}");
                assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{method} {path}");
                assert_eq!(answer.header(header::REFERRER_POLICY), "same-origin", "{method} {path}");
                assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn every_error_is_a_problem() {
    let server = Server::new();
    let problem = validator("problem");
    for (method, path, status, name, key) in [
        (Method::GET, "/api/v1/norms?nosuch=1", 400, "bad-parameter", "field"),
        (Method::GET, "/api/v1/norms?limit=0", 400, "bad-parameter", "field"),
        (Method::GET, "/api/v1/norms?limit=1&limit=2", 400, "bad-parameter", "field"),
        (Method::GET, "/api/v1/norms?cursor=XX-99", 400, "bad-parameter", "field"),
        (Method::GET, "/api/v1/norms?part=ZZ", 400, "bad-parameter", "field"),
        (Method::GET, "/api/v1/norms?role=R99", 400, "bad-parameter", "field"),
        (Method::GET, "/api/v1/norms?level=state", 400, "bad-parameter", "field"),
        (Method::GET, "/api/v1/search", 400, "bad-parameter", "field"),
        (Method::GET, "/api/v1/search?q=a&kind=nosuch", 400, "bad-parameter", "field"),
        (Method::GET, "/api/v1/search?q=a&offset=99999", 400, "bad-parameter", "field"),
        (Method::GET, "/healthz?x=1", 400, "bad-parameter", "field"),
        (Method::GET, "/api/v1/norms/NJ-05", 404, "not-found", "nearest"),
        (Method::GET, "/api/v1/clauses/NJ-03-3.9", 404, "not-found", "nearest"),
        (Method::GET, "/api/v1/clauses/NJ-03", 404, "not-found", "status"),
        (Method::GET, "/api/v1/checklists/CK-NJ-03-2", 404, "not-found", "nearest"),
        (Method::GET, "/api/v1/forms/FM-NJ-03-2", 404, "not-found", "nearest"),
        (Method::GET, "/api/v1/schema/norms", 404, "not-found", "nearest"),
        (Method::GET, "/api/v1/editions/2020.1", 404, "not-found", "nearest"),
        (Method::GET, "/api/v1/norms?edition=2020.1", 404, "not-found", "nearest"),
        (Method::GET, "/api/v1/norms/NJ-04?level=street", 404, "not-found", "status"),
        (Method::GET, "/api/v1/norms/%FF", 404, "not-found", "status"),
        (Method::GET, "/api/v1/norms/", 404, "not-found", "status"),
        (Method::GET, "/api/v2/norms", 404, "not-found", "status"),
        (Method::GET, "/standard/v1/nosuch.json", 404, "not-found", "status"),
        (Method::GET, "/api/v1/clauses/NJ-03-3.2", 410, "gone", "successors"),
        (Method::GET, "/api/v1/checklists/CK-NJ-03-9", 410, "gone", "successors"),
        (Method::POST, "/api/v1/norms", 405, "method-not-allowed", "status"),
        (Method::DELETE, "/NJ-03/", 405, "method-not-allowed", "status"),
        (Method::PUT, "/api/v1/nosuch", 405, "method-not-allowed", "status"),
    ] {
        let answer = server.ask(method.clone(), path, &[]).await;
        assert_eq!(answer.status.as_u16(), status, "{method} {path}");
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/problem+json", "{path}");
        let value = answer.json();
        assert!(problem.is_valid(&value), "{path}: {value}");
        assert_eq!(value["type"], format!("urn:shouce:problem:{name}"), "{path}");
        assert_eq!(value["status"], status, "{path}");
        assert!(value.get(key).is_some(), "{path}: {value}");
        if status == 405 {
            assert_eq!(answer.header(header::ALLOW), "GET, HEAD", "{path}");
        }
    }
}

#[tokio::test]
async fn a_retired_id_names_its_successor() {
    let server = Server::new();
    let gone = server.get("/api/v1/clauses/NJ-03-3.2").await.json();
    assert_eq!(gone["successors"], json!([{ "id": "NJ-03-3.1", "url": "/NJ-03/#3.1" }]));
    assert_eq!(gone["since"], "2026.1");
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let answer = Server::new().ask(Method::GET, "/api/v1/norms", &[("content-length", "10000000000")]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.json()["type"], "urn:shouce:problem:too-large");
}

#[tokio::test]
async fn the_api_says_what_the_bundle_says() {
    let server = Server::new();
    for (api, bundle) in [
        ("/api/v1/norms/NJ-03", "/standard/v1/norms/NJ-03.json"),
        ("/api/v1/checklists/CK-NJ-03-1", "/standard/v1/checklists/CK-NJ-03-1.json"),
        ("/api/v1/forms/FM-NJ-03-1", "/standard/v1/forms/FM-NJ-03-1.json"),
        ("/api/v1/handbook", "/standard/v1/handbook.json"),
        ("/api/v1/parameters", "/standard/v1/parameters.json"),
        ("/api/v1/terms", "/standard/v1/terms.json"),
    ] {
        assert_eq!(server.get(api).await.bytes, server.get(bundle).await.bytes, "{api}");
    }
}

#[tokio::test]
async fn lists_come_in_pages_that_miss_nothing() {
    let server = Server::new();
    let (mut seen, mut next) = (Vec::new(), "/api/v1/norms?limit=1&part=NJ".to_owned());
    loop {
        let answer = server.get(&next).await;
        let page = answer.json();
        assert_eq!(page["total"], 2);
        seen.extend(page["items"].as_array().expect("a list").iter().map(|item| item["id"].clone()));
        let Some(following) = page.get("next").and_then(Value::as_str) else { break };
        assert_eq!(answer.header(header::LINK), format!("<{following}>; rel=\"next\""));
        next = following.to_owned();
    }
    assert_eq!(seen, ["NJ-03", "NJ-04"]);
}

#[tokio::test]
async fn lists_can_be_narrowed() {
    let server = Server::new();
    for (query, expected) in [
        ("level=district", vec!["NJ-03"]),
        ("level=%E5%8C%BA", vec!["NJ-03"]),
        ("level=street", vec![]),
        ("kind=procedure", vec!["NJ-03", "NJ-04"]),
        ("kind=system", vec![]),
        ("status=trial&role=R02", vec!["NJ-03", "NJ-04"]),
    ] {
        let page = server.get(&format!("/api/v1/norms?{query}")).await.json();
        let ids: Vec<_> =
            page["items"].as_array().expect("a list").iter().map(|item| item["id"].clone()).collect();
        assert_eq!(ids, expected, "{query}");
    }
    let forms = server.get("/api/v1/forms?role=R02").await.json();
    assert_eq!(forms["total"], 0);
}

#[tokio::test]
async fn a_level_shows_what_holds_there() {
    let server = Server::new();
    let clauses = |norm: &Value| {
        let sections = norm["sections"].as_array().expect("sections").clone();
        sections.iter().flat_map(|section| section["clauses"].as_array().cloned().unwrap_or_default()).count()
    };
    let whole = server.get("/api/v1/norms/NJ-03").await.json();
    let district = server.get("/api/v1/norms/NJ-03?level=district").await.json();
    assert_eq!((clauses(&whole), clauses(&district)), (4, 3));
    let parameters = server.get("/api/v1/parameters?level=district").await.json();
    let values = &parameters["parameters"][0]["components"][0]["values"];
    assert_eq!((values["district"]["n"].as_i64(), values.get("city")), (Some(7), None));
    for (schema, value) in [("norm", district), ("parameters", parameters)] {
        assert!(validator(schema).is_valid(&value), "{schema}");
    }
    assert_eq!(server.get("/api/v1/clauses/NJ-03-3.3?level=district").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn search_answers_programs_and_browsers_without_scripts() {
    let server = Server::new();
    let answer = server.get("/api/v1/search?q=%E6%A0%B8%E5%AF%B9%E6%9D%90%E6%96%99&limit=3").await;
    assert_eq!(answer.json()["hits"][0]["url"], "/NJ-03/#3.1", "{}", answer.text());
    assert!(answer.header("server-timing").starts_with("search;dur="));
    let tag = answer.header(header::ETAG).to_owned();
    let again = server
        .ask(
            Method::GET,
            "/api/v1/search?q=%E6%A0%B8%E5%AF%B9%E6%9D%90%E6%96%99&limit=3",
            &[("if-none-match", &tag)],
        )
        .await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED, "the time taken is not in the body");

    let page = server.get("/search/?q=%E6%A0%B8%E5%AF%B9%E6%9D%90%E6%96%99").await;
    assert!(
        page.text().contains("<a href=\"/NJ-03/#3.1\">") && page.text().contains("<mark>核对材料</mark>"),
        "{}",
        page.text()
    );
    assert!(page.text().contains("value=\"核对材料\""));
    let page = server.get("/search/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&unknown=1").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text().contains("<script>alert") && page.text().contains("&lt;script&gt;alert"));
    assert_eq!(server.get("/search/?q=").await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_nobody_finds_is_listed_for_editors() {
    let server = Server::new();
    assert!(server.get("/_unanswered").await.text().contains("还没有"));
    for address in [
        "/api/v1/search?q=zzqx",
        "/search/?q=zzqx",
        "/api/v1/search?q=zzqx&kind=norm",
        "/api/v1/search?q=%E6%A0%B8%E5%AF%B9",
    ] {
        server.get(address).await;
    }
    let answer = server.get("/_unanswered").await;
    let page = answer.text();
    assert!(page.contains("<tr><td>2</td><td><a href=\"/search/?q=zzqx\">zzqx</a></td>"), "{page}");
    assert!(!page.contains("核对</a>"), "{page}");
}

#[tokio::test]
async fn readiness_tells_what_is_missing() {
    let folder = Folder::new();
    let without_index = Server::on(folder.snapshot());
    let answer = without_index.get("/readyz").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!((&answer.json()["index"], &answer.json()["edition"]), (&json!("building"), &json!("2026.1")));
    assert!(validator("ready").is_valid(&answer.json()));
    let search = without_index.get("/api/v1/search?q=a").await;
    assert_eq!((search.status, search.header(header::RETRY_AFTER)), (StatusCode::SERVICE_UNAVAILABLE, "1"));
    assert_eq!(
        without_index.get("/search/?q=a").await.status,
        StatusCode::OK,
        "the page says that it must wait"
    );

    let server = Server::new();
    server.get("/api/v1/editions").await;
    let ready = server.get("/readyz").await;
    assert_eq!((ready.status, &ready.json()["index"]), (StatusCode::OK, &json!("ready")));
    let manifest = server.get("/standard/v1/manifest.sha256").await;
    assert!(manifest.text().starts_with(ready.json()["digest"].as_str().expect("a digest")));
}

#[tokio::test]
async fn without_a_good_handbook_every_page_says_what_is_wrong() {
    let folder = Folder::new();
    folder.write("roles.yaml", "- 编号: R04\n  名称: [");
    let server = Server::on(folder.snapshot());
    for path in ["/", "/NJ-03/", "/no/such"] {
        let answer = server.get(path).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert!(answer.text().contains("roles.yaml:2"), "{path}: {}", answer.text());
        assert!(answer.text().contains("/_live.js"), "{path}");
    }
    let api = server.get("/api/v1/norms").await;
    assert_eq!(
        (api.status, &api.json()["type"]),
        (StatusCode::SERVICE_UNAVAILABLE, &json!("urn:shouce:problem:not-ready"))
    );
    assert_eq!(server.get("/healthz").await.status, StatusCode::OK);
    assert_eq!(server.get("/api/").await.status, StatusCode::OK);
    assert!(server.get("/readyz").await.json()["errors"].as_u64() > Some(0));
}

#[tokio::test]
async fn requests_are_counted() {
    let server = Server::new();
    server.get("/NJ-03/").await;
    server.get("/api/v1/norms/NJ-03").await;
    server.get("/api/v1/norms/XX-99").await;
    let text = server.get("/metrics").await;
    for line in [
        "shouce_http_requests_total{route=\"pages\",status=\"200\"} 1",
        "shouce_http_requests_total{route=\"/api/v1/norms/{id}\",status=\"200\"} 1",
        "shouce_http_requests_total{route=\"/api/v1/norms/{id}\",status=\"404\"} 1",
        "shouce_index_ready 1",
    ] {
        assert!(text.text().lines().any(|found| found == line), "{line}\n{}", text.text());
    }
}
