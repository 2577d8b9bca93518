//! A small handbook in a folder of its own, and a server on it without a socket.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use serde_json::Value;
use shouce::http::{self, State};
use shouce::search;
use shouce::snapshot::{Maker, Options, Snapshot};
use tokio::sync::watch;
use tower::ServiceExt as _;

/// No wait of a test takes this long but one that never ends.
pub const FOR_EVER: Duration = Duration::from_secs(60);

const FILES: &[(&str, &str)] = &[
    ("shouce.yaml", "编号: small\n标题: 小手册\n发布: 示例中心\n版次: \"2026.1\"\n部: [NJ]\n"),
    (
        "roles.yaml",
        "- 编号: R02\n  名称: 部门主管\n  职责: 带一个部门\n- 编号: R04\n  名称: 年检预审员\n  别名: [预审员]\n  职责: 审年检报告\n",
    ),
    (
        "parameters.yaml",
        "- 编号: P07\n  名称: 年检首次预审\n  来源: 自定\n  分项:\n    平时: { 类型: 时长, 单位: 工作日, \
         值: { 市: 5, 区: 7, 街: 不适用 }, 下限: 1, 更严: 更低, 裁剪: 只可加严 }\n",
    ),
    (
        "terms.yaml",
        "- 词: 预审\n  节: 2\n  定义: 年检报告正式提交前的审看。\n  同义: [初看]\n  见: [NJ-03]\n",
    ),
    ("paths/reviewer.yaml", "标题: 预审员\n角色: [R04]\n说明: 先读\n阅读: [NJ-03]\n"),
    (
        "NJ/index.md",
        "---\n编号: NJ\n标题: 年检服务\n类别: 部\n主责: R02\n提示: 先核对现行文本。\n---\n\n# 年检服务\n\n怎样看一件年检报告。\n",
    ),
    ("NJ/NJ-03.md", NORM),
    ("NJ/NJ-04.md", OTHER),
];

const NORM: &str = r#"---
编号: NJ-03
标题: 年检报告预审程序
类别: 工作程序
版次: "2026.1"
状态: 试行
生效日: "2026-01-01"
主责: R04
读者: [R04, R02]
层级: [市, 区]
参数: [P07]
废号:
  "3.2": { 版次: "2026.1", 并入: "3.1" }
  "CK-9": { 版次: "2026.1", 并入: "CK-1" }
---

# NJ-03 年检报告预审程序

预审意见不是年检结论。

## 1 领件

| 号 | 谁 | 做什么 | 何时 | 留什么 |
| --- | --- | --- | --- | --- |
| 1.1 | R04 | 预审员应登记领件时间。 | 当日 | FM-1 |

## 3 材料

- **3.1** 预审员应核对材料是否齐全。
  - 证据：材料核对单（必交）
- **3.3** 预审员应核对执业许可证副本。
  - 层级：市
  - 证据：执业许可证副本（必交）
- **3.4** 预审员应在领件后【参：P07.平时 5个工作日】内提出意见。
  - 时限：P07.平时，自 1.1 完成起

## CK-1 单件预审

时点：每件；顺序：按序；表单：FM-1

- [ ] **01** 材料齐全
  - 查：3.1；3.3

## FM-1 预审工作单

填写：R04；时点：领件时；保存：定期

| 号 | 字段 | 类型 | 必填 | 说明或选项 |
| --- | --- | --- | --- | --- |
| 01 | 件号 | 文本 | 是 | 由系统给出 |
| 02 | 停在第几遍 | 单选 | 否 | 一；二；三 |
| 03 | 日期 | 日期 | 是 | 领件日 |
| 04 | 疑点 | 长文本 | 否 | 带去向 |
"#;

const OTHER: &str = r#"---
编号: NJ-04
标题: 社会团体预审要点
类别: 工作程序
版次: "2026.1"
状态: 试行
生效日: "2026-01-01"
主责: R02
读者: [全体]
层级: [市]
---

# NJ-04 社会团体预审要点

- **1.1** 部门主管应每周抽看一件。
  - 频次：每周
  - 证据：抽看记录（必交）
"#;

/// A folder with the small handbook in it.
pub struct Folder {
    folder: tempfile::TempDir,
}

impl Folder {
    /// The handbook as it stands above.
    pub fn new() -> Self {
        let folder = Self { folder: tempfile::tempdir().expect("a folder") };
        for (path, text) in FILES {
            folder.write(path, text);
        }
        folder
    }

    /// The handbook's folder.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("handbook")
    }

    /// The folder above it.
    pub fn above(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file of the handbook.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
    }

    /// Reads a file of the handbook.
    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.root().join(path)).expect("read")
    }

    /// Makes contents of it.
    pub fn maker(&self) -> Maker {
        Maker::new(Options { root: self.root(), live: true })
    }

    /// One snapshot of it, without its index.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::default().after(self.maker().make(None, None).expect("something was made"))
    }
}

/// A server on one snapshot, or on those that come.
pub struct Server {
    pub router: Router,
    pub state: Arc<State>,
    _sender: Option<watch::Sender<Arc<Snapshot>>>,
}

impl Server {
    /// A server on the small handbook, index included.
    pub fn new() -> Self {
        let snapshot = Folder::new().snapshot();
        let content =
            snapshot.content.clone().unwrap_or_else(|| panic!("{:#?}", snapshot.report.diagnostics));
        let index = search::build(&content.handbook).map_err(|error| error.to_string());
        Self::on(snapshot.with_index(content.number, index))
    }

    /// A server on a snapshot that never changes.
    pub fn on(snapshot: Snapshot) -> Self {
        let (sender, receiver) = watch::channel(Arc::new(snapshot));
        Self { _sender: Some(sender), ..Self::following(receiver) }
    }

    /// A server on the snapshots that come.
    pub fn following(snapshots: watch::Receiver<Arc<Snapshot>>) -> Self {
        let state = Arc::new(State::new(snapshots, http::Options::default()));
        Self { router: http::router(state.clone()), state, _sender: None }
    }

    /// Asks, and reads the whole answer.
    pub async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap_or_else(|error| panic!("{path}: {error}"));
        let response = self.router.clone().oneshot(request).await.expect("answers never fail");
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = axum::body::to_bytes(response.into_body(), 64 << 20).await.expect("a body").to_vec();
        Answer { status, headers, bytes }
    }

    /// Asks with GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[]).await
    }
}

/// An answer, read.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    /// A header as text; empty when it is not there.
    pub fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).expect("text")
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
}
