//! `shouce search`: the search of the site, in the terminal.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::fs;

use crate::command::Fixture;

#[test]
fn searching_finds_or_says_that_there_is_nothing() {
    let fixture = Fixture::started();
    let run = fixture.run(&["search", "登记"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("FW-01-1.1") && !run.out.contains('\u{1b}'), "{}", run.out);
    let json = fixture.run(&["search", "登记", "--json", "--limit", "2"]);
    let found: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(found["hits"].as_array().map(Vec::len), Some(2));
    assert!(found["total"].as_u64() > Some(2));
    let none = fixture.run(&["search", "齉"]);
    assert_eq!((none.code, none.out.as_str()), (1, ""));
    assert!(none.err.contains("没有找到「齉」"), "{}", none.err);
}

#[test]
fn the_index_is_kept_where_the_settings_say() {
    let fixture = Fixture::started();
    fixture.edit("handbook/shouce.yaml", "部: [FW]", "部: [FW]\n检索: ../search-index");
    assert_eq!(fixture.run(&["build"]).code, 0);
    assert!(fixture.path("search-index/generated").is_dir());
    let kept = fixture.run(&["search", "登记"]);
    // A damaged index is no reason to find nothing.
    for entry in fs::read_dir(fixture.path("search-index/generated")).expect("read") {
        fs::write(entry.expect("read").path(), "damaged").expect("written");
    }
    let rebuilt = fixture.run(&["search", "登记"]);
    assert_eq!((rebuilt.code, rebuilt.out), (0, kept.out));
}
