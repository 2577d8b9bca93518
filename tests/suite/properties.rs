//! Laws that hold for every input, tried on generated ones and on the real manual.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use proptest::prelude::*;
use shouce::compile::{Cache, Compiled, compile, compile_cached};
use shouce::diagnostic::Severity;
use shouce::id::{self, Id, IdKind};
use shouce::model::{Handbook, data_fingerprint, text_fingerprint};
use shouce::source::Sources;
use shouce::syntax::condition::{self, Comparison, Condition, Operator};
use shouce::syntax::deadline::{self, Amount, Every, From, Relation};
use shouce::syntax::mark::{self, Piece};
use shouce::text;
use shouce::vocabulary::Unit;

use crate::manual::{Random, manual, norms, place, with_file};

// ── Compiling ──

/// Everything that a compile says, in one text.
fn all_of(compiled: &Compiled) -> String {
    let bundle = shouce::export::bundle(&compiled.handbook).expect("a bundle");
    let files = bundle.iter().map(|(path, bytes)| format!("{path} {}\n", String::from_utf8_lossy(bytes)));
    files.chain(compiled.diagnostics.iter().map(|d| format!("{d:?}\n"))).collect()
}

#[test]
fn compiling_depends_neither_on_the_order_of_files_nor_on_threads() {
    let expected = all_of(&compile(manual()));
    for (seed, threads) in [(1, 1), (2, 3)] {
        let mut files: Vec<_> = manual().files.iter().collect();
        Random::new(seed).shuffle(&mut files);
        let mut sources = Sources::default();
        for (path, file) in files {
            sources.add(path, file.text.as_bytes());
        }
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        assert!(all_of(&pool.install(|| compile(&sources))) == expected, "seed {seed}, {threads} threads");
    }
}

#[test]
fn what_is_remembered_changes_nothing() {
    let cache = Cache::default();
    let mut random = Random::new(7);
    let mut sources = manual().clone();
    let all: Vec<_> = norms().collect();
    for _ in 0..4 {
        let (path, text) = *random.pick(&all);
        let line = text.split_inclusive('\n').nth(random.below(text.lines().count())).expect("a line");
        sources = with_file(&sources, path, text.replacen(line, "", 1).as_bytes());
        assert!(
            all_of(&compile_cached(&sources, &cache)) == all_of(&compile(&sources)),
            "{path} without {line}"
        );
    }
}

/// The fingerprints of every clause and item, one function of them a thing.
fn fingerprints(handbook: &Handbook, of_data: bool) -> BTreeMap<Id, String> {
    let clauses = handbook.clauses().map(|(_, clause)| {
        (clause.id.clone(), if of_data { clause.data_fingerprint() } else { clause.text_fingerprint() })
    });
    let items = handbook.checklists().flat_map(|(_, list)| &list.items);
    let items = items.map(|item| {
        (item.id.clone(), if of_data { item.data_fingerprint() } else { item.text_fingerprint() })
    });
    clauses.chain(items).collect()
}

/// The manual with some of its lines changed.
fn changed(seed: u64, change: impl Fn(&str, &mut Random) -> Option<String>) -> Sources {
    let mut random = Random::new(seed);
    let mut sources = manual().clone();
    for (path, text) in norms() {
        let body = text.find("\n---\n").map_or(0, |i| i + 5);
        let lines = text[body..]
            .split_inclusive('\n')
            .map(|line| change(line, &mut random).unwrap_or_else(|| line.into()));
        let out: String = std::iter::once(text[..body].to_owned()).chain(lines).collect();
        sources = with_file(&sources, path, out.as_bytes());
    }
    sources
}

#[test]
fn the_width_of_punctuation_in_fields_does_not_change_data() {
    let expected = fingerprints(&compile(manual()).handbook, true);
    let half = |line: &str, random: &mut Random| {
        let field = line.starts_with("  - ") || ["时点：", "填写："].iter().any(|key| line.starts_with(key));
        (field && random.below(3) > 0)
            .then(|| line.chars().map(|c| if text::is_han(c) { c } else { text::fold_width(c) }).collect())
    };
    for seed in 0..3 {
        let found = fingerprints(&compile(&changed(seed, half)).handbook, true);
        let differ: Vec<_> =
            expected.iter().filter(|(id, print)| found.get(*id) != Some(print)).map(|(id, _)| id).collect();
        assert!(differ.is_empty(), "seed {seed}: {differ:?}");
    }
}

#[test]
fn where_a_sentence_is_wrapped_does_not_change_its_text() {
    let expected = fingerprints(&compile(manual()).handbook, false);
    let wrapped = |line: &str, random: &mut Random| {
        let sentence = line.starts_with("- **") || line.starts_with("- [ ] **");
        // Between two Han characters outside a mark.
        let places: Vec<usize> = line
            .char_indices()
            .filter(|&(at, c)| {
                let before = &line[..at];
                let in_mark = before.matches('【').count() > before.matches('】').count();
                text::is_han(c) && before.chars().next_back().is_some_and(text::is_han) && !in_mark
            })
            .map(|(at, _)| at)
            .collect();
        (sentence && !places.is_empty()).then(|| {
            let at = *random.pick(&places);
            format!("{}\n  {}", &line[..at], &line[at..])
        })
    };
    for seed in 0..3 {
        let found = fingerprints(&compile(&changed(seed, wrapped)).handbook, false);
        let differ: Vec<_> =
            expected.iter().filter(|(id, print)| found.get(*id) != Some(print)).map(|(id, _)| id).collect();
        assert!(differ.is_empty(), "seed {seed}: {differ:?}");
    }
}

// ── Nothing is lost in silence ──

/// Lines of a body that a person would take for a clause, an item or a step: told by the eye, not by
/// the parser's rules. Of code that never ends, only the line that begins it counts.
fn meant_as_data(text: &str, body: usize) -> BTreeSet<usize> {
    let mut lines = BTreeSet::new();
    let mut fence: Option<(&str, usize)> = None;
    let mut at = body;
    for line in text[body..].split_inclusive('\n') {
        let start = at;
        at += line.len();
        let words = line.trim();
        let signs = ["`", "~"].into_iter().find(|sign| words.starts_with(&sign.repeat(3)));
        if let Some((sign, first)) = fence {
            if signs == Some(sign) && words.trim_matches(['`', '~']).is_empty() {
                lines.remove(&first);
                fence = None;
            }
            continue;
        }
        if let Some(sign) = signs {
            fence = Some((sign, start));
            lines.insert(start);
            continue;
        }
        let numbered = |rest: &str| {
            let digits: String = rest.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
            digits.contains('.') && digits.starts_with(|c: char| c.is_ascii_digit()) && !digits.ends_with('.')
        };
        let clause = words.strip_prefix("- **").is_some_and(|rest| numbered(rest) && rest.contains("**"));
        let step =
            words.strip_prefix("| ").is_some_and(|rest| numbered(rest) && rest.matches('|').count() >= 3);
        if words.starts_with("- [ ]") || clause || step {
            lines.insert(start);
        }
    }
    lines
}

#[test]
fn every_line_that_looks_like_data_is_delivered_or_reported() {
    let tokens = [
        "\n",
        "\n\n",
        " ",
        "    ",
        "\t",
        "> ",
        "- ",
        "**",
        "`",
        "```\n",
        "|",
        "---\n",
        "## 9 甲\n",
        "## CK-9 乙\n",
        "<b>",
        "[",
        "]",
        "\\",
        "1. ",
        "* ",
        "~~~\n",
        "#",
        "**注：**",
        "\u{3000}",
    ];
    let all: Vec<_> = norms().collect();
    let roles = ("roles.yaml", manual().text("roles.yaml"));
    let settings = ("shouce.yaml", manual().text("shouce.yaml"));
    for seed in 0..400 {
        let mut random = Random::new(seed);
        let (path, text) = *random.pick(&all);
        let body = text.find("\n---\n").map_or(0, |i| i + 5);
        let mut text = text.to_owned();
        for _ in 0..=random.below(3) {
            let at = text.floor_char_boundary(body + random.below(text.len() - body));
            match random.below(3) {
                0 => text.insert_str(at, random.pick::<&str>(&tokens)),
                1 => drop(text.remove(at.min(text.len() - '甲'.len_utf8()).max(body))),
                // A token where a line begins, where it does most harm.
                _ => {
                    let start = text[..at].rfind('\n').map_or(body, |i| i + 1);
                    text.insert_str(start, random.pick::<&str>(&tokens));
                }
            }
        }
        let sources = Sources::in_memory([roles, settings, (&**path, &text)]);
        let Compiled { handbook, diagnostics } = compile(&sources);
        let text = sources.text(path);
        let clauses = handbook.clauses().map(|(_, clause)| clause.span.start);
        let items = handbook.checklists().flat_map(|(_, list)| &list.items).map(|item| item.span.start);
        let errors = diagnostics.iter().filter(|d| d.rule.severity == Severity::Error).map(|d| d.span.start);
        let seen: BTreeSet<usize> = clauses.chain(items).chain(errors).map(|at| place(text, at).0).collect();
        let lines: Vec<&str> = text.lines().collect();
        for start in meant_as_data(text, body) {
            let mut line = place(text, start).0;
            // Of the rows of one table that is none, the first is reported.
            while lines[line - 1].trim_start().starts_with('|') && !seen.contains(&line) && line > 1 {
                line -= 1;
            }
            assert!(
                seen.contains(&line),
                "seed {seed}: {path}:{line} {}",
                text[start..].lines().next().unwrap_or_default()
            );
        }
    }
}

// ── Conditions ──

/// Words of facts and values.
fn word() -> impl Strategy<Value = String> {
    "[甲乙丙丁会费是否A-Za-z0-9.-]{1,6}"
        .prop_filter("no word of the language", |word| !matches!(word.as_str(), "且" | "或" | "非" | "属于"))
}

fn comparison(values: BoxedStrategy<String>) -> impl Strategy<Value = Condition> {
    let operators = [
        Operator::Equal,
        Operator::NotEqual,
        Operator::Greater,
        Operator::AtLeast,
        Operator::Less,
        Operator::AtMost,
    ];
    let plain = (word(), prop::sample::select(operators.to_vec()), values.clone());
    let plain = plain.prop_map(|(fact, operator, value)| Comparison { fact, operator, values: vec![value] });
    let list = (word(), prop::collection::vec(values, 1..4));
    let list = list.prop_map(|(fact, values)| Comparison { fact, operator: Operator::In, values });
    prop_oneof![plain, list].prop_map(Condition::Compare)
}

fn condition_of(leaf: BoxedStrategy<Condition>) -> impl Strategy<Value = Condition> {
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Condition::All),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Condition::Any),
            inner.prop_map(|inner| Condition::Not(Box::new(inner))),
        ]
    })
}

/// Conditions over the facts 甲, 乙, 丙, whose values are 是 and 否.
fn small_condition() -> impl Strategy<Value = Condition> {
    let leaf = (prop::sample::select(vec!["甲", "乙", "丙"]), any::<bool>(), any::<bool>());
    let leaf = leaf.prop_map(|(fact, equal, yes)| {
        let operator = if equal { Operator::Equal } else { Operator::NotEqual };
        Condition::Compare(Comparison {
            fact: fact.into(),
            operator,
            values: vec![if yes { "是" } else { "否" }.into()],
        })
    });
    condition_of(leaf.boxed())
}

/// What is known of 甲, 乙, 丙.
type Known = [Option<bool>; 3];

fn holds(condition: &Condition, known: Known) -> Option<bool> {
    condition.holds(&|name| {
        let at = ["甲", "乙", "丙"].iter().position(|fact| *fact == name)?;
        known[at].map(|yes| if yes { "是" } else { "否" }.to_owned())
    })
}

/// Every way to learn what is not known yet.
fn completions(known: Known) -> Vec<Known> {
    let mut all = vec![known];
    for at in 0..3 {
        let with = |yes| {
            move |mut known: Known| {
                known[at] = known[at].or(Some(yes));
                known
            }
        };
        all = all.iter().copied().map(with(true)).chain(all.iter().copied().map(with(false))).collect();
    }
    all
}

fn not(condition: Condition) -> Condition {
    Condition::Not(Box::new(condition))
}

proptest! {
    // A failure prints its input; nothing is kept beside the tests.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_printed_condition_reads_as_itself(condition in condition_of(comparison(word().boxed()).boxed())) {
        prop_assert_eq!(condition::parse(&condition.chinese()), Ok(condition));
    }

    #[test]
    fn full_width_signs_mean_the_same(condition in condition_of(comparison(word().boxed()).boxed())) {
        let wide = condition.chinese().replace('=', "＝").replace('<', "＜").replace('>', "＞").replace(' ', "\u{3000}");
        prop_assert_eq!(condition::parse(&wide), Ok(condition));
    }

    #[test]
    fn any_text_is_a_condition_or_has_a_place(text in "[甲是=≠><≥≤（）()且或非属于 /\u{3000}!]{0,30}") {
        if let Err(error) = condition::parse(&text) {
            prop_assert!(text.is_char_boundary(error.at) && !error.why.is_empty());
        }
    }

    #[test]
    fn negation_goes_through_brackets(parts in prop::collection::vec(small_condition(), 2..4), known: Known) {
        let negated: Vec<_> = parts.iter().cloned().map(not).collect();
        prop_assert_eq!(holds(&not(Condition::All(parts.clone())), known), holds(&Condition::Any(negated.clone()), known));
        prop_assert_eq!(holds(&not(Condition::Any(parts)), known), holds(&Condition::All(negated), known));
    }

    #[test]
    fn order_and_double_negation_do_not_matter(parts in prop::collection::vec(small_condition(), 2..4), known: Known) {
        let turned: Vec<_> = parts.iter().rev().cloned().collect();
        for join in [Condition::All, Condition::Any] {
            prop_assert_eq!(holds(&join(parts.clone()), known), holds(&join(turned.clone()), known));
        }
        prop_assert_eq!(holds(&not(not(parts[0].clone())), known), holds(&parts[0], known));
    }

    #[test]
    fn learning_more_never_changes_an_answer(condition in small_condition(), known: Known) {
        if let Some(answer) = holds(&condition, known) {
            for completed in completions(known) {
                prop_assert_eq!(holds(&condition, completed), Some(answer));
            }
        }
    }

    #[test]
    fn who_knows_everything_has_an_answer(condition in small_condition(), known: [bool; 3]) {
        prop_assert!(holds(&condition, known.map(Some)).is_some());
    }
}

// ── Deadlines and recurrences ──

/// What happens, in words that are no deadline themselves.
fn event() -> impl Strategy<Value = String> {
    "(收到|提交|开场|审核|通知|交接|会商)(补正件|材料|意见|报告)?(发布|完毕)?"
}

fn length() -> impl Strategy<Value = (String, Amount)> {
    let units = [
        (Unit::Workday, "个工作日"),
        (Unit::Workday, "工作日"),
        (Unit::Day, "日"),
        (Unit::Day, "天"),
        (Unit::Hour, "小时"),
        (Unit::WorkHour, "个工作小时"),
        (Unit::Minute, "分钟"),
        (Unit::Month, "个月"),
        (Unit::Year, "年"),
    ];
    let fixed = (1..1000_u32, prop::sample::select(units.to_vec()))
        .prop_map(|(n, (unit, words))| (format!("{n}{words}"), Amount::Fixed { n, unit }));
    let held = ("P[0-9]{2}", prop::option::of("(平时|高峰|受理|办结)")).prop_map(|(parameter, component)| {
        let words = component
            .as_ref()
            .map_or_else(|| parameter.clone(), |component| format!("{parameter}.{component}"));
        (words, Amount::Parameter { parameter: Id::new(parameter), component })
    });
    let amount = prop_oneof![fixed, held];
    (amount, prop::sample::select(vec!["", "内", "以内"]))
        .prop_map(|((words, amount), inside)| (format!("{words}{inside}"), amount))
}

/// A norm's id. `CK` and `FM` are no parts.
fn norm() -> impl Strategy<Value = String> {
    "[A-Z]{2}-[0-9]{2}".prop_filter("a part", |norm| !norm.starts_with("CK") && !norm.starts_with("FM"))
}

fn local_number() -> impl Strategy<Value = String> {
    prop_oneof!["[1-9][0-9]?\\.[1-9][0-9]?[a-z]?", "[1-9]\\.[1-9]\\.[1-9]", "[A-Z]\\.[1-9]", "C[1-9]"]
}

fn time_of_day() -> impl Strategy<Value = String> {
    (0..24_u8, 0..60_u8).prop_map(|(hour, minute)| format!("{hour}:{minute:02}"))
}

proptest! {
    // A failure prints its input; nothing is kept beside the tests.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_length_of_time_is_a_deadline((words, amount) in length()) {
        let due = deadline::parse_due(&words, &Id::new("NJ-03")).expect("a deadline");
        prop_assert_eq!((due.relation, due.within, due.from), (Relation::Within, Some(amount), From::Opened));
    }

    #[test]
    fn a_deadline_counts_from_a_clause((words, amount) in length(), number in local_number(), wide: bool) {
        let text = format!("{words}{}自 {number} 完成起", if wide { "，" } else { "," });
        let due = deadline::parse_due(&text, &Id::new("NJ-03")).expect("a deadline");
        prop_assert_eq!(due.within, Some(amount));
        prop_assert_eq!(due.from, From::Done(Id::new(format!("NJ-03-{number}"))));
    }

    #[test]
    fn a_deadline_counts_from_an_event((words, amount) in length(), event in event()) {
        let norm = Id::new("NJ-03");
        let from = |text: String| deadline::parse_due(&text, &norm).map(|due| (due.relation, due.within, due.from));
        let expected = |relation| Some((relation, Some(amount.clone()), From::Event(event.clone())));
        prop_assert_eq!(from(format!("{words}，自 {event} 起")), expected(Relation::Within));
        prop_assert_eq!(from(format!("{event}后{words}")), expected(Relation::Within));
        prop_assert_eq!(from(format!("{event}前{words}")), expected(Relation::Before));
        prop_assert_eq!(from(format!("{event}时")), Some((Relation::At, None, From::Event(event.clone()))));
        prop_assert_eq!(from(format!("{event}前")), Some((Relation::Before, None, From::Event(event.clone()))));
    }

    #[test]
    fn a_legal_recurrence_is_never_manual(
        time in prop::option::of(time_of_day()), month in 1..=12_u8, day in 1..=31_u8, weekday in 0..7_usize,
        event in event(), (words, _) in length(), parameter in "P[0-9]{2}", blank: bool,
    ) {
        let norm = Id::new("NJ-03");
        let every = |text: &str| deadline::parse_schedule(text, &norm).every;
        let at = time.as_ref().map_or_else(String::new, |time| format!("{}{time}", if blank { " " } else { "" }));
        let stamp = time.as_ref().map(|time| format!("{time:0>5}"));
        prop_assert_eq!(every(&format!("每日{at}")), Every::Day { at: stamp.clone() });
        prop_assert_eq!(every(&format!("每工作日{at}")), Every::Workday { at: stamp.clone() });
        let name = "一二三四五六日".chars().nth(weekday).expect("a day");
        prop_assert_eq!(every(&format!("每周{name}{at}")), Every::Week { weekday: Some(weekday as u8 + 1), at: stamp });
        prop_assert_eq!(every(&format!("每月{day}日前")), Every::Month { day: Some(day) });
        prop_assert_eq!(every(&format!("每年{month}月")), Every::Year { month: Some(month), day: None });
        prop_assert_eq!(every(&format!("每年{month}月{day}日前")), Every::Year { month: Some(month), day: Some(day) });
        prop_assert_eq!(every(&format!("{parameter}内每日")), Every::Season { parameter: Id::new(&parameter) });
        for text in ["每件", "每次", "每半日", "每日", "每周", "每月", "每季度", "每季度首周", "每半年", "每年"] {
            prop_assert!(every(text) != Every::Manual, "{}", text);
        }
        for text in [format!("{event}前{words}"), format!("{event}后{words}"), format!("{event}时")] {
            prop_assert!(matches!(every(&text), Every::Event(_)), "{}", text);
        }
    }

    #[test]
    fn any_words_are_a_recurrence_of_some_kind(text in "[每周月日年前后自起内时P0-9.:：个工作日 ]{0,16}") {
        let schedule = deadline::parse_schedule(&text, &Id::new("NJ-03"));
        prop_assert_eq!(schedule.text, text.trim());
    }
}

// ── Identifiers, marks, text ──

proptest! {
    // A failure prints its input; nothing is kept beside the tests.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_short_number_becomes_whole_and_short_again(norm in norm(), number in local_number()) {
        let norm = Id::new(norm);
        let whole = id::complete(&number, &norm);
        prop_assert_eq!(whole.kind(), Some(IdKind::Clause));
        prop_assert_eq!(whole.local(), number);
        prop_assert_eq!(whole.norm(), Some(norm.clone()));
        prop_assert_eq!(id::complete(whole.as_str(), &Id::new("ZZ-99")), whole);
    }

    #[test]
    fn checklists_and_forms_become_whole(norm in norm(), kind in "(CK|FM)", n in 1..100_u32, item in prop::option::of("[0-9]{2}")) {
        let norm = Id::new(norm);
        let short = format!("{kind}-{n}{}", item.as_ref().map_or_else(String::new, |item| format!(".{item}")));
        let whole = id::complete(&short, &norm);
        prop_assert_eq!(whole.local(), short);
        prop_assert_eq!(whole.norm(), Some(norm));
        let head = whole.as_str().split('.').next().expect("a head");
        prop_assert_eq!(whole.whole(), Id::new(head));
    }

    #[test]
    fn a_whole_id_is_found_in_a_sentence(
        id in prop_oneof!["[ABDEG-Z][A-Z]-[0-9]{2}(-[1-9](\\.[1-9][a-z]?)?)?", "(CK|FM)-[ABDEG-Z][A-Z]-[0-9]{2}-[1-9](\\.[0-9]{2})?", "[PRELKF][0-9]{2}"],
        before in "[见按，（ ]?", after in "[。，）的 ]?",
    ) {
        let text = format!("请{before}{id}{after}");
        let found: Vec<_> = id::find(&text).into_iter().map(|(range, id)| (text[range].to_owned(), id)).collect();
        prop_assert_eq!(found, [(id.clone(), Id::new(&id))]);
    }

    #[test]
    fn what_is_found_stands_where_it_says(text in "[A-Z0-9a-z.表见。 -]{0,40}") {
        let mut end = 0;
        for (range, id) in id::find(&text) {
            prop_assert!(range.start >= end && id.kind().is_some());
            prop_assert_eq!(&text[range.clone()], id.as_str());
            end = range.end;
        }
    }

    #[test]
    fn marks_and_words_cover_a_text(text in "[甲乙【】法源参例表：:L0-9F P.;；·（）\n]{0,40}") {
        let mut end = 0;
        for piece in mark::split(&text) {
            let range: Range<usize> = match piece {
                Piece::Text(range) | Piece::Mark(range, _) | Piece::Unclosed(range) | Piece::Unknown(range, _) => range,
            };
            prop_assert_eq!(range.start, end);
            prop_assert!(text.is_char_boundary(range.end) && range.end > range.start);
            end = range.end;
        }
        prop_assert_eq!(end, text.len());
    }

    #[test]
    fn the_canonical_text_is_its_own(text in "\\PC{0,40}") {
        let once = text::canonical(&text);
        prop_assert_eq!(text::canonical(&once), once.clone());
        prop_assert_eq!(text_fingerprint(&once), text_fingerprint(&text));
    }

    #[test]
    fn wrapping_between_han_leaves_a_text_as_it_is(words in prop::collection::vec("[甲-龥。，]{1,5}", 1..6)) {
        prop_assert_eq!(text_fingerprint(&words.join("\n  ")), text_fingerprint(&words.concat()));
    }

    #[test]
    fn width_and_order_of_keys_do_not_change_data(name in "[a-z（）：；，＝甲-龥0-9]{0,12}", n in 0..100_u32) {
        let data = serde_json::json!({"name": name, "n": n});
        let same = serde_json::json!({"n": n, "name": text::folded(&name), "text": "x"});
        prop_assert_eq!(data_fingerprint(&data), data_fingerprint(&same));
    }
}
