//! Commands that show what is in the handbook: `show`, `export`.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use serde_json::Value;

use crate::command::Fixture;

#[test]
fn everything_with_an_id_is_shown() {
    let fixture = Fixture::started();
    for (id, words) in [
        ("FW", "FW-01 来访接待程序"),
        ("FW-01", "## 1 登记"),
        ("FW-01-1", "1.2 接待员不应"),
        ("FW-01-1.1", "接待员应在10分钟内登记"),
        ("FW-01-2.1", "异常：答不了的，报主管。"),
        ("CK-FW-01-1", "  [ ] 02 已答复，或已约定答复日（查 FW-01-2.1、FW-01-2.2）"),
        ("CK-FW-01-1.01", "查：FW-01-1.1 接待员应在10分钟内"),
        ("FM-FW-01-1", "  03 办理结果（单选，必填）：已答复；已约定答复日"),
        ("FM-FW-01-1.03", "选项：已答复；已约定答复日"),
        ("P01", "市 10分钟，区 10分钟，街 15分钟；只可加严"),
        ("R01", "别名：前台"),
        ("来访", "同义：上门、到访"),
        ("上门", "到现场提出咨询"),
        ("fw-01-1.1", "FW-01-1.1（应）"),
        ("ＦＷ－０１－1.1", "FW-01-1.1（应）"),
        ("FW—01", "FW-01 来访接待程序"),
        ("FW-01@1", "FW-01 来访接待程序"),
    ] {
        let run = fixture.run(&["show", id]);
        assert_eq!(run.code, 0, "{id} {}", run.err);
        assert!(run.out.contains(words), "{id}\n{}", run.out);
        let json = fixture.run(&["show", id, "--json"]);
        let value: Value = serde_json::from_str(&json.out).expect("JSON");
        assert!(value.is_object(), "{id} {value}");
    }
}

#[test]
fn what_is_not_there_has_its_nearest_named() {
    let fixture = Fixture::started();
    for (id, near) in [("FW-01-1.3", "FW-01-"), ("FW-02", "FW-01"), ("P02", "P01"), ("来仿", "来访")] {
        let run = fixture.run(&["show", id]);
        assert_eq!((run.code, run.out.as_str()), (1, ""), "{id}");
        assert!(run.err.contains(&format!("是不是 {near}")), "{id} {}", run.err);
    }
    let run = fixture.run(&["show", "FW-01@2020"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("没有版次 2020"), "{}", run.err);
}

#[test]
fn records_are_those_of_the_bundle() {
    let fixture = Fixture::started();
    let value: Value =
        serde_json::from_str(&fixture.run(&["show", "FW-01-1.1", "--json"]).out).expect("JSON");
    assert_eq!(
        (&value["clause"]["id"], &value["clause"]["modality"]),
        (&"FW-01-1.1".into(), &"shall".into())
    );
    let role: Value = serde_json::from_str(&fixture.run(&["show", "r01", "--json"]).out).expect("JSON");
    assert_eq!(role["title"], "接待员");
}

#[test]
fn exports_are_whole_or_chosen() {
    let fixture = Fixture::started();
    let all: Value = serde_json::from_str(&fixture.run(&["export", "json"]).out).expect("JSON");
    assert_eq!((&all["norms"][0]["id"], &all["roles"]["roles"][0]["id"]), (&"FW-01".into(), &"R01".into()));
    let one: Value = serde_json::from_str(&fixture.run(&["export", "json", "ck-fw-01-1"]).out).expect("JSON");
    assert_eq!(one["id"], "CK-FW-01-1");
    let some: Value = serde_json::from_str(&fixture.run(&["export", "json", "FW-01-1"]).out).expect("JSON");
    assert_eq!(some.as_array().map(Vec::len), Some(2), "a section stands for its clauses");

    let csv = fixture.run(&["export", "csv"]).out;
    assert!(csv.starts_with('\u{feff}') && csv.contains("FW-01-1.1"), "{csv}");
    assert!(fixture.run(&["export", "csv", "--level", "街"]).out.contains("15分钟"));
    let md = fixture.run(&["export", "md", "FW-01"]).out;
    assert!(md.starts_with("---\n编号: FW-01\n"), "{md}");

    let missing = fixture.run(&["export", "csv", "FW-09"]);
    assert_eq!((missing.code, missing.out.as_str()), (1, ""));
    assert!(missing.err.contains("FW-09"), "{}", missing.err);
}

#[test]
fn exports_go_to_files() {
    let fixture = Fixture::started();
    for (arguments, path) in [
        (&["export", "json", "--out", "all.json"][..], "all.json"),
        (&["export", "csv", "--out", "all.csv"], "all.csv"),
        (&["export", "md", "--out", "one.md", "FW-01"], "one.md"),
    ] {
        let run = fixture.run(arguments);
        assert_eq!((run.code, run.out.as_str()), (0, ""), "{}", run.err);
        assert!(fixture.path(path).metadata().expect("there").len() > 100);
    }
    std::fs::create_dir(fixture.path("folder")).expect("made");
    assert_eq!(fixture.run(&["export", "md", "--out", "folder"]).code, 0);
    assert_eq!(fixture.read("folder/FW/FW-01.md"), fixture.read("one.md"));
    assert_eq!(fixture.run(&["export", "json", "--out", "nowhere/all.json"]).code, 2);
}

#[test]
fn documents_and_spreadsheets_are_files_and_oscal_is_a_folder() {
    let fixture = Fixture::started();
    for (arguments, path) in [
        (&["export", "xlsx", "--out", "all.xlsx"][..], "all.xlsx"),
        (&["export", "docx", "FW-01", "--style", "公文", "--out", "one.docx"], "one.docx"),
        (&["export", "oscal", "--out", "oscal"], "oscal/catalog.json"),
    ] {
        let run = fixture.run(arguments);
        assert_eq!((run.code, run.out.as_str()), (0, ""), "{}", run.err);
        assert!(fixture.path(path).exists(), "{path}");
    }
    let nowhere = fixture.run(&["export", "oscal"]);
    assert!(nowhere.code == 2 && nowhere.err.contains("--out"), "{}", nowhere.err);
}

#[test]
fn answers_are_read_back_whole_or_not_at_all() {
    let fixture = Fixture::started();
    let table = fixture.run(&["export", "csv", "CK-FW-01-1", "--answers"]).out;
    let answered = table.replacen(",,,,\n", ",符合,,见原单,\n", 1);
    assert_ne!(table, answered, "{table}");
    fixture.write("answers.csv", &answered).write("stale.csv", answered.replace("sha256:", "sha256:0"));
    let run = fixture.run(&["import", "csv", "answers.csv"]);
    let read: Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(read["answers"][0]["status"], "satisfied", "{}", run.err);
    let stale = fixture.run(&["import", "csv", "stale.csv"]);
    assert_eq!((stale.code, stale.out.as_str()), (1, ""));
    assert!(stale.err.contains("stale.csv：第 2 行 text_fp 栏："), "{}", stale.err);
    assert_eq!(fixture.run(&["import", "csv", "missing.csv"]).code, 2);
}
