//! Search: what people type, and what they must find.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::fs;

use proptest::prelude::*;
use shouce::search::unit::Kind;
use shouce::search::{self, Index, Query, Results, Why};
use shouce::text::is_han;
use shouce::vocabulary::Level;

use crate::fixture::Fixture;
use crate::manual::{Random, manual};

/// A second norm, so that there is something to choose between.
const ANNUAL: &str = "---
编号: TS-02
标题: 年检报告预审程序
类别: 工作程序
版次: \"2026.1\"
状态: 试行
生效日: \"2026-01-01\"
主责: R01
读者: [R01]
层级: [市]
依据: [L01]
---

# TS-02 年检报告预审程序

预审过了，不等于年检就合格。

## 1 谁参加

今年刚成立的，不参加今年的年检。

- **1.1** 主管应核对登记证书副本是否在有效期内【法：L01 第38条】。
  - 频次：每件
- **1.2** 主管应用VR设备和WeChat2群通知會長，附PDF文件。
  - 频次：每件

## 2 续审标记

审到一半来电话，回来从续审标记写的停点接着看；电话打完先写标记。

- **2.1** 主管应写下停在哪一遍、哪一栏。
  - 时限：当日
- **2.2** 主管应率先绿化大厅，并把没审完的件写进交接表。
  - 时限：当日
";

const TERMS: &str = "- 词: 来访
  节: 2
  定义: 到现场求助或咨询。
  同义: [上门]
  不用: [信访]
- 词: 年度检查
  节: 2
  定义: 登记机关每年对社会组织的检查。
  同义: [年检]
- 词: 社会服务机构
  节: 2
  定义: 用非国有资产举办的非营利组织。
  同义: [民非, NPO]
";

fn fixture() -> Fixture {
    Fixture::new().file("TS/TS-02.md", ANNUAL).file("terms.yaml", TERMS)
}

fn index() -> Index {
    search::build(&fixture().compile().handbook).expect("an index")
}

fn ask(index: &Index, text: &str) -> Results {
    index.search(&Query::new(text)).expect("an answer")
}

#[test]
fn what_people_type_finds_what_they_mean() {
    let index = index();
    let mut missed = Vec::new();
    for (typed, id, why) in [
        // In their own words.
        ("预审过了是不是年检就合格", "TS-02", Why::Part),
        ("审一半来电话 回来从哪接着看", "TS-02-2", Why::Part),
        ("今年刚成立的要参加年检吗", "TS-02-1", Why::Part),
        ("请问续审标记怎么写？", "TS-02-2", Why::Part),
        ("证书 有效期", "TS-02-1.1", Why::Literal),
        ("没审完的件咋办", "TS-02-2.2", Why::Part),
        // Names, and other words for them.
        ("年检报告预审程序", "TS-02", Why::Literal),
        ("民非", "社会服务机构", Why::Literal),
        ("npo", "社会服务机构", Why::Literal),
        ("上门登记表", "FM-TS-01-1", Why::Synonym),
        // Other script, width and spelling.
        ("年檢報告預審程序", "TS-02", Why::Script),
        ("續審標記", "TS-02-2", Why::Script),
        ("会长", "TS-02-1.2", Why::Literal),
        ("ｐｄｆ　文件", "TS-02-1.2", Why::Literal),
        ("wechat", "TS-02-1.2", Why::Part),
        // By ear.
        ("xushenbiaoji", "TS-02-2", Why::Pinyin),
        ("xu shen biao ji", "TS-02-2", Why::Pinyin),
        ("xushenbiao", "TS-02-2", Why::Pinyin),
        ("xushenbiaoj", "TS-02-2", Why::Pinyin),
        ("xsbj", "TS-02-2", Why::Initials),
        ("xshenbj", "TS-02-2", Why::Pinyin),
        ("年捡报告预审", "TS-02", Why::Pinyin),
        ("lvhua", "TS-02-2.2", Why::Pinyin),
        ("luhua", "TS-02-2.2", Why::Pinyin),
        ("huizhang", "TS-02-1.2", Why::Pinyin),
        // By number.
        ("TS-02", "TS-02", Why::Id),
        ("ts2 2.1", "TS-02-2.1", Why::Id),
        ("ＴＳ－０２－２。１", "TS-02-2.1", Why::Id),
        ("ck ts 1 1.02", "CK-TS-01-1.02", Why::Id),
        ("fmts01-1", "FM-TS-01-1", Why::Id),
        ("r2", "R02", Why::Id),
        ("第三十八条", "TS-02-1.1", Why::Literal),
        ("第38条", "TS-02-1.1", Why::Literal),
        ("38条", "TS-02-1.1", Why::Literal),
        ("第二章", "TS-01-2", Why::Id),
        ("1.3", "TS-01-1.3", Why::Id),
    ] {
        let results = ask(&index, typed);
        let best: Vec<_> =
            results.hits.iter().take(3).map(|hit| (hit.id.as_str(), hit.why, hit.score)).collect();
        if best.first().is_none_or(|hit| (hit.0, hit.1) != (id, why)) {
            missed.push(format!("{typed}: not {id} {why:?} but {best:?}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn values_of_parameters_and_citations_are_found_as_a_page_shows_them() {
    let index = index();
    let hits = ask(&index, "3个工作日内答复").hits;
    assert_eq!(hits[0].id, "TS-01-1.2");
    let snippet: String = hits[0].snippet.iter().map(|piece| piece.text.as_str()).collect();
    assert!(snippet.contains("在3个工作日内答复") && !snippet.contains("{{"), "{snippet}");
    assert!(
        ask(&index, "来访接待办法 第5条")
            .hits
            .iter()
            .any(|hit| hit.id == "TS-01-1.2" && hit.why == Why::Literal)
    );
}

#[test]
fn a_hit_says_where_it_stands_and_marks_what_was_typed() {
    let hit = ask(&index(), "停在哪一遍").hits.swap_remove(0);
    assert_eq!(
        (hit.id.as_str(), hit.group.as_str(), hit.norm_id.as_deref()),
        ("TS-02-2.1", "TS-02", Some("TS-02"))
    );
    assert_eq!(hit.path, ["来访服务", "TS-02 年检报告预审程序", "2 续审标记"]);
    assert_eq!((hit.url.as_str(), hit.kind), ("/TS-02/#2.1", Kind::Requirement));
    let marked: Vec<&str> =
        hit.snippet.iter().filter(|piece| piece.hit).map(|piece| piece.text.as_str()).collect();
    assert_eq!(marked, ["停在哪一遍"]);
}

#[test]
fn filters_narrow_and_counts_tell_what_another_choice_gives() {
    let index = index();
    let all = ask(&index, "登记");
    let query = Query { kind: Some(Kind::Requirement), level: Some(Level::District), ..Query::new("登记") };
    let some = index.search(&query).expect("an answer");
    assert!(some.total > 0 && some.total < all.total);
    assert!(some.hits.iter().all(|hit| hit.kind == Kind::Requirement && hit.group == "TS-01"));
    let kinds: Vec<&str> = some.facets.kind.iter().map(|count| count.value.as_str()).collect();
    assert!(kinds.contains(&"requirement") && kinds.contains(&"form"), "{kinds:?}");
    let requirements =
        some.facets.kind.iter().find(|count| count.value == "requirement").expect("the kind asked for");
    assert_eq!((requirements.count, requirements.label.as_str()), (some.total, "要求"));
    let role = Query { role: Some("R01".into()), ..Query::new("复核") };
    assert!(index.search(&role).expect("an answer").hits.iter().any(|hit| hit.id == "TS-01-2.2"));
    let nowhere = Query { part: Some("XX".into()), ..Query::new("登记") };
    assert_eq!(index.search(&nowhere).expect("an answer").total, 0);
}

#[test]
fn pages_of_hits_follow_one_another() {
    let index = index();
    let all = index.search(&Query { limit: 100, ..Query::new("登记") }).expect("an answer");
    assert!(all.total == all.hits.len() && all.total > 4, "{}", all.total);
    let paged: Vec<_> = (0..all.total)
        .step_by(2)
        .flat_map(|offset| {
            index.search(&Query { limit: 2, offset, ..Query::new("登记") }).expect("an answer").hits
        })
        .collect();
    assert_eq!(paged, all.hits);
    let grouped =
        index.search(&Query { limit: 100, per_group: Some(1), ..Query::new("登记") }).expect("an answer");
    let mut groups: Vec<&str> = grouped.hits.iter().map(|hit| hit.group.as_str()).collect();
    groups.sort_unstable();
    assert!(groups.windows(2).all(|pair| pair[0] != pair[1]) && grouped.total == all.total);
}

#[test]
fn what_is_not_there_is_not_found_but_a_name_close_to_it_is_offered() {
    let index = index();
    assert_eq!(ask(&index, "量子力学").total, 0);
    assert_eq!(ask(&index, "社会服物机购").suggestions, ["社会服务机构"]);
    assert!(ask(&index, "登记").suggestions.is_empty());
}

#[test]
fn any_text_is_a_query() {
    let index = index();
    let long = "年检报告怎么审".repeat(1_500);
    for text in [
        "",
        " ",
        "\u{3000}\n",
        "。",
        "😀",
        "😀年检😀",
        "\u{0}\u{1b}[31m",
        "\u{202e}年检",
        "'",
        "\"",
        "*",
        "AND OR NOT",
        "a:b^2~",
        "-",
        "𠮷",
        "年",
        &long,
    ] {
        let results = ask(&index, text);
        assert!(results.hits.len() <= 20, "{text:?}");
    }
    assert!(ask(&index, "").hits.is_empty() && ask(&index, "😀").hits.is_empty());
    assert_eq!(ask(&index, "\u{202e}年\u{200b}检").total, ask(&index, "年检").total);
    for letters in ["a".repeat(5_000), "xian".repeat(2_000), "安那".repeat(500), "1".repeat(3_000)] {
        ask(&index, &letters);
    }
}

#[test]
fn a_text_beyond_every_limit_is_indexed_to_its_end() {
    let body = format!("\n## 1 长文\n\n{}{}结尾有罕见的貔貅。\n", "x".repeat(70_000), "年检".repeat(40_000));
    let index = search::build(&Fixture::new().body(&body).compile().handbook).expect("an index");
    assert_eq!(ask(&index, "罕见的貔貅").hits[0].id, "TS-01-1");
}

#[test]
fn two_builds_answer_the_same() {
    let (one, other) = (index(), index());
    for text in ["登记", "年检", "njbg", "来访 登记 复核", "1.1", "主管要做什么"] {
        assert_eq!(ask(&one, text), ask(&other, text), "{text}");
    }
}

#[test]
fn a_plain_folder_is_found_by_heading() {
    let mut sources = shouce::source::Sources::in_memory([
        (
            "guide/install.md",
            "# 安装\n\n先装编译器。\n\n## 第一步：下载\n\n从镜像下载 rustup-init，再运行 setupTool。\n",
        ),
        ("index.md", "# 首页\n\n欢迎。\n"),
    ]);
    sources.root = "plain".into();
    let index = search::build(&shouce::compile::compile(&sources).handbook).expect("an index");
    let hit = ask(&index, "镜像下载").hits.swap_remove(0);
    assert_eq!(
        (hit.title.as_str(), hit.kind, hit.group.as_str()),
        ("第一步：下载", Kind::Page, "guide/install")
    );
    assert_eq!(hit.path, ["安装"]);
    assert!(hit.url.starts_with("/guide/install/#第一步"), "{}", hit.url);
    for word in ["rustup-init", "rustup", "setup", "setuptool"] {
        assert_eq!(ask(&index, word).hits[0].id, hit.id, "{word}");
    }
}

#[test]
fn the_answer_is_json_with_these_keys() {
    let answer = serde_json::to_value(ask(&index(), "停在哪一遍")).expect("JSON");
    let keys =
        |value: &serde_json::Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&answer), ["query", "total", "hits", "facets", "suggestions"]);
    assert_eq!(
        keys(&answer["hits"][0]),
        ["id", "norm_id", "group", "title", "path", "url", "kind", "score", "why", "snippet"]
    );
    assert_eq!(
        (&answer["hits"][0]["kind"], &answer["hits"][0]["why"]),
        (&"requirement".into(), &"literal".into())
    );
    assert_eq!(keys(&answer["hits"][0]["snippet"][0]), ["text", "hit"]);
    assert_eq!(keys(&answer["facets"]), ["part", "kind", "level", "role", "status"]);
    let schema = schemars::schema_for!(Results).to_value();
    jsonschema::validate(&schema, &answer).expect("the answer keeps to its schema");
}

mod the_manual {
    use super::*;

    fn index() -> Index {
        search::build(&shouce::compile::compile(manual()).handbook).expect("an index")
    }

    #[test]
    fn any_piece_of_it_is_found() {
        let (index, mut random) = (index(), Random::new(38));
        let runs = han_runs(&index);
        for _ in 0..200 {
            let (unit, run) = random.pick(&runs);
            let chars: Vec<char> = run.chars().collect();
            let start = random.below(chars.len());
            let piece: String = chars[start..].iter().take(1 + random.below(12)).collect();
            let results = index.search(&Query { limit: 1_000_000, ..Query::new(&piece) }).expect("an answer");
            let id = &index.units()[*unit].id;
            assert!(
                results.hits.iter().any(|hit| hit.id == *id && hit.why == Why::Literal),
                "{piece} of {id}"
            );
        }
    }

    #[test]
    fn what_people_ask_is_answered_by_the_first_hits() {
        let index = index();
        for (question, norm) in [
            ("预审过了是不是年检就合格", "NJ-01"),
            ("审一半来电话 回来从哪接着看", "NJ-03"),
            ("年捡报告书没盖章", "NJ-03"),
            ("今年刚成立的要参加年检吗", "NJ-05"),
            ("审计报告跟报表数对不上", "NJ-07"),
            ("一天催三遍审没审完", "NJ-08"),
            ("民非跟社会服务机构是不是一回事", "SC-05"),
            ("孵化基地和支持平台有啥区别", "SC-05"),
        ] {
            let hits = ask(&index, question).hits;
            let best: Vec<&str> = hits.iter().take(3).map(|hit| hit.id.as_str()).collect();
            assert!(hits.iter().take(3).any(|hit| hit.group == norm), "{question}: {best:?}, not {norm}");
        }
    }
}

mod on_disk {
    use super::*;

    #[test]
    fn a_saved_index_answers_like_the_one_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("deep/index");
        let handbook = fixture().compile().handbook;
        let (index, fingerprint) =
            (search::build(&handbook).expect("an index"), search::fingerprint(&handbook));
        for _ in 0..2 {
            index.save(&place).expect("saved");
            let opened = Index::open(&place, &fingerprint).expect("readable").expect("whole");
            assert_eq!(opened.units(), index.units());
            for text in ["登记", "xushenbiaoji", "TS-02", "停在哪一遍"] {
                assert_eq!(ask(&opened, text), ask(&index, text), "{text}");
            }
        }
        let names: Vec<_> = fs::read_dir(folder.path().join("deep")).expect("listed").collect();
        assert_eq!(names.len(), 1, "nothing is left beside the index: {names:?}");
    }

    #[test]
    fn an_index_of_something_else_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("index");
        let fingerprint = search::fingerprint(&fixture().compile().handbook);
        assert!(Index::open(&place, &fingerprint).expect("readable").is_none());
        index().save(&place).expect("saved");
        let changed = fixture().file("TS/TS-02.md", ANNUAL.replace("接着看", "接着读")).compile().handbook;
        assert_ne!(search::fingerprint(&changed), fingerprint);
        assert!(Index::open(&place, &search::fingerprint(&changed)).expect("readable").is_none());
    }

    #[test]
    fn a_damaged_index_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("index");
        let handbook = fixture().compile().handbook;
        let fingerprint = search::fingerprint(&handbook);
        search::build(&handbook).expect("an index").save(&place).expect("saved");
        let files: Vec<_> =
            fs::read_dir(&place).expect("listed").map(|entry| entry.expect("an entry").path()).collect();
        assert!(files.len() > 5, "{files:?}");
        for file in files {
            let whole = fs::read(&file).expect("read");
            for at in
                [0, whole.len() / 2, whole.len().saturating_sub(1)].into_iter().filter(|at| *at < whole.len())
            {
                let mut flipped = whole.clone();
                flipped[at] ^= 0x20;
                fs::write(&file, flipped).expect("written");
                assert!(
                    Index::open(&place, &fingerprint).expect("readable").is_none(),
                    "{} at {at}",
                    file.display()
                );
            }
            fs::write(&file, &whole[..whole.len() / 2]).expect("written");
            let torn = Index::open(&place, &fingerprint).expect("readable");
            assert!(torn.is_none() || whole.is_empty(), "{} torn", file.display());
            fs::remove_file(&file).expect("removed");
            assert!(
                Index::open(&place, &fingerprint).expect("readable").is_none(),
                "{} gone",
                file.display()
            );
            fs::write(&file, whole).expect("written");
        }
        assert!(Index::open(&place, &fingerprint).expect("readable").is_some());
    }

    #[test]
    fn a_folder_that_is_no_index_is_never_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("manifest.json"), "{}").expect("written");
        fs::write(folder.path().join("mine.txt"), "keep").expect("written");
        assert!(index().save(folder.path()).is_err());
        assert_eq!(fs::read_to_string(folder.path().join("mine.txt")).expect("read"), "keep");
        fs::create_dir(folder.path().join("empty")).expect("made");
        index().save(&folder.path().join("empty")).expect("saved");
    }
}

/// Every run of Han characters in the units, with the place of its unit.
fn han_runs(index: &Index) -> Vec<(usize, String)> {
    let texts = index
        .units()
        .iter()
        .enumerate()
        .flat_map(|(at, unit)| unit.names.iter().chain([&unit.text]).map(move |text| (at, text)));
    let runs = texts.flat_map(|(at, text)| text.split(|c| !is_han(c)).map(move |run| (at, run.to_owned())));
    runs.filter(|(_, run)| !run.is_empty()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_run_of_han_characters_that_stands_in_a_unit_is_found(run in 0..10_000_usize, start in 0..1_000_usize, length in 1..1_000_usize) {
        static INDEX: std::sync::LazyLock<Index> = std::sync::LazyLock::new(index);
        let runs = han_runs(&INDEX);
        let (unit, run) = &runs[run % runs.len()];
        let chars: Vec<char> = run.chars().collect();
        let start = start % chars.len();
        let length = 1 + length % (chars.len() - start);
        let piece: String = chars[start..start + length].iter().collect();
        let results = INDEX.search(&Query { limit: 10_000, ..Query::new(&piece) }).expect("an answer");
        let id = &INDEX.units()[*unit].id;
        let hit = results.hits.iter().find(|hit| hit.id == *id);
        prop_assert!(hit.is_some_and(|hit| hit.why <= Why::Script), "{piece} of {id}");
    }

    #[test]
    fn no_query_panics(text in "\\PC{0,40}", words in proptest::collection::vec("[年检登记主管a-z0-9 。【】\u{0}-\u{1f}\u{200b}𠮷😀第条ⅣＡ]{0,12}", 0..4)) {
        static INDEX: std::sync::LazyLock<Index> = std::sync::LazyLock::new(index);
        for text in [text, words.concat()] {
            let results = INDEX.search(&Query::new(&text)).expect("an answer");
            prop_assert!(results.hits.len() <= results.total);
        }
    }
}
