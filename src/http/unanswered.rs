//! Unanswered: queries that found nothing, counted for the handbook's editors, in memory and in a small file.
//! Who asked is not kept, nor when; numbers that may be somebody's are left out.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::html;
use super::problem::Problem;
use super::reply::Reply;
use super::route::Call;
use super::uri;
use crate::error::Error;
use crate::search::fold::fold;
use crate::search::{Index, Query};
use crate::snapshot::Body;

/// Different queries that are kept; of more, those asked least go.
const MOST: usize = 500;
/// Characters of a query that are kept.
const LONGEST: usize = 40;
/// A run of digits from this length on may be a telephone's or a person's number.
const LONG_NUMBER: usize = 5;
/// The file is written at most so often; what is left is written when the server ends.
const PAUSE: Duration = Duration::from_secs(10);
/// Queries on the page.
const SHOWN: usize = 100;

/// The counts.
#[derive(Debug, Default)]
pub struct Unanswered {
    file: Option<PathBuf>,
    counted: Mutex<Counted>,
}

#[derive(Debug, Default)]
struct Counted {
    queries: BTreeMap<String, u32>,
    /// The newest query. While somebody types on, it is the beginning of the next one.
    newest: String,
    changed: bool,
    written: Option<Instant>,
}

impl Unanswered {
    /// Counts that begin with those in a file and are kept there. A file that is not there, or cannot be read,
    /// holds none.
    pub fn kept_in(file: PathBuf) -> Self {
        let text = fs::read_to_string(&file).unwrap_or_default();
        let lines = text.lines().filter_map(|line| line.split_once('\t'));
        let queries = lines.filter_map(|(count, query)| Some((query.to_owned(), count.parse().ok()?)));
        let counted = Counted { queries: queries.take(MOST).collect(), ..Counted::default() };
        Self { file: Some(file), counted: Mutex::new(counted) }
    }

    /// Counts a query that found nothing.
    pub fn count(&self, query: &str) {
        let query = anonymous(query);
        if query.chars().count() < 2 {
            return;
        }
        let mut counted = self.lock();
        counted.add(query);
        if counted.written.is_none_or(|written| written.elapsed() >= PAUSE) {
            self.save(&mut counted);
        }
    }

    /// Writes what is not in the file yet.
    pub fn flush(&self) {
        self.save(&mut self.lock());
    }

    /// The queries, most asked first, and how often each was.
    pub fn most_asked(&self) -> Vec<(String, u32)> {
        self.lock().most_asked()
    }

    fn lock(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn save(&self, counted: &mut Counted) {
        let Some(file) = self.file.as_deref().filter(|_| counted.changed) else { return };
        counted.written = Some(Instant::now());
        match write(file, &counted.most_asked()) {
            Ok(()) => counted.changed = false,
            Err(error) => tracing::warn!(%error, "queries without an answer are not kept"),
        }
    }
}

impl Counted {
    fn add(&mut self, query: String) {
        if query != self.newest
            && query.starts_with(&self.newest)
            && self.queries.get(&self.newest) == Some(&1)
        {
            self.queries.remove(&self.newest);
        }
        let count = self.queries.entry(query.clone()).or_default();
        *count = count.saturating_add(1);
        if self.queries.len() > MOST {
            let least =
                self.queries.iter().filter(|(other, _)| **other != query).min_by_key(|(_, count)| **count);
            if let Some(least) = least.map(|(other, _)| other.clone()) {
                self.queries.remove(&least);
            }
        }
        self.newest = query;
        self.changed = true;
    }

    fn most_asked(&self) -> Vec<(String, u32)> {
        let mut queries: Vec<_> = self.queries.iter().map(|(query, count)| (query.clone(), *count)).collect();
        queries.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        queries
    }
}

/// Another file takes the place of the old one, so that it is never half written.
fn write(file: &Path, queries: &[(String, u32)]) -> Result<(), Error> {
    let mut text = String::new();
    for (query, count) in queries {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "{count}\t{query}");
    }
    let new = file.with_extension("new");
    fs::write(&new, text).map_err(Error::write(&new))?;
    fs::rename(&new, file).map_err(Error::write(file))
}

/// A query folded and cut, on one line, without long numbers.
fn anonymous(query: &str) -> String {
    let short: String = query.chars().take(LONGEST).collect();
    let folded = fold(&short);
    let mut out = String::with_capacity(folded.len());
    for piece in folded.split_whitespace() {
        out.push_str(if out.is_empty() { "" } else { " " });
        let chars: Vec<char> = piece.chars().collect();
        for run in chars.chunk_by(|one, next| one.is_ascii_digit() == next.is_ascii_digit()) {
            if run[0].is_ascii_digit() && run.len() >= LONG_NUMBER {
                out.push('#');
            } else {
                out.extend(run);
            }
        }
    }
    out
}

/// Answers `/_unanswered`: the page for editors.
pub fn answer(call: &Call<'_>) -> Result<Reply, Problem> {
    let queries = call.state.unanswered.most_asked();
    let index = call.snapshot.search.index.as_deref();
    let body = page(&queries, index)?;
    Ok(Reply::new(Body::new(html::page("没有找到的检索", &body, false), "text/html; charset=utf-8")))
}

fn page(queries: &[(String, u32)], index: Option<&Index>) -> Result<String, Error> {
    let mut out = String::from(
        "<p>读者检索过而一处也没有找到的话。只记次数，不记谁问的、什么时候问的，长数字记成 #。</p>\n\
         <ul>\n<li>说法不同：把它加到 <code>terms.yaml</code> 那个词的同义里。</li>\n\
         <li>写了却没找到：把它和答得上的编号加到 <code>judgments.yaml</code>。</li>\n\
         <li>手册没有写：在读者会去找的地方，用问的人的话写上。</li>\n</ul>\n",
    );
    if queries.is_empty() {
        out.push_str("<p>还没有。</p>\n");
        return Ok(out);
    }
    out.push_str(
        "<table>\n<thead><tr><th>次数</th><th>检索的话</th><th>最接近的词</th></tr></thead>\n<tbody>\n",
    );
    for (query, count) in queries.iter().take(SHOWN) {
        // The handbook may answer by now.
        let (found, near) = match index.map(|index| index.search(&Query::new(query.as_str()))).transpose()? {
            Some(results) => (results.total > 0, results.suggestions.join("、")),
            None => (false, String::new()),
        };
        let now = if found { "（现在找得到了）" } else { "" };
        // Writing into a string cannot fail.
        let _ = writeln!(
            out,
            "<tr><td>{count}</td><td><a href=\"/search/?q={}\">{}</a>{now}</td><td>{}</td></tr>",
            uri::encode_value(query),
            html::escaped(query),
            html::escaped(&near),
        );
    }
    out.push_str("</tbody>\n</table>\n");
    Ok(out)
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    fn counted(queries: &[&str]) -> Vec<(String, u32)> {
        let unanswered = Unanswered::default();
        queries.iter().for_each(|query| unanswered.count(query));
        unanswered.most_asked()
    }

    #[test]
    fn nobody_is_kept() {
        assert_eq!(counted(&["张三 13800138000\n补正"]), [("张三 # 补正".to_owned(), 1)]);
        assert_eq!(anonymous(&"长".repeat(1_000)).chars().count(), LONGEST);
    }

    #[test]
    fn what_is_typed_on_counts_once() {
        assert_eq!(counted(&["zz", "zzq", "zzqx", "zzqx"]), [("zzqx".to_owned(), 2)]);
        assert_eq!(counted(&["zzqx", "zzqx", "zzqxy"]), [("zzqx".to_owned(), 2), ("zzqxy".to_owned(), 1)]);
        assert!(counted(&["z", ""]).is_empty());
    }

    #[test]
    fn there_are_never_too_many() {
        let queries: Vec<String> = (0..2 * MOST).map(|number| format!("问{number}问")).collect();
        let mut queries: Vec<&str> = queries.iter().map(String::as_str).collect();
        queries.insert(0, "常问");
        queries.insert(0, "常问");
        let kept = counted(&queries);
        assert_eq!((kept.len(), kept[0].0.as_str()), (MOST, "常问"));
    }

    #[test]
    fn they_outlive_the_server() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("unanswered.tsv");
        let before = Unanswered::kept_in(file.clone());
        ["甲乙", "丙丁", "甲乙"].iter().for_each(|query| before.count(query));
        before.flush();
        assert_eq!(Unanswered::kept_in(file).most_asked(), [("甲乙".to_owned(), 2), ("丙丁".to_owned(), 1)]);
    }

    #[test]
    fn the_page_writes_what_was_typed_as_text() {
        let page = page(&[("<b>".to_owned(), 3)], None).expect("a page");
        assert!(page.contains("&lt;b&gt;") && !page.contains("<b>"), "{page}");
    }
}
