//! Properties of resolving and upgrading, over generated handbooks and profiles.
//!
//! Handbooks are drawn from a pool that is compiled once; a case draws two of them and a profile. Set
//! `SHOUCE_LONG` for 10,000 cases of each property.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use shouce::diagnostic::has_errors;
use shouce::edition::{Field, Record, RecordKind, Value, records};
use shouce::id::Id;
use shouce::profile::upgrade::Outcome;
use shouce::profile::{self, Base, Class, Profile};
use shouce::vocabulary::Tailor;

use crate::fixture::Fixture;

/// Cases of each property when there is time, and otherwise.
const CASES: u32 = 10_000;
const FEW: u32 = 400;
/// Handbooks in the pool.
const POOL: usize = 48;
/// Clauses of a handbook, 1.1 to 1.6.
const CLAUSES: usize = 6;

/// One clause of a generated handbook.
#[derive(Debug, Clone)]
struct Clause {
    text: usize,
    verb: usize,
    due: usize,
    evidence: usize,
    tailor: usize,
    note: usize,
    /// 0 there, 1 gone, 2 moved to 1.9, 3 split into 1.8 and 1.9.
    fate: usize,
}

const TEXTS: [&str; 3] = ["登记来访事项", "复述来访人的话", "告诉来访人何时有答复"];
const VERBS: [&str; 4] = ["应", "宜", "可", "不应"];
const DUES: [&str; 5] = ["", "1个工作日", "3个工作日", "5个工作日", "P01"];
const PROOFS: [&str; 4] = ["", "登记表（必交）", "登记表（必交）；回执（选交）", "回执（选交）"];
const RIGHTS: [&str; 4] = ["锁定", "只可加严", "可调整", "可删"];
const NOTES: [&str; 3] = ["", "先问姓名", "人多时先发号"];

fn clause() -> impl Strategy<Value = Clause> {
    let fate = prop_oneof![12 => Just(0_usize), 1 => Just(1), 1 => Just(2), 1 => Just(3)];
    (0..TEXTS.len(), 0..VERBS.len(), 0..DUES.len(), 0..PROOFS.len(), 0..RIGHTS.len(), 0..NOTES.len(), fate)
        .prop_map(|(text, verb, due, evidence, tailor, note, fate)| Clause {
            text: text.min(if text == 2 { 2 } else { 0 }),
            verb,
            due,
            evidence,
            tailor,
            note,
            fate,
        })
}

/// A handbook whose clauses mostly say what the first of the pool says, as an edition does.
fn handbook(clauses: &[Clause], parameter: (i64, usize, usize)) -> Base {
    let (mut body, mut retired) = ("\n## 1 接待\n\n".to_owned(), String::new());
    for (index, one) in clauses.iter().enumerate() {
        let number = index + 1;
        let into = match one.fate {
            1 => "理由: 不再要求",
            2 => "并入: [\"1.9\"]",
            3 => "并入: [\"1.8\", \"1.9\"]",
            _ => "",
        };
        if one.fate > 0 {
            let _ = writeln!(retired, "  \"1.{number}\": {{ 版次: \"2026.1\", {into} }}");
            continue;
        }
        let _ = writeln!(body, "- **1.{number}** 接待员{}{}。", VERBS[one.verb], TEXTS[one.text]);
        for (key, value) in [
            ("时限", DUES[one.due]),
            ("证据", PROOFS[one.evidence]),
            ("裁剪", RIGHTS[one.tailor]),
            ("说明", NOTES[one.note]),
        ] {
            if !value.is_empty() {
                let _ = writeln!(body, "  - {key}：{value}");
            }
        }
    }
    body.push_str("- **1.8** 接待员宜留下回执。\n- **1.9** 接待员宜问清来意。\n");
    body.push_str("\n| 号 | 谁 | 做什么 | 何时 | 留什么 | 异常 |\n| --- | --- | --- | --- | --- | --- |\n");
    body.push_str("| 1.10 | R02 | 接待员宜送别来访人。 | 当日 | | |\n");
    let checks: Vec<String> =
        (1..=CLAUSES).filter(|n| clauses[n - 1].fate == 0).map(|n| format!("1.{n}")).collect();
    body.push_str("\n## CK-1 接待检查\n\n时点：每次；顺序：任意\n\n- [ ] **01** 都做了\n");
    let _ = writeln!(body, "  - 查：1.9；{}", checks.join("；"));
    if let Some(first) = checks.first() {
        let _ = writeln!(body, "- [ ] **02** 先做的做了\n  - 查：{first}");
    }
    let (value, right, unit) = parameter;
    let fixture = Fixture::new().body(&body);
    let fixture = match retired.is_empty() {
        true => fixture,
        false => fixture.front(&format!("废号:\n{retired}")),
    };
    let registry = fixture.sources().text("parameters.yaml").replacen("区: 5", &format!("区: {value}"), 1);
    let registry = registry.replacen("裁剪: 只可加严", &format!("裁剪: {}", RIGHTS[right]), 1);
    let registry = registry.replacen("单位: 工作日", ["单位: 工作日", "单位: 日"][unit], 1);
    let base = Base::new(fixture.file("parameters.yaml", registry).sources(), None);
    assert!(!has_errors(&base.compiled.diagnostics), "{:?}\n{body}", base.compiled.diagnostics);
    base
}

/// The pool: the first is drawn, each other differs from it in a few clauses.
fn pool() -> &'static [Base] {
    static POOL_OF_BASES: OnceLock<Vec<Base>> = OnceLock::new();
    POOL_OF_BASES.get_or_init(|| {
        let mut runner = runner();
        let mut draw = |strategy: &dyn Fn() -> BoxedStrategy<Vec<Clause>>| {
            strategy().new_tree(&mut runner).expect("drawn").current()
        };
        let whole = || proptest::collection::vec(clause(), CLAUSES).boxed();
        let mut first = draw(&whole);
        first.iter_mut().for_each(|one| one.fate = 0);
        for (index, one) in first.iter_mut().enumerate() {
            one.tailor = (index + 1) % RIGHTS.len();
        }
        let mut bases = vec![handbook(&first, (5, 1, 0))];
        for index in 1..POOL {
            let others = draw(&whole);
            let mut next = first.clone();
            for (at, other) in others.into_iter().enumerate() {
                // Each field of every other clause stays as it was more often than not.
                match (index + at * 7) % 5 {
                    0 => next[at] = other,
                    1 => next[at].due = other.due,
                    2 => (next[at].evidence, next[at].tailor) = (other.evidence, other.tailor),
                    _ => {}
                }
            }
            bases.push(handbook(
                &next,
                ([5, 4, 3, 5][index % 4], [1, 1, 2, 0][index / 4 % 4], usize::from(index % 11 == 0)),
            ));
        }
        bases
    })
}

fn runner() -> TestRunner {
    let long = std::env::var_os("SHOUCE_LONG").is_some();
    TestRunner::new(Config {
        cases: if long { CASES } else { FEW },
        rng_seed: RngSeed::Fixed(20261124),
        failure_persistence: None,
        ..Config::default()
    })
}

/// A change by numbers: which clause, which field, which value.
type Draw = (usize, usize, usize);

fn draws() -> impl Strategy<Value = Vec<Draw>> {
    proptest::collection::vec((0..CLAUSES + 3, 0..6_usize, 0..5_usize), 0..6)
}

/// The text of a profile on a base; `order` turns its operations round.
fn text(base: &Base, draws: &[Draw], reverse: bool) -> String {
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for &(target, field, value) in draws {
        let (target, field, value) = match target {
            t if t < CLAUSES => match field {
                0 => (format!("TS-01-1.{}", t + 1), "时限", DUES[1 + value % 4]),
                1 => (format!("TS-01-1.{}", t + 1), "证据", PROOFS[1 + value % 3]),
                2 => (format!("TS-01-1.{}", t + 1), "说明", ["小声说", "先问姓名"][value % 2]),
                3 => (format!("TS-01-1.{}", t + 1), "裁剪", RIGHTS[value % 4]),
                4 => (
                    format!("TS-01-1.{}", t + 1),
                    "正文",
                    ["接待员应记下来访事由。", "接待员宜登记来访事项和住址。"][value % 2],
                ),
                _ => (format!("TS-01-1.{}", t + 1), "不采用", ""),
            },
            t if t == CLAUSES => {
                ("TS-01-1.10".to_owned(), ["异常", "时限"][field % 2], ["次日", "2个工作日"][field % 2])
            }
            t if t == CLAUSES + 1 => ("TS-01-1.9".to_owned(), "说明", "多问一句"),
            _ => ("P01".to_owned(), "值", ["1", "2", "3", "4", "6"][value]),
        };
        if seen.insert((target.clone(), field)) {
            all.push((target, field, value));
        }
    }
    if reverse {
        all.reverse();
    }
    let mut out =
        "# 生成的方案\n编号: jia\n标题: 甲区手册\n单位: 甲区平台\n代号: 甲区\n层级: 区\n基准: \".\"\n操作:\n"
            .to_owned();
    for (target, field, value) in all {
        let print = base.records().get(target.as_str()).map(profile::fingerprint).unwrap_or_default();
        let _ = writeln!(out, "  - 条: {target}\n    项: {field}");
        if field != "不采用" {
            let _ = writeln!(out, "    值: \"{value}\"");
        }
        let _ =
            writeln!(out, "    指纹: \"{print}\"\n    理由: 试\n    批准: 某人\n    日期: \"2026-11-01\"");
    }
    out
}

fn read(text: &str) -> Profile {
    let path: Arc<str> = "jia.yaml".into();
    let (profile, found) = profile::read(&path, text);
    assert!(found.is_empty(), "{found:?}\n{text}");
    profile.expect("a profile")
}

/// A profile with only those operations that its base allows.
fn valid(base: &Base, draws: &[Draw]) -> (Vec<Draw>, String) {
    let mut kept: Vec<Draw> = draws.to_vec();
    loop {
        let written = text(base, &kept, false);
        let profile = read(&written);
        let (_, found) = profile::check(base, &profile);
        let faulty = found.iter().find(|one| one.rule.severity == shouce::rule::Severity::Error);
        let Some(fault) = faulty else { return (kept, written) };
        let bad =
            profile.operations.iter().position(|one| one.range.contains(&fault.span.start)).unwrap_or(0);
        let name = |draw: &Draw| {
            read(&text(base, &[*draw], false))
                .operations
                .first()
                .map(|one| (one.target.value.clone(), one.aspect.value))
        };
        let bad = profile.operations.get(bad).map(|one| (one.target.value.clone(), one.aspect.value));
        let before = kept.len();
        kept.retain(|draw| name(draw) != bad);
        assert!(kept.len() < before, "{fault:?}\n{written}");
    }
}

/// What an operation may reach: its target, and what inherits from it.
fn reached(profile: &Profile, record: &Record) -> bool {
    let is = |id: &Id| profile.operations.iter().any(|one| one.target.value == *id);
    let inherits = match record.fields.get(&Field::Checks) {
        Some(Value::Set(checks)) => checks.iter().any(|id| is(&Id::new(id))),
        _ => false,
    };
    is(&record.id) || (record.kind == RecordKind::Item && inherits)
}

fn pairs() -> impl Strategy<Value = (usize, usize, Vec<Draw>)> {
    (0..POOL, 0..POOL, draws())
}

#[test]
fn resolving_changes_only_what_may_be_changed() {
    runner()
        .run(&(0..POOL, draws()), |(index, draws)| {
            let base = &pool()[index];
            let written = text(base, &draws, false);
            let profile = read(&written);
            let (resolved, found) = profile::check(base, &profile);
            let after = records(&resolved.compiled.handbook);
            // Whatever was wrong, nothing is touched that was not asked for.
            for record in base.records().values() {
                let now = after.get(&record.id);
                if !reached(&profile, record)
                    || base.right(record) == Tailor::Locked && record.kind != RecordKind::Item
                {
                    prop_assert_eq!(now.map(|now| &now.fields), Some(&record.fields), "{}", record.id);
                }
            }
            if profile.operations.is_empty() {
                prop_assert!(found.is_empty());
                prop_assert_eq!(&after, base.records());
            }
            if !has_errors(&found) && profile.operations.len() > 1 {
                let turned = profile::check(base, &read(&text(base, &draws, true))).0;
                prop_assert_eq!(turned.sources.contents(), resolved.sources.contents());
                prop_assert_eq!(&turned.compiled.handbook.tailoring, &resolved.compiled.handbook.tailoring);
            }
            Ok(())
        })
        .expect("the property holds");
}

#[test]
fn upgrading_to_the_same_edition_changes_nothing() {
    runner()
        .run(&(0..POOL, draws()), |(index, draws)| {
            let base = &pool()[index];
            let (_, written) = valid(base, &draws);
            let found = profile::upgrade(base, base, &read(&written), &written, ".");
            prop_assert_eq!(found.open(), 0);
            prop_assert_eq!(found.text, written);
            prop_assert!(found.taken.is_empty() && found.notices.is_empty());
            Ok(())
        })
        .expect("the property holds");
}

#[test]
fn every_change_ends_in_one_class_and_conflicts_are_not_carried() {
    let mut seen: BTreeSet<Class> = BTreeSet::new();
    let told = std::sync::Mutex::new(&mut seen);
    runner()
        .run(&pairs(), |(one, two, draws)| {
            let (before, after) = (&pool()[one], &pool()[two]);
            let (_, written) = valid(before, &draws);
            let profile = read(&written);
            let found = profile::upgrade(before, after, &profile, &written, ".");
            prop_assert_eq!(found.entries.len(), profile.operations.len());
            let next = read(&found.text);
            prop_assert_eq!(next.operations.len() + next.pending.len(), profile.operations.len());
            prop_assert_eq!(next.pending.len(), found.open());
            for (entry, one) in found.entries.iter().zip(&profile.operations) {
                told.lock().expect("told").insert(entry.class);
                let id = &one.target.value;
                let (was, now) = (before.records().get(id), after.records().get(id));
                let same =
                    was.zip(now).is_some_and(|(a, b)| profile::fingerprint(a) == profile::fingerprint(b));
                let carried = entry.outcome == Outcome::Carried;
                prop_assert!(!carried || same, "{} means something else", id);
                prop_assert!(
                    carried == matches!(entry.class, Class::Keep | Class::Same)
                        || entry.class == Class::Bound
                );
                prop_assert_eq!(
                    carried,
                    next.operations
                        .iter()
                        .any(|kept| kept.target.value == *id && kept.aspect.value == one.aspect.value)
                );
            }
            // What is carried may be done on the new edition, and nothing else is changed there.
            let (resolved, wrong) = profile::check(after, &Profile { pending: Vec::new(), ..next.clone() });
            prop_assert!(!has_errors(&wrong), "{:?}\n{}", wrong, found.text);
            let resolved = records(&resolved.compiled.handbook);
            for record in after.records().values().filter(|record| !reached(&next, record)) {
                prop_assert_eq!(resolved.get(&record.id).map(|now| &now.fields), Some(&record.fields));
            }
            if profile.operations.is_empty() {
                prop_assert_eq!(&found.text, &written);
            }
            // Nobody decided anything: a second run leaves all as it is.
            if found.open() > 0 {
                let again = profile::upgrade(after, after, &next, &found.text, ".");
                prop_assert_eq!(&again.text, &found.text);
            }
            Ok(())
        })
        .expect("the property holds");
    for class in [
        Class::Keep,
        Class::Same,
        Class::Meaning,
        Class::Lock,
        Class::Both,
        Class::Bound,
        Class::Orphan,
        Class::Split,
        Class::Ref,
    ] {
        assert!(seen.contains(&class), "no case of {class:?} among {seen:?}");
    }
}

#[test]
fn one_step_is_as_good_as_two() {
    runner()
        .run(&(0..POOL, 0..POOL, 0..POOL, draws()), |(one, two, three, draws)| {
            let (first, second, third) = (&pool()[one], &pool()[two], &pool()[three]);
            let (_, written) = valid(first, &draws);
            let step = profile::upgrade(first, second, &read(&written), &written, ".");
            if step.open() > 0 {
                return Ok(());
            }
            let next = profile::upgrade(second, third, &read(&step.text), &step.text, ".");
            let once = profile::upgrade(first, third, &read(&written), &written, ".");
            if next.open() == 0 && once.open() == 0 {
                prop_assert_eq!(next.text, once.text);
            }
            Ok(())
        })
        .expect("the property holds");
}
