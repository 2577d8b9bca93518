//! `shouce search --report`: how well search answers what is known to be asked.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::super::{Exit, Failure, Opened, Shell};
use super::Args;
use crate::error::Error;
use crate::search::judge::{self, Case, Figures, Tally, Typing};
use crate::search::{Index, Query};
use crate::syntax::judgments;

/// Start of the sequence that variants are drawn by: figures of two runs can be compared.
const SEED: u64 = 38;
/// Misses of a kind that are shown.
const MISSES: usize = 3;

#[derive(Debug, Serialize)]
struct Report {
    units: usize,
    kinds: BTreeMap<&'static str, Kind>,
    typing: Option<Typing>,
}

#[derive(Debug, Serialize)]
struct Kind {
    #[serde(flatten)]
    figures: Figures,
    /// Time of a query in milliseconds: of the middle one, of all but one in a hundred, of the slowest.
    took: [f64; 3],
}

/// Asks everything, and writes the figures.
pub fn run(args: &Args, opened: &Opened, index: &Index, shell: &mut Shell<'_>) -> Result<Exit, Failure> {
    let mut cases = questions(args, opened, shell)?;
    cases.extend(judge::variants(index.units(), args.cases, SEED));
    let wanted = |kind: &str| args.only.is_empty() || args.only.iter().any(|only| only == kind);
    cases.retain(|case| wanted(case.kind));
    let mut tally = Tally::default();
    let mut times: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    for case in &cases {
        let query = Query { limit: judge::DEPTH, ..Query::new(&case.query) };
        let start = Instant::now();
        let results = index.search(&query)?;
        times.entry(case.kind).or_default().push(start.elapsed());
        tally.add(case, &results);
    }
    let kinds = tally.figures().into_iter();
    let kinds = kinds
        .map(|(kind, figures)| (kind, Kind { figures, took: took(times.remove(kind).unwrap_or_default()) }));
    let typing = match wanted("typing") {
        true => Some(judge::typing(index, index.units(), args.cases, SEED)?),
        false => None,
    };
    let report = Report { units: index.units().len(), kinds: kinds.collect(), typing };
    if args.json {
        serde_json::to_writer_pretty(&mut *shell.out, &report).map_err(std::io::Error::from)?;
        writeln!(shell.out)?;
    } else {
        let lines = lines(&report);
        write!(shell.out, "{lines}")?;
    }
    Ok(Exit::Clean)
}

/// The judgments, if there are any.
fn questions(args: &Args, opened: &Opened, shell: &mut Shell<'_>) -> Result<Vec<Case>, Failure> {
    let folder = opened.compiled.handbook.config.search.as_ref();
    let kept = folder.map(|folder| opened.sources.root.join(folder).join(judgments::FILE));
    let Some(path) = args.judgments.clone().or(kept.filter(|path| path.is_file())) else {
        return Ok(Vec::new());
    };
    let text = std::fs::read_to_string(&path).map_err(Error::read(&path))?;
    let file: Arc<str> = path.to_string_lossy().into();
    let (known, found) = judgments::judgments(&text, &file);
    for diagnostic in found {
        shell.say(format_args!("{}：{}", path.display(), diagnostic.message));
    }
    Ok(known.iter().map(Case::from).collect())
}

fn took(mut times: Vec<Duration>) -> [f64; 3] {
    times.sort_unstable();
    let at = |percent: usize| {
        let place = (times.len() * percent / 100).min(times.len().saturating_sub(1));
        times.get(place).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    };
    [at(50), at(99), at(100)]
}

fn lines(report: &Report) -> String {
    let mut text = format!("{} 个单元\n", report.units);
    text += &format!(
        "{:<22} {:>5} {:>7} {:>7} {:>7} {:>7} {:>8} {:>8} {:>8}\n",
        "kind", "n", "MRR@10", "S@1", "R@10", "zero", "p50 ms", "p99 ms", "max ms"
    );
    let order = ["question"].into_iter().chain(judge::kinds());
    let kinds: Vec<_> = order.filter_map(|kind| Some((kind, report.kinds.get(kind)?))).collect();
    for (kind, Kind { figures, took: [middle, most, slowest] }) in &kinds {
        text += &format!(
            "{kind:<22} {:>5} {:>7.4} {:>7.4} {:>7.4} {:>7.4} {middle:>8.3} {most:>8.3} {slowest:>8.3}\n",
            figures.asked, figures.mrr, figures.first, figures.recall, figures.zero
        );
    }
    if let Some(typing) = report.typing {
        text += &format!("typing: {:.3} characters, {:.3} letters\n", typing.characters, typing.letters);
    }
    for (kind, Kind { figures, .. }) in &kinds {
        for miss in figures.misses.iter().take(MISSES) {
            let place = miss.place.map_or("-".to_owned(), |place| place.to_string());
            let got = miss.got.as_deref().unwrap_or("-");
            text += &format!("{kind}: {}  wanted {} ({place}), got {got}\n", miss.query, miss.wanted);
        }
    }
    text
}
