//! The site, made from small handbooks held in memory and from the manual of this repository.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::date;
use shouce::compile::compile;
use shouce::files::Files;
use shouce::model::Handbook;
use shouce::site::{self, Options, Site};
use shouce::source::{self, Sources};

const REGISTRIES: [(&str, &str); 10] = [
    (
        "shouce.yaml",
        "编号: small\n标题: 小手册\n发布: 示例中心\n版次: \"2026.1\"\n部: [NJ]\n复审: { 试行: P07.试行, 现行: P07.复审 }\n",
    ),
    (
        "roles.yaml",
        "- 编号: R02\n  名称: 部门主管\n  职责: 带一个部门\n- 编号: R04\n  名称: 年检预审员\n  别名: [预审员]\n  部门: 咨询服务部\n  职责: 审年检报告\n  上级: R02\n",
    ),
    (
        "parameters.yaml",
        "- 编号: P07\n  名称: 年检首次预审\n  来源: 自定\n  分项:\n    平时: { 类型: 时长, 单位: 工作日, 值: { 市: 5, 区: 7, 街: 不适用 }, 下限: 1, 更严: 更低, 裁剪: 只可加严 }\n    复审: { 类型: 文本, 值: { 市: 每年 } }\n    试行: { 类型: 时长, 单位: 月, 值: { 市: 6 } }\n",
    ),
    ("situations.yaml", "- 情形: 材料没盖章\n  说明: 怎么提意见\n  去: [NJ-03-3.1, XX-13]\n"),
    (
        "sources.yaml",
        "- 编号: L06\n  名称: 民办非企业单位年度检查办法\n  文号: 民政部令第27号\n  公布: \"2005-04-07\"\n  级别: 部门规章\n  组: 年检\n  状态: 已核实\n  管什么: 年度检查\n",
    ),
    (
        "terms.yaml",
        "- 词: 预审\n  节: 2\n  定义: 正式提交前的审看，见 NJ-03。\n  同义: [初看]\n  不用: [初审]\n  见: [NJ-03]\n  依据: [L06]\n",
    ),
    (
        "indicators.yaml",
        "- 编号: K05\n  名称: 首次预审按时率\n  口径: 按时件÷应审件\n  单位: \"%\"\n  来源表: [FM-NJ-03-1]\n  目标: P07\n",
    ),
    ("facts.yaml", "- 编号: F21\n  事实: 高峰占去大半人手。\n  出处: （二）1\n  落点: [NJ-03]\n"),
    ("planned.yaml", "规范: { XX-13: 停机处置 }\n"),
    ("paths/reviewer.yaml", "标题: 预审员\n角色: [R04]\n说明: 先读这些。\n阅读: [NJ-03, NJ-08, XX-13]\n"),
];

const PART: &str = "---\n编号: NJ\n标题: 年检服务\n类别: 部\n主责: R02\n提示: 先核对现行文本。\n---\n\n# 年检服务\n\n从[预审](NJ-03.md#3.1)看起。\n";

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
依据: [L06]
关联: [NJ-08, XX-13]
指标: [K05]
来源: [F21]
周期:
  - "每季度首周：法规更新检查"
  - "开季前：专项核对"
事实:
  组织类型: [社会团体, 民办非企业单位, 基金会]
废号:
  "3.2": { 版次: "2026.1", 并入: "3.1" }
---

# NJ-03 年检报告预审程序

高峰占去大半人手【源：F21】，停机见 XX-13。

## 1 领件

| 号 | 谁 | 做什么 | 何时 | 留什么 | 异常 |
| --- | --- | --- | --- | --- | --- |
| 1.1 | R04 | 预审员应登记领件时间。 | 当日 | FM-1 | 停机的，见 XX-13。 |

## 3 材料

- **3.1** 预审员应核对材料<是否>齐全【法：L06 第5条】。
  - 责任：R04 执行；R02 复核
  - 适用：组织类型 = 民办非企业单位
  - 证据：材料核对单（必交）；FM-1（选交）
- **3.3** 预审员应在【参：P07.平时 5个工作日】内一次提出意见，用 CK-1 核。
  - 时限：P07.平时，自 1.1 完成起

表1 期限

| 项 | 数值 |
| --- | ---: |
| 预审 | 见 P07 |

【例】小林（虚构）先填标记。

【表：参数 级=区】

【表：术语 节=2】

## CK-1 单件预审

时点：每件；顺序：按序；表单：FM-1

- [ ] **01** 材料齐全
  - 查：3.1；3.3
  - 否决：是

## FM-1 预审工作单

填写：R04；时点：领件时；保存：定期

| 号 | 字段 | 类型 | 必填 | 说明或选项 |
| --- | --- | --- | --- | --- |
| 01 | 件号 | 文本 | 是 | 由系统给出 |
| 02 | 件别 | 单选 | 是 | 新件；补正件 |
| 03 | 到期日 | 日期 | 是 | |
| 04 | 意见 | 长文本 | 否 | 见 NJ-08-1.1 |
"#;

const OTHER: &str = r#"---
编号: NJ-08
标题: 补正意见
类别: 应答要点
版次: "2026.1"
状态: 现行
生效日: "2026-03-01"
主责: R02
读者: [全体]
层级: [市]
---

# NJ-08 补正意见

## 1 写法

- **1.1** 预审员应写明依据，见 NJ-03-3.1、NJ-03-3.2 和 NJ-03-表1。
  - 频次：每周五17:00
"#;

fn small() -> Handbook {
    let files = [("NJ/index.md", PART), ("NJ/NJ-03.md", NORM), ("NJ/NJ-08.md", OTHER)];
    compile(&Sources::in_memory(REGISTRIES.into_iter().chain(files))).handbook
}

fn plain() -> (Handbook, Options) {
    let mut sources = Sources::in_memory([
        ("README.md", "# 说明书\n\n看[安装](guide/install.md#linux)或[目录](guide/)。\n"),
        ("guide/index.md", "# 指南\n\n[安装](install.md) [检索](../search.md) [回](/README.md)\n"),
        ("guide/install.md", "# 安装\n\n## Linux\n\n![图](pic.png) [旧地址](install.html) [没有](gone.md)\n"),
        (
            "search.md",
            "# 怎么检索\n\n<b onclick=\"x()\">粗</b> <script>alert(1)</script> [点](javascript:alert(1))\n",
        ),
        ("a b/问答 1?.md", "# 问答\n\n[同页](#问答) https://x.cn\n"),
    ]);
    sources.assets.insert("guide/pic.png".into(), [1].as_slice().into());
    let options = Options { assets: sources.assets.clone(), ..Options::default() };
    (compile(&sources).handbook, options)
}

fn rendered(handbook: &Handbook) -> Files {
    site::render(handbook, &Options::default()).expect("a site")
}

fn text<'a>(files: &'a Files, path: &str) -> &'a str {
    let bytes = files.get(path).unwrap_or_else(|| panic!("no {path}"));
    std::str::from_utf8(bytes).expect("UTF-8")
}

/// The values of an attribute, in order.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    html.match_indices(&start).filter_map(|(at, _)| html[at + start.len()..].split('"').next()).collect()
}

fn pages(files: &Files) -> impl Iterator<Item = (&str, &str)> {
    let html = files.iter().filter(|(path, _)| path.ends_with(".html"));
    html.map(|(path, bytes)| (path, std::str::from_utf8(bytes).expect("UTF-8")))
}

/// Bytes that `%XX` stands for.
fn decoded(address: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = address.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = (first == b'%').then(|| std::str::from_utf8(&after[..2]).expect("an escape"));
        bytes.push(hex.map_or(first, |hex| u8::from_str_radix(hex, 16).expect("an escape")));
        rest = if hex.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).expect("UTF-8")
}

/// Every link of every page that leads nowhere.
fn dead_links(files: &Files) -> Vec<String> {
    let anchors: BTreeMap<&str, BTreeSet<&str>> =
        pages(files).map(|(path, html)| (path, attributes(html, "id").into_iter().collect())).collect();
    let mut dead = Vec::new();
    for (page, html) in pages(files) {
        let links = ["href", "src", "action", "data-units", "data-due"]
            .iter()
            .flat_map(|name| attributes(html, name));
        for link in links.filter(|link| !link.contains("://") && !link.starts_with("mailto:")) {
            let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
            let mut names: Vec<String> = page.split('/').map(str::to_owned).collect();
            names.pop();
            if path.starts_with('/') {
                // Only the page for bad addresses knows the root; it may be shown at any depth.
                assert_eq!(page, "404.html", "{link}");
                names.clear();
            }
            for name in path.split('/') {
                match name {
                    "" | "." => {}
                    ".." => drop(names.pop().expect("a link above the root")),
                    name => names.push(decoded(name)),
                }
            }
            let mut target = names.join("/");
            if path.is_empty() {
                target = page.to_owned();
            } else if path.ends_with('/') {
                target = format!("{target}/index.html").trim_start_matches('/').to_owned();
            }
            let there = files.get(&target).is_some();
            let anchored =
                fragment.is_empty() || anchors.get(target.as_str()).is_some_and(|ids| ids.contains(fragment));
            if !there || !anchored {
                dead.push(format!("{page}: {link}"));
            }
        }
    }
    dead
}

#[test]
fn no_link_is_dead() {
    assert_eq!(dead_links(&rendered(&small())), Vec::<String>::new());
    let (handbook, options) = plain();
    assert_eq!(dead_links(&site::render(&handbook, &options).expect("a site")), Vec::<String>::new());
}

#[test]
fn no_link_of_the_manual_is_dead() {
    let sources = source::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("handbook")).expect("the manual");
    let files = rendered(&compile(&sources).handbook);
    assert!(files.len() > 100);
    assert_eq!(dead_links(&files), Vec::<String>::new());
}

#[test]
fn nothing_on_a_page_runs_styles_or_loads_from_elsewhere() {
    let (handbook, options) = plain();
    for files in [rendered(&small()), site::render(&handbook, &options).expect("a site")] {
        for (path, html) in pages(&files) {
            for bad in [" style=", "<style", " onclick=", "javascript:", "<script>", "src=\"http", "alert(1)"]
            {
                assert!(!html.contains(bad), "{bad} in {path}");
            }
            assert!(html.starts_with("<!doctype html>\n<html lang=\"zh-CN\" "), "{path}");
            assert_eq!(html.matches("<h1").count(), 1, "{path} has not one title");
            assert!(
                html.contains("<a class=\"skip\" href=\"#site-main\">")
                    && html.contains("<main id=\"site-main\""),
                "{path}"
            );
            let ids = attributes(html, "id");
            let once: BTreeSet<_> = ids.iter().collect();
            assert_eq!(once.len(), ids.len(), "an id stands twice in {path}");
        }
    }
}

#[test]
fn two_renderings_give_the_same_bytes_and_a_page_alone_is_the_same_page() {
    let handbook = small();
    let (one, other) = (rendered(&handbook), rendered(&small()));
    assert!(one.iter().eq(other.iter()));
    let site = Site::new(&handbook, &Options::default()).expect("a site");
    assert!(site.paths().eq(one.iter().map(|(path, _)| path)));
    for (path, bytes) in one.iter() {
        assert_eq!(site.page(&handbook, path).expect("a page").as_ref(), Some(bytes), "{path}");
    }
    assert_eq!(site.page(&handbook, "NJ-99/index.html").expect("no fault"), None);
}

#[test]
fn a_norm_page_says_everything_about_its_norm() {
    let files = rendered(&small());
    let page = text(&files, "NJ-03/index.html");
    for wanted in [
        // Head.
        "<span class=\"id\">NJ-03</span> 年检报告预审程序",
        "<p class=\"status trial\"><span class=\"sign\" aria-hidden=\"true\">◐</span> <strong>试行</strong>",
        "<a href=\"../sources/#L06\" class=\"ref\"",
        "P07 年检首次预审</a>：平时 5个工作日",
        "<b>每季度首周</b> 法规更新检查",
        // A step, a clause, its fields.
        "<tr id=\"1.1\"><th scope=\"row\"><a href=\"#1.1\" class=\"number\" title=\"NJ-03-1.1\">1.1</a></th>",
        "<div class=\"clause\" id=\"3.1\">",
        "核对材料&lt;是否&gt;齐全",
        "<small class=\"unchecked\">待核对</small>",
        "<dt>适用</dt><dd>组织类型 = 民办非企业单位</dd>",
        "年检预审员</a> 执行；",
        ">5个工作日</a>内，自 <a href=\"#1.1\" class=\"ref\"",
        // Marks, examples, captions, registries.
        "<a href=\"../source-facts/#F21\" class=\"mark fact\" title=\"高峰占去大半人手。\">源 F21</a>",
        "<div class=\"example\">\n<p><strong class=\"example-tag\">例</strong>小林",
        "<table id=\"表1\"><caption>表1 期限</caption>",
        "XX-13《停机处置》<small>尚未发布</small>",
        "<td data-label=\"区\">7个工作日</td>",
        // Checklist, form, what happened to old numbers, who refers here.
        "<li class=\"item\" id=\"CK-1.01\">",
        "<strong class=\"veto\">否决项</strong>",
        "<tr id=\"FM-1.02\">",
        "新件；补正件",
        "<li id=\"3.2\"><b>3.2</b> 自 2026.1 版起不用。改见 <a href=\"#3.1\"",
        "<a href=\"../NJ-08/#1.1\" class=\"ref\" title=\"补正意见\">1.1</a>",
        "<a rel=\"next\" href=\"../NJ-08/\">",
    ] {
        assert!(page.contains(wanted), "NJ-03 lacks {wanted}");
    }
    // Essentials of answers carry their part's prompt; others do not.
    assert!(text(&files, "NJ-08/index.html").contains("先核对现行文本。"));
    assert!(!page.contains("先核对现行文本。"));
    assert!(!page.contains(">5个工作日</td>"), "级=区 shows the district alone");
    assert!(
        text(&files, "NJ-03.md").starts_with("# NJ-03") || text(&files, "NJ-03.md").contains("\n# NJ-03")
    );
}

#[test]
fn a_role_finds_all_it_must_do() {
    let files = rendered(&small());
    let page = text(&files, "roles/R04/index.html");
    for wanted in [
        "执行（4 条）",
        "NJ-08-1.1",
        "每周五17:00",
        "CK-NJ-03-1.01",
        "FM-NJ-03-1",
        "主责",
        "全体须知",
        "paths/reviewer/",
    ] {
        assert!(page.contains(wanted), "R04 lacks {wanted}");
    }
    assert!(text(&files, "roles/R02/index.html").contains("复核（1 条）"));
}

#[test]
fn what_recurs_is_sorted_by_how_often() {
    let files = rendered(&small());
    let page = text(&files, "schedule/index.html");
    let at = |word: &str| page.find(word).unwrap_or_else(|| panic!("no {word}"));
    assert!(at("id=\"每周\"") < at("每周五17:00") && at("每周五17:00") < at("id=\"每季度\""));
    assert!(at("法规更新检查") < at("专项核对"));
}

#[test]
fn addresses_are_whole_only_where_the_site_has_one() {
    let handbook = small();
    let files = rendered(&handbook);
    assert!(files.get("sitemap.xml").is_none());
    assert!(text(&files, "changes.atom").contains("<link href=\"./NJ-03/\"/>"));
    assert!(!text(&files, "NJ-03/index.html").contains("rel=\"canonical\""));
    let options = Options { base_url: Some("https://x.cn/m/".into()), ..Options::default() };
    let files = site::render(&handbook, &options).expect("a site");
    assert!(text(&files, "sitemap.xml").contains("<loc>https://x.cn/m/NJ-03/</loc>"));
    assert!(text(&files, "changes.atom").contains("<link href=\"https://x.cn/m/NJ-03/\"/>"));
    assert!(text(&files, "changes.atom").contains("<updated>2026-03-01T00:00:00+08:00</updated>"));
    assert!(
        text(&files, "NJ-03/index.html").contains("<link rel=\"canonical\" href=\"https://x.cn/m/NJ-03/\">")
    );
    assert!(
        text(&files, "404.html").contains("href=\"https://x.cn/m/search/\"")
            || text(&files, "404.html").contains("action=\"https://x.cn/m/search/\"")
    );
    assert!(
        text(&files, "llms.txt")
            .contains("- [NJ-03 年检报告预审程序](https://x.cn/m/NJ-03.md): 工作程序，试行")
    );
}

#[test]
fn today_tells_what_is_not_yet_in_force() {
    let handbook = small();
    let page = |today| {
        let options = Options { today, ..Options::default() };
        let site = Site::new(&handbook, &options).expect("a site");
        let bytes = site.page(&handbook, "NJ-08/index.html").expect("a page").expect("NJ-08");
        String::from_utf8(bytes.to_vec()).expect("UTF-8")
    };
    assert!(page(Some(date(2026, 2, 28))).contains("2026-03-01 起生效"));
    assert!(!page(Some(date(2026, 3, 1))).contains("起生效"));
    assert!(!page(None).contains("起生效"));
}

#[test]
fn a_static_site_can_search_itself_and_a_live_one_follows_its_source() {
    let handbook = small();
    let files = rendered(&handbook);
    let search = text(&files, "search/index.html");
    assert!(
        search.contains(" id=\"site-search-script\" data-root=\"../\"") && !search.contains("data-server")
    );
    assert!(search.contains("<noscript>"));
    let script = files.iter().find(|(path, _)| path.ends_with("/box.js")).expect("the script").0;
    assert!(search.contains(&format!("src=\"../{script}\"")));
    // A server that answers without scripts fills in these two places.
    assert_eq!(
        (search.matches("<div id=\"results\"").count(), search.matches("<input name=\"q\"").count()),
        (1, 1)
    );
    assert!(!search.contains("_live"));
    let live = site::render(&handbook, &Options { live: true, ..Options::default() }).expect("a site");
    assert!(text(&live, "index.html").contains("<script src=\"/_live.js\" defer></script>"));
    let search = text(&live, "search/index.html");
    assert!(search.contains("data-server") && !search.contains("<noscript>"));
}

#[test]
fn the_first_page_leads_to_situations_and_to_what_is_due() {
    let handbook = small();
    let home = |today| {
        let options = Options { today, ..Options::default() };
        let files = site::render(&handbook, &options).expect("a site");
        text(&files, "index.html").to_owned()
    };
    let page = home(None);
    assert!(page.contains("<a class=\"whole-card\" href=\"./NJ-03/#3.1\">材料没盖章</a>"), "{page}");
    assert!(page.contains("data-due=\"./calendar/due.json\"") && !page.contains("法规更新检查"));
    // The first week of a quarter, and a week that is none.
    assert!(home(Some(date(2026, 4, 7))).contains("法规更新检查"));
    assert!(home(Some(date(2026, 4, 15))).contains("这一周没有"));
    let files = rendered(&handbook);
    let due: serde_json::Value = serde_json::from_str(text(&files, "calendar/due.json")).expect("JSON");
    assert_eq!(due[0][0], "quarter");
    assert_eq!(due[0][6], "NJ-03/");
}

#[test]
fn calendars_carry_what_recurs_weekly_or_less_often() {
    let files = rendered(&small());
    let all = text(&files, "schedule.ics");
    assert!(all.starts_with("BEGIN:VCALENDAR\r\n") && all.ends_with("END:VCALENDAR\r\n"));
    assert!(all.contains("RRULE:FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=7\r\nSUMMARY:法规更新检查\r\n"));
    // NJ-08 takes effect on a Sunday, the first of March: its first Friday is the sixth.
    assert!(
        all.contains("UID:NJ-08-1.1@small\r\nDTSTAMP:20260301T000000Z\r\nDTSTART;VALUE=DATE:20260306\r\n")
    );
    assert!(!all.contains("专项核对"), "what an event sets off has no day");
    let own = text(&files, "roles/R02/schedule.ics");
    assert!(own.contains("X-WR-CALNAME:小手册 · 部门主管") && !own.contains("法规更新检查"));
}

#[test]
fn terms_sources_and_reviews_have_their_pages() {
    let handbook = small();
    let files = rendered(&handbook);
    let term = text(&files, "terms/预审/index.html");
    assert!(term.contains("<dt>也叫</dt><dd>初看</dd>") && term.contains("<dt>不用</dt><dd>初审</dd>"));
    let source = text(&files, "sources/L06/index.html");
    for wanted in ["引用它的条款（1）", "NJ-03-3.1", "第5条", "查这些条款的检查项（1）", "CK-NJ-03-1.01"]
    {
        assert!(source.contains(wanted), "L06 lacks {wanted}");
    }
    let reviews = |today| {
        let options = Options { today, ..Options::default() };
        let files = site::render(&handbook, &options).expect("a site");
        text(&files, "reviews/index.html").to_owned()
    };
    let page = reviews(None);
    // On trial for half a year, then once a year.
    assert!(
        page.contains("<time datetime=\"2026-07-01\">") && page.contains("<time datetime=\"2027-03-01\">")
    );
    assert!(!page.contains("已到期"));
    assert_eq!(reviews(Some(date(2026, 7, 2))).matches("已到期").count(), 1);
}

#[test]
fn pictures_come_with_their_table() {
    let page = rendered(&small());
    let page = text(&page, "diagrams/index.html");
    for wanted in [
        "<title id=\"site-title-1\">组织架构</title>",
        "<desc id=",
        "咨询服务部</text>",
        "<th scope=\"col\">上级</th>",
    ] {
        assert!(page.contains(wanted), "the structure lacks {wanted}");
    }
}

#[test]
fn every_page_has_a_twin_in_markdown() {
    let files = rendered(&small());
    let without = ["404.html", "search/index.html"];
    for (path, html) in
        pages(&files).filter(|(path, _)| !without.contains(path) && !path.ends_with("/flow/index.html"))
    {
        let folder = path.strip_suffix("index.html").expect("a folder");
        let twin = format!("{}.md", folder.strip_suffix('/').unwrap_or("index"));
        assert!(text(&files, &twin).contains("# "), "{path} has no twin with a title");
        assert!(html.contains("type=\"text/markdown\""), "{path} does not name its twin");
    }
    let twin = text(&files, "checklists/CK-NJ-03-1.md");
    assert!(
        twin.starts_with("# CK-NJ-03-1 单件预审")
            && twin.contains("**01** 材料齐全")
            && !twin.contains("FM-1 预审工作单")
    );
    assert!(text(&files, "sources.md").contains("[民办非企业单位年度检查办法](./sources/L06/)"));
    assert!(text(&files, "llms.txt").contains("(terms.md)"));
}

#[test]
fn paper_tells_its_address_where_the_site_has_one() {
    let handbook = small();
    assert!(!text(&rendered(&handbook), "checklists/CK-NJ-03-1/index.html").contains("class=\"qr\""));
    let options = Options { base_url: Some("https://x.cn/m".into()), ..Options::default() };
    let files = site::render(&handbook, &options).expect("a site");
    let page = text(&files, "checklists/CK-NJ-03-1/index.html");
    assert!(page.contains("<svg class=\"qr\" role=\"img\""));
    assert!(page.contains("data-running=\"CK-NJ-03-1 单件预审 · 2026.1 版 · 试行\""));
    assert!(page.contains("data-foot=\"小手册 2026.1 版 · https://x.cn/m/checklists/CK-NJ-03-1/\""));
}

/// A whole small theme against what `templates/README.md` promises: a template of its own, one that
/// extends the built-in, a component, a stylesheet, and an asset that templates find by its name.
#[test]
fn a_small_theme_of_a_handbook_holds() {
    let files = [
        (
            "base.html",
            "{% extends \"builtin/base.html\" %}{% block head %}<link rel=\"stylesheet\" href=\"{{ root }}{{ site.assets[\"own.css\"] }}\">{% endblock head %}{% block footer %}<p>{{ site.publisher }} · {{ site.edition }} · {{ site.level }}</p>{% endblock footer %}",
        ),
        (
            "home.html",
            "{% extends \"base.html\" %}{% block main %}<h1>{{ site.title }}</h1><ul>{% for part in home.parts %}<li><a href=\"{{ part.href }}\">{{ part.text }}</a></li>{% endfor %}{% for one in home.situations %}<li>{{ one.title }}{{ one.more_html | safe }}</li>{% endfor %}</ul>{% endblock main %}",
        ),
        (
            "components/own.html",
            "{% component Cards(links: array) %}<p>{{ links | length }} 张</p>{% endcomponent Cards %}",
        ),
        ("static/own.css", "h1 { color: rgb(120 0 0) }"),
        ("static/seal.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
    ];
    let templates = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let files = site::render(&small(), &Options { templates, ..Options::default() }).expect("a site");
    let home = text(&files, "index.html");
    assert!(home.contains("材料没盖章") && home.contains("<p>示例中心 · 2026.1 · 市</p>"));
    // What the theme does not replace stands on the theme's own frame.
    let norm = text(&files, "NJ-03/index.html");
    assert!(norm.contains("<p>示例中心 · 2026.1 · 市</p>") && norm.contains("class=\"norm-head\""));
    let own = files.iter().find(|(path, _)| path.starts_with("assets/own-")).expect("own.css").0.to_owned();
    assert!(norm.contains(&format!("href=\"../{own}\"")));
    assert!(files.iter().any(|(path, _)| path.starts_with("assets/seal-")));
    assert_eq!(dead_links(&files), Vec::<String>::new());
}

#[test]
fn plain_markdown_is_a_site_too() {
    let (handbook, options) = plain();
    let files = site::render(&handbook, &options).expect("a site");
    // The first page shows the folder's own, at its root.
    assert!(
        text(&files, "index.html")
            .contains("看<a href=\"./guide/install/#linux\">安装</a>或<a href=\"./guide/index/\">目录</a>")
    );
    assert!(text(&files, "guide/index.html").contains("<a href=\"../guide/install/\">安装</a>"));
    assert!(text(&files, "guide/install/index.html").contains("src=\"../../media/guide/pic.png\""));
    // A page that would hide one of the site's moves aside, and links find it.
    assert!(text(&files, "pages/search/index.html").contains("<b>粗</b>"));
    assert!(text(&files, "guide/index/index.html").contains("href=\"../../pages/search/\""));
    assert!(files.get("a b/问答 1?/index.html").is_some());
    assert!(files.get("roles/index.html").is_none() && files.get("changes/index.html").is_none());
}

#[test]
fn a_page_does_not_grow_with_the_number_of_pages() {
    let size = |count: usize| {
        let mut files: Vec<(String, String)> = Vec::new();
        for number in 100..100 + count {
            files.push((format!("p{number}.md"), format!("# 页{number}\n\n正文。\n")));
        }
        let sources = Sources::in_memory(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
        let handbook = compile(&sources).handbook;
        let site = Site::new(&handbook, &Options::default()).expect("a site");
        site.page(&handbook, "p150/index.html").expect("a page").expect("p150").len()
    };
    assert_eq!(size(100), size(800));
}

#[test]
fn a_handbook_may_bring_its_own_templates() {
    let handbook = small();
    let with = |name: &str, template: &str| {
        let templates = BTreeMap::from([(name.to_owned(), template.to_owned())]);
        site::render(&handbook, &Options { templates, ..Options::default() })
    };
    let files = with(
        "norm.html",
        "{% extends \"builtin/norm.html\" %}{% block footer %}自己的页脚{% endblock footer %}",
    );
    let files = files.expect("a site");
    assert!(text(&files, "NJ-03/index.html").contains("自己的页脚"));
    assert!(!text(&files, "index.html").contains("自己的页脚"));
    let files = with("static/site.css", "body { color: red }").expect("a site");
    let css = files.iter().find(|(path, _)| path.starts_with("assets/site-")).expect("css");
    assert_eq!(&**css.1, b"body { color: red }");
    let component = "{% component Notice(html: string) %}<p>换了</p>{% endcomponent Notice %}";
    let files = with("own.html", component).expect("a site");
    assert!(text(&files, "NJ-08/index.html").contains("<p>换了</p>"));
    let error = with("norm.html", "一\n{{ norm.nothing.at_all }}").expect_err("must fail").to_string();
    assert!(error.contains("norm.html:2:"), "{error}");
}

#[test]
fn pictures_are_published_as_they_are() {
    let (handbook, options) = plain();
    let files = site::render(&handbook, &options).expect("a site");
    let expected: Arc<[u8]> = [1].as_slice().into();
    assert_eq!(files.get("media/guide/pic.png"), Some(&expected));
}

#[test]
fn every_template_says_in_the_readme_which_view_it_gets() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let readme = std::fs::read_to_string(folder.join("README.md")).expect("a README");
    let mut missing = String::new();
    for entry in std::fs::read_dir(&folder).expect("templates").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_file() && name != "README.md" && !readme.contains(&format!("`{name}`")) {
            let _ = writeln!(missing, "{name}");
        }
    }
    assert!(missing.is_empty(), "{missing}");
}
