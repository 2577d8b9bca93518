//! Input that means harm, or met with harm: mutated norms, YAML and Markdown that blow up, odd bytes.
//! Whatever comes in, compiling ends, without a panic and without running out of the usual stack, and
//! every place it reports lies inside a file of the handbook.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use shouce::compile::{Compiled, compile};
use shouce::diagnostic::{Diagnostic, Span};
use shouce::source::Sources;
use shouce::{config, rule, yaml};

use crate::manual::{Random, manual, norms, shown, with_file};

#[path = "../fuzz/bodies.rs"]
mod bodies;

const SEED: u64 = 20_260_101;
const MUTANTS: usize = 10_000;
/// Mutants of one handbook: compiling that many together costs less than one by one.
const TOGETHER: usize = 20;
/// Long enough for the slowest machine: whoever is not back by then will not come back.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs `work` on a thread with the usual stack of 2 MiB; a hang becomes a failure that names it.
fn within<T: Send + 'static>(what: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, answer) = mpsc::channel();
    let thread = std::thread::Builder::new().stack_size(2 << 20);
    let handle = thread.spawn(move || done.send(work())).expect("a thread");
    match answer.recv_timeout(PATIENCE) {
        Ok(found) => found,
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("{what}: no end after {PATIENCE:?}"),
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            let _ = handle.join();
            panic!("{what}: a panic, see above")
        }
    }
}

/// What is wrong with the places that a compile reports.
fn misplaced(sources: &Sources, diagnostics: &[Diagnostic]) -> Vec<String> {
    let stands = |span: &Span| bodies::stands(sources, span);
    let bad = diagnostics.iter().filter(|d| {
        d.message.is_empty() || !stands(&d.span) || !d.related.iter().all(|(span, _)| stands(span))
    });
    bad.map(|d| format!("{:?} {} {}", d.span, d.rule.code, d.message)).collect()
}

// ── Mutated norms ──

/// Pieces of the syntax, whole and broken.
const TOKENS: &[&str] = &[
    "- [ ] **01** ",
    "- [x] ",
    "- **3.1** ",
    "  - 责任：",
    "  - 适用：",
    "  - 时限：",
    "  - 查：",
    "**",
    "*",
    "`",
    "```\n",
    "~~",
    "【",
    "】",
    "【法：L06 第5条】",
    "【参：P07.平时 5个工作日】",
    "【例】",
    "【表：术语】",
    "【源：F",
    "：",
    ":",
    "；",
    "\n",
    "\n\n",
    "\n---\n",
    "---\n",
    "\n***\n",
    "# ",
    "## 3 ",
    "## CK-1 甲\n",
    "## FM-1 乙\n",
    "### 3.1 ",
    "| ",
    "|\n| --- | --- |\n",
    "| 号 | 谁 | 做什么 |\n| --- | --- | --- |\n",
    "| 1.1 | R04 | 应 |\n",
    "> ",
    "> [!NOTE]\n",
    "1. ",
    "\t",
    "    ",
    "\u{3000}",
    "\u{feff}",
    "\r\n",
    "\r",
    "\0",
    "\u{202e}",
    "\u{200b}",
    "𠮷",
    "é",
    "\u{301}",
    "<b>",
    "</div>\n",
    "<!--",
    "&amp;",
    "&#x202e;",
    "\\",
    "\\\n",
    "[a](b)",
    "[^1]",
    "[^1]: ",
    "![](",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "&a",
    "*a",
    "!!int ",
    "%YAML",
    "? ",
    "- ",
    "~",
    "null",
    "2026.10",
    "99999999999999999999",
    "-1",
    "0",
    "3.1",
    "3.1a",
    "表1",
    "A.1",
    "CK-NJ-03-1",
    "NJ-03-3.1",
    "FM-1",
    "P07",
    "R04",
    "应",
    "不应",
    "必须",
    "且",
    "或",
    "非",
    "属于",
    "（",
    "）",
    "=",
    "≥",
    "当日",
    "自 1.1 完成起",
    "前",
    "后",
    "内每日",
    "每",
    "个",
    "编号: ",
    "标题: ",
    "事实:\n  甲: 是否\n",
    "废号: { \"3.1\": }\n",
    "依据: { L06: { 核对日: x } }\n",
];

/// Front matter and a stretch of the body of a real norm: as much as a fault needs around it.
fn excerpt(random: &mut Random, text: &str) -> Vec<u8> {
    let body = text.find("\n---\n").map_or(0, |i| i + 5);
    let lines: Vec<&str> = text[body..].split_inclusive('\n').collect();
    let first = random.below(lines.len());
    let count = 5 + random.below(30);
    let stretch: String = lines.iter().skip(first).take(count).copied().collect();
    format!("{}{stretch}", &text[..body]).into_bytes()
}

fn mutate(random: &mut Random, bytes: &mut Vec<u8>) {
    for _ in 0..=random.below(6) {
        let length = bytes.len();
        let at = random.below(length + 1);
        let end = (at + random.below(40)).min(length);
        match random.below(9) {
            0 if at < length => bytes[at] = random.below(256) as u8,
            1 if at < length => bytes[at] ^= 1 << random.below(8),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let copy = bytes[at..end].to_vec();
                let to = random.below(length + 1);
                bytes.splice(to..to, copy);
            }
            4 => bytes.truncate(at),
            // Tokens go where characters end, so that the file stays text.
            _ => {
                let text = String::from_utf8_lossy(bytes).into_owned();
                let at = text.floor_char_boundary(at);
                let token = *random.pick(TOKENS);
                let end = if random.below(2) == 0 { at } else { text.floor_char_boundary(end.max(at)) };
                *bytes = [&text.as_bytes()[..at], token.as_bytes(), &text.as_bytes()[end..]].concat();
            }
        }
    }
}

/// A handbook of mutants: some of its norms, sometimes a registry, now and then the settings.
fn mutants(seed: u64) -> Sources {
    let mut random = Random::new(seed);
    let originals: Vec<_> = norms().collect();
    let mut sources = Sources::default();
    for file in ["roles.yaml", "parameters.yaml", config::FILE] {
        let mut bytes = manual().text(file).as_bytes().to_vec();
        if random.below(8) == 0 {
            mutate(&mut random, &mut bytes);
        }
        sources.add(file, &bytes);
    }
    for n in 0..TOGETHER {
        let (path, text) = *random.pick(&originals);
        let mut bytes = excerpt(&mut random, text);
        mutate(&mut random, &mut bytes);
        let path = if sources.files.contains_key(path) { format!("{n}/{path}") } else { path.to_string() };
        sources.add(&path, &bytes);
    }
    sources
}

#[test]
fn mutated_norms_are_read_or_refused_and_nothing_else() {
    let threads = 4;
    let seeds = (MUTANTS / TOGETHER) as u64;
    let workers: Vec<_> = (0..threads)
        .map(|n| {
            std::thread::spawn(move || {
                for seed in (n..seeds).step_by(threads as usize) {
                    within(&format!("the mutants of seed {seed}"), move || {
                        let sources = mutants(SEED + seed);
                        let Compiled { diagnostics, .. } = compile(&sources);
                        let bad = misplaced(&sources, &diagnostics);
                        assert!(bad.is_empty(), "seed {seed}:\n{}", bad.join("\n"));
                    });
                }
            })
        })
        .collect();
    for worker in workers {
        worker.join().expect("no panic, no hang, no misplaced report");
    }
}

#[test]
fn the_seeds_of_the_fuzzers_and_their_mutants_are_borne() {
    type Target = (&'static str, fn(&[u8]));
    let targets: [Target; 3] = [
        ("front_matter", bodies::front_matter),
        ("markdown", bodies::markdown),
        ("condition", bodies::condition),
    ];
    for (target, body) in targets {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/seeds").join(target);
        let mut seeds: Vec<_> =
            std::fs::read_dir(folder).expect("seeds").map(|entry| entry.expect("a seed").path()).collect();
        seeds.sort();
        for path in seeds {
            let seed = std::fs::read(&path).expect("a seed");
            within(&path.display().to_string(), move || {
                let mut random = Random::new(SEED);
                body(&seed);
                for _ in 0..40 {
                    let mut mutant = seed.clone();
                    mutate(&mut random, &mut mutant);
                    body(&mutant);
                }
            });
        }
    }
}

#[test]
fn whatever_compiles_can_be_exported_and_shown() {
    for seed in 0..10 {
        within(&format!("the outputs of seed {seed}"), move || {
            let Compiled { handbook, .. } = compile(&mutants(SEED + seed));
            shouce::export::bundle(&handbook).expect("a bundle");
            shouce::site::render(&handbook, &shouce::site::Options::default()).expect("a site");
        });
    }
}

// ── Texts that blow up ──

/// Settings, a role and front matter: a handbook around one hostile body.
fn norm_with(body: &str) -> Sources {
    let front = "---\n编号: NJ-03\n标题: 甲\n类别: 工作程序\n版次: \"1\"\n状态: 试行\n生效日: \"2026-01-01\"\n\
                 主责: R01\n读者: [R01]\n层级: [市]\n---\n\n# NJ-03 甲\n\n";
    Sources::in_memory([
        (config::FILE, "编号: a\n标题: b\n版次: \"1\"\n"),
        ("roles.yaml", "- 编号: R01\n  名称: 预审员\n  职责: 预审\n"),
        ("NJ/NJ-03.md", &format!("{front}{body}")),
    ])
}

/// Compiles, and holds the answer to a size that grows with the question at most.
fn bounded(name: &str, sources: Sources) {
    within(name, {
        let name = name.to_owned();
        move || {
            let Compiled { handbook, diagnostics } = compile(&sources);
            let bad = misplaced(&sources, &diagnostics);
            assert!(bad.is_empty(), "{name}: {}", bad.join("\n"));
            let asked: usize = sources.files.values().map(|file| file.text.len()).sum();
            let said: usize =
                diagnostics.iter().map(|d| d.message.len() + d.label.len() + d.help.len()).sum();
            assert!(said <= 400 * asked + 10_000, "{name}: {said} bytes about {asked}");
            let mut html = String::new();
            for page in &handbook.pages {
                pulldown_cmark::html::push_html(&mut html, page.content.iter().cloned());
            }
            assert!(html.len() <= 30 * asked + 10_000_000, "{name}: {} bytes of HTML of {asked}", html.len());
        }
    });
}

const MANY: usize = 100_000;
/// For shapes of which every repetition becomes a clause, an item or a report.
const SOME: usize = 5_000;

/// Names and bodies, made small enough for an unoptimised build where each repetition is dear.
fn blow_ups() -> Vec<(&'static str, String)> {
    let numbered = |n: usize, line: &dyn Fn(usize) -> String| (0..n).map(line).collect::<String>();
    let stairs = |n: usize| numbered(n, &|i| format!("{}- 甲\n", "  ".repeat(i)));
    vec![
        ("nested quotations", "> ".repeat(MANY)),
        ("nested lists in one line", "- ".repeat(MANY)),
        ("nested numbered lists", "1. ".repeat(MANY)),
        ("nested lists, a step a line", stairs(400)),
        ("quotations and lists", "> - ".repeat(MANY)),
        ("opening brackets", "[".repeat(MANY)),
        ("nested links", "[a](".repeat(MANY)),
        ("nested pictures", "![[]()".repeat(MANY)),
        ("emphasis that never closes", "*a_ ".repeat(MANY)),
        ("strong that never closes", "**注 ".repeat(MANY)),
        ("strong beside punctuation", "**注：** ".repeat(SOME)),
        ("only stars", "*".repeat(MANY)),
        ("strike-through", "~~a ".repeat(MANY)),
        ("runs of backticks", numbered(300, &|i| format!("e{}", "`".repeat(i)))),
        ("fences", "```\n".repeat(MANY)),
        ("opening angles", "<".repeat(MANY)),
        ("unfinished tags", "<a href=\"".repeat(MANY)),
        ("tags", "<b>".repeat(SOME)),
        ("blocks of HTML", "<div>\n\n".repeat(SOME)),
        ("comments", "<!-- ".repeat(MANY)),
        ("ampersands", "&".repeat(MANY)),
        ("escapes", "\\*".repeat(MANY)),
        ("escaped stars and marks", "\\*【注】".repeat(SOME)),
        ("link definitions", numbered(SOME, &|i| format!("[{i}]: /u\n\n[{i}]\n\n"))),
        ("footnotes", numbered(SOME, &|i| format!("[^{i}]: x\n\n[^{i}]\n\n"))),
        ("footnotes of one note", format!("[^a]: x\n\n{}", "[^a]".repeat(SOME))),
        ("a line of seven million bytes", "甲乙丙丁".repeat(600_000)),
        ("short lines", "甲乙丙丁\n".repeat(MANY)),
        ("hard breaks", "甲  \n".repeat(MANY)),
        ("tabs", "\t".repeat(MANY)),
        ("a wide table", format!("|{}\n|{}\n|{}", "a|".repeat(MANY), "-|".repeat(MANY), "b|".repeat(MANY))),
        ("a long table of short rows", format!("|a|b|\n|-|-|\n{}", "|1|\n".repeat(SOME))),
        (
            "a table whose rows are filled up",
            format!("|{}\n|{}\n{}", "a|".repeat(1_000), "-|".repeat(1_000), "|x\n".repeat(SOME)),
        ),
        ("many tables", "|a|b|\n|-|-|\n|1|2|\n\n".repeat(SOME)),
        ("headings", numbered(SOME, &|i| format!("## {i} 甲\n\n"))),
        ("headings of one name", "## 甲\n\n".repeat(SOME)),
        ("rules", "---\n\n".repeat(SOME)),
        ("underlined headings", "甲\n---\n".repeat(SOME)),
        ("lost tasks", "- [ ]x\n".repeat(SOME)),
        ("lost clauses", "-**1.1** x\n\n".repeat(SOME)),
        ("items of one number", format!("## CK-1 甲\n\n时点：每件\n\n{}", "- [ ] **01** 甲\n".repeat(SOME))),
        (
            "clauses that refer to each other",
            numbered(SOME, &|i| format!("- **1.{}** 应见 NJ-03-1.{}\n", i % 999, (i * 7) % 999)),
        ),
        ("dead references", numbered(SOME, &|i| format!("NJ-{:02}-{}.{} ", i % 100, i % 97, i % 89))),
        ("unknown marks in one line", numbered(SOME, &|i| format!("【注{i}】"))),
        ("marks that never close", "【法".repeat(MANY)),
        ("registries", "【表：术语】\n\n".repeat(SOME)),
        ("fields of one key", format!("- **1.1** 应\n{}", "  - 证据：甲\n".repeat(SOME))),
        ("fields of an unknown key", format!("- **1.1** 应\n{}", "  - 证人：甲\n".repeat(SOME))),
        ("a field of many values", format!("- **1.1** 应\n  - 证据：{}", "甲；".repeat(SOME))),
        ("a field of many lines", format!("- **1.1** 应\n  - 证据：{}", "甲\n    乙；".repeat(SOME))),
        ("a condition of brackets", format!("- **1.1** 应\n  - 适用：{}", "（".repeat(MANY))),
        ("a condition of negations", format!("- **1.1** 应\n  - 适用：{}甲 = 是", "非 ".repeat(MANY))),
        (
            "a condition of alternatives",
            format!("- **1.1** 应\n  - 适用：甲 = 是{}", " 或 甲 = 是".repeat(SOME)),
        ),
        ("verbs", format!("- **1.1** {}", "应".repeat(MANY))),
        ("opening quotes", format!("- **1.1** {}", "“应".repeat(MANY))),
        (
            "steps",
            format!(
                "| 号 | 谁 | 做什么 |\n|-|-|-|\n{}",
                numbered(SOME, &|i| format!("| 1.{} | R01 | 应 |\n", i % 999))
            ),
        ),
        (
            "fields of a form",
            format!(
                "## FM-1 甲\n\n填写：R01\n\n| 号 | 字段 | 类型 | 必填 | 说明或选项 |\n|-|-|-|-|-|\n{}",
                numbered(SOME, &|i| format!("| {i} | 甲 | 文本 | 是 | 乙 |\n"))
            ),
        ),
        ("alerts", "> [!NOTE]\n> 甲\n\n".repeat(SOME)),
    ]
}

#[test]
fn markdown_that_blows_up_is_bounded_in_a_norm() {
    for (name, body) in blow_ups() {
        bounded(name, norm_with(&body));
    }
}

#[test]
fn markdown_that_blows_up_is_bounded_in_plain_mode() {
    for (name, body) in blow_ups() {
        bounded(name, Sources::in_memory([("a.md", &*body)]));
    }
}

#[test]
fn a_file_of_ten_million_bytes_is_refused() {
    let text = "甲".repeat(10_000_000 / '甲'.len_utf8());
    let sources = Sources::in_memory([("a.md", &*text)]);
    let Compiled { handbook, diagnostics } = compile(&sources);
    assert_eq!(diagnostics.iter().map(|d| d.rule).collect::<Vec<_>>(), [rule::FILE_TOO_LARGE]);
    assert!(handbook.pages.is_empty());
}

/// Names and texts, and the rule that refuses each.
fn yaml_attacks() -> Vec<(&'static str, String, &'static shouce::rule::Rule)> {
    let laughs = {
        let mut text = String::from("a: &a [哈, 哈, 哈, 哈, 哈, 哈, 哈, 哈, 哈]\n");
        for (before, name) in ('a'..='h').zip('b'..='i') {
            let _ = writeln!(text, "{name}: &{name} [{}]", vec![format!("*{before}"); 9].join(", "));
        }
        text
    };
    vec![
        ("billion laughs", laughs, rule::YAML_FEATURE),
        ("an alias of itself", "a: &a [*a]\n".into(), rule::YAML_FEATURE),
        ("a merge key", "a: &a { b: 1 }\nc:\n  <<: *a\n".into(), rule::YAML_FEATURE),
        ("a tag", "a: !!python/object:os.system 1\n".into(), rule::YAML_FEATURE),
        ("nested lists", format!("a: {}", "[".repeat(MANY)), rule::YAML_BUDGET),
        (
            "nested lists that close",
            format!("a: {}{}", "[".repeat(MANY), "]".repeat(MANY)),
            rule::YAML_BUDGET,
        ),
        ("nested mappings", format!("a: {}", "{a: ".repeat(MANY)), rule::YAML_BUDGET),
        ("nested dashes", "- ".repeat(MANY), rule::YAML_BUDGET),
        ("nested indents", (0..1_000).map(|i| format!("{}a:\n", " ".repeat(i))).collect(), rule::YAML_BUDGET),
        ("nested question marks", "? ".repeat(MANY), rule::YAML_BUDGET),
        ("a storm of documents", "--- a\n".repeat(MANY), rule::YAML_FEATURE),
        ("many values", format!("a: [{}]", "甲, ".repeat(MANY)), rule::YAML_BUDGET),
        ("many keys", (0..30_000).map(|i| format!("k{i}: 1\n")).collect(), rule::YAML_BUDGET),
        (
            "a scalar of three million bytes",
            format!("a: \"{}\"\n", "甲".repeat(1_000_000)),
            rule::YAML_BUDGET,
        ),
        ("a long plain scalar", format!("a: {}\n", "甲 ".repeat(800_000)), rule::YAML_BUDGET),
        ("an unclosed quote", format!("a: \"{}", "甲\n".repeat(MANY)), rule::YAML_SYNTAX),
        ("a long key", format!("{}: 1\n", "甲".repeat(MANY)), rule::YAML_SYNTAX),
    ]
}

#[test]
fn yaml_that_blows_up_is_refused() {
    for (name, text, expected) in yaml_attacks() {
        let found = within(name, {
            let text = text.clone();
            move || yaml::parse(&text, &"a.yaml".into(), 0).1
        });
        let rules: Vec<_> = found.iter().map(|d| d.rule.code).collect();
        assert_eq!(rules, [expected.code], "{name}: {:?}", found.first().map(|d| &d.message));
    }
}

#[test]
fn yaml_that_blows_up_is_bounded_wherever_it_stands() {
    let manual =
        ["terms.yaml", "roles.yaml", "parameters.yaml", "calendar.yaml", "planned.yaml", config::FILE];
    for (name, text, _) in yaml_attacks() {
        for file in manual {
            bounded(&format!("{name} in {file}"), with_file(&norm_with("甲"), file, text.as_bytes()));
        }
        let front = format!("---\n{text}\n---\n\n# NJ-03 甲\n");
        bounded(
            &format!("{name} in front matter"),
            with_file(&norm_with(""), "NJ/NJ-03.md", front.as_bytes()),
        );
        bounded(&format!("{name} in plain mode"), Sources::in_memory([("a.md", &*front)]));
    }
}

#[test]
fn fifty_million_bytes_of_yaml_are_refused_unread() {
    let text = format!("- 词: \"{}\"\n", "a".repeat(50_000_000));
    let sources = Sources::in_memory([("terms.yaml", &*text)]);
    let Compiled { diagnostics, .. } = compile(&sources);
    assert_eq!(diagnostics.iter().map(|d| d.rule).collect::<Vec<_>>(), [rule::FILE_TOO_LARGE]);
}

// ── Odd bytes ──

#[test]
fn odd_bytes_are_named_or_kept() {
    let prose = |bytes: &[u8]| [b"# t\n\n", bytes].concat();
    let gbk = b"\xc4\xea\xbc\xec\xb1\xa8\xb8\xe6";
    let cases: Vec<(&str, Vec<u8>, Option<&'static shouce::rule::Rule>)> = vec![
        ("invalid UTF-8", prose(b"a\xffb"), Some(rule::NOT_UTF8)),
        ("a cut character", prose("甲".as_bytes().split_last().expect("bytes").1), Some(rule::NOT_UTF8)),
        ("an overlong form", prose(b"\xc0\xaf"), Some(rule::NOT_UTF8)),
        ("a lone surrogate", prose(b"\xed\xa0\x80"), Some(rule::NOT_UTF8)),
        ("GBK", prose(gbk), Some(rule::NOT_UTF8)),
        ("UTF-16", "审核".encode_utf16().flat_map(u16::to_le_bytes).collect(), Some(rule::NOT_UTF8)),
        ("UTF-16 with its mark", b"\xff\xfe\x32\x75".to_vec(), Some(rule::NOT_UTF8)),
        ("a byte order mark", b"\xef\xbb\xbf# t\n".to_vec(), Some(rule::BYTE_ORDER_MARK)),
        ("CRLF", b"# t\r\n\r\na\r\n".to_vec(), Some(rule::CRLF)),
        ("CR", b"# t\r\ra\r".to_vec(), Some(rule::CRLF)),
        ("NUL", prose(b"a\0b"), Some(rule::CONTROL_CHARACTER)),
        ("escape", prose(b"\x1b[31m"), Some(rule::CONTROL_CHARACTER)),
        ("a C1 control", prose("\u{85}".as_bytes()), Some(rule::CONTROL_CHARACTER)),
        ("an override", prose("\u{202e}文".as_bytes()), Some(rule::BIDI_CONTROL)),
        ("an isolate", prose("\u{2066}文".as_bytes()), Some(rule::BIDI_CONTROL)),
        ("a mark of direction", prose("\u{200f}文".as_bytes()), Some(rule::BIDI_CONTROL)),
        ("zero width", prose("预\u{200b}审".as_bytes()), None),
        ("a joiner in an emoji", prose("👩\u{200d}🚒".as_bytes()), None),
        ("outside the basic plane", prose("𠮷野家".as_bytes()), None),
        ("a combining mark", prose("e\u{301}".as_bytes()), None),
        ("an empty file", Vec::new(), None),
        ("only blanks", b" \n\t\n".to_vec(), None),
    ];
    for (name, bytes, expected) in cases {
        let mut sources = Sources::default();
        sources.add("a.md", &bytes);
        let Compiled { handbook, diagnostics } = compile(&sources);
        let rules: Vec<_> = diagnostics.iter().map(|d| d.rule.code).collect();
        assert_eq!(rules, Vec::from_iter(expected.map(|rule| rule.code)), "{name}");
        let bad = misplaced(&sources, &diagnostics);
        assert!(bad.is_empty(), "{name}: {bad:?}");
        if expected.is_none() {
            let written = String::from_utf8(bytes).expect("text");
            let written = written.trim_start_matches("# t").trim();
            assert!(handbook.pages[0].sections.iter().any(|(_, _, text)| text.contains(written)), "{name}");
        }
    }
}

#[test]
fn a_gbk_file_is_called_by_its_name() {
    let mut sources = Sources::default();
    sources.add("a.md", b"# \xc4\xea\xbc\xec\n");
    let Compiled { diagnostics, .. } = compile(&sources);
    assert!(shown(&sources, &diagnostics[0]).contains("GBK"), "{:?}", diagnostics[0]);
}
