//! docs/reliability.md names tests; each of them is there

use std::path::Path;
use std::process::Command;

#[test]
fn names_tests_that_exist() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reliability.md");
    let page = std::fs::read_to_string(page).unwrap();
    // Of all code, only names of tests are paths.
    let is_path = |code: &&str| code.contains("::") && !code.contains(' ');
    let named: Vec<&str> = page.split('`').skip(1).step_by(2).filter(is_path).collect();
    assert!(named.len() > 40, "{} tests are named", named.len());
    let listed = Command::new(std::env::current_exe().unwrap()).arg("--list").output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let is_there = |name: &str| {
        let below = format!("{name}::");
        let mut tests = listed.lines().filter_map(|line| line.strip_suffix(": test"));
        tests.any(|test| test == name || test.starts_with(&below))
    };
    let missing: Vec<&&str> = named.iter().filter(|name| !is_there(name)).collect();
    assert!(missing.is_empty(), "docs/reliability.md names tests that don't exist: {missing:?}");
}
