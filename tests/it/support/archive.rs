//! Archives of releases

use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs `scripts/package` with a program that is there already. Gives where the archive is.
pub fn package(binary: &str, output: &Path, target: &str) -> PathBuf {
    let ran = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/package"))
        .args(["--binary", binary, "--output", output.to_str().unwrap(), target])
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    PathBuf::from(String::from_utf8(ran.stdout).unwrap().trim())
}
