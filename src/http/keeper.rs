//! Keeps the served snapshot up with the folder: reads, compiles, swaps, and then builds the index and
//! the bundle behind it.
//!
//! Two threads. One waits for changes and swaps contents: nothing that an author does not wait for
//! happens there. The other follows with the search index, then the bundle. Both swap whole snapshots
//! on one channel, which is also how open pages hear of changes.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use jiff::civil::Date;
use tokio::sync::watch;

use crate::error::Error;
use crate::search;
use crate::snapshot::{Content, Made, Maker, Snapshot};
use crate::watch::{Stopper, Wake, Watcher};

/// How long changes that follow one another at once are gathered before one of their states is shown.
const BURST: Duration = Duration::from_millis(300);

/// How often the date is looked at; also how soon a folder that could not be read is tried again.
const TICK: Duration = Duration::from_secs(2);

/// The two threads. They are told to end when it is dropped, and nobody waits for what they are at.
#[derive(Debug)]
pub struct Keeper {
    stopper: Stopper,
}

/// Makes the first snapshot, then keeps it up with what `watcher` sees. `today` gives the date of the
/// pages.
///
/// # Errors
/// [`Error::Refused`] when threads cannot be started.
pub fn keep_up(
    mut maker: Maker,
    watcher: Watcher,
    today: fn() -> Option<Date>,
) -> Result<(watch::Receiver<Arc<Snapshot>>, Keeper), Error> {
    let mut first = Snapshot::default();
    if let Some(made) = maker.make(today(), None) {
        log(&made);
        first = first.after(made);
    }
    let (jobs, queue) = mpsc::channel();
    follow(&jobs, first.content.as_ref());
    let (sender, receiver) = watch::channel(Arc::new(first));
    let sender = Arc::new(sender);
    let stopper = watcher.stopper();
    let keep_sender = sender.clone();
    spawn("keep", move || keep(maker, watcher, &keep_sender, &jobs, today))?;
    spawn("follow", move || follow_up(&queue, &sender))?;
    Ok((receiver, Keeper { stopper }))
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.stopper.stop();
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), Error> {
    let thread = thread::Builder::new().name(name.to_owned()).spawn(work);
    thread.map(drop).map_err(|cause| Error::Refused(format!("开不了线程：{cause}")))
}

/// Waits and swaps until it is stopped.
fn keep(
    mut maker: Maker,
    mut watcher: Watcher,
    sender: &watch::Sender<Arc<Snapshot>>,
    jobs: &Sender<Arc<Content>>,
    today: fn() -> Option<Date>,
) {
    let mut shown = today();
    // Whether files were read since the whole folder was.
    let mut unsure = false;
    loop {
        let failing = sender.borrow().report.failure.is_some();
        match watcher.wait(TICK) {
            Wake::Stopped => return,
            Wake::TimedOut if !failing && !unsure && today() == shown => continue,
            Wake::TimedOut => {
                // An event may have been missed: when nothing else is to be done, everything is looked at.
                watcher.forget();
                unsure = false;
            }
            Wake::Changed => unsure = true,
        }
        shown = today();
        let Some(made) = settled(&mut maker, &mut watcher, shown) else { continue };
        log(&made);
        let content = made.content.clone();
        let before = swap(sender, |snapshot| snapshot.after(made));
        follow(jobs, content.as_ref());
        // Dropping a whole handbook takes its time, which nobody should wait for.
        drop(before);
    }
}

/// Puts a new snapshot into the place of the current one, and gives that back.
fn swap(
    sender: &watch::Sender<Arc<Snapshot>>,
    next: impl FnOnce(&Snapshot) -> Snapshot,
) -> Option<Arc<Snapshot>> {
    let mut before = None;
    sender.send_modify(|snapshot| {
        let next = Arc::new(next(snapshot));
        before = Some(std::mem::replace(snapshot, next));
    });
    before
}

/// What the folder holds now. While changes are queued, what was made in between is not shown, unless
/// looking again finds the same: a checkout of many files is one change to a reader. Not for longer
/// than a burst may take.
fn settled(maker: &mut Maker, watcher: &mut Watcher, today: Option<Date>) -> Option<Made> {
    let start = Instant::now();
    let mut made = None;
    loop {
        // A panic in compiling must not end the keeping.
        let changed = watcher.take_changed();
        let next =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| maker.make(today, changed.as_ref())));
        let next = next.unwrap_or_else(|_| {
            tracing::error!("compiling panicked; the last good content stays");
            None
        });
        let same = next.is_none();
        made = next.or(made);
        if same || watcher.drain() != Wake::Changed || start.elapsed() >= BURST {
            return made;
        }
    }
}

/// Asks for index and bundle of a content.
fn follow(jobs: &Sender<Arc<Content>>, content: Option<&Arc<Content>>) {
    if let Some(content) = content {
        // The thread is gone only when the server is ending.
        let _ = jobs.send(content.clone());
    }
}

/// Builds index and bundle of the newest content, until no more can come.
fn follow_up(queue: &Receiver<Arc<Content>>, sender: &watch::Sender<Arc<Snapshot>>) {
    while let Ok(mut content) = queue.recv() {
        while let Ok(newer) = queue.try_recv() {
            content = newer;
        }
        let start = Instant::now();
        let built =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| search::build(&content.handbook)));
        let index = match built {
            Ok(built) => built.map_err(|error| error.to_string()),
            Err(_) => Err("建索引时出了意外".to_owned()),
        };
        match &index {
            Ok(_) => tracing::info!(number = content.number, took = ?start.elapsed(), "search index ready"),
            Err(error) => tracing::error!(%error, "search index"),
        }
        drop(swap(sender, |snapshot| snapshot.with_index(content.number, index)));
        if let Err(error) = content.bundle() {
            tracing::error!(%error, "bundle");
        }
    }
}

fn log(made: &Made) {
    match &made.content {
        Some(content) => tracing::info!(number = content.number, "handbook compiled"),
        None => {
            let errors = crate::report::count(&made.report.diagnostics).errors;
            let failure = made.report.failure.as_deref().unwrap_or_default();
            tracing::info!(errors, failure, "handbook not usable; the last good one stays");
        }
    }
}
