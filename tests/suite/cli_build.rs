//! `shouce build`: what is published, when, and what a killed build leaves behind.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that cannot go on has failed"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::command::{Fixture, binary};
use crate::publish::{assert_whole, tree, workshop};

const NORM: &str = "handbook/FW/FW-01.md";

#[test]
fn a_build_publishes_site_and_bundle() {
    let fixture = Fixture::started();
    let run = fixture.run(&["build"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.starts_with("site：文件 ") && run.out.contains("sha256:"), "{}", run.out);
    for path in [
        "index.html",
        "FW-01/index.html",
        "FW-01.md",
        "standard/v1/manifest.json",
        "standard/v1/norms/FW-01.json",
    ] {
        assert!(fixture.path("site").join(path).is_file(), "{path}");
    }
    assert_whole(&fixture.path("site"));
    assert!(fixture.run(&["build"]).out.contains("其中新写 0 个"));
    // Within the handbook's own folder the site is no part of the handbook.
    for _ in 0..2 {
        let run =
            fixture.command(&["build"]).current_dir(fixture.path("handbook")).output().expect("it runs");
        assert_eq!(run.status.code(), Some(0));
    }
    assert_eq!(tree(&fixture.path("site")), tree(&fixture.path("handbook/site")));
}

#[test]
fn errors_publish_nothing() {
    let fixture = Fixture::started();
    fixture.edit(NORM, "接待员应在", "接待员应在登记后应在");
    assert_eq!(fixture.run(&["build"]).code, 1);
    assert!(!fixture.path("site").exists());
    fixture.edit(NORM, "接待员应在登记后应在", "接待员应在");
    assert_eq!(fixture.run(&["build"]).code, 0);
    let before = tree(&fixture.path("site"));
    fixture.edit(NORM, "接待员应在", "接待员应在登记后应在");
    let run = fixture.run(&["build"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert!(run.err.contains("没有发布"), "{}", run.err);
    assert_eq!(tree(&fixture.path("site")), before);
}

#[test]
fn folders_of_others_are_refused() {
    let fixture = Fixture::started();
    fixture.write("theirs/notes.txt", "theirs").write("link/target/x", "theirs");
    fs::create_dir_all(fixture.path("home")).expect("made");
    let before = tree(&fixture.path("."));
    let home = fixture.path("home");
    for out in [".", "handbook", "handbook/..", "theirs", "home", "/", NORM] {
        let run = fixture.command(&["build", "--out", out]).env("HOME", &home).output().expect("it runs");
        assert_eq!(run.status.code(), Some(2), "{out}");
    }
    assert_eq!(tree(&fixture.path(".")), before);
}

#[test]
fn a_build_depends_on_nothing_but_its_input() {
    let fixture = Fixture::started();
    let other = Fixture::started();
    let environments: [&[(&str, &str)]; 3] = [
        &[("TZ", "Asia/Shanghai"), ("LC_ALL", "zh_CN.UTF-8"), ("RAYON_NUM_THREADS", "1")],
        &[("TZ", "America/New_York"), ("LC_ALL", "C"), ("RAYON_NUM_THREADS", "8")],
        &[("TZ", "UTC"), ("LANG", "tr_TR.UTF-8")],
    ];
    let mut digests = Vec::new();
    for (i, environment) in environments.into_iter().enumerate() {
        for fixture in [&fixture, &other] {
            let out = format!("site{i}");
            let mut command = fixture.command(&["build", "--no-sync", "--out", &out]);
            let run = command.envs(environment.iter().copied()).output().expect("it runs");
            assert!(run.status.success());
            digests.push(fixture.read(&format!("{out}/.shouce-site")));
        }
    }
    assert!(digests.iter().all(|digest| *digest == digests[0]));
}

#[test]
fn options_change_what_is_published() {
    let fixture = Fixture::started();
    let build = |arguments: &[&str]| {
        let run = fixture.run(&[&["build", "--no-sync"], arguments].concat());
        assert_eq!(run.code, 0, "{}", run.err);
    };
    build(&["--level", "街"]);
    assert!(fixture.read("site/FW-01/index.html").contains("15分钟"));
    build(&["--base-url", "https://manual.test/book/"]);
    assert!(fixture.read("site/sitemap.xml").contains("https://manual.test/book/FW-01/"));
    fixture.edit(NORM, "状态: 试行", "状态: 草拟");
    build(&[]);
    assert!(fixture.path("site/FW-01/index.html").exists());
    build(&["--only-in-force"]);
    assert!(
        !fixture.path("site/FW-01").exists() && !fixture.path("site/standard/v1/norms/FW-01.json").exists()
    );
    assert_eq!(fixture.run(&["build", "--today", "2026-1-5"]).code, 2);
    build(&["--today", "2026-01-05"]);
}

#[test]
fn twenty_builds_at_once_all_succeed() {
    let fixture = Fixture::started();
    let builds: Vec<_> = (0..20)
        .map(|_| {
            let mut command = Command::new(binary());
            command.args(["build", "--no-sync"]).current_dir(fixture.path("."));
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts")
        })
        .collect();
    let mut waited = 0;
    for build in builds {
        let ended = build.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(ended.status.success(), "{said}");
        waited += usize::from(said.contains("正在写 site，等它完成"));
    }
    assert!(waited > 0, "none of them met another");
    assert_whole(&fixture.path("site"));
    assert!(!workshop(&fixture.path("site")).exists());
}

#[test]
fn a_killed_build_leaves_a_whole_site() {
    let rounds = if is_long() { 200 } else { 20 };
    let fixture = Fixture::started();
    let start = Instant::now();
    assert_eq!(fixture.run(&["build", "--no-sync"]).code, 0);
    let whole = start.elapsed();
    // Title of the edition that is up, and the one of the source.
    let (mut shown, mut written) = ("来访接待程序".to_owned(), "来访接待程序".to_owned());
    let (mut killed, mut published) = (0, 0);
    for round in 0..rounds {
        let title = format!("接待第{round}版");
        fixture.write(NORM, fixture.read(NORM).replace(&written, &title));
        written.clone_from(&title);
        let mut build = Command::new(binary())
            .args(["build", "--no-sync"])
            .current_dir(fixture.path("."))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        // Spread over the whole of a build, in an order that does not repeat.
        let share = f64::from((round * 7919) % 1000) / 1000.0;
        std::thread::sleep(Duration::from_secs_f64(whole.as_secs_f64() * share * 1.2));
        let _ = build.kill();
        killed += u32::from(!build.wait().expect("it ends").success());

        assert_whole(&fixture.path("site"));
        let page = fixture.read("site/FW-01/index.html");
        if page.contains(&title) {
            published += 1;
            shown = title;
        }
        assert!(page.contains(&shown), "round {round}: neither the old edition nor the new one");
    }
    assert!(killed > 0, "no build was killed");
    assert!(published < rounds, "every build was finished: {published}");
    assert_eq!(fixture.run(&["build", "--no-sync"]).code, 0);
    assert_whole(&fixture.path("site"));
    assert!(!workshop(&fixture.path("site")).exists(), "leftovers are cleared away");
}

/// A disk of its own in a file, mounted; gone when dropped.
struct Disk {
    mounted: PathBuf,
}

impl Disk {
    /// `None` where mounting is not allowed.
    fn mount(arguments: &[&str], at: &Path) -> Option<Self> {
        fs::create_dir_all(at).expect("made");
        let done = Command::new("mount").args(arguments).arg(at).output();
        let mounted = done.is_ok_and(|output| output.status.success());
        if !mounted {
            eprintln!("skipped: mounting a disk needs root");
        }
        mounted.then(|| Self { mounted: at.to_owned() })
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.mounted).status();
    }
}

#[test]
fn a_disk_that_fills_up_anywhere_leaves_the_old_edition() {
    let fixture = Fixture::started();
    let at = fixture.path("disk");
    let Some(_disk) = Disk::mount(&["-t", "tmpfs", "-o", "size=4m", "none"], &at) else { return };
    let build = || fixture.run(&["build", "--no-sync", "--out", "disk/site"]);
    assert_eq!(build().code, 0);
    let before = tree(&at.join("site"));
    fixture.write(NORM, fixture.read(NORM).replace("来访接待程序", "接待来访的程序"));
    let (mut full, mut kilobytes) = (0, 4);
    loop {
        // So much is free, and not a byte more.
        let mut fill = Command::new("sh");
        fill.arg("-c").arg("cat /dev/zero > filler").current_dir(&at).stderr(Stdio::null());
        fill.status().expect("sh runs");
        let filler = fs::OpenOptions::new().write(true).open(at.join("filler")).expect("there");
        let length = filler.metadata().expect("there").len();
        filler.set_len(length.saturating_sub(kilobytes * 1024)).expect("cut");
        let run = build();
        fs::remove_file(at.join("filler")).expect("removed");
        if run.code == 0 {
            break;
        }
        full += 1;
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{}", run.err);
        assert!(run.err.contains("disk/.site.shouce"), "{}", run.err);
        assert_eq!(tree(&at.join("site")), before, "{kilobytes} KB free");
        assert!(!workshop(&at.join("site")).exists(), "what was written is removed");
        kilobytes += 24;
    }
    assert!(full > 3, "the disk was never full");
    assert_whole(&at.join("site"));
}

#[test]
fn a_power_cut_leaves_a_whole_site() {
    let fixture = Fixture::started();
    let image = fixture.path("image");
    let mut make = Command::new("sh");
    make.arg("-c").arg("truncate -s 64M image && mkfs.ext4 -q image").current_dir(fixture.path("."));
    if !make.output().is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: no mkfs.ext4");
        return;
    }
    let image = image.to_str().expect("text");
    let Some(_disk) = Disk::mount(&["-o", "loop", image], &fixture.path("disk")) else { return };
    assert_eq!(fixture.run(&["build", "--out", "disk/site"]).code, 0);
    let rounds: u32 = if is_long() { 50 } else { 5 };
    for round in 0..rounds {
        fixture.write(
            "handbook/FW/index.md",
            fixture.read("handbook/FW/index.md") + &format!("\n第{round}次。\n"),
        );
        let mut build = Command::new(binary())
            .args(["build", "--out", "disk/site"])
            .current_dir(fixture.path("."))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        std::thread::sleep(Duration::from_millis(u64::from((round * 7919) % 400)));
        // What the disk itself holds in this instant is what a power cut would leave.
        let pid = build.id().to_string();
        Command::new("kill").args(["-STOP", &pid]).status().expect("kill runs");
        fs::copy(image, fixture.path("copy")).expect("copied");
        let _ = build.kill();
        build.wait().expect("it ends");
        let copy = fixture.path("copy");
        let after = Disk::mount(&["-o", "loop", copy.to_str().expect("text")], &fixture.path("after"));
        let after = after.expect("the copy can be mounted");
        assert_whole(&fixture.path("after/site"));
        drop(after);
    }
}

fn is_long() -> bool {
    std::env::var_os("SHOUCE_LONG").is_some_and(|long| !long.is_empty())
}
