//! The demo: what it promises holds, and nothing of it stays on the machine

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use midflight::ephemeral::Binaries;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

#[test]
fn both_releases_are_served_and_every_row_is_right() {
    let Some(temp) = temp() else { return };
    let ran = demo(temp.path(), &["--rows", "20000", "--seconds", "1", "--format", "json"]).output().unwrap();
    let stdout = String::from_utf8(ran.stdout).unwrap();
    let report: Value = serde_json::from_str(&stdout)
        .unwrap_or_else(|error| panic!("{error}: {stdout}\n{}", String::from_utf8_lossy(&ran.stderr)));
    assert!(ran.status.success(), "{report:#}");
    assert_eq!(ran.stderr, b"", "{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!((&report["failures"], &report["different"]), (&0.into(), &0.into()), "{report:#}");
    assert_eq!(report["passed"], true);
    let releases = report["releases"].as_array().unwrap();
    let names: Vec<_> = releases.iter().map(|release| release["release"].as_str().unwrap()).collect();
    assert_eq!(names, ["v1", "v2"]);
    for release in releases {
        assert!(release["statements"].as_u64() > Some(0), "{report:#}");
        assert!(release["rows_read"].as_u64() > Some(0), "{report:#}");
    }
    let stages: Vec<_> =
        report["stages"].as_array().unwrap().iter().map(|stage| stage["stage"].as_str().unwrap()).collect();
    assert_eq!(stages, ["before", "plan", "expand", "both", "backfill", "verify", "contract", "after"]);
    assert!(report["compared"]["rows"].as_u64() > Some(20_000), "inserted rows are compared too: {report:#}");
    assert!(report["compared"]["last_written_by"]["v2"].as_u64() > Some(0));
    assert_eq!(left_in(temp.path()), 0, "server and data are gone");
}

#[test]
fn an_interrupted_or_killed_demo_leaves_nothing() {
    for (signal, code) in [(Signal::INT, Some(130)), (Signal::KILL, None)] {
        let Some(temp) = temp() else { return };
        let mut child = demo(temp.path(), &["--rows", "5000", "--seconds", "60", "--format", "json"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        wait_until("the server runs", || left_in(temp.path()) > 0);
        sleep(Duration::from_secs(2)); // into the load or the first traffic, whichever it is by now
        kill_process(Pid::from_child(&child), signal).unwrap();
        assert_eq!(child.wait().unwrap().code(), code, "{signal:?}");
        wait_until("server and data are gone", || left_in(temp.path()) == 0);
    }
}

fn demo(temp: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_midflight"));
    command.arg("demo").args(arguments).current_dir(temp).env("TMPDIR", temp);
    command
}

/// A directory that the server's account can enter. None on a machine without server programs, where tests have
/// `DATABASE_URL` instead.
fn temp() -> Option<tempfile::TempDir> {
    if Binaries::find().is_err() && std::env::var_os("DATABASE_URL").is_some() {
        return None;
    }
    let temp = tempfile::Builder::new().prefix("demo").tempdir_in("/tmp").unwrap();
    fs::set_permissions(temp.path(), Permissions::from_mode(0o755)).unwrap();
    Some(temp)
}

fn left_in(temp: &Path) -> usize {
    fs::read_dir(temp).unwrap().count()
}

fn wait_until(what: &str, done: impl Fn() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < Duration::from_secs(30), "after 30 s still not: {what}");
        sleep(Duration::from_millis(20));
    }
}
