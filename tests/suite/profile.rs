//! Profiles: what may be changed, what a handbook comes to, and how a profile goes to the next edition.

use std::sync::Arc;

use shouce::diagnostic::{Diagnostic, has_errors};
use shouce::edition::{Field, Value};
use shouce::id::Id;
use shouce::model::DeviationKind;
use shouce::profile::upgrade::{NoticeKind, Outcome};
use shouce::profile::{self, Base, Class, Profile, Upgrade};

use crate::command;
use crate::fixture::Fixture;

const BODY: &str = "
## 1 接待

- **1.1** 接待员宜登记来访人姓名。
  - 时限：P01
  - 证据：登记表（必交）
- **1.2** 接待员应答复来访人。
  - 责任：R02 执行
  - 时限：3个工作日
- **1.3** 接待员可请来访人评价。
- **1.4** 接待员不应收受礼品。
  - 裁剪：锁定

## 2 登记

| 号 | 谁 | 做什么 | 何时 | 留什么 | 异常 |
| --- | --- | --- | --- | --- | --- |
| 2.1 | R02 | 接待员宜复述来访事项。 | 当日 | 记录 | |

## CK-1 接待检查

时点：每次；顺序：任意

- [ ] **01** 已请来访人评价
  - 查：1.3
- [ ] **02** 已答复
  - 查：1.2；1.3
- [ ] **03** 已登记
  - 查：1.1
";

fn base(body: &str) -> Base {
    Base::new(Fixture::new().body(body).sources(), None)
}

fn with_parameters(change: (&str, &str)) -> Base {
    let fixture = Fixture::new().body(BODY);
    let text = fixture.sources().text("parameters.yaml").replace(change.0, change.1);
    Base::new(fixture.file("parameters.yaml", text).sources(), None)
}

/// One operation: target, field, value; with the fingerprint that the base gives it.
type Change<'a> = (&'a str, &'a str, Option<&'a str>);

fn text(base: &Base, changes: &[Change<'_>]) -> String {
    let mut out =
        "编号: jia\n标题: 甲区手册\n单位: 甲区平台 # 自己的单位\n代号: 甲区\n层级: 区\n基准: \".\"\n"
            .to_owned();
    out.push_str("操作:\n");
    for (target, field, value) in changes {
        out.push_str(&format!("  - 条: {target} # 一项\n    项: {field}\n"));
        if let Some(value) = value {
            out.push_str(&format!("    值: \"{value}\"\n"));
        }
        let fingerprint = base.records().get(*target).map(profile::fingerprint).unwrap_or_default();
        out.push_str(&format!(
            "    指纹: \"{fingerprint}\"\n    理由: 试\n    批准: 某人\n    日期: \"2026-11-01\"\n"
        ));
    }
    out
}

fn read(text: &str) -> Profile {
    let path: Arc<str> = "jia.yaml".into();
    let (profile, found) = profile::read(&path, text);
    assert_eq!(found, [], "{text}");
    profile.expect("a profile")
}

fn codes(found: &[Diagnostic]) -> Vec<&'static str> {
    found.iter().map(|one| one.rule.code).collect()
}

fn checked(changes: &[Change<'_>]) -> Vec<&'static str> {
    let base = base(BODY);
    codes(&profile::check(&base, &read(&text(&base, changes))).1)
}

#[test]
fn every_right_is_kept() {
    for (changes, expected) in [
        (&[("TS-01-1.2", "时限", Some("2个工作日"))][..], &[][..]),
        (&[("TS-01-1.2", "时限", Some("4个工作日"))], &["SH0905"]),
        (&[("TS-01-1.2", "时限", Some("无"))], &["SH0905"]),
        (&[("TS-01-1.2", "证据", Some("答复记录（必交）"))], &[]),
        (&[("TS-01-1.2", "正文", Some("接待员可答复来访人。"))], &["SH0905"]),
        (&[("TS-01-1.2", "不采用", None)], &["SH0906"]),
        (&[("TS-01-1.4", "说明", Some("礼品包括赠券"))], &["SH0904"]),
        (&[("TS-01-1.1", "证据", Some("无"))], &[]),
        (&[("TS-01-1.1", "裁剪", Some("可删"))], &["SH0912"]),
        (&[("TS-01-1.1", "正文", Some("接待员可登记来访人姓名。"))], &["SH0912"]),
        (&[("TS-01-1.1", "正文", Some("接待员应登记来访人姓名和事由。"))], &[]),
        (&[("TS-01-1.3", "不采用", None)], &[]),
        (&[("P01", "值", Some("4"))], &[]),
        (&[("P01", "值", Some("5"))], &["SH0915"]),
        (&[("P01", "值", Some("0"))], &["SH0910"]),
        (&[("P01", "值", Some("6"))], &["SH0905"]),
        (&[("P02", "值", Some("1"))], &["SH0902"]),
        (&[("P02.高峰", "值", Some("9"))], &[]),
        (&[("TS-01-2.1", "时限", Some("1个工作日"))], &[]),
        (&[("TS-01-2.1", "适用", Some("有预约 = 是"))], &["SH0903"]),
        (&[("CK-TS-01-1.03", "不采用", None)], &["SH0906"]),
        (&[("TS-01-1.1", "说明", Some("一")), ("TS-01-1.1", "说明", Some("二"))], &["SH0907"]),
        (&[("TS-01-1.3", "不采用", None), ("TS-01-1.3", "说明", Some("二"))], &["SH0907"]),
        (&[("TS-01-1.1", "责任", Some("R77"))], &["SH0910"]),
    ] {
        assert_eq!(checked(changes), expected, "{changes:?}");
    }
}

#[test]
fn resolving_changes_what_was_asked_for_and_says_so() {
    let base = base(BODY);
    let changes = [
        ("P01", "值", Some("4")),
        ("TS-01-1.1", "正文", Some("接待员应登记来访人姓名和事由。")),
        ("TS-01-1.1", "时限", Some("当日")),
        ("TS-01-2.1", "异常", Some("停电的，先记在纸上。")),
        ("TS-01-1.3", "不采用", None),
    ];
    let written = text(&base, &changes)
        + "增补:\n  - 编号: TS-01-1.2_甲区1\n    正文: 接待员应留下回执。\n    时限: 当日\n    理由: 试\n    批准: 某人\n    日期: \"2026-11-01\"\n";
    let resolved = profile::resolve(&base, &read(&written)).expect("it resolves");
    let handbook = &resolved.compiled.handbook;
    assert!(!has_errors(&resolved.compiled.diagnostics), "{:?}", resolved.compiled.diagnostics);
    assert_eq!((handbook.config.title.as_str(), handbook.config.level.chinese()), ("甲区手册", "区"));
    let records = shouce::edition::records(handbook);
    let field = |id: &str, field| records[id].fields.get(&field).map(Value::text);
    assert_eq!(field("P01", Field::District).as_deref(), Some("4个工作日"));
    assert_eq!(field("TS-01-1.1", Field::Due).as_deref(), Some("当日"));
    assert_eq!(field("TS-01-1.1", Field::Modality).as_deref(), Some("应"));
    assert_eq!(field("TS-01-2.1", Field::Exception).as_deref(), Some("停电的，先记在纸上。"));
    assert_eq!(field("TS-01-1.3", Field::Modality).as_deref(), Some("陈述"));
    assert_eq!(field("TS-01-1.2_甲区1", Field::Due).as_deref(), Some("当日"));
    // The item that checked only what is not adopted goes, the other checks what is left.
    assert!(!records.contains_key("CK-TS-01-1.01"));
    assert_eq!(field("CK-TS-01-1.02", Field::Checks).as_deref(), Some("TS-01-1.2"));
    let tailoring = handbook.tailoring.as_ref().expect("a tailoring");
    let kinds: Vec<_> = tailoring.deviations.iter().map(|one| (one.target.as_str(), one.kind)).collect();
    for expected in [
        ("TS-01-1.1", DeviationKind::Set),
        ("TS-01-1.1", DeviationKind::Follows),
        ("TS-01-1.3", DeviationKind::Excluded),
        ("TS-01-1.2_甲区1", DeviationKind::Added),
        ("CK-TS-01-1.01", DeviationKind::Follows),
        ("P01", DeviationKind::Set),
    ] {
        assert!(kinds.contains(&expected), "{expected:?} in {kinds:?}");
    }
}

#[test]
fn a_city_that_changes_a_default_changes_it_where_norms_repeat_it() {
    let base = Base::new(Fixture::new().sources(), None);
    let written = text(&base, &[("P01", "值", Some("2"))]).replace("层级: 区", "层级: 市");
    let resolved = profile::resolve(&base, &read(&written)).expect("it resolves");
    assert!(resolved.sources.text(crate::fixture::NORM).contains("【参：P01 2个工作日】"));
}

#[test]
fn a_street_stands_on_its_district() {
    let base = base(BODY);
    let district = read(&text(&base, &[("TS-01-1.2", "时限", Some("2个工作日"))]));
    let above = profile::resolve(&base, &district).expect("it resolves").into_base(None);
    let street = |value| {
        let written = text(&above, &[("TS-01-1.2", "时限", Some(value))]).replace("层级: 区", "层级: 街");
        codes(&profile::check(&above, &read(&written)).1)
    };
    // The norm is for cities and districts only.
    assert_eq!(street("1个工作日"), ["SH0911"]);
    let same = read(&text(&above, &[]));
    assert_eq!(codes(&profile::check(&above, &same).1), ["SH0911"]);
}

fn upgraded(before: &Base, after: &Base, changes: &[Change<'_>]) -> Upgrade {
    let written = text(before, changes);
    profile::upgrade(before, after, &read(&written), &written, ".")
}

fn only(before: &Base, after: &Base, change: Change<'_>) -> (Class, Outcome) {
    let found = upgraded(before, after, &[change]);
    assert_eq!(found.entries.len(), 1);
    (found.entries[0].class, found.entries[0].outcome)
}

#[test]
fn every_class_is_told() {
    use Class as C;
    use Outcome::{Carried, Conflict};
    let one = base(BODY);
    let to = |from: &str, into: &str| base(&BODY.replace(from, into));
    let due = ("TS-01-1.2", "时限", Some("2个工作日"));
    let note = ("TS-01-1.1", "说明", Some("小心"));
    for (after, change, expected) in [
        (base(BODY), due, (C::Keep, Carried)),
        (to("3个工作日", "2个工作日"), due, (C::Same, Carried)),
        (to("3个工作日", "4个工作日"), due, (C::Bound, Carried)),
        (to("3个工作日", "1个工作日"), due, (C::Bound, Conflict)),
        (to("  - 时限：P01\n", "  - 时限：P01\n  - 说明：别的\n"), note, (C::Both, Conflict)),
        (to("登记来访人姓名", "登记来访人姓名和住址"), note, (C::Meaning, Conflict)),
        (to("  - 时限：P01\n", "  - 时限：P01\n  - 裁剪：锁定\n"), note, (C::Lock, Conflict)),
        (
            to("接待员可请来访人评价。", "接待员可请来访人评价。\n  - 裁剪：可调整"),
            ("TS-01-1.3", "不采用", None),
            (C::Lock, Conflict),
        ),
        (
            to("接待员可请来访人评价。", "接待员可请来访人评价。\n  - 时限：当日"),
            ("TS-01-1.3", "不采用", None),
            (C::Both, Conflict),
        ),
        (
            with_parameters(("名称: 来访答复", "名称: 来信答复")),
            ("P01", "值", Some("4")),
            (C::Meaning, Conflict),
        ),
        (with_parameters(("单位: 工作日\n", "单位: 日\n")), ("P01", "值", Some("4")), (C::Meaning, Conflict)),
        (with_parameters(("下限: 1\n", "下限: 5\n")), ("P01", "值", Some("4")), (C::Type, Conflict)),
        (with_parameters(("区: 5", "区: 4")), ("P01", "值", Some("3")), (C::Bound, Carried)),
    ] {
        assert_eq!(only(&one, &after, change), expected, "{change:?}");
    }
}

#[test]
fn what_is_gone_is_proposed_or_decided() {
    let one = base(BODY);
    let without = BODY
        .replace(
            "- **1.1** 接待员宜登记来访人姓名。\n",
            "- **1.5** 接待员宜登记来访人姓名。\n- **1.6** 接待员宜登记来访人事由。\n",
        )
        .replace("查：1.1", "查：1.5");
    let after = |into: &str| {
        let front = format!("废号:\n  \"1.1\": {{ 版次: \"2026.1\", {into} }}\n");
        Base::new(Fixture::new().front(&front).body(&without).sources(), None)
    };
    let change = ("TS-01-1.1", "说明", Some("小心"));
    assert_eq!(only(&one, &after("并入: [\"1.5\"]"), change), (Class::Orphan, Outcome::Conflict));
    assert_eq!(only(&one, &after("并入: [\"1.5\", \"1.6\"]"), change), (Class::Split, Outcome::Conflict));
    assert_eq!(only(&one, &after("理由: 不再要求"), change), (Class::Ref, Outcome::Conflict));
    // Two of them meet with different words.
    let found = upgraded(&one, &after("并入: [\"1.2\"]"), &[change, ("TS-01-1.2", "说明", Some("当心"))]);
    assert_eq!(found.entries[0].class, Class::Merge);
    assert_eq!(found.entries[1].class, Class::Keep);
}

#[test]
fn facts_and_roles_that_went_are_told_apart() {
    let one = Base::new(Fixture::new().sources(), None);
    let gone = Fixture::new().front("事实:\n  来访类型: [个人, 组织]\n");
    let norm = gone.norm().0.replace("  - 适用：有预约 = 否\n", "");
    let after = Base::new(Fixture::new().file(crate::fixture::NORM, norm).sources(), None);
    let change = ("TS-01-1.3", "适用", Some("有预约 = 是"));
    assert_eq!(only(&one, &after, change), (Class::Fact, Outcome::Conflict));
}

#[test]
fn conflicts_wait_in_the_profile_until_they_are_decided() {
    let one = base(&BODY.replace("3个工作日", "5个工作日"));
    let two = base(&BODY.replace("  - 证据：登记表（必交）\n", ""));
    let changes = [("TS-01-1.2", "时限", Some("4个工作日")), ("P01", "值", Some("4"))];
    let first = upgraded(&one, &two, &changes);
    assert_eq!(first.open(), 1);
    assert!(
        first.text.contains("甲区平台 # 自己的单位") && first.text.contains("条: P01 # 一项"),
        "{}",
        first.text
    );
    let pending = read(&first.text);
    assert_eq!((pending.operations.len(), pending.pending.len()), (1, 1));
    assert_eq!(codes(&profile::check(&two, &pending).1), ["SH0914"]);
    assert_eq!(pending.pending[0].after.as_deref(), Some("3个工作日"));
    // Nobody decided: it stays as it is.
    let again = profile::upgrade(&two, &two, &pending, &first.text, ".");
    assert_eq!((again.open(), &again.text), (1, &first.text));
    let decide = |words: &str| {
        let text = first.text.replace("    处理:\n", words);
        profile::upgrade(&two, &two, &read(&text), &text, ".")
    };
    // What the edition does not allow is not carried by a decision either.
    let kept = decide("    处理: 保留\n");
    assert_eq!(kept.open(), 1);
    assert!(kept.entries.iter().any(|entry| entry.problem.is_some()));
    assert_eq!(decide("    处理: 改为\n").open(), 1);
    let withdrawn = decide("    处理: 撤回\n");
    assert_eq!((withdrawn.open(), read(&withdrawn.text).operations.len()), (0, 1));
    let changed = decide("    处理: 改为\n    新值: 2个工作日\n");
    let profile = read(&changed.text);
    assert_eq!((changed.open(), profile.operations.len(), profile.pending.len()), (0, 2, 0));
    let value = &profile.operations[1].value.as_ref().expect("a value").value;
    assert_eq!((profile.operations[1].target.value.as_str(), value.as_str()), ("TS-01-1.2", "2个工作日"));
}

#[test]
fn notices_stand_beside_the_changes() {
    let one = base(BODY);
    let two = base(
        &BODY
            .replace("接待员可请来访人评价。", "接待员可请来访人评价。\n  - 时限：当日")
            .replace("- **1.4**", "- **1.7** 接待员应留下回执一份。\n- **1.4**"),
    );
    let written = text(&one, &[("TS-01-1.3", "不采用", None)])
        + "增补:\n  - 编号: TS-01-1.2_甲区1\n    正文: 接待员应留下回执。\n    理由: 试\n    批准: 某人\n    日期: \"2026-11-01\"\n";
    let found = profile::upgrade(&one, &two, &read(&written), &written, ".");
    let has = |kind, target: &str| {
        found.notices.iter().any(|notice| notice.kind == kind && notice.target == Id::new(target))
    };
    assert!(has(NoticeKind::Excl, "TS-01-1.3") && has(NoticeKind::Newduty, "TS-01-1.7"));
    assert!(has(NoticeKind::Dup, "TS-01-1.7"), "{:?}", found.notices);
    assert!(found.taken.iter().any(|taken| taken.target == Id::new("TS-01-1.7")));
}

const CLI: &str = "编号: jia\n标题: 甲区手册\n单位: 甲区平台\n代号: 甲区\n层级: 区\n基准: \".\"\n";

#[test]
fn the_command_line_starts_checks_publishes_and_upgrades() {
    let fixture = command::Fixture::started();
    let run = fixture.run(&["profile", "new", "jia", "--level", "区", "--unit", "甲区平台"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.ends_with("profiles/jia.yaml\n"), "{}", run.out);
    assert_eq!(fixture.run(&["profile", "new", "jia", "--level", "区"]).code, 2);
    let run = fixture.run(&["profile", "check", "jia"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let run = fixture.run(&["profile", "resolve", "jia", "--out", "jia-site", "--no-sync"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(fixture.read("jia-site/deviations/index.html").contains("裁剪一览"));
    let file: serde_json::Value =
        serde_json::from_str(&fixture.read("jia-site/standard/v1/deviations.json")).expect("JSON");
    let schema: serde_json::Value =
        serde_json::from_str(&fixture.read("jia-site/standard/v1/schema/deviations.json")).expect("JSON");
    assert!(jsonschema::is_valid(&schema, &file));
    let run = fixture.run(&["profile", "upgrade", "jia", "--to", "."]);
    assert_eq!(run.code, 0, "{}", run.err);
    let report: serde_json::Value =
        serde_json::from_str(&fixture.read("handbook/profiles/jia.upgrade.json")).expect("JSON");
    let schema = shouce::export::schema::named("upgrade").expect("a schema");
    assert!(jsonschema::is_valid(&schema, &report), "{report}");
    let bad = format!(
        "{CLI}操作:\n  - 条: XX-01-1\n    项: 时限\n    值: 当日\n    理由: 试\n    批准: 某\n    日期: \"2026-11-01\"\n"
    );
    fixture.write("handbook/profiles/jia.yaml", bad);
    let run = fixture.run(&["profile", "check", "jia"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("SH0902") && run.err.contains("profiles/jia.yaml:8:8"), "{}", run.err);
    assert_eq!(fixture.run(&["build", "--profile", "jia", "--out", "other", "--no-sync"]).code, 1);
    assert!(!fixture.path("other/index.html").exists());
}

#[test]
fn a_sealed_base_is_held_to_its_digest() {
    let fixture = command::Fixture::started();
    assert_eq!(fixture.run(&["lock"]).code, 0);
    let run = fixture.run(&["edition", "new", "--effective", "2026-12-01", "--no-tag"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let list = fixture.run(&["edition", "list"]).out;
    let label = list.split_whitespace().next().expect("a label").to_owned();
    assert_eq!(fixture.run(&["profile", "new", "jia", "--level", "区", "--base", &label]).code, 0);
    let path = "handbook/profiles/jia.yaml";
    assert!(fixture.read(path).contains("摘要: \"sha256:"));
    assert_eq!(fixture.run(&["profile", "check", "jia"]).code, 0);
    fixture.edit(path, "sha256:", "sha256:0");
    let run = fixture.run(&["profile", "check", "jia"]);
    assert!(run.code == 1 && run.err.contains("SH0901"), "{}", run.err);
    assert_eq!(fixture.run(&["profile", "upgrade", "jia", "--to", "."]).code, 2);
}

#[test]
fn both_adopters_of_the_manual_pass() {
    let handbook = concat!(env!("CARGO_MANIFEST_DIR"), "/handbook");
    for name in ["jia-qu", "bing-jie"] {
        let output = std::process::Command::new(command::binary())
            .args(["--source", handbook, "profile", "check", name, "--format", "short"])
            .output()
            .expect("it runs");
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && words.contains("错误 0，警告 0"), "{name}: {words}");
    }
}
