//! Commands that write into the handbook: `init`, `fmt`, `lock`.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use crate::command::Fixture;
use crate::publish::tree;

const NORM: &str = "handbook/FW/FW-01.md";

#[test]
fn a_new_handbook_passes_every_check() {
    let fixture = Fixture::empty();
    let run = fixture.run(&["init", "我的手册"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("我的手册/FW/FW-01.md\n"), "{}", run.out);
    for arguments in [
        &["check", "--deny", "warnings"][..],
        &["fmt", "--check"],
        &["lock"],
        &["check", "--deny", "warnings"],
    ] {
        let run = fixture.run(&[&["--source", "我的手册"], arguments].concat());
        assert_eq!(run.code, 0, "{arguments:?} {}", run.err);
    }
}

#[test]
fn nothing_is_ever_overwritten() {
    let fixture = Fixture::empty();
    fixture.write("handbook/FW/FW-01.md", "theirs");
    let before = tree(&fixture.path("."));
    let run = fixture.run(&["init"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("handbook/FW/FW-01.md"), "{}", run.err);
    assert_eq!(tree(&fixture.path(".")), before);
    // Files that are not in the way stay, and a link that leads nowhere is in the way.
    let fixture = Fixture::empty();
    fixture.write("handbook/README.txt", "theirs");
    assert_eq!(fixture.run(&["init"]).code, 0);
    let fixture = Fixture::empty();
    fs::create_dir(fixture.path("handbook")).expect("made");
    symlink("/nowhere", fixture.path("handbook/roles.yaml")).expect("linked");
    assert_eq!(fixture.run(&["init"]).code, 2);
    assert!(!fixture.path("handbook/shouce.yaml").exists());
}

#[test]
fn plain_markdown_is_taken_over_file_by_file() {
    let fixture = Fixture::empty();
    fixture
        .write("docs/index.md", "# 首页\n\n见 [指南](guide/start.md)。\n")
        .write("docs/guide/start.md", "---\nid: start\ntitle: 开始\n---\n\n# 开始\r\n")
        .write("docs/guide/图.png", [0x89, b'P', b'N', b'G'])
        .write("docs/老文件.md", b"\xc4\xea\xbc\xec")
        .write("docs/.git/HEAD", "ref");
    symlink("index.md", fixture.path("docs/link.md")).expect("linked");
    let run = fixture.run(&["init", "book", "--from", "docs"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(
        run.out.contains("index.md\tindex\n") && run.out.contains("guide/start.md\tstart\n"),
        "{}",
        run.out
    );
    assert!(run.err.contains("没有编号  老文件.md：文件不是 UTF-8"), "{}", run.err);
    assert!(run.err.contains("没有编号  link.md：符号链接"), "{}", run.err);
    for path in ["index.md", "guide/start.md", "guide/图.png", "老文件.md"] {
        let (was, is) =
            (fs::read(fixture.path("docs").join(path)), fs::read(fixture.path("book").join(path)));
        assert_eq!(was.expect("read"), is.expect("read"), "{path}");
    }
    assert!(!fixture.path("book/.git").exists() && !fixture.path("book/link.md").exists());
    let shown = fixture.run(&["--source", "book", "show", "start#开始"]);
    assert!(shown.out.starts_with("start 开始\n"), "{}", shown.out);
    assert_eq!(fixture.run(&["init", "docs/inside", "--from", "docs"]).code, 2);
    assert_eq!(fixture.run(&["init", "again", "--from", "book"]).code, 2, "a handbook is no plain folder");
    assert_eq!(fixture.run(&["init", "again", "--from", "nowhere"]).code, 2);
}

#[test]
fn formatting_rewrites_only_what_needs_it() {
    let fixture = Fixture::started();
    let canonical = fixture.read(NORM);
    let slipped =
        canonical.replace("- [ ] **02**", "- []**０２**　").replace("责任：R01 执行", "责任: R01 执行  ");
    fixture.write(NORM, slipped.replace('\n', "\r\n"));
    fs::set_permissions(fixture.path(NORM), fs::Permissions::from_mode(0o600)).expect("set");
    let before = tree(&fixture.path("handbook"));

    let check = fixture.run(&["fmt", "--check"]);
    assert_eq!((check.code, check.out.trim_end().ends_with("FW/FW-01.md")), (1, true), "{}", check.out);
    assert_eq!(tree(&fixture.path("handbook")), before);

    let run = fixture.run(&["fmt"]);
    assert_eq!((run.code, run.out.lines().count()), (0, 1), "{}", run.out);
    assert_eq!(fixture.read(NORM), canonical);
    assert_eq!(fs::metadata(fixture.path(NORM)).expect("there").permissions().mode() & 0o777, 0o600);
    assert_eq!(fixture.run(&["fmt", "--check"]).code, 0);
}

#[test]
fn formatting_takes_paths_of_the_handbook() {
    let fixture = Fixture::started();
    for path in [NORM, "handbook/FW/index.md", "handbook/roles.yaml"] {
        fixture.write(path, fixture.read(path).replace('\n', "\r\n"));
    }
    let listed = |paths: &[&str]| fixture.run(&[&["fmt", "--check"], paths].concat()).out.lines().count();
    assert_eq!((listed(&[]), listed(&[NORM]), listed(&["handbook/FW"]), listed(&["handbook"])), (3, 1, 2, 3));
    fixture.write("other.md", "甲");
    assert_eq!(fixture.run(&["fmt", "other.md"]).code, 2);
    assert_eq!(fixture.run(&["fmt", "nowhere.md"]).code, 2);
}

#[test]
fn what_is_no_text_is_named_and_left_alone() {
    let fixture = Fixture::started();
    fixture.write("handbook/FW/FW-02.md", b"\xc4\xea\xbc\xec");
    let run = fixture.run(&["fmt"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("FW/FW-02.md 不是 UTF-8"), "{}", run.err);
    assert_eq!(fs::read(fixture.path("handbook/FW/FW-02.md")).expect("read"), b"\xc4\xea\xbc\xec");
}

#[test]
fn the_lock_remembers_every_id() {
    let fixture = Fixture::started();
    let run = fixture.run(&["lock"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""));
    let lock = fixture.read("handbook/ids.lock");
    assert!(lock.contains("FW-01-1.1 1 "), "{lock}");
    assert!(fixture.run(&["lock"]).err.contains("没有变化"));
    // A clause that goes without a tombstone is an error, and does not leave the lock.
    fixture.edit(NORM, "- **1.2** 接待员不应要求来访人重复填写登记过的内容。\n", "");
    assert!(fixture.run(&["check"]).err.contains("SH0601"));
    assert_eq!(fixture.run(&["lock"]).code, 1);
    assert_eq!(fixture.read("handbook/ids.lock"), lock);
}
