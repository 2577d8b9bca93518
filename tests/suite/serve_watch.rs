//! What happens when files change while the handbook is served.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::{Request, StatusCode};
use futures_util::StreamExt as _;
use shouce::http::{self, Keeper};
use shouce::snapshot::{IndexState, Snapshot};
use shouce::watch::{self, Mode};
use tokio::sync::watch as channel;
use tokio::time::timeout;
use tower::ServiceExt as _;

use super::serve_fixture::{FOR_EVER, Folder, Server};

/// A folder that is served and watched.
struct Served {
    folder: Folder,
    snapshots: channel::Receiver<Arc<Snapshot>>,
    server: Server,
    _keeper: Keeper,
}

impl Served {
    fn new(mode: Mode) -> Self {
        Self::of(Folder::new(), mode)
    }

    fn of(folder: Folder, mode: Mode) -> Self {
        let maker = folder.maker();
        let watcher = watch::watch(&[folder.root()], mode).expect("a watcher");
        let (snapshots, keeper) = http::keep_up(maker, watcher, || None).expect("started");
        let server = Server::following(snapshots.clone());
        Self { folder, snapshots, server, _keeper: keeper }
    }

    /// Number of the content that is served.
    fn number(&self) -> u64 {
        self.snapshots.borrow().content.as_ref().map_or(0, |content| content.number)
    }

    /// Waits until a snapshot is as wanted.
    async fn until(&mut self, wanted: impl FnMut(&Arc<Snapshot>) -> bool) {
        timeout(FOR_EVER, self.snapshots.wait_for(wanted))
            .await
            .expect("it comes")
            .expect("the keeper lives");
    }

    /// Waits until the page holds these words.
    async fn until_page(&mut self, page: &str, words: &str) {
        loop {
            self.snapshots.mark_unchanged();
            let text = self.page(page).await;
            if text.contains(words) {
                return;
            }
            timeout(FOR_EVER, self.snapshots.changed())
                .await
                .unwrap_or_else(|_| panic!("{words} in {text}"))
                .expect("kept");
        }
    }

    async fn page(&self, page: &str) -> String {
        self.server.get(page).await.text().to_owned()
    }

    /// Replaces words in a file by writing beside it and renaming, as vim, VS Code and `sed -i` do.
    fn replace_by_rename(&self, path: &str, from: &str, to: &str) {
        let text = self.folder.read(path);
        assert!(text.contains(from), "{from}");
        let file = self.folder.root().join(path);
        let beside = file.with_file_name("sedXyZ12");
        fs::write(&beside, text.replace(from, to)).expect("written");
        fs::rename(&beside, &file).expect("renamed");
    }

    /// Opens the stream of a page.
    async fn follow(&self, page: &str, version: &str) -> Events {
        let uri = format!("/_live?page={page}&version={version}");
        let request = Request::builder().uri(uri).body(Body::empty()).expect("a request");
        let response = self.server.router.clone().oneshot(request).await.expect("an answer");
        assert_eq!(response.status(), StatusCode::OK);
        let stream = response.into_body().into_data_stream();
        let mut events = Events { stream };
        // The stream looks at the page when it is first read.
        assert_eq!(events.none().await, None);
        events
    }
}

struct Events {
    stream: BodyDataStream,
}

impl Events {
    /// The next event: its name and data.
    async fn next(&mut self) -> (String, serde_json::Value) {
        let bytes =
            timeout(FOR_EVER, self.stream.next()).await.expect("it comes").expect("open").expect("readable");
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        let field = |name: &str| {
            text.lines().find_map(|line| line.strip_prefix(name)).expect("the field").trim().to_owned()
        };
        (field("event:"), serde_json::from_str(&field("data:")).expect("JSON"))
    }

    /// What comes within a moment, if anything does.
    async fn none(&mut self) -> Option<String> {
        let next = timeout(Duration::from_millis(300), self.stream.next()).await.ok()?;
        next.map(|bytes| String::from_utf8_lossy(&bytes.expect("readable")).into_owned())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_renamed_into_place_is_one_change() {
    for mode in [Mode::Auto, Mode::Poll] {
        let mut served = Served::new(mode);
        let before = served.number();
        served.replace_by_rename("NJ/NJ-03.md", "材料是否齐全", "材料齐不齐");
        served.until_page("/NJ-03/", "核对材料齐不齐").await;
        assert_eq!(served.number(), before + 1, "{mode:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_editor_that_keeps_a_backup_is_one_change() {
    let mut served = Served::new(Mode::Auto);
    let before = served.number();
    // vim: the old file becomes the backup, a new one is written, the backup goes.
    let file = served.folder.root().join("NJ/NJ-03.md");
    let text = served.folder.read("NJ/NJ-03.md");
    fs::write(file.with_file_name("4913"), "").expect("written");
    fs::remove_file(file.with_file_name("4913")).expect("removed");
    fs::rename(&file, file.with_file_name("NJ-03.md~")).expect("renamed");
    fs::write(&file, text.replace("材料是否齐全", "材料齐不齐")).expect("written");
    fs::remove_file(file.with_file_name("NJ-03.md~")).expect("removed");
    served.until_page("/NJ-03/", "核对材料齐不齐").await;
    assert!(!served.snapshots.borrow().report.is_bad());
    assert!(served.number() <= before + 2, "{}", served.number());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_written_in_place_is_seen() {
    let mut served = Served::new(Mode::Auto);
    let text = served.folder.read("NJ/NJ-03.md");
    served.folder.write("NJ/NJ-03.md", &text.replace("材料是否齐全", "材料齐不齐"));
    served.until_page("/NJ-03/", "核对材料齐不齐").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn new_deleted_and_moved_files_are_seen() {
    let mut served = Served::new(Mode::Auto);
    let before = served.number();
    let other = served.folder.root().join("NJ/NJ-04.md");
    let text = fs::read_to_string(&other).expect("read");
    fs::remove_file(&other).expect("removed");
    served
        .until(|snapshot| snapshot.content.as_ref().is_some_and(|content| !content.has("NJ-04/index.html")))
        .await;
    assert_eq!(served.server.get("/NJ-04/").await.status, StatusCode::NOT_FOUND);
    assert_eq!(served.number(), before + 1);
    fs::write(&other, text).expect("written");
    served
        .until(|snapshot| snapshot.content.as_ref().is_some_and(|content| content.has("NJ-04/index.html")))
        .await;
    // A folder filled right after it was made.
    fs::create_dir_all(served.folder.root().join("paths/more")).expect("made");
    fs::write(served.folder.root().join("paths/second.yaml"), "标题: 第二条\n说明: 后读\n阅读: [NJ-04]\n")
        .expect("written");
    served.until_page("/paths/", "第二条").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_renamed_is_followed() {
    let mut served = Served::new(Mode::Auto);
    let before = served.number();
    let (old, new) = (served.folder.root().join("paths"), served.folder.root().join("paths-away"));
    fs::rename(&old, &new).expect("renamed");
    served
        .until(|snapshot| {
            snapshot.content.as_ref().is_some_and(|content| !content.has("paths/reviewer/index.html"))
        })
        .await;
    assert_eq!(served.number(), before + 1);
    fs::rename(&new, &old).expect("renamed");
    served
        .until(|snapshot| {
            snapshot.content.as_ref().is_some_and(|content| content.has("paths/reviewer/index.html"))
        })
        .await;
    // It is still watched.
    served.replace_by_rename("paths/reviewer.yaml", "先读", "最先读");
    served.until_page("/paths/reviewer/", "最先读").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_handbook_may_go_away_and_come_back() {
    let mut served = Served::new(Mode::Auto);
    let away = served.folder.above().join("away");
    fs::rename(served.folder.root(), &away).expect("renamed");
    served.until(|snapshot| snapshot.report.failure.is_some()).await;
    assert_eq!(served.server.get("/NJ-03/").await.status, StatusCode::OK, "the last good content stays up");
    fs::rename(&away, served.folder.root()).expect("renamed");
    served.until(|snapshot| snapshot.report.failure.is_none()).await;
    served.replace_by_rename("NJ/NJ-03.md", "材料是否齐全", "材料齐不齐");
    served.until_page("/NJ-03/", "核对材料齐不齐").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_files_at_once_are_few_changes_and_the_last_state() {
    let folder = Folder::new();
    let norm = folder.read("NJ/NJ-04.md");
    let write = |folder: &Folder, words: &str| {
        for number in 10..60 {
            let text = norm.replace("NJ-04", &format!("NJ-{number}")).replace("抽看一件", words);
            folder.write(&format!("NJ/NJ-{number}.md"), &text);
        }
    };
    write(&folder, "抽看两件");
    let mut served = Served::of(folder, Mode::Auto);
    let before = served.number();
    assert_eq!(before, 1, "{:?}", served.snapshots.borrow().report.diagnostics);
    write(&served.folder, "抽看三件");
    for page in ["/NJ-10/", "/NJ-59/"] {
        served.until_page(page, "抽看三件").await;
    }
    let changes = served.number() - before;
    assert!(changes < 25, "{changes} changes for 50 files");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_nothing_is_no_change() {
    let mut served = Served::new(Mode::Auto);
    served.until(|snapshot| snapshot.index_state() == IndexState::Ready).await;
    let before = served.number();
    let text = served.folder.read("NJ/NJ-03.md");
    served.folder.write("NJ/NJ-03.md", &text);
    served.folder.write("NJ/.NJ-03.md.swp", "x");
    served.folder.write(".git/index", "x");
    served.folder.write(&format!("site/{}", shouce::config::SITE_MARKER), "");
    served.folder.write("site/NJ-03.md", "x");
    served.folder.write("NJ/NJ-03.md~", "x");
    served.folder.write("notes.txt", "x");
    // Something that does change comes after them, and is the first change.
    served.replace_by_rename("NJ/NJ-03.md", "材料是否齐全", "材料齐不齐");
    served.until_page("/NJ-03/", "核对材料齐不齐").await;
    assert_eq!(served.number(), before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_source_keeps_the_last_good_handbook_up() {
    let mut served = Served::new(Mode::Auto);
    let before = served.page("/NJ-03/").await;
    let mut events = served.follow("/NJ-03/", "").await;
    served.replace_by_rename("NJ/NJ-03.md", "类别: 工作程序", "类别: 没有这种");
    served.until(|snapshot| snapshot.report.is_bad()).await;
    let (name, data) = events.next().await;
    assert_eq!((&*name, &data["bad"]), ("problems", &true.into()), "{data}");
    assert!(data["text"].as_str().is_some_and(|text| text.contains("NJ/NJ-03.md:4:")), "{data}");
    assert_eq!(served.page("/NJ-03/").await, before);
    assert!(served.page("/_diagnostics").await.contains("NJ/NJ-03.md:4:"));
    assert_eq!(served.server.get("/readyz").await.json()["current"], false);

    served.replace_by_rename("NJ/NJ-03.md", "类别: 没有这种", "类别: 工作程序");
    served.until(|snapshot| !snapshot.report.is_bad()).await;
    let (name, data) = events.next().await;
    assert_eq!((&*name, &data["bad"]), ("problems", &false.into()), "{data}");
    assert_eq!(served.page("/NJ-03/").await, before);
    assert_eq!(events.none().await, None, "the page is what it was: it is not reloaded");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_good_handbook_ends_the_waiting() {
    let folder = Folder::new();
    let roles = folder.read("roles.yaml");
    folder.write("roles.yaml", "[");
    let mut served = Served::of(folder, Mode::Auto);
    assert_eq!(served.server.get("/").await.status, StatusCode::SERVICE_UNAVAILABLE);
    let response = served.server.router.clone();
    let request = Request::builder().uri("/_live?page=/").body(Body::empty()).expect("a request");
    let stream = response.oneshot(request).await.expect("an answer").into_body().into_data_stream();
    let mut events = Events { stream };
    assert_eq!(events.next().await.0, "problems");
    served.folder.write("roles.yaml", &roles);
    served.until(|snapshot| snapshot.content.is_some()).await;
    assert_eq!(events.next().await.0, "reload");
    assert_eq!(served.server.get("/").await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_pages_that_changed_hear_of_it() {
    let mut served = Served::new(Mode::Auto);
    let mut changed = served.follow("/NJ-03/", "").await;
    let mut other = served.follow("/NJ-04/", "").await;
    let mut unknown = served.follow("/no/such/", "").await;
    served.replace_by_rename("NJ/NJ-03.md", "材料是否齐全", "材料齐不齐");
    served.until_page("/NJ-03/", "核对材料齐不齐").await;
    assert_eq!(changed.next().await.0, "reload");
    assert_eq!((other.none().await, unknown.none().await), (None, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_behind_is_reloaded_when_it_connects() {
    let served = Served::new(Mode::Auto);
    let answer = served.server.get("/NJ-03/").await;
    let version = answer.header("server-timing").split('"').nth(1).expect("a version").to_owned();
    assert_eq!(served.follow("/NJ-03/", &version).await.none().await, None);
    let request =
        Request::builder().uri("/_live?page=/NJ-03/&version=0123").body(Body::empty()).expect("a request");
    let stream = served
        .server
        .router
        .clone()
        .oneshot(request)
        .await
        .expect("an answer")
        .into_body()
        .into_data_stream();
    assert_eq!(Events { stream }.next().await.0, "reload");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_stylesheet_is_swapped_in_place() {
    let mut served = Served::new(Mode::Auto);
    let mut events = served.follow("/NJ-03/", "").await;
    served.folder.write("templates/static/site.css", "body { color: black }");
    let (name, data) = events.next().await;
    assert_eq!(name, "style", "{data}");
    let swap = data["swap"][0].as_array().expect("a pair");
    let (old, new) = (swap[0].as_str().expect("text"), swap[1].as_str().expect("text"));
    assert!(old != new && new.ends_with(".css"), "{data}");
    served.until_page("/NJ-03/", new).await;
    assert_eq!(served.page(&new.replace("../", "/")).await, "body { color: black }");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_index_answers_until_the_new_one_is_there() {
    let mut served = Served::new(Mode::Auto);
    served.until(|snapshot| snapshot.index_state() == IndexState::Ready).await;
    served.replace_by_rename("NJ/NJ-03.md", "材料是否齐全", "材料齐不齐");
    served.until(|snapshot| snapshot.content.as_ref().is_some_and(|content| content.number == 2)).await;
    let found = |answer: serde_json::Value| answer["hits"][0]["id"].clone();
    let answer = served.server.get("/api/v1/search?q=%E6%A0%B8%E5%AF%B9%E6%9D%90%E6%96%99").await;
    assert_eq!(found(answer.json()), "NJ-03-3.1", "one of the two answers");
    served.until(|snapshot| snapshot.index_state() == IndexState::Ready).await;
    let answer = served.server.get("/api/v1/search?q=%E6%9D%90%E6%96%99%E9%BD%90%E4%B8%8D%E9%BD%90").await;
    assert_eq!(found(answer.json()), "NJ-03-3.1");
}
