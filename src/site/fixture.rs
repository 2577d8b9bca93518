//! A small handbook for the tests of this module.
#![allow(clippy::expect_used, reason = "a test that cannot go on has failed")]

use pulldown_cmark::{Event, Parser};

use super::place::Place;
use super::{Options, Site};
use crate::compile::compile;
use crate::id::Id;
use crate::model::Handbook;
use crate::source::Sources;
use crate::syntax;

const FILES: [(&str, &str); 8] = [
    ("shouce.yaml", "编号: small\n标题: 小手册\n版次: \"2026.1\"\n"),
    ("roles.yaml", "- 编号: R04\n  名称: 年检预审员\n  别名: [预审员]\n  职责: 审年检报告\n"),
    (
        "parameters.yaml",
        "- 编号: P07\n  名称: 年检首次预审\n  来源: 自定\n  分项:\n    平时: { 类型: 时长, 单位: 工作日, 值: { 市: 5, 区: 7, 街: 不适用 }, 更严: 更低, 裁剪: 只可加严 }\n",
    ),
    (
        "sources.yaml",
        "- 编号: L06\n  名称: 年度检查办法\n  级别: 部门规章\n  组: 年检\n  状态: 已核实\n  管什么: 年度检查\n",
    ),
    ("planned.yaml", "规范: { XX-13: 停机处置 }\n"),
    ("NJ/index.md", "---\n编号: NJ\n标题: 年检服务\n类别: 部\n主责: R04\n---\n\n# 年检服务\n"),
    ("NJ/guide.md", "---\n编号: guide\n标题: 说明\n类别: 页面\n---\n\n# 说明\n\n正文。\n"),
    (
        "NJ/NJ-03.md",
        "---\n编号: NJ-03\n标题: 预审程序\n类别: 工作程序\n版次: \"2026.1\"\n状态: 试行\n生效日: \"2026-01-01\"\n主责: R04\n读者: [R04]\n层级: [市, 区]\n参数: [P07]\n依据: [L06]\n---\n\n# NJ-03 预审程序\n\n## 1 领件\n\n- **1.1** 预审员应登记到件时间。\n  - 时限：当日\n  - 记录：FM-1\n\n## FM-1 工作单\n\n填写：R04；时点：领件时；保存：定期\n\n| 号 | 字段 | 类型 | 必填 | 说明或选项 |\n| --- | --- | --- | --- | --- |\n| 01 | 件号 | 文本 | 是 | |\n",
    ),
];

/// The handbook.
pub fn handbook() -> Handbook {
    compile(&Sources::in_memory(FILES)).handbook
}

/// Lets a test write on the page of NJ-03, with its norm at hand.
pub fn on_norm_page<T>(options: Options, write: impl FnOnce(&Place<'_>) -> T) -> T {
    let handbook = handbook();
    let site = Site::new(&handbook, &options).expect("a site");
    let norm = Id::new("NJ-03");
    let place = Place {
        handbook: &handbook,
        site: &site,
        path: "NJ-03/index.html",
        root: "../",
        folder: "NJ",
        norm: Some(&norm),
    };
    write(&place)
}

/// The events of some Markdown.
pub fn events(markdown: &str) -> Vec<Event<'static>> {
    Parser::new_ext(markdown, syntax::render_options()).map(Event::into_static).collect()
}
