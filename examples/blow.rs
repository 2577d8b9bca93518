//! scratch
use shouce::compile::compile;
use shouce::source::Sources;
use std::sync::Arc;
use std::time::Instant;
const N: u64 = 100_000;
fn main() {
    let only = std::env::args().nth(1);
    let fm = "---\n编号: NJ-03\n标题: 甲\n类别: 工作程序\n版次: \"1\"\n状态: 试行\n生效日: \"2026-01-01\"\n主责: R01\n读者: [R01]\n层级: [市]\n---\n\n# NJ-03 甲\n\n";
    let a: Vec<(&str, fn(usize) -> String)> = vec![
        ("nested quotes", |n| "> ".repeat(n)),
        ("nested list line", |n| "- ".repeat(n)),
        ("nested list indented", |n| {
            (0..(n as f64).sqrt() as usize).map(|i| format!("{}- a\n", "  ".repeat(i))).collect()
        }),
        ("ordered", |n| "1. ".repeat(n)),
        ("brackets", |n| "[".repeat(n)),
        ("brackets closed", |n| "[a](".repeat(n)),
        ("images", |n| "![[]()".repeat(n)),
        ("emphasis", |n| "*a_ ".repeat(n)),
        ("emphasis2", |n| "**a *a ".repeat(n)),
        ("stars", |n| "*".repeat(n)),
        ("cn stars", |n| "**注：** ".repeat(n)),
        ("cn open stars", |n| "**注 ".repeat(n)),
        ("backticks", |n| (1..(n as f64).sqrt() as usize).map(|i| format!("e{}", "`".repeat(i))).collect()),
        ("lt", |n| "<".repeat(n)),
        ("<a ", |n| "<a href=\"".repeat(n)),
        ("entity", |n| "&".repeat(n)),
        ("linkdefs", |n| (0..n / 10).map(|i| format!("[{i}]: /u\n\n[{i}]\n\n")).collect()),
        ("tasks lost", |n| "- [ ]x\n".repeat(n)),
        ("clauses lost", |n| "-**1.1** x\n\n".repeat(n)),
        ("tasks ok", |n| {
            format!(
                "## CK-1 甲\n\n时点：每件\n\n{}",
                (0..n).map(|i| format!("- [ ] **{:02}** x\n", i % 100)).collect::<String>()
            )
        }),
        ("clauses ok", |n| {
            format!(
                "## 1 甲\n\n{}",
                (0..n).map(|i| format!("- **1.{}** 应 x\n", i % 1000)).collect::<String>()
            )
        }),
        ("clauses refs", |n| {
            format!(
                "## 1 甲\n\n{}",
                (0..n)
                    .map(|i| format!("- **1.{}** 应见 NJ-03-1.{}\n", i % 1000, (i * 7) % 1000))
                    .collect::<String>()
            )
        }),
        ("dead refs", |n| {
            (0..n).map(|i| format!("NJ-{:02}-{}.{} ", i % 100, i % 97, i % 89)).collect::<String>()
        }),
        ("marks", |n| (0..n).map(|i| format!("【注{i}】\n")).collect::<String>()),
        ("marks one line", |n| (0..n).map(|i| format!("【注{i}】")).collect::<String>()),
        ("unclosed marks", |n| "【法".repeat(n)),
        ("soft lines", |n| "甲乙丙丁\n".repeat(n)),
        ("soft lines latin", |n| "abcd\n".repeat(n)),
        ("hard lines", |n| "甲乙丙丁  \n".repeat(n)),
        ("long line", |n| "甲乙丙丁".repeat(n)),
        ("html inline", |n| "<b>".repeat(n)),
        ("html blocks", |n| "<div>\n\n".repeat(n)),
        ("table wide", |n| format!("|{}\n|{}\n|{}", "a|".repeat(n), "-|".repeat(n), "b|".repeat(n))),
        ("table long", |n| format!("|a|b|\n|-|-|\n{}", "|1|\n".repeat(n))),
        ("table square", |n| {
            let k = (n as f64).sqrt() as usize;
            format!("|{}\n|{}\n{}", "a|".repeat(k), "-|".repeat(k), "|x\n".repeat(k))
        }),
        ("tables", |n| "|a|b|\n|-|-|\n|1|2|\n\n".repeat(n / 4)),
        ("headings", |n| (0..n).map(|i| format!("## {i} x\n\n")).collect::<String>()),
        ("headings none", |n| "## x\n\n".repeat(n)),
        ("setext", |n| "x\n---\n".repeat(n)),
        ("rules", |n| "---\n\n".repeat(n)),
        ("fields", |n| format!("- **1.1** 应\n{}", "  - 证据：x\n".repeat(n))),
        ("fields unknown", |n| format!("- **1.1** 应\n{}", "  - 证人：x\n".repeat(n))),
        ("field long", |n| format!("- **1.1** 应\n  - 证据：{}", "x；".repeat(n))),
        ("field wrapped", |n| format!("- **1.1** 应\n  - 证据：{}", "x\n    y；".repeat(n))),
        ("check long", |n| {
            format!("## CK-1 甲\n\n时点：每件\n\n- [ ] **01** x\n  - 查：{}", "1.1；".repeat(n))
        }),
        ("condition", |n| format!("- **1.1** 应\n  - 适用：{}", "（".repeat(n))),
        ("condition or", |n| format!("- **1.1** 应\n  - 适用：甲 = 是{}", " 或 甲 = 是".repeat(n))),
        ("condition not", |n| format!("- **1.1** 应\n  - 适用：{}甲 = 是", "非 ".repeat(n))),
        ("verbs", |n| format!("- **1.1** {}", "应".repeat(n))),
        ("quotes", |n| format!("- **1.1** {}", "“应".repeat(n))),
        ("tabs", |n| "\t".repeat(n)),
        ("footnotes", |n| (0..n / 4).map(|i| format!("[^{i}]: x\n\n")).collect::<String>()),
        ("footnote refs", |n| format!("[^a]: x\n\n{}", "[^a]".repeat(n))),
        ("form rows", |n| {
            format!(
                "## FM-1 甲\n\n填写：R01\n\n| 号 | 字段 | 类型 | 必填 | 说明或选项 |\n|-|-|-|-|-|\n{}",
                (0..n).map(|i| format!("| {i} | a | 文本 | 是 | x |\n")).collect::<String>()
            )
        }),
        ("steps", |n| {
            format!(
                "| 号 | 谁 | 做什么 |\n|-|-|-|\n{}",
                (0..n).map(|i| format!("| 1.{} | R01 | 应 |\n", i % 1000)).collect::<String>()
            )
        }),
        ("fences", |n| "```\n".repeat(n)),
        ("registry", |n| "【表：术语】\n\n".repeat(n)),
        ("gfm alerts", |n| "> [!NOTE]\n> x\n\n".repeat(n)),
        ("mixed nest", |n| "> - ".repeat(n)),
        ("deep list 3", |n| "   - ".repeat(n)),
        ("strike", |n| "~~a ".repeat(n)),
        ("autolink", |n| "<http://a".repeat(n)),
        ("escapes", |n| "\\*".repeat(n)),
        ("escaped mark", |n| "\\*【注】".repeat(n)),
        ("nul", |n| "\0".repeat(n)),
        ("bidi", |n| "\u{202e}".repeat(n)),
    ];
    for (name, make) in a {
        if let Some(o) = &only {
            if !name.contains(o.as_str()) {
                continue;
            }
        }
        let mut t = vec![];
        for n in [N as usize, N as usize * 4] {
            let text = format!("{fm}{}", make(n));
            let started = Instant::now();
            let h = std::thread::spawn(move || {
                let s = Sources::in_memory([
                    ("shouce.yaml", "编号: a\n标题: b\n版次: \"1\"\n"),
                    ("NJ/NJ-03.md", &*text),
                    ("roles.yaml", "- 编号: R01\n  名称: 甲员\n  职责: 甲\n"),
                ]);
                let c = compile(&s);
                (text.len(), c.diagnostics.len())
            });
            let (len, d) = h.join().unwrap();
            t.push((started.elapsed(), len, d));
        }
        let r = t[1].0.as_secs_f64() / t[0].0.as_secs_f64();
        println!(
            "{name:22} {:>9} B {:8.0?} -> {:8.0?}  x{r:.1}  diags {}{}",
            t[1].1,
            t[0].0,
            t[1].0,
            t[1].2,
            if r > 6.0 { "   <<<<<" } else { "" }
        );
        let _ = Arc::new(0);
    }
}
