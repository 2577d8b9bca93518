//! `shouce check` and what all commands share: exit codes, streams, formats.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::fs::File;
use std::process::{Command, Stdio};

use crate::command::{Fixture, binary};

const NORM: &str = "handbook/FW/FW-01.md";

fn broken() -> Fixture {
    let fixture = Fixture::started();
    fixture.edit(NORM, "- [ ] **02**", "- [] **02**").edit(NORM, "接待员应在", "接待员应在登记后应在");
    fixture
}

#[test]
fn a_clean_handbook_is_clean() {
    let run = Fixture::started().run(&["check"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""));
    assert!(run.err.starts_with("错误 0，警告 0\n"), "{}", run.err);
}

#[test]
fn errors_are_located_and_exit_with_one() {
    let fixture = broken();
    let run = fixture.run(&["check", "--format", "short"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert!(run.err.contains("handbook/FW/FW-01.md:20:19: "), "{}", run.err);
    assert!(run.err.contains("错误[SH0402]") && run.err.contains("错误[SH0314]"), "{}", run.err);
    assert!(run.err.contains("错误 2，警告 0"), "{}", run.err);
    let full = fixture.run(&["check"]);
    assert!(full.err.contains("- [] **02**") && full.err.contains("办法: "), "{}", full.err);
    assert!(!full.err.contains('\u{1b}'), "no colours without a terminal");
}

#[test]
fn programs_read_the_standard_output() {
    let run = broken().run(&["check", "--format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&run.out).expect("one document");
    assert_eq!((run.code, list.as_array().map(Vec::len)), (1, Some(2)));
    assert_eq!((&list[0]["file"], &list[0]["line"]), (&"handbook/FW/FW-01.md".into(), &20.into()));
    let run = broken().run(&["check", "--format", "github"]);
    assert!(run.out.starts_with("::error file=handbook/FW/FW-01.md,line=20,"), "{}", run.out);
}

#[test]
fn warnings_fail_only_when_denied() {
    let fixture = Fixture::started();
    fixture.edit(NORM, "接待员不应要求", "接待员不得要求");
    let run = fixture.run(&["check"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("警告[SH0403]"), "{}", run.err);
    assert_eq!(fixture.run(&["check", "--deny", "warnings"]).code, 1);
}

#[test]
fn notes_are_shown_when_asked_for() {
    let fixture = Fixture::started();
    fixture.edit(NORM, "参数: [P01]", "参数: [P01]\n周期:\n  - \"看情况：整理登记单\"");
    let (quiet, loud) = (fixture.run(&["check"]), fixture.run(&["check", "--notes"]));
    assert_eq!((quiet.code, loud.code), (0, 0), "{}", quiet.err);
    assert!(
        !quiet.err.contains("提示[") && quiet.err.contains("提示 1（加 --notes 看提示）"),
        "{}",
        quiet.err
    );
    assert!(loud.err.contains("提示[SH0407]"), "{}", loud.err);
}

#[test]
fn checking_writes_nothing_and_reads_no_input() {
    let fixture = broken();
    let before = crate::publish::tree(&fixture.path("."));
    fixture.command(&["check"]).write_stdin("ignored").assert().code(1);
    assert_eq!(crate::publish::tree(&fixture.path(".")), before);
}

#[test]
fn the_handbook_is_found_from_within() {
    let fixture = Fixture::started();
    for folder in [".", "handbook", "handbook/FW"] {
        let run = fixture.command(&["check"]).current_dir(fixture.path(folder)).output().expect("it runs");
        assert_eq!(run.status.code(), Some(0), "{folder}");
    }
    assert_eq!(fixture.run(&["--source", "handbook", "check"]).code, 0);
    assert_eq!(fixture.run(&["check", "--source", "handbook"]).code, 0);
    let none = Fixture::empty().run(&["check"]);
    assert_eq!(none.code, 2);
    assert!(none.err.contains("--source") && none.err.contains("shouce init"), "{}", none.err);
    assert_eq!(fixture.run(&["check", "--source", "nowhere"]).code, 2);
}

#[test]
fn bad_arguments_exit_with_two_and_say_what_is_meant() {
    let fixture = Fixture::empty();
    for (arguments, words) in [
        (&["chek"][..], "是不是「check」？"),
        (&["check", "--formt", "x"], "是不是「--format」？"),
        (&["check", "--format", "xml"], "full、short、json、github"),
        (&["check", "--format"], "后面要写值"),
        (&["show"], "缺少 <编号>"),
        (&["explain", "SH9999"], "没有「SH9999」这条诊断"),
        (&[], "用法：shouce"),
    ] {
        let run = fixture.run(arguments);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{arguments:?}");
        assert!(run.err.contains(words), "{arguments:?}\n{}", run.err);
        assert!(!run.err.contains("Usage") && !run.err.contains("error:"), "{}", run.err);
    }
}

#[test]
fn help_and_version_are_results() {
    let fixture = Fixture::empty();
    let commands =
        ["init", "check", "fmt", "lock", "build", "serve", "search", "show", "export", "import", "explain"];
    let help = fixture.run(&["--help"]);
    assert_eq!((help.code, help.err.as_str()), (0, ""));
    for command in commands {
        assert!(help.out.contains(&format!("\n  {command} ")), "{command}\n{}", help.out);
        let own = fixture.run(&[command, "--help"]);
        assert_eq!(own.code, 0, "{command}");
        let first = own.out.lines().next().unwrap_or_default();
        assert!(first.chars().any(shouce::text::is_han), "{command}: {first}");
        for english in ["Usage", "Options", "Arguments", "Print", "default:", "possible values"] {
            assert!(!own.out.contains(english), "{command} says {english}");
        }
    }
    assert_eq!(fixture.run(&["--version"]).out, format!("shouce {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn explaining_prints_the_page() {
    let fixture = Fixture::empty();
    assert!(fixture.run(&["explain", "sh0402"]).out.starts_with("# "));
    assert_eq!(fixture.run(&["explain", "two-verbs"]).out, fixture.run(&["explain", "SH0402"]).out);
    let list = fixture.run(&["explain"]).out;
    assert_eq!(list.lines().count(), shouce::rule::CATALOGUE.len());
}

#[test]
fn a_closed_pipe_and_a_full_disk_are_no_panic() {
    let fixture = broken();
    for arguments in [&["check", "--format", "json"][..], &["explain"], &["--help"], &["export", "json"]] {
        // A pipe whose reader is gone before anything is written.
        let mut child = Command::new(binary())
            .args(arguments)
            .current_dir(fixture.path("."))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        drop(child.stdout.take());
        let ended = child.wait_with_output().expect("it ends");
        let expected = if arguments[0] == "check" { 1 } else { 0 };
        assert_eq!(ended.status.code(), Some(expected), "{arguments:?}");
        assert!(!String::from_utf8_lossy(&ended.stderr).contains("panicked"));

        let full = File::create("/dev/full").expect("a full device");
        let ended =
            Command::new(binary()).args(arguments).current_dir(fixture.path(".")).stdout(full).output();
        let ended = ended.expect("it ends");
        assert_eq!(ended.status.code(), Some(2), "{arguments:?}");
        // Not even the complaint can be written.
        let (out, err) = (File::create("/dev/full"), File::create("/dev/full"));
        let (out, err) = (out.expect("a full device"), err.expect("a full device"));
        let ended = Command::new(binary())
            .args(arguments)
            .current_dir(fixture.path("."))
            .stdout(out)
            .stderr(err)
            .status();
        assert_eq!(ended.expect("it ends").code(), Some(2), "{arguments:?}");
    }
}
