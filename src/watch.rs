//! Watching folders: whatever happens on the disk becomes one wake-up a burst.
//!
//! Nothing here looks into a file. A wake-up says "read again", and which files where that is known;
//! whoever reads compares hashes, so that an event which changed nothing costs a read and no more.
//! Deliberately absent: a fixed debounce.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, CreateKind, MetadataKind, ModifyKind, RenameMode};
use notify::{Config, Event, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::config;
use crate::error::Error;

/// How long a file that is being written may take until it is read anyhow. On Linux the end of a write
/// is an event of its own and comes long before.
const SETTLE: Duration = Duration::from_millis(20);

/// How often folders are compared when the file system tells nothing.
const POLL: Duration = Duration::from_millis(1500);

/// A folder made a moment ago may have been filled before it was watched: it is read once more then.
const SECOND_LOOK: Duration = Duration::from_millis(100);

/// How changes are seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Events of the file system; polling where there are none, or none that can be trusted.
    Auto,
    /// Polling, for file systems that tell nothing and do not look like it.
    Poll,
}

/// Why waiting ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wake {
    /// Something may have changed.
    Changed,
    /// Nothing happened for so long.
    TimedOut,
    /// Somebody asked to stop.
    Stopped,
}

/// Watches folders until it is dropped.
pub struct Watcher {
    messages: Receiver<Message>,
    sender: Sender<Message>,
    backend: Backend,
    scope: Scope,
    /// Files that something happened to; `None` when it may have happened to any.
    changed: Option<BTreeSet<PathBuf>>,
    second_look: Option<Instant>,
    stopped: bool,
}

/// Ends the waiting of the [`Watcher`] it came from, for good.
#[derive(Debug, Clone)]
pub struct Stopper(Sender<Message>);

impl Stopper {
    /// Ends the waiting, now or when it next begins.
    pub fn stop(&self) {
        // A watcher that is gone waits no more.
        let _ = self.0.send(Message::Stop);
    }
}

#[derive(Debug)]
enum Message {
    Event(Change),
    Stop,
}

/// What an event means.
#[derive(Debug)]
struct Change {
    urgency: Urgency,
    /// The paths it names; `None` when it may be about any.
    paths: Option<Vec<PathBuf>>,
    new_folder: bool,
    root: bool,
}

/// How soon an event must be acted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Urgency {
    /// Never.
    None,
    /// When the file is written, which another event will say, or soon.
    Settle,
    /// At once.
    Now,
}

enum Backend {
    /// Without watching: only time and stopping end a wait.
    Nothing,
    Events(RecommendedWatcher),
    Poll(PollWatcher),
}

/// Which paths matter.
#[derive(Debug, Clone)]
struct Scope {
    roots: Vec<PathBuf>,
}

/// Watches `folders` and everything below them, but for hidden files and what builds have written. A folder that is not there yet, or goes and comes back, is watched when
/// it comes.
///
/// # Errors
/// [`Error::Watch`] when neither events nor polling can be set up.
pub fn watch(folders: &[PathBuf], mode: Mode) -> Result<Watcher, Error> {
    let scope = Scope::new(folders);
    let (sender, messages) = mpsc::channel();
    let silent = scope.roots.iter().find(|root| is_silent(root));
    let events = match (mode, silent) {
        (Mode::Poll, _) => None,
        (Mode::Auto, Some(root)) => {
            tracing::warn!(folder = %root.display(), "the file system may tell nothing of changes: polling");
            None
        }
        (Mode::Auto, None) => events_backend(&scope, &sender)
            .inspect_err(|error| tracing::warn!(%error, "no events from the file system: polling"))
            .ok(),
    };
    let backend = match events {
        Some(events) => events,
        None => poll_backend(&scope, &sender).map_err(|error| Error::Watch(error.to_string()))?,
    };
    Ok(Watcher::new(messages, sender, backend, scope))
}

/// A watcher of nothing: only time and its [`Stopper`] end its waits.
pub fn nothing() -> Watcher {
    let (sender, messages) = mpsc::channel();
    Watcher::new(messages, sender, Backend::Nothing, Scope::new(&[]))
}

impl Watcher {
    fn new(messages: Receiver<Message>, sender: Sender<Message>, backend: Backend, scope: Scope) -> Self {
        Self {
            messages,
            sender,
            backend,
            scope,
            changed: Some(BTreeSet::new()),
            second_look: None,
            stopped: false,
        }
    }

    /// A handle that ends the waiting.
    pub fn stopper(&self) -> Stopper {
        Stopper(self.sender.clone())
    }

    /// Waits until something may have changed, at most so long. The first event of a burst ends it at
    /// once; only a file that is still being written is given a moment.
    pub fn wait(&mut self, at_most: Duration) -> Wake {
        if self.stopped {
            return Wake::Stopped;
        }
        let mut until = Instant::now() + at_most;
        let mut woken = Wake::TimedOut;
        if let Some(second_look) = self.second_look.filter(|second_look| *second_look < until) {
            (until, woken) = (second_look, Wake::Changed);
        }
        let mut settling = false;
        // Both ends of the channel are here: receiving fails only when the time is over.
        while let Ok(message) = self.messages.recv_timeout(until.saturating_duration_since(Instant::now())) {
            match self.note(message) {
                None => return Wake::Stopped,
                Some(Urgency::Now) => {
                    woken = Wake::Changed;
                    break;
                }
                Some(_) if !settling => {
                    settling = true;
                    (until, woken) = (until.min(Instant::now() + SETTLE), Wake::Changed);
                }
                Some(_) => {}
            }
        }
        if self.second_look.is_some_and(|second_look| second_look <= Instant::now()) {
            self.second_look = None;
            self.changed = None;
        }
        if woken == Wake::Changed && self.drain() == Wake::Stopped {
            return Wake::Stopped;
        }
        woken
    }

    /// Takes what is queued, without waiting. `TimedOut` when nothing is.
    pub fn drain(&mut self) -> Wake {
        let mut woken = if self.stopped { Wake::Stopped } else { Wake::TimedOut };
        while let Ok(message) = self.messages.try_recv() {
            if self.note(message).is_none() {
                return Wake::Stopped;
            }
            woken = Wake::Changed;
        }
        woken
    }

    /// The files that something happened to since this was last asked; `None` when it may have happened
    /// to any.
    pub fn take_changed(&mut self) -> Option<BTreeSet<PathBuf>> {
        self.changed.replace(BTreeSet::new())
    }

    /// Forgets which files those are: the next answer is any.
    pub fn forget(&mut self) {
        self.changed = None;
    }

    /// Remembers what a message means for later. `None` when it asks to stop.
    fn note(&mut self, message: Message) -> Option<Urgency> {
        let Message::Event(change) = message else {
            self.stopped = true;
            return None;
        };
        match (change.paths, &mut self.changed) {
            (Some(paths), Some(changed)) => changed.extend(paths),
            _ => self.changed = None,
        }
        if change.new_folder {
            self.second_look = Some(Instant::now() + SECOND_LOOK);
        }
        if change.root {
            self.watch_roots_again();
        }
        Some(change.urgency)
    }

    /// A root that was moved away, deleted or made anew is no longer, or not yet, watched.
    fn watch_roots_again(&mut self) {
        let watcher: &mut dyn notify::Watcher = match &mut self.backend {
            Backend::Nothing => return,
            Backend::Events(watcher) => watcher,
            Backend::Poll(watcher) => watcher,
        };
        for root in &self.scope.roots {
            // Unwatching fails for a root that the backend has forgotten, watching for one that is gone.
            let _ = watcher.unwatch(root);
            if let Err(error) = watcher.watch(root, RecursiveMode::Recursive) {
                tracing::debug!(%error, root = %root.display(), "not watched for now");
            }
        }
    }
}

impl Scope {
    fn new(folders: &[PathBuf]) -> Self {
        let whole = |path: &PathBuf| {
            path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.clone())
        };
        let mut roots: Vec<_> = folders.iter().map(whole).collect();
        roots.sort();
        // A folder inside another is seen with it; a parent sorts before its children.
        let mut outer: Vec<PathBuf> = Vec::new();
        for root in roots {
            if !outer.iter().any(|known| root.starts_with(known)) {
                outer.push(root);
            }
        }
        Self { roots: outer }
    }

    /// Folders to be watched without what is below them, because a root may come and go in them.
    fn parents(&self) -> impl Iterator<Item = &Path> {
        let inside = |path: &Path| self.roots.iter().any(|root| path.starts_with(root));
        self.roots.iter().filter_map(|root| root.parent()).filter(move |parent| !inside(parent))
    }

    fn message(&self, event: &Event) -> Option<Message> {
        let urgency = if event.need_rescan() { Urgency::Now } else { urgency(&event.kind) };
        let relevant = event.need_rescan() || event.paths.iter().any(|path| self.covers(path));
        if urgency == Urgency::None || !relevant {
            return None;
        }
        let appears = matches!(
            event.kind,
            EventKind::Create(_)
                | EventKind::Modify(ModifyKind::Name(RenameMode::To | RenameMode::Both | RenameMode::Any))
        );
        let new_folder = appears && event.paths.iter().any(|path| path.is_dir());
        let comes_or_goes =
            !matches!(event.kind, EventKind::Access(_) | EventKind::Modify(ModifyKind::Data(_)));
        let root = comes_or_goes && event.paths.iter().any(|path| self.roots.contains(path));
        let known = !(event.need_rescan() || new_folder || root);
        let paths = known.then(|| event.paths.iter().filter(|path| self.covers(path)).cloned().collect());
        Some(Message::Event(Change { urgency, paths, new_folder, root }))
    }

    /// Whether a path is below a root (or one), not hidden, not in a build's output, and no editor's
    /// scratch file.
    fn covers(&self, path: &Path) -> bool {
        let Some((root, below)) =
            self.roots.iter().find_map(|root| Some((root, path.strip_prefix(root).ok()?)))
        else {
            return false;
        };
        let mut folders = path.ancestors().take_while(|folder| *folder != root);
        if folders.any(|folder| folder.join(config::SITE_MARKER).exists()) {
            return false;
        }
        below.components().all(|component| match component {
            Component::Normal(name) => !is_scratch(&name.to_string_lossy()),
            _ => true,
        })
    }
}

/// Hidden files and the names under which editors keep what is not yet, or no longer, the file.
fn is_scratch(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    name.starts_with(['.', '#'])
        || name.ends_with('~')
        || matches!(extension, "swp" | "swx" | "swo" | "tmp" | "bak")
}

fn urgency(kind: &EventKind) -> Urgency {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => Urgency::Now,
        // Reading is not changing: our own reads would wake us for ever.
        EventKind::Access(_) => Urgency::None,
        EventKind::Modify(ModifyKind::Metadata(MetadataKind::WriteTime)) => Urgency::Now,
        EventKind::Modify(ModifyKind::Metadata(_)) => Urgency::None,
        // On Linux it repeats the two events of the rename that came before it.
        EventKind::Modify(ModifyKind::Name(RenameMode::Both)) if cfg!(target_os = "linux") => Urgency::None,
        EventKind::Create(CreateKind::File) | EventKind::Modify(ModifyKind::Data(_)) => Urgency::Settle,
        _ => Urgency::Now,
    }
}

fn handler(scope: &Scope, sender: &Sender<Message>) -> impl FnMut(notify::Result<Event>) + Send + 'static {
    let (scope, sender) = (scope.clone(), sender.clone());
    move |event| {
        let message = match event {
            Ok(event) => scope.message(&event),
            Err(error) => {
                tracing::warn!(%error, "watching");
                Some(Message::Event(Change {
                    urgency: Urgency::Now,
                    paths: None,
                    new_folder: false,
                    root: false,
                }))
            }
        };
        if let Some(message) = message {
            // Nobody listens any more: the watcher is being dropped.
            let _ = sender.send(message);
        }
    }
}

fn events_backend(scope: &Scope, sender: &Sender<Message>) -> notify::Result<Backend> {
    let config = Config::default().with_follow_symlinks(false);
    let mut watcher = RecommendedWatcher::new(handler(scope, sender), config)?;
    watch_all(&mut watcher, scope)?;
    Ok(Backend::Events(watcher))
}

fn poll_backend(scope: &Scope, sender: &Sender<Message>) -> notify::Result<Backend> {
    // Times have whole seconds there, so contents are compared.
    let config =
        Config::default().with_follow_symlinks(false).with_poll_interval(POLL).with_compare_contents(true);
    let mut watcher = PollWatcher::new(handler(scope, sender), config)?;
    for root in &scope.roots {
        watcher.watch(root, RecursiveMode::Recursive)?;
    }
    Ok(Backend::Poll(watcher))
}

fn watch_all(watcher: &mut RecommendedWatcher, scope: &Scope) -> notify::Result<()> {
    for root in &scope.roots {
        if root.exists() {
            watcher.watch(root, RecursiveMode::Recursive)?;
        }
    }
    for parent in scope.parents() {
        if let Err(error) = watcher.watch(parent, RecursiveMode::NonRecursive) {
            tracing::debug!(%error, parent = %parent.display(), "not watched");
        }
    }
    Ok(())
}

/// Whether `folder` is on a file system that does not tell of changes made elsewhere: network and
/// shared folders, by their numbers in statfs(2).
#[cfg(target_os = "linux")]
fn is_silent(folder: &Path) -> bool {
    /// NFS, SMB, CIFS, SMB2, FUSE, 9p (also the Windows drives of WSL), VirtualBox, Ceph, AFS.
    const SILENT: [i64; 9] = [
        0x6969,
        0x517b,
        0xff53_4d42,
        0xfe53_4d42,
        0x6573_5546,
        0x0102_1997,
        0x786f_4256,
        0x00c3_6400,
        0x5346_414f,
    ];
    let Ok(found) = rustix::fs::statfs(folder) else { return false };
    // The field's width differs by architecture.
    #[allow(
        clippy::unnecessary_cast,
        trivial_numeric_casts,
        reason = "the field's width differs by architecture"
    )]
    let kind = found.f_type as i64 & 0xffff_ffff;
    SILENT.contains(&kind)
}

/// Elsewhere nothing is known: events are trusted.
#[cfg(not(target_os = "linux"))]
fn is_silent(_folder: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use notify::event::{DataChange, RemoveKind};

    use super::*;

    fn scope() -> Scope {
        Scope { roots: vec!["/h".into()] }
    }

    fn event(kind: EventKind, path: &str) -> Event {
        Event::new(kind).add_path(path.into())
    }

    #[test]
    fn only_what_matters_is_covered() {
        for good in ["/h", "/h/NJ/NJ-03.md", "/h/shouce.yaml", "/h/NJ", "/h/paths/x.yaml"] {
            assert!(scope().covers(Path::new(good)), "{good}");
        }
        for bad in
            ["/x", "/h2/a.md", "/h/.git/index", "/h/NJ/.NJ-03.md.swp", "/h/a.md~", "/h/#a.md#", "/h/a.tmp"]
        {
            assert!(!scope().covers(Path::new(bad)), "{bad}");
        }
    }

    #[test]
    fn reading_wakes_nobody() {
        let opened = EventKind::Access(AccessKind::Open(AccessMode::Any));
        let closed = EventKind::Access(AccessKind::Close(AccessMode::Read));
        let mode = EventKind::Modify(ModifyKind::Metadata(MetadataKind::Any));
        for kind in [opened, closed, mode] {
            assert!(scope().message(&event(kind, "/h/a.md")).is_none(), "{kind:?}");
        }
    }

    #[test]
    fn a_file_being_written_may_settle() {
        let urgency = |kind| match scope().message(&event(kind, "/h/a.md")) {
            Some(Message::Event(change)) => change.urgency,
            _ => Urgency::None,
        };
        assert_eq!(urgency(EventKind::Create(CreateKind::File)), Urgency::Settle);
        assert_eq!(urgency(EventKind::Modify(ModifyKind::Data(DataChange::Any))), Urgency::Settle);
        assert_eq!(urgency(EventKind::Access(AccessKind::Close(AccessMode::Write))), Urgency::Now);
        assert_eq!(urgency(EventKind::Remove(RemoveKind::File)), Urgency::Now);
        assert_eq!(urgency(EventKind::Modify(ModifyKind::Name(RenameMode::To))), Urgency::Now);
    }

    #[test]
    fn a_folder_within_another_is_watched_once() {
        let scope = Scope::new(&["/no/such/b/c".into(), "/no/such/b".into(), "/no/such/bc".into()]);
        assert_eq!(scope.roots, [PathBuf::from("/no/such/b"), "/no/such/bc".into()]);
        assert_eq!(scope.parents().collect::<Vec<_>>(), [Path::new("/no/such"), Path::new("/no/such")]);
    }

    #[test]
    fn stopping_ends_a_wait() {
        let mut watcher = nothing();
        let stopper = watcher.stopper();
        stopper.stop();
        assert_eq!(watcher.wait(Duration::from_secs(60)), Wake::Stopped);
        assert_eq!(
            (watcher.drain(), watcher.wait(Duration::from_secs(60))),
            (Wake::Stopped, Wake::Stopped),
            "for good"
        );
    }

    #[test]
    fn a_change_ends_a_wait() {
        let folder = tempfile::tempdir().expect("a folder");
        for mode in [Mode::Auto, Mode::Poll] {
            let mut watcher = watch(&[folder.path().to_owned()], mode).expect("a watcher");
            std::fs::write(folder.path().join(format!("{mode:?}.md")), "文").expect("written");
            assert_eq!(watcher.wait(Duration::from_secs(60)), Wake::Changed, "{mode:?}");
            let name = std::ffi::OsString::from(format!("{mode:?}.md"));
            let changed = watcher.take_changed().expect("known");
            assert!(
                changed.iter().all(|path| path.file_name() == Some(&name)) && !changed.is_empty(),
                "{changed:?}"
            );
        }
    }
}
