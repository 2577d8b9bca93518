//! Text documents: real headings, numbers as typed, tables within the margins, values for marks, and
//! the measures of official documents.

use std::collections::BTreeMap;

use shouce::export::{self, Layout, Selection};
use shouce::vocabulary::Level;

use crate::export_xlsx::parts;
use crate::fixture::Fixture;

fn document(fixture: &Fixture, layout: Layout) -> BTreeMap<String, String> {
    let handbook = fixture.compile().handbook;
    parts(&export::docx(&handbook, &Selection::all(), Level::District, layout).unwrap())
}

/// The text of a paragraph that holds `words`, and its style.
fn paragraph<'a>(document: &'a str, words: &str) -> (&'a str, String) {
    let mut paragraphs = document.split("<w:p>").skip(1).map(|rest| {
        let style = rest.split("<w:pStyle w:val=\"").nth(1).and_then(|r| r.split('"').next()).unwrap();
        (style, text(rest.split("</w:p>").next().unwrap()))
    });
    paragraphs.find(|(_, text)| text.contains(words)).unwrap_or_else(|| panic!("no {words}: {document}"))
}

fn text(xml: &str) -> String {
    let pieces =
        xml.split("<w:t xml:space").skip(1).filter_map(|rest| rest.split_once('>')?.1.split("</w:t>").next());
    pieces.collect()
}

#[test]
fn two_exports_give_the_same_bytes() {
    let handbook = Fixture::new().compile().handbook;
    let one = || export::docx(&handbook, &Selection::all(), Level::City, Layout::Official).unwrap();
    assert_eq!(one(), one());
}

#[test]
fn a_norm_has_its_head_its_headings_and_its_clauses_with_the_values_of_the_level() {
    let parts = document(&Fixture::new(), Layout::Manual);
    let body = &parts["word/document.xml"];
    assert_eq!(paragraph(body, "来访接待").0, "Title");
    assert_eq!(paragraph(body, "1 接待").0, "Heading1");
    assert!(parts["word/styles.xml"].contains("<w:name w:val=\"heading 1\"/>"));
    let (style, clause) = paragraph(body, "答复来访人");
    assert_eq!((style, clause.as_str()), ("Clause", "1.2接待员应在5个工作日内答复来访人【法：L01 第5条】。"));
    assert_eq!(paragraph(body, "2026-01-01").0, "Cell");
    let details = paragraph(body, "责任：接待员 执行；部门主管 复核").1;
    assert!(details.contains("时限：5个工作日，自 2.1 完成起"), "{details}");
    assert!(parts["word/header1.xml"].contains("TS-01 来访接待"));
}

#[test]
fn tables_repeat_their_heads_and_are_as_wide_as_the_text() {
    for (layout, width) in [(Layout::Manual, 9072), (Layout::Official, 8848)] {
        let parts = document(&Fixture::new(), layout);
        let body = &parts["word/document.xml"];
        // The step table, the checklist and the form; the document's head has no row of headings.
        assert_eq!(body.matches("<w:tblHeader/>").count(), 3);
        let tables: Vec<&str> = body.split("<w:tblGrid>").skip(1).collect();
        assert_eq!(tables.len(), 4);
        for table in tables {
            let grid = table.split("</w:tblGrid>").next().unwrap();
            let columns = grid.split("w:w=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
            assert_eq!(columns.map(|column| column.parse::<u32>().unwrap()).sum::<u32>(), width);
        }
        assert!(body.contains("□符合 □不符合 □不适用"));
    }
}

#[test]
fn official_documents_keep_to_the_standard() {
    let parts = document(&Fixture::new(), Layout::Official);
    let body = &parts["word/document.xml"];
    assert!(body.contains("<w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"2098\""), "{body}");
    assert!(body.contains("<w:docGrid w:type=\"lines\" w:linePitch=\"579\"/>"));
    assert!(parts["word/settings.xml"].contains("<w:evenAndOddHeaders/>"));
    assert!(parts["word/footer1.xml"].contains("<w:jc w:val=\"right\"/>"));
    assert!(parts["word/footer2.xml"].contains("<w:jc w:val=\"left\"/>"));
    let styles = &parts["word/styles.xml"];
    let style = |name: &str| {
        let found =
            styles.split("<w:style ").find(|style| style.contains(&format!("<w:name w:val=\"{name}\"/>")));
        found.unwrap_or_else(|| panic!("no {name}"))
    };
    for (name, font, size) in [
        ("Normal", "仿宋", 32),
        ("Title", "方正小标宋简体", 44),
        ("heading 1", "黑体", 32),
        ("heading 2", "楷体", 32),
    ] {
        let style = style(name);
        assert!(style.contains(&format!("w:eastAsia=\"{font}\"")), "{style}");
        assert!(style.contains(&format!("<w:sz w:val=\"{size}\"/>")), "{style}");
        assert!(style.contains("w:line=\"579\" w:lineRule=\"exact\""), "{style}");
    }
}

#[test]
fn several_norms_have_contents_that_lead_to_them() {
    let two = Fixture::new().file(
        "TS/TS-02.md",
        "---\n编号: TS-02\n标题: 回访\n类别: 工作程序\n版次: \"2026.1\"\n状态: 草拟\n生效日: \"2026-01-01\"\n\
         主责: R02\n读者: 全体\n层级: [市]\n---\n\n# TS-02 回访\n\n## 1 回访\n\n- **1.1** 接待员应回访：\n  1. 先看<登记>；\n  2. 再去电。\n",
    );
    let parts = document(&two, Layout::Manual);
    let body = &parts["word/document.xml"];
    for norm in ["TS_01", "TS_02"] {
        assert!(body.contains(&format!("<w:hyperlink w:anchor=\"norm_{norm}\"")), "{norm}");
        assert!(body.contains(&format!("w:name=\"norm_{norm}\"/>")), "{norm}");
    }
    assert_eq!(paragraph(body, "TS 来访服务").0, "Item");
    assert_eq!(paragraph(body, "先看").1, "1.先看&lt;登记&gt;；");
    assert!(body.contains("<w:pStyle w:val=\"Heading3\"/>"));
}
