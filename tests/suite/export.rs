//! The bundle and the other exports, made from a small handbook held in memory.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;

use serde_json::Value;
use shouce::compile::compile;
use shouce::export::{self, Selection, json};
use shouce::files::Files;
use shouce::id::Id;
use shouce::model::Handbook;
use shouce::source::Sources;
use shouce::vocabulary::Level;

const CONFIG: &str = r#"
编号: small
标题: 小手册
发布: 示例中心
版次: "2026.1"
部: [NJ]
"#;

const ROLES: &str = "
- 编号: R02
  名称: 部门主管
  职责: 带一个部门
- 编号: R04
  名称: 年检预审员
  别名: [预审员]
  部门: 咨询服务部
  职责: 审年检报告
";

const PARAMETERS: &str = "
- 编号: P07
  名称: 年检首次预审
  来源: 自定
  分项:
    平时: { 类型: 时长, 单位: 工作日, 值: { 市: 5, 区: 7, 街: 不适用 }, 下限: 1, 更严: 更低, 裁剪: 只可加严 }
- 编号: P18
  名称: 周报
  类型: 文本
  值: { 市: 周五17:00前, 区: 周五17:00前, 街: 周五17:00前 }
  更严: 无
  裁剪: 可调整
  来源: 自定
";

const INDICATORS: &str = r#"
- 编号: K01
  名称: 领件数
  口径: 领走的新件
  单位: 件
  来源表: [FM-NJ-03-1]
"#;

const SOURCES: &str = r#"
- 编号: L06
  名称: 民办非企业单位年度检查办法
  文号: 民政部令第27号
  公布: "2005-04-07"
  施行: "2005-06-01"
  级别: 部门规章
  组: 年检
  状态: 已核实
  管什么: 民办非企业单位的年度检查
"#;

const TERMS: &str = "
- 词: 预审
  节: 2
  定义: 年检报告正式提交前的审看。
  同义: [初看]
  见: [NJ-03]
  依据: [L06]
";

const CALENDAR: &str = r#"
- 年: 2025
  放假:
    - { 名称: 国庆节、中秋节, 自: "2025-10-01", 至: "2025-10-08" }
  上班: ["2025-09-28", "2025-10-11"]
"#;

const PATH: &str = "标题: 预审员\n角色: [R04]\n说明: 先读\n阅读: [NJ-03]\n";

const PART: &str = "---\n编号: NJ\n标题: 年检服务\n类别: 部\n主责: R02\n提示: 先核对现行文本。\n---\n\n# 年检服务\n\n怎样看一件年检报告。\n";

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
参数: [P07, P18]
依据: [L06]
周期:
  - "每季度首周：法规更新检查"
事实:
  组织类型: [社会团体, 民办非企业单位, 基金会]
  有执业许可: 是否
废号:
  "3.2": { 版次: "2026.1", 并入: "3.1" }
---

# NJ-03 年检报告预审程序

预审意见不是年检结论，周报【参：P18 周五17:00前】交。

## 1 领件

| 号 | 谁 | 做什么 | 何时 | 留什么 | 异常 |
| --- | --- | --- | --- | --- | --- |
| 1.1 | R04 | 预审员应登记领件时间。 | 当日 | FM-1 | 停机的，改用纸表。 |

## 3 第二遍：材料

- **3.1** 预审员应核对材料是否齐全【法：L06 第5条】。
  - 责任：R04 执行；R02 复核
  - 适用：组织类型 = 民办非企业单位
  - 证据：材料核对单（必交）；材料照片（选交）
  - 方法：查阅
  - 判定：符合 = 均在；不符合 = 其他情形
- **3.3** 预审员应核对执业许可证副本。
  - 适用：组织类型 = 民办非企业单位 且 有执业许可 = 是
  - 证据：执业许可证副本（必交）

## 7 意见汇总

- **7.1** 预审员应在领件后【参：P07.平时 5个工作日】内一次提出全部意见，见 NJ-08。
  - 时限：P07.平时，自 1.1 完成起
- **7.2** 预审员宜请另一名预审员复读：
   1. 先读标题；
   2. 再读正文。

> [!NOTE]
> 【例】小林（虚构）先填标记。

## CK-1 单件预审

时点：每件；顺序：按序；表单：FM-1

- [ ] **01** 材料齐全
  - 查：3.1；3.3
- [ ] **02** 意见一次提全
  - 查：7.1；7.2
  - 否决：是

## FM-1 预审工作单

填写：R04；时点：领件时；保存：定期；唯一：件号＋件别；不重叠：件别，领件日 至 到期日 当 件别 ≠ 补正件；计入：K01 当 件别 = 新件 按 到期日；K01 分母 按 领件日

| 号 | 字段 | 类型 | 必填 | 说明或选项 | 可见 |
| --- | --- | --- | --- | --- | --- |
| 01 | 件号 | 文本 | 是 | 由系统给出 | |
| 02 | 件别 | 单选 | 是 | 新件；补正件 | 全体 |
| 03 | 到期日 | 日期 | 是 | | |
| 04 | 意见 | 长文本 | 否 | | R02 预审员、本人 |
| 05 | 领件日 | 日期 | 是 | | |
"#;

fn sources() -> Sources {
    Sources::in_memory([
        ("shouce.yaml", CONFIG),
        ("roles.yaml", ROLES),
        ("parameters.yaml", PARAMETERS),
        ("sources.yaml", SOURCES),
        ("terms.yaml", TERMS),
        ("calendar.yaml", CALENDAR),
        ("indicators.yaml", INDICATORS),
        ("planned.yaml", "规范: { NJ-08: 补正意见 }\n"),
        ("paths/reviewer.yaml", PATH),
        ("NJ/index.md", PART),
        ("NJ/NJ-03.md", NORM),
    ])
}

fn handbook() -> Handbook {
    compile(&sources()).handbook
}

fn bundle() -> Files {
    export::bundle(&handbook()).expect("a bundle")
}

fn value(files: &Files, path: &str) -> Value {
    let bytes = files.get(&format!("{}/{path}", export::FOLDER)).unwrap_or_else(|| panic!("no {path}"));
    serde_json::from_slice(bytes).expect("JSON")
}

fn clause<'a>(norm: &'a Value, number: &str) -> &'a Value {
    let sections = norm["sections"].as_array().expect("sections");
    let mut clauses = sections.iter().filter_map(|section| section["clauses"].as_array()).flatten();
    clauses.find(|clause| clause["number"] == number).unwrap_or_else(|| panic!("no clause {number}"))
}

/// What is wrong with a file by the schema that it names itself.
fn faults(files: &Files, file: &Value) -> Vec<String> {
    let name = file["schema"].as_str().and_then(|id| id.rsplit(':').next()).expect("a schema");
    let schema = value(files, &format!("schema/{name}.json"));
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    validator.iter_errors(file).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn the_small_handbook_has_no_fault_itself() {
    let found = compile(&sources()).diagnostics;
    assert!(found.is_empty(), "{}", found.iter().map(|d| format!("{d}\n")).collect::<String>());
}

#[test]
fn every_file_follows_its_schema() {
    let files = bundle();
    let mut checked = BTreeMap::new();
    for (path, bytes) in
        files.iter().filter(|(path, _)| path.ends_with(".json") && !path.contains("/schema/"))
    {
        let file: Value = serde_json::from_slice(bytes).expect("JSON");
        assert_eq!(faults(&files, &file), Vec::<String>::new(), "{path}");
        *checked.entry(file["schema"].as_str().map(str::to_owned)).or_insert(0) += 1;
    }
    // Every kind of file but the one that only the service gives out, that of a sealed edition, that of an
    // adopter, and the report of an upgrade.
    assert_eq!(checked.len(), export::schema::all().len() - 4, "{checked:?}");
}

#[test]
fn a_key_that_the_format_does_not_know_is_refused_at_every_depth() {
    let files = bundle();
    let norm = value(&files, "norms/NJ-03.json");
    for pointer in [
        "",
        "/meta",
        "/sections/1",
        "/sections/1/clauses/0",
        "/sections/1/clauses/0/due",
        "/parameters/0/values",
    ] {
        let mut broken = norm.clone();
        let place =
            broken.pointer_mut(pointer).and_then(Value::as_object_mut).unwrap_or_else(|| panic!("{pointer}"));
        place.insert("unknown".to_owned(), 1.into());
        assert!(!faults(&files, &broken).is_empty(), "{pointer}");
    }
}

#[test]
fn two_builds_give_the_same_bytes() {
    let (one, other) = (bundle(), bundle());
    assert!(one.iter().eq(other.iter()));
    assert_eq!(export::edition_digest(&one), export::edition_digest(&other));
}

#[test]
fn files_are_canonical_json_in_nfc() {
    for (path, bytes) in bundle().iter().filter(|(path, _)| path.ends_with(".json")) {
        let text = std::str::from_utf8(bytes).expect("UTF-8");
        assert_eq!(serde_json_canonicalizer::pipe(text).expect("JSON"), text, "{path}");
        assert!(unicode_normalization::is_nfc(text), "{path}");
    }
    // A decomposed letter is composed on the way out.
    let bytes = export::canonical(&serde_json::json!({ "b": "e\u{301}", "a": ["e\u{301}"] })).expect("JSON");
    assert_eq!(bytes, "{\"a\":[\"é\"],\"b\":\"é\"}".as_bytes());
}

#[test]
fn the_manifest_names_every_file_and_its_digest_stands_beside_it() {
    let files = bundle();
    let manifest = value(&files, "manifest.json");
    let listed: Vec<_> =
        manifest["files"].as_array().expect("files").iter().map(|f| f["path"].as_str()).collect();
    assert_eq!(listed.len(), files.len() - 2);
    assert!(!listed.contains(&Some("manifest.json")) && !listed.contains(&Some("manifest.sha256")));
    for entry in manifest["files"].as_array().expect("files") {
        let path = format!("{}/{}", export::FOLDER, entry["path"].as_str().expect("a path"));
        assert_eq!(
            files.get(&path).map(|bytes| bytes.len()),
            entry["size"].as_u64().map(|size| size as usize)
        );
    }
    let digest = export::edition_digest(&files).expect("a digest");
    let beside = files.get(&format!("{}/manifest.sha256", export::FOLDER)).expect("the digest");
    assert_eq!(&**beside, format!("{digest}  manifest.json\n").as_bytes());
    assert!(manifest.get("base").is_none());
    let base = format!("sha256:{digest}");
    let next = export::bundle_after(&handbook(), Some(&base)).expect("a bundle");
    assert_eq!(value(&next, "manifest.json")["base"], base);
    assert_ne!(export::edition_digest(&next), Some(digest));
}

#[test]
fn a_norm_carries_its_clauses_and_what_they_need() {
    let files = bundle();
    let norm = value(&files, "norms/NJ-03.json");
    let due = clause(&norm, "7.1");
    assert_eq!(due["text"], "预审员应在领件后{{P07.平时}}内一次提出全部意见，见 NJ-08。");
    assert_eq!(due["due"]["from"]["done"], "NJ-03-1.1");
    assert_eq!(due["due"]["within"], serde_json::json!({ "parameter": "P07", "component": "平时" }));
    let step = clause(&norm, "1.1");
    assert_eq!(step["record"], "FM-NJ-03-1");
    assert_eq!(step["exception"], "停机的，改用纸表。");
    let checked = clause(&norm, "3.1");
    assert_eq!(checked["marks"][0]["reference"], "L06");
    assert_eq!(checked["criteria"]["not-satisfied"], "其他情形");
    assert_eq!(clause(&norm, "7.2")["more"], "1. 先读标题；\n2. 再读正文。");
    // The level that the parameter does not know is left out; the text says what a person reads.
    let values = &norm["parameters"][0]["values"];
    assert_eq!(norm["parameters"][0]["key"], "P07.平时");
    assert_eq!(values["district"], serde_json::json!({ "n": 7, "text": "7个工作日" }));
    assert!(values.get("street").is_none());
    assert_eq!(norm["parameters"][1]["values"]["city"], serde_json::json!({ "text": "周五17:00前" }));
    assert_eq!(norm["sections"][0]["blocks"][0]["text"], "预审意见不是年检结论，周报{{P18}}交。");
    assert_eq!(
        norm["retired"][0],
        serde_json::json!({ "id": "NJ-03-3.2", "since": "2026.1", "into": ["NJ-03-3.1"] })
    );
}

#[test]
fn a_checklist_is_ready_to_be_run() {
    let checklist = value(&bundle(), "checklists/CK-NJ-03-1.json");
    let item = &checklist["items"][0];
    assert_eq!(item["checks"], serde_json::json!(["NJ-03-3.1", "NJ-03-3.3"]));
    assert_eq!(item["roles"][0], serde_json::json!({ "role": "R04", "duty": "responsible" }));
    assert_eq!(item["evidence"].as_array().map(Vec::len), Some(3));
    assert!(item.get("applies_if").is_some());
    assert_eq!(item["levels"], serde_json::json!(["city", "district"]));
    assert_eq!(checklist["items"][1]["veto"], true);
    // 1.1 is checked by no item, but the deadline of 7.1 is counted from it.
    let clauses: Vec<_> =
        checklist["clauses"].as_array().expect("clauses").iter().map(|c| c["id"].as_str()).collect();
    assert_eq!(clauses, ["NJ-03-3.1", "NJ-03-3.3", "NJ-03-7.1", "NJ-03-7.2", "NJ-03-1.1"].map(Some));
    let facts: Vec<_> =
        checklist["facts"].as_array().expect("facts").iter().map(|f| f["name"].as_str()).collect();
    assert_eq!(facts, [Some("组织类型"), Some("有执业许可")]);
    assert_eq!(checklist["facts"][0]["options"][1], "民办非企业单位");
    assert_eq!(checklist["parameters"][0]["key"], "P07.平时");
}

#[test]
fn a_form_says_what_its_entries_must_keep_to() {
    let form = value(&bundle(), "forms/FM-NJ-03-1.json");
    let only = |operator: &str, value: &str| serde_json::json!({ "fact": "件别", "operator": operator, "values": [value] });
    assert_eq!(form["unique"], serde_json::json!([{ "fields": ["FM-NJ-03-1.01", "FM-NJ-03-1.02"] }]));
    assert_eq!(
        form["exclusive"],
        serde_json::json!([{
            "fields": ["FM-NJ-03-1.02"],
            "from": "FM-NJ-03-1.05",
            "until": "FM-NJ-03-1.03",
            "when": only("not-equal", "补正件"),
        }])
    );
    assert_eq!(
        form["counts"],
        serde_json::json!([{
            "indicator": "K01",
            "when": only("equal", "新件"),
            "dated_by": "FM-NJ-03-1.03",
        }, {
            "indicator": "K01",
            "part": "denominator",
            "dated_by": "FM-NJ-03-1.05",
        }])
    );
    assert_eq!(form["fields"][0].get("visible_to"), None);
    assert_eq!(form["fields"][1]["visible_to"]["everybody"], true);
    assert_eq!(
        form["fields"][3]["visible_to"],
        serde_json::json!({ "roles": ["R02", "R04"], "own": true, "everybody": false })
    );
}

#[test]
fn the_handbook_says_what_is_planned_and_where_files_are() {
    let files = bundle();
    let handbook = value(&files, "handbook.json");
    assert_eq!(handbook["planned"], serde_json::json!([{ "id": "NJ-08", "title": "补正意见" }]));
    assert_eq!(handbook["parts"][0]["norms"][0]["file"], "norms/NJ-03.json");
    assert_eq!(handbook["counts"]["requirements"], 5);
    assert_eq!(handbook["counts"]["items"], 2);
    for file in handbook["registries"].as_object().expect("registries").values() {
        value(&files, file.as_str().expect("a name"));
    }
    assert_eq!(value(&files, "sources.json")["sources"][0]["cited_by"][0], "NJ-03");
    let year = &value(&files, "calendar.json")["years"][0];
    assert_eq!(year["make_up_days"], serde_json::json!(["2025-09-28", "2025-10-11"]));
    let form = value(&files, "forms/FM-NJ-03-1.json");
    assert_eq!(form["fields"][1]["options"], serde_json::json!(["新件", "补正件"]));
    assert_eq!(form["fields"][0]["note"], "由系统给出");
}

#[test]
fn one_thing_alone_can_be_asked_for() {
    let (handbook, files) = (handbook(), bundle());
    let get = |id: &str| json::by_id(&handbook, &Id::new(id)).expect("JSON");
    assert_eq!(get("NJ-03"), Some(value(&files, "norms/NJ-03.json")));
    assert_eq!(get("CK-NJ-03-1.02"), Some(value(&files, "checklists/CK-NJ-03-1.json")));
    let clause = get("NJ-03-3.3").expect("a clause");
    assert_eq!(faults(&files, &clause), Vec::<String>::new());
    assert_eq!(clause["facts"].as_array().map(Vec::len), Some(2));
    assert_eq!(clause["cited_by"], serde_json::json!(["CK-NJ-03-1.01"]));
    assert_eq!(get("P07"), None);
    assert_eq!(get("NJ-08"), None);
}

#[test]
fn the_table_has_a_row_for_every_requirement_and_item() {
    let handbook = handbook();
    let bytes = export::csv(&handbook, &Selection::all(), Level::District).expect("CSV");
    let text =
        std::str::from_utf8(&bytes).expect("UTF-8").strip_prefix('\u{feff}').expect("a byte order mark");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let columns = reader.headers().expect("a header").clone();
    let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), 5 + 2);
    let cell = |id: &str, column: &str| {
        let row = rows.iter().find(|row| &row[0] == id).unwrap_or_else(|| panic!("no {id}"));
        let index = columns.iter().position(|name| name == column).unwrap_or_else(|| panic!("no {column}"));
        row[index].to_owned()
    };
    // The value is that of the level asked for.
    assert_eq!(cell("NJ-03-7.1", "text"), "预审员应在领件后7个工作日内一次提出全部意见，见 NJ-08。");
    assert_eq!(cell("NJ-03-3.1", "sources"), "L06 第5条");
    assert_eq!(cell("NJ-03-3.1", "evidence"), "材料核对单（必交）；材料照片（选交）");
    assert_eq!(cell("NJ-03-3.3", "applies_if"), "组织类型 = 民办非企业单位 且 有执业许可 = 是");
    assert_eq!(cell("CK-NJ-03-1.02", "checks"), "NJ-03-7.1；NJ-03-7.2");
    assert_eq!(cell("CK-NJ-03-1.02", "veto"), "是");

    let chosen = Selection::of(&handbook, ["NJ-03-3", "CK-NJ-03-1.01"]).expect("a selection");
    let some = export::csv(&handbook, &chosen, Level::City).expect("CSV");
    assert_eq!(std::str::from_utf8(&some).expect("UTF-8").lines().count(), 1 + 2 + 1);
    assert_eq!(Selection::of(&handbook, ["NJ", "XX-99"]).err(), Some(vec!["XX-99".to_owned()]));
}

#[test]
fn a_norm_as_markdown_compiles_to_the_same_norm() {
    let files = export::markdown(&handbook(), &Selection::all());
    let norm = std::str::from_utf8(files.get("NJ/NJ-03.md").expect("the norm")).expect("UTF-8").to_owned();
    let mut again = sources();
    again.add("NJ/NJ-03.md", norm.as_bytes());
    let compiled = compile(&again);
    assert!(compiled.diagnostics.is_empty(), "{norm}\n{:?}", compiled.diagnostics);
    let rebuilt = export::bundle(&compiled.handbook).expect("a bundle");
    assert_eq!(value(&rebuilt, "norms/NJ-03.json"), value(&bundle(), "norms/NJ-03.json"));
}
