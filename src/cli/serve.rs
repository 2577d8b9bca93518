//! `shouce serve`: the site, search and API from memory, kept up with the folder.

use std::io::{self, IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{self, TimeZone};
use tokio::net::TcpListener;
use tokio::sync::watch as channel;

use super::build::index_folder;
use crate::diagnostic::Severity;
use crate::error::Error;
use crate::http::{self, Keeper, Limits, State, Unanswered};
use crate::report::{self, Format, Style};
use crate::snapshot::{self, Maker, Snapshot};
use crate::watch::{self, Mode};

/// 在浏览器里看手册：网站、检索和接口；源文件一改就更新
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 在哪个地址上听，如 127.0.0.1:8080；0.0.0.0:8080 让局域网里的人也能看
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "地址:端口")]
    pub addr: String,
    /// 源文件改了也不重新编译
    #[arg(long)]
    pub no_watch: bool,
    /// 不等文件系统通知，定时比较（网络盘等收不到通知的地方用）
    #[arg(long, conflicts_with = "no_watch")]
    pub poll: bool,
    /// 起来以后打开浏览器
    #[arg(long)]
    pub open: bool,
}

/// Serves the handbook in `source` until the process is told to end.
///
/// # Errors
/// [`Error::Bind`] when the address cannot be listened on, [`Error::Watch`] when the folder cannot be
/// watched. A handbook with errors is no failure: they are shown where its pages would be.
pub fn run(args: &Args, source: &Path) -> Result<ExitCode, Error> {
    log_to_stderr();
    // What runs on the blocking threads computes. More of it at a time than there are processors would only
    // make everybody wait for the slowest, each thread with memory of its own.
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(processors)
        .build()
        .map_err(|cause| Error::Refused(format!("开不了线程：{cause}")))?;
    runtime.block_on(serve(args, source))?;
    // Blocking work that nobody waits for any more must not hold the process.
    runtime.shutdown_background();
    Ok(ExitCode::SUCCESS)
}

async fn serve(args: &Args, source: &Path) -> Result<(), Error> {
    // First the address: it is what fails most, and clients may queue there while the handbook compiles.
    let listener = listen(&args.addr).await?;
    let address = listener.local_addr().map_err(|cause| Error::Bind { addr: args.addr.clone(), cause })?;
    let (snapshots, keeper) = keep(args, source)?;
    let state = State::new(snapshots.clone(), http::Options::default());
    let state = Arc::new(state.keeping(unanswered(&snapshots.borrow(), source)));
    let url = url(address);
    say(format_args!("手册在 {url} （按 Ctrl-C 停）"));
    let teller = tokio::spawn(tell(snapshots, source.display().to_string()));
    if args.open {
        open_browser(&url);
    }
    let ending = {
        let state = state.clone();
        async move {
            told_to_end().await;
            // Open pages hold their streams for ever: they are ended first.
            state.end();
        }
    };
    let defaults = Limits::default();
    let limits = Limits { connections: defaults.connections.min(connections_possible()), ..defaults };
    let impatient = async {
        told_to_end().await;
        told_to_end().await;
    };
    tokio::select! {
        () = http::run(listener, state.clone(), limits, ending) => {}
        // Told twice: whoever asks does not want to wait for answers under way.
        () = impatient => {}
    }
    state.unanswered.flush();
    teller.abort();
    drop(keeper);
    Ok(())
}

/// Queries that found nothing are kept beside the search sources, where the handbook has a place for those.
fn unanswered(snapshot: &Snapshot, source: &Path) -> Unanswered {
    let content = snapshot.content.as_ref();
    match content.and_then(|content| index_folder(&content.handbook, source)) {
        Some(folder) => Unanswered::kept_in(folder.with_file_name("unanswered.tsv")),
        None => Unanswered::default(),
    }
}

/// Watches the folder, and makes the first snapshot.
fn keep(args: &Args, source: &Path) -> Result<(channel::Receiver<Arc<Snapshot>>, Keeper), Error> {
    let maker = Maker::new(snapshot::Options { root: source.to_owned(), live: true });
    // Watching begins before reading, so that nothing falls between.
    let watcher = if args.no_watch {
        watch::nothing()
    } else {
        watch::watch(&[source.to_owned()], if args.poll { Mode::Poll } else { Mode::Auto })?
    };
    http::keep_up(maker, watcher, today)
}

async fn listen(addr: &str) -> Result<TcpListener, Error> {
    TcpListener::bind(addr).await.map_err(|cause| {
        let words = match cause.kind() {
            io::ErrorKind::AddrInUse => "端口已经被别的程序占用；用 --addr 换一个，如 --addr 127.0.0.1:8081",
            io::ErrorKind::PermissionDenied => "没有权限；1024 以下的端口通常要管理员权限，用 --addr 换一个",
            io::ErrorKind::AddrNotAvailable => "本机没有这个地址；用 --addr 换一个，如 --addr 127.0.0.1:8080",
            io::ErrorKind::InvalidInput => "地址要写成 地址:端口，如 127.0.0.1:8080",
            _ => return Error::Bind { addr: addr.to_owned(), cause },
        };
        Error::Bind { addr: addr.to_owned(), cause: io::Error::new(cause.kind(), words) }
    })
}

/// The address that a browser on this machine can open.
fn url(address: SocketAddr) -> String {
    let host = if address.ip().is_unspecified() { "127.0.0.1".to_owned() } else { address.ip().to_string() };
    let host = if host.contains(':') { format!("[{host}]") } else { host };
    format!("http://{host}:{}/", address.port())
}

/// How many connections the system lets this process hold, after asking for as many as it may.
#[cfg(unix)]
fn connections_possible() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    /// Files that are no connections.
    const OTHERS: u64 = 128;
    let limit = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })
    {
        tracing::debug!(%error, "the limit of open files stays");
    }
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    usize::try_from(files.saturating_sub(OTHERS)).unwrap_or(usize::MAX).max(1)
}

/// Elsewhere the system sets no limit that matters here.
#[cfg(not(unix))]
fn connections_possible() -> usize {
    usize::MAX
}

/// The civil date of the manual's readers. China has had one time and no summer time since 1992.
fn today() -> Option<Date> {
    Some(TimeZone::fixed(tz::offset(8)).to_datetime(Timestamp::now()).date())
}

/// Tells the terminal what each compile said, when it is something else than before.
async fn tell(mut snapshots: channel::Receiver<Arc<Snapshot>>, folder: String) {
    let mut told = None;
    loop {
        let report = snapshots.borrow_and_update().report.clone();
        let is_new = !told.as_ref().is_some_and(|told| Arc::ptr_eq(told, &report));
        let was_bad = told.as_ref().is_some_and(|told: &Arc<snapshot::Report>| told.is_bad());
        if is_new && report.is_bad() {
            say_report(&report, &folder);
        } else if is_new && was_bad {
            say(format_args!("手册没有错误了，网页已更新"));
        }
        told = Some(report);
        if snapshots.changed().await.is_err() {
            return;
        }
    }
}

fn say_report(report: &snapshot::Report, folder: &str) {
    if let Some(failure) = &report.failure {
        say(format_args!("{failure}"));
    }
    let errors: Vec<_> =
        report.diagnostics.iter().filter(|found| found.rule.severity == Severity::Error).cloned().collect();
    let folder = format!("{}/", folder.trim_end_matches('/'));
    let style =
        Style { format: Format::Full, notes: false, colour: io::stderr().is_terminal(), width: None, folder };
    // A terminal that takes nothing more is no reason to stop serving.
    let _ = report::write(&mut io::stderr().lock(), &errors, &report.sources, &style);
    say(format_args!("{}；网页仍是上一次正确的内容", report::count(&report.diagnostics)));
}

/// A line for the person at the terminal. It may fail: nobody may be there to read it.
fn say(words: std::fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr().lock(), "{words}");
}

/// The log goes to stderr and may be lost when that cannot be written; `RUST_LOG` chooses what is in it.
fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env();
    let filter = filter.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .log_internal_errors(false);
    // Whoever embeds the program may have set up a log already.
    let _ = subscriber.try_init();
}

/// Waits for Ctrl-C or, on Unix, SIGTERM.
async fn told_to_end() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => tokio::select! {
                () = interrupt => {}
                _ = terminate.recv() => {}
            },
            Err(_) => interrupt.await,
        }
    }
    #[cfg(not(unix))]
    interrupt.await;
}

/// Opens the browser; without one, the address on the terminal must do.
fn open_browser(url: &str) {
    let (program, arguments): (&str, &[&str]) = match std::env::consts::OS {
        "macos" => ("open", &[]),
        "windows" => ("cmd", &["/C", "start", ""]),
        _ => ("xdg-open", &[]),
    };
    let browser =
        Command::new(program).args(arguments).arg(url).stdin(Stdio::null()).stdout(Stdio::null()).spawn();
    if let Err(error) = browser {
        tracing::warn!(%error, program, "no browser was opened");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_shown_can_be_opened() {
        assert_eq!(url(([0, 0, 0, 0], 80).into()), "http://127.0.0.1:80/");
        assert_eq!(url("[::1]:8080".parse().expect("an address")), "http://[::1]:8080/");
    }

    #[tokio::test]
    async fn a_taken_port_is_told_in_words() {
        let taken = listen("127.0.0.1:0").await.expect("a port");
        let addr = taken.local_addr().expect("an address").to_string();
        let error = listen(&addr).await.expect_err("taken").to_string();
        assert!(error.contains(&addr) && error.contains("占用"), "{error}");
    }
}
