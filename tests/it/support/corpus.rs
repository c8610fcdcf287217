//! The labelled migrations of `tests/corpus`, read

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use midflight::lint::Transaction;

/// The version that a file without `pg:` is linted for.
const DEFAULT_VERSION: u32 = 15;

/// One file: a migration, and what is true of it.
pub struct Case {
    path: PathBuf,
    /// Folder and file name.
    pub name: String,
    /// Rules that have to be named.
    pub expected: BTreeSet<String>,
    /// Rules among them that are advice.
    pub expected_advice: BTreeSet<String>,
    /// Rules that may be named as well.
    pub also: BTreeSet<String>,
    /// Why PostgreSQL makes it so.
    pub because: String,
    /// How the file is sent.
    pub transaction: Transaction,
    /// The only version that the label is for. Without it the label holds for 14 to 18.
    pub version: Option<u32>,
    /// What a server showed, as sorted by the observer.
    pub observed: String,
    /// Earlier migrations.
    pub setup: String,
    /// Whether the linter reads them.
    pub setup_is_known: bool,
    /// What is looked at.
    pub migration: String,
}

impl Case {
    /// Whether nothing at all is to be found.
    pub fn is_safe(&self) -> bool {
        self.expected.is_empty() && self.expected_advice.is_empty()
    }

    /// The version to lint for.
    pub fn lint_version(&self) -> u32 {
        self.version.unwrap_or(DEFAULT_VERSION)
    }

    /// Writes what a server showed into the file.
    pub fn write_observed(&self, observed: &str) {
        let text = fs::read_to_string(&self.path).unwrap();
        let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let line = format!("-- observed: {observed}{end}");
        let mut lines: Vec<&str> =
            text.split_inclusive('\n').filter(|line| !line.starts_with("-- observed:")).collect();
        let setup = lines.iter().position(|line| line.starts_with("-- setup")).unwrap();
        lines.insert(setup, &line);
        fs::write(&self.path, lines.concat()).unwrap();
    }
}

/// Every file, by name.
pub fn read() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut cases: Vec<Case> = entries(&root)
        .iter()
        .filter(|path| path.is_dir())
        .flat_map(|folder| entries(folder))
        .map(|path| case(&root, path))
        .collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn case(root: &Path, path: PathBuf) -> Case {
    let text = fs::read_to_string(&path).unwrap();
    let name = path.strip_prefix(root).unwrap().display().to_string();
    let (header, rest) = cut(&text, "-- setup").unwrap_or_else(|| panic!("{name}: no setup"));
    let (kind, rest) = rest.split_once('\n').unwrap_or_else(|| panic!("{name}: ends at the setup"));
    let (setup, migration) = cut(rest, "-- migration").unwrap_or_else(|| panic!("{name}: no migration"));
    let setup_is_known = match kind.trim_end() {
        "" => true,
        ", unknown to the linter" => false,
        other => panic!("{name}: unknown kind of setup: {other:?}"),
    };
    let field = |key: &str| {
        let start = format!("-- {key}:");
        header.lines().find_map(|line| line.strip_prefix(&start)).map(|value| value.trim().to_owned())
    };
    let expect = field("expect").unwrap_or_else(|| panic!("{name}: no expect"));
    let (advice, expected): (BTreeSet<_>, BTreeSet<_>) =
        words(&expect).into_iter().partition(|rule| rule.starts_with("advice:"));
    Case {
        expected: expected.into_iter().filter(|rule| rule != "nothing").collect(),
        expected_advice: advice.iter().map(|rule| rule.replace("advice:", "")).collect(),
        also: words(&field("also").unwrap_or_default()),
        because: field("because").unwrap_or_else(|| panic!("{name}: no because")),
        transaction: match field("transaction").as_deref() {
            None | Some("statement") => Transaction::Statement,
            Some("file") => Transaction::File,
            Some("batch") => Transaction::Batch,
            Some(other) => panic!("{name}: unknown transaction: {other:?}"),
        },
        version: field("pg").map(|version| version.parse().unwrap()),
        observed: field("observed").unwrap_or_default(),
        setup: setup.to_owned(),
        setup_is_known,
        migration: migration.trim_start_matches(['\r', '\n']).to_owned(),
        path,
        name,
    }
}

/// What stands before and after a marker at the start of a line.
fn cut<'a>(text: &'a str, marker: &str) -> Option<(&'a str, &'a str)> {
    let at = if text.starts_with(marker) { 0 } else { text.find(&format!("\n{marker}"))? + 1 };
    Some((&text[..at], &text[at + marker.len()..]))
}

fn words(list: &str) -> BTreeSet<String> {
    list.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
