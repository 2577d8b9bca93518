//! What each stage costs on the real manual, and on ten and a hundred times as much:
//! `cargo bench --bench stages`, or a part of it: `cargo bench --bench stages -- compile/x1`.
#![allow(missing_docs, reason = "criterion's macros make public items")]
#![allow(clippy::expect_used, reason = "a bench that cannot go on has failed")]

mod generate;

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use shouce::compile::{Cache, compile, compile_cached, is_markdown};
use shouce::diagnostic::has_errors;
use shouce::model::Handbook;
use shouce::search::{self, Query};
use shouce::snapshot::Content;
use shouce::source::{self, Sources};
use shouce::{export, files, site, syntax};

const SEED: u64 = 1;
const SIZES: [usize; 3] = [1, 10, 100];

/// What people ask, by kind: `cargo bench --bench stages -- query/words`.
const QUERIES: [(&str, &[&str]); 8] = [
    ("words", &["补正意见", "续审标记", "民非", "年检", "法规 核对", "年检 预审 时限"]),
    ("questions", &["电话 接不起来 怎么办", "预审员应在几个工作日内提出", "预审过了是不是年检就合格"]),
    ("numbers", &["NJ-03-7.3", "FM-NJ-03-1", "nj3 7", "第三十八条"]),
    ("pinyin", &["nianjian", "xu shen biao ji", "nianjianbaogaoyushenchengxu", "xushenbiaoj"]),
    ("initials", &["yjbz", "xsbj", "njbg"]),
    ("slips", &["续申标记", "续标审记", "年捡报告书没盖章", "xushenbiaohi"]),
    ("traditional", &["年檢報告預審程序", "續審標記"]),
    ("nothing", &["没有这样的词", "zzzzqqqq", "😀"]),
];

fn manual(times: usize) -> Sources {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("handbook");
    let original = source::read(&folder).expect("the manual");
    generate::manual(&original, times, SEED)
}

/// Bytes of Markdown.
fn bytes(sources: &Sources) -> u64 {
    sources.files.iter().filter(|(path, _)| is_markdown(path)).map(|(_, file)| file.text.len() as u64).sum()
}

/// The manual with a sentence of one of its norms changed.
fn edited(sources: &Sources, n: usize) -> Sources {
    let mut sources = sources.clone();
    let path: Arc<str> = "NJ/NJ-03.md".into();
    let text = sources.text(&path).replacen("左屏放报告", &format!("第{n}次改：左屏放报告"), 1);
    assert!(text != sources.text(&path), "the sentence is still there");
    sources.files.remove(&path);
    sources.add(&path, text.as_bytes());
    sources
}

fn options(sources: &Sources) -> site::Options {
    site::Options {
        templates: sources.templates.clone(),
        assets: sources.assets.clone(),
        ..site::Options::default()
    }
}

fn stages(criterion: &mut Criterion) {
    for times in SIZES {
        let sources = manual(times);
        let compiled = compile(&sources);
        assert!(!has_errors(&compiled.diagnostics), "{:?}", compiled.diagnostics.first());
        let handbook: &Handbook = &compiled.handbook;
        let mut bench = |name: &str, run: &mut dyn FnMut()| {
            let mut group = criterion.benchmark_group(name);
            group.throughput(Throughput::Bytes(bytes(&sources)));
            group
                .sample_size(10)
                .warm_up_time(Duration::from_millis(300))
                .measurement_time(Duration::from_secs(3));
            group.bench_function(BenchmarkId::from_parameter(format!("x{times}")), |b| b.iter(&mut *run));
            group.finish();
        };
        bench("parse", &mut || {
            for (path, file) in sources.files.iter().filter(|(path, _)| is_markdown(path)) {
                black_box(syntax::parse(path, &file.text, true));
            }
        });
        bench("compile", &mut || drop(black_box(compile(&sources))));
        bench("render", &mut || drop(black_box(site::render(handbook, &options(&sources)).expect("a site"))));
        bench("bundle", &mut || drop(black_box(export::bundle(handbook).expect("a bundle"))));
        bench("index", &mut || drop(black_box(search::build(handbook).expect("an index"))));
        whole(criterion, &sources, times);
        rebuild(criterion, &sources, times);
        queries(criterion, handbook, times);
    }
}

fn whole(criterion: &mut Criterion, sources: &Sources, times: usize) {
    let mut group = criterion.benchmark_group("build");
    group.throughput(Throughput::Bytes(bytes(sources))).sample_size(10);
    // What was built is removed at the end: ext4 is slow to make files where many were just removed.
    let mut built = Vec::new();
    group.bench_function(BenchmarkId::from_parameter(format!("x{times}")), |b| {
        b.iter(|| built.push(build(sources)));
    });
    group.finish();
}

/// Everything that `shouce build --no-sync` does behind reading its files. Gives the folder it filled.
fn build(sources: &Sources) -> tempfile::TempDir {
    let out = tempfile::tempdir().expect("a folder");
    let place = files::reserve(&out.path().join("site"), &[], |_| {}).expect("the folder is ours");
    let handbook = compile(sources).handbook;
    let ((pages, bundle), index) = rayon::join(
        || rayon::join(|| site::render(&handbook, &options(sources)), || export::bundle(&handbook)),
        || search::build(&handbook),
    );
    let mut all = pages.expect("a site");
    all.extend(bundle.expect("a bundle"));
    index.expect("an index").save(&out.path().join("index")).expect("saved");
    files::publish(&place, &all, false).expect("published");
    out
}

/// From one changed norm to its page, with everything else remembered: what an author waits for.
fn rebuild(criterion: &mut Criterion, sources: &Sources, times: usize) {
    let cache = Cache::default();
    compile_cached(sources, &cache);
    let mut n = 0;
    let mut group = criterion.benchmark_group("rebuild");
    group.sample_size(10).measurement_time(Duration::from_secs(3));
    group.bench_function(BenchmarkId::from_parameter(format!("x{times}")), |b| {
        let next = || {
            n += 1;
            edited(sources, n)
        };
        b.iter_batched(
            next,
            |changed| {
                let handbook = compile_cached(&changed, &cache).handbook;
                let content = Content::new(1, handbook, &options(&changed)).expect("a site");
                content.page("NJ-03/index.html").expect("rendered").expect("a page")
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

fn queries(criterion: &mut Criterion, handbook: &Handbook, times: usize) {
    let index = search::build(handbook).expect("an index");
    let mut group = criterion.benchmark_group("query");
    for (kind, queries) in QUERIES {
        group.throughput(Throughput::Elements(queries.len() as u64));
        group.bench_function(BenchmarkId::new(kind, format!("x{times}")), |b| {
            b.iter(|| {
                for text in queries {
                    black_box(index.search(&Query::new(*text)).expect("an answer"));
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, stages);
criterion_main!(benches);
