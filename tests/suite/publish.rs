//! Publishing an edition: only into folders of our own, whole at every instant, one at a time.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use shouce::error::Error;
use shouce::files::{Files, Published, begin, publish, reserve};

fn edition(label: &str, pages: usize) -> Files {
    let mut files = Files::default();
    files.add("index.html", format!("edition {label}").into_bytes());
    files.add("assets/site.css", *b"body{}");
    for page in 0..pages {
        files.add(format!("NJ-{page:02}/index.html"), format!("page {page} of {label}").into_bytes());
    }
    files
}

fn build(out: &Path, files: &Files) -> Result<Published, Error> {
    publish(&reserve(out, &[], |_| {})?, files, false)
}

/// Every file and link below a folder with what it holds; links are not followed.
pub fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.expect("walked"));
    entries
        .map(|entry| {
            let content = match entry.file_type() {
                kind if kind.is_file() => fs::read(entry.path()).expect("read"),
                kind if kind.is_symlink() => {
                    fs::read_link(entry.path()).expect("read").into_os_string().into_encoded_bytes()
                }
                _ => Vec::new(),
            };
            (entry.path().strip_prefix(folder).expect("below").to_owned(), content)
        })
        .collect()
}

/// Verifies a folder against its own marker with the system's tool, and that nothing else is in it.
pub fn assert_whole(out: &Path) {
    let check = Command::new("sha256sum")
        .args(["--check", "--strict", "--quiet", ".shouce-site"])
        .current_dir(out)
        .output();
    let check = check.expect("sha256sum runs");
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stderr));
    let marker = fs::read_to_string(out.join(".shouce-site")).expect("a marker");
    let listed = marker.lines().filter(|line| !line.starts_with('#')).count();
    let found = walkdir::WalkDir::new(out)
        .into_iter()
        .filter(|e| e.as_ref().expect("walked").file_type().is_file())
        .count();
    assert_eq!(found, listed + 1, "files beside those of the marker");
}

pub fn workshop(out: &Path) -> PathBuf {
    out.with_file_name(format!(".{}.shouce", out.file_name().expect("a name").display()))
}

#[test]
fn an_edition_that_is_never_published_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("site");
    build(&out, &edition("a", 3)).expect("published");
    let before = tree(folder.path());
    let place = reserve(&out, &[], |_| {}).expect("ours");
    begin(&place).and_then(|edition| edition.add("gone.html", b"x")).expect("added");
    let second = begin(&place).expect("begun again");
    second.add("index.html", b"edition b").expect("added");
    for bad in ["../index.html", "/index.html", "a//b", ".shouce-site"] {
        assert!(matches!(second.add(bad, b"x"), Err(Error::Refused(_))), "{bad}");
    }
    drop(second);
    drop(place);
    assert_eq!(tree(folder.path()), before);
}

#[test]
fn a_rebuild_writes_only_what_changed_and_drops_what_is_stale() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("deep/site");
    let first = build(&out, &edition("a", 30)).expect("published");
    assert_eq!((first.files, first.written), (32, 32));
    let css = fs::metadata(out.join("assets/site.css")).expect("there").ino();
    assert_whole(&out);

    let again = build(&out, &edition("a", 30)).expect("published");
    assert_eq!((again.written, &again.digest), (0, &first.digest));

    let mut next = edition("a", 29);
    next.add("new.txt", *b"new");
    let second = build(&out, &next).expect("published");
    assert_eq!(second.written, 1);
    assert_ne!(second.digest, first.digest);
    assert_eq!(
        fs::metadata(out.join("assets/site.css")).expect("there").ino(),
        css,
        "an unchanged file is linked"
    );
    assert!(!out.join("NJ-29").exists());
    assert_whole(&out);
    assert!(!workshop(&out).exists());
}

#[test]
fn a_page_edited_by_hand_is_written_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("site");
    build(&out, &edition("a", 1)).expect("published");
    fs::write(out.join("index.html"), "edition b").expect("edited, same length");
    assert_eq!(build(&out, &edition("a", 1)).expect("published").written, 1);
    assert_whole(&out);
}

#[test]
fn foreign_folders_are_refused_and_left_as_they_are() {
    let root = tempfile::tempdir().expect("a folder");
    let root = root.path().canonicalize().expect("real");
    let place = |name: &str| root.join(name);
    for name in [
        "one-file/notes.txt",
        "home/.profile",
        "repository/.git/HEAD",
        "manual/handbook/shouce.yaml",
        "hidden/.keep",
    ] {
        fs::create_dir_all(place(name).parent().expect("a parent")).expect("made");
        fs::write(place(name), "theirs").expect("written");
    }
    fs::write(place("file"), "theirs").expect("written");
    fs::create_dir_all(place("empty-home")).expect("made");
    symlink("one-file", place("link")).expect("linked");
    symlink("nowhere", place("dangling")).expect("linked");
    // A folder of ours that somebody put something into, and one with a marker that is not ours.
    for name in ["CNAME", "NJ-00/notes.txt", ".git"] {
        let out = place(&format!("ours with {}", name.replace('/', "_")));
        build(&out, &edition("a", 2)).expect("published");
        fs::write(out.join(name), "theirs").expect("written");
    }
    let out = place("ours with link");
    build(&out, &edition("a", 2)).expect("published");
    fs::remove_file(out.join("index.html")).expect("removed");
    symlink(place("file"), out.join("index.html")).expect("linked");
    fs::create_dir_all(place("marked")).expect("made");
    fs::write(place("marked/.shouce-site"), "theirs").expect("written");
    // A stranger that has the name of a workshop.
    fs::create_dir_all(place(".taken.shouce")).expect("made");
    fs::write(place(".taken.shouce/notes.txt"), "theirs").expect("written");

    let before = tree(&root);
    let protected = [place("empty-home"), place("manual/handbook")];
    let mut outs: Vec<PathBuf> =
        fs::read_dir(&root).expect("read").map(|e| e.expect("read").path()).collect();
    outs.retain(|out| !out.ends_with(".taken.shouce"));
    outs.extend([
        root.clone(),
        PathBuf::from("/"),
        PathBuf::from("."),
        place("one-file/.."),
        place("taken"),
        place("link/"),
    ]);
    for out in outs {
        match reserve(&out, &protected, |_| {}) {
            Err(Error::Refused(_)) => {}
            other => panic!("{}: {other:?}", out.display()),
        }
    }
    assert_eq!(tree(&root), before);
}

#[test]
fn an_empty_folder_and_litter_of_desktops_are_no_obstacle() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("site");
    fs::create_dir(&out).expect("made");
    build(&out, &edition("a", 2)).expect("published");
    fs::write(out.join("NJ-00/.DS_Store"), "x").expect("written");
    build(&out, &edition("b", 2)).expect("published");
    assert_whole(&out);
}

#[test]
fn the_folder_keeps_its_permissions() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("site");
    build(&out, &edition("a", 2)).expect("published");
    fs::set_permissions(&out, fs::Permissions::from_mode(0o750)).expect("set");
    build(&out, &edition("b", 2)).expect("published");
    assert_eq!(fs::metadata(&out).expect("there").permissions().mode() & 0o777, 0o750);
}

#[test]
fn what_a_killed_build_left_is_cleared_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("site");
    build(&out, &edition("a", 5)).expect("published");
    // Killed while writing.
    fs::create_dir_all(workshop(&out).join("next/NJ-00")).expect("made");
    fs::write(workshop(&out).join("next/NJ-00/index.html"), "half").expect("written");
    fs::write(workshop(&out).join("lock"), "999999\n").expect("written");
    build(&out, &edition("b", 5)).expect("published");
    assert_whole(&out);
    assert!(!workshop(&out).exists());
    // Killed after the exchange, in the middle of removing the old edition.
    build(&folder.path().join("other"), &edition("a", 5)).expect("published");
    fs::create_dir_all(workshop(&out)).expect("made");
    fs::rename(folder.path().join("other"), workshop(&out).join("next")).expect("moved");
    fs::remove_file(workshop(&out).join("next/index.html")).expect("removed");
    build(&out, &edition("c", 5)).expect("published");
    assert!(!workshop(&out).exists());
    // Killed between the two renames of a file system that cannot exchange: the old edition comes back.
    fs::create_dir_all(workshop(&out)).expect("made");
    fs::rename(&out, workshop(&out).join("old")).expect("moved");
    drop(reserve(&out, &[], |_| {}).expect("reserved"));
    assert_whole(&out);
    assert_eq!(fs::read_to_string(out.join("index.html")).expect("read"), "edition c");
    assert!(!workshop(&out).exists());
}

#[test]
fn a_file_put_into_an_edition_on_its_way_out_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("site");
    build(&folder.path().join("other"), &edition("a", 5)).expect("published");
    fs::create_dir_all(workshop(&out)).expect("made");
    fs::rename(folder.path().join("other"), workshop(&out).join("next")).expect("moved");
    let note = workshop(&out).join("next/NJ-00/notes.txt");
    fs::write(&note, "theirs").expect("written");
    let error = build(&out, &edition("b", 5)).expect_err("refused");
    assert!(error.to_string().contains("notes.txt"), "{error}");
    assert_eq!(fs::read_to_string(note).expect("kept"), "theirs");
}

#[test]
fn twenty_builds_at_once_take_turns() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("site");
    let waited = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for number in 0..20 {
            let (out, waited) = (&out, &waited);
            scope.spawn(move || {
                let place = reserve(out, &[], |holder| waited.lock().expect("lock").push(holder.to_owned()));
                publish(&place.expect("reserved"), &edition(&number.to_string(), 20 + number), false)
                    .expect("published");
            });
        }
    });
    assert_whole(&out);
    assert!(!workshop(&out).exists());
    let waited = waited.into_inner().expect("lock");
    assert!(waited.iter().all(|holder| holder.contains("进程")), "{waited:?}");
}

#[test]
fn a_reader_never_misses_a_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("site");
    build(&out, &edition("0", 10)).expect("published");
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut reads = 0;
            while !done.load(Ordering::Relaxed) {
                for page in 0..10 {
                    let path = out.join(format!("NJ-{page:02}/index.html"));
                    // An opening that was half-way down the old folder may lose it; the next one may not.
                    let text =
                        fs::read_to_string(&path).or_else(|_| fs::read_to_string(&path)).expect("a page");
                    assert!(text.starts_with(&format!("page {page} of ")), "{text}");
                    reads += 1;
                }
            }
            reads
        });
        for number in 1..=100 {
            build(&out, &edition(&number.to_string(), 10)).expect("published");
        }
        done.store(true, Ordering::Relaxed);
        assert!(reader.join().expect("the reader saw no gap") > 0);
    });
}

#[test]
fn a_full_disk_leaves_the_old_edition() {
    let folder = tempfile::tempdir().expect("a folder");
    let disk = folder.path().join("disk");
    fs::create_dir(&disk).expect("made");
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m", "none"]).arg(&disk).output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: mounting a small disk needs root");
        return;
    }
    let out = disk.join("site");
    let result = std::panic::catch_unwind(|| {
        build(&out, &edition("a", 10)).expect("published");
        let mut large = edition("b", 10);
        large.add("zz.bin", vec![7_u8; 2 << 20]);
        let error = build(&out, &large).expect_err("the disk is full").to_string();
        assert!(error.contains("zz.bin") && error.contains("2097152 字节"), "{error}");
        assert!(!workshop(&out).exists(), "what was written is removed");
        assert_whole(&out);
        assert_eq!(fs::read_to_string(out.join("index.html")).expect("read"), "edition a");
        build(&out, &edition("c", 10)).expect("there is room again");
    });
    let unmounted = Command::new("umount").arg(&disk).status().expect("umount runs");
    assert!(unmounted.success());
    result.expect("the old edition stands");
}

#[test]
fn names_that_lead_out_of_the_edition_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in [".shouce-site", "a\nb", "a\\b"] {
        let mut files = Files::default();
        files.add(name, *b"x");
        assert!(matches!(build(&folder.path().join("site"), &files), Err(Error::Refused(_))), "{name:?}");
    }
    assert_eq!(fs::read_dir(folder.path()).expect("read").count(), 0);
}
