//! A small handbook in memory that compiles without a diagnostic, and the ways to change it.
//!
//! It holds one of everything: a part with one norm, `TS-01`, whose clauses, step table, checklist
//! and form use every registry. A test replaces what it is about and looks at what comes back.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::path::Path;

use shouce::compile::{Compiled, compile};
use shouce::diagnostic::Diagnostic;
use shouce::source::{self, Sources};

/// Path of the fixture's one norm.
pub const NORM: &str = "TS/TS-01.md";

/// Front matter of the norm, without its two lines of `---`.
const FRONT: &str = "\
编号: TS-01
标题: 来访接待
类别: 工作程序
版次: \"2026.1\"
状态: 试行
生效日: \"2026-01-01\"
主责: R02
读者: [R01, R02]
层级: [市, 区]
参数: [P01, P02]
依据: [L01]
来源: [F01]
指标: [K01]
周期:
  - \"每周五17:00：主管复核来访登记\"
事实:
  来访类型: [个人, 组织]
  有预约: 是否
";

/// First line of the norm's body.
const TITLE: &str = "# TS-01 来访接待\n";

const BODY: &str = "
来访当面答复，答不了的登记后转办。

## 1 接待

- **1.1** 接待员应请来访人登记【源：F01】。
  - 记录：FM-1
  - 适用：有预约 = 否
- **1.2** 接待员应在【参：P01 3个工作日】内答复来访人【法：L01 第5条】。
  - 责任：R02 执行；R01 复核
  - 时限：P01，自 2.1 完成起
  - 适用：来访类型 属于 个人/组织
  - 证据：FM-1（必交）；答复记录（选交）
  - 方法：查阅
  - 判定：符合 = 未超时；不符合 = 其他情形
  - 裁剪：只可加严
- **1.3** 接待员宜在【参：P02.高峰 5分钟】内迎候，人少时改为【参：P02.平时 2分钟】。
  - 频次：每次

## 2 登记

| 号 | 谁 | 做什么 | 何时 | 留什么 | 异常 |
| --- | --- | --- | --- | --- | --- |
| 2.1 | R02 | 接待员应登记来访事项。 | 当日 | FM-1 | 停电的，先记在纸上。 |
| 2.2 | R01 | 主管应复核登记。 | 每周五17:00 | 复核记录 | |

## CK-1 来访接待检查

时点：每次；顺序：按序；表单：FM-1

- [ ] **01** 来访人已登记
  - 查：1.1；2.1
- [ ] **02** 答复没有超时
  - 查：1.2
  - 否决：是

## FM-1 来访登记表

填写：R02；时点：来访时；保存：定期；唯一：来访人＋来访时间；计入：K01 当 来访类型 = 组织 按 来访时间

| 号 | 字段 | 类型 | 必填 | 说明或选项 | 个人信息 | 可见 |
| --- | --- | --- | --- | --- | --- | --- |
| 01 | 来访人 | 文本 | 是 | | 一般 | R01 本人 |
| 02 | 来访类型 | 单选 | 是 | 个人；组织 | | |
| 03 | 来访时间 | 日期时间 | 是 | | | |
| 04 | 事项 | 长文本 | 是 | 一句话写清 | | |
";

/// Every other file of the fixture.
const FILES: &[(&str, &str)] = &[
    (
        "shouce.yaml",
        "编号: yangli\n标题: 样例手册\n发布: 样例中心\n版次: \"2026.1\"\n严格: 是\n默认层级: 市\n部: [TS]\n禁用词: [高度重视, 切实]\n",
    ),
    (
        "roles.yaml",
        "- 编号: R01\n  名称: 部门主管\n  别名: [主管]\n  职责: 排班、复核、督办\n\
         - 编号: R02\n  名称: 接待员\n  别名: [前台]\n  部门: 服务部\n  职责: 迎候、登记、答复、转办\n",
    ),
    (
        "parameters.yaml",
        "- 编号: P01\n  名称: 来访答复\n  类型: 时长\n  单位: 工作日\n  值: { 市: 3, 区: 5, 街: 不适用 }\n  下限: 1\n  上限: 10\n\
         \x20 更严: 更低\n  裁剪: 只可加严\n  来源: L01\n\
         - 编号: P02\n  名称: 迎候\n  来源: 自定\n  分项:\n\
         \x20   平时: { 类型: 时长, 单位: 分钟, 值: { 市: 2, 区: 2, 街: 3 }, 更严: 更低, 裁剪: 只可加严 }\n\
         \x20   高峰: { 类型: 时长, 单位: 分钟, 值: { 市: 5, 区: 5, 街: 5 }, 更严: 更低, 裁剪: 可调整 }\n\
         - 编号: P03\n  名称: 按时答复目标\n  类型: 百分比\n  单位: \"%\"\n  值: { 市: 90, 区: 90, 街: 80 }\n",
    ),
    (
        "sources.yaml",
        "- 编号: L01\n  名称: 来访接待办法（样例）\n  公布: \"2020-01-01\"\n  级别: 部门规章\n  组: 综合\n  状态: 已核实\n  管什么: 来访答复的期限\n\
         - 编号: L02\n  名称: 来访接待条例（样例）\n  级别: 征求意见稿\n  组: 综合\n  状态: 草案\n  管什么: 来访登记的内容\n",
    ),
    (
        "indicators.yaml",
        "- 编号: K01\n  名称: 按时答复率\n  口径: 时限内答复数÷应答复数\n  分子: 时限内答复数\n  分母: 应答复数\n  单位: \"%\"\n\
         \x20 来源表: [来访登记]\n  目标: P03\n",
    ),
    ("facts.yaml", "- 编号: F01\n  事实: 来访都要登记。\n  出处: （一）\n  落点: [TS-01]\n"),
    (
        "terms.yaml",
        "- 词: 来访\n  节: 2\n  定义: 到现场求助或咨询。\n  同义: [上门]\n  不用: [信访]\n  见: [TS-01]\n  依据: [L01]\n",
    ),
    (
        "calendar.yaml",
        "- 年: 2026\n  放假:\n    - { 名称: 元旦, 自: \"2026-01-01\", 至: \"2026-01-03\" }\n  上班: [\"2026-01-04\"]\n",
    ),
    ("planned.yaml", "规范:\n  TS-09: 来访回访\n检查表:\n  CK-TS-09-1: 回访检查\n"),
    ("paths/reception.yaml", "标题: 接待员·第1天\n角色: [R02]\n说明: 先会登记，再会答复\n阅读: [TS-01]\n"),
    (
        "TS/index.md",
        "---\n编号: TS\n标题: 来访服务\n类别: 部\n主责: R01\n提示: 引用法规前先核对现行文本。\n---\n\n# 来访服务\n\n本部一份，供接待员用。\n",
    ),
];

/// The small handbook, changed by its methods and then compiled.
#[derive(Debug, Clone)]
pub struct Fixture {
    /// Whole files; one at [`NORM`] takes the place of the composed norm.
    files: BTreeMap<String, Vec<u8>>,
    /// Symbolic links: path and what they lead to.
    links: BTreeMap<String, String>,
    front: String,
    body: Option<String>,
}

impl Fixture {
    /// The handbook as it is: no diagnostic.
    pub fn new() -> Self {
        let files = FILES.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
        Self { files, links: BTreeMap::new(), front: String::new(), body: None }
    }

    /// Adds a file, or replaces the one at this path.
    #[must_use]
    pub fn file(mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.insert(path.to_owned(), bytes.into());
        self
    }

    /// Takes a file away.
    #[must_use]
    pub fn without(mut self, path: &str) -> Self {
        self.files.remove(path);
        self
    }

    /// Adds a symbolic link; the handbook is then read from a folder.
    #[must_use]
    pub fn link(mut self, path: &str, target: &str) -> Self {
        self.links.insert(path.to_owned(), target.to_owned());
        self
    }

    /// Replaces the norm's body behind its title. Of 参数, 依据, 来源 and 事实 the front matter keeps
    /// what the new body names, so that the body alone decides what is found.
    #[must_use]
    pub fn body(mut self, body: &str) -> Self {
        self.body = Some(body.to_owned());
        self
    }

    /// Replaces keys of the norm's front matter, or adds them at its end. A key with nothing behind
    /// its colon is taken away.
    #[must_use]
    pub fn front(mut self, lines: &str) -> Self {
        self.front.push_str(lines);
        self
    }

    /// The norm's file, and the byte where its body begins behind the title.
    pub fn norm(&self) -> (String, usize) {
        let mut keys = keys(FRONT);
        if let Some(body) = &self.body {
            keys = keys.into_iter().filter_map(|(key, text)| Some((key, used(key, text, body)?))).collect();
        }
        for (key, text) in self::keys(&self.front) {
            let empty = text.trim_end() == format!("{key}:");
            match keys.iter().position(|(known, _)| *known == key) {
                Some(at) if empty => drop(keys.remove(at)),
                Some(at) => keys[at].1 = text,
                None => keys.push((key, text)),
            }
        }
        let front: String = keys.into_iter().map(|(_, text)| text).collect();
        let head = format!("---\n{front}---\n\n{TITLE}");
        (format!("{head}{}", self.body.as_deref().unwrap_or(BODY)), head.len())
    }

    /// Every file, the norm included.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = self.files.clone();
        files.entry(NORM.to_owned()).or_insert_with(|| self.norm().0.into_bytes());
        files
    }

    /// The files, read and decoded.
    pub fn sources(&self) -> Sources {
        if self.links.is_empty() {
            let mut sources = Sources::default();
            for (path, bytes) in self.files() {
                sources.add(&path, &bytes);
            }
            return sources;
        }
        let folder = tempfile::tempdir().expect("a folder");
        self.write(folder.path());
        source::read(folder.path()).expect("the folder just written")
    }

    /// Writes the handbook into a folder.
    pub fn write(&self, folder: &Path) {
        let place = |path: &str| {
            let place = folder.join(path);
            std::fs::create_dir_all(place.parent().expect("inside the folder")).expect("a folder");
            place
        };
        for (path, bytes) in self.files() {
            std::fs::write(place(&path), bytes).expect("a file");
        }
        for (path, target) in &self.links {
            std::os::unix::fs::symlink(target, place(path)).expect("a link");
        }
    }

    /// Compiles it.
    pub fn compile(&self) -> Compiled {
        compile(&self.sources())
    }

    /// What is wrong with it.
    pub fn check(&self) -> Vec<Diagnostic> {
        self.compile().diagnostics
    }
}

/// The top-level keys of a front matter, each with its lines. Full-width colons count, so that a
/// test can write them where they are wrong.
fn keys(front: &str) -> Vec<(&str, String)> {
    let mut found: Vec<(&str, String)> = Vec::new();
    for line in front.split_inclusive('\n') {
        match found.last_mut() {
            Some((_, text)) if line.starts_with([' ', '-', '#', '\n']) => text.push_str(line),
            _ => found.push((line.split([':', '：']).next().unwrap_or(line).trim(), line.to_owned())),
        }
    }
    found
}

/// A key of the standard front matter, cut down to what `body` names; `None` when that is nothing.
fn used(key: &str, text: String, body: &str) -> Option<String> {
    match key {
        "参数" | "依据" | "来源" => {
            let ids = text.split(['[', ']', ',', ' ', '\n']).filter(|word| word.len() == 3);
            let ids: Vec<_> = ids.filter(|id| body.contains(id)).collect();
            (!ids.is_empty()).then(|| format!("{key}: [{}]\n", ids.join(", ")))
        }
        "事实" => {
            let asked: Vec<&str> = body.lines().filter(|line| line.contains("适用：")).collect();
            let named = |line: &&str| {
                let name = line.trim().split(':').next().unwrap_or_default();
                asked.iter().any(|line| line.contains(name))
            };
            let lines: String = text.split_inclusive('\n').skip(1).filter(named).collect();
            (!lines.is_empty()).then(|| format!("{key}:\n{lines}"))
        }
        _ => Some(text),
    }
}

#[test]
fn the_fixture_is_clean() {
    assert_eq!(Fixture::new().check(), []);
    assert_eq!(Fixture::new().body("\n## 1 接待\n\n- **1.1** 接待员应登记。\n").check(), []);
}

#[test]
fn the_fixture_is_the_same_in_a_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    Fixture::new().write(folder.path());
    let read = source::read(folder.path()).expect("the folder just written");
    assert_eq!(compile(&read).diagnostics, []);
    assert_eq!(read.files.len(), Fixture::new().sources().files.len());
}

#[test]
fn keys_of_the_front_matter_are_replaced_or_added_or_taken_away() {
    let (norm, body) = Fixture::new().front("标题: 别的\n替代: TS-01@2025.1\n指标:\n").norm();
    assert!(norm[..body].contains("\n标题: 别的\n") && !norm[..body].contains("标题: 来访接待"), "{norm}");
    assert!(norm[..body].contains("\n替代: TS-01@2025.1\n---\n") && !norm[..body].contains("指标"), "{norm}");
    assert!(norm[body..].starts_with("\n来访当面答复"), "{norm}");
}

#[test]
fn without_its_configuration_the_handbook_compiles_all_the_same() {
    let compiled = Fixture::new().without("shouce.yaml").compile();
    assert_eq!(compiled.diagnostics, []);
    assert_eq!(compiled.handbook.norms.len(), 1);
}
