//! The canonical form of one line, told from the line alone. `None` when the line is none of the kind.

use crate::id::{self, Id, IdKind};
use crate::syntax::field;
use crate::text::{self, fold_width};

/// Keys whose values are a list; the others hold one text, whose signs are the author's.
const LISTS: [&str; 9] = ["责任", "证据", "方法", "判定", "层级", "查", "表单", "指标", "看点"];

/// Signs that people and word processors put before list items.
const MARKERS: [char; 7] = ['-', '*', '+', '•', '–', '—', '·'];

/// `##　３．１　标题` → `## 3.1 标题`.
pub fn heading(line: &str) -> Option<String> {
    let rest = line.trim_start_matches(|c| fold_width(c) == '#');
    let hashes = line[..line.len() - rest.len()].chars().count();
    if !(1..=6).contains(&hashes) || !rest.starts_with(char::is_whitespace) {
        return None;
    }
    let words = rest.trim();
    let numbered = numbered_heading(words);
    // Full-width signs may be text; only a number behind them tells that a heading was meant.
    let meant = line.starts_with(&"#".repeat(hashes));
    (meant || numbered.is_some())
        .then(|| format!("{} {}", "#".repeat(hashes), numbered.as_deref().unwrap_or(words)))
}

/// A heading's words with its number in half-width; `None` when it has no number.
fn numbered_heading(words: &str) -> Option<String> {
    if let Some(letter) = words.strip_prefix("附录").and_then(|rest| rest.chars().next())
        && fold_width(letter).is_ascii_uppercase()
    {
        // （规范性） stands at the letter, and the title behind a blank.
        let rest = &words["附录".len() + letter.len_utf8()..];
        let (kind, title) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        return Some(format!("附录{}{kind} {}", fold_width(letter), title.trim()).trim_end().to_owned());
    }
    let (token, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    let folded = text::folded(token);
    let short = ["CK-", "FM-"].iter().find_map(|prefix| folded.strip_prefix(prefix));
    let numbered = short
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
        || Id::new(&folded).kind() == Some(IdKind::Norm)
        || id::is_local_number(&folded);
    match (numbered, rest.trim()) {
        (false, _) => None,
        (true, "") => Some(folded),
        (true, rest) => Some(format!("{folded} {rest}")),
    }
}

/// `-　[]**０１**年度` → `- [ ] **01** 年度`, and the same for clauses.
pub fn item(line: &str) -> Option<String> {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let (indent, rest) = line.split_at(indent);
    let marker = fold_width(rest.chars().next()?);
    let behind = rest.trim_start_matches(|c| fold_width(c) == marker);
    // `**3.1**` and `---` are no list items.
    if !MARKERS.contains(&marker) || rest[..rest.len() - behind.len()].chars().count() != 1 {
        return None;
    }
    let words = behind.trim_start();
    let (task, words) = match after_box(words) {
        Some(after) => (true, after),
        None => (false, words),
    };
    let words = match (numbered(words, task), task) {
        (Some((number, "")), _) => format!("**{number}**"),
        (Some((number, rest)), _) => format!("**{number}** {rest}"),
        (None, true) if !words.is_empty() => words.to_owned(),
        (None, _) => return None,
    };
    let sane = matches!(rest.chars().next(), Some('-' | '*' | '+'));
    let gap = &behind[..behind.len() - behind.trim_start().len()];
    // A wide gap is legal and says how far the lines below are indented.
    let gap = if sane && !gap.is_empty() && gap.bytes().all(|b| b == b' ') { gap } else { " " };
    let marker = if sane { marker } else { '-' };
    Some(format!("{indent}{marker}{gap}{}{words}", if task { "[ ] " } else { "" }))
}

/// The words behind an empty box of any width; `None` when there is none.
fn after_box(words: &str) -> Option<&str> {
    let inside = words.strip_prefix(['[', '［', '【', '〔'])?.trim_start();
    let after = inside.strip_prefix([']', '］', '】', '〕'])?.trim_start();
    // `[](a.md)` and `[]: a` are links.
    (!after.starts_with(['(', '[', ':'])).then_some(after)
}

/// The bold number that words begin with, folded, and what stands behind it.
fn numbered(words: &str, task: bool) -> Option<(String, &str)> {
    let (inside, rest) = words.strip_prefix("**")?.split_once("**")?;
    let number = text::folded(inside.trim());
    let short = task && (1..=4).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_alphanumeric());
    (short || id::is_local_number(&number)).then(|| (number, rest.trim_start()))
}

/// Whether a line is a clause or a task, and if so the keys that may stand below it and the column
/// that they begin at.
pub fn owner(line: &str) -> Option<(&'static [&'static str], usize)> {
    let words = line.strip_prefix(['-', '*', '+'])?;
    let gap = words.len() - words.trim_start_matches(' ').len();
    let offset = 1 + if (1..=4).contains(&gap) { gap } else { return None };
    match words.trim_start().strip_prefix("[ ] ") {
        Some(rest) => numbered(rest.trim_start(), true).map(|_| (field::ITEM_KEYS, offset)),
        None => numbered(words.trim_start(), false).map(|_| (field::CLAUSE_KEYS, offset)),
    }
}

/// `- 责任 : R04; R02` → `责任：R04；R02`, when the key is one of `keys`.
pub fn field(line: &str, keys: &[&str]) -> Option<String> {
    let words = line.trim_start().strip_prefix(['-', '*', '+'])?;
    let (name, after) = field::key(words)?;
    let name = text::folded(name);
    let key = keys.iter().find(|key| **key == name)?;
    let value = words[after..].trim();
    // Entities and code may hold a sign that separates nothing.
    let list = LISTS.contains(key) && !value.contains(['&', '`', '\\']);
    let value = if list { list_of(value) } else { value.to_owned() };
    Some(format!("{key}：{value}"))
}

fn list_of(value: &str) -> String {
    let pieces: Vec<_> =
        text::split_wide(value, '；').map(|(_, piece)| piece.trim()).filter(|p| !p.is_empty()).collect();
    pieces.join("；")
}

/// `时点:每件; 顺序:按序` → `时点：每件；顺序：按序`, when one of the keys is in `keys`.
pub fn attributes(line: &str, keys: &[&str]) -> Option<String> {
    let fields = field::parse_line(line.trim_start(), 0)?;
    if line.contains(['&', '`', '\\']) || !fields.iter().any(|field| keys.contains(&field.key.value.as_str()))
    {
        return None;
    }
    let pair = |field: &field::Field| {
        let values: Vec<_> = field.values.iter().map(|value| value.value.as_str()).collect();
        format!("{}：{}", field.key.value, values.join("；"))
    };
    Some(fields.iter().map(pair).collect::<Vec<_>>().join("；"))
}

/// `| ３．１ | …` → `| 3.1 | …`.
pub fn row(line: &str) -> Option<String> {
    let open = line.find('|')?;
    let close = open + 1 + line[open + 1..].find('|')?;
    let cell = &line[open + 1..close];
    let number = text::folded(cell.trim());
    let sane = line[..open].trim().is_empty()
        && number != cell.trim()
        && number.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    sane.then(|| format!("{}| {number} {}", &line[..open], &line[close..]))
}

/// `【法:L06】` → `【法：L06】`.
pub fn wide_colon(mark: &str) -> String {
    match mark.find(['：', ':']) {
        Some(colon) if mark[colon..].starts_with(':') => {
            format!("{}：{}", &mark[..colon], mark[colon + 1..].trim_start())
        }
        _ => mark.to_owned(),
    }
}

/// `编号：NJ-03` → `编号: NJ-03`, in front matter, where a full-width colon is no colon.
pub fn front_matter_key(line: &str) -> Option<String> {
    let colon = line.find(['：', ':'])?;
    let (key, rest) = line.split_at(colon);
    let width = rest.chars().next()?.len_utf8();
    let wide = width > 1 || rest[width..].starts_with('\u{3000}');
    let sane = !key.is_empty() && key.chars().all(text::is_han);
    let value = rest[width..].trim_start();
    (sane && wide).then(|| if value.is_empty() { format!("{key}:") } else { format!("{key}: {value}") })
}
