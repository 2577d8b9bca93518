//! What YAML means here: scalars stay what was typed, nothing is guessed, and what would mean
//! something else than it shows is refused.

use shouce::compile::compile;
use shouce::rule::{self, Rule};
use shouce::source::Sources;
use shouce::yaml::{self, Node, Value};

/// What must come of a text.
enum Expected {
    /// The value of `a` is this scalar.
    Text(&'static str),
    /// `a` has no value.
    Nothing,
    /// `a` is a list of these.
    List(&'static [&'static str]),
    /// It is refused or reported by this rule alone.
    Refused(&'static Rule),
}

use Expected::{List, Nothing, Refused, Text};

const CASES: &[(&str, Expected)] = &[
    // Words that other readers take for truth values.
    ("a: yes", Text("yes")),
    ("a: no", Text("no")),
    ("a: NO", Text("NO")),
    ("a: on", Text("on")),
    ("a: Off", Text("Off")),
    ("a: y", Text("y")),
    ("a: true", Text("true")),
    ("a: TRUE", Text("TRUE")),
    ("a: 是", Text("是")),
    ("a: 否", Text("否")),
    // Numbers, and what only looks like one.
    ("a: 2026.10", Text("2026.10")),
    ("a: 2026.1", Text("2026.1")),
    ("a: 007", Text("007")),
    ("a: 0o17", Text("0o17")),
    ("a: 0x1F", Text("0x1F")),
    ("a: 1e3", Text("1e3")),
    ("a: 1_000", Text("1_000")),
    ("a: .5", Text(".5")),
    ("a: +1", Text("+1")),
    ("a: -0", Text("-0")),
    ("a: .inf", Text(".inf")),
    ("a: .NaN", Text(".NaN")),
    ("a: 12345678901234567890123", Text("12345678901234567890123")),
    ("a: 1:30", Text("1:30")),
    ("a: 3.1.2", Text("3.1.2")),
    // Days and times.
    ("a: 2026-01-01", Text("2026-01-01")),
    ("a: 2026-01-01T08:50:00Z", Text("2026-01-01T08:50:00Z")),
    ("a: 08:50", Text("08:50")),
    // Nothing.
    ("a:", Nothing),
    ("a: ~", Nothing),
    ("a: null", Nothing),
    ("a: \"\"", Text("")),
    ("a: \"~\"", Text("~")),
    ("a: 'null'", Text("null")),
    // Quotes and escapes.
    ("a: \"甲: 乙\"", Text("甲: 乙")),
    ("a: '它''s'", Text("它's")),
    ("a: \"\\u4e2d\\t文\"", Text("中\t文")),
    ("a: \"甲 # 乙\"", Text("甲 # 乙")),
    ("a: 甲#乙", Text("甲#乙")),
    ("a: 甲 # 注", Text("甲")),
    ("a: 甲：乙", Text("甲：乙")),
    ("a: 甲-乙", Text("甲-乙")),
    ("a: “甲”", Text("“甲”")),
    ("a:   甲  ", Text("甲")),
    // Texts of several lines.
    ("a: |\n  甲\n  乙\n", Text("甲\n乙\n")),
    ("a: |-\n  甲\n  乙\n", Text("甲\n乙")),
    ("a: >-\n  甲\n  乙\n", Text("甲 乙")),
    ("a: 甲\n  乙\n", Text("甲 乙")),
    // Lists.
    ("a: [甲, \"乙\", 3]", List(&["甲", "乙", "3"])),
    ("a:\n  - 甲\n  - 乙\n", List(&["甲", "乙"])),
    ("a:\n- 甲\n", List(&["甲"])),
    ("a: []", List(&[])),
    // Keys written twice, however they are written.
    ("a: 1\na: 2", Refused(rule::DUPLICATE_KEY)),
    ("a: 1\n\"a\": 2", Refused(rule::DUPLICATE_KEY)),
    ("'a': 1\n\"a\": 2", Refused(rule::DUPLICATE_KEY)),
    ("a: 1\n? a\n: 2", Refused(rule::DUPLICATE_KEY)),
    ("b: { a: 1, a: 2 }", Refused(rule::DUPLICATE_KEY)),
    ("b:\n  - { a: 1, \"a\": 2 }", Refused(rule::DUPLICATE_KEY)),
    ("3.1: 甲\n\"3.1\": 乙", Refused(rule::DUPLICATE_KEY)),
    ("A: 1\na: 2", Text("2")),
    ("b:\n  - { a: 1 }\n  - { a: 2 }\na: 3", Text("3")),
    // What means something else than it shows.
    ("a: &x 甲", Refused(rule::YAML_FEATURE)),
    ("a: *x", Refused(rule::YAML_FEATURE)),
    ("a: !!str 1", Refused(rule::YAML_FEATURE)),
    ("a: !自定 1", Refused(rule::YAML_FEATURE)),
    ("<<: *x", Refused(rule::YAML_FEATURE)),
    ("a: 1\n---\na: 2", Refused(rule::YAML_FEATURE)),
    ("[甲, 乙]: 1", Refused(rule::WRONG_SHAPE)),
    ("{ a: 1 }: 1", Refused(rule::WRONG_SHAPE)),
    // Slips.
    ("a: 甲: 乙", Refused(rule::YAML_SYNTAX)),
    ("a：甲\nb: 乙", Refused(rule::YAML_SYNTAX)),
    ("a: \"甲", Refused(rule::YAML_SYNTAX)),
    ("a: [甲, 乙", Refused(rule::YAML_SYNTAX)),
    ("a: @甲", Refused(rule::YAML_SYNTAX)),
    ("a: `甲`", Refused(rule::YAML_SYNTAX)),
    ("b:\n\ta: 甲", Refused(rule::YAML_SYNTAX)),
    ("a: 甲\n b: 乙", Refused(rule::YAML_SYNTAX)),
];

fn value_of_a(root: Option<&Node>) -> Option<&Value> {
    let Value::Mapping(entries) = &root?.value else { return None };
    entries.iter().find(|(key, _)| key.value == "a").map(|(_, node)| &node.value)
}

#[test]
fn scalars_lists_and_keys_mean_what_they_show() {
    assert!(CASES.len() >= 60, "{} cases", CASES.len());
    for (text, expected) in CASES {
        let (root, diagnostics) = yaml::parse(text, &"t.yaml".into(), 0);
        let rules: Vec<_> = diagnostics.iter().map(|d| d.rule.code).collect();
        let value = value_of_a(root.as_ref());
        if let Refused(rule) = expected {
            assert_eq!(rules, [rule.code], "{text}");
            continue;
        }
        assert!(rules.is_empty(), "{text}: {rules:?}");
        match (expected, value) {
            (Text(words), Some(Value::Scalar { text: found, .. })) => assert_eq!(found, words, "{text}"),
            (Nothing, Some(Value::Null)) => {}
            (List(words), Some(Value::Sequence(found))) => {
                let found: Vec<_> = found.iter().filter_map(Node::text).collect();
                assert_eq!(found, *words, "{text}");
            }
            (_, found) => panic!("{text}: {found:?}"),
        }
    }
}

/// A norm whose front matter has this line in place of the one with the same key.
fn norm_with(line: &str) -> Sources {
    let key = line.split(':').next().unwrap_or_default();
    let front = [
        "编号: NJ-03",
        "标题: 甲",
        "类别: 工作程序",
        "版次: \"1\"",
        "状态: 试行",
        "生效日: \"2026-01-01\"",
        "主责: R01",
        "读者: [R01]",
        "层级: [市]",
    ];
    let kept = front.iter().copied().filter(|other| other.split(':').next() != Some(key));
    let lines: Vec<_> = kept.chain([line]).collect();
    let text = format!("---\n{}\n---\n\n# NJ-03 甲\n", lines.join("\n"));
    Sources::in_memory([
        ("shouce.yaml", "编号: a\n标题: b\n版次: \"1\"\n"),
        ("roles.yaml", "- 编号: R01\n  名称: 预审员\n  职责: 预审\n"),
        ("NJ/NJ-03.md", &text),
    ])
}

#[test]
fn the_schema_types_what_yaml_does_not() {
    let cases: &[(&str, Option<&Rule>)] = &[
        ("版次: \"2026.10\"", None),
        ("版次: 2026.10", Some(rule::UNQUOTED_SCALAR)),
        ("版次: 1e3", Some(rule::UNQUOTED_SCALAR)),
        ("版次: 第一版", None),
        ("生效日: \"2026-01-01\"", None),
        ("生效日: 2026-01-01", Some(rule::UNQUOTED_SCALAR)),
        ("生效日: \"2026-1-1\"", Some(rule::BAD_VALUE)),
        ("生效日: \"2026-02-29\"", Some(rule::BAD_VALUE)),
        ("生效日: \"20260101\"", Some(rule::BAD_VALUE)),
        ("状态: 试行", None),
        ("状态: trial", None),
        ("状态: 是", Some(rule::BAD_VALUE)),
        ("层级: 市", None),
        ("层级: [市, 区, 街]", None),
        ("层级: [北]", Some(rule::BAD_VALUE)),
        ("层级: { 市: 是 }", Some(rule::WRONG_SHAPE)),
        ("标题: [甲]", Some(rule::WRONG_SHAPE)),
        ("主责:", Some(rule::MISSING_KEY)),
        ("主责: ~", Some(rule::MISSING_KEY)),
        ("读者: []", Some(rule::MISSING_KEY)),
        // A key has a Chinese and an English name; both at once are one key twice.
        ("编号: NJ-03\nid: NJ-03", Some(rule::DUPLICATE_KEY)),
    ];
    for (line, expected) in cases {
        let found = compile(&norm_with(line)).diagnostics;
        let front = found.iter().filter(|d| d.rule.code.starts_with("SH02")).map(|d| d.rule.code);
        assert_eq!(Vec::from_iter(front), Vec::from_iter(expected.map(|rule| rule.code)), "{line}");
    }
}
