//! The invariants of docs/ARCHITECTURE.md that reading the source can check

use std::fs;
use std::path::{Path, PathBuf};

/// Longer files are split, except these.
const LONGEST: usize = 500;
const MAY_BE_LONGER: [(&str, &str); 1] =
    [("src/migration/operation.rs", "the vocabulary is read as a whole")];

/// Parts that turn text and a catalog snapshot into values, and nothing else.
const PURE: [&str; 8] = [
    "src/migration/",
    "src/lint/",
    "src/plan/",
    "src/catalog/",
    "src/pg/",
    "src/ident.rs",
    "src/text.rs",
    "src/state/phase.rs",
];

/// A source file: its path from the root of the repository, and its code without comments.
struct File {
    path: String,
    lines: Vec<String>,
}

impl File {
    /// Places where one of the words stands: `path:line`.
    fn places(&self, words: &[&str]) -> Vec<String> {
        let hits =
            self.lines.iter().enumerate().filter(|(_, line)| words.iter().any(|word| line.contains(word)));
        hits.map(|(at, _)| format!("{}:{}", self.path, at + 1)).collect()
    }

    fn is_in(&self, parts: &[&str]) -> bool {
        parts.iter().any(|part| self.path.starts_with(part))
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &str) -> Vec<File> {
    let mut files = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                files.push(file(&path));
            }
        }
    }
    assert!(!files.is_empty(), "no source files under {folder}");
    files
}

fn file(path: &PathBuf) -> File {
    let text = fs::read_to_string(path).unwrap();
    let code = |line: &str| if line.trim_start().starts_with("//") { String::new() } else { line.to_owned() };
    File {
        path: path.strip_prefix(root()).unwrap().to_string_lossy().into_owned(),
        lines: text.lines().map(code).collect(),
    }
}

/// Fails when one of the words stands in a file that `guilty` picks.
fn nowhere(words: &[&str], why: &str, guilty: impl Fn(&File) -> bool) {
    let found: Vec<String> =
        rust_files("src").iter().filter(|file| guilty(file)).flat_map(|file| file.places(words)).collect();
    assert!(found.is_empty(), "{why}: {words:?} in {found:?}");
}

#[test]
fn planning_needs_no_database() {
    nowhere(
        &[
            "sqlx::",
            "tokio::",
            "std::net",
            "SystemTime",
            "time::Instant",
            "fastrand",
            "crate::db",
            "crate::exec",
        ],
        "reading, linting and planning are pure",
        |file| file.is_in(&PURE),
    );
}

#[test]
fn only_output_prints() {
    nowhere(
        &["println!", "print!(", "eprint!(", "stdout()", "stderr()"],
        "what people and machines read goes through `output`",
        |file| !file.is_in(&["src/output/"]),
    );
}

#[test]
fn only_ident_quotes() {
    nowhere(
        &["replace('\"'", "replace(\"\\\"\"", "replace('\\''"],
        "names and literals are quoted in one place",
        |file| file.path != "src/ident.rs",
    );
}

#[test]
fn only_state_names_the_state_tables() {
    nowhere(&[":state."], "midflight's own tables are behind `state`", |file| !file.is_in(&["src/state/"]));
}

#[test]
fn only_db_opens_connections() {
    nowhere(&["connect_with(", "PgConnection::connect"], "connections are made in `db`", |file| {
        !file.is_in(&["src/db/", "src/ephemeral/", "src/demo/"])
    });
}

#[test]
fn settings_end_with_their_transaction() {
    nowhere(
        &["run(\"SET search_path", "run(\"SET lock_timeout", "run(\"RESET ", "run(\"BEGIN"],
        "a pooler hands the session to the next client",
        |file| {
            // Statements that can't run in a transaction, and are refused behind a pooler.
            file.is_in(&["src/db/", "src/exec/", "src/state/"]) && file.path != "src/exec/ddl.rs"
        },
    );
}

#[test]
fn only_the_servers_clock_counts() {
    nowhere(&["SystemTime"], "clocks of runners differ: leases and gates go by the server's", |file| {
        !file.is_in(&["src/metrics/mod.rs", "src/commands/new"]) // figures, and the names of new files
    });
}

#[test]
fn nothing_is_dropped_with_what_depends_on_it() {
    nowhere(&["CASCADE"], "what depends on a dropped object is refused, never dropped along", |file| {
        file.is_in(&["src/plan/", "src/exec/", "src/state/"])
    });
}

#[test]
fn files_stay_readable() {
    let excused = |file: &File| MAY_BE_LONGER.iter().any(|(path, _)| *path == file.path);
    let long: Vec<String> = rust_files("src")
        .iter()
        .filter(|file| file.lines.len() > LONGEST && !excused(file))
        .map(|file| format!("{} ({} lines)", file.path, file.lines.len()))
        .collect();
    assert!(long.is_empty(), "longer than {LONGEST} lines: {long:?}");
}

#[test]
fn every_test_file_is_declared() {
    for folder in ["tests/it", "tests/it/faults", "tests/it/lint", "tests/it/support"] {
        let index = if folder == "tests/it" { "main.rs" } else { "mod.rs" };
        let declared = fs::read_to_string(root().join(folder).join(index)).unwrap();
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            if path.extension().is_some_and(|ending| ending == "rs") && path.file_name().unwrap() != index {
                let line = format!("mod {name};");
                assert!(declared.contains(&line), "`{line}` is missing in {folder}/{index}");
            }
        }
    }
}

#[test]
fn every_source_folder_is_on_the_map() {
    let map = fs::read_to_string(root().join("docs/ARCHITECTURE.md")).unwrap();
    for entry in fs::read_dir(root().join("src")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        let shown = if entry.path().is_dir() { format!("{name}/") } else { name };
        assert!(map.contains(&format!("`{shown}`")), "docs/ARCHITECTURE.md says nothing of `{shown}`");
    }
}

/// Every file and folder below the root that is part of the project, as a path from there.
fn everything() -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
            if path.is_dir() && name != "target" && name != ".git" {
                found.push(format!("{name}/"));
                folders.push(path);
            } else {
                found.push(name);
            }
        }
    }
    found
}

/// The files and folders that a text names: what stands between backticks and has the form of a path.
fn paths_in(text: &str) -> Vec<&str> {
    let quoted = text.split('`').skip(1).step_by(2);
    let is_path = |word: &&str| {
        let plain = word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-/".contains(c));
        plain && (word.contains('/') || word.ends_with(".rs"))
    };
    quoted.filter(is_path).collect()
}

/// In a row of a table, what stands on the left says in which folder to look for what stands on the right.
#[test]
fn every_file_on_the_map_exists() {
    let all = everything();
    let map = fs::read_to_string(root().join("docs/ARCHITECTURE.md")).unwrap();
    let exists = |scope: &[String], wanted: &str| {
        let tails = [format!("/{wanted}"), format!("/{wanted}/")];
        all.iter().map(|path| format!("/{path}")).any(|path| {
            tails.iter().any(|tail| path.ends_with(tail.as_str()))
                && (scope.is_empty() || scope.iter().any(|folder| path.contains(folder.as_str())))
        })
    };
    let mut missing = Vec::new();
    for (at, line) in map.lines().enumerate() {
        let (left, right) = line.strip_prefix('|').and_then(|row| row.split_once('|')).unwrap_or(("", line));
        let folders: Vec<String> = paths_in(left)
            .iter()
            .filter(|path| path.ends_with('/') && **path != "src/")
            .map(|path| format!("/{path}"))
            .collect();
        let rows = [(left, &[][..]), (right, folders.as_slice())];
        for (text, scope) in rows {
            let wrong = paths_in(text).into_iter().filter(|path| !exists(scope, path));
            missing.extend(wrong.map(|path| format!("line {}: {path}", at + 1)));
        }
    }
    assert!(missing.is_empty(), "docs/ARCHITECTURE.md names what isn't there: {missing:?}");
}
