//! Faults of front matter, registries and bytes.

use shouce::rule::{self, Rule};

use super::line::*;
use super::{Kind, LOSS, kind};
use crate::manual::manual;

/// What is said when a whole norm cannot be read.
const NORM_LOST: &[&Rule] =
    &[rule::DEAD_REFERENCE, rule::UNUSED_DECLARATION, rule::TITLE_MISMATCH, rule::MISSING_KEY];

const REQUIRED: [&str; 8] = ["标题:", "版次:", "状态:", "生效日:", "主责:", "读者:", "层级:", "类别:"];

/// Faults of front matter.
pub fn front_matter() -> Vec<Kind> {
    let key = |key: &'static str| front_lines().filter(move |line| line.words.starts_with(key));
    let required = || front_lines().filter(|line| REQUIRED.iter().any(|key| line.words.starts_with(key)));
    let top = || front_lines().filter(|line| !line.words.starts_with(' '));
    let valued = |name, rule, of, words: &'static str| {
        kind(name, rule).at(key(of).map(move |line| line.end_with(value(&line), words)))
    };
    vec![
        valued("an edition without quotes", rule::UNQUOTED_SCALAR, "版次:", "2026.10"),
        valued("a day without quotes", rule::UNQUOTED_SCALAR, "生效日:", "2026-01-01"),
        valued("a day that is none", rule::BAD_VALUE, "生效日:", "\"2026-02-30\""),
        valued("a state misspelt", rule::BAD_VALUE, "状态:", "施行"),
        valued("a dead owner", rule::DEAD_REFERENCE, "主责:", "R99"),
        valued("an id unlike the file's name", rule::FILE_NAME, "编号:", "ZZ-88").echoing(NORM_LOST),
        kind("a level misspelt", rule::BAD_VALUE)
            .at(swapped(key("层级:"), "[市", "[县").map(|fault| fault.exactly(1))),
        kind("a dead related norm", rule::DEAD_REFERENCE)
            .at(swapped(key("关联:"), "[", "[NJ-88, ").map(|fault| fault.exactly(1))),
        kind("an unknown key", rule::UNKNOWN_KEY)
            .at(top().map(|line| line.insert_before("备注: 无").exactly(0))),
        kind("a missing key", rule::MISSING_KEY)
            .at(required().map(|line| line.remove().found_at("---\n".len()))),
        kind("a key written twice", rule::DUPLICATE_KEY)
            .at(required().map(|line| line.insert_after(line.words).exactly(0))),
        kind("a full-width colon", rule::YAML_SYNTAX).echoing(NORM_LOST).at({
            let not_first = top().filter(|line| line.start > "---\n".len());
            swapped(not_first, ": ", "：")
        }),
        kind("a tab for an indent", rule::YAML_SYNTAX).echoing(NORM_LOST).at(front_lines()
            .filter(|line| line.words.starts_with("  "))
            .map(|line| line.replace(0..2, "\t"))),
        kind("a colon inside a value", rule::YAML_SYNTAX)
            .echoing(NORM_LOST)
            .at(key("标题:").map(|line| line.append(": 甲"))),
        kind("front matter that never ends", rule::UNCLOSED_FRONT_MATTER)
            .echoing(NORM_LOST)
            .at(whole(|text| (body(text) - "---\n".len()..body(text), String::new()), 0)),
        kind("no front matter", rule::NO_FRONT_MATTER)
            .echoing(NORM_LOST)
            .at(whole(|text| (0..body(text), String::new()), 0)),
    ]
}

/// Faults of bytes.
pub fn bytes() -> Vec<Kind> {
    let prose = body_lines().filter(is_prose);
    vec![
        kind("a byte order mark", rule::BYTE_ORDER_MARK).at(whole(|_| (0..0, "\u{feff}".into()), 0)),
        kind("CRLF", rule::CRLF).at(whole(|text| (0..text.len(), text.replace('\n', "\r\n")), 0)),
        // The rest of the file is not there any more.
        kind("bytes that are not UTF-8", rule::NOT_UTF8)
            .echoing(rule::CATALOGUE)
            .at(prose.map(|line| Fault { with: vec![0xc4, 0xea], ..line.replace(0..0, "") }.exactly(0))),
    ]
}

/// Faults of registries.
pub fn registries() -> Vec<Kind> {
    let key = |file: &'static str, key: &'static str| {
        registry(file).filter(move |line| line.words.trim_start().starts_with(key))
    };
    let valued = |name, rule, file, of, words: &'static str| {
        kind(name, rule).at(key(file, of).map(move |line| line.end_with(value(&line), words)))
    };
    // Found where the entry begins.
    let listed = |name, rule, file, of, word: &'static str| {
        let lines = key(file, of).skip(1);
        kind(name, rule).at(lines.filter_map(move |line| Some(line.swap("[", word)?.found_at(entry(&line)))))
    };
    let missing = |name, file, of| {
        let faults = key(file, of).map(|line| line.remove().found_at(entry(&line)));
        kind(name, rule::MISSING_KEY).echoing(LOSS).at(faults)
    };
    vec![
        kind("a role's number used twice", rule::DUPLICATE_ID).echoing(LOSS).at(key(
            "roles.yaml",
            "- 编号: R",
        )
        .skip(1)
        .map(|line| line.end_with(value(&line), "R01"))),
        listed("a name two roles share", rule::AMBIGUOUS_NAME, "roles.yaml", "别名: [", "[中心主任, "),
        missing("a role without a name", "roles.yaml", "名称:"),
        valued("no such unit", rule::BAD_VALUE, "parameters.yaml", "单位:", "公里").echoing(LOSS),
        kind("a parameter out of its bounds", rule::PARAMETER_BOUNDS).at(key("parameters.yaml", "值:")
            .filter(bounded)
            .filter_map(|line| {
                // The city's value is written in many clauses; the street's is not.
                let at = line.words.find("街: ")? + "街: ".len();
                let length = line.words[at..].bytes().take_while(u8::is_ascii_digit).count();
                (length > 0).then(|| line.replace(at..at + length, "99999").exactly(0))
            })),
        valued("a law's day that is none", rule::BAD_VALUE, "sources.yaml", "施行:", "\"2026-2-3\""),
        valued("a law's rank misspelt", rule::BAD_VALUE, "sources.yaml", "级别:", "通知"),
        listed("a word two terms share", rule::AMBIGUOUS_NAME, "terms.yaml", "同义: [", "[社会组织, "),
        missing("a term without a definition", "terms.yaml", "定义:"),
        listed("a term's dead reference", rule::DEAD_REFERENCE, "terms.yaml", "见: [", "[NJ-88, "),
        kind("a term's unknown key", rule::UNKNOWN_KEY)
            .at(key("terms.yaml", "节:").map(|line| line.insert_after("  英文: x").exactly(2))),
        listed("a fact's dead reference", rule::DEAD_REFERENCE, "facts.yaml", "落点: [", "[NJ-88, "),
        kind("a day of the calendar that is none", rule::CALENDAR_DATE).or(rule::BAD_VALUE).at(key(
            "calendar.yaml",
            "- \"20",
        )
        .filter_map(|line| Some(line.end_with(line.words.find('"')?, "\"2026-02-30\"")))),
        kind("a reading path's dead norm", rule::DEAD_REFERENCE).at({
            let paths = manual().files.iter().filter(|(path, _)| path.starts_with("paths/"));
            let lines = paths.flat_map(|(path, file)| lines_of(path, &file.text, 0));
            let steps = lines.filter(|line| line.words.starts_with("阅读: ["));
            swapped(steps, "[", "[NJ-88, ").map(|fault| fault.found_at(0))
        }),
    ]
}
