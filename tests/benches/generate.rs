//! Manuals as large as wanted: the real one, and copies of its norms under new ids whose references
//! lead to one another as those of the originals do.
//!
//! A copy takes over every part: its norms get new codes and numbers, wherever they are named.
//! Registries are shared, and so is what is still to come. In running text some characters are
//! exchanged, so that copies are no repetitions to an index.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use shouce::id::{self, Id, IdKind};
use shouce::source::Sources;
use shouce::text::is_han;

/// One in so many characters of running text is exchanged.
const EXCHANGED: u64 = 12;

/// The manual in `original`, `times` its size. Once is the original without its lock of ids.
pub fn manual(original: &Sources, times: usize, seed: u64) -> Sources {
    let mut out = Sources { root: original.root.clone(), ..Sources::default() };
    for (path, file) in original.files.iter().filter(|(path, _)| !path.ends_with(".lock")) {
        out.add(path, file.text.as_bytes());
    }
    let names = Names::of(original, times);
    for copy in 1..times {
        let mut random = Random(seed.wrapping_mul(1_000_003).wrapping_add(copy as u64));
        for (path, file) in
            original.files.iter().filter(|(path, _)| path.ends_with(".md") && path.contains('/'))
        {
            let Some((folder, name)) = path.split_once('/') else { continue };
            let folder = names.code(folder, copy);
            let text = names.renamed(&file.text, copy);
            let path: Arc<str> = if name == "index.md" {
                // Copies that share a code share its part.
                format!("{folder}/index.md").into()
            } else {
                let norm = name.trim_end_matches(".md");
                format!("{folder}/{}.md", names.renamed(norm, copy)).into()
            };
            if !out.files.contains_key(&path) {
                out.add(&path, varied(&text, &mut random).as_bytes());
            }
        }
    }
    out
}

/// The ids of the norms that there are, and the codes that copies may take.
struct Names {
    norms: BTreeSet<String>,
    /// For each code, how far the numbers of its norms go.
    parts: BTreeMap<String, usize>,
    /// Codes nobody has.
    free: Vec<String>,
    /// How many copies share a code: their numbers stand one behind the other. More than one only
    /// where codes would not last, because a part of a real manual is small.
    sharing: usize,
}

impl Names {
    fn of(original: &Sources, times: usize) -> Self {
        let mut parts: BTreeMap<String, usize> = BTreeMap::new();
        let stems = original.files.keys().filter_map(|path| path.strip_suffix(".md")?.rsplit('/').next());
        let norms: BTreeSet<String> =
            stems.filter(|stem| Id::new(stem).kind() == Some(IdKind::Norm)).map(str::to_owned).collect();
        for norm in &norms {
            let (code, number) = norm.split_at(2);
            let number = number[1..].parse().unwrap_or(0);
            let last = parts.entry(code.to_owned()).or_default();
            *last = number.max(*last);
        }
        let letters = || ('A'..='Z').rev();
        let codes = letters().flat_map(|a| letters().map(move |b| format!("{a}{b}")));
        // Norms that are still to come have their codes, too.
        let named = original.files.values().flat_map(|file| id::find(&file.text));
        let taken: BTreeSet<String> =
            named.filter_map(|(_, found)| Some(found.norm()?.as_str()[..2].to_owned())).collect();
        let free: Vec<String> =
            codes.filter(|code| !taken.contains(code) && !matches!(&**code, "CK" | "FM")).collect();
        let sharing = (times * parts.len()).div_ceil(free.len()).max(1);
        Self { norms, parts, free, sharing }
    }

    fn code(&self, code: &str, copy: usize) -> String {
        match self.parts.keys().position(|part| part == code) {
            Some(place) if copy > 0 => {
                let group = (copy - 1) / self.sharing;
                self.free[(group * self.parts.len() + place) % self.free.len()].clone()
            }
            _ => code.to_owned(),
        }
    }

    fn norm(&self, norm: &str, copy: usize) -> String {
        let (code, number) = norm.split_at(2);
        let largest = self.parts.values().max().copied().unwrap_or(1);
        let number: usize = number[1..].parse().unwrap_or(0);
        format!("{}-{:02}", self.code(code, copy), number + (copy - 1) % self.sharing * largest)
    }

    /// A text with the norms it names exchanged for those of a copy; a part's code in its `编号`, too.
    fn renamed(&self, text: &str, copy: usize) -> String {
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for (range, found) in id::find(text) {
            let Some(norm) = found.norm().filter(|norm| self.norms.contains(norm.as_str())) else {
                continue;
            };
            let start = range.start + text[range.clone()].find(norm.as_str()).unwrap_or(0);
            out.push_str(&text[at..start]);
            out.push_str(&self.norm(norm.as_str(), copy));
            at = start + norm.as_str().len();
        }
        out.push_str(&text[at..]);
        self.part(&out, copy)
    }

    /// `编号: NJ` and `编号: [GW, RY]` of a part's page.
    fn part(&self, text: &str, copy: usize) -> String {
        let Some(line) = text.lines().find(|line| line.starts_with("编号: ") && !line.contains('-')) else {
            return text.to_owned();
        };
        let codes = self.parts.keys().fold(line.to_owned(), |line, code| {
            // A code that was just put in is none of the originals.
            line.replace(code.as_str(), &self.code(code, copy))
        });
        text.replacen(line, &codes, 1)
    }
}

/// Running text with some of its characters exchanged for others of the same text. Fields, tables and
/// lists stay as they are: what they mean is looked up.
fn varied(text: &str, random: &mut Random) -> String {
    let verbs: BTreeSet<char> =
        "应不宜可必须得禁止严许务当该第条例年月日个名件项分次人小时钟".chars().collect();
    let pool: Vec<char> = text.chars().filter(|c| is_han(*c) && !verbs.contains(c)).collect();
    let mut out = String::with_capacity(text.len());
    let mut body = false;
    for line in text.split_inclusive('\n') {
        // A registry stands in the original alone; in every copy it would grow with their number twice.
        let line = if line.starts_with("【表：") { "【表：术语 节=0】\n" } else { line };
        body |= line == "\n";
        let running = body && line.chars().next().is_some_and(is_han) && !line.contains(['【', '：', '`']);
        for c in line.chars() {
            let exchange =
                running && is_han(c) && !verbs.contains(&c) && random.next().is_multiple_of(EXCHANGED);
            out.push(if exchange { pool[(random.next() % pool.len() as u64) as usize] } else { c });
        }
    }
    out
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
