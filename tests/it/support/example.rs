//! A folder of `migrations-examples`: a task, and everything that is to hold on the way

use std::{
    fs,
    path::{Path, PathBuf},
};

/// One folder. Its README names the files.
pub struct Example {
    /// What it says it is for: the first comment of the migration
    pub task: String,
    /// The migration's file name in a project of its own: the id and what it is written in
    pub file: String,
    /// The migration
    pub migration: String,
    /// The migration's id
    pub id: String,
    /// Schema and rows before it
    pub before: String,
    /// What one would run on an idle database
    pub direct: String,
    /// What the old release does, before expand and until contract
    pub old_release: Vec<String>,
    /// What the new release does, from expand on
    pub new_release: Vec<String>,
    /// Queries that give true in the end
    pub expect: Vec<String>,
    /// Queries that give true after both releases wrote and rollback ran
    pub expect_rollback: Vec<String>,
    /// Columns whose values differ from one run to the next: `-- not compared: table.column` in `expect.sql`
    pub not_compared: Vec<(String, String)>,
    /// What a rollback leaves: `-- left by rollback: STATEMENT` in `expect_rollback.sql`
    pub left: Option<String>,
    /// The oldest server that knows it: `-- needs: 15` in `before.sql`
    pub needs: Option<u32>,
    /// Whether each release has a schema of its own
    pub versioned: bool,
}

impl Example {
    /// Reads the folder
    pub fn read(name: &str) -> Self {
        let folder = root().join(name);
        let optional = |file: &str| fs::read_to_string(folder.join(file)).ok();
        let text = |file: &str| optional(file).unwrap_or_else(|| panic!("{name} has no {file}"));
        let id = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let (file, migration) = match optional("migration.yaml") {
            Some(yaml) => (format!("{id}.yaml"), yaml),
            None => (format!("{id}.sql"), text("migration.sql")),
        };
        let (before, expect) = (text("before.sql"), text("expect.sql"));
        let back = optional("expect_rollback.sql").unwrap_or_default();
        Self {
            task: task(&migration),
            direct: optional("direct.sql").unwrap_or_else(|| migration.clone()),
            needs: said(&before, "-- needs: ").map(|major| major.parse().unwrap()),
            before,
            old_release: statements(&text("n.sql")),
            new_release: statements(&text("n1.sql")),
            not_compared: not_compared(&expect),
            expect: statements(&expect),
            left: said(&back, "-- left by rollback: ").map(str::to_owned),
            expect_rollback: statements(&back),
            file,
            migration,
            id,
            versioned: false,
        }
    }

    /// The same with a schema for each release
    pub fn versioned(self) -> Self {
        Self { versioned: true, ..self }
    }

    /// Every folder: `group/name`, sorted
    pub fn names() -> Vec<String> {
        let folders = |path: &Path| -> Vec<PathBuf> {
            fs::read_dir(path)
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .filter(|path| path.is_dir())
                .collect()
        };
        let name = |path: &PathBuf| path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
        let mut names: Vec<String> =
            folders(&root()).iter().flat_map(|group| folders(group)).map(|path| name(&path)).collect();
        names.sort();
        names
    }
}

/// The folder of all examples
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations-examples")
}

/// A file's statements: each ends with a semicolon at the end of a line. Lines that begin with `--` are left out.
fn statements(text: &str) -> Vec<String> {
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
    let found = code.join("\n") + "\n";
    found.split(";\n").map(|sql| sql.trim().to_owned()).filter(|sql| !sql.is_empty()).collect()
}

/// The comment at the head of a migration, in one line
fn task(source: &str) -> String {
    let lines = source.lines().map_while(|line| line.strip_prefix("-- ").or_else(|| line.strip_prefix("# ")));
    lines.take_while(|line| !line.starts_with("midflight:")).collect::<Vec<_>>().join(" ")
}

/// The rest of the first line that begins with a marker
fn said<'t>(text: &'t str, marker: &str) -> Option<&'t str> {
    text.lines().find_map(|line| line.strip_prefix(marker))
}

fn not_compared(expect: &str) -> Vec<(String, String)> {
    let named = expect.lines().filter_map(|line| line.strip_prefix("-- not compared: "));
    named
        .filter_map(|column| column.split_once('.'))
        .map(|(table, column)| (table.into(), column.into()))
        .collect()
}
