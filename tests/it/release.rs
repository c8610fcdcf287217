//! What a release consists of, and that those who look for it look in the right place

use std::fs;
use std::path::Path;
use std::process::Command;

use sha2::{Digest, Sha256};

use super::support::archive::package;
use super::support::runner::{root, yaml};

const VERSION: &str = env!("CARGO_PKG_VERSION");
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// What `tar` lists.
fn content(archive: &Path) -> Vec<String> {
    let listed = Command::new("tar").arg("-tzf").arg(archive).output().unwrap();
    let mut names: Vec<String> =
        String::from_utf8(listed.stdout).unwrap().lines().map(str::to_owned).collect();
    names.sort();
    names
}

#[test]
fn an_archive_has_the_program_its_licence_and_a_checksum() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let archive = package("/bin/sh", one.path(), TARGET);
    let name = format!("midflight-{VERSION}-{TARGET}");
    assert_eq!(archive.file_name().unwrap().to_str().unwrap(), format!("{name}.tar.gz"));
    let inside = ["", "CHANGELOG.md", "LICENSE", "README.md", "midflight"];
    assert_eq!(content(&archive), inside.map(|file| format!("{name}/{file}")));

    let bytes = fs::read(&archive).unwrap();
    let sum: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let checksum = fs::read_to_string(one.path().join(format!("{name}.tar.gz.sha256"))).unwrap();
    assert_eq!(checksum, format!("{sum}  {name}.tar.gz\n"));
    if cfg!(target_os = "linux") {
        assert_eq!(bytes, fs::read(package("/bin/sh", two.path(), TARGET)).unwrap(), "not reproducible");
    }
}

/// A setting of `[package.metadata.binstall]`, with its words replaced.
fn binstall(key: &str) -> String {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let (_, section) = manifest.split_once("[package.metadata.binstall]").unwrap();
    let line = section.lines().find(|line| line.starts_with(key)).unwrap();
    let words = [
        ("{ repo }", env!("CARGO_PKG_REPOSITORY")),
        ("{ version }", VERSION),
        ("{ target }", TARGET),
        ("{ name }", "midflight"),
        ("{ bin }", "midflight"),
    ];
    let text = line.split('"').nth(1).unwrap().to_owned();
    words.iter().fold(text, |text, (word, value)| text.replace(word, value))
}

#[test]
fn cargo_binstall_finds_the_archive() {
    let folder = tempfile::tempdir().unwrap();
    let archive = package("/bin/sh", folder.path(), TARGET);
    let name = archive.file_name().unwrap().to_str().unwrap();
    let url = format!("{}/releases/download/v{VERSION}/{name}", env!("CARGO_PKG_REPOSITORY"));
    assert_eq!(binstall("pkg-url"), url);
    assert!(content(&archive).contains(&binstall("bin-dir")), "{}", binstall("bin-dir"));
}

#[test]
fn every_target_that_the_action_asks_for_is_released() {
    let resolve = fs::read_to_string(root().join("action/resolve")).unwrap();
    let wanted = resolve.lines().filter_map(|line| line.split_once(" target="));
    let wanted: Vec<&str> = wanted.map(|(_, rest)| rest.split(' ').next().unwrap()).collect();
    assert_eq!(wanted.len(), 4, "{wanted:?}");
    let workflow = yaml(".github/workflows/release.yml");
    let matrix = workflow["jobs"]["package"]["strategy"]["matrix"]["include"].as_array().unwrap();
    let released: Vec<&str> = matrix.iter().map(|entry| entry["target"].as_str().unwrap()).collect();
    assert!(wanted.iter().all(|target| released.contains(target)), "{wanted:?} of {released:?}");
    // the job that makes the release counts them
    let text = fs::read_to_string(root().join(".github/workflows/release.yml")).unwrap();
    assert!(text.contains(&format!("-name '*.tar.gz' | wc -l)\" = {}", released.len())));
}
