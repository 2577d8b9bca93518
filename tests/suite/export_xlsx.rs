//! The workbook: what its sheets hold, and that no text becomes a formula.

use std::collections::BTreeMap;
use std::io::Read as _;

use shouce::export::{self, Selection};
use shouce::vocabulary::Level;

use crate::fixture::Fixture;

/// A scoring list with a group of two items and a veto, put together by parameters.
pub const SCORED: &str = "
## 1 接待

- **1.1** 接待员应请来访人登记。

## CK-1 评分表

类型：评分；权重：P04；复核：P05；等级：P06

### A 接待

- [ ] **A1** 登记
  - 分值：60
  - 评分：达到型
  - 查：1.1
- [ ] **A2** 答复
  - 分值：40
  - 评分：比例型 = 按时件 ÷ 应办件
  - 扣分：每件超期 2，最多 6
  - 查：1.1

### 否决项

- [ ] **V1** 没有造假
  - 否决：是
  - 查：1.1
";

const PARAMETERS: &str = "
- 编号: P04
  名称: 权重
  分项:
    自评: { 类型: 百分比, 单位: \"%\", 值: { 市: 20, 区: 30, 街: 20 } }
    委托方: { 类型: 百分比, 单位: \"%\", 值: { 市: 40, 区: 30, 街: 40 } }
    第三方: { 类型: 百分比, 单位: \"%\", 值: { 市: 40, 区: 40, 街: 40 } }
- 编号: P05
  名称: 复核线
  分项:
    总分差: { 类型: 数量, 单位: 分, 值: { 市: 10, 区: 10, 街: 10 } }
    得分率差: { 类型: 百分比, 单位: \"%\", 值: { 市: 15, 区: 15, 街: 15 } }
- 编号: P06
  名称: 等级
  分项:
    优: { 类型: 数量, 单位: 分, 值: { 市: 90, 区: 90, 街: 90 } }
    合格: { 类型: 数量, 单位: 分, 值: { 市: 60, 区: 60, 街: 60 } }
";

/// The small handbook with a scoring list.
pub fn scored() -> Fixture {
    Fixture::new().body(SCORED).file("parameters.yaml", PARAMETERS)
}

fn workbook(fixture: &Fixture) -> Vec<u8> {
    export::xlsx(&fixture.compile().handbook, &Selection::all(), Level::District).unwrap()
}

/// The parts of an OOXML file, by name.
pub fn parts(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut parts = BTreeMap::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        parts.insert(part.name().unwrap().into_owned(), text);
    }
    parts
}

/// The sheet of this name.
fn sheet<'a>(parts: &'a BTreeMap<String, String>, name: &str) -> &'a str {
    let workbook = &parts["xl/workbook.xml"];
    let mut names = workbook.split("<sheet name=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    let index =
        names.position(|found| found == name).unwrap_or_else(|| panic!("no sheet {name}: {workbook}"));
    &parts[&format!("xl/worksheets/sheet{}.xml", index + 1)]
}

#[test]
fn two_exports_give_the_same_bytes() {
    assert_eq!(workbook(&Fixture::new()), workbook(&Fixture::new()));
}

#[test]
fn lists_have_typed_text_frozen_heads_and_a_choice_of_states() {
    let parts = parts(&workbook(&Fixture::new()));
    let strings = &parts["xl/sharedStrings.xml"];
    for text in ["TS-01-1.2", "CK-TS-01-1.02", "接待员应在5个工作日内答复来访人。", "来访人已登记"]
    {
        assert!(strings.contains(text), "{text}");
    }
    for name in ["要求", "检查表"] {
        let sheet = sheet(&parts, name);
        assert!(sheet.contains("state=\"frozen\"") && sheet.contains("<autoFilter"), "{name}");
        assert!(!sheet.contains("<mergeCell") && !sheet.contains("<f>"), "{name}");
    }
    assert!(sheet(&parts, "检查表").contains("\"符合,部分符合,不符合,不适用,未查\""));
}

#[test]
fn a_text_that_looks_like_a_formula_stays_text() {
    let hostile = scored()
        .file("shouce.yaml", "编号: yangli\n标题: \"=1+1\"\n发布: \"@SUM(A1)\"\n版次: \"=2\"\n部: [TS]\n")
        .body("\n## 1 接待\n\n- **1.1** =HYPERLINK(\"http://x\") 接待员应登记。\n\n## CK-1 查\n\n- [ ] **01** +1\n  - 查：1.1\n");
    let parts = parts(&workbook(&hostile));
    assert!(parts["xl/sharedStrings.xml"].contains("=HYPERLINK("));
    assert!(
        parts.iter().filter(|(name, _)| name.contains("worksheets/")).all(|(_, xml)| !xml.contains("<f>"))
    );
}

#[test]
fn scores_are_limited_and_only_cells_to_fill_in_can_be_changed() {
    let parts = parts(&workbook(&scored()));
    let scores = sheet(&parts, "CK-TS-01-1");
    assert!(scores.contains("<sheetProtection"));
    // The three scores of the second item, none above its full points.
    let limits = "sqref=\"K3:M3\"><formula1>0</formula1><formula2>$D$3</formula2>";
    assert!(scores.contains(limits), "{scores}");
    assert!(scores.contains("\"没有,坐实\"") && scores.contains("MIN(6,2*O3)"), "{scores}");
}

#[test]
fn the_composition_takes_its_weights_and_lines_from_the_level_asked_for() {
    let parts = parts(&workbook(&scored()));
    let composition = sheet(&parts, "合成 CK-TS-01-1");
    // One group, its total, then the parameters: own weight at district level is 30.
    assert!(composition.contains("<c r=\"C7\" s=") && composition.contains("<v>30</v>"), "{composition}");
    assert!(composition.contains("(C4*$C$7+D4*$C$8+E4*$C$9)/100"), "{composition}");
    assert!(composition.contains("ROUND(MAX(I4,J4),6)&gt;=$C$10"), "{composition}");
    assert!(composition.contains("IF(C18&gt;=$C$12,\"优\",IF(C18&gt;=$C$13,\"合格\",\"不合格\"))"));
}
