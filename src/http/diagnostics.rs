//! What is wrong with the source, as a page: shown in place of the manual while there is none, and at
//! `/_diagnostics` always.

use std::fmt::Write as _;

use super::html;
use super::problem::Problem;
use super::reply::Reply;
use super::route::Call;
use crate::report::{self, Format, Style};
use crate::snapshot::{Body, Report, Snapshot};

/// Diagnostics beyond this number are counted, not shown.
const MOST: usize = 100;

/// Answers `/_diagnostics`.
pub fn answer(call: &Call<'_>) -> Result<Reply, Problem> {
    Ok(Reply::new(body(call.snapshot)))
}

/// The page of a snapshot's diagnostics.
pub fn body(snapshot: &Snapshot) -> Body {
    let report = &snapshot.report;
    let title = if report.is_bad() { "手册有错误" } else { "手册没有错误" };
    let mut out = String::new();
    let counts = report::count(&report.diagnostics);
    let state = match (report.is_bad(), snapshot.content.is_some()) {
        (true, true) => "网站仍是上一次正确的内容。改好源文件，本页会自己更新。",
        (true, false) => "还没有编译成功过，所以没有可看的网页。改好源文件，本页会自己更新。",
        (false, _) => "网站是最新的内容。",
    };
    // Writing into a string cannot fail.
    let _ = writeln!(out, "<p>{counts}。{state}</p>");
    if let Some(failure) = &report.failure {
        let _ = writeln!(out, "<pre class=\"bad\">{}</pre>", html::escaped(failure));
    }
    let text = html::escaped(&text(report, Format::Full, MOST));
    if !text.is_empty() {
        let _ = writeln!(out, "<pre>{text}</pre>");
    }
    if report.diagnostics.len() > MOST {
        let _ = writeln!(out, "<p>只列出前 {MOST} 处，全部请运行 <code>shouce check</code>。</p>");
    }
    Body::new(html::page(title, &out, true), "text/html; charset=utf-8")
}

/// The first diagnostics as text: errors before the rest.
pub fn text(report: &Report, format: Format, most: usize) -> String {
    let mut shown: Vec<_> = report.diagnostics.iter().collect();
    // Stable: within a severity the order of files and places stays.
    shown.sort_by_key(|diagnostic| diagnostic.rule.severity);
    let shown: Vec<_> = shown.into_iter().take(most).cloned().collect();
    let style = Style { format, notes: true, colour: false, width: Some(120), folder: String::new() };
    let mut out = Vec::new();
    // Writing into memory cannot fail.
    let _ = report::write(&mut out, &shown, &report.sources, &style);
    String::from_utf8(out).unwrap_or_default()
}
